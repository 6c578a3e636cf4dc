"""The mailbox's folders, known by id: renamed or moved, ours go on working; deleted, they are made anew.

https://learn.microsoft.com/graph/api/resources/mailfolder
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.errors import RequestRefused
from bot.office.graph import Graph, Reply, Request

INBOX, JUNK, DELETED, SENT, DRAFTS = "inbox", "junkemail", "deleteditems", "sentitems", "drafts"
"""Names that Graph knows in every language."""

DEEPEST = 10
"""So far up a folder's parents are followed."""


class Folders:
    """Folders by our names for them. `remember` what the ledger knows first; `found` is what it should know."""

    def __init__(self, graph: Graph, mailbox: str) -> None:
        self._graph, self._path = graph, f"{mailbox}/mailFolders"
        self._remembered: dict[str, str] = {}
        self._listed: dict[str, str] = {}  # id -> name, of those beside the Inbox
        self._all_listed = False
        self._seen: dict[str, Any] = {}  # id -> what Graph says of a folder
        self.found: dict[str, str] = {}
        self.lost: list[str] = []
        """Names of folders that were deleted, and in whose place new ones were made."""

    def remember(self, known: Mapping[str, str]) -> None:
        self._remembered = dict(known)

    def id_of(self, name: str) -> str:
        """The id of one of our folders; made when there is none, or when the one there was is deleted."""
        if name not in self.found:
            known = self._remembered.get(name, "")
            if known and not self._alive(known):
                self.lost.append(name)
                known = ""
            self.found[name] = known or self._named(name) or self._make(name)
        return self.found[name]

    def there(self, name: str) -> str:
        """The id of one of our folders, "" where there is none."""
        return self.found.get(name) or self._remembered.get(name) or self._named(name)

    def well_known(self, *names: str) -> list[str]:
        """The ids of folders every mailbox has, "" for one that this mailbox lacks."""
        missing = [n for n in names if n not in self.found and n not in self._remembered]
        replies = self._graph.batch(Request("GET", f"{self._path}/{n}?$select=id") for n in missing)
        for name, reply in zip(missing, replies, strict=True):
            if not reply.ok and reply.status != 404:
                raise reply.fault("Looking for a folder")
            self.found[name] = str(reply.body["id"]) if reply.ok else ""
        return [self.found.get(name) or self._remembered.get(name, "") for name in names]

    def name_of(self, folder_id: str) -> str:
        """What people see as a folder's name."""
        return self._listed.get(folder_id) or str(
            self._about(folder_id).get("displayName") or "another folder"
        )

    def below(self, folder_id: str, above: str) -> bool:
        """Whether a folder is another or lies anywhere in it."""
        for _ in range(DEEPEST):
            if not folder_id or folder_id == above:
                return bool(folder_id)
            folder_id = str(self._about(folder_id).get("parentFolderId") or "")
        return False

    def request(self) -> Request:
        """Asks for the folders beside the Inbox, so that another look can take it along."""
        return Request("GET", f"{self._path}?$select=id,displayName&$top=200")

    def know(self, reply: Reply) -> None:
        if reply.ok:
            self._listed = {str(f["id"]): str(f["displayName"]) for f in reply.body["value"]}
            self._all_listed = "@odata.nextLink" not in reply.body

    def adopt(self, names: Sequence[str]) -> bool:
        """Take those folders beside the Inbox that have our names for ours. Whether there were any."""
        if not self._all_listed:
            (reply,) = self._graph.batch([self.request()])
            self.know(reply)
        ours = {name: found for name in names if (found := self._named(name))}
        self.found |= ours
        return bool(ours)

    def _alive(self, folder_id: str) -> bool:
        """Whether a folder is there and not among what was deleted."""
        if folder_id in self._listed:
            return True
        if not self._about(folder_id):
            return False
        (deleted,) = self.well_known(DELETED)
        return not self.below(folder_id, deleted)

    def _about(self, folder_id: str) -> Any:
        if folder_id not in self._seen:
            path = f"{self._path}/{folder_id}?$select=id,displayName,parentFolderId"
            (reply,) = self._graph.batch([Request("GET", path)])
            if not reply.ok and reply.status not in (400, 404):
                raise reply.fault("Looking for a folder")
            self._seen[folder_id] = reply.body if reply.ok else {}
        return self._seen[folder_id]

    def _named(self, name: str) -> str:
        if self._all_listed:
            return next((i for i, shown in self._listed.items() if shown.casefold() == name.casefold()), "")
        return self._find(name)

    def _find(self, name: str) -> str:
        text = name.replace("'", "''")
        page = self._graph.get(self._path, {"$filter": f"displayName eq '{text}'", "$top": "1"})
        return str(page["value"][0]["id"]) if page["value"] else ""

    def _make(self, name: str) -> str:
        try:
            made = self._graph.post(self._path, {"displayName": name})
        except RequestRefused as fault:
            if fault.status != 409:
                raise
            return self._find(name)
        return str(made["id"])
