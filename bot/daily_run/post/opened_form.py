"""A file of a message that was opened, and what the reader says of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.papers.forms.answers import Held, Refused, ReturnedAudit
from bot.programme.answers.matching import FormFacts
from bot.programme.vocabulary import Grade


@dataclass(frozen=True, slots=True)
class OpenedForm:
    """`read` is what the reader says of the file, or why it is held or no form."""

    name: str
    data: bytes
    sha256: str
    read: ReturnedAudit | Held | Refused

    @property
    def blank(self) -> bool:
        """Whether it is a form in which nothing was filled in."""
        return isinstance(self.read, Held) and self.read.blank

    @property
    def reference(self) -> str:
        """The audit it names, or "" where nothing of it can be read."""
        return "" if isinstance(self.read, Refused) else self.read.reference or ""

    @property
    def in_short(self) -> str:
        """What it says, for a person who decides between several."""
        read = self.read
        if not isinstance(read, ReturnedAudit):
            return read.reason[:150]
        if read.record:
            day = read.record.on.isoformat() if read.record.on else "without a date"
            return f"{read.record.kind}, {day}, grade {_called(read.record.grade)}"
        said = [f"auditor's grade {_called(read.auditor_grade)}"]
        if read.moderated_grade:
            said.append(f"moderated grade {_called(read.moderated_grade)}")
        return ", ".join(said)

    def facts(self, read: ReturnedAudit) -> FormFacts:
        """What it says of itself, as the programme judges it."""
        return FormFacts(
            name=self.name,
            sha256=self.sha256,
            reference=read.reference or "",
            part=read.part,
            auditor_grade=read.auditor_grade,
            moderated_grade=read.moderated_grade,
            child_name=read.child_name,
            mosaic_number=read.mosaic_number,
            date_of_birth=read.date_of_birth,
            scant=read.scant,
            record=read.record,
        )


def of_one_audit(forms: Sequence[OpenedForm]) -> list[list[OpenedForm]]:
    """The forms of a message, those of one audit together; a file that does not say which audit is alone.

    The record of a meeting, or a six-week check, says nothing else than the audit it came with: it is alone too.
    """
    groups: dict[tuple[str, str], list[OpenedForm]] = {}
    for form in forms:
        record = form.read.record if isinstance(form.read, ReturnedAudit) else None
        key = (form.reference.casefold() or form.sha256, record.kind if record else "")
        groups.setdefault(key, []).append(form)
    return list(groups.values())


def _called(grade: Grade | None) -> str:
    return grade.in_full if grade else "empty"
