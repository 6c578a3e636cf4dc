"""SharePoint's own REST interface (`_api`), for what Graph has no word: views, formats of columns, people made known.

It takes tokens of its own audience alone, of an app that signed in with a certificate or a federated token, and answers
in OData 3, with errors of its own shape. How much is known of each list, view, field and person follows
https://learn.microsoft.com/previous-versions/office/developer/sharepoint-rest-reference/dn531433(v=office.15)
https://learn.microsoft.com/sharepoint/dev/sp-add-ins/complete-basic-operations-using-sharepoint-rest-endpoints
https://learn.microsoft.com/sharepoint/dev/sp-add-ins/working-with-lists-and-list-items-with-rest
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.tenant.graph_http import Answer, Call, JsonObject
from sandbox.tenant.sites.sharepoint import RANK, WIDE
from sandbox.tenant.state import SharePointList, Tenant

QUERY = "-1, Microsoft.SharePoint.Client.InvalidClientQueryException"
ARGUMENT = "-2147024809, System.ArgumentException"
DENIED = "-2147024891, System.UnauthorizedAccessException"
"""https://learn.microsoft.com/previous-versions/office/sharepoint-server/ee539911(v=office.15)"""
_GUID = r"(?:/getbyid)?\((?:guid)?'(?P<{0}>[0-9A-Fa-f-]{{36}})'\)"


class RestError(Exception):
    """An answer that says no, in SharePoint's words."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


@dataclass(frozen=True, slots=True)
class Format:
    """How JSON is written, by a media type's `odata` parameter: `verbose`, or light with more or less metadata.

    https://learn.microsoft.com/sharepoint/dev/business-apps/power-automate/guidance/working-with-send-sp-http-request
    """

    level: str

    @property
    def verbose(self) -> bool:
        return self.level == "verbose"

    @property
    def media_type(self) -> str:
        return f"application/json;odata={self.level};streaming=true;charset=utf-8"

    def shown(self, body: JsonObject) -> JsonObject:
        """An answer's body. A collection is a `value` here, and `results` in the verbose form."""
        if not self.verbose:
            return body
        return {"d": _at_length(body["value"] if set(body) == {"value"} else body)}

    def error(self, fault: RestError) -> JsonObject:
        said = {"code": fault.code, "message": {"lang": "en-US", "value": fault.message}}
        return {"error" if self.verbose else "odata.error": said}


def _at_length(value: Any) -> Any:
    """Every collection as its `results`."""
    if isinstance(value, dict):
        return {name: _at_length(each) for name, each in value.items()}
    return {"results": [_at_length(each) for each in value]} if isinstance(value, list) else value


_LEVELS = ("verbose", "fullmetadata", "minimalmetadata", "nometadata")


def format_of(header: str) -> Format | None:
    """The JSON a media type names; None for what is no JSON."""
    for each in header.split(","):
        kind, *parameters = [part.strip().lower().replace(" ", "") for part in each.split(";")]
        if kind != "application/json":
            continue
        level = next(
            (p.removeprefix("odata=") for p in parameters if p.startswith("odata=")), "minimalmetadata"
        )
        return Format(level) if level in _LEVELS else None
    return None


def accepted(headers: Mapping[str, str]) -> Format:
    """The JSON asked for. SharePoint's default is Atom, which the sandbox does not speak: 406."""
    found = format_of(headers.get("accept", ""))
    if found is None:
        raise RestError(
            406, QUERY, "The sandbox answers in JSON alone; without asking for it SharePoint gives Atom."
        )
    return found


# ---------------------------------------------------------------------------------------------------------- routes

Responder = Callable[[Tenant, Call], Answer]


@dataclass(frozen=True, slots=True)
class RestRoute:
    """A method (a POST's `X-HTTP-Method` stands for it) below `_api`, and the lowest role it takes."""

    method: str
    pattern: re.Pattern[str]
    need: str
    answer: Responder


class RestRoutes:
    """The routes of one part of the interface, gathered by decorators."""

    def __init__(self) -> None:
        self.all: list[RestRoute] = []

    def on(self, method: str, shape: str, need: str) -> Callable[[Responder], Responder]:
        """`{name}` in a shape is an id as SharePoint writes one: `lists{l}` is `lists(guid'…')`, and
        whatever else means the same."""
        pattern = re.compile(re.sub(r"\{(\w+)\}", lambda found: _GUID.format(found[1]), shape), re.IGNORECASE)

        def register(answer: Responder) -> Responder:
            self.all.append(RestRoute(method, pattern, need, answer))
            return answer

        return register


def answer(routes: Iterable[RestRoute], tenant: Tenant, call: Call, site_path: str, below: str) -> Answer:
    """What SharePoint answers at `below`, which begins after `/_api/` of a site. Raises RestError.

    To add public views and to change columns takes ManageLists, which “write” has not:
    https://learn.microsoft.com/previous-versions/office/sharepoint-server/ee536458(v=office.15)
    """
    method = call.headers.get("x-http-method", call.method).upper() if call.method == "POST" else call.method
    route, found = next(
        ((r, m) for r in routes if r.method == method and (m := r.pattern.fullmatch(below))), (None, None)
    )
    if call.method not in ("GET", "POST"):
        raise RestError(
            405, QUERY, f"The HTTP method '{call.method}' is not allowed here; say it in X-HTTP-Method."
        )
    rank = _rank(tenant, call, site_path)
    if route is None or found is None:
        raise RestError(
            404, "-1, Microsoft.SharePoint.Client.ResourceNotFoundException",
            f"Cannot find resource for the request {below.rsplit('/', 1)[-1]}.",
        )  # fmt: skip
    need = route.need
    if need == "known" and tenant.behaviours.on("people made known by managers only"):
        need = "manage"
    if rank < RANK.get(need, RANK["read"]):
        raise RestError(403, DENIED, "Attempted to perform an unauthorized operation.")
    call.args = found.groupdict()
    return route.answer(tenant, call)


def _rank(tenant: Tenant, call: Call, site_path: str) -> int:
    """What the app is worth at a site: by SharePoint's own permissions, of which the token tells, and the grant."""
    site = tenant.site_at(tenant.host, site_path or "/")
    if not site:
        raise RestError(404, "-1, System.IO.FileNotFoundException", "404 FILE NOT FOUND")
    roles = call.app.sharepoint_roles
    worth = max((WIDE.get(role, 0) for role in roles), default=0)
    if "Sites.Selected" in roles:
        other = next((o.grants for o in tenant.other_sites if o.id == site), tenant.grants)
        worth = max(worth, RANK[other.get(call.app.client_id, "")])
    if worth and site != tenant.site_id:
        raise RestError(
            404, "-1, System.IO.FileNotFoundException", "The sandbox has no contents of this site."
        )
    return worth


# ------------------------------------------------------------------------------------------------------------ bodies


def entity(call: Call, kind: str, writable: frozenset[str], readable: frozenset[str]) -> JsonObject:
    """The properties sent for an entity. In the verbose form it names its type; in the light one no metadata stands in
    it. What is read only, and what the type has not, is refused."""
    given = sent_object(call)
    if _verbose(call) and (given.pop("__metadata", None) or {}).get("type") != kind:
        raise RestError(
            400, QUERY,
            "An entry without a type name was found, but no expected type was specified. To allow entries without type "
            "information, the expected type must also be specified when the model is specified.",
        )  # fmt: skip
    for name in given:
        if name in readable:
            raise RestError(400, QUERY, f"The property '{name}' is read only and cannot be set.")
        if name not in writable:
            raise RestError(
                400, QUERY,
                f"The property '{name}' does not exist on type '{kind}'. Make sure to only use property names that are "
                "defined by the type.",
            )  # fmt: skip
    return given


def sent_object(call: Call) -> JsonObject:
    if format_of(call.headers.get("content-type", "")) is None:
        raise RestError(415, QUERY, "A supported MIME type could not be found that matches the content type.")
    if not isinstance(call.body, dict):
        raise RestError(400, QUERY, "Invalid JSON. A token was not recognized in the JSON content.")
    return dict(call.body)


def _verbose(call: Call) -> bool:
    found = format_of(call.headers.get("content-type", ""))
    return found is not None and found.verbose


def words(call: Call, value: Any) -> list[str]:
    """A collection of words: `results` in the verbose form, a plain array in the light one."""
    found = value.get("results") if _verbose(call) and isinstance(value, dict) else value
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise RestError(400, QUERY, "A node of type 'StartObject' was read from the JSON reader where a collection was "
                        "expected.")  # fmt: skip
    return found


def typed(given: JsonObject, name: str, kind: type, otherwise: Any) -> Any:
    value = given.get(name, otherwise)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise RestError(400, QUERY, f"Cannot convert the value of '{name}' to the expected type.")
    return value


def chosen(
    call: Call, kind: str, bodies: list[JsonObject], expandable: tuple[str, ...] = ()
) -> list[JsonObject]:
    """What `$select` and `$expand` leave. What has to be expanded does not come by itself."""
    for option in call.query:
        if option not in ("select", "expand"):
            raise RestError(400, QUERY, f"The sandbox does not know the option ${option} here.")
    expanded = [name.strip() for name in call.query.get("expand", "").split(",") if name.strip()]
    wanted = [n.strip().partition("/")[0] for n in call.query.get("select", "").split(",") if n.strip()]
    for name in [*expanded, *(n for n in wanted if n != "*")]:
        if name not in expandable and bodies and name not in bodies[0]:
            raise RestError(
                400, QUERY, f"The query to field '{name}' is not valid. The property does not exist."
            )
    return [
        {
            name: value
            for name, value in body.items()
            if (name in expanded if name in expandable else not wanted or "*" in wanted or name in wanted)
        }
        for body in bodies
    ]


def list_of(tenant: Tenant, call: Call) -> SharePointList:
    found = tenant.lists.get(call.args["l"].lower())
    if found is None:
        raise RestError(
            404, "-2130575322, Microsoft.SharePoint.SPException",
            "List does not exist.\n\nThe page you selected contains a list that does not exist.  It may have been "
            "deleted by another user.",
        )  # fmt: skip
    return found
