"""The bot's numbers held against those counted again: what differs, and what only one of the two has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reports.recount.recount import Name, Number


@dataclass(frozen=True, slots=True)
class Difference:
    name: Name
    recounted: Number
    reported: Number

    def __str__(self) -> str:
        return f"{', '.join(self.name)}: {self.recounted} counted again, {self.reported} reported"


@dataclass(slots=True)
class Compared:
    """`same`: so many names with equal numbers. Nothing is proved of a name that one side alone has."""

    same: int = 0
    differences: list[Difference] = field(default_factory=list)
    only_recounted: list[Name] = field(default_factory=list)
    only_reported: list[Name] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [f"{self.same} numbers agree, {len(self.differences)} differ.", *map(str, self.differences)]
        for what, names in (("counted again", self.only_recounted), ("reported", self.only_reported)):
            lines += [f"Only {what}: {', '.join(name)}" for name in names]
        return "\n".join(lines)


def compare(recounted: Mapping[Name, Number], reported: Mapping[Name, Number]) -> Compared:
    """Every name of both. Floats are equal to the ninth place."""
    found = Compared()
    for name in sorted({*recounted, *reported}):
        if name not in reported:
            found.only_recounted.append(name)
        elif name not in recounted:
            found.only_reported.append(name)
        elif abs(recounted[name] - reported[name]) < 1e-9:
            found.same += 1
        else:
            found.differences.append(Difference(name, recounted[name], reported[name]))
    return found


def agrees(found: Compared, *, at_least: int) -> bool:
    """No difference, every reported number counted again, and no fewer than so many compared: never by emptiness."""
    return not found.differences and not found.only_reported and found.same >= at_least
