"""Message delta: what changed in a folder since a link was given.

https://learn.microsoft.com/graph/api/message-delta, https://learn.microsoft.com/graph/delta-query-overview
"""

from __future__ import annotations

import re
from collections import deque
from typing import Any

from sandbox.tenant.clock import moment_from
from sandbox.tenant.graph_error import GraphError
from sandbox.tenant.graph_http import Answer, Call, JsonObject
from sandbox.tenant.mail.mail_json import as_json
from sandbox.tenant.mail.outlook import folder_of, mailbox_of
from sandbox.tenant.state import Folder, Mailbox, Tenant, new_id

GENERATIONS = 4
"""How many delta links of one traverse live: public reports name three or four (microsoft-graph-docs#2350, #2877)."""

_FILTER = re.compile(r"\s*receivedDateTime\s+g[et]\s+(\S+)\s*", re.I)


def delta(tenant: Tenant, call: Call) -> Answer:
    """One page of what changed in a folder. The tenant keeps what a token stands for, so that links stay short."""
    mailbox = mailbox_of(tenant, call)
    folder = folder_of(mailbox, call.args.get("f", "inbox"))
    size = int(call.preference("odata.maxpagesize") or call.number("top") or 10)
    if call.preference("odata.maxpagesize"):
        call.honour(f"odata.maxpagesize={size}")
    state = _state(tenant, call, mailbox, folder)
    call.query.update(state["q"])
    at, ids = state["at"], state["ids"]
    value = [
        as_json(call, mailbox, mailbox.messages[i]) for i in ids[at : at + size] if i in mailbox.messages
    ]
    value += [one for one in list(value) if tenant.behaviours.strikes("delta shows twice")]
    value += [
        {
            "@odata.type": "#microsoft.graph.message",
            "id": i if call.immutable_ids else mailbox.left.get((folder.id, i), i),
            "@removed": {"reason": "deleted"},
        }
        for i in state["gone"]
    ]
    more = at + size < len(ids)
    token = new_id("t")
    mailbox.delta_tokens[token] = {**state, "at": at + size, "gone": []}
    if not more:
        mailbox.delta_tokens[token]["ids"] = []
        if len(state["kept"]) == GENERATIONS:
            mailbox.delta_tokens.pop(state["kept"][0], None)
        state["kept"].append(token)
    path = f"/users/{call.args['u']}/mailFolders/{call.args.get('f', 'inbox')}/messages/delta"
    word, option = ("nextLink", "skiptoken") if more else ("deltaLink", "deltatoken")
    return Answer(
        body={
            "@odata.context": f"{call.root}/$metadata#Collection(message)",
            "value": value,
            f"@odata.{word}": f"{call.root}{path}?${option}={token}",
        }
    )


def _state(tenant: Tenant, call: Call, mailbox: Mailbox, folder: Folder) -> JsonObject:
    place = call.query.get("skiptoken") or call.query.get("deltatoken")
    if place is None:
        return _beginning(call, mailbox, folder)
    expired = "deltatoken" in call.query and tenant.behaviours.strikes("delta expires")
    kept = mailbox.delta_tokens.get(place)
    if expired or kept is None or kept["f"] != folder.id:
        raise GraphError(410, "SyncStateNotFound", "The sync state generation is not found.")
    if "deltatoken" not in call.query:
        return dict(kept)
    changed: dict[str, str] = {}
    for where, message_id, what in mailbox.journal[kept["end"] :]:
        if where == folder.id:
            changed.pop(message_id, None)
            changed[message_id] = what
    here = {i for i in changed if i in mailbox.messages and mailbox.messages[i].folder == folder.id}
    gone = [i for i in changed if i not in here and not tenant.behaviours.strikes("delta misses a move")]
    return {
        **kept,
        "end": len(mailbox.journal),
        "at": 0,
        "ids": [i for i in changed if i in here],
        "gone": gone,
    }


def _beginning(call: Call, mailbox: Mailbox, folder: Folder) -> JsonObject:
    ids = [m.id for m in mailbox.in_folder(folder.id)]
    if text := call.query.get("filter"):
        since = _FILTER.fullmatch(text)
        if since is None:
            raise GraphError(
                400, "ErrorInvalidUrlQuery", "The '$filter' parameter value is not supported for 'Messages' resource; "
                "only a value of 'receivedDateTime ge value' is supported.",
            )  # fmt: skip
        start = moment_from(since[1])
        ids = [i for i in ids if moment_from(mailbox.messages[i].props["receivedDateTime"]) >= start][:5000]
    kept: deque[str] = deque(maxlen=GENERATIONS)
    query: dict[str, Any] = {k: v for k, v in call.query.items() if k in ("select", "expand")}
    return {
        "f": folder.id,
        "end": len(mailbox.journal),
        "at": 0,
        "ids": ids,
        "gone": [],
        "q": query,
        "kept": kept,
    }
