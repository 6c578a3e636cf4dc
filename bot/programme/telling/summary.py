"""What the Audit Team is told every day: what needs a person, what was done, who is waited for (§7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.programme.events import Event, EventKind
from bot.programme.history.history import History
from bot.programme.history.records_of_the_past import LetterState
from bot.programme.rulebook.rules import called
from bot.programme.standing.actions import Plan, SendLetter
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.checks import counts
from bot.programme.standing.council import Council
from bot.programme.standing.stages import STAGES
from bot.programme.standing.status import WAITED_FOR, next_step, status_of
from bot.programme.telling.matters import Around, Matter, matters
from bot.programme.telling.receipts import RECEIPT
from bot.programme.vocabulary import Milestone, Problem
from bot.programme.working_days import WorkingDays

DIGEST = "daily digest"
"""The name under which the digest's letters stand in the ledger."""

WEEK = 5
"""Working days the digest looks ahead."""
ALARM = "run stopped"
"""The name of a letter that tells of a run which could not be finished."""


@dataclass(frozen=True, slots=True)
class Done:
    """A letter that went out."""

    letter: str
    audit: str
    to: str
    why: str


@dataclass(frozen=True, slots=True)
class ReturnedLine:
    ref: str
    part: str
    grade: str
    problems: str


@dataclass(frozen=True, slots=True)
class WaitingLine:
    ref: str
    status: str
    next_step: str
    due: date | None
    late: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """Letters of one kind on one day, and their readers in a few words."""

    letter: str
    who: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of a cycle's audits: `width` in per cent of the whole, `colour` dark enough for white figures."""

    stage: str
    number: int
    width: int
    colour: str


@dataclass(frozen=True, slots=True)
class CycleLine:
    name: str
    bars: tuple[Bar, ...]
    counts: Mapping[str, int]
    shortages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    today: date
    needs_a_person: tuple[Matter, ...]
    notes: tuple[str, ...]
    done: tuple[Done, ...]
    not_sent: tuple[Done, ...]
    returned: tuple[ReturnedLine, ...]
    waiting: tuple[WaitingLine, ...]
    coming: tuple[tuple[date, tuple[Asked, ...]], ...]
    counts: Mapping[str, int]
    cycles: tuple[CycleLine, ...]


def since_last_digest(events: Sequence[Event]) -> Sequence[Event]:
    """The events after the latest digest that was begun and not given up; all of them when there was none."""
    given_up = {event.key for event in events if event.kind is EventKind.LETTER_CANCELLED}
    for n in range(len(events) - 1, -1, -1):
        event = events[n]
        begun = event.kind is EventKind.LETTER_INTENDED and event.data.get("rule") == DIGEST
        if begun and event.key not in given_up:
            return events[n + 1 :]
    return events


def summary(
    today: date,
    council: Council,
    history: History,
    recent: Sequence[Event],
    plan: Plan,
    problems: Collection[Problem],
    coming: Mapping[date, Sequence[SendLetter]],
    around: Around,
) -> Summary:
    """The digest of one day. `recent` are the events since the last one; `problems` everything this run met."""
    names = {a.item_id: a.reference for a in council.allocations}
    people = {around.mailbox: "the Audit Team", **names_of(council)}
    done: list[Done] = []
    not_sent: list[Done] = []
    for key in dict.fromkeys(e.key.partition("#")[0] for e in recent if e.kind.value.startswith("letter ")):
        letter = history.letters.get(key)
        if letter is None or not letter.rule or letter.rule in (DIGEST, ALARM, RECEIPT):
            continue
        line = Done(
            called(letter.rule),
            letter.audit,
            ", ".join(people.get(address, address) for address in letter.to),
            letter.reason if letter.state in (LetterState.HELD, LetterState.CANCELLED) else letter.why,
        )
        asked = letter.state is LetterState.HELD and not letter.carried_by  # stands above, with its buttons
        if not asked:
            (done if letter.gone else not_sent).append(line)
    waiting = sorted(
        (waits for found in plan.standings if (waits := _waiting(found, today))),
        key=lambda waits: (waits.due or date.max, waits.ref),
    )
    return Summary(
        today=today,
        needs_a_person=matters(council, history, problems, told_once(recent), around),
        notes=tuple(_notes(recent)),
        done=tuple(done),
        not_sent=tuple(not_sent),
        returned=tuple(_returned(e, names) for e in recent if e.kind in _RETURNS),
        waiting=tuple(waiting),
        coming=tuple((day, tuple(_asked(letters))) for day, letters in coming.items()),
        counts={
            "letters sent": len(done),
            "parts that came back": sum(e.kind in _RETURNS for e in recent),
            "late": sum(line.late for line in waiting),
            **_told_by_button(recent),
        },
        cycles=tuple(_cycles(council, plan, today)),
    )


_TELLS = (EventKind.TOLD, EventKind.LEDGER_PUT_BACK, EventKind.COUNCIL_MOVED)


def told_once(recent: Sequence[Event]) -> list[Problem]:
    """What the Audit Team is to hear of in one digest."""
    told = [e for e in recent if e.kind in _TELLS and not e.data.get("note")]
    return [Problem(str(event.data.get("where")), str(event.data.get("what"))) for event in told]


def _notes(recent: Sequence[Event]) -> list[str]:
    """What is only for somebody to know: why a word of the Audit Team had no effect."""
    return [str(e.data.get("what")) for e in recent if e.kind is EventKind.TOLD and e.data.get("note")]


NAMED = 3
"""So many readers of a day's letters are named; the others are counted."""


def _asked(letters: Sequence[SendLetter]) -> list[Asked]:
    readers: dict[str, dict[str, None]] = {}
    for letter in letters:
        readers.setdefault(called(letter.rule), {}).update(dict.fromkeys(p.name for p in letter.to))
    found = []
    for kind, names in readers.items():
        shown, more = [*names][:NAMED], len(names) - NAMED
        found.append(Asked(kind, ", ".join(shown) + (f" and {more} more" if more > 0 else "")))
    return found


def next_working_days(today: date, working: WorkingDays, count: int = WEEK) -> list[date]:
    return [working.after(today, n) for n in range(1, count + 1)]


def _told_by_button(recent: Sequence[Event]) -> Mapping[str, int]:
    """How many messages from buttons were understood; a whole list confirmed is one."""
    told = {
        (e.data.get("letter_key"), e.data.get("command"), e.at)
        for e in recent
        if e.kind is EventKind.REPORTED
    }
    return {"told by a button": len(told)} if told else {}


_RETURNS = (EventKind.AUDIT_RETURNED, EventKind.MODERATION_RETURNED)


def _returned(event: Event, references: Mapping[str, str]) -> ReturnedLine:
    part = "Auditor's part" if event.kind is EventKind.AUDIT_RETURNED else "Moderator's part"
    problems = event.data.get("problems") or ()
    assert isinstance(problems, Sequence)
    return ReturnedLine(
        references.get(event.about, event.about),
        part,
        str(event.data.get("grade") or "no grade"),
        "; ".join(str(problem) for problem in problems),
    )


def _waiting(found: Standing, today: date) -> WaitingLine | None:
    status = status_of(found, today)
    milestone = WAITED_FOR.get(status)
    if milestone is None:
        return None
    if not found.allocation.audit_type.is_moderated:
        milestone = Milestone.DIP_DUE
    due = found.on(milestone)
    late = due is not None and due < today
    return WaitingLine(found.allocation.reference, status.value, next_step(found, status), due, late)


def _cycles(council: Council, plan: Plan, today: date) -> list[CycleLine]:
    lines = []
    for cycle in council.cycles:
        standings = [s for s in plan.standings if s.cycle.name == cycle.name]
        if cycle.open and standings and (cycle.month_one is None or today >= cycle.month_one - timedelta(30)):
            states = Counter(status_of(s, today).value for s in standings)
            shortages = counts(cycle, council.allocations).shortages()
            lines.append(CycleLine(cycle.name, _bars(states), dict(sorted(states.items())), tuple(shortages)))
    return lines


NARROWEST = 6
"""Per cent in which a figure can still be read."""


def _bars(states: Mapping[str, int]) -> tuple[Bar, ...]:
    parts = [(name, colour, sum(states.get(s.value, 0) for s in of)) for name, colour, of in STAGES]
    parts = [part for part in parts if part[2]]
    whole = sum(number for _, _, number in parts)
    widths = [max(NARROWEST, round(100 * number / whole)) for _, _, number in parts]
    if widths:
        widths[widths.index(max(widths))] -= sum(widths) - 100
    return tuple(Bar(name, n, width, colour) for (name, colour, n), width in zip(parts, widths, strict=True))


def names_of(council: Council) -> dict[str, str]:
    """Address -> name, of everybody the lists know."""
    people = [holder.person for holder in council.roles]
    people += [person for cycle in council.cycles for person in cycle.heads_of_service]
    people += [person for allocation in council.allocations for person in allocation.people]
    return {person.email: person.name for person in people}
