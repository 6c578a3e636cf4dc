"""Makes tests/samples/lost_controls anew: each form filled in and saved by LibreOffice in three ways, and the truth.

    python tests/samples/make/lost_controls.py

`soffice` must be there. The form as it was filled in is kept as well: the reader must say the same of both.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[3]
sys.path[:0] = [str(ROOT / "tests")]

from lost_controls import FORMS, filled_in  # noqa: E402

SAVED = ROOT / "tests" / "samples" / "lost_controls"


def converted(file: Path, ending: str, folder: Path) -> Path:
    subprocess.run(
        ["soffice", "--headless", "--convert-to", ending, "--outdir", str(folder), str(file)],
        check=True,
        capture_output=True,
    )
    return folder / f"{file.stem}.{ending}"


def make() -> None:
    SAVED.mkdir(exist_ok=True)
    truth = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in FORMS:
            data, answers = filled_in(name)
            form = Path(folder, f"{name}.docx")
            form.write_bytes(data)
            (SAVED / f"{name}-as-filled-in.docx").write_bytes(data)
            truth[name] = answers
            for way in ("docx", "odt", "doc"):
                between = Path(folder, way)
                between.mkdir(exist_ok=True)
                last = form if way == "docx" else converted(form, way, between)
                saved = converted(last, "docx", Path(folder, "saved"))
                shutil.copy(saved, SAVED / f"{name}-by-way-of-{way}.docx")
    (SAVED / "truth.json").write_text(
        json.dumps(truth, ensure_ascii=False, indent=0, sort_keys=True), encoding="utf-8"
    )


if __name__ == "__main__":
    make()
