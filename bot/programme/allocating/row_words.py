"""Of each proposed row why this person, and who else could: for whoever changes a proposal by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from bot.programme.allocating.matched import at_most, before
from bot.programme.allocating.parts import Agreed, Given, Part, Proposal, Work
from bot.programme.allocating.reason_words import counted
from bot.programme.allocating.why_not import Eligible
from bot.programme.independence import team_key
from bot.programme.vocabulary import Person
from bot.programme.waits import first_few


@dataclass(frozen=True, slots=True)
class Why:
    """Of one part of one audit: who, why, who else could and has a place left (the least loaded first), and why the
    others of the role could not."""

    work: Work
    part: Part
    who: Person | None
    why: str
    others: str
    closed: str


def why_each(given: Given, proposal: Proposal) -> Iterator[Why]:
    eligible = Eligible(given)
    has = {part: Counter(row.person(part) for row in proposal.rows) for part in Part}
    load = {part: [before(c, part) + has[part][c.person] for c in given.colleagues] for part in Part}
    by_load = {part: sorted(range(len(load[part])), key=load[part].__getitem__) for part in Part}
    spare = {
        part: {n for n, c in enumerate(given.colleagues) if has[part][c.person] < at_most(c, part)}
        for part in Part
    }
    for row in proposal.rows:
        for part in Part:
            if part is Part.MODERATOR and (row.auditor is None or not row.work.audit_type.is_moderated):
                continue
            who, auditor = row.person(part), row.auditor if part is Part.MODERATOR else None
            own = eligible.own(part, row.work.audit_type)
            shut = {**eligible.closed(row.work, part), **(eligible.beside(auditor) if auditor else {})}
            open_to = [
                n
                for n in by_load[part]
                if n in spare[part] and not own[n] and n not in shut and given.colleagues[n].person != who
            ]
            others = first_few([given.colleagues[n].person.name for n in open_to])
            why = (
                _why(given, eligible, row.work, part, who, has[part])
                if who
                else "Nobody is left: see “Shortages”."
            )
            closed = counted(eligible.counted(row.work, part, auditor))
            yield Why(row.work, part, who, why, others or "nobody", closed)


def _why(
    given: Given, eligible: Eligible, work: Work, part: Part, who: Person, has: Counter[Person | None]
) -> str:
    agreed = given.agreed.get(work.key, Agreed())
    if part in agreed.by_hand:
        return "By hand."
    c = given.colleagues[eligible.at[who]]
    number, was = has[who], before(c, part)
    word = "audit" if part is Part.AUDITOR else "moderation"
    said = [f"{number} {word}{'s' * (number != 1)} now, after {was} in the last two cycles"]
    if c.share < 100:
        said.append(f"works {c.share} % of full time")
    met = team_key(work.child.team) in map(team_key, c.met)
    said.append("has audited this team before" if met else "has not audited this team before")
    head = work.child.head_of_service
    if head and c.head_of_service:
        said.append("the same Head of Service" if head == c.head_of_service else "another Head of Service")
    if agreed.people.get(part) == who:
        said.append("as proposed before")
    elif part in agreed.people:
        said.append("proposed anew")
    return f"{'; '.join(said)}."
