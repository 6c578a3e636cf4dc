"""What the ledger tells of the Audit Team's own files: which set is used, and which waits for a word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class TeamFiles:
    """`in_force` and `offered` are place -> hash; `in_force_code` and `offered_code` their codes ("": none). `offer`
    tells one offer from another, also of the same files (`offers` so many); `on` is the day it was made, `decided` that
    nothing waits any longer."""

    in_force: Mapping[str, str] = field(default_factory=dict)
    in_force_code: str = ""
    offered: Mapping[str, str] = field(default_factory=dict)
    offered_code: str = ""
    offer: str = ""
    offers: int = 0
    on: date | None = None
    decided: bool = True
