"""The list of allocations as a proposal takes it: its rows of the cycle as they stand, and what it tells of colleagues.

Nobody whom the list names is taken for a stranger because their address is another than the register's: whoever may be
meant is closed to what hangs on it, counted where it counts, and told.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.programme.allocating.earlier import Earlier
from bot.programme.allocating.parts import Agreed, Child, Colleague, Part, Proposal
from bot.programme.allocating.record import CYCLE, DRAW
from bot.programme.allocating.sheet_lines import Known
from bot.programme.allocating.training import with_training
from bot.programme.allocating.written_cells import number_key
from bot.programme.importing.people_named import folded_name
from bot.programme.independence import may_be_one, may_name, team_key
from bot.programme.standing.checks import line_of_enquiry
from bot.programme.vocabulary import Allocation, AuditType, Cycle, Person, Role, RoleHolder

TEAMS_KNOWN_FOR = timedelta(days=366)
"""So long a team counts as somebody's own (§6)."""
CYCLES_BEFORE = 2
"""Cycles whose audits count as carried already."""
_PEOPLE = ("practitioner", "team_manager", "group_manager", "head_of_service", "iro_or_cp_chair")


@dataclass(frozen=True, slots=True)
class Again:
    """Rows of the cycle before whose work fell below Good, by their lot (§15): as many as `wanted`, the first of
    `order`, are to be audited again; those that follow may come in their place."""

    order: tuple[Allocation, ...] = ()
    wanted: int = 0


@dataclass(frozen=True, slots=True)
class InTheList:
    """`register` with what the list tells besides; `children` those of its rows, by the number of their work, in place
    of the sheet's; `earlier` what is kept; `rows` the rows by that number; `notes` are told. `again` is work
    below Good that the list has no row for, in the order in which it comes to be audited again."""

    cycle: Cycle
    register: tuple[Colleague, ...]
    children: Mapping[str, Child]
    earlier: Earlier
    rows: Mapping[str, Allocation]
    notes: tuple[str, ...]
    again: tuple[Child, ...] = ()


class Meant:
    """Whom a person of the list is in the register; `notes` say of whom nobody can tell."""

    def __init__(self, register: Iterable[Colleague], known: Known) -> None:
        self._known = known
        self._register = {c.person for c in register}
        self.notes: dict[str, None] = {}

    def perhaps(self, person: Person) -> list[Person]:
        """The colleagues who are, or may be, this one."""
        if person in self._register:
            return [person]
        found = self._known.like(person.name)
        if not found and "@" not in person.email:
            found = self._known.short(person.name)
        if found:
            who = " or ".join(p.name for p in found[:3])
            at = f" ({person.email})" if "@" in person.email else ", without an address,"
            self.notes[
                f"The list names {person.name}{at} who may be {who} of the register, and nobody can tell. Nothing that "
                "hangs on it is proposed until the two have one address."
            ] = None
        return found

    def others(self, person: Person) -> list[Person]:
        """The colleagues who may be somebody of the list whom the register does not know by that address."""
        return [] if person in self._register else self.perhaps(person)

    def one(self, person: Person, unsure: set[Person]) -> Person:
        """As the proposal takes them: those whom nobody can tell from colleagues go to `unsure`."""
        if person not in self._register:
            unsure.update(self.perhaps(person))
        if "@" in person.email:
            return person
        return Person(person.name, folded_name(person.name) or person.name)


def in_the_list(
    cycle: Cycle,
    cycles: Collection[Cycle],
    allocations: Collection[Allocation],
    children: Sequence[Child],
    register: Sequence[Colleague],
    known: Known,
    kinds: Collection[AuditType],
    again: Again | None = None,
    roles: Collection[RoleHolder] = (),
    day: date | None = None,
) -> InTheList:
    """The rows of a cycle as they stand: one that was confirmed or sent is fixed, another stays as far as it can. One
    that was exempted has its auditor open; one that was withdrawn or declared invalid has the next child in its place.
    `kinds` are the types that are allocated at all. Of the work to be audited `again` as much is a child for a re-audit
    as the list does not hold yet; a row that was withdrawn or declared invalid holds none.
    `roles` are those of Audit roles, which may keep the training register, on the `day` the work begins."""
    meant = Meant(register, known)
    register, untold = with_training(register, roles, day or cycle.month_one or date.min)
    for h in roles:  # who may be a colleague under another address is told, and counts as trained for nobody
        if h.role is Role.TRAINED_AUDITOR:
            meant.others(h.person)
    people = _with_what_the_list_tells(cycle, cycles, allocations, register, meant)
    of_sheet = {c.number: c for c in children}
    by_reference = {a.reference.casefold(): a for a in allocations}
    rows: dict[str, Allocation] = {}
    of_rows: dict[str, Child] = {}
    kept: dict[str, tuple[AuditType, str]] = {}
    agreed: dict[str, Agreed] = {}
    mine = [a for a in allocations if a.cycle == cycle.name and a.audit_type in kinds]
    for a in sorted(
        mine, key=lambda a: (a.left_out and not a.exempted, not a.audit_type.is_full, a.reference)
    ):
        number = number_of(a)
        if not number or number in rows:
            number = a.reference
        earlier = by_reference.get(a.earlier_audit.strip().casefold()) if a.earlier_audit.strip() else None
        child = _child(a, number, of_sheet.get(number), earlier, people, meant)
        rows[number], of_rows[number] = a, child
        kept[number] = a.audit_type, line_of_enquiry(a, cycle) or a.kloe.strip()
        agreed[number] = _agreed(a, meant, {c.person for c in people})
    below, to_come = again or Again(), list[Child]()
    mine = [a for a in mine if a.audit_type is AuditType.RE_AUDIT]
    there = {_earlier(a) for a in mine}
    held = {_earlier(a) for a in mine if not (a.withdrawn or a.declared_invalid_on)}
    lacking = below.wanted - sum(a.reference.casefold() in held for a in below.order)
    for a in below.order if AuditType.RE_AUDIT in kinds else ():
        if a.reference.casefold() in there:
            continue
        number = number_of(a)
        named = bool(number) and number not in of_rows
        number = number if named else a.reference
        child = _child(a, number, of_sheet.get(number), a, people, meant)
        child = replace(child, audit_type=AuditType.RE_AUDIT, earlier_audit=a.reference)
        if lacking > 0:
            of_rows[number] = child
            lacking -= 1
        to_come += [child] if named else []
    return InTheList(
        cycle, people, of_rows, Earlier(kept=kept, agreed=agreed), rows, (*untold, *meant.notes), tuple(to_come)
    )  # fmt: skip


def of_another_cycle(
    said: str,
    numbers: Collection[str],
    cycle: str,
    allocations: Collection[Allocation],
    *,
    entered: bool = False,
) -> str:
    """Why an earlier proposal is not of this cycle, in sentences, or "". `said` is the cycle that it names; one that
    names none goes by its rows: it is another's where half of its `numbers` stand in the list under that and fewer
    under this, or, once its rows must be `entered`, none does under this."""
    if said:
        same = " ".join(said.casefold().split()) == " ".join(cycle.casefold().split())
        return "" if same else f"it is the proposal of the cycle “{said}”, and not of “{cycle}”. {_IF_IT_IS}"
    under = Counter(
        name
        for name, number in {(a.cycle, a.mosaic_number.strip()) for a in allocations}
        if number in numbers
    )
    most = max(under, key=lambda name: (under[name], name), default="")
    if under[most] > under[cycle] and under[most] * 2 >= len(numbers):
        return f"its children stand in the list under “{most}” rather than under “{cycle}”. {_IF_IT_IS}"
    if entered and numbers and not under[cycle]:
        return f"none of its children stands in the list under “{cycle}”. {_IF_IT_IS}"
    return ""


_IF_IT_IS = (
    f"If it is the right one all the same, write this cycle's name beside “{CYCLE}” in its sheet “{DRAW}”."
)


def _earlier(a: Allocation) -> str:
    return a.earlier_audit.strip().casefold()


def fixed(a: Allocation) -> bool:
    """Whether the Head of Service has confirmed a row, or it has gone out."""
    return bool(a.confirmed_on or a.written.get("audit_sent_on"))


def with_the_list(earlier: Earlier, listed: InTheList) -> Earlier:
    """An earlier proposal, and the list, which wins where both know a child."""
    here = listed.earlier
    return replace(
        earlier,
        kept={**earlier.kept, **here.kept},
        agreed={**earlier.agreed, **here.agreed},
        taken_out=earlier.taken_out - here.kept.keys(),
    )


def moved_in_the_list(proposal: Proposal, listed: InTheList) -> list[str]:
    """Where another is proposed than the list names, in sentences: the list stays as it is until people change it."""
    said = []
    for row in proposal.rows:
        if (a := listed.rows.get(row.work.key)) is None:
            continue
        for part, stands in ((Part.AUDITOR, a.auditor), (Part.MODERATOR, a.moderator)):
            who = row.person(part)
            if stands and who != stands and who != listed.earlier.agreed[row.work.key].people.get(part):
                other = who.name if who else "nobody is left"
                said.append(
                    f"{a.reference}: the list names {stands.name} as {part.value}; proposed now: {other}. The list "
                    "stays as it is until you change it."
                )
    return said


def _agreed(a: Allocation, meant: Meant, register: Collection[Person]) -> Agreed:
    named = {Part.AUDITOR: a.auditor, Part.MODERATOR: a.moderator}
    people = {part: meant.one(who, set()) for part, who in named.items() if who}
    # Whoever may be this very person, under another address.
    off = {part: frozenset(meant.others(who)) for part, who in named.items() if who and meant.others(who)}
    if a.exempted and Part.AUDITOR in people:
        off[Part.AUDITOR] = off.get(Part.AUDITOR, frozenset()) | {people.pop(Part.AUDITOR)}
    stay = frozenset(part for part, who in people.items() if fixed(a) or who not in register)
    return Agreed(people, stay, off)


def _child(
    a: Allocation,
    number: str,
    sheet: Child | None,
    again: Allocation | None,
    register: Sequence[Colleague],
    meant: Meant,
) -> Child:
    """The child of a row. Where sheet and row name two people, both are closed."""
    base = sheet or Child(number, team=a.team, outcome_type=a.outcome_type)
    unsure = set(base.unsure)
    involved = list(base.involved)
    found: dict[str, Person | None] = {}
    for word in _PEOPLE:
        theirs: Person | None = getattr(base, word)
        person: Person | None = getattr(a, word)
        mine = meant.one(person, unsure) if person else None
        found[word] = theirs or mine
        if theirs and mine and theirs != mine:
            involved.append(mine)
    team = base.team or a.team
    if a.team.strip() and team_key(a.team) != team_key(team):
        involved += [c.person for c in register if _works_in(c, a.team)]
    known = {word for word in _PEOPLE if getattr(a, word)} | (
        {"earlier_auditors"} if again and again.auditor else set()
    )
    if number != number_of(a):  # known by its reference, so the register's “Own work” does not find it
        involved += [c.person for c in register if number_of(a) in c.own_work]
    auditors = list(base.earlier_auditors)
    if again and again.auditor:
        auditors.append(meant.one(again.auditor, unsure))
    out = base.left_out
    if a.withdrawn or a.declared_invalid_on:
        out = "withdrawn in the list" if a.withdrawn else "declared invalid in the list"
    return replace(
        base,
        team=team,
        chair_said=base.chair_said or a.iro_or_cp_chair is not None,
        involved=tuple(dict.fromkeys(involved)),
        unsure=tuple(sorted(unsure, key=lambda p: p.email)),
        earlier_audit=a.earlier_audit or base.earlier_audit,
        earlier_auditors=tuple(dict.fromkeys(auditors)),
        audit_type=None,
        left_out=out,
        not_known=base.not_known - known,
        **found,  # type: ignore[arg-type]
    )


def _works_in(c: Colleague, team: str) -> bool:
    """Whether somebody works, or may work, in a team of a row."""
    key = team_key(team)
    return any(
        team_key(own) == key or may_be_one(team_key(own), key) or may_name(own, key)
        for own in (*c.teams_now, *c.teams_before)
    )


def number_of(a: Allocation) -> str:
    """The Mosaic number of a row as the frame has it."""
    return number_key(a.mosaic_number) or a.mosaic_number.strip()


def _with_what_the_list_tells(
    cycle: Cycle,
    cycles: Collection[Cycle],
    allocations: Collection[Allocation],
    register: Sequence[Colleague],
    meant: Meant,
) -> tuple[Colleague, ...]:
    """The register with the teams and children that rows name somebody for; and, where its cells are empty, the audits
    and moderations of the last two cycles, the teams audited and the pairs."""
    when = {c.name: c.month_one for c in cycles if c.month_one}
    start = cycle.month_one
    rows = [a for a in allocations if a.cycle in when and a.audit_type is not AuditType.DIP_AUDIT]
    teams: defaultdict[Person, dict[str, str]] = defaultdict(dict)
    children: defaultdict[Person, set[str]] = defaultdict(set)
    for a in rows:
        long_ago = start and when[a.cycle] < start - TEAMS_KNOWN_FOR
        for person, own_team in ((a.practitioner, True), (a.team_manager, True), (a.iro_or_cp_chair, False)):
            for who in meant.perhaps(person) if person and not long_ago else ():
                if own_team and a.team.strip():
                    teams[who].setdefault(team_key(a.team), a.team)
                if a.mosaic_number.strip():
                    children[who].add(number_of(a))
    before = sorted({n for n in when if start and when[n] < start}, key=lambda n: (when[n], n), reverse=True)
    past = [a for a in rows if not a.left_out]
    carried = _carried([a for a in past if a.cycle in before[:CYCLES_BEFORE]], meant.perhaps)
    paired = _paired(before, past, meant.perhaps)

    def told(c: Colleague) -> Colleague:
        own = {team_key(t) for t in (*c.teams_now, *c.teams_before)}
        more = tuple(team for key, team in teams[c.person].items() if key not in own)
        audits, moderations, met = carried[c.person]
        return replace(
            c,
            teams_before=(*c.teams_before, *more),
            own_work=c.own_work | children[c.person],
            audits_before=c.audits_before if "audits_before" in c.said else audits,
            moderations_before=c.moderations_before if "moderations_before" in c.said else moderations,
            met=c.met if "met" in c.said else met,
            paired=c.paired if "paired" in c.said else paired.get(c.person, ()),
        )

    return tuple(map(told, register))


def _carried(
    rows: Iterable[Allocation], perhaps: Callable[[Person], list[Person]]
) -> defaultdict[Person, tuple[int, int, tuple[str, ...]]]:
    """Of each colleague how many audits and moderations, and of which teams they audited."""
    audits: Counter[Person] = Counter()
    moderations: Counter[Person] = Counter()
    met: defaultdict[Person, dict[str, None]] = defaultdict(dict)
    for a in rows:
        for who in perhaps(a.auditor) if a.auditor else ():
            audits[who] += 1
            if a.team.strip():
                met[who][a.team] = None
        for who in perhaps(a.moderator) if a.moderator else ():
            moderations[who] += 1
    found: defaultdict[Person, tuple[int, int, tuple[str, ...]]] = defaultdict(lambda: (0, 0, ()))
    for who in {*audits, *moderations}:
        found[who] = audits[who], moderations[who], tuple(met[who])
    return found


def _paired(
    before: Sequence[str], rows: Collection[Allocation], perhaps: Callable[[Person], list[Person]]
) -> dict[Person, tuple[Person, ...]]:
    """With whom each colleague was auditor and moderator of one audit the last time they were."""
    found: dict[Person, tuple[Person, ...]] = {}
    for name in before:
        here: defaultdict[Person, dict[Person, None]] = defaultdict(dict)
        for a in rows:
            if a.cycle != name or a.auditor is None or a.moderator is None:
                continue
            for one in perhaps(a.auditor):
                for other in perhaps(a.moderator):
                    here[one][other] = here[other][one] = None
        found = {**{who: tuple(others) for who, others in here.items()}, **found}
    return found
