"""Which audit came back, which part of it, and whether it may be taken in without asking a person (§7).

The reference in the form, in the file's name and in the subject, the child in the form and the sender must agree.
Where they do not, nothing is guessed: the message is held with the reason in words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from bot.programme.history.history import History
from bot.programme.history.records_of_the_past import AuditHistory, Returned
from bot.programme.messages.held_reasons import (
    CHANGED,
    CHILD_IN_DOUBT,
    INCOMPLETE,
    NOT_EXPECTED,
    RECORD,
    ROW_UNUSABLE,
    UNKNOWN_AUDIT,
    WRONG_CHILD,
    WRONG_SENDER,
    HeldReason,
)
from bot.programme.messages.offers import Offer
from bot.programme.messages.post import Post
from bot.programme.reference import REFERENCE, another_reference, as_told, references_in
from bot.programme.standing.counting_grade import correction, grades_of
from bot.programme.standing.status import stopped
from bot.programme.vocabulary import Allocation, Cycle, Grade, Part, Person, Record, RecordKind
from bot.programme.waits import listed


class Identity(StrEnum):
    """What a form says of whose it is, as a sentence calls it."""

    NUMBER = "the Mosaic number"
    NAME = "the name"
    BORN = "the date of birth"


@dataclass(frozen=True, slots=True)
class FormFacts:
    """What a returned form says of itself. Empty text where it says nothing.

    `date_of_birth` is ISO text, or what else stands there. `identity` is what our form asks about the child, and had
    answered when it went out. `scant` are the parts in which almost nothing is answered, `references` is how the
    council writes a reference.
    """

    name: str
    sha256: str
    reference: str
    part: Part
    auditor_grade: Grade | None
    moderated_grade: Grade | None
    child_name: str = ""
    mosaic_number: str = ""
    date_of_birth: str = ""
    identity: frozenset[Identity] = frozenset()
    scant: frozenset[Part] = frozenset()
    record: Record | None = None
    references: str = REFERENCE

    @property
    def ungraded(self) -> bool:
        return self.auditor_grade is None and self.moderated_grade is None


@dataclass(frozen=True, slots=True)
class Accepted:
    """Take in these parts of this audit. `notes` are for the Audit Team; they stop nothing."""

    allocation: Allocation
    parts: tuple[Part, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordCame:
    """It is a form of what comes after moderation: records.py says what becomes of it."""

    allocation: Allocation
    record: Record


@dataclass(frozen=True, slots=True)
class KnownAlready:
    """The very same file came before."""


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A person must look. `category` is the short word put on the message, `reason` the sentence; `offers` are what the
    Audit Team may say about it by a button."""

    category: HeldReason
    reason: str
    allocation: Allocation | None = None
    offers: tuple[Offer, ...] = ()

    @property
    def may_be_taken(self) -> bool:
        """Whether a person may say that the form counts: it is in the list and names nobody else's child."""
        return self.category.may_be_taken and self.allocation is not None


Decision = Accepted | RecordCame | KnownAlready | HeldBack


def row_unusable(why: str) -> str:
    """What is told of something that came for an audit of whose row `why` it cannot be used."""
    return (
        f"What came was not taken in, because {why}. Whoever keeps the list puts that right; it is then read again by "
        "itself."
    )


def decision(
    post: Post,
    facts: FormFacts,
    allocations: Mapping[str, Allocation],
    cycles: Mapping[str, Cycle],
    history: History,
    thread: Iterable[str] = (),
    together: Collection[str] = (),
    unusable: Mapping[str, str] = MappingProxyType({}),
) -> Decision:
    """What to do with one returned form. `allocations` by reference, `unusable` as in Council; `thread` holds the
    references of our letters in the same conversation, `together` those of all forms in the same message: that one of
    them is answered in the thread of another is no contradiction."""
    allocation = allocations.get(facts.reference)
    if why := unusable.get(facts.reference.casefold()):
        return HeldBack(ROW_UNUSABLE, row_unusable(why))
    if allocation is None:
        told = as_told(facts.reference, facts.references)
        said = f"The form's reference ({told}) is not in the list" if facts.reference else (
            "The form carries no reference"
        )  # fmt: skip
        return HeldBack(UNKNOWN_AUDIT, f"{said}, so it is not certain which audit this is.")
    if (why := _contradiction(post, facts, allocation, allocations.keys(), thread, together)) is not None:
        return HeldBack(WRONG_CHILD, why, allocation)
    if facts.sha256 in history.files.get(allocation.item_id, ()):
        return KnownAlready()
    if (why := child_in_doubt(facts, allocation)) is not None:
        return HeldBack(CHILD_IN_DOUBT, f"{facts.reference}: {why}", allocation)
    if (why := _left_or_closed(post, facts, allocation, cycles, history)) is not None:
        return HeldBack(
            NOT_EXPECTED, f"{facts.reference} {why}, and yet a form came back for it.", allocation
        )
    if facts.ungraded and (record := _of_a_record(facts, allocation, history)):
        return record
    graded = allocation.audit_type.is_moderated
    if not facts.ungraded and not graded:
        why = f"is a {allocation.audit_type.lower()}, which has no grade, and a graded form came for it."
        return HeldBack(NOT_EXPECTED, f"{facts.reference} {why}", allocation)
    if post.sender not in _emails(allocation.auditor, allocation.moderator):
        why = f"came from {post.sender}, who is neither its auditor nor its moderator."
        return HeldBack(WRONG_SENDER, f"{facts.reference} {why}", allocation)
    if graded and facts.ungraded:
        return HeldBack(INCOMPLETE, f"{facts.reference} came back on a form without a grade.", allocation)
    of = _moderators_part if post.sender in _emails(allocation.moderator) else _auditors_part
    found = of(post, facts, allocation, history.audit(allocation.item_id))
    if isinstance(found, Accepted) and (scant := facts.scant.intersection(found.parts)):
        why = "came back with almost nothing answered but its grade, which is no " + (
            "audit" if Part.AUDITOR in scant else "moderation"
        )
        return HeldBack(INCOMPLETE, f"{facts.reference} {why}.", allocation)
    return found


def _contradiction(
    post: Post,
    facts: FormFacts,
    allocation: Allocation,
    known: Collection[str],
    thread: Iterable[str],
    together: Collection[str],
) -> str | None:
    """What about a form says that it is for another audit or another child."""
    for place, text, allowed in (("file's name", facts.name, ()), ("subject", post.subject, together)):
        others = [r for r in references_in(text, known) if r != facts.reference]
        others += [another] if (another := another_reference(text, facts.reference)) else []
        others = [r for r in dict.fromkeys(others) if r not in allowed]
        if others:
            return f"The form is for {facts.reference} but the {place} says {', '.join(others)}."
    thread = list(thread)
    others = [r for r in thread if r != facts.reference and r not in together]
    if others and facts.reference not in thread:
        about = ", ".join(others)
        return f"The form is for {facts.reference} but it came in reply to a letter about {about}."
    return other_child(facts, allocation)


def _left_or_closed(
    post: Post, facts: FormFacts, allocation: Allocation, cycles: Mapping[str, Cycle], history: History
) -> str | None:
    """Why nothing is expected for this audit any more."""
    left = (allocation.withdrawn or allocation.exempted) and not (
        facts.ungraded and facts.record and _goes_on(facts.record, allocation, history)
    )
    cycle = cycles.get(allocation.cycle)
    if not left and cycle is not None and cycle.open:
        return None
    stop = stopped(allocation, post.received.date())
    return f"is {stop.value.lower()}" if stop else "belongs to a cycle that is closed"


def _of_a_record(facts: FormFacts, allocation: Allocation, history: History) -> Decision | None:
    """What becomes of a form without a grade that is, or may be, one of what comes after moderation."""
    if facts.record and allocation.audit_type.is_moderated:
        return RecordCame(allocation, facts.record)
    if not history.audit(allocation.item_id).moderations:
        return None
    return HeldBack(
        RECORD,
        f"A form without a grade came for {facts.reference}, which has been moderated: the record of its UoPP "
        "meeting, or a six-week check. It is kept in the library; please enter its date in the list.",
        allocation,
    )


def _goes_on(record: Record, allocation: Allocation, history: History) -> bool:
    """Whether a record is of a meeting that is held although the audit was withdrawn: the steps of an Inadequate go on
    for the child until the Audit Manager ends them, and its records are asked for (§10)."""
    grades = grades_of(allocation, history.audit(allocation.item_id))
    ended = allocation.exempted or allocation.safety_steps_ended_on
    return record.kind is not RecordKind.SIX_WEEKS and not ended and grades.inadequate is not None


def _moderators_part(post: Post, facts: FormFacts, allocation: Allocation, past: AuditHistory) -> Decision:
    returned, moderated = _latest(past)
    if facts.part is Part.AUDITOR:
        why = "came from its moderator, but the moderator's part has not been filled in."
        return HeldBack(INCOMPLETE, f"{facts.reference} {why}", allocation)
    anew = moderated is not None and moderated.sent_back  # what was sent back is moderated anew
    if not anew and (changed := _changed("moderated grade", moderated, facts.moderated_grade)):
        return HeldBack(CHANGED, f"{facts.reference}: {changed}", allocation)
    if returned is None:
        if facts.auditor_grade is None:
            why = "was moderated, but the auditor's part never reached us and is not in the file."
            return HeldBack(NOT_EXPECTED, f"{facts.reference} {why}", allocation)
        why = "has not come from its auditor: both parts came in the moderator's file. Ask the auditor to send theirs."
        return HeldBack(WRONG_SENDER, f"{facts.reference} {why}", allocation)
    if facts.auditor_grade and (changed := _changed("auditor's grade", returned, facts.auditor_grade)):
        return HeldBack(CHANGED, f"{facts.reference}: {changed}", allocation)
    people = (allocation.auditor, allocation.practitioner, allocation.team_manager)
    return Accepted(allocation, (Part.MODERATOR,), _not_copied(post, *people))


def _auditors_part(post: Post, facts: FormFacts, allocation: Allocation, past: AuditHistory) -> Decision:
    returned, moderated = _latest(past)
    if facts.part is not Part.AUDITOR and (moderated is None or moderated.grade is not facts.moderated_grade):
        why = "came from its auditor with the moderator's part filled in."
        return HeldBack(WRONG_SENDER, f"{facts.reference} {why}", allocation)
    waited_for = allocation.rectification_by is not None and correction(allocation, past) is None
    corrects = waited_for and (moderated is None or moderated.sent_back)
    if not corrects and (changed := _changed("auditor's grade", returned, facts.auditor_grade)):
        return HeldBack(CHANGED, f"{facts.reference}: {changed} {_way_on(moderated)}", allocation)
    notes = []
    if allocation.moderator and allocation.moderator.email not in (*post.to, *post.cc):
        name = allocation.moderator.name
        notes.append(f"{name} was not copied in; the request to moderate carries the audit.")
    if allocation.audit_type.is_moderated:
        notes += _not_copied(post, allocation.practitioner, allocation.team_manager)
    return Accepted(allocation, (Part.AUDITOR,), tuple(notes))


def _latest(past: AuditHistory) -> tuple[Returned | None, Returned | None]:
    """What the auditor and what the moderator sent last."""
    returned = past.returns[-1] if past.returns else None
    return returned, past.moderations[-1] if past.moderations else None


def _way_on(moderated: Returned | None) -> str:
    """How the Audit Team can let another grade count; each way works (§7, §11)."""
    if moderated:
        return "The audit has been moderated: if another grade is right, enter “Final grade” and “Finally decided on”."
    return (
        "Nothing was changed. If the new file is the one that counts, enter “Return for rectification by” with today's "
        "date and ask for the file to be sent once more: it is then taken in as the correction."
    )


def _not_copied(post: Post, *people: Person | None) -> tuple[str, ...]:
    """A note when somebody who should have the audit was not on the message it came with (§7)."""
    without = [p.name for p in people if p and p.email not in (post.sender, *post.to, *post.cc)]
    if not without:
        return ()
    return (f"{listed(without)} {'was' if len(without) == 1 else 'were'} not copied in; please pass it on.",)


def _changed(what: str, earlier: Returned | None, grade: Grade | None) -> str | None:
    if earlier is None or earlier.grade is grade:
        return None
    return f"the {what} is now {grade or 'empty'}; it was {earlier.grade or 'empty'} in the file that was acted on."


def other_child(facts: FormFacts, allocation: Allocation) -> str | None:
    """A sentence when the form names another child than the row. It names neither."""
    if allocation.restricted and not _names_a_child(facts):
        return None
    if facts.mosaic_number and _plain(facts.mosaic_number) != _plain(allocation.mosaic_number):
        return f"The Mosaic number in the form is not the one of {allocation.reference}."
    surely = bool(
        facts.mosaic_number
    )  # with the right number another way to write the name is the same child's
    if facts.child_name and not _is_called(facts.child_name, allocation.child_name, surely=surely):
        return f"The child's name in the form is not the one of {allocation.reference}."
    return None


def child_in_doubt(facts: FormFacts, allocation: Allocation) -> str | None:
    """A sentence when a form has lost what it said of the child as it went out, or gives another date of birth."""
    if allocation.restricted:
        return None
    born = allocation.date_of_birth.isoformat() if allocation.date_of_birth else ""
    each = (
        (Identity.NUMBER, facts.mosaic_number, allocation.mosaic_number),
        (Identity.NAME, facts.child_name, allocation.child_name),
        (Identity.BORN, facts.date_of_birth, born),
    )
    gone = [what for what, said, known in each if what in facts.identity and known and not said.strip()]
    if gone:
        return f"{listed(gone)} that stood in the form when it went out {'is' if len(gone) == 1 else 'are'} gone."
    if born and facts.date_of_birth and facts.date_of_birth != born:
        return f"{Identity.BORN} is not the one of the list."
    return None


def _is_called(said: str, name: str, *, surely: bool) -> bool:
    """Whether a form names this child. `surely`: in whatever order, by first and last name, or by initials too."""
    if _plain(said) == _plain(name):
        return True
    words, own = _words(said), _words(name)
    if not surely or len(own) < 2 or not words:
        return False
    whole, short = sorted(own), sorted((own[0], own[-1]))
    initials = {"".join(word[0] for word in each) for each in (own, [own[0], own[-1]])}
    return sorted(words) in (whole, short) or "".join(words) in initials


def _words(text: str) -> list[str]:
    """The words of a name in small letters, without accents; a hyphen or a dot ends one."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.findall(r"[^\W_]+", bare.casefold())


def _names_a_child(facts: FormFacts) -> bool:
    """A restricted record's form carries words in place of the child's number and name."""
    return any(character.isdigit() for character in facts.mosaic_number)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _emails(*people: Person | None) -> set[str]:
    return {person.email for person in people if person}
