"""What the Audit Team puts right in the record of a cycle counts, is kept, and is never written over (§8)."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from random_cycles import BEGINS, CYCLE, DOMAINS, audits

from bot.papers.reports.record_workbook import record_workbook, recorded, stands_so_already
from bot.papers.workbook_read import ReadBook, read_workbook
from bot.programme.reports.audit_record import AgreedAction, AuditRecord, Contact, Finding, Said, Source
from bot.programme.reports.concerns import CONCERNS
from bot.programme.reports.counted import auditors_grade, final_grade, moderated_grade
from bot.programme.reports.cycle_counts import cycle_counts
from bot.programme.reports.cycle_record import FACTS, CycleRecord, Recorded, cycle_record
from bot.programme.reports.record_merged import AS_THE_FORMS, KEEP, State
from bot.programme.reports.record_sheet import Cell, Sheet, in_words
from bot.programme.vocabulary import Grade

LATER = date(2026, 6, 30)
SOURCE = Source("auditor", "audit.docx", "0" * 64, BEGINS)
MODERATOR = Source("moderator", "moderated.docx", "1" * 64, BEGINS)


def cycle(seed: int = 7, most: int = 12) -> list[AuditRecord]:
    """Audits whose forms say something in every sheet."""
    found = []
    for n, r in enumerate(audits(seed, most)):
        actions = tuple(
            AgreedAction(f"Visit {k}", "Pru", day, day.isoformat() if day else "soon", "", "", "", SOURCE)
            for k, day in enumerate((BEGINS, None)[: n % 3])
        )  # fmt: skip
        forms = replace(
            r.forms, actions=actions, sources=(SOURCE, MODERATOR),
            kloes=tuple(replace(k, source=SOURCE) for k in r.forms.kloes),
            findings=tuple(Finding("Planning", "well", f"Steady {n}", each) for each in (SOURCE, MODERATOR)),
            said=(Said("practitioner", "Helpful", SOURCE),),
        )  # fmt: skip
        found.append(AuditRecord(r.standing, forms))
    return found


def made(records: list[AuditRecord], before: Recorded | None = None, day: date = LATER) -> CycleRecord:
    return cycle_record(records, (), before or Recorded(), day)


def saved(record: CycleRecord) -> Recorded:
    """Written to a workbook and read again."""
    return recorded(read_workbook(record_workbook("FSP", LATER, record)))


def edited(book: Recorded, sheet: str, row: str, column: str, to: Cell) -> Recorded:
    old = book.found[sheet]
    at = old.columns.index(column)
    rows = dict(old.rows)
    rows[row] = (*rows[row][:at], to, *rows[row][at + 1 :])
    return replace(book, found={**book.found, sheet: Sheet(old.columns, rows)})


def with_rows(book: Recorded, sheet: str, rows: dict[str, tuple[Cell, ...]]) -> Recorded:
    return replace(book, found={**book.found, sheet: Sheet(book.found[sheet].columns, rows)})


def of(records: Iterable[AuditRecord], reference: str) -> AuditRecord:
    return next(r for r in records if r.reference == reference)


def full(records: list[AuditRecord]) -> AuditRecord:
    return next(
        r for r in records if moderated_grade(r.standing, LATER) and not r.standing.allocation.withdrawn
    )


def other(grade: Grade | None) -> Grade:
    return Grade.INADEQUATE if grade is not Grade.INADEQUATE else Grade.GOOD


@pytest.mark.parametrize("seed", range(6))
def test_a_record_nobody_touched_says_what_list_and_forms_say(seed: int) -> None:
    records = cycle(seed)
    first = made(records)
    book = saved(first)
    again = made(records, book)
    assert again.records == records
    assert again.corrections == []
    assert stands_so_already(again, book)


def test_what_is_read_back_from_the_rows_is_what_the_forms_said() -> None:
    """With one cell corrected, all else of that audit is read from cells and equal to what stood in its forms."""
    records = cycle()
    for r in records:
        if not r.forms.actions:
            continue
        book = edited(saved(made(records)), "Actions", f"{r.reference}/act/1", "State", "Done")
        found = of(made(records, book).records, r.reference)
        assert replace(found.forms.actions[0], status="") == r.forms.actions[0]
        assert found.forms.actions[1:] == r.forms.actions[1:]
        assert replace(found.forms, actions=(), corrected=()) == replace(r.forms, actions=())


def test_a_corrected_grade_counts_in_every_number_and_the_others_do_not_move() -> None:
    records = cycle()
    r = full(records)
    to = other(auditors_grade(r.standing, LATER))
    book = edited(saved(made(records)), "Audits", r.reference, "Auditor's grade", to.in_full)
    record = made(records, book)
    assert auditors_grade(of(record.records, r.reference).standing, LATER) is to
    before = cycle_counts(CYCLE, records, LATER, DOMAINS).numbers
    after = cycle_counts(CYCLE, record.records, LATER, DOMAINS).numbers
    assert after["auditor's grade", to.value] == before["auditor's grade", to.value] + 1
    assert all(
        after[n] == before[n]
        for n in before
        if n[0] not in ("auditor's grade", "matrix", "moved", "by auditor")
    )
    assert of(record.records, r.reference).forms.corrected


@pytest.mark.parametrize(
    ("column", "read"), [("Moderated grade", moderated_grade), ("Final grade", final_grade)]
)
def test_moderated_and_final_grades_can_be_put_right_and_taken_away(column: str, read) -> None:  # type: ignore[no-untyped-def]
    records = cycle()
    r = full(records)
    for to in (other(read(r.standing, LATER)), None):
        book = edited(saved(made(records)), "Audits", r.reference, column, to and to.in_full)
        if to is None and read(r.standing, LATER) is None:
            continue
        assert read(of(made(records, book).records, r.reference).standing, LATER) is to


def test_contacts_dates_and_domain_grades_can_be_put_right() -> None:
    records = cycle()
    r = full(records)
    book = saved(made(records))
    book = edited(book, "Audits", r.reference, "Family's view", "obtained")
    book = edited(book, "Audits", r.reference, "Returned on", date(2026, 3, 4))
    domain = next(iter(r.forms.domain_grades))
    row = next(
        name for name, cells in book.found["Domain grades"].rows.items() if cells[:2] == (r.reference, domain)
    )
    book = edited(book, "Domain grades", row, "Moderated grade", "RI")
    found = of(made(records, book).records, r.reference)
    assert found.forms.family is Contact.OBTAINED
    assert found.standing.on(next(m for m in r.standing.reached if m == "audit returned")) == date(2026, 3, 4)
    assert found.forms.moderated_domain_grades[domain] is Grade.REQUIRES_IMPROVEMENT


@pytest.mark.parametrize(
    ("column", "to", "why"),
    [
        ("Auditor's grade", "Fairly good", "is no grade"), ("Returned on", "last week", "is no day"),
        ("Family's view", "maybe", "is none of"), ("Auditor", "Somebody Else", "put it right there as well"),
        ("Re-audit grade", "Good", "the re-audit's own row"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_kept_shown_and_told_and_counts_for_nothing(
    column: str, to: str, why: str
) -> None:
    records = cycle()
    r = full(records)
    record = made(records, edited(saved(made(records)), "Audits", r.reference, column, to))
    assert of(record.records, r.reference).standing == r.standing
    assert record.sheets["Audits"].counts.cell(r.reference, column) == to
    assert [why in remark for remark in record.remarks.values()] == [True]
    assert record.asked == 1


def test_a_correction_outlives_every_refresh_and_any_new_row_above_it() -> None:
    records = cycle()
    r = next(r for r in records if len(r.forms.actions) > 1)
    book = edited(saved(made(records)), "Actions", f"{r.reference}/act/2", "State", "Done")
    new = replace(r.forms.actions[0], what="Something new")
    for _ in range(3):
        record = made(records, book)
        assert [a.status for a in of(record.records, r.reference).forms.actions if a.what == "Visit 1"] == [
            "Done"
        ]
        assert [c.state for c in record.corrections] == [State.COUNTS]
        book = saved(record)
        r = replace(r, forms=replace(r.forms, actions=(new, *(a for a in r.forms.actions if a != new))))
        records = [r if each.reference == r.reference else each for each in records]


def conflict() -> tuple[list[AuditRecord], AuditRecord, Recorded]:
    """A finding's text that was put right, and that the form says differently since."""
    records = cycle()
    r = records[0]
    book = edited(saved(made(records)), "Findings", f"{r.reference}/finding/1", "Finding", "Put right")
    changed = replace(
        r, forms=replace(r.forms, findings=(replace(r.forms.findings[0], text="Anew"), r.forms.findings[1]))
    )
    return [changed, *records[1:]], changed, book


def test_where_form_and_correction_both_changed_a_person_is_asked_until_they_decide() -> None:
    records, r, book = conflict()
    for _ in range(3):
        record = made(records, book)
        (correction,) = record.corrections
        assert (correction.state, correction.to, correction.was, correction.forms) == (
            State.BOTH,
            "Put right",
            "Steady 0",
            "Anew",
        )
        assert of(record.records, r.reference).forms.findings[0].text == "Put right"
        assert record.asked == 1
        book = saved(record)


@pytest.mark.parametrize(("word", "text", "left"), [(KEEP, "Put right", 1), (AS_THE_FORMS, "Anew", 0)])
def test_a_decision_ends_the_question_for_good(word: str, text: str, left: int) -> None:
    records, r, book = conflict()
    name = made(records, book).corrections[0].name
    for _ in range(3):
        record = made(records, replace(book, decided={name: word} if not _ else {}))
        assert of(record.records, r.reference).forms.findings[0].text == text
        assert len(record.corrections) == left
        assert record.asked == 0
        book = saved(record)


def test_a_row_added_by_hand_counts_and_is_kept_with_a_name_of_its_own() -> None:
    records = cycle()
    r = records[0]
    raw = read_workbook(record_workbook("FSP", LATER, made(records)))
    line = (None, r.reference, "Ring the school", "Pru", BEGINS, None, None, None, None, None)
    raw.sheets["Actions"] = (*raw.sheets["Actions"], line)
    book = recorded(raw)
    for _ in range(3):
        record = made(records, book)
        added = of(record.records, r.reference).forms.actions[-1]
        assert (added.what, added.who, added.by) == ("Ring the school", "Pru", BEGINS)
        assert [c.state for c in record.corrections] == [State.ADDED]
        book = saved(record)


def test_a_row_of_no_audit_of_the_cycle_is_kept_and_told() -> None:
    records = cycle()
    book = saved(made(records))
    rows = {**book.found["Feedback"].rows, "x": ("FSP-2020-01-001", "parents or carers", "Thank you", None)}
    record = made(records, with_rows(book, "Feedback", rows))
    assert record.records == records
    assert "x" in record.sheets["Feedback"].counts.rows
    assert record.asked == 1


def test_a_row_taken_out_stays_out_until_it_is_wanted_back() -> None:
    records = cycle()
    r = next(r for r in records if len(r.forms.actions) > 1)
    name = f"{r.reference}/act/1"
    book = saved(made(records))
    book = with_rows(book, "Actions", {n: c for n, c in book.found["Actions"].rows.items() if n != name})
    for _ in range(2):
        record = made(records, book)
        assert of(record.records, r.reference).forms.actions == r.forms.actions[1:]
        (correction,) = record.corrections
        assert correction.state is State.TAKEN_OUT
        book = saved(record)
    back = made(records, replace(book, decided={correction.name: AS_THE_FORMS}))
    assert back.records == records
    assert back.corrections == []


def test_no_audit_is_taken_out_by_a_deleted_row() -> None:
    records = cycle()
    book = saved(made(records))
    record = made(records, with_rows(book, "Audits", dict(list(book.found["Audits"].rows.items())[1:])))
    assert [r.standing for r in record.records] == [r.standing for r in records]
    assert [c.state for c in record.corrections] == [State.PUT_BACK]


def test_a_corrected_row_that_its_form_no_longer_has_is_kept_and_asked_about() -> None:
    records = cycle()
    r = next(r for r in records if r.forms.actions)
    book = edited(saved(made(records)), "Actions", f"{r.reference}/act/1", "Who", "Tia")
    gone = [replace(e, forms=replace(e.forms, actions=())) if e is r else e for e in records]
    record = made(gone, book)
    assert [c.state for c in record.corrections] == [State.ORPHAN]
    assert [a.who for a in of(record.records, r.reference).forms.actions] == ["Tia"]
    name = record.corrections[0].name
    dropped = made(gone, replace(saved(record), decided={name: AS_THE_FORMS}))
    assert of(dropped.records, r.reference).forms.actions == ()
    kept = made(gone, replace(saved(record), decided={name: KEEP}))
    assert [c.state for c in kept.corrections] == [State.ADDED]


def test_columns_in_another_order_a_sheet_sorted_and_a_column_of_their_own_change_nothing() -> None:
    records = cycle()
    raw = read_workbook(record_workbook("FSP", LATER, made(records)))
    drawn = random.Random(1)
    for name, rows in raw.sheets.items():
        if name in (*FACTS, "Read me", "Corrections") or name.startswith("as written"):
            continue
        order = list(range(1, len(rows[0])))
        drawn.shuffle(order)
        body = [*rows[1:]]
        drawn.shuffle(body)
        head = (rows[0][0], *(rows[0][n] for n in order), "Our own")
        lines = [(r[0], *(r[n] if n < len(r) else None for n in order), "seen") for r in body]
        raw.sheets[name] = (head, *lines)
    book = recorded(raw)
    record = made(records, book)
    assert record.records == records
    assert record.corrections == []
    again = saved(record)
    assert {again.found["Actions"].cell(row, "Our own") for row in again.found["Actions"].rows} == {"seen"}


def kloe_row(book: Recorded) -> str:
    return next(row for row in book.found["Lines of enquiry"].rows)


@pytest.mark.parametrize(("word", "counts"), [("concern", "Concern"), ("NOT APPLICABLE.", "Not applicable")])
def test_a_line_of_enquiry_put_right_counts_in_capitals_or_small_letters(word: str, counts: str) -> None:
    records = cycle()
    book = saved(made(records))
    record = made(records, edited(book, "Lines of enquiry", kloe_row(book), "Judged", word))
    forms = of(record.records, kloe_row(book).split("/")[0]).forms
    assert counts in {k.judged for k in forms.kloes}
    assert record.remarks == {}


def test_a_line_of_enquiry_judged_as_nothing_there_is_is_told_and_does_not_count() -> None:
    records = cycle()
    book = saved(made(records))
    record = made(records, edited(book, "Lines of enquiry", kloe_row(book), "Judged", "Strenght"))
    (remark,) = record.remarks.values()
    assert remark.startswith("“Strenght” is none of Strength, Concern")
    assert record.asked == 1
    told = saved(record).told
    (name,) = told.rows
    assert in_words(told.cell(name, "What becomes of it")) == f"kept, does not count; {remark}"


def with_an_edit(records: list[AuditRecord]) -> tuple[ReadBook, str]:
    """The workbook as it lies there, a team put right in it, and the audit it is about."""
    r = full(records)
    before = made(records, edited(saved(made(records)), "Audits", r.reference, "Team", "Stepney"))
    return read_workbook(record_workbook("FSP", LATER, before)), r.reference


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: [(None, *row) for row in rows],
        lambda rows: [(row[0], None, *row[1:]) for row in rows],
        lambda rows: [("Our record of March",), (), *rows],
        lambda rows: [(*row[1:], row[0]) for row in (r + (None,) * (len(rows[0]) - len(r)) for r in rows)],
    ],
    ids=["a column before", "a column between", "a title above", "the names last"],
)
def test_rows_are_found_again_wherever_people_put_their_names(change: Callable[[Any], Any]) -> None:
    records = cycle()
    raw, reference = with_an_edit(records)
    raw.sheets["Audits"] = tuple(map(tuple, change(raw.sheets["Audits"])))
    record = made(records, recorded(raw))
    assert [(c.row, c.column, c.to) for c in record.corrections] == [(reference, "Team", "Stepney")]


def test_what_was_put_right_in_a_sheet_that_was_renamed_still_counts() -> None:
    records = cycle()
    raw, reference = with_an_edit(records)
    raw.sheets["Our audits of March"] = raw.sheets.pop("Audits")
    raw.sheets["Sums"] = (("Team", "Audits"), ("Stepney", 1.0))
    book = recorded(raw)
    assert book.gone == ()
    assert book.lost == ("a sheet of your own (“Sums”)",)
    record = made(records, book)
    assert of(record.records, reference).standing.allocation.team == "Stepney"


def test_a_sheet_or_a_row_of_headings_that_is_gone_is_named_and_not_taken_for_an_untouched_one() -> None:
    raw, _ = with_an_edit(cycle())
    del raw.sheets["Audits"]
    raw.sheets["Findings"] = raw.sheets["Findings"][1:]
    assert sorted(recorded(raw).gone) == ["Audits", "Findings"]


def test_without_the_hidden_sheets_every_difference_is_a_correction() -> None:
    records = cycle()
    r = full(records)
    book = edited(saved(made(records)), "Audits", r.reference, "Team", "Stepney")
    record = made(records, replace(book, written={}))
    assert of(record.records, r.reference).standing.allocation.team == "Stepney"
    assert [c.state for c in record.corrections] == [State.COUNTS]


def test_an_earlier_day_is_not_told_what_was_only_put_right_about_later_words() -> None:
    records = cycle()
    r = full(records)
    to = other(auditors_grade(r.standing, LATER))
    book = edited(saved(made(records)), "Audits", r.reference, "Auditor's grade", to.in_full)
    then = cycle_record(records, (), book, BEGINS, of_then=True)
    assert auditors_grade(of(then.records, r.reference).standing, BEGINS) is None
    now = cycle_record(records, (), book, LATER, of_then=True)
    assert auditors_grade(of(now.records, r.reference).standing, LATER) is to


def test_of_a_restricted_record_no_identifier_stands_in_the_workbook() -> None:
    records = cycle()
    named = replace(
        records[0].standing.allocation, restricted=True, child_name="Zoë Okafor", mosaic_number="1234567",
        date_of_birth=date(2015, 6, 1), ethnicity="Any", team="Bow",
    )  # fmt: skip
    first = replace(records[0], standing=replace(records[0].standing, allocation=named))
    row = made([first]).sheets["Audits"].counts
    cells = [
        row.cell(first.reference, c) for c in ("Child's name", "Mosaic number", "Date of birth", "Ethnicity")
    ]
    assert cells == [None] * 4
    assert row.cell(first.reference, "Restricted") == "Yes"
    assert row.cell(first.reference, "Team") == "Bow"


def test_an_audit_referred_to_the_audit_team_stands_in_the_register_and_the_register_is_theirs() -> None:
    records = cycle()
    said = Finding("other notes of the moderator", "reason", "Thin for the third time", MODERATOR)
    referred = replace(
        records[0], forms=replace(records[0].forms, outcome="Refer to Audit Team", findings=(said,))
    )
    records = [referred, *records[1:]]
    first = made(records)
    (name,) = first.sheets[CONCERNS].counts.rows
    assert first.sheets[CONCERNS].counts.cell(name, "What was raised") == "Thin for the third time"
    book = edited(saved(first), CONCERNS, name, "What was agreed", "Coaching with the academy")
    rows = {
        **book.found[CONCERNS].rows,
        "own": ("FSP-2026-03-900", "Ada", BEGINS, "By telephone", "Mo", None),
    }
    book = with_rows(book, CONCERNS, rows)
    moderated_anew = [replace(referred, forms=replace(referred.forms, outcome="Moderated")), *records[1:]]
    for _ in range(2):
        record = made(moderated_anew, book)
        assert record.corrections == []
        assert record.records == moderated_anew
        kept = record.sheets[CONCERNS].counts
        assert kept.cell(name, "What was agreed") == "Coaching with the academy"
        assert kept.cell("own", "What was raised") == "By telephone"
        book = saved(record)
    out = made(records, with_rows(book, CONCERNS, {}))
    assert out.sheets[CONCERNS].counts.rows == {}


def test_a_meeting_or_an_audit_is_not_made_or_unmade_in_the_workbook() -> None:
    records = cycle()
    book = saved(made(records))
    held = dict(book.found["Meetings and checks"].rows)
    gone = next(iter(held))
    width = len(book.found["Meetings and checks"].columns)
    line = (records[0].reference, "Another meeting", *(None for _ in range(width - 2)))
    rows = {
        **{name: cells for name, cells in held.items() if name != gone},
        f"{records[0].reference}/by hand/1": line,
    }
    record = made(records, with_rows(book, "Meetings and checks", rows))
    assert [r.standing for r in record.records] == [r.standing for r in records]
    assert [c.state for c in record.corrections] == [State.PUT_BACK, State.ADDED]
    assert record.asked == 1
    assert "entered in the list" in next(iter(record.remarks.values()))


def test_a_domain_grade_nobody_can_read_is_told_in_a_row_added_by_hand_too() -> None:
    records = cycle()
    book = saved(made(records))
    line = (records[0].reference, DOMAINS[0], "So-so", None)
    record = made(records, with_rows(book, "Domain grades", {**book.found["Domain grades"].rows, "x": line}))
    assert "“So-so” is no grade" in next(iter(record.remarks.values()))


def test_a_restricted_record_is_not_set_free_in_the_workbook() -> None:
    records = cycle()
    locked = replace(records[0].standing.allocation, restricted=True)
    records[0] = replace(records[0], standing=replace(records[0].standing, allocation=locked))
    book = edited(saved(made(records)), "Audits", records[0].reference, "Restricted", "No")
    record = made(records, book)
    assert of(record.records, records[0].reference).standing.allocation.restricted is True
    assert record.asked == 1
