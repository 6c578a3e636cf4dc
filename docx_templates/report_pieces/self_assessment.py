"""The extract for the self-assessment (§12): what we know about practice, how we know it, what we will do.

Its places, beside those of every report (title, cycle, as at, for):
lists    what we know · how we know it · what follows · inspection headings · how we counted
tables   grades by cycle · domain grades
people's write.what we know · write.what we will do
"""

from __future__ import annotations

from report_pieces.report_file import Column, ReportFile


def build() -> ReportFile:
    report = ReportFile("Self-assessment: what our audits tell us")
    report.title_block("Children's Social Care  ·  case-file audit")
    report.heading("What do we know about practice?")
    report.list("what we know")
    report.numbers("grades by cycle", Column("Cycle", 65, number=False), Column("Good or better", 35))
    report.subheading("Under the headings of the inspection")
    report.list("inspection headings")
    report.your_words(
        "what we know", "Write here what the audits say under those headings that fit the service."
    )
    report.numbers("domain grades", Column("Domain", 65, number=False), Column("Good or better", 35))
    report.heading("How do we know it?")
    report.list("how we know it")
    report.heading("What are we doing about it?")
    report.list("what follows")
    report.your_words("what we will do", "Write here what is planned, who leads it and by when.")
    report.heading("How we counted")
    report.list("how we counted", small=True)
    return report
