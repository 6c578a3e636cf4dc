"""The record of a draw goes from one proposal to the next: whoever has the last one repeats the first draw, and follows
each change to the list as it is (docs/proposing.md, “The draw” and “Changing it”).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from proposals.drawn_again import audited_now, drawn_again, hmac_again
from proposals.judged import read_at_once
from proposals.read_again import Row, sheets_in
from sheets_to_propose_from import AUDITORS, CHILDREN, PEOPLE, child, colleague
from tenant import ROOT

from bot.cli import main
from bot.exit_status import DONE, NEEDS_A_PERSON, WRONG_CONFIGURATION
from bot.papers.proposal import proposal_workbook
from bot.papers.spreadsheet import Table, workbook
from bot.programme.allocating.earlier import Earlier
from bot.programme.allocating.parts import Child, Month
from bot.programme.allocating.rules_file import allocation_file
from bot.programme.allocating.whole import frame_of, whole
from bot.programme.vocabulary import AuditType

MANY = "Many were changed by hand, and that is meant"
Book = dict[str, list[Row]]
Kept = dict[str, str]
LEFT = "Leave out because"


@pytest.fixture(autouse=True)
def at_once() -> Iterator[None]:
    with read_at_once():
        yield


class Council:
    """Eight children wanted, of thirty; the two sheets, and proposals made from them one after the other."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys, self.count = folder, capsys, 0
        self.wants()
        (folder / "profile.toml").write_text('[files]\nallocation = "allocation.toml"\n', encoding="utf-8")
        self.has({})

    def wants(self, tm: int = 6, ap: int = 2, dips: int = 0) -> None:
        text = (ROOT / "config/allocation.toml").read_text(encoding="utf-8")
        text = text.replace("children = 40", f"children = {tm}").replace("children = 20", f"children = {ap}")
        text = text.replace("children = 12", f"children = {dips}")
        (self.folder / "allocation.toml").write_text(text, encoding="utf-8")

    def has(self, of: dict[int, dict[str, Any]], without: int = -1, number: int = 30) -> None:
        """The sheets as they are now; `of` what is otherwise of a child."""
        more = {"IRO / CP Chair": "Ira Chair", "Lines of enquiry": "", "Audit type": ""}
        kids = [child(n, **{**more, **of.get(n, {})}) for n in range(number) if n != without]
        people = [
            *PEOPLE,
            colleague("Uwe Unwell"),
            colleague("Ian Reid", "IRO", "none", **{"Audits at most": 99}),
        ]
        heads = (*CHILDREN, "Lines of enquiry", "Audit type")
        tables = {"Children": Table(heads, kids), "Auditors": Table(AUDITORS, people)}
        (self.folder / "sheets.xlsx").write_bytes(workbook(tables))

    def proposes(self, *words: str, out: str = "") -> tuple[int, str, Book]:
        """Exit status, what was said, and the workbook that came out."""
        self.count += 1
        name = out or f"{self.count}.xlsx"
        profile = str(self.folder / "profile.toml")
        given = [
            "propose",
            str(self.folder / "sheets.xlsx"),
            "--settings",
            profile,
            "--out",
            str(self.folder / name),
        ]
        if "--month-one" not in words:
            given += ["--month-one", "2026-03-02"]
        self.capsys.readouterr()
        status = main([*given, "--today", "2026-02-18", *words])
        said = self.capsys.readouterr()
        book = sheets_in(self.folder / name) if status in (DONE, NEEDS_A_PERSON) else {}
        return status, " ".join((said.out + said.err).replace("│", " ").split()), book

    def again(self, book: Book, *words: str) -> tuple[int, str, Book]:
        """Proposed anew from a workbook in which somebody wrote."""
        tables = {}
        for name, rows in book.items():
            heads = [*rows[0]] if rows else ["-"]
            tables[name] = Table(heads, [[row.get(head) or None for head in heads] for row in rows])
        (self.folder / "kept.xlsx").write_bytes(workbook(tables))
        return self.proposes("--keep", str(self.folder / "kept.xlsx"), *words)


@pytest.fixture
def council(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Council:
    return Council(tmp_path, capsys)


@pytest.fixture
def first(council: Council) -> Book:
    _, _, frame = council.proposes()
    return council.again(frame, "--seed", "seven blue doors")[2]


def record(book: Book) -> Kept:
    return {row["What"]: row["Is"] for row in book["The draw"]}


def numbers(book: Book) -> list[str]:
    return [row["Mosaic number"] for row in book["Allocations"]]


def goes_on(then: Book, now: Book) -> None:
    """The draw of `then` is repeated from `now`, and the lines since lead to its list."""
    kept = record(now)
    assert drawn_again(kept, now["Frame"]) == drawn_again(record(then), then["Frame"])
    assert kept["HMAC-SHA256 of the frame"] == record(then)["HMAC-SHA256 of the frame"]
    drawn_from = kept.get("HMAC-SHA256 of the frame that was drawn from", kept["HMAC-SHA256 of the frame"])
    assert hmac_again(kept, now["Frame"]) == drawn_from
    assert now["Strata"] == then["Strata"]
    found = audited_now(kept, now["Frame"], now["Since the draw"])
    assert found == {row["Mosaic number"]: row["Audit type"] for row in now["Allocations"]}


def without(book: Book, *gone: str) -> Book:
    return {**book, "Allocations": [row for row in book["Allocations"] if row["Mosaic number"] not in gone]}


def at(book: Book, n: int = 0) -> int:
    """The place among the children of the sheet of a row."""
    return int(numbers(book)[n]) - 30_000


def of_frame(book: Book, number: str) -> Row:
    return next(row for row in book["Frame"] if row["Child"] == number)


# ---------------------------------------------------------------------------------------------- rows taken out by hand


def test_a_child_whose_row_was_taken_out_by_hand_never_comes_back_by_itself(
    council: Council, first: Book
) -> None:
    book, gone = first, list[str]()
    for _ in range(4):
        gone.append(numbers(book)[0])
        status, _, book = council.again(without(book, gone[-1]))
        assert status == NEEDS_A_PERSON
        assert not {*gone} & {*numbers(book)}
        assert not {*gone} & {row["Child"] for row in book["Reserve list"]}
        assert len(numbers(book)) == 8
        goes_on(first, book)
    for number in gone:
        (row,) = [row for row in book["Proposed"] if row["Number"] == number]
        assert row["Taken out because"] == "row taken out by hand"
    assert of_frame(book, gone[0])["Since the draw"] == "row taken out by hand"
    assert council.again(book)[0] == DONE, "and nothing is told of it again"


def test_a_child_whose_row_somebody_puts_back_is_audited_again(council: Council, first: Book) -> None:
    row = first["Allocations"][0]
    second = council.again(without(first, row["Mosaic number"]))[2]
    second["Allocations"].append({**row, "Audit type": "Full – Team Manager"})
    third = council.again(second)[2]
    assert row["Mosaic number"] in numbers(third)
    assert not any(line["Taken out because"] for line in third["Proposed"])
    goes_on(first, third)


# ------------------------------------------------------------------------------------------------- the record goes on


def test_where_nothing_was_changed_the_record_is_the_same(council: Council, first: Book) -> None:
    status, said, second = council.again(first)
    assert status == DONE, said
    for sheet in ("The draw", "Frame", "Strata", "Since the draw", "Reserve list", "Proposed"):
        assert sorted(map(str, second[sheet])) == sorted(map(str, first[sheet]))
    assert second["Strata"]
    assert not second["Since the draw"]


def test_a_child_who_is_left_out_is_a_line_more_and_the_first_hmac_stays(
    council: Council, first: Book
) -> None:
    number = numbers(first)[0]
    council.has({at(first): {LEFT: "moved away"}, 4: {"Team": "FSP Team 9"}}, number=31)
    _, said, second = council.again(first)
    assert "The frame is another than when its HMAC was told" in said
    goes_on(first, second)
    assert "HMAC-SHA256 of the frame as it is now" in record(second)
    lines = {(row["Child"], row["What"]): row for row in second["Since the draw"]}
    assert lines[number, "Audited for"]["Why"] == "moved away"
    assert lines[number, "In “Children”"]["Is now"] == "left out: –, now moved away"
    assert lines["30004", "In “Children”"]["Is now"] == "team: FSP Team 2, now FSP Team 9"
    assert lines["30030", "In “Children”"]["Is now"].startswith("new: service ")
    assert {row["On"] for row in second["Since the draw"]} == {"Wed 18 Feb 2026"}
    (came,) = {*numbers(second)} - {*numbers(first)}
    assert lines[came, "Audited for"]["Why"] == f"the next of the reserve list, in the place of {number}"
    status, _, third = council.again(second)
    assert status == DONE
    assert third["Since the draw"] == second["Since the draw"]
    goes_on(first, third)
    council.has({})
    fourth = council.again(third)[2]
    goes_on(first, fourth)
    assert fourth["Since the draw"][-4]["Is now"] == record(first)["HMAC-SHA256 of the frame"]
    assert [row["Is now"] for row in fourth["Since the draw"][-3:]] == [
        "as when drawn",
        "as when drawn",
        "no longer there",
    ]


def test_a_new_child_of_whom_nothing_is_said_is_one_line_and_no_more(council: Council, first: Book) -> None:
    council.has({30: {"Service": "", "Team": "", "Type of outcome": ""}}, number=31)
    second = council.again(first)[2]
    assert [row["Is now"] for row in second["Since the draw"] if row["Child"] == "30030"] == ["new:"]
    assert council.again(second)[2]["Since the draw"] == second["Since the draw"]


def test_a_frame_that_was_changed_between_the_telling_and_the_draw_is_told_ever_after(
    council: Council,
) -> None:
    frame = council.proposes()[2]
    council.has({}, number=31)
    _, _, first = council.again(frame, "--seed", "seven blue doors")
    told = record(frame)["HMAC-SHA256 of the frame"]
    assert record(first)["HMAC-SHA256 of the frame"] == told
    assert [row["Child"] for row in first["Since the draw"]] == ["30030"]
    for _ in range(2):
        status, said, again = council.again(first)
        assert status == NEEDS_A_PERSON
        assert f"The frame that was drawn from is another than when its HMAC was told: then {told}" in said
        goes_on(first, again)


@pytest.mark.parametrize(
    ("sheet", "row", "column", "value"),
    [("The draw", "Seed", "Is", "another seed"), ("The draw", "HMAC-SHA256 of the frame", "Is", "ab" * 32),
     ("The draw", "Key of the HMAC", "Is", "ab" * 16), ("The draw", "Wanted for Full – Team Manager", "Is", "7"),
     ("Frame", "30004", "Not drawn because", "ill"), ("Frame", "30004", "Drawn for", "Full – Team Manager")],
)  # fmt: skip
def test_a_record_that_was_changed_by_hand_is_a_fault(
    council: Council, first: Book, sheet: str, row: str, column: str, value: str
) -> None:
    kept = next(each for each in first[sheet] if row in each.values())
    kept[column] = "" if kept[column] == value else value
    status, said, _ = council.again(first)
    assert status == WRONG_CONFIGURATION
    assert "The draw!B" in said
    assert "was changed since" in said


def test_the_record_says_where_no_frame_was_fixed_first_and_which_draw_it_is(council: Council) -> None:
    _, said, one = council.proposes("--seed", "first try", out="p.xlsx")
    assert "The frame was not fixed before there was a seed" in said
    assert record(one)["The frame was fixed first"].startswith("no")
    assert record(one)["Draw of the cycle"] == "1"
    assert record(council.proposes("--seed", "first try", out="p.xlsx")[2])["Draw of the cycle"] == "1"
    _, said, two = council.proposes("--seed", "second try", out="p.xlsx")
    assert "This is draw 2 of the cycle" in said
    assert record(two)["Draw of the cycle"] == "2"
    assert record(council.again(two)[2])["Draw of the cycle"] == "2"


def test_a_frame_that_was_fixed_first_is_said_to_be(first: Book) -> None:
    assert record(first)["The frame was fixed first"] == "yes"


def test_around_what_the_list_holds_the_draw_is_repeated_too(council: Council) -> None:
    kids = [Child(str(70_000 + n), "FSP", f"Team {n % 4}", "CIN") for n in range(30)]
    rules = allocation_file((council.folder / "allocation.toml").read_text(encoding="utf-8")).rules
    held = {kid.number: (AuditType.FULL_TEAM_MANAGER, "") for kid in (*kids[:2], Child("R-1"))}
    listed = {kid.number: kid for kid in (*kids[:2], Child("R-1"))}
    listed[kids[0].number] = replace(kids[0], left_out="withdrawn in the list")
    month = Month((date(2026, 3, 2),), date(2026, 3, 2))
    found = whole(
        frame_of(kids, rules, "key"), (), rules, month, "x", Earlier(kept=held), listed, "Mon 2 Mar 2026"
    )
    (council.folder / "p.xlsx").write_bytes(proposal_workbook(found))
    book = sheets_in(council.folder / "p.xlsx")
    assert record(book)["In the list already for Full – Team Manager"] == "3"
    assert of_frame(book, kids[0].number)["In the list"] == "withdrawn in the list"
    assert len(book["Allocations"]) == 8
    goes_on(book, book)


# ------------------------------------------------------------------------------------------------- what people write


def test_a_type_of_audit_changed_by_hand_draws_one_more_and_that_is_told(
    council: Council, first: Book
) -> None:
    row = next(row for row in first["Allocations"] if row["Audit type"] == "Full – Team Manager")
    row["Audit type"] = "Full – Advanced Practitioner"
    status, said, second = council.again(first)
    assert status == NEEDS_A_PERSON
    assert "Full – Team Manager: 1 more drawn by lot" in said
    goes_on(council.again(second)[2], second)


def test_a_confirmed_row_whose_child_is_gone_is_asked_about_and_another_has_the_next_of_its_stratum(
    council: Council, first: Book
) -> None:
    council.has({}, without=at(first))
    gone = of_frame(first, numbers(first)[0])
    _, said, second = council.again(first)
    assert "Allocations!A2: no child of its number stands in “Children” any more" in said
    (came,) = {*numbers(second)} - {*numbers(first)}
    alike = [row["Child"] for row in first["Reserve list"] if row["Its team"] == gone["Its team"]]
    assert came == alike[0]
    goes_on(first, second)
    first["Allocations"][0]["Confirmed on"] = "2026-02-17"
    status, said, _ = council.again(first)
    assert status == WRONG_CONFIGURATION
    assert "Allocations!A2: this row is confirmed, and no child of its number" in said


@pytest.mark.parametrize(
    ("value", "reads"),
    [("17/02/2026", "46070"), ("2026-02-17", "46070"), ("yes", None), ("No", ""), ("-", ""), ("", ""),
     ("No - HoS objects", None), ("awaiting HoS", None), ("TBC", None), ("pending", None)],
)  # fmt: skip
def test_a_row_is_confirmed_by_a_day_and_by_nothing_else(
    council: Council, first: Book, value: str, reads: str | None
) -> None:
    first["Allocations"][2]["Confirmed on"] = value
    status, said, second = council.again(first)
    if reads is None:
        assert status == WRONG_CONFIGURATION
        assert "Allocations!I4: “" in said
    else:
        assert [row["Confirmed on"] for row in second["Allocations"]].count(reads) == (1 if reads else 8)


def _slipped(rows: list[Row]) -> None:
    names = [row["Auditor"] for row in rows]
    for row, name in zip(rows, [names[-1], *names[:-1]], strict=True):
        row["Auditor"] = name


def _sorted_alone(rows: list[Row]) -> None:
    for row, number in zip(rows, sorted(row["Mosaic number"] for row in rows), strict=True):
        row["Mosaic number"] = number


@pytest.mark.parametrize("hand", [_slipped, _sorted_alone])
def test_where_a_third_of_the_people_are_others_at_once_it_asks_whether_a_column_slipped(
    council: Council, first: Book, hand: Callable[[list[Row]], None]
) -> None:
    hand(first["Allocations"])
    status, said, _ = council.again(first)
    assert status == WRONG_CONFIGURATION
    assert "are not those that were proposed. Did the column slip, or was it sorted alone?" in said
    next(row for row in first["The draw"] if row["What"] == MANY)["Is"] = "yes"
    status, _, second = council.again(first)
    assert status in (DONE, NEEDS_A_PERSON)
    assert not record(second)[MANY], "and the next time it is asked again"


# ------------------------------------------------------------------------------------------------- lines of enquiry


def lines_of(book: Book) -> list[str]:
    return sorted(row["Line of enquiry"] for row in book["Allocations"])


@pytest.mark.parametrize("other", ["Voice of the Child", "Voice of the child.", "voice  of the child"])
def test_a_line_of_enquiry_is_one_however_it_is_written(council: Council, other: str) -> None:
    council.wants(0, 0, 10)
    council.has({n: {"Lines of enquiry": other if n % 3 == 0 else "Voice of the child"} for n in range(30)})
    _, _, book = council.proposes("--seed", "x")
    assert lines_of(book) == ["Voice of the child"] * 10
    assert {row["Fits the lines"] for row in book["Frame"]} == {"Voice of the child"}


def test_a_service_a_team_and_an_outcome_type_are_one_stratum_however_they_are_written(
    council: Council,
) -> None:
    council.wants(6, 6, 0)
    tidy = {"Service": "Family Support", "Team": "FSP Team 1", "Outcome type": "CIN"}
    council.has(dict.fromkeys(range(30), tidy))
    _, shown, first = council.proposes("--seed", "x")
    council.has(
        {
            **dict.fromkeys(range(30), tidy),
            3: {"Service": "family support", "Team": "fsp team 1", "Outcome type": "CiN"},
            4: {"Service": "Family  support", "Team": "FSP Team 01", "Outcome type": "cin"},
        }
    )
    _, again, second = council.proposes("--seed", "x")
    numbers = [[row["Mosaic number"] for row in book["Allocations"]] for book in (first, second)]
    assert numbers[0] == numbers[1]
    assert {row["Its team"] for row in second["Frame"]} == {"FSP Team 1"}
    assert again.replace("2.xlsx", "1.xlsx") == shown


def test_dips_chosen_by_people_without_a_line_count_for_the_one_with_the_fewest(council: Council) -> None:
    council.wants(0, 0, 10)
    chosen = {n: {"Audit type": "Dip sample"} for n in range(5)}
    council.has({**chosen, **{n: {"Lines of enquiry": "Visits\nPlans"} for n in range(5, 30)}})
    _, _, book = council.proposes("--seed", "x")
    assert lines_of(book) == ["Plans"] * 10 + ["Visits"] * 10
    drawn = drawn_again(record(book), book["Frame"])
    assert {kind: len(those) for kind, those in drawn.items() if those} == {
        "Dip sample, Plans": 7,
        "Dip sample, Visits": 8,
    }
    assert council.again(book)[2]["Since the draw"] == []


def test_a_line_with_more_dips_than_the_guide_has_or_with_none_is_told(council: Council) -> None:
    council.wants(0, 0, 10)
    council.has({n: {"Audit type": "Dip sample", "Lines of enquiry": "Visits"} for n in range(16)})
    assert (
        "Dip sample, Visits: these are 16, and the guide asks for 10 to 15."
        in council.proposes("--seed", "x")[1]
    )


# ----------------------------------------------------------------------------------------------------- settings, seeds


def test_numbers_in_the_settings_that_are_not_the_guides_are_remarked_on_once(council: Council) -> None:
    council.wants(5, 20, 30)
    status, said, _ = council.proposes("--seed", "x")
    told = "other numbers than the guide: 5 children for “Full – Team Manager” (at least 40); 30 dip samples"
    assert said.count(told) == 1
    council.wants(40, 20, 12)
    assert "other numbers than the guide" not in council.proposes("--seed", "x")[1]
    assert status in (DONE, NEEDS_A_PERSON)


@pytest.mark.parametrize(
    ("words", "what"),
    [(["--month-one", "1999-01-01"], "January 1999 is long gone"),
     (["--seed", "blue \udcff door"], "this cannot be read out and typed again"),
     (["--seed", "blue \x07 door"], "this cannot be read out and typed again")],
)  # fmt: skip
def test_a_month_long_gone_and_a_seed_that_is_no_text_are_refused_in_a_sentence(
    council: Council, words: list[str], what: str
) -> None:
    status, said, _ = council.proposes(*words)
    assert status == WRONG_CONFIGURATION
    assert what in said
