"""`audit-bot check`: everything that can be wrong before a letter goes to anybody, found without bothering anybody."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from bot.clock import now
from bot.daily_run.changed_files import changes_in
from bot.daily_run.desk import Desk, open_desk, papers, read_rules
from bot.daily_run.sample_letters import Trying
from bot.daily_run.sample_settings import SampleSettings
from bot.daily_run.trial import Fact, Trial, tried, write_facts
from bot.errors import AuditBotError, SettingsError
from bot.office.health import NoticeBoard
from bot.office.lists_file import lists_called
from bot.own_files import SHIPPED, file_beside, text_of
from bot.papers.letter_words import AuditTeam
from bot.papers.questions import questions
from bot.programme.dry_run import faults_of_meaning
from bot.programme.modes import Mode
from bot.programme.rules import Rulebook, rulebook
from bot.settings import Files, Settings, load


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `configuration` says whether its problems are faults of the configuration."""

    what: str
    problems: tuple[str, ...]
    configuration: bool = True
    notes: tuple[str, ...] = ()  # worth knowing, and nothing that has to be mended


def checks(
    path: Path,
    *,
    measure: bool = False,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], datetime] = now,
) -> tuple[list[Check], list[Fact]]:
    """Every check in order; later ones are left out when they cannot be made without an earlier one. With `measure`
    also how the tenant behaves, which is kept for the runs."""
    found = [_check("The settings", lambda: load(path), _of_profile(path))]
    settings = None if found[0].problems else load(path)
    if settings:
        found[0] = replace(found[0], notes=(*found[0].notes, *_in_force(settings)))
        found.append(Check(f"The mode is {Mode(settings.safety).in_words}", ()))
    files = settings.files if settings else _files_of(path)
    found += _files(files)
    for_papers = settings or Settings.model_construct(files=files, marking="")
    found.append(_check("The letters and the forms", lambda: _all_papers(for_papers), (str(files.letters),)))
    if settings and not any(check.problems for check in found):
        found.append(_letters_of(settings, read_rules(settings)))
    if settings is None or any(check.problems for check in found):
        return found, []
    facts: list[Fact] = []
    try:
        with open_desk(settings, clock=clock, say=lambda _line: None, locked=True, sleep=sleep) as desk:
            found.append(Check("Sign-in to Microsoft 365", ()))
            trial = Trial(desk, sleep)
            found += _tried(desk, trial, measure)
            facts = trial.facts
            if measure:
                write_facts(settings.facts_file, trial, clock())
    except AuditBotError as fault:
        found.append(Check("Microsoft 365", (str(fault),), configuration=False))
    return found, facts


MAIL = "The IT administrator: has the bot Application Mail.ReadWrite and Mail.Send for this mailbox?"
SITE = "The IT administrator: has the bot write on the site (Sites.Selected)?"


def _tried(desk: Desk, trial: Trial, measure: bool) -> list[Check]:
    """What a run does, and what it must not be able to do."""
    settings = desk.settings

    def lists() -> list[str]:
        return [f"{p.where}: {p.what} ({p.who})" for p in desk.lists.read().problems]

    def mailbox() -> list[str]:
        next(desk.mailbox.inbox("", desk.clock()))
        if settings.mailbox.endswith(".onmicrosoft.com"):
            return [
                "The mailbox's address ends in onmicrosoft.com; Exchange lets such senders write to few people."
            ]
        return []

    def tries(what: str, make: Callable[[], list[str]], hint: str) -> Check:
        return Check(what, tried(make, hint), configuration=False)

    notices = NoticeBoard(desk.graph, desk.lists.site, settings.notice_list)
    named = settings.must_not_reach
    unproved = "Nothing is named under [must_not_reach], so nobody has seen that its rights are no wider."
    found = [
        tries("The three lists and their columns", lists, SITE),
        tries("A cell of the bot's own: written and put back", lambda: trial.cell(measure=measure), SITE),
        tries("The library: a file put in, fetched, deleted", lambda: trial.file(measure=measure), SITE),
        tries("The shared mailbox", mailbox, MAIL),
        tries(
            "A letter to the mailbox itself: made, sent, found by its key, deleted",
            lambda: trial.letter(measure=measure),
            MAIL,
        ),
        Check(
            "What the bot must not reach",
            tried(trial.unreachable, "Try again."),
            notes=() if named.mailbox and named.site else (unproved,),
        ),
        Check(
            "The row in which people see how the bot is",
            (),
            notes=tried(lambda: [n for n in [notices.missing()] if n], SITE),
        ),
    ]
    if measure:
        found.append(tries("How this tenant behaves: measured", trial.others, "Try again."))
    return found


def _of_profile(path: Path) -> tuple[str, ...]:
    """Which profile was looked at, and which others lie beside it."""
    others = [str(p) for p in sorted(path.parent.glob("*.toml")) if p != path and _is_profile(p)]
    more = [f"Other profiles beside it: {', '.join(others)}. Name one with --settings."] if others else []
    return (str(path), *more)


def _is_profile(path: Path) -> bool:
    try:
        return "[tenant]" in text_of(path) and path.name != "example_tenant.toml"
    except SettingsError:
        return False


def _files_of(path: Path) -> Files:
    """The files of a profile that cannot be used: those it names, or that lie beside it, or that come with the bot."""
    return Files(
        **{word: file_beside(path, word, str(field.default)) for word, field in Files.model_fields.items()}
    )


def _files(files: Files) -> list[Check]:
    """The three files in which people say what the bot does, each looked at whatever is wrong with the others."""
    looked_at: tuple[tuple[str, str, Callable[[str, str], object]], ...] = (
        ("The rule book", "rules", lambda text, name: _meaningful(rulebook(text, name))),
        ("The names of the lists and their columns", "lists", lists_called),
        ("The questions of the forms", "questions", questions),
    )
    return [
        _check(what, partial(_read, getattr(files, word), read), _notes(files, word))
        for what, word, read in looked_at
    ]


def _read(path: Path, read: Callable[[str, str], object]) -> None:
    read(text_of(path), str(path))


def _notes(files: Files, word: str) -> tuple[str, ...]:
    """Where a file lies, and what in it is otherwise than in the one that comes with the bot."""
    path: Path = getattr(files, word)
    where = f"{path}, as it comes with the bot" if path.is_relative_to(SHIPPED) else str(path)
    try:
        return (
            where,
            *(said for changed, sentences in changes_in(files) if changed == path for said in sentences),
        )
    except SettingsError:
        return (where,)  # its faults are told


def _in_force(settings: Settings) -> Iterator[str]:
    """What a slip in the settings would change without being a fault: to be seen."""
    yield f"Letters go from {settings.mailbox} to addresses in {', '.join(settings.recipient_domains)} and no other."
    mark = settings.marking
    yield f"Every subject begins with {mark}." if mark else "No marking stands at the head of a subject."
    closed = sorted(settings.closure_days)
    days = ", ".join(f"{day.day} {day:%B %Y}" for day in closed)
    yield (
        f"The council is shut on {days}."
        if closed
        else "No closure days: letters go on every working day of England."
    )


def _meaningful(book: Rulebook) -> None:
    if faults := faults_of_meaning(book):
        raise SettingsError([*faults])


def _all_papers(settings: Settings) -> None:
    found = papers(settings)
    if faults := [
        *(fault for each in found.letters.faults.values() for fault in each),
        *found.forms.faults(),
    ]:
        raise SettingsError(faults)


def _letters_of(settings: Settings, book: Rulebook) -> Check:
    """Each letter can be written with what really happens in the made-up council: its people, days and grades."""
    team = AuditTeam(
        settings.audit_team.name, settings.mailbox, settings.audit_team.contact, settings.audit_team.phone
    )
    files = settings.files
    given = SampleSettings(settings.council, settings.marking, team, files.rules, files.letters)
    tried = Trying(papers(settings).letters, book, given).all()
    what = "Every letter of the rule book can be written"
    return Check(what, tuple(dict.fromkeys(tried.faults.values())), notes=tuple(tried.unreached.values()))


def _check(what: str, make: Callable[[], object], notes: tuple[str, ...] = ()) -> Check:
    try:
        make()
    except SettingsError as fault:
        return Check(what, tuple(fault.problems), notes=notes)
    except AuditBotError as fault:
        return Check(what, (str(fault),), notes=notes)
    return Check(what, (), notes=notes)
