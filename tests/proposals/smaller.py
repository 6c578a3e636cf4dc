"""A council in which a fault was found, made as small as it can be while the fault stays."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

from proposals.judged import AFTERWARDS, Judge
from proposals.random_councils import Council


def smallest(council: Council, kind: str, folder: Path, most_seconds: float = 45) -> Council:
    """Children, people and cells are taken out one after another as long as a fault of this kind stays, and time."""
    until = time.perf_counter() + most_seconds
    afterwards = [
        AFTERWARDS[n]
        for n, word in enumerate(("change", "moved drop-outs", "order", "by"))
        if set(word.split()) & set(kind.split())
    ]

    def still(other: Council) -> bool:
        try:
            found = Judge(copy.deepcopy(other), folder).judge(afterwards)
        except (KeyError, IndexError, ValueError):
            return False
        return any(fault == kind for fault, _ in found.faults)

    found = copy.deepcopy(council)
    for size in (16, 4, 1):
        for rows in ("children", "people"):
            at = 0
            while at < len(getattr(found, rows)) and time.perf_counter() < until:
                other = copy.deepcopy(found)
                del getattr(other, rows)[at : at + size]
                if len(other.people) and still(other):
                    found = other
                else:
                    at += size
    for rows in ("children", "people"):
        for n in range(len(getattr(found, rows))):
            found = _emptied(found, rows, n, still, lambda: time.perf_counter() < until)
    return found


def _emptied(
    found: Council, rows: str, n: int, still: Callable[[Council], bool], may: Callable[[], bool]
) -> Council:
    for each in fields(getattr(found, rows)[n]):
        value = getattr(getattr(found, rows)[n], each.name)
        empty: object = (
            [] if isinstance(value, list) else ("none" if each.name in ("manager", "chair") else "")
        )
        if value in ("", None, [], "none") or each.name in (
            "number",
            "name",
            "address",
            "role",
            "trained",
            "team",
        ):
            continue
        if not may() or isinstance(value, int):
            continue
        other = copy.deepcopy(found)
        setattr(getattr(other, rows)[n], each.name, None if each.name == "left" else empty)
        if still(other):
            found = other
    return found
