"""“Where what keeps somebody away is only an uncertain writing”, a shortage names it, and it made certain meets it."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from allocating_judge import MONTH, RULES, TM
from test_allocating import ADA, BEN, MOD, WORKER, agreed_on, colleague, moderator

from bot.programme.allocating.changes import changed
from bot.programme.allocating.of_the_frame import with_what_the_frame_tells
from bot.programme.allocating.parts import (
    Agreed,
    Child,
    Colleague,
    Given,
    Lever,
    Part,
    Proposal,
    Reason,
    Shortage,
    Step,
    Work,
)
from bot.programme.allocating.propose import proposed
from bot.programme.allocating.why_not import Eligible
from bot.programme.vocabulary import Person

TOM, THOMAS = Person("Tom Boss", "tom boss"), Person("Thomas Boss", "thomas boss")
ANN = Person("Ann Auditor", "ann auditor")
TITLES = {
    "manager": "Line manager", "paired": "Paired with last time", "head_of_service": "Head of Service",
    "practitioner": "Practitioner", "team_manager": "Team Manager", "iro_or_cp_chair": "IRO or CP Chair",
}  # fmt: skip
CELLS = ("practitioner", "team_manager", "involved", "iro_or_cp_chair")


def uncertain(seed: int, certain: bool = False) -> Given:
    """A few audits and auditors with places enough, and cells of which nobody can tell what they mean; or the same with
    all of them made certain, and harmless."""
    lot = random.Random(seed)

    def perhaps(chance: float, *values: Any) -> Any:
        """One of them by that chance, or None; and None where all is certain."""
        found = lot.choice(values) if lot.random() < chance else None
        return None if certain else found

    children = []
    for n in range(lot.randint(1, 5)):
        child = Child(
            f"3000{n}", "FSP", lot.choice(("FSP North", "Bow 1")), practitioner=WORKER, chair_said=True
        )
        if named := perhaps(0.5, *product(CELLS, (ADA, BEN, MOD))):
            child = replace(child, perhaps=(named,), unsure=(named[1],), practitioner=ANN)
        children.append(replace(child, practitioner=perhaps(0.2, TOM) or child.practitioner))
    people = []
    for who in (ADA, BEN)[: lot.randint(1, 2)]:
        c = colleague(who, audits_at_most=9)
        c = replace(c, team=perhaps(0.3, "North FSP", "Bow 1 & 2") or c.team)
        before, number = perhaps(0.2, "North FSP", "Bow 1 & 2"), perhaps(0.2, "P30000", "P30001")
        named = perhaps(0.4, *product(("paired", "head_of_service", "manager"), (MOD, ADA, BEN)))
        c = replace(
            c, teams_before=(before,) if before else (), own_work=frozenset({number} if number else ())
        )
        c = replace(c, manager=perhaps(0.3, THOMAS) or c.manager)
        if named and named[1] != who:
            c = replace(c, perhaps=(named,), manager=None if named[0] == "manager" else c.manager)
        people.append(c)
    frame = tuple(children)
    wanted = tuple(Work(child, TM) for child in children[: lot.randint(1, 3)])
    register = with_what_the_frame_tells((*people, moderator()), frame)
    teams = frozenset(c.team for c in frame)
    return Given(wanted, register, RULES, MONTH, seed=str(seed), teams=teams, frame=frame)


def placed(proposal: Proposal, part: Part) -> int:
    """Not how many are short: an audit that gets its auditor needs a moderator it did not need before."""
    return sum(row.person(part) is not None for row in proposal.rows)


def smaller(step: Step) -> list[Step]:
    """A step with one writing less."""
    return [replace(step, writings=tuple(w for w in step.writings if w != gone)) for gone in step.writings]


@pytest.mark.parametrize("hundreds", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in range(1, 10))])
def test_what_only_an_uncertain_writing_keeps_away_is_met_by_the_least_that_is_made_certain(
    hundreds: int,
) -> None:
    tried: Counter[Part] = Counter()
    for seed in range(100 * hundreds, 100 * hundreds + 100):
        given = uncertain(seed)
        assert not proposed(uncertain(seed, certain=True)).shortages
        found = proposed(given)
        for shortage in found.shortages:
            part, every = shortage.part, list(shortage.change)
            assert {s.lever for s in every} == {Lever.MADE_CERTAIN}, (seed, shortage.says)
            again = proposed(replace(changed(given, every), agreed=agreed_on(found)))
            assert placed(again, part) >= placed(found, part) + len(shortage.works), (seed, shortage.says)
            tried[part] += 1
            for n, step in enumerate(every):
                for less in smaller(step):
                    rest = [*every[:n], *([less] if less.writings else []), *every[n + 1 :]]
                    assert not all_open(changed(given, rest), found, shortage), (seed, shortage.says, less)
    assert min(tried[part] for part in Part) > 9


def all_open(given: Given, found: Proposal, shortage: Shortage) -> bool:
    """Whether somebody may have each of these audits; to moderate it, beside whoever was proposed to audit it."""
    eligible, people = Eligible(given), range(len(given.colleagues))
    beside = {row.work.key: row.auditor for row in found.rows}
    works = [w for w in given.works if w.key in {w.key for w in shortage.works}]
    return all(any(not eligible.why_not(w, shortage.part, n, beside[w.key]) for n in people) for w in works)


def council(child: Child, *people: Colleague, more: tuple[Child, ...] = ()) -> Given:
    frame = (child, *more)
    register = with_what_the_frame_tells((*people, moderator()), frame)
    return Given((Work(child, TM),), register, RULES, MONTH, seed="a", frame=frame)


CHILD = Child("30001", "FSP", "FSP North", practitioner=WORKER, chair_said=True)
MAY_BE_ADA = {"perhaps": (("practitioner", ADA),), "unsure": (ADA,), "practitioner": ANN}
CASES = {
    "name": (replace(CHILD, **MAY_BE_ADA), {}, "a full name and address under “Practitioner” of this child"),
    "team": (CHILD, {"team": "North FSP"}, "“Team” of Ada Auditor written less like FSP North"),
    "teams before": (
        CHILD, {"teams_before": ("North FSP",)},
        "“Teams in the last 12 months” of Ada Auditor written less like FSP North",
    ),
    "own work": (
        CHILD, {"own_work": frozenset({"P30001"})}, "the number like this child's out of “Own work” of Ada Auditor",
    ),
    "managers": (
        replace(CHILD, practitioner=TOM), {"manager": THOMAS},
        "a full name and address under “Practitioner” of this child and “Line manager” of Ada Auditor",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_shortage_names_the_cell_that_nobody_can_read_for_certain(case: str) -> None:
    child, of_ada, words = CASES[case]
    given = council(child, colleague(**of_ada))  # type: ignore[arg-type]
    (shortage,) = proposed(given).shortages
    assert f"It would be met with {words}" in shortage.says
    assert [s.lever for s in shortage.change] == [Lever.MADE_CERTAIN]
    assert not proposed(changed(given, shortage.change)).shortages


def test_a_cell_of_another_child_of_the_team_that_may_name_a_colleague_is_named_too() -> None:
    others = tuple(replace(CHILD, number=f"3000{n}", **MAY_BE_ADA) for n in (2, 3))
    elsewhere = replace(CHILD, number="30004", team="Poplar", **MAY_BE_ADA)
    (shortage,) = proposed(council(CHILD, colleague(), more=(*others, elsewhere))).shortages
    assert "under “Practitioner” of 2 more children (unless that is Ada Auditor)" in shortage.says


@pytest.mark.parametrize("cell", ["manager", "head_of_service", "paired"])
def test_beside_an_auditor_by_hand_nobody_moderates_until_it_is_known_to_whom_they_are_too_close(
    cell: str,
) -> None:
    """“TBC” under “Line manager”: the very moderator may be meant. Where that parts nobody, there is one."""
    given = council(CHILD, colleague(not_known=frozenset({cell})))
    by_hand = Agreed({Part.AUDITOR: ADA}, frozenset({Part.AUDITOR}))
    given = replace(given, agreed={given.works[0].key: by_hand})
    found = proposed(given)
    assert [(row.auditor, row.moderator) for row in found.rows] == [(ADA, None)]
    (shortage,) = found.shortages
    assert f"“{TITLES[cell]}” of Ada Auditor" in shortage.says
    assert [s.lever for s in shortage.change] == [Lever.MADE_CERTAIN]
    assert not proposed(changed(given, shortage.change)).shortages
    given_up = replace(given.rules, never=given.rules.never - {Reason.AUDITORS_LINE, Reason.SAME_PAIR})
    assert proposed(replace(given, rules=given_up)).rows[0].moderator == MOD


@pytest.mark.parametrize("cell", ["practitioner", "team_manager", "head_of_service", "iro_or_cp_chair"])
@pytest.mark.parametrize("written", ["Wes Worker", "W. Worker"])
def test_of_somebody_by_hand_whom_the_register_does_not_know_it_is_told_where_the_child_names_them(
    cell: str, written: str
) -> None:
    """Whoever did the work, or manages it, need not be in the register to be the wrong auditor."""
    child = replace(CHILD, **{"practitioner": ANN, cell: Person("Wes Worker", "wes worker")})  # type: ignore[arg-type]
    given = council(child, colleague())
    by_hand = Agreed({Part.AUDITOR: Person(written, written.casefold())}, frozenset({Part.AUDITOR}))
    (row,) = proposed(replace(given, agreed={given.works[0].key: by_hand})).rows
    (said,) = row.against
    assert f"somebody called so stands under “{TITLES[cell]}” of this child" in said


def test_nobody_is_named_whom_something_certain_keeps_away_as_well() -> None:
    child = replace(CHILD, **MAY_BE_ADA, involved=(ADA,))
    (shortage,) = proposed(council(child, colleague())).shortages
    assert [s.lever for s in shortage.change] == [Lever.NEW_COLLEAGUE]
