"""Overviews as spreadsheets: what will go out, and the rule book to read and sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from bot.papers.spreadsheet import Table, workbook
from bot.programme.rulebook.rule_words import date_lines, letter_lines
from bot.programme.rulebook.rules import Rulebook, called
from bot.programme.standing.actions import SendLetter


def planned_letters(days: Mapping[date, Sequence[SendLetter]]) -> bytes:
    """A sheet of every letter planned, by day: who gets what, and why."""
    rows = [
        (
            day,
            letter.reference,
            called(letter.rule),
            ", ".join(person.name for person in letter.to),
            ", ".join(person.name for person in letter.cc),
            letter.day.why,
            f"§{letter.rule.guide}",
            "Draft for the Audit Team" if letter.rule.draft_only else "",
        )
        for day, letters in days.items()
        for letter in letters
    ]
    heads = ("Day", "Audit", "Letter", "To", "Copied to", "Why", "Guide", "Only drafted")
    return workbook({"What goes out": Table(heads, rows)})


def rule_book(book: Rulebook) -> bytes:
    """Two sheets: the dates that are set, and the letters that go."""
    dates = [(f"§{n.guide}", n.sets, n.when, n.of, n.about, n.note) for n in date_lines(book)]
    letters = [
        (f"§{n.guide}", n.name, n.when, n.of, n.to, n.cc, n.until, n.letter, n.about, n.note)
        for n in letter_lines(book)
    ]
    note = "How the guide was read"
    return workbook(
        {
            "Letters": Table(
                ("Guide", "Letter", "When", "For", "To", "Copied to", "Not once", "Text", "What for", note),
                letters,
            ),
            "Dates": Table(("Guide", "Date", "When", "For", "What for", note), dates),
        }
    )
