"""Rows that were deleted while something ran: told every day until they are restored or the audit is withdrawn (§7,
§10). The list no longer says anything about them, so what stood there last is remembered. The row of an Inadequate that
is there and cannot be used (two have its reference, it names two auditors) counts like one: its steps stop as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime

from bot.programme.date_words import day_in_words
from bot.programme.events import Event, EventKind, Plain
from bot.programme.history.history import History
from bot.programme.history.records_of_the_past import LastSeen
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.council import Council, Keys, ever
from bot.programme.standing.status import status_of
from bot.programme.vocabulary import Allocation, Grade, Milestone, Problem, Status

ROW_GONE, ROW_OF_INADEQUATE_GONE = "a deleted row", "the deleted row of an Inadequate"
"""Kinds of matters."""
_AT_REST = (Status.COMPLETE, Status.EXEMPTED, Status.WITHDRAWN, Status.INVALID)
_STEPS: Mapping[tuple[Milestone, Milestone], str] = {
    (Milestone.MODERATION_DUE, Milestone.MODERATED): "the moderation",
    (Milestone.URGENT_ISSUES_DUE, Milestone.URGENT_ISSUES_DONE): "the urgent issues",
    (Milestone.UOPP_DUE, Milestone.UOPP_HELD): "the UoPP meeting",
    (Milestone.REVIEW_UOPP_DUE, Milestone.REVIEW_UOPP_HELD): "the review UoPP meeting",
}
"""What an Inadequate calls for, by when it is due and when it is done."""


@dataclass(frozen=True, slots=True)
class DeletedRow:
    """`again` is a row of the same reference that is not this audit: another child's, or in another cycle. `unusable`
    is a row that is there, but nobody can say what it means."""

    item_id: str
    seen: LastSeen
    again: bool = False
    unusable: bool = False

    @property
    def problem(self) -> Problem:
        seen = self.seen
        since = f" (noticed on {day_in_words(date.fromisoformat(seen.gone_on))})" if seen.gone_on else ""
        what = "The row cannot be used" if self.unusable else "The row was deleted"
        if seen.inadequate:
            steps = f" Still to be done: {'; '.join(seen.steps)}." if seen.steps else ""
            said = f"{what}{since}, and the work is graded Inadequate.{steps} Nobody is reminded of it now"
        else:
            said = f"{what}{since}; its status was “{seen.status}”. Nobody is waited for or reminded now"
        other = " There is another row of this reference, but not of this audit." if self.again else ""
        way = (
            (
                "Put it right: beside it stands what is wrong. If another row has the same reference, delete the one "
                "that was entered last, or give it a reference of its own."
            )
            if self.unusable
            else (
                "Restore it from the site's recycle bin, or enter it again with the same reference. If the audit is to "
                "end, restore it and tick “Withdrawn”."
            )
        )
        kind = ROW_OF_INADEQUATE_GONE if seen.inadequate else ROW_GONE
        return Problem(f"Audit allocations, {seen.reference}", f"{said}.{other} {way}", kind=kind)


def seen_rows(
    standings: Sequence[Standing], history: History, keys: Keys, now: datetime, today: date
) -> list[Event]:
    """What is to be remembered of each row of an open cycle in case it is deleted, where that has changed."""
    events = []
    for found in standings:
        a = found.allocation
        steps = []
        if found.safety_first:
            for (due, done), what in _STEPS.items():
                if (dated := found.reached.get(due)) and done not in found.reached:
                    steps.append(f"{what}, by {day_in_words(dated.on)}")
            if Milestone.UOPP_HELD in found.reached and not found.reached.keys() & {
                Milestone.WEEKLY_REPORTS_ENDED, Milestone.IMPROVED,
            }:  # fmt: skip
                steps.append("the weekly reports")
        status = status_of(found, today)
        begun = bool(history.letters_about(a.item_id) or found.past.returns or found.past.moderations)
        seen = LastSeen(
            reference=a.reference,
            cycle=found.cycle.item_id,
            child=_child(a, keys),
            status=status.value,
            runs=begun and (status not in _AT_REST or found.safety_first),
            inadequate=found.safety_first or found.settled_grade is Grade.INADEQUATE,
            steps=tuple(steps),
        )
        if history.last_seen.get(a.item_id) != seen:
            key = f"{a.item_id}#{now.isoformat()}"
            events.append(Event(now, EventKind.ROW_SEEN, key, a.item_id, _data(seen)))
    return events


def found_deleted(gone: Iterable[DeletedRow], now: datetime, today: date) -> list[Event]:
    """What is to be remembered of rows that were not known to be deleted before."""
    return [
        Event(now, EventKind.ROW_SEEN, f"{row.item_id}#{now.isoformat()}#gone", row.item_id,
              _data(replace(row.seen, gone_on=today.isoformat())))
        for row in gone
        if not row.seen.gone_on
    ]  # fmt: skip


def _data(seen: LastSeen) -> dict[str, Plain]:
    return {**asdict(seen), "steps": [*seen.steps]}


def deleted_rows(council: Council, history: History) -> list[DeletedRow]:
    """The rows of open cycles that are gone from the list while something ran. A row that is there and cannot be used
    is told by whoever read it, and is among them only if the work is graded Inadequate."""
    there = {a.item_id for a in council.allocations} | {a.row_id for a in council.allocations}
    unread = set(council.unread)
    open_cycles = {cycle.item_id for cycle in council.cycles if cycle.open}
    references = {a.reference.casefold() for a in council.allocations}
    return [
        DeletedRow(item_id, seen, seen.reference.casefold() in references, item_id in unread)
        for item_id, seen in history.last_seen.items()
        if item_id not in there and seen.runs and seen.cycle in open_cycles
        if seen.inadequate or item_id not in unread
    ]


def restored(council: Council, history: History, keys: Keys) -> Council:
    """The lists, with a row that was deleted and entered again standing for what it was: the same reference, cycle and
    child. What was told and what came back stays with it, so nothing is told or asked for twice."""
    taken: dict[str, str] = {}  # id of the new row -> id it had before
    cycles = {cycle.name: cycle.item_id for cycle in council.cycles}
    for gone in deleted_rows(council, history):
        if gone.unusable:
            continue
        seen = gone.seen
        same = [
            a
            for a in council.allocations
            if a.reference.casefold() == seen.reference.casefold()
            and cycles.get(a.cycle) == seen.cycle
            and seen.child in [_child(a, each) for each in ever(keys)]
            and not history.letters_about(a.item_id)
        ]
        if len(same) == 1:
            taken[same[0].item_id] = gone.item_id
    if not taken:
        return council
    rows = [
        replace(a, item_id=taken[a.item_id], row_id=a.item_id) if a.item_id in taken else a
        for a in council.allocations
    ]
    return replace(council, allocations=rows)


def _child(a: Allocation, keys: Keys) -> str:
    name = "" if a.mosaic_number else " ".join(a.child_name.casefold().split())
    return child_code(a.mosaic_number, keys, name)


def child_code(mosaic_number: str, keys: Keys, name: str = "") -> str:
    """A code by which the same child is known again; nobody can read the child from it."""
    return keys(("child", mosaic_number.strip(), name))[:16]
