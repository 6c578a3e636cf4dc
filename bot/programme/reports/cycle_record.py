"""The record of one cycle, all sheets: from the audits to its cells, and from what people put right back to the audits.

§8: gradings, domain grades, findings, feedback, actions, meetings, six-week checks and re-audits of the cycle.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from bot.programme.reports.audit_fields import NotUnderstood, OnlyTold, grade_in, put_right
from bot.programme.reports.audit_record import AuditRecord
from bot.programme.reports.concerns import CONCERNS, concerns_sheet, register
from bot.programme.reports.record_merged import Correction, Merged, State, merged
from bot.programme.reports.record_of_audits import (
    AUDIT_FIELDS,
    AUDITS,
    MEETING_FIELDS,
    MEETINGS,
    RE_AUDITS,
    audits_sheet,
    meetings_sheet,
    re_audits_sheet,
)
from bot.programme.reports.record_of_forms import FORM_SHEETS, JUDGEMENTS, as_judged, sheet_of, sources_of
from bot.programme.reports.record_sheet import Cell, Sheet, as_cell, in_words

SOURCES, NOT_READ = "Sources", "Not read"
FACTS = (RE_AUDITS, SOURCES, NOT_READ)
"""Sheets that only tell: what people write in them goes with the next refresh."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What is known of the workbook as it lies in the library: the sheets as they stand, as the bot wrote them last,
    and what was decided about corrections, by their names. `lost`: what a rewrite would not carry over. `gone`: the
    sheets in which what people put right cannot be found any more."""

    found: Mapping[str, Sheet] = field(default_factory=dict)
    written: Mapping[str, Sheet] = field(default_factory=dict)
    decided: Mapping[str, str] = field(default_factory=dict)
    told: Sheet = field(default_factory=lambda: Sheet(()))  # the sheet of corrections
    lost: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CycleRecord:
    """`records`: the audits as they count, corrections in them. `remarks`: by the name of a correction, why it does
    not count as it was written."""

    records: list[AuditRecord]
    sheets: Mapping[str, Merged]
    remarks: Mapping[str, str]

    @property
    def corrections(self) -> list[Correction]:
        return [each for sheet in self.sheets.values() for each in sheet.corrections]

    @property
    def asked(self) -> int:
        """How many corrections wait for a person: the forms changed too, or it was not understood."""
        return sum(c.state.asks or c.name in self.remarks for c in self.corrections)


def cycle_record(
    records: Sequence[AuditRecord],
    re_audits: Sequence[AuditRecord],
    workbook: Recorded,
    as_at: date,
    *,
    of_then: bool = False,
) -> CycleRecord:
    """The record as at the end of a day. `re_audits`: those done in later cycles about audits of this one. `of_then`:
    the day is past; then nothing of this is written down."""
    found, written = workbook.found, workbook.written
    forms: dict[str, Sheet] = {AUDITS: audits_sheet(records, re_audits, as_at)}
    forms |= {name: sheet_of(sheet, records, written.get(name)) for name, sheet in FORM_SHEETS.items()}
    forms[MEETINGS] = meetings_sheet(records, as_at)
    sheets = {
        name: merged(
            name, sheet, written.get(name), found.get(name) or written.get(name), workbook.decided,
            rows_stay=name in (AUDITS, MEETINGS), of_then=of_then,
        )
        for name, sheet in forms.items()
    }  # fmt: skip
    for name, told in (
        (RE_AUDITS, re_audits_sheet(records, re_audits, as_at)),
        (SOURCES, _sources(records)),
        (NOT_READ, _not_read(records)),
    ):
        sheets[name] = Merged(told, Sheet(told.columns))
    sheets[CONCERNS] = register(concerns_sheet(records), written.get(CONCERNS), found.get(CONCERNS))
    remarks: dict[str, str] = {}
    return CycleRecord(_put_right(records, sheets, as_at, remarks), sheets, remarks)


def _sources(records: Sequence[AuditRecord]) -> Sheet:
    rows: dict[str, tuple[Cell, ...]] = {}
    for r in records:
        for s in r.forms.sources:
            told = (r.reference, s.part, s.name, s.template, s.sha256, s.received_on, s.url)
            rows[f"{r.reference}/source/{s.part}"] = tuple(map(as_cell, told))
    return Sheet(("Audit", "Part", "File", "Version of the form", "SHA-256", "Received on", "Link"), rows)


def _not_read(records: Sequence[AuditRecord]) -> Sheet:
    told = [(r.reference, n, what) for r in records for n, what in enumerate(r.forms.unread, 1)]
    return Sheet(("Audit", "What"), {f"{ref}/not read/{n}": (ref, what) for ref, n, what in told})


# ------------------------------------------------------------------------------------------------- put right


def _put_right(
    records: Sequence[AuditRecord], sheets: Mapping[str, Merged], as_at: date, remarks: dict[str, str]
) -> list[AuditRecord]:
    known = {r.reference: r for r in records}
    words: dict[str, list[str]] = defaultdict(list)
    for name, sheet in sheets.items():
        touched: dict[str, None] = {}
        for correction in sheet.corrections:
            about = _audits_of(correction, sheet.counts)
            if not any(reference in known for reference in about):
                remarks[correction.name] = "it names no audit of this cycle, so it is kept and not counted"
                continue
            for reference in about:
                words[reference].append(correction.in_words)
                touched[reference] = None
            if name in (AUDITS, MEETINGS):
                _fact(correction, known, as_at, remarks)
            elif name == "Domain grades":
                _domain_grade(correction, sheet.counts, remarks)
            elif name == "Lines of enquiry":
                _judgement(correction, sheet.counts, remarks)
        if name in FORM_SHEETS:
            for reference in touched:
                if reference in known:
                    known[reference] = _from_rows(known[reference], name, sheet.counts, as_at)
    return [
        replace(r, forms=replace(r.forms, corrected=tuple(words[r.reference]))) if r.reference in words else r
        for r in known.values()
    ]


def _audits_of(correction: Correction, counts: Sheet) -> tuple[str, ...]:
    """The audits a correction is about: the one the row was made for, and the one it names now."""
    cells = counts.rows.get(correction.row)
    return tuple(dict.fromkeys((correction.row.split("/")[0], in_words(cells[0]) if cells else "")))


def _fact(
    correction: Correction, known: dict[str, AuditRecord], as_at: date, remarks: dict[str, str]
) -> None:
    reference, _, meeting = correction.row.partition("/")
    columns = MEETING_FIELDS.get(meeting, {}) if meeting else {f.title: f for f in AUDIT_FIELDS}
    one = columns.get(correction.column)
    if one is None or reference not in known:
        if correction.state is not State.PUT_BACK:
            remarks[correction.name] = "nothing is counted by it: audits and meetings are entered in the list"
        return
    try:
        known[reference] = put_right(one, known[reference], correction.to, as_at)
    except (NotUnderstood, OnlyTold) as why:
        remarks[correction.name] = str(why)


def _domain_grade(correction: Correction, counts: Sheet, remarks: dict[str, str]) -> None:
    for column in ("Auditor's grade", "Moderated grade"):
        cell = counts.cell(correction.row, column)
        if in_words(cell).casefold() != "not applicable":
            try:
                grade_in(cell)
            except NotUnderstood as why:
                remarks[correction.name] = str(why)


def _judgement(correction: Correction, counts: Sheet, remarks: dict[str, str]) -> None:
    told = in_words(counts.cell(correction.row, "Judged"))
    if told and as_judged(told) not in JUDGEMENTS:
        remarks[correction.name] = f"“{told}” is none of {', '.join(JUDGEMENTS)}"


def _from_rows(record: AuditRecord, name: str, counts: Sheet, as_at: date) -> AuditRecord:
    own = len(FORM_SHEETS[name].columns) + 1  # without the columns people added
    rows = [cells[1:own] for cells in counts.rows.values() if in_words(cells[0]) == record.reference]
    return replace(record, forms=FORM_SHEETS[name].back(record.forms, rows, sources_of(record.forms, as_at)))
