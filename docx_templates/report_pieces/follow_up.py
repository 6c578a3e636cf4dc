"""The report on the impact of follow-up (§13, §15): six-week checks, the tenth audited again, the four months.

Its places, beside those of every report (title, cycle, as at, for):
lists    the tenth · moves · what the tenth suggests · caveats · how we counted
tables   six-week checks · grades at six weeks · actions · re-audits · before and after · four months
people's write.headline · write.what checks show · write.reasons · write.judgement
"""

from __future__ import annotations

from bot.programme.vocabulary import Grade
from report_pieces.report_file import Column, ReportFile

_GRADES = tuple(Column(grade.in_full, share) for grade, share in zip(Grade, (14, 10, 23, 14), strict=True))
_STEPS = (Column("Number", 15), Column("Of", 15))


def build() -> ReportFile:
    report = ReportFile("The impact of follow-up")
    report.title_block("Children's Social Care  ·  case-file audit")
    report.your_words(
        "headline",
        "Write here, in two or three sentences, what has become of the work that was below Good, and how we know.",
    )
    report.heading("1  After six weeks")
    report.numbers("six-week checks", Column("Six-week checks of work below Good", 70, number=False), *_STEPS)
    report.numbers("grades at six weeks", Column("Checked", 15), *_GRADES, Column("No grade noted", 24))
    report.numbers("actions", Column("Actions agreed for work below Good", 70, number=False), *_STEPS)
    report.your_words(
        "what checks show",
        "Write here what is different for children since, and where there is drift. No names and no quotations.",
    )
    report.heading("2  The tenth that was audited again")
    report.list("the tenth")
    report.numbers("re-audits", Column("Work moderated below Good", 70, number=False), *_STEPS)
    report.subheading("Before and after")
    report.numbers(
        "before and after", Column("First audit", 25, number=False), *_GRADES, Column("All", 14), total=True
    )
    report.subheading("Each move")
    report.list("moves")
    report.subheading("What that suggests for all of it")
    report.list("what the tenth suggests")
    report.your_words(
        "judgement",
        "Write here whether the tenth has consistently become Good, and whether the exercise is to be repeated on all "
        "the work that was below Good (§15).",
    )
    report.heading("3  After four months")
    report.numbers("four months", Column("Work below Good after four months", 70, number=False), *_STEPS)
    report.your_words(
        "reasons", "Write here why work is not known to be Good yet, and which fresh approach is taken."
    )
    report.heading("What these numbers cannot tell")
    report.list("caveats")
    report.heading("How we counted")
    report.list("how we counted", small=True)
    report.heading("Signed off")
    report.sign_off("Head of the Learning Academy", "Divisional Director")
    return report
