"""The index of an inspector's pack: one audit from its selection to its re-audit. Nothing in it is a person's to write,
for the pack is sealed as it is made.

Its places, beside those of every report (title, cycle, as at, for):
lists    not in the pack · the ledger · how to check
tables   audits · what happened · dates · grades · domain grades · letters · documents
"""

from __future__ import annotations

from collections.abc import Sequence

from form_pieces.pieces import page_number, paragraph, run, tab

from report_pieces.report_file import Column, ReportFile
from report_pieces.styles import style_id


class _PackFile(ReportFile):
    """A report that is no draft."""

    def _foot(self) -> Sequence[str]:
        return (
            self.word("title"), run("    As at "), self.word("as at"), run("    Restricted"),
            tab(), run("Page "), page_number("PAGE"), run(" of "), page_number("NUMPAGES"),
        )  # fmt: skip


def build() -> ReportFile:
    report = _PackFile("Inspector's pack")
    report.tables_go_over_pages()
    report.add(paragraph(run("Children's Social Care  ·  case-file audit  ·  restricted"), "Note"))
    report.add(paragraph(report.word("title"), "Title"))
    report.add(paragraph(report.word("cycle"), "Subtitle"))
    line = (
        run("As at ")
        + report.word("as at")
        + run(" · put together for an inspector by ")
        + report.word("for")
    )
    report.add(paragraph(line, style_id("Draft line")))
    report.heading(
        "1  The audits of this trail", "The one asked for first, then what it goes back to or led to."
    )
    _texts(report, "audits", ("Audit", 19), ("Kind", 18), ("Cycle", 22), ("Goes back to", 19), ("Stands", 22))
    report.heading("2  What is not in this pack")
    report.list("not in the pack")
    report.heading("3  Grades, and where each stands")
    _texts(
        report, "grades", ("Audit", 18), ("Day", 17), ("Grade", 17), ("Given by", 20), ("Where it stands", 28)
    )
    report.subheading("By domain")
    _texts(
        report, "domain grades",
        ("Audit", 19), ("Domain", 25), ("Grade", 14), ("Given by", 15), ("Where it stands", 27),
    )  # fmt: skip
    report.heading("4  Dates, and the reason for each")
    _texts(report, "dates", ("Audit", 18), ("Day", 17), ("What it is", 22), ("Reason", 35), ("Guide", 8))
    report.heading("5  What happened")
    _texts(report, "what happened", ("Audit", 18), ("Day", 17), ("What happened", 33), ("Why", 32))
    report.heading("6  Letters", "By the parts people have in the audit.")
    _texts(
        report, "letters", ("Audit", 18), ("Day", 17), ("Subject", 32), ("To", 21), ("What became of it", 12)
    )
    report.heading("7  Documents")
    _texts(
        report, "documents",
        ("Audit", 17), ("Received", 17), ("What it is", 14), ("In the pack", 22), ("SHA-256 as it was received", 30),
    )  # fmt: skip
    report.heading("8  How to check this pack")
    report.list("the ledger")
    report.list("how to check", small=True)
    return report


def _texts(report: ReportFile, name: str, *columns: tuple[str, int]) -> None:
    report.numbers(name, *(Column(heading, share, number=False) for heading, share in columns))
