"""Where ledger, list, mailbox and library do not tell the same, in words for a person. Looking writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from bot.clock import london_date, london_midnight
from bot.daily_run.filed_forms import without_a_message
from bot.daily_run.kept import as_received
from bot.daily_run.workplace import Workplace
from bot.errors import FileChanged, RequestRefused
from bot.office.mail.folders import DRAFTS, INBOX, SENT
from bot.office.mail.outbox import FOR_SO_LONG
from bot.programme.date_words import day_in_words
from bot.programme.history.history import History
from bot.programme.history.records_of_the_past import LetterState
from bot.programme.planning.planner import plan
from bot.programme.rulebook.rules import called
from bot.programme.standing.bots_cells import bots_cells
from bot.programme.standing.council import Council
from bot.programme.standing.deleted_rows import deleted_rows
from bot.programme.vocabulary import Problem

MOST = 12
"""So many letters of one kind are named one by one."""
ADMINISTRATOR, RUN = "the IT administrator", "nobody: the next run takes it up"


def differences(
    workplace: Workplace, lists: Council, history: History, read: Collection[str] = ()
) -> list[Problem]:
    """Every difference, each once; `read` are the ids of messages this run has read. Raises AuditBotError where
    something cannot be looked at."""
    found = [
        *_letters(workplace, history),
        *_messages(workplace, history, read),
        *_files(workplace, lists, history),
        *_rows(workplace, lists, history),
    ]
    return list(dict.fromkeys(found))


def _letters(workplace: Workplace, history: History) -> Iterator[Problem]:
    """Our letters in the mailbox beside those of the ledger."""
    where, outbox = "The mailbox's letters", workplace.outbox
    there = outbox.in_the_mailbox()
    known = {key for key, letter in history.letters.items() if letter.gone}
    if unknown := there.keys() - known:
        latest = day_in_words(max(there[key] for key in unknown))
        what = (
            f"The ledger knows nothing of {len(unknown)} of the bot's letters there, the latest of {latest}."
        )
        yield Problem(where, f"{what} They count as sent.", RUN)
    keys = workplace.basis.keys
    nameless = [
        n
        for n in history.letters.values()
        if n.nameless and not n.carried_by and n.key != keys(("digest", n.on.isoformat()))
    ]
    if nameless:
        what = f"Of {len(nameless)} letters that went the ledger cannot tell what they were."
        yield Problem(where, f"{what} They are not sent again.", "nobody")
    began = min((london_date(event.at) for event in workplace.ledger.read()[:1]), default=workplace.today)
    since = max(began, workplace.today - FOR_SO_LONG)
    gone = [
        n
        for key, n in history.letters.items()
        if n.state is LetterState.SENT and n.rule and key not in there and n.on >= since and not n.carried_by
    ]
    for n in gone[:MOST]:
        yield Problem(
            f"{called(n.rule)}, {n.audit or 'the Audit Team'}",
            f"It went to {', '.join(n.to)} on {day_in_words(n.on)}, says the ledger, and no copy is in the mailbox.",
            "the Audit Team: if somebody deleted the copy, nothing has to be done; otherwise ask whether it arrived",
        )
    if len(gone) > MOST:
        yield Problem(
            where, f"Of {len(gone) - MOST} more letters no copy is in the mailbox.", "the Audit Team"
        )
    if drafts := sum(key not in history.letters for key in outbox.drafts_in_the_mailbox()):
        folder = workplace.settings.outbox_folder
        what = f"{drafts} drafts of the bot's lie in “{folder}” of which the ledger knows nothing."
        yield Problem(where, f"{what} What is due of them goes, the rest is deleted.", RUN)


def _messages(workplace: Workplace, history: History, read: Collection[str]) -> Iterator[Problem]:
    """What came since reading began and has no outcome in the ledger, by folder."""
    mailbox, settings = workplace.mailbox, workplace.settings
    begins = history.reading_from or settings.start_on or workplace.today
    own = {*mailbox.folders.well_known(SENT, DRAFTS)}
    own |= {history.folders.get(name, "") for name in settings.folders_of_letters}
    (inbox,) = mailbox.folders.well_known(INBOX)
    done = history.filed | {*read}
    unread = Counter(
        message.folder
        for page in mailbox.everywhere(london_midnight(begins))
        for message in page.messages
        if message.folder not in own and message.sender != settings.mailbox and message.id not in done
    )
    for folder, many in unread.items():
        place = "Inbox" if folder == inbox else mailbox.folders.name_of(folder)
        what = f"{many} messages in “{place}” have" if many > 1 else f"1 message in “{place}” has"
        yield Problem("The mailbox's post", f"{what} not been read by the bot.", RUN)


def _files(workplace: Workplace, lists: Council, history: History) -> Iterator[Problem]:
    """The filed forms of each audit of an open cycle beside those of the ledger."""
    for a, kept in without_a_message(workplace, lists, history):
        what = f"“{kept.name}” lies in the document library, and the ledger knows nothing of it."
        yield Problem(
            f"Audit allocations, {a.reference}",
            f"{what} Move its message into the Inbox, or send the file to the mailbox.",
        )
    open_cycles = {cycle.name for cycle in lists.cycles if cycle.open}
    for a in lists.allocations:
        for file in history.audit(a.item_id).files if a.cycle in open_cycles else ():
            try:
                as_received(file, a, workplace)
            except (FileChanged, RequestRefused) as fault:  # one file keeps no other from being looked at
                yield Problem(f"Audit allocations, {a.reference}", str(fault))


def _rows(workplace: Workplace, lists: Council, history: History) -> Iterator[Problem]:
    """Rows that are gone, and cells of the bot that say something else than the ledger explains."""
    for gone in deleted_rows(lists, history):
        yield gone.problem
    for found in plan(workplace.today, lists, history, workplace.basis).standings:
        yield from bots_cells(found, history, workplace.today, blocked=False).problems
