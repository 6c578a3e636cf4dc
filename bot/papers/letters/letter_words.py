"""The words that every letter has, and those of every letter to people; with what all of them are worked out from.

Never more than the letter's reader may see. How words are declared: word_classes.py; which letter has which:
words_by_scope.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated
from urllib.parse import quote

from bot.papers.letters.data_minimisation import ABBREVIATIONS, names_of_a_child
from bot.papers.letters.word_classes import Words
from bot.programme.free_times import NOTHING_KNOWN, FreeTimes
from bot.programme.rulebook.how_long import HowLong
from bot.programme.rulebook.rules import Rulebook
from bot.programme.standing.actions import SendLetter
from bot.programme.standing.council import Council, Keys
from bot.programme.vocabulary import Allocation, Cycle, Person, Role
from bot.programme.waits import listed
from bot.programme.working_days import WorkingDays


@dataclass(frozen=True, slots=True)
class AuditTeam:
    """How the letters name the Audit Team: its mailbox and the person to ask."""

    name: str
    address: Annotated[str, "the shared mailbox"]
    contact: Annotated[str, "whom to ask"]
    phone: Annotated[str, "may be empty"] = ""


@dataclass(frozen=True, slots=True)
class Pages:
    """The addresses of the allocation list for people: the one place where they are put together."""

    list_url: str
    cycle_column: str = "Cycle"

    def row(self, item_id: str) -> str:
        return f"{self.list_url}/DispForm.aspx?ID={quote(item_id)}"

    def cycle(self, name: str) -> str:
        """The list with the rows of one cycle alone."""
        return f"{self.list_url}/AllItems.aspx?FilterField1={quote(self.cycle_column)}&FilterValue1={quote(name)}"


@dataclass(frozen=True, slots=True)
class ReportSeen:
    """A report of which the letter tells."""

    title: str
    report_link: Annotated[str, "where it lies in the library; empty when it could not be made"]
    name: Annotated[str, "the name of its file"]
    missing: Annotated[Sequence[str], "a sentence for each thing that could not be read or made"] = ()


_NO_BOOK = Rulebook((), ())


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every letter may say whatever it is about."""

    today: date
    council: str
    audit_team: AuditTeam
    working: WorkingDays
    keys: Keys | None = None  # signs the buttons; without it a letter has none
    pages: Pages | None = None  # where the lists are; without it a letter has no links to them
    tools_by_link: bool = False  # whether audit tools are documents in the library
    tool: str = ""  # the address of this letter's, for the people of its row
    book: Rulebook = _NO_BOOK  # whose lengths of time letters say
    reports: tuple[ReportSeen, ...] = ()  # those that were made for this letter
    dashboards: Mapping[str, str] = field(
        default_factory=dict
    )  # service -> the address of where its audits stand
    meeting: FreeTimes = NOTHING_KNOWN  # when those are free whose conversation this letter asks for


@dataclass(frozen=True, slots=True)
class EveryLetter(Words):
    """Words of every letter"""

    around: Surroundings

    @property
    def today(self) -> date:
        """the day the letter is written"""
        return self.around.today

    @property
    def council(self) -> str:
        """the council's name"""
        return self.around.council

    @property
    def audit_team(self) -> AuditTeam:
        """how to reach the Audit Team"""
        return self.around.audit_team


@dataclass(frozen=True, slots=True)
class ToPeople(EveryLetter):
    """Words of letters to people"""

    letter: SendLetter
    lists: Council

    @property
    def to(self) -> Sequence[Person]:
        """those addressed"""
        return list(self.letter.to)

    @property
    def greeting(self) -> str:
        """ "Dear Ama and Tom", without a comma"""
        return greeting(self.letter)

    @property
    def cycle(self) -> Cycle:
        """the cycle the letter belongs to"""
        return self.letter.cycle

    @property
    def kloes(self) -> Sequence[str]:
        """the key lines of enquiry, one text each"""
        return self.letter.cycle.kloes

    @property
    def how_long(self) -> HowLong:
        """a length of time of the rule book, by the date it sets or the rule whose letter goes then:
        `{{ how_long["review uopp due"] }}`"""
        return HowLong(self.around.book)

    @property
    def next_working_day(self) -> date:
        """the working day after today"""
        return self.around.working.after(self.around.today, 1)

    @property
    def within_a_week(self) -> date:
        """the fifth working day after today"""
        return self.around.working.after(self.around.today, 5)


_SHARED = {Role.AUDIT_TEAM, Role.PERFORMANCE_TEAM, Role.SERVICES_INVOLVED}
"""Parts that are held by a shared address and not by one person."""
_TITLE = re.compile(r"(?:dr|mr|mrs|ms|miss|mx|prof|professor|sir|dame|rev)\.?", re.IGNORECASE)
_OF_A_PLACE = re.compile(
    r"\b(?:team|service|services|mailbox|inbox|office|group|department|academy|shared|audit|duty)\b|@",
    re.IGNORECASE,
)


def greeting(letter: SendLetter) -> str:
    """ "Dear Ama" or "Dear Ama and Tom"; "Dear colleagues" for a shared address, a role, or more than three."""
    parts = letter.together or (letter,)
    if any(_SHARED & {*part.rule.to} for part in parts):
        return "Dear colleagues"
    names = [first_name(person.name) for person in letter.to]
    if len(names) > 3 or not names or "" in names:
        return "Dear colleagues"
    return f"Dear {listed(names)}"


def first_name(name: str) -> str:
    """How somebody is greeted: "Haddad, Leila (FSP)" and "Dr Leila Haddad" are both Leila. "" for a place."""
    name = re.sub(r"[(\[].*", "", name).strip()
    if _OF_A_PLACE.search(name):
        return ""
    last, comma, first = name.partition(",")
    words = [
        word for word in (first if comma and first.strip() else last).split() if not _TITLE.fullmatch(word)
    ]
    return words[0] if words else ""


def identifiers(allocation: Allocation, *, names_the_record: bool = True) -> tuple[str, ...]:
    """What no letter about this audit may carry: the child's name in any order and its initials, the date of birth in
    any writing. `names_the_record`: the letter is one that names it by its Mosaic number."""
    found = [way for way in names_of_a_child(allocation.child_name) if way not in ABBREVIATIONS]
    if allocation.restricted or not names_the_record:
        found.append(allocation.mosaic_number)
    if born := allocation.date_of_birth:
        found.append(born.isoformat())
    return tuple(text for text in found if text.strip())
