"""The buttons of a letter: the ready message each opens, and the reference by which its message is known again.

The subject ends in a reference such as [FSP-2026-03-014 uopp-held K7Q2M9XA3F5T]: the audit (or the cycle), the command
and a signature made from the command and the key of the letter the button stands in.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.programme.answers.ready_messages import link
from bot.programme.answers.who_may_press import holders, those_asked
from bot.programme.history.records_of_the_past import LetterHistory
from bot.programme.messages.button import Once
from bot.programme.messages.buttons import Command
from bot.programme.messages.reply_text import body_of
from bot.programme.standing.actions import SendLetter
from bot.programme.standing.council import Council, Keys, ever
from bot.programme.standing.what_letters_ask import answer_to
from bot.programme.vocabulary import Allocation, Cycle

SIGNATURE = 12
"""Characters of a signature: 60 bits."""
_TAG = re.compile(
    r"\[\s*(?P<about>[^\[\]]{1,80}?)\s+(?P<command>[a-z]+(?:-\s?[a-z]+)*)\s+(?P<signature>[a-z2-7]{12})\s*\]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Tag:
    """The reference at the end of a subject. `about` is a reference of the list, or "cycle-" and a list item id."""

    about: str
    command: Command
    signature: str


def links(
    letter: SendLetter, council: Council, today: date, keys: Keys, mailbox: str
) -> dict[Command, str | None]:
    """For each command the link of its button in this letter; None where none of its readers may give it."""
    found: dict[Command, str | None] = dict.fromkeys(Command)
    readers = {person.email for person in (*letter.to, *letter.cc)}
    for command in Command:
        able = holders(command, letter.standing, letter.cycle, council, today)
        if letter.standing is None and command is answer_to(letter.rule):
            able = those_asked(command, letter.rule, letter.cycle, council, today)
        if readers & {person.email for person in able}:
            found[command] = _link(command, letter, council, today, keys, mailbox)
    return found


def _link(
    command: Command, letter: SendLetter, council: Council, today: date, keys: Keys, mailbox: str
) -> str | None:
    button, cycle = command.button, letter.cycle
    a = letter.standing.allocation if letter.standing else None
    to = mailbox
    cc = [p.email for role in button.copied for p in council.holders(role, cycle.service_group, today)]
    if button.to:
        head = a.person(button.to) if a else None
        if head is None:
            return None
        to, cc = head.email, [mailbox]
    tag = f"[{a.reference if a else cycle_tag(cycle)} {command.value} {signature(keys, command, letter.key, a)}]"
    subject = f"{button.subject.format(about=(a.reference if a else cycle.name)[:80])} {tag}"
    return link(to, cc, subject, body_of(command, a.auditor.name if a and a.auditor else "the auditor"))


def signature(keys: Keys, command: Command, letter_key: str, allocation: Allocation | None) -> str:
    """What proves that a button was one of ours. An exemption is for one auditor and for no later one."""
    parts = ["reply", command.value, letter_key]
    if command.button.once is Once.AUDITOR and allocation and allocation.auditor:
        parts.append(allocation.auditor.email)
    return keys(tuple(parts))[:SIGNATURE].upper()


def cycle_tag(cycle: Cycle) -> str:
    return f"cycle-{cycle.item_id}"


def row_code(a: Allocation, keys: Keys) -> str:
    """A code for what a Head of Service sees of a row and agrees to: another child or auditor, another code."""
    people = (a.auditor, a.moderator, a.practitioner, a.team_manager)
    shown = (a.reference, a.mosaic_number, a.audit_type.value, a.team)
    return keys(("row", a.item_id, *shown, *(p.email if p else "" for p in people)))[:16]


def tag_in(subject: str) -> Tag | None:
    """The reference of a subject, whatever stands around it; None when there is none or more than one."""
    found = list(_TAG.finditer(" ".join(subject.split())))
    if len(found) != 1:
        return None
    word = re.sub(r"\s+", "", found[0]["command"]).casefold()
    if word not in list(Command):
        return None
    return Tag(found[0]["about"], Command(word), found[0]["signature"].upper())


def damaged_button(subject: str) -> bool:
    """Whether a subject carries the command of a button whose reference can no longer be read."""
    if tag_in(subject):
        return False
    return any(
        re.search(rf"\b{re.escape(command.value)}\b", subject.casefold()) and "-" in command.value
        for command in Command
    )


def letter_of(
    tag: Tag, letters: Iterable[LetterHistory], allocation: Allocation | None, keys: Keys
) -> LetterHistory | None:
    """The letter a reference was signed for: the latest, where there are several."""
    found = None
    for letter in letters:
        ours = (signature(each, tag.command, letter.key, allocation) for each in ever(keys))
        if any(hmac.compare_digest(each.encode(), tag.signature.encode()) for each in ours):
            found = letter
    return found


def alike(one: str, other: str) -> bool:
    """The same but for capitals and for spaces a mail program may have put in."""
    return "".join(one.split()).casefold() == "".join(other.split()).casefold()
