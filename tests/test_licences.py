"""What the bot is made of: each library with its licence, and a bill of materials that is the same each time."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from tenant import ROOT

sys.path.insert(0, str(ROOT / "docs"))

from licences import SPDX, libraries

FREE = {"MIT", "MIT-0", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "PSF-2.0", "MPL-2.0"}
"""None of these asks for the code of whoever uses the library."""


def test_every_locked_library_says_its_licence_and_none_asks_for_our_code() -> None:
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert len(libraries()) == len(re.findall(r"(?m)^[\w.-]+==", lock)) > 20
    for each in libraries():
        assert {*re.split(" OR | AND ", each.licence)} <= FREE, each.name
        assert each.hashes
        assert all(re.fullmatch(r"[0-9a-f]{64}", value) for value in each.hashes), each.name
    assert {name for name in SPDX.values() if name} <= FREE


def test_the_bill_of_materials_is_the_same_each_time_and_names_every_library_once(tmp_path: Path) -> None:
    first, second = tmp_path / "a.json", tmp_path / "b.json"
    for file in (first, second):
        subprocess.run([sys.executable, ROOT / "docs/licences.py", file], check=True, cwd=tmp_path)
    assert first.read_bytes() == second.read_bytes()
    told = json.loads(first.read_text())
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.5")
    names = [part["bom-ref"] for part in told["components"]]
    assert len(names) == len({*names}) == len(libraries())
