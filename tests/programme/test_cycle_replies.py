"""§6, §7, §14: what is answered about a whole cycle, by the button of a letter or in plain words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from people import (
    AUDIT_OFFICER,
    AUDIT_TEAM,
    AUDITOR,
    GROUP_MANAGER,
    HEAD_OF_ACADEMY,
    HEAD_OF_SERVICE,
    MARCH,
    PSW,
    QA_OFFICER,
    TEAM_MANAGER,
    audit,
    day,
    person,
)
from test_replies import (
    DOMAINS,
    INSIDE,
    REF,
    RI,
    Office,
    dated,
    held,
    inadequate,
    requires_improvement,
    taken,
)

from bot.programme.answers.button_links import links
from bot.programme.answers.replies import answered_plainly
from bot.programme.answers.reply import Known, TakenReply
from bot.programme.events import EventKind
from bot.programme.messages.buttons import Command
from bot.programme.messages.plain_answers import plain_answer
from bot.programme.messages.post import Post
from bot.programme.standing.council import Council
from bot.programme.vocabulary import AuditType, Person

PLAN, WORKSHOP = "action plan to agree", "workshop to hold"
WRITE, SIGN = "dip report to write", "dip report to sign off"


class Answered(Office):
    """A cycle whose letters are answered: by their button, or in words."""

    def pressed(self, on: str, rule: str, command: Command, sender: Person, words: str = "") -> TakenReply:
        subject, body = self.clicked(rule, command)
        return self.comes(on, sender, subject, dated(body, words) if words else body)

    def says(self, on: str, rule: str, sender: Person, text: str) -> TakenReply | None:
        letter = next(n for n in self.history.letters.values() if n.rule == rule)
        post = Post("m", "<m@x>", sender.email, f"RE: {MARCH.name}", self.at(on), headers=INSIDE)
        found = answered_plainly(
            post, plain_answer(text, sender.name, day(on)), [letter], [MARCH.name],
            Known(self.council, self.history, self.basis, DOMAINS, day(on)),
        )  # fmt: skip
        if found and not found.held:
            for about, report, apart in found.reports:
                self.happened(on, EventKind.REPORTED, f"{about}#{report.command}#{apart}", about,
                              command=report.command.value, date=report.on.isoformat(), by=report.by)  # fmt: skip
        return found

    def at(self, on: str) -> datetime:
        return datetime.combine(day(on), time(11), UTC)

    def wanted(self, on: str) -> list[str]:
        return [p.what for p in self.plan(on).problems if p.where == f"Audit cycles, {MARCH.name}"]


def before_the_meeting() -> Answered:
    story = Answered(audit(), cycle=replace(MARCH, kloe_meeting_on=None))
    story.perform("Mon 2 Feb 2026")
    return story


def after_the_month(rule: str, on: str, **cycle: date) -> Answered:
    story = Answered(
        audit(), audit(2, audit_type=AuditType.DIP_SAMPLE, moderator=None), cycle=replace(MARCH, **cycle)
    )
    story.perform(on)
    assert rule in {letter.rule.id for letter in story.sent}
    return story


KLOE = "kloe meeting to arrange"


@pytest.mark.parametrize(
    "written", ["Monday 16 February", "16/2/2026", "16 Feb", "Mon 16 February 2026 at 10am"]
)
def test_the_day_of_the_kloe_meeting_is_told_by_the_button_of_its_letter(written: str) -> None:
    story = before_the_meeting()
    taken(story.pressed("Tue 3 Feb 2026", KLOE, Command.KLOE_MEETING_ON, HEAD_OF_SERVICE, written))
    assert "kloe meeting soon" in story.of_the_cycle("Mon 9 Feb 2026"), "what to bring goes out a week before"
    (what,) = [w for w in story.wanted("Wed 4 Feb 2026") if "KLOE meeting on" in w]
    assert what == (
        "Please enter “KLOE meeting on” Mon 16 Feb 2026: Hal Service told us in answer to our letter. Until then the "
        "bot goes by that."
    )


@pytest.mark.parametrize("text", [
    "Monday 16 February", "16/2/2026", "We meet on Monday 16 February.", "The meeting is on 16 Feb 2026",
    "Hi,\n\nIt will be on Monday 16 February at 10am.\n\nThank you\nHal", "We have booked Mon 16 February, thanks",
])  # fmt: skip
def test_the_day_of_the_kloe_meeting_is_told_in_plain_words(text: str) -> None:
    story = before_the_meeting()
    found = story.says("Tue 3 Feb 2026", KLOE, HEAD_OF_SERVICE, text)
    taken(found)
    assert [(about, r.on) for about, r, _ in found.reports] == [("cycle:1", day("Mon 16 Feb 2026"))]


@pytest.mark.parametrize("by_button", [True, False])
def test_in_december_a_day_in_january_without_a_year_is_next_years(by_button: bool) -> None:
    story = Answered(audit(), cycle=replace(MARCH, month_one=day("Mon 1 Feb 2027"), kloe_meeting_on=None))
    story.perform("Mon 4 Jan 2027")
    on = "Tue 29 Dec 2026"
    found = (
        story.pressed(on, KLOE, Command.KLOE_MEETING_ON, HEAD_OF_SERVICE, "18 January")
        if by_button
        else story.says(on, KLOE, PSW, "Monday 18 January")
    )
    taken(found)
    assert [r.on for _, r, _ in found.reports] == [day("Mon 18 Jan 2027")]


@pytest.mark.parametrize("text", [
    "Can we do Monday 16 February?", "Not 16 February", "16 February but without the audit leads",
    "Perhaps Monday 16 February", "Either 16 February, or the week after", "I am away", "Moved to 16 February",
])  # fmt: skip
def test_any_other_word_about_a_cycle_is_for_a_person(text: str) -> None:
    assert before_the_meeting().says("Tue 3 Feb 2026", KLOE, HEAD_OF_SERVICE, text) is None


@pytest.mark.parametrize(("written", "why"), [
    ("Sunday 15 February", "no working day"),
    ("Tue 3 March", "the audit month begins on Mon 2 Mar 2026"),
    ("Tuesday 16 February", "is a Monday"),
    ("5/1/2026", "more than a month ago"), ("16/2/2026, 17/2/2026", "more than one date"), ("", "no date"),
])  # fmt: skip
def test_a_day_that_cannot_be_right_is_put_to_the_audit_team(written: str, why: str) -> None:
    story = before_the_meeting()
    told = "5/1/2026" if "month ago" in why else written
    on = "Tue 10 Feb 2026"
    doubt = held(story.pressed(on, KLOE, Command.KLOE_MEETING_ON, HEAD_OF_SERVICE, told))
    assert doubt.category == "Date in doubt"
    assert why in doubt.reason
    assert "kloe meeting soon" not in story.of_the_cycle("Wed 11 Feb 2026")


def test_whoever_has_a_copy_may_tell_the_day_and_nobody_else_can() -> None:
    story = before_the_meeting()
    taken(story.pressed("Tue 3 Feb 2026", KLOE, Command.KLOE_MEETING_ON, PSW, "16/2/2026"))
    story = before_the_meeting()
    stranger = person("Ada Auditor")
    doubt = held(story.pressed("Tue 3 Feb 2026", KLOE, Command.KLOE_MEETING_ON, stranger, "16/2/2026"))
    assert doubt.category == "Sent by someone else"
    assert story.says("Tue 3 Feb 2026", KLOE, stranger, "16/2/2026") is None


def test_another_day_than_was_told_or_entered_is_asked_about_and_the_same_changes_nothing() -> None:
    story = before_the_meeting()
    taken(story.pressed("Tue 3 Feb 2026", KLOE, Command.KLOE_MEETING_ON, HEAD_OF_SERVICE, "16/2/2026"))
    again = taken(story.pressed("Wed 4 Feb 2026", KLOE, Command.KLOE_MEETING_ON, PSW, "16/2/2026"))
    assert again.reports == ()
    other = held(story.pressed("Thu 5 Feb 2026", KLOE, Command.KLOE_MEETING_ON, PSW, "17/2/2026"))
    assert "so far it was Mon 16 Feb 2026, and now it is Tue 17 Feb 2026" in other.reason


def test_what_the_audit_team_enters_counts_and_is_no_longer_asked_for() -> None:
    story = before_the_meeting()
    taken(story.pressed("Tue 3 Feb 2026", KLOE, Command.KLOE_MEETING_ON, HEAD_OF_SERVICE, "16/2/2026"))
    story.cycle = replace(story.cycle, kloe_meeting_on=day("Wed 18 Feb 2026"))
    assert not [w for w in story.wanted("Wed 4 Feb 2026") if "KLOE meeting on" in w]
    assert story.of_the_cycle("Wed 11 Feb 2026")["kloe meeting soon"].cycle.kloe_meeting_on == day(
        "Wed 18 Feb 2026"
    )


def test_the_dip_report_is_signed_off_once_both_have_signed() -> None:
    sent = day("Thu 9 Apr 2026")
    story = after_the_month(SIGN, "Tue 14 Apr 2026", dip_report_sent_on=sent)
    found = story.says("Wed 15 Apr 2026", SIGN, AUDIT_OFFICER, "Signed off")
    taken(found)
    assert "dip report shared" not in story.of_the_cycle("Wed 15 Apr 2026")
    assert any("Obi Officer signed the report on the dip samples off; Pia Principal has not yet." in w
               for w in story.wanted("Wed 15 Apr 2026"))  # fmt: skip
    taken(story.pressed("Thu 16 Apr 2026", SIGN, Command.DIP_REPORT_SIGNED_OFF, PSW))
    assert "dip report shared" in story.of_the_cycle("Thu 16 Apr 2026")
    assert any(
        "Please enter “Dip report signed off on” Thu 16 Apr 2026" in w
        for w in story.wanted("Thu 16 Apr 2026")
    )


@pytest.mark.parametrize(
    "text",
    [
        "Not signed off", "Signed off once page 2 is put right", "Please sign off", "Thanks", "I will sign it off",
        "I will sign it off today", "The report is to be signed off", "Has the report been signed off",
        "Was it agreed on 14 April",
    ],
)  # fmt: skip
def test_a_report_is_not_signed_off_by_words_that_do_not_say_so(text: str) -> None:
    story = after_the_month(SIGN, "Tue 14 Apr 2026", dip_report_sent_on=day("Thu 9 Apr 2026"))
    assert story.says("Wed 15 Apr 2026", SIGN, AUDIT_OFFICER, text) is None


@pytest.mark.parametrize("text", [
    "It will be sent today", "It was to be sent on 7 April", "Has it been sent on 7 April",
])  # fmt: skip
def test_what_is_only_meant_to_be_done_is_not_told_as_done(text: str) -> None:
    story = after_the_month(WRITE, "Wed 1 Apr 2026")
    assert story.says("Wed 8 Apr 2026", WRITE, QA_OFFICER, text) is None


@pytest.mark.parametrize(("rule", "command", "begins", "cycle", "sender", "text"), [
    (WRITE, Command.DIP_REPORT_SENT, "Wed 1 Apr 2026", {}, QA_OFFICER, "The report was sent on 7 April."),
    (PLAN, Command.ACTION_PLAN_AGREED, "Tue 2 Jun 2026", {}, HEAD_OF_ACADEMY, "It was agreed on 2 June"),
    (WORKSHOP, Command.WORKSHOP_ON, "Mon 15 Jun 2026", {"action_plan_agreed_on": date(2026, 6, 1)}, HEAD_OF_SERVICE,
     "The workshop is on 22 June."),
])  # fmt: skip
def test_each_of_a_cycles_letters_is_answered_by_its_button_and_in_words(
    rule: str, command: Command, begins: str, cycle: dict[str, date], sender: Person, text: str
) -> None:
    on = {WRITE: "Wed 8 Apr 2026", PLAN: "Wed 3 Jun 2026", WORKSHOP: "Tue 16 Jun 2026"}[rule]
    written = {WRITE: "7/4/2026", PLAN: "2/6/2026", WORKSHOP: "22/6/2026"}[rule]
    for story in (after_the_month(rule, begins, **cycle), after_the_month(rule, begins, **cycle)):
        found = story.says(on, rule, sender, text)
        taken(found)
        assert [r.command for _, r, _ in found.reports] == [command]
        story = after_the_month(rule, begins, **cycle)
        pressed = taken(story.pressed(on, rule, command, sender, written))
        assert pressed.reports == found.reports


def test_a_workshop_that_is_still_to_be_held_is_entered_once_its_day_has_come_and_the_campaign_waits_for_it() -> (
    None
):
    story = after_the_month(WORKSHOP, "Mon 15 Jun 2026", action_plan_agreed_on=day("Mon 1 Jun 2026"))
    story.says("Tue 16 Jun 2026", WORKSHOP, HEAD_OF_SERVICE, "22 June")
    assert "learning campaign" not in story.of_the_cycle("Fri 19 Jun 2026")
    assert any("once that day has come, Mon 22 Jun 2026" in w for w in story.wanted("Fri 19 Jun 2026"))
    assert "learning campaign" in story.of_the_cycle("Mon 22 Jun 2026")


def test_a_button_about_a_cycle_stands_in_the_letter_that_asks_for_it_and_in_no_other() -> None:
    story = before_the_meeting()
    (letter,) = [x for x in story.sent if x.rule.id == KLOE]
    council = Council([story.cycle], story.roles, story.audits)
    found = links(letter, council, day("Mon 2 Feb 2026"), story.basis.keys, AUDIT_TEAM.email)
    assert {c for c, link in found.items() if link and c is not Command.CONFIRM_LIST} == {
        Command.KLOE_MEETING_ON
    }


# ------------------------------------------------------------------------------------- whoever has the list to see


def list_out() -> Answered:
    story = Answered(audit(confirmed_on=None))
    story.perform("Mon 23 Feb 2026")
    return story


LIST = "list for confirmation"


def test_group_managers_have_the_list_to_see_and_it_is_the_head_of_service_who_is_asked() -> None:
    (letter,) = [x for x in list_out().sent if x.rule.id == LIST]
    assert letter.to == (HEAD_OF_SERVICE,)
    assert GROUP_MANAGER in letter.cc


@pytest.mark.parametrize("by_button", [True, False])
def test_a_group_manager_who_confirms_all_the_same_is_told_to_the_audit_team_and_confirms_nothing(
    by_button: bool,
) -> None:
    story = list_out()
    on = "Tue 24 Feb 2026"
    found = (
        story.pressed(on, LIST, Command.CONFIRM_LIST, GROUP_MANAGER)
        if by_button
        else story.says(on, LIST, GROUP_MANAGER, "Confirmed, thanks")
    )
    taken(found)
    assert (found.reports, found.category) == ((), None)
    assert found.note
    assert found.note[2] == (
        "Gus Group, who has the list to see, has nothing to change in it. It is confirmed by Hal Service alone."
    )


def test_what_a_group_manager_wants_changed_is_put_to_a_person() -> None:
    story = list_out()
    subject, body = story.clicked(LIST, Command.CONFIRM_LIST)
    held(story.comes("Tue 24 Feb 2026", GROUP_MANAGER, subject, f"Please swap the auditor of 001.\n{body}"))


# ---------------------------------------------------------------------------------------- a day and nothing else


def uopp_answer(
    text: str, *, letters: int = 1, on: str = "Fri 20 Mar 2026", sender: Person = AUDITOR
) -> object:
    story = requires_improvement()
    thread = [n for n in story.history.letters.values() if n.rule == RI]
    thread += [n for n in story.history.letters.values() if n.rule == "audit allocated"][: letters - 1]
    post = Post(
        "m", "<m@x>", sender.email, f"RE: {REF}", datetime.combine(day(on), time(11), UTC), headers=INSIDE
    )
    answer = plain_answer(text, sender.name, day(on))
    return answered_plainly(
        post, answer, thread, [REF], Known(story.council, story.history, story.basis, DOMAINS, day(on))
    )


@pytest.mark.parametrize(
    "text", ["19/3/2026", "Thu 19 Mar", "Thursday 19 March, thanks", "It was on 19 March 2026."]
)
def test_a_day_alone_answers_a_letter_that_asks_for_exactly_one(text: str) -> None:
    found = uopp_answer(text)
    taken(found)
    assert [(r.command, r.on) for _, r, _ in found.reports] == [(Command.UOPP_HELD, day("Thu 19 Mar 2026"))]


@pytest.mark.parametrize(("text", "why"), [
    ("23/3/2026", "is still to come"), ("16/3/2026", "is before moderation"), ("Wed 19 March", "is a Thursday"),
    ("18/3/2026 19/3/2026", "more than one date"),
])  # fmt: skip
def test_a_day_alone_that_cannot_be_right_is_held_with_the_reason(text: str, why: str) -> None:
    found = uopp_answer(text)
    held(found)
    assert found.category == "Date in doubt"
    assert why in found.reason


def test_a_day_alone_in_answer_to_two_letters_or_from_somebody_else_is_for_a_person() -> None:
    assert uopp_answer("19/3/2026", letters=2) is None
    assert uopp_answer("19/3/2026", sender=TEAM_MANAGER) is None
    assert uopp_answer("not 19/3/2026") is None


@pytest.mark.parametrize(
    "text", ["They were dealt with on Thursday 19 March.", "Thu 19 Mar", "These were done yesterday"]
)
def test_the_team_manager_says_in_the_letters_own_words_when_the_urgent_issues_were_done(text: str) -> None:
    story = inadequate()
    on = "Fri 20 Mar 2026"
    thread = [n for n in story.history.letters.values() if n.rule == "urgent issues"]
    post = Post(
        "m",
        "<m@x>",
        TEAM_MANAGER.email,
        f"RE: {REF}",
        datetime.combine(day(on), time(11), UTC),
        headers=INSIDE,
    )
    answer = plain_answer(text, TEAM_MANAGER.name, day(on))
    found = answered_plainly(
        post, answer, thread, [REF], Known(story.council, story.history, story.basis, DOMAINS, day(on))
    )
    taken(found)
    assert [(r.command, r.on) for _, r, _ in found.reports] == [
        (Command.URGENT_ISSUES_DONE, day("Thu 19 Mar 2026"))
    ]
