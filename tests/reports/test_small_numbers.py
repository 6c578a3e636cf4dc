"""Outside the council no small number is told, nor can one be worked out from everything that is."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date

import pytest
from attack import Attack as Trying
from attack import pinned
from random_cycles import CYCLE, DOMAINS, audits
from reports.recount.attack import Attack

from bot.programme.reports.counts import Counts, Name, Shown
from bot.programme.reports.cycle_counts import cycle_counts
from bot.programme.reports.small_numbers import Issued, as_published
from bot.programme.vocabulary import AuditType, Grade

GRADES = [g.value for g in Grade]
DAYS = (date(2026, 3, 31), date(2026, 4, 30))


def graded(*numbers: int, of: int = 0) -> Counts:
    counts = Counts()
    counts.put(("in play",), of or sum(numbers))
    counts.parts(("in play",), dict(zip(GRADES, numbers, strict=True)), ("grade",))
    return counts


def printed(counts: Counts, threshold: int = 5) -> list[str]:
    shown = as_published(counts, threshold)
    return [shown.text(("grade", grade)) for grade in GRADES]


def council(audited: list[list[str]]) -> Counts:
    """A small council's tables: by kind and grade both ways, moves, meetings."""
    counts = Counts()
    counts.put(("in play",), len(audited))
    kinds = Counter(kind for kind, *_ in audited)
    counts.parts(("in play",), {"TM": kinds["TM"], "AP": kinds["AP"]}, ("type",))
    grades = Counter(grade for _, grade, *_ in audited)
    counts.parts(("in play",), {g: grades[g] for g in GRADES}, ("grade",))
    for kind in ("TM", "AP"):
        both = Counter(grade for k, grade, *_ in audited if k == kind)
        counts.parts(("type", kind), {g: both[g] for g in GRADES}, ("by type", kind))
    for grade in (*GRADES, ""):
        of_no_kind = () if grade else (("type", ""),)
        counts.sums.append(
            (("grade", grade), (("by type", "TM", grade), ("by type", "AP", grade), *of_no_kind))
        )
    below = [row for row in audited if row[1] in GRADES[2:]]
    counts.put(("below",), len(below))
    counts.sums.append((("below",), (("grade", GRADES[2]), ("grade", GRADES[3]))))
    held = sum(row[2] == "held" for row in below)
    counts.parts(("below",), {"held": held}, ("uopp",))
    return counts


def two_months(seed: int) -> tuple[Counts, Counts]:
    drawn = random.Random(seed)
    weights = [drawn.choice((0.1, 1, 5, 20)) for _ in GRADES]
    rows = [
        [drawn.choice(("TM", "TM", "AP")), drawn.choices(GRADES, weights)[0], drawn.choice(("held", ""))]
        for _ in range(drawn.randint(1, 70))
    ]
    ends = drawn.random()
    first = [
        [kind, grade if drawn.random() < ends else "", held]
        for kind, grade, held in rows
        if drawn.random() < 0.95
    ]
    return council(first), council(rows)


def test_sixty_audits_with_three_inadequate_still_show_most_of_their_grades() -> None:
    assert printed(graded(5, 34, 18, 3)) == ["[c]", "34", "18", "[c]"]
    shown = as_published(graded(5, 34, 18, 3), 5)
    assert shown["in play",] == 60
    assert shown["grade", ""] == 0


def test_what_is_large_enough_is_all_told() -> None:
    assert printed(graded(6, 34, 15, 5)) == ["6", "34", "15", "5"]
    assert printed(graded(0, 45, 15, 0)) == ["0", "45", "15", "0"]


def test_two_small_numbers_that_come_to_enough_hide_each_other() -> None:
    assert printed(graded(3, 34, 18, 2)) == ["[c]", "34", "18", "[c]"]


def test_two_small_numbers_that_come_to_little_need_a_third() -> None:
    assert printed(graded(2, 34, 18, 2)) == ["[c]", "34", "[c]", "[c]"]


def test_what_is_left_of_a_whole_gives_nothing_back() -> None:
    """58 of 60 returned says that two did not."""
    counts = Counts()
    counts.put(("in play",), 60)
    counts.parts(("in play",), {"returned": 58}, ("return",))
    assert as_published(counts, 5).numbers == {
        ("in play",): 60,
        ("return", "returned"): None,
        ("return", ""): None,
    }


def test_a_small_group_that_is_all_of_one_class_is_not_told_the_zeros_neither() -> None:
    assert printed(graded(0, 0, 0, 3)) == ["[c]"] * 4
    assert printed(graded(0, 0, 0, 12)) == ["[c]"] * 4
    assert printed(graded(0, 60, 0, 0)) == ["0", "60", "0", "0"]


def test_a_small_group_of_which_nothing_is_known_yet_gives_nobody_away() -> None:
    assert printed(graded(0, 0, 0, 0, of=12)) == ["0"] * 4


def test_a_small_whole_is_not_told() -> None:
    shown = as_published(graded(1, 1, 1, 1), 5)
    assert shown["in play",] is None


def test_last_months_number_less_this_months_is_no_child() -> None:
    first, second = graded(6, 34, 10, 0, of=60), graded(6, 34, 11, 9)
    told = as_published(first, 5)
    assert told["grade", GRADES[2]] == 10
    then = as_published(second, 5, [Issued(first, told)])
    assert then["grade", GRADES[2]] is None
    assert then["in play",] == 60


def test_what_another_report_of_the_day_did_not_tell_this_one_does_not_either() -> None:
    counts = graded(8, 34, 18, 9)
    strict, usual = as_published(counts, 10), as_published(counts, 5)
    assert None not in usual.numbers.values()
    after = as_published(counts, 5, [Issued(counts, strict)])
    assert {n for n, v in strict.numbers.items() if v is None} <= {
        n for n, v in after.numbers.items() if v is None
    }


def test_what_was_printed_once_is_known_and_is_printed_again() -> None:
    """Where a small number was given away before, as by a lesser threshold, hiding what gives it away again helps
    nobody; a small number itself is printed by none."""
    counts = graded(4, 34, 18, 9)
    lax = as_published(counts, 4)
    assert None not in lax.numbers.values()
    again = as_published(counts, 5, [Issued(counts, lax)])
    assert {name for name, n in again.numbers.items() if n is None} == {("grade", "Outstanding")}
    alone = as_published(counts, 5)
    assert alone["grade", "Inadequate"] is None


@pytest.mark.parametrize("threshold", [5, 10])
def test_a_large_number_that_stands_in_one_paper_stands_in_the_next_as_long_as_it_is_the_same(
    threshold: int,
) -> None:
    known = 0
    for seed in range(60, 80):
        first, second = two_months(seed)
        before = as_published(first, threshold)
        after = as_published(second, threshold, [Issued(first, before)])
        same = {n for n, v in before.numbers.items() if v is not None and second[n] == v}
        known += len(same)
        assert not {name for name in same if after[name] is None}, seed
    assert known > 60


def test_the_same_counts_give_always_the_same() -> None:
    counts = two_months(11)[1]
    assert as_published(counts, 5) == as_published(counts, 5)


def test_what_was_printed_and_is_counted_otherwise_is_refused() -> None:
    with pytest.raises(ValueError, match="counted otherwise"):
        as_published(
            graded(6, 34, 11, 9), 5, [Issued(graded(6, 34, 11, 9), Shown({("grade", GRADES[0]): 7}))]
        )


def test_the_attack_finds_what_can_be_worked_out() -> None:
    """A judge that never finds anything is none: one number alone, a sum that is too small, a month and the next."""
    counts = graded(5, 34, 18, 3)
    alone = Shown({n: v if v >= 5 or v == 0 else None for n, v in counts.numbers.items()})
    assert [key[-1] for key, _ in pinned([(counts, alone)], 5)] == ["Inadequate"]
    little = graded(2, 34, 22, 2)
    both = Shown({n: v if v >= 5 or v == 0 else None for n, v in little.numbers.items()})
    assert [key[-1] for key, _ in pinned([(little, both)], 5)] == ["Outstanding", "Inadequate"]
    first, second = graded(6, 34, 10, 0, of=60), graded(6, 34, 11, 9)
    all_told = [(first, Shown(dict(first.numbers))), (second, Shown(dict(second.numbers)))]
    assert [key[-1] for key, _ in pinned(all_told, 5)] == ["Requires Improvement"]


def attacked(seeds: range, threshold: int) -> Counter[bool]:
    told: Counter[bool] = Counter()
    for seed in seeds:
        issues: list[tuple[Counts, Shown]] = []
        for counts in two_months(seed):
            shown = as_published(counts, threshold, [Issued(*issue) for issue in issues])
            issues.append((counts, shown))
            told.update(number is not None for number in shown.numbers.values())
            assert not pinned([issues[-1]], threshold), seed
        assert not pinned(issues, threshold), seed
    return told


@pytest.mark.parametrize(("threshold", "at_least"), [(5, 0.33), (10, 0.2)])
def test_nothing_that_is_not_told_can_be_worked_out_from_one_month_or_two(
    threshold: int, at_least: float
) -> None:
    told = attacked(range(threshold, threshold + 10), threshold)
    assert told[True] > told.total() * at_least  # telling nothing would be safe as well


@pytest.mark.slow
def test_nothing_can_be_worked_out_of_two_thousand_councils() -> None:
    attacked(range(2000), 5)


def test_of_a_whole_cycle_nothing_can_be_worked_out() -> None:
    for seed in range(1):
        counts = cycle_counts(CYCLE, audits(seed), DAYS[0], DOMAINS)
        assert not pinned([(counts, as_published(counts, 5))], 5), seed


@pytest.mark.slow  # half a minute of the processor
def test_a_nought_that_an_earlier_paper_gave_away_is_not_given_away_by_the_next_alone() -> None:
    records, issues = audits(5), list[tuple[Counts, Shown]]()
    for day in DAYS:
        counts = cycle_counts(CYCLE, records, day, DOMAINS)
        issues.append((counts, as_published(counts, 5, [Issued(*issue) for issue in issues])))
    assert not pinned([issues[1]], 5)


def test_two_numbers_of_an_issue_that_differ_by_an_audit_are_not_both_told() -> None:
    """One audit was withdrawn after the first issue: both issues together must not say what it was graded."""
    first, second = graded(6, 34, 15, 9), graded(6, 33, 15, 9)
    told = as_published(first, 5)
    then = as_published(second, 5, [Issued(first, told)])
    assert told["grade", "Good"] == 34
    assert then["grade", "Good"] is None
    assert not pinned([(first, told), (second, then)], 5)


def test_what_a_reader_needs_most_is_told_first() -> None:
    """58 of 60 came back and 56 are graded: only one of the three can be told."""
    counts = Counts()
    counts.put(("in play",), 60)
    counts.parts(("in play",), {"returned": 58}, ("return",))
    counts.parts(("return", "returned"), {"graded": 56}, ("grade",))
    told = as_published(counts, 5, first=[("grade", "graded"), ("in play",)])
    assert [told[n] for n in (("grade", "graded"), ("return", "returned"), ("in play",))] == [56, None, None]
    told = as_published(counts, 5, first=[("in play",), ("grade", "graded")])
    assert [told[n] for n in (("grade", "graded"), ("return", "returned"), ("in play",))] == [None, None, 60]


def test_what_follows_from_what_is_told_is_told_as_well() -> None:
    """A number that everybody can work out is no secret, and “[c]” in its place tells a reader nothing true."""
    told = as_published(graded(3, 34, 18, 2), 5, first=[("grade", "Good"), ("grade", "Requires Improvement")])
    assert told["in play",] == 57
    together = Counts()
    together.put(("all",), 40)
    together.parts(("all",), {"one": 25, "other": 15}, complete=True)
    assert None not in as_published(together, 5, first=[("all",), ("all", "one")]).numbers.values()


def test_of_a_search_given_up_nothing_is_believed() -> None:
    counts = two_months(21)[0]
    issue = (counts, as_published(counts, 5))
    hidden = [key for key, _ in Trying([issue]).sought]
    assert hidden
    for steps in (1, 2000):
        tried = Trying([issue], steps)
        assert not any(tried.is_pinned(key, 5) for key in hidden), steps


IN_PLAY = ("in play",)
TYPES = [("type", t.value) for t in AuditType if t.is_full]
STANDING = [("standing grade", g) for g in GRADES]
MODERATED = ("moderation", "moderated")
KNOWN_TO_ALL: dict[str, list[tuple[Name, list[Name]]]] = {
    "what is moderated has a standing grade, and nothing else has": [
        (MODERATED, STANDING),
        (IN_PLAY, [*STANDING, ("standing grade", "")]),
        (IN_PLAY, [("return", "returned"), ("return", "open", "overdue"), ("return", "open", "")]),
        (("return", "returned"), [MODERATED, ("back and not moderated",)]),
    ],
    "what was moderated had been graded by its auditor": [
        (MODERATED, [("both grades",)]),
        (("both grades",), [("moved", word) for word in ("unchanged", "up", "down")]),
        (MODERATED, STANDING),
    ],
    "an audit is by a Team Manager or by an Advanced Practitioner": [
        (IN_PLAY, TYPES),
        (("released",), [IN_PLAY, *(("released", w) for w in ("withdrawn", "exempted", "declared invalid"))]),
    ],
    "what came back came in time or late": [
        (("return", "returned"), [("return", "returned", "in time"), ("return", "returned", "late")]),
        (IN_PLAY, [("return", "returned"), ("return", "open", "overdue"), ("return", "open", "")]),
    ],
}


@pytest.mark.parametrize("what", KNOWN_TO_ALL)
def test_what_every_reader_knows_gives_nothing_back(what: str) -> None:
    """A paper prints no rest where there can be none, so its readers reckon without one."""
    sums = KNOWN_TO_ALL[what]
    names = {name for whole, parts in sums for name in (whole, *parts)}
    held = 0
    for seed in range(12):
        counts = cycle_counts(CYCLE, audits(seed, 50), DAYS[seed % 2], DOMAINS)
        shown = as_published(counts, 5, printed=names & {*counts.numbers})
        true = [each for each in sums if _holds(counts, *each)]
        held += len(true)
        printed = {name: shown[name] for name in names & {*counts.numbers}}
        assert Attack(printed, true).worked_out(5) == {}, seed
    assert held > 12 * len(sums) * 0.6, "what readers know holds nearly always"


def _holds(counts: Counts, whole: Name, parts: list[Name]) -> bool:
    """With a part that is counted nowhere there may be anything besides."""
    known = sum(counts[part] for part in parts if part in counts.numbers)
    return counts[whole] >= known if {*parts} - {*counts.numbers} else counts[whole] == known
