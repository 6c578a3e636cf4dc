"""Keeping below a limit of so much within so long."""

from __future__ import annotations

import time
from collections import deque


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
