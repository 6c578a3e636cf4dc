"""What a letter after the audit month asked for is told to the Audit Team every day until somebody enters it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from people import MARCH, Story, audit, day, person

from bot.programme.vocabulary import AuditType

SEPTEMBER = replace(
    MARCH, item_id="2", name="FSP and CWD, September 2026", month_one=day("Tue 1 Sep 2026"),
    kloe_meeting_on=day("Tue 18 Aug 2026"),
)  # fmt: skip


def told(story: Story, on: str) -> str:
    return "\n".join(f"{problem.where}: {problem.what}" for problem in story.plan(on).problems)


def dip(number: int) -> object:
    return audit(
        number,
        audit_type=AuditType.DIP_SAMPLE,
        practitioner=None,
        moderator=None,
        auditor=person("Sam Sampler"),
    )


def test_a_dip_report_that_nobody_writes_is_told_a_week_after_it_was_asked_for_with_the_samples_still_out() -> (
    None
):
    story = Story(dip(1), dip(2))  # type: ignore[arg-type]
    assert "Dip report" not in told(story, "Thu 9 Apr 2026")
    said = told(story, "Fri 10 Apr 2026")
    assert "“Dip report sent on” is empty" in said
    assert "2 of 2 dip samples have not come back." in said
    assert "Open since Fri 10 Apr 2026" in told(story, "Thu 14 May 2026")
    story.cycle = replace(story.cycle, dip_report_sent_on=day("Fri 15 May 2026"))
    assert "Dip report sent on" not in told(story, "Mon 18 May 2026")


def test_a_dip_report_that_is_not_signed_off_is_told_a_week_after_its_reminder() -> None:
    story = Story(dip(1), cycle=replace(MARCH, dip_report_sent_on=day("Mon 13 Apr 2026")))  # type: ignore[arg-type]
    assert "signed off" not in told(story, "Wed 22 Apr 2026")
    assert "“Dip report signed off on” is empty" in told(story, "Thu 23 Apr 2026")


def test_an_action_plan_that_is_not_agreed_in_month_four_is_told_until_it_is() -> None:
    story = Story()
    assert "Action plan" not in told(story, "Tue 2 Jun 2026")
    for on in ("Wed 3 Jun 2026", "Wed 1 Jul 2026"):
        assert "“Action plan agreed on” is empty" in told(story, on)
    story.cycle = replace(story.cycle, action_plan_agreed_on=day("Wed 1 Jul 2026"))
    assert "Action plan" not in told(story, "Thu 2 Jul 2026")


def test_a_workshop_that_is_not_held_is_told_a_week_after_it_was_asked_for() -> None:
    story = Story(cycle=replace(MARCH, action_plan_agreed_on=day("Wed 10 Jun 2026")))
    assert "Workshop" not in told(story, "Tue 30 Jun 2026")
    assert "“Workshop held on” is empty" in told(story, "Wed 1 Jul 2026")
    story.cycle = replace(story.cycle, workshop_held_on=day("Wed 1 Jul 2026"))
    assert "Workshop" not in told(story, "Thu 2 Jul 2026")


def test_a_next_cycle_that_is_not_planned_is_told_from_four_weeks_before_it_is_due() -> None:
    story = Story()
    assert "The next cycle" not in told(story, "Mon 3 Aug 2026")
    assert "The next cycle of FSP and CWD is not in the list." in told(story, "Thu 6 Aug 2026")
    story.later = [SEPTEMBER]
    assert "The next cycle" not in told(story, "Thu 6 Aug 2026")


@pytest.mark.parametrize(("again", "lacks"), [((), "0 of the 1"), (("FSP-2026-03-001",), None)])
def test_a_list_without_the_re_audits_that_were_drawn_is_told_before_it_begins(
    again: tuple[str, ...], lacks: str | None
) -> None:
    story = Story()
    story.returned("Mon 16 Mar 2026", "Requires Improvement")
    story.moderated("Wed 18 Mar 2026", "Requires Improvement")
    story.later = [SEPTEMBER]
    assert "audited again" not in told(story, "Mon 17 Aug 2026"), "the list is still empty"
    story.audits += [
        audit(20, cycle=SEPTEMBER.name, confirmed_on=None, mosaic_number="9", child_name="Ash Other"),
        *(
            audit(
                21 + n,
                cycle=SEPTEMBER.name,
                confirmed_on=None,
                audit_type=AuditType.RE_AUDIT,
                earlier_audit=ref,
            )
            for n, ref in enumerate(again)
        ),
    ]
    said = told(story, "Mon 24 Aug 2026")
    if lacks is None:
        assert "audited again" not in said
    else:
        assert f"holds {lacks} audits of {MARCH.name} that are to be audited again" in said
        assert "Drawn and not there: FSP-2026-03-001." in said
        assert "audited again" not in told(story, "Wed 2 Sep 2026"), "the letters have gone"


def test_a_cycle_that_nobody_has_filled_owes_nothing() -> None:
    story = Story(audit(withdrawn=True))
    assert "is empty" not in told(story, "Wed 3 Jun 2026")
