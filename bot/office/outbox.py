"""Sending each letter once: never twice, never on a guess, and never silently lost.

A letter has a key made from what it is. The key is written on the draft in a named property, so the mailbox itself
can be asked what became of it:

    intended -> drafted -> sending -> submitted -> sent
                                  \\-> held: a person decides

Each arrow is recorded before the next request leaves. Until "sending" is recorded nothing can have gone out, and an
interrupted letter is simply begun again. After it, the mailbox is asked first: found outside the drafts it is sent;
still an untouched draft after the settling time, the very same draft is sent once more; anything else is held. Once
Exchange has said 202 a letter is never sent again.

In a trial (bot/programme/modes.py) every letter turns here, where all of them pass, into one to the Audit Team's
mailbox; "team only" sends that, "rehearse" leaves it as a draft. The ledger keeps whom it was for.
https://learn.microsoft.com/graph/outlook-things-to-know-about-send-mail
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import html as html_text
import itertools
import math
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

from bot.clock import london_date
from bot.errors import AuditBotError, RequestRefused, TenantUnavailable
from bot.office.graph import LONGEST_WAIT, Graph, Reply, Request, retry_after
from bot.office.ledger import Ledger
from bot.office.mailbox import COVERS_PROPERTY, KEY_HEADER, KEY_PROPERTY, Mailbox, tagged
from bot.office.pace import Window
from bot.papers.trial_letter import trial_letter
from bot.programme.events import Event, EventKind, Plain
from bot.programme.history import History, LetterHistory, LetterState, history
from bot.programme.modes import Mode
from bot.programme.vocabulary import Person
from bot.settings import Settings

CHUNK = 20
IN_THE_MESSAGE = 2_500_000
"""Bytes of attachments that may travel inside the draft; Graph refuses a request of about four million."""

SMALL_ATTACHMENT = 3 * 1024 * 1024
UNCONFIRMED = timedelta(hours=24)
"""A letter Exchange took and nobody can find in Sent Items after this long is put to a person."""

SUBMITTED_FLAG = "Integer 0x0E07"
_FLAG = quote(f"singleValueExtendedProperties($filter=id eq '{SUBMITTED_FLAG}')", safe="()$=,'")
BUSY_FOR = 5.0
"""Seconds, when Exchange is too busy to send a letter and does not say for how long."""

_SHUT = (401, 403, 404, 429, 503, 507)
"""Answers that mean every letter, when every one of a chunk gets them: signed out, the right withdrawn, the licence
gone, too busy, the mailbox full."""

_NOT_BEGUN = (400, 401, 403, 413, 507)
"""Answers to a first request to send after which nothing can have gone out."""

_UNKNOWN = (500, 502, 504)
"""Answers to a request to send that leave open whether it is carried out all the same."""

_UNSETTLED = (LetterState.INTENDED, LetterState.DRAFTED, LetterState.SENDING, LetterState.SUBMITTED)


@dataclass(frozen=True, slots=True)
class OutgoingLetter:
    """One letter, written out and ready. `attachments` are names and bytes.

    `covers` are the letters it stands for: each one's key, about, rule, letter, occasion, audit and why.
    """

    key: str
    about: str
    letter: str
    rule: str
    occasion: str
    subject: str
    html: str
    to: tuple[Person, ...]
    cc: tuple[Person, ...]
    attachments: tuple[tuple[str, bytes], ...]
    audit: str
    due: date
    why: str
    draft_only: bool = False
    covers: tuple[Mapping[str, str], ...] = ()
    important: bool = False


@dataclass(frozen=True, slots=True)
class LetterOutcome:
    """`state`: sent, already sent, left as draft, held, waiting (settled on the next run), kept back, failed."""

    key: str
    state: str
    why: str = ""


def letter_key(secret: bytes, parts: Sequence[str]) -> str:
    """A letter's key: the same parts give the same key for ever, and it says nothing about anybody."""
    digest = hmac.new(secret, "\x1f".join(parts).encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode().lower()[:26]


_BY_HAND = (LetterState.HELD, LetterState.LEFT_AS_DRAFT)
"""States in which a person may say that the draft is to be sent."""


class Outbox:
    """The letters of one run. Call `reconcile` first, then `send` as often as there is something to send."""

    def __init__(
        self,
        graph: Graph,
        ledger: Ledger,
        mailbox: Mailbox,
        settings: Settings,
        clock: Callable[[], datetime],
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._graph, self._ledger, self._mailbox = graph, ledger, mailbox
        self._settings, self._clock, self._sleep = settings, clock, sleep
        self._mode = Mode(settings.safety)
        if ledger.mode is not self._mode:
            raise ValueError(f"The ledger is open as “{ledger.mode}”, the outbox as “{self._mode}”.")
        self._history = History()
        self._letters: dict[str, LetterHistory] = self._history.letters
        self._last_event: datetime | None = None
        self._adopted = False
        self._sent_this_run = 0
        self._pace = Window(settings.letters_a_minute or math.inf, 60)
        self._refused = ""  # what Microsoft 365 said when the last letter did not leave
        self._taken = 0
        self._shut = False  # whether Microsoft 365 lets nothing out at present
        self._began: datetime | None = None  # when the first draft of this run was made, by Exchange's clock
        self._unconfirmed: set[str] = set()
        self._numbers: Counter[tuple[EventKind, str]] = Counter()

    # ------------------------------------------------------------------------------------------ before anything

    def reconcile(self) -> None:
        """Find out what became of every letter that was on its way when the last run ended."""
        events = self._ledger.read()
        self._last_event = events[-1].at if events else None
        self._history = history(events)
        self._letters = self._history.letters
        self._numbers = Counter((e.kind, e.key.partition("#")[0]) for e in events)
        since: dict[str, datetime] = {}
        attempts: Counter[str] = Counter()  # since the letter was last begun
        for event in events:
            key = event.key.partition("#")[0]
            if event.kind is EventKind.LETTER_SENDING:
                since[key] = event.at
                attempts[key] += 1
            elif event.kind is EventKind.LETTER_CANCELLED:
                attempts[key] = 0
        submitted = {e.key.partition("#")[0]: e.at for e in events if e.kind is EventKind.LETTER_SUBMITTED}
        unsettled = [
            letter
            for letter in self._letters.values()
            if letter.state in _UNSETTLED and not letter.carried_by
        ]
        if not unsettled:
            return
        sent_items, found = self._find([u.key for u in unsettled])
        for letter, copies in zip(unsettled, found, strict=True):
            # A copy in Sent Items was sent, also one that still says it is a draft.
            sent = [c for c in copies if not c["isDraft"] or c["parentFolderId"] == sent_items]
            drafts = [c for c in copies if c not in sent]
            if sent:
                self._note_sent(letter, sent[0])
            elif letter.state in (LetterState.INTENDED, LetterState.DRAFTED):
                self._begin_again(letter, drafts)
            elif letter.state is LetterState.SENDING:
                self._settle(letter, drafts, since[letter.key], attempts[letter.key])
            elif self._clock() - submitted[letter.key] > UNCONFIRMED:
                self._hold(
                    letter,
                    "Exchange took it over a day ago, but it is not in Sent Items. Please ask: did it arrive?",
                )

    def _begin_again(self, letter: LetterHistory, drafts: Sequence[Any]) -> None:
        """Nothing can have gone out yet. The half-made draft goes, and the planner decides afresh."""
        for draft in drafts:
            self._graph.delete(f"{self._mailbox.path}/messages/{draft['id']}")
        n = self._numbers[EventKind.LETTER_CANCELLED, letter.key]
        self._note(
            EventKind.LETTER_CANCELLED,
            f"{letter.key}#{n}",
            letter.about,
            why="interrupted before it was sent",
        )

    def _settle(self, letter: LetterHistory, drafts: Sequence[Any], since: datetime, attempt: int) -> None:
        """The request to send may or may not have left. Only a draft that is still untouched is sent again."""
        if self._clock() - since < timedelta(minutes=self._settings.settle_minutes):
            return
        if len(drafts) != 1:
            what = "it is nowhere in the mailbox" if not drafts else "there are several drafts of it"
            self._hold(letter, f"The answer to sending it was lost, and {what}. Did it arrive? Please ask.")
            return
        if _in_hand(drafts[0]):
            return  # Exchange has it in hand
        if attempt > 1:
            where = self._settings.outbox_folder
            self._hold(
                letter,
                f"Sending it was tried twice without a clear answer. It still lies in the folder “{where}”: please ask "
                "whether it arrived, and if it did not, send it from there by hand.",
            )
            return
        self._submit([(letter.key, letter.about, str(drafts[0]["id"]))], attempt + 1)

    def send_held(self, key: str) -> bool:
        """Send the draft of a held letter, or one that was left to be read, on a person's word. The very same draft,
        which cannot make a second message, while it lies in its folder untouched; only when the bot is live. Whether
        it left."""
        letter = self._letters.get(key)
        if letter is None or letter.state not in _BY_HAND or self._settings.safety != "live":
            return False
        _, (copies,) = self._find([key])
        left = letter.state is LetterState.LEFT_AS_DRAFT
        lies = self._mailbox.folder(self._settings.drafts_folder if left else self._settings.outbox_folder)
        if len(copies) != 1 or copies[0]["parentFolderId"] != lies or not copies[0]["isDraft"]:
            return False
        if _in_hand(copies[0]):
            return False
        taken = self._submit([(key, letter.about, str(copies[0]["id"]))], 3)
        return key in taken

    def adopt(self) -> None:
        """Before the first letter of a run: what lies in Sent Items although the ledger does not know of it was
        sent. So a ledger restored from last night's copy, or lost, repeats nothing."""
        if self._adopted:
            return
        self._adopted = True
        since = (self._last_event or self._clock() - timedelta(days=400)) - timedelta(days=1)
        for key, copy in self._sent_items(since, also_folders=True):
            known = self._letters.get(key)
            if known is None or known.state not in (LetterState.SENT, LetterState.SUBMITTED):
                self._note_sent(known or LetterHistory(key, LetterState.SENT, date.min), copy)

    # --------------------------------------------------------------------------------------------------- sending

    def send(self, letters: Iterable[OutgoingLetter]) -> list[LetterOutcome]:
        """Send letters that have not been sent, in chunks: while one is on its way the next is being written.

        One outcome for each, in no particular order. What Exchange has taken is confirmed by `confirm`; where an
        answer was lost, at once.
        """
        outcomes: list[LetterOutcome] = []
        waiting: set[str] = set()
        size = min(CHUNK, self._settings.letters_a_minute or CHUNK)
        self._shut = False
        for chunk in _written_ahead(letters, size):
            if self._shut:
                outcomes += [LetterOutcome(letter.key, "waiting", self._refused) for letter in chunk]
                continue
            self.adopt()
            once = {letter.key: letter for letter in chunk}  # whoever asks twice
            ready = [letter for letter in once.values() if self._may_go(letter, outcomes)]
            self._intend(ready)
            drafted = self._draft([self._as_it_leaves(letter) for letter in ready], outcomes)
            for _, draft in drafted:
                made = datetime.fromisoformat(str(draft["createdDateTime"]))
                self._began = min(self._began or made, made)
            to_send = [
                (letter.key, letter.about, str(d["id"])) for letter, d in drafted if not letter.draft_only
            ]
            taken = self._submit(to_send, 1)
            outcomes += [
                LetterOutcome(key, "sent") if key in taken else LetterOutcome(key, "waiting", self._refused)
                for key, _, _ in to_send
            ]
            waiting.update(key for key, _, _ in to_send if key not in taken)
            self._unconfirmed.update(key for key, _, _ in to_send)
        if waiting:
            found = self.confirm()
            return [LetterOutcome(o.key, "sent", o.why) if o.key in found else o for o in outcomes]
        return outcomes

    def _may_go(self, letter: OutgoingLetter, outcomes: list[LetterOutcome]) -> bool:
        known = self._letters.get(letter.key)
        if known and known.spoken_for:
            state = "already sent" if known.gone else "waiting"
            outcomes.append(LetterOutcome(letter.key, state, known.state.value))
        elif why := self._must_not_go(letter):
            outcomes.append(LetterOutcome(letter.key, "failed", why))
        elif self._sent_this_run >= self._settings.most_letters_a_run:
            limit = self._settings.most_letters_a_run
            outcomes.append(
                LetterOutcome(
                    letter.key,
                    "kept back",
                    f"more than {limit} letters in one run; the rest waits for the next",
                )
            )
        else:
            self._sent_this_run += 1
            return True
        return False

    def _must_not_go(self, letter: OutgoingLetter) -> str:
        """Why a letter may go in no mode, or ""."""
        for person in (*letter.to, *letter.cc):
            if person.email.rpartition("@")[2] not in self._settings.recipient_domains:
                return f"{person.name}'s address is outside the council, and letters go nowhere else."
        return ""

    def _as_it_leaves(self, letter: OutgoingLetter) -> OutgoingLetter:
        """In a trial, the letter to the Audit Team in which this one stands; a rehearsal leaves it as a draft."""
        if not self._mode.trial:
            return letter
        settings = self._settings
        draft_only = letter.draft_only or self._mode is Mode.REHEARSE
        if {person.email for person in (*letter.to, *letter.cc)} == {settings.mailbox}:
            return replace(letter, draft_only=draft_only)
        subject, html = trial_letter(
            letter.subject, letter.html, letter.to, letter.cc, settings.mailbox, self._mode
        )
        return replace(
            letter,
            subject=subject,
            html=html,
            to=(Person(settings.audit_team.name, settings.mailbox),),
            cc=tuple(Person(email, email) for email in settings.team_only if email != settings.mailbox),
            draft_only=draft_only,
        )

    def _intend(self, letters: Sequence[OutgoingLetter]) -> None:
        events = []
        for letter in letters:
            data: dict[str, Plain] = {
                "letter": letter.letter,
                "rule": letter.rule,
                "occasion": letter.occasion,
                "to": [p.email for p in letter.to],
                "cc": [p.email for p in letter.cc],
                "audit": letter.audit,
                "due": letter.due.isoformat(),
                "why": letter.why,
                **({"covers": [dict(part) for part in letter.covers]} if letter.covers else {}),
                "subject_sha256": hashlib.sha256(letter.subject.encode()).hexdigest()[:16],
                "body_sha256": hashlib.sha256(letter.html.encode()).hexdigest()[:16],
            }
            n = self._numbers[EventKind.LETTER_CANCELLED, letter.key]
            events.append(self._event(EventKind.LETTER_INTENDED, f"{letter.key}#{n}", letter.about, **data))
        self._record(events)

    def _draft(
        self, chunk: Sequence[OutgoingLetter], outcomes: list[LetterOutcome]
    ) -> list[tuple[OutgoingLetter, Any]]:
        """Make the drafts. Those that came out as they should; the others are deleted or left for the next run."""
        if not chunk:
            return []
        settings = self._settings
        left = settings.rehearsal_folder if self._mode is Mode.REHEARSE else settings.drafts_folder
        folders = {False: settings.outbox_folder, True: left}
        parts = [
            Request(
                "POST",
                f"{self._mailbox.path}/mailFolders/{self._mailbox.folder(folders[letter.draft_only])}/messages",
                _body(letter, self._mode),
            )
            for letter in chunk
        ]
        try:
            replies = self._graph.batch(parts)
        except (TenantUnavailable, RequestRefused) as fault:
            # Whether the drafts were made does not matter: a draft without "sending" in the ledger never goes out.
            self._refused = str(fault)
            outcomes += [LetterOutcome(letter.key, "waiting", str(fault)) for letter in chunk]
            return []
        made: list[tuple[OutgoingLetter, Any]] = []
        events = []
        for letter, reply in zip(chunk, replies, strict=True):
            wrong = self._wrong_with(letter, reply)
            if not wrong:
                made.append((letter, reply.body))
                data: dict[str, Plain] = {
                    "message_id": str(reply.body["id"]),
                    "internet_message_id": str(reply.body.get("internetMessageId") or ""),
                }
                kind = EventKind.LETTER_LEFT_AS_DRAFT if letter.draft_only else EventKind.LETTER_DRAFTED
                number = self._numbers[EventKind.LETTER_CANCELLED, letter.key]
                events.append(self._event(kind, f"{letter.key}#{number}", letter.about, **data))
                if letter.draft_only:
                    outcomes.append(LetterOutcome(letter.key, "left as draft"))
            elif reply.status in (429, 500, 502, 503, 504):
                self._refused = wrong
                outcomes.append(LetterOutcome(letter.key, "waiting", wrong))
            else:
                if reply.ok:
                    self._graph.delete(f"{self._mailbox.path}/messages/{reply.body['id']}")
                self._refused = wrong
                outcomes.append(LetterOutcome(letter.key, "failed", wrong))
                number = self._numbers[EventKind.LETTER_CANCELLED, letter.key]
                events.append(
                    self._event(EventKind.LETTER_CANCELLED, f"{letter.key}#{number}", letter.about, why=wrong)
                )
        self._record(events)
        return made

    def _wrong_with(self, letter: OutgoingLetter, reply: Reply) -> str:
        """Why a draft may not go out: refused, or not what was asked for. "" when all is well."""
        if not reply.ok:
            return str(reply.fault("Making a draft"))
        body = reply.body

        def named(kind: str) -> set[str]:
            return {str(r["emailAddress"]["address"]).casefold() for r in body.get(kind) or ()}

        if named("toRecipients") != {p.email for p in letter.to} or named("ccRecipients") != {
            p.email for p in letter.cc
        }:
            return "Exchange gave the draft other recipients than were asked for."
        if body.get("subject") != letter.subject:
            return "Exchange gave the draft another subject than was asked for."
        if _visible(str((body.get("body") or {}).get("content") or "")) != _visible(letter.html):
            return "Exchange gave the draft another text than was asked for."
        if not _travels_inside(letter):
            try:
                self._attach(str(body["id"]), letter)
            except AuditBotError as fault:
                return f"An attachment could not be put on: {fault}"
        return ""

    def _attach(self, message_id: str, letter: OutgoingLetter) -> None:
        """Put attachments on one by one; a large one goes up in ranges.

        https://learn.microsoft.com/graph/outlook-large-attachments
        """
        path = f"{self._mailbox.path}/messages/{message_id}/attachments"
        for name, data in letter.attachments:
            if len(data) < SMALL_ATTACHMENT:
                self._graph.post(path, _attachment(name, data))
                continue
            item = {"AttachmentItem": {"attachmentType": "file", "name": name, "size": len(data)}}
            self._graph.upload(partial(self._graph.post, f"{path}/createUploadSession", item), data)

    def _submit(self, drafts: Sequence[tuple[str, str, str]], attempt: int) -> set[str]:
        """Send drafts (key, about, message id). The keys Exchange has taken; the rest is settled on the next run."""
        if not drafts:
            return set()
        if seconds := self._pace.room_for(len(drafts)):
            self._sleep(seconds)
        # A number of its own for each: what was taken back and is begun anew is on its way like any other.
        numbers = {key: self._numbers[EventKind.LETTER_SENDING, key] + 1 for key, _, _ in drafts}
        self._record(
            [
                self._event(EventKind.LETTER_SENDING, f"{key}#{numbers[key]}", about)
                for key, about, _ in drafts
            ]
        )
        parts = [
            Request("POST", f"{self._mailbox.path}/messages/{i}/send", again=False) for _, _, i in drafts
        ]
        try:
            replies = self._graph.batch(parts)
        except TenantUnavailable as fault:
            self._refused = f"It could not be sent: {fault}"
            return set()
        except RequestRefused as fault:  # the whole batch, so that not one part of it was begun
            replies = [Reply(fault.status, {"error": {"code": fault.code}}, {}) for _ in drafts]
        taken, refused, turned_away = [], [], {}
        for draft, reply in zip(drafts, replies, strict=True):
            if reply.status == 202:
                taken.append(draft)
                continue
            self._refused = f"It could not be sent: {reply.fault('Sending a letter')}"
            # The second time a refusal may mean that the first one was carried out after all.
            if attempt == 1 and reply.status in _NOT_BEGUN:
                refused.append((draft, self._refused))
            elif reply.status not in _UNKNOWN:
                turned_away[draft] = reply
        self._taken += len(taken)
        self._record(
            [
                self._event(EventKind.LETTER_SUBMITTED, f"{key}#{numbers[key]}", about)
                for key, about, _ in taken
            ]
        )
        self._take_back(refused)
        self._shut = all(r.status in _SHUT for r in replies)
        return {key for key, _, _ in taken} | self._turned_away(turned_away, attempt)

    def _turned_away(self, drafts: Mapping[tuple[str, str, str], Reply], attempt: int) -> set[str]:
        """Drafts that Exchange has said it will not send now. Those that still lie there untouched are sent once
        more, where it was only too busy for the moment, or taken back. The keys it has taken then."""
        if not drafts:
            return set()
        waits = [retry_after(r.headers) or BUSY_FOR for r in drafts.values()]
        again = attempt == 1 and max(waits) <= LONGEST_WAIT and all(r.status == 429 for r in drafts.values())
        self._sleep(max(waits) if again else BUSY_FOR)
        query = f"$select=id,isDraft,parentFolderId&$expand={_FLAG}"
        try:
            replies = self._graph.batch(
                Request("GET", f"{self._mailbox.path}/messages/{i}?{query}") for _, _, i in drafts
            )
        except AuditBotError:
            return set()  # settled on the next run
        outbox = self._mailbox.folder(self._settings.outbox_folder)
        untouched = [
            draft
            for draft, reply in zip(drafts, replies, strict=True)
            if reply.ok
            and reply.body["isDraft"]
            and reply.body["parentFolderId"] == outbox
            and not _in_hand(reply.body)
        ]
        if again:
            return self._submit(untouched, 2)
        self._take_back([(draft, self._refused) for draft in untouched])
        return set()

    def _take_back(self, refused: Sequence[tuple[tuple[str, str, str], str]]) -> None:
        """Letters whose sending was refused are begun again on a later run, once their drafts are gone."""
        if not refused:
            return
        try:
            replies = self._graph.batch(
                Request("DELETE", f"{self._mailbox.path}/messages/{i}") for (_, _, i), _ in refused
            )
        except AuditBotError:
            return  # settled on the next run
        self._record(
            [
                self._event(
                    EventKind.LETTER_CANCELLED,
                    f"{key}#{self._numbers[EventKind.LETTER_CANCELLED, key]}",
                    about,
                    why=why,
                )
                for ((key, about, _), why), reply in zip(refused, replies, strict=True)
                if reply.ok
            ]
        )

    def confirm(self) -> set[str]:
        """One look at Sent Items confirms every letter since the last look, also those whose answer was lost."""
        if self._began is None or not self._unconfirmed:
            return set()
        found = {
            k: c for k, c in self._sent_items(self._began - timedelta(minutes=5)) if k in self._unconfirmed
        }
        self._record([self._sent_event(self._letters[key], copy) for key, copy in found.items()])
        self._unconfirmed -= found.keys()
        self._taken += len(found)  # also one whose answer was lost has left
        return set(found)

    @property
    def speechless(self) -> str:
        """Why not one letter of this run has left although there were some, in Microsoft 365's words. Otherwise ""."""
        return "" if self._taken else self._refused

    # -------------------------------------------------------------------------------------- asking the mailbox

    def _find(self, keys: Sequence[str]) -> tuple[str, list[list[Any]]]:
        """The id of Sent Items, and every message of the mailbox that carries each key, wherever it lies."""
        parts = [Request("GET", f"{self._mailbox.path}/mailFolders/SentItems?$select=id")]
        for key in keys:
            value = self._mode.marked(key)
            text = (
                f"singleValueExtendedProperties/Any(ep: ep/id eq '{KEY_PROPERTY}' and ep/value eq '{value}')"
            )
            query = f"$filter={quote(text, safe=chr(39) + '():/,')}&$expand={_FLAG}"
            select = "$select=id,isDraft,sentDateTime,internetMessageId,parentFolderId"
            parts.append(Request("GET", f"{self._mailbox.path}/messages?{query}&{select}"))
        replies = self._graph.batch(parts)
        for reply in replies:
            if not reply.ok:
                raise reply.fault("Looking a letter up")
        sent_items, *found = (reply.body for reply in replies)
        return str(sent_items["id"]), [list(page["value"]) for page in found]

    def _sent_items(self, since: datetime, *, also_folders: bool = False) -> Iterator[tuple[str, Any]]:
        """Key and envelope of each of our letters in Sent Items since a moment, those a letter stands for among
        them; the outbox's folders on the way."""
        params = {
            "$filter": f"sentDateTime ge {since:%Y-%m-%dT%H:%M:%SZ}",
            "$orderby": "sentDateTime",
            "$select": "id,isDraft,sentDateTime,internetMessageId",
            "$expand": "singleValueExtendedProperties"
            f"($filter=id eq '{KEY_PROPERTY}' or id eq '{COVERS_PROPERTY}')",
            "$top": "500",
        }
        parts = [Request("GET", f"{self._mailbox.path}/mailFolders/SentItems/messages?{urlencode(params)}")]
        if also_folders:
            parts.append(self._mailbox.folders_request())
        page, *folders = self._graph.batch(parts)
        for reply in folders:
            self._mailbox.know_folders(reply)
        if not page.ok:
            raise page.fault("Looking through Sent Items")
        body = page.body
        while True:
            for message in body["value"]:
                for written in (KEY_PROPERTY, COVERS_PROPERTY):
                    for kept in (tagged(message, written) or "").split(","):
                        if key := self._mode.own(kept):
                            yield key, message
            if "@odata.nextLink" not in body:
                return
            body = self._graph.get(body["@odata.nextLink"])

    # ------------------------------------------------------------------------------------------------ recording

    def _note_sent(self, letter: LetterHistory, copy: Any) -> None:
        self._record([self._sent_event(letter, copy)])

    def _sent_event(self, letter: LetterHistory, copy: Any) -> Event:
        """A letter counts from the day it was sent, whenever that was found out."""
        moment = copy.get("sentDateTime")  # a copy that says it is a draft may have none
        on = london_date(datetime.fromisoformat(str(moment)) if moment else self._clock())
        data = {"on": on.isoformat(), "internet_message_id": str(copy.get("internetMessageId") or "")}
        return Event(self._clock(), EventKind.LETTER_SENT, letter.key, letter.about, data)

    def _hold(self, letter: LetterHistory, why: str) -> None:
        n = self._numbers[EventKind.LETTER_HELD, letter.key]
        self._note(EventKind.LETTER_HELD, f"{letter.key}#{n}", letter.about, why=why)

    def _note(self, kind: EventKind, key: str, about: str, **data: Plain) -> None:
        self._record([self._event(kind, key, about, **data)])

    def _event(self, kind: EventKind, key: str, about: str, **data: Plain) -> Event:
        now = self._clock()
        return Event(now, kind, key, about, {"on": london_date(now).isoformat(), **data})

    def _record(self, events: Sequence[Event]) -> None:
        """Into the ledger first, then into what this run knows."""
        if not events:
            return
        self._ledger.append(events)
        self._numbers.update((e.kind, e.key.partition("#")[0]) for e in events)
        self._history.take(events)


def _in_hand(draft: Any) -> bool:
    """Whether Exchange has begun to send a draft."""
    return bool(int(tagged(draft, SUBMITTED_FLAG) or 0) & 4)


def _body(letter: OutgoingLetter, mode: Mode) -> dict[str, Any]:
    """The draft as Graph wants it, with the letter's key in a named property and in a header."""

    def recipients(people: Sequence[Person]) -> list[dict[str, Any]]:
        return [{"emailAddress": {"name": p.name, "address": p.email}} for p in people]

    body: dict[str, Any] = {
        "subject": letter.subject,
        "body": {"contentType": "html", "content": letter.html},
        "toRecipients": recipients(letter.to),
        "ccRecipients": recipients(letter.cc),
        "singleValueExtendedProperties": [{"id": KEY_PROPERTY, "value": mode.marked(letter.key)}],
        # Comes back inside a non-delivery report. Automatic replies of people who are away stay welcome.
        "internetMessageHeaders": [{"name": KEY_HEADER, "value": mode.marked(letter.key)}],
    }
    if letter.important:
        body["importance"] = "high"
    if letter.covers:
        keys = ",".join(mode.marked(part["key"]) for part in letter.covers)
        body["singleValueExtendedProperties"].append({"id": COVERS_PROPERTY, "value": keys})
    if letter.attachments and _travels_inside(letter):
        body["attachments"] = [_attachment(name, data) for name, data in letter.attachments]
    return body


_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ics": "text/calendar; method=PUBLISH",
}


def _attachment(name: str, data: bytes) -> dict[str, Any]:
    return {
        "@odata.type": "#microsoft.graph.fileAttachment",
        "name": name,
        "contentType": _TYPES[name.rpartition(".")[2]],
        "contentBytes": base64.b64encode(data).decode(),
    }


def _travels_inside(letter: OutgoingLetter) -> bool:
    return sum(len(data) for _, data in letter.attachments) <= IN_THE_MESSAGE


_HEAD = re.compile(r"<(head|style|title)\b.*?</\1>", re.S | re.I)
_TAG = re.compile(r"<!--.*?-->|<[^>]+>", re.S)


def _visible(text: str) -> str:
    """What a reader sees of a body: Exchange rewrites the HTML around it."""
    return "".join(html_text.unescape(_TAG.sub(" ", _HEAD.sub(" ", text))).split())


def _written_ahead(letters: Iterable[OutgoingLetter], most: int) -> Iterator[list[OutgoingLetter]]:
    """Chunks of letters, each taken from the writer while the one before is being sent."""
    source = iter(letters)
    with ThreadPoolExecutor(1, "writing letters") as writer:
        coming = writer.submit(lambda: list(itertools.islice(source, most)))
        while chunk := coming.result():
            coming = writer.submit(lambda: list(itertools.islice(source, most)))
            yield chunk
