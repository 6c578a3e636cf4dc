"""What is done to the bot, one injection at a time, and what came of it (`matrix.scales`).

An injection goes back to the moment before a run, does its worst in that run, lets the same command run again twenty
minutes later, as a schedule would, and then the next working day's run. The same without the fault is what ought to be.
"""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from matrix.cycle import ALLOCATIONS, FIRST, MOMENTS, THIRD, Stage
from matrix.edits import Edit
from matrix.host import Ended, Host, small_disk
from matrix.scales import EXACT, IN_WORDS, Verdict, World, seen, weighed

from sandbox.play.working_days import later

JsonObject = dict[str, Any]
GRAPH = r"^/(?!.*(oauth2|\.well-known|discovery))"
"""Every request but the signing-in."""
Place = tuple[str, int]
"""Where a process dies: the kind of fault at a request, or `BEFORE` or `AFTER` at a commit, and at the how manieth."""
DIES_BEFORE, DIES_AFTER = "client dies before", "client dies after"
BEFORE, AFTER, SESSION_ENDED = "before", "after", "session"
STOPS, STOPS_BEFORE, STOPS_AFTER = "client stops", "stops before", "stops after"
"""It stands still, at a request or at a commit, and something happens before it goes on."""
SENDS = {"method": "POST", "path": r"/send$"}
FOR_EVER = 1_000_000
NOT_DONE = 3
"""The exit status of a run that could not do its work."""
NOTHING = "nothing was hit"
IN_THE_RUN_LATER = "in the run, a minute before the letters leave"


def minutes_later(moment: str, minutes: int) -> str:
    return (datetime.fromisoformat(moment) + timedelta(minutes=minutes)).isoformat()


def _at(delivery: JsonObject) -> datetime:
    return datetime.fromisoformat(delivery["at"].replace("Z", "+00:00"))


def next_morning(moment: str) -> str:
    return f"{later(datetime.fromisoformat(moment).date(), 1)}T08:00:00+00:00"


@dataclass(slots=True)
class Theatre:
    """A played cycle, and how each of its runs goes without a fault."""

    stage: Stage
    pairs: int = 100
    """So many second kills."""
    everywhere: bool = False
    """Whether faults of the service strike every request of every run."""
    _before: dict[int, tuple[World, int]] = field(default_factory=dict)
    _expected: dict[int, World] = field(default_factory=dict)
    _requests: dict[int, int] = field(default_factory=dict)
    _commits: dict[int, int] = field(default_factory=dict)

    # ------------------------------------------------------------------------------------------- as it ought to be

    def back(self, n: int) -> int:
        """Everything as before the n-th run; how many deliveries there had been."""
        self.stage.go_back(f"before-{n}")
        if n not in self._before:
            self._before[n] = seen(self.stage.tenant), len(self.stage.tenant.deliveries())
        return self._before[n][1]

    def reference(self, n: int) -> World:
        """What the n-th run and those after it come to without a fault."""
        if n not in self._expected:
            since = self.back(n)
            self.fault("slow", path=GRAPH, skip=FOR_EVER)
            self._commits[n] = self.run(n).commits
            self._requests[n] = FOR_EVER - self.stage.tenant.ask("GET", "/faults")["on"][0]["skip"]
            self.clear()
            self.again(n)
            self._expected[n] = seen(self.stage.tenant, since)
        return self._expected[n]

    def sends(self, n: int) -> int:
        """How many letters leave in the n-th run without a fault."""
        moment = datetime.fromisoformat(MOMENTS[n].at)
        letters = self.reference(n).carried.values()
        return len({each["internet_message_id"] for sent in letters for each in sent if _at(each) == moment})

    def left_in(self, n: int) -> int:
        """How many letters have left in the n-th run, as far as it has come."""
        moment = datetime.fromisoformat(MOMENTS[n].at)
        new = self.stage.tenant.deliveries()[self._before[n][1] :]
        own = [d for d in new if d["sender"] == self.stage.tenant.mailbox and _at(d) == moment]
        return len({each["internet_message_id"] for each in own})

    def requests(self, n: int) -> int:
        """How many requests the n-th run makes, parts of batches counted by themselves."""
        self.reference(n)
        return self._requests[n]

    def commits(self, n: int) -> int:
        """How many transactions of the n-th run write something."""
        self.reference(n)
        return self._commits[n]

    # ---------------------------------------------------------------------------------------------------- one run

    def fault(self, kind: str, **more: Any) -> None:
        self.stage.tenant.ask("POST", "/faults", {"kind": kind, **more})

    def clear(self) -> None:
        self.stage.tenant.ask("DELETE", "/faults")

    def struck(self) -> str:
        """The request that was hit last."""
        found = self.stage.tenant.ask("GET", "/faults")["struck"]
        return f"{found[-1]['method']} {found[-1]['path'][-60:]}" if found else NOTHING

    def run(self, n: int, minutes: int = 0, host: Host | None = None) -> Ended:
        moment = MOMENTS[n]
        return (host or self.stage.host).whole(minutes_later(moment.at, minutes), *moment.more)

    def again(self, n: int, host: Host | None = None, minutes: int = 20) -> list[Ended]:
        """The same command twenty minutes later, then the next working day's run."""
        host = host or self.stage.host
        moment = MOMENTS[n]
        return [
            host.whole(minutes_later(moment.at, minutes), *moment.more),
            host.whole(next_morning(moment.at)),
        ]

    def judged(self, n: int, since: int, where: str, *runs: Ended) -> Verdict:
        """Against the n-th run without a fault. A run that hangs or ends in a stack trace is stuck."""
        expected = self._expected[n]
        found = weighed(
            self._before[n][0],
            expected,
            seen(self.stage.tenant, since),
            self.stage.tenant.mailbox,
            where=where,
        )
        for each in runs:
            if each.how == "hung" or "Traceback (most recent call last)" in each.said:
                found.stuck += 1
                found.notes.append(f"{where}: a run {each.how}: {each.said[-300:]}")
        return found

    def injected(
        self,
        n: int,
        where: str,
        do: Callable[[], Iterable[Ended] | None],
        *,
        aimed: bool = False,
        minutes: int = 20,
    ) -> Verdict:
        """One injection: back to before the n-th run, the worst, the runs after it, the first after so many `minutes`,
        the verdict. One that was `aimed` at a place the run did not come to this time is none."""
        self.reference(n)
        since = self.back(n)
        runs = list(do() or ())
        struck = self.struck()
        where = f"{where} ({struck})" if "request" in where else where
        missed = aimed and struck == NOTHING and all(run.how == "ended" for run in runs)
        self.clear()
        runs += self.again(n, minutes=minutes)
        found = self.judged(n, since, where, *runs)
        found.injections -= missed
        return found

    # ------------------------------------------------------------------------------------ the process, and the wire

    def struck_down(self, n: int, kind: str, request: int, minutes: int = 0) -> list[Ended]:
        """The n-th run, its process killed (or stopped) at one of its requests."""
        moment = MOMENTS[n]
        run = self.stage.host.ready(minutes_later(moment.at, minutes), *moment.more)
        self.fault(kind, path=GRAPH, skip=request, pid=run.pid)
        run.go()
        return [run.ended()]

    def kills(self, kind: str, points: Iterable[tuple[int, int]]) -> Iterator[Verdict]:
        for n, request in points:
            where = f"{MOMENTS[n].name}, {kind} request {request + 1} of {self.requests(n)}"
            yield self.injected(n, where, lambda n=n, r=request: self.struck_down(n, kind, r), aimed=True)  # type: ignore[misc]

    def died_at_commit(self, n: int, when: str, commit: int, minutes: int = 0) -> list[Ended]:
        """The n-th run, killed before or after one of its commits, or its session with the database ended there."""
        moment = MOMENTS[n]
        run = self.stage.host.ready(minutes_later(moment.at, minutes), *moment.more, at_commit=(commit, when))
        run.go()
        return [run.ended()]

    def at_commits(self, when: str, points: Iterable[tuple[int, int]]) -> Iterator[Verdict]:
        for n, commit in points:
            where = f"{MOMENTS[n].name}, {when} commit {commit + 1} of {self.commits(n)}"
            yield self.injected(
                n,
                where,
                lambda n=n, c=commit: self.died_at_commit(n, when, c),  # type: ignore[misc]
                aimed=when != SESSION_ENDED,
            )

    def killed_at(self, n: int, place: Place, minutes: int = 0) -> list[Ended]:
        if place[0] in (DIES_BEFORE, DIES_AFTER):
            return self.struck_down(n, *place, minutes)
        return self.died_at_commit(n, *place, minutes)

    def place(self, draw: random.Random, n: int) -> Place:
        """Any place at which the n-th run may die."""
        kind = draw.choice((DIES_BEFORE, DIES_AFTER, BEFORE, AFTER))
        return kind, draw.randrange(
            self.requests(n) if kind in (DIES_BEFORE, DIES_AFTER) else self.commits(n)
        )

    def second_kills(self, seed: int, moments: Sequence[int]) -> Iterator[Verdict]:
        """Killed, and killed once more while it makes up for it: `pairs` of places, drawn once and for ever. What the
        first kill left is kept for ten second ones. A place that the recovery does not reach is drawn again."""
        draw, left = random.Random(seed), self.pairs
        while left > 0:
            n = draw.choice(moments)
            self.reference(n)
            since, first = self.back(n), self.place(draw, n)
            self.killed_at(n, first)
            self.clear()
            self.stage.keep("killed once")
            for _ in range(min(10, left)):
                self.stage.go_back("killed once")
                second = self.place(draw, n)
                if (runs := self.killed_at(n, second, 5))[0].how == "ended":
                    continue
                self.clear()
                left -= 1
                where = f"{MOMENTS[n].name}, killed at {first}, then in the recovery at {second}"
                # twenty minutes after the recovery: the settling time is over, as after a first kill
                yield self.judged(n, since, where, *runs, *self.again(n, minutes=25))
            self.clear()

    def wire(self, kind: str, points: Iterable[tuple[int, int]], **more: Any) -> Iterator[Verdict]:
        """A fault of the service at one request."""
        for n, request in points:

            def play(n: int = n, request: int = request) -> list[Ended]:
                self.fault(kind, path=GRAPH, skip=request, **more)
                return [self.run(n)]

            where = f"{MOMENTS[n].name}, {kind} at request {request + 1} of {self.requests(n)}"
            yield self.injected(n, where, play, aimed=True)

    def unanswered(
        self,
        kind: str,
        points: Iterable[tuple[int, int]],
        *,
        seconds: float,
        waits: tuple[float, float] | None = (2.0, 4.0),
        patience: float = 60.0,
        **where: Any,
    ) -> Iterator[Verdict]:
        """An answer that does not come, comes byte by byte, or to a request that is executed when nobody waits any
        more. A run that is still there after `patience` hangs."""
        self.stage.host.waits = waits
        try:
            for n, request in points:

                def play(n: int = n, request: int = request) -> list[Ended]:
                    began, moment = time.monotonic(), MOMENTS[n]
                    self.fault(kind, skip=request, seconds=seconds, **(where or {"path": GRAPH}))
                    run = self.stage.host.ready(moment.at, *moment.more)
                    run.go()
                    ended = run.ended(patience)
                    if (
                        kind == "slow"
                    ):  # what is executed late is so before the next run, whatever became of this one
                        time.sleep(max(0.0, began + seconds + 1 - time.monotonic()))
                    return [ended]

                place = f"{MOMENTS[n].name}, {kind} at request {request + 1}"
                yield self.injected(n, place, play, aimed=True)
        finally:
            self.stage.host.waits = None

    def outage(
        self, kind: str, moments: Iterable[int], *, times: int = FOR_EVER, minutes: int = 20, **more: Any
    ) -> Iterator[Verdict]:
        """A fault of the service during the whole of one run, or so many times in it."""
        for n in moments:

            def play(n: int = n) -> list[Ended]:
                self.fault(kind, times=times, **more)
                return [self.run(n)]

            yield self.injected(n, f"{MOMENTS[n].name}, {kind}", play, minutes=minutes)

    def interrupted(self, n: int, place: Place, meanwhile: Callable[[], object]) -> Ended:
        """The n-th run stands still at a place, something happens, and it goes on."""
        moment, (kind, number) = MOMENTS[n], place
        run = self.stage.host.ready(
            moment.at, *moment.more, at_commit=None if kind == STOPS else (number, kind)
        )
        if kind == STOPS:
            self.fault(kind, path=GRAPH, skip=number, pid=run.pid)
        run.go()
        stood = run.ended()
        self.clear()
        if stood.how != "stopped":
            return stood
        meanwhile()
        run.go()
        return run.ended()

    def meanwhile(
        self,
        what: str,
        points: Iterable[tuple[int, Place]],
        do: Callable[[], object],
        undo: Callable[[], object],
    ) -> Iterator[Verdict]:
        """Something happens to the machine at a place of a run, and is over before the next one. A run that dies of it,
        or ends as if all were well although letters did not leave, is stuck without a word."""
        for n, place in points:
            self.reference(n)
            happened, silent = list[str](), list[str]()

            def happens(happened: list[str] = happened) -> None:
                happened.append(self.struck())
                do()

            def play(
                n: int = n,
                place: Place = place,
                happens: Callable[[], None] = happens,
                silent: list[str] = silent,
            ) -> list[Ended]:
                run = self.interrupted(n, place, happens)
                undo()
                silent += self.silently_failed(n, run)
                return [run]

            where = f"{MOMENTS[n].name}, {what}, {place[0]} {place[1] + 1}"
            found = self.injected(n, where, play)
            found.injections -= not happened
            found.stuck += len(silent)
            found.notes += [f"{where} ({', '.join(happened)}): {each}" for each in silent]
            yield found

    def silently_failed(self, n: int, run: Ended) -> list[str]:
        """In words, where the n-th run was not ended by itself, or ended as if all were well although it was not."""
        if run.how != "ended":
            return [f"the run {run.how} ({run.status})"]
        if run.status < NOT_DONE and self.left_in(n) < self.sends(n):
            return [f"the run ended with {run.status}, and letters had not left"]
        return []

    def disk_full(self, points: Iterable[tuple[int, Place]], left: int = 0) -> Iterator[Verdict]:
        """The disk of the ledger fills up at a place of a run, but for so many bytes; then there is room again."""
        with small_disk(self.stage.host.folder) as disk:
            what = f"disk full but for {left} bytes"
            yield from self.meanwhile(what, points, lambda: disk.fill(left), disk.clear)

    def server_killed(self, points: Iterable[tuple[int, Place]], *, stays_away: bool) -> Iterator[Verdict]:
        """The database's server is killed at a place of a run. It is there again at once, or for the next run."""
        databases = self.stage.host.databases
        assert databases

        def killed() -> None:
            databases.kill()
            if not stays_away:
                databases.begin()

        yield from self.meanwhile("server killed", points, killed, databases.begin)

    def sessions_ended(self, points: Iterable[tuple[int, Place]]) -> Iterator[Verdict]:
        databases = self.stage.host.databases
        assert databases
        yield from self.meanwhile("session ended", points, databases.end_sessions, lambda: None)

    def places(self, moments: Iterable[int]) -> list[tuple[int, Place]]:
        """Every request and both sides of every commit."""
        return [
            (n, (kind, number))
            for n in moments
            for kind in (STOPS, STOPS_BEFORE, STOPS_AFTER)
            for number in range(self.requests(n) if kind == STOPS else self.commits(n))
        ]

    def some_places(self, many: int, seed: int, moments: Sequence[int]) -> list[tuple[int, Place]]:
        """So many of them, drawn once and the same for ever."""
        return random.Random(seed).sample(self.places(moments), many)

    def at_each(
        self, kind: str, moments: Iterable[int], *, minutes: int = 20, **where: Any
    ) -> Iterator[Verdict]:
        """A fault of the service at each request of a run that matches `where`, one at a time."""
        for n in moments:
            self.reference(n)
            for skip in range(FOR_EVER):

                def play(n: int = n, skip: int = skip) -> list[Ended]:
                    self.fault(kind, skip=skip, **where)
                    return [self.run(n)]

                place = f"{MOMENTS[n].name}, {kind} at request {skip + 1} of these"
                found = self.injected(n, place, play, aimed=True, minutes=minutes)
                if not found.injections:
                    break
                yield found

    def nothing_answers(self, moments: Iterable[int]) -> Iterator[Verdict]:
        """Every request of a run is taken and none is answered."""
        self.stage.host.waits = (0.5, 1.0)
        yield from self.outage("hangs", moments, path=GRAPH)
        self.stage.host.waits = None

    def frozen(self, points: Iterable[tuple[int, int]]) -> Iterator[Verdict]:
        """The process stands still at a request (SIGSTOP) while another does the work, and then goes on."""
        for n, request in points:

            def play(n: int = n, request: int = request) -> list[Ended]:
                others: list[Ended] = []
                run = self.interrupted(n, (STOPS, request), lambda: others.append(self.run(n, 10)))
                return [*others, _unsaid(run) if others else run]

            yield self.injected(n, f"{MOMENTS[n].name}, stopped at request {request + 1}", play)

    def every_request(self, moments: Iterable[int]) -> list[tuple[int, int]]:
        return [(n, request) for n in moments for request in range(self.requests(n))]

    def every_commit(self, moments: Iterable[int]) -> list[tuple[int, int]]:
        return [(n, commit) for n in moments for commit in range(self.commits(n))]

    def sample(self, many: int, seed: int, moments: Sequence[int]) -> list[tuple[int, int]]:
        """So many points, drawn once and the same for ever as long as the bot asks as much."""
        draw = random.Random(seed)
        return [
            (n, draw.randrange(self.requests(n))) for n in (moments[i % len(moments)] for i in range(many))
        ]

    def sample_commits(self, many: int, seed: int, moments: Sequence[int]) -> list[tuple[int, int]]:
        draw = random.Random(seed)
        return [
            (n, draw.randrange(self.commits(n))) for n in (moments[i % len(moments)] for i in range(many))
        ]

    # -------------------------------------------------------------------------------------------- the bot's memory

    def old_ledger(self, pairs: Iterable[tuple[int, int | None]]) -> Iterator[Verdict]:
        """Before the n-th run the ledger is as it was before an earlier one; None: it is lost altogether."""
        for n, earlier in pairs:

            def play(n: int = n, earlier: int | None = earlier) -> list[Ended]:
                self.forget(earlier)
                return [self.run(n)]

            of = (
                "lost"
                if earlier is None
                else f"of {MOMENTS[earlier].at[:10]}, before “{MOMENTS[earlier].name}”"
            )
            yield self.injected(n, f"{MOMENTS[n].name}, ledger {of}", play)

    def an_hour_ago(self, moments: Iterable[int]) -> Iterator[Verdict]:
        """After the n-th run the ledger is put back as it was just before it."""
        for n in moments:

            def play(n: int = n) -> list[Ended]:
                ended = self.run(n)
                self.forget(n)
                return [ended]

            yield self.injected(n, f"{MOMENTS[n].name}, ledger of before this run", play)

    def forget(self, earlier: int | None) -> None:
        if earlier is None:
            self.stage.host.lose_ledger()
        else:
            self.stage.host.ledger_from(self.stage.kept(earlier))

    def another_key(self, moments: Iterable[int], *, lost: bool = False) -> Iterator[Verdict]:
        """The key of the letters was changed; with `lost`, the ledger is gone as well."""
        for n in moments:

            def play(n: int = n) -> list[Ended]:
                self.stage.host.setting("key", '"another key, drawn when the machine was set up anew"')
                if lost:
                    self.forget(None)
                return [self.run(n)]

            yield self.injected(n, f"{MOMENTS[n].name}, another key{', ledger lost' if lost else ''}", play)

    def without_a_key(self, moments: Iterable[int]) -> Iterator[Verdict]:
        """The key is not there for one run; then it is given back."""
        for n in moments:

            def play(n: int = n) -> list[Ended]:
                host = self.stage.host
                settings = host.settings.read_text("utf-8")
                host.setting("key", '""')
                ended = self.run(n)
                host.settings.write_text(settings, encoding="utf-8")
                return [ended]

            yield self.injected(n, f"{MOMENTS[n].name}, no key", play)

    def beside_a_journal(self, points: Iterable[tuple[int, int]], earlier: int) -> Iterator[Verdict]:
        """A run was killed, and an old copy of the ledger is put back beside the journal it left (`-wal`)."""
        for n, request in points:

            def play(n: int = n, request: int = request) -> list[Ended]:
                killed = self.struck_down(n, "client dies after", request)
                self.stage.host.ledger_beside_its_journal(self.stage.kept(earlier))
                return [*killed, self.run(n, 10)]

            where = (
                f"{MOMENTS[n].name}, killed after request {request + 1}, an old ledger put beside its journal"
            )
            yield self.injected(n, where, play)

    def started_twice(self, moments: Iterable[int]) -> Iterator[Verdict]:
        """The command is started twice at once on the one machine."""
        for n in moments:

            def play(n: int = n) -> list[Ended]:
                moment = MOMENTS[n]
                both = [self.stage.host.ready(moment.at, *moment.more) for _ in range(2)]
                for run in both:
                    run.go()
                return [_unsaid(run.ended()) for run in both]

            yield self.injected(n, f"{MOMENTS[n].name}, started twice at once", play)

    def archived(self, moments: Iterable[int], *, earlier: int | None = -1) -> Iterator[Verdict]:
        """Sent Items and what was taken in were moved to Archive. `earlier`: and the ledger is as it was before that
        run, or lost (None)."""
        for n in moments:

            def play(n: int = n) -> list[Ended]:
                self.stage.people.move_all(("Sent Items", "Audits taken in"), "archive")
                if earlier != -1:
                    self.forget(earlier)
                return [self.run(n)]

            of = {-1: "", None: ", ledger lost"}.get(earlier, ", an old ledger")
            yield self.injected(n, f"{MOMENTS[n].name}, mail archived{of}", play)

    def unknown_values(self, n: int, values: JsonObject, *, lost: bool) -> Iterator[Verdict]:
        """Values stand in the bot's columns that it cannot know of: they are people's, and are kept."""
        for column, value in values.items():
            self.back(n)
            self.stage.people.edit(THIRD, **{column: value})
            if lost:
                self.forget(None)
            self.run(n)
            self.again(n)
            found, now = Verdict(injections=1), self.stage.people.row(THIRD)[column]
            if now != value:
                found.erased += 1
                found.notes.append(f"{MOMENTS[n].name}: {THIRD}, “{column}” said {value!r} and says {now!r}")
            yield found

    # ------------------------------------------------------------------------------------------ people in the list

    def entered_anew(self, moments: Iterable[int], *, lost: bool = False) -> Iterator[Verdict]:
        """A row is deleted and entered again by hand, with the same reference, cycle and child."""
        for n in moments:
            for bots in (False, True):

                def play(n: int = n, bots: bool = bots) -> list[Ended]:
                    self.entered_again(FIRST, with_the_bots_columns=bots)
                    if lost:
                        self.forget(None)
                    return [self.run(n)]

                how = "copied with the bot's cells" if bots else "people's columns alone"
                yield self.injected(
                    n, f"{MOMENTS[n].name}, row entered anew, {how}{', ledger lost' if lost else ''}", play
                )

    def entered_again(self, reference: str, *, with_the_bots_columns: bool) -> None:
        tenant, row = self.stage.tenant, self.stage.people.row(reference)
        tenant.ask("DELETE", f"/lists/{ALLOCATIONS}/{row['id']}")
        kept = {c: v for c, v in row.items() if c not in ("id", "etag") and v not in (None, "", [], False)}
        if not with_the_bots_columns:
            kept = {c: v for c, v in kept.items() if c not in (*EXACT, *IN_WORDS)}
        tenant.ask("POST", f"/lists/{ALLOCATIONS}", kept)

    def edited(self, edits: Iterable[Edit], how: str) -> Iterator[Verdict]:
        """A row changes after letters were planned: while their drafts wait because no send went through ("failed")
        or the process died ("killed"), or in the midst of the run ("in the run"), whose letters may have to wait a
        minute before they leave (`IN_THE_RUN_LATER`)."""
        for edit in edits:
            n = edit.moment
            self.reference(n)
            since = self.back(n)
            row = self.stage.people.row(FIRST)
            values = edit.values(self.stage)
            line = (
                row
                if edit.list == ALLOCATIONS
                else self.stage.tenant.ask("GET", f"/lists/{edit.list}")["rows"][0]
            )
            change = {"list": edit.list, "row": line["id"], "values": values}
            if how.startswith("in the run"):
                self.fault("edited on the way", method="POST", path=r"/messages$", edit=change)
                if how == IN_THE_RUN_LATER:
                    self.fault("throttled", times=self.sends(n), retry_after="61", **SENDS)
                self.run(n)
            else:
                if how == "failed":
                    self.fault("unavailable", times=FOR_EVER, **SENDS)
                    self.run(n)
                else:
                    moment = MOMENTS[n]
                    run = self.stage.host.ready(moment.at, *moment.more)
                    self.fault("client dies before", pid=run.pid, **SENDS)
                    self.fault("request lost", times=FOR_EVER, **SENDS)  # nor is anything that went with it
                    run.go()
                    run.ended()
                since = len(self.stage.tenant.deliveries())
                if values is None:
                    self.stage.tenant.ask("DELETE", f"/lists/{ALLOCATIONS}/{row['id']}")
                else:
                    self.stage.tenant.ask("PATCH", f"/lists/{edit.list}/{line['id']}", values)
            self.clear()
            runs = self.again(n)
            where = f"{MOMENTS[n].name}, {how}, {edit.name}"
            got, usual = seen(self.stage.tenant, since), self._expected[n].things
            yield edit.weighed(row, values, got, where, runs, self.stage.tenant.mailbox, usual)

    # ------------------------------------------------------------------------------------------------- two machines

    def two_machines(self, moments: Iterable[int], how: str, *, copied: bool) -> Iterator[Verdict]:
        """Two machines, each with a ledger of its own: the second's is empty or, `copied`, was the first's until now.
        One works after the other ("in turn") or both at the same time ("at once")."""
        for n in moments:

            def play(n: int = n) -> list[Ended]:
                moment, other = MOMENTS[n], self.second_machine(copied=copied)
                if how == "in turn":
                    return [self.run(n), _unsaid(self.run(n, 5, other))]
                both = [host.ready(moment.at, *moment.more) for host in (self.stage.host, other)]
                for run in both:
                    run.go()
                return [_unsaid(run.ended()) for run in both] + [_unsaid(self.run(n, 10, other))]

            yield self.injected(
                n, f"{MOMENTS[n].name}, two machines {how}, {'copied' if copied else 'empty'}", play
            )

    def second_machine(self, *, copied: bool) -> Host:
        shutil.rmtree(self.stage.folder / "other", ignore_errors=True)
        other = Host(self.stage.tenant, self.stage.nursery, self.stage.folder / "other")
        other.lay_by(self.stage.folder / "laid by")
        if copied:
            other.put_back(self.stage.folder / "host")
        else:
            for file in other.folder.iterdir():
                if file.is_file() and file.name != "settings.toml":
                    file.unlink()
            other.setting("settle_minutes", "15")
        return other


def _unsaid(ended: Ended) -> Ended:
    """A run that may well end with an error: another one took its place."""
    return Ended(ended.how, ended.status, "")
