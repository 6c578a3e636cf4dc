"""Two pages for practitioners (§12): what was found, good work first. No team, no person, no small number."""

from __future__ import annotations

from bot.programme.reports import sentences
from bot.programme.reports.cycle_counts import BELOW_GOOD, GOOD_OR_BETTER, GRADED, RETURNED
from bot.programme.reports.grade_tables import standing
from bot.programme.reports.paper import HELD_BACK, Paper
from bot.programme.reports.report import Audience, Chart, Report
from bot.programme.reports.shares import share

COUNTED = (
    "The audits are full audits by Team Managers and Advanced Practitioners. Their grade is the one that stands after "
    "moderation. The children were chosen for the lines of enquiry, not by lot: the numbers speak of these audits. "
    f"{HELD_BACK}"
)
TOO_FEW = "There are too few audits to tell numbers of: what was good stands here in words."
TOO_FEW_OF_A_DOMAIN = "There are too few audits to tell this of a domain."


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
            "to celebrate": _to_celebrate(paper) or (TOO_FEW,),
            "strongest domains": sentences.strongest(paper) or (TOO_FEW_OF_A_DOMAIN,),
            "what we asked": paper.asked,
        },
        charts={"standing grades": _bars(paper)},
    )


def _to_celebrate(paper: Paper) -> tuple[str, ...]:
    """Of what may be told; a number that is held back is nothing to celebrate."""
    shown = paper.shown
    families, colleagues = ("family", "obtained"), ("practitioner", "obtained")
    lines = (
        (GOOD_OR_BETTER, GRADED, f"{standing(shown)} pieces of work are Good or better."),
        (RETURNED, RETURNED, f"{paper.many(RETURNED, 'audit')} looked closely at the work with a child: thank you."),
        (families, RETURNED, f"Families told us their views in {share(shown, families, RETURNED)} audits."),
        (colleagues, RETURNED, f"Practitioners told us theirs in {share(shown, colleagues, RETURNED)}."),
    )  # fmt: skip
    return tuple(line for part, whole, line in lines if shown[part] and shown[whole])


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
