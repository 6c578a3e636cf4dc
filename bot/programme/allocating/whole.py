"""From the sheets to a whole proposal: the draw, the people, and what follows an earlier proposal and hands in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.programme.allocating import teams_apart
from bot.programme.allocating.draw import Drawn, committed, drawn, frame_text
from bot.programme.allocating.earlier import Earlier
from bot.programme.allocating.fairness import Load, loads
from bot.programme.allocating.of_the_frame import with_what_the_frame_tells
from bot.programme.allocating.parts import AllocationRules, Child, Colleague, Given, Month, Proposal
from bot.programme.allocating.propose import proposed
from bot.programme.allocating.row_words import Why, why_each
from bot.programme.allocating.why_not import Eligible
from bot.programme.working_days import WorkingDays

TAKEN_OUT = "row taken out by hand"


@dataclass(frozen=True, slots=True)
class Frame:
    """All children, with those left out, and what is told of them before the seed is known."""

    children: tuple[Child, ...]
    told: str
    key: str


@dataclass(frozen=True, slots=True)
class Whole:
    frame: Frame
    given: Given
    drawn: Drawn
    notes: tuple[str, ...]  # of the draw and of the names of teams and people
    each_other: tuple[str, ...]
    # teams that audit each other all the same, or that nobody else knows: told, and nobody need do anything
    proposal: Proposal
    why: tuple[Why, ...]
    loads: tuple[Load, ...]


def frame_of(children: Sequence[Child], rules: AllocationRules, key: str) -> Frame:
    return Frame(tuple(children), committed(key, frame_text(children, rules)), key)


def whole(
    frame: Frame,
    register: Sequence[Colleague],
    rules: AllocationRules,
    month: Month,
    seed: str,
    earlier: Earlier | None = None,
    listed: Mapping[str, Child] | None = None,
) -> Whole:
    """The same for the same input. A row that people took out of an earlier proposal is not drawn again. `listed` are
    the children of rows of the list, by number: they stand for those of the frame, which is told as it was."""
    kept = earlier or Earlier()
    every = {**{c.number: c for c in frame.children}, **(listed or {})}
    out = [
        replace(c, left_out=c.left_out or TAKEN_OUT) if c.number in kept.taken_out else c
        for c in every.values()
    ]
    found = drawn(out, rules, seed, kept.kept)
    teams = frozenset(c.team for c in every.values())
    register = with_what_the_frame_tells(register, every.values())
    given = Given(found.works, register, rules, month, kept.agreed, seed, teams)
    proposal = proposed(given)
    of_person = {c.person: c.team for c in register}
    eligible = Eligible(given)
    notes = (*found.notes, *eligible.doubtful_teams(), *eligible.doubtful_people())
    return Whole(
        frame,
        given,
        found,
        notes,
        (*eligible.teams_of_one(), *teams_apart.notes(proposal, of_person)),
        proposal,
        tuple(why_each(given, proposal)),
        loads(given, proposal),
    )


def month_of(first: date, working: WorkingDays, audits_due: int) -> Month:
    """The audit month that begins on a day, or what is left of it; where no working day of the month is left, the month
    in which the next one lies."""
    begins = working.on_or_after(first)
    days = tuple(day for day in working.of_month(begins) if day >= begins)
    return Month(days, days[min(audits_due, len(days)) - 1])
