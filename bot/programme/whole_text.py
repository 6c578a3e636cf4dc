"""Text as UTF-8 can hold it: half a character (a surrogate without its other half) is none (RFC 3629, 3)."""

from __future__ import annotations

import re
from typing import Any

_HALF = re.compile("[\ud800-\udfff]")


def whole_text(text: str) -> str:
    """The same text; for half a character the sign “�”, and two halves that belong together as the one they are."""
    if text.isascii() or not _HALF.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def whole_texts(value: Any) -> Any:
    """The same of all text in a value as JSON gives it. Raises RecursionError where it is nested beyond all measure."""
    if isinstance(value, str):
        return whole_text(value)
    if isinstance(value, list):
        return [whole_texts(each) for each in value]
    if isinstance(value, dict):
        return {whole_text(key): whole_texts(each) for key, each in value.items()}
    return value
