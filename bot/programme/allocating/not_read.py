"""What stands in a workbook beside what is read of it. Nobody may believe that it counts: each kind is a note, with its
cells and never with what stands there, for that may be about a child.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.programme.allocating.cell_words import is_nothing
from bot.programme.allocating.record import ALLOCATIONS, DRAW, FRAME, PROPOSED, RESERVE, SINCE, STRATA
from bot.programme.allocating.sheet_columns import AUDITORS, CHILDREN
from bot.programme.allocating.sheet_lines import Book, called_alike, row_of_headings
from bot.programme.allocating.sheets_read import names_in
from bot.programme.importing.known_titles import names_of
from bot.programme.importing.sheets import TO_PUT_RIGHT, Sheet, cell_name, shown
from bot.programme.waits import first_few

OURS = frozenset(
    {
        ALLOCATIONS,
        PROPOSED,
        DRAW,
        RESERVE,
        "Why",
        "By hand",
        "Shortages",
        "Loads",
        STRATA,
        FRAME,
        SINCE,
        TO_PUT_RIGHT,
    }
)
"""The sheets of a proposal's workbook."""
_FILLED: Mapping[str, Mapping[str, str]] = {
    CHILDREN: names_in(CHILDREN), AUDITORS: names_in(AUDITORS), ALLOCATIONS: names_of({}),
}  # fmt: skip


def not_read(book: Book, sheets: Sequence[str] = (CHILDREN, AUDITORS)) -> None:
    """A fault where two sheets are called as one of ours; notes of sheets that are not used, and of `sheets`, which
    people fill: of what stands under no heading, of comments, of what is struck through, and of rows nobody sees."""
    for name in sorted({*OURS, *_FILLED}):
        book.sheet(name)  # two of one name
    others = [
        f"“{sheet.name[:40]}”{' (hidden)' if sheet.marks.unseen else ''}"
        for sheet in book.sheets.values()
        if not (sheet.ids or any(called_alike(sheet.name, n) for n in {*OURS, *_FILLED}))
        if any(not is_nothing(cell) for row in sheet.rows for cell in row)
    ]
    if others:
        which = (
            f"The {len(others)} sheets {', '.join(others)} are"
            if len(others) > 1
            else f"The sheet {others[0]} is"
        )
        book.notes.append(f"{which} not used: what counts is {' and '.join(f'“{name}”' for name in sheets)}.")
    for name in sheets:
        sheet = book.sheet(name)
        if sheet and not sheet.ids:
            book.notes += _beside(sheet, row_of_headings(_FILLED[name], sheet, 1) or 0)


def _beside(sheet: Sheet, head: int) -> Iterator[str]:
    width = len(sheet.rows[head]) if sheet.rows else 0
    headed = {n for n in range(width) if shown(sheet.cell(head, n)).strip()}
    filled = {
        (r, n)
        for r, row in enumerate(sheet.rows)
        if r > head
        for n, cell in enumerate(row)
        if not is_nothing(cell)
    }
    where = "What is to count must stand in the column that is headed for it."
    for cells, what in (
        (
            {at for at in filled if at[1] not in headed},
            f"this stands under no heading, and is not read. {where}",
        ),
        ({at for at in sheet.marks.comments if at[0] > head}, f"comments are not read. {where}"),
        (
            filled.intersection(sheet.marks.struck),
            "this is struck through, and counts all the same. What is not to count must be deleted.",
        ),
    ):
        if cells:
            those = first_few([cell_name(*at) for at in sorted(cells)])
            yield f"{sheet.name}!{those}: {what}"
    if unseen := sorted({r for r, _ in filled}.intersection(sheet.marks.hidden_rows)):
        those = first_few([str(r + 1) for r in unseen])
        yield f"{sheet.name}!row{'s' * (len(unseen) > 1)} {those}: nobody sees this, for it is hidden, and it counts."
