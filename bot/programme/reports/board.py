"""The report to the CSCIB (§12), in the guide's order; its first page is for whoever reads no further."""

from __future__ import annotations

from bot.programme.reports import enquiry_tables, grade_tables, moderation_sentences, sentences, work_tables
from bot.programme.reports.equality import whose_work
from bot.programme.reports.paper import CycleTold, Paper
from bot.programme.reports.report import Report, ReportTable

NOTHING_BEFORE = "There is no earlier cycle of this service to follow up."
A_FEW = 6
"""So many cycles of a service stand in its bars."""


def board(paper: Paper) -> Report:
    cycles, before = paper.same_service, paper.before
    glance = (
        sentences.grades, sentences.beside_the_cycle_before, sentences.moved, sentences.of_the_last_cycle,
        sentences.heard, sentences.actions,
    )  # fmt: skip
    others = (*paper.earlier, CycleTold(paper.cycle, paper.shown))
    return Report(
        "board_report",
        "Report to the Children’s Social Care Improvement Board",
        paper.cycle.name,
        paper.as_at,
        paper.audience,
        lists={
            "at a glance": tuple(line for say in glance if (line := say(paper))),
            "grades in words": (
                sentences.in_play(paper),
                sentences.beside_the_cycle_before(paper) or NOTHING_BEFORE,
            ),
            "moderation in words": moderation_sentences.of_moderation(paper),
            "impact in words": (sentences.followed_up(paper),),
            "escalations": (moderation_sentences.disputes(paper), moderation_sentences.inadequate(paper)),
            "what we asked": paper.asked,
            "inspection headings": paper.headings,
            "assurance": (sentences.how_chosen(paper), *work_tables.left_out(paper)),
            "how we counted": paper.how_we_counted,
        },
        tables={
            "grades by cycle": grade_tables.by_cycle(cycles, paper.in_short),
            "grades of all services": grade_tables.by_cycle(others, lambda cycle: cycle.name),
            "moderation matrix": grade_tables.matrix(paper),
            "impact of the last cycle": work_tables.impact(before)
            if before
            else ReportTable(("Step", "Audits"), (), NOTHING_BEFORE),
            "lines of enquiry": enquiry_tables.lines_of_enquiry(paper),
            "dip samples": enquiry_tables.dip_samples(paper),
            "domain grades": grade_tables.by_domain(paper),
            "themes": enquiry_tables.themes(paper),
            "feedback obtained": enquiry_tables.feedback(paper),
            "actions agreed": work_tables.actions(paper),
            "actions by team": work_tables.actions_by_team(paper),
            "whose work": whose_work(paper.shown, paper.named),
            "numbers asked for": work_tables.numbers_asked_for(paper),
            "timeliness": work_tables.timeliness(paper),
        },
        charts={
            "grades by cycle": grade_tables.by_cycle_bars(
                cycles[-A_FEW:], paper.in_short, sentences.good_or_better(paper)
            ),
            "good or better by cycle": grade_tables.by_cycle_dots(cycles),
            "domain grades": grade_tables.by_domain_bars(paper),
        },
    )
