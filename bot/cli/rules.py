"""`audit-bot rules`: the rule book in words; it needs no tenant."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict
from pathlib import Path

from bot.cli.showing import console, lines, print_json, show_table, write
from bot.exit_status import DONE
from bot.own_files import file_beside, rules_in
from bot.papers.overviews import rule_book
from bot.programme.rulebook.rule_words import date_lines, letter_lines


def perform(given: Namespace) -> int:
    book = rules_in(file_beside(Path(given.settings), "rules", "rules.toml"))
    if given.xlsx:
        write(given.xlsx, rule_book(book))
    elif given.json:
        print_json(
            {
                "dates": [asdict(line) for line in date_lines(book)],
                "letters": [asdict(line) for line in letter_lines(book)],
            }
        )
    else:
        out = console()
        dates = [(f"§{n.guide}", n.sets, lines(n.when, n.of), n.note) for n in date_lines(book)]
        show_table(out, "Dates", ("Guide", "Date", "When, and for which", "How the guide was read"), dates)
        letters = [
            (
                f"§{n.guide}",
                lines(n.name, n.of),
                lines(n.when, n.until and f"not once: {n.until}"),
                lines(n.to, n.cc and f"copied: {n.cc}"),
                n.note,
            )
            for n in letter_lines(book)
        ]
        show_table(
            out, "Letters", ("Guide", "Letter, for which", "When", "To", "How the guide was read"), letters
        )
    return DONE
