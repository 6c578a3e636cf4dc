"""What one run did, for whoever started it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.daily_run.apart import MAINTAINER
from bot.daily_run.changed_files import in_force
from bot.daily_run.tell import digest_key
from bot.daily_run.trouble import Trouble, trouble
from bot.daily_run.workplace import Workplace
from bot.programme.events import Event, EventKind
from bot.programme.history.history import History
from bot.programme.history.records_of_the_past import LetterState
from bot.programme.rulebook.rules import called
from bot.programme.telling.summary import ALARM
from bot.programme.vocabulary import Problem
from bot.programme.waits import listed

PART = "A part of the run could not be done,"
NOBODY_TOLD = "The daily digest could not be sent, so nobody was told what needs a person."


@dataclass(slots=True)
class Report:
    """What one run did. `needs_a_person` holds every problem met, each once."""

    today: date
    letters: Counter[str] = field(default_factory=Counter)  # rule -> how many went out
    held: list[str] = field(default_factory=list)  # "rule, audit: why"
    messages: int = 0
    rows: int = 0
    problems: list[Problem] = field(default_factory=list)
    digest_sent: bool = False
    digest_lost: str = ""  # why the digest could not be sent although it should
    waiting: int = 0  # letters that are still to leave, whatever kept them
    to_decide: int = 0  # letters about which a person decides
    questions: int = 0  # messages put to a person and not yet answered, of this run and of former ones
    level_changed: bool = False  # letters go further or less far from now on: the rest is done at that level
    trouble: Trouble | None = None  # why the run could not do its work

    @property
    def needs_a_person(self) -> list[Problem]:
        return list(dict.fromkeys(self.problems))

    def as_json(self) -> dict[str, Any]:
        """The stable shape of `audit-bot run --json` (docs/command_line.md)."""
        return {
            "today": self.today.isoformat(),
            "letters": dict(self.letters),
            "held": self.held,
            "messages_read": self.messages,
            "rows_written": self.rows,
            "digest_sent": self.digest_sent,
            "needs_a_person": [{"where": p.where, "what": p.what, "who": p.who} for p in self.needs_a_person],
            "questions": self.questions,
            "waiting": self.waiting,
            "trouble": {"what": self.trouble.what, "remedy": self.trouble.remedy} if self.trouble else None,
        }


def see_what_left(report: Report, history: History, unsent: set[str], workplace: Workplace) -> None:
    """Say in the report whether the bot can speak at all, and how many letters still wait to leave; `unsent`: keys
    of those that were to leave in this run and did not."""
    letters = history.letters
    on_their_way = {k for k, n in letters.items() if n.state is LetterState.SENDING and not n.carried_by}
    unsent -= {key for key, letter in letters.items() if letter.gone}
    report.waiting = len(on_their_way | unsent)
    held = [n for n in letters.values() if n.state is LetterState.HELD and not n.carried_by]
    held = [n for n in held if n.rule != ALARM]  # nobody is asked whether an old alarm came
    report.to_decide = len(held)
    report.questions = len(history.open_questions())
    lines = [f"{called(n.rule)}, {n.audit or 'the Audit Team'}: {n.reason}" for n in held]
    report.held += [line for line in lines if line not in report.held]
    if why := workplace.outbox.speechless:
        report.trouble = trouble(why, speaking=True)
    elif report.digest_lost:
        said = trouble(report.digest_lost, speaking=True)
        report.trouble = Trouble(NOBODY_TOLD, said.remedy)
    elif (told := letters.get(digest_key(workplace))) and told.state is LetterState.HELD:
        report.trouble = Trouble(NOBODY_TOLD, f"The Audit Team: {told.reason[0].lower()}{told.reason[1:]}")
    else:
        report.trouble = part_not_done(report.problems)


def part_not_done(problems: Sequence[Problem]) -> Trouble | None:
    """What a run had to leave undone that did not stop it."""
    found = dict.fromkeys(p.where.partition(",")[0] for p in problems if p.who == MAINTAINER)
    if not found:
        return None
    what = f"{PART} and all else was: {listed(found)}. The bot met something unknown."
    return Trouble(
        what, "Whoever maintains the bot: the log says what it was. It is tried again on each run."
    )


def run_finished(report: Report, workplace: Workplace, *, whole: bool) -> Event:
    """What the ledger keeps of a run."""
    return workplace.event(
        EventKind.RUN_FINISHED,
        workplace.clock().isoformat(),
        on=report.today.isoformat(),
        letters=sum(report.letters.values()),
        rows=report.rows,
        whole=whole,
        rules=workplace.basis.rulebook.text_code,
        letters_found_good="" if (letters := workplace.papers.letters).faults else letters.text_code,
        mode=workplace.ledger.mode.value,
        settings="\n".join(in_force(workplace.settings)),
        key_code=workplace.keys.code,
    )
