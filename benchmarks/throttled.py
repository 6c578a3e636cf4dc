"""Launch day while Microsoft 365 answers 429 to a tenth of everything, 180 letters, every request 50 ms away.

    python benchmarks/throttled.py [--rounds 1] [--latency 50] [--loops]

A tenth of all requests, each part of a batch, each batch as a whole and each sign-in among them, is refused as too many
and not carried out, three of four times with Retry-After. In a process of its own each, against a fresh tenant:

* the audit bot, undisturbed and disturbed, at a pace of 100 letters a minute (180 letters cannot leave faster than in
  one minute and a little). A daily run that could do nothing is done again, and mailbox looks follow until nothing is
  left, as `audit-bot serve` does; the minutes between them are not waited for;
* with `--loops`, the plain O365 loop of launch_day.py, disturbed, and one that tries again whatever is refused.

What arrived is held against what arrives undisturbed, by the tenant's delivery history alone; pace and waits are read
off the requests that reached the tenant. Of the bot must hold:

* no letter twice, none missing;
* in no minute more letters than `letters_a_minute`, and nothing asked again sooner than Retry-After says;
* disturbed at most so many times as long as undisturbed.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from figures import Figure, told
from launch_day import MOMENT, in_a_child, plain_loop, prepared

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

PACE = 100
SHARE = 0.1
OURS, PLAIN, AGAIN = "audit bot", "plain O365 loop", "plain O365 loop that tries again"
WAYS, LOOPS = ((OURS, False), (OURS, True)), ((PLAIN, True), (AGAIN, True))
"""What is done, and whether it is disturbed."""
LOST, DOUBLED, SOON = "letters missing", "letters twice", "asked again too soon"
MOST, LONGER = "letters in one minute", "disturbed beside undisturbed"
FIGURES = {
    LOST: Figure(0, 0, ""),
    DOUBLED: Figure(0, 0, ""),
    SOON: Figure(0, 0, ""),
    MOST: Figure(PACE, PACE, ""),
    LONGER: Figure(
        1.5, 2.5, why="A run that was refused its sign-in or its lists is begun again from the start."
    ),
}
TRIES = 6
"""So often a run or a look follows another, at most."""


# ------------------------------------------------------------------------------------- what each process does


def ours(settings: Any) -> int:
    """The daily run, again while it could do nothing; then looks until no letter waits. How many there were."""
    from bot.daily_run.attended import attended

    settings = settings.model_copy(update={"letters_a_minute": PACE})
    done = False
    for n in range(TRIES):
        moment = MOMENT + timedelta(minutes=n)
        found = attended(settings, clock=lambda now=moment: now, say=lambda _line: None, whole=not done)
        done = done or found.report is not None
        if found.report is not None and not found.report.held:
            return n + 1
    return TRIES


def tried_again(act: Callable[[], Any]) -> Any:
    """As many a programmer adds it: what is refused as too many is done again when the answer says."""
    from requests.exceptions import HTTPError

    for _ in range(9):
        try:
            return act()
        except HTTPError as fault:
            if fault.response.status_code != 429:
                raise
            time.sleep(float(fault.response.headers.get("Retry-After", 1)))
    return act()


def child(variant: str, place: str) -> None:
    """In the child: do the work, and print how long it took and how many runs it needed."""
    from bot.settings import load

    settings = load(Path(place))
    began, runs = time.perf_counter(), 1
    if variant == OURS:
        runs = ours(settings)
    else:
        try:
            plain_loop(settings, None, tried_again) if variant == AGAIN else plain_loop(settings, None)
        except Exception as fault:
            print(f"{type(fault).__name__}: {fault}", file=sys.stderr)
    print(json.dumps({"seconds": time.perf_counter() - began, "runs": runs}))


# ------------------------------------------------------------------------------------------- what the tenant saw


class Watch:
    """Reads off the requests that reach the tenant when letters leave, and what was asked again too soon."""

    def __init__(self) -> None:
        self.sent: list[float] = []
        self.too_soon: list[str] = []
        self.refused = 0
        self._not_before: dict[str, float] = {}

    def __call__(self, exchange: Any) -> None:
        now = time.monotonic()
        if exchange.path.endswith("/$batch"):
            parts = json.loads(exchange.body)["requests"]
            whole = exchange.status
            replies = {} if whole != 200 else {r["id"]: r for r in json.loads(exchange.answer)["responses"]}
            for part in parts:
                reply = replies.get(part["id"], {"status": whole, "headers": exchange.answer_headers})
                asked = f"{part['method']} {part['url']} {json.dumps(part.get('body'))}"
                self._seen(now, asked, reply["status"], reply["headers"])
        else:
            asked = f"{exchange.method} {exchange.path}?{exchange.query} {exchange.body!r}"
            self._seen(now, asked, exchange.status, exchange.answer_headers)

    def _seen(self, now: float, asked: str, status: int, headers: dict[str, str]) -> None:
        if now < self._not_before.pop(asked, now):
            self.too_soon.append(asked[:120])
        if status == 429:
            self.refused += 1
            told = {name.lower(): value for name, value in headers.items()}.get("retry-after")
            if told:
                self._not_before[asked] = now + float(told)
        way = asked.partition(" {")[0].rstrip("?").partition("?")[0]
        if status == 202 and way.endswith(("/send", "/sendMail")):
            self.sent.append(now)

    def most_in_a_minute(self) -> int:
        return max((sum(begin <= at < begin + 60 for at in self.sent) for begin in self.sent), default=0)


@contextmanager
def watching() -> Iterator[Watch]:
    from sandbox.tenant.observed import OBSERVERS

    watch = Watch()
    OBSERVERS.append(watch)
    try:
        yield watch
    finally:
        OBSERVERS.remove(watch)


def throttle(tenant: Any, chance: random.Random, requests: int = 3000) -> None:
    """Refuse a tenth of the next requests, by chance, three of four times with a Retry-After."""
    passing = 0
    for _ in range(requests):
        if chance.random() < SHARE:
            after = {"retry_after": "1"} if chance.random() < 0.75 else {}
            tenant.ask("POST", "/faults", {"kind": "throttled", "skip": passing, **after})
        else:
            passing += 1


def arrived(tenant: Any) -> Counter[tuple[str, ...]]:
    """The letters people got: subject and readers. What the Audit Team alone gets tells of the day itself."""
    letters = tenant.deliveries()
    return Counter((d["subject"], *d["to"]) for d in letters if d["to"] != [tenant.mailbox])


def measured(tenant: Any, variant: str, latency: float, chance: random.Random | None) -> dict[str, Any]:
    prepared(tenant, latency)
    if chance:
        throttle(tenant, chance)
    with watching() as watch:
        answer = in_a_child(__file__, tenant, variant)
    return {
        **json.loads(answer.stdout), "stopped": answer.stderr.strip(), "arrived": arrived(tenant),
        "refused": watch.refused, "most in a minute": watch.most_in_a_minute(), "too soon": watch.too_soon,
    }  # fmt: skip


# ------------------------------------------------------------------------------------------------ the comparison


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--latency", type=float, default=50)
    parser.add_argument("--loops", action="store_true", help="the plain loops too: two minutes more")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--profile", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        child(asked.child, asked.profile)
        return 0
    import sandbox
    from sandbox.play.seed import council

    ways = (*WAYS, *LOOPS) if asked.loops else WAYS
    found: dict[tuple[str, bool], list[dict[str, Any]]] = {way: [] for way in ways}
    with sandbox.run(council()) as tenant:
        for n in range(asked.rounds):
            for variant, disturbed in ways:
                chance = random.Random(n) if disturbed else None  # the same for everybody
                found[variant, disturbed].append(measured(tenant, variant, asked.latency, chance))
    truth: Counter[tuple[str, ...]] = found[OURS, False][0]["arrived"]
    assert len(truth) == sum(truth.values()) == 180, "undisturbed every letter comes once"
    for one in (each for rounds in found.values() for each in rounds):
        came = one.pop("arrived")
        one |= {"doubled": (came - truth).total(), "lost": (truth - came).total()}
    for (variant, disturbed), rounds in found.items():
        for one in rounds:
            print(
                f"{variant + (', disturbed' if disturbed else ''):43} {one['seconds']:6.1f} s in {one['runs']} run(s), "
                f"{one['refused']} refused, doubled {one['doubled']}, lost {one['lost']}, "
                f"at most {one['most in a minute']} letters in a minute, {len(one['too soon'])} times too soon"
            )
            if one["stopped"]:
                print(f"    stopped: {one['stopped'][:100]}")
    return told(measures(found), FIGURES)


def measures(found: dict[tuple[str, bool], list[dict[str, Any]]]) -> dict[str, float]:
    """The bot's figures: the worst of all rounds, and of the time their median."""
    both = [*found[OURS, False], *found[OURS, True]]
    pairs = zip(found[OURS, False], found[OURS, True], strict=True)
    return {
        LOST: max(one["lost"] for one in both),
        DOUBLED: max(one["doubled"] for one in both),
        SOON: max(len(one["too soon"]) for one in both),
        MOST: max(one["most in a minute"] for one in both),
        LONGER: statistics.median(rough["seconds"] / calm["seconds"] for calm, rough in pairs),
    }


if __name__ == "__main__":
    sys.exit(main())
