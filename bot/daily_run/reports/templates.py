"""The templates of the reports: the Audit Team's own where they have one, else as shipped; what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from bot.errors import SettingsError
from bot.own_files import or_shipped
from bot.papers.reports.word_report import template_problems
from bot.programme.reports.kinds import Made
from bot.settings import Files


def template_file(made: Made, files: Files) -> Path:
    """Where the template of a report lies."""
    name = f"{made.kind.template}.docx"
    return or_shipped(files.reports / name, f"docx_templates/{name}")


def template_of(made: Made, files: Files) -> bytes:
    """Raises SettingsError when it cannot be opened."""
    file = template_file(made, files)
    try:
        return file.read_bytes()
    except OSError as fault:
        raise SettingsError([f"{file} cannot be opened: {fault.strerror}."]) from fault


def with_templates() -> list[Made]:
    """The reports that are laid out in Word."""
    return [made for made in Made if made.kind.template]


def templates_wrong(files: Files, known: Callable[[Made], Collection[str]]) -> Iterator[str]:
    """A sentence for everything that is wrong with a template, tags and charts. `known`: the names a report has."""
    for made in with_templates():
        try:
            data = template_of(made, files)
        except SettingsError as fault:
            yield from fault.problems
            continue
        file = template_file(made, files)
        yield from (f"{file}: {problem}" for problem in template_problems(data, known(made)))
