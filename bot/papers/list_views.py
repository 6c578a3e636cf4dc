"""Views of the allocation list and the colours of its cells, as SharePoint takes them, and as files for a person.

Graph knows neither views nor formats, and SharePoint's own interface takes no app that signs in with a secret; there an
owner of the site runs `views.ps1` in PnP PowerShell, or pastes each JSON by hand. No view has a format of its own: it
could only colour whole rows, and a colour alone says nothing to whoever does not see it.
https://learn.microsoft.com/sharepoint/dev/declarative-customization/column-formatting
https://pnp.github.io/powershell/cmdlets/Add-PnPView.html  https://pnp.github.io/powershell/cmdlets/Set-PnPField.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.papers.reports.grade_colours import GRADE_COLOURS
from bot.programme.preparing.wanted import WantedFormat, WantedLooks, WantedView

_SCHEMA = "https://developer.microsoft.com/json-schemas/sp/v2/column-formatting.schema.json"
LATE, SOON = ("#B5403C", "#FFFFFF"), ("#F2C14E", "#1F2A37")
"""Ground and letters of a day that is past, or no more than two days off, while nothing has come for it."""
_DAY = 24 * 60 * 60 * 1000

GRADES = ("auditors_grade", "moderated_grade", "grade_after_uopp", "grade_at_six_weeks", "final_grade")
AWAITED = {"audit_due": "audit_returned_on", "moderation_due": "moderated_on", "uopp_due": "uopp_held_on"}
"""A day by which something is due, and the day on which it came."""

_CORE = ("reference", "cycle", "audit_type", "status", "next_step")
_DAYS = tuple(word for pair in AWAITED.items() for word in pair)


@dataclass(frozen=True, slots=True)
class ListView:
    """A view: its columns by our words, what it chooses by and how it is put in order, both in CAML. A view shows
    twelve people and lookups at most."""

    name: str
    columns: tuple[str, ...]
    where: str = ""
    grouped_by: str = ""
    ordered_by: str = "reference"


def _filled(word: str) -> str:
    return f'<IsNotNull><FieldRef Name="{{{word}}}"/></IsNotNull>'


def _in_a_week(word: str) -> str:
    def bound(how: str, days: str) -> str:
        day = f'<Value Type="DateTime"><Today{days}/></Value>'
        return f'<{how}><FieldRef Name="{{{word}}}"/>{day}</{how}>'

    return "<And>" + bound("Geq", "") + bound("Leq", ' OffsetDays="7"') + "</And>"


def _any(*conditions: str) -> str:
    first, *rest = conditions
    return f"<Or>{first}{_any(*rest)}</Or>" if rest else first


VIEWS = (
    ListView(
        "All for the Audit Team",
        (*_CORE, "practitioner", "team_manager", "auditor", "moderator", "head_of_service", "confirmed_on",
         *_DAYS, "auditors_grade", "moderated_grade", "final_grade", "last_letter", "bots_note"),
    ),
    ListView(
        "By Head of Service",
        (*_CORE, "auditor", "moderator", "head_of_service", "confirmed_on", *_DAYS, "moderated_grade"),
        grouped_by="head_of_service",
    ),
    ListView(
        "Needs a person",
        (*_CORE, "auditor", "moderator", "bots_note", *_DAYS),
        where=_filled("bots_note"),
    ),
    ListView(
        "This week",
        (*_CORE, "auditor", "moderator", *_DAYS),
        where=_any(*(_in_a_week(word) for word in AWAITED)),
        ordered_by="audit_due",
    ),
)  # fmt: skip


def format_of_a_grade() -> dict[str, Any]:
    """A cell in the colour of its grade, the grade's word always in it."""
    colours = GRADE_COLOURS.items()
    ground = _first([(f"@currentField == {_text(word)}", f"#{c.fill}") for word, c in colours])
    letters = _first([(f"@currentField == {_text(word)}", f"#{c.label}") for word, c in colours])
    return {**_cell(ground, letters), "txtContent": "@currentField"}


def looks_of(inner: Mapping[str, str], titles: Mapping[str, str]) -> WantedLooks:
    """The views and formats as SharePoint takes them.

    `inner`: our word -> SharePoint's own name of the column; a column that is not there is left out of every view.
    `titles`: our word -> what people call it.
    """
    views = [
        WantedView(
            view.name,
            tuple("LinkTitle" if inner[w] == "Title" else inner[w] for w in view.columns if w in inner),
            query_of(view, inner),
        )
        for view in VIEWS
    ]
    drawn = {word: format_of_a_grade() for word in GRADES if word in inner}
    drawn |= {
        due: format_of_a_due_day(inner[came])
        for due, came in AWAITED.items()
        if due in inner and came in inner
    }
    formats = [
        WantedFormat(word, titles[word], inner[word], json.dumps(each, indent=2, ensure_ascii=False) + "\n")
        for word, each in drawn.items()
    ]
    return WantedLooks(tuple(views), tuple(formats))


def format_of_a_due_day(came: str) -> dict[str, Any]:
    """A cell red once its day is past, yellow two days before, while the column `came` (by its own name) is empty; a
    word says it, too."""
    open_ = f"Number(@currentField) != 0 && Number([${came}]) == 0"
    late = f"{open_} && Number(@currentField) + {_DAY} <= Number(@now)"  # the day itself is not late
    soon = f"{open_} && Number(@currentField) < Number(@now) + {2 * _DAY}"
    day = {"elmType": "span", "txtContent": "@currentField.displayValue"}
    word = {
        "elmType": "span",
        "txtContent": _first([(late, "late"), (soon, "soon")]),
        "style": {"margin-left": _first([(late, "6px"), (soon, "6px")]), "font-weight": "600"},
    }
    ground, letters = _first([(late, LATE[0]), (soon, SOON[0])]), _first([(late, LATE[1]), (soon, SOON[1])])
    return {**_cell(ground, letters), "children": [day, word]}


def _cell(ground: str, letters: str) -> dict[str, Any]:
    style = {"background-color": ground, "color": letters, "padding": "0 8px", "border-radius": "4px"}
    return {"$schema": _SCHEMA, "elmType": "div", "style": style}


def _first(cases: list[tuple[str, str]]) -> str:
    said = "''"
    for condition, value in reversed(cases):
        said = f"if({condition}, {_text(value)}, {said})"
    return f"={said}"


def _text(value: str) -> str:
    return "'" + value.replace("'", "\\'") + "'"


def files_of_views(list_name: str, looks: WantedLooks, site: str) -> dict[str, str]:
    """The files by name: the format of each column in JSON, the script, and a page that says where each is put.
    `site` is the site's address."""
    return {
        **{f"{each.word}.json": each.text for each in looks.formats},
        "views.ps1": _script(list_name, looks, site),
        "where_to_put_them.md": _page(list_name, looks.formats, site),
    }


def _script(list_name: str, looks: WantedLooks, site: str) -> str:
    quoted = _quoted(list_name)
    lines = [
        "# Run by an owner of the site in PnP PowerShell, in the folder of this file. Running it again does no harm.",
        "# -ClientId is your own registration of PnP PowerShell; Register-PnPEntraIDAppForInteractiveLogin makes one.",
        "param([Parameter(Mandatory)][string]$ClientId)",
        f"Connect-PnPOnline -Url {_quoted(site)} -Interactive -ClientId $ClientId",
        "",
    ]
    for view in looks.views:
        name, fields = _quoted(view.title), ", ".join(map(_quoted, view.fields))
        lines += [
            f"if (-not (Get-PnPView -List {quoted} -Identity {name} -ErrorAction SilentlyContinue)) {{",
            f"    Add-PnPView -List {quoted} -Title {name} -RowLimit 100 -Paged `",
            f"        -Fields {fields} `",
            f"        -Query {_quoted(view.query)}",
            "}",
        ]
    lines.append("")
    for each in looks.formats:
        file = f"(Get-Content -Raw -Encoding utf8 {_quoted(f'{each.word}.json')})"
        lines.append(
            f"Set-PnPField -List {quoted} -Identity {_quoted(each.inner)} -Values @{{ CustomFormatter = {file} }}"
        )
    return "\n".join(lines) + "\n"


def query_of(view: ListView, inner: Mapping[str, str]) -> str:
    """What a view chooses and how it is put in order, in CAML. A view one of whose columns is not there shows all."""
    words = [word for word in inner if f"{{{word}}}" in view.where]
    known = view.where.count("{") == sum(view.where.count(f"{{{word}}}") for word in words)
    where = f"<Where>{view.where}</Where>" if view.where and known else ""
    group = (
        f'<GroupBy Collapse="FALSE"><FieldRef Name="{inner[view.grouped_by]}"/></GroupBy>'
        if (view.grouped_by in inner)
        else ""
    )
    order = (
        f'<OrderBy><FieldRef Name="{inner[view.ordered_by]}"/></OrderBy>' if view.ordered_by in inner else ""
    )
    for word in words:
        where = where.replace(f"{{{word}}}", inner[word])
    return f"{where}{group}{order}"


def _quoted(text: str) -> str:
    """Text as PowerShell takes it word for word. Curly marks end a text there too, so they are doubled as well."""
    return "'" + "".join(letter * 2 if letter in "'‘’‚‛" else letter for letter in text) + "'"


def _page(list_name: str, formats: Iterable[WantedFormat], site: str) -> str:
    rows = [f"| {each.title} | `{each.word}.json` |" for each in formats]
    return "\n".join(
        [
            f"# Views and colours of the list “{list_name}”",
            "",
            "Signed in with a certificate, `audit-bot prepare` puts these in itself. Where it cannot, an owner of",
            f"{site} does it, in one of two ways.",
            "",
            "1. **By script**: [PnP PowerShell](https://pnp.github.io/powershell/), in this folder: `./views.ps1`.",
            "   It asks for the id of your own registration of PnP PowerShell.",
            "2. **By hand**: open the list; at the head of each column below choose *Column settings*, *Format this",
            "   column*, *Advanced mode*; paste the file in place of what stands there, *Save*. Views: *All items*,",
            "   *Create new view*; the script says which columns each has, and what it chooses by.",
            "",
            "| Column | File |",
            "|---|---|",
            *rows,
            "",
            "A due day is coloured only in a view that shows the column in which the day of coming stands as well.",
            "Undo: *Format this column*, *Clear*; a view is deleted under *Edit current view*.",
            "",
        ]
    )
