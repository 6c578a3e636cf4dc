"""Links as their sender wrote them: Defender leads every link of a message over an address of its own.

https://learn.microsoft.com/defender-office-365/safe-links-about
"""

from __future__ import annotations

import html
import re
from urllib.parse import quote, unquote

_WRAPPED = re.compile(
    r"https?://(?:[\w-]+\.)*safelinks\.protection\.outlook\.(?:com|us|cn)/[^\s\"'<>]*?[?&](?:amp;)?url=([^&\s\"'<>]+)"
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


def _address(match: re.Match[str]) -> str:
    # What could end an attribute stays encoded, so that a link says no more than a link.
    address = unquote(html.unescape(match[1]))
    return html.escape(re.sub(r"[\"'<>\s]", lambda sign: quote(sign[0]), address), quote=False)
