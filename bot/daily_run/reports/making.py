"""A report made: laid out from what is known, filled into its template, put into the library; nobody is sent it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.daily_run.reports.dashboards import keep_dashboards, link_to_all
from bot.daily_run.reports.kept_record import kept_record
from bot.daily_run.reports.kept_reports import folder_of, keep, name_of, title_of, told_outside
from bot.daily_run.reports.material import Material
from bot.daily_run.reports.templates import lays_out, names_in, passed_over, template_of
from bot.daily_run.workplace import Workplace
from bot.errors import AuditBotError, SettingsError, TenantUnavailable, in_words
from bot.papers.letters.letter_words import ReportSeen
from bot.papers.reports.word_report import fill, template_problems
from bot.papers.word.walk import NotWord
from bot.programme.reports.kinds import About, Made
from bot.programme.reports.report import Audience, Report

REMEDY = "Save it anew in Word, or take it away: then the one the bot comes with is used."


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A report as a file. `missing`: a sentence for each form that could not be read for it, and for what is wrong with
    its template."""

    name: str
    data: bytes
    missing: tuple[str, ...] = ()


def audience_of(made: Made, *, outside: bool = False) -> Audience:
    """For whom a report is: with `outside` small numbers are not told in any."""
    return (
        Audience.OUTSIDE if outside and made.kind.audience is not Audience.AUDIT_TEAM else made.kind.audience
    )


def make(made: Made, known: Material) -> MadeFile:
    """A report as a file. Raises AuditBotError with a sentence when it cannot be made."""
    laid_out = lays_out(made)(known)
    missing = known.counted(known.about).unread if made.kind.about is About.CYCLE else ()
    name = name_of(made, known.as_at, known.audience)
    if isinstance(laid_out, Report):
        template = template_of(made, known.settings.files)
        missing = (*missing, *_wrong_with(template, made, laid_out, known))
        try:
            laid_out = fill(template, laid_out)
        except (NotWord, ValueError) as fault:
            raise SettingsError([f"The template of “{made}” cannot be used: {fault}. {REMEDY}"]) from fault
    return MadeFile(name, laid_out, missing)


def _wrong_with(template: bytes, made: Made, laid_out: Report, known: Material) -> Iterator[str]:
    found = template_problems(template, names_in(laid_out), laid_out.tables)
    yield from (f"Its template, {made.kind.template}.docx: {said}" for said in found)
    yield from passed_over(made, known.settings.files)


def put_into_the_library(made: Made, known: Material, workplace: Workplace) -> ReportSeen:
    """A report made and kept. Whatever it fails on is told, and raises nothing but TenantUnavailable: then it is tried
    again. Without a name none was made."""
    title = title_of(made, known.audience)
    try:
        if made in IN_ONE_PLACE:
            return IN_ONE_PLACE[made](known, workplace)
        file = make(made, known)
        cycle = known.cycle.name if known.cycle else ""
        kept = keep(file.data, (*folder_of(workplace, cycle), file.name), workplace)
    except TenantUnavailable:
        raise
    except AuditBotError as fault:
        return ReportSeen(title, "", "", (f"It could not be made: {in_words(fault)}.",))
    except Exception as fault:  # a letter that announces a report goes whatever the report fails on
        said = f"It could not be made: the bot met something it does not know ({type(fault).__name__})."
        return ReportSeen(title, "", "", (said,))
    return ReportSeen(title, kept.url, kept.name, file.missing)


def record_in_its_place(known: Material, workplace: Workplace) -> ReportSeen:
    """The record of a cycle has one file, in which the Audit Team puts things right (kept_record.py)."""
    found = kept_record(known.about, known.situation.standings, workplace, known.asked, known.as_at)
    said = tuple(problem.what for problem in found.problems)
    name, url = (found.file.name, found.file.url) if found.file else ("", "")
    return ReportSeen(Made.RECORD.kind.title, url, name, said)


def dashboards_in_their_places(known: Material, workplace: Workplace) -> ReportSeen:
    """The workbooks of where the audits stand are brought up to date as the daily run does it (dashboards.py)."""
    standings = [s for s in known.situation.standings if s.cycle.name in known.running]
    said = tuple(problem.what for problem in keep_dashboards(standings, known.history, workplace))
    title, link = Made.DASHBOARD.kind.title, next(iter(link_to_all(known.history)), None)
    return ReportSeen(title, link.opens if link else "", title, said)


IN_ONE_PLACE = {Made.RECORD: record_in_its_place, Made.DASHBOARD: dashboards_in_their_places}
"""What is not kept as a draft beside others, but in one place and made anew there."""


def for_its_readers(made: Made, known: Material, workplace: Workplace, *, outside: bool = False) -> Material:
    """What a report is made from, with what its readers may be told; outside, beside what was told there before, also
    in papers about another cycle: each tells of those before its own."""
    told = audience_of(made, outside=outside)
    about = known.situation.cycles if told is Audience.OUTSIDE and known.cycle else ()
    papers = [(paper, cycle) for cycle in about for paper in told_outside(workplace, cycle.name)]
    papers.sort(key=lambda each: (each[0], each[1].name))
    return replace(known, audience=told, issued=tuple((p.day, cycle, p.made) for p, cycle in papers))
