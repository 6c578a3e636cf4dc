"""One form's grades: exactly, or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from bot.papers.forms.beside import written_beside
from bot.papers.forms.form_answers import Answer, FormAnswers
from bot.papers.forms.labels import Written
from bot.papers.forms.questions import Questions, plain
from bot.papers.word.doubts import BOUND, anything_odd, before, doubts, everything
from bot.papers.word.package import Package
from bot.papers.word.walk import Control, Part
from bot.papers.word.xml import VAL, value, w
from bot.programme.vocabulary import Grade, Problem


class Form(FormAnswers):
    """The answers of one form, its grades, and the doubts met on the way."""

    def __init__(self, package: Package, asked: Questions) -> None:
        super().__init__(package, asked)
        self._odd = {id(part) for part in self.parts if anything_odd(part.root, self.styles)}
        self.doubts: list[Problem] = []
        self.unsure: dict[str, frozenset[Grade] | None] = {}
        """For each doubtful answer every grade somebody could read in it; None where nobody can tell."""
        self._graded: dict[str, Grade | None] = {}

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
        elsewhere = self._elsewhere(tag, given)
        if elsewhere and not given:
            reasons.append("its control has not been used")
        given |= elsewhere
        if len({grade or text for text, grade in given.items()}) > 1:
            told = dict.fromkeys(map(self._told, given))
            more = " (more than one)" if len(told) == 1 else ""
            reasons.insert(0, f"different answers are given: {' and '.join(told)}{more}")
        if reasons:
            self.unsure[tag] = self._readings(answers, given)
            self._doubt(where, "; ".join(dict.fromkeys(reasons)) + ".")
            return None
        for text, grade in given.items():
            if grade:
                return grade
            if plain(text) not in self.asked.not_applicable:
                self.unsure[tag] = None
                self._doubt(where, f"the grade box holds {self._told(text)}{_look_alike(text)}.")
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
                texts += [self._bound(control), written_beside(answer, control, self.asked)]
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
            readings = [f"it now says {self._told(answer.text)}"]
            if was != answer.text:
                readings.append(f"before the change it said {self._told(was)}")
            elif all_of_it != answer.text:
                readings.append(f"with what is hidden it says {self._told(all_of_it)}")
            yield f"{', '.join(found)}: {'; '.join(readings)}"
        if self.asked.grade(answer.text) and any(
            value(drop, "result") == "" for drop in element.iter(w("ddList"))
        ):
            yield f"the old drop-down shows {self._told(answer.text)}, but nobody has chosen anything in it"
        if any(element is each or each in element.iter(each.tag) for each in answer.part.malformed):
            yield "the control holds more than a control can, so two programs may show it differently"
        control = answer.control
        if control is None:
            return
        if _beside_a_table(answer.part, control):
            yield f"a table and other text stand together in the control: {self._told(control.text)}"
        if control.prompt and self.asked.grade(everything(element)):
            yield f"Word marks it as a prompt, and yet it says {self._told(everything(element))}"
        for shown in _entries_that_keep(answer.text, control):
            if self._is_another_grade(shown, answer.text):
                kept = self._told(answer.text)
                yield f"it shows {kept}, which is what the list keeps for its entry {self._told(shown)}"
        if bound := self._bound(control):
            said = self.asked.grade(bound) or bound
            if said != (self.asked.grade(answer.text) or answer.text):
                yield BOUND.format(self._told(bound))
        beside = written_beside(answer, control, self.asked)
        if beside:
            says = f"the control says {self._told(answer.text)}" if answer.text else "the control is empty"
            yield f"{says} and {self._told(beside)} is written beside it"

    def _told(self, text: str) -> str:
        """What stands somewhere, as it may be told: by the grades it is or names, from the closed list, and never in
        its own words, which may be about the child."""
        if not text.strip():
            return "nothing"
        if grade := self.asked.grade(text):
            return f"“{grade.in_full}”"
        named = " and ".join(f"“{grade.in_full}”" for grade in self.asked.grades_named(text))
        return f"words that are no grade{f' (among them {named})' if named else ''}"

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
        own = {answer.element for answer in self.by_tag.get(tag, ())}
        for labelled in self.labels:
            for written in labelled.found.get(tag, ()):
                grade = self.asked.grade(written.text)
                if grade and grade not in given.values() and not _holds(written, own):
                    found[written.text] = grade
        return found

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


def _holds(written: Written, controls: set[etree._Element]) -> bool:
    """Whether an answer by its words is one of the controls themselves."""
    element = written.element
    return element in controls or any(
        each in controls for each in [*element.iter(w("sdt"), w("fldChar")), *element.iterancestors(w("sdt"))]
    )


def _look_alike(text: str) -> str:
    """A note about letters that only look plain."""
    odd = [c for c in text if not c.isascii() and c not in "–—’‘“”…☐☒☑"]
    if not odd:
        return ""
    named = ", ".join(f"U+{ord(c):04X}" for c in dict.fromkeys(odd))
    return f" (it holds characters that are not plain letters: {named[:60]})"
