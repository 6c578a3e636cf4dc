"""What the tenant was asked and what it answered, shown to whoever wants to judge it from outside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Exchange:
    """One HTTP request to Graph and its answer, as they went over the wire. Header names are in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    status: int
    answer_headers: Mapping[str, str]
    answer: bytes
    tenant_id: str = ""


OBSERVERS: list[Callable[[Exchange], None]] = []
"""Called with every exchange, on the tenant's own thread; they must be quick and must not raise."""
