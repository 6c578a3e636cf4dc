"""`audit-bot read`: what returned forms say, without any tenant."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.cli.files import contents
from bot.cli.showing import console, print_json, show_table
from bot.exit_status import DONE, NEEDS_A_PERSON
from bot.office.isolated_reader import read_safely
from bot.own_files import questions_beside
from bot.papers.forms.answers import Refused


def perform(given: Namespace) -> int:
    questions = questions_beside(Path(given.settings))
    answers = []
    for name, data in contents(given.files):
        said = data if isinstance(data, Refused) else read_safely(data, Path(name).name, questions)
        answers.append({"file": name, **said.as_json()})
    if given.json:
        print_json(answers)
    else:
        _show(answers)
    return DONE if all(answer["outcome"] == "read" for answer in answers) else NEEDS_A_PERSON


def _show(answers: Sequence[dict[str, Any]]) -> None:
    out = console()
    rows = []
    for answer in answers:
        grades = " → ".join(str(answer[g]) for g in ("auditor_grade", "moderated_grade") if answer.get(g))
        problems = "; ".join(f"{p['where']}: {p['what']}" for p in answer.get("problems") or ())
        rows.append(
            (
                str(answer["file"]),
                str(answer["outcome"]),
                str(answer.get("reference") or ""),
                str(answer.get("part") or ""),
                grades,
                str(answer.get("reason") or "") or problems,
            )
        )
    show_table(out, "Returned audits", ("File", "Outcome", "Audit", "Part", "Grades", "Reason"), rows)
