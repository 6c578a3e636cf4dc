"""What is known of every audit of a cycle: list and ledger give the standing, the filed forms all the rest (§8)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from bot.daily_run.kept import as_received
from bot.daily_run.workplace import Workplace
from bot.errors import AuditBotError, TenantUnavailable, in_words
from bot.office.isolated_reader import Answer, read_safely
from bot.papers.forms.answers import Held, ReturnedAudit
from bot.papers.forms.questions import Questions
from bot.papers.reports.what_forms_say import ReadForm, what_forms_say
from bot.programme.history.records_of_the_past import AuditHistory, Returned
from bot.programme.reports.audit_record import AuditRecord, Source
from bot.programme.standing.audit_standing import Standing

Read = Callable[[bytes, str], Answer]
"""What a file says, by its bytes and its name."""


def gathered(
    standings: Iterable[Standing], workplace: Workplace, asked: Questions, as_at: date
) -> list[AuditRecord]:
    """Each audit with what its forms said by the end of a day. A file that is gone, or no longer says what it said, is
    named, and the rest goes on. Raises TenantUnavailable: half of the forms would make wrong figures."""
    text = workplace.papers.questions

    def read(data: bytes, name: str) -> Answer:
        return read_safely(data, name, text)

    return [_record(found, workplace, asked, read, as_at) for found in standings]


def _record(found: Standing, workplace: Workplace, asked: Questions, read: Read, as_at: date) -> AuditRecord:
    forms: list[ReadForm] = []
    unread: list[str] = []
    for part, file in latest_files(found.past, as_at):
        try:
            data = as_received(file, found.allocation, workplace)
        except TenantUnavailable:
            raise
        except AuditBotError as fault:
            unread.append(in_words(fault))
            continue
        said = read(data, file.name)
        if isinstance(said, Held) and said.otherwise:
            said = said.otherwise  # what was in doubt about its grade, a person has settled
        if not isinstance(said, ReturnedAudit):
            unread.append(f"“{file.name}” of {found.allocation.reference}: {said.reason}")
            continue
        forms.append(ReadForm(Source(part, file.name, file.sha256, file.on, said.template, file.url), said))
    return AuditRecord(found, what_forms_say(forms, asked, unread))


def latest_files(past: AuditHistory, as_at: date) -> list[tuple[str, Returned]]:
    """The latest file of each part of an audit that had been taken in by then, with whose it is, in the order in which
    they came."""
    taken = [("auditor", file) for file in past.returns] + [("moderator", file) for file in past.moderations]
    taken += [(filed.record.kind.value, filed.file) for filed in past.records]
    files = {part: file for part, file in taken if file.on <= as_at and not file.taken_over}
    return sorted(files.items(), key=lambda each: each[1].at)
