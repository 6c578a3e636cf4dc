"""What the list “Audit roles” tells of training, where a council keeps its training register there (§6): the same is
asked of whoever is proposed as of whoever stands in a row (`standing/vacancies.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from bot.programme.allocating.parts import Colleague
from bot.programme.date_words import plain_day
from bot.programme.vocabulary import Role, RoleHolder
from bot.programme.waits import first_few, listed

_NAMED = 5


def with_training(
    register: Sequence[Colleague], roles: Collection[RoleHolder], day: date
) -> tuple[tuple[Colleague, ...], list[str]]:
    """The register with who is a trained auditor by Audit roles on the day the work begins, and since when, where
    “Trained on” is empty; and in sentences of whom nobody can know it here."""
    held = [h for h in roles if h.role is Role.TRAINED_AUDITOR]
    since: dict[str, date | None] = {}
    for h in held:
        if h.holds_on(day):
            known = [d for d in (since.get(h.person.email), h.since) if d]
            since[h.person.email] = max(known, default=None)
    found = tuple(
        replace(c, trained_on=c.trained_on or since.get(c.person.email), in_roles=c.person.email in since)
        if held
        else c
        for c in register
    )
    unknown = [c.person.name for c in found if c.trained_on is None and c.in_roles is not False]
    elsewhere = [c.person.name for c in found if c.trained_on and c.in_roles is False]
    return found, [
        *([_not_known(unknown, in_roles=bool(held))] if unknown else []),
        *([_not_in_roles(elsewhere, day)] if elsewhere else []),
    ]


def _some(names: Sequence[str]) -> str:
    """Their names, of many the first and how many more."""
    return listed(names) if len(names) <= _NAMED else first_few(names, _NAMED)


def _not_in_roles(names: Sequence[str], day: date) -> str:
    who = _some(names)
    have = "have" if len(names) > 1 else "has"
    return (
        f"{who} {have} a day under “Trained on”, but Audit roles do not name them as trained on {plain_day(day)}. "
        "None is proposed to audit until they do."
    )


def _not_known(names: Sequence[str], *, in_roles: bool) -> str:
    who = _some(names)
    are = "are" if len(names) > 1 else "is"
    if in_roles:
        return (
            f"When {who} {'were' if are == 'are' else 'was'} trained is not known here, for neither “Trained on” nor "
            "“From” in Audit roles says it. None is proposed until it is said."
        )
    return f"Whether {who} {are} trained is not known here: “Trained on” is empty. None is proposed until it is said."
