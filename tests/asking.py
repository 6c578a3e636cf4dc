"""Graph asked with nothing between: what the tests of one subject each share."""

from __future__ import annotations

from typing import Any

import requests

import sandbox
from sandbox.tenant.seeding import ADMINISTRATOR

SITE = "/sites/wexcombe.sharepoint.example:/sites/audit:"
ROWS = f"{SITE}/lists/Audit allocations/items"
CYCLES = f"{SITE}/lists/Audit cycles"


class Asking:
    """One app signed in. Called with a method and a path it gives the answer."""

    def __init__(self, tenant: sandbox.Running, client_id: str = "") -> None:
        self.tenant = tenant
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = str(tenant.ca_path)
        form = {
            "grant_type": "client_credentials",
            "client_id": client_id or tenant.client_id,
            "client_secret": tenant.secret,
            "scope": "https://graph.microsoft.com/.default",
        }
        answer = self.session.post(f"{tenant.url}/{tenant.tenant_id}/oauth2/v2.0/token", data=form)
        self.session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        url = path if path.startswith("https") else f"{self.tenant.url}/v1.0{path}"
        if isinstance(body, bytes):
            return self.session.request(method, url, data=body, headers=headers, allow_redirects=False)
        return self.session.request(method, url, json=body, headers=headers, allow_redirects=False)

    def get(self, path: str, **headers: str) -> Any:
        answer = self("GET", path, **headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def close(self) -> None:
        self.session.close()


def administrator(tenant: sandbox.Running) -> Asking:
    """The app of somebody who may make lists and let other apps in."""
    return Asking(tenant, ADMINISTRATOR)


def code(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def fresh(tenant: sandbox.Running, **behaviours: Any) -> Asking:
    """The tenant as its seed has it, behaving as said, and the app signed in."""
    tenant.ask("POST", "/reset")
    tenant.ask("POST", "/settings", {"latency_ms": 0, "token_seconds": 3599})
    tenant.ask("POST", "/clock", {"now": "2026-04-01T08:00:00+00:00"})
    tenant.ask("POST", "/behaviours", {name.replace("_", " "): value for name, value in behaviours.items()})
    return Asking(tenant)
