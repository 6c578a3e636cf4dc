"""Why a message is held: each reason once, with all that follows from it (§7, §10).

Its name is the category the message has in Outlook, and what the ledger remembers. Its record says what it means, the
one next step, its place in the digest and what else the page for the Audit Team tells of it. A reason more is a record
more here and whatever holds a message by it; the digest follows, and a test holds `docs/for_the_audit_team.md` to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from bot.programme.messages.matter_kind import Kind, Place

REASONS: dict[str, HeldReason] = {}
"""Every reason by its name, in the order of the page."""


@dataclass(frozen=True, eq=False, repr=False)
class HeldReason(str):
    """A reason is its name; the rest is said of it: what is `wrong` in plain words, the one next `step`, the label of
    the button by which it is left as it is, and what `more` the page has to say."""

    name: str
    place: Place
    wrong: str
    step: str
    settled: str = "It is settled"
    more: str = ""
    # from auditor or moderator: a part has come and lies with the Audit Team
    in_place_of_a_form: bool = False
    may_be_taken: bool = False  # a person may say that the form counts all the same
    # no answer nobody has read yet; or one with a pause of its own, or that counts already
    no_answer: bool = False
    shows_words: bool = False  # what was written besides a button's message is shown
    may_be_vouched_for: bool = False  # a person may say that the sender is who it seems
    child_in_doubt: bool = False  # nobody knows yet which audit it belongs to, whatever the form says

    def __new__(cls, name: str, *said: object, **besides: object) -> Self:
        return super().__new__(cls, name)

    def __post_init__(self) -> None:
        REASONS[self.name] = self

    @property
    def kind(self) -> Kind:
        """The matter it makes in the digest."""
        return Kind(self.place, self.wrong, self.step, settled=self.settled)


INCOMPLETE = HeldReason(
    "Incomplete", Place.BLOCKS, "a form came back with a part missing",
    "Ask its sender for it; a draft to an auditor lies in “Drafts for the Audit Team”.",
    more="often the grade, or almost everything but the grade; also a blank form that somebody sent back",
    may_be_taken=True,
)  # fmt: skip
DOUBTFUL = HeldReason(
    "Doubtful", Place.BLOCKS, "a grade in a form cannot be told for certain",
    "Open the form, and say which grade it gives.",
    more="it was typed with Track Changes on, is not one of the four, or something else stands beside it; or ask "
    "the sender to accept the changes and send it again",
)  # fmt: skip
WRONG_CHILD = HeldReason(
    "Possible wrong child", Place.BLOCKS, "a form may be about another child than it says",
    "Look before anything else, and ask its sender.",
    more="reference, file name, subject or child do not agree",
    child_in_doubt=True,
)  # fmt: skip
CHILD_IN_DOUBT = HeldReason(
    "Child in doubt", Place.BLOCKS, "a form no longer says for certain which child it is about",
    "Look whether it is this child’s, and take it; otherwise ask its sender.",
    more="the Mosaic number, the name or the date of birth that stood in it when it went out is gone, or the date of "
    "birth is another",
    may_be_taken=True,
)  # fmt: skip
WRONG_SENDER = HeldReason(
    "Sent by someone else", Place.BLOCKS, "something came from a person whose part it is not",
    "If it is right, take it; otherwise ask the right person to send it.",
    more="from neither auditor nor moderator, the part of one from the other, or a record from somebody who does not "
    "lead that meeting",
    may_be_taken=True,
)  # fmt: skip
CHANGED = HeldReason(
    "Differs from an earlier return", Place.BLOCKS, "two forms of one audit say different things",
    "Ask which of them counts, and take that one.",
    more="two in one message (both readings are shown), or another grade, action or declaration than in the one acted "
    "on, and nobody had asked for it; what was filed goes on counting. Without a button: once moderated, enter "
    "**Final grade** and its day; before that enter **Return for rectification by** and ask for the file once more: "
    "it is then the correction",
    may_be_taken=True,
)  # fmt: skip
NOT_A_FORM = HeldReason(
    "Not a Word form", Place.BLOCKS, "something came that is no Word form",
    "Ask for the Word file itself.",
    more="a PDF, a picture, a link, a protected file, a form written into the message",
    in_place_of_a_form=True,
)  # fmt: skip
TOO_LARGE = HeldReason(
    "Too large", Place.BLOCKS, "a file is too large to be read",
    "Ask for the form without pictures.",
    in_place_of_a_form=True,
)  # fmt: skip
NOT_TAKEN_IN = HeldReason(
    "Not taken in", Place.BLOCKS, "a message could not be taken in",
    "It is tried again at every look; if it goes on, ask the IT administrator.",
    settled="", more="it stays where it is, and has no category there",
)  # fmt: skip
PUT_ASIDE = HeldReason(
    "Put aside", Place.BLOCKS, "a message could not be read to its end, and is not tried again",
    "Open it by hand; ask its sender for the form alone.",
    more="more than 20 files in one message, more than a minute spent on it, or the bot failed on it twice: the others "
    "go on. Moved into the Inbox it is tried once more",
    in_place_of_a_form=True,
)  # fmt: skip
PROTECTED = HeldReason(
    "Protected", Place.BLOCKS, "a message is protected and cannot be opened",
    "Ask for the form in a message without protection.",
    more="no “Encrypt”, and no label that locks it",
    in_place_of_a_form=True,
)  # fmt: skip
UNDELIVERED = HeldReason(
    "Could not be delivered", Place.BLOCKS, "a letter did not reach somebody",
    "Put the row or the address right, then say that it is settled.",
    more="it failed for good; has the person left? Until it is settled, or its report is out of the folder, for a "
    "week at most nothing more goes to that address, and letters to several go to the others. A report that Exchange "
    "itself did not write is told and holds nothing back. Delays, receipts and reports on mail of your own are let be",
    no_answer=True,
)  # fmt: skip
TO_READ = HeldReason(
    "Please read", Place.BLOCKS, "somebody wrote words that are not plain",
    "Read and answer it; what is agreed goes into the list.",
    more="the beginning stands in the digest, without names and numbers",
    shows_words=True,
)  # fmt: skip
SAID_SENT = HeldReason(
    "Said to be sent", Place.BLOCKS, "somebody says they have sent it already",
    "Look for it, also in Junk; if it is not there, ask for a copy.",
    no_answer=True,
)  # fmt: skip
DATE_IN_DOUBT = HeldReason(
    "Date in doubt", Place.BLOCKS, "a date that was told may be wrong",
    "Ask, and enter the right one.",
    shows_words=True,
)  # fmt: skip
SENDER_IN_DOUBT = HeldReason(
    "Sender in doubt", Place.BLOCKS, "Exchange does not vouch for a sender",
    "Ask them by telephone.",
    settled="It is not from them",
    more="nothing follows from it, it holds nothing up, nobody is answered, and it stays here until you settle it, "
    "whatever else comes. Write for the shared mailbox by “Send As”, or in your own name: “Send on Behalf” shows two "
    "senders",
    may_be_vouched_for=True,
)  # fmt: skip
WEEKLY = HeldReason(
    "Weekly report", Place.CAN_WAIT, "words that were counted as the weekly report of an Inadequate",
    "Read it; if it is no report, ask for one.",
    settled="I have read it", more="from those who follow it week by week",
    no_answer=True,
)  # fmt: skip
RECORD = HeldReason(
    "A record to enter", Place.BLOCKS, "something in the record of a meeting is against the list",
    "Read it, and enter in the list what is right.",
    more="of a UoPP meeting or a six-week check; or something in it cannot be read, or is against the order of "
    "things. The digest says what it says for the list. Once you have put it away and the list has the day, what else "
    "it says is in the record of the cycle, where it came from whoever leads that meeting",
)  # fmt: skip
NOT_EXPECTED = HeldReason(
    "Not expected", Place.BLOCKS, "a form or a button came where nothing was waited for",
    "Look at the row; take it if it counts.",
    may_be_taken=True,
)  # fmt: skip
UNKNOWN_AUDIT = HeldReason(
    "Which audit is it?", Place.BLOCKS, "it is not certain which audit a form is for",
    "Ask its sender.",
    more="it carries no reference, or one that is not in the list",
)  # fmt: skip
ROW_UNUSABLE = HeldReason(
    "Its row cannot be used", Place.BLOCKS, "something came for an audit whose row cannot be used",
    "Put the row right; what came is then read again by itself.",
    more="its reference stands in two rows, or a cell of it says what nobody can use",
)  # fmt: skip

NO_ANSWER = frozenset(reason for reason in REASONS.values() if reason.no_answer)
