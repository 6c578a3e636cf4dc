"""A tenant's HTTPS front: tokens, Graph, batches, faults and latency, on one event loop."""

from __future__ import annotations

import asyncio
import base64
import json
import math
import os
import re
import signal
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from sandbox.tenant import entra
from sandbox.tenant.batch import checked
from sandbox.tenant.faults import Fault
from sandbox.tenant.graph_error import GraphError
from sandbox.tenant.graph_http import (
    JSON_TYPE,
    LARGEST_BODY,
    Answer,
    Call,
    JsonObject,
    Route,
    error_body,
    parsed,
    plain_path,
    query_options,
    route_of,
)
from sandbox.tenant.mail import requests as mail
from sandbox.tenant.observed import OBSERVERS, Exchange
from sandbox.tenant.quotas import weight
from sandbox.tenant.seeding import edit
from sandbox.tenant.sites import files, lists, rest, rest_fields, rest_views
from sandbox.tenant.state import App, Tenant
from sandbox.tenant.units import spend

ROUTES: list[Route] = [*mail.routes.all, *mail.users.all, *lists.routes.all, *files.routes.all]
REST_ROUTES = [*rest_views.routes.all, *rest_fields.routes.all]
OUTLOOK_AT_ONCE = 4
NO_RIGHT = {
    "outlook": ("ErrorAccessDenied", "Access is denied. Check credentials and try again."),
    "sharepoint": ("accessDenied", "Insufficient privileges to complete the operation."),
    "directory": ("Authorization_RequestDenied", "Insufficient privileges to complete the operation."),
}
"""What each service says to an app without any of the roles a request needs."""


class Dropped(Exception):
    """The connection is to be cut without an answer."""


class NotMicrosofts(Exception):
    """Something else comes instead of the answer: a body of some type, with 200."""

    def __init__(self, body: bytes, content_type: str) -> None:
        super().__init__(content_type)
        self.body, self.content_type = body, content_type


async def _dripped(request: web.Request, answer: Answer, headers: Mapping[str, str], sent: bytes) -> None:
    """Send an answer byte by byte, its head too, for as long as the client is there."""
    lines = [f"HTTP/1.1 {answer.status} -", *(f"{k}: {v}" for k, v in headers.items())]
    head = "\r\n".join([*lines, f"Content-Length: {len(sent)}", "", ""]).encode()
    if answer.seconds_a_byte < math.inf:
        for byte in head + sent:
            if request.transport is None or request.transport.is_closing():
                return
            request.transport.write(bytes([byte]))
            await asyncio.sleep(answer.seconds_a_byte)
    else:
        while request.transport is not None and not request.transport.is_closing():
            await asyncio.sleep(0.05)
    if request.transport is not None:
        request.transport.close()


class Server:
    """Answers every request to one tenant."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant

    # ------------------------------------------------------------------------------------------------------ HTTP

    async def http(self, request: web.Request) -> web.StreamResponse:
        tenant = self.tenant
        tenant.counters.http += 1
        tenant.catch_up()
        base = f"https://{request.host}"
        try:
            content = await request.read()
            answer = await self._answer_http(request, base, content)
        except Dropped:
            if request.transport:
                request.transport.abort()
            raise web.HTTPBadRequest from None
        except NotMicrosofts as other:
            return web.Response(body=other.body, content_type=other.content_type)
        headers = {"request-id": uuid.uuid4().hex, **answer.headers}
        if asked := request.headers.get("client-request-id"):
            headers["client-request-id"] = asked
        sent = answer.content or b""
        if answer.body is not None:
            sent = json.dumps(answer.body, ensure_ascii=False).encode()
            headers.setdefault("Content-Type", JSON_TYPE)
        if answer.seconds_a_byte:
            await _dripped(request, answer, headers, sent)
            raise web.HTTPBadRequest  # nobody is there any more to read it
        self._show(request, content, answer.status, headers, sent)
        return web.Response(status=answer.status, body=sent, headers=headers)

    def _show(
        self, request: web.Request, content: bytes, status: int, headers: Mapping[str, str], sent: bytes
    ) -> None:
        for observer in OBSERVERS:
            observer(
                Exchange(
                    request.method,
                    request.rel_url.raw_path,
                    request.rel_url.raw_query_string,
                    {k.lower(): v for k, v in request.headers.items()},
                    content,
                    status,
                    {k.lower(): v for k, v in headers.items()},
                    sent,
                    self.tenant.id,
                )
            )

    async def _answer_http(self, request: web.Request, base: str, content: bytes) -> Answer:
        path = request.rel_url.raw_path
        parts = unquote(path).strip("/").split("/")
        try:
            if parts[0] == "download" and len(parts) == 2:
                data = self.tenant.downloads.get(parts[1])
                if data is None:
                    raise GraphError(404, "itemNotFound", "The link has expired.")
                return Answer(content=data, headers={"Content-Type": "application/octet-stream"})
            if parts[:2] == ["upload", "file"]:
                return files.upload(self.tenant, request.method, parts[-1], content, request.headers)
            if parts[:2] == ["api", "v2.0"]:
                return mail.upload(self.tenant, base, request.method, request.rel_url.query.get("authtoken", ""),
                                   request.headers, content)  # fmt: skip
            if "_api" in parts:
                return await self._sharepoint(request, base, path, content)
            if parts[0] in ("v1.0", "beta"):
                return await self._graph(request, base, path, content)
            return await self._entra(request, base, parts)
        except GraphError as fault:
            return self._refusal(fault, request.headers)

    async def _entra(self, request: web.Request, base: str, parts: list[str]) -> Answer:
        fault = self.tenant.faults.strike(request.method, request.path)
        if fault and fault.kind in ("throttled", "unavailable"):
            headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
            return Answer(
                429 if fault.kind == "throttled" else 503, {"error": "temporarily_unavailable"}, headers
            )
        try:
            if parts[-1] == "openid-configuration":
                return Answer(body=entra.discovery(self.tenant, base, parts[0]))
            if parts[-3:] == ["oauth2", "v2.0", "token"] and request.method == "POST":
                entra.discovery(self.tenant, base, parts[0])
                form = {k: str(v) for k, v in (await request.post()).items()}
                body = entra.token(self.tenant, f"{base}/{parts[0]}/oauth2/v2.0/token", form)
                return Answer(
                    body=body, headers={"Cache-Control": "no-store", "Content-Type": "application/json"}
                )
            if parts[-2:] == ["discovery", "instance"]:
                endpoint = f"{base}/{self.tenant.id}/v2.0/.well-known/openid-configuration"
                return Answer(
                    body={"tenant_discovery_endpoint": endpoint, "api-version": "1.1", "metadata": []}
                )
        except entra.TokenRefused as fault_found:
            return Answer(fault_found.status, entra.error_body(fault_found, self.tenant.now()))
        raise GraphError(404, "ResourceNotFound", "There is nothing at this address.")

    # ------------------------------------------------------------------------------------------------ SharePoint

    async def _sharepoint(self, request: web.Request, base: str, raw_path: str, content: bytes) -> Answer:
        """SharePoint's own interface, at `/sites/…/_api/web/…` of the site's own host."""
        tenant, headers = self.tenant, {k.lower(): v for k, v in request.headers.items()}
        site_path, _, below = unquote(raw_path).rstrip("/").partition("/_api/")
        try:
            app = entra.sharepoint_app(tenant, request.headers.get("Authorization", ""))
        except entra.SharePointRefused as why:
            told = {
                "WWW-Authenticate": f'Bearer realm="{tenant.id}",client_id="00000003-0000-0ff1-ce00-000000000000"'
            }
            return Answer(401, {"error_description": str(why)}, {**told, "x-ms-diagnostics": "3001000"})
        written = rest.Format("minimalmetadata")
        try:
            written = rest.accepted(headers)
            call = Call(
                method=request.method, path=f"{site_path}/_api/{below}", headers=headers, base=base, app=app,
                query=query_options(request.rel_url.raw_query_string), content=content,
                body=parsed(content, headers.get("content-type", "")),
            )  # fmt: skip
            told = spend(tenant, call)
            tenant.counters.requests += 1
            fault = tenant.faults.strike(call.method, call.path)
            if fault:
                self._before(fault, call)
            answer = rest.answer(REST_ROUTES, tenant, call, site_path, below)
            if answer.body is not None:
                answer.body = written.shown(answer.body)
                answer.headers["Content-Type"] = written.media_type
            answer.headers.update(told)
            if fault:
                self._after(fault, answer, call)
            return answer
        except rest.RestError as no:
            refused, also = no, {}
        except GraphError as no:  # too many, or a fault
            refused, also = rest.RestError(no.status, f"-1, {no.code}", no.message), no.headers
        return Answer(refused.status, written.error(refused), {"Content-Type": written.media_type, **also})

    # ----------------------------------------------------------------------------------------------------- Graph

    async def _graph(self, request: web.Request, base: str, raw_path: str, content: bytes) -> Answer:
        app = entra.app_of(self.tenant, request.headers.get("Authorization", ""))
        headers = {k.lower(): v for k, v in request.headers.items()}
        if len(content) > LARGEST_BODY and request.method != "PUT":
            raise GraphError(413, "RequestEntityTooLarge", "The maximum request length was exceeded.")
        version, _, rest = raw_path.lstrip("/").partition("/")
        if unquote(rest).rstrip("/") == "$batch":
            return await self._batch(app, base, parsed(content, headers.get("content-type", "")))
        call = self._call(app, base, version, request.method, "/" + rest, request.rel_url.raw_query_string,
                          headers, content)  # fmt: skip
        return await self._one(call)

    def _call(
        self,
        app: App,
        base: str,
        version: str,
        method: str,
        raw_path: str,
        query: str,
        headers: Mapping[str, str],
        content: bytes,
        body: Any = None,
    ) -> Call:
        if body is None and method != "PUT":
            body = parsed(content, headers.get("content-type", ""))
        path = plain_path(raw_path)
        by_path = re.fullmatch(r"/sites/([^/:]+):(/[^:]+):(/.+)", path)
        if by_path and (site := self.tenant.site_at(by_path[1], by_path[2])):
            path = f"/sites/{site}{by_path[3]}"
        return Call(
            method=method.upper(),
            path=path,
            query=query_options(query),
            headers=headers,
            base=base,
            app=app,
            body=body,
            content=content,
            raw_path=unquote(raw_path),
            version=version,
        )

    async def _one(self, call: Call) -> Answer:
        """One request, alone or out of a batch: the fault that hits it, the wait, the answer."""
        tenant = self.tenant
        tenant.counters.requests += 1
        route, call.args = route_of(ROUTES, call.method, call.path)
        if route.roles and not set(route.roles) & set(call.app.roles):
            raise GraphError(403, *NO_RIGHT[route.family])
        outlook = route.family == "outlook"
        if outlook:
            self._count(call)
        try:
            fault = tenant.faults.strike(call.method, call.path)
            if tenant.latency or (fault and fault.kind == "slow"):
                await asyncio.sleep(tenant.latency + (fault.seconds if fault and fault.kind == "slow" else 0))
            if fault:
                self._before(fault, call)
            answer = route.answer(tenant, call)
            if fault:
                self._after(fault, answer, call)
        finally:
            self.tenant.stale_since = None
            if outlook:
                tenant.quotas.under_way[call.app.client_id] -= 1
        if call.applied:
            answer.headers["Preference-Applied"] = ", ".join(call.applied)
        return answer

    def _count(self, call: Call) -> None:
        """Outlook's limits: one more request under way, or 429."""
        tenant = self.tenant
        mailbox = tenant.mailbox(call.args.get("u", ""))
        key = (call.app.client_id, mailbox.user.email if mailbox else "")
        now = tenant.clock.running().timestamp()
        try:
            tenant.quotas.request(tenant.behaviours, key, now)
            if call.method in ("POST", "PATCH", "PUT"):
                size = len(call.content) or weight(call.body)
                tenant.quotas.upload(tenant.behaviours, key[1], now, size)
        except GraphError:
            tenant.counters.throttled += 1
            raise
        under_way = tenant.quotas.under_way
        under_way[key[0]] += 1
        tenant.counters.outlook_at_once = max(tenant.counters.outlook_at_once, under_way[key[0]])

    def _before(self, fault: Fault, call: Call) -> None:
        retry = {"Retry-After": fault.retry_after} if fault.retry_after else {}
        match fault.kind:
            case "throttled":
                self.tenant.counters.throttled += 1
                raise GraphError(429, "TooManyRequests", "Too many requests.", headers=retry)
            case "unavailable":
                raise GraphError(503, "ServiceUnavailable", "The service is unavailable.", headers=retry)
            case "timeout before":
                raise GraphError(504, "GatewayTimeout", "The request timed out.")
            case "request lost":
                raise Dropped
            case "a proxy's page":
                raise NotMicrosofts(b"<html><body>Please sign in to the network.</body></html>", "text/html")
            case "expired token":
                raise GraphError(
                    401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired."
                )
            case "cursor expired":
                gone = "syncStateNotFound" if "/messages" in call.path else "resyncChangesApplyDifferences"
                raise GraphError(410, gone, "The sync state generation is not found.")
            case "edited under us":
                found = self.tenant.list_named(call.args.get("l", ""))
                if found and call.args.get("i", "").isdigit():
                    item = found.items[int(call.args["i"])]
                    item.version += 1
                    found.journal.append(item.id)
            case "edited on the way" if fault.edit:
                edit(self.tenant, **fault.edit)
            case "client dies before":
                os.kill(fault.pid, signal.SIGKILL)
                raise Dropped
            case "client dies after":
                os.kill(fault.pid, signal.SIGKILL)
            case "client stops":
                os.kill(fault.pid, signal.SIGSTOP)
            case "refused":
                raise GraphError(fault.status, fault.code, "The request was refused.")
            case "stale read":
                self.tenant.stale_since = self.tenant.clock.now() - timedelta(seconds=fault.seconds)

    def _after(self, fault: Fault, answer: Answer, call: Call) -> None:
        if fault.kind == "timeout after":
            raise GraphError(504, "GatewayTimeout", "The request timed out.")
        if fault.kind in ("answer lost", "client dies after"):
            raise Dropped
        if fault.kind == "half an answer" and answer.body is not None:
            whole = json.dumps(answer.body).encode()
            raise NotMicrosofts(whole[: len(whole) // 2], "application/json")
        if fault.kind in ("hangs", "drips"):
            answer.seconds_a_byte = fault.seconds if fault.kind == "drips" else math.inf
        if (page := answer.body) and isinstance(page.get("value"), list):
            if fault.kind == "cut off":
                page.pop("@odata.nextLink", None)
                page["value"] = page["value"][: len(page["value"]) // 2]
            if fault.kind == "leads in a circle":
                page.pop("@odata.deltaLink", None)
                page["@odata.nextLink"] = call.link()
        if fault.kind == "accepted, retry later":
            answer.headers["Retry-After"] = fault.retry_after or "5"

    # ----------------------------------------------------------------------------------------------------- batch

    async def _batch(self, app: App, base: str, body: Any) -> Answer:
        """Up to twenty requests at once, Outlook's four at a time.

        https://learn.microsoft.com/graph/json-batching
        """
        requests = checked(body)
        whole = self.tenant.faults.strike("POST", "/$batch")
        itself = self._call(app, base, "v1.0", "POST", "/$batch", "", {}, b"", {})
        if whole:
            self._before(whole, itself)
        gate = asyncio.Semaphore(OUTLOOK_AT_ONCE)
        done: dict[str, asyncio.Task[JsonObject]] = {}
        slow: list[float] = []
        for each in requests:
            before = [done[str(n).casefold()] for n in each.get("dependsOn") or ()]
            done[str(each["id"]).casefold()] = asyncio.create_task(
                self._part(app, base, each, before, gate, slow)
            )
        responses = await asyncio.gather(*done.values(), return_exceptions=True)
        for response in responses:
            if isinstance(response, BaseException):
                raise response
        answer = Answer(body={"responses": list(responses)}, seconds_a_byte=max(slow, default=0.0))
        if whole:
            self._after(whole, answer, itself)
        return answer

    async def _part(
        self,
        app: App,
        base: str,
        each: JsonObject,
        before: list[asyncio.Task[JsonObject]],
        gate: asyncio.Semaphore,
        slow: list[float],
    ) -> JsonObject:
        identity = str(each["id"])
        for earlier in before:
            if (await earlier)["status"] >= 400:
                refusal = GraphError(424, "FailedDependency", "A request this one depends on has failed.")
                return self._part_json(identity, self._refusal(refusal, {}))
        headers = {k.lower(): str(v) for k, v in (each.get("headers") or {}).items()}
        path, _, query = str(each.get("url", "")).partition("?")
        path = path if path.startswith("/") else f"/{path}"
        try:
            body: Any = each.get("body")
            content = b""
            if isinstance(body, str):  # bytes travel as base64 text
                body, content = {}, base64.b64decode(body)
            call = self._call(
                app, base, "v1.0", str(each.get("method", "GET")), path, query, headers, content, body
            )
            if call.path.lower().startswith("/users/"):
                async with gate:
                    if self.tenant.behaviours.strikes("batch part throttled"):
                        raise GraphError(
                            429, "ApplicationThrottled", "Application is over its MailboxConcurrency limit.",
                            headers={"Retry-After": "1"},
                        )  # fmt: skip
                    answer = await self._one(call)
            else:
                answer = await self._one(call)
        except GraphError as fault:
            answer = self._refusal(fault, headers)
        slow.append(answer.seconds_a_byte)
        return self._part_json(identity, answer)

    def _part_json(self, identity: str, answer: Answer) -> JsonObject:
        found: JsonObject = {"id": identity, "status": answer.status, "headers": answer.headers}
        if answer.body is not None:
            found["headers"] = {"Content-Type": "application/json", **answer.headers}
            found["body"] = answer.body
        elif answer.content is not None:
            found["body"] = base64.b64encode(answer.content).decode()
        return found

    def _refusal(self, fault: GraphError, headers: Mapping[str, str]) -> Answer:
        body = error_body(
            fault,
            date=self.tenant.now().rstrip("Z"),
            request_id=uuid.uuid4().hex,
            client_request_id=headers.get("client-request-id", uuid.uuid4().hex),
        )
        return Answer(fault.status, body, dict(fault.headers))
