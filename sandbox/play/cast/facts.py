"""What happened, as the cast keeps it and the judge takes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

UNREADABLE = "unreadable"
"""What a held return says of its grade when nobody can read it."""
BELOW_GOOD = ("Requires Improvement", "Inadequate")
IN_FULL = {"Requires Improvement": "Requires Improvement to be Good"}
"""§2: the grade that the list and the other sections shorten, as a form says it."""
MORNING, NOON = 0, 1
Moment = tuple[date, int]
"""A day and its half: in the morning the list is read and letters go; at noon the post is looked at."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened. `about` is an audit's reference, a cycle's name or the title of a part in the programme;
    `on` the day it is about; `known` the moment from which the mailbox or the list tells it; `value` a grade, a person,
    a date."""

    about: str
    what: str
    on: date
    known: Moment
    value: str = ""
