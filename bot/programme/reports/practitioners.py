"""Two pages for practitioners (§12): what was found, good work first. No team, no person, no small number."""

from __future__ import annotations

from bot.programme.reports import sentences
from bot.programme.reports.cycle_counts import BELOW_GOOD, GOOD_OR_BETTER, RETURNED
from bot.programme.reports.grade_tables import standing
from bot.programme.reports.paper import HELD_BACK, Paper
from bot.programme.reports.report import Audience, Chart, Report

COUNTED = (
    "The audits are full audits by Team Managers and Advanced Practitioners. Their grade is the one that stands after "
    "moderation. The children were chosen for the lines of enquiry, not by lot: the numbers speak of these audits. "
    f"{HELD_BACK}"
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
                f"Good or better: {standing(paper.shown)} pieces of work.",
                f"{paper.many(RETURNED, 'audit')} looked closely at the work with a child: thank you.",
                sentences.heard(paper),
            ),
            "strongest domains": sentences.strongest(paper),
            "what we asked": paper.cycle.kloes,
        },
        charts={"standing grades": _bars(paper)},
    )


def _bars(paper: Paper) -> Chart:
    """Good work and the rest: single grades are often too few to be told."""
    names = (("Good or better", GOOD_OR_BETTER), ("Below Good", BELOW_GOOD))
    numbers = tuple(paper.shown[name] for _, name in names)
    return Chart(
        "The grades the work stands with",
        tuple(told for told, _ in names),
        (("Audits", numbers),),
        sentences.good_or_better(paper),
    )
