"""What people said in the audits of a cycle, for the Audit Team to clear before a report quotes any of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bot.programme.reports.quotable import Passage, to_clear
from bot.programme.reports.report import Audience, Report
from bot.programme.vocabulary import Cycle


def words_to_clear(cycle: Cycle, as_at: date, found: Iterable[Passage]) -> Report:
    """For the Audit Team alone: it tells which audit each passage comes from."""
    return Report(
        "words_to_clear",
        "Words to clear before they are quoted",
        cycle.name,
        as_at,
        Audience.AUDIT_TEAM,
        tables={"words to clear": to_clear(found, Audience.AUDIT_TEAM)},
    )
