"""The dip-sample report (§7): key findings, signed off before it goes to the Heads of Service.

Its places, beside those of every report (title, cycle, as at, for):
words    looked at · people
lists    limits · how we counted
tables   answers
people's write.key findings · write.examples · write.actions for services
"""

from __future__ import annotations

from form_pieces.pieces import paragraph

from report_pieces.report_file import Column, ReportFile

_ACTIONS = (("Service", 18), ("What", 32), ("Who", 18), ("By when", 12), ("How we will know", 20))


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
        Column("Not answered", 12),
        Column("Seen of chosen", 15),
    )
    report.your_words(
        "examples",
        "Write here what lies behind the numbers. No name, age, school or place, and nothing by which a family or a "
        "colleague could know themselves.",
    )
    report.heading("3  Actions for services", "For the Heads of Service with whom this report is shared.")
    report.to_fill_in(
        "actions for services", 4, *(Column(what, share, number=False) for what, share in _ACTIONS)
    )
    report.heading("How we counted")
    report.list("how we counted", small=True)
    report.heading("Signed off")
    report.sign_off("Audit Officer", "Principal Social Worker")
    return report
