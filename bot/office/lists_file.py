"""config/lists.toml: what people call the three lists and their columns, and what is wrong with it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from bot.errors import SettingsError, nearest
from bot.programme.list_columns import Column, columns_of, renaming
from bot.programme.vocabulary import BOT_COLUMNS, Allocation, Cycle, RoleHolder

PEOPLES: Mapping[str, Mapping[str, Column]] = {
    "audit_cycles": columns_of(Cycle),
    "audit_roles": columns_of(RoleHolder),
    "audit_allocations": columns_of(Allocation),
}
"""The people's columns of each list by our words."""
LISTS = {
    "audit_cycles": "Audit cycles",
    "audit_roles": "Audit roles",
    "audit_allocations": "Audit allocations",
}
ALLOCATIONS = {**PEOPLES["audit_allocations"], **BOT_COLUMNS}


class ListNames:
    """The names that people have given. Raises SettingsError, with a sentence for every fault of the file's text."""

    def __init__(self, text: str) -> None:
        self._config = _config(text)
        renamed = self.renamed()
        self.as_called = renaming(renamed)
        """Our sentences about columns, with the names that people have given these."""
        self.as_ours = renaming({new: old for old, new in renamed.items()})

    def list(self, part: str) -> str:
        return str(self._config[part]["list"])

    def titles(self, part: str) -> dict[str, str]:
        """What people call the columns of a list, by our words."""
        given = {**self._config[part].get("columns", {}), **self._config[part].get("bot_columns", {})}
        return {word: given.get(word, column.title) for word, column in columns(part).items()}

    def renamed(self) -> dict[str, str]:
        """The columns that have another name than ours: our name -> theirs."""
        return {
            column.title: title
            for part in LISTS
            for word, title in self.titles(part).items()
            if (column := columns(part)[word]).title not in ("Title", title)
        }


def columns(part: str) -> Mapping[str, Column]:
    """Every column of a list, ours among them, by our words."""
    return ALLOCATIONS if part == "audit_allocations" else PEOPLES[part]


def _config(text: str) -> dict[str, Any]:
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise SettingsError([f"config/lists.toml cannot be read: {fault}."]) from fault
    faults = [
        f"config/lists.toml: there is no list [{part}]{nearest(part, LISTS)}."
        for part in sorted(found.keys() - LISTS.keys())
    ]
    for part in LISTS:
        faults += [f"config/lists.toml: {fault}" for fault in _faults(part, found.get(part, {}))]
    if faults:
        raise SettingsError(faults)
    return {part: {"list": LISTS[part], **found.get(part, {})} for part in LISTS}


def _faults(part: str, section: Any) -> Iterator[str]:
    """What is wrong with one list's part of the file: a sentence each."""
    if not isinstance(section, Mapping):
        yield f"[{part}] must be a table, with the list's name and its columns."
        return
    tables = {
        "columns": PEOPLES[part],
        **({"bot_columns": BOT_COLUMNS} if part == "audit_allocations" else {}),
    }
    for word in sorted(section.keys() - {"list", *tables}):
        yield f"[{part}] has “{word}”, which is not a word of ours{nearest(word, ['list', *tables])}."
    if not (isinstance(name := section.get("list", LISTS[part]), str) and name.strip()):
        yield f"[{part}] list must be the name of a list."
    titles = []
    for table, known in tables.items():
        given = section.get(table, {})
        if not isinstance(given, Mapping):
            yield f"[{part}.{table}] must be a table of names."
            continue
        for word, title in given.items():
            if word not in known:
                yield f"[{part}.{table}] has “{word}”, which is not a word of ours{nearest(word, known)}."
            elif not isinstance(title, str) or not title.strip():
                yield f"[{part}.{table}] {word} must be the name of a column."
        titles += [str(given.get(word, column.title)) for word, column in known.items()]
    for title in sorted({title for title in titles if title.strip() and titles.count(title) > 1}):
        yield f"[{part}] two words stand for one column “{title}”."
