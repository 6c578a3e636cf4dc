"""The button of the digest by which a replacement is proposed for what of an audit has fallen out (§7, X30)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from bot.programme.answers.team_words import TeamWord, matter_code, team_link
from bot.programme.history.history import History
from bot.programme.standing.council import Council, Keys
from bot.programme.standing.reported_by_reply import as_reported
from bot.programme.standing.vacancies import vacancies, vacant_person
from bot.programme.vocabulary import Allocation, Problem, Vacant

HOW_TO_HAVE_ONE = (
    "A button here proposes one once the proposal of the cycle lies in the library "
    "(audit-bot propose with --save)."
)


def button_to_propose(
    a: Allocation, vacant: Vacant, history: History, keys: Keys, mailbox: str
) -> tuple[str, str]:
    """What it says and its link. Each time it is asked anew its reference is another, so that a press counts once."""
    times = history.replacements.times_asked(a.item_id, vacant)
    word, code = TeamWord.PROPOSE, vacancy_code(keys, a, vacant)
    return word.wording.says, team_link(word, code, a.reference, keys, mailbox, str(times + 1))


def vacancy_code(keys: Keys, a: Allocation, vacant: Vacant) -> str:
    """The code by which a button names what has fallen out: of another auditor, another code."""
    return matter_code(keys, "vacant", a.item_id, vacant, of_whom(a, vacant))


def of_whom(a: Allocation, vacant: Vacant) -> str:
    """The address of who has the part now; "" for nobody, or a child."""
    person = vacant_person(a, vacant)
    return person.email if person else ""


def vacant_row(
    problem: Problem, row: str, council: Council, history: History, today: date
) -> Allocation | None:
    """The row in which something is vacant, by its list item id; None also where its work has come back."""
    a = next((a for a in council.allocations if problem.vacant and a.item_id == row), None)
    if a is None:
        return None
    told = as_reported(a, history)
    return (
        a
        if problem.vacant in vacancies(told, history.audit(row), today, history.away, council.roles)
        else None
    )


def has_its_replacement(problem: Problem, row: str, present: Collection[str], history: History) -> bool:
    """Whether another audit was entered in the place of one that fell out, and is among those `present` still."""
    if problem.vacant is not Vacant.CHILD:
        return False
    entered = history.replacements.in_place_of(row, Vacant.CHILD, "")
    return entered is not None and entered.row in present
