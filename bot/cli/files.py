"""The files a command is given."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.errors import SettingsError
from bot.papers.forms.answers import Refused
from bot.papers.workbook_read import ReadBook

LARGEST_READ = 200_000_000
"""Bytes of a file that are looked at, at most; anything near it is refused for its size."""


def contents(names: Sequence[str]) -> Iterator[tuple[str, bytes | Refused]]:
    """Each file's content, or in one line why it cannot be opened."""
    for name in names:
        path = Path(name)
        try:
            if path.is_dir():
                yield name, Refused(f"{name} is a folder, not a file.")
            elif path.exists() and not path.is_file():
                yield name, Refused(f"{name} is not an ordinary file.")
            else:
                # A little more than is read at all, so that its size can be told.
                with path.open("rb") as file:
                    yield name, file.read(LARGEST_READ)
        except FileNotFoundError:
            yield name, Refused(f"There is no file {name}.")
        except (OSError, ValueError) as fault:
            yield name, Refused(f"{name} cannot be opened: {getattr(fault, 'strerror', None) or fault}.")


def put_whole(name: str, text: str) -> None:
    """Put a file in place as a whole: whoever reads it meanwhile sees the old or the new, and who could read the old
    can read the new. Raises SettingsError."""
    given = Path(name)
    try:
        if given.exists() and not given.is_file():  # the screen, say
            given.write_text(text, encoding="utf-8")
            return
        place = given.resolve()  # where a link leads
        beside = place.with_name(f".{place.name}.{os.getpid()}")
        try:
            with beside.open("w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            if place.exists():
                shutil.copymode(place, beside)
            beside.replace(place)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as fault:
        raise SettingsError([f"{name} cannot be written: {fault.strerror}."]) from fault


def book_of(name: str) -> ReadBook:
    """A workbook, read where it can do no harm. Raises SettingsError."""
    from bot.office.isolated_reader import workbook_safely  # only where there is one

    ((_, data),) = contents([name])
    if isinstance(data, Refused):
        raise SettingsError([data.reason])
    found = workbook_safely(data)
    if not isinstance(found, ReadBook):
        raise SettingsError([f"{name}: {found.reason} Save it in Excel as .xlsx, without a password."])
    return found
