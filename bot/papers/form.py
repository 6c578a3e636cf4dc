"""One form's answers: by the tag of their control, else by the words beside them; a grade exactly or not at all."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from bot.papers.labels import Labelled, Written
from bot.papers.questions import Questions, label_key, plain
from bot.papers.word.doubts import BOUND, anything_odd, before, doubts, everything
from bot.papers.word.package import Package
from bot.papers.word.styles import Styles
from bot.papers.word.walk import MOST_ROWS, TICKED, UNTICKED, Control, Part, walk
from bot.papers.word.xml import VAL, value, w
from bot.papers.written_dates import day_of
from bot.programme.vocabulary import Grade, Problem

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_WHOLE_ROWS = ".row"
"""How the tags of controls end that hold the rows of a repeating table and no answer of their own."""

_BESIDE = re.compile(r"[\W_]+")
_JOINING = frozenset(
    ("on", "date", "dated", "by", "to", "from", "grade", "overall", "overall grade", "grade given")
)
"""Words that may stand in one line with the control of a grade without saying anything about it."""


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


class Form:
    """The answers of one form, and the doubts met on the way."""

    def __init__(self, package: Package, asked: Questions) -> None:
        self.asked = asked
        self.package = package
        self.styles: Styles = package.styles()
        self.parts: list[Part] = [walk(package.document(), self.styles)]
        self.parts += [walk(root, self.styles) for root in package.margins()]
        self._odd = {id(part) for part in self.parts if anything_odd(part.root, self.styles)}
        self.margins = [part.slice(0, len(part.pieces)) for part in self.parts[1:]]
        self.by_tag: defaultdict[str, list[Answer]] = defaultdict(list)
        self.by_label: frozenset[str] = frozenset()
        self.doubts: list[Problem] = []
        self.unsure: dict[str, frozenset[Grade] | None] = {}
        """For each doubtful answer every grade somebody could read in it; None where nobody can tell."""
        self._graded: dict[str, Grade | None] = {}
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

    # --------------------------------------------------------------------------------------------- taking answers

    def _by_title(self, control: Control) -> str:
        """The tag a control without one answers by its title alone.

        LibreOffice puts the title of a cell's first control on one around the whole cell: a control with others inside
        it answers nothing itself.
        """
        if control.tag.strip() or not control.title or control.element.find(f".//{w('sdt')}") is not None:
            return ""
        return self.asked.asked_by_title(control.title)

    def _take_controls(self, part: Part) -> None:
        titled = {id(control): self._by_title(control) for control in part.controls}
        claims = Counter(titled.values())  # two controls with one title: the words beside them decide
        for control in part.controls:
            tag = control.tag.strip()
            if control.legacy and tag not in self._known_tags:
                tag = ""
            if not tag and titled[id(control)] and claims[titled[id(control)]] == 1:
                tag = titled[id(control)]
            if not tag:
                self.untagged.append(control)
                continue
            self.controls += 1
            text = self._text(tag, control, part)
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
        if control is not None and control.choices is not None:
            for item in control.choices:
                if item.get(_VALUE) == "" and " ".join((item.get(_DISPLAY_TEXT) or "").split()) == text:
                    return text if self.asked.grade(text) else ""  # Word's own "Choose an item." has no value
        return text

    def _take_labels(self) -> None:
        """Where a question has no control at all, what stands beside its words."""
        found: defaultdict[str, list[Answer]] = defaultdict(list)
        groups = self._groups_of_rows()
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

    # -------------------------------------------------------------------------------------------------- answers

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
        for tag, found in self.by_tag.items():
            if tag.startswith(f"{prefix}.") and (part := tag.partition(".")[2]) not in ("", "row"):
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

    # ---------------------------------------------------------------------------------------------------- grades

    def grade(self, tag: str) -> Grade | None:
        """The grade that was given. What is doubtful is noted in `doubts`, once, and read as none."""
        if tag not in self._graded:
            self._graded[tag] = self._grade(tag)
        return self._graded[tag]

    def _grade(self, tag: str) -> Grade | None:
        answers = self.by_tag.get(tag, [])
        where = self.asked.label(tag)
        reasons = [reason for answer in answers for reason in self._why_not(answer)]
        given = {answer.text: self.asked.grade(answer.text) for answer in answers if answer.text}
        if tag not in self.by_label:
            elsewhere = self._elsewhere(tag, given)
            if elsewhere and not given:
                reasons.append("its control has not been used")
            given |= elsewhere
        if len({grade or text for text, grade in given.items()}) > 1:
            reasons.insert(0, f"different answers are given: {' and '.join(f'“{_short(t)}”' for t in given)}")
        if reasons:
            self.unsure[tag] = self._readings(answers, given)
            self._doubt(where, "; ".join(dict.fromkeys(reasons)) + ".")
            return None
        for text, grade in given.items():
            if grade:
                return grade
            if plain(text) not in self.asked.not_applicable:
                self.unsure[tag] = None
                self._doubt(where, f"“{_short(text)}” is not one of the four grades{_look_alike(text)}.")
        return None

    def _readings(self, answers: list[Answer], given: Mapping[str, Grade | None]) -> frozenset[Grade] | None:
        """Every grade that can be read in doubtful answers, whatever one takes for the answer; None where one of them
        says something else, or none says anything."""
        if any(grade is None and plain(t) not in self.asked.not_applicable for t, grade in given.items()):
            return None
        texts = [*given]
        for answer in answers:
            texts += [before(answer.element), everything(answer.element)]
            if control := answer.control:
                texts += [self._bound(control), self._beside(answer, control)]
                texts += _entries_that_keep(answer.text, control)
        found = {grade for text in texts for grade in self.asked.grades_named(text)}
        # Whatever else is in there, in every version and run together: what two programs show is not the same.
        raw = plain(" ".join("".join(t.text or "" for t in a.element.iter(*_WRITTEN)) for a in answers))
        found |= {grade for grade in Grade if plain(grade.value) in raw}
        return frozenset(found) or None

    def _why_not(self, answer: Answer) -> Iterator[str]:
        """What speaks against taking one answer by itself, with both readings."""
        element = answer.element
        found = doubts(element, self.styles, odd=id(answer.part) in self._odd)
        if found:
            was, all_of_it = before(element), everything(element)
            readings = [f"it now says “{_short(answer.text)}”"]
            if was != answer.text:
                readings.append(f"before the change it said “{_short(was)}”")
            elif all_of_it != answer.text:
                readings.append(f"with what is hidden it says “{_short(all_of_it)}”")
            yield f"{', '.join(found)}: {'; '.join(readings)}"
        if self.asked.grade(answer.text) and any(
            value(drop, "result") == "" for drop in element.iter(w("ddList"))
        ):
            yield f"the old drop-down shows “{answer.text}”, but nobody has chosen anything in it"
        malformed = answer.part.malformed
        if malformed and any(element is each or each in element.iter(each.tag) for each in malformed):
            yield "the control holds more than a control can, so two programs may show it differently"
        control = answer.control
        if control is None:
            return
        if _beside_a_table(answer.part, control):
            yield f"a table and other text stand together in the control: “{_short(control.text)}”"
        if control.prompt and self.asked.grade(everything(element)):
            yield f"Word marks it as a prompt, and yet it says “{_short(everything(element))}”"
        for shown in _entries_that_keep(answer.text, control):
            if self._is_another_grade(shown, answer.text):
                yield f"it shows “{answer.text}”, which is what the list keeps for its entry “{shown}”"
        if bound := self._bound(control):
            said = self.asked.grade(bound) or bound
            if said != (self.asked.grade(answer.text) or answer.text):
                yield BOUND.format(_short(bound))
        beside = self._beside(answer, control)
        if beside:
            says = f"the control says “{_short(answer.text)}”" if answer.text else "the control is empty"
            yield f"{says} and “{_short(beside)}” is written beside it"

    def _is_another_grade(self, shown: str, kept: str) -> bool:
        """Whether an entry shows one grade and keeps another."""
        grade = self.asked.grade(shown)
        return grade is not None and self.asked.grade(kept) not in (None, grade)

    def _bound(self, control: Control) -> str:
        """The value a control is bound to. Word shows that one as soon as the form is opened."""
        binding = control.properties.find(w("dataBinding")) if control.properties is not None else None
        if binding is None:
            return ""
        return (
            self.package.bound_value(binding.get(w("storeItemID")) or "", binding.get(w("xpath")) or "") or ""
        )

    def _elsewhere(self, tag: str, given: Mapping[str, Grade | None]) -> dict[str, Grade | None]:
        """Other grades written beside the same words where the control does not stand."""
        found: dict[str, Grade | None] = {}
        if not self.labels:
            return found
        own = {answer.element for answer in self.by_tag.get(tag, ())}
        for labelled in self.labels:
            for written in labelled.found.get(tag, ()):
                grade = self.asked.grade(written.text)
                if grade and grade not in given.values() and not _holds(written, own):
                    found[written.text] = grade
        return found

    def _beside(self, answer: Answer, control: Control) -> str:
        """What a person typed beside a control, "" when there is nothing that could change its meaning.

        In the control's own line only its question and a few joining words may stand. Other lines of its cell matter
        when a grade occurs in them.
        """
        part = answer.part
        if control.place < 0 or control.cells[1] or control.legacy:
            return ""
        place = part.places[control.place]
        if not "".join(
            part.pieces[place.start : control.start] + part.pieces[control.end : place.end]
        ).strip():
            return ""
        around = self._outside(part, place.start, place.end, control)
        line_before, line_after = around[0].rpartition("\n")[2], around[1].partition("\n")[0]
        key = label_key(line_before)
        before_is_question = (
            line_before.rstrip().endswith(":") or bool(self.asked.asked_by(line_before)) or key in _JOINING
            or key in self.asked.domain_grade or key == label_key(control.title)
        )  # fmt: skip
        said = [] if before_is_question or not _words(line_before) else [line_before]
        if (_words(line_after) and label_key(line_after) not in _JOINING) or "?" in line_after:
            said.append(line_after)
        if before_is_question and self._speaks_of_a_grade(line_before, answer):
            said.append(line_before)
        others = (around[0].rpartition("\n")[0], around[1].partition("\n")[2])
        said += [
            line for text in others for line in text.split("\n") if self._speaks_of_a_grade(line, answer)
        ]
        return " … ".join(" ".join(each.split()) for each in said if each.strip())

    def _outside(self, part: Part, start: int, end: int, control: Control) -> tuple[str, str]:
        """The text of a place before and after a control, without what stands in other controls."""
        taken = sorted(
            (other.start, other.end)
            for other in part.controls
            if start <= other.start and other.end <= end and other.end > other.start
        )
        pieces = ["", ""]
        at = start
        for first, last in [*taken, (end, end)]:
            if first > at:
                side = 0 if first <= control.start else 1
                pieces[side] += "".join(part.pieces[at:first])
            at = max(at, last)
        return pieces[0], pieces[1]

    def _speaks_of_a_grade(self, line: str, answer: Answer) -> bool:
        """Whether another grade, or a doubt, occurs in a line: reason to ask, never to take it for the answer."""
        line = " ".join(line.split())
        if not line or self.asked.asked_by(line):
            return False
        mine = self.asked.grade(answer.text)
        if self.asked.grade(line) is not None:
            return self.asked.grade(line) is not mine or not answer.text
        said = plain(line).rstrip(".")
        return any(
            re.search(rf"(?<![\w]){re.escape(plain(grade.value))}(?![\w])", said)
            for grade in Grade
            if grade is not mine
        ) and len(said.split()) <= 8  # fmt: skip

    def _doubt(self, where: str, what: str) -> None:
        self.doubts.append(Problem(where, what, "the person who filled it in"))


_WRITTEN = w("t"), w("delText")
_LIST_ITEM, _VALUE, _DISPLAY_TEXT = w("listItem"), w("value"), w("displayText")


def entries(control: Control) -> Iterator[tuple[str, str | None]]:
    """The entries of a drop-down: what Word shows and what it keeps for it (None when nothing is kept)."""
    for item in control.choices if control.choices is not None else ():
        tag = item.tag
        if tag == _LIST_ITEM:
            kept = item.get(_VALUE)
            yield " ".join((item.get(_DISPLAY_TEXT) or kept or "").split()), kept
        elif tag == w("listEntry"):
            yield " ".join((item.get(VAL) or "").split()), item.get(VAL)


def _entries_that_keep(kept: str, control: Control) -> Iterator[str]:
    """What Word shows of those entries of a drop-down that keep a value of their own, when it is this one."""
    for item in control.choices if control.choices is not None else ():
        if (
            item.get(_VALUE) == kept
            and (shown := " ".join((item.get(_DISPLAY_TEXT) or kept).split())) != kept
        ):
            yield shown


def _beside_a_table(part: Part, control: Control) -> bool:
    """Whether a control holds cells of a table and, outside them, text as well: nobody can say which is the answer."""
    cells = [p for p in part.places[slice(*control.cells)] if p.table >= 0]
    if not any(part.slice(cell.start, cell.end) for cell in cells):
        return False
    at, outside = control.start, []
    for cell in cells:
        if cell.start >= at:
            outside += part.pieces[at : cell.start]
            at = cell.end
    return bool("".join([*outside, *part.pieces[at : control.end]]).strip())


def _ticked(control: Control, text: str) -> bool | None:
    """Whether a box is ticked: what Word shows, when it shows a box that contradicts its state."""
    if control.checked and text and all(c in UNTICKED for c in text):
        return False
    if control.checked is None and text and len(text) == 1 and text in TICKED + UNTICKED:
        return text in TICKED
    return control.checked


def _holds(written: Written, controls: set[etree._Element]) -> bool:
    """Whether an answer by its words is one of the controls themselves."""
    element = written.element
    return element in controls or any(
        each in controls for each in [*element.iter(w("sdt"), w("fldChar")), *element.iterancestors(w("sdt"))]
    )


def _words(text: str) -> str:
    return _BESIDE.sub("", text)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 80 else f"{text[:79]}…"


def _look_alike(text: str) -> str:
    """A note about letters that only look plain."""
    odd = [c for c in text if not c.isascii() and not c.isspace() and c not in "–—’‘“”…☐☒☑"]
    if not odd:
        return ""
    named = ", ".join(f"U+{ord(c):04X}" for c in dict.fromkeys(odd))
    return f" (it holds characters that are not plain letters: {named[:60]})"
