"""Everything Microsoft 365 does that a test or a person may want on or off, in one table.

What Microsoft's pages promise is on from the start. What only happens in some tenants, or now and then, is off until
somebody switches it on, alone or with the profile “as in a large tenant”. A behaviour may carry an amount: seconds, a
share of all cases between 0 and 1, or a limit. `sandbox/README.md` shows this table; a test holds the two together.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

STRICT = "strict"
LARGE_TENANT = "as in a large tenant"
PROFILES = (STRICT, LARGE_TENANT)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One thing the service does. `amount` is None where it is simply on or off."""

    name: str
    does: str
    source: str
    on: bool = False
    ordinary: bool = False
    amount: float | None = None
    unit: str = ""


_FACTS_ETAG = "github.com/OneDrive/onedrive-api-docs/issues/1414"

TABLE: tuple[Behaviour, ...] = (
    # --- lists and the library
    Behaviour("conflicts as 409", "half of the writes with an old ETag are 409 instead of 412, both resourceModified",
              _FACTS_ETAG, False, True, 0.5, "share"),
)  # fmt: skip
NAMES = {each.name: each for each in TABLE}


class Behaviours:
    """What is on in one tenant, and how much of it."""

    def __init__(self, profile: str = STRICT) -> None:
        self._on: dict[str, bool] = {}
        self._amounts: dict[str, float] = {}
        self.chance = random.Random(11)
        self.take(profile)

    def take(self, profile: str) -> None:
        """Everything as a profile has it. Raises ValueError for one there is not."""
        if profile not in PROFILES:
            raise ValueError(f"“{profile}” is no profile; there are: {', '.join(PROFILES)}.")
        self.profile = profile
        for each in TABLE:
            self._on[each.name] = each.ordinary if profile == LARGE_TENANT else each.on
            self._amounts[each.name] = each.amount or 0.0

    def set(self, name: str, value: Any) -> None:
        """On, off, or on with an amount. Raises ValueError for a name there is not."""
        if name not in NAMES:
            raise ValueError(f"“{name}” is no behaviour; there are: {', '.join(NAMES)}.")
        if isinstance(value, bool):
            self._on[name] = value
            self._amounts[name] = NAMES[name].amount or 0.0
        elif isinstance(value, int | float) and NAMES[name].amount is not None:
            self._on[name], self._amounts[name] = True, float(value)
        else:
            raise ValueError(
                f"“{name}” is switched with true or false, or with a number if it has an amount."
            )

    def change(self, given: Mapping[str, Any]) -> None:
        """A profile and single behaviours, as a person or a seed gives them."""
        if "profile" in given:
            self.take(str(given["profile"]))
        for name, value in given.items():
            if name != "profile":
                self.set(name, value)

    def on(self, name: str) -> bool:
        return self._on[name]

    def amount(self, name: str) -> float:
        """How much of it, 0 where it is off."""
        return self._amounts[name] if self._on[name] else 0.0

    def limit(self, name: str) -> float:
        """A limit, infinite where it is off."""
        return self._amounts[name] if self._on[name] else float("inf")

    def strikes(self, name: str) -> bool:
        """Whether a behaviour that happens to a share of all cases happens to this one."""
        return self._on[name] and self.chance.random() < self._amounts[name]

    def as_json(self) -> list[dict[str, Any]]:
        return [
            {"name": e.name, "does": e.does, "source": e.source, "on": self._on[e.name],
             "amount": self._amounts[e.name] if e.amount is not None else None, "unit": e.unit,
             "strict": e.on, "large_tenant": e.ordinary}
            for e in TABLE
        ]  # fmt: skip


def table() -> str:
    """The table as it stands in the README."""
    lines = ["| behaviour | what it does | strict | large tenant | source |", "|---|---|---|---|---|"]
    for each in TABLE:
        amount = "" if each.amount is None else f" ({each.amount:.4g} {each.unit})"
        lines.append(
            f"| {each.name}{amount} | {each.does} | {'on' if each.on else ''} | "
            f"{'on' if each.ordinary else ''} | {each.source} |"
        )
    return "\n".join(lines)


def spelled(text: str) -> tuple[str, bool | float]:
    """A behaviour as a command line spells it: `name`, `name=off` or `name=300`. Raises ValueError if it is none."""
    name, _, value = text.partition("=")
    if value.lower() in ("", "on", "off"):
        return name, value.lower() != "off"
    return name, float(value)
