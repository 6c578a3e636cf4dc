"""Words like those a rule would give its letter, so that every letter can be tried before it is needed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from types import SimpleNamespace

from bot.papers.letter_check import NOTHING_KEPT
from bot.papers.letter_words import AuditTeam, Surroundings, words
from bot.programme.actions import SendLetter
from bot.programme.buttons import Command
from bot.programme.handed_over import Matter
from bot.programme.history import AuditHistory, History, Returned
from bot.programme.planner import Council
from bot.programme.rules import SEVERAL_AT_ONCE, SEVERAL_ESCALATED, Rule, Rulebook, Scope
from bot.programme.standing import Standing, standing
from bot.programme.vocabulary import Allocation, AuditType, Cycle, Grade, Person, Role, RoleHolder
from bot.programme.working_days import Dated, WorkingDays

TEAM = AuditTeam("The Audit Team", "audit.team@council.example", "A named person", "020 7946 0000")


def sample_words(rule: Rule, today: date, book: Rulebook, *, restricted: bool = False) -> dict[str, object]:
    """What a letter of this rule would be given about a made-up audit, its dates set by the book's deadlines."""
    cycle = Cycle(
        "1", "A cycle", "A service", today.replace(day=1), today, ("A line of enquiry?",), (_person("Head"),)
    )
    found = _standing(cycle, today, book, restricted=restricted)
    about_an_audit = rule.scope in (Scope.AUDIT, Scope.NEW_HOLDER)
    letter = SendLetter(
        key="",
        rule=rule,
        about="1",
        reference=found.allocation.reference,
        occasion="",
        day=Dated(today, "a reason"),
        to=(_person("Head" if rule.of_cycle else "Reader"),),
        cc=() if rule.of_cycle else tuple(_people(found.allocation)),
        cycle=cycle,
        standing=found if about_an_audit else None,
        cycle_standings=() if about_an_audit else (found,),
        due=Dated(today, "a reason") if rule.due else None,
    )
    if rule.scope is Scope.NEW_HOLDER:
        letter = replace(letter, matters=(Matter("The UoPP meeting", letter.day, Command.UOPP_HELD),))
    if rule in (SEVERAL_AT_ONCE, SEVERAL_ESCALATED) or rule.scope is Scope.NEW_HOLDER:
        letter = replace(letter, together=(letter, letter))
    return words(
        letter,
        Council([cycle], [RoleHolder(Role.AUDIT_MANAGER, _person("Reader"))], [found.allocation]),
        Surroundings(today, "A council", TEAM, WorkingDays(), "".join),
    )


def sample_digest(today: date) -> dict[str, object]:
    """What the digest would be given on a day on which nothing happened."""
    bar = SimpleNamespace(stage="With auditors", number=1, width=100, colour="#000000")
    return {
        "today": today,
        "council": "A council",
        "audit_team": TEAM,
        "needs_a_person": (),
        "notes": (),
        "done": (),
        "not_sent": (),
        "returned": (),
        "waiting": (),
        "coming": (),
        "counts": {},
        **NOTHING_KEPT,
        "cycles": (SimpleNamespace(name="A cycle", bars=(bar,), counts={"With auditor": 1}, shortages=()),),
    }


def _standing(cycle: Cycle, today: date, book: Rulebook, *, restricted: bool) -> Standing:
    allocation = Allocation(
        item_id="1",
        etag="",
        reference="REF-2026-01-001",
        cycle=cycle.name,
        audit_type=AuditType.FULL_TEAM_MANAGER,
        mosaic_number="1234567",
        team="A team",
        practitioner=_person("Practitioner"),
        team_manager=_person("Manager"),
        auditor=_person("Auditor"),
        auditors_head_of_service=_person("Auditorshead"),
        moderator=_person("Moderator"),
        head_of_service=_person("Head"),
        iro_or_cp_chair=_person("Chair"),
        confirmed_on=today,
        uopp_held_on=today,
        grade_after_uopp=Grade.REQUIRES_IMPROVEMENT,
        review_uopp_held_on=today,
        six_week_checked_on=today,
        drift=True,
        grade_at_six_weeks=Grade.REQUIRES_IMPROVEMENT,
        disputed_on=today,
        finally_decided_on=today,
        final_grade=Grade.INADEQUATE,
        services_involved=("A service",),
        earlier_audit="ABC-2025-09-001",
        restricted=restricted,
    )

    picture = History()
    picture.audits["1"] = AuditHistory([_returned(today)], [_returned(today)])
    return standing(allocation, cycle, picture, Rulebook(book.deadlines, ()), WorkingDays())


def _returned(today: date) -> Returned:
    at = datetime.combine(today, time(9), UTC)
    return Returned(at, today, "a", Grade.INADEQUATE, True, True, False, ("Section 8: a question",), "", "")


def _people(a: Allocation) -> list[Person]:
    """Everybody the row names, so that every button of a letter is tried."""
    named = (
        a.auditor,
        a.auditors_head_of_service,
        a.team_manager,
        a.head_of_service,
        a.iro_or_cp_chair,
        a.moderator,
        a.practitioner,
    )
    return [person for person in named if person]


def _person(name: str) -> Person:
    return Person(f"{name} Name", f"{name.lower()}@council.example")
