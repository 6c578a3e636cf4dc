"""The Audit Team's Word forms with what is known already filled in: the audit tool and its companions (§7, 10, 13, 15).

Only the controls named here are written, found by their tags; everything else in a form stays as the Audit Team made
it. A form is taken apart once; the parts that do not change are kept compressed, so that sixty forms cost little more
than one.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from lxml import etree

from bot.errors import SettingsError
from bot.papers.forms import reference_in_file as carried_reference
from bot.papers.forms.slots import Part, Rows, Slot, Value, joined, taken_apart
from bot.papers.word.controls import tag_of
from bot.papers.word.xml import parsed, w

AUDIT_TOOL = ("audit_ref", "grade_auditor", "grade_moderated")
DIP_SAMPLE = ("audit_ref", "kloe.text")
DIP_AUDIT = ("audit_ref", "prev.what", "prev.status")
RE_AUDIT = (*AUDIT_TOOL, "prev.what")
UOPP_RECORD = ("audit_ref", "uopp_date")
"""The tags that each kind of form must have; every other may be missing."""

RESTRICTED = "Restricted record: ask the Audit Team"


@dataclass(frozen=True, slots=True)
class PreviousAction:
    """An action agreed before. `by` is text where no date was given."""

    what: str
    who: str = ""
    by: date | str | None = None


@dataclass(frozen=True, slots=True)
class FormValues:
    """What stands in a form before anybody has written a word. Of a restricted audit, no identifiers.

    What is said of the previous audit stands in the dip audit, the re-audit and the record of the UoPP meeting.
    """

    reference: str
    cycle: str
    audit_type: str
    return_by: date | None
    return_to: str
    mosaic_number: str
    child_name: str
    date_of_birth: date | None
    age: str
    ethnicity: str
    outcome_type: str
    practitioner: str
    team: str
    team_manager: str
    auditor: str
    moderator: str
    kloes: tuple[str, ...]
    restricted: bool = False
    auditor_role: str = ""
    previous_reference: str = ""
    previous_grade: str = ""
    previous_moderated_on: date | None = None
    previous_uopp_on: date | None = None
    previous_actions: tuple[PreviousAction, ...] = ()


@dataclass(frozen=True, slots=True)
class PreparedTemplate:
    """A form taken apart once. `rest` is the package without the parts that are written anew."""

    parts: Mapping[str, Part]
    reference: Mapping[str, carried_reference.Around]
    rest: bytes
    version: str

    @property
    def questions(self) -> frozenset[str]:
        """The tags of what it can be filled in with, rows apart."""
        return frozenset(
            piece.tag for part in self.parts.values() for piece in part if isinstance(piece, Slot)
        )


_TAGS = frozenset(
    (
        "audit_ref", "cycle", "audit_type", "due_auditor", "return_to",
        "mosaic_id", "child_name", "child_dob", "child_age", "ethnicity", "outcome_type", "sw", "team", "tm",
        "auditor", "auditor_role", "moderator", "kloe.text",
        "prev_ref", "prev_grade", "uopp_grade_start", "prev_date", "prev_uopp", "prev.what", "prev.who", "prev.by",
    )
)  # fmt: skip
_ROWS = {"kloe.text": "kloe", "prev.what": "prev"}
_PAGES = re.compile(r"word/[^/]+\.xml")
_PAGE_ROOTS = (w("document"), w("hdr"), w("ftr"))


@lru_cache(16)
def prepare(template: bytes, needed: tuple[str, ...] = AUDIT_TOOL) -> PreparedTemplate:
    """Take a form apart. Raises SettingsError when it is no form the bot can fill, or lacks a tag of `needed`."""
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as package:
            kept = {info.filename: package.read(info) for info in package.infolist()}
        pages = {name: parsed(data) for name, data in kept.items() if _PAGES.fullmatch(name)}
        main = next((name for name, root in pages.items() if root.tag == w("document")), "")
        if not main:
            raise SettingsError(["The form is not an ordinary Word document (.docx); please save it as one."])
        controls = {tag_of(sdt): _text(sdt) for sdt in pages[main].iter(w("sdt"))}
        parts = {name: taken_apart(r, _TAGS, _ROWS) for name, r in pages.items() if r.tag in _PAGE_ROOTS}
        parts = {name: part for name, part in parts.items() if len(part) > 1 or name == main}
        faults = list(_faults(controls, needed, parts[main]))
        if faults:
            raise SettingsError(faults)
        for name in parts:
            del kept[name]
        version = controls.get("tpl_ver", "")
        reference = carried_reference.prepared(kept, main, version)
    except (zipfile.BadZipFile, KeyError, RuntimeError, etree.XMLSyntaxError) as fault:
        raise SettingsError(["The form is not a Word document that can be opened."]) from fault
    rest = io.BytesIO()
    with zipfile.ZipFile(rest, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in kept.items():
            _put(file, name, data)
    return PreparedTemplate(parts, reference, rest.getvalue(), version)


def _faults(tags: Container[str], needed: Sequence[str], main: Part) -> Iterator[str]:
    """What keeps the bot from filling a form."""
    yield from (f"The form has no control with the tag “{tag}”." for tag in needed if tag not in tags)
    rows = {piece.name: piece for piece in main if isinstance(piece, Rows)}
    for tag, name in _ROWS.items():
        if tag in tags and name not in rows:
            yield f"The control “{tag}” must stand in a row of a table: the bot repeats that row."
    pieces = [*main, *(piece for row in rows.values() for piece in row.row)]
    fillable = {piece.tag for piece in pieces if isinstance(piece, Slot)}
    for tag in sorted(_TAGS):
        if tag in tags and tag not in fillable:
            yield f"The control “{tag}” holds other controls, so that the bot cannot fill it in."


def stamp(template: PreparedTemplate | bytes, values: FormValues) -> bytes:
    """The form for one audit, as a DOCX. The same values give the same bytes."""
    prepared = template if isinstance(template, PreparedTemplate) else prepare(template)
    written = _written(values)
    rows: dict[str, Sequence[Mapping[str, Value]]] = {
        "kloe": [{"kloe.text": text} for text in values.kloes],
        "prev": _previous(values),
    }
    out = io.BytesIO(prepared.rest)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as file:
        for name, part in prepared.parts.items():
            _put(file, name, joined(part, written, rows))
        for name, around in prepared.reference.items():
            _put(file, name, carried_reference.written(around, values.reference), zipfile.ZIP_STORED)
    return out.getvalue()


def _put(file: zipfile.ZipFile, name: str, data: bytes, how: int = zipfile.ZIP_DEFLATED) -> None:
    file.writestr(zipfile.ZipInfo(name), data, how)  # ZipInfo: without the time of day


def _written(values: FormValues) -> dict[str, Value]:
    found: dict[str, Value | None] = {
        "audit_ref": values.reference,
        "cycle": values.cycle,
        "audit_type": values.audit_type,
        "due_auditor": values.return_by,
        "return_to": values.return_to,
        "outcome_type": values.outcome_type,
        "sw": values.practitioner,
        "team": values.team,
        "tm": values.team_manager,
        "auditor": values.auditor,
        "auditor_role": values.auditor_role,
        "moderator": values.moderator,
        "prev_ref": values.previous_reference,
        "prev_grade": values.previous_grade,
        "uopp_grade_start": values.previous_grade,
        "prev_date": values.previous_moderated_on,
        "prev_uopp": values.previous_uopp_on,
    }
    if values.restricted:
        found |= {"mosaic_id": RESTRICTED, "child_name": RESTRICTED}
    else:
        found |= {
            "mosaic_id": values.mosaic_number,
            "child_name": values.child_name,
            "child_dob": values.date_of_birth,
            "child_age": values.age,
            "ethnicity": values.ethnicity,
        }
    return {tag: value for tag, value in found.items() if value}


def _previous(values: FormValues) -> list[dict[str, Value]]:
    """The rows of what was agreed before. What was written about a restricted child stays where it is."""
    if values.restricted and values.previous_actions:
        return [{"prev.what": RESTRICTED}]
    rows = [{"prev.what": a.what, "prev.who": a.who, "prev.by": a.by} for a in values.previous_actions]
    return [{tag: value for tag, value in row.items() if value} for row in rows]


def _text(sdt: etree._Element) -> str:
    return "".join(t.text or "" for t in sdt.iter(w("t")))
