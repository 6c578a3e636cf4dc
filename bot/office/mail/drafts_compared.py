"""What a draft says beside what its letter says: readers, subject, text, attachments."""

from __future__ import annotations

import base64
import hashlib
import html as html_text
import json
import re
from collections.abc import Iterable
from typing import Any

from bot.office.mail.letter_search import ADDRESSED, addressed
from bot.office.mail.outgoing import OutgoingLetter


def of_letter(letter: OutgoingLetter) -> str:
    """The fingerprint of the draft this letter makes."""
    return _fingerprint(_readers_of(letter), letter.subject, letter.html, letter.attachments)


def of_draft(draft: Any, attachments: Iterable[Any]) -> str:
    """The fingerprint of a draft, as Graph describes it and its attachments."""
    carried = [(str(a["name"]), base64.b64decode(a.get("contentBytes") or "")) for a in attachments]
    words = str((draft.get("body") or {}).get("content") or "")
    return _fingerprint(_addressed(draft), str(draft.get("subject")), words, carried)


def differs(draft: Any, letter: OutgoingLetter) -> str:
    """What of a draft, as Graph describes it, is not the letter's: "another subject". "" when nothing is."""
    if _addressed(draft) != _readers_of(letter):
        return "other recipients"
    if draft.get("subject") != letter.subject:
        return "another subject"
    if _visible(str((draft.get("body") or {}).get("content") or "")) != _visible(letter.html):
        return "another text"
    return ""


def _readers_of(letter: OutgoingLetter) -> list[set[str]]:
    """To whom, in copy, and in blind copy: nobody."""
    return [{person.email for person in letter.to}, {person.email for person in letter.cc}, set()]


def _addressed(draft: Any) -> list[set[str]]:
    return [addressed(draft, kind) for kind in ADDRESSED]


def _fingerprint(
    readers: Iterable[Iterable[str]], subject: str, html: str, attachments: Iterable[tuple[str, bytes]]
) -> str:
    files = sorted((name, hashlib.sha256(data).hexdigest()) for name, data in attachments)
    whole = json.dumps([*map(sorted, readers), subject, _visible(html), files])
    return hashlib.sha256(whole.encode()).hexdigest()


_HEAD = re.compile(r"<(head|style|title)\b.*?</\1>", re.S | re.I)
_TAG = re.compile(r"<!--.*?-->|<[^>]+>", re.S)


def _visible(text: str) -> str:
    """What a reader sees of a body: Exchange rewrites the HTML around it."""
    return "".join(html_text.unescape(_TAG.sub(" ", _HEAD.sub(" ", text))).split())
