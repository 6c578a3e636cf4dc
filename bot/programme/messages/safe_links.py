"""Links as their sender wrote them: Defender leads every link of a message over an address of its own.

https://learn.microsoft.com/defender-office-365/safe-links-about
"""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qs, quote, unquote, urlsplit

_WRAPPED = re.compile(
    r"https?://(?:[\w-]+\.)*safelinks\.protection\.outlook\.(?:com|us|cn)/[^\s\"'<>]{0,200}?[?&](?:amp;)?url=([^&\s\"'<>]+)"
    r"[^\s\"'<>]*",
    re.I,
)
_NESTED = 4
"""A message that was sent on may be wrapped once more each time."""


def unwrapped(text: str) -> str:
    """A text or HTML with the addresses that Defender's led to. No address is opened."""
    for _ in range(_NESTED):
        found = _WRAPPED.sub(_address, text)
        if found == text:
            break
        text = found
    return text


def same_page(link: str, ours: str) -> bool:
    """Whether two addresses open the same document of a library: by its number, or by its path. Nothing is opened."""
    one, other = (urlsplit(html.unescape(each)) for each in (link, ours))
    if one.scheme != "https" or one.netloc.casefold() != other.netloc.casefold():
        return False
    numbers = [parse_qs(each.query).get("sourcedoc", [""])[0].strip("{}").casefold() for each in (one, other)]
    if any(numbers):
        return numbers[0] == numbers[1]
    return unquote(one.path).casefold() == unquote(other.path).casefold()


def _address(match: re.Match[str]) -> str:
    # What could end an attribute stays encoded, so that a link says no more than a link.
    address = unquote(html.unescape(match[1]))
    return html.escape(re.sub(r"[\"'<>\s]", lambda sign: quote(sign[0]), address), quote=False)
