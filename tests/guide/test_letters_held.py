"""The column “Hold letters”: one letter of a row waits or is skipped, the others go on; an alert only by a name."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import pytest
from people import AUDIT_MANAGER, AUDIT_TEAM, AUDITOR, Story, audit, book, day, keys

from bot.programme.answers.team_words import matter_code
from bot.programme.events import EventKind
from bot.programme.history.records_of_the_past import Says
from bot.programme.modes import Mode
from bot.programme.planning.kept_letters import (
    EVERY,
    RowWord,
    begins_anew,
    days_to_come,
    no_longer_live,
    row_words,
)
from bot.programme.standing.actions import Why
from bot.programme.working_days import WorkingDays


def kept(story: Story, on: str) -> dict[str, tuple[Why, str]]:
    return {each.letter.rule.id: (each.why, each.says) for each in story.plan(on).kept}


def launched(**changes: object) -> Story:
    story = Story(audit(**changes))
    story.perform("Mon 2 Mar 2026")
    return story


def test_a_letter_named_in_the_row_waits_and_the_others_go() -> None:
    story = Story(audit(hold_letters=("Practitioner informed",)))
    assert set(story.names("Mon 2 Mar 2026")) == {"audit allocated", "moderation allocated"}
    assert kept(story, "Mon 2 Mar 2026") == {
        "practitioner informed": (Why.HELD, "Held: “Hold letters” of the row says so.")
    }
    story.change(hold_letters=())
    assert "practitioner informed" in story.names("Mon 2 Mar 2026")


def test_a_letter_is_held_until_its_day_and_goes_on_it() -> None:
    story = launched(hold_letters=("audit reminder until 18 March",))
    assert "audit reminder" not in story.names("Tue 17 Mar 2026")
    assert kept(story, "Tue 17 Mar 2026")["audit reminder"][1].startswith("Held until Wed 18 Mar 2026")
    assert "audit reminder" in story.names("Wed 18 Mar 2026")
    assert not kept(story, "Thu 26 Mar 2026")


def test_a_skipped_reminder_does_not_keep_back_what_follows_it() -> None:
    story = launched(hold_letters=("skip Audit reminder",))
    assert kept(story, "Tue 17 Mar 2026")["audit reminder"][0] is Why.SKIPPED
    assert "audit overdue" in story.perform("Mon 23 Mar 2026")


def test_all_holds_every_letter_of_the_row_but_what_an_inadequate_calls_for() -> None:
    story = launched(hold_letters=("all",))
    assert not story.names("Mon 2 Mar 2026")
    story.returned("Mon 9 Mar 2026", "Inadequate")
    assert "inadequate alert" in story.names("Mon 9 Mar 2026")


@pytest.mark.parametrize("lines", [("hold " * 200_000,), ("x",) * 200_000, ("skip Audit reminder",) * 101])
def test_a_megabyte_in_the_column_holds_the_row_is_told_once_and_costs_nothing(
    lines: tuple[str, ...],
) -> None:
    began = time.thread_time()
    words, problems = row_words(audit(hold_letters=lines), book().rules, day("Mon 2 Mar 2026"))
    assert time.thread_time() - began < 0.5
    assert words == [RowWord(EVERY, Says.HOLD)]
    assert len(problems) == 1


def test_an_alert_is_kept_back_only_where_somebody_takes_it_on() -> None:
    story = launched(hold_letters=("skip Inadequate alert",))
    story.returned("Mon 9 Mar 2026", "Inadequate")
    plan = story.plan("Mon 9 Mar 2026")
    assert "inadequate alert" in {letter.rule.id for letter in plan.letters}
    assert any("not who takes it on, so the alert goes out" in problem.what for problem in plan.problems)
    story.change(hold_letters=("skip Inadequate alert: Max Audit tells them by telephone",))
    assert "inadequate alert" not in story.names("Mon 9 Mar 2026")
    assert (
        "Max Audit tells them by telephone takes it on."
        in kept(story, "Mon 9 Mar 2026")["inadequate alert"][1]
    )


@pytest.mark.parametrize("who", ["nobody", "No one.", "n/a", "tbc", "?", "-", "1000001", "not known"])
def test_words_that_name_nobody_keep_no_alert_back(who: str) -> None:
    story = launched(hold_letters=(f"skip Inadequate alert: {who}",))
    story.returned("Mon 9 Mar 2026", "Inadequate")
    plan = story.plan("Mon 9 Mar 2026")
    assert "inadequate alert" in {letter.rule.id for letter in plan.letters}
    assert any("not who takes it on, so the alert goes out" in problem.what for problem in plan.problems)


@pytest.mark.parametrize("line", ["Audit remainder", "audit reminder until the cows come home"])
def test_a_line_nobody_can_read_holds_the_row_and_asks(line: str) -> None:
    story = Story(audit(hold_letters=(line,)))
    plan = story.plan("Mon 2 Mar 2026")
    assert not [letter for letter in plan.letters if letter.standing]
    (problem,) = [p.what for p in plan.problems if "Hold letters" in p.what]
    assert line in problem
    assert ("Is “Audit reminder” meant?" in problem) == (line == "Audit remainder")


def test_a_beginning_puts_what_is_older_than_a_day_to_the_team_and_sends_the_rest() -> None:
    story = Story(audit())
    story.happened("Wed 4 Mar 2026", EventKind.LIVE_BEGAN, "2026-03-04")
    assert not [letter for letter in story.letters("Wed 4 Mar 2026") if letter.standing]
    assert {why for why, _ in kept(story, "Wed 4 Mar 2026").values()} == {Why.OLD}
    other = Story(audit())
    other.happened("Tue 3 Mar 2026", EventKind.LIVE_BEGAN, "2026-03-03")
    assert "audit allocated" in other.names("Tue 3 Mar 2026")


# ------------------------------------------------------------------------------- when letters begin to go out


TEAM = {AUDIT_TEAM.email}


def ran(*runs: tuple[str, str], to: Sequence[str] | None = None) -> Story:
    """Runs that came to their end, each with its day and mode; before them a letter went to these addresses."""
    story = Story()
    if to is not None:
        story.happened("Mon 16 Feb 2026", EventKind.LETTER_INTENDED, "k#0", "101", rule="r", to=[*to])
        story.happened("Mon 16 Feb 2026", EventKind.LETTER_SENT, "k", "101")
    for on, mode in runs:
        story.happened(on, EventKind.RUN_FINISHED, on, mode=mode, whole=True)
    return story


def begin(story: Story, on: str, mode: Mode = Mode.LIVE) -> bool:
    return begins_anew(story.history, mode, day(on), WorkingDays(), TEAM)


def test_the_first_run_of_all_begins_and_only_once() -> None:
    story = Story()
    assert begin(story, "Mon 2 Mar 2026")
    assert not begin(story, "Mon 2 Mar 2026", Mode.REHEARSE)
    story.happened("Mon 2 Mar 2026", EventKind.LIVE_BEGAN, "2026-03-02")
    assert not begin(story, "Mon 2 Mar 2026")


@pytest.mark.parametrize(("on", "anew"), [("Mon 9 Mar 2026", False), ("Tue 10 Mar 2026", True)])
def test_after_more_than_five_working_days_without_a_run_letters_do_not_simply_go_on(
    on: str, anew: bool
) -> None:
    assert begin(ran(("Mon 2 Mar 2026", "live")), on) == anew


def test_after_a_trial_letters_begin_whatever_went_out_before_it() -> None:
    assert begin(ran(("Mon 2 Mar 2026", "team only"), to=[AUDITOR.email]), "Tue 3 Mar 2026")


@pytest.mark.parametrize(
    ("to", "anew"), [([AUDIT_TEAM.email], True), ([AUDITOR.email, AUDIT_TEAM.email], False), ([], False)]
)
def test_an_older_bot_that_did_not_say_its_mode_was_live_where_any_letter_may_have_gone_to_people(
    to: list[str], anew: bool
) -> None:
    story = ran(("Mon 2 Mar 2026", ""), to=to)
    story.happened("Mon 16 Feb 2026", EventKind.LETTER_INTENDED, "t#0", "101", rule="r", to=[*TEAM])
    story.happened("Mon 16 Feb 2026", EventKind.LETTER_SENT, "t", "101")
    assert begin(story, "Tue 3 Mar 2026") == anew


@pytest.mark.parametrize(
    ("mode", "on", "told"),
    [
        (Mode.REHEARSE, "Mon 9 Mar 2026", 1),
        (Mode.TEAM_ONLY, "Mon 9 Mar 2026", 1),
        (Mode.REHEARSE, "Tue 10 Mar 2026", 0),
        (Mode.LIVE, "Tue 3 Mar 2026", 0),
    ],
)
def test_that_letters_went_to_people_and_no_longer_do_is_said_for_five_working_days(
    mode: Mode, on: str, told: int
) -> None:
    history = ran(("Mon 2 Mar 2026", "live")).history
    for allowed, where in ((Mode.LIVE, "How far letters go"), (Mode.REHEARSE, "The settings")):
        problems = no_longer_live(history, mode, allowed, day(on), WorkingDays())
        assert [problem.where for problem in problems] == [where] * told


# ------------------------------------------------------------------------------------- what the column may say


@pytest.mark.parametrize("line", ["No", "none", " - "])
def test_a_line_that_says_no_holds_nothing(line: str) -> None:
    plan = Story(audit(hold_letters=(line,))).plan("Mon 2 Mar 2026")
    assert "audit allocated" in {letter.rule.id for letter in plan.letters}
    assert not [p for p in plan.problems if "Hold letters" in p.what]


@pytest.mark.parametrize("line", ["hold", "Hold until 9 March", "all", "x"])
def test_a_line_that_names_no_letter_but_says_hold_is_about_all_of_the_row(line: str) -> None:
    plan = Story(audit(hold_letters=(line,))).plan("Mon 2 Mar 2026")
    assert not [letter for letter in plan.letters if letter.standing]
    assert not [p for p in plan.problems if "Hold letters" in p.what]


def test_all_holds_no_step_of_an_inadequate() -> None:
    story = launched(hold_letters=("all",))
    story.returned("Mon 9 Mar 2026", "Inadequate")
    story.perform("Mon 9 Mar 2026")
    story.moderated("Tue 10 Mar 2026", "Inadequate")
    assert {"urgent issues", "uopp to arrange, inadequate"} & set(story.asked("Tue 10 Mar 2026"))


@pytest.mark.parametrize(
    ("today", "until", "meant"),
    [
        ("Mon 14 Dec 2026", "5 January", "Tue 5 Jan 2027"),
        ("Tue 5 Jan 2027", "4 January", "Mon 4 Jan 2027"),
        ("Mon 2 Mar 2026", "9 March", "Mon 9 Mar 2026"),
    ],
)
def test_a_day_without_a_year_is_the_one_to_come_or_one_that_is_hardly_over(
    today: str, until: str, meant: str
) -> None:
    assert days_to_come(until, day(today)) == (day(meant),)


# --------------------------------------------------------------------------------- what somebody says by a button


def says(story: Story, on: str, word: Says, *parts: str, until: str = "") -> None:
    said = {"letter": matter_code(story.basis.keys, *parts), "says": word.value, "by": AUDIT_MANAGER.email}
    ends = day(until).isoformat() if until else None
    story.happened(
        on, EventKind.WORD_ON_A_LETTER, f"word{len(story.events)}", until=ends, takes_on="", **said
    )


def key_of(story: Story, rule: str, on: str = "Mon 2 Mar 2026") -> str:
    plan = story.plan(on)
    letters = [*plan.letters, *(each.letter for each in plan.kept)]
    return next(letter.key for letter in letters if letter.rule.id == rule)


def test_a_letter_held_by_a_word_goes_on_its_day_or_as_soon_as_somebody_says_so() -> None:
    story = Story()
    key = key_of(story, "audit allocated")
    says(story, "Mon 2 Mar 2026", Says.HOLD, "letter", key, until="Wed 4 Mar 2026")
    assert "audit allocated" not in story.names("Tue 3 Mar 2026")
    told = kept(story, "Tue 3 Mar 2026")["audit allocated"][1]
    assert told == "Held until Wed 4 Mar 2026: Max Audit said so on Mon 2 Mar 2026."
    assert "audit allocated" in story.names("Wed 4 Mar 2026")
    says(story, "Tue 3 Mar 2026", Says.GO, "letter", key)
    assert "audit allocated" in story.names("Tue 3 Mar 2026")
    says(story, "Tue 3 Mar 2026", Says.SKIP, "letter", key)
    assert kept(story, "Wed 4 Mar 2026")["audit allocated"][0] is Why.SKIPPED, "the last word counts"


def test_what_the_row_says_counts_whatever_was_said_by_a_button() -> None:
    story = Story(audit(hold_letters=("Audit allocated",)))
    says(story, "Mon 2 Mar 2026", Says.SKIP, "letter", key_of(story, "audit allocated"))
    assert kept(story, "Mon 2 Mar 2026")["audit allocated"][1] == "Held: “Hold letters” of the row says so."
    by_row = {each.letter.rule.id: each.by_row for each in story.plan("Mon 2 Mar 2026").kept}
    assert by_row["audit allocated"]


def old() -> Story:
    """Letters go out since Wednesday 11 March; an Inadequate came, and the launch was, before that."""
    story = Story()
    story.returned("Fri 6 Mar 2026", "Inadequate")
    story.happened("Wed 11 Mar 2026", EventKind.LIVE_BEGAN, "2026-03-11")
    return story


def about_old(story: Story) -> list[str]:
    return [
        p.what
        for p in story.plan("Wed 11 Mar 2026").problems
        if "for your word" in p.what or "has not gone" in p.what
    ]


def test_of_what_is_older_than_the_beginning_alerts_are_told_by_name_and_the_others_by_number() -> None:
    story = old()
    found = {each.letter.rule.id for each in story.plan("Wed 11 Mar 2026").kept if each.why is Why.OLD}
    assert "inadequate alert" in found
    alerts, others = about_old(story)
    assert alerts.startswith("“Inadequate alert” has not gone.")
    assert others.startswith(f"{len(story.plan('Wed 11 Mar 2026').kept) - 1} letter")
    says(story, "Wed 11 Mar 2026", Says.HOLD, "letter", key_of(story, "inadequate alert", "Wed 11 Mar 2026"))
    assert not [what for what in about_old(story) if "has not gone" in what]


def test_one_letter_older_than_the_beginning_goes_on_a_word() -> None:
    story = old()
    rule = story.plan("Wed 11 Mar 2026").kept[0].letter.rule.id
    says(story, "Wed 11 Mar 2026", Says.GO, "letter", key_of(story, rule, "Wed 11 Mar 2026"))
    assert rule in {letter.rule.id for letter in story.plan("Wed 11 Mar 2026").letters}


def test_all_that_is_older_goes_on_one_word_and_but_for_alerts_is_skipped_on_another() -> None:
    story = old()
    says(story, "Wed 11 Mar 2026", Says.SKIP, "since", "2026-03-11")
    found = story.plan("Wed 11 Mar 2026").kept
    alerts = {each.letter.rule.id for each in found if each.why is Why.OLD}
    assert alerts == {"inadequate alert"}
    assert {(each.why, each.with_all) for each in found if each.letter.rule.id not in alerts} == {
        (Why.SKIPPED, True)
    }
    says(story, "Wed 11 Mar 2026", Says.GO, "since", "2026-03-11")
    assert not story.plan("Wed 11 Mar 2026").kept


@pytest.mark.parametrize("later", ["Mon 2 Mar 2026", "Tue 3 Mar 2026"])
def test_of_words_said_before_and_after_the_key_was_changed_the_later_counts(later: str) -> None:
    def now(parts: tuple[str, ...]) -> str:
        return f"now|{keys(parts)}"

    now.former = (keys,)  # type: ignore[attr-defined]
    story = Story()
    before, story.basis = story.basis, replace(story.basis, keys=now)
    key, changed = key_of(story, "audit allocated"), story.basis
    story.basis = before
    says(story, "Mon 2 Mar 2026", Says.HOLD, "letter", key)
    story.basis = changed
    assert "audit allocated" not in story.names("Tue 3 Mar 2026")
    says(story, later, Says.GO, "letter", key)
    assert "audit allocated" in story.names("Tue 3 Mar 2026")
