"""The tenant's HTTPS front: tokens, Graph, batches, faults and latency, on one event loop."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import uuid
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from sandbox import entra, files, lists, mail, mail_folders
from sandbox.faults import Fault
from sandbox.graph_http import (
    JSON_TYPE,
    LARGEST_BODY,
    Answer,
    Call,
    GraphError,
    JsonObject,
    Route,
    error_body,
    parsed,
    plain_path,
    query_options,
    route_of,
)
from sandbox.state import App, Tenant

ROUTES: list[Route] = [
    *mail.routes.all,
    *mail.users.all,
    *mail_folders.routes.all,
    *lists.routes.all,
    *files.routes.all,
]
OUTLOOK_AT_ONCE = 4
LARGEST_BATCH = 20


class Dropped(Exception):
    """The connection is to be cut without an answer."""


class Server:
    """Answers every request of the tenant. `app()` is the aiohttp application."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self._busy: Counter[tuple[str, str]] = Counter()

    def app(self) -> web.Application:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/{tail:.*}", self._http)
        return app

    # ------------------------------------------------------------------------------------------------------ HTTP

    async def _http(self, request: web.Request) -> web.StreamResponse:
        tenant = self.tenant
        tenant.counters.http += 1
        base = f"https://{request.host}"
        try:
            content = await request.read()
            answer = await self._answer_http(request, base, content)
        except Dropped:
            if request.transport:
                request.transport.abort()
            raise web.HTTPBadRequest from None
        headers = {"request-id": uuid.uuid4().hex, **answer.headers}
        if asked := request.headers.get("client-request-id"):
            headers["client-request-id"] = asked
        if answer.body is not None:
            text = json.dumps(answer.body, ensure_ascii=False).encode()
            headers.setdefault("Content-Type", JSON_TYPE)
            return web.Response(status=answer.status, body=text, headers=headers)
        return web.Response(status=answer.status, body=answer.content or b"", headers=headers)

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
            if parts[0] == "upload":
                return self._upload(base, parts, content, request.headers.get("Content-Range", ""))
            if parts[0] in ("v1.0", "beta"):
                return await self._graph(request, base, path, content)
            return await self._entra(request, base, parts)
        except GraphError as fault:
            return self._refusal(fault, request.headers)

    def _upload(self, base: str, parts: list[str], content: bytes, content_range: str) -> Answer:
        if parts[1] == "mail" and (mailbox := self.tenant.mailbox(parts[2])):
            return mail.put_range(self.tenant, base, mailbox, parts[3], content, content_range)
        raise GraphError(404, "itemNotFound", "There is no such upload.")

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
            raise GraphError(403, "accessDenied", "Insufficient privileges to complete the operation.")
        key = None
        if route.family == "outlook":
            mailbox = tenant.mailbox(call.args.get("u", ""))
            key = (call.app.client_id, mailbox.user.email if mailbox else "")
        if key:
            if tenant.strict_concurrency and self._busy[key] >= OUTLOOK_AT_ONCE:
                tenant.counters.throttled += 1
                raise GraphError(
                    429,
                    "ApplicationThrottled",
                    "Application is over its MailboxConcurrency limit.",
                    headers={"Retry-After": "1"},
                )
            self._busy[key] += 1
            tenant.counters.outlook_at_once = max(tenant.counters.outlook_at_once, self._busy[key])
        try:
            fault = tenant.faults.strike(call.method, call.path)
            if tenant.latency or (fault and fault.kind == "slow"):
                await asyncio.sleep(tenant.latency + (fault.seconds if fault and fault.kind == "slow" else 0))
            if fault:
                self._before(fault, call)
            answer = route.answer(tenant, call)
            if fault:
                self._after(fault, answer)
        finally:
            self.tenant.stale_since = None
            if key:
                self._busy[key] -= 1
        if call.applied:
            answer.headers["Preference-Applied"] = ", ".join(call.applied)
        return answer

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
            case "expired token":
                raise GraphError(
                    401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired."
                )
            case "cursor expired":
                raise GraphError(410, "syncStateNotFound", "The sync state generation is not found.")
            case "edited under us":
                found = self.tenant.list_named(call.args.get("l", ""))
                if found and call.args.get("i", "").isdigit():
                    item = found.items[int(call.args["i"])]
                    item.version += 1
                    found.journal.append(item.id)
            case "refused":
                raise GraphError(fault.status, fault.code, "The request was refused.")
            case "stale read":
                self.tenant.stale_since = self.tenant.clock.now() - timedelta(seconds=fault.seconds)

    def _after(self, fault: Fault, answer: Answer) -> None:
        if fault.kind == "timeout after":
            raise GraphError(504, "GatewayTimeout", "The request timed out.")
        if fault.kind == "answer lost":
            raise Dropped
        if fault.kind == "accepted, retry later":
            answer.headers["Retry-After"] = fault.retry_after or "5"

    # ----------------------------------------------------------------------------------------------------- batch

    async def _batch(self, app: App, base: str, body: Any) -> Answer:
        """Up to twenty requests at once, Outlook's four at a time.

        https://learn.microsoft.com/graph/json-batching
        """
        requests = body.get("requests") if isinstance(body, dict) else None
        if not isinstance(requests, list) or not requests:
            raise GraphError(400, "BadRequest", "Invalid batch payload format.")
        if len(requests) > LARGEST_BATCH:
            raise GraphError(
                400,
                "MaximumValueExceeded",
                f"Number of batch request steps exceeds the maximum value of {LARGEST_BATCH}.",
            )
        whole = self.tenant.faults.strike("POST", "/$batch")
        if whole:
            fake = self._call(app, base, "v1.0", "POST", "/$batch", "", {}, b"", {})
            self._before(whole, fake)
        if len({str(each.get("id")) for each in requests}) < len(requests):
            raise GraphError(400, "BadRequest", "Each request of a batch needs an id of its own.")
        gate = asyncio.Semaphore(OUTLOOK_AT_ONCE)
        done: dict[str, asyncio.Task[JsonObject]] = {}
        for each in requests:
            before = [done[str(n)] for n in each.get("dependsOn") or () if str(n) in done]
            done[str(each["id"])] = asyncio.create_task(self._part(app, base, each, before, gate))
        responses = await asyncio.gather(*done.values(), return_exceptions=True)
        for response in responses:
            if isinstance(response, BaseException):
                raise response
        answer = Answer(body={"responses": list(responses)})
        if whole:
            self._after(whole, answer)
        return answer

    async def _part(
        self,
        app: App,
        base: str,
        each: JsonObject,
        before: list[asyncio.Task[JsonObject]],
        gate: asyncio.Semaphore,
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
            body: Any = each.get("body") or {}
            content = b""
            if isinstance(body, str):  # bytes travel as base64 text
                body, content = {}, base64.b64decode(body)
            call = self._call(
                app, base, "v1.0", str(each.get("method", "GET")), path, query, headers, content, body
            )
            outlook = path.lower().startswith("/users/")
            if outlook:
                async with gate:
                    answer = await self._one(call)
            else:
                answer = await self._one(call)
        except GraphError as fault:
            answer = self._refusal(fault, headers)
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
