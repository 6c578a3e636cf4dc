"""What a site has now, as far as it matters to the lists of the bot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.programme.list_columns import Kind


@dataclass(frozen=True, slots=True)
class FoundColumn:
    """A column people can see; `writable`: and fill. `inner` is SharePoint's own name, which outlives every other;
    `holds` the kinds it can be read as; `choices` None where it is no choice; `looks_up` the id of a lookup's list."""

    id: str
    inner: str
    title: str
    holds: frozenset[Kind]
    indexed: bool = False
    may_be_indexed: bool = True
    writable: bool = True
    choices: tuple[str, ...] | None = None
    looks_up: str = ""


@dataclass(frozen=True, slots=True)
class FoundView:
    """A view people can see: its fields by SharePoint's own names, and what it chooses by, in CAML."""

    title: str
    fields: tuple[str, ...]
    query: str


@dataclass(frozen=True, slots=True)
class FoundFormat:
    """How a column is drawn: JSON as text, "" where nobody has said so. `id` is the column's."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class FoundLooks:
    """How a list looks: its views, and its columns' formats by inner name. A list that is not there yet has neither."""

    views: tuple[FoundView, ...] = ()
    formats: Mapping[str, FoundFormat] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FoundList:
    """A list of the site. `leaf` is the end of its address, which stays when it is renamed."""

    id: str
    name: str
    leaf: str
    columns: tuple[FoundColumn, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The lists that people made, and of each list of ours that is there the sentences about columns of a wrong type.

    `folders` are those of the library, `mail_folders` those of the mailbox, of the ones asked for.
    """

    lists: tuple[FoundList, ...] = ()
    faults: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    folders: frozenset[str] = frozenset()
    mail_folders: frozenset[str] = frozenset()
