"""One reply by a button, or in words that mean the same: who says what about what, and what is taken from it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from bot.programme.answers.matching import HeldBack
from bot.programme.answers.who_may_press import holders, those_asked
from bot.programme.events import Event, EventKind
from bot.programme.history.history import History
from bot.programme.history.records_of_the_past import AuditHistory, LetterHistory
from bot.programme.messages.button import Once
from bot.programme.messages.buttons import Command, Report
from bot.programme.messages.held_reasons import NOT_EXPECTED, SENDER_IN_DOUBT, WRONG_SENDER, HeldReason
from bot.programme.messages.offers import ENTER, Offer
from bot.programme.messages.post import Post
from bot.programme.messages.sender import doubt_about_sender
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.council import Basis, Council
from bot.programme.standing.order_of_dates import stale_columns
from bot.programme.standing.reported_by_reply import person_of
from bot.programme.vocabulary import Allocation, Cycle, Person


@dataclass(frozen=True, slots=True)
class TakenReply:
    """What follows from a reply.

    `reports` are what to remember, given by the letter `letter_key`: list item id, what, and what tells this report
    from another of its kind; the run makes `events` of them. Where a person must look, by itself or as well,
    `category` and `reason` say why, about a list item id or "". `note` is only told, once: what it is about (a list
    item id, or "cycle:" and that of the cycle), where, and what.
    """

    reports: tuple[tuple[str, Report, str], ...] = ()
    letter_key: str = ""
    note: tuple[str, str, str] | None = None
    category: HeldReason | None = None
    reason: str = ""
    about: str = ""
    offers: tuple[Offer, ...] = ()
    events: tuple[Event, ...] = ()

    @property
    def held(self) -> bool:
        """Whether nothing follows from it until a person has looked."""
        return bool(self.category) and not (self.letter_key or self.reports)


def put_to_a_person(why: HeldBack, allocation: Allocation | None = None) -> TakenReply:
    """A reply from which nothing follows by itself. `allocation` is the row it is about, where that is known."""
    row = allocation or why.allocation
    return TakenReply(
        category=why.category, reason=why.reason, about=row.item_id if row else "", offers=why.offers
    )


@dataclass(frozen=True, slots=True)
class Known:
    """What is known on the day a reply came. `domains` are the council's own."""

    council: Council
    history: History
    basis: Basis
    domains: Collection[str]
    day: date


@dataclass(frozen=True, slots=True)
class Reply:
    """One message of which it is certain which letter's button it came from. `found` is the audit it is about; None
    where it is about the cycle."""

    post: Post
    command: Command
    letter: LetterHistory
    cycle: Cycle
    found: Standing | None
    known: Known

    @property
    def able(self) -> list[Person]:
        """Who may say this today."""
        council, day = self.known.council, self.known.day
        if not self.command.button.about_a_cycle:
            return holders(self.command, self.found, self.cycle, council, day)
        rules = self.known.basis.rulebook.rules
        rule = next((rule for rule in rules if rule.id == self.letter.rule), None)
        return those_asked(self.command, rule, self.cycle, council, day)

    @property
    def name(self) -> str:
        named = next((p for p in self.able if p.email == self.post.sender), None)
        if named is None and self.found:
            named = person_of(self.found.allocation, self.post.sender)
        return named.name if named else self.post.sender

    def refusal(self) -> HeldBack | None:
        """Why the sender may not say this, or not now."""
        sender, audit = self.post.sender, self.letter.audit
        pressed = f"{audit}: {self.name} used the button “{said_as(self.command)}”"
        if doubt := doubt_about_sender(self.post, self.known.domains):
            return HeldBack(SENDER_IN_DOUBT, f"{audit}: a button was used by {sender}, but {doubt}.")
        if sender not in (*self.letter.to, *self.letter.cc):
            return HeldBack(
                WRONG_SENDER,
                f"{audit}: {sender} used a button of a letter that went to {', '.join(self.letter.to)}. A button "
                "counts only from those the letter was sent to.",
            )
        if stop := self.stopped():
            return HeldBack(NOT_EXPECTED, f"{pressed}, but {stop}.")
        able = self.able
        if sender not in {person.email for person in able}:
            who = ", ".join(person.name for person in able)
            whose = f"which only {who} can say now" if who else "which nobody can say at this point"
            return HeldBack(WRONG_SENDER, f"{pressed}, {whose}.")
        return None

    def stopped(self) -> str:
        """Why nobody can say this any more, or ""."""
        if not self.cycle.open:
            return "the cycle is closed"
        a = self.found.allocation if self.found else None
        # What an Inadequate calls for goes on when the audit does not (§10).
        if self.found and self.found.safety_first and self.command.button.for_the_child:
            return ""
        if a and a.withdrawn:
            return "the audit is withdrawn"
        if a and a.exempted and self.command.button.once is not Once.AUDITOR:
            return "its auditor is exempted"
        return ""

    def offer(self, says: str, about: str, on: date) -> Offer:
        """What the Audit Team may enter instead: that this was said, of that day."""
        return Offer(
            ENTER,
            says,
            about,
            command=self.command,
            on=on.isoformat(),
            by=self.post.sender,
            letter_key=self.letter.key,
        )

    def taken(self, *reports: tuple[str, Report, str], tell: HeldBack | None = None) -> TakenReply:
        """What is remembered of it, and what the Audit Team is told as well."""
        shown = put_to_a_person(tell) if tell else TakenReply()
        return replace(shown, reports=reports, letter_key=self.letter.key)


def report_key(item_id: str, report: Report, apart: str, history: History) -> str:
    """By what the ledger knows a report. What was told before keeps its key, so it is remembered once; another day by
    the same button tells of another occasion: the meeting for a grade that came later, a list confirmed anew."""
    key = "#".join(filter(None, (item_id, report.command.value, apart)))
    told = {r.on for r in history.audit(item_id).reports if r.command is report.command}
    another = key in history.known[EventKind.REPORTED] and report.on not in told
    return f"{key}#{report.on.isoformat()}" if another else key


def entered(command: Command, allocation: Allocation, past: AuditHistory) -> date | None:
    """What stands in the people's column already, if it is about the grade that counts."""
    column = command.button.column
    if not column or column in stale_columns(allocation, past):
        return None
    day: date | None = getattr(allocation, column)
    return day


def can_be_said(command: Command, on: date, found: Standing, received: date) -> bool:
    """Whether this may have happened on that day, by what is known, and has not been told before."""
    after = command.button.after
    start = found.reached.get(after) if after else None
    return (
        start is not None
        and start.on <= on <= received
        and entered(command, found.allocation, found.past) is None
    )


def said_as(command: Command) -> str:
    return command.value.replace("-", " ").replace("uopp", "UoPP")
