"""A paper for outside the council: of all that was counted, it tells only what it prints, so that more may be told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.programme.reports.counts import Counts, Name, Shown
from bot.programme.reports.cycle_counts import GOOD_OR_BETTER, GRADED, IN_PLAY, RETURNED
from bot.programme.reports.paper import CycleTold, Paper
from bot.programme.reports.report import Audience, Report
from bot.programme.reports.small_numbers import Issued, as_published

HEADLINES: tuple[Name, ...] = (GOOD_OR_BETTER, GRADED, IN_PLAY, RETURNED)
"""What a reader looks for first, and what all else is told of."""

LayOut = Callable[[Paper], Report]


class _Asked(dict[Name, int | None]):
    """Numbers that note which of them were asked for."""

    def __init__(self, counts: Counts) -> None:
        super().__init__(counts.numbers)
        self.names: set[Name] = set()

    def __getitem__(self, name: Name) -> int | None:
        self.names.add(name)
        return super().__getitem__(name)


def outside(
    lay_out: LayOut,
    paper: Paper,
    counts: Sequence[Counts],
    threshold: int,
    already: Sequence[Sequence[Issued]] = (),
) -> tuple[Report, list[Issued]]:
    """The paper with small numbers held back, and what it told, to be kept for the next. `counts`: those of the paper's
    cycle, then of the `earlier` ones in their order; `already`: of each of them, all that was told outside before. The
    numbers in `paper` itself are not looked at."""
    asked = [_Asked(each) for each in counts]
    lay_out(_told(paper, [Shown(each) for each in asked]))
    issued = []
    for n, (each, numbers) in enumerate(zip(counts, asked, strict=True)):
        before = already[n] if n < len(already) else ()
        may_be = as_published(each, threshold, before, numbers.names, HEADLINES)
        told = {name: may_be[name] if name in numbers.names else None for name in each.numbers}
        issued.append(Issued(each, Shown(told), numbers.names))
    return lay_out(_told(paper, [each.shown for each in issued])), issued


def _told(paper: Paper, shown: Sequence[Shown]) -> Paper:
    earlier = tuple(
        CycleTold(each.cycle, may_be) for each, may_be in zip(paper.earlier, shown[1:], strict=True)
    )
    return replace(paper, shown=shown[0], earlier=earlier, audience=Audience.OUTSIDE)
