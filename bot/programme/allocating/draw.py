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

Children chosen by people at the KLOE meeting come first and count.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.programme.allocating.matched import lot
from bot.programme.allocating.parts import AllocationRules, Child, Work
from bot.programme.vocabulary import AuditType

VERSION = "1"
"""Of these rules of drawing; it stands in the frame."""


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


@dataclass(frozen=True, slots=True)
class Drawn:
    """`works` in the order in which they were drawn; `reserve` all others who could be, by their lots. `notes` are what
    a person should know."""

    works: tuple[Work, ...]
    reserve: tuple[Child, ...]
    shares: tuple[Share, ...]
    notes: tuple[str, ...]


def wanted(children: Sequence[Child], rules: AllocationRules) -> tuple[Wanted, ...]:
    """What is to be drawn, in order: the full audits, then dip samples for each line of enquiry that a child names, or
    else the cycle has."""
    lines = sorted({line for child in children for line in child.lines} or {*rules.lines})
    found = []
    for audit_type, kind in rules.kinds.items():
        dips = audit_type is AuditType.DIP_SAMPLE
        found += [
            Wanted(audit_type, line, kind.children) for line in (lines if dips else [""]) if kind.children
        ]
    return tuple(sorted(found, key=lambda w: not w.audit_type.is_full))


def frame_text(children: Sequence[Child], rules: AllocationRules) -> str:
    """The frame in one way of writing, whatever the order of the sheet: what its HMAC is taken of."""
    head = [f"draw {VERSION}", "strata\t" + "\t".join(rules.strata)]
    head += [f"wanted\t{w.audit_type.value}\t{w.line}\t{w.number}" for w in wanted(children, rules)]
    rows = sorted(
        "\t".join(
            (c.number, *stratum(c, ("service", "team", "outcome type")), ";".join(c.lines),
             c.audit_type.value if c.audit_type else "", c.left_out)
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


def drawn(
    children: Sequence[Child],
    rules: AllocationRules,
    seed: str,
    kept: Mapping[str, tuple[AuditType, str]] | None = None,
) -> Drawn:
    """The draw. `kept` are the children of an earlier one, by Mosaic number, with what for: whoever can stays, and for
    each who cannot comes the next of the reserve list, of the same stratum or as near to it as there is."""
    frame = sorted((c for c in children if not c.left_out), key=lambda c: lot(seed, c.number))
    of_number = {c.number: c for c in children}
    kept = kept or {}
    works: dict[str, Work] = {}
    notes: list[str] = []
    shares: list[Share] = []

    def take(child: Child, audit_type: AuditType, line: str, chosen: bool = False) -> None:
        works[child.number] = Work(child, audit_type, line, chosen)

    for child in frame:
        if child.audit_type:
            line = child.lines[0] if child.audit_type is AuditType.DIP_SAMPLE and child.lines else ""
            take(child, child.audit_type, line, chosen=True)
    for child in frame:
        if child.number in kept and child.number not in works:
            take(child, *kept[child.number])
    for each in wanted(children, rules):
        what = each.audit_type, each.line
        lost = [n for n, had in kept.items() if _drawn_for(*had) == what and n not in works]
        places = each.number - sum(_drawn_for(w.audit_type, w.line) == what for w in works.values())
        free = [
            c
            for c in frame
            if c.number not in works and (not each.line or not c.lines or each.line in c.lines)
        ]
        for number in lost[: max(0, places)]:
            near = of_number.get(number)
            if free:
                child = max(free, key=lambda c: _alike(c, near, rules.strata))
                free.remove(child)
                take(child, *what)
                places -= 1
                where = " / ".join(filter(None, stratum(child, rules.strata)))
                notes.append(
                    f"{each.called}: one who was drawn is left out; the next of the reserve list came ({where})."
                )
        there = min(max(0, places), len(free))
        for share in _shares(free, each, there, rules.strata, seed):
            shares.append(share)
            own = [c for c in free if stratum(c, rules.strata) == share.stratum]
            for child in own[: share.drawn]:
                take(child, *what)
        if places > there:
            notes.append(
                f"{each.called}: {each.number} are wanted, and {each.number - places + there} can be had."
            )
    dips = rules.kinds.get(AuditType.DIP_SAMPLE)
    if dips and dips.children and not rules.lines and not any(c.lines for c in children):
        notes.append("No child names a line of enquiry, so no dip samples are drawn.")
    reserve = tuple(c for c in frame if c.number not in works)
    return Drawn(tuple(works.values()), reserve, tuple(shares), tuple(notes))


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
    free = [c for c in reserve if c.number not in taken and (not line or not c.lines or line in c.lines)]
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
