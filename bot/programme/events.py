"""What has happened: the records of the ledger, in the past tense.

An event is never changed or removed; its `data` can be erased, which is an event too. `key` is unique within its
kind, so recording one happening twice changes nothing. `data` holds text, numbers, booleans, None and lists of these;
never a child's name, date of birth, ethnicity or any narrative, and never the text of a letter or of an audit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

Plain = str | int | float | bool | None | Sequence["Plain"] | Mapping[str, "Plain"]


class EventKind(StrEnum):
    """Every event may carry `on`: the London date it happened on.

    A letter's events have its key, then "#n" where the same thing can happen again to the same letter.
    """

    __hash__ = str.__hash__  # an Enum's own is written in Python; a ledger asks for it a million times

    # data: letter, rule, occasion, to, cc, audit (reference), due, why. `about`: list item id, or "cycle:" + one;
    # mode: of a letter of another mode than the run's;
    # covers: of a letter that stands for several, each one's key, about, rule, letter, occasion, audit and why
    LETTER_INTENDED = "letter intended"
    LETTER_DRAFTED = "letter drafted"  # data: message_id, internet_message_id, as_written (a fingerprint)
    LETTER_SENDING = "letter sending"  # recorded before the request leaves
    LETTER_SUBMITTED = "letter submitted"  # Exchange answered 202; from here it is never sent again
    LETTER_SENT = "letter sent"  # found in Sent Items. data: internet_message_id
    LETTER_LEFT_AS_DRAFT = "letter left as draft"  # for the Audit Team to read and send
    LETTER_HELD = "letter held"  # data: why; a person decides
    LETTER_CANCELLED = "letter cancelled"  # data: why; nothing was sent
    # the post
    MESSAGE_SEEN = "message seen"  # key: immutable message id. data: internet_message_id, received, sender
    # what came in while the library did not take it. key: list item id # sha256. data: url, name, file, etag
    DOCUMENT_STORED = "document stored"
    # key: list item id # sha256. data: sha256, grade, domain_grades, family_feedback, practitioner_feedback,
    # family (what became of asking them), incomplete, problems, url, name, came_in (message id), sender, file, etag,
    # content_sha256; of an audit taken over from a spreadsheet (key: list item id # taken over) taken_over, on, grade
    AUDIT_RETURNED = "audit returned"
    MODERATION_RETURNED = "moderation returned"
    # of a UoPP meeting or a six-week check. key: list item id # sha256. data: record, date, grade, drift, and of
    # the file and the message as above; nothing of what was said
    RECORD_RETURNED = "record returned"
    AUTOMATIC_REPLY_SEEN = "automatic reply seen"  # key: message id. data: sender, until
    LETTER_BOUNCED = "letter bounced"  # key: message id. data: address, letter_key
    # key: message id # file's sha256. data: reason (with a person's words guarded, never a name of a child), sender,
    # category, incomplete, form, may_be_inadequate, unread (nobody can tell which grade), grades, vouched (Exchange
    # says that this person wrote it), doubt (why its sender is not taken at their word, or ""), theirs (it is from
    # somebody of the audit whose part it may be, or from Exchange), offers, stays (not taken in; the key then has "not
    # taken in" for the file)
    NEEDS_A_PERSON = "needs a person"
    # what a person told by a button. key: list item id # command, and what tells one time from another.
    # data: command, date (the day it is about), by, letter_key, auditor, grade
    REPORTED = "reported"
    # key: message id, and "#n" once it was read again. data: folder, category. Always the last of a message
    MESSAGE_FILED = "message filed"
    # a person put it back into the Inbox, or what it failed on has changed. key: message id # n; about: message id
    MESSAGE_READ_AGAIN = "message read again"
    # key: message id # digest # day. data: message, against (digest of what it met)
    MESSAGE_TRIED = "message tried"
    # the bot itself failed on it. key: message id # n; data: message, why (the kind of fault)
    MESSAGE_BROKE = "message broke the reading"
    # what a member of the Audit Team decided about one letter, or about all that had fallen due before letters went
    # out. key: message id. data: letter (its code, kept_letters.py), says (hold, skip, go), until, takes_on, by
    WORD_ON_A_LETTER = "word on a letter"
    # what a member of the Audit Team said by a button of the digest. key: message id. data: word, matter, choice (as in
    # the message's reference), by, settles (keys of questions, or codes of matters, that leave); offer and message: of
    # a held message that is read again by what was said; trial: of a trial's own letters, the mode in which it counts
    TEAM_SAID = "team said"
    # a replacement was asked for by a button of the digest. key: message id. data: vacant, of (address of who had the
    # part), struck (addresses, and codes of children, not to be proposed), mode
    REPLACEMENT_ASKED = "replacement asked for"
    # what was proposed, before its letter leaves. key: message id # code. data: asked (message id), code, row (code of
    # what stood in the row), child (a code), auditor, moderator
    REPLACEMENT_PROPOSED = "replacement proposed"
    # entered in the list on a member's word. key: message id. data: vacant, of, row (list item id), code, says,
    # to_confirm
    REPLACEMENT_ENTERED = "replacement entered"
    # stood in a digest for the first time, or (gone) no longer. key: its code and the day
    MATTER_TOLD = "matter told"
    TOLD = "told"  # something the Audit Team hears of once, in the next digest. data: where, what
    FOLDER_KNOWN = "folder known"  # key: name # id. data: name, id
    # key and data on: the day before which nothing in the mailbox is touched
    READING_BEGINS = "reading begins"
    MAILBOX_GONE_THROUGH = "mailbox gone through"  # data: since, to: from when to when, whatever the folder
    # the list and the runs
    # what a list for confirmation showed. key: letter key # day # digest. data: letter_key, rows (item id -> code)
    LIST_SHOWN = "list shown"
    RECTIFICATION_SEEN = "rectification seen"  # key: list item id # date. data: by
    # another final grade in the list, or none. key: list item id # how many before # grade. data: grade
    DECISION_SEEN = "decision seen"
    # the list says another day of a disagreement, or none. key: list item id # how many before. data: disputed
    DISAGREEMENT_SEEN = "disagreement seen"
    # a row of an open cycle as last seen, in case it is deleted. key: list item id # time. data: reference, cycle
    # (its item id), child (a code), status, runs, inadequate, steps, gone_on (the day it was found deleted, or "")
    ROW_SEEN = "row seen"
    # what protects a row, as it stood last. key: list item id # time. data: columns (our word -> [id of the column,
    # what it says as text])
    PROTECTION_SEEN = "protection seen"
    ROW_WRITTEN = "row written"  # recorded before the write. data: values (our column -> text or None)
    CURSOR_MOVED = "cursor moved"  # data: cursor
    # key: the name it has in the row that says it is at work (lease.py). data: mailbox and site (own_ledger.py)
    RUN_STARTED = "run started"
    # mailbox and site are both others now, says whoever keeps the profile. key: its moment. data: mailbox, site,
    # former_mailbox, former_site, because; where and what, as in TOLD
    COUNCIL_MOVED = "council moved"
    # data: on, whole, letters, rows, mode, key_code (keys_in_use.py), rules and letters_found_good (codes of files that
    # have no fault: they are looked through no more)
    RUN_FINISHED = "run finished"
    # letters go to people from this day on: the first day of all, after a trial or after a standstill. key and data: on
    LIVE_BEGAN = "live began"
    # how far letters may go (levels.py). key: level and moment. data: on, level, since (or when it was recorded), by
    LEVEL_BEGAN = "level began"
    # what would go out at a higher level was shown to the Audit Team. key: level and moment. data: on, level, until,
    # letters (how many), codes (one for each letter and reader)
    LEVEL_SHOWN = "level shown"
    LEVEL_APPROVED = (
        "level approved"  # a member said yes to it. key: message id. data: on, level, plan (its key), by
    )
    # a workbook of where the audits stand was put into the library. data: service, code (digest of what it says), url
    DASHBOARD_KEPT = "dashboard kept"
    # the Audit Team's own files. key: code of the set # how many before. data: files (place -> hash), code
    TEAM_FILES_OFFERED = "team files offered"
    # key: as above. data: files, code, by (an address, or "" for a day that passed). From the next run on
    TEAM_FILES_IN_FORCE = "team files in force"
    # the ledger itself
    # entries written before there was a chain were sealed as they stood. data: entries
    CHAIN_BEGAN = "chain began"
    # the ledger is an older copy than was known elsewhere, or new. data: seals (number -> seal that are given up), and
    # where and what, as in TOLD
    LEDGER_PUT_BACK = "ledger put back"
    # all about one audit was put together for an inspector. key: list item id # moment. data: on, reference, seal (of
    # its list of files); not by whom or for whom
    PACK_MADE = "pack made"
    # key: moment # number drawn by lot. data: because, by; emptied (numbers of entries whose contents are gone), left
    # (number -> digest of what is left)
    CONTENTS_ERASED = "contents erased"


OF_ONE_MODE = frozenset(
    {
        EventKind.LETTER_INTENDED,
        EventKind.LETTER_DRAFTED,
        EventKind.LETTER_SENDING,
        EventKind.LETTER_SUBMITTED,
        EventKind.LETTER_SENT,
        EventKind.LETTER_LEFT_AS_DRAFT,
        EventKind.LETTER_HELD,
        EventKind.LETTER_CANCELLED,
        EventKind.WORD_ON_A_LETTER,
        EventKind.LIVE_BEGAN,
    }
)
"""What belongs to one mode (modes.py); everything else that happens is the same in each."""


OF_THE_LEDGER = frozenset({EventKind.CHAIN_BEGAN, EventKind.LEDGER_PUT_BACK, EventKind.CONTENTS_ERASED})
"""What the ledger tells of itself: nothing has happened but to it."""


@dataclass(frozen=True, slots=True)
class Event:
    """`at` is UTC; `about` names what it concerns: a list item id, "cycle:" + one, or "". `erased`: its contents are
    gone."""

    at: datetime
    kind: EventKind
    key: str
    about: str = ""
    data: Mapping[str, Plain] = field(default_factory=dict)
    erased: bool = False
