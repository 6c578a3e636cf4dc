"""§7 and §11: the moderators, who agree or do not, and those who do not agree with them."""

from __future__ import annotations

from datetime import date

from sandbox.play.cast.forms import answer_in, moderators_answers
from sandbox.play.cast.person import JsonObject, form_in
from sandbox.play.cast.stage import Stage
from sandbox.play.cast.variety import Answered, moderator_differs
from sandbox.play.working_days import later


class Moderators(Stage):
    """Moderators, the service that disagrees, and whoever decides in the end."""

    def _plan_moderation(self, day: date, reference: str, person: str, delivery: JsonObject) -> None:
        corrected = self._fact(reference, "corrected")
        version = str(corrected.on) if corrected else ""
        self._to_moderate[reference, person] = delivery
        if not self._once("moderate", reference, person, version):
            return
        inadequate = (corrected.value if corrected else self.grade_of(reference)) == "Inadequate"
        rules = self._rules["moderators"]
        takes = self._days(reference, "moderation", rules, "inadequate" if inadequate else "")
        self._later_by_mail(
            later(day, takes),
            f"The moderator of {reference} moderates it",
            lambda today: self._moderate(reference, person, version, today),
        )

    def _moderate(self, reference: str, person: str, version: str, today: date) -> None:
        row, delivery = self.rows[reference], self._to_moderate[reference, person]
        if row["Moderator"] != person or row.get("Declared invalid on") or row.get("Withdrawn"):
            return
        corrected = self._fact(reference, "corrected")
        back = self._fact(reference, "rectify") and self._fact(reference, "poor") and corrected is None
        anyway = self.grade_of(reference) == "Inadequate"  # an Inadequate waits for no correction
        if (
            self.moderated(reference)
            or (back and not anyway)
            or version != (str(corrected.on) if corrected else "")
        ):
            return
        name, form = form_in(self._outlook.message(person, delivery["internet_message_id"])) or ("", b"")
        auditors = answer_in(form, "grade_auditor")
        grade = auditors
        settled = str(self._number(reference)) in self._rules["special"]["grades"]
        if not settled and not self._is_re_audit(reference):
            for given, share, instead in (
                ("Good", "lowers_good", "Requires Improvement"),
                ("Requires Improvement", "lowers_requires_improvement", "Inadequate"),
                ("Inadequate", "raises_inadequate", "Requires Improvement"),
            ):
                if auditors == given and self._chance(reference, share, self._rules["moderators"][share]):
                    grade = instead
        answers: Answered = {**moderators_answers(auditors, grade, today.isoformat())}
        domains = [answer_in(form, f"d{n}.grade") for n in range(1, 7)]
        answers |= moderator_differs(auditors, grade, domains, self._draw(reference, f"domains {version}"))
        sends_back = self._special(reference, "moderator_sends_back") and not version
        if sends_back:
            answers["m_outcome"] = "Back to auditor"
        to = [row["Auditor"], row["Practitioner"], row["Team Manager"]]
        message = self._outlook.message(person, delivery["internet_message_id"])
        text = "Moderated; thank you for the conversation."
        kind = "re-audit" if self._is_re_audit(reference) else "audit tool"
        data = self._writes(reference, kind, "moderator", person, form, answers, today)
        self._outlook.answer(person, message, text, to, [self._tenant.mailbox], [(name, data)])
        if sends_back:
            self._send_back_to_auditor(reference, today)
            return
        self._told(reference, "moderated", today, grade)
        if how := self._of("withdrawn_once_moderated", reference):
            self._later_in_list(
                later(today, how),
                f"{reference} is withdrawn",
                lambda d: self._enter(reference, "out", d, {"Withdrawn": True}),
            )
        if self._of("decided", reference):
            self._later_by_mail(
                later(today, 2),
                f"The service does not agree on {reference}",
                lambda d: self._disagree(reference, d),
            )

    def _send_back_to_auditor(self, reference: str, today: date) -> None:
        """§7: it does not meet the standard yet; the Audit Team gives it a day. Nothing is moderated by this."""
        self._told(reference, "sent back", today)
        by = later(today, 6)
        self._later_in_list(
            today, f"{reference} is back with its auditor",
            lambda d: self._enter(reference, "rectify", d, {"Return for rectification by": by.isoformat()}, on=by),
        )  # fmt: skip

    def _disagree(self, reference: str, today: date) -> None:
        manager = self.rows[reference]["Team Manager"]
        try:
            ready = self._ready(reference, manager, "We still do not agree")
        except LookupError:  # work graded Good brings them no letter with a button; they ring the Audit Team
            self._later_in_list(
                today,
                f"The disagreement on {reference} is entered",
                lambda d: self._enter(reference, "disputed", d, {"Disputed on": d.isoformat()}),
            )
            return
        self._outlook.send(manager, ready)
        self._told(reference, "disputed", today)
        self._later_in_list(
            today,
            f"The disagreement on {reference} is entered",
            lambda d: self._edit(reference, {"Disputed on": d.isoformat()}),
        )

    def _plan_decision(self, day: date, reference: str, _person: str, _delivery: JsonObject) -> None:
        if not self._once("decision", reference):
            return
        how = self._of("decided", reference)
        grade, after = how["grade"], how["after"]

        def decide(today: date) -> None:
            values = {"Finally decided on": today.isoformat(), "Final grade": grade}
            self._enter(reference, "decided", today, values, grade)

        self._later_in_list(later(day, after), f"{reference} is finally decided", decide)
