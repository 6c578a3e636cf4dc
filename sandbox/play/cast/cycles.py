"""§6, §7, §12 to §16: what people do about a cycle as a whole, from its meeting to the next cycle."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from sandbox.play.cast.facts import BELOW_GOOD, MORNING, Fact
from sandbox.play.cast.forms import answers_in, dip_samplers_answers
from sandbox.play.cast.person import JsonObject, form_in, opened, rows_of
from sandbox.play.cast.stage import CYCLES, FIRST_RE_AUDIT, ROLES, Stage
from sandbox.play.cast.variety import dip_sampler_differs
from sandbox.play.letters import kind_of
from sandbox.play.working_days import later, of_month, on_or_after


class Cycles(Stage):
    """Heads of Service, the Audit Team and dip samplers."""

    def _plan_cycle(self, name: str) -> None:
        month_one = self._month_one(name)
        meeting = month_one - timedelta(14)
        entered = month_one - timedelta(self._rules["kloe"].get(name, 26))

        def enter(column: str, what: str, value: date | None = None) -> Callable[[date], None]:
            def do(today: date) -> None:
                self._enter(name, what, today, {column: (value or today).isoformat()}, on=value or today)

            return do

        self._later_in_list(
            entered, f"The KLOE meeting of {name} is arranged", enter("KLOE meeting on", "kloe", meeting)
        )
        ends = of_month(month_one)[-1]
        n = list(self.cycles).index(name)
        sent, signed = later(ends, 4 if n != 1 else 0), later(ends, 9 if n != 1 else 2)
        self._later_in_list(
            sent, f"The dip report of {name} is sent", enter("Dip report sent on", "dip report sent")
        )
        self._later_in_list(signed, f"The dip report of {name} is signed off",
                            enter("Dip report signed off on", "dip report signed off"))  # fmt: skip
        board = on_or_after(month_one + timedelta(75))
        self._later_in_list(
            later(ends, 8), f"The board's date is known for {name}", enter("Board meeting on", "board", board)
        )
        agreed = later(on_or_after(month_one + timedelta(92)), 6 if n != 1 else -6)
        self._later_in_list(
            agreed, f"The action plan of {name} is agreed", enter("Action plan agreed on", "action plan")
        )
        held = later(on_or_after(agreed + timedelta(14)), 3)
        self._later_in_list(held, f"The workshop of {name} is held", enter("Workshop held on", "workshop"))

    def _notice_next_cycle(self, day: date, delivery: JsonObject) -> None:
        """The Audit Team enters the next cycle of the same services, and its audits once the meeting was held."""
        (before,) = kind_of(delivery).about
        group = self.cycles[before]["Service group"]
        name = next((name for name in self._to_come if name.startswith(group)), "")
        if not name or not self._once("next cycle", name):
            return
        given = self._to_come[name]

        def enter_cycle(today: date) -> None:
            self._tenant.ask("POST", f"/lists/{CYCLES}", given["cycle"])
            self.cycles |= {row["Title"]: row for row in self._read(CYCLES) if row["Title"] == name}
            self.diary.cycles[name] = dict(self.cycles[name])
            self.facts.append(Fact(name, "in the list", today, (later(today, 1), MORNING)))
            self._plan_cycle(name)
            month_one = self._month_one(name)
            selected = later(month_one - timedelta(14), 2)
            self._later_in_list(
                selected,
                f"The audits of {name} are entered",
                lambda d: self._add_rows(given["allocations"], d),
            )
            self._later_in_list(month_one, f"{name} is open", lambda _d: self._edit(name, {"Status": "Open"}))

        self._later_in_list(later(day, 2), f"{name} is planned", enter_cycle)

    def _notice_re_audits(self, day: date, delivery: JsonObject) -> None:
        """The work drawn to be audited again gets rows in the next cycle, each with another auditor (§15)."""
        (name,) = kind_of(delivery).about
        drawn = [cells[0] for cells in rows_of(delivery["html"], 3) if cells[0] in self.rows]
        self._look_at_the_draw(name, drawn)
        group = self.cycles[name]["Service group"]
        following = next((c for c, row in self.cycles.items() if row["Service group"] == group
                          and self._month_one(c) > self._month_one(name)), "")  # fmt: skip
        if not following:
            return

        def enter(today: date) -> None:
            rows = [self._re_audit(following, n, earlier) for n, earlier in enumerate(drawn)]
            self._mistyped = {row["Title"]: row["Earlier audit"] for row in rows[:1]}
            self._add_rows([{**rows[0], "Earlier audit": rows[0]["Earlier audit"][:-1]}, *rows[1:]], today)

        self._later_in_list(later(day, 3), f"The work of {name} to audit again is entered", enter)

    def _notice_digest(self, day: date, delivery: JsonObject) -> None:
        """A reference that was mistyped is put right only because the digest names it."""
        for reference, meant in list(self._mistyped.items()):
            if (
                reference in delivery["html"]
                and f"“{meant[:-1]}”, which is not in the list" in delivery["html"]
            ):
                del self._mistyped[reference]
                self._later_in_list(
                    day,
                    f"“Earlier audit” of {reference} is put right",
                    lambda _d, r=reference, m=meant: self._edit(r, {"Earlier audit": m}),  # type: ignore[misc]
                )

    def _look_at_the_draw(self, name: str, drawn: Sequence[str]) -> None:
        """At least a tenth of the work that fell below Good, and nothing else (§15)."""
        below = [r for r, row in self.rows.items() if row["Cycle"] == name and self._grade(r) in BELOW_GOOD
                 and not row.get("Withdrawn") and not row.get("Declared invalid on")]  # fmt: skip
        if len(set(drawn)) * 10 < len(below):
            self.doubts.append(
                f"{name}: {len(set(drawn))} of {len(below)} below Good are to be audited again."
            )
        self.doubts += [f"{r} did not fall below Good and was drawn." for r in drawn if r not in below]

    def _re_audit(self, cycle: str, n: int, earlier: str) -> JsonObject:
        first = self.rows[earlier]
        involved = {value for value in first.values() if isinstance(value, str)}
        others = [o for o in self.rows.values() if o["Cycle"] == first["Cycle"] and o["Auditor"] not in involved
                  and o["Audit type"] == first["Audit type"]]  # fmt: skip
        other = others[n]
        kept = (
            "Child's name", "Mosaic number", "Date of birth", "Ethnicity", "Outcome type", "Practitioner", "Team",
            "Team Manager", "Moderator", "Head of Service", "Group Manager", "IRO or CP Chair", "Services involved",
        )  # fmt: skip
        return {
            **{column: first[column] for column in kept},
            "Title": f"{earlier[:4]}{self._month_one(cycle):%Y-%m}-{FIRST_RE_AUDIT + n}",
            "Cycle": cycle,
            "Audit type": "Re-audit",
            "Earlier audit": earlier,
            "Auditor": other["Auditor"],
            "Auditor's Head of Service": other["Auditor's Head of Service"],
        }

    def _notice_list(self, day: date, head: str, delivery: JsonObject) -> None:
        (name,) = kind_of(delivery).about
        theirs = [r for r, row in self.rows.items() if row["Cycle"] == name and row["Head of Service"] == head
                  and not row.get("Confirmed on")]  # fmt: skip
        if head not in self.cycles[name]["Heads of Service"] or not self._once("list", head, *theirs):
            return
        how = self._rules["confirmation"].get(name, {"by": "button", "after": 1})

        def confirm(today: date) -> None:
            message = self._outlook.message(head, delivery["internet_message_id"])
            if how["by"] == "button":
                ready = opened(message, "I confirm the list")
                assert ready
                self._outlook.send(head, {**ready, "body": f"{ready['body']}\nMany thanks"})
                for reference in theirs:
                    self._told(reference, "confirmed", today)
            elif how["by"] == "plain words":
                self._outlook.answer(
                    head, message, "Confirmed.\n\nSent from my iPhone", [self._tenant.mailbox], []
                )
                for reference in theirs:
                    self._told(reference, "confirmed", today)
            else:
                text = "I have talked it over with the Group Managers, and the list is right."
                self._outlook.answer(head, message, text, [self._tenant.mailbox], [])

        def enter(today: date) -> None:
            for reference in theirs:
                self._edit(reference, {"Confirmed on": today.isoformat()})
                if how["by"] == "words":
                    self.facts.append(Fact(reference, "confirmed", today, (later(today, 1), MORNING)))

        on = later(day, how["after"])
        self._later_by_mail(on, f"A Head of Service confirms the list of {name}", confirm)
        self._later_in_list(on, f"The Audit Team enters the confirmation of {name}", enter)

    def _notice_dips(self, day: date, person: str, delivery: JsonObject) -> None:
        """Dip samples have come with their forms: each is sent back filled in, or the Audit Team hears it is done."""
        for name in (str(a["name"]) for a in delivery["attachments"]):
            reference = name.removesuffix(".docx")
            if self.rows.get(reference, {}).get("Audit type") == "Dip sample" and self._once(
                "dip", reference
            ):
                self._look_at_the_line(reference, person, delivery)
                self._plan_dip(day, reference, person, name, delivery)

    def _look_at_the_line(self, reference: str, person: str, delivery: JsonObject) -> None:
        """The letter names the line of enquiry that the dip sample is for (§6, §7)."""
        row = self.rows[reference]
        lines = str(self.cycles[row["Cycle"]]["KLOEs"]).splitlines()
        line = str(row.get("Line of enquiry") or "")
        words = lines[int(line) - 1] if line.isdigit() else line
        body = self._outlook.message(person, delivery["internet_message_id"])["body"]["content"]
        if words not in " ".join(html.unescape(body).split()):
            self.doubts.append(f"The letter about {reference} does not name its line of enquiry.")

    def _plan_dip(self, day: date, reference: str, person: str, name: str, delivery: JsonObject) -> None:
        rules = self._rules["dip_samples"]
        on = max(later(self._month(reference)[0], self._days(reference, "dip", rules)), later(day, 1))

        def send(today: date) -> None:
            message = self._outlook.message(person, delivery["internet_message_id"])
            _, form = form_in(message, name) or ("", b"")
            draw = self._draw(reference, "words")
            answers = {**dip_samplers_answers(today.isoformat(), draw),
                       **dip_sampler_differs(len(answers_in(form, "kloe.text")), draw)}  # fmt: skip
            data = self._writes(reference, "dip sample", "dip sampler", person, form, answers, today)
            text = "The dip sample is done; please find it attached."
            self._outlook.answer(person, message, text, [self._tenant.mailbox], [], [(name, data)])
            self._told(reference, "dip done", today)

        def enter(today: date) -> None:
            self._enter(reference, "dip done", today, {"Dip completed on": today.isoformat()})

        if self._chance(reference, "dip by mail", rules["by_mail"]):
            self._later_by_mail(on, f"The dip sample {reference} is sent", send)
        else:
            self._later_in_list(on, f"The dip sample {reference} is done", enter)

    # ------------------------------------------------------------------------------------- people who change parts

    def _plan_new_holders(self) -> None:
        """Somebody takes a part of the programme over from somebody else, for good."""
        for title, how in self._rules["new_holders"].items():
            on, other = on_or_after(how["on"]), self.roles[how["who"]]
            self._later_in_list(on, f"{title} is somebody else now",
                                lambda d, t=title, o=other: self._take_over(t, o, d))  # type: ignore[misc] # fmt: skip

    def _take_over(self, title: str, person: str, today: date) -> None:
        row = next(r for r in self._read(ROLES) if r["Title"] == title and not r.get("To"))
        self._tenant.ask("PATCH", f"/lists/{ROLES}/{row['id']}", {"To": today.isoformat()})
        begins = later(today, 1)
        self._tenant.ask(
            "POST", f"/lists/{ROLES}", {"Title": title, "Person": person, "From": begins.isoformat()}
        )
        self.facts.append(Fact(title, "holder", begins, (begins, MORNING), person))
        self._followed[self.roles[title]] = person
        self.roles[title] = person
