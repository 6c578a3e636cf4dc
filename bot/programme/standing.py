"""Where an audit stands: what has been reached and when, which dates are set, and which grade counts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from bot.programme.history import AuditHistory, History, Returned
from bot.programme.rules import Attachment, Circumstance, Conditions, Rule, Rulebook
from bot.programme.vocabulary import Allocation, Command, Cycle, Grade, Milestone, Person, Role
from bot.programme.working_days import Dated, WorkingDays

Keys = Callable[[tuple[str, ...]], str]
"""Makes a letter's key from what it is: the same words give the same key for ever (bot/office/outbox.py)."""

# How a milestone is named inside a sentence that explains a date: "3 working days after moderation on …".
_NAMED = {
    Milestone.MONTH_ONE: "the first day of the audit month",
    Milestone.KLOE_MEETING: "the KLOE meeting",
    Milestone.LIST_SENT: "the list went out",
    Milestone.CONFIRMED: "confirmation",
    Milestone.AUDIT_SENT: "the audit went out",
    Milestone.AUDIT_RETURNED: "the audit came back",
    Milestone.MODERATED: "moderation",
    Milestone.URGENT_ISSUES_DONE: "the urgent issues were done",
    Milestone.UOPP_HELD: "the UoPP meeting",
    Milestone.REVIEW_UOPP_HELD: "the review UoPP meeting",
    Milestone.RECTIFICATION_ASKED: "the audit went back to the auditor",
    Milestone.CAME_BACK_INCOMPLETE: "the audit came back incomplete",
    Milestone.PROGRESS_REPORTED: "the latest report on progress",
    Milestone.AUDIT_DUE: "the audit was due",
    Milestone.MODERATION_DUE: "moderation was due",
    Milestone.URGENT_ISSUES_DUE: "the urgent issues were due",
    Milestone.UOPP_DUE: "the UoPP meeting was due",
    Milestone.RECTIFICATION_DUE: "the correction was due",
}


def named(milestone: Milestone) -> str:
    return _NAMED[milestone]


@dataclass(frozen=True, slots=True)
class Standing:
    """One audit today. `reached` holds past milestones and the dates that are set, each with its reason."""

    allocation: Allocation
    cycle: Cycle
    history: AuditHistory
    reached: Mapping[Milestone, Dated]
    circumstances: Collection[Circumstance]
    auditor_grade: Grade | None
    moderated_grade: Grade | None

    @property
    def grade(self) -> Grade | None:
        """The grade that counts: final if there is one (§11), else moderated, else the auditor's (X4, X29)."""
        return self.allocation.final_grade or self.moderated_grade or self.auditor_grade

    @property
    def latest_return(self) -> Returned | None:
        return self.history.returns[-1] if self.history.returns else None

    @property
    def latest_moderation(self) -> Returned | None:
        return self.history.moderations[-1] if self.history.moderations else None

    def on(self, milestone: Milestone) -> date | None:
        dated = self.reached.get(milestone)
        return dated.on if dated else None

    def fits(self, conditions: Conditions) -> bool:
        """Whether a rule or deadline is about this audit. A moderated grade gives way to a final one (§11)."""
        moderated = (self.allocation.final_grade or self.moderated_grade) if self.moderated_grade else None
        return (
            (not conditions.audit_types or self.allocation.audit_type in conditions.audit_types)
            and (not conditions.auditor_grades or self.auditor_grade in conditions.auditor_grades)
            and (not conditions.moderated_grades or moderated in conditions.moderated_grades)
            and conditions.circumstances.issubset(self.circumstances)
        )


def recipients_key(rule: Rule, about: str, occasion: str, to: Collection[Person]) -> tuple[str, ...]:
    """What makes a letter that letter and no other: its rule, its audit, its occasion, its readers.

    The reader is part of it so that a new auditor gets the letter the former one had.
    """
    return (about, rule.name, occasion, *sorted(person.email for person in to))


def audit_sent(allocation: Allocation, rulebook: Rulebook, picture: History, keys: Keys) -> date | None:
    """The day the audit tool went to the auditor the row names now."""
    if allocation.auditor is None:
        return None
    for rule in rulebook.rules:
        if rule.when is Milestone.CONFIRMED and rule.to == (Role.AUDITOR,) and Attachment.FORM in rule.attach:
            key = keys(recipients_key(rule, allocation.item_id, "", [allocation.auditor]))
            letter = picture.letters.get(key)
            if letter and letter.gone:
                return letter.on
    return None


def standing(
    allocation: Allocation,
    cycle: Cycle,
    picture: History,
    rulebook: Rulebook,
    working: WorkingDays,
    keys: Keys,
) -> Standing:
    """Where one audit stands, from its row, its cycle and the ledger. Every date is worked out afresh (§7, §10)."""
    history = picture.audits.get(allocation.item_id) or AuditHistory()
    reached: dict[Milestone, Dated] = {}

    def reach(milestone: Milestone, on: date | None) -> None:
        if on is not None:
            reached[milestone] = Dated(on, named(milestone))

    reach(Milestone.MONTH_ONE, cycle.month_one)
    reach(Milestone.KLOE_MEETING, cycle.kloe_meeting_on)
    reach(Milestone.CONFIRMED, allocation.confirmed_on)
    reach(Milestone.AUDIT_SENT, audit_sent(allocation, rulebook, picture, keys))
    reach(Milestone.URGENT_ISSUES_DONE, allocation.urgent_issues_done_on)
    reach(Milestone.UOPP_HELD, allocation.uopp_held_on)
    reach(Milestone.REVIEW_UOPP_HELD, allocation.review_uopp_held_on)
    told = [report.on for report in history.reports if report.command is Command.PROGRESS]
    reach(Milestone.PROGRESS_REPORTED, max(told, default=None))
    incomplete = [*history.incomplete_on, *(r.on for r in history.returns[-1:] if r.incomplete)]
    reach(Milestone.CAME_BACK_INCOMPLETE, max(incomplete, default=None))
    asked = history.rectification_asked_on.get(allocation.rectification_by or date.min)
    reach(Milestone.RECTIFICATION_ASKED, asked)
    reach(Milestone.RECTIFICATION_DUE, allocation.rectification_by if asked else None)

    # A part counts once it has come back, and again only when the corrected one has (§7).
    returns = [r for r in history.returns if asked is None or r.on > asked] or []
    if returns:
        first = returns[0] if asked else history.returns[0]
        reach(Milestone.AUDIT_RETURNED, first.on)
    if history.moderations and (returns or not history.returns):
        reach(Milestone.MODERATED, history.moderations[0].on)

    latest_return = history.returns[-1] if history.returns else None
    latest_moderation = history.moderations[-1] if Milestone.MODERATED in reached else None
    found = Standing(
        allocation=allocation,
        cycle=cycle,
        history=history,
        reached=reached,
        circumstances=_circumstances(latest_return, latest_moderation, history, cycle, working),
        auditor_grade=latest_return.grade if latest_return else None,
        moderated_grade=latest_moderation.grade if latest_moderation else None,
    )
    for deadline in rulebook.deadlines:
        start = reached.get(deadline.after)
        if start and deadline.sets not in reached and found.fits(deadline.conditions):
            reached[deadline.sets] = deadline.wait.after(start.on, named(deadline.after), working)
    return found


def _circumstances(
    latest_return: Returned | None,
    latest_moderation: Returned | None,
    history: AuditHistory,
    cycle: Cycle,
    working: WorkingDays,
) -> frozenset[Circumstance]:
    found = set()
    if latest_return and cycle.month_one and history.returns[0].on > working.of_month(cycle.month_one)[-1]:
        found.add(Circumstance.LATE_IN)
    if (latest_return and latest_return.incomplete) or history.incomplete_on:
        found.add(Circumstance.CAME_BACK_INCOMPLETE)
    if (
        latest_moderation
        and latest_moderation.grade is Grade.INADEQUATE
        and not any(r.grade is Grade.INADEQUATE for r in history.returns)
    ):
        found.add(Circumstance.INADEQUATE_ONLY_AT_MODERATION)
    return frozenset(found)
