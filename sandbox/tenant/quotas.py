"""Outlook's limits for one app and one mailbox.

https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits. Time is the tenant's running time, so both
real waiting and a clock set forward let a limit recover.
"""

from __future__ import annotations

import math
from collections import Counter, deque
from typing import Any

from sandbox.tenant.behaviours import Behaviours
from sandbox.tenant.graph_error import GraphError

TEN_MINUTES, FIVE_MINUTES = 600.0, 300.0
MEGABYTE = 1024 * 1024
Key = tuple[str, str]  # app, mailbox


class Window:
    """What was used within a length of time, oldest first."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._used: deque[tuple[float, float]] = deque()
        self.total = 0.0

    def at(self, now: float) -> float:
        """What counts now. Entries of the future belong to a clock that was set back, and are forgotten."""
        while self._used and self._used[0][0] <= now - self.seconds:
            self.total -= self._used.popleft()[1]
        while self._used and self._used[-1][0] > now:
            self.total -= self._used.pop()[1]
        return self.total

    def add(self, now: float, amount: float = 1.0) -> None:
        self._used.append((now, amount))
        self.total += amount

    def wait(self, now: float) -> int:
        """Whole seconds until something is free again."""
        return max(1, math.ceil(self._used[0][0] + self.seconds - now)) if self._used else 1


class Quotas:
    """How much each app has used of each mailbox, and how many requests it has under way."""

    def __init__(self) -> None:
        self._requests: dict[Key, Window] = {}
        self._uploads: dict[str, Window] = {}
        self.under_way: Counter[str] = Counter()

    def request(self, behaviours: Behaviours, key: Key, now: float) -> None:
        """One more request; 429 if it is one too many."""
        window = self._requests.setdefault(key, Window(TEN_MINUTES))
        if window.at(now) >= behaviours.limit("request quota"):
            raise _throttled("Application is over its request limit for this mailbox.", window.wait(now))
        window.add(now)
        if self.under_way[key[0]] >= behaviours.limit("requests at once"):
            raise _throttled("Application is over its MailboxConcurrency limit.", 1)

    def upload(self, behaviours: Behaviours, mailbox: str, now: float, size: int) -> None:
        """So many bytes more for a mailbox; 429 if they are too many."""
        window = self._uploads.setdefault(mailbox, Window(FIVE_MINUTES))
        if window.at(now) + size > behaviours.limit("upload quota") * MEGABYTE:
            raise _throttled("Application is over its upload limit for this mailbox.", window.wait(now))
        window.add(now, size)


def _throttled(message: str, seconds: int) -> GraphError:
    return GraphError(429, "ApplicationThrottled", message, headers={"Retry-After": str(seconds)})


def weight(body: Any) -> int:
    """About how many bytes a JSON body weighs: what its texts are long."""
    if isinstance(body, str):
        return len(body)
    if isinstance(body, dict):
        return sum(weight(value) for value in body.values())
    return sum(weight(value) for value in body) if isinstance(body, list) else 0
