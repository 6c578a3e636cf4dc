"""What a report of delivery says: which addresses failed for good, and which of our letters it is about.

Mail systems answer in two ways: with the fields of RFC 3464 in a part of their own, which are believed before
anything else, or, the older ones, in words alone. Only what has failed for good counts; what is delayed, relayed,
delivered or expanded is a note. Pure over the bytes of the message; nothing in it is followed or opened.

https://www.rfc-editor.org/rfc/rfc3464 https://www.rfc-editor.org/rfc/rfc3461
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.message import Message
from itertools import islice, takewhile

from bot.papers.mail.attached_messages import own_words, plain_header
from bot.programme.messages.post import LONGEST_HEADER
from bot.programme.messages.post_kinds import report_in_words

KEY_HEADER = "x-auditbot-key"
LARGEST = 2_000_000
"""Bytes of a report that are looked at: what it says stands before the message it sends back."""
MOST_BLANK_LINES = 5_000
MOST_GROUPS = 500
"""Readers one report can name: Exchange takes so many in a letter."""
FAILED = "failed"
_ACTIONS = ("failed", "delayed", "delivered", "relayed", "expanded")
_CLASSES = {
    ".ndr": "failed",
    ".delayed.dr": "delayed",
    ".relayed.dr": "relayed",
    ".expanded.dr": "expanded",
    ".dr": "delivered",
}
_ADDRESS = re.compile(r"(?<![\w.+'&%=~-])[\w.+'&%=~-]{0,63}[\w+=~-]@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_BLANK = re.compile(rb"\n[ \t]*\r?\n")
_BELOW = re.compile(
    r"--.*(?:copy of the message|original message|transcript|below this line)"
    r"|diagnostic information|original message headers|return-path:|received:",
    re.IGNORECASE,
)
"""How a line begins below which the message itself is quoted."""
_ID = re.compile(r"<[^<>\s]+@[^<>\s]+>")


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """`action` is one of RFC 3464 ("failed", "delayed", …) or "" where it says none. `failed` are the addresses that
    failed for good, lower case; `ids` the Message-IDs and `key` the key of the letter it is about. `words` are what it
    says to people, for the names of readers it does not give by address."""

    action: str
    failed: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    key: str = ""
    words: str = ""


def delivery_report(mime: bytes, message_class: str = "") -> DeliveryReport:
    """What a report says. Never raises because of what stands in it."""
    whole = email.message_from_bytes(_beginning(mime))
    groups = [group for part in _parts(whole, "delivery-status") for group in _groups(part)]
    shown = "\n".join(_shown(whole))
    told = [(said[0].casefold(), group) for group in groups if (said := group.get("action", "").split())]
    returned = list(_returned(whole))
    ids = [found for each in returned for found in _ID.findall(each.get("message-id", ""))]
    ids += [found for name in ("in-reply-to", "references") for found in _ID.findall(str(whole[name] or ""))]
    key = next((each[KEY_HEADER].strip() for each in returned if each.get(KEY_HEADER)), "")
    if told:
        failed = [_recipient(group) for action, group in told if action == FAILED]
        action = FAILED if failed else told[0][0]
        if action not in _ACTIONS:
            action = ""
        if FAILED in action and not any(failed):
            failed = _named(whole, shown)
    else:
        action = _by_class(message_class) or report_in_words(
            plain_header(str(whole["subject"] or "")[:LONGEST_HEADER]), shown
        )
        by_status = [_recipient(group) for group in groups if group.get("status", "").startswith("5")]
        failed = (by_status or _named(whole, shown)) if action == FAILED else []
    return DeliveryReport(
        action, tuple(dict.fromkeys(a for a in failed if a)), tuple(dict.fromkeys(ids)), key, shown[:5000]
    )


def _beginning(mime: bytes) -> bytes:
    """As much of a report as is looked at. The library's parser makes a message of every group of lines, so that their
    number is what costs."""
    mime = mime[:LARGEST]
    last = next(islice(_BLANK.finditer(mime), MOST_BLANK_LINES, None), None)
    return mime[: last.start()] if last else mime


def _by_class(message_class: str) -> str:
    name = message_class.casefold()
    if not name.startswith("report."):
        return ""
    return next((action for ending, action in _CLASSES.items() if name.endswith(ending)), "")


def _parts(whole: Message, kind: str) -> Iterator[Message]:
    for part in whole.walk():
        if part.get_content_type() in (f"message/{kind}", f"message/global-{kind}"):
            yield part


def _groups(part: Message) -> Iterator[Mapping[str, str]]:
    """The groups of fields of a part about delivery: the message's own, then one for each reader."""
    payload = part.get_payload()
    if isinstance(payload, list):
        for each in payload:
            if isinstance(each, Message):
                yield {name.casefold(): str(value) for name, value in each.items()}
                # The parser knows the older type; of the newer one the groups after the first are its text.
                yield from _blocks(str(each.get_payload() or ""))
        return
    yield from _blocks(_decoded(part))


def _blocks(text: str) -> Iterator[Mapping[str, str]]:
    for block in re.split(r"\r?\n[ \t]*\r?\n", text, maxsplit=MOST_GROUPS)[:MOST_GROUPS]:
        found = email.message_from_string(block.strip() + "\n\n")
        yield {name.casefold(): str(value) for name, value in found.items()}


def _recipient(group: Mapping[str, str]) -> str:
    """The address we wrote to: the original one where it is given, for ours is the one that must be put right."""
    for field in ("original-recipient", "final-recipient", "x-actual-recipient"):
        if found := _ADDRESS.findall(group.get(field, "").partition(";")[2] or group.get(field, "")):
            return _plain(found[0])
    return ""


def _named(whole: Message, shown: str) -> list[str]:
    """The addresses a report in words names as failed: its own header first, then the text above what is quoted."""
    if header := str(whole["x-failed-recipients"] or ""):
        return [_plain(found) for found in _ADDRESS.findall(header)]
    above = "\n".join(takewhile(lambda line: not _BELOW.match(line.lstrip()[:300]), shown.split("\n")))
    own = {_plain(found) for name in ("from", "to") for found in _ADDRESS.findall(str(whole[name] or ""))}
    return [found for found in map(_plain, _ADDRESS.findall(above)) if found not in own]


def _returned(whole: Message) -> Iterator[Mapping[str, str]]:
    """The headers of the message a report sends back, as a part of their own or quoted in the text."""
    for part in whole.walk():
        kind = part.get_content_type()
        payload = part.get_payload()
        if kind in ("message/rfc822", "message/global") and isinstance(payload, list) and payload:
            inner = payload[0]
            if isinstance(inner, Message):
                yield {name.casefold(): str(value) for name, value in inner.items()}
        elif kind in ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers"):
            inner = email.message_from_string(_decoded(part).lstrip() + "\n\n")
            yield {name.casefold(): str(value) for name, value in inner.items()}
        elif kind.startswith("text/"):
            yield from _quoted_headers(_decoded(part))


def _quoted_headers(text: str) -> Iterator[Mapping[str, str]]:
    found = {
        name.casefold(): value.strip()
        for name, value in re.findall(
            rf"(?im)^[ \t>]*(message-id|{KEY_HEADER})[ \t]*:[ \t]*(\S.*)$", re.sub(r"<br[^<>]*>", "\n", text)
        )
    }
    if found:
        yield found


def _shown(whole: Message) -> Iterator[str]:
    """What the report says to people: its first part in words."""
    for part in whole.walk():
        kind = part.get_content_type()
        if kind.startswith("message/"):
            return
        if kind == "text/plain":
            yield _decoded(part)
            return
        if kind == "text/html":
            yield own_words(_decoded(part))
            return


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return str(part.get_payload() or "")
    try:
        return payload.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        return payload.decode("utf-8", "replace")


def _plain(address: str) -> str:
    return address.casefold().strip("'.\"")


def names_in(words: str, people: Mapping[str, str]) -> list[str]:
    """Of `people` (address -> name) those whom a report names by their name alone, in either order:
    "Practitioner, Pru"."""
    lines: Sequence[set[str]] = [set(re.findall(r"[\w'’-]+", line.casefold())) for line in words.split("\n")]
    found = []
    for address, name in people.items():
        own = set(re.findall(r"[\w'’-]+", name.casefold()))
        if len(own) > 1 and any(own <= line for line in lines):
            found.append(address)
    return found
