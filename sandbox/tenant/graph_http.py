"""What every Graph call has in common: the call, its answer, its errors, its preferences and its pages.

A call is the same thing whether it came alone over HTTPS or as one part of a `$batch`, so nothing here knows about
sockets. Error bodies and headers follow https://learn.microsoft.com/graph/errors.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal
from urllib.parse import parse_qsl, quote, unquote

from sandbox.tenant.graph_error import GraphError
from sandbox.tenant.state import App, Tenant

JsonObject = dict[str, Any]
Family = Literal["outlook", "sharepoint", "directory"]

LARGEST_BODY = 4 * 1024 * 1024
JSON_TYPE = (
    "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
)


@dataclass(slots=True)
class Answer:
    """A status with a JSON body, or raw bytes, or nothing."""

    status: int = 200
    body: JsonObject | None = None
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes | None = None
    seconds_a_byte: float = 0.0  # how slowly it comes; infinite: never


@dataclass(slots=True)
class Call:
    """One request to Graph, alone or inside a batch.

    `path` is percent-decoded and starts after `/v1.0`; `query` has lower-case keys without the `$`; `headers` has
    lower-case keys; `body` is the parsed JSON, or None where the content was not JSON.
    """

    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    base: str
    app: App
    body: Any = None
    content: bytes = b""
    raw_path: str = ""
    version: str = "v1.0"
    args: dict[str, str] = field(default_factory=dict)
    applied: list[str] = field(default_factory=list)

    @property
    def root(self) -> str:
        """The service root, for instance `https://localhost:8443/v1.0`."""
        return f"{self.base}/{self.version}"

    def json(self) -> JsonObject:
        """The JSON object sent as the body; 400 if there is none."""
        if not isinstance(self.body, dict):
            raise GraphError(400, "BadRequest", "Empty Payload. JSON content expected.")
        return self.body

    def preference(self, name: str) -> str | None:
        """The value of one preference in the Prefer header ('' where it has no value), None if it was not sent."""
        for part in _preferences(self.headers.get("prefer", "")):
            key, _, value = part.partition("=")
            if key.strip().casefold() == name.casefold():
                return value.strip().strip('"')
        return None

    def honour(self, preference: str) -> None:
        """Say in the answer that a preference was applied."""
        if preference not in self.applied:
            self.applied.append(preference)

    @property
    def immutable_ids(self) -> bool:
        """Whether the caller asked for ids that survive a move."""
        if (self.preference("IdType") or "").casefold() != "immutableid":
            return False
        self.honour('IdType="ImmutableId"')
        return True

    def number(self, name: str) -> int | None:
        """A query option that must be a whole number, 400 if it is not."""
        text = self.query.get(name)
        if text is None:
            return None
        if not text.isdigit():
            raise GraphError(400, "BadRequest", f"Invalid value '{text}' for ${name} query option found.")
        return int(text)

    def within(self, options: Mapping[str, str]) -> Call:
        """The same call for what it expands, with the options that stand there in brackets."""
        return Call("GET", self.path, dict(options), self.headers, self.base, self.app, version=self.version)

    def link(self, **options: str) -> str:
        """This call's own address with some query options set (None-like '' removes one)."""
        query = {key: value for key, value in self.query.items() if key not in options}
        query.update({key: value for key, value in options.items() if value})
        spelled = "&".join(f"{_option(key)}={quote(value, safe='()$,/:;=@')}" for key, value in query.items())
        return f"{self.root}{quote(self.raw_path or self.path, safe=_PATH_SAFE)}" + (
            f"?{spelled}" if spelled else ""
        )


_PATH_SAFE = "/$():,'!;=@&+~*"
_SYSTEM_OPTIONS = {
    "select",
    "filter",
    "top",
    "skip",
    "orderby",
    "expand",
    "count",
    "search",
    "skiptoken",
    "deltatoken",
}


def _option(key: str) -> str:
    return f"${key}" if key in _SYSTEM_OPTIONS else key


@lru_cache(256)
def _preferences(header: str) -> Sequence[str]:
    """The parts of a comma list in which commas inside quotes do not count."""
    return re.findall(r'(?:[^,"]|"[^"]*")+', header)


def query_options(text: str) -> dict[str, str]:
    """A query string as options: keys in lower case, without `$`; `+` and `%20` are spaces."""
    return {key.lower().removeprefix("$"): value for key, value in parse_qsl(text, keep_blank_values=True)}


def plain_path(path: str) -> str:
    """A path in one spelling: decoded, `x('id')` as `x/id`, functions without brackets or namespace.
    The stock SDKs write `//users/…`, which Graph takes as `/users/…`.

    `/users/a%40b/mailFolders('Inbox')/messages/delta()` → `/users/a@b/mailFolders/Inbox/messages/delta`.
    """
    plain = re.sub("^/{2,}", "/", unquote(path).rstrip("/"))
    plain = re.sub(r"microsoft\.graph\.(?=\w+(\(|$))", "", plain)
    plain = re.sub(r"/(\w+)\('([^'()=]*)'\)", r"/\1/\2", plain)
    return plain.replace("()", "")


def other_host(base: str) -> str:
    """The machine's other name: uploads and contents are not at the host of Graph."""
    return (
        base.replace("127.0.0.1", "localhost")
        if "127.0.0.1" in base
        else base.replace("localhost", "127.0.0.1")
    )


def error_body(error: GraphError, *, date: str, request_id: str, client_request_id: str) -> JsonObject:
    """The JSON body of an error answer."""
    inner: JsonObject = {
        **error.inner,
        "date": date,
        "request-id": request_id,
        "client-request-id": client_request_id,
    }
    return {"error": {"code": error.code, "message": error.message, "innerError": inner}}


def parsed(content: bytes, content_type: str) -> Any:
    """The JSON in a body, None where there is no JSON to expect; 400 if it is broken."""
    if not content or ("json" not in content_type and content_type):
        return None
    try:
        return json.loads(content)
    except (ValueError, UnicodeDecodeError):
        raise GraphError(
            400,
            "BadRequest",
            "Unable to read JSON request payload. Please ensure Content-Type header is set and "
            "payload is of valid JSON format.",
        ) from None


def page(call: Call, everything: Sequence[Any], default: int, most: int) -> tuple[Sequence[Any], JsonObject]:
    """One page by `$top` and `$skip`, and the annotations (next link, count) that go with it."""
    top = call.number("top")
    size = default if top is None else top
    if size > most or top == 0:
        raise GraphError(400, "ErrorInvalidUrlQuery", f"The value of $top must be between 1 and {most}.")
    skip = call.number("skip") or 0
    notes: JsonObject = {}
    if call.query.get("count", "").lower() == "true":
        notes["@odata.count"] = len(everything)
    if skip + size < len(everything):
        notes["@odata.nextLink"] = call.link(skip=str(skip + size))
    return everything[skip : skip + size], notes


def insensitive(body: Mapping[str, Any]) -> dict[str, Any]:
    """Action parameters by lower-case name: some clients send `Message`, others `message`."""
    return {key.lower(): value for key, value in body.items()}


def boolean(value: Any, name: str) -> bool:
    """A boolean, which one widespread client sends as the text "true" or "false"."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise GraphError(
        400, "RequestBodyRead", f"Cannot convert the value of '{name}' to the expected type 'Edm.Boolean'."
    )


Responder = Callable[["Tenant", Call], Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """A method and a path shape, who answers it and the app roles of which one is needed."""

    method: str
    pattern: re.Pattern[str]
    answer: Responder
    family: Family
    roles: tuple[str, ...]


class Routes:
    """The routes of one part of Graph, gathered by decorators."""

    def __init__(self, family: Family) -> None:
        self.family: Family = family
        self.all: list[Route] = []

    def on(self, method: str, shape: str, *roles: str) -> Callable[[Responder], Responder]:
        """Answer `method` on `shape`, in which `{name}` stands for one segment and `{name...}` for the rest."""

        def register(answer: Responder) -> Responder:
            pattern = re.escape(shape).replace(r"\{", "{").replace(r"\}", "}").replace(r"\.\.\.", "...")
            pattern = re.sub(r"\{(\w+)\.\.\.\}", r"(?P<\1>.+?)", pattern)
            pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern)
            self.all.append(Route(method, re.compile(pattern, re.IGNORECASE), answer, self.family, roles))
            return answer

        return register


def route_of(routes: Iterable[Route], method: str, path: str) -> tuple[Route, dict[str, str]]:
    """The route that answers, and the named segments of the path; 400 or 405 if there is none."""
    other_method = False
    for route in routes:
        found = route.pattern.fullmatch(path)
        if found is None:
            continue
        if route.method == method:
            return route, found.groupdict()
        other_method = True
    if other_method:
        raise GraphError(
            405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target."
        )
    segment = path.rsplit("/", 1)[-1]
    raise GraphError(400, "BadRequest", f"Resource not found for the segment '{segment}'.")
