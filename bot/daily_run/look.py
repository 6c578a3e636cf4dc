"""Looking without touching: what would go out, and the story of one audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.daily_run.apart import stumbles_told
from bot.daily_run.differences import differences
from bot.daily_run.workplace import Workplace
from bot.papers.letters.free_text import Children
from bot.programme.history.history import History
from bot.programme.planning.planner import coming, plan
from bot.programme.standing.actions import SendLetter
from bot.programme.standing.council import Council
from bot.programme.standing.deleted_rows import deleted_rows, restored
from bot.programme.standing.protection import Protected, protected
from bot.programme.telling.story import AuditStory, story
from bot.programme.telling.summary import names_of
from bot.programme.vocabulary import Problem

LOOK_AHEAD = 10
"""Working days a story looks forward."""


def as_council(lists: Council, history: History, workplace: Workplace) -> Protected:
    """The lists as the programme looks at them: a row that was entered again stands for what it was, and keeps what
    protected it."""
    return protected(restored(lists, history, workplace.basis.keys), history)


def planned_between(
    workplace: Workplace, first: date, last: date
) -> tuple[Mapping[date, tuple[SendLetter, ...]], list[Problem]]:
    """What would go out on each day if nothing further happened, and what stands in the way today."""
    read = workplace.lists.read()
    history = workplace.history()
    found = as_council(read.council, history, workplace)
    lists = found.council
    days = [first + timedelta(n) for n in range((last - first).days + 1)]
    working = [day for day in days if workplace.basis.working.is_working(day)] or days[:1]
    today = plan(first, lists, history, workplace.basis)
    deleted = [row.problem for row in deleted_rows(lists, history)]
    problems = list(
        dict.fromkeys([*read.problems, *found.problems, *today.problems, *stumbles_told(today), *deleted])
    )
    return coming(working, lists, history, workplace.basis), told_to_people(problems, lists, workplace)


def compared(workplace: Workplace) -> list[Problem]:
    """Where ledger, list, mailbox and library differ today."""
    history = workplace.history()
    workplace.mailbox.folders.remember(history.folders)
    lists = as_council(workplace.lists.read().council, history, workplace).council
    return told_to_people(differences(workplace, lists, history), lists, workplace)


def as_people_say(problem: Problem, workplace: Workplace) -> Problem:
    """A problem with the names that people have given the columns of their lists."""
    return replace(problem, what=workplace.lists.as_called(problem.what))


def naming_no_child(problems: Sequence[Problem], lists: Council) -> list[Problem]:
    """Problems as they may be told and written down: what a cell or a file says of the children is left out."""
    if not problems:
        return []
    left_out = Children(lists.allocations, names_of(lists).values()).left_out
    return [replace(p, where=left_out(p.where), what=left_out(p.what)) for p in problems]


def told_to_people(problems: Sequence[Problem], lists: Council, workplace: Workplace) -> list[Problem]:
    """Problems as people outside the list may read them."""
    return [as_people_say(p, workplace) for p in naming_no_child(problems, lists)]


def told_story(workplace: Workplace, reference: str) -> AuditStory | None:
    """Everything that happened to one audit and what comes next; None when no open cycle has it."""
    read = workplace.lists.read()
    events = workplace.ledger.read()
    history = workplace.history()
    lists = as_council(read.council, history, workplace).council
    planned = plan(workplace.today, lists, history, workplace.basis)
    found = next(
        (s for s in planned.standings if s.allocation.reference.casefold() == reference.casefold()), None
    )
    if found is None:
        return None
    working = workplace.basis.working
    days = [workplace.today, *(working.after(workplace.today, n) for n in range(1, LOOK_AHEAD + 1))]
    only = Council(lists.cycles, lists.roles, [found.allocation])
    ahead = [
        (day, letter)
        for day, letters in coming(days, only, history, workplace.basis).items()
        for letter in letters
        if letter.about == found.allocation.item_id
    ]
    return story(found, events, history, workplace.basis.rulebook, workplace.today, ahead)
