"""What a benchmark found, held against a goal and against a line.

The goal is what we would have: where it is missed, that is said, and why. The line must hold whatever else a machine of
two cores does meanwhile: where it does not, the benchmark ends with 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`why` the goal is missed, where it is, in a sentence. `at_least`: more is better."""

    goal: float
    line: float
    unit: str = "times"
    at_least: bool = False
    why: str = ""

    def reached(self, found: float, wanted: float) -> bool:
        return found >= wanted if self.at_least else found <= wanted


def told(found: Mapping[str, float], figures: Mapping[str, Figure]) -> int:
    """Say of each figure whether its goal was met and its line held; how the script ends. KeyError where a figure was
    not measured."""
    broken = 0
    print()
    for name, figure in figures.items():
        value = found[name]
        limits = " ".join(("at least" if figure.at_least else "at most", f"{figure.goal:g}"))
        said = f"{name}: {value:.2f} {figure.unit}; goal {limits}, line {figure.line:g}"
        if not figure.reached(value, figure.line):
            broken += 1
            print(f"LINE BROKEN  {said}")
        elif not figure.reached(value, figure.goal):
            print(f"GOAL MISSED  {said}. {figure.why}".rstrip())
        else:
            print(f"goal met     {said}")
    return 1 if broken else 0
