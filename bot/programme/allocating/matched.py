"""Auditors, and then moderators, for a list of audits: what each pair costs, and the two flows (§6).

As many audits as can be get an auditor, and of these as many as can be a moderator; only then wishes count. Auditors
are matched first, with an eye on who could moderate beside them; where moderators run short all the same, other
auditors are tried.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.programme.allocating.both_parts import Both
from bot.programme.allocating.flow import Flow
from bot.programme.allocating.parts import Agreed, Colleague, Given, Part, Reason, Wish, Work
from bot.programme.allocating.teams_apart import Edges, Way, dearer, each_other, to_avoid, ways_of
from bot.programme.allocating.why_not import Eligible
from bot.programme.independence import team_key
from bot.programme.vocabulary import Person

FEWEST_ROUNDS, MOST_ROUNDS = 2, 6
"""So often auditors of very many audits, and of sixty, are matched anew at most to keep teams apart."""
MOST_CHAINS = 2_000
"""So many ways to pass sixty audits on between auditors are looked for at most, for the sake of moderators; of more
audits fewer."""


@dataclass(frozen=True, slots=True)
class Matched:
    """Of one part: the audits that were to be matched, and the flow over them."""

    part: Part
    works: Sequence[Work]
    flow: Flow

    @property
    def given(self) -> dict[str, int]:
        """Of each audit that found somebody, who it is."""
        return {w.key: p for w, p in zip(self.works, self.flow.given, strict=True) if p >= 0}

    @property
    def short(self) -> list[int]:
        """The audits that found nobody, by their place."""
        return [a for a, p in enumerate(self.flow.given) if p < 0]


class Matching:
    """One council's people and audits, in the order that a hash of the seed gives: nothing depends on the order of a
    sheet, and among equals the lot decides."""

    def __init__(self, given: Given) -> None:
        works = sorted(given.works, key=lambda w: lot(given.seed, w.key))
        people = sorted(given.colleagues, key=lambda c: lot(given.seed, c.person.email))
        self.given = replace(given, works=tuple(works), colleagues=tuple(people))
        self.eligible = Eligible(self.given)
        self.hands = {part: self._by_hand(part) for part in Part}
        self._had = {part: Counter(self.hands[part].values()) for part in Part}
        self.room = {
            part: [max(0, at_most(c, part) - self._had[part][c.person]) for c in people] for part in Part
        }
        self._met: defaultdict[str, set[int]] = defaultdict(set)
        self._line: defaultdict[Person, set[int]] = defaultdict(set)
        for n, c in enumerate(people):
            for team in c.met:
                self._met[team_key(team)].add(n)
            if c.head_of_service:
                self._line[c.head_of_service].add(n)
        self._of_work = {w.key: team_key(w.child.team) if w.child.team else "" for w in works}
        self._teams = [team_key(c.team) if c.team else "" for c in people]
        self._known: dict[tuple[Part, str], list[tuple[int, int]]] = {}
        self._free: dict[tuple[Part, object], list[int]] = {}
        rules, load = given.rules, given.rules.weights[Wish.LOAD]
        most = max(
            (before(c, p) + at_most(c, p) + self._had[p][c.person] for c in people for p in Part), default=0
        )
        least = min((c.share for c in people), default=100)
        self.dearest = (
            sum(rules.weights.values()) + rules.weights[Wish.MOVED] + 2 * most * load * 100 // least + 1
        )
        """More than any one audit can cost."""
        self.unmoderated = (len(works) + 1) * self.dearest
        """More than all wishes together: an auditor beside whom nobody could moderate."""
        self.wrong = (len(works) + 1) * self.unmoderated
        """More than that of all audits: an auditor who would cost an audit the moderator found for it."""
        self.nobody = (len(works) + 1) * (self.dearest + self.unmoderated + self.wrong)

    def _by_hand(self, part: Part) -> dict[str, Person]:
        agreed = self.given.agreed
        return {
            w.key: a.people[part] for w in self.given.works if (a := agreed.get(w.key)) and part in a.by_hand
        }

    def hands_of(self, part: Part, n: int) -> int:
        """How many of a part somebody has by hand."""
        return self._had[part][self.given.colleagues[n].person]

    def matched(self) -> tuple[Matched, Matched]:
        """Auditors and moderators. Those put there by hand are in neither."""
        rather: dict[str, int] = {}
        auditors, moderators = self._both(rather)
        if moderators.short:
            together = self._together(auditors, moderators)
            if together.improved(self.given.seed):
                rather = self._rather(together)
                auditors, moderators = self._both(rather)
        return self._apart(rather, auditors, moderators)

    def _apart(
        self, rather: Mapping[str, int], auditors: Matched, moderators: Matched
    ) -> tuple[Matched, Matched]:
        """The same, or better by the weights: with fewer teams that audit each other, and nobody left out for it."""
        weight, tries = (
            self.given.rules.weights[Wish.EACH_OTHER],
            MOST_ROUNDS * 60 // max(60, len(self.given.works)),
        )
        ways, fixed = self._ways(auditors), ways_of(self._ways_by_hand())
        if not weight or not to_avoid(ways, fixed, set()):
            return auditors, moderators
        edges = self.edges_of_auditors(rather)
        best, beside = self._worth(auditors, edges, weight), self._worth_beside(auditors, moderators)
        avoided: set[Way] = set()
        for _ in range(max(FEWEST_ROUNDS, tries)):
            if not (more := to_avoid(ways, fixed, avoided)):
                break
            avoided |= more
            other = self._match(Part.AUDITOR, dearer(edges, self._of_work, self._teams, avoided, weight))
            ways, worth = self._ways(other), self._worth(other, edges, weight)
            if worth >= best:
                continue
            others = self._moderators_of(other)
            with_them = self._worth_beside(other, others)
            if with_them[0] <= beside[0] and worth[1] + with_them[1] < best[1] + beside[1]:
                best, beside, auditors, moderators = worth, with_them, other, others
        return auditors, moderators

    def _worth(self, auditors: Matched, edges: Edges, weight: int) -> tuple[int, int]:
        """What a way to match auditors comes to, the least the best: how many audits are left without one, and what the
        wishes cost by these edges."""
        pairs = len(each_other(self._ways(auditors)))
        return len(auditors.short), self._cost(auditors, edges) + weight * pairs

    def _worth_beside(self, auditors: Matched, moderators: Matched) -> tuple[int, int]:
        """The same of the moderators beside them."""
        edges = self.edges_of_moderators(self._chosen(auditors))
        return len(moderators.short), self._cost(moderators, edges)

    def _cost(self, found: Matched, edges: Edges) -> int:
        given = found.given
        pairs = sum(next(cost for n, cost in edges[key] if n == given[key]) for key in given)
        held = zip(found.flow.places, found.flow.held, strict=True)
        return pairs + sum(sum(places[: len(mine)]) for places, mine in held)

    def _ways(self, auditors: Matched) -> Counter[Way]:
        found = ((self._of_work[key], self._teams[n]) for key, n in auditors.given.items())
        return ways_of([*found, *self._ways_by_hand()])

    def _ways_by_hand(self) -> Iterator[Way]:
        at = self.eligible.at
        for key, who in self.hands[Part.AUDITOR].items():
            if who in at:
                yield self._of_work[key], self._teams[at[who]]

    def _both(self, rather: Mapping[str, int]) -> tuple[Matched, Matched]:
        auditors = self._match(Part.AUDITOR, self.edges_of_auditors(rather))
        return auditors, self._moderators_of(auditors)

    def _moderators_of(self, auditors: Matched) -> Matched:
        return self._match(Part.MODERATOR, self.edges_of_moderators(self._chosen(auditors)))

    def _chosen(self, auditors: Matched) -> dict[str, Person]:
        """Who audits what, by hand or not."""
        people = self.given.colleagues
        return {**self.hands[Part.AUDITOR], **{key: people[n].person for key, n in auditors.given.items()}}

    def _match(self, part: Part, edges: Mapping[str, list[tuple[int, int]]]) -> Matched:
        load = self.given.rules.weights[Wish.LOAD]
        places = []
        for c, room in zip(self.given.colleagues, self.room[part], strict=True):
            had = before(c, part) + self._had[part][c.person]
            places.append([(2 * (had + k) - 1) * load * 100 // c.share for k in range(1, room + 1)])
        works = [w for w in self.given.works if w.key in edges]
        return Matched(part, works, Flow([edges[w.key] for w in works], places, self.nobody))

    def edges_of_auditors(self, rather: Mapping[str, int]) -> dict[str, list[tuple[int, int]]]:
        """Of each audit without an auditor by hand who may audit it, and what speaks against them a little. `rather` is
        whom an audit should go to for the sake of its moderator."""
        found = {}
        eligible, people = self.eligible, self.given.colleagues
        whole = (1 << len(people)) - 1
        moved = self.given.rules.weights[Wish.MOVED] if self.given.agreed else 0
        masks = [whole ^ sum(1 << m for m in eligible.beside(c.person)) for c in people]
        for work in self.given.works:
            if work.key in self.hands[Part.AUDITOR]:
                continue
            own = self._edges(work, Part.AUDITOR)
            if work.key in rather:
                own = [(n, cost + self.wrong * (not rather[work.key] >> n & 1)) for n, cost in own]
            if work.audit_type.is_moderated and work.key not in self.hands[Part.MODERATOR]:
                closed = eligible.closed(work, Part.MODERATOR)
                can = sum(1 << m for m in self.candidates(Part.MODERATOR, work) if m not in closed)
                own = [(n, cost if can & masks[n] else cost + self.unmoderated) for n, cost in own]
                agreed = self.given.agreed.get(work.key, Agreed()).people.get(Part.MODERATOR)
                stays = eligible.at.get(agreed, -1) if agreed else -1  # their place hangs on the auditor
                own = [(n, cost if stays >= 0 and masks[n] >> stays & 1 else cost + moved) for n, cost in own]
            found[work.key] = own
        return found

    def edges_of_moderators(self, auditors: Mapping[str, Person]) -> dict[str, list[tuple[int, int]]]:
        """Of each audit that has an auditor and no moderator by hand who may moderate it beside that auditor."""
        found = {}
        eligible, rules = self.eligible, self.given.rules
        again = 0 if Reason.SAME_PAIR in rules.never else rules.weights[Wish.SAME_PAIR]
        for work in self.given.works:
            auditor = auditors.get(work.key)
            if auditor is None or not work.audit_type.is_moderated or work.key in self.hands[Part.MODERATOR]:
                continue
            beside, me = eligible.beside(auditor), eligible.at.get(auditor)
            own = [(n, cost) for n, cost in self._edges(work, Part.MODERATOR) if n not in beside]
            if again and me is not None:
                own = [(n, cost + again * eligible.paired(me, n)) for n, cost in own]
            found[work.key] = own
        return found

    def candidates(self, part: Part, work: Work) -> list[int]:
        """Those whom nothing but the child could close, and who have a place."""
        key = part, work.audit_type
        if key not in self._free:
            own, room = self.eligible.own(part, work.audit_type), self.room[part]
            self._free[key] = [n for n, reason in enumerate(own) if room[n] and not reason]
        return self._free[key]

    def _edges(self, work: Work, part: Part) -> list[tuple[int, int]]:
        """Who may have a part in an audit, whatever others have, and what speaks against them a little: worked out
        once."""
        key = part, work.key
        if key not in self._known:
            self._known[key] = self._edges_of(work, part)
        return self._known[key]

    def _edges_of(self, work: Work, part: Part) -> list[tuple[int, int]]:
        weights = self.given.rules.weights
        closed = self.eligible.closed(work, part)
        met = self._met.get(team_key(work.child.team), ()) if work.child.team else ()
        head = work.child.head_of_service
        line = self._line.get(head, ()) if head else ()
        agreed = self.given.agreed.get(work.key, Agreed()).people.get(part)
        stays = self.eligible.at.get(agreed) if agreed else None
        before, same = weights[Wish.MET_BEFORE], weights[Wish.SAME_LINE]
        # Of a row that has lost its own as well: else it would cost nothing to empty another row for it.
        usual = weights[Wish.MOVED] if self.given.agreed else 0
        found = []
        for n in self.candidates(part, work):
            if n not in closed:
                cost = 0 if n == stays else usual
                if n in met:
                    cost += before
                if n in line:
                    cost += same
                found.append((n, cost))
        return found

    def _together(self, auditors: Matched, moderators: Matched) -> Both:
        """What was matched, for both parts to be looked at together."""
        eligible, works, people = self.eligible, self.given.works, self.given.colleagues
        hands = self.hands[Part.AUDITOR]
        whole = (1 << len(people)) - 1
        beside = [whole ^ sum(1 << m for m in eligible.beside(c.person)) for c in people]
        wanted = [w.audit_type.is_moderated and w.key not in self.hands[Part.MODERATOR] for w in works]
        audits, moderates = auditors.given, moderators.given
        return Both(
            [0 if w.key in hands else sum(1 << n for n, _ in self._edges(w, Part.AUDITOR)) for w in works],
            [
                sum(1 << n for n, _ in self._edges(w, Part.MODERATOR)) if needs else 0
                for w, needs in zip(works, wanted, strict=True)
            ],
            wanted,
            [
                whole ^ sum(1 << m for m in eligible.beside(hands[w.key])) if w.key in hands else 0
                for w in works
            ],
            beside,
            self.room[Part.AUDITOR],
            self.room[Part.MODERATOR],
            [audits.get(w.key, -1) for w in works],
            [moderates.get(w.key, -1) for w in works],
            MOST_CHAINS * 60 // max(60, len(works)),
        )

    def _rather(self, together: Both) -> dict[str, int]:
        """Of each audit whom it should rather have as its auditor, a bit for each."""
        found = {}
        for n, work in enumerate(self.given.works):
            if together.audits[n] < 0:
                found[work.key] = 0
            elif together.moderates[n] >= 0:
                found[work.key] = together.may_audit[n] & together.near[together.moderates[n]]
        return found


def at_most(c: Colleague, part: Part) -> int:
    return c.audits_at_most if part is Part.AUDITOR else c.moderations_at_most


def before(c: Colleague, part: Part) -> int:
    return c.audits_before if part is Part.AUDITOR else c.moderations_before


def lot(seed: str, key: str) -> str:
    """The lot of a key: SHA-256 of the seed, a comma and the key, in hexadecimal digits; the smallest comes first."""
    return hashlib.sha256(f"{seed},{key}".encode()).hexdigest()
