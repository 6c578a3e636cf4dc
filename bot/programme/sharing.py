"""Whom a moderated audit is shared with (§9): what a form says of them and the list does not say yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.programme.titles import same_service
from bot.programme.vocabulary import Allocation, Role, RoleHolder
from bot.programme.waits import listed

THEN = "Once it stands there, the moderated audit is drafted for them when the cycle is complete."


def to_be_named(
    a: Allocation,
    services: Sequence[str],
    chair: str | None,
    roles: Iterable[RoleHolder],
    names: Mapping[str, str],
) -> Iterator[tuple[str, str]]:
    """Each column with what the Audit Team should enter in it, a sentence; nothing of the child.

    `services` are those ticked in the form; `chair` who it says is IRO or CP Chair, "" unnamed, None for nobody.
    `names` are the people the lists know, by address: only their names are repeated, for a box may hold anything.
    """
    if chair is not None and a.iro_or_cp_chair is None:
        known = next((name for name in names.values() if name.casefold() == chair.strip().casefold()), "")
        who = f" ({known})" if known and not a.restricted else "; section 1 says who, if they were named"
        yield (
            "IRO or CP Chair",
            f"The form says that there is an IRO or CP Chair{who}. Please enter them under “IRO or CP Chair”. {THEN}",
        )
    missing = [n for n in services if not any(same_service(n, known) for known in a.services_involved)]
    if not missing:
        return
    if a.restricted:
        yield (
            "Services involved",
            f"The form ticks services. Please enter them under “Services involved”. {THEN}",
        )
        return
    of_the_list = [h.service for h in roles if h.role is Role.SERVICES_INVOLVED and h.service]
    called = [next((s for s in of_the_list if same_service(s, name)), name) for name in missing]
    without = [name for name in called if name not in of_the_list]
    address = f" Audit roles has no address yet for {_and(without)}." if without else ""
    yield (
        "Services involved",
        f"The form ticks {_and(missing)}. Please enter {_and(called)} under “Services involved”, one on each line. "
        f"{THEN}{address}",
    )


def _and(names: Iterable[str]) -> str:
    return listed(f"“{name}”" for name in names)
