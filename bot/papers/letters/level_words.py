"""The words of the letter that shows the Audit Team what would go out if letters went further."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from bot.papers.letters.letter_words import EveryLetter
from bot.programme.telling.matters import Press


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """A letter that would go."""

    letter: str
    audit: str
    to: str
    cc: str
    on: Annotated[date, "the day it would go"]


@dataclass(frozen=True, slots=True)
class LevelWords(EveryLetter):
    """Words of the plan of a higher level"""

    from_level: Annotated[str, "the level in force: rehearse or team only"]
    to_level: Annotated[str, "the one that is asked about: team only or live"]
    now: Annotated[str, "what the level in force means"]
    then: Annotated[str, "what the other one means"]
    until: Annotated[date, "the last day that is shown"]
    counts: Annotated[Mapping[str, int], "what would go: the letter's name and how many"]
    first: Annotated[int, "how many of them would go at the first run"]
    old: Annotated[int, "how many fell due too long ago and would not go by themselves"]
    grown: Annotated[bool, "whether you had said yes already, and more would go by now"]
    new: Annotated[Sequence[PlannedLine], "what has been added since then"]
    yes: Annotated[Sequence[Press], "the press that says yes, drawn by `{{ presses(yes) }}`"]
