"""Which column of a sheet is which of the list: by its heading, with what stands below as the proof of it.

Nothing is guessed: what could be two things, or two columns that could be one thing, is a question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.errors import near_words
from bot.programme.importing.known_titles import (
    COLUMNS,
    DAYS,
    GRADES,
    NOT_ENTERED,
    PEOPLE,
    SEVERAL,
    folded,
    names_of,
)
from bot.programme.importing.sheets import Sheet, Value, column_name, shown

_LIKE = 0.86
"""How alike a heading and a name must be for the heading to be a slip of it."""
_FIRST_ROWS = 40
_FEWEST = 3
"""So many headings must be known for a row to be the one of headings."""
_PROOF = 0.5
"""The share of the cells below that must read as what the heading says."""
_NOTHING = "nothing"
NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Recognised:
    """One column: its heading, our word for it ("" for none), and how it was known."""

    column: int
    heading: str
    word: str
    how: str
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the headings of a sheet stand (a row from 0 on), what its columns are and what must be asked about them."""

    sheet: Sheet
    heading_row: int
    columns: Sequence[Recognised]
    questions: Sequence[str]

    @property
    def words(self) -> dict[str, int]:
        """Our word -> column, of those that are entered."""
        return {c.word: c.column for c in self.columns if c.word and c.word not in NOT_ENTERED}

    @property
    def left_out(self) -> list[Recognised]:
        """The columns that are known and not entered."""
        return [c for c in self.columns if c.word in NOT_ENTERED]


def layout_of(
    sheet: Sheet,
    titles: Mapping[str, str],
    grade: Callable[[str], object],
    said: Mapping[str, str] | None = None,
) -> Layout | None:
    """What the columns of a sheet are; None for one without allocations. `titles` are the list's own names, `said` is
    what a person has said: heading -> name of a column, or “nothing”."""
    names = names_of(titles)
    told = {folded(heading): _meant(name, names) for heading, name in (said or {}).items()}
    known = [sum(_is_known(shown(c), names, told) for c in row) for row in sheet.rows[:_FIRST_ROWS]]
    if not known or max(known) < _FEWEST:
        return None
    row = known.index(max(known))
    if not any(cell is not None for below in sheet.rows[row + 1 :] for cell in below):
        return None
    columns: list[Recognised] = []
    questions: list[str] = []
    for n in range(len(sheet.rows[row])):
        heading = shown(sheet.cell(row, n))
        if not heading:
            continue
        found = _one(sheet, row, n, heading, names, told, titles, grade)
        if isinstance(found, str):
            questions.append(found)
            found = Recognised(n, heading, "", "asked", n in sheet.hidden)
        columns.append(found)
    questions += _twice(columns, sheet, titles)
    return Layout(sheet, row, tuple(columns), tuple(questions))


def title_of(word: str, titles: Mapping[str, str]) -> str:
    """What people call a column of the list; of the reference not “Title”, which says nothing in a spreadsheet."""
    if word == "reference":
        return "Reference"
    if word == "address":
        return "Address"
    if word == "age":
        return "Age"
    return titles.get(word, COLUMNS[word].title)


def _meant(name: str, names: Mapping[str, str]) -> str:
    word = names.get(folded(name))
    return _NOTHING if word is None else word


def _is_known(heading: str, names: Mapping[str, str], told: Mapping[str, str]) -> bool:
    title = folded(heading)
    return title in told or title in names or title in SEVERAL


def _near(title: str, names: Mapping[str, str]) -> list[str]:
    """Our words that a heading with a slip in it may be."""
    if len(title) < 5:
        return []
    return list(dict.fromkeys(names[name] for name in near_words(title, names, 5, _LIKE)))


def _one(
    sheet: Sheet,
    row: int,
    n: int,
    heading: str,
    names: Mapping[str, str],
    told: Mapping[str, str],
    titles: Mapping[str, str],
    grade: Callable[[str], object],
) -> Recognised | str:
    """One column, or a question about it."""
    title, hidden = folded(heading), n in sheet.hidden
    where = f"{sheet.name}, column {column_name(n)} (“{heading[:60]}”)"
    say = f'Say it with --column "{heading[:60]}=…", or “=nothing” to leave it out.'
    if title in told:
        word = "" if told[title] == _NOTHING else told[title]
        return Recognised(n, heading, word, "as you said", hidden)
    if title in SEVERAL:
        may = " or ".join(f"“{title_of(word, titles)}”" for word in SEVERAL[title])
        return f"{where} may be {may}. {say}" if may else Recognised(n, heading, "", NOT_KNOWN, hidden)
    exactly = names.get(title, "")
    may_be = [exactly] if exactly else _near(title, names)
    if not may_be:
        return Recognised(n, heading, "", NOT_KNOWN, hidden)
    cells = [c for r in range(row + 1, len(sheet.rows)) if (c := sheet.cell(r, n)) is not None]
    fitting = [w for w in may_be if sum(_fits(w, c, grade) for c in cells) >= _PROOF * len(cells)]
    if len(fitting) > 1:
        either = " or ".join(f"“{title_of(word, titles)}”" for word in fitting)
        return f"{where} may be {either}. {say}"
    word = fitting[0] if fitting else may_be[0]
    if not fitting:
        what = f"is headed like “{title_of(word, titles)}”, and what stands below is nothing of the kind"
        return f"{where} {what}. {say}"
    how = "by its heading" if exactly else "by a heading much like it, and what stands below"
    return Recognised(n, heading, word, how, hidden)


def _fits(word: str, value: Value, grade: Callable[[str], object]) -> bool:
    """Whether a cell may stand under a column, as far as its kind can tell."""
    text = shown(value)
    if word in DAYS:
        return isinstance(value, date) or any(c.isdigit() for c in text) or len(text) < 6
    if word in GRADES:
        return isinstance(value, str) and (grade(text) is not None or len(text) < 40)
    if word in PEOPLE:
        return isinstance(value, str) and not text.replace("/", "").replace("-", "").isdigit()
    return not (word == "mosaic_number" and isinstance(value, date))


def _twice(columns: Sequence[Recognised], sheet: Sheet, titles: Mapping[str, str]) -> Iterator[str]:
    for word in dict.fromkeys(c.word for c in columns if c.word and c.word not in NOT_ENTERED):
        same = [c for c in columns if c.word == word]
        if len(same) > 1:
            which = " and ".join(
                f"{column_name(c.column)} (“{c.heading[:40]}”{', hidden' if c.hidden else ''})" for c in same
            )
            yield (
                f"{sheet.name}: the columns {which} could each be “{title_of(word, titles)}”. Say which is not: "
                f'--column "{same[-1].heading[:60]}=nothing".'
            )
