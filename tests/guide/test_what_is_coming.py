"""What would go out on the coming days, as the morning letter and `audit-bot plan` tell it."""

from __future__ import annotations

from datetime import timedelta

from people import Story, audit, day

from bot.programme.planning.planner import coming
from bot.programme.standing.council import Council

CHASES = {"audit reminder", "audit overdue", "audit escalation"}


def test_what_is_coming_shows_each_letter_once_on_its_day_and_one_about_several_things_as_its_parts() -> None:
    story = Story(audit(1), audit(2))
    story.perform("Mon 2 Mar 2026")
    story.perform("Mon 9 Mar 2026")
    days = [day("Tue 17 Mar 2026") + timedelta(n) for n in range(15)]
    council = Council([story.cycle], story.roles, story.audits)
    found = coming(days, council, story.history, story.basis)
    assert list(found) == days
    both = ["FSP-2026-03-001", "FSP-2026-03-002"]
    assert {
        f"{on:%a %d %b}": {x.rule.id: [y.reference for y in letters if y.rule is x.rule]}
        for on, letters in found.items()
        for x in letters
        if x.rule.id in CHASES
    } == {
        "Tue 17 Mar": {"audit reminder": both},
        "Mon 23 Mar": {"audit overdue": both},
        "Thu 26 Mar": {"audit overdue": both},
        "Fri 27 Mar": {"audit escalation": both},
        "Tue 31 Mar": {"audit overdue": both},
    }
