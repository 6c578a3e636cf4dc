"""Overviews as spreadsheets: what will go out, and the rule book to read and sign."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from bot.papers.spreadsheet import Table, workbook
from bot.programme.rulebook.rule_words import date_lines, letter_lines
from bot.programme.rulebook.rules import Rulebook, called
from bot.programme.standing.actions import SendLetter
from bot.programme.vocabulary import Person


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


def planned_with_readers(days: Mapping[date, Sequence[SendLetter]]) -> bytes:
    """Two sheets: every letter planned, by day, with the addresses of its readers; and every reader, with how many
    letters they would get."""
    letters = [(day, letter) for day, planned in days.items() for letter in planned]
    rows = [
        (day, letter.reference, called(letter.rule), _addressed(letter.to), _addressed(letter.cc), letter.day.why,
         "Draft for the Audit Team" if letter.rule.draft_only else "")
        for day, letter in letters
    ]  # fmt: skip
    to = Counter(person for _, letter in letters for person in letter.to)
    cc = Counter(person for _, letter in letters for person in letter.cc)
    readers = sorted({*to, *cc}, key=lambda person: (person.name, person.email))
    return workbook(
        {
            "What would go out": Table(
                ("Day", "Audit", "Letter", "To", "Copied to", "Why", "Only drafted"), rows
            ),
            "Readers": Table(
                ("Reader", "Address", "Letters", "Copies"), [(p.name, p.email, to[p], cc[p]) for p in readers]
            ),
        }
    )


def _addressed(people: Sequence[Person]) -> str:
    return ", ".join(f"{person.name} <{person.email}>" for person in people)


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
