"""How long it takes to fill a form in, beside the least possible work, python-docx and docxtpl.

Every way fills the same controls of the audit tool with the same values; what stands in each result is read back and
compared first. Then the ways take turns in a changed order, and the medians of all rounds are compared.

    python benchmarks/stamp.py [--rounds N]

The floor is to deflate the finished document once and copy every other part as it lies in the package: it finds
nothing, writes no value and no directory. docxtpl is measured where it is installed; its template is made from ours.
"""

from __future__ import annotations

import argparse
import copy
import importlib.util
import io
import random
import statistics
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import perf_counter

import docx
from figures import Figure, told
from lxml import etree

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bot.papers.forms.audit_tool import FormValues, prepare, stamp  # noqa: E402
from bot.papers.word.package import Package  # noqa: E402
from bot.papers.word.walk import walk  # noqa: E402
from bot.papers.word.xml import w  # noqa: E402

FIGURES = {
    "floor": Figure(2, 3),
    "python-docx": Figure(5, 3, "times as long", at_least=True),
    "docxtpl": Figure(20, 10, "times as long", at_least=True),
}
TEMPLATE = (ROOT / "docx_templates/audit_tool.docx").read_bytes()
MAIN = "word/document.xml"
VALUES = FormValues(
    reference="FSP-2026-03-014",
    cycle="FSP and CWD, March 2026",
    audit_type="Full – Team Manager",
    return_by=date(2026, 3, 20),
    return_to="Hannah Haddad, Farzana Campbell, Sophie O'Connell; copied to audit.team@wexcombe.example",
    mosaic_number="9397613",
    child_name="Robin Example",
    date_of_birth=date(2017, 6, 10),
    age="8",
    ethnicity="Black Caribbean",
    outcome_type="Child protection plan",
    practitioner="Farzana Campbell",
    team="FSP Team 1",
    team_manager="Sophie O'Connell",
    auditor="Aaron Ashworth",
    moderator="Hannah Haddad",
    kloes=("Is the child's voice heard & acted on?", "Are plans < 6 months old?", "Do managers ask?"),
    auditor_role="Team Manager",
)


def by_tag(values: FormValues) -> dict[str, str | date | None]:
    v = values
    return {
        "audit_ref": v.reference, "cycle": v.cycle, "audit_type": v.audit_type, "due_auditor": v.return_by,
        "return_to": v.return_to, "mosaic_id": v.mosaic_number, "child_name": v.child_name,
        "child_dob": v.date_of_birth, "child_age": v.age, "ethnicity": v.ethnicity, "sw": v.practitioner,
        "outcome_type": v.outcome_type, "team": v.team, "tm": v.team_manager, "auditor": v.auditor,
        "auditor_role": v.auditor_role, "moderator": v.moderator,
    }  # fmt: skip


def the_least() -> Callable[[], bytes]:
    """The floor: one deflate, and the other parts copied."""
    made = stamp(TEMPLATE, VALUES)
    others = []
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        document = package.read(MAIN)
        for info in package.infolist():
            if info.filename != MAIN:
                start = info.header_offset + 30 + len(info.filename)
                others.append(made[start : start + info.compress_size])

    def floor() -> bytes:
        deflater = zlib.compressobj(6, zlib.DEFLATED, -15)
        return b"".join([*others, deflater.compress(document), deflater.flush()])

    return floor


def with_python_docx(values: FormValues) -> bytes:
    document = docx.Document(io.BytesIO(TEMPLATE))
    root = document.element
    section = next(s for s in root.iter(w("sdt")) if tag_of(s) == "kloe.row")
    content = section.find(w("sdtContent"))
    pattern = copy.deepcopy(content[0])
    for n, kloe in enumerate(values.kloes):
        item = content[0] if n == 0 else copy.deepcopy(pattern)
        if n:
            content.append(item)
            for number, identity in enumerate(item.iter(w("id"))):
                identity.set(w("val"), str(9_000_000 + 100 * n + number))
        fill(next(s for s in item.iter(w("sdt")) if tag_of(s) == "kloe.text"), kloe)
    wanted = by_tag(values)
    for part in (root, document.sections[0].footer._element):
        for sdt in part.iter(w("sdt")):
            if value := wanted.get(tag_of(sdt)):
                fill(sdt, value)
    document.core_properties.subject = values.reference
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def tag_of(sdt: etree._Element) -> str:
    found = sdt.find(f"{w('sdtPr')}/{w('tag')}")
    return found.get(w("val")) if found is not None else ""


def fill(sdt: etree._Element, value: str | date) -> None:
    properties = sdt.find(w("sdtPr"))
    showing = properties.find(w("showingPlcHdr"))
    if showing is not None:
        properties.remove(showing)
    if isinstance(value, date):
        properties.find(w("date")).set(w("fullDate"), f"{value.isoformat()}T00:00:00Z")
        value = f"{value:%d/%m/%Y}"
    run = next(sdt.find(w("sdtContent")).iter(w("r")))
    look = run.find(w("rPr"))
    if look is not None:
        run.remove(look)
    run.find(w("t")).text = value


def with_docxtpl() -> Callable[[], bytes]:
    """The template has {{ names }} where our controls are, and in the date pickers' own dates as well."""
    from docxtpl import DocxTemplate

    wanted = by_tag(VALUES)
    names = {
        "reference": "audit_ref", "cycle": "cycle", "audit_type": "audit_type", "return_to": "return_to",
        "mosaic_number": "mosaic_id", "child_name": "child_name", "age": "child_age", "ethnicity": "ethnicity",
        "outcome_type": "outcome_type", "practitioner": "sw", "team": "team", "team_manager": "tm",
        "auditor": "auditor", "auditor_role": "auditor_role", "moderator": "moderator",
    }  # fmt: skip
    dates = {"due_auditor": date(1901, 1, 1), "child_dob": date(1902, 2, 2)}
    marked = replace(
        VALUES,
        **{name: f"{{{{ {tag} }}}}" for name, tag in names.items()},
        return_by=dates["due_auditor"],
        date_of_birth=dates["child_dob"],
        kloes=tuple(f"{{{{ kloe{n} }}}}" for n in range(len(VALUES.kloes))),
    )
    template = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(stamp(TEMPLATE, marked))) as package,
        zipfile.ZipFile(template, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for info in package.infolist():
            data = package.read(info)
            if info.filename == MAIN:
                for tag, day in dates.items():
                    data = data.replace(f"{day:%d/%m/%Y}".encode(), f"{{{{ {tag} }}}}".encode())
                    data = data.replace(day.isoformat().encode(), f"{{{{ {tag}_kept }}}}".encode())
            made.writestr(info.filename, data)
    context: dict[str, object] = {f"kloe{n}": text for n, text in enumerate(VALUES.kloes)}
    for tag, value in wanted.items():
        if isinstance(value, date):
            context[f"{tag}_kept"] = value.isoformat()
            value = f"{value:%d/%m/%Y}"
        context[tag] = value

    def rendered() -> bytes:
        document = DocxTemplate(io.BytesIO(template.getvalue()))
        document.render(context, autoescape=True)
        out = io.BytesIO()
        document.save(out)
        return out.getvalue()

    return rendered


def answers(form: bytes) -> list[tuple[str, str, str]]:
    """What our reader finds in a form: tag, text and date of every control that says something."""
    asked = {*by_tag(VALUES), "kloe.text"}
    return [
        (c.tag, c.text, c.date) for c in walk(Package(form).document()).controls if c.text and c.tag in asked
    ]


def truth() -> Iterator[tuple[str, str, str]]:
    for tag, value in by_tag(VALUES).items():
        if isinstance(value, date):
            yield tag, f"{value:%d/%m/%Y}", value.isoformat()
        else:
            yield tag, value or "", ""
    yield from (("kloe.text", kloe, "") for kloe in VALUES.kloes)


def measured(rounds: int) -> dict[str, float]:
    """Name -> median milliseconds for one form."""
    prepared = prepare(TEMPLATE)
    ways: dict[str, Callable[[], bytes]] = {
        "floor": the_least(),
        "ours": lambda: stamp(prepared, VALUES),
        "python-docx": lambda: with_python_docx(VALUES),
    }
    if importlib.util.find_spec("docxtpl"):
        ways["docxtpl"] = with_docxtpl()
    for name, way in ways.items():
        assert name == "floor" or sorted(answers(way())) == sorted(truth()), f"{name} wrote something else"
    taken: dict[str, list[float]] = {name: [] for name in ways}
    order = list(ways)
    shuffle = random.Random(1).shuffle
    for _ in range(rounds):
        shuffle(order)
        for name in order:
            times = 5 if name in ("floor", "ours") else 1
            start = perf_counter()
            for _ in range(times):
                ways[name]()
            taken[name].append((perf_counter() - start) * 1000 / times)
    return {name: statistics.median(times) for name, times in taken.items()}


def main() -> int:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--rounds", type=int, default=20)
    asked = arguments.parse_args()
    found = measured(asked.rounds)
    ratios = {
        name: found["ours"] / time if name == "floor" else time / found["ours"]
        for name, time in found.items()
        if name != "ours"
    }
    print(f"One form ({len(stamp(TEMPLATE, VALUES)) // 1024} KB)")
    for name, time in found.items():
        print(f"  {name:14} {time:8.3f} ms   {time / found['floor']:7.2f} x the floor")
    return told(ratios, {name: figure for name, figure in FIGURES.items() if name in ratios})


if __name__ == "__main__":
    raise SystemExit(main())
