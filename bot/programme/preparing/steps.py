"""From what a site ought to have and what it has: the steps between, each with a sentence, and what people must do.

Nothing is ever deleted, renamed or given another type: what is plainly there under another name is proposed for
config/lists.toml, and what is of a wrong type is named with who can put it right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bot.programme.list_columns import Kind
from bot.programme.preparing.alike import columns_like, lists_like
from bot.programme.preparing.found import Found, FoundColumn, FoundList
from bot.programme.preparing.wanted import (
    CYCLES,
    IN_THE_PROFILE,
    WantedColumn,
    WantedFormat,
    WantedList,
    WantedView,
)
from bot.programme.vocabulary import Problem

OWNER = "the owner of the SharePoint site"
SITE, MAILBOX = "Library", "Mailbox"


class Doing(StrEnum):
    """What a step does."""

    LIST = "list"
    COLUMN = "column"
    INDEX = "index"
    CHOICES = "choices"
    FOLDER = "folder"
    MAIL_FOLDER = "mail folder"
    VIEW = "view"
    FORMAT = "format"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to make. `what` is said before it is done and, with a tick, after. `list_id` and `column_id` are those
    of what is there already; `choices` those a column will have."""

    doing: Doing
    where: str
    what: str
    list: WantedList | None = None
    column: WantedColumn | None = None
    list_id: str = ""
    column_id: str = ""
    choices: tuple[str, ...] = ()
    name: str = ""
    view: WantedView | None = None
    format: WantedFormat | None = None

    @property
    def of_the_site(self) -> bool:
        """Whether it takes the right to make lists and columns, which the runs do without."""
        return self.doing not in (Doing.FOLDER, Doing.MAIL_FOLDER)


@dataclass(frozen=True, slots=True)
class NameToEnter:
    """A name to write into config/lists.toml: `word` under [`table`] is called `title` on this site."""

    table: str
    word: str
    title: str
    why: str


@dataclass(frozen=True, slots=True)
class Preparation:
    """What there is to do: by the bot (`steps`), in config/lists.toml (`mappings`) and by people (`left`). Nothing has
    to be done about `notes`."""

    steps: tuple[Step, ...] = ()
    mappings: tuple[NameToEnter, ...] = ()
    left: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    ids: Mapping[str, str] = field(default_factory=dict)
    """The ids of the lists that are there, by our words for them: a lookup goes by the id of its list."""


def preparation(
    wanted: Sequence[WantedList],
    usual: Mapping[str, Mapping[str, str]],
    found: Found,
    folders: Sequence[str],
    mail_folders: Sequence[str],
) -> Preparation:
    """The steps from `found` to what is `wanted`. `usual`: by list and word the title a column comes with."""
    there = {each.part: each_found for each in wanted if (each_found := _named(each, found.lists))}
    taken = {each.id for each in there.values()}
    steps: list[Step] = []
    mappings: list[NameToEnter] = []
    left: list[Problem] = []
    ids = {part: each.id for part, each in there.items()}
    for each in wanted:
        if each.part in there:
            known = _Completing(each, usual.get(each.part, {}), there[each.part], ids)
            steps += known.steps()
            mappings += known.mappings
            left += [
                *known.left,
                *(Problem(each.name, what, OWNER) for what in found.faults.get(each.part, ())),
            ]
            continue
        like = lists_like(each, [x for x in found.lists if x.id not in taken])
        if len(like) == 1 and each.mapped:
            (other,) = like
            ids[each.part] = other.id
            mappings.append(
                NameToEnter(each.part, "list", other.name, f"the list “{other.name}” is plainly this one")
            )
        elif like:
            names = " and ".join(f"“{x.name}”" for x in like)
            where = "config/lists.toml" if each.mapped else f"{IN_THE_PROFILE[each.part]} in the profile"
            what = f"{names} may be this list under another name; no second one is made. Name the right one: {where}."
            left.append(
                Problem(
                    each.name,
                    what,
                    "whoever keeps config/lists.toml" if each.mapped else "the IT administrator",
                )
            )
        else:
            count = len(each.columns)
            steps.append(
                Step(Doing.LIST, each.name, f"the list “{each.name}” with its {count} columns", each)
            )
    steps += [
        Step(Doing.FOLDER, SITE, f"the folder “{name}” of the library", name=name)
        for name in folders
        if name not in found.folders
    ]
    steps += [
        Step(Doing.MAIL_FOLDER, MAILBOX, f"the folder “{name}” beside the Inbox", name=name)
        for name in mail_folders
        if name not in found.mail_folders
    ]
    return Preparation(tuple(steps), tuple(mappings), tuple(left), ids=ids)


def _named(wanted: WantedList, lists: Iterable[FoundList]) -> FoundList | None:
    return next((each for each in lists if each.name.casefold() == wanted.name.casefold()), None)


class _Completing:
    """One list that is there: what it lacks."""

    def __init__(
        self, wanted: WantedList, usual: Mapping[str, str], found: FoundList, ids: Mapping[str, str]
    ) -> None:
        self._wanted, self._usual, self._found, self._ids = wanted, usual, found, ids
        ordered = sorted(found.columns, key=lambda column: column.writable)
        self._there = {column.title: column for column in ordered}  # what can be filled stands for its name
        self.mappings: list[NameToEnter] = []
        self.left: list[Problem] = []

    def steps(self) -> list[Step]:
        names = {column.title for column in self._wanted.columns}
        free = [c for c in self._found.columns if c.title not in names and c.writable]
        steps: list[Step] = []
        for column in self._wanted.columns:
            if (found := self._there.get(column.title)) is not None:
                steps += self._completed(column, found)
            elif not column.born or column.title != self._usual.get(column.word, column.title):
                steps += self._missing(column, free)
        return steps

    def _missing(self, column: WantedColumn, free: list[FoundColumn]) -> Iterator[Step]:
        usual = self._usual.get(column.word, column.title)
        like = columns_like(column, usual, free) if self._wanted.mapped else []
        if len(like) == 1:
            (other,) = like
            free.remove(other)
            table = f"{self._wanted.part}.{'bot_columns' if column.own else 'columns'}"
            why = f"“{column.title}” is plainly the column “{other.title}”"
            self.mappings.append(NameToEnter(table, column.word, other.title, why))
        elif like:
            names = " and ".join(f"“{each.title}”" for each in like)
            what = f"{names} may be “{column.title}” under another name; name the right one in config/lists.toml."
            self.left.append(Problem(self._wanted.name, what, "whoever keeps config/lists.toml"))
        else:
            anew = (
                "; it is empty, so what stood in an older one must be entered again"
                if column.protects
                else ""
            )
            what = f"the column “{column.title}” ({column.kind.value}){anew}"
            yield Step(Doing.COLUMN, self._wanted.name, what, self._wanted, column, self._found.id)

    def _completed(self, column: WantedColumn, found: FoundColumn) -> Iterator[Step]:
        place = {"list": self._wanted, "column": column, "list_id": self._found.id, "column_id": found.id}
        right = column.kind in found.holds
        if right and column.indexed and not found.indexed and found.may_be_indexed:
            what = f"an index on the column “{column.title}”"
            yield Step(Doing.INDEX, self._wanted.name, what, **place)  # type: ignore[arg-type]
        if found.choices is not None and (more := _lacking(column.choices, found.choices)):
            named = ", ".join(f"“{each}”" for each in more)
            what = f"in the column “{column.title}” the choices {named}"
            every = (*found.choices, *more)
            yield Step(Doing.CHOICES, self._wanted.name, what, **place, choices=every)  # type: ignore[arg-type]
        cycles = self._ids.get(CYCLES, "")
        if (
            column.kind is Kind.ROW
            and found.looks_up
            and cycles
            and found.looks_up.casefold() != cycles.casefold()
        ):
            what = f"“{column.title}” looks up another list than that of the cycles. Make it anew for the right one."
            self.left.append(Problem(self._wanted.name, what, OWNER))


def _lacking(wanted: Sequence[str], there: Sequence[str]) -> list[str]:
    """The choices for which none is there that says the same, or says it at greater length."""
    said = [_plain(each) for each in there]
    return [each for each in wanted if not any(known.startswith(_plain(each)) for known in said)]


def _plain(choice: str) -> str:
    return " ".join(choice.casefold().replace("-", "–").split())
