"""From the sheets to a whole proposal: the draw, the people, and what follows an earlier proposal and hands in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.programme.allocating import teams_apart
from bot.programme.allocating.draw import (
    Drawn,
    How,
    committed,
    drawn,
    frame_text,
    lines_alike,
    wanted,
)
from bot.programme.allocating.earlier import TAKEN_OUT, Earlier
from bot.programme.allocating.fairness import Load, loads
from bot.programme.allocating.of_the_frame import with_what_the_frame_tells
from bot.programme.allocating.parts import AllocationRules, Child, Colleague, Given, Month, Proposal
from bot.programme.allocating.propose import proposed
from bot.programme.allocating.record import Record, between, called, first_record, followed
from bot.programme.allocating.row_words import Why, why_each
from bot.programme.allocating.why_not import Eligible
from bot.programme.working_days import WorkingDays


@dataclass(frozen=True, slots=True)
class Frame:
    """All children, with those left out, and what is told of them before the seed is known; and which draw of the cycle
    one from it would be, as far as that can be known."""

    children: tuple[Child, ...]
    told: str
    key: str
    which: int = 1


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
    record: Record
    earlier: Earlier


def frame_of(children: Sequence[Child], rules: AllocationRules, key: str) -> Frame:
    alike = lines_alike(children, rules.lines)
    return Frame(alike, committed(key, frame_text(alike, rules)), key)


def record_of(frame: Frame, rules: AllocationRules, seed: str = "", earlier: Earlier | None = None) -> Record:
    """The record of a frame, as it is drawn from or waits for its seed; `earlier` one that waited."""
    waited = earlier.record if earlier and not earlier.drawn else None
    return Record(
        frame.told,
        frame.key,
        seed,
        rules.strata,
        wanted(frame.children, rules),
        frame.children,
        frame.told,
        fixed=bool(waited),
        which=frame.which,
        since=waited.since if waited else (),
    )


def whole(
    frame: Frame,
    register: Sequence[Colleague],
    rules: AllocationRules,
    month: Month,
    seed: str,
    earlier: Earlier | None = None,
    listed: Mapping[str, Child] | None = None,
    on: str = "",
) -> Whole:
    """The same for the same input. A row that people took out of an earlier proposal is not drawn again. `listed` are
    the children of rows of the list, by number: they stand for those of the frame, which is told as it was. `on` is the
    day, in words, from which on the record says what is otherwise than it was."""
    kept = earlier or Earlier()
    every = {**{c.number: c for c in frame.children}, **(listed or {})}
    out = [
        replace(c, left_out=c.left_out or TAKEN_OUT) if c.number in kept.taken_out else c
        for c in every.values()
    ]
    asked = wanted(frame.children, rules)
    found = drawn(out, rules, seed, kept.kept, kept.was, asked)
    record = kept.record if kept.drawn else None
    if record is None:
        waited = kept.record
        record = first_record(
            waited.told if waited else frame.told, record_of(frame, rules, seed, kept), found, out
        )
        if waited and waited.told != frame.told:
            changed = between(waited.children, frame.children, on)
            record = replace(record, since=(*record.since, *changed))
    why_out = {c.number: c.left_out for c in out if c.left_out}
    record = followed(record, frame.children, rules.strata, asked, frame.told, found, why_out, on)
    teams = frozenset(c.team for c in every.values())
    register = with_what_the_frame_tells(register, every.values())
    given = Given(found.works, register, rules, month, kept.agreed, seed, teams, tuple(every.values()))
    proposal = proposed(given)
    of_person = {c.person: c.team for c in register}
    afresh = Counter(called(w) for w in found.works if kept.drawn and found.how[w.child.number] is How.LOT)
    more = [
        f"{what}: {n} more drawn by lot, for fewer stood there than are wanted." for what, n in afresh.items()
    ]
    eligible = Eligible(given)
    people = (*eligible.doubtful_people(), *eligible.perhaps_one_and_short(proposal))
    notes = (*found.notes, *more, *eligible.teams.doubtful(), *people)
    return Whole(
        frame,
        given,
        found,
        notes,
        (*eligible.teams.of_one(), *teams_apart.notes(proposal, of_person)),
        proposal,
        tuple(why_each(given, proposal)),
        loads(given, proposal),
        record,
        kept,
    )


def month_of(first: date, working: WorkingDays, audits_due: int) -> Month:
    """The audit month that begins on a day, or what is left of it; where no working day of the month is left, the month
    in which the next one lies."""
    begins = working.on_or_after(first)
    days = tuple(day for day in working.of_month(begins) if day >= begins)
    return Month(days, days[min(audits_due, len(days)) - 1])
