"""The letters a whole cycle is owed, and those of the whole programme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.programme.answers.button_links import row_code
from bot.programme.planning.due import due_letter
from bot.programme.planning.made_anew import made_anew
from bot.programme.planning.situation import Planning
from bot.programme.planning.untold import untold
from bot.programme.reports.as_it_was import standings_as_at
from bot.programme.reports.scorecard import cycles_of
from bot.programme.rulebook.rules import Rule
from bot.programme.standing.actions import SendLetter
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.circumstances import circumstances_of_cycle
from bot.programme.standing.confirmation import rows_added, still_to_confirm
from bot.programme.standing.council import ever
from bot.programme.standing.letter_keys import recipients_key
from bot.programme.standing.reached import named
from bot.programme.standing.reported_by_reply import lies_with_us
from bot.programme.vocabulary import Cycle, Milestone, Role, Scope
from bot.programme.working_days import Dated


def cycle_letters(
    planning: Planning, cycle: Cycle, reached: Mapping[Milestone, Dated], standings: Sequence[Standing]
) -> list[SendLetter]:
    """The letters about a whole cycle that are owed today."""
    circumstances = circumstances_of_cycle(standings)
    latest: dict[tuple[str, tuple[str, ...]], SendLetter] = {}
    for rule in planning.basis.rulebook.rules:
        asks = rule.conditions.circumstances
        if rule.scope is not Scope.CYCLE or not asks.issubset(circumstances):
            continue
        if rule.when is Milestone.ROWS_ADDED:
            letter = _added(planning, rule, reached, cycle, standings)
        else:
            letter = due_letter(
                planning, rule, reached, f"cycle:{cycle.item_id}", None, cycle, tuple(standings)
            )
        if letter and lies_with_us(rule.when, letter.to, planning.history.answers_held(letter.about)):
            continue
        if rule.makes:
            again = made_anew(planning, rule, f"cycle:{cycle.item_id}", cycle, standings, reached)
            letter = again or letter
        for each in _each_for_their_own(planning, letter) if letter else ():
            latest[rule.series, tuple(person.email for person in each.to)] = each
    return untold(planning, latest.values())


def _each_for_their_own(planning: Planning, letter: SendLetter) -> list[SendLetter]:
    """A letter that asks for confirmation again, only for those Heads of Service whose own rows still wait (§6)."""
    rule = letter.rule
    heads = still_to_confirm(letter.cycle, letter.cycle_standings)
    others = [head for head in letter.cycle.heads_of_service if head not in heads]
    if rule.when is not Milestone.CONFIRMATION_DUE or not heads or not others:
        return [letter]
    cc = tuple(person for person in letter.cc if person not in others)
    if Role.HEAD_OF_SERVICE not in rule.to:
        return [replace(letter, cc=cc)]
    told = {
        email
        for gone in planning.history.letters_about(letter.about)
        if (gone.rule, gone.occasion) == (rule.id, letter.occasion)
        for email in gone.to
    }
    to = tuple(head for head in heads if head.email not in told)
    key = planning.basis.keys(recipients_key(rule, letter.about, letter.occasion, to))
    return [replace(letter, key=key, to=to, cc=cc)] if to else []


def _added(
    planning: Planning,
    rule: Rule,
    reached: Mapping[Milestone, Dated],
    cycle: Cycle,
    standings: Sequence[Standing],
) -> SendLetter | None:
    """The rows that came after the list went out, to be confirmed at once by whoever answers for them (§6)."""
    about = f"cycle:{cycle.item_id}"
    keys = planning.basis.keys
    added = rows_added(
        standings, planning.history, about, lambda a: [row_code(a, each) for each in ever(keys)]
    )
    if not added:
        return None
    now = {**reached, Milestone.ROWS_ADDED: Dated(planning.today, named(Milestone.ROWS_ADDED))}
    letter = due_letter(planning, rule, now, about, None, cycle, added)
    if letter is None:
        return None
    heads = still_to_confirm(cycle, added) or cycle.heads_of_service
    to = tuple(p for p in letter.to if p in heads or p not in cycle.heads_of_service)
    changed = planning.history.replacements.changed
    occasion = "+".join(
        sorted(
            a.item_id + (f"~{row_code(a, keys)}" if a.item_id in changed else "")
            for a in (s.allocation for s in added)
        )
    )
    return replace(letter, to=to, occasion=occasion, key=keys(recipients_key(rule, about, occasion, to)))


def month_letters(planning: Planning) -> list[SendLetter]:
    """The letters about the whole programme that are owed once a month, from the second month of a cycle on."""
    first = planning.today.replace(day=1)
    if not any(c.open and c.month_one and c.month_one < first for c in planning.council.cycles):
        return []
    reached = {Milestone.MONTH_BEGAN: Dated(first, named(Milestone.MONTH_BEGAN))}
    everything = Cycle("", "All services", "", month_one=first)
    letters = [
        due_letter(planning, rule, reached, "month", None, everything, tuple(planning.standings))
        for rule in planning.basis.rulebook.rules
        if rule.scope is Scope.MONTH
    ]
    owed = untold(planning, (letter for letter in letters if letter))
    if not owed:
        return []
    then = _as_the_month_ended(planning)
    return [replace(letter, cycle_standings=then) for letter in owed]


def _as_the_month_ended(planning: Planning) -> tuple[Standing, ...]:
    """The audits of each service's latest cycles as the last month left them, whatever has come since (§9)."""
    as_at = planning.today.replace(day=1) - timedelta(1)
    cycles = cycles_of(planning.council.cycles, as_at)
    return tuple(standings_as_at(cycles, planning.council, planning.history, planning.basis, as_at))
