"""A letter is decided at the last moment: right before letters leave the lists are read once more, and what a
former run left is held against today's plan."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.daily_run.look import as_council
from bot.daily_run.own_letters import OWN_LETTERS
from bot.daily_run.workplace import Workplace
from bot.office.mail.outgoing import OutgoingLetter
from bot.office.mail.sending import Changed
from bot.programme.date_words import day_in_words
from bot.programme.events import Event, EventKind
from bot.programme.history.history import History, history_of
from bot.programme.history.records_of_the_past import LetterHistory, LetterState
from bot.programme.planning.may_read import MayRead
from bot.programme.planning.planner import plan
from bot.programme.rulebook.rules import called
from bot.programme.standing.actions import Plan, SendLetter
from bot.programme.standing.council import Council
from bot.programme.telling.summary import names_of
from bot.programme.vocabulary import Problem


def changed_since(
    planned: Sequence[SendLetter], lists: Council, history: History, workplace: Workplace
) -> Changed:
    """Says of letters that were planned from these lists which would not be planned so again, or would say something
    else: by the lists as they stand when it is asked. Raises AuditBotError where they cannot be read."""
    letters = {letter.key: letter for letter in planned}

    def changed(keys: Sequence[str]) -> Collection[str]:
        fresh = as_council(workplace.lists.read().council, history, workplace).council
        allowed = MayRead(fresh, history, workplace.basis, workplace.today)
        strange = {key for key in keys if allowed.strangers_to(letters[key])}
        if fresh == lists:
            return strange
        now = {n.key: n for n in plan(workplace.today, fresh, history, workplace.basis).letters}
        return strange | {key for key in keys if now.get(key) != letters[key]}

    return changed


def of_no_stranger(letters: Sequence[OutgoingLetter], history: History, workplace: Workplace) -> Changed:
    """Says of letters that no rule plans, and that go to people (receipts), which have a reader whom by now neither the
    rows nor Audit roles name. Raises AuditBotError where the lists cannot be read."""
    to = {letter.key: {person.email for person in (*letter.to, *letter.cc)} for letter in letters}

    def changed(keys: Sequence[str]) -> Collection[str]:
        fresh = as_council(workplace.lists.read().council, history, workplace).council
        known = names_of(fresh)
        return {key for key in keys if not to[key] <= known.keys()}

    return changed


def as_if_never_sent(left: Collection[str], history: History, workplace: Workplace) -> History:
    """What the ledger tells, but as if letters a former run left as drafts had been taken back: whoever plans by it
    sees which of them are owed today."""
    now, on = workplace.clock(), workplace.today.isoformat()
    taken_back = [
        Event(now, EventKind.LETTER_CANCELLED, f"{key}#as if", "", {"on": on, "why": "as if"})
        for key in left
        if not history.letters[key].of_live  # people have had it, whatever draft of it a trial left
    ]
    found = history_of([*workplace.ledger.read(), *taken_back])
    found.still_waiting = history.still_waiting
    return found


def tells_the_team(key: str, history: History, workplace: Workplace) -> bool:
    """Whether a letter is one of the bot's own to the Audit Team, such as the digest, and of today: it says what was so
    when it was written, and no row can forbid it. What an older one told, today's tells."""
    letter = history.letters[key]
    if letter.on != workplace.today:
        return False
    return letter.rule in OWN_LETTERS and {*letter.to, *letter.cc} == {workplace.settings.mailbox}


def told_of_cleared(letter: LetterHistory, workplace: Workplace) -> Problem:
    """A draft that was deleted and not sent."""
    if not letter.rule:
        return Problem(
            f"The folder “{workplace.settings.outbox_folder}”",
            "A draft of the audit bot's lay there of which its memory knew nothing: a run was stopped "
            f"on {day_in_words(letter.on)}. It was deleted unsent; what is due goes out by itself.",
            "nobody",
        )
    return Problem(
        f"{called(letter.rule)}, {letter.audit or 'the Audit Team'}",
        f"A run was stopped while this letter to {', '.join(letter.to)} was on its way. Its draft was deleted unsent, "
        "because by now the letter is not due as it was; what is due instead goes out by itself.",
        "nobody",
    )


def not_worked_out(key: str, history: History, planned: Plan) -> bool:
    """Whether the plan met something it does not know about a letter's audit or cycle: then it tells nothing of it."""
    about = history.letters[key].audit
    return any(f"{where}, {about}" in planned.stumbled for where in ("Audit allocations", "Cycles"))


def still_owed(key: str, lists: Council, history: History, workplace: Workplace) -> bool | None:
    """Whether a letter that waits for a person's word is still due to the same readers, by these lists and by the rules
    as they are now. One of the bot's own hangs on neither. None where that cannot be worked out."""
    if history.letters[key].rule in OWN_LETTERS:
        return True
    before = as_if_never_sent([key], history, workplace)
    planned = plan(workplace.today, lists, before, workplace.basis)
    if not_worked_out(key, history, planned):
        return None
    return key in {letter.key for letter in (*planned.letters, *(kept.letter for kept in planned.kept))}


def to_try_again(history: History, workplace: Workplace) -> bool:
    """Whether letters were to leave today and did not: a look at the mailbox tries again, and does not leave what an
    Inadequate calls for until the next morning."""
    if workplace.outbox.left_over:
        return True
    begun = (LetterState.INTENDED, LetterState.DRAFTED, LetterState.CANCELLED)
    return any(n.state in begun and n.on == workplace.today for n in history.letters.values())
