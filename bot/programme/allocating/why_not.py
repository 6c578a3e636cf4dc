"""Who may have which part in which audit: the first reason that speaks against it, or none (§6, §15).

What is said nowhere is never taken for “no conflict”: without a child's team, or an auditor's, nobody can tell whether
the two are one, and that too is a reason.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.programme.allocating.parts import Agreed, Child, Colleague, Given, Part, Reason, Work
from bot.programme.independence import may_be_one, team_key
from bot.programme.vocabulary import AuditType, Person
from bot.programme.waits import months_after

ALWAYS = frozenset(Reason) - {
    Reason.TRAINING_LAPSED, Reason.LINE, Reason.AUDITORS_TEAM, Reason.AUDITORS_LINE, Reason.SAME_PAIR,
}  # fmt: skip
"""Reasons that no council passes over: the guide's own, and what makes a part impossible."""


_HANGS_ON: Mapping[Reason, Sequence[str]] = {
    Reason.AUDITORS_LINE: ("manager", "head_of_service"),
    Reason.SAME_PAIR: ("paired",),
}
"""The columns of the register by which a moderator is too close to an auditor."""


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
        self._teams: defaultdict[str, list[int]] = defaultdict(list)
        self._written: dict[str, str] = {}
        self._alike: dict[str, list[str]] = {}
        self._own_work: defaultdict[str, list[int]] = defaultdict(list)
        self._managed: defaultdict[Person, list[int]] = defaultdict(list)
        self._headed: defaultdict[Person, list[int]] = defaultdict(list)
        self._paired: defaultdict[Person, list[int]] = defaultdict(list)
        self._teams_now: defaultdict[str, list[int]] = defaultdict(list)
        self._chairs = [n for n, c in enumerate(given.colleagues) if c.role in given.rules.chairs]
        for n, c in enumerate(given.colleagues):
            for team in dict.fromkeys(team_key(t) for t in (c.team, *c.teams_before) if t):
                self._teams[team].append(n)
                self._written.setdefault(team, c.team if team_key(c.team) == team else team)
            for number in c.own_work:
                self._own_work[number].append(n)
            if c.team:
                self._teams_now[team_key(c.team)].append(n)
            if c.manager:
                self._managed[c.manager].append(n)
            if c.head_of_service:
                self._headed[c.head_of_service].append(n)
            for other in c.paired:
                self._paired[other].append(n)
        self._with_doubts = [n for n, c in enumerate(given.colleagues) if c.perhaps]
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
        """Whom the child's work closes, each with the first reason."""
        child, never = work.child, self.given.rules.never
        found: dict[int, Reason] = {}

        def close(reason: Reason, people: Iterable[int]) -> None:
            for who in people:
                found.setdefault(who, reason)

        if facts_missing(work):
            close(Reason.CANNOT_JUDGE, range(len(self.colleagues)))
        close(Reason.CANNOT_JUDGE, self._named(*child.unsure))
        if Reason.LINE in never:
            close(Reason.CANNOT_JUDGE, self._perhaps_in_line(child))
        for team in self.alike(child.team):
            close(Reason.CANNOT_JUDGE, self._teams[team])
        if not child.chair_said:
            close(Reason.CANNOT_JUDGE, self._chairs)
        close(Reason.OWN_TEAM, self._teams.get(team_key(child.team), ()) if child.team else ())
        close(Reason.OWN_WORK, self._named(child.practitioner))
        if Reason.LINE in never:
            close(Reason.LINE, self._named(child.team_manager, child.group_manager, child.head_of_service))
            for above in (child.practitioner, child.team_manager):
                close(Reason.LINE, self._managed.get(above, ()) if above else ())
            if child.practitioner and child.practitioner in self.at:
                close(Reason.LINE, self._named(self.colleagues[self.at[child.practitioner]].manager))
        close(Reason.CHAIR, self._named(child.iro_or_cp_chair))
        close(Reason.INVOLVED, self._named(*child.involved))
        close(Reason.INVOLVED, self._own_work.get(child.number, ()))
        close(Reason.EARLIER_AUDITOR, self._named(*child.earlier_auditors))
        agreed = self.given.agreed.get(work.key, Agreed())
        close(Reason.TAKEN_OFF, self._named(*agreed.not_again.get(part, ())))
        hand = agreed.people.get(Part.MODERATOR) if Part.MODERATOR in agreed.by_hand else None
        if part is Part.AUDITOR and hand and hand in self.at:
            close(Reason.BESIDE_MODERATOR, self.beside(hand))
        return found

    def _perhaps_in_line(self, child: Child) -> Iterator[int]:
        """Who manages, or is managed by, somebody who may have done the work, or may be managed by its Team Manager."""
        for word, person in child.perhaps:
            if word in ("practitioner", "team_manager"):
                yield from self._managed.get(person, ())
            if word == "practitioner":
                yield from self._named(self.colleagues[self.at[person]].manager)
        if child.practitioner and child.practitioner in self.at:
            theirs = self.colleagues[self.at[child.practitioner]].perhaps
            yield from self._named(*(person for word, person in theirs if word == "manager"))

    def alike(self, team: str) -> list[str]:
        """Teams of colleagues, as they are compared, that may be this one under another name."""
        if team not in self._alike:
            key = team_key(team)
            self._alike[team] = [t for t in self._teams if team and t and t != key and may_be_one(t, key)]
        return self._alike[team]

    def doubtful_teams(self) -> list[str]:
        """What is to be asked about the names of teams, in sentences."""
        teams = sorted({w.child.team for w in self.given.works})
        return [
            f"Are “{team}” and “{self._written[other]}” one team? Until the two are written alike or less alike, "
            "nobody of the one audits or moderates the other's work."
            for team in teams
            for other in self.alike(team)
        ]

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
        for reason, words in _HANGS_ON.items():
            if reason in never:
                for m in self._perhaps_of(me, words):
                    found.setdefault(m, Reason.CANNOT_JUDGE)

        def close(reason: Reason, people: Iterable[int]) -> None:
            if reason in never:
                for who in people:
                    found.setdefault(who, reason)

        close(Reason.AUDITORS_TEAM, self._teams_now.get(team_key(me.team), ()))
        close(Reason.AUDITORS_LINE, self._named(me.manager, me.head_of_service))
        close(Reason.AUDITORS_LINE, self._managed.get(me.person, ()))
        close(Reason.AUDITORS_LINE, self._headed.get(me.person, ()))
        close(Reason.SAME_PAIR, self._named(*me.paired))
        close(Reason.SAME_PAIR, self._paired.get(me.person, ()))
        return found

    def _perhaps_of(self, me: Colleague, words: Sequence[str]) -> Iterator[int]:
        """Whom these cells of somebody's line may name, and whose cells may name them."""
        yield from self._named(*(person for word, person in me.perhaps if word in words))
        for m in self._with_doubts:
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


def facts_missing(work: Work) -> tuple[str, ...]:
    """What nobody has said and nobody can be judged without, in words."""
    child = work.child
    again = work.audit_type is AuditType.RE_AUDIT
    facts = (
        ("the child's team", bool(child.team)),
        ("who did the work", child.practitioner is not None),
        ("who audited it before", not again or bool(child.earlier_auditors)),
    )
    return tuple(fact for fact, said in facts if not said)
