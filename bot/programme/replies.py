"""Replies that are commands: what a button of a letter prepares, and what may follow from the message that comes back.

A button opens a ready message. Its subject ends in a reference such as [FSP-2026-03-014 uopp-held K7Q2M9XA3F5T]: the
audit (or the cycle), the command and a signature made from the command and the key of the letter the button stands in.
The ledger knows who was sent that letter. A message counts only when its signature is right, its sender is one of that
letter's readers and holds, on the day it came, the role the guide gives the command to. Whatever else carries such a
reference is put to a person, with the reason.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from bot.programme.actions import SendLetter
from bot.programme.checks import in_play
from bot.programme.cycle_replies import (
    CYCLE_COLUMNS,
    cycle_as_reported,
    group_managers,
    report_on,
    said_plainly,
    those_asked,
)
from bot.programme.held_reasons import (
    DATE_IN_DOUBT,
    NOT_EXPECTED,
    SAID_SENT,
    SENDER_IN_DOUBT,
    TO_READ,
    WEEKLY,
    WRONG_SENDER,
    HeldReason,
)
from bot.programme.history import AuditHistory, History, LetterHistory
from bot.programme.matching import HeldBack
from bot.programme.offers import ENTER, Offer
from bot.programme.order_of_dates import in_order, stale_columns
from bot.programme.plain_answers import Answer, Says
from bot.programme.planner import Council, Setting
from bot.programme.post import Post, doubt_about_sender
from bot.programme.ready_messages import link
from bot.programme.reply_text import PREPARED, Said, body_of, said
from bot.programme.reported import COLUMNS, as_reported, person_of
from bot.programme.standing import Keys, Standing, standing
from bot.programme.vocabulary import Allocation, Command, Cycle, Grade, Milestone, Person, Report, Role
from bot.programme.what_letters_ask import answer_to, asked_for
from bot.programme.working_days import day_in_words

SIGNATURE = 12
"""Characters of a signature: 60 bits."""

_TAG = re.compile(
    r"\[\s*(?P<about>[^\[\]]{1,80}?)\s+(?P<command>[a-z]+(?:-\s?[a-z]+)*)\s+(?P<signature>[a-z2-7]{12})\s*\]",
    re.IGNORECASE,
)
_EARLIEST: Mapping[Command, Milestone] = {
    Command.URGENT_ISSUES_DONE: Milestone.AUDIT_RETURNED,  # "within two working days or sooner" (§10)
    Command.UOPP_HELD: Milestone.UOPP_NEEDED,  # a grade that became worse needs a meeting of its own
    Command.REVIEW_UOPP_HELD: Milestone.UOPP_HELD,
}
"""Commands that carry a date, and what must have happened on or before it."""
_FOR_THE_CHILD = {
    Command.URGENT_ISSUES_DONE, Command.UOPP_HELD, Command.REVIEW_UOPP_HELD, Command.PROGRESS,
    Command.SAFETY_STEPS_ENDED,
}  # fmt: skip
_WANTS_WORDS = {Command.CANNOT_DO, Command.PROGRESS, Command.DISAGREE, Command.ALREADY_SENT}
"""Commands whose message is expected to say more than what was prepared."""


@dataclass(frozen=True, slots=True)
class Tag:
    """The reference at the end of a subject. `about` is a reference of the list, or "cycle-" and a list item id."""

    about: str
    command: Command
    signature: str


@dataclass(frozen=True, slots=True)
class Understood:
    """`reports` are what to remember: list item id, what, and what tells this report from another of its kind.

    `tell` is for the Audit Team to look at as well: category, reason and list item id (or ""). `note` is only told to
    them, once: what it is about (a list item id, or "cycle:" and that of the cycle), where, and what.
    """

    reports: tuple[tuple[str, Report, str], ...]
    letter_key: str = ""
    tell: tuple[HeldReason, str, str] | None = None
    note: tuple[str, str, str] | None = None


# ------------------------------------------------------------------------------------------------------- writing


def signature(keys: Keys, command: Command, letter_key: str, allocation: Allocation | None) -> str:
    """What proves that a button was one of ours. An exemption is for one auditor and for no later one."""
    parts = ["reply", command.value, letter_key]
    if command is Command.EXEMPT and allocation and allocation.auditor:
        parts.append(allocation.auditor.email)
    return keys(tuple(parts))[:SIGNATURE].upper()


def cycle_tag(cycle: Cycle) -> str:
    return f"cycle-{cycle.item_id}"


def links(
    letter: SendLetter, council: Council, today: date, keys: Keys, mailbox: str
) -> dict[Command, str | None]:
    """For each command the link of its button in this letter; None where none of its readers may give it."""
    found: dict[Command, str | None] = dict.fromkeys(Command)
    a = letter.standing.allocation if letter.standing else None
    readers = {person.email for person in (*letter.to, *letter.cc)}
    for command in Command:
        able = holders(command, letter.standing, letter.cycle, council, today)
        if letter.standing is None and command is answer_to(letter.rule):
            able = those_asked(command, letter.rule, letter.cycle, council, council.allocations, today)
        if not readers & {person.email for person in able}:
            continue
        to, cc = mailbox, [p.email for p in _copied(command, letter.cycle, council, today)]
        if command is Command.CANNOT_DO:
            head = a.auditors_head_of_service if a else None
            if head is None:
                continue
            to, cc = head.email, [mailbox]
        name = a.reference if a else letter.cycle.name
        tag = f"[{a.reference if a else cycle_tag(letter.cycle)} {command.value} "
        tag += f"{signature(keys, command, letter.key, a)}]"
        subject = f"{PREPARED[command].subject.format(about=name[:80])} {tag}"
        auditor = a.auditor.name if a and a.auditor else "the auditor"
        found[command] = link(to, cc, subject, body_of(command, auditor))
    return found


def _copied(command: Command, cycle: Cycle, council: Council, today: date) -> list[Person]:
    """The weekly report goes to those the guide names, with a copy to us (§10)."""
    if command is not Command.PROGRESS:
        return []
    roles = (Role.DIVISIONAL_DIRECTOR, Role.HEAD_OF_LEARNING_ACADEMY, Role.AUDIT_MANAGER)
    return [person for role in roles for person in council.holders(role, cycle.service_group, today)]


def holders(
    command: Command, found: Standing | None, cycle: Cycle, council: Council, today: date
) -> list[Person]:
    """Who may give a command today (§6, §7, §10, §11)."""
    if found is None:
        return list(cycle.heads_of_service) if command is Command.CONFIRM_LIST else []
    a = found.allocation
    people: list[Person | None]
    match command:
        case Command.ALREADY_SENT:
            waited_for = a.moderator if Milestone.AUDIT_RETURNED in found.reached else a.auditor
            people = [] if Milestone.MODERATED in found.reached else [waited_for]
        case Command.CANNOT_DO:
            people = [a.auditor]
        case Command.EXEMPT:
            people = [a.auditors_head_of_service]
        case Command.URGENT_ISSUES_DONE:
            people = [a.team_manager]
        case Command.UOPP_HELD:
            leads = council.holders(Role.AUDIT_MANAGER, cycle.service_group, today)
            people = [*leads] if found.grade is Grade.INADEQUATE else [a.auditor]
        case Command.SAFETY_STEPS_ENDED:
            withdrawn = a.left_out and found.safety_first
            people = [*council.holders(Role.AUDIT_MANAGER, cycle.service_group, today)] if withdrawn else []
        case Command.REVIEW_UOPP_HELD | Command.PROGRESS:
            people = [a.head_of_service]
        case Command.DISAGREE:
            moderated = Milestone.MODERATED in found.reached
            people = [a.head_of_service, a.team_manager, a.practitioner] if moderated else []
        case _:
            people = []
    return [person for person in people if person]


# ------------------------------------------------------------------------------------------------------- reading


def tag_in(subject: str) -> Tag | None:
    """The reference of a subject, whatever stands around it; None when there is none or more than one."""
    found = list(_TAG.finditer(" ".join(subject.split())))
    if len(found) != 1:
        return None
    word = re.sub(r"\s+", "", found[0]["command"]).casefold()
    if word not in list(Command):
        return None
    return Tag(found[0]["about"], Command(word), found[0]["signature"].upper())


def understood(
    post: Post,
    text: str,
    council: Council,
    picture: History,
    setting: Setting,
    domains: Collection[str],
    received: date,
) -> Understood | HeldBack:
    """What follows from a message whose subject carries a reference. `text` is its body as plain text."""
    tag = tag_in(post.subject)
    assert tag is not None
    row = next((a for a in council.allocations if _alike(a.reference, tag.about)), None)
    right = in_order(row, picture.audits.get(row.item_id) or AuditHistory(), received)[0] if row else None
    allocation = as_reported(right, picture) if right else None
    cycles = {cycle.name: cycle for cycle in council.cycles}
    if allocation:
        cycle = cycles.get(allocation.cycle)
        about = allocation.item_id
    else:
        cycle = next((c for c in council.cycles if _alike(cycle_tag(c), tag.about)), None)
        about = f"cycle:{cycle.item_id}" if cycle else ""
    letter = _letter(tag, picture.letters_about(about), allocation, setting.keys) if about else None
    if letter is None or cycle is None:
        return HeldBack(
            NOT_EXPECTED,
            f"The reference in the subject of a message from {post.sender} is not one we gave out, or was for "
            "somebody who no longer has this audit.",
            allocation,
        )
    found = (
        standing(allocation, cycle, picture, setting.rulebook, setting.working, received)
        if allocation and allocation.audit_type.is_moderated
        else None
    )
    reply = _Reply(post, tag, letter, cycle, found, council, picture, setting, received)
    subject = post.subject.replace(letter.audit, " ")
    words = said(tag.command, text, subject, reply.name, received)
    if refusal := reply.refusal(domains):
        if (seen := reply.seen_in_copy(domains)) and not words.rest:
            return seen
        return HeldBack(refusal[0], f"{letter.audit}: {refusal[1]}", allocation)
    answer = reply.about_a_cycle(words) if allocation is None else reply.about_an_audit(words)
    if isinstance(answer, HeldBack):
        return replace(answer, allocation=allocation)
    return replace(answer, letter_key=letter.key)


_PLAINLY: Mapping[Says, tuple[Command, ...]] = {
    Says.CONFIRMED: (Command.CONFIRM_LIST,),
    Says.MET: (Command.UOPP_HELD, Command.REVIEW_UOPP_HELD),
    Says.DONE: (Command.URGENT_ISSUES_DONE,),
    Says.SENT: (Command.ALREADY_SENT,),
}
"""What a plain answer may mean; a button's command says the same."""


def answered_plainly(
    post: Post,
    answer: Answer,
    thread: Sequence[LetterHistory],
    references: Sequence[str],
    council: Council,
    picture: History,
    setting: Setting,
    domains: Collection[str],
    received: date,
) -> Understood | HeldBack | None:
    """What follows from an answer without a button, or None when it can mean more than one thing, or nothing.

    `thread` are the letters of ours it answers, `references` the audits it can be about. It counts like the button of
    the letter: from those the letter went to, who may say this today, and Exchange vouches for them.
    """
    asked = asked_for(thread, setting.rulebook)
    if asked and asked[0].about.startswith("cycle:"):
        return _about_a_cycle_plainly(*asked, post, answer, council, picture, setting, domains, received)
    commands = _PLAINLY.get(answer.says, ())
    if answer.says is Says.DAY and asked and len(references) == 1:
        commands = (asked[1],)
    able = [
        reply
        for command in commands
        if _right_meeting(command, answer, thread)
        for reply in _replies_of(command, post, thread, references, council, picture, setting, received)
        if not reply.refusal(domains)
    ]
    if not able and answer.says is Says.CONFIRMED:
        lists = _replies_of(
            Command.CONFIRM_LIST, post, thread, references, council, picture, setting, received
        )
        return next((seen for each in lists if (seen := each.seen_in_copy(domains))), None)
    if len(able) != 1:
        return None
    reply = able[0]
    words = Said(answer.dates, answer.doubts, None, "", unchanged=True, sent_on=False)
    found = reply.found
    said = reply.about_an_audit(words) if found else reply.about_a_cycle(words)
    if isinstance(said, HeldBack):
        return replace(said, allocation=found.allocation if found else None)
    return replace(said, letter_key=reply.letter.key)


def _about_a_cycle_plainly(
    letter: LetterHistory,
    command: Command,
    post: Post,
    answer: Answer,
    council: Council,
    picture: History,
    setting: Setting,
    domains: Collection[str],
    received: date,
) -> Understood | HeldBack | None:
    """What follows from plain words in answer to a letter about a cycle that asks for exactly one thing."""
    cycle = next((c for c in council.cycles if f"cycle:{c.item_id}" == letter.about), None)
    if cycle is None:
        return None
    tag = Tag(cycle_tag(cycle), command, "")
    reply = _Reply(post, tag, letter, cycle, None, council, picture, setting, received)
    named = set(re.findall(r"[\w'-]+", " ".join(p.name for p in reply.able).casefold()))
    words = said_plainly(command, answer.lines, named, received)
    if words is None or reply.refusal(domains):
        return None
    said = reply.about_a_cycle(words)
    return said if isinstance(said, HeldBack) else replace(said, letter_key=letter.key)


def _right_meeting(command: Command, answer: Answer, thread: Sequence[LetterHistory]) -> bool:
    """Whether the words can mean this meeting: a review is not the first, nor the first a review."""
    text = " ".join(answer.lines).casefold()
    said = "review" in text
    asked = "uopp" not in text and any(letter.rule.startswith("review uopp") for letter in thread)
    if command is Command.REVIEW_UOPP_HELD:
        return said or asked
    return command is not Command.UOPP_HELD or not (said or asked)


def _replies_of(
    command: Command,
    post: Post,
    thread: Sequence[LetterHistory],
    references: Sequence[str],
    council: Council,
    picture: History,
    setting: Setting,
    received: date,
) -> Iterable[_Reply]:
    """The answer as if it had come by each button of this command that it could have come by."""
    cycles = {cycle.name: cycle for cycle in council.cycles}
    if command is Command.CONFIRM_LIST:
        lists = {letter.about: letter for letter in thread if letter.key in picture.shown}
        for each in council.cycles:
            if letter := lists.get(f"cycle:{each.item_id}"):
                tag = Tag(cycle_tag(each), command, "")
                yield _Reply(post, tag, letter, each, None, council, picture, setting, received)
        return
    for row in (a for a in council.allocations if a.reference in references):
        cycle = cycles.get(row.cycle)
        sent = [n for n in picture.letters_about(row.item_id) if post.sender in (*n.to, *n.cc)]
        if cycle is None or not sent or not row.audit_type.is_moderated:
            continue
        allocation = as_reported(row, picture)
        if command in COLUMNS and getattr(allocation, COLUMNS[command][0]) is not None:
            continue
        found = standing(allocation, cycle, picture, setting.rulebook, setting.working)
        if command in _EARLIEST and _EARLIEST[command] not in found.reached:
            continue
        tag = Tag(row.reference, command, "")
        yield _Reply(post, tag, sent[-1], cycle, found, council, picture, setting, received)


def can_be_said(command: Command, on: date, found: Standing, received: date) -> bool:
    """Whether this may have happened on that day, by what is known, and has not been told before."""
    start = found.reached.get(_EARLIEST[command])
    return start is not None and start.on <= on <= received and _untold(command, found)


def _untold(command: Command, found: Standing) -> bool:
    column = COLUMNS[command][0]
    return getattr(found.allocation, column) is None or column in stale_columns(
        found.allocation, found.history
    )


def as_if_said(
    offer: Offer, council: Council, picture: History, setting: Setting, received: date
) -> Understood | str:
    """What follows when the Audit Team says what somebody meant: as by the button, for the rows they were shown. A
    sentence where it has been told already, or its row has gone."""
    command, on = Command(offer.command), date.fromisoformat(offer.on)
    if command is Command.CONFIRM_LIST:
        letter = picture.letters.get(offer.letter_key)
        cycle = next((c for c in council.cycles if f"cycle:{c.item_id}" == offer.about), None)
        if letter is None or cycle is None or not cycle.open:
            return "the cycle had been closed"
        post = Post("", "", offer.by, "", datetime.combine(on, time.min))
        tag = Tag(cycle_tag(cycle), command, "")
        words = Said((), (), None, "", unchanged=True, sent_on=False)
        reply = _Reply(post, tag, letter, cycle, None, council, picture, setting, on)
        said = reply.list_confirmed(words)
        if isinstance(said, HeldBack):
            return said.reason
        return replace(said, letter_key=letter.key) if said.reports else "the list had been confirmed"
    row = next((a for a in council.allocations if a.item_id == offer.about), None)
    if row is None:
        return "its row had gone from the list"
    a = as_reported(row, picture)
    column, called = COLUMNS[command]
    if getattr(a, column) is not None and column not in stale_columns(a, picture.audit(a.item_id)):
        return f"“{called}” had been told or entered"
    report = Report(command, on, offer.by, received)
    return Understood(((row.item_id, report, ""),), letter_key=offer.letter_key)


def reported_weekly_by(found: Standing) -> list[Person]:
    """Who may be reporting on this audit week by week now (§10); nobody before the meeting or after the end."""
    reached = found.reached
    over = {Milestone.WEEKLY_REPORTS_ENDED, Milestone.IMPROVED, Milestone.SAFETY_STEPS_ENDED}
    runs = found.settled_grade is Grade.INADEQUATE and Milestone.UOPP_HELD in reached
    if not runs or not over.isdisjoint(reached):
        return []
    return [p for p in (found.allocation.head_of_service, found.allocation.team_manager) if p]


def weekly_report(
    post: Post,
    answer: Answer,
    references: Sequence[str],
    council: Council,
    picture: History,
    setting: Setting,
    domains: Collection[str],
    received: date,
) -> Understood | HeldBack | None:
    """What follows from an ordinary message of somebody who reports on an Inadequate week by week.

    Where it reads as a report on one audit it counts as one, and the Audit Team see its words. Where it names no audit
    or may be something else it is held, and nobody is chased meanwhile. None: it is from nobody who reports.
    """
    cycles = {cycle.name: cycle for cycle in council.cycles if cycle.open}
    running = []
    for row in council.allocations:
        if row.cycle not in cycles or (references and row.reference not in references):
            continue
        a = as_reported(row, picture)
        found = standing(a, cycles[a.cycle], picture, setting.rulebook, setting.working, received)
        if by := next((p for p in reported_weekly_by(found) if p.email == post.sender), None):
            running.append((a, by))
    text = " ".join(answer.lines)
    reads = len(_REPORTS.findall(text)) > 1 and len(text.split()) > 5 and not _NO_REPORT.search(text)
    if not running or (not references and not reads):
        return None
    a, by = running[0]
    only = a if len(running) == 1 else None
    if not (reads and references and only) or doubt_about_sender(post, domains):
        about = a.reference if only else "one of " + ", ".join(each.reference for each, _ in running[:6])
        reason = (
            f"{by.name}, who follows {about} week by week, wrote an ordinary message. If it is this week's report, "
            "leave it here until you have read it; nobody is chased meanwhile."
        )
        return HeldBack(TO_READ, reason, only)
    reason = (
        f"{by.name} wrote about {a.reference}, and it counts as this week's report on progress. If it is none, ask for "
        "one; otherwise take it out of this folder."
    )
    report = Report(Command.PROGRESS, received, post.sender, received)
    return Understood(((a.item_id, report, received.isoformat()),), tell=(WEEKLY, reason, a.item_id))


_REPORTS = re.compile(
    r"\b(?:progress|update[sd]?|report|this week|last week|visit(?:s|ed)?|seen|met|plan|actions?|completed?|"
    r"supervision|core group|assessment|referr(?:al|ed)|in place|moved|outstanding|next steps?|school|carers?)\b",
    re.IGNORECASE,
)
"""Words of which a report on progress holds at least two."""
_NO_REPORT = re.compile(
    r"\?|\b(?:(?:will|'ll|’ll|shall|hope to|aim to|going to|plan to) (?:\w+ ){0,3}(?:send|report|update you|"
    r"email|write|provide|share|forward)|(?:report|update) (?:\w+ ){0,4}"
    r"(?:follows?|tomorrow|later|late|delayed|overdue|soon)|"
    r"sorry|apolog\w+|no longer|nothing to report|not (?:mine|my|our)|wrong|disagree|don'?t agree|do not agree|"
    r"understand why|already (?:sent|reported)|take me off|remove me|unable|cannot|can'?t|draft)\b",
    re.IGNORECASE,
)
"""Words by which a message may be something else: a question, a promise, an excuse."""


def damaged_button(subject: str) -> bool:
    """Whether a subject carries the command of a button whose reference can no longer be read."""
    if tag_in(subject):
        return False
    return any(
        re.search(rf"\b{re.escape(command.value)}\b", subject.casefold()) and "-" in command.value
        for command in Command
    )


def _letter(
    tag: Tag, letters: Iterable[LetterHistory], allocation: Allocation | None, keys: Keys
) -> LetterHistory | None:
    found = None
    for letter in letters:
        ours = signature(keys, tag.command, letter.key, allocation)
        if hmac.compare_digest(ours.encode(), tag.signature.encode()):
            found = letter
    return found


@dataclass(frozen=True, slots=True)
class _Reply:
    """One message of which it is certain which letter's button it came from."""

    post: Post
    tag: Tag
    letter: LetterHistory
    cycle: Cycle
    found: Standing | None
    council: Council
    picture: History
    setting: Setting
    today: date

    @property
    def able(self) -> list[Person]:
        """Who may say this today."""
        command = self.tag.command
        if command not in CYCLE_COLUMNS:
            return holders(command, self.found, self.cycle, self.council, self.today)
        rule = next((rule for rule in self.setting.rulebook.rules if rule.id == self.letter.rule), None)
        return those_asked(command, rule, self.cycle, self.council, self.council.allocations, self.today)

    @property
    def name(self) -> str:
        named = next((p for p in self.able if p.email == self.post.sender), None)
        if named is None and self.found:
            named = person_of(self.found.allocation, self.post.sender)
        return named.name if named else self.post.sender

    def refusal(self, domains: Collection[str]) -> tuple[HeldReason, str] | None:
        """Category and reason when the sender may not say this, or not now."""
        sender, command = self.post.sender, self.tag.command
        if doubt := doubt_about_sender(self.post, domains):
            return SENDER_IN_DOUBT, f"a button was used by {sender}, but {doubt}."
        if sender not in (*self.letter.to, *self.letter.cc):
            return WRONG_SENDER, (
                f"{sender} used a button of a letter that went to {', '.join(self.letter.to)}. A button counts only "
                "from those the letter was sent to."
            )
        able = self.able
        stop = self._stopped()
        if stop:
            return NOT_EXPECTED, f"{self.name} used the button “{_said_as(command)}”, but {stop}."
        if sender not in {person.email for person in able}:
            who = ", ".join(person.name for person in able)
            whose = f"which only {who} can say now" if who else "which nobody can say at this point"
            return WRONG_SENDER, f"{self.name} used the button “{_said_as(command)}”, {whose}."
        return None

    def _stopped(self) -> str:
        if not self.cycle.open:
            return "the cycle is closed"
        a = self.found.allocation if self.found else None
        # What an Inadequate calls for goes on when the audit does not (§10).
        if self.found and self.found.safety_first and self.tag.command in _FOR_THE_CHILD:
            return ""
        if a and a.withdrawn:
            return "the audit is withdrawn"
        if a and a.exempted and self.tag.command is not Command.EXEMPT:
            return "its auditor is exempted"
        return ""

    # ------------------------------------------------------------------------------------------------------ a cycle

    def about_a_cycle(self, words: Said) -> Understood | HeldBack:
        if self.tag.command not in CYCLE_COLUMNS:
            return self.list_confirmed(words)
        rows, setting = self.council.allocations, self.setting
        known = cycle_as_reported(self.cycle, self.picture, setting.rulebook, self.council, rows, self.today)
        sender = Person(self.name, self.post.sender)
        found = report_on(self.tag.command, words, known, sender, self.today, setting.working)
        if isinstance(found, HeldBack):
            return found
        apart = self.post.sender if self.tag.command is Command.DIP_REPORT_SIGNED_OFF else ""
        return Understood(((f"cycle:{self.cycle.item_id}", found, apart),) if found else ())

    def seen_in_copy(self, domains: Collection[str]) -> Understood | None:
        """What a Group Manager says, who has the list only to see it (§6): it confirms nothing, and asks for
        nothing. None where it is not theirs to say, or not certainly from them."""
        sender, letter = self.post.sender, self.letter
        council, cycle = self.council, self.cycle
        managers = group_managers(cycle, council, council.allocations, self.today)
        named = next((p for p in managers if p.email == sender), None)
        if (
            self.tag.command is not Command.CONFIRM_LIST
            or named is None
            or sender not in (*letter.to, *letter.cc)
            or named in self.able
            or self._stopped()
            or doubt_about_sender(self.post, domains)
        ):
            return None
        heads = " and ".join(person.name for person in self.able) or "the Head of Service"
        what = f"{named.name}, who has the list to see, has nothing to change in it. It is confirmed by {heads} alone."
        note = (f"cycle:{self.cycle.item_id}", f"Audit cycles, {self.cycle.name}", what)
        return Understood((), letter.key, note=note)

    # ----------------------------------------------------------------------------------------------- the list (§6)

    def list_confirmed(self, words: Said) -> Understood | HeldBack:
        """Confirms what the Head of Service has seen and is responsible for, and nothing besides."""
        if words.rest:
            return HeldBack(
                TO_READ,
                f"{self.name} answers the list of {self.cycle.name} with words of their own. Nothing is confirmed by "
                "that: read them, and enter “Confirmed on” when you are agreed.",
                offers=(
                    Offer(
                        ENTER,
                        "It confirms the list",
                        f"cycle:{self.cycle.item_id}",
                        command=Command.CONFIRM_LIST,
                        on=self.today.isoformat(),
                        by=self.post.sender,
                        letter_key=self.letter.key,
                    ),
                ),
            )
        if not words.meant:
            return HeldBack(TO_READ, f"{self.name} wrote about the list of {self.cycle.name}.")
        shown = self.picture.shown.get(self.letter.key, {})
        seen: list[Allocation] = []
        unseen: list[Allocation] = []
        for a in self.council.allocations:
            if a.cycle != self.cycle.name or not in_play(a) or not self._responsible(a):
                continue
            if as_reported(a, self.picture).confirmed_on is None:
                right = shown.get(a.item_id) == row_code(a, self.setting.keys)
                (seen if right else unseen).append(a)
        report = Report(Command.CONFIRM_LIST, self.today, self.post.sender, self.today)
        tell = None
        if unseen:
            names = ", ".join(a.reference for a in unseen[:12]) + (" and more" if len(unseen) > 12 else "")
            reason = (
                f"{self.name} confirmed the list of {self.cycle.name}. These were changed or added after it went out, "
                f"so they are not confirmed by that: {names}."
            )
            tell = (NOT_EXPECTED, reason, "")
        return Understood(tuple((a.item_id, report, "") for a in seen), tell=tell)

    def _responsible(self, a: Allocation) -> bool:
        if a.head_of_service is None:
            return len(self.cycle.heads_of_service) == 1
        return a.head_of_service.email == self.post.sender

    # --------------------------------------------------------------------------------------------------- one audit

    def about_an_audit(self, words: Said) -> Understood | HeldBack:
        assert self.found is not None
        command, a = self.tag.command, self.found.allocation
        on = self.today
        entered: date | None = getattr(a, COLUMNS[command][0]) if command in COLUMNS else None
        if command in COLUMNS and COLUMNS[command][0] in stale_columns(a, self.found.history):
            entered = None
        if entered and command in _EARLIEST and not (words.dates or words.doubts):
            return Understood((), tell=self._tell(words, a))  # a word of thanks under the same subject
        if command in _EARLIEST:
            dated = self._date(words)
            if isinstance(dated, HeldBack):
                return dated
            on = dated
        match command:
            case Command.CANNOT_DO:
                head = a.auditors_head_of_service
                reason = (
                    f"{self.name} asks {head.name if head else 'their Head of Service'} to be exempted from "
                    f"{a.reference}. Only the Head of Service can agree; nothing has changed."
                )
                return Understood((), tell=(TO_READ, reason, a.item_id))
            case Command.PROGRESS if not words.rest:
                return HeldBack(
                    TO_READ, f"{self.name} reports on {a.reference}, but the message says nothing."
                )
            case Command.EXEMPT | Command.DISAGREE | Command.SAFETY_STEPS_ENDED if not words.meant:
                return HeldBack(TO_READ, f"{self.name} wrote about {a.reference}.")
        if entered and command in _EARLIEST and entered != on:
            return HeldBack(
                DATE_IN_DOUBT,
                f"{self.name} now gives {day_in_words(on)} for {a.reference}; so far it was "
                f"{day_in_words(entered)}. Enter the right date in the list; it counts from then on.",
            )
        report = Report(
            command,
            on,
            self.post.sender,
            self.today,
            auditor=a.auditor.email if command is Command.EXEMPT and a.auditor else "",
            grade=words.grade if command is Command.UOPP_HELD else None,
        )
        apart = {
            Command.PROGRESS: self.today.isoformat(),
            Command.ALREADY_SENT: self.letter.key,
            Command.EXEMPT: report.auditor,
        }
        reports = () if entered else ((a.item_id, report, apart.get(command, "")),)
        return Understood(reports, tell=self._tell(words, a))

    def _tell(self, words: Said, a: Allocation) -> tuple[HeldReason, str, str] | None:
        match self.tag.command:
            case Command.ALREADY_SENT:
                what = "moderation" if self.post.sender in _emails(a.moderator) else "audit"
                reason = (
                    f"{self.name} says that the {what} of {a.reference} has been sent already. It has not reached "
                    "us: look for it, and ask for a copy. Nobody is chased for it for two working days."
                )
                return SAID_SENT, reason, a.item_id
            case Command.DISAGREE:
                reason = f"{self.name} does not agree with the moderation of {a.reference} (section 11)."
                return TO_READ, reason, a.item_id
        if a.uopp_held_on and words.grade and words.grade is not a.grade_after_uopp:
            reason = f"{self.name} gives “{words.grade}” as the grade of {a.reference} after its UoPP meeting, later."
            return TO_READ, reason, a.item_id
        if not words.rest or self.tag.command in _WANTS_WORDS:
            return None
        return TO_READ, f"{self.name} used a button for {a.reference} and wrote something besides.", a.item_id

    def _date(self, words: Said) -> date | HeldBack:
        """The one date that is meant, if it can be right."""
        assert self.found is not None
        reference = self.found.allocation.reference
        what = _said_as(self.tag.command)
        start = self.found.reached.get(_EARLIEST[self.tag.command])
        doubt, offers = "", tuple[Offer, ...]()
        if words.doubts:
            doubt = "; ".join(words.doubts)
        elif not words.dates:
            doubt = "it gives no date"
        elif len(words.dates) > 1:
            offers = tuple(
                Offer(
                    ENTER,
                    f"Enter {day_in_words(on)} as “{COLUMNS[self.tag.command][1]}”",
                    self.found.allocation.item_id,
                    command=self.tag.command,
                    on=on.isoformat(),
                    by=self.post.sender,
                    letter_key=self.letter.key,
                )
                for on in words.dates
                if can_be_said(self.tag.command, on, self.found, self.today)
            )
            doubt = "it gives more than one date: " + " and ".join(day_in_words(on) for on in words.dates)
        elif words.dates[0] > self.today:
            doubt = f"{day_in_words(words.dates[0])} is still to come"
        elif start is None or start.on > self.today:
            doubt = "the audit has not come as far as that"
        elif words.dates[0] < start.on:
            doubt = f"{day_in_words(words.dates[0])} is before {start.why} ({day_in_words(start.on)})"
        if doubt:
            return HeldBack(
                DATE_IN_DOUBT,
                f"{self.name} wrote “{what}” about {reference}, but {doubt}. Please ask.",
                offers=offers,
            )
        return words.dates[0]


def row_code(a: Allocation, keys: Keys) -> str:
    """A code for what a Head of Service sees of a row and agrees to: another child or auditor, another code."""
    people = (a.auditor, a.moderator, a.practitioner, a.team_manager)
    shown = (a.reference, a.mosaic_number, a.audit_type.value, a.team)
    return keys(("row", a.item_id, *shown, *(p.email if p else "" for p in people)))[:16]


def _said_as(command: Command) -> str:
    return command.value.replace("-", " ").replace("uopp", "UoPP")


def _alike(one: str, other: str) -> bool:
    """The same but for capitals and for spaces a mail program may have put in."""
    return "".join(one.split()).casefold() == "".join(other.split()).casefold()


def _emails(*people: Person | None) -> set[str]:
    return {person.email for person in people if person}
