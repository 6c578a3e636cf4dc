"""The record of a draw: what whoever has it needs to draw again (docs/proposing.md, “The draw”).

It is carried unchanged from one proposal to the next; what was changed since stands below it, a line each. So whoever
has it repeats the first draw and follows every change to the list as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.programme.allocating.draw import Drawn, How, Wanted, committed, drawn, stratum, text_of_frame
from bot.programme.allocating.parts import AllocationRules, Child, Work
from bot.programme.vocabulary import AuditType

ALLOCATIONS, PROPOSED, DRAW, RESERVE = "Allocations", "Proposed", "The draw", "Reserve list"
FRAME, SINCE = "Frame", "Since the draw"
SEED, KEY, TOLD, CYCLE = "Seed", "Key of the HMAC", "HMAC-SHA256 of the frame", "Proposed for the cycle"
DRAWN_FROM, NOW = "HMAC-SHA256 of the frame that was drawn from", "HMAC-SHA256 of the frame as it is now"
FIXED, WHICH, RULES, STRATA = "The frame was fixed first", "Draw of the cycle", "Rules of drawing", "Strata"
MONTH = "Month one begins"
WANTED, HELD = "Wanted for ", "In the list already for "
MANY = "Many were changed by hand, and that is meant"
EVERY = ("service", "team", "outcome type")
AUDITED, NOTHING = "Audited for", "nothing"
_IN_CHILDREN, _AS_DRAWN, _GONE = "In “Children”", "as when drawn", "no longer there"
NO_CHILD = "no longer in “Children”"


@dataclass(frozen=True, slots=True)
class Since:
    """One thing that is otherwise than in the draw: from a day on (in words), of a child ("" of the whole)."""

    on: str
    child: str
    what: str
    now: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """What the first draw was made from. `told` is the HMAC that was told first, `drawn_from` that of `children`, the
    sheet as it was drawn from. `held` are those of them whom the list of the site held or left out then, with what for
    or why; `places` how many it held of what is drawn. `fixed`: whether a frame was told before there was a seed.
    `which` draw of the cycle it is, as far as can be known. `since` is what was changed later."""

    told: str
    key: str
    seed: str
    strata: tuple[str, ...]
    asked: tuple[Wanted, ...]
    children: tuple[Child, ...]
    drawn_from: str = ""
    held: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, int] = field(default_factory=dict)
    fixed: bool = False
    which: int = 1
    since: tuple[Since, ...] = ()
    _again: list[Drawn] = field(default_factory=list, init=False, repr=False, compare=False)

    def again(self) -> Drawn:
        """The first draw once more; it is made once, for several sheets tell of it."""
        if not self._again:
            self._again.append(self._drawn_again())
        return self._again[0]

    def _drawn_again(self) -> Drawn:
        rules = AllocationRules(
            {}, (), (), self.strata, frozenset(), {}, lines=tuple(w.line for w in self.asked if w.line)
        )
        asked = [replace(w, number=max(0, w.number - self.places.get(w.called, 0))) for w in self.asked]
        return drawn([c for c in self.children if c.number not in self.held], rules, self.seed, asked=asked)

    def marks(self) -> dict[str, str]:
        """By the number of each child whom the lot gave, what for."""
        found = self.again()
        return {w.child.number: called(w) for w in found.works if found.how[w.child.number] is How.LOT}

    def belongs_together(self) -> bool:
        """Whether the HMAC is that of the frame that stands beside it."""
        return committed(self.key, text_of_frame(self.children, self.strata, self.asked)) == self.drawn_from

    def latest(self) -> dict[tuple[str, str], Since]:
        """The last that was said of each thing."""
        return {(each.child, each.what): each for each in self.since}


def called(work: Work) -> str:
    """What an audit was drawn for, as the record names it; of a full audit a line beside it says nothing."""
    dips = work.audit_type is AuditType.DIP_SAMPLE
    return Wanted(work.audit_type, work.line if dips else "", 0).called


def first_record(
    told: str,
    frame: Record,
    found: Drawn,
    every: Iterable[Child],
) -> Record:
    """The record of a draw that was made just now. `frame` has what it was made from, `every` are all children as the
    list has them."""
    of_sheet = {c.number: c for c in frame.children}
    works = {
        w.child.number: called(w) for w in found.works if found.how[w.child.number] in (How.KEPT, How.NEXT)
    }
    out = {c.number: c.left_out for c in every if c.left_out and c.number in of_sheet}
    out = {n: why for n, why in out.items() if not of_sheet[n].left_out}
    held = {**out, **{n: what for n, what in works.items() if n in of_sheet}}
    return replace(frame, told=told, held=held, places=Counter(works.values()))


def followed(
    record: Record,
    sheet: Sequence[Child],
    strata: Sequence[str],
    asked: Sequence[Wanted],
    told: str,
    found: Drawn,
    why_out: Mapping[str, str],
    on: str,
) -> Record:
    """The record with a line more for each thing that is otherwise than it said last. `sheet` are the children as they
    are now, `told` their HMAC, `why_out` why somebody is not audited any more."""
    said, more = record.latest(), list[Since]()

    def say(child: str, what: str, now: str, first: str, why: str = "") -> None:
        last = said.get((child, what))
        if (last.now if last else first) != now:
            more.append(Since(on, child, what, now, why))

    say("", TOLD, told, record.drawn_from)
    say("", STRATA, "; ".join(strata), "; ".join(record.strata))
    then, now = ({w.called: str(w.number) for w in each} for each in (record.asked, asked))
    for what in sorted({*then, *now}):
        say("", f"{WANTED}{what}", now.get(what, "0"), then.get(what, "0"))
    was, here = ({c.number: c for c in each} for each in (record.children, sheet))
    of_some = {child for child, what in said if what == _IN_CHILDREN}
    for number in sorted({*was, *here, *of_some}):
        state = _state(was.get(number), here.get(number))
        say(number, _IN_CHILDREN, state, _AS_DRAWN if number in was else _GONE)
    works = {w.child.number: w for w in found.works}
    first = first_works(record)
    of_some = {child for child, what in said if what == AUDITED}
    for number in sorted({*first, *works, *of_some}):
        work = works.get(number)
        why = _why(number, found, number in first) if work else why_out.get(number, NO_CHILD)
        say(number, AUDITED, called(work) if work else NOTHING, first.get(number, NOTHING), why)
    return replace(record, since=(*record.since, *more))


def first_works(record: Record) -> dict[str, str]:
    """What each child of the frame was audited for by the first draw, with those who were chosen or held then."""
    held = {n: what for n, what in record.held.items() if what.partition(", ")[0] in list(AuditType)}
    return {**{w.child.number: called(w) for w in record.again().works}, **held}


def told_of(record: Record) -> dict[str, str]:
    """By number, how it went on with children since the draw, in a few words."""
    first = first_works(record)
    return {
        child: each.why if each.now == NOTHING else f"{each.now}: {each.why}"
        for (child, what), each in record.latest().items()
        if what == AUDITED and each.now != first.get(child, NOTHING)
    }


def between(then: Sequence[Child], now: Sequence[Child], on: str) -> tuple[Since, ...]:
    """What of the frame was changed after its HMAC was told and before it was drawn from."""
    was, here = ({c.number: c for c in each} for each in (then, now))
    found = ((n, _state(was.get(n), here.get(n))) for n in sorted({*was, *here}))
    what = "Changed after the HMAC was told, before the draw"
    return tuple(Since(on, n, what, state) for n, state in found if state != _AS_DRAWN)


def _why(number: str, found: Drawn, first: bool) -> str:
    how = found.how[number]
    if how is How.NEXT:
        return f"{how.value} {found.instead[number]}"
    if how is How.KEPT:
        return "changed by hand" if first else "put in by hand, or a row of the list"
    return "drawn by lot, for so many are wanted now" if how is How.LOT else how.value


def _state(was: Child | None, now: Child | None) -> str:
    if now is None:
        return _GONE
    words = _words(now)
    if was is None:
        return ("new: " + "; ".join(f"{title} {text}" for title, text in words.items() if text)).strip()
    before = _words(was)
    found = [
        f"{title}: {before[title] or '–'}, now {text or '–'}"
        for title, text in words.items()
        if text != before[title]
    ]
    return "; ".join(found) or _AS_DRAWN


def _words(child: Child) -> dict[str, str]:
    service, team, outcome = (" ".join(each.split()) for each in stratum(child, EVERY))
    return {
        "service": service, "team": team, "outcome": outcome, "lines": "; ".join(child.lines),
        "chosen for": child.audit_type.value if child.audit_type else "", "left out": " ".join(child.left_out.split()),
    }  # fmt: skip
