"""What stands in a cell of “Children” or “Auditors”, in every way people write it: what is not known closes, two of one
kind are two, and what cannot be read is a fault of that cell (docs/proposing.md).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date

import pytest
from tenant import ROOT

from bot.programme.allocating.parts import Given, Part, Work
from bot.programme.allocating.rules_file import allocation_file
from bot.programme.allocating.sheet_lines import Book
from bot.programme.allocating.sheets_read import children, colleagues
from bot.programme.allocating.whole import month_of
from bot.programme.allocating.why_not import Eligible
from bot.programme.importing.sheets import Sheet, Value
from bot.programme.vocabulary import AuditType
from bot.programme.working_days import WorkingDays

FILE = allocation_file((ROOT / "config/allocation.toml").read_text(encoding="utf-8"), "allocation.toml")
MONTH = month_of(date(2026, 3, 2), WorkingDays(), 15)
CHILDREN = ("Mosaic number", "Service", "Team", "Practitioner", "Team Manager", "Group Manager", "Head of Service",
            "IRO or CP Chair", "Also involved", "Earlier auditor", "Lines of enquiry", "Leave out because")  # fmt: skip
AUDITORS = ("Name", "Address", "Role", "Team", "Teams in the last 12 months", "Trained on", "Left on", "Exempted",
            "Line manager", "Head of Service", "Own work", "Leave from", "Leave to", "Audits at most",
            "Moderations at most", "Paired with last time")  # fmt: skip
UNKNOWN = ("TBC", "tbc.", "?", "??", "Unknown", "Not known", "not allocated", "Unallocated", "To be confirmed",
           "TBC (new worker)", "awaiting allocation", "TBA", "not yet known", "(unknown)", "T.B.C.",
           "N/K", "various")  # fmt: skip
SIGNS = (0, 0.0, "0", "-", "–", "--", "n/a", "N/A", ".", "…", "\u200b")
ERRORS = (
    "#N/A",
    "#REF!",
    "#VALUE!",
    "#NAME?",
    "#DIV/0!",
    "#n/a",
    "#SPILL!",
    "#####",
    "Err:508",
    "=VLOOKUP(A2,B:C,2,0)",
)


def child(number: Value = 30001, **more: Value) -> list[Value]:
    given: dict[str, Value] = {
        "Mosaic number": number, "Service": "FSP", "Team": "FSP 1", "Practitioner": "Wes Worker",
        "Team Manager": "Tom Manager", "Head of Service": "Hes Head", "IRO or CP Chair": "none",
    }  # fmt: skip
    return [(given | more).get(title) for title in CHILDREN]


def colleague(name: str = "Ada Auditor", **more: Value) -> list[Value]:
    given: dict[str, Value] = {
        "Name": name, "Address": f"{name.replace(' ', '.')}@wexcombe.example", "Role": "Team Manager",
        "Team": "CWD 1", "Trained on": date(2025, 5, 1), "Line manager": "none", "Audits at most": 3,
    }  # fmt: skip
    return [(given | more).get(title) for title in AUDITORS]


class Read:
    """Two sheets as they are read."""

    def __init__(self, kids: Sequence[Sequence[Value]], people: Sequence[Sequence[Value]]) -> None:
        sheets = {
            "Children": Sheet("Children", [CHILDREN, *kids]),
            "Auditors": Sheet("Auditors", [AUDITORS, *people]),
        }
        self.book = Book(sheets, date(2026, 2, 1))
        self.register = colleagues(self.book, FILE)
        self.children = children(self.book, self.register)

    @property
    def said(self) -> str:
        return " ".join(self.book.notes)

    def eligible(self, kind: AuditType = AuditType.FULL_TEAM_MANAGER) -> Eligible:
        works = tuple(Work(c, kind) for c in self.children)
        return Eligible(Given(works, self.register, FILE.rules, MONTH))

    def may(self, kind: AuditType = AuditType.FULL_TEAM_MANAGER, part: Part = Part.AUDITOR) -> bool:
        """Whether the first colleague may have a part in the first child's audit, by sheets without a fault."""
        assert not self.book.faults
        eligible = self.eligible(kind)
        return eligible.why_not(eligible.given.works[0], part, 0) is None

    def told(self, word: str) -> bool:
        """Whether a word is told, by the reading or about the names of teams."""
        return word in " ".join([self.said, *self.eligible().teams.doubtful()])


def of_one(kid: Sequence[Value] = (), person: Sequence[Value] = ()) -> Read:
    return Read([kid or child()], [person or colleague()])


@pytest.mark.parametrize("title", AUDITORS)
def test_a_heading_that_was_never_worked_out_is_a_fault_of_its_cell(title: str) -> None:
    heads = [f"=Old!{n}1" if head == title else head for n, head in enumerate(AUDITORS)]
    book = Book({"Auditors": Sheet("Auditors", [heads, colleague()])}, date(2026, 2, 1))
    colleagues(book, FILE)
    n = AUDITORS.index(title)
    assert f"Auditors!{chr(65 + n)}1: “{heads[n]}” is a formula that was never worked out" in book.faults[0]


# --------------------------------------------------------------------------------------------- what is not known


@pytest.mark.parametrize("stands", [*UNKNOWN, *SIGNS])
@pytest.mark.parametrize("title", ["Team", "Practitioner"])
def test_a_child_of_whom_a_cell_says_that_it_is_not_known_goes_to_nobody(title: str, stands: Value) -> None:
    found = of_one(child(**{title: stands}))
    assert not found.may()
    assert found.told(f"“{title}”")


@pytest.mark.parametrize("stands", [*UNKNOWN, *SIGNS, None])
def test_an_iro_gets_no_child_of_whom_it_is_not_known_who_that_is(stands: Value) -> None:
    found = of_one(child(**{"IRO or CP Chair": stands}), colleague("Ira Chair", Role="IRO"))
    assert not found.may(AuditType.DIP_SAMPLE)
    assert found.told("“IRO or CP Chair”") == (stands is not None)
    assert of_one(child(), colleague("Ira Chair", Role="IRO")).may(AuditType.DIP_SAMPLE), "“none” is said"


@pytest.mark.parametrize("stands", UNKNOWN)
@pytest.mark.parametrize(
    "title", ["Also involved", "Earlier auditor", "Team Manager", "Group Manager", "Head of Service"]
)
def test_where_somebody_is_not_known_who_would_be_closed_the_child_is_held(title: str, stands: Value) -> None:
    found = of_one(child(**{title: stands}))
    assert not found.may()
    assert found.told(f"“{title}”")


@pytest.mark.parametrize("stands", UNKNOWN)
@pytest.mark.parametrize(
    "title", ["Team", "Line manager", "Teams in the last 12 months", "Own work", "Head of Service"]
)
def test_a_colleague_of_whom_a_cell_says_that_it_is_not_known_gets_nothing(title: str, stands: Value) -> None:
    found = of_one(person=colleague(**{title: stands}))
    assert not found.may()
    assert found.told(f"“{title}”")


@pytest.mark.parametrize("stands", SIGNS)
@pytest.mark.parametrize("title", ["Team", "Line manager"])
def test_a_dash_or_the_0_of_an_empty_cell_looked_up_is_an_empty_cell(title: str, stands: Value) -> None:
    assert not of_one(person=colleague(**{title: stands})).may()
    for free in ("Own work", "Teams in the last 12 months", "Left on", "Exempted", "Head of Service"):
        found = of_one(person=colleague(**{free: stands}))
        assert found.may(), free
    for free in ("Also involved", "Leave out because", "Earlier auditor", "Lines of enquiry"):
        found = of_one(child(**{free: stands}))
        assert found.may(), free
        assert not found.children[0].left_out
        assert not found.children[0].lines


TICKS = ("✓", "✔", "✔\ufe0f", "☑", "√", "●", "*", " ✓ ", "✅")
DITTOS = ('"', "〃", "″", "''", "”", "“", ",,", '- " -')
OTHER_SIGNS = ("✗", "☐", "→", "(", "/", "~", "^", "!", "•", "_ *")


@pytest.mark.parametrize("stands", TICKS)
def test_a_tick_is_a_yes_and_where_a_day_is_to_stand_a_fault(stands: str) -> None:
    assert not of_one(person=colleague(Exempted=stands)).may()
    left_out = of_one(child(**{"Leave out because": stands}))
    assert left_out.children[0].left_out == "left out by the Audit Team"
    for title in ("Left on", "Leave from", "Leave to", "Trained on"):
        faults = of_one(person=colleague(**{title: stands})).book.faults
        assert faults[0].startswith(f"Auditors!{chr(65 + AUDITORS.index(title))}2"), title


@pytest.mark.parametrize("stands", [*DITTOS, *OTHER_SIGNS, "ditto"])
def test_ditto_marks_and_signs_nobody_can_read_are_never_an_empty_cell(stands: str) -> None:
    for title in ("Exempted", "Left on", "Leave from", "Trained on", "Audits at most", "Part time"):
        more = AUDITORS.index(title) if title in AUDITORS else None
        if more is not None:
            faults = of_one(person=colleague(**{title: stands})).book.faults
            assert faults[0].startswith(f"Auditors!{chr(65 + more)}2"), title
    left_out = of_one(child(**{"Leave out because": stands}))
    assert left_out.children[0].left_out, "it is held"
    assert "Children!L2" in left_out.said or stands == "ditto"


@pytest.mark.parametrize("stands", [*DITTOS, *OTHER_SIGNS, *TICKS, "ditto"])
def test_a_sign_in_the_place_of_somebody_or_of_a_team_or_a_number_is_not_known(stands: str) -> None:
    for title in (
        "Practitioner",
        "Team",
        "Also involved",
        "Earlier auditor",
        "Team Manager",
        "Head of Service",
    ):
        found = of_one(child(**{title: stands}))
        assert not found.may(), title
        assert found.told(f"“{title}”")
    for title in ("Team", "Line manager", "Teams in the last 12 months", "Own work", "Head of Service"):
        found = of_one(person=colleague(**{title: stands}))
        assert not found.may(), title
        assert found.told(f"“{title}”")


@pytest.mark.parametrize("stands", ["✓", '"', "*"])
def test_a_sign_in_the_place_of_a_word_is_a_fault_of_that_cell(stands: str) -> None:
    (fault,) = of_one(child(Service=stands)).book.faults
    assert fault.startswith("Children!B2")


@pytest.mark.parametrize(
    "stands", ["22 January", "Nov 22", "Feb 23", "1/2", "Nov-22", "January 2026", "today", "3rd of April"]
)
@pytest.mark.parametrize("title", ["Trained on", "Left on", "Leave from"])
def test_a_day_by_which_somebody_comes_or_goes_needs_its_year(title: str, stands: str) -> None:
    (fault, *_) = of_one(person=colleague(**{title: stands})).book.faults
    assert fault.startswith(f"Auditors!{chr(65 + AUDITORS.index(title))}2")
    assert "Write " in fault


@pytest.mark.parametrize(
    "stands", ["22 Nov 2025", "22/11/2025", "22.11.25", "2025-11-22", "Sat 22 November 2025"]
)
def test_a_whole_day_is_taken_however_it_is_written(stands: str) -> None:
    assert of_one(person=colleague(**{"Trained on": stands})).register[0].trained_on == date(2025, 11, 22)


@pytest.mark.parametrize("year", [1826, 2206])
def test_a_day_in_a_year_that_cannot_be_right_is_a_fault_of_its_cell(year: int) -> None:
    (fault,) = of_one(person=colleague(**{"Leave from": date(year, 3, 1)})).book.faults
    assert fault.startswith("Auditors!L2")
    assert f"the year {year} cannot be right" in fault


@pytest.mark.parametrize("stands", ["-", "–", "n/a", "N/A", "", " ", "."])
def test_a_dash_under_how_many_at_most_is_an_empty_cell(stands: str) -> None:
    for title in ("Audits at most", "Moderations at most"):
        found = of_one(person=colleague(**{title: stands}))
        assert not found.book.faults
        assert found.register[0].audits_at_most == (3 if title != "Audits at most" else FILE.audits_at_most)
    assert of_one(person=colleague(**{"Audits at most": 0})).register[0].audits_at_most == 0


@pytest.mark.parametrize("stands", ["none", "nil"])
def test_none_at_most_may_be_no_audit_or_no_limit_so_it_is_asked(stands: str) -> None:
    (fault,) = of_one(person=colleague(**{"Audits at most": stands})).book.faults
    assert fault.startswith("Auditors!N2")
    assert "0" in fault


@pytest.mark.parametrize("stands", [None, "-", 0, "n/a"])
def test_a_colleague_without_a_role_is_told(stands: Value) -> None:
    found = of_one(person=colleague(Role=stands))
    assert not found.may()
    assert "Auditors!C2: " in found.said


@pytest.mark.parametrize(
    "stands", ["Jo Bond?", "Jo Bond (TBC)", "Ada Auditor TBC", "? Ada Auditor", "vacant, was Ada Auditor"]
)
def test_a_name_beside_which_it_says_that_it_is_not_known_holds_too(stands: str) -> None:
    assert not of_one(child(Practitioner=stands)).may()
    assert not of_one(child(**{"Also involved": stands})).may()


@pytest.mark.parametrize(
    "stands", ["SW", "student social worker", "Duty", "Agency worker", "Case closed", "Bond", "maternity cover", "J.",
               "Team Manager", "Unalloc.", "not in post", "Worker (new)", "various workers",
               "see notes"]
)  # fmt: skip
def test_what_is_no_name_in_full_is_not_known(stands: str) -> None:
    found = of_one(child(Practitioner=stands))
    assert not found.may()
    assert f"“{stands}”" in found.said
    assert not of_one(child(**{"Also involved": f"Wes Worker; {stands}"})).may()
    assert not of_one(person=colleague(**{"Line manager": stands})).may()


@pytest.mark.parametrize("title", ["Team Manager", "Group Manager", "Head of Service"])
def test_a_post_that_is_vacant_is_nobodys(title: str) -> None:
    assert of_one(child(**{title: "Vacant"})).may()
    assert not of_one(child(Practitioner="Vacant")).may()


@pytest.mark.parametrize("stands", ["none", "None", "nobody", "no one", "Not applicable"])
def test_that_there_is_none_has_to_be_said_in_a_word(stands: str) -> None:
    assert of_one(child(**{"IRO or CP Chair": stands}), colleague("Ira Chair", Role="IRO")).may(
        AuditType.DIP_SAMPLE
    )
    assert of_one(person=colleague(**{"Line manager": stands})).may()
    assert not of_one(child(Team=stands)).may(), "every child is of a team"
    assert not of_one(child(Practitioner=stands)).may(), "and somebody did the work"


@pytest.mark.parametrize("stands", ERRORS)
@pytest.mark.parametrize(
    "title", ["Mosaic number", "Team", "Service", "IRO or CP Chair", "Also involved", "Leave out because"]
)
def test_an_error_of_excel_in_a_column_that_is_used_is_a_fault_of_that_cell(title: str, stands: str) -> None:
    (fault,) = of_one(child(**{title: stands})).book.faults
    assert f"Children!{chr(65 + CHILDREN.index(title))}2" in fault
    assert stands in fault


@pytest.mark.parametrize(
    "title",
    ["Name", "Address", "Role", "Team", "Trained on", "Left on", "Own work", "Audits at most", "Exempted"],
)
def test_so_it_is_in_the_register(title: str) -> None:
    faults = of_one(person=colleague(**{title: "#N/A"})).book.faults
    assert f"Auditors!{chr(65 + AUDITORS.index(title))}2" in faults[0]


@pytest.mark.parametrize("stands", [30002, "12", date(2026, 1, 2)])
def test_what_is_no_name_is_a_fault_where_a_person_is_to_stand(stands: Value) -> None:
    for title in ("Practitioner", "Also involved", "IRO or CP Chair"):
        (fault,) = of_one(child(**{title: stands})).book.faults
        assert f"Children!{chr(65 + CHILDREN.index(title))}2" in fault
    assert of_one(child(Team=date(2026, 1, 2))).book.faults


@pytest.mark.parametrize("stands", [True, False, "Yes"])
def test_yes_is_nobodys_name(stands: Value) -> None:
    assert not of_one(child(**{"IRO or CP Chair": stands}), colleague("Ira Chair", Role="IRO")).may(
        AuditType.DIP_SAMPLE
    )
    assert not of_one(child(Practitioner=stands)).may()


def test_what_is_the_same_in_many_cells_is_told_once() -> None:
    kids = [child(30_000 + n, Practitioner="TBC", Team="#N/A" if n % 2 else "FSP 1") for n in range(60)]
    found = Read(kids, [colleague()])
    assert len(found.book.faults) == 1
    assert "and 27 more" in found.book.faults[0]
    assert sum("“Practitioner”" in note for note in found.book.notes) == 1
    kids = [child(30_000 + n, Practitioner="Ada Auditer") for n in range(60)]
    found = Read(kids, [colleague()])
    assert len(found.book.notes) == 1
    assert "Children!D2, D3, D4 and 57 more" in found.said


def test_rows_that_a_formula_filled_with_noughts_are_empty_rows() -> None:
    found = Read([child(), [0] * len(CHILDREN), ["-", 0, None, "", "n/a"]], [colleague()])
    assert not found.book.faults
    assert len(found.children) == 1


# -------------------------------------------------------------------------------------------------- several teams

TEAMS = ("FSP 1, FSP 2", "FSP 2; FSP 1", "FSP 1 & FSP 2", "FSP 1 and FSP 2", "FSP 2 / FSP 1", "FSP 1 (covering)",
         "FSP 01", "FSP One", "fsp team 1", "FSP1", "The FSP Team 1", "FSP 1 until 3 January 2026", "FSP 1/2",
         "FSP 2 and 1", "FSP Teams 1 & 2", "FSP 2+1", "(FSP 1)", "formerly FSP 1", "FSP 1 – duty", "FSP\n1", "FSP I",
         "FSP 2\nFSP 1", "FSP no. 1", "FSP-1", "FSP_1", "CWD 1 then FSP 1")  # fmt: skip


@pytest.mark.parametrize("stands", TEAMS)
@pytest.mark.parametrize("title", ["Team", "Teams in the last 12 months"])
def test_whoevers_cell_names_the_childs_team_in_any_writing_is_closed(title: str, stands: str) -> None:
    assert not of_one(person=colleague(**{title: stands})).may()


@pytest.mark.parametrize("stands", TEAMS)
def test_so_it_is_where_the_childs_own_cell_is_written_so(stands: str) -> None:
    assert not of_one(child(Team=stands), colleague(Team="FSP 1")).may()


@pytest.mark.parametrize(
    "stands", ["FSP 2", "FSP 10", "FSP 11, FSP 12", "CWD 1", "Fostering 1", "FSP 2 and FSP 3"]
)
def test_another_team_is_another(stands: str) -> None:
    found = of_one(person=colleague(Team=stands))
    assert found.may()
    assert not found.told(stands)


def test_two_teams_of_the_frame_are_two_though_the_name_of_the_one_is_in_the_others() -> None:
    kids = [child(Team="Court"), child(30002, Team="Court and Permanence")]
    assert Read(kids, [colleague(Team="Court and Permanence")]).may()
    assert not Read(kids[:1], [colleague(Team="Court and Permanence")]).may()


def test_whoevers_cell_joins_teams_in_any_way_is_closed_to_each_of_them() -> None:
    chance = random.Random(11)
    for _ in range(150):
        own = chance.sample(range(1, 13), chance.randint(1, 3))
        name = chance.choice(("FSP", "Family Support", "CWD"))
        written = [chance.choice((f"{name} {n}", f"{name} Team {n}", f"{name.lower()} {n:02}")) for n in own]
        cell = chance.choice((", ", "; ", "\n", " & ", " and ", " / ", "/", " + ", ",")).join(written)
        cell += chance.choice(("", " (part time)", " until May", "."))
        title = chance.choice(("Team", "Teams in the last 12 months"))
        kids = [child(30_000 + n, Team=f"{name} {n}") for n in range(1, 13)]
        eligible = Read(kids, [colleague(**{"Team": "Quality", title: cell})]).eligible()
        for n, work in enumerate(eligible.given.works, 1):
            may = eligible.why_not(work, Part.AUDITOR, 0) is None
            assert not (may and n in own), cell
            assert may or n in own or len(own) > 1, cell


def test_a_moderator_of_any_of_the_auditors_teams_is_closed_beside_them() -> None:
    people = [colleague(Team="CWD 1, CWD 2"), colleague("Moss Moderator", Role="Group Manager", Team="CWD 2"),
              colleague("Mae Moderator", Role="Group Manager", Team="CWD 1 & CWD 3")]  # fmt: skip
    found = Read([child()], people)
    assert not found.book.faults
    assert {1, 2} <= set(found.eligible().beside(found.register[0].person))


# ------------------------------------------------------------------------------------------------ several numbers

WORK = ("30001 30002", "30001 and 30002", "30001/30002", "30001 & 30002", "30002, 30001", "30002;30001", "30002\n30001",
        "30001.", "(30001)", "- 30002\n- 30001", "30001 + 30002", 30001, 30001.0, "30002 and 30001")  # fmt: skip


@pytest.mark.parametrize("stands", WORK)
def test_whoever_has_a_childs_number_among_their_own_work_is_closed(stands: Value) -> None:
    assert not of_one(person=colleague(**{"Own work": stands})).may()


@pytest.mark.parametrize("stands", ["30001 (Jo)", "Jo, 30001", "30001-30005", "30001 to 30005", "300,010", "30001.5",
                                    date(2026, 1, 2), True, "30", "siblings", "P-30001", "3E+06"])  # fmt: skip
def test_what_is_no_list_of_numbers_is_a_fault_of_that_cell(stands: Value) -> None:
    (fault,) = of_one(person=colleague(**{"Own work": stands})).book.faults
    assert fault.startswith("Auditors!K2")
    assert "Write " in fault


@pytest.mark.parametrize("stands", ["P30001", "030001", "p0030001"])
def test_a_number_that_is_a_childs_but_for_letters_or_noughts_closes_and_is_told(stands: str) -> None:
    found = of_one(person=colleague(**{"Own work": stands}))
    assert not found.may()
    assert found.told("Ada Auditor")
    assert "30001" not in found.said, "no child's number is told"


def test_a_child_is_one_however_the_number_is_written() -> None:
    assert not of_one(child("p30001"), colleague(**{"Own work": "P30001"})).may()
    (fault,) = Read([child("p30001"), child("P30001")], [colleague()]).book.faults
    assert "stands in a line above too" in fault
    assert Read([child("30001"), child("0030001")], [colleague()]).book.faults
    assert "may be one child" in Read([child("30001"), child("P30001")], [colleague()]).said


# ------------------------------------------------------------------------------------- somebody who stands twice


@pytest.mark.parametrize(
    ("title", "other"),
    [("Team", "FSP 1"), ("Exempted", "Yes"), ("Left on", date(2026, 2, 20)), ("Own work", 30001), ("Audits at most", 1),
     ("Line manager", "Tom Manager"), ("Role", "IRO"), ("Trained on", date(2024, 1, 1)), ("Name", "Bo Board"),
     ("Teams in the last 12 months", "FSP 1")],
)  # fmt: skip
@pytest.mark.parametrize("first", [True, False])
def test_a_persons_second_line_counts_as_the_first_does(title: str, other: Value, first: bool) -> None:
    """Either its cell counts, for the line above says nothing there, or it is a fault that names both."""
    address = "ada.auditor@wexcombe.example"
    bare: list[Value] = [{"Name": "Ada Auditor", "Address": address}.get(word) for word in AUDITORS]
    bare[AUDITORS.index(title)] = other
    lines = [colleague(), bare] if first else [bare, colleague()]
    found = Read([child()], lines)
    if colleague()[AUDITORS.index(title)] is not None:
        (fault,) = found.book.faults
        assert fault.startswith(f"Auditors!{chr(65 + AUDITORS.index(title))}3"), "the second of the two"
        assert "stands in a line above" in fault
    else:
        assert not found.may()
        assert len(found.register) == 1


def test_a_second_line_is_a_second_leave_and_may_say_the_same_once_more() -> None:
    leave = {"Leave from": date(2026, 3, 2), "Leave to": date(2026, 3, 6)}
    other = {"Leave from": date(2026, 3, 9), "Leave to": date(2026, 3, 31)}
    found = Read([child()], [colleague(**leave), colleague(**other)])
    assert not found.book.faults
    assert len(found.register[0].away) == 2


@pytest.mark.parametrize("name", ["Vacant", "TBC", "Team Manager"])
def test_a_line_of_the_register_that_is_nobodys_is_a_fault(name: str) -> None:
    (fault,) = of_one(person=colleague(name, Address="fsp.one@wexcombe.example")).book.faults
    assert fault.startswith("Auditors!A2")


def test_who_is_in_no_team_may_say_so_in_a_word() -> None:
    assert of_one(person=colleague(Team="no team")).may()


def test_two_lines_of_one_name_with_two_addresses_are_asked_about() -> None:
    found = Read([child()], [colleague(), colleague(Address="ada@wexcombe.example")])
    assert "Ada Auditor" in found.said
    assert len(found.book.notes) == 1


# ---------------------------------------------------------------------------------------------------- short names


@pytest.mark.parametrize(
    ("called", "stands"),
    [("Katherine Auditor", "Kate Auditor"), ("Catherine Auditor", "Katie Auditor"), ("Bob Auditor", "Robert Auditor"),
     ("Elizabeth Auditor", "Liz Auditor"), ("Elizabeth Auditor", "Beth Auditor"), ("Robert Auditor", "Bob Auditor"),
     ("Margaret O'Bond", "Peggy O'Bond"), ("Mohammed Reed", "Mo Reed"), ("William Auditor", "Auditor, Bill"),
     ("Elizabeth Auditor", "Elizabeth Auditor-Bond"), ("Elizabeth Auditor-Bond", "Liz Bond"),
     ("Richard Auditor", "Dick Auditor"), ("Edward Auditor", "Ted Auditor"), ("Kate Auditor", "Catherine Auditor")],
)  # fmt: skip
def test_a_short_form_of_a_colleagues_name_closes_them_and_is_told(called: str, stands: str) -> None:
    for title in ("Practitioner", "Also involved", "Earlier auditor"):
        found = of_one(child(**{title: stands}), colleague(called, Address="somebody@wexcombe.example"))
        assert not found.may(), title
        assert called in found.said
    found = of_one(
        child(Practitioner=f"{stands} <other.one@wexcombe.example>"),
        colleague(called, Address="somebody@wexcombe.example"),
    )
    assert found.may(), "an address beside it says that it is somebody else"


@pytest.mark.parametrize("stands", ["Bea Auditor", "Wes Worker", "Kate Other", "Elizabeth Auditor"])
def test_somebody_of_another_name_is_somebody_else(stands: str) -> None:
    found = of_one(child(Practitioner=stands))
    assert found.may()
    assert not found.said


# -------------------------------------------------------------------------------------------------- whatever stands

ANYTHING: tuple[Value, ...] = (
    None, 0, 1.5, True, date(2026, 1, 2), "#N/A", "TBC", "none", "-", "?", "Ada Auditor", "a@b@c", "<>", "=1", "\u200b",
    "FSP 1", "30001", "30001-2", "x" * 500, "\n\n", "Ada; Bo; TBC", "(", "[", "\\", "é", "１",
    "Mo <a@x.example> <b@x.example>", 1e300, -1, float("nan"), float("inf"),
    "Ada Auditor <ada.auditor@wexcombe.example>",
)  # fmt: skip


def test_whatever_stands_in_the_cells_nothing_is_raised_and_faults_name_their_sheet() -> None:
    chance = random.Random(5)
    for _ in range(150):
        kids = [[chance.choice(ANYTHING) for _ in CHILDREN] for _ in range(4)]
        found = Read(kids, [[chance.choice(ANYTHING) for _ in AUDITORS] for _ in range(4)])
        assert all(fault.startswith(("Children", "Auditors")) for fault in found.book.faults)
        eligible = found.eligible()
        for work in eligible.given.works:
            eligible.closed(work, Part.MODERATOR)
        for c in found.register:
            eligible.beside(c.person)
        eligible.teams.doubtful()


def test_cells_of_a_list_of_the_site_are_named_by_its_rows() -> None:
    kids = [child(30_000 + n, Team="#N/A", Practitioner="TBC") for n in range(5)]
    ids = ("", *(str(n) for n in range(11, 16)))
    sheets = {"Children": Sheet("Children", [CHILDREN, *kids], ids=ids, called="Who may be audited"),
              "Auditors": Sheet("Auditors", [AUDITORS, colleague()])}  # fmt: skip
    book = Book(sheets, date(2026, 2, 1))
    children(book, colleagues(book, FILE))
    (fault,), (note,) = book.faults, book.notes
    assert fault.startswith("the list “Who may be audited”, rows 11, 12, 13 and 2 more, “Team”: ")
    assert note.startswith("the list “Who may be audited”, rows 11, 12, 13 and 2 more, “Practitioner”: ")
