"""The judge of printed papers reads every number a paper prints, and what it takes for known is so."""

from __future__ import annotations

from datetime import date
from functools import cache

from council_papers import DOMAINS, FIRST, SECOND, Council, GivenAway
from printed import Name, Printed, Reader, made_of


@cache
def papers() -> list[GivenAway]:
    """Those of a council up to the second cycle's first."""
    found: list[GivenAway] = []
    for paper in Council(1).papers():
        found.append(paper)
        if paper.cycle == SECOND.name:
            break
    return found


def read(data: bytes, paper: GivenAway) -> Printed:
    return Reader(data, paper.cycle, paper.before, DOMAINS).numbers


@cache
def truth(cycle: str, day: date) -> dict[Name, int]:
    """What the papers made for inside say of a day."""
    found: dict[Name, int] = {}
    for paper in papers():
        if (paper.cycle, paper.day) == (cycle, day):
            for file in paper.inside:
                for name, number in read(file, paper).items():
                    assert number is not None
                    assert found.setdefault(name, number) == number
    return found


def test_all_that_a_paper_for_inside_prints_is_read_and_says_one_thing_in_every_place() -> None:
    for paper in papers():
        assert len(truth(paper.cycle, paper.day)) > 140


def test_what_every_reader_knows_of_the_numbers_is_so() -> None:
    for paper in papers():
        of = {name[1:]: n for name, n in truth(paper.cycle, paper.day).items() if name[0] == paper.cycle}
        checked = 0
        for whole, parts in made_of(list(of)):
            if whole in of and all(part in of for part in parts):
                assert of[whole] == sum(of[part] for part in parts), whole
                checked += 1
            elif whole in of:
                assert of[whole] >= sum(of.get(part, 0) for part in parts), whole
        assert checked > 25


def test_what_is_printed_outside_is_the_same_number_or_held_back() -> None:
    told = held = 0
    for paper in papers():
        of_day = truth(paper.cycle, paper.day)
        assert Reader(paper.file, paper.cycle, paper.before, DOMAINS).unread == []
        for name, number in read(paper.file, paper).items():
            if number is None:
                held += 1
            elif name in of_day:
                assert number == of_day[name], (paper.kind, name)
                told += 1
    assert told > 100
    assert held > 100
    assert {paper.cycle for paper in papers()} >= {FIRST.name, SECOND.name}
