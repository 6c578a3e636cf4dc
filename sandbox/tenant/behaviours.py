"""Everything Microsoft 365 does that a test or a person may want on or off, in one table.

What Microsoft's pages promise is on from the start. What only happens in some tenants, or now and then, is off until
somebody switches it on, alone or with the profile “as in a large tenant”. A behaviour may carry an amount: seconds, a
share of all cases between 0 and 1, or a limit. `sandbox/README.md` shows this table; a test holds the two together.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

STRICT = "strict"
LARGE_TENANT = "as in a large tenant"
PROFILES = (STRICT, LARGE_TENANT)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One thing the service does. `amount` is None where it is simply on or off."""

    name: str
    does: str
    source: str
    on: bool = False
    ordinary: bool = False
    amount: float | None = None
    unit: str = ""


_LIMITS = "learn.microsoft.com/graph/throttling-limits"
_EXCHANGE_LIMITS = "learn.microsoft.com/office365/servicedescriptions/exchange-online-limits"
_DELTA = "learn.microsoft.com/graph/delta-query-overview"
_SAFE = "learn.microsoft.com/defender-office-365"
_SHAREPOINT_LIMITS = (
    "learn.microsoft.com/sharepoint/dev/general-development/"
    "how-to-avoid-getting-throttled-or-blocked-in-sharepoint-online"
)

TABLE: tuple[Behaviour, ...] = (
    # --- mail
    Behaviour("requests at once", "more Outlook requests of one app at a time are 429", _LIMITS, True, True, 4,
              "requests"),
    Behaviour("request quota", "more requests of one app to one mailbox in 10 minutes are 429; each part of a batch "
              "counts", _LIMITS, True, True, 10_000, "requests"),
    Behaviour("upload quota", "more bytes sent to one mailbox in 5 minutes are 429", _LIMITS, True, True, 150, "MB"),
    Behaviour("sending rate", "more messages of one mailbox in a minute wait, being sent, for their minute",
              _EXCHANGE_LIMITS, True, True, 30, "messages"),
    Behaviour("recipient quota", "beyond this many recipients in a day a message comes back with 550 5.1.90",
              _EXCHANGE_LIMITS, True, True, 10_000, "recipients"),
    Behaviour("sealed mail", "subject, body and recipients of a message that is no draft need Mail-Advanced.ReadWrite; "
              "Microsoft does this from 31 December 2026, the sandbox at any date",
              "techcommunity.microsoft.com/blog/exchange/4505227", True, True),
    Behaviour("Exchange bounces", "a bounce names nobody in X-Failed-Recipients and quotes no headers outside its "
              "MIME; off: as other mail systems write them", "RFC 3464; Exchange NDR pages", True, True),
    Behaviour("Safe Links", "web links in a body that arrives lead over safelinks.protection.outlook.com",
              f"{_SAFE}/safe-links-about", False, True),
    Behaviour("Safe Attachments", "files come after so long; until then a placeholder stands there, and moving the "
              "message keeps it for ever", f"{_SAFE}/safe-attachments-about", False, True, 180, "seconds"),
    Behaviour("attachments announced and empty", "Safe Attachments shows no placeholder: hasAttachments is true and "
              "the collection empty", "github.com/MicrosoftDocs/microsoft-365-docs/issues/8558"),
    Behaviour("Sent Items lag", "a sent message stays where it was, being sent, for so long",
              "learn.microsoft.com/graph/outlook-things-to-know-about-send-mail", False, True, 60, "seconds"),
    Behaviour("ids change on send", "this share of sent messages gets another immutable id",
              "github.com/microsoftgraph/microsoft-graph-docs/issues/1533", False, True, 0.5, "share"),
    Behaviour("second send", "sending what is being sent or was sent is 202, 404 or 400 by chance; off: always 404",
              "no page says which", False, True),
    Behaviour("files marked inline", "this share of senders attaches files as Apple Mail does, marked inline",
              "github.com/microsoftgraph/microsoft-graph-docs/issues/2095", False, True, 0.1, "share"),
    Behaviour("delta shows twice", "this share of the messages on a page stands there again", _DELTA, False, True,
              0.05, "share"),
    Behaviour("delta misses a move", "this share of messages that left a folder is not told of",
              "github.com/microsoftgraph/msgraph-sdk-dotnet/issues/1411", False, False, 0.5, "share"),
    Behaviour("delta expires", "this share of delta links is refused with SyncStateNotFound", _DELTA, False, False,
              1.0, "share"),
    Behaviour("batch part throttled", "this share of a batch's Outlook parts is 429 inside a batch that is 200",
              "learn.microsoft.com/graph/throttling", False, True, 1 / 3000, "share"),
    Behaviour("AuthAs absent on outside mail", "mail from outside has no X-MS-Exchange-Organization-AuthAs at all; "
              "off: it says Anonymous", "techcommunity.microsoft.com, Demystifying hybrid mail flow"),
    Behaviour("bounces carry our headers", "the x- headers of a message come back inside its bounce",
              "no page says so; kept apart for clients that hope for it"),
    Behaviour("read receipts", "whoever gets a message that asks for a read receipt sends one",
              "learn.microsoft.com/graph/api/resources/message"),
    Behaviour("schedules at once", "more addresses in one getSchedule are refused",
              "learn.microsoft.com/graph/outlook-get-free-busy-schedule; 100 by microsoft-graph-docs/issues/7047", True,
              True, 20, "addresses"),
    Behaviour("calendars within the scope alone", "an app scoped to some mailboxes is shown the calendars of others as "
              "closed; off: it sees what the mailbox it asks as would", "no page says which"),
    Behaviour("free and busy errors in words", "the error of one calendar has Exchange's word (ErrorNoFreeBusyAccess); "
              "off: its number (5037)", "github.com/microsoftgraph/microsoft-graph-docs/issues/11225 shows a number"),
    # --- lists and the library
    Behaviour("resource units a minute", "more units of one app in a minute are 429; from 80 % on RateLimit headers "
              "tell", _SHAREPOINT_LIMITS, True, True, 1250, "units"),
    Behaviour("resource units a day", "more units of one app in 24 hours are 429", _SHAREPOINT_LIMITS, True, True,
              1_200_000, "units"),
    Behaviour("throttled as 503", "this share of what SharePoint throttles is 503, not 429; both have Retry-After",
              _SHAREPOINT_LIMITS, False, True, 0.3, "share"),
    Behaviour("lookup column threshold", "a selection of fields with the values of more lookup columns is refused",
              "learn.microsoft.com/graph/api/resources/fieldvalueset", True, True, 12, "columns"),
    Behaviour("list view threshold", "in a longer list nothing is filtered or ordered by a column without an index",
              "github.com/microsoftgraph/microsoft-graph-docs/issues/2279", True, True, 5000, "rows"),
    Behaviour("pages shorter than asked", "a page of rows holds by chance fewer than $top asks for",
              "github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/28; no page says how many", False, True),
    Behaviour("conflicts as 409", "this share of the writes with an old ETag is 409 instead of 412, both "
              "resourceModified", "github.com/OneDrive/onedrive-api-docs/issues/1414", False, True, 0.5, "share"),
    Behaviour("POST answers another date", "the answer that makes a row shows days in the site's zone, marked Z",
              "github.com/microsoftgraph/microsoft-graph-docs/issues/13168", False, True),
    Behaviour("date-only columns keep the time", "a posted moment is kept; off: it is cut to the site's day",
              "reports disagree, no page says"),
    Behaviour("posted time zone ignored", "a posted moment counts in the site's zone, whatever its offset says",
              "github.com/microsoftgraph/msgraph-sdk-java/issues/813"),
    Behaviour("multi-line columns are rich text", "every multi-line column gives HTML in an ExternalClass <div>; off: "
              "only those made so", "github.com/pnp/pnpjs/issues/721", False, True),
    Behaviour("everybody known to the site", "person columns may name anybody at once; off: only who was named before "
              "has an id", "a kindness, for tests of other things; github.com/Azure/Microsoft365R/issues/77"),
    Behaviour("people made known by managers only", "ensureuser is refused to an app with less than manage",
              "the page asks for BrowseUserInfo; no page says that an app without a user has it"),
    Behaviour("German site", "the lists a site comes with have German names",
              "github.com/mozziemozz/TeamsPhoneAutomation/issues/3"),
    Behaviour("Word files are rewritten", "a library writes its properties into an uploaded Word file: other bytes, "
              "size and hash", "issues of OneDrive clients", False, True),
    Behaviour("fields busy after an upload", "the first change of a file's columns after its upload is 409, though "
              "nobody edited it", "github.com/skilion/onedrive/issues/366", False, True),
    Behaviour("library encrypts downloads", "an app gets an Office file encrypted by its sensitivity label",
              "an option of libraries since 2024; blog-en.topedia.com/2024/12"),
)  # fmt: skip
NAMES = {each.name: each for each in TABLE}


class Behaviours:
    """What is on in one tenant, and how much of it."""

    def __init__(self, profile: str = STRICT) -> None:
        self._on: dict[str, bool] = {}
        self._amounts: dict[str, float] = {}
        self.chance = random.Random(11)
        self.take(profile)

    def take(self, profile: str) -> None:
        """Everything as a profile has it. Raises ValueError for one there is not."""
        if profile not in PROFILES:
            raise ValueError(f"“{profile}” is no profile; there are: {', '.join(PROFILES)}.")
        self.profile = profile
        for each in TABLE:
            self._on[each.name] = each.ordinary if profile == LARGE_TENANT else each.on
            self._amounts[each.name] = each.amount or 0.0

    def set(self, name: str, value: Any) -> None:
        """On, off, or on with an amount. Raises ValueError for a name there is not."""
        if name not in NAMES:
            raise ValueError(f"“{name}” is no behaviour; there are: {', '.join(NAMES)}.")
        if isinstance(value, bool):
            self._on[name] = value
            self._amounts[name] = NAMES[name].amount or 0.0
        elif isinstance(value, int | float) and NAMES[name].amount is not None:
            self._on[name], self._amounts[name] = True, float(value)
        else:
            raise ValueError(
                f"“{name}” is switched with true or false, or with a number if it has an amount."
            )

    def change(self, given: Mapping[str, Any]) -> None:
        """A profile and single behaviours, as a person or a seed gives them."""
        if "profile" in given:
            self.take(str(given["profile"]))
        for name, value in given.items():
            if name != "profile":
                self.set(name, value)

    def on(self, name: str) -> bool:
        return self._on[name]

    def amount(self, name: str) -> float:
        """How much of it, 0 where it is off."""
        return self._amounts[name] if self._on[name] else 0.0

    def limit(self, name: str) -> float:
        """A limit, infinite where it is off."""
        return self._amounts[name] if self._on[name] else float("inf")

    def strikes(self, name: str) -> bool:
        """Whether a behaviour that happens to a share of all cases happens to this one."""
        return self._on[name] and self.chance.random() < self._amounts[name]

    def as_json(self) -> list[dict[str, Any]]:
        return [
            {"name": e.name, "does": e.does, "source": e.source, "on": self._on[e.name],
             "amount": self._amounts[e.name] if e.amount is not None else None, "unit": e.unit,
             "strict": e.on, "large_tenant": e.ordinary}
            for e in TABLE
        ]  # fmt: skip


def table() -> str:
    """The table as it stands in the README."""
    lines = ["| behaviour | what it does | strict | large tenant | source |", "|---|---|---|---|---|"]
    for each in TABLE:
        amount = "" if each.amount is None else f" ({each.amount:.4g} {each.unit})"
        lines.append(
            f"| {each.name}{amount} | {each.does} | {'on' if each.on else ''} | "
            f"{'on' if each.ordinary else ''} | {each.source} |"
        )
    return "\n".join(lines)


def spelled(text: str) -> tuple[str, bool | float]:
    """A behaviour as a command line spells it: `name`, `name=off` or `name=300`. Raises ValueError if it is none."""
    name, _, value = text.partition("=")
    if value.lower() in ("", "on", "off"):
        return name, value.lower() != "off"
    return name, float(value)
