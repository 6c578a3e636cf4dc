"""The ready messages behind the buttons, and what a person has put into one before sending it.

What was prepared is known word by word, so whatever else stands in a message is the person's own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.programme.own_lines import without_footers
from bot.programme.told_dates import told_dates
from bot.programme.vocabulary import Command, Grade


@dataclass(frozen=True, slots=True)
class Prepared:
    """A ready message: its subject (which stands before the reference), and its text.

    `label`, where there is one, begins the line on which the person writes a date. `first` and `hint` are whole
    lines. `ahead` says that the date is of something still to come. `{auditor}` and `{about}` stand for the auditor's
    name and the audit or cycle.
    """

    subject: str
    first: str = ""
    label: str = ""
    hint: str = ""
    ahead: bool = False


LONGEST_TEXT = 20_000
"""Characters of a message that are looked at: far more than anybody writes above what they quote."""
GRADE_LABEL = "Grade after the meeting, if it was raised"
_DATE_HINT = (
    "Please write the date after the colon, for example 7/4/2026, and send. "
    "Please leave details of the child out."
)
_DAY_HINT = "Please write the date after the colon, for example 7/4/2026, and send."

PREPARED: Mapping[Command, Prepared] = {
    Command.CONFIRM_LIST: Prepared(
        "I confirm the audit list, {about}",
        "I confirm the children and young people selected, and the auditors.",
        hint="Just send this message. If anything should change, write it here instead: nothing is then confirmed "
        "until we have talked.",
    ),
    Command.ALREADY_SENT: Prepared(
        "Already sent, audit {about}",
        "I have sent this already.",
        hint="Please say when and to whom you sent it. Unless the record is restricted, attach it once more.",
    ),
    Command.CANNOT_DO: Prepared(
        "Exemption asked for, audit {about}",
        "I cannot carry out this audit and ask to be exempted.",
        hint="Please say why, without details of the child. Only your Head of Service can agree; the Audit Team has a "
        "copy.",
    ),
    Command.EXEMPT: Prepared(
        "Exempted, audit {about}",
        "I exempt {auditor} from this audit.",
        hint="Just send this message. We then find another auditor.",
    ),
    Command.URGENT_ISSUES_DONE: Prepared(
        "Urgent issues dealt with, audit {about}", label="Urgent issues done on", hint=_DATE_HINT
    ),
    Command.UOPP_HELD: Prepared("UoPP meeting held, audit {about}", label="UoPP held on", hint=_DATE_HINT),
    Command.REVIEW_UOPP_HELD: Prepared(
        "Review UoPP meeting held, audit {about}", label="Review UoPP held on", hint=_DATE_HINT
    ),
    Command.SAFETY_STEPS_ENDED: Prepared(
        "Safety steps ended, audit {about}",
        "The steps for the child are in hand, and I end the letters about them.",
        hint="Just send this message. If something is still open, write it here instead.",
    ),
    Command.PROGRESS: Prepared(
        "Progress this week, audit {about}",
        "Progress with the improvement plan since last week:",
        hint="Please write a few lines, without the child's name, and send.",
    ),
    Command.DISAGREE: Prepared(
        "Moderation not agreed, audit {about}",
        "I have talked with the moderator, and we do not agree on the grade. I ask for a final decision.",
        hint="Please say in a line or two what you see differently, without the child's name.",
    ),
    Command.KLOE_MEETING_ON: Prepared(
        "Key lines of enquiry meeting, {about}", label="The KLOE meeting is on", hint=_DAY_HINT, ahead=True
    ),
    Command.DIP_REPORT_SENT: Prepared(
        "Report on the dip samples sent, {about}", label="The report was sent on", hint=_DAY_HINT
    ),
    Command.DIP_REPORT_SIGNED_OFF: Prepared(
        "Report on the dip samples signed off, {about}",
        "I sign off the report on the dip samples.",
        hint="Just send this message. If anything should change, write it here instead: nothing is then signed off.",
    ),
    Command.ACTION_PLAN_AGREED: Prepared(
        "Audit action plan agreed, {about}", label="The action plan was agreed on", hint=_DAY_HINT
    ),
    Command.WORKSHOP_ON: Prepared(
        "Workshop with the Team Managers, {about}", label="The workshop is on", hint=_DAY_HINT, ahead=True
    ),
}


def body_of(command: Command, auditor: str) -> str:
    """The text of a ready message."""
    ready = PREPARED[command]
    lines = [ready.first.format(auditor=auditor), ""] if ready.first else [f"{ready.label}: ", ""]
    if command is Command.UOPP_HELD:
        lines += [f"{GRADE_LABEL}: ", ""]
    return "\n".join([*lines, f"({ready.hint})", ""])


@dataclass(frozen=True, slots=True)
class Said:
    """What a person put in. `rest` is what they wrote besides. `unchanged` says that the prepared sentence stands as
    it was; `sent_on`, that the message is a reply or forward, whose subject may only quote another's."""

    dates: tuple[date, ...]
    doubts: tuple[str, ...]
    grade: Grade | None
    rest: str
    unchanged: bool
    sent_on: bool

    @property
    def meant(self) -> bool:
        """Whether a message without a date says what its button says."""
        return self.unchanged or not (self.rest or self.sent_on)


_COURTESY = frozenset(
    re.findall(
        r"\S+",
        "a afternoon again agree agreed all am and are as at audit best both confirm confirmed day dear done "
        "everything fine for good great happy hello here hi i i'm in is it kind list lovely many morning much my of ok "
        "okay on please received regards right s see sincerely team thank thanks that that's the this to very warm "
        "well wishes with yes you your yours",
    )
)
"""Words that ask for nothing and take nothing back."""
_AROUND_A_DATE = _COURTESY.union(
    (
        "held",
        "was",
        "were",
        "took",
        "place",
        "meeting",
        "uopp",
        "review",
        "dealt",
        "sorted",
        "urgent",
        "issues",
    )
)
_TAKES_BACK = re.compile(
    r"\b(?:no|not|never|cancel\w*|postpone\w*|move[ds]?|rearrange\w*|instead|due|planned|will|\w+n['’]t)\b",
    re.IGNORECASE,
)
_PREFIX = re.compile(r"\s*(?:\[[^\]]*\]\s*)*\w[\w .]{0,25}:")
_QUOTED = re.compile(
    r"^\s*(?:-{2,}\s*(?:original message|forwarded message).*|_{10,}\s*|on .{4,120} wrote:\s*|"
    r"(?:from|von|de)\s*:.*)$",
    re.IGNORECASE,
)
_FROM = re.compile(r"^\s*(?:from|von|de)\s*:", re.IGNORECASE)
_UNDER_FROM = re.compile(r"^\s*(?:sent|date|to|gesendet|an)\s*:", re.IGNORECASE)
_UNSEEN = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")


def said(command: Command, text: str, subject: str, name: str, received: date) -> Said:
    """What the person `name` has put into a message of this command, received on that day."""
    ready = PREPARED[command]
    text = _own_part(_UNSEEN.sub("", text[:LONGEST_TEXT]).replace("\u00a0", " "))
    bare = _without(text, re.escape(f"({ready.hint})"), re.escape(ready.hint))
    first = re.escape(ready.first).replace(r"\{auditor\}", ".{1,80}?")
    without_first = _without(bare, first) if first else bare
    unchanged = bool(first) and without_first != bare
    lines = [line.strip() for line in without_first.split("\n")]
    lines = _before_signature([line for line in lines if line], name)
    lines = _before_signature(without_footers(lines), name)

    grade, lines, doubtful_grade = _grade(lines) if command is Command.UOPP_HELD else (None, lines, "")
    dates: list[date] = []
    doubts: list[str] = []
    if ready.label:
        lines = _dates(ready, lines, received, dates, doubts)
        words = re.sub(r"\[[^\]]*\]|[a-z]+-\d[\d-]*", " ", subject, flags=re.IGNORECASE)
        in_subject = told_dates(words, received, ahead=ready.ahead)
        dates += [on for on in in_subject.dates if on not in dates]
        doubts += in_subject.doubts
    rest = [line for line in lines if not _made_of(line, _COURTESY)]
    if doubtful_grade:
        rest.append(doubtful_grade)
    sent_on = bool(_PREFIX.match(subject))
    return Said(tuple(dates), tuple(doubts), grade, "\n".join(rest), unchanged, sent_on)


def _own_part(text: str) -> str:
    """The text above a message that is quoted below it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for n, line in enumerate(lines):
        if _QUOTED.match(line):
            below = [other for other in lines[n + 1 : n + 5] if other.strip()][:2]
            if not _FROM.match(line) or any(_UNDER_FROM.match(other) for other in below):
                return "\n".join(lines[:n])
    return "\n".join(lines)


def answer_part(text: str) -> str:
    """The part of a plain text that its sender wrote: above what is quoted, or below it where nothing stands above."""
    text = text[:LONGEST_TEXT].replace("\r\n", "\n").replace("\r", "\n")
    above = _own_part(text)
    unquoted = "\n".join(line for line in above.split("\n") if not line.lstrip().startswith(">"))
    if unquoted.strip():
        return unquoted
    lines = text.split("\n")
    quoted = [n for n, line in enumerate(lines) if line.lstrip().startswith(">")]
    return "\n".join(lines[quoted[-1] + 1 :]) if quoted else ""


def besides(words: str) -> str:
    """What somebody wrote besides what our ready messages hold."""
    words = _own_part(words[:LONGEST_TEXT])
    for ready in PREPARED.values():
        first = re.escape(ready.first).replace(r"\{auditor\}", ".{1,80}?")
        words = _without(
            words, re.escape(f"({ready.hint})"), re.escape(ready.hint), *([first] if first else ())
        )
    return " ".join(words.split())


def _without(text: str, *sentences: str) -> str:
    """The text without these sentences (as regular expressions), however their lines were broken on the way."""
    for sentence in sentences:
        text = re.sub(re.sub(r"(?:\\ )+", r"\\s+", sentence), "\n", text, flags=re.IGNORECASE)
    return text


def _before_signature(lines: list[str], name: str) -> list[str]:
    """The lines above the person's own name, which begins their signature."""
    own = set(re.findall(r"\w+", name.casefold()))
    first = name.casefold().split()[0] if name.split() else ""
    for n, line in enumerate(lines):
        words = re.findall(r"\w+", line.casefold())
        if words == [first] or (own and own <= set(words[:5]) and len(words) <= 8):
            return lines[:n]
    return lines


def _dates(
    ready: Prepared, lines: list[str], received: date, dates: list[date], doubts: list[str]
) -> list[str]:
    """Take the dates from the labelled line and the one below it, or from the first line. The lines left over."""
    spaced = r"\s+".join(re.escape(word) for word in ready.label.split())
    pattern = re.compile(rf"(.*?)\b{spaced}\s*:?(.*)", re.IGNORECASE)
    left: list[str] = []
    open_label = False
    for n, line in enumerate(lines):
        labelled = pattern.fullmatch(line)
        if not (labelled or open_label or n == 0):
            left.append(line)
            continue
        told = told_dates(f"{labelled[1]} {labelled[2]}" if labelled else line, received, ahead=ready.ahead)
        dates += [on for on in told.dates if on not in dates]
        doubts += told.doubts
        open_label = bool(labelled) and not (told.dates or told.doubts)
        if _made_of(told.rest, _AROUND_A_DATE):
            continue
        left.append(told.rest)
        if told.dates and (not labelled or _TAKES_BACK.search(told.rest)):
            doubts.append(f"beside the date there is “{told.rest[:60]}”")
    return left


def _grade(lines: list[str]) -> tuple[Grade | None, list[str], str]:
    """The grade after the meeting: exactly one of the four, or nothing. What else stands there is returned."""
    names = {grade.value.casefold(): grade for grade in Grade}
    names["requires improvement to be good"] = Grade.REQUIRES_IMPROVEMENT
    found, left, doubtful = None, [], ""
    for line in lines:
        if line.casefold().startswith(GRADE_LABEL.casefold()):
            value = line[len(GRADE_LABEL) :].strip(" :.")
            found = names.get(value.casefold())
            doubtful = line if value and found is None else ""
        else:
            left.append(line)
    return found, left, doubtful


def _made_of(line: str, words: frozenset[str]) -> bool:
    return set(re.findall(r"[\w']+", line.casefold().replace("’", "'"))) <= words and "?" not in line
