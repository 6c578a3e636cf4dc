"""A row deleted while something runs is told until it is there again."""

from __future__ import annotations

from typing import Any

import pytest
from forms import filled
from small_council import Council, digest, letters, went
from tenant import Door

DELETED = "its row was deleted or cannot be used, please look today"


def delete(council: Council) -> dict[str, Any]:
    row = council.row()
    council.ask("DELETE", f"/lists/Audit allocations/{row['id']}")
    return row


def enter_again(council: Council, row: dict[str, Any], **changes: Any) -> None:
    kept = council.row("FSP-2026-03-002")
    people = (
        "Practitioner",
        "Team Manager",
        "Auditor",
        "Auditor's Head of Service",
        "Moderator",
        "Head of Service",
    )
    columns = {
        k: row[k] for k in ("Title", "Audit type", "Child's name", "Mosaic number", "Team", "Confirmed on")
    }
    columns |= {k: kept[k] for k in ("Cycle", *people)}
    council.ask("POST", "/lists/Audit allocations", {**columns, **changes})


def test_a_row_deleted_while_its_audit_is_out_is_told_every_day_until_it_is_entered_again(
    council: Council,
) -> None:
    row = delete(council)
    for day in ("2026-03-03", "2026-03-04"):
        council.run(day)
        assert "The row was deleted" in digest(council), day
    assert not any(DELETED in letter for letter in letters(council)), "nobody graded it Inadequate"
    before = len(council.received("Ada Auditor"))
    enter_again(council, row)
    council.run("2026-03-05")
    assert "The row was deleted" not in digest(council)
    assert len(council.received("Ada Auditor")) == before, "the audit was sent already"
    council.arrives("Ada Auditor", filled(council.form(), grade="Good"))
    council.run("2026-03-06")
    assert council.row()["Status"] == "With moderator"


def test_the_deleted_row_of_an_inadequate_is_told_at_once_with_its_steps(council: Council) -> None:
    council.run("2026-03-06", "10:00", whole=False)
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"))
    council.run("2026-03-06", "11:00", whole=False)
    row = delete(council)
    council.run("2026-03-07")
    council.run("2026-03-07", "12:00")
    council.run("2026-03-09")
    assert [DELETED in letter for letter in letters(council)].count(True) == 1, "on the Saturday, and once"
    assert went(council, "Audit Team", DELETED)
    assert "Still to be done: the moderation, by Mon 9 Mar" in digest(council)
    alerts = [s for s in council.received("Pru Practitioner") if "please read today" in s]
    enter_again(council, row)
    council.run("2026-03-10")
    assert "The row was deleted" not in digest(council)
    assert [s for s in council.received("Pru Practitioner") if "please read today" in s] == alerts


def test_another_childs_row_of_the_same_reference_restores_nothing(council: Council) -> None:
    row = delete(council)
    enter_again(council, row, **{"Mosaic number": "7654321"})
    council.run("2026-03-03")
    assert "another row of this reference, but not of this audit" in digest(council)


def test_a_row_deleted_before_anything_went_out_or_after_its_end_is_nobodys_concern(door: Door) -> None:
    council = Council(door)
    council.run("2026-02-27")
    delete(council)
    council.run("2026-03-02")
    assert "The row was deleted" not in digest(council)
    second = "FSP-2026-03-002"
    council.ask("PATCH", f"/lists/Audit allocations/{council.row(second)['id']}", {"Withdrawn": True})
    council.run("2026-03-03")
    council.ask("DELETE", f"/lists/Audit allocations/{council.row(second)['id']}")
    council.run("2026-03-04")
    assert "The row was deleted" not in digest(council)


@pytest.mark.parametrize("how", ["entered twice", "another reference's sign"])
def test_the_row_of_an_inadequate_that_cannot_be_used_is_told_at_once_with_its_steps(
    council: Council, how: str
) -> None:
    """Two rows of one reference, or a Title that is none: nobody may settle that with the child's steps open."""
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"))
    council.run("2026-03-03")
    row = council.row()
    if how == "entered twice":
        enter_again(council, row)
    else:
        council.ask("PATCH", f"/lists/Audit allocations/{row['id']}", {"Title": "see Tia"})
    council.run("2026-03-04")
    council.run("2026-03-05")
    assert [DELETED in letter for letter in letters(council)].count(True) == 1, "at once, and once"
    told = digest(council)
    assert "The row cannot be used" in told
    assert "Still to be done: the moderation, by Tue 3 Mar" in told
    assert "1 about a child’s safety" in letters(council)[-1]
    assert "Leave it as it is" not in told
    if how == "entered twice":
        double = council.ask("GET", "/lists/Audit allocations")["rows"][-1]
        council.ask("DELETE", f"/lists/Audit allocations/{double['id']}")
    else:
        council.ask("PATCH", f"/lists/Audit allocations/{row['id']}", {"Title": row["Title"]})
    alerts = [s for s in council.received("Pru Practitioner") if "please read today" in s]
    council.run("2026-03-06")
    assert "The row cannot be used" not in digest(council)
    assert went(council, "Mo Moderator", "moderation was due") or went(
        council, "Mo Moderator", "moderation due"
    )
    assert [s for s in council.received("Pru Practitioner") if "please read today" in s] == alerts, (
        "nothing twice"
    )
