"""The record of a cycle in the library: read with what people put right in it, and made anew (§8).

Restricted as it is, nothing of what it says goes into the ledger or into what is told: only that somebody should look.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from bot.daily_run.reports.gathered import FormsRead, gathered
from bot.daily_run.workplace import Workplace
from bot.errors import AuditBotError, ListChanged, RequestRefused, in_words
from bot.office.isolated_reader import workbook_safely
from bot.office.library import KeptFile
from bot.papers.forms.answers import Held
from bot.papers.forms.questions import Questions
from bot.papers.reports.record_workbook import record_workbook, recorded, stands_so_already
from bot.programme.reports.cycle_record import CycleRecord, Recorded, cycle_record
from bot.programme.standing.audit_standing import Standing
from bot.programme.vocabulary import AuditType, Cycle, Problem

_LOCKED = 423


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """The record as it counts, the workbook in the library (None where there is none), and what a person should see
    to. `made`: it was written now."""

    record: CycleRecord
    file: KeptFile | None
    problems: tuple[Problem, ...] = ()
    made: bool = False


def record_place(cycle: Cycle, workplace: Workplace) -> tuple[str, ...]:
    """Where the workbook lies: beside the folders of the cycle's audits."""
    folder = workplace.settings.library_folder.split("/")
    return (*folder, cycle.name, f"Record of the cycle – {cycle.name}.xlsx")


def kept_record(
    cycle: Cycle,
    standings: Iterable[Standing],
    workplace: Workplace,
    asked: Questions,
    as_at: date,
    read: FormsRead | None = None,
) -> KeptRecord:
    """The record of a cycle with the Audit Team's corrections, and the workbook made anew, where `as_at` is today.
    `standings`: of all cycles; `read` keeps the forms read. Raises TenantUnavailable, as reading the forms does."""
    everyone = [*standings]
    own = [s for s in everyone if s.cycle.name == cycle.name]
    references = {s.allocation.reference.casefold() for s in own}
    again = [
        s
        for s in everyone
        if s.allocation.audit_type is AuditType.RE_AUDIT
        and s.cycle.name != cycle.name
        and s.allocation.earlier_audit.casefold() in references
    ]
    place = record_place(cycle, workplace)
    where = f"The document library, {'/'.join(place)}"
    records, re_audits = (gathered(each, workplace, asked, as_at, read) for each in (own, again))
    kept = workplace.library.look(place)
    workbook, fault = _recorded(kept, workplace)
    record = cycle_record(records, re_audits, workbook, as_at, of_then=as_at < workplace.today)
    if fault:
        return KeptRecord(record, kept, (Problem(where, fault),))
    found = KeptRecord(record, kept, tuple(_to_decide(record, where)))
    if as_at != workplace.today or (kept and stands_so_already(record, workbook)):
        return found
    return _written(found, record_workbook(cycle.name, as_at, record), place, workplace, workbook, where)


def _recorded(kept: KeptFile | None, workplace: Workplace) -> tuple[Recorded, str]:
    """What stands in the workbook, and why it cannot be read."""
    if kept is None:
        return Recorded(), ""
    book = workbook_safely(workplace.library.fetch(kept.id))
    found = Recorded() if isinstance(book, Held) else recorded(book)
    said = book.reason if isinstance(book, Held) else ""
    if found.gone:
        gone = ", ".join(f"“{sheet}”" for sheet in found.gone)
        said = f"A sheet is gone, or its row of headings: {gone}."
    if said:
        return Recorded(), (
            f"{said} It is left as it is, and nothing you put right in it counts in reports until it can be read. "
            "Put an earlier version back (its version history has them), or rename it: then it is made anew."
        )
    return found, ""


def _to_decide(record: CycleRecord, where: str) -> Iterable[Problem]:
    if n := record.asked:
        what = f"{n} correction{'s' if n > 1 else ''} in the record wait for you: see its sheet Corrections."
        yield Problem(where, what)


def _written(
    found: KeptRecord,
    data: bytes,
    place: tuple[str, ...],
    workplace: Workplace,
    workbook: Recorded,
    where: str,
) -> KeptRecord:
    try:
        file = (
            workplace.library.replace(found.file, data)
            if found.file
            else workplace.library.store(place, data)
        )
    except AuditBotError as fault:
        return replace(
            found, problems=(*found.problems, Problem(where, _why_not(fault), "nobody, unless it goes on"))
        )
    lost: tuple[Problem, ...] = ()
    if workbook.lost:
        what = (
            f"The record had {' and '.join(workbook.lost)}, which are not kept when it is made anew. They are in the "
            "version before this one (version history)."
        )
        lost = (Problem(where, what),)
    return replace(found, file=file, problems=(*found.problems, *lost), made=True)


def _why_not(fault: AuditBotError) -> str:
    if isinstance(fault, ListChanged) or (isinstance(fault, RequestRefused) and fault.status == 409):
        return (
            "Somebody edited the record while it was being made anew; what they wrote is taken in next time."
        )
    if isinstance(fault, RequestRefused) and fault.status == _LOCKED:
        return "Somebody has the record open, so it was not made anew; it is tried again next time."
    return f"The record could not be made anew: {in_words(fault)}."
