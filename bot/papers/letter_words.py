"""The words a letter may use, taken from what is planned: never more than the letter's reader may see.

docs/letters.md lists these words for the people who write the letters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace

from bot.programme.actions import SendLetter
from bot.programme.checks import counts
from bot.programme.planner import Council
from bot.programme.replies import links
from bot.programme.standing import Keys, Standing
from bot.programme.vocabulary import Allocation, AuditType, Command, Milestone, Person, Problem
from bot.programme.working_days import Dated, WorkingDays


@dataclass(frozen=True, slots=True)
class AuditTeam:
    """How the letters name the Audit Team: its mailbox and the person to ask."""

    name: str
    address: str
    contact: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every letter may say whatever it is about."""

    today: date
    council: str
    audit_team: AuditTeam
    working: WorkingDays
    keys: Keys | None = None  # signs the buttons; without it a letter has none


def words(letter: SendLetter, lists: Council, around: Surroundings) -> dict[str, object]:
    """The words of one planned letter. A restricted audit has no identifiers among them."""
    common: dict[str, object] = {
        "today": around.today,
        "council": around.council,
        "audit_team": around.audit_team,
        "cycle": letter.cycle,
        "kloes": letter.cycle.kloes,
        "to": list(letter.to),
        "greeting": greeting(letter.to),
    }
    if around.keys:
        found = links(letter, lists, around.today, around.keys, around.audit_team.address)
        common |= {command.word: address for command, address in found.items()}
    else:
        common |= {command.word: None for command in Command}
    if letter.standing:
        return common | _about_an_audit(letter, letter.standing, around)
    return common | _about_a_cycle(letter, lists, around)


def greeting(to: Sequence[Person]) -> str:
    names = [person.name.split()[0] for person in to if person.name.split()]
    if len(names) > 3 or not names:
        return "Dear colleagues"
    return "Dear " + (names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}")


def identifiers(allocation: Allocation) -> tuple[str, ...]:
    """What no letter about this audit may carry, in the ways people write it."""
    found = [allocation.child_name]
    if allocation.restricted:
        found.append(allocation.mosaic_number)
    if born := allocation.date_of_birth:
        found += [
            born.isoformat(),
            f"{born:%d/%m/%Y}",
            f"{born.day}/{born.month}/{born.year}",
            f"{born.day} {born:%B %Y}",
            f"{born.day} {born:%b %Y}",
        ]
    return tuple(text for text in found if text.strip())


def _seen_by_reader(allocation: Allocation) -> SimpleNamespace:
    """The audit as a letter may name it: no name, no date of birth, no ethnicity."""
    return SimpleNamespace(
        reference=allocation.reference,
        audit_type=allocation.audit_type.value,
        mosaic_number="" if allocation.restricted else allocation.mosaic_number,
        team=allocation.team,
        outcome_type=allocation.outcome_type,
        practitioner=allocation.practitioner,
        team_manager=allocation.team_manager,
        auditor=allocation.auditor,
        auditors_head_of_service=allocation.auditors_head_of_service,
        moderator=allocation.moderator,
        head_of_service=allocation.head_of_service,
        restricted=allocation.restricted,
        services_involved=allocation.services_involved,
    )


def _about_an_audit(letter: SendLetter, found: Standing, around: Surroundings) -> dict[str, object]:
    due = found.reached.get(letter.rule.due) if letter.rule.due else None
    late = max(0, around.working.count_between(due.on, around.today)) if due else 0
    returned = found.latest_return
    problems = list(returned.problems) if returned else []
    return {
        "audit": _seen_by_reader(found.allocation),
        "due": due,
        "days_late": late,
        "grade": found.grade,
        "auditor_grade": found.auditor_grade,
        "moderated_grade": found.moderated_grade,
        "returned_on": found.on(Milestone.AUDIT_RETURNED),
        "moderated_on": found.on(Milestone.MODERATED),
        "uopp_due": found.reached.get(Milestone.UOPP_DUE),
        "urgent_due": found.reached.get(Milestone.URGENT_ISSUES_DUE),
        "problems": [_as_problem(text) for text in problems or letter.notes],
    }


def _as_problem(text: str) -> Problem:
    where, _, what = text.partition(": ")
    return Problem(where if what else "The form", what or where)


def _about_a_cycle(letter: SendLetter, lists: Council, around: Surroundings) -> dict[str, object]:
    cycle = letter.cycle
    standings = [s for s in letter.cycle_standings if not s.allocation.withdrawn]
    number = counts(cycle, lists.allocations)
    dips = Counter(
        a.outcome_type or "not said"
        for a in lists.allocations
        if a.cycle == cycle.name and a.audit_type is AuditType.DIP_SAMPLE and not a.withdrawn
    )
    confirm_by = None
    if cycle.month_one:
        on = around.working.after(cycle.month_one, -3)
        confirm_by = Dated(on, "three working days before the audit month begins")
    return {
        "audits": [
            _seen_by_reader(s.allocation) for s in sorted(standings, key=lambda s: s.allocation.reference)
        ],
        "counts": SimpleNamespace(
            team_manager=number.team_manager,
            advanced_practitioner=number.advanced_practitioner,
            dip_samples=number.dip_samples,
            dips_by_kloe=sorted(dips.items()),
        ),
        "confirm_by": confirm_by,
        "problems": [Problem(cycle.name, line) for line in number.shortages()],
    }
