"""What moderation changed, and what was escalated, in lines (§7, §10, §11)."""

from __future__ import annotations

from bot.programme.reports.agreement import (
    agreement_sentence,
    direction_sentence,
    kappa_sentence,
    matrix_of,
)
from bot.programme.reports.paper import CycleTold, Paper
from bot.programme.reports.report import Audience
from bot.programme.reports.shares import share
from bot.programme.vocabulary import Grade


def of_moderation(paper: Paper) -> tuple[str, ...]:
    """Agreement first, then direction, then kappa of all cycles together."""
    by_two = paper.many(("moved", "by two or more"), "grade")
    told = (
        agreement_sentence(paper.shown),
        direction_sentence(paper.shown),
        f"Moved by two grades or more: {by_two}.",
        "" if paper.audience is Audience.OUTSIDE else _kappa(paper),
    )
    return tuple(line for line in told if line)


def _kappa(paper: Paper) -> str:
    """Inside only, where the moves that it is made of are told."""
    return kappa_sentence(
        [matrix_of(each.shown) for each in (*paper.earlier, CycleTold(paper.cycle, paper.shown))]
    )


def disputes(paper: Paper) -> str:
    disputed = ("disputed",)
    return (
        f"Escalated because the grade was disputed: {paper.many(disputed, 'audit')}; decided "
        f"{paper.shown.text(('disputed', 'decided'))}, with another grade "
        f"{paper.shown.text(('disputed', 'decided', 'changed'))}."
    )


def inadequate(paper: Paper) -> str:
    """The work whose meeting the Audit Manager leads, the Head of Service with them (§10)."""
    worst = Grade.INADEQUATE.value
    held = share(paper.shown, ("uopp of", worst, "held"), ("standing grade", worst))
    return f"Work that stands Inadequate: UoPP meeting with the Head of Service held for {held}."
