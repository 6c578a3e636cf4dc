"""§7: the auditors, who send the audit back, late, twice, wrongly, or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from sandbox.play.cast.facts import IN_FULL, MORNING, UNREADABLE, Fact
from sandbox.play.cast.forms import answer_in, answers_in, auditors_answers, re_auditors_answers
from sandbox.play.cast.person import JsonObject, form_in
from sandbox.play.cast.post import Post
from sandbox.play.cast.stage import CHOSEN
from sandbox.play.cast.variety import Answered, auditor_differs, check_differs
from sandbox.play.working_days import is_working, later, of_month, on_or_after

HELD = ("tracked_changes", "pdf", "two_forms", "by_automatic_reply")
"""What nobody can take in as it stands."""


class Auditors(Post):
    """Auditors, and their Heads of Service."""

    def _plan_return(self, day: date, reference: str, person: str, delivery: JsonObject) -> None:
        if not self._once("return", reference, person):
            return
        row, month = self.rows[reference], self._month(reference)
        if row.get("Restricted"):
            self._later_in_list(
                day,
                f"The Audit Team arranges the restricted audit {reference} by hand",
                lambda today: self._enter(
                    reference, "out", today, {"Hold why": "Restricted: arranged by hand"}, "held"
                ),
            )
            return
        if self._special(reference, "asks_exemption") and self._once("asks exemption", reference):
            self._ask_exemption(day, reference, person)
            return
        swap = self._rules["special"]["swapped"].get(str(self._number(reference)))
        if swap and self._once("swap", reference):
            self._later_in_list(
                month[swap - 1],
                f"Another auditor is named for {reference}",
                lambda today: self._swap(reference, today),
            )
            return
        withdrawn = self._rules["special"]["withdrawn"].get(str(self._number(reference)))
        if withdrawn:
            self._later_in_list(
                month[withdrawn - 1],
                f"{reference} is withdrawn",
                lambda today: self._enter(reference, "out", today, {"Withdrawn": True}),
            )
            self._later_in_list(month[withdrawn + 1], f"Another child is chosen instead of {reference}",
                                lambda today: self._replace(reference, today))  # fmt: skip
        if wanted := self._of("return_by", reference):
            self._later_in_list(
                month[wanted["entered"] - 1],
                f"The auditor of {reference} is given longer",
                lambda today: self._enter(
                    reference, "return by", today, {"Return by": month[wanted["day"] - 1].isoformat()},
                    on=month[wanted["day"] - 1],
                ),
            )  # fmt: skip
        if self._special(reference, "never_returned"):
            return
        rules = self._rules["auditors"]
        draw = self._draw(reference, "return")
        on = month[draw.randint(*rules["working_days"]) - 1]
        if draw.randrange(100) < rules["late_share"]:
            on = later(month[14], draw.randint(*rules["late"]))
        if self._special(reference, "away") or self._of("decided", reference):
            on = month[8]
        if wanted:
            on = month[wanted["day"] - 2]
        on = max(on, later(day, 4))
        saturday = on + timedelta(5 - on.weekday())
        if self._special(reference, "on_saturday") and not is_working(saturday):
            self._later_by_mail(
                saturday,
                f"The auditor of {reference} returns it on a Saturday",
                lambda today: self._return(reference, person, delivery, today),
                any_day=True,
            )
            return
        odd = next((o for o in ("grade_left_empty", *HELD) if self._special(reference, o)), "")
        if odd:
            self._later_by_mail(
                on,
                f"The auditor of {reference}: {odd}",
                lambda today: self._odd(reference, person, delivery, odd, today),
            )
            on = later(on, 8)
        self._later_by_mail(
            on,
            f"The auditor of {reference} returns it",
            lambda today: self._return(reference, person, delivery, today),
        )

    def _ask_exemption(self, day: date, reference: str, person: str) -> None:
        """The auditor asks their own Head of Service, who agrees; the audit then goes to somebody else (§7)."""
        head = self.rows[reference]["Auditor's Head of Service"]

        def ask(_today: date) -> None:
            self._outlook.send(person, self._ready(reference, person, "Ask my Head of Service to exempt me"))

        def exempt(today: date) -> None:
            values = {"Exempted by": head, "Exempted on": today.isoformat()}
            self._enter(reference, "exempted", today, values, person)

        def replace(today: date) -> None:
            self._swap(reference, today)
            self._edit(reference, {"Exempted by": "", "Exempted on": ""})

        self._later_by_mail(later(day, 1), f"The auditor of {reference} asks to be exempted", ask)
        self._later_in_list(later(day, 2), f"The auditor of {reference} is exempted", exempt)
        self._later_in_list(later(day, 3), f"Somebody else takes {reference} on", replace)

    def _plan_exemption(self, day: date, reference: str, head: str, _delivery: JsonObject) -> None:
        if not self._special(reference, "exempted") or not self._once("exempt", reference):
            return

        def exempt(today: date) -> None:
            self._outlook.send(head, self._ready(reference, head, "I exempt the auditor"))
            self._told(reference, "out", today, "exempted")

        def enter(today: date) -> None:
            self._edit(reference, {"Exempted by": head, "Exempted on": today.isoformat()})

        self._later_by_mail(later(day, 1), f"The auditor of {reference} is exempted", exempt)
        self._later_in_list(later(day, 2), f"The exemption of {reference} is entered", enter)

    def _swap(self, reference: str, today: date) -> None:
        """Another auditor of the same kind, who has nothing to do with this audit."""
        row = self.rows[reference]
        involved = {v for v in row.values() if isinstance(v, str)}
        other = next(
            o for o in self.rows.values()
            if o["Audit type"] == row["Audit type"] and o["Auditor"] not in involved and o["Cycle"] == row["Cycle"]
        )  # fmt: skip
        values = {k: other[k] for k in ("Auditor", "Auditor's Head of Service")}
        self._edit(reference, values)
        known = (later(today, 1), MORNING)
        self.facts.append(Fact(reference, "Auditor", today, known, values["Auditor"]))
        self.facts.append(
            Fact(reference, "Auditor's Head of Service", today, known, values["Auditor's Head of Service"])
        )

    def _return(self, reference: str, person: str, delivery: JsonObject, today: date) -> None:
        row = self.rows[reference]
        if row["Auditor"] != person or row.get("Withdrawn"):
            return
        if self._special(reference, "away"):
            words = {"email": row["Moderator"], "text": "I am away this week."}
            self._tenant.ask("POST", "/automatic-reply", words)
            self.facts.append(
                Fact(reference, "moderator away", today, (later(today, 1), MORNING), row["Moderator"])
            )
            self._later_in_list(
                later(today, 1),
                f"Another moderator is named for {reference}",
                lambda d: self._stand_in(reference, d),
            )
        grade = self.grade_of(reference)
        message = self._outlook.message(person, delivery["internet_message_id"])
        name, form = form_in(message) or ("", b"")
        self._returned[reference] = message, name, form
        if self._is_re_audit(reference):
            self._look_at_the_form(reference, form)
        data = self._writes_the_audit(reference, person, form, grade, today)
        files = [(name, data)]
        if self._special(reference, "blank_beside"):
            files.insert(0, (f"Blank {name}", form))
        self._send_audit(reference, person, message, files)
        if self._fact(reference, "held"):
            self._told(reference, "settled", today)
        self._told(reference, "returned", today, grade)
        if self._of("sent_back", reference):
            self._send_back(reference, person, message, name, form, today)
        if self._special(reference, "recalled"):
            self._later_by_mail(later(today, 1), f"The auditor of {reference} recalls it",
                                lambda _d: self._recall(reference, person))  # fmt: skip
        if self._special(reference, "invalid"):
            self._later_in_list(
                later(today, 3),
                f"{reference} is declared invalid",
                lambda d: self._enter(reference, "out", d, {"Declared invalid on": d.isoformat()}),
            )

    def _writes_the_audit(
        self,
        reference: str,
        person: str,
        form: bytes,
        grade: str,
        today: date,
        words: str = "words",
        *,
        stands: bool = True,
        tracked_from: str = "",
        **otherwise: str,
    ) -> bytes:
        """The audit tool, or the form of a re-audit, as this auditor fills it in."""
        day, draw = today.isoformat(), self._draw(reference, f"{words}, otherwise")
        answers: Answered = {**auditors_answers(grade, day, self._draw(reference, words))}
        again = self._is_re_audit(reference)
        answers |= auditor_differs(grade, day, len(answers_in(form, "kloe.text")), draw, again=again)
        kind = "re-audit" if again else "audit tool"
        if again:
            answers |= re_auditors_answers(day) | check_differs(len(answers_in(form, "prev.what")), draw)
        return self._writes(reference, kind, "auditor", person, form, {**answers, **otherwise}, today,
                            stands=stands, tracked_from=tracked_from)  # fmt: skip

    def _send_back(
        self, reference: str, person: str, message: JsonObject, name: str, form: bytes, today: date
    ) -> None:
        """The Audit Team finds it poor and sends it back with a day (§7); its auditor puts it right, perhaps with
        another grade."""
        how = self._of("sent_back", reference)
        entered = (
            today
            if how["when"] != "at the weekend"
            else on_or_after(today + timedelta((4 - today.weekday()) % 7))
        )
        following = of_month(on_or_after(self._month(reference)[-1] + timedelta(1)))
        by, comes = later(entered, 6), later(entered, how.get("after", 1))
        if how["when"] == "after the month":
            by = comes = following[1]
        if how["when"] == "at the weekend":
            comes = entered + timedelta(5 - entered.weekday())

        def enter(day: date) -> None:
            values = {
                "Return for rectification by": by.isoformat(),
                "Note": "The grades of the domains have no evidence.",
            }
            self._enter(reference, "rectify", day, values, on=by)
            self.facts.append(Fact(reference, "poor", day, (later(day, 1), MORNING)))

        def correct(day: date) -> None:
            grade = how.get("grade", self.grade_of(reference))
            data = self._writes_the_audit(reference, person, form, grade, day, "corrected")
            self._send_audit(reference, person, message, [(name, data)])
            self._told(reference, "corrected", day, grade)

        self._later_in_list(entered, f"{reference} is poor and goes back to its auditor", enter)
        self._later_by_mail(comes, f"The auditor of {reference} puts it right", correct, any_day=True)

    def _plan_correction(self, day: date, reference: str, person: str, _delivery: JsonObject) -> None:
        """What its moderator sends back is put right by its auditor, who carries on in the form they have (§7)."""
        if not self._special(reference, "moderator_sends_back") or not self._once("correction", reference):
            return

        def correct(today: date) -> None:
            message, name, form = self._returned[reference]
            grade = self.grade_of(reference)
            data = self._writes_the_audit(reference, person, form, grade, today, "corrected")
            self._send_audit(reference, person, message, [(name, data)])
            self._told(reference, "corrected", today, grade)

        self._later_by_mail(later(day, 1), f"The auditor of {reference} puts it right", correct)

    def _replace(self, reference: str, today: date) -> None:
        """Another child is chosen for an audit that was withdrawn; its own day to be back (§6)."""
        row = self.rows[reference]
        involved = {v for v in row.values() if isinstance(v, str)}
        others = [o for o in self.rows.values() if o["Audit type"] == row["Audit type"] and o["Cycle"] == row["Cycle"]
                  and o["Auditor"] not in involved]  # fmt: skip
        other = max(others, key=lambda o: bool(o["Team"] == row["Team"]))
        number = self._number(reference)
        by = self._month(reference)[-4]
        kept = {k: v for k, v in other.items() if k in CHOSEN and v}
        again = f"{reference[:-3]}{100 + number}"
        self._add_rows([{
            **kept, "Title": again, "Cycle": row["Cycle"], "Audit type": row["Audit type"],
            "Child's name": f"Sibling of {number}", "Mosaic number": f"9{number:06}", "Return by": by.isoformat(),
        }], today)  # fmt: skip
        self.facts.append(Fact(again, "added", later(today, 1), (later(today, 1), MORNING)))

    def _look_at_the_form(self, reference: str, form: bytes) -> None:
        """The form of a re-audit brings what was found and agreed the time before (§15)."""
        earlier = str(self.rows[reference]["Earlier audit"])
        written = [w for w in self.diary.written if w.about == earlier and w.stands]
        audits = [w.answers for w in written if w.part == "auditor"]
        meetings = [w.answers for w in written if w.part == "chair"]
        agreed = next(
            (what for answers in (*audits[-1:], *meetings) for what in answers.get("act.what", ()) if what),
            "",
        )
        grade = self._grade(earlier)
        for tag, wanted in (
            ("prev_ref", earlier),
            ("prev_grade", IN_FULL.get(grade, grade)),
            ("prev.what", agreed),
        ):
            if answer_in(form, tag) != wanted:
                self.doubts.append(
                    f"The form of {reference}: {tag} is “{answer_in(form, tag)}”, not “{wanted}”."
                )

    def _odd(self, reference: str, person: str, delivery: JsonObject, odd: str, today: date) -> None:
        message = self._outlook.message(person, delivery["internet_message_id"])
        name, form = form_in(message) or ("", b"")
        grade = self.grade_of(reference)
        files: list[tuple[str, bytes]] = []
        match odd:
            case "grade_left_empty":
                data = self._writes_the_audit(
                    reference, person, form, grade, today, stands=False, grade_auditor=""
                )
                by = later(today, 6)
                self._later_in_list(
                    today,
                    f"{reference} goes back to its auditor",
                    lambda d: self._enter(
                        reference, "rectify", d, {"Return for rectification by": by.isoformat()}, on=by
                    ),
                )
                self._told(reference, "incomplete", today)
            case "tracked_changes":
                other = "Inadequate" if grade != "Inadequate" else "Good"
                data = self._writes_the_audit(
                    reference, person, form, grade, today, stands=False, tracked_from=other
                )
            case "two_forms":
                other = "Inadequate" if grade != "Inadequate" else "Good"
                first = self._writes_the_audit(reference, person, form, other, today, "first", stands=False)
                final = self._writes_the_audit(reference, person, form, grade, today, stands=False)
                files.append((name.replace(".docx", " (final).docx"), final))
                name, data = name.replace(".docx", " (draft).docx"), first
            case "by_automatic_reply":
                data = self._writes_the_audit(reference, person, form, grade, today, stands=False)
            case _:
                name, data = name.replace(".docx", ".pdf"), b"%PDF-1.7\n" + b"% printed from Word\n" * 200
        files.insert(0, (name, data))
        if odd in HELD:
            doubtful = odd in ("tracked_changes", "two_forms") or grade == "Inadequate"
            self._told(reference, "held", today, _held_as(odd, doubtful=doubtful))
        if odd == "by_automatic_reply":
            self._reply_by_itself(person, reference, files)
        else:
            self._send_audit(reference, person, message, files)

    def _send_audit(
        self, reference: str, person: str, message: JsonObject, files: Sequence[tuple[str, bytes]]
    ) -> None:
        row = self.rows[reference]
        to = [row["Moderator"], row["Practitioner"], row["Team Manager"]]
        text = "The audit is done; please find the form attached."
        self._outlook.answer(person, message, text, to, [self._tenant.mailbox], files)

    def _notice_chase(self, day: date, person: str, named: Iterable[str]) -> None:
        for reference in named:
            row = self.rows[reference]
            chased = person == row["Auditor"] and day > self._month(reference)[14]
            if not (chased and self._special(reference, "says_sent") and self._once("says sent", reference)):
                continue

            def tell(today: date, r: str = reference) -> None:
                self._outlook.send(person, self._ready(r, person, "I have sent it already"))
                self._told(r, "says sent", today)

            self._later_by_mail(day, f"The auditor of {reference} says it was sent already", tell)
            self._later_in_list(
                later(day, 9),
                f"{reference} is withdrawn",
                lambda today, r=reference: self._enter(r, "out", today, {"Withdrawn": True}),  # type: ignore[misc]
            )

    def _stand_in(self, reference: str, today: date) -> None:
        row = self.rows[reference]
        involved = {v for v in row.values() if isinstance(v, str)}
        other = next(
            o["Moderator"]
            for o in self.rows.values()
            if o.get("Moderator") and o["Moderator"] not in involved
        )
        self._tenant.ask("POST", "/automatic-reply", {"email": row["Moderator"], "text": ""})
        self._edit(reference, {"Moderator": other})
        self.facts.append(Fact(reference, "Moderator", today, (later(today, 1), MORNING), other))


def _held_as(odd: str, *, doubtful: bool) -> str:
    """What may be in a return that is held: an Inadequate, nobody can tell, or "" for nothing of the kind."""
    if odd == "pdf":
        return UNREADABLE
    return "Inadequate" if doubtful else ""
