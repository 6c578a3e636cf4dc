"""What the bot's own command reads in the season's forms is what the diary says people wrote in them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from reports.recount.audits_as_at import Case, actions_in, day_in, grade_in, one
from reports.recount.recount import DOMAINS, family
from reports.recount.short_season import short_season

from sandbox.play.cast.diary import Written

ROOT = Path(__file__).parents[3]
Pair = tuple[Written, dict[str, Any]]
pytestmark = pytest.mark.slow  # a season's forms: a minute of the processor


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> list[Pair]:
    folder = tmp_path_factory.mktemp("forms")
    paths = []
    for n, (_, data) in enumerate(short_season().forms):
        paths.append(folder / f"{n:03}.docx")
        paths[-1].write_bytes(data)
    command = [sys.executable, "-m", "bot", "read", "--json", *map(str, paths)]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, env={**os.environ}, timeout=600, check=False
    )
    told: list[dict[str, Any]] = json.loads(done.stdout)
    assert len(told) == len(paths), done.stderr
    return [(written, said) for (written, _), said in zip(short_season().forms, told, strict=True)]


def test_every_form_is_taken_but_those_without_a_grade(read: list[Pair]) -> None:
    assert [w.about for w, said in read if w.stands != (said["outcome"] == "read")] == []
    assert [said["reason"] for w, said in read if w.stands and said["reason"]] == []
    assert [said["reference"] for _, said in read] == [w.about for w, _ in read]


def test_grades_of_the_whole_and_of_each_domain_are_as_written(read: list[Pair]) -> None:
    audits = [(w.answers, said) for w, said in read if w.stands and "grade_auditor" in w.answers]
    assert len(audits) > 60
    for answers, said in audits:
        assert grade_in(said["auditor_grade"]) == grade_in(one(answers, "grade_auditor"))
        assert grade_in(said["moderated_grade"]) == grade_in(one(answers, "grade_moderated"))
        for n, domain in enumerate(DOMAINS, 1):
            for which, tag in (("domain_grades", f"d{n}.grade"), ("moderated_domain_grades", f"md{n}.grade")):
                written = grade_in(one(answers, tag))
                assert grade_in(said[which][domain]) == ("" if written == "Not applicable" else written)


def test_lines_of_enquiry_actions_and_feedback_are_as_written(read: list[Pair]) -> None:
    audits = [(w, said) for w, said in read if w.form == "audit tool" and w.stands]
    for w, said in audits:
        assert [line["rag"] for line in said["kloe"]] == list(w.answers["kloe.rag"])
        assert [line["text"] for line in said["kloe"]] == list(w.answers["kloe.text"])
        agreed = [(a["what"], a["who"] or "", day_in(a["by"])) for a in said["actions"]]
        assert agreed == [(a.what, a.who, a.by) for a in actions_in(w.answers)]
        case = Case(w.about, {}, date.max, date.min, auditors=w.answers)
        assert said["family_feedback"] == (family(case) == "obtained"), (w.about, family(case))
        assert said["practitioner_feedback"] == bool(one(w.answers, "fb_practitioner")), w.about
