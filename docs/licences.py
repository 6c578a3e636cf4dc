"""What the bot is made of besides itself: the locked libraries, their licences, and a bill of materials.

`python docs/licences.py FILE` writes the bill as CycloneDX 1.5 JSON (https://cyclonedx.org/docs/1.5/json/). It is made
of requirements.txt and of what the installed libraries say of themselves, and holds no time of day.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
SPDX = {
    "MIT License": "MIT",
    "BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Dual License": "",
}
"""How libraries name a licence -> its SPDX name; "" is no name."""


@dataclass(frozen=True, slots=True)
class Library:
    """A line of the lock: `when` is where it is needed only sometimes; `hashes` are SHA-256, of every file of it."""

    name: str
    version: str
    when: str
    hashes: tuple[str, ...]

    @property
    def licence(self) -> str:
        """In SPDX's words, as the library says it of itself. Raises LookupError where it says nothing."""
        told = metadata(self.name)
        if said := told.get("License-Expression"):
            return str(said)
        own = str(told.get("License") or "")
        kinds = [
            c.rpartition(" :: ")[2] for c in told.get_all("Classifier") or () if c.startswith("License ::")
        ]
        for words in ([own], kinds):
            if found := [name for word in words if (name := SPDX.get(word, word if len(word) < 40 else ""))]:
                return " OR ".join(found)
        raise LookupError(f"{self.name} does not say under which licence it is")


def locked(text: str) -> Iterator[Library]:
    """The libraries of a file of locked requirements."""
    for entry in re.split(r"\n(?=\S)", text.strip()):
        head, *hashes = re.split(r"\s*\\\n\s*", entry)
        if found := re.fullmatch(r"([\w.-]+)==([^ ;]+)(?: ; (.*))?", head.strip()):
            yield Library(
                found[1], found[2], found[3] or "", tuple(h.removeprefix("--hash=sha256:") for h in hashes)
            )


def libraries() -> list[Library]:
    return [*locked((ROOT / "requirements.txt").read_text(encoding="utf-8"))]


def licences_as_markdown() -> list[str]:
    """Rows: every library with its version and licence."""
    rows = [f"| {each.name} | {each.version} | {each.licence} |" for each in libraries()]
    return ["| library | version | licence |", "|---|---|---|", *rows]


def bill_of_materials(version: str) -> dict[str, Any]:
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "audit-bot", "version": version}},
        "components": [
            {
                "type": "library",
                "bom-ref": f"pkg:pypi/{each.name}@{each.version}",
                "name": each.name,
                "version": each.version,
                "purl": f"pkg:pypi/{each.name}@{each.version}",
                "licenses": [{"expression": each.licence}],
                "properties": [{"name": "sha256 of a file", "value": value} for value in each.hashes],
            }
            for each in libraries()
        ],
    }


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    from bot import __version__

    Path(sys.argv[1]).write_text(
        json.dumps(bill_of_materials(__version__), indent=1) + "\n", encoding="utf-8"
    )
