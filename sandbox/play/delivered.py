"""What arrived, from the tenant's delivery history alone: each letter to each reader, told apart by what it says.

A letter that puts several asks to one person together counts as each of those it lists.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sandbox.play.cast.person import headings_of, rows_of
from sandbox.play.duties import Expected

JsonObject = dict[str, Any]
REFERENCE = re.compile(r"[A-Z]{3}-\d{4}-\d{2}-\d{3}")
DIGEST, UNKNOWN = "digest", "unknown"

# The duty a letter is for, told from its subject; the first that fits.
_BY_SUBJECT = (
    ("Audits on", DIGEST),
    ("please look at a held return", "may be Inadequate"),
    ("the grade has changed", "inadequate no longer"),
    ("the steps for the child go on", "withdrawn Inadequate"),
    ("the steps for the child have been ended", "steps ended"),
    ("you have taken over", "taken over"),
    ("a day for the key lines", "KLOE meeting to arrange"),
    ("what to bring to the key lines", "KLOE meeting soon"),
    ("goes out for confirmation", "list to complete"),
    ("audit list for you to confirm", "list for confirmation"),
    ("your confirmation of the audit list", "confirmation reminder"),
    ("audit list is not confirmed", "confirmation escalated"),
    ("yours to carry out", "audit allocated"),
    ("yours to moderate", "moderation allocated"),
    ("a piece of your work has been chosen", "practitioner informed"),
    ("your own section of the form", "practitioner reminded"),
    ("how the audits stand", "weekly picture"),
    ("where it stands", "audit under way"),
    ("report on the dip samples waits", "dip report to sign off"),
    ("report on the dip samples", "dip report to write"),
    ("what the dip samples found", "dip report shared"),
    ("a few things to complete", "returned to auditor"),
    ("for you as IRO or CP Chair", "shared with the chair"),
    ("an audit in which your service is named", "shared with services"),
    ("ready for you to moderate", "moderation requested"),
    ("please read today", "inadequate alert"),
    ("added, for you to confirm", "additions for confirmation"),
    ("what follows, and who leads it", "what follows"),
    ("UoPP meeting to convene", "UoPP to convene"),
    ("UoPP meeting to arrange", "UoPP to arrange"),
    ("UoPP meeting is still to be held", "UoPP still to hold"),
    ("the plan after the UoPP", "progress in supervision"),
    ("after the UoPP meeting", "UoPP record"),
    ("the record of the UoPP", "UoPP record overdue"),
    ("this week's progress", "weekly report"),
    ("no weekly report has come", "weekly report missing"),
    ("the review UoPP meeting, due", "review UoPP due"),
    ("the review UoPP meeting has not", "review UoPP escalated"),
    ("the review UoPP meeting was held", "review UoPP held"),
    ("what the six-week check found", "six-week findings"),
    ("what the six-week check means", "still below Good"),
    ("six-week check, due", "six-week check"),
    ("four months are over", "four months coming"),
    ("not improved after four months", "not improved"),
    ("a conversation about the moderation", "disagreement to discuss"),
    ("a final decision on the grade", "decision to make"),
    ("the final decision", "final decision"),
    ("Audit figures for the scorecard", "scorecard"),
    ("the report to the CSCIB", "board report"),
    ("time for the audit action plan", "action plan"),
    ("the workshop with", "workshop"),
    ("learning campaign", "learning campaign"),
    ("the next audit cycle is due", "next cycle"),
    ("the work to audit again", "re-audits"),
    ("re-audits that have not", "re-audit all"),
)
_DUE = (  # a subject that names a date: the duty while it is to come, and once it is past
    (re.compile(r"^Dip sample .*: yours"), "dip sample allocated"),
    (re.compile(r"^Dip sample .*was due"), "dip sample overdue"),
    (re.compile(r"^Dip sample .*due"), "dip sample reminder"),
    (re.compile(r"UoPP record was due .*your help"), "UoPP record escalated"),
    (re.compile(r"UoPP meeting by"), "UoPP reminder"),
    (re.compile(r"urgent issues were due .*your help"), "urgent issues escalated"),
    (re.compile(r"urgent issues were due"), "urgent issues overdue"),
    (re.compile(r"urgent issues, due"), "urgent issues"),
    (re.compile(r"UoPP meeting was due .*your help"), "UoPP escalated"),
    (re.compile(r"UoPP meeting was due"), "UoPP overdue"),
    (re.compile(r"moderation was due .*your help"), "moderation escalated"),
    (re.compile(r"moderation was due"), "moderation overdue"),
    (re.compile(r"moderation due"), "moderation reminder"),
    (re.compile(r"was due .*your help"), "audit escalated"),
    (re.compile(r"was due"), "audit overdue"),
    (re.compile(r": due"), "audit reminder"),
)
_BY_ASK = {  # the lines of a letter that lists several things: the duty, and the one once its date is past
    "Carry out the audit": ("audit under way", "audit overdue"),
    "Write your own section of the audit": ("practitioner reminded", "practitioner reminded"),
    "Return the audit": ("audit reminder", "audit overdue"),
    "Moderate the audit": ("moderation reminder", "moderation overdue"),
    "Take a dip sample of the record, with the attached form": ("dip sample allocated", "dip sample overdue"),
    "Complete the dip sample": ("dip sample reminder", "dip sample overdue"),
    "Deal with the urgent issues": ("urgent issues", "urgent issues overdue"),
    "Hold the UoPP meeting": ("UoPP reminder", "UoPP overdue"),
    "Share the record of the UoPP meeting": ("UoPP record overdue", "UoPP record overdue"),
    "Ask the Head of Service for the weekly report": ("weekly report missing", "weekly report missing"),
    "Look again at the work (six-week check)": ("six-week check", "six-week check"),
    "Make sure the latest grade is in the list": ("four months coming", "four months coming"),
    "Arrange the UoPP meeting and share its record": ("UoPP still to hold", "UoPP still to hold"),
}
_PAST_DUE = "past the due date: your help please"
_BY_HELP = {  # the lines of a letter that asks for help with several audits
    "The audit": "audit escalated",
    "The moderation": "moderation escalated",
    "The UoPP meeting": "UoPP escalated",
    "The record of the UoPP meeting": "UoPP record escalated",
}
DUTIES = tuple(dict.fromkeys(duty for _, duty in (*_BY_SUBJECT, *_DUE)))
"""Every duty that a letter carries."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """One letter that reached one person; `subject` as they saw it."""

    duty: str
    about: str
    reader: str
    on: date
    subject: str
    together: bool = False  # one line of a letter that asks somebody to help with several


@dataclass(slots=True)
class Balance:
    """Expected against delivered."""

    matched: list[tuple[Expected, Delivered]] = field(default_factory=list)
    missed: list[Expected] = field(default_factory=list)
    extra: list[Delivered] = field(default_factory=list)


def delivered(history: Iterable[JsonObject], mailbox: str, cycles: Iterable[str]) -> list[Delivered]:
    """Every letter the mailbox sent, once for each reader it reached and each thing it asks for."""
    names = list(cycles)
    return [
        Delivered(
            duty,
            about,
            reader,
            date.fromisoformat(each["at"][:10]),
            each["subject"],
            _PAST_DUE in each["subject"],
        )
        for each in history
        if each["sender"] == mailbox and each["kind"] == "message"
        for duty, about in asks(each, names)
        for reader in each["delivered_to"]
    ]


def asks(delivery: JsonObject, cycles: Sequence[str]) -> list[tuple[str, str]]:
    """The duties that one letter is for, each with the audit or cycle that it is about."""
    subject = delivery["subject"]
    if _PAST_DUE in subject:
        rows = [cells for cells in rows_of(delivery["html"], 4) if REFERENCE.fullmatch(cells[0])]
        return [(_BY_HELP.get(cells[2], UNKNOWN), cells[0]) for cells in rows]
    if "things for you on" in subject:
        return [_line(cells) for cells in _table(delivery["html"])]
    if "you have taken over" in subject:
        return [
            ("taken over", heading)
            for heading in headings_of(delivery["html"])
            if REFERENCE.fullmatch(heading)
        ]
    reference = REFERENCE.search(subject)
    about = reference[0] if reference else next((name for name in cycles if name in subject), "")
    if (
        "next audit cycle is due" in subject
    ):  # named by its services alone: the only open cycle it can be about
        group = subject.partition(":")[0].split("] ")[-1].strip()
        about = next((name for name in cycles if name.startswith(group)), "")
    return [(_duty(subject), about)]


def _duty(subject: str) -> str:
    bare = re.sub(r"^\[[^\]]*\]\s*", "", subject)
    for words, duty in _BY_SUBJECT:
        if words in bare:
            return duty
    return next((duty for pattern, duty in _DUE if pattern.search(bare)), UNKNOWN)


def _table(body: str) -> list[list[str]]:
    return [cells for cells in rows_of(body, 3) if REFERENCE.fullmatch(cells[0])]


def _line(cells: list[str]) -> tuple[str, str]:
    reference, ask, by = cells
    named = ask.partition(": ")[0]  # a dip sample's line of enquiry follows
    coming, past = _BY_ASK.get(named, (f"{UNKNOWN}: {named}",) * 2)
    return past if by.endswith("ago") else coming, reference


def balanced(
    expected: Iterable[Expected], arrived: Iterable[Delivered], days: Iterable[date], mailbox: str
) -> Balance:
    """Every expected letter arrives exactly once on its day and nothing else does; a digest each working day."""
    found = Balance()
    wanted = [*expected, *(Expected(DIGEST, "", "", mailbox, day) for day in days)]
    arrived = list(arrived)
    waiting: dict[tuple[str, str, str, date], list[Delivered]] = {}
    for letter in arrived:
        waiting.setdefault((letter.duty, letter.about, letter.reader, letter.on), []).append(letter)
    for each in wanted:
        here = waiting.get((each.duty, each.about, each.reader, each.on))
        shared = any(
            letter.together and (letter.duty, letter.about, letter.on) == (each.duty, each.about, each.on)
            for letter in arrived
        )
        if shared and not here:
            continue  # of several in one letter nobody else gets a copy
        if here:
            found.matched.append((each, here.pop()))
        else:
            found.missed.append(each)
    found.extra = [letter for rest in waiting.values() for letter in rest]
    return found


def by_duty(found: Balance) -> dict[tuple[str, str], Counter[str]]:
    """For each duty and section: how many were expected, missed, extra."""
    sections = {e.duty: e.section for e in (*(e for e, _ in found.matched), *found.missed)}
    counts: dict[tuple[str, str], Counter[str]] = {}

    def count(duty: str, *what: str) -> None:
        counts.setdefault((sections.get(duty, ""), duty), Counter()).update(what)

    for each, _letter in found.matched:
        count(each.duty, "expected")
    for each in found.missed:
        count(each.duty, "expected", "missed")
    for letter in found.extra:
        count(letter.duty, "extra")
    return counts
