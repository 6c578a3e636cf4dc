"""A workbook as rows of texts by the words of its first row, read by nothing of the bot's.

A zip of XML: ECMA-376 part 1, 18.3.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
Row = dict[str, str]


def sheets_in(file: Path) -> dict[str, list[Row]]:
    """Each sheet's rows below the first, as far as they are filled in; a cell that is empty is an empty text."""
    with zipfile.ZipFile(file) as package:
        names = set(package.namelist())
        part = lambda name: ElementTree.fromstring(package.read(name))  # noqa: E731
        strings = ["".join(t.text or "" for t in text.iter(f"{_MAIN}t"))
                   for text in (part("xl/sharedStrings.xml") if "xl/sharedStrings.xml" in names else ())]  # fmt: skip
        places = {each.get("Id"): str(each.get("Target")) for each in part("xl/_rels/workbook.xml.rels")}
        found = {}
        for sheet in part("xl/workbook.xml").iter(f"{_MAIN}sheet"):
            lines = []
            for row in part("xl/" + places[sheet.get(_ID)].removeprefix("/xl/")).iter(f"{_MAIN}row"):
                lines.append({_column(cell): _text(cell, strings) for cell in row})
            heads = lines[0] if lines else {}
            found[str(sheet.get("name"))] = [
                {head: line.get(at, "") for at, head in heads.items()} for line in lines[1:]
            ]
        return found


def _column(cell: ElementTree.Element) -> str:
    return re.sub(r"\d", "", str(cell.get("r")))


def _text(cell: ElementTree.Element, strings: list[str]) -> str:
    if cell.get("t") == "inlineStr":
        return "".join(t.text or "" for t in cell.iter(f"{_MAIN}t"))
    value = cell.findtext(f"{_MAIN}v", "")
    return strings[int(value)] if cell.get("t") == "s" else value
