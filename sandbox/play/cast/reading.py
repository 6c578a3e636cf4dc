"""How somebody reads a letter: its buttons in their order and for whom each is, the words it asks for, its forms."""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import html

JsonObject = dict[str, Any]
WAYS_OUT = (
    "i cannot", "something is in the way", "the work has passed on", "i need more time", "ask my head of service",
    "ask the audit team", "i have sent it already", "we still do not agree",
)  # fmt: skip
"""How the buttons begin that somebody presses who cannot do what is asked, or has done it. Nobody else does."""
_FOR = re.compile(r"^For the ([^:]+): ")
_COPIED = re.compile(
    r"who has a copy of this message|has a copy of this message[^.]*\b(?:this|the) button", re.I
)
_SAYS = re.compile(r"[Rr]eply (?:with )?“([^”]+)”")
_DAY = re.compile(
    r"reply with (?:it\b|the day|the date)|the (?:day|date) is all|"
    r"tell us (?:the day|the date|which|today when|(?:today )?on which day|by [^.]{0,40}on which day)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Button:
    """`label` as it reads, without "For the …:"; `whose` the part named there, "copied" if the sentence above gives it
    to those copied, "" for whoever the letter is to; `ready` the message it opens: to, cc, subject, body."""

    label: str
    whose: str
    ready: JsonObject

    @property
    def is_a_way_out(self) -> bool:
        return self.label.casefold().startswith(WAYS_OUT)


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter as its reader sees it."""

    text: str
    buttons: tuple[Button, ...]

    def first(self, about: str = "", *, copied: bool = False, part: str = "") -> Button | None:
        """The first button that is for this reader, and for this audit where the letter is about several."""
        for button in self.buttons:
            mine = bool(button.whose and button.whose == part) or button.whose == ("copied" if copied else "")
            if mine and about in button.ready["subject"] and not button.is_a_way_out:
                return button
        return None

    @property
    def words(self) -> str:
        """What the letter tells people to reply with, where it says so word for word; "" where it does not."""
        said = _SAYS.search(self.text)
        return said[1] if said else ""

    @property
    def asks_for_a_day(self) -> bool:
        return bool(_DAY.search(self.text))


def read(body: str) -> Letter:
    """A letter from its HTML."""
    root = html.fromstring(body)
    text = " ".join(" ".join(map(str, root.itertext())).split())
    return Letter(text, tuple(_buttons(root)))


def _buttons(root: html.HtmlElement) -> Iterator[Button]:
    above = ""
    for element in root.iter("p", "li", "a", "h2", "h3"):
        words = " ".join("".join(map(str, element.itertext())).split())
        if element.tag != "a":
            above = words or above
            continue
        href = element.get("href") or ""
        if not href.startswith("mailto:") or "body=" not in href:
            continue
        for_somebody = _FOR.match(words)
        whose = for_somebody[1] if for_somebody else "copied" if _COPIED.search(above) else ""
        yield Button(_FOR.sub("", words), whose, ready_message(href))


def ready_message(href: str) -> JsonObject:
    """What Outlook opens for a mailto link."""
    to, _, query = href.removeprefix("mailto:").partition("?")
    parts = {name: values[0] for name, values in urllib.parse.parse_qs(query, keep_blank_values=True).items()}
    return {
        "to": [a for a in urllib.parse.unquote(to).split(";") if a],
        "cc": [a for a in parts.get("cc", "").split(";") if a],
        "subject": parts.get("subject", ""),
        "body": parts.get("body", ""),
    }


def completed(body: str, *, day: str = "", lines: str = "") -> str:
    """The body of a ready message with its blank filled in: a day after the first colon that ends a line, else lines of
    one's own under the first line, before what stands in brackets."""
    filled: list[str] = []
    done = False
    for line in body.splitlines():
        bare = line.rstrip()
        if not done and bare.endswith(":") and not bare.startswith("("):
            filled.append(f"{bare} {day}" if day and not lines else f"{bare}\n{lines}")
            done = True
        else:
            filled.append(line)
    if not done and (day or lines):
        filled.insert(0, lines or day)
    return "\n".join(filled)
