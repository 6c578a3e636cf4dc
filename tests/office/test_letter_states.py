"""The arrows of a letter: whatever was recorded is durable, and what a run knows is what the next one reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import LedgerError
from bot.office.ledger import Ledger
from bot.office.mail.drafts_compared import of_letter
from bot.office.mail.letter_states import Draft, LetterStates, Unsettled
from bot.office.mail.outgoing import OutgoingLetter
from bot.programme.events import Event, EventKind
from bot.programme.history.records_of_the_past import LetterState
from bot.programme.vocabulary import Person

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)  # a Wednesday of summer time
LETTER = OutgoingLetter(
    key="thekey", about="101", letter="07_audit_allocated_auditor", rule="audit allocated", occasion="",
    subject="FSP-2026-03-001 audit allocated", html="<p>Dear Ada</p>", to=(Person("Ada Auditor", "ada@x.example"),),
    due=date(2026, 7, 1), why="confirmation", audit="FSP-2026-03-001",
)  # fmt: skip
DRAFT = Draft("thekey", "101", "id-of-the-draft")
MADE = [(LETTER, {"id": "id-of-the-draft", "internetMessageId": "<1@x>"})]


class Clock:
    """A clock that goes on by a minute whenever somebody looks."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    found = Ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    yield found
    found.close()


def states(ledger: Ledger) -> LetterStates:
    found = LetterStates(ledger, Clock())
    found.read()
    return found


def read_anew(ledger: Ledger) -> list[Unsettled]:
    return LetterStates(ledger, Clock()).read()


ARROWS: tuple[tuple[Callable[[LetterStates], None], LetterState], ...] = (
    (lambda s: s.intended([LETTER]), LetterState.INTENDED),
    (lambda s: s.drafted(MADE), LetterState.DRAFTED),
    (lambda s: s.sending([DRAFT]), LetterState.SENDING),
    (lambda s: s.cancelled([(DRAFT, "refused")]), LetterState.CANCELLED),
    (lambda s: s.intended([LETTER]), LetterState.INTENDED),
    (lambda s: s.drafted(MADE), LetterState.DRAFTED),
    (lambda s: s.sending([DRAFT]), LetterState.SENDING),
    (lambda s: s.held(s.letters["thekey"], "nobody knows"), LetterState.HELD),
    (lambda s: s.sending([DRAFT]), LetterState.SENDING),
    (lambda s: s.held(s.letters["thekey"], "nobody knows again"), LetterState.HELD),
    (lambda s: s.sending([DRAFT]), LetterState.SENDING),
    (lambda s: s.submitted([DRAFT]), LetterState.SUBMITTED),
    (lambda s: s.sent({"thekey": {"sentDateTime": "2026-07-01T12:00:00Z"}}), LetterState.SENT),
)


def test_what_a_run_knows_of_a_letter_is_what_the_next_run_reads_after_every_arrow(ledger: Ledger) -> None:
    known = states(ledger)
    for count, (arrow, state) in enumerate(ARROWS, 1):
        arrow(known)
        assert known.letters["thekey"].state is state
        anew = states(ledger)
        assert anew.letters == known.letters
        assert len(ledger.read()) == count, "every arrow is an event of its own"
        known = anew if count % 2 else known  # a run may go on, or another begin, after every arrow


def test_what_the_next_run_settles_says_when_how_often_and_whether_exchange_took_it(ledger: Ledger) -> None:
    known = states(ledger)
    known.intended([LETTER])
    (found,) = read_anew(ledger)
    assert (found.since, found.attempts, found.submitted) == (None, 0, None)
    known.drafted(MADE)
    known.sending([DRAFT])
    known.sending([DRAFT])
    (found,) = read_anew(ledger)
    assert (found.since, found.attempts, found.submitted) == (ledger.read()[-1].at, 2, None)
    known.cancelled([(DRAFT, "refused")])
    assert read_anew(ledger) == []
    known.intended([LETTER])
    assert [u.attempts for u in read_anew(ledger)] == [0], "since it was last begun"
    known.drafted(MADE)
    known.sending([DRAFT])
    known.submitted([DRAFT])
    (found,) = read_anew(ledger)
    assert (found.attempts, found.submitted) == (1, ledger.read()[-1].at)
    assert (found.letter.draft, found.letter.as_written) == ("id-of-the-draft", of_letter(LETTER))
    known.held(found.letter, "nobody can find it")
    assert read_anew(ledger) == [], "it is with a person"


def test_a_letter_counts_from_the_day_it_left_in_london_whenever_that_was_found_out(ledger: Ledger) -> None:
    known = states(ledger)
    known.sent({"thekey": {"sentDateTime": "2026-06-30T23:30:00Z"}, "another": {}})
    assert known.letters["thekey"].on == date(2026, 7, 1)
    assert known.letters["another"].on == date(2026, 7, 1), "a copy without a moment: today"
    known.sent({"older": {"sentDateTime": "2026-06-01T10:00:00Z"}})
    assert known.letters["older"].on == date(2026, 6, 1)


def test_what_a_letter_is_about_stays_known_when_it_was_sent(ledger: Ledger) -> None:
    known = states(ledger)
    known.intended([LETTER])
    known.sent({"thekey": {"sentDateTime": "2026-07-01T12:00:00Z", "internetMessageId": "<1@x>"}})
    assert ledger.read()[-1].about == "101"
    assert ledger.read()[-1].data["internet_message_id"] == "<1@x>"


def test_a_draft_of_which_the_ledger_knows_nothing_counts_as_being_sent_since_it_was_found(
    ledger: Ledger,
) -> None:
    states(ledger).found_on_its_way("thekey")
    (found,) = read_anew(ledger)
    assert (found.letter.state, found.attempts) == (LetterState.SENDING, 1)
    assert found.since == ledger.read()[-1].at


def test_a_draft_left_for_the_audit_team_is_not_on_its_way(ledger: Ledger) -> None:
    states(ledger).found_as_draft("thekey", {"id": "id-of-the-draft"})
    anew = states(ledger)
    assert anew.letters["thekey"].state is LetterState.LEFT_AS_DRAFT
    assert anew.letters["thekey"].draft == "id-of-the-draft"
    assert read_anew(ledger) == []


def test_the_last_event_is_the_last_that_happened_to_anything_but_the_ledger(ledger: Ledger) -> None:
    known = states(ledger)
    assert known.last_event is None
    known.intended([LETTER])
    known.drafted(MADE)
    happened = ledger.read()[-1].at
    ledger.append([Event(happened + timedelta(days=1), EventKind.LEDGER_PUT_BACK, "x", "", {})])
    assert states(ledger).last_event == happened


def test_what_the_ledger_did_not_take_a_run_does_not_know_either(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = states(ledger)
    known.intended([LETTER])

    def full(events: object) -> int:
        raise LedgerError("the disk is full")

    monkeypatch.setattr(ledger, "append", full)
    with pytest.raises(LedgerError):
        known.sending([DRAFT])
    assert known.letters["thekey"].state is LetterState.INTENDED


def test_reading_the_ledger_once_more_changes_nothing(ledger: Ledger) -> None:
    known = states(ledger)
    known.intended([LETTER])
    known.drafted(MADE)
    known.sending([DRAFT])
    known.read()
    known.sending([DRAFT])
    known.submitted([DRAFT])
    once, again = [e.key for e in ledger.read() if e.kind is EventKind.LETTER_SENDING]
    assert (once, again) == ("thekey#1", "thekey#2")
    assert ledger.read()[-1].key == again


def test_an_arrow_is_dated_by_the_day_in_london_and_says_what_the_letter_is_about(ledger: Ledger) -> None:
    late = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    known = LetterStates(ledger, lambda: late)
    known.read()
    known.intended([LETTER])
    known.cancelled([(LETTER, "refused")])
    assert {event.data["on"] for event in ledger.read()} == {"2026-07-02"}
    assert {event.about for event in ledger.read()} == {"101"}


def test_of_a_letter_taken_twice_the_last_time_counts(ledger: Ledger) -> None:
    known = states(ledger)
    known.intended([LETTER])
    for _ in range(2):
        known.sending([DRAFT])
        known.submitted([DRAFT])
    (found,) = read_anew(ledger)
    assert found.submitted == ledger.read()[-1].at


def test_what_a_letter_stands_for_is_settled_with_it_and_not_by_itself(ledger: Ledger) -> None:
    part = dict.fromkeys(("about", "rule", "letter", "occasion", "audit", "why"), "") | {"key": "part"}
    whole = replace(LETTER, cc=(Person("Tia Manager", "tia@x.example"),), covers=(part,))
    known = states(ledger)
    known.intended([whole])
    known.sending([DRAFT])
    assert [each.letter.key for each in read_anew(ledger)] == ["thekey"]
    covered = states(ledger).letters["part"]
    assert covered.state is LetterState.SENDING
    assert (covered.to, covered.cc) == (("ada@x.example",), ("tia@x.example",))
