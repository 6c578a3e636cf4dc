"""Where the Audit Team's own files are used: a set of them laid over the files of this machine, and what stands in each
place now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from bot.daily_run.papers import FORMS as FORM_NAMES
from bot.errors import SettingsError, StandsStill
from bot.office.ledger import Ledger
from bot.office.library import Library
from bot.office.settings_library import BY_THE_BOT, FOLDER, KeptHere, SettingsLibrary
from bot.own_files import SHIPPED, or_shipped
from bot.papers.team_files.closure_days import days_as_text, days_of_text
from bot.programme.edited_file import decoded
from bot.programme.events import EventKind
from bot.programme.history.folded import text
from bot.programme.reports.kinds import with_templates
from bot.programme.team_files.known_files import (
    CLOSURE_DAYS_PLACE,
    FORMS,
    LETTERS,
    RULES_PLACE,
    FileKind,
    TeamFile,
    known_files,
)
from bot.settings import Files, Settings


def kept_here(settings: Settings) -> KeptHere:
    """Beside the ledger, where the health file is."""
    assert settings.health_file is not None
    return KeptHere(settings.health_file.parent)


def known_to(settings: Settings) -> dict[str, TeamFile]:
    """The files of the library the bot knows, by their names in small letters."""
    letters = {
        file.stem for folder in (SHIPPED / LETTERS, settings.files.letters) for file in folder.glob("*.md")
    }
    return known_files(sorted(letters), [*FORM_NAMES], [made.kind.template for made in with_templates()])


def with_set(settings: Settings, files: Mapping[str, bytes], here: KeptHere) -> Settings:
    """The settings by which these files are used instead of those they name. Raises SettingsError."""
    if not files:
        return settings
    named = settings.files
    root = here.laid_out(files, {LETTERS: named.letters, FORMS: named.reports})
    places: dict[str, Path] = {}
    if RULES_PLACE in files:
        places["rules"] = root / RULES_PLACE
    for word, part in (("letters", LETTERS), ("reports", FORMS)):
        if any(place.startswith(f"{part}/") for place in files):
            places[word] = root / part
    places |= {form: root / _form(form) for form in FORM_NAMES if _form(form) in files}
    changes: dict[str, object] = {"files": named.model_copy(update=places)}
    if CLOSURE_DAYS_PLACE in files:
        changes["closure_days"] = days_of_text(files[CLOSURE_DAYS_PLACE].decode())
    return settings.model_copy(update=changes)


def _form(form: str) -> str:
    return f"{FORMS}/{form}.docx"


def as_used(file: TeamFile, settings: Settings) -> bytes | None:
    """What stands in a file's place now, None where nothing does."""
    if file.kind is FileKind.CLOSURE_DAYS:
        return days_as_text(settings.closure_days).encode()
    try:
        data = _path(file, settings.files).read_bytes()
        return plain(data) if file.kind in (FileKind.LETTER, FileKind.RULES) else data
    except (OSError, SettingsError):
        return None


def _path(file: TeamFile, files: Files) -> Path:
    name = file.place.partition("/")[2]
    if file.kind is FileKind.RULES:
        return files.rules
    if file.kind is FileKind.LETTER:
        return files.letters / name
    if file.kind is FileKind.FORM:
        found: Path = getattr(files, name.removesuffix(".docx"))
        return found
    return or_shipped(files.reports / name, file.place)


def plain(data: bytes) -> bytes:
    """A text as it counts, whatever editor wrote it. Raises SettingsError when it is no text."""
    lines = decoded(data, "").replace("\r\n", "\n").split("\n")
    return ("\n".join(line.rstrip() for line in lines).strip("\n") + "\n").encode()


def closed_on(settings: Settings) -> dict[date, str]:
    """The closure days in force, as this machine knows them without asking anybody: the Audit Team's own where they
    have such a file. Where its set is not here none: better a run too many than none."""
    code = kept_here(settings).noted_in_force() if settings.settings_library else ""
    if not code:
        return settings.closure_days
    files = kept_here(settings).a_set(code)
    days = (files or {}).get(CLOSURE_DAYS_PLACE)
    if days is None:
        return settings.closure_days if files else {}
    return days_of_text(days.decode())


def in_force(settings: Settings, ledger: Ledger, library: Callable[[], Library]) -> Settings:
    """The settings with the set the Audit Team has agreed to, whole. `library` is only asked where this machine has the
    set no longer; a ledger that was lost is helped by what is noted beside it. Raises StandsStill: nothing is done by
    other rules than those agreed."""
    if not settings.settings_library:
        return settings
    code = next(
        (
            text(event.data, "code")
            for event in reversed(ledger.read())
            if event.kind is EventKind.TEAM_FILES_IN_FORCE
        ),
        "",
    )
    here = kept_here(settings)
    code = code or here.noted_in_force()
    if not code:
        return settings
    files = here.a_set(code)
    if files is None:
        files = SettingsLibrary(library(), settings.settings_library, here).a_set(code)
        if files is None:
            raise StandsStill(
                "the Audit Team's own letters and rules that are in use are neither beside the ledger nor in "
                f"“{settings.settings_library}/{BY_THE_BOT}”, and by others nothing is done.",
                f"The Audit Team: restore {code}.zip there from the site's recycle bin. The IT administrator: or put "
                f"the folder “{FOLDER}” back beside the ledger.",
            )
        here.put_set(files)
    here.note_in_force(code)
    return with_set(settings, files, here)
