"""The front desk: what a person or a test may see and do, over plain HTTP on loopback. See sandbox/README.md."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

from aiohttp import web

from sandbox.tenant.clock import moment_from
from sandbox.tenant.faults import KINDS, Fault
from sandbox.tenant.graph_error import GraphError
from sandbox.tenant.mail import reports
from sandbox.tenant.mail.arriving import arrive, composed, recipient, transport_headers
from sandbox.tenant.mail.extended import MESSAGE_CLASS
from sandbox.tenant.mail.mail_json import has_attachments
from sandbox.tenant.seeding import as_people_write
from sandbox.tenant.sites.columns import change_settings
from sandbox.tenant.sites.library import discard, move, store
from sandbox.tenant.sites.lists import rename
from sandbox.tenant.sites.rows import keep, new_row, remove
from sandbox.tenant.sites.sharepoint import RANK
from sandbox.tenant.sites.values import person_sees
from sandbox.tenant.state import Attachment, Counters, Mailbox, Message, SharePointList, Tenant, View
from sandbox.tenant.zones import zone_named

JsonObject = dict[str, Any]
PAGE = Path(__file__).parent / "page"
OWN_NAMES = ("127.0.0.1", "localhost")


class Held(Protocol):
    """A tenant that may be changed for another: a fresh one by `renew`; `keep` lays a copy of it by under a name,
    `go_back` puts such a copy in its place."""

    def tenant(self) -> Tenant: ...
    def renew(self) -> None: ...
    def keep(self, name: str) -> None: ...
    def go_back(self, name: str) -> None: ...


class FrontDesk:
    """Serves every tenant under `/tenants/` and its id or domain, the first one at the root as well."""

    def __init__(self, held: Sequence[Held]) -> None:
        self._first = held[0]
        self._named = {name: each for each in held for name in (each.tenant().id, each.tenant().domain)}
        self._asked: ContextVar[Held] = ContextVar("asked")  # whose desk a request came to

    def _tenant(self) -> Tenant:
        return self._asked.get().tenant()

    def app(self) -> web.Application:
        app = web.Application(
            client_max_size=64 * 1024 * 1024, middlewares=[_own_page_only, _sentences, self._up_to_date]
        )
        route = app.router
        route.add_get("/", self._index)
        route.add_get("/api/tenant", self._about)
        route.add_post("/api/reset", self._do_reset)
        route.add_post("/api/kept/{name}", self._do_keep)
        route.add_post("/api/kept/{name}/back", self._do_go_back)
        route.add_get("/api/clock", self._clock)
        route.add_post("/api/clock", self._set_clock)
        route.add_get("/api/mailboxes", self._mailboxes)
        route.add_get("/api/mailboxes/{box}", self._mailbox)
        route.add_get("/api/mailboxes/{box}/{message}", self._message)
        route.add_get("/api/mailboxes/{box}/{message}/{attachment}", self._attachment)
        route.add_get("/api/lists", self._lists)
        route.add_get("/api/lists/{list}", self._list)
        route.add_patch("/api/lists/{list}/{item}", self._edit)
        route.add_post("/api/lists/{list}", self._add_row)
        route.add_delete("/api/lists/{list}/{item}", self._delete_row)
        route.add_post("/api/lists/{list}/rename-column", self._rename_column)
        route.add_post("/api/lists/{list}/settings", self._list_settings)
        route.add_get("/api/lists/{list}/views", self._views)
        route.add_post("/api/lists/{list}/views", self._edit_view)
        route.add_post("/api/lists/{list}/{item}/approve", self._approve)
        route.add_get("/api/files", self._files)
        route.add_get("/api/files/content", self._file)
        route.add_post("/api/files", self._put_file)
        route.add_patch("/api/files", self._change_file)
        route.add_delete("/api/files", self._delete_file)
        route.add_get("/api/deliveries", self._deliveries)
        route.add_post("/api/messages", self._inject)
        route.add_post("/api/events", self._event)
        route.add_post("/api/automatic-reply", self._automatic_reply)
        route.add_post("/api/calendar", self._calendar)
        route.add_post("/api/remove-mailbox", self._remove_mailbox)
        route.add_get("/api/faults", self._faults)
        route.add_post("/api/faults", self._add_fault)
        route.add_delete("/api/faults", self._clear_faults)
        route.add_get("/api/counters", self._counters)
        route.add_post("/api/counters", self._reset_counters)
        route.add_post("/api/settings", self._settings)
        route.add_post("/api/site-role", self._site_role)
        route.add_get("/api/behaviours", self._behaviours)
        route.add_post("/api/behaviours", self._behave)
        for each in list(route.routes()):
            assert each.resource
            route.add_route(each.method, "/{of:tenants/[^/]+}" + each.resource.canonical, each.handler)
        route.add_static("/page/", PAGE)
        return app

    @web.middleware
    async def _up_to_date(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """What is due by now is done before anybody looks, and after the clock was set."""
        if of := request.match_info.get("of"):
            name = of.removeprefix("tenants/")
            if name not in self._named:
                raise KeyError(f"There is no tenant {name}.")
            self._asked.set(self._named[name])
        else:
            self._asked.set(self._first)
        self._tenant().catch_up()
        answer: web.StreamResponse = await handler(request)
        self._tenant().catch_up()
        return answer

    async def _index(self, _request: web.Request) -> web.StreamResponse:
        return web.FileResponse(PAGE / "index.html")

    async def _about(self, _request: web.Request) -> web.Response:
        t = self._tenant()
        shared = sorted({m for app in t.apps.values() if app.mailboxes for m in app.mailboxes})
        told = {"id": t.id, "name": t.name, "domain": t.domain, "now": t.now(), "shared": shared}
        all_names = {each.tenant().domain: each.tenant().name for each in self._named.values()}
        return _json({**told, "show": t.show, "tenants": all_names})

    async def _do_reset(self, _request: web.Request) -> web.Response:
        self._asked.get().renew()
        return _json({"now": self._tenant().now()})

    async def _do_keep(self, request: web.Request) -> web.Response:
        self._asked.get().keep(request.match_info["name"])
        return _json({"now": self._tenant().now()})

    async def _do_go_back(self, request: web.Request) -> web.Response:
        self._asked.get().go_back(request.match_info["name"])
        return _json({"now": self._tenant().now()})

    async def _clock(self, _request: web.Request) -> web.Response:
        return _json({"now": self._tenant().now(), "ticking": self._tenant().clock.ticking})

    async def _set_clock(self, request: web.Request) -> web.Response:
        given = await request.json()
        if given.get("now"):
            self._tenant().clock.set(moment_from(given["now"]), ticking=bool(given.get("ticking")))
        else:
            self._tenant().clock.release()
        return await self._clock(request)

    # -------------------------------------------------------------------------------------------------- mailboxes

    async def _mailboxes(self, _request: web.Request) -> web.Response:
        found = [
            {"email": m.user.email, "name": m.user.name, "job": m.user.job, "messages": len(m.messages),
             "inbox": len(m.in_folder(m.well_known["inbox"])), "automatic_reply": m.automatic_reply}
            for m in self._tenant().mailboxes.values()
        ]  # fmt: skip
        return _json(found)

    def _box(self, request: web.Request) -> Mailbox:
        found = self._tenant().mailbox(request.match_info["box"])
        if found is None:
            raise KeyError(f"There is no mailbox {request.match_info['box']}.")
        return found

    async def _mailbox(self, request: web.Request) -> web.Response:
        box = self._box(request)
        names = _folder_names(box)
        return _json(
            {
                "email": box.user.email,
                "name": box.user.name,
                "job": box.user.job,
                "folders": [
                    {"name": names[f.id], "count": len(box.in_folder(f.id))} for f in box.folders.values()
                ],
                "messages": [_message_line(m, names) for m in reversed(box.messages.values())],
            }
        )

    async def _message(self, request: web.Request) -> web.Response:
        box = self._box(request)
        message = box.find(request.match_info["message"])
        if message is None:
            raise KeyError("There is no such message.")
        return _json(
            {
                **_message_line(message, _folder_names(box)),
                "html": (message.props.get("body") or {}).get("content") or "",
                "headers": message.headers,
                "extended": message.extended,
                "attachments": [
                    {"id": a.id, "name": a.name, "size": a.size, "kind": a.kind} for a in message.attachments
                ],
            }
        )

    async def _attachment(self, request: web.Request) -> web.Response:
        message = self._box(request).find(request.match_info["message"])
        for attachment in message.attachments if message else ():
            if attachment.id == request.match_info["attachment"]:
                return _download(attachment.name, attachment.data)
        raise KeyError("There is no such attachment.")

    async def _inject(self, request: web.Request) -> web.Response:
        """A message arrives from anybody, inside or outside, as it is given."""
        tenant = self._tenant()
        given = await request.json()
        attachments = [
            Attachment(
                a["name"],
                data=base64.b64decode(a.get("base64", "")),
                content_type=a.get("type", "application/octet-stream"),
                inline=bool(a.get("inline")),
                kind=a.get("kind", "file"),
                item=a.get("item"),
            )
            for a in given.get("attachments", ())
        ]
        sender = recipient(given.get("from_name") or given["from"], given["from"])
        to = [recipient(a, a) for a in given["to"]]
        cc = [recipient(a, a) for a in given.get("cc", ())]
        pairs = given.get("headers") or {}
        pairs = list(pairs.items()) if isinstance(pairs, dict) else pairs
        absent = {str(k).lower() for k, v in pairs if v is None}
        message = composed(
            tenant, sender, to, given.get("subject", ""), given.get("html", ""), cc=cc, attachments=attachments,
            headers=[{"name": k, "value": v} for k, v in pairs if v is not None],
            extended={MESSAGE_CLASS: given.get("message_class") or "IPM.Note"},
        )  # fmt: skip
        for name in ("internetMessageId", "conversationId"):
            if given.get(name):
                message.props[name] = given[name]
        for name in ("inReplyTo", "references"):
            if given.get(name):
                message.props[f"_{name}"] = given[name]
        message.parts = [
            (str(p["type"]), base64.b64decode(p["base64"]) if "base64" in p else str(p["text"]).encode())
            for p in given.get("parts", ())
        ]
        if given.get("sender"):
            message.props["sender"] = recipient(given["sender"], given["sender"])
        headers = [
            h
            for h in transport_headers(tenant, given["from"].casefold(), message)
            if h["name"].lower() not in absent
        ]
        ids = []
        for address in [*given["to"], *given.get("cc", ())]:
            box = tenant.mailbox(address)
            if box:
                copies = [arrive(tenant, box, message, headers) for _ in range(int(given.get("times", 1)))]
                if given.get("folder"):  # a rule moves it before anybody looks
                    _moved(box, copies, str(given["folder"]))
                ids += [copy.id for copy in copies]
        return _json({"ids": ids, "internetMessageId": message.props["internetMessageId"]})

    async def _event(self, request: web.Request) -> web.Response:
        """Something Exchange or somebody's Outlook writes by itself (`sandbox.tenant.mail.reports`)."""
        given, tenant = await request.json(), self._tenant()
        kind = str(given.get("kind"))
        if kind in reports.KINDS:
            found = reports.about(tenant, kind, given["internetMessageId"], given["recipients"])
        elif kind in reports.OUTLOOK_KINDS:
            found = reports.written_by_outlook(
                tenant, kind, tenant.mailboxes[given["from"].casefold()], tenant.mailboxes[given["to"].casefold()],
                str(given.get("subject", "")), str(given.get("internetMessageId", "")),
            )  # fmt: skip
        else:
            raise KeyError(
                f"There is no event {kind}; there are: {', '.join((*reports.KINDS, *reports.OUTLOOK_KINDS))}."
            )
        return _json({"id": found.id, "internetMessageId": found.props["internetMessageId"]})

    async def _automatic_reply(self, request: web.Request) -> web.Response:
        given = await request.json()
        box = self._tenant().mailboxes[given["email"].casefold()]
        box.automatic_reply = given.get("text") or ""
        box.reply_class = given.get("message_class") or ""
        box.replied_to.clear()
        return _json({"email": box.user.email, "text": box.automatic_reply})

    async def _calendar(self, request: web.Request) -> web.Response:
        """What stands in somebody's calendar, who may see it, when they work; what is not given stays."""
        given = await request.json()
        box = self._tenant().mailboxes[given["email"].casefold()]
        box.calendar.change(given)
        return _json({"email": box.user.email, **asdict(box.calendar)})

    async def _remove_mailbox(self, request: web.Request) -> web.Response:
        given = await request.json()
        del self._tenant().mailboxes[given["email"].casefold()]
        return _json({"removed": given["email"]})

    # ------------------------------------------------------------------------------------------------------ lists

    def _found_list(self, request: web.Request) -> SharePointList:
        found = self._tenant().list_named(request.match_info["list"])
        if found is None:
            raise KeyError(f"There is no list {request.match_info['list']}.")
        return found

    async def _lists(self, _request: web.Request) -> web.Response:
        tenant = self._tenant()
        lists = [found for found in tenant.lists.values() if not found.hidden and found is not tenant.library]
        return _json([{"name": tenant.title(found), "rows": len(found.items)} for found in lists])

    async def _list(self, request: web.Request) -> web.Response:
        found = self._found_list(request)
        rows = [_row(self._tenant(), found, item_id) for item_id in found.items]
        columns = [
            {"name": c.display, "type": c.kind, **({"choices": list(c.choices)} if c.choices else {})}
            for c in found.columns.values()
        ]
        return _json({"name": self._tenant().title(found), "columns": columns, "rows": rows})

    async def _edit(self, request: web.Request) -> web.Response:
        found = self._found_list(request)
        item = found.items[int(request.match_info["item"])]
        keep(self._tenant(), found, item, as_people_write(self._tenant(), found, await request.json()))
        return _json(_row(self._tenant(), found, item.id))

    async def _add_row(self, request: web.Request) -> web.Response:
        found = self._found_list(request)
        item = new_row(self._tenant(), found, as_people_write(self._tenant(), found, await request.json()))
        return _json(_row(self._tenant(), found, item.id))

    async def _delete_row(self, request: web.Request) -> web.Response:
        found = self._found_list(request)
        item_id = int(request.match_info["item"])
        remove(found, found.items[item_id])
        return _json({"deleted": item_id})

    async def _rename_column(self, request: web.Request) -> web.Response:
        """What an owner does who renames a column: the shown name changes, the inner name stays."""
        found = self._found_list(request)
        given = await request.json()
        column = found.by_display(given["from"])
        if column is None:
            raise KeyError(f"There is no column {given['from']}.")
        column.display = given["to"]
        return _json({"name": column.name, "display": column.display})

    async def _list_settings(self, request: web.Request) -> web.Response:
        """What an owner sets: another name, content approval, and what a column is like."""
        tenant, found, given = self._tenant(), self._found_list(request), await request.json()
        if "column" in given:
            column = found.by_display(given["column"])
            if column is None:
                raise KeyError(f"There is no column {given['column']}.")
            change_settings(found, column, given)
        if "name" in given:
            rename(tenant, found, given["name"])
        found.approval = bool(given.get("approval", found.approval))
        return _json({"name": tenant.title(found), "approval": found.approval})

    async def _views(self, request: web.Request) -> web.Response:
        """The views of a list, and how its columns are drawn, by the names people see."""
        found = self._found_list(request)
        formats = {c.display: c.formatter for c in found.columns.values() if c.formatter}
        return _json({"views": [asdict(view) for view in found.views], "formats": formats})

    async def _edit_view(self, request: web.Request) -> web.Response:
        """What a person does with a view: other fields, another query, another title; or a view that is new."""
        found, given = self._found_list(request), await request.json()
        view = next((v for v in found.views if v.title == given["title"]), None)
        if view is None:
            view = View(given["title"], ["LinkTitle"])
            found.views.append(view)
        view.fields = [str(name) for name in given.get("fields", view.fields)]
        view.query = str(given.get("query", view.query))
        view.title = str(given.get("to", view.title))
        return _json(asdict(view))

    async def _approve(self, request: web.Request) -> web.Response:
        found = self._found_list(request)
        item = found.items[int(request.match_info["item"])]
        item.approved = True
        item.version += 1
        found.journal.append(item.id)
        return _json(_row(self._tenant(), found, item.id))

    # ------------------------------------------------------------------------------------------------------ files

    async def _files(self, _request: web.Request) -> web.Response:
        stored = [f for f in self._tenant().files.values() if f.data is not None]
        return _json([{"path": f.path, "size": len(f.data or b""), "modified": f.modified} for f in stored])

    async def _file(self, request: web.Request) -> web.Response:
        stored = self._tenant().files[request.query["path"].casefold()]
        return _download(stored.path.rsplit("/", 1)[-1], stored.data or b"")

    async def _put_file(self, request: web.Request) -> web.Response:
        """What a person puts into the library, or puts there again."""
        given = await request.json()
        store(self._tenant(), given["path"], base64.b64decode(given["base64"]))
        return await self._files(request)

    async def _change_file(self, request: web.Request) -> web.Response:
        """What a person does with a file or folder: renames or moves it (`to`), opens and closes it (`locked`)."""
        tenant, given = self._tenant(), await request.json()
        stored = tenant.files[given["path"].casefold()]
        stored.locked = bool(given.get("locked", stored.locked))
        if "to" in given:
            move(tenant, stored, given["to"])
        return await self._files(request)

    async def _delete_file(self, request: web.Request) -> web.Response:
        discard(self._tenant(), self._tenant().files[request.query["path"].casefold()])
        return await self._files(request)

    # --------------------------------------------------------------------------------------- history, faults, rest

    async def _deliveries(self, request: web.Request) -> web.Response:
        since = int(request.query.get("since", 0))
        whole = request.query.get("html") == "1"
        found = []
        for n, delivery in enumerate(self._tenant().deliveries[since:], since):
            line = {"n": n, **asdict(delivery)}
            line["attachments"] = [{"name": a, "sha256": s} for a, s in delivery.attachments]
            if not whole:
                line.pop("html")
            found.append(line)
        return _json(found)

    async def _faults(self, _request: web.Request) -> web.Response:
        faults = self._tenant().faults
        return _json({"on": faults.listed(), "struck": faults.struck, "kinds": KINDS})

    async def _add_fault(self, request: web.Request) -> web.Response:
        self._tenant().faults.add(Fault(**await request.json()))
        return await self._faults(request)

    async def _clear_faults(self, request: web.Request) -> web.Response:
        self._tenant().faults.clear()
        return await self._faults(request)

    async def _counters(self, _request: web.Request) -> web.Response:
        return _json(asdict(self._tenant().counters))

    async def _reset_counters(self, request: web.Request) -> web.Response:
        self._tenant().counters = Counters()
        return await self._counters(request)

    async def _behaviours(self, _request: web.Request) -> web.Response:
        return _json(self._tenant().behaviours.as_json())

    async def _behave(self, request: web.Request) -> web.Response:
        """Switches by name, after the profile if one is given. They hold until the next reset."""
        self._tenant().behaviours.change(await request.json())
        return await self._behaviours(request)

    async def _site_role(self, request: web.Request) -> web.Response:
        """The role an administrator gives an app in the site: read, write, manage, owner, or "" for none."""
        tenant, given = self._tenant(), await request.json()
        if given["role"] not in RANK:
            raise ValueError(f"“{given['role']}” is not a role.")
        client_id = next(iter(tenant.apps))
        tenant.grants[client_id] = given["role"]
        return _json({"app": client_id, "role": given["role"]})

    async def _settings(self, request: web.Request) -> web.Response:
        tenant, given = self._tenant(), await request.json()
        if "latency_ms" in given:
            tenant.latency = float(given["latency_ms"]) / 1000
        if "token_seconds" in given:
            tenant.token_seconds = int(given["token_seconds"])
        if "site_zone" in given:
            tenant.site_zone = zone_named(str(given["site_zone"]))
        if "strict_concurrency" in given:
            tenant.behaviours.set("requests at once", bool(given["strict_concurrency"]))
        return _json({"latency_ms": tenant.latency * 1000, "site_zone": tenant.site_zone.key,
                      "token_seconds": tenant.token_seconds,
                      "strict_concurrency": tenant.behaviours.on("requests at once")})  # fmt: skip


def _download(name: str, data: bytes) -> web.Response:
    return web.Response(
        body=data, headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    )


def _json(value: Any) -> web.Response:
    return web.Response(
        text=json.dumps(value, ensure_ascii=False, default=str), content_type="application/json"
    )


@web.middleware
async def _own_page_only(request: web.Request, handler: Any) -> web.StreamResponse:
    """Only the desk's own page and programs of this machine are answered: no page of another site that the same browser
    shows, and none whose name was made to point at this machine (DNS rebinding).

    https://fetch.spec.whatwg.org/#origin-header, https://www.rfc-editor.org/rfc/rfc9110#field.host
    """
    name = urlsplit(f"//{request.host}").hostname
    origin = request.headers.get("Origin", f"http://{request.host}")
    if name not in OWN_NAMES or origin != f"http://{request.host}":
        return web.json_response(
            {"error": "The front desk answers only its own page on this machine."}, status=403
        )
    answer: web.StreamResponse = await handler(request)
    return answer


@web.middleware
async def _sentences(request: web.Request, handler: Any) -> web.StreamResponse:
    """A wrong request is answered with a sentence, never with a stack trace."""
    try:
        answer = await handler(request)
    except GraphError as fault:
        return web.json_response({"error": fault.message}, status=400)
    except (KeyError, ValueError, TypeError) as fault:
        message = fault.args[0] if fault.args else type(fault).__name__
        return web.json_response({"error": str(message)}, status=400)
    assert isinstance(answer, web.StreamResponse)
    return answer


def _moved(box: Mailbox, messages: list[Message], name: str) -> None:
    folder = box.folder(name) or next((f for f in box.folders.values() if f.name == name), None)
    if folder is None:
        raise KeyError(f"There is no folder {name}.")
    for message in messages:
        box.move(message, folder.id)


def _folder_names(box: Mailbox) -> dict[str, str]:
    return {
        f.id: (f"{box.folders[f.parent].name} / {f.name}" if f.parent in box.folders else f.name)
        for f in box.folders.values()
    }


def _message_line(message: Message, names: dict[str, str]) -> JsonObject:
    props = message.props

    def people(kind: str) -> list[str]:
        return [r["emailAddress"].get("address", "") for r in props.get(kind) or ()]

    return {
        "id": message.id,
        "folder": names.get(message.folder, ""),
        "subject": props.get("subject") or "",
        "from": (props.get("from") or {}).get("emailAddress", {}).get("address", ""),
        "from_name": (props.get("from") or {}).get("emailAddress", {}).get("name", ""),
        "to": people("toRecipients"),
        "cc": people("ccRecipients"),
        "received": props.get("receivedDateTime"),
        "is_draft": bool(props.get("isDraft")),
        "is_read": bool(props.get("isRead")),
        "categories": props.get("categories") or [],
        "has_attachments": has_attachments(message),
        "internet_message_id": props.get("internetMessageId"),
    }


def _row(tenant: Tenant, found: SharePointList, item_id: int) -> JsonObject:
    """A row as a person sees it: display names, people by address, dates as days in the site's zone."""
    item = found.items[item_id]
    row: JsonObject = {"id": item_id, "etag": item.etag}
    for name, column in found.columns.items():
        row[column.display] = person_sees(tenant, column, item.fields.get(name))
    return row
