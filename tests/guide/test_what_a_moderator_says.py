"""What a moderator's answers ask of people, and what the auditor of an Inadequate hears (§7, §10)."""

from __future__ import annotations

import pytest
from people import AUDITOR, Story

from bot.papers.forms.moderators_view import for_a_person, moderators_questions

NO = frozenset({"no", "n"})


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ({"m_outcome": "Invalid"}, "Declared invalid on"),
        ({"m_outcome": "Back to auditor"}, "Return for rectification by"),
        ({"m_outcome": "refer to audit team"}, "refers the audit to you"),
        ({"m_outcome": "Moderated", "m_conv_ok": "No"}, "scenario 4"),
    ],
)
def test_what_a_moderator_cannot_settle_alone_is_put_to_the_audit_team(
    answers: dict[str, str], asked: str
) -> None:
    assert asked in for_a_person(answers, NO)


def test_a_plain_moderation_asks_nothing() -> None:
    answers = {"m_outcome": "Moderated", "m_conv_ok": "Yes", "m_depth": "Yes"}
    assert moderators_questions(answers, NO) == []
    assert for_a_person({**answers, "m_depth": "No"}, NO) == "", "a prompt, and not a message to settle"
    assert len(moderators_questions({**answers, "m_depth": "No"}, NO)) == 1


def test_the_auditor_of_an_inadequate_hears_at_moderation_what_follows_and_who_leads_it() -> None:
    story = Story()
    story.perform("Mon 2 Mar 2026")
    story.returned("Tue 17 Mar 2026", "Inadequate")
    story.perform("Tue 17 Mar 2026")
    story.moderated("Wed 18 Mar 2026", "Inadequate")
    letters = [x for x in story.letters("Wed 18 Mar 2026") if x.rule.id.startswith("what follows")]
    assert [x.to for x in letters] == [(AUDITOR,)]
    story.perform("Wed 18 Mar 2026")
    assert not [x for x in story.letters("Thu 19 Mar 2026") if x.rule.id.startswith("what follows")]
