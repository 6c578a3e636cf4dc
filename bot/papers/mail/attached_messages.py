"""What is inside a message that came attached to another: its files, a few levels deep, and what its words are about.

Only the standard library's parser is used, in the child process. An archive in it is not opened.
"""

from __future__ import annotations

import email
import html
import re
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.message import Message

from bot.papers.forms.questions import Questions

MOST_PARTS = 200
DEEPEST = 4
"""So many messages inside one another are opened: an old conversation, forwarded as attachments."""
LARGEST_MESSAGE = 35_000_000
"""Bytes. A form of the largest size, written as text for the post, is a third larger than itself."""

FEWEST_QUESTIONS = 3
"""So many of the form's questions in the words of a message make a form that was pasted into it."""

_QUOTED = re.compile(
    r"<hr\b|<blockquote\b|id=[\"']?(?:x_)?(?:divRplyFwdMsg|appendonsend|mail-editor-reference)|-----\s*Original Message"
    r"|<b>From:</b>|\nFrom: ",
    re.IGNORECASE,
)
_BELOW = re.compile(r"</blockquote\s*>", re.IGNORECASE)
_BLOCK = re.compile(r"<(?:br|/p|/div|/td|/th|/tr|/li|/h\d)\b[^<>]*>", re.IGNORECASE)
_NOT_SHOWN = [
    *((re.compile(rf"<{n}\b", re.I), re.compile(rf"</{n}\s*>", re.I)) for n in ("style", "script", "head")),
    (re.compile("<!--"), re.compile("-->")),
]
"""What a reader never sees: how it begins and how it ends."""
_ELEMENT = re.compile(r"<[^<>]*>")
_LINK = re.compile(r"https?://[^\s\"'<>]+", re.IGNORECASE)
_TO_A_DOCUMENT = re.compile(
    r"/:[a-z]:/|\.docx?\b|1drv\.ms/|onedrive\.live\.com/|docs\.google\.com/", re.IGNORECASE
)
_PARTED = re.compile(r"[:\t]|\s[–—-]\s")


@dataclass(frozen=True, slots=True)
class EnclosedFile:
    name: str
    content_type: str
    data: bytes


def enclosed_files(data: bytes) -> list[EnclosedFile]:
    """The files attached to a message given as MIME text. Raises ValueError when it is too large or built oddly."""
    if len(data) > LARGEST_MESSAGE:
        raise ValueError("the message is too large")
    found: list[EnclosedFile] = []
    waiting: list[tuple[Message, int]] = [(email.message_from_bytes(data), 1)]
    seen = 0
    while waiting:
        part, depth = waiting.pop(0)
        seen += 1
        if seen > MOST_PARTS:
            raise ValueError("the message has too many parts")
        if part.is_multipart():
            depth += part.get_content_type() == "message/rfc822"
            inside = part.get_payload() if depth <= DEEPEST else ()
            waiting = [(each, depth) for each in inside if isinstance(each, Message)] + waiting
            continue
        name = plain_header(part.get_filename() or "")
        content = part.get_payload(decode=True)
        if name and isinstance(content, bytes):
            found.append(EnclosedFile(name, part.get_content_type(), content))
    return found


def plain_header(text: str) -> str:
    """A subject or a file's name without the encoded words of RFC 2047, also where they stand inside a parameter."""
    try:
        return str(make_header(decode_header(text)))
    except (UnicodeError, LookupError, ValueError):
        return text


def own_words(body: str) -> str:
    """What the sender of a message wrote, as lines of text, without what is quoted from earlier messages."""
    above = _as_lines(_QUOTED.split(body, maxsplit=1)[0])
    if len(above) > 1 or not _BELOW.search(body):
        return "\n".join(above)
    # Written below what is quoted: "On Monday … wrote:", the old message, then the answer.
    below = _as_lines(_BELOW.split(body)[-1])
    return "\n".join(below or above)


def _as_lines(text: str) -> list[str]:
    text = _BLOCK.sub("\n", shown(text))
    return [
        line
        for line in (" ".join(each.split()) for each in html.unescape(_ELEMENT.sub("", text)).split("\n"))
        if line
    ]


def shown(text: str) -> str:
    """The text without what no reader sees. Time grows with its length alone, whatever stands in it."""
    for begins, ends in _NOT_SHOWN:
        kept, at = [], 0
        while (start := begins.search(text, at)) and (end := ends.search(text, start.end())):
            kept += [text[at : start.start()], " "]
            at = end.end()
        text = "".join(kept) + text[at:]
    return text


def carries_a_link(body: str) -> bool:
    """Whether the sender's own words hold a link to a document kept somewhere else. It is never followed."""
    return any(_TO_A_DOCUMENT.search(link) for link in _LINK.findall(_QUOTED.split(body, maxsplit=1)[0]))


def own_links(body: str) -> list[str]:
    """The addresses in the sender's own words. None is ever opened."""
    return [html.unescape(link) for link in _LINK.findall(_QUOTED.split(body, maxsplit=1)[0])]


def holds_a_form(words: str, asked: Questions) -> bool:
    """Whether a form was pasted into the words of a message."""
    lines = words.split("\n")
    tags = {asked.asked_by(text) for line in lines for text in (line, _PARTED.split(line, maxsplit=1)[0])}
    return len(tags - {""}) >= FEWEST_QUESTIONS
