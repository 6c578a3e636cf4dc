"""Somebody of the council at their Outlook: reads their own mail and answers it, through Graph."""

from __future__ import annotations

import base64
import json
import re
import ssl
import time
import urllib.parse
import urllib.request
from collections.abc import Sequence
from html import escape, unescape
from typing import Any

from lxml import html

from sandbox.tenant.run import Running
from sandbox.tenant.seeding import CAST

JsonObject = dict[str, Any]


class Outlook:
    """The cast's own way into the tenant, or another program's; `as_` says whose mailbox."""

    def __init__(self, tenant: Running, program: str = CAST) -> None:
        self._tenant, self._program = tenant, program
        self._context = ssl.create_default_context(cafile=str(tenant.ca_path))
        self._signed_in, self._until = "", 0.0

    @property
    def _token(self) -> str:
        """Asked for again before it expires: a play may last longer than a token does."""
        if time.monotonic() >= self._until:
            form = urllib.parse.urlencode(
                {"grant_type": "client_credentials", "client_id": self._program, "client_secret": self._tenant.secret,
                 "scope": "https://graph.microsoft.com/.default"}
            ).encode()  # fmt: skip
            url = f"{self._tenant.url}/{self._tenant.tenant_id}/oauth2/v2.0/token"
            answer = json.loads(self._open(url, form, {}))
            self._signed_in = answer["access_token"]
            self._until = time.monotonic() + answer["expires_in"] / 2
        return self._signed_in

    def _open(
        self, url: str, data: bytes | None, headers: dict[str, str], method: str | None = None
    ) -> bytes:
        request = urllib.request.Request(url, data, headers, method=method)
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=self._context)
        )
        with opener.open(request, timeout=30) as answer:
            found: bytes = answer.read()
            return found

    def call(self, method: str, person: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        url = f"{self._tenant.url}/v1.0/users/{urllib.parse.quote(person)}{urllib.parse.quote(path, safe='/?$=&,()')}"
        data = json.dumps(body).encode() if body is not None else b"" if method == "POST" else None
        answer = self._open(url, data, headers, method)
        return json.loads(answer) if answer else {}

    def message(self, person: str, internet_id: str) -> JsonObject:
        """A message in somebody's Inbox, with its attachments."""
        path = f"/mailFolders/Inbox/messages?$filter=internetMessageId eq '{internet_id}'&$expand=attachments"
        url = f"{self._tenant.url}/v1.0/users/{urllib.parse.quote(person)}"
        query = urllib.parse.quote(path, safe="/?$=&'")
        found = json.loads(self._open(f"{url}{query}", None, {"Authorization": f"Bearer {self._token}"}))[
            "value"
        ]
        if not found:
            raise LookupError(f"{person} has no message {internet_id}")
        message: JsonObject = found[0]
        return message

    def answer(
        self,
        person: str,
        message: JsonObject,
        text: str,
        to: Sequence[str],
        cc: Sequence[str],
        files: Sequence[tuple[str, bytes]] = (),
        *,
        quoted: bool = False,
    ) -> None:
        """Reply to a message with files, to exactly these people; `quoted`: what is answered stands below."""
        draft = self.call("POST", person, f"/messages/{message['id']}/createReply")
        below = _quotation(message) if quoted else ""
        change = {
            "toRecipients": _people(to),
            "ccRecipients": _people([a for a in cc if a not in to]),
            "body": {"contentType": "html", "content": f"<html><body><p>{text}</p>{below}</body></html>"},
        }
        self.call("PATCH", person, f"/messages/{draft['id']}", change)
        for name, data in files:
            self.call("POST", person, f"/messages/{draft['id']}/attachments", _attachment(name, data))
        self.call("POST", person, f"/messages/{draft['id']}/send")

    def send(self, person: str, ready: JsonObject, files: Sequence[tuple[str, bytes]] = ()) -> None:
        """Send a message that a button opened, as it stands, with files."""
        lines = "".join(f"<div>{escape(line) or '<br>'}</div>" for line in ready["body"].splitlines())
        message = {
            "subject": ready["subject"],
            "body": {"contentType": "html", "content": f"<html><body>{lines}</body></html>"},
            "toRecipients": _people(ready["to"]),
            "ccRecipients": _people(ready["cc"]),
            "attachments": [_attachment(name, data) for name, data in files],
        }
        self.call("POST", person, "/sendMail", {"message": message})


def _quotation(message: JsonObject) -> str:
    """What Outlook puts below a reply."""
    sender = message["from"]["emailAddress"]
    line = "border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"
    return (
        f'<div style="{line}"><p class="MsoNormal"><b>From:</b> {escape(sender.get("name", ""))} '
        f"&lt;{sender['address']}&gt;<br><b>Sent:</b> {message['receivedDateTime']}<br>"
        f"<b>Subject:</b> {escape(message['subject'])}</p></div>{message['body']['content']}"
    )


def _attachment(name: str, data: bytes) -> JsonObject:
    return {
        "@odata.type": "#microsoft.graph.fileAttachment",
        "name": name,
        "contentBytes": base64.b64encode(data).decode(),
    }


def _people(addresses: Sequence[str]) -> list[JsonObject]:
    return [{"emailAddress": {"address": a}} for a in dict.fromkeys(addresses)]


def opened(message: JsonObject, label: str, about: str = "") -> JsonObject | None:
    """The ready message that a click on a button opens, as Outlook would: to, cc, subject, body.

    `about` tells apart the buttons of one letter about several audits."""
    text = message["body"]["content"]
    for href, words in re.findall(r'<a href="(mailto:[^"]*)"[^>]*>([^<]*)</a>', text):
        if unescape(words).startswith(label):
            to, _, query = unescape(href).removeprefix("mailto:").partition("?")
            parts = {name: values[0] for name, values in urllib.parse.parse_qs(query).items()}
            if about not in parts["subject"]:
                continue
            return {
                "to": urllib.parse.unquote(to).split(";"),
                "cc": [address for address in parts.get("cc", "").split(";") if address],
                "subject": parts["subject"],
                "body": parts["body"],
            }
    return None


def rows_of(body: str, width: int) -> list[list[str]]:
    """The rows of so many cells in the tables of a letter, as text."""
    rows = [
        [" ".join("".join(map(str, cell.itertext())).split()) for cell in row.iter("td")]
        for row in html.fromstring(body).iter("tr")
    ]
    return [cells for cells in rows if len(cells) == width]


def form_in(message: JsonObject, called: str = "") -> tuple[str, bytes] | None:
    """The Word form a message carries, by name and bytes; the one with a certain name, if it carries several."""
    for attachment in message.get("attachments") or ():
        if str(attachment.get("name", "")).endswith(called or ".docx"):
            return attachment["name"], base64.b64decode(attachment["contentBytes"])
    return None
