"""The tenant's clock: real time until somebody sets it, then as told.

Every timestamp the tenant writes (received, sent, created, modified) comes from here. The life of a token does not:
that is real time, because the client's sign-in library measures it with the real clock.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta


class Clock:
    """A clock that runs with real time, stands still, or ticks on from a moment it was set to."""

    def __init__(self) -> None:
        self._set_to: datetime | None = None
        self._set_at = 0.0
        self._held: datetime | None = None
        self.ticking = True

    def now(self) -> datetime:
        """The tenant's present moment, in UTC."""
        if self._held is not None:
            return self._held
        if self._set_to is None:
            return datetime.now(UTC)
        if not self.ticking:
            return self._set_to
        return self._set_to + timedelta(seconds=time.monotonic() - self._set_at)

    def running(self) -> datetime:
        """The moment by which limits recover and lags end: a clock that stands still goes on here with real time."""
        if self._set_to is None:
            return datetime.now(UTC)
        return self._set_to + timedelta(seconds=time.monotonic() - self._set_at)

    @contextmanager
    def held(self, moment: datetime) -> Iterator[None]:
        """While something that was due earlier is done, it is that moment."""
        self._held = moment
        try:
            yield
        finally:
            self._held = None

    def set(self, moment: datetime, *, ticking: bool = False) -> None:
        """Make it `moment` now. A moment without a zone is taken as UTC."""
        self._set_to = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        self._set_at = time.monotonic()
        self.ticking = ticking

    def release(self) -> None:
        """Go back to real time."""
        self._set_to = None
        self.ticking = True


def iso(moment: datetime) -> str:
    """A moment as Graph writes it: UTC, whole seconds, `Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment_from(text: str) -> datetime:
    """The moment an ISO 8601 text names; without a zone it is UTC. Raises ValueError if it is not one."""
    read = datetime.fromisoformat(text.strip())
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
