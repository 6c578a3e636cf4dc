"""Councils drawn at random and the papers they give away over two cycles and several months, one number for each."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from sample_papers import DOMAINS, THEMES, cycle, records

from bot.papers.reports.word_report import fill
from bot.programme.reports.audit_record import AuditRecord
from bot.programme.reports.board import board
from bot.programme.reports.counts import Counts, all_of_it
from bot.programme.reports.highlight import highlight
from bot.programme.reports.outside import LayOut, outside
from bot.programme.reports.paper import CycleTold, Paper
from bot.programme.reports.paper_counts import paper_counts
from bot.programme.reports.practitioners import practitioners
from bot.programme.reports.report import Audience, Report
from bot.programme.reports.self_assessment import self_assessment
from bot.programme.reports.small_numbers import Issued
from bot.programme.vocabulary import Cycle

FOLDER = Path(__file__).parents[2] / "docx_templates"
LAID_OUT: tuple[LayOut, ...] = (highlight, board, practitioners, self_assessment)
"""In the order in which the papers of a day are made."""
OTHER = cycle(1, 2026, "Front door", "3")
FIRST, SECOND = cycle(3, 2026), cycle(9, 2026, item="2")
CYCLES = (OTHER, FIRST, SECOND)
MONTHS = {
    OTHER.name: (date(2026, 2, 27),),
    FIRST.name: (date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 29)),
    SECOND.name: (date(2026, 9, 30), date(2026, 10, 30), date(2026, 11, 30)),
}


@dataclass(frozen=True, slots=True)
class GivenAway:
    """One paper: `file` as it is read outside; `inside` what the highlight report and the board's say in private of the
    same day, from which it can be seen what its numbers truly are."""

    cycle: str
    before: str
    day: date
    kind: str
    file: bytes
    inside: tuple[bytes, ...]


class Council:
    """Its audits, and the papers it gives away. What has no day (an audit's withdrawal) gets one."""

    def __init__(self, seed: int, threshold: int = 5) -> None:
        self._drawn = random.Random(f"council {seed}")
        self._threshold = threshold
        self._inside: dict[tuple[str, date], tuple[bytes, ...]] = {}
        self._records = {
            c.name: records(c, seed * 3 + n, self._drawn.randint(8, 70)) for n, c in enumerate(CYCLES)
        }
        self._withdrawn = {
            (r.standing.cycle.name, r.reference): c.month_one + timedelta(self._drawn.randint(3, 80))
            for c in CYCLES
            for r in self._records[c.name]
            if r.standing.allocation.withdrawn and c.month_one
        }

    def papers(self) -> Iterator[GivenAway]:
        """One or two of the four on each of the days, in their order."""
        told: dict[str, list[Issued]] = {c.name: [] for c in CYCLES}
        for c in CYCLES:
            for day in MONTHS[c.name]:
                made = self._drawn.sample(range(len(LAID_OUT)), self._drawn.randint(1, 2))
                for n in sorted(made):
                    yield self._paper(LAID_OUT[n], c, day, told)

    def _paper(self, lay_out: LayOut, about: Cycle, day: date, told: dict[str, list[Issued]]) -> GivenAway:
        earlier = [c for c in CYCLES if c.month_one and about.month_one and c.month_one < about.month_one]
        same = [c for c in earlier if c.service_group == about.service_group]
        cycles = [about, *earlier]
        counts = [self._counts(c, day, forms=c in (about, *same[-1:])) for c in cycles]
        paper = Paper(
            about, day, Audience.INSIDE, all_of_it(counts[0]),
            tuple(CycleTold(c, all_of_it(of)) for c, of in zip(earlier, counts[1:], strict=True)),
        )  # fmt: skip
        report, issued = outside(lay_out, paper, counts, self._threshold, [told[c.name] for c in cycles])
        for c, printed in zip(cycles, issued, strict=True):
            told[c.name].append(printed)
        before = same[-1].name if same else ""
        if (about.name, day) not in self._inside:
            self._inside[about.name, day] = tuple(_file(each(paper)) for each in (highlight, board))
        inside = self._inside[about.name, day]
        return GivenAway(about.name, before, day, lay_out.__name__, _file(report), inside)

    def _counts(self, of: Cycle, day: date, *, forms: bool) -> Counts:
        then = [self._then(of, r, day) for r in self._records[of.name]]
        return paper_counts(
            of, then if forms else [AuditRecord(r.standing) for r in then], day, DOMAINS, THEMES
        )

    def _then(self, of: Cycle, record: AuditRecord, day: date) -> AuditRecord:
        since = self._withdrawn.get((of.name, record.reference))
        if since is None or since <= day:
            return record
        row = replace(record.standing.allocation, withdrawn=False)
        return replace(record, standing=replace(record.standing, allocation=row))


@cache
def _template(name: str) -> bytes:
    return (FOLDER / f"{name}.docx").read_bytes()


def _file(report: Report) -> bytes:
    return fill(_template(report.name), report)


def council(seed: int) -> list[GivenAway]:
    return [*Council(seed).papers()]


sys.path[:0] = [str(Path(__file__).parents[1] / "papers")]
