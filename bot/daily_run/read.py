"""Read the post: what each message is, what it brought, and where it is to be filed once all that is safe.

Nothing is lost on the way: a message stays in the Inbox until what it carried is in the document library and in
the ledger. Whatever is not understood goes to the folder "Please look at" with the reason in words.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import PurePath

from bot.clock import london_date
from bot.daily_run.desk import Desk
from bot.daily_run.kept import audits_folder
from bot.daily_run.replies import taken
from bot.errors import AuditBotError
from bot.office.library import KeptFile
from bot.office.mailbox import Attachment, IncomingMessage
from bot.office.reading_room import content_safely, files_in_message, read_safely
from bot.papers.enclosed import carries_a_link, holds_a_form, own_words
from bot.papers.moderators_view import for_a_person
from bot.papers.questions import questions
from bot.papers.returned_audit import Held, Refused, ReturnedAudit
from bot.programme.events import Event, EventKind, Plain
from bot.programme.history import History
from bot.programme.matching import (
    WRONG_CHILD,
    Accepted,
    FormFacts,
    HeldBack,
    KnownAlready,
    decision,
    references_in,
)
from bot.programme.planner import Council
from bot.programme.post import Post, PostKind, doubt_about_sender, kind_of
from bot.programme.replies import tag_in
from bot.programme.reported import as_reported
from bot.programme.vocabulary import Allocation, Part, Problem

INCOMPLETE = "Incomplete"
TO_READ = "Please read"
NOT_A_FORM = "Not a Word form"
BOUNCED = "Could not be delivered"
AUTOMATIC = "Automatic replies"
PROTECTED = "Protected"
OPEN = "Ask for the form in a message without protection (no “Encrypt”, no label that locks it)."
TOLD_AFTER = timedelta(hours=1)
LINK = "A link came instead of a file; links are never followed."
ASK_FOR_THE_FILE = "Ask for the Word file itself."


@dataclass(frozen=True, slots=True)
class Filing:
    """Where a message goes, last of all. `folder` "" leaves it in the Inbox; `category` says why in a few words."""

    message: IncomingMessage
    folder: str
    category: str = ""


@dataclass(frozen=True, slots=True)
class _Form:
    """A file of a message, and what the reader says of it."""

    name: str
    data: bytes
    sha256: str
    read: ReturnedAudit | Held | Refused


@dataclass(slots=True)
class PostRead:
    events: list[Event] = field(default_factory=list)
    filings: list[Filing] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class Reader:
    """Reads messages one by one. A message that makes trouble is told and stays; the others go on."""

    def __init__(self, desk: Desk, lists: Council, picture: History) -> None:
        self._desk = desk
        self._picture = picture
        self._lists = lists
        self._allocations = {a.reference: as_reported(a, picture) for a in lists.allocations}
        self._cycles = {cycle.name: cycle for cycle in lists.cycles}
        self._read = PostRead()

    def read(self, messages: Sequence[IncomingMessage]) -> PostRead:
        for message in messages:
            begun = len(self._read.events), len(self._read.filings)
            try:
                self._one(message)
            except AuditBotError as fault:
                self._undo(begun)
                self._trouble(message, str(fault))
            except Exception as fault:
                self._undo(begun)
                self._trouble(message, f"the bot met something it does not know ({type(fault).__name__})")
            else:
                self._picture.take(self._read.events[begun[0] :])
        return self._read

    def _undo(self, begun: tuple[int, int]) -> None:
        del self._read.events[begun[0] :]
        del self._read.filings[begun[1] :]

    def _trouble(self, message: IncomingMessage, why: str) -> None:
        sender = message.sender or "an unknown sender"
        self._read.problems.append(
            Problem(
                "The shared mailbox",
                f"A message from {sender} could not be taken in: {why}. It stays in the Inbox and is tried again.",
                "the IT administrator, if it happens again",
            )
        )

    # ------------------------------------------------------------------------------------------------ one message

    def _one(self, message: IncomingMessage) -> None:
        settings = self._desk.settings
        post = as_post(message, settings.internal_mail_mark)
        if self._cannot_be_read(message, post):
            return
        match kind_of(post, settings.mailbox):
            case PostKind.OWN | PostKind.NOTICE:
                self._file(message, "")
            case PostKind.BOUNCE:
                self._bounce(message, post)
            case PostKind.AUTOMATIC if not post.has_attachments:
                self._record(
                    message, EventKind.AUTOMATIC_REPLY_SEEN, message.id, sender=post.sender, until=None
                )
                self._file(message, AUTOMATIC)
            case PostKind.LETTER if tag_in(post.subject):
                self._reply(message, post)
            case _:
                self._letter(message, post)

    def _cannot_be_read(self, message: IncomingMessage, post: Post) -> bool:
        """Whether what a message brought is still on its way, or locked. One on its way is not touched: it would never
        arrive. It is read again on every run and told after an hour."""
        now = self._desk.clock()
        if message.still_arriving(now):
            if now - message.received > TOLD_AFTER:
                self._trouble(message, "Safe Attachments has not let its files through yet")
            return True
        if message.protected and (self._references(post) or self._one_of_ours(post.sender)):
            self._person(
                message, post, PROTECTED, f"The message is protected, and nobody else can open it. {OPEN}"
            )
            return True
        return False

    def _bounce(self, message: IncomingMessage, post: Post) -> None:
        key = message.own_key or next(iter(self._answered(post)), "")
        letter = self._picture.letters.get(key)
        addresses = message.failed_recipients or (letter.to if letter else ())
        for n, address in enumerate(addresses):
            suffix = f"#{n}" if n else ""
            about = letter.about if letter else ""
            self._record(
                message,
                EventKind.LETTER_BOUNCED,
                f"{message.id}{suffix}",
                about,
                address=address,
                letter_key=key,
            )
        what = f"A letter about {letter.audit}" if letter and letter.audit else "A letter"
        names = ", ".join(addresses) or "somebody"
        self._person(
            message,
            post,
            BOUNCED,
            f"{what} could not be delivered to {names}. Has this person left? Put the row right.",
            about=letter.about if letter else "",
        )

    def _letter(self, message: IncomingMessage, post: Post) -> None:
        """Take in what a person sent: every form in the message on its own, or the reason why there is none."""
        brought = [a for a in message.attachments if not a.inline]
        if not brought:
            self._without_attachment(message, post)
            return
        categories: list[str | None] = []
        forms: list[_Form] = []
        others: list[Attachment] = []
        for attachment in brought:
            if not (_may_be_a_form(attachment) or _may_be_a_message(attachment)):
                others.append(attachment)
            elif too_large := self._too_large(message, post, attachment):
                categories.append(too_large)
            elif _may_be_a_form(attachment):
                data = self._desk.mailbox.attachment_bytes(message.id, attachment)
                forms.append(self._opened(attachment.name, data))
            else:
                inside = self._inside(message, attachment)
                forms += inside
                others += [] if inside else [attachment]
        if not forms and not categories:
            categories += [self._no_form(message, post, attachment) for attachment in others]
        together = {form.read.reference for form in forms if isinstance(form.read, ReturnedAudit)}
        for form in {form.sha256: form for form in forms}.values():
            categories.append(self._taken_in(message, post, form, together))
        held = [category for category in categories if category]
        settings = self._desk.settings
        folder = settings.please_look_folder if held else settings.filed_folder
        self._read.filings.append(Filing(message, folder, held[-1] if held else ""))

    def _reply(self, message: IncomingMessage, post: Post) -> None:
        """A button of one of our letters was used. What it brings besides goes the way of all forms."""
        reply = taken(message, post, self._lists, self._picture, self._desk)
        self._read.events += reply.events
        begun = len(self._read.filings)
        if any(not attachment.inline for attachment in message.attachments):
            self._letter(message, post)
        if reply.category:
            del self._read.filings[begun:]
            self._person(message, post, reply.category, reply.reason, about=reply.about)
        elif len(self._read.filings) == begun:
            self._file(message, self._desk.settings.filed_folder)

    def _without_attachment(self, message: IncomingMessage, post: Post) -> None:
        """A word from a person. About an audit it is for the Audit Team to read; otherwise it is not ours."""
        references = self._references(post)
        if not references and not self._one_of_ours(post.sender):
            self._file(message, "")
            return
        body = self._desk.mailbox.body(message.id)
        words = own_words(body)
        about = self._guess_about(post)
        named = f" about {', '.join(references)}" if references else ""
        if carries_a_link(body):
            self._person(message, post, NOT_A_FORM, f"{LINK} {ASK_FOR_THE_FILE}", about=about)
        elif holds_a_form(words, questions(self._desk.papers.questions)):
            why = f"The form was written into the message itself, not sent as a file. {ASK_FOR_THE_FILE}"
            self._person(message, post, NOT_A_FORM, why, about=about)
        elif not references:
            self._file(message, "")
        elif not words:
            self._person(message, post, TO_READ, f"An empty message{named}. {ASK_FOR_THE_FILE}", about=about)
        else:
            self._person(message, post, TO_READ, f"A message{named} without a form attached.", about=about)

    def _one_of_ours(self, sender: str) -> bool:
        """Whether somebody audits or moderates an audit of the list."""
        return any(
            person and person.email == sender
            for a in self._allocations.values()
            for person in (a.auditor, a.moderator)
        )

    def _references(self, post: Post) -> list[str]:
        found = references_in(post.subject, self._allocations.keys())
        return found or [ref for ref in self._thread(post) if ref]

    def _thread(self, post: Post) -> list[str]:
        """The audits (or the cycle) our letters in this conversation were about; a letter may be about several."""
        letters = self._picture.letters
        about = [letters[key].audit for key in self._answered(post) if key in letters]
        known = self._allocations.keys()
        return list(dict.fromkeys(one for each in about for one in references_in(each, known) or [each]))

    def _answered(self, post: Post) -> list[str]:
        """The keys of our letters that this message answers, by the ids its own headers name."""
        words = f"{post.header('in-reply-to')} {post.header('references')}".split()
        return [self._picture.sent_ids[word] for word in words if word in self._picture.sent_ids]

    # --------------------------------------------------------------------------------------------- one attachment

    def _too_large(self, message: IncomingMessage, post: Post, attachment: Attachment) -> str | None:
        limit = self._desk.settings.attachment_limit_mb
        if attachment.size <= limit * 1_000_000:
            return None
        size = attachment.size / 1_000_000
        why = f"The attachment has {size:.0f} MB; the limit is {limit} MB. Ask for the form without pictures."
        return self._hold(message, post, "Too large", why)

    def _inside(self, message: IncomingMessage, attachment: Attachment) -> list[_Form]:
        """The forms in a message that came attached: one level is opened, and nothing in it but files."""
        data = self._desk.mailbox.attachment_bytes(message.id, attachment)
        files = files_in_message(data) or []
        return [self._opened(f.name, f.data) for f in files if _named_like_a_form(f.name, f.content_type)]

    def _opened(self, name: str, data: bytes) -> _Form:
        read = read_safely(data, name, self._desk.papers.questions)
        return _Form(name, data, hashlib.sha256(data).hexdigest(), read)

    def _no_form(self, message: IncomingMessage, post: Post, attachment: Attachment) -> str | None:
        """Why an attachment is no form that can be read, and what to ask its sender for."""
        if attachment.kind == "reference":
            return self._hold(message, post, NOT_A_FORM, f"{LINK} {ASK_FOR_THE_FILE}")
        if _may_be_a_message(attachment):
            why = f"A message came as an attachment, and there is no form in it. {ASK_FOR_THE_FILE}"
            return self._hold(message, post, NOT_A_FORM, why)
        if too_large := self._too_large(message, post, attachment):
            return too_large
        data = self._desk.mailbox.attachment_bytes(message.id, attachment)
        return self._taken_in(message, post, self._opened(attachment.name, data), ())

    def _taken_in(
        self, message: IncomingMessage, post: Post, form: _Form, together: Collection[str]
    ) -> str | None:
        """Take one file in. The category under which a person must look, or None when all is well."""
        read = form.read
        if isinstance(read, Refused):
            ending = PurePath(form.name).suffix.lower()
            self._keep(f"{self._guess(post)} {form.sha256[:8]}{ending}", form.data, None)
            about = self._guess_about(post)
            return self._hold(message, post, NOT_A_FORM, read.reason, sha256=form.sha256, about=about)
        if isinstance(read, Held):
            return self._held_form(message, post, read, form.data, form.sha256)
        return self._returned(message, post, form, read, together)

    def _held_form(self, message: IncomingMessage, post: Post, read: Held, data: bytes, sha256: str) -> str:
        """The form is there but something in it needs a person: a grade missing, or typed with tracked changes."""
        allocation = self._allocations.get(read.reference or "")
        reference = allocation.reference if allocation else self._guess(post)
        self._keep(f"{reference} {sha256[:8]}.docx", data, None)
        from_people = allocation and post.sender in {
            p.email for p in (allocation.auditor, allocation.moderator) if p
        }
        reasons = [f"{p.where}: {p.what}" for p in read.problems] or [read.reason]
        return self._hold(
            message,
            post,
            WRONG_CHILD if read.another_child else INCOMPLETE if read.incomplete else "Doubtful",
            "; ".join(reasons)[:500],
            sha256=sha256,
            # Nobody knows yet which audit a possible wrong child belongs to: the subject is the better guess.
            about=allocation.item_id if allocation and not read.another_child else "",
            incomplete=bool(read.incomplete and from_people),
        )

    def _returned(
        self,
        message: IncomingMessage,
        post: Post,
        form: _Form,
        read: ReturnedAudit,
        together: Collection[str],
    ) -> str | None:
        data, sha256 = form.data, form.sha256
        doubt = doubt_about_sender(post, self._desk.settings.recipient_domains)
        facts = FormFacts(
            name=form.name,
            sha256=sha256,
            reference=read.reference or "",
            part=read.part,
            auditor_grade=read.auditor_grade,
            moderated_grade=read.moderated_grade,
            child_name=read.child_name,
            mosaic_number=read.mosaic_number,
        )
        found = decision(
            post, facts, self._allocations, self._cycles, self._picture, self._thread(post), together
        )
        if isinstance(found, KnownAlready):
            return None
        if doubt and isinstance(found, Accepted):
            found = HeldBack("Sender in doubt", f"{facts.reference}: {doubt}.", found.allocation)
        if isinstance(found, HeldBack):
            self._keep(f"{facts.reference or self._guess(post)} {sha256[:8]}.docx", data, None)
            return self._hold(
                message,
                post,
                found.category,
                found.reason,
                sha256=sha256,
                # Nobody knows yet which audit a possible wrong child belongs to: the subject is the better guess.
                about=found.allocation.item_id if found.allocation and found.category != WRONG_CHILD else "",
            )
        self._accept(message, read, found, data, sha256)
        if Part.MODERATOR in found.parts:
            asked = questions(self._desk.papers.questions)
            if why := for_a_person(read.fields, asked.no):
                about = found.allocation.item_id
                return self._hold(
                    message, post, TO_READ, f"{facts.reference}: {why}", sha256=sha256, about=about
                )
        return None

    def _accept(
        self, message: IncomingMessage, read: ReturnedAudit, found: Accepted, data: bytes, sha256: str
    ) -> None:
        allocation = found.allocation
        part = "moderated" if Part.MODERATOR in found.parts else "auditor"
        name = f"{allocation.reference} {part} {sha256[:8]}.docx"
        kept = self._keep(name, data, allocation)
        for each in found.parts:
            moderator = each is Part.MODERATOR
            grades = read.moderated_domain_grades if moderator else read.domain_grades
            grade = read.moderated_grade if moderator else read.auditor_grade
            self._record(
                message,
                EventKind.MODERATION_RETURNED if moderator else EventKind.AUDIT_RETURNED,
                f"{allocation.item_id}#{sha256}",
                allocation.item_id,
                sha256=sha256,
                grade=grade.value if grade else None,
                domain_grades={k: g.value if g else None for k, g in grades.items()},
                family_feedback=read.family_feedback,
                practitioner_feedback=read.practitioner_feedback,
                incomplete=read.incomplete and not moderator,
                problems=[*(f"{p.where}: {p.what}" for p in read.problems), *found.notes],
                url=kept.url,
                name=kept.name,
                file=kept.id,
                etag=kept.etag,
                content_sha256=content_safely(data),
            )

    def _keep(self, name: str, data: bytes, allocation: Allocation | None) -> KeptFile:
        """Store a file in the document library; the same bytes under the same name are stored once."""
        folder = self._desk.settings.library_folder
        where = audits_folder(folder, allocation) if allocation else (*folder.split("/"), "Please look at")
        return self._desk.library.store((*where, name), data)

    # ------------------------------------------------------------------------------------------------ small things

    def _guess(self, post: Post) -> str:
        """A name for a file of which nobody knows yet what it is: never used to decide anything."""
        references = self._references(post)
        return references[0] if len(references) == 1 else f"{london_date(post.received)}"

    def _guess_about(self, post: Post) -> str:
        allocation = self._allocations.get(self._guess(post))
        return allocation.item_id if allocation else ""

    def _hold(
        self,
        message: IncomingMessage,
        post: Post,
        category: str,
        reason: str,
        *,
        sha256: str = "",
        about: str = "",
        incomplete: bool = False,
    ) -> str:
        self._record(
            message,
            EventKind.NEEDS_A_PERSON,
            "#".join([message.id, sha256, *filter(None, (self._picture.times_again(message.id),))]),
            about or self._guess_about(post),
            reason=reason,
            sender=post.sender,
            category=category,
            incomplete=incomplete,
        )
        return category

    def _person(
        self, message: IncomingMessage, post: Post, category: str, reason: str, *, about: str = ""
    ) -> None:
        self._hold(message, post, category, reason, about=about)
        self._read.filings.append(Filing(message, self._desk.settings.please_look_folder, category))

    def _file(self, message: IncomingMessage, folder: str) -> None:
        self._read.filings.append(Filing(message, folder))

    def _record(
        self, message: IncomingMessage, kind: EventKind, key: str, about: str = "", **data: Plain
    ) -> None:
        now = self._desk.clock()
        on = london_date(message.received) if kind in _ON_ARRIVAL else self._desk.today
        self._read.events.append(
            Event(now, kind, key, about, {"on": min(on, self._desk.today).isoformat(), **data})
        )


_ON_ARRIVAL = (EventKind.AUDIT_RETURNED, EventKind.MODERATION_RETURNED)
"""A part counts from the day it arrived, not from the day the bot came to read it."""


def as_post(message: IncomingMessage, internal_mail_mark: str = "") -> Post:
    """The envelope of a message as the programme looks at it.

    `internal_mail_mark` is a header, "x-name: value", by which the council's own rule marks mail from inside.
    """
    headers: Mapping[str, str] = message.headers
    name, _, value = (part.strip().casefold() for part in internal_mail_mark.partition(":"))
    return Post(
        id=message.id,
        internet_id=message.internet_message_id,
        sender=message.sender,
        subject=message.subject,
        received=message.received,
        to=message.to,
        cc=message.cc,
        headers=headers,
        message_class=message.message_class,
        own_key=message.own_key,
        has_attachments=any(not a.inline or _may_be_a_form(a) for a in message.attachments),
        from_differs_from_sender=message.from_differs_from_sender,
        internal_by_rule=bool(name) and headers.get(name, "").strip().casefold() == value,
    )


def _may_be_a_form(attachment: Attachment) -> bool:
    """A Word file by its name or type. With one in the mail, pictures and PDF copies beside it are let be."""
    return attachment.kind == "file" and _named_like_a_form(attachment.name, attachment.content_type)


def _named_like_a_form(name: str, content_type: str) -> bool:
    return name.casefold().endswith(".docx") or content_type.casefold().endswith("wordprocessingml.document")


def _may_be_a_message(attachment: Attachment) -> bool:
    """A message attached to the message, by Outlook or as a file. Outlook's own .msg files are not opened."""
    by_file = attachment.kind == "file" and (
        attachment.name.casefold().endswith(".eml") or attachment.content_type.casefold() == "message/rfc822"
    )
    return attachment.kind == "item" or by_file
