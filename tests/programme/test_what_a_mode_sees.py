"""Live sees its own letters alone; a trial sees besides what has gone live, on the day people had it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.programme.events import Event, EventKind
from bot.programme.history.as_seen import as_own, as_seen, concerns, gone_live
from bot.programme.history.history import History, history_of
from bot.programme.history.records_of_the_past import LetterState
from bot.programme.modes import Mode

WAYS = {
    "half made": ("INTENDED", "DRAFTED"),
    "being sent": ("INTENDED", "DRAFTED", "SENDING"),
    "taken": ("INTENDED", "DRAFTED", "SENDING", "SUBMITTED"),
    "sent": ("INTENDED", "DRAFTED", "SENDING", "SUBMITTED", "SENT"),
    "held": ("INTENDED", "DRAFTED", "SENDING", "HELD"),
    "left": ("INTENDED", "LEFT_AS_DRAFT"),
    "taken back": ("INTENDED", "DRAFTED", "CANCELLED"),
}
GONE = {"taken", "sent", "held", "left"}
A_DAY = timedelta(days=1)
BEGAN = datetime(2026, 3, 2, 8, tzinfo=UTC)

letters = st.lists(
    st.tuples(st.sampled_from([*Mode]), st.sampled_from("abc"), st.sampled_from([*WAYS])),
    max_size=9,
    unique_by=lambda one: one[:2],
)


def told(letters: list[tuple[Mode, str, str]]) -> list[Event]:
    """The ledger of letters that went their ways one after another, a day for each."""
    found = []
    for n, (mode, key, way) in enumerate(letters):
        at = BEGAN + n * A_DAY
        for step in WAYS[way]:
            number = "" if step == "SENT" else "#0"
            data = {"rule": "audit allocated", "on": at.date().isoformat()}
            found.append(Event(at, EventKind[f"LETTER_{step}"], mode.marked(key) + number, "7", data))
    return found


@given(letters)
def test_live_sees_nothing_of_trials(letters: list[tuple[Mode, str, str]]) -> None:
    of_live = [one for one in letters if one[0] is Mode.LIVE]
    days = {key: n for n, (mode, key, _) in enumerate(letters) if mode is Mode.LIVE}
    there = history_of(as_seen(told(letters), Mode.LIVE)).letters
    assert {key: there[key].on for key in there} == {k: (BEGAN + n * A_DAY).date() for k, n in days.items()}
    assert there.keys() == {key for _, key, _ in of_live}


@given(letters, st.sampled_from([Mode.REHEARSE, Mode.TEAM_ONLY]))
def test_what_has_gone_live_has_gone_in_a_trial_on_the_day_people_had_it(
    letters: list[tuple[Mode, str, str]], mode: Mode
) -> None:
    events = told(letters)
    there = history_of(as_seen(events, mode)).letters
    live = {key: (way, BEGAN + n * A_DAY) for n, (of, key, way) in enumerate(letters) if of is Mode.LIVE}
    own = {key: n for n, (of, key, _) in enumerate(letters) if of is mode}
    for key, (way, at) in live.items():
        if way in GONE:
            assert there[key].on == at.date(), "the true day, whatever a trial has made of it since"
            assert there[key].spoken_for
            assert there[key].of_live
        elif way not in GONE and key not in own:
            assert key not in there, "nothing goes on that is addressed to people"
    assert there.keys() == own.keys() | {key for key, (way, _) in live.items() if way in GONE}
    assert {*gone_live(as_seen(events, mode))} == {key for key, (way, _) in live.items() if way in GONE}


@given(letters, st.sampled_from([*Mode]))
def test_a_mode_takes_as_its_own_what_it_wrote_itself(
    letters: list[tuple[Mode, str, str]], mode: Mode
) -> None:
    own = history_of(as_own(told(letters), mode)).letters
    assert own.keys() == {key for of, key, _ in letters if of is mode}


@given(letters, st.sampled_from([*Mode]), st.integers(0, 40))
def test_however_a_ledger_is_read_in_portions_the_same_is_seen(
    letters: list[tuple[Mode, str, str]], mode: Mode, first: int
) -> None:
    events = [event for event in told(letters) if concerns(event, mode)]
    seen = History()
    seen.take(as_seen(events[:first], mode))
    seen.take(as_seen(events, mode))
    at_once = history_of(as_seen(told(letters), mode)).letters
    assert {k: n.spoken_for for k, n in seen.letters.items()} == {k: n.spoken_for for k, n in at_once.items()}


def test_a_letter_that_is_being_sent_live_is_not_a_trials() -> None:
    events = told([(Mode.LIVE, "a", "being sent")])
    assert not as_seen(events, Mode.TEAM_ONLY)
    assert history_of(as_seen(events, Mode.LIVE)).letters["a"].state is LetterState.SENDING
