"""One place of a list filled again, by the same rules as the whole; everything else stays as it is (§7, X30)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bot.programme.allocating.draw import next_of_reserve
from bot.programme.allocating.of_the_frame import with_what_the_frame_tells
from bot.programme.allocating.of_the_list import InTheList, number_of
from bot.programme.allocating.parts import Agreed, AllocationRules, Child, Given, Month, Part, Shortage, Work
from bot.programme.allocating.propose import proposed
from bot.programme.allocating.row_words import Why, why_each
from bot.programme.allocating.why_not import Eligible
from bot.programme.vocabulary import AuditType, Person, Vacant

_NOBODY_YET = Person("nobody yet", "nobody@nowhere.invalid")
"""Stands where another row has nobody, so that this place does not compete with that one."""
_PART = {Vacant.AUDITOR: Part.AUDITOR, Vacant.MODERATOR: Part.MODERATOR}


@dataclass(frozen=True, slots=True)
class Replacement:
    """How a place would stand. `place` is where in the reserve list, or among the work to be audited again, the child
    stood, 0 where the child stays; `why` is of whoever is new in a part; `shortages` are those of this audit, `unclear`
    the names of those whom doubts about their managers and teams keep from it. `child` None: nobody is left there."""

    child: Child | None
    auditor: Person | None = None
    moderator: Person | None = None
    place: int = 0
    why: tuple[Why, ...] = ()
    shortages: tuple[Shortage, ...] = ()
    unclear: tuple[Sequence[str], Sequence[str]] = ((), ())

    def person(self, part: Part) -> Person | None:
        return self.auditor if part is Part.AUDITOR else self.moderator


def replacement(
    number: str,
    vacant: Vacant,
    struck: Collection[Person],
    struck_children: Collection[str],
    listed: InTheList,
    children: Sequence[Child],
    rules: AllocationRules,
    month: Month,
    seed: str,
    drawn: Collection[str] = (),
) -> Replacement:
    """What is proposed for the row of a number in which something is vacant. `struck` are people who are not to be
    proposed for it, `struck_children` numbers. `children` are the frame, `listed` the list as it
    stands, `drawn` those who are not of the reserve list."""
    audit_type, line = listed.earlier.kept[number]
    row, own = listed.rows[number], listed.earlier.agreed[number]
    works, agreed = _others(listed, number)
    place = 0
    child = listed.children[number]
    people, register = dict(own.people), listed.register
    if vacant is Vacant.CHILD:
        taken = {*listed.rows, *map(number_of, listed.rows.values()), *struck_children}
        if audit_type is AuditType.RE_AUDIT:
            found = next(((c, n) for n, c in enumerate(listed.again, 1) if c.number not in taken), None)
        else:
            every = [listed.children.get(c.number, c) for c in children]
            found = next_of_reserve(every, rules, seed, child, line, taken, drawn)
        if found is None:
            return Replacement(None)
        child, place = found
        stay: frozenset[Part] = frozenset()
        off = {part: frozenset(struck) for part in Part}
    else:
        part = _PART[vacant]
        former = people.pop(part, None)
        stay = frozenset(people)
        again = frozenset({*struck, *([former] if former else [])})
        off = {each: again | own.not_again.get(each, frozenset()) for each in Part}
        if row.exempted and row.auditor:  # said as what it is
            exempted = row.auditor
            register = tuple(replace(c, exempted=c.exempted or c.person == exempted) for c in register)
    work = Work(child, audit_type, line)
    agreed[work.key] = Agreed(people, stay, off)
    register = with_what_the_frame_tells(register, [*children, *listed.children.values(), child])
    teams = frozenset(c.team for c in children)
    given = Given((*works, work), register, rules, month, agreed, seed, teams)
    proposal = proposed(given)
    mine = next(r for r in proposal.rows if r.work.key == work.key)
    before = {Part.AUDITOR: row.auditor, Part.MODERATOR: row.moderator}
    new = {part for part in Part if place or mine.person(part) != before[part]}
    return Replacement(
        child,
        mine.auditor,
        mine.moderator,
        place,
        tuple(w for w in why_each(given, proposal) if w.work.key == work.key and w.part in new),
        tuple(s for s in proposal.shortages if any(w.key == work.key for w in s.works)),
        Eligible(
            replace(given, works=(work,), teams=teams | {w.child.team for w in works})
        ).closed_by_doubts(),
    )


def _others(listed: InTheList, besides: str) -> tuple[list[Work], dict[str, Agreed]]:
    """Every other row that counts, fixed as it stands."""
    works, agreed = [], {}
    for number, row in listed.rows.items():
        if number == besides or row.withdrawn or row.declared_invalid_on:
            continue
        people = listed.earlier.agreed[number].people
        works.append(Work(listed.children[number], *listed.earlier.kept[number]))
        agreed[number] = Agreed({part: people.get(part, _NOBODY_YET) for part in Part}, frozenset(Part))
    return works, agreed
