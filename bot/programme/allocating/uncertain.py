"""Which cells keep a colleague from an audit only because nobody can tell whom or what they mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.programme.allocating.changes import changed
from bot.programme.allocating.of_the_frame import WORKS_FOR
from bot.programme.allocating.parts import Given, Lever, Part, Reason, Step, Work, Writing
from bot.programme.allocating.why_not import Eligible
from bot.programme.allocating.written_cells import loosely
from bot.programme.independence import team_key
from bot.programme.vocabulary import Person

UNCERTAIN = (Reason.CANNOT_JUDGE, Reason.OWN_TEAM, Reason.AUDITORS_TEAM)
"""Reasons that may hang on what nobody can tell: a team is also own by cells that may name somebody."""
MOST_CELLS = 12
"""Where more cells keep somebody away, they are not looked through."""


def made_certain(
    eligible: Eligible, work: Work, part: Part, who: int, auditor: Person | None = None
) -> Step | None:
    """The fewest cells that let somebody have a part in an audit once they are certain, and harmless; none where
    something else keeps them away as well. Each is tried."""
    if eligible.why_not(work, part, who, auditor) not in UNCERTAIN:
        return None
    cells = list(dict.fromkeys(_cells(eligible, work, part, who, auditor)))
    step = Step(Lever.MADE_CERTAIN, part, eligible.colleagues[who].person, writings=tuple(cells))
    if not 0 < len(cells) <= MOST_CELLS or not _lets(eligible.given, step, work, who, auditor):
        return None
    for cell in cells:
        less = replace(step, writings=tuple(w for w in step.writings if w != cell))
        if less.writings and _lets(eligible.given, less, work, who, auditor):
            step = less
    return step


def _lets(given: Given, step: Step, work: Work, who: int, auditor: Person | None) -> bool:
    again = Eligible(changed(given, [step]))
    now = next(w for w in again.given.works if w.key == work.key)
    return again.why_not(now, step.part, who, auditor) is None


def _cells(eligible: Eligible, work: Work, part: Part, who: int, auditor: Person | None) -> Iterator[Writing]:
    """Every cell that may have to do with it."""
    me, child = eligible.colleagues[who], work.child
    pair = {me.person} | ({auditor} if auditor and part is Part.MODERATOR else set())
    yield from (Writing(word, child.number) for word, _ in child.perhaps)
    for other in eligible.doubtful_children:
        near = part is Part.MODERATOR or team_key(other.team) == team_key(child.team)
        if near and other.number != child.number:
            yield from (Writing(w, other.number) for w, p in other.perhaps if w in WORKS_FOR and p in pair)
    for c in map(eligible.colleagues.__getitem__, eligible.with_doubts):
        yield from (Writing(w, c.person.email) for w, p in c.perhaps if p in pair or c.person in pair)
    alike = set(eligible.teams.alike(child.team)) if child.team else set()
    for word, teams in (("team", me.teams_now), ("teams_before", me.teams_before)):
        yield from (Writing(word, me.person.email, team) for team in teams if team_key(team) in alike)
    beside = eligible.at.get(auditor, -1) if len(pair) > 1 and auditor else -1
    if beside >= 0:
        audits = eligible.colleagues[beside]
        yield from (Writing(word, audits.person.email) for word in eligible.held_from_pairs(audits))
        if who in eligible.teams.joined_with(audits):
            yield from (Writing("team", me.person.email, team) for team in me.teams_now)
    for number in sorted(me.own_work - {child.number}):
        if loosely(number) == loosely(child.number):
            yield Writing("own_work", me.person.email, number)
    for word in WORKS_FOR:
        named: Person | None = getattr(child, word)
        if named and me.manager and me.manager != named and me.manager in eligible.may_be(named):
            yield Writing(word, child.number, named.name)
            yield Writing("manager", me.person.email, me.manager.name)
