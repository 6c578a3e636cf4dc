"""The templates of the reports: the Audit Team's own where they have one, else as shipped; what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from bot.daily_run.reports.material import Material, nothing_yet
from bot.errors import SettingsError
from bot.own_files import or_shipped
from bot.papers.reports.word_report import template_problems
from bot.programme.reports.kinds import Made, with_templates
from bot.programme.reports.report import Report
from bot.settings import Files, Settings


def template_file(made: Made, files: Files) -> Path:
    """Where the template of a report lies."""
    name = f"{made.kind.template}.docx"
    return or_shipped(files.reports / name, "/".join(("docx_templates", name)))


def template_of(made: Made, files: Files) -> bytes:
    """Raises SettingsError when it cannot be opened."""
    file = template_file(made, files)
    try:
        return file.read_bytes()
    except OSError as fault:
        raise SettingsError([f"{file} cannot be opened: {fault.strerror}."]) from fault


def templates_wrong(settings: Settings) -> Iterator[str]:
    """A sentence for everything that is wrong with a template, tags and charts. Raises SettingsError when what reports
    are made from cannot be read."""
    nothing = nothing_yet(settings)
    for made in with_templates():
        try:
            data = template_of(made, settings.files)
        except SettingsError as fault:
            yield from fault.problems
            continue
        file = template_file(made, settings.files)
        laid_out = _of_an_empty_cycle(made, nothing)
        found = template_problems(data, names_in(laid_out), laid_out.tables)
        yield from (f"{file}: {problem}" for problem in found)
        yield from passed_over(made, settings.files)


def passed_over(made: Made, files: Files) -> Iterator[str]:
    """A sentence for each file that was meant for the template of a report and is none by its name: then the one the
    bot comes with is used."""
    name = f"{made.kind.template}.docx"
    if (files.reports / name).exists() or not files.reports.is_dir():
        return
    for each in sorted(files.reports.iterdir()):
        if each.name.casefold().startswith(made.kind.template):
            yield f"{each} is not used: save it as Word Document (*.docx) under the name {name}."


def places_of(made: Made, nothing: Material) -> frozenset[str]:
    """The names that a template of this report may use, by what the report of an empty cycle holds."""
    return names_in(_of_an_empty_cycle(made, nothing))


def names_in(laid_out: Report) -> frozenset[str]:
    """The names of all that a report holds."""
    return frozenset({*laid_out.words, *laid_out.lists, *laid_out.tables, *laid_out.charts})


def _of_an_empty_cycle(made: Made, nothing: Material) -> Report:
    laid_out = lays_out(made)(replace(nothing, audience=made.kind.audience))
    assert isinstance(laid_out, Report)
    return laid_out


def lays_out(made: Made) -> Callable[[Material], Report | bytes]:
    """What lays a report out."""
    module, _, name = made.kind.made_by.partition(":")
    found: Callable[[Material], Report | bytes] = getattr(import_module(module), name)
    return found
