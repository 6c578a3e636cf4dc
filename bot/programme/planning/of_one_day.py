"""What the planning of one day has before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.programme.history.history import History
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.council import Basis, Council
from bot.programme.vocabulary import Problem


@dataclass(slots=True)
class Planning:
    """Where everything stands, on one day. `problems` grows with what a person must know."""

    today: date
    council: Council
    history: History
    basis: Basis
    problems: list[Problem]
    standings: Sequence[Standing]
