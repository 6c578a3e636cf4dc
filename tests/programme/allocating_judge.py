"""A judge of proposed allocations, and councils drawn at random to judge them on.

Written from the guide (§6, §7, §15) and the words of `allocating/parts.py` before anything was proposed; it shares with
what proposes nothing but these values. What could be placed it finds by trying, not by a flow.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.programme.allocating.parts import (
    Agreed,
    AllocationRules,
    Child,
    Colleague,
    Given,
    KindRule,
    Month,
    Part,
    Proposal,
    Reason,
    Wish,
    Work,
)
from bot.programme.vocabulary import AuditType, Person

TM, AP, DIP, AGAIN = (
    AuditType.FULL_TEAM_MANAGER,
    AuditType.FULL_ADVANCED_PRACTITIONER,
    AuditType.DIP_SAMPLE,
    AuditType.RE_AUDIT,
)
FIRST, DUE, LAST = date(2026, 3, 2), date(2026, 3, 20), date(2026, 3, 31)
MONTH = Month(tuple(d for n in range(30) if (d := FIRST + timedelta(n)) <= LAST and d.weekday() < 5), DUE)
RULES = AllocationRules(
    kinds={
        TM: KindRule(40, ("Team Manager",)),
        AP: KindRule(20, ("Advanced Practitioner",)),
        DIP: KindRule(12, ("Audit Officer", "IRO", "CP Chair")),
        AGAIN: KindRule(0, ("Team Manager", "Advanced Practitioner")),
    },
    moderators=("Group Manager", "Head of Service", "Audit Officer"),
    chairs=("IRO", "CP Chair"),
    strata=("service", "team", "outcome type"),
    never=frozenset(Reason),
    weights={
        Wish.MOVED: 1_000_000, Wish.LOAD: 1_000, Wish.MET_BEFORE: 600, Wish.EACH_OTHER: 400, Wish.SAME_LINE: 50,
        Wish.SAME_PAIR: 300,
    },
    trained_for=36,
)  # fmt: skip


# --------------------------------------------------------------------------------------------- who may do what


def may(given: Given, work: Work, part: Part, who: Colleague, auditor: Person | None = None) -> bool:
    """Whether nothing forbids somebody a part in an audit; of a moderator beside who audits it."""
    rules, child, month = given.rules, work.child, given.month
    me = who.person
    kind = rules.kinds.get(work.audit_type)
    roles = (kind.roles if kind else ()) if part is Part.AUDITOR else rules.moderators
    first = month.days[0]
    trained = who.trained_on is not None and who.trained_on <= first
    if trained and rules.trained_for and Reason.TRAINING_LAPSED in rules.never:
        months = (first.year - who.trained_on.year) * 12 + first.month - who.trained_on.month  # type: ignore[union-attr]
        late = months > rules.trained_for or (
            months == rules.trained_for and first.day > who.trained_on.day  # type: ignore[union-attr]
        )
        trained = not late
    window = [
        d for d in month.days if (d <= month.audits_due) == (part is Part.AUDITOR) or d == month.audits_due
    ]
    here = [d for d in window if not any(a <= d <= b for a, b in who.away)]
    wanted = rules.auditor_days if part is Part.AUDITOR else rules.moderator_days
    teams = {plain(who.team), *map(plain, who.teams_before)}
    register = {c.person: c for c in given.colleagues}
    worker = register.get(child.practitioner) if child.practitioner else None
    off = given.agreed[work.key].not_again.get(part, frozenset()) if work.key in given.agreed else frozenset()
    wrong = [
        not trained,
        who.left_on is not None and who.left_on <= window[-1],
        who.exempted,
        len(here) < min(wanted, len(window)),
        who.role not in roles,
        not who.team or not child.team or child.practitioner is None,
        me in child.unsure,
        not child.chair_said and who.role in rules.chairs,
        plain(child.team) in teams or bool(worker and worker.team and plain(worker.team) in teams),
        me == child.team_manager,
        part is Part.AUDITOR and me in (child.group_manager, child.head_of_service),
        me in (child.practitioner, child.iro_or_cp_chair),
        me in child.involved or child.number in who.own_work,
        me in child.earlier_auditors,
        me in off,
        bool(who.not_known & {"team", "teams_before", "own_work"}),
        "manager" in who.not_known and Reason.LINE in rules.never,
    ]
    if work.audit_type.is_moderated:  # nobody moderates a dip sample, so nothing hangs on a moderator there
        wrong += [
            bool(who.not_known & {"manager", "head_of_service"}) and Reason.AUDITORS_LINE in rules.never,
            "paired" in who.not_known and Reason.SAME_PAIR in rules.never,
        ]
    if Reason.LINE in rules.never:
        wrong += [
            who.manager is None,
            me in (child.team_manager, child.group_manager, child.head_of_service),
            who.manager is not None and who.manager in (child.practitioner, child.team_manager),
            me in _above(register, child.practitioner, child.team_manager, child.group_manager),
        ]
    other = auditor if part is Part.MODERATOR else by_hand(given, work, Part.MODERATOR)
    if part is Part.MODERATOR and auditor is not None:
        wrong.append(all(c.person != auditor for c in given.colleagues))
    beside = next((c for c in given.colleagues if c.person == other), None)
    if beside is not None:
        wrong += [
            other == me,
            Reason.AUDITORS_TEAM in rules.never and plain(beside.team) == plain(who.team),
            Reason.AUDITORS_LINE in rules.never
            and (
                me in (beside.manager, beside.head_of_service) or other in (who.manager, who.head_of_service)
            ),
            Reason.SAME_PAIR in rules.never and (me in beside.paired or other in who.paired),
        ]
    return not any(wrong)


def _above(register: Mapping[Person, Colleague], *named: Person | None) -> set[Person]:
    """Whoever manages these, manages who manages them, and so on, and the Heads of Service of all of them."""
    found: set[Person] = set()
    seen: set[Person] = set()
    todo = [p for p in named if p]
    while todo:
        c = register.get(todo.pop())
        if c is None or c.person in seen:
            continue
        seen.add(c.person)
        found |= {p for p in (c.manager, c.head_of_service) if p}
        todo += [c.manager] if c.manager else []
    return found


def plain(team: str) -> str:
    words = [w for w in re.findall("[a-z0-9]+", team.lower()) if w not in ("the", "team", "and")]
    return " ".join(words) or " ".join(re.findall("[a-z0-9]+", team.lower()))


# ------------------------------------------------------------------------------------------------- the judgement


def faults(given: Given, proposal: Proposal) -> list[str]:
    """Everything that is wrong with a proposal; nothing for one that is right."""
    return [*_broken(given, proposal), *_left_out(given, proposal)]


def by_hand(given: Given, work: Work, part: Part) -> Person | None:
    agreed = given.agreed.get(work.key)
    return agreed.people.get(part) if agreed and part in agreed.by_hand else None


def _broken(given: Given, proposal: Proposal) -> Iterator[str]:
    if Counter(row.work for row in proposal.rows) != Counter(given.works):
        yield "the audits proposed are not those that were asked for"
    register = {c.person: c for c in given.colleagues}
    had: Counter[tuple[Part, Person]] = Counter()
    free: Counter[tuple[Part, Person]] = Counter()
    for row in proposal.rows:
        for part in Part:
            who, hand = row.person(part), by_hand(given, row.work, part)
            if hand is not None and who != hand:
                yield f"{row.work.key}: the {part} put there by hand is gone"
            if who is None:
                continue
            had[part, who] += 1
            if part is Part.MODERATOR and not row.work.audit_type.is_moderated:
                yield f"{row.work.key}: a moderator, and it is not moderated"
            if hand is not None:
                continue
            free[part, who] += 1
            if who not in register:
                yield f"{row.work.key}: {who.email} is not in the register"
            elif not may(given, row.work, part, register[who], row.auditor):
                yield f"{row.work.key}: {who.email} may not be its {part}"
            if part is Part.MODERATOR and row.auditor is None:
                yield f"{row.work.key}: a moderator and no auditor"
    for (part, who), number in had.items():
        if free[part, who] and number > _places(register[who], part):
            yield f"{who.email} has {number} as {part}"
    told = Counter((s.part, w.key) for s in proposal.shortages for w in s.works)
    short = Counter(
        (part, row.work.key)
        for row in proposal.rows
        for part in Part
        if row.person(part) is None
        and (part is Part.AUDITOR or (row.auditor is not None and row.work.audit_type.is_moderated))
    )
    if told != short:
        yield f"told as short: {sorted(told.elements())}; short: {sorted(short.elements())}"
    for shortage in proposal.shortages:
        if not shortage.says.strip().endswith("."):
            yield "a shortage without a sentence"


def _places(who: Colleague, part: Part) -> int:
    return who.audits_at_most if part is Part.AUDITOR else who.moderations_at_most


def _left_out(given: Given, proposal: Proposal) -> Iterator[str]:
    """Audits left out that could be placed, and then moderations."""
    rows = {row.work.key: row for row in proposal.rows}
    audited = sum(row.auditor is not None for row in rows.values())
    moderated = sum(row.moderator is not None for row in rows.values())
    can = {
        work.key: Fixed([hand])
        if (hand := by_hand(given, work, Part.AUDITOR))
        else [c.person for c in given.colleagues if may(given, work, Part.AUDITOR, c)]
        for work in given.works
    }
    room = places_left(given, Part.AUDITOR)
    most = matched(can, room)
    if audited < most:
        yield f"{most} could be audited and {audited} are"
        return
    needed = [work for work in given.works if work.audit_type.is_moderated]

    def moderators(work: Work, auditor: Person) -> list[Person]:
        if hand := by_hand(given, work, Part.MODERATOR):
            return Fixed([hand])
        return [c.person for c in given.colleagues if may(given, work, Part.MODERATOR, c, auditor)]

    at_all = {
        w.key: Fixed([hand])
        if (hand := by_hand(given, w, Part.MODERATOR))
        else list(dict.fromkeys(m for a in can[w.key] for m in moderators(w, a)))
        for w in needed
    }
    space = places_left(given, Part.MODERATOR)
    bound = min(most, matched(at_all, space))
    if moderated >= bound or len(given.works) > 8:
        return
    best = 0
    for chosen in _all_of(list(can), can, room, most):
        beside = {w.key: moderators(w, chosen[w.key]) for w in needed if w.key in chosen}
        best = max(best, matched(beside, space))
        if best > moderated:
            yield f"{best} or more could be moderated and {moderated} are"
            return


def places_left(given: Given, part: Part) -> dict[Person, float]:
    """How many of a part each may still take; those put there by hand have theirs."""
    hands = Counter(hand for w in given.works if (hand := by_hand(given, w, part)))
    room: dict[Person, float] = {
        c.person: max(0, _places(c, part) - hands[c.person]) for c in given.colleagues
    }
    return room


def matched(can: Mapping[str, Sequence[Person]], room: Mapping[Person, float]) -> int:
    """The largest number of audits that find somebody, by Kuhn's augmenting paths. Who is named by hand has a place."""
    held: dict[Person, list[str]] = {}

    def found(audit: str, seen: set[Person]) -> bool:
        for who in can[audit]:
            if who in seen:
                continue
            seen.add(who)
            mine = held.setdefault(who, [])
            if len(mine) < room.get(who, 0):
                mine.append(audit)
                return True
            for n, other in enumerate(mine):
                if found(other, seen):
                    mine[n] = audit
                    return True
        return False

    fixed = sum(isinstance(people, Fixed) for people in can.values())
    return fixed + sum(found(a, set()) for a, people in can.items() if not isinstance(people, Fixed))


class Fixed(list[Person]):
    """Somebody put there by hand, who needs no place any more."""


def _all_of(
    audits: Sequence[str], can: Mapping[str, Sequence[Person]], room: Mapping[Person, float], most: int
) -> Iterator[dict[str, Person]]:
    """Every way to place `most` audits."""
    left = Counter({who: int(n) for who, n in room.items()})
    chosen: dict[str, Person] = {}

    def go(n: int, spare: int) -> Iterator[dict[str, Person]]:
        if n == len(audits):
            yield dict(chosen)
            return
        audit = audits[n]
        for who in can[audit]:
            fixed = isinstance(can[audit], Fixed)
            if fixed or left[who] > 0:
                left[who] -= not fixed
                chosen[audit] = who
                yield from go(n + 1, spare)
                del chosen[audit]
                left[who] += not fixed
        if spare and not isinstance(can[audit], Fixed):
            yield from go(n + 1, spare - 1)

    yield from go(0, len(audits) - most)


# ---------------------------------------------------------------------------------------------- councils at random

_ROLES = ("Team Manager", "Advanced Practitioner", "Group Manager", "Head of Service", "Audit Officer", "IRO")


def person(name: str) -> Person:
    return Person(name, f"{name.lower().replace(' ', '.')}@wexcombe.example")


def small_council(seed: int) -> Given:
    """A few audits and a few colleagues, in which everything the rules speak of happens; every other one is tight."""
    chance = random.Random(seed)
    tight = bool(seed % 2)
    teams = [f"Team {n}" for n in range(chance.randint(2, 4))]
    workers = [person(f"Worker {n}") for n in range(4)]
    people = [person(f"Colleague {n}") for n in range(chance.randint(5, 10))]
    managers, heads = [*people[:2], person("Director")], [person("Head A"), person("Head B"), people[0]]
    often = 0.03 if tight else 0.08

    def rarely(value: Callable[[], object], usual: object) -> object:
        return value() if chance.random() < often else usual

    colleagues = []
    for n, who in enumerate(people):
        start = FIRST + timedelta(chance.randrange(-5, 30))
        colleagues.append(
            Colleague(
                person=who,
                role=_ROLES[n % 4 if n % 4 < 3 else 0] if chance.random() < 0.85 else chance.choice(_ROLES),
                team=str(
                    rarely(str, f"The {chance.choice(teams)}" if chance.random() < 0.5 else f"Other {n + 10}")
                ),
                teams_before=tuple(chance.sample(teams, 1)) if chance.random() < 0.1 else (),
                trained_on=rarely(  # type: ignore[arg-type]
                    lambda: chance.choice([None, date(2020, 1, 1), date(2026, 3, 10), date(2023, 3, 2)]),
                    date(2025, 5, 1),
                ),
                left_on=rarely(lambda on=start: on, None),  # type: ignore[arg-type]
                exempted=bool(rarely(lambda: True, False)),
                away=((start, start + timedelta(chance.randrange(25))),)
                if chance.random() < 2 * often
                else (),
                manager=rarely(lambda: chance.choice([None, *workers]), chance.choice(managers[1:])),  # type: ignore[arg-type]
                head_of_service=chance.choice(heads),
                own_work=frozenset({str(1000 + chance.randrange(7))})
                if chance.random() < often
                else frozenset(),
                audits_at_most=1 if tight else chance.randint(0, 3),
                moderations_at_most=chance.randint(0, 2) if tight else chance.randint(0, 4),
                audits_before=chance.randint(0, 4),
                moderations_before=chance.randint(0, 4),
                met=tuple(chance.sample(teams, 1)) if chance.random() < 0.3 else (),
                paired=tuple(chance.sample(people, 1)) if chance.random() < 0.3 else (),
            )
        )
    some = [*people, *workers]
    works = []
    for n in range(chance.randint(1, 7)):
        kind = chance.choices((TM, AP, DIP, AGAIN), (6, 3, 1, 1))[0]
        child = Child(
            number=str(1000 + n),
            service="FSP",
            team=str(rarely(str, chance.choice(teams))),
            practitioner=rarely(lambda: chance.choice([None, *some]), chance.choice(workers)),  # type: ignore[arg-type]
            team_manager=chance.choice([None, *some]),
            group_manager=chance.choice(managers),
            head_of_service=chance.choice(heads),
            iro_or_cp_chair=chance.choice([None, *some]),
            chair_said=chance.random() < 0.7,
            involved=tuple(chance.sample(some, 1)) if chance.random() < often else (),
            unsure=tuple(chance.sample(people, 1)) if chance.random() < often else (),
            earlier_auditors=tuple(chance.sample(people, 1)) if kind is AGAIN else (),
        )
        works.append(Work(child, kind, chosen=chance.random() < 0.2))
    agreed: dict[str, Agreed] = {}
    if chance.random() < 0.4:
        for work in works:
            named = {
                part: chance.choice(people)
                for part in (Part.AUDITOR, Part.MODERATOR)
                if chance.random() < 0.8 and (part is Part.AUDITOR or work.audit_type.is_moderated)
            }
            hands = frozenset(part for part in named if chance.random() < 0.25)
            off = {Part.AUDITOR: frozenset(chance.sample(people, 1))} if chance.random() < 0.2 else {}
            if Part.AUDITOR in hands and off:
                off = {}
            agreed[work.key] = Agreed(named, hands, off)
    never = RULES.never if chance.random() < 0.7 else RULES.never - {Reason.SAME_PAIR, Reason.AUDITORS_LINE}
    rules = AllocationRules(
        RULES.kinds, RULES.moderators, RULES.chairs, RULES.strata, never, RULES.weights, RULES.trained_for
    )
    return Given(tuple(works), tuple(colleagues), rules, MONTH, agreed, seed=str(seed))


def with_cells_not_known(given: Given, seed: int) -> Given:
    """The same of which cells of the register say that they are not known, with a rule or two given up and more dip
    samples."""
    chance = random.Random(f"not known {seed}")
    words = ("team", "teams_before", "own_work", "manager", "head_of_service", "paired")
    people = []
    for c in given.colleagues:
        unsaid = frozenset(word for word in words if chance.random() < 0.08)
        manager = None if "manager" in unsaid else c.manager
        people.append(replace(c, not_known=unsaid, manager=manager))
    works = [replace(w, audit_type=DIP) if chance.random() < 0.4 else w for w in given.works]
    up = {r for r in (Reason.LINE, Reason.AUDITORS_LINE, Reason.SAME_PAIR) if chance.random() < 0.3}
    rules = replace(given.rules, never=given.rules.never - up)
    return replace(given, works=tuple(works), colleagues=tuple(people), rules=rules, agreed={})


def crowded_council(seed: int) -> Given:
    """Six to eight audits and hardly anybody to moderate them, nearly each too close to half of the auditors."""
    chance = random.Random(seed)
    teams = ("Ash", "Birch", "Cedar")
    people = [person(f"Colleague {n}") for n in range(chance.randint(6, 9))]
    auditors = chance.randint(4, 5)
    colleagues = [
        Colleague(
            who, "Team Manager" if n < auditors else "Group Manager", chance.choice(teams), trained_on=date(2025, 5, 1),
            manager=chance.choice([p for p in people if p != who]) if chance.random() < 0.5 else person("Director"),
            audits_at_most=chance.randint(1, 3) * (n < auditors),
            moderations_at_most=chance.randint(1, 3) * (n >= auditors),
            paired=tuple(p for p in people if p != who and chance.random() < 0.3),
        )
        for n, who in enumerate(people)
    ]  # fmt: skip
    works = [
        Work(
            Child(
                str(41000 + n), "FSP", chance.choice(teams), practitioner=person("Worker"), chair_said=True
            ),
            TM,
        )
        for n in range(chance.randint(6, 8))
    ]
    return Given(tuple(works), tuple(colleagues), RULES, MONTH, seed="seven blue doors")


def large_council(audits: int, seed: int, places: float = 1.3, teams: int = 0) -> Given:
    """A council like a real one: two thirds of its audits by Team Managers, one third by Advanced Practitioners, both
    from the teams whose work is audited and others. `places` for each audit, before leave is taken off."""
    chance = random.Random(seed)
    names = [f"Team {n}" for n in range(teams or max(8, audits // 8))]
    heads = [person(f"Head {n}") for n in range(max(3, len(names) // 6))]
    group = [person(f"Group Manager {n}") for n in range(max(6, audits // 6))]
    head_of = {team: heads[n % len(heads)] for n, team in enumerate(names)}
    manager_of = {team: person(f"Manager of {team}") for team in names}
    chairs = [person(f"Chair {n}") for n in range(12)]
    works = []
    for n in range(audits):
        team = chance.choice(names)
        child = Child(
            number=str(100_000 + n), service=f"Service {names.index(team) % 3}", team=team,
            practitioner=person(f"Worker {team} {chance.randrange(6)}"), team_manager=manager_of[team],
            group_manager=group[names.index(team) % len(group)], head_of_service=head_of[team],
            iro_or_cp_chair=chance.choice(chairs), chair_said=True,
        )  # fmt: skip
        works.append(Work(child, TM if n % 3 else AP))
    colleagues = []
    for kind, role, share in ((TM, "Team Manager", 2 / 3), (AP, "Advanced Practitioner", 1 / 3)):
        for n in range(round(audits * share * places / 2)):
            team = names[n % len(names)]
            who = manager_of[team] if kind is TM and n < len(names) else person(f"{role} {n}")
            away = ((FIRST, DUE),) if chance.random() < 0.08 else ()
            met = tuple(chance.sample(names, 2))
            manager = chance.choice(group)
            if who == manager_of[team]:  # as the children's lines have it
                manager = group[names.index(team) % len(group)]
            colleagues.append(
                Colleague(
                    who, role, team, trained_on=date(2025, 5, 1), away=away, manager=manager,
                    head_of_service=head_of[team], audits_before=chance.randint(0, 4), met=met,
                    paired=(chance.choice(group),),
                )
            )  # fmt: skip
    for who in group:
        colleagues.append(
            Colleague(
                who, "Group Manager", "none", trained_on=date(2025, 5, 1), manager=person("Director"),
                head_of_service=person("Director"), audits_at_most=0, moderations_at_most=8,
                moderations_before=chance.randint(0, 8),
            )
        )  # fmt: skip
    return Given(tuple(works), tuple(colleagues), RULES, MONTH, seed=str(seed))
