"""What became of one grade of a returned file, in a word: right, held, wrong or lost."""

from __future__ import annotations

from pathlib import Path

from grade_shapes import LABELS

from bot.papers.forms.answers import Held, Refused, ReturnedAudit
from bot.papers.forms.intake import refusal
from bot.papers.forms.questions import questions
from bot.papers.forms.returned_audit import read

QUESTIONS_TEXT = (Path(__file__).parents[2] / "config/audit_tool.toml").read_text(encoding="utf-8")
QUESTIONS = questions(QUESTIONS_TEXT)
DOMAIN_OF = {f"{prefix}.grade": name for name, prefix in QUESTIONS.domains.items()}
MODERATED_DOMAIN_OF = {f"m{tag}": name for tag, name in DOMAIN_OF.items()}

Answer = ReturnedAudit | Held | Refused


def answered(data: bytes, name: str = "form.docx") -> Answer:
    """The guard, then the reader, as the reading room's child does it."""
    refused = refusal(data, name)
    if refused:
        return refused
    try:
        return read(data, QUESTIONS)
    except Exception as fault:
        return Held(f"The file is built in a way the reader does not know ({type(fault).__name__}).")


def grades(answer: ReturnedAudit) -> dict[str, str | None]:
    """Every grade that was accepted: tag -> grade."""
    found = {"grade_auditor": answer.auditor_grade, "grade_moderated": answer.moderated_grade}
    found |= {tag: answer.domain_grades.get(name) for tag, name in DOMAIN_OF.items()}
    found |= {tag: answer.moderated_domain_grades.get(name) for tag, name in MODERATED_DOMAIN_OF.items()}
    return {tag: None if grade is None else grade.value for tag, grade in found.items()}


def outcome(answer: Answer, tag: str, grade: str) -> str:
    """`held` also when the file is read and the Audit Team is told that this one grade is missing."""
    if not isinstance(answer, ReturnedAudit):
        assert answer.reason, "held or refused, and nobody is told why"
        return "held"
    found = grades(answer)[tag]
    if found is None:
        return "held" if any(LABELS[tag] in problem.where for problem in answer.problems) else "lost"
    return "right" if found == grade else "wrong"
