"""One colour for each grade in every chart, told apart by the colour-blind and in black and white; the label always
stands beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.programme.vocabulary import Grade

LIGHT, DARK = "FFFFFF", "1F2A37"


@dataclass(frozen=True, slots=True)
class Colour:
    """A bar's colour and that of the number on it, as six hexadecimal digits."""

    fill: str
    label: str


_BY_GRADE = {
    Grade.OUTSTANDING: Colour("12313D", LIGHT),
    Grade.GOOD: Colour("5FA8A0", DARK),
    Grade.REQUIRES_IMPROVEMENT: Colour("F2C14E", DARK),
    Grade.INADEQUATE: Colour("B5403C", LIGHT),
}
GRADE_COLOURS: Mapping[str, Colour] = {
    word: colour for grade, colour in _BY_GRADE.items() for word in (grade.value, grade.in_full)
}
"""By the grade's word, and by its words in full."""
