"""The files of the settings library checked before anything is done with them: each by itself, then the set."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.daily_run.papers import FORMS, papers
from bot.daily_run.reports.templates import templates_wrong
from bot.daily_run.team_files.places import as_used, plain, with_set
from bot.daily_run.trying.sample_letters import Trying
from bot.daily_run.trying.sample_settings import as_in_letters
from bot.errors import SettingsError
from bot.office.isolated_reader import check_safely, letter_safely, workbook_safely
from bot.office.settings_library import Fetched, KeptHere
from bot.own_files import rules_in, text_of
from bot.papers.forms.answers import Held
from bot.papers.forms.audit_tool import prepare
from bot.papers.team_files.closure_days import WrongDays, days_as_text, days_in
from bot.papers.team_files.rules_in_excel import WrongRules, rules_of_workbook
from bot.papers.team_files.same_letter import reads_the_same
from bot.programme.edited_file import decoded
from bot.programme.proof.dry_run import faults_of_meaning
from bot.programme.rulebook.rules import rulebook
from bot.programme.team_files.known_files import FileKind, TeamFile
from bot.settings import Settings, faults_of_closure_days


@dataclass(slots=True)
class Checked:
    """`good`: place -> content, of every file that can be used, and `changed` those that say something else than what
    is used now. `faults`: a file's name -> sentences."""

    good: dict[str, bytes] = field(default_factory=dict)
    changed: dict[str, TeamFile] = field(default_factory=dict)
    faults: dict[str, list[str]] = field(default_factory=dict)

    def wrong(self, file: TeamFile, faults: Sequence[str]) -> None:
        self.faults.setdefault(file.name, []).extend(faults)
        self.good.pop(file.place, None)
        self.changed.pop(file.place, None)


def each_checked(fetched: Fetched, settings: Settings, here: KeptHere) -> Checked:
    """Every file read as what it is, and those that have changed checked as `audit-bot check` does."""
    found = Checked()
    names: dict[str, str] = {}
    for file, data in fetched.files:
        if file.place in names:
            other = (
                f"“{names[file.place]}” and “{file.name}” are the same file in two forms: keep one of them."
            )
            found.wrong(file, [other])
            continue
        names[file.place] = file.name
        try:
            ours = _ours(file, data, settings)
        except SettingsError as fault:
            found.wrong(file, fault.problems)
            continue
        found.good[file.place] = ours
        if ours != as_used(file, settings):
            found.changed[file.place] = file
            if faults := [*_faults(file, ours, settings)]:
                found.wrong(file, faults)
    _letters_checked(found, settings, here)
    _templates_checked(found, settings, here)
    return found


def _ours(file: TeamFile, data: bytes | None, settings: Settings) -> bytes:
    """A file as the bot uses it. Raises SettingsError with what is wrong and what to do."""
    if data is None:
        raise SettingsError([f"it is larger than {file.largest // 1_000_000} MB, and no such file is."])
    if file.kind in (FileKind.FORM, FileKind.TEMPLATE):
        return data
    if file.text:
        if not data.strip():
            raise SettingsError(
                ["nothing stands in the file; restore an earlier version of it in SharePoint."]
            )
        return plain(data)
    return READ[file.kind](file, data, settings)


def _closure_days(_file: TeamFile, data: bytes, settings: Settings) -> bytes:
    book = workbook_safely(data)
    if isinstance(book, Held):
        raise SettingsError([f"{book.reason} Save it as an Excel workbook (*.xlsx)."])
    try:
        days = days_in(book)
    except WrongDays as fault:
        raise SettingsError([*fault.faults]) from fault
    if faults := faults_of_closure_days(days, settings.bank_holidays_known_until):
        raise SettingsError(faults)
    return days_as_text(days).encode()


def _letter(file: TeamFile, data: bytes, settings: Settings) -> bytes:
    """A letter edited in Word, as text; as it is used now where it reads the same."""
    text = letter_safely(data, file.name)
    if not isinstance(text, str):
        raise SettingsError([text.reason])
    used = as_used(file, settings)
    return used if used is not None and reads_the_same(text, used.decode()) else plain(text.encode())


def _rules(_file: TeamFile, data: bytes, settings: Settings) -> bytes:
    """The rules in force with what their table in Excel changes in them."""
    book = workbook_safely(data)
    if isinstance(book, Held):
        raise SettingsError([f"{book.reason} Save it as an Excel workbook (*.xlsx)."])
    try:
        return plain(rules_of_workbook(book, plain(settings.files.rules.read_bytes()).decode()).encode())
    except WrongRules as fault:
        raise SettingsError([*fault.faults]) from fault


READ: Mapping[FileKind, Callable[[TeamFile, bytes, Settings], bytes]] = {
    FileKind.CLOSURE_DAYS: _closure_days,
    FileKind.LETTER: _letter,
    FileKind.RULES: _rules,
}
"""How a file of Word or Excel becomes what the bot uses."""


def _faults(file: TeamFile, data: bytes, settings: Settings) -> Iterator[str]:
    """What is wrong with one file that has changed, whatever the others say."""
    if file.kind is FileKind.RULES:
        try:
            yield from faults_of_meaning(rulebook(decoded(data, file.name), file.name))
        except SettingsError as fault:
            yield from fault.problems
    if file.kind is FileKind.FORM:
        form = file.name.removesuffix(".docx")
        try:
            prepare(data, FORMS[form])
        except SettingsError as fault:
            yield from fault.problems
            return
        yield from check_safely(data, file.name, text_of(settings.files.questions)).problems


def _letters_checked(found: Checked, settings: Settings, here: KeptHere) -> None:
    letters = {p: found.good[p] for p, f in found.changed.items() if f.kind is FileKind.LETTER}
    if not letters:
        return
    faults = papers(with_set(settings, letters, here)).letters.faults
    for place in letters:
        file = found.changed[place]
        if wrong := faults.get(file.place.rpartition("/")[2].removesuffix(".md")):
            found.wrong(file, wrong)


def _templates_checked(found: Checked, settings: Settings, here: KeptHere) -> None:
    templates = {p: found.good[p] for p, f in found.changed.items() if f.kind is FileKind.TEMPLATE}
    if not templates:
        return
    trial = with_set(settings, templates, here)
    wrong = [*templates_wrong(trial)]
    for place in templates:
        file, path = found.changed[place], trial.files.reports / found.changed[place].name
        if mine := [said.replace(f"{path}: ", "") for said in wrong if str(path) in said]:
            found.wrong(file, mine)


def tried(settings: Settings) -> Trying:
    """Every letter of the rule book as the made-up council's season brings it about."""
    book = rules_in(settings.files.rules)
    return Trying(papers(settings).letters, book, as_in_letters(settings)).all()


def faults_of_the_set(now: Settings, offered: Settings) -> tuple[list[str], Trying]:
    """What is wrong with the files together that is right as they are used now: a letter against the rules."""
    after = tried(offered)
    if not after.faults:
        return [], after
    before = {*tried(now).faults.values()}
    root = str(offered.files.rules.parent.parent)
    return [
        fault.replace(f"{root}/", "") for fault in dict.fromkeys(after.faults.values()) if fault not in before
    ], after
