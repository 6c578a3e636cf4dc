"""Every shape of a grade, and every file that real editors wrote: read exactly, or held for a person; never wrong.

A table of all results: `python tests/samples/table.py`.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
from grade_shapes import HELD, POSITIONS, READ, SHAPES, Originals, Shape, shaped
from judge import answered, grades, outcome

from bot.papers.forms.answers import ReturnedAudit

SAMPLES = Path(__file__).parents[1] / "samples"
TRUTH = tomllib.loads((SAMPLES / "truth.toml").read_text(encoding="utf-8"))

NOT_YET = frozenset(
    name
    for names in tomllib.loads((SAMPLES / "not_yet.toml").read_text(encoding="utf-8")).values()
    for name in names
)
"""Shapes and files that the reader does not yet answer for as it must. A name that passes has to be taken out."""


@cache
def originals() -> Originals:
    return Originals()


def faulty(truth: str, found: str) -> bool:
    """Lost (read as none, and nobody told) is as bad as wrong."""
    if truth == READ:
        return found != "right"
    return found != "held" if truth == HELD else found in ("wrong", "lost")


def tried(shape: Shape, *, every: bool) -> Iterable[tuple[str, str, str]]:
    """(position, grade, outcome). By default each position once and, where the shape allows, each grade once."""
    turn = list(SHAPES).index(shape.name)
    for n, position in enumerate(POSITIONS):
        chosen = shape.grades if every else (shape.grades[(turn + n) % len(shape.grades)],)
        for grade in chosen:
            answer = answered(shaped(originals(), shape, position, grade))
            tag = POSITIONS[position][0]
            if isinstance(answer, ReturnedAudit):
                others = {other for each, other in grades(answer).items() if each != tag}
                assert others <= {"Good", None}, f"{position}: other grades became {others}"
            yield position, grade, outcome(answer, tag, shape.shows or grade)


def of_file(name: str) -> str:
    """The outcome of a stored file; every other grade in it is Good or not given."""
    truth = TRUTH[name]
    answer = answered((SAMPLES / name).read_bytes(), name)
    tag = POSITIONS[truth["position"]][0]
    if isinstance(answer, ReturnedAudit):
        assert {other for each, other in grades(answer).items() if each != tag} <= {"Good", None}
    return outcome(answer, tag, truth["grade"])


def hold_to(name: str, faults: list[str]) -> None:
    if name in NOT_YET:
        assert faults, f"“{name}” passes now: take it out of NOT_YET"
    else:
        assert not faults, "; ".join(faults)


@pytest.mark.parametrize("name", SHAPES)
def test_a_grade_of_this_shape_is_read_exactly_or_held(name: str) -> None:
    shape = SHAPES[name]
    found = tried(shape, every=False)
    hold_to(name, [f"{p}, {g}: {o}, not {shape.truth}" for p, g, o in found if faulty(shape.truth, o)])


@pytest.mark.slow
@pytest.mark.parametrize("name", SHAPES)
def test_a_grade_of_this_shape_is_read_exactly_or_held_for_every_grade_in_every_position(name: str) -> None:
    shape = SHAPES[name]
    found = tried(shape, every=True)
    hold_to(name, [f"{p}, {g}: {o}, not {shape.truth}" for p, g, o in found if faulty(shape.truth, o)])


@pytest.mark.parametrize("name", TRUTH)
def test_a_form_that_an_editor_saved_is_read_exactly_or_held(name: str) -> None:
    found = of_file(name)
    truth = TRUTH[name]["expect"]
    hold_to(name, [f"{found}, not {truth}"] if faulty(truth, found) else [])


def test_the_samples_are_many_known_and_small() -> None:
    files = {path.name: path.stat().st_size for path in SAMPLES.glob("*.docx")}
    assert set(files) == set(TRUTH), "truth.toml and the folder differ"
    assert sum(files.values()) < 4_000_000
    assert len(SHAPES) >= 16
    assert len({truth["made_by"] for truth in TRUTH.values()}) >= 5
    for position in ("auditor's", "moderated", "a domain's"):
        grades_there = {truth["grade"] for truth in TRUTH.values() if truth["position"] == position}
        assert len(grades_there) == 4, position
    assert {*SHAPES, *TRUTH} >= NOT_YET, "NOT_YET names what is not there"


def table() -> str:
    """Right, held, lost and wrong of every shape and of every maker's files."""
    rows: dict[str, tuple[str, Counter[str]]] = {}
    for name, shape in SHAPES.items():
        rows[name] = shape.truth, Counter(found for _, _, found in tried(shape, every=True))
    for name, truth in TRUTH.items():
        kind = f"{truth['made_by']}: {truth['representation']} ({truth['expect']})"
        rows.setdefault(kind, (truth["expect"], Counter()))[1][of_file(name)] += 1
    lines = [f"{'':76} {'truth':6}{'right':>6}{'held':>6}{'lost':>6}{'wrong':>6}"]
    for name, (truth, found) in rows.items():
        bad = any(faulty(truth, each) for each in found)
        figures = "".join(f"{found[each]:6}" for each in ("right", "held", "lost", "wrong"))
        lines.append(f"{name[:75]:76} {truth:6}{figures}{'   <-- not yet' if bad else ''}")
    return "\n".join(lines)
