"""Changes that would meet a shortage, made to a council: to try them, and to see what a proposal comes to then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from bot.programme.allocating.of_the_frame import WORKS_FOR, with_what_the_frame_tells
from bot.programme.allocating.parts import Agreed, Child, Colleague, Given, Lever, Part, Step, Work, Writing
from bot.programme.allocating.why_not import facts_missing
from bot.programme.vocabulary import Person

_WORKER, _EARLIER, _MANAGER = (
    Person("Somebody", f"{part}@nowhere.invalid") for part in ("worker", "earlier", "manager")
)
"""Three people who have nothing to do with each other nor with anybody."""
_TEAM, _ANOTHER = "Nobodyshere", "Anothersnear"
"""Two teams whose names have no word in common with any, and no number, which another might have too."""
_KNOWN: frozenset[str] = frozenset()
_MANAGERS = ("practitioner", "team_manager", "manager")
"""Our words for the columns in which two whom the register does not know may be one."""


def changed(given: Given, steps: Iterable[Step]) -> Given:
    """The same council with a change made. A fact that is said nowhere is taken to be harmless, for nobody knows it."""
    colleagues, works, agreed = list(given.colleagues), list(given.works), dict(given.agreed)
    at = {c.person: n for n, c in enumerate(colleagues)}
    frame = {child.number: child for child in given.frame}
    for number, step in enumerate(steps):
        if step.lever is Lever.MADE_CERTAIN:
            for cell in step.writings:
                colleagues = [_certain_of_colleague(c, cell) for c in colleagues]
                works = [replace(w, child=_certain_of_child(w.child, cell)) for w in works]
                frame = {key: _certain_of_child(child, cell) for key, child in frame.items()}
        elif step.lever is Lever.BY_HAND and step.who:
            agreed[step.audit] = taken_back(agreed[step.audit], step.part, step.who)
        elif step.who in at:
            n = at[step.who]
            colleagues[n] = colleague_with(colleagues[n], step, given)
        elif step.lever is Lever.NEW_COLLEAGUE:
            colleagues.append(new_colleague(step, given, number))
        elif step.lever is Lever.FACT_SAID:
            works = [replace(w, child=with_facts_said(w)) if w.key == step.audit else w for w in works]
            frame |= {w.key: w.child for w in works if w.key == step.audit and w.key in frame}
    found = replace(given, colleagues=tuple(colleagues), works=tuple(works), agreed=agreed)
    if list(frame.values()) != list(given.frame):
        children = tuple(frame.values())
        found = replace(found, colleagues=with_what_the_frame_tells(colleagues, children), frame=children)
    return found


def _certain_of_child(child: Child, cell: Writing) -> Child:
    """A child as it is once a cell is certain: it means nobody who is not surely named there."""
    if cell.stands:
        return replace(child, **_with_address(child, WORKS_FOR, cell.stands))
    if cell.of != child.number:
        return child
    perhaps = tuple((word, who) for word, who in child.perhaps if word != cell.word)
    gone = {who for _, who in child.perhaps} - {who for _, who in perhaps}
    return replace(
        child,
        perhaps=perhaps,
        unsure=tuple(who for who in child.unsure if who not in gone),
        chair_said=child.chair_said or cell.word == "iro_or_cp_chair",
        not_known=child.not_known - {cell.word},
    )


def _certain_of_colleague(c: Colleague, cell: Writing) -> Colleague:
    """A colleague likewise; what may be another's team or number is not theirs."""
    if cell.stands and cell.word in _MANAGERS:
        return replace(c, **_with_address(c, ("manager",), cell.stands))
    if cell.of != c.person.email:
        return c
    if cell.word == "own_work":
        return replace(c, own_work=c.own_work - {cell.stands})
    if cell.word == "team":
        rest = [team for team in c.teams_now if team != cell.stands] or [_TEAM]
        return replace(c, team=rest[0], also_in=tuple(rest[1:]))
    if cell.word == "teams_before":
        return replace(c, teams_before=tuple(team for team in c.teams_before if team != cell.stands))
    manager = c.manager or (_MANAGER if cell.word == "manager" else None)
    perhaps = tuple((word, who) for word, who in c.perhaps if word != cell.word)
    return replace(c, manager=manager, perhaps=perhaps, not_known=c.not_known - {cell.word})


def _with_address(of: Child | Colleague, words: Iterable[str], name: str) -> dict[str, Any]:
    """Somebody whom the register does not know with an address, wherever they are named."""
    people: dict[str, Person | None] = {word: getattr(of, word) for word in words}
    return {
        word: Person(name, f"{name.replace(' ', '.')}@nowhere.invalid")
        for word, who in people.items()
        if who and who.name == name and "@" not in who.email
    }


def taken_back(agreed: Agreed, part: Part, who: Person) -> Agreed:
    """A row in which somebody taken off may come again, or another comes in the place of whom people put there."""
    off = agreed.not_again.get(part, frozenset())
    if who in off:
        return replace(agreed, not_again={**agreed.not_again, part: off - {who}})
    other = next(p for p in agreed.by_hand if p is not part)
    not_again = {**agreed.not_again, other: agreed.not_again.get(other, frozenset()) | {who}}
    people = {p: each for p, each in agreed.people.items() if p is not other}
    return replace(agreed, people=people, by_hand=agreed.by_hand - {other}, not_again=not_again)


def colleague_with(c: Colleague, step: Step, given: Given) -> Colleague:
    """Somebody of the register after a step."""
    if step.lever is Lever.LEAVE_BACK:
        return replace(c, away=())
    if step.lever is Lever.TRAINED:
        return replace(c, trained_on=given.month.days[0], in_roles=None)
    if step.lever is Lever.FACT_SAID:
        return replace(c, team=c.team or _TEAM, manager=c.manager or _MANAGER, perhaps=(), not_known=_KNOWN)
    if step.part is Part.AUDITOR:
        return replace(c, audits_at_most=c.audits_at_most + step.number)
    return replace(c, moderations_at_most=c.moderations_at_most + step.number)


def new_colleague(step: Step, given: Given, number: int = 0) -> Colleague:
    """Somebody trained, of a team and line of their own."""
    auditor = step.part is Part.AUDITOR
    return Colleague(
        Person(f"Newcomer {number}", f"newcomer.{number}@nowhere.invalid"), step.role, f"Newcomers {'again' * number}",
        trained_on=given.month.days[0], manager=_MANAGER, audits_at_most=step.number * auditor,
        moderations_at_most=step.number * (not auditor),
    )  # fmt: skip


def with_facts_said(work: Work) -> Child:
    """The child of an audit as if what nobody has said was said and harmless."""
    child = work.child
    return replace(
        child,
        team=child.team or _ANOTHER,
        practitioner=child.practitioner or _WORKER,
        earlier_auditors=child.earlier_auditors or (_EARLIER,),
        chair_said=True,
        unsure=(),
        perhaps=(),
        not_known=_KNOWN,
    )


def in_doubt(work: Work) -> bool:
    """Whether something about the child is said nowhere, so that somebody cannot be judged."""
    child = work.child
    return bool(facts_missing(work) or not child.chair_said or child.not_known)
