"""A message in the shared mailbox as it lies there: its envelope and what it carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

LONGEST_HEADER = 8_000
"""Signs of a subject, a header or a file's name that are looked at: a long conversation's References have 5,000."""
PATIENCE = timedelta(days=1)
SMALL_FOR = timedelta(hours=1)
SMALLEST = 600
"""Bytes. Not even an empty Word document or PDF is smaller."""

_SCAN = "safe attachments scan in progress"
_SCANNED = (".docx", ".docm", ".doc", ".pdf")
_DOCUMENTS = (".docx", ".docm", ".dotx", ".doc", ".pdf", ".odt", ".rtf", ".pages", ".zip")
_OF_WORD = (".docx", ".docm", ".dotx", ".doc", ".eml", ".msg")
_LOCKED = "application/x-microsoft-rpmsg-message"
_MESSAGE = "message/rfc822"


def named_like_a_form(name: str, content_type: str) -> bool:
    """A Word file by its name or type."""
    return name.casefold().endswith(".docx") or content_type.casefold().endswith("wordprocessingml.document")


@dataclass(frozen=True, slots=True)
class Attachment:
    """An attachment without its content. `kind` is file, item (a message) or reference (a link)."""

    id: str
    name: str
    content_type: str
    size: int
    kind: str
    inline: bool

    @property
    def stands_for_another(self) -> bool:
        """Whether Safe Attachments has put this in the place of a file that it still looks at."""
        return _SCAN in self.name.casefold()

    @property
    def protected(self) -> bool:
        """Whether this is the locked body of a protected message."""
        return self.name.casefold().endswith(".rpmsg") or self.content_type.casefold() == _LOCKED

    @property
    def may_be_a_form(self) -> bool:
        """Whether it is a Word file. With one in the mail, pictures and PDF copies beside it are let be."""
        return self.kind == "file" and named_like_a_form(self.name, self.content_type)

    @property
    def may_be_a_message(self) -> bool:
        """Whether it is a message, attached by Outlook or as a file. Outlook's own .msg files are not opened."""
        by_file = self.name.casefold().endswith(".eml") or self.content_type.casefold() == _MESSAGE
        return self.kind == "item" or (self.kind == "file" and by_file)

    @property
    def may_hold_a_form(self) -> bool:
        """Whether it is worth a look where nobody expects anything: of Word in any guise, or a message."""
        kind = self.content_type.casefold()
        of_word = self.name.casefold().endswith(_OF_WORD) or "word" in kind
        return self.kind == "item" or of_word or kind == _MESSAGE

    @property
    def brought(self) -> bool:
        """Whether somebody sent it. Some programs mark every file inline, others only the pictures of a letter."""
        return not self.inline or self.name.casefold().endswith(_DOCUMENTS) or self.may_be_a_form


@dataclass(frozen=True, slots=True)
class Post:
    """One message. Addresses and header names are lower case; `received` is in UTC."""

    id: str
    internet_id: str
    sender: str
    subject: str
    received: datetime
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)  # of one that stands more than once, the first
    repeated: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # all values of those that do
    message_class: str = ""
    own_key: str = ""
    has_attachments: bool = False  # as Exchange says, which is wrong both ways
    attachments: tuple[Attachment, ...] = ()
    categories: tuple[str, ...] = ()
    folder: str = ""  # the id of the folder it lies in
    closed: str = ""  # why its headers and attachments could not be had, although those of others could
    sent_by: str = ""  # the address of its Sender, where that is not whom it is from
    vouched_for: bool = False  # the Audit Team has said that the sender is who it seems
    internal_by_rule: bool = False  # the council's own rule of mail flow says that it came from inside

    def header(self, name: str) -> str:
        return self.headers.get(name, "").strip()

    def every(self, name: str) -> tuple[str, ...]:
        """All the values of a header, as often as it stands in the message."""
        values = self.repeated.get(name) or ((self.headers[name],) if name in self.headers else ())
        return tuple(value.strip() for value in values)

    def marked_by(self, internal_mail_mark: str) -> Post:
        """The same, marked as coming from inside where it has the header, "x-name: value", by which the council's own
        rule marks such mail."""
        name, _, value = (part.strip().casefold() for part in internal_mail_mark.partition(":"))
        marks = {each.casefold() for each in self.every(name)}
        return replace(self, internal_by_rule=bool(name) and marks == {value})

    @property
    def brings_a_form(self) -> bool:
        """Whether it carries what may be a form, or a message that may have one in it."""
        return any(a.may_be_a_form or a.may_be_a_message for a in self.attachments)

    def still_arriving(self, now: datetime) -> bool:
        """Whether files of this message are still with Safe Attachments: it stands in their place, or they are
        announced and not there, or too small to be a document. Moved, the message would never get them.

        A file that stays so has been waited for in vain: after an hour a small file is one, after a day nothing else
        is waited for. https://learn.microsoft.com/defender-office-365/safe-attachments-about
        """
        waited = now - self.received
        files = [a for a in self.attachments if a.kind == "file"]
        if waited < SMALL_FOR and any(
            a.size < SMALLEST and a.name.casefold().endswith(_SCANNED) for a in files
        ):
            return True
        announced = self.has_attachments and not self.attachments
        return waited < PATIENCE and (announced or any(a.stands_for_another for a in files))

    @property
    def protected(self) -> bool:
        """Whether a label or "Encrypt" keeps what stands in this message from everybody but its recipients.

        The bot is none of them: what it gets is a notice. https://learn.microsoft.com/purview/ome
        """
        return self.headers.get("content-class", "").casefold().startswith("rpmsg.message") or any(
            a.protected for a in self.attachments
        )
