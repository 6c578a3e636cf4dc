"""The three lists as config/lists.toml and docs/lists.md tell of them: what is declared, for people to read."""

from __future__ import annotations

from collections.abc import Iterable

from bot.office.lists.lists_file import LISTS, PEOPLES
from bot.programme.list_columns import Column
from bot.programme.vocabulary import BOT_COLUMNS

_HEAD = """\
# The three SharePoint lists and the names of their columns.
#
# On the left is the bot's word for a thing, which never changes. On the right is the name of the column as your
# people see it at the top of the list: if you rename a column in SharePoint, change it here as well.
# docs/lists.md tells what each column is for.
"""
_BOTS = "# The bot's: it writes these, and only these."


def as_toml() -> str:
    """config/lists.toml as it is shipped."""
    parts = [_HEAD]
    for part, name in LISTS.items():
        parts.append(f'[{part}]\nlist = "{name}"\n')
        parts.append(f"[{part}.columns]\n{_named(PEOPLES[part].values())}")
    parts.append(f"{_BOTS}\n[audit_allocations.bot_columns]\n{_named(BOT_COLUMNS.values())}")
    return "\n".join(parts)


def _named(columns: Iterable[Column]) -> str:
    lines = [(f'{column.word} = "{column.title}"', column.kind.value) for column in columns]
    wide = max(len(line) for line, _ in lines)
    return "".join(f"{line:{wide}}  # {kind}\n" for line, kind in lines)


def as_markdown() -> str:
    """The tables of docs/lists.md."""
    parts = []
    for part, name in LISTS.items():
        parts.append(f"## {name}\n\n{_table(PEOPLES[part].values())}")
    return "\n".join(
        [*parts, f"## Audit allocations: the bot's own columns\n\n{_table(BOT_COLUMNS.values())}"]
    )


def _table(columns: Iterable[Column]) -> str:
    rows = ["| Column | Kind | What for | Without it |", "|---|---|---|---|"]
    for column in columns:
        kind = f"{column.kind.value}: {', '.join(column.choices)}" if column.choices else column.kind.value
        lost = (
            "no row can be used"
            if column.essential
            else "every row stops"
            if column.protects
            else "it is left out, and you are told"
        )
        rows.append(f"| {column.title} | {kind} | {column.about} | {lost} |")
    return "\n".join(rows) + "\n"
