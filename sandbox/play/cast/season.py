"""The people of the fictional council over nine months: what follows an audit month, with everybody's delays.

What each does is drawn for each audit by itself, so that nothing depends on the order in which letters come. All that
people did is kept as facts, with the moment from which the programme can know it; what they find wrong with what they
were sent, as doubts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from sandbox.play.cast.auditors import Auditors
from sandbox.play.cast.cycles import Cycles
from sandbox.play.cast.moderators import Moderators
from sandbox.play.cast.person import JsonObject, headings_of
from sandbox.play.cast.post import Post
from sandbox.play.cast.service import Service
from sandbox.play.working_days import between
from sandbox.tenant.run import Running


class Season(Cycles, Auditors, Moderators, Service, Post):
    """Everybody at once. Each working day: `by_mail` after the bot's morning run, `in_the_list` in the afternoon.

    `to_come` holds the cycles, with their rows, that the Audit Team enters when it is asked to plan them.
    """

    def __init__(self, tenant: Running, *, seed: int = 2026, to_come: Sequence[JsonObject] = ()) -> None:
        super().__init__(tenant, seed=seed, to_come=to_come)
        for name in self.cycles:
            self._plan_cycle(name)
        self._plan_new_holders()

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

    def waits_for(self, day: date) -> bool:
        """Whether somebody means to write on a day on which nobody works."""
        return any(task.on == day for task in self._mail)

    def at_the_weekend(self, day: date) -> list[str]:
        """Only those write who do not wait for Monday."""
        return self._perform(self._mail, day)

    def in_the_list(self, day: date) -> list[str]:
        """The Audit Team reads what the bot put to it and enters what is due; the bot sees it the next morning."""
        self._read_what_waits()
        return self._perform(self._list, day)

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
        if "you have taken over" in subject:
            (whole,) = self._tenant.ask("GET", f"/deliveries?since={delivery['n']}&html=1")[:1]
            named = [r for r in headings_of(whole["html"]) if r in self.rows]
        for reference in named:
            self._letters[reference, person].append(delivery)
        self._happens_to(day, person, delivery)
        if len(named) != 1 or "things for you on" in subject or "you have taken over" in subject:
            self._notice_chase(day, person, named)
            return
        (reference,) = named
        row = self.rows[reference]
        reactions: Sequence[tuple[str, str, Callable[[date, str, str, JsonObject], None]]] = (
            ("yours to carry out", row["Auditor"], self._plan_return),
            ("a few things to complete", row["Auditor"], self._plan_correction),
            ("ready for you to moderate", row["Moderator"], self._plan_moderation),
            ("urgent issues", row["Team Manager"], self._plan_urgent),
            ("UoPP meeting to arrange", row["Auditor"], self._plan_uopp),
            ("UoPP meeting to convene", self.roles["Audit Manager"], self._plan_uopp),
            ("this week's progress", row["Head of Service"], self._plan_progress),
            ("your help please", row["Auditor's Head of Service"], self._plan_exemption),
            ("a piece of your work has been chosen", row["Practitioner"], self._plan_new_practitioner),
            ("the steps for the child go on", self.roles["Audit Manager"], self._plan_end_of_safety),
            ("where it stands", row["Auditor"], self._plan_failure),
            ("please read today", row["Practitioner"], self._plan_failure),
            ("a conversation about the moderation", row["Moderator"], self._plan_decision),
            ("six-week check, due", self._tenant.mailbox, self._plan_check_by_mail),
        )
        for words, reader, plan in reactions:
            if words in subject and person == reader and person in delivery["to"]:
                plan(day, reference, person, delivery)
        if "due" in subject:
            self._notice_chase(day, person, named)

    def days(self, first: date, last: date) -> list[date]:
        return list(between(first, last))
