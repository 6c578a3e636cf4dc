"""What was told about a cycle, until the Audit Team has entered it in the list (§6, §7, §14).

The cycle's columns are the Audit Team's, and the bot never writes them: what was told counts as if its column held it,
as long as that column is empty, as for an audit's row, and the Audit Team is asked every day to enter it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date

from bot.programme.answers.who_may_press import those_asked
from bot.programme.date_words import day_in_words
from bot.programme.history.history import History
from bot.programme.messages.button import Once
from bot.programme.messages.buttons import Command
from bot.programme.rulebook.rules import Rulebook
from bot.programme.standing.council import Council
from bot.programme.standing.what_letters_ask import answer_to
from bot.programme.vocabulary import Cycle, Person, Problem, ToEnter

_HOW = "in answer to our letter"
_BY_TITLE = {c.button.column_title: c.button for c in Command if c.button.about_a_cycle}


def cycle_as_reported(
    cycle: Cycle, history: History, rulebook: Rulebook, council: Council, today: date
) -> Cycle:
    """The cycle's row with what was told in those of its columns that are still empty. The report on the dip samples
    is signed off once everybody who signs has."""
    past = history.audits.get(f"cycle:{cycle.item_id}")
    if past is None or not past.reports:
        return cycle
    changes: dict[str, date] = {}
    entries: list[ToEnter] = []
    signed: dict[str, date] = {}
    for report in past.reports:
        button, on = report.command.button, report.on
        if not button.about_a_cycle:
            continue
        asked = _who(report.command, rulebook, cycle, council, today)
        if button.once is Once.SENDER:
            signed[report.by] = on
            if any(person.email not in signed for person in asked):
                continue
            on = max(signed.values())
        if getattr(cycle, button.column) is None and button.column not in changes:
            changes[button.column] = on
            by = next((p.name for p in (*asked, *cycle.heads_of_service) if p.email == report.by), report.by)
            entries.append(ToEnter(button.column_title, day_in_words(on), by, _HOW))
    return replace(cycle, **changes, reported=tuple(entries)) if changes else cycle  # type: ignore[arg-type]


def _who(command: Command, rulebook: Rulebook, cycle: Cycle, council: Council, today: date) -> list[Person]:
    rule = next((rule for rule in rulebook.rules if answer_to(rule) is command and rule.of_cycle), None)
    return those_asked(command, rule, cycle, council, today)


def cycle_entries_wanted(
    cycles: Iterable[Cycle], history: History, rulebook: Rulebook, council: Council, today: date
) -> list[Problem]:
    """What was told about a cycle and is not in the list, and who has still to sign. `cycles` are as reported."""
    found = []
    for cycle in cycles:
        where = f"Audit cycles, {cycle.name}"
        for entry in cycle.reported:
            button = _BY_TITLE[entry.column]
            waits = getattr(cycle, button.column) > today and not button.before_the_month
            when = f"once that day has come, {entry.value}" if waits else entry.value
            what = f"Please enter “{entry.column}” {when}: {entry.by} told us {entry.how}. "
            what += "Until then the bot goes by that."
            found.append(Problem(where, what))
        if cycle.dip_report_signed_off_on is None:
            found += _half_signed(cycle, history, _who(
                Command.DIP_REPORT_SIGNED_OFF, rulebook, cycle, council, today
            ))  # fmt: skip
    return found


def _half_signed(cycle: Cycle, history: History, signers: Collection[Person]) -> list[Problem]:
    past = history.audits.get(f"cycle:{cycle.item_id}")
    by = {r.by for r in (past.reports if past else ()) if r.command is Command.DIP_REPORT_SIGNED_OFF}
    have = [person.name for person in signers if person.email in by]
    if not have:
        return []
    rest = " and ".join(person.name for person in signers if person.email not in by)
    what = f"{' and '.join(have)} signed the report on the dip samples off; {rest} has not yet."
    return [Problem(f"Audit cycles, {cycle.name}", what)]
