"""What the papers of a cycle print numbers from: all that is counted of a cycle, and what only papers tell besides.

Beside cycle_counts:
("graded",), ("good or better",)    of the standing grades; ("domain graded", domain), ("domain good or better", domain)
("uopp of", grade, …)               the meetings by the standing grade they follow
("sent back", …)                    the audits that their auditor had to complete
("auditors",)                       how many people audited
("actions of team", team, …)        the agreed actions by whose work they are for
("age", band), ("ethnicity", group) whose work was looked at, and ("graded by", …) their grades (equality.py)
("theme", theme, …)                 in how many returned audits a theme's words stand
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.programme.reports.audit_record import AuditRecord
from bot.programme.reports.counted import actions_by_state, in_play, meeting, reached, standing_grade
from bot.programme.reports.counts import Counts
from bot.programme.reports.cycle_counts import (
    BELOW_GOOD,
    GOOD_OR_BETTER,
    GRADED,
    IN_PLAY,
    RETURNED,
    cycle_counts,
)
from bot.programme.reports.equality import equality_counts
from bot.programme.reports.known_to_readers import with_what_readers_know
from bot.programme.reports.themes import Themes
from bot.programme.vocabulary import Cycle, Grade, Milestone

OTHER_TEAMS = "Other teams"
"""The teams in which one person's work alone was audited, and so many of the smallest others that it is several's."""

_SENT_BACK = (
    Milestone.RECTIFICATION_ASKED,
    Milestone.CAME_BACK_INCOMPLETE,
    Milestone.SENT_BACK_BY_MODERATOR,
)


def paper_counts(
    cycle: Cycle, records: Sequence[AuditRecord], as_at: date, domains: Sequence[str], themes: Themes
) -> Counts:
    """The numbers of a cycle for its papers, from all its rows."""
    counts = cycle_counts(cycle, records, as_at, domains)
    playing = [r for r in records if in_play(r.standing, as_at)]
    back = [r for r in playing if reached(r.standing, Milestone.AUDIT_RETURNED, as_at)]
    _together(counts, domains)
    equality_counts(counts, playing, as_at)
    _meetings(counts, playing, as_at)
    sent_back = sum(any(reached(r.standing, m, as_at) for m in _SENT_BACK) for r in playing)
    counts.parts(IN_PLAY, {"to be completed": sent_back}, ("sent back",))
    auditors = {a.email for r in back if (a := r.standing.allocation.auditor)}
    counts.put(("auditors",), len(auditors))
    _actions(counts, playing, as_at)
    themes.count(counts, RETURNED, back)
    with_what_readers_know(counts)
    return counts


def _together(counts: Counts, domains: Sequence[str]) -> None:
    """Good or better, of all and of each domain, out of those that have a grade: told where single grades are not."""
    good = [g.value for g in Grade if not g.below_good]
    below = [g.value for g in Grade if g.below_good]
    for begun, graded, better, whole in [
        (("standing grade",), GRADED, GOOD_OR_BETTER, IN_PLAY),
        *(
            (
                ("domain", d),
                ("domain graded", d),
                ("domain good or better", d),
                ("graded by domain", "moderated"),
            )
            for d in domains
        ),
    ]:
        graded_parts, good_parts = [(*begun, g) for g in (*good, *below)], [(*begun, g) for g in good]
        counts.put(graded, sum(counts[part] for part in graded_parts))
        counts.put(better, sum(counts[part] for part in good_parts))
        counts.sums += [
            (whole, (graded, (*begun, ""))),
            (graded, (better, *((*begun, g) for g in below))),
            (better, tuple(good_parts)),
        ]
    counts.sums.append((GRADED, (GOOD_OR_BETTER, BELOW_GOOD)))


def _meetings(counts: Counts, playing: Sequence[AuditRecord], as_at: date) -> None:
    """The UoPP meetings held for work that stands below Good, by its grade."""
    below = [g for g in Grade if g.below_good]
    for grade in below:
        held = [
            (met[0], r.standing.on(Milestone.UOPP_DUE))
            for r in playing
            if standing_grade(r.standing, as_at) is grade and (met := meeting(r.standing, as_at))
        ]
        counts.parts(("standing grade", grade.value), {"held": len(held)}, ("uopp of", grade.value))
        late = sum(due is not None and on > due for on, due in held)
        told = sum(due is not None for _, due in held)
        begun = ("uopp of", grade.value, "held")
        counts.parts(begun, {"in time": told - late, "late": late}, complete=True)
    for what in (("held",), ("held", "in time"), ("held", "late"), ("held", ""), ("",)):
        parts = tuple(name for g in below if (name := ("uopp of", g.value, *what)) in counts.numbers)
        if parts:
            counts.sums.append((("uopp", *what), parts))


def _actions(counts: Counts, playing: Sequence[AuditRecord], as_at: date) -> None:
    teams = _teams(playing)
    for team, records in teams.items():
        actions = [action for r in records for action in r.forms.actions]
        counts.put(("actions of team", team), len(actions))
        counts.parts(("actions of team", team), actions_by_state(actions, as_at))
    if teams:
        counts.sums.append((("actions",), tuple(("actions of team", team) for team in teams)))
        for state in ("done", "overdue", ""):
            counts.sums.append(
                (("actions by state", state), tuple(("actions of team", team, state) for team in teams))
            )


def _teams(playing: Sequence[AuditRecord]) -> dict[str, list[AuditRecord]]:
    """The audits by the team whose work they are of, by name; none when all the work is one person's."""
    found: dict[str, list[AuditRecord]] = {}
    for r in playing:
        found.setdefault(r.standing.allocation.team.strip(), []).append(r)
    small = found.pop("", [])
    by_people = sorted(found, key=lambda team: (_people(found[team]), team))
    while by_people and (_people(found[by_people[0]]) < 2 or (small and _people(small) < 2)):
        small = [*small, *found.pop(by_people.pop(0))]
    named = dict(sorted(found.items()))
    if _people(small) > 1:
        named[OTHER_TEAMS] = small
    return named if sum(map(len, named.values())) == len(playing) else {}


def _people(records: Sequence[AuditRecord]) -> int:
    return len({p.email for r in records if (p := r.standing.allocation.practitioner)})
