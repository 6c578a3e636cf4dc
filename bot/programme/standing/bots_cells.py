"""Which of the bot's cells are brought up to date, and which are left as they are because somebody else wrote them.

The list is the people's: a value in a bot's column that the ledger does not explain is kept and asked about, whatever
the bot would write there. The ledger may have been lost or put back from a copy, so it learns what it finds: a cell
that says what the bot would write, and what only the bot says of the day (where an audit stands, what comes next).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bot.programme.history.history import History
from bot.programme.standing.actions import WriteRow
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.status import LOOKED_INTO, next_step, row_values
from bot.programme.vocabulary import BOT_COLUMNS, Problem, Status


@dataclass(frozen=True, slots=True)
class BotsCells:
    """Of one row: the columns that have to change, those that say already what the bot would write although the ledger
    knows nothing of it, and what a person must hear."""

    update: WriteRow | None
    found: dict[str, str]  # our column -> what stands there
    problems: list[Problem]


def bots_cells(found: Standing, history: History, today: date, *, blocked: bool) -> BotsCells:
    """What is to be done about the bot's columns of one row."""
    a, ever = found.allocation, found.past.ever_written
    changes: dict[str, str | date | None] = {}
    as_found: dict[str, str] = {}
    problems, unexplained = [], []
    for column, value in row_values(found, history, today, blocked=blocked).items():
        stands, ours = as_text(a.written.get(column)), as_text(value)
        known = ever.get(column, ())
        if stands == ours:
            if stands is not None and stands not in known:
                as_found[column] = stands
        elif stands is None or stands in known or (not known and _only_the_bot_says(column, stands, found)):
            changes[column] = value
        elif known:
            problems.append(
                Problem(
                    f"Audit allocations, {a.reference}",
                    f"Somebody changed the bot's column “{column.replace('_', ' ')}” to “{stands}”; the bot would "
                    f"write “{ours or ''}”. It is left as it is: empty the cell to give it back.",
                )
            )
        else:
            unexplained.append(f"“{BOT_COLUMNS[column].title}”")
    if unexplained:
        said = ", ".join(unexplained)
        problems.append(
            Problem(
                f"Audit allocations, {a.reference}",
                f"The bot's memory does not explain what stands in {said}, so it is kept. Is it right? Where not, "
                "empty the cell: the bot then fills it in anew.",
            )
        )
    update = WriteRow(a.item_id, a.row_id or a.item_id, a.etag, changes) if changes else None
    return BotsCells(update, as_found, problems)


def as_text(value: str | date | None) -> str | None:
    """A cell's value as the ledger remembers it; an empty text is an empty cell."""
    return (value.isoformat() if isinstance(value, date) else value) or None


def in_bots_words(found: Standing) -> dict[str, str]:
    """The cells of a row that say in the bot's own words how things stood on some day: our column -> what it says.
    That changes from day to day, and holds nothing of anybody else's."""
    stands = {column: as_text(value) for column, value in found.allocation.written.items()}
    return {c: text for c, text in stands.items() if text and _only_the_bot_says(c, text, found)}


_DAY = r"\b[A-Z][a-z]{2} \d{1,2} [A-Z][a-z]{2} \d{4}\b"
_LETTER_AND_DAY = re.compile(rf"[A-Z].*, {_DAY}( \(draft for the Audit Team\))?")


def _only_the_bot_says(column: str, stands: str, found: Standing) -> bool:
    match column:
        case "status":
            return stands in [*Status]
        case "last_letter":
            return _LETTER_AND_DAY.fullmatch(stands) is not None
        case "next_step":
            steps = [LOOKED_INTO, *(next_step(found, status) for status in Status)]
            return _without_days(stands).startswith(tuple(_without_days(step) for step in steps if step))
    return False


def _without_days(text: str) -> str:
    return re.sub(rf" (?:by|until) {_DAY}", "", text)
