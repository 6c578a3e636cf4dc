"""Looking without touching: what would go out, and the story of one audit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from bot.daily_run.desk import Desk
from bot.programme.history.history import History, history_of
from bot.programme.planning.planner import coming, plan
from bot.programme.standing.actions import SendLetter
from bot.programme.standing.council import Council
from bot.programme.standing.deleted_rows import deleted_rows, restored
from bot.programme.standing.protection import Protected, protected
from bot.programme.telling.story import AuditStory, story
from bot.programme.vocabulary import Problem

LOOK_AHEAD = 10
"""Working days a story looks forward."""


def as_council(lists: Council, history: History, desk: Desk) -> Protected:
    """The lists as the programme looks at them: a row that was entered again stands for what it was, and keeps what
    protected it."""
    return protected(restored(lists, history, desk.setting.keys), history)


def planned_between(
    desk: Desk, first: date, last: date
) -> tuple[Mapping[date, tuple[SendLetter, ...]], list[Problem]]:
    """What would go out on each day if nothing further happened, and what stands in the way today."""
    read = desk.lists.read()
    history = history_of(desk.ledger.read())
    found = as_council(read.council, history, desk)
    lists = found.council
    days = [first + timedelta(n) for n in range((last - first).days + 1)]
    working = [day for day in days if desk.setting.working.is_working(day)] or days[:1]
    today = plan(first, lists, history, desk.setting)
    deleted = [row.problem for row in deleted_rows(lists, history)]
    problems = list(dict.fromkeys([*read.problems, *found.problems, *today.problems, *deleted]))
    return coming(working, lists, history, desk.setting), [as_people_say(p, desk) for p in problems]


def as_people_say(problem: Problem, desk: Desk) -> Problem:
    """A problem with the names that people have given the columns of their lists."""
    return replace(problem, what=desk.lists.as_called(problem.what))


def told_story(desk: Desk, reference: str) -> AuditStory | None:
    """Everything that happened to one audit and what comes next; None when no open cycle has it."""
    read = desk.lists.read()
    events = desk.ledger.read()
    history = history_of(events)
    lists = as_council(read.council, history, desk).council
    planned = plan(desk.today, lists, history, desk.setting)
    found = next(
        (s for s in planned.standings if s.allocation.reference.casefold() == reference.casefold()), None
    )
    if found is None:
        return None
    working = desk.setting.working
    days = [desk.today, *(working.after(desk.today, n) for n in range(1, LOOK_AHEAD + 1))]
    only = Council(lists.cycles, lists.roles, [found.allocation])
    ahead = [
        (day, letter)
        for day, letters in coming(days, only, history, desk.setting).items()
        for letter in letters
        if letter.about == found.allocation.item_id
    ]
    return story(found, events, history, desk.setting.rulebook, desk.today, ahead)
