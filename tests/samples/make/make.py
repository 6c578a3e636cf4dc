"""Makes tests/samples anew with the editors and writers that people and programs use.

    .venv/bin/python tests/samples/make/make.py [soffice] [pandoc] [abiword] [python-docx] [node]

Needs LibreOffice with python3-uno, AbiWord, pandoc and, in a folder named by SAMPLES_NPM, the npm packages docx,
docxtemplater, pizzip and easy-template-x. A tool that is missing is said and its files are left as they are. Made
again, a file says the same; dates and the order of parts in it may differ.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[3]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests/papers")]

import docx  # noqa: E402
import grade_shapes as shapes  # noqa: E402
from forms import filled  # noqa: E402
from grade_shapes import GRADES, HELD, OTHER, READ, SAFE  # noqa: E402

HERE = Path(__file__).parent
SAMPLES = HERE.parent
LABELS = {
    "auditor's": ("Overall grade", 0),
    "moderated": ("Moderated overall grade", 0),
    "a domain's": ("Grade", 1),
}
REASON = "Visits are regular, the plan follows from the assessment and the child is safer than in autumn."


@dataclass
class Sample:
    """A file to be made, and the truth about it."""

    name: str
    made_by: str
    representation: str
    position: str
    grade: str
    expect: str
    source: bytes = b""
    steps: list[list[object]] = field(default_factory=list)


def short(grade: str) -> str:
    return grade.split()[0].lower()


def form(position: str, grade: str) -> bytes:
    """Filled in by the cast's way of filling; every other grade in it is Good."""
    tag, moderated = shapes.POSITIONS[position]
    answers = {"d2.grade": grade} if tag == "d2.grade" else {}
    return filled(
        shapes.stamped(),
        grade=grade if tag == "grade_auditor" else "Good",
        moderated="" if not moderated else grade if tag == "grade_moderated" else "Good",
        **answers,
    )


def shaped(originals: shapes.Originals, name: str, position: str, grade: str) -> bytes:
    return shapes.shaped(originals, shapes.SHAPES[name], position, grade)


# ------------------------------------------------------------------------------------------------- the editors


def libreoffice(samples: list[Sample], work: Path, filters: tuple[str, str] | None = None) -> None:
    """One Writer for all. With `filters` (filter, ending) the form goes by way of another format."""
    jobs = []
    for sample in samples:
        source = work / f"in-{sample.name}.docx"
        source.write_bytes(sample.source)
        target = SAMPLES / f"{sample.name}.docx"
        job = {"from": str(source), "to": str(target), "steps": sample.steps}
        if filters:
            between = work / f"{sample.name}.{filters[1]}"
            jobs.append({**job, "to": str(between), "filter": filters[0]})
            job = {"from": str(between), "to": str(target)}
        jobs.append(job)
    plan = work / "jobs.json"
    plan.write_text(json.dumps(jobs), encoding="utf-8")
    subprocess.run(["/usr/bin/python3", str(HERE / "libreoffice.py"), str(plan)], check=True, timeout=500)


def by_command(*command: str) -> object:
    """A maker that runs a command; FROM, TO and GRADE in it stand for the sample's."""

    def make(samples: list[Sample], work: Path) -> None:
        for sample in samples:
            source = work / f"in-{sample.name}.docx"
            source.write_bytes(sample.source)
            target = SAMPLES / f"{sample.name}.docx"
            words = {"FROM": str(source), "TO": str(target), "GRADE": sample.grade}
            run = [words.get(word, word) for word in command]
            subprocess.run(run, check=True, timeout=120, cwd=os.environ.get("SAMPLES_NPM", work))
            assert target.exists(), f"{command[0]} wrote nothing"

    return make


def python_docx(samples: list[Sample], _work: Path) -> None:
    """Opened and saved; where steps are given, typed into the cell as python-docx users do."""
    for sample in samples:
        source = _work / "in.docx"
        source.write_bytes(sample.source)
        document = docx.Document(str(source))
        for _verb, label, which, text in sample.steps:
            rows = [r for t in document.tables for r in t.rows if r.cells[0].text.strip() == label]
            rows[int(str(which))].cells[1].text = str(text)
        document.save(str(SAMPLES / f"{sample.name}.docx"))


# ------------------------------------------------------------------------------------------------- the plan


def plans() -> dict[str, tuple[object, list[Sample]]]:
    """Who makes which samples."""
    originals = shapes.Originals()
    blank = shapes.stamped()
    found: dict[str, tuple[object, list[Sample]]] = {}

    office: list[Sample] = []
    by = "LibreOffice Writer"
    for grade in GRADES:
        steps: list[list[object]] = [
            ["replace", "Overall grade", 0, grade],
            ["replace", "Why this grade", 0, REASON],
        ]
        steps += [["replace", "Grade", n, "Good"] for n in range(6)]
        office.append(
            Sample(
                f"writer-filled-{short(grade)}",
                by,
                "an empty form typed into",
                "auditor's",
                grade,
                READ,
                blank,
                steps,
            )
        )
        for position in ("auditor's", "moderated", "a domain's"):
            name = f"writer-saved-{position.split()[-1].strip(chr(39) + 's')}-{short(grade)}"
            office.append(Sample(name, by, "saved again", position, grade, READ, form(position, grade)))
        label, other = "Overall grade", OTHER[grade]
        base = form("auditor's", other)
        for word, expect, given in (
            ("typed-over-control", READ, [["replace", label, 0, grade]]),
            ("tracked-replace", HELD, [["track", "", 0, ""], ["replace", label, 0, grade]]),
            ("hidden-other", HELD, [["replace", label, 0, grade], ["hidden", label, 0, other]]),
            ("struck-other", HELD, [["replace", label, 0, grade], ["struck", label, 0, other]]),
        ):
            office.append(Sample(f"writer-{word}-{short(grade)}", by, word.replace("-", " "), "auditor's", grade,
                                 expect, base, [list(step) for step in given]))  # fmt: skip
    base = form("auditor's", "Good")
    for word, expect, given in (
        ("tracked-words-beside", HELD, [["track", "", 0, ""], ["beside", "Overall grade", 0, " in parts"]]),
        ("words-beside", HELD, [["beside", "Overall grade", 0, " / Requires Improvement"]]),
        ("text-box", HELD, [["replace", "Overall grade", 0, ""], ["box", "Overall grade", 0, "Good"]]),
        ("text-box-beside", HELD, [["box", "Overall grade", 0, "Inadequate"]]),
        ("footnote", SAFE, [["footnote", "Overall grade", 0, "See the chronology."]]),
        ("ambiguous", HELD, [["replace", "Overall grade", 0, "Good/RI"]]),
        ("not-good", HELD, [["replace", "Overall grade", 0, "Not Good"]]),
    ):
        office.append(Sample(f"writer-{word}", by, word.replace("-", " "), "auditor's", "Good", expect, base,
                             [list(step) for step in given]))  # fmt: skip
    office.append(Sample("writer-abbreviated", by, "typed over control", "auditor's", "Requires Improvement", READ,
                         base, [["replace", "Overall grade", 0, "R.I. "]]))  # fmt: skip
    for n, (shape, expect) in enumerate((
        ("combo box control", READ), ("plain text control", READ), ("rich text control", READ), ("block control", READ),
        ("control around the cell", READ), ("control in a control without a tag", SAFE), ("split over two runs", READ),
        ("hyperlink inside", SAFE), ("old drop-down field", SAFE), ("field result", SAFE),
        ("Strict Open XML", READ), ("typed where the control was", READ), ("two different answers", HELD),
        ("tracked insertion", HELD), ("tracked replacement", HELD), ("moved here", SAFE), ("placeholder only", HELD),
        ("hidden other grade beside it", HELD), ("struck-through other grade beside it", HELD),
        ("other grade hidden by its style", HELD), ("old text box in the control", HELD),
        ("two paragraphs with different answers", HELD),
    )):  # fmt: skip
        grade, position = GRADES[n % 4], tuple(LABELS)[n % 3]
        name = "writer-of-" + "-".join(shape.lower().split())
        office.append(Sample(name, by, f"{shape}, saved again", position, grade, expect,
                             shaped(originals, shape, position, grade)))  # fmt: skip
    grade = "Requires Improvement"
    office.append(Sample("writer-of-tracked-part", by, "tracked replacement of a part, saved again", "auditor's", grade,
                         HELD, shaped(originals, "tracked replacement of a part", "auditor's", grade)))  # fmt: skip
    found["soffice"] = (libreoffice, office)

    for ending, filter_ in (("doc", "MS Word 97"), ("odt", "writer8"), ("rtf", "Rich Text Format")):
        samples = [Sample(f"writer-by-way-of-{ending}-{short(g)}", by, f"by way of .{ending}", "auditor's", g, SAFE,
                          form("auditor's", g)) for g in ("Good", "Requires Improvement")]  # fmt: skip
        found[f"soffice {ending}"] = (
            lambda s, w, f=(filter_, ending): libreoffice(s, w, f),
            samples,
        )

    def each(prefix: str, by: str, what: str, expect: str, grades: tuple[str, ...] = GRADES) -> list[Sample]:
        return [
            Sample(f"{prefix}-{short(g)}", by, what, "auditor's", g, expect, form("auditor's", g))
            for g in grades
        ]

    found["pandoc"] = (by_command("pandoc", "-f", "docx", "-t", "docx", "FROM", "-o", "TO"), [
        *each("pandoc-saved", "pandoc", "converted to docx anew", SAFE),
        Sample("pandoc-tracked", "pandoc", "tracked replacement, converted anew, changes accepted", "auditor's",
               "Inadequate", SAFE, shaped(originals, "tracked replacement", "auditor's", "Inadequate")),
    ])  # fmt: skip
    found["pandoc tracked"] = (
        by_command("pandoc", "-f", "docx", "--track-changes=all", "-t", "docx", "FROM", "-o", "TO"),
        [Sample("pandoc-tracked-kept", "pandoc", "tracked replacement, converted anew, changes kept", "auditor's",
                "Inadequate", HELD, shaped(originals, "tracked replacement", "auditor's", "Inadequate"))],
    )  # fmt: skip
    found["abiword"] = (by_command("abiword", "--to=docx", "-o", "TO", "FROM"),
                        each("abiword-saved", "AbiWord", "saved again", SAFE))  # fmt: skip
    typed = [Sample(f"python-docx-typed-{short(g)}", "python-docx", "typed into the cell", "auditor's", g, READ,
                    form("auditor's", OTHER[g]), [["type", "Overall grade", 0, g]]) for g in GRADES]  # fmt: skip
    found["python-docx"] = (python_docx, [
        *each("python-docx-saved", "python-docx", "saved again", READ), *typed,
        Sample("python-docx-typed-ambiguous", "python-docx", "typed into the cell", "auditor's", "Good", HELD,
               form("auditor's", "Good"), [["type", "Overall grade", 0, "Good?"]]),
    ])  # fmt: skip
    for way, opening, closing in (
        ("docx", "{{", "}}"),
        ("docxtemplater", "{", "}"),
        ("easy-template-x", "{", "}"),
    ):
        samples = []
        for n, grade in enumerate(GRADES):
            spot = shapes.Spot(originals, "auditor's", grade)
            text = shapes.run(f"{opening}grade{closing}")
            in_control = n % 2 == 0 and way != "docx"
            spot.put(spot.sdt, shapes.control(text) if in_control else text)
            what = "template filled, in the control" if in_control else "template filled, the control gone"
            samples.append(
                Sample(f"{way}-{short(grade)}", f"npm {way}", what, "auditor's", grade, READ, spot.file())
            )
        found[f"node {way}"] = (
            by_command("node", str(HERE / "javascript.mjs"), way, "FROM", "TO", "GRADE"),
            samples,
        )
    found["node from nothing"] = (
        by_command("node", str(HERE / "javascript.mjs"), "docx, from nothing", "FROM", "TO", "GRADE"),
        [
            Sample(
                "docx-from-nothing",
                "npm docx",
                "a table of its own with our labels",
                "auditor's",
                "Good",
                SAFE,
                blank,
            )
        ],
    )
    return found


def truth(samples: list[Sample]) -> str:
    lines = [
        "# What each file beside this one says, by whom it was made, and how the reader must answer for it:",
        "# read (the grade exactly), held (a person must look) or safe (read right or held; never wrong).",
        "# Every other grade in these files is Good or not given. Written by make/make.py.",
    ]
    for s in sorted(samples, key=lambda s: s.name):
        lines += ["", f'["{s.name}.docx"]', f'made_by = "{s.made_by}"', f'representation = "{s.representation}"',
                  f'position = "{s.position}"', f'grade = "{s.grade}"', f'expect = "{s.expect}"']  # fmt: skip
    return "\n".join(lines) + "\n"


def main() -> int:
    every: list[Sample] = []
    for tool, (make, samples) in plans().items():
        every += samples
        command = tool.split()[0]
        if sys.argv[1:] and command not in sys.argv[1:]:
            continue
        if command != "python-docx" and shutil.which(command) is None:
            sys.stdout.write(f"{command} is not here: {len(samples)} files are left as they are" + "\n")
            continue
        with tempfile.TemporaryDirectory() as folder:
            make(samples, Path(folder))  # type: ignore[operator]
        sys.stdout.write(f"{tool}: {len(samples)}" + "\n")
    (SAMPLES / "truth.toml").write_text(truth(every), encoding="utf-8")
    for stale in {p.name for p in SAMPLES.glob("*.docx")} - {f"{s.name}.docx" for s in every}:
        (SAMPLES / stale).unlink()
    size = sum(p.stat().st_size for p in SAMPLES.rglob("*") if p.is_file())
    sys.stdout.write(f"{len(every)} files, {size / 1e6:.1f} MB" + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
