"""The cast's diary: who wrote what in which form, what was entered in the list, which letters came, each with its day.

From it everything a report counts can be counted again, without the bot, its ledger or the columns it writes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

JsonObject = dict[str, Any]
BOTS_COLUMNS = {
    "Status", "Next step", "Audit sent on", "Audit due", "Audit returned on", "Auditor's grade", "Completeness",
    "Moderation due", "Moderated on", "Moderated grade", "Family feedback", "Practitioner feedback", "UoPP due",
    "Document link", "Last letter", "Bot's note",
}  # fmt: skip
"""Columns of the list that no person fills: a diary has none of them."""


@dataclass(frozen=True, slots=True)
class Written:
    """A form somebody sent. `part`: whose part of it they filled in ("auditor", "moderator", "chair", "Audit Team",
    "dip sampler"). `answers` by tag, row for row; what others wrote before stands in it too. A form that nobody can
    take as it is (tracked changes, another child's, without a grade) does not `stand`: one that does follows."""

    about: str
    form: str
    part: str
    by: str
    on: date
    answers: Mapping[str, Sequence[str]]
    stands: bool = True


@dataclass(frozen=True, slots=True)
class Entered:
    """What the Audit Team entered in a row of the list, or somebody said by a button that stands for it, by column; ""
    or False: taken out again."""

    about: str
    on: date
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Came:
    """A letter that gives somebody their part of an audit ("allocated") reached them."""

    about: str
    what: str
    to: str
    on: date


@dataclass(slots=True)
class Diary:
    """All of it, in the order in which it happened. `rows` and `cycles` as they were when first seen."""

    rows: dict[str, JsonObject] = field(default_factory=dict)
    cycles: dict[str, JsonObject] = field(default_factory=dict)
    written: list[Written] = field(default_factory=list)
    entered: list[Entered] = field(default_factory=list)
    came: list[Came] = field(default_factory=list)

    def begins_with(self, row: JsonObject) -> None:
        """A row of the list of audits, without what the bot may have written in it."""
        kept = {c: v for c, v in row.items() if c not in BOTS_COLUMNS and v not in (None, "", [])}
        self.rows.setdefault(str(row["Title"]), kept)

    def as_json(self) -> JsonObject:
        """As plain data that JSON can hold."""
        told: JsonObject = {"rows": self.rows, "cycles": self.cycles}
        for name in ("written", "entered", "came"):
            told[name] = [{**asdict(each), "on": each.on.isoformat()} for each in getattr(self, name)]
        return told
