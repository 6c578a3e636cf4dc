"""What lays each report out, from what is known to what stands in it; named by the records of kinds.py."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping

from bot.daily_run.reports.kept_record import kept_record
from bot.daily_run.reports.material import Material
from bot.errors import SettingsError
from bot.papers.letters.free_text import Children
from bot.papers.reports.dashboard_workbook import dashboard_workbook
from bot.papers.reports.record_workbook import record_workbook
from bot.papers.reports.scorecard_workbook import scorecard_workbook
from bot.programme.reports import board as of_the_board
from bot.programme.reports import highlight as of_highlights
from bot.programme.reports import practitioners as for_practitioners
from bot.programme.reports import self_assessment as of_ourselves
from bot.programme.reports.as_it_was import standings_as_at
from bot.programme.reports.audit_record import AuditRecord
from bot.programme.reports.counts import Counts, all_of_it
from bot.programme.reports.dashboard import dashboards
from bot.programme.reports.dip_samples import days_looked, dip_sample_counts, dip_sample_report
from bot.programme.reports.equality import told_inside
from bot.programme.reports.follow_up import follow_up_report
from bot.programme.reports.follow_up_counts import follow_up_counts, taken_to_the_director
from bot.programme.reports.inspectors_pack import pack_report
from bot.programme.reports.kinds import Made
from bot.programme.reports.outside import outside
from bot.programme.reports.paper import CycleTold, Paper, medians_of
from bot.programme.reports.quotable import passages
from bot.programme.reports.report import Audience, Report
from bot.programme.reports.scorecard import scorecard as card_of
from bot.programme.reports.small_numbers import Issued
from bot.programme.reports.words_to_clear import words_to_clear as list_of_words
from bot.programme.telling.summary import names_of
from bot.programme.vocabulary import Allocation, AuditType

_PAPERS: Mapping[Made, Callable[[Paper], Report]] = {
    Made.HIGHLIGHT: of_highlights.highlight,
    Made.BOARD: of_the_board.board,
    Made.PRACTITIONERS: for_practitioners.practitioners,
    Made.SELF_ASSESSMENT: of_ourselves.self_assessment,
}


def highlight(known: Material) -> Report:
    return _paper(Made.HIGHLIGHT, known)


def board(known: Material) -> Report:
    return _paper(Made.BOARD, known)


def practitioners(known: Material) -> Report:
    return _paper(Made.PRACTITIONERS, known)


def self_assessment(known: Material) -> Report:
    return _paper(Made.SELF_ASSESSMENT, known)


def words_to_clear(known: Material) -> Report:
    """What people said, without what tells of a child of the list or who works with one."""
    council = known.situation.council
    children = Children(council.allocations)
    workers = Children(
        Allocation("", "", "", "", AuditType.DIP_SAMPLE, child_name=name)
        for name in names_of(council).values()
    )
    cycle = known.about
    said = passages(known.counted(cycle).records, lambda text: workers.left_out(children.left_out(text)))
    return list_of_words(cycle, known.as_at, said)


def dip_samples(known: Material) -> Report:
    cycle, day = known.about, known.as_at
    records = known.counted(cycle).records
    counts = dip_sample_counts(cycle, records, day, tuple(known.asked.domains))
    return dip_sample_report(cycle, all_of_it(counts), days_looked(records, day), day, known.audience)


def impact(known: Material) -> Report:
    """What followed for the cycle whose work is audited again in this one, or, without re-audits, for this one."""
    rows, day = known.situation.standings, known.as_at
    again = [AuditRecord(each) for each in rows if each.allocation.audit_type is AuditType.RE_AUDIT]
    before = [c for c in known.earlier() if c.service_group == known.about.service_group]
    here = any(each.standing.cycle.name == known.about.name for each in again)
    cycle = before[-1] if here and before else known.about
    records = known.counted(cycle).records
    gone = taken_to_the_director(known.history, records, day)
    counts = follow_up_counts(cycle, records, again, day, tuple(known.asked.domains), gone)
    return follow_up_report(cycle, all_of_it(counts), day, known.audience)


def scorecard(known: Material) -> bytes:
    council, basis = known.situation.council, known.basis
    then = standings_as_at(council.cycles, council, known.history, basis, known.as_at)
    return scorecard_workbook(card_of(then, known.as_at, basis.working, council.roles))


def dashboard(known: Material) -> bytes:
    """Of all running cycles."""
    standings = [s for s in known.situation.standings if s.cycle.name in known.running]
    whole = next(iter(dashboards(standings, known.as_at)), None)
    if whole is None:
        raise SettingsError(["There is no running cycle of which to tell where its audits stand."])
    return dashboard_workbook(whole, known.as_at)


def record(known: Material) -> bytes:
    assert known.workplace is not None
    kept = kept_record(known.about, known.situation.standings, known.workplace, known.asked, known.as_at)
    return record_workbook(known.about.name, known.as_at, kept.record)


def pack(known: Material) -> Report:
    """The index of a pack of nothing: what its template may name. One of an audit is made by pack.py."""
    return pack_report((), known.as_at, ())


def _paper(made: Made, known: Material) -> Report:
    """Outside, what was told there before about the same audits is told over again first, paper by paper as they were
    told and from the audits as they stood on the day of each, so that nobody can take the one from the other."""
    paper, counts = _counted(known)
    if known.audience is not Audience.OUTSIDE:
        return _PAPERS[made](paper)
    told: defaultdict[str, list[Issued]] = defaultdict(list)
    threshold = known.settings.small_numbers_below
    for day, cycle, earlier in known.issued:
        if earlier in _PAPERS:
            then, numbers = _counted(known.on(day, cycle))
            cycles = [then.cycle, *(each.cycle for each in then.earlier)]
            _, issued = outside(_PAPERS[earlier], then, numbers, threshold, [told[c.name] for c in cycles])
            for each, printed in zip(cycles, issued, strict=True):
                told[each.name].append(printed)
    already = [told[c.name] for c in (paper.cycle, *(each.cycle for each in paper.earlier))]
    return outside(_PAPERS[made], paper, counts, threshold, already)[0]


def _counted(known: Material) -> tuple[Paper, list[Counts]]:
    """A cycle beside those before it. Of the one of the same services just before, what its actions came to is told
    too, so its forms are read; of the others list and ledger tell the grades."""
    now = known.counted(known.about)
    before = known.earlier()
    last = [c for c in before if c.service_group == known.about.service_group][-1:]
    others = [known.counted(c, forms=c in last) for c in before]
    inside = known.audience is not Audience.OUTSIDE  # else what may be told is found out later
    shown = told_inside(now.counts, known.settings.small_numbers_below) if inside else all_of_it(now.counts)
    paper = Paper(
        now.cycle, known.as_at, known.audience, shown,
        tuple(CycleTold(each.cycle, all_of_it(each.counts)) for each in others),
        medians_of(now.records, known.as_at, known.basis.working), known.headings,
    )  # fmt: skip
    return paper, [now.counts, *(each.counts for each in others)]
