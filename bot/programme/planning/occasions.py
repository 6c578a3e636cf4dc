"""On which day a letter of a rule falls, and when it is too soon for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from bot.programme.date_words import day_in_words
from bot.programme.planning.of_one_day import Planning
from bot.programme.rulebook.rules import Rule
from bot.programme.standing.letters_gone import ASKED
from bot.programme.standing.reached import named
from bot.programme.vocabulary import Milestone
from bot.programme.waits import listed
from bot.programme.working_days import Dated

LATELY = timedelta(days=7)


def latest_occasion(planning: Planning, rule: Rule, first: Dated, begins: date) -> tuple[int, Dated] | None:
    """Repeats count from `begins`, so that a holiday never makes a series drift: not even the one for which the
    first of a weekly series waited."""
    latest = None
    for n in range(rule.repeat.times):
        if rule.repeat.weeks:
            on = planning.basis.working.on_or_after(begins + timedelta(7 * n * rule.repeat.every))
        else:
            on = planning.basis.working.after(begins, n * rule.repeat.every)
        if on > planning.today:
            break
        latest = (n, first if n == 0 else _again(planning, rule, first, begins, n, on))
    return latest


def _again(planning: Planning, rule: Rule, first: Dated, begins: date, n: int, on: date) -> Dated:
    count = n * rule.repeat.every
    unit = "week" if rule.repeat.weeks else "working day"
    why = f"{first.why}; again {count} {unit}{'' if count == 1 else 's'} after {day_in_words(begins)}"
    names = [] if rule.repeat.weeks else planning.basis.working.skipped(begins, on)
    return Dated(on, f"{why}; {listed(names)} skipped" if names else why)


def not_before(planning: Planning, milestone: Milestone, reached: Mapping[Milestone, Dated]) -> Dated | None:
    """The day a letter waits for. Nobody is taken to task on the day on which they are asked."""
    begins = reached.get(milestone)
    if begins is None:
        return None
    on = planning.basis.working.after(begins.on, 1) if milestone in ASKED else begins.on
    return Dated(on, f"{'the working day after ' if milestone in ASKED else ''}{named(milestone)}")


def lately(planning: Planning, on: date, day: date, begins: date, n: int, rule: Rule) -> bool:
    """Whether something happened within a week of the day an occasion is meant for. A weekly series counts from
    the day something was due, and a due day on which nobody works lets the working day before it count too."""
    meant = begins + timedelta(7 * n * rule.repeat.every) if rule.repeat.weeks else None
    if meant is None:
        return day - on < LATELY
    due = meant - LATELY
    return on >= (due if planning.basis.working.is_working(due) else planning.basis.working.after(due, -1))
