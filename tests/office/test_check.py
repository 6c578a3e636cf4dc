"""`audit-bot check` tries what a run does, bothers nobody, and says what is wrong, where, and who can mend it."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from small_council import LAUNCH, Council
from tenant import ROOT, Door, email, settings_for

from bot.daily_run.trial import Fact, Trial, _reached, refuse_too_wide, too_wide
from bot.daily_run.trying.check import _tried, checks
from bot.daily_run.trying.checked_files import Check
from bot.daily_run.workplace import open_workplace
from bot.errors import SettingsError
from bot.office.graph import Reply
from bot.office.sign_in import _refusal
from bot.programme.modes import Mode
from bot.settings import MustNotReach, Settings, load

NEVER = 10_000
MOMENT = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture
def profile(door: Door, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sandbox's own profile, beside a tenant.json of this tenant."""
    monkeypatch.setenv("AUDIT_BOT_TENANT_FILE", str(door.tenant.folder / "tenant.json"))
    given = (ROOT / "config/sandbox.toml").read_text(encoding="utf-8")
    given = given.replace("sqlite:///../var/ledger.sqlite", f"sqlite:///{door.folder / 'ledger.sqlite'}")
    file = door.folder / "profile.toml"
    names = ("rules", "lists", "questions")
    files = "".join(f'{n} = "{ROOT / "config" / tomllib_name(n)}"\n' for n in names)
    forms = ("audit_tool", "dip_sample", "dip_audit", "re_audit", "uopp_record")
    files += "".join(f'{n} = "{ROOT / "docx_templates" / n}.docx"\n' for n in forms)
    file.write_text(f'{given}\n[files]\nletters = "{ROOT / "mail_templates"}"\n{files}', encoding="utf-8")
    return file


def tomllib_name(name: str) -> str:
    return {"rules": "rules.toml", "lists": "lists.toml", "questions": "audit_tool.toml"}[name]


def tried(door: Door, profile: Path, *, measure: bool = False) -> tuple[dict[str, Check], dict[str, Fact]]:
    found, facts = checks(profile, measure=measure, sleep=door.naps, clock=lambda: MOMENT)
    return {c.what: c for c in found}, {f.name: f for f in facts}


def wrong(found: dict[str, Check]) -> dict[str, str]:
    return {what: " ".join(check.problems) for what, check in found.items() if check.problems}


def test_a_check_tries_everything_and_leaves_nothing_behind(door: Door, profile: Path) -> None:
    row = door.tenant.ask("GET", "/lists/Audit allocations")["rows"][0]
    found, _ = tried(door, profile)
    assert wrong(found) == {}
    (sent,) = door.tenant.deliveries()
    assert sent["to"] == [door.settings.mailbox]
    messages = door.tenant.ask("GET", f"/mailboxes/{door.settings.mailbox}")["messages"]
    assert {m["folder"] for m in messages} <= {"Deleted Items"}
    after = door.tenant.ask("GET", "/lists/Audit allocations")["rows"][0]
    assert {k: v for k, v in after.items() if k != "etag"} == {k: v for k, v in row.items() if k != "etag"}
    assert not [f for f in door.tenant.ask("GET", "/files") if "tried by" in f["path"]]


def test_the_first_run_after_a_check_takes_the_letter_it_tried_for_none_of_its_own(
    door: Door, profile: Path
) -> None:
    """It lies in Deleted Items, and a new ledger knows no letter of ours: under another key it would stand still."""
    found, _ = tried(door, profile)
    assert wrong(found) == {}
    council = Council(door)
    council.new = True
    assert council.run("2026-03-02").letters == LAUNCH


@pytest.mark.parametrize("mode", list(Mode))
def test_the_check_says_in_which_mode_the_bot_is(door: Door, profile: Path, mode: Mode) -> None:
    given = profile.read_text(encoding="utf-8")
    profile.write_text(re.sub(r'(?m)^safety = ".*?"', f'safety = "{mode}"', given), encoding="utf-8")
    found, _ = tried(door, profile)
    assert f"The mode is {mode.in_words}" in found
    assert [what for what in found if "mode is" in what] == [f"The mode is {mode.in_words}"]
    assert wrong(found) == {}


@pytest.mark.parametrize(
    ("named", "said"),
    [("", "no mailbox and no site is named"), (f'mailbox = "{email("Hal Service")}"', " no site is named")],
)
def test_what_is_not_named_under_must_not_reach_is_said_and_no_more(
    door: Door, profile: Path, named: str, said: str
) -> None:
    profile.write_text(
        f"{profile.read_text(encoding='utf-8')}\n[must_not_reach]\n{named}\n", encoding="utf-8"
    )
    found, _ = tried(door, profile)
    (note,) = [n for n in found["What the bot must not reach"].notes if "must_not_reach" in n]
    assert said in note
    assert ("no mailbox" in note) == (not named)


def test_it_says_that_people_cannot_see_how_the_bot_is_and_goes_on(door: Door, profile: Path) -> None:
    found, _ = tried(door, profile)
    assert "There is no list “Audit bot”" in found["The row in which people see how the bot is"].notes[0]


def test_where_there_is_no_row_it_does_not_say_that_a_cell_was_written(door: Door, profile: Path) -> None:
    for row in door.tenant.ask("GET", "/lists/Audit allocations")["rows"]:
        door.tenant.ask("DELETE", f"/lists/Audit allocations/{row['id']}")
    found, _ = tried(door, profile)
    assert wrong(found) == {}
    assert "A cell of the bot's own: written and put back" not in found
    assert "There is no row yet" in found["A cell of the bot's own: not tried"].notes[0]


def test_a_key_that_is_missing_is_a_fault_of_the_configuration(
    door: Door, profile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_SUCH_KEY", raising=False)
    given = re.sub(r"(?m)^key = .*$", 'key_env = "NO_SUCH_KEY"', profile.read_text(encoding="utf-8"))
    profile.write_text(given, encoding="utf-8")
    found, _ = tried(door, profile)
    (said,) = [check for check in found.values() if check.problems]
    assert "NO_SUCH_KEY" in said.problems[0]
    assert said.configuration


def test_a_letter_that_is_broken_hides_neither_the_ledger_nor_the_tenant(door: Door, profile: Path) -> None:
    letters = door.folder / "letters"
    shutil.copytree(ROOT / "mail_templates", letters)
    broken = next(file for file in sorted(letters.glob("*.md")) if "reminder" in file.name)
    broken.write_text(broken.read_text(encoding="utf-8") + "\n{{ no_such_word }}\n", encoding="utf-8")
    given = profile.read_text(encoding="utf-8").replace(str(ROOT / "mail_templates"), str(letters))
    profile.write_text(given, encoding="utf-8")
    found, _ = tried(door, profile)
    assert [*wrong(found)] == ["The letters and the forms"]
    assert "The shared mailbox" in found
    (door.folder / "folder").mkdir()
    profile.write_text(given.replace("ledger.sqlite", "folder"), encoding="utf-8")
    found, _ = tried(door, profile)
    assert [*wrong(found)] == ["The ledger and the key of the letters", "The letters and the forms"]
    assert "is a folder, and the ledger is a file" in wrong(found)["The ledger and the key of the letters"]
    assert "The shared mailbox" not in found


BROKEN: list[tuple[str, dict[str, Any], str, str]] = [
    ("sending", {"method": "POST", "path": "/send$"}, "A letter to the mailbox itself", "Application Mail.Send"),
    ("drafting", {"method": "POST", "path": "/messages$"}, "A letter to the mailbox itself", "Mail.ReadWrite"),
    ("the mailbox", {"method": "GET", "path": "/mailFolders/Inbox"}, "The shared mailbox", "Mail.ReadWrite"),
    ("the library", {"method": "PUT", "path": "/content"}, "The library", "write on the site"),
    ("writing rows", {"method": "PATCH", "path": "/fields"}, "A cell of the bot's own", "write on the site"),
    ("reading lists", {"method": "GET", "path": "/lists/Audit"}, "The three lists", "write on the site"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "fault", "where", "who"), BROKEN, ids=[b[0] for b in BROKEN])
def test_a_missing_right_is_named_where_it_is_missing_with_who_can_give_it(
    door: Door, profile: Path, what: str, fault: dict[str, Any], where: str, who: str
) -> None:
    door.fault("refused", times=NEVER, code="accessDenied", **fault)
    try:
        found, _ = tried(door, profile)
    finally:
        door.tenant.ask("DELETE", "/faults")
    (said,) = [text for name, text in wrong(found).items() if name.startswith(where)]
    assert "403" in said, what
    assert who in said


def test_it_measures_the_tenant_beside_what_is_assumed_and_keeps_it_for_the_runs(
    door: Door, profile: Path
) -> None:
    found, facts = tried(door, profile, measure=True)
    assert wrong(found) == {}
    assert facts["key on the copy in Sent Items"].measured == "found by it"
    assert facts["a sent letter keeps its draft's id"].measured in ("yes", "no")
    assert facts["a second send of the same letter"].measured[:3] in ("202", "400", "404")
    assert facts["a delta token that is not known"].measured[:3] in ("400", "404", "410")
    assert facts["a large attachment by upload session"].measured.startswith("201 ")
    for day in ("15 January 2026", "15 July 2026"):
        iso = "2026-01-15" if "January" in day else "2026-07-15"
        assert facts[f"{day} written as 10:00Z"].measured.endswith(f"read as {iso}")
    assert facts["our header inside a report of non-delivery"].measured == ""
    kept = json.loads((door.folder / "audit-bot-tenant.json").read_text())
    assert [f["name"] for f in kept["facts"]] == list(facts)
    assert kept["measured"].startswith("2026-03-02")


def test_letters_are_given_three_times_as_long_to_settle_as_was_measured(door: Door) -> None:
    settings = door.settings.model_copy(
        update={"health_file": door.folder / "health.json", "settle_minutes": 15}
    )
    assert settings.as_measured().settle_minutes == 15, "nothing measured"
    settings.facts_file.write_text('{"sent_copy_seconds": 20}')
    assert settings.as_measured().settle_minutes == 15, "never shorter than the profile says"
    settings.facts_file.write_text('{"sent_copy_seconds": 600}')
    assert settings.as_measured().settle_minutes == 30
    settings.facts_file.write_text("not json")
    assert settings.as_measured().settle_minutes == 15


# ---------------------------------------------------------------------------------------------- what it must not reach


@pytest.mark.parametrize(
    ("status", "said"),
    [(403, ""), (401, ""), (200, "too wide"), (404, "nothing is proved"), (503, "could not be found out")],
)
def test_only_a_refusal_proves_that_something_is_out_of_reach(status: int, said: str) -> None:
    found = _reached("the site /sites/hr", Reply(status, {}, {}))
    assert said in found
    assert bool(found) == bool(said)


def test_a_mailbox_and_a_site_that_refuse_the_bot_are_nothing_to_mend(door: Door) -> None:
    named = MustNotReach(mailbox=email("Hal Service"), site="/sites/legal")
    settings = door.settings.model_copy(update={"must_not_reach": named})
    with open_workplace(settings, clock=lambda: MOMENT, say=lambda _: None) as workplace:
        assert too_wide(workplace) == []


def test_a_site_that_is_not_there_proves_nothing_and_a_list_that_is_seen_stops_a_live_bot(door: Door) -> None:
    named = MustNotReach(mailbox=email("Hal Service"), site="/sites/nothing-there", list="Audit roles")
    settings = door.settings.model_copy(update={"must_not_reach": named})
    with open_workplace(settings, clock=lambda: MOMENT, say=lambda _: None) as workplace:
        site, roles = too_wide(workplace)
        assert "/sites/nothing-there (404)" in site
        assert "The bot can see the list “Audit roles”, which it must not (200)" in roles
        refuse_too_wide(workplace)  # a sandbox is not live
        live = settings.model_copy(update={"tenant": settings.tenant.model_copy(update={"live": True})})
        with pytest.raises(SettingsError, match="does not go live"):
            refuse_too_wide(replace(workplace, settings=live))


def live_profile(tmp_path: Path, change: Callable[[str], str]) -> Path:
    text = (ROOT / "config/example_tenant.toml").read_text(encoding="utf-8")
    file = tmp_path / "live.toml"
    file.write_text(change(text), encoding="utf-8")
    return file


def test_a_live_profile_sends_to_everybody_only_when_it_names_what_must_not_be_reached(
    tmp_path: Path,
) -> None:
    def live(text: str) -> str:
        return text.replace('safety = "rehearse"', 'safety = "live"')

    def unnamed(text: str) -> str:
        return live(text).partition("[must_not_reach]")[0]

    load(live_profile(tmp_path, live))
    with pytest.raises(SettingsError, match="must_not_reach"):
        load(live_profile(tmp_path, unnamed))


def test_every_setting_of_the_example_is_one(tmp_path: Path) -> None:
    given = tomllib.loads((ROOT / "config/example_tenant.toml").read_text(encoding="utf-8"))
    assert given.keys() <= Settings.model_fields.keys()
    assert load(live_profile(tmp_path, str)).must_not_reach.site


def test_the_trial_waits_for_a_copy_that_comes_late_and_gives_up_in_words(door: Door) -> None:
    settings = settings_for(door.tenant, door.folder)
    with open_workplace(settings, clock=lambda: MOMENT, say=lambda _: None) as workplace:
        trial = Trial(workplace, door.naps)
        answers = iter([False, False, True])
        assert trial._wait(lambda: next(answers)) == 3.0
        assert trial._wait(lambda: False) is None
    assert 100 < sum(door.naps.taken) < 160


# ------------------------------------------------------------------------------------------- who is wrong, and where


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"site_path": "/sites/nothing-there"}, {"The site": "put site_host and site_path right"}),
        ({"mailbox": "nobody@wexcombe.example"}, {"The shared mailbox": "put “mailbox” or tenant_id right"}),
        ({"mailbox": email("Hal Service")}, {"The shared mailbox": "scoped to this very mailbox?"}),
        (
            {"site_path": "/sites/legal"},
            {"The site": "grant it write on the site; Sites.Selected is consented to"},
        ),
        (
            {"site_path": "/sites/nothing-there", "mailbox": "nobody@wexcombe.example"},
            {"The site": "There is no site", "The shared mailbox": "There is no mailbox"},
        ),
    ],
)
def test_a_wrong_site_and_a_wrong_mailbox_are_told_at_once_each_in_one_sentence_and_by_who_mends_it(
    door: Door, changes: dict[str, str], told: dict[str, str]
) -> None:
    settings = door.settings.model_copy(update=changes)
    with open_workplace(settings, clock=lambda: MOMENT, say=lambda _: None) as workplace:
        found = wrong({c.what: c for c in _tried(workplace, Trial(workplace, door.naps), measure=False)})
    assert found.keys() == told.keys()
    for what, words in told.items():
        assert words in found[what]
        assert "GET /" not in found[what]


@pytest.mark.parametrize(
    ("number", "text", "said"),
    [
        (700027, "[Reason - The key used is expired., Found key 'Start=…']", "the certificate has run out"),
        (700027, "[Reason - The key was not found.]", "is not the one registered"),
        (7000222, "", "make a new one in Entra"),
        (700016, "", "client_id and tenant_id are of one tenant"),
        (53003, "", "Conditional Access"),
        (999, "", "AADSTS999"),
    ],
)
def test_what_the_sign_in_service_refuses_is_said_with_its_remedy(number: int, text: str, said: str) -> None:
    described = {"error": "x", "error_description": f"AADSTS{number}: refused. {text}"}
    assert said in _refusal({**described, "error_codes": [number]})
    if number != 999:  # of a number nobody knows the text is not looked through
        assert said in _refusal(described)
