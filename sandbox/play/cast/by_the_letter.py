"""People who answer only as the letters that reached them tell them to: by the first button, or in the words or with
the form that the letter asks for; some after a reminder. What each said is kept, and where it came to lie."""

from __future__ import annotations

import random
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from sandbox.play.cast.facts import BELOW_GOOD
from sandbox.play.cast.forms import (
    AGREED,
    answer_in,
    auditors_answers,
    dip_samplers_answers,
    filled,
    moderators_answers,
)
from sandbox.play.cast.person import JsonObject, form_in
from sandbox.play.cast.phrases import (
    BUTTON_ALONE,
    BY_BUTTON,
    BY_DUTY,
    COLUMNS,
    DAYS,
    FOR_OTHERS,
    FORMS,
    OPEN,
    PHRASES,
    spelt,
)
from sandbox.play.cast.post import Post
from sandbox.play.cast.reading import Button, Letter, completed, read
from sandbox.play.cast.stage import CHOSEN
from sandbox.play.letters import DIGEST, DUTY, REFERENCE, kind_of
from sandbox.play.working_days import later, of_month
from sandbox.tenant.run import Running

CIRCULATION = {
    "return": ("Moderator", "Practitioner", "Team Manager"),
    "correct": ("Moderator", "Practitioner", "Team Manager"),
    "moderate": ("Auditor", "Practitioner", "Team Manager"),
    "record": ("Team Manager", "Practitioner", "Head of Service"),
}
"""§7, §10: who gets a form, besides the Audit Team."""


@dataclass(slots=True)
class Answer:
    """What somebody did upon a letter. `thing`: what was asked; `way`: "button" or "words"; `value`: the day or grade
    they told; `plain`: nothing in it is for a person to read; `part`: theirs in the audit or cycle. `folder`, `why`:
    where it lies once the post was read."""

    reader: str
    duty: str
    about: str
    thing: str
    way: str
    said: str
    on: date
    value: str = ""
    plain: bool = True
    message_id: str = ""
    part: str = ""
    folder: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that one letter asks of one reader."""

    reader: str
    duty: str
    about: str
    thing: str
    delivery: JsonObject
    letter: Letter
    button: Button | None
    several: bool = field(default=False)


class ByTheLetter(Post):
    """Everybody at once, with the four calls of a season: `by_mail`, `in_the_list`, `waits_for`, `at_the_weekend`.

    `seed`: an even one begins each kind of letter with its button, an odd one with words. `digests`: on so many
    mornings the Audit Team presses the first button of every matter in its digest."""

    def __init__(self, tenant: Running, *, seed: int = 2026, digests: int = 0) -> None:
        super().__init__(tenant, seed=seed)
        self._script = tomllib.loads(
            Path(__file__).with_name("by_the_letter.toml").read_text(encoding="utf-8")
        )
        self.answers: list[Answer] = []
        self.kinds: Counter[str] = Counter()  # duty -> letters that reached somebody
        self.reopened: dict[tuple[str, str], date] = {}
        self._digests = digests
        self._settled: dict[
            str, date
        ] = {}  # the subject of what a digest's button opened -> when it was pressed
        self._asked: Counter[tuple[str, ...]] = Counter()
        self._ways: Counter[str] = Counter()
        self._said: Counter[str] = Counter()
        board, (cycle, *_) = self._script["board"], self.cycles
        self._later_in_list(later(board, -25), "The day of the CSCIB is entered",
                            lambda _d: self._edit(cycle, {"Board meeting on": board.isoformat()}))  # fmt: skip
        for reference in (r for r, row in self.rows.items() if row["Restricted"]):
            self._later_in_list(self._month(reference)[0], f"{reference} is arranged by hand",
                                lambda _d, r=reference: self._edit(r, {"Hold why": "Restricted"}))  # type: ignore[misc] # fmt: skip
        self._later_in_list(self._script["added_on"], "A child is added", self._add_a_child)

    # ------------------------------------------------------------------------------------------------------- a day

    def by_mail(self, day: date) -> list[str]:
        """Open what came, then answer what is due. What was done, one line each."""
        news: list[JsonObject] = self._tenant.ask("GET", f"/deliveries?since={self._heard}&html=1")
        self._heard += len(news)
        self._send_drafts()
        for delivery in news:
            if delivery["sender"] == self._tenant.mailbox and delivery["kind"] == "message":
                for person in delivery["delivered_to"]:
                    self._open(day, person, delivery)
        return self._perform(self._mail, day)

    def waits_for(self, _day: date) -> bool:
        return False

    def at_the_weekend(self, _day: date) -> list[str]:
        return []

    def in_the_list(self, day: date) -> list[str]:
        """Where everything came to lie is noted, then the Audit Team clears its folder and enters what it was told."""
        self._note_where_it_lies()
        self._read_what_waits()
        return self._perform(self._list, day)

    def _note_where_it_lies(self) -> None:
        waiting = {each.message_id: each for each in self.answers if not each.folder}
        if waiting:
            for message in self._tenant.ask("GET", f"/mailboxes/{self._tenant.mailbox}")["messages"]:
                if answer := waiting.get(message["internet_message_id"]):
                    answer.folder, answer.why = message["folder"], ", ".join(message["categories"])

    # --------------------------------------------------------------------------------------------------- a letter

    def _open(self, day: date, person: str, delivery: JsonObject) -> None:
        matters = [(part.duty, part.about) for part in kind_of(delivery).parts]
        message = self._outlook.message(person, delivery["internet_message_id"])
        letter = read(message["body"]["content"])
        for duty, about in matters:
            self.kinds[duty] += 1
            if about in self.rows:
                self._letters[about, person].append(delivery)
            several = len(matters) > 1
            copied = person not in delivery["to"]
            part = self._part(person, about)
            if "Team Manager" in part and self._number_of(about) in self._script["disagrees"]:
                self._disagree_by(letter, about, person, day)
            button = next(
                filter(None, (letter.first(about, copied=copied, part=each) for each in part or [""])), None
            )
            if duty == DUTY[DIGEST]:
                self._look_for_what_was_settled(letter, day)
            if duty == DUTY[DIGEST] and letter.buttons and self._digests:
                self._digests -= 1
                self._later_by_mail(day, "The digest is gone through", lambda d: self._go_through(letter, d))
            thing = self._thing(duty, about, button, copied=copied)
            if not thing or (copied and button is None):
                continue
            ask = Ask(person, duty, about, thing, delivery, letter, button, several)
            if person == self._tenant.mailbox:
                self._audit_teams(day, ask)
            elif person == delivery["to"][0] or thing not in DAYS:
                self._ask(day, ask)

    def _thing(self, duty: str, about: str, button: Button | None, *, copied: bool) -> str:
        """What a letter asks for: what its kind stands for, else what its first button says."""
        if duty in BY_DUTY:
            return BY_DUTY[duty]
        label = button.label if button else ""
        thing = next(
            (thing for words, thing in BY_BUTTON if label.startswith(words)), "tell" if button else ""
        )
        helps = thing == "exempt" and self._number_of(about) not in self._script["exempted"]
        return (
            "tell"
            if duty in FOR_OTHERS and not copied and (helps or not thing or thing == "review")
            else thing
        )

    def _part(self, person: str, about: str) -> list[str]:
        row = self.rows.get(about, {})
        columns = ("Auditor", "Moderator", "Team Manager", "Practitioner", "Head of Service")
        found = [column for column in columns if row.get(column) == person]
        if about in self.cycles and person in (self.cycles[about]["Heads of Service"] or ()):
            found.append("Head of Service")
        return [*found, *(part.lower() for part in found)]

    def _number_of(self, about: str) -> int:
        return self._number(about) if about in self.rows else 0

    def _patience(self, ask: Ask) -> int:
        turns = self._script["patience"].get(ask.thing, [0])
        if ask.thing == "confirm" and ("additions" in ask.duty or not self._part(ask.reader, ask.about)):
            return 0
        heads = list(self.cycles[ask.about]["Heads of Service"]) if ask.about in self.cycles else []
        number = self._number_of(ask.about) or (heads.index(ask.reader) + 1 if ask.reader in heads else 1)
        return int(turns[(number - 1) % len(turns)])

    def _ask(self, day: date, ask: Ask) -> None:
        key = (
            ask.thing,
            ask.about,
            ask.reader,
            *([ask.duty] if ask.thing == "tell" or "additions" in ask.duty else []),
        )
        if ask.thing == "progress":
            key = (*key, str(day))
        self._asked[key] += 1
        patience = self._patience(ask)
        if patience < 0 or self._asked[key] <= patience or not self._once("answer", *key):
            return
        waits = {"audit allocated": 5, "dip sample allocated": 7}.get(
            ask.duty, 2 if ask.thing == "moderate" else 0
        )
        if ask.thing == "moderate" and self._grade_said(ask.about) == "Inadequate":
            waits = 1
        self._later_by_mail(
            later(day, waits), f"{ask.reader}: {ask.thing} {ask.about}", lambda d: self._answer(ask, key, d)
        )

    def _answer(self, ask: Ask, key: tuple[str, ...], today: date) -> None:
        row = self.rows.get(ask.about, {})
        if row.get("Withdrawn") and ask.thing in ("return", "correct", "moderate"):
            return
        if ask.thing == "moderate" and self._is_back(ask.about):
            self._planned.discard(("answer", *key))
            return
        n = self._ways[ask.duty]
        self._ways[ask.duty] += 1
        alone = ask.thing in BUTTON_ALONE
        way = ("button", "words")[0 if alone else (n + self._seed) % 2] if ask.button else "words"
        value, files = self._value(ask, today), self._files(ask, today)
        grade = (
            answer_in(files[0][1], "grade_moderated" if ask.thing == "moderate" else "grade_auditor")
            if files
            else ""
        )
        if way == "button":
            assert ask.button
            ready = ask.button.ready
            body = ready["body"] if files or ask.thing in ("confirm", "end", "exempt") else ""
            lines = self._phrase(ask, value) if ask.thing in OPEN or ask.thing == "progress" else ""
            body = body or completed(ready["body"], day=self._day(ask, value), lines=lines)
            said = body
            self._deliver(ask.reader, {**ready, "body": body}, files)
        else:
            said = self._phrase(ask, value)
            if ask.several:
                said = f"{ask.about}: {said}"
            message = self._outlook.message(ask.reader, ask.delivery["internet_message_id"])
            others = [row[column] for column in CIRCULATION.get(ask.thing, ()) if row.get(column)]
            to, text = [self._tenant.mailbox, *others], said.replace("\n", "<br>")
            self._outlook.answer(ask.reader, message, text, to, [], files, quoted=n % 4 < 2)
        own_words = ask.thing in OPEN and (way, ask.thing) != ("button", "progress")
        plain = not own_words and not (ask.thing == "return" and not grade)
        part = next(iter(self._part(ask.reader, ask.about)), "")
        self.answers.append(Answer(ask.reader, ask.duty, ask.about, ask.thing, way, said, today, value or grade, plain,
                                   self._latest(ask.reader), part))  # fmt: skip
        self._follow(ask, today, value, grade)

    def _deliver(self, person: str, ready: JsonObject, files: list[tuple[str, bytes]]) -> None:
        self._outlook.send(person, ready, files)

    def _latest(self, person: str) -> str:
        """The message that somebody has just sent."""
        sent = self._tenant.ask("GET", f"/deliveries?since={self._heard}")
        return next(str(each["internet_message_id"]) for each in reversed(sent) if each["sender"] == person)

    # ---------------------------------------------------------------------------------------------- what they say

    def _value(self, ask: Ask, today: date) -> str:
        """The day they tell."""
        if ask.thing == "kloe":
            return (self._month_one(ask.about) - timedelta(14)).isoformat()
        if ask.thing == "workshop":
            return later(today, 5).isoformat()
        if ask.thing == "tell" and ask.letter.asks_for_a_day:
            return later(today, 3).isoformat()
        return today.isoformat() if ask.thing in DAYS else ""

    def _day(self, ask: Ask, value: str) -> str:
        self._said["day"] += 1
        return spelt(date.fromisoformat(value), self._said["day"]) if value else ""

    def _phrase(self, ask: Ask, value: str) -> str:
        if ask.letter.words and ask.thing in ("confirm", "signed"):
            return ask.letter.words
        phrases = PHRASES["tell a day" if ask.thing == "tell" and value else ask.thing]
        phrase = phrases[
            (self._said[ask.thing] + self._seed // 2) % len(phrases)
        ]  # other words with another seed
        self._said[ask.thing] += 1
        auditor = self._name(str(self.rows.get(ask.about, {}).get("Auditor") or ""))
        return phrase.format(day=self._day(ask, value) if "{day}" in phrase else "", auditor=auditor)

    def _name(self, address: str) -> str:
        return address.partition("@")[0].replace(".", " ").title()

    def _files(self, ask: Ask, today: date) -> list[tuple[str, bytes]]:
        if ask.thing not in FORMS:
            return []
        name, form = self._form(ask)
        return [(name, filled(form, self._answers_in(ask, form, today.isoformat())))]

    def _form(self, ask: Ask) -> tuple[str, bytes]:
        """The form of the letter itself, else of the latest letter about this audit that had one."""
        for delivery in (ask.delivery, *reversed(self._letters[ask.about, ask.reader])):
            message = self._outlook.message(ask.reader, delivery["internet_message_id"])
            names = [a["name"] for a in message["attachments"] if ask.about in a["name"]]
            if found := form_in(message, names[0] if names else ""):
                return found
        raise LookupError(f"{ask.reader} has no form for {ask.about}")

    def _answers_in(self, ask: Ask, form: bytes, day: str) -> Mapping[str, str]:
        draw = random.Random(f"{ask.about} {ask.thing}")
        grade = self._grade_said(ask.about)
        match ask.thing:
            case "dip":
                return dip_samplers_answers(day, draw)
            case "moderate":
                return moderators_answers(answer_in(form, "grade_auditor"), grade, day)
            case "record":
                held = next((a.value for a in self.answers if (a.thing, a.about) == ("uopp", ask.about)), day)
                return {"uopp_date": held, "act.what": AGREED, "uopp_sent": day}
            case "return" if self._number_of(ask.about) in self._script["grade_left_empty"]:
                return {**auditors_answers(grade, day, draw), "grade_auditor": ""}
        return auditors_answers(grade, day, draw)

    def _grade_said(self, reference: str) -> str:
        return str(self._script["grades"].get(str(self._number_of(reference)), "Good"))

    # ------------------------------------------------------------------------------------------- what follows from it

    def _is_back(self, reference: str) -> bool:
        return ("return", reference) in self.reopened and not any(
            (a.thing, a.about) == ("correct", reference) for a in self.answers
        )

    def _follow(self, ask: Ask, today: date, value: str, grade: str) -> None:
        """The Audit Team enters on the next afternoon what its digest has told it of by then."""
        tomorrow, about, number = later(today, 1), ask.about, self._number_of(ask.about)
        if ask.thing == "confirm":
            self._later_in_list(
                tomorrow, f"The confirmation of {about}", lambda d: self._enter_confirmation(ask, d)
            )
        elif ask.thing == "exempt":
            entries = {"Exempted by": ask.reader, "Exempted on": today.isoformat()}
            self._later_in_list(tomorrow, f"The exemption of {about}", lambda _d: self._edit(about, entries))
            self._later_in_list(
                later(today, 3), f"{about} is withdrawn", lambda _d: self._edit(about, {"Withdrawn": True})
            )
        elif column := COLUMNS.get(ask.thing):
            on = date.fromisoformat(value or today.isoformat())
            self._later_in_list(max(tomorrow, on) if ask.thing == "workshop" else tomorrow, f"“{column}” of {about}",
                                lambda _d: self._edit(about, {column: on.isoformat()}))  # fmt: skip
        if ask.thing == "return" and (number in self._script["poor"] or not grade):
            by = later(today, 4).isoformat()
            note = {"Note": "The grades of the domains have no evidence."} if grade else {}
            self.reopened["return", about] = today
            self._later_in_list(today, f"{about} goes back to its auditor",
                                lambda _d: self._edit(about, {"Return for rectification by": by, **note}))  # fmt: skip
        if ask.thing == "moderate" and (after := self._script["withdrawn"].get(str(number))):
            self._later_in_list(
                later(today, after),
                f"{about} is withdrawn",
                lambda _d: self._edit(about, {"Withdrawn": True}),
            )

    def _enter_confirmation(self, ask: Ask, today: date) -> None:
        for reference, row in self.rows.items():
            if row["Head of Service"] == ask.reader and not row.get("Confirmed on"):
                self._edit(reference, {"Confirmed on": today.isoformat()})

    def _add_a_child(self, today: date) -> None:
        reference, first = next(
            (r, row) for r, row in self.rows.items() if row["Audit type"].startswith("Full")
        )
        kept = {k: v for k, v in first.items() if v and k in (*CHOSEN, "Cycle", "Audit type")}
        month = of_month(self._month_one(first["Cycle"]))
        self._add_rows([{
            **kept, "Title": f"{reference[:-3]}101", "Child's name": "Sibling of one", "Mosaic number": "9000101",
            "Return by": month[-4].isoformat(),
        }], today)  # fmt: skip

    def _disagree_by(self, letter: Letter, about: str, person: str, day: date) -> None:
        """The Team Manager talks with the moderator and presses the button for those who still do not agree."""
        button = next(
            (b for b in letter.buttons if "still do not agree" in b.label and about in b.ready["subject"]),
            None,
        )
        if button is None or not self._once("disagree", about):
            return

        grade = self._grade_said(about)

        def tell(today: date) -> None:
            body = completed(button.ready["body"], lines="The plan was in time.")
            self._deliver(person, {**button.ready, "body": body}, [])
            self.answers.append(Answer(person, "disagreement", about, "disagree", "button", body, today, plain=False,
                                       message_id=self._latest(person)))  # fmt: skip
            self._later_in_list(
                today,
                f"“Disputed on” of {about}",
                lambda d: self._edit(about, {"Disputed on": d.isoformat()}),
            )
            final = {"Final grade": grade}
            self._later_in_list(later(today, 8), f"{about} is finally decided",
                                lambda d: self._edit(about, {**final, "Finally decided on": f"{d}"}))  # fmt: skip

        self._later_by_mail(later(day, 1), f"The service does not agree on {about}", tell)

    # ------------------------------------------------------------------------------------------------ the Audit Team

    def _audit_teams(self, day: date, ask: Ask) -> None:
        """The Audit Team looks again after six weeks: it enters what it found, or mails the form in."""
        if ask.thing == "six weeks" and self._once("six weeks", ask.about):
            self._later_by_mail(
                later(day, 2), f"The six-week check of {ask.about}", lambda d: self._check(ask, d)
            )

    def _go_through(self, letter: Letter, today: date) -> None:
        """The Audit Manager presses the first button of each matter, as it stands."""
        manager, pressed = self.roles["Audit Manager"], set()
        for button in letter.buttons:
            about = REFERENCE.search(button.ready["subject"])
            matter = about[0] if about else button.ready["subject"]
            if matter not in pressed and not button.is_a_way_out:
                pressed.add(matter)
                self._deliver(manager, button.ready, [])
                self._settled[button.ready["subject"]] = today
                said = f"{button.label}: {button.ready['subject']}"
                self.answers.append(Answer(manager, DUTY[DIGEST], matter, "digest", "button", said, today,
                                           message_id=self._latest(manager)))  # fmt: skip

    def _look_for_what_was_settled(self, letter: Letter, today: date) -> None:
        """What a button of an earlier digest was for has left the digest."""
        for subject in {button.ready["subject"] for button in letter.buttons} & set(self._settled):
            pressed = f"{self._settled[subject]:%a %d %b}"
            self.doubts.append(
                f"The digest of {today:%a %d %b} has again what was pressed on {pressed}: {subject}."
            )

    def _check(self, ask: Ask, today: date) -> None:
        grades = self._script["six_weeks"]
        grade = grades[self._number_of(ask.about) % len(grades)]
        by_mail = self._number_of(ask.about) % 2 == 0
        entries = {"Six-week check on": today.isoformat(), "Grade at six weeks": grade, "Drift": "No"}
        if by_mail:
            name, form = self._form(ask)
            spelling = "Requires Improvement to be Good" if grade in BELOW_GOOD else grade
            data = filled(form, {"prev.status": "Done", "progress": "The plan holds.", "drift": "No",
                                 "grade_six_weeks": spelling, "a_date": today.isoformat()})  # fmt: skip
            said, manager = "The completed form is attached.", self.roles["Audit Manager"]
            ready = {
                "to": [self._tenant.mailbox],
                "cc": [],
                "subject": f"Six-week check {ask.about}",
                "body": said,
            }
            self._deliver(manager, ready, [(name, data)])
            self.answers.append(Answer(manager, ask.duty, ask.about, "six weeks", "words", said, today, grade,
                                       message_id=self._latest(manager)))  # fmt: skip
        self._later_in_list(later(today, int(by_mail)), f"The six-week check of {ask.about} is entered",
                            lambda _d: self._edit(ask.about, entries))  # fmt: skip
