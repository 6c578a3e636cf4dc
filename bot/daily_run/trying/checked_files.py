"""The files in which people say what the bot does: each looked at by itself, whatever is wrong with the others."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from bot.daily_run.changed_files import changes_in
from bot.daily_run.papers import FORMS
from bot.errors import AuditBotError, SettingsError
from bot.office.lists.lists_file import ListNames
from bot.own_files import SHIPPED, file_beside, text_of
from bot.papers.forms.asked_in_no_form import note_asked_in_no_form
from bot.papers.forms.questions import questions
from bot.programme.allocating.rules_file import allocation_file
from bot.programme.edited_file import edited
from bot.programme.proof.dry_run import faults_of_meaning
from bot.programme.reports.inspection import inspection
from bot.programme.reports.themes import themes
from bot.programme.rulebook.rules import Rulebook, rulebook
from bot.settings import Files


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `configuration` says whether its problems are faults of the configuration, `stops`
    whether with them no run could do its work."""

    what: str
    problems: tuple[str, ...]
    configuration: bool = True
    stops: bool = False
    notes: tuple[str, ...] = ()  # worth knowing, and nothing that has to be mended


def checked(what: str, make: Callable[[], object], notes: tuple[str, ...] = ()) -> Check:
    """Whatever `make` raises is what is wrong."""
    try:
        make()
    except SettingsError as fault:
        return Check(what, tuple(fault.problems), notes=notes)
    except AuditBotError as fault:
        return Check(what, (str(fault),), notes=notes)
    return Check(what, (), notes=notes)


def of_profile(path: Path) -> tuple[str, ...]:
    """Which profile was looked at, and which others lie beside it."""
    others = [str(p) for p in sorted(path.parent.glob("*.toml")) if p != path and _is_profile(p)]
    more = [f"Other profiles beside it: {', '.join(others)}. Name one with --settings."] if others else []
    return (str(path), *more)


def _is_profile(path: Path) -> bool:
    try:
        return "[tenant]" in text_of(path) and path.name != "example_tenant.toml"
    except SettingsError:
        return False


def files_of(path: Path) -> Files:
    """The files of a profile that cannot be used: those it names, or that lie beside it, or that come with the bot."""
    return Files(
        **{word: file_beside(path, word, str(field.default)) for word, field in Files.model_fields.items()}
    )


def checked_files(files: Files) -> list[Check]:
    """The six files in which people say what the bot does, each looked at whatever is wrong with the others."""
    looked_at: tuple[tuple[str, str, Callable[[str, str], object]], ...] = (
        ("The rule book", "rules", lambda text, name: _meaningful(rulebook(text, name))),
        ("The names of the lists and their columns", "lists", ListNames),
        ("The questions of the forms", "questions", partial(_asked, files)),
        ("The themes of the findings", "themes", themes),
        ("The headings of the inspection", "inspection", inspection),
        ("The rules of an allocation", "allocation", allocation_file),
    )
    return [
        checked(what, partial(_read, getattr(files, word), read), notes_of(files, word))
        for what, word, read in looked_at
    ]


def _read(path: Path, read: Callable[[str, str], object]) -> None:
    read(text_of(path), str(path))


def notes_of(files: Files, word: str) -> tuple[str, ...]:
    """Where a file lies, and what in it is otherwise than in the one that comes with the bot."""
    path: Path = getattr(files, word)
    where = f"{path}, as it comes with the bot" if path.is_relative_to(SHIPPED) else str(path)
    return (
        where,
        *(said for changed, sentences in changes_in(files) if changed == path for said in sentences),
    )


def _asked(files: Files, text: str, name: str) -> None:
    """The questions, each of which some form asks."""
    questions(text, name)
    file = edited(text, name)
    note_asked_in_no_form(
        file, edited(text_of(SHIPPED / "config/audit_tool.toml"), "").given, tags_of_forms(files)
    )
    file.refuse()


def tags_of_forms(files: Files) -> set[str]:
    """The tags of all controls of the council's forms; of one that cannot be read none, for that is told elsewhere."""
    found: set[str] = set()
    for form in FORMS:
        try:
            with ZipFile(getattr(files, form)) as package:
                found |= set(_TAG.findall(package.read("word/document.xml").decode("utf-8", "replace")))
        except (OSError, BadZipFile, KeyError):
            continue
    return found


_TAG = re.compile(r'<w:tag w:val="([^"]+)"')


def _meaningful(book: Rulebook) -> None:
    if faults := faults_of_meaning(book):
        raise SettingsError([*faults])
