"""config/lists.toml: what people call the three lists and their columns, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.errors import nearest
from bot.programme.edited_file import EditedFile, edited, shown
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
    """The names that people have given. Raises SettingsError, with a sentence for every fault of the file's text.

    `name` is where that text stands.
    """

    def __init__(self, text: str, name: str = "config/lists.toml") -> None:
        self._called = _read(text, name)
        self._titles: dict[str, Mapping[str, str]] = {}
        renamed = self.renamed()
        self.as_called = renaming(renamed)
        """Our sentences about columns, with the names that people have given these."""
        self.as_ours = renaming({new: old for old, new in renamed.items()})

    def list(self, part: str) -> str:
        return str(self._called[part]["list"])

    def titles(self, part: str) -> Mapping[str, str]:
        """What people call the columns of a list, by our words."""
        if part not in self._titles:  # asked for every row
            given = {**self._called[part].get("columns", {}), **self._called[part].get("bot_columns", {})}
            self._titles[part] = {
                word: given.get(word, column.title) for word, column in columns(part).items()
            }
        return self._titles[part]

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


def _read(text: str, name: str) -> dict[str, Any]:
    file = edited(text, name)
    for part in file.given.keys() - LISTS.keys():
        file.fault((part,), f"there is no list [{part}]{nearest(part, LISTS)}")
    for part in LISTS:
        section = file.given.get(part, {})
        if isinstance(section, Mapping):
            _note_faults(file, part, section)
        else:
            file.fault((part,), f"[{part}] must be a part of its own, with the list's name and its columns")
    file.refuse()
    called = {part: {"list": LISTS[part], **file.given.get(part, {})} for part in LISTS}
    names = [str(each["list"]).casefold() for each in called.values()]
    for part in LISTS:
        if names.count(str(called[part]["list"]).casefold()) > 1:
            file.fault((part, "list"), f"[{part}] two lists are called “{called[part]['list']}”")
    file.refuse()
    return called


def _note_faults(file: EditedFile, part: str, section: Mapping[str, Any]) -> None:
    """Note what is wrong with one list's part of the file."""
    tables = {
        "columns": PEOPLES[part],
        **({"bot_columns": BOT_COLUMNS} if part == "audit_allocations" else {}),
    }
    for word in section.keys() - {"list", *tables}:
        hint = nearest(word, ["list", *tables])
        file.fault((part, word), f"[{part}] has “{word}”, which is not a word of ours{hint}")
    if not _is_name(section.get("list", LISTS[part])):
        file.fault((part, "list"), f"[{part}] list must be the name of a list, not {shown(section['list'])}")
    titles: dict[str, str] = {}
    for table, known in tables.items():
        given = section.get(table, {})
        if not isinstance(given, Mapping):
            file.fault(
                (part, table), f"[{part}.{table}] must be a part of its own, with the names of columns"
            )
            continue
        for word, title in given.items():
            path = (part, table, word)
            if word not in known:
                hint = nearest(word, known)
                file.fault(path, f"[{part}.{table}] has “{word}”, which is not a word of ours{hint}")
            elif not _is_name(title):
                file.fault(path, f"[{part}.{table}] {word} must be the name of a column, not {shown(title)}")
        for word, column in known.items():
            title = str(given.get(word, column.title))
            if (other := titles.setdefault(title, word)) != word:
                said = f"[{part}] two words stand for one column “{title}”: {other} and {word}"
                file.fault((part, table, word), said)
    _note_exchanges(file, part, section, tables)


def _note_exchanges(
    file: EditedFile, part: str, section: Mapping[str, Any], tables: Mapping[str, Mapping[str, Column]]
) -> None:
    """A word that has the name which another of our columns comes with: a slip, or nobody could tell it from one."""
    usual = {c.title: word for known in tables.values() for word, c in known.items()}
    for table in tables:
        given = section.get(table, {})
        for word, title in given.items() if isinstance(given, Mapping) else ():
            if isinstance(title, str) and usual.get(title, word) != word:
                said = f"[{part}.{table}] {word} is called “{title}”, which is the name {usual[title]} comes with"
                file.fault((part, table, word), said)


def _is_name(title: object) -> bool:
    return isinstance(title, str) and bool(title.strip()) and title == title.strip()
