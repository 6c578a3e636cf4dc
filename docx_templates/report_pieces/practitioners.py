"""The two pages for practitioners (§12): what to celebrate on the first, what we learn on the second.

Its places, beside those of every report (title, cycle, as at, for):
words    counted
lists    to celebrate · strongest domains · what we asked
charts   standing grades (and its title, “standing grades: title”)
people's write.thank you · write.three strengths · write.a family's voice · write.three to strengthen ·
         write.what the Academy will do
"""

from __future__ import annotations

from bot.programme.vocabulary import Grade
from report_pieces.report_file import Column, ReportFile


def build() -> ReportFile:
    report = ReportFile("What our audits found")
    report.title_block("For everybody who works with children and families")
    report.your_words("thank you", "Write here, in two sentences, what colleagues can be proud of.")
    report.heading("What to celebrate")
    report.list("to celebrate")
    report.subheading("The domains most often found Good or better")
    report.list("strongest domains")
    report.your_words(
        "three strengths",
        "Write here three strengths: what colleagues did, and what changed for children. No team, no person.",
    )
    report.plain_bars("standing grades", "Audits", *(grade.in_full for grade in Grade))
    report.your_words(
        "a family's voice",
        "Write here one thing a family told us, in other words than theirs, and with their consent.",
    )
    report.heading("What we are learning", new_page=True)
    report.subheading("We asked")
    report.list("what we asked")
    report.subheading("Three to strengthen")
    report.to_fill_in(
        "three to strengthen",
        3,
        Column("What to strengthen", 40, number=False),
        Column("What good looks like", 60, number=False),
    )
    report.subheading("What the Learning Academy will do")
    report.to_fill_in(
        "what the Academy will do",
        3,
        Column("What", 60, number=False),
        Column("When", 20, number=False),
        Column("Who to ask", 20, number=False),
    )
    report.subheading("How this was counted")
    report.line("counted")
    return report
