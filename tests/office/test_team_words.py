"""What the Audit Team says by the buttons of the digest, in earnest: each is pressed in the digest it stands in."""

from __future__ import annotations

import base64
import re
from contextlib import closing
from html import unescape
from typing import Any
from urllib.parse import parse_qs

import pytest
from forms import filled
from people_at_work import (
    HELD,
    TeamAtWork,
    dated,
    once_moderated,
    record,
    unsent,
)
from small_council import REF
from tenant import Door, email

from bot.office.ledger import Ledger
from bot.office.mail.letter_states import LetterStates
from bot.office.mail.mailbox import Mailbox
from bot.programme.events import EventKind
from bot.programme.planning import situation


@pytest.fixture
def council(door: Door) -> TeamAtWork:
    return TeamAtWork(door)


def asked(council: TeamAtWork) -> str:
    """A message that is put to a person, and the subject of the button that settles it."""
    council.launched()
    council.arrives("Ada Auditor", None, html="<p>May I have a word about this audit?</p>")
    council.run("2026-03-03")
    return council.buttons()["It is settled"]


@pytest.mark.parametrize("sender", ["Tia Manager", None], ids=["the Audit Manager", "the shared mailbox"])
def test_what_the_audit_team_settles_leaves_and_is_not_asked_again(
    council: TeamAtWork, sender: str | None
) -> None:
    settle = asked(council)
    council.team_says(settle, sender)
    assert council.run("2026-03-04", "10:00", whole=False).questions == 0
    assert council.lies_in(f"RE: Audit {REF}") == ["Audits taken in"]
    assert council.lies_in("Settled") == ["Audits taken in"]
    assert council.run("2026-03-05").questions == 0
    assert "May I have a word" not in council.digest()


def test_anybody_elses_press_is_held_and_named_and_nothing_is_settled(council: TeamAtWork) -> None:
    settle = asked(council)
    council.team_says(f"FW: {settle}", "Ada Auditor")
    assert council.run("2026-03-04", "10:00").questions == 2
    assert "Ada Auditor used “Settled”" in council.digest()
    assert council.lies_in("Settled") == ["Please look at"]


def test_a_forged_press_counts_for_nothing_and_cannot_be_vouched_for(council: TeamAtWork) -> None:
    settle = asked(council)
    mailbox = council.door.settings.mailbox
    for sender in (email("Tia Manager"), mailbox):
        council.ask(
            "POST", "/messages",
            {"from": sender, "to": [mailbox], "subject": settle, "html": "<p>x</p>",
             "headers": {"X-MS-Exchange-Organization-AuthAs": "Anonymous"}},
        )  # fmt: skip
    assert council.run("2026-03-04", "10:00").questions == 3
    assert "Exchange did not recognise the sender" in council.digest()
    assert "The sender is right: read it" not in council.buttons()


def test_a_word_used_twice_says_so_kindly_and_does_nothing(council: TeamAtWork) -> None:
    settle = asked(council)
    council.team_says(settle, "Tia Manager")
    council.run("2026-03-04", "10:00", whole=False)
    council.team_says(settle, None, on="2026-03-04T11:00")
    council.run("2026-03-05")
    assert "had been used before, by Tia Manager on Wed 4 Mar 2026" in council.digest()
    assert "Nothing needs anyone today" in council.digest()
    council.run("2026-03-06")
    assert "had been used before" not in council.digest()


def test_a_word_about_what_has_gone_meanwhile_says_so_kindly(council: TeamAtWork) -> None:
    settle = asked(council)
    council.arrives("Ada Auditor", filled(council.form(), grade="Good"))
    council.run("2026-03-03", "15:00", whole=False)
    council.team_says(settle, "Tia Manager")
    council.run("2026-03-05")
    assert "the matter had already gone" in council.digest()


def test_a_press_pressed_weeks_later_about_what_stands_there_no_more_says_so_and_hides_nothing(
    council: TeamAtWork,
) -> None:
    council.launched()
    council.arrives("Ada Auditor", filled(council.form(), grade="Good"))
    council.run("2026-03-03")
    council.run("2026-03-04")
    seen_to = council.buttons()["It has been seen to"]
    council.ask("PATCH", "/lists/Audit allocations/1", {"Withdrawn": True})
    council.run("2026-03-05")
    assert "It has been seen to" not in council.buttons()
    council.team_says(seen_to, "Tia Manager", on="2026-03-25T09:00")
    council.run("2026-03-25", "10:00", whole=False)
    council.run("2026-03-26")
    assert "the matter had already gone" in council.words()
    council.ask("PATCH", "/lists/Audit allocations/1", {"Withdrawn": False})
    council.run("2026-03-27")
    assert "It has been seen to" in council.buttons(), "it is there again, and nobody has seen to it"


def test_a_copy_in_which_somebody_has_written_stays_where_it_was_put(council: TeamAtWork) -> None:
    council.launched()
    council.arrives("Hal Service", filled(council.form(), grade="Good"))
    council.run("2026-03-03")
    (copy,) = (p for each in council.ask("GET", "/files") if REF in (p := each["path"]))
    council.ask("POST", "/files", {"path": copy, "base64": base64.b64encode(b"with a note").decode()})
    council.presses("Take it as the auditor's return", "2026-03-03")
    assert copy in {each["path"] for each in council.ask("GET", "/files")}


@pytest.mark.parametrize("back", [False, True], ids=["row gone for good", "row restored"])
def test_a_form_taken_while_its_row_is_deleted_is_answered_and_asked_about_still(
    council: TeamAtWork, back: bool
) -> None:
    council.launched()
    council.arrives("Hal Service", filled(council.form(), grade="Inadequate"))
    council.run("2026-03-03")
    take = council.buttons()["Take it as the auditor's return"]
    row = council.row()
    council.ask("DELETE", f"/lists/Audit allocations/{row['id']}")
    council.team_says(take, "Tia Manager", on="2026-03-03T09:00")
    council.run("2026-03-03", "10:00", whole=False)
    council.run("2026-03-04")
    words = " ".join(council.words().split())
    assert "its row was not in the list" in words
    assert "It may hold an Inadequate: look at it today" in words
    if back:
        values = {k: v for k, v in row.items() if k not in ("id", "etag")}
        council.ask("POST", "/lists/Audit allocations", values)
        council.presses("Take it as the auditor's return", "2026-03-05")
        assert council.row()["Auditor's grade"] == "Inadequate"


# ------------------------------------------------------------------------------------------------- forms that are held


def test_a_form_sent_by_somebody_else_is_taken_as_the_auditors_return(council: TeamAtWork) -> None:
    council.launched()
    council.arrives("Hal Service", filled(council.form(), grade="Good"))
    report = council.presses("Take it as the auditor's return", "2026-03-03")
    assert report.letters["moderation requested"] == 1
    assert council.row()["Auditor's grade"] == "Good"
    assert council.row()["Status"] == "With moderator"
    assert council.lies_in(f"RE: Audit {REF}") == ["Audits taken in"]
    (kept,) = (p for each in council.ask("GET", "/files") if REF in (p := each["path"]))
    assert "Please look at" not in kept, "it lay there while a person was asked, and lies once"
    council.run("2026-03-04")
    assert "neither its auditor" not in council.words()


def test_a_form_is_not_taken_for_the_child_the_row_was_given_to_meanwhile(council: TeamAtWork) -> None:
    council.launched()
    council.arrives("Hal Service", filled(council.form(), grade="Good"))
    council.run("2026-03-03")
    take = council.buttons()["Take it as the auditor's return"]
    council.ask("PATCH", "/lists/Audit allocations/1", {"Mosaic number": "7777777"})
    council.team_says(take, "Tia Manager", on="2026-03-03T09:00")
    assert council.run("2026-03-03", "10:00", whole=False).questions == 1
    assert not council.row()["Auditor's grade"]
    council.run("2026-03-04")
    assert "The Mosaic number in the form is not the one of" in council.words()
    assert "Take it as the auditor's return" not in council.buttons()


def test_two_of_the_team_who_take_different_forms_are_told_so_where_one_is_an_inadequate(
    council: TeamAtWork,
) -> None:
    council.launched()
    files = [
        {"name": f"{REF}{n}.docx", "base64": base64.b64encode(filled(council.form(), grade=g)).decode()}
        for n, g in enumerate(("Good", "Inadequate"))
    ]
    council.arrives("Ada Auditor", None, attachments=files)
    council.run("2026-03-03")
    buttons = council.buttons()
    first, second = (next(b for says, b in buttons.items() if says.startswith(f"File {n}")) for n in (1, 2))
    council.team_says(first, "Tia Manager", on="2026-03-03T09:00")
    council.team_says(second, None, on="2026-03-03T09:01")
    council.run("2026-03-03", "10:00", whole=False)
    council.run("2026-03-04")
    assert (
        "may hold an Inadequate, and nothing followed: settle today which of them counts" in council.words()
    )


def test_a_held_inadequate_starts_its_route_at_once_when_it_is_taken(council: TeamAtWork) -> None:
    council.launched()
    council.arrives("Hal Service", filled(council.form(), grade="Inadequate"))
    report = council.presses("Take it as the auditor's return", "2026-03-03")
    assert report.letters["inadequate alert"] == 1
    assert any("please read" in s.casefold() for s in council.received("Pru Practitioner"))


def test_an_inadequate_that_is_called_settled_is_told_to_all_of_the_team_and_can_be_had_back(
    council: TeamAtWork,
) -> None:
    council.launched()
    council.arrives("Hal Service", filled(council.form(), grade="Inadequate"))
    council.presses("It is settled", "2026-03-03")
    council.run("2026-03-04")
    words = " ".join(council.words().split())
    assert "Tia Manager said that a message from Hal Service of Tue 3 Mar 2026 is settled" in words
    assert "Nothing needs anyone" not in words
    (held,) = [m for m in council.inbox() if f"RE: Audit {REF}" in m["subject"]]
    mailbox = council.door.settings.mailbox
    place = f"/users/{mailbox}/messages/{held['id']}/move"
    council.door.graph.post(place, {"destinationId": "inbox"})
    council.run("2026-03-05")
    assert "Take it as the auditor's return" in council.buttons()


@pytest.mark.parametrize("how", ["archive", "deleteditems", "another folder", "for good"])
def test_what_may_hold_an_inadequate_is_named_wherever_its_message_is_put_until_somebody_says_that_it_is_settled(
    council: TeamAtWork, how: str
) -> None:
    council.launched()
    council.arrives("Hal Service", filled(council.form(), grade="Inadequate"))
    council.run("2026-03-03")
    (held,) = [m for m in council.inbox() if f"RE: Audit {REF}" in m["subject"]]
    path = f"/users/{council.door.settings.mailbox}"
    if how == "for good":
        for _ in range(2):
            council.door.graph.delete(f"{path}/messages/{held['id']}")
    else:
        to = how
        if how == "another folder":
            to = council.door.graph.post(f"{path}/mailFolders", {"displayName": "Old things"})["id"]
        council.door.graph.post(f"{path}/messages/{held['id']}/move", {"destinationId": to})
    for day in ("2026-03-04", "2026-03-05"):
        assert council.run(day).questions == 1
        words = " ".join(council.words().split())
        assert "About a child’s safety: 1 thing" in words
        place = {"archive": "Archive", "deleteditems": "Deleted Items", "another folder": "Old things"}
        assert (
            f"It lies in “{place[how]}”" in words if how in place else "It is in the mailbox no more" in words
        )
    council.team_says(council.buttons()["It is settled"], "Tia Manager", on="2026-03-05T09:00")
    assert council.run("2026-03-05", "10:00", whole=False).questions == 0
    assert council.run("2026-03-06").questions == 0


def test_a_held_form_that_may_hold_an_inadequate_stands_first(council: TeamAtWork) -> None:
    council.launched()
    council.arrives("Ada Auditor", None, html="<p>May I have a word?</p>")
    council.arrives("Hal Service", filled(council.form(), grade="Inadequate"))
    council.run("2026-03-03")
    words = council.words()
    assert words.index("About a child’s safety: 1 thing") < words.index("People wait for this: 1 thing")
    subjects = [d["subject"] for d in council.door.tenant.deliveries() if "Audits on" in d["subject"]]
    assert subjects[-1].endswith("2 things for a person, 1 about a child’s safety")


def test_of_two_different_forms_the_audit_team_says_which_counts(council: TeamAtWork) -> None:
    council.launched()
    files = [
        {"name": f"{REF}{n}.docx", "base64": base64.b64encode(filled(council.form(), grade=g)).decode()}
        for n, g in enumerate(("Good", "Requires Improvement"))
    ]
    council.arrives("Ada Auditor", None, attachments=files)
    council.presses(
        "File 2 (auditor's grade Requires Improvement to be Good): take it as the auditor's return"
    )
    assert council.row()["Auditor's grade"] == "Requires Improvement"
    assert council.run("2026-03-05").questions == 0


def test_a_grade_that_cannot_be_told_is_said_by_the_audit_team(council: TeamAtWork) -> None:
    council.launched()
    council.arrives("Ada Auditor", filled(council.form(), grade="Good", tracked_from="Inadequate"))
    report = council.presses("Take it as the auditor's return, grade Inadequate")
    assert report.letters["inadequate alert"] == 1
    assert council.row()["Auditor's grade"] == "Inadequate"


def test_a_moderators_form_from_another_address_is_taken_as_the_moderation(council: TeamAtWork) -> None:
    council.launched()
    council.arrives("Ada Auditor", filled(council.form(), grade="Good"))
    council.run("2026-03-03")
    council.arrives("Hal Service", filled(council.form(), grade="Good", moderated="Good"))
    council.presses("Take it as the moderator's return")
    assert council.row()["Moderated grade"] == "Good"
    assert council.row()["Status"] == "Complete"


def test_a_sender_in_doubt_is_read_once_the_audit_team_vouches_for_them(council: TeamAtWork) -> None:
    council.launched()
    council.arrives(
        "Ada Auditor", filled(council.form(), grade="Good"),
        headers={"X-MS-Exchange-Organization-AuthAs": "Anonymous"},
    )  # fmt: skip
    report = council.presses("The sender is right: read it")
    assert council.row()["Auditor's grade"] == "Good"
    assert report.letters["moderation requested"] == 1


@pytest.mark.parametrize("sender", ["stranger@elsewhere.example", email("Hal Service")])
def test_no_receipt_goes_to_an_address_nobody_vouches_for_though_its_form_is_taken(
    council: TeamAtWork, sender: str
) -> None:
    council.run("2026-03-02", receipts=True)
    council.arrives(
        "Ada Auditor", filled(council.form(), grade="Good"), **{"from": sender},
        headers={"X-MS-Exchange-Organization-AuthAs": "Anonymous"},
    )  # fmt: skip
    council.run("2026-03-03", receipts=True)
    take = council.buttons()["Take it as the auditor's return"]
    council.team_says(take, "Tia Manager", on="2026-03-03T09:00")
    before = len(council.door.tenant.deliveries())
    council.run("2026-03-03", "10:00", whole=False, receipts=True)
    council.run("2026-03-04", receipts=True)
    assert council.row()["Auditor's grade"] == "Good"
    told = council.door.tenant.deliveries()[before:]
    assert not [d["subject"] for d in told if sender in d["delivered_to"]]


def test_whoever_takes_a_form_hears_that_its_sender_is_in_doubt_besides(council: TeamAtWork) -> None:
    council.launched()
    council.arrives(
        "Hal Service", filled(council.form(), grade="Good"),
        headers={"X-MS-Exchange-Organization-AuthAs": "Anonymous"},
    )  # fmt: skip
    council.run("2026-03-04")
    assert "Besides, Exchange did not recognise the sender as one of ours." in council.words()


def test_the_letter_about_a_held_inadequate_carries_the_button_that_starts_its_route(
    council: TeamAtWork,
) -> None:
    council.launched()
    council.arrives("Hal Service", filled(council.form(), grade="Inadequate"))
    council.run("2026-03-02", "11:00", whole=False)
    letters = council.door.tenant.deliveries(html=True)
    letter = next(d["html"] for d in letters if "please look at a held return" in d["subject"])
    found = re.search(r'href="(mailto:[^"]*)"[^>]*>Take it as the auditor&#39;s return</a>', letter)
    assert found
    subject = parse_qs(unescape(found[1]).partition("?")[2])["subject"][0]
    council.team_says(subject, "Tia Manager", on="2026-03-02T11:10")
    assert council.run("2026-03-02", "11:20", whole=False).letters["inadequate alert"] == 1


# ------------------------------------------------------------------------------------------------- what people wrote


def test_a_date_somebody_wrote_is_entered_as_the_day_of_the_meeting(council: TeamAtWork) -> None:
    council.moderated("Requires Improvement")
    council.ask("POST", "/clock", {"now": "2026-03-19T07:00:00+00:00"})
    council.arrives(
        "Tia Manager", None, cc=[],
        html="<p>We sat down for the UoPP on 18 March, Ada was there too, can you note it?</p>",
    )  # fmt: skip
    council.presses("Enter Wed 18 Mar 2026 as “UoPP held on”", "2026-03-19")
    assert council.row()["Status"] == "Being followed up"
    council.run("2026-03-20")
    assert "Please enter “UoPP held on” Wed 18 Mar 2026: Tia Manager told us" in council.words()


def test_of_two_dates_beside_a_button_the_right_one_is_pressed(council: TeamAtWork) -> None:
    council.moderated("Requires Improvement")
    subject, body = council.click("Ada Auditor", *HELD)
    council.says("Ada Auditor", subject, dated(body, "17/3/2026 or 18/3/2026"))
    council.presses("Enter Wed 18 Mar 2026 as “UoPP held on”", "2026-03-19")
    assert council.row()["Status"] == "Being followed up"


def test_a_list_answered_in_other_words_is_confirmed_by_a_press(council: TeamAtWork) -> None:
    for row in council.ask("GET", "/lists/Audit allocations")["rows"]:
        council.ask("PATCH", f"/lists/Audit allocations/{row['id']}", {"Confirmed on": None})
    council.run("2026-02-23")
    subject, body = council.click("Hal Service", "the audit list for you to confirm", "I confirm the list")
    council.says("Hal Service", subject, f"{body}\nBut go easy on Ada in the second week.", on="2026-02-24")
    council.presses("It confirms the list", "2026-02-25")
    assert council.run("2026-03-02").letters["audit allocated"] == 2


# ------------------------------------------------------------------------------------------------- prompts and lists


def test_a_prompt_about_a_form_is_asked_every_day_until_somebody_has_seen_to_it(council: TeamAtWork) -> None:
    council.launched()
    council.arrives("Ada Auditor", filled(council.form(), grade="Good"))
    council.run("2026-03-03")
    for day in ("2026-03-04", "2026-03-05"):
        council.run(day)
        assert council.words().count("were not copied in; please pass it on") == 1, day
        assert "Nothing needs anyone" not in council.words()
    council.team_says(council.buttons()["It has been seen to"], None, on="2026-03-05T09:00")
    council.run("2026-03-06")
    assert "not copied in" not in council.words()
    assert "Nothing needs anyone today" in council.words()


def test_the_age_of_what_the_lists_lack_is_counted_from_its_first_day(council: TeamAtWork) -> None:
    council.launched()
    council.ask("PATCH", "/lists/Audit allocations/1", {"Moderator": None})
    council.run("2026-03-03")
    assert "new today" in council.words()
    council.run("2026-03-06")
    assert "since Tuesday, 3 working days" in council.words()


# ------------------------------------------------------------------------------------------------- held letters


def letters_to(council: TeamAtWork, person: str) -> int:
    return sum("allocated" in s or "your audit" in s.casefold() or REF in s for s in council.received(person))


def matter_of(council: TeamAtWork, says: str, name: str) -> str:
    """The subject behind a button of the held letter whose readers are `name`."""
    cards = council.digest().split("<h3")[1:]
    card = next(c for c in cards if name in c and f">{says}</a>" in c)
    found = re.search(rf'href="(mailto:[^"]*)"[^>]*>{re.escape(says)}</a>', card)
    assert found
    return parse_qs(unescape(found[1]).partition("?")[2])["subject"][0]


def test_the_draft_of_a_held_letter_is_sent_once_however_often_it_is_pressed(council: TeamAtWork) -> None:
    unsent(council)
    before = len(council.received("Pru Practitioner"))
    send = matter_of(council, "It has not: send the draft", "Pru Practitioner")
    council.team_says(send, "Tia Manager", on="2026-03-03T09:00")
    council.team_says(send, None, on="2026-03-03T09:01")
    council.run("2026-03-03", "10:00", whole=False)
    assert len(council.received("Pru Practitioner")) == before + 1
    council.run("2026-03-04")
    assert len(council.received("Pru Practitioner")) == before + 1


@pytest.mark.parametrize("arrow", ["sending", "submitted"], ids=["before it leaves", "once Exchange has it"])
def test_a_word_to_send_a_letter_is_remembered_before_it_leaves_and_outlives_a_run_that_is_killed(
    council: TeamAtWork, monkeypatch: pytest.MonkeyPatch, arrow: str
) -> None:
    unsent(council)
    before = len(council.received("Pru Practitioner"))
    send = matter_of(council, "It has not: send the draft", "Pru Practitioner")
    council.team_says(send, "Tia Manager", on="2026-03-03T09:00")
    with monkeypatch.context() as machine:

        def killed(*_: object) -> None:
            raise KeyboardInterrupt

        machine.setattr(LetterStates, arrow, killed)
        with pytest.raises(KeyboardInterrupt):
            council.run("2026-03-03", "10:00", whole=False)
    assert said(council) == ["send-the-draft"], "the word is in the ledger, whatever became of the letter"
    for hour in ("10:05", "10:30", "11:00"):
        council.run("2026-03-03", hour, whole=False)
    assert len(council.received("Pru Practitioner")) == before + 1
    council.run("2026-03-04")
    assert "nothing followed" not in council.words()
    assert said(council) == ["send-the-draft"]


def said(council: TeamAtWork) -> list[str]:
    """The words of the Audit Team that the ledger knows."""
    with closing(Ledger(council.door.settings.ledger)) as ledger:
        return [str(e.data["word"]) for e in ledger.read() if e.kind is EventKind.TEAM_SAID]


def test_a_word_that_is_remembered_is_not_called_late_when_its_message_was_not_filed(
    council: TeamAtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle = asked(council)
    council.team_says(settle, "Tia Manager", on="2026-03-03T09:00")
    with monkeypatch.context() as machine:

        def killed(*_: object) -> None:
            raise KeyboardInterrupt

        machine.setattr(Mailbox, "file", killed)
        with pytest.raises(KeyboardInterrupt):
            council.run("2026-03-03", "10:00", whole=False)
    council.run("2026-03-03", "10:30", whole=False)
    council.run("2026-03-04")
    assert "nothing followed" not in council.words()
    assert council.lies_in(f"RE: Audit {REF}") == ["Audits taken in"], (
        "what it settled is put away all the same"
    )


def test_a_held_letter_does_not_go_once_its_row_is_another_and_what_is_due_instead_goes(
    council: TeamAtWork,
) -> None:
    unsent(council)
    send = matter_of(council, "It has not: send the draft", "Pru Practitioner")
    for row in (1, 2):
        council.ask("PATCH", f"/lists/Audit allocations/{row}", {"Practitioner": email("Ori Otherservice")})
    had = len(council.received("Pru Practitioner")), len(council.received("Ori Otherservice"))
    council.team_says(send, "Tia Manager", on="2026-03-03T09:00")
    council.run("2026-03-03", "10:00", whole=False)
    assert len(council.received("Pru Practitioner")) == had[0]
    assert len(council.received("Ori Otherservice")) > had[1]


def test_a_held_letter_whose_audit_cannot_be_worked_out_is_kept_until_it_can(
    council: TeamAtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumbles(*_: Any) -> Any:
        raise ZeroDivisionError

    unsent(council)
    send = matter_of(council, "It has not: send the draft", "Pru Practitioner")
    had = len(council.received("Pru Practitioner"))
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(situation, "standing", stumbles)
        council.team_says(send, "Tia Manager", on="2026-03-03T09:00")
        council.run("2026-03-03", "10:00", whole=False)
    assert len(council.received("Pru Practitioner")) == had
    council.team_says(send, "Tia Manager", on="2026-03-03T11:00")
    council.run("2026-03-03", "12:00", whole=False)
    assert len(council.received("Pru Practitioner")) == had + 1


def test_a_held_letter_whose_rule_was_taken_out_of_the_book_is_told_and_does_not_go_by_a_press(
    council: TeamAtWork,
) -> None:
    unsent(council)
    send = matter_of(council, "It has not: send the draft", "Pru Practitioner")
    before = len(council.received("Pru Practitioner"))
    rules = council.door.settings.files.rules.read_text()
    without = council.door.folder / "fewer_rules.toml"
    (its,) = (each for each in rules.split("[[rule]]") if 'id     = "practitioner informed"' in each)
    without.write_text(rules.replace(f"[[rule]]{its}", ""))
    files = council.door.settings.files.model_copy(update={"rules": without})
    council.run("2026-03-03", "09:00", files=files)
    council.team_says(send, "Tia Manager", on="2026-03-03T09:30")
    council.run("2026-03-03", "10:00", whole=False, files=files)
    council.run("2026-03-04", files=files)
    assert len(council.received("Pru Practitioner")) == before
    assert "no longer due as it was" in council.words()


def test_a_letter_that_has_arrived_counts_as_sent_and_one_that_is_not_to_go_never_goes(
    council: TeamAtWork,
) -> None:
    unsent(council)
    council.team_says(matter_of(council, "It has arrived", "Ada Auditor"), None, on="2026-03-03T09:00")
    council.team_says(matter_of(council, "Do not send it", "Pru Practitioner"), None, on="2026-03-03T09:01")
    council.run("2026-03-03", "10:00", whole=False)
    before = len(council.received("Ada Auditor")), len(council.received("Pru Practitioner"))
    report = council.run("2026-03-04")
    assert report.letters == {}
    assert (len(council.received("Ada Auditor")), len(council.received("Pru Practitioner"))) == before


# ------------------------------------------------------------------------------------------------- ten mornings


def test_ten_mornings_of_a_council_with_trouble(council: TeamAtWork) -> None:
    """Every open matter stands in the digest once, with a next step; what is pressed is settled the morning after."""
    council.run("2026-03-02")
    form = council.form()
    troubles: dict[str, tuple[Any, str]] = {
        "2026-03-03": (lambda: council.arrives("Ada Auditor", None, html="<p>Which children are meant?</p>"),
                       "It is settled"),
        "2026-03-04": (lambda: council.arrives("Hal Service", filled(form, grade="Requires Improvement")),
                       "Take it as the auditor's return"),
        "2026-03-05": (lambda: council.arrives("Mo Moderator", b"%PDF-1.7 x", f"{REF}.pdf"), "It is settled"),
        "2026-03-06": (lambda: council.arrives(
            "Hal Service", filled(form, grade="Requires Improvement", moderated="Inadequate")),
            "Take it as the moderator's return"),
        "2026-03-09": (lambda: council.arrives("Pru Practitioner", None, html="<p>What does this mean?</p>"),
                       "It is settled"),
        "2026-03-10": (lambda: council.arrives(
            "Tia Manager", None, cc=[], html="<p>The urgent issues were seen to on 9 March, is that in time?</p>"),
            "Enter Mon 9 Mar 2026 as “Urgent issues done on”"),
        "2026-03-11": (lambda: council.arrives(
            "Tia Manager", None, cc=[], html="<p>Our UoPP meeting was held on 10 March, shall I send notes?</p>"),
            "Enter Tue 10 Mar 2026 as “UoPP held on”"),
        "2026-03-12": (lambda: council.ask("DELETE", "/lists/Audit allocations/2"), ""),
        "2026-03-13": (lambda: council.arrives("Ada Auditor", None, html="<p>May I go on leave?</p>"),
                       "It is settled"),
        "2026-03-16": (lambda: None, ""),
    }  # fmt: skip
    for day, (happens, press) in troubles.items():
        council.ask("POST", "/clock", {"now": f"{day}T07:00:00+00:00"})
        happens()
        told = council.run(day)
        html = council.digest()
        page = html.partition("</h1>")[2].partition("Where the cycles stand")[0]
        codes = re.findall(r"%5Bteam%20settled%20(\w{12})", page)
        assert len(codes) == len(set(codes)), f"{day}: a matter stands there twice"
        assert told.digest_sent
        assert ("Nothing needs anyone" in html) == (told.questions == 0 and "Next:" not in page and not codes)
        assert page.count("<h3") + page.count("since ") + page.count("new today") >= len(codes), day
        if press:
            buttons = council.buttons()
            assert press in buttons, (day, list(buttons))
            council.team_says(buttons[press], "Tia Manager", on=f"{day}T09:00")
            council.run(day, "10:00", whole=False)
            council.run(day, "10:30", whole=False)
            assert council.row()["Status"] != "Needs a person", day
    row = council.row()
    assert row["Auditor's grade"] == "Requires Improvement"
    assert row["Moderated grade"] == "Inadequate"
    words = council.words()
    assert "The row was deleted" not in words or words.count("The row was deleted") == 1
    for over in ("Which children", "What does this mean", "May I go on leave", "neither its auditor"):
        assert over not in words


def test_a_draft_to_an_auditor_is_sent_by_a_press_and_asked_about_until_then(council: TeamAtWork) -> None:
    council.launched()
    council.arrives("Ada Auditor", filled(council.form(), grade=""))
    council.run("2026-03-03")
    council.run("2026-03-04")
    assert "is drafted" in council.words()
    before = len(council.received("Ada Auditor"))
    council.presses("Send it as it lies there", "2026-03-05")
    assert len(council.received("Ada Auditor")) == before + 1
    council.run("2026-03-06")
    assert "is drafted" not in council.words()
    assert len(council.received("Ada Auditor")) == before + 1


def test_a_record_from_another_person_is_taken_by_a_press(door: Door) -> None:
    team = TeamAtWork(door)
    once_moderated(door)
    record(team, "Tia Manager")
    team.run("2026-03-10", "09:00", whole=False)
    team.presses("Take it as the record of the UoPP meeting", "2026-03-11")
    assert team.row()["Status"] == "Being followed up"
    team.run("2026-03-12")
    assert "“UoPP held on” Mon 9 Mar 2026" in team.words()
