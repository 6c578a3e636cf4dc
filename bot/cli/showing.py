"""What the commands print: tables for people, JSON for other programs, faults where faults belong.

Each library is imported only when something is shown with it, for `--help` must not wait for them.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from rich.console import Console

    from bot.programme.vocabulary import Problem


_UNBROKEN = 18
"""A reference of at most so many signs is not broken in two."""


def console() -> Console:
    from rich.console import Console

    return Console(highlight=False)


def show_table(where: Console, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.markup import escape
    from rich.table import Table

    if not rows:
        where.print(f"{title}: nothing.")
        return
    table = Table(title=title, title_justify="left", title_style="bold", pad_edge=False)
    for column, cells in zip(columns, zip(*rows, strict=True), strict=True):
        one_word = all(len(cell.split()) < 2 and len(cell) <= _UNBROKEN for cell in cells)
        table.add_column(column, overflow="fold", no_wrap=one_word)
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    where.print(table)


def show_problems(where: Console, problems: Sequence[Problem]) -> None:
    if problems:
        rows = [(p.where, p.what, p.who) for p in problems]
        show_table(where, "Needs a person", ("Where", "What", "Who"), rows)


def say_faults(given: argparse.Namespace, faults: Sequence[str]) -> None:
    if getattr(given, "json", False):
        print_json({"problems": list(faults)})
        return
    for fault in faults:
        print(fault, file=sys.stderr)  # noqa: T201


def print_json(value: object) -> None:
    import json

    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))  # noqa: T201


def lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def write(name: str, data: bytes) -> None:
    """A file for whoever asked for it, and for nobody else."""
    import os
    from pathlib import Path

    from bot.errors import SettingsError

    try:
        with open(name, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(data)
        Path(name).chmod(0o600)
    except OSError as fault:
        raise SettingsError([f"{name} cannot be written: {fault.strerror}."]) from fault
