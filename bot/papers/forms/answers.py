"""The three ways a returned file can be answered for: read, held for a person, or refused before it was opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.programme.vocabulary import Grade, Part, Problem, Record


def _problems(problems: tuple[Problem, ...]) -> list[dict[str, str]]:
    return [{"where": p.where, "what": p.what} for p in problems]


@dataclass(frozen=True, slots=True)
class ReturnedAudit:
    """A form that was read. `problems` are prompts to the Audit Team; `incomplete` says a needed answer is missing.

    `record` is what it says as the record of a UoPP meeting or a six-week check; `services` are the internal services
    ticked in it; `chair` is what it says of who is IRO or CP Chair, "" for somebody unnamed, None for nobody.
    `earlier_actions` are those agreed before, with how each stands, in the forms that ask for it.
    `date_of_birth` is ISO text, or as it stands when it is no date. `questions` are the tags found in the file, `scant`
    the parts in which almost nothing is answered.
    """

    reference: str
    template: str
    part: Part
    auditor_grade: Grade | None
    moderated_grade: Grade | None
    domain_grades: Mapping[str, Grade | None]
    moderated_domain_grades: Mapping[str, Grade | None]
    family_feedback: bool
    practitioner_feedback: bool
    actions: tuple[Mapping[str, str], ...]
    kloe: tuple[Mapping[str, str], ...]
    mosaic_number: str
    child_name: str
    incomplete: bool
    problems: tuple[Problem, ...]
    fields: Mapping[str, str] = field(default_factory=dict)
    earlier_actions: tuple[Mapping[str, str], ...] = ()
    record: Record | None = None
    services: tuple[str, ...] = ()
    chair: str | None = None
    date_of_birth: str = ""
    questions: frozenset[str] = frozenset()
    scant: frozenset[Part] = frozenset()

    def as_json(self) -> dict[str, Any]:
        """The stable shape of `audit-bot read --json` (docs/command_line.md)."""
        return {
            "outcome": "read",
            "reason": "",
            "reference": self.reference,
            "template": self.template,
            "part": self.part.value,
            "auditor_grade": self.auditor_grade,
            "moderated_grade": self.moderated_grade,
            "domain_grades": dict(self.domain_grades),
            "moderated_domain_grades": dict(self.moderated_domain_grades),
            "family_feedback": self.family_feedback,
            "practitioner_feedback": self.practitioner_feedback,
            "actions": [dict(a) for a in self.actions],
            "kloe": [dict(k) for k in self.kloe],
            "problems": _problems(self.problems),
            "fields": dict(self.fields),
        }


@dataclass(frozen=True, slots=True)
class Held:
    """A Word file about which a person must decide.

    `incomplete`: what is wrong is that something is missing. `another_child`: it may be another child's than it says.
    `blank`: nothing has been filled in. `otherwise` is what it says apart from a doubtful grade, for when a person has
    said which grade it gives. `grades` are all the overall grades that somebody could read in it; None where nobody can
    tell.
    """

    reason: str
    reference: str = ""
    incomplete: bool = False
    problems: tuple[Problem, ...] = ()
    another_child: bool = False
    blank: bool = False
    otherwise: ReturnedAudit | None = None
    grades: tuple[Grade, ...] | None = None

    def as_json(self) -> dict[str, Any]:
        return _nothing_read("held", self.reason, self.reference, self.problems)


@dataclass(frozen=True, slots=True)
class Refused:
    """Not a Word file that may be opened. `reason` says what it is and what to ask the sender for."""

    reason: str

    def as_json(self) -> dict[str, Any]:
        return _nothing_read("refused", self.reason, "", ())


def grades_told(read: ReturnedAudit | Held | Refused) -> tuple[Grade, ...] | None:
    """Every overall grade that a file says, or may say; None where nobody can tell without opening it by hand."""
    if isinstance(read, ReturnedAudit):
        return tuple(grade for grade in (read.auditor_grade, read.moderated_grade) if grade)
    return None if isinstance(read, Refused) else read.grades


def _nothing_read(outcome: str, reason: str, reference: str, problems: tuple[Problem, ...]) -> dict[str, Any]:
    return {
        "outcome": outcome,
        "reason": reason,
        "reference": reference,
        "template": "",
        "part": None,
        "auditor_grade": None,
        "moderated_grade": None,
        "domain_grades": {},
        "moderated_domain_grades": {},
        "family_feedback": None,
        "practitioner_feedback": None,
        "actions": [],
        "kloe": [],
        "problems": _problems(problems),
        "fields": {},
    }
