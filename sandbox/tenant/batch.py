"""Whether a `$batch` is well formed, and whether its parts stand in the order they depend on each other.

https://learn.microsoft.com/graph/json-batching
"""

from __future__ import annotations

from typing import Any

from sandbox.tenant.graph_error import GraphError
from sandbox.tenant.graph_http import JsonObject

LARGEST_BATCH = 20
WRITES = ("POST", "PATCH", "PUT")


def checked(body: Any) -> list[JsonObject]:
    """The parts of a batch, as they stand. A batch that is malformed is refused as a whole, 400."""
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
    if len({each["id"].casefold() for each in requests}) < len(requests):
        raise GraphError(400, "BadRequest", "Request Id values must be unique within a batch.")
    _check_order(requests)
    return requests


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


def _check_order(requests: list[JsonObject]) -> None:
    """A request depends on requests before it; and where one depends on another, all but the first do.

    The page's example stands in order, and its tip says “fully sequential or fully parallel”; what Graph answers to
    others: https://github.com/microsoftgraph/msgraph-sdk-java/issues/2109,
    https://github.com/microsoftgraph/microsoft-graph-docs/issues/16280.
    """
    before: set[str] = set()
    for each in requests:
        if not {str(name).casefold() for name in each.get("dependsOn") or ()} <= before:
            raise GraphError(400, "BadRequest", f"Invalid dependency for request Id : {each['id']}.")
        before.add(each["id"].casefold())
    waits = [bool(each.get("dependsOn")) for each in requests[1:]]
    if any(waits) and not all(waits):
        raise GraphError(400, "BadRequest", "Batch should be either fully sequential or fully parallel.")
