"""Read the post: what each message is, what it brought, and where it is to be filed once all that is safe.

Nothing is lost on the way: a message stays in the Inbox until what it carried is in the ledger, and its file is in the
document library or known to be waiting for it. Whatever is not understood goes to the folder "Please look at" with the
reason in words. Whatever may be an Inadequate, be it that nobody can tell, is marked so and told at once (§10).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import PurePath

from bot.clock import london_date
from bot.daily_run.desk import Desk
from bot.daily_run.kept import Keeper, document_stored, waiting_files
from bot.daily_run.replies import TakenReply, noted, taken
from bot.daily_run.shared_tool import said_to_be_finished, tool_place
from bot.daily_run.team_words import Heard, obey
from bot.errors import AuditBotError, RequestRefused, in_words
from bot.office.mailbox import Attachment, IncomingMessage
from bot.office.reading_room import content_safely, files_in_message, read_safely
from bot.papers.answers import grades_told
from bot.papers.delivery_report import FAILED, DeliveryReport, delivery_report, names_in
from bot.papers.enclosed import carries_a_link, holds_a_form, own_words
from bot.papers.moderators_view import for_a_person, gives_back
from bot.papers.questions import questions
from bot.papers.returned_audit import Held, Refused, ReturnedAudit
from bot.papers.trial_letter import a_button_was_tried, answers_a_trial
from bot.programme.awaited import UNREAD, asked_of, awaited_from, may_hold_an_audit, plainly_private
from bot.programme.events import Event, EventKind, Plain
from bot.programme.held_reasons import (
    CHANGED,
    DOUBTFUL,
    INCOMPLETE,
    NOT_A_FORM,
    NOT_EXPECTED,
    NOT_TAKEN_IN,
    PROTECTED,
    RECORD,
    SENDER_IN_DOUBT,
    TO_READ,
    TOO_LARGE,
    UNDELIVERED,
    WRONG_CHILD,
    HeldReason,
)
from bot.programme.history import History, LetterHistory
from bot.programme.matching import (
    Accepted,
    FormFacts,
    HeldBack,
    KnownAlready,
    RecordCame,
    decision,
    other_child,
    references_in,
)
from bot.programme.meant import offers_in_words
from bot.programme.offers import RECORD_PART, TAKE, VOUCH, Offer, offers_to_take
from bot.programme.plain_answers import Answer, Says, plain_answer, shown_words
from bot.programme.planner import Council
from bot.programme.post import Post, PostKind, doubt_about_sender, kind_of
from bot.programme.ready_messages import without_hints
from bot.programme.records import held_record, may_send
from bot.programme.replies import answered_plainly, damaged_button, tag_in, weekly_report
from bot.programme.reply_text import answer_part, besides
from bot.programme.reported import as_reported, told_in
from bot.programme.sharing import to_be_named
from bot.programme.standing import standing
from bot.programme.team_words import audit_team_on, damaged_team_word, refusal, team_tag_in
from bot.programme.vocabulary import (
    Allocation,
    AuditType,
    Cycle,
    Grade,
    Part,
    Person,
    Problem,
    RecordKind,
    Role,
)

AUTOMATIC = "Automatic replies"
"""The folder of what machines answered."""
OPEN = "Ask for the form in a message without protection (no “Encrypt”, no label that locks it)."
TOLD_AFTER = timedelta(hours=1)
LINK = "A link came instead of a file; links are never followed."
STAYS = "not taken in"
"""Ends the key of a question about a message that stays in the Inbox."""
ASK_FOR_THE_FILE = "Ask for the Word file itself."


@dataclass(frozen=True, slots=True)
class Filing:
    """Where a message goes, last of all. `folder` "" leaves it in the Inbox; `category` says why in a few words."""

    message: IncomingMessage
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
        self._names = {p.email: p.name for p in _people(lists)}
        self._read = PostRead()
        self._keeper = Keeper(desk)
        self._seen: list[_Form] = []  # the files of the present message that have been opened

    def read(self, messages: Sequence[IncomingMessage]) -> PostRead:
        for message in messages:
            begun = len(self._read.events), len(self._read.filings)
            self._seen = []
            try:
                if message.closed:
                    self._stays(message, message.closed)
                else:
                    self._one(message)
            except AuditBotError as fault:
                self._undo(begun)
                self._stays(message, str(fault))
            except Exception as fault:
                self._undo(begun)
                self._stays(message, f"the bot met something it does not know ({type(fault).__name__})")
            self._picture.take(self._read.events[begun[0] :])
        self._read.problems += self._keeper.problems
        self._keeper.problems = []
        return self._read

    def _undo(self, begun: tuple[int, int]) -> None:
        del self._read.events[begun[0] :]
        del self._read.filings[begun[1] :]

    def _stays(self, message: IncomingMessage, why: str) -> None:
        """A message that could not be taken in: it is tried again, and told meanwhile. From somebody of the programme,
        or about an audit, it is put to the Audit Team like one that is held: nobody is chased for what it may bring."""
        sender = message.sender or "an unknown sender"
        told = f"A message from {sender} could not be taken in: {in_words(why)}. "
        told += "It stays where it is and is tried again."
        post = as_post(message, self._desk.settings.internal_mail_mark)
        if not (self._named(message, post) or self._one_of_ours(post.sender)):
            who = "the IT administrator, if it happens again"
            self._read.problems.append(Problem("The shared mailbox", told, who))
            return
        brought = [a for a in message.attachments if _brought(a) or _may_be_a_message(a)]
        rows = self._rows(message, post)
        self._hold(
            message,
            post,
            NOT_TAKEN_IN,
            f"{told} If it goes on, please ask the IT administrator.",
            sha256=STAYS,
            about=rows[0].item_id if len(rows) == 1 else "",
            form=bool(brought or message.closed),
            stays=True,
            grades_of=[
                *(form.read for form in self._seen),
                *[None] * bool(message.closed or len(brought) > len(self._seen)),
            ],
        )

    # ------------------------------------------------------------------------------------------------ one message

    def _one(self, message: IncomingMessage) -> None:
        settings = self._desk.settings
        post = as_post(message, settings.internal_mail_mark)
        if any(offer.word == VOUCH for offer in self._picture.taken_up.get(message.id, ())):
            post = replace(post, vouched_for=True)
        if self._cannot_be_read(message, post):
            return
        kind = kind_of(post, settings.mailbox)
        brings = any(_may_be_a_form(a) or _may_be_a_message(a) for a in message.attachments)
        match kind:
            case PostKind.OWN | PostKind.LETTER if not post.own_key and team_tag_in(post.subject):
                self._word_of_the_team(message, post)
            case PostKind.OWN if (
                brings and not post.own_key and post.internet_id not in self._picture.sent_ids
            ):
                self._from_ourselves(message, post)
            case PostKind.OWN:
                self._file(message, "")
            case PostKind.REPORT:
                self._report(message, post)
            case PostKind.RECALL:
                self._recall(message, post)
            case PostKind.NOTICE if not brings:
                self._file(message, "")
            case PostKind.AUTOMATIC if not brings:
                self._record(
                    message, EventKind.AUTOMATIC_REPLY_SEEN, message.id, sender=post.sender, until=None
                )
                self._file(message, AUTOMATIC)
            case PostKind.AUTOMATIC:
                self._letter(message, post, doubt="it came with an automatic reply")
            case PostKind.LETTER if a_button_was_tried(post.subject) and not brings:
                what = (
                    f"{self._name(post.sender)} tried a button of a trial letter. Nothing followed from it."
                )
                self._record(message, EventKind.TOLD, message.id, where="Trial", what=what)
                self._file(message, settings.filed_folder)
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
                self._stays(message, "Safe Attachments has not let its files through yet")
            return True
        if message.protected and (self._references(post) or self._one_of_ours(post.sender)):
            self._person(
                message,
                post,
                PROTECTED,
                f"The message is protected, and nobody else can open it. {OPEN}",
                grades_of=[None],
            )
            return True
        return False

    def _report(self, message: IncomingMessage, post: Post) -> None:
        """A report of delivery. Only what failed for good, of a letter of ours, for the readers it names, counts."""
        report = self._said_in_report(message)
        ids = [self._picture.sent_ids[found] for found in report.ids if found in self._picture.sent_ids]
        keys = (report.key, message.own_key, *ids, *self._answered(post))
        letter = next((self._picture.letters[k] for k in keys if k in self._picture.letters), None)
        if letter is None or report.action != FAILED:
            # What a colleague sent from this mailbox is theirs; what is delayed or delivered asks for nothing.
            self._file(message, AUTOMATIC if letter else "")
            return
        readers = (*letter.to, *letter.cc)
        named = {address: name for address, name in self._names.items() if address in readers}
        failed = [address for address in report.failed if address in readers]
        failed = failed or ([] if report.failed else names_in(report.words, named))
        if not failed and not report.failed and len(readers) == 1:
            failed = [*readers]
        # Anybody outside can write such a report: it is told, and keeps no letter back.
        outside = post.header("x-ms-exchange-organization-authas").casefold() == "anonymous"
        for n, address in enumerate(() if outside else failed):
            about = self._row_of(letter, address)
            key = f"{message.id}#{n}" if n else message.id
            self._record(
                message, EventKind.LETTER_BOUNCED, key, about, address=address, letter_key=letter.key
            )
        what = f"A letter about {letter.audit}" if letter.audit else "A letter"
        names = ", ".join(failed or report.failed) or f"one of its readers ({', '.join(readers)})"
        then = "Has this person left? Put the row right, or the address." if failed else (
            "Find out whom it did not reach, and tell them. Nothing further waits because of it."
        )  # fmt: skip
        if outside:
            then = "It came from outside, where anybody can write one: nothing waits because of it. Ask who has it."
        about = letter.about if len(letter.covers) == 0 else ""
        self._person(
            message, post, UNDELIVERED, f"{what} could not be delivered to {names}. {then}", about=about
        )

    def _said_in_report(self, message: IncomingMessage) -> DeliveryReport:
        """What a report says by its fields; by its words where its source cannot be had."""
        try:
            mime = self._desk.mailbox.mime(message.id)
        except RequestRefused:
            mime = b""
        text = "" if mime else self._desk.mailbox.text(message.id)
        headers = "".join(
            f"{name}: {value}\n" for name, value in message.headers.items() if name != "content-type"
        )
        if not mime:
            mime = f"Subject: {message.subject}\n{headers}\n{text}".encode()
        return delivery_report(mime, message.message_class)

    def _row_of(self, letter: LetterHistory, address: str) -> str:
        """The row because of which a letter went to this address: of several in one letter, the first that names it."""
        members = [self._picture.letters[key].about for key in letter.covers] or [letter.about]
        rows = {a.item_id: a for a in self._allocations.values()}
        naming = [
            about
            for about in members
            if about in rows and any(p and p.email == address for p in map(rows[about].person, Role))
        ]
        return (naming or members)[0]

    def _recall(self, message: IncomingMessage, post: Post) -> None:
        """Nothing is undone by a request to recall: whatever was acted on is for people to put right."""
        references = self._references(post)
        if not references and not self._one_of_ours(post.sender):
            self._file(message, "")
            return
        about = f" about {', '.join(references)}" if references else ""
        reason = (
            f"{self._name(post.sender)} asks to take a message{about} back. Nothing is undone by that: ask what was "
            "wrong with it."
        )
        self._person(message, post, TO_READ, reason, about=self._guess_about(post))

    def _letter(self, message: IncomingMessage, post: Post, *, doubt: str = "") -> None:
        """Take in what a person sent: every form in the message, or the reason why there is none.

        Files are judged together: of one audit only one may say something new. `doubt` is why none may be
        accepted.
        """
        categories: list[str | None] = []
        forms: list[_Form] = []
        others: list[Attachment] = []
        for attachment in message.attachments:
            if not (_may_be_a_form(attachment) or _may_be_a_message(attachment)):
                others += [attachment] if _brought(attachment) else []
            elif too_large := self._too_large(message, post, attachment):
                categories.append(too_large)
            elif _may_be_a_form(attachment):
                data = self._desk.mailbox.attachment_bytes(message.id, attachment)
                forms.append(self._opened(attachment.name, data))
            else:
                inside = self._inside(message, attachment)
                forms += inside
                others += [] if inside else [attachment]
        if not forms and not categories and not others:
            if self._finished_in_the_library(message, post, doubt):
                return
            self._without_a_form(message, post)
            return
        if not forms and not categories:
            categories += [self._no_form(message, post, attachment) for attachment in others]
        forms = list({form.sha256: form for form in forms}.values())
        self._keep_what_waits(message, forms)
        returns = [form for form in forms if not self._no_return(form)]
        if forms and not returns and not categories:
            blank = any(_blank(form) for form in forms)
            self._without_a_form(message, post, blank=blank, known=not blank)
            return
        chosen = {offer.sha256: offer for offer in self._picture.taken_up.get(message.id, ()) if offer.sha256}
        decided = {_audit_of(form) for form in forms if form.sha256 in chosen}
        together = {form.read.reference for form in forms if isinstance(form.read, ReturnedAudit)}
        for several in _of_one_audit(returns):
            if by_hand := [form for form in several if form.sha256 in chosen]:
                categories.append(self._taken_by_hand(message, post, by_hand[0], chosen[by_hand[0].sha256]))
                continue
            if _audit_of(several[0]) in decided:
                continue  # another of the same audit counts, a person has said
            if len(several) > 1:
                categories.append(self._differing(message, post, several))
                continue
            categories.append(self._taken_in(message, post, several[0], together, doubt))
        held = [category for category in categories if category]
        settings = self._desk.settings
        folder = settings.please_look_folder if held else settings.filed_folder
        self._read.filings.append(Filing(message, folder, held[-1] if held else ""))

    def _finished_in_the_library(self, message: IncomingMessage, post: Post, doubt: str) -> bool:
        """Take in the audit tool that lies in the library, where its sender says that it is finished. It is judged like
        a form that came by mail. Whether the message was about that."""
        references = self._references(post)
        a = self._allocations.get(references[0]) if len(references) == 1 else None
        if a is None or tool_place(a, self._desk) is None:
            return False
        found = said_to_be_finished(post.subject, self._desk.mailbox.body(message.id), a, self._desk)
        if found is None:
            return False
        form = self._opened(*found)
        if _blank(form):
            why = f"{a.reference} is said to be finished, and nothing has been filled in in the library."
            self._person(message, post, INCOMPLETE, f"{why} Please ask.", about=a.item_id)
            return True
        known = self._no_return(form)
        held = None if known else self._taken_in(message, post, form, {a.reference}, doubt)
        settings = self._desk.settings
        folder = settings.please_look_folder if held else settings.filed_folder
        self._read.filings.append(Filing(message, folder, held or ""))
        return True

    def _from_ourselves(self, message: IncomingMessage, post: Post) -> None:
        """What a colleague sent from this mailbox to itself: their own six-week check is read, everything else is
        theirs."""
        files = [a for a in message.attachments if _may_be_a_form(a)]
        limit = self._desk.settings.attachment_limit_mb * 1_000_000
        for attachment in (a for a in files if a.size <= limit):
            form = self._opened(attachment.name, self._desk.mailbox.attachment_bytes(message.id, attachment))
            record = form.read.record if isinstance(form.read, ReturnedAudit) else None
            if record and record.kind is RecordKind.SIX_WEEKS:
                self._letter(message, post)
                return
        self._file(message, "")

    def _no_return(self, form: _Form) -> bool:
        """Whether a file is our own coming back: a blank form, or one that was taken in before."""
        return _blank(form) or any(form.sha256 in known for known in self._picture.files.values())

    def _differing(self, message: IncomingMessage, post: Post, several: Sequence[_Form]) -> str:
        """Different forms of one audit in one message: nobody but their sender knows which of them counts.

        No grade is recorded: an Inadequate among them may be a draft, so the Audit Team is told, not the five.
        """
        reference = several[0].read.reference if not isinstance(several[0].read, Refused) else ""
        said = []
        for n, form in enumerate(several, 1):
            self._keeper.keep(f"{reference or self._guess(post)} {form.sha256[:8]}.docx", form.data, None)
            said.append(f"file {n}: {_reading(form)}")
        reason = (
            f"{len(several)} different forms for {reference} came in one message ({'; '.join(said)}). None was taken: "
            "ask which of them counts, and for that one alone."
        )
        about = self._allocations.get(reference or "")
        return self._hold(
            message,
            post,
            CHANGED,
            reason,
            sha256=several[0].sha256,
            about=about.item_id if about else "",
            form=True,
            grades_of=[form.read for form in several],
            offers=[
                offer
                for n, form in enumerate(several, 1)
                for offer in self._offers_to_take(form, about, f"File {n}")
            ],
        )

    def _offers_to_take(
        self, form: _Form, allocation: Allocation | None, told: str = "", sender: str = ""
    ) -> tuple[Offer, ...]:
        """As what a held form may be taken by a button. Of a grade that cannot be told a person says which it is."""
        read = form.read
        if allocation is None or isinstance(read, Refused) or not self._cycles[allocation.cycle].open:
            return ()
        history = self._picture.audit(allocation.item_id)
        moderated = bool(history.moderations) and not history.moderations[-1].sent_back
        back = (bool(history.returns), moderated)
        if isinstance(read, ReturnedAudit):
            graded = (read.auditor_grade is not None, read.moderated_grade is not None)
            told += f" ({_reading(form)})" if told else ""
            return offers_to_take(allocation, form.sha256, graded, back, told=told)
        if read.otherwise is None or read.another_child:
            return ()
        by_moderator = allocation.moderator is not None and sender == allocation.moderator.email
        words = " ".join(problem.what for problem in read.problems)
        likely = [grade for grade in Grade if grade in words] or [*Grade]
        return offers_to_take(
            allocation, form.sha256, (not by_moderator, by_moderator), back, grades=likely, told=told
        )

    def _taken_by_hand(self, message: IncomingMessage, post: Post, form: _Form, offer: Offer) -> str | None:
        """Take a held form in as the Audit Team has said, as if it had come in the right way."""
        read = form.read
        if isinstance(read, Held) and read.otherwise:
            read = read.otherwise
        allocation = next((a for a in self._allocations.values() if a.item_id == offer.about), None)
        if not isinstance(read, ReturnedAudit) or allocation is None:
            return self._taken_in(message, post, form, ())
        if form.sha256 in self._picture.files.get(allocation.item_id, ()):
            return None
        facts = _facts(form, read)
        if facts.reference != allocation.reference or other_child(facts, allocation):
            # The row was put right, or given to another child, after the form was held.
            return self._returned(message, post, form, read, ())
        if offer.part == RECORD_PART and read.record:
            came = RecordCame(allocation, read.record)
            return self._record_came(message, post, form, came, "", on_the_teams_word=True)
        parts = {Part.BOTH: (Part.AUDITOR, Part.MODERATOR)}.get(Part(offer.part), (Part(offer.part),))
        if offer.grade and Part.MODERATOR in parts:
            read = replace(read, moderated_grade=Grade(offer.grade))
        elif offer.grade:
            read = replace(read, auditor_grade=Grade(offer.grade))
        return self._accepted(message, post, form, read, Accepted(allocation, parts))

    def _reply(self, message: IncomingMessage, post: Post) -> None:
        """A button of one of our letters was used. What it brings besides goes the way of all forms."""
        reply = taken(message, post, self._lists, self._picture, self._desk)
        self._read.events += reply.events
        begun = len(self._read.filings)
        if any(_brought(attachment) or _may_be_a_message(attachment) for attachment in message.attachments):
            self._letter(message, post)
        if reply.category:
            del self._read.filings[begun:]
            words = own_words(self._desk.mailbox.body(message.id)).replace("\n", " ")
            shown = self._shown([besides(words)], reply.about) if reply.category.shows_words else ""
            what = f"{reply.reason}{shown}"
            offers = reply.offers
            if not offers and reply.category != NOT_EXPECTED:  # a reference we never gave out offers nothing
                offers = self._meant(post, words, reply.about)
            self._person(message, post, reply.category, what, about=reply.about, offers=offers)
        elif len(self._read.filings) == begun:
            self._file(message, self._desk.settings.filed_folder)

    def _word_of_the_team(self, message: IncomingMessage, post: Post) -> None:
        """A button of the digest was used: what it says is done, whatever else the message carries."""
        tag, desk, picture = team_tag_in(post.subject), self._desk, self._picture
        assert tag is not None
        settings, received = desk.settings, min(london_date(message.received), desk.today)
        team = audit_team_on(self._lists.roles, settings.mailbox, received)
        domains = settings.recipient_domains
        if no := refusal(post, tag, team, settings.mailbox, domains, desk.setting.keys):
            self._person(message, post, no.category, no.reason)
            return
        events, put_away = obey(Heard(tag, post.sender, received, message, self._lists, picture, desk))
        self._read.events += events
        for held in desk.mailbox.messages(put_away) if put_away else ():
            if held.folder == desk.mailbox.folder(settings.please_look_folder):  # elsewhere it is a person's
                self._read.filings.append(Filing(held, settings.filed_folder))
        self._file(message, settings.filed_folder)

    def _without_a_form(
        self, message: IncomingMessage, post: Post, *, blank: bool = False, known: bool = False
    ) -> None:
        """A word from a person. What is plain is understood; the rest about audits is held with its words
        shown; what has nothing to do with audits is not ours."""
        references = self._references(post)
        damaged = damaged_button(post.subject) or damaged_team_word(post.subject)
        if not references and not damaged and not self._one_of_ours(post.sender):
            self._file(message, "")
            return
        body = self._desk.mailbox.body(message.id)
        words = without_hints(own_words(body))
        about = self._guess_about(post)
        named = f" about {', '.join(references)}" if references else ""
        name = self._name(post.sender)
        people = [p.name for ref in references if ref in self._allocations
                  for p in map(self._allocations[ref].person, Role) if p]  # fmt: skip
        answer = plain_answer(answer_part(words), name, london_date(message.received), people)
        waits = [] if references else self._asked_of(post, words)
        about = about or (waits[0] if len(waits) == 1 else "")
        filed = self._desk.settings.filed_folder
        handed_over = answer.says is Says.NOTHING or bool(_HANDED_OVER.fullmatch(" ".join(answer.lines)))
        weekly = None
        if answer.says not in (Says.NOTHING, Says.THANKS, Says.ACKNOWLEDGED, Says.AWAY):
            weekly = self._reported_weekly(message, post, answer, references)
        if carries_a_link(body):
            self._person(
                message, post, NOT_A_FORM, f"{LINK} {ASK_FOR_THE_FILE}", about=about, grades_of=[None]
            )
        elif holds_a_form(words, questions(self._desk.papers.questions)):
            why = f"The form was written into the message itself, not sent as a file. {ASK_FOR_THE_FILE}"
            worst = questions(self._desk.papers.questions).grades_named(words)
            self._person(message, post, NOT_A_FORM, why, about=about, grades_of=[Held(why, grades=worst)])
        elif damaged:
            reason = (
                f"A button's message from {name} was damaged on the way: nothing follows from it by itself."
            )
            what = f"{reason}{self._shown(answer.lines, about)}"
            self._person(message, post, TO_READ, what, about=about, offers=self._meant(post, words, about))
        elif (
            weekly
            and weekly.category
            and not (references and self._plainly(message, post, answer, references))
        ):
            self._read.events += weekly.events
            reason = f"{weekly.reason}{self._shown(answer.lines, weekly.about or about)}"
            self._person(message, post, weekly.category, reason, about=weekly.about or about)
        elif not (
            references or waits or answer.says in _ANSWERS or _AUDITS.search(f"{post.subject} {words}")
        ):
            self._file(message, "")
        elif answer.says is Says.THANKS or (
            answer.says is Says.ACKNOWLEDGED and not self._asked_to_confirm(post)
        ):
            self._file(message, filed if references else "")
        elif known and handed_over:
            self._file(message, filed)
        elif blank and handed_over:
            why = f"Nothing has been filled in: the form{named} came back as it went out. {ASK_FOR_THE_FILE}"
            self._person(message, post, INCOMPLETE, why, about=about)
        elif answer.says is Says.NOTHING:
            said = self._shown([post.subject], about).replace(" They wrote", " Its subject")
            reason = f"An empty message{named}.{said} {ASK_FOR_THE_FILE}"
            self._person(message, post, TO_READ, reason, about=about)
        elif reply := self._plainly(message, post, answer, references):
            self._read.events += reply.events
            if reply.category:
                reason = f"{reply.reason}{self._shown(answer.lines, about)}"
                self._person(message, post, reply.category, reason, about=reply.about or about)
            else:
                self._file(message, filed)
        else:
            if answer.says is Says.AWAY:
                self._record(
                    message, EventKind.AUTOMATIC_REPLY_SEEN, message.id, sender=post.sender, until=None
                )
                step = "They may be away: name a stand-in in the row, or agree on another day."
            else:
                step = "Read it and answer; what is agreed goes into the list."
            reason = f"A message{named} without a form attached, from {name}.{self._shown(answer.lines, about)} {step}"
            offers = self._meant(post, " ".join(answer.lines), about)
            self._person(message, post, TO_READ, reason, about=about, offers=offers)

    def _plainly(
        self, message: IncomingMessage, post: Post, answer: Answer, references: Sequence[str]
    ) -> TakenReply | None:
        """What follows from a plain answer, like from the button it stands for; None where that is not certain."""
        if answers_a_trial(post.subject):
            return None  # whoever it was for has not had it
        received = min(london_date(message.received), self._desk.today)
        thread = [self._picture.letters[k] for k in self._answered(post) if k in self._picture.letters]
        found = answered_plainly(
            post, answer, thread, references, self._lists, self._picture, self._desk.setting,
            self._desk.settings.recipient_domains, received,
        )  # fmt: skip
        return noted(found, received, self._desk) if found else None

    def _meant(self, post: Post, words: str, about: str) -> tuple[Offer, ...]:
        """What the Audit Team may enter after reading somebody's words; nothing of a sender in doubt."""
        if doubt_about_sender(post, self._desk.settings.recipient_domains):
            return ()
        thread = [self._picture.letters[k] for k in self._answered(post) if k in self._picture.letters]
        row = [a.reference for a in self._lists.allocations if about and a.item_id == about]
        references = row or self._references(post)
        received = min(london_date(post.received), self._desk.today)
        return offers_in_words(
            [words], post.sender, thread, references, self._lists, self._picture, self._desk.setting, received
        )

    def _reported_weekly(
        self, message: IncomingMessage, post: Post, answer: Answer, references: Sequence[str]
    ) -> TakenReply | None:
        """What follows from words of somebody who follows an Inadequate week by week; None from others."""
        if answers_a_trial(post.subject):
            return None
        received = min(london_date(message.received), self._desk.today)
        found = weekly_report(
            post, answer, references, self._lists, self._picture, self._desk.setting,
            self._desk.settings.recipient_domains, received,
        )  # fmt: skip
        return noted(found, received, self._desk) if found else None

    def _asked_to_confirm(self, post: Post) -> bool:
        return any(key in self._picture.shown for key in self._answered(post))

    def _shown(self, lines: Iterable[str], about: str) -> str:
        """The beginning of a person's words for the Audit Team, guarded; nothing of a restricted record."""
        allocation = next((a for a in self._allocations.values() if a.item_id == about), None)
        if allocation and allocation.restricted:
            return " Its words are not shown: the record is restricted."
        words = shown_words(lines, [*self._names.values(), *self._allocations])
        return f" They wrote: “{words}”" if words else ""

    def _name(self, address: str) -> str:
        return self._names.get(address, address)

    def _one_of_ours(self, sender: str) -> bool:
        """Whether somebody has a part in the programme."""
        return sender in self._names

    def _references(self, post: Post) -> list[str]:
        found = references_in(post.subject, self._allocations.keys())
        thread = found or [ref for ref in self._thread(post) if ref]
        return thread or [cycle.name for cycle in self._cycles_named(post)]

    def _cycles_named(self, post: Post) -> list[Cycle]:
        """The cycles a subject names whole, as the ready messages of our letters do."""
        subject = " ".join(post.subject.casefold().split())
        names = {" ".join(name.casefold().split()): cycle for name, cycle in self._cycles.items()}
        return [cycle for name, cycle in names.items() if re.search(rf"\b{re.escape(name)}\b", subject)]

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
        return self._hold(message, post, TOO_LARGE, why, grades_of=[None])

    def _inside(self, message: IncomingMessage, attachment: Attachment) -> list[_Form]:
        """The forms in a message that came attached: one level is opened, and nothing in it but files."""
        data = self._desk.mailbox.attachment_bytes(message.id, attachment)
        files = files_in_message(data) or []
        return [self._opened(f.name, f.data) for f in files if _named_like_a_form(f.name, f.content_type)]

    def _opened(self, name: str, data: bytes) -> _Form:
        read = read_safely(data, name, self._desk.papers.questions)
        form = _Form(name, data, hashlib.sha256(data).hexdigest(), read)
        self._seen.append(form)
        return form

    def _no_form(self, message: IncomingMessage, post: Post, attachment: Attachment) -> str | None:
        """Why an attachment is no form that can be read, and what to ask its sender for."""
        if attachment.kind == "reference":
            return self._hold(message, post, NOT_A_FORM, f"{LINK} {ASK_FOR_THE_FILE}", grades_of=[None])
        if _may_be_a_message(attachment):
            why = f"A message came as an attachment, and there is no form in it. {ASK_FOR_THE_FILE}"
            return self._hold(message, post, NOT_A_FORM, why, grades_of=[None])
        if too_large := self._too_large(message, post, attachment):
            return too_large
        data = self._desk.mailbox.attachment_bytes(message.id, attachment)
        return self._taken_in(message, post, self._opened(attachment.name, data), ())

    def _taken_in(
        self, message: IncomingMessage, post: Post, form: _Form, together: Collection[str], doubt: str = ""
    ) -> str | None:
        """Take one file in. The category under which a person must look, or None when all is well."""
        read = form.read
        if isinstance(read, Refused):
            ending = PurePath(form.name).suffix.lower()
            self._keeper.keep(f"{self._guess(post)} {form.sha256[:8]}{ending}", form.data, None)
            return self._hold(message, post, NOT_A_FORM, read.reason, sha256=form.sha256, grades_of=[read])
        if isinstance(read, Held):
            return self._held_form(message, post, read, form)
        return self._returned(message, post, form, read, together, doubt)

    def _held_form(self, message: IncomingMessage, post: Post, read: Held, form: _Form) -> str:
        """The form is there but something in it needs a person: a grade missing, or typed with tracked changes."""
        data, sha256 = form.data, form.sha256
        allocation = self._allocations.get(read.reference or "")
        reference = allocation.reference if allocation else self._guess(post)
        self._keeper.keep(f"{reference} {sha256[:8]}.docx", data, None)
        from_people = allocation and post.sender in {
            p.email for p in (allocation.auditor, allocation.moderator) if p
        }
        reasons = [f"{p.where}: {p.what}" for p in read.problems] or [read.reason]
        return self._hold(
            message,
            post,
            WRONG_CHILD if read.another_child else INCOMPLETE if read.incomplete else DOUBTFUL,
            "; ".join(reasons)[:500],
            sha256=sha256,
            # Nobody knows yet which audit a possible wrong child belongs to: the subject is the better guess.
            about=allocation.item_id if allocation and not read.another_child else "",
            incomplete=bool(read.incomplete and from_people),
            form=True,
            grades_of=[read],
            offers=self._offers_to_take(form, allocation, sender=post.sender) if from_people else (),
        )

    def _returned(
        self,
        message: IncomingMessage,
        post: Post,
        form: _Form,
        read: ReturnedAudit,
        together: Collection[str],
        doubt: str = "",
    ) -> str | None:
        data, sha256 = form.data, form.sha256
        doubt = doubt or doubt_about_sender(post, self._desk.settings.recipient_domains) or ""
        facts = _facts(form, read)
        found = decision(
            post, facts, self._allocations, self._cycles, self._picture, self._thread(post), together
        )
        if isinstance(found, KnownAlready):
            return None
        if isinstance(found, RecordCame):
            return self._record_came(message, post, form, found, doubt)
        if doubt and (isinstance(found, Accepted) or found.category == CHANGED):
            # An Inadequate that differs is told to five people: never on the word of somebody nobody vouches for.
            found = HeldBack(SENDER_IN_DOUBT, f"{facts.reference}: {doubt}.", found.allocation)
        if isinstance(found, HeldBack):
            self._keeper.keep(f"{facts.reference or self._guess(post)} {sha256[:8]}.docx", data, None)
            also = f" Besides, {doubt}." if doubt and found.category != SENDER_IN_DOUBT else ""
            return self._hold(
                message,
                post,
                found.category,
                f"{found.reason}{also}",
                sha256=sha256,
                # Nobody knows yet which audit a possible wrong child belongs to: the subject is the better guess.
                about=found.allocation.item_id
                if found.allocation and not found.category.child_in_doubt
                else "",
                form=found.category != RECORD,
                grades_of=[read],
                grades=[g.value for g in (read.auditor_grade, read.moderated_grade) if g],
                offers=self._offers_to_take(form, found.allocation) if found.may_be_taken else (),
            )
        return self._accepted(message, post, form, read, found)

    def _accepted(
        self, message: IncomingMessage, post: Post, form: _Form, read: ReturnedAudit, found: Accepted
    ) -> str | None:
        """Take a form in. The category under which a person must look at what its moderator says, or None."""
        self._accept(message, read, found, form.data, form.sha256)
        if Part.MODERATOR in found.parts:
            asked = questions(self._desk.papers.questions)
            if why := for_a_person(read.fields, asked.no):
                about = found.allocation.item_id
                what = f"{found.allocation.reference}: {why}"
                return self._hold(
                    message, post, TO_READ, what, sha256=form.sha256, about=about, of_moderator=True
                )
        return None

    def _record_came(
        self,
        message: IncomingMessage,
        post: Post,
        form: _Form,
        came: RecordCame,
        doubt: str,
        *,
        on_the_teams_word: bool = False,
    ) -> str | None:
        """File the record of a UoPP meeting or a six-week check; what it says for the list counts like a button's
        word, or is put to a person. Nothing else of it goes anywhere."""
        record, desk = came.record, self._desk
        allocation = as_reported(came.allocation, self._picture)
        received = min(london_date(message.received), desk.today)
        setting = desk.setting
        found = standing(
            allocation, self._cycles[allocation.cycle], self._picture, setting.rulebook, setting.working,
            received,
        )  # fmt: skip
        able = may_send(record.kind, found, self._lists, setting.audit_team, received)
        sender = next(
            (p for p in able if p.email == post.sender), Person(self._name(post.sender), post.sender)
        )
        held = held_record(record, sender, able, found, received, doubt)
        name = f"{allocation.reference} {_RECORD_NAMES[record.kind]} {form.sha256[:8]}.docx"
        kept = self._keeper.keep(name, form.data, None if doubt else allocation)
        about, sha256 = allocation.item_id, form.sha256
        if held and not (on_the_teams_word and record.on):
            worse = record.grade is Grade.INADEQUATE and found.grade is not Grade.INADEQUATE
            return self._hold(
                message, post, held.category, held.reason, sha256=sha256, about=about, may_be_inadequate=worse,
                offers=[
                    Offer(TAKE, f"Take it as the {record.kind}", about, sha256, RECORD_PART)
                ] if record.on and held.category != RECORD else [],
            )  # fmt: skip
        assert record.on is not None
        self._record(
            message,
            EventKind.RECORD_RETURNED,
            f"{about}#{sha256}",
            about,
            record=record.kind.value,
            date=record.on.isoformat(),
            grade=record.grade.value if record.grade else None,
            drift=record.drift,
            sha256=sha256,
            url=kept.url,
            name=kept.name,
            file=kept.id,
            etag=kept.etag,
            content_sha256=content_safely(form.data),
            came_in=message.id,
            sender=post.sender,
        )
        return None

    def _accept(
        self, message: IncomingMessage, read: ReturnedAudit, found: Accepted, data: bytes, sha256: str
    ) -> None:
        allocation = found.allocation
        for column, what in to_be_named(
            allocation, read.services, read.chair, self._lists.roles, self._names
        ):
            key = f"{allocation.item_id}#{hashlib.sha256(f'{column} {what}'.encode()).hexdigest()[:12]}"
            where = f"Audit allocations, {allocation.reference}"
            self._record(message, EventKind.TOLD, key, allocation.item_id, where=where, what=what)
        if read.record and allocation.audit_type is AuditType.DIP_AUDIT and allocation.earlier_audit:
            # A dip audit with a row of its own is the six-week check of the audit it goes back to (§10).
            on = min(london_date(message.received), self._desk.today)
            said = [f"“{called}” {shown}" for _, called, _, shown in told_in(read.record, on)]
            where = f"Audit allocations, {allocation.earlier_audit}"
            what = "; ".join([f"Please enter {' and '.join(said)}"] * bool(said) + [*read.record.doubts])
            what += f": so says the dip audit {allocation.reference}."
            self._record(message, EventKind.TOLD, f"{allocation.item_id}#{sha256}", allocation.item_id,
                         where=where, what=what)  # fmt: skip
        part = "moderated" if Part.MODERATOR in found.parts else "auditor"
        name = f"{allocation.reference} {part} {sha256[:8]}.docx"
        kept = self._keeper.keep(name, data, allocation)
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
                sent_back=moderator and gives_back(read.fields),
                problems=[*(f"{p.where}: {p.what}" for p in read.problems), *found.notes],
                url=kept.url,
                name=kept.name,
                file=kept.id,
                etag=kept.etag,
                content_sha256=content_safely(data),
                came_in=message.id,
                sender=message.sender.casefold(),
            )

    def _keep_what_waits(self, message: IncomingMessage, forms: Sequence[_Form]) -> None:
        """A file that waits for the library and comes once more is put there from the message at hand."""
        sent = {form.sha256: form.data for form in forms}
        for waits in waiting_files(self._allocations.values(), self._picture):
            if waits.file.sha256 in sent:
                kept = self._keeper.keep(waits.file.name, sent[waits.file.sha256], waits.allocation)
                if kept.id:
                    self._read.events.append(document_stored(waits, kept, self._desk))

    # ------------------------------------------------------------------------------------------------ small things

    def _guess(self, post: Post) -> str:
        """A name for a file of which nobody knows yet what it is: never used to decide anything."""
        references = self._references(post)
        return references[0] if len(references) == 1 else f"{london_date(post.received)}"

    def _guess_about(self, post: Post) -> str:
        allocation = self._allocations.get(self._guess(post))
        if allocation:
            return allocation.item_id
        letters = [self._picture.letters.get(key) for key in self._answered(post)]
        named = (f"cycle:{cycle.item_id}" for cycle in self._cycles_named(post))
        return next((n.about for n in letters if n and n.about.startswith("cycle:")), next(named, ""))

    def _named(self, message: IncomingMessage, post: Post) -> list[Allocation]:
        """The audits of the list that a message names: in its subject, its thread, or the names of its files."""
        named = [*self._references(post)]
        for attachment in message.attachments:
            named += references_in(attachment.name, self._allocations.keys())
        return [self._allocations[ref] for ref in dict.fromkeys(named) if ref in self._allocations]

    def _rows(self, message: IncomingMessage, post: Post) -> list[Allocation]:
        """The audits a message is about: those it or its files name, else those its sender's part is awaited of."""
        said = [form.read.reference for form in self._seen if not isinstance(form.read, Refused)]
        found = [self._allocations[ref] for ref in said if ref in self._allocations]
        return list(
            {a.item_id: a for a in found or self._named(message, post) or self._awaited(post)}.values()
        )

    def _asked_of(self, post: Post, words: str) -> list[str]:
        """What is waited for from the sender of a message that names no audit, by its ids, unless the message plainly
        has nothing to do with that."""
        desk, setting = self._desk, self._desk.setting
        if plainly_private(post, desk.settings.mailbox, words):
            return []
        managers = self._lists.holders(Role.AUDIT_MANAGER, "", desk.today)
        standings = [
            standing(a, self._cycles[a.cycle], self._picture, setting.rulebook, setting.working)
            for a in self._allocations.values()
            if a.cycle in self._cycles and self._cycles[a.cycle].open
        ]
        return asked_of(post.sender, standings, {p.email for p in managers}, self._picture)

    def _awaited(self, post: Post) -> list[Allocation]:
        return awaited_from(post.sender, self._allocations.values(), self._cycles, self._picture)

    def _hold(
        self,
        message: IncomingMessage,
        post: Post,
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
    ) -> str:
        """Put a message to a person. `grades_of` is what is held in it, None for what nobody can read: what may be an
        audit and an Inadequate is told at once."""
        settings = self._desk.settings
        if category.may_be_vouched_for and not team_tag_in(post.subject):
            offers = [*offers, Offer(VOUCH, "The sender is right: read it")]
        key = "#".join([message.id, sha256, *filter(None, (self._picture.times_again(message.id),))])
        if stays and any(question.key == key for question in self._picture.questions):
            return category  # asked already
        told = [grades_told(read) if read else None for read in grades_of]
        certain = any(Grade.INADEQUATE in grades for grades in told if grades)
        unread = not certain and None in told and may_hold_an_audit(rows := self._rows(message, post))
        if unread:
            reason = f"{reason} {UNREAD}"
            about = about or (rows[0].item_id if len(rows) == 1 else "")
        about = about or self._guess_about(post)
        form = form or ((unread or category.in_place_of_a_form) and self._is_theirs(about, post.sender))
        self._record(
            message,
            EventKind.NEEDS_A_PERSON,
            key,
            about,
            reason=reason,
            sender=post.sender,
            category=category,
            incomplete=incomplete,
            form=form,
            may_be_inadequate=may_be_inadequate or certain or unread,
            of_moderator=of_moderator,
            grades=[*grades],
            offers=[offer.as_data() for offer in offers],
            vouched=kind_of(post, settings.mailbox) is PostKind.LETTER
            and doubt_about_sender(post, settings.recipient_domains) is None,
            unread=unread,
            stays=stays,
            place="The shared mailbox" if stays else "",
        )
        return category

    def _is_theirs(self, about: str, sender: str) -> bool:
        """Whether somebody is the auditor or the moderator of an audit, by its list item id."""
        row = next((a for a in self._allocations.values() if a.item_id == about), None)
        return row is not None and sender in {p.email for p in (row.auditor, row.moderator) if p}

    def _person(
        self,
        message: IncomingMessage,
        post: Post,
        category: HeldReason,
        reason: str,
        *,
        about: str = "",
        offers: Sequence[Offer] = (),
        grades_of: Sequence[Held | None] = (),
    ) -> None:
        self._hold(message, post, category, reason, about=about, offers=offers, grades_of=grades_of)
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


_RECORD_NAMES = {
    RecordKind.UOPP: "UoPP record",
    RecordKind.REVIEW: "review UoPP record",
    RecordKind.SIX_WEEKS: "six-week check",
}
"""What stands in a file's name."""
_ON_ARRIVAL = (EventKind.AUDIT_RETURNED, EventKind.MODERATION_RETURNED, EventKind.RECORD_RETURNED)
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
        has_attachments=any(_brought(a) for a in message.attachments),
        from_differs_from_sender=message.from_differs_from_sender,
        internal_by_rule=bool(name) and headers.get(name, "").strip().casefold() == value,
    )


_DOCUMENTS = (".docx", ".docm", ".dotx", ".doc", ".pdf", ".odt", ".rtf", ".pages", ".zip")


def _brought(attachment: Attachment) -> bool:
    """Whether somebody sent this file. Some programs mark every file inline, others only the pictures of a letter."""
    named = attachment.name.casefold().endswith(_DOCUMENTS)
    return not attachment.inline or named or _may_be_a_form(attachment)


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


def _facts(form: _Form, read: ReturnedAudit) -> FormFacts:
    return FormFacts(
        name=form.name,
        sha256=form.sha256,
        reference=read.reference or "",
        part=read.part,
        auditor_grade=read.auditor_grade,
        moderated_grade=read.moderated_grade,
        child_name=read.child_name,
        mosaic_number=read.mosaic_number,
        record=read.record,
    )


def _blank(form: _Form) -> bool:
    return isinstance(form.read, Held) and form.read.blank


def _of_one_audit(forms: Sequence[_Form]) -> list[list[_Form]]:
    """The forms of a message, those of one audit together; a file that does not say which audit is alone.

    The record of a meeting, or a six-week check, says nothing else than the audit it came with: it is alone too.
    """
    groups: dict[tuple[str, str], list[_Form]] = {}
    for form in forms:
        reference = "" if isinstance(form.read, Refused) else form.read.reference or ""
        record = form.read.record if isinstance(form.read, ReturnedAudit) else None
        key = (reference.casefold() or form.sha256, record.kind if record else "")
        groups.setdefault(key, []).append(form)
    return list(groups.values())


def _audit_of(form: _Form) -> str:
    """The audit a form names, or "" where nothing of it can be read."""
    return "" if isinstance(form.read, Refused) else (form.read.reference or "").casefold()


def _reading(form: _Form) -> str:
    """What one of several forms says, for a person who decides between them."""
    read = form.read
    if not isinstance(read, ReturnedAudit):
        return read.reason[:150]
    if read.record:
        day = read.record.on.isoformat() if read.record.on else "without a date"
        return f"{read.record.kind}, {day}, grade {_called(read.record.grade)}"
    said = [f"auditor's grade {_called(read.auditor_grade)}"]
    if read.moderated_grade:
        said.append(f"moderated grade {_called(read.moderated_grade)}")
    return ", ".join(said)


def _called(grade: Grade | None) -> str:
    return grade.in_full if grade else "empty"


def _people(lists: Council) -> Iterator[Person]:
    """Everybody the lists name."""
    yield from (holder.person for holder in lists.roles)
    for cycle in lists.cycles:
        yield from cycle.heads_of_service
    for allocation in lists.allocations:
        yield from (person for person in map(allocation.person, Role) if person)


_ANSWERS = (Says.CONFIRMED, Says.MET, Says.DONE, Says.DAY, Says.SENT, Says.AWAY)
_HANDED_OVER = re.compile(
    r"(?:hi|hello|dear)?\W*(?:here (?:it is|you (?:go|are))|"
    r"please (?:find|see) (?:it )?(?:the \w+ )?(?:attached|enclosed)|"
    r"(?:as )?(?:attached|enclosed)|see attached)\W*(?:many )?(?:thanks|thank you|regards)?\W*",
    re.IGNORECASE,
)
"""Words that only hand over a file."""
_AUDITS = re.compile(r"\b(?:(?:re-?)?audit\w*|moderat\w*|uopp|inadequate|kloe)\b", re.IGNORECASE)
