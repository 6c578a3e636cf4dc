"""What requests cost in SharePoint, and what becomes of an app that spends too much.

https://learn.microsoft.com/sharepoint/dev/general-development/how-to-avoid-getting-throttled-or-blocked-in-sharepoint-online
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.graph_http import Call, GraphError

if TYPE_CHECKING:
    from sandbox.state import Tenant

MINUTE = 60.0
TOLD_FROM = 0.8
"""The share of a minute's units from which the RateLimit headers stand on every answer."""


@dataclass(slots=True)
class Minute:
    """What one app has spent in the running minute. It is over when the tenant's clock or the real one says so."""

    began: float
    began_real: float
    spent: int = 0


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
    """Charge a request; the RateLimit headers its answer carries. 429 with Retry-After beyond the limit.

    A throttled request costs what it would have cost.
    """
    limit = tenant.behaviours.limit("resource units a minute")
    if not math.isfinite(limit):
        return {}
    now, real = tenant.clock.now().timestamp(), time.monotonic()
    spent = tenant.units.get(call.app.client_id)
    if spent is None or abs(now - spent.began) >= MINUTE or real - spent.began_real >= MINUTE:
        spent = tenant.units[call.app.client_id] = Minute(now, real)
    spent.spent += cost(call)
    left = max(0, int(limit) - spent.spent)
    reset = math.ceil(MINUTE - max(now - spent.began, real - spent.began_real))
    headers = {
        "RateLimit-Limit": str(int(limit)),
        "RateLimit-Remaining": str(left),
        "RateLimit-Reset": str(reset),
    }
    if spent.spent > limit:
        tenant.counters.throttled += 1
        headers = {"Retry-After": str(reset), **headers}
        raise GraphError(429, "activityLimitReached", "The request has been throttled", headers=headers)
    return headers if spent.spent >= TOLD_FROM * limit else {}
