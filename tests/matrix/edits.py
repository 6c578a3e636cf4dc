"""What people change about an audit while letters about it are on their way, and what the row then allows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from matrix.cycle import ALLOCATIONS, FIRST, INADEQUATE, LAUNCH, SECOND, THIRD, Stage
from matrix.host import Ended
from matrix.scales import Key, Verdict, World

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Edit:
    """What somebody changes about the first audit while letters about it are on their way. `values` gives the new cells
    (None: the row is deleted), `forbids` the letters that the new row does not allow, `wants` those it asks for."""

    name: str
    moment: int
    values: Callable[[Stage], Any]
    forbids: Callable[[Key, JsonObject, JsonObject, Any], bool]
    wants: Callable[[JsonObject, Any], Iterable[Key]] = lambda _row, _values: ()
    list: str = ALLOCATIONS

    def weighed(
        self,
        row: JsonObject,
        values: Any,
        got: World,
        where: str,
        runs: Sequence[Ended],
        mailbox: str,
        usual: int,
    ) -> Verdict:
        """What came after the edit; `usual` things are put to a person without it."""
        found = Verdict(injections=1)
        for key, letters in got.carried.items():
            if key[2] == mailbox:
                continue
            for each in letters:
                if self.forbids(key, each, row, values):
                    found.wrong += 1
                    files = [a["name"] for a in each["attachments"]]
                    found.notes.append(
                        f"{where}: “{each['subject']}” went to {key[2]} at {each['at']}, with {files}"
                    )
            if len(letters) > 1:
                found.doubled += len(letters) - 1
                found.notes.append(
                    f"{where}: “{key[0]}” about {key[1]} reached {key[2]} {len(letters)} times"
                )
        told = got.things > usual or bool(got.notice)
        for key in self.wants(row, values):
            if key not in got.letters:
                found.told, found.lost = found.told + told, found.lost + (not told)
                found.notes.append(
                    f"{where}: “{key[0]}” never reached {key[2]}{'; things were told' if told else ''}"
                )
        for run in runs:
            if run.how == "hung" or "Traceback (most recent call last)" in run.said:
                found.stuck += 1
                found.notes.append(f"{where}: a run {run.how}: {run.said[-300:]}")
        return found


def _another(column: str, reference: str) -> Callable[[Stage], JsonObject]:
    """Somebody else in this column: who has it in another row."""
    return lambda stage: {column: stage.people.row(reference)[column]}


def _to_the_former(column: str, *duties: str) -> Callable[[Key, JsonObject, JsonObject, Any], bool]:
    return lambda key, _letter, row, _values: (
        key[1] == FIRST and key[2] == row[column] and (not duties or key[0] in duties)
    )


def _to_the_new(column: str, duty: str) -> Callable[[JsonObject, Any], Iterable[Key]]:
    return lambda _row, values: [(duty, FIRST, values[column])]


def _any(*duties: str) -> Callable[[Key, JsonObject, JsonObject, Any], bool]:
    return lambda key, _letter, _row, _values: key[1] == FIRST and (not duties or key[0] in duties)


def _names_the_child(key: Key, letter: JsonObject, row: JsonObject, _values: Any) -> bool:
    whole = letter["subject"] + letter["html"]
    identified = any(str(row[column]) in whole for column in ("Child's name", "Mosaic number"))
    return key[1] == FIRST and (bool(letter["attachments"]) or identified)


def _set(**values: Any) -> Callable[[Stage], JsonObject]:
    return lambda _stage: {column.replace("_", " "): value for column, value in values.items()}


def _alert(column: str) -> Callable[[JsonObject, Any], Iterable[Key]]:
    return _to_the_new(column, "inadequate alert")


def _still_alerted(row: JsonObject, _values: Any) -> Iterable[Key]:
    return [("inadequate alert", FIRST, row[c]) for c in ("Practitioner", "Team Manager", "Head of Service")]


REQUEST = "moderation requested"
EDITS = (
    Edit("another auditor", LAUNCH, _another("Auditor", SECOND), _to_the_former("Auditor"),
         _to_the_new("Auditor", "audit allocated")),
    Edit("another moderator", LAUNCH, _another("Moderator", SECOND), _to_the_former("Moderator"),
         _to_the_new("Moderator", "moderation allocated")),
    Edit("another practitioner", LAUNCH, _another("Practitioner", SECOND), _to_the_former("Practitioner"),
         _to_the_new("Practitioner", "practitioner informed")),
    Edit("another Team Manager", LAUNCH, _another("Team Manager", THIRD), _to_the_former("Team Manager"),
         _to_the_new("Team Manager", "practitioner informed")),
    Edit("withdrawn", LAUNCH, _set(Withdrawn=True), _any()),
    Edit("on hold", LAUNCH, _set(Hold_why="A visit is being arranged"), _any()),
    Edit("restricted", LAUNCH, _set(Restricted=True), _names_the_child),
    Edit("declared invalid", LAUNCH, _set(Declared_invalid_on="2026-03-02"), _any()),
    Edit("another day to return it by", LAUNCH, _set(Return_by="2026-03-25"),
         lambda key, letter, _row, _values: key[:2] == ("audit allocated", FIRST) and "20 Mar" in letter["subject"]),
    Edit("all letters held by name", LAUNCH, _set(Hold_letters="all"), _any()),
    Edit("the row deleted", LAUNCH, lambda _stage: None, _any()),
    Edit("the cycle closed", LAUNCH, _set(Status="Closed"), _any(), list="Audit cycles"),
    Edit("another moderator", INADEQUATE, _another("Moderator", SECOND), _to_the_former("Moderator"),
         _to_the_new("Moderator", REQUEST)),
    Edit("another practitioner", INADEQUATE, _another("Practitioner", SECOND), _to_the_former("Practitioner"),
         _alert("Practitioner")),
    Edit("another Team Manager", INADEQUATE, _another("Team Manager", THIRD), _to_the_former("Team Manager"),
         _alert("Team Manager")),
    Edit("withdrawn", INADEQUATE, _set(Withdrawn=True), _any(REQUEST), _still_alerted),
    Edit("on hold", INADEQUATE, _set(Hold_why="A visit is being arranged"), _any(REQUEST)),
    Edit("restricted", INADEQUATE, _set(Restricted=True), _names_the_child),
    Edit("declared invalid", INADEQUATE, _set(Declared_invalid_on="2026-03-03"), _any(REQUEST)),
    Edit("the row deleted", INADEQUATE, lambda _stage: None, _any(REQUEST)),
)  # fmt: skip
