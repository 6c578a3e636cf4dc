"""How a council's rules and questions differ from those the bot comes with: told, never refused.

A council may change its rules; nobody should find out by a reminder that never came. So each difference that changes
who is written to, when or about what is a sentence that names the rule, its line and the words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.programme.edited_file import EditedFile, Path, differences, shown
from bot.programme.waits import Wait, wait

_TOLD_TO_PEOPLE = ("about", "note", "guide")
"""Words of a rule from which nothing follows."""
_AS_SHIPPED = "differs from the guide as shipped"


def rules_changed(mine: EditedFile, shipped: EditedFile) -> Iterator[str]:
    """A sentence for each rule or deadline of a council's book that is gone, new or says something else."""
    for part, naming in (("rule", "id"), ("deadline", "sets")):
        here, there = _by_name(mine, part, naming), _by_name(shipped, part, naming)
        for name, (path, entry) in here.items():
            if name not in there:
                yield f"{mine.place(path)}: {part} “{name}” is not in the book the bot comes with."
            elif said := [*_said(entry, there[name][1])]:
                yield f"{mine.place(path)}: {part} “{name}” {_AS_SHIPPED}: {'; '.join(said)}."
        for name in (name for name in there if name not in here):
            never = "its letters never go" if part == "rule" else "it sets no date"
            yield f"{mine.name}: {part} “{name}”, with which the bot comes, is not in the book, so {never}."
        if [name for name in here if name in there] != [name for name in there if name in here]:
            yield f"{mine.name}: the {part}s stand in another order than as shipped; the first that fits counts."


def rules_since(mine: EditedFile, before: EditedFile) -> Iterator[str]:
    """A sentence for each rule or date of a book that says something else than it did before."""
    for part, naming in (("rule", "id"), ("deadline", "sets")):
        here, there = _by_name(mine, part, naming), _by_name(before, part, naming)
        called = {"rule": "letter", "deadline": "date"}[part]
        for name, (_, entry) in here.items():
            if name not in there:
                yield f"The {called} “{name}” is new."
            elif said := [*_said(entry, there[name][1], "before")]:
                yield f"The {called} “{name}”: {'; '.join(said)}."
        yield from (f"The {called} “{name}” is left out." for name in there if name not in here)


def words_changed(mine: EditedFile, shipped: EditedFile) -> Iterator[str]:
    """A sentence for each part of another file that says something else than the one the bot comes with."""
    parts: dict[str | int, list[tuple[Path, str]]] = {}
    for path, what in differences(mine.given, shipped.given):
        parts.setdefault(path[0], []).append((path, what))
    for part, found in parts.items():
        said = "; ".join(f"{'.'.join(map(str, path[1:])) or 'the whole part'} {what}" for path, what in found)
        yield f"{mine.place(found[0][0])}: [{part}] differs from what the bot comes with: {said}."


def _by_name(file: EditedFile, part: str, naming: str) -> Mapping[str, tuple[Path, Mapping[str, Any]]]:
    """The entries of a part by their names; the second of one name is called so."""
    found: dict[str, tuple[Path, Mapping[str, Any]]] = {}
    for n, entry in enumerate(file.given.get(part, ())):
        name, again = str(entry.get(naming) or f"without {naming}"), 1
        while (called := name if again == 1 else f"{name}, {_NTH[again]}") in found:
            again += 1
        found[called] = (part, n), entry
    return found


_NTH = ("", "first", "second", "third", *(f"{n}th" for n in range(4, 1000)))


def _said(entry: Mapping[str, Any], usual: Mapping[str, Any], usually: str = "as shipped") -> Iterator[str]:
    mine, theirs = ({w: _plain(v) for w, v in each.items()} for each in (entry, usual))
    for path, what in differences(mine, theirs):
        word = str(path[0])
        if word in _TOLD_TO_PEOPLE:
            continue
        if word in ("wait", "late") and "is " not in what:
            what += _later(str(entry.get(word)), str(usual.get(word)))
        yield f"{word} {what}" + (f" ({usually}: {shown(usual[word])})" if what == "is left out" else "")


def _plain(value: Any) -> Any:
    """A value without what makes no difference: one word alone is a list of one."""
    if isinstance(value, str):
        return " ".join(value.split()).casefold()
    return value[0].casefold() if isinstance(value, list) and len(value) == 1 else value


def _later(mine: str, shipped: str) -> str:
    try:
        here, there = _days(wait(mine)), _days(wait(shipped))
    except ValueError:
        return ""
    return ", which is later" if here > there else ", which is sooner" if here < there else ""


_DAYS: Sequence[tuple[str, float]] = (("working day", 1.4), ("day", 1), ("week", 7), ("month", 30.4))


def _days(length: Wait) -> float:
    return length.count * dict(_DAYS).get(length.unit.value, 1)
