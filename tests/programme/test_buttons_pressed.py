"""Each button opens in some letter, and is understood from somebody whose it is, with what its record asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs

from people import AUDIT_TEAM, MARCH, audit, day
from test_replies import Office, dated, escalated, inadequate, overdue, requires_improvement, signed

from bot.programme.answers.button_links import links
from bot.programme.answers.reply import TakenReply
from bot.programme.messages.button import Wants
from bot.programme.messages.buttons import Command
from bot.programme.vocabulary import AuditType, Cycle, Person


def stories() -> Iterator[tuple[Office, str]]:
    """Situations in which letters have just gone out, and the day."""
    story = Office(audit(confirmed_on=None), cycle=replace(MARCH, kloe_meeting_on=None))
    for on in ("Mon 2 Feb 2026", "Mon 23 Feb 2026"):
        yield performed(story, on)
    for story, on in ((overdue(), "Tue 24 Mar 2026"), (escalated(), "Fri 27 Mar 2026")):
        yield story, on
    story = inadequate()
    yield story, "Tue 17 Mar 2026"
    story.change(uopp_held_on=day("Wed 18 Mar 2026"), urgent_issues_done_on=day("Wed 18 Mar 2026"))
    for on in ("Thu 19 Mar 2026", "Wed 25 Mar 2026", "Wed 22 Apr 2026", "Wed 29 Apr 2026", "Thu 30 Apr 2026"):
        yield performed(story, on)
    story = inadequate()
    story.change(withdrawn=True)
    yield performed(story, "Wed 18 Mar 2026")
    yield requires_improvement(), "Tue 17 Mar 2026"
    for on, cycle in (
        ("Wed 1 Apr 2026", MARCH),
        ("Tue 14 Apr 2026", replace(MARCH, dip_report_sent_on=day("Thu 9 Apr 2026"))),
        ("Tue 2 Jun 2026", MARCH),
        ("Mon 15 Jun 2026", replace(MARCH, action_plan_agreed_on=day("Mon 1 Jun 2026"))),
    ):
        yield performed(after(cycle), on)


def after(cycle: Cycle) -> Office:
    return Office(audit(), audit(2, audit_type=AuditType.DIP_SAMPLE, moderator=None), cycle=cycle)


def performed(story: Office, on: str) -> tuple[Office, str]:
    story.perform(on)
    return story, on


def filled_in(command: Command, body: str, on: str) -> str:
    """The ready message with what its record says a person adds."""
    if command.button.wants is Wants.NOTHING:
        return body
    if not command.button.wants.a_day:
        return f"{body}\nThe plan was reviewed, and two visits took place."
    return dated(
        body, "Thursday 12 February" if command.button.before_the_month else day(on).strftime("%d/%m/%Y")
    )


def pressed(story: Office, on: str) -> Iterator[tuple[Command, Person, TakenReply]]:
    """What comes of every button of every letter that has gone, whoever of its readers uses it."""
    for letter in story.sent:
        opened = links(letter, story.council, day(on), signed, AUDIT_TEAM.email)
        for command, link in opened.items():
            for reader in (*letter.to, *letter.cc) if link else ():
                query = parse_qs(link.partition("?")[2])
                events = list(story.events)
                body = filled_in(command, query["body"][0], on)
                yield command, reader, story.comes(on, reader, query["subject"][0], body)
                story.events = events


def test_each_button_is_understood_from_whoever_may_press_it_in_a_letter_they_were_sent() -> None:
    done: dict[Command, TakenReply] = {}
    for story, on in stories():
        for command, _, found in pressed(story, on):
            if not (found.held or found.note):  # a note says that somebody has it only to see
                done.setdefault(command, found)
    assert set(done) == set(Command), f"never understood: {set(Command) - set(done)}"
    for command, found in done.items():
        assert bool(found.reports) == command.button.counts, command
        assert {report.command for _, report, _ in found.reports} <= {command}
        if command.button.told:
            assert found.category == command.button.told.category, command
