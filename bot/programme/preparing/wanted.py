"""The lists the bot works with as they ought to be: made from what is declared at the fields that the columns fill."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.programme.list_columns import Column, Kind

CYCLES, ROLES, ALLOCATIONS, NOTICES = "audit_cycles", "audit_roles", "audit_allocations", "audit_bot"
CHILDREN, AUDITORS = "children", "auditors"
"""Our words for the lists; the first three are those of config/lists.toml."""

ABOUT = {
    CYCLES: "One row for each service group and audit month.",
    ROLES: "Who holds which post, and from when until when.",
    ALLOCATIONS: "One row for each audit. The columns from “Status” on are written by the audit bot.",
    NOTICES: "The audit bot says here how it is. Nothing has to be entered.",
    CHILDREN: "Everybody who might be audited, a row each, for audit-bot propose --from-site. The bot only reads it.",
    AUDITORS: "Who audits and moderates, a row each; a second row is a second time of leave. The bot only reads it.",
}
IN_THE_PROFILE = {NOTICES: "notice_list", CHILDREN: "children_list", AUDITORS: "auditors_list"}
"""The settings that say what a list is called that config/lists.toml does not know."""
INDEXED: Mapping[str, tuple[str, ...]] = {
    CYCLES: ("name", "status"),
    ROLES: (),
    ALLOCATIONS: (
        *("reference", "cycle", "audit_type", "mosaic_number", "head_of_service", "status"),
        *("audit_due", "moderation_due", "uopp_due"),
    ),
    NOTICES: (),
    CHILDREN: (),
    AUDITORS: (),
}
"""What people look for and what the views choose by: beyond 5,000 rows SharePoint does neither without an index, and
then it makes none. https://learn.microsoft.com/graph/api/listitem-list"""

CHOICES: Mapping[tuple[str, str], tuple[str, ...]] = {(CYCLES, "status"): ("Planned", "Open", "Closed")}
"""What a choice may say where the type of its field does not tell it."""

TITLE = "Title"
"""The column every list is born with."""


@dataclass(frozen=True, slots=True)
class WantedColumn:
    """A column as it ought to be. `own`: the bot writes it. `open`: people may enter what is no choice yet."""

    word: str
    title: str
    kind: Kind
    about: str = ""
    choices: tuple[str, ...] = ()
    indexed: bool = False
    own: bool = False
    protects: bool = False
    born: bool = False

    @property
    def inner(self) -> str:
        """The name SharePoint keeps for ever, whatever people call the column: “AuditDue”."""
        return TITLE if self.born else "".join(part.capitalize() for part in self.word.split("_"))

    @property
    def open(self) -> bool:
        return self.kind is Kind.CHOICE and not self.choices

    @property
    def description(self) -> str:
        said = self.about[:1].upper() + self.about[1:]
        whose = "Written by the audit bot." if self.own else ""
        return ". ".join(filter(None, (said.rstrip("."), whose)))


@dataclass(frozen=True, slots=True)
class WantedList:
    """A list as it ought to be. `usual` is the name it comes with. `mapped`: config/lists.toml says what it and its
    columns are called."""

    part: str
    name: str
    usual: str
    about: str
    columns: tuple[WantedColumn, ...]
    mapped: bool = True

    @property
    def made(self) -> tuple[WantedColumn, ...]:
        """The columns that are made with it."""
        return tuple(column for column in self.columns if not column.born)


@dataclass(frozen=True, slots=True)
class WantedView:
    """A view as it ought to be: its fields by SharePoint's own names, and what it chooses by, in CAML."""

    title: str
    fields: tuple[str, ...]
    query: str


@dataclass(frozen=True, slots=True)
class WantedFormat:
    """How a column ought to be drawn: JSON as text. `inner` is SharePoint's own name of the column."""

    word: str
    title: str
    inner: str
    text: str


@dataclass(frozen=True, slots=True)
class WantedLooks:
    """How a list ought to look."""

    views: tuple[WantedView, ...] = ()
    formats: tuple[WantedFormat, ...] = ()


def wanted_list(
    part: str, name: str, usual: str, columns: Iterable[Column], titles: Mapping[str, str]
) -> WantedList:
    """A list of config/lists.toml. `titles`: our word -> what people call the column."""
    return WantedList(part, name, usual, ABOUT[part], tuple(_wanted(part, c, titles) for c in columns))


def _wanted(part: str, column: Column, titles: Mapping[str, str]) -> WantedColumn:
    return WantedColumn(
        word=column.word,
        title=titles[column.word],
        kind=column.kind,
        about=column.about,
        choices=(column.choices or CHOICES.get((part, column.word), ()))
        if column.kind is Kind.CHOICE
        else (),
        indexed=column.word in INDEXED[part],
        own=column.own,
        protects=column.protects,
        born=column.title == TITLE,
    )


def to_propose_from(part: str, name: str, columns: Iterable[Column]) -> WantedList:
    """A list in place of a sheet for a proposal. Its first column is the one every list is born with."""
    first, *others = columns
    made = [WantedColumn(first.word, TITLE, first.kind, first.title, born=True)]
    made += [WantedColumn(c.word, c.title, c.kind, c.about) for c in others]
    return WantedList(part, name, name, ABOUT[part], tuple(made), mapped=False)


def notices(name: str, columns: Mapping[str, str], long: Iterable[str]) -> WantedList:
    """The list in which the bot says how it is. `columns`: what people see -> our word; `long` hold several lines."""
    made = [WantedColumn("title", TITLE, Kind.TEXT, born=True)]
    made += [
        WantedColumn(word, title, Kind.LINES if word in long else Kind.TEXT, own=True)
        for title, word in columns.items()
    ]
    return WantedList(NOTICES, name, name, ABOUT[NOTICES], tuple(made), mapped=False)
