"""The scorecard as a workbook: the figures, both gradings with their chart, and how it was counted."""

from __future__ import annotations

from collections.abc import Callable

from bot.papers.sheet_chart import SheetChart
from bot.papers.spreadsheet import Table, workbook
from bot.programme.date_words import full_day
from bot.programme.reports.counted import HOW_WE_COUNTED
from bot.programme.reports.counts import Name
from bot.programme.reports.scorecard import CYCLES, Column, Scorecard, ServiceCard
from bot.programme.reports.scorecard_figures import FEEDBACK, NO_DAY
from bot.programme.reports.shares import share, share_of, together
from bot.programme.vocabulary import Grade

RETURNED: Name = ("return", "returned")
MODERATED: Name = ("moderation", "moderated")
BEFORE = ("Latest cycle", *("Cycle before", "Two cycles before")[: CYCLES - 1])

_OF_THIS_CARD = (
    "The readers of this workbook are inside the council, and not the Audit Team alone: it has numbers, and no single "
    "audit. Which audits a figure is made of stands in the record of their cycle, which only the Audit Team may open.",
    "Its numbers are true ones, however small: what goes outside the council is not taken from here.",
    "Under the month stands what became so in it: audits allocated, come back, moderated or graded, whichever of the "
    "cycles they belong to. Under a cycle stands everything up to the day named.",
    "“Due by then” has all audits whose date for the auditor had come, returned or not. “Late” is after that date.",
    "Working days are counted after the day on which the audit tool was sent, or the audit came back, up to the day of "
    "the next step: the middle one of all, of those that got so far. How many have not is told beside it.",
    "Feedback is counted of the audits that came back, by what the auditor's latest form says. “Not stated” is no "
    "“no”: the form does not tell whether anybody was asked.",
    "The trained auditors are those in the training register (“trained auditor” in Audit roles) on the day named. "
    "Where none is kept there, only the number of auditors is told.",
    "The chart compares the same audits: those that have an auditor's grade and a moderated one.",
    "Whether an audit was withdrawn is told of a cycle and not of a month.",
)


def scorecard_workbook(card: Scorecard) -> bytes:
    """The card's sheets: “Scorecard”, “Grades” with the chart, and “How we counted”."""
    how = (f"As at the end of {full_day(card.as_at)}.", *_OF_THIS_CARD, *HOW_WE_COUNTED)
    sheets = {"Scorecard": _figures(card), "Grades": _grades(card)}
    return workbook({**sheets, "How we counted": Table(("How we counted",), [(line,) for line in how])})


def _figures(card: Scorecard) -> Table:
    """A row for each figure of each service, its month and cycles side by side."""
    rows: list[tuple[object, ...]] = []
    for each in card.services:
        columns = (each.month, *each.cycles)
        blank = [None] * (1 + CYCLES - len(columns))
        rows.append((each.service, "Of", *(c.name for c in columns), *blank))
        for label, of_month, of_cycle in FIGURES:
            shown = (of_month(each.month), *(of_cycle(c) for c in each.cycles))
            rows.append((each.service, label, *shown, *blank))
    return Table(("Service", "Figure", "The month", *BEFORE), rows)


def _grades(card: Scorecard) -> Table:
    words = [g.in_full for g in Grade]
    rows = [
        (f"{c.name}: {who}", *(c.shown[by, g.value] for g in Grade), c.shown["both grades",])
        for c in (each.cycles[0] for each in card.services)
        for who, by in (("the auditor", "by auditor"), ("moderated", "by moderator"))
    ]
    chart = SheetChart("Grades by the auditor and after moderation", finding(card), words)
    return Table(("Whose grade", *words, "Audits with both grades"), rows, chart if rows else None)


def finding(card: Scorecard) -> str:
    """What the chart shows, as its alternative text."""
    return " ".join(_of_one(each) for each in card.services) + " The table above has each number."


def _of_one(each: ServiceCard) -> str:
    shown, name = each.cycles[0].shown, each.cycles[0].name
    better = [("Outstanding", "Good"), ("by auditor", "by moderator")]
    first, second = (together(shown, *((by, word) for word in better[0])) for by in better[1])
    whole = ("both grades",)
    if not shown[whole]:
        return f"{name}: no audit has both grades yet."
    return (
        f"{name}: Good or better by the auditor {share_of(first, shown[whole])}, after moderation "
        f"{share_of(second, shown[whole])}; moderation lowered {shown.text(('moved', 'down'))} and raised "
        f"{shown.text(('moved', 'up'))}."
    )


Cell = Callable[[Column], object]


def _number(*name: str) -> Cell:
    return lambda c: c.shown[name]


def _of(part: Name, whole: Name) -> Cell:
    return lambda c: share(c.shown, part, whole)


def _median(what: str) -> Cell:
    def cell(c: Column) -> str:
        days, still = c.days[what], c.shown["open", what]
        return f"{'–' if days is None else f'{days:g}'}, {still} still open"

    return cell


def _better(c: Column) -> str:
    good = together(c.shown, ("standing grade", "Outstanding"), ("standing grade", "Good"))
    return share_of(good, c.shown["standing grade",])


def _trained(c: Column) -> object:
    known = ("auditors", "trained") in c.shown.numbers
    return share(c.shown, ("auditors", "trained"), ("auditors",)) if known else c.shown["auditors",]


def _nothing(_: Column) -> None:
    return None


def _both(cell: Cell) -> tuple[Cell, Cell]:
    return cell, cell


FIGURES: tuple[tuple[str, Cell, Cell], ...] = (
    ("Allocated", *_both(_number("in play"))),
    ("Due by then", *_both(_number("due"))),
    ("Returned", *_both(_number(*RETURNED))),
    ("Returned, of those due", *_both(_of(("due", "returned"), ("due",)))),
    ("Returned late", *_both(_of((*RETURNED, "late"), RETURNED))),
    ("Moderated", *_both(_number(*MODERATED))),
    ("Moderated, of those returned", _nothing, _of((*RETURNED, "moderated"), RETURNED)),
    ("Moderated, of those allocated", _nothing, _of(MODERATED, ("in play",))),
    ("Working days from allocated to returned, median", *_both(_median("to return"))),
    ("Working days from returned to moderated, median", *_both(_median("to moderate"))),
    *((f"Auditor's grade: {g.in_full}", *_both(_of(("auditor's grade", g.value), ("auditor's grade",))))
      for g in Grade),
    *((f"Moderated grade: {g.in_full}", *_both(_of(("moderated grade", g.value), ("moderated grade",))))
      for g in Grade),
    ("Moderation lowered the grade", *_both(_of(("moved", "down"), ("both grades",)))),
    ("Moderation raised the grade", *_both(_of(("moved", "up"), ("both grades",)))),
    ("Disagreements finally decided", *_both(_number("decided"))),
    ("Good or better, as the grades stand", *_both(_better)),
    *((f"{said} feedback: {word.value}", *_both(_of((who, word.value), RETURNED)))
      for said, who in (("Family", "family"), ("Practitioner", "practitioner")) for word in FEEDBACK[who]),
    *((f"{said} feedback: not stated", *_both(_of((who, ""), RETURNED)))
      for said, who in (("Family", "family"), ("Practitioner", "practitioner"))),
    ("Auditors used, of them in the training register", *_both(_trained)),
    ("Left out: exempted", *_both(_number("released", "exempted"))),
    ("Left out: declared invalid", *_both(_number("released", "declared invalid"))),
    ("Left out: withdrawn", _nothing, _number("released", NO_DAY)),
)  # fmt: skip
"""The rows of the sheet: what it is called, what stands under the month, and under a cycle."""
