"""The people of the fictional council over nine months: what follows an audit month, with everybody's delays.

What each does is drawn for each audit by itself, so that nothing depends on the order in which letters come. All that
people did is kept as facts, with the moment from which the programme can know it; what they find wrong with what they
were sent, as doubts.
"""

from __future__ import annotations

import random
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sandbox.cast.forms import (
    AGREED,
    answer_in,
    auditors_answers,
    dip_samplers_answers,
    filled,
    moderators_answers,
    re_auditors_answers,
)
from sandbox.cast.person import JsonObject, Outlook, form_in, opened, rows_of
from sandbox.run import Running
from sandbox.working_days import between, later, of_month, on_or_after

ALLOCATIONS, CYCLES = "Audit allocations", "Audit cycles"
DRAFTS = "Drafts for the Audit Team"
FIRST_RE_AUDIT = 201  # the number of the first re-audit of a cycle
BELOW_GOOD = ("Requires Improvement", "Inadequate")
MORNING, NOON = 0, 1
Moment = tuple[date, int]
"""A day and its half: in the morning the list is read and letters go; at noon the post is looked at."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened. `about` is an audit's reference or a cycle's name; `on` the day it is about;
    `known` the moment from which the mailbox or the list tells it; `value` a grade, a person, a date."""

    about: str
    what: str
    on: date
    known: Moment
    value: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    on: date
    what: str
    do: Callable[[date], None]


class Season:
    """Everybody at once. Each working day: `by_mail` after the bot's morning run, `in_the_list` in the afternoon.

    `to_come` holds the cycles, with their rows, that the Audit Team enters when it is asked to plan them.
    """

    def __init__(self, tenant: Running, *, seed: int = 2026, to_come: Sequence[JsonObject] = ()) -> None:
        self._tenant = tenant
        self._outlook = Outlook(tenant)
        self._rules = tomllib.loads(Path(__file__).with_name("season.toml").read_text(encoding="utf-8"))
        self._seed = seed
        self._heard = len(tenant.deliveries())
        self._mail: list[Task] = []
        self._list: list[Task] = []
        self._letters: defaultdict[tuple[str, str], list[JsonObject]] = defaultdict(list)
        self._planned: set[tuple[str, ...]] = set()
        self._to_come = {str(each["cycle"]["Title"]): each for each in to_come}
        self._drafts = ""
        self._mistyped: dict[str, str] = {}  # re-audit -> the reference that was meant
        self.facts: list[Fact] = []
        self.doubts: list[str] = []
        self.rows = {row["Title"]: row for row in self._read(ALLOCATIONS)}
        self.cycles = {row["Title"]: row for row in self._read(CYCLES)}
        self.at_first = {r: dict(row) for r, row in self.rows.items()}
        roles = self._read("Audit roles")
        self.roles = {row["Title"]: row["Person"] for row in roles if not row.get("To")}
        for name in self.cycles:
            self._plan_cycle(name)

    # --------------------------------------------------------------------------------------------------- a day

    def by_mail(self, day: date) -> list[str]:
        """Notice the letters that came, then send what is due. What was done, one line each."""
        news: list[JsonObject] = self._tenant.ask("GET", f"/deliveries?since={self._heard}")
        self._heard += len(news)
        self._send_drafts()
        for delivery in news:
            if delivery["sender"] == self._tenant.mailbox and delivery["kind"] == "message":
                for person in delivery["delivered_to"]:
                    self._notice(day, person, delivery)
        return self._perform(self._mail, day)

    def in_the_list(self, day: date) -> list[str]:
        """The Audit Team enters what is due; the bot sees it the next morning."""
        return self._perform(self._list, day)

    def _send_drafts(self) -> None:
        """The Audit Team reads what the bot has left in its drafts and sends it as it stands."""
        team = self._tenant.mailbox
        if not self._drafts:
            folders = self._outlook.call("GET", team, "/mailFolders?$top=100")["value"]
            self._drafts = next((f["id"] for f in folders if f["displayName"] == DRAFTS), "")
        if self._drafts:
            path = f"/mailFolders/{self._drafts}/messages?$top=500&$select=id"
            for draft in self._outlook.call("GET", team, path)["value"]:
                self._outlook.call("POST", team, f"/messages/{draft['id']}/send")

    def _perform(self, tasks: list[Task], day: date) -> list[str]:
        done = []
        for task in [task for task in tasks if task.on <= day]:
            tasks.remove(task)
            task.do(day)
            done.append(task.what)
        return done

    def _read(self, name: str) -> list[JsonObject]:
        rows: list[JsonObject] = self._tenant.ask("GET", f"/lists/{name}")["rows"]
        return rows

    # ------------------------------------------------------------------------------------------------- drawing

    def _draw(self, reference: str, what: str) -> random.Random:
        return random.Random(f"{self._seed} {reference} {what}")

    def _chance(self, reference: str, what: str, share: int) -> bool:
        return self._draw(reference, what).randrange(100) < share

    def _days(
        self, reference: str, what: str, rules: Mapping[str, Any], usual: str = "", late: str = ""
    ) -> int:
        """So many working days, from the usual span or, for those who are late, from the other."""
        usual, late = usual or "working_days", late or "late"
        draw = self._draw(reference, what)
        is_late = f"{late}_share" in rules and draw.randrange(100) < rules[f"{late}_share"]
        return draw.randint(*rules[late if is_late else usual])

    def _number(self, reference: str) -> int:
        return int(reference.rpartition("-")[2])

    def _special(self, reference: str, what: str) -> bool:
        found = self._rules["special"][what]
        number = self._number(reference)
        return number in found or str(number) in found

    def _month(self, reference: str) -> list[date]:
        return of_month(self._month_one(self.rows[reference]["Cycle"]))

    def _month_one(self, cycle: str) -> date:
        return date.fromisoformat(str(self.cycles[cycle]["Month one"])[:10])

    # --------------------------------------------------------------------------------------------- doing, and facts

    def _told(self, about: str, what: str, today: date, value: str = "", on: date | None = None) -> None:
        self.facts.append(Fact(about, what, on or today, (today, NOON), value))

    def _edit(self, about: str, values: JsonObject) -> None:
        is_cycle = about in self.cycles
        row = self.cycles[about] if is_cycle else self.rows[about]
        name = CYCLES if is_cycle else ALLOCATIONS
        self._tenant.ask("PATCH", f"/lists/{name}/{row['id']}", values)
        row.update(values)

    def _enter(
        self, about: str, what: str, today: date, values: JsonObject, value: str = "", on: date | None = None
    ) -> None:
        """An edit of the list in the afternoon: known the next working morning."""
        self._edit(about, values)
        self.facts.append(Fact(about, what, on or today, (later(today, 1), MORNING), value))

    def _once(self, *what: str) -> bool:
        first = what not in self._planned
        self._planned.add(what)
        return first

    def _later_by_mail(self, on: date, what: str, do: Callable[[date], None]) -> None:
        self._mail.append(Task(on_or_after(on), what, do))

    def _later_in_list(self, on: date, what: str, do: Callable[[date], None]) -> None:
        self._list.append(Task(on_or_after(on), what, do))

    def _ready(self, reference: str, reader: str, label: str) -> JsonObject:
        """The ready message behind a button of the latest letter to somebody that has it."""
        for delivery in reversed(self._letters[reference, reader]):
            message = self._outlook.message(reader, delivery["internet_message_id"])
            if ready := opened(message, label, reference):
                return ready
        raise LookupError(f"{reader} has no button “{label}” for {reference}")

    # ------------------------------------------------------------------------------------ a cycle that is to come

    def _notice_next_cycle(self, day: date, delivery: JsonObject) -> None:
        """The Audit Team enters the next cycle of the same services, and its audits once the meeting was held."""
        group = delivery["subject"].partition(":")[0].rpartition("] ")[2]
        name = next((name for name in self._to_come if name.startswith(group)), "")
        if not name or not self._once("next cycle", name):
            return
        given = self._to_come[name]

        def enter_cycle(today: date) -> None:
            self._tenant.ask("POST", f"/lists/{CYCLES}", given["cycle"])
            self.cycles |= {row["Title"]: row for row in self._read(CYCLES) if row["Title"] == name}
            self.facts.append(Fact(name, "in the list", today, (later(today, 1), MORNING)))
            self._plan_cycle(name)
            month_one = self._month_one(name)
            selected = later(month_one - timedelta(14), 2)
            self._later_in_list(
                selected,
                f"The audits of {name} are entered",
                lambda _d: self._add_rows(given["allocations"]),
            )
            self._later_in_list(month_one, f"{name} is open", lambda _d: self._edit(name, {"Status": "Open"}))

        self._later_in_list(later(day, 2), f"{name} is planned", enter_cycle)

    def _add_rows(self, rows: Iterable[JsonObject]) -> None:
        """New rows of the list of audits."""
        for row in rows:
            added = self._tenant.ask("POST", f"/lists/{ALLOCATIONS}", row)
            self.rows[row["Title"]] = added
            self.at_first[row["Title"]] = dict(added)

    def _notice_re_audits(self, day: date, delivery: JsonObject) -> None:
        """The work drawn to be audited again gets rows in the next cycle, each with another auditor (§15)."""
        name = next(cycle for cycle in self.cycles if cycle in delivery["subject"])
        (whole,) = self._tenant.ask("GET", f"/deliveries?since={delivery['n']}&html=1")[:1]
        drawn = [cells[0] for cells in rows_of(whole["html"], 3) if cells[0] in self.rows]
        self._look_at_the_draw(name, drawn)
        group = self.cycles[name]["Service group"]
        following = next((c for c, row in self.cycles.items() if row["Service group"] == group
                          and self._month_one(c) > self._month_one(name)), "")  # fmt: skip
        if not following:
            return

        def enter(_today: date) -> None:
            rows = [self._re_audit(following, n, earlier) for n, earlier in enumerate(drawn)]
            self._mistyped = {row["Title"]: row["Earlier audit"] for row in rows[:1]}
            self._add_rows([{**rows[0], "Earlier audit": rows[0]["Earlier audit"][:-1]}, *rows[1:]])

        self._later_in_list(later(day, 3), f"The work of {name} to audit again is entered", enter)

    def _notice_digest(self, day: date, delivery: JsonObject) -> None:
        """A reference that was mistyped is put right only because the digest names it."""
        (whole,) = self._tenant.ask("GET", f"/deliveries?since={delivery['n']}&html=1")[:1]
        for reference, meant in list(self._mistyped.items()):
            if reference in whole["html"] and f"“{meant[:-1]}”, which is not in the list" in whole["html"]:
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

    def _grade(self, reference: str) -> str:
        """The grade that counts: decided, else moderated; "" while there is none."""
        for what in ("decided", "moderated"):
            found = [f.value for f in self.facts if f.about == reference and f.what == what]
            if found:
                return found[-1]
        return ""

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

    def _is_re_audit(self, reference: str) -> bool:
        return bool(self.rows[reference]["Audit type"] == "Re-audit")

    def _look_at_the_form(self, reference: str, form: bytes) -> None:
        """The form of a re-audit brings what was found and agreed the time before (§15)."""
        earlier = str(self.rows[reference]["Earlier audit"])
        returned = next(f.value for f in self.facts if f.about == earlier and f.what == "returned")
        agreed = AGREED if returned in BELOW_GOOD else ""
        for tag, wanted in (
            ("prev_ref", earlier),
            ("prev_grade", self._grade(earlier)),
            ("prev.what", agreed),
        ):
            if answer_in(form, tag) != wanted:
                self.doubts.append(
                    f"The form of {reference}: {tag} is “{answer_in(form, tag)}”, not “{wanted}”."
                )

    # ------------------------------------------------------------------------------------------------- the cycle

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

    def _notice_list(self, day: date, head: str, delivery: JsonObject) -> None:
        name = next(c for c in self.cycles if c in delivery["subject"])
        if head not in self.cycles[name]["Heads of Service"] or not self._once("list", name, head):
            return
        how = self._rules["confirmation"].get(name, {"by": "button", "after": 1})
        theirs = [
            r for r, row in self.rows.items() if row["Cycle"] == name and row["Head of Service"] == head
        ]

        def confirm(today: date) -> None:
            message = self._outlook.message(head, delivery["internet_message_id"])
            if how["by"] == "button":
                ready = opened(message, "I confirm the list")
                assert ready
                self._outlook.send(head, {**ready, "body": f"{ready['body']}\nMany thanks"})
                for reference in theirs:
                    self._told(reference, "confirmed", today)
            else:
                text = "I have talked it over with the Group Managers, and the list is right."
                self._outlook.answer(head, message, text, [self._tenant.mailbox], [])

        def enter(today: date) -> None:
            for reference in theirs:
                self._edit(reference, {"Confirmed on": today.isoformat()})
                if how["by"] != "button":
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
                self._plan_dip(day, reference, person, name, delivery)

    def _plan_dip(self, day: date, reference: str, person: str, name: str, delivery: JsonObject) -> None:
        rules = self._rules["dip_samples"]
        on = max(later(self._month(reference)[0], self._days(reference, "dip", rules)), later(day, 1))

        def send(today: date) -> None:
            message = self._outlook.message(person, delivery["internet_message_id"])
            _, form = form_in(message, name) or ("", b"")
            data = filled(form, dip_samplers_answers(today.isoformat(), self._draw(reference, "words")))
            text = "The dip sample is done; please find it attached."
            self._outlook.answer(person, message, text, [self._tenant.mailbox], [], [(name, data)])
            self._told(reference, "dip done", today)

        def enter(today: date) -> None:
            self._enter(reference, "dip done", today, {"Dip completed on": today.isoformat()})

        if self._chance(reference, "dip by mail", rules["by_mail"]):
            self._later_by_mail(on, f"The dip sample {reference} is sent", send)
        else:
            self._later_in_list(on, f"The dip sample {reference} is done", enter)

    # ------------------------------------------------------------------------------------------------- noticing

    def _notice(self, day: date, person: str, delivery: JsonObject) -> None:
        subject = delivery["subject"]
        if "list for you to confirm" in subject and person in delivery["to"]:
            self._notice_list(day, person, delivery)
        if person == self._tenant.mailbox and "the next audit cycle is due" in subject:
            self._notice_next_cycle(day, delivery)
        if person == self._tenant.mailbox and "the work to audit again" in subject:
            self._notice_re_audits(day, delivery)
        if person == self._tenant.mailbox and self._mistyped and "Audits on" in subject:
            self._notice_digest(day, delivery)
        self._notice_dips(day, person, delivery)
        named = [r for r in self.rows if r in subject]
        if "things for you on" in subject:
            named = [r for r, row in self.rows.items() if person in row.values()]
        for reference in named:
            self._letters[reference, person].append(delivery)
        if len(named) != 1 or "things for you on" in subject:
            self._notice_chase(day, person, named)
            return
        (reference,) = named
        row = self.rows[reference]
        reactions: Sequence[tuple[str, str, Callable[[date, str, str, JsonObject], None]]] = (
            ("yours to carry out", row["Auditor"], self._plan_return),
            ("ready for you to moderate", row["Moderator"], self._plan_moderation),
            ("urgent issues", row["Team Manager"], self._plan_urgent),
            ("UoPP meeting to arrange", row["Auditor"], self._plan_uopp),
            ("UoPP meeting to convene", self.roles["Audit Manager"], self._plan_uopp),
            ("this week's progress", row["Head of Service"], self._plan_progress),
            ("your help please", row["Auditor's Head of Service"], self._plan_exemption),
            ("a conversation about the moderation", row["Moderator"], self._plan_decision),
        )
        for words, reader, plan in reactions:
            if words in subject and person == reader and person in delivery["to"]:
                plan(day, reference, person, delivery)
        if "due" in subject:
            self._notice_chase(day, person, named)

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

    # ------------------------------------------------------------------------------------------------- auditors

    def grade_of(self, reference: str) -> str:
        """The grade the auditor gives."""
        if self._is_re_audit(reference):
            given: list[str] = self._rules["re_audits"]["grades"]
            return given[(self._number(reference) - FIRST_RE_AUDIT) % len(given)]
        grades = self._rules["auditors"]["grades"]
        special: str = self._rules["special"]["grades"].get(str(self._number(reference)), "")
        return special or self._draw(reference, "grade").choices(list(grades), list(grades.values()))[0]

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
        if self._special(reference, "never_returned"):
            return
        rules = self._rules["auditors"]
        draw = self._draw(reference, "return")
        on = month[draw.randint(*rules["working_days"]) - 1]
        if draw.randrange(100) < rules["late_share"]:
            on = later(month[14], draw.randint(*rules["late"]))
        if self._special(reference, "away") or self._special(reference, "disputed"):
            on = month[8]
        on = max(on, later(day, 4))
        odd = next(
            (o for o in ("grade_left_empty", "tracked_changes", "pdf") if self._special(reference, o)), ""
        )
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
        answers = auditors_answers(grade, today.isoformat(), self._draw(reference, "words"))
        if self._is_re_audit(reference):
            self._look_at_the_form(reference, form)
            answers |= re_auditors_answers(today.isoformat())
        data = filled(form, answers)
        self._send_audit(reference, person, message, name, data)
        self._told(reference, "returned", today, grade)
        if self._special(reference, "invalid"):
            self._later_in_list(
                later(today, 3),
                f"{reference} is declared invalid",
                lambda d: self._enter(reference, "out", d, {"Declared invalid on": d.isoformat()}),
            )

    def _odd(self, reference: str, person: str, delivery: JsonObject, odd: str, today: date) -> None:
        message = self._outlook.message(person, delivery["internet_message_id"])
        name, form = form_in(message) or ("", b"")
        grade = self.grade_of(reference)
        answers = auditors_answers(grade, today.isoformat(), self._draw(reference, "words"))
        match odd:
            case "grade_left_empty":
                data = filled(form, {**answers, "grade_auditor": ""})
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
                data = filled(form, answers, tracked_from="Inadequate" if grade != "Inadequate" else "Good")
            case _:
                name, data = name.replace(".docx", ".pdf"), b"%PDF-1.7\n% printed from Word\n"
        self._send_audit(reference, person, message, name, data)

    def _send_audit(self, reference: str, person: str, message: JsonObject, name: str, data: bytes) -> None:
        row = self.rows[reference]
        to = [row["Moderator"], row["Practitioner"], row["Team Manager"]]
        text = "The audit is done; please find the form attached."
        self._outlook.answer(person, message, text, to, [self._tenant.mailbox], [(name, data)])

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

    # ----------------------------------------------------------------------------------------------- moderators

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

    def _plan_moderation(self, day: date, reference: str, person: str, delivery: JsonObject) -> None:
        if not self._once("moderate", reference, person):
            return
        inadequate = self.grade_of(reference) == "Inadequate"
        rules = self._rules["moderators"]
        takes = self._days(reference, "moderation", rules, "inadequate" if inadequate else "")
        self._later_by_mail(
            later(day, takes),
            f"The moderator of {reference} moderates it",
            lambda today: self._moderate(reference, person, delivery, today),
        )

    def _moderate(self, reference: str, person: str, delivery: JsonObject, today: date) -> None:
        row = self.rows[reference]
        if row["Moderator"] != person or row.get("Declared invalid on") or row.get("Withdrawn"):
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
        data = filled(form, moderators_answers(auditors, grade, today.isoformat()))
        to = [row["Auditor"], row["Practitioner"], row["Team Manager"]]
        message = self._outlook.message(person, delivery["internet_message_id"])
        text = "Moderated; thank you for the conversation."
        self._outlook.answer(person, message, text, to, [self._tenant.mailbox], [(name, data)])
        self._told(reference, "moderated", today, grade)
        if self._special(reference, "disputed") or self._special(reference, "disputed_inadequate"):
            self._later_by_mail(
                later(today, 2),
                f"The service does not agree on {reference}",
                lambda d: self._disagree(reference, d),
            )

    def _disagree(self, reference: str, today: date) -> None:
        manager = self.rows[reference]["Team Manager"]
        ready = self._ready(reference, manager, "We still do not agree")
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
        grade = "Good" if self._special(reference, "disputed") else "Inadequate"
        after = 7 if self._special(reference, "disputed") else 4

        def decide(today: date) -> None:
            values = {"Finally decided on": today.isoformat(), "Final grade": grade}
            self._enter(reference, "decided", today, values, grade)

        self._later_in_list(later(day, after), f"{reference} is finally decided", decide)

    # ---------------------------------------------------------------------------------------------- the service

    def _report(
        self, reference: str, reader: str, label: str, column: str, what: str, on: date, grade: str = ""
    ) -> None:
        """A date is told by the button of the letter, or in words that the Audit Team enters the day after."""

        def told(today: date) -> None:
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
        grade = self.moderated(reference)
        if self._number(reference) in service["uopp_never"] or self._special(reference, "disputed"):
            return
        if not self._once("uopp", reference):
            return
        usual = "uopp_inadequate" if grade == "Inadequate" else "uopp"
        on = later(day, self._days(reference, "uopp", service, usual, "uopp_late"))
        raised = ""
        if self._chance(reference, "raised", service["raised_after_uopp"]):
            raised = "Good" if grade == "Requires Improvement" else "Requires Improvement"
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

    def _share_record(self, reference: str, leads: str, held: date, delivery: JsonObject) -> None:
        row = self.rows[reference]
        message = self._outlook.message(leads, delivery["internet_message_id"])
        name, form = form_in(message) or ("", b"")
        data = filled(form, {"uopp_date": held.isoformat(), "act.what": AGREED})
        to = [row["Practitioner"], row["Team Manager"], row["Head of Service"]]
        text = "The record of our meeting is attached."
        self._outlook.answer(leads, message, text, to, [self._tenant.mailbox], [(name, data)])

    def _plan_six_weeks(self, reference: str, held: date, grade: str) -> None:
        service = self._rules["service"]
        due = on_or_after(held + timedelta(42))
        checked = later(due, self._days(reference, "six weeks", service, "six_weeks", "six_weeks_late"))
        grades = service["at_six_weeks"]
        found = self._draw(reference, "at six weeks").choices(list(grades), list(grades.values()))[0]
        drift = "Yes" if self._chance(reference, "drift", service["drift_share"]) else "No"

        def check(today: date) -> None:
            values = {"Six-week check on": today.isoformat(), "Grade at six weeks": found, "Drift": drift}
            self._enter(reference, "six weeks", today, values, found)

        self._later_in_list(checked, f"The six-week check of {reference}", check)
        if grade != "Inadequate":
            return
        review = later(due, self._days(reference, "review", service, "review", "review_late"))
        head = self.rows[reference]["Head of Service"]
        label, column = "The review UoPP meeting was held", "Review UoPP held on"
        self._later_in_list(
            later(review, -3),
            f"The review UoPP of {reference} is planned",
            lambda _d: self._report(reference, head, label, column, "review", review),
        )
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

    def moderated(self, reference: str) -> str:
        """The moderated grade; "" while there is none."""
        return next((f.value for f in self.facts if f.about == reference and f.what == "moderated"), "")

    def days(self, first: date, last: date) -> list[date]:
        return list(between(first, last))
