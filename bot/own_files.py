"""The Audit Team's own files: rules, lists, questions, letters and forms; theirs where they have them, else as shipped.

In a checkout what is shipped lies beside `bot/`; an installed bot carries it inside itself.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import SettingsError
from bot.programme.edited_file import decoded, edited

if TYPE_CHECKING:
    from bot.programme.rulebook.rules import Rulebook

_CARRIED = Path(__file__).parent / "shipped"
SHIPPED = _CARRIED if _CARRIED.is_dir() else Path(__file__).parents[1]
FOLDERS = ("config", "mail_templates", "docx_templates")
"""What is shipped, as it lies in a council's own folder too."""


def text_of(path: Path, what: str = "") -> str:
    """A file as text, whatever it was edited with. Raises SettingsError with a sentence when it cannot be read."""
    try:
        text = decoded(path.read_bytes(), str(path))
    except OSError as fault:
        raise SettingsError([f"{what}{path} cannot be opened: {fault.strerror}."]) from fault
    if not text.strip():
        lost = "put a copy of it back, or take it away and have the one the bot comes with"
        raise SettingsError([f"{path}: nothing stands in the file; {lost}."])
    return text


def is_within(path: Path, folder: Path) -> bool:
    """Whatever links lead there."""
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def or_shipped(path: Path, usual: str) -> Path:
    """A file of the council's, or the shipped one where it has none. `usual` is its place among what is shipped."""
    return path if path.exists() else SHIPPED / usual


def rules_in(file: Path) -> Rulebook:
    """The rule book in a file. Raises SettingsError."""
    from bot.programme.rulebook.rules import rulebook

    return rulebook(text_of(file), str(file))


def questions_beside(profile: Path) -> str:
    """The text of the form's questions that a profile names, or else of those that are shipped. Raises SettingsError
    when they cannot be read or used."""
    from bot.papers.forms.questions import questions

    file = file_beside(profile, "questions", "audit_tool.toml")
    text = text_of(file)
    questions(text, str(file))
    return text


def file_beside(profile: Path, word: str, usual: str) -> Path:
    """The file under `word` in a profile, which need not be complete, or be there. `usual` is its name beside it."""
    try:
        given = edited(text_of(profile), "").given.get("files")
    except SettingsError:
        given = None
    named = given.get(word) if isinstance(given, dict) else None
    return profile.parent / str(named) if named else or_shipped(profile.parent / usual, f"config/{usual}")


def laid_out(folder: Path, *, but: Collection[str] = ()) -> Iterator[tuple[Path, bool]]:
    """Copy what is shipped into a folder for editing; what is there already stays. Each file, and whether it is new.
    `but`: places that are left out (“config/sandbox.toml”).

    Raises SettingsError when the folder cannot be written.
    """
    import shutil

    try:
        for part in FOLDERS:
            for file in sorted(p for p in (SHIPPED / part).rglob("*") if p.is_file() and _to_edit(p)):
                if f"{part}/{file.name}" in but:
                    continue
                target = folder / part / file.relative_to(SHIPPED / part)
                new = not target.exists()
                if new:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(file, target)
                yield target, new
    except OSError as fault:
        raise SettingsError([f"{fault.filename} cannot be written: {fault.strerror}."]) from fault


def _to_edit(file: Path) -> bool:
    """Not what builds the forms, nor what is filled in (`audit-bot init`, `audit-bot running`)."""
    return file.suffix != ".py" and not file.name.startswith(("commands_", "running_"))
