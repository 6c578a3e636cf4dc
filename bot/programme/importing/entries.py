"""What an import comes to: which rows are entered, which are there already, and which wait to be put right.

A row is known by its reference, or by its child (the Mosaic number) in its cycle. What is there stays as it is; where
the spreadsheet says something else, it is named.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any

from bot.programme.date_words import day_in_words
from bot.programme.importing.columns_recognised import title_of
from bot.programme.importing.known_titles import COLUMNS, PAST
from bot.programme.importing.rows_read import ReadRow
from bot.programme.importing.sheets import Fault
from bot.programme.reference import LONGEST
from bot.programme.rulebook.rules import Rule, called
from bot.programme.vocabulary import Allocation, AuditType, Cycle, Grade, Milestone, Person

BEING_ENTERED = "Being entered from the Audit Team's spreadsheet: import it again to finish."
"""What stands in “Hold why” of a row with a past until the ledger knows that past."""


@dataclass(frozen=True, slots=True)
class Past:
    """What had been done for an audit before the bot took it over."""

    sent_on: date | None = None
    returned_on: date | None = None
    auditors_grade: Grade | None = None
    moderated_on: date | None = None
    moderated_grade: Grade | None = None

    @property
    def came_back(self) -> bool:
        return bool(self.returned_on or self.moderated_on)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row to enter; `allocation` has a stand-in for its id. `made`: its reference was made for it."""

    where: str
    allocation: Allocation
    past: Past
    made: bool = False


@dataclass(frozen=True, slots=True)
class There:
    """One row that is in the list already. `differences` are sentences; `unfinished`: the import was stopped between
    entering it and remembering its past."""

    where: str
    allocation: Allocation
    past: Past
    differences: Sequence[str] = ()
    unfinished: bool = False


@dataclass(frozen=True, slots=True)
class Entries:
    """What is to be done with all rows that were read."""

    entries: Sequence[Entry]
    there: Sequence[There]
    faults: Sequence[Fault]


def entries_of(
    rows: Sequence[ReadRow],
    lists: Collection[Allocation],
    cycles: Collection[Cycle],
    cycle: str,
    titles: Mapping[str, str],
    rules: Sequence[Rule],
    unusable: Collection[str] = (),
    prefix: str = "",
) -> Entries:
    """`cycle` is that of rows which name none; `unusable` are folded references of rows that cannot be read; `prefix`
    is how new references begin."""
    for row in rows:
        _in_itself(row, titles)
    _each_once(rows, cycle)
    by_reference = {a.reference.casefold(): a for a in lists}
    entries: list[Entry] = []
    there: list[There] = []
    taken = {*by_reference, *unusable, *(str(r.values.get("reference", "")).casefold() for r in rows)}
    of_cycle = {c.name: c for c in cycles}
    for n, row in enumerate(rows):
        if row.faults:
            continue
        own = {**row.values, "cycle": row.values.get("cycle") or cycle}
        if not own["cycle"]:
            row.wrong("cycle", "no cycle is said, and several are open.", "the cycle as the list calls it")
            continue
        known = _known(row, own, lists, by_reference, unusable)
        if row.faults:
            continue
        past = _past(own)
        if known:
            unfinished = known.hold_why == BEING_ENTERED or bool(known.hold_why and past.came_back)
            there.append(
                There(row.where, known, past, tuple(_differences(row, own, known, titles)), unfinished)
            )
            continue
        if not own.get("audit_type"):
            row.wrong("audit_type", "“Audit type” is said nowhere.", "Full – Team Manager, or what it is")
            continue
        made = "reference" not in own
        if made:
            own["reference"] = next_reference(of_cycle[own["cycle"]], lists, taken, prefix)
            taken.add(own["reference"].casefold())
        entries.append(Entry(row.where, _allocation(own, f"row {n}", past, rules), past, made))
    return Entries(entries, there, [fault for row in rows for fault in row.faults])


def _in_itself(row: ReadRow, titles: Mapping[str, str]) -> None:
    """What a row says that cannot all be so."""
    v = row.values
    for grade, day in (("auditors_grade", "audit_returned_on"), ("moderated_grade", "moderated_on")):
        if v.get(grade) and not v.get(day) and day not in row.stands:
            what = f"“{title_of(grade, titles)}” is filled in and “{title_of(day, titles)}” is empty"
            row.wrong(
                grade,
                f"{what}: nobody knows since when it counts.",
                f"the day under “{title_of(day, titles)}”",
            )
    order = ("confirmed_on", "audit_sent_on", "audit_returned_on", "moderated_on", "uopp_held_on")
    days = [(word, v[word]) for word in order if v.get(word)]
    for (before, on), (after, then) in pairwise(days):
        if then < on:
            what = (
                f"“{title_of(after, titles)}” lies before “{title_of(before, titles)}” ({day_in_words(on)})"
            )
            row.wrong(after, f"{what}.", "the right day of the two")


def _each_once(rows: Sequence[ReadRow], cycle: str) -> None:
    """The same reference twice, and the same child twice where no reference tells the two apart."""
    references = Counter(r.values["reference"].casefold() for r in rows if "reference" in r.values)
    first: dict[str, ReadRow] = {}
    for row in rows:
        reference = row.values.get("reference", "").casefold()
        if references[reference] > 1:
            other = first.setdefault(reference, row)
            if other is not row:
                row.wrong(
                    "reference",
                    f"this reference stands in {other.cell('reference')} too.",
                    "a reference of its own",
                )
    children: dict[tuple[str, str, str], ReadRow] = {}
    for row in rows:
        v = row.values
        if not v.get("mosaic_number"):
            if "reference" not in v and "mosaic_number" not in row.stands and "reference" not in row.stands:
                row.wrong(
                    "mosaic_number", "there is neither a reference nor a Mosaic number, so nobody could tell this row "
                    "from another.", "the Mosaic number",
                )  # fmt: skip
            continue
        kind = kind_of(v.get("audit_type")) if "reference" in v else ""
        child = (v["mosaic_number"], v.get("cycle") or cycle, kind)
        other = children.setdefault(child, row)
        if other is not row:
            row.wrong(
                "mosaic_number",
                f"this child stands in {other.cell('mosaic_number')} too.",
                "the right number, or take one row out",
            )


def kind_of(audit_type: AuditType | None) -> str:
    """What a row is beside others of its child in one cycle: a full audit is one, whoever carries it out (§6)."""
    return "full" if audit_type and audit_type.is_full else str(audit_type or "")


def _known(
    row: ReadRow,
    own: Mapping[str, Any],
    lists: Collection[Allocation],
    by_reference: Mapping[str, Allocation],
    unusable: Collection[str],
) -> Allocation | None:
    """The row of the list that this one is."""
    reference = str(own.get("reference", "")).casefold()
    if reference in unusable:
        row.wrong(
            "reference",
            "a row of the list has this reference and cannot be used as it is.",
            "put the list right first",
        )
        return None
    same = [
        a
        for a in lists
        if own.get("mosaic_number") and a.mosaic_number == own["mosaic_number"] and a.cycle == own["cycle"]
    ]
    if found := by_reference.get(reference):
        if own.get("mosaic_number") and found.mosaic_number not in ("", own["mosaic_number"]):
            row.wrong(
                "mosaic_number",
                f"{found.reference} is in the list with another Mosaic number.",
                "the right number or reference",
            )
            return None
        return found
    if reference:
        if twin := next((a for a in same if kind_of(a.audit_type) == kind_of(own.get("audit_type"))), None):
            row.wrong(
                "reference",
                f"this child is in the list for this cycle already, as {twin.reference}.",
                twin.reference,
            )
        return None
    if own.get("audit_type") and len(same) > 1:
        same = [a for a in same if a.audit_type is own["audit_type"]] or same
    if len(same) > 1:
        which = " and ".join(a.reference for a in same)
        row.wrong(
            "mosaic_number",
            f"the list has this child twice in this cycle: {which}.",
            "the reference in a column “Reference”",
        )
    return same[0] if len(same) == 1 else None


def _past(v: Mapping[str, Any]) -> Past:
    return Past(*(v.get(word) for word in PAST))


def _allocation(own: Mapping[str, Any], item_id: str, past: Past, rules: Sequence[Rule]) -> Allocation:
    values = {word: value for word, value in own.items() if word not in PAST}
    row = Allocation(item_id=item_id, etag="", **values)
    if past.sent_on and not past.came_back:
        names = {called(rule): None for rule in rules if rule.when is Milestone.CONFIRMED}
        row = replace(row, hold_letters=(*row.hold_letters, *(f"skip {name}" for name in names)))
    return row


def next_reference(cycle: Cycle, lists: Collection[Allocation], taken: Collection[str], prefix: str) -> str:
    """A reference nobody has, `taken` being folded: numbered on from those of the cycle, else from its services and
    month."""
    begins = prefix or _beginning(cycle, lists)
    width = 3
    numbers = [
        int(m[1]) for ref in taken if (m := re.fullmatch(re.escape(begins.casefold()) + r"-(\d+)", ref))
    ]
    n = max(numbers, default=0) + 1
    return f"{begins}-{n:0{width}}"[:LONGEST]


def _beginning(cycle: Cycle, lists: Collection[Allocation]) -> str:
    before = [a.reference.rpartition("-")[0] for a in lists if a.cycle == cycle.name]
    if common := Counter(before).most_common(1):
        return common[0][0]
    letters = re.match(r"[A-Za-z]+", re.sub(r"[^A-Za-z ]", "", cycle.service_group or cycle.name)) or [
        "AUDIT"
    ]
    month = f"-{cycle.month_one:%Y-%m}" if cycle.month_one else ""
    return f"{letters[0].upper()}{month}"


def _differences(
    row: ReadRow, own: Mapping[str, Any], known: Allocation, titles: Mapping[str, str]
) -> Iterator[str]:
    for word in row.values:
        if word in PAST:
            has = known.written.get(word)
            wants = own[word].value if isinstance(own[word], Grade) else own[word]
            if has is None or has == wants:
                continue
        else:
            has, wants = getattr(known, word), own[word]
            if has == wants or (word == "hold_letters" and set(wants) <= set(has)):
                continue
        yield (
            f"{row.cell(word)}: “{title_of(word, titles)}” of {known.reference} is {_said(has)} in the list and "
            f"{_said(wants)} in the spreadsheet. The list stays as it is."
        )


def _said(value: object) -> str:
    if isinstance(value, Person):
        return value.name
    if isinstance(value, date):
        return day_in_words(value)
    if isinstance(value, tuple):
        return f"“{'; '.join(map(str, value))}”" if value else "empty"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return f"“{value}”" if value else "empty"


def columns_to_enter(allocation: Allocation) -> dict[str, Any]:
    """What of a row is entered: our word -> value, empty ones left out."""
    values = {word: getattr(allocation, word) for word in COLUMNS if word not in PAST}
    return {word: value for word, value in values.items() if value not in (None, "", (), False)}
