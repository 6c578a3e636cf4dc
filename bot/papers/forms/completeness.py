"""Prompts to the Audit Team about a returned form: never a judgement, and never sent to an auditor by itself (§7).

What is missing makes an audit incomplete; everything else is only pointed out. Whether an audit is good enough is for
the Audit Team and the moderator to say.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from bot.papers.forms.moderators_view import moderators_questions
from bot.papers.forms.questions import plain
from bot.programme.vocabulary import Grade, Part, Problem

if TYPE_CHECKING:
    from bot.papers.forms.form import Form

Say = Callable[[str, str], None]
"""Notes a prompt: the tag of the question, and what is to be said of it."""

FEW_WORDS = 12
"""A reason shorter than this is pointed out: "scant" in the guide's first scenario."""

DATES_IN_ORDER = ("conversation_on", "completed_on", "moderators_talk_on", "moderated_on")
"""The conversation comes before the audit is complete, and the moderator's talk before the moderation (§7)."""


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
    gone: list[str] = []
    asked = form.asked

    def miss(tag: str, what: str) -> None:
        missing.append(Problem(asked.label(tag), what, "the auditor"))

    def hint(tag: str, what: str) -> None:
        hints.append(Problem(asked.label(tag), what))

    if part is not Part.MODERATOR:
        _auditors_part(form, auditor_grade, domains, miss, hint, gone.append)
        _required(form, form.asked.auditors_form(form.by_tag), hint, gone.append)
    if part is not Part.AUDITOR:
        if auditor_grade is None:
            hint(asked.tags["auditor_grade"], "no grade is chosen.")
        if moderated_grade and auditor_grade:
            _moderators_part(form, auditor_grade, moderated_grade, hint)
        _moderated(form, auditor_grade, moderated_grade, hint)
        _required(form, "moderator", hint, gone.append)
    _dates(form, hint)
    if gone:
        hints.append(Problem("The form", NOT_FOUND.format("; ".join(dict.fromkeys(map(asked.label, gone))))))
    said = {p.where for p in missing} | {p.where for p in hints if p.what != NOT_FILLED_IN}
    return missing, [p for p in hints if p.what != NOT_FILLED_IN or p.where not in said]


NOT_FILLED_IN = "it is not filled in."
NOT_FOUND = (
    "no answer could be found for these questions, because their fields or their words are no longer in the file, as "
    "happens when another program saves it. They may well be answered: please look. {}."
)
"""What a file lacks is no failing of its author's."""


def _required(form: Form, part: str, hint: Say, gone: Callable[[str], None]) -> None:
    """Questions this part needs: each one that was left empty, and those that are no longer in the form."""
    for tag in form.asked.required.get(part, ()):
        found = form.by_tag.get(tag, ())
        if not found:
            gone(tag)
        elif not any(answer.answered for answer in found):
            hint(tag, NOT_FILLED_IN)


def _auditors_part(
    form: Form,
    auditor_grade: Grade | None,
    domains: Mapping[str, Grade | None],
    miss: Say,
    hint: Say,
    gone: Callable[[str], None],
) -> None:
    asked, tags = form.asked, form.asked.tags
    for tag in asked.several.get("declarations", ()):
        if tag in form.by_tag and not form.ticked(tag):
            miss(tag, "the box is not ticked.")
        elif tag not in form.by_tag:
            gone(tag)
    held = plain(form.text("conversation_held"))
    if held in asked.no:
        hint(
            tags["conversation_held"],
            "no conversation was held; the audit may not be valid. Please look into it.",
        )
    elif tags.get("conversation_held") in form.by_tag and held not in asked.yes:
        miss(tags["conversation_held"], "it is not said whether a conversation was held.")
    findings = form.by_tag.get("kloe.finding", ())
    empty = sum(1 for answer in findings if not answer.text)
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
        if tag not in form.by_tag:
            gone(tag)
        elif grade is None and plain(form.answer(tag)) not in asked.not_applicable:
            miss(tag, "no grade is chosen.")
    _grade_and_domains(form, auditor_grade, [grade for grade in domains.values() if grade], hint)
    boxes = [f"{d}.{part}" for d in asked.domains.values() for part in ("well", "better", "impact")]
    there = [tag for tag in boxes if tag in form.by_tag]
    if there and not any(form.answer(tag) for tag in there):
        hint(there[0], "nothing is written in any of the domains, only grades.")
    ticked = any(form.ticked(tag) for tag in asked.several.get("feedback_from_family", ()))
    boxes_of_feedback = [tag for tag in asked.several.get("feedback_text", ()) if tag in form.by_tag]
    if ticked and boxes_of_feedback and not any(form.answer(tag) for tag in boxes_of_feedback):
        hint(boxes_of_feedback[0], "feedback is ticked as obtained, and none of it is written down.")
    _plan(form, auditor_grade, miss, hint, gone)


def _grade_and_domains(form: Form, grade: Grade | None, domains: list[Grade], hint: Say) -> None:
    """What the guide's definitions say that the answers do not bear out (§2)."""
    tags = form.asked.tags
    if grade is Grade.OUTSTANDING:
        if any(domain.below_good for domain in domains):
            hint(tags["auditor_grade"], "Outstanding, although a domain is graded below Good.")
        if not form.text("outstanding_reason"):
            hint(tags["outstanding_reason"], "it is not said what is outstanding.")
    harm = form.text("harm")
    if grade is Grade.INADEQUATE and not harm:
        hint(tags["harm"], "Inadequate, but no harm or risk of harm is described.")
    if (
        grade
        and grade is not Grade.INADEQUATE
        and plain(harm) not in {"", *form.asked.no, *form.asked.not_applicable}
    ):
        hint(tags["harm"], f"harm or risk of harm is described, but the grade is {grade}.")
    below = sum(domain.below_good for domain in domains)
    if grade and not grade.below_good and len(domains) >= 2 and below * 2 >= len(domains):
        hint(tags["auditor_grade"], f"{grade}, although {below} of {len(domains)} domains are below Good.")
    if domains and grade and max(d.rank for d in domains) - grade.rank >= 2:
        hint(tags["auditor_grade"], "two steps or more above the lowest domain.")


def _plan(form: Form, auditor_grade: Grade | None, miss: Say, hint: Say, gone: Callable[[str], None]) -> None:
    """Below Good needs an improvement plan of SMART actions: what, who and by when (§7)."""
    actions = form.rows("act")
    complete = [a for a in actions if a.get("what") and a.get("who") and a.get("by")]
    if "act.what" not in form.by_tag and auditor_grade and auditor_grade.below_good:
        gone("act.what")
    elif auditor_grade and auditor_grade.below_good and not complete:
        miss("act.what", "below Good needs an improvement plan: no action has what, who and by when.")
    completed = form.day("completed_on")
    for number, action in enumerate(actions, 1):
        lacking = [word for part, word in _PARTS_OF_AN_ACTION if not action.get(part)]
        if lacking and (complete or not (auditor_grade and auditor_grade.below_good)):
            hint("act.what", f"action {number} does not say {' and '.join(lacking)}.")
        by = action.get("by", "")
        if completed and _is_day(by) and by < completed:
            hint("act.what", f"action {number} was due before the audit was completed.")


_PARTS_OF_AN_ACTION = (("what", "what will be done"), ("who", "who does it"), ("by", "by when"))


def _moderators_part(form: Form, auditor_grade: Grade, moderated_grade: Grade, hint: Say) -> None:
    tags = form.asked.tags
    agrees = plain(form.text("moderator_agrees"))
    differ = auditor_grade is not moderated_grade
    if agrees in form.asked.yes and differ:
        hint(tags["moderator_agrees"], "the moderator agrees, but the grades differ.")
    if agrees in form.asked.no and not differ:
        hint(tags["moderator_agrees"], "the moderator does not agree, but the grades are the same.")
    if (differ or agrees in form.asked.no) and not form.text("moderator_rationale"):
        why = "the grade was changed" if differ else "the moderator does not agree"
        hint(tags["moderator_rationale"], f"{why} and no rationale is given.")


def _moderated(form: Form, auditor_grade: Grade | None, grade: Grade | None, hint: Say) -> None:
    """What the moderator's own answers ask, and where the moderated grade does not fit them (§2, §7)."""
    asked = form.asked
    answers = {
        tag: form.answer(tag)
        for tag in ("m_outcome", "m_conv_ok", "m_depth", "m_accurate", "m_recs", "m_disc")
    }
    for tag, what in moderators_questions(answers, asked.no):
        hint(tag, what)
    domains = [found for d in asked.domains.values() if (found := form.grade(f"m{d}.grade"))]
    if grade is Grade.OUTSTANDING and any(domain.below_good for domain in domains):
        hint(
            asked.tags["moderated_grade"],
            "moderated as Outstanding, although a domain is moderated below Good.",
        )
    elif grade and not grade.below_good and Grade.INADEQUATE in domains:
        hint(
            asked.tags["moderated_grade"],
            f"moderated as {grade}, although a domain is moderated as Inadequate.",
        )
    if grade is Grade.INADEQUATE and auditor_grade is not grade:
        said = " ".join((form.text("moderator_rationale"), form.answer("m_notes")))
        if "harm" not in said.casefold() and not form.text("harm"):
            hint(
                asked.tags["moderated_grade"],
                "moderated as Inadequate, and no harm or risk of harm is described.",
            )


def _dates(form: Form, hint: Say) -> None:
    """Dates that are given, in the order in which things happen."""
    tags = form.asked.tags
    given = [(tags[word], form.day(word)) for word in DATES_IN_ORDER if word in tags and form.day(word)]
    for (earlier, first), (later, second) in itertools.pairwise(given):
        if second < first:
            hint(later, f"the date is before the one of “{form.asked.label(earlier)}”.")


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == 10
