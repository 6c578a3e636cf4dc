"""Graph by plain requests, for tests of the pretend tenant: no library between, least of all the bot's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests

import sandbox

JsonObject = dict[str, Any]


class Client:
    def __init__(self, tenant: sandbox.Running) -> None:
        self.tenant = tenant
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = str(tenant.ca_path)
        form = {
            "grant_type": "client_credentials",
            "client_id": tenant.client_id,
            "client_secret": tenant.secret,
            "scope": "https://graph.microsoft.com/.default",
        }
        self.token = self.session.post(f"{tenant.url}/{tenant.tenant_id}/oauth2/v2.0/token", data=form).json()
        self.authorization = {"Authorization": f"Bearer {self.token['access_token']}"}

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        url = path if path.startswith("https") else f"{self.tenant.url}/v1.0{path}"
        return self.session.request(method, url, json=body, headers={**self.authorization, **headers})

    def mail(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        return self.call(method, f"/users/{self.tenant.mailbox}{path}", body, **headers)

    def find(self, **query: str) -> list[JsonObject]:
        """The messages of the mailbox for these query options; fails unless the answer is 200."""
        url = f"{self.tenant.url}/v1.0/users/{self.tenant.mailbox}/messages"
        answer = self.session.get(
            url, params={f"${k}": v for k, v in query.items()}, headers=self.authorization
        )
        assert answer.status_code == 200, answer.text
        found: list[JsonObject] = answer.json()["value"]
        return found

    def refused(self, **query: str) -> tuple[int, str]:
        """Status and code for query options that are refused."""
        url = f"{self.tenant.url}/v1.0/users/{self.tenant.mailbox}/messages"
        answer = self.session.get(
            url, params={f"${k}": v for k, v in query.items()}, headers=self.authorization
        )
        return answer.status_code, answer.json()["error"]["code"]

    def batch(self, *parts: JsonObject) -> requests.Response:
        return self.call("POST", "/$batch", {"requests": list(parts)})

    def draft(self, to: str, **changes: Any) -> JsonObject:
        given = {
            "subject": "Hello",
            "body": {"contentType": "HTML", "content": "<p>Hello</p>"},
            "toRecipients": [{"emailAddress": {"address": to}}],
            **changes,
        }
        answer = self.mail("POST", "/messages", given, Prefer='IdType="ImmutableId"')
        assert answer.status_code == 201, answer.text
        found: JsonObject = answer.json()
        return found

    def send(self, draft: JsonObject) -> int:
        return self.mail("POST", f"/messages/{draft['id']}/send").status_code

    def inbox(self, options: str = "") -> list[JsonObject]:
        found: list[JsonObject] = self.mail("GET", f"/mailFolders/Inbox/messages{options}").json()["value"]
        return found

    def behave(self, **changes: Any) -> None:
        """Switch behaviours; underscores stand for blanks."""
        self.tenant.ask("POST", "/behaviours", {name.replace("_", " "): v for name, v in changes.items()})

    def clock(self, moment: str) -> None:
        self.tenant.ask("POST", "/clock", {"now": moment})


@contextmanager
def fresh(running: sandbox.Running) -> Iterator[Client]:
    """A client of a tenant as its seed has it, at eight o'clock on Wednesday 1 April 2026."""
    running.ask("POST", "/reset")
    running.ask("DELETE", "/faults")
    running.ask("POST", "/settings", {"latency_ms": 0, "token_seconds": 3599})
    running.ask("POST", "/clock", {"now": "2026-04-01T07:00:00+00:00"})
    client = Client(running)
    try:
        yield client
    finally:
        client.session.close()
