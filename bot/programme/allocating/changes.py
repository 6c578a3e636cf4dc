"""Changes that would meet a shortage, made to a council: to try them, and to see what a proposal comes to then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.programme.allocating.parts import Agreed, Child, Colleague, Given, Lever, Part, Step, Work
from bot.programme.allocating.why_not import facts_missing
from bot.programme.vocabulary import Person

_WORKER, _EARLIER, _MANAGER = (
    Person("Somebody", f"{part}@nowhere.invalid") for part in ("worker", "earlier", "manager")
)
"""Three people who have nothing to do with each other nor with anybody."""
_TEAM, _ANOTHER = "Nobodyshere", "Anothersnear"
"""Two teams whose names have no word in common with any, and no number, which another might have too."""
_KNOWN: frozenset[str] = frozenset()


def changed(given: Given, steps: Iterable[Step]) -> Given:
    """The same council with a change made. A fact that is said nowhere is taken to be harmless, for nobody knows it."""
    colleagues, works, agreed = list(given.colleagues), list(given.works), dict(given.agreed)
    at = {c.person: n for n, c in enumerate(colleagues)}
    for number, step in enumerate(steps):
        if step.lever is Lever.BY_HAND and step.who:
            agreed[step.audit] = taken_back(agreed[step.audit], step.part, step.who)
        elif step.who in at:
            n = at[step.who]
            colleagues[n] = colleague_with(colleagues[n], step, given)
        elif step.lever is Lever.NEW_COLLEAGUE:
            colleagues.append(new_colleague(step, given, number))
        elif step.lever is Lever.FACT_SAID:
            works = [replace(w, child=with_facts_said(w)) if w.key == step.audit else w for w in works]
    return replace(given, colleagues=tuple(colleagues), works=tuple(works), agreed=agreed)


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
        Person(f"Somebody {number}", f"new.{number}@nowhere.invalid"), step.role, f"Newcomers {'again' * number}",
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


def in_doubt(work: Work, part: Part) -> bool:
    """Whether something about the child is said nowhere, so that somebody cannot be judged."""
    child = work.child
    return bool(facts_missing(work) or child.unsure or not child.chair_said or child.not_known)
