"""§10 and §11: which grade counts and since when; whom an Inadequate, its end and a decision are told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sandbox.play.cast.facts import UNREADABLE, Fact, Moment
from sandbox.play.duties.ground import DECIDED, Ground, Known, Reader
from sandbox.play.working_days import between, later

FIVE = ("Practitioner", "Team Manager", "Head of Service")
FIVE_ROLES = ("Audit Manager", "Head of Learning Academy")


@dataclass(frozen=True, slots=True)
class Stretch:
    """For how long one grade counts: from moderation or a final decision on, until another decision."""

    grade: str
    since: Fact
    until: Fact | None
    earlier: str
    """The grade before: the auditor's, or the one that was decided otherwise."""

    @property
    def worse(self) -> bool:
        """Decided to be Inadequate: everything of an Inadequate begins anew, a meeting held before does not count."""
        return self.since.what == "decided" and self.grade == "Inadequate"


def stretches(known: Known) -> list[Stretch]:
    """The grades that counted in turn. A decision that leaves the grade as it is begins nothing."""
    moderated, returned = known.first("moderated"), known.first("corrected") or known.first("returned")
    if moderated is None:
        return []
    changes = [moderated]
    for decided in known.all("decided"):
        if decided.value != changes[-1].value:
            changes.append(decided)
    before = [returned.value if returned else "", *(fact.value for fact in changes)]
    return [
        Stretch(since.value, since, until, earlier)
        for since, until, earlier in zip(changes, [*changes[1:], None], before, strict=False)
    ]


def counts(stretch: Stretch, moment: Moment) -> bool:
    """Whether its grade is the one that counts at a moment."""
    return stretch.since.known <= moment and (stretch.until is None or stretch.until.known > moment)


def told_of_the_grade(ground: Ground, reference: str) -> None:
    """§10 (O77): the five of an Inadequate, whoever found it, at once on whatever day; and of its end."""
    known = ground.known(reference)
    out = known.first("out")
    moderated = known.first("moderated")
    before, alerted = "", moderated
    standing: Moment | None = None  # when the alert went that nothing has taken back
    for came in known.all("returned", "corrected"):
        if came.value == "Inadequate" != before:
            standing = _alert(ground, reference, came, [moderated, out]) or standing
            alerted = came
        elif alerted and before == "Inadequate" != came.value:
            standing = None if _no_longer(ground, reference, came, alerted, [moderated, out]) else standing
        before = came.value
    for stretch in stretches(known):
        stops = [out, stretch.until]
        if stretch.grade == "Inadequate" != stretch.earlier:
            standing = _alert(ground, reference, stretch.since, stops) or standing
            alerted = stretch.since
        elif alerted and stretch.earlier == "Inadequate" != stretch.grade:
            standing = None if _no_longer(ground, reference, stretch.since, alerted, stops) else standing
    if standing:
        ended = [ground.left_out(known), known.first("safety ended")]
        # What an Inadequate called for outlived the withdrawal; whoever was alerted to it hears that it is over.
        ground.due("steps ended", "10", reference, _alerted(ground, reference, standing), ground.first,
                   once=ended)  # fmt: skip


def may_be_inadequate(ground: Ground, reference: str) -> None:
    """§10: a form that nobody can be sure of and that may hold an Inadequate is put to the Audit Team at once; one that
    nobody can read may hold any grade, as long as the audit is awaited."""
    known = ground.known(reference)
    no_longer_awaited = [known.first("moderated"), ground.left_out(known)]
    for held in known.all("held"):
        if held.value in ("Inadequate", UNREADABLE):
            ground.due("may be Inadequate", "10", reference, [ground.mailbox], held.on, once=[held], any_day=True,
                       unless=no_longer_awaited if held.value == UNREADABLE else [])  # fmt: skip


def goes_on_for_the_child(ground: Ground, reference: str) -> None:
    """§10: an audit that is withdrawn once its work was found Inadequate: the Audit Manager hears what goes on."""
    known = ground.known(reference)
    out = ground.left_out(known)
    if out and any(s.grade == "Inadequate" and counts(s, out.known) for s in stretches(known)):
        ground.due("withdrawn Inadequate", "10", reference, ground.role("Audit Manager"), out.on, once=[out],
                   unless=[known.first("safety ended")])  # fmt: skip


def _five(ground: Ground, reference: str) -> list[Reader]:
    return [*ground.named(reference, *FIVE), *ground.role(*FIVE_ROLES)]


def _alert(ground: Ground, reference: str, since: Fact, stops: list[Fact | None]) -> Moment | None:
    return ground.due("inadequate alert", "10", reference, _five(ground, reference), since.on, once=[since],
                      unless=stops, any_day=True)  # fmt: skip


def _no_longer(
    ground: Ground, reference: str, since: Fact, alerted: Fact, stops: list[Fact | None]
) -> Moment | None:
    told = _alerted(ground, reference, alerted.known)
    return ground.due("inadequate no longer", "10", reference, told, since.on, once=[since], unless=stops)


def _alerted(ground: Ground, reference: str, moment: Moment) -> list[str]:
    """Those who had the alert at a moment, whoever has their part now."""
    told = [ground.at(reference, column, moment) for column in FIVE]
    return told + [ground.holder(title, moment) for title in FIVE_ROLES]


def disagreement(ground: Ground, reference: str, moderated: Fact) -> None:
    """§11 (O94, O95): talk first; after five working days somebody decides who has not moderated or audited it; then
    everybody is told."""
    known = ground.known(reference)
    disputed, decided, out = known.first("disputed"), known.first("decided"), known.first("out")
    service = ("Head of Service", "Team Manager", "Practitioner")
    if disputed:
        ground.due("disagreement to discuss", "11", reference, ground.named(reference, "Moderator", *service),
                   disputed.on, once=[disputed], unless=[decided, out])  # fmt: skip
        involved = {ground.at(reference, column, moderated.known) for column in ("Moderator", "Auditor")}
        deciders = [reader for title in ("Principal Social Worker", "Audit Manager") for reader in ground.role(title)
                    if ground.holder(title, disputed.known) not in involved]  # fmt: skip
        ground.due("decision to make", "11", reference, deciders, later(disputed.on, DECIDED), once=[disputed],
                   unless=[decided, out])  # fmt: skip
    for each in known.all("decided"):
        everybody = ground.named(reference, *service, "Auditor", "Moderator")
        ground.due("final decision", "11", reference, everybody, each.on, once=[each], unless=[out])  # fmt: skip


def paused(known: Known, begins: date, working_days: int) -> date:
    """The last day of a time that stands still in a dispute: days used before it stay used,
    those from the dispute to the decision do not count, at least one is left (§11)."""
    disputed, decided = known.first("disputed"), known.first("decided")
    if (
        disputed is None
        or decided is None
        or disputed.on > later(begins, working_days)
        or decided.on < begins
    ):
        return later(begins, working_days)
    used = len([day for day in between(begins, disputed.on) if begins < day < disputed.on])
    return later(decided.on, max(1, working_days - used))
