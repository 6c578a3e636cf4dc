"""The arrows between a letter's states: each is in the ledger, and durable, before the next request leaves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from bot.clock import london_date
from bot.office.ledger import Ledger
from bot.office.mail.drafts_compared import of_letter
from bot.office.mail.outgoing import OutgoingLetter
from bot.programme.events import OF_ONE_MODE, OF_THE_LEDGER, Event, EventKind, Plain
from bot.programme.history.as_seen import gone_live
from bot.programme.history.history import history_of
from bot.programme.history.records_of_the_past import LetterHistory, LetterState

_UNSETTLED = (LetterState.INTENDED, LetterState.DRAFTED, LetterState.SENDING, LetterState.SUBMITTED)


class Draft(NamedTuple):
    """A letter's draft in the mailbox. `about` is what the letter is about, as `OutgoingLetter` has it."""

    key: str
    about: str
    message_id: str


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A letter that was on its way when a run ended. `since`: when it was last to be sent; `attempts` at sending it
    since it was last begun; `submitted`: when Exchange took it."""

    letter: LetterHistory
    since: datetime | None
    attempts: int
    submitted: datetime | None


class LetterStates:
    """The letters as the ledger knows them. Every arrow has a number of its own, so that a letter that was taken back
    is begun anew like any other."""

    def __init__(self, ledger: Ledger, clock: Callable[[], datetime]) -> None:
        self._ledger, self._clock = ledger, clock
        self._history = history_of(())
        self._numbers: Counter[tuple[EventKind, str]] = Counter()
        self.gone_live: Collection[str] = ()
        """In a trial: the keys of the letters that the ledger says have gone live. They are not among `letters`."""
        self.last_event: datetime | None = None
        """When something last happened, by the ledger as it was read."""
        self.refused = ""
        """What Microsoft 365 said when a letter last did not get further."""

    @property
    def letters(self) -> Mapping[str, LetterHistory]:
        return self._history.letters

    def read(self) -> list[Unsettled]:
        """Read the ledger. Every letter that was on its way when the last run ended."""
        everything = self._ledger.read_own()
        self.gone_live = gone_live(self._ledger.read())
        self.last_event = next((e.at for e in reversed(everything) if e.kind not in OF_THE_LEDGER), None)
        arrows = [event for event in everything if event.kind in OF_ONE_MODE]
        self._history = history_of(arrows)
        self._numbers = Counter()
        since: dict[str, datetime] = {}
        submitted: dict[str, datetime] = {}
        attempts: Counter[str] = Counter()
        for event in arrows:
            key = _letter_of(event)
            self._numbers[event.kind, key] += 1
            if event.kind is EventKind.LETTER_SENDING:
                since[key] = event.at
                attempts[key] += 1
            elif event.kind is EventKind.LETTER_CANCELLED:
                attempts[key] = 0
            elif event.kind is EventKind.LETTER_SUBMITTED:
                submitted[key] = event.at
        return [
            Unsettled(letter, since.get(key), attempts[key], submitted.get(key))
            for key, letter in self.letters.items()
            if letter.state in _UNSETTLED and not letter.carried_by
        ]

    def intended(self, letters: Sequence[OutgoingLetter]) -> None:
        self._record(
            [self._begun(EventKind.LETTER_INTENDED, n.key, n.about, n.as_intended()) for n in letters]
        )

    def drafted(self, made: Sequence[tuple[OutgoingLetter, Any]]) -> None:
        """Letters, and their drafts as Graph describes them."""
        events = []
        for letter, draft in made:
            kind = EventKind.LETTER_LEFT_AS_DRAFT if letter.draft_only else EventKind.LETTER_DRAFTED
            ids = {
                "message_id": str(draft["id"]),
                "internet_message_id": str(draft.get("internetMessageId") or ""),
                "as_written": of_letter(letter),
            }
            events.append(self._begun(kind, letter.key, letter.about, ids))
        self._record(events)

    def sending(self, drafts: Sequence[Draft]) -> None:
        kind = EventKind.LETTER_SENDING
        self._record(
            [self._event(kind, f"{d.key}#{self._numbers[kind, d.key] + 1}", d.about, {}) for d in drafts]
        )

    def submitted(self, drafts: Sequence[Draft]) -> None:
        """Exchange has taken the drafts that were being sent."""
        kind, number = EventKind.LETTER_SUBMITTED, EventKind.LETTER_SENDING
        self._record(
            [self._event(kind, f"{d.key}#{self._numbers[number, d.key]}", d.about, {}) for d in drafts]
        )

    def found_on_its_way(self, key: str) -> None:
        """A draft of which the ledger knows nothing: a run whose memory is lost may have had it sent just now."""
        self.sending([Draft(key, "", "")])

    def found_as_draft(self, key: str, draft: Any) -> None:
        """A draft that was left for the Audit Team to read, and of which the ledger knows nothing."""
        ids = {
            "message_id": str(draft["id"]),
            "internet_message_id": str(draft.get("internetMessageId") or ""),
        }
        self._record([self._begun(EventKind.LETTER_LEFT_AS_DRAFT, key, "", ids)])

    def sent(self, found: Mapping[str, Any]) -> None:
        """Letters' keys and their copies. A letter counts from the day it was sent, whenever that was found out."""
        events = []
        for key, copy in found.items():
            letter = self.letters.get(key) or LetterHistory(key, LetterState.SENT, date.min)
            moment = copy.get("sentDateTime")  # a copy that says it is a draft may have none
            on = london_date(datetime.fromisoformat(str(moment)) if moment else self._clock())
            data: dict[str, Plain] = {
                "on": on.isoformat(),
                "internet_message_id": str(copy.get("internetMessageId") or ""),
            }
            events.append(self._event(EventKind.LETTER_SENT, key, letter.about, data))
        self._record(events)

    def cancelled(self, letters: Sequence[tuple[OutgoingLetter | Draft | LetterHistory, str]]) -> None:
        """Nothing can have gone out of these, and why: they are begun again."""
        kind = EventKind.LETTER_CANCELLED
        self._record([self._begun(kind, n.key, n.about, {"why": why}) for n, why in letters])

    def held(self, letter: LetterHistory, why: str) -> None:
        number = self._numbers[EventKind.LETTER_HELD, letter.key]
        self._record(
            [self._event(EventKind.LETTER_HELD, f"{letter.key}#{number}", letter.about, {"why": why})]
        )

    def _begun(self, kind: EventKind, key: str, about: str, data: Mapping[str, Plain]) -> Event:
        """An arrow that is numbered by how often the letter was taken back."""
        return self._event(kind, f"{key}#{self._numbers[EventKind.LETTER_CANCELLED, key]}", about, data)

    def _event(self, kind: EventKind, key: str, about: str, data: Mapping[str, Plain]) -> Event:
        now = self._clock()
        return Event(now, kind, key, about, {"on": london_date(now).isoformat(), **data})

    def _record(self, events: Sequence[Event]) -> None:
        """Into the ledger first, then into what this run knows."""
        if events:
            self._ledger.append(events)
            self._numbers.update((e.kind, _letter_of(e)) for e in events)
            self._history.take(events)


def _letter_of(event: Event) -> str:
    return event.key.partition("#")[0]
