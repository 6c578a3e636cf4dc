"""The dip-sample report (§7): key findings, signed off before it goes to the Heads of Service.

Its places, beside those of every report (title, cycle, as at, for):
words    looked at · people
lists    limits · how we counted
tables   answers
people's write.key findings · write.examples, and a table of actions
"""

from __future__ import annotations

from form_pieces.pieces import WIDTH, cell, paragraph, row, run

from report_pieces.report_file import Column, ReportFile, _table
from report_pieces.styles import style_id

_ACTIONS = (("Service", 20), ("What", 35), ("Who", 20), ("By when", 12), ("How we will know", 13))


def build() -> ReportFile:
    report = ReportFile("Dip samples")
    report.title_block("Children's Social Care  ·  case-file audit")
    report.your_words("key findings", "Write here the key findings, in three to five sentences.")
    report.heading("1  What was looked at")
    report.add(paragraph(report.word("looked at")), paragraph(report.word("people")))
    report.list("limits", small=True)
    report.heading("2  What the records say")
    report.numbers(
        "answers",
        Column("Line of enquiry", 34, number=False),
        *(
            Column(told, share)
            for told, share in (("Yes", 8), ("Partly", 9), ("No", 8), ("Not applicable", 14))
        ),
        Column("Not stated", 12),
        Column("Seen of chosen", 15),
    )
    report.your_words(
        "examples",
        "Write here what lies behind the numbers. No name, age, school or place, and nothing by which a family or a "
        "colleague could know themselves.",
    )
    report.heading("3  Actions for services", "For the Heads of Service with whom this report is shared.")
    _to_fill_in(report)
    report.heading("How we counted")
    report.list("how we counted", small=True)
    report.heading("Signed off")
    report.sign_off("Audit Officer", "Principal Social Worker")
    return report


def _to_fill_in(report: ReportFile) -> None:
    """An empty table, which is a person's."""
    widths = [WIDTH * share // 100 for _, share in _ACTIONS]
    heads = (paragraph(run(name), style_id("Table heading")) for name, _ in _ACTIONS)
    head = row(*(cell(words, width) for words, width in zip(heads, widths, strict=True)), header=True)
    empty = row(*(cell(paragraph("", style_id("Table text")), width) for width in widths))
    report.add(_table("Actions for services", widths, [head, *[empty] * 4]), paragraph("", "Gap"))
