"""Whether the lists of the site that a proposal reads, where the profile names any, can be read and have the columns it
needs (docs/proposing.md). Nothing that stands in a cell is told.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.daily_run.proposing import named_lists, proposal_list
from bot.daily_run.trying.reached import IT, KEEPER
from bot.daily_run.workplace import Workplace
from bot.errors import RequestRefused, SettingsError, near_words
from bot.own_files import text_of
from bot.programme.allocating.rules_file import allocation_file
from bot.programme.allocating.sheet_columns import AUDITORS, CHILDREN
from bot.programme.allocating.sheet_lines import Book
from bot.programme.allocating.sheet_tables import MEANT
from bot.programme.allocating.sheets_read import children, colleagues, lines_in
from bot.programme.importing.sheets import Sheet
from bot.programme.preparing.wanted import IN_THE_PROFILE

_FORBIDDEN = (401, 403)
_TEAM = "The Audit Team:"


def proposal_lists_wrong(workplace: Workplace) -> tuple[list[str], list[str]]:
    """Problems and notes about these lists, in sentences; none where the profile names none. Raises AuditBotError."""
    problems: list[str] = []
    notes: list[str] = []
    read: dict[str, Sheet] = {}
    for sheet, called in named_lists(workplace).items():
        try:
            read[sheet] = proposal_list(workplace, sheet)
        except RequestRefused as fault:
            if fault.status not in _FORBIDDEN:
                raise
            problems.append(
                f"The bot may not read the list “{called}”, from which a proposal takes “{sheet}” ({fault.status} "
                f"{fault.code}). {IT} let it read that list as it may the others of the site."
            )
        except SettingsError as fault:
            problems.append(_not_there(fault, sheet, called, workplace))
    for sheet, found in read.items():
        book = Book({sheet: found}, workplace.today)
        lines_in(book, sheet)
        # What people write in a column that seems misspelt counts for nothing, so it is no mere note.
        misspelt = [note for note in book.notes if MEANT in note]
        notes += [note for note in book.notes if note not in misspelt]
        wrong = [*book.faults, *misspelt]
        if wrong:
            problems.append(
                f"{' '.join(wrong)} {_TEAM} head the columns so, or have audit-bot prepare make them."
            )
    return [*problems, *(_cells_wrong(read, workplace) if not problems else ())], notes


def _not_there(fault: SettingsError, sheet: str, called: str, workplace: Workplace) -> str:
    """A list that is missing, or has a column it may not have, and who mends it."""
    answer = workplace.graph.get(f"{workplace.lists.site}/lists?$select=displayName")
    there = {str(each["displayName"]) for each in workplace.graph.entries(answer)}
    if called in there:
        return f"{fault} {_TEAM} make it such a column."
    near = near_words(called.casefold(), (name.casefold() for name in there))
    meant = [name for name in sorted(there) if name.casefold() in near]
    hint = f" “{meant[0]}” is there." if meant else ""
    return (
        f"{fault}{hint} {KEEPER} put {IN_THE_PROFILE[sheet.casefold()]} right, where another list is meant."
    )


def _cells_wrong(read: Mapping[str, Sheet], workplace: Workplace) -> list[str]:
    """Where something in the rows has to be put right first. Raises SettingsError."""
    place = workplace.settings.files.allocation
    book = Book(read, workplace.today)
    register = colleagues(book, allocation_file(text_of(place), str(place))) if AUDITORS in read else ()
    if CHILDREN in read:
        children(book, register)
    return [
        f"The list “{found.called}”: {number} of its cells must be put right before anything is proposed. {_TEAM} "
        "audit-bot propose --from-site names each."
        for found in read.values()
        if (number := sum(fault.startswith(f"the list “{found.called}”") for fault in book.faults))
    ]
