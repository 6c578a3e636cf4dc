"""What of the council's own files says something else than what the bot comes with: for `check`, and for one digest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from bot.errors import SettingsError
from bot.own_files import SHIPPED, text_of
from bot.papers.letters.letter_as_shipped import letter_changed
from bot.programme.date_words import plain_day
from bot.programme.edited_file import EditedFile, edited
from bot.programme.first_settings import NO_NAME
from bot.programme.rulebook.as_shipped import rules_changed, words_changed
from bot.programme.vocabulary import Problem
from bot.programme.working_days import PUBLISHED_UNTIL
from bot.settings import Files, Settings

MOST = 12
"""So many changes of one file are told one by one in a digest."""


def changes_in(files: Files) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Each file that has been changed, with a sentence for each change. Of one that cannot be read nothing."""
    for word, usual, compared in (
        ("rules", "rules.toml", rules_changed),
        ("questions", "audit_tool.toml", words_changed),
        ("themes", "themes.toml", words_changed),
        ("inspection", "inspection.toml", words_changed),
        ("allocation", "allocation.toml", words_changed),
    ):
        path = getattr(files, word)
        with suppress(SettingsError):  # it is told (check, not_understood), or has stopped the run before
            mine, shipped = text_of(path), text_of(SHIPPED / "config" / usual)
            if mine != shipped and (said := tuple(compared(_read(path, mine), _read(path, shipped)))):
                yield path, said

    if said := tuple(_letters_changed(files.letters)):
        yield files.letters, said


def not_understood(files: Files) -> Iterator[Problem]:
    """What keeps reports and proposals from being made, and nothing else: their own files that cannot be used."""
    from bot.programme.allocating.rules_file import allocation_file  # once a day, and by no look
    from bot.programme.reports.inspection import inspection
    from bot.programme.reports.themes import themes

    read: Sequence[tuple[str, str, Callable[[str, str], object]]] = (
        ("themes", "reports", themes),
        ("inspection", "reports", inspection),
        ("allocation", "proposals", allocation_file),
    )
    for word, what, taken in read:
        path: Path = getattr(files, word)
        try:
            taken(text_of(path), str(path))
        except SettingsError as fault:
            first, more = fault.for_letters[0], len(fault.for_letters) - 1
            first = first.replace(str(path), _where(path)).rstrip(".")
            others = f" And {more} more; audit-bot check names them." if more else ""
            said = f"{first}. Until it is put right no {what} that need it are made; everything else is done.{others}"
            yield Problem(_where(path), said, "whoever keeps the profile")


def _where(path: Path) -> str:
    return f"config/{path.name}" if path.suffix else path.name


def _letters_changed(folder: Path) -> Iterator[str]:
    for usual in sorted((SHIPPED / "mail_templates").glob("*.md")):
        path = folder / usual.name
        try:
            mine = text_of(path)
        except SettingsError:
            continue  # it is stopped, and told
        if mine != (shipped := text_of(usual)) and (said := letter_changed(mine, shipped)):
            yield f"{path} differs from the letter the bot comes with: {said}."


def _read(path: Path, text: str) -> EditedFile:
    return edited(text, str(path))


def changes_to_tell(settings: Settings) -> Iterator[Problem]:
    """The same for the Audit Team, who hear of each once."""
    for path, said in changes_in(settings.files):
        where = _where(path)
        if len(said) > MOST:
            more = f"{len(said) - MOST} more differ from what the bot comes with; audit-bot check names them."
            said = (*said[:MOST], more)
        for sentence in said:
            what = sentence.replace(str(path), where)
            yield Problem(where, f"{what} If that is meant, nothing is to be done.")


def in_force(settings: Settings) -> Iterator[str]:
    """What a slip in the settings would change without being a fault: to be seen."""
    yield f"Letters go from {settings.mailbox} to addresses in {', '.join(settings.recipient_domains)} and no other."
    mark = settings.marking
    yield f"Every subject begins with {mark}." if mark else "No marking stands at the head of a subject."
    if settings.audit_team.contact == NO_NAME:
        yield f"Letters say that “{NO_NAME}” answers questions: write a name under [audit_team], contact."
    closed = sorted(settings.closure_days)
    days = ", ".join(plain_day(day) for day in closed)
    yield (
        f"The council is shut on {days}."
        if closed
        else "No closure days: letters go on every working day of England."
    )
    minutes = settings.mailbox_look_minutes
    yield f"The daily run is at {settings.daily_run_at:%H:%M}, the mailbox is looked at every {minutes} minutes."
    if settings.start_on:
        yield f"Mail received before {plain_day(settings.start_on)} is never touched."
    if settings.bank_holidays_known_until > PUBLISHED_UNTIL:
        yield f"Somebody has compared the bank holidays with GOV.UK up to {settings.bank_holidays_known_until}."


def settings_to_tell(settings: Settings, before: str) -> Iterator[Problem]:
    """What is otherwise in the settings than at the last run, of which `before` are the sentences, one on each line."""
    for sentence in in_force(settings):
        if before and sentence not in before.split("\n"):
            yield Problem(
                "the settings",
                f"Changed since the last run: {sentence} If that is meant, nothing is to be done.",
            )
