"""The papers of a cycle, read back from the Word file: every number in them is one that may be told."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from sample_papers import AS_AT, DOMAINS, EARLIER, NOW, TEAMS, THEMES, counted, cycle, paper, records

from bot.papers.reports.word_report import fill, template_problems
from bot.programme.reports.board import board
from bot.programme.reports.counted import HOW_WE_COUNTED
from bot.programme.reports.counts import all_of_it
from bot.programme.reports.cycle_counts import GOOD_OR_BETTER, GRADED
from bot.programme.reports.equality import AGES
from bot.programme.reports.grade_tables import PER_CENT
from bot.programme.reports.highlight import highlight
from bot.programme.reports.outside import outside
from bot.programme.reports.paper import CycleTold, Paper
from bot.programme.reports.paper_counts import OTHER_TEAMS, paper_counts
from bot.programme.reports.practitioners import practitioners
from bot.programme.reports.quotable import passages
from bot.programme.reports.report import Audience, Report
from bot.programme.reports.self_assessment import self_assessment
from bot.programme.reports.words_to_clear import words_to_clear

FOLDER = Path(__file__).parents[2] / "docx_templates"
sys.path[:0] = [str(FOLDER), str(Path(__file__).parents[1] / "papers")]

import report_files  # noqa: E402 - found through the line above
from report_pieces import board as board_template  # noqa: E402
from report_pieces import highlight as highlight_template  # noqa: E402
from report_pieces import practitioners as practitioners_template  # noqa: E402
from report_pieces import self_assessment as self_assessment_template  # noqa: E402

LayOut = Callable[[Paper], Report]
EVERY: tuple[LayOut, ...] = (highlight, board, practitioners, self_assessment)
TEMPLATES = {
    highlight: highlight_template,
    board: board_template,
    practitioners: practitioners_template,
    self_assessment: self_assessment_template,
}
COUNTS = [counted(n) for n in range(len(EARLIER) + 1)]


@cache
def made(lay_out: LayOut, audience: Audience) -> Report:
    inside = paper(Audience.INSIDE)
    return outside(lay_out, inside, COUNTS, 5)[0] if audience is Audience.OUTSIDE else lay_out(inside)


@cache
def file_of(lay_out: LayOut, audience: Audience) -> bytes:
    report = made(lay_out, audience)
    return fill((FOLDER / f"{report.name}.docx").read_bytes(), report)


def shown_texts(data: bytes) -> list[str]:
    """Every text a reader can come upon: paragraphs, charts' caches and workbooks, alternative texts."""
    root = report_files.page(data)
    texts = report_files.paragraphs(root)
    texts += [str(each.get("descr") or "") for each in root.iter(f"{report_files.WP}docPr")]
    for name in report_files.charts(data):
        for categories, series in (report_files.drawn(data, name), report_files.workbook_of(data, name)):
            texts += [*categories, *series]
            texts += [str(v) for values in series.values() for v in values if v is not None]
    return texts


BOTH = [(highlight, Audience.INSIDE), (board, Audience.INSIDE), *((each, Audience.OUTSIDE) for each in EVERY)]
IDS = [f"{lay_out.__name__}-{audience.name}" for lay_out, audience in BOTH]


@pytest.mark.parametrize(("lay_out", "audience"), BOTH, ids=IDS)
def test_every_number_in_the_file_may_be_told(lay_out: LayOut, audience: Audience) -> None:
    """Of numbers, what may be told, per cents and intervals of these, and what the report says of itself."""
    if audience is Audience.OUTSIDE:
        _, issued = outside(lay_out, paper(Audience.INSIDE), COUNTS, 5)
        shown = [each.shown for each in issued]
    else:
        shown = [all_of_it(each) for each in COUNTS]
    told = {n for each in shown for n in each.numbers.values() if n is not None}
    allowed = {str(n) for n in told}
    text = "\n".join(shown_texts(file_of(lay_out, audience)))
    for own in (
        *(c.name for c in (NOW, *EARLIER)), *(c.name.rpartition(", ")[2] for c in (NOW, *EARLIER)),
        "30 April 2026", *HOW_WE_COUNTED, "2026.2", "95 %", "18 points",
        *(n for n in DOMAINS), *TEAMS, "at least 40", "at least 20", "10 to 15", "100 %", "Of fewer than 10 moves",
        *(f"{c.month_one:%b %Y}" for c in (NOW, *EARLIER)), *(f"Age: {band}" for _, band in AGES),
        "groups of 20 or more", "Of fewer than 20 there",
        "beyond what chance would bring about: 0 is chance, 1 is full agreement", "in 6 cycles",
    ):  # fmt: skip
        text = text.replace(own, "")
    text = re.sub(r"(?m)^(\d  |\d+  [A-Z])|line of enquiry \d", "", text)
    text = re.sub(r"Weighted kappa[^.]*? is (0\.\d\d) \([^)]*\)", "", text)
    text = re.sub(r"(\d+) of (\d+) \(\d+ %(, \d+–\d+)?\)", r"\1 of \2", text)  # checked below
    if audience is Audience.INSIDE:
        medians = paper(Audience.INSIDE).medians
        allowed |= {f"{m:g}" for m in (medians.to_return, medians.to_moderate) if m is not None}
        pooled = sum(c["both grades",] for c in COUNTS)
        moved = COUNTS[0]["moved", "up"] + COUNTS[0]["moved", "down"]
        text = re.sub(rf"of {pooled} audits|moved {moved} of", "", text)
    for each in made(lay_out, audience).charts.values():  # per cents and their median: tests of their own
        if each.categories and each.series[0][0] == PER_CENT:
            allowed |= {str(n) for _, values in each.series for n in values if n is not None}
    strange = [n for n in re.findall(r"\d+(?:\.\d+)?", text) if n not in allowed]
    assert strange == []


@pytest.mark.parametrize(("lay_out", "audience"), BOTH, ids=IDS)
def test_every_per_cent_stands_beside_its_numbers_and_is_theirs(lay_out: LayOut, audience: Audience) -> None:
    text = "\n".join(shown_texts(file_of(lay_out, audience)))
    for own in ("95 %", "100 %."):
        text = text.replace(own, "")
    beside = re.findall(r"(\d+) of (\d+) \((\d+) %", text)
    assert len(beside) == text.count("%")
    for n, of, per_cent in beside:
        assert int(of) >= 20
        assert int(per_cent) == int(int(n) / int(of) * 100 + 0.5)


@pytest.mark.parametrize("lay_out", EVERY)
def test_what_is_held_back_stands_nowhere_in_the_file(lay_out: LayOut) -> None:
    """Laid out from numbers that are each another, all that are held back show as [c] or not at all."""
    report, issued = outside(lay_out, paper(Audience.INSIDE), COUNTS, 5)
    for each in issued:
        small = [name for name, n in each.counts.numbers.items() if 0 < n < 5]
        assert small
        assert all(each.shown[name] is None for name in small)
    marked = Paper(
        NOW, AS_AT, Audience.OUTSIDE, issued[0].shown,
        tuple(CycleTold(c, i.shown) for c, i in zip(EARLIER, issued[1:], strict=True)),
        headings=paper(Audience.INSIDE).headings,
    )  # fmt: skip
    assert lay_out(marked) == report  # nothing but what may be told went into it


@pytest.mark.parametrize(("lay_out", "audience"), BOTH, ids=IDS)
def test_no_report_judges_names_or_quotes_anybody(lay_out: LayOut, audience: Audience) -> None:
    everything = report_files.everything(file_of(lay_out, audience))
    for word in ("improved", "worsened", "Secret words", "Canary", "@council.example", "FSP-2026", "Pod"):
        assert word not in everything, word
    if audience is Audience.OUTSIDE:
        assert not any(team in everything for team in TEAMS)


@pytest.mark.parametrize("lay_out", EVERY)
def test_the_template_asks_for_all_the_report_has_and_nothing_else(lay_out: LayOut) -> None:
    report = made(lay_out, Audience.OUTSIDE)
    template = TEMPLATES[lay_out].build()
    assert set(template.lists) == set(report.lists)
    assert set(template.tables) == set(report.tables)
    assert set(template.charts) == set(report.charts)
    known = {*report.words, *report.lists, *report.tables, *report.charts}
    assert template_problems((FOLDER / f"{report.name}.docx").read_bytes(), known) == []
    told = " ".join(str(TEMPLATES[lay_out].__doc__).split())
    assert all(name in told for name in known)
    assert "[nothing under" not in "".join(shown_texts(file_of(lay_out, Audience.OUTSIDE)))


@pytest.mark.parametrize("lay_out", EVERY)
def test_what_a_person_wrote_stays_when_a_report_is_made_anew(lay_out: LayOut) -> None:
    template = (FOLDER / f"{made(lay_out, Audience.OUTSIDE).name}.docx").read_bytes()
    root = report_files.page(template)
    theirs = [s for s in root.iter(f"{report_files.W}sdt") if report_files.tag_of(s).startswith("write.")]
    assert theirs
    written = report_files.reworded(template, ("Write here", "Our own words:"))
    after = report_files.page(fill(written, made(lay_out, Audience.OUTSIDE)))
    before = report_files.page(written)
    for each in theirs:
        tag = report_files.tag_of(each)
        kept, own = (report_files.control(page, tag) for page in (after, before))
        assert report_files.paragraphs(kept) == report_files.paragraphs(own)


def test_the_practitioners_pages_begin_with_what_to_celebrate_and_tell_no_small_number() -> None:
    told = shown_texts(file_of(practitioners, Audience.OUTSIDE))
    assert told.index("What to celebrate") < told.index("What we are learning")
    report = made(practitioners, Audience.OUTSIDE)
    good, of = COUNTS[0][GOOD_OR_BETTER], COUNTS[0][GRADED]
    assert report.lists["to celebrate"][0].startswith(f"{good} of {of} (")
    with pytest.raises(ValueError, match="outside"):
        practitioners(paper(Audience.INSIDE))


def test_a_board_reads_first_where_the_cycle_stands() -> None:
    first = made(board, Audience.INSIDE).lists["at a glance"]
    assert [line.partition(":")[0] for line in first] == [
        "Grades", f"Beside {EARLIER[2].name}", "Moderation", f"Of {EARLIER[2].name}",
        "Views obtained, of the audits returned", "Actions",
    ]  # fmt: skip


def test_a_cycle_is_set_beside_those_of_its_own_service() -> None:
    (names, all_names) = (
        [row[0] for row in made(board, Audience.INSIDE).tables[f"grades {of}"].rows]
        for of in ("by cycle", "of all services")
    )
    assert names == ["September 2024", "March 2025", "September 2025", "March 2026"]
    assert all_names == [*(c.name for c in EARLIER), NOW.name]


def test_the_first_page_calls_the_services_cycles_by_their_months_where_all_else_of_their_names_is_one() -> (
    None
):
    inside = paper(Audience.INSIDE)
    assert [inside.in_short(e.cycle) for e in inside.same_service][-2:] == ["September 2025", "March 2026"]
    first = inside.earlier[0]
    other = replace(first, cycle=replace(first.cycle, name="FSP, September 2024"))
    mixed = replace(inside, earlier=(other, *inside.earlier[1:]))
    assert mixed.in_short(NOW) == NOW.name
    assert mixed.in_short(other.cycle) == "FSP, September 2024"


def test_the_first_cycle_of_a_service_has_nothing_before_it() -> None:
    report = board(paper(Audience.INSIDE, earlier=0))
    assert report.tables["impact of the last cycle"].rows == ()
    assert len(report.tables["grades by cycle"].rows) == 1
    assert b"PK" in fill((FOLDER / "board_report.docx").read_bytes(), report)[:2]


def test_an_empty_cycle_can_be_reported() -> None:
    for lay_out, audience in BOTH:
        counts = paper_counts(NOW, [], AS_AT, DOMAINS, THEMES)
        report = lay_out(Paper(NOW, AS_AT, audience, all_of_it(counts)))
        assert fill((FOLDER / f"{report.name}.docx").read_bytes(), report)


def test_domains_of_which_most_is_below_good_come_first() -> None:
    rows = made(highlight, Audience.INSIDE).tables["domain grades"].rows
    shares = [
        int(str(row[-1]).split(" of ")[0]) / int(str(row[-1]).split(" of ")[1].split()[0]) for row in rows
    ]
    assert shares == sorted(shares)


def test_a_team_of_one_person_is_told_with_others() -> None:
    teams = [row[0] for row in made(board, Audience.INSIDE).tables["actions by team"].rows]
    assert OTHER_TEAMS in teams
    assert TEAMS[4] not in teams
    agreed = sum(int(row[1]) for row in made(board, Audience.INSIDE).tables["actions by team"].rows)
    assert agreed == COUNTS[0]["actions",]


@pytest.mark.parametrize("n", range(len(COUNTS)))
def test_all_sums_of_the_papers_numbers_hold(n: int) -> None:
    for whole, parts in COUNTS[n].sums:
        assert COUNTS[n][whole] == sum(COUNTS[n][part] for part in parts), whole


def test_an_action_is_done_or_overdue_for_its_team_just_as_for_the_cycle() -> None:
    whole, by_team = (made(board, Audience.INSIDE).tables[f"actions {of}"] for of in ("agreed", "by team"))
    told = {str(row[0]): int(str(row[1]).split()[0]) for row in whole.rows}
    for column, said in ((2, "Done"), (3, "Overdue and not done")):
        assert sum(int(row[column]) for row in by_team.rows) == told[said]


def test_what_people_said_is_for_the_audit_team_alone() -> None:
    report = words_to_clear(NOW, AS_AT, passages(records(NOW, 7), lambda text: text.replace("mother", "…")))
    assert report.audience is Audience.AUDIT_TEAM
    data = fill((FOLDER / "words_to_clear.docx").read_bytes(), report)
    assert "Secret words of a … 3" in "\n".join(shown_texts(data))


def test_a_second_paper_for_outside_knows_what_the_first_told() -> None:
    """Held back in one and told in the other, a number would stand there for whoever reads both."""
    inside = paper(Audience.INSIDE)
    _, first = outside(practitioners, inside, COUNTS, 5)
    _, second = outside(self_assessment, inside, COUNTS, 5, [[each] for each in first])
    for one, two in zip(first, second, strict=True):
        withheld = {n for n in one.printed or () if one.shown[n] is None}
        assert all(two.shown[name] is None for name in withheld)
        small = {name for name, n in two.counts.numbers.items() if 0 < n < 5}
        assert all(two.shown[name] is None for name in small)


def test_a_report_of_two_hundred_audits_takes_no_ten_seconds() -> None:
    big = cycle(3, 2026)
    found = records(big, 3, full=200)
    began = time.process_time()
    counts = paper_counts(big, found, AS_AT, DOMAINS, THEMES)
    report, _ = outside(board, Paper(big, AS_AT, Audience.OUTSIDE, all_of_it(counts)), [counts], 5)
    fill((FOLDER / "board_report.docx").read_bytes(), report)
    assert time.process_time() - began < 10


def test_two_pages_leave_room_for_what_a_person_writes() -> None:
    """The first page ends where the second begins, by a break of its own, and holds some twenty lines so far."""
    root = report_files.page(file_of(practitioners, Audience.OUTSIDE))
    assert len(list(root.iter(f"{report_files.W}pageBreakBefore"))) == 1
