"""The two sheets from which an allocation is proposed, of a small council."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from bot.papers.spreadsheet import Table, workbook

CHILDREN = (
    "Mosaic No.", "Service", "Team", "Type of outcome", "Social worker", "IRO / CP Chair", "Head of Service",
    "Leave out because",
)  # fmt: skip
AUDITORS = (
    "Name", "Email", "Role", "Team", "Trained on", "Line manager", "Leave from", "Leave to", "Audits at most",
    "Moderations at most", "Exempted",
)  # fmt: skip


def child(n: int, **more: object) -> list[object]:
    team = f"FSP Team {n % 3 + 1}"
    given = dict(
        zip(CHILDREN, (30_000 + n, "FSP", team, "CIN", f"Wes Worker{n % 7}", "none", "", ""), strict=True)
    )
    return [*(given | more).values()]


def colleague(
    name: str, role: str = "Team Manager", team: str = "CWD Team 1", **more: object
) -> list[object]:
    most = (0, 9) if role == "Group Manager" else (3, 0)
    given = dict(
        zip(
            AUDITORS,
            (name, f"{name.replace(' ', '.')}@wexcombe.example", role, team, date(2025, 5, 1),
             "none", None, None, *most, ""),
            strict=True,
        )
    )  # fmt: skip
    return [*(given | more).values()]


PEOPLE = [
    colleague("Ada Auditor"),
    colleague("Uma Auditor", "Advanced Practitioner"),
    colleague("Moss Moderator", "Group Manager", "none"),
    colleague("Una Unwell", "Team Manager", "CWD Team 2"),
]


def sheets(
    file: Path, children: Sequence[list[object]] | None = None, people: Sequence[list[object]] = PEOPLE
) -> None:
    rows = [child(n) for n in range(20)] if children is None else children
    file.write_bytes(workbook({"Children": Table(CHILDREN, rows), "Auditors": Table(AUDITORS, people)}))
