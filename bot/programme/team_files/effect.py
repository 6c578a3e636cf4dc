"""What a change of rules, letters or days does to the letters that are coming: counted by rule, told before it acts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.programme.date_words import short_day
from bot.programme.rulebook.rules import called
from bot.programme.standing.actions import SendLetter
from bot.programme.working_days import WorkingDays

LOOK_AHEAD = 20
"""Working days within which a difference is told."""
BEYOND = 20
"""So many more are looked at, so that what moves out of sight is told as later and not as gone."""

Days = Mapping[date, Sequence[SendLetter]]


@dataclass(frozen=True, slots=True)
class Moved:
    """How the letters of one rule differ: `later` is how many working days (negative: sooner), None where they are
    more or fewer (`more` says which). `first` is the first day on which it is seen."""

    rule: str
    count: int
    later: int | None
    more: bool
    first: date

    def sentence(self) -> str:
        letters = f"{self.count} letter{'' if self.count == 1 else 's'}"
        go = "goes" if self.count == 1 else "go"
        seen = f"the first on {short_day(self.first)}"
        if self.later is None:
            how = f"{letters} more {go} out" if self.more else f"{letters} {go} out no longer"
        elif self.later == 0:
            how = f"{letters} {go} on another day"
        else:
            days = abs(self.later)
            side = "later" if self.later > 0 else "sooner"
            how = f"{letters} {go} {days} working day{'' if days == 1 else 's'} {side}"
        return f"{self.rule}: {how} ({seen})."


def days_to_compare(today: date, working: Iterable[WorkingDays]) -> list[date]:
    """Today and the days to come on which letters may go by either calendar."""
    found: set[date] = {today}
    for each in working:
        found |= {each.after(today, n) for n in range(1, LOOK_AHEAD + BEYOND + 1)}
    return sorted(found)


def effect(before: Days, after: Days, today: date, working: WorkingDays) -> list[Moved]:
    """How the letters of the next working days differ, by rule. A letter is the same where rule, audit or cycle and
    readers are; the first of one is compared with the first of the other."""
    last = working.after(today, LOOK_AHEAD)
    old, new = _each(before), _each(after)
    found: dict[tuple[str, int | None, bool], list[date]] = {}
    for key in dict.fromkeys((*old, *new)):
        for difference, day in _paired(old.get(key, []), new.get(key, []), working):
            if day <= last:
                found.setdefault((key[0], *difference), []).append(day)
    return [Moved(rule, len(days), later, more, min(days)) for (rule, later, more), days in found.items()]


def _each(days: Days) -> dict[tuple[str, str, tuple[str, ...]], list[date]]:
    found: dict[tuple[str, str, tuple[str, ...]], list[date]] = {}
    for day, letters in sorted(days.items()):
        for letter in letters:
            readers = tuple(sorted(person.email for person in (*letter.to, *letter.cc)))
            found.setdefault((called(letter.rule), letter.about, readers), []).append(day)
    return found


def _paired(
    old: Sequence[date], new: Sequence[date], working: WorkingDays
) -> Iterator[tuple[tuple[int | None, bool], date]]:
    for was, will in zip(old, new, strict=False):
        if was != will:
            yield (working.count_between(was, will), False), min(was, will)
    yield from (((None, False), day) for day in old[len(new) :])
    yield from (((None, True), day) for day in new[len(old) :])
