"""What the record of a UoPP meeting or a six-week check says for the list: its day, the grade, drift (§10, §13).

Everything else in these forms stays in the file.
"""

from __future__ import annotations

from datetime import date

from bot.papers.forms.form import Form
from bot.papers.forms.questions import plain
from bot.programme.vocabulary import Record, RecordKind

GRADES_OF_RECORDS = _SIX_WEEKS_GRADE, _UOPP_GRADE = "grade_six_weeks", "grade_uopp"
"""The tags of the grades in these forms."""


def record_in(form: Form) -> Record | None:
    """What such a form says; None for any other form. A grade that is doubtful is noted in `form.doubts`."""
    tags = form.by_tag
    if any(form.tag(word) in tags for word in ("auditor_grade", "moderated_grade")):
        return None
    if _SIX_WEEKS_GRADE in tags or "drift" in tags:
        return _six_weeks(form)
    return _meeting(form) if "uopp_date" in tags else None


def _six_weeks(form: Form) -> Record:
    on, doubts = _day(form, form.tag("completed_on"), "Completed on")
    grade = form.grade(_SIX_WEEKS_GRADE)
    said = {plain(a.text) for a in form.by_tag.get("drift", ()) if a.text}
    drift = True if said and said <= form.asked.yes else False if said and said <= form.asked.no else None
    if drift is None:
        doubts += ("“Drift or delay?” is not answered with Yes or No",)
    if grade is None:
        doubts += ("no grade is chosen under “Grade of the work now”",)
    return Record(RecordKind.SIX_WEEKS, on, grade, drift, doubts)


def _meeting(form: Form) -> Record:
    on, doubts = _day(form, "uopp_date", "Held on")
    grade = form.grade(_UOPP_GRADE)
    if grade is None and plain(form.answer("uopp_reconsidered")) in form.asked.yes:
        doubts += ("the grade was reconsidered, and none is chosen under “New grade”",)
    review = plain(form.answer("uopp_kind")).startswith("review")
    return Record(RecordKind.REVIEW if review else RecordKind.UOPP, on, grade, None, doubts)


def _day(form: Form, tag: str, called: str) -> tuple[date | None, tuple[str, ...]]:
    """The one day given, or why there is none. What stands there is not repeated: it may be anything."""
    answers = [answer for answer in form.by_tag.get(tag, ()) if answer.text]
    days = {answer.date for answer in answers}
    if len(days) > 1:
        return None, (f"different answers are given to “{called}”",)
    if not answers or not answers[0].date:
        return None, (f"no date can be read under “{called}”",)
    return date.fromisoformat(answers[0].date), ()
