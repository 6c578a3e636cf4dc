"""What lays each report out, from what is known to what stands in it; named by the records of kinds.py."""

from __future__ import annotations

from bot.daily_run.reports.material import Material
from bot.papers.letters.free_text import Children
from bot.programme.reports import board as of_the_board
from bot.programme.reports import highlight as of_highlights
from bot.programme.reports import practitioners as for_practitioners
from bot.programme.reports import self_assessment as of_ourselves
from bot.programme.reports.paper import CycleTold, Paper, medians_of
from bot.programme.reports.quotable import passages
from bot.programme.reports.report import Report
from bot.programme.reports.words_to_clear import words_to_clear as list_of_words
from bot.programme.telling.summary import names_of


def highlight(known: Material) -> Report:
    return of_highlights.highlight(paper(known))


def board(known: Material) -> Report:
    return of_the_board.board(paper(known))


def practitioners(known: Material) -> Report:
    return for_practitioners.practitioners(paper(known))


def self_assessment(known: Material) -> Report:
    return of_ourselves.self_assessment(paper(known))


def words_to_clear(known: Material) -> Report:
    """What people said, without what tells of a child of the list."""
    council = known.situation.council
    guard = Children(council.allocations, names_of(council).values()).left_out
    cycle = known.about
    return list_of_words(cycle, known.as_at, passages(known.counted(cycle).records, guard))


def paper(known: Material) -> Paper:
    """A cycle beside those before it. Of the one of the same services just before, what its actions came to is told
    too, so its forms are read; of the others list and ledger tell the grades."""
    now = known.counted(known.about)
    before = known.earlier()
    same = [c for c in before if c.service_group == known.about.service_group]
    last = same[-1:]
    return Paper(
        now.cycle, known.as_at, known.audience, now.shown,
        tuple(CycleTold(c, known.counted(c, forms=c in last).shown) for c in before),
        medians_of(now.records, known.as_at, known.basis.working),
        known.headings,
    )  # fmt: skip
