"""From a few answers to a profile and the administrator's commands."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.cli import main
from bot.daily_run.changed_files import in_force
from bot.programme.first_settings import SIGN_INS, FirstSettings, pages_of_commands
from bot.settings import load

ANSWERS = {
    "--council": "King’s Marsh Council",
    "--tenant": "kingsmarsh.onmicrosoft.com",
    "--site": "https://kingsmarsh.sharepoint.com/sites/audit/Lists/Some%20list/AllItems.aspx?x=1",
    "--mailbox": "Audit.Team@kingsmarsh.gov.uk",
}
FIRST = FirstSettings("Marsh", "m.onmicrosoft.com", "https://m.sharepoint.com/sites/a", "t@m.gov.uk")


def laid_out(folder: Path, **more: str) -> int:
    given = [
        part
        for pair in (ANSWERS | {f"--{k.replace('_', '-')}": v for k, v in more.items()}).items()
        for part in pair
    ]
    return main(["init", str(folder), *given])


@pytest.mark.parametrize("way", SIGN_INS)
def test_the_first_profile_can_be_read_as_it_is_and_means_what_was_answered(way: str, tmp_path: Path) -> None:
    assert laid_out(tmp_path, sign_in=way) == 0
    settings = load(tmp_path / "config/live.toml")
    assert (settings.council, settings.mailbox) == ("King’s Marsh Council", "audit.team@kingsmarsh.gov.uk")
    assert (settings.site_host, settings.site_path) == ("kingsmarsh.sharepoint.com", "/sites/audit")
    assert settings.recipient_domains == ("kingsmarsh.gov.uk",)
    assert settings.tenant.tenant_id == "kingsmarsh.onmicrosoft.com"
    assert settings.safety.trial
    assert not settings.closure_days  # the example's are nobody's
    ways = {"certificate", "secret_file", "managed_identity", "federated_token_file_env"}
    assert sum(bool(getattr(settings.tenant, word)) for word in ways) == 1


def test_the_first_profile_lies_beside_no_profile_of_the_sandbox(tmp_path: Path) -> None:
    laid_out(tmp_path)
    assert (tmp_path / "config/live.toml").exists()
    assert not (tmp_path / "config/sandbox.toml").exists()


def test_the_comments_of_the_first_profile_stand_below_one_another_and_nobody_is_the_contact_unseen(
    tmp_path: Path,
) -> None:
    laid_out(tmp_path)
    text = (tmp_path / "config/live.toml").read_text(encoding="utf-8")
    assert text.startswith("council = ")
    by_word = {line.split(" = ")[0]: line for line in text.partition("[tenant]")[0].splitlines()}
    columns = {by_word[word].index("#") for word in ("mailbox", "site_host", "recipient_domains", "marking")}
    assert len(columns) == 1
    (said,) = [s for s in in_force(load(tmp_path / "config/live.toml")) if "answers questions" in s]
    assert "[audit_team]" in said
    laid_out(tmp_path / "named", contact="Ada Auditor")
    assert not any("answers questions" in s for s in in_force(load(tmp_path / "named/config/live.toml")))


@pytest.mark.parametrize("way", SIGN_INS)
def test_every_step_of_the_administrators_has_its_check_and_its_undo_and_nothing_is_left_to_fill_in(
    way: str, tmp_path: Path
) -> None:
    laid_out(tmp_path, sign_in=way)
    page = (tmp_path / "for_the_administrator.md").read_text()
    assert "«" not in page
    for heading, step in re.findall(r"(?ms)^## (\d[^\n]*)\n(.*?)(?=^## |\Z)", page):
        if not heading.startswith("5"):  # only looks
            assert "*Check*" in step, heading
            assert "*Undo*" in step, heading
    assert "PrimarySmtpAddress -eq 'audit.team@kingsmarsh.gov.uk'" in page
    assert "kingsmarsh.sharepoint.com:/sites/audit" in page
    granted = re.findall(r"\$_\.Value -eq '([^']+)'", page)
    assert granted == ["Sites.Selected"] * (1 if way == "secret" else 2), (
        "no right on all mailboxes or all sites"
    )
    assert page.count("roles = @('write')") == 2, "the wider role is given back"
    lent = "Remove-MgServicePrincipalAppRoleAssignment" in page  # of SharePoint itself, and given back
    assert lent is (way != "secret"), "it takes no app that signs in with a secret"


def test_a_name_with_an_apostrophe_ends_no_quotation_of_powershells(tmp_path: Path) -> None:
    laid_out(tmp_path, council="King's Marsh")
    page = (tmp_path / "for_the_administrator.md").read_text()
    assert "'Audit bot (King''s Marsh)'" in page
    assert load(tmp_path / "config/live.toml").council == "King's Marsh"


def test_what_is_there_already_stays(tmp_path: Path) -> None:
    laid_out(tmp_path)
    profile = tmp_path / "config/live.toml"
    profile.write_text(profile.read_text() + "# ours\n")
    laid_out(tmp_path, mailbox="another@kingsmarsh.gov.uk")
    assert profile.read_text().endswith("# ours\n")
    assert "another@" not in profile.read_text()


@pytest.mark.parametrize(
    ("word", "value", "named"),
    [
        ("council", " ", "--council"),
        ("council", "a»b", "--council"),
        ("tenant", "our tenant", "--tenant"),
        ("site", "http://m.sharepoint.com/sites/a", "--site"),
        ("site", "https://m.sharepoint.com/", "--site"),
        ("site", "https://m.sharepoint.com/sites/a'; Remove-Item x", "--site"),
        ("mailbox", "t@m", "--mailbox"),
        ("mailbox", "t'+$(x)@m.gov.uk", "--mailbox"),
        ("client", "123", "--client"),
        ("sign_in", "password", "--sign-in"),
    ],
)
def test_an_answer_that_cannot_be_right_is_named_and_nothing_is_written(
    word: str, value: str, named: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert [*FIRST.faults()] == []
    (fault,) = replace(FIRST, **{word: value}).faults()
    assert fault.startswith(named)
    assert laid_out(tmp_path / "new", **{word: value}) == 2
    assert named in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_half_of_the_answers_are_asked_for_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", str(tmp_path / "new"), "--council", "Marsh"]) == 2
    assert "--tenant and --site and --mailbox must be given too" in " ".join(capsys.readouterr().err.split())


def test_no_page_of_commands_is_left_unused() -> None:
    used = {page for way in SIGN_INS for page in pages_of_commands(way)}
    here = Path(__file__).parents[1] / "config"
    assert used == {file.stem.removeprefix("commands_") for file in here.glob("commands_*.md")}
