"""Faults with names and reasons, switched on by a person or a test."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any

KINDS = {
    "throttled": "429 with or without Retry-After, nothing executed",
    "unavailable": "503, nothing executed",
    "timeout before": "504, nothing executed",
    "timeout after": "504 although the request was executed",
    "answer lost": "the request is executed and the connection dropped",
    "request lost": "the connection is dropped and nothing executed",
    "slow": "the answer takes `seconds`",
    "expired token": "401 as if the token had run out",
    "cursor expired": "410 with syncStateNotFound",
    "edited under us": "somebody edits the row just before the write arrives",
    "accepted, retry later": "202 with a Retry-After header",
    "refused": "`status` with `code`, nothing executed: a right withdrawn, a full mailbox, a licence gone",
    "stale read": "searches do not see messages of the last `seconds`",
    "client dies before": "the client's process `pid` is killed outright and nothing executed",
    "client dies after": "the client's process `pid` is killed outright although the request is executed",
    "client stops": "the client's process `pid` stands still (SIGSTOP) although the request is executed and answered",
    "a proxy's page": "a page of HTML comes with 200, nothing executed",
    "half an answer": "the request is executed and half of its JSON comes",
    "hangs": "the request is executed and no answer comes, until the client gives up",
    "drips": "the request is executed and its answer comes a byte each `seconds`",
    "cut off": "of the list that is asked for only the first half comes, and no next link",
    "leads in a circle": "the page of the list that is asked for names itself as the next",
    "edited on the way": "somebody writes `edit` (`list`, `row`, `values` as people see them) just before the request",
}


@dataclass(slots=True)
class Fault:
    """One fault: for `times` requests whose method and path match, after letting `skip` of them pass."""

    kind: str
    method: str = ".*"
    path: str = ".*"
    skip: int = 0
    times: int = 1
    retry_after: str | None = None
    seconds: float = 0.0
    status: int = 403
    code: str = "ErrorAccessDenied"
    pid: int = 0
    edit: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"“{self.kind}” is no fault; there are: {', '.join(KINDS)}.")


class Faults:
    """The faults switched on now."""

    def __init__(self) -> None:
        self._on: list[Fault] = []
        self.struck: list[dict[str, str]] = []

    def add(self, fault: Fault) -> None:
        self._on.append(fault)

    def clear(self) -> None:
        self._on.clear()
        self.struck.clear()

    def listed(self) -> list[dict[str, Any]]:
        return [asdict(fault) for fault in self._on]

    def strike(self, method: str, path: str) -> Fault | None:
        """The fault that hits this request, counted down."""
        for fault in self._on:
            if re.fullmatch(fault.method, method, re.I) and re.search(fault.path, path, re.I):
                if fault.skip:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                if fault.times <= 0:
                    self._on.remove(fault)
                self.struck.append({"kind": fault.kind, "method": method, "path": path})
                return fault
        return None
