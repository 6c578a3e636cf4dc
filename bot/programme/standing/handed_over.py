"""Who has taken over a part in an audit, and what is open in it and falls to them (§10, §11)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from bot.programme.history.history import History
from bot.programme.messages.buttons import Command
from bot.programme.rulebook.rules import Circumstance, Rulebook
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.letter_keys import WITHOUT
from bot.programme.vocabulary import Grade, Milestone, Person, Role, Scope
from bot.programme.working_days import Dated


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing that is open: what it is, for whom, by when, and the button that answers it."""

    what: str
    due: Dated | None = None
    answer: Command | None = None


def new_holders(
    found: Standing, holders: Mapping[Role, Sequence[Person]], rulebook: Rulebook, history: History
) -> dict[Person, list[Role]]:
    """Who holds a part now that letters went to before, and has had none of those; with the parts."""
    rules = {rule.id: rule for rule in rulebook.rules if rule.scope is not Scope.NEW_HOLDER}
    went: defaultdict[Role, list[tuple[set[str], Collection[Role]]]] = defaultdict(list)
    for letter in history.letters_about(found.allocation.item_id):
        if rule := rules.get(letter.rule):
            without = letter.occasion.partition(WITHOUT)[2].split(", ")
            both = (*rule.to, *rule.cc)
            for role in dict.fromkeys(both):
                if role.value not in without:
                    addressed = role in rule.to
                    readers = letter.to if addressed else (*letter.to, *letter.cc)
                    went[role].append(({*readers}, rule.to if addressed else both))
    if not went:
        return {}
    parts: defaultdict[Person, set[Role]] = defaultdict(set)
    for role in Role:
        for person in filter(None, (*holders.get(role, ()), found.allocation.person(role))):
            parts[person].add(role)
    found_new: defaultdict[Person, list[Role]] = defaultdict(list)
    for role, people in holders.items():
        for person in people:
            if _is_new(person, went[role], parts[person] - {role}):
                found_new[person].append(role)
    return dict(found_new)


def _is_new(
    person: Person, went: Sequence[tuple[set[str], Collection[Role]]], others: AbstractSet[Role]
) -> bool:
    """Whether letters went to whoever had a part, and none of them to this person: of each its readers, and the parts
    they may have read it in. What they may have had because of `others` of theirs (the moderator who is Audit Manager
    now) counts only where there is nothing else to go by."""
    clear = [readers for readers, roles in went if others.isdisjoint(roles)]
    told = clear or [readers for readers, _ in went]
    return bool(told) and not any(person.email in readers for readers in told)


def open_matters(found: Standing, roles: Collection[Role], person: Person) -> tuple[Matter, ...]:
    """What is open in an audit and falls to somebody in these parts, the most pressing first."""
    return tuple(dict.fromkeys(matter for role in roles for matter in _open(found, role, person)))


def _open(found: Standing, role: Role, person: Person) -> Iterator[Matter]:
    reached = found.reached
    if found.settled_grade is None:
        if found.grade is Grade.INADEQUATE and role in _FIVE:
            yield Matter(
                "The auditor has graded the work Inadequate, and it is being moderated",
                reached.get(Milestone.MODERATION_DUE),
            )
        return
    yield from _decision(found, role, person)
    if not found.settled_grade.below_good:
        return
    inadequate = found.settled_grade is Grade.INADEQUATE
    held = Milestone.UOPP_HELD in reached
    waits = Circumstance.IN_DISPUTE in found.circumstances and not inadequate
    if inadequate and role is Role.TEAM_MANAGER and Milestone.URGENT_ISSUES_DONE not in reached:
        yield Matter(
            "Urgent issues are dealt with",
            reached.get(Milestone.URGENT_ISSUES_DUE),
            Command.URGENT_ISSUES_DONE,
        )
    if not held and not waits and role in (_FIVE if inadequate else _FIVE[:2]):
        leads = role is Role.AUDIT_MANAGER
        what = "The UoPP meeting is yours to convene and lead" if leads else "The UoPP meeting"
        yield Matter(what, reached.get(Milestone.UOPP_DUE), Command.UOPP_HELD if leads else None)
    if held and inadequate:
        yield from _after_the_meeting(found, role)
    elif held and role is Role.HEAD_OF_SERVICE and Milestone.SIX_WEEK_CHECKED not in reached:
        yield Matter(
            "Progress with the plan is followed in supervision", reached.get(Milestone.SIX_WEEK_CHECK_DUE)
        )


_FIVE = (
    Role.PRACTITIONER, Role.TEAM_MANAGER, Role.HEAD_OF_SERVICE, Role.AUDIT_MANAGER, Role.HEAD_OF_LEARNING_ACADEMY,
)  # fmt: skip


def _after_the_meeting(found: Standing, role: Role) -> Iterator[Matter]:
    reached = found.reached
    if role is Role.AUDIT_MANAGER and Milestone.UOPP_RECORD_SENT not in reached:
        yield Matter("The record of the UoPP meeting is shared", reached.get(Milestone.UOPP_RECORD_DUE))
    reports = Milestone.WEEKLY_REPORTS_ENDED not in reached and Milestone.IMPROVED not in reached
    if reports and role is Role.HEAD_OF_SERVICE:
        yield Matter("A report on progress every week", None, Command.PROGRESS)
    elif reports and role in (Role.DIVISIONAL_DIRECTOR, Role.HEAD_OF_LEARNING_ACADEMY, Role.AUDIT_MANAGER):
        yield Matter("The Head of Service reports to you every week")
    if Milestone.REVIEW_UOPP_HELD not in reached and role in (
        Role.HEAD_OF_SERVICE, Role.TEAM_MANAGER, Role.PRACTITIONER,
    ):  # fmt: skip
        leads = role is Role.HEAD_OF_SERVICE
        what = "The review UoPP meeting is yours to convene" if leads else "The review UoPP meeting"
        yield Matter(
            what, reached.get(Milestone.REVIEW_UOPP_DUE), Command.REVIEW_UOPP_HELD if leads else None
        )


def _decision(found: Standing, role: Role, person: Person) -> Iterator[Matter]:
    """A disagreement about the grade waits for a decision, by somebody who has not judged the work before (§11)."""
    a = found.allocation
    open_now = Circumstance.IN_DISPUTE in found.circumstances
    decides = role in (Role.PRINCIPAL_SOCIAL_WORKER, Role.AUDIT_MANAGER) and person not in (
        a.moderator,
        a.auditor,
    )
    if open_now and decides:
        yield Matter(
            "A disagreement about the grade is to be decided", found.reached.get(Milestone.DECISION_DUE)
        )
