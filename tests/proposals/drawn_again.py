"""The draw once more, from the record in a proposal and the sentences of docs/proposing.md alone."""

from __future__ import annotations

import hmac
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
    there = [row for row in frame if not row["Not drawn because"] and not row["In the list"]]
    for kind in (*FULL, *(f"Dip sample, {line}" for line in lines)):
        name, _, line = kind.partition(", ")
        chosen = [row for row in there if row["Chosen for"] == kind]
        left = [row for row in there if row["Child"] not in taken]
        fit = [row for row in left if not row["Chosen for"]
               and (not line or not row["Fits the lines"] or line in row["Fits the lines"].split("; "))]  # fmt: skip
        n = wanted.get(name, int(record.get(f"Wanted for {kind}", 0))) - len(chosen)
        n -= int(record.get(f"In the list already for {kind}", 0))
        found = _of(seed, kind, fit, n) if n > 0 and fit else []
        taken.update(found)
        drawn[kind] = found
    return drawn


def audited_now(record: Mapping[str, str], frame: Sequence[Row], since: Sequence[Row]) -> dict[str, str]:
    """What each child is audited for by the first draw and every line of “Since the draw”, in their order."""
    found = {child: kind for kind, children in drawn_again(record, frame).items() for child in children}
    for row in frame:
        if row["Chosen for"] and not row["Not drawn because"] and not row["In the list"]:
            found[row["Child"]] = row["Chosen for"]
        if row["In the list"].startswith(("Full", "Dip", "Re-audit")):
            found[row["Child"]] = row["In the list"]
    for row in since:
        if row["What"] == "Audited for" and row["Is now"] == "nothing":
            del found[row["Child"]]
        elif row["What"] == "Audited for":
            found[row["Child"]] = row["Is now"]
    return found


def hmac_again(record: Mapping[str, str], frame: Sequence[Row]) -> str:
    """The HMAC-SHA256 of the frame that was drawn from."""
    text = f"draw 2\nstrata\t{record['Strata'].replace('; ', chr(9))}\n"
    for key, number in record.items():
        if key.startswith("Wanted for "):
            kind, _, line = key.removeprefix("Wanted for ").partition(", ")
            text += f"wanted\t{kind}\t{line}\t{number}\n"
    rows = []
    for row in frame:
        cells = [row[head] for head in ("Child", "Service", "Its team", "Its outcome")]
        cells += [
            row["Fits the lines"].replace("; ", ";"),
            row["Chosen for"].partition(", ")[0],
            row["Not drawn because"],
        ]
        rows.append("\t".join(" ".join(cell.split()) for cell in cells))
    text += "".join(f"{row}\n" for row in sorted(rows))
    return hmac.new(record["Key of the HMAC"].encode(), text.encode(), sha256).hexdigest()


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
