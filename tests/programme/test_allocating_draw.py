"""The children drawn for audit (§6): by lot, each with the same chance, and anybody can draw them again."""

from __future__ import annotations

import hashlib
import hmac
import random
from collections import Counter
from dataclasses import replace

import pytest
from allocating_judge import AP, DIP, RULES, TM
from tenant import ROOT

from bot.errors import SettingsError
from bot.programme.allocating.draw import committed, drawn, frame_text, stratum
from bot.programme.allocating.parts import Child, KindRule, Reason
from bot.programme.allocating.rules_file import allocation_file
from bot.programme.rulebook.rules import rulebook
from bot.programme.vocabulary import AuditType, Milestone

SHIPPED = (ROOT / "config/allocation.toml").read_text(encoding="utf-8")


def frame(number: int, seed: int = 1) -> list[Child]:
    chance = random.Random(seed)
    return [
        Child(
            str(70_000 + n),
            chance.choice(["FSP", "CWD"]),
            chance.choice(["Bow", "Mile End", "Poplar"]),
            chance.choice(["CIN", "CP"]),
            lines=tuple(chance.sample(["Visits", "Plans"], chance.randint(0, 2))),
        )
        for n in range(number)
    ]


def numbers(
    children: list[Child], seed: str = "blue door", kind: AuditType = TM, **more: object
) -> list[str]:
    found = drawn(children, RULES, seed, **more)  # type: ignore[arg-type]
    return [w.child.number for w in found.works if w.audit_type is kind]


def drawn_by_another_program(children: list[Child], seed: str) -> dict[str, list[str]]:
    """From the page of the docs alone: what a person with a spreadsheet would do."""
    left = {c.number: c for c in children if not c.left_out}
    lot = {n: hashlib.sha256((seed + "," + n).encode()).hexdigest() for n in left}
    lines = sorted({line for c in children for line in c.lines})
    asked = [("Full – Team Manager", "", 40), ("Full – Advanced Practitioner", "", 20)]
    asked += [("Dip sample", line, 12) for line in lines]
    result = {}
    for kind, line, n in asked:
        pool = [c for c in left.values() if not line or not c.lines or line in c.lines]
        strata = sorted({(c.service, c.team, c.outcome_type) for c in pool})
        called = f"{kind}, {line}" if line else kind
        start = int(hashlib.sha256((seed + "," + called).encode()).hexdigest(), 16) % len(pool)
        n, so_far, given, chosen = min(n, len(pool)), 0, 0, []
        for name in strata:
            own = sorted((c.number for c in pool if (c.service, c.team, c.outcome_type) == name), key=lot.get)
            so_far += len(own)
            upto = (n * so_far + start) // len(pool)
            chosen += own[: upto - given]
            given = upto
        result[called] = sorted(chosen)
        for number in chosen:
            del left[number]
    return result


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_another_program_draws_the_same_children_from_the_record(seed: int) -> None:
    children = frame(300, seed)
    found = drawn(children, RULES, f"seed {seed}")
    ours: dict[str, list[str]] = {}
    for work in found.works:
        called = f"{work.audit_type.value}, {work.line}" if work.line else work.audit_type.value
        ours.setdefault(called, []).append(work.child.number)
    assert {k: sorted(v) for k, v in ours.items()} == drawn_by_another_program(children, f"seed {seed}")
    assert Counter(w.audit_type for w in found.works) == {TM: 40, AP: 20, DIP: 24}


def test_the_order_of_the_sheet_means_nothing_and_nobody_is_drawn_twice() -> None:
    children = frame(200)
    found = drawn(children, RULES, "x").works
    assert found == drawn(children[::-1], RULES, "x").works
    assert len({w.child.number for w in found}) == len(found)


def test_every_service_and_team_has_its_share_to_less_than_one_place() -> None:
    children = frame(300)
    chosen = set(numbers(children))
    for strata in (("service",), ("service", "team"), ("service", "team", "outcome type")):
        sizes = Counter(stratum(c, strata) for c in children)
        got = Counter(stratum(c, strata) for c in children if c.number in chosen)
        for name, size in sizes.items():
            assert abs(got[name] - 40 * size / 300) < 1, name


def test_every_child_has_the_same_chance_also_one_of_a_small_team() -> None:
    children = [*frame(60), Child("1", "CWD", "Tiny", "CIN")]
    rules = replace(RULES, kinds={TM: KindRule(10, ("Team Manager",))})
    found = Counter(w.child.number for n in range(3000) for w in drawn(children, rules, str(n)).works)
    expected = 3000 * 10 / 61
    assert all(abs(found[c.number] - expected) < 5 * expected**0.5 for c in children)


def test_a_child_who_is_left_out_changes_nobody_elses_lot() -> None:
    children = frame(100)
    before = [c.number for c in drawn(children, RULES, "x").reserve]
    without = [c for c in children if c.number != before[3]]
    after = [c.number for c in drawn(without, RULES, "x").reserve]
    both = set(before) & set(after)
    assert [n for n in before if n in both] == [n for n in after if n in both]


def test_a_child_chosen_at_the_meeting_counts_and_one_left_out_is_never_drawn() -> None:
    children = frame(200)
    chosen, out = children[0].number, children[1].number
    children[0] = replace(children[0], audit_type=TM)
    children[1] = replace(children[1], left_out="audited in the last two cycles")
    found = drawn(children, RULES, "x")
    assert [w.child.number for w in found.works if w.chosen] == [chosen]
    assert sum(w.audit_type is TM for w in found.works) == 40
    assert out not in {w.child.number for w in found.works} | {c.number for c in found.reserve}


def test_for_a_child_who_drops_out_comes_the_next_of_the_same_stratum_and_nobody_else_moves() -> None:
    children = frame(300)
    first = drawn(children, RULES, "x")
    kept = {w.child.number: (w.audit_type, w.line) for w in first.works}
    lost = first.works[5].child
    children = [replace(c, left_out="withdrawn") if c.number == lost.number else c for c in children]
    again = drawn(children, RULES, "x", kept)
    new = [w for w in again.works if w.child.number not in kept]
    next_ones = [c for c in first.reserve if stratum(c, RULES.strata) == stratum(lost, RULES.strata)]
    assert [w.child.number for w in new] == [next_ones[0].number]
    assert {w.child.number for w in again.works} == (kept.keys() - {lost.number}) | {next_ones[0].number}
    assert "the next of the reserve list came" in again.notes[0]


def test_too_small_a_frame_is_taken_whole_and_told() -> None:
    found = drawn(frame(30), RULES, "x")
    assert sum(w.audit_type is TM for w in found.works) == 30
    assert "Full – Team Manager: 40 are wanted, and 30 can be had." in found.notes


def test_what_is_told_of_the_frame_before_the_seed_binds_it_and_gives_nobody_away() -> None:
    children = frame(50)
    told = committed("a key", frame_text(children, RULES))
    assert told == committed("a key", frame_text(children[::-1], RULES))
    assert told == hmac.new(b"a key", frame_text(children, RULES).encode(), hashlib.sha256).hexdigest()
    assert told != committed("another key", frame_text(children, RULES))
    for other in (children[1:], [replace(children[0], left_out="ill"), *children[1:]]):
        assert told != committed("a key", frame_text(other, RULES))


# ----------------------------------------------------------------------------------------------------- the rules' file


def test_the_file_the_bot_comes_with_has_the_guides_numbers() -> None:
    file = allocation_file(SHIPPED)
    kinds = file.rules.kinds
    assert (kinds[TM].children, kinds[AP].children) == (40, 20)
    assert 10 <= kinds[DIP].children <= 15
    assert file.rules.never == frozenset(Reason)
    book = rulebook((ROOT / "config/rules.toml").read_text(encoding="utf-8"))
    due = next(d for d in book.deadlines if d.sets is Milestone.AUDIT_DUE and d.after is Milestone.MONTH_ONE)
    assert due.wait.count == file.audits_due


def test_the_draws_order_is_the_same_in_whatever_order_the_file_has_the_types_of_audit() -> None:
    head, *kinds = SHIPPED.split("[kinds.")
    last = kinds.pop()
    turned = "[kinds.".join([head, *reversed(kinds), last])
    found, again = allocation_file(SHIPPED).rules, allocation_file(turned).rules
    assert turned != SHIPPED
    assert list(found.kinds) == list(again.kinds)
    children = frame(200)
    assert drawn(children, found, "seven blue doors") == drawn(children, again, "seven blue doors")


@pytest.mark.parametrize(
    ("now", "then", "said"),
    [
        ('"training lapsed",', '"own team",', "“own team” is not one of those that can stand in “never”"),
        ("trained_for = 36", "trained_for = -1", "should be a whole number of 0 or more, not -1"),
        ('"load" = 1000', '"laod" = 1000', "“laod” is not known here (did you mean “load”?)"),
        ("auditor_days = 5", "auditors_days = 5", "did you mean “auditor_days”?"),
        (
            '[kinds."Re-audit"]',
            '[kinds."Reaudit"]',
            "“Reaudit” is no type of audit (did you mean “Re-audit”?)",
        ),
        ('strata = ["service"', 'strata = ["ward"', "“ward” is not one of those"),
        ('roles = ["Team Manager"]', "roles = 3", "“roles” should be a list of texts, not 3"),
    ],
)
def test_what_is_wrong_in_the_file_is_told_with_its_line_and_the_right_word(
    now: str, then: str, said: str
) -> None:
    assert now in SHIPPED
    with pytest.raises(SettingsError) as fault:
        allocation_file(SHIPPED.replace(now, then, 1))
    assert said in str(fault.value)
    assert "config/allocation.toml, line " in str(fault.value)
