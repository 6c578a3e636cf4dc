"""§10, §13: what comes by mail as a form once an audit is moderated: the record of a UoPP meeting, of the review, the
six-week check."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sandbox.play.cast.facts import BELOW_GOOD
from sandbox.play.cast.forms import (
    AGREED,
    AGREED_AT_THE_MEETING,
    answer_in,
    answers_in,
    record_of_a_meeting,
    six_week_answers,
)
from sandbox.play.cast.person import JsonObject, form_in
from sandbox.play.cast.post import Post
from sandbox.play.cast.variety import check_differs, record_differs
from sandbox.play.working_days import later


class Records(Post):
    """Whoever led a meeting, whoever only has its record, and the Audit Team after six weeks."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._six_weeks: dict[
            str, tuple[date, str, str]
        ] = {}  # of an audit: the day, the grade, whether it drifted
        self._records: dict[
            str, tuple[str, bytes]
        ] = {}  # the form in which the record of an audit was shared

    def _record_instead(
        self,
        reference: str,
        leads: str,
        held: date,
        raised: str,
        delivery: JsonObject,
        how: Mapping[str, Any],
    ) -> None:
        """Nobody presses a button: the record itself comes the next working day. From whoever leads the meeting,
        and with its day, it says that the meeting was held and that the record is shared; otherwise the Audit Team
        reads it, asks, and enters both. Until then nobody is reminded, unless it came from the practitioner: it is not
        for them to say that the meeting was held."""

        def send(today: date) -> None:
            row = self.rows[reference]
            name, form = form_in(self._outlook.message(leads, delivery["internet_message_id"])) or ("", b"")
            day = "" if how.get("without_a_date") else held.isoformat()
            sender = leads if how["by"] == "lead" else row[how["by"]]
            data = self._writes_the_record(reference, sender, form, day, held, raised)
            to = [row[c] for c in ("Practitioner", "Team Manager", "Head of Service") if row[c] != sender]
            ready = {"to": to, "cc": [self._tenant.mailbox], "subject": f"UoPP record, audit {reference}",
                     "body": "The record of the meeting is attached."}  # fmt: skip
            self._outlook.send(sender, ready, [(name, data)])
            self._records[reference] = name, form
            values = {"UoPP held on": held.isoformat(), "UoPP record sent on": today.isoformat()}
            values |= {"Grade after UoPP": raised} if raised else {}
            if day and sender == leads:
                self._told(reference, "uopp", today, raised, on=held)
                self._told(reference, "record", today)
                self._later_in_list(later(today, 1), f"The record on {reference} is entered",
                                    lambda _d: self._edit(reference, values))  # fmt: skip
                return
            if sender != row["Practitioner"]:
                self._told(reference, "record held", today)
            self._in_question.add(reference)

            def settle(day: date) -> None:
                self._in_question.discard(reference)
                self._read_what_waits()
                self._enter(reference, "uopp", day, values, raised, on=held)
                self._enter(reference, "record", day, {})

            self._later_in_list(later(today, 1), f"The record on {reference} is read and entered", settle)

        self._later_by_mail(
            later(held, 1), f"The record of the UoPP meeting on {reference} comes instead of a word", send
        )

    def _writes_the_record(
        self, reference: str, by: str, form: bytes, day: str, held: date, raised: str = ""
    ) -> bytes:
        answers = {
            **record_of_a_meeting(day, raised),
            **record_differs(held.isoformat(), self._draw(reference, "agreed")),
        }
        return self._writes(reference, "UoPP record", "chair", by, form, answers, self._today)

    def _review_by_record(self, reference: str, head: str, today: date) -> None:
        """The Head of Service sends the record of the review in the form of the first meeting."""
        name, form = self._records[reference]
        row = self.rows[reference]
        ready = {"to": [row["Practitioner"], row["Team Manager"]], "cc": [self._tenant.mailbox],
                 "subject": f"Review UoPP, {reference}", "body": "The record of the review is attached."}  # fmt: skip
        answers = record_of_a_meeting(today.isoformat(), review=True)
        data = self._writes(reference, "UoPP record", "chair", head, form, answers, today)
        self._outlook.send(head, ready, [(name, data)])
        self._told(reference, "review", today)
        values = {"Review UoPP held on": today.isoformat()}
        self._later_in_list(later(today, 1), f"The review of {reference} is entered",
                            lambda _d: self._edit(reference, values))  # fmt: skip

    def _plan_check_by_mail(self, _day: date, reference: str, _person: str, delivery: JsonObject) -> None:
        """The Audit Team mails its six-week form in, instead of entering what it says."""
        if reference not in self._six_weeks or not self._once("six weeks", reference):
            return
        on, found, drift = self._six_weeks[reference]

        def check(today: date) -> None:
            if self.rows[reference].get("Withdrawn") or self._grade(reference) not in BELOW_GOOD:
                return
            message = self._outlook.message(self._tenant.mailbox, delivery["internet_message_id"])
            name, form = form_in(message) or ("", b"")
            self._look_at_the_check(reference, form)
            ready = {"to": [self._tenant.mailbox], "cc": [], "subject": f"Six-week check, {reference}",
                     "body": "The completed form is attached."}  # fmt: skip
            stands = check_differs(len(answers_in(form, "prev.what")), self._draw(reference, "stands"))
            answers = {**six_week_answers(found, drift, today.isoformat()), **stands}
            manager = self.roles["Audit Manager"]
            data = self._writes(reference, "dip audit", "Audit Team", manager, form, answers, today)
            self._outlook.send(manager, ready, [(name, data)])
            self._told(reference, "six weeks", today, found)
            values = {"Six-week check on": today.isoformat(), "Grade at six weeks": found, "Drift": drift}
            self._later_in_list(later(today, 1), f"The six-week check of {reference} is entered",
                                lambda _d: self._edit(reference, values))  # fmt: skip

        self._later_by_mail(on, f"The six-week check of {reference} is mailed in", check)

    def _look_at_the_check(self, reference: str, form: bytes) -> None:
        """The six-week form is the Audit Team's, and brings what was agreed in the audit and at the meeting (§13)."""
        auditor = str(self.rows[reference]["Auditor"]).partition("@")[0].replace(".", " ")
        by = answer_in(form, "auditor")
        if not by or by.casefold() == auditor.casefold():
            self.doubts.append(f"The six-week form of {reference} is by “{by}”, not by the Audit Team.")
        agreed = answers_in(form, "prev.what")
        for wanted in (AGREED, *([AGREED_AT_THE_MEETING] if reference in self._records else [])):
            if wanted not in agreed:
                self.doubts.append(f"The six-week form of {reference} lacks “{wanted}”; it has {agreed}.")

    def _share_record(self, reference: str, leads: str, held: date, delivery: JsonObject) -> None:
        row = self.rows[reference]
        message = self._outlook.message(leads, delivery["internet_message_id"])
        name, form = form_in(message) or ("", b"")
        data = self._writes_the_record(reference, leads, form, held.isoformat(), held)
        to = [row["Practitioner"], row["Team Manager"], row["Head of Service"]]
        text = "The record of our meeting is attached."
        self._outlook.answer(leads, message, text, to, [self._tenant.mailbox], [(name, data)])
