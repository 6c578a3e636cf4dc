"""What has happened: the records of the ledger, in the past tense.

An event is never changed or removed. `key` is unique within its kind, so recording one happening twice changes
nothing. `data` holds text, numbers, booleans, None and lists of these; never a child's name, date of birth,
ethnicity or any narrative, and never the text of a letter or of an audit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

Plain = str | int | float | bool | None | Sequence["Plain"] | Mapping[str, "Plain"]


class EventKind(StrEnum):
    # letters, in the order they happen; `about` is the list item id of the audit, or "cycle:" + that of the cycle
    LETTER_INTENDED = "letter intended"  # key: letter key; data: letter, rule, occasion, to, cc, audit, due, why
    LETTER_DRAFTED = "letter drafted"  # key: letter key # n; data: message_id, internet_message_id
    LETTER_SENDING = "letter sending"  # key: letter key # attempt
    LETTER_SUBMITTED = "letter submitted"  # key: letter key # attempt; Exchange said 202
    LETTER_SENT = "letter sent"  # key: letter key; data: sent_on (date), internet_message_id
    LETTER_LEFT_AS_DRAFT = "letter left as draft"  # key: letter key; for the Audit Team to send
    LETTER_HELD = "letter held"  # key: letter key # n; data: why; a person decides
    LETTER_CANCELLED = "letter cancelled"  # key: letter key; data: why; nothing was sent
    # post
    MESSAGE_SEEN = "message seen"  # key: immutable message id; data: internet_message_id, received, sender
    DOCUMENT_STORED = "document stored"  # key: audit item id # sha256; data: url, name
    AUDIT_RETURNED = "audit returned"  # about: item id; key: item id # sha256; data: see read_results
    MODERATION_RETURNED = "moderation returned"  # about: item id; key: item id # sha256
    AUTOMATIC_REPLY_SEEN = "automatic reply seen"  # key: message id; data: sender, until
    LETTER_BOUNCED = "letter bounced"  # key: message id; data: address, letter_key, permanent
    NEEDS_A_PERSON = "needs a person"  # key: message id # file sha256 or ""; data: reason, sender
    MESSAGE_FILED = "message filed"  # key: message id; data: folder. Always last
    # the list and the runs
    ROW_WRITTEN = "row written"  # about: item id; key: item id # run # n; data: the columns written
    CURSOR_MOVED = "cursor moved"  # key: cursor; data: cursor
    RUN_STARTED = "run started"
    RUN_FINISHED = "run finished"  # data: counts


@dataclass(frozen=True, slots=True)
class Event:
    """`at` is UTC; `about` names what it concerns: a list item id, "cycle:" + one, or "" ."""

    at: datetime
    kind: EventKind
    key: str
    about: str = ""
    data: Mapping[str, Plain] = field(default_factory=dict)
