"""What every SharePoint request has in common: whose site it is, what the app may do there, what it costs, `$select`.

https://learn.microsoft.com/graph/permissions-selected-overview
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sandbox.tenant.graph_error import GraphError
from sandbox.tenant.graph_http import Answer, Call, JsonObject, Responder, Route, Routes
from sandbox.tenant.odata_filter import FilterError, matches, parse, properties
from sandbox.tenant.properties import PROPERTIES
from sandbox.tenant.units import spend

if TYPE_CHECKING:
    from sandbox.tenant.state import SharePointList, Site, Tenant

RANK = {"": 0, "read": 1, "write": 2, "manage": 3, "owner": 3, "fullcontrol": 4}
"""Microsoft's pages do not agree on the third role: “owner” on the page above, “manage” (lists and design) in
https://devblogs.microsoft.com/microsoft365dev/?p=18597"""
WIDE = {  # tenant-wide roles and what they are worth in every site
    "Sites.Read.All": 1, "Files.Read.All": 1, "Sites.ReadWrite.All": 2, "Files.ReadWrite.All": 2,
    "Sites.Manage.All": 3, "Sites.FullControl.All": 4,
}  # fmt: skip
SKIP = "$skip is not supported on this API. Only URLs returned by the API can be used to page."
SELECTED = ("Sites.Selected", "Lists.SelectedOperations.Selected")


def refused() -> GraphError:
    return GraphError(403, "accessDenied", "Access denied")


def missing(what: str = "The resource could not be found.") -> GraphError:
    return GraphError(404, "itemNotFound", what)


class SharePointRoutes(Routes):
    """Routes that a site's grants and the app's resource units guard. `need` is the lowest role that will do."""

    def __init__(self) -> None:
        super().__init__("sharepoint")

    def read(self, method: str, shape: str) -> Callable[[Responder], Responder]:
        return self.guarded(method, shape, "read")

    def write(self, method: str, shape: str) -> Callable[[Responder], Responder]:
        return self.guarded(method, shape, "write")

    def own(self, method: str, shape: str) -> Callable[[Responder], Responder]:
        return self.guarded(method, shape, "owner")

    def guarded(self, method: str, shape: str, need: str) -> Callable[[Responder], Responder]:
        roles = (*(role for role, rank in WIDE.items() if rank >= min(RANK[need], 3)), *SELECTED)

        def register(answer: Responder) -> Responder:
            def guarded(tenant: Tenant, call: Call) -> Answer:
                headers = spend(tenant, call)
                check(tenant, call, need)
                found = answer(tenant, call)
                found.headers.update(headers)
                return found

            super(SharePointRoutes, self).on(method, shape, *roles)(guarded)
            return answer

        return register

    def at(self, method: str, pattern: str, need: str) -> Callable[[Responder], Responder]:
        """As `guarded`, by a regular expression."""

        def register(answer: Responder) -> Responder:
            self.guarded(method, pattern, need)(answer)
            route = self.all[-1]
            compiled = re.compile(pattern, re.IGNORECASE)
            self.all[-1] = Route(route.method, compiled, route.answer, route.family, route.roles)
            return answer

        return register


def rank(tenant: Tenant, call: Call, found: SharePointList | None = None) -> int:
    """What the app is worth on our site, or on one list of it."""
    app = call.app
    worth = max((WIDE.get(role, 0) for role in app.roles), default=0)
    if "Sites.Selected" in app.roles:
        worth = max(worth, RANK[tenant.grants.get(app.client_id, "")])
    if "Lists.SelectedOperations.Selected" in app.roles and found is not None:
        worth = max(worth, RANK[found.grants.get(app.client_id, "")])
    return worth


def approver(tenant: Tenant, call: Call) -> bool:
    """Whether an app sees what waits for approval: only with Sites.Manage.All or more, not by a grant."""
    return bool({"Sites.Manage.All", "Sites.FullControl.All"} & set(call.app.roles))


def check(tenant: Tenant, call: Call, need: str) -> None:
    """403 where the app was granted too little, 404 where there is no such site."""
    if other := other_site(tenant, call):
        wide = max((WIDE.get(role, 0) for role in call.app.roles), default=0)
        granted = RANK[other.grants.get(call.app.client_id, "")] if "Sites.Selected" in call.app.roles else 0
        if max(wide, granted) < RANK[need]:
            raise refused()
        return
    found = tenant.list_named(call.args["l"]) if call.args.get("l") else None
    if "/drive" in call.path.lower():
        found = tenant.library
    if rank(tenant, call, found) < RANK[need]:
        raise refused()


def other_site(tenant: Tenant, call: Call) -> Site | None:
    """The site a request is about if it is not the one with the lists; 404 if there is none of that name or path."""
    if host := call.args.get("host"):
        path = "/" + call.args["path"].strip("/:")
        named = tenant.site_at(host.partition(",")[0], path)
        if named == tenant.site_id:
            return None
        found = next((o for o in tenant.other_sites if o.id == named), None)
    else:
        name = call.args.get("s")
        if not name or (is_ours(tenant, name) and "," in name):
            return None
        by_name = {
            n: o
            for o in tenant.other_sites
            for n in (o.id.casefold(), *(("root", tenant.host) if o.path == "/" else ()))
        }
        found = by_name.get(name.casefold())
    if found is None:
        raise missing("Requested site could not be found")
    return found


def is_ours(tenant: Tenant, name: str) -> bool:
    """Whether a site id, or a host name, is that of the site with the lists."""
    return name.casefold() in (tenant.site_id.casefold(), tenant.host.casefold())


def selected(call: Call, body: JsonObject, kind: str, also: tuple[str, ...] = ()) -> JsonObject:
    """What `$select` leaves of an answer; 400 for a property the type has not. Annotations stay."""
    text = call.query.get("select", "")
    if not text:
        return body
    wanted = {name.strip().partition("/")[0] for name in text.split(",") if name.strip()}
    if "*" in wanted:
        return body
    known = {name.casefold() for name in PROPERTIES[kind]} | {name.casefold() for name in also}
    for name in sorted(wanted):
        if name.casefold() not in known:
            raise unknown_property(name, kind)
    plain = {name.casefold() for name in wanted}
    expanded = {name.casefold() for name in expansions(call)}
    return {
        key: value
        for key, value in body.items()
        if key.startswith("@") or key.partition("@")[0].casefold() in plain | expanded
    }


def collection(call: Call, kind: str, bodies: list[JsonObject], also: tuple[str, ...] = ()) -> JsonObject:
    """A collection's answer: what `$filter` leaves, in the order and on the page asked for, with what was selected.

    400 for a property the type has not. `$skip` is for no collection of SharePoint.
    """

    def value(body: JsonObject, path: str) -> Any:
        known = {name.casefold() for name in PROPERTIES[kind]}
        if path.partition("/")[0].casefold() not in known:
            raise unknown_property(path.partition("/")[0], kind)
        found: Any = body
        for step in path.split("/"):
            found = found.get(step) if isinstance(found, dict) else None
        return found

    if "skip" in call.query:
        raise GraphError(400, "invalidRequest", SKIP)
    try:
        node = parse(call.query["filter"]) if call.query.get("filter") else None
        for path in properties(node) if node else []:
            value({}, path)
        if node:
            bodies = [body for body in bodies if matches(node, lambda path, body=body: value(body, path))]  # type: ignore[misc]
    except FilterError as fault:
        raise GraphError(400, "invalidRequest", str(fault)) from fault
    for order in reversed(
        [part.split() for part in call.query.get("orderby", "").split(",") if part.strip()]
    ):
        value({}, order[0])
        keys = {id(body): str(value(body, order[0]) or "").casefold() for body in bodies}
        bodies = sorted(bodies, key=lambda body: keys[id(body)], reverse=order[1:] == ["desc"])
    size = min(call.number("top") or 200, 1000)
    token = call.query.get("skiptoken", "")
    start = int(token) if token.isdigit() else 0
    answer: JsonObject = {
        "value": [selected(call, body, kind, also) for body in bodies[start : start + size]]
    }
    if start + size < len(bodies):
        answer["@odata.nextLink"] = call.link(skiptoken=str(start + size))
    return answer


def body_of(call: Call, kind: str) -> JsonObject:
    """The JSON sent to make or change something of a type; 400 for a property the type has not."""
    given = call.json()
    for name in given:
        if "@" not in name and name not in PROPERTIES[kind]:
            raise GraphError(
                400,
                "invalidRequest",
                f"The property '{name}' does not exist on type 'microsoft.graph.{kind}'. Make sure to only use "
                "property names that are defined by the type.",
            )
    return given


def unknown_property(name: str, kind: str) -> GraphError:
    return GraphError(
        400, "BadRequest", f"Could not find a property named '{name}' on type 'microsoft.graph.{kind}'."
    )


def expansions(call: Call) -> dict[str, dict[str, str]]:
    """`$expand` as names with their own options: `fields($select=A,B),driveItem` → {"fields": {"select": "A,B"}, …}."""
    return _expansions(call.query.get("expand", ""))


@lru_cache(maxsize=256)  # the same text stands behind every row of a page
def _expansions(text: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for part in _outside_brackets(text, ","):
        name, _, inner = part.strip().partition("(")
        options = dict(o.split("=", 1) for o in _outside_brackets(inner[:-1], ";") if "=" in o)
        found[name.strip()] = {key.strip().lower().lstrip("$"): value for key, value in options.items()}
    return found


def _outside_brackets(text: str, mark: str) -> list[str]:
    """The parts of a text between marks that stand in no bracket."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if letter == mark and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part for part in parts if part.strip()]


def allow_expand(call: Call, kind: str, known: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """The expansions asked for; 400 for a relation the type has not."""
    found = expansions(call)
    for name in found:
        if name.casefold() not in {k.casefold() for k in known}:
            raise unknown_property(name, kind)
    return {name.casefold(): options for name, options in found.items()}
