"""Prompts to the Audit Team about a returned form: never a judgement, and never sent to an auditor by itself (§7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from bot.programme.vocabulary import Grade, Part, Problem

if TYPE_CHECKING:
    from bot.papers.returned_audit import Form

Say = Callable[[str, str], None]
"""Notes a prompt: the tag of the question, and what is to be said of it."""

FEW_WORDS = 12
"""A reason shorter than this is pointed out: "scant" in the guide's first scenario."""


def prompts(
    form: Form,
    part: Part,
    auditor_grade: Grade | None,
    moderated_grade: Grade | None,
    domains: Mapping[str, Grade | None],
) -> tuple[list[Problem], list[Problem]]:
    """What is missing, and what to look at."""
    missing: list[Problem] = []
    hints: list[Problem] = []
    asked = form.asked

    def miss(tag: str, what: str) -> None:
        missing.append(Problem(asked.label(tag), what, "the auditor"))

    def hint(tag: str, what: str) -> None:
        hints.append(Problem(asked.label(tag), what))

    if part is not Part.MODERATOR:
        _auditors_part(form, auditor_grade, domains, miss, hint)
    if part is not Part.AUDITOR and moderated_grade and auditor_grade:
        _moderators_part(form, auditor_grade, moderated_grade, hint)
    dates = [form.by_tag[t][0].date for t in (asked.tags.get("completed_on", ""), asked.tags.get("moderated_on", ""))
             if form.by_tag.get(t)]  # fmt: skip
    if len(dates) == 2 and all(dates) and dates[0] > dates[1]:
        hint(asked.tags["moderated_on"], "the date is before the one on which the audit was completed.")
    return missing, hints


def _auditors_part(
    form: Form, auditor_grade: Grade | None, domains: Mapping[str, Grade | None], miss: Say, hint: Say
) -> None:
    asked, tags = form.asked, form.asked.tags
    for tag in asked.several.get("declarations", ()):
        if tag in form.by_tag and not form.ticked(tag):
            miss(tag, "the box is not ticked.")
    held = form.text("conversation_held").casefold()
    if held in asked.no:
        hint(
            tags["conversation_held"],
            "no conversation was held; the audit may not be valid. Please look into it.",
        )
    elif tags.get("conversation_held") in form.by_tag and held not in asked.yes:
        miss(tags["conversation_held"], "it is not said whether a conversation was held.")
    findings = form.by_tag.get("kloe.finding", ())
    empty = sum(1 for control in findings if not control.text)
    if empty:
        miss("kloe.finding", f"{empty} of {len(findings)} key lines of enquiry have no finding.")
    if tags.get("grade_reason") in form.by_tag:
        words = len(form.text("grade_reason").split())
        if not words:
            miss(tags["grade_reason"], "no reason is given for the grade.")
        elif words < FEW_WORDS:
            hint(tags["grade_reason"], f"the reason for the grade has only {words} words.")
    for name, grade in domains.items():
        tag = f"{asked.domains[name]}.grade"
        if grade is None and tag in form.by_tag and form.answer(tag).casefold() not in asked.not_applicable:
            miss(tag, "no grade is chosen.")
    graded = [grade for grade in domains.values() if grade]
    if auditor_grade is Grade.OUTSTANDING:
        if any(grade.below_good for grade in graded):
            hint(tags["auditor_grade"], "Outstanding, although a domain is graded below Good.")
        if not form.text("outstanding_reason"):
            hint(tags["outstanding_reason"], "it is not said what is outstanding.")
    if auditor_grade is Grade.INADEQUATE and not form.text("harm"):
        hint(tags["harm"], "Inadequate, but no harm or risk of harm is described.")
    if auditor_grade is not Grade.INADEQUATE and form.text("harm"):
        hint(tags["harm"], f"harm or risk of harm is described, but the grade is {auditor_grade}.")
    if graded and auditor_grade and max(g.rank for g in graded) - auditor_grade.rank >= 2:
        hint(tags["auditor_grade"], "two steps or more above the lowest domain.")
    _plan(form, auditor_grade, miss, hint)


def _plan(form: Form, auditor_grade: Grade | None, miss: Say, hint: Say) -> None:
    actions = form.rows("act")
    complete = [a for a in actions if a.get("what") and a.get("who") and a.get("by")]
    if auditor_grade and auditor_grade.below_good and not complete:
        miss("act.what", "below Good needs an improvement plan: no action has what, who and by when.")
    unclear = len(actions) - len(complete)
    if unclear and complete:
        hint("act.what", f"{unclear} of {len(actions)} actions lack what, who or by when.")


def _moderators_part(form: Form, auditor_grade: Grade, moderated_grade: Grade, hint: Say) -> None:
    tags = form.asked.tags
    agrees = form.text("moderator_agrees").casefold()
    differ = auditor_grade is not moderated_grade
    if agrees in form.asked.yes and differ:
        hint(tags["moderator_agrees"], "the moderator agrees, but the grades differ.")
    if differ and not form.text("moderator_rationale"):
        hint(tags["moderator_rationale"], "the grade was changed and no rationale is given.")
