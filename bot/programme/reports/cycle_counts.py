"""Everything the reports count of one cycle, once, as at the end of a day (§8, §9, §12).

The names of the numbers stand in docs/reports.md with what each means. A whole is counted before its parts; what the
parts lack of it is the part "".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from bot.programme.reports.audit_record import AuditRecord, Contact
from bot.programme.reports.counted import (
    actions_by_state,
    auditors_grade,
    final_grade,
    grade_after_uopp,
    grade_at_six_weeks,
    in_play,
    left_out,
    meeting,
    moderated_grade,
    reached,
    released,
    standing_grade,
)
from bot.programme.reports.counts import Counts, Name
from bot.programme.reports.known_to_readers import with_what_readers_know
from bot.programme.vocabulary import AuditType, Cycle, Grade, Milestone

IN_PLAY: Name = ("in play",)
RETURNED: Name = ("return", "returned")
BOTH_GRADES: Name = ("both grades",)
BELOW_GOOD: Name = ("below good",)
GRADED: Name = ("graded",)
GOOD_OR_BETTER: Name = ("good or better",)
FOUND_GOOD: Name = ("found good at six weeks",)
JUDGED = ("Strength", "Concern", "Not applicable")
"""What an audit may say to a line of enquiry."""
MET = ("Yes", "Partly", "No", "Not applicable")
"""What a dip sample may say to one."""


def cycle_counts(cycle: Cycle, records: Sequence[AuditRecord], as_at: date, domains: Sequence[str]) -> Counts:
    """The numbers of a cycle from all its rows, whatever their kind. `domains` are those of the audit tool."""
    counts = Counts()
    sent = [r for r in records if released(r.standing, as_at)]
    counts.put(("released",), len(sent))
    whys = Counter(left_out(r.standing, as_at) or "in play" for r in sent)
    counts.parts(
        ("released",),
        {why: whys[why] for why in ("in play", "withdrawn", "exempted", "declared invalid")},
        complete=True,
    )
    playing = [r for r in sent if in_play(r.standing, as_at)]
    counts.put(IN_PLAY, len(playing))
    counts.sums.append((IN_PLAY, (("released", "in play"),)))
    counts.parts(
        IN_PLAY,
        {
            t.value: sum(r.standing.allocation.audit_type is t for r in playing)
            for t in AuditType
            if t.is_full
        },
        ("type",),
        complete=True,
    )
    _timely(counts, playing, as_at)
    _grades(counts, playing, as_at)
    _moved(counts, playing, as_at)
    _domains(counts, playing, as_at, domains)
    back = [r for r in playing if reached(r.standing, Milestone.AUDIT_RETURNED, as_at)]
    _lines_of_enquiry(counts, cycle, back, records, as_at)
    _views(counts, back)
    _followed_up(counts, playing, as_at)
    with_what_readers_know(counts)
    return counts


def _timely(counts: Counts, playing: Sequence[AuditRecord], as_at: date) -> None:
    """What came back and was moderated, in time and late: the two clocks apart (X19)."""
    standings = [r.standing for r in playing]
    for begun, done, due, what in (
        ("return", Milestone.AUDIT_RETURNED, [s.first_due for s in standings], "returned"),
        ("moderation", Milestone.MODERATED, [s.on(Milestone.MODERATION_DUE) for s in standings], "moderated"),
    ):
        days = [(reached(s, done, as_at), by) for s, by in zip(standings, due, strict=True)]
        counts.parts(IN_PLAY, {what: sum(on is not None for on, _ in days)}, (begun,))
        late = sum(on is not None and by is not None and on > by for on, by in days)
        told = sum(on is not None and by is not None for on, by in days)
        counts.parts((begun, what), {"in time": told - late, "late": late}, complete=True)
        over = sum(on is None and by is not None and by <= as_at for on, by in days)
        counts.parts((begun, ""), {"overdue": over}, (begun, "open"))


def _grades(counts: Counts, playing: Sequence[AuditRecord], as_at: date) -> None:
    for name, of in (
        ("auditor's grade", auditors_grade),
        ("moderated grade", moderated_grade),
        ("standing grade", standing_grade),
    ):
        given = Counter(of(r.standing, as_at) for r in playing)
        counts.parts(IN_PLAY, {g.value: given[g] for g in Grade}, (name,))
    for kind in (t for t in AuditType if t.is_full):
        given = Counter(
            standing_grade(r.standing, as_at) for r in playing if r.standing.allocation.audit_type is kind
        )
        counts.parts(
            ("type", kind.value), {g.value: given[g] for g in Grade}, ("standing grade by type", kind.value)
        )
    for grade in Grade:
        kinds = tuple(("standing grade by type", t.value, grade.value) for t in AuditType if t.is_full)
        counts.sums.append((("standing grade", grade.value), kinds))
    none_yet = tuple(("standing grade by type", t.value, "") for t in AuditType if t.is_full)
    counts.sums.append((("standing grade", ""), none_yet))
    disputed = [r.standing for r in playing if reached(r.standing, Milestone.DISPUTED, as_at)]
    counts.put(("disputed",), len(disputed))
    decided = [s for s in disputed if final_grade(s, as_at)]
    counts.parts(("disputed",), {"decided": len(decided)})
    changed = sum(final_grade(s, as_at) is not moderated_grade(s, as_at) for s in decided)
    counts.parts(("disputed", "decided"), {"changed": changed}, ("disputed", "decided"))
    _by_decision(counts, playing, as_at)


def _by_decision(counts: Counts, playing: Sequence[AuditRecord], as_at: date) -> None:
    """What the moderated and the standing grades differ by: grades that a decision took or gave. All others stand as
    they were moderated, which is no class to be told of."""
    pairs = [(moderated_grade(r.standing, as_at), standing_grade(r.standing, as_at)) for r in playing]
    for grade in Grade:
        taken, given = ("moderated grade then", grade.value), ("standing grade before", grade.value)
        took = sum(m is grade and s is not grade for m, s in pairs)
        gave = sum(s is grade and m is not grade for m, s in pairs)
        counts.parts(("moderated grade", grade.value), {"taken": took}, taken)
        counts.parts(("standing grade", grade.value), {"given": gave}, given)
        counts.sums.append(((*taken, ""), ((*given, ""),)))


def _moved(counts: Counts, playing: Sequence[AuditRecord], as_at: date) -> None:
    """The auditor's grade against the moderated one, audit by audit; what was decided later plays no part."""
    pairs: Counter[tuple[Grade, Grade]] = Counter()
    for r in playing:
        first, second = auditors_grade(r.standing, as_at), moderated_grade(r.standing, as_at)
        if first and second:
            pairs[first, second] += 1
    counts.put(BOTH_GRADES, sum(pairs.values()))
    for a in Grade:
        for m in Grade:
            counts.put(("matrix", a.value, m.value), pairs[a, m])
    for grade in Grade:
        _sum(counts, ("by auditor", grade.value), [("matrix", grade.value, m.value) for m in Grade])
        _sum(counts, ("by moderator", grade.value), [("matrix", a.value, grade.value) for a in Grade])
        # one grade of the two alone: what the tables of grades and of moves differ by
        for name, by, lacks in (
            ("auditor's grade", "by auditor", "not moderated"),
            ("moderated grade", "by moderator", "without an auditor's"),
        ):
            alone = counts[name, grade.value] - counts[by, grade.value]
            counts.parts((name, grade.value), {lacks: alone})
            counts.sums.append(((by, grade.value), ((name, grade.value, ""),)))
    for name in ("by auditor", "by moderator"):
        counts.sums.append((BOTH_GRADES, tuple((name, g.value) for g in Grade)))
    down = {(a.value, m.value): m.rank - a.rank for a in Grade for m in Grade}
    moved = {
        "unchanged": [pair for pair, n in down.items() if n == 0],
        "up": [pair for pair, n in down.items() if n < 0],
        "down": [pair for pair, n in down.items() if n > 0],
        "within one": [pair for pair, n in down.items() if abs(n) <= 1],
        "by two or more": [pair for pair, n in down.items() if abs(n) > 1],
    }
    for word, cells in moved.items():
        _sum(counts, ("moved", word), [("matrix", *pair) for pair in cells])
    counts.sums.append((BOTH_GRADES, tuple(("moved", word) for word in ("unchanged", "up", "down"))))
    counts.sums.append((BOTH_GRADES, tuple(("moved", word) for word in ("within one", "by two or more"))))


def _sum(counts: Counts, whole: Name, parts: Sequence[Name]) -> None:
    counts.put(whole, sum(counts[part] for part in parts))
    counts.sums.append((whole, tuple(parts)))


def _domains(counts: Counts, playing: Sequence[AuditRecord], as_at: date, domains: Sequence[str]) -> None:
    """The grade of each domain: the moderator's where one was given, else the auditor's."""
    moderated = [r for r in playing if reached(r.standing, Milestone.MODERATED, as_at)]
    counts.parts(IN_PLAY, {"moderated": len(moderated)}, ("graded by domain",))
    counts.sums.append((("graded by domain", "moderated"), (("moderation", "moderated"),)))
    for domain in domains:
        given = Counter(
            r.forms.moderated_domain_grades.get(domain) or r.forms.domain_grades.get(domain)
            for r in moderated
        )
        counts.parts(
            ("graded by domain", "moderated"), {g.value: given[g] for g in Grade}, ("domain", domain)
        )


def _lines_of_enquiry(
    counts: Counts, cycle: Cycle, back: Sequence[AuditRecord], records: Sequence[AuditRecord], as_at: date
) -> None:
    """What audits and dip samples say to each line of enquiry, by its number in the cycle's list."""
    for n, line in enumerate(cycle.kloes, 1):
        said = [_judged(r, line) for r in back]
        counts.parts(RETURNED, {word: said.count(word) for word in JUDGED}, ("kloe", str(n)))
        chosen = [
            r
            for r in records
            if r.standing.allocation.audit_type is AuditType.DIP_SAMPLE
            and not left_out(r.standing, as_at)
            and _same(r.standing.allocation.kloe, line, n)
        ]
        counts.put(("dip samples", str(n)), len(chosen))
        done = [r for r in chosen if reached(r.standing, Milestone.DIP_COMPLETED, as_at)]
        counts.parts(("dip samples", str(n)), {"done": len(done)})
        found = [_judged(r, line) for r in done]
        counts.parts(("dip samples", str(n), "done"), {w: found.count(w) for w in MET}, ("dip", str(n)))


def _judged(record: AuditRecord, line: str) -> str:
    return next((k.judged for k in record.forms.kloes if _plain(k.kloe) == _plain(line)), "")


def _same(told: str, line: str, n: int) -> bool:
    """Whether a dip sample's own column names this line, by its words or its number."""
    return _plain(told) in (_plain(line), str(n))


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".?")


def _views(counts: Counts, back: Sequence[AuditRecord]) -> None:
    """Whose view was obtained, of the audits that came back; “not obtained” and “not stated” are two things (§9)."""
    families = Counter(r.forms.family for r in back)
    asked = (Contact.OBTAINED, Contact.CONTACTED, Contact.NOT_POSSIBLE, Contact.NOT_APPROPRIATE)
    counts.parts(RETURNED, {c.value: families[c] for c in asked}, ("family",))
    practitioners = Counter(r.forms.practitioner for r in back)
    told = (Contact.OBTAINED, Contact.NOT_OBTAINED)
    counts.parts(RETURNED, {c.value: practitioners[c] for c in told}, ("practitioner",))


def _followed_up(counts: Counts, playing: Sequence[AuditRecord], as_at: date) -> None:
    """What followed for the work below Good: meeting, six-week check, actions (§10, §13)."""
    below = [r for r in playing if (g := standing_grade(r.standing, as_at)) and g.below_good]
    worse = [("standing grade", g.value) for g in Grade if g.below_good]
    counts.put(BELOW_GOOD, len(below))
    counts.sums.append((BELOW_GOOD, tuple(worse)))
    met = [(meeting(r.standing, as_at), r.standing.on(Milestone.UOPP_DUE)) for r in below]
    held = [(each[0] if each else None, by) for each, by in met]
    counts.parts(BELOW_GOOD, {"held": sum(on is not None for on, _ in held)}, ("uopp",))
    late = sum(on is not None and by is not None and on > by for on, by in held)
    told = sum(on is not None and by is not None for on, by in held)
    counts.parts(("uopp", "held"), {"in time": told - late, "late": late}, complete=True)
    after = Counter(grade_after_uopp(r.standing, as_at) for r in below)
    counts.parts(BELOW_GOOD, {g.value: after[g] for g in Grade}, ("grade after uopp",))
    checked = [r for r in below if reached(r.standing, Milestone.SIX_WEEK_CHECKED, as_at)]
    counts.parts(BELOW_GOOD, {"done": len(checked)}, ("six weeks",))
    now = Counter(grade_at_six_weeks(r.standing, as_at) for r in checked)
    counts.parts(("six weeks", "done"), {g.value: now[g] for g in Grade}, ("grade at six weeks",))
    good = [("grade at six weeks", g.value) for g in Grade if not g.below_good]
    _sum(counts, FOUND_GOOD, good)
    drift = sum(r.standing.allocation.drift is True for r in checked)
    none = sum(r.standing.allocation.drift is False for r in checked)
    counts.parts(("six weeks", "done"), {"drift": drift, "no drift": none}, ("drift",))
    _funnel(counts, below, as_at)
    actions = [action for r in playing for action in r.forms.actions]
    counts.put(("actions",), len(actions))
    counts.parts(("actions",), {"with owner and date": sum(bool(a.who and a.by) for a in actions)})
    counts.parts(("actions",), actions_by_state(actions, as_at), ("actions by state",))


FUNNEL = ("met", "agreed", "closed", "checked", "good")
"""The steps after an audit below Good: UoPP meeting held, actions agreed, all of them closed, six-week check done, and
found Good or better there."""


def _funnel(counts: Counts, below: Sequence[AuditRecord], as_at: date) -> None:
    """Of each step only the audits that took all before it: ("funnel", "met", "agreed", …)."""
    takes: Mapping[str, Callable[[AuditRecord], object]] = {
        "met": lambda r: meeting(r.standing, as_at),
        "agreed": lambda r: r.forms.actions,
        "closed": lambda r: actions_by_state(r.forms.actions, as_at)["done"] == len(r.forms.actions),
        "checked": lambda r: reached(r.standing, Milestone.SIX_WEEK_CHECKED, as_at),
        "good": lambda r: (g := grade_at_six_weeks(r.standing, as_at)) and not g.below_good,
    }
    left, whole = list(below), BELOW_GOOD
    begun: Name = ("funnel",)
    for step in FUNNEL:
        left = [r for r in left if takes[step](r)]
        counts.parts(whole, {step: len(left)}, begun)
        whole = begun = (*begun, step)
