"""The letters: written by the Audit Team as text files, checked and compiled once, filled in for each person.

A letter's file begins with "Subject: …" and "Preview: …" (what an inbox shows beside it); below an empty line stands
Markdown with Jinja2 tags. `_frame.html` is the paper all letters are printed on. See docs/letters.md.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType, TracebackType

from jinja2 import Template, TemplateError, UndefinedError

from bot import __version__
from bot.errors import LetterRefused, SettingsError
from bot.papers.letters.data_minimisation import carries, suspects
from bot.papers.letters.letter_language import nearest, on_one_line, without_unseen_characters
from bot.papers.letters.letter_limits import Budget
from bot.papers.letters.letter_press import FRAME, Compiled, LetterPress, press_for

LONGEST_SUBJECT = 250
"""Characters. Exchange cuts a subject at 255."""

CANNOT_BE_FILLED_IN = (TemplateError, ValueError, TypeError, AttributeError, LookupError, ArithmeticError,
                       RecursionError, MemoryError, AssertionError)  # fmt: skip
"""What filling a letter in may raise: its file is written by people, and whatever it does stops that letter alone."""
_PART_OF_NOTHING = re.compile(r"'None' has no attribute '(\w+)'")
_LENGTH = re.compile(r"""how_long\[["']([^"']*)["']\]""")
_A_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter ready to go: `subject` is plain text on one line, `html` the whole message."""

    subject: str
    html: str


class Letters:
    """All letters of one folder. One that is wrong is refused, whoever asks for it; the others are as they are."""

    def __init__(
        self,
        press: LetterPress,
        checked: Mapping[str, Callable[[], Compiled]],
        faults: Mapping[str, Sequence[str]],
        marking: str,
        as_called: Callable[[str], str],
        text_code: str = "",
    ) -> None:
        self._press = press
        self._checked = checked
        self.faults = faults
        """Each letter that is wrong, or the frame, with a sentence for everything that is wrong with it."""
        self._as_called = as_called
        self._compiled: dict[str, Compiled] = {}
        self.marking = marking
        self.text_code = text_code
        """Tells these texts, on this frame and in this version of the bot, from any other."""

    @classmethod
    def from_texts(
        cls, texts: Mapping[str, str], *, marking: str = "", as_called: Callable[[str], str] = str
    ) -> Letters:
        """As `as_they_are`, and `sound`."""
        return cls.as_they_are(texts, marking=marking, as_called=as_called).sound()

    def sound(self) -> Letters:
        """The same letters. Raises SettingsError with a sentence for each fault of each letter."""
        if self.faults:
            raise SettingsError([fault for faults in self.faults.values() for fault in faults])
        return self

    @classmethod
    def as_they_are(
        cls,
        texts: Mapping[str, str],
        *,
        unreadable: Mapping[str, str] = MappingProxyType({}),
        marking: str = "",
        as_called: Callable[[str], str] = str,
        found_good: str = "",
    ) -> Letters:
        """Letter name (the file's, without ".md") -> its text; "_frame.html" among them. `unreadable` says of each file
        without a text why there is none.

        `marking` is the council's protective marking; it begins every subject and stands above every letter.
        `as_called` gives the list's columns the names that people have given them. `found_good` is the `text_code` of
        letters in which no fault was found: the same ones are looked through no more, each is read when it is needed.
        """
        marking = on_one_line(marking)
        code = "" if unreadable else _code(texts, marking)
        press = press_for(texts.get(FRAME, ""))
        found: dict[str, Sequence[str]] = {
            name: [f"{why}"] if why else [] for name, why in unreadable.items()
        }
        if FRAME not in texts:
            found.setdefault(FRAME, ["is missing: every letter is printed on it."])
        elif press.frame_faults:
            found[FRAME] = press.frame_faults
        checked: dict[str, Callable[[], Compiled]] = {}
        if code and code == found_good:
            checked = {name: partial(_read, press, text) for name, text in texts.items() if name != FRAME}
            return cls(press, checked, {}, marking, as_called, code)
        for name, text in texts.items():
            if name != FRAME:
                compiles, faults = press.checked(text)
                if compiles:
                    checked[name] = compiles
                else:
                    found[name] = faults
        for name, other in _saved_over(texts):
            checked.pop(name, None)
            found[name] = [
                f"it says word for word what {other}.md says: one of the two was saved over the other."
            ]
        return cls(
            press,
            checked,
            {n: [_said(n, fault) for fault in f] for n, f in found.items()},
            marking,
            as_called,
            code,
        )

    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys([*self._checked, *(name for name in self.faults if name != FRAME)]))

    def words(self, name: str) -> frozenset[str]:
        """The words this letter needs, those of the frame included."""
        return self._the(name).words

    def names_the_record(self, name: str) -> bool:
        """Whether the Audit Team lets this letter name the child's record, by its Mosaic number."""
        return "mosaic_number" in self._the(name).source

    def proposes_times(self, name: str) -> bool:
        """Whether the letter has a place for times to meet."""
        return "meeting.times" in self._the(name).source

    def lengths(self, name: str) -> Sequence[str]:
        """The lengths of time of the rule book this letter names, also where an occasion does not reach them."""
        return list(dict.fromkeys(_LENGTH.findall(self._the(name).source)))

    def letter(
        self,
        name: str,
        words: Mapping[str, object],
        *,
        must_not_carry: Sequence[str] = (),
        references: Sequence[str] = (),
    ) -> Letter:
        """The letter with its words filled in.

        Raises LetterRefused when a word is missing or empty, or when the subject or the body carries any of
        `must_not_carry` (as whole words, however they are spaced, hyphenated, accented or capitalised). `references`
        are those of its audits: a date that seems to stand in one is none.
        """
        compiled = self._the(name)
        if missing := compiled.words - words.keys():
            listed = ", ".join(f"“{word}”" for word in sorted(missing))
            raise LetterRefused(f"The letter “{name}” needs {listed}, which this occasion does not give.")
        budget = self._press.budget
        budget.begin()
        try:
            subject = on_one_line(compiled.subject.render(words))
        except CANNOT_BE_FILLED_IN as fault:
            why = _reason(fault, compiled.source.split("\n", 1)[0], compiled.source)
            raise LetterRefused(f"The subject of the letter “{name}” cannot be filled in: {why}") from fault
        try:
            pieces = _filled(compiled.html, {**words, "marking": self.marking}, budget)
        except CANNOT_BE_FILLED_IN as fault:
            why = _reason(fault, compiled.page, compiled.source)
            raise LetterRefused(f"The letter “{name}” cannot be filled in: {why}") from fault
        if self.marking:
            subject = f"{self.marking} {subject}"
        if len(subject) > LONGEST_SUBJECT:
            subject = subject[: LONGEST_SUBJECT - 1] + "…"
        html = self._as_called("".join(pieces))
        touching = compiled.edges.get
        put_in = "".join([touching(piece, piece) for piece in pieces])
        if not put_in.isprintable():
            html = without_unseen_characters(html)
        for place, text, values, always_shown in (
            ("subject", subject, subject, ""),
            ("text", html, put_in, compiled.always_shown),
        ):
            looked_for = suspects(values, always_shown, must_not_carry) if must_not_carry else []
            if looked_for and carries(text, looked_for, references):
                raise LetterRefused(
                    f"The {place} of the letter “{name}” would carry a child's name, date of birth or another "
                    "identifier that no letter about this audit may carry."
                )
        return Letter(subject, html)

    def _the(self, name: str) -> Compiled:
        if name not in self._compiled:
            if name not in self._checked:
                raise LetterRefused(self.why_not(name))
            try:
                self._compiled[name] = self._checked[name]()  # most days need few of the letters
            except (*CANNOT_BE_FILLED_IN, SyntaxError) as fault:
                raise LetterRefused(_said(name, f"it cannot be used: {fault}.")) from fault
        return self._compiled[name]

    def why_not(self, name: str) -> str:
        """Why there is no such letter to be written."""
        if faults := self.faults.get(name):
            return f"The letter “{name}” waits until its file is put right: {' '.join(faults)}"
        return f"There is no letter “{name}” in mail_templates.{nearest(name, sorted(self._checked))}"


def _code(texts: Mapping[str, str], marking: str) -> str:
    """What tells these letters from any others, and this bot, which looked them through, from another."""
    told = repr((__version__, marking, sorted(texts.items())))
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


def _read(press: LetterPress, text: str) -> Compiled:
    """A letter that was looked through before. Raises ValueError where it is wrong all the same."""
    compiles, faults = press.checked(text)
    if compiles is None:
        raise ValueError(" ".join(faults))
    return compiles()


def _filled(page: Template, words: dict[str, object], budget: Budget) -> list[str]:
    """The pieces of a page, within the budget. As `Template.generate` does it, which hands on each piece once more; a
    fault names the page's own line, as there."""
    try:
        return budget.gathered(page.root_render_func(page.new_context(words)))
    except Exception:
        page.environment.handle_exception()


def _saved_over(texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Letters with the text of another: each with the other's name."""
    first: dict[str, str] = {}
    for name, text in texts.items():
        if (other := first.setdefault(" ".join(text.split()), name)) != name:
            yield from ((name, other), (other, name))


def _said(name: str, fault: str) -> str:
    """A fault with its file, and the line where one is known."""
    return f"mail_templates/{name}{'' if name == FRAME else '.md'}{' ' if fault.startswith('is ') else ', '}{fault}"


def _reason(fault: Exception, filled: str, source: str) -> str:
    """What stood in the way, in words: the tags that may be meant, and where they stand in the letter's file.

    `filled` is the text Jinja2 was filling in, `source` the file as the Audit Team wrote it.
    """
    what = str(fault)
    if isinstance(fault, UndefinedError) and (found := _PART_OF_NOTHING.search(what)):
        what = f"there is nobody and nothing to take “{found[1]}” from"
    lines = filled.split("\n")
    tags = _A_TAG.findall(lines[min(_line_of(fault), len(lines)) - 1])
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
