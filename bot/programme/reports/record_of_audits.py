"""The sheets of the record of a cycle on each audit's people, dates and grades, its meetings and its re-audit (§8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from bot.programme.reports.audit_fields import (
    AUDITORS_GRADE,
    DRIFT,
    FAMILY,
    FINAL_GRADE,
    GRADE_AFTER_UOPP,
    GRADE_AT_SIX_WEEKS,
    KIND,
    MODERATED_GRADE,
    PRACTITIONER,
    Field,
    day_in,
    day_of,
    of_the_row,
    person,
)
from bot.programme.reports.audit_record import AuditRecord
from bot.programme.reports.counted import left_out, moderated_grade, standing_grade
from bot.programme.reports.record_sheet import Cell, Sheet, as_cell
from bot.programme.vocabulary import AuditType, Milestone

AUDITS, MEETINGS, RE_AUDITS = "Audits", "Meetings and checks", "Re-audits"
RE_AUDIT_GRADE = "Re-audit grade"

AUDIT_FIELDS = (
    KIND,
    Field("Left out", lambda r, day: left_out(r.standing, day)),
    of_the_row("Restricted", "restricted"),
    of_the_row("Child's name", "child_name", identifier=True),
    of_the_row("Mosaic number", "mosaic_number", identifier=True),
    of_the_row("Date of birth", "date_of_birth", day_in, identifier=True),
    of_the_row("Ethnicity", "ethnicity", identifier=True),
    of_the_row("Outcome type", "outcome_type"),
    of_the_row("Team", "team"),
    person("Practitioner", "practitioner"),
    person("Team Manager", "team_manager"),
    person("Auditor", "auditor"),
    person("Moderator", "moderator"),
    day_of("Sent on", Milestone.AUDIT_SENT),
    day_of("Due", Milestone.AUDIT_DUE),
    day_of("Returned on", Milestone.AUDIT_RETURNED),
    day_of("Moderation due", Milestone.MODERATION_DUE),
    day_of("Moderated on", Milestone.MODERATED),
    day_of("Disputed on", Milestone.DISPUTED),
    day_of("Finally decided on", Milestone.FINALLY_DECIDED),
    day_of("Dip sample completed on", Milestone.DIP_COMPLETED),
    AUDITORS_GRADE,
    MODERATED_GRADE,
    FINAL_GRADE,
    GRADE_AFTER_UOPP,
    Field(RE_AUDIT_GRADE, lambda _r, _day: None, instead="the re-audit's own row"),
    FAMILY,
    PRACTITIONER,
)
"""The columns of the sheet Audits; five of grades."""

MEETING_FIELDS: Mapping[str, Mapping[str, Field]] = {
    "UoPP meeting": {
        "Due": day_of("Due", Milestone.UOPP_DUE),
        "Held on": day_of("Held on", Milestone.UOPP_HELD),
        "Record sent on": day_of("Record sent on", Milestone.UOPP_RECORD_SENT),
    },
    "Review UoPP meeting": {
        "Due": day_of("Due", Milestone.REVIEW_UOPP_DUE),
        "Held on": day_of("Held on", Milestone.REVIEW_UOPP_HELD),
    },
    "Six-week check": {
        "Due": day_of("Due", Milestone.SIX_WEEK_CHECK_DUE),
        "Held on": day_of("Held on", Milestone.SIX_WEEK_CHECKED),
        "Grade found": GRADE_AT_SIX_WEEKS,
        "Drift or delay": DRIFT,
    },
}
"""By what it is, then by the column."""
_MEETING_COLUMNS = ("Due", "Held on", "Record sent on", "Grade found", "Drift or delay")


def audits_sheet(records: Sequence[AuditRecord], re_audits: Sequence[AuditRecord], as_at: date) -> Sheet:
    """A row for each audit. `re_audits` are those of later cycles."""
    again = {_earlier(r): r for r in re_audits}

    def cell(record: AuditRecord, field: Field) -> Cell:
        if field.title == RE_AUDIT_GRADE:
            found = again.get(record.reference.casefold())
            return as_cell(standing_grade(found.standing, as_at) if found else None)
        return as_cell(field.get(record, as_at))

    rows = {r.reference: (r.reference, *(cell(r, field) for field in AUDIT_FIELDS)) for r in records}
    return Sheet(("Audit", *(field.title for field in AUDIT_FIELDS)), dict(rows))


def meetings_sheet(records: Sequence[AuditRecord], as_at: date) -> Sheet:
    """A row for each meeting or check that was held or is due."""
    rows: dict[str, tuple[Cell, ...]] = {}
    for r in records:
        for what, fields in MEETING_FIELDS.items():
            cells = [as_cell(fields[c].get(r, as_at)) if c in fields else None for c in _MEETING_COLUMNS]
            if cells[0] or cells[1]:
                rows[f"{r.reference}/{what}"] = (r.reference, what, *cells)
    return Sheet(("Audit", "What", *_MEETING_COLUMNS), rows)


def re_audits_sheet(records: Sequence[AuditRecord], re_audits: Sequence[AuditRecord], as_at: date) -> Sheet:
    """The audits of this cycle that were audited again, and the re-audits done in it; only told."""
    before = {r.reference.casefold(): r for r in records}
    rows: dict[str, tuple[Cell, ...]] = {}
    for r in (*(r for r in records if r.standing.allocation.audit_type is AuditType.RE_AUDIT), *re_audits):
        earlier = before.get(_earlier(r))
        rows[r.reference] = (
            r.reference, as_cell(r.standing.allocation.earlier_audit), as_cell(r.standing.cycle.name),
            as_cell(moderated_grade(earlier.standing, as_at) if earlier else None),
            as_cell(standing_grade(r.standing, as_at)),
        )  # fmt: skip
    return Sheet(("Audit", "Earlier audit", "Cycle", "Grade then", "Grade now"), rows)


def _earlier(record: AuditRecord) -> str:
    return record.standing.allocation.earlier_audit.casefold()
