"""Whose answer is whose in an audit tool, whether a part is one, and what two files of one audit say differently (§7).

A difference that decides something is `decisive`: a grade, an action, a declaration, or whether the practitioner was
met. A person says whether it counts. The rest is wording, which is only told. In the moderator's part everything is
decisive: it is short, and nobody else has anything to put right in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.papers.forms.answers import ReturnedAudit
from bot.papers.forms.questions import Questions, label_key
from bot.papers.word.walk import TICKED, UNTICKED
from bot.programme.vocabulary import Grade, Part

if TYPE_CHECKING:
    from bot.papers.forms.form import Form

_MODERATORS = (
    "moderated_grade",
    "moderated_on",
    "moderators_talk_on",
    "moderator_agrees",
    "moderator_rationale",
)
_ACTIONS, _ENQUIRIES = "act", "kloe"


@dataclass(frozen=True, slots=True)
class Difference:
    """`question` is how a person calls it, with both readings where it is a grade; never what was written."""

    question: str
    decisive: bool


def moderators_questions(asked: Questions) -> frozenset[str]:
    """The tags of all that only the moderator answers."""
    own = {asked.tags[word] for word in _MODERATORS if word in asked.tags}
    own |= {*asked.required.get("moderator", ()), *asked.several.get("moderators_work", ())}
    return frozenset(own | {f"m{domain}.grade" for domain in asked.domains.values()})


def scant_parts(form: Form) -> frozenset[Part]:
    """The parts in which fewer questions are answered than [at_least] says, the overall grade apart."""
    asked = form.asked
    grades = {asked.tags["auditor_grade"], asked.tags["moderated_grade"]}
    auditors = asked.auditors_form(form.by_tag)
    needed = {*asked.required.get(auditors, ()), *asked.several.get("auditors_work", ()), "act.what"}
    needed |= {
        *asked.several.get("declarations", ()),
        *(f"{domain}.grade" for domain in asked.domains.values()),
    }
    parts = (
        (Part.AUDITOR, auditors, needed - {*asked.several.get("prefilled", ())} - grades),
        (Part.MODERATOR, "moderator", moderators_questions(asked) - grades),
    )
    return frozenset(
        part
        for part, name, tags in parts
        if sum(any(a.answered for a in form.by_tag.get(tag, ())) for tag in tags)
        < asked.at_least.get(name, 0)
    )


def differences(was: ReturnedAudit, now: ReturnedAudit, part: Part, asked: Questions) -> list[Difference]:
    """What the later file says differently in one part; a question that is no longer in it says nothing else."""
    return [Difference(*each) for each in dict.fromkeys(_differing(was, now, part, asked))]


def answered(read: ReturnedAudit, part: Part, asked: Questions) -> list[str]:
    """The questions of one part that a file answers, as a person calls them."""
    return [asked.label(tag) for tag in _of_part(read.fields, part, asked) if _said(read.fields[tag], asked)]


def _differing(
    was: ReturnedAudit, now: ReturnedAudit, part: Part, asked: Questions
) -> Iterator[tuple[str, bool]]:
    for tag in _of_part({**was.fields, **now.fields}, part, asked):
        before, after = (_said(read.fields.get(tag, ""), asked) for read in (was, now))
        if before != after and tag in now.questions:
            grade = tag in _grades(asked)
            readings = f" (it was {_grade(before)} and is now {_grade(after)})" if grade else ""
            yield asked.label(tag) + readings, grade or part is Part.MODERATOR or tag in _deciding(asked)
    if part is Part.AUDITOR:
        tables = ((_ACTIONS, "what", was.actions, now.actions), (_ENQUIRIES, "finding", was.kloe, now.kloe))
        for table, column, before_rows, after_rows in tables:
            tag = f"{table}.{column}"
            if tag in now.questions and _rows(before_rows, asked) != _rows(after_rows, asked):
                yield asked.label(tag), table == _ACTIONS


def _of_part(fields: Mapping[str, str], part: Part, asked: Questions) -> list[str]:
    """The tags of one part, tables apart. What is the service's or the Audit Team's own is nobody's part."""
    moderators = moderators_questions(asked)
    nobodys = {*asked.several.get("prefilled", ()), *asked.several.get("audit_teams_check", ())}
    return [
        tag
        for tag in fields
        if (tag in moderators) is (part is Part.MODERATOR)
        and tag not in nobodys
        and tag.partition(".")[0] not in (_ACTIONS, _ENQUIRIES)
    ]


def _grades(asked: Questions) -> frozenset[str]:
    domains = {f"{prefix}{domain}.grade" for domain in asked.domains.values() for prefix in ("", "m")}
    return frozenset(domains | {asked.tags["auditor_grade"], asked.tags["moderated_grade"]})


def _deciding(asked: Questions) -> frozenset[str]:
    """What an audit may be invalid for (§6, §7 scenario 4)."""
    return frozenset((*asked.several.get("declarations", ()), asked.tags.get("conversation_held", "")))


def _said(text: str, asked: Questions) -> str:
    """An answer without regard to how it is written: a tick as one, a grade as the grade."""
    if text and all(each in TICKED + UNTICKED for each in text):
        return "x" if text[0] in TICKED else ""
    grade = asked.grade(text)
    return grade.value if grade else label_key(text)


def _grade(said: str) -> str:
    return said if said in {*Grade} else "something else" if said else "empty"


def _rows(rows: tuple[Mapping[str, str], ...], asked: Questions) -> list[dict[str, str]]:
    """The rows of a table by what people wrote in them."""
    found = [{k: _said(v, asked) for k, v in row.items() if k != "text" and _said(v, asked)} for row in rows]
    return [row for row in found if row]
