"""The reports a letter announces, made before it is written. When one cannot be made the letter goes all the same, says
what is missing, and the digest tells."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.papers.letters.letter_words import ReportSeen
from bot.programme.reports.report import Audience
from bot.programme.vocabulary import Problem

if TYPE_CHECKING:
    from bot.daily_run.workplace import Workplace
    from bot.programme.history.history import History
    from bot.programme.standing.actions import SendLetter
    from bot.programme.standing.council import Council


def drafts(
    letter: SendLetter, lists: Council, history: History, workplace: Workplace, lacking: list[Problem]
) -> tuple[ReportSeen, ...]:
    """The reports of a letter's rule as they lie in the library now."""
    from bot.daily_run.reports.making import for_its_readers, put_into_the_library  # on few days of the year
    from bot.daily_run.reports.material import material

    known = replace(material(workplace, lists, history), cycle=letter.cycle)
    found = []
    where = f"Reports, {letter.cycle.name}"
    for made in letter.rule.makes:
        workplace.say(f"Making: {made.kind.title}, {letter.cycle.name}")
        told: set[str] = set()
        for audience in made.kind.versions:
            outside = audience is Audience.OUTSIDE
            kept = put_into_the_library(
                made, for_its_readers(made, known, workplace, outside=outside), workplace
            )
            new = tuple(said for said in kept.missing if said not in told)
            found.append(replace(kept, missing=new))
            lacking += [Problem(where, f"{kept.title}: {said}") for said in new]
            told.update(new)
    return tuple(found)
