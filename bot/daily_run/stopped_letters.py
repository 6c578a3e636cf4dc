"""Letters that cannot be written because of what stands in their file: told on the same day, each fault once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from bot.daily_run.plain_letter import CANNOT_BE_WRITTEN, EDITOR
from bot.daily_run.tell import only_this
from bot.daily_run.workplace import Workplace
from bot.office.mail.outgoing import OutgoingLetter
from bot.papers.letters.letter_press import FRAME
from bot.papers.letters.letters import Letters
from bot.programme.history.history import History
from bot.programme.vocabulary import Problem
from bot.programme.waits import listed

STOPPED = "letters stopped"
"""The name under which such a letter to the Audit Team stands in the ledger."""


def by_their_file(problems: Sequence[Problem], letters: Letters) -> list[Problem]:
    """The problems of a run, with every file that is wrong, needed today or not. What stops several letters alike is
    one problem, and names them."""
    waiting: dict[str, list[str]] = {why: [] for why in _why(letters)}
    others = []
    for problem in problems:
        if problem.who == EDITOR:
            waiting.setdefault(problem.what, []).append(problem.where)
        else:
            others.append(problem)
    return [*others, *(_together(what, list(dict.fromkeys(where))) for what, where in waiting.items())]


def _why(letters: Letters) -> list[str]:
    return [
        f"{' '.join(faults)} Until it is put right, letters go out on plain paper."
        if name == FRAME
        else f"{CANNOT_BE_WRITTEN}{letters.why_not(name)}"
        for name, faults in letters.faults.items()
    ]


def _together(what: str, where: Sequence[str]) -> Problem:
    if not where:
        return Problem("The letters", f"{what} All other letters go.", EDITOR)
    if len(where) == 1:
        return Problem(where[0], what, EDITOR)
    letter = where[0].partition(", ")[0]
    which = listed(each.partition(", ")[2] or each for each in where)
    return Problem(f"{letter}, {len(where)} letters", f"{what} It waits for {which}.", EDITOR)


def stopped_letters(
    workplace: Workplace, history: History, problems: Sequence[Problem]
) -> list[OutgoingLetter]:
    """A letter to the Audit Team about what stops letters: at once, and once for the same faults."""
    found = [problem for problem in problems if problem.who == EDITOR]
    said = "\n".join(sorted(problem.what.partition(" It waits for ")[0] for problem in found))
    key = workplace.basis.keys((STOPPED, hashlib.sha256(said.encode()).hexdigest()))
    if not found or history.spoken_for(key):
        return []
    why = "a letter cannot be written"
    return [replace(only_this(workplace, found), key=key, rule=STOPPED, why=why)]
