"""A column whose heading was changed is used no more: where it keeps people from audits, nothing is proposed (§6)."""

from __future__ import annotations

from datetime import date

import pytest

from bot.programme.allocating.lost_columns import columns_kept, lost_columns
from bot.programme.allocating.not_read import OURS, not_read
from bot.programme.allocating.record import DRAW
from bot.programme.allocating.sheet_lines import Book
from bot.programme.allocating.sheets_read import lines_in
from bot.programme.allocating.told_by_letter import MOST_TOLD, notes_in_a_letter, without_the_cell
from bot.programme.importing.sheets import Marks, Sheet

REGISTER = ["Name", "Address", "Role", "Team", "Trained on"]
FRAME = ["Mosaic number", "Team", "Social worker"]


def faults(name: str, headings: list[str], saved: list[str] | None = None, above: int = 0) -> list[str]:
    sheets = [Sheet(name, [*[["For the meeting"]] * above, headings])]
    if saved is not None:
        kept = columns_kept([Sheet(name, [saved])])
        sheets.append(Sheet(DRAW, [("What", "Is"), *kept]))
    book = Book({sheet.name: sheet for sheet in sheets}, date(2026, 3, 2))
    lost_columns(book)
    return book.faults


@pytest.mark.parametrize(
    ("heading", "meant"),
    [
        ("Exempted by HoS", "Exempted"), ("EXEMPT?", ""), ("Is exempted", "Exempted"), ("Exemption", "Exempted"),
        ("Left date", "Left on"), ("Date left", "Left on"), ("Leave starts", "Leave from"), ("Own cases", "Own work"),
        ("Leaver", "Left on"), ("End date", "Left on"), ("Contract end", "Left on"), ("Resignation", "Left on"),
        ("Sickness", "Leave from"), ("Long-term absence", "Leave from"), ("Maternity", "Leave from"),
        ("Leave ends", "Leave to"), ("Do not use", "Exempted"), ("Unavailable", "Exempted"),
        ("Not auditing", "Exempted"), ("Opt out", "Exempted"), ("Auditing this cycle?", "Exempted"),
        ("Previous team", "Teams in the last 12 months"), ("Conflicts of interest", "Exempted"),
        ("Family members", "Own work"), ("Contract ends", "Left on"),
        ("Line manager's name", "Line manager"), ("Manager name", "Line manager"), ("HoS name", "Head of Service"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("above", [0, 3])
def test_a_heading_that_is_nearly_one_that_closes_somebody_stops_and_is_told_by_its_cell(
    heading: str, meant: str, above: int
) -> None:
    found = faults("Auditors", [*REGISTER, heading], above=above)
    assert len(found) == bool(meant)
    if meant:
        assert found[0].startswith(f"Auditors: the heading in F{above + 1} is nearly “{meant}”")


@pytest.mark.parametrize("name", ["AUDITORS", "auditors", "Auditors "])
def test_a_sheet_is_known_in_whatever_letters_its_name_is_written(name: str) -> None:
    (found,) = faults(name, [*REGISTER, "Exempted by HoS"])
    assert "is nearly “Exempted”" in found
    ((what, said),) = columns_kept([Sheet(name, [REGISTER])])
    assert (what, said.split("; ")) == ("Columns of the sheet “Auditors”", REGISTER)
    (gone,) = faults(name, REGISTER, [*REGISTER, "Exempted"])
    assert "the column “Exempted” stood there" in gone


@pytest.mark.parametrize("heading", ["IRO name", "The team manager (TM)", "Also involved?!", "Withdrawn by"])
def test_of_the_children_too_whatever_closes_somebody_is_not_lost_by_its_heading(heading: str) -> None:
    assert len(faults("Children", [*FRAME, heading])) == (heading != "Also involved?!")


@pytest.mark.parametrize(
    "heading",
    [
        "Previous worker",
        "Co-worker",
        "Reviewing Officer",
        "Manager",
        "Service Manager",
        "Conflict of interest",
    ],
)
def test_of_the_children_too_another_word_for_what_closes_somebody_stops(heading: str) -> None:
    (found,) = faults("Children", [*FRAME, heading])
    assert "and the column is not used" in found


def test_a_column_that_is_there_is_not_missed_for_another_of_its_kind() -> None:
    assert faults("Auditors", [*REGISTER, "Left on", "End date", "Leave from", "Sickness"]) == []


@pytest.mark.parametrize(
    "heading",
    ["Phone", "Date of birth", "Payroll number", "Team phone", "Notes", "Role since", "Audits so far", ""],
)
def test_a_heading_of_something_else_stops_nothing(heading: str) -> None:
    assert faults("Auditors", [*REGISTER, heading]) == []
    assert faults("Children", [*FRAME, heading]) == []


def test_a_column_that_stood_there_when_the_proposal_was_saved_is_missed() -> None:
    saved = [*REGISTER, "Own work", "Exempted", "Audits at most"]
    assert faults("Auditors", saved, saved) == []
    assert faults("Auditors", [*saved, "Line manager"], saved) == [], "one more is none lost"
    (found,) = faults("Auditors", [*REGISTER, "Children she knows", "Exempted", "Audits at most"], saved)
    assert "the column “Own work” stood there when the proposal was saved" in found
    (found,) = faults("Auditors", [*REGISTER, "Own work", "Exempted by HoS", "Audits at most"], saved)
    assert "“Exempted”" in found, "once"
    assert len(faults("Auditors", REGISTER, saved)) == 3
    assert faults("Auditors", REGISTER, [*REGISTER, "Phone"]) == [], "what is not used is not missed"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Children!E5: “Robin Carter” may be Ada Auditor, and nobody can tell.",
         "Children!E5: what stands there may be Ada Auditor, and nobody can tell."),
        ("Children!E5, E6 and 57 more: “Robin” is odd; write “Robin Carter”. Then go on.",
         "Children!E5, E6 and 57 more: what stands there. Then go on."),
        ("the list “Auditors”, row 3, “Own work”: “1000001 or so” is no number.",
         "the list “Auditors”, row 3, “Own work”: what stands there is no number."),
        ("Auditors!row 3: P1000001 stands twice.", "Auditors!row 3: … stands twice."),
        ("Auditors: the column “Phone” is not used.", "Auditors: the column “Phone” is not used."),
        ("Auditors: the column “of 1000001” is not used.", "Auditors: a column is not used"),
        ("Auditors: the column “A” “Robin” is not used.", "Auditors: a column is not used"),
        ("The sheet “Kim Child (see “A”)” is not used: what counts is “Allocations”.",
         "One sheet is not used: what counts is “Allocations”."),
        ("The 2 sheets “Kim Child!E5: x”, “Robin” are not used: what counts is “Children” and “Auditors”.",
         "2 sheets are not used: what counts is “Children” and “Auditors”."),
        ("1000001 is drawn.", "… is drawn."),
    ],
)  # fmt: skip
def test_a_letter_tells_of_a_cell_where_it_is_and_never_what_stands_in_it(said: str, told: str) -> None:
    assert without_the_cell(said) == told


def test_all_notes_are_told_in_a_letter_or_how_many_more_there_are() -> None:
    notes = [f"Children!E{n}: “Robin” is odd." for n in range(1, MOST_TOLD + 4)]
    assert notes_in_a_letter(notes[:2]) == [
        "Noted: Children!E1: what stands there is odd.", "Noted: Children!E2: what stands there is odd.",
    ]  # fmt: skip
    assert len(notes_in_a_letter(notes[:MOST_TOLD])) == MOST_TOLD
    assert notes_in_a_letter(notes)[MOST_TOLD:] == ["And 3 more such notes; audit-bot propose tells all."]


# ------------------------------------------------------------------------------------- what stands beside the table


def noted(*sheets: Sheet) -> list[str]:
    book = Book({sheet.name: sheet for sheet in sheets}, date(2026, 3, 2))
    not_read(book)
    return book.notes


def register(*below: list[str | None], marks: Marks = Marks()) -> Sheet:  # noqa: B008
    return Sheet(
        "Auditors", [["For the meeting"], REGISTER, ["Ada Auditor", "ada@x.example"], *below], marks=marks
    )


def test_a_tidy_workbook_has_nothing_beside_its_tables() -> None:
    marks = Marks(comments=((1, 0),), hidden_rows=(7,))  # help at a heading, and a hidden row that is empty
    ours = [Sheet(name, [["a", "b"], ["c"]]) for name in sorted(OURS)]
    assert noted(register(["Una Unwell"], marks=marks), Sheet("Sheet3", []), *ours) == []


def test_what_stands_under_no_heading_is_told_by_its_cell() -> None:
    (note,) = noted(
        register(["Una Unwell", None, None, None, None, None, "left 3 January"], [None] * 8 + ["x"])
    )
    assert note.startswith("Auditors!G4, I5: this stands under no heading, and is not read.")
    assert "January" not in note


@pytest.mark.parametrize(
    ("marks", "begins"),
    [
        (Marks(comments=((2, 0), (8, 3))), "Auditors!A3, D9: comments are not read."),
        (
            Marks(struck=((2, 0), (2, 1), (9, 9))),
            "Auditors!A3, B3: this is struck through, and counts all the same. What is not to count must be deleted.",
        ),
        (Marks(hidden_rows=(2,)), "Auditors!row 3: nobody sees this, for it is hidden, and it counts."),
    ],
)
def test_what_people_say_otherwise_than_in_a_cell_is_told(marks: Marks, begins: str) -> None:
    (note,) = noted(register(marks=marks))
    assert note.startswith(begins)
    assert ("headed for it" in note) == bool(marks.comments)
    assert without_the_cell(note) == note, "and a letter may say it"


def test_sheets_that_are_not_used_are_told_in_one_sentence() -> None:
    others = [Sheet(name, [["Ada Auditor"]]) for name in ("Exemptions", "Allocations (2)")]
    (note,) = noted(register(), *others)
    assert note == (
        "The 2 sheets “Exemptions”, “Allocations (2)” are not used: what counts is “Children” and “Auditors”."
    )
    assert without_the_cell(note) == "2 sheets are not used: what counts is “Children” and “Auditors”."
    (note,) = noted(register(), others[0])
    assert without_the_cell(note) == "One sheet is not used: what counts is “Children” and “Auditors”."
    hidden = Sheet("Leavers", [["Ada Auditor"]], marks=Marks(unseen=True))
    (note,) = noted(register(), hidden)
    assert note.startswith("The sheet “Leavers” (hidden) is not used")
    (note,) = noted(register(), hidden, others[0])
    assert note.startswith("The 2 sheets “Leavers” (hidden), “Exemptions” are not used")
    assert "Leavers" not in without_the_cell(note)


@pytest.mark.parametrize("other", ["Auditors ", " AUDITORS", "auditors\u00a0"])
def test_of_two_sheets_of_one_name_nobody_can_tell_which_counts(other: str) -> None:
    for names in (("Auditors", other), (other, "Auditors")):
        book = Book({name: Sheet(name, [REGISTER]) for name in names}, date(2026, 3, 2))
        not_read(book)
        (fault,) = book.faults
        which = " and ".join(f"“{name}”" for name in names)
        assert fault == (
            f"The sheets {which} are both called “Auditors”, and nobody can tell which counts. Keep one of them."
        )
    of_the_site = Sheet("Auditors", [REGISTER], ids=("", "1"), called="Auditors")
    book = Book({"Auditors": of_the_site, other: Sheet(other, [REGISTER])}, date(2026, 3, 2))
    not_read(book)
    assert not book.faults, "the list of the site counts"


@pytest.mark.parametrize("rows_above", [1, 3])
def test_headings_are_the_row_in_which_most_are_known_for_every_reader(rows_above: int) -> None:
    group: list[str | None] = ["Name", None, "Role", "Team", "Left on (HR)"]
    below = ["Ada Auditor", "ada.auditor@x.example", "Team Manager", "FSP 1", date(2025, 5, 1), "x"]
    sheet = Sheet("Auditors", [*[group] * rows_above, [*REGISTER, "Exempted by HoS"], below])
    book = Book({"Auditors": sheet}, date(2026, 3, 2))
    (line,) = lines_in(book, "Auditors", cells=True)
    assert (line.row, line.text("name")) == (rows_above + 1, "Ada Auditor")
    assert "fsp" in book.places
    assert not book.faults
    lost_columns(book)
    assert book.faults[0].startswith(f"Auditors: the heading in F{rows_above + 1} is nearly “Exempted”")
