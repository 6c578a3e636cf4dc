"""Who may have which part in which audit: the first reason that speaks against it, or none (§6, §15).

What is said nowhere is never taken for “no conflict”: without a child's team, or an auditor's, nobody can tell whether
the two are one, and that too is a reason.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

from bot.programme.allocating.parts import (
    Agreed,
    Child,
    Colleague,
    Given,
    Part,
    Proposal,
    Reason,
    Work,
)
from bot.programme.allocating.teams_alike import Teams
from bot.programme.allocating.written_cells import loosely
from bot.programme.importing.people_named import called_the_same
from bot.programme.importing.people_named import may_be_one as may_be_one_name
from bot.programme.vocabulary import AuditType, Person
from bot.programme.waits import first_few, months_after

ALWAYS = frozenset(Reason) - {
    Reason.TRAINING_LAPSED, Reason.LINE, Reason.AUDITORS_TEAM, Reason.AUDITORS_LINE, Reason.SAME_PAIR,
}  # fmt: skip
"""Reasons that no council passes over: the guide's own, and what makes a part impossible."""


_HANGS_ON: Mapping[Reason, Sequence[str]] = {
    Reason.AUDITORS_LINE: ("manager", "head_of_service"),
    Reason.SAME_PAIR: ("paired",),
}
"""The columns of the register by which a moderator is too close to an auditor."""
_HELD_FOR: Mapping[str, Sequence[Reason]] = {
    "team": (Reason.OWN_TEAM,),
    "teams_before": (Reason.OWN_TEAM,),
    "own_work": (Reason.INVOLVED,),
    "manager": (Reason.LINE, Reason.AUDITORS_LINE),
    "head_of_service": (Reason.AUDITORS_LINE,),
    "paired": (Reason.SAME_PAIR,),
}
"""Whose cell says that it is not known, cannot be judged where one of these is never passed over; by those that part
auditor and moderator, of an audit that is moderated."""
_OF_THE_LINE = ("practitioner", "team_manager", "group_manager")
"""Whoever manages one of these manages the work."""
_LINE = frozenset({"team_manager", "group_manager", "head_of_service"})


@dataclass(frozen=True, slots=True)
class Free:
    """What of a part's days somebody is there: how many, of how many, and how many are needed."""

    days: int
    of: int
    needed: int

    @property
    def enough(self) -> bool:
        return self.days >= min(self.needed, self.of)


class Eligible:
    """Who may do what, of one council. People are told apart by their place in `colleagues`."""

    def __init__(self, given: Given) -> None:
        self.given = given
        self.colleagues: Sequence[Colleague] = given.colleagues
        self._days = {part: given.month.of(part) for part in Part}
        self.at: Mapping[Person, int] = {c.person: n for n, c in enumerate(given.colleagues)}
        self.teams = Teams(given)
        self._own_work: defaultdict[str, list[int]] = defaultdict(list)
        self._loosely: defaultdict[str, list[int]] = defaultdict(list)
        self._perhaps_managed: defaultdict[Person, list[int]] = defaultdict(list)
        self._one: dict[Person, list[Person]] = {}
        self._managed: defaultdict[Person, list[int]] = defaultdict(list)
        self._headed: defaultdict[Person, list[int]] = defaultdict(list)
        self._paired: defaultdict[Person, list[int]] = defaultdict(list)
        self._chairs = [n for n, c in enumerate(given.colleagues) if c.role in given.rules.chairs]
        for n, c in enumerate(given.colleagues):
            for number in c.own_work:
                self._own_work[number].append(n)
                self._loosely[loosely(number)].append(n)
            if c.manager:
                self._managed[c.manager].append(n)
            for word, manager in (("manager", c.manager), *c.perhaps):
                if manager and word == "manager":
                    self._perhaps_managed[manager].append(n)
            if c.head_of_service:
                self._headed[c.head_of_service].append(n)
            for other in c.paired:
                self._paired[other].append(n)
        others = _who_may_be_one(frozenset((c.person.name, c.person.email) for c in given.colleagues))
        self._perhaps_same = {
            self.at[Person("", one)]: [self.at[Person("", other)] for other in more]
            for one, more in others.items()
        }
        self.with_doubts = [n for n, c in enumerate(given.colleagues) if c.perhaps]
        self.doubtful_children = [child for child in given.frame if child.perhaps]
        self._own: dict[tuple[Part, AuditType], list[Reason | None]] = {}
        self._beside: dict[int, dict[int, Reason]] = {}

    def why_not(self, work: Work, part: Part, who: int, auditor: Person | None = None) -> Reason | None:
        """The first reason, in the order of `Reason`; of a moderator beside who audits it."""
        found = self.own(part, work.audit_type)[who] or self.closed(work, part).get(who)
        return found or (self.beside(auditor).get(who) if auditor and part is Part.MODERATOR else None)

    def own(self, part: Part, audit_type: AuditType) -> list[Reason | None]:
        """Of each colleague, what speaks against them whatever the child."""
        key = part, audit_type
        if key not in self._own:
            self._own[key] = [self.of_colleague(c, part, audit_type) for c in self.colleagues]
        return self._own[key]

    def of_colleague(self, c: Colleague, part: Part, audit_type: AuditType) -> Reason | None:
        rules, first, days = self.given.rules, self.given.month.days[0], self._days[part]
        if c.trained_on is None or c.trained_on > first:
            return Reason.NOT_TRAINED
        if part is Part.AUDITOR and audit_type.is_moderated and c.in_roles is False:
            return Reason.NOT_TRAINED
        lapses = Reason.TRAINING_LAPSED in rules.never and rules.trained_for
        if lapses and months_after(c.trained_on, rules.trained_for) < first:
            return Reason.TRAINING_LAPSED
        if c.left_on and c.left_on <= days[-1]:
            return Reason.LEFT
        if c.exempted:
            return Reason.EXEMPTED
        if not self.free(c, part).enough:
            return Reason.AWAY
        if c.role not in self.roles(part, audit_type):
            return Reason.OTHER_ROLE
        if not c.team or (Reason.LINE in rules.never and c.manager is None):
            return Reason.CANNOT_JUDGE
        hangs = ALWAYS | rules.never
        if _not_known(c, hangs if audit_type.is_moderated else hangs - _HANGS_ON.keys()):
            return Reason.CANNOT_JUDGE
        return None

    def roles(self, part: Part, audit_type: AuditType) -> tuple[str, ...]:
        """Whose it is to audit this type, or to moderate."""
        if part is Part.MODERATOR:
            return self.given.rules.moderators
        kind = self.given.rules.kinds.get(audit_type)
        return kind.roles if kind else ()

    def free(self, c: Colleague, part: Part) -> Free:
        days = self._days[part]
        here = sum(not any(a <= day <= b for a, b in c.away) for day in days) if c.away else len(days)
        return Free(here, len(days), self.given.rules.days_needed(part))

    def closed(self, work: Work, part: Part) -> dict[int, Reason]:
        """Whom the child's work closes, each with the first reason, and whoever may be one of them."""
        found = self._closed_themselves(work, part)
        for one in [n for n in self._perhaps_same if n in found]:
            for other in self._perhaps_same[one]:
                found.setdefault(other, Reason.CANNOT_JUDGE)
        agreed = self.given.agreed.get(work.key, Agreed())
        for who in self._named(*agreed.not_again.get(part, ())):
            found.setdefault(who, Reason.TAKEN_OFF)
        hand = agreed.people.get(Part.MODERATOR) if Part.MODERATOR in agreed.by_hand else None
        if part is Part.AUDITOR and hand and hand in self.at:
            for who in self.beside(hand):
                found.setdefault(who, Reason.BESIDE_MODERATOR)
        return found

    def _closed_themselves(self, work: Work, part: Part) -> dict[int, Reason]:
        child, never = work.child, self.given.rules.never
        found: dict[int, Reason] = {}

        def close(reason: Reason, people: Iterable[int]) -> None:
            for who in people:
                found.setdefault(who, reason)

        line = Reason.LINE in never
        if self.cannot_judge(work, part):
            close(Reason.CANNOT_JUDGE, range(len(self.colleagues)))
        close(Reason.CANNOT_JUDGE, self._named(*child.unsure))
        if line:
            close(Reason.CANNOT_JUDGE, self._perhaps_in_line(child))
            close(Reason.CANNOT_JUDGE, self._perhaps_above(child))
        close(Reason.CANNOT_JUDGE, self.teams.in_doubt(child.team))
        may_have_done_it = [person for word, person in child.perhaps if word == "practitioner"]
        close(Reason.CANNOT_JUDGE, self._of_their_teams(*may_have_done_it))
        if not child.chair_said:
            close(Reason.CANNOT_JUDGE, self._chairs)
        if self._loosely:
            own = self._own_work.get(child.number, ())
            close(
                Reason.CANNOT_JUDGE, (n for n in self._loosely.get(loosely(child.number), ()) if n not in own)
            )
        if child.team:
            close(Reason.OWN_TEAM, (*self.teams.ever_of(child.team), *self.teams.works_for(child.team)))
        close(Reason.OWN_WORK, self._named(child.practitioner))
        close(Reason.OWN_TEAM, self._of_their_teams(child.practitioner))
        if line:
            close(Reason.LINE, self._named(child.team_manager))
            close(Reason.LINE, self._above(child.practitioner, child.team_manager, child.group_manager)[0])
            for above in (child.practitioner, child.team_manager):
                close(Reason.LINE, self._managed.get(above, ()) if above else ())
        if line or part is Part.AUDITOR:  # the list refuses such an auditor, whatever a council gives up
            close(Reason.LINE, self._named(child.group_manager, child.head_of_service))
        close(Reason.OWN_TEAM, self._named(child.team_manager))
        close(Reason.CHAIR, self._named(child.iro_or_cp_chair))
        close(Reason.INVOLVED, self._named(*child.involved))
        close(Reason.INVOLVED, self._own_work.get(child.number, ()))
        close(Reason.EARLIER_AUDITOR, self._named(*child.earlier_auditors))
        return found

    def cannot_judge(self, work: Work, part: Part, role: str = "") -> bool:
        """Whether what is said nowhere of the child closes everybody, or everybody of a role, whoever they are."""
        child, rules = work.child, self.given.rules
        line = Reason.LINE in rules.never or part is Part.AUDITOR or "team_manager" in child.not_known
        if facts_missing(work) or (line and child.not_known & _LINE):
            return True
        return not child.chair_said and role in rules.chairs

    def _perhaps_in_line(self, child: Child) -> Iterator[int]:
        """Who is managed by somebody who may have done the work, or may be managed by its Team Manager."""
        certain = {p: self._managed.get(p, ()) for p in (child.practitioner, child.team_manager) if p}
        above = [*certain, *(p for word, p in child.perhaps if word in ("practitioner", "team_manager"))]
        for manager in (m for person in above for m in self.may_be(person)):
            yield from (n for n in self._perhaps_managed[manager] if n not in certain.get(manager, ()))

    def may_be(self, person: Person) -> list[Person]:
        """The managers of colleagues who are, or may be, this very person: of two whom the register does not know
        nobody can tell where one of them has no address."""
        if person not in self._one:
            unknown = [
                m for m in self._perhaps_managed if m not in self.at and not _both_addressed(m, person)
            ]
            found = [m for m in unknown if person not in self.at and _may_be_one_person(m, person)]
            self._one[person] = [*([person] if person in self._perhaps_managed else []), *found]
        return self._one[person]

    def doubtful_people(self) -> list[str]:
        """What is to be asked about people whom the register does not know, in sentences."""
        if Reason.LINE not in self.given.rules.never:
            return []
        children = (w.child for w in self.given.works)
        above = dict.fromkeys(p for c in children for p in (c.practitioner, c.team_manager) if p)
        pairs = [(_as_known(p), _as_known(m)) for p in above for m in self.may_be(p) if m != p]
        several = [f"“{one}” and “{other}”" for one, other in sorted(dict.fromkeys(pairs))]
        if not several:
            return []
        return [
            f"{first_few(several)}: the names do not tell whether these are one person or two. The one did or manages "
            "children's work, the other manages colleagues of the register, who get nothing of that work until it is "
            "said: by one name where they are one, by an address beside both where they are two."
        ]

    def perhaps_one_and_short(self, proposal: Proposal) -> list[str]:
        """What is told of two of the register who may be one, where an audit found nobody and one of them could have it
        if they are two."""
        pairs = set[tuple[int, int]]()
        for row in proposal.rows if self._perhaps_same else ():
            part = Part.MODERATOR if row.auditor else Part.AUDITOR
            if row.person(part) or (part is Part.MODERATOR and not row.work.audit_type.is_moderated):
                continue
            found, own = self._closed_themselves(row.work, part), self.own(part, row.work.audit_type)
            beside = self.beside(row.auditor) if row.auditor else {}
            for n, others in self._perhaps_same.items():
                if own[n] or n in found or beside.get(n, Reason.CANNOT_JUDGE) is not Reason.CANNOT_JUDGE:
                    continue
                mine = (m for m in others if m in found or self.colleagues[m].person == row.auditor)
                pairs.update((n, m) for m in mine)
        names = {tuple(sorted(self.colleagues[n].person.name for n in pair)) for pair in pairs}
        told = [f"“{one}” and “{other}”" for one, other in sorted(names) if not called_the_same(one, other)]
        return [
            f"{first_few(told)} of the register may be one person with two addresses: neither gets the other's work, "
            "nor do they audit and moderate one audit, and an audit is short that one of them could have. Where they "
            "are two, write their names there by hand."
        ] if told else []  # fmt: skip

    def _perhaps_above(self, child: Child) -> Iterator[int]:
        """Who manages somebody who may have to do with the work, or may manage somebody who has."""
        for managers in self._above(*(person for word, person in child.perhaps if word in _OF_THE_LINE)):
            yield from managers
        yield from self._above(child.practitioner, child.team_manager, child.group_manager)[1]

    def _above(self, *named: Person | None) -> tuple[list[int], list[int]]:
        """Whoever manages these, by the register and at whatever height, with the Heads of Service of all of them; and
        whoever may."""
        sure, perhaps, seen = list[int](), list[int](), set[int]()
        to_see = self._named(*named)
        while to_see:
            if (n := to_see.pop()) in seen:
                continue
            seen.add(n)
            c = self.colleagues[n]
            sure += self._named(c.manager, c.head_of_service)
            perhaps += self._named(*(p for word, p in c.perhaps if word in ("manager", "head_of_service")))
            to_see += self._named(c.manager)
        return sure, perhaps

    def _of_their_teams(self, *people: Person | None) -> Iterator[int]:
        """Whoever is, or was, of a team that the register names for one of these."""
        for n in self._named(*people):
            for team in self.colleagues[n].teams_now:
                yield from self.teams.ever_of(team)

    def closed_by_doubts(self) -> tuple[list[str], list[str]]:
        """The names of those whom these questions keep from the works: about their managers, and about their teams."""
        children, line = [w.child for w in self.given.works], Reason.LINE in self.given.rules.never
        above = [p for c in children for p in (c.practitioner, c.team_manager) if p and line]
        managed = (n for p in above for m in self.may_be(p) if m != p for n in self._perhaps_managed[m])
        of_team = (n for c in children for n in self.teams.in_doubt(c.team))
        managers, teams = (
            [self.colleagues[n].person.name for n in sorted({*found})] for found in (managed, of_team)
        )
        return managers, teams

    def beside(self, auditor: Person) -> dict[int, Reason]:
        """Whom an auditor closes as their moderator. Of somebody who is in no register nothing can be judged."""
        n = self.at.get(auditor, -1)
        if n not in self._beside:
            self._beside[n] = self._closed_beside(n)
        return self._beside[n]

    def _closed_beside(self, n: int) -> dict[int, Reason]:
        if n < 0:
            return dict.fromkeys(range(len(self.colleagues)), Reason.CANNOT_JUDGE)
        me, never = self.colleagues[n], self.given.rules.never
        found = {n: Reason.SAME_PERSON}

        def shut(reason: Reason, people: Iterable[int]) -> None:
            for who in people:
                found.setdefault(who, reason)

        def close(reason: Reason, people: Iterable[int]) -> None:
            if reason in never:
                shut(reason, people)

        for reason, words in _HANGS_ON.items():
            if reason in never:
                shut(Reason.CANNOT_JUDGE, self._perhaps_of(me, words))
        if Reason.AUDITORS_TEAM in never:
            shut(Reason.CANNOT_JUDGE, self.teams.joined_with(me))
        close(Reason.AUDITORS_TEAM, self.teams.shared_with(me))
        close(Reason.AUDITORS_LINE, self._named(me.manager, me.head_of_service))
        close(Reason.AUDITORS_LINE, self._managed.get(me.person, ()))
        close(Reason.AUDITORS_LINE, self._headed.get(me.person, ()))
        close(Reason.SAME_PAIR, self._named(*me.paired))
        close(Reason.SAME_PAIR, self._paired.get(me.person, ()))
        shut(Reason.CANNOT_JUDGE, self._perhaps_same.get(n, ()))
        if self.held_from_pairs(me):
            shut(Reason.CANNOT_JUDGE, range(len(self.colleagues)))
        return found

    def held_from_pairs(self, c: Colleague) -> list[str]:
        """The columns of which somebody's cell says that it is not known whom they are too close to."""
        return _not_known(c, _HANGS_ON.keys() & self.given.rules.never)

    def _perhaps_of(self, me: Colleague, words: Sequence[str]) -> Iterator[int]:
        """Whom these cells of somebody's line may name, and whose cells may name them."""
        yield from self._named(*(person for word, person in me.perhaps if word in words))
        for m in self.with_doubts:
            if any((word, me.person) in self.colleagues[m].perhaps for word in words):
                yield m

    def _named(self, *people: Person | None) -> list[int]:
        return [self.at[p] for p in people if p and p in self.at]

    def paired(self, n: int, m: int) -> bool:
        """Whether two were auditor and moderator of one audit the last time."""
        one, other = self.colleagues[n], self.colleagues[m]
        return other.person in one.paired or one.person in other.paired

    def counted(self, work: Work, part: Part, auditor: Person | None = None) -> Counter[Reason]:
        """How many of those whose role it is are closed, by the first reason."""
        own, closed = self.own(part, work.audit_type), self.closed(work, part)
        beside = self.beside(auditor) if auditor and part is Part.MODERATOR else {}
        found: Counter[Reason] = Counter()
        roles = self.roles(part, work.audit_type)
        for n, c in enumerate(self.colleagues):
            reason = own[n] or closed.get(n) or beside.get(n)
            if reason and c.role in roles:
                found[reason] += 1
        return found


def _not_known(c: Colleague, reasons: Set[Reason]) -> list[str]:
    """The columns of which somebody's cell says that it is not known, and on which one of these hangs."""
    return [word for word in sorted(c.not_known) if not reasons.isdisjoint(_HELD_FOR.get(word, ()))]


def _both_addressed(one: Person, other: Person) -> bool:
    return one == other or ("@" in one.email and "@" in other.email)


def _may_be_one_person(one: Person, other: Person) -> bool:
    return _may_be_called_one(_called(one.name, one.email), _called(other.name, other.email))


def _may_be_called_one(names: Iterable[str], others: Collection[str]) -> bool:
    return any(may_be_one_name(name, theirs) for name in names for theirs in others)


@lru_cache(maxsize=16)
def _who_may_be_one(people: frozenset[tuple[str, str]]) -> Mapping[str, Sequence[str]]:
    """Of names and addresses: with each address those of others who may be the same person."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    every = [
        (email, [each for each in _called(name, email) if each == name or " " in each])
        for name, email in sorted(people)
    ]
    for n, (one, names) in enumerate(every):
        for other, theirs in every[:n]:
            if _may_be_called_one(names, theirs):
                found[one].append(other)
                found[other].append(one)
    return found


def _as_known(person: Person) -> str:
    named = "@" in person.email and "@" not in person.name
    return f"{person.name} <{person.email}>" if named else person.name


@lru_cache(maxsize=10_000)
def _called(name: str, email: str) -> tuple[str, ...]:
    """What somebody is called: by name, and as the address says where that is another."""
    own = re.sub(r"[._]", " ", email.partition("@")[0]) if "@" in email else ""
    if "@" in name:
        return (own,)
    return (name, own) if own and not may_be_one_name(own, name) else (name,)


def facts_missing(work: Work) -> tuple[str, ...]:
    """What nobody has said and nobody can be judged without, in words."""
    child = work.child
    again = work.audit_type is AuditType.RE_AUDIT
    before = bool(child.earlier_auditors) or not again
    facts = (
        ("the child's team", bool(child.team)),
        ("who did the work", child.practitioner is not None and "practitioner" not in child.not_known),
        ("who audited it before", before and "earlier_auditors" not in child.not_known),
        ("who else is involved", "involved" not in child.not_known),
    )
    return tuple(fact for fact, said in facts if not said)
