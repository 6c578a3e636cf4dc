"""What is counted of the work below Good since its audit: six-week checks, the tenth that was audited again, the work
not known to be Good after four months (§13, §15). It stands beside all else that is counted of that cycle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from bot.programme.history.history import History
from bot.programme.reports.audit_record import AuditRecord
from bot.programme.reports.counted import in_play, left_out, moderated_grade, reached, standing_grade
from bot.programme.reports.counts import Counts, Name
from bot.programme.reports.cycle_counts import BELOW_GOOD, by_state, cycle_counts
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.re_audits import sample
from bot.programme.vocabulary import AuditType, Cycle, Grade, Milestone

BELOW = tuple(grade for grade in Grade if grade.below_good)
FRAME: Name = ("moderated below good",)
SELECTED: Name = ("re-audit", "selected")
RE_AUDITED: Name = (*SELECTED, "re-audited")
RE_MODERATED: Name = (*RE_AUDITED, "moderated")
PAIRS: Name = ("re-audit grades",)
OVER: Name = ("four months", "over")
NOT_GOOD: Name = (*OVER, "not known to be Good")
ESCALATION = "not improved by four months"
"""The rule whose letter takes such work to the Divisional Director."""


def follow_up_counts(
    cycle: Cycle,
    records: Sequence[AuditRecord],
    again: Sequence[AuditRecord],
    as_at: date,
    domains: Sequence[str],
    escalated: Collection[str] = (),
) -> Counts:
    """The numbers of an earlier cycle with what followed. `again` are re-audits, of whatever cycle; `escalated` the
    list item ids of work that was taken to the Divisional Director by that day."""
    counts = cycle_counts(cycle, records, as_at, domains)
    playing = [r for r in records if in_play(r.standing, as_at)]
    below = [r for r in playing if (g := standing_grade(r.standing, as_at)) and g.below_good]
    _six_weeks(counts, below, as_at)
    _again(counts, cycle, playing, again, as_at)
    _four_months(counts, below, as_at, escalated)
    return counts


def taken_to_the_director(history: History, records: Iterable[AuditRecord], as_at: date) -> set[str]:
    """The list item ids of the work about which that letter had gone by a day."""
    ids = (r.standing.allocation.item_id for r in records)
    return {
        each
        for each in ids
        if any(letter.gone and letter.on <= as_at for letter in history.letters_of_rule(each, ESCALATION))
    }


def _six_weeks(counts: Counts, below: Sequence[AuditRecord], as_at: date) -> None:
    days = [
        (reached(r.standing, Milestone.SIX_WEEK_CHECKED, as_at), r.standing.on(Milestone.SIX_WEEK_CHECK_DUE))
        for r in below
    ]
    late = sum(on is not None and by is not None and on > by for on, by in days)
    told = sum(on is not None and by is not None for on, by in days)
    done: Name = ("six weeks", "done")
    counts.parts(done, {"in time": told - late, "late": late}, complete=True)
    over = sum(on is None and by is not None and by <= as_at for on, by in days)
    counts.parts(("six weeks", ""), {"overdue": over}, ("six weeks", "open"))
    actions = [action for r in below for action in r.forms.actions]
    whole: Name = ("actions below good",)
    counts.put(whole, len(actions))
    counts.parts(whole, by_state(actions, as_at))


def _again(
    counts: Counts,
    cycle: Cycle,
    playing: Sequence[AuditRecord],
    again: Sequence[AuditRecord],
    as_at: date,
) -> None:
    """Of the work a moderator found below Good: what was chosen to be audited again, and what came of it. Of work that
    was audited again more than once, the latest time."""
    before = {
        _plain(r.reference): g for r in playing if (g := moderated_grade(r.standing, as_at)) and g.below_good
    }
    counts.put(FRAME, len(before))
    counts.sums.append((FRAME, tuple(("moderated grade", g.value) for g in BELOW)))
    rows = [r for r in again if r.standing.allocation.audit_type is AuditType.RE_AUDIT]
    chosen: dict[str, Standing] = {}
    for r in sorted(rows, key=lambda each: each.reference):
        if (back_to := _plain(r.standing.allocation.earlier_audit)) in before:
            chosen[back_to] = r.standing
    counts.parts(FRAME, {"selected": len(chosen)}, ("re-audit",))
    drawn = {_plain(s.allocation.reference) for s in sample(cycle, [r.standing for r in playing]).drawn}
    counts.parts(SELECTED, {"by lot": sum(each in drawn for each in chosen)}, (*SELECTED, "how"))
    out = sum(bool(left_out(s, as_at)) for s in chosen.values())
    here = {ref: s for ref, s in chosen.items() if not left_out(s, as_at)}
    back = {ref: s for ref, s in here.items() if reached(s, Milestone.AUDIT_RETURNED, as_at)}
    counts.parts(SELECTED, {"left out": out, "re-audited": len(back)}, SELECTED)
    after = {ref: moderated_grade(s, as_at) for ref, s in back.items()}
    pairs = Counter((before[ref], grade) for ref, grade in after.items() if grade)
    counts.parts(RE_AUDITED, {"moderated": sum(pairs.values())}, RE_AUDITED)
    counts.put(PAIRS, sum(pairs.values()))
    counts.sums.append((PAIRS, (RE_MODERATED,)))
    cells = [(first, second) for first in BELOW for second in Grade]
    for first, second in cells:
        counts.put(_cell(first, second), pairs[first, second])
    for first in BELOW:
        _sum(counts, ("re-audit before", first.value), [_cell(first, second) for second in Grade])
    for second in Grade:
        _sum(counts, ("re-audit after", second.value), [_cell(first, second) for first in BELOW])
    for kind in ("re-audit before", "re-audit after"):
        grades = BELOW if kind == "re-audit before" else tuple(Grade)
        counts.sums.append((PAIRS, tuple((kind, g.value) for g in grades)))
    steps = {
        "better": [c for c in cells if c[1].rank < c[0].rank],
        "same": [c for c in cells if c[1] is c[0]],
        "worse": [c for c in cells if c[1].rank > c[0].rank],
        "Good or better": [c for c in cells if not c[1].below_good],
        "below Good": [c for c in cells if c[1].below_good],
    }
    for word, them in steps.items():
        _sum(counts, ("re-audit moved", word), [_cell(*each) for each in them])
    for words in (("better", "same", "worse"), ("Good or better", "below Good")):
        counts.sums.append((PAIRS, tuple(("re-audit moved", word) for word in words)))


def _four_months(
    counts: Counts, below: Sequence[AuditRecord], as_at: date, escalated: Collection[str]
) -> None:
    over = [r.standing for r in below if reached(r.standing, Milestone.IMPROVEMENT_DUE, as_at)]
    counts.parts(BELOW_GOOD, {"over": len(over)}, ("four months",))
    not_good = [s for s in over if reached(s, Milestone.IMPROVED, as_at) is None]
    known = len(over) - len(not_good)
    counts.parts(OVER, {"known to be Good": known, "not known to be Good": len(not_good)}, OVER)
    taken = sum(s.allocation.item_id in escalated for s in not_good)
    counts.parts(NOT_GOOD, {"taken to the Divisional Director": taken}, NOT_GOOD)


def _cell(first: Grade, second: Grade) -> Name:
    return ("re-audit matrix", first.value, second.value)


def _sum(counts: Counts, whole: Name, parts: Sequence[Name]) -> None:
    counts.put(whole, sum(counts[part] for part in parts))
    counts.sums.append((whole, tuple(parts)))


def _plain(reference: str) -> str:
    return reference.strip().casefold()
