"""What is known of every audit of a cycle: list and ledger give the standing, the filed forms all the rest (§8)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bot.daily_run.kept import as_received
from bot.daily_run.workplace import Workplace
from bot.errors import AuditBotError, TenantUnavailable, in_words
from bot.office.isolated_reader import read_safely
from bot.papers.forms.answers import Held, ReturnedAudit
from bot.papers.forms.questions import Questions
from bot.papers.reports.what_forms_say import ReadForm, what_forms_say
from bot.programme.history.records_of_the_past import AuditHistory, Returned
from bot.programme.reports.audit_record import AuditRecord, Source
from bot.programme.standing.audit_standing import Standing
from bot.programme.vocabulary import Allocation

FormsRead = dict[tuple[str, str], ReturnedAudit | str]
"""List item id and hash of a file -> what it says, or a sentence why nobody can tell."""


def gathered(
    standings: Iterable[Standing],
    workplace: Workplace,
    asked: Questions,
    as_at: date,
    read: FormsRead | None = None,
) -> list[AuditRecord]:
    """Each audit with what its forms said by the end of a day. A file that is gone, or no longer says what it said, is
    named, and the rest goes on. `read` keeps what was read for other days. Raises TenantUnavailable: half of the forms
    would make wrong figures."""
    known = {} if read is None else read
    return [_record(found, workplace, asked, as_at, known) for found in standings]


def _record(
    found: Standing, workplace: Workplace, asked: Questions, as_at: date, known: FormsRead
) -> AuditRecord:
    forms: list[ReadForm] = []
    unread: list[str] = []
    for part, file in latest_files(found.past, as_at):
        key = (found.allocation.item_id, file.sha256)
        if key not in known:
            known[key] = _said(file, found.allocation, workplace)
        said = known[key]
        if isinstance(said, str):
            unread.append(said)
        else:
            source = Source(part, file.name, file.sha256, file.on, said.template, file.url)
            forms.append(ReadForm(source, said))
    return AuditRecord(found, what_forms_say(forms, asked, unread))


def _said(file: Returned, allocation: Allocation, workplace: Workplace) -> ReturnedAudit | str:
    """What a file says, or a sentence why nobody can tell."""
    try:
        data = as_received(file, allocation, workplace)
    except TenantUnavailable:
        raise
    except AuditBotError as fault:
        return in_words(fault)
    said = read_safely(data, file.name, workplace.papers.questions)
    if isinstance(said, Held) and said.otherwise:
        return said.otherwise  # what was in doubt about its grade, a person has settled
    return (
        said if isinstance(said, ReturnedAudit) else f"“{file.name}” of {allocation.reference}: {said.reason}"
    )


def latest_files(past: AuditHistory, as_at: date) -> list[tuple[str, Returned]]:
    """The latest file of each part of an audit that had been taken in by then, with whose it is, in the order in which
    they came."""
    taken = [("auditor", file) for file in past.returns] + [("moderator", file) for file in past.moderations]
    taken += [(filed.record.kind.value, filed.file) for filed in past.records]
    files = {part: file for part, file in taken if file.on <= as_at and not file.taken_over}
    return sorted(files.items(), key=lambda each: each[1].at)
