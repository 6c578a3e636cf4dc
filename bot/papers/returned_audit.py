"""Reading a returned audit tool: every answer by its control's tag, every grade exactly or not at all.

A grade counts only when the whole answer is one of the spellings in config/audit_tool.toml and nothing about it is
doubtful. A tracked change, hidden or struck-through text, or two answers to one question hold the file, with both
readings in the reason.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from lxml import etree

from bot.papers.answers import Held, Refused, ReturnedAudit
from bot.papers.completeness import prompts
from bot.papers.questions import Questions, questions
from bot.papers.word.controls import Control, controls
from bot.papers.word.package import NotWord, Package
from bot.programme.vocabulary import Grade, Part, Problem

__all__ = ["Held", "Questions", "Refused", "ReturnedAudit", "questions", "read"]


class Form:
    """The answers of one form by tag, and the problems met on the way."""

    def __init__(self, found: list[Control], asked: Questions) -> None:
        self.asked = asked
        self.by_tag: defaultdict[str, list[Control]] = defaultdict(list)
        for control in found:
            self.by_tag[control.tag].append(control)
        self.doubts: list[Problem] = []

    def text(self, word: str) -> str:
        """The answer to one of our questions; "" when there is none."""
        return self.answer(self.asked.tags.get(word, ""))

    def answer(self, tag: str) -> str:
        return next((c.text for c in self.by_tag.get(tag, ()) if c.text), "")

    def ticked(self, tag: str) -> bool:
        return any(c.checked for c in self.by_tag.get(tag, ()))

    def answered(self, group: str) -> bool:
        return any(c.answered for tag in self.asked.several.get(group, ()) for c in self.by_tag.get(tag, ()))

    def rows(self, prefix: str) -> tuple[Mapping[str, str], ...]:
        """The rows of a repeating table: part of the tag -> text, with dates as ISO text. Empty rows are left out."""
        rows: defaultdict[int, dict[str, str]] = defaultdict(dict)
        for tag, found in self.by_tag.items():
            head, _, part = tag.partition(".")
            if head == prefix and part and part != "row":
                for control in found:
                    rows[control.row][part] = control.date or control.text
        return tuple(row for _, row in sorted(rows.items()) if any(v for k, v in row.items() if k != "text"))

    def grade(self, tag: str) -> Grade | None:
        """The grade a control holds. What is doubtful is noted and read as none."""
        found = [c for c in self.by_tag.get(tag, ()) if c.text or c.doubts]
        if not found:
            return None
        where = self.asked.label(tag)
        if len({c.text for c in found}) > 1:
            self._doubt(where, f"two answers are given: {' and '.join(f'“{c.text}”' for c in found)}.")
            return None
        (control, *_) = found
        if control.doubts:
            before = (
                f" Before the change it said “{control.before}”." if control.before != control.text else ""
            )
            self._doubt(where, f"{'; '.join(control.doubts)}. It now says “{control.text}”.{before}")
            return None
        if control.text.casefold() in self.asked.not_applicable or not control.text:
            return None
        grade = self.asked.grade(control.text)
        if grade is None:
            self._doubt(where, f"“{control.text[:80]}” is not one of the four grades.")
        return grade

    def _doubt(self, where: str, what: str) -> None:
        self.doubts.append(Problem(where, what, "the person who filled it in"))


def read(data: bytes, asked: Questions) -> ReturnedAudit | Held | Refused:
    """What a returned file says. Pure; may raise on a malformed file, so call it through a guard."""
    try:
        package = Package(data)
        root = package.document()
        property_reference = package.reference()
    except NotWord as fault:
        return Held(f"The file cannot be read: {fault}. Ask the sender for the Word file again.")
    except etree.XMLSyntaxError:
        return Held("The file is damaged inside. Ask the sender for the Word file again.")
    form = Form(controls(root), asked)
    reference = form.text("reference")
    if not any(form.by_tag.get(asked.tags[w]) for w in ("reference", "auditor_grade", "moderated_grade")):
        return Held(
            "This Word file is not the audit tool: none of its questions is in it.", property_reference
        )
    if reference and property_reference and reference != property_reference:
        return Held(
            f"The form says it is {reference}, but the file's own properties say {property_reference}.",
            reference,
        )
    reference = reference or property_reference
    return _judged(form, reference)


def _judged(form: Form, reference: str) -> ReturnedAudit | Held:
    asked = form.asked
    auditor_grade = form.grade(asked.tags["auditor_grade"])
    moderated_grade = form.grade(asked.tags["moderated_grade"])
    domain_grades = {name: form.grade(f"{d}.grade") for name, d in asked.domains.items()}
    moderated_domains = {name: form.grade(f"m{d}.grade") for name, d in asked.domains.items()}
    if form.doubts:
        return Held(
            "Somebody must look at a grade: " + "; ".join(f"{p.where}: {p.what}" for p in form.doubts),
            reference,
            problems=tuple(form.doubts),
        )
    moderators_work = form.answered("moderators_work")
    auditors_work = form.answered("auditors_work")
    if auditor_grade is None and (auditors_work or not moderators_work) and moderated_grade is None:
        if not auditors_work:
            return Held("Nothing has been filled in.", reference, incomplete=True)
        problem = Problem(asked.label(asked.tags["auditor_grade"]), "no grade is chosen.", "the auditor")
        return Held(f"{problem.where}: {problem.what}", reference, incomplete=True, problems=(problem,))
    if moderated_grade is None and moderators_work:
        problem = Problem(asked.label(asked.tags["moderated_grade"]), "no grade is chosen.", "the moderator")
        return Held(f"{problem.where}: {problem.what}", reference, incomplete=True, problems=(problem,))
    part = (
        Part.BOTH
        if auditor_grade and moderated_grade
        else Part.MODERATOR
        if moderated_grade
        else Part.AUDITOR
    )
    missing, hints = prompts(form, part, auditor_grade, moderated_grade, domain_grades)
    return ReturnedAudit(
        reference=reference,
        template=form.text("template"),
        part=part,
        auditor_grade=auditor_grade,
        moderated_grade=moderated_grade,
        domain_grades=domain_grades,
        moderated_domain_grades=moderated_domains,
        family_feedback=any(form.ticked(t) for t in asked.several.get("feedback_from_family", ()))
        or form.answered("feedback_text"),
        practitioner_feedback=bool(form.text("feedback_from_practitioner")),
        actions=form.rows("act"),
        kloe=form.rows("kloe"),
        mosaic_number=form.text("mosaic_number"),
        child_name=form.text("child_name"),
        incomplete=bool(missing),
        problems=(*missing, *hints),
        fields={tag: found[0].date or found[0].text for tag, found in form.by_tag.items() if found[0].text},
    )
