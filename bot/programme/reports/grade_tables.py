"""Grades as tables and bars: by who audited, by cycle, by domain, and what moderation made of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median

from bot.programme.date_words import short_month
from bot.programme.reports.counted import PER_CENT_FROM
from bot.programme.reports.counts import Name, Shown
from bot.programme.reports.cycle_counts import BOTH_GRADES, GOOD_OR_BETTER, GRADED, IN_PLAY
from bot.programme.reports.paper import CycleTold, Paper, cell
from bot.programme.reports.report import Audience, Chart, ReportTable
from bot.programme.reports.shares import share
from bot.programme.vocabulary import AuditType, Cycle, Grade

GRADES = tuple(g.in_full for g in Grade)
BY = {
    AuditType.FULL_TEAM_MANAGER: "Team Managers’ audits",
    AuditType.FULL_ADVANCED_PRACTITIONER: "Advanced Practitioners’ audits",
}
ALL = "All audits"
INTERVALS = (
    "After the per cent stand the ends of its 95 % interval: what chance alone could make of it, were the audits drawn "
    "by lot."
)
PER_CENT, MEDIAN = "Good or better, in per cent", "Median"
MEDIAN_FROM = 8
"""Of so many cycles at least a median is drawn; of fewer there are dots alone, for a line would be read as a trend."""
MODERATED_ONLY = "Of the audits that are moderated: the moderator’s grade of a domain, or else the auditor’s."


def standing(shown: Shown) -> str:
    """How many of the audits with a standing grade are Good or better."""
    return share(shown, GOOD_OR_BETTER, GRADED)


def good_in(shown: Shown, domain: str) -> str:
    """The same of a domain."""
    return share(shown, ("domain good or better", domain), ("domain graded", domain))


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


def by_cycle(cycles: Sequence[CycleTold], called: Callable[[Cycle], str]) -> ReportTable:
    """Each cycle by itself, with the 95 % interval of its Good or better; the audits without a grade apart."""
    rows = []
    for each in cycles:
        shown = each.shown
        found = share(shown, GOOD_OR_BETTER, GRADED, with_interval=True)
        grades = (cell(shown["standing grade", g.value]) for g in Grade)
        rows.append((called(each.cycle), *grades, cell(shown["standing grade", ""]), found))
    columns = ("Cycle", *GRADES, "None yet", "Good or better")
    return ReportTable(columns, tuple(rows), INTERVALS)


def by_cycle_in_short(cycles: Sequence[CycleTold]) -> ReportTable:
    rows = ((e.cycle.name, share(e.shown, GOOD_OR_BETTER, GRADED, with_interval=True)) for e in cycles)
    return ReportTable(("Cycle", "Good or better"), tuple(rows), INTERVALS)


def by_cycle_bars(cycles: Sequence[CycleTold], called: Callable[[Cycle], str], told: str) -> Chart:
    names = [(called(each.cycle), ("standing grade",)) for each in cycles]
    return bars("Standing grades by cycle", names, [each.shown for each in cycles], told)


def by_cycle_dots(cycles: Sequence[CycleTold]) -> Chart:
    """Good or better in per cent, a dot for each cycle with enough grades; a median from MEDIAN_FROM dots on."""
    told = [c for c in cycles if (of := c.shown[GRADED]) is None or of >= PER_CENT_FROM]
    dots = [_per_cent_good(c.shown) for c in told]
    known = [dot for dot in dots if dot is not None]
    series: list[tuple[str, tuple[int | None, ...]]] = [(PER_CENT, tuple(dots))]
    said = "; ".join(f"{c.cycle.name}: {standing(c.shown)}" for c in told) or "no cycle has enough grades yet"
    finding = f"Good or better by cycle. {said}."
    if len(known) >= MEDIAN_FROM:
        half = int(median(known) + 0.5)
        series.append((MEDIAN, (half,) * len(dots)))
        finding += f" The median of the {len(known)} cycles is {half} per cent."
    names = (f"{_month(c.cycle)}, n = {c.shown.text(GRADED)}" for c in told)
    return Chart("Good or better by cycle, in per cent", tuple(names), tuple(series), finding)


def _per_cent_good(shown: Shown) -> int | None:
    good, of = shown[GOOD_OR_BETTER], shown[GRADED]
    return None if good is None or not of else int(good / of * 100 + 0.5)


def _month(cycle: Cycle) -> str:
    return short_month(cycle.month_one) if cycle.month_one else cycle.name


def matrix(paper: Paper) -> ReportTable:
    """Inside only: most of its cells are small, and they differ little from the standing grades, so that outside the
    one would have to be held back for the other."""
    columns = ("Auditor’s grade", *GRADES, "All")
    if paper.audience is Audience.OUTSIDE:
        return ReportTable(columns, (), "Not told outside the council.")
    rows = [
        (
            a.in_full,
            *(paper.cell("matrix", a.value, m.value) for m in Grade),
            paper.cell("by auditor", a.value),
        )
        for a in Grade
    ]
    whole = ("All", *(paper.cell("by moderator", m.value) for m in Grade), paper.cell(*BOTH_GRADES))
    note = (
        "On the diagonal both gave the same grade; right of it the moderator’s is lower, left of it higher."
    )
    return ReportTable(columns, (*rows, whole), note)


def domains_in_order(paper: Paper) -> list[str]:
    """The domain with the largest share below Good first; one of which that is not told stands last."""

    def below(domain: str) -> float:
        good, of = (paper.shown[f"domain {what}", domain] for what in ("good or better", "graded"))
        return -1.0 if good is None or not of else 1 - good / of

    return sorted(paper.named("domain"), key=below, reverse=True)


def by_domain(paper: Paper) -> ReportTable:
    rows = [
        (
            domain,
            *(paper.cell("domain", domain, g.value) for g in Grade),
            paper.cell("domain", domain, ""),
            good_in(paper.shown, domain),
        )
        for domain in domains_in_order(paper)
    ]
    return ReportTable(
        ("Domain", *GRADES, "Not graded", "Good or better"),
        tuple(rows),
        MODERATED_ONLY,
    )


def by_domain_in_short(paper: Paper) -> ReportTable:
    rows = ((domain, good_in(paper.shown, domain)) for domain in domains_in_order(paper))
    return ReportTable(("Domain", "Good or better"), tuple(rows), MODERATED_ONLY)


def by_domain_bars(paper: Paper) -> Chart:
    found = domains_in_order(paper)
    told = "; ".join(f"{d}: {good_in(paper.shown, d)}" for d in found)
    names: list[tuple[str, Name]] = [(domain, ("domain", domain)) for domain in found]
    return bars("Grades of the domains", names, [paper.shown] * len(names), f"Good or better, {told}.")


def bars(title: str, names: Sequence[tuple[str, Name]], shown: Sequence[Shown], told: str) -> Chart:
    """A bar for each category, in pieces by grade."""
    series = tuple(
        (g.in_full, tuple(of[(*begun, g.value)] for (_, begun), of in zip(names, shown, strict=True)))
        for g in Grade
    )
    if all(number == 0 for _, numbers in series for number in numbers):
        title, told = f"{title}: nothing is graded yet", "Nothing is graded yet."
    return Chart(title, tuple(name for name, _ in names), series, told)
