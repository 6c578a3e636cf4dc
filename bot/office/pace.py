"""Keeping below a limit of so much within so long, and for how long an answer says to wait."""

from __future__ import annotations

import email.utils
import math
import time
from collections import deque
from collections.abc import Callable, Mapping


class Window:
    """What was used of `most` within the last `seconds`."""

    def __init__(self, most: float, seconds: float) -> None:
        self._most, self._seconds = most, seconds
        self._used: deque[tuple[float, float]] = deque()  # moment, amount
        self._sum = 0.0

    def wait_for(self, amount: float) -> float:
        """The seconds to wait before using `amount`, which is not counted."""
        now = time.monotonic()
        until, left = now, self._sum
        for moment, gone in self._used:
            if moment > now - self._seconds and left + amount <= self._most:
                break
            left -= gone
            until = max(until, moment + self._seconds)
        return until - now

    def room_for(self, amount: float) -> float:
        """Count `amount` as used, and give the seconds to wait before using it.

        More than the limit at once waits until nothing else counts.
        """
        now = time.monotonic()
        until = now
        while self._used and (
            self._used[0][0] <= now - self._seconds or (amount and self._sum + amount > self._most)
        ):
            moment, gone = self._used.popleft()
            self._sum -= gone
            until = max(until, moment + self._seconds)
        if amount:
            self._used.append((until, amount))
            self._sum += amount
        return until - now

    def used_by_now(self) -> None:
        """What was counted last was used at the latest now: what comes after it counts from now, however long it took
        to get from `room_for` to here."""
        until, amount = self._used.pop()
        self._used.append((max(until, time.monotonic()), amount))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait: whole, fractional or a date (RFC 9110 §10.2.3). None when nothing useful is said."""
    text = next((v for k, v in headers.items() if k.lower() == "retry-after"), "")
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    today = next((v for k, v in headers.items() if k.lower() == "date"), "")
    try:
        return max(0.0, (moment - email.utils.parsedate_to_datetime(today)).total_seconds())
    except (TypeError, ValueError):
        return None


class Patience:
    """What a run waits altogether for a service that says it is busy, on whatever road that is said: while it waits its
    slot serves nobody else. Without a limit it waits each time as it is told."""

    def __init__(self, seconds: float = math.inf, sleep: Callable[[float], None] = time.sleep) -> None:
        self._left, self._sleep = seconds, sleep
        self.waited = 0.0
        self.told_to_wait = 0.0
        """The seconds a busy service asked for, where that was more than is waited here."""

    def waits(self, seconds: float, longest: float = math.inf) -> bool:
        """Wait so long, or say that it is longer than this run may, or than `longest`; then nothing was waited."""
        if seconds > min(longest, self._left):
            self.told_to_wait = max(self.told_to_wait, seconds)
            return False
        self._left -= seconds
        self.waited += seconds
        self._sleep(seconds)
        return True
