"""`audit-bot run`: one run, and what became of it."""

from __future__ import annotations

import logging
from argparse import Namespace

from bot.cli.at_workplace import moment_of_a_run, saying, settings_of_a_run
from bot.cli.showing import console, print_json, say_faults, show_problems, show_table
from bot.daily_run.attended import attended
from bot.daily_run.report import Report
from bot.papers.letters.letter_language import counted
from bot.programme.date_words import day_in_words
from bot.programme.rulebook.rules import called


def perform(given: Namespace) -> int:
    logging.getLogger("bot").addHandler(logging.NullHandler())  # what is wrong is said below, once
    settings = settings_of_a_run(given)
    found = attended(
        settings, clock=moment_of_a_run(given.today, settings), say=saying(given), whole=not given.post_only
    )
    if found.report is None:
        say_faults(given, found.faults)
    elif given.json:
        print_json(found.report.as_json())
    else:
        _show(found.report)
        say_faults(given, found.faults)
    return found.status


def _show(report: Report) -> None:
    out = console()
    out.print(f"[bold]{day_in_words(report.today)}[/bold]")
    rows = [(called(rule), str(count)) for rule, count in sorted(report.letters.items())]
    show_table(out, "Letters", ("Letter", "How many"), rows)
    read, rewritten = counted(report.messages, "message"), counted(report.rows, "row")
    out.print(f"{read} read, {rewritten} of the list brought up to date.")
    if report.digest_sent:
        out.print("The daily digest is in the Audit Team's mailbox.")
    if report.questions:
        wait = "questions about messages wait" if report.questions > 1 else "question about a message waits"
        out.print(f"{report.questions} {wait} for a person: the digest says which.", style="yellow")
    for line in report.held:
        out.print(f"Held: {line}", style="yellow", markup=False)
    show_problems(out, report.needs_a_person)
