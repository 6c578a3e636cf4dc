"""The draw once more, from the record in a proposal and the sentences of docs/proposing.md alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from itertools import groupby

Row = Mapping[str, str]
FULL = ("Full – Team Manager", "Full – Advanced Practitioner")


def _number(seed: str, of: str) -> int:
    return int(sha256(f"{' '.join(seed.split())},{of}".encode()).hexdigest(), 16)


def drawn_again(record: Mapping[str, str], frame: Sequence[Row]) -> dict[str, list[str]]:
    """For each type of audit, with its line of enquiry, whose work is drawn; `record` is the sheet “The draw”."""
    seed, taken, drawn = record["Seed"], set[str](), dict[str, list[str]]()
    lines = sorted(key.split(", ", 1)[1] for key in record if key.startswith("Wanted for Dip sample, "))
    wanted = {kind: int(record.get(f"Wanted for {kind}", 0)) for kind in FULL}
    for kind in (*FULL, *(f"Dip sample, {line}" for line in lines)):
        name, _, line = kind.partition(", ")
        chosen = [row for row in frame if row["Chosen for"] == kind]
        left = [row for row in frame if row["Child"] not in taken and not row["Not drawn because"]]
        fit = [row for row in left if not row["Chosen for"]
               and (not line or not row["Fits the lines"] or line in row["Fits the lines"].split("; "))]  # fmt: skip
        n = wanted.get(name, int(record.get(f"Wanted for {kind}", 0))) - len(chosen)
        found = _of(seed, kind, fit, n) if n > 0 and fit else []
        taken.update(found)
        drawn[kind] = found
    return drawn


def _of(seed: str, kind: str, fit: list[Row], n: int) -> list[str]:
    """The smallest lots of each stratum, as many as the places that came with it."""
    stratum = lambda row: (row["Service"], row["Its team"], row["Its outcome"])  # noqa: E731
    start, so_far, places, found = _number(seed, kind) % len(fit), 0, 0, list[str]()
    n = min(n, len(fit))
    for _, group in groupby(sorted(fit, key=stratum), stratum):
        rows = sorted(group, key=lambda row: _number(seed, row["Child"]))
        so_far += len(rows)
        new = (n * so_far + start) // len(fit) - places
        places += new
        found += [row["Child"] for row in rows[:new]]
    return found
