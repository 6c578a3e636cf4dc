"""The Audit highlight report (§8): three to four pages within a week of the month's moderation.

Its places, beside those of every report (title, cycle, as at, for):
lists    the month in six lines · left out · moderation in words · escalations · how we counted
tables   grades by type · moderation matrix · lines of enquiry · domain grades · feedback obtained · actions agreed ·
         uopp meetings
charts   grades by type · domain grades (and of each its title, “NAME: title”)
people's write.headline · write.examples · write.what families said · write.what practitioners said · write.next steps
"""

from __future__ import annotations

from bot.programme.vocabulary import Grade
from report_pieces.report_file import Column, ReportFile

GRADES = tuple(Column(grade.in_full, share) for grade, share in zip(Grade, (13, 8, 17, 12), strict=True))

FEEDBACK = (
    Column("Whose view", 24, number=False),
    *(Column(told, share) for told, share in (
        ("Obtained", 12), ("Tried, not possible", 13), ("Not appropriate", 14), ("Not obtained", 13),
        ("Not stated", 11), ("Audits returned", 13),
    )),
)  # fmt: skip
TIMES = (
    Column("Step", 25, number=False),
    *(Column(told, 14) for told in ("In time", "Late", "Overdue", "Not due yet")),
    Column("Median working days", 19),
)


def build() -> ReportFile:
    report = ReportFile("Audit highlight report")
    report.title_block("Children's Social Care  ·  case-file audit")
    report.your_words(
        "headline",
        "Write here, in two or three sentences, what the month says about practice, how we know, what we do next.",
    )
    report.heading("1  The month in six lines")
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
    report.numbers(
        "moderation matrix",
        Column("Auditor’s grade", 36, number=False),
        *GRADES,
        Column("All", 14),
        total=True,
    )
    report.list("moderation in words")
    report.heading("4  Lines of enquiry")
    report.numbers(
        "lines of enquiry",
        Column("Line of enquiry", 48, number=False),
        *(Column(answer, 13) for answer in ("Strength", "Concern", "Not applicable", "Not answered")),
    )
    report.your_words(
        "examples",
        "Choose up to three examples that show how it was for children. No name, age, school or place, and nothing by "
        "which a family or a colleague could know themselves.",
    )
    report.heading("5  Domains of practice", "The domain with the most below Good comes first.")
    report.grade_bars("domain grades", *(f"Domain {n}" for n in range(1, 7)))
    report.numbers(
        "domain grades",
        Column("Domain", 24, number=False),
        *GRADES,
        Column("Not graded", 9),
        Column("Good or better", 17),
    )
    report.heading("6  What families and practitioners said")
    report.numbers(
        "feedback obtained",
        *FEEDBACK,
    )
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
    report.numbers("actions agreed", Column("Actions", 65, number=False), Column("Number", 35))
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
