"""What a mode sees of the ledger: its own letters, and in a trial those that have gone live.

Where live becomes a trial in the midst of a cycle, by “Stop” or by the settings, people have had their letters. Those
count as gone with their own days, so that nothing is drafted for anybody a second time and the clocks go on from when
they truly began; what a trial before or after has made of the same letter tells nothing beside that. A live letter
that was only begun counts for nothing: a trial must not go on with a draft that is addressed to people, and finds by
the mailbox what of these has left all the same (outbox.py, `adopt`). What waits for a word since letters began to go
out waits in a trial as well.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from bot.programme.events import OF_ONE_MODE, Event, EventKind
from bot.programme.history.history import history_of
from bot.programme.history.records_of_the_past import LetterState
from bot.programme.modes import STEP_OF_LIVE, Mode


def concerns(event: Event, mode: Mode) -> bool:
    """Whether a mode may see an event, of which the key is as it stands in the ledger."""
    if event.kind is EventKind.TEAM_SAID:  # of letters of a trial: not one word in any other mode
        return event.data.get("trial") in (None, mode.value)
    return event.kind not in OF_ONE_MODE or bool(mode.own(event.key) or (mode.trial and _live(event)))


def as_own(events: Iterable[Event], mode: Mode) -> list[Event]:
    """Events under the keys of the ledger, as a mode sees them that knows of no other: letters by their own keys."""
    return [own for event in events if concerns(event, mode) and (own := _own(event, mode))]


def as_seen(events: Iterable[Event], mode: Mode) -> list[Event]:
    """The same, in a trial with the letters that have gone live and what was said about letters there, in order."""
    return Seen(mode).take(events)


class Seen:
    """What a mode sees of a ledger that grows. What was gone through is gone through again only when something more of
    live has come, for that may be a letter that has gone."""

    def __init__(self, mode: Mode) -> None:
        self._mode = mode
        self._seen: list[Event] = []
        self._gone: Collection[str] = ()
        self.events: list[Event] = []
        """What has come and may concern this mode, under the keys of the ledger."""

    def take(self, new: Iterable[Event]) -> list[Event]:
        """Take what is new, and give all that is seen by now."""
        come = [event for event in new if concerns(event, self._mode)]
        self.events += come
        if self._mode.trial and any(map(_live, come)):
            self._gone = _gone(filter(_live, self.events))
            self._seen, come = [], self.events
        self._seen += [seen for event in come if (seen := self._as_seen(event))]
        return [*self._seen]

    def _as_seen(self, event: Event) -> Event | None:
        own = _own(event, self._mode)
        if not self._mode.trial:
            return own
        if own is not None:
            of_a_letter = event.kind in OF_ONE_MODE and event.kind not in _OF_NO_LETTER
            return None if of_a_letter and own.key.partition("#")[0] in self._gone else own
        if event.kind in _OF_NO_LETTER:
            return event if _live(event) else None
        letter, _, step = event.key.partition("#")
        return replace(event, key=f"{letter}{STEP_OF_LIVE}{step}") if letter in self._gone else None


def went_live(event: Event) -> bool:
    """Whether a letter's step, as a trial sees it, was live's."""
    return STEP_OF_LIVE in event.key


def gone_live(seen: Iterable[Event]) -> Collection[str]:
    """The keys of the letters that have gone live, of events as a trial sees them."""
    return _gone(filter(went_live, seen))


def _own(event: Event, mode: Mode) -> Event | None:
    if event.kind not in OF_ONE_MODE:
        return event
    key = mode.own(event.key)
    return event if key == event.key else replace(event, key=key) if key else None


_OF_NO_LETTER = (EventKind.WORD_ON_A_LETTER, EventKind.LIVE_BEGAN)
"""Of one mode, and no letter's step."""


def _live(event: Event) -> bool:
    return event.kind in OF_ONE_MODE and Mode.LIVE.own(event.key) is not None


def _gone(steps: Iterable[Event]) -> Collection[str]:
    """The keys of letters that have gone, may have gone, or lie there for a person to send."""
    letters = history_of(steps).letters
    return {key for key, n in letters.items() if n.spoken_for and n.state is not LetterState.SENDING}
