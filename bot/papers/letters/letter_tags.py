"""Hiding the Jinja tags of a letter from whatever reads it as Markdown or HTML, and bringing them back.

Each tag becomes a short word: zq7vqz a value, zq7bqz an if or a for, zq7lqz a value inside an address.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from jinja2 import Environment

HIDDEN = re.compile(r"zq(\d+)([bvl])qz")


@dataclass(frozen=True, slots=True)
class Tag:
    """One Jinja tag as it stands in the letter. `word` is "if", "for" …; empty for one that prints a value."""

    text: str
    line: int
    word: str = ""


def hide(text: str, language: Environment, first_line: int = 1) -> tuple[str, list[Tag]]:
    """The text with each Jinja tag replaced by a short word, and the tags in order. Comments are dropped."""
    pieces: list[str] = []
    tags: list[Tag] = []
    inside: list[str] = []
    word = ""
    comment = False
    for line, kind, value in language.lex(text):
        if kind.endswith("_begin") and not inside and not comment:
            inside, word, comment = [value], "raw" if kind == "raw_begin" else "", kind == "comment_begin"
            began = line + first_line - 1
        elif kind.endswith("_end") and (inside or comment):
            if not comment:
                letter = "v" if kind == "variable_end" else "b"
                pieces.append(f"zq{len(tags)}{letter}qz")
                tags.append(Tag("".join([*inside, value]), began, word if letter == "b" else ""))
            inside, comment = [], False
        elif inside:
            if kind == "name" and not word:
                word = value
            inside.append(value)
        elif not comment:
            pieces.append(value)
    return "".join(pieces), tags


def restore(html: str, tags: Sequence[Tag]) -> str:
    """The HTML with its tags again; a value inside an address is written as an address is."""

    def tag(found: re.Match[str]) -> str:
        text = tags[int(found[1])].text
        if found[2] != "l":
            return text
        return "{{ (" + text.strip("{}").strip("-+ ") + ") | in_link }}"

    return HIDDEN.sub(tag, re.sub(r"<!--((?:zq\d+bqz)+)-->", r"\1", html))


def frame_text(frame: str) -> str:
    """The frame with its tags hidden so that they survive an HTML parser.

    Block tags become comments, which stay where they are in a table; values inside an address are marked as such.
    """
    frame = re.sub(r'href="[^"]*"', lambda found: re.sub(r"zq(\d+)vqz", r"zq\1lqz", found[0]), frame)
    return re.sub(r"zq\d+bqz", lambda found: f"<!--{found[0]}-->", frame)
