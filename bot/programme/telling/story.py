"""The life of one audit in English: what happened, when and why, and what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.programme.date_words import day_in_words
from bot.programme.events import Event, EventKind
from bot.programme.history.history import History
from bot.programme.history.records_of_the_past import LetterState
from bot.programme.rulebook.rules import Rulebook, called
from bot.programme.standing.actions import SendLetter
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.status import next_step, status_of
from bot.programme.vocabulary import Milestone


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the story. `why` is the reason in words and `guide` the section, where there is one."""

    on: date
    what: str
    why: str = ""
    guide: str = ""


@dataclass(frozen=True, slots=True)
class AuditStory:
    reference: str
    status: str
    next_step: str
    past: tuple[Step, ...]
    dates: tuple[Step, ...]
    coming: tuple[Step, ...]


_ROW_MILESTONES = {
    Milestone.CONFIRMED: "The Head of Service's confirmation was entered.",
    Milestone.RECTIFICATION_ASKED: "The Audit Team gave the auditor a date for putting the audit right.",
    Milestone.URGENT_ISSUES_DONE: "The urgent issues were recorded as done.",
    Milestone.UOPP_HELD: "The UoPP meeting was recorded as held.",
    Milestone.UOPP_RECORD_SENT: "The record of the UoPP meeting was entered as shared.",
    Milestone.REVIEW_UOPP_HELD: "The review UoPP meeting was recorded as held.",
    Milestone.PROGRESS_REPORTED: "The Head of Service reported progress (the latest time).",
    Milestone.SAFETY_STEPS_ENDED: "The steps for the child were ended.",
    Milestone.WEEKLY_REPORTS_ENDED: "The weekly reports were ended.",
    Milestone.SIX_WEEK_CHECKED: "The six-week check was recorded.",
    Milestone.DISPUTED: "A disagreement with the moderation was noted.",
    Milestone.FINALLY_DECIDED: "The grade was finally decided.",
    Milestone.DECLARED_INVALID: "The audit was declared invalid.",
    Milestone.DIP_COMPLETED: "The dip sample was recorded as complete.",
}
_DATES = {
    Milestone.AUDIT_DUE: "The audit is due.",
    Milestone.MODERATION_DUE: "Moderation is due.",
    Milestone.URGENT_ISSUES_DUE: "Urgent issues are due.",
    Milestone.UOPP_DUE: "The UoPP meeting is due.",
    Milestone.UOPP_RECORD_DUE: "The record of the UoPP meeting is due.",
    Milestone.REVIEW_UOPP_DUE: "The review UoPP meeting is due.",
    Milestone.SIX_WEEK_CHECK_DUE: "The six-week check is due.",
    Milestone.IMPROVEMENT_DUE: "The work should have become Good.",
    Milestone.DECISION_DUE: "A final decision is due.",
    Milestone.DIP_DUE: "The dip sample is due.",
}


def story(
    found: Standing,
    events: Iterable[Event],
    history: History,
    rulebook: Rulebook,
    today: date,
    coming: Iterable[tuple[date, SendLetter]] = (),
) -> AuditStory:
    """Everything the ledger and the row tell of one audit. `coming` are letters planned for later days."""
    about = found.allocation.item_id
    past = [Step(on, what) for m, what in _ROW_MILESTONES.items() if (on := found.on(m)) is not None]
    past += [step for event in events if event.about == about for step in _steps(event, history, rulebook)]
    status = status_of(found, today)
    return AuditStory(
        reference=found.allocation.reference,
        status=status.value,
        next_step=next_step(found, status),
        past=tuple(sorted(past, key=lambda step: step.on)),
        dates=tuple(
            Step(dated.on, what, dated.why, _section(m, found, rulebook))
            for m, what in _DATES.items()
            if (dated := found.reached.get(m))
        ),
        coming=tuple(
            Step(
                on,
                f"{called(letter.rule)} to {', '.join(p.name for p in letter.to)}.",
                letter.day.why,
                letter.rule.guide,
            )
            for on, letter in coming
        ),
    )


def _section(milestone: Milestone, found: Standing, rulebook: Rulebook) -> str:
    """The section of the guide that sets a date for this audit."""
    return next(
        (
            deadline.guide
            for deadline in rulebook.deadlines
            if deadline.sets is milestone
            and deadline.after in found.reached
            and found.fits(deadline.conditions)
        ),
        "",
    )


def _steps(event: Event, history: History, rulebook: Rulebook) -> Sequence[Step]:
    data = event.data
    on = date.fromisoformat(str(data["on"])) if data.get("on") else event.at.date()
    match event.kind:
        case EventKind.LETTER_SENT | EventKind.LETTER_LEFT_AS_DRAFT | EventKind.LETTER_HELD:
            letter = history.letters[event.key.partition("#")[0]]
            rule = next((r for r in rulebook.rules if r.id == letter.rule), None)
            how = {
                EventKind.LETTER_SENT: "went to",
                EventKind.LETTER_LEFT_AS_DRAFT: "was left as a draft for the Audit Team, to",
                EventKind.LETTER_HELD: "was held and needs a person; it is for",
            }[event.kind]
            copied = f", copied to {', '.join(letter.cc)}" if letter.cc else ""
            name = called(letter.rule) or "A letter"
            return [
                Step(
                    on,
                    f"“{name}” {how} {', '.join(letter.to)}{copied}.",
                    letter.reason if letter.state is LetterState.HELD else letter.why,
                    rule.guide if rule else "",
                )
            ]
        case EventKind.AUDIT_RETURNED:
            return [
                Step(on, f"The auditor's part came back: {data.get('grade') or 'no grade'}.", _problems(data))
            ]
        case EventKind.MODERATION_RETURNED:
            return [
                Step(
                    on, f"The moderator's part came back: {data.get('grade') or 'no grade'}.", _problems(data)
                )
            ]
        case EventKind.REPORTED:
            told = str(data.get("command")).replace("-", " ").replace("uopp", "UoPP")
            what = f"{data.get('by')} told us by a button: {told}"
            if data.get("date") != data.get("on"):
                what += f", {day_in_words(date.fromisoformat(str(data['date'])))}"
            return [Step(on, f"{what}.")]
        case EventKind.NEEDS_A_PERSON:
            return [Step(on, f"Put to a person: {data.get('reason')}")]
        case EventKind.LETTER_BOUNCED:
            return [Step(on, f"A letter to {data.get('address')} could not be delivered.")]
    return []


def _problems(data: object) -> str:
    problems = data.get("problems") if hasattr(data, "get") else None
    return "To look at: " + "; ".join(str(p) for p in problems) if problems else ""
