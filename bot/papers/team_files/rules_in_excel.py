"""The rule book as a workbook to edit, and back: its table in words, in which a few columns may be changed.

The columns in capitals count: ON (yes or no), WAIT and REPEAT. All other cells are there to be read; one that was
changed is named, for nothing would follow from it. A rule that is off stays in the file behind “#off#”.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.papers.spreadsheet import Table, workbook
from bot.papers.workbook_read import ReadBook, Value
from bot.programme.edited_file import edited
from bot.programme.rulebook.rule_words import LetterLine, date_lines, letter_lines
from bot.programme.rulebook.rules import Rulebook, rulebook
from bot.programme.waits import wait

ON, WAIT, REPEAT = "ON", "WAIT", "REPEAT"
LETTERS, DATES = "Letters", "Dates"
_COUNTS = (ON, WAIT, REPEAT)
_OFF = "#off# "
_ENTRY = re.compile(r"(?m)^(?:#off# )?\s*\[\[\s*(rule|deadline)\s*\]\]")
_YES_NO = {"yes": True, "on": True, "true": True, "no": False, "off": False, "false": False}


class WrongRules(ValueError):
    """`faults` say by cell what is wrong and what to do."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(faults))


@dataclass(frozen=True, slots=True)
class _Entry:
    """One [[rule]] or [[deadline]] of the file: its text as if it were on, and what its words say."""

    kind: str
    text: str
    on: bool
    given: Mapping[str, object]

    @property
    def words(self) -> dict[str, str]:
        found = {word: str(self.given.get(word.casefold()) or "") for word in (WAIT, REPEAT)}
        return {ON: "yes" if self.on else "no", **found}


def rules_workbook(text: str) -> bytes:
    """The rule book (config/rules.toml) as a workbook. Raises SettingsError when it cannot be read."""
    return workbook({name: Table(rows[0], rows[1:]) for name, rows in _tables(text).items()}, NOTES)


NOTES = (
    f"The columns {ON}, {WAIT} and {REPEAT} count. Everything else is there to be read; to change it, edit rules.toml.",
    "WAIT: same day; 3 working days; 2 working days before; 1 week; 6 weeks; 4 months; 15th working day of the month.",
    "REPEAT: every 3 working days, 2 times; every week, 10 times; empty for once.",
)


def rules_of_workbook(book: ReadBook, text: str) -> str:
    """The text of the rule book with what a workbook changes in it. Raises WrongRules, and SettingsError when the text
    itself cannot be read."""
    faults: list[str] = []
    changes: dict[tuple[str, str], dict[str, str]] = {}
    for sheet, usual in _tables(text).items():
        rows = next((rows for name, rows in book.sheets.items() if name.casefold() == sheet.casefold()), None)
        if rows is None:
            faults.append(f"The sheet “{sheet}” is gone; restore an earlier version.")
            continue
        changes |= {(sheet, name): said for name, said in _changed(sheet, rows, usual, faults)}
    if faults:
        raise WrongRules(faults)
    head, entries = _entries(text)
    named = _named(entries)
    return head + "".join(_written(entry, changes.get(named[n], {})) for n, entry in enumerate(entries))


def _tables(text: str) -> dict[str, list[tuple[str, ...]]]:
    """Sheet -> its rows, headings first."""
    _, entries = _entries(text)
    words = {name: entries[n].words for n, name in enumerate(_named(entries))}
    book = _all_on(entries, text)
    starts = {rule.id: str(rule.when) for rule in book.rules}
    letters: list[tuple[str, ...]] = [
        ("Id", *_COUNTS, "Starts from", "Guide", "Letter", "For", "To", "Copied to", "Not once", "Text")
    ]
    for line, rule_id in _with_ids(book):
        said = words[LETTERS, rule_id]
        letters.append(
            (rule_id, said[ON], said[WAIT], said[REPEAT], starts[rule_id], f"§{line.guide}", line.name, line.of,
             line.to, line.cc, line.until, line.letter)
        )  # fmt: skip
    dates: list[tuple[str, ...]] = [("No", WAIT, "Starts from", "Guide", "Date", "For", "What for")]
    for n, (day, deadline) in enumerate(zip(date_lines(book), book.deadlines, strict=True), 1):
        said = words[DATES, str(n)]
        dates.append((str(n), said[WAIT], str(deadline.after), f"§{day.guide}", day.sets, day.of, day.about))
    return {LETTERS: letters, DATES: dates}


def _with_ids(book: Rulebook) -> list[tuple[LetterLine, str]]:
    """The lines of the letters, in the order of the file, with their ids."""
    found = []
    for rule in book.rules:
        (line,) = letter_lines(Rulebook((), (rule,)))
        found.append((line, rule.id))
    return found


def _changed(
    sheet: str, rows: Sequence[Sequence[Value]], usual: Sequence[Sequence[str]], faults: list[str]
) -> Iterator[tuple[str, dict[str, str]]]:
    """What the columns that count say otherwise, by the name of the row."""
    heads = usual[0]
    if [_said(cell) for cell in [*rows[0]][: len(heads)]] != [*heads] if rows else True:
        faults.append(f"{sheet}, row 1: the headings are not as they were; put them back.")
        return
    expected = {row[0]: row for row in usual[1:]}
    seen: set[str] = set()
    for n, row in enumerate(rows[1:], 2):
        cells = [_said(cell) for cell in row]
        if not any(cells):
            continue
        cells += [""] * (len(heads) - len(cells))
        known = expected.get(cells[0])
        if known is None or cells[0] in seen:
            why = (
                "stands there twice"
                if known
                else "is no row of the rule book; a new one is written in rules.toml"
            )
            faults.append(f"{sheet}!A{n}: “{cells[0][:60]}” {why}.")
            continue
        seen.add(cells[0])
        said: dict[str, str] = {}
        for at, head in enumerate(heads[1:], 1):
            if cells[at] == " ".join(known[at].split()):
                continue
            cell = f"{sheet}!{chr(65 + at)}{n}"
            if head not in _COUNTS:
                shown = f"“{known[at][:60]}”" if known[at] else "empty"
                faults.append(
                    f"{cell}: “{head}” cannot be changed here; it was {shown}. Put it back, or edit rules.toml."
                )
            elif fault := _fault(head, cells[at]):
                faults.append(f"{cell}: {fault}")
            else:
                said[head] = cells[at]
        yield cells[0], said
    gone = [name for name in expected if name not in seen]
    faults += [f"{sheet}: the row of “{name}” is gone; put it back{_OR_OFF[sheet]}." for name in gone]


_OR_OFF = {LETTERS: f", and write no under {ON} if it is not to go", DATES: ""}


def _said(cell: Value) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return " ".join(str(cell).split()) if cell is not None else ""


def _fault(head: str, said: str) -> str:
    if head == ON:
        return "" if said.casefold() in _YES_NO else f"“{said}” is neither yes nor no."
    if head == WAIT:
        try:
            wait(said)
        except ValueError as fault:
            return str(fault)
    return ""  # REPEAT is checked with the rule book


# ------------------------------------------------------------------------------------------------- the file's text


def _entries(text: str) -> tuple[str, list[_Entry]]:
    """What stands above the first entry, and the entries in order."""
    starts = [found.start() for found in _ENTRY.finditer(text)]
    if not starts:
        return text, []
    found = []
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        part = text[start:end]
        on = not part.startswith(_OFF.strip())
        plain = part if on else re.sub(rf"(?m)^{_OFF.strip()} ?", "", part)
        kind = "rule" if re.match(r"\s*\[\[\s*rule", plain) else "deadline"
        (given,) = edited(plain, "rules").given[kind]
        found.append(_Entry(kind, plain, on, given))
    return text[: starts[0]], found


def _named(entries: Sequence[_Entry]) -> list[tuple[str, str]]:
    """Sheet and row of each entry."""
    found, n = [], 0
    for entry in entries:
        n += entry.kind == "deadline"
        found.append((LETTERS, str(entry.given.get("id"))) if entry.kind == "rule" else (DATES, str(n)))
    return found


def _all_on(entries: Sequence[_Entry], text: str) -> Rulebook:
    head, _ = _entries(text)
    return rulebook(head + "".join(entry.text for entry in entries), "rules.toml")


def _written(entry: _Entry, said: Mapping[str, str]) -> str:
    text = entry.text
    for word in (WAIT, REPEAT):
        if word in said:
            text = _with_word(text, word.casefold(), said[word])
    on = _YES_NO[said[ON].casefold()] if ON in said else entry.on
    if on:
        return text
    return "".join(_OFF + line if line.strip() else line for line in text.splitlines(keepends=True))


def _with_word(text: str, word: str, said: str) -> str:
    line = re.compile(rf"(?m)^(\s*{word}\s*=\s*)(?:\"[^\"\n]*\"|'[^'\n]*')")
    if not said:
        return re.sub(rf"(?m)^\s*{word}\s*=.*\n?", "", text, count=1)
    if line.search(text):
        return line.sub(lambda found: f'{found[1]}"{said}"', text, count=1)
    return re.sub(r"(\]\][^\n]*\n)", lambda found: f'{found[1]}{word} = "{said}"\n', text, count=1)
