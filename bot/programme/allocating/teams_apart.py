"""Teams that audit each other are kept apart where that is worth it (a wish with a weight): what each finds of the
other's work should not hang on what the other finds of theirs.

It couples two audits, which a flow cannot: so where two teams audit each other, one of the two ways is made dearer and
the audits are matched again, until none are left or nothing is gained. The best of all that was tried counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.programme.allocating.parts import Proposal
from bot.programme.independence import team_key
from bot.programme.vocabulary import Person

Way = tuple[str, str]
"""The team whose work it is, and the team of who audits it, each by its key."""
Edges = Mapping[str, list[tuple[int, int]]]


def ways_of(pairs: Iterable[Way]) -> Counter[Way]:
    """How many audits go which way; one whose team or whose auditor's team is not known goes none."""
    return Counter((work, auditor) for work, auditor in pairs if work and auditor and work != auditor)


def each_other(ways: Mapping[Way, int]) -> list[Way]:
    """The teams that audit each other, each two of them once, in the order of their names."""
    return sorted((a, b) for a, b in ways if a < b and ways[a, b] and ways.get((b, a)))


def to_avoid(ways: Mapping[Way, int], fixed: Mapping[Way, int], avoided: set[Way]) -> set[Way]:
    """Of each two teams that audit each other the way to make dearer: the one with fewer audits, unless people fixed
    one of them by hand or it has been made dearer already."""
    found = set()
    for a, b in each_other(ways):
        open_ = [way for way in ((a, b), (b, a)) if not fixed.get(way) and way not in avoided]
        if open_:
            found.add(min(open_, key=lambda way: (ways[way], way)))
    return found


def dearer(
    edges: Edges, of_work: Mapping[str, str], teams: Sequence[str], avoided: set[Way], weight: int
) -> dict[str, list[tuple[int, int]]]:
    """The same edges, with the weight on those that go an avoided way. `of_work` are the teams of the audits, `teams`
    those of the people."""
    of_team = {a for a, _ in avoided}
    return {
        key: [(n, cost + weight * ((of_work[key], teams[n]) in avoided)) for n, cost in own]
        if of_work[key] in of_team
        else own
        for key, own in edges.items()
    }


def notes(proposal: Proposal, teams: Mapping[Person, str]) -> Iterator[str]:
    """A sentence for each two teams that audit each other all the same."""
    pairs = [(row.work, teams.get(row.auditor, "")) for row in proposal.rows if row.auditor]
    named = {team_key(name): name for work, team in pairs for name in (work.child.team, team) if name}
    keys = ((team_key(work.child.team), team_key(team)) for work, team in pairs if work.child.team and team)
    for a, b in each_other(ways_of(keys)):
        yield (
            f"{named[a]} and {named[b]} audit each other's work: to keep them apart would cost more by the weights, or "
            "what was put there by hand would have to change."
        )
