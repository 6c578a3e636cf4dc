"""What an old spreadsheet says, cell by cell: read as people write, and asked where it can mean two things."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter
from importing_purely import DIRECTORY, TODAY, come_of
from old_spreadsheet import MISTAKES, audits, column_of, place_of, spreadsheet, with_mistakes
from tenant import email

from bot.errors import SettingsError
from bot.papers.importing import exported, put_right
from bot.papers.workbook_read import read_workbook
from bot.programme.importing.columns_recognised import layout_of, title_of
from bot.programme.importing.days_read import NoDay, american, day_in
from bot.programme.importing.people_named import Unknown
from bot.programme.importing.sheets import TO_PUT_RIGHT, Fault, Sheet, as_one, cell_name
from bot.programme.vocabulary import grade_of

SHEET = Sheet("Sheet1", [])


def place(n: int, heading: str) -> str:
    sheet, row = place_of(n)
    return f"{sheet}!{cell_name(row, column_of(n, heading))}"


def simple(*rows: tuple[Any, ...]) -> bytes:
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet("Sheet1")
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            page.write(r, c, value)
    book.close()
    return out.getvalue()


def test_each_of_twenty_mistakes_is_told_at_its_cell_with_its_remedy() -> None:
    come = come_of(spreadsheet(with_mistakes()))
    assert not come.questions
    faults = {fault.where: fault for fault in come.entries.faults}
    assert faults.keys() == {place(n, heading) for n, heading, *_ in MISTAKES}
    for n, heading, value, wrong, write in MISTAKES:
        fault = faults[place(n, heading)]
        assert wrong in fault.wrong, fault
        assert write in fault.write, fault
        assert fault.stands == value
    assert len(come.entries.entries) == 60 - len(MISTAKES)


def test_without_mistakes_all_sixty_are_entered_and_nothing_of_the_child_but_the_number() -> None:
    come = come_of(spreadsheet(audits()))
    assert not come.questions
    assert not come.entries.faults
    rows = [entry.allocation for entry in come.entries.entries]
    assert len(rows) == 60
    assert {row.confirmed_on for row in rows} == {date(2026, 2, 25)}
    assert {row.auditor and row.auditor.email for row in rows} == {email("Ada Auditor")}
    assert {row.auditors_head_of_service and row.auditors_head_of_service.email for row in rows} == {
        email("Ori Otherservice")
    }
    assert not any(row.child_name or row.date_of_birth for row in rows)
    left_out = {c.heading for layout in come.layouts for c in layout.left_out}
    assert left_out == {"Child's name", "D.O.B.", "Home address"}


def test_the_corrected_copy_marks_the_cells_and_can_be_imported_itself() -> None:
    come = come_of(spreadsheet(with_mistakes()))
    copy = put_right([layout.sheet for layout in come.layouts], come.entries.faults)
    told = read_workbook(copy).sheets[TO_PUT_RIGHT]
    assert told[0] == ("Cell", "What stands there", "What is wrong", "What to write")
    assert {row[0] for row in told[1:]} == {place(n, heading) for n, heading, *_ in MISTAKES}
    assert read_workbook(copy).besides == ("comments",)
    again = come_of(copy)
    assert {f.where for f in again.entries.faults} == {f.where for f in come.entries.faults}


def test_what_is_in_the_list_already_is_known_by_reference_or_by_child_and_cycle() -> None:
    rows = [entry.allocation for entry in come_of(spreadsheet(audits())).entries.entries]
    again = come_of(spreadsheet(audits()), rows)
    assert not again.entries.entries
    assert len(again.entries.there) == 60
    assert not [d for t in again.entries.there for d in t.differences]
    without = [{**row, "Ref": None} for row in audits()]
    by_child = come_of(spreadsheet(without), rows)
    assert [t.allocation.reference for t in by_child.entries.there] == [row["Ref"] for row in audits()]
    assert not by_child.entries.entries


def test_the_same_child_under_another_reference_is_asked_about_and_never_entered_twice() -> None:
    rows = [entry.allocation for entry in come_of(spreadsheet(audits())).entries.entries]
    changed = audits()
    changed[5]["Ref"] = "FSP-2026-03-905"
    come = come_of(spreadsheet(changed), rows)
    assert not come.entries.entries
    assert [(f.where, f.write) for f in come.entries.faults] == [(place(5, "Ref"), "FSP-2026-03-106")]


def test_a_child_is_not_audited_in_full_twice_in_a_cycle_whoever_audits_and_a_dip_sample_is_another_thing() -> (
    None
):
    heads = ("Ref", "SW", "Auditor", "Moderator", "Mosaic", "Type of audit")
    people = ("Pru Practitioner", "Ada Auditor", "Mo Moderator")
    come = come_of(
        simple(
            heads,
            ("FSP-2026-03-001", *people, 1234567, "Full – Team Manager"),
            ("FSP-2026-03-002", *people, 1234567, "Full – Advanced Practitioner"),
            ("FSP-2026-03-003", *people, 1234567, "Dip sample"),
        )
    )
    assert [f.wrong for f in come.entries.faults] == ["this child stands in Sheet1!E2 too."]
    assert [e.allocation.reference for e in come.entries.entries] == ["FSP-2026-03-001", "FSP-2026-03-003"]
    lists = [e.allocation for e in come.entries.entries]
    other = simple(heads, ("FSP-2026-03-004", *people, 1234567, "Full – Advanced Practitioner"))
    (fault,) = come_of(other, lists).entries.faults
    assert fault.write == "FSP-2026-03-001"


@pytest.mark.parametrize(
    ("heading", "column"),
    [("Team mgr", "Team Manager"), ("HoS conf’d", "Confirmed on"), ("CP chair / IRO", "IRO or CP Chair"),
     ("Locked?", "Restricted"), ("Restricted record", "Restricted")],
)  # fmt: skip
def test_a_heading_may_be_shortened_and_a_locked_record_is_known_as_one(heading: str, column: str) -> None:
    heads = ("Ref", "SW", "Auditor", "Moderator", heading)
    row = ("FSP-1", "Pru Practitioner", "Ada Auditor", "Mo Moderator", None)
    (layout,) = come_of(simple(heads, row)).layouts
    assert [title_of(c.word, {}) for c in layout.columns][-1] == column


def test_a_difference_is_named_and_the_list_stays_as_it_is() -> None:
    rows = [entry.allocation for entry in come_of(spreadsheet(audits())).entries.entries]
    changed = audits()
    changed[3]["Team"] = "Poplar"
    (said,) = [d for t in come_of(spreadsheet(changed), rows).entries.there for d in t.differences]
    assert said.startswith(place(3, "Team"))
    assert "“Bow” in the list and “Poplar” in the spreadsheet" in said


def test_what_is_exported_is_all_there_when_it_comes_back() -> None:
    rows = [entry.allocation for entry in come_of(spreadsheet(audits())).entries.entries]
    back = come_of(exported(rows, {}), rows)
    assert not back.questions
    assert not back.entries.faults
    assert not back.entries.entries
    assert [d for t in back.entries.there for d in t.differences] == []
    assert len(back.entries.there) == 60


def test_rows_without_a_reference_get_the_next_free_ones() -> None:
    heads = ("SW", "Auditor", "Moderator", "Mosaic", "Type of audit")
    people = ("Pru Practitioner", "Ada Auditor", "Mo Moderator")
    come = come_of(simple(heads, (*people, 1234567, "TM"), (*people, 1234568, "TM")))
    assert [e.allocation.reference for e in come.entries.entries] == ["FSP-2026-03-001", "FSP-2026-03-002"]
    assert all(e.made for e in come.entries.entries)


def test_two_columns_that_could_be_the_same_are_asked_and_so_is_one_that_could_be_two() -> None:
    heads = ("Ref", "SW", "Social worker", "Auditor", "Moderator", "Grade")
    row = ("FSP-1", "Pru Practitioner", "Pru Practitioner", "Ada Auditor", "Mo Moderator", "Good")
    asked = come_of(simple(heads, row)).questions
    assert len(asked) == 2
    assert "“SW”" in asked[1]
    assert "“Social worker”" in asked[1]
    assert "“Auditor's grade” or “Moderated grade”" in asked[0]
    said = {"Social worker": "nothing", "Grade": "Auditor's grade"}
    assert not come_of(simple(heads, row), said=said).questions


def test_a_heading_that_what_stands_below_gives_the_lie_to_is_asked() -> None:
    heads = ("Ref", "Team", "Moderator", "Auditor")
    (asked,) = come_of(simple(heads, ("FSP-1", "Bow", "Mo Moderator", 46078))).questions
    assert "nothing of the kind" in asked


@pytest.mark.parametrize(
    "written",
    ["3/4/25", "03/04/2025", "3rd April 2025", "03.04.2025", "3-4-2025", "2025-04-03", "Thu 3 Apr 2025",
     "3 Apr 25", "April 3rd, 2025", date(2025, 4, 3), 45750, 45750.4, "3/4/2025 00:00"],
)  # fmt: skip
def test_a_day_may_be_written_as_british_people_write_it(written: Any) -> None:
    assert day_in(written, SHEET, TODAY, done=True) == date(2025, 4, 3)


@pytest.mark.parametrize(
    "written",
    ["31/4/2025", "4/25/2025", "Fri 3 Apr 2025", "tbc", "3/4/25 and 5/4/25", "3/4/25 (2 visits)", "April 2025",
     12, 999999, "03/04/1925", date(2026, 4, 3), "?"],
)  # fmt: skip
def test_a_day_that_is_none_or_may_be_another_is_asked(written: Any) -> None:
    with pytest.raises(NoDay) as fault:
        day_in(written, SHEET, TODAY, done=True)
    assert fault.value.write


def test_one_american_date_makes_those_of_its_column_doubtful_that_can_be_read_in_two_ways() -> None:
    assert american(["1/2/2026", "2/25/2026"])
    assert not american(["1/2/2026", "25/2/2026", "31/2/2026"])
    with pytest.raises(NoDay):
        day_in("1/2/2026", SHEET, TODAY, done=True, month_first=True)
    assert day_in("2/2/2026", SHEET, TODAY, done=True, month_first=True) == date(2026, 2, 2)
    assert day_in("25 Feb 2026", SHEET, TODAY, done=True, month_first=True) == date(2026, 2, 25)


def test_a_number_counts_from_the_day_the_workbook_counts_from() -> None:
    mac = Sheet("Sheet1", [], epoch=date(1904, 1, 1))
    assert day_in(44288, mac, TODAY, done=True) == date(2025, 4, 3)


@pytest.mark.parametrize(
    ("written", "how"),
    [("Ada Auditor", "by name"), ("Auditor, Ada", "by name"), ("AUDITOR, Ada (FSP)", "by name"),
     ("Ms Ada Auditor", "by name"),
     ("A Auditor", "by initial and surname"), ("Auditor, A.", "by initial and surname"), ("AA", "by initials"),
     ("ADA.AUDITOR@wexcombe.example", "by address"), ("Ada <ada.auditor@wexcombe.example>", "by address")],
)  # fmt: skip
def test_somebody_may_be_named_in_many_ways(written: str, how: str) -> None:
    found = DIRECTORY.find(written)
    assert (found.person.email, found.how) == (email("Ada Auditor"), how)


@pytest.mark.parametrize("written", ["Sam Twin", "Twin, S", "ST", "Ada", "Auditor", "Nobody Known", "1234",
                                     "x@y.example",
                                     "ada.auditor@wexcombe.example; mo.moderator@wexcombe.example"])  # fmt: skip
def test_nobody_is_guessed(written: str) -> None:
    with pytest.raises(Unknown) as fault:
        DIRECTORY.find(written)
    assert fault.value.write


@pytest.mark.parametrize("written", ["Nobody Known", "x@y.example"])
def test_for_somebody_the_site_has_never_met_no_other_writing_is_asked_as_the_only_remedy(
    written: str,
) -> None:
    with pytest.raises(Unknown, match="known to the site") as fault:
        DIRECTORY.find(written)
    assert "leave it as it is" in fault.value.write


@pytest.mark.parametrize(
    "written", ["Ada Auditer", "mo.moderater@wexcombe.example", "mo.moderator@wexcomb.example"]
)
def test_who_is_likely_meant_is_to_be_written_and_not_left(written: str) -> None:
    with pytest.raises(Unknown, match="meant") as fault:
        DIRECTORY.find(written)
    assert fault.value.write.partition(";")[0] == "the person's address at the council"


@pytest.mark.parametrize("written", ["ola.auditora@wexcombe.example", "ada.auditor2@wexcombe.example"])
def test_a_colleague_is_no_slip_of_another_for_having_the_councils_address(written: str) -> None:
    with pytest.raises(Unknown) as fault:
        DIRECTORY.find(written)
    assert "meant" not in str(fault.value)
    assert "leave it as it is" in fault.value.write


def test_a_team_that_is_written_once_beside_its_audits_is_the_team_of_each() -> None:
    rows = as_one([["Bow", 1], [None, 2], [], ["Poplar", 4]], [(0, 0, 2, 0)])
    assert [row[0] for row in rows] == ["Bow", "Bow", "Bow", "Poplar"]


def test_a_sheet_without_headings_is_no_sheet_of_audits() -> None:
    assert layout_of(Sheet("Key", [["Green", "on track"]]), {}, grade_of) is None
    heads = ["Ref", "Auditor", "Moderater", "SW"]
    assert layout_of(Sheet("Empty", [heads, [None, None]]), {}, grade_of) is None


@pytest.mark.parametrize(
    "names",
    [["Q1/Q2 [draft]?"], ["'Bow'"], ["x" * 31 + "1", "X" * 31 + "2"], ["History"], ["Bow\x00\ud800"]],
    ids=["signs", "apostrophes", "long and alike", "a name of Excel's", "what XML does not know"],
)
def test_sheets_that_another_program_named_come_back_each_with_its_faults_whatever_stands_in_them(
    names: list[str],
) -> None:
    cells = [float("inf"), float("nan"), 10**400, "\x00\ud800", "=cmd|' /C calc'!A0", "x" * 40_000]
    sheets = [Sheet(name, [["Auditor"], cells]) for name in names]
    faults = [Fault(name, 1, 4, cells[4], "“=cmd” is nobody", "a name") for name in names]
    copy = read_workbook(put_right(sheets, faults))
    assert len(copy.sheets) == 1 + len(names)
    assert len(copy.sheets[TO_PUT_RIGHT]) == 1 + len(names)
    for name in [*copy.sheets][1:]:
        assert copy.sheets[name][1][4] == "=cmd|' /C calc'!A0"


def test_a_file_that_claims_millions_of_merged_cells_is_refused_and_the_machine_goes_on() -> None:
    rows: list[Any] = [["Bow"] * 900, *([] for _ in range(200_000))]
    with pytest.raises(SettingsError, match="Merge & Centre"):
        as_one(rows, [(0, column, 200_000, column) for column in range(900)])


# ------------------------------------------------------------------------------------- what stands beside a person

ADA = email("Ada Auditor")
NOT_ONE_PERSON = (
    f"Pru Practitioner (covered by Ada <{ADA}>)", f"covered by Ada <{ADA}>", f"Mo Moderator <{ADA}>",
    f"Mo Moderator, Ada Auditor <{ADA}>", f"Ada Auditor <{ADA}> / Mo Moderator", f"Mo <{ADA}>", f"TBC <{ADA}>",
    f"Ada Auditor <{ADA}> (LEFT)", f"Ada Auditor <{ADA}> - not before May", f"Ada Auditor <{ADA}> ?",
    "Ada Auditor (Mo Moderator)", "Ada Auditor (covered by Mo)", "Ada Auditor?", "A Auditor (until May)",
    "Ada Auditor (on leave)", f"left: {ADA}", f"Ada Auditor or Mo Moderator <{ADA}>",
)  # fmt: skip
ONE_PERSON = (
    f"Ada Auditor <{ADA}>", f"Auditor, Ada <{ADA}>", f"AUDITOR, Ada (FSP) <{ADA}>", f"Ada <{ADA}>", f"AA <{ADA}>",
    f"Ms A. Auditor, {ADA}", f"Ada Auditor (Bow) <{ADA}>", f"Ada Auditor\n{ADA}", f"{ADA} (Ada Auditor)", ADA,
    f"<{ADA}>", f"Ada Auditor [agency, 0.6 FTE] <{ADA}>", f"Ada Auditor (01632 960001) <{ADA}>",
    f"Addie Auditor <{ADA}>",
    f"Ada Bond (née Auditor) <{ADA}>", "Ada Auditor (Bow)", "Ada Auditor (she/her)", f"Team Manager: {ADA}",
    f"Ada Auditor - Bow <{ADA}>", "Ada Auditor (Ada)", f"ada.auditor <{ADA}>",
)  # fmt: skip


def of_auditor(stands: str, *more: tuple[Any, ...]) -> Any:
    heads = ("Ref", "SW", "Team", "Auditor", "Moderator", "Type of audit")
    row = ("FSP-2026-03-001", "Pru Practitioner", "Bow", stands, "Mo Moderator", "TM")
    return come_of(simple(heads, row), more=more)


@pytest.mark.parametrize("stands", NOT_ONE_PERSON)
def test_who_is_meant_is_never_guessed_where_more_stands_beside_an_address_or_a_name(stands: str) -> None:
    come = of_auditor(stands)
    (fault,) = come.entries.faults
    assert fault.where == "Sheet1!D2"
    assert "alone" in fault.write
    assert not come.entries.entries, "and the row is held"


@pytest.mark.parametrize("stands", ONE_PERSON)
def test_a_persons_own_name_their_team_and_their_telephone_may_stand_beside_them(stands: str) -> None:
    come = of_auditor(stands)
    assert not come.entries.faults
    assert [e.allocation.auditor and e.allocation.auditor.email for e in come.entries.entries] == [ADA]


@pytest.mark.parametrize("stands", ["=Sheet2!B4", "#N/A"])
@pytest.mark.parametrize("heading", ["Team", "SW", "Type of audit", "Note"])
def test_a_formula_never_worked_out_is_no_empty_cell_and_enters_nothing(heading: str, stands: str) -> None:
    row = {
        "Ref": "FSP-2026-03-001",
        "SW": "Pru Practitioner",
        "Team": "Bow",
        "Type of audit": "TM",
        "Note": "x",
    }
    row[heading] = stands
    come = come_of(simple(tuple(row), tuple(row.values())))
    (fault,) = come.entries.faults
    assert f"“{stands}” is an error of Excel, or a formula that was never worked out" in fault.wrong
    assert not come.entries.entries


def test_a_name_that_is_a_colleagues_is_that_colleagues_and_no_slip_of_another() -> None:
    twins = "sam.twin2@wexcombe.example"
    assert not of_auditor(f"Sam Twin <{twins}>").entries.faults, "the name of both"
    (fault,) = of_auditor(f"Sam Twin <{ADA}>").entries.faults
    assert "Sam Twin" in fault.wrong
    assert "Ada Auditor" in fault.wrong


def test_somebody_may_be_called_as_another_sheet_of_the_workbook_writes_them() -> None:
    stands = f"Lovelace, A. K. <{ADA}>"
    assert of_auditor(stands).entries.faults
    assert not of_auditor(stands, ("Proposed", [["Proposed auditor"], [stands]])).entries.faults
    register = ("Auditors", [["Name", "Address", "Role", "Team", "Trained on"],
                             ["Lovelace, A. K.", ADA, "Team Manager", "Bow", date(2025, 1, 6)]])  # fmt: skip
    assert not of_auditor(stands, register).entries.faults
    assert of_auditor(f"Mo Moderator <{ADA}>", register).entries.faults
