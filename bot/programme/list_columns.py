"""What a column of a SharePoint list is: declared once, at the field of ours that it fills.

From the declarations come what is read and written, what a column must hold, which rows stop when one is lost, the
names in the sentences about it and the table in docs/for_the_audit_team.md.
"""

from __future__ import annotations

import dataclasses
import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints


class Kind(StrEnum):
    """What the cells of a column hold, in the words of somebody who makes a column in SharePoint."""

    TEXT = "text"
    LINES = "text, one on each line"
    CHOICE = "choice"
    YES_NO = "yes/no"
    DAY = "date"
    PERSON = "person"
    PEOPLE = "people"
    ROW = "lookup"


@dataclass(frozen=True, slots=True)
class Column:
    """`word` is ours and never changes, `title` what people see unless config/lists.toml says otherwise.

    `essential`: without it no row of its list can be used. `protects`: it keeps a row from being sent, or what is sent
    from naming a child. By itself follows what makes that safe: every row stops while it cannot be read, a date in it
    that is none stops the row, and what it said outlives it (standing/protection.py). What its word holds back does
    not: that is code of its own, as `Allocation.left_out`, `on_hold` and `AuditSeen.of` are. `done`: a date on which
    something was done, so it cannot lie ahead.
    `own`: the bot writes it, and people do not. `choices` are what a choice may say.
    """

    word: str
    title: str
    kind: Kind
    about: str = ""
    essential: bool = False
    protects: bool = False
    done: bool = False
    own: bool = False
    choices: tuple[str, ...] = ()


_DECLARED = "column"


def column(
    title: str,
    about: str = "",
    *,
    kind: Kind | None = None,
    essential: bool = False,
    protects: bool = False,
    done: bool = False,
    word: str = "",
    default: Any = dataclasses.MISSING,
) -> Any:
    """A field of a row that a column fills. `kind` and `word` are only said where the field's type or name does not
    tell them."""
    told = {
        "title": title, "about": about, "kind": kind, "essential": essential, "protects": protects, "done": done,
        "word": word,
    }  # fmt: skip
    return dataclasses.field(default=default, metadata={_DECLARED: told})


@cache
def columns_of(row: type) -> Mapping[str, Column]:
    """The columns of a list by our words, in the order of the fields of the class that stands for its rows."""
    types = get_type_hints(row)
    found = {}
    for field in dataclasses.fields(row):
        if told := field.metadata.get(_DECLARED):
            kind, choices = _kind(types[field.name])
            word = told["word"] or field.name
            found[word] = Column(**{**told, "word": word, "kind": told["kind"] or kind}, choices=choices)
    return found


def _kind(annotation: Any) -> tuple[Kind, tuple[str, ...]]:
    """What a column holds by the type of the field it fills, and what it may say where that is fixed."""
    if isinstance(annotation, UnionType):  # an empty cell
        annotation = next(a for a in get_args(annotation) if a is not type(None))
        if annotation is bool:
            return Kind.CHOICE, ("Yes", "No")
    if get_origin(annotation) is tuple:
        return (Kind.LINES if get_args(annotation)[0] is str else Kind.PEOPLE), ()
    if issubclass(annotation, Enum):
        return Kind.CHOICE, tuple(str(member.value) for member in annotation)
    kinds = {"str": Kind.TEXT, "bool": Kind.YES_NO, "date": Kind.DAY, "Person": Kind.PERSON}
    return kinds[annotation.__name__], ()


def bots_column(word: str, title: str, about: str, kind: Kind = Kind.TEXT) -> Column:
    """A column the bot writes."""
    return Column(word, title, kind, about, own=True)


def renaming(titles: Mapping[str, str]) -> Callable[[str], str]:
    """What turns our sentences into those of people who gave columns other names: `titles` old name -> new name. Names
    of columns stand in our sentences as “Confirmed on”, in plain text and in HTML alike."""
    changed = {old: new for old, new in titles.items() if old != new}
    changed |= {html.escape(old): html.escape(new) for old, new in changed.items()}
    if not changed:
        return lambda text: text
    names = re.compile(
        "“(" + "|".join(re.escape(old) for old in sorted(changed, key=len, reverse=True)) + ")”"
    )
    return lambda text: names.sub(lambda found: f"“{changed[found[1]]}”", text)
