"""The first settings of a council: what must be known, the profile it fills, the administrator's commands it fills.

The profile is the example the bot comes with, comments and all, with the council's own values put in; the commands are
the pages `config/commands_….md`, in which what is written «so» is filled in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

SIGN_INS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "certificate": (
        'certificate = "/etc/audit-bot/bot.pem"\nkey = "/etc/audit-bot/bot.key"',
        ("application", "certificate"),
    ),
    "secret": ('secret_file = "/etc/audit-bot/secret"', ("application", "secret")),
    "managed identity": ('managed_identity = "system"', ("managed_identity",)),
    "federation": (
        'federated_token_file_env = "AZURE_FEDERATED_TOKEN_FILE"',
        ("application", "federation"),
    ),
}
"""Each way to prove who the bot is: its lines of the profile, and its pages of commands."""

_ID = r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
MAKE_KEY = "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'     # AUDIT_BOT_KEY: keep it like the ledger"
NO_NAME = "A person's name"
"""Who answers questions, as long as nobody has said."""
UNKNOWN_ID = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class FirstSettings:
    """What a council says of itself. `site` is the address of its SharePoint site, https://…; `tenant` the id of the
    tenant or its first domain; `client` the application's id, where it is known already; `contact` who answers
    questions."""

    council: str
    tenant: str
    site: str
    mailbox: str
    sign_in: str = "certificate"
    client: str = UNKNOWN_ID
    contact: str = NO_NAME

    @property
    def site_host(self) -> str:
        return (urlsplit(self.site).hostname or "").lower()

    @property
    def site_path(self) -> str:
        """`/sites/audit`, whatever page of the site was copied from the browser."""
        parts = [part for part in urlsplit(self.site).path.split("/") if part]
        return "/" + "/".join(parts[:2])

    @property
    def domain(self) -> str:
        return self.mailbox.rpartition("@")[2].lower()

    def faults(self) -> Iterator[str]:
        """A sentence for each thing that cannot be right."""
        if not self.council.strip() or re.search(r"[\x00-\x1f«»`]", self.council):
            yield "--council: the council's name is empty or holds a sign that no name has."
        if not re.fullmatch(rf"{_ID}|[a-z0-9-]+(\.[a-z0-9-]+)+", self.tenant, re.IGNORECASE):
            yield (
                f"--tenant: “{self.tenant}” is neither the id of a tenant (Entra admin centre, Overview) nor its "
                "domain, like yourcouncil.onmicrosoft.com."
            )
        if not re.fullmatch(r"[^@\s'\"«»`$]+@[a-z0-9-]+(\.[a-z0-9-]+)+", self.mailbox, re.IGNORECASE):
            yield f"--mailbox: “{self.mailbox}” is not the address of a mailbox."
        address = urlsplit(self.site)
        if address.scheme != "https" or not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", self.site_host):
            yield f"--site: “{self.site}” is not a site's address; open the site and copy it: https://….sharepoint.com/sites/…"
        elif not re.fullmatch(r"/(sites|teams)/[\w.-]+", self.site_path):
            yield (
                f"--site: “{self.site}” does not say which site. It goes on with /sites/ or /teams/ and a name; the "
                "tenant's root site is no place for what names children."
            )
        if not re.fullmatch(_ID, self.client):
            yield f"--client: “{self.client}” is no id of an application."
        if self.sign_in not in SIGN_INS:
            yield f"--sign-in: “{self.sign_in}” is none of {', '.join(SIGN_INS)}."


def profile_of(example: str, first: FirstSettings) -> str:
    """The example's text with the council's values; its comments stay. Raises KeyError where it lacks a word."""
    values = {
        "council": first.council.strip(), "mailbox": first.mailbox.lower(), "site_host": first.site_host,
        "site_path": first.site_path, "recipient_domains": [first.domain], "tenant_id": first.tenant,
        "client_id": first.client, "contact": first.contact, "closure_days": {},
    }  # fmt: skip
    text = example.split("\n", 3)[-1] if example.startswith("# An example") else example
    for word, value in values.items():
        said = "{}" if value == {} else json.dumps(value, ensure_ascii=False)
        line = re.search(rf"(?m)^{word} = [^#\n]*", text)
        if not line:
            raise KeyError(word)
        own = f"{word} = {said}"
        if text[line.end() :].startswith("#"):  # comments go on standing below one another
            own = f"{own} ".ljust(len(line[0]))
        text = f"{text[: line.start()]}{own}{text[line.end() :]}"
    lines, _ = SIGN_INS[first.sign_in]
    text = re.sub(r"(?m)^certificate = .*\nkey = .*\n(# .*\n)*", lambda _: lines + "\n", text, count=1)
    return re.sub(r"(?m)^(mailbox|site) = \"(somebody.else@.*|/sites/another)\"$", r'\1 = ""', text)


def pages_of_commands(sign_in: str) -> tuple[str, ...]:
    """The names of the pages for a way to sign in, in order."""
    own = () if sign_in == "secret" else ("own_interface",)  # which takes no app with a secret
    return ("start", *SIGN_INS[sign_in][1], "mail_and_site", *own, "last")


def commands_of(pages: str, first: FirstSettings, profile: str) -> str:
    """The pages with what is written «so» filled in, fit to stand in PowerShell's single quotes. Raises KeyError for a
    word nobody knows."""
    words = {
        "council": first.council.strip(), "tenant": first.tenant, "mailbox": first.mailbox.lower(),
        "site": f"https://{first.site_host}{first.site_path}", "site_host": first.site_host,
        "site_path": first.site_path, "profile": profile,
        "make_key": MAKE_KEY,
    }  # fmt: skip

    def filled(line: str) -> str:
        quoted = line.startswith("    ")
        return re.sub(
            r"«(\w+)»",
            lambda m: words[m[1]].replace("'", "''") if quoted and m[1] == "council" else words[m[1]],
            line,
        )

    return "\n".join(filled(line) for line in pages.split("\n"))
