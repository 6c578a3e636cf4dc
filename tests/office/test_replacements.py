"""A replacement by a button of the digest: proposed from the cycle's workbook, entered on the team's word (§7, X30)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from forms import filled
from people_at_work import TeamAtWork
from tenant import Door, email

from bot.daily_run import replacing
from bot.daily_run.replacing import proposal_place
from bot.daily_run.workplace import open_workplace
from bot.errors import RequestRefused
from bot.office.ledger import Ledger
from bot.office.lists.row_entering import RowEntering
from bot.papers.spreadsheet import Table, workbook
from bot.programme.events import EventKind

CYCLE = "FSP, March 2026"
CHILDREN = (
    "Mosaic number",
    "Service",
    "Team",
    "Outcome",
    "Social worker",
    "Team Manager",
    "Head of Service",
    "IRO",
)
AUDITORS = (
    "Name", "Address", "Role", "Team", "Trained on", "Line manager", "Head of Service", "At most",
    "Moderations at most",
)  # fmt: skip
HAL = f"Hal Service <{email('Hal Service')}>"


def child(number: int | str, team: str = "Bow", **more: object) -> list[object]:
    tia = f"Tia Manager <{email('Tia Manager')}>"
    pru = f"Pru Practitioner <{email('Pru Practitioner')}>"
    given = dict(zip(CHILDREN, (number, "FSP", team, "CIN", pru, tia, HAL, "none"), strict=True))
    return [*(given | more).values()]


def colleague(name: str, role: str = "Team Manager", most: int = 3, **more: object) -> list[object]:
    moderates = 0 if role == "Team Manager" else 9
    ori = f"Ori Otherservice <{email('Ori Otherservice')}>"
    given = (name, email(name), role, f"Team of {name}", date(2025, 5, 1), "none", ori, most, moderates)
    return [*(dict(zip(AUDITORS, given, strict=True)) | more).values()]


REGISTER = [
    colleague("Ada Auditor"),
    colleague("Ori Otherservice", **{"Head of Service": HAL}),
    colleague("Mo Moderator", "Group Manager", 0, **{"Head of Service": "none"}),
]
"""Ori is the one who could come in for Ada: the site knows nobody else."""
NO_HEAD = [child(n, **{"Head of Service": "none"}) for n in (1_000_001, 1_000_002)]


class Replacing(TeamAtWork):
    """The small council, whose cycle has a proposal in the library."""

    def proposal(
        self,
        register: Sequence[list[object]] = REGISTER,
        children: Sequence[list[object]] | None = None,
        *,
        headings: Sequence[str] = AUDITORS,
        cycle: str = CYCLE,
        **more: Table,
    ) -> None:
        rows = [child(1_000_001), child(1_000_002), *(child(2_000_000 + n) for n in range(3))]
        tables = {
            "Children": Table(CHILDREN, rows if children is None else children),
            "Auditors": Table(headings, register),
            **{name.replace("_", " "): table for name, table in more.items()},
        }
        with open_workplace(self.door.settings, clock=self.door.clock, say=lambda _: None) as workplace:
            place = proposal_place(cycle, workplace)
            there, data = workplace.library.look(place), workbook(tables)
            if there:
                workplace.library.replace(there, data)
            else:
                workplace.library.store(place, data)

    def in_list(self, row: int, **values: object) -> None:
        given = {word.replace("_", " "): value for word, value in values.items()}
        self.ask("PATCH", f"/lists/Audit allocations/{row}", given)

    def hal_is_free(self) -> None:
        """Hal Service answers for none of the work, and may audit or moderate it."""
        for n in (1, 2):
            self.in_list(n, Head_of_Service=email("Tia Manager"))

    def exempted(self, row: int = 1, on: str = "2026-03-03") -> None:
        self.in_list(row, Exempted_by=email("Ori Otherservice"), Exempted_on=on)

    def letter(self) -> str:
        """The latest letter about a replacement, as HTML."""
        sent = self.door.tenant.deliveries(html=True)
        return next((str(d["html"]) for d in reversed(sent) if "replacement for its" in d["subject"]), "")

    def letters(self) -> list[str]:
        return [d["subject"] for d in self.door.tenant.deliveries() if "replacement for its" in d["subject"]]

    def says_the_letter(self) -> str:
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.letter().partition("<body")[2])).split())

    def button_of_letter(self, says: str) -> str:
        found = re.search(rf'<a [^>]*href="(mailto:[^"]*)"[^>]*>{says}</a>', self.letter())
        assert found, f"no button “{says}”"
        return parse_qs(unescape(found[1]).partition("?")[2])["subject"][0]

    def asks(self, day: str = "2026-03-03") -> None:
        """Run the day's digest and press “Propose a replacement” in it."""
        self.presses("Propose a replacement", day)

    def enters(self, at: str = "2026-03-03T11:00", sender: str | None = "Tia Manager") -> Any:
        self.team_says(self.button_of_letter("Enter it in the list"), sender, on=at)
        return self.run(at[:10], f"{int(at[11:13]) + 1:02}:00", whole=False)

    def rows(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("GET", "/lists/Audit allocations")["rows"]
        return found

    def plain_row(self, n: int = 1) -> dict[str, Any]:
        return next(row for row in self.rows() if str(row["id"]) == str(n))

    def events(self, kind: EventKind) -> int:
        with closing(Ledger(self.door.settings.ledger)) as ledger:
            return sum(e.kind is kind for e in ledger.read())


NOT_WRITTEN = ("id", "etag")


def links(says: str, html: str) -> list[str]:
    """The subjects of the ready messages behind every button that says this."""
    found = re.findall(rf'<a [^>]*href="(mailto:[^"]*)"[^>]*>{says}</a>', html)
    return [parse_qs(unescape(link).partition("?")[2])["subject"][0] for link in found]


@pytest.fixture
def council(door: Door) -> Replacing:
    found = Replacing(door)
    found.launched()
    found.proposal()
    return found


@pytest.fixture
def early(door: Door) -> Replacing:
    """A council a week before its audit month, April 2026: the list has just gone out to be confirmed."""
    found = Replacing(door)

    def out_to_be_confirmed() -> None:
        for n in (1, 2):
            found.in_list(n, Confirmed_on=None)
        found.ask(
            "PATCH", "/lists/Audit cycles/1", {"Month one": "2026-04-01", "KLOE meeting on": "2026-03-16"}
        )
        found.run("2026-03-23")

    found.once("out to be confirmed", out_to_be_confirmed)
    found.proposal()
    return found


def test_for_an_exempted_auditor_another_is_proposed_and_entered_only_on_the_teams_word(
    council: Replacing,
) -> None:
    council.exempted()
    council.run("2026-03-03")
    assert "Propose a replacement" in council.buttons()
    before = council.rows()
    council.asks()
    words = council.says_the_letter()
    assert "Ada Auditor was exempted." in words
    assert "Ori Otherservice" in words, words
    assert "What stays: The child, Mo Moderator as moderator, and every other row." in words
    assert {str(r["Auditor"]) for r in council.rows()} == {str(r["Auditor"]) for r in before}, "nothing yet"
    council.enters()
    row = council.plain_row()
    assert email("Ori Otherservice") in str(row["Auditor"])
    assert email("Hal Service") in str(row["Auditor's Head of Service"])
    assert email("Mo Moderator") in str(row["Moderator"])
    assert not row["Exempted on"]
    assert not row["Exempted by"]
    assert not row["Confirmed on"], "another auditor is confirmed anew"


def test_nothing_is_sent_to_who_was_entered_until_the_head_of_service_confirms(council: Replacing) -> None:
    council.exempted()
    council.asks()
    council.enters()
    council.run("2026-03-04")
    assert not any("FSP-2026-03-001" in s for s in council.received("Ori Otherservice"))
    council.in_list(1, Confirmed_on="2026-03-04")
    council.run("2026-03-05")
    assert any("FSP-2026-03-001" in s for s in council.received("Ori Otherservice"))


def test_without_a_press_nothing_happens(council: Replacing) -> None:
    council.exempted()
    council.run("2026-03-03")
    council.run("2026-03-04")
    assert council.letters() == []
    assert email("Ada Auditor") in str(council.plain_row()["Auditor"])


def test_a_cycle_without_a_proposal_has_no_button_and_is_told_how_to_have_one(door: Door) -> None:
    council = Replacing(door)
    council.run("2026-03-02")
    council.exempted()
    council.run("2026-03-03")
    assert "Propose a replacement" not in council.buttons()
    assert "once the proposal of the cycle lies in the library (audit-bot propose with --save)" in " ".join(
        council.words().split()
    )


@pytest.mark.parametrize("column", ["Withdrawn", pytest.param("Declared invalid on", marks=pytest.mark.slow)])
def test_for_a_child_who_falls_out_the_next_of_the_reserve_list_comes_as_a_new_row(
    council: Replacing, column: str
) -> None:
    council.ask(
        "PATCH", "/lists/Audit allocations/1", {column: True if column == "Withdrawn" else "2026-03-03"}
    )
    council.asks()
    words = council.says_the_letter()
    assert "The next child of the reserve list comes" in words
    assert "200000" not in words, "who it is stands in the workbook"
    council.enters()
    rows = council.rows()
    assert len(rows) == 3
    new = rows[-1]
    assert new["Title"] == "FSP-2026-03-003"
    assert str(new["Mosaic number"]).startswith("200000")
    assert email("Ada Auditor") in str(new["Auditor"])
    assert email("Mo Moderator") in str(new["Moderator"])
    assert email("Hal Service") in str(new["Head of Service"])
    assert not new["Confirmed on"]
    council.run("2026-03-04")
    assert "Propose a replacement" not in council.buttons(), "it has its replacement"


def test_a_child_whose_record_is_restricted_elsewhere_comes_as_a_restricted_row(council: Replacing) -> None:
    (now,) = council.ask("GET", "/lists/Audit cycles")["rows"]
    before = {"Title": "FSP, January 2026", "Month one": "2026-01-05", "Status": "Closed"}
    council.ask(
        "POST", "/lists/Audit cycles", {k: v for k, v in now.items() if k not in NOT_WRITTEN} | before
    )
    row = {k: v for k, v in council.plain_row().items() if k not in NOT_WRITTEN and v}
    for n in range(3):
        earlier = {"Title": f"FSP-2026-01-00{n}", "Mosaic number": 2_000_000 + n, "Restricted": True}
        council.ask("POST", "/lists/Audit allocations", {**row, **earlier, "Cycle": before["Title"]})
    council.in_list(1, Withdrawn=True)
    council.asks()
    council.enters()
    new = council.rows()[-1]
    assert new["Title"] == "FSP-2026-03-003"
    assert new["Restricted"]


def test_the_row_that_came_in_is_put_to_the_head_of_service(council: Replacing) -> None:
    council.in_list(2, Confirmed_on=None)
    council.ask(
        "PATCH", "/lists/Audit cycles/1", {"Month one": "2026-04-01", "KLOE meeting on": "2026-03-16"}
    )
    council.run("2026-03-23")
    council.in_list(1, Declared_invalid_on="2026-03-23")
    council.asks("2026-03-24")
    had = council.received("Hal Service")
    council.enters("2026-03-24T11:00")
    council.run("2026-03-25")
    assert any("1 audit added, for you to confirm" in s for s in council.received("Hal Service")[len(had) :])


def test_a_row_with_another_auditor_is_put_to_the_head_of_service_anew(council: Replacing) -> None:
    council.in_list(2, Confirmed_on=None)
    council.in_list(1, Confirmed_on=None)
    council.ask(
        "PATCH", "/lists/Audit cycles/1", {"Month one": "2026-04-01", "KLOE meeting on": "2026-03-16"}
    )
    council.run("2026-03-23")
    council.exempted(1, "2026-03-23")
    council.asks("2026-03-24")
    had = council.received("Hal Service")
    council.enters("2026-03-24T11:00")
    council.run("2026-03-25")
    council.run("2026-03-26")
    asked = [s for s in council.received("Hal Service")[len(had) :] if "added, for you to confirm" in s]
    assert len(asked) == 1, "once"


def test_a_confirmation_by_button_of_the_former_auditor_is_over(council: Replacing) -> None:
    for n in (1, 2):
        council.in_list(n, Confirmed_on=None)
    council.ask(
        "PATCH", "/lists/Audit cycles/1", {"Month one": "2026-04-01", "KLOE meeting on": "2026-03-16"}
    )
    council.run("2026-03-23")
    council.says(
        "Hal Service", *council.click("Hal Service", "audit list", "I confirm the list"), on="2026-03-23"
    )
    council.run("2026-03-24")
    assert council.plain_row()["Status"] == "With auditor"
    council.exempted(1, "2026-03-24")
    council.asks("2026-03-25")
    council.enters("2026-03-25T11:00")
    council.run("2026-03-26")
    assert council.plain_row(1)["Status"] == "Awaiting confirmation"
    assert council.plain_row(2)["Status"] == "With auditor"
    council.says(
        "Hal Service", *council.click("Hal Service", "1 audit added", "I confirm the list"), on="2026-03-26"
    )
    council.run("2026-03-27")
    assert council.plain_row(1)["Status"] != "Awaiting confirmation", "confirmed as it is now"


@pytest.mark.parametrize("gone", ["left", pytest.param("on leave", marks=pytest.mark.slow)])
def test_for_a_moderator_who_falls_out_another_comes_and_an_audit_that_is_out_stays_confirmed(
    council: Replacing, gone: str
) -> None:
    council.hal_is_free()
    council.proposal([*REGISTER, colleague("Hal Service", "Group Manager", 0)], NO_HEAD)
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"))
    council.run("2026-03-03", "07:00", whole=False)
    if gone == "left":
        council.in_list(1, Moderator=None)
    else:
        council.arrives(
            "Mo Moderator", None, subject="Automatic reply", headers={"Auto-Submitted": "auto-replied"}
        )
        council.run("2026-03-03", "07:30", whole=False)
    council.asks("2026-03-04")
    assert "a replacement for its moderator is proposed" in council.letters()[-1]
    assert ("may be away" if gone == "on leave" else "The row names nobody") in council.says_the_letter()
    council.enters("2026-03-04T11:00")
    row = council.plain_row()
    assert email("Hal Service") in str(row["Moderator"])
    assert row["Confirmed on"], "the moderation of an Inadequate does not wait"
    assert any("moderate" in s for s in council.received("Hal Service"))


def test_another_strikes_out_who_was_proposed_and_the_next_one_comes(council: Replacing) -> None:
    council.proposal(
        [*REGISTER, colleague("Hal Service")],
        [child(n, **{"Head of Service": "none"}) for n in (1_000_001, 1_000_002)],
    )
    for n in (1, 2):
        council.in_list(n, Head_of_Service=email("Tia Manager"))
    council.exempted()
    council.asks()
    first = (
        "Ori"
        if "Ori Otherservice" in council.letter().partition("Who else could")[2].split("</tr>")[1]
        else "Hal"
    )
    council.team_says(council.button_of_letter("Another"), None, on="2026-03-03T11:00")
    council.run("2026-03-03", "12:00", whole=False)
    assert len(council.letters()) == 2
    row = council.letter().partition("Who else could")[2].split("</tr>")[1]
    assert ("Hal Service" if first == "Ori" else "Ori Otherservice") in row
    council.team_says(council.button_of_letter("Another"), None, on="2026-03-03T13:00")
    council.run("2026-03-03", "14:00", whole=False)
    assert council.letters()[-1].endswith("no replacement for its auditor can be proposed")
    assert (
        "2 were taken off by hand" in council.says_the_letter()
        or "was taken off" in council.says_the_letter()
    )


def test_who_was_struck_out_is_not_entered_by_the_former_letter(council: Replacing) -> None:
    council.hal_is_free()
    council.proposal([*REGISTER, colleague("Hal Service")], NO_HEAD)
    council.exempted()
    council.asks()
    enter = council.button_of_letter("Enter it in the list")
    council.team_says(council.button_of_letter("Another"), None, on="2026-03-03T11:00")
    council.run("2026-03-03", "12:00", whole=False)
    council.team_says(enter, "Tia Manager", on="2026-03-03T13:00")
    council.run("2026-03-03", "14:00", whole=False)
    assert email("Ada Auditor") in str(council.plain_row()["Auditor"])
    council.run("2026-03-04")
    assert "had been struck out since" in council.words()


def test_where_nobody_can_come_the_shortage_is_told_with_the_smallest_change(council: Replacing) -> None:
    away = {"Trained on": None}
    council.proposal([REGISTER[0], colleague("Ori Otherservice", **away), REGISTER[2]])
    council.exempted()
    council.asks()
    assert council.letters()[-1].endswith("no replacement for its auditor can be proposed")
    assert "It would be met with Ori Otherservice trained" in council.says_the_letter()
    assert "Enter it in the list</a>" not in council.letter()
    council.proposal()
    council.asks("2026-03-04")
    assert council.letters()[-1].endswith("a replacement for its auditor is proposed"), (
        "put right, and pressed anew"
    )


def test_anybody_elses_press_does_nothing_and_is_told(council: Replacing) -> None:
    council.exempted()
    council.run("2026-03-03")
    council.team_says(council.buttons()["Propose a replacement"], "Ada Auditor", on="2026-03-03T09:00")
    council.run("2026-03-03", "10:00", whole=False)
    assert council.letters() == []
    council.run("2026-03-04")
    assert "Ada Auditor used “Propose a replacement”" in council.words()


def test_pressed_by_two_colleagues_it_is_proposed_once_and_entered_once(council: Replacing) -> None:
    council.exempted()
    council.run("2026-03-03")
    press = council.buttons()["Propose a replacement"]
    council.team_says(press, "Tia Manager", on="2026-03-03T09:00")
    council.team_says(press, None, on="2026-03-03T09:01")
    council.run("2026-03-03", "10:00", whole=False)
    assert len(council.letters()) == 1
    enter = council.button_of_letter("Enter it in the list")
    council.team_says(enter, "Tia Manager", on="2026-03-03T11:00")
    council.team_says(enter, None, on="2026-03-03T11:01")
    council.run("2026-03-03", "12:00", whole=False)
    council.run("2026-03-04")
    words = " ".join(council.words().split())
    assert "had been used before, by Tia Manager on Tue 3 Mar 2026" in words
    assert "Ori Otherservice is its auditor instead of Ada Auditor, entered on your word" in words
    assert council.events(EventKind.REPLACEMENT_ENTERED) == 1


def test_a_row_that_was_edited_meanwhile_is_not_written_over(council: Replacing) -> None:
    council.exempted()
    council.asks()
    council.in_list(1, Note="Spoken with Hal about it")
    council.enters()
    assert email("Ada Auditor") in str(council.plain_row()["Auditor"])
    council.run("2026-03-04")
    assert "somebody had changed the row since, and nothing was written" in " ".join(council.words().split())


def test_who_was_named_by_hand_meanwhile_is_not_told_as_entered_and_confirmed_by_nobody(
    council: Replacing,
) -> None:
    council.exempted()
    council.asks()
    council.in_list(1, Auditor=email("Ori Otherservice"))
    council.enters()
    council.run("2026-03-04")
    assert council.plain_row()["Confirmed on"], (
        "it was given for another: the team is told that nothing was entered"
    )
    assert "asked to confirm it" not in " ".join(council.words().split())


def test_whoever_was_exempted_is_not_proposed_under_their_other_address(council: Replacing) -> None:
    council.proposal([colleague("Ada Auditor", Address="ada@wexcombe.example"), *REGISTER[1:]])
    council.exempted()
    council.asks()
    proposed = council.says_the_letter().partition("Who else could")[2]
    assert "Ori Otherservice" in proposed
    assert "Ada Auditor" not in proposed.partition("What stays")[0]


def test_nobody_is_entered_whom_the_list_itself_would_call_not_independent(council: Replacing) -> None:
    council.exempted()
    council.asks()
    council.in_list(2, Practitioner=email("Ori Otherservice"))
    council.enters()
    assert email("Ada Auditor") in str(council.plain_row()["Auditor"])


def test_a_row_edited_in_the_very_moment_of_writing_is_not_written_over(
    council: Replacing, monkeypatch: pytest.MonkeyPatch
) -> None:
    council.exempted()
    council.asks()
    write = RowEntering.changed

    def edited_first(self: RowEntering, item: str, etag: str, values: Any) -> Any:
        council.in_list(1, Note="at that moment")
        return write(self, item, etag, values)

    monkeypatch.setattr(RowEntering, "changed", edited_first)
    council.enters()
    assert email("Ada Auditor") in str(council.plain_row()["Auditor"])


def test_a_row_that_was_deleted_or_a_cycle_that_was_closed_has_nothing_entered(council: Replacing) -> None:
    council.exempted()
    council.asks()
    council.ask("PATCH", "/lists/Audit cycles/1", {"Status": "Closed"})
    council.enters()
    assert email("Ada Auditor") in str(council.plain_row()["Auditor"])
    council.ask("PATCH", "/lists/Audit cycles/1", {"Status": "Open"})
    council.ask("DELETE", "/lists/Audit allocations/1")
    council.enters("2026-03-03T13:00")
    council.run("2026-03-04")
    assert "the row was deleted, or its cycle was closed" in council.words()
    assert len(council.rows()) == 1


def test_what_would_be_proposed_otherwise_by_now_is_not_entered(council: Replacing) -> None:
    council.exempted()
    council.asks()
    council.proposal([REGISTER[0], colleague("Ori Otherservice", Team="Bow"), REGISTER[2]])
    council.enters()
    assert email("Ada Auditor") in str(council.plain_row()["Auditor"])
    council.run("2026-03-04")
    assert "what would be proposed had changed since" in " ".join(council.words().split())


@pytest.mark.parametrize("what", ["auditor", "child"])
def test_a_run_that_is_killed_after_writing_enters_nothing_twice(
    council: Replacing, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    if what == "auditor":
        council.exempted()
    else:
        council.in_list(1, Declared_invalid_on="2026-03-03")
    council.asks()
    name = "changed" if what == "auditor" else "enter"
    write = getattr(RowEntering, name)
    with monkeypatch.context() as machine:

        def killed(self: RowEntering, *given: Any) -> Any:
            write(self, *given)
            raise KeyboardInterrupt

        machine.setattr(RowEntering, name, killed)
        with pytest.raises(KeyboardInterrupt):
            council.enters()
    council.run("2026-03-03", "13:00", whole=False)
    assert len(council.rows()) == (2 if what == "auditor" else 3)
    assert council.events(EventKind.REPLACEMENT_ENTERED) == 1
    council.run("2026-03-04")
    assert "nothing followed" not in council.words()


def test_of_a_restricted_record_the_letter_says_nothing_but_its_reference(council: Replacing) -> None:
    council.in_list(1, Restricted=True)
    council.exempted()
    council.asks()
    words = council.says_the_letter()
    assert "FSP-2026-03-001" in words
    for said in ("Robin", "1000001", "Bow"):
        assert said not in words
    council.enters()
    assert email("Ori Otherservice") in str(council.plain_row()["Auditor"])


def test_a_workbook_that_cannot_be_used_is_told_and_nothing_is_proposed(council: Replacing) -> None:
    council.proposal([colleague("Ada Auditor", Address="")])
    council.exempted()
    council.asks()
    assert "has to be put right first." in council.says_the_letter()
    assert "a colleague needs a name and an address" in council.says_the_letter()


def test_a_library_that_does_not_answer_takes_no_digest_away(
    council: Replacing, monkeypatch: pytest.MonkeyPatch
) -> None:
    council.exempted()

    def refused(*_: object) -> None:
        raise RequestRefused("busy", status=503)

    monkeypatch.setattr("bot.office.library.Library.look", refused)
    assert council.run("2026-03-03").digest_sent
    assert "The auditor was exempted" in council.words()


def test_the_ledger_holds_no_childs_number_of_a_replacement(council: Replacing) -> None:
    council.in_list(1, Declared_invalid_on="2026-03-03")
    council.asks()
    council.enters()
    with closing(Ledger(council.door.settings.ledger)) as ledger:
        said = repr([e.data for e in ledger.read() if "replacement" in e.kind.value])
    assert "200000" not in said


def test_in_a_trial_a_press_writes_what_it_would_write_live_and_people_still_hear_nothing(door: Door) -> None:
    council = Replacing(door)
    council.mode = "team only"
    council.run("2026-03-02", safety="team only")
    council.proposal()
    council.exempted()
    council.run("2026-03-03", safety="team only")
    press = council.buttons()["Propose a replacement"]
    council.team_says(press, None, on="2026-03-03T09:00")
    council.run("2026-03-03", "10:00", whole=False, safety="team only")
    council.team_says(council.button_of_letter("Enter it in the list"), None, on="2026-03-03T11:00")
    council.run("2026-03-03", "12:00", whole=False, safety="team only")
    assert email("Ori Otherservice") in str(council.plain_row()["Auditor"])
    assert council.received("Ori Otherservice") == []


def test_a_rehearsal_leaves_its_answer_among_the_drafts_as_its_digest(door: Door) -> None:
    council = Replacing(door)
    council.mode = "rehearse"
    council.run("2026-03-02", safety="live")
    council.proposal()
    council.exempted()
    council.run("2026-03-03", safety="live")
    press = council.buttons()["Propose a replacement"]
    council.team_says(press, None, on="2026-03-03T09:00")
    council.run("2026-03-03", "10:00", whole=False, safety="rehearse")
    assert council.letters() == []
    assert council.events(EventKind.REPLACEMENT_PROPOSED) == 1


# ------------------------------------------------------------------------------------ what happened in between


def test_one_child_comes_in_the_place_of_one_alone_where_two_fell_out(council: Replacing) -> None:
    for n in (1, 2):
        council.in_list(n, Declared_invalid_on="2026-03-03")
    council.run("2026-03-03")
    for n, link in enumerate(dict.fromkeys(links("Propose a replacement", council.digest()))):
        council.team_says(link, "Tia Manager", on=f"2026-03-03T09:0{n}")
    council.run("2026-03-03", "10:00", whole=False)
    sent = [d for d in council.door.tenant.deliveries(html=True) if "replacement for its" in d["subject"]]
    assert len(sent) == 2
    for n, letter in enumerate(sent):
        (link,) = links("Enter it in the list", str(letter["html"]))
        council.team_says(link, "Tia Manager", on=f"2026-03-03T11:0{n}")
    council.run("2026-03-03", "12:00", whole=False)
    assert len(council.rows()) == 3
    assert council.events(EventKind.REPLACEMENT_ENTERED) == 1
    council.run("2026-03-04")
    assert "the child was in the list already, as FSP-2026-03-003" in " ".join(council.words().split())
    assert "Propose a replacement" in council.buttons(), "one of the two still has nobody in its place"


@pytest.mark.parametrize("what", ["auditor", "child"])
def test_a_replacement_that_is_taken_out_again_can_be_had_anew(council: Replacing, what: str) -> None:
    if what == "auditor":
        council.hal_is_free()
        council.proposal([*REGISTER, colleague("Hal Service")], NO_HEAD)
        council.in_list(1, Auditor=None)
    else:
        council.in_list(1, Declared_invalid_on="2026-03-03")
    council.asks()
    council.enters()
    if what == "auditor":
        council.in_list(1, Auditor=None)
    else:
        council.ask("DELETE", "/lists/Audit allocations/3")
    council.asks("2026-03-04")
    assert len(council.letters()) == 2
    council.enters("2026-03-04T11:00")
    assert council.plain_row()["Auditor"]
    assert len(council.rows()) == (2 if what == "auditor" else 3)


@pytest.mark.parametrize("what", ["auditor", "child"])
def test_what_was_written_though_its_answer_was_lost_is_found_and_not_entered_twice(
    council: Replacing, what: str
) -> None:
    if what == "auditor":
        council.exempted()
    else:
        council.in_list(1, Declared_invalid_on="2026-03-03")
    council.asks()
    method, path = (
        ("PATCH", r"allocations/items/1/fields$") if what == "auditor" else ("POST", "allocations/items$")
    )
    council.door.fault("timeout after", method=method, path=path)
    council.enters()
    assert council.ask("GET", "/faults")["struck"]
    assert len(council.rows()) == (2 if what == "auditor" else 3)
    assert council.events(EventKind.REPLACEMENT_ENTERED) == 1
    council.run("2026-03-04")
    assert "nothing followed" not in council.words()
    assert "Propose a replacement" not in council.buttons()


def test_whose_work_came_back_meanwhile_is_not_replaced(council: Replacing) -> None:
    council.hal_is_free()
    council.proposal([*REGISTER, colleague("Hal Service", "Group Manager", 0)], NO_HEAD)
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"))
    council.run("2026-03-03", "07:00", whole=False)
    away = {"Auto-Submitted": "auto-replied"}
    council.arrives("Mo Moderator", None, subject="Automatic reply", headers=away)
    council.run("2026-03-03", "07:30", whole=False)
    council.asks("2026-03-04")
    council.arrives("Mo Moderator", filled(council.form(), grade="Inadequate", moderated="Inadequate"))
    council.run("2026-03-04", "10:30", whole=False)
    council.enters("2026-03-04T11:00")
    assert email("Mo Moderator") in str(council.plain_row()["Moderator"])
    council.run("2026-03-05")
    assert "nothing is vacant there any more" in " ".join(council.words().split())


def test_an_audit_that_came_back_before_its_auditor_was_exempted_has_no_other_auditor_proposed(
    council: Replacing,
) -> None:
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"))
    council.run("2026-03-02", "10:30", whole=False)
    council.exempted()
    council.run("2026-03-03")
    assert "The auditor was exempted" in council.words()
    assert "Propose a replacement" not in council.buttons()


def test_another_for_a_row_that_was_filled_by_hand_offers_nobody(council: Replacing) -> None:
    council.hal_is_free()
    council.proposal([*REGISTER, colleague("Hal Service")], NO_HEAD)
    council.exempted()
    council.asks()
    another = council.button_of_letter("Another")
    council.in_list(1, Auditor=email("Ori Otherservice"), Exempted_by=None, Exempted_on=None)
    council.team_says(another, None, on="2026-03-03T11:00")
    council.run("2026-03-03", "12:00", whole=False)
    assert "Nothing is vacant there any more" in council.says_the_letter()
    assert links("Enter it in the list", council.letter()) == []


def test_rules_of_allocation_that_cannot_be_read_are_told_and_the_run_goes_on(
    council: Replacing, tmp_path: Path
) -> None:
    council.exempted()
    council.run("2026-03-03")
    council.team_says(council.buttons()["Propose a replacement"], "Tia Manager", on="2026-03-03T09:00")
    (tmp_path / "allocation.toml").write_text("kinds = [")
    files = council.door.settings.files.model_copy(update={"allocation": tmp_path / "allocation.toml"})
    council.run("2026-03-03", "10:00", whole=False, files=files)
    assert "the list that begins here is not closed" in council.says_the_letter()


def test_a_workbook_to_be_put_right_is_told_by_its_cells_and_not_by_what_stands_in_them(
    council: Replacing,
) -> None:
    council.proposal(children=[child("1000001 Robin Carter”, “ask 1000001"), child(1_000_002)])
    council.exempted()
    council.asks()
    words = council.says_the_letter()
    assert "Children!A2: what stands there is no Mosaic number. Write the number alone." in words
    for said in ("1000001", "Robin"):
        assert said not in words


def draw(*facts: tuple[str, str]) -> Table:
    return Table(("What", "Is"), [("Seed", "seven blue doors"), *facts])


def drawn(*numbers: int) -> Table:
    headings = ("Drawn for", "Number", "For the line", "Proposed auditor", "Proposed moderator")
    return Table(headings, [("Full – Team Manager", n, None, None, None) for n in numbers])


def test_a_workbook_of_another_cycle_under_this_ones_name_is_refused_in_a_sentence(
    council: Replacing,
) -> None:
    council.proposal(The_draw=draw(("Proposed for the cycle", "FSP, January 2026")))
    council.exempted()
    council.asks()
    words = council.says_the_letter()
    assert f"it is the proposal of the cycle “FSP, January 2026”, and not of “{CYCLE}”" in words
    assert "write this cycle's name beside “Proposed for the cycle” in its sheet “The draw”" in words
    assert "Enter it in the list" not in words
    council.proposal(The_draw=draw(("Proposed for the cycle", CYCLE)))
    council.asks("2026-03-04")
    assert "Enter it in the list" in council.says_the_letter()


def test_an_older_workbook_that_names_no_cycle_is_taken_where_its_rows_fit(council: Replacing) -> None:
    council.proposal(The_draw=draw(), Proposed=drawn(2_000_000, 2_000_001))
    council.exempted()
    council.asks()
    assert f"none of its children stands in the list under “{CYCLE}”" in council.says_the_letter()
    council.proposal(The_draw=draw(), Proposed=drawn(1_000_001, 1_000_002, 2_000_000))
    council.asks("2026-03-04")
    assert "Enter it in the list" in council.says_the_letter()


def trained(
    council: Replacing, name: str, since: str | None = "2025-06-02", until: str | None = None
) -> None:
    given = {"Title": "Trained auditor", "Person": email(name), "From": since, "To": until}
    council.ask("POST", "/lists/Audit roles", given)


def test_an_auditor_who_comes_in_is_among_the_trained_of_audit_roles_where_these_keep_the_register(
    council: Replacing,
) -> None:
    trained(council, "Ada Auditor")
    trained(council, "Ori Otherservice", until="2026-03-01")
    council.exempted()
    council.asks()
    words = council.says_the_letter()
    assert "Enter it in the list" not in words, "the workbook calls Ori trained, the register no more"
    assert "not known to be trained" in words
    assert "It would be met with Ori Otherservice trained" in words
    trained(council, "Ori Otherservice", since="2026-03-02")
    council.asks("2026-03-04")
    council.enters("2026-03-04T11:00")
    assert email("Ori Otherservice") in str(council.plain_row()["Auditor"])
    council.run("2026-03-05")
    assert "not among the trained auditors" not in council.words()
    assert email("Mo Moderator") in str(council.plain_row()["Moderator"]), "a moderator need not stand there"


def test_who_left_the_training_register_since_they_were_proposed_is_not_entered(council: Replacing) -> None:
    trained(council, "Ada Auditor")
    trained(council, "Ori Otherservice")
    council.exempted()
    council.asks()
    assert "Enter it in the list" in council.says_the_letter()
    last = council.ask("GET", "/lists/Audit roles")["rows"][-1]
    council.ask("PATCH", f"/lists/Audit roles/{last['id']}", {"To": "2026-03-02"})
    council.enters()
    assert email("Ada Auditor") in str(council.plain_row()["Auditor"])


def test_training_that_audit_roles_alone_know_of_counts_and_what_nobody_says_is_told_as_not_known(
    council: Replacing,
) -> None:
    untrained = [REGISTER[0], colleague("Ori Otherservice", **{"Trained on": None}), REGISTER[2]]
    council.proposal(untrained)
    council.exempted()
    council.asks()
    words = council.says_the_letter()
    assert "Whether Ori Otherservice is trained is not known here: “Trained on” is empty." in words
    assert "Enter it in the list" not in words
    trained(council, "Ada Auditor")
    trained(council, "Ori Otherservice", since=None)
    council.asks("2026-03-04")
    assert (
        "Mo Moderator has a day under “Trained on”, but Audit roles do not name them"
        in council.says_the_letter()
    )
    assert "When Ori Otherservice was trained is not known here" in council.says_the_letter()
    assert "Enter it in the list" not in council.says_the_letter()
    trained(council, "Ori Otherservice", since="2025-06-02")
    council.asks("2026-03-05")
    assert "Enter it in the list" in council.says_the_letter()
    assert "not known here" not in council.says_the_letter()


def test_training_of_somebody_who_may_be_a_colleague_under_another_address_is_told_and_counts_for_nobody(
    council: Replacing,
) -> None:
    other = colleague("Ori Otherservice", Address="ori@wexcombe.example")
    council.proposal([REGISTER[0], other, REGISTER[2]])
    trained(council, "Ada Auditor")
    trained(council, "Ori Otherservice")
    council.exempted()
    council.asks()
    words = council.says_the_letter()
    assert "who may be Ori Otherservice of the register, and nobody can tell" in words
    assert "Enter it in the list" not in words


@pytest.mark.parametrize("day", ["2026-03-28", pytest.param("2026-03-30", marks=pytest.mark.slow)])
def test_pressed_when_its_month_has_no_working_day_left_it_is_proposed_for_the_month_that_follows(
    council: Replacing, day: str
) -> None:
    council.exempted()
    shut = {date(2026, 3, 30): "", date(2026, 3, 31): ""}
    council.run("2026-03-27", closure_days=shut)
    council.team_says(council.buttons()["Propose a replacement"], "Tia Manager", on=f"{day}T09:00")
    report = council.run(day, "10:00", whole=False, closure_days=shut)
    assert report.trouble is None
    assert "Ori Otherservice" in council.says_the_letter()
    subject = council.button_of_letter("Enter it in the list")
    council.team_says(subject, "Tia Manager", on=f"{day}T11:00")
    council.run(day, "12:00", whole=False, closure_days=shut)
    assert email("Ori Otherservice") in str(council.plain_row()["Auditor"])


def test_one_replacement_that_cannot_be_worked_out_keeps_no_other_waiting_and_is_tried_again(
    council: Replacing, monkeypatch: pytest.MonkeyPatch
) -> None:
    true = replacing._worked_out

    def stumbles(asked: Any, row: Any, *more: Any) -> Any:
        if row.reference == "FSP-2026-03-001":
            raise IndexError
        return true(asked, row, *more)

    monkeypatch.setattr(replacing, "_worked_out", stumbles)
    council.exempted()
    council.exempted(2)
    council.run("2026-03-03")
    for link in links("Propose a replacement", council.digest()):
        council.team_says(link, "Tia Manager", on="2026-03-03T09:00")
    report = council.run("2026-03-03", "10:00", whole=False)
    assert [s for s in council.letters() if "001" in s] == []
    assert len([s for s in council.letters() if "002" in s]) == 1
    assert report.trouble
    monkeypatch.undo()
    council.run("2026-03-03", "11:00", whole=False)
    assert len([s for s in council.letters() if "001" in s]) == 1, "without another press"


def test_a_column_of_the_workbook_that_lost_its_heading_is_told_and_nobody_is_proposed_past_it(
    council: Replacing,
) -> None:
    council.proposal([[*line, "Yes"] for line in REGISTER], headings=(*AUDITORS, "Exempted by HoS"))
    council.exempted()
    council.asks()
    assert "Auditors: the heading in J1 is nearly “Exempted”" in council.says_the_letter()
    assert links("Enter it in the list", council.letter()) == []


def test_what_was_noted_in_the_sheets_is_told_beside_who_is_proposed(council: Replacing) -> None:
    odd = [child(2_000_000 + n, **{"Social worker": f"Ada Audit{end}r"}) for n, end in enumerate("eaui")]
    council.proposal(children=[child(1_000_001), child(1_000_002), *odd])
    council.exempted()
    council.asks()
    words = council.says_the_letter()
    assert links("Enter it in the list", council.letter())
    assert "Noted: Children!E4: what stands there may be Ada Auditor" in words
    assert "E7" in words, "all of them"
    assert not any(f"Audit{end}r" in words for end in "eaui")


def test_who_gets_nothing_because_the_register_is_unclear_is_told_beside_who_is_proposed(
    council: Replacing,
) -> None:
    unclear = [
        colleague("Bea Board", **{"Line manager": "Tiana Manager"}), colleague("Cy Carer", Team="Bowe"),
        colleague("Di Deputy", Team="Team of others", **{"Line manager": "W. Worker"}),
    ]  # fmt: skip
    others = child(2_000_000, **{"Social worker": "Wes Worker"})
    council.proposal([*REGISTER, *unclear], [child(1_000_001), child(1_000_002), others])
    council.exempted()
    council.asks()
    words = council.says_the_letter()
    assert links("Enter it in the list", council.letter()), "Ori is proposed all the same"
    assert "Unclear in the sheets, and so kept from this work: Bea Board, whose line manager may be" in words
    assert "Cy Carer, whose team may be" in words
    assert not any(stands in words for stands in ("Tiana Manager", "Bowe")), "never what stands in a cell"
    assert "Di Deputy, whose" not in words, "for it is about the work of another child"


# ------------------------------------------------------------------------------------------ re-audits and dip samples


SEPTEMBER = "FSP, September 2026"


@pytest.fixture
def below_good(door: Door) -> Replacing:
    """Two audits of March were moderated as Requires Improvement. September's cycle is in the list, and one of them is
    to be audited again in it, by Ori."""
    council = Replacing(door)

    def moderated() -> None:
        council.run("2026-03-02")
        for n in (1, 2):
            name = f"FSP-2026-03-00{n}"
            form = filled(council.form(name), grade="Requires Improvement")
            council.arrives("Ada Auditor", form, f"{name}.docx", subject=f"RE: Audit {name}")
        council.run("2026-03-03", "09:00", whole=False)
        for n in (1, 2):
            name = f"FSP-2026-03-00{n}"
            form = filled(council.form(name), grade="Requires Improvement", moderated="Requires Improvement")
            council.arrives("Mo Moderator", form, f"{name}.docx", subject=f"RE: Audit {name}")
        council.run("2026-03-04", "09:00", whole=False)
        assert [r["Moderated grade"] for r in council.rows()] == ["Requires Improvement"] * 2
        (march,) = council.ask("GET", "/lists/Audit cycles")["rows"]
        later = {"Title": SEPTEMBER, "Month one": "2026-09-01", "KLOE meeting on": "2026-08-18"}
        council.ask(
            "POST",
            "/lists/Audit cycles",
            {k: v for k, v in march.items() if k not in NOT_WRITTEN and v} | later,
        )
        council.ask("PATCH", "/lists/Audit cycles/1", {"Status": "Closed"})
        council.ask(
            "POST", "/lists/Audit allocations",
            {"Title": "FSP-2026-09-001", "Cycle": SEPTEMBER, "Audit type": "Re-audit", "Mosaic number": "1000001",
             "Team": "Bow", "Practitioner": email("Pru Practitioner"), "Team Manager": email("Tia Manager"),
             "Head of Service": email("Hal Service"), "Auditor": email("Ori Otherservice"),
             "Auditor's Head of Service": email("Hal Service"), "Moderator": email("Mo Moderator"),
             "Confirmed on": "2026-08-25", "Earlier audit": "FSP-2026-03-001"},
        )  # fmt: skip

    council.once("moderated below Good", moderated)
    council.proposal(cycle=SEPTEMBER)
    return council


def test_in_the_place_of_a_re_audit_that_is_invalid_other_work_below_good_comes(
    below_good: Replacing,
) -> None:
    new = below_good.rows()[-1]["id"]
    below_good.in_list(new, Declared_invalid_on="2026-09-01")
    below_good.asks("2026-09-02")
    assert "The work of FSP-2026-03-002 comes" in below_good.says_the_letter()
    below_good.enters("2026-09-02T11:00")
    row = below_good.rows()[-1]
    assert (row["Audit type"], row["Earlier audit"]) == ("Re-audit", "FSP-2026-03-002")
    assert str(row["Mosaic number"]) == "1000002"
    assert email("Ada Auditor") not in str(row["Auditor"]), "never who audited it before"


def test_for_a_re_audit_whose_auditor_is_exempted_another_is_proposed_who_did_not_audit_it_before(
    below_good: Replacing,
) -> None:
    new = below_good.rows()[-1]["id"]
    below_good.in_list(new, Exempted_by=email("Hal Service"), Exempted_on="2026-09-01")
    below_good.asks("2026-09-02")
    words = below_good.says_the_letter()
    assert "Ori Otherservice was exempted" in words
    assert "audited it before" in words, words
