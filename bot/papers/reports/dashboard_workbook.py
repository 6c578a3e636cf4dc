"""Where the audits stand, as a workbook: what is due, the clocks of an Inadequate, and how far each cycle is."""

from __future__ import annotations

from datetime import date

from bot.papers.reports.grade_colours import LIGHT, Colour
from bot.papers.sheet_chart import SheetChart
from bot.papers.spreadsheet import Table, workbook
from bot.programme.date_words import full_day
from bot.programme.reports.dashboard import STAGE_NAMES, Dashboard, Step
from bot.programme.standing.stages import STAGES

_COLOURS = {STAGE_NAMES[name]: Colour(colour.lstrip("#").upper(), LIGHT) for name, colour, _ in STAGES}
_ABOUT = (
    "This workbook is written by the audit bot whenever something in it has changed, and by nobody else: one in which "
    "somebody has written is left as it is, and a new one stands beside it.",
    "An audit is told by its reference; no child, no team and nobody's name is here. Who an audit lies with, and the "
    "rest of it, stands in the list.",
    "Due: what falls due up to the Sunday of the week in which it was written, and all that is overdue. What is on "
    "hold is not there, unless a child's safety hangs on it.",
    "Inadequate: everything still to be done about an audit whose grade counts as Inadequate.",
    "What comes next tells which audits are below Good: this is for the Head of Service and the Audit Team. Please do "
    "not pass it on.",
)


def dashboard_workbook(found: Dashboard, on: date) -> bytes:
    """The sheets “Due”, “Inadequate”, “How far” with the chart, “States” and “About”."""
    names = [*STAGE_NAMES.values()]
    far = [(cycle, *numbers, sum(numbers)) for cycle, numbers in found.stages]
    told = " ".join(
        f"{cycle}: " + ", ".join(f"{name} {n}" for name, n in zip(names, numbers, strict=True) if n) + "."
        for cycle, numbers in found.stages
    )
    chart = SheetChart("How far the audits of each cycle are", told, names, _COLOURS) if far else None
    about = (f"Written on {full_day(on)}, for {found.service}.", *_ABOUT)
    return workbook(
        {
            "Due": _steps(found.due),
            "Inadequate": _steps(found.clocks),
            "How far": Table(("Cycle", *names, "Audits"), far, chart),
            "States": Table(("Cycle", "How it stands", "Audits"), found.states),
            "About": Table(("About this workbook",), [(line,) for line in about]),
        }
    )


def _steps(steps: tuple[Step, ...]) -> Table:
    return Table(
        ("Due on", "Overdue", "Audit", "It lies with", "What comes next", "Cycle"),
        [(s.due, "Overdue" if s.overdue else None, s.reference, s.who, s.what, s.cycle) for s in steps],
    )
