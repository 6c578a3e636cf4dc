"""Answers found by the words beside them, where a form has no control for a question.

The answer is the next cell of the row, the cell below in a table with a row of headings, or what follows the colon. A
question may be answered in several places; whether they agree is judged by whoever asks.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from bot.papers.questions import Questions, label_key
from bot.papers.word.walk import BOXES, TAB, TICKED, Part, Place, tidy
from bot.papers.word.xml import value, w

LONGEST_ANSWER = 60
"""Characters of an answer in a running line. What is longer is a sentence that happens to begin like a question."""

_AFTER = re.compile(rf"\s*(?::|{TAB}|\s[–—-]\s)\s*")
_TICK = re.compile(rf"([{BOXES}])\s*([^{BOXES}]*)")


@dataclass(slots=True, eq=False)
class Written:
    """An answer by its words. `sure` says that it stands where only an answer can stand: beside or below."""

    tag: str
    text: str
    element: etree._Element
    sure: bool
    checked: bool | None = None


@dataclass(slots=True, eq=False)
class _Cell:
    place: Place
    text: str
    key: str  # of its first line


class Labelled:
    """Everything in one part of a document that stands beside the words of a question."""

    def __init__(self, part: Part, asked: Questions) -> None:
        self._part, self._asked = part, asked
        self._domains = {label_key(name): tag for name, tag in asked.domains.items()}
        self._domain = ""
        self._moderation = False
        self.found: defaultdict[str, list[Written]] = defaultdict(list)
        self.rows: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
        self._read()

    def _read(self) -> None:
        tables: defaultdict[int, dict[int, list[_Cell]]] = defaultdict(dict)
        waiting: str = ""
        order: list[Place | int] = []
        for place in self._part.places:
            place.text = raw = "".join(self._part.pieces[place.start : place.end])
            if any(box in raw for box in BOXES):
                self._ticks(place, raw)
            if place.table < 0:
                order.append(place)
                continue
            if place.table not in tables:
                order.append(place.table)
            text = tidy(raw)
            cell = _Cell(place, text, label_key(text.partition("\n")[0]) if text else "")
            tables[place.table].setdefault(place.row, []).append(cell)
        for each in order:
            if isinstance(each, int):
                waiting = ""
                self._table([tables[each][row] for row in sorted(tables[each])])
            else:
                waiting = self._paragraph(each, waiting)

    # ------------------------------------------------------------------------------------------- running lines

    def _paragraph(self, place: Place, waiting: str) -> str:
        """Look at one paragraph; the question it leaves waiting for the next one, if it is nothing else."""
        text = tidy(place.text)
        if not text:
            return waiting
        key = label_key(text)
        if key in self._domains:
            self._domain = self._domains[key]
            return ""
        tag = self._tag(key)
        if tag:
            return tag
        if self._line(place, place.text):
            return ""
        if waiting and self._asked.grade(text):
            self._note(waiting, text, place.element, sure=False)
        style = value(place.element.find(w("pPr")), "pStyle").casefold()
        if style.startswith("heading"):
            self._domain = ""
            self._moderation = "moderat" in key
        return ""

    def _line(self, place: Place, raw: str) -> bool:
        """Answers that stand in a line after their question: “Overall grade: Good”."""
        found = False
        for line in raw.split("\n"):
            parts = _AFTER.split(line, maxsplit=1)
            tag = self._tag(label_key(parts[0])) if len(parts) == 2 else ""
            answer = tidy(parts[1]) if tag else ""
            if tag and answer and (len(answer) <= LONGEST_ANSWER or tag not in self._grades()):
                self._note(tag, answer, place.element, sure=False)
                found = True
        return found

    def _ticks(self, place: Place, raw: str) -> None:
        for line in raw.split("\n"):
            for box, words in _TICK.findall(line):
                tag = self._asked.asked_as.get(label_key(words.strip()), "")
                if tag:
                    answer = Written(tag, box, place.element, sure=True, checked=box in TICKED)
                    self.found[tag].append(answer)

    # ---------------------------------------------------------------------------------------------------- tables

    def _table(self, rows: list[list[_Cell]]) -> None:
        self._columns(rows)
        for number, row in enumerate(rows):
            for cell in row:
                self._line(cell.place, cell.place.text)
            if len(row) == 1:
                self._alone(row[0], rows[number + 1] if number + 1 < len(rows) else [])
                continue
            first = row[0].key
            if first in self._domains:
                self._domain_row(rows[0], row, self._domains[first])
                continue
            for n, cell in enumerate(row):
                tag = self._tag(cell.key)
                if tag:
                    self._beside(tag, rows, number, n)
        self._domain = ""

    def _alone(self, cell: _Cell, below: list[_Cell]) -> None:
        """A row of one cell: the name of a domain, or a question whose answer stands in the row below or line below."""
        if cell.key in self._domains:
            self._domain = self._domains[cell.key]
            return
        tag = self._tag(cell.key)
        if not tag:
            return
        rest = cell.text.partition("\n")[2]
        if self._asked.grade(rest):
            self._note(tag, rest, cell.place.element, sure=True)
        elif len(below) == 1 and not self._is_question(below[0]):
            self._note(tag, below[0].text, below[0].place.element, sure=True)

    def _domain_row(self, head: list[_Cell], row: list[_Cell], domain: str) -> None:
        """A row that begins with a domain: its grades stand under the words over their columns."""
        for n, cell in enumerate(row[1:], 1):
            over = head[n].key if len(head) == len(row) and head is not row else ""
            if over in self._asked.moderated_domain_grade:
                self._note(f"m{domain}.grade", cell.text, cell.place.element, sure=True)
            elif over in self._asked.domain_grade or len(row) == 2:
                prefix = "m" if self._moderation else ""
                self._note(f"{prefix}{domain}.grade", cell.text, cell.place.element, sure=True)

    def _beside(self, tag: str, rows: list[list[_Cell]], number: int, n: int) -> None:
        row = rows[number]
        right = row[n + 1] if n + 1 < len(row) else None
        if right is not None and not self._is_question(right):
            below = self._below(rows, number, n)
            lonely = number == 0 and len(rows) == 2 and below is not None
            if not (lonely and below and self._asked.grade(below.text) and not self._asked.grade(right.text)):
                self._note(tag, right.text, right.place.element, sure=True)
                return
        below = self._below(rows, number, n)
        if below is not None:
            self._note(tag, below.text, below.place.element, sure=True)

    def _below(self, rows: list[list[_Cell]], number: int, n: int) -> _Cell | None:
        """The one answer under a heading. Several are a list, not an answer."""
        under = [row[n] for row in rows[number + 1 :] if len(row) == len(rows[number]) and row[n].text]
        return under[0] if len(under) == 1 and not self._is_question(under[0]) else None

    def _columns(self, rows: list[list[_Cell]]) -> None:
        """The rows of an improvement plan or of the lines of enquiry, by the words over their columns."""
        if not rows:
            return
        for table, names in self._asked.columns.items():
            parts = [names.get(cell.key, "") for cell in rows[0]]
            if sum(map(bool, parts)) < 2:
                continue
            for row in rows[1:]:
                answers = {
                    part: cell.text
                    for part, cell in zip(parts, row, strict=False)
                    if part and cell.text and label_key(cell.text) not in self._asked.prompts
                }
                if any(part != "text" for part in answers):
                    self.rows[table].append(answers)

    # ---------------------------------------------------------------------------------------------- small things

    def _tag(self, key: str) -> str:
        if self._domain:
            if key in self._asked.moderated_domain_grade:
                return f"m{self._domain}.grade"
            if key in self._asked.domain_grade:
                return f"{self._domain}.grade"
        return self._asked.asked_as.get(key, "")

    def _is_question(self, cell: _Cell) -> bool:
        return bool(cell.key) and (bool(self._tag(cell.key)) or cell.key in self._domains)

    def _grades(self) -> Iterator[str]:
        tags = self._asked.tags
        yield from (tags["auditor_grade"], tags["moderated_grade"])
        yield from (f"{p}{d}.grade" for d in self._asked.domains.values() for p in ("", "m"))

    def _note(self, tag: str, text: str, element: etree._Element, *, sure: bool) -> None:
        self.found[tag].append(Written(tag, text, element, sure))
