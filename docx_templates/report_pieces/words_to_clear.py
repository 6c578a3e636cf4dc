"""The list of what people said, for the Audit Team to clear: kept with the restricted papers, sent to nobody.

Its places, beside those of every report (title, cycle, as at, for):
tables   words to clear
"""

from __future__ import annotations

from report_pieces.report_file import Column, ReportFile


def build() -> ReportFile:
    report = ReportFile("Words to clear before they are quoted")
    report.title_block("For the Audit Team only")
    report.numbers(
        "words to clear",
        *(
            Column(what, share, number=False)
            for what, share in (
                ("Who, or about what", 16),
                ("Words", 34),
                ("Taken out", 13),
                ("Audit", 13),
                ("From", 14),
                ("May be quoted?", 10),
            )
        ),
    )
    return report
