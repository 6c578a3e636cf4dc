"""The Word form that goes with a letter: the one for its kind of audit, with what is known already filled in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.daily_run.kept import as_received
from bot.daily_run.workplace import Workplace
from bot.errors import AuditBotError, in_words
from bot.office.isolated_reader import read_safely
from bot.papers.forms.answers import ReturnedAudit
from bot.papers.forms.audit_tool import FormValues, PreviousAction, stamp
from bot.programme.history.history import History
from bot.programme.history.records_of_the_past import AuditHistory, Returned
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.council import Council
from bot.programme.vocabulary import Allocation, AuditType, Grade, Milestone, Person, Problem, RecordKind

FORM_OF = {
    AuditType.FULL_TEAM_MANAGER: "audit_tool",
    AuditType.FULL_ADVANCED_PRACTITIONER: "audit_tool",
    AuditType.DIP_SAMPLE: "dip_sample",
    AuditType.DIP_AUDIT: "dip_audit",
    AuditType.RE_AUDIT: "re_audit",
}
"""The form of each kind of audit, by its name in the settings (§7, §13, §15)."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a dip audit, a re-audit or a UoPP meeting goes back to."""

    reference: str
    grade: Grade | None
    moderated_on: date | None
    uopp_on: date | None
    actions: tuple[PreviousAction, ...]


def audits_form(
    standing: Standing, lists: Council, history: History, workplace: Workplace, lacking: list[Problem]
) -> bytes:
    """The form an auditor fills in, for this kind of audit. What could not be copied into it is told in `lacking`."""
    kind = FORM_OF[standing.allocation.audit_type]
    earlier = None
    if kind in ("dip_audit", "re_audit"):
        earlier = _earlier(standing.allocation.earlier_audit, lists.allocations, history, workplace, lacking)
    return stamp(workplace.papers.forms[kind], form_values(standing, workplace, earlier))


def form_after_moderation(
    kind: str, standing: Standing, history: History, workplace: Workplace, lacking: list[Problem]
) -> bytes:
    """A form about a moderated audit itself: the record of its UoPP meeting, or its six-week check."""
    a = standing.allocation
    past = history.audit(a.item_id)
    earlier = _of(a, past, workplace, with_actions=kind == "dip_audit", lacking=lacking)
    known = form_values(standing, workplace, earlier)
    values = replace(
        known,
        # The six-week check is the Audit Team's (§10), whoever audited the work.
        auditor=workplace.basis.audit_team.name if kind == "dip_audit" else known.auditor,
        return_by=standing.on(Milestone.SIX_WEEK_CHECK_DUE) if kind == "dip_audit" else None,
        return_to=workplace.settings.mailbox,
    )
    return stamp(workplace.papers.forms[kind], values)


def _earlier(
    reference: str,
    allocations: Sequence[Allocation],
    history: History,
    workplace: Workplace,
    lacking: list[Problem],
) -> Earlier | None:
    found = next((a for a in allocations if a.reference.casefold() == reference.casefold()), None)
    return (
        _of(found, history.audit(found.item_id), workplace, with_actions=True, lacking=lacking)
        if found
        else None
    )


def _of(
    a: Allocation, past: AuditHistory, workplace: Workplace, *, with_actions: bool, lacking: list[Problem]
) -> Earlier:
    moderated = past.moderations[-1] if past.moderations else None
    return Earlier(
        reference=a.reference,
        grade=a.final_grade or (moderated.grade if moderated else None),
        moderated_on=moderated.on if moderated else None,
        uopp_on=a.uopp_held_on,
        actions=() if a.restricted or not with_actions else _all_actions(past, a, workplace, lacking),
    )


def _all_actions(
    past: AuditHistory, a: Allocation, workplace: Workplace, lacking: list[Problem]
) -> tuple[PreviousAction, ...]:
    """The actions of the audit, then those of the UoPP meetings since; the same one once.

    A moderator may send the moderator's part alone: then the auditor's own file has the actions.
    """

    def read(file: Returned) -> tuple[PreviousAction, ...]:
        return _actions(file, a, workplace, lacking)

    own: tuple[PreviousAction, ...] = ()
    told = len(lacking)
    for file in (*past.moderations[-1:], *past.returns[-1:]):
        own = own or (read(file) if len(lacking) == told else ())  # of one that is gone the Audit Team hears
    meetings = [n.file for n in past.records if n.record.kind is not RecordKind.SIX_WEEKS]
    return tuple(dict.fromkeys((*own, *(action for file in meetings for action in read(file)))))


def _actions(
    returned: Returned, a: Allocation, workplace: Workplace, lacking: list[Problem]
) -> tuple[PreviousAction, ...]:
    """The actions of a filed audit, read from the file itself: the ledger keeps no narrative.

    A file that is gone or cannot be read leaves the rows empty, and the Audit Team is told.
    """
    why = ""
    try:
        read = read_safely(as_received(returned, a, workplace), "", workplace.papers.questions)
        why = "" if isinstance(read, ReturnedAudit) else read.reason
    except AuditBotError as fault:
        why = in_words(fault)
    if why or not isinstance(read, ReturnedAudit):
        what = (
            "The actions of this audit could not be copied into a form that goes back to it, so its rows are empty: "
            f"{why.rstrip('.')}. Please give whoever fills the form in the actions by hand."
        )
        lacking.append(Problem(f"Audit allocations, {a.reference}", what))
        return ()
    return tuple(
        PreviousAction(action.get("what", ""), action.get("who", ""), _day(action.get("by", "")))
        for action in read.actions
    )


def _day(text: str) -> date | str | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text or None


def form_values(standing: Standing, workplace: Workplace, earlier: Earlier | None = None) -> FormValues:
    """What stands in a form before anybody has written a word."""
    a = standing.allocation
    born = None if a.restricted else a.date_of_birth
    readers = [p.name for p in (a.moderator, a.practitioner, a.team_manager) if p]
    is_full_form = a.audit_type.is_moderated
    to = (
        f"{', '.join(readers)}; copied to {workplace.settings.mailbox}"
        if is_full_form
        else workplace.settings.mailbox
    )
    return FormValues(
        reference=a.reference,
        cycle=standing.cycle.name,
        audit_type=a.audit_type.value,
        return_by=standing.on(Milestone.AUDIT_DUE if is_full_form else Milestone.DIP_DUE),
        return_to=to,
        mosaic_number="" if a.restricted else a.mosaic_number,
        child_name="" if a.restricted else a.child_name,
        date_of_birth=born,
        age=_age(born, workplace.today),
        ethnicity="" if a.restricted else a.ethnicity,
        outcome_type=a.outcome_type,
        practitioner=_name(a.practitioner),
        team=a.team,
        team_manager=_name(a.team_manager),
        auditor=_name(a.auditor),
        moderator=_name(a.moderator),
        kloes=standing.cycle.kloes,
        restricted=a.restricted,
        auditor_role=_auditors_role(a.audit_type),
        previous_reference=earlier.reference if earlier else "",
        previous_grade=earlier.grade.in_full if earlier and earlier.grade else "",
        previous_moderated_on=earlier.moderated_on if earlier else None,
        previous_uopp_on=earlier.uopp_on if earlier else None,
        previous_actions=earlier.actions if earlier else (),
    )


def _name(person: Person | None) -> str:
    return person.name if person else ""


def _auditors_role(kind: AuditType) -> str:
    """Team Managers and Advanced Practitioners have kinds of audit of their own (§6)."""
    return kind.value.partition(" – ")[2] if kind.is_full else ""


def _age(born: date | None, today: date) -> str:
    if born is None:
        return ""
    return str(today.year - born.year - ((today.month, today.day) < (born.month, born.day)))
