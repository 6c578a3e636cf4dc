"""What the highlight report and the report to the board show of a cycle alike: one piece for both."""

from __future__ import annotations

from bot.programme.vocabulary import Grade
from report_pieces.report_file import Column, ReportFile

GRADES = tuple(Column(grade.in_full, share) for grade, share in zip(Grade, (13, 8, 17, 12), strict=True))


def moderation_matrix(report: ReportFile) -> None:
    report.numbers(
        "moderation matrix",
        Column("Auditor’s grade", 36, number=False),
        *GRADES,
        Column("All", 14),
        total=True,
    )


def lines_of_enquiry(report: ReportFile) -> None:
    report.numbers(
        "lines of enquiry",
        Column("Line of enquiry", 48, number=False),
        *(Column(answer, 13) for answer in ("Strength", "Concern", "Not applicable", "Not answered")),
    )


def domain_grades(report: ReportFile) -> None:
    report.grade_bars("domain grades", *(f"Domain {n}" for n in range(1, 7)))
    report.numbers(
        "domain grades",
        Column("Domain", 24, number=False),
        *GRADES,
        Column("Not graded", 9),
        Column("Good or better", 17),
    )


def feedback_obtained(report: ReportFile) -> None:
    report.numbers(
        "feedback obtained",
        Column("Whose view", 24, number=False),
        *(Column(told, share) for told, share in (
            ("Obtained", 12), ("Tried, not possible", 13), ("Not appropriate", 14), ("Not obtained", 13),
            ("Not stated", 11), ("Audits returned", 13),
        )),
    )  # fmt: skip


def actions_agreed(report: ReportFile) -> None:
    report.numbers("actions agreed", Column("Actions", 65, number=False), Column("Number", 35))
