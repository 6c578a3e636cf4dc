"""How long a returned form takes to read, beside the least that can be done with it and beside python-docx.

Each round reads the same form in every way, in a changed order; the quickest of each are compared. It is processor
time of this thread, so that what else the machine does takes no part; only the reading room's child is timed by the
clock. What the form truly says is known and checked first.

    python benchmarks/read.py [--rounds N]

Ours is the whole of what the reading room's child does: the guard over every part of the file, then every answer, the
grades, what is doubtful and what is missing. The floor is to unpack the document's XML and parse it with lxml.
python-docx opens the file and walks the cells of every row, as most programs read forms; it gets none of the answers
that stand in controls. The form ten times over has ten times the tables, controls and text.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import io
import pstats
import random
import re
import sys
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import perf_counter, thread_time

import docx
from figures import Figure, told
from lxml import etree

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bot.office import isolated_reader as reading_room  # noqa: E402
from bot.office.reading_child import read_form  # noqa: E402
from bot.papers.forms.answers import Held, Refused, ReturnedAudit  # noqa: E402
from bot.papers.forms.audit_tool import FormValues, stamp  # noqa: E402
from bot.papers.forms.intake import refusal  # noqa: E402
from bot.programme.vocabulary import Grade  # noqa: E402
from sandbox.play.cast.forms import auditors_answers, filled, moderators_answers  # noqa: E402

FORM = "FSP-2026-03-014.docx"
QUESTIONS = (ROOT / "config/audit_tool.toml").read_text(encoding="utf-8")
DOCUMENT = "word/document.xml"
FIGURES = {
    "a form beside unpacking and parsing it": Figure(
        3, 5, why="The guard looks at every part of the file, and every answer is weighed for doubt."
    ),
    "faster than python-docx": Figure(1.8, 1.3, at_least=True, why="python-docx reads none of the answers."),
    "ten times the form, longer": Figure(11, 14, why="Something in it grows faster than the form."),
}
OURS, LEAST, ROWS, ROOM = "audit bot", "floor: unpack, lxml", "python-docx, rows", "audit bot, in its child"
GUARD = "audit bot, the guard alone"


def form() -> bytes:
    """The shipped audit tool, stamped and filled in, its truth checked: what is read faster must be read right."""
    values = FormValues(
        reference="FSP-2026-03-014", cycle="FSP and CWD, March 2026", audit_type="Full – Team Manager",
        return_by=date(2026, 3, 20), return_to="the moderator", mosaic_number="1048213", child_name="Robin Example",
        date_of_birth=date(2015, 6, 1), age="10", ethnicity="", outcome_type="Assessment", practitioner="A Worker",
        team="FSP Team 1", team_manager="A Manager", auditor="An Auditor", moderator="A Moderator",
        kloes=("Is the child's voice heard?", "Is supervision reflective?", "Does the plan move on?"),
    )  # fmt: skip
    blank = stamp((ROOT / "docx_templates/audit_tool.docx").read_bytes(), values)
    answers = auditors_answers("Requires Improvement", "2026-03-16", random.Random(2026))
    data = filled(
        filled(blank, answers), moderators_answers("Requires Improvement", "Inadequate", "2026-03-18")
    )
    answer = in_process(data)
    assert isinstance(answer, ReturnedAudit), answer
    assert (answer.reference, answer.auditor_grade) == ("FSP-2026-03-014", Grade.REQUIRES_IMPROVEMENT)
    assert answer.moderated_grade is Grade.INADEQUATE
    assert answer.mosaic_number == "1048213"
    assert [each["finding"] != "" for each in answer.kloe] == [True] * 3
    assert len(answer.actions) == 1
    assert {name: g for name, g in answer.domain_grades.items() if g is None} == {}
    return data


def ten_times(data: bytes) -> bytes:
    """The body ten times over. Copies have ids and tags of their own, so that nothing is answered twice."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {info.filename: package.read(info) for info in package.infolist()}
    xml = parts[DOCUMENT].decode()
    start = xml.index(">", xml.index("<w:body")) + 1
    end = xml.rindex("<w:sectPr")
    copies = [xml[start:end]]
    for n in range(2, 11):
        copy = re.sub(r'(<w:id w:val=")(\d+)(")', rf"\g<1>{n}\g<2>\g<3>", copies[0])
        copies.append(re.sub(r'(<w:tag w:val=")([^"]*)(")', rf"\g<1>{n}_\g<2>\g<3>", copy))
    parts[DOCUMENT] = (xml[:start] + "".join(copies) + xml[end:]).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return out.getvalue()


def in_process(data: bytes) -> ReturnedAudit | Held | Refused:
    return read_form(data, FORM, QUESTIONS)


def least(data: bytes) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return etree.fromstring(package.read(DOCUMENT))


def rows(data: bytes) -> list[list[str]]:
    document = docx.Document(io.BytesIO(data))
    return [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]


def ways(data: bytes) -> dict[str, Callable[[], object]]:
    return {
        OURS: lambda: in_process(data),
        LEAST: lambda: least(data),
        ROWS: lambda: rows(data),
        GUARD: lambda: refusal(data, FORM),
        ROOM: lambda: reading_room.read_safely(data, FORM, QUESTIONS),
    }


def measured(forms: dict[str, bytes], rounds: int) -> dict[str, dict[str, list[float]]]:
    """Form -> way -> milliseconds of each round, both forms in every round."""
    different = {name: ways(data) for name, data in forms.items()}
    taken: dict[str, dict[str, list[float]]] = {
        n: {way: [] for way in found} for n, found in different.items()
    }
    order = [(name, way) for name, found in different.items() for way in found]
    for name, way in order:
        different[name][way]()  # once, so that nothing is imported or started in the first round
    shuffle = random.Random(2026).shuffle
    for _ in range(rounds):
        shuffle(order)
        for name, way in order:
            gc.collect()  # what one way leaves behind is not charged to the next
            clock = perf_counter if way == ROOM else thread_time
            start = clock()
            different[name][way]()
            taken[name][way].append((clock() - start) * 1000)
    return taken


def ratio(above: list[float], below: list[float]) -> float:
    """The quickest rounds beside each other: whatever else the machine does can only add to a time."""
    return min(above) / min(below)


def profile(data: bytes) -> str:
    """Where ours spends its time, by function."""
    profiler = cProfile.Profile()
    profiler.enable()
    for _ in range(20):
        in_process(data)
    profiler.disable()
    out = io.StringIO()
    pstats.Stats(profiler, stream=out).strip_dirs().sort_stats("tottime").print_stats(18)
    return out.getvalue()


def main() -> int:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--rounds", type=int, default=15)
    arguments.add_argument("--profile", action="store_true", help="show where ours spends its time")
    asked = arguments.parse_args()
    once = form()
    if asked.profile:
        print(profile(once))
        return 0
    forms = {"the form": once, "ten times the form": ten_times(once)}
    sizes = {name: len(least(data).xpath("//*")) for name, data in forms.items()}
    try:
        taken = measured(forms, asked.rounds)
    finally:
        reading_room.close()
    found, longer = taken["the form"], taken["ten times the form"]
    for name, each in taken.items():
        print(f"\n{name}: {sizes[name]} elements, {len(forms[name]) / 1000:.0f} KB")
        for way, times in each.items():
            print(f"  {way:28} {min(times):8.2f} ms   {ratio(times, each[LEAST]):6.2f} x floor")
    ratios = (
        ratio(found[OURS], found[LEAST]),
        ratio(found[ROWS], found[OURS]),
        ratio(longer[OURS], found[OURS]),
    )
    return told(dict(zip(FIGURES, ratios, strict=True)), FIGURES)


if __name__ == "__main__":
    raise SystemExit(main())
