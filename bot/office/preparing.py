"""What a site and a mailbox have, read for `audit-bot prepare`, and the steps done that it lacks.

To make lists, columns and views takes more than the runs have: Sites.Selected with the role manage. Views and formats
go by SharePoint's own interface (sharepoint.py), where it takes the bot.
https://learn.microsoft.com/graph/api/list-create  https://learn.microsoft.com/graph/api/list-post-columns
https://learn.microsoft.com/graph/api/resources/columndefinition
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from bot.errors import AuditBotError, RequestRefused, in_words
from bot.office.graph import Graph, Request
from bot.office.health import COLUMNS, SEVERAL_LINES
from bot.office.lists.columns import found_columns
from bot.office.lists.lists_file import LISTS, PEOPLES, ListNames, columns
from bot.office.mail.folders import Folders
from bot.office.sharepoint import SharePoint
from bot.papers.list_views import looks_of
from bot.programme.allocating.sheet_columns import COLUMNS as OF_SHEETS
from bot.programme.file_names import safe_name
from bot.programme.list_columns import Kind
from bot.programme.preparing.found import Found, FoundColumn, FoundList, FoundLooks
from bot.programme.preparing.looks import inner_names, with_looks
from bot.programme.preparing.steps import Doing, Preparation, Step, preparation
from bot.programme.preparing.wanted import (
    ALLOCATIONS,
    CYCLES,
    TITLE,
    WantedColumn,
    WantedLooks,
    notices,
    to_propose_from,
    wanted_list,
)
from bot.programme.vocabulary import Problem

ADMINISTRATOR = "the IT administrator"
GRANT = (
    "The bot may not make lists, columns and views on the site. Grant it “manage” there for this, run it again, and "
    "give it “write” back afterwards: the commands stand in for_the_administrator.md, which “audit-bot init” writes."
)
LOOKS = (
    "SharePoint does not let the bot make views and colours: it needs “manage” on the site and SharePoint’s own "
    "Sites.Selected (both in for_the_administrator.md), or an owner of the site puts in what “--views DIR” writes."
)
_NO_RIGHT = (401, 403)
_HOLDS: Mapping[str, tuple[Kind, ...]] = {
    "text": (Kind.TEXT, Kind.LINES, Kind.CHOICE),
    "choice": (Kind.CHOICE, Kind.TEXT, Kind.YES_NO),
    "number": (Kind.TEXT,),
    "boolean": (Kind.YES_NO,),
    "dateTime": (Kind.DAY,),
    "personOrGroup": (Kind.PERSON, Kind.PEOPLE),
    "lookup": (Kind.ROW,),
    "calculated": (Kind.TEXT, Kind.DAY),
}


class SitePreparing:
    """One site and one mailbox. `names` are those of config/lists.toml; `folders` knows the mailbox's by id; `own` is
    SharePoint's own interface, or why the bot has none.

    `site` is the site's path in Graph: "/sites/host:/sites/audit:".
    """

    def __init__(
        self,
        graph: Graph,
        site: str,
        names: ListNames,
        notice_list: str,
        library_folders: Sequence[str],
        folders: Folders,
        mail_folders: Sequence[str],
        own: SharePoint | Problem,
        to_propose: Mapping[str, str] | None = None,
    ) -> None:
        self._graph, self._site, self._names, self._folders = graph, site, names, folders
        self._library_folders, self._mail_folders, self._own = library_folders, mail_folders, own
        self.wanted = [
            *(wanted_list(p, names.list(p), LISTS[p], columns(p).values(), names.titles(p)) for p in LISTS),
            notices(notice_list, COLUMNS, SEVERAL_LINES),
            *(
                to_propose_from(sheet.casefold(), called, [c.of_list for c in OF_SHEETS[sheet]])
                for sheet, called in (to_propose or {}).items()
            ),
        ]
        self.found, self.looks = Found(), WantedLooks()

    def look(self) -> Preparation:
        """What there is to do. Raises AuditBotError when site or mailbox cannot be read."""
        self.found = Found(
            *self._lists(),
            frozenset(name for name in self._library_folders if self._folder_there(name)),
            frozenset(name for name in self._mail_folders if self._folders.there(name)),
        )
        usual = {part: {word: c.title for word, c in columns(part).items()} for part in LISTS}
        planned = preparation(self.wanted, usual, self.found, self._library_folders, self._mail_folders)
        return self._with_looks(planned)

    def _with_looks(self, planned: Preparation) -> Preparation:
        """With the views and colours of the allocation list, where it is there under its name or about to be made, and
        what its columns are called is settled."""
        wanted = next(each for each in self.wanted if each.part == ALLOCATIONS)
        there = next((x for x in self.found.lists if x.name.casefold() == wanted.name.casefold()), None)
        inner = inner_names(
            wanted, planned, {c.title: c.inner for c in there.columns if c.writable} if there else {}
        )
        shown = inner or {column.word: column.inner for column in wanted.columns}  # for the files alone
        self.looks = looks_of(shown, {column.word: column.title for column in wanted.columns})
        unsettled = any(each.table.partition(".")[0] == wanted.part for each in planned.mappings)
        if not inner or unsettled:
            return planned
        if isinstance(self._own, Problem):
            return replace(planned, notes=(*planned.notes, self._own))
        try:
            looks = self._own.looks(there.id) if there else FoundLooks()
        except AuditBotError as fault:
            what = f"Views and colours were not looked at: {in_words(fault)}."
            return replace(planned, notes=(*planned.notes, Problem(wanted.name, what, ADMINISTRATOR)))
        return with_looks(planned, wanted, self.looks, looks)

    # --------------------------------------------------------------------------------------------------- what is

    def _lists(self) -> tuple[tuple[FoundList, ...], dict[str, tuple[str, ...]]]:
        path = f"{self._site}/lists?$select=id,name,displayName,list&$top=500"
        lists = [
            each
            for each in self._graph.entries(self._graph.get(path))
            if (each.get("list") or {}).get("template") == "genericList" and not each["list"].get("hidden")
        ]
        replies = self._graph.batch(
            Request("GET", f"{self._site}/lists/{quote(str(each['id']))}/columns") for each in lists
        )
        found, faults = [], {}
        by_name = {each.name.casefold(): each.part for each in self.wanted if each.part in PEOPLES}
        for each, reply in zip(lists, replies, strict=True):
            if not reply.ok:
                raise reply.fault(f"Reading the columns of “{each['displayName']}”")
            definitions = list(self._graph.entries(reply.body))
            shown = [column_of(c) for c in definitions if not c.get("hidden")]
            name = str(each["displayName"])
            found.append(FoundList(str(each["id"]), name, str(each.get("name") or ""), tuple(shown)))
            if part := by_name.get(name.casefold()):
                known = found_columns(name, definitions, columns(part), self._names.titles(part))
                faults[part] = tuple(known.faults)
        return tuple(found), faults

    def _folder_there(self, name: str) -> bool:
        try:
            self._graph.get(f"{self._site}/drive/root:/{quote(safe_name(name), safe='')}?$select=id")
        except RequestRefused as fault:
            if fault.status == 404:
                return False
            raise
        return True

    # ------------------------------------------------------------------------------------------------ what is done

    def do(self, planned: Preparation) -> Iterator[tuple[Step, Problem | None]]:
        """Each step with what stood in its way, or None once it is done. A right that is lacking for one is lacking
        for all of its kind: they are not tried, and it is told once."""
        ids, may_not = dict(planned.ids), dict[str, Problem]()
        for step in planned.steps:
            if refused := may_not.get(_right_for(step)):
                yield step, refused
                continue
            try:
                self._do(step, ids)
            except RequestRefused as fault:
                found = _in_the_way(step, fault)
                if fault.status in _NO_RIGHT:
                    may_not[_right_for(step)] = found
                yield step, found
            except AuditBotError as fault:
                again = "Run it again: what is there by then is left as it is."
                yield step, Problem(step.where, f"{in_words(fault)}. {again}", "nobody, unless it goes on")
            else:
                yield step, None

    def _do(self, step: Step, ids: dict[str, str]) -> None:
        match step.doing:
            case Doing.LIST:
                self._make_list(step, ids)
            case Doing.COLUMN:
                assert step.column
                self._graph.post(f"{self._columns(step)}", body_of(step.column, ids))
            case Doing.INDEX:
                self._graph.patch(f"{self._columns(step)}/{quote(step.column_id)}", {"indexed": True})
            case Doing.CHOICES:
                path = f"{self._columns(step)}/{quote(step.column_id)}"
                about = dict(self._graph.get(path)["choice"])
                self._graph.patch(path, {"choice": {**about, "choices": list(step.choices)}})
            case Doing.FOLDER:
                self._make_folder(step.name)
            case Doing.MAIL_FOLDER:
                self._folders.id_of(step.name)
            case Doing.VIEW | Doing.FORMAT:
                self._make_look(step, step.list_id or ids.get(ALLOCATIONS, ""))

    def _columns(self, step: Step) -> str:
        return f"{self._site}/lists/{quote(step.list_id)}/columns"

    def _make_list(self, step: Step, ids: dict[str, str]) -> None:
        """A list with its columns in one request; the column it is born with is described afterwards."""
        wanted = step.list
        assert wanted
        body = {
            "displayName": wanted.name,
            "description": wanted.about,
            "list": {"template": "genericList"},
            "columns": [body_of(column, ids) for column in wanted.made],
        }
        made = str(self._graph.post(f"{self._site}/lists", body)["id"])
        ids[wanted.part] = made
        path = f"{self._site}/lists/{quote(made)}/columns"
        for column in wanted.columns:
            if column.born and (changes := _of_the_born(column)):
                every = self._graph.entries(self._graph.get(path))
                title = next(str(c["id"]) for c in every if c["name"] == TITLE)
                self._graph.patch(f"{path}/{quote(title)}", changes)

    def _make_look(self, step: Step, list_id: str) -> None:
        assert isinstance(self._own, SharePoint)
        if not list_id:
            raise RequestRefused("The list is not there yet.", status=0)
        if step.view:
            self._own.add_view(list_id, step.view)
        elif step.format:
            self._own.draw(list_id, step.format.inner, step.format.text)

    def _make_folder(self, name: str) -> None:
        """https://learn.microsoft.com/graph/api/driveitem-post-children"""
        body = {"name": safe_name(name), "folder": {}, "@microsoft.graph.conflictBehavior": "fail"}
        try:
            self._graph.post(f"{self._site}/drive/root/children", body)
        except RequestRefused as fault:
            if fault.status != 409:
                raise


def _right_for(step: Step) -> str:
    """What a step takes, as it is said where it lacks."""
    needs = {
        Doing.VIEW: LOOKS,
        Doing.FORMAT: LOOKS,
        Doing.FOLDER: "The bot may not write into the library. Grant it “write” on the site (Sites.Selected).",
        Doing.MAIL_FOLDER: "The bot may make no folder in the mailbox: it needs Application Mail.ReadWrite there.",
    }
    return needs.get(step.doing, GRANT)


def _in_the_way(step: Step, fault: RequestRefused) -> Problem:
    if fault.status in _NO_RIGHT:
        return Problem("The site" if step.of_the_site else step.where, _right_for(step), ADMINISTRATOR)
    if fault.status == 409:
        what = f"Not made: {step.what}. Something of this name is there, though the bot was not shown it."
        return Problem(step.where, what, "the owner of the SharePoint site")
    return Problem(step.where, f"Not made: {step.what}. {in_words(fault)}.", ADMINISTRATOR)


def _of_the_born(column: WantedColumn) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if column.description:
        changes["description"] = column.description
    if column.indexed:
        changes["indexed"] = True
    if column.title != TITLE:
        changes["displayName"] = column.title
    return changes


def body_of(column: WantedColumn, ids: Mapping[str, str]) -> dict[str, Any]:
    """A column as Graph takes it. `ids` are those of our lists: a lookup goes by the id of the cycles' list."""
    return {
        "name": column.inner,
        "displayName": column.title,
        "description": column.description,
        "indexed": column.indexed,
        **_facet(column, ids),
    }


def _facet(column: WantedColumn, ids: Mapping[str, str]) -> dict[str, Any]:
    match column.kind:
        case Kind.TEXT:
            return {"text": {"allowMultipleLines": False, "maxLength": 255}}
        case Kind.LINES:
            return {"text": {"allowMultipleLines": True, "linesForEditing": 6, "textType": "plain"}}
        case Kind.CHOICE:
            choices = {"choices": list(column.choices), "displayAs": "dropDownMenu"}
            return {"choice": {**choices, "allowTextEntry": column.open}}
        case Kind.YES_NO:
            return {"boolean": {}, "defaultValue": {"value": "0"}}
        case Kind.DAY:
            return {"dateTime": {"format": "dateOnly", "displayAs": "standard"}}
        case Kind.PERSON | Kind.PEOPLE:
            several = column.kind is Kind.PEOPLE
            return {"personOrGroup": {"allowMultipleSelection": several, "chooseFromType": "peopleOnly"}}
        case Kind.ROW:
            if CYCLES not in ids:
                raise RequestRefused("The list of the cycles is not there yet.", status=0)
            one = {"allowMultipleValues": False, "allowUnlimitedLength": False}
            return {"lookup": {"listId": ids[CYCLES], "columnName": TITLE, **one}}


def column_of(definition: Any) -> FoundColumn:
    """A column as Graph describes it."""
    facet = next((name for name in _HOLDS if name in definition), "")
    about = definition.get(facet) or {}
    many = about.get("allowMultipleValues") or about.get("allowMultipleSelection")
    long = about.get("allowMultipleLines") or about.get("displayAs") == "checkBoxes"
    return FoundColumn(
        id=str(definition.get("id") or definition["name"]),
        inner=str(definition["name"]),
        title=str(definition["displayName"]),
        holds=frozenset(_HOLDS.get(facet, ())),
        indexed=bool(definition.get("indexed")),
        may_be_indexed=not (many or long or facet == "calculated"),
        choices=tuple(map(str, about.get("choices") or ())) if facet == "choice" else None,
        looks_up=str(about.get("listId") or "") if facet == "lookup" else "",
        writable=not definition.get("readOnly"),
    )
