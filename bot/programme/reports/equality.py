"""Whose work was looked at, by age and ethnicity (§6): how many of each group, and the grades of the large ones.

The children are not a sample, and what those the service works with look like is not in the list: a person sets it
beside. No reader but the Audit Team is told a small number here, nor one from which a small one follows; and a group
has a name only when several audits say it, for in that column of the list anything may stand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from bot.programme.reports.audit_record import AuditRecord
from bot.programme.reports.counted import PER_CENT_FROM, standing_grade
from bot.programme.reports.counts import SUPPRESSED, Counts, Name, Shown, all_of_it
from bot.programme.reports.cycle_counts import BELOW_GOOD, GOOD_OR_BETTER, GRADED, IN_PLAY
from bot.programme.reports.paper import HELD_BACK
from bot.programme.reports.report import ReportTable
from bot.programme.reports.shares import share
from bot.programme.reports.small_numbers import Issued, as_published
from bot.programme.vocabulary import Allocation

OTHER, NOT_STATED = "Other groups", "Not stated"
NAMED_FROM = 5
"""A group of so many audits at least is told by its name."""
AGES = ((1, "Under 1"), (5, "1 to 4"), (10, "5 to 9"), (16, "10 to 15"), (200, "16 and over"))
"""Below which age whose name is that. The bands in which England's children looked after are counted.
https://explore-education-statistics.service.gov.uk/find-statistics/children-looked-after-in-england-including-adoptions"""


def _age(row: Allocation, begins: date | None) -> str:
    """The band of the age on the day on which the cycle begins."""
    born = row.date_of_birth
    if not born or not begins:
        return ""
    years = begins.year - born.year - ((begins.month, begins.day) < (born.month, born.day))
    return next((band for below, band in AGES if years < below), "")


def _ethnicity(row: Allocation, _: date | None) -> str:
    return " ".join(row.ethnicity.split())


_BY: Mapping[str, Callable[[Allocation, date | None], str]] = {"age": _age, "ethnicity": _ethnicity}
_WORDS = {"age": "Age", "ethnicity": "Ethnicity"}


def equality_counts(counts: Counts, playing: Sequence[AuditRecord], as_at: date) -> None:
    """("age", band) and ("ethnicity", group) of the audits in play; ("graded by", what, group, …) of their grades. Of a
    restricted record neither is told."""
    for what, group_of in _BY.items():
        rows = [(r.standing.allocation, r) for r in playing]
        found = [("" if a.restricted else group_of(a, r.standing.cycle.month_one), r) for a, r in rows]
        sizes = Counter(group for group, _ in found)
        named = [(group if not group or sizes[group] >= NAMED_FROM else OTHER, r) for group, r in found]
        groups = sorted({group for group, _ in named if group}, key=_in_order)
        counts.parts(IN_PLAY, {g: sum(each == g for each, _ in named) for g in groups}, (what,))
        for group in (*groups, ""):
            grades = [g for each, r in named if each == group and (g := standing_grade(r.standing, as_at))]
            begun: Name = ("graded by", what, group)
            counts.parts((what, group), {"graded": len(grades)}, begun)
            good = sum(not g.below_good for g in grades)
            counts.parts((*begun, "graded"), {"good": good, "below": len(grades) - good}, (*begun, "graded"))
        for whole, part in ((GRADED, ()), (GOOD_OR_BETTER, ("good",)), (BELOW_GOOD, ("below",))):
            counts.sums.append((whole, tuple(("graded by", what, g, "graded", *part) for g in (*groups, ""))))


def _in_order(group: str) -> tuple[int, str]:
    bands = [band for _, band in AGES]
    return (bands.index(group) if group in bands else len(bands) + (group == OTHER)), group


def told_inside(counts: Counts, threshold: int) -> Shown:
    """Every number, but for the groups': of these what may be told beside all the others."""
    wholes = (IN_PLAY, GRADED, GOOD_OR_BETTER, BELOW_GOOD)
    if any(whole not in counts.numbers for whole in wholes):
        return all_of_it(counts)
    names = {n for n in counts.numbers if n[0] in (*_BY, "graded by")}
    sums = [(whole, parts) for whole, parts in counts.sums if names.issuperset(parts)]
    plain: list[tuple[Name, tuple[Name, ...]]] = [(GRADED, (GOOD_OR_BETTER, BELOW_GOOD))]
    them = Counts({n: counts[n] for n in (*names, *wholes)}, [*sums, *plain])
    totals = Counts({n: counts[n] for n in wholes}, plain)
    printed = {n for n in names if n[0] in _BY or counts[(*n[:3], "graded")] >= PER_CENT_FROM}
    may_be = as_published(them, threshold, [Issued(totals, all_of_it(totals))], printed)
    return Shown(dict(counts.numbers) | {n: may_be[n] for n in names})


def whose_work(shown: Shown, groups: Callable[[str], Sequence[str]]) -> ReportTable:
    """A row for each group. `groups`: those that were counted under a word. Grades are told of 20 or more alone."""
    rows: list[tuple[str | int, ...]] = []
    for what in _BY:
        for group in groups(what):
            if group or shown[what, group] != 0:
                told = share(shown, (what, group), IN_PLAY)
                rows.append((f"{_WORDS[what]}: {group or NOT_STATED}", told, _grades(shown, what, group)))
    note = (
        f"{HELD_BACK} Grades are told of groups of {PER_CENT_FROM} or more. Gender is not in the list. The children "
        "were not chosen by lot: how many of a group there are says what was looked at, and nothing of the service."
    )
    return ReportTable(("Group", "Audits in play", "Good or better"), tuple(rows), note)


def _grades(shown: Shown, what: str, group: str) -> str:
    graded: Name = ("graded by", what, group, "graded")
    number = shown[graded]
    if number is None:
        return SUPPRESSED
    return share(shown, (*graded, "good"), graded) if number >= PER_CENT_FROM else "–"
