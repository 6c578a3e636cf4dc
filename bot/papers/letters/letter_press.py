"""Compiles letters onto the paper they are printed on, and says of each what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import css_inline
from jinja2 import Template, TemplateSyntaxError, meta, nodes

from bot.papers.letters.data_minimisation import shown_words
from bot.papers.letters.letter_check import PARTS, faults_of_words
from bot.papers.letters.letter_language import LetterLanguage, nearest
from bot.papers.letters.letter_limits import LONGEST_FILE
from bot.papers.letters.letter_slips import syntax_in_words
from bot.papers.letters.letter_tags import Tag, frame_text, hide, restore
from bot.papers.letters.letter_text import BARS, BUTTON, LINK, PRESSES, LetterText, letter_text, put_in_frame

FRAME = "_frame.html"
PLAIN_FRAME = """<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8"></head><body>
{% if marking %}<p><strong>{{ marking }}</strong></p>{% endif %}
{{ letter }}
<p>Questions, or something not right? {{ audit_team.contact }} of the {{ audit_team.name }} will help:
{{ audit_team.address }}. This is an automated message from the {{ audit_team.name }}. Replies reach people. Please do
not forward it, or anything attached to it, outside the council.</p>
</body></html>
"""
"""The paper while `_frame.html` cannot be used: plain, so that what must go can go."""

KNOWN = 512
"""So many texts are kept compiled: all letters of a few councils."""
DEEPEST = 12
"""Loops and ifs inside one another."""
_TOUCHING = re.compile(r"(\w*)\W(?:.*\W)?(\w*)", re.DOTALL)
_CANNOT_BE_READ = (ValueError, TypeError, LookupError, AttributeError, AssertionError, SyntaxError, RecursionError,
                   MemoryError, ArithmeticError)  # fmt: skip
"""What Jinja2, Markdown or Python may make of a file nobody could mean, besides TemplateSyntaxError."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A letter ready to be filled in."""

    subject: Template
    html: Template
    words: frozenset[str]
    source: str  # as the Audit Team wrote it
    page: str  # as HTML with its tags
    edges: Mapping[str, str]  # each unchanging piece of the page -> what of it may touch a value
    always_shown: str  # the words of the unchanging pieces


class LetterPress:
    """Compiles letters onto one frame. `frame_faults` are sentences about the frame; with any, letters are printed on
    plain paper."""

    def __init__(self, frame: str) -> None:
        self._page = LetterLanguage(escaping=True, parts=PARTS)
        self._line = LetterLanguage(escaping=False, parts=PARTS)
        self.budget = self._line.budget = self._page.budget
        self._inliner = css_inline.CSSInliner(
            keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False
        )
        self.checked = lru_cache(KNOWN)(self._checked)
        """What compiles a letter when it is needed, and what is wrong with it, either or: worked out once."""
        self.frame_faults = self._use(frame)
        if self.frame_faults:
            self._use(PLAIN_FRAME)

    def _use(self, frame: str) -> list[str]:
        """Print on this frame; what is wrong with it."""
        self._frame, self._frame_tags, self._frame_words = "", list[Tag](), frozenset[str]()
        tree, faults = self._parsed(frame)
        if tree is None:
            return faults
        try:
            hidden, self._frame_tags = hide(frame, self._page)
            self._frame = frame_text(hidden)
            self._frame_words = _words_used(tree) - {"letter", "marking", "preview"}
            faults += faults_of_words(tree, self._frame_words)
            self._page.from_string(restore(self._frame, self._frame_tags))
        except _CANNOT_BE_READ as fault:
            faults.append(f"it cannot be used: {fault}.")
        if not re.search(r"\{\{ *letter *\}\}", frame):
            faults.append("“{{ letter }}”, the place of the letter's text, is missing.")
        return faults

    def _checked(self, text: str) -> tuple[Callable[[], Compiled] | None, Sequence[str]]:
        if len(text) > LONGEST_FILE:
            return None, [f"it is longer than {LONGEST_FILE:,} characters."]
        try:
            return self._looked_through(text)
        except _CANNOT_BE_READ as fault:
            return None, [f"it cannot be read: {type(fault).__name__}, {fault}."]

    def _looked_through(self, text: str) -> tuple[Callable[[], Compiled] | None, Sequence[str]]:
        subject, preview = (*text.split("\n")[:2], "")[:2]
        _, faults = self._parsed(subject)
        if preview.startswith("Preview:") and not faults:
            _, faults = self._parsed(f"\n{preview}")
        tree, more = self._parsed(text) if not faults else (None, [])
        if tree is None:
            return None, faults + more
        faults += more
        used = _words_used(tree) - {"marking"} if not faults else frozenset[str]()
        found = letter_text(text, self._page)
        faults += [*found.faults, *faults_of_words(tree, used)]
        if faults:
            return None, list(dict.fromkeys(faults))
        return cache(lambda: self._compiled(found, text, used | self._frame_words)), []

    def _compiled(self, found: LetterText, source: str, words: frozenset[str]) -> Compiled:
        page, tags = put_in_frame(found, self._frame, self._frame_tags)
        html = restore(self._inliner.inline(page), tags)
        tree = self._page.parse(html)
        unchanging = [data.data for data in tree.find_all(nodes.TemplateData)]
        return Compiled(
            subject=self._line.from_string(found.subject),
            html=self._page.from_string(tree),
            words=words,
            source=source,
            page=html,
            edges={piece: _edges(piece) for piece in unchanging},
            always_shown=shown_words("".join(unchanging)),
        )

    def _parsed(self, text: str) -> tuple[nodes.Template | None, list[str]]:
        try:
            tree = self._page.parse(text)
        except TemplateSyntaxError as fault:
            return None, [syntax_in_words(fault, text)]
        faults = [
            f"line {node.lineno}: letters do not know “{node.name}”.{nearest(node.name, sorted(known))}"
            for kind, known in ((nodes.Filter, self._page.filters), (nodes.Test, self._page.tests))
            for node in tree.find_all(kind)
            if node.name not in known
        ]
        faults += [
            f"line {node.lineno}: a loop cannot go through itself again (“recursive”)."
            for node in tree.find_all(nodes.For)
            if node.recursive
        ]
        faults += [
            f"line {line}: more than {DEEPEST} tags stand inside one another." for line in _too_deep(tree)
        ]
        return tree, faults


@lru_cache(8)
def press_for(frame: str) -> LetterPress:
    """The press of this frame: each further look at the mailbox in this process prints on the one that stands there.
    One run writes at a time, and its budget begins anew with each letter."""
    return LetterPress(frame)


def _too_deep(node: nodes.Node, depth: int = 0) -> Iterator[int]:
    """The lines of tags that stand deeper than anybody follows, or Python does."""
    for child in node.iter_child_nodes():
        if depth == DEEPEST and isinstance(child, nodes.For | nodes.If):
            yield child.lineno
        elif depth <= DEEPEST:
            yield from _too_deep(child, depth + isinstance(child, nodes.For | nodes.If))


def _edges(piece: str) -> str:
    """What of an unchanging piece may make one word with the value before or after it."""
    found = _TOUCHING.fullmatch(piece)
    return f"{found[1]} {found[2]}" if found else piece


def _words_used(tree: nodes.Template) -> frozenset[str]:
    """The words a template needs from outside. One it sets itself, even under an if, is its own."""
    own = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "store"}
    return frozenset(meta.find_undeclared_variables(tree) - own - {BARS, BUTTON, LINK, PRESSES})
