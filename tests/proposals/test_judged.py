"""Random councils are proposed and judged by what docs/proposing.md says; and what the judge must see, it sees."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from proposals import smaller
from proposals.best_possible import most_placed, placed_with_fewest_moves
from proposals.changes import alternatives, changed_together
from proposals.independent import Independence, May, plain
from proposals.judged import AFTERWARDS, Judge, Judgement, Placed, Proposal, proposed, read_at_once
from proposals.random_councils import council


@pytest.fixture(autouse=True)
def at_once() -> Iterator[None]:
    with read_at_once():
        yield


@pytest.mark.parametrize(
    "key", [0, 16, 237, *(pytest.param(key, marks=pytest.mark.slow) for key in (2, 5, 13, 44, 217))]
)
def test_a_proposal_breaks_no_rule_leaves_out_nothing_and_is_drawn_again(key: int, tmp_path: Path) -> None:
    assert not Judge(council(key), tmp_path).judge(()).faults


@pytest.mark.parametrize("part", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in range(1, 6))])
def test_whoever_is_proposed_is_independent_by_the_lists_own_look(part: int, tmp_path: Path) -> None:
    looked_at = 0
    for key in range(6 * part, 6 * part + 6):
        judge = Judge(of := council(key, 6 + key % 7), tmp_path / str(key))
        judge.list_agrees(judge.rows(proposed(of, judge.folder)))
        assert not judge.found.faults, key
        looked_at += judge.found.counts["rows the list looked at"]
    assert looked_at


@pytest.mark.parametrize("key", [201, pytest.param(205, marks=pytest.mark.slow)])
def test_a_change_that_is_named_meets_what_is_short_and_the_order_of_the_sheets_means_nothing(
    key: int, tmp_path: Path
) -> None:
    found = Judge(council(key), tmp_path).judge(("changes", "order"))
    assert not found.faults
    assert found.counts["shortages tried"]
    assert found.counts["shuffled"]


@pytest.mark.parametrize("key", [0, pytest.param(3, marks=pytest.mark.slow)])
def test_what_people_changed_stays_and_a_row_taken_out_is_replaced_from_the_reserve_list(
    key: int, tmp_path: Path
) -> None:
    found = Judge(council(key, 8), tmp_path).judge(("by hand",))
    assert found.counts["edited by hand"]
    assert not found.faults


def test_whoever_did_the_earlier_audit_does_not_moderate_the_new_one_and_few_rows_move(
    tmp_path: Path,
) -> None:
    assert not Judge(council(2, 8), tmp_path).judge(()).faults
    assert not Judge(council(204), tmp_path).judge(("drop-outs",)).faults


# ------------------------------------------------------------------------------------------- that the judge sees faults


def judged(key: int, folder: Path) -> tuple[Judge, Proposal, list[Placed]]:
    judge = Judge(council(key), folder)
    proposal = proposed(judge.council, folder)
    return judge, proposal, judge.rows(proposal)


def kinds(judge: Judge) -> set[str]:
    return {kind for kind, _ in judge.found.faults}


def test_it_sees_an_auditor_a_moderator_and_a_pair_that_are_forbidden(tmp_path: Path) -> None:
    judge, _, rows = judged(5, tmp_path)
    everybody = range(len(judge.council.people))
    forbidden = {
        "auditor": [(n, who) for n, row in enumerate(rows) for who in everybody
                    if judge.free.audits(who, row.child, row.kind) == May.NO],
        "moderator": [(n, who) for n, row in enumerate(rows) for who in everybody
                      if judge.free.moderates(who, row.child, row.kind) == May.NO],
    }  # fmt: skip
    for part, found in forbidden.items():
        assert found
        n, who = found[0]
        judge.found.faults.clear()
        judge.rules_kept([replace(rows[n], **{part: who})], "")
        assert f"forbidden {part}" in kinds(judge)
    judge.found.faults.clear()
    same = next(row for row in rows if row.auditor is not None)
    judge.rules_kept([replace(same, moderator=same.auditor)], "")
    assert "forbidden pair" in kinds(judge)


def test_it_sees_an_auditor_whom_the_list_would_refuse(tmp_path: Path) -> None:
    judge, _, rows = judged(5, tmp_path)
    n = next(n for n, row in enumerate(rows) if row.auditor is not None)
    rows[n].child.group_manager = judge.council.people[rows[n].auditor or 0].address
    judge.list_agrees(rows)
    assert kinds(judge) == {"the list would refuse"}


def test_it_sees_more_than_somebody_takes_and_a_child_drawn_twice(tmp_path: Path) -> None:
    judge, _, rows = judged(5, tmp_path)
    row = next(row for row in rows if row.auditor is not None)
    judge.rules_kept([row] * 9, "")
    assert {"more than at most", "drawn twice"} <= kinds(judge)


def test_it_sees_an_audit_that_was_left_out_and_one_that_was_not_moderated(tmp_path: Path) -> None:
    judge, _, rows = judged(5, tmp_path)
    surely = lambda row: judge.free.audits(row.auditor, row.child, row.kind) == May.YES  # noqa: E731
    n = next(n for n, row in enumerate(rows) if row.auditor is not None and surely(row))
    judge.left_out(rows, "")
    assert not judge.found.faults
    judge.left_out(
        [replace(row, auditor=None, moderator=None) if m == n else row for m, row in enumerate(rows)], ""
    )
    assert "left out" in kinds(judge)
    judge.found.faults.clear()
    judge.left_out([replace(row, moderator=None) for row in rows], "")
    assert kinds(judge) == {"not moderated"}


def test_it_sees_another_child_than_the_lot_gave(tmp_path: Path) -> None:
    judge, proposal, rows = judged(5, tmp_path)
    drawn = next(row for row in rows if row.kind.startswith("Full") and not row.child.audit_type)
    free = next(
        child for child in judge.council.children if child.number not in {row.child.number for row in rows}
    )
    judge.draw_repeats(proposal, [replace(row, child=free) if row is drawn else row for row in rows])
    assert kinds(judge) == {"another draw"}


def test_it_sees_a_change_that_does_not_help_and_rows_that_moved_for_nothing(tmp_path: Path) -> None:
    judge, proposal, rows = judged(205, tmp_path)
    useless = copy.deepcopy(proposal)
    for short in useless.said["shortages"]:
        short["change"] = [{"lever": "one more colleague", "who": "Caretaker", "number": 9}]
    judge.changes_help(useless, rows)
    assert any(kind.startswith("change does not help") for kind in kinds(judge))
    judge.found.faults.clear()
    a = next(n for n, row in enumerate(rows) if row.auditor is not None
             and judge.free.audits(row.auditor, row.child, row.kind) == May.YES)  # fmt: skip
    swapped = next(n for n, row in enumerate(rows) if row.auditor is None)
    now = {a: None, swapped: rows[a].auditor}
    judge._few_moved(rows, [replace(row, auditor=now.get(n, row.auditor)) for n, row in enumerate(rows)])
    assert "moved" in kinds(judge)


def test_a_council_with_a_fault_is_made_smaller_and_keeps_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = council(16)
    child, person = whole.children[7].number, whole.people[3].address

    class Planted(Judge):
        def judge(self, afterwards: Collection[str]) -> Judgement:
            there = {c.number for c in self.council.children} | {p.address for p in self.council.people}
            self.found.faults = [("planted", "")] if {child, person} <= there else []
            return self.found

    monkeypatch.setattr(smaller, "Judge", Planted)
    small = smaller.smallest(whole, "planted", tmp_path, most_seconds=10)
    assert ([c.number for c in small.children], [p.address for p in small.people]) == ([child], [person])


def test_as_many_as_can_be_are_placed_and_as_few_as_must_be_move() -> None:
    edges = {0: [0, 1], 1: [0], 2: [0, 1, 2], 3: [2]}
    assert most_placed(edges, {0: 1, 1: 1, 2: 1}) == 3
    assert most_placed(edges, {0: 2, 1: 1, 2: 1}) == 4
    found = placed_with_fewest_moves(edges, {0: 1, 1: 1, 2: 2}, {0: 0, 2: 2})
    assert found == {0: 1, 1: 0, 2: 2, 3: 2}


def test_days_and_names_are_read_as_the_page_has_them() -> None:
    of = council(2)
    free = Independence(of)
    assert len(free.days[: free.days.index(free.due) + 1]) == 15
    person = of.people[0]
    first, last = person.name.split()
    namesakes = [n for n, each in enumerate(of.people) if each.name == person.name]
    for cell in (
        person.name,
        person.name.upper(),
        f"{first[0]}. {last}",
        f"{first} {last[:-2]}{last[-1]}",
        person.address,
    ):
        assert free.is_one(cell, 0) == May.YES, cell
    assert free.is_one(f"{person.name} <somebody.else@wexcombe.example>", 0) == May.NO
    assert namesakes[0] == 0


@pytest.mark.parametrize(
    ("says", "names"),
    [
        ("It would be met with Ada Auditor back from leave or with one more trained Team Manager of another team and "
         "line who takes 3.", ["Ada Auditor", "Team Manager"]),
        ("It would be met with one of 2 (Ada Auditor or Uma Auditor) trained, what is said nowhere of Tia Manager "
         "filled in, as long as it is harmless or with one more trained IRO of another team and line who takes one.",
         ["Ada Auditor", "Uma Auditor", "Tia Manager", "IRO"]),
        ("It would be met with Ada Auditor taking one more and Uma Auditor trained.", []),
    ],
)  # fmt: skip
def test_a_sentence_is_taken_at_its_word(says: str, names: list[str]) -> None:
    assert [each["who"] for each in alternatives(says)] == names


def test_what_is_filled_in_is_harmless_to_everybody_who_comes_with_it() -> None:
    of = council(3)
    of.children[0].team = of.people[0].team = ""
    facts = [{"lever": "fact said", "who": who, "number": 1} for who in ("", of.people[0].name)]
    new = {"lever": "one more colleague", "who": "Team Manager", "number": 3}
    found = changed_together(of, [([*facts, new], [of.children[0].number])], "auditor")
    words = set(plain(found.children[0].team).split())
    assert words
    assert not [person.team for person in found.people if words <= set(plain(person.team).split())]


@pytest.mark.parametrize("which", [(593,), (4065,), (5466,), (10171, 6), (10027, 6), (12768, 6)])
def test_a_name_that_sounds_like_a_role_holds_and_keeps_that_colleague_from_what_hangs_on_it(
    which: tuple[int, ...], tmp_path: Path
) -> None:
    """“A. Service” beside one child of a team, and Ada Service in the register; under “Head of Service” of the child,
    or of its Team Manager in the register; or beside others involved."""
    assert Judge(council(*which), tmp_path).judge(()).faults == []


def test_what_comes_afterwards_has_names() -> None:
    assert AFTERWARDS == ("changes", "drop-outs", "order", "by hand")
