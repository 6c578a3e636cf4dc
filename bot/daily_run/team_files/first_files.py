"""The files of this machine as they are first put into the settings library, for the Audit Team to edit there."""

from __future__ import annotations

from collections.abc import Iterator

from bot.daily_run.team_files.places import as_used, known_to
from bot.papers.team_files.closure_days import days_workbook
from bot.papers.team_files.letter_in_word import letter_as_word
from bot.papers.team_files.rules_in_excel import rules_workbook
from bot.programme.team_files.known_files import FileKind
from bot.settings import Settings


def first_files(settings: Settings, *, in_office: bool = False) -> dict[str, bytes]:
    """Name -> content: letters and rules as text, forms and templates in Word, closure days in Excel. `in_office`: the
    letters in Word and the rules in Excel as well. Raises SettingsError when the rules cannot be read."""
    return dict(sorted(_files(settings, in_office)))


def _files(settings: Settings, in_office: bool) -> Iterator[tuple[str, bytes]]:
    for file in known_to(settings).values():
        data = as_used(file, settings)
        twofold = file.kind in (FileKind.LETTER, FileKind.RULES)
        if file.kind is FileKind.CLOSURE_DAYS:
            yield file.name, days_workbook(settings.closure_days)
        elif data is not None and (not twofold or file.text != in_office):
            yield file.name, data if file.text else _IN_OFFICE[file.kind](data.decode())


_IN_OFFICE = {FileKind.LETTER: letter_as_word, FileKind.RULES: rules_workbook}
