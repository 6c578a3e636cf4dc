"""Drives LibreOffice Writer as a person would: opens a form, types, tracks changes, and saves it.

Run by make.py with the Python that has LibreOffice's `uno`: `python3 libreoffice.py JOBS.json`. A job is
{"from": path, "to": path, "filter": export filter, "steps": [[verb, row's label, which of those rows, text], …]}.
The cell to the right of a label is worked on, for that is what a person looks at.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

DOCX = "MS Word 2007 XML"


def value(name, given):
    found = PropertyValue()
    found.Name, found.Value = name, given
    return found


def connected(pipe):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(120):
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            time.sleep(0.5)
    raise SystemExit("LibreOffice does not answer")


def cells(document):
    """Every table's cells, row by row: (table, name of the cell) in reading order."""
    for table in document.TextTables:
        for name in sorted(table.CellNames, key=lambda n: (int("".join(filter(str.isdigit, n))), n)):
            yield table, name


def answer_cell(document, label, which):
    """The cell to the right of the `which`-th cell with this label."""
    for table, name in cells(document):
        text = table.getCellByName(name).String.strip().split("\n")[0]
        if text == label:
            if which == 0:
                return table.getCellByName(chr(ord(name[0]) + 1) + name[1:])
            which -= 1
    raise SystemExit(f"no row {label}")


def replace(_document, cell, text):
    """Delete what is in the cell, control and all, and type."""
    cursor = cell.createTextCursor()
    cursor.gotoStart(False)
    cursor.gotoEnd(True)
    cursor.setString(text)


def beside(_document, cell, text):
    cell.insertString(cell.getEnd(), text, False)


def with_format(name, given):
    def put(_document, cell, text):
        cursor = cell.createTextCursorByRange(cell.getStart())
        cell.insertString(cursor, text, False)
        cursor.gotoStart(False)
        cursor.goRight(len(text), True)
        cursor.setPropertyValue(name, given)

    return put


def box(document, cell, text):
    frame = document.createInstance("com.sun.star.text.TextFrame")
    frame.Width, frame.Height = 4000, 800
    cell.insertTextContent(cell.getEnd(), frame, False)
    frame.insertString(frame.getStart(), text, False)


def footnote(document, cell, text):
    note = document.createInstance("com.sun.star.text.Footnote")
    cell.insertTextContent(cell.getEnd(), note, False)
    note.insertString(note.getStart(), text, False)


VERBS = {
    "replace": replace,
    "beside": beside,
    "hidden": with_format("CharHidden", True),
    "struck": with_format("CharStrikeout", 1),
    "box": box,
    "footnote": footnote,
}


def work(desktop, job):
    document = desktop.loadComponentFromURL(Path(job["from"]).as_uri(), "_blank", 0, (value("Hidden", True),))
    for verb, label, which, text in job.get("steps", ()):
        if verb == "track":
            document.RecordChanges = True
        else:
            VERBS[verb](document, answer_cell(document, label, which), text)
    document.RecordChanges = False
    document.storeToURL(Path(job["to"]).as_uri(), (value("FilterName", job.get("filter", DOCX)),))
    document.close(True)


def main():
    jobs = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as home:
        pipe = f"samples{time.monotonic_ns()}"
        office = subprocess.Popen([
            "soffice", "--headless", "--norestore", f"-env:UserInstallation={Path(home).as_uri()}",
            f"--accept=pipe,name={pipe};urp;",
        ], start_new_session=True)  # fmt: skip
        try:
            context = connected(pipe)
            desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
            for job in jobs:
                work(desktop, job)
            desktop.terminate()
            office.wait(60)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(office.pid, signal.SIGKILL)


main()
