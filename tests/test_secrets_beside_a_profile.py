"""The variables beside a profile: one reading of them for runs and commands, the one that systemd has."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from bot.cli import main
from bot.errors import SettingsError
from bot.exit_status import NEEDS_A_PERSON, NOT_DONE, WRONG_CONFIGURATION
from bot.secret_files import environment_beside, surroundings

SECRET = "a canary of a key, long enough"
NO_SECRET = 'managed_identity = "system"\n'


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return tmp_path / "live.toml"


def beside(profile: Path, *lines: str) -> Path:
    file = profile.with_name("council.env")
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    file.chmod(0o600)
    return file


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("plain and simple", "plain and simple"),
        ('"a key in quotes"', "a key in quotes"),
        ("'it is $5, `said` \\\\ \"so\"'", 'it is $5, `said` \\\\ "so"'),
        (" spaces around ", "spaces around"),
        ("# no remark; 100%", "# no remark; 100%"),
        ("a=b", "a=b"),
        ("''", ""),
        ("'\"once read with its quotes\"'", '"once read with its quotes"'),
    ],
)
def test_quotes_around_a_value_do_not_belong_to_it(profile: Path, written: str, read: str) -> None:
    beside(profile, "# of north", "; alone", f"AUDIT_BOT_KEY={written}")
    assert environment_beside(profile) == {"AUDIT_BOT_KEY": read}


@pytest.mark.parametrize("written", ["it's", '"open', 'a"b"c', '"a $b"', "a\\b", '"a\\"b"', "'a''b'"])
def test_what_other_programs_read_differently_is_refused_without_telling_it(
    profile: Path, written: str
) -> None:
    beside(
        profile,
        "AUDIT_BOT_OTHER=x",
        f"AUDIT_BOT_KEY={written}{SECRET}" if written == "it's" else f"AUDIT_BOT_KEY={written}",
    )
    with pytest.raises(SettingsError, match=r"entry 2: .*single quotes") as refused:
        environment_beside(profile)
    assert SECRET not in str(refused.value)
    assert "$b" not in str(refused.value)


@pytest.mark.parametrize("written", ["pgpass", '"pgpass"', "./pgpass"])
def test_a_password_file_lies_beside_unless_its_path_is_whole(profile: Path, written: str) -> None:
    beside(profile, f"PGPASSFILE={written}", "PGPASSWORD=pgpass")
    found = environment_beside(profile)
    assert Path(found["PGPASSFILE"]) == profile.with_name("pgpass")
    assert found["PGPASSWORD"] == "pgpass"
    beside(profile, "PGPASSFILE='/etc/pgpass'")
    assert environment_beside(profile) == {"PGPASSFILE": "/etc/pgpass"}


def test_what_lies_beside_counts_more_than_the_shell_a_command_is_typed_in(
    profile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUDIT_BOT_KEY", "of another council, sourced before")
    monkeypatch.setenv("AUDIT_BOT_OTHER", "left as it is")
    beside(profile, f"AUDIT_BOT_KEY={SECRET}")
    with surroundings(profile):
        assert (os.environ["AUDIT_BOT_KEY"], os.environ["AUDIT_BOT_OTHER"]) == (SECRET, "left as it is")
    assert os.environ["AUDIT_BOT_KEY"] == "of another council, sourced before"


def test_every_command_for_one_council_has_what_a_run_of_it_has(
    profile: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("AUDIT_BOT_KEY", raising=False)
    told = {
        "url": "https://127.0.0.1:9", "tenant_id": "t", "client_id": "c", "secret": "s", "ca_path": None,
        "site_host": "x.sharepoint.example", "site_path": "/sites/audit", "mailbox": "audit@wexcombe.example",
    }  # fmt: skip
    profile.with_name("tenant.json").write_text(json.dumps(told), encoding="utf-8")
    profile.write_text(
        'council = "North"\nrecipient_domains = ["wexcombe.example"]\nkey_env = "AUDIT_BOT_KEY"\n'
        'ledger = "sqlite:///ledger.sqlite"\n[tenant]\nsandbox = "tenant.json"\n[audit_team]\ncontact = "A B"\n',
        encoding="utf-8",
    )
    about = ["ledger", "about", "FSP-2026-03-014", "--settings", str(profile), "--json"]
    assert main(about) == WRONG_CONFIGURATION
    assert "AUDIT_BOT_KEY should hold the key" in capsys.readouterr().out
    file = beside(profile, f'AUDIT_BOT_KEY="{SECRET}"')
    assert main(about) == NEEDS_A_PERSON, "it holds nothing about that audit"
    capsys.readouterr()
    file.chmod(0o644)
    assert main(about) == WRONG_CONFIGURATION
    assert "chmod 600" in capsys.readouterr().out


def test_a_file_that_begins_as_some_editors_begin_it_is_read_as_it_is_meant(profile: Path) -> None:
    beside(profile, "\ufeffAUDIT_BOT_KEY=x")
    assert environment_beside(profile) == {"AUDIT_BOT_KEY": "x"}


def test_the_certificates_of_the_system_and_a_key_on_a_token_are_no_files_beside_a_profile(
    profile: Path,
) -> None:
    beside(profile, "PGSSLROOTCERT=system", "PGSSLKEY=pkcs11:object=north", "PGSSLCERT=system")
    assert environment_beside(profile) == {
        "PGSSLROOTCERT": "system",
        "PGSSLKEY": "pkcs11:object=north",
        "PGSSLCERT": str(profile.with_name("system")),
    }


def test_a_file_nobody_lets_the_bot_look_at_is_told_in_words(
    profile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_file: Path, **_how: bool) -> os.stat_result:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "stat", refused)
    with pytest.raises(SettingsError, match=r"council\.env, which should hold .*: Permission denied"):
        environment_beside(profile)


def test_variables_no_run_can_begin_with_are_told_like_a_wrong_profile_and_health_answers_though(
    profile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    profile.write_text('council = "North"\nhealth_file = "told.json"\n', encoding="utf-8")
    beside(profile, f"AUDIT_BOT_KEY=it's {SECRET}")
    for command in ("run", "serve"):
        assert main([command, "--settings", str(profile)]) == WRONG_CONFIGURATION
        told = profile.with_name("told.json").read_text(encoding="utf-8")
        assert json.loads(told)["status"] == WRONG_CONFIGURATION
        assert SECRET not in told + "".join(capsys.readouterr())
        assert main(["health", "--settings", str(profile)]) == NOT_DONE
        assert "told.json" in capsys.readouterr().err
        profile.with_name("told.json").unlink()


@pytest.mark.parametrize("command", ["serve", "run"])
@pytest.mark.parametrize(
    ("proves", "lacking"),
    [("", "AUDIT_BOT_KEY should hold the key"), ('secret_env = "AUDIT_BOT_SECRET"\n', "AUDIT_BOT_SECRET")],
    ids=["key", "client secret"],
)
def test_no_run_and_no_service_begins_without_its_secrets_and_each_says_which_is_missing_and_where_it_stands(
    profile: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    command: str, proves: str, lacking: str,
) -> None:  # fmt: skip
    for name in ("AUDIT_BOT_KEY", "AUDIT_BOT_SECRET"):
        monkeypatch.delenv(name, raising=False)
    if proves:
        beside(profile, f"AUDIT_BOT_KEY={SECRET}")
    profile.write_text(
        'council = "North"\nrecipient_domains = ["wexcombe.example"]\nkey_env = "AUDIT_BOT_KEY"\n'
        'ledger = "sqlite:///ledger.sqlite"\nhealth_file = "told.json"\nmailbox = "audit@wexcombe.example"\n'
        'site_host = "x.sharepoint.com"\nsite_path = "/sites/audit"\n'
        f'[tenant]\nlive = true\ntenant_id = "t"\nclient_id = "c"\n{proves or NO_SECRET}'
        '[audit_team]\ncontact = "A B"\n',
        encoding="utf-8",
    )
    monkeypatch.setattr("bot.cli.serve.serve", lambda _settings: pytest.fail("it began"))
    assert main([command, "--settings", str(profile)]) == WRONG_CONFIGURATION
    said = capsys.readouterr().err
    assert lacking in said
    assert "council.env beside the profile" in said
    assert "quotes around a value do not belong to it" in said
    assert (
        json.loads(profile.with_name("told.json").read_text(encoding="utf-8"))["status"]
        == WRONG_CONFIGURATION
    )
