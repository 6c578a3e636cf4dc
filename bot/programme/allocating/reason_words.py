"""What a shortage says: its cause, and what would meet it, in sentences for the Audit Team."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from bot.programme.allocating.cell_words import OWN_WORK, TEAMS
from bot.programme.allocating.parts import Lever, Part, Reason, Step
from bot.programme.allocating.sheet_columns import AUDITORS, CHILDREN, COLUMNS
from bot.programme.allocating.short_together import Group
from bot.programme.allocating.why_not import facts_missing
from bot.programme.date_words import plain_day
from bot.programme.importing.people_named import may_be_one

_MORE, _EACH = "one more child", "one of these children"
_NAMED = 4
"""So many people are named; of more the number is told."""

SAID: Mapping[Reason, tuple[str, str]] = {
    Reason.NOT_TRAINED: ("is not known to be trained", "are not known to be trained"),
    Reason.TRAINING_LAPSED: ("was trained too long ago", "were trained too long ago"),
    Reason.LEFT: ("has left or leaves", "have left or leave"),
    Reason.EXEMPTED: ("is exempted", "are exempted"),
    Reason.AWAY: ("is on leave", "are on leave"),
    Reason.OTHER_ROLE: ("has another role", "have another role"),
    Reason.CANNOT_JUDGE: (
        "cannot be judged, for a fact is missing or not certain",
        "cannot be judged, for a fact is missing or not certain",
    ),
    Reason.OWN_TEAM: ("is of the child's own team", "are of the child's own team"),
    Reason.OWN_WORK: ("did the work", "did the work"),
    Reason.LINE: ("manages it or is managed by who did it", "manage it or are managed by who did it"),
    Reason.CHAIR: ("is the IRO or CP Chair", "are the IRO or CP Chair"),
    Reason.INVOLVED: ("is involved otherwise", "are involved otherwise"),
    Reason.EARLIER_AUDITOR: ("audited it before", "audited it before"),
    Reason.TAKEN_OFF: ("was taken off by hand", "were taken off by hand"),
    Reason.BESIDE_MODERATOR: (
        "is too close to the moderator put there by hand",
        "are too close to the moderator put there by hand",
    ),
    Reason.SAME_PERSON: ("audits it", "audit it"),
    Reason.AUDITORS_TEAM: ("is of the auditor's team", "are of the auditor's team"),
    Reason.AUDITORS_LINE: ("is in the auditor's line", "are in the auditor's line"),
    Reason.SAME_PAIR: ("was with this auditor last time", "were with these auditors last time"),
}
"""Of one person, and of several."""


def counted(reasons: Counter[Reason]) -> str:
    """ "3 are of the child's own team and 1 is on leave"."""
    return joined([f"{reasons[r]} {SAID[r][reasons[r] != 1]}" for r in Reason if reasons[r]])


def joined(words: Sequence[str], last: str = "and") -> str:
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)


def cause(group: Group) -> str:
    """Why nobody is left."""
    works = group.wanting
    of = f" of {_teams(group)}" if any(w.child.team for w in works) else ""
    many = len(works) > 1
    what = f"{len(works)} audits{of}" if many else f"An audit{of}"
    has = f"{what} {'have' if many else 'has'} no {group.part.value}"
    by = " by".join(["", f" {plain_day(group.matching.given.month.audits_due)}"])
    if not group.roles:
        return f"{has}: the rules name no role that may have this part in “{works[0].audit_type}”."
    if facts := unsaid(group):
        return f"{has}: {facts}, so nobody can be judged independent."
    role = joined(group.roles, "or")
    closed = counted(group.reasons)
    if not group.full:
        why = f"of those who are {role}, {closed}" if closed else f"nobody in the register is {role}"
        them = "them" if many else "it"
        return f"{has}: no {role} is free for {them}{by if group.part is Part.AUDITOR else ''}; {why}."
    names = [group.colleagues[n].person.name for n in group.full]
    who = joined(sorted(names)) if len(names) <= _NAMED else f"{len(names)} people"
    places = sum(group.matching.room[group.part][n] for n in group.full)
    had = sum(group.matching.hands_of(group.part, n) for n in group.full)
    room = f"{places} place{'s' * (places != 1)}" if places else "no place"
    more = f" beside {had} given by hand" if had else ""
    together = len(group.audits)
    others = f"with {together - len(works)} more " if together > len(works) else ""
    rest = f"; of the others who are {role}, {closed}" if closed else ""
    can = "they" if many or others else "it"
    return f"{has}: {others}{can} can go to {who} alone, who {'have' if len(names) > 1 else 'has'} {room}{more}{rest}."


def _teams(group: Group) -> str:
    teams = sorted({w.child.team for w in group.wanting if w.child.team})
    return joined(teams) if len(teams) <= 3 else f"{len(teams)} teams"


def unsaid(group: Group) -> str:
    """The facts without which nobody can be judged."""
    lacking = list(dict.fromkeys(fact for w in group.wanting for fact in facts_missing(w)))
    return f"{joined(lacking)} {'are' if len(lacking) > 1 else 'is'} said nowhere" if lacking else ""


def remedy(group: Group, steps: Sequence[Step], others: Sequence[Step]) -> str:
    """What would meet it."""
    if group.strangers:
        return _of_strangers(group)
    if not steps:
        return "No single change was found that meets it."
    if len(steps) > 1:
        return f"It would be met with {joined(_many(group, steps))}."
    every = [*steps, *others]
    ways = [_either(group, same) for lever in Lever if (same := [s for s in every if s.lever is lever])]
    return f"It would be met with {joined(ways[:3], 'or with')}."


def _of_strangers(group: Group) -> str:
    """What is to be done of auditors by hand whom the register does not know: who may be a colleague is not put there
    a second time."""
    names = sorted(c.person.name for c in group.colleagues)
    alike = {p: [name for name in names if may_be_one(p.name, name)] for p in group.strangers}
    beside = f"Beside {joined(sorted(p.name for p in alike))}, whom the register does not know, nobody can be judged"
    new = sorted(p.name for p, names in alike.items() if not names)
    todo = [
        f"where {p.name} is {joined(names[:3], 'or')}, write the address of the register into the cell"
        for p, names in alike.items()
        if names
    ]
    if new:
        this = "them" if len(new) > 1 else "this auditor"
        todo.append(f"put {joined(new) if todo else this} into the sheet “Auditors”")
    return f"{beside}: {'; '.join(todo)}."


def _many(group: Group, steps: Sequence[Step]) -> list[str]:
    words = []
    for lever in Lever:
        same = [s for s in steps if s.lever is lever]
        if lever is Lever.NEW_COLLEAGUE:
            for step, number in Counter(same).items():
                words.append(_new(group, step, number))
        elif lever is Lever.MADE_CERTAIN:
            words += [_certain(group, step) for step in same]
        elif same:
            each = " each" if lever is Lever.ONE_MORE and len(same) > 1 else ""
            names = list(dict.fromkeys(_name(group, s) for s in same))
            words.append(_said(lever, joined(names)) + each)
    return words


def _either(group: Group, same: Sequence[Step]) -> str:
    """One of several steps of a kind."""
    if same[0].lever is Lever.NEW_COLLEAGUE:
        return _new(group, same[0], 1)
    if same[0].lever in (Lever.BY_HAND, Lever.MADE_CERTAIN):
        told = [_by_hand(group, s) if s.lever is Lever.BY_HAND else _certain(group, s) for s in same]
        return joined(told[:_NAMED], "or")
    names = sorted({_name(group, s) for s in same})
    if len(names) == 1:
        return _said(same[0].lever, names[0])
    listed = f" ({joined(names, 'or')})" if len(names) <= _NAMED else ""
    return _said(same[0].lever, f"one of {len(names)}{listed}")


def _by_hand(group: Group, step: Step) -> str:
    name = step.who.name if step.who else ""
    agreed = group.matching.given.agreed[step.audit]
    if step.who in agreed.not_again.get(step.part, ()):
        return f"{name} after all (taken off by hand)"
    other = next(p for p in Part if p is not step.part)
    return f"another {other.value} in place of {name} (put there by hand)"


def _certain(group: Group, step: Step) -> str:
    """Which cells are to be made certain, and where that does not help: by child and colleague, never by what is in
    them, but for a team."""
    who = step.who.name if step.who else ""
    names: dict[str, Counter[str]] = {}
    told, unless = [], ""
    for cell in step.writings:
        c = next((c for c in group.colleagues if c.person.email == cell.of), None)
        title = next(
            column.title for column in COLUMNS[AUDITORS if c else CHILDREN] if column.word == cell.word
        )
        if cell.word in TEAMS:
            told.append(f"“{title}” of {who} written less like {_teams(group)} (unless it is the same team)")
        elif cell.word == OWN_WORK:
            told.append(f"the number like this child's out of “{title}” of {who} (unless it is this child's)")
        else:
            unless = "the two are one" if cell.stands else f"that is {who}"
            names.setdefault(f"“{title}”", Counter())[c.person.name if c else _whose(group, cell.of)] += 1
    cells = joined(
        [f"{title} of {joined([_times(whose) for whose in every.items()])}" for title, every in names.items()]
    )
    if cells:
        told.insert(0, f"a full name and address under {cells} (unless {unless})")
    return joined(list(dict.fromkeys(told)))


def _whose(group: Group, number: str) -> str:
    """A child by what a letter may say."""
    if number not in {w.key for w in group.wanting}:
        return _MORE
    return "this child" if len(group.wanting) == 1 else _EACH


def _times(whose: tuple[str, int]) -> str:
    name, times = whose
    many = name in (_MORE, _EACH) and times > 1
    return {_MORE: f"{times} more children", _EACH: f"{times} of these children"}[name] if many else name


def _new(group: Group, step: Step, number: int) -> str:
    of = "of another team and line" if group.part is Part.AUDITOR else "outside these teams and lines"
    takes = f" who take{'s' * (number == 1)} {step.number}" + (" each" if number > 1 else "")
    return f"{'one' if number == 1 else number} more trained {step.role}{'s' * (number > 1)} {of}{takes}"


def _name(group: Group, step: Step) -> str:
    if step.who is None:
        return "this child" if len(group.wanting) == 1 else "each child"
    return step.who.name


def _said(lever: Lever, who: str) -> str:
    return {
        Lever.BY_HAND: who,
        Lever.LEAVE_BACK: f"{who} back from leave",
        Lever.TRAINED: f"{who} trained",
        Lever.ONE_MORE: f"{who} taking one more",
        Lever.FACT_SAID: f"what is said nowhere of {who} filled in, as long as it is harmless",
        Lever.MADE_CERTAIN: who,
        Lever.NEW_COLLEAGUE: who,
    }[lever]
