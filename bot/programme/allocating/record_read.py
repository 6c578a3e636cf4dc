"""The record of a draw as it stands in a workbook; one that was changed since is a fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.programme.allocating.draw import VERSION, Wanted
from bot.programme.allocating.parts import Child
from bot.programme.allocating.record import (
    DRAW,
    DRAWN_FROM,
    FIXED,
    FRAME,
    HELD,
    KEY,
    NOW,
    RULES,
    SEED,
    SINCE,
    STRATA,
    TOLD,
    WANTED,
    WHICH,
    Record,
    Since,
)
from bot.programme.allocating.sheet_lines import Book, kept_sheet, rows_of
from bot.programme.allocating.sheet_tables import table_in
from bot.programme.importing.sheets import Value, cell_name, shown
from bot.programme.vocabulary import AuditType

_OF_FRAME = {
    "child": "child",
    "service": "service",
    "its team": "team",
    "its outcome": "outcome",
    "fits the lines": "lines",
    "chosen for": "chosen",
    "not drawn because": "left_out",
    "in the list": "held",
    "drawn for": "drawn",
}
_THE_FILE = "The version history of the file has what stood there."


def facts_in(rows: Sequence[Sequence[Value]]) -> dict[str, str]:
    """What stands in the rows of the sheet “The draw”."""
    return {shown(row[0]): shown(row[1]).strip() for row in rows if len(row) > 1 and row[0] is not None}


def record_in(book: Book) -> Record | None:
    """The record of an earlier draw, or of a frame that waits for its seed. None where it was drawn by other rules than
    these, which is told."""
    facts = facts_in(rows_of(book, DRAW))
    version = facts.get(RULES, "").partition(";")[0]
    if not facts or book.faults:
        return None
    if version != f"version {VERSION}":
        book.notes.append(
            f"{DRAW}: it was drawn by other rules of drawing ({version or 'none are said'}; these are version "
            f"{VERSION}), so the first draw cannot be repeated here, and its record goes on no further."
        )
        return None
    sheet = kept_sheet(book, FRAME)
    needed = {word: title.capitalize() for title, word in _OF_FRAME.items()}
    lines = table_in(book, sheet, _OF_FRAME, needed).lines if sheet else []
    children, held, drawn = [], dict[str, str](), dict[str, str]()
    for line in lines:
        number, chosen = line.stands("child"), line.stands("chosen").partition(", ")[0]
        service, team, outcome, left_out = (
            shown(line.cells.get(w)).strip() for w in ("service", "team", "outcome", "left_out")
        )
        children.append(
            Child(
                number, service, team, outcome, left_out=left_out,
                lines=tuple(filter(None, shown(line.cells.get("lines")).split("; "))),
                audit_type=AuditType(chosen) if chosen in list(AuditType) else None,
            )
        )  # fmt: skip
        held |= {number: line.stands("held")} if line.stands("held") else {}
        drawn |= {number: line.stands("drawn")} if line.stands("drawn") else {}
    told, seed = facts.get(TOLD, ""), " ".join(facts.get(SEED, "").split())
    record = Record(
        told, facts.get(KEY, ""), seed, tuple(filter(None, facts.get(STRATA, "").split("; "))), tuple(_asked(facts)),
        tuple(children), facts.get(DRAWN_FROM, told), held, _numbers(facts, HELD), facts.get(FIXED) == "yes",
        int(_numbers(facts, WHICH).get("", 1)), _since(book),
    )  # fmt: skip
    if not book.faults:
        _as_it_was_drawn(book, record, drawn, facts.get(NOW, ""))
    return None if book.faults else record


def _as_it_was_drawn(book: Book, record: Record, drawn: Mapping[str, str], now: str) -> None:
    """Faults where what stands there cannot be what was drawn from."""
    last = record.latest().get(("", TOLD))
    if not record.belongs_together() or (now or record.drawn_from) != (
        last.now if last else record.drawn_from
    ):
        book.faults.append(
            f"{place(book, TOLD)}: this HMAC is not that of the frame in the sheet “{FRAME}” with the key beside "
            f"it: one of them, or what was wanted, was changed since. Put back what stood there. {_THE_FILE}"
        )
    elif record.seed and record.marks() != drawn:
        book.faults.append(
            f"{place(book, SEED)}: with the seed “{record.seed[:60]}” other children are drawn than stand in the sheet "
            f"“{FRAME}” (“Drawn for”): one of the two was changed since. Put back what stood there. {_THE_FILE}"
        )


def place(book: Book, fact: str) -> str:
    """The cell of what is said of a fact."""
    rows = rows_of(book, DRAW)
    at = next((r for r, row in enumerate(rows) if row and shown(row[0]) == fact), None)
    return DRAW if at is None else f"{DRAW}!{cell_name(at, 1)}"


def _asked(facts: Mapping[str, str]) -> list[Wanted]:
    found = []
    for what, number in _numbers(facts, WANTED).items():
        kind, _, line = what.partition(", ")
        if kind in list(AuditType):
            found.append(Wanted(AuditType(kind), line, number))
    return found


def _numbers(facts: Mapping[str, str], begins: str) -> dict[str, int]:
    return {
        what.removeprefix(begins): int(said)
        for what, said in facts.items()
        if what.startswith(begins) and said.isdecimal() and len(said) < 10
    }


def _since(book: Book) -> tuple[Since, ...]:
    sheet = book.sheet(SINCE)
    rows = sheet.rows[1:] if sheet else []
    return tuple(
        Since(*(shown(row[n]).strip() if n < len(row) else "" for n in range(5))) for row in rows if any(row)
    )
