"""The themes of findings by a word list that the Audit Team owns (config/themes.toml): whole words, nothing guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from bot.errors import nearest
from bot.programme.edited_file import EditedFile, edited, shown
from bot.programme.reports.audit_record import AuditRecord
from bot.programme.reports.counts import Counts, Name

_WORD = re.compile(r"\w+(?:['-]\w+)*")
_SAME = str.maketrans("’‘ʼ‐‑‒–", "'''----")


class Themes:
    """Each theme and its words, in the order of the file."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        self.words = {theme: tuple(each) for theme, each in words.items()}

    @cached_property
    def _sought(self) -> dict[str, tuple[str, ...]]:
        return {theme: tuple(f" {_plain(each)} " for each in words) for theme, words in self.words.items()}

    def of(self, texts: Iterable[str]) -> tuple[str, ...]:
        """The themes of which a word stands in one of the texts."""
        read = [f" {_plain(text)} " for text in texts]
        return tuple(
            theme
            for theme, words in self._sought.items()
            if any(word in text for text in read for word in words)
        )

    def counted(self, records: Iterable[AuditRecord]) -> dict[str, int]:
        """In how many audits' findings a word of each theme stands; each audit once, however often it says it."""
        found = dict.fromkeys(self.words, 0)
        for record in records:
            for theme in self.of(finding.text for finding in record.forms.findings):
                found[theme] += 1
        return found

    def count(self, counts: Counts, whole: Name, records: Sequence[AuditRecord]) -> None:
        """The same into a report's counts, as ("theme", its name, "found") of the audits that a whole counts; the rest
        is the part "". Raises ValueError when the whole counts other audits."""
        if counts[whole] != len(records):
            raise ValueError(
                f"{whole} is {counts[whole]}, and themes were looked for in {len(records)} audits"
            )
        for theme, number in self.counted(records).items():
            counts.parts(whole, {"found": number}, ("theme", theme))


def themes(text: str, name: str = "config/themes.toml") -> Themes:
    """The themes of a file. Raises SettingsError with every fault, its line, and the nearest right name."""
    file = edited(text, name)
    for word in file.given:
        if word != "themes":
            file.fault((word,), f"“{word}” is not a part of ours{nearest(word, ['themes'])}")
    given = file.given.get("themes")
    if not isinstance(given, dict) or not given:
        file.fault(("themes",), "[themes] with a line for each theme is missing")
        given = {}
    for theme, words in given.items():
        _note(file, theme, words)
    file.refuse()
    return Themes(given)


def _note(file: EditedFile, theme: str, words: object) -> None:
    """What is wrong with the line of one theme."""
    path = ("themes", theme)
    if not theme.strip():
        file.fault(path, "a theme has no name")
    if not isinstance(words, list) or not words or not all(isinstance(each, str) for each in words):
        wanted = 'a list of texts, such as ["visit", "visits"]'
        file.fault(path, f"the words of “{theme}” should be {wanted}, not {shown(words)}")
        return
    seen: set[str] = set()
    for each in words:
        if not _plain(each):
            file.fault(path, f"“{each}” of “{theme}” is no word", each)
        elif _plain(each) in seen:
            file.fault(path, f"“{each}” stands twice under “{theme}”; take one away", each)
        seen.add(_plain(each))


def _plain(text: str) -> str:
    """The words of a text, a space between them, in small letters."""
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", text).translate(_SAME).casefold()))
