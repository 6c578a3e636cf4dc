"""SharePoint's own REST interface, for the little that Graph has no word for: views, formats of columns, and people
made known to a site. It takes tokens of its own, and of no app that signs in with a secret.

https://learn.microsoft.com/sharepoint/dev/sp-add-ins/complete-basic-operations-using-sharepoint-rest-endpoints
https://learn.microsoft.com/previous-versions/office/developer/sharepoint-rest-reference/dn531433(v=office.15)
https://learn.microsoft.com/sharepoint/dev/solution-guidance/security-apponly-azuread
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from bot.errors import RequestRefused
from bot.office.graph import Graph
from bot.programme.preparing.found import FoundFormat, FoundLooks, FoundView
from bot.programme.preparing.wanted import WantedView

LIGHT = "application/json;odata=nometadata"
_ASKED = {"Accept": LIGHT}
_SAID = {**_ASKED, "Content-Type": LIGHT}
_AT_LENGTH = {**_ASKED, "Content-Type": "application/json;odata=verbose"}
"""In which a collection is written as widespread clients write it."""
_MERGE = {**_SAID, "X-HTTP-Method": "MERGE", "IF-MATCH": "*"}
ROWS = 100
"""Rows of one page of a view."""


class SharePoint:
    """One site, by a door that is signed in to SharePoint itself: `door` keeps its policy of trying again.

    `site_path` is "/sites/audit". Lists are named by their id in Graph, which is SharePoint's too. Every function
    raises AuditBotError.
    """

    def __init__(self, door: Graph, site_path: str) -> None:
        self._door, self._web = door, f"{quote(site_path)}/_api/web"

    def looks(self, list_id: str) -> FoundLooks:
        """How a list looks now."""
        return FoundLooks(tuple(self.views(list_id)), self.formats(list_id))

    def views(self, list_id: str) -> list[FoundView]:
        """The public views of a list."""
        return [
            FoundView(
                str(each.get("Title") or ""),
                tuple(str(name) for name in (each.get("ViewFields") or {}).get("Items") or ()),
                str(each.get("ViewQuery") or ""),
            )
            for each in self._value(f"{self._list(list_id)}/views?$expand=ViewFields")
            if not each.get("PersonalView")
        ]

    def add_view(self, list_id: str, view: WantedView) -> None:
        """A whole view in one request, so that none is ever half made; nothing where one of its title is there.

        A POST whose answer was lost is not repeated. https://learn.microsoft.com/previous-versions/office/sharepoint-server/ee539911(v=office.15)
        """
        if any(each.title.casefold() == view.title.casefold() for each in self.views(list_id)):
            return
        about = {
            "Title": view.title,
            "ViewFields": {"results": list(view.fields)},
            "Query": view.query,
            "RowLimit": ROWS,
            "Paged": True,
            "PersonalView": False,
        }
        self._door.post(f"{self._list(list_id)}/views/add", {"parameters": about}, headers=_AT_LENGTH)

    def formats(self, list_id: str) -> dict[str, FoundFormat]:
        """How each column is drawn, by its inner name."""
        path = f"{self._list(list_id)}/fields?$select=Id,InternalName,CustomFormatter"
        return {
            str(each["InternalName"]): FoundFormat(str(each["Id"]), str(each.get("CustomFormatter") or ""))
            for each in self._value(path)
        }

    def draw(self, list_id: str, inner: str, text: str) -> None:
        """Give a column its format, a JSON text; nothing where it has one."""
        field = self.formats(list_id).get(inner)
        if field is None:
            raise RequestRefused("The column is not there any more.", status=404)
        if not field.text:
            path = f"{self._list(list_id)}/fields(guid'{quote(field.id)}')"
            self._door.post(path, {"CustomFormatter": text}, safe=True, headers=_MERGE)

    def make_known(self, address: str) -> None:
        """Have the site know somebody of the tenant, so that a column can name them; it opens nothing to them.

        https://learn.microsoft.com/previous-versions/office/sharepoint-server/ms473422(v=office.15)
        """
        self._door.post(f"{self._web}/ensureuser", {"logonName": address}, safe=True, headers=_SAID)

    def _list(self, list_id: str) -> str:
        return f"{self._web}/lists(guid'{quote(list_id)}')"

    def _value(self, path: str) -> Iterator[Any]:
        yield from self._door.get(path, headers=_ASKED)["value"]
