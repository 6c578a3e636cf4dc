"""The list of what people said, for the Audit Team to clear: kept with the restricted papers, sent to nobody.

Its places, beside those of every report (title, cycle, as at, for):
tables   words to clear
"""

from __future__ import annotations

from form_pieces.pieces import paragraph, run

from report_pieces.report_file import Column, ReportFile

_WHAT_TO_DO = (
    "Nothing in this list has been cleared, and it is sent to nobody. Where the name of a child was taken out there is "
    "“…”. Names of relatives, places and events may still tell who is meant.",
    "Write “Yes” beside what may be quoted: whoever said it agrees, and nobody can tell by it who is meant. "
    "Copy it into a report by hand.",
)


def build() -> ReportFile:
    report = ReportFile("Words to clear before they are quoted")
    report.tables_go_over_pages()
    report.title_block("For the Audit Team only")
    report.add(*(paragraph(run(line)) for line in _WHAT_TO_DO))
    report.numbers(
        "words to clear",
        *(
            Column(what, share, number=False)
            for what, share in (
                ("Who, or about what", 17),
                ("Words", 32),
                ("Taken out", 11),
                ("Audit", 18),
                ("From", 11),
                ("May be quoted?", 11),
            )
        ),
    )
    return report
