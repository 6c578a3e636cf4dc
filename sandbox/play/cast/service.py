"""§10 and §13: what the service does once an audit is moderated."""

from __future__ import annotations

from datetime import date, timedelta

from sandbox.play.cast.facts import BELOW_GOOD, MORNING, Fact
from sandbox.play.cast.person import JsonObject, opened
from sandbox.play.cast.records import Records
from sandbox.play.letters import kind_of
from sandbox.play.working_days import later, on_or_after


class Service(Records):
    """Team Managers, Heads of Service, whoever leads a UoPP meeting, the Audit Team at six weeks."""

    def _report(
        self, reference: str, whose: str, label: str, column: str, what: str, on: date, grade: str = ""
    ) -> None:
        """A date is told by the button of the letter, or in words that the Audit Team enters the day after."""

        def told(today: date) -> None:
            reader = self._followed.get(whose, whose)
            ready = self._ready(reference, reader, label)
            body = ready["body"].replace(" on: ", f" on: {today.day}/{today.month}/{today.year}", 1)
            if grade:
                body = body.replace("if it was raised: ", f"if it was raised: {grade}", 1)
            self._outlook.send(reader, {**ready, "body": body})
            self._told(reference, what, today, grade)
            self._later_in_list(
                today,
                f"“{column}” of {reference} is entered",
                lambda _d: self._edit(reference, values(today)),
            )

        def values(held: date) -> JsonObject:
            return {column: held.isoformat()} | ({"Grade after UoPP": grade} if grade else {})

        def entered(today: date) -> None:
            self._enter(reference, what, today, values(on), grade, on=on)

        if self._chance(reference, what, self._rules["service"]["by_button"]):
            self._later_by_mail(on, f"{what} of {reference}, by a button", told)
        else:
            self._later_in_list(later(on, 1), f"{what} of {reference}, entered", entered)

    def _plan_urgent(self, day: date, reference: str, manager: str, _delivery: JsonObject) -> None:
        if self._once("urgent", reference):
            on = later(day, self._days(reference, "urgent", self._rules["service"], "urgent", "urgent_late"))
            self._report(
                reference, manager, "The urgent issues are done", "Urgent issues done on", "urgent done", on
            )

    def _plan_uopp(self, day: date, reference: str, leads: str, delivery: JsonObject) -> None:
        service = self._rules["service"]
        decided = self._of("decided", reference) or {}
        if self._number(reference) in service["uopp_never"] or decided.get("uopp") == "none":
            return
        if not self._once("uopp", reference, kind_of(delivery).name):
            return
        grade = self._grade(reference)
        usual = "uopp_inadequate" if grade == "Inadequate" else "uopp"
        on = later(day, self._days(reference, "uopp", service, usual, "uopp_late"))
        if decided and self._fact(reference, "decided") is None:
            on = later(day, decided["uopp"])
        raised = ""
        if self._chance(reference, "raised", service["raised_after_uopp"]):
            raised = "Good" if grade == "Requires Improvement" else "Requires Improvement"
        if how := self._of("record_instead", reference):
            self._record_instead(reference, leads, on, raised, delivery, how)
            self._plan_six_weeks(reference, on, grade)
            return
        if self._special(reference, "says_when_they_met"):
            self._later_by_mail(later(on, 1), f"The auditor of {reference} writes when they met",
                                lambda d: self._tell_in_words(reference, leads, on, delivery, d))  # fmt: skip
        else:
            self._report(reference, leads, "The UoPP meeting was held", "UoPP held on", "uopp", on, raised)
        # The record is shared some days later, by its form or otherwise; entered by the Audit Team.
        sent = later(on, 1 + self._days(reference, "record", service, "record", "record_late"))
        if self._chance(reference, "record by mail", service["record_by_mail"]):
            self._later_by_mail(
                sent,
                f"The record of the UoPP meeting on {reference} comes by mail",
                lambda _d: self._share_record(reference, leads, on, delivery),
            )
        self._later_in_list(
            sent,
            f"The record of the UoPP meeting on {reference} is shared",
            lambda today: self._enter(reference, "record", today, {"UoPP record sent on": today.isoformat()}),
        )
        self._plan_six_weeks(reference, on, grade)

    def _tell_in_words(
        self, reference: str, leads: str, held: date, delivery: JsonObject, today: date
    ) -> None:
        """An answer in plain words, without the button."""
        message = self._outlook.message(leads, delivery["internet_message_id"])
        words = f"We met on {held:%A} {held.day} {held:%B}."
        self._outlook.answer(leads, message, words, [self._tenant.mailbox], [])
        self._told(reference, "uopp", today, on=held)
        self._later_in_list(
            today, f"“UoPP held on” of {reference} is entered",
            lambda _d: self._edit(reference, {"UoPP held on": held.isoformat()}),
        )  # fmt: skip

    def _plan_six_weeks(self, reference: str, held: date, grade: str) -> None:
        service = self._rules["service"]
        due = on_or_after(held + timedelta(42))
        checked = later(due, self._days(reference, "six weeks", service, "six_weeks", "six_weeks_late"))
        grades = service["at_six_weeks"]
        found = self._draw(reference, "at six weeks").choices(list(grades), list(grades.values()))[0]
        drift = "Yes" if self._chance(reference, "drift", service["drift_share"]) else "No"

        def check(today: date) -> None:
            if self.rows[reference].get("Withdrawn") or self._grade(reference) not in BELOW_GOOD:
                return
            values = {"Six-week check on": today.isoformat(), "Grade at six weeks": found, "Drift": drift}
            self._enter(reference, "six weeks", today, values, found)

        if self._special(reference, "six_weeks_by_mail"):
            self._six_weeks[reference] = checked, found, drift
        else:
            self._later_in_list(checked, f"The six-week check of {reference}", check)
        if grade != "Inadequate":
            return
        review = later(due, self._days(reference, "review", service, "review", "review_late"))
        head = self.rows[reference]["Head of Service"]
        label, column = "The review UoPP meeting was held", "Review UoPP held on"

        def plan_review(_today: date) -> None:
            if self._grade(reference) != "Inadequate" or self._fact(reference, "safety ended"):
                return
            if self._special(reference, "review_by_record"):
                self._later_by_mail(review, f"The record of the review of {reference} comes by mail",
                                    lambda d: self._review_by_record(reference, head, d))  # fmt: skip
            else:
                self._report(reference, head, label, column, "review", review)

        self._later_in_list(later(review, -3), f"The review UoPP of {reference} is planned", plan_review)
        self._later_in_list(
            later(review, 5),
            f"The weekly reports on {reference} end",
            lambda today: self._enter(
                reference, "weekly ended", today, {"Weekly reports ended on": today.isoformat()}
            ),
        )

    def _plan_progress(self, day: date, reference: str, head: str, delivery: JsonObject) -> None:
        service = self._rules["service"]
        if not self._chance(reference, f"progress {day}", service["progress_share"]):
            return

        def report(today: date) -> None:
            message = self._outlook.message(head, delivery["internet_message_id"])
            ready = opened(message, "This week's progress")
            assert ready
            body = ready["body"].replace(
                "last week:", "last week:\nTwo of three actions are done; visits are weekly.", 1
            )
            self._outlook.send(head, {**ready, "body": body})
            self._told(reference, "progress", today)

        on = later(day, self._days(reference, f"progress day {day}", service, "progress", "none"))
        self._later_by_mail(on, f"The Head of Service reports on {reference}", report)

    def _plan_end_of_safety(self, day: date, reference: str, manager: str, _delivery: JsonObject) -> None:
        """The Audit Manager goes on with what a withdrawn audit found, and ends it when it is in hand."""
        if not self._once("safety", reference):
            return

        def end(today: date) -> None:
            self._outlook.send(manager, self._ready(reference, manager, "I end the steps for the child"))
            self._told(reference, "safety ended", today)
            self._later_in_list(
                today, f"“Safety steps ended on” of {reference} is entered",
                lambda _d: self._edit(reference, {"Safety steps ended on": today.isoformat()}),
            )  # fmt: skip

        self._later_by_mail(later(day, 12), f"The Audit Manager ends the steps for {reference}", end)

    def _plan_new_practitioner(self, _day: date, reference: str, person: str, _delivery: JsonObject) -> None:
        """The child gets another worker of the same team, whose colleague takes the work over."""
        how = self._of("new_practitioner", reference)
        if not how or not self._once("practitioner", reference):
            return
        row = self.rows[reference]
        others = [o for o in self.rows.values() if o["Head of Service"] == row["Head of Service"]
                  and o["Practitioner"] not in row.values()]  # fmt: skip
        other = max(others, key=lambda o: bool(o["Team"] == row["Team"]))["Practitioner"]

        def change(today: date) -> None:
            self._edit(reference, {"Practitioner": other})
            self.facts.append(Fact(reference, "Practitioner", today, (later(today, 1), MORNING), other))

        on = later(self._month(reference)[-1], how)
        self._later_in_list(on, f"Somebody else works with the child of {reference} now", change)
