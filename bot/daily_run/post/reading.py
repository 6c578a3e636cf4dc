"""One message being read: what whoever deals with it is given, and by which it is held, filed or remembered."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.clock import london_date
from bot.daily_run.kept import Keeper
from bot.daily_run.post.about import About
from bot.daily_run.post.known import Known, are_its_people
from bot.daily_run.post.opened_form import OpenedForm
from bot.office.isolated_reader import read_safely
from bot.papers.forms.answers import Held, Refused, ReturnedAudit, grades_told
from bot.programme.answers.team_words import team_tag_in
from bot.programme.events import Event, EventKind, Plain
from bot.programme.file_names import ending_of
from bot.programme.messages.held_reasons import HeldReason
from bot.programme.messages.offers import VOUCH, Offer
from bot.programme.messages.post import Post, doubt_about_sender
from bot.programme.messages.post_kinds import PostKind, kind_of
from bot.programme.standing.awaited import UNREAD, awaited_from, may_hold_an_audit
from bot.programme.vocabulary import Grade, Problem

AUTOMATIC = "Automatic replies"
"""The folder of what machines answered."""
_ON_ARRIVAL = (EventKind.AUDIT_RETURNED, EventKind.MODERATION_RETURNED, EventKind.RECORD_RETURNED)
"""A part counts from the day it arrived, not from the day the bot came to read it."""


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
        self.events: list[Event] = []
        self.filings: list[Filing] = []
        self.problems: list[Problem] = []

    @property
    def received(self) -> date:
        """The day the message came."""
        return min(london_date(self.post.received), self.workplace.today)

    @property
    def doubt(self) -> str:
        """Why its sender cannot be taken at their word, or ""."""
        return doubt_about_sender(self.post, self.workplace.settings.recipient_domains) or ""

    def open(self, name: str, data: bytes) -> OpenedForm:
        """Read one of its files, safely."""
        read = read_safely(data, name, self.workplace.papers.questions)
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
            self.keeper.keep(f"{which} {form.sha256[:8]}{ending_of(form.name)}", form.data, None)

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
        grades_of: Sequence[Held | None] = (),
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
        if category.may_be_vouched_for and not team_tag_in(post.subject):
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
        theirs = are_its_people(self.known.row(about), post.sender)
        self.record(
            EventKind.NEEDS_A_PERSON,
            key,
            about,
            reason=reason,
            sender=post.sender,
            category=str(category),
            incomplete=incomplete,
            form=form or ((unread or category.in_place_of_a_form) and theirs),
            may_be_inadequate=may_be_inadequate or certain or unread,
            of_moderator=of_moderator,
            grades=[*grades],
            offers=[offer.as_data() for offer in offers],
            vouched=self.kind is PostKind.LETTER and not self.doubt,
            unread=unread,
            stays=stays,
            place="The shared mailbox" if stays else "",
        )
        return category
