"""Where a matter stands in the digest, and what is said of every matter of its kind."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Place(IntEnum):
    """Where a matter stands in the digest."""

    CHILDREN = 1
    BLOCKS = 2
    CAN_WAIT = 3

    @property
    def in_words(self) -> str:
        """As the page for the Audit Team says it."""
        return ("children first", "people wait", "can wait")[self - 1]


@dataclass(frozen=True, slots=True)
class Kind:
    """`wrong` in plain words, `who` can put it right, `step` is the one next step. `settled` is the label of the button
    by which the matter is left as it is; "" where nobody may do that."""

    place: Place
    wrong: str
    step: str
    who: str = "the Audit Team"
    settled: str = ""
