"""The report to the CSCIB (§12), in the guide's order. Its first page is for whoever reads no further.

Its places, beside those of every report (title, cycle, as at, for):
lists    at a glance · grades in words · moderation in words · impact in words · escalations · what we asked ·
         inspection headings · assurance · how we counted
tables   grades by cycle · grades of all services · moderation matrix · impact of the last cycle · lines of enquiry ·
         dip samples · domain grades · themes · feedback obtained · actions agreed · actions by team ·
         numbers asked for · timeliness · whose work
charts   grades by cycle · good or better by cycle · domain grades (and of each its title, “NAME: title”)
people's write.what we know, how we know it, what we will do · write.grades · write.impact · write.why these lines ·
         write.findings · write.strengths · write.areas for development · write.systemic issues ·
         write.what families said · write.what practitioners said · write.plan for improvement ·
         write.whose work
"""

from __future__ import annotations

from bot.programme.reports.grade_tables import MEDIAN, PER_CENT
from bot.programme.vocabulary import Grade
from report_pieces import tables_of_a_cycle
from report_pieces.report_file import Column, ReportFile

_BY_CYCLE = (
    Column("Cycle", 23, number=False),
    *(Column(grade.in_full, share) for grade, share in zip(Grade, (13, 7, 15, 12), strict=True)),
    Column("None yet", 7),
    Column("Good or better", 23),
)


def build() -> ReportFile:
    report = ReportFile("Report to the Children’s Social Care Improvement Board")
    report.title_block("Children's Social Care  ·  case-file audit")
    report.your_words(
        "what we know, how we know it, what we will do",
        "Write here, a sentence each: what we know about practice, how we know it, what we will do, and what the board "
        "is asked to decide.",
    )
    report.subheading("At a glance")
    report.list("at a glance")
    report.grade_bars("grades by cycle", *(f"Cycle {n}" for n in range(1, 5)))
    report.numbers("grades by cycle", *_BY_CYCLE)
    report.heading(
        "1  Grades beside earlier cycles",
        "All services, in the order of their cycles. They do different work: a list of several is no trend.",
        new_page=True,
    )
    report.list("grades in words")
    report.dots("good or better by cycle", (PER_CENT, MEDIAN), *(f"Cycle {n}" for n in range(1, 9)))
    report.numbers("grades of all services", *_BY_CYCLE)
    report.your_words(
        "grades", "Write here what you make of it. Two cycles of sixty need about 18 points to differ."
    )
    _moderation(report)
    report.heading("3  What became of the last cycle’s audits")
    report.numbers(
        "impact of the last cycle",
        Column("Step", 37, number=False),
        Column("Audits", 13),
        *(Column(of, 25) for of in ("Of the step before", "Of all below Good")),
    )
    report.subheading("So far in this cycle")
    report.list("impact in words")
    report.list("escalations")
    report.your_words("impact", "Write here what the follow-up shows, and what it cannot show.")
    _findings(report)
    _views(report)
    report.heading("9  Actions agreed in the audits")
    tables_of_a_cycle.actions_agreed(report)
    report.numbers(
        "actions by team",
        Column("Team whose work it is", 48, number=False),
        *(Column(state, 13) for state in ("Agreed", "Done", "Overdue", "Open")),
    )
    report.heading(
        "10  Plan for improvement",
        "Carry open actions of the last plan forward, and say how many cycles old they are.",
    )
    report.to_fill_in(
        "plan for improvement",
        5,
        *(
            Column(what, share, number=False)
            for what, share in (
                ("What", 36),
                ("Who", 18),
                ("By when", 13),
                ("How we will know", 23),
                ("Status", 10),
            )
        ),
    )
    report.heading("11  How far the audits can be trusted")
    report.list("assurance")
    report.numbers(
        "numbers asked for",
        Column("What", 50, number=False),
        Column("The guide asks for", 28),
        Column("This cycle", 22),
    )
    report.numbers(
        "timeliness",
        Column("Step", 25, number=False),
        *(Column(told, 14) for told in ("In time", "Late", "Overdue", "Not due yet")),
        Column("Median working days", 19),
    )
    report.heading("12  Whose work was looked at")
    report.numbers(
        "whose work",
        Column("Group", 46, number=False),
        Column("Audits in play", 27),
        Column("Good or better", 27),
    )
    report.your_words(
        "whose work",
        "Write here how these groups compare with the children the service works with, by its child level data.",
    )
    report.heading("How we counted")
    report.list("how we counted", small=True)
    report.heading("Signed off")
    report.sign_off("Audit Manager", "Principal Social Worker", "Divisional Director")
    return report


def _moderation(report: ReportFile) -> None:
    report.heading(
        "2  What moderation changed",
        "Rows: the auditor's grade. Columns: the moderated grade of the same audits.",
    )
    tables_of_a_cycle.moderation_matrix(report)
    report.list("moderation in words")


def _findings(report: ReportFile) -> None:
    report.heading("4  Lines of enquiry")
    report.list("what we asked")
    report.your_words(
        "why these lines", "Write here why each line of enquiry was chosen at the KLOE meeting."
    )
    tables_of_a_cycle.lines_of_enquiry(report)
    report.subheading("Dip samples")
    report.numbers(
        "dip samples",
        Column("Dip samples", 30, number=False),
        *(
            Column(said, share)
            for said, share in zip(
                ("Chosen", "Seen", "Yes", "Partly", "No", "Not applicable", "Not answered"),
                (10, 8, 7, 9, 7, 14, 15),
                strict=True,
            )
        ),
    )
    report.your_words(
        "findings",
        "Write here, for each line of enquiry, what was found and how sure we are, with its numbers.",
    )
    report.heading(
        "5  Strengths and areas for development", "The domain with the most below Good comes first."
    )
    tables_of_a_cycle.domain_grades(report)
    report.subheading("Under the headings of the inspection")
    report.list("inspection headings")
    report.subheading("What is strong")
    report.your_words("strengths", "Write here what is strong, under those headings that fit the service.")
    report.subheading("What is to be developed")
    report.your_words("areas for development", "Write here what is to be developed, under the same headings.")
    report.heading("6  Systemic issues")
    report.numbers("themes", Column("Theme", 60, number=False), Column("Audits whose findings name it", 40))
    report.your_words("systemic issues", "Write here what lies behind single audits, and what supports that.")


def _views(report: ReportFile) -> None:
    report.heading("7  What children, young people and families said")
    tables_of_a_cycle.feedback_obtained(report)
    report.your_words(
        "what families said", "Write here what they told us: themes, no quotation without consent."
    )
    report.heading("8  What practitioners said")
    report.your_words(
        "what practitioners said", "Write here what they said about the work and about being audited."
    )
