"""The work of a cycle as tables: time taken, numbers asked for, actions, meetings, what became of the last cycle."""

from __future__ import annotations

from bot.programme.reports.cycle_counts import BELOW_GOOD, FOUND_GOOD, FUNNEL, IN_PLAY
from bot.programme.reports.grade_tables import BY
from bot.programme.reports.paper import CycleTold, Paper, cell
from bot.programme.reports.report import Audience, ReportTable
from bot.programme.reports.shares import share, share_of
from bot.programme.standing.checks import (
    DIP_SAMPLES_PER_KLOE,
    MINIMUM_BY_ADVANCED_PRACTITIONERS,
    MINIMUM_BY_TEAM_MANAGERS,
)
from bot.programme.vocabulary import Grade


def actions(paper: Paper) -> ReportTable:
    agreed = ("actions",)
    rows = (
        ("Agreed", paper.cell(*agreed)),
        ("With somebody named and a date", share(paper.shown, ("actions", "with owner and date"), agreed)),
        ("Done", share(paper.shown, ("actions by state", "done"), agreed)),
        ("Overdue and not done", share(paper.shown, ("actions by state", "overdue"), agreed)),
        (
            "Not due yet, or without a clear date",
            share(paper.shown, ("actions by state", ""), agreed),
        ),
    )
    return ReportTable(("Actions", "Number"), rows)


def actions_by_team(paper: Paper) -> ReportTable:
    """Inside only: a team is told nobody else."""
    teams = () if paper.audience is Audience.OUTSIDE else paper.named("actions of team")
    rows = tuple(
        (
            team,
            *(paper.cell("actions of team", team, *state) for state in ((), ("done",), ("overdue",), ("",))),
        )
        for team in teams
    )
    note = "" if rows else "Not told by team."
    return ReportTable(("Team whose work it is", "Agreed", "Done", "Overdue", "Open"), rows, note)


def meetings(paper: Paper) -> ReportTable:
    below = [g for g in Grade if g.below_good]
    whats = (("held", "in time"), ("held", "late"), ("",))
    rows = [
        (
            g.in_full,
            paper.cell("standing grade", g.value),
            *(paper.cell("uopp of", g.value, *what) for what in whats),
        )
        for g in below
    ]
    whole = ("All below Good", paper.cell("below good"), *(paper.cell("uopp", *what) for what in whats))
    return ReportTable(
        ("Standing grade", "Needed", "Held in time", "Held late", "Not held yet"),
        (*rows, whole),
        "A meeting is late when it was held after the day it was due.",
    )


def timeliness(paper: Paper) -> ReportTable:
    """In time, late and open; how long it took is told inside only, where every number may be."""
    inside = paper.audience is not Audience.OUTSIDE
    rows = []
    for what, begun, done, half in (
        ("Audit returned", "return", "returned", paper.medians.to_return),
        ("Moderated", "moderation", "moderated", paper.medians.to_moderate),
    ):
        cells = (
            paper.cell(begun, done, "in time"),
            paper.cell(begun, done, "late"),
            paper.cell(begun, "open", "overdue"),
            paper.cell(begun, "open", ""),
        )
        rows.append((what, *cells, *((_days(half),) if inside else ())))
    more = ("Median working days",) if inside else ()
    note = "The median is of those that got there; the open ones are not in it." if inside else ""
    return ReportTable(("Step", "In time", "Late", "Overdue", "Not due yet", *more), tuple(rows), note)


def _days(half: float | None) -> str:
    return "–" if half is None else f"{half:g}"


def numbers_asked_for(paper: Paper) -> ReportTable:
    """The numbers of the cycle beside those of the guide (§6)."""
    least = (MINIMUM_BY_TEAM_MANAGERS, MINIMUM_BY_ADVANCED_PRACTITIONERS)
    rows: list[tuple[str | int, ...]] = [
        (audits, f"at least {n}", paper.cell("type", t.value))
        for (t, audits), n in zip(BY.items(), least, strict=True)
    ]
    low, high = DIP_SAMPLES_PER_KLOE
    rows += [
        (f"Dip samples for line of enquiry {n}", f"{low} to {high}", paper.cell("dip samples", str(n)))
        for n in range(1, len(paper.cycle.kloes) + 1)
    ]
    return ReportTable(("What", "The guide asks for", "This cycle"), tuple(rows))


_STEPS = (
    "UoPP meeting held",
    "Actions agreed",
    "All of them done or no longer needed",
    "Six-week check done",
    "Found Good or better at the check",
)


def impact(before: CycleTold) -> ReportTable:
    """What became of the last cycle's work below Good, step by step, each of the step before and of the first."""
    shown, first = before.shown, before.shown[BELOW_GOOD]
    rows: list[tuple[str | int, ...]] = [("Stood below Good", cell(first), "–", "–")]
    ahead = first
    for n, what in enumerate(_STEPS, 1):
        number = shown[("funnel", *FUNNEL[:n])]
        rows.append((what, cell(number), share_of(number, ahead), share_of(number, first)))
        ahead = number
    good = shown[FOUND_GOOD]
    rows.append(
        ("Found Good or better at a check, whatever went before", cell(good), "–", share_of(good, first))
    )
    note = "Each step counts only audits that took every step before it; the last line counts every check."
    return ReportTable(("Step", "Audits", "Of the step before", "Of all below Good"), tuple(rows), note)


def left_out(paper: Paper) -> tuple[str, ...]:
    """What is not counted, and why."""
    told = ", ".join(
        f"{paper.shown.text(('released', why))} {why}"
        for why in ("withdrawn", "exempted", "declared invalid")
    )
    sent = paper.shown.text(("released",))
    return (f"Of {sent} audits sent out, {paper.shown.text(IN_PLAY)} are in play. Left out: {told}.",)
