"""One letter, the real outbox, and everything that can happen to it: a search over all of what may come in what order.

The ledger and the mailbox are models; the code that decides is the bot's own. A run goes from its beginning to its end,
or to a crash at any request or any record; each request may be lost, or its answer, or be refused. A search may show
what was so before, and a letter that was sent may leave only minutes later: both for less than the settling time, which
is what the protocol assumes.
"""

from __future__ import annotations

import copy
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.errors import TenantUnavailable
from bot.office.graph import Graph, Reply, Request
from bot.office.mail.mailbox import Mailbox
from bot.office.mail.outbox import Outbox
from bot.office.mail.outgoing import OutgoingLetter
from bot.office.pace import Patience
from bot.programme.events import Event
from bot.programme.history.history import history_of
from bot.programme.history.records_of_the_past import LetterState
from bot.programme.modes import Mode
from bot.programme.vocabulary import Person
from bot.settings import Settings

KEY, OUTBOX, SENT = "k" * 26, "outbox", "sent"
BEGIN = datetime(2026, 3, 2, 8, tzinfo=UTC)
LAG = timedelta(minutes=5)
"""So long a sent letter may take to leave, and so old a search may be; less than the settling time of 15 minutes."""
SOON, LATER = timedelta(minutes=1), timedelta(minutes=20)
ADA = Person("Ada Auditor", "ada.auditor@wexcombe.example")
LETTER = OutgoingLetter(
    KEY, "1", "07_audit_allocated_auditor", "audit allocated", "", "An audit", "<p>Dear Ada</p>", (ADA,),
    date(2026, 3, 2), "launch",
)  # fmt: skip
CRASHES, FAULTS = ("crash before", "crash after"), "fault"


SENT_BY_HAND = "a person sends the draft by hand, and the copy is in their own mailbox"
PEOPLE = ("a person deletes the draft", SENT_BY_HAND)
"""What somebody may do to a draft after it was made and right before the request to send it comes: the folder is theirs
too. Exchange keeps what a delegate sends among the delegate's own sent items, so the mailbox shows the same either way.
https://learn.microsoft.com/powershell/module/exchangepowershell/set-mailbox, MessageCopyForSentAsEnabled"""


class Crash(BaseException):
    """The process is gone."""


@dataclass
class Choices:
    """Which of several things happens: those of `given`, then the first; what else there would have been is noted."""

    given: Sequence[int]
    crashes: int
    faults: int
    people: bool = False  # whether somebody may do something to a draft
    taken: list[int] = field(default_factory=list)
    open: list[tuple[int, ...]] = field(default_factory=list)

    def of(self, usual: str, *others: str) -> str:
        can = [usual]
        can += [o for o in others if (self.crashes if o.startswith("crash") else self.faults)]
        n = len(self.taken)
        chosen = self.given[n] if n < len(self.given) else 0
        if n >= len(self.given):
            self.open += [(*self.taken, k) for k in range(1, len(can))]
        self.taken.append(chosen)
        found = can[chosen]
        if found.startswith("crash"):
            self.crashes -= 1
        elif found != usual:
            self.faults -= 1
        return found


@dataclass
class World:
    """What lasts between runs: ledger, mailbox, clock."""

    now: datetime = BEGIN
    events: list[Event] = field(default_factory=list)
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    made: int = 0
    delivered: int = 0
    before: tuple[datetime, dict[str, dict[str, Any]]] | None = None  # what a search may still show
    leaves: dict[str, datetime] = field(default_factory=dict)  # sent, and not gone yet
    owed: bool = True
    sent_unowed: int = 0

    def copied(self) -> World:
        return replace(
            self, events=[*self.events], messages=copy.deepcopy(self.messages), leaves={**self.leaves}
        )

    def settle(self) -> None:
        """What was to leave by now has left."""
        for each in [i for i, at in self.leaves.items() if at <= self.now]:
            del self.leaves[each]
            self._gone(each)

    def _gone(self, message_id: str) -> None:
        self.delivered += 1
        message = self.messages.pop(message_id, None)
        if message is None:  # deleted while it was on its way
            return
        self.made += 1
        self.messages[f"m{self.made}"] = message | {
            "id": f"m{self.made}", "isDraft": False, "parentFolderId": SENT, "sentDateTime": self.now.isoformat(),
        }  # fmt: skip

    def by_a_person(self, message_id: str, *, sends: bool) -> None:
        """A draft is gone from the mailbox, and no copy of it lies there."""
        if self.messages.get(message_id, {}).get("isDraft") and message_id not in self.leaves:
            del self.messages[message_id]
            self.delivered += sends

    def sent(self, message_id: str, *, slowly: bool) -> bool:
        """Exchange is asked to send a draft. Whether there is one."""
        message = self.messages.get(message_id)
        if message is None or not message["isDraft"]:
            return False
        if message_id in self.leaves:  # asked twice while it is on its way: nobody knows, so count it
            self.delivered += 1
            return True
        self.sent_unowed += not self.owed
        if slowly:
            self.leaves[message_id] = self.now + LAG
        else:
            self._gone(message_id)
        return True

    def state(self) -> tuple[Any, ...]:
        """What tells this world from others: ages instead of moments, kinds of messages instead of their ids."""
        ids = {i: n for n, i in enumerate(self.messages)}

        def age(at: datetime) -> float:
            return min((self.now - at) / timedelta(minutes=1), 30)

        return (
            tuple((e.kind.value, e.key, age(e.at)) for e in self.events),
            tuple((m["isDraft"], age(datetime.fromisoformat(m["createdDateTime"]))) for m in self.messages.values()),
            tuple((ids.get(i), age(at)) for i, at in self.leaves.items()),
            self.delivered, self.owed, self.sent_unowed,
        )  # fmt: skip


class LedgerModel:
    """Appends once by kind and key, and may be where the process dies."""

    mode = Mode.LIVE

    def __init__(self, world: World, choices: Choices) -> None:
        self._world, self._choices = world, choices

    def append(self, events: Sequence[Event]) -> int:
        chosen = self._choices.of("recorded", *CRASHES)
        if chosen != "crash before":
            known = {(e.kind, e.key) for e in self._world.events}
            self._world.events += [e for e in events if (e.kind, e.key) not in known]
        if chosen != "recorded":
            raise Crash
        return len(events)

    def read(self) -> list[Event]:
        return [*self._world.events]

    read_own = read  # live alone is played


class GraphModel:
    """The mailbox through Graph, with everything that may go wrong at each request."""

    def __init__(self, world: World, choices: Choices) -> None:
        self._world, self._choices = world, choices
        self.patience = Patience(sleep=lambda _seconds: None)

    def make_room(self, _requests: int, _size: int) -> None:
        """There always is."""

    def batch(self, parts: Any) -> list[Reply]:
        parts = list(parts)
        if all(p.method == "GET" for p in parts):
            what = self._choices.of("seen", "crash before", "no answer", "seen as before")
            if what == "crash before":
                raise Crash
            if what == "no answer":
                raise TenantUnavailable("no answer")
            return [self._seen(part, stale=what == "seen as before") for part in parts]
        sends = parts[0].path.endswith("/send")
        more = ("429", "504, not done", "504, done", "done slowly", "done slowly, no answer") if sends else ()
        more += PEOPLE if sends and self._choices.people else ()
        what = self._choices.of("done", *CRASHES, "not done, no answer", "done, no answer", *more)
        if what == "crash before":
            raise Crash
        if what == "not done, no answer":
            raise TenantUnavailable("no answer")
        if what in ("429", "504, not done"):
            return [Reply(int(what[:3]), {"error": {"code": what}}, {}) for _ in parts]
        if what in PEOPLE:
            self._world.by_a_person(parts[0].path.split("/")[-2], sends=what == SENT_BY_HAND)
        replies = [self._done(part, slowly="slowly" in what) for part in parts]
        if what == "crash after":
            raise Crash
        if what.endswith("no answer"):
            raise TenantUnavailable("no answer")
        return [Reply(504, {}, {}) for _ in parts] if what == "504, done" else replies

    def delete(self, path: str) -> None:
        self.batch([Request("DELETE", path)])

    def get(self, path: str, params: Any = None) -> Any:
        return self.batch([Request("GET", path)])[0].body

    entries, onward = Graph.entries, Graph.onward

    def pages(self, path: str, params: Any = None) -> Iterator[Any]:
        return self.onward(self.get(path))

    def _remember(self) -> None:
        """What a search may go on showing for a while."""
        self._world.before = (self._world.now, copy.deepcopy(self._world.messages))

    def _done(self, part: Request, *, slowly: bool) -> Reply:
        world = self._world
        self._remember()
        if part.method == "DELETE":
            gone = world.messages.pop(part.path.rpartition("/")[2], None)
            return Reply(204 if gone else 404, {}, {})
        if part.path.endswith("/send"):
            there = world.sent(part.path.split("/")[-2], slowly=slowly)
            return Reply(202 if there else 404, {} if there else {"error": {"code": "ErrorItemNotFound"}}, {})
        world.made += 1
        found = {
            **part.body, "id": f"m{world.made}", "isDraft": True, "parentFolderId": OUTBOX,
            "createdDateTime": world.now.isoformat(), "internetMessageId": f"<{world.made}>",
        }  # fmt: skip
        world.messages[found["id"]] = found
        return Reply(201, found, {})

    def _seen(self, part: Request, *, stale: bool) -> Reply:
        world, path = self._world, part.path.partition("?")[0]
        if path.endswith("/mailFolders/SentItems"):
            return Reply(200, {"id": SENT}, {})
        if path.endswith("/mailFolders"):
            return Reply(200, {"value": []}, {})
        if path.endswith("/attachments"):
            return Reply(200, {"value": []}, {})
        if not path.endswith("/messages"):  # by its own id, which is never behind
            message = world.messages.get(path.rpartition("/")[2])
            return Reply(200, message, {}) if message else Reply(404, {}, {})
        messages = world.messages
        if stale and world.before and world.now - world.before[0] < LAG:
            messages = world.before[1]
        found = [m for m in messages.values() if self._of(path, m)]
        return Reply(200, {"value": [m | {"sentDateTime": m.get("sentDateTime")} for m in found]}, {})

    @staticmethod
    def _of(path: str, message: Any) -> bool:
        folder = path.split("/mailFolders/")[1].split("/")[0] if "/mailFolders/" in path else ""
        return folder in ("", message["parentFolderId"]) or (
            folder == "SentItems" and message["parentFolderId"] == SENT
        )


def run(world: World, choices: Choices, settings: Settings) -> None:
    """One run, as `daily_run/run.py` goes about one letter that is owed, or is owed no more."""
    graph: Any = GraphModel(world, choices)
    ledger: Any = LedgerModel(world, choices)
    mailbox = Mailbox(graph, settings.mailbox)
    mailbox.folders.found = {settings.outbox_folder: OUTBOX, settings.drafts_folder: ""}
    box = Outbox(graph, ledger, mailbox, settings, lambda: world.now, sleep=lambda _: None)
    box.reconcile()
    box.adopt()
    box.clear_left_over([KEY] if world.owed else [])
    letter = history_of(world.events).letters.get(KEY)
    if world.owed and (KEY in box.left_over or not (letter and letter.spoken_for)):
        box.send([LETTER], lambda _keys: ())
    box.confirm()


@dataclass
class Found:
    """What a search came to: worlds and runs, and the faults found with the way to each."""

    worlds: int = 0
    runs: int = 0
    doubled: int = 0
    lost: int = 0
    unowed: int = 0
    held: int = 0
    examples: list[str] = field(default_factory=list)


def explored(
    settings: Settings, crashes: int, faults: int, *, ledger_lost: bool = False, people: bool = False
) -> Found:
    """Every way through at most so many crashes and faults, worlds that are alike taken once. `people`: what somebody
    does to a draft is one of the faults."""
    found, seen = Found(), set[Any]()
    queue: deque[tuple[World, int, int, int, str]] = deque([(World(), crashes, faults, 0, "")])
    while queue:
        world, c, f, quiet, way = queue.popleft()
        mark = (world.state(), c, f, quiet)
        if mark in seen:
            continue
        seen.add(mark)
        found.worlds += 1
        if quiet == 4:
            _judge(world, found, way)
            continue
        ways: list[tuple[int, ...]] = [()]
        while ways:
            after, choices = world.copied(), Choices(ways.pop(), c, f, people)
            found.runs += 1
            end = "done"
            try:
                run(after, choices, settings)
            except Crash:
                end = "crash"
            except TenantUnavailable:
                end = "stopped"
            ways += choices.open
            struck = choices.crashes < c or choices.faults < f
            told = f"{way} {''.join(map(str, choices.taken))}:{end}" if struck else f"{way} ."
            for later in {SOON, LATER} if struck else {LATER}:
                following = after.copied()
                following.now += later
                following.settle()
                rest = choices.crashes, choices.faults, 0 if struck else quiet + 1
                queue.append((following, *rest, told))
                if following.owed and struck and following.delivered == 0:
                    edited = following.copied()
                    edited.owed = False
                    queue.append((edited, *rest, f"{told} edited"))
                if ledger_lost and following.events and struck:
                    forgotten = following.copied()
                    forgotten.events = []
                    queue.append((forgotten, *rest, f"{told} ledger lost"))
    return found


def _judge(world: World, found: Found, way: str) -> None:
    letter = history_of(world.events).letters.get(KEY)
    held = letter is not None and letter.state is LetterState.HELD
    found.held += held
    drafts = [m for m in world.messages.values() if m["isDraft"]]
    wrong = {
        "doubled": world.delivered > 1,
        "lost": world.delivered == 0 and world.owed and not held,
        "unowed": world.sent_unowed > 0 or (not world.owed and bool(drafts) and not held),
    }
    for kind, so in wrong.items():
        if so:
            setattr(found, kind, getattr(found, kind) + 1)
            found.examples.append(
                f"{kind}: {way}: {[e.kind.value for e in world.events]}, {len(drafts)} drafts"
            )
