"""A letter that chases waits for unread words of its own readers, and for nobody else's (§7)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.programme.history.records_of_the_past import Question
from bot.programme.standing.reported_by_reply import lies_with_us
from bot.programme.vocabulary import Milestone, Person

MORNING = datetime(2026, 3, 16, 8, tzinfo=UTC)
ADA, MO = Person("Ada Auditor", "ada@x.example"), Person("Mo Moderator", "mo@x.example")


def asked(sender: Person, *, category: str = "Please read", form: bool = False) -> Question:
    on = date(2026, 3, 16)
    return Question(MORNING, on, "1", "words", sender.email, "message", category=category, form=form)


@pytest.mark.parametrize(
    ("to", "questions", "waits"),
    [
        ([ADA], [asked(ADA)], True),
        ([ADA, MO], [asked(ADA)], False),  # Mo has said nothing, and must not go without
        ([ADA, MO], [asked(ADA), asked(MO)], True),
        ([ADA], [asked(MO)], False),
        ([ADA], [asked(ADA, category="Could not be delivered")], False),
        ([ADA, MO], [asked(ADA, form=True)], False),  # urgent issues are not brought by a form
        ([], [asked(ADA)], False),
    ],
)
def test_one_readers_unread_words_keep_a_letter_from_no_other(
    to: list[Person], questions: list[Question], waits: bool
) -> None:
    assert lies_with_us(Milestone.URGENT_ISSUES_DUE, to, questions) is waits


def test_a_held_form_is_what_a_chaser_for_a_form_waits_for() -> None:
    assert lies_with_us(Milestone.AUDIT_DUE, [MO], [asked(ADA, form=True)])


def test_an_alert_waits_for_no_words() -> None:
    assert not lies_with_us(Milestone.GRADE_SETTLED, [ADA], [asked(ADA)])
