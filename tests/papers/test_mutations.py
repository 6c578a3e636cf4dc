"""Damaged and tampered forms: nothing breaks, and no grade is accepted that the file does not plainly show."""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest
from grade_shapes import Originals, Spot, W, package_of
from judge import QUESTIONS, QUESTIONS_TEXT, answered, grades
from mutations import Original, Shown, mutated, originals, plain, second_look
from test_samples import NOT_YET

from bot.office.isolated_reader import close, read_safely
from bot.office.jail import MEMORY
from bot.papers.forms.answers import Held, Refused, ReturnedAudit

FEW, MANY = 300, 50_000
SPELLINGS: dict[str, set[str]] = {}
for _text, _grade in QUESTIONS.grades.items():
    SPELLINGS.setdefault(_grade.value, set()).add(plain(_text))
OLDER_LABELS = {"grade_auditor": "Overall grade", "grade_moderated": "Moderated overall grade"}
"""What the rows were called when editors saved the samples."""


@dataclass
class Sweep:
    """What came of many mutations. `known`: grades accepted in spite of a shape that stands in NOT_YET."""

    outcomes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    known: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, int] = (0.0, -1)
    peak_mb: float = 0.0

    def add(self, other: Sweep) -> None:
        self.outcomes += other.outcomes
        self.faults += other.faults
        self.known += other.known
        self.slowest = max(self.slowest, other.slowest)
        self.peak_mb = max(self.peak_mb, other.peak_mb)

    def __str__(self) -> str:
        kinds = sorted({key.split(": ")[0] for key in self.outcomes})
        lines = [f"{'':20}{'read':>8}{'held':>8}{'refused':>8}"]
        for kind in kinds:
            figures = "".join(f"{self.outcomes[f'{kind}: {o}']:8}" for o in ("read", "held", "refused"))
            lines.append(f"{kind:20}{figures}")
        lines.append(f"{self.outcomes.total()} files, {len(self.faults)} faults, peak {self.peak_mb:.0f} MB,")
        lines += [f"not yet held: {name} ({times})" for name, times in self.known.items()]
        lines.append(f"slowest {self.slowest[0] * 1000:.0f} ms (mutation {self.slowest[1]})")
        return "\n".join(lines)


def true_grades(data: bytes) -> Mapping[str, str]:
    """Of an untouched original: only what is read there and shown plainly."""
    answer = answered(data)
    found = grades(answer) if isinstance(answer, ReturnedAudit) else {}
    return {tag: grade for tag, grade in found.items() if grade}


def unfounded(answer: ReturnedAudit, original: Original, data: bytes) -> list[str]:
    """Accepted grades that the file does not plainly show in their control, or beside their label."""
    look = second_look(data)
    found = []
    for tag, grade in grades(answer).items():
        if grade is None:
            continue
        if look is None:
            if original.true.get(tag) != grade:
                found.append(f"{tag} = {grade}, and the file cannot be looked into")
        elif not shows(look, tag, grade):
            found.append(f"{tag} = {grade}, which the file does not show (it was {original.true.get(tag)})")
    return found


@cache
def labels_now() -> dict[str, str]:
    """What stands in the first cell of each control's row, in the form as it is now."""
    found = {}
    for row in Spot(Originals(), "moderated", "Good").root.iter(f"{W}tr"):
        label = "".join(next(row.iter(f"{W}tc")).itertext())
        for tag in row.iter(f"{W}tag"):
            found[tag.get(f"{W}val") or ""] = label
    return found


def row_labels(tag: str) -> set[str]:
    """What may stand in the cell before this grade: in the form as it is now, and as it was."""
    return {labels_now()[tag], OLDER_LABELS.get(tag, "Grade")}


def shows(look: Shown, tag: str, grade: str) -> bool:
    return any(look.says(tag, label, SPELLINGS[grade]) for label in row_labels(tag))


def name_of(answer: object) -> str:
    return "refused" if isinstance(answer, Refused) else "held" if isinstance(answer, Held) else "read"


def judged(number: int, forms: list[Original], sweep: Sweep) -> None:
    kind, original, data = mutated(number, forms)
    began = time.perf_counter()
    try:
        answer = answered(data)
    except Exception as fault:
        sweep.faults.append(f"{number} ({kind}): the guard raised {type(fault).__name__}: {fault}")
        return
    sweep.slowest = max(sweep.slowest, (time.perf_counter() - began, number))
    sweep.outcomes[f"{kind}: {name_of(answer)}"] += 1
    if isinstance(answer, ReturnedAudit) and (found := unfounded(answer, original, data)):
        look = second_look(data)
        if look and (known := look.odd & NOT_YET):
            sweep.known.update(known)
        else:
            sweep.faults += [f"{number} ({kind} of {original.name}): {what}" for what in found]


def limited(paths: list[str]) -> None:
    """In the child: the reading room's limit on memory."""
    sys.path[:] = paths
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def swept(first: int, last: int) -> Sweep:
    forms = originals(true_grades)
    sweep = Sweep()
    for number in range(first, last):
        judged(number, forms, sweep)
    status = Path("/proc/self/status").read_text(encoding="ascii")
    sweep.peak_mb = int(status.split("VmHWM:")[1].split()[0]) / 1024
    return sweep


def sweep_of(many: int, workers: int) -> Sweep:
    """Over several children, a thousand files at a time."""
    whole = Sweep()
    step = min(1000, -(-many // workers))
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, limited, (sys.path,)) as pool:
        starts = range(0, many, step)
        for part in pool.map(swept, starts, [min(many, s + step) for s in starts]):
            whole.add(part)
    return whole


@pytest.mark.skipif(sys.platform != "linux", reason="limits on memory and its measure are Linux's")
def test_no_damage_or_tampering_breaks_the_reader_or_makes_it_accept_what_is_not_shown() -> None:
    sweep = sweep_of(FEW, 1)
    assert not sweep.faults, "\n".join(sweep.faults[:20])
    assert sweep.outcomes.total() == FEW
    assert all(any(f": {each}" in key for key in sweep.outcomes) for each in ("read", "held", "refused"))
    assert sweep.peak_mb < 300


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="limits on memory and its measure are Linux's")
def test_no_damage_in_fifty_thousand_breaks_the_reader_or_makes_it_accept_what_is_not_shown() -> None:
    sweep = sweep_of(MANY, os.cpu_count() or 1)
    sys.stdout.write(f"\n{sweep}\n")
    assert not sweep.faults, "\n".join(sweep.faults[:50])
    assert sweep.outcomes.total() == MANY
    assert sweep.slowest[0] < 5
    assert sweep.peak_mb < 300


def test_the_reading_room_answers_for_damaged_forms_as_the_reader_does() -> None:
    forms = originals(true_grades)
    try:
        for number in range(10_000_000, 10_000_060):
            _, _, data = mutated(number, forms)
            assert read_safely(data, "form.docx", QUESTIONS_TEXT) == answered(data), number
    finally:
        close()


def test_the_second_look_sees_the_grades_of_an_untouched_form() -> None:
    for original in originals(true_grades):
        look = second_look(original.data)
        assert look is not None
        for tag, grade in original.true.items():
            assert shows(look, tag, grade), (original.name, tag)
            other = next(each for each in SPELLINGS if each != grade)
            assert tag not in OLDER_LABELS or not shows(look, tag, other), (original.name, tag)


def test_the_second_look_finds_out_a_reader_that_errs() -> None:
    original = originals(true_grades)[0]
    answer = answered(original.data)
    assert isinstance(answer, ReturnedAudit)
    assert unfounded(answer, original, original.data) == []
    for changed in (
        original.xml.replace(">Good</w:t>", ">Not Good</w:t>"),
        original.xml.replace(">Good</w:t>", ">Inadequate</w:t>"),
        original.xml.replace("<w:t ", "<w:delText ").replace("</w:t>", "</w:delText>"),
        original.xml.replace("<w:rPr/>", "<w:rPr><w:vanish/></w:rPr>"),
    ):
        data = package_of({**original.parts, "word/document.xml": changed.encode()})
        assert any(what.startswith("grade_auditor = Good") for what in unfounded(answer, original, data))
