"""The Audit highlight report (§8): what the month's audits found, within a week of its moderation."""

from __future__ import annotations

from bot.programme.reports import enquiry_tables, grade_tables, moderation_sentences, sentences, work_tables
from bot.programme.reports.paper import Paper
from bot.programme.reports.report import Report


def highlight(paper: Paper) -> Report:
    lines = (
        sentences.in_play, sentences.returned, sentences.moderated, sentences.grades, sentences.moved, sentences.heard,
    )  # fmt: skip
    return Report(
        "highlight_report",
        "Audit highlight report",
        paper.cycle.name,
        paper.as_at,
        paper.audience,
        lists={
            "the month in six lines": tuple(line(paper) for line in lines),
            "left out": work_tables.left_out(paper),
            "moderation in words": moderation_sentences.of_moderation(paper),
            "escalations": (moderation_sentences.disputes(paper), moderation_sentences.inadequate(paper)),
            "how we counted": paper.how_we_counted,
        },
        tables={
            "grades by type": grade_tables.by_type(paper),
            "moderation matrix": grade_tables.matrix(paper),
            "lines of enquiry": enquiry_tables.lines_of_enquiry(paper),
            "domain grades": grade_tables.by_domain(paper),
            "feedback obtained": enquiry_tables.feedback(paper),
            "actions agreed": work_tables.actions(paper),
            "uopp meetings": work_tables.meetings(paper),
        },
        charts={
            "grades by type": grade_tables.by_type_bars(paper, sentences.good_or_better(paper)),
            "domain grades": grade_tables.by_domain_bars(paper),
        },
    )
