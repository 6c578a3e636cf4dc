"""What Defender does to mail that arrives: Safe Links and Safe Attachments (Dynamic Delivery).

https://learn.microsoft.com/defender-office-365/safe-links-about, …/safe-attachments-about
"""

from __future__ import annotations

import re
import zlib
from datetime import timedelta
from html import escape, unescape
from typing import Any
from urllib.parse import quote

from sandbox.tenant.state import Attachment, Mailbox, Message, Tenant

PLACEHOLDER = "Safe Attachments Scan In Progress"
_LINK = re.compile(r"""(<a\b[^>]*?\bhref=)(["'])(https?://[^"']*)\2""", re.I)


def with_safe_links(body: dict[str, Any]) -> dict[str, Any]:
    """A body whose web links lead over Microsoft. Mail addresses are left alone."""
    if str(body.get("contentType")).casefold() != "html":
        return body
    return {**body, "content": _LINK.sub(_wrapped, str(body.get("content") or ""))}


def _wrapped(found: re.Match[str]) -> str:
    url = unescape(found[3])
    if "safelinks.protection.outlook.com" in url:
        return found[0]
    safe = (
        f"https://eur03.safelinks.protection.outlook.com/?url={quote(url, safe='')}"
        f"&data=05%7C02%7C%7C{zlib.crc32(url.encode()):08x}%7C0%7C0%7CUnknown%7C&sdata={zlib.adler32(url.encode()):08x}%3D"
        "&reserved=0"
    )
    return f"{found[1]}{found[2]}{escape(safe)}{found[2]}"


def hold_back(tenant: Tenant, mailbox: Mailbox, message: Message) -> None:
    """The files of a message stay away until they are scanned; if it is moved meanwhile, for ever."""
    seconds = tenant.behaviours.amount("Safe Attachments")
    files = [a for a in message.attachments if a.kind == "file"]
    if not seconds or not files:
        return
    whole, folder = message.attachments, message.folder
    message.announced = tenant.behaviours.on("attachments announced and empty")
    placeholder = Attachment(
        PLACEHOLDER,
        data=b"<html><body><p>Your attachments are being scanned.</p></body></html>",
        content_type="text/html",
    )
    message.attachments = [] if message.announced else [placeholder]

    def scanned() -> None:
        if mailbox.messages.get(message.id) is message and message.folder == folder:
            message.attachments, message.announced = whole, False
            mailbox.touch(message)

    tenant.later(tenant.clock.running() + timedelta(seconds=seconds), scanned)


def marked_inline(tenant: Tenant, sender: str, attachments: list[Attachment]) -> list[Attachment]:
    """The same files as the sender's program marks them: some people's marks everything inline, as Apple Mail does."""
    share = tenant.behaviours.amount("files marked inline")
    shared = {box for app in tenant.apps.values() for box in app.mailboxes or ()}
    if sender in shared or zlib.crc32(sender.encode()) % 1000 >= share * 1000:
        return attachments
    return [
        Attachment(a.name, data=a.data, content_type=a.content_type, inline=True, content_id=f"{a.id[-12:]}@apple")
        if a.kind == "file" else a
        for a in attachments
    ]  # fmt: skip
