"""The reports there are: one record for each, from which command line, rules, library, checks and pages follow.

What lays a report out stands in the record as “module:function” and is imported when one is made: the rule book knows
the names of reports and needs nothing of what they are made of. Such a function takes a `Material`
(bot/daily_run/reports/material.py) and gives a `Report`, which is filled into its template, or a whole workbook.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.programme.reports.report import Audience


class About(StrEnum):
    """What one report is about."""

    CYCLE = "a cycle"
    MONTH = "a month"
    PROGRAMME = "all running cycles"
    AUDIT = "an audit"


@dataclass(frozen=True, slots=True)
class ReportKind:
    """Everything about one report.

    `word` is how the command line calls it, `title` begins the name of its file, `guide` and `duties` say what asks
    for it (docs/obligations.md), `holds` what stands in it, in a line, `template` is the name of its Word template (""
    for a workbook), `made_by` what lays it out. `also_outside`: it can be made without small numbers, too.
    """

    word: str
    title: str
    about: About
    audience: Audience
    guide: str
    duties: tuple[str, ...]
    holds: str
    template: str = ""
    made_by: str = ""
    also_outside: bool = False

    @property
    def versions(self) -> tuple[Audience, ...]:
        """For whom it is made. What is passed on comes first: it is the draft in which people write."""
        return (Audience.OUTSIDE, self.audience) if self.also_outside else (self.audience,)

    @property
    def suffix(self) -> str:
        return ".docx" if self.template else ".xlsx"


class Made(StrEnum):
    """A report by its name in the rule book and in the ledger; its record."""

    kind: ReportKind
    _value_: str

    def __new__(cls, name: str, kind: ReportKind) -> Made:
        member = str.__new__(cls, name)
        member._value_ = name
        member.kind = kind
        return member

    SCORECARD = "scorecard", ReportKind(
        "scorecard", "Monthly scorecard", About.MONTH, Audience.INSIDE, "9", ("O62",),
        "for each cycle and service what was allocated, returned and moderated, both gradings, feedback, timeliness",
        made_by="bot.daily_run.reports.laid_out:scorecard",
    )  # fmt: skip
    HIGHLIGHT = "highlight report", ReportKind(
        "highlight", "Audit Highlight report", About.CYCLE, Audience.INSIDE, "8", ("O61",),
        "grades, how moderation moved them, lines of enquiry, domains, feedback, actions and meetings of one cycle",
        template="highlight_report", made_by="bot.daily_run.reports.laid_out:highlight", also_outside=True,
    )  # fmt: skip
    BOARD = "board report", ReportKind(
        "board", "Report to the CSCIB", About.CYCLE, Audience.INSIDE, "12",
        ("O99", "O100", "O101", "O102", "O103", "O104", "O105", "O106", "O107", "O108"),
        "what the board asks for, in the guide's order, beside earlier cycles",
        template="board_report", made_by="bot.daily_run.reports.laid_out:board", also_outside=True,
    )  # fmt: skip
    PRACTITIONERS = "practitioners' version", ReportKind(
        "practitioners", "What our audits found", About.CYCLE, Audience.OUTSIDE, "12", ("O109",),
        "two pages for practitioners that celebrate first; no team, no person",
        template="practitioners_report", made_by="bot.daily_run.reports.laid_out:practitioners",
    )  # fmt: skip
    SELF_ASSESSMENT = "self-assessment extract", ReportKind(
        "self-assessment", "Extract for the self-assessment", About.CYCLE, Audience.OUTSIDE, "12", ("O111",),
        "what the audits say under each heading of inspection",
        template="self_assessment", made_by="bot.daily_run.reports.laid_out:self_assessment",
    )  # fmt: skip
    TO_CLEAR = "words to clear", ReportKind(
        "words", "Words to clear before they are quoted", About.CYCLE, Audience.AUDIT_TEAM, "12", ("O107",),
        "what families and practitioners said and what was found, for a person to clear before any of it is quoted",
        template="words_to_clear", made_by="bot.daily_run.reports.laid_out:words_to_clear",
    )  # fmt: skip
    DIPS = "dip-sample report", ReportKind(
        "dips", "Report on the dip samples", About.CYCLE, Audience.INSIDE, "7", ("O19",),
        "what the dip samples found for each line of enquiry; not graded",
        template="dip_sample_report", made_by="bot.daily_run.reports.laid_out:dip_samples",
    )  # fmt: skip
    IMPACT = "impact report", ReportKind(
        "impact", "Impact of follow-up", About.CYCLE, Audience.INSIDE, "15", ("O121", "O124", "O125"),
        "six-week checks, re-audits of the tenth that was drawn, work not improved by four months",
        template="follow_up_report", made_by="bot.daily_run.reports.laid_out:impact",
    )  # fmt: skip
    DASHBOARD = "dashboard", ReportKind(
        "dashboard", "Where the audits stand", About.PROGRAMME, Audience.OUTSIDE, "7", ("O44",),
        "counts by status, what is due and overdue, and the open clocks of an Inadequate, service by service",
        made_by="bot.daily_run.reports.laid_out:dashboard",
    )  # fmt: skip
    RECORD = "record of the cycle", ReportKind(
        "record", "Record of the cycle", About.CYCLE, Audience.AUDIT_TEAM, "8", ("O56", "O58", "O59", "O60"),
        "everything the forms of a cycle say, sheet for sheet; restricted, and corrected by the Audit Team",
        made_by="bot.daily_run.reports.laid_out:record",
    )  # fmt: skip
    PACK = "inspector's pack", ReportKind(
        "pack", "Inspector's pack", About.AUDIT, Audience.AUDIT_TEAM, "16", (),
        "one audit from selection to re-audit, with every letter and document and a list of hashes",
        template="inspectors_pack", made_by="bot.daily_run.reports.laid_out:pack",
    )  # fmt: skip


def with_templates() -> list[Made]:
    """The reports that are laid out in Word."""
    return [made for made in Made if made.kind.template]
