"""A region plays its audit month in compressed time: at each hour that counts the clocks of all tenants and of the
machines are set forward together, and go on at the speed of real time until everybody's run is done.

How late a run begins is seen from the tenant: the first request of a council after its hour had come. What was sent is
seen from the tenants' delivery histories alone.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sandbox.play.delivered import Balance
from sandbox.play.letters import DIGEST, kind_of
from sandbox.play.region.council import LAUNCH, Council, Letters, seed
from sandbox.play.region.database import Database, database
from sandbox.play.region.watch import Watch
from sandbox.play.region.workers import StandIn, Workers
from sandbox.play.working_days import later
from sandbox.tenant.behaviours import LARGE_TENANT
from sandbox.tenant.run import run_all

DAILY, AN_HOUR_ON, LOOK, EVENING = (8, 45), (9, 50), (12, 10), (16, 20)
"""The hours that count: when every daily run is due, which the machines spread over the minutes from eight on, so that
the whole region is due at one moment, as after a night without machines; when the hour is over in which one council
was refused; when every council's post is to be looked at again; when whoever's run is still not done is waited for, a
slow mailbox answering as it should for the rest of the day."""
PEOPLE_AFTER = timedelta(minutes=5)
"""When people act, by the tenants' clocks alone: what was sent in the morning has long arrived."""
SLOW_FOR = 60.0
"""Seconds for which a day's hour waits for the slow council once all others are done. An hour of a played day lasts as
long as the others' runs, seconds, and its slow answers last as long as on a real day: it would have no day at all."""
QUIET = 1.5
"""Seconds without a request after which a council that has begun counts as done, where nothing tells its end."""

BEHIND = 6.0
"""Seconds of which a standby that is behind has nothing."""
AGAIN = 75.0
"""Seconds more where PostgreSQL goes: a run it went from under is done again after a minute."""


@dataclass(frozen=True, slots=True)
class Disturbances:
    """What befalls a region, each by itself or all together. A council's number, 0 for none."""

    refused: int = 0  # 429 to everything for the hour of the launch
    broken: int = 0  # a letter has a word that there is not, until the second day
    wrong_secret: int = 0  # the secret does not hold, until the second day
    slow: int = 0  # each answer about its mailbox takes `slow_seconds`
    slow_seconds: float = 5.0
    kill_every: float = 0.0  # seconds after which one of the workers is killed outright, and so on
    restart: bool = False  # PostgreSQL goes without a word in the middle of the second morning
    failover: bool = (
        False  # it goes then for good, and a standby that has all that counts as written is promoted
    )
    failover_behind: bool = (
        False  # the same, and the standby has got nothing since that morning's first request, `BEHIND` before
    )
    away: float = 5.0  # seconds for which it is gone

    @property
    def councils(self) -> set[int]:
        return {self.refused, self.broken, self.wrong_secret, self.slow} - {0}

    @property
    def standby(self) -> str:
        """What kind of standby there is."""
        return "asynchronous" if self.failover_behind else "synchronous" if self.failover else ""


ALL = Disturbances(refused=2, broken=3, wrong_secret=4, slow=5, kill_every=60.0, restart=True)


@dataclass(slots=True)
class Hour:
    """One hour that counted: how late each council's run began, and how long until it was done, in seconds."""

    day: date
    whole: bool
    begun: dict[int, float] = field(default_factory=dict)
    done: dict[int, float] = field(default_factory=dict)
    not_done: list[int] = field(default_factory=list)
    took: float = 0.0


@dataclass(slots=True)
class Played:
    """What a play came to. Seconds of the processor by who took them; megabytes of the largest worker."""

    councils: list[Council]
    days: list[date]
    hours: list[Hour] = field(default_factory=list)
    requests: Counter[int] = field(default_factory=Counter)
    processor: dict[str, float] = field(default_factory=dict)
    peak: tuple[float, float] = (0.0, 0.0)
    wall: float = 0.0
    setting_up: float = 0.0
    killed: int = 0
    restarted: int = 0
    entries_lost: int = 0  # of all ledgers, in the failover; some of the next may be there already
    verdicts: dict[int, Balance] = field(default_factory=dict)
    health: dict[str, object] = field(default_factory=dict)

    def lateness(self, without: set[int], *, done: bool = False) -> list[float]:
        """Of every run of the councils that were not disturbed themselves, the least late first."""
        found = [
            late
            for hour in self.hours
            for number, late in (hour.done if done else hour.begun).items()
            if number not in without
        ]
        return sorted(found)


def share(values: Sequence[float], of: float) -> float:
    """The value that so large a share of all does not go beyond; 0 where there is none."""
    return values[min(len(values) - 1, int(len(values) * of))] if values else 0.0


class Region:
    """The councils, their machines and what befalls them."""

    def __init__(
        self, councils: Sequence[Council], workers: Workers | StandIn, database: Database,
        troubles: Disturbances, days: Sequence[date], say: Callable[[str], None],
    ) -> None:  # fmt: skip
        self.councils, self.workers, self._database = list(councils), workers, database
        self._troubles, self._days, self._say = troubles, list(days), say
        self._watch = Watch()
        self.played = Played(self.councils, self._days)
        self.each_morning: Callable[[int], None] = lambda _n: None
        """Called before the morning of the day of that number, from 0 on."""
        self._draw = random.Random(11)
        self._over = threading.Event()
        self._hours: list[Hour] = []
        self._at_work: set[int] = set()  # whose run was not done when the last hour was over
        self._moment = datetime.min.replace(tzinfo=UTC)  # the last hour that counted

    def play(self) -> Played:
        """From the first day's morning to the last day's afternoon."""
        began, cast = time.monotonic(), 0.0
        self._watch.begin()
        killer = threading.Thread(target=self._kill, daemon=True)
        if self._troubles.kill_every:
            killer.start()
        try:
            for n, day in enumerate(self._days):
                self.each_morning(n)
                self._befalls(n)
                self._hour(n, day, DAILY)
                if n == 0 and self._troubles.refused:
                    self._council(self._troubles.refused).answer_again()
                    self._hour(n, day, AN_HOUR_ON, only=self._troubles.refused)
                self._set(self._moment + timedelta(seconds=self._hours[-1].took) + PEOPLE_AFTER)
                cast -= time.thread_time()
                awake = [each for each in self.councils if not self._under_way(each.number)]
                acted = [each.cast.by_mail(day) for each in awake]
                cast += time.thread_time()
                if any(acted):
                    self._hour(n, day, LOOK)
                slow = self._troubles.slow
                busy = {each.number for each, did in zip(awake, acted, strict=True) if did} | self._at_work
                if slow in busy:
                    # What is left is to go on this very day, and before anything more happens that would come tomorrow;
                    # a look whose worker was killed among slow answers cannot be told from one that is done.
                    self._council(slow).answer_again()
                    self._hour(n, day, EVENING)
                    self._council(slow).answer_slowly(self._troubles.slow_seconds)
                cast -= time.thread_time()
                for each in awake:
                    each.cast.in_the_list(day)
                cast += time.thread_time()
        finally:
            self._over.set()
            self._watch.end()
            if self._troubles.slow:  # a worker ends when the run it is at has
                self._council(self._troubles.slow).answer_again()
        played = self.played
        played.wall = time.monotonic() - began
        played.requests.update(
            {each.number: self._watch.requests[each.tenant.tenant_id] for each in self.councils}
        )
        played.processor["people"] = cast
        return played

    def _council(self, number: int) -> Council:
        return self.councils[number - 1]

    # ------------------------------------------------------------------------------------------------------ an hour

    def _hour(self, n: int, day: date, at: tuple[int, int], *, only: int = 0) -> None:
        """Everybody's clock is set forward; then it is waited until each council that works as it should is done."""
        whole = at != LOOK
        hour = Hour(day, whole)
        moment = self._moment = datetime(day.year, day.month, day.day, *at, tzinfo=UTC)
        self._set(moment)
        self._watch.open(time.monotonic())
        if isinstance(self.workers, Workers):
            self.workers.set_clock(moment)
        if isinstance(self.workers, StandIn):
            self.workers.run([self._council(only)] if only else self.councils, moment, whole=whole)
        waits_for = [only] if only else [each.number for each in self.councils]
        troubled = self._held_up(n) if not only else set()
        if at == EVENING:
            troubled -= {self._troubles.slow}
        t = self._troubles
        restart = (t.restart or bool(t.standby)) and n == 1 and at == DAILY and not only
        cut_off, not_before = restart and t.failover_behind, 0.0
        limit = time.monotonic() + 180 + 4 * len(waits_for) + (AGAIN if restart else 0)
        slow = {t.slow} & set(waits_for)
        slow_until = 0.0
        while True:
            if cut_off and self._watch.first:
                self._database.cut_off()
                cut_off, not_before = False, time.monotonic() + BEHIND
            if (
                restart
                and len(self._watch.first) * 3 >= len(self.councils)
                and time.monotonic() >= not_before
            ):
                self._restart()
                restart = False
                if t.failover_behind:  # the queue has forgotten this morning: every run is done again
                    self._watch.first.clear()
                    hour.done.clear()
            self._note(hour, waits_for)
            open_still = set(waits_for) - hour.done.keys() - troubled
            if not open_still and not restart:
                slow_until = slow_until or time.monotonic() + SLOW_FOR
                if not (slow - hour.done.keys()) or time.monotonic() > slow_until:
                    break
            if time.monotonic() > limit:
                hour.not_done = sorted(open_still)
                break
            time.sleep(0.2)
        self._note(hour, waits_for)
        hour.took = time.monotonic() - self._watch.opened
        for number in hour.not_done:
            hour.begun.setdefault(number, hour.took)  # it is at least so late
        self._at_work = (self._at_work | set(hour.not_done) | slow) - hour.done.keys()
        self._hours.append(hour)
        if at in (DAILY, LOOK):
            self.played.hours.append(hour)
        self._say(
            f"{day:%a %d %b} {at[0]:02}:{at[1]:02}  {len(hour.begun)} begun, {len(hour.done)} done in {hour.took:.0f} s"
            + (f"; not done: {hour.not_done}" if hour.not_done else "")
        )

    def _set(self, moment: datetime) -> None:
        """The clocks of all tenants."""
        for each in self.councils:
            each.tenant.ask("POST", "/clock", {"now": moment.isoformat(), "ticking": True})

    def _under_way(self, number: int) -> bool:
        """Whether a council's run is not done: its people wait for another day."""
        return number in self._at_work

    def _held_up(self, n: int) -> set[int]:
        """The councils whose run of this day nobody waits for."""
        t = self._troubles
        return ({t.slow, t.refused, t.broken, t.wrong_secret} if n == 0 else {t.slow}) - {0}

    def _note(self, hour: Hour, numbers: Sequence[int]) -> None:
        """Who has begun, and who is done: a daily run sends its digest last; after a look it is quiet."""
        now, watch = time.monotonic(), self._watch
        for number in numbers:
            if number in hour.done:
                continue
            council = self._council(number)
            first = watch.first.get(council.tenant.tenant_id)
            if first is None:
                continue
            hour.begun.setdefault(number, first - watch.opened)
            last = watch.last[council.tenant.tenant_id]
            patience = QUIET + (self._troubles.slow_seconds if number == self._troubles.slow else 0)
            daily = hour.whole or number in self._at_work  # a look comes after it
            if now - last >= patience and (not daily or self._has_its_digest(council, hour.day)):
                hour.done[number] = last - watch.opened

    def _has_its_digest(self, council: Council, day: date) -> bool:
        return any(
            each["at"][:10] == day.isoformat() and kind_of(each).name == DIGEST
            for each in reversed(council.tenant.deliveries(html=True))
            if each["sender"] == council.tenant.mailbox
        )

    # ------------------------------------------------------------------------------------------------ what befalls

    def _befalls(self, n: int) -> None:
        """Before the morning of the first day, and of the second."""
        t = self._troubles
        if n == 0:
            if t.refused:
                self._council(t.refused).refuse_everything()
            if t.broken:
                self._council(t.broken).break_a_letter()
            if t.wrong_secret:
                self._council(t.wrong_secret).change_the_secret("a secret that ran out")
            if t.slow:
                self._council(t.slow).answer_slowly(t.slow_seconds)
        if n == 1:
            if t.broken:
                self._council(t.broken).mend_the_letter()
            if t.wrong_secret:
                self._council(t.wrong_secret).change_the_secret()

    def _restart(self) -> None:
        self._say("PostgreSQL is gone")
        before = self._database.entries()
        self._database.stop()
        time.sleep(self._troubles.away)
        if self._troubles.standby:
            self._database.fail_over()
            self.played.entries_lost = max(0, before - self._database.entries())
        else:
            self._database.begin()
        self.played.restarted += 1

    def _kill(self) -> None:
        while isinstance(self.workers, Workers) and not self._over.wait(self._troubles.kill_every):
            self.workers.kill_one(self._draw)

    # -------------------------------------------------------------------------------------------------- the verdict

    def judge(self) -> None:
        t = self._troubles
        for each in self.councils:
            late = each.number in {t.broken, t.wrong_secret} and len(self._days) > 1
            self.played.verdicts[each.number] = each.judged(
                self._days, on_its_day=each.number not in t.councils,
                opens=self._days[1] if late else self._days[0],
            )  # fmt: skip


def play(
    folder: Path, councils: int, days: int, *, audits: int = 8, workers: int = 4, slots: int = 1,
    troubles: Disturbances | None = None, engine: bool = True, say: Callable[[str], None] = lambda _line: None,
) -> Played:  # fmt: skip
    """A region of so many councils plays so many working days from launch day on. Without the `engine` each council is
    run by a command of its own, so many at a time."""
    with region(
        folder, councils, days, audits, workers, slots, troubles or Disturbances(), engine, say
    ) as found:
        played = found.play()
        found.judge()
        return played


@contextmanager
def region(
    folder: Path, councils: int, days: int, audits: int, workers: int, slots: int, troubles: Disturbances,
    engine: bool, say: Callable[[str], None],
) -> Iterator[Region]:  # fmt: skip
    """The tenants, the database and the machines of a region, set up and at work."""
    began, mine = time.monotonic(), time.process_time()
    folder.mkdir(parents=True, exist_ok=True)
    every_day = [later(LAUNCH, n) for n in range(days)]
    seeds = [seed(number, audits) for number in range(1, councils + 1)]
    with (
        run_all(seeds, folder=folder / "tenants", profile=LARGE_TENANT) as tenants,
        database(folder / "postgresql", councils, troubles.standby) as ledgers,
    ):
        letters, dawn = (
            Letters(folder / "letters"),
            datetime(LAUNCH.year, LAUNCH.month, LAUNCH.day, 5, tzinfo=UTC),
        )
        all_of_them = [
            Council(number, tenant, letters, ledgers.ledger(number))
            for number, tenant in enumerate(tenants, 1)
        ]
        machines = Workers(folder, ledgers, workers, slots, dawn) if engine else StandIn(workers)
        if isinstance(machines, Workers):
            machines.begin()
            machines.register(all_of_them)
        found = Region(all_of_them, machines, ledgers, troubles, every_day, say)
        found.played.setting_up = time.monotonic() - began
        say(f"{councils} councils are set up in {found.played.setting_up:.0f} s")
        mine, before = time.process_time(), ledgers.processor()
        try:
            yield found
        finally:
            played = found.played
            played.processor["tenants"] = time.process_time() - mine - played.processor.get("people", 0)
            played.processor["PostgreSQL"] = ledgers.processor() - before
            if isinstance(machines, Workers):
                played.health = machines.health()
                machines.end()
                played.peak, played.killed = machines.peak, machines.killed
            played.processor["workers"] = machines.processor()
