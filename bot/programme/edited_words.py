"""The words of one table of a file that people edit, each taken out as what it should be, or told as a fault."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from functools import cache
from typing import Any, TypeVar

from bot.errors import nearest
from bot.programme.edited_file import EditedFile, Path, shown

T = TypeVar("T")


@cache
def _by_their_words(kind: type[Any]) -> Mapping[str, Any]:
    assert issubclass(kind, Enum)
    return {str(member.value).casefold(): member for member in kind}


class Words:
    """One table of a file, whose words are taken out one by one; faults are collected, not raised."""

    def __init__(self, file: EditedFile, path: Path, entry: Mapping[str, Any], naming: str = "") -> None:
        called = entry.get(naming)
        self._place = f"{path[0]} “{called}”: " if isinstance(called, str) else f"{path[0]}: "
        self._path = path
        self._entry = entry
        self._file = file
        self._words: list[str] = []

    @property
    def line(self) -> int:
        """Where the table begins."""
        return self._file.line(self._path)

    def fault(self, word: str, sentence: str, value: str = "") -> None:
        self._file.fault((*self._path, word), f"{self._place}{sentence}", value)

    def done(self) -> None:
        """Every word must have been asked for."""
        for word in self._entry:
            if word not in self._words:
                self.fault(word, f"“{word}” is not a word of ours{nearest(word, self._words)}")

    def _taken(self, word: str, default: Any) -> Any:
        self._words.append(word)
        return self._entry.get(word, default)

    def text(self, word: str, *, needed: bool = False) -> str:
        value = self._taken(word, "")
        if not isinstance(value, str):
            self.fault(word, f"{word} should be text in quotation marks, not {shown(value)}")
            return ""
        if not value.strip() and (needed or word in self._entry):
            empty = "empty: write what is meant, or take the line out"
            self.fault(word, f"{word} is {empty if word in self._entry else 'missing'}")
        return value.strip()

    def yes(self, word: str) -> bool:
        value = self._taken(word, False)
        if not isinstance(value, bool):
            self.fault(word, f"{word} should be true or false, not {shown(value)}")
        return value is True

    def one(self, word: str, kind: type[T], *, needed: bool = False) -> T | None:
        text = self.text(word, needed=needed)
        found = self._members(word, [text] if text else [], kind)
        return found[0] if found else None

    def several(self, word: str, kind: type[T]) -> tuple[T, ...]:
        value = self._taken(word, [])
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list) or not all(isinstance(item, str) for item in values):
            self.fault(word, f'{word} should be a list of texts, such as ["auditor"], not {shown(value)}')
            return ()
        return self._members(word, values, kind)

    def _members(self, word: str, values: list[str], kind: type[T]) -> tuple[T, ...]:
        of: Any = kind
        known: Mapping[str, T] = _by_their_words(of)
        found = []
        for value in values:
            member = known.get(" ".join(value.casefold().split()))
            if member is None:
                names = [*known]
                self.fault(
                    word,
                    f"{word} says “{value}”, which is not one of our words{nearest(value, names)}",
                    value,
                )
            else:
                found.append(member)
        return tuple(found)

    def parsed(self, word: str, parse: Callable[[str], T], default: T, *, needed: bool = False) -> T:
        text = self.text(word, needed=needed)
        if not text:
            return default
        try:
            return parse(text)
        except ValueError as fault:
            self.fault(word, f"{word}: {fault}")
            return default
