"""`audit-bot form check`: what the reader finds in a form, before it is used."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from bot.cli.files import contents
from bot.cli.showing import console, print_json
from bot.exit_status import DONE, NEEDS_A_PERSON
from bot.office.isolated_reader import check_safely
from bot.own_files import questions_beside
from bot.papers.forms.answers import Refused
from bot.papers.forms.form_check import FormCheck, turned_away

_GRADES = (("auditor's grade", "auditor_grade"), ("moderated grade", "moderated_grade"))


def perform(given: Namespace) -> int:
    questions = questions_beside(Path(given.settings))
    found = [
        (
            name,
            turned_away(data)
            if isinstance(data, Refused)
            else check_safely(data, Path(name).name, questions),
        )
        for name, data in contents(given.files)
    ]
    if given.json:
        print_json([{"file": name, **check.as_json()} for name, check in found])
    else:
        for name, check in found:
            _show(name, check)
    return NEEDS_A_PERSON if any(check.problems for _, check in found) else DONE


def _show(name: str, check: FormCheck) -> None:
    """A form's check, in sentences."""
    out = console()
    out.print(f"[bold]{name}[/bold]", markup=True)

    def told(title: str, found: Sequence[str]) -> None:
        if found:
            out.print(f"{title} ({len(found)}): {'; '.join(found)}.", markup=False)

    told("Found by the tag of its control", check.by_control)
    told("Found by the words beside it, because it has no control", check.by_label)
    told("Not found", check.missing)
    told("Kept as they are; nothing follows from them", check.unknown_tags)
    if check.untagged:
        out.print(f"Controls without a tag: {check.untagged}. They are read only by the words beside them.")
    read = check.read.as_json()
    grades = [f"{word}: {read[key]}" for word, key in _GRADES if read[key]]
    outcome = "; ".join([str(read["outcome"]), *grades]) + (f". {read['reason']}" if read["reason"] else ".")
    out.print(f"As it is, it would be {outcome}", markup=False)
    for problem in check.problems:
        out.print(f"Put right: {problem}", style="red", markup=False)
    if not check.problems:
        out.print("Nothing has to be put right.", style="green")
