"""Every letter the seven months of a cycle bring, written with the words the bot really gives."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from letter_samples import sound
from people import MARCH, Story, audit, person

from bot.papers.letters.audit_words import AuditWords
from bot.papers.letters.cycle_words import CycleWords, MonthWords
from bot.papers.letters.letter_words import AuditTeam, EveryLetter, Surroundings, identifiers
from bot.papers.letters.letters import Letter
from bot.papers.letters.several_words import SeveralWords
from bot.papers.letters.words_by_scope import allowed, words
from bot.programme.date_words import day_in_words
from bot.programme.events import EventKind
from bot.programme.standing.actions import SendLetter
from bot.programme.standing.council import Council
from bot.programme.vocabulary import AuditType, Grade, Scope

LETTERS = sound()


def happen(story: Story, on: str) -> None:
    """What people do: most audits come back, some are moderated, one stays out, and the service is slow at times."""
    match on:
        case "Mon 9 Feb 2026":
            story.cycle = replace(story.cycle, kloe_meeting_on=date(2026, 2, 16))
        case "Tue 24 Feb 2026":
            story.audits.append(audit(13, confirmed_on=None))
        case "Fri 27 Feb 2026":
            story.change(13, withdrawn=True)
            for number in (*range(1, 13), 14, 15):
                story.change(number, confirmed_on=date(2026, 2, 27))
        case "Mon 16 Mar 2026":
            story.returned(on, "Inadequate", 1)
            story.returned(on, "Good", 2)
            story.returned(on, "Inadequate", 11)
            story.returned(on, "Inadequate", 12)
        case "Tue 17 Mar 2026":
            story.moderated(on, "Inadequate", 1)
            story.returned(on, "Inadequate", 3)
            story.returned(on, "Requires Improvement", 4, problems=["Section 3: no date of the conversation"])
            story.returned(on, "Inadequate", 6)
            story.returned(on, "Requires Improvement", 10)
            reason = "Section 8, Overall grade: no grade is chosen."
            story.happened(on, EventKind.NEEDS_A_PERSON, "m1#f1", "105", reason=reason, incomplete=True)
            story.moderated(on, "Good", 11)
        case "Wed 18 Mar 2026":
            story.change(12, withdrawn=True, practitioner=person("Nia New"))
            story.moderated(on, "Requires Improvement", 4)
            story.moderated(on, "Requires Improvement", 10)
        case "Thu 19 Mar 2026":
            story.moderated(on, "Inadequate", 2)
            story.moderated(on, "Inadequate", 6)
            story.change(4, disputed_on=date(2026, 3, 19))
        case "Mon 30 Mar 2026":
            story.change(1, uopp_held_on=date(2026, 3, 30))
            story.change(4, finally_decided_on=date(2026, 3, 30), final_grade=Grade.REQUIRES_IMPROVEMENT)
        case "Thu 2 Apr 2026":
            story.change(4, uopp_held_on=date(2026, 4, 2))
        case "Wed 8 Apr 2026":
            story.cycle = replace(story.cycle, dip_report_sent_on=date(2026, 4, 8))
        case "Mon 20 Apr 2026":
            story.cycle = replace(
                story.cycle, dip_report_signed_off_on=date(2026, 4, 20), board_meeting_on=date(2026, 5, 15)
            )
        case "Wed 20 May 2026":
            found = {
                "six_week_checked_on": date(2026, 5, 20),
                "grade_at_six_weeks": Grade.REQUIRES_IMPROVEMENT,
            }
            story.change(1, review_uopp_held_on=date(2026, 5, 20), drift=True, **found)
        case "Wed 10 Jun 2026":
            story.cycle = replace(story.cycle, action_plan_agreed_on=date(2026, 6, 10))
        case "Tue 30 Jun 2026":
            story.cycle = replace(story.cycle, workshop_held_on=date(2026, 6, 30))


@pytest.fixture(scope="module")
def month() -> list[tuple[SendLetter, Letter]]:
    """Every letter from the search for a day for the KLOE meeting to the re-audits, as it would go out."""
    child = {"child_name": "Robin Ashdown", "date_of_birth": date(2012, 5, 14), "confirmed_on": None}
    dip = {"audit_type": AuditType.DIP_SAMPLE, "practitioner": None, "moderator": None}
    sampler = person("Sam Sampler")
    story = Story(
        *(audit(n, auditor=person(f"Auditor {n}"), moderator=person(f"Moderator {n}"), **child) for n in range(1, 6)),
        audit(6, **child, restricted=True, mosaic_number="7654321"),
        audit(7, **child, **dip, auditor=sampler),
        audit(8, **child, **dip, auditor=sampler),
        audit(9, **child, **dip, auditor=person("Dee Dipper")),
        audit(10, **child, audit_type=AuditType.RE_AUDIT, auditor=person("Rae Auditor"), moderator=person("Ro Mod")),
        *(audit(n, auditor=person(f"Auditor {n}"), moderator=person(f"Moderator {n}"), **child) for n in (11, 12)),
        *(audit(n, auditor=person(f"Auditor {n}"), auditors_head_of_service=person("Edi"), **child) for n in (14, 15)),
        cycle=replace(MARCH, kloe_meeting_on=None),
    )  # fmt: skip
    story.change(5, practitioner=person("Pat Practitioner"))
    story.change(2, iro_or_cp_chair=person("Cai Chair"), services_involved=("Youth Justice Service",))
    team = AuditTeam("Audit Team", "audit.team@wexcombe.example", "Grace Mensah")
    written = []
    for today in (date(2026, 1, 26) + timedelta(n) for n in range(200)):
        on = day_in_words(today)
        happen(story, on)
        around = Surroundings(today, "Wexcombe Council", team, story.basis.working, book=story.basis.rulebook)
        if not story.basis.working.is_working(today):
            continue
        for letter in story.all_letters(on):
            about = [letter.standing] if letter.standing else [*letter.cycle_standings]
            about += [part.standing for part in letter.together]
            given = words(letter, Council([story.cycle], (), story.audits), around)
            assert given.keys() == allowed(_sort(letter)).keys()
            never = [text for standing in about for text in identifiers(standing.allocation)]
            written.append((letter, LETTERS.letter(letter.rule.letter, given, must_not_carry=never)))
        story.perform(on)
    return written


def _sort(letter: SendLetter) -> type[EveryLetter]:
    if letter.together:
        return SeveralWords
    return {Scope.AUDIT: AuditWords, Scope.CYCLE: CycleWords, Scope.MONTH: MonthWords}[letter.rule.scope]


def test_a_month_brings_every_letter_but_those_to_the_audit_team_alone(
    month: list[tuple[SendLetter, Letter]],
) -> None:
    brought = {letter.rule.letter for letter, _ in month}
    assert set(LETTERS.names()) - brought == {
        "00_digest",
        "00_letters_to_decide",
        "00_next_level",
        "00_replacement_proposed",
        "07_form_received",
        "10_inadequate_on_hold",
        "10_may_be_inadequate",
        "10_row_deleted",
        "10_alert_held",
    }


def test_a_draft_to_the_auditor_says_what_was_missing(month: list[tuple[SendLetter, Letter]]) -> None:
    draft = next(letter for planned, letter in month if planned.rule.letter == "07_returned_to_auditor")
    assert re.search(r"Section 8, Overall grade</td>\s*<td[^>]*>no grade is chosen\.</td>", draft.html)


def test_a_month_of_letters_holds_no_childs_name_and_no_gap(month: list[tuple[SendLetter, Letter]]) -> None:
    for _, letter in month:
        text = letter.subject + letter.html
        assert not re.search(r"Ashdown|14 May 2012|14/05/2012|2012-05-14|Child's name|\bNone\b|{{|\(\)", text)


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
            if due.on < planned.day.on and planned.rule.id == "weekly report":
                continue  # only dates still to come
            assert f"{due.on:%A} {due.on.day} {due.on:%B %Y}" in letter.html, planned.rule.id
