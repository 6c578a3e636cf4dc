"""Letters, rules and closure days as files the Audit Team edits in its library: what it is told, what counts when."""

from __future__ import annotations

import base64
import re
import shutil
import urllib.request
from collections.abc import Mapping
from contextlib import closing
from datetime import date, datetime
from html import unescape
from typing import Any
from urllib.parse import parse_qs, quote

import pytest
from forms import filled
from people_at_work import TeamAtWork
from tenant import ROOT, Door, email

from bot.daily_run.attended import attended
from bot.daily_run.report import Report
from bot.daily_run.team_files.first_files import first_files
from bot.daily_run.team_files.places import kept_here, known_to
from bot.daily_run.workplace import open_workplace
from bot.errors import StandsStill
from bot.exit_status import NOT_DONE
from bot.office.ledger import Ledger
from bot.office.settings_library import SettingsLibrary
from bot.papers.spreadsheet import Table, workbook
from bot.papers.team_files.closure_days import days_workbook
from bot.papers.team_files.letter_in_word import letter_as_word
from bot.papers.workbook_read import read_workbook
from bot.programme.events import Event, EventKind

FOLDER = "Audit bot settings"
REMINDER = "07_audit_reminder.md"


class Editing(TeamAtWork):
    """The small council, whose Audit Team edits its files in the library."""

    def __init__(self, door: Door) -> None:
        super().__init__(door)
        self.effect = "on yes"
        door.settings = door.settings.model_copy(update={"health_file": door.folder / "health.json"})

    def run(self, day: str, hour: str = "08:00", *, whole: bool = True, **changes: Any) -> Report:
        own = {"settings_library": FOLDER, "changes_take_effect": self.effect}
        return super().run(day, hour, whole=whole, **{**own, **changes})

    @property
    def settings(self) -> Any:
        return self.door.settings.model_copy(update={"settings_library": FOLDER})

    def filled(self, *names: str) -> None:
        """The files as the command puts them there, or some of them, and the daily run that finds them the same."""
        files = first_files(self.settings)
        for name in names or (REMINDER, "rules.toml", "closure days.xlsx"):
            self.puts(name, files[name])
        self.run("2026-03-02")

    def fill(self) -> dict[str, bool]:
        with open_workplace(
            self.settings, clock=self.door.clock, say=lambda _: None, sleep=self.door.naps
        ) as workplace:
            library = SettingsLibrary(workplace.library, FOLDER, kept_here(self.settings))
            return dict(library.fill(first_files(self.settings), known_to(self.settings)))

    def text(self, name: str) -> str:
        return self._bytes(f"/files/content?path={quote(f'{FOLDER}/{name}')}").decode()

    def puts(self, name: str, data: bytes | str) -> None:
        data = data.encode() if isinstance(data, str) else data
        self.ask("POST", "/files", {"path": f"{FOLDER}/{name}", "base64": base64.b64encode(data).decode()})

    def takes_away(self, path: str) -> None:
        address = f"{self.door.tenant.front_desk_url}/api/files?path={quote(path)}"
        with urllib.request.urlopen(urllib.request.Request(address, method="DELETE")) as answer:
            assert answer.status == 200

    def edits(self, name: str, was: str, now: str) -> None:
        text = self.text(name)
        assert text.count(was) == 1, text.count(was)
        self.puts(name, text.replace(was, now))

    def told(self) -> dict[str, Any]:
        """The latest letter about a change."""
        return self.letters()[-1]

    def letters(self) -> list[dict[str, Any]]:
        sent = self.door.tenant.deliveries(html=True)
        return [d for d in sent if "Please say whether it is right" in d["subject"]]

    def change(self) -> str:
        return unescape(re.sub(r"<[^>]+>", " ", self.told()["html"]))

    def yes(self, at: str, letter: Mapping[str, Any] | None = None, sender: str = "Tia Manager") -> None:
        html = str((letter or self.told())["html"])
        (link,) = re.findall(r'href="(mailto:[^"]*)"[^>]*>Yes, use it<', html)
        subject = parse_qs(unescape(link).partition("?")[2])["subject"][0]
        self.team_says(subject, sender, on=at)

    def events(self, kind: EventKind) -> list[Event]:
        with closing(Ledger(self.door.settings.ledger)) as ledger:
            return [event for event in ledger.read() if event.kind is kind]

    def used(self) -> Any:
        """The settings and rules the next run goes by."""
        with open_workplace(
            self.settings, clock=self.door.clock, say=lambda _: None, sleep=self.door.naps
        ) as workplace:
            return workplace

    def reminder_used(self) -> str:
        found: str = (self.used().settings.files.letters / REMINDER).read_text(encoding="utf-8")
        return found


@pytest.fixture
def council(door: Door) -> Editing:
    found = Editing(door)
    found.once("filled", found.filled)
    return found


def test_files_that_say_what_is_used_are_used_without_a_question(council: Editing) -> None:
    assert not council.letters()
    (event,) = council.events(EventKind.TEAM_FILES_IN_FORCE)
    assert "The files there say the same as those in use" in council.words()
    assert f"mail_templates/{REMINDER}" in event.data["files"]  # type: ignore[operator]
    council.run("2026-03-03")
    assert len(council.events(EventKind.TEAM_FILES_IN_FORCE)) == 1
    assert not council.letters()


def test_a_changed_letter_is_shown_and_counts_from_the_run_after_the_yes(council: Editing) -> None:
    council.edits(REMINDER, "A friendly reminder:", "A gentle nudge:")
    council.run("2026-03-03")
    assert "07_audit_reminder.md has changed" in council.change()
    assert "The same letters go to the same people on the same days." in council.change()
    (sample,) = council.told()["attachments"]
    assert sample["name"] == "07_audit_reminder.html"
    assert "A friendly reminder:" in council.reminder_used()
    council.yes("2026-03-03T09:00")
    council.run("2026-03-03", "10:00", whole=False)
    assert "A gentle nudge:" in council.reminder_used()
    council.run("2026-03-04")
    assert "is used from the next run on: Tia Manager said yes" in council.words()
    council.run("2026-03-05")
    assert "Tia Manager said yes" not in council.words(), "told once"
    assert len(council.letters()) == 1


def test_rules_tell_how_many_letters_go_when_before_they_count(council: Editing) -> None:
    rules = council.text("rules.toml")
    entry = next(
        part
        for part in rules.split("[[rule]]")
        if 'id        = "audit reminder"' in part or "audit reminder" in part[:80]
    )
    wait = re.search(r'wait\s*=\s*"([^"]*)"', entry)
    assert wait
    council.puts("rules.toml", rules.replace(entry, entry.replace(wait[0], 'wait = "1 working day before"')))
    council.run("2026-03-03")
    assert "rules.toml has changed" in council.change()
    assert "instead of" in council.change()
    assert re.search(
        r"Audit reminder: \d+ letters? goe?s? \d+ working days? later \(the first on", council.change()
    ), council.change()


def test_a_fault_names_file_place_and_remedy_and_the_last_good_version_works_on(council: Editing) -> None:
    council.edits(REMINDER, "{{ greeting }}", "{{ greting }}")
    council.edits("rules.toml", 'sets  = "kloe meeting due"', 'sets  = "kloe meeting dew"')
    council.puts("closure days.xlsx", b"no workbook")
    council.run("2026-03-03")
    words = council.words()
    assert f"{FOLDER}/{REMINDER}" in words
    assert "“greting”" in words
    assert "did you mean “greeting”" in words or "greeting" in words
    assert f"{FOLDER}/rules.toml" in words
    assert "kloe meeting dew" in words
    assert f"{FOLDER}/closure days.xlsx" in words
    assert not council.letters()
    assert "{{ greeting }}" in council.reminder_used()
    council.run("2026-03-04")
    assert "“greting”" in council.words(), "every day until it is mended"


def test_what_is_right_is_offered_while_another_file_is_wrong(council: Editing) -> None:
    council.edits(REMINDER, "A friendly reminder:", "A gentle nudge:")
    council.puts("rules.toml", "this is no rule book")
    council.run("2026-03-03")
    assert "07_audit_reminder.md has changed" in council.change()
    council.yes("2026-03-03T09:00")
    council.run("2026-03-03", "10:00", whole=False)
    assert "A gentle nudge:" in council.reminder_used()
    assert council.used().basis.rulebook.rules


def test_a_letter_against_the_rules_is_never_half_a_set(council: Editing) -> None:
    council.edits(REMINDER, 'how_long["audit escalation"]', 'how_long["audit escalations"]')
    council.run("2026-03-03")
    assert not council.letters()
    assert "does not fit together" in council.words()
    assert "audit escalations" in council.words()


def test_closure_days_from_excel_move_letters_and_are_told_by_their_names(council: Editing) -> None:
    council.puts("closure days.xlsx", days_workbook({date(2026, 3, 12): "Staff day"}))
    council.run("2026-03-03")
    assert "Thu 12 Mar 2026 (Staff day) becomes a closure day." in council.change()
    council.yes("2026-03-03T09:00")
    council.run("2026-03-03", "10:00", whole=False)
    assert council.used().settings.closure_days == {date(2026, 3, 12): "Staff day"}
    assert not council.used().basis.working.is_working(date(2026, 3, 12))


def test_a_change_changed_again_is_told_anew_and_only_the_new_button_counts(council: Editing) -> None:
    council.edits(REMINDER, "A friendly reminder:", "A gentle nudge:")
    council.run("2026-03-03")
    first = council.told()
    council.edits(REMINDER, "A gentle nudge:", "A last word:")
    council.run("2026-03-04")
    assert len(council.letters()) == 2
    council.yes("2026-03-04T09:00", first)
    council.run("2026-03-04", "10:00", whole=False)
    assert "A friendly reminder:" in council.reminder_used()
    council.yes("2026-03-04T10:30")
    council.run("2026-03-04", "11:00", whole=False)
    assert "A last word:" in council.reminder_used()


def test_a_change_taken_back_is_told_and_nothing_happens(council: Editing) -> None:
    council.edits(REMINDER, "A friendly reminder:", "A gentle nudge:")
    council.run("2026-03-03")
    first = council.told()
    council.edits(REMINDER, "A gentle nudge:", "A friendly reminder:")
    council.run("2026-03-04")
    assert "is not used: it was taken back" in council.words()
    council.yes("2026-03-04T09:00", first)
    council.run("2026-03-04", "10:00", whole=False)
    assert "A friendly reminder:" in council.reminder_used()
    assert len(council.events(EventKind.TEAM_FILES_IN_FORCE)) == 1
    council.edits(REMINDER, "A friendly reminder:", "A gentle nudge:")
    council.run("2026-03-05")
    assert len(council.letters()) == 2, "offered again: told anew"


def test_the_yes_of_anybody_else_counts_for_nothing(council: Editing) -> None:
    council.edits(REMINDER, "A friendly reminder:", "A gentle nudge:")
    council.run("2026-03-03")
    council.yes("2026-03-03T09:00", sender="Ada Auditor")
    council.run("2026-03-03", "10:00", whole=False)
    assert "A friendly reminder:" in council.reminder_used()


def test_a_yes_that_the_daily_run_itself_reads_is_not_asked_for_again(council: Editing) -> None:
    council.edits(REMINDER, "A friendly reminder:", "A gentle nudge:")
    council.run("2026-03-03")
    council.yes("2026-03-03T20:00")
    council.run("2026-03-04")
    assert len(council.letters()) == 1
    assert "A gentle nudge:" in council.reminder_used()


def test_after_a_day_a_change_counts_where_that_is_set(door: Door) -> None:
    council = Editing(door)
    council.effect = "after a day"
    council.filled()
    council.edits(REMINDER, "A friendly reminder:", "A gentle nudge:")
    council.run("2026-03-06")  # a Friday
    assert "from the next working day on" in council.change()
    council.run("2026-03-07")
    assert "A friendly reminder:" in council.reminder_used()
    council.run("2026-03-09")
    assert "A gentle nudge:" in council.reminder_used()
    assert "a working day has passed" in council.words()


def test_rules_that_changed_wait_for_a_yes_whatever_is_set(door: Door) -> None:
    """Whoever may write there could else add a reader to an alert, and nobody would have said yes."""
    council = Editing(door)
    council.effect = "after a day"
    council.filled()
    rules = council.text("rules.toml")
    council.puts(
        "rules.toml", rules.replace('wait   = "3 working days before"', 'wait   = "1 working day before"', 1)
    )
    council.run("2026-03-06")
    assert "when one of you says yes" in council.change()
    council.run("2026-03-09")
    assert "a working day has passed" not in council.words()
    assert "waits for your word" in council.words()


def test_rules_by_which_an_inadequate_reaches_the_team_manager_alone_are_never_used(council: Editing) -> None:
    rules = council.text("rules.toml")
    five = 'to     = ["practitioner", "team manager", "head of service", "audit manager", "head of learning academy"]'
    start = rules.index('id     = "inadequate alert"')
    council.puts("rules.toml", rules[:start] + rules[start:].replace(five, 'to     = ["team manager"]', 1))
    council.run("2026-03-03")
    said = council.words()
    assert "goes to the practitioner, head of service, audit manager and head of learning academy" in said
    assert "the guide names them (§10)" in said
    assert not council.letters(), "nobody is asked to say yes to it"
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"))
    council.run("2026-03-03", "10:05", whole=False)
    alerted = {
        r
        for d in council.door.tenant.deliveries()
        if "please read today" in d["subject"]
        for r in d["delivered_to"]
    }
    assert {email(name) for name in ("Pru Practitioner", "Tia Manager", "Hal Service")} <= alerted


def test_without_sharepoint_the_last_good_version_works_on_and_that_is_told(council: Editing) -> None:
    council.door.fault("unavailable", method="GET", path="/children", times=1_000)
    council.run("2026-03-03")
    council.ask("DELETE", "/faults")
    assert "The files there could not be looked at" in council.words()
    assert "A friendly reminder:" in council.reminder_used()


def test_unknown_names_are_told_once_and_become_no_path(council: Editing) -> None:
    council.puts("07_audit_remindr.md", "Subject: x\n\nx\n")
    council.run("2026-03-03")
    assert "“07_audit_remindr.md” is no file the bot knows" in council.words()
    council.run("2026-03-04")
    assert "07_audit_remindr" not in council.words()


def test_a_file_that_is_far_too_large_is_not_even_fetched(council: Editing) -> None:
    council.puts(REMINDER, b"x" * 2_000_001)
    council.run("2026-03-03")
    assert "it is larger than 2 MB" in council.words()
    assert "A friendly reminder:" in council.reminder_used()


def test_a_file_taken_away_is_told_and_changes_nothing(council: Editing) -> None:
    council.takes_away(f"{FOLDER}/{REMINDER}")
    council.run("2026-03-03")
    assert "07_audit_reminder.md lay there and does no longer" in council.words()
    assert "A friendly reminder:" in council.reminder_used()


def test_a_machine_made_anew_finds_the_set_in_the_library_and_stands_still_without_it(
    council: Editing,
) -> None:
    council.edits(REMINDER, "A friendly reminder:", "A gentle nudge:")
    council.run("2026-03-03")
    council.yes("2026-03-03T09:00")
    council.run("2026-03-03", "10:00", whole=False)
    shutil.rmtree(council.door.folder / "team files")
    assert "A gentle nudge:" in council.reminder_used()
    shutil.rmtree(council.door.folder / "team files")
    for kept in council.ask("GET", "/files"):
        if kept["path"].endswith(".zip"):
            council.takes_away(kept["path"])
    with pytest.raises(StandsStill, match="by others nothing is done"):
        council.used()


def test_while_the_set_in_use_is_gone_everywhere_the_team_is_told_by_a_letter_each_day_and_nobody_else_is_written_to(
    council: Editing,
) -> None:
    council.edits(REMINDER, "A friendly reminder:", "A gentle nudge:")
    council.run("2026-03-03")
    council.yes("2026-03-03T09:00")
    council.run("2026-03-03", "10:00", whole=False)
    council.used()
    shutil.rmtree(council.door.folder / "team files")
    for kept in council.ask("GET", "/files"):
        if kept["path"].startswith(FOLDER):
            council.takes_away(kept["path"])
    had = len(council.door.tenant.deliveries())
    for moment in ("2026-03-16T08:00", "2026-03-16T08:30", "2026-03-17T08:00"):
        council.ask("POST", "/clock", {"now": f"{moment}:00+00:00"})
        now = datetime.fromisoformat(f"{moment}+00:00")
        found = attended(
            council.settings, clock=lambda now=now: now, say=lambda _: None, sleep=council.door.naps
        )
        assert found.status == NOT_DONE
    told = council.door.tenant.deliveries(html=True)[had:]
    assert [d["delivered_to"] for d in told] == [[council.door.settings.mailbox]] * 2, (
        "once a day, and reminders to nobody"
    )
    assert all("The audit bot stands still until somebody has acted" in d["subject"] for d in told)
    assert "restore" in told[0]["html"]
    assert (
        "from the site&#x27;s recycle bin" in told[0]["html"]
        or "from the site's recycle bin" in told[0]["html"]
    )


def test_files_are_fetched_only_when_they_were_written_since(council: Editing) -> None:
    council.run("2026-03-03")
    council.ask("POST", "/counters")
    council.run("2026-03-04")
    asked = council.ask("GET", "/counters")
    fetched = [path for path in str(asked).split("'") if "content" in path]
    assert len(fetched) < 5, fetched


def test_fill_puts_everything_there_writes_over_nothing_and_all_of_it_is_known(council: Editing) -> None:
    council.edits(REMINDER, "A friendly reminder:", "A gentle nudge:")
    put = council.fill()
    assert not put[REMINDER]
    assert put["audit_tool.docx"]
    assert put["highlight_report.docx"]
    assert len([name for name in put if name.endswith(".md")]) == len(
        [*(ROOT / "mail_templates").glob("*.md")]
    )
    assert "A gentle nudge:" in council.text(REMINDER)
    council.run("2026-03-03")
    assert "is no file the bot knows" not in council.words()
    assert "07_audit_reminder.md has changed" in council.change()


def test_a_letter_edited_in_word_and_rules_edited_in_excel_are_told_and_used(door: Door) -> None:
    council = Editing(door)
    office = first_files(council.settings, in_office=True)
    word, excel = REMINDER.replace(".md", ".docx"), "rules.xlsx"
    for name in (word, excel):
        council.puts(name, office[name])
    council.run("2026-03-02")
    assert not council.letters(), "Word and Excel say the same"
    text = council.reminder_used().replace("A friendly reminder:", "A “gentle” nudge:")
    council.puts(word, letter_as_word(text))
    book = read_workbook(office[excel])
    letters = [
        [
            cell if n != 2 or row[0] != "audit reminder" else "1 working day before"
            for n, cell in enumerate(row)
        ]
        for row in book.sheets["Letters"]
    ]
    tables = {name: Table(rows[0], rows[1:]) for name, rows in {**book.sheets, "Letters": letters}.items()}  # type: ignore[arg-type]
    council.puts(excel, workbook(tables))
    council.run("2026-03-03")
    assert "07_audit_reminder.docx, rules.xlsx have changed" in council.change()
    assert (
        "The letter “audit reminder”: wait “1 working day before” instead of “3 working days before”"
        in council.change()
    )
    council.yes("2026-03-03T09:00")
    council.run("2026-03-03", "10:00", whole=False)
    assert "A “gentle” nudge:" in council.reminder_used()
    assert {r.id: str(r.wait.count) for r in council.used().basis.rulebook.rules}["audit reminder"] == "-1"


def test_what_is_wrong_in_word_and_in_a_form_is_named_and_two_forms_of_one_file_are_neither(
    council: Editing,
) -> None:
    office = first_files(council.settings, in_office=True)
    council.puts("07_audit_overdue.docx", b"no Word file")
    council.puts("07_audit_reminder.docx", office["07_audit_reminder.docx"])
    council.puts("audit_tool.docx", office["uopp_record.docx"])
    council.puts("highlight_report.docx", office["board_report.docx"])
    council.run("2026-03-03")
    words = council.words()
    assert "are the same file in two forms: keep one of them" in words
    for name in ("07_audit_overdue.docx", "audit_tool.docx", "highlight_report.docx"):
        assert f"{FOLDER}/{name}" in words, name
    assert not council.letters()
