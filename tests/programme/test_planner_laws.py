"""The planner's laws, over councils, histories and edits drawn at random."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from people import (
    AUDIT_TEAM,
    ROLES,
    Story,
    audit,
    person,
)

from bot.programme.vocabulary import Allocation, AuditType, Milestone, Role

FIRST = date(2026, 2, 16)
GRADES = ["Outstanding", "Good", "Requires Improvement", "Inadequate"]
STAFF = [person(f"Worker {n}") for n in range(12)]
WITHIN = st.integers(0, 75).map(lambda n: FIRST + timedelta(n))


@st.composite
def rows(draw: st.DrawFn, number: int) -> Allocation:
    one = st.sampled_from(STAFF)
    maybe = st.none() | WITHIN
    return audit(
        number,
        audit_type=draw(st.sampled_from(list(AuditType))),
        team=draw(st.sampled_from(["Bow", "Poplar", "Wapping"])),
        practitioner=draw(one),
        team_manager=draw(one),
        auditor=draw(st.none() | one),
        moderator=draw(one),
        head_of_service=draw(one),
        auditors_head_of_service=draw(one),
        confirmed_on=draw(maybe),
        withdrawn=draw(st.integers(0, 9)) == 0,
        exempted_on=draw(st.none() | st.none() | st.none() | WITHIN),
        restricted=draw(st.booleans()),
        hold_until=draw(st.none() | st.none() | WITHIN),
        uopp_held_on=draw(maybe),
        urgent_issues_done_on=draw(maybe),
        rectification_by=draw(st.none() | st.none() | WITHIN),
    )


@st.composite
def stories(draw: st.DrawFn) -> tuple[Story, list[date]]:
    """A council of a few audits, what came back and when, and the days on which the bot ran."""
    story = Story(*[draw(rows(n)) for n in range(1, draw(st.integers(1, 4)) + 1)])
    days = sorted(draw(st.sets(WITHIN, min_size=1, max_size=12)))
    for a in story.audits:
        back = draw(st.none() | WITHIN)
        if back:
            number = int(a.item_id) - 100
            story.returned(_said(back), draw(st.sampled_from(GRADES)), number)
            if draw(st.booleans()):
                later = back + timedelta(draw(st.integers(0, 14)))
                story.moderated(_said(later), draw(st.sampled_from(GRADES)), number)
    return story, days


def _said(day: date) -> str:
    return f"{day:%a %d %b %Y}"


def check(story: Story, days: list[date]) -> int:
    """Run the bot on each day and hold every law against what it plans. How many plans were judged."""
    sent: set[str] = set()
    for today in days:
        words = _said(today)
        story.events.sort(key=lambda event: event.at)
        letters = story.all_letters(words)
        turned = Story(*reversed(story.audits))
        turned.events = story.events
        assert {letter.key for letter in turned.plan(words).letters} == {letter.key for letter in letters}
        for letter in letters:
            assert letter.day.on <= today, "no letter before its day"
            assert letter.key not in sent, "nothing is planned twice"
            if letter.standing:
                row = letter.standing.allocation
                named = {row.person(role) for role in Role} | {AUDIT_TEAM} | {h.person for h in ROLES}
                assert {*letter.to, *letter.cc} <= named, "only the people the guide names for that row"
                if letter.rule.when is Milestone.CONFIRMED:
                    assert row.confirmed_on is not None, "nothing before confirmation"
                    assert row.confirmed_on <= today, "nothing before confirmation"
                assert not row.withdrawn
                assert row.exempted_on is None
                assert not (row.hold_until and today < row.hold_until)
                for milestone in letter.rule.unless:
                    on = letter.standing.on(milestone)
                    assert on is None or on > today, "a reached milestone silences its rule"
        sent.update(letter.key for letter in letters)
        story.perform(words)
        assert story.all_letters(words) == [], "a performed plan leaves nothing to plan"
    return 3 * len(days)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(stories())
def test_the_laws_hold_over_random_councils(situation: tuple[Story, list[date]]) -> None:
    check(*situation)


@pytest.mark.slow
def test_the_laws_hold_over_a_hundred_thousand_plans() -> None:
    judged = 0

    @settings(max_examples=6000, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(stories())
    def sweep(situation: tuple[Story, list[date]]) -> None:
        nonlocal judged
        judged += check(*situation)

    sweep()
    assert judged > 100_000
