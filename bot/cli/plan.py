"""`audit-bot plan`: what would go out, as a table, in JSON or as a spreadsheet."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from bot.cli.at_workplace import day_given, workplace_of
from bot.cli.showing import console, print_json, show_problems, show_table, write
from bot.daily_run.look import planned_between
from bot.errors import SettingsError
from bot.exit_status import DONE, NEEDS_A_PERSON
from bot.papers.overviews import planned_letters
from bot.programme.date_words import day_in_words
from bot.programme.standing.actions import SendLetter
from bot.programme.vocabulary import Problem

MOST_DAYS = 250
"""Working days: what fits into the year that may be asked for."""

Days = Mapping[date, Sequence[SendLetter]]


def perform(given: Namespace) -> int:
    with workplace_of(given) as workplace:
        first = day_given("--from", given.first) if given.first else workplace.today
        last = day_given("--to", given.last) if given.last else first
        days = given.days if given.days is not None else 10 if given.xlsx and not given.last else 0
        if given.days is not None and (given.last or not 1 <= days <= MOST_DAYS):
            raise SettingsError([f"--days is a number from 1 to {MOST_DAYS}, and stands without --to."])
        if days:
            last = workplace.basis.working.after(first, days)
        if last < first or last - first > timedelta(366):
            raise SettingsError(["--to must be a day after --from, and within a year of it."])
        planned, problems = planned_between(workplace, first, last)
    if given.xlsx:
        write(given.xlsx, planned_letters(planned))
    elif given.json:
        print_json(_as_json(planned, problems))
    else:
        _show(planned, problems)
    return NEEDS_A_PERSON if problems else DONE


def _as_json(days: Days, problems: Sequence[Problem]) -> dict[str, Any]:
    """The stable shape of `audit-bot plan --json` (docs/command_line.md)."""
    return {
        "letters": [
            {
                "on": day.isoformat(),
                "audit": letter.reference,
                "rule": letter.rule.id,
                "letter": letter.rule.letter,
                "to": [p.email for p in letter.to],
                "cc": [p.email for p in letter.cc],
                "why": letter.day.why,
                "guide": letter.rule.guide,
                "draft_only": letter.rule.draft_only,
            }
            for day, letters in days.items()
            for letter in letters
        ],
        "problems": [{"where": p.where, "what": p.what, "who": p.who} for p in problems],
    }


def _show(days: Days, problems: Sequence[Problem]) -> None:
    rows = [
        (
            day_in_words(day),
            letter.reference,
            letter.rule.id,
            ", ".join(p.name for p in letter.to),
            ", ".join(p.name for p in letter.cc),
            f"{letter.day.why} (§{letter.rule.guide})",
        )
        for day, letters in days.items()
        for letter in letters
    ]
    out = console()
    show_table(out, "What would go out", ("Day", "Audit", "Letter", "To", "Copied to", "Why"), rows)
    show_problems(out, problems)
