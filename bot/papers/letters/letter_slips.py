"""What Jinja2 cannot read in a letter, in words for people who do not know Jinja2; and tags that have lost a brace."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jinja2 import TemplateSyntaxError

from bot.papers.letters.letter_language import TAGS, nearest

_OPENS = re.compile(r"\{%[-+]?\s*(if|for|endif|endfor)\b[^%]*%\}")
_NOT_CLOSED = re.compile(r"\{\{(?:(?!\}\}).)*?(?=\{\{|\{%|$)|\{%(?:(?!%\}).)*?(?=\{\{|\{%|$)")
_BRACE = re.compile(r"[^\s{}]*\s?[{}]+[^{}\n]*[{}]*")


def syntax_in_words(fault: TemplateSyntaxError, text: str) -> str:
    """ "line 6: …", without the letter's name. `text` is what Jinja2 was reading."""
    said = fault.message or ""
    for n, row in enumerate(text.split("\n"), 1):
        if begun := _NOT_CLOSED.search(row):
            return f"line {n}: “{begun[0].strip()[:60]}” is not closed; {{{{ ends with }}}}, {{% with %}}."
    unknown = re.search(r"unknown tag '(\w+)'", said)
    ends = unknown[1].startswith("end") if unknown else "end of template" in said
    if ends and (opened := _left_open(text)):
        line, tag, word = opened
        return f"line {line}: “{tag}” has no {{% end{word} %}} behind it."
    if unknown:
        word = unknown[1]
        begins = word.removeprefix("end") if word.startswith("end") else "if"
        if word in TAGS:
            return f"line {fault.lineno}: “{{% {word} %}}” has no {{% {begins} … %}} before it."
        return f"line {fault.lineno}: letters do not know the tag “{word}”.{nearest(word, sorted(TAGS))}"
    if sign := re.search(r"unexpected char '(.)'", said):
        meant = "; write straight quotation marks there" if sign[1] in "“”„‘’" else ""
        return f"line {fault.lineno}: “{sign[1]}” cannot stand between {{{{ and }}}} or {{% and %}}{meant}."
    return (
        f"line {fault.lineno}: what stands between {{{{ and }}}}, or {{% and %}}, is not understood ({said})."
    )


def _left_open(text: str) -> tuple[int, str, str] | None:
    """The innermost if or for without its end, or before the end of another: line, tag and word."""
    opened: list[tuple[int, str, str]] = []
    for tag in _OPENS.finditer(text):
        if not tag[1].startswith("end"):
            opened.append((text.count("\n", 0, tag.start()) + 1, tag[0], tag[1]))
        elif opened and tag[1] == f"end{opened[-1][2]}":
            opened.pop()
        else:
            break
    return opened[-1] if opened else None


def lost_braces(hidden: str) -> Iterator[str]:
    """Each piece of a letter's text that has a brace outside a tag: a reader would see it as it is."""
    for found in _BRACE.finditer(hidden):
        yield found[0].strip()
