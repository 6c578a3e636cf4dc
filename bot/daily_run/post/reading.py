"""One message being read: what whoever deals with it is given, and by which it is held, filed or remembered."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from bot.clock import london_date
from bot.daily_run.kept import Keeper, short_hash
from bot.daily_run.post.about import About
from bot.daily_run.post.known import Known, are_its_people
from bot.daily_run.post.opened_form import OpenedForm
from bot.office.isolated_reader import read_safely
from bot.office.library import KeptFile
from bot.papers.forms.answers import Held, Refused, ReturnedAudit, grades_told
from bot.programme.answers.team_words import team_tag_in
from bot.programme.events import Event, EventKind, Plain
from bot.programme.file_names import ending_of
from bot.programme.messages.held_reasons import HeldReason
from bot.programme.messages.offers import VOUCH, Offer
from bot.programme.messages.post import Attachment, Post
from bot.programme.messages.post_kinds import PostKind, kind_of
from bot.programme.messages.sender import doubt_about_report, doubt_about_sender
from bot.programme.standing.awaited import UNREAD, awaited_from, may_hold_an_audit
from bot.programme.vocabulary import Allocation, Grade, Problem

MOST_FILES = 20
"""So many files of one message are fetched and opened at most: a season's returns of one auditor come in one."""
MOST_SECONDS = 60.0
"""After so long no further file of a message is begun."""
AUTOMATIC = "Automatic replies"
"""The folder of what machines answered."""
_ON_ARRIVAL = (EventKind.AUDIT_RETURNED, EventKind.MODERATION_RETURNED, EventKind.RECORD_RETURNED)
"""A part counts from the day it arrived, not from the day the bot came to read it."""


class TooMuchToRead(Exception):
    """A message asks for more work than one message may; says what, as a sentence."""


@dataclass(frozen=True, slots=True)
class Filing:
    """Where a message goes, last of all. `folder` "" leaves it in the Inbox; `category` says why in a few words."""

    message: Post
    folder: str
    category: str = ""

    @property
    def categories(self) -> tuple[str, ...]:
        """All the categories the message is to have: those people put there stay. None: leave them as they are."""
        return (
            (*(c for c in self.message.categories if c != self.category), self.category)
            if self.category
            else ()
        )


class Reading:
    """A message, what it may be `about`, its files that were `opened`, and what comes of it: `events` for the ledger,
    `filings`, and `problems` to tell."""

    def __init__(self, post: Post, known: Known, keeper: Keeper) -> None:
        self.post, self.known, self.keeper = post, known, keeper
        self.workplace, self.history = known.workplace, known.history
        self.kind = kind_of(post, self.workplace.settings.mailbox)
        self.about = About(post, known)
        self.opened: list[OpenedForm] = []
        self._fetched, self._began = 0, time.monotonic()
        self.events: list[Event] = []
        self.filings: list[Filing] = []
        self.problems: list[Problem] = []

    @property
    def received(self) -> date:
        """The day the message came."""
        return min(london_date(self.post.received), self.workplace.today)

    @cached_property
    def doubt(self) -> str:
        """Why its sender cannot be taken at their word, or "". Then nothing follows from it but a question."""
        settings = self.workplace.settings
        if self.kind is PostKind.REPORT:
            return doubt_about_report(self.post, settings.recipient_domains, settings.first_domain) or ""
        return doubt_about_sender(self.post, settings.recipient_domains) or ""

    def fetched(self, attachment: Attachment) -> bytes:
        """The content of one of its files. Raises TooMuchToRead."""
        self._fetched += 1
        self._refuse_too_much(self._fetched)
        return self.workplace.mailbox.attachment_bytes(self.post.id, attachment)

    def _refuse_too_much(self, files: int) -> None:
        if files > MOST_FILES:
            raise TooMuchToRead(f"It brings more than {MOST_FILES} files")
        if time.monotonic() - self._began > MOST_SECONDS:
            raise TooMuchToRead(f"Reading it took more than {MOST_SECONDS:.0f} seconds")

    def open(self, name: str, data: bytes) -> OpenedForm:
        """Read one of its files, safely. Raises TooMuchToRead."""
        self._refuse_too_much(len(self.opened) + 1)
        workplace = self.workplace
        read = read_safely(data, name, workplace.papers.questions, workplace.settings.reference_pattern)
        form = OpenedForm(name, data, hashlib.sha256(data).hexdigest(), read)
        self.opened.append(form)
        return form

    def may_be_an_audit(self, form: OpenedForm) -> bool:
        """Whether a file may be an audit of a row: it says which, or its sender is somebody vouched for of whom one is
        awaited. No other file is copied anywhere; it stays in its message."""
        known = self.known
        if form.reference in known.allocations:
            return True
        rows = awaited_from(self.post.sender, known.allocations.values(), known.cycles, self.history)
        return bool(rows) and not self.doubt

    def set_aside(self, form: OpenedForm) -> None:
        """Keep a file that may be an audit beside those that are, until a person has said what it is."""
        if self.may_be_an_audit(form):
            which = form.reference if form.reference in self.known.allocations else self.about.guess
            self.keeper.keep(f"{which} {short_hash(form.sha256)}{ending_of(form.name)}", form.data, None)

    def put_to_a_person_before(self, form: OpenedForm) -> bool:
        """Whether a person was asked about this very file, in whatever message."""
        return any(q.key.partition("#")[2].startswith(form.sha256) for q in self.history.questions)

    def keep(self, form: OpenedForm, what: str, allocation: Allocation, *, counts: bool = True) -> KeptFile:
        """Keep a form under its audit, or with what is to be looked at when it does not count yet. `what` it is goes
        into its name: "auditor", "UoPP record"."""
        name = f"{allocation.reference} {what} {short_hash(form.sha256)}.docx"
        kept = self.keeper.keep(name, form.data, allocation if counts else None)
        if counts and kept.id and self.put_to_a_person_before(form):
            self.keeper.no_longer_aside(form.sha256)
        return kept

    def record(self, kind: EventKind, key: str, about: str = "", **data: Plain) -> None:
        """Remember what happened, about a list item id or ""."""
        on = self.received if kind in _ON_ARRIVAL else self.workplace.today
        self.events.append(self.workplace.event(kind, key, about, on=on.isoformat(), **data))

    def file(self, folder: str) -> None:
        """Put it into a folder; "" leaves it where it is."""
        self.filings.append(Filing(self.post, folder))

    def file_by(self, held: Iterable[HeldReason | None]) -> None:
        """File it by what became of all it brought."""
        settings, reasons = self.workplace.settings, [reason for reason in held if reason]
        folder = settings.please_look_folder if reasons else settings.filed_folder
        self.filings.append(Filing(self.post, folder, reasons[-1] if reasons else ""))

    def put_to_a_person(
        self,
        category: HeldReason,
        reason: str,
        *,
        about: str = "",
        offers: Sequence[Offer] = (),
        grades_of: Sequence[ReturnedAudit | Held | Refused | None] = (),
    ) -> None:
        """Hold it and file it among what a person is to look at."""
        self.file_by([self.hold(category, reason, about=about, offers=offers, grades_of=grades_of)])

    def hold(
        self,
        category: HeldReason,
        reason: str,
        *,
        sha256: str = "",
        about: str = "",
        incomplete: bool = False,
        form: bool = False,
        may_be_inadequate: bool = False,
        of_moderator: bool = False,
        grades: Sequence[str] = (),
        offers: Sequence[Offer] = (),
        grades_of: Sequence[ReturnedAudit | Held | Refused | None] = (),
        stays: bool = False,
    ) -> HeldReason:
        """Put it to a person. `grades_of` is what is held in it, None for what nobody can read: what may be an audit
        and an Inadequate is told at once. `stays`: it is tried again, and asked about once."""
        post, about_it = self.post, self.about
        in_doubt = self.doubt and about_it.is_ours
        if (in_doubt or category.may_be_vouched_for) and not team_tag_in(post.subject):
            offers = [*offers, Offer(VOUCH, "The sender is right: read it")]
        key = "#".join([post.id, sha256, *filter(None, (self.history.times_again(post.id),))])
        if stays and any(question.key == key for question in self.history.questions):
            return category  # asked already
        told = [grades_told(read) if read else None for read in grades_of]
        certain = any(Grade.INADEQUATE in grades for grades in told if grades)
        rows = about_it.rows(opened.reference for opened in self.opened)
        unread = not certain and None in told and may_hold_an_audit(rows)
        if unread:
            reason = f"{reason} {UNREAD}"
            about = about or (rows[0].item_id if len(rows) == 1 else "")
        about = about or about_it.guessed_item
        row = self.known.row(about)
        theirs = self.kind is PostKind.REPORT or self.known.may_bring_something(post.sender, row)
        self.record(
            EventKind.NEEDS_A_PERSON,
            key,
            about,
            reason=reason,
            sender=post.sender,
            category=str(category),
            incomplete=incomplete,
            form=form or ((unread or category.in_place_of_a_form) and are_its_people(row, post.sender)),
            may_be_inadequate=may_be_inadequate or certain or unread,
            of_moderator=of_moderator,
            grades=[*grades],
            offers=[offer.as_data() for offer in offers],
            vouched=self.kind is PostKind.LETTER and not self.doubt,
            doubt=self.doubt,
            theirs=theirs and not self.doubt,
            unread=unread,
            stays=stays,
            place="The shared mailbox" if stays else "",
        )
        return category
