"""What “Children” itself tells of colleagues: whoever is a child's practitioner or Team Manager works for its team."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from bot.programme.allocating.parts import Child, Colleague
from bot.programme.independence import team_key
from bot.programme.vocabulary import Person

WORKS_FOR = ("practitioner", "team_manager")


def with_what_the_frame_tells(
    register: Iterable[Colleague], children: Iterable[Child]
) -> tuple[Colleague, ...]:
    """The register with the teams somebody works for by the children's lines, drawn or not, besides their own. Whom a
    cell may name counts as well, for nobody can tell."""
    teams: defaultdict[Person, dict[str, str]] = defaultdict(dict)
    for child in children:
        if not child.team:
            continue
        named = (child.practitioner, child.team_manager, *(p for w, p in child.perhaps if w in WORKS_FOR))
        for person in named:
            if person:
                teams[person].setdefault(team_key(child.team), child.team)
    works_for = {person: tuple(named.values()) for person, named in teams.items()}
    return tuple(
        c if c.works_for == (now := works_for.get(c.person, ())) else replace(c, works_for=now)
        for c in register
    )
