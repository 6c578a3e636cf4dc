"""The digest as the Audit Team reads it at eight: each trouble once, by its cause, with its true age and its button."""

from __future__ import annotations

import re

import pytest
from forms import filled
from people_at_work import TeamAtWork, unsent
from small_council import REF
from tenant import Door, email

from bot.programme.modes import Mode

OTHER = "FSP-2026-03-002"


@pytest.fixture
def council(door: Door) -> TeamAtWork:
    return TeamAtWork(door)


def needs(council: TeamAtWork) -> str:
    """What needs a person, without what stands below it."""
    return council.words().partition("Understanding our Practice")[2].partition("Where the cycles stand")[0]


def safety(council: TeamAtWork) -> str:
    """What stands under a child's safety."""
    return needs(council).partition("first of all")[2].partition("People wait for this")[0]


def test_two_letters_to_one_reader_that_came_back_are_one_matter_and_one_press(council: TeamAtWork) -> None:
    council.launched()
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"))
    council.run("2026-03-02", "10:00", whole=False)
    council.ask("POST", "/remove-mailbox", {"email": email("Mo Moderator")})
    council.run("2026-03-04")  # the moderation is late: two letters to the same reader on one day
    council.run("2026-03-05")
    assert council.lies_in("Undeliverable").count("Please look at") == 2
    told = needs(council)
    assert told.count("could not be delivered") == 1
    assert "to Mo Moderator. Has this person left?" in told
    assert "microsoftexchange" not in told
    council.presses("It is settled", "2026-03-05")
    assert council.lies_in("Undeliverable") == ["Audits taken in"] * 2


def test_a_column_that_is_gone_is_told_once_and_not_as_empty_cells(council: TeamAtWork) -> None:
    council.launched()
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"))
    council.run("2026-03-02", "10:00", whole=False)
    council.ask(
        "POST", "/lists/Audit allocations/rename-column", {"from": "Team Manager", "to": "Line manager"}
    )
    council.run("2026-03-03")
    told = needs(council)
    assert told.count("There is no column “Team Manager”") == 1
    assert "is empty" not in told
    assert "has not been told" not in told, "nobody can tell while the column is gone"
    assert told.index("People wait for this") < told.index("There is no column")
    council.ask(
        "POST", "/lists/Audit allocations/rename-column", {"from": "Line manager", "to": "Team Manager"}
    )
    council.ask("PATCH", "/lists/Audit allocations/2", {"Team Manager": None})
    council.run("2026-03-04")
    assert "“Team Manager” is empty" in needs(council)


def test_a_deleted_rows_age_is_counted_from_the_day_it_was_first_told(council: TeamAtWork) -> None:
    council.launched()
    council.ask("DELETE", "/lists/Audit allocations/2")
    council.run("2026-03-03")
    assert f"{OTHER} , new today" in needs(council)
    council.run("2026-03-05")
    assert f"{OTHER} , since Tuesday, 2 working days" in needs(council)


def test_what_was_put_right_and_goes_wrong_again_is_new(council: TeamAtWork) -> None:
    council.launched()
    for day, moderator in (("2026-03-03", None), ("2026-03-04", email("Mo Moderator")), ("2026-03-10", None)):
        council.ask("PATCH", "/lists/Audit allocations/1", {"Moderator": moderator})
        council.run(day)
    assert f"{REF} , new today" in needs(council)


def test_the_moderation_of_an_inadequate_that_is_late_stands_with_the_childs_safety(
    council: TeamAtWork,
) -> None:
    council.launched()
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"))
    council.run("2026-03-02", "10:00", whole=False)
    council.run("2026-03-03")
    assert "The moderation of an Inadequate" not in needs(council), "it is due today"
    council.run("2026-03-04")
    assert "The moderation of an Inadequate was due by Tue 3 Mar 2026" in safety(council)
    council.arrives("Mo Moderator", filled(council.form(), grade="Inadequate", moderated="Inadequate"))
    council.run("2026-03-05")
    assert "The moderation of an Inadequate" not in needs(council)


def test_a_letter_of_unknown_fate_stands_once_and_nobody_is_told_to_send_it_by_hand(
    council: TeamAtWork,
) -> None:
    unsent(council)
    told = council.words()
    assert told.count("“Audit allocated” to Ada Auditor was not sent, or not surely") == 2, "of two audits"
    assert "by hand" not in told
    assert "Not sent" not in told
    assert "Daily digest" not in told, "nobody needs the digest of yesterday"


def test_what_is_not_filled_in_is_one_sentence_and_not_said_of_both_parts(council: TeamAtWork) -> None:
    council.launched()
    council.arrives("Ada Auditor", filled(council.form(), grade="Good"))
    council.run("2026-03-03")
    assert needs(council).count("Section 3, Records reviewed?") == 1
    assert ".;" not in needs(council)
    council.arrives("Mo Moderator", filled(council.form(), grade="Good", moderated="Good"))
    council.run("2026-03-04")
    assert needs(council).count("Section 3, Records reviewed?") == 1


def test_a_person_who_sent_what_is_held_is_named_once_and_the_step_is_said_once(council: TeamAtWork) -> None:
    council.launched()
    council.arrives("Hal Service", filled(council.form(), grade="Good"))
    council.arrives("Ada Auditor", None, html="<p>May I have a word?</p>")
    council.run("2026-03-03")
    told = needs(council)
    assert f"{REF} came from Hal Service, who is neither its auditor nor its moderator." in told
    assert "From Hal Service" not in told
    assert email("Hal Service") not in told
    assert told.count("what is agreed goes into the list") == 1


def test_an_inadequate_in_a_trial_is_told_first_until_the_team_has_seen_to_it(council: TeamAtWork) -> None:
    council.new, council.mode = True, Mode.TEAM_ONLY
    council.run("2026-03-02", safety=Mode.TEAM_ONLY)
    letters = council.ask("GET", f"/mailboxes/{council.door.settings.mailbox}")["messages"]
    form = next(m for m in letters if REF in m["subject"] and m["has_attachments"])
    whole = council.ask("GET", f"/mailboxes/{council.door.settings.mailbox}/{form['id']}")
    path = f"/mailboxes/{council.door.settings.mailbox}/{form['id']}/{whole['attachments'][0]['id']}"
    council.arrives("Ada Auditor", filled(council._bytes(path), grade="Inadequate"))
    council.run("2026-03-02", "10:00", whole=False, safety=Mode.TEAM_ONLY)
    council.run("2026-03-03", safety=Mode.TEAM_ONLY)
    assert needs(council).index("This is a trial") < needs(council).index("About a child’s safety")
    unbroken = re.findall(r"<code[^>]*>([^<]*)</code>", council.digest())
    assert max(map(len, unbroken)) < 40, "no line of references widens the page"
    said = "the trial has kept its alert back: Pru Practitioner, Tia Manager, Hal Service have not had it"
    assert said in safety(council)
    council.team_says(council.buttons()["They have been told"], "Tia Manager", on="2026-03-03T09:00")
    council.run("2026-03-04", safety=Mode.TEAM_ONLY)
    assert said not in council.words()


def test_an_alert_that_waits_for_a_word_has_its_button_beside_it(council: TeamAtWork) -> None:
    council.launched()
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"))
    council.stood_still = True
    council.run("2026-03-20")  # nothing ran for two weeks
    first = council.digest().partition("first of all")[2].partition("People wait for this")[0]
    assert "“Inadequate alert” has not gone" in first
    assert ">Send it</a>" in first
    rest = council.digest().partition("People wait for this")[2].partition("This can wait")[0]
    assert ">Send them all</a>" in rest
