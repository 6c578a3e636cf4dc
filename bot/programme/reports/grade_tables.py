"""Grades as tables and bars: by who audited, by cycle, by domain, and what moderation made of them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.programme.reports.counts import Name, Shown
from bot.programme.reports.cycle_counts import BOTH_GRADES, IN_PLAY
from bot.programme.reports.paper import CycleTold, Paper, cell
from bot.programme.reports.report import Chart, ReportTable
from bot.programme.reports.shares import share_of, together
from bot.programme.vocabulary import AuditType, Grade

GOOD_OR_BETTER = tuple(g.value for g in Grade if not g.below_good)
BELOW = tuple(g.value for g in Grade if g.below_good)
GRADES = tuple(g.in_full for g in Grade)
BY = {
    AuditType.FULL_TEAM_MANAGER: "Team Managers’ audits",
    AuditType.FULL_ADVANCED_PRACTITIONER: "Advanced Practitioners’ audits",
}
ALL = "All audits"


def good_or_better(shown: Shown, *begun: str) -> tuple[int | None, int | None]:
    """How many are Good or better, and of how many with a grade; None where it is not told."""
    good = together(shown, *((*begun, g) for g in GOOD_OR_BETTER))
    below = together(shown, *((*begun, g) for g in BELOW))
    return good, None if good is None or below is None else good + below


def standing(shown: Shown) -> tuple[int | None, int | None]:
    """The same of the standing grades: where single grades are not told, their sum may be."""
    none_yet, below, playing = (shown[name] for name in (("standing grade", ""), ("below good",), IN_PLAY))
    graded = None if none_yet is None or playing is None else playing - none_yet
    good = None if graded is None or below is None else graded - below
    found, of = good_or_better(shown, "standing grade")
    return found if good is None else good, of if graded is None else graded


def _graded(paper: Paper, begun: Name, whole: Name) -> tuple[str | int, ...]:
    return (*(paper.cell(*begun, g.value) for g in Grade), paper.cell(*begun, ""), paper.cell(*whole))


def by_type(paper: Paper) -> ReportTable:
    rows = [
        (audits, *_graded(paper, ("standing grade by type", t.value), ("type", t.value)))
        for t, audits in BY.items()
    ]
    whole = (ALL, *_graded(paper, ("standing grade",), IN_PLAY))
    return ReportTable(("Standing grade", *GRADES, "None yet", "All"), (*rows, whole))


def by_type_bars(paper: Paper, told: str) -> Chart:
    begun: list[tuple[str, Name]] = [
        (audits, ("standing grade by type", t.value)) for t, audits in BY.items()
    ]
    whole: tuple[str, Name] = (ALL, ("standing grade",))
    return bars("Standing grades of the audits by who audited", [*begun, whole], [paper.shown] * 3, told)


def by_cycle(cycles: Sequence[CycleTold]) -> ReportTable:
    """Each cycle by itself, with the 95 % interval of its Good or better; the audits without a grade apart."""
    rows = []
    for each in cycles:
        shown = each.shown
        found = share_of(*standing(shown), with_interval=True)
        grades = (cell(shown["standing grade", g.value]) for g in Grade)
        rows.append((each.cycle.name, *grades, cell(shown["standing grade", ""]), found))
    columns = ("Cycle", *GRADES, "None yet", "Good or better")
    return ReportTable(columns, tuple(rows))


def by_cycle_bars(cycles: Sequence[CycleTold], told: str) -> Chart:
    names = [(each.cycle.name, ("standing grade",)) for each in cycles]
    return bars("Standing grades by cycle", names, [each.shown for each in cycles], told)


def matrix(paper: Paper) -> ReportTable:
    rows = [
        (
            a.in_full,
            *(paper.cell("matrix", a.value, m.value) for m in Grade),
            paper.cell("by auditor", a.value),
        )
        for a in Grade
    ]
    whole = ("All", *(paper.cell("by moderator", m.value) for m in Grade), paper.cell(*BOTH_GRADES))
    return ReportTable(("Auditor’s grade", *GRADES, "All"), (*rows, whole))


def domains_in_order(paper: Paper) -> list[str]:
    """The domain with the largest share below Good first; one of which that is not told stands last."""

    def below(domain: str) -> float:
        good, of = good_or_better(paper.shown, "domain", domain)
        return -1.0 if good is None or not of else 1 - good / of

    return sorted(paper.named("domain"), key=below, reverse=True)


def by_domain(paper: Paper) -> ReportTable:
    rows = [
        (
            domain,
            *(paper.cell("domain", domain, g.value) for g in Grade),
            paper.cell("domain", domain, ""),
            share_of(*good_or_better(paper.shown, "domain", domain)),
        )
        for domain in domains_in_order(paper)
    ]
    return ReportTable(
        ("Domain", *GRADES, "Not graded", "Good or better"),
        tuple(rows),
        "Of the audits that are moderated; the moderator’s grade of a domain where there is one, else the auditor’s.",
    )


def by_domain_bars(paper: Paper) -> Chart:
    found = domains_in_order(paper)
    told = "; ".join(f"{d}: {share_of(*good_or_better(paper.shown, 'domain', d))}" for d in found)
    names: list[tuple[str, Name]] = [(domain, ("domain", domain)) for domain in found]
    return bars("Grades of the domains", names, [paper.shown] * len(names), f"Good or better, {told}.")


def bars(title: str, names: Sequence[tuple[str, Name]], shown: Sequence[Shown], told: str) -> Chart:
    """A bar for each category, in pieces by grade."""
    series = tuple(
        (g.in_full, tuple(of[(*begun, g.value)] for (_, begun), of in zip(names, shown, strict=True)))
        for g in Grade
    )
    return Chart(title, tuple(name for name, _ in names), series, told)
