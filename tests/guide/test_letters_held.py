"""The column “Hold letters”: one letter of a row waits or is skipped, the others go on; an alert only by a name."""

from __future__ import annotations

import time

import pytest
from people import Story, audit, book, day

from bot.programme.events import EventKind
from bot.programme.history.records_of_the_past import Says
from bot.programme.planning.kept_letters import EVERY, RowWord, row_words
from bot.programme.standing.actions import Why


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
