"""A letter that is ready to leave: what it is, its key, and what a trial makes of it."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.programme.addresses import fault_of_address
from bot.programme.events import Plain
from bot.programme.file_names import safe_name
from bot.programme.modes import Mode
from bot.programme.vocabulary import Person
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class OutgoingLetter:
    """One letter, written out and ready. `attachments` are names and bytes; `shown` is what a list for confirmation
    shows, in codes (bot/daily_run/replies.py).

    The names of attachments are safe ones, whatever they were made of. `covers` are the letters it stands for: each
    one's key, about, rule, letter, occasion, audit and why.
    """

    key: str
    about: str
    letter: str
    rule: str
    occasion: str
    subject: str
    html: str
    to: tuple[Person, ...]
    due: date
    why: str
    cc: tuple[Person, ...] = ()
    attachments: tuple[tuple[str, bytes], ...] = ()
    audit: str = ""
    draft_only: bool = False
    covers: tuple[Mapping[str, str], ...] = ()
    important: bool = False
    shown: str = ""
    even_in_rehearsal: bool = (
        False  # sent, to the Audit Team alone, who must not have to look for it among drafts
    )

    def __post_init__(self) -> None:
        named = tuple((safe_name(name), data) for name, data in self.attachments)
        object.__setattr__(self, "attachments", named)

    def as_intended(self) -> dict[str, Plain]:
        """What the ledger keeps of it: whom it is for, what it is about, and a fingerprint of its words."""
        return {
            "letter": self.letter,
            "rule": self.rule,
            "occasion": self.occasion,
            "to": [p.email for p in self.to],
            "cc": [p.email for p in self.cc],
            "audit": self.audit,
            "due": self.due.isoformat(),
            "why": self.why,
            **({"covers": [dict(part) for part in self.covers]} if self.covers else {}),
            "subject_sha256": hashlib.sha256(self.subject.encode()).hexdigest()[:16],
            "body_sha256": hashlib.sha256(self.html.encode()).hexdigest()[:16],
        }

    def beyond(self, domains: Sequence[str]) -> str:
        """Why the letter may go in no mode, or ""."""
        for person in (*self.to, *self.cc):
            if fault := fault_of_address(person.email, domains):
                return f"{person.name}'s address {fault}, and letters go nowhere else."
        return ""


@dataclass(frozen=True, slots=True)
class LetterOutcome:
    """`state`: sent, already sent, left as draft, held, waiting (settled on the next run), kept back, failed, or taken
    back (what it is about was changed before it left)."""

    key: str
    state: str
    why: str = ""


TRIED = "check."
"""How the key of a letter begins by which `audit-bot check` tries the mailbox: it is nobody's, wherever it lies."""


def letter_key(secret: bytes, parts: Sequence[str]) -> str:
    """A letter's key: the same parts give the same key for ever, and it says nothing about anybody."""
    digest = hmac.new(secret, "\x1f".join(parts).encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode().lower()[:26]


def as_it_leaves(letter: OutgoingLetter, settings: Settings, mode: Mode) -> OutgoingLetter:
    """In a trial, the letter to the Audit Team in which this one stands; a rehearsal leaves it as a draft."""
    if not mode.trial:
        return letter
    draft_only = letter.draft_only or (mode is Mode.REHEARSE and not letter.even_in_rehearsal)
    if {person.email for person in (*letter.to, *letter.cc)} == {settings.mailbox}:
        return replace(letter, draft_only=draft_only)
    from bot.papers.letters.trial_letter import trial_letter  # and with it all that writes letters

    subject, html = trial_letter(letter.subject, letter.html, letter.to, letter.cc, settings.mailbox, mode)
    return replace(
        letter,
        subject=subject,
        html=html,
        to=(Person(settings.audit_team.name, settings.mailbox),),
        cc=tuple(Person(email, email) for email in settings.team_only if email != settings.mailbox),
        draft_only=draft_only,
    )
