"""What a button of a letter is made of: who may press it, what they add, and what follows."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from enum import StrEnum

from bot.programme.list_columns import columns_of
from bot.programme.messages.held_reasons import HeldReason
from bot.programme.messages.plain_answers import Says
from bot.programme.vocabulary import Allocation, Cycle, Milestone, Role


class Of(StrEnum):
    """Which work a part of somebody's is about, in words for the docs."""

    ANY = ""
    INADEQUATE = "of work that counts as Inadequate"
    NOT_INADEQUATE = "of other work"
    WITHDRAWN_INADEQUATE = "of a withdrawn audit graded Inadequate"
    LIST = "of the cycle"


class Wants(StrEnum):
    """What a person adds to the ready message, in words for the docs."""

    NOTHING = "nothing: it is just sent"  # anything else is read by a person, and nothing follows
    REASON = "a line or two on what they see differently"  # the prepared sentence must still stand
    WORDS = "a few lines"  # without them nothing is said
    DETAILS = "a few words of their own"  # what is said stands without them
    DAY = "the day"
    DAY_TO_COME = "the day, which may lie ahead"
    DAY_AND_GRADE = "the day, and the grade if it was raised"

    @property
    def a_day(self) -> bool:
        return self in (Wants.DAY, Wants.DAY_TO_COME, Wants.DAY_AND_GRADE)

    @property
    def words(self) -> bool:
        return self in (Wants.REASON, Wants.WORDS, Wants.DETAILS)

    @property
    def sentence_alone(self) -> bool:
        """Whether it is the prepared sentence that counts."""
        return self in (Wants.NOTHING, Wants.REASON)


class Once(StrEnum):
    """What tells one report by this button from another: told once for each."""

    MATTER = "audit or cycle"
    DAY = "day"
    LETTER = "letter"
    AUDITOR = "auditor"  # a later auditor of the row is not meant
    SENDER = "sender"  # it counts once all who were asked have said it


@dataclass(frozen=True, slots=True)
class By:
    """Somebody who may give a command: who has the part `since` one thing happened, until one of others has."""

    role: Role
    of: Of = Of.ANY
    since: Milestone | None = None
    until: tuple[Milestone, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What the Audit Team is told of it. The sentence may name {who}, {audit}, {part} and {head} of Service."""

    category: HeldReason
    sentence: str


@dataclass(frozen=True, slots=True)
class Button:
    """Everything about a button.

    `command` is the word in the subject and the ledger, `label` what letters usually call it, `follows` what it does,
    for the docs. `by`: who may give it; empty: whoever the letter that asks for it went to. `subject` stands before the
    reference; the message begins with `sentence`, or with `day_label` after which a day is written; `hint` says what to
    do. {auditor} and {about} are filled in.

    `column` is the people's column it stands in for until somebody enters it, `ends` what has happened by it, for which
    letters go on asking, `answers` the dates about which a letter for several things offers it, `after` what must
    have happened on or before its day, `before_the_month` that its day lies before the audit month.

    `to` gets the message instead of the Audit Team, who then have a copy; `copied` have one. `counts`: whether it is
    remembered. `for_the_child`: it goes on when the audit does not (§10). `plainly` are words that mean the same;
    `beside_a_day` the only ones that may stand beside a day in answer to a letter about a cycle; `mentions` a pattern
    by which other words may be about it.
    """

    command: str
    _: KW_ONLY
    guide: str
    label: str
    follows: str
    subject: str
    hint: str
    sentence: str = ""
    day_label: str = ""
    by: tuple[By, ...] = ()
    wants: Wants = Wants.NOTHING
    once: Once = Once.MATTER
    column: str = ""
    ends: Milestone | None = None
    answers: tuple[Milestone, ...] = ()
    after: Milestone | None = None
    before_the_month: bool = False
    to: Role | None = None
    copied: tuple[Role, ...] = ()
    counts: bool = True
    told: Told | None = None
    for_the_child: bool = False
    plainly: Says | None = None
    beside_a_day: str = ""
    mentions: str = ""

    @property
    def about_a_cycle(self) -> bool:
        """Whether it is a cycle's own column that it stands in for."""
        return self.column in columns_of(Cycle)

    @property
    def column_title(self) -> str:
        """What people call the column it stands in for."""
        row = Cycle if self.about_a_cycle else Allocation
        return columns_of(row)[self.column].title if self.column else ""
