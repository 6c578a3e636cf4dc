"""Filed forms of which the ledger knows nothing, and whose message is gone from the mailbox: a ledger was lost, or put
back from a copy.

Such a form was taken in once. On what day it came, from whom, and whether it is still what came, nobody can tell any
more, so it never counts by itself; but what says Inadequate, or may say so, is put to a person at once (§10).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.daily_run.kept import audits_folder
from bot.daily_run.workplace import Workplace
from bot.errors import RequestRefused
from bot.office.isolated_reader import read_safely
from bot.office.library import KeptFile
from bot.papers.forms.answers import grades_told
from bot.programme.events import Event, EventKind
from bot.programme.history.history import History
from bot.programme.standing.council import Council
from bot.programme.vocabulary import Allocation, Grade

_FILED = re.compile(r" (?P<sha>[0-9a-f]{8})\.docx$")


def without_a_message(
    workplace: Workplace, lists: Council, history: History
) -> Iterator[tuple[Allocation, KeptFile]]:
    """The filed forms of the audits of open cycles that the ledger does not know. Raises AuditBotError."""
    open_cycles = {cycle.name for cycle in lists.cycles if cycle.open}
    for a in lists.allocations:
        known = [file.sha256 for file in history.audit(a.item_id).files]
        if a.cycle not in open_cycles or (not known and not a.written.get("audit_sent_on")):
            continue
        for kept in workplace.library.inside(audits_folder(workplace.settings.library_folder, a)):
            filed = _FILED.search(kept.name)
            if filed and not any(sha256.startswith(filed["sha"]) for sha256 in known):
                yield a, kept


def inadequates_filed(workplace: Workplace, lists: Council, history: History) -> list[Event]:
    """A question to a person about each of them that says Inadequate, or of which nobody can tell: once."""
    found = []
    for a, kept in without_a_message(workplace, lists, history):
        key = f"library {a.item_id} {kept.name}#"  # in the place of a message's id
        if key in history.known[EventKind.NEEDS_A_PERSON]:
            continue
        try:
            read = read_safely(workplace.library.fetch(kept.id), "", workplace.papers.questions)
            grades = grades_told(read)
        except RequestRefused:
            grades = None
        if grades is not None and Grade.INADEQUATE not in grades:
            continue
        says = "nobody can tell which grade it holds" if grades is None else "it says Inadequate"
        reason = (
            f"The form “{kept.name}” of {a.reference} lies in the document library, {says}, and the bot has lost what "
            "it knew of it. It does not count until you say so: move its message into the Inbox, or send the file to "
            "the mailbox, and take it by the button that is then offered. Have all been told who must be?"
        )
        found.append(
            workplace.event(
                EventKind.NEEDS_A_PERSON,
                key,
                a.item_id,
                reason=reason,
                sender="",
                category="",
                form=True,
                may_be_inadequate=True,
                unread=grades is None,
                grades=[grade.value for grade in grades or ()],
                stays=True,
                place="The document library",
            )
        )
    return found
