"""`audit-bot running`: the files by which a machine keeps the bot running, filled in for a profile.

The texts are `config/running_KIND_NAME`; what is written «so» in them is filled in, and NAME is what they become.
"""

from __future__ import annotations

import re
import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from bot import __version__
from bot.cli.showing import console, print_json
from bot.clock import OFFICE_HOURS
from bot.errors import SettingsError
from bot.exit_status import DONE, INTERRUPTED, NEEDS_A_PERSON, NOT_DONE, WRONG_CONFIGURATION
from bot.own_files import SHIPPED, text_of
from bot.secret_files import ENVIRONMENT_FILE, environment_beside
from bot.settings import Settings, load

ENVIRONMENT = "/etc/audit-bot/environment"
HARDENING = """\
UMask=0077
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native"""
"""Of a service. Calls of the system are not filtered: the process that opens files from outside filters its own."""


@dataclass(frozen=True, slots=True)
class _Secrets:
    """Where a profile's secrets are: `variables` come from the environment, those that stand `beside` the profile every
    command reads itself, `files` hold the others and these."""

    variables: Sequence[str]
    beside: Sequence[str]
    files: Sequence[Path]


def perform(given: Namespace) -> int:
    profile = Path(given.settings).absolute()
    program = Path(given.program) if given.program else Path(sys.executable).with_name("audit-bot")
    files = filled(given.kind, load(profile), profile, program)
    written, kept = _written(Path(given.out), files)
    if given.json:
        print_json({"written": written, "kept": kept})
        return DONE
    out = console()
    for name in written:
        out.print(f"Written: {name}", soft_wrap=True)
    for name in kept:
        out.print(f"Left as it was: {name}", soft_wrap=True)
    out.print("No secret is in them. Each begins with its commands: to install it, to check it, to undo it.")
    return DONE


def filled(kind: str, settings: Settings, profile: Path, program: Path) -> dict[str, str]:
    """The files of a kind, by name. Raises SettingsError where the profile does not go with it."""
    secrets = _secrets(settings, profile)
    if faults := [
        *_odd_paths([profile, program, _state(settings), *secrets.files]),
        *(_not_for_azure(settings, secrets) if kind == "azure" else ()),
    ]:
        raise SettingsError(faults)
    words = {
        word: _as_written_in(kind, value)
        for word, value in _words(settings, profile, program, secrets, kind).items()
    }
    begin = f"running_{kind}_"
    return {
        file.name.removeprefix(begin): re.sub(r"«(\w+)»", lambda m: words[m[1]], text_of(file))
        for file in sorted((SHIPPED / "config").glob(f"{begin}*"))
    }


def _words(settings: Settings, profile: Path, program: Path, secrets: _Secrets, kind: str) -> dict[str, str]:
    at, every = settings.daily_run_at, settings.mailbox_look_minutes
    first, last = OFFICE_HOURS.start, OFFICE_HOURS.stop - 1
    hours = -(-every // 60)
    return {
        "council": settings.council,
        "profile": str(profile),
        "profile_folder": str(profile.parent),
        "program": str(program),
        "state": str(_state(settings)),
        "version": __version__,
        "needs_a_person": str(NEEDS_A_PERSON),
        "wrong_configuration": str(WRONG_CONFIGURATION),
        "not_done": str(NOT_DONE),
        "interrupted": str(INTERRUPTED),
        "daily_run_at": f"{at:%H:%M:%S}",
        "look_minutes": str(every),
        "first_hour": f"{first:02}",
        "hours_long": str(len(OFFICE_HOURS)),
        "hours": f"{first:02}..{last}:00/{every}:00" if every < 60 else f"{first:02}..{last}/{hours}:00:00",
        "cron_day": f"{at.minute} {at.hour} * * 1-5",
        "cron_look": f"*/{every} {first}-{last} * * *" if every < 60 else f"0 {first}-{last}/{hours} * * *",
        "surroundings": _surroundings(settings, secrets),
        "hardening": HARDENING,
        "secrets": _where_secrets_are(secrets, profile, kind),
        "mounts": _mounts(settings, profile, secrets),
        "requirements": " ".join(_requirements(settings)),
        "required": " ".join(f"-r /build/{name}" for name in _requirements(settings)),
        "vault_secrets": _from_the_vault(secrets),
        "vault_environment": _environment(secrets),
    }


def _state(settings: Settings) -> Path:
    """The folder the bot writes in: the health file's, which lies beside a SQLite ledger."""
    assert settings.health_file is not None
    return settings.health_file.absolute().parent


def _ledger_folder(settings: Settings) -> Path | None:
    where = settings.ledger.removeprefix("sqlite:///")
    return Path(where).absolute().parent if where != settings.ledger else None


def _secrets(settings: Settings, profile: Path) -> _Secrets:
    """Raises SettingsError where what lies beside the profile cannot be read."""
    tenant, there = settings.tenant, environment_beside(profile)
    named = [name for name in (settings.key_env, *settings.former_keys_env, tenant.secret_env) if name]
    files = [settings.key_file, tenant.certificate, tenant.key, tenant.secret_file]
    return _Secrets(
        [name for name in named if name not in there],
        [name for name in named if name in there],
        [f.absolute() for f in (*files, profile.with_name(ENVIRONMENT_FILE) if there else None) if f],
    )


def _surroundings(settings: Settings, secrets: _Secrets) -> str:
    state = _state(settings)
    lines = [f"WorkingDirectory={state}"]
    if state.parent == Path("/var/lib"):
        lines += [f"StateDirectory={state.name}", "StateDirectoryMode=0700"]
    else:
        lines.append(f'ReadWritePaths="{state}"')
    ledger = _ledger_folder(settings)
    if ledger and ledger != state:
        lines.append(f'ReadWritePaths="{ledger}"')
    if named := " and ".join(secrets.variables):
        lines += [
            f"# {ENVIRONMENT} holds {named}, a line each, NAME=value; it is root's alone. Where it is not there, or",
            "# something is missing in it, the bot itself says so and ends.",
            f"EnvironmentFile=-{ENVIRONMENT}",
        ]
    for file in secrets.files:
        lines.append(
            f"# {_with_what(file, secrets)} belongs to audit-bot, and nobody else may read it (chmod 600)."
        )
    return "\n".join(lines)


def _with_what(file: Path, secrets: _Secrets) -> str:
    return (
        f"{file} ({', '.join(secrets.beside)})"
        if file.name == ENVIRONMENT_FILE and secrets.beside
        else str(file)
    )


def _where_secrets_are(secrets: _Secrets, profile: Path, kind: str) -> str:
    told = [f"{_with_what(file, secrets)} only that account may open." for file in secrets.files]
    if named := " and ".join(secrets.variables):
        beside = profile.with_name(ENVIRONMENT_FILE)
        if kind == "container":
            told.append(
                f"{ENVIRONMENT} holds {named}, a line each, NAME=value, without quotes, and must be there. "
                f"Or {named} in {beside}, and no --env-file."
            )
        else:
            are = "are variables" if len(secrets.variables) > 1 else "is a variable"
            told.append(
                f"{named} {are} of the environment of that account alone. Or a line each, NAME=value, in {beside}."
            )
    return " ".join(told)


def _mounts(settings: Settings, profile: Path, secrets: _Secrets) -> str:
    state, ledger = _state(settings), _ledger_folder(settings)
    parts = [f"--volume audit-bot-ledger:{state}", f"--volume {profile.parent}:{profile.parent}:ro"]
    if ledger and ledger != state:
        parts.append(f"--volume {ledger}:{ledger}")
    elsewhere = [file for file in secrets.files if file.parent != profile.parent]
    parts += [f"--volume {file}:{file}:ro" for file in elsewhere]
    if secrets.variables:
        parts.append(f"--env-file {ENVIRONMENT}")
    return " ".join(parts)


def _requirements(settings: Settings) -> list[str]:
    """The files of locked requirements: PostgreSQL has its driver in one of its own."""
    return [
        "requirements.txt",
        *(["requirements-postgresql.txt"] if settings.ledger.startswith("postgresql") else []),
    ]


def _in_the_vault(variable: str) -> str:
    return variable.casefold().replace("_", "-")


def _from_the_vault(secrets: _Secrets) -> str:
    lines = ["    secrets:"] if secrets.variables else []
    for name in map(_in_the_vault, secrets.variables):
        lines += [
            f"      - name: {name}",
            f"        keyVaultUrl: https://VAULT.vault.azure.net/secrets/{name}",
        ]
        lines.append("        identity: system")
    return "\n".join(lines)


def _environment(secrets: _Secrets) -> str:
    lines = ["        env:"] if secrets.variables else []
    for name in secrets.variables:
        lines += [f"          - name: {name}", f"            secretRef: {_in_the_vault(name)}"]
    return "\n".join(lines)


def _odd_paths(named: Sequence[Path]) -> list[str]:
    return [
        f"{path}: a path with quotation marks or signs that no name has cannot stand in these files."
        for path in named
        if re.search(r"[\x00-\x1f\"'`$«»]|--", str(path))
    ]


def _not_for_azure(settings: Settings, secrets: _Secrets) -> list[str]:
    """A job has no disk of its own: whatever it finds there lies on a share, on which no file is the bot's alone."""
    faults = []
    if _ledger_folder(settings):
        faults.append(
            "ledger: a job of Azure has no disk of its own, and SQLite on a share loses entries. Use PostgreSQL "
            "(postgresql+psycopg://…); audit-bot ledger copy takes there what there is."
        )
    for file in secrets.files:
        faults.append(
            f"{file}: on a share a file is not the bot's alone. Let the bot sign in by managed identity, and keep the "
            "key in a variable (key_env)."
        )
    return faults


def _as_written_in(kind: str, value: str) -> str:
    if kind == "windows":
        return escape(value)
    return value.replace("%", "%%") if kind == "systemd" else value


def _written(folder: Path, files: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """What was written and what was there already. Raises SettingsError."""
    written: list[str] = []
    kept: list[str] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            path = folder / name
            (kept if path.exists() else written).append(str(path))
            if not path.exists():
                path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as fault:
        raise SettingsError([f"{fault.filename} cannot be written: {fault.strerror}."]) from fault
    return written, kept
