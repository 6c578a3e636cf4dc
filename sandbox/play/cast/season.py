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
from sandbox.play.cast.diary import Came
from sandbox.play.cast.moderators import Moderators
from sandbox.play.cast.person import JsonObject
from sandbox.play.cast.post import Post
from sandbox.play.cast.service import Service
from sandbox.play.letters import DIGEST, TOGETHER, kind_of
from sandbox.play.working_days import between
from sandbox.tenant.run import Running

ALLOCATED = ("07_audit_allocated_auditor", "07_dip_sample_allocated")
ASK_AUDITORS_AGAIN = ("07_audit_reminder", "07_audit_overdue", "07_audit_escalation")


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
        news: list[JsonObject] = self._tenant.ask("GET", f"/deliveries?since={self._heard}&html=1")
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
        kind = kind_of(delivery)
        if kind.name == "06_list_for_confirmation" and person in delivery["to"]:
            self._notice_list(day, person, delivery)
        if person == self._tenant.mailbox and kind.name == "03_next_cycle":
            self._notice_next_cycle(day, delivery)
        if person == self._tenant.mailbox and kind.name == "15_re_audits_to_allocate":
            self._notice_re_audits(day, delivery)
        if person == self._tenant.mailbox and self._mistyped and kind.name == DIGEST:
            self._notice_digest(day, delivery)
        self._notice_dips(day, person, delivery)
        named = [about for about in kind.about if about in self.rows]
        for reference in named:
            self._letters[reference, person].append(delivery)
            allocates = any(p.name in ALLOCATED and p.about == reference for p in kind.parts)
            if allocates and person == self.rows[reference]["Auditor"]:
                self.diary.came.append(Came(reference, "allocated", person, day))
        self._happens_to(day, person, delivery)
        if len(named) != 1 or kind.name in TOGETHER:
            self._notice_chase(day, person, named)
            return
        (reference,) = named
        row = self.rows[reference]
        reactions: Sequence[tuple[str, str, Callable[[date, str, str, JsonObject], None]]] = (
            ("07_audit_allocated_auditor", row["Auditor"], self._plan_return),
            ("07_returned_to_auditor", row["Auditor"], self._plan_correction),
            ("07_moderation_requested", row["Moderator"], self._plan_moderation),
            ("10_urgent_issues_due", row["Team Manager"], self._plan_urgent),
            ("10_urgent_issues_overdue", row["Team Manager"], self._plan_urgent),
            ("10_uopp_arrange_requires_improvement", row["Auditor"], self._plan_uopp),
            ("10_uopp_arrange_inadequate", self.roles["Audit Manager"], self._plan_uopp),
            ("10_weekly_report", row["Head of Service"], self._plan_progress),
            ("07_audit_escalation", row["Auditor's Head of Service"], self._plan_exemption),
            ("07_practitioner_informed", row["Practitioner"], self._plan_new_practitioner),
            ("10_withdrawn_inadequate", self.roles["Audit Manager"], self._plan_end_of_safety),
            ("07_audit_under_way", row["Auditor"], self._plan_failure),
            ("10_inadequate_alert", row["Practitioner"], self._plan_failure),
            ("11_disagreement_to_discuss", row["Moderator"], self._plan_decision),
            ("13_six_week_check_due", self._tenant.mailbox, self._plan_check_by_mail),
        )
        for name, reader, plan in reactions:
            if name == kind.name and person == reader and person in delivery["to"]:
                plan(day, reference, person, delivery)
        if kind.name in ASK_AUDITORS_AGAIN:
            self._notice_chase(day, person, named)

    def days(self, first: date, last: date) -> list[date]:
        return list(between(first, last))
