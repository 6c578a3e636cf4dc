"""Keeping below a limit of so much within so long, and for how long an answer says to wait."""

from __future__ import annotations

import email.utils
import time
from collections import deque
from collections.abc import Mapping


class Window:
    """What was used of `most` within the last `seconds`."""

    def __init__(self, most: float, seconds: float) -> None:
        self._most, self._seconds = most, seconds
        self._used: deque[tuple[float, float]] = deque()  # moment, amount
        self._sum = 0.0

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
