"""Whether a `$batch` is well formed, and in which order its parts may begin.

https://learn.microsoft.com/graph/json-batching
"""

from __future__ import annotations

from typing import Any

from sandbox.graph_http import GraphError, JsonObject

LARGEST_BATCH = 20
WRITES = ("POST", "PATCH", "PUT")


def checked(body: Any) -> list[JsonObject]:
    """The parts of a batch, each after those it depends on. A batch that is malformed is refused as a whole, 400."""
    requests = body.get("requests") if isinstance(body, dict) else None
    if not isinstance(requests, list) or not requests or not all(isinstance(r, dict) for r in requests):
        raise GraphError(400, "BadRequest", "Invalid batch payload format.")
    if len(requests) > LARGEST_BATCH:
        raise GraphError(
            400,
            "MaximumValueExceeded",
            f"Number of batch request steps exceeds the maximum value of {LARGEST_BATCH}.",
        )
    for each in requests:
        for word in ("id", "method", "url"):
            if not isinstance(each.get(word), str) or not each[word]:
                raise GraphError(400, "BadRequest", f"Invalid batch payload format: a request has no {word}.")
        _check_body(each)
    known = {each["id"].casefold(): each for each in requests}
    if len(known) < len(requests):
        raise GraphError(400, "BadRequest", "Request Id values must be unique within a batch.")
    return _in_order(known)


def _check_body(each: JsonObject) -> None:
    headers = {str(name).casefold() for name in each.get("headers") or {}}
    body = each.get("body")
    if each["method"].upper() in WRITES and (body is None or "content-type" not in headers):
        raise GraphError(
            400,
            "BadRequest",
            f"Write request id : {each['id']} does not contain Content-Type header or body.",
        )
    if body is not None and "content-type" not in headers:
        raise GraphError(
            400, "BadRequest", f"Request id : {each['id']} has a body and no Content-Type header."
        )


def _in_order(known: dict[str, JsonObject]) -> list[JsonObject]:
    done: dict[str, JsonObject] = {}
    waiting = dict(known)
    while waiting:
        ready = [
            name
            for name, each in waiting.items()
            if all(str(n).casefold() in done for n in each.get("dependsOn") or ())
        ]
        if not ready:
            raise GraphError(
                400, "BadRequest", "Invalid batch payload format: dependsOn names no request before it."
            )
        for name in ready:
            done[name] = waiting.pop(name)
    return list(done.values())
