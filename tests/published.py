"""Requests and answers of the pretend tenant, held against Microsoft's published description of Graph v1.0.

`openapi-core` finds the operation and checks parameters, media types, bodies and answers against
`tests/sandbox/openapi-slice.json`. Microsoft's description allows unknown properties everywhere and requires next to
none, so the documentation's own word is laid over it: closed types, whole answers, exact statuses, envelopes of pages,
deltas, batches and upload sessions. What differs all the same stands in `tests/sandbox/deviations.toml`.

The parts of a batch are checked like requests of their own. One spelling stands for all that Graph documents as equal:
`mailFolders('Inbox')` and `mailFolders/Inbox`, `delta` and `delta()`, options with and without `$`.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import threading
import tomllib
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from openapi_core import Config, OpenAPI
    from openapi_core.testing import MockRequest, MockResponse
    from openapi_schema_validator import OAS30Validator

from sandbox.tenant.observed import Exchange

HERE = Path(__file__).parent / "sandbox"
HOST = "https://graph.microsoft.com"
TYPE = "microsoft.graph."
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([.]\d{1,12})?(Z|[+-]\d\d:\d\d)")
ANNOTATIONS = re.compile(
    r".*@odata[.](context|count|nextLink|type|etag|id|editLink|mediaContentType|mediaEditLink|mediaReadLink|bind"
    r"|navigationLink|associationLink)|@odata[.]deltaLink|@removed|@microsoft[.]graph[.](downloadUrl|conflictBehavior|tips)"
)
"""https://docs.oasis-open.org/odata/odata-json-format/v4.01/, and the two of Graph's drives."""

ACCEPTED = {"send": 202, "reply": 202, "replyAll": 202, "forward": 202, "sendMail": 202, "cancel": 202}
"""Section "Response" of each action's page, e.g. https://learn.microsoft.com/graph/api/message-send."""
REFUSALS = {400, 401, 403, 404, 405, 406, 409, 410, 411, 412, 413, 415, 416, 422, 423, 424, 429, 500, 501, 502,
            503, 504, 507, 509}  # fmt: skip
"""https://learn.microsoft.com/graph/errors"""

_MESSAGE = """id createdDateTime lastModifiedDateTime changeKey categories receivedDateTime sentDateTime hasAttachments
    internetMessageId subject bodyPreview importance parentFolderId conversationId conversationIndex
    isDeliveryReceiptRequested isReadReceiptRequested isRead isDraft webLink inferenceClassification body sender from
    toRecipients ccRecipients bccRecipients replyTo flag"""
_ITEM = "id createdDateTime lastModifiedDateTime eTag webUrl createdBy lastModifiedBy parentReference"
WHOLE: dict[str, set[str]] = {
    name: set(text.split())
    for name, text in {
        "message": _MESSAGE,
        "mailFolder": "id displayName parentFolderId childFolderCount unreadItemCount totalItemCount isHidden",
        "attachment": "id lastModifiedDateTime name contentType size isInline",
        "outlookCategory": "id displayName color",
        "listItem": f"{_ITEM} contentType",
        "list": "id createdDateTime lastModifiedDateTime eTag webUrl name displayName list",
        "columnDefinition": "id name displayName description columnGroup hidden indexed readOnly required "
        "enforceUniqueValues",
        "driveItem": f"{_ITEM} name size fileSystemInfo",
        "drive": "id driveType name webUrl",
        "site": "id name displayName webUrl createdDateTime",
        "uploadSession": "expirationDateTime nextExpectedRanges uploadUrl",
    }.items()
}
"""What an answer without `$select` always has: the JSON each resource's page shows,
https://learn.microsoft.com/graph/api/resources/message and so on."""
OPEN = {"fieldValueSet", "ODataErrors.InnerError", "hashes"}
"""Types whose properties are the tenant's own."""

BATCH_ASKED = {
    "type": "object",
    "required": ["requests"],
    "additionalProperties": False,
    "properties": {
        "requests": {
            "type": "array",
            "minItems": 1,
            "maxItems": 20,
            "items": {
                "type": "object",
                "required": ["id", "method", "url"],
                "additionalProperties": False,
                "properties": {
                    "id": {"type": "string"},
                    "method": {"enum": ["GET", "POST", "PATCH", "PUT", "DELETE"]},
                    "url": {"type": "string"},
                    "headers": {"type": "object", "additionalProperties": {"type": "string"}},
                    "body": {},
                    "dependsOn": {"type": "array", "items": {"type": "string"}},
                },
            },
        }
    },
}
BATCH_ANSWERED = {
    "type": "object",
    "required": ["responses"],
    "additionalProperties": False,
    "properties": {
        "@odata.context": {"type": "string"},
        "responses": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "status"],
                "additionalProperties": False,
                "properties": {
                    "id": {"type": "string"},
                    "status": {"type": "integer", "minimum": 200, "maximum": 599},
                    "headers": {"type": "object", "additionalProperties": {"type": "string"}},
                    "body": {},
                },
            },
        },
    },
}
"""Microsoft's description leaves `$batch` out; this is https://learn.microsoft.com/graph/json-batching."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One difference. `where` is the operation with the answer's status, `says` what is wrong with which side."""

    where: str
    says: str

    def __str__(self) -> str:
        return f"{self.where}: {self.says}"


@dataclass(frozen=True, slots=True)
class Deviation:
    """A known difference: patterns for the operation and for the fault's words, the reason and its source."""

    where: re.Pattern[str]
    says: re.Pattern[str]
    reason: str
    source: str


@dataclass(frozen=True, slots=True)
class Spelling:
    """An address Microsoft documents in words, but not in the description, and the operation it stands for."""

    path: re.Pattern[str]
    stands_for: str
    reason: str
    source: str


@dataclass(frozen=True, slots=True)
class Side:
    """What one side said: its media type ('' where none was named) and the JSON, the bytes, or None for nothing."""

    media: str
    value: Any

    @classmethod
    def wire(cls, media: str, content: bytes) -> Side:
        if not content:
            return cls(media, None)
        try:
            return cls(media, json.loads(content) if "json" in media else content)
        except ValueError:
            return cls(media, content)


@dataclass(frozen=True, slots=True)
class Kind:
    """A published type: its name without the namespace, its properties, whether others may stand beside them."""

    name: str
    properties: Mapping[str, Any]
    is_open: bool


def deviations(path: Path = HERE / "deviations.toml") -> tuple[list[Deviation], list[Spelling]]:
    read = tomllib.loads(path.read_text(encoding="utf-8"))
    return (
        [
            Deviation(re.compile(d["where"]), re.compile(d["says"]), d["reason"], d["source"])
            for d in read["deviation"]
        ],
        [
            Spelling(re.compile(s["path"]), s["stands_for"], s["reason"], s["source"])
            for s in read["spelling"]
        ],
    )


def plain(path: str) -> str:
    """One spelling of a path below `/v1.0`."""
    path = re.sub("/{2,}", "/", path).rstrip("/")
    path = re.sub(r"microsoft[.]graph[.](?=\w+([(]|$))", "", path)
    path = re.sub(r"/(\w+)[(](?:'|%27)([^'()=]*?)(?:'|%27)[)]", r"/\1/\2", path)
    return re.sub(r"/delta$", "/delta()", path)


@dataclass
class Published:
    """The description, what is known to differ from it, and what was seen so far."""

    spec: dict[str, Any]
    known: list[Deviation] = field(default_factory=list)
    spellings: list[Spelling] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    used: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._api = OpenAPI.from_dict(self.spec, config=Config(spec_validator_cls=None))
        self._schemas = self.spec["components"]["schemas"]
        shapes = []
        for template in self.spec["paths"]:
            pattern = re.sub(r"\\{[^{}]+\\}", r"[^/]+", re.escape(template))
            shapes.append((template.count("{"), len(template), re.compile(pattern), template))
        self._paths = [(pattern, template) for _, _, pattern, template in sorted(shapes, key=lambda s: s[:2])]
        self._enums = {str(v) for s in self._schemas.values() for v in s.get("enum", ())}
        self._seen: dict[Any, list[str]] = {}
        self._kinds: dict[str, Kind] = {}
        self._batch = (OAS30Validator(BATCH_ASKED), OAS30Validator(BATCH_ANSWERED))
        self._lock = threading.Lock()

    # ---------------------------------------------------------------------------------------------- from outside

    def faults(self, exchange: Exchange) -> list[Fault]:
        """Everything that differs, known deviations taken off."""
        with self._lock:
            found = [fault for each in self._exchanges(exchange) for fault in each]
        return [fault for fault in found if not self._is_known(fault)]

    def _is_known(self, fault: Fault) -> bool:
        for each in self.known:
            if each.where.search(fault.where) and each.says.search(fault.says):
                self.used.add(each.reason)
                return True
        return False

    # ------------------------------------------------------------------------------------- whole, or in a batch

    def _exchanges(self, seen: Exchange) -> Iterator[list[Fault]]:
        version, _, rest = seen.path.lstrip("/").partition("/")
        if version not in ("v1.0", "beta"):
            if version in ("api", "upload", "download"):
                yield self._opaque(seen, "download" if version == "download" else "upload")
            return
        strict = "AuditBot" in seen.headers.get("user-agent", "") or seen.status < 400
        asked = Side.wire(seen.headers.get("content-type", ""), seen.body)
        answered = Side.wire(seen.answer_headers.get("content-type", ""), seen.answer)
        if plain("/" + rest) != "/$batch":
            yield self._one(seen.method, "/" + rest, seen.query, asked, seen.status, answered, strict)
            return
        yield self._whole_batch(seen, asked, answered, strict)
        if not all(isinstance(side.value, dict) for side in (asked, answered)):
            return
        parts = {str(each.get("id")): each for each in answered.value.get("responses", ())}
        for each in asked.value.get("requests", ()):
            if (answer := parts.get(str(each.get("id")))) and isinstance(answer.get("status"), int):
                path, _, query = str(each["url"]).partition("?")
                yield self._one(each["method"].upper(), path if path.startswith("/") else f"/{path}", query,
                                _of_part(each), answer["status"], _of_part(answer), strict)  # fmt: skip

    def _whole_batch(self, seen: Exchange, asked: Side, answered: Side, strict: bool) -> list[Fault]:
        self.counts["requests"] += 1
        self.counts["answers"] += 1
        where, found = f"POST /$batch {seen.status}", []
        if strict:
            found += [
                f"request {e.json_path}: {e.message[:200]}" for e in self._batch[0].iter_errors(asked.value)
            ]
            for each in asked.value.get("requests", ()) if isinstance(asked.value, dict) else ():
                if "body" in each and not _header(each, "content-type"):
                    found.append("request: a part with a body has no Content-Type")
                if each.get("method") in ("POST", "PATCH", "PUT") and "body" not in each:
                    found.append("request: a part that writes has no body")
        if seen.status == 200:
            found += [
                f"answer {e.json_path}: {e.message[:200]}" for e in self._batch[1].iter_errors(answered.value)
            ]
            if not found:
                ids = [
                    sorted(e["id"] for e in s.value[k])
                    for s, k in ((asked, "requests"), (answered, "responses"))
                ]
                if ids[0] != ids[1]:
                    found.append("answer: its parts are not those that were asked")
            if not answered.media.startswith("application/json"):
                found.append(f"answer: its media type is '{answered.media}'")
        else:
            found += self._refused(seen.status, answered)
        return [Fault(where, text) for text in found]

    def _opaque(self, seen: Exchange, kind: str) -> list[Fault]:
        """Addresses Graph hands out: upload sessions, https://learn.microsoft.com/graph/outlook-large-attachments and
        https://learn.microsoft.com/graph/api/driveitem-createuploadsession, and downloads."""
        self.counts["requests"] += 1
        self.counts["answers"] += 1
        where, found = f"{seen.method} {kind} address {seen.status}", []
        if seen.status >= 400 or kind == "download":
            return []
        if seen.method == "PUT":
            if not re.fullmatch(r"bytes \d+-\d+/\d+", seen.headers.get("content-range", "")):
                found.append("request: Content-Range is not “bytes first-last/all”")
            value = Side.wire("json", seen.answer).value
            if isinstance(value, dict):  # Outlook writes some names with a capital here
                value = {name[:1].lower() + name[1:]: each for name, each in value.items()}
            if seen.status in (200, 202) and isinstance(value, dict) and "id" not in value:
                ranges = value.get("nextExpectedRanges")
                if not isinstance(ranges, list) or not all(
                    re.fullmatch(r"\d+(-\d*)?", str(r)) for r in ranges
                ):
                    found.append("answer: nextExpectedRanges is no list of ranges")
                elif not isinstance(value.get("expirationDateTime"), str):
                    found.append("answer: expirationDateTime is missing")
                elif not INSTANT.fullmatch(value["expirationDateTime"]):
                    found.append("answer: expirationDateTime is no moment")
            elif seen.status == 201 and seen.answer == b"" and "location" not in seen.answer_headers:
                found.append("answer: no Location of the attachment made")
            elif seen.status not in (200, 201):
                found.append("answer: neither the next ranges nor what was made")
        return [Fault(where, text) for text in found]

    # ------------------------------------------------------------------------------------------------- one request

    def _one(self, method: str, raw: str, query: str, asked: Side, status: int, answered: Side,
             strict: bool) -> list[Fault]:  # fmt: skip
        self.counts["requests"] += 1
        self.counts["answers"] += 1
        path = plain(raw)
        template = self._template(path)
        if template is None or method.lower() not in self.spec["paths"][template]:
            found = []
            if strict or status < 400:
                found.append("request: no such operation in the description")
            if status >= 400:
                found += self._refused(status, answered)
            bare = re.sub(r"(?<=/)[^/]*[@%,!=.\d][^/]*", "…", unquote(path))
            return [Fault(f"{method} {bare} {status}", text) for text in found]
        where = f"{method} {template} {status}"
        options = self._options(query)
        key = (where, options, asked.media, _shape(asked.value, self._enums), strict)
        if key not in self._seen:
            self._seen[key] = (
                self._request(method, template, options, asked) if strict or status < 400 else []
            )
            self.counts["shapes"] += 1
        found = list(self._seen[key])
        select = tuple(v for k, v in options if k in ("$select", "$expand"))
        for piece in _pieces(answered.value):
            key = (where, select, answered.media, _shape(piece, self._enums))
            if key not in self._seen:
                self._seen[key] = self._answer(method, template, status, options, Side(answered.media, piece))
                self.counts["shapes"] += 1
            found += self._seen[key]
        return [Fault(where, text) for text in dict.fromkeys(found)]

    def _template(self, path: str) -> str | None:
        path = unquote(path)
        for spelling in self.spellings:
            if found := spelling.path.fullmatch(path):
                self.used.add(spelling.reason)
                path = plain(found.expand(spelling.stands_for))
        return next((template for pattern, template in self._paths if pattern.fullmatch(path)), None)

    def _options(self, query: str) -> tuple[tuple[str, str], ...]:
        """The options in one spelling; values that are the caller's own left out."""
        found = []
        for key, value in parse_qsl(query, keep_blank_values=True):
            name = key if key.startswith(("$", "@")) else f"${key}"
            if name.lower() in ("$filter", "$search", "$skiptoken", "$deltatoken", "$token"):
                value = "…"
            known = name.startswith("@") or name.lower() in _OPTIONS
            found.append((name if known else key, value))
        return tuple(sorted(found))

    # ------------------------------------------------------------------------------------------------- the request

    def _request(
        self, method: str, template: str, options: tuple[tuple[str, str], ...], asked: Side
    ) -> list[str]:
        operation = self.spec["paths"][template][method.lower()]
        described = {self._resolved(p)["name"] for p in operation.get("parameters", ())}
        found = [f"request: {name} is no parameter" for name, _ in options if name not in described]
        body = operation.get("requestBody")
        if not body and asked.value not in (None, {}):
            found.append("request: a body where none is described")
        schema = next(iter(self._resolved(body)["content"].values()))["schema"] if body else {}
        if "$ref" not in schema and isinstance(
            asked.value, dict
        ):  # an action's parameters: case does not matter
            names = {name.lower(): name for name in schema.get("properties", {})}
            asked = Side(asked.media, {names.get(k.lower(), k): v for k, v in asked.value.items()})
        result = self._kind(self._success(operation))
        for name, value in options:
            if name in ("$select", "$orderby", "$expand") and result:
                unknown = [] if result.is_open else [n for n in _names(value) if n not in result.properties]
                found += [f"request: {each} in {name} is no property of {result.name}" for each in unknown]
        asking = MockRequest(
            HOST,
            method.lower(),
            "/v1.0" + re.sub(r"\{[^{}]+\}", "x", template),
            args={k: v for k, v in options if k in described},
            data=_bytes(asked.value) if body else None,
            content_type=asked.media or "none/none",
        )
        found += [f"request: {text}" for text in _told(self._api.unmarshal_request(asking).errors)]
        if body:
            found += [f"request {text}" for text in self._strays(asked.value, schema, "$")]
        return found

    # -------------------------------------------------------------------------------------------------- the answer

    def _answer(self, method: str, template: str, status: int, options: tuple[tuple[str, str], ...],
                answered: Side) -> list[str]:  # fmt: skip
        if status >= 400:
            return self._refused(status, answered)
        operation = self.spec["paths"][template][method.lower()]
        schema, media = self._success(operation), self._media(operation)
        expected = self._statuses(method, template)
        found = [] if status in expected else [f"answer: the status is {status}, not {sorted(expected)}"]
        if status in (202, 204, 302):
            return found + (["answer: a body where there is none"] if answered.value else [])
        if not media and answered.value is not None:
            found.append("answer: a body where none is described")
        if not media:
            return found
        if answered.value is None:
            return [*found, "answer: the body is missing"] if "json" in media else found
        if "json" in media and not answered.media.startswith("application/json"):
            return [*found, f"answer: its media type is '{answered.media}'"]
        if "json" not in media:
            return found
        asking = MockRequest(HOST, method.lower(), "/v1.0" + re.sub(r"\{[^{}]+\}", "x", template))
        saying = MockResponse(_bytes(answered.value), status, content_type=answered.media)
        found += [f"answer: {text}" for text in _told(self._api.unmarshal_response(asking, saying).errors)]
        found += [f"answer {text}" for text in self._strays(answered.value, schema, "$")]
        if isinstance(answered.value, dict):
            found += [f"answer: {text}" for text in self._envelope(template, schema, answered.value)]
            found += [f"answer: {text}" for text in self._whole(schema, dict(options), answered.value)]
        return found

    def _refused(self, status: int, answered: Side) -> list[str]:
        found = [] if status in REFUSALS else [f"answer: {status} is no status of Graph"]
        if not answered.media.startswith("application/json"):
            return [*found, f"answer: the refusal's media type is '{answered.media}'"]
        schema = {"$ref": f"#/components/schemas/{TYPE}ODataErrors.ODataError"}
        found += [f"answer {text}" for text in self._told(answered.value, schema)]
        found += [f"answer {text}" for text in self._strays(answered.value, schema, "$")]
        if not found:
            inner = answered.value["error"].get("innerError", {})
            if missing := {"date", "request-id", "client-request-id"} - set(inner):
                found.append(f"answer: innerError has no {', '.join(sorted(missing))}")
        return found

    def _statuses(self, method: str, template: str) -> set[int]:
        last = template.rsplit("/", 1)[-1]
        match method:
            case "GET":
                return {200, 302} if last == "content" else {200}
            case "PATCH":
                return {200}
            case "DELETE":
                return {204}
            case "PUT":
                return {200, 201}
        if last == "createUploadSession":
            return {200} if template.startswith("/drives") else {201}
        return {ACCEPTED.get(last, 201)}

    def _envelope(self, template: str, schema: Any, value: Mapping[str, Any]) -> Iterator[str]:
        if "value" not in self._flat(schema)[0]:
            return
        if not isinstance(value.get("value"), list):
            yield "the page has no list “value”"
        if not isinstance(value.get("@odata.context"), str):
            yield "the page has no @odata.context"
        links = [k for k in ("@odata.nextLink", "@odata.deltaLink") if k in value]
        if "/delta(" in template and len(links) != 1:
            yield "a page of a delta has either a nextLink or a deltaLink"
        if "/delta(" not in template and "@odata.deltaLink" in value:
            yield "a deltaLink outside a delta"
        for link in links:
            parts = urlsplit(str(value[link]))
            path = plain(parts.path.removeprefix("/v1.0"))
            if parts.scheme != "https" or self._template(path) is None:
                yield f"{link} leads nowhere"
            elif link == "@odata.deltaLink" and not re.search(
                "delta|token", f"{parts.path}?{parts.query}", re.I
            ):
                yield f"{link} has no token"

    def _whole(self, schema: Any, options: dict[str, str], value: Mapping[str, Any]) -> Iterator[str]:
        """Nothing missing of what was asked for, and nothing there that was not."""
        kind = self._kind(schema)
        if kind is None or kind.is_open:
            return
        select, expand = _names(options.get("$select", "")), _names(options.get("$expand", ""))
        for each in value["value"] if isinstance(value.get("value"), list) else [value]:
            if not isinstance(each, dict):
                yield "$.value holds something that is no object"
                continue
            if "@removed" in each:
                if each["@removed"] not in ({"reason": "deleted"}, {"reason": "changed"}) or "id" not in each:
                    yield "@removed has no reason, or what was removed no id"
                continue
            if "deleted" in each:
                if (
                    not isinstance(each["deleted"], dict)
                    or "state" not in each["deleted"]
                    or "id" not in each
                ):
                    yield "a deleted item says neither its state nor its id"
                continue
            if {"$skiptoken", "$deltatoken", "$token"} & {name.lower() for name in options}:
                continue  # what was selected stands in the token
            named = self._named(each, kind)
            whole = WHOLE.get(kind.name, set())
            outlook = "parentFolderId" in whole or kind.name in ("attachment", "outlookCategory")
            asked_for = (
                set(select) | {"id"} if outlook else set(select) & whole
            )  # SharePoint leaves empty facets out
            wanted = (asked_for if select else whole) | set(expand)
            optional = {"from", "sender"} if each.get("isDraft") else set()  # before anybody sent it
            for name in sorted(wanted - set(each) - optional - _MAY_BE_ABSENT):
                yield f"{name} of {named.name} is missing"
            if select and whole:
                for name in sorted(
                    {k for k in each if "@" not in k} & set(named.properties) - {*select, *expand, "id"}
                ):
                    yield f"{name} of {named.name} was not selected"
            if kind.name == "message" and not str(each.get("@odata.etag", "")).startswith('W/"'):
                yield "a message has no weak @odata.etag"

    # --------------------------------------------------------------------------------------------- published types

    def _resolved(self, schema: Any) -> Any:
        while "$ref" in schema:
            found: Any = self.spec
            for part in schema["$ref"].split("/")[1:]:
                found = found[part]
            schema = found
        return schema

    def _media(self, operation: Any) -> str:
        return next(iter(self._resolved(operation["responses"]["2XX"]).get("content", {})), "")

    def _success(self, operation: Any) -> Any:
        content = self._resolved(operation["responses"]["2XX"]).get("content", {})
        return next((each["schema"] for each in content.values()), {})

    def _flat(self, schema: Any) -> tuple[dict[str, Any], bool]:
        """All properties of a schema, its bases' among them, and whether it is closed to others."""
        name = str(schema.get("$ref", "")).rpartition("/")[2].removeprefix(TYPE)
        resolved = self._resolved(schema)
        properties: dict[str, Any] = {}
        for part in resolved.get("allOf", ()):
            properties |= self._flat(part)[0]
        properties |= resolved.get("properties", {})
        closed = bool(properties) and name not in OPEN and "x-pruned" not in resolved
        return properties, closed

    def _kind(self, schema: Any) -> Kind | None:
        """The type an answer is about: of the elements where it is a page."""
        properties, _ = self._flat(schema)
        if "value" in properties and "items" in properties["value"]:
            schema = properties["value"]["items"]
        name = str(schema.get("$ref", "")).rpartition("/")[2].removeprefix(TYPE)
        return self._by_name(name) if name else None

    def _by_name(self, name: str) -> Kind:
        if name not in self._kinds:
            properties, closed = self._flat({"$ref": f"#/components/schemas/{TYPE}{name}"})
            self._kinds[name] = Kind(name, properties, not closed)
        return self._kinds[name]

    def _named(self, value: Mapping[str, Any], kind: Kind) -> Kind:
        """The derived type `@odata.type` names, or the declared one."""
        name = str(value.get("@odata.type", "")).removeprefix(f"#{TYPE}")
        return self._by_name(name) if f"{TYPE}{name}" in self._schemas else kind

    def _told(self, value: Any, schema: Any) -> list[str]:
        whole = {**schema, "components": self.spec["components"]}
        return [f"{e.json_path}: {e.message[:200]}" for e in OAS30Validator(whole).iter_errors(value)]

    def _strays(self, value: Any, schema: Any, at: str) -> Iterator[str]:
        """Properties the published type does not have, derived types that do not fit, bytes that are none."""
        if isinstance(value, list):
            for each in value:
                yield from self._strays(each, self._resolved(schema).get("items", {}), f"{at}[*]")
            return
        if not isinstance(value, dict):
            return
        properties, closed = self._flat(schema)
        named = str(value.get("@odata.type", ""))
        if named:
            name = named.removeprefix("#").removeprefix(TYPE)
            if f"{TYPE}{name}" not in self._schemas:
                yield f"{at}: {named} is no published type"
            else:
                derived = {"$ref": f"#/components/schemas/{TYPE}{name}"}
                yield from (f"{at} as {name} {text}" for text in self._told(value, derived))
                properties, closed = self._flat(derived)
        for name, inner in value.items():
            if "@" in name:
                if not ANNOTATIONS.fullmatch(name):
                    yield f"{at}: {name} is no annotation"
            elif name in properties:
                if name == "contentBytes" and inner is not None and not _is_base64(inner):
                    yield f"{at}.{name} is no base64"
                if isinstance(inner, (dict, list)):
                    yield from self._strays(inner, properties[name], f"{at}.{name}")
            elif closed:
                yield f"{at}: {name} is no property"


_OPTIONS = {"$select", "$filter", "$top", "$skip", "$orderby", "$expand", "$count", "$search", "$skiptoken",
            "$deltatoken", "$format"}  # fmt: skip
_MAY_BE_ABSENT = {"singleValueExtendedProperties", "multiValueExtendedProperties", "extensions"}
"""Expanded and not there: Graph leaves them out."""


def _names(option: str) -> list[str]:
    """The names at the top of `$select`, `$expand` or `$orderby`: `a/b desc,c($select=d,e)` → a, c."""
    flat = option
    while "(" in flat and (shorter := re.sub(r"\([^()]*\)", "", flat)) != flat:
        flat = shorter
    return [re.split(r"[ /]", part.strip())[0] for part in flat.split(",") if part.strip()]


def _header(part: Mapping[str, Any], name: str) -> str:
    return next((str(v) for k, v in (part.get("headers") or {}).items() if k.lower() == name), "")


def _of_part(part: Mapping[str, Any]) -> Side:
    media, value = _header(part, "content-type"), part.get("body")
    if isinstance(value, str) and "json" not in media:
        value = value.encode()
    return Side(media, value)


def _is_base64(value: Any) -> bool:
    try:
        base64.b64decode(str(value)[:4096] if len(str(value)) % 4 == 0 else str(value), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _bytes(value: Any) -> bytes | None:
    if value is None or isinstance(value, bytes):
        return value
    return json.dumps(value).encode()


def _told(errors: Any) -> list[str]:
    """openapi-core's errors in a line each."""
    found = []
    for error in errors:
        cause = error.__cause__ or error
        while cause.__cause__ and not getattr(cause, "schema_errors", None):
            cause = cause.__cause__
        inner = list(getattr(cause, "schema_errors", ()) or ())
        deepest = [leaf for each in inner for leaf in _leaves(each)]
        found += [f"{e.json_path}: {e.message[:200]}" for e in deepest] or [f"{error} {cause}".strip()[:300]]
    return found


def _leaves(error: Any) -> Iterator[Any]:
    if error.context:
        for each in error.context:
            yield from _leaves(each)
    else:
        yield error


def _pieces(value: Any) -> Iterator[Any]:
    """A page as pages of one element each: what is alike is then checked once."""
    elements = value.get("value") if isinstance(value, dict) else None
    if not isinstance(elements, list) or len(elements) < 2:
        yield value
        return
    for each in elements:
        yield {**value, "value": [each]}


def _shape(value: Any, enums: set[str], name: str = "") -> Any:
    """What is alike to the check: types, names, words of enumerations and the spelling of moments."""
    if isinstance(value, dict):
        if name == "fields":
            return "fields"
        return frozenset((k, _shape(v, enums, k)) for k, v in value.items())
    if isinstance(value, list):
        return ("list", frozenset(_shape(each, enums, name) for each in value))
    if isinstance(value, str):
        if name == "@odata.type" or value in enums:
            return value
        if name == "contentBytes":
            return "base64" if _is_base64(value) else "not base64"
        if name.startswith("@odata.") and name.endswith("Link"):
            return ("link", urlsplit(value).path.count("/"))
        if INSTANT.fullmatch(value):
            return "moment"
        return "text" if value else ""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return "number" if abs(value) < 2**31 else "large number"
    return type(value).__name__


def published() -> Published:
    """The description with the deviations known today."""
    spec = json.loads((HERE / "openapi-slice.json").read_text(encoding="utf-8"))
    return Published(spec, *deviations())
