"""The fixed cast of the guide's tests, and the shortest way to say a situation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from bot.programme.answers.button_links import row_code
from bot.programme.events import Event, EventKind
from bot.programme.history.history import History, history_of
from bot.programme.planning.planner import plan
from bot.programme.rulebook.rules import Rulebook, rulebook
from bot.programme.standing.actions import Plan, SendLetter
from bot.programme.standing.council import Basis, Council
from bot.programme.vocabulary import Allocation, AuditType, Cycle, Milestone, Person, Role, RoleHolder, Scope
from bot.programme.working_days import WorkingDays

RULES = Path(__file__).parents[2] / "config" / "rules.toml"


def day(words: str) -> date:
    """A date with its weekday, which must be right: day("Tue 31 Mar 2026")."""
    found = datetime.strptime(words, "%a %d %b %Y").replace(tzinfo=UTC).date()
    assert f"{found:%a}" == words[:3], f"{found} is a {found:%A}"
    return found


def person(name: str) -> Person:
    return Person(name, f"{name.lower().replace(' ', '.')}@wexcombe.example")


AUDITOR = person("Ada Auditor")
MODERATOR = person("Mo Moderator")
PRACTITIONER = person("Pru Practitioner")
TEAM_MANAGER = person("Tia Manager")
HEAD_OF_SERVICE = person("Hal Service")
AUDITORS_HEAD = person("Ori Otherservice")
AUDIT_MANAGER = person("Max Audit")
HEAD_OF_ACADEMY = person("Lea Academy")
AUDIT_TEAM = person("Audit Team")
GROUP_MANAGER = person("Gus Group")
PSW = person("Pia Principal")
DIRECTOR = person("Dev Director")
CHAIR = person("Cai Chair")
CHAIRS_MANAGER = person("Gil Chairs")
PERFORMANCE_TEAM = person("Performance Team")
AUDIT_OFFICER = person("Obi Officer")
QA_OFFICER = person("Quy Officer")
YOUTH_JUSTICE = person("Youth Justice")
AUDIT_LEAD = person("Ali Lead")

MARCH = Cycle(
    item_id="1",
    name="FSP and CWD, March 2026",
    service_group="FSP and CWD",
    month_one=day("Mon 2 Mar 2026"),
    kloe_meeting_on=day("Mon 16 Feb 2026"),
    kloes=("Is the child's voice heard?", "Is supervision making a difference?"),
    heads_of_service=(HEAD_OF_SERVICE,),
)
ROLES = (
    RoleHolder(Role.AUDIT_MANAGER, AUDIT_MANAGER),
    RoleHolder(Role.HEAD_OF_LEARNING_ACADEMY, HEAD_OF_ACADEMY),
    RoleHolder(Role.PRINCIPAL_SOCIAL_WORKER, PSW),
    RoleHolder(Role.DIVISIONAL_DIRECTOR, DIRECTOR),
    RoleHolder(Role.GROUP_MANAGER_OF_CP_CHAIRS_AND_IROS, CHAIRS_MANAGER),
    RoleHolder(Role.PERFORMANCE_TEAM, PERFORMANCE_TEAM),
    RoleHolder(Role.AUDIT_OFFICER, AUDIT_OFFICER),
    RoleHolder(Role.QUALITY_ASSURANCE_AUDIT_OFFICER, QA_OFFICER),
    RoleHolder(Role.AUDIT_LEAD, AUDIT_LEAD),
    RoleHolder(Role.SERVICES_INVOLVED, YOUTH_JUSTICE, "Youth Justice Service"),
)


def audit(number: int = 1, **changes: Any) -> Allocation:
    """A confirmed audit with everybody in place."""
    usual = Allocation(
        item_id=str(100 + number),
        etag=f'"{number},1"',
        reference=f"FSP-2026-03-{number:03}",
        cycle=MARCH.name,
        audit_type=AuditType.FULL_TEAM_MANAGER,
        child_name="Robin Example",
        mosaic_number="1234567",
        team="Bow",
        practitioner=PRACTITIONER,
        team_manager=TEAM_MANAGER,
        auditor=AUDITOR,
        auditors_head_of_service=AUDITORS_HEAD,
        moderator=MODERATOR,
        head_of_service=HEAD_OF_SERVICE,
        group_manager=GROUP_MANAGER,
        confirmed_on=day("Wed 25 Feb 2026"),
    )
    return replace(usual, **changes)


def keys(parts: tuple[str, ...]) -> str:
    return "|".join(parts).replace("#", "~")


@cache
def book() -> Rulebook:
    return rulebook(RULES.read_text(encoding="utf-8"))


class Story:
    """A situation told day by day: what happened, then what the bot plans."""

    def __init__(self, *audits: Allocation, cycle: Cycle = MARCH, closures: Sequence[date] = ()) -> None:
        self.audits = list(audits or [audit()])
        self.cycle = cycle
        self.later: list[Cycle] = []  # further cycles of the list
        self.roles: Sequence[RoleHolder] = ROLES
        self.events: list[Event] = []
        self.basis = Basis(book(), WorkingDays(closures), keys, AUDIT_TEAM)

    @property
    def history(self) -> History:
        return history_of(self.events)

    def plan(self, on: str) -> Plan:
        return plan(
            day(on), Council([self.cycle, *self.later], self.roles, self.audits), self.history, self.basis
        )

    def letters(self, on: str) -> list[SendLetter]:
        """The letters about audits that would go out that day."""
        return [x for x in self.all_letters(on) if x.rule.scope in (Scope.AUDIT, Scope.NEW_HOLDER)]

    def all_letters(self, on: str) -> list[SendLetter]:
        return sorted(self.plan(on).letters, key=lambda letter: (letter.reference, letter.rule.id))

    def names(self, on: str) -> list[str]:
        """The rules whose letters about audits would go out that day."""
        return [letter.rule.id for letter in self.letters(on)]

    def asked(self, on: str) -> list[str]:
        """As `names`, with each thing that a letter about several asks for."""
        return sorted(part.rule.id for x in self.letters(on) for part in x.together or (x,))

    def of_the_cycle(self, on: str) -> dict[str, SendLetter]:
        """The letters about the whole cycle, or the month, that would go out that day, by their rules."""
        return {x.rule.id: x for x in self.all_letters(on) if x.rule.scope in (Scope.CYCLE, Scope.MONTH)}

    def perform(self, on: str) -> list[str]:
        """Do what is planned, as a run would, and say which rules' letters about audits went."""
        letters = self.all_letters(on)
        for letter in letters:
            self.happened(
                on, EventKind.LETTER_INTENDED, letter.key, letter.about, rule=letter.rule.id,
                letter=letter.rule.letter, occasion=letter.occasion, audit=letter.reference,
                to=[p.email for p in letter.to], cc=[p.email for p in letter.cc], why=letter.day.why,
                covers=[part.as_covered() for part in letter.together],
            )  # fmt: skip
            done = EventKind.LETTER_LEFT_AS_DRAFT if letter.rule.draft_only else EventKind.LETTER_SENT
            self.happened(on, done, letter.key, letter.about)
            if letter.rule.scope is Scope.CYCLE and Milestone.ALL_CONFIRMED in letter.rule.unless:
                rows = {
                    s.allocation.item_id: row_code(s.allocation, self.basis.keys)
                    for s in letter.cycle_standings
                }
                self.happened(on, EventKind.LIST_SHOWN, f"{letter.key}#{on}", letter.about,
                              letter_key=letter.key, rows=rows)  # fmt: skip
        return [letter.rule.id for letter in letters if letter.rule.scope in (Scope.AUDIT, Scope.NEW_HOLDER)]

    def look(self, on: str) -> None:
        """What a run notes of the list before it plans: final grades and disagreements that came or went."""
        for a in self.audits:
            known = self.history.audit(a.item_id)
            decisions, disagreements = known.decisions_seen, known.disagreements_seen
            if (decisions[-1][0] if decisions else None) is not a.final_grade:
                key = f"{a.item_id}#{len(decisions)}#{a.final_grade or ''}"
                self.happened(
                    on, EventKind.DECISION_SEEN, key, a.item_id, grade=a.final_grade and a.final_grade.value
                )
            if (disagreements[-1][0] if disagreements else None) != a.disputed_on:
                key = f"{a.item_id}#{len(disagreements)}"
                disputed = a.disputed_on and a.disputed_on.isoformat()
                self.happened(on, EventKind.DISAGREEMENT_SEEN, key, a.item_id, disputed=disputed)

    def happened(self, on: str, kind: EventKind, key: str, about: str = "", **data: Any) -> None:
        at = datetime.combine(day(on), time(9), UTC)
        self.events.append(Event(at, kind, key, about, {"on": day(on).isoformat(), **data}))

    def returned(self, on: str, grade: str, number: int = 1, **data: Any) -> None:
        about = str(100 + number)
        sha = f"a{len(self.events)}"
        self.happened(on, EventKind.AUDIT_RETURNED, f"{about}#{sha}", about, sha256=sha, grade=grade, **data)

    def moderated(self, on: str, grade: str, number: int = 1, **data: Any) -> None:
        about = str(100 + number)
        sha = f"m{len(self.events)}"
        self.happened(
            on, EventKind.MODERATION_RETURNED, f"{about}#{sha}", about, sha256=sha, grade=grade, **data
        )

    def change(self, number: int = 1, **changes: Any) -> None:
        self.audits = [replace(a, **changes) if a.item_id == str(100 + number) else a for a in self.audits]
