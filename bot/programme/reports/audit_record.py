"""One audit as the reports see it: where it stands, and what the forms that came back say beyond the grade (§8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from bot.programme.standing.audit_standing import Standing
from bot.programme.vocabulary import Grade


class Contact(StrEnum):
    """What became of asking the family or the practitioner for their view (§7, §9)."""

    OBTAINED = "obtained"
    CONTACTED = "contacted, nothing obtained"
    NOT_POSSIBLE = "tried, not possible"
    NOT_APPROPRIATE = "not appropriate"
    NOT_OBTAINED = "not obtained"  # of a practitioner: nothing stands under their view
    NOT_STATED = "not stated"


@dataclass(frozen=True, slots=True)
class Source:
    """The file that said it. `part` is whose: "auditor", "moderator", "UoPP record", "six-week check" …"""

    part: str
    name: str
    sha256: str
    received_on: date
    template: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class KloeAnswer:
    """What one form says to one line of enquiry. `judged` is Strength, Concern or Not applicable in an audit; Yes,
    Partly, No or Not applicable in a dip sample; "" when nothing was chosen."""

    kloe: str
    judged: str
    finding: str
    evidence: str
    source: Source


@dataclass(frozen=True, slots=True)
class AgreedAction:
    """A row of an improvement plan. `by` is None when no date can be read in `by_when`. `status` is what a later check
    says of it, "" before one."""

    what: str
    who: str
    by: date | None
    by_when: str
    measure: str
    plan: str
    status: str
    source: Source


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said, as the form has it. `who`: "child or young person", "parents or carers", "practitioner"."""

    who: str
    text: str
    source: Source


@dataclass(frozen=True, slots=True)
class Finding:
    """A passage of a form. `about` is a domain or the question; `kind` is "well", "better", "impact", "reason" …"""

    about: str
    kind: str
    text: str
    source: Source


@dataclass(frozen=True, slots=True)
class WhatFormsSay:
    """What the forms of one audit say. A domain that was not graded, or found not applicable, is left out."""

    domain_grades: Mapping[str, Grade] = field(default_factory=dict)
    moderated_domain_grades: Mapping[str, Grade] = field(default_factory=dict)
    kloes: tuple[KloeAnswer, ...] = ()
    actions: tuple[AgreedAction, ...] = ()
    said: tuple[Said, ...] = ()
    findings: tuple[Finding, ...] = ()
    family: Contact = Contact.NOT_STATED
    practitioner: Contact = Contact.NOT_STATED
    sources: tuple[Source, ...] = ()
    unread: tuple[str, ...] = ()  # a sentence for each file that could not be read again
    corrected: tuple[str, ...] = ()  # what the Audit Team put right in the workbook, in words
    outcome: str = ""  # of the moderation: “Moderated”, “Refer to Audit Team” …


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One audit: its standing, from row and ledger, and what its forms say."""

    standing: Standing
    forms: WhatFormsSay = field(default_factory=WhatFormsSay)

    @property
    def reference(self) -> str:
        return self.standing.allocation.reference
