"""Two pages for practitioners (§12): what was found, good work first. No team, no person, no small number."""

from __future__ import annotations

from bot.programme.reports import sentences
from bot.programme.reports.cycle_counts import IN_PLAY
from bot.programme.reports.grade_tables import standing
from bot.programme.reports.paper import Paper
from bot.programme.reports.report import Audience, Chart, Report
from bot.programme.reports.shares import share_of
from bot.programme.vocabulary import Grade

COUNTED = (
    "The audits are full audits by Team Managers and Advanced Practitioners. Their grade is the one that stands after "
    "moderation. The children were chosen for the lines of enquiry, not by lot: the numbers speak of these audits. "
    "[c] stands for a number that is too small to be told."
)


def practitioners(paper: Paper) -> Report:
    """Raises ValueError for numbers that are not for outside the council."""
    if paper.audience is not Audience.OUTSIDE:
        raise ValueError("the practitioners' pages are for outside: small numbers are not told in them")
    return Report(
        "practitioners_report",
        "What our audits found",
        paper.cycle.name,
        paper.as_at,
        paper.audience,
        words={"counted": COUNTED},
        lists={
            "to celebrate": (
                f"{share_of(*standing(paper.shown))} pieces of work that were graded stand Good or better.",
                f"The work with {paper.many(IN_PLAY, 'child', 'children')} was looked at closely: thank you.",
                sentences.heard(paper),
            ),
            "strongest domains": sentences.strongest(paper),
            "what we asked": paper.cycle.kloes,
        },
        charts={"standing grades": _bars(paper)},
    )


def _bars(paper: Paper) -> Chart:
    numbers = tuple(paper.shown["standing grade", g.value] for g in Grade)
    return Chart(
        "The grades the work stands with",
        tuple(g.in_full for g in Grade),
        (("Audits", numbers),),
        sentences.good_or_better(paper),
    )
