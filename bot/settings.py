"""The settings of one installation: a TOML profile, read once and checked whole.

Every fault is listed in one SettingsError, in words, with its line. Paths are relative to the profile's folder. A live
profile holds no secret: it names the environment variable, the file or the identity that does.
"""

from __future__ import annotations

import ipaddress
import json
import os
import re
import tomllib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlparse

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    ValidationError,
    model_validator,
)

from bot.clock import OFFICE_HOURS
from bot.databases import DATABASES, KINDS_OF_ADDRESS, UNCLEAR, hosts_of, is_clear, with_password
from bot.errors import SettingsError, nearest
from bot.own_files import or_shipped, text_of
from bot.programme.addresses import fault_of_address
from bot.programme.date_words import month_in_words
from bot.programme.edited_file import edited
from bot.programme.free_times import USUAL_HOURS, Hours
from bot.programme.modes import Mode
from bot.programme.reference import REFERENCE
from bot.programme.working_days import PUBLISHED_UNTIL, WorkingDays
from bot.secret_files import WHERE_VARIABLES_STAND, secret_in
from bot.settings_faults import note_faults

TENANT_FILE = "AUDIT_BOT_TENANT_FILE"
"""Environment variable that says where a running sandbox wrote its `tenant.json`."""

HEALTH_FILE = "audit-bot-health.json"
FACTS_FILE = "audit-bot-tenant.json"
"""What `check --tenant-facts` measured, beside the health file."""


def _address(text: Any) -> Any:
    return text.strip().lower() if isinstance(text, str) else text


def _no_number(given: Any) -> Any:
    if isinstance(given, int | float):  # else it would be counted in seconds
        raise ValueError(f"{given} is a number; write a day like 2026-03-02, or a time like 07:30:00")
    return given


def _domain(text: Any) -> Any:
    return text.strip().lower().removeprefix("@") if isinstance(text, str) else text


def _matching(pattern: str, otherwise: str) -> AfterValidator:
    """Text must be written in some way, or it is said in which."""

    def right(text: str) -> str:
        if not re.fullmatch(pattern, text):
            shown = re.sub(r"(?<=//)[^/\s]*@", "…@", text)  # no user and password of an address
            raise ValueError(f"“{shown}” {otherwise}")
        return text

    return AfterValidator(right)


Email = Annotated[
    str, BeforeValidator(_address), _matching(r"[^@\s]+@[^@\s]+", "is not the address of a mailbox")
]
Domain = Annotated[
    str,
    BeforeValidator(_domain),
    _matching(r"[a-z0-9-]+(\.[a-z0-9-]+)+", "is not what stands after the @ of an address"),
]
Https = Annotated[str, _matching(r"https://\S+", "must begin with https://")]


def _ledger_url(text: str) -> str:
    """Of one that is none or not clear no more is shown than how it begins: the rest may be a password."""
    if not re.fullmatch(rf"({'|'.join(map(re.escape, DATABASES))})(\+\w+)?://.*", text):
        begins = re.match(r"[A-Za-z0-9+.-]{1,40}://", text)
        named = f"“{begins[0]}…”" if begins else "this"
        raise ValueError(
            f"{named} is no ledger; write sqlite:///ledger.sqlite, or an address that begins with "
            f"{KINDS_OF_ADDRESS}"
        )
    if not is_clear(text):
        raise ValueError(f"the address {UNCLEAR}")
    return text


LedgerUrl = Annotated[str, AfterValidator(_ledger_url)]


def _variable(name: str) -> str:
    if name and not re.fullmatch(r"[A-Z][A-Z0-9_]{0,63}", name):  # not repeated: it may be the secret itself
        raise ValueError("this is no name of an environment variable, as AUDIT_BOT_SECRET is one in capitals")
    return name


Variable = Annotated[str, AfterValidator(_variable)]
Named = Annotated[str, _matching(r"(?s)\s*\S.*", "is empty")]
Day = Annotated[date, BeforeValidator(_no_number)]


def _with_an_hour_left(at: time) -> time:
    """No run begins by night, and one that fails is tried again the same day: what is later would never be owed."""
    first, last = OFFICE_HOURS.start, OFFICE_HOURS.stop - 2
    if at.tzinfo is not None or not first <= at.hour <= last:
        raise ValueError(
            f"{at.isoformat()} is no hour for it; a daily run begins from {first:02}:00 to {last}:59 by London's "
            "clocks, written like 07:30:00"
        )
    return at


DailyHour = Annotated[time, BeforeValidator(_no_number), AfterValidator(_with_an_hour_left)]


def named_days(given: Any) -> Any:
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


def _not_always_closed(days: dict[date, str]) -> dict[date, str]:
    working = WorkingDays(days)
    for month in sorted({day.replace(day=1) for day in days}):
        if not working.of_month(month):
            raise ValueError(f"no working day is left in {month_in_words(month)}")
    return days


def faults_of_closure_days(days: dict[date, str], known_until: int = PUBLISHED_UNTIL) -> list[str]:
    """A sentence for each closure day that can hardly be meant."""
    until = max(PUBLISHED_UNTIL, known_until) + 5
    faults = [
        f"{day} is hardly in a year that is meant; please look at it"
        for day in days
        if not 2020 <= day.year <= until
    ]
    try:
        _not_always_closed(days)
    except ValueError as fault:
        faults.append(str(fault))
    return faults


ClosureDays = Annotated[dict[date, str], BeforeValidator(named_days), AfterValidator(_not_always_closed)]


def _hours(given: Any) -> Any:
    """Parts of a day, as in ["09:30-12:30", "13:30-16:30"]. Raises ValueError with the way to write them."""
    if isinstance(given, tuple):
        return given
    parts = given if isinstance(given, list) else [given]
    found: list[Hours] = []
    for part in parts:
        said = (
            re.fullmatch(r"\s*(\d\d:\d\d)\s*[-–]\s*(\d\d:\d\d)\s*", part) if isinstance(part, str) else None
        )
        if not said:
            raise ValueError(f'“{part}” is no part of a day; write ["09:30-12:30", "13:30-16:30"]')
        found.append(Hours(time.fromisoformat(said[1]), time.fromisoformat(said[2])))
    if not found or any(later.begins < earlier.ends for earlier, later in pairwise(found)):
        raise ValueError("the parts of the day come one after another, and there is one at least")
    return tuple(found)


def _as_written(parts: Sequence[Hours]) -> list[str]:
    return [f"{part.begins:%H:%M}-{part.ends:%H:%M}" for part in parts]


MeetingHours = Annotated[tuple[Hours, ...], PlainValidator(_hours), PlainSerializer(_as_written)]


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as fault:
        raise ValueError(f"“{text}” is no regular expression: {fault}") from fault
    return text


def _refuse(faults: list[str]) -> None:
    """Raises ValueError with a line for each."""
    if faults:
        raise ValueError("\n".join(faults))


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)  # it may be a secret


GRAPH_HOSTS = (
    "graph.microsoft.com",
    "graph.microsoft.us",
    "dod-graph.microsoft.us",
    "microsoftgraph.chinacloudapi.cn",
)
"""Microsoft's own clouds: no other host is ever handed a token for Graph.
https://learn.microsoft.com/graph/deployments"""
SIGN_IN_HOSTS = ("login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn")
"""Where the secret is shown. https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud"""


SHAREPOINT_HOSTS = (".sharepoint.com", ".sharepoint.us", ".sharepoint-mil.us", ".sharepoint.cn")
"""How the host of a site ends, in each of Microsoft's clouds: no other is ever handed a token for SharePoint.
https://learn.microsoft.com/microsoft-365/enterprise/urls-and-ip-address-ranges"""


SYSTEM_ASSIGNED = "system"
_OR_AN_ID = r"|[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"


class TenantSettings(_Part):
    """Where Microsoft 365 is and how the bot proves who it is."""

    live: bool
    graph_url: Https = "https://graph.microsoft.com"
    authority_url: Https = "https://login.microsoftonline.com"
    tenant_id: Named
    client_id: Named
    secret_env: Variable = ""
    secret_file: Path | None = None
    managed_identity: str = ""
    federated_token_file_env: Variable = ""
    certificate: Path | None = None
    key: Path | None = None
    ca_bundle: Path | None = None
    secret: str = Field(default="", repr=False)  # only ever filled for a sandbox

    @model_validator(mode="after")
    def _sensible(self) -> TenantSettings:
        faults = [
            f"{name} is {url}: a live profile may not point at this machine, and a sandbox profile may point "
            "nowhere else"
            for name, url in (("graph_url", self.graph_url), ("authority_url", self.authority_url))
            if self.live == _is_loopback(urlparse(url).hostname or "")
        ]
        for name, url, hosts in (
            ("graph_url", self.graph_url, GRAPH_HOSTS),
            ("authority_url", self.authority_url, SIGN_IN_HOSTS),
        ):
            if not self.live or _is_loopback(urlparse(url).hostname or ""):
                continue  # said above where it is wrong
            if url.removesuffix("/") not in {f"https://{host}" for host in hosts}:
                faults.append(f"{name} is {url}; it may be {', '.join(f'https://{host}' for host in hosts)}")
        if self.live and self.secret:
            faults.append("a live profile holds no secret; name an environment variable in secret_env")
        if bool(self.certificate) != bool(self.key):
            faults.append("certificate and key belong together")
        ways = ("certificate", "managed_identity", "federated_token_file_env", "secret_file", "secret_env")
        given = [name for name in ways if getattr(self, name)]
        if len(given) > 1:
            faults.append(f"the bot proves who it is in one way: keep one of {' and '.join(given)}")
        elif not given and not self.secret:
            faults.append(f"how the bot proves who it is must be given: one of {', '.join(ways)}")
        if (identity := self.managed_identity) and not re.fullmatch(SYSTEM_ASSIGNED + _OR_AN_ID, identity):
            faults.append(
                f'managed_identity is "{SYSTEM_ASSIGNED}", or the client id of one that was given to this machine'
            )
        _refuse(faults)
        return self

    @property
    def by_secret(self) -> bool:
        """Whether nothing but a secret says who the bot is."""
        return not (self.certificate or self.managed_identity or self.federated_token_file_env)

    def federated_token(self) -> str:
        """The token by which this machine's own platform vouches for the bot; it is exchanged for another within
        hours, so it is read anew each time. Raises SettingsError.

        https://learn.microsoft.com/azure/aks/workload-identity-overview
        """
        name = self.federated_token_file_env
        if not (file := os.environ.get(name, "")):
            raise SettingsError(
                [f"The environment variable {name}, which should name the token's file, is empty."]
            )
        return secret_in(Path(file), "the platform's token", strict=False)  # the platform sets its rights

    def client_secret(self) -> str:
        """The secret itself. Raises SettingsError when the environment or the file does not hold it."""
        if self.secret_file and not self.secret:
            return secret_in(self.secret_file, "the client secret")
        found = self.secret or os.environ.get(self.secret_env, "")
        if not found:
            raise SettingsError(
                [
                    f"The environment variable {self.secret_env}, which should hold the client secret, is empty. "
                    f"{WHERE_VARIABLES_STAND}"
                ]
            )
        return found


class AuditTeamSettings(_Part):
    name: Named = "Audit Team"
    contact: Named
    phone: str = ""


class Files(_Part):
    """The Audit Team's own files, as seen from the profile; one that is neither named nor there is the shipped one."""

    rules: Path = Path("rules.toml")
    lists: Path = Path("lists.toml")
    questions: Path = Path("audit_tool.toml")
    themes: Path = Path("themes.toml")
    inspection: Path = Path("inspection.toml")
    allocation: Path = Path("allocation.toml")
    letters: Path = Path("../mail_templates")
    audit_tool: Path = Path("../docx_templates/audit_tool.docx")
    dip_sample: Path = Path("../docx_templates/dip_sample.docx")
    dip_audit: Path = Path("../docx_templates/dip_audit.docx")
    re_audit: Path = Path("../docx_templates/re_audit.docx")
    uopp_record: Path = Path("../docx_templates/uopp_record.docx")
    reports: Path = Path("../docx_templates")  # the folder with the templates of the reports


class MustNotReach(_Part):
    """A mailbox, a list and a site that exist and that the bot must not be able to see: `check` and every daily run of
    a live installation ask for them and go on only when they are refused."""

    mailbox: Email | Literal[""] = ""
    site: str = ""
    list: str = ""


class Retention(_Part):
    """How long what the ledger says about people is kept: so many months after the last thing that happened to the
    audit. With a `legal_hold`, which says why, nothing is erased at all."""

    months: int = Field(default=24, ge=12, le=1200)
    legal_hold: str = ""


_EXCHANGES = {
    *("inbox", "drafts", "sent items", "deleted items", "outbox", "archive", "junk email", "conversation history"),
}  # fmt: skip
"""Folders every mailbox has."""


class Settings(_Part):
    """Everything an installation decides. Times are London's."""

    council: Named
    tenant: TenantSettings
    mailbox: Email
    site_host: Named
    site_path: Annotated[str, _matching(r"/.+", "must begin with /, as in /sites/audit")]
    audit_team: AuditTeamSettings
    recipient_domains: tuple[Domain, ...] = Field(min_length=1)
    marking: str = ""
    files: Files = Files()
    ledger: LedgerUrl = "sqlite:///ledger.sqlite"
    key_env: Variable = ""
    key_file: Path | None = None
    key: str = Field(default="", repr=False)
    former_keys_env: tuple[Variable, ...] = ()
    former_keys: tuple[str, ...] = Field(default=(), repr=False)
    closure_days: ClosureDays = Field(default_factory=dict)
    bank_holidays_known_until: int = Field(default=PUBLISHED_UNTIL, ge=2020, le=2099)
    daily_run_at: DailyHour = time(7, 30)
    mailbox_look_minutes: int = Field(default=5, ge=1, le=120)
    letters_a_minute: int | None = Field(default=25, ge=1)
    most_letters_a_run: int = Field(default=400, ge=1)
    safety: Mode = Mode.REHEARSE  # who says nothing about it sends nothing
    ask_before_levels: bool = True  # whether the Audit Team is asked before letters go further
    team_only: tuple[Email, ...] = ()
    settle_minutes: float = Field(default=15, ge=0, le=24 * 60, allow_inf_nan=False)
    library_folder: Named = "Returned audits"
    filed_folder: Named = "Audits taken in"
    please_look_folder: Named = "Please look at"
    outbox_folder: Named = "Audit bot outbox - do not send"
    rehearsal_folder: Named = "Rehearsal"
    drafts_folder: Named = "Drafts for the Audit Team"
    settings_library: str = ""
    changes_take_effect: Literal["on yes", "after a day"] = "on yes"
    reference_pattern: Annotated[Named, AfterValidator(_pattern)] = REFERENCE
    attachment_limit_mb: int = Field(default=25, ge=1, le=150)
    internal_mail_mark: Annotated[
        str, _matching(r"|[xX]-[A-Za-z0-9-]+:\s*\S.*", 'is no mark; write it like "X-Council-Inside: yes"')
    ] = ""
    start_on: Day | None = None
    health_file: Path | None = None
    ping_url: Https | Literal[""] = ""
    notice_list: Named = "Audit bot"
    children_list: str = ""  # lists of the site in place of the sheets for a proposal; "" for none
    auditors_list: str = ""
    receipts: bool = False
    propose_times: bool = False  # looks into calendars, which takes a right of its own
    meeting_hours: MeetingHours = USUAL_HOURS
    audit_tool_by: Literal["attachment", "link"] = "attachment"
    must_not_reach: MustNotReach = MustNotReach()
    retention: Retention = Retention()
    small_numbers_below: int = Field(default=5, ge=2, le=20)  # outside, such a number of audits is not told

    @model_validator(mode="after")
    def _fits_together(self) -> Settings:
        named, faults = self.must_not_reach, []
        if self.tenant.live and not self.safety.trial and not (named.mailbox and named.site):
            faults.append(
                'with safety = "live", [must_not_reach] must name a mailbox and a site that exist and that the bot may '
                "not see"
            )
        if self.tenant.live and not self.ask_before_levels:
            faults.append(
                "ask_before_levels = false is for a sandbox: in a live tenant letters go further only when the Audit "
                "Team has said yes to what would go out; take the line out"
            )
        if self.tenant.live and (self.key or self.former_keys):
            faults.append(
                "a live profile holds no secret; name an environment variable in key_env (former_keys_env)"
            )
        if not (self.key or self.key_env or self.key_file):
            faults.append(
                "key_env must name the environment variable, or key_file the file, that holds the key of the letters"
            )
        if self.key_env and self.key_file:
            faults.append("the key of the letters has one place: keep one of key_env and key_file")
        if self.tenant.live and with_password(self.ledger):
            faults.append("ledger holds a password; leave it to a PGPASSFILE, which only the bot can read")
        try:
            hosts_of(self.ledger)
        except ValueError as odd:
            faults.append(f"ledger names {odd}; write host=a,b&port=5432,5433, or one port for all")
        until = max(PUBLISHED_UNTIL, self.bank_holidays_known_until) + 5
        days = [("closure_days", day) for day in self.closure_days]
        for word, day in [*days, ("start_on", self.start_on)] if self.start_on else days:
            if not 2020 <= day.year <= until:
                faults.append(f"{word} says {day}, which is hardly a year that is meant")
        if (own := self.mailbox.rpartition("@")[2]) not in self.recipient_domains:
            faults.append(f"recipient_domains lacks {own}, so not even the Audit Team's own letters could go")
        for name, addresses in (("mailbox", (self.mailbox,)), ("team_only", self.team_only)):
            for address in addresses:
                fault = fault_of_address(address, self.recipient_domains)
                if fault and not (name == "mailbox" and own not in self.recipient_domains):
                    faults.append(f"{name}: {address} {fault}, and letters go nowhere else")
        folders = (*self.folders_of_letters, self.filed_folder, self.please_look_folder)
        for name in dict.fromkeys(folders):
            if [f.casefold() for f in folders].count(name.casefold()) > 1 or name.casefold() in _EXCHANGES:
                faults.append(
                    f"“{name}” is the folder of something else too; give each folder a name of its own"
                )
        _refuse(faults)
        return self

    @property
    def folders_of_letters(self) -> tuple[str, ...]:
        """The bot's folders in which letters lie that have not gone."""
        return self.outbox_folder, self.drafts_folder, self.rehearsal_folder

    @property
    def first_domain(self) -> str:
        """The domain a tenant is born with, which SharePoint's host is named after."""
        return f"{self.site_host.partition('.')[0].casefold()}.onmicrosoft.com"

    @property
    def sharepoint_url(self) -> str:
        """Where SharePoint itself answers, "" where the site's host is none of Microsoft's. A sandbox answers for all
        its hosts at one address."""
        if not self.tenant.live:
            return self.tenant.graph_url
        host = self.site_host.casefold()
        return f"https://{host}" if host.endswith(SHAREPOINT_HOSTS) else ""

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

    def letter_keys(self) -> tuple[bytes, list[bytes]]:
        """The secret from which letters' keys are made, and those of the time before it was changed. Raises
        SettingsError when the environment lacks one."""
        named = [self.key_env, *self.former_keys_env]
        found = [os.environ.get(name, "") for name in named]
        found[0] = self.key or found[0]
        if self.key_file and not self.key:
            named[0], found[0] = "", secret_in(self.key_file, "the key of the letters")
            if len(found[0]) < 16:
                raise SettingsError(
                    [f"{self.key_file} should hold the key of the letters, at least 16 characters."]
                )
        if lacking := [name for name, key in zip(named, found, strict=True) if len(key) < 16]:
            raise SettingsError(
                [
                    f"The environment variable {name} should hold the key of the letters, at least 16 characters. "
                    f"{WHERE_VARIABLES_STAND}"
                    for name in lacking
                ]
            )
        new, *former = (key.encode() for key in (*found, *self.former_keys))
        return new, former

    def refuse_without_secrets(self) -> None:
        """Raises SettingsError where a secret that must be there before anything begins is not: the key of the letters,
        or the client secret."""
        self.letter_keys()
        if self.tenant.by_secret:
            self.tenant.client_secret()


def load(path: Path) -> Settings:
    """The settings in a profile. Raises SettingsError listing every fault."""
    file = edited(text_of(path, "The profile "), str(path))
    for word in _unprintable(file.given):
        file.fault(word, f"{word[-1]} holds a sign nobody sees; where a \\ is meant, write / or \\\\")
    file.refuse()
    _take_sandbox(file.given, path.parent)
    try:
        settings = Settings.model_validate(file.given)
    except ValidationError as fault:
        note_faults(file, Settings, fault)
        file.refuse()
        raise
    settings = _with_paths(settings, path.parent)
    for name in sorted(settings.files.model_fields_set):
        if not (place := getattr(settings.files, name)).exists():
            beside = [p.name for p in place.parent.iterdir()] if place.parent.is_dir() else []
            hint = nearest(place.name, beside) if beside else ""
            file.fault(("files", name), f"files.{name} names {place}, which is not there{hint}")
    file.refuse()
    return settings


def _unprintable(given: object, above: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where a text holds a line end, a tab or another sign that makes no letter."""
    if isinstance(given, str):
        if re.search(r"[\x00-\x1f\x7f]", given):
            yield above
    elif isinstance(given, dict | list):
        for word, value in given.items() if isinstance(given, dict) else enumerate(given):
            yield from _unprintable(value, (*above, word))


def _take_sandbox(given: dict[str, Any], folder: Path) -> None:
    """Fill in what a running sandbox wrote down: its ports, ids and secret."""
    tenant = given.get("tenant")
    if not isinstance(tenant, dict) or "sandbox" not in tenant:
        return
    file = Path(os.path.normpath(os.environ.get(TENANT_FILE) or folder / str(tenant.pop("sandbox"))))
    tenant.pop("sandbox", None)
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise SettingsError(
            [
                f"No sandbox seems to be running: {file} cannot be read. Start it with: python -m sandbox; for a "
                "tenant of your own name your profile: --settings config/live.toml."
            ]
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
        return None if path is None else Path(os.path.normpath(folder / path))

    def own(name: str) -> Path:
        file = Path(os.path.normpath(folder / getattr(files, name)))
        usual = f"config/{Files.model_fields[name].default}"
        return file if name in files.model_fields_set else or_shipped(file, usual)

    files = settings.files
    tenant = settings.tenant
    ledger = _ledger_in(folder, settings.ledger)
    return settings.model_copy(
        update={
            "ledger": ledger,
            "key_file": placed(settings.key_file),
            "health_file": _health_file(folder, settings.health_file, ledger),
            "files": files.model_copy(update={name: own(name) for name in Files.model_fields}),
            "tenant": tenant.model_copy(
                update={
                    n: placed(getattr(tenant, n)) for n in ("certificate", "key", "ca_bundle", "secret_file")
                }
            ),
        }
    )


def _ledger_in(folder: Path, ledger: str) -> str:
    """The address of the ledger, where it is a file with the whole of its path."""
    if not ledger.startswith("sqlite:///") or ledger.startswith("sqlite:////"):
        return ledger
    return f"sqlite:///{(folder / ledger.removeprefix('sqlite:///')).resolve()}"


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
    ledger = _ledger_in(path.parent, words["ledger"] or Settings.model_fields["ledger"].default)
    named = Path(words["health_file"]) if words["health_file"] else None
    ping = words["ping_url"]
    return _health_file(path.parent, named, ledger), ping if ping.startswith("https://") else ""


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
