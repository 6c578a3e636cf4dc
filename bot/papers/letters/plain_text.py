"""A letter as plain text: what somebody reads who has pictures and colours turned off, or has it read aloud."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import parse_qs, unquote, urlsplit

_SKIPPED = {"style", "title", "head"}
_BLOCKS = {"p", "h1", "h2", "h3", "ul", "ol", "table", "div"}


def plain_text(html: str, *, preview: bool = False) -> str:
    """The words of a letter in their order: a line for each row of a table, its cells parted by " | ".

    A button is shown as its words and who its message goes to; a link to a page with its address. The hidden preview
    is left out unless asked for.
    """
    reader = _Reader(preview)
    reader.feed(re.sub(r"<!--.*?-->", "", html, flags=re.DOTALL))
    reader.close()
    lines = [re.sub(r"[ \t\xa0]+", " ", line).strip(" ") for line in "".join(reader.out).split("\n")]
    text = "\n".join("" if set(line) <= {"|", " "} else line for line in lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


class _Reader(HTMLParser):
    def __init__(self, preview: bool) -> None:
        super().__init__()
        self.out: list[str] = []
        self.preview = preview
        self.hidden = 0
        self.links: list[str] = []
        self.cell = False
        self.items: list[int] = []  # numbers of open lists; 0 for one without numbers

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        unseen = re.search(r"display:\s*none", given.get("style") or "") is not None and not self.preview
        if self.hidden or tag in _SKIPPED or unseen:
            self.hidden += tag not in ("meta", "br", "hr", "link")
            return
        match tag:
            case "a":
                self.links.append(given.get("href") or "")
            case "td" | "th":
                self.out.append(" | " if self.cell else "")
                self.cell = True
            case "tr":
                self.out.append("\n")
                self.cell = False
            case "li":
                mark = "- "
                if self.items and self.items[-1]:
                    mark = f"{self.items[-1]}. "
                    self.items[-1] += 1
                self.out.append(f"\n{mark}")
            case "ul" | "ol":
                self.items.append(int(tag == "ol"))
                self.out.append("\n")
            case "h1" | "h2" | "h3":
                self.out.append("\n\n")
            case "br":
                self.out.append("\n")
            case _ if tag in _BLOCKS:
                self.out.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self.hidden:
            self.hidden -= 1
            return
        if tag == "a" and self.links:
            self.out.append(_where(self.links.pop()))
        elif tag in ("ul", "ol") and self.items:
            self.items.pop()
            self.out.append("\n")
        elif tag in _BLOCKS and not self.cell:
            self.out.append("\n")
        elif tag == "table":
            self.cell = False
            self.out.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.out.append(re.sub(r"\s+", " ", data))


def _where(address: str) -> str:
    """ " (to audit.team@…)" for a ready message, " (https://…)" for a page."""
    parts = urlsplit(address)
    if parts.scheme == "mailto":
        query = parse_qs(parts.query)
        if "body" not in query and "subject" not in query:
            return ""
        people = unquote(parts.path).replace(";", ", ")
        copied = ", ".join(query.get("cc", ())).replace(";", ", ")
        return f" [opens a message to {people}{f', copied to {copied}' if copied else ''}]"
    return f" ({address})" if address else ""
