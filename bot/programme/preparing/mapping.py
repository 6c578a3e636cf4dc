"""Names written into the text of config/lists.toml, with every other line left as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence

from bot.programme.preparing.steps import NameToEnter


def line_of(mapping: NameToEnter) -> str:
    """What stands in the file: confirmed_on = "Confirmed"."""
    return f"{mapping.word} = {json.dumps(mapping.title, ensure_ascii=False)}"


def to_paste(mappings: Sequence[NameToEnter]) -> list[str]:
    """The lines to paste, each under the head of its part."""
    lines: list[str] = []
    for table in dict.fromkeys(each.table for each in mappings):
        lines.append(f"[{table}]")
        lines += [line_of(each) for each in mappings if each.table == table]
    return lines


def with_names(text: str, mappings: Iterable[NameToEnter]) -> str:
    """The text of config/lists.toml with the names in it. What stands behind a name as a comment stays."""
    lines = text.split("\n")
    for each in mappings:
        _set(lines, each)
    return "\n".join(lines)


def _set(lines: list[str], mapping: NameToEnter) -> None:
    head = re.compile(rf"\s*\[\s*{re.escape(mapping.table)}\s*\]")
    start = next((n for n, line in enumerate(lines) if head.match(line)), None)
    if start is None:
        lines += [f"[{mapping.table}]", line_of(mapping), ""]
        return
    end = next((n for n in range(start + 1, len(lines)) if lines[n].lstrip().startswith("[")), len(lines))
    known = re.compile(rf'(\s*{re.escape(mapping.word)}\s*=\s*)(?:"(?:[^"\\]|\\.)*"|\'[^\']*\')(.*)$')
    for n in range(start + 1, end):
        if found := known.match(lines[n]):
            lines[n] = f"{found[1]}{json.dumps(mapping.title, ensure_ascii=False)}{found[2]}"
            return
    lines.insert(start + 1, line_of(mapping))
