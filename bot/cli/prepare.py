"""`audit-bot prepare`: the lists, columns and folders the bot works with, made where they are not there yet."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

from bot.cli.showing import console, print_json, show_problems
from bot.daily_run.preparing import open_for_preparing
from bot.errors import SettingsError
from bot.exit_status import DONE, NEEDS_A_PERSON
from bot.office.lists.lists_file import ListNames
from bot.office.preparing import SitePreparing
from bot.own_files import SHIPPED, text_of
from bot.papers.list_views import files_of_views
from bot.programme.preparing.mapping import to_paste, with_names
from bot.programme.preparing.steps import Preparation, Step
from bot.programme.preparing.wanted import ALLOCATIONS
from bot.programme.vocabulary import Problem
from bot.settings import Settings, load

GIVE_BACK = (
    "All is made: give the bot’s grant on the site back to “write” now, if it was raised for this, and take back "
    "SharePoint’s own Sites.Selected, if it was lent, once the import is done (step 4 of for_the_administrator.md)."
)


def perform(given: Namespace) -> int:
    settings = load(Path(given.settings))
    told = _Told(given, settings)
    with open_for_preparing(settings) as site_as_it_is:
        while True:
            site = site_as_it_is()
            planned = site.look()
            if given.preview or not told.can_do(planned) or not told.agreed(planned):
                told.shown(planned)
                break
            if planned.mappings and told.own_file:
                told.names_written(planned)
                continue  # under their names some of the steps may be there already
            told.done(site, planned)
            break
    if given.views:
        told.views_written(site, Path(given.views))
    return told.end(planned)


class _Told:
    """What is shown, asked and done on the way; `end` says how it went."""

    def __init__(self, given: Namespace, settings: Settings) -> None:
        self._given, self._settings = given, settings
        self._file = settings.files.lists
        self.own_file = self._file.resolve() != (SHIPPED / "config/lists.toml").resolve()
        self._out = console()
        self._steps: list[tuple[Step, Problem | None]] = []
        self._written: list[str] = []
        self._views: list[str] = []
        self._left: list[Problem] = []
        self._waiting = self._plan_shown = False

    def can_do(self, planned: Preparation) -> bool:
        return bool(planned.steps or (planned.mappings and self.own_file))

    def agreed(self, planned: Preparation) -> bool:
        """Whether somebody said yes, on the command line or now. Raises SettingsError where nobody can be asked."""
        if self._given.yes:
            return True
        if self._given.json or not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise SettingsError(
                ["Nobody can be asked here: look with --preview, then say --yes. Nothing was made."]
            )
        self._show_plan(planned)
        count = len(planned.steps) + (len(planned.mappings) if self.own_file else 0)
        things = "this 1 thing" if count == 1 else f"these {count} things"
        return input(f"Make {things}? yes/no: ").strip().casefold() in ("yes", "y")

    def shown(self, planned: Preparation) -> None:
        """What would be done, and is not."""
        self._steps = [(step, None) for step in planned.steps]
        self._waiting = bool(planned.steps or planned.mappings)
        if not self._plan_shown:
            self._show_plan(planned)

    def names_written(self, planned: Preparation) -> None:
        """The names put into the council's own lists.toml. Raises SettingsError when that would spoil the file."""
        text = with_names(text_of(self._file), planned.mappings)
        ListNames(text, str(self._file))
        try:
            self._file.write_text(text, encoding="utf-8", newline="\n")
        except OSError as fault:
            raise SettingsError([f"{self._file} cannot be written: {fault.strerror}."]) from fault
        lines = to_paste(planned.mappings)
        if lines == self._written[-len(lines) :]:
            raise SettingsError(
                [f"{self._file} does not take the names:", *lines, "Please enter them by hand."]
            )
        self._written += lines
        if not self._given.json:
            self._print(f"Written into {self._file}, where nothing else was changed:")
            for line in lines:
                self._print(f"    {line}")

    def done(self, site: SitePreparing, planned: Preparation) -> None:
        where = ""
        for step, fault in site.do(planned):
            self._steps.append((step, fault))
            if self._given.json:
                continue
            if step.where != where:
                where = step.where
                self._print(where)
            self._print(f"  {'✗' if fault else '✓'} {step.what}", "red" if fault else "green")
        self._left = list(dict.fromkeys(fault for _, fault in self._steps if fault))
        made = any(step.of_the_site and not fault for step, fault in self._steps)
        if made and not self._left and not self._given.json:
            self._print(GIVE_BACK)

    def views_written(self, site: SitePreparing, folder: Path) -> None:
        """The files by which an owner of the site makes views and colours."""
        wanted = next(each for each in site.wanted if each.part == ALLOCATIONS)
        address = f"https://{self._settings.site_host}{self._settings.site_path}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name, text in files_of_views(wanted.name, site.looks, address).items():
                (folder / name).write_text(
                    text, encoding="utf-8-sig" if name.endswith(".ps1") else "utf-8", newline="\n"
                )
                self._views.append(str(folder / name))
        except OSError as fault:
            raise SettingsError([f"{folder} cannot be written: {fault.strerror}."]) from fault
        if not self._given.json:
            self._print(
                f"{len(self._views)} files for views and colours in {folder}, where the bot does not put them in "
                "itself. Who does, and where: where_to_put_them.md."
            )

    def end(self, planned: Preparation) -> int:
        left = [*planned.left, *self._left]
        if self._given.json:
            print_json(self._as_json(planned, left))
        else:
            if planned.mappings and not self._given.preview and not self.own_file:
                self._show_mappings(planned)
            show_problems(self._out, left)
            if not (self._steps or planned.mappings or left):
                self._print(f"Nothing to do: {_everything(planned, self._settings)}.", "green")
            for note in planned.notes:
                self._print(f"· {note.where}: {note.what} ({note.who})")
        return NEEDS_A_PERSON if left or planned.mappings or self._waiting else DONE

    # ------------------------------------------------------------------------------------------------------- shown

    def _print(self, text: str, style: str = "") -> None:
        self._out.print(text, style=style or None, soft_wrap=True, markup=False)

    def _show_plan(self, planned: Preparation) -> None:
        if self._given.json:
            return
        self._plan_shown, where = True, ""
        for step in planned.steps:
            if step.where != where:
                where = step.where
                self._print(where)
            self._print(f"  + {step.what}")
        if planned.mappings and (self.own_file or self._given.preview):
            self._show_mappings(planned)

    def _show_mappings(self, planned: Preparation) -> None:
        for each in planned.mappings:
            self._print(f"{each.why[:1].upper()}{each.why[1:]}; nothing is renamed in SharePoint.")
        file = self._file if self.own_file else Path(self._given.settings).parent / "lists.toml"
        self._print(f"{'--yes writes' if self.own_file else 'Please write'} into {file}:")
        for line in to_paste(planned.mappings):
            self._print(f"    {line}")

    def _as_json(self, planned: Preparation, left: list[Problem]) -> dict[str, Any]:
        doing = not self._waiting
        return {
            "steps": [
                {
                    "where": step.where,
                    "doing": str(step.doing),
                    "what": step.what,
                    "done": doing and not fault,
                }
                for step, fault in self._steps
            ],
            "names": [
                {"table": each.table, "word": each.word, "title": each.title, "why": each.why}
                for each in planned.mappings
            ],
            "names_written": self._written,
            "views": self._views,
            "left": [{"where": p.where, "what": p.what, "who": p.who} for p in left],
            "notes": [{"where": p.where, "what": p.what, "who": p.who} for p in planned.notes],
        }


def _everything(planned: Preparation, settings: Settings) -> str:
    lists = f"{len(planned.ids)} lists with their columns"
    return f"{lists}, the folder “{settings.library_folder}” and the mailbox's folders are there"
