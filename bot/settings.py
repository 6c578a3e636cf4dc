"""The settings of one installation: a TOML profile, read once and checked whole.

Every fault is listed in one SettingsError, in words. Paths are relative to the profile's folder. A live profile
holds no secret: it names the environment variable or the certificate that does.
"""

from __future__ import annotations

import ipaddress
import json
import os
import re
import tomllib
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlparse

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from bot.errors import SettingsError
from bot.own_files import or_shipped
from bot.programme.modes import Mode
from bot.programme.working_days import PUBLISHED_UNTIL

TENANT_FILE = "AUDIT_BOT_TENANT_FILE"
"""Environment variable that says where a running sandbox wrote its `tenant.json`."""

HEALTH_FILE = "audit-bot-health.json"
FACTS_FILE = "audit-bot-tenant.json"
"""What `check --tenant-facts` measured, beside the health file."""

LedgerUrl = str
Email = Annotated[
    str, BeforeValidator(lambda text: str(text).strip().lower()), Field(pattern=r"^[^@\s]+@[^@\s]+$")
]


def _named_days(given: Any) -> Any:
    """Closure days by their names, or a plain list of dates. Raises ValueError with the way to write them."""
    if not isinstance(given, dict):
        return _dates(given, "")
    found: dict[date, str] = {}
    for name, days in given.items():
        if isinstance(name, date):
            found[name] = str(days)
        else:
            found |= _dates(days if isinstance(days, list) else [days], str(name))
    return found


def _dates(days: Any, name: str) -> dict[date, str]:
    if not isinstance(days, list | tuple) or not all(isinstance(d, date) for d in days):
        raise ValueError(
            f"{f'“{name}”' if name else 'this'} is not a day or a list of days; write days without quotation marks, "
            'as in { "Christmas closure" = [2026-12-29, 2026-12-30] }'
        )
    return {d.date() if isinstance(d, datetime) else d: name for d in days}


ClosureDays = Annotated[dict[date, str], BeforeValidator(_named_days)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TenantSettings(_Part):
    """Where Microsoft 365 is and how the bot proves who it is."""

    live: bool
    graph_url: str = "https://graph.microsoft.com"
    authority_url: str = "https://login.microsoftonline.com"
    tenant_id: str
    client_id: str
    secret_env: str = ""
    certificate: Path | None = None
    key: Path | None = None
    ca_bundle: Path | None = None
    secret: str = Field(default="", repr=False)  # only ever filled for a sandbox

    @model_validator(mode="after")
    def _sensible(self) -> TenantSettings:
        for name, url in (("graph_url", self.graph_url), ("authority_url", self.authority_url)):
            parsed = urlparse(url)
            if parsed.scheme != "https":
                raise ValueError(f"{name} must begin with https://")
            if self.live == _is_loopback(parsed.hostname or ""):
                raise ValueError(
                    f"{name} is {url}: a live profile may not point at this machine, and a sandbox profile may "
                    "point nowhere else"
                )
        if self.live and self.secret:
            raise ValueError("a live profile holds no secret; name an environment variable in secret_env")
        if bool(self.certificate) != bool(self.key):
            raise ValueError("certificate and key belong together")
        if not (self.certificate or self.secret_env or self.secret):
            raise ValueError("either certificate and key, or secret_env, must be given")
        return self

    def client_secret(self) -> str:
        """The secret itself. Raises SettingsError when the environment does not hold it."""
        found = self.secret or os.environ.get(self.secret_env, "")
        if not found:
            raise SettingsError(
                [
                    f"The environment variable {self.secret_env}, which should hold the client secret, is empty."
                ]
            )
        return found


class AuditTeamSettings(_Part):
    name: str = "Audit Team"
    contact: str
    phone: str = ""


class Files(_Part):
    """The Audit Team's own files, as seen from the profile; one that is neither named nor there is the shipped one."""

    rules: Path = Path("rules.toml")
    lists: Path = Path("lists.toml")
    questions: Path = Path("audit_tool.toml")
    letters: Path = Path("../mail_templates")
    audit_tool: Path = Path("../docx_templates/audit_tool.docx")
    dip_sample: Path = Path("../docx_templates/dip_sample.docx")
    dip_audit: Path = Path("../docx_templates/dip_audit.docx")
    re_audit: Path = Path("../docx_templates/re_audit.docx")
    uopp_record: Path = Path("../docx_templates/uopp_record.docx")


class MustNotReach(_Part):
    """A mailbox, a list and a site that exist and that the bot must not be able to see: `check` and every daily run of
    a live installation ask for them and go on only when they are refused."""

    mailbox: Email | Literal[""] = ""
    site: str = ""
    list: str = ""


class Settings(_Part):
    """Everything an installation decides. Times are London's."""

    council: str
    tenant: TenantSettings
    mailbox: Email
    site_host: str
    site_path: str
    audit_team: AuditTeamSettings
    recipient_domains: tuple[str, ...] = Field(min_length=1)
    marking: str = ""
    files: Files = Files()
    ledger: LedgerUrl = "sqlite:///ledger.sqlite"
    key_env: str = ""
    key: str = Field(default="", repr=False)
    closure_days: ClosureDays = Field(default_factory=dict)
    bank_holidays_known_until: int = PUBLISHED_UNTIL
    daily_run_at: time = time(7, 30)
    mailbox_look_minutes: int = Field(default=5, ge=1, le=120)
    letters_a_minute: int | None = Field(default=25, ge=1)
    most_letters_a_run: int = Field(default=400, ge=1)
    safety: Mode = Mode.REHEARSE  # who says nothing about it sends nothing
    team_only: tuple[Email, ...] = ()
    settle_minutes: float = Field(default=15, ge=0)
    library_folder: str = "Returned audits"
    filed_folder: str = "Audits taken in"
    please_look_folder: str = "Please look at"
    outbox_folder: str = "Audit bot outbox - do not send"
    rehearsal_folder: str = "Rehearsal"
    drafts_folder: str = "Drafts for the Audit Team"
    attachment_limit_mb: int = Field(default=25, ge=1, le=150)
    internal_mail_mark: str = Field(default="", pattern=r"^$|^[xX]-[A-Za-z0-9-]+:\s*\S.*$")
    start_on: date | None = None
    health_file: Path | None = None
    ping_url: str = ""
    notice_list: str = "Audit bot"
    receipts: bool = False
    audit_tool_by: Literal["attachment", "link"] = "attachment"
    must_not_reach: MustNotReach = MustNotReach()

    @model_validator(mode="after")
    def _proved(self) -> Settings:
        named = self.must_not_reach
        if self.tenant.live and not self.safety.trial and not (named.mailbox and named.site):
            raise ValueError(
                'with safety = "live", [must_not_reach] must name a mailbox and a site that exist and that the bot '
                "may not see"
            )
        return self

    @model_validator(mode="after")
    def _ping(self) -> Settings:
        parsed = urlparse(self.ping_url)
        if self.ping_url and parsed.scheme != "https":
            raise ValueError("ping_url must begin with https://")
        return self

    @model_validator(mode="after")
    def _keys(self) -> Settings:
        if self.tenant.live and self.key:
            raise ValueError("a live profile holds no secret; name an environment variable in key_env")
        if not (self.key or self.key_env):
            raise ValueError("key_env must name the environment variable that holds the key of the letters")
        return self

    @property
    def folders_of_letters(self) -> tuple[str, ...]:
        """The bot's folders in which letters lie that have not gone."""
        return self.outbox_folder, self.drafts_folder, self.rehearsal_folder

    @property
    def facts_file(self) -> Path:
        return (self.health_file or Path(HEALTH_FILE)).with_name(FACTS_FILE)

    def as_measured(self) -> Settings:
        """With a settling time of three times what the copy of a letter was measured to take, if that is longer."""
        try:
            seconds = json.loads(self.facts_file.read_text(encoding="utf-8"))["sent_copy_seconds"]
        except (OSError, ValueError, KeyError, TypeError):
            return self
        if not isinstance(seconds, int | float):
            return self
        return self.model_copy(update={"settle_minutes": max(self.settle_minutes, 3 * seconds / 60)})

    def letter_key(self) -> bytes:
        """The secret from which letters' keys are made. Raises SettingsError when the environment lacks it."""
        found = self.key or os.environ.get(self.key_env, "")
        if len(found) < 16:
            raise SettingsError(
                [
                    f"The environment variable {self.key_env} should hold at least 16 characters that never change."
                ]
            )
        return found.encode()


def load(path: Path) -> Settings:
    """The settings in a profile. Raises SettingsError listing every fault."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise SettingsError([f"The profile {path} cannot be opened: {fault.strerror}."]) from fault
    except tomllib.TOMLDecodeError as fault:
        raise SettingsError([f"The profile {path} cannot be read: {fault}."]) from fault
    _take_sandbox(given, path.parent)
    try:
        settings = Settings.model_validate(given)
    except ValidationError as fault:
        raise SettingsError([_sentence(path, dict(error)) for error in fault.errors()]) from fault
    return _with_paths(settings, path.parent)


def _take_sandbox(given: dict[str, Any], folder: Path) -> None:
    """Fill in what a running sandbox wrote down: its ports, ids and secret."""
    tenant = given.get("tenant")
    if not isinstance(tenant, dict) or "sandbox" not in tenant:
        return
    file = Path(os.environ.get(TENANT_FILE) or folder / str(tenant.pop("sandbox")))
    tenant.pop("sandbox", None)
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise SettingsError(
            [f"No sandbox seems to be running: {file} cannot be read. Start it with: python -m sandbox"]
        ) from fault
    tenant |= {
        "live": False,
        "graph_url": found["url"],
        "authority_url": found["url"],
        "tenant_id": found["tenant_id"],
        "client_id": found["client_id"],
        "secret": found["secret"],
        "ca_bundle": found["ca_path"],
    }
    given.setdefault("site_host", found["site_host"])
    given.setdefault("site_path", found["site_path"])
    given.setdefault("mailbox", found["mailbox"])


def _with_paths(settings: Settings, folder: Path) -> Settings:
    def placed(path: Path | None) -> Path | None:
        return None if path is None else folder / path

    def own(name: str) -> Path:
        file = folder / getattr(files, name)
        usual = f"config/{Files.model_fields[name].default}"
        return file if name in files.model_fields_set else or_shipped(file, usual)

    files = settings.files
    tenant = settings.tenant
    ledger = settings.ledger
    if ledger.startswith("sqlite:///") and not ledger.startswith("sqlite:////"):
        ledger = f"sqlite:///{(folder / ledger.removeprefix('sqlite:///')).resolve()}"
    return settings.model_copy(
        update={
            "ledger": ledger,
            "health_file": _health_file(folder, settings.health_file, ledger),
            "files": files.model_copy(update={name: own(name) for name in Files.model_fields}),
            "tenant": tenant.model_copy(
                update={n: placed(getattr(tenant, n)) for n in ("certificate", "key", "ca_bundle")}
            ),
        }
    )


def _health_file(folder: Path, named: Path | None, ledger: str) -> Path:
    """Beside a SQLite ledger unless the profile says otherwise; with another ledger, beside the profile."""
    if named:
        return folder / named
    if ledger.startswith("sqlite:///"):
        return Path(ledger.removeprefix("sqlite:///")).parent / HEALTH_FILE
    return folder / HEALTH_FILE


def heard_of(path: Path) -> tuple[Path, str]:
    """Where the health file is and which address is pinged, as far as a profile that cannot be used says so."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return path.parent / HEALTH_FILE, ""
    try:
        given: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError:  # the line that is broken is hardly one of these
        given = dict(re.findall(r'(?m)^\s*(health_file|ledger|ping_url)\s*=\s*"([^"]*)"', text))
    words = {k: str(given.get(k) or "") for k in ("health_file", "ledger", "ping_url")}
    ledger = words["ledger"] or Settings.model_fields["ledger"].default
    if ledger.startswith("sqlite:///") and not ledger.startswith("sqlite:////"):
        ledger = f"sqlite:///{(path.parent / ledger.removeprefix('sqlite:///')).resolve()}"
    named = Path(words["health_file"]) if words["health_file"] else None
    ping = words["ping_url"]
    return _health_file(path.parent, named, ledger), ping if ping.startswith("https://") else ""


def _sentence(path: Path, error: dict[str, Any]) -> str:
    where = ".".join(str(part) for part in error["loc"]) or "the profile"
    if error["type"] == "missing":
        return f"{path.name}: {where} is missing."
    if error["type"] == "extra_forbidden":
        return f"{path.name}: {where} is not a setting."
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{path.name}: {where}: {message}."


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
