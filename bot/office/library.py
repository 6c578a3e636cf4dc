"""The document library: every file that came back is kept here before its message is filed.

https://learn.microsoft.com/graph/api/driveitem-put-content
"""

from __future__ import annotations

from urllib.parse import quote, unquote

from bot.errors import RequestRefused
from bot.office.graph import Graph

SMALL = 4 * 1024 * 1024
"""Above this a file goes up in ranges."""


class Library:
    """The site's document library. Names are versioned by the caller; a file is never written over by another.

    `site` is the site's path in Graph: "/sites/host:/sites/audit:".
    """

    def __init__(self, graph: Graph, site: str) -> None:
        self._graph = graph
        self._site = site
        self._drive: tuple[str, str] | None = None  # id, web address

    def _found(self) -> tuple[str, str]:
        if self._drive is None:
            drive = self._graph.get(f"{self._site}/drive")
            self._drive = (str(drive["id"]), str(drive["webUrl"]))
        return self._drive

    def _path(self, place: str) -> str:
        return f"/drives/{self._found()[0]}/root:/{quote(place)}:"

    def store(self, folder: str, name: str, data: bytes) -> str:
        """Keep a file and give its web address. The same file under the same name is kept once."""
        path = self._path(f"{folder}/{name}")
        try:
            if len(data) <= SMALL:
                stored = self._graph.put(f"{path}/content?@microsoft.graph.conflictBehavior=fail", data)
            else:
                stored = self._upload(path, data)
        except RequestRefused as fault:
            if fault.status != 409:
                raise
            # The name carries the file's own hash, so a file of this name is this file.
            stored = self._graph.get(path.removesuffix(":"))
        return str(stored["webUrl"])

    def _upload(self, path: str, data: bytes) -> dict[str, str]:
        body = {"item": {"@microsoft.graph.conflictBehavior": "fail"}}
        stored: dict[str, str] = self._graph.upload(
            lambda: self._graph.post(f"{path}/createUploadSession", body, safe=True), data
        )
        return stored

    def fetch(self, url: str) -> bytes:
        """The content of a file by the web address `store` gave."""
        root = self._found()[1]
        if not url.startswith(f"{root}/"):
            raise RequestRefused("The file is not in the site's document library.", status=0)
        return self._graph.get_bytes(f"{self._path(unquote(url.removeprefix(f'{root}/')))}/content")
