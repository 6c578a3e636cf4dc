"""A small audit cycle: three audits, and what people do in it from the list's confirmation to the weekly letters.

The first is graded Inadequate, moderated so, and its UoPP meeting's record comes by mail; the second comes back Good;
the third is never returned. Everything is read off the tenant: who wrote what to whom is done through people's own
mailboxes, what there is afterwards is what the front desk shows.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matrix.host import Databases, Ended, Host, Nursery

import sandbox
from bot.exit_status import DONE, NEEDS_A_PERSON
from sandbox.play.cast.forms import auditors_answers, filled, moderators_answers, record_of_a_meeting
from sandbox.play.cast.person import Outlook, form_in, opened
from sandbox.play.seed import council
from sandbox.tenant.run import Running

JsonObject = dict[str, Any]
ALLOCATIONS = "Audit allocations"
CYCLE = "FSP and CWD, March 2026"
FIRST, SECOND, THIRD = (f"FSP-2026-03-00{n}" for n in (1, 2, 3))
LOOK = ("--post-only",)
DAILY: tuple[str, ...] = ()


def seed() -> JsonObject:
    """The fictional council with one cycle of three audits, and nothing else in its list."""
    found = council(audits=3)
    for each in found["lists"]:
        if each["name"] == ALLOCATIONS:
            each["items"] = [r for r in each["items"] if r["Title"] in (FIRST, SECOND, THIRD)]
        if each["name"] == "Audit cycles":
            each["items"] = [r for r in each["items"] if r["Title"] == CYCLE]
    return found


class People:
    """The council at its Outlook and in its list."""

    def __init__(self, tenant: Running) -> None:
        self.tenant = tenant
        self.outlook = Outlook(tenant)

    def row(self, reference: str) -> JsonObject:
        rows = self.tenant.ask("GET", f"/lists/{ALLOCATIONS}")["rows"]
        found: JsonObject = next(row for row in rows if row["Title"] == reference)
        return found

    def edit(self, reference: str, **values: Any) -> None:
        self.tenant.ask("PATCH", f"/lists/{ALLOCATIONS}/{self.row(reference)['id']}", values)

    def letter(self, words: str, about: str = "") -> tuple[str, JsonObject]:
        """The first reader of the last letter whose subject has these words, and the letter in their mailbox."""
        found = [d for d in self.tenant.deliveries() if words in d["subject"] and about in d["subject"]]
        reader = found[-1]["to"][0]
        return reader, self.outlook.message(reader, found[-1]["internet_message_id"])

    def confirm(self) -> None:
        """Each Head of Service presses the button of the list."""
        for each in self.tenant.deliveries():
            if "list for you to confirm" in each["subject"]:
                for head in each["to"]:
                    message = self.outlook.message(head, each["internet_message_id"])
                    self.outlook.send(head, opened(message, "I confirm the list") or {})

    def return_(self, reference: str, grade: str, day: str) -> None:
        reader, message = self.letter("yours to carry out", reference)
        answers = auditors_answers(grade, day, random.Random(reference))
        self._answer(reader, message, answers)

    def moderate(self, reference: str, auditors: str, grade: str, day: str) -> None:
        reader, message = self.letter("ready for you to moderate", reference)
        self._answer(reader, message, moderators_answers(auditors, grade, day))

    def send_record(self, reference: str, held: str) -> None:
        """Whoever leads the UoPP meeting shares its record, and copies the Audit Team in."""
        leads, message = self.letter("UoPP meeting to convene", reference)
        name, form = form_in(message) or ("", b"")
        row = self.row(reference)
        ready = {
            "to": [row[c] for c in ("Practitioner", "Team Manager", "Head of Service")],
            "cc": [self.tenant.mailbox],
            "subject": f"UoPP record, audit {reference}",
            "body": "The record of the meeting is attached.",
        }
        self.outlook.send(leads, ready, [(name, filled(form, record_of_a_meeting(held)))])

    def _answer(self, reader: str, message: JsonObject, answers: dict[str, str]) -> None:
        name, form = form_in(message) or ("", b"")
        self.outlook.answer(
            reader,
            message,
            "The completed form is attached.",
            [self.tenant.mailbox],
            [],
            [(name, filled(form, answers))],
        )

    def move_all(self, names: Sequence[str], to: str) -> None:
        """Everything in some folders of the shared mailbox is moved to another, as tidy people do."""
        box = self.tenant.mailbox
        for each in self.tenant.ask("GET", f"/mailboxes/{box}")["messages"]:
            if each["folder"] in names:
                self.outlook.call("POST", box, f"/messages/{each['id']}/move", {"destinationId": to})


@dataclass(frozen=True, slots=True)
class Moment:
    """One run of the cycle: when, of which kind, and what people do just before it."""

    name: str
    at: str
    more: tuple[str, ...] = DAILY
    done: Callable[[People], None] | None = None


def _first_day(people: People) -> None:
    people.return_(FIRST, "Inadequate", "2026-03-03")


def _meeting(people: People) -> None:
    people.send_record(FIRST, "2026-03-06")


def _second_day(people: People) -> None:
    people.moderate(FIRST, "Inadequate", "Inadequate", "2026-03-04")
    people.return_(SECOND, "Good", "2026-03-04")


def _entered(people: People) -> None:
    for reference in (FIRST, SECOND, THIRD):
        people.edit(reference, **{"Confirmed on": "2026-02-24"})


MOMENTS = (
    Moment("the list goes out", "2026-02-23T08:00:00+00:00"),
    Moment("the list is confirmed", "2026-02-24T12:10:00+00:00", LOOK, People.confirm),
    Moment("a quiet morning", "2026-02-26T08:00:00+00:00", DAILY, _entered),
    Moment("launch", "2026-03-02T08:00:00+00:00"),
    Moment("an Inadequate comes back", "2026-03-03T12:10:00+00:00", LOOK, _first_day),
    Moment("the morning after", "2026-03-04T08:00:00+00:00"),
    Moment("it is moderated, a Good comes back", "2026-03-04T12:10:00+00:00", LOOK, _second_day),
    Moment("the next morning", "2026-03-05T08:00:00+00:00"),
    Moment("the record of the meeting", "2026-03-06T12:10:00+00:00", LOOK, _meeting),
    Moment("the weekly letters", "2026-03-09T08:00:00+00:00"),
)  # fmt: skip

ORDER = {moment.name: n for n, moment in enumerate(MOMENTS)}
LAUNCH, INADEQUATE, MODERATED, RECORD = (
    ORDER[name]
    for name in (
        "launch", "an Inadequate comes back", "it is moderated, a Good comes back", "the record of the meeting",
    )
)  # fmt: skip


class Stage:
    """The tenant, the machine, and the cycle played once without a fault and kept before each of its runs."""

    def __init__(self, tenant: Running, folder: Path, databases: Databases | None = None) -> None:
        self.tenant, self.folder = tenant, folder
        self.nursery = Nursery(tenant, folder)
        self.host = Host(tenant, self.nursery, folder / "host", databases)
        self.host.setting("settle_minutes", "15")  # as on a live tenant
        self.people = People(tenant)
        self.keep("as seeded")
        self.host.warm_up(MOMENTS[0].at)
        self.host.warm_up(MOMENTS[LAUNCH].at)
        self.go_back("as seeded")
        self.said: list[Ended] = []

    def keep(self, name: str) -> None:
        self.tenant.ask("POST", f"/kept/{name}")
        self.host.lay_by(self.folder / "kept" / name)

    def go_back(self, name: str) -> None:
        self.tenant.ask("POST", f"/kept/{name}/back")
        self.host.put_back(self.folder / "kept" / name)

    def kept(self, n: int) -> Path:
        """What the machine remembered just before the n-th run."""
        return self.folder / "kept" / f"before-{n}"

    def play(self, until: int = len(MOMENTS)) -> None:
        """The cycle from its beginning, kept before each run. Every run must be a good one."""
        self.go_back("as seeded")
        for n, moment in enumerate(MOMENTS[:until]):
            if moment.done:
                self.tenant.ask("POST", "/clock", {"now": moment.at.replace(":10:", ":00:")})
                moment.done(self.people)
            self.keep(f"before-{n}")
            ended = self.host.whole(moment.at, *moment.more)
            if ended.how != "ended" or ended.status not in (DONE, NEEDS_A_PERSON):
                raise RuntimeError(f"The cycle itself does not play: {moment.name}: {ended}")
            self.said.append(ended)

    def close(self) -> None:
        self.nursery.close()


@contextmanager
def stage(databases: Databases | None = None) -> Iterator[Stage]:
    """A tenant and a machine in a folder of their own."""
    folder = Path(tempfile.mkdtemp(prefix="matrix-"))
    try:
        with sandbox.run(seed(), folder=folder / "tenant") as tenant:
            found = Stage(tenant, folder, databases)
            try:
                yield found
            finally:
                found.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
