"""The record of a cycle from the forms people sent to the workbook in the library, and back (§8)."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote

import pytest
from forms import filled
from people_at_work import ACTION, SECRET, TeamAtWork, blank, once_moderated, record
from small_council import REF, Council, kept
from tenant import Door

from bot.daily_run.reports import gathered
from bot.daily_run.reports import kept_record as module
from bot.daily_run.reports.kept_record import KeptRecord, kept_record
from bot.daily_run.workplace import open_workplace
from bot.errors import TenantUnavailable
from bot.office.ledger import Ledger
from bot.papers.forms.questions import questions
from bot.papers.reports.record_workbook import record_workbook, recorded
from bot.papers.workbook_read import ReadBook, Value, read_workbook
from bot.programme.events import EventKind
from bot.programme.planning.planner import plan
from bot.programme.reports.audit_record import AuditRecord, Contact, WhatFormsSay
from bot.programme.reports.record_merged import State
from bot.programme.vocabulary import Grade

PATH = "Returned audits/FSP, March 2026/Record of the cycle – FSP, March 2026.xlsx"


def refreshed(council: Council, day: str, as_at: str = "") -> KeptRecord:
    """The record made on a day, as its report or its button has it made."""
    council.ask("POST", "/clock", {"now": f"{day}T12:00:00+00:00"})
    moment = datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC)
    with open_workplace(
        council.door.settings, clock=lambda: moment, say=lambda _: None, sleep=council.door.naps
    ) as workplace:
        lists = workplace.lists.read().council
        found = plan(workplace.today, lists, workplace.history(), workplace.basis).standings
        asked = questions(workplace.papers.questions)
        until = date.fromisoformat(as_at or day)
        return kept_record(found[0].cycle, found, workplace, asked, until)


def said(kept: KeptRecord, reference: str = REF) -> WhatFormsSay:
    return audit(kept, reference).forms


def audit(kept: KeptRecord, reference: str = REF) -> AuditRecord:
    return next(r for r in kept.record.records if r.reference == reference)


def workbook(council: Council) -> bytes:
    return council._bytes(f"/files/content?path={quote(PATH)}")


def edits(council: Council, sheet: str, row: str, column: str, to: Value) -> None:
    """Somebody opens the workbook in Excel, writes into one cell, saves."""
    book = read_workbook(workbook(council))
    rows = book.sheets[sheet]
    at = rows[0].index(column)
    lines = [list(r) + [None] * (len(rows[0]) - len(r)) for r in rows]
    line = next(r for r in lines if r[0] == row)
    line[at] = to
    book.sheets[sheet] = tuple(map(tuple, lines))
    puts(council, as_saved(book))


def as_saved(book: ReadBook) -> bytes:
    """The workbook as another program saves it: none of our looks."""
    import xlsxwriter

    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_urls": False})
    day = made.add_format({"num_format": "dd/mm/yyyy"})
    for name, rows in book.sheets.items():
        sheet = made.add_worksheet(name)
        for y, cells in enumerate(rows):
            for x, cell in enumerate(cells):
                if isinstance(cell, date):
                    sheet.write_datetime(y, x, cell, day)
                elif cell is not None:
                    sheet.write(y, x, cell)
    made.close()
    return out.getvalue()


def puts(council: Council, data: bytes) -> None:
    council.ask("POST", "/files", {"path": PATH, "base64": base64.b64encode(data).decode()})


def followed_up(door: Door) -> Council:
    """An audit that was moderated, talked over and looked at again after six weeks."""
    council = once_moderated(door, fb_practitioner="A good talk.", **{"d1.better": "Dates for each step."})
    record(council, uopp_reconsidered="Yes", grade_uopp="Good")
    for day in ("2026-04-13", "2026-04-20"):
        council.run(day)
    form = filled(
        blank(council, door.settings.mailbox, "six-week check"), grade="", a_date="2026-04-20", drift="No",
        grade_six_weeks="Good", progress=SECRET, **{"prev.status": "Done"},
    )  # fmt: skip
    council.ask("POST", "/clock", {"now": "2026-04-21T08:00:00+00:00"})
    council.arrives("Tia Manager", form, f"{REF} six-week check.docx")
    council.run("2026-04-21", "09:00", whole=False)
    return council


def test_a_workbook_that_lost_a_sheet_is_left_as_it_is_and_the_sheet_named(door: Door) -> None:
    council = once_moderated(door)
    refreshed(council, "2026-03-12")
    book = read_workbook(workbook(council))
    del book.sheets["Findings"]
    puts(council, as_saved(book))
    before = workbook(council)
    kept = refreshed(council, "2026-03-13")
    (problem,) = kept.problems
    assert "A sheet is gone, or its row of headings: “Findings”." in problem.what
    assert "Put an earlier version back" in problem.what
    assert not kept.made
    assert workbook(council) == before


def test_what_the_forms_say_is_told_as_they_say_it(door: Door) -> None:
    kept = refreshed(followed_up(door), "2026-04-22")
    forms = said(kept)
    assert [s.part for s in forms.sources] == [
        "auditor", "moderator", "record of the UoPP meeting", "six-week check",
    ]  # fmt: skip
    assert set(forms.domain_grades.values()) == {Grade.GOOD}
    assert [k.finding for k in forms.kloes][:1] == [
        "The record shows the child's own words at each visit and what followed from them."
    ]
    assert (forms.family, forms.practitioner) == (Contact.OBTAINED, Contact.OBTAINED)
    actions = [(a.what, a.who, a.by, a.status, a.source.part) for a in forms.actions]
    assert actions[0] == (
        "Revisit the genogram with the family", "Practitioner", date(2026, 4, 15), "Done", "moderator",
    )  # fmt: skip
    assert "See the grandparents" in actions[1][0]
    assert forms.unread == ()
    assert [s.text for s in forms.said if s.who == "practitioner"] == ["A good talk."], "told once"
    assert [f.text for f in forms.findings if f.kind == "better"] == ["Dates for each step."]
    sheet = kept.record.sheets["Meetings and checks"].counts
    assert sheet.cell(f"{REF}/UoPP meeting", "Held on") == date(2026, 3, 9)
    assert sheet.cell(f"{REF}/Six-week check", "Grade found") == "Good"
    audits = kept.record.sheets["Audits"].counts
    assert audits.cell(REF, "Grade after UoPP") == "Good"
    assert audits.cell(REF, "Child's name") == "Robin Example1"


def test_the_workbook_lies_with_the_cycle_and_is_not_made_again_without_need(door: Door) -> None:
    council = once_moderated(door)
    first = refreshed(council, "2026-03-05")
    assert first.made
    assert read_workbook(workbook(council)).sheets["Audits"][1][0] == REF
    assert [refreshed(council, "2026-03-05").made for _ in range(2)] == [False, False]
    assert not refreshed(council, "2026-03-05", as_at="2026-03-03").made, "an earlier day is only told"


def test_what_the_audit_team_put_right_counts_and_is_still_there_after_a_form_came(door: Door) -> None:
    council = once_moderated(door)
    refreshed(council, "2026-03-05")
    edits(council, "Actions", f"{REF}/act/1", "Who", "Team Manager")
    edits(council, "Audits", REF, "Moderated grade", "Inadequate")
    kept = refreshed(council, "2026-03-06")
    assert said(kept).actions[0].who == "Team Manager"
    assert audit(kept).standing.moderated_grade is Grade.INADEQUATE
    assert kept.made
    assert kept.problems == ()
    record(council)
    kept = refreshed(council, "2026-03-11")
    assert said(kept).actions[0].who == "Team Manager"
    assert [c.state for c in kept.record.corrections] == [State.COUNTS] * 2
    told = read_workbook(workbook(council)).sheets["Corrections"]
    assert {row[1] for row in told[1:]} == {"Actions", "Audits"}


def test_nothing_of_the_record_is_in_the_ledger_or_in_a_letter(door: Door) -> None:
    council = once_moderated(door)
    refreshed(council, "2026-03-05")
    edits(council, "Actions", f"{REF}/act/1", "Who", "Canary Person")
    refreshed(council, "2026-03-06")
    council.run("2026-03-06")
    assert b"Canary" not in b"".join(p.read_bytes() for p in door.folder.glob("ledger.sqlite*"))
    assert not [d for d in door.tenant.deliveries(html=True) if "Canary" in d["html"]]


def test_a_file_that_is_gone_is_named_and_the_rest_goes_on(door: Door) -> None:
    council = once_moderated(door)
    ledger = Ledger(door.settings.ledger)
    (came,) = (e for e in ledger.read() if e.kind is EventKind.AUDIT_RETURNED)
    ledger.close()
    drive, _, item = str(came.data["file"]).partition("/")
    door.graph.delete(f"/drives/{drive}/items/{item}")
    kept = refreshed(council, "2026-03-05")
    assert [s.part for s in said(kept).sources] == ["moderator"]
    (why,) = said(kept).unread
    assert "no longer where it was put" in why
    assert set(said(kept).domain_grades.values()) == {Grade.GOOD}, "the moderator's copy has them too"
    assert [c[1] for c in kept.record.sheets["Not read"].counts.rows.values()] == [why]


def test_a_file_that_was_edited_in_the_library_is_named(door: Door) -> None:
    council = once_moderated(door)
    path = next(
        f["path"] for f in council.ask("GET", "/files") if REF in f["path"] and "moderated" in f["path"]
    )
    other = base64.b64encode(filled(council.form(), grade="Inadequate", moderated="Inadequate")).decode()
    council.ask("POST", "/files", {"path": path, "base64": other})
    kept = refreshed(council, "2026-03-05")
    assert "is not what was received on" in said(kept).unread[0]
    assert audit(kept).standing.moderated_grade is Grade.REQUIRES_IMPROVEMENT


def test_a_form_whose_grade_was_in_doubt_is_read_once_a_person_has_said_it(door: Door) -> None:
    council = TeamAtWork(door)
    council.run("2026-03-02")
    council.arrives("Ada Auditor", filled(council.form(), grade="Good", tracked_from="Inadequate"))
    council.presses("Take it as the auditor's return, grade Good")
    forms = said(refreshed(council, "2026-03-04"))
    assert forms.unread == ()
    assert forms.actions
    assert set(forms.domain_grades.values()) == {Grade.GOOD}


def puts_away(council: Council, category: str, to: str = "archive") -> None:
    """A person moves what was held for a reason to another folder."""
    box = council.door.settings.mailbox
    for each in council.inbox():
        if category in each["categories"]:
            council.door.graph.post(f"/users/{box}/messages/{each['id']}/move", {"destinationId": to})


def enters(council: Council, **values: str) -> None:
    row = {column.replace("_", " "): value for column, value in values.items()}
    council.ask("PATCH", f"/lists/Audit allocations/{council.row()['id']}", row)


def agreed(council: Council, day: str) -> list[str]:
    return [action.what for action in said(refreshed(council, day)).actions]


@pytest.mark.parametrize("order", ["put away, then entered", "entered, then put away", "at once"])
def test_the_record_of_a_meeting_that_a_person_entered_after_the_bot_asked_is_in_the_record_of_the_cycle(
    door: Door, order: str
) -> None:
    council = once_moderated(door)
    record(council, on="")
    assert kept(council) == [("Please look at", ["A record to enter"])]
    assert ACTION["act.what"] not in agreed(council, "2026-03-10")
    first, _, then = order.partition(", then ")
    for day, what in ((11, first), (12, then)):
        if "put away" in what or "at once" in what:
            puts_away(council, "A record to enter")
        if "entered" in what or "at once" in what:
            enters(council, UoPP_held_on="2026-03-09", UoPP_record_sent_on="2026-03-10")
        council.run(f"2026-03-{day}")
    assert agreed(council, "2026-03-12").count(ACTION["act.what"]) == 1
    assert [
        m["folder"] for m in council.inbox() if "UoPP" in str(m) and m["folder"] == "Please look at"
    ] == []
    assert audit(refreshed(council, "2026-03-12")).standing.allocation.uopp_held_on == date(2026, 3, 9)


def test_what_the_list_says_of_a_meeting_stands_whatever_its_record_said(door: Door) -> None:
    council = once_moderated(door)
    enters(council, UoPP_held_on="2026-03-06")
    record(council)
    assert kept(council) == [("Please look at", ["A record to enter"])]
    puts_away(council, "A record to enter")
    council.run("2026-03-11")
    assert agreed(council, "2026-03-11").count(ACTION["act.what"]) == 1
    assert audit(refreshed(council, "2026-03-11")).standing.allocation.uopp_held_on == date(2026, 3, 6)


def test_a_record_that_a_person_deleted_is_no_record(door: Door) -> None:
    council = once_moderated(door)
    record(council, on="")
    puts_away(council, "A record to enter", "deleteditems")
    enters(council, UoPP_held_on="2026-03-09")
    council.run("2026-03-11")
    assert ACTION["act.what"] not in agreed(council, "2026-03-11")


def test_a_record_that_a_better_one_took_the_place_of_is_not_read(door: Door) -> None:
    council = once_moderated(door)
    record(council, on="", **{"act.what": "See the school"})
    record(council)
    assert kept(council) == [("Please look at", ["A record to enter"])]
    puts_away(council, "A record to enter")
    enters(council, UoPP_held_on="2026-03-09")
    council.run("2026-03-11")
    assert "See the school" not in agreed(council, "2026-03-11")
    assert ACTION["act.what"] in agreed(council, "2026-03-11")


def test_a_record_that_waits_for_a_person_or_came_from_somebody_else_is_not_in_the_record(door: Door) -> None:
    council = once_moderated(door)
    record(council, on="")
    enters(council, UoPP_held_on="2026-03-09")
    council.run("2026-03-11")
    assert kept(council) == [("Please look at", ["A record to enter"])]
    assert ACTION["act.what"] not in agreed(council, "2026-03-11"), "it lies before a person still"
    record(council, "Mo Moderator", on="", **{"act.what": "See the school"})
    puts_away(council, "A record to enter")
    council.run("2026-03-12")
    assert "See the school" not in agreed(council, "2026-03-12")


def test_a_dip_samples_answers_are_told(door: Door) -> None:
    council = Council(door)
    row = council.row("FSP-2026-03-002")
    council.ask(
        "PATCH", f"/lists/Audit allocations/{row['id']}", {"Audit type": "Dip sample", "Line of enquiry": "1"}
    )
    council.run("2026-03-02")
    form = filled(
        council.form("FSP-2026-03-002"), grade="", a_date="2026-03-10",
        **{"kloe.met": "Partly", "kloe.comment": "Half of the visits"},
    )  # fmt: skip
    council.arrives("Ada Auditor", form, "FSP-2026-03-002.docx", subject="RE: Audit FSP-2026-03-002")
    council.run("2026-03-10")
    lines = said(refreshed(council, "2026-03-11"), "FSP-2026-03-002").kloes
    assert [line.kloe for line in lines] == [
        "Is the child's voice heard?", "Is supervision making a difference?",
    ]  # fmt: skip
    assert {(line.judged, line.finding) for line in lines} == {("Partly", "Half of the visits")}


def test_an_audit_referred_to_the_audit_team_is_in_the_register(door: Door) -> None:
    council = Council(door)
    council.run("2026-03-02")
    council.arrives("Ada Auditor", filled(council.form(), grade="Good"))
    council.run("2026-03-03", "09:00", whole=False)
    form = filled(
        council.form(),
        grade="Good",
        moderated="Good",
        m_outcome="Refer to Audit Team",
        m_notes="Third thin audit.",
    )
    council.arrives("Mo Moderator", form)
    council.run("2026-03-03", "10:00", whole=False)
    kept = refreshed(council, "2026-03-04").record.sheets["Concerns"].counts
    ((audit_, auditor, _, raised, by, agreed),) = kept.rows.values()
    assert (audit_, auditor, by, agreed) == (REF, "Ada Auditor", "Mo Moderator", None)
    assert "Third thin audit." in str(raised)


# ------------------------------------------------------------------------------------------- when it cannot be made


def test_while_somebody_has_it_open_it_is_left_and_made_later(door: Door) -> None:
    council = once_moderated(door)
    refreshed(council, "2026-03-05")
    edits(council, "Actions", f"{REF}/act/1", "Who", "Team Manager")
    council.ask("PATCH", "/files", {"path": PATH, "locked": True})
    kept = refreshed(council, "2026-03-06")
    assert not kept.made
    assert "has the record open" in kept.problems[0].what
    assert said(kept).actions[0].who == "Team Manager", "what was saved counts all the same"
    council.ask("PATCH", "/files", {"path": PATH, "locked": False})
    assert refreshed(council, "2026-03-06").made


def test_what_was_saved_while_it_was_being_made_is_not_written_over(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    council = once_moderated(door)
    refreshed(council, "2026-03-05")
    edits(council, "Actions", f"{REF}/act/1", "Who", "Team Manager")
    made: Callable[..., bytes] = record_workbook

    def meanwhile(*given: Any) -> bytes:
        edits(council, "Actions", f"{REF}/act/1", "State", "Done")
        return made(*given)

    monkeypatch.setattr(module, "record_workbook", meanwhile)
    kept = refreshed(council, "2026-03-06")
    assert not kept.made
    assert "edited the record while" in kept.problems[0].what
    monkeypatch.setattr(module, "record_workbook", made)
    kept = refreshed(council, "2026-03-06")
    assert (said(kept).actions[0].who, said(kept).actions[0].status) == ("Team Manager", "Done")
    assert kept.made


def test_a_workbook_that_cannot_be_read_is_left_as_it_is_and_told(door: Door) -> None:
    council = once_moderated(door)
    refreshed(council, "2026-03-05")
    puts(council, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    kept = refreshed(council, "2026-03-06")
    assert not kept.made
    assert "protected by a password" in kept.problems[0].what
    assert said(kept).actions
    assert workbook(council).startswith(b"\xd0\xcf\x11\xe0")


def test_comments_that_go_with_a_refresh_are_told(door: Door) -> None:
    council = once_moderated(door)
    refreshed(council, "2026-03-05")
    edits(council, "Actions", f"{REF}/act/1", "Who", "Team Manager")
    out = io.BytesIO(workbook(council))
    with zipfile.ZipFile(out, "a") as package:
        package.writestr("xl/threadedComments/threadedComment1.xml", "<x/>")
    puts(council, out.getvalue())
    kept = refreshed(council, "2026-03-06")
    assert kept.made
    assert "comments, which are not kept" in kept.problems[0].what
    assert recorded(read_workbook(workbook(council))).lost == ()


def test_while_the_library_does_not_answer_no_half_of_a_record_is_made(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    council = once_moderated(door)

    def silent(*_: Any) -> bytes:
        raise TenantUnavailable("the library did not answer")

    monkeypatch.setattr(gathered, "as_received", silent)
    with pytest.raises(TenantUnavailable):
        refreshed(council, "2026-03-05")
