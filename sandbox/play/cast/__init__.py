"""The people of the fictional council in an audit month: they read their mail, fill forms in, answer, forget.

What each does is drawn from cast.toml with a fixed random seed. What they put into their forms is kept as the truth
against which a run of the bot is judged; the bot never sees it.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sandbox.play.cast.diary import Came, Diary, Entered, Written
from sandbox.play.cast.forms import (
    Answers,
    all_answers_in,
    answer_in,
    answers_in,
    auditors_answers,
    filled,
    moderators_answers,
)
from sandbox.play.cast.person import JsonObject, Outlook, form_in, opened
from sandbox.play.cast.variety import Answered, auditor_differs, moderator_differs
from sandbox.play.letters import kind_of
from sandbox.tenant.run import Running

ALLOCATIONS = "Audit allocations"
BELOW_GOOD = ("Requires Improvement", "Inadequate")


@dataclass(frozen=True, slots=True)
class Task:
    """Something somebody will do on a day."""

    on: date
    what: str
    do: Callable[[date], None]


@dataclass(slots=True)
class Truth:
    """What the cast did about one audit."""

    auditor_grade: str = ""
    returned_on: str = ""
    moderated_grade: str = ""
    moderated_on: str = ""
    odd: list[dict[str, str]] = field(default_factory=list)


class Cast:
    """Everybody at once. Call `act` on each day, after the bot's morning run."""

    def __init__(self, tenant: Running, *, seed: int = 2026) -> None:
        self._tenant = tenant
        self._outlook = Outlook(tenant)
        self._rules = tomllib.loads((Path(__file__).parent / "cast.toml").read_text(encoding="utf-8"))
        self._draw = random.Random(seed)
        self._heard = len(tenant.deliveries())
        self._tasks: list[Task] = []
        self._rows = {row["Title"]: row for row in self._list() if row["Title"]}
        self._confirmed: set[str] = set()
        self._moderating: set[str] = set()
        self._auditing: set[str] = set()
        self._sent: dict[str, tuple[JsonObject, str, bytes]] = {}
        self._letters: dict[
            tuple[str, str], list[JsonObject]
        ] = {}  # (reference, reader) -> letters that reached them
        self.truth: dict[str, Truth] = {}
        self.diary = Diary()
        self._seed, self._today = seed, date.min
        for row in self._rows.values():
            self.diary.begins_with(row)
        for cycle in tenant.ask("GET", "/lists/Audit cycles")["rows"]:
            self.diary.cycles[cycle["Title"]] = dict(cycle)
        for reference, row in self._rows.items():
            if self._number(reference) in self._rules["auditors"]["out_of_office"] and self._current(row):
                tenant.ask(
                    "POST",
                    "/automatic-reply",
                    {"email": row["Auditor"], "text": "I am away until 12 March and will answer then."},
                )

    # --------------------------------------------------------------------------------------------------- a day

    def act(self, day: date) -> list[str]:
        """Notice the letters that came, then do what is due. What was done, one line each."""
        for delivery in self._tenant.ask("GET", f"/deliveries?since={self._heard}&html=1"):
            self._heard += 1
            if delivery["sender"] == self._tenant.mailbox and delivery["kind"] == "message":
                for person in delivery["delivered_to"]:
                    self._notice(day, person, delivery)
        self._today = day
        due = [task for task in self._tasks if task.on <= day]
        self._tasks = [task for task in self._tasks if task.on > day]
        for task in due:
            task.do(day)
        return [task.what for task in due]

    def as_json(self) -> dict[str, Any]:
        """The truth about every audit somebody did something about."""
        return {
            reference: {
                "auditor_grade": t.auditor_grade, "returned_on": t.returned_on, "moderated_grade": t.moderated_grade,
                "moderated_on": t.moderated_on, "odd": t.odd,
            }
            for reference, t in sorted(self.truth.items())
        }  # fmt: skip

    def _writes(
        self, reference: str, part: str, by: str, blank: bytes, answers: Answers, *, stands: bool = True
    ) -> bytes:
        """Somebody fills their part of an audit tool in; what it then says stands in the diary."""
        data = filled(blank, answers)
        said = all_answers_in(data)
        self.diary.written.append(Written(reference, "audit tool", part, by, self._today, said, stands))
        return data

    def _auditor_writes(self, reference: str, person: str, form: bytes, grade: str, today: date) -> bytes:
        answers: Answered = {**auditors_answers(grade, today.isoformat(), self._draw)}
        lines, differs = (
            len(answers_in(form, "kloe.text")),
            random.Random(f"{self._seed} {reference} otherwise"),
        )
        answers |= auditor_differs(grade, today.isoformat(), lines, differs)
        return self._writes(reference, "auditor", person, form, answers)

    def _list(self) -> list[JsonObject]:
        rows: list[JsonObject] = self._tenant.ask("GET", f"/lists/{ALLOCATIONS}")["rows"]
        return rows

    def _current(self, row: JsonObject) -> bool:
        return row.get("Moderated grade") is None and str(row["Audit type"]).startswith("Full")

    def _number(self, reference: str) -> int:
        return int(reference.rpartition("-")[2])

    def _later(self, day: date, working_days: int) -> date:
        while working_days > 0:
            day += timedelta(1)
            working_days -= day.weekday() < 5 and day not in self._rules["days_off"]
        return day

    def _plan(self, on: date, what: str, do: Callable[[date], None]) -> None:
        while on.weekday() > 4 or on in self._rules["days_off"]:
            on += timedelta(1)
        self._tasks.append(Task(on, what, do))

    # ------------------------------------------------------------------------------------------------- noticing

    def _notice(self, day: date, person: str, delivery: JsonObject) -> None:
        kind = kind_of(delivery)
        reference = next(
            (part.about for part in kind.parts if len(kind.parts) == 1 and part.about in self._rows), ""
        )
        self._notice_dips(delivery)
        if not reference:
            heads = self._tenant.ask("GET", "/lists/Audit cycles")["rows"]
            is_head = any(person in (c["Heads of Service"] or ()) for c in heads)
            if is_head and person in delivery["to"] and kind.name == "06_list_for_confirmation":
                self._notice_list(day, person, delivery)
            return
        row = self._rows[reference]
        number = self._number(reference)
        self._letters.setdefault((reference, person), []).append(delivery)
        if kind.name == "07_audit_allocated_auditor" and person == row["Auditor"]:
            self.diary.came.append(Came(reference, "allocated", person, day))
        if kind.name == "07_audit_escalation" and person == row["Auditor's Head of Service"]:
            self._notice_escalation(day, reference, person, number)
        elif kind.name == "07_audit_overdue" and person == row["Auditor"]:
            self._notice_overdue(day, reference, person, number)
        has_form = any(a["name"].endswith(".docx") for a in delivery["attachments"])
        if person == row["Auditor"] and has_form and reference not in self._auditing:
            self._auditing.add(reference)
            self._plan_return(reference, person, number, delivery)
        elif person == row["Moderator"] and has_form and reference not in self._moderating:
            message = self._outlook.message(person, delivery["internet_message_id"])
            form = form_in(message)
            if form and answer_in(form[1], "grade_auditor"):
                self._moderating.add(reference)
                self._plan_moderation(day, reference, person, number, message)
        elif row.get("Restricted") and person == row["Auditor"]:
            self._plan(
                self._later(day, 1),
                f"The Audit Team arranges the restricted audit {reference} by hand",
                lambda _d: self._edit(reference, {"Hold why": "Restricted: arranged by hand"}),
            )

    def _notice_list(self, day: date, head: str, delivery: JsonObject) -> None:
        def confirm(_today: date) -> None:
            message = self._outlook.message(head, delivery["internet_message_id"])
            ready = opened(message, "I confirm the list")
            assert ready
            self._outlook.send(head, {**ready, "body": f"{ready['body']}\nMany thanks"})
            self._confirmed.add(head)

        self._plan(self._later(day, 1), "A Head of Service confirms the list", confirm)
        self._plan(self._later(day, 2), "The Audit Team enters the confirmation", self._enter_confirmation)

    def _enter_confirmation(self, today: date) -> None:
        """The Audit Team enters the confirmations, as the digest asks."""
        heads = {h for c in self._tenant.ask("GET", "/lists/Audit cycles")["rows"] if c["Status"] == "Open"
                 for h in c["Heads of Service"]}  # fmt: skip
        if not heads <= self._confirmed:
            return
        for row in self._list():
            if not row.get("Confirmed on"):
                self._tenant.ask(
                    "PATCH", f"/lists/{ALLOCATIONS}/{row['id']}", {"Confirmed on": today.isoformat()}
                )

    # --------------------------------------------------------------------------------------------- dip samples

    def _notice_dips(self, message: JsonObject) -> None:
        """A dip sampler has got their dip samples: the Audit Team enters each when it is done."""
        first, last = self._rules["dip_samples"]["first"], self._rules["dip_samples"]["last"]
        for reference, row in self._rows.items():
            if row["Audit type"] != "Dip sample" or reference in self._auditing:
                continue
            if any(a["name"] == f"{reference}.docx" for a in message["attachments"]):
                self._auditing.add(reference)
                on = first + timedelta(self._draw.randrange((last - first).days + 1))
                self._plan(
                    on,
                    f"The dip sample {reference} is done",
                    lambda today, r=reference: self._edit(r, {"Dip completed on": today.isoformat()}),  # type: ignore[misc]
                )

    # -------------------------------------------------------------------------------------------------- buttons

    def _click(self, reference: str, reader: str, label: str) -> JsonObject | None:
        """The ready message behind a button of the latest letter to somebody that has it."""
        for delivery in reversed(self._letters.get((reference, reader), [])):
            ready = opened(self._outlook.message(reader, delivery["internet_message_id"]), label)
            if ready:
                return ready
        return None

    def _notice_overdue(self, day: date, reference: str, auditor: str, number: int) -> None:
        said = self.truth.setdefault(reference, Truth())
        if number not in self._rules["auditors"]["says_sent"] or said.odd:
            return

        def tell(today: date) -> None:
            ready = self._click(reference, auditor, "I have sent it already")
            assert ready
            self._outlook.send(auditor, ready)
            said.odd.append({"on": today.isoformat(), "what": "says sent", "category": "Said to be sent"})

        self._plan(self._later(day, 1), f"The auditor of {reference} says it was sent already", tell)

    def _notice_escalation(self, day: date, reference: str, head: str, number: int) -> None:
        if number not in self._rules["auditors"]["exempted"]:
            return

        def exempt(today: date) -> None:
            ready = self._click(reference, head, "I exempt the auditor")
            assert ready
            self._outlook.send(head, ready)
            said = {"Exempted by": head, "Exempted on": today.isoformat()}
            self.diary.entered.append(Entered(reference, today, said))

        self._plan(self._later(day, 1), f"The Head of Service exempts the auditor of {reference}", exempt)

    def _report(self, reference: str, reader: str, label: str, column: str, today: date) -> None:
        """Somebody reports a date by the button of their letter; the Audit Team enters it the day after."""
        ready = self._click(reference, reader, label)
        if ready is None:
            raise LookupError(f"{reader} has no button “{label}” for {reference}")
        number = self._number(reference)
        written = (f"{today.day}/{today.month}/{today.year}", f"{today:%a} {today.day} {today:%B}", "today")[
            number % 3
        ]
        body = ready["body"].replace(" on: ", f" on: {written}", 1)
        service = self._rules["service"]
        if number in service["forwarded_and_clicked"] and label.startswith("The UoPP"):
            other = self._rows[reference]["Practitioner"]
            self._outlook.send(other, {**ready, "subject": f"FW: {ready['subject']}", "body": body})
            self.truth.setdefault(reference, Truth()).odd.append(
                {
                    "on": today.isoformat(),
                    "what": "somebody else's button",
                    "category": "Sent by someone else",
                }
            )
        if number in service["asks_something_besides"]:
            body += "\nWhere do we file the record of the meeting?"
        self._outlook.send(reader, {**ready, "body": body})
        self._plan(
            self._later(today, 1),
            f"The Audit Team enters “{column}” of {reference}",
            lambda _d: self._edit(reference, {column: today.isoformat()}),
        )

    # ------------------------------------------------------------------------------------------------- auditors

    def _plan_return(self, reference: str, person: str, number: int, delivery: JsonObject) -> None:
        rules = self._rules["auditors"]
        graded = rules["graded"].get(str(number))
        grade = graded or self._draw.choices(list(rules["grades"]), list(rules["grades"].values()))[0]
        span = (rules["last_return"] - rules["first_return"]).days
        on = rules["first_return"] + timedelta(self._draw.randrange(span + 1))
        on = rules["returned_on"].get(str(number)) or rules["late"].get(str(number)) or on
        if number in rules["never"]:
            return

        def proper(today: date) -> None:
            self._return(reference, person, delivery, grade, today)

        odd = {
            "grade_left_empty": ("Incomplete", "leaves the grade empty"),
            "tracked_changes": ("Doubtful", "types the grade with Track Changes on"),
            "pdf": ("Not a Word form", "sends a PDF"),
            "wrong_child": ("Possible wrong child", "sends another child's form"),
        }
        for behaviour, (category, words) in odd.items():
            if number in rules[behaviour]:
                self._plan(
                    on,
                    f"The auditor of {reference} {words}",
                    lambda today, b=behaviour, c=category: self._odd_return(  # type: ignore[misc]
                        reference, person, delivery, grade, today, b, c
                    ),
                )
                put_right = self._later(on, rules["days_until_put_right"])
                self._plan(put_right, f"The auditor of {reference} puts it right", proper)
                return
        self._plan(on, f"The auditor of {reference} returns it", proper)
        if number in rules["twice"]:
            again = f"The auditor of {reference} sends the same file again"
            self._plan(self._later(on, 1), again, lambda _d: self._again(reference, person, delivery))

    def _return(self, reference: str, person: str, delivery: JsonObject, grade: str, today: date) -> None:
        message = self._outlook.message(person, delivery["internet_message_id"])
        name, form = form_in(message) or ("", b"")
        data = self._auditor_writes(reference, person, form, grade, today)
        self._send_audit(reference, person, message, name, data)
        self._sent[reference] = (message, name, data)
        truth = self.truth.setdefault(reference, Truth())
        truth.auditor_grade, truth.returned_on = grade, today.isoformat()

    def _again(self, reference: str, person: str, _delivery: JsonObject) -> None:
        message, name, data = self._sent[reference]
        self._send_audit(reference, person, message, name, data)

    def _send_audit(self, reference: str, person: str, message: JsonObject, name: str, data: bytes) -> None:
        row = self._rows[reference]
        to = [row["Moderator"], row["Practitioner"], row["Team Manager"]]
        if self._number(reference) in self._rules["auditors"]["forgets_moderator"]:
            to = to[1:]
        text = "The audit is done; please find the form attached."
        self._outlook.answer(person, message, text, to, [self._tenant.mailbox], [(name, data)])

    def _odd_return(
        self,
        reference: str,
        person: str,
        delivery: JsonObject,
        grade: str,
        today: date,
        behaviour: str,
        category: str,
    ) -> None:
        message = self._outlook.message(person, delivery["internet_message_id"])
        name, form = form_in(message) or ("", b"")
        answers = auditors_answers(grade, today.isoformat(), self._draw)
        match behaviour:
            case "grade_left_empty":
                data = filled(form, {**answers, "grade_auditor": ""})
            case "tracked_changes":
                data = filled(form, answers, tracked_from="Inadequate" if grade != "Inadequate" else "Good")
            case "pdf":
                name, data = name.replace(".docx", ".pdf"), b"%PDF-1.7\n% printed from Word\n"
            case _:
                data = filled(self._another_form(reference, person), answers)
        self._send_audit(reference, person, message, name, data)
        self.truth.setdefault(reference, Truth()).odd.append(
            {"on": today.isoformat(), "what": behaviour, "category": category}
        )

    def _another_form(self, reference: str, person: str) -> bytes:
        """A form of the same auditor for another child; anybody's, if they have only one."""
        others = [
            d for d in self._tenant.deliveries(html=True)
            if reference not in kind_of(d).about and any(a["name"].endswith(".docx") for a in d["attachments"])
        ]  # fmt: skip
        mine = [d for d in others if person in d["delivered_to"]] or others
        owner = person if person in mine[0]["delivered_to"] else mine[0]["delivered_to"][0]
        found = form_in(self._outlook.message(owner, mine[0]["internet_message_id"]))
        assert found
        return found[1]

    # ----------------------------------------------------------------------------------------------- moderators

    def _plan_moderation(
        self, day: date, reference: str, person: str, number: int, message: JsonObject
    ) -> None:
        rules = self._rules["moderators"]
        if number in rules["never"]:
            return
        takes = rules["takes"].get(str(number)) or self._draw.randint(*rules["working_days"])
        if number in rules["says_thank_you_first"]:
            self._plan(
                self._later(day, 1),
                f"The moderator of {reference} says thank you",
                lambda today: self._thank(reference, person, message, today),
            )
            takes = max(2, takes)
        self._plan(
            self._later(day, takes),
            f"The moderator of {reference} moderates it",
            lambda today: self._moderate(reference, person, number, message, today),
        )

    def _thank(self, reference: str, person: str, message: JsonObject, today: date) -> None:
        text = "Thank you, I will look at this tomorrow."
        self._outlook.answer(person, message, text, [self._tenant.mailbox], [])
        self.truth.setdefault(reference, Truth()).odd.append(
            {"on": today.isoformat(), "what": "thank you", "category": "Please read"}
        )

    def _moderate(self, reference: str, person: str, number: int, message: JsonObject, today: date) -> None:
        name, form = form_in(message) or ("", b"")
        auditors = answer_in(form, "grade_auditor")
        grade = self._rules["moderators"]["changes"].get(str(number), auditors)
        answers: Answered = {**moderators_answers(auditors, grade, today.isoformat())}
        domains = [answer_in(form, f"d{n}.grade") for n in range(1, 7)]
        answers |= moderator_differs(
            auditors, grade, domains, random.Random(f"{self._seed} {reference} domains")
        )
        data = self._writes(reference, "moderator", person, form, answers)
        row = self._rows[reference]
        to = [row["Auditor"], row["Practitioner"], row["Team Manager"]]
        text = "Moderated; thank you for the conversation."
        self._outlook.answer(person, message, text, to, [self._tenant.mailbox], [(name, data)])
        truth = self.truth.setdefault(reference, Truth())
        truth.moderated_grade, truth.moderated_on = grade, today.isoformat()
        self._plan_service(today, reference, number, grade)

    def _plan_service(self, day: date, reference: str, number: int, grade: str) -> None:
        """What the service does after moderation, and reports by the buttons of its letters."""
        rules, row = self._rules["service"], self._rows[reference]
        roles = self._tenant.ask("GET", "/lists/Audit roles")["rows"]
        manager = next(r["Person"] for r in roles if r["Title"] == "Audit Manager" and not r.get("To"))
        leads = manager if grade == "Inadequate" else row["Auditor"]
        if grade == "Inadequate":
            self._plan(
                self._later(day, rules["urgent_issues_after_working_days"]),
                f"The urgent issues of {reference} are done",
                lambda today: self._report(
                    reference,
                    row["Team Manager"],
                    "The urgent issues are done",
                    "Urgent issues done on",
                    today,
                ),
            )
        if grade in BELOW_GOOD and number not in rules["uopp_never_held"]:
            wait = 2 if grade == "Inadequate" else rules["uopp_after_working_days"]
            self._plan(
                self._later(day, wait),
                f"The UoPP meeting on {reference} is held",
                lambda today: self._report(
                    reference, leads, "The UoPP meeting was held", "UoPP held on", today
                ),
            )
            self._plan(
                self._later(day, wait + 1),
                f"The record of the UoPP meeting on {reference} is shared",
                lambda today: self._edit(reference, {"UoPP record sent on": today.isoformat()}),
            )

    def _edit(self, reference: str, values: JsonObject) -> None:
        self._tenant.ask("PATCH", f"/lists/{ALLOCATIONS}/{self._rows[reference]['id']}", values)
        self.diary.entered.append(Entered(reference, self._today, dict(values)))
