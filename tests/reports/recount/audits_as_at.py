"""One audit, dip sample or re-audit as it was at the end of a day, from what people did (`sandbox/play/cast/diary.py`).

Plain data in (what `Diary.as_json` gives, or the same from a file), one `Case` for each row of the list out. Nothing of
the bot is used: not its ledger, not the columns it writes, not a line of its code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any

from sandbox.play.working_days import DAY, between, is_working, later, months_later, of_month

Truth = Mapping[str, Any]
GRADES = ("Outstanding", "Good", "Requires Improvement", "Inadequate")
BELOW_GOOD = GRADES[2:]
FULL = ("Full – Team Manager", "Full – Advanced Practitioner")
RETURNED_BY = 15  # the working day of month one; the guide gives auditors no date, the cast was told this one
CLOSED = ("Done", "No longer needed")  # states of an action about which nothing is left to do
NO_DAY = date.max


def grade_in(words: Any) -> str:
    """A grade by the short name that the guide's own sections use for the third; "" for none."""
    return str(words or "").removesuffix(" to be Good")


def day_in(words: Any) -> date:
    """A day of the list or of a form; one that no day reaches where there is none."""
    return date.fromisoformat(str(words)[:10]) if words else NO_DAY


@cache
def working_days(since: date, until: date) -> int:
    """How many working days lie after one day, up to and with another."""
    return sum(is_working(since + n * DAY) for n in range(1, (until - since).days + 1))


@dataclass(frozen=True, slots=True)
class Action:
    what: str
    who: str
    by: date


@dataclass(slots=True)
class Case:
    """What is so of one row at the end of the day. A day that has not come is NO_DAY, a grade not given is ""."""

    reference: str
    row: Mapping[str, Any]
    day: date
    month_one: date
    released: date = NO_DAY
    returned: date = NO_DAY
    auditors: Mapping[str, Sequence[str]] = field(
        default_factory=dict
    )  # answers of the auditor's latest form
    returned_again: date = NO_DAY
    moderated: date = NO_DAY
    moderators: Mapping[str, Sequence[str]] = field(default_factory=dict)
    withdrawn: date = NO_DAY
    sent_back_by_the_team: bool = False
    exempted_once: bool = False
    meetings: tuple[tuple[date, str], ...] = ()  # UoPP meetings: the day, the grade it was raised to
    record_forms: tuple[
        tuple[date, str, Mapping[str, Sequence[str]]], ...
    ] = ()  # the day, who sent it, what it says
    check_form: Mapping[str, Sequence[str]] = field(default_factory=dict)
    dip_form: Mapping[str, Sequence[str]] = field(default_factory=dict)

    # ------------------------------------------------------------------------------------------------- its place

    @property
    def kind(self) -> str:
        return str(self.row["Audit type"])

    def has_come(self, column: str) -> bool:
        """Whether the day in a column of the list is this day or lies before it."""
        return day_in(self.row.get(column)) <= self.day

    @property
    def left_out(self) -> str:
        """Why it is not in play; "" if it is."""
        if self.withdrawn <= self.day:
            return "withdrawn"
        if self.has_come("Declared invalid on"):
            return "declared invalid"
        if self.has_come("Exempted on"):
            return "exempted"
        return "" if self.released <= self.day else "not released"

    # ----------------------------------------------------------------------------------------- audit and moderation

    @property
    def is_returned(self) -> bool:
        return self.returned <= self.day

    @property
    def is_moderated(self) -> bool:
        return self.moderated <= self.day

    @property
    def due(self) -> date:
        own = self.row.get("Return by")
        return day_in(own) if own else of_month(self.month_one)[RETURNED_BY - 1]

    @property
    def moderation_due(self) -> date:
        """The month's last working day; three working days for what comes back after it; one for an Inadequate."""
        came, ends = self.returned_again, of_month(self.month_one)[-1]
        if self.auditors_grade == "Inadequate":
            return later(came, 1)
        return ends if came <= ends else later(came, 3)

    @property
    def auditors_grade(self) -> str:
        return grade_in(one(self.auditors, "grade_auditor"))

    @property
    def moderated_grade(self) -> str:
        return grade_in(one(self.moderators, "grade_moderated"))

    @property
    def is_disputed(self) -> bool:
        return self.has_come("Disputed on")

    @property
    def is_decided(self) -> bool:
        return self.has_come("Finally decided on") and bool(self.row.get("Final grade"))

    @property
    def standing_grade(self) -> str:
        return grade_in(self.row["Final grade"]) if self.is_decided else self.moderated_grade

    # --------------------------------------------------------------------------------------------- what follows

    @property
    def is_below_good(self) -> bool:
        return self.standing_grade in BELOW_GOOD

    @property
    def since(self) -> date:
        """Since when its standing grade counts: a decision that leaves the grade as it was begins nothing."""
        changed = self.is_decided and self.standing_grade != self.moderated_grade
        return day_in(self.row["Finally decided on"]) if changed else self.moderated

    @property
    def meeting(self) -> tuple[date, str] | None:
        """The UoPP meeting that counts: once a decision has made it Inadequate, only one held since."""
        anew = self.since != self.moderated and self.standing_grade == "Inadequate"
        return next((m for m in self.meetings if m[0] <= self.day and not (anew and m[0] < self.since)), None)

    @property
    def meeting_due(self) -> date:
        """Three working days for an Inadequate; else five, which stand still while the grade is in dispute."""
        if self.standing_grade == "Inadequate":
            return later(self.since, 3)
        disputed, decided = day_in(self.row.get("Disputed on")), day_in(self.row.get("Finally decided on"))
        end = later(self.since, 5)
        if not self.is_disputed or not self.is_decided or disputed > end or decided < self.since:
            return end
        used = sum(self.since < day < disputed for day in between(self.since, disputed))
        return later(decided, max(1, 5 - used))

    @property
    def check_due(self) -> date:
        return (self.meeting[0] if self.meeting else self.since) + timedelta(42)

    @property
    def is_checked(self) -> bool:
        return self.has_come("Six-week check on")

    @property
    def grade_at_six_weeks(self) -> str:
        return grade_in(self.row.get("Grade at six weeks")) if self.is_checked else ""

    @property
    def grade_now(self) -> str:
        """The latest that was said of the work: at six weeks, else after the meeting, else the standing grade."""
        raised = self.meeting[1] if self.meeting else ""
        return self.grade_at_six_weeks or raised or self.standing_grade

    @property
    def four_months(self) -> date:
        return months_later(self.since, 4)

    @property
    def actions(self) -> list[Action]:
        return actions_in(self.auditors)

    @property
    def agreed_at_the_meeting(self) -> list[Action]:
        """By the record of whoever chairs: an auditor the meeting on Requires Improvement, the Audit Manager that on
        Inadequate (§10), as the grade stood when it was sent. One from somebody else is for a person to look at."""
        theirs = [
            answers
            for on, by, answers in self.record_forms
            if not by or (by == self.row["Auditor"]) == (self._grade_on(on) != "Inadequate")
        ]
        return actions_in(theirs[-1]) if theirs else []

    def _grade_on(self, day: date) -> str:
        return (
            self.standing_grade if day_in(self.row.get("Finally decided on")) <= day else self.moderated_grade
        )

    @property
    def states(self) -> list[tuple[str, str]]:
        """How each agreed action stood when the work was looked at again: what was agreed, and its state."""
        pairs = zip(self.check_form.get("prev.what", ()), self.check_form.get("prev.status", ()), strict=True)
        return [(what, state) for what, state in pairs if what]

    def is_closed(self, action: Action) -> bool:
        """Whether a later look says that it is done or no longer needed."""
        return any(what == action.what and state in CLOSED for what, state in self.states)

    @property
    def all_done(self) -> bool:
        return bool(self.states) and all(state in CLOSED for _, state in self.states)


def one(answers: Mapping[str, Sequence[str]], tag: str) -> str:
    """The answer to a question that stands once; "" for none."""
    return next(iter(answers.get(tag, ())), "").strip()


def actions_in(answers: Mapping[str, Sequence[str]]) -> list[Action]:
    columns = (answers.get(f"act.{part}", ()) for part in ("what", "who", "by"))
    return [
        Action(what, who.strip(), day_in(by)) for what, who, by in zip(*columns, strict=True) if what.strip()
    ]


def known_by(truth: Truth, day: date) -> Truth:
    """What people had done by the end of a day, whatever they entered later about the time before."""
    return {
        **truth,
        **{
            kind: [e for e in truth[kind] if e["on"] <= day.isoformat()]
            for kind in ("written", "entered", "came")
        },
    }


def cases(truth: Truth, day: date) -> list[Case]:
    """Every row of the list at the end of a day."""
    found = {}
    for reference, first in truth["rows"].items():
        if first.get("Cycle") in truth["cycles"]:
            month = day_in(truth["cycles"][first["Cycle"]]["Month one"])
            found[reference] = Case(reference, {}, day, month)
            _enter(found[reference], date.min, first)
    for letter in truth["came"]:
        if letter["what"] == "allocated" and (case := found.get(letter["about"])):
            case.released = min(case.released, day_in(letter["on"]))
    for entry in truth["entered"]:
        if case := found.get(entry["about"]):
            _enter(case, day_in(entry["on"]), entry["values"])
    for form in truth["written"]:
        if (case := found.get(form["about"])) and form["stands"] and day_in(form["on"]) <= day:
            _write(case, day_in(form["on"]), form["part"], form["answers"], form.get("by", ""))
    return list(found.values())


def _enter(case: Case, on: date, values: Mapping[str, Any]) -> None:
    """A column keeps what was entered last; its own day says from when it counts. Withdrawn alone has none: there it is
    the day on which it was entered."""
    case.row = {**case.row, **values}
    if "Withdrawn" in values:
        case.withdrawn = on if values["Withdrawn"] else NO_DAY
    if values.get("Return for rectification by") and on <= case.day:
        case.sent_back_by_the_team = True
    if values.get("Exempted on") and day_in(values["Exempted on"]) <= case.day:
        case.exempted_once = True
    if values.get("UoPP held on"):
        raised = grade_in(values.get("Grade after UoPP"))
        case.meetings += ((day_in(values["UoPP held on"]), raised),)


def _write(case: Case, on: date, part: str, answers: Mapping[str, Sequence[str]], by: str) -> None:
    match part:
        case "auditor":
            case.returned = min(case.returned, on)
            case.returned_again, case.auditors = on, answers
        case "moderator" if one(answers, "m_outcome") == "Moderated" and one(answers, "grade_moderated"):
            case.moderated = min(case.moderated, on)
            case.moderators = answers
        case "chair" if one(answers, "uopp_kind") != "Review after six weeks":
            case.record_forms += ((on, by, answers),)
        case "Audit Team":
            case.check_form = answers
        case "dip sampler":
            case.dip_form = answers
