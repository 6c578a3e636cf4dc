"""What a person typed beside a control, in its line or its cell."""

from __future__ import annotations

import re

from bot.papers.forms.form_answers import Answer
from bot.papers.forms.questions import Questions, label_key, plain
from bot.papers.word.walk import Control, Part
from bot.programme.vocabulary import Grade

_BESIDE = re.compile(r"[\W_]+")
_JOINING = frozenset(
    ("on", "date", "dated", "by", "to", "from", "grade", "overall", "overall grade", "grade given")
)
"""Words that may stand in one line with the control of a grade without saying anything about it."""


def written_beside(answer: Answer, control: Control, asked: Questions) -> str:
    """What a person typed beside a control, "" when there is nothing that could change its meaning.

    In the control's own line only its question and a few joining words may stand. Other lines of its cell matter
    when a grade occurs in them.
    """
    part = answer.part
    if control.place < 0 or control.cells[1] or control.legacy:
        return ""
    place = part.places[control.place]
    if not "".join(part.pieces[place.start : control.start] + part.pieces[control.end : place.end]).strip():
        return ""
    around = _outside(part, place.start, place.end, control)
    line_before, line_after = around[0].rpartition("\n")[2], around[1].partition("\n")[0]
    key = label_key(line_before)
    before_is_question = (
        line_before.rstrip().endswith(":") or bool(asked.asked_by(line_before)) or key in _JOINING
        or key in asked.domain_grade or key == label_key(control.title)
    )  # fmt: skip
    said = [] if before_is_question or not _words(line_before) else [line_before]
    if (_words(line_after) and label_key(line_after) not in _JOINING) or "?" in line_after:
        said.append(line_after)
    if before_is_question and _speaks_of_a_grade(line_before, answer, asked):
        said.append(line_before)
    others = (around[0].rpartition("\n")[0], around[1].partition("\n")[2])
    said += [line for text in others for line in text.split("\n") if _speaks_of_a_grade(line, answer, asked)]
    return " … ".join(" ".join(each.split()) for each in said if each.strip())


def _outside(part: Part, start: int, end: int, control: Control) -> tuple[str, str]:
    """The text of a place before and after a control, without what stands in other controls."""
    taken = sorted(
        (other.start, other.end)
        for other in part.controls
        if start <= other.start and other.end <= end and other.end > other.start
    )
    pieces = ["", ""]
    at = start
    for first, last in [*taken, (end, end)]:
        side = 0 if first <= control.start else 1
        pieces[side] += "".join(part.pieces[at:first])
        at = max(at, last)
    return pieces[0], pieces[1]


def _speaks_of_a_grade(line: str, answer: Answer, asked: Questions) -> bool:
    """Whether another grade, or a doubt, occurs in a line: reason to ask, never to take it for the answer."""
    line = " ".join(line.split())
    if not line or asked.asked_by(line):
        return False
    mine = asked.grade(answer.text)
    if asked.grade(line) is not None:
        return asked.grade(line) is not mine or not answer.text
    said = plain(line).rstrip(".")
    return any(
        re.search(rf"(?<![\w]){re.escape(plain(grade.value))}(?![\w])", said)
        for grade in Grade
        if grade is not mine
    ) and len(said.split()) <= 8  # fmt: skip


def _words(text: str) -> str:
    return _BESIDE.sub("", text)
