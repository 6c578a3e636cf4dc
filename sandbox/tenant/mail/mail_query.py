"""Which messages a request for a collection means: `$filter`, `$orderby`, `$search`.

https://learn.microsoft.com/graph/api/user-list-messages, https://learn.microsoft.com/graph/search-query-parameter
"""

from __future__ import annotations

from typing import Any

from sandbox.tenant.clock import moment_from
from sandbox.tenant.graph_error import GraphError
from sandbox.tenant.graph_http import Call
from sandbox.tenant.mail import kql
from sandbox.tenant.mail.extended import PREFIX, rewritten
from sandbox.tenant.mail.mail_json import extended_value, has_attachments
from sandbox.tenant.odata_filter import (
    Any_,
    Comparison,
    FilterError,
    Junction,
    Node,
    Not,
    matches,
    parse,
    properties,
    required,
)
from sandbox.tenant.state import Mailbox, Message, Tenant
from sandbox.tenant.vocabulary import MESSAGE, check_names

_NOT_FILTERED = ("torecipients", "ccrecipients", "bccrecipients", "replyto", "attachments", "internetmessageheaders",
                 "extensions", "multivalueextendedproperties", "uniquebody")  # fmt: skip


def found_messages(tenant: Tenant, call: Call, mailbox: Mailbox, folder: str | None) -> list[Message]:
    """The messages of a folder, or of the mailbox, that a call asks for, in its order."""
    if "search" in call.query:
        return _searched(call, mailbox, folder)
    order = [part.split() for part in call.query.get("orderby", "").split(",") if part.strip()]
    check_names((o[0] for o in order), MESSAGE, "message")
    node = _filter_of(call.query.get("filter", ""))
    candidates: Any = mailbox.messages.values()
    if node:
        asked = [name.casefold() for name in properties(node)]
        if order and [o[0].casefold() for o in order] != asked[: len(order)]:
            raise GraphError(
                400, "InefficientFilter", "The restriction or sort order is too complex for this operation."
            )
        node = _plain(node)
        key = next((part for part in required(node) if _indexed(part)), None)
        if isinstance(key, Comparison):
            candidates = list(mailbox.with_extended(key.path.removeprefix(PREFIX), str(key.value)))
    hidden = tenant.stale_since
    found = []
    for message in candidates:
        if folder is not None and message.folder != folder:
            continue
        if node:
            if hidden and message.changed_at and message.changed_at > hidden:
                continue
            try:
                if not matches(node, lambda path, m=message: value_of(m, path)):  # type: ignore[misc]
                    continue
            except FilterError as fault:
                raise _bad(fault) from fault
        found.append(message)
    for name, *direction in reversed(order or [["receivedDateTime", "desc"]]):
        found.sort(key=lambda m: str(value_of(m, name) or ""), reverse=direction[:1] == ["desc"])
    return found


def _searched(call: Call, mailbox: Mailbox, folder: str | None) -> list[Message]:
    """Up to a thousand, the last sent first. Neither `$filter` nor `$orderby` goes with it."""
    for option, code in (("filter", "SearchWithFilter"), ("orderby", "SearchWithOrderBy")):
        if option in call.query:
            raise GraphError(400, code, f"The query parameter '${option}' is not supported with '$search'.")
    test = kql.compiled(call.query["search"])
    found = [m for m in mailbox.messages.values() if (folder is None or m.folder == folder) and test(m)]
    return sorted(found, key=lambda m: str(m.props.get("sentDateTime")), reverse=True)[:1000]


def _filter_of(text: str) -> Node | None:
    try:
        node = parse(text) if text else None
        if node:
            _check(node)
    except FilterError as fault:
        raise _bad(fault) from fault
    return node


def _plain(node: Node) -> Node:
    try:
        return rewritten(node)
    except FilterError as fault:
        raise _bad(fault) from fault


def _bad(fault: FilterError) -> GraphError:
    return GraphError(400, "ErrorInvalidUrlQueryFilter", str(fault))


def _check(node: Node) -> None:
    """400 for what Outlook does not filter by: recipients, for one (microsoft-graph-explorer-v4#3957)."""
    match node:
        case Comparison(path):
            check_names([path], MESSAGE, "message")
            head = path.casefold().split("/")[0]
            if head in (*_NOT_FILTERED, "categories", "singlevalueextendedproperties"):
                raise FilterError("The query filter contains one or more invalid nodes.")
        case Not(inner):
            _check(inner)
        case Junction(_, parts):
            for part in parts:
                _check(part)
        case Any_(path):
            check_names([path], MESSAGE, "message")
            if path.casefold() in _NOT_FILTERED:
                raise FilterError("The query filter contains one or more invalid nodes.")


def _indexed(node: Node) -> bool:
    """Whether this part asks exactly for a stored extended property."""
    return (
        isinstance(node, Comparison)
        and node.operator == "eq"
        and node.value is not None
        and node.path.startswith(f"{PREFIX}String {{")
    )


def value_of(message: Message, path: str) -> Any:
    """A property by its path, in any case."""
    if path.startswith(PREFIX):
        return extended_value(message, path.removeprefix(PREFIX))
    if path.casefold() == "hasattachments":
        return has_attachments(message)
    value: Any = message.props
    for name in path.split("/"):
        if not isinstance(value, dict):
            return None
        value = next((v for k, v in value.items() if k.casefold() == name.casefold()), None)
    if path.casefold().endswith("datetime") and value:
        return moment_from(str(value))
    return value
