"""Letters that are due and do not go: somebody holds or skips them, or they fell due before letters went out at all.

Somebody says so in the row's column “Hold letters”, or by a button of the Audit Team's. An alert of an Inadequate is
kept back by nobody's word alone: whoever does so says who takes it on (§10). What fell due more than a day before
letters began to go out, for the first time, after a trial or after a standstill, is put to the Audit Team, so that
nothing is released in a pile.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.errors import near_words
from bot.programme.answers.team_words import matter_code
from bot.programme.date_words import day_in_words
from bot.programme.history.history import History
from bot.programme.history.records_of_the_past import LetterWord, Says
from bot.programme.messages.dates_in_text import told_dates
from bot.programme.modes import Mode
from bot.programme.rulebook.rules import Rule, called
from bot.programme.standing.actions import Kept, SendLetter, Why
from bot.programme.standing.council import Keys, ever
from bot.programme.vocabulary import Allocation, Problem
from bot.programme.working_days import WorkingDays

COLUMN = "Hold letters"
ALERT_WAITS, LETTERS_WAIT = "an alert that has not gone", "letters to decide"
"""Kinds of matters (matters.py)."""
STANDSTILL = 5
"""Working days without a run after which letters do not simply go on."""

MOST_LINES, LONGEST_LINE = 100, 1_000
"""What a person may mean by the column: more is no list of letters."""

A_DAY = timedelta(days=1)
EVERY = "every letter"
_EVERY = {"yes", "all", "all letters", "every letter", "x"}
_NONE = {"no", "none"}
_LINE = re.compile(
    r"(?:(?P<says>hold|held|skip|skipped)\b[\s:]*)?(?P<name>.*?)(?:\s*\buntil\s+(?P<until>[^:]*?))?"
    r"(?:\s*:\s*(?P<takes_on>.*))?",
    re.IGNORECASE,
)


_NOBODY = re.compile(
    r"(?:nobody|no ?one|none|not(?: (?:needed|known|yet|applicable))?|n/?a|no|yes|ok|tb[acd]|unknown|"
    r"don['\u2019]?t know|all|x+|name|who|someone|somebody|anyone|anybody|\(.*)?[\W_]*",
    re.IGNORECASE,
)


def somebody_named(takes_on: str) -> str:
    """Who takes an alert on, as it was written; "" where that names nobody: "nobody", "n/a", "tbc", "?", a number."""
    named = not _NOBODY.fullmatch(takes_on.strip()) and re.search(r"[^\W\d_]{2}", takes_on)
    return takes_on.strip() if named else ""


def begins_anew(
    history: History, mode: Mode, today: date, working: WorkingDays, team: Collection[str]
) -> bool:
    """Whether letters begin to go out with this run: the first of all, after a trial, or after a standstill. `team` are
    the addresses that a trial writes to."""
    if mode.trial:
        return False
    if history.last_run_on is None:
        return history.live_since != today
    if history.last_mode != Mode.LIVE:  # an older bot did not say; its trials wrote to the team alone
        gone = [letter for letter in history.letters.values() if letter.gone]
        return bool(history.last_mode) or all(n.to and set(n.to) <= set(team) for n in gone)
    return history.last_run_on < working.after(today, -STANDSTILL)


def no_longer_live(
    history: History, mode: Mode, allowed: Mode, today: date, working: WorkingDays
) -> list[Problem]:
    """What is said for a week where letters went to people until now, or may have, and a trial has taken its place.
    `allowed` is the highest level by the settings."""
    last = history.last_live_on
    if not mode.trial or last is None or last < working.after(today, -STANDSTILL):
        return []
    what = (
        f"Until {day_in_words(last)} letters may have gone to people; now the mode is {mode.in_words}. No alert of an "
        "Inadequate goes either. If that is not meant, "
    )
    if allowed is Mode.LIVE:
        yes = "say yes in the letter that shows what would go out; it comes with the daily run."
        return [Problem("How far letters go", what + yes)]
    what += 'write safety = "live" into the profile: without that line the bot rehearses.'
    return [Problem("The settings", what, "the IT administrator")]


@dataclass(frozen=True, slots=True)
class RowWord:
    """One line of the column: which letter (a rule's name, or EVERY), held or skipped, until when, who takes it on."""

    letter: str
    says: Says
    until: date | None = None
    takes_on: str = ""


def row_words(a: Allocation, rules: Iterable[Rule], today: date) -> tuple[list[RowWord], list[Problem]]:
    """What the row's column says, a line for each letter. A line nobody can read holds every letter of the row."""
    found, problems = [], []
    names = {called(rule).casefold(): rule.id for rule in rules}
    lines = [*filter(None, (line.strip(" \t-•*") for line in a.hold_letters))]
    if len(lines) > MOST_LINES or any(len(line) > LONGEST_LINE for line in lines):
        what = (
            f"There is more in “{COLUMN}” than can be meant, so every letter of the row waits but what an Inadequate "
            "calls for. Write a line for each letter: its name as the digest gives it, or “all”."
        )
        return [RowWord(EVERY, Says.HOLD)], [_stops(a, what)]
    for line in lines:
        parts = _LINE.fullmatch(line)
        assert parts is not None
        name = " ".join(parts["name"].casefold().replace("“", "").replace("”", "").split())
        says = Says.SKIP if (parts["says"] or "").casefold().startswith("skip") else Says.HOLD
        if name in _NONE:
            continue
        dates = days_to_come(parts["until"] or "", today)
        letter = EVERY if name in _EVERY or (parts["says"] and not name) else names.get(name, "")
        if letter and not (parts["until"] and len(dates) != 1):
            found.append(
                RowWord(letter, says, dates[0] if dates else None, (parts["takes_on"] or "").strip())
            )
            continue
        found.append(RowWord(EVERY, Says.HOLD))
        near = near_words(name, names)
        meant = f" Is “{called(names[near[0]])}” meant?" if near and not letter else ""
        what = "says until when in a way that is not understood" if letter else "names no letter"
        what = (
            f"The line “{line[:60]}” of “{COLUMN}” {what}, so every letter of the row waits but what an Inadequate "
            f"calls for.{meant} Write the letter's name as the digest gives it, or “all”."
        )
        problems.append(_stops(a, what))
    return found, problems


def _stops(a: Allocation, what: str) -> Problem:
    return Problem(f"Audit allocations, {a.reference}", what, kind="a row that stops")


HALF_A_YEAR = timedelta(days=180)


def days_to_come(text: str, today: date) -> tuple[date, ...]:
    """The days of an "until": without a year the one to come, or one that is hardly over."""
    return told_dates(text, today + HALF_A_YEAR).dates or told_dates(text, today).dates


@dataclass(frozen=True, slots=True)
class Keeping:
    """What is said about letters today."""

    history: History
    keys: Keys
    rules: Sequence[Rule]
    today: date
    name_of: Callable[[str], str]

    def sifted(
        self, letters: Iterable[SendLetter], problems: list[Problem]
    ) -> tuple[list[SendLetter], list[Kept]]:
        """The letters that go, and those that are kept back. What cannot be done as it was said is told."""
        going: list[SendLetter] = []
        kept: list[Kept] = []
        for letter in letters:
            held = self._by_row(letter, problems) or self._by_word(letter) or self._by_age(letter)
            if held:
                kept.append(held)
            else:
                going.append(letter)
        return going, kept

    def _by_row(self, letter: SendLetter, problems: list[Problem]) -> Kept | None:
        if letter.standing is None or not letter.standing.allocation.hold_letters:
            return None
        a = letter.standing.allocation
        words, faults = row_words(a, self.rules, self.today)
        problems += [fault for fault in faults if fault not in problems]
        for word in words:
            if word.letter not in (EVERY, letter.rule.id) or (word.until and word.until <= self.today):
                continue
            if word.letter == EVERY and letter.rule.waits_for is not None:
                continue  # what an Inadequate calls for is kept back by its own name only
            if letter.rule.is_alert and not somebody_named(word.takes_on):
                problems.append(
                    Problem(
                        f"Audit allocations, {a.reference}",
                        f"“{COLUMN}” names an alert of an Inadequate and not who takes it on, so the alert goes out. "
                        f"Write “{word.says} {called(letter.rule)}: ” and who tells the people it is for.",
                    )
                )
                continue
            by = f"“{COLUMN}” of the row says so"
            return replace(_kept(letter, word.says, word.until, by, word.takes_on), by_row=True)
        return None

    def _by_word(self, letter: SendLetter) -> Kept | None:
        word = self._latest("letter", letter.key)
        if word is None or word.says is Says.GO or (word.until and word.until <= self.today):
            return None
        by = f"{self.name_of(word.by)} said so on {day_in_words(word.on)}"
        return _kept(letter, word.says, word.until, by, word.takes_on)

    def _by_age(self, letter: SendLetter) -> Kept | None:
        since = self.history.live_since
        if since is None or letter.day.on >= since - A_DAY:
            return None
        if self._latest("letter", letter.key):  # somebody has let it go
            return None
        every = self._latest("since", since.isoformat())
        if every and every.says is Says.GO:
            return None
        if every and not letter.rule.is_alert:
            why = f"{self.name_of(every.by)} let all go that had fallen due before {day_in_words(since)}"
            return Kept(letter, Why.SKIPPED, f"Skipped: {why}.", with_all=True)
        due = f"It fell due on {day_in_words(letter.day.on)}, and letters go out since {day_in_words(since)}."
        return Kept(letter, Why.OLD, due)

    def _latest(self, *parts: str) -> LetterWord | None:
        """The last word about something; of two on one day the one that was said under the later key."""
        codes = [matter_code(keys, *parts) for keys in reversed(ever(self.keys))]
        words = [word for code in codes for word in self.history.letter_words.get(code, ())[-1:]]
        return max(reversed(words), key=lambda word: word.on, default=None)


def waiting_for_a_word(kept: Sequence[Kept]) -> list[Problem]:
    """What the Audit Team has to decide: alerts of an Inadequate by name and first (§10), the others together."""
    old = [each for each in kept if each.why is Why.OLD]
    alerts = [each for each in old if each.letter.rule.is_alert]
    problems = [
        Problem(
            f"Letters, {each.letter.reference}",
            f"“{called(each.letter.rule)}” has not gone. {each.says} Send it, or say who takes it on.",
            kind=ALERT_WAITS,
        )
        for each in alerts
    ]
    if others := len(old) - len(alerts):
        what = f"{others} letter{'s wait' if others > 1 else ' waits'} for your word: due before letters went out."
        problems.append(Problem("Letters", what, kind=LETTERS_WAIT))
    return problems


def _kept(letter: SendLetter, says: Says, until: date | None, by: str, takes_on: str) -> Kept:
    instead = f" {takes_on.rstrip('.')} takes it on." if takes_on else ""
    if says is Says.SKIP:
        return Kept(letter, Why.SKIPPED, f"Skipped: {by}.{instead}")
    day = f" until {day_in_words(until)}" if until else ""
    return Kept(letter, Why.HELD, f"Held{day}: {by}.{instead}")
