"""Every letter a month of the programme brings, written with the words the bot really gives."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from letter_samples import texts
from people import MARCH, Story, audit

from bot.papers.letter_check import ABOUT_A_CYCLE, ABOUT_AN_AUDIT
from bot.papers.letter_words import AuditTeam, Surroundings, identifiers, words
from bot.papers.letters import Letter, Letters
from bot.programme.actions import SendLetter
from bot.programme.events import EventKind
from bot.programme.planner import Council
from bot.programme.vocabulary import AuditType
from bot.programme.working_days import day_in_words

LETTERS = Letters.from_texts(texts(), marking="OFFICIAL-SENSITIVE")


def happen(story: Story, on: str) -> None:
    """What people do that month: five audits come back, four are moderated, the rest stays out."""
    match on:
        case "Wed 25 Feb 2026":
            for number in range(1, 7):
                story.change(number, confirmed_on=date(2026, 2, 25))
        case "Mon 16 Mar 2026":
            story.returned(on, "Inadequate", 1)
            story.returned(on, "Good", 2)
        case "Tue 17 Mar 2026":
            story.moderated(on, "Inadequate", 1)
            story.returned(on, "Inadequate", 3)
            story.returned(on, "Requires Improvement", 4, problems=["Section 3: no date of the conversation"])
            story.returned(on, "Inadequate", 6)
            reason = "Section 8, Overall grade: no grade is chosen."
            story.happened(on, EventKind.NEEDS_A_PERSON, "m1#f1", "105", reason=reason, incomplete=True)
        case "Wed 18 Mar 2026":
            story.moderated(on, "Requires Improvement", 4)
        case "Thu 19 Mar 2026":
            story.moderated(on, "Inadequate", 2)
            story.moderated(on, "Inadequate", 6)


@pytest.fixture(scope="module")
def month() -> list[tuple[SendLetter, Letter]]:
    """Every letter from the KLOE meeting to the UoPP meetings, as it would go out."""
    child = {"child_name": "Robin Ashdown", "date_of_birth": date(2012, 5, 14), "confirmed_on": None}
    story = Story(
        *(audit(n, **child) for n in range(1, 6)),
        audit(6, **child, restricted=True, mosaic_number="7654321"),
        audit(7, audit_type=AuditType.DIP_SAMPLE, auditor=None, practitioner=None, confirmed_on=None),
    )
    team = AuditTeam("Audit Team", "audit.team@wexcombe.example", "Grace Mensah")
    written = []
    for today in (date(2026, 2, 16) + timedelta(n) for n in range(61)):
        on = day_in_words(today)
        happen(story, on)
        around = Surroundings(today, "Wexcombe Council", team, story.setting.working)
        if not story.setting.working.is_working(today):
            continue
        for letter in story.letters(on):
            about = [letter.standing] if letter.standing else letter.cycle_standings
            given = words(letter, Council([MARCH], (), story.audits), around)
            assert given.keys() == (ABOUT_AN_AUDIT if letter.standing else ABOUT_A_CYCLE).keys()
            never = [text for standing in about for text in identifiers(standing.allocation)]
            written.append((letter, LETTERS.letter(letter.rule.letter, given, must_not_carry=never)))
        story.perform(on)
    return written


def test_a_month_brings_every_letter_but_the_digest(
    month: list[tuple[SendLetter, Letter]],
) -> None:
    brought = {letter.rule.letter for letter, _ in month}
    assert set(LETTERS.names()) - brought == {"00_digest"}


def test_a_draft_to_the_auditor_says_what_was_missing(month: list[tuple[SendLetter, Letter]]) -> None:
    draft = next(letter for planned, letter in month if planned.rule.letter == "07_returned_to_auditor")
    assert re.search(r"Section 8, Overall grade</td>\s*<td[^>]*>no grade is chosen\.</td>", draft.html)


def test_a_month_of_letters_holds_no_childs_name_and_no_gap(month: list[tuple[SendLetter, Letter]]) -> None:
    for _, letter in month:
        text = letter.subject + letter.html
        assert not re.search(r"Ashdown|14 May|2012|Child's name|\bNone\b|{{|\(\)", text)


def test_a_restricted_record_has_no_mosaic_number_in_any_letter_of_its_month(
    month: list[tuple[SendLetter, Letter]],
) -> None:
    restricted = [
        letter for planned, letter in month if planned.standing and planned.standing.allocation.restricted
    ]
    assert len(restricted) > 8
    assert not any("7654321" in letter.html or "is attached" in letter.html for letter in restricted)


def test_each_letter_of_a_month_says_when_and_why(month: list[tuple[SendLetter, Letter]]) -> None:
    for planned, letter in month:
        if planned.standing and planned.rule.due:
            due = planned.standing.reached[planned.rule.due]
            assert f"{due.on:%A} {due.on.day} {due.on:%B %Y}" in letter.html, planned.rule.name
