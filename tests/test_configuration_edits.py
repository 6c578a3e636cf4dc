"""Whatever slip is made in the configuration: it is refused in a sentence, told, or makes no difference.

The judge of an edit is not that nothing breaks. Refused: a sentence names the file and the word. Told: a note of
`check`, which the digest repeats once, names the rule or word. Taken as it is: what is used is what was written. No
difference: the same letters go to the same people on the same days. Anything else fails.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from configuration_edits import Edit, cuts, edits, rules_removed
from people import book
from season_for_edits import as_shipped, letters
from tenant import ROOT

from bot.daily_run.changed_files import in_force
from bot.errors import SettingsError
from bot.office.lists.columns import found_columns
from bot.office.lists.lists_file import LISTS, ListNames, columns
from bot.papers.forms.questions import questions
from bot.programme.edited_file import edited
from bot.programme.list_columns import Kind
from bot.programme.modes import Mode
from bot.programme.proof.dry_run import faults_of_meaning
from bot.programme.rulebook.as_shipped import rules_changed, words_changed
from bot.programme.rulebook.rules import Rulebook, rulebook
from bot.programme.vocabulary import Role
from bot.settings import Settings, load

CONFIG = ROOT / "config"
RULES, LISTS_TEXT, QUESTIONS, PROFILE = (
    (CONFIG / name).read_text(encoding="utf-8")
    for name in ("rules.toml", "lists.toml", "audit_tool.toml", "example_tenant.toml")
)
MILESTONES = tuple(
    f'"{m}"' for m in ("audit due", "moderated", "confirmed", "month one", "board meeting", "disputed")
)
SETS = tuple(f"[{m}]" for m in MILESTONES)
ROLES = tuple(f'["{r}"]' for r in (Role.AUDIT_TEAM, Role.PERFORMANCE_TEAM, Role.TEAM_MANAGER, Role.AUDITOR))
WAITS = (
    '"same day"',
    '"900 days"',
    '"0 working days"',
    '"20 working days"',
    '"1 week before"',
    '"12 months"',
)
OF_A_RULE = {
    **dict.fromkeys(("when", "after", "sets", "not_before", "since", "due"), MILESTONES),
    **dict.fromkeys(("unless", "unless_lately"), SETS),
    **dict.fromkeys(("to", "cc", "not_to"), ROLES),
    **dict.fromkeys(("wait", "late"), WAITS),
    "repeat": ('"every week, 1 times"', '"every 0 weeks, 3 times"', '"every week, 900 times"'),
    "for_each": ('"audit"', '"cycle"', '"month"', '"new holder"'),
    "letter": ('"00_digest"', '"nothing"'),
    "id": ('"another id"', '"audit reminder"'),
    **dict.fromkeys(("only_if", "not_if"), ('["drift"]', '["audits in the list"]', '["in dispute"]')),
    "moderated_grade": ('["Good"]', '["Inadequate"]', '["RI"]'),
    "attach": ('["scorecard"]', '["moderated audit"]', '["returned audit"]'),
    "waits_for": ('"nothing"', '"a working day"'),
    "marks": ('"audit sent"', '"inadequate told"'),
    "series": ('"chasing the audit"',),
}  # fmt: skip


def refusal(edit: Edit, file: str, read: Callable[[], object], *words: str) -> bool:
    """Whether the edit is refused: each problem a sentence, one of them with the file, and the word or what it was."""
    try:
        read()
    except SettingsError as fault:
        problems = fault.problems
    else:
        return False
    said = " ".join(problems)
    assert all(problem.endswith(".") for problem in problems), problems
    assert file in said, (edit, said)
    changed = [word for word in (edit.word, edit.word[:-1] + "zq", *words) if word]
    broken = "no TOML" in edit.kind or "head" in edit.kind or not edit.path
    assert broken or any(word.casefold() in said.casefold() for word in changed), (edit.kind, edit.path, said)
    return True


# -------------------------------------------------------------------------------------------------------- the rules


SHIPPED = edited(RULES, "config/rules.toml")


@cache
def entry_names() -> dict[Any, str]:
    given = tomllib.loads(RULES)
    return {(part, n): str(entry[naming]) for part, naming in (("rule", "id"), ("deadline", "sets"))
            for n, entry in enumerate(given[part])}  # fmt: skip


def judged_rules(edit: Edit, *, play: bool) -> str:
    """`play`: also plan the whole season, if nothing is told."""
    name = entry_names().get(edit.path[:2], "")
    value = edit.text and _value_at(edit)
    if refusal(edit, "config/rules.toml", lambda: rulebook(edit.text), name, value):
        return "refused"
    taken = rulebook(edit.text)
    if faults := faults_of_meaning(taken):
        assert all(fault.endswith(".") and "config/rules.toml" in fault for fault in faults)
        return "refused for its meaning"
    told = [*rules_changed(edited(edit.text, "config/rules.toml"), SHIPPED)]
    if told:
        if name and edit.word != "id":
            assert any(f"“{name}" in sentence for sentence in told), (edit.path, told)
        return "told"
    assert _without_words(taken) == _without_words(book()), f"nothing is told of {edit.path}: {edit.kind}"
    if play:
        assert letters(taken) == as_shipped(), f"nothing is told of {edit.path}: {edit.kind}"
    return "no difference"


def _value_at(edit: Edit) -> str:
    row = edit.text.split("\n")[edited_line(edit) - 1] if edit.path and edit.path[0] != "block" else ""
    return row.partition("=")[2].strip().strip('"[]')


def edited_line(edit: Edit) -> int:
    return SHIPPED.line(edit.path) or 1


def _without_words(taken: Rulebook) -> object:
    """A book without what is only told to people."""
    nothing: dict[str, Any] = {"about": "", "note": "", "guide": ""}
    return (
        [replace(deadline, **nothing) for deadline in taken.deadlines],
        [replace(rule, **nothing) for rule in taken.rules],
    )


def edits_of_the_rules() -> list[Edit]:
    """Each word misspelt, removed, there twice and with other words of its kind; of what is of another type or no TOML
    every few, which are refused in the same way whatever the rule."""
    every = {"another type or value": 7, "no TOML": 13}
    times: Counter[str] = Counter()
    found = []
    for edit in (*edits(RULES, OF_A_RULE), *rules_removed(RULES), *cuts(RULES, 60)):
        times[edit.kind] += 1
        if times[edit.kind] % every.get(edit.kind, 1) == 0:
            found.append(edit)
    return found


# ------------------------------------------------------------------------------------------- settings, lists, questions


def judged_settings(edit: Edit, folder: Path) -> str:
    path = folder / "live.toml"
    path.write_text(edit.text, encoding="utf-8")
    if refusal(edit, "live.toml", lambda: load(path), *map(str, edit.path)):
        return "refused"
    taken, usual = load(path), base(str(folder))
    changed = {word for word in Settings.model_fields if getattr(taken, word) != getattr(usual, word)}
    changed -= {"files", "health_file"}  # by the folder they lie in
    if not changed:
        return "no difference"
    assert not edit.path or changed <= {edit.path[0]}, "and nothing else has changed with it"
    seen = " ".join(in_force(taken)) + Mode(taken.safety).in_words
    if changed & {"mailbox", "recipient_domains", "marking", "closure_days", "safety"}:
        assert seen != " ".join(in_force(usual)) + Mode(usual.safety).in_words, edit
        return "told"
    word = str(edit.path[0]) if edit.path else next(iter(changed))
    given = tomllib.loads(edit.text).get(word)
    if given is None:
        assert not Settings.model_fields[word].is_required()
        return "as it comes, where nothing is said"
    return "taken as it is written"


@cache
def base(folder: str) -> Settings:
    path = Path(folder) / "usual.toml"
    path.write_text(PROFILE, encoding="utf-8")
    return load(path)


def definitions(part: str) -> list[dict[str, Any]]:
    """The columns of a list as Graph describes those that are as they should be."""
    return [definition(title, column.kind) for title, column in
            ((column.title, column) for column in columns(part).values())]  # fmt: skip


def definition(title: str, kind: Kind, **facets: Any) -> dict[str, Any]:
    facet: dict[Kind, dict[str, Any]] = {
        Kind.TEXT: {"text": {}}, Kind.LINES: {"text": {"allowMultipleLines": True}}, Kind.CHOICE: {"choice": {}},
        Kind.YES_NO: {"boolean": {}}, Kind.DAY: {"dateTime": {"format": "dateOnly"}},
        Kind.PERSON: {"personOrGroup": {}},
        Kind.PEOPLE: {"personOrGroup": {"allowMultipleSelection": True}}, Kind.ROW: {"lookup": {}},
    }  # fmt: skip
    return {"name": title.replace(" ", "_"), "displayName": title, "id": title, **facet[kind], **facets}


def told_of_columns(
    part: str, given: list[dict[str, Any]], titles: dict[str, str]
) -> tuple[set[str], list[str]]:
    found = found_columns(LISTS[part], given, columns(part), titles)
    return {*found.missing, *found.lost}, [*found.faults]


def judged_lists(edit: Edit) -> str:
    if refusal(edit, "config/lists.toml", lambda: ListNames(edit.text), *map(str, edit.path)):
        return "refused"
    taken, told = ListNames(edit.text), False
    for part in LISTS:
        titles, usual = taken.titles(part), {w: c.title for w, c in columns(part).items()}
        lost, _ = told_of_columns(part, definitions(part), titles)
        renamed = {word for word in titles if titles[word] != usual[word]}
        assert renamed <= lost, f"{renamed - lost} is read from no column and nobody hears of it"
        told = told or bool(renamed) or taken.list(part) != LISTS[part]  # a list that is not there is told
    return "told" if told else "no difference"


def judged_questions(edit: Edit) -> str:
    if refusal(edit, "config/audit_tool.toml", lambda: questions(edit.text), *map(str, edit.path)):
        return "refused"
    if questions(edit.text) == questions(QUESTIONS):
        return "no difference"
    told = [*words_changed(edited(edit.text, "config/audit_tool.toml"), edited(QUESTIONS, ""))]
    assert told, edit
    if edit.path and "head" not in edit.kind:
        assert any(edit.word in sentence or f"[{edit.path[0]}]" in sentence for sentence in told), (
            edit.path,
            told,
        )
    return "told"


# --------------------------------------------------------------------------------------------- columns in SharePoint

_WRITTEN = (Kind.TEXT, Kind.CHOICE, Kind.LINES)
READ_ALL_THE_SAME = {
    *product(_WRITTEN, (*_WRITTEN, Kind.DAY, Kind.YES_NO)),
    *product((Kind.YES_NO,), _WRITTEN),
    *product((Kind.PERSON, Kind.PEOPLE), repeat=2),
}
"""Kinds of which one is read as the other: “Yes” in a text column is yes, what is chosen is text. What such a cell says
that it may not is told row by row."""


def judged_columns() -> Counter[str]:
    """Each column of each list renamed, removed, twice there, hidden, read-only and of each other kind."""
    told: Counter[str] = Counter()
    for part in LISTS:
        usual = {word: column.title for word, column in columns(part).items()}
        whole = definitions(part)
        for word, column in columns(part).items():
            if column.title == "Title":  # SharePoint's own: it can be called otherwise, and stays
                continue
            others = [d for d in whole if d["displayName"] != column.title]
            mine = definition(column.title, column.kind)
            for kind, given in (
                ("renamed", [*others, mine | {"displayName": f"{column.title} 2"}]),
                (
                    "renamed by a space",
                    [*others, mine | {"displayName": column.title.replace(" ", "  ") + " "}],
                ),
                ("renamed by case", [*others, mine | {"displayName": column.title.upper()}]),
                ("removed", others),
                ("twice", [*whole, mine | {"name": "other"}]),
            ):
                lost, faults = told_of_columns(part, given, usual)
                assert word in lost or any(column.title in fault for fault in faults), (kind, column)
                told[kind] += 1
            for there in Kind:
                lost, faults = told_of_columns(part, [*others, definition(column.title, there)], usual)
                named = word in lost or any(column.title in fault for fault in faults)
                if there is column.kind:
                    assert not named
                elif not named:
                    assert (column.kind, there) in READ_ALL_THE_SAME, (column, there)
                told[f"another kind: {'told' if named else 'read all the same'}"] += 1
    return told


# -------------------------------------------------------------------------------------------------------------- sweeps


def swept(which: Iterable[Edit], judge: Callable[[Edit], str], name: str) -> Counter[tuple[str, str, str]]:
    return Counter((name, edit.kind, judge(edit)) for edit in which)


def as_table(found: Counter[tuple[str, str, str]]) -> str:
    outcomes = sorted({outcome for _, _, outcome in found})
    rows = {(file, kind) for file, kind, _ in found}
    wide = max(len(f"{file}: {kind}") for file, kind in rows)
    lines = [" " * wide + "".join(f"{outcome:>36}" for outcome in outcomes)]
    for file, kind in sorted(rows):
        lines.append(f"{f'{file}: {kind}':{wide}}" + "".join(f"{found[file, kind, o]:36}" for o in outcomes))
    return "\n".join(lines)


def others(every: list[Edit], step: int, start: int = 0) -> list[Edit]:
    return every[start::step]


def test_a_column_of_another_name_or_kind_is_told_or_read_all_the_same() -> None:
    found = judged_columns()
    assert sum(found.values()) > 800
    print(found)  # noqa: T201


def test_some_slips_of_each_kind_in_each_file(tmp_path: Path) -> None:
    found = swept(others(edits_of_the_rules(), 401), lambda e: judged_rules(e, play=False), "rules")
    found += swept(
        others([*edits(PROFILE), *cuts(PROFILE, 20)], 11), lambda e: judged_settings(e, tmp_path), "settings"
    )
    found += swept(others([*edits(LISTS_TEXT), *cuts(LISTS_TEXT, 20)], 31), judged_lists, "lists")
    found += swept(others([*edits(QUESTIONS), *cuts(QUESTIONS, 20)], 97), judged_questions, "questions")
    assert sum(found.values()) > 150
    assert {outcome for _, _, outcome in found} >= {"refused", "told", "no difference"}


def test_a_rule_that_chases_no_longer_is_told_and_changes_the_letters() -> None:
    """The judge itself: what silences chasing is seen in the season, and told."""
    later = re.sub(r'(id +.*"audit overdue"(?:\n.+)*?\nwait +=) .*', r'\1 "60 working days"', RULES)
    taken = rulebook(later)
    assert not faults_of_meaning(taken)
    gone = {letter[0] for letter in as_shipped() - letters(taken)}
    assert gone == {"audit overdue"}
    (told,) = rules_changed(edited(later, "config/rules.toml"), edited(RULES, "config/rules.toml"))
    assert re.fullmatch(
        r"config/rules.toml, line \d+: rule “audit overdue” differs from the guide as shipped: "
        r"wait “60 working days” instead of “1 working day”, which is later\.",
        told,
    )


PARTS = 40


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_every_slip_in_the_rules(part: int) -> None:
    every = others(edits_of_the_rules(), PARTS, part)
    found = Counter[tuple[str, str, str]]()
    for n, edit in enumerate(every):
        found["rules", edit.kind, judged_rules(edit, play=n % 40 == 0)] += 1
    print(as_table(found))  # noqa: T201
    assert sum(found.values()) > 100


@pytest.mark.slow
def test_every_slip_in_the_other_files(tmp_path: Path) -> None:
    found = swept([*edits(PROFILE), *cuts(PROFILE, 200)], lambda e: judged_settings(e, tmp_path), "settings")
    found += swept([*edits(LISTS_TEXT), *cuts(LISTS_TEXT, 200)], judged_lists, "lists")
    found += swept([*edits(QUESTIONS), *cuts(QUESTIONS, 200)], judged_questions, "questions")
    print(as_table(found))  # noqa: T201
    assert sum(found.values()) > 3000
