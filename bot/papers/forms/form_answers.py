"""What a form answers to each question: by the tag of its control, else by the words beside it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from bot.papers.forms.labels import Labelled
from bot.papers.forms.questions import Questions, plain
from bot.papers.forms.written_dates import day_of
from bot.papers.word.package import Package
from bot.papers.word.styles import Styles
from bot.papers.word.walk import MOST_ROWS, TICKED, UNTICKED, Control, Part, walk
from bot.papers.word.xml import w

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_WHOLE_ROWS = ".row"
"""How the tags of controls end that hold the rows of a repeating table and no answer of their own."""


@dataclass(slots=True, eq=False)
class Answer:
    """What was answered to one question in one place. `date` is ISO text; `checked` is set for ticks."""

    tag: str
    text: str
    checked: bool | None
    date: str
    group: int
    part: Part
    element: etree._Element
    control: Control | None = None

    @property
    def answered(self) -> bool:
        return self.checked is True or (self.checked is None and bool(self.text))

    @property
    def value(self) -> str:
        return self.date or self.text


class FormAnswers:
    """The answers of one form."""

    def __init__(self, package: Package, asked: Questions) -> None:
        self.asked = asked
        self.package = package
        self.styles: Styles = package.styles()
        self.parts: list[Part] = [walk(package.document(), self.styles)]
        self.parts += [walk(root, self.styles) for root in package.margins()]
        self.margins = [part.slice(0, len(part.pieces)) for part in self.parts[1:]]
        self.by_tag: defaultdict[str, list[Answer]] = defaultdict(list)
        self.by_label: frozenset[str] = frozenset()
        self._rows: dict[str, tuple[Mapping[str, str], ...]] = {}
        self.controls = 0
        self.untagged: list[Control] = []
        self._known_tags = self._all_tags()
        for part in self.parts:
            self._take_controls(part)
        self.labels = [Labelled(part, asked) for part in self.parts] if self._words_matter() else []
        self._take_labels()

    def _words_matter(self) -> bool:
        """Whether the words beside the answers need to be read: a control is missing, or a grade stands outside one."""
        if not self._found_by_words() <= self.by_tag.keys():
            return True
        for part in self.parts:
            outside = []
            at = 0
            for control in part.controls:
                if control.start >= at and control.text:
                    outside += [*part.pieces[at : control.start], "\n"]
                    at = control.end
            if self.asked.grade_at_the_end_of_a_line("".join([*outside, *part.pieces[at:]])):
                return True
        return False

    def known_tags(self) -> frozenset[str]:
        """Every tag the reader looks at by itself; parts of repeating tables are looked at besides."""
        return self._known_tags

    def _all_tags(self) -> frozenset[str]:
        asked = self.asked
        found = {*asked.tags.values(), *asked.known_by_words, *asked.elsewhere, *self._grades_of_domains()}
        return frozenset(found.union(*asked.several.values(), *asked.required.values()))

    def _found_by_words(self) -> frozenset[str]:
        """Every tag of the audit tool whose question could also be known by its words."""
        return self.asked.known_by_words | self._grades_of_domains()

    def _grades_of_domains(self) -> set[str]:
        return {f"{p}{d}.grade" for d in self.asked.domains.values() for p in ("", "m")}

    def _by_title(self, control: Control) -> str:
        """The tag a control without one answers by its title alone.

        LibreOffice puts the title of a cell's first control on one around the whole cell: a control with others inside
        it answers nothing itself.
        """
        if control.element.find(f".//{w('sdt')}") is not None:
            return ""
        return self.asked.asked_by_title(control.title)

    def _take_controls(self, part: Part) -> None:
        titled = {
            id(c): t for c in part.controls if c.title and not c.tag.strip() and (t := self._by_title(c))
        }
        claims = Counter(titled.values())  # two controls with one title: the words beside them decide
        for control in part.controls:
            tag = control.tag.strip()
            if control.legacy and tag not in self._known_tags:
                tag = ""
            if not tag and claims[title := titled.get(id(control), "")] == 1:
                tag = title
            if not tag:
                self.untagged.append(control)
                continue
            self.controls += 1
            text = self._text(tag, control, part) if control.text else ""
            day = day_of(text) if text else ""
            if text and not day and control.date and _ISO.fullmatch(control.date):
                day = control.date
            checked = _ticked(control, text)
            self.by_tag[tag].append(
                Answer(tag, text, checked, day, control.group, part, control.element, control)
            )

    def _text(self, tag: str, control: Control, part: Part) -> str:
        """The answer in a control. One around a row holds the question too, which is no part of the answer."""
        first, last = control.cells
        if last > first + 1 and control.checked is None and control.text and not tag.endswith(_WHOLE_ROWS):
            cells = [part.slice(p.start, p.end) for p in part.places[first:last]]
            answers = [text for text in cells if text and not self.asked.asked_by(text.partition("\n")[0])]
            if len(answers) == 1:
                return self._without_prompt(answers[0], control)
        return self._without_prompt(control.text, control)

    def _without_prompt(self, text: str, control: Control | None = None) -> str:
        if not text or len(text) > 60:
            return text
        if plain(text) in self.asked.prompts:
            return ""
        if control is not None and control.choices is not None and not self.asked.grade(text):
            for item in control.choices:
                if item.get(_VALUE) == "" and " ".join((item.get(_DISPLAY_TEXT) or "").split()) == text:
                    return ""  # Word's own "Choose an item." has no value
        return text

    def _take_labels(self) -> None:
        """Where a question has no control at all, what stands beside its words."""
        found: defaultdict[str, list[Answer]] = defaultdict(list)
        groups = self._groups_of_rows() if self.labels else {}
        for part, labelled in zip(self.parts, self.labels, strict=False):
            for tag, written in labelled.found.items():
                if any(answer.part is self.parts[0] for answer in self.by_tag.get(tag, ())):
                    continue
                for each in written:
                    text = self._without_prompt(each.text)
                    row = (part.root, *each.row)
                    group = groups.setdefault(row, MOST_ROWS + len(groups)) if each.row else -1
                    found[tag].append(
                        Answer(tag, text, each.checked, day_of(text), group, part, each.element, None)
                    )
        for tag, answers in found.items():
            self.by_tag[tag] = [*answers, *self.by_tag.get(tag, ())]
        self.by_label = frozenset(found)

    def _groups_of_rows(self) -> dict[tuple[object, ...], int]:
        """The group of each row of a table in which a control stands, so that the rest of its answers join it."""
        return {
            (answer.part.root, place.table, place.row): answer.group
            for answers in self.by_tag.values()
            for answer in answers
            if answer.control is not None and answer.control.place >= 0
            for place in (answer.part.places[answer.control.place],)
            if place.table >= 0
        }

    def tag(self, word: str) -> str:
        return self.asked.tags.get(word, "")

    def text(self, word: str) -> str:
        """The answer to one of our questions; "" when there is none."""
        return self.answer(self.tag(word))

    def day(self, word: str) -> str:
        """A date among the answers, as ISO text; "" when there is none that can be read."""
        return next((a.date for a in self.by_tag.get(self.tag(word), ()) if a.date), "")

    def answer(self, tag: str) -> str:
        return next((a.text for a in self.by_tag.get(tag, ()) if a.text), "")

    def ticked(self, tag: str) -> bool:
        return any(a.checked for a in self.by_tag.get(tag, ()))

    def answered(self, group: str) -> bool:
        return any(a.answered for tag in self.asked.several.get(group, ()) for a in self.by_tag.get(tag, ()))

    def rows(self, prefix: str) -> tuple[Mapping[str, str], ...]:
        """The rows of a repeating table: part of the tag -> text, with dates as ISO text. Empty rows are left out."""
        if prefix not in self._rows:
            self._rows[prefix] = self._rows_of(prefix)
        return self._rows[prefix]

    def _rows_of(self, prefix: str) -> tuple[Mapping[str, str], ...]:
        rows: defaultdict[int, dict[str, str]] = defaultdict(dict)
        begins = f"{prefix}."
        for tag, found in self.by_tag.items():
            if tag.startswith(begins) and (part := tag.partition(".")[2]) not in ("", "row"):
                for answer in found:
                    if answer.group >= 0:
                        rows[answer.group][part] = answer.value
        return tuple(row for _, row in sorted(rows.items()) if any(v for k, v in row.items() if k != "text"))

    def fields(self) -> dict[str, str]:
        """Every question that was answered: its tag and the first answer, dates as ISO text."""
        found: dict[str, str] = {}
        for tag, answers in self.by_tag.items():
            if tag.endswith(_WHOLE_ROWS):
                continue
            for answer in answers:
                if answer.text:
                    found[tag] = answer.value
                    break
        return found

    def differing(self, word: str) -> list[str]:
        """The different answers given to one question, in order; one or none when all agree."""
        found: dict[str, str] = {}
        for answer in self.by_tag.get(self.tag(word), ()):
            if answer.text:
                found.setdefault(plain(answer.text), answer.text)
        return list(found.values())


_LIST_ITEM, _VALUE, _DISPLAY_TEXT = w("listItem"), w("value"), w("displayText")


def _ticked(control: Control, text: str) -> bool | None:
    """Whether a box is ticked: what Word shows, when it shows a box that contradicts its state."""
    if control.checked and text and all(c in UNTICKED for c in text):
        return False
    if control.checked is None and text and len(text) == 1 and text in TICKED + UNTICKED:
        return text in TICKED
    return control.checked
