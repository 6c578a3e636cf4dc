"""Whom the cell of one person names when all that stands in it is read: of somebody beside whom more is written than
their own name, nobody can tell whether they are meant, and that is asked.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from bot.programme.allocating.sheet_columns import AUDITORS, headings
from bot.programme.importing.columns_recognised import Layout
from bot.programme.importing.known_titles import folded
from bot.programme.importing.names_written import place_words, says_nothing, without_address, written
from bot.programme.importing.people_named import Directory, Found, Unknown, folded_name, only_address
from bot.programme.importing.sheets import Sheet, shown
from bot.programme.vocabulary import Person

_NAMED = re.compile(r"([^<>@\n;]+)<[^\s<>]+@[^\s<>]+>")
_BRACKET = re.compile(r"[(\[{]")
_NAMES_PLACES = ("team", "outcome_type")
_ONE_ALONE = "the name or the address of one person, alone"


def one_person(
    text: str, directory: Directory, places: frozenset[str], called: Mapping[str, Collection[str]]
) -> Found:
    """Raises Unknown, also where something is written beside them that is not their name. `places` are words which name
    nobody, `called` what other sheets call people, by address."""
    found = directory.find(text)
    who, beside = found.person, without_address(text)
    if "?" in beside:
        raise Unknown("this has a question mark, and nobody can tell whether they are meant", _ONE_ALONE)
    names = [who.name, *called.get(who.email, ())]
    if not beside or any(_same(beside, name) for name in names):
        return found
    cell = written(text, places, directory.names)
    if cell.more:
        raise Unknown(
            f"more stands here than the name of {who.name}, and nobody can tell what is meant", _ONE_ALONE
        )
    if cell.addresses and not says_nothing(cell.name, places):
        same = directory.named(cell.name)
        if (same and who not in same) or not any(
            _called(name, who, names) for name in (cell.name, *cell.also)
        ):
            raise Unknown(
                f"the address is that of {who.name}, and “{cell.name[:60]}” stands beside it", _ONE_ALONE
            )
    return found


def places_of(layouts: Sequence[Layout], more: Iterable[str], directory: Directory) -> frozenset[str]:
    """Words of teams, services and roles: those under their columns, in the names of sheets, behind names in the
    council's directory, and in `more`."""
    texts = {*more, *directory.asides, *(layout.sheet.name for layout in layouts)}
    for layout in layouts:
        columns = [n for word, n in layout.words.items() if word in _NAMES_PLACES]
        texts |= {shown(layout.sheet.cell(r, n)) for n in columns for r in range(len(layout.sheet.rows))}
    return frozenset(word for text in texts for word in place_words(text))


def called_in(sheets: Iterable[Sheet]) -> Mapping[str, Collection[str]]:
    """By address, how sheets that are no list of audits call people: as “Name <address>”, or in two columns as the
    register of a proposal has it (docs/proposing.md)."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    known = headings(AUDITORS)
    for sheet in sheets:
        columns: dict[str, int] = {}
        for r, row in enumerate(sheet.rows):
            cells = [shown(sheet.cell(r, n)) for n in range(len(row))]
            for text in cells:
                if "@" in text and (pair := _NAMED.fullmatch(text)):
                    found[only_address(text)].add(pair[1].strip())
            words = {known.get(folded(text), ""): n for n, text in enumerate(cells)}
            if not columns and {"name", "address"} <= words.keys():
                columns = words
            elif columns and max(columns["name"], columns["address"]) < len(cells):
                found[only_address(cells[columns["address"]])].add(cells[columns["name"]])
    return found


def _same(text: str, name: str) -> bool:
    """Whether a cell has a person's name and nothing besides."""
    if " ".join(text.casefold().split()) == " ".join(name.casefold().split()):
        return True
    parts, own = (sorted(folded_name(each).split()) for each in (text, name))
    return bool(parts) and parts == own and not _BRACKET.search(text)


def _called(name: str, who: Person, names: Iterable[str]) -> bool:
    """Whether somebody may be called so: with a slip, in short, by initials, or as their address has it."""
    by_address = re.sub(r"[^\w'-]+|_", " ", who.email.partition("@")[0])
    own = Directory(Person(each, "") for each in (*names, by_address))
    return bool(own.like(name) or own.in_other_words(name))
