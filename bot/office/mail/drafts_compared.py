"""What a draft says beside what its letter says: readers, subject, text, attachments."""

from __future__ import annotations

import base64
import hashlib
import html as html_text
import json
import re
from collections.abc import Iterable
from typing import Any

from bot.office.mail.outgoing import OutgoingLetter


def of_letter(letter: OutgoingLetter) -> str:
    """The fingerprint of the draft this letter makes."""
    to, cc = ({person.email for person in people} for people in (letter.to, letter.cc))
    return _fingerprint(to, cc, letter.subject, letter.html, letter.attachments)


def of_draft(draft: Any, attachments: Iterable[Any]) -> str:
    """The fingerprint of a draft, as Graph describes it and its attachments."""
    carried = [(str(a["name"]), base64.b64decode(a.get("contentBytes") or "")) for a in attachments]
    words = str((draft.get("body") or {}).get("content") or "")
    return _fingerprint(
        _named(draft, "toRecipients"),
        _named(draft, "ccRecipients"),
        str(draft.get("subject")),
        words,
        carried,
    )


def differs(draft: Any, letter: OutgoingLetter) -> str:
    """What of a draft, as Graph describes it, is not the letter's: "another subject". "" when nothing is."""
    if _named(draft, "toRecipients") != {p.email for p in letter.to} or _named(draft, "ccRecipients") != {
        p.email for p in letter.cc
    }:
        return "other recipients"
    if draft.get("subject") != letter.subject:
        return "another subject"
    if _visible(str((draft.get("body") or {}).get("content") or "")) != _visible(letter.html):
        return "another text"
    return ""


def _named(draft: Any, kind: str) -> set[str]:
    return {str(r["emailAddress"]["address"]).casefold() for r in draft.get(kind) or ()}


def _fingerprint(
    to: Iterable[str], cc: Iterable[str], subject: str, html: str, attachments: Iterable[tuple[str, bytes]]
) -> str:
    files = sorted((name, hashlib.sha256(data).hexdigest()) for name, data in attachments)
    whole = json.dumps([sorted(to), sorted(cc), subject, _visible(html), files])
    return hashlib.sha256(whole.encode()).hexdigest()


_HEAD = re.compile(r"<(head|style|title)\b.*?</\1>", re.S | re.I)
_TAG = re.compile(r"<!--.*?-->|<[^>]+>", re.S)


def _visible(text: str) -> str:
    """What a reader sees of a body: Exchange rewrites the HTML around it."""
    return "".join(html_text.unescape(_TAG.sub(" ", _HEAD.sub(" ", text))).split())
