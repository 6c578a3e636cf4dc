"""`audit-bot check`: everything that can be wrong before a letter goes to anybody, found without bothering anybody."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bot.clock import now
from bot.daily_run.changed_files import in_force
from bot.daily_run.own_interface import of_sharepoint_itself
from bot.daily_run.papers import FORMS, Papers, papers
from bot.daily_run.proposing import named_lists
from bot.daily_run.reports.templates import templates_wrong
from bot.daily_run.trial import SITE, Fact, Trial, too_wide, tried, write_facts
from bot.daily_run.trying.calendars_tried import calendars_unneeded, calendars_wrong
from bot.daily_run.trying.checked_files import (
    Check,
    checked,
    checked_files,
    files_of,
    notes_of,
    of_profile,
)
from bot.daily_run.trying.ledger_tried import ledger_tried
from bot.daily_run.trying.proposal_lists_tried import proposal_lists_wrong
from bot.daily_run.trying.reached import mailbox_wrong, site_wrong
from bot.daily_run.trying.sample_letters import Trying
from bot.daily_run.trying.sample_settings import as_in_letters
from bot.daily_run.trying.wider import tenant_wide, unneeded
from bot.daily_run.workplace import Workplace, open_workplace
from bot.errors import AuditBotError, SettingsError
from bot.office.health import NoticeBoard
from bot.office.isolated_reader import check_safely
from bot.own_files import rules_in
from bot.papers.letters.letters import Letters
from bot.programme.modes import Mode
from bot.programme.rulebook.rules import Rulebook
from bot.settings import Settings, load

AT_MOST = (
    "This is the highest level that the settings allow. Letters go so far only when the Audit Team has said yes; "
    "audit-bot level says what is in force."
)


def checks(
    path: Path,
    *,
    measure: bool = False,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], datetime] = now,
) -> tuple[list[Check], list[Fact]]:
    """Every check in order; later ones are left out when they cannot be made without an earlier one, as those in the
    tenant cannot without the ledger; where a letter alone is wrong they are made. With `measure` also how the tenant
    behaves, which is kept for the runs."""
    found = [checked("The settings", lambda: load(path), of_profile(path))]
    settings = None if found[0].problems else load(path)
    if settings:
        found[0] = replace(found[0], notes=(*found[0].notes, *in_force(settings)))
        notes = (AT_MOST,) if settings.ask_before_levels else ()
        found.append(Check(f"The mode is {Mode(settings.safety).in_words}", (), notes=notes))
        found.append(ledger_tried(settings))
    files = settings.files if settings else files_of(path)
    found += checked_files(files)
    to_be_tried = settings is not None and not any(check.problems for check in found)
    for_papers = settings or Settings.model_construct(files=files, marking="")
    read: list[Papers] = []
    found.append(
        checked(
            "The letters and the forms",
            lambda: read.append(_all_papers(for_papers)),
            notes_of(files, "letters"),
        )
    )
    if settings:
        found.append(
            checked("The templates of the reports", lambda: _refused([*templates_wrong(settings)]), ())
        )
    if settings and not any(check.problems for check in found):
        found.append(_letters_of(settings, read[0].letters, rules_in(settings.files.rules)))
    if settings is None or not to_be_tried:
        return found, []
    facts: list[Fact] = []
    try:
        with open_workplace(
            settings, clock=clock, say=lambda _line: None, locked=True, sleep=sleep
        ) as workplace:
            found.append(Check("Sign-in to Microsoft 365", ()))
            trial = Trial(workplace, sleep)
            found += _tried(workplace, trial, measure)
            facts = trial.facts
            if measure:
                write_facts(settings.facts_file, trial, clock())
    except AuditBotError as fault:
        wrong = isinstance(fault, SettingsError)
        found.append(Check("Microsoft 365", (str(fault),), configuration=wrong, stops=True))
    return found, facts


MAIL = "The IT administrator: has the bot Application Mail.ReadWrite and Mail.Send for this mailbox?"


WHO_MAY_OPEN = (
    "Who may open “{folder}”, where the returned audits and the records of the cycles lie, the bot may not see: please "
    "look that it is the Audit Team alone (docs/going_live.md)."
)

FEW_PEOPLE = "The mailbox's address ends in onmicrosoft.com; Exchange lets such senders write to few people."
NO_ROW = "There is no row yet, so nothing was written: check again once the first audits are in the list."


def _tried(workplace: Workplace, trial: Trial, measure: bool) -> list[Check]:
    """What a run does, and what it must not be able to do."""
    settings = workplace.settings

    no_site = list(tried(lambda: site_wrong(workplace), SITE))
    no_mailbox = list(tried(lambda: mailbox_wrong(workplace), MAIL))

    def lists() -> list[str]:
        return [f"{p.where}: {p.what} ({p.who})" for p in workplace.lists.read().problems]

    def mailbox() -> list[str]:
        if not no_mailbox:
            next(workplace.mailbox.inbox("", workplace.clock()))
        return no_mailbox

    def tries(what: str, make: Callable[[], list[str]], hint: str, *, stops: bool = False) -> Check:
        return Check(what, tried(make, hint), configuration=False, stops=stops)

    def cell() -> Check:
        made = tries(
            "A cell of the bot's own: written and put back", lambda: trial.cell(measure=measure), SITE
        )
        return (
            replace(made, what="A cell of the bot's own: not tried", notes=(NO_ROW,))
            if trial.no_row
            else made
        )

    notices = NoticeBoard(workplace.graph, workplace.lists.site, settings.notice_list)
    named = settings.must_not_reach
    of_sharepoint = of_sharepoint_itself(settings)
    lacking = " and ".join(f"no {what}" for what in ("mailbox", "site") if not getattr(named, what))
    unproved = f"Under [must_not_reach] {lacking} is named, so nobody has seen that its rights are no wider."
    on_the_site = (
        []
        if no_site
        else [
            replace(
                tries("The three lists and their columns", lists, SITE),
                stops=bool(workplace.lists.not_there()),
            ),
            cell(),
            replace(
                tries(
                    "The library: a file put in, fetched, deleted", lambda: trial.file(measure=measure), SITE
                ),
                notes=(WHO_MAY_OPEN.format(folder=settings.library_folder),),
            ),
        ]
    )
    by_letter = (
        []
        if no_mailbox
        else [
            tries(
                "A letter to the mailbox itself: made, sent, found by its key, deleted",
                lambda: trial.letter(measure=measure),
                MAIL,
                stops=True,
            )
        ]
    )
    found = [
        Check("The site", tuple(no_site), configuration=False, stops=True),
        *on_the_site,
        tries("The shared mailbox", mailbox, MAIL, stops=True),
        *(
            [Check("The mailbox's address", (FEW_PEOPLE,), configuration=False)]
            if settings.mailbox.endswith(".onmicrosoft.com")
            else []
        ),
        *by_letter,
        *(
            []
            if no_mailbox or no_site or not settings.propose_times
            else [_with_notes("When people are free, by their calendars", lambda: calendars_wrong(workplace))]
        ),
        *(
            []
            if no_site or not named_lists(workplace)
            else [_with_notes("The lists that a proposal reads", lambda: proposal_lists_wrong(workplace))]
        ),
        Check(
            "What the bot must not reach",
            tried(lambda: [*too_wide(workplace), *tenant_wide(workplace, of_sharepoint)], "Try again."),
            notes=(
                *((unproved,) if lacking else ()),
                *tried(lambda: unneeded(workplace, of_sharepoint), "Try again."),
                *(calendars_unneeded(workplace) if not settings.propose_times else ()),
            ),
        ),
        *(
            []
            if no_site
            else [
                Check(
                    "The row in which people see how the bot is",
                    (),
                    notes=tried(lambda: [n for n in [notices.missing()] if n], SITE),
                )
            ]
        ),
    ]
    if settings.settings_library and not no_site:
        from bot.daily_run.team_files.looking import faults_there  # only where there is such a library

        what = f"The Audit Team's own files in “{settings.settings_library}”"
        found.append(tries(what, lambda: faults_there(workplace), SITE))
    if measure and not (no_site or no_mailbox):
        found.append(tries("How this tenant behaves: measured", trial.others, "Try again."))
    return found


def _with_notes(what: str, make: Callable[[], tuple[list[str], list[str]]]) -> Check:
    """A check that finds problems and notes."""
    notes: list[str] = []

    def seen() -> list[str]:
        wrong, some = make()
        notes.extend(some)
        return wrong

    problems = tried(seen, "Try again.")
    return Check(what, problems, configuration=False, notes=tuple(notes))


def _refused(faults: list[str]) -> None:
    if faults:
        raise SettingsError(faults)


def _all_papers(settings: Settings) -> Papers:
    found = papers(settings)
    if faults := [
        *(fault for each in found.letters.faults.values() for fault in each),
        *dict.fromkeys([*found.forms.faults(), *_not_to_be_read(settings, found.questions)]),
    ]:
        raise SettingsError(faults)
    return found


def _not_to_be_read(settings: Settings, asked: str) -> Iterator[str]:
    """What the reader could not make sense of if the forms came back as they are."""
    for form in FORMS:
        path = getattr(settings.files, form)
        looked_at = check_safely(path.read_bytes(), path.name, asked)
        yield from (f"{path.name}: {problem}" for problem in looked_at.problems)


def _letters_of(settings: Settings, letters: Letters, book: Rulebook) -> Check:
    """Each letter can be written with what really happens in the made-up council: its people, days and grades."""
    tried = Trying(letters, book, as_in_letters(settings)).all()
    what = "Every letter of the rule book can be written"
    return Check(what, tuple(dict.fromkeys(tried.faults.values())), notes=tuple(tried.unreached.values()))
