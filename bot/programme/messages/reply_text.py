"""The ready messages behind the buttons, and what a person has put into one before sending it.

What was prepared is known word by word, so whatever else stands in a message is the person's own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bot.programme.messages.button import Button, Wants
from bot.programme.messages.buttons import Command
from bot.programme.messages.dates_in_text import told_dates
from bot.programme.messages.own_lines import without_footers
from bot.programme.vocabulary import Grade

LONGEST_TEXT = 20_000
"""Characters of a message that are looked at: far more than anybody writes above what they quote."""
GRADE_LABEL = "Grade after the meeting, if it was raised"


def body_of(command: Command, auditor: str) -> str:
    """The text of a ready message."""
    button = command.button
    begun = button.sentence.format(auditor=auditor) if button.sentence else f"{button.day_label}: "
    graded = (f"{GRADE_LABEL}: ", "") if button.wants is Wants.DAY_AND_GRADE else ()
    return "\n".join([begun, "", *graded, f"({button.hint})", ""])


@dataclass(frozen=True, slots=True)
class Said:
    """What a person put in. `rest` is what they wrote besides. `unchanged` says that the prepared sentence stands as
    it was; `sent_on`, that the message is a reply or forward, whose subject may only quote another's."""

    dates: tuple[date, ...] = ()
    doubts: tuple[str, ...] = ()
    grade: Grade | None = None
    rest: str = ""
    unchanged: bool = True
    sent_on: bool = False

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
    button = command.button
    text = _own_part(_UNSEEN.sub("", text[:LONGEST_TEXT]).replace("\u00a0", " "))
    bare = _without(text, *_hint(button))
    without_first = _without(bare, *_sentence(button))
    unchanged = without_first != bare
    lines = [line.strip() for line in without_first.split("\n")]
    lines = _before_signature([line for line in lines if line], name)
    lines = _before_signature(without_footers(lines), name)

    grade, lines, doubtful_grade = _grade(lines) if button.wants is Wants.DAY_AND_GRADE else (None, lines, "")
    dates: list[date] = []
    doubts: list[str] = []
    if button.wants.a_day:
        lines = _dates(button, lines, received, dates, doubts)
        words = re.sub(r"\[[^\]]*\]|[a-z]+-\d[\d-]*", " ", subject, flags=re.IGNORECASE)
        in_subject = told_dates(words, received, ahead=button.wants is Wants.DAY_TO_COME)
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
    for command in Command:
        words = _without(words, *_hint(command.button), *_sentence(command.button))
    return " ".join(words.split())


def _hint(button: Button) -> tuple[str, ...]:
    return re.escape(f"({button.hint})"), re.escape(button.hint)


def _sentence(button: Button) -> tuple[str, ...]:
    return (re.escape(button.sentence).replace(r"\{auditor\}", ".{1,80}?"),) if button.sentence else ()


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
    button: Button, lines: list[str], received: date, dates: list[date], doubts: list[str]
) -> list[str]:
    """Take the dates from the labelled line and the one below it, or from the first line. The lines left over."""
    spaced = r"\s+".join(re.escape(word) for word in button.day_label.split())
    pattern = re.compile(rf"(.*?)\b{spaced}\s*:?(.*)", re.IGNORECASE)
    ahead = button.wants is Wants.DAY_TO_COME
    left: list[str] = []
    open_label = False
    for n, line in enumerate(lines):
        labelled = pattern.fullmatch(line)
        if not (labelled or open_label or n == 0):
            left.append(line)
            continue
        told = told_dates(f"{labelled[1]} {labelled[2]}" if labelled else line, received, ahead=ahead)
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
    names = {name.casefold(): grade for grade in Grade for name in (grade.value, grade.in_full)}
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
