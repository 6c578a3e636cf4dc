"""What all duties stand on: the readings of the guide, what is known of each audit, and how a letter gets its day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from sandbox.play.cast.facts import MORNING, NOON, Fact, Moment
from sandbox.play.working_days import is_working, later, of_month, on_or_after

JsonObject = dict[str, Any]
Reader = str | Callable[[Moment], str]
"""A person, or a part of the audit or the programme: whoever has it when the letter goes."""
WEEK = timedelta(7)

# ------------------------------------------------------------------------------------- the readings, in one place
MEETING_BEFORE = timedelta(14)  # §6: two weeks before the audit starts
LIST_AFTER = WEEK  # §6: within a week of the meeting
CONFIRMED_BEFORE = 3  # working days before month one; the guide gives none
RETURNED_BY = 15  # the working day of the month; the guide gives auditors no date
INADEQUATE_MODERATED = 1  # §10: within one day, read as the end of the next working day
LATE_IN_MODERATED = 3  # working days, for what comes back after the month
URGENT = 2  # §10 working days
UOPP = {"Inadequate": 3, "Requires Improvement": 5}  # §10 working days
RECORD = 2  # working days after the meeting; the guide gives none
RECORD_TOLD = 5  # working days after the record was due; the guide gives none
SIX_WEEKS = timedelta(42)  # §10, §13
FOUR_MONTHS = 4  # §15
DECIDED = 5  # working days; §11 gives none
COMPLETE_ANYWAY = 10  # working days after month one; the guide is silent on late audits


@dataclass(frozen=True, slots=True)
class Expected:
    """One letter one person must get: `duty` as in the judge's list of letters, `section` of the guide, `about` an
    audit, a cycle or "" for the whole programme."""

    duty: str
    section: str
    about: str
    reader: str
    on: date


class Known:
    """What is known about one audit or cycle, and since when."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self.facts = list(facts)

    def all(self, *what: str) -> list[Fact]:
        return [fact for fact in self.facts if fact.what in what]

    def first(self, *what: str) -> Fact | None:
        return next(iter(self.all(*what)), None)

    def by(self, what: str, moment: Moment) -> Fact | None:
        """The latest fact of a kind that is known at a moment."""
        found = [fact for fact in self.all(what) if fact.known <= moment]
        return found[-1] if found else None


class Ground:
    """Facts, lists and days of a play, and the letters found so far."""

    def __init__(
        self,
        facts: Sequence[Fact],
        rows: Mapping[str, JsonObject],
        cycles: Mapping[str, JsonObject],
        roles: Mapping[str, str],
        mailbox: str,
        first: date,
        last: date,
        looks: Iterable[date] = (),
        opens: date = date.min,
    ) -> None:
        """`opens`: the first day on which audits can go out, where an office is later at work than it ought."""
        self.rows, self.cycles, self.mailbox = rows, cycles, mailbox
        self.first, self.last, self.opens = first, last, (opens, MORNING)
        self._looks = sorted(looks)  # days on which nobody works and the post is looked at all the same
        self._roles = roles
        self._facts = {
            about: Known(f for f in facts if f.about == about) for about in (*rows, *cycles, *roles)
        }
        self.month = {name: date.fromisoformat(str(c["Month one"])[:10]) for name, c in cycles.items()}
        self.found: list[Expected] = []

    def known(self, about: str) -> Known:
        return self._facts[about]

    def due(
        self,
        duty: str,
        section: str,
        about: str,
        readers: Iterable[Reader],
        day: date,
        *,
        once: Iterable[Fact | None] = (),
        unless: Iterable[Fact | None] = (),
        at: Moment | None = None,
        before: Moment | None = None,
        drafted: bool = False,
        any_day: bool = False,
    ) -> Moment | None:
        """A letter for a day: it goes that morning (the next working morning if nobody works), or as soon as
        everything in `once` is known; not when something of `unless` is known by then; not from `before` on. What is
        only `drafted` the Audit Team sends at noon, what was drafted at noon on the next day. What becomes known while
        nobody works waits for the next working morning, unless the guide has it go on `any_day`."""
        once = list(once)
        if any(fact is None for fact in once):
            return None
        moment = max([(on_or_after(day), MORNING), *(f.known for f in once if f), *([at] if at else [])])
        if any_day and once:
            moment = max(self._seen(f) for f in once if f)
        elif not is_working(moment[0]):
            moment = (on_or_after(moment[0]), MORNING)
        if any(fact and fact.known <= moment for fact in unless) or (before and moment >= before):
            return None
        goes = later(moment[0], 1) if drafted and moment[1] != MORNING else moment[0]
        if self.first <= goes <= self.last:
            told = [reader if isinstance(reader, str) else reader(moment) for reader in readers]
            for reader in dict.fromkeys(told):
                if reader:
                    self.found.append(Expected(duty, section, about, reader, goes))
        return moment

    def _seen(self, fact: Fact) -> Moment:
        """When the programme first looks after something happened: what stands in the list since a Friday afternoon is
        seen with Saturday's post, if there is any."""
        day, half = fact.known
        early = (look for look in self._looks if half == MORNING and later(day, -1) < look < day)
        return next(((look, NOON) for look in early), fact.known)

    def role(self, *titles: str) -> list[Reader]:
        """The holders of these parts of the programme."""
        return [partial(self.holder, title) for title in titles if title in self._roles]

    def holder(self, title: str, moment: Moment) -> str:
        """Who has a part of the programme at a moment."""
        if title not in self._roles:
            return ""
        changed = self._facts[title].by("holder", moment)
        return changed.value if changed else self._roles[title]

    def changes(self, title: str) -> list[Fact]:
        """Who took a part of the programme over."""
        return self._facts[title].all("holder") if title in self._roles else []

    def at(self, reference: str, column: str, moment: Moment) -> str:
        """Who the row names in a column at a moment."""
        changed = self._facts[reference].by(column, moment)
        return changed.value if changed else str(self.rows[reference].get(column) or "")

    def named(self, reference: str, *columns: str) -> list[Reader]:
        """Whoever the row names in these columns when the letter goes."""
        return [partial(self.at, reference, column) for column in columns]

    # ----------------------------------------------------------------------------------------- what several ask for

    def left_out(self, known: Known) -> Fact | None:
        """Withdrawn, exempted or invalid, so that it is not awaited; what is only on hold still is."""
        return next((f for f in known.all("out") if f.value != "held"), None)

    def complete(self, name: str) -> Moment:
        """When the cycle counts as complete: all that is awaited is moderated; at the latest ten working days on."""
        anyway = (later(of_month(self.month[name])[-1], COMPLETE_ANYWAY), MORNING)
        moments: list[Moment] = []
        for reference, row in self.rows.items():
            if row["Cycle"] == name and row["Audit type"] != "Dip sample":
                known = self._facts[reference]
                ends = [f.known for f in (known.first("moderated"), self.left_out(known)) if f]
                if not ends:
                    return anyway
                moments.append(min(ends))
        return min(anyway, max(moments, default=anyway))
