"""Which children are audited (§6): a stratified draw that anybody can do again.

    1. Before there is a seed, the frame is put into one text (every child who might be drawn, every child who may not
       with the reason, and how many are wanted) and its HMAC is told. The key of the HMAC lies beside the frame and
       nowhere else: Mosaic numbers are few, and the bare hash of a list of them can be tried out.
    2. Then somebody outside says the seed: words spoken at the KLOE meeting.
    3. The lot of a child is SHA-256 of the seed, a comma and the Mosaic number. Nobody else's lot moves when a child is
       taken out of the frame.
    4. Strata lie one behind the other, by service, team and outcome type. Up to the end of each, its children and
       those before it have (n × children + start) ÷ N places, without the rest, where N are all children and `start` is
       SHA-256 of seed, comma and what is drawn for, modulo N. So every service, every team and in it every outcome type
       has its share to less than one place either way, and every child the same chance n ÷ N, also one of a small team.
    5. Of each stratum the smallest lots are drawn. The others are the reserve list, in the order of their lots.

Children chosen by people at the KLOE meeting come first and count. Of dip samples they chose without a line of enquiry
each counts for the line that has the fewest then, the first in the alphabet. A line is one however it is written: case,
blanks and a full stop at its end make no other. So are a service, a team and an outcome type.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.programme.allocating.matched import lot
from bot.programme.allocating.parts import AllocationRules, Child, Work
from bot.programme.vocabulary import AuditType

VERSION = "2"
"""Of these rules of drawing; it stands in the frame."""
FULL_AT_LEAST: Mapping[AuditType, int] = {
    AuditType.FULL_TEAM_MANAGER: 40,
    AuditType.FULL_ADVANCED_PRACTITIONER: 20,
}
DIPS_AT_LEAST, DIPS_AT_MOST = 10, 15
"""So many children the guide asks for (section 6); of dip samples for each line of enquiry."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """So many children for one type of audit; of dip samples for one line of enquiry."""

    audit_type: AuditType
    line: str
    number: int

    @property
    def called(self) -> str:
        return f"{self.audit_type.value}, {self.line}" if self.line else self.audit_type.value


@dataclass(frozen=True, slots=True)
class Share:
    """What one stratum had of one draw."""

    wanted: Wanted
    stratum: tuple[str, ...]
    children: int
    drawn: int


class How(StrEnum):
    """How a child came to be audited."""

    CHOSEN = "chosen by people"
    KEPT = "as it was"
    NEXT = "the next of the reserve list, in the place of"
    LOT = "by lot"


@dataclass(frozen=True, slots=True)
class Drawn:
    """`works` in the order in which they were drawn; `reserve` all others who could be, by their lots. `notes` are what
    a person should know. `how` each child came, by number, `instead` in whose place."""

    works: tuple[Work, ...]
    reserve: tuple[Child, ...]
    shares: tuple[Share, ...]
    notes: tuple[str, ...]
    how: Mapping[str, How] = field(default_factory=dict)
    instead: Mapping[str, str] = field(default_factory=dict)


def line_key(line: str) -> str:
    """A line of enquiry as it is compared."""
    return " ".join(line.casefold().split()).rstrip(".?!,: ")


def lines_alike(children: Iterable[Child], cycle: Sequence[str] = ()) -> tuple[Child, ...]:
    """The children with each line of enquiry in one way of writing: the cycle's, or the one that most of them have."""
    children = tuple(children)
    written = Counter(line for child in children for line in child.lines)
    best: dict[str, str] = {}
    for line in sorted(written, key=lambda line: (-written[line], line)):
        best.setdefault(line_key(line), line)
    best |= {line_key(line): line for line in cycle}
    return tuple(
        replace(c, lines=tuple(dict.fromkeys(best[line_key(each)] for each in c.lines))) for c in children
    )


def wanted(children: Sequence[Child], rules: AllocationRules) -> tuple[Wanted, ...]:
    """What is to be drawn, in order: the full audits, then dip samples for each line of enquiry that the cycle has or a
    child names."""
    named = {line for child in lines_alike(children, rules.lines) for line in child.lines}
    lines = sorted(named | {*rules.lines})
    found = []
    for audit_type, kind in rules.kinds.items():
        dips = audit_type is AuditType.DIP_SAMPLE
        found += [
            Wanted(audit_type, line, kind.children) for line in (lines if dips else [""]) if kind.children
        ]
    return tuple(sorted(found, key=lambda w: not w.audit_type.is_full))


def beside_the_guide(rules: AllocationRules) -> str:
    """What of the numbers in the settings is not what the guide asks for, in a sentence; "" where all of it is."""
    number = {kind: rule.children for kind, rule in rules.kinds.items()}
    said = [
        f"{number.get(kind, 0)} children for “{kind.value}” (at least {least})"
        for kind, least in FULL_AT_LEAST.items()
        if number.get(kind, 0) < least
    ]
    dips = number.get(AuditType.DIP_SAMPLE, 0)
    if not DIPS_AT_LEAST <= dips <= DIPS_AT_MOST:
        said.append(f"{dips} dip samples for each line of enquiry ({DIPS_AT_LEAST} to {DIPS_AT_MOST})")
    return f"The settings ask for other numbers than the guide: {'; '.join(said)}." if said else ""


def frame_text(children: Sequence[Child], rules: AllocationRules) -> str:
    """The frame in one way of writing, whatever the order of the sheet: what its HMAC is taken of."""
    return text_of_frame(children, rules.strata, wanted(children, rules))


def text_of_frame(children: Sequence[Child], strata: Sequence[str], asked: Sequence[Wanted]) -> str:
    """The same from what stands in the record of a draw: a tab between two things, one blank between two words."""
    head = [f"draw {VERSION}", "strata\t" + "\t".join(strata)]
    head += [f"wanted\t{w.audit_type.value}\t{w.line}\t{w.number}" for w in asked]
    rows = sorted(
        "\t".join(
            " ".join(each.split())
            for each in (
                c.number, *stratum(c, ("service", "team", "outcome type")), ";".join(c.lines),
                c.audit_type.value if c.audit_type else "", c.left_out,
            )
        )
        for c in children
    )  # fmt: skip
    return "\n".join([*head, *rows]) + "\n"


def committed(key: str, text: str) -> str:
    """HMAC-SHA256 of the frame, which can be told to anybody before the seed is known."""
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


def stratum(child: Child, strata: Sequence[str]) -> tuple[str, ...]:
    words = {"service": child.service, "team": child.team, "outcome type": child.outcome_type}
    return tuple(words[each] for each in strata)


def chosen_for(children: Sequence[Child], asked: Sequence[Wanted]) -> dict[str, tuple[AuditType, str]]:
    """What those children are for whom people chose, by number."""
    lines = [w.line for w in asked if w.audit_type is AuditType.DIP_SAMPLE]
    dips = Counter[str]()
    found: dict[str, tuple[AuditType, str]] = {}
    those = (c for c in children if c.audit_type and not c.left_out)
    for c in sorted(those, key=lambda c: (not c.lines, c.number)):
        if c.audit_type is None:
            continue
        line = ""
        if c.audit_type is AuditType.DIP_SAMPLE:
            line = c.lines[0] if c.lines else min(lines, key=lambda each: (dips[each], each), default="")
            dips[line] += 1
        found[c.number] = c.audit_type, line
    return found


def drawn(
    children: Sequence[Child],
    rules: AllocationRules,
    seed: str,
    kept: Mapping[str, tuple[AuditType, str]] | None = None,
    was: Mapping[str, Child] | None = None,
    asked: Sequence[Wanted] | None = None,
) -> Drawn:
    """The draw. `kept` are the children of an earlier one, by Mosaic number, with what for: whoever can stays, and for
    each who cannot comes the next of the reserve list, of the same stratum or as near to it as there is; of one who is
    in the frame no more, of that which `was` theirs. `asked` is what is drawn, where it is not what the rules want."""
    children = lines_alike(children, rules.lines)
    asked = wanted(children, rules) if asked is None else asked
    frame = sorted((c for c in children if not c.left_out), key=lambda c: lot(seed, c.number))
    of_number = {**(was or {}), **{c.number: c for c in children}}
    as_written = {line_key(w.line): w.line for w in asked if w.line}
    kept = {n: (kind, as_written.get(line_key(line), line)) for n, (kind, line) in (kept or {}).items()}
    works: dict[str, Work] = {}
    how: dict[str, How] = {}
    instead: dict[str, str] = {}
    notes: list[str] = []
    shares: list[Share] = []

    def take(child: Child, audit_type: AuditType, line: str, came: How) -> None:
        works[child.number] = Work(child, audit_type, line, came is How.CHOSEN)
        how[child.number] = came

    chosen = chosen_for(frame, asked)
    before = {n: had for n, had in kept.items() if n in chosen and not of_number[n].lines}
    chosen |= {
        n: had for n, had in before.items() if had[0] is chosen[n][0] and had[1] in as_written.values()
    }
    for child in frame:
        if child.number in chosen:
            take(child, *chosen[child.number], How.CHOSEN)
    for child in frame:
        if child.number in kept and child.number not in works:
            take(child, *kept[child.number], How.KEPT)

    def places_of(each: Wanted) -> int:
        had = sum(_drawn_for(w.audit_type, w.line) == (each.audit_type, each.line) for w in works.values())
        return max(0, each.number - had)

    def free_for(each: Wanted) -> list[Child]:
        return [c for c in frame if c.number not in works and fits(c, each.line)]

    for each in asked:  # before any lot, so that what the lot is drawn from can be told
        what = each.audit_type, each.line
        lost = [n for n, had in kept.items() if _drawn_for(*had) == what and n not in works]
        for number in lost[: places_of(each)]:
            near, free = of_number.get(number), free_for(each)
            if free:
                child = max(free, key=lambda c: _alike(c, near, rules.strata))
                take(child, *what, How.NEXT)
                instead[child.number] = number
                where = " / ".join(filter(None, stratum(child, rules.strata)))
                notes.append(
                    f"{each.called}: one who was drawn is left out; the next of the reserve list came ({where})."
                )
    for each in asked:
        places, free = places_of(each), free_for(each)
        there = min(places, len(free))
        for share in _shares(free, each, there, rules.strata, seed):
            shares.append(share)
            own = [c for c in free if stratum(c, rules.strata) == share.stratum]
            for child in own[: share.drawn]:
                take(child, each.audit_type, each.line, How.LOT)
        if places > there:
            notes.append(
                f"{each.called}: {each.number} are wanted, and {each.number - places + there} can be had."
            )
    dips = rules.kinds.get(AuditType.DIP_SAMPLE)
    if dips and dips.children and not any(w.line for w in asked):
        notes.append("No child names a line of enquiry, so no dip samples are drawn.")
    of_lines = Counter(w.line for w in works.values() if w.audit_type is AuditType.DIP_SAMPLE and w.line)
    notes += [
        f"Dip sample, {line}: these are {of_lines[line]}, and the guide asks for {DIPS_AT_LEAST} to {DIPS_AT_MOST}."
        for line in sorted(of_lines)
        if of_lines[line] > max(DIPS_AT_MOST, dips.children if dips else 0)
    ]
    reserve = tuple(c for c in frame if c.number not in works)
    return Drawn(tuple(works.values()), reserve, tuple(shares), tuple(notes), how, instead)


def fits(child: Child, line: str) -> bool:
    """Whether a child may be drawn for a line of enquiry; one who names none fits every one."""
    return not line or not child.lines or line_key(line) in map(line_key, child.lines)


def _drawn_for(audit_type: AuditType, line: str) -> tuple[AuditType, str]:
    """What a child was drawn for: of a full audit the line of enquiry beside it says nothing."""
    return audit_type, line if audit_type is AuditType.DIP_SAMPLE else ""


def next_of_reserve(
    children: Sequence[Child],
    rules: AllocationRules,
    seed: str,
    lost: Child,
    line: str,
    taken: Collection[str],
    drawn: Collection[str] = (),
) -> tuple[Child, int] | None:
    """Who comes for one child who falls out, as in a draw that is made anew, and the place in the reserve list. `taken`
    are Mosaic numbers of children who are in the cycle already, `drawn` of those who never were of the reserve."""
    frame = sorted(
        (c for c in children if not c.left_out and not c.audit_type), key=lambda c: lot(seed, c.number)
    )
    reserve = [c for c in frame if c.number not in drawn]
    free = [c for c in reserve if c.number not in taken and fits(c, line)]
    if not free:
        return None
    child = max(free, key=lambda c: _alike(c, lost, rules.strata))
    return child, reserve.index(child) + 1


def _alike(child: Child, lost: Child | None, strata: Sequence[str]) -> int:
    """How many strata, from the first on, a child shares with one who is lost."""
    if lost is None:
        return 0
    mine, theirs = stratum(child, strata), stratum(lost, strata)
    return next((n for n in range(len(mine)) if mine[n] != theirs[n]), len(mine))


def _shares(
    free: Sequence[Child], each: Wanted, places: int, strata: Sequence[str], seed: str
) -> Iterator[Share]:
    """How many of each stratum are drawn: `places` in all."""
    sizes = Counter(stratum(c, strata) for c in free)
    if not places:
        return
    start = int(lot(seed, each.called), 16) % len(free)
    before = reached = 0
    for name in sorted(sizes):
        before += sizes[name]
        upto = (places * before + start) // len(free)
        yield Share(each, name, sizes[name], upto - reached)
        reached = upto
