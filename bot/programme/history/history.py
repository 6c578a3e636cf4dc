"""What the ledger tells, folded into one: letters, audits, questions, post."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.programme.events import Event, EventKind
from bot.programme.history import folded_audits, folded_letters, folded_post, folded_replacements
from bot.programme.history.folded import Folded
from bot.programme.history.records_of_the_past import AuditHistory, LetterHistory, LetterState, Question
from bot.programme.messages.held_reasons import UNDELIVERED, HeldReason

_FOLDS = folded_letters.FOLDS | folded_audits.FOLDS | folded_post.FOLDS | folded_replacements.FOLDS

_TOLD_BY_THE_KEY = {
    *folded_letters.LETTER_STATES,
    EventKind.MESSAGE_SEEN,
    EventKind.MESSAGE_FILED,
}


@dataclass(slots=True)
class History(Folded):
    """What events come to.

    Only `take` changes it, and nothing is changed by being read. However the events of a ledger are dealt out over
    calls of `take`, the same comes of them; one taken twice counts once, as in the ledger, where kind and key tell
    events apart. So whoever has recorded something takes it at once, and whoever wants to be sure takes the whole
    ledger: only what is new costs anything.
    """

    def take(self, events: Iterable[Event]) -> None:
        """Fold in those events that are new, in the order of the ledger. Of those whose contents were erased, what
        their key alone tells."""
        for event in events:
            if event.key not in (taken := self.known[event.kind]):
                taken.add(event.key)
                if not event.erased or event.kind in _TOLD_BY_THE_KEY:
                    _FOLDS[event.kind](self, event)

    def audit(self, item_id: str) -> AuditHistory:
        """What is known of one audit; nothing, as long as nothing has happened."""
        return self.audits.get(item_id) or AuditHistory()

    def times_again(self, message: str) -> str:
        """How often a message was read again, as the end of a key; "" for never."""
        return str(len(self.again.get(message, ())) or "")

    def spoken_for(self, key: str) -> bool:
        """Whether a letter was sent, is on its way or is with a person."""
        letter = self.letters.get(key)
        return letter is not None and letter.spoken_for

    def letters_about(self, about: str) -> list[LetterHistory]:
        """The letters that went out about one audit, in the order they were begun."""
        return [self.letters[key] for key in self.keys_about.get(about, ()) if self.letters[key].gone]

    def held_letters(self, about: str) -> list[LetterHistory]:
        """The letters about one thing of which nobody knows whether they have gone: a person finds out."""
        letters = (self.letters[key] for key in self.keys_about.get(about, ()))
        return [letter for letter in letters if letter.state is LetterState.HELD]

    def letters_of_rule(self, about: str, rule: str) -> list[LetterHistory]:
        """The letters of one rule about one thing that went out, are on their way or are with a person."""
        letters = (self.letters[key] for key in self.keys_about.get(about, ()))
        return [letter for letter in letters if letter.rule == rule and letter.spoken_for]

    def open_questions(self, about: str | None = None) -> list[Question]:
        """Questions, of one audit or of all, not yet answered by a good return of the same audit, nor taken out of
        the folder by a person. What may hold an Inadequate is settled by no moving about."""
        return [
            question
            for question in (self.questions if about is None else self.asked_about.get(about, ()))
            if not self._answered(question)
            and question.key not in self.settled
            and not any(moment > question.at for moment in self.again.get(question.message, ()))
            and self._waits(question)
        ]

    def still_to_settle(self, message: str) -> Question | None:
        """What was asked last of a message that may hold an Inadequate and nobody has settled, read again or not."""
        asked = [
            q
            for q in self.questions
            if q.message == message and q.may_be_inadequate and q.key not in self.settled
        ]
        return next((q for q in reversed(asked) if not self._answered(q)), None)

    def answers_held(self, about: str) -> list[Question]:
        """The open questions about one thing from people who are who they say, whose message still waits: these alone
        hold anything up. What may hold an Inadequate and was put elsewhere is named and holds nothing up."""
        return [q for q in self.open_questions(about) if not q.doubt and self._lies_there(q)]

    def put_away(self, message: str, category: HeldReason) -> bool:
        """Whether a message was held for this reason, and a person has seen to it since."""
        asked = [q for q in self.questions if q.message == message and q.category == category]
        return bool(asked) and all(q.key in self.settled or not self._lies_there(q) for q in asked)

    def _waits(self, question: Question) -> bool:
        """Whether a person has still to settle it, wherever its message has been put, if it may hold an Inadequate."""
        return (question.may_be_inadequate and not question.stays) or self._lies_there(question)

    def _lies_there(self, question: Question) -> bool:
        """Whether its message still lies where a person is to look, or has still to be taken in."""
        if question.stays:
            return question.message not in self.filed
        return self.still_waiting is None or question.message in self.still_waiting

    def _answered(self, question: Question) -> bool:
        if question.doubt or question.category == UNDELIVERED:
            # Another message settles no forgery; and whoever has not had a letter has not had it.
            return False
        audit = self.audits.get(question.about)
        if audit is None:
            return False
        parts = audit.moderations if question.of_moderator else [*audit.returns, *audit.moderations]
        return any(returned.at > question.at for returned in parts)


def history_of(events: Iterable[Event]) -> History:
    history = History()
    history.take(events)
    return history
