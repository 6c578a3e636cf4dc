"""The words of letters to the Audit Team about the whole of the work, and of a receipt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Annotated

from bot.papers.letters.letter_words import EveryLetter, Surroundings, first_name
from bot.programme.telling.matters import Matter, Press
from bot.programme.telling.receipts import Receipt
from bot.programme.telling.summary import Asked, CycleLine, Done, ReturnedLine, Summary, WaitingLine
from bot.programme.vocabulary import Problem


@dataclass(frozen=True, slots=True)
class KeptLine:
    """A letter that does not go by itself, or one of the days ahead."""

    letter: str
    audit: str
    to: str
    on: Annotated[date, "the day it falls due"]
    says: Annotated[str, "why it is kept"]
    alert: Annotated[bool, "whether it is the alert of an Inadequate"]
    presses: Annotated[Sequence[Press], "drawn by `{{ presses(line.presses) }}`"]


@dataclass(frozen=True, slots=True)
class WouldHaveGone:
    """In a trial, letters of one kind to the same people."""

    letter: str
    audits: str
    to: str
    cc: str


@dataclass(frozen=True, slots=True)
class DigestWords(EveryLetter):
    """Words of the digest"""

    needs_a_person: Annotated[
        Sequence[Matter | Problem],
        "what somebody must look at, in its order; the letters sent at once know only the first three parts",
    ] = ()
    notes: Annotated[Sequence[str], "sentences only to know: why a button of the digest had no effect"] = ()
    done: Annotated[Sequence[Done], "letters sent"] = ()
    not_sent: Annotated[Sequence[Done], "letters held or given up"] = ()
    returned: Annotated[Sequence[ReturnedLine], "parts of audits that came back"] = ()
    waiting: Annotated[Sequence[WaitingLine], "audits somebody is working on, by due date"] = ()
    coming: Annotated[
        Sequence[tuple[date, Sequence[Asked]]],
        "pairs of a day and what is asked of whom on it, each with `.letter` and `.who`",
    ] = ()
    counts: Annotated[Mapping[str, int], "what happened since the last digest: label and number"] = field(
        default_factory=dict
    )
    cycles: Annotated[
        Sequence[CycleLine],
        "the open cycles; `.bars` are drawn by `{{ bars(cycle.bars) }}` on a line of its own",
    ] = ()
    dashboard: Annotated[
        Sequence[Press],
        "a link to the workbook of where the audits of all services stand, drawn by `{{ presses(dashboard) }}`",
    ] = ()
    kept: Annotated[Sequence[KeptLine], "letters that do not go by themselves"] = ()
    let_go: Annotated[int, "how many letters were let go together when letters began to go out"] = 0
    ahead: Annotated[Sequence[KeptLine], "letters of the next working days"] = ()
    more_ahead: Annotated[int, "how many more of them there are"] = 0
    since: Annotated[date | None, "the day since which letters go to people"] = None
    trial: Annotated[str, "in a trial, what its mode means; otherwise an empty text"] = ""
    would_have_gone: Annotated[Sequence[WouldHaveGone], "in a trial, letters since the last digest"] = ()
    about_all: Annotated[
        Sequence[Press],
        "the presses by which all that had fallen due before letters went out is sent, or let go but for alerts of an "
        "Inadequate",
    ] = ()
    stop: Annotated[
        Sequence[Press], "where letters go to people, the press by which no more goes to them"
    ] = ()
    ledger: Annotated[str, "how the ledger stands, and its seal, for `audit-bot ledger verify --seal`"] = ""

    @classmethod
    def of(cls, told: Summary, around: Surroundings) -> DigestWords:
        """The digest of a day, without what is kept back."""
        return cls(around, **{f.name: getattr(told, f.name) for f in fields(told) if f.name != "today"})


_OF_WHAT_IS_KEPT = (
    "kept",
    "let_go",
    "ahead",
    "more_ahead",
    "since",
    "trial",
    "would_have_gone",
    "about_all",
    "stop",
)
NOTHING_KEPT: Mapping[str, object] = {
    f.name: f.default for f in fields(DigestWords) if f.name in _OF_WHAT_IS_KEPT
}
"""The words about letters that do not go to the people they are for (daily_run/kept_back.py), when there are none."""


@dataclass(frozen=True, slots=True)
class FormSeen:
    """A form that was taken in."""

    reference: str
    part: Annotated[str, "the auditor's or the moderator's"]
    empty: Annotated[Sequence[str], "the places in which nothing was found"]
    next_step: str


@dataclass(frozen=True, slots=True)
class ReceiptWords(EveryLetter):
    """Words of a receipt"""

    receipt: Receipt
    name: str

    @property
    def greeting(self) -> str:
        """ "Dear Ama", without a comma"""
        first = first_name(self.name)
        return f"Dear {first}" if first else "Dear colleagues"

    @property
    def received(self) -> Sequence[FormSeen]:
        """the forms of one message that were taken in"""
        return [
            FormSeen(form.found.allocation.reference, form.part, form.empty, form.next_step)
            for form in self.receipt.forms
        ]

    @property
    def held(self) -> Sequence[str]:
        """the references of forms at which a person looks first; an empty one where their sender has no part in the
        audit"""
        return [found.allocation.reference if found else "" for found in self.receipt.held]
