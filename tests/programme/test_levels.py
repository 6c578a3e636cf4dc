"""How far letters may go: what counts as a yes to which plan, and when a plan has grown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.daily_run import levels
from bot.office.settings_library import KeptHere
from bot.programme.events import Event, EventKind
from bot.programme.history.contents_kept import overdue
from bot.programme.history.history import history_of
from bot.programme.levels import BY_THE_SETTINGS, Levels, above, grown, levels_of
from bot.programme.modes import Mode
from bot.programme.planning.letter_codes import codes_of
from bot.programme.team_files.in_the_ledger import TeamFiles
from bot.programme.vocabulary import Person

ADA, MO, TIA = (Person(name, f"{name}@wexcombe.example") for name in ("ada", "mo", "tia"))
MONDAY, TUESDAY, NEXT_MONDAY = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 9)
DAY = "2026-03-02"


def letter(key: str, *to: Person, cc: tuple[Person, ...] = ()) -> Any:
    return SimpleNamespace(key=key, to=to, cc=cc)


PLAN = {MONDAY: [letter("a", ADA), letter("b", MO, cc=(TIA,))], NEXT_MONDAY: [letter("c", ADA)]}


def event(kind: EventKind, key: str, **data: Any) -> Event:
    return Event(datetime(2026, 3, 2, 8, tzinfo=UTC), kind, key, "", {"on": DAY, **data})


def shown(key: str, level: Mode = Mode.LIVE, **data: Any) -> Event:
    usual = {"level": level.value, "until": "2026-03-09", "letters": 3, "codes": sorted(codes_of(PLAN))}
    return event(EventKind.LEVEL_SHOWN, key, **{**usual, **data})


def yes(plan: str, level: Mode = Mode.LIVE) -> Event:
    return event(
        EventKind.LEVEL_APPROVED, f"message {plan}", level=level.value, plan=plan, by="tia@wexcombe.example"
    )


def began(level: Mode, by: str = "tia@wexcombe.example") -> Event:
    return event(EventKind.LEVEL_BEGAN, f"{level}#1", level=level.value, by=by)


def plan_of(levels: Levels) -> Any:
    assert levels.shown is not None
    return levels.shown


@pytest.mark.parametrize(
    ("more", "has_grown"),
    [
        ({}, False),
        ({TUESDAY: [letter("d", ADA)]}, True),
        ({TUESDAY: [letter("a", ADA, TIA)]}, True),
        ({TUESDAY: [letter("c", ADA, cc=(TIA,))]}, True),
        ({TUESDAY: [letter("c", ADA)]}, False),
    ],
    ids=["the same", "another letter", "another reader", "another copy", "an earlier day"],
)
def test_a_plan_has_grown_by_one_letter_or_one_reader_more(more: Any, has_grown: bool) -> None:
    before = plan_of(levels_of([shown("p")]))
    assert grown(before, codes_of({**PLAN, **more})) is has_grown


def test_a_plan_that_holds_less_has_not_grown() -> None:
    before = plan_of(levels_of([shown("p")]))
    assert not grown(before, codes_of({MONDAY: [letter("b", MO)]}))
    assert not grown(before, codes_of({}))
    assert grown(plan_of(levels_of([shown("p", codes=[])])), codes_of(PLAN)), (
        "a yes to nothing is a yes to nothing"
    )


def test_nobody_can_read_a_letter_or_its_reader_from_the_code() -> None:
    assert not any("ada" in code or "wexcombe" in code for code in codes_of(PLAN))


def test_a_yes_counts_for_the_plan_that_was_shown_last_and_for_no_other() -> None:
    assert levels_of([shown("p"), yes("p")]).answer(Mode.LIVE, TUESDAY) is not None
    assert levels_of([shown("p"), yes("p"), shown("q")]).answer(Mode.LIVE, TUESDAY) is None
    assert levels_of([shown("p"), shown("q"), yes("p")]).answer(Mode.LIVE, TUESDAY) is None
    assert levels_of([yes("p")]).answer(Mode.LIVE, TUESDAY) is None


def test_a_yes_to_team_only_is_no_yes_to_live() -> None:
    levels = levels_of([shown("p", Mode.TEAM_ONLY), yes("p", Mode.TEAM_ONLY)])
    assert levels.answer(Mode.TEAM_ONLY, TUESDAY) is not None
    assert levels.answer(Mode.LIVE, TUESDAY) is None


def test_when_its_days_are_over_a_plan_is_asked_about_no_more() -> None:
    levels = levels_of([shown("p"), yes("p")])
    assert levels.asked(Mode.LIVE, NEXT_MONDAY) is not None
    assert levels.asked(Mode.LIVE, date(2026, 3, 10)) is None
    assert levels.answer(Mode.LIVE, date(2026, 3, 10)) is None


@pytest.mark.parametrize("level", Mode)
def test_a_level_that_begins_ends_what_was_asked_and_answered_before(level: Mode) -> None:
    levels = levels_of([shown("p"), yes("p"), began(level)])
    assert levels.began is not None
    assert levels.began.mode is level
    assert levels.answer(Mode.LIVE, TUESDAY) is None
    assert levels.asked(Mode.LIVE, TUESDAY) is None


def test_the_level_that_began_last_counts() -> None:
    levels = levels_of([began(Mode.LIVE), began(Mode.REHEARSE, BY_THE_SETTINGS)])
    assert levels.began is not None
    assert (levels.began.mode, levels.began.by) == (Mode.REHEARSE, BY_THE_SETTINGS)


def test_the_history_tells_the_same_of_levels_as_their_events_alone() -> None:
    events = [began(Mode.TEAM_ONLY), shown("p"), yes("p")]
    assert history_of(events).levels == levels_of(events)


def test_the_levels_go_up_from_rehearse_by_team_only_to_live() -> None:
    assert above(Mode.LIVE, Mode.TEAM_ONLY)
    assert above(Mode.TEAM_ONLY, Mode.REHEARSE)
    assert not above(Mode.REHEARSE, Mode.REHEARSE)
    assert not above(Mode.TEAM_ONLY, Mode.LIVE)


def test_a_step_waits_until_the_run_goes_by_the_letters_and_rules_that_were_just_agreed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A yes to changed files and a yes to live in one look: the plan that was shown is compared with what will go."""
    monkeypatch.setattr(levels, "further", lambda *_: levels.Further(PLAN, 0))
    settings: Any = SimpleNamespace(
        ask_before_levels=True, settings_library="Audit bot settings", health_file=tmp_path / "health.json"
    )
    work: Any = SimpleNamespace(
        settings=settings, allowed=Mode.LIVE, today=MONDAY, ledger=SimpleNamespace(mode=Mode.REHEARSE),
        clock=lambda: datetime(2026, 3, 2, 8, tzinfo=UTC), event=event, basis=SimpleNamespace(keys="".join),
    )  # fmt: skip
    history = history_of([began(Mode.REHEARSE), shown("p"), yes("p")])
    history.team_files = TeamFiles(in_force_code="agreed now")
    KeptHere(tmp_path).note_in_force("used by this run")
    lists: Any = SimpleNamespace(roles=(), allocations=(), cycles=())
    assert not levels.step_taken(work, lists, history)
    assert levels.waits_for_a_step(work, history), "the next look takes it"
    assert levels.plan_to_show(work, lists, history, whole=False) == ([], [])
    KeptHere(tmp_path).note_in_force("agreed now")
    monkeypatch.setattr(levels, "names_of", lambda _: {})
    assert levels.step_taken(work, lists, history)[0].kind is EventKind.LEVEL_BEGAN


def test_which_level_and_which_files_are_in_force_is_kept_however_old_it_is() -> None:
    events = [
        event(EventKind.LEVEL_BEGAN, "live#1", level="live", by=TIA.email),
        shown("live#2"),
        event(EventKind.LEVEL_APPROVED, "m", level="live", plan="live#2", by=TIA.email),
        event(
            EventKind.TEAM_FILES_IN_FORCE,
            "code#0",
            files={"config/rules.toml": "hash"},
            code="code",
            word="m",
        ),
        event(EventKind.TOLD, "x", where="y", what="z"),
    ]
    gone = overdue(enumerate(events), (), date(2036, 3, 2))
    assert {events[n].kind for n in gone} == {EventKind.LEVEL_SHOWN, EventKind.LEVEL_APPROVED, EventKind.TOLD}
    kept = [replace(e, data=gone.get(n, e.data), erased=n in gone) for n, e in enumerate(events)]
    assert levels_of(kept).began == levels_of(events[:1]).began
    assert history_of(kept).team_files.in_force_code == "code"
