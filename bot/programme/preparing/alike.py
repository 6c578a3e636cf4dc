"""When a column or a list of another name is plainly the one that is looked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.programme.preparing.found import FoundColumn, FoundList
from bot.programme.preparing.wanted import WantedColumn, WantedList

_SMALL = frozenset({"the", "a", "an", "of", "on", "and", "for", "date", "s"})
_MOST_OF_IT = 0.6
"""A list with such a share of the columns of ours, under their names, is ours under another name."""


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name that tell it from others, in the order of the alphabet and in the singular."""
    found = re.findall(r"[^\W_]+", name.casefold().replace("’", "'").replace("'s", ""))
    plain = (word[:-1] if len(word) > 3 and word.endswith("s") else word for word in found)
    return tuple(sorted(word for word in plain if word not in _SMALL))


def same_name(one: str, other: str) -> bool:
    """Whether two names have the same words, whatever their order, case and small words."""
    return bool(words_of(one)) and words_of(one) == words_of(other)


def encoded(title: str) -> str:
    """The inner name SharePoint gives a column that people make under a title.

    https://learn.microsoft.com/microsoft-365/community/sharepoint-naming-guidelines
    """
    return re.sub(r"[^A-Za-z0-9_]", lambda found: f"_x{ord(found[0]):04x}_", title)[:32]


def columns_like(wanted: WantedColumn, usual: str, found: Iterable[FoundColumn]) -> list[FoundColumn]:
    """The columns that can only be the wanted one under another name: made under its name and renamed since, or else
    called by the same words; and of a type that can hold it. `usual` is the title it comes with."""
    fit = [column for column in found if wanted.kind in column.holds]
    born = {wanted.inner, encoded(wanted.title), encoded(usual)}
    return [c for c in fit if c.inner in born] or [
        c for c in fit if same_name(c.title, wanted.title) or same_name(c.title, usual)
    ]


def lists_like(wanted: WantedList, found: Sequence[FoundList]) -> list[FoundList]:
    """The lists that can only be the wanted one: its address or its words are the same, or else most of its columns."""
    names = {wanted.name.casefold(), wanted.usual.casefold()}
    by_name = [
        each
        for each in found
        if each.leaf.casefold() in names or any(same_name(each.name, name) for name in names)
    ]
    return by_name or [each for each in found if wanted.mapped and _share(wanted, each) >= _MOST_OF_IT]


def _share(wanted: WantedList, found: FoundList) -> float:
    titles = {column.title for column in found.columns}
    return sum(column.title in titles for column in wanted.made) / len(wanted.made)
