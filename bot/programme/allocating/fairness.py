"""Who has how much, before and with a proposal (§6 leaves it to the Audit Team; people ask all the same)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.programme.allocating.parts import Given, Part, Proposal
from bot.programme.vocabulary import Person


@dataclass(frozen=True, slots=True)
class Load:
    """What somebody had in the last two cycles, has by the proposal, and at most. `share` of full time: in per cent."""

    person: Person
    role: str
    share: int
    audits_before: int
    audits: int
    audits_at_most: int
    moderations_before: int
    moderations: int
    moderations_at_most: int


def loads(given: Given, proposal: Proposal) -> tuple[Load, ...]:
    """Of each colleague, in the order of the register."""
    has = {part: Counter(row.person(part) for row in proposal.rows) for part in Part}
    return tuple(
        Load(
            c.person, c.role, c.share, c.audits_before, has[Part.AUDITOR][c.person], c.audits_at_most,
            c.moderations_before, has[Part.MODERATOR][c.person], c.moderations_at_most,
        )
        for c in given.colleagues
    )  # fmt: skip


def spread(counts: Sequence[int]) -> int:
    """How far from even: the sum of the squares of the loads. Of the same total, less is fairer."""
    return sum(count * count for count in counts)
