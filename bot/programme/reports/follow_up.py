"""The report on the impact of follow-up (§13, §15): numbers, and what they cannot tell; what follows is a person's."""

from __future__ import annotations

from datetime import date
from math import ceil, comb

from bot.programme.reports.counted import HOW_WE_COUNTED
from bot.programme.reports.counts import Name, Shown
from bot.programme.reports.cycle_counts import BELOW_GOOD
from bot.programme.reports.follow_up_counts import (
    BELOW,
    FRAME,
    NOT_GOOD,
    OVER,
    PAIRS,
    RE_AUDITED,
    RE_MODERATED,
    SELECTED,
)
from bot.programme.reports.report import Audience, Report, ReportTable
from bot.programme.reports.shares import share
from bot.programme.standing.re_audits import SHARE
from bot.programme.vocabulary import Cycle, Grade

NAME = "follow_up_report"
CAVEATS = (
    "Work that was found below Good at one look is likely to be found nearer to the middle at the next, whatever was "
    "done meanwhile (regression to the mean).",
    "Another auditor or another moderator may have judged the second time.",
    "The children of the first audit were chosen for the lines of enquiry, not by lot. What is found speaks of "
    "this work, and not of the service.",
    "Nothing here shows that follow-up is the cause of any difference: there is no work without follow-up beside it.",
)
HOW_FOLLOW_UP_IS_COUNTED = (
    "Six-week checks, actions and the four months are of work whose standing grade is below Good. Re-audits are of "
    "work whose moderated grade was, whatever was decided after it.",
    "A re-audit belongs to the work its row goes back to; of several of the same work the latest counts. Before and "
    "after are both moderated grades.",
    "The four months begin when the moderated or final grade began to count. Work is known to be Good when its "
    "latest grade after that is Good or Outstanding.",
)


def follow_up_report(earlier: Cycle, shown: Shown, as_at: date, audience: Audience) -> Report:
    """What followed for the work of an earlier cycle."""
    return Report(
        NAME,
        "The impact of follow-up",
        earlier.name,
        as_at,
        audience,
        lists={
            "the tenth": (_how_many(shown), _drawn(shown), _good(shown)),
            "moves": _moves(shown),
            "what the tenth suggests": (suggests(shown),),
            "caveats": CAVEATS,
            "how we counted": (*HOW_FOLLOW_UP_IS_COUNTED, *HOW_WE_COUNTED),
        },
        tables={
            "six-week checks": _six_weeks(shown),
            "grades at six weeks": _grades_at_six_weeks(shown),
            "actions": _actions(shown),
            "re-audits": _re_audits(shown),
            "before and after": _matrix(shown),
            "four months": _four_months(shown),
        },
    )


def _steps(shown: Shown, what: str, rows: tuple[tuple[str, Name, Name], ...]) -> ReportTable:
    return ReportTable(
        (what, "Number", "Of"), tuple((words, shown.text(n), shown.text(of)) for words, n, of in rows)
    )


def _six_weeks(shown: Shown) -> ReportTable:
    done: Name = ("six weeks", "done")
    return _steps(
        shown,
        "Six-week checks of work below Good",
        (
            ("Done", done, BELOW_GOOD),
            ("of these in time", (*done, "in time"), done),
            ("of these late", (*done, "late"), done),
            ("Not done, and overdue", ("six weeks", "open", "overdue"), BELOW_GOOD),
            ("Drift was found", ("drift", "drift"), done),
            ("No drift was found", ("drift", "no drift"), done),
        ),
    )


def _grades_at_six_weeks(shown: Shown) -> ReportTable:
    columns = ("Checked", *(g.in_full for g in Grade), "No grade noted")
    grades = [shown.text(("grade at six weeks", g.value)) for g in Grade]
    row = (shown.text(("six weeks", "done")), *grades, shown.text(("grade at six weeks", "")))
    return ReportTable(columns, (row,))


def _actions(shown: Shown) -> ReportTable:
    whole: Name = ("actions below good",)
    words = (
        ("Done, or no longer needed", "done"),
        ("Not known to be done, and overdue", "overdue"),
        ("Still to come, or without a date", ""),
    )
    return _steps(
        shown,
        "Actions agreed for work below Good",
        tuple((told, (*whole, word), whole) for told, word in words),
    )


def _re_audits(shown: Shown) -> ReportTable:
    return _steps(
        shown,
        "Work moderated below Good",
        (
            ("Chosen to be audited again", SELECTED, FRAME),
            ("Left out since (withdrawn, exempted, invalid)", (*SELECTED, "left out"), SELECTED),
            ("Audited again", RE_AUDITED, SELECTED),
            ("Audited again and moderated", RE_MODERATED, RE_AUDITED),
        ),
    )


def _matrix(shown: Shown) -> ReportTable:
    rows = [
        (
            first.in_full,
            *(shown.text(("re-audit matrix", first.value, g.value)) for g in Grade),
            shown.text(("re-audit before", first.value)),
        )
        for first in BELOW
    ]
    last = ("All", *(shown.text(("re-audit after", g.value)) for g in Grade), shown.text(PAIRS))
    note = "Rows: the moderated grade of the first audit. Columns: that of the re-audit of the same work."
    return ReportTable(("First audit", *(g.in_full for g in Grade), "All"), (*rows, last), note)


def _four_months(shown: Shown) -> ReportTable:
    return _steps(
        shown,
        "Work below Good after four months",
        (
            ("The four months are over", OVER, BELOW_GOOD),
            ("Known to be Good or better", (*OVER, "known to be Good"), OVER),
            ("Not known to be Good", NOT_GOOD, OVER),
            ("Taken to the Divisional Director", (*NOT_GOOD, "taken to the Divisional Director"), NOT_GOOD),
        ),
    )


def _how_many(shown: Shown) -> str:
    frame = shown[FRAME]
    wanted = "" if frame is None else f", which is at least {ceil(frame * SHARE)}"
    return (
        f"The guide asks for at least a tenth of the work moderated below Good{wanted}. "
        f"{shown.text(SELECTED)} of {shown.text(FRAME)} were chosen."
    )


def _drawn(shown: Shown) -> str:
    return (
        f"{shown.text((*SELECTED, 'how', 'by lot'))} of them were drawn by lot, any others chosen by people. The lot "
        "is made from the cycle's name, so that anybody can draw it again."
    )


def _good(shown: Shown) -> str:
    good = share(shown, ("re-audit moved", "Good or better"), PAIRS)
    better, same, worse = (shown.text(("re-audit moved", word)) for word in ("better", "same", "worse"))
    return f"Good or better: {good}. A better grade than before: {better}. The same: {same}. A lower one: {worse}."


def _moves(shown: Shown) -> tuple[str, ...]:
    """Each move by itself: of two files no share says anything."""
    told = []
    for first in BELOW:
        for second in Grade:
            name = ("re-audit matrix", first.value, second.value)
            if shown[name] != 0:
                told.append(f"From {first.in_full} to {second.in_full}: {shown.text(name)}.")
    return tuple(told) or ("No work has been audited again and moderated yet.",)


def suggests(shown: Shown) -> str:
    """How many of all the work would be Good, were it as those drawn; a range, and no judgement."""
    whole, drawn, good = shown[FRAME], shown[PAIRS], shown["re-audit moved", "Good or better"]
    others = shown[(*SELECTED, "how", "")]
    if whole is None or drawn is None or good is None or others is None:
        return "Nothing is said of the rest: it would be reckoned from numbers that are too small to be told."
    if not drawn:
        return "No re-audit is moderated yet: nothing can be said of the rest."
    if others:
        return f"{others} of those audited again were chosen by people and not by lot: nothing is said of the rest."
    least, most = range_of_all(whole, drawn, good)
    return (
        f"Drawn by lot, {good} of {drawn} were Good or better. The same draw is to be expected (95 %) when between "
        f"{least} and {most} of all {whole} are. Whether that is consistent, or the exercise is repeated on all of it "
        "(§15), is for the Learning Academy to judge."
    )


def range_of_all(whole: int, drawn: int, good: int) -> tuple[int, int]:
    """The least and the most of a whole that may have something, when so many of those drawn without putting back have
    it: all with which neither tail of the draw is rarer than 2.5 %. Exact (hypergeometric).

    https://www.itl.nist.gov/div898/handbook/ has the distribution. Raises ValueError for what is no draw.
    """
    if not 0 <= good <= drawn <= whole or not drawn:
        raise ValueError(f"{good} of {drawn} of {whole} is no draw")
    ways = comb(whole, drawn)

    def chance(have: int, found: range) -> float:
        return sum(comb(have, n) * comb(whole - have, drawn - n) for n in found) / ways

    fitting = [
        have
        for have in range(good, whole - (drawn - good) + 1)
        if chance(have, range(good, drawn + 1)) > 0.025 and chance(have, range(good + 1)) > 0.025
    ]
    return fitting[0], fitting[-1]
