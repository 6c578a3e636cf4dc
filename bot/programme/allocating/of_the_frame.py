"""What “Children” itself tells of colleagues: whoever is a child's practitioner or Team Manager works for its team."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from bot.programme.allocating.parts import Child, Colleague
from bot.programme.independence import team_key
from bot.programme.vocabulary import Person

_WORKS_FOR = ("practitioner", "team_manager")


def with_what_the_frame_tells(
    register: Iterable[Colleague], children: Iterable[Child]
) -> tuple[Colleague, ...]:
    """The register with the teams somebody works for by the children's lines, drawn or not, besides their own. Whom a
    cell may name counts as well, for nobody can tell."""
    teams: defaultdict[Person, dict[str, str]] = defaultdict(dict)
    for child in children:
        if not child.team:
            continue
        named = (child.practitioner, child.team_manager, *(p for w, p in child.perhaps if w in _WORKS_FOR))
        for person in named:
            if person:
                teams[person].setdefault(team_key(child.team), child.team)
    return tuple(
        replace(c, works_for=tuple(teams[c.person].values())) if c.person in teams else c for c in register
    )
