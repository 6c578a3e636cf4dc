"""The Audit highlight report (§8): three to four pages within a week of the month's moderation.

Its places, beside those of every report (title, cycle, as at, for):
lists    the month in six lines · left out · moderation in words · escalations · how we counted
tables   grades by type · moderation matrix · lines of enquiry · domain grades · feedback obtained · actions agreed ·
         uopp meetings
charts   grades by type · domain grades (and of each its title, “NAME: title”)
people's write.headline · write.examples · write.what families said · write.what practitioners said · write.next steps
"""

from __future__ import annotations

from report_pieces import tables_of_a_cycle
from report_pieces.report_file import Column, ReportFile
from report_pieces.tables_of_a_cycle import GRADES


def build() -> ReportFile:
    report = ReportFile("Audit highlight report")
    report.title_block("Children's Social Care  ·  case-file audit")
    report.your_words(
        "headline",
        "Write here, in two or three sentences, what the month says about practice, how we know, what we do next.",
    )
    report.heading("1  The month at a glance")
    report.list("the month in six lines")
    report.list("left out")
    report.heading("2  Grades")
    report.grade_bars(
        "grades by type", "Team Managers' audits", "Advanced Practitioners' audits", "All audits"
    )
    report.numbers(
        "grades by type",
        Column("Standing grade", 30, number=False),
        *GRADES,
        Column("None yet", 10),
        Column("All", 10),
        total=True,
    )
    report.heading(
        "3  What moderation changed",
        "Rows: the auditor's grade. Columns: the moderated grade of the same audits.",
    )
    tables_of_a_cycle.moderation_matrix(report)
    report.list("moderation in words")
    report.heading("4  Lines of enquiry")
    tables_of_a_cycle.lines_of_enquiry(report)
    report.your_words(
        "examples",
        "Choose up to three examples that show how it was for children. No name, age, school or place, and nothing by "
        "which a family or a colleague could know themselves.",
    )
    report.heading("5  Domains of practice", "The domain with the most below Good comes first.")
    tables_of_a_cycle.domain_grades(report)
    report.heading("6  What families and practitioners said")
    tables_of_a_cycle.feedback_obtained(report)
    report.subheading("Families")
    report.your_words(
        "what families said", "Write here what children, parents and carers told us: themes, no quotations."
    )
    report.subheading("Practitioners")
    report.your_words(
        "what practitioners said",
        "Write here what practitioners said about the work and about the audit itself.",
    )
    report.heading("7  Actions agreed")
    tables_of_a_cycle.actions_agreed(report)
    report.heading("8  UoPP meetings and escalations")
    report.numbers(
        "uopp meetings",
        Column("Grade", 34, number=False),
        *(Column(what, 16) for what in ("Needed", "Held in time", "Held late")),
        Column("Not held yet", 18),
        total=True,
    )
    report.list("escalations")
    report.heading("9  What we will do next")
    report.your_words(
        "next steps",
        "Write here what, who and by when. Carry open actions of the last report forward, and say how old they are.",
    )
    report.heading("How we counted")
    report.list("how we counted", small=True)
    report.heading("Signed off")
    report.sign_off("Audit Manager", "Divisional Director")
    return report
