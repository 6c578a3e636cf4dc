"""The files a command is given."""

from __future__ import annotations

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
