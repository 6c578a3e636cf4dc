"""What a letter after the audit month asked for is told to the Audit Team every day until somebody enters it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from people import AUDITORS_HEAD, MARCH, Story, audit, day, person

from bot.programme.history.records_of_the_past import AuditHistory
from bot.programme.standing.checks import checked, withdrawn_and_short
from bot.programme.standing.vacancies import TO_REPLACE, vacancies
from bot.programme.vocabulary import AuditType, Vacant

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


OUT = {
    "exempted": {"exempted_on": day("Mon 24 Aug 2026"), "exempted_by": AUDITORS_HEAD},
    "declared invalid": {"declared_invalid_on": day("Mon 24 Aug 2026")},
    "withdrawn": {"withdrawn": True},
}


@pytest.mark.parametrize("out", OUT.values(), ids=OUT.keys())
def test_a_re_audit_that_is_left_out_is_not_held(out: dict[str, Any]) -> None:
    story = Story()
    story.returned("Mon 16 Mar 2026", "Requires Improvement")
    story.moderated("Wed 18 Mar 2026", "Requires Improvement")
    story.later = [SEPTEMBER]
    row = audit(
        20, cycle=SEPTEMBER.name, audit_type=AuditType.RE_AUDIT, earlier_audit="fsp-2026-03-001 ", **out
    )
    story.audits.append(row)
    said = told(story, "Mon 24 Aug 2026")
    assert "holds 0 of the 1 audits of FSP and CWD, March 2026 that are to be audited again" in said
    assert "Drawn, and left out there: FSP-2026-03-001." in said
    for on, is_told in (("Mon 24 Aug 2026", True), ("Wed 30 Sep 2026", True), ("Thu 1 Oct 2026", False)):
        those = [
            p for p in story.plan(on).problems if p.where.endswith(row.reference) and p.kind == TO_REPLACE
        ]
        assert len(those) == (1 if is_told or not row.withdrawn else 0), on
        assert all(p.vacant in vacancies(row, AuditHistory(), day(on), {}) for p in those)


@pytest.mark.parametrize("kind", AuditType)
@pytest.mark.parametrize("how", ["exempted", "declared invalid"])
def test_an_audit_that_is_left_out_raises_a_matter_whatever_its_type(kind: AuditType, how: str) -> None:
    row = audit(audit_type=kind, **OUT[how])
    (found,) = [p for p in checked([row], [MARCH]).problems if row.reference in p.where]
    assert found.kind == TO_REPLACE
    vacant = Vacant.AUDITOR if how == "exempted" else Vacant.CHILD
    assert found.vacant is (None if kind is AuditType.DIP_AUDIT else vacant), (
        "a dip audit is of this child alone"
    )
    others = vacancies(row, AuditHistory(), day("Mon 9 Mar 2026"), {})
    assert (vacant in others) is (kind is not AuditType.DIP_AUDIT)


def test_a_dip_sample_that_is_done_has_nobody_to_replace() -> None:
    row = audit(audit_type=AuditType.DIP_SAMPLE, dip_completed_on=day("Fri 6 Mar 2026"), **OUT["exempted"])
    assert vacancies(row, AuditHistory(), day("Mon 9 Mar 2026"), {}) == {}


@pytest.mark.parametrize(("there", "short"), [(9, True), (10, False)])
def test_a_dip_sample_that_is_withdrawn_while_its_line_has_too_few_can_be_replaced(
    there: int, short: bool
) -> None:
    cycle = replace(MARCH, kloes=("Voice?", "Drift?"))
    rows = [audit(n, audit_type=AuditType.DIP_SAMPLE, kloe="1") for n in range(there)]
    rows += [audit(90 + n, audit_type=AuditType.DIP_SAMPLE, kloe="2") for n in range(12)]
    gone = [audit(60 + n, audit_type=AuditType.DIP_SAMPLE, kloe=str(n), withdrawn=True) for n in (1, 2)]
    found = withdrawn_and_short([cycle], [*rows, *gone], day("Tue 31 Mar 2026"))
    assert [p.where for p in found] == ["Audit allocations, FSP-2026-03-061"] * short
    assert withdrawn_and_short([cycle], [*rows, *gone], day("Wed 1 Apr 2026")) == []


def test_a_cycle_that_nobody_has_filled_owes_nothing() -> None:
    story = Story(audit(withdrawn=True))
    assert "is empty" not in told(story, "Wed 3 Jun 2026")
