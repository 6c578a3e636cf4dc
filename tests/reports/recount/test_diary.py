"""The cast without a bot: letters are laid into mailboxes by hand, and what people then do stands in their diary."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from reports.recount.audits_as_at import cases
from reports.recount.short_season import with_rows

from sandbox.play.cast import Cast
from sandbox.play.cast.diary import Written
from sandbox.play.cast.forms import filled
from sandbox.play.cast.person import Outlook
from sandbox.play.cast.season import Season
from sandbox.play.seed import council
from sandbox.play.working_days import between
from sandbox.tenant.run import Running, run

REF = "FSP-2026-03-002"
MONDAY = date(2026, 3, 2)
FORM = with_rows((Path(__file__).parents[3] / "docx_templates/audit_tool.docx").read_bytes(), "kloe.row", 3)


@pytest.fixture(scope="module", params=["cycles", "rehearsal"])
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The diary of a month in which one audit goes to its auditor and its moderator."""
    with run(
        council(audits=4, cycles_from=request.param), folder=tmp_path_factory.mktemp("tenant")
    ) as tenant:
        if request.param == "cycles":
            cast = Cast(tenant)
            act = cast.act
        else:
            season = cast = Season(tenant)  # type: ignore[assignment]

            def act(day: date) -> list[str]:
                return [*season.by_mail(day), *season.in_the_list(day)]

        row = next(r for r in tenant.ask("GET", "/lists/Audit allocations")["rows"] if r["Title"] == REF)
        lines = ["Is the child heard?", "Are fathers found?", "Is supervision reflective?"]
        letter(
            tenant,
            row["Auditor"],
            "07_audit_allocated_auditor",
            filled(FORM, {"audit_ref": REF, "kloe.text": lines}),
        )
        asked = False
        for day in between(MONDAY, MONDAY + timedelta(45)):
            act(day)
            if (back := form_of(cast.diary.written, "auditor")) and not asked:
                letter(tenant, row["Moderator"], "07_moderation_requested", refilled(back))
                asked = True
        yield cast.diary


def letter(tenant: Running, to: str, name: str, form: bytes) -> None:
    ready = {"to": [to], "cc": [], "subject": REF, "body": f"«{name}» ‹{REF}›"}
    Outlook(tenant).send(tenant.mailbox, ready, [(f"{REF}.docx", form)])


def form_of(written: list[Written], part: str) -> Written | None:
    return next((w for w in written if (w.about, w.part) == (REF, part)), None)


def refilled(written: Written) -> bytes:
    return filled(FORM, written.answers)


def test_what_auditor_and_moderator_wrote_and_when_stands_in_the_diary(told: Any) -> None:
    auditor, moderator = form_of(told.written, "auditor"), form_of(told.written, "moderator")
    assert auditor
    assert moderator
    assert auditor.by == told.rows[REF]["Auditor"]
    assert moderator.by == told.rows[REF]["Moderator"]
    assert MONDAY < auditor.on < moderator.on
    assert len(auditor.answers["kloe.rag"]) == 3
    assert set(auditor.answers["kloe.rag"]) <= {"Strength", "Concern", "Not applicable"}
    assert moderator.answers["m_date"] == [moderator.on.isoformat()]
    assert moderator.answers["grade_auditor"] == auditor.answers["grade_auditor"]
    assert [(c.about, c.on) for c in told.came] == [(REF, MONDAY)]


def test_the_diary_is_enough_to_know_how_the_audit_stands(told: Any) -> None:
    at = {case.reference: case for case in cases(told.as_json(), MONDAY + timedelta(45))}
    case = at[REF]
    assert (case.released, case.is_returned, case.is_moderated, case.left_out) == (MONDAY, True, True, "")
    assert case.auditors_grade
    assert not case.row.get("Auditor's grade"), "no column of the bot's"
    assert at["FSP-2026-03-001"].left_out == "not released"
