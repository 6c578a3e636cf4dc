"""The letters: written by the Audit Team as text files, checked and compiled once, filled in for each person.

A letter's file begins with "Subject: …" and "Preview: …" (what an inbox shows beside it); below an empty line stands
Markdown with Jinja2 tags. `_frame.html` is the paper all letters are printed on. See docs/letters.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType

import css_inline
from jinja2 import Template, TemplateError, TemplateSyntaxError, UndefinedError, meta, nodes

from bot.errors import LetterRefused, SettingsError
from bot.papers.carried import carries, shown_words, suspects
from bot.papers.letter_check import PARTS, faults_of_words
from bot.papers.letter_language import LetterLanguage, nearest, on_one_line, without_unseen_characters
from bot.papers.letter_tags import Tag, frame_text, hide, restore
from bot.papers.letter_text import BARS, BUTTON, LINK, PRESSES, LetterText, letter_text, put_in_frame

FRAME = "_frame.html"
LONGEST_SUBJECT = 250
"""Characters. Exchange cuts a subject at 255."""

_CANNOT_BE_FILLED_IN = (TemplateError, ValueError, TypeError, AttributeError, KeyError)
_PART_OF_NOTHING = re.compile(r"'None' has no attribute '(\w+)'")
_TOUCHING = re.compile(r"(\w*)\W(?:.*\W)?(\w*)", re.DOTALL)
_A_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter ready to go: `subject` is plain text on one line, `html` the whole message."""

    subject: str
    html: str


@dataclass(frozen=True, slots=True)
class _Compiled:
    subject: Template
    html: Template
    words: frozenset[str]
    source: str  # as the Audit Team wrote it
    page: str  # as HTML with its tags
    edges: Mapping[str, str]  # each unchanging piece of the page -> what of it may touch a value
    always_shown: str  # the words of the unchanging pieces


@dataclass(frozen=True, slots=True)
class _Checked:
    """A letter without a fault, compiled only when it is needed."""

    compiled: Callable[[], _Compiled]


class Letters:
    """All letters of one folder, every one of them checked."""

    def __init__(
        self, checked: Mapping[str, _Checked], marking: str, as_called: Callable[[str], str] = str
    ) -> None:
        self._checked = checked
        self._as_called = as_called
        self._compiled: dict[str, _Compiled] = {}
        self._marking = marking

    @classmethod
    def from_texts(
        cls, texts: Mapping[str, str], *, marking: str = "", as_called: Callable[[str], str] = str
    ) -> Letters:
        """Letter name (the file's, without ".md") -> its text; "_frame.html" among them.

        `marking` is the council's protective marking; it begins every subject and stands above every letter.
        `as_called` gives the list's columns the names that people have given them.
        Raises SettingsError with a sentence for each fault of each letter.
        """
        if FRAME not in texts:
            raise SettingsError([f"mail_templates/{FRAME} is missing: every letter is printed on it."])
        marking = on_one_line(marking)
        press = _Press(texts[FRAME], marking)
        checked = {name: press.checked(name, text) for name, text in texts.items() if name != FRAME}
        if press.faults:
            raise SettingsError(press.faults)
        return cls({name: letter for name, letter in checked.items() if letter}, marking, as_called)

    def names(self) -> tuple[str, ...]:
        return tuple(self._checked)

    def words(self, name: str) -> frozenset[str]:
        """The words this letter needs, those of the frame included."""
        return self._the(name).words

    def names_the_record(self, name: str) -> bool:
        """Whether the Audit Team lets this letter name the child's record, by its Mosaic number."""
        return "mosaic_number" in self._the(name).source

    def letter(self, name: str, words: Mapping[str, object], *, must_not_carry: Sequence[str] = ()) -> Letter:
        """The letter with its words filled in.

        Raises LetterRefused when a word is missing or empty, or when the subject or the body carries any of
        `must_not_carry` (as whole words, however they are spaced, hyphenated, accented or capitalised).
        """
        compiled = self._the(name)
        if missing := sorted(compiled.words - words.keys()):
            listed = ", ".join(f"“{word}”" for word in missing)
            raise LetterRefused(f"The letter “{name}” needs {listed}, which this occasion does not give.")
        try:
            subject = on_one_line(compiled.subject.render(words))
        except _CANNOT_BE_FILLED_IN as fault:
            why = _reason(fault, compiled.source.split("\n", 1)[0], compiled.source)
            raise LetterRefused(f"The subject of the letter “{name}” cannot be filled in: {why}") from fault
        try:
            pieces = list(compiled.html.generate(words))
        except _CANNOT_BE_FILLED_IN as fault:
            why = _reason(fault, compiled.page, compiled.source)
            raise LetterRefused(f"The letter “{name}” cannot be filled in: {why}") from fault
        if self._marking:
            subject = f"{self._marking} {subject}"
        if len(subject) > LONGEST_SUBJECT:
            subject = subject[: LONGEST_SUBJECT - 1] + "…"
        html = self._as_called("".join(pieces))
        put_in = "".join([compiled.edges.get(piece, piece) for piece in pieces])
        if not put_in.isprintable():
            html = without_unseen_characters(html)
        for place, text, looked_for in (
            ("subject", subject, must_not_carry),
            ("text", html, suspects(put_in, compiled.always_shown, must_not_carry)),
        ):
            if looked_for and carries(text, looked_for):
                raise LetterRefused(
                    f"The {place} of the letter “{name}” would carry a child's name, date of birth or another "
                    "identifier that no letter about this audit may carry."
                )
        return Letter(subject, html)

    def _the(self, name: str) -> _Compiled:
        if name not in self._compiled:
            if name not in self._checked:
                raise LetterRefused(f"There is no letter “{name}” in mail_templates.")
            self._compiled[name] = self._checked[name].compiled()  # most days need few of the letters
        return self._compiled[name]


class _Press:
    """Compiles letters onto one frame and gathers their faults."""

    def __init__(self, frame: str, marking: str) -> None:
        self.faults: list[str] = []
        self._page = LetterLanguage(escaping=True, parts=PARTS)
        self._line = LetterLanguage(escaping=False, parts=PARTS)
        self._page.globals["marking"] = marking
        self._inliner = css_inline.CSSInliner(
            keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False
        )
        self._frame = ""
        self._frame_tags: list[Tag] = []
        self._frame_words: frozenset[str] = frozenset()
        tree = self._parsed(frame, FRAME)
        if tree:
            hidden, self._frame_tags = hide(frame, self._page)
            self._frame = frame_text(hidden)
            self._frame_words = _words_used(tree) - {"letter", "marking", "preview"}
            if not re.search(r"\{\{ *letter *\}\}", frame):
                self._fault(FRAME, "“{{ letter }}”, the place of the letter's text, is missing.")

    def checked(self, name: str, text: str) -> _Checked | None:
        where = f"{name}.md"
        before = len(self.faults)
        subject = self._parsed(text.partition("\n")[0], where)
        tree = self._parsed(text, where) if subject else None
        if tree is None:
            return None
        used: frozenset[str] = frozenset()
        if len(self.faults) == before:
            used = _words_used(tree) - {"marking"}
        found = letter_text(text, self._page)
        for fault in [*found.faults, *faults_of_words(tree, used)]:
            self._fault(where, fault)
        if len(self.faults) > before or not self._frame:
            return None
        return _Checked(lambda: self._compiled(found, text, used | self._frame_words))

    def _compiled(self, found: LetterText, source: str, words: frozenset[str]) -> _Compiled:
        page, tags = put_in_frame(found, self._frame, self._frame_tags)
        html = restore(self._inliner.inline(page), tags)
        unchanging = [data.data for data in self._page.parse(html).find_all(nodes.TemplateData)]
        return _Compiled(
            subject=self._line.from_string(found.subject),
            html=self._page.from_string(html),
            words=words,
            source=source,
            page=html,
            edges={piece: _edges(piece) for piece in unchanging},
            always_shown=shown_words("".join(unchanging)),
        )

    def _parsed(self, text: str, where: str) -> nodes.Template | None:
        try:
            tree = self._page.parse(text)
        except TemplateSyntaxError as fault:
            self._fault(where, f"line {fault.lineno}: {fault.message}")
            return None
        for kind, known in ((nodes.Filter, self._page.filters), (nodes.Test, self._page.tests)):
            for node in tree.find_all(kind):
                if node.name not in known:
                    near = nearest(node.name, sorted(known))
                    self._fault(where, f"line {node.lineno}: letters do not know “{node.name}”.{near}")
        return tree

    def _fault(self, where: str, what: str) -> None:
        fault = f"mail_templates/{where}, {what}"
        if fault not in self.faults:
            self.faults.append(fault)


def _edges(piece: str) -> str:
    """What of an unchanging piece may make one word with the value before or after it."""
    found = _TOUCHING.fullmatch(piece)
    return f"{found[1]} {found[2]}" if found else piece


def _words_used(tree: nodes.Template) -> frozenset[str]:
    """The words a template needs from outside. One it sets itself, even under an if, is its own."""
    own = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "store"}
    return frozenset(meta.find_undeclared_variables(tree) - own - {BARS, BUTTON, LINK, PRESSES})


def _reason(fault: Exception, filled: str, source: str) -> str:
    """What stood in the way, in words: the tags that may be meant, and where they stand in the letter's file.

    `filled` is the text Jinja2 was filling in, `source` the file as the Audit Team wrote it.
    """
    what = str(fault)
    if isinstance(fault, UndefinedError) and (found := _PART_OF_NOTHING.search(what)):
        what = f"there is nobody and nothing to take “{found[1]}” from"
    tags = _A_TAG.findall(filled.split("\n")[_line_of(fault) - 1])
    places = []
    for tag in dict.fromkeys(tags):
        line = next((n for n, text in enumerate(source.split("\n"), 1) if tag in text), 0)
        if line:
            places.append(f"line {line}, {tag}")
    return f"{what} ({' or '.join(places)})." if places else f"{what}."


def _line_of(fault: Exception) -> int:
    """The line of the template a fault arose in; Jinja2 names it in the traceback."""
    line = 1
    step: TracebackType | None = fault.__traceback__
    while step:
        if step.tb_frame.f_code.co_filename == "<template>":
            line = step.tb_lineno
        step = step.tb_next
    return line
