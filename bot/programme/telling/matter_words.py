"""The words of the matters in the digest: each thing once, by its cause, with names instead of addresses (§7)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from bot.programme.history.history import History
from bot.programme.history.records_of_the_past import Question
from bot.programme.messages.held_reasons import UNDELIVERED
from bot.programme.vocabulary import Problem

COLUMN_GONE = "a column that is gone"
"""The kind of matter: one cause of what looks like an empty cell in every row."""
_GONE = re.compile(r"There is no column “([^”]+)”")
_EMPTY = re.compile(r"^(?:The work is graded Inadequate and )?“([^”]+)” is empty\b")
_STOPPED = "is empty. Nothing goes out"


def by_their_cause(problems: Iterable[Problem]) -> list[Problem]:
    """A column that is gone stands for every row whose cell of it seems to be empty; nobody can tell whether it is."""
    once = list(dict.fromkeys(problems))
    gone = {
        found[1]: problem
        for problem in once
        if problem.where == "Audit allocations" and (found := _GONE.match(problem.what))
    }
    kept: list[Problem] = []
    stopped: dict[str, int] = {}
    for problem in once:
        empty = _EMPTY.match(problem.what)
        if empty and empty[1] in gone and problem.where != "Audit allocations":
            stopped[empty[1]] = stopped.get(empty[1], 0) + (_STOPPED in problem.what)
        else:
            kept.append(problem)
    for title, problem in gone.items():
        rows = stopped.get(title, 0)
        then = " Until it is there again, its rows look as if nobody were named, and nothing goes out for them, except "
        what = f"{problem.what}{then}what an Inadequate calls for." if rows else problem.what
        kept[kept.index(problem)] = replace(problem, what=what, kind=COLUMN_GONE if rows else problem.kind)
    return kept


def alike(question: Question) -> tuple[str, ...]:
    """What makes questions one matter: reports about letters of one row to the same reader are one, all others
    stand for themselves."""
    if question.category == UNDELIVERED:
        return question.category, question.about, question.reason
    return (question.key,)


def of_one_matter(question: Question, history: History) -> list[Question]:
    """The open questions that are one matter with this one, itself among them."""
    return [q for q in history.open_questions() if alike(q) == alike(question)]


def with_names(what: str, names: Mapping[str, str]) -> str:
    """Names stand for the addresses that are known."""
    return re.sub(r"[\w.+'-]+@[\w.-]*\w", lambda found: names.get(found[0].casefold(), found[0]), what)


def prompts_said(problems: Iterable[str], said_before: Collection[str] = ()) -> str:
    """What a form leaves to see to, as sentences: all that is not filled in in one. "" when it was all said before."""
    new = [p for p in dict.fromkeys(problems) if p not in said_before]
    ending = ": it is not filled in."
    empty = [p.removesuffix(ending) for p in new if p.endswith(ending)]
    others = [f"{p.rstrip('.')}." for p in new if not p.endswith(ending)]
    return " ".join([*others, *([f"Not filled in: {'; '.join(empty).rstrip('?')}."] if empty else [])])


def place_and_name(where: str, known: Collection[str]) -> tuple[str, str]:
    """("UoPP overdue, Inadequate", "FSP-2026-03-001"): both may have commas, so what is known is looked for first."""
    parts = where.split(", ")
    for n in range(1, len(parts)):
        if (name := ", ".join(parts[n:])) in known:
            return ", ".join(parts[:n]), name
    place, _, name = where.partition(", ")
    return place, name
