"""Counts by name, and which of them add up to which: all that a report may print a number from.

A name is a tuple of words, ("standing grade", "Good"). What is printed comes through `Shown`, in which a number too
small to be told is missing (small_numbers.py), so that no sentence, table or chart can print it by another road.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

Name = tuple[str, ...]
SUPPRESSED = "[c]"
"""How a number that is not told is printed. https://gss.civilservice.gov.uk/policy-store/symbols-in-tables-definitions-and-help"""


@dataclass(slots=True)
class Counts:
    """Numbers by name. `sums`: the name of a whole -> the names of the parts it is made of; one whole may be made of
    parts in several ways."""

    numbers: dict[Name, int] = field(default_factory=dict)
    sums: list[tuple[Name, tuple[Name, ...]]] = field(default_factory=list)

    def put(self, name: Name, number: int) -> None:
        """Raises ValueError when something else was counted under this name."""
        if self.numbers.setdefault(name, number) != number:
            raise ValueError(f"{name} is counted twice and differently")

    def parts(
        self, whole: Name, parts: Mapping[str, int], under: Name | None = None, *, complete: bool = False
    ) -> None:
        """Numbers that add up to a whole, each named by the whole's name (or `under`) and its own word. The whole is
        counted besides; what the parts lack of it is put as the part "" (none, not stated, not yet). `complete`:
        readers know that there is nothing else, so "" is put only where there is."""
        rest = self.numbers[whole] - sum(parts.values())
        if rest < 0:
            raise ValueError(f"the parts of {whole} come to more than it")
        begun = under or whole
        named = {(*begun, word): n for word, n in parts.items()}
        if rest or not complete:
            named[(*begun, "")] = rest
        for name, n in named.items():
            self.put(name, n)
        self.sums.append((whole, tuple(named)))

    def __getitem__(self, name: Name) -> int:
        return self.numbers[name]

    def under(self, *begun: str) -> Iterator[tuple[Name, int]]:
        """The numbers whose name begins with these words."""
        return ((name, n) for name, n in self.numbers.items() if name[: len(begun)] == begun)


@dataclass(frozen=True, slots=True)
class Shown:
    """What may be printed: a number, or None where it is too small to be told."""

    numbers: Mapping[Name, int | None]

    def __getitem__(self, name: Name) -> int | None:
        """Raises KeyError for what was never counted."""
        return self.numbers[name]

    def text(self, name: Name) -> str:
        number = self.numbers[name]
        return SUPPRESSED if number is None else str(number)


def all_of_it(counts: Counts) -> Shown:
    """For the Audit Team's own eyes: every number."""
    return Shown(dict(counts.numbers))
