"""The lengths of time of the rule book in words, as letters say them: "three working days".

No letter repeats a number of a rule: it asks for it here, so that a deadline is changed in the book alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.errors import nearest
from bot.programme.rulebook.rules import Repeat, Rulebook
from bot.programme.waits import Unit, Wait, ordinal

_NUMBERS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip


class HowLong:
    """What `how_long["…"]` in a letter says.

    A length has the name of the date its deadline sets ("review uopp due"), where several set it with the grade or
    what it is counted from ("uopp due, inadequate"; "moderation due, after month one"); the id of the rule whose letter
    goes then ("audit escalation"); or that of a rule that repeats its letter ("weekly report, again").
    """

    def __init__(self, book: Rulebook) -> None:
        self._book = book

    def __getitem__(self, name: str) -> str:
        """The length; where the book has several by that name all of them, so that no letter waits for a better name.
        Raises ValueError where it has none."""
        if fault := self.fault(name, several=True):
            raise ValueError(fault)
        return " or ".join(self._of(name))

    def fault(self, name: str, *, several: bool = False) -> str:
        """What is wrong with the name in a letter, with the nearest right one. "" where it has one length, or `several`
        and any."""
        found = self._of(name)
        if len(found) == 1 or (found and several):
            return ""
        names = sorted({known for known, _ in self.all()})
        if not found:
            return f"the rule book has no length of time “{name}”{nearest(name, names)}"
        closer = ", ".join(f"“{known}”" for known in names if known.startswith(f"{_plain(name)}, "))
        return f"“{name}” is {' or '.join(found)} in the rule book; say which: {closer}"

    def _of(self, name: str) -> Sequence[str]:
        return list(dict.fromkeys(words for known, words in self.all() if known == _plain(name)))

    def all(self) -> Iterator[tuple[str, str]]:
        """Each name with its length in words; a name comes again for each deadline and rule it may mean."""
        for deadline in self._book.deadlines:
            said = in_words(deadline.wait)
            yield deadline.sets.value, said
            yield f"{deadline.sets.value}, after {deadline.after.value}", said
            for grade in deadline.conditions.moderated_grades:
                yield f"{deadline.sets.value}, {grade.value.casefold()}", said
        for rule in self._book.rules:
            yield rule.id.casefold(), in_words(rule.wait)
            if rule.repeat.times > 1:
                yield f"{rule.id.casefold()}, again", _again(rule.repeat)


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def in_words(length: Wait) -> str:
    """ "three working days", also of three working days before; "15th working day of the month"."""
    if length.unit is Unit.SAME_DAY:
        return "the same day"
    if length.unit is Unit.LAST_WORKING_DAY_OF_MONTH:
        return length.unit.value
    if length.unit is Unit.WORKING_DAY_OF_MONTH:
        return f"{ordinal(length.count)} {length.unit}"
    return _counted(abs(length.count), length.unit)


def _again(repeat: Repeat) -> str:
    """What comes after "every": "week", "two working days"."""
    unit = Unit.WEEKS if repeat.weeks else Unit.WORKING_DAYS
    return unit.value if repeat.every == 1 else _counted(repeat.every, unit)


def _counted(number: int, unit: Unit) -> str:
    said = _NUMBERS[number] if number < len(_NUMBERS) else str(number)
    return f"{said} {unit}{'' if number == 1 else 's'}"
