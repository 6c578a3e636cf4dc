"""Dip samples are counted file by file, never graded, and never told as a per cent of fewer than twenty (§7)."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date, timedelta

import pytest
from random_cycles import BEGINS, CYCLE, DOMAINS, audits

from bot.own_files import SHIPPED
from bot.papers.reports.word_report import fill, template_problems
from bot.programme.reports.audit_record import AuditRecord
from bot.programme.reports.counts import all_of_it
from bot.programme.reports.dip_samples import NAME, days_looked, dip_sample_counts, dip_sample_report
from bot.programme.reports.report import Audience, Report
from bot.programme.vocabulary import AuditType, Milestone, Person

AS_AT = BEGINS + timedelta(60)


def dips(seed: int) -> list[AuditRecord]:
    found = [r for r in audits(seed) if r.standing.allocation.audit_type is AuditType.DIP_SAMPLE]
    return [
        replace(
            r,
            standing=replace(
                r.standing,
                allocation=replace(
                    r.standing.allocation, auditor=Person(f"Person {n % 3}", f"p{n % 3}@x.example")
                ),
            ),
        )
        for n, r in enumerate(found)
    ]


def made(records: list[AuditRecord], as_at: date = AS_AT) -> Report:
    shown = all_of_it(dip_sample_counts(CYCLE, records, as_at, DOMAINS))
    return dip_sample_report(CYCLE, shown, days_looked(records, as_at), as_at, Audience.INSIDE)


@pytest.mark.parametrize("seed", range(30))
def test_each_line_of_enquiry_has_its_answers_and_n_seen_of_n_chosen(seed: int) -> None:
    records = dips(seed)
    for line, row in zip(CYCLE.kloes, made(records).tables["answers"].rows, strict=True):
        said = [r.forms.kloes[0].judged for r in records if r.standing.allocation.kloe == line]
        answers = [str(said.count(word)) for word in ("Yes", "Partly", "No", "Not applicable")]
        assert list(row[1:]) == [*answers, "0", f"{len(said)} of {len(said)}"]
        assert line in str(row[0])


@pytest.mark.parametrize("seed", range(30))
def test_no_per_cent_and_no_grade_stands_in_it(seed: int) -> None:
    report = made(dips(seed))
    said = str(report.tables) + str(report.words)
    assert "%" not in said
    assert not re.search(r"Outstanding|Requires|Inadequate", said)


def test_who_did_it_is_a_number_and_no_name() -> None:
    records = dips(next(seed for seed in range(99) if len(dips(seed)) > 5))
    report = made(records)
    assert report.words["people"] == "Number of people who did the dip samples: 3."
    assert "Person" not in str((report.words, report.lists, report.tables))


def test_what_was_looked_at_later_is_chosen_and_not_seen_yet() -> None:
    records = dips(next(seed for seed in range(99) if len(dips(seed)) > 5))
    days = sorted(d for r in records if (d := r.standing.on(Milestone.DIP_COMPLETED)))
    first = days[0]
    report = made(records, first)
    seen = sum(int(str(row[-1]).split(" of ")[0]) for row in report.tables["answers"].rows)
    assert seen == days.count(first) < len(records)
    assert report.words["looked at"].startswith("The records were looked at on ")
    assert made(records, first - timedelta(1)).words["looked at"] == "No record has been looked at yet."


def test_the_shipped_template_has_a_place_for_everything_and_lines_to_sign() -> None:
    report = made(dips(3))
    template = (SHIPPED / f"docx_templates/{NAME}.docx").read_bytes()
    assert template_problems(template, {*report.words, *report.lists, *report.tables}) == []
    with zipfile.ZipFile(io.BytesIO(fill(template, report))) as package:
        xml = package.read("word/document.xml").decode()
    assert "‹" not in xml
    for name in (*report.words, *report.lists, *report.tables):
        assert f'w:tag w:val="{name}"' in xml, name
    words = re.sub(r"<[^>]+>", " ", xml)
    for who in ("Audit Officer", "Principal Social Worker"):
        assert who in words
