"""The attack finds what a table gives away, in one table, in two, and in two months; and nothing that it does not."""

from __future__ import annotations

import random
from itertools import product

import pytest
from reports.recount.attack import Attack, Range
from reports.recount.recount import Name

Table = dict[Name, int | None]
Sums = list[tuple[Name, list[Name]]]


def crossed(rows: list[list[int]], hidden: set[tuple[int, int]], tag: str = "cell") -> tuple[Table, Sums]:
    """A table with the sums of its rows, of its columns and of all of it, some of its cells suppressed."""
    height, width = len(rows), len(rows[0])
    shown: Table = {(tag, str(r), str(c)): None if (r, c) in hidden else rows[r][c]
                    for r in range(height) for c in range(width)}  # fmt: skip
    sums: Sums = [(("row", str(r)), [(tag, str(r), str(c)) for c in range(width)]) for r in range(height)]
    sums += [(("column", str(c)), [(tag, str(r), str(c)) for r in range(height)]) for c in range(width)]
    shown |= {("row", str(r)): sum(rows[r]) for r in range(height)}
    shown |= {("column", str(c)): sum(row[c] for row in rows) for c in range(width)}
    return shown, sums


def test_one_cell_alone_is_given_away_by_its_row() -> None:
    shown, sums = crossed([[12, 2], [20, 30]], {(0, 1)})
    assert Attack(shown, sums).worked_out(5) == {("cell", "0", "1"): (2, 2)}


def test_two_in_a_row_are_given_away_by_their_columns() -> None:
    shown, sums = crossed([[2, 3, 15], [20, 30, 10]], {(0, 0), (0, 1)})
    assert set(Attack(shown, sums).worked_out(5).values()) == {(2, 2), (3, 3)}


def test_a_square_of_four_keeps_its_secret_as_far_as_its_smallest_cell_is_wide() -> None:
    hidden = {(0, 0), (0, 1), (1, 0), (1, 1)}
    shown, sums = crossed([[2, 13, 15], [14, 30, 10]], hidden)
    assert Attack(shown, sums).ranges()["cell", "0", "0"] == (0, 15)
    assert Attack(shown, sums).worked_out(5) == {}
    shown, sums = crossed([[2, 1, 15], [14, 30, 10]], hidden)
    assert ("cell", "0", "0") in Attack(shown, sums).worked_out(5), "two small cells in one row: 0 to 3"


def test_what_one_report_hides_another_gives_away() -> None:
    grades: Sums = [(("graded",), [("good",), ("below",)]), (("below",), [("requires",), ("inadequate",)])]
    first: Table = {("graded",): 40, ("good",): 37, ("requires",): None, ("inadequate",): None}
    assert Attack(first, grades).ranges()["inadequate",] == (0, 3)
    assert Attack({**first, ("requires",): 2}, grades).worked_out(5) == {("inadequate",): (1, 1)}


def test_this_month_less_last_month_is_one_child() -> None:
    before: Table = {("before", "good"): 30, ("before", "inadequate"): None, ("before", "all"): 34}
    after: Table = {("after", "good"): 31, ("after", "inadequate"): None, ("after", "all"): 35}
    sums: Sums = [((m, "all"), [(m, "good"), (m, "inadequate")]) for m in ("before", "after")]
    assert len(Attack({**before, **after}, sums).worked_out(5)) == 2
    whole_hidden: Table = {
        **before,
        ("before", "all"): None,
        **after,
        ("after", "all"): None,
        ("after", "inadequate"): 1,
    }
    grows = [(("before", "inadequate"), ("after", "inadequate"))]
    assert Attack(whole_hidden, sums).ranges()["before", "inadequate"][1] > 5
    assert Attack(whole_hidden, sums, grows).worked_out(5)["before", "inadequate"] == (0, 1)


def test_numbers_that_do_not_add_up_are_an_error() -> None:
    sums: Sums = [(("all",), [("a",), ("b",)])]
    with pytest.raises(ValueError, match="do not add up"):
        Attack({("all",): 5, ("a",): 2, ("b",): 2}, sums)
    with pytest.raises(ValueError, match="No numbers fit"):
        Attack({("all",): 5, ("a",): 7, ("b",): None}, sums).ranges()


@pytest.mark.parametrize("seed", range(40))
def test_it_finds_exactly_what_trying_every_number_finds(seed: int) -> None:
    draw = random.Random(seed)
    rows = [[draw.randrange(5) for _ in range(3)] for _ in range(draw.choice((2, 3)))]
    cells = [(r, c) for r in range(len(rows)) for c in range(3)]
    hidden = set(draw.sample(cells, draw.randint(1, 4)))
    shown, sums = crossed(rows, hidden)
    if draw.random() < 0.5:
        shown["row", "0"] = None
    assert Attack(shown, sums, most=12).ranges() == tried(shown, sums, 12)


def tried(shown: Table, sums: Sums, most: int) -> dict[Name, Range]:
    """Every choice of numbers for the hidden cells that are no sums, one by one."""
    wholes = {whole for whole, _ in sums}
    free = [name for name, number in shown.items() if number is None and name not in wholes]
    fits: list[Table] = []
    for numbers in product(range(most + 1), repeat=len(free)):
        chosen = {**shown, **dict(zip(free, numbers, strict=True))}
        made = {whole: sum(chosen[part] or 0 for part in parts) for whole, parts in sums}
        if all((shown[w] is None and n <= most) or shown[w] == n for w, n in made.items()):
            fits.append({**chosen, **made})
    return {
        n: (min(f[n] or 0 for f in fits), max(f[n] or 0 for f in fits)) for n, v in shown.items() if v is None
    }
