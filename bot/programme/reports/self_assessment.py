"""The extract for the local authority's self-assessment (§12): what we know, how we know it, what we will do."""

from __future__ import annotations

from bot.programme.reports import grade_tables, sentences
from bot.programme.reports.paper import Paper
from bot.programme.reports.report import Audience, Report


def self_assessment(paper: Paper) -> Report:
    """Raises ValueError for numbers that are not for outside the council: inspectors read it."""
    if paper.audience is not Audience.OUTSIDE:
        raise ValueError("the self-assessment is for outside: small numbers are not told in it")
    know = (sentences.good_or_better, sentences.beside_the_cycle_before, sentences.of_the_last_cycle)
    how = (sentences.came_back, sentences.unchanged, sentences.heard)
    return Report(
        "self_assessment",
        "Self-assessment: what our audits tell us",
        paper.cycle.name,
        paper.as_at,
        paper.audience,
        lists={
            "what we know": tuple(line for say in know if (line := say(paper))),
            "how we know it": tuple(say(paper) for say in how),
            "what follows": (sentences.followed_up(paper), sentences.actions(paper)),
            "inspection headings": paper.headings,
            "how we counted": paper.how_we_counted,
        },
        tables={
            "grades by cycle": grade_tables.by_cycle_in_short(paper.same_service),
            "domain grades": grade_tables.by_domain_in_short(paper),
        },
    )
