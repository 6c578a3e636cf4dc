"""The faults of the matrix: for each what is injected in the short form and in the whole one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from matrix.cycle import INADEQUATE, LAUNCH, MODERATED, MOMENTS, RECORD
from matrix.edits import EDITS, Edit
from matrix.plays import (
    AFTER,
    BEFORE,
    FOR_EVER,
    GRAPH,
    IN_THE_RUN_LATER,
    SENDS,
    SESSION_ENDED,
    STOPS_AFTER,
    STOPS_BEFORE,
    Theatre,
)
from matrix.scales import Verdict

ALL = range(len(MOMENTS))
BUSY = (LAUNCH, INADEQUATE, MODERATED, RECORD)
LAST = len(MOMENTS) - 1
Played = Callable[[Theatre], Iterable[Verdict]]
GONE = {
    "Auditor's grade": "Good",
    "Audit returned on": "2026-03-03",
    "Moderated grade": "Good",
    "Document link": "https://wexcombe.example/a-form",
    "Bot's note": "Ask Jo about the visit",
}
"""What may stand in the bot's columns of an audit of which its memory says nothing."""


@dataclass(frozen=True, slots=True)
class Case:
    """A line of the matrix. `short` is played by `make test` (None: nothing is), `whole` by `make test-all`."""

    name: str
    short: Played | None
    whole: Played


def _swept(kind: str, seed: int) -> Case:
    return Case(
        f"killed {kind.split()[-1]} a request",
        lambda t: t.kills(kind, t.sample(3, seed, (LAUNCH, INADEQUATE))),
        lambda t: t.kills(kind, t.every_request(ALL)),
    )


def _at_commits(when: str, seed: int) -> Case:
    return Case(
        f"killed {when} a commit",
        lambda t: t.at_commits(when, t.sample_commits(2, seed, (LAUNCH, INADEQUATE))),
        lambda t: t.at_commits(when, t.every_commit(ALL)),
    )


def _wire(name: str, kind: str, seed: int, *, everywhere: bool = False, **more: Any) -> Case:
    """At every request of every run where that is asked for; else at those of two runs (`everywhere`), or at many of
    four."""

    def points(t: Theatre) -> list[tuple[int, int]]:
        if t.everywhere:
            return t.every_request(ALL)
        return t.every_request((LAUNCH, INADEQUATE)) if everywhere else t.sample(40, seed, BUSY)

    return Case(
        name,
        (lambda t: t.wire(kind, t.sample(1, seed, (LAUNCH,)), **more)) if kind == "answer lost" else None,
        lambda t: t.wire(kind, points(t), **more),
    )


def _unanswered(name: str, kind: str, seed: int, seconds: float, *, short: bool) -> Case:
    """Faults for which a run waits some seconds: at many requests of the busy runs, or at every one."""
    return Case(
        name,
        (lambda t: t.unanswered(kind, t.sample(1, seed, (LAUNCH,)), seconds=seconds)) if short else None,
        lambda t: t.unanswered(
            kind, t.every_request(ALL) if t.everywhere else t.sample(24, seed, BUSY), seconds=seconds
        ),
    )


PAGES: dict[str, Any] = {"minutes": 40, "method": "GET"}
"""Looks are more frequent, but the next one after this must still make an alert come within its hour."""
OF_THE_MAIL = PAGES | {"path": r"/(messages|messages/delta|mailFolders)$"}
OF_THE_SITE = PAGES | {"path": r"/(items|columns|lists|children)$"}


def _pages(name: str, kind: str, where: dict[str, Any], *, times: int = 1, short: Sequence[int] = ()) -> Case:
    """At each page that a run asks for, or at every one from there on."""
    return Case(
        name,
        (lambda t: t.outage(kind, short, **where)) if short else None,
        lambda t: t.at_each(kind, ALL if t.everywhere else BUSY, times=times, **where),
    )


def _pairs(t: Theatre) -> Iterable[Verdict]:
    return t.old_ledger([(n, earlier) for n in ALL for earlier in range(n)])


def _edited(edit: Edit, how: str, theatre: Theatre) -> Iterable[Verdict]:
    return theatre.edited([edit], how)


def _edit(how: str) -> list[Case]:
    """One line for each edit, so that each can be told apart."""
    return [
        Case(
            f"edited {_HOW[how]}: {edit.name}, {MOMENTS[edit.moment].name}",
            whole if (how, edit.moment, edit.name) in _IN_SHORT else None,
            whole,
        )
        for edit in EDITS
        for whole in [partial(_edited, edit, how)]
        if (how in ("failed", "killed") or edit.name != "the row deleted")
        and (how != IN_THE_RUN_LATER or (edit.moment, edit.name) in _LATER)
    ]


_HOW = {
    "failed": "while a draft waits whose send was refused",
    "killed": "while a draft waits whose run was killed",
    "in the run": "in the midst of a run",
    IN_THE_RUN_LATER: "a minute before letters leave",
}
_LATER = {
    (LAUNCH, "another auditor"), (LAUNCH, "withdrawn"), (INADEQUATE, "another moderator"), (INADEQUATE, "restricted"),
}  # fmt: skip
"""Each of these takes a minute."""
_IN_SHORT = {("failed", LAUNCH, "another auditor"), ("failed", INADEQUATE, "restricted")}

CASES = (
    _swept("client dies before", 1),
    _swept("client dies after", 2),
    _at_commits(BEFORE, 13),
    _at_commits(AFTER, 14),
    Case("killed, and again while it recovers", None, lambda t: t.second_kills(31, ALL)),
    Case("stopped while another works, then goes on", None, lambda t: t.frozen(t.sample(60, 3, BUSY))),
    _wire("answer lost", "answer lost", 4, everywhere=True),
    _wire("request lost", "request lost", 5),
    _wire("429, told to wait", "throttled", 6, everywhere=True, retry_after="1"),
    _wire("429, not told how long", "throttled", 7),
    _wire("503", "unavailable", 8),
    _wire("504, not executed", "timeout before", 9),
    _wire("504, executed", "timeout after", 10, everywhere=True),
    _wire("202 and told to retry", "accepted, retry later", 11),
    _wire("a proxy's page instead of an answer", "a proxy's page", 15),
    _wire("half an answer", "half an answer", 16),
    _unanswered("an answer that hangs", "hangs", 41, 0.0, short=True),
    _unanswered("an answer byte by byte", "drips", 42, 0.1, short=True),
    _unanswered("executed when nobody waits any more", "slow", 43, 3.0, short=False),
    Case(
        "a byte a second, waited for as long as a run does",
        None,
        lambda t: t.unanswered("drips", [(LAUNCH, 0)], seconds=1.0, waits=None, patience=600.0, **SENDS),
    ),
    Case("no answer at all for a run", None, lambda t: t.nothing_answers(BUSY)),
    _pages("a page of the mail cut off", "cut off", OF_THE_MAIL, short=(INADEQUATE,)),
    _pages("a page of the lists cut off", "cut off", OF_THE_SITE),
    _pages("a page of the mail given twice", "leads in a circle", OF_THE_MAIL),
    _pages("a page of the lists given twice", "leads in a circle", OF_THE_SITE),
    _pages(
        "pages of the mail in a circle", "leads in a circle", OF_THE_MAIL, times=FOR_EVER, short=(INADEQUATE,)
    ),
    _pages("pages of the lists in a circle", "leads in a circle", OF_THE_SITE, times=FOR_EVER),
    Case("every page of the mail cut off for a run", None, lambda t: t.outage("cut off", ALL, **OF_THE_MAIL)),
    _wire("401, the token ran out", "expired token", 17),
    _wire("403, a right withdrawn", "refused", 18),
    _wire("found late by ten minutes", "stale read", 19, seconds=600),
    Case(
        "410, the place in the mailbox forgotten",
        None,
        lambda t: t.outage("cursor expired", ALL, times=1, path=r"/messages/delta"),
    ),
    Case(
        "412, a row edited just before it is written",
        None,
        lambda t: t.outage("edited under us", ALL, times=1, method="PATCH", path=r"/items/"),
    ),
    Case("503 on everything for a run", None, lambda t: t.outage("unavailable", ALL, path=GRAPH)),
    Case("429 on every send for a run", None, lambda t: t.outage("throttled", BUSY, **SENDS)),
    Case("ledger of earlier", lambda t: t.old_ledger([(INADEQUATE, LAUNCH)]), _pairs),
    Case("ledger of before the last run", None, lambda t: t.an_hour_ago(ALL)),
    Case(
        "ledger lost",
        lambda t: t.old_ledger([(INADEQUATE, None)]),
        lambda t: t.old_ledger([(n, None) for n in ALL]),
    ),
    Case(
        "an old ledger put beside the journal of a killed run",
        None,
        lambda t: t.beside_a_journal(t.sample(20, 12, (INADEQUATE, MODERATED)), LAUNCH),
    ),
    Case("started twice at once on one machine", None, lambda t: t.started_twice([*ALL, *BUSY, *BUSY])),
    Case(
        "disk full",
        lambda t: t.disk_full(t.some_places(2, 51, (LAUNCH, INADEQUATE))),
        lambda t: t.disk_full(t.places((LAUNCH, INADEQUATE))),
    ),
    Case("disk full but for 8 kB", None, lambda t: t.disk_full(t.some_places(60, 52, BUSY), 8192)),
    Case("no key for a run", None, lambda t: t.without_a_key(BUSY)),
    Case("another key", lambda t: t.another_key([INADEQUATE]), lambda t: t.another_key(ALL)),
    Case("another key, ledger lost", None, lambda t: t.another_key(ALL, lost=True)),
    Case("mail archived", None, lambda t: t.archived(ALL)),
    Case("mail archived, ledger lost", None, lambda t: t.archived(ALL, earlier=None)),
    Case(
        "mail archived, ledger of launch day",
        None,
        lambda t: t.archived(range(LAUNCH + 1, LAST + 1), earlier=LAUNCH),
    ),
    Case("row entered anew", None, lambda t: t.entered_anew(range(LAUNCH, LAST + 1))),
    Case("row entered anew, ledger lost", None, lambda t: t.entered_anew(range(LAUNCH, LAST + 1), lost=True)),
    Case(
        "unknown values in the bot's columns", None, lambda t: t.unknown_values(MODERATED, GONE, lost=False)
    ),
    Case(
        "unknown values in the bot's columns, ledger lost",
        None,
        lambda t: t.unknown_values(MODERATED, GONE, lost=True),
    ),
    Case("two machines in turn", None, lambda t: t.two_machines(BUSY, "in turn", copied=False)),
    Case("two machines in turn, ledger copied", None, lambda t: t.two_machines(BUSY, "in turn", copied=True)),
    Case("two machines at once", None, lambda t: t.two_machines(BUSY * 3, "at once", copied=False)),
    Case(
        "two machines at once, ledger copied",
        None,
        lambda t: t.two_machines(BUSY * 3, "at once", copied=True),
    ),
    *_edit("failed"),
    *_edit("killed"),
    *_edit("in the run"),
    *_edit(IN_THE_RUN_LATER),
)

ON_POSTGRESQL = (
    Case(
        "PostgreSQL: killed after a request",
        None,
        lambda t: t.kills("client dies after", t.sample(60, 22, BUSY)),
    ),
    *(
        Case(f"PostgreSQL: {name}", None, lambda t, when=when: t.at_commits(when, t.every_commit(ALL)))  # type: ignore[misc]
        for name, when in (
            ("killed before a commit", BEFORE),
            ("killed after a commit", AFTER),
            ("the session ended at a commit", SESSION_ENDED),
        )
    ),
    Case(
        "PostgreSQL: the session ended between a commit and what comes after it",
        lambda t: t.sessions_ended(t.some_places(1, 61, (LAUNCH,))),
        lambda t: t.sessions_ended([p for p in t.places(ALL) if p[1][0] == STOPS_AFTER]),
    ),
    Case(
        "PostgreSQL: the server killed and back at once",
        lambda t: t.server_killed(t.some_places(1, 62, (LAUNCH,)), stays_away=False),
        lambda t: t.server_killed(
            [p for p in t.places(ALL) if p[1][0] in (STOPS_BEFORE, STOPS_AFTER)], stays_away=False
        ),
    ),
    Case(
        "PostgreSQL: the server killed and away for a run",
        lambda t: t.server_killed(t.some_places(1, 63, (LAUNCH,)), stays_away=True),
        lambda t: t.server_killed(t.some_places(60, 64, BUSY), stays_away=True),
    ),
    Case("PostgreSQL: killed, and again while it recovers", None, lambda t: t.second_kills(32, ALL)),
    Case(
        "PostgreSQL: stopped while another works, then goes on",
        None,
        lambda t: t.frozen(t.sample(20, 23, BUSY)),
    ),
    Case("PostgreSQL: started twice at once", None, lambda t: t.started_twice([*ALL, *BUSY])),
    Case("PostgreSQL: ledger of earlier", None, _pairs),
    Case("PostgreSQL: ledger of before the last run", None, lambda t: t.an_hour_ago(ALL)),
    Case("PostgreSQL: ledger lost", None, lambda t: t.old_ledger([(n, None) for n in ALL])),
)
"""What is played once more with the ledger in a PostgreSQL."""
