"""Weighs a play with a fault against the same play without one, by what the tenant shows alone: deliveries, rows of the
list, files of the library, messages of the shared mailbox. The bot's ledger is never looked at.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from sandbox.play.letters import DIGEST, DUTY, UNKNOWN, kind_of
from sandbox.tenant.run import Running

JsonObject = dict[str, Any]
Key = tuple[str, str, str]
"""A letter to one person: what it is for, about which audit or day, who got it."""

ALLOCATIONS, CYCLES = "Audit allocations", "Audit cycles"
EXACT = (
    "Status", "Audit sent on", "Audit due", "Audit returned on", "Auditor's grade", "Completeness", "Moderation due",
    "Moderated on", "Moderated grade", "Family feedback", "Practitioner feedback", "UoPP due",
)  # fmt: skip
"""The bot's columns that must say the same whatever went wrong on the way."""
IN_WORDS = ("Next step", "Document link", "Last letter", "Bot's note")
"""The bot's columns whose words may differ; what stood there may still not be emptied."""
URGENT = {"inadequate alert": timedelta(hours=1), "UoPP to convene": timedelta(hours=1)}
MAY_LIE = ("Drafts for the Audit Team", "Rehearsal", "Deleted Items")
"""Folders in which a draft may lie: a person reads it there, or it was taken back."""


@dataclass(frozen=True, slots=True)
class World:
    """What the tenant shows at one moment."""

    letters: dict[Key, list[datetime]]
    carried: dict[Key, list[JsonObject]]
    rows: dict[str, JsonObject]
    files: frozenset[str]
    messages: dict[
        tuple[str, str], str
    ]  # what people sent -> its folder, and the categories it was put under
    drafts: tuple[str, ...]
    things: int  # what the last digest puts to a person
    notice: str  # what the list “Audit bot” says is wrong


def seen(tenant: Running, since: int = 0) -> World:
    """The tenant as it is; letters from the `since`-th delivery on."""
    letters: dict[Key, list[datetime]] = {}
    carried: dict[Key, list[JsonObject]] = {}
    things = 0
    for each in tenant.deliveries(html=True)[since:]:
        if each["sender"] != tenant.mailbox or each["kind"] != "message":
            continue
        for part in kind_of(each).parts:
            duty, about = part.duty, part.about
            if part.name == DIGEST:
                about = each["at"][:10]
                found = re.search(r": (\d+) thing", each["subject"])
                things = int(found[1]) if found else 0
            elif duty == UNKNOWN:
                duty = each["subject"]
            for reader in each["delivered_to"]:
                letters.setdefault((duty, about, reader), []).append(
                    datetime.fromisoformat(each["at"].replace("Z", "+00:00"))
                )
                carried.setdefault((duty, about, reader), []).append(each)
    messages = tenant.ask("GET", f"/mailboxes/{tenant.mailbox}")["messages"]
    notice = tenant.ask("GET", "/lists/Audit bot")["rows"]
    return World(
        letters,
        carried,
        {row["Title"]: row for row in tenant.ask("GET", f"/lists/{ALLOCATIONS}")["rows"]},
        frozenset(file["path"] for file in tenant.ask("GET", "/files")),
        {
            (m["internet_message_id"], m["subject"]): ": ".join([m["folder"], *m["categories"]])
            for m in messages
            if m["from"] != tenant.mailbox
        },
        tuple(m["subject"] for m in messages if m["is_draft"] and m["folder"] not in MAY_LIE),
        things,
        str(notice[-1].get("What is wrong") or "") if notice else "",
    )


@dataclass(slots=True)
class Verdict:
    """What came of one or more injections of a fault. Counts of letters to one person, of cells and of things."""

    injections: int = 0
    doubled: int = 0
    lost: int = 0
    wrong: int = 0
    erased: int = 0
    values: int = 0  # cells that say something else than they ought to, told or not
    late: int = 0
    stuck: int = 0
    told: int = 0  # what did not come as it ought to, but was told to a person
    drafts: int = 0  # drafts left lying that nobody was told of
    notes: list[str] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        return bool(
            self.doubled + self.lost + self.wrong + self.erased + self.values + self.late + self.stuck
        )

    def __add__(self, other: Verdict) -> Verdict:
        return Verdict(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


def weighed(before: World, expected: World, got: World, mailbox: str, *, where: str = "") -> Verdict:
    """One injection: `before` is the tenant before the run it struck, `expected` what the runs come to without it."""
    found = Verdict(injections=1)

    def note(what: str) -> None:
        found.notes.append(f"{where}: {what}" if where else what)

    readers = {key[:2]: {k[2] for k in expected.letters if k[:2] == key[:2]} for key in expected.letters}
    alarm = 0  # letters to the Audit Team that only trouble brings
    for key, times in got.letters.items():
        duty, about, reader = key
        more = len(times) - len(expected.letters.get(key, ()))
        if more <= 0:
            continue
        if reader == mailbox and duty != DUTY[DIGEST] and key not in expected.letters:
            alarm += more
        elif key in expected.letters or key in before.letters or reader in readers.get(key[:2], ()):
            found.doubled += more
            earlier = [each for each in before.letters.get(key, ()) if each not in times]
            note(f"“{duty}” about {about} reached {reader} again, at {_hours([*earlier, *times])}")
        else:
            found.wrong += more
            note(f"“{duty}” about {about} reached {reader}, who should not have had it, at {_hours(times)}")
    told = bool(alarm) or got.things > expected.things or (bool(got.notice) and not expected.notice)
    for key, times in expected.letters.items():
        duty, about, reader = key
        here = got.letters.get(key, [])
        missing = len(times) - len(here)
        if missing > 0:
            found.told += missing if told else 0
            found.lost += 0 if told else missing
            note(f"“{duty}” about {about} never reached {reader}{'; a person was told' if told else ''}")
        elif here and _late(duty, min(here), min(times)):
            found.late += 1
            note(f"“{duty}” about {about} reached {reader} at {_hours(here)} instead of {_hours(times)}")
    _cells(before, expected, got, told, found, note)
    missing, extra = sorted(expected.files - got.files), sorted(got.files - expected.files)
    for path in missing:
        _stuck(found, told, note, f"the file {path} is not in the library")
    found.doubled += max(0, len(extra) - len(missing))  # what lies elsewhere is not there twice
    for path in extra:
        note(f"the file {path} is there besides")
    for message, folder in expected.messages.items():
        if before.messages.get(message) == "Inbox" and got.messages.get(message) != folder:
            where_now = got.messages.get(message)
            _stuck(found, told, note, f"“{message[1]}” lies in {where_now or 'no folder'}, not in {folder}")
    if len(got.drafts) > len(expected.drafts):
        found.drafts += len(got.drafts) - len(expected.drafts)
        note(f"drafts left lying: {', '.join(got.drafts)}")
    return found


def _cells(before: World, expected: World, got: World, told: bool, found: Verdict, note: Any) -> None:
    for reference, row in expected.rows.items():
        now = got.rows.get(reference)
        if now is None:
            _stuck(found, told, note, f"the row {reference} is gone")
            continue
        for column, value in row.items():
            if column in ("id", "etag"):
                continue
            stood = before.rows.get(reference, {}).get(column)
            if _empty(now.get(column)) and not _empty(value) and not _empty(stood):
                found.erased += 1
                note(f"{reference}: “{column}” said {stood!r} and was emptied")
            elif column in IN_WORDS:
                continue
            elif now.get(column) != value and column in EXACT:
                what = f"{reference}: “{column}” says {now.get(column)!r} instead of {value!r}"
                if column == "Status" or _empty(now.get(column)):
                    _stuck(found, told, note, what)
                else:
                    found.values += 1
                    note(what)
            elif now.get(column) != value and not (_empty(now.get(column)) and _empty(value)):
                found.erased += 1
                note(f"{reference}: people's “{column}” says {now.get(column)!r} instead of {value!r}")


def _stuck(found: Verdict, told: bool, note: Any, what: str) -> None:
    found.told += told
    found.stuck += not told
    note(f"{what}{'; a person was told' if told else ''}")


def _late(duty: str, came: datetime, due: datetime) -> bool:
    return came - due > URGENT[duty] if duty in URGENT else came.date() > due.date()


def _empty(value: Any) -> bool:
    return value in (None, "", [], False)


def _hours(times: list[datetime]) -> str:
    return ", ".join(f"{each:%d %b %H:%M}" for each in times)


def table(rows: dict[str, Verdict]) -> str:
    """The matrix as text."""
    heads = ("injections", "doubled", "lost", "wrong", "erased", "values", "late", "stuck", "told", "drafts")
    shown = {head: f"{head:>10}" for head in heads} | {"stuck": "stuck without alert"}
    width = max([len(name) for name in rows] + [5])
    lines = [f"{'fault':{width}} | " + " | ".join(shown.values())]
    lines.append("-" * len(lines[0]))
    lines += [
        f"{name:{width}} | " + " | ".join(f"{getattr(found, head):>{len(shown[head])}}" for head in heads)
        for name, found in rows.items()
    ]
    return "\n".join(lines)


def tally(found: Verdict) -> Counter[str]:
    return Counter(
        {f.name: getattr(found, f.name) for f in fields(found) if f.name not in ("notes", "injections")}
    )
