"""Letters go further only when the Audit Team, shown which and to whom, has said yes; and less far at once."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from forms import filled
from people_at_work import TeamAtWork
from small_council import LAUNCH
from tenant import ROOT, Door, email, settings_for, small_seed

import sandbox
from bot.daily_run.attended import Attended, attended
from bot.daily_run.levels import shown_now
from bot.daily_run.report import Report
from bot.daily_run.workplace import open_workplace
from bot.office.ledger import Ledger
from bot.programme.events import EventKind
from bot.programme.levels import KINDS
from bot.programme.modes import Mode
from bot.settings import Settings

ASKED = "would go out"


class Rising(TeamAtWork):
    """The small council, newly installed; its settings allow letters to people, and its team is asked first."""

    def look(self, day: str, hour: str = "08:00", *, whole: bool = True, **changes: Any) -> Report:
        self.ask("POST", "/clock", {"now": f"{day}T{hour}:00+00:00"})
        moment = datetime.fromisoformat(f"{day}T{hour}:00").replace(tzinfo=UTC)
        usual = {"ask_before_levels": True, "health_file": self.door.folder / "health.json"}
        settings = self.door.settings.model_copy(update={**usual, **changes})
        found: Attended = attended(
            settings, clock=lambda: moment, say=lambda _: None, whole=whole, sleep=self.door.naps
        )
        assert found.report is not None, found.faults
        return found.report

    def shown(self) -> list[dict[str, Any]]:
        return [d for d in self.door.tenant.deliveries(html=True) if ASKED in d["subject"]]

    def yes(self, nth: int = -1) -> str:
        """The subject of the message by which a plan that was shown is approved."""
        link = re.search(r'href="(mailto:[^"]*)"[^>]*>Yes, go to', self.shown()[nth]["html"])
        assert link
        return parse_qs(unescape(link[1]).partition("?")[2])["subject"][0]

    def to_people(self) -> list[str]:
        team = self.door.settings.mailbox
        return [d["subject"] for d in self.door.tenant.deliveries() if d["delivered_to"] != [team]]

    def levels(self) -> list[tuple[str, str]]:
        ledger = Ledger(self.door.settings.ledger)
        found = [(str(e.data["level"]), e.kind.value) for e in ledger.of_kinds(KINDS)]
        ledger.close()
        return found

    def risen(self, day: str = "2026-03-02") -> Report:
        """A plan was shown in the morning and approved at nine."""
        self.look(day)
        self.team_says(self.yes(), "Tia Manager", on=f"{day}T09:00")
        return self.look(day, "09:05", whole=False)


@pytest.fixture
def council(door: Door) -> Rising:
    return Rising(door)


def test_a_new_installation_set_to_live_rehearses_and_shows_the_team_what_would_go_out(
    council: Rising,
) -> None:
    report = council.look("2026-03-02")
    assert report.letters == LAUNCH
    assert not council.to_people()
    (asked,) = council.shown()
    assert asked["delivered_to"] == [council.door.settings.mailbox]
    assert asked["subject"].endswith("From rehearse to live: 7 letters would go out")
    assert [a["name"] for a in asked["attachments"]] == [
        "What would go out from 2026-03-02 to 2026-03-09.xlsx"
    ]
    assert re.search(r"Audit allocated</td>\s*<td[^>]*>2<", asked["html"])
    council.look("2026-03-03")
    council.look("2026-03-09")
    assert len(council.shown()) == 1
    council.look("2026-03-10")
    assert len(council.shown()) == 2, "its days are over and nobody has answered"
    assert not council.to_people()


def test_letters_go_to_people_once_a_member_of_the_team_says_yes_and_not_for_a_strangers(
    council: Rising,
) -> None:
    council.look("2026-03-02")
    council.team_says(council.yes(), "Ada Auditor", on="2026-03-02T08:30")
    report = council.look("2026-03-02", "08:35", whole=False)
    assert report.questions == 1
    assert council.levels() == [("rehearse", "level began"), ("live", "level shown")]
    assert not council.to_people()
    council.team_says(council.yes(), "Tia Manager", on="2026-03-02T09:00")
    assert council.look("2026-03-02", "09:05", whole=False).letters == LAUNCH
    assert len(council.received("Ada Auditor")) == 2
    assert council.levels()[2:] == [("live", "level approved"), ("live", "level began")]
    council.look("2026-03-03")
    assert "Tia Manager said yes to the plan of Mon 2 Mar 2026." in council.words()
    assert len(council.received("Ada Auditor")) == 2
    assert len(council.shown()) == 1


def test_a_plan_that_has_grown_since_is_shown_again_and_nothing_changes(council: Rising) -> None:
    council.look("2026-03-02")
    old = council.yes()
    council.ask("PATCH", "/lists/Audit allocations/1", {"Practitioner": email("Hal Service")})
    council.team_says(old, "Tia Manager", on="2026-03-02T09:00")
    council.look("2026-03-02", "09:05", whole=False)
    assert not council.to_people()
    assert len(council.shown()) == 2
    assert council.shown()[-1]["subject"].endswith("more than you said yes to")
    assert "Hal Service" in council.shown()[-1]["html"]
    council.team_says(old, None, on="2026-03-02T09:30")
    council.look("2026-03-02", "09:35", whole=False)
    assert not council.to_people(), "a yes to the plan before is none to this one"
    council.team_says(council.yes(), "Tia Manager", on="2026-03-02T10:00")
    council.look("2026-03-02", "10:05", whole=False)
    assert len(council.received("Ada Auditor")) == 2


def test_going_live_late_releases_no_pile_and_says_so_beforehand(council: Rising) -> None:
    council.look("2026-03-02", safety=Mode.REHEARSE)
    assert not council.shown(), "the settings allow nothing further"
    council.look("2026-03-19")
    assert re.search(
        r"Not among them: \d+ letters that fell due earlier",
        re.sub("<[^>]+>", "", council.shown()[0]["html"]),
    )
    council.team_says(council.yes(), "Tia Manager", on="2026-03-19T09:00")
    report = council.look("2026-03-19", "09:05", whole=False)
    assert not set(LAUNCH) & set(report.letters)
    assert not council.received("Ada Auditor")
    assert [d for d in council.door.tenant.deliveries() if "fell due earlier" in d["subject"]]


def test_nothing_that_was_not_shown_goes_because_of_the_day_the_bot_is_to_begin_on(council: Rising) -> None:
    council.ask("POST", "/clock", {"now": "2026-03-10T08:00:00+00:00"})
    changes = {"ask_before_levels": True, "start_on": date(2026, 3, 2)}
    moment = datetime(2026, 3, 10, 8, tzinfo=UTC)
    settings = council.door.settings.model_copy(update=changes)
    with open_workplace(settings, clock=lambda: moment, say=lambda _: None, locked=True) as workplace:
        assert shown_now(workplace)
    assert "Audit allocated" not in council.shown()[0]["html"]
    council.team_says(council.yes(), "Tia Manager", on="2026-03-10T09:00")
    report = council.look("2026-03-10", "09:05", start_on=date(2026, 3, 2))
    assert council.levels()[-1] == ("live", "level began")
    assert not set(LAUNCH) & set(report.letters)


def test_the_team_stops_everything_by_one_button_and_is_shown_the_plan_before_it_goes_on(
    council: Rising,
) -> None:
    council.risen()
    council.look("2026-03-03")
    stop = council.buttons()["Stop, back to rehearse"]
    sent = len(council.to_people())
    council.team_says(stop, "Ada Auditor", on="2026-03-04T07:00")
    council.look("2026-03-04", "07:05", whole=False)
    assert council.levels()[-1] == ("live", "level began"), "a stranger stops nothing"
    council.team_says(stop, "Tia Manager", on="2026-03-04T07:30")
    report = council.look("2026-03-04")
    assert council.levels()[-2:] == [("rehearse", "level began"), ("live", "level shown")]
    assert any("say yes in the letter" in p.what for p in report.needs_a_person)
    assert council.look("2026-03-16").letters, "reminders are due; they are drafts"
    assert len(council.to_people()) == sent
    council.team_says(council.yes(), None, on="2026-03-16T10:00")
    council.look("2026-03-16", "10:05", whole=False)
    assert len(council.to_people()) > sent
    council.team_says(stop, "Tia Manager", on="2026-03-17T07:30")
    council.look("2026-03-17")
    assert council.levels()[-2:] == [("rehearse", "level began"), ("live", "level shown")]


def test_an_inadequate_that_comes_in_after_stop_comes_to_the_team_at_once_and_to_people_once_they_say_yes(
    council: Rising,
) -> None:
    council.risen()
    council.look("2026-03-03")
    council.team_says(council.buttons()["Stop, back to rehearse"], "Tia Manager", on="2026-03-03T09:00")
    council.look("2026-03-03", "09:05", whole=False)
    council.ask("POST", "/clock", {"now": "2026-03-03T11:00:00+00:00"})
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"))
    before = len(council.door.tenant.deliveries())
    council.look("2026-03-03", "11:05", whole=False)
    (alert,) = council.door.tenant.deliveries()[before:]
    assert alert["delivered_to"] == [council.door.settings.mailbox]
    assert alert["subject"].startswith("Would have gone to Pru Practitioner, Tia Manager, Hal Service")
    council.look("2026-03-04")
    council.team_says(council.yes(), None, on="2026-03-04T10:00")
    for day, hour in (("2026-03-04", "10:05"), ("2026-03-05", "08:00"), ("2026-03-06", "08:00")):
        council.look(day, hour)
    assert sum("please read today" in subject for subject in council.received("Hal Service")) == 1


def test_settings_that_allow_less_count_at_once_and_the_way_back_is_asked_for(council: Rising) -> None:
    council.risen()
    council.look("2026-03-16", safety=Mode.TEAM_ONLY)
    sent = len(council.to_people())
    council.look("2026-03-17")
    assert len(council.to_people()) == sent
    assert (
        council.shown()[-1]["subject"].endswith("From team only to live: 1 letter would go out")
        or len(council.shown()) == 2
    )


def test_a_lost_ledger_goes_on_at_the_level_of_the_letters_that_lie_in_the_mailbox_and_says_so(
    council: Rising,
) -> None:
    council.risen()
    for file in council.door.folder.glob("ledger.sqlite*"):
        file.unlink()
    council.look("2026-03-03", start_on=date(2026, 3, 2))
    assert council.levels() == [("live", "level began")]
    assert "The newest letter in the mailbox was written at this level" in council.words()
    assert len(council.received("Ada Auditor")) == 2


def test_a_lost_ledger_of_a_rehearsal_does_not_send_what_was_never_sent(council: Rising) -> None:
    council.look("2026-03-02")
    for file in council.door.folder.glob("ledger.sqlite*"):
        file.unlink()
    council.look("2026-03-03", start_on=date(2026, 3, 2))
    assert not council.to_people()
    assert council.levels() == [("rehearse", "level began"), ("live", "level shown")]


def test_what_the_team_has_stopped_stays_stopped_when_the_ledger_is_lost(council: Rising) -> None:
    council.risen()
    council.look("2026-03-03")
    council.team_says(council.buttons()["Stop, back to rehearse"], "Tia Manager", on="2026-03-04T07:30")
    council.look("2026-03-04", "07:35", whole=False)
    for file in council.door.folder.glob("ledger.sqlite*"):
        file.unlink()
    sent = len(council.to_people())
    council.look("2026-03-16", start_on=date(2026, 3, 2))
    assert len(council.to_people()) == sent
    assert council.levels() == [
        ("live", "level began"), ("rehearse", "level began"), ("live", "level shown"),
    ]  # fmt: skip


def test_an_installation_that_has_been_live_goes_on_without_a_question(council: Rising) -> None:
    council.run("2026-03-02")
    council.look("2026-03-03")
    assert council.levels() == [("live", "level began")]
    assert not council.shown()
    assert len(council.received("Ada Auditor")) == 2


def test_a_live_profile_cannot_leave_the_question_out() -> None:
    given = tomllib.loads((ROOT / "config/example_tenant.toml").read_text(encoding="utf-8"))
    assert Settings.model_validate(given).ask_before_levels
    with pytest.raises(ValueError, match="ask_before_levels = false is for a sandbox"):
        Settings.model_validate({**given, "ask_before_levels": False})


def test_whoever_asks_is_told_how_far_letters_go_by_whom_and_what_is_asked(
    council: Rising, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from bot.cli import level, main

    settings = council.door.settings.model_copy(update={"ask_before_levels": True})
    monkeypatch.setattr(level, "load", lambda _path: settings)

    def told(*more: str) -> dict[str, Any]:
        assert main(["level", "--json", "--today", "2026-03-02", *more]) == 0
        found: dict[str, Any] = json.loads(capsys.readouterr().out)
        return found

    assert told()["in_force"] == "rehearse"
    asked = told("--ask")
    assert (asked["allowed"], asked["asked"], asked["letters"]) == ("live", "live", 7)
    assert len(council.shown()) == 1
    council.team_says(council.yes(), "Tia Manager", on="2026-03-02T09:00")
    council.look("2026-03-02", "09:05")
    assert (told()["in_force"], told()["by"]) == ("live", email("Tia Manager"))
    assert main(["level", "--ask", "--today", "2026-03-02"]) == 0
    assert "Nothing was asked" in capsys.readouterr().out
    assert len(council.shown()) == 1


def test_a_stop_takes_back_a_yes_that_the_same_look_reads_and_one_that_waits(council: Rising) -> None:
    council.risen()
    council.look("2026-03-03")
    stop = council.buttons()["Stop, back to rehearse"]
    council.team_says(stop, "Tia Manager", on="2026-03-03T09:00")
    council.look("2026-03-04")
    sent = len(council.to_people())
    council.team_says(council.yes(), None, on="2026-03-04T09:00")
    council.team_says(stop, "Tia Manager", on="2026-03-04T09:02")
    council.look("2026-03-04", "09:05", whole=False)
    council.look("2026-03-16")
    assert council.levels()[-1] == ("live", "level shown"), "they are shown the plan again"
    assert len(council.to_people()) == sent
    council.team_says(stop, "Tia Manager", on="2026-03-04T09:01")
    assert not council.look("2026-03-16", "09:05", whole=False).questions


# ----------------------------------------------------------------------------------- ledger, list on the site, settings


@pytest.fixture(scope="module")
def with_the_list() -> Iterator[sandbox.Running]:
    seed = small_seed()
    seed["lists"].append({"name": "Audit bot", "columns": [{"name": "Title", "type": "text"}], "items": []})
    with sandbox.run(seed) as tenant:
        yield tenant


@pytest.fixture
def prepared(with_the_list: sandbox.Running, door: Door, tmp_path: Path) -> Rising:
    """A council whose site has the list “Audit bot”, with the tasks of the morning of 2 March before it."""
    with_the_list.ask("POST", "/reset")
    with_the_list.ask("POST", "/behaviours", {"sending rate": False})
    return Rising(Door(with_the_list, settings_for(with_the_list, tmp_path), door.graph, door.naps, tmp_path))


def stands(council: Rising) -> list[str]:
    rows = council.ask("GET", "/lists/Audit bot")["rows"]
    return [row["Title"] for row in rows if row["Title"].startswith("How far letters go")]


def message_deleted(council: Rising, word: str) -> None:
    """A person deletes whatever message to the Audit Team has this word in its subject."""
    door = council.door
    with open_workplace(door.settings, clock=door.clock, say=lambda _: None) as workplace:
        found = workplace.graph.get(f"{workplace.mailbox.path}/messages?$select=id,subject&$top=500")["value"]
        ids = [each["id"] for each in found if word in each["subject"].casefold()]
        assert ids
        for message in ids:
            workplace.graph.delete(f"{workplace.mailbox.path}/messages/{message}")


def test_the_list_on_the_site_says_how_far_letters_go_with_each_step_up_and_down(prepared: Rising) -> None:
    prepared.look("2026-03-02")
    assert stands(prepared) == ["How far letters go: rehearse"]
    prepared.team_says(prepared.yes(), "Tia Manager", on="2026-03-02T09:00")
    assert prepared.look("2026-03-02", "09:05", whole=False).letters == LAUNCH
    assert stands(prepared) == ["How far letters go: live"]
    prepared.look("2026-03-03", safety=Mode.TEAM_ONLY)
    assert stands(prepared) == ["How far letters go: team only"]


@pytest.mark.parametrize("how", ["by the settings", "by Stop, whose message is gone"])
def test_an_old_ledger_put_back_never_brings_a_higher_level_back_unasked(prepared: Rising, how: str) -> None:
    prepared.risen()
    prepared.look("2026-03-03")
    shutil.copytree(
        prepared.door.folder, copy := prepared.door.folder / "copy", ignore=shutil.ignore_patterns("copy")
    )
    if how == "by the settings":
        prepared.look("2026-03-04", safety=Mode.REHEARSE)
    else:
        prepared.team_says(prepared.buttons()["Stop, back to rehearse"], "Tia Manager", on="2026-03-04T07:30")
        prepared.look("2026-03-04")
        message_deleted(prepared, "stop")
    assert "rehearse" in [level for level, _ in prepared.levels()[-2:]]
    sent = len(prepared.to_people())
    for file in prepared.door.folder.glob("ledger.sqlite*"):
        file.unlink()
    for file in copy.glob("ledger.sqlite*"):
        shutil.copy(file, prepared.door.folder / file.name)
    assert prepared.levels()[-1] == ("live", "level began"), "so says the old copy"
    prepared.look("2026-03-16")
    assert len(prepared.to_people()) == sent
    assert prepared.levels()[-2:] == [("rehearse", "level began"), ("live", "level shown")]
    told = "The list “Audit bot” says so and the ledger does not: it is an older copy"
    with closing(Ledger(prepared.door.settings.ledger)) as ledger:
        assert [e for e in ledger.of_kinds([EventKind.TOLD]) if str(e.data["what"]).startswith(told)]
    prepared.team_says(prepared.yes(), None, on="2026-03-16T10:00")
    prepared.look("2026-03-16", "10:05", whole=False)
    assert len(prepared.to_people()) > sent, "asked and answered anew"


def test_a_yes_that_is_read_once_more_from_the_mailbox_is_none(prepared: Rising) -> None:
    prepared.look("2026-03-02")
    shutil.copytree(
        prepared.door.folder, copy := prepared.door.folder / "copy", ignore=shutil.ignore_patterns("copy")
    )
    prepared.team_says(prepared.yes(), "Tia Manager", on="2026-03-02T09:00")
    prepared.look("2026-03-02", "09:05", whole=False)
    prepared.look("2026-03-03", safety=Mode.REHEARSE)
    sent = len(prepared.to_people())
    for file in prepared.door.folder.glob("ledger.sqlite*"):
        file.unlink()
    for file in copy.glob("ledger.sqlite*"):
        shutil.copy(file, prepared.door.folder / file.name)
    prepared.look("2026-03-04")
    prepared.look("2026-03-04", "09:00", whole=False)
    assert len(prepared.to_people()) == sent
    assert prepared.levels()[-1] == ("live", "level shown"), "the team is asked again"


def test_nothing_goes_further_while_the_list_cannot_be_written_in(prepared: Rising) -> None:
    prepared.look("2026-03-02")
    prepared.team_says(prepared.yes(), "Tia Manager", on="2026-03-02T09:00")
    prepared.door.fault(
        "refused", times=9, code="accessDenied", method="PATCH", path="/lists/Audit.*bot/items"
    )
    report = prepared.look("2026-03-02", "09:05", whole=False)
    prepared.ask("DELETE", "/faults")
    assert not prepared.to_people()
    assert any("cannot be written in" in p.what for p in report.needs_a_person)
    assert prepared.look("2026-03-02", "09:10", whole=False).letters == LAUNCH
