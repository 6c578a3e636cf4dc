"""What a button of a letter does, for whom, and what it does not do (§6, §7, §10, §11)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import replace
from datetime import UTC, date, datetime, time
from time import monotonic
from typing import Any
from urllib.parse import parse_qs, unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from people import (
    AUDIT_MANAGER,
    AUDIT_TEAM,
    AUDITOR,
    AUDITORS_HEAD,
    DIRECTOR,
    HEAD_OF_ACADEMY,
    HEAD_OF_SERVICE,
    MARCH,
    MODERATOR,
    PRACTITIONER,
    ROLES,
    TEAM_MANAGER,
    Story,
    audit,
    day,
    person,
)

from bot.programme.answers.button_links import links, row_code, tag_in
from bot.programme.answers.ready_messages import LONGEST_LINK
from bot.programme.answers.replies import understood
from bot.programme.answers.reply import Known, TakenReply, report_key
from bot.programme.events import EventKind
from bot.programme.messages.buttons import Command
from bot.programme.messages.dates_in_text import told_dates
from bot.programme.messages.post import Post
from bot.programme.messages.reply_text import body_of, said
from bot.programme.standing.actions import SendLetter
from bot.programme.standing.council import Council
from bot.programme.standing.reported_by_reply import as_reported
from bot.programme.vocabulary import Grade, Milestone, Person, Role, RoleHolder, Status

REF = "FSP-2026-03-001"
INSIDE = {"x-ms-exchange-organization-authas": "Internal"}
DOMAINS = ("wexcombe.example",)


def signed(parts: tuple[str, ...]) -> str:
    digest = hmac.new(b"a key of these tests", "\x1f".join(parts).encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode().lower()[:26]


class Office(Story):
    """A story whose letters carry buttons that can be clicked."""

    def __init__(self, *audits: Any, **more: Any) -> None:
        super().__init__(*audits, **more)
        self.basis = replace(self.basis, keys=signed)
        self.roles = list(ROLES)
        self.sent: list[SendLetter] = []

    @property
    def council(self) -> Council:
        return Council([self.cycle], self.roles, self.audits)

    def perform(self, on: str) -> list[str]:
        letters = self.all_letters(on)
        for letter in letters:
            if letter.rule.of_cycle:
                rows = {s.allocation.item_id: row_code(s.allocation, signed) for s in letter.cycle_standings}
                self.happened(
                    on, EventKind.LIST_SHOWN, letter.key, letter.about, letter_key=letter.key, rows=rows
                )
        self.sent += letters
        return super().perform(on)

    def button(self, rule: str, command: Command, number: int = 1) -> str | None:
        """The link of a button in the latest letter of a rule."""
        letter = next(
            each for each in reversed(self.sent)
            if each.rule.id == rule and each.reference in (f"FSP-2026-03-{number:03}", MARCH.name)
        )  # fmt: skip
        return links(letter, self.council, date(2026, 3, 1), signed, AUDIT_TEAM.email)[command]

    def clicked(self, rule: str, command: Command, number: int = 1) -> tuple[str, str]:
        """Subject and body of the message the button opens."""
        link = self.button(rule, command, number)
        assert link is not None
        query = parse_qs(link.partition("?")[2], strict_parsing=True)
        return query["subject"][0], query["body"][0]

    def comes(
        self, on: str, sender: Person, subject: str, body: str, headers: dict[str, str] | None = None
    ) -> TakenReply:
        received = datetime.combine(day(on), time(11), UTC)
        post = Post("m", "<m@x>", sender.email, subject, received, headers=headers or INSIDE)
        found = understood(post, body, Known(self.council, self.history, self.basis, DOMAINS, day(on)))
        for item_id, report, apart in found.reports:
            self.happened(
                on, EventKind.REPORTED, report_key(item_id, report, apart, self.history), item_id,
                command=report.command.value, date=report.on.isoformat(), by=report.by,
                auditor=report.auditor, grade=report.grade.value if report.grade else "",
            )  # fmt: skip
        return found


def dated(body: str, words: str) -> str:
    """The prepared text with a date written after its colon."""
    first, _, rest = body.partition("\n")
    return f"{first.rstrip()} {words}\n{rest}"


def inadequate() -> Office:
    """Moderated as Inadequate on Tuesday 17 March; the letters of that day are out."""
    story = Office()
    story.perform("Mon 2 Mar 2026")
    story.returned("Mon 16 Mar 2026", "Inadequate")
    story.perform("Mon 16 Mar 2026")
    story.moderated("Tue 17 Mar 2026", "Inadequate")
    story.perform("Tue 17 Mar 2026")
    return story


def requires_improvement() -> Office:
    story = Office()
    story.perform("Mon 2 Mar 2026")
    story.returned("Mon 16 Mar 2026", "Requires Improvement")
    story.moderated("Tue 17 Mar 2026", "Requires Improvement")
    story.perform("Tue 17 Mar 2026")
    return story


RI = "uopp to arrange, requires improvement"
IA = "uopp to arrange, inadequate"


def held(found: TakenReply | None) -> TakenReply:
    assert found is not None
    assert found.held, found
    return found


def taken(found: TakenReply | None) -> TakenReply:
    assert found is not None
    assert not found.held, found
    return found


# ------------------------------------------------------------------------------------------------ the UoPP meeting


def test_the_auditor_says_when_the_uopp_meeting_was_held_and_nobody_is_chased() -> None:
    story = requires_improvement()
    subject, body = story.clicked(RI, Command.UOPP_HELD)
    found = taken(story.comes("Fri 20 Mar 2026", AUDITOR, subject, dated(body, "19/3/2026")))
    assert found.category is None
    (standing,) = story.plan("Mon 30 Mar 2026").standings
    assert standing.on(Milestone.UOPP_HELD) == day("Thu 19 Mar 2026")
    assert not [
        name for name in story.names("Mon 30 Mar 2026") if name.startswith(("uopp overdue", "uopp esc"))
    ]
    assert story.audits[0].uopp_held_on is None, "the people's column stays theirs"


def test_the_row_and_the_digest_say_where_the_date_came_from_until_it_is_entered() -> None:
    story = requires_improvement()
    subject, body = story.clicked(RI, Command.UOPP_HELD)
    story.comes("Fri 20 Mar 2026", AUDITOR, subject, dated(body, "19/3/2026"))
    plan = story.plan("Mon 23 Mar 2026")
    (row,) = plan.rows
    assert row.values["status"] == Status.FOLLOWED_UP
    assert str(row.values["next_step"]).endswith(
        "Please enter “UoPP held on” Thu 19 Mar 2026 (told by Ada Auditor)."
    )
    (problem,) = [p for p in plan.problems if "Please enter" in p.what]
    assert problem.where == f"Audit allocations, {REF}"
    assert "Please enter “UoPP held on” Thu 19 Mar 2026: Ada Auditor told us" in problem.what
    story.change(uopp_held_on=day("Wed 18 Mar 2026"))
    plan = story.plan("Mon 23 Mar 2026")
    assert not [p for p in plan.problems if "Please enter" in p.what]
    assert plan.standings[0].on(Milestone.UOPP_HELD) == day("Wed 18 Mar 2026"), "what a person enters counts"


def test_the_meeting_of_a_grade_that_came_later_is_told_by_the_same_button_and_counts_at_once() -> None:
    story = requires_improvement()
    subject, body = story.clicked(RI, Command.UOPP_HELD)
    taken(story.comes("Wed 18 Mar 2026", AUDITOR, subject, dated(body, "18/3/2026")))
    story.change(
        disputed_on=day("Thu 19 Mar 2026"),
        final_grade=Grade.INADEQUATE,
        finally_decided_on=day("Mon 23 Mar 2026"),
    )
    story.perform("Tue 24 Mar 2026")
    subject, body = story.clicked(IA, Command.UOPP_HELD)
    for _ in range(2):  # the same message read twice says it once
        taken(story.comes("Thu 26 Mar 2026", AUDIT_MANAGER, subject, dated(body, "26/3/2026")))
    assert "uopp record, inadequate" in story.names("Thu 26 Mar 2026")
    told = [r.on for r in story.history.audit("101").reports if r.command is Command.UOPP_HELD]
    assert told == [day("Wed 18 Mar 2026"), day("Thu 26 Mar 2026")]


def test_for_an_inadequate_the_audit_manager_says_it_and_not_the_auditor() -> None:
    story = inadequate()
    subject, body = story.clicked(IA, Command.UOPP_HELD)
    refused = held(story.comes("Fri 20 Mar 2026", AUDITOR, subject, dated(body, "20/3/2026")))
    assert refused.category == "Sent by someone else"
    taken(story.comes("Fri 20 Mar 2026", AUDIT_MANAGER, subject, dated(body, "20/3/2026")))


def test_whoever_has_only_a_copy_of_the_letter_cannot_say_it() -> None:
    story = inadequate()
    subject, body = story.clicked(IA, Command.UOPP_HELD)
    refused = held(story.comes("Fri 20 Mar 2026", HEAD_OF_SERVICE, subject, dated(body, "20/3/2026")))
    assert "which only Max Audit can say now" in refused.reason


def test_a_former_audit_manager_cannot_say_it() -> None:
    story = inadequate()
    subject, body = story.clicked(IA, Command.UOPP_HELD)
    new = person("Nia Next")
    story.roles = [
        RoleHolder(Role.AUDIT_MANAGER, AUDIT_MANAGER, until=day("Wed 18 Mar 2026")),
        RoleHolder(Role.AUDIT_MANAGER, new, since=day("Thu 19 Mar 2026")),
        RoleHolder(Role.HEAD_OF_LEARNING_ACADEMY, HEAD_OF_ACADEMY),
    ]
    refused = held(story.comes("Fri 20 Mar 2026", AUDIT_MANAGER, subject, dated(body, "20/3/2026")))
    assert "only Nia Next can say now" in refused.reason
    refused = held(story.comes("Fri 20 Mar 2026", new, subject, dated(body, "20/3/2026")))
    assert "A button counts only from those the letter was sent to" in refused.reason


def test_a_former_auditor_cannot_say_it() -> None:
    story = requires_improvement()
    subject, body = story.clicked(RI, Command.UOPP_HELD)
    story.change(auditor=person("Nia Next"))
    refused = held(story.comes("Fri 20 Mar 2026", AUDITOR, subject, dated(body, "19/3/2026")))
    assert refused.category == "Sent by someone else"


def test_the_grade_after_the_meeting_is_taken_only_when_it_is_one_of_the_four() -> None:
    for written, grade in (("Good", Grade.GOOD), ("requires improvement", Grade.REQUIRES_IMPROVEMENT)):
        story = requires_improvement()
        subject, body = story.clicked(RI, Command.UOPP_HELD)
        body = dated(body, "19/3/2026").replace("if it was raised: ", f"if it was raised: {written}")
        found = taken(story.comes("Fri 20 Mar 2026", AUDITOR, subject, body))
        assert (found.reports[0][1].grade, found.category) == (grade, None)
        assert as_reported(story.audits[0], story.history).grade_after_uopp is grade
    story = requires_improvement()
    subject, body = story.clicked(RI, Command.UOPP_HELD)
    body = dated(body, "19/3/2026").replace("if it was raised: ", "if it was raised: nearly good")
    found = taken(story.comes("Fri 20 Mar 2026", AUDITOR, subject, body))
    assert found.reports[0][1].grade is None
    assert found.category


def test_said_twice_it_is_noted_once_and_another_date_is_put_to_a_person() -> None:
    story = requires_improvement()
    subject, body = story.clicked(RI, Command.UOPP_HELD)
    assert len(taken(story.comes("Fri 20 Mar 2026", AUDITOR, subject, dated(body, "19/3/2026"))).reports) == 1
    assert taken(story.comes("Mon 23 Mar 2026", AUDITOR, subject, dated(body, "19/3/2026"))).reports == ()
    other = held(story.comes("Mon 23 Mar 2026", AUDITOR, subject, dated(body, "20/3/2026")))
    assert other.category == "Date in doubt"
    assert "so far it was Thu 19 Mar 2026" in other.reason
    thanks = taken(story.comes("Mon 23 Mar 2026", AUDITOR, f"RE: {subject}", "Thank you!"))
    assert (thanks.reports, thanks.category) == ((), None)


def test_a_date_that_differs_from_the_one_in_the_list_is_put_to_a_person() -> None:
    story = requires_improvement()
    subject, body = story.clicked(RI, Command.UOPP_HELD)
    story.change(uopp_held_on=day("Wed 18 Mar 2026"))
    assert (
        held(story.comes("Fri 20 Mar 2026", AUDITOR, subject, dated(body, "19/3/2026"))).category
        == "Date in doubt"
    )
    assert taken(story.comes("Fri 20 Mar 2026", AUDITOR, subject, dated(body, "18/3/2026"))).reports == ()


def test_the_grade_counts_until_it_is_entered_even_when_the_date_has_been() -> None:
    story = requires_improvement()
    subject, body = story.clicked(RI, Command.UOPP_HELD)
    body = dated(body, "19/3/2026").replace("if it was raised: ", "if it was raised: Good")
    story.comes("Fri 20 Mar 2026", AUDITOR, subject, body)
    story.change(uopp_held_on=day("Thu 19 Mar 2026"))
    plan = story.plan("Mon 23 Mar 2026")
    assert plan.standings[0].allocation.grade_after_uopp is Grade.GOOD
    assert "Please enter “Grade after UoPP” Good: Ada Auditor" in plan.problems[0].what
    story.change(grade_after_uopp=Grade.GOOD)
    assert not [p for p in story.plan("Mon 23 Mar 2026").problems if "Please enter" in p.what]


def test_a_question_beside_the_date_is_put_to_a_person_and_the_date_counts() -> None:
    story = requires_improvement()
    subject, body = story.clicked(RI, Command.UOPP_HELD)
    asked = (
        dated(body, "19/3/2026")
        + "\nCould you send me the record template?\nKind regards\nAda Auditor\nTeam 4"
    )
    found = taken(story.comes("Fri 20 Mar 2026", AUDITOR, subject, asked))
    assert len(found.reports) == 1
    assert found.category
    assert found.category == "Please read"


def test_a_signature_is_not_a_question() -> None:
    story = requires_improvement()
    subject, body = story.clicked(RI, Command.UOPP_HELD)
    text = (
        dated(body, "19/3/2026")
        + "\nMany thanks\n\nAda Auditor (she/her)\nAdvanced Practitioner\n020 7946 0000 ext 7/4"
    )
    assert taken(story.comes("Fri 20 Mar 2026", AUDITOR, subject, text)).category is None


# ------------------------------------------------------------------------------------------------------- the dates


@pytest.mark.parametrize(
    "written",
    ["19/3/2026", "19.3.26", "2026-03-19", "19 March", "Thu 19 Mar 2026", "Thursday the 19th of March 2026 at 10:30",
     "yesterday", "on 19/03/2026 at 2pm", "March 19, 2026"],
)  # fmt: skip
def test_dates_are_understood_as_people_write_them(written: str) -> None:
    story = requires_improvement()
    subject, body = story.clicked(RI, Command.UOPP_HELD)
    found = taken(story.comes("Fri 20 Mar 2026", AUDITOR, subject, dated(body, written)))
    assert found.reports[0][1].on == day("Thu 19 Mar 2026")
    assert found.category is None


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("", "it gives no date"),
        ("last Thursday", "it gives no date"),
        ("23/3/2026", "is still to come"),
        ("16/3/2026", "is before moderation (Tue 17 Mar 2026)"),
        ("19/3/2025", "is before moderation"),
        ("3/19/2026", "is not a day of the calendar (the day comes first)"),
        ("Wed 19 March 2026", "is a Thursday"),
        ("18/3/2026 or 19/3/2026", "more than one date"),
        ("19-20 March 2026", "beside the date"),
        ("not on 19/3/2026", "beside the date"),
        ("19/3/2026 was cancelled", "beside the date"),
    ],
)
def test_a_date_that_may_be_wrong_is_put_to_a_person_with_the_reason(written: str, why: str) -> None:
    story = requires_improvement()
    subject, body = story.clicked(RI, Command.UOPP_HELD)
    doubt = held(story.comes("Fri 20 Mar 2026", AUDITOR, subject, dated(body, written)))
    assert doubt.category == "Date in doubt"
    assert why in doubt.reason
    assert story.plan("Fri 20 Mar 2026").standings[0].on(Milestone.UOPP_HELD) is None


def test_the_date_may_stand_in_the_subject_above_the_text_or_on_the_next_line() -> None:
    for place in ("subject", "above", "below"):
        story = requires_improvement()
        subject, body = story.clicked(RI, Command.UOPP_HELD)
        if place == "subject":
            subject = subject.replace("held,", "held on 19/3/2026,")
        body = {"subject": body, "above": f"19/3/2026\n{body}", "below": dated(body, "\n\n 19/3/2026")}[place]
        found = taken(story.comes("Fri 20 Mar 2026", AUDITOR, subject, body))
        assert found.reports[0][1].on == day("Thu 19 Mar 2026"), place
        assert found.category is None, place


def test_a_date_without_a_year_is_the_latest_such_day_and_an_old_one_is_in_doubt() -> None:
    assert told_dates("30/12", day("Thu 8 Jan 2026")).dates == (day("Tue 30 Dec 2025"),)
    assert told_dates("1 February", day("Mon 7 Dec 2026")).doubts == ("“1 February” has no year",)


@pytest.mark.parametrize(
    "written",
    [
        "{} 7 April 2026", "{}, 7th of April", "{}, the 7th of April", "7 April 2026 ({})", "7 April 2026, {}",
        "7 April, a {}", "{} (7 April 2026)", "({}) 7 April", "{}: 7 April", "7/4/26 {}", "April 7 ({})",
        "2026-04-07 ({})", "{} 7.4.26", "the 7th of April ({})",
    ],
)  # fmt: skip
def test_a_date_whose_weekday_is_another_is_a_doubt_wherever_the_weekday_stands(written: str) -> None:
    """7 April 2026 is a Tuesday."""
    now = day("Wed 15 Apr 2026")
    for right in ("Tuesday", "Tue", "tues"):
        if right == "Tuesday" or not re.search(r"(?<!\()\{\}$", written):
            told = told_dates(written.format(right), now)
            assert (told.dates, told.doubts, told.rest) == ((day("Tue 7 Apr 2026"),), (), "")
    for wrong in ("Monday", "Mon"):
        if wrong == "Monday" or not re.search(r"(?<!\()\{\}$", written):
            told = told_dates(written.format(wrong), now)
            assert not told.dates
            assert told.doubts[0].endswith("is a Tuesday")


def test_what_only_looks_like_a_weekday_behind_a_date_is_none() -> None:
    now = day("Wed 15 Apr 2026")
    for text in ("7 April sat in on it", "the 7th of April. Monday it was", "7/4 (10am)"):
        assert told_dates(text, now).dates == (day("Tue 7 Apr 2026"),)
    assert told_dates("today (Monday)", now).doubts == ("“today (Monday)” is a Wednesday",)


# ------------------------------------------------------------------------------------------- whether it is genuine


def test_a_forged_or_damaged_signature_counts_for_nothing() -> None:
    story = requires_improvement()
    subject, body = story.clicked(RI, Command.UOPP_HELD)
    tag = tag_in(subject)
    assert tag is not None
    forged = subject.replace(tag.signature, "A" * 12)
    assert (
        held(story.comes("Fri 20 Mar 2026", AUDITOR, forged, dated(body, "19/3/2026"))).category
        == "Not expected"
    )


def test_the_button_of_one_audit_does_nothing_for_another() -> None:
    story = Office(audit(1), audit(2))
    story.perform("Mon 2 Mar 2026")
    for number in (1, 2):
        story.returned("Mon 16 Mar 2026", "Requires Improvement", number)
        story.moderated("Tue 17 Mar 2026", "Requires Improvement", number)
    story.perform("Tue 17 Mar 2026")
    subject, body = story.clicked(RI, Command.UOPP_HELD, 1)
    moved = subject.replace("FSP-2026-03-001", "FSP-2026-03-002")
    assert (
        held(story.comes("Fri 20 Mar 2026", AUDITOR, moved, dated(body, "19/3/2026"))).category
        == "Not expected"
    )


def test_the_signature_of_one_command_does_not_serve_another() -> None:
    story = inadequate()
    subject, body = story.clicked("urgent issues", Command.URGENT_ISSUES_DONE)
    other = subject.replace("urgent-issues-done", "disagree")
    assert held(story.comes("Fri 20 Mar 2026", TEAM_MANAGER, other, body)).category == "Not expected"


@pytest.mark.parametrize(
    "mangled",
    [
        "RE: {}", "AW: {}", "FW: {}", "[EXTERNAL] RE: {}", "[OFFICIAL-SENSITIVE] {}", "  {}  ", "{} - sent",
    ],
)  # fmt: skip
def test_what_mail_programs_put_around_a_subject_does_no_harm(mangled: str) -> None:
    story = requires_improvement()
    subject, body = story.clicked(RI, Command.UOPP_HELD)
    taken(story.comes("Fri 20 Mar 2026", AUDITOR, mangled.format(subject), dated(body, "19/3/2026")))


def test_a_subject_that_was_folded_or_whose_capitals_changed_is_still_understood() -> None:
    story = requires_improvement()
    subject, body = story.clicked(RI, Command.UOPP_HELD)
    for folded in (subject.replace(" uopp", "\r\n\tuopp"), subject.lower(), subject.upper(),
                   subject.replace(" ", "\u00a0"), subject.replace("uopp-held", "uopp- held")):  # fmt: skip
        assert tag_in(folded) is not None, folded
        story = requires_improvement()
        taken(story.comes("Fri 20 Mar 2026", AUDITOR, folded, dated(body, "19/3/2026")))


def test_two_references_in_one_subject_are_none() -> None:
    story = requires_improvement()
    subject, _ = story.clicked(RI, Command.UOPP_HELD)
    assert tag_in(f"{subject} {subject}") is None
    assert tag_in(subject[:-4]) is None
    assert tag_in("Audit FSP-2026-03-001: due Fri 20 Mar [OFFICIAL]") is None


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"x-ms-exchange-organization-authas": "Anonymous"}, "did not recognise"),
        ({**INSIDE, "authentication-results": "spf=fail; compauth=fail"}, "could not confirm"),
    ],
)
def test_a_sender_exchange_does_not_vouch_for_is_put_to_a_person(headers: dict[str, str], why: str) -> None:
    story = requires_improvement()
    subject, body = story.clicked(RI, Command.UOPP_HELD)
    doubt = held(story.comes("Fri 20 Mar 2026", AUDITOR, subject, dated(body, "19/3/2026"), headers))
    assert doubt.category == "Sender in doubt"
    assert why in doubt.reason


def test_an_address_outside_the_council_counts_for_nothing() -> None:
    story = requires_improvement()
    subject, body = story.clicked(RI, Command.UOPP_HELD)
    outside = Person("Ada Auditor", "ada.auditor@home.example")
    assert held(story.comes("Fri 20 Mar 2026", outside, subject, dated(body, "19/3/2026"))).category == (
        "Sender in doubt"
    )


def test_nothing_follows_for_an_audit_that_is_withdrawn_or_whose_cycle_is_closed() -> None:
    story = requires_improvement()
    subject, body = story.clicked(RI, Command.UOPP_HELD)
    story.change(withdrawn=True)
    assert (
        "is withdrawn"
        in held(story.comes("Fri 20 Mar 2026", AUDITOR, subject, dated(body, "19/3/2026"))).reason
    )
    story = requires_improvement()
    subject, body = story.clicked(RI, Command.UOPP_HELD)
    story.cycle = replace(MARCH, open=False)
    assert (
        "cycle is closed"
        in held(story.comes("Fri 20 Mar 2026", AUDITOR, subject, dated(body, "19/3/2026"))).reason
    )


# -------------------------------------------------------------------------------------------- confirming the list


def unconfirmed(*numbers: int, **changes: Any) -> Office:
    story = Office(*(audit(n, confirmed_on=None, **changes) for n in numbers))
    story.perform("Mon 23 Feb 2026")
    return story


LIST = "list for confirmation"


def test_the_head_of_service_confirms_the_list_with_one_click_and_the_letters_go_on_the_first_day() -> None:
    story = unconfirmed(1, 2)
    subject, body = story.clicked(LIST, Command.CONFIRM_LIST)
    found = taken(story.comes("Tue 24 Feb 2026", HEAD_OF_SERVICE, subject, body))
    assert [item for item, _, _ in found.reports] == ["101", "102"]
    assert found.category is None
    assert story.names("Tue 24 Feb 2026") == [], "nothing before the audit month"
    assert story.names("Mon 2 Mar 2026").count("audit allocated") == 2
    (problem,) = story.plan("Mon 2 Mar 2026").problems
    assert problem.where == "Audit allocations, 2 audits of FSP and CWD, March 2026"


def test_a_thank_you_and_a_signature_do_not_stand_in_the_way_of_confirming() -> None:
    story = unconfirmed(1)
    subject, body = story.clicked(LIST, Command.CONFIRM_LIST)
    text = f"Hi all,\nThat's all fine, confirmed.\n{body}\nMany thanks\nHal Service\nHead of Service, Floor 4"
    assert len(taken(story.comes("Tue 24 Feb 2026", HEAD_OF_SERVICE, subject, text)).reports) == 1


@pytest.mark.parametrize(
    "words",
    [
        "Please take FSP-2026-03-001 out.",
        "Not yet.",
        "Who is Ada Auditor?",
        "Confirmed, but Ada is away in March.",
    ],
)
def test_whoever_answers_the_list_with_changes_confirms_nothing(words: str) -> None:
    story = unconfirmed(1)
    subject, body = story.clicked(LIST, Command.CONFIRM_LIST)
    for text in (f"{body}\n{words}", f"{words}\n{body}", words):
        asked = held(story.comes("Tue 24 Feb 2026", HEAD_OF_SERVICE, subject, text))
        assert asked.category == "Please read"
    assert story.names("Mon 2 Mar 2026") == []


def test_rows_changed_or_added_after_the_list_went_out_are_not_confirmed_by_it() -> None:
    story = unconfirmed(1, 2)
    subject, body = story.clicked(LIST, Command.CONFIRM_LIST)
    story.change(2, auditor=person("Nia Next"))
    story.audits.append(audit(3, confirmed_on=None))
    found = taken(story.comes("Tue 24 Feb 2026", HEAD_OF_SERVICE, subject, body))
    assert [item for item, _, _ in found.reports] == ["101"]
    assert found.category
    assert "FSP-2026-03-002, FSP-2026-03-003" in found.reason


def test_a_head_of_service_confirms_only_what_they_are_responsible_for() -> None:
    other = person("Mia Mash")
    story = Office(
        audit(1, confirmed_on=None), audit(2, confirmed_on=None, head_of_service=other),
        cycle=replace(MARCH, heads_of_service=(HEAD_OF_SERVICE, other)),
    )  # fmt: skip
    story.perform("Mon 23 Feb 2026")
    subject, body = story.clicked(LIST, Command.CONFIRM_LIST)
    found = taken(story.comes("Tue 24 Feb 2026", other, subject, body))
    assert [item for item, _, _ in found.reports] == ["102"]
    found = taken(story.comes("Tue 24 Feb 2026", HEAD_OF_SERVICE, subject, body))
    assert [item for item, _, _ in found.reports] == ["101"]


def test_nobody_else_confirms_the_list_not_even_the_head_of_the_learning_academy() -> None:
    story = unconfirmed(1)
    subject, body = story.clicked(LIST, Command.CONFIRM_LIST)
    for somebody in (HEAD_OF_ACADEMY, TEAM_MANAGER):
        assert (
            held(story.comes("Tue 24 Feb 2026", somebody, subject, body)).category == "Sent by someone else"
        )


def test_a_reply_that_only_quotes_the_confirmation_confirms_nothing() -> None:
    story = unconfirmed(1)
    subject, body = story.clicked(LIST, Command.CONFIRM_LIST)
    quoted = f"Thank you.\n\nFrom: Hal Service\nSent: 24 February 2026 09:00\n\n{body}"
    assert (
        held(story.comes("Tue 24 Feb 2026", HEAD_OF_SERVICE, f"RE: {subject}", quoted)).category
        == "Please read"
    )
    taken(story.comes("Tue 24 Feb 2026", HEAD_OF_SERVICE, f"RE: {subject}", body))


# ------------------------------------------------------------------------------------------------ the other buttons


def test_the_team_manager_says_that_the_urgent_issues_are_done_even_before_moderation_was_back() -> None:
    story = inadequate()
    subject, body = story.clicked("urgent issues", Command.URGENT_ISSUES_DONE)
    taken(story.comes("Thu 19 Mar 2026", TEAM_MANAGER, subject, dated(body, "16/3/2026")))
    assert "urgent issues reminder" not in story.names("Thu 19 Mar 2026")
    assert held(story.comes("Thu 19 Mar 2026", HEAD_OF_SERVICE, subject, dated(body, "16/3/2026")))


def overdue() -> Office:
    story = Office()
    story.perform("Mon 2 Mar 2026")
    story.perform("Mon 23 Mar 2026")
    return story


def test_whoever_has_sent_it_already_is_left_in_peace_for_two_working_days() -> None:
    story = overdue()
    subject, body = story.clicked("audit overdue", Command.ALREADY_SENT)
    found = taken(story.comes("Wed 25 Mar 2026", AUDITOR, subject, body))
    assert found.category
    assert found.category == "Said to be sent"
    assert "It has not reached us: look for it" in found.reason
    assert story.names("Thu 26 Mar 2026") == []
    assert story.names("Fri 27 Mar 2026") == []
    assert story.names("Mon 30 Mar 2026") == ["audit escalation", "audit overdue"]


def test_the_moderator_of_an_inadequate_is_left_in_peace_but_the_escalation_is_not_held_up() -> None:
    story = Office()
    story.perform("Mon 2 Mar 2026")
    story.returned("Mon 16 Mar 2026", "Inadequate")
    story.perform("Mon 16 Mar 2026")
    story.perform("Tue 17 Mar 2026")
    subject, body = story.clicked("moderation due today", Command.ALREADY_SENT)
    taken(story.comes("Tue 17 Mar 2026", MODERATOR, subject, body))
    assert story.names("Wed 18 Mar 2026") == ["moderation escalation for an inadequate"]


def test_asking_to_be_exempted_changes_nothing_and_goes_to_the_auditors_own_head_of_service() -> None:
    story = overdue()
    link = story.button("audit overdue", Command.CANNOT_DO)
    assert link is not None
    to, _, query = link.removeprefix("mailto:").partition("?")
    assert unquote(to) == AUDITORS_HEAD.email
    assert parse_qs(query)["cc"] == [AUDIT_TEAM.email]
    before = story.letters("Thu 26 Mar 2026")
    subject, body = story.clicked("audit overdue", Command.CANNOT_DO)
    found = taken(story.comes("Tue 24 Mar 2026", AUDITOR, subject, body + "\nI will be on leave."))
    assert found.reports == ()
    assert found.category
    assert "Ada Auditor asks Ori Otherservice" in found.reason
    assert story.letters("Thu 26 Mar 2026") == before


def escalated() -> Office:
    story = overdue()
    story.perform("Fri 27 Mar 2026")
    return story


def test_only_the_auditors_head_of_service_can_exempt() -> None:
    story = escalated()
    subject, body = story.clicked("audit escalation", Command.EXEMPT)
    assert "I exempt Ada Auditor from this audit." in body
    for somebody in (AUDITOR, HEAD_OF_SERVICE, AUDIT_MANAGER):
        assert (
            held(story.comes("Mon 30 Mar 2026", somebody, subject, body)).category == "Sent by someone else"
        )
    taken(story.comes("Mon 30 Mar 2026", AUDITORS_HEAD, subject, body))
    plan = story.plan("Mon 30 Mar 2026")
    assert not [letter for letter in plan.letters if letter.standing]
    assert plan.rows[0].values["status"] == Status.EXEMPTED
    assert plan.standings[0].allocation.exempted_by == AUDITORS_HEAD
    assert any("“Exempted by” Ori Otherservice" in problem.what for problem in plan.problems)


def test_an_exemption_is_for_one_auditor_and_not_for_the_next() -> None:
    story = escalated()
    subject, body = story.clicked("audit escalation", Command.EXEMPT)
    taken(story.comes("Mon 30 Mar 2026", AUDITORS_HEAD, subject, body))
    story.change(auditor=person("Nia Next"))
    assert "audit allocated" not in [r.rule.id for r in story.sent if r.to == (person("Nia Next"),)]
    assert story.plan("Tue 31 Mar 2026").standings[0].allocation.exempted_on is None
    again = held(story.comes("Tue 31 Mar 2026", AUDITORS_HEAD, subject, body))
    assert "somebody who no longer has this audit" in again.reason


def test_words_that_take_the_exemption_back_do_not_exempt() -> None:
    story = escalated()
    subject, body = story.clicked("audit escalation", Command.EXEMPT)
    refused = body.replace("I exempt", "I do not exempt")
    assert held(story.comes("Mon 30 Mar 2026", AUDITORS_HEAD, subject, refused)).category == "Please read"
    found = taken(story.comes("Mon 30 Mar 2026", AUDITORS_HEAD, subject, body + "\nShe is off sick."))
    assert found.category


def test_head_of_service_team_manager_and_practitioner_may_disagree_and_no_date_stops() -> None:
    for somebody in (PRACTITIONER, HEAD_OF_SERVICE, TEAM_MANAGER):
        story = Office()
        story.perform("Mon 2 Mar 2026")
        story.returned("Mon 16 Mar 2026", "Good")
        story.moderated("Tue 17 Mar 2026", "Inadequate")
        story.perform("Tue 17 Mar 2026")
        subject, body = story.clicked("inadequate alert at moderation", Command.DISAGREE)
        words = body + "\nThe plan was in place by then."
        found = taken(story.comes("Wed 18 Mar 2026", somebody, subject, words))
        assert found.category
        assert as_reported(story.audits[0], story.history).disputed_on == day("Wed 18 Mar 2026")
        assert "urgent issues reminder" in story.names("Thu 19 Mar 2026")
        refused = held(story.comes("Wed 18 Mar 2026", AUDIT_MANAGER, subject, words))
        assert refused.category == "Sent by someone else"


def test_there_is_nothing_to_disagree_with_before_moderation() -> None:
    story = Office()
    story.perform("Mon 2 Mar 2026")
    story.returned("Mon 16 Mar 2026", "Inadequate")
    story.perform("Mon 16 Mar 2026")
    assert story.button("inadequate alert", Command.DISAGREE) is None


def test_the_weekly_report_is_copied_to_those_the_guide_names_and_is_remembered() -> None:
    story = inadequate()
    link = story.button(IA, Command.PROGRESS)
    assert link is not None
    copied = parse_qs(link.partition("?")[2])["cc"][0].split(";")
    assert copied == [DIRECTOR.email, HEAD_OF_ACADEMY.email, AUDIT_MANAGER.email]
    subject, body = story.clicked(IA, Command.PROGRESS)
    empty = held(story.comes("Fri 27 Mar 2026", HEAD_OF_SERVICE, subject, body))
    assert "the message says nothing" in empty.reason
    for on in ("Fri 27 Mar 2026", "Thu 2 Apr 2026"):
        found = taken(story.comes(on, HEAD_OF_SERVICE, subject, body + "\nThe plan is on course."))
        assert found.category is None
    assert story.plan("Thu 2 Apr 2026").standings[0].on(Milestone.PROGRESS_REPORTED) == day("Thu 2 Apr 2026")


def test_the_head_of_service_says_when_the_review_meeting_was_held_once_the_first_one_was() -> None:
    story = inadequate()
    subject, body = story.clicked(IA, Command.REVIEW_UOPP_HELD)
    early = held(story.comes("Mon 4 May 2026", HEAD_OF_SERVICE, subject, dated(body, "1/5/2026")))
    assert "has not come as far as that" in early.reason
    story.change(uopp_held_on=day("Fri 20 Mar 2026"))
    taken(story.comes("Mon 4 May 2026", HEAD_OF_SERVICE, subject, dated(body, "1/5/2026")))
    assert as_reported(story.audits[0], story.history).review_uopp_held_on == day("Fri 1 May 2026")
    assert held(story.comes("Mon 4 May 2026", AUDIT_MANAGER, subject, dated(body, "1/5/2026")))


# ------------------------------------------------------------------------------------------------------- the links


def test_every_button_fits_into_a_link_and_names_no_child() -> None:
    story = inadequate()
    story.perform("Thu 19 Mar 2026")
    seen = set()
    for letter in story.sent:
        for command, link in links(
            letter, story.council, day("Thu 19 Mar 2026"), signed, AUDIT_TEAM.email
        ).items():
            if link:
                seen.add(command)
                assert len(link) < LONGEST_LINK
                assert "Robin" not in link
                assert "1234567" not in link
                assert link.isascii()
                assert not set(link) & set(' "<>\r\n')
    assert {Command.CANNOT_DO, Command.UOPP_HELD, Command.URGENT_ISSUES_DONE, Command.DISAGREE} <= seen


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(list(Command)), st.text(max_size=400), st.text(max_size=60))
def test_whatever_a_message_says_reading_it_does_no_harm(command: Command, text: str, subject: str) -> None:
    on = day("Fri 20 Mar 2026")
    found = said(command, text, subject, "Ada Auditor", on)
    assert found.grade is None or command is Command.UOPP_HELD
    assert not found.dates or command.button.wants.a_day
    tag_in(subject)


@pytest.mark.parametrize(
    "piece", ["1 ", "mon ", "UoPP held on ", "7/", "(Please write the date ", "\n", "From: ", "[a "]
)
def test_a_long_message_is_read_in_a_moment(piece: str) -> None:
    began = monotonic()
    said(Command.UOPP_HELD, piece * 400_000, piece * 60, "Ada Auditor", day("Fri 20 Mar 2026"))
    tag_in(piece * 60)
    assert monotonic() - began < 3


def test_a_reader_who_may_not_give_a_command_has_no_button_for_it() -> None:
    story = Office()
    story.perform("Mon 2 Mar 2026")
    assert story.button("practitioner informed", Command.UOPP_HELD) is None
    assert story.button("moderation allocated", Command.CANNOT_DO) is None
    assert story.button("audit allocated", Command.CANNOT_DO) is not None


@pytest.mark.parametrize("command", list(Command))
def test_a_ready_message_sent_untouched_holds_no_words_of_the_persons_own(command: Command) -> None:
    body = body_of(command, "Zoë O'Neill-Sørensen")
    for text in (body, body.replace("\n", "\r\n"), body.replace(" ", "\u00a0"), body.replace(". ", ".\n")):
        found = said(command, text, command.button.subject, "Ada Auditor", day("Fri 20 Mar 2026"))
        assert found.rest == "", text
        assert found.doubts == ()
        assert found.meant
