"""Several tenants at one address, as Microsoft's cloud has them: whose a request is, and nothing of one in another's.

Each tenant has its own state, clock, behaviours, faults and limits, which count for an app in a tenant and for a
mailbox:
https://learn.microsoft.com/graph/throttling-limits. The one limit on an app across all tenants, 130,000 requests in ten
seconds, is beyond what this answers and is left out.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from aiohttp import web

from sandbox.tenant.server import Server

_OF_A_MAILBOX = re.compile(r"/api/v2\.0/Users\('[^'@]+@([^')]+)'\)", re.IGNORECASE)


class Cloud:
    """One address for all. `app()` is the aiohttp application."""

    def __init__(self, servers: Sequence[Server]) -> None:
        self._servers = list(servers)
        self._named = {
            name.casefold(): server
            for server in servers
            for name in (server.tenant.id, server.tenant.domain, server.tenant.host)
        }
        if len(self._named) < 3 * len(self._servers):
            raise ValueError("Two tenants have the same id or domain.")

    def app(self) -> web.Application:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/{tail:.*}", self._http)
        return app

    async def _http(self, request: web.Request) -> web.StreamResponse:
        return await self._whose(request).http(request)

    def _whose(self, request: web.Request) -> Server:
        """The tenant that is to answer. Where nothing says which, the first one, which then refuses as it would alone.

        Entra has the tenant in its path, Graph in the token (`tid`), SharePoint in its host or, at the one host of this
        machine, in the token; an address that needs no token names a mailbox of the tenant, or something one of them
        gave out.
        https://learn.microsoft.com/entra/identity-platform/v2-protocols
        https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
        """
        first = self._servers[0]
        if len(self._servers) == 1:
            return first
        if at := self._named.get((request.url.host or "").casefold()):
            return at
        path = unquote(request.rel_url.raw_path)
        parts = path.strip("/").split("/")
        if parts[0] in ("v1.0", "beta") or "_api" in parts:
            return self._named.get(_tenant_of(request.headers.get("Authorization", "")), first)
        if of := _OF_A_MAILBOX.match(path):
            return self._named.get(of[1].casefold(), first)
        if parts[0] in ("download", "upload"):
            given = parts[-1]
            return next(
                (s for s in self._servers if given in s.tenant.downloads or given in s.tenant.uploads), first
            )
        if parts[1:] == ["discovery", "instance"]:
            # What a client asks for its own authority: https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize
            asked = urlsplit(request.rel_url.query.get("authorization_endpoint", "")).path
            return self._named.get(asked.strip("/").partition("/")[0].casefold(), first)
        return self._named.get(parts[0].casefold(), first)


@lru_cache(maxsize=1024)
def _tenant_of(authorization: str) -> str:
    """The tenant a token says it is for, whoever signed it; that is looked at by the tenant itself."""
    try:
        claims = authorization.split(".")[1]
        return str(json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["tid"]).casefold()
    except (IndexError, ValueError, KeyError, TypeError):
        return ""
