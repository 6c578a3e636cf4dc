"""Answers found by the words beside them, where a form has no control for a question.

The answer is the next cell of the row, the cell below in a table with a row of headings, or what follows the colon. A
question may be answered in several places; whether they agree is judged by whoever asks.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from lxml import etree

from bot.papers.forms.questions import AND, Questions, label_key, plain
from bot.papers.forms.written_dates import before_and_day, day_of
from bot.papers.word.walk import BOXES, TAB, TICKED, Part, Place, tidy
from bot.papers.word.xml import value, w

LONGEST_ANSWER = 60
"""Characters of an answer in a running line. What is longer is a sentence that happens to begin like a question."""

_AFTER = re.compile(rf"\s*(?::|{TAB}|\s[–—-]\s)\s*")
_BETWEEN_TWO = re.compile(r"\s*(?:[,;–-]|\b(?:on|to|until)\b)\s*")
_FIRST_WORD = re.compile(r"\s*\w+\s+")
_TICK = re.compile(rf"([{BOXES}])\s*([^{BOXES}]*)")


@dataclass(slots=True, eq=False)
class Written:
    """An answer by its words. `sure` says that it stands where only an answer can stand: beside or below.

    `row` tells the answers of one row of a repeating table together: the numbers of the table and of the row.
    """

    tag: str
    text: str
    element: etree._Element
    sure: bool
    checked: bool | None = None
    row: tuple[int, ...] = ()


@dataclass(slots=True, eq=False)
class _Cell:
    place: Place
    text: str
    key: str  # of its first line


class Labelled:
    """Everything in one part of a document that stands beside the words of a question.

    `found` has, for each tag, what is written beside its words, in the order of the document.
    """

    def __init__(self, part: Part, asked: Questions) -> None:
        self._part, self._asked = part, asked
        self._domains = {label_key(name): tag for name, tag in asked.domains.items()}
        self._grades = {asked.tags["auditor_grade"], asked.tags["moderated_grade"]}
        self._grades |= {f"{p}{d}.grade" for d in asked.domains.values() for p in ("", "m")}
        self._domain = ""
        self._moderation = False
        self._headings = {before for after in asked.asked_after.values() for before in after}
        self._heading = ""
        self._before: list[str] = []
        """The words met since the table began, the latest last: some questions only mean something after others."""
        self.found: defaultdict[str, list[Written]] = defaultdict(list)
        self._read()

    def _read(self) -> None:
        tables: defaultdict[int, dict[int, list[_Cell]]] = defaultdict(dict)
        waiting: str = ""
        order: list[Place | int] = []
        for place in self._part.places:
            place.text = raw = "".join(self._part.pieces[place.start : place.end])
            if place.table < 0:
                order.append(place)
                continue
            if place.table not in tables:
                order.append(place.table)
            text = tidy(raw)
            cell = _Cell(place, text, label_key(text.partition("\n")[0]) if text else "")
            tables[place.table].setdefault(place.row, []).append(cell)
        for each in order:
            self._before = [self._heading]
            if isinstance(each, int):
                waiting = ""
                self._table([tables[each][row] for row in sorted(tables[each])])
            else:
                self._ticks(each)
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
        if style.startswith("heading") or key in self._headings:
            self._domain = ""
            self._moderation = "moderat" in key
            self._heading = key
        return ""

    def _line(self, place: Place, raw: str) -> bool:
        """Answers that stand in a line after their question: “Overall grade: Good”, “On 12 March 2026”."""
        found = False
        for line in raw.split("\n"):
            parts = _AFTER.split(line, maxsplit=1)
            tag = self._tag(label_key(parts[0])) if len(parts) == 2 else ""
            if not tag and (word := _FIRST_WORD.match(line)) and day_of(line[word.end() :].strip()):
                parts = [word[0], line[word.end() :]]
                tag = self._tag(label_key(word[0]))
            answer = tidy(parts[1]) if tag else ""
            if tag and answer and (len(answer) <= LONGEST_ANSWER or tag not in self._grades):
                self._note(tag, answer, place.element, sure=False)
                found = True
        return found

    def _ticks(self, place: Place) -> None:
        if not any(box in place.text for box in BOXES):
            return
        for line in place.text.split("\n"):
            for box, words in _TICK.findall(line):
                tag = self._tag(label_key(words.strip()))
                if tag:
                    answer = Written(tag, box, place.element, sure=True, checked=box in TICKED)
                    self.found[tag].append(answer)

    # ---------------------------------------------------------------------------------------------------- tables

    def _table(self, rows: list[list[_Cell]]) -> None:
        if self._columns(rows):
            return
        for number, row in enumerate(rows):
            if len(row) == 1:
                self._alone(row[0], rows[number + 1] if number + 1 < len(rows) else [])
                self._inside(row[0])
                continue
            first = row[0].key
            if first in self._domains and not self._tag(first):
                self._domain_row(rows[0], row)
                continue
            for n, cell in enumerate(row):
                tag = self._tag(cell.key)
                if tag:
                    self._beside(tag, rows, number, n)
                self._inside(cell)
        self._domain = ""

    def _inside(self, cell: _Cell) -> None:
        """What a cell holds by itself: boxes with their words, lines with their answers; then it is behind us."""
        self._ticks(cell.place)
        self._line(cell.place, cell.place.text)
        if cell.key:
            self._before.append(cell.key)

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

    def _domain_row(self, head: list[_Cell], row: list[_Cell]) -> None:
        """A row of domains: their grades stand beside them, or under the words over their columns."""
        names = [n for n, cell in enumerate(row) if cell.key in self._domains]
        if len(names) > 1:  # several domains side by side, each with its grade to the right
            for n in names:
                if n + 1 < len(row) and n + 1 not in names:
                    self._domain_grade(self._domains[row[n].key], row[n + 1])
            return
        domain = self._domains[row[0].key]
        for n, cell in enumerate(row[1:], 1):
            over = head[n].key if len(head) == len(row) and head is not row else ""
            if over in self._asked.moderated_domain_grade:
                self._note(f"m{domain}.grade", cell.text, cell.place.element, sure=True)
            elif over in self._asked.domain_grade or len(row) == 2:
                self._domain_grade(domain, cell)

    def _domain_grade(self, domain: str, cell: _Cell) -> None:
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

    def _columns(self, rows: list[list[_Cell]]) -> bool:
        """Whether a table repeats rows, known by the words over its columns; then its answers have been noted."""
        named = [
            (table, parts)
            for table, names in self._asked.columns.items()
            for parts in ([names.get(cell.key, "") for cell in rows[0]] if rows else [],)
            if sum(map(bool, parts)) >= 2
        ]
        if not named:
            return False
        table, parts = max(named, key=lambda each: sum(map(bool, each[1])))
        for row in rows[1:]:
            for part, cell in zip(parts, row, strict=False):
                if part:
                    where = (cell.place.table, cell.place.row)
                    tag = f"{table}.{part}"
                    self.found[tag].append(Written(tag, cell.text, cell.place.element, sure=True, row=where))
        return True

    # ---------------------------------------------------------------------------------------------- small things

    def _tag(self, key: str) -> str:
        asked = self._asked
        if not key:
            return ""
        if self._domain:
            if key in asked.moderated_domain_grade:
                return f"m{self._domain}.grade"
            if key in asked.domain_grade:
                return f"{self._domain}.grade"
            if part := asked.in_each_domain.get(key):
                return f"{self._domain}.{part}"
        if after := asked.asked_after.get(key):
            for before in reversed(self._before):
                if before in after:
                    return after[before]
        return asked.asked_as.get(key, "")

    def _is_question(self, cell: _Cell) -> bool:
        return bool(cell.key) and (bool(self._tag(cell.key)) or cell.key in self._domains)

    def _note(self, tag: str, text: str, element: etree._Element, *, sure: bool) -> None:
        first, joined, second = tag.partition(AND)
        if joined:
            one, other = before_and_day(text)
            if all(not each or plain(each) in self._asked.prompts for each in _BETWEEN_TWO.split(one)):
                one = ""  # the prompts of both, and what stands between them
            self.found[second].append(Written(second, other, element, sure))
            text = one
        self.found[first].append(Written(first, text, element, sure))
