"""The process of one run of one council. It knows that council's profile, secrets and environment and no other's, ends
when its worker is gone, and says what became of it as JSON.

The secrets of a council that its profile takes from the environment lie in a file beside the profile, `council.env`
(bot/secret_files.py); of the worker's processes only this one reads it.
"""

from __future__ import annotations

import json
import logging
import os
import re
import signal
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime, timedelta
from multiprocessing import connection, parent_process
from pathlib import Path
from typing import Any

from bot.clock import now
from bot.councils.own import folder_of, in_a_file, outside, own_environment, own_of
from bot.daily_run.attended import attended, told_of_wrong_profile
from bot.daily_run.team_files.places import closed_on
from bot.daily_run.trying.check import checks
from bot.errors import Busy, SettingsError
from bot.exit_status import DONE, NOT_DONE, WRONG_CONFIGURATION
from bot.office.health import Health, read_health, write_health
from bot.office.ledger import VERSION
from bot.service_lines import printed
from bot.settings import Settings, load

PATIENCE = 30.0
"""Seconds a run waits altogether for a busy service; then it gives its place to another council."""
LAST_WORDS = 15.0
"""Seconds from being told to end to being ended."""
TOO_MUCH = {"status": NOT_DONE, "fault": "says too much"}

_HANDED_ON = re.compile(
    r"PATH|HOME|USER|LOGNAME|LANG|LC_\w+|TZ|TMPDIR|PYTHON\w*|VIRTUAL_ENV|SSL_CERT_\w+|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE"
    r"|(?i:https?_proxy|no_proxy|all_proxy)|PGSSL\w+|AZURE_FEDERATED_TOKEN_FILE|IDENTITY_\w+|MSI_\w+|SYSTEMROOT"
)
"""What every run may see of the worker's environment: nothing that is a council's own, nor how the queue is reached."""


def handed_on(environment: Mapping[str, str]) -> dict[str, str]:
    """What of an environment the process of a run begins with."""
    return {name: value for name, value in environment.items() if _HANDED_ON.fullmatch(name)}


def longest(kind: str) -> int:
    """Bytes that a run may say at once; a longer word is not taken. What it tells of itself every worker reads again
    and again, of a check only whoever asked."""
    return 2**20 if kind == "check" else 2**16


def is_there(file: Path) -> bool:
    """Whether there is such a file; not where its folder may not be looked into, or its disk is gone."""
    try:
        return file.exists()
    except OSError:
        return False


def told_of(settings: Settings) -> dict[str, Any]:
    """What the register goes by: when runs are due, and which ledgers this bot writes."""
    return {
        "daily_run_at": settings.daily_run_at.isoformat(),
        "look_minutes": settings.mailbox_look_minutes,
        "closed": sorted(day.isoformat() for day in closed_on(settings)),
        "ledger_version": VERSION,
    }


def clock_of(pretended: tuple[str, str, float] | None) -> Callable[[], datetime]:
    """The clock of a run: the wall's, or a sandbox's from a moment on, so many times as fast."""
    if pretended is None:
        return now
    really, moment = (datetime.fromisoformat(text) for text in pretended[:2])
    speed = pretended[2]
    return lambda: moment + timedelta(seconds=(now() - really).total_seconds() * speed)


class _NotHere(Exception):
    """There is no profile at the council's path on this machine."""


def perform(kind: str, profile: str, given: Mapping[str, Any], talk: connection.Connection) -> None:
    """What the process does: `kind` is “daily run”, “look” or “check”."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of a keyboard: the worker lets the run come to its end
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    threading.Thread(target=_end_with_the_worker, daemon=True).start()
    found: Mapping[str, Any]
    kept = handed_on(os.environ)
    os.environ.clear()
    os.environ.update(kept)
    if kind == "check":  # what it finds is told in words
        logging.getLogger("bot").addHandler(logging.NullHandler())
    else:
        printed()
    try:
        _take_no_more_memory_than(int(given["memory_mb"]))
        file = Path(profile)
        if not is_there(file):
            raise _NotHere
        os.environ.update(own_environment(file, given.get("folders_for_all", ())))
        if kind != "check":
            printed()  # and of this council alone whatever it meets, where its own file asks for that
        found = _checked(file, given, talk) if kind == "check" else _run(kind, file, given, talk)
    except KeyboardInterrupt:
        found = {"status": NOT_DONE, "fault": "too long"}
    except _NotHere:  # it may well be on another machine: nothing is laid out in its place
        problem = f"{profile} is not on this machine: the council's folder lies at the same path on each."
        found = {"status": NOT_DONE, "fault": "not here", "problems": [problem]}
    except SettingsError as fault:
        found = {"status": WRONG_CONFIGURATION, "fault": "SettingsError"}
        if kind == "check":
            found = {**found, "problems": fault.problems}
        else:
            with suppress(Exception):
                told_of_wrong_profile(
                    Path(profile), fault.problems, now, only_within=folder_of(Path(profile))
                )
    except BaseException as fault:
        logging.getLogger("bot").exception("The bot met something it does not know")
        found = {"status": NOT_DONE, "fault": type(fault).__name__}
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # nothing is left to end
    _say(talk, found, longest(kind))


def _run(kind: str, file: Path, given: Mapping[str, Any], talk: connection.Connection) -> dict[str, Any]:
    settings = _loaded(file, given)
    if refused := _asked_for_leave(settings, file, given, talk):
        return {"status": NOT_DONE, "fault": refused}
    health = _brought_up_to_date(settings, given.get("health") or {})
    try:
        found = attended(
            settings,
            clock=clock_of(given.get("pretended")),
            say=lambda _line: None,
            whole=kind != "look",
            patience=PATIENCE,
        )
    except Busy:
        return {"status": NOT_DONE, "fault": "Busy"}
    kept = read_health(health)
    fault = found.fault or ("trouble" if found.status == NOT_DONE else "")
    if found.told_to_wait and found.status == NOT_DONE and fault in ("TenantUnavailable", "trouble"):
        fault = "busy"
    return {
        "status": found.status,
        "fault": fault,
        "wait": found.told_to_wait,
        "level": found.level,
        "health": asdict(kept),
        "told": told_of(settings),
    }


def _loaded(file: Path, given: Mapping[str, Any]) -> Settings:
    """Before anything is written or read by it. Raises SettingsError."""
    settings = load(file)
    if faults := outside(settings, file, given.get("folders_for_all", ())):
        raise SettingsError(faults)
    return settings


def _brought_up_to_date(settings: Settings, health: Mapping[str, Any]) -> Path:
    """Write down here what the run before has told, which may have been on another machine."""
    file = settings.health_file
    assert file is not None
    found = read_health(file)
    if found.what_is_wrong and not found.written:
        logging.getLogger("bot").warning("%s %s", found.what_is_wrong, found.remedy)
    if health and str(health.get("written", "")) > found.written:
        known = {word: value for word, value in health.items() if word in Health.__dataclass_fields__}
        write_health(file, Health(**known))
    return file


def _asked_for_leave(
    settings: Settings, file: Path, given: Mapping[str, Any], talk: connection.Connection
) -> str:
    """Tell the worker what this council has for itself; "" where it may go on, or what is in the way."""
    own = own_of(settings, file, bytes.fromhex(given["salt"]))
    _say(
        talk, {"own": own, "live": settings.tenant.live, "in_a_file": in_a_file(settings.ledger)}, longest("")
    )
    return str(json.loads(talk.recv_bytes()))


def _checked(file: Path, given: Mapping[str, Any], talk: connection.Connection) -> dict[str, Any]:
    _asked_for_leave(_loaded(file, given), file, given, talk)
    found, _ = checks(file)
    lines = [
        {"what": c.what, "problems": [*c.problems], "configuration": c.configuration, "stops": c.stops}
        for c in found
    ]
    return {"status": DONE, "checks": lines}


def _say(talk: connection.Connection, what: Mapping[str, Any], most: int) -> None:
    said = json.dumps(what, ensure_ascii=False).encode()
    with suppress(OSError):  # the worker is gone
        talk.send_bytes(said if len(said) <= most else json.dumps(TOO_MUCH).encode())


def _end_with_the_worker() -> None:
    """A run without its worker would be done twice: it ends as if it had been told to, and gives its row back."""
    worker = parent_process()
    if worker is None:
        return
    connection.wait([worker.sentinel])
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(LAST_WORDS)
    os._exit(NOT_DONE)


def _take_no_more_memory_than(megabytes: int) -> None:
    if not megabytes:
        return
    with suppress(ImportError, ValueError, OSError):
        import resource  # not on Windows

        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        wanted = megabytes * 2**20
        if most == resource.RLIM_INFINITY or wanted < most:
            resource.setrlimit(resource.RLIMIT_DATA, (wanted, most))
