"""Which work below Good is audited again in the next cycle: at least a tenth of it, drawn by lot (§15)."""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from bot.programme.standing.audit_standing import Standing
from bot.programme.vocabulary import Cycle, Milestone

SHARE = Fraction(1, 10)


@dataclass(frozen=True, slots=True)
class Sample:
    """`frame` is all the work that could be drawn, by reference; `left_out` what could not, with the reason; `others`
    are those of the frame that were not drawn, by a lot of their own: the next where one of the tenth falls out."""

    frame: tuple[str, ...]
    drawn: tuple[Standing, ...]
    left_out: tuple[tuple[str, str], ...]
    others: tuple[Standing, ...] = ()


def sample(cycle: Cycle, standings: Iterable[Standing]) -> Sample:
    """A tenth, rounded up, of the full audits whose moderated or final grade is below Good (X15).

    The lot is drawn from the cycle's name, so that the same list always gives the same sample and anybody can draw it
    again. The order of the list plays no part.
    """
    frame: list[Standing] = []
    left_out = []
    for found in sorted(standings, key=lambda s: s.allocation.reference):
        a = found.allocation
        if not a.audit_type.is_full or found.grade is None or not found.grade.below_good:
            continue
        if a.withdrawn:
            left_out.append((a.reference, "withdrawn"))
        elif a.declared_invalid_on:
            left_out.append((a.reference, "declared invalid"))
        elif Milestone.MODERATED not in found.reached:
            left_out.append((a.reference, "not moderated"))
        else:
            frame.append(found)
    seed = int.from_bytes(hashlib.sha256(cycle.name.encode()).digest()[:8], "big")
    count = math.ceil(len(frame) * SHARE)
    drawn = random.Random(seed).sample(frame, count)
    tenth = {s.allocation.reference for s in drawn}
    others = [s for s in frame if s.allocation.reference not in tenth]
    return Sample(
        tuple(s.allocation.reference for s in frame),
        tuple(sorted(drawn, key=lambda s: s.allocation.reference)),
        tuple(left_out),
        tuple(sorted(others, key=lambda s: _lot(cycle, s.allocation.reference))),
    )


def _lot(cycle: Cycle, reference: str) -> str:
    return hashlib.sha256(f"{cycle.name},{reference}".encode()).hexdigest()
