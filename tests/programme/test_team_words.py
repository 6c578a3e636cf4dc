"""The words of the Audit Team: whose they are, and what a reference can and cannot say."""

from __future__ import annotations

from datetime import UTC, date, datetime
from urllib.parse import parse_qs

import pytest

from bot.office.mail.outgoing import letter_key
from bot.programme.answers.button_links import tag_in
from bot.programme.answers.team_words import (
    TeamWord,
    audit_team_on,
    damaged_team_word,
    matter_code,
    refusal,
    team_link,
    team_tag_in,
)
from bot.programme.messages.post import Post
from bot.programme.vocabulary import Person, Role, RoleHolder

MAILBOX = "audit.team@wexcombe.example"
DOMAINS = ("wexcombe.example",)
DAY = date(2026, 3, 17)


def keys(parts: tuple[str, ...]) -> str:
    return letter_key(b"a secret of the tests", parts)


MATTER = matter_code(keys, "question", "message-1#abc")


def subject(word: TeamWord = TeamWord.SETTLED, choice: str = "1") -> str:
    query = team_link(word, MATTER, "FSP-2026-03-014", keys, MAILBOX, choice).partition("?")[2]
    return parse_qs(query)["subject"][0]


def post(sender: str, text: str, **more: object) -> Post:
    inside = {"x-ms-exchange-organization-authas": "Internal"}
    return Post("m", "<m@x>", sender, text, datetime(2026, 3, 17, tzinfo=UTC), headers=inside, **more)  # type: ignore[arg-type]


def holder(role: Role, name: str, **more: object) -> RoleHolder:
    return RoleHolder(role, Person(name, f"{name.lower().replace(' ', '.')}@wexcombe.example"), **more)  # type: ignore[arg-type]


ROLES = [
    holder(Role.AUDIT_MANAGER, "Una Manager"),
    holder(Role.AUDIT_OFFICER, "Otis Officer", until=date(2026, 3, 16)),
    holder(Role.QUALITY_ASSURANCE_AUDIT_OFFICER, "Quin Officer"),
    holder(Role.AUDIT_TEAM, "Terry Team", service="FSP and CWD"),
    holder(Role.DIVISIONAL_DIRECTOR, "Dee Rector"),
]


@pytest.mark.parametrize("word", TeamWord)
def test_every_word_has_its_ready_message_and_is_read_again_from_it(word: TeamWord) -> None:
    for around in ("{}", "RE: {}", "[EXTERNAL] Re: {} (second try)"):
        tag = team_tag_in(around.format(subject(word, "2026-04-02")))
        assert tag is not None
        assert (tag.word, tag.matter, tag.choice) == (word, MATTER, "2026-04-02")
    assert word.wording.follows.endswith(".")
    assert tag_in(subject(word)) is None, "no button of a letter"


def test_the_audit_teams_members_are_those_of_its_posts_on_that_day_and_the_mailbox_itself() -> None:
    team = audit_team_on(ROLES, MAILBOX, DAY)
    assert set(team.values()) == {"Una Manager", "Quin Officer", "Terry Team", "the Audit Team"}
    assert "Otis Officer" in audit_team_on(ROLES, MAILBOX, date(2026, 3, 16)).values()


def refused(sender: str, text: str, **more: object) -> str:
    tag = team_tag_in(text)
    assert tag
    team = audit_team_on(ROLES, MAILBOX, DAY)
    found = refusal(post(sender, text, **more), tag, team, MAILBOX, DOMAINS, keys)
    return found.reason if found else ""


def test_a_member_and_the_mailbox_are_heard_and_nobody_else() -> None:
    assert not refused("una.manager@wexcombe.example", subject())
    assert not refused(MAILBOX, subject())
    assert "otis.officer@wexcombe.example used “Settled”" in refused(
        "otis.officer@wexcombe.example", subject()
    )
    assert "Audit Team's alone" in refused("dee.rector@wexcombe.example", subject())
    assert "outside" in refused("una.manager@elsewhere.example", subject())
    assert "on behalf" in refused("una.manager@wexcombe.example", subject(), sent_by="x@wexcombe.example")


def test_a_word_on_behalf_of_the_shared_mailbox_is_held_and_says_how_it_would_be_heard() -> None:
    said = refused(MAILBOX, subject(), sent_by="una.manager@wexcombe.example")
    assert "una.manager@wexcombe.example on behalf" in said
    assert "“Send As”" in said


def test_a_reference_that_was_changed_is_none_of_ours() -> None:
    other = subject().replace(f"{MATTER} 1", f"{MATTER} 2")
    assert "by a former key that was not kept" in refused("una.manager@wexcombe.example", other)


def test_a_damaged_reference_is_known_for_one() -> None:
    assert damaged_team_word(subject()[:-5])
    assert not damaged_team_word(subject())
    assert not damaged_team_word("The [team day] on Friday")
    assert team_tag_in(f"{subject()} {subject()}") is None
