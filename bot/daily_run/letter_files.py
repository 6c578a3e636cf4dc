"""The folder of letters, read as it is: a file that cannot be read stops its own letter and no other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bot.errors import SettingsError
from bot.papers.letters.letters import Letters
from bot.programme.edited_file import decoded


def letters_in(
    folder: Path, *, marking: str = "", as_called: Callable[[str], str] = str, found_good: str = ""
) -> Letters:
    """The letters of a folder, each with its faults. Raises SettingsError when there is no such folder. `found_good`
    as for `Letters.as_they_are`."""
    texts, unreadable = texts_in(folder)
    return Letters.as_they_are(
        texts, unreadable=unreadable, marking=marking, as_called=as_called, found_good=found_good
    )


def texts_in(folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """What stands in a folder's letters, and why each of the others cannot be read. Raises SettingsError."""
    texts: dict[str, str] = {}
    unreadable: dict[str, str] = {}
    try:
        files = sorted(file for file in folder.iterdir() if file.suffix in (".md", ".html"))
    except OSError as fault:
        raise SettingsError([f"{fault.filename} cannot be opened: {fault.strerror}."]) from fault
    for file in files:
        name = file.stem if file.suffix == ".md" else file.name
        try:
            texts[name] = decoded(file.read_bytes(), "")
        except OSError as fault:
            unreadable[name] = f"it cannot be opened: {fault.strerror}."
        except SettingsError as fault:
            unreadable[name] = str(fault).lstrip(",: ")
    return texts, unreadable
