"""What requests cost in SharePoint, and what becomes of an app that spends too much.

https://learn.microsoft.com/sharepoint/dev/general-development/how-to-avoid-getting-throttled-or-blocked-in-sharepoint-online
"""

from __future__ import annotations

import math
import time

from sandbox.tenant.graph_error import GraphError
from sandbox.tenant.graph_http import Call
from sandbox.tenant.state import SpentUnits, Tenant

LIMITS = (("resource units a minute", 60.0), ("resource units a day", 86_400.0))
TOLD_FROM = 0.8
"""The share of a minute's units from which the RateLimit headers stand on every answer."""


def cost(call: Call) -> int:
    """One unit for one thing or for a delta with a token, two for a query or a change, five for permissions."""
    if "/permissions" in call.path.lower():
        return 5
    if call.method != "GET":
        return 2
    last = call.path.rsplit("/", 1)[-1].lower()
    if last.startswith("delta"):
        return 1 if call.query.get("token") or call.query.get("deltatoken") else 2
    return 2 if last in ("lists", "columns", "items", "children", "drives") else 1


def spend(tenant: Tenant, call: Call) -> dict[str, str]:
    """Charge a request; the RateLimit headers its answer carries. 429 or 503 with Retry-After beyond a limit.

    A throttled request costs what it would have cost.
    """
    told: dict[str, str] = {}
    now, real, units = tenant.clock.now().timestamp(), time.monotonic(), cost(call)
    for name, seconds in LIMITS:
        limit = tenant.behaviours.limit(name)
        if not math.isfinite(limit):
            continue
        window = tenant.units.get((call.app.client_id, name))
        if window is None or abs(now - window.began) >= seconds or real - window.began_real >= seconds:
            window = tenant.units[call.app.client_id, name] = SpentUnits(now, real)
        window.spent += units
        reset = math.ceil(seconds - max(now - window.began, real - window.began_real))
        headers = {
            "RateLimit-Limit": str(int(limit)),
            "RateLimit-Remaining": str(max(0, int(limit) - window.spent)),
            "RateLimit-Reset": str(reset),
        }
        if window.spent > limit:
            tenant.counters.throttled += 1
            headers = {"Retry-After": str(reset), **headers}
            if tenant.behaviours.strikes("throttled as 503"):
                raise GraphError(503, "serviceNotAvailable", "The service is unavailable.", headers=headers)
            raise GraphError(429, "activityLimitReached", "The request has been throttled", headers=headers)
        if not told and window.spent >= TOLD_FROM * limit:
            told = headers
    return told
