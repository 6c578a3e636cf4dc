"""The letter of one rule about one thing that has come by today: on which day it falls, and for whom it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from bot.programme.date_words import day_in_words
from bot.programme.planning.readers import known_person, nobody_named, people, without_conflict
from bot.programme.planning.situation import Planning
from bot.programme.rulebook.rules import Circumstance, Rule
from bot.programme.standing.actions import SendLetter
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.letter_keys import WITHOUT, occasion_of, occasion_of_round, recipients_key
from bot.programme.standing.letters_gone import ASKED, alert_round, alerted, asks_for_a_part
from bot.programme.standing.reached import named
from bot.programme.vocabulary import Cycle, Milestone, Person
from bot.programme.waits import listed
from bot.programme.working_days import Dated

LATELY = timedelta(days=7)


def due_letter(
    planning: Planning,
    rule: Rule,
    reached: Mapping[Milestone, Dated],
    about: str,
    found: Standing | None,
    cycle: Cycle,
    standings: tuple[Standing, ...] = (),
) -> SendLetter | None:
    """The latest occasion of a rule that has come by today, or None."""
    chosen = _come_by_today(planning, rule, reached)
    if chosen is None:
        return None
    n, day = chosen
    occasion = _occasion(planning, rule, about, found, reached[rule.when].on, n)
    to = _readers(planning, rule, found, cycle, standings)
    if not to:
        nobody_named(planning, rule, found, cycle)
        return None
    cc = [person for person in people(planning, rule.cc, found, cycle, standings) if person not in to]
    return SendLetter(
        key=planning.basis.keys(recipients_key(rule, about, occasion, to)),
        rule=rule,
        about=about,
        reference=found.allocation.reference if found else cycle.name,
        occasion=occasion,
        day=day,
        to=tuple(to),
        cc=tuple(cc),
        cycle=cycle,
        standing=found,
        cycle_standings=standings,
        due=_named_day(planning, rule, reached),
        notes=tuple(found.past.incomplete_reasons[-1:]) if found else (),
        meeting=tuple(people(planning, rule.meets, found, cycle, standings)),
    )


def _come_by_today(
    planning: Planning, rule: Rule, reached: Mapping[Milestone, Dated]
) -> tuple[int, Dated] | None:
    """Which time, and on which day, a letter of this rule is due by today; None when it is not, or not wanted."""
    start = reached.get(rule.when)
    if rule.series != rule.id and rule.due and rule.due not in reached:
        return None  # nobody is chased without a date
    if start is None or any(m in reached and reached[m].on <= planning.today for m in rule.unless):
        return None
    working = planning.basis.working
    first = rule.wait.to_act(start.on, named(rule.when, reached), working)
    if rule.not_before:
        gate = _not_before(planning, rule.not_before, reached)
        if gate is None:
            return None
        first = max(first, gate, key=lambda dated: dated.on)
    if late := _due_since_it_was_asked(planning, rule, reached):
        first = max(first, rule.wait.to_act(late.on, late.why, working), key=lambda dated: dated.on)
    begins = first.on
    if rule.repeat.weeks:
        meant = rule.wait.after(start.on, named(rule.when), working).on
        begins = max(meant, first.on) if rule.not_before else meant
    chosen = _latest_occasion(planning, rule, first, begins)
    if chosen is None:
        return None
    n, day = chosen
    since = reached.get(rule.since) if rule.since else None
    if rule.since and (since is None or day.on <= since.on):
        return None
    silenced = (reached[m].on for m in rule.unless_lately if m in reached)
    return None if any(_lately(planning, on, day.on, begins, n, rule) for on in silenced) else chosen


def _occasion(planning: Planning, rule: Rule, about: str, found: Standing | None, start: date, n: int) -> str:
    """What tells this letter of a rule from its others."""
    if found and (rule.is_alert or rule.when is Milestone.INADEQUATE_NO_LONGER):
        return occasion_of_round(alert_round(found, planning.basis.rulebook, planning.history))
    if found and Circumstance.ON_HOLD in rule.conditions.circumstances:
        return f"until {found.allocation.hold_until or 'further notice'}"
    return _asked_anew(planning, rule, about, start) or occasion_of(rule, start, n)


def _readers(
    planning: Planning, rule: Rule, found: Standing | None, cycle: Cycle, standings: Sequence[Standing]
) -> list[Person]:
    to = people(planning, rule.to, found, cycle, standings)
    if found and rule.not_to:
        to = without_conflict(planning, rule, to, found)
    if (
        found and rule.when is Milestone.INADEQUATE_NO_LONGER
    ):  # for those who were told otherwise, and nobody else
        told = alerted(found, planning.basis.rulebook, planning.history)
        to = [known_person(planning, address, found) for address in told]
    return to


def _named_day(planning: Planning, rule: Rule, reached: Mapping[Milestone, Dated]) -> Dated | None:
    """The date a letter names. One that is over, because the letter had to wait, is called that."""
    due = reached.get(rule.due) if rule.due else None
    if due is None or due.on >= planning.today or rule.when is rule.due:
        return due
    return Dated(due.on, f"{due.why}; that day is over, so please as soon as you can")


def _asked_anew(planning: Planning, rule: Rule, about: str, start: date) -> str:
    """The occasion on which something is asked for again: what it follows from has come again, or on another day,
    since it was asked for. "" while it has been asked for once at most."""
    if not asks_for_a_part(rule):
        return ""
    gone = planning.history.letters_of_rule(about, rule.id)
    last = max(gone, key=lambda letter: letter.on, default=None)
    if last is None or last.on >= start:
        return last.occasion.partition(WITHOUT)[0] if last else ""
    return f"since {start.isoformat()}"


# ------------------------------------------------------------------------------------------------ on which day


def _latest_occasion(planning: Planning, rule: Rule, first: Dated, begins: date) -> tuple[int, Dated] | None:
    """Repeats count from `begins`, so that a holiday never makes a series drift: not even the one for which the
    first of a weekly series waited."""
    latest = None
    for n in range(rule.repeat.times):
        if rule.repeat.weeks:
            on = planning.basis.working.on_or_after(begins + timedelta(7 * n * rule.repeat.every))
        else:
            on = planning.basis.working.after(begins, n * rule.repeat.every)
        if on > planning.today:
            break
        latest = (n, first if n == 0 else _again(planning, rule, first, begins, n, on))
    return latest


def _again(planning: Planning, rule: Rule, first: Dated, begins: date, n: int, on: date) -> Dated:
    count = n * rule.repeat.every
    unit = "week" if rule.repeat.weeks else "working day"
    why = f"{first.why}; again {count} {unit}{'' if count == 1 else 's'} after {day_in_words(begins)}"
    names = [] if rule.repeat.weeks else planning.basis.working.skipped(begins, on)
    return Dated(on, f"{why}; {listed(names)} skipped" if names else why)


def _not_before(planning: Planning, milestone: Milestone, reached: Mapping[Milestone, Dated]) -> Dated | None:
    """The day a letter waits for. Nobody is taken to task on the day on which they are asked."""
    begins = reached.get(milestone)
    if begins is None:
        return None
    on = planning.basis.working.after(begins.on, 1) if milestone in ASKED else begins.on
    return Dated(on, f"{'the working day after ' if milestone in ASKED else ''}{named(milestone)}")


def _due_since_it_was_asked(
    planning: Planning, rule: Rule, reached: Mapping[Milestone, Dated]
) -> Dated | None:
    """Where nobody was asked before the day by which it was due, because nothing went out for a while: the day by
    which it would be due, had they as many working days from then as they would have had. Who takes a part over later
    changes nothing."""
    asked = min((reached[m].on for m in _TIME_FROM if m in reached), default=None)
    wanted = next((m for m in (rule.not_before, rule.since) if m in _TIME_FROM), None)
    start = reached.get(_TIME_FROM[wanted]) if wanted else None
    if wanted is None or asked is None or start is None or not rule.when.value.endswith(" due"):
        return None
    due, working = reached[rule.when].on, planning.basis.working
    if asked <= due:
        return None
    time = working.count_between(start.on, due)
    return Dated(working.after(asked, time), f"the time it would have had from {named(wanted)}")


_TIME_FROM = dict.fromkeys(
    (Milestone.MODERATION_REQUESTED, Milestone.MODERATION_ASKED), Milestone.READY_TO_MODERATE
)
"""What was asked for -> what the time for it is counted from. The steps that keep a child safe are chased from the
working day after they were asked for, however late that was (§10)."""


def _lately(planning: Planning, on: date, day: date, begins: date, n: int, rule: Rule) -> bool:
    """Whether something happened within a week of the day an occasion is meant for. A weekly series counts from
    the day something was due, and a due day on which nobody works lets the working day before it count too."""
    meant = begins + timedelta(7 * n * rule.repeat.every) if rule.repeat.weeks else None
    if meant is None:
        return day - on < LATELY
    due = meant - LATELY
    return on >= (due if planning.basis.working.is_working(due) else planning.basis.working.after(due, -1))
