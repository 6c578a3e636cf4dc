"""The words of a letter that asks somebody for several things on one day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from bot.papers.letters.audit_words import AuditSeen, days_late, enquiry
from bot.papers.letters.button_words import Links, ready, replies
from bot.papers.letters.letter_words import Surroundings, ToPeople
from bot.programme.answers.ready_messages import MESSAGES
from bot.programme.messages.buttons import Command
from bot.programme.standing.actions import SendLetter
from bot.programme.standing.council import Council
from bot.programme.vocabulary import Milestone
from bot.programme.working_days import Dated

_ANSWERS: Mapping[Milestone, Command] = {
    when: command for command in Command for when in command.button.answers
}
"""When a rule sends its letter -> the one reply that answers it: a button for anything else would only confuse."""
_SENT_BY: Mapping[Milestone | None, str] = {message.due: message.word for message in MESSAGES if message.due}
"""What is due -> the word of the ready message that goes with it."""
BUTTONS_OF_SEVERAL = (
    *dict.fromkeys(
        command.word for command in (*_ANSWERS.values(), Command.REVIEW_UOPP_HELD, Command.EXEMPT)
    ),
    *_SENT_BY.values(),
)


@dataclass(frozen=True, slots=True)
class Open:
    """What is open, for whoever takes over."""

    what: str
    due: Dated | None
    late: Annotated[int, "in working days"]


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of such a letter. What its buttons open are parts as well."""

    buttons: ClassVar[Sequence[str]] = BUTTONS_OF_SEVERAL

    _part: SendLetter
    _lists: Council
    _around: Surroundings

    @property
    def reference(self) -> str:
        return self._part.reference

    @property
    def ask(self) -> str:
        return self._part.rule.ask

    @property
    def line_of_enquiry(self) -> str:
        return enquiry(self._part.standing, self._lists) if self._part.standing else ""

    @property
    def dip_sample(self) -> Annotated[bool, "whether it is a dip sample to take up"]:
        return self._part.rule.due is Milestone.DIP_DUE and bool(self._part.rule.attach)

    @property
    def mosaic_number(self) -> Annotated[str, "of such a dip sample; empty for a restricted record"]:
        found = self._part.standing
        return AuditSeen.of(found.allocation).mosaic_number if found and self.dip_sample else ""

    @property
    def due(self) -> Dated | None:
        return self._part.due

    @property
    def days_late(self) -> int:
        return days_late(self._part.due, self._around)

    @property
    def restricted(self) -> bool:
        return self._part.standing is not None and self._part.standing.allocation.restricted

    @property
    def matters(self) -> Annotated[Sequence[Open], "for somebody who takes over, what is open"]:
        return [Open(m.what, m.due, days_late(m.due, self._around)) for m in self._part.matters]

    @property
    def who(self) -> Annotated[str, "for whoever helps, whose turn it is"]:
        if self._part.standing is None:
            return ""
        a = self._part.standing.allocation
        person = a.moderator if self._part.rule.due is Milestone.MODERATION_DUE else a.auditor
        return person.name if person else ""

    @property
    def why(self) -> Annotated[str, "for whoever helps, the reason for the date"]:
        return self._part.due.why if self._part.due else ""

    @property
    def row_link(self) -> Annotated[str | None, "for whoever helps, the audit in the list"]:
        return Links(self._part, self._around).row_link

    def __getattr__(self, word: str) -> Any:
        """What one of its buttons opens."""
        if word not in BUTTONS_OF_SEVERAL:
            raise AttributeError(word)
        if word == _SENT_BY.get(self._part.rule.due):
            return ready(self._part, self._around).get(word)
        if word in {command.word for command in self._answers}:
            return replies(self._part, self._lists, self._around).get(word)
        return None

    @property
    def _answers(self) -> Sequence[Command]:
        if self._part.matters:
            return [matter.answer for matter in self._part.matters if matter.answer]
        if self._part.rule.asks_for_help:
            return [Command.EXEMPT] if self._part.rule.due is Milestone.AUDIT_DUE else []
        return [_ANSWERS[self._part.rule.when]] if self._part.rule.when in _ANSWERS else []


@dataclass(frozen=True, slots=True)
class SeveralWords(ToPeople):
    """Words of a letter that asks for several things"""

    @property
    def asked(self) -> Sequence[Asked]:
        """what is asked"""
        return [Asked(part, self.lists, self.around) for part in self.letter.together]
