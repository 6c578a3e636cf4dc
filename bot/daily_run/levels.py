"""How far letters may go, in a run: what would go out further is shown to the Audit Team, and what they say is done.

A step up is taken in the look that reads the yes, after the plan was made again; the rest of the look is done at the
new level, from lists read anew. A step down is taken before anything else is done.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from bot.daily_run.keys_in_use import refuse_a_lost_key
from bot.daily_run.plain_letter import to_the_team
from bot.daily_run.rebuilt import lease_of
from bot.daily_run.team_files.places import kept_here
from bot.daily_run.workplace import Workplace
from bot.errors import AuditBotError, in_words
from bot.office.lease import Lease
from bot.office.level_row import LevelRow
from bot.office.mail.outgoing import OutgoingLetter
from bot.papers.letters.level_words import LevelWords, PlannedLine
from bot.papers.overviews import planned_with_readers
from bot.programme.answers.team_words import TeamWord, matter_code, team_link
from bot.programme.date_words import day_in_words
from bot.programme.events import Event, EventKind
from bot.programme.history.history import History, history_of
from bot.programme.levels import (
    BY_THE_SETTINGS,
    BY_THE_SITE,
    BY_WHAT_LIES_THERE,
    DAYS_SHOWN,
    above,
    grown,
)
from bot.programme.modes import Mode
from bot.programme.planning.letter_codes import codes_of
from bot.programme.planning.planner import coming, plan
from bot.programme.rulebook.rules import called
from bot.programme.standing.actions import SendLetter, Why
from bot.programme.standing.council import Council
from bot.programme.telling.matters import Press
from bot.programme.telling.summary import names_of
from bot.programme.vocabulary import Person, Problem
from bot.programme.waits import listed

NEXT_LEVEL = "next level"
"""The name under which the letter that shows the plan of a higher level stands in the ledger."""
WHERE = "How far letters go"


def level_begins(
    workplace: Workplace, mode: Mode, by: str, *, since: str | None = None, why: str = "", note: bool = True
) -> list[Event]:
    """That a level counts from now on, and what the next digest says of it."""
    moment, kinds = workplace.clock().isoformat(), EventKind
    began = workplace.event(kinds.LEVEL_BEGAN, f"{mode}#{moment}", level=mode.value, by=by, since=since)
    if not why:
        return [began]
    what = f"{why} From now on it is {mode.in_words}."
    return [began, workplace.event(kinds.TOLD, f"{mode}#{moment}", where=WHERE, what=what, note=note)]


def level_noted(workplace: Workplace, history: History) -> list[Event]:
    """The level of this run, where the ledger does not say it yet."""
    level, known = workplace.level, history.levels.began
    if not workplace.settings.ask_before_levels or (known and known.mode is level.mode):
        return []
    why = ""
    if level.by == BY_THE_SETTINGS:
        why = "The settings allow less than before."
    if level.by == BY_WHAT_LIES_THERE:
        why = (
            "The ledger is new. The newest letter in the mailbox was written at this level, so it goes on. If that is "
            'not meant, the IT administrator writes safety = "rehearse" into the profile.'
        )
    since = level.since.isoformat() if level.since else None
    note = level.by != BY_WHAT_LIES_THERE
    return level_begins(workplace, level.mode, level.by, since=since, why=why, note=note)


class OnTheSite:
    """How far letters go by the list on the site, asked once this run has its row there. The lowest counts of what
    ledger, list and settings say: a ledger that was put back from a copy does not know that the level was lowered."""

    def __init__(self, workplace: Workplace, lease: Lease) -> None:
        self._workplace, self._unread = workplace, lease.unread
        name = workplace.settings.notice_list
        self._row = LevelRow(workplace.graph, workplace.lists.site, name, lease.titles)

    def lower(self, *, put_back: bool) -> list[Event]:
        """That a lower level counts from now on than the ledger says; what the ledger says is written there. Raises
        AuditBotError where an older ledger cannot be held against the list."""
        workplace, row = self._workplace, self._row
        if not workplace.settings.ask_before_levels:
            return []
        if put_back and self._unread:
            raise self._unread
        if row.said and above(workplace.ledger.mode, row.said):
            name = workplace.settings.notice_list
            why = (
                f"The list “{name}” says so and the ledger does not: it is an older copy, or new, or another "
                "installation has written there."
            )
            return level_begins(workplace, row.said, BY_THE_SITE, why=why)
        with suppress(AuditBotError):  # the next run writes it
            row.say(workplace.ledger.mode)
        return []

    def raised(self, steps: list[Event]) -> tuple[list[Event], list[Problem]]:
        """A step up, which stands there before it is in the ledger. It is not taken where that cannot be written."""
        try:
            for event in steps:
                if event.kind is EventKind.LEVEL_BEGAN:
                    self._row.say(Mode(str(event.data["level"])))
        except AuditBotError as fault:
            name = self._workplace.settings.notice_list
            what = (
                f"You said yes; the list “{name}” cannot be written in: {in_words(fault)}. It is tried again."
            )
            return [], [Problem(WHERE, what, "the IT administrator, if it goes on")]
        return steps, []


@dataclass(frozen=True, slots=True)
class Further:
    """What would go out at the level the settings allow: by day, and how many that are too old to go by themselves."""

    days: Mapping[date, Sequence[SendLetter]]
    old: int

    @property
    def letters(self) -> list[tuple[date, SendLetter]]:
        return [(day, letter) for day, letters in self.days.items() for letter in letters]


def further(workplace: Workplace, lists: Council, history: History, until: date) -> Further:
    """The plan as a first run at the level the settings allow would make it today, and on each working day up to one
    if nothing further happened."""
    mode, today, basis = workplace.allowed, workplace.today, workplace.basis
    events = workplace.ledger.as_seen_in(mode)
    if not mode.trial:
        events.append(workplace.event(EventKind.LIVE_BEGAN, today.isoformat()))
    there = history_of(events)
    there.still_waiting = history.still_waiting
    after = (basis.working.after(today, n) for n in range(1, DAYS_SHOWN + 1))
    days = coming([today, *(day for day in after if day <= until)], lists, there, basis)
    kept = plan(today, lists, there, basis).kept
    return Further(days, sum(each.why is Why.OLD for each in kept))


def waits_for_a_step(workplace: Workplace, history: History) -> bool:
    """Whether the Audit Team has said yes to the plan it was shown, and the step is not taken yet."""
    return _may_rise(workplace) and history.levels.answer(workplace.allowed, workplace.today) is not None


def step_taken(
    workplace: Workplace, lists: Council, history: History, *, put_back: bool = False
) -> list[Event]:
    """That the level rises, where the Audit Team has said yes to its plan and that has not grown since. With a ledger
    that was `put_back` a yes may be an old one, read once more: the team is asked again."""
    if put_back and history.levels.approved and _may_rise(workplace):
        return level_begins(workplace, workplace.ledger.mode, workplace.level.by)
    shown = history.levels.asked(workplace.allowed, workplace.today)
    answer = history.levels.answer(workplace.allowed, workplace.today)
    if not _may_rise(workplace) or shown is None or answer is None or _by_other_files(workplace, history):
        return []
    if grown(shown, codes_of(further(workplace, lists, history, shown.until).days)):
        return []
    by = names_of(lists).get(answer.by, "somebody in the shared mailbox")
    why = f"On {day_in_words(answer.on)} {by} said yes to the plan of {day_in_words(shown.on)}."
    return level_begins(workplace, workplace.allowed, answer.by, why=why)


def another_level(workplace: Workplace, history: History) -> bool:
    """Whether another level counts by now than the one this run is in."""
    began = history.levels.began
    return bool(workplace.settings.ask_before_levels and began and began.mode is not workplace.ledger.mode)


def plan_to_show(
    workplace: Workplace, lists: Council, history: History, *, whole: bool, anew: bool = False
) -> tuple[list[Event], list[OutgoingLetter]]:
    """The letter that shows the Audit Team what would go out further, and what is remembered of it before it leaves:
    once; again when its days are over, when it did not leave, and when the plan has grown since they said yes."""
    if not _may_rise(workplace):
        return [], []
    shown = history.levels.asked(workplace.allowed, workplace.today)
    said_yes = waits_for_a_step(workplace, history) and not _by_other_files(workplace, history)
    there = shown is not None and history.spoken_for(_key(workplace, shown.key))
    if not (anew or said_yes or (whole and not there)):
        return [], []
    until = workplace.basis.working.after(workplace.today, DAYS_SHOWN)
    found = further(workplace, lists, history, until)
    codes = codes_of(found.days)
    event = workplace.event(
        EventKind.LEVEL_SHOWN,
        f"{workplace.allowed}#{workplace.clock().isoformat()}",
        level=workplace.allowed.value,
        until=until.isoformat(),
        letters=len(found.letters),
        codes=sorted(codes),
    )
    new = shown.codes if shown is not None and said_yes else None
    return [event], [_letter(workplace, event.key, until, found, new)]


def shown_now(workplace: Workplace) -> bool:
    """Show the Audit Team the plan at once, at the administrator's wish. False where the settings allow nothing
    further. Raises AuditBotError where the letter did not leave."""
    if not _may_rise(workplace):
        return False
    lease = lease_of(workplace)
    workplace.outbox.only_while(lease.renew, lambda: lease.times_said)
    try:
        lease.take()
        workplace.outbox.reconcile()
        history = workplace.history()
        refuse_a_lost_key(workplace.keys, history, workplace.ledger.mode)
        history.still_waiting = workplace.mailbox.ids_in(workplace.settings.please_look_folder)
        workplace.ledger.append(level_noted(workplace, history))
        lists = _lists(workplace, history)
        events, letters = plan_to_show(workplace, lists, history, whole=True, anew=True)
        workplace.ledger.append(events)
        for outcome in workplace.outbox.send(letters):
            if outcome.state != "sent":
                raise AuditBotError(
                    f"The plan could not be sent to the Audit Team: {outcome.why or outcome.state}"
                )
        workplace.outbox.confirm()
    finally:
        lease.give_back()
    return True


def stop_press(workplace: Workplace) -> tuple[Press, ...]:
    """The button of a live digest by which nothing more goes to people."""
    if not workplace.settings.ask_before_levels or workplace.ledger.mode.trial:
        return ()
    keys, mailbox = workplace.basis.keys, workplace.settings.mailbox
    code = matter_code(keys, "stop")
    return (Press("Stop, back to rehearse", team_link(TeamWord.STOP, code, "all letters", keys, mailbox)),)


def _lists(workplace: Workplace, history: History) -> Council:
    from bot.daily_run.look import as_council

    return as_council(workplace.lists.read().council, history, workplace).council


def _may_rise(workplace: Workplace) -> bool:
    return workplace.settings.ask_before_levels and above(workplace.allowed, workplace.ledger.mode)


def _by_other_files(workplace: Workplace, history: History) -> bool:
    """Whether the next run goes by other letters and rules than this one, because the Audit Team has just said yes to
    them: the plan to compare with is only known then."""
    if not workplace.settings.settings_library:
        return False
    return history.team_files.in_force_code not in ("", kept_here(workplace.settings).noted_in_force())


def _key(workplace: Workplace, shown: str) -> str:
    return workplace.basis.keys((NEXT_LEVEL, shown))


def _letter(
    workplace: Workplace, shown: str, until: date, found: Further, before: frozenset[str] | None
) -> OutgoingLetter:
    """`before`: the codes of the plan to which they said yes, of which this one is more."""
    mode, settings, keys = workplace.allowed, workplace.settings, workplace.basis.keys
    code = matter_code(keys, "level", shown)
    says = f"Yes, go to {mode.value}"
    opens = team_link(
        TeamWord.NEXT_LEVEL, code, f"from {workplace.ledger.mode} to {mode}", keys, settings.mailbox
    )
    words = LevelWords(
        workplace.surroundings(),
        from_level=workplace.ledger.mode.value,
        to_level=mode.value,
        now=workplace.ledger.mode.in_words,
        then=mode.in_words,
        until=until,
        counts=dict(Counter(called(letter.rule) for _, letter in found.letters).most_common()),
        first=len(found.days.get(workplace.today, ())),
        old=found.old,
        grown=before is not None,
        new=[_line(day, n) for day, n in found.letters if before is not None and codes_of({day: [n]}) - before],
        yes=(Press(says, opens),),
    )  # fmt: skip
    text = to_the_team(workplace.papers.letters, "00_next_level", words.given())
    sheet = f"What would go out from {workplace.today.isoformat()} to {until.isoformat()}.xlsx"
    return OutgoingLetter(
        key=_key(workplace, shown),
        about="digest",
        letter="00_next_level",
        rule=NEXT_LEVEL,
        occasion=shown,
        subject=text.subject,
        html=text.html,
        to=(workplace.basis.audit_team,),
        attachments=((sheet, planned_with_readers(found.days)),),
        due=workplace.today,
        why="the settings allow letters to go further",
        even_in_rehearsal=True,
    )


def _line(day: date, letter: SendLetter) -> PlannedLine:
    def named(people: Sequence[Person]) -> str:
        return listed(person.name for person in people)

    return PlannedLine(called(letter.rule), letter.reference, named(letter.to), named(letter.cc), day)
