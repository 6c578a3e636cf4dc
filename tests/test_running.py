"""The files by which a machine keeps the bot running: filled in, without a secret, and right to whoever reads them."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import time
from pathlib import Path

import pytest
import yaml
from lxml import etree
from tenant import ROOT

from bot.cli import main
from bot.cli.commands import WAYS_TO_RUN
from bot.cli.running import filled
from bot.errors import SettingsError
from bot.exit_status import DONE, INTERRUPTED, NEEDS_A_PERSON, NOT_DONE, WRONG_CONFIGURATION
from bot.service_lines import FIELDS
from bot.settings import Settings, load

KEY = "canary-of-the-key-of-letters"
PROGRAM = Path("/opt/audit-bot/bin/audit-bot")
CERTIFICATE = 'certificate = "/etc/audit-bot/bot.pem"\nkey = "/etc/audit-bot/bot.key"'


def profile_in(folder: Path, **changed: str) -> Path:
    text = (ROOT / "config/example_tenant.toml").read_text(encoding="utf-8")
    for old, new in changed.items():
        assert old in text
        text = text.replace(old, new)
    file = folder / "live.toml"
    file.write_text(text, encoding="utf-8")
    return file


def for_azure(folder: Path) -> Path:
    return profile_in(
        folder,
        **{
            "sqlite:////var/lib/audit-bot/ledger.sqlite": "postgresql+psycopg://audit_bot@db.yourcouncil.example/ledger",
            CERTIFICATE: 'managed_identity = "system"',
        },
    )


def files(kind: str, folder: Path, **changed: str) -> tuple[dict[str, str], Settings, Path]:
    profile = for_azure(folder) if kind == "azure" else profile_in(folder, **changed)
    settings = load(profile)
    return filled(kind, settings, profile, PROGRAM), settings, profile


@pytest.mark.parametrize("kind", WAYS_TO_RUN)
def test_every_file_is_filled_in_names_each_path_and_holds_no_secret(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUDIT_BOT_KEY", KEY)
    found, settings, profile = files(kind, tmp_path)
    assert found
    together = "\n".join(found.values())
    assert "«" not in together
    assert KEY not in together
    assert "AUDIT_BOT_KEY" in together, "where the key comes from is said"
    assert str(profile) in together
    if kind != "azure":
        assert "/var/lib/audit-bot" in together
        assert all(str(file) in together for file in (settings.tenant.certificate, settings.tenant.key))
    if kind in ("systemd", "windows"):
        assert str(PROGRAM) in together
    for text in found.values():
        assert "Undo" in text or "begun by" in text or "every 5 minutes" in text


@pytest.mark.parametrize("kind", WAYS_TO_RUN)
def test_the_exit_statuses_are_those_of_the_bot(kind: str, tmp_path: Path) -> None:
    together = "\n".join(files(kind, tmp_path)[0].values())
    for status in (NEEDS_A_PERSON, WRONG_CONFIGURATION, *(() if kind == "systemd" else (NOT_DONE,))):
        assert re.search(rf"\b{status}\b[ ):]", together), status


def test_a_service_takes_a_person_needed_for_no_failure_and_leaves_a_wrong_profile_alone(
    tmp_path: Path,
) -> None:
    found, *_ = files("systemd", tmp_path)
    service = found["audit-bot.service"]
    assert f"\nSuccessExitStatus={NEEDS_A_PERSON} {INTERRUPTED}\n" in service
    assert f"\nRestartPreventExitStatus={WRONG_CONFIGURATION}\n" in service
    assert "\nRestart=on-failure\n" in service
    for name, text in found.items():
        if name.endswith(".service"):
            for line in ("NoNewPrivileges=yes", "ProtectSystem=strict", "PrivateTmp=yes", "User=audit-bot"):
                assert f"\n{line}\n" in text, name
            assert f"\nSuccessExitStatus={NEEDS_A_PERSON} {INTERRUPTED}\n" in text, "a stop is no failure"
            assert "\nStateDirectory=audit-bot\n" in text
            assert "\nEnvironmentFile=-/etc/audit-bot/environment\n" in text, (
                "what is missing the bot itself says"
            )


@pytest.mark.parametrize("kind", [kind for kind in WAYS_TO_RUN if kind != "azure"])
def test_what_lies_beside_the_profile_every_command_reads_itself_and_no_other_file_is_asked_for(
    kind: str, tmp_path: Path
) -> None:
    file = tmp_path / "council.env"
    file.write_text(f"AUDIT_BOT_KEY={KEY}\n", encoding="utf-8")
    file.chmod(0o600)
    together = "\n".join(files(kind, tmp_path)[0].values())
    assert KEY not in together
    assert re.search(rf"{file} \(AUDIT_BOT_KEY\) (belongs to audit-bot|only that account)", together)
    for asked in ("EnvironmentFile", "--env-file", "/etc/audit-bot/environment", f"{file}:{file}"):
        assert asked not in together
    file.write_text("AUDIT_BOT_OTHER=of something else\n", encoding="utf-8")
    together = "\n".join(files(kind, tmp_path)[0].values())
    assert "AUDIT_BOT_OTHER" not in together
    where = {"windows": "AUDIT_BOT_KEY is a variable of the environment of that account"}
    assert where.get(kind, "/etc/audit-bot/environment") in together, (
        "what does not lie beside comes from there"
    )


def test_a_container_without_its_variables_is_told_how_to_do_without_their_file(tmp_path: Path) -> None:
    (text,) = files("container", tmp_path)[0].values()
    assert "--env-file /etc/audit-bot/environment" in text
    assert f"Or AUDIT_BOT_KEY in {tmp_path / 'council.env'}, and no --env-file." in text


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not here")
@pytest.mark.parametrize("every", ["1", "5", "45", "90", "120"])
def test_systemd_finds_nothing_wrong_with_the_units_and_understands_when(every: str, tmp_path: Path) -> None:
    profile = profile_in(tmp_path, **{"mailbox_look_minutes = 5": f"mailbox_look_minutes = {every}"})
    program = tmp_path / "with a space" / "audit-bot 100%"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    found = filled("systemd", load(profile), profile, program)
    units = [tmp_path / name for name in found if name.endswith((".service", ".timer"))]
    for unit in units:
        unit.write_text(found[unit.name])
    said = subprocess.run(
        ["systemd-analyze", "verify", *map(str, units)], capture_output=True, text=True, check=False
    )
    assert (said.returncode, said.stderr) == (0, "")
    for name in ("audit-bot-day.timer", "audit-bot-look.timer"):
        (when,) = re.findall(r"(?m)^OnCalendar=(.*)$", found[name])
        asked = ["systemd-analyze", "calendar", "--iterations=3", when]
        assert subprocess.run(asked, capture_output=True, check=False).returncode == 0, when


def test_a_collector_takes_the_services_lines_and_nothing_else_of_the_journal(tmp_path: Path) -> None:
    found, *_ = files("systemd", tmp_path)
    given = yaml.safe_load(found["collector.yaml"])
    (pipeline,) = given["service"]["pipelines"].values()
    for part in ("receivers", "processors", "exporters"):
        assert pipeline[part] == [*given[part]]
    (journal,) = given["receivers"].values()
    assert all(unit in found for unit in journal["units"])
    line, kept = journal["operators"]
    assert line["timestamp"]["parse_from"].removeprefix("attributes.") in FIELDS
    assert line["on_error"] == "drop"
    assert kept == {"type": "retain", "fields": [line["parse_from"]]}


@pytest.mark.parametrize("every", ["1", "90"])
def test_windows_tasks_are_as_the_task_schedulers_schema_has_them(every: str, tmp_path: Path) -> None:
    schema = etree.XMLSchema(etree.parse(ROOT / "tests/windows_task.xsd"))
    changed = {
        "mailbox_look_minutes = 5": f"mailbox_look_minutes = {every}",
        "Your council": "Marsh & Sons’ <Council>",
    }
    for text in files("windows", tmp_path, **changed)[0].values():
        task = etree.fromstring(text.encode())
        schema.assertValid(task)
        (run,) = task.iter("{*}Arguments")
        assert str(tmp_path / "live.toml") in str(run.text)


def test_the_container_is_nobodys_root_and_is_asked_how_it_is(tmp_path: Path) -> None:
    (text,) = files("container", tmp_path)[0].values()
    steps = [line.split()[0] for line in text.splitlines() if re.match(r"[A-Z]+ ", line)]
    assert steps.index("USER") < steps.index("CMD")
    assert "USER 10001" in text
    assert "--read-only" in text
    assert "STOPSIGNAL SIGINT" in text, "Python as the first process hears no other"
    assert '"audit-bot", "health"' in text
    assert "--require-hashes" in text


def test_a_container_has_the_driver_of_its_database_locked_like_the_rest(tmp_path: Path) -> None:
    (text,) = files("container", tmp_path)[0].values()
    assert "postgresql" not in text
    profile = for_azure(tmp_path)
    (text,) = filled("container", load(profile), profile, PROGRAM).values()
    assert "COPY requirements.txt requirements-postgresql.txt audit_bot-" in text
    assert "--require-hashes -r /build/requirements.txt -r /build/requirements-postgresql.txt" in text


def test_a_job_of_azure_gets_its_secrets_by_reference_and_its_shell_tells_the_statuses(
    tmp_path: Path,
) -> None:
    found, *_ = files("azure", tmp_path)
    for text in found.values():
        assert "secretRef: audit-bot-key" in text
        assert "keyVaultUrl: https://VAULT.vault.azure.net/secrets/audit-bot-key" in text
        assert "type: SystemAssigned" in text
        (line,) = re.findall(r"(?m)^          - (audit-bot run.*)$", text)
        for status, told in ((DONE, 0), (NEEDS_A_PERSON, 0), (WRONG_CONFIGURATION, 2), (NOT_DONE, 3), (1, 1)):
            stand_in = re.sub(r"^audit-bot run[^;]*", f"(exit {status})", line)
            assert subprocess.run(["/bin/sh", "-c", stand_in], check=False).returncode == told


def test_a_job_of_azure_is_refused_where_its_ledger_or_its_key_would_lie_on_a_share(tmp_path: Path) -> None:
    profile = profile_in(tmp_path)
    with pytest.raises(SettingsError) as refused:
        filled("azure", load(profile), profile, PROGRAM)
    assert "SQLite on a share loses entries" in str(refused.value)
    assert "/etc/audit-bot/bot.key" in str(refused.value)


def test_a_job_of_azure_is_refused_where_variables_lie_beside_the_profile_on_the_share(
    tmp_path: Path,
) -> None:
    profile = for_azure(tmp_path)
    file = profile.with_name("council.env")
    file.write_text(f"AUDIT_BOT_KEY={KEY}\n", encoding="utf-8")
    file.chmod(0o600)
    with pytest.raises(SettingsError, match=r"council\.env.*: on a share a file is not the bot's alone"):
        filled("azure", load(profile), profile, PROGRAM)


def test_the_hour_of_the_daily_run_is_the_profiles(tmp_path: Path) -> None:
    found, settings, _ = files("systemd", tmp_path, **{"07:30:00": "06:45:00"})
    assert settings.daily_run_at == time(6, 45)
    assert "OnCalendar=Mon..Fri *-*-* 06:45:00 Europe/London" in found["audit-bot-day.timer"]


def test_a_path_that_would_end_a_quotation_is_refused(tmp_path: Path) -> None:
    profile = profile_in(tmp_path)
    with pytest.raises(SettingsError):
        filled("systemd", load(profile), profile.with_name('a" ; rm -rf "b.toml'), PROGRAM)


def test_what_is_there_already_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    profile, out = profile_in(tmp_path), tmp_path / "out"
    asked = ["running", "systemd", "--out", str(out), "--settings", str(profile)]
    assert main(asked) == DONE
    service = out / "audit-bot.service"
    service.write_text("# ours\n")
    assert main(asked) == DONE
    assert service.read_text() == "# ours\n"
    assert "Left as it was" in capsys.readouterr().out
