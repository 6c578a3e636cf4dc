"""Reports that the Audit Team asked to have made anew, by the button of their letter: it goes again (§8, §12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from bot.programme.answers.team_words import TeamWord, matter_code, matter_codes
from bot.programme.history.history import History
from bot.programme.planning.readers import people
from bot.programme.planning.situation import Planning
from bot.programme.rulebook.rules import Rule
from bot.programme.standing.actions import SendLetter
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.council import Keys
from bot.programme.standing.letter_keys import recipients_key
from bot.programme.vocabulary import Cycle, Milestone
from bot.programme.working_days import Dated

_ANEW = "made anew "


def code_of_report(keys: Keys, about: str, rule: Rule) -> str:
    """The code by which the button of a letter about reports is known again."""
    return matter_code(keys, "report", about, rule.id)


def is_report(matter: str, keys: Keys, about: str, rule: Rule) -> bool:
    return matter in matter_codes(keys, "report", about, rule.id)


def next_press(letter: SendLetter) -> str:
    """Which press the button of this letter is: each letter that brought a report has one of its own."""
    _, anew, times = letter.occasion.partition(_ANEW)
    return str(int(times) + 1 if anew and times.isdigit() else 1)


def made_anew(
    planning: Planning,
    rule: Rule,
    about: str,
    cycle: Cycle,
    standings: Sequence[Standing],
    reached: Mapping[Milestone, Dated],
) -> SendLetter | None:
    """The letter that brings a report made anew, if it was asked for: for the latest press, however many there were."""
    presses = _presses(planning.history, planning.basis.keys, about, rule)
    to = people(planning, rule.to, None, cycle, standings) if presses else []
    if not to:
        return None
    times = max(presses)
    occasion = f"{_ANEW}{times}"
    return SendLetter(
        key=planning.basis.keys(recipients_key(rule, about, occasion, to)),
        rule=rule,
        about=about,
        reference=cycle.name,
        occasion=occasion,
        day=Dated(presses[times], "the Audit Team asked to have it made anew"),
        to=tuple(to),
        cc=tuple(p for p in people(planning, rule.cc, None, cycle, standings) if p not in to),
        cycle=cycle,
        standing=None,
        cycle_standings=tuple(standings),
        due=reached.get(rule.due) if rule.due else None,
    )


def _presses(history: History, keys: Keys, about: str, rule: Rule) -> dict[int, date]:
    """Which press of the button came on which day."""
    word = TeamWord.MAKE_ANEW.value
    return {
        int(choice): date.fromisoformat(str(event.data["on"]))
        for (said, matter, choice), event in history.team_said.items()
        if said == word and choice.isdigit() and is_report(matter, keys, about, rule)
    }
