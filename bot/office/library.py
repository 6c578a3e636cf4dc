"""The document library: every file that came back is kept here before its message is filed.

A file is found again by the ids of its drive and its own: the web address of an Office file opens it in the browser and
says nothing about where it lies.
https://learn.microsoft.com/graph/api/driveitem-put-content
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from bot.errors import RequestRefused
from bot.office.graph import Graph
from bot.office.isolated_reader import says_the_same
from bot.programme.file_names import safe_name

SMALL = 4 * 1024 * 1024
"""Above this a file goes up in ranges."""

_IN_THE_BROWSER = re.compile(r"(.*/_layouts/15/Doc\.aspx\?sourcedoc=[^&]*)&.*", re.I)


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file of the library. `id` is its drive's and its own, "drive/item"; `url` is only for people to open."""

    id: str
    etag: str
    url: str
    name: str
    edited: bool = False  # whether somebody else has written in it since it was made
    size: int = 0  # bytes
    created: str = ""  # the moment in ISO, in UTC


class Library:
    """The site's document library. Names are versioned by the caller; a file is never written over by another, but for
    one that is made anew from what stands in it (`replace`).

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

    def _path(self, place: Sequence[str]) -> str:
        return f"/drives/{self._found()[0]}/root:/{'/'.join(quote(safe_name(s), safe='') for s in place)}:"

    def store(self, place: Sequence[str], data: bytes, *, hash_in_name: bool = False) -> KeptFile:
        """Keep a file under the names of its folders and its own. The same file under the same name is kept once.
        `hash_in_name`: a file of this name is this one. Raises RequestRefused (409) where the name has been taken by
        another file, which is left as it is."""
        path = self._path(place)
        try:
            if len(data) <= SMALL:
                stored = self._graph.put(f"{path}/content?@microsoft.graph.conflictBehavior=fail", data)
            else:
                stored = self._upload(path, data)
        except RequestRefused as fault:
            if fault.status != 409:
                said = f"{fault.status} {fault.code}".strip()
                raise RequestRefused(
                    f"the document library does not take its file ({said})",
                    status=fault.status,
                    code=fault.code,
                ) from fault
            there = self._kept(self._graph.get(path.removesuffix(":")), place)
            if not hash_in_name and not says_the_same(self.fetch(there.id), data):
                what = f"another file is called “{there.name}” there by now"
                raise RequestRefused(what, status=409, code=fault.code) from fault
            return there
        return self._kept(stored, place)

    def _upload(self, path: str, data: bytes) -> Any:
        body = {"item": {"@microsoft.graph.conflictBehavior": "fail"}}
        return self._graph.upload(
            lambda: self._graph.post(f"{path}/createUploadSession", body, safe=True), data
        )

    def replace(self, kept: KeptFile, data: bytes) -> KeptFile:
        """Write a file anew, only if nobody edited it since it was looked at (If-Match). Raises ListChanged where
        somebody did, RequestRefused (423) while somebody has it open.

        https://learn.microsoft.com/graph/api/driveitem-createuploadsession
        """
        drive, _, item = kept.id.partition("/")
        path = f"/drives/{quote(drive)}/items/{quote(item)}/createUploadSession"
        body = {"item": {"@microsoft.graph.conflictBehavior": "replace"}}
        if_same = {"If-Match": kept.etag}
        stored = self._graph.upload(lambda: self._graph.post(path, body, safe=True, headers=if_same), data)
        return self._kept(stored, (kept.name,))

    def look(self, place: Sequence[str]) -> KeptFile | None:
        """The file under these names, whoever has written in it since; None when there is none."""
        try:
            return self._kept(self._graph.get(self._path(place).removesuffix(":")), place)
        except RequestRefused as fault:
            if fault.status == 404:
                return None
            raise

    def inside(self, place: Sequence[str]) -> list[KeptFile]:
        """The files in a folder; none where there is no such folder.

        https://learn.microsoft.com/graph/api/driveitem-list-children
        """
        try:
            pages = [*self._graph.pages(f"{self._path(place)}/children", {"$top": "200"})]
        except RequestRefused as fault:
            if fault.status == 404:
                return []
            raise
        return [
            self._kept(item, (item["name"],)) for page in pages for item in page["value"] if "file" in item
        ]

    def _kept(self, item: Any, place: Sequence[str]) -> KeptFile:
        return KeptFile(
            f"{self._found()[0]}/{item['id']}",
            str(item.get("eTag") or ""),
            _IN_THE_BROWSER.sub(r"\1", str(item["webUrl"])),
            safe_name(place[-1]),
            item.get("lastModifiedBy") != item.get("createdBy"),
            int(item.get("size") or 0),
            str(item.get("createdDateTime") or ""),
        )

    def fetch(self, file_id: str) -> bytes:
        """The content of a file by the id `store` gave. Raises RequestRefused (404) when it is gone."""
        drive, _, item = file_id.partition("/")
        return self._graph.get_bytes(f"/drives/{quote(drive)}/items/{quote(item)}/content")

    def remove(self, file_id: str) -> None:
        """Put a file into the site's recycle bin."""
        drive, _, item = file_id.partition("/")
        self._graph.delete(f"/drives/{quote(drive)}/items/{quote(item)}")

    def fetch_by_address(self, url: str, place: Sequence[str]) -> bytes:
        """The content of a file whose id was not written down: by the path in its web address, or where that only
        opens it in the browser, by the place it was put into."""
        root = self._found()[1]
        if url.startswith(f"{root}/"):
            place = unquote(url.removeprefix(f"{root}/")).split("/")
        elif urlsplit(url).netloc != urlsplit(root).netloc:
            raise RequestRefused("The file is not in the site's document library.", status=0)
        return self._graph.get_bytes(f"{self._path(place)}/content")
