"""A thin door to Microsoft Graph: requests, pages and batches, with one policy for trying again.

https://learn.microsoft.com/graph/errors  https://learn.microsoft.com/graph/json-batching
"""

from __future__ import annotations

import email.utils
import json
import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import requests

from bot.errors import CursorExpired, ListChanged, RequestRefused, TenantUnavailable
from bot.office.sign_in import TIME_OUT, TenantConnection

TRIES = 5
LONGEST_WAIT = 120.0
"""Seconds. A service that asks for more is left until the next run."""

BATCH = 20
LARGEST_BATCH_BODY = 3_500_000
"""Characters of one batch's body; Graph refuses more than about four million."""

_BUSY = (429, 503)
_UNSURE = (500, 502, 504)
_IMMUTABLE = 'IdType="ImmutableId"'


@dataclass(frozen=True, slots=True)
class Request:
    """One part of a batch. `path` begins after /v1.0. `again` says whether it may be tried again when refused as
    too many; sending a letter never is."""

    method: str
    path: str
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    again: bool = True


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one part: its HTTP status and JSON body (bytes come as base64 text)."""

    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def code(self) -> str:
        error = self.body.get("error") if isinstance(self.body, dict) else None
        return str(error.get("code") or "") if isinstance(error, dict) else ""

    def fault(self, what: str) -> Exception:
        return fault_of(self.status, self.code, what, self.headers)


class Graph:
    """Requests to Graph on one signed-in connection, one at a time whoever asks."""

    def __init__(
        self, connection: TenantConnection, service_url: str, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._connection = connection
        self._root = service_url.rstrip("/")
        self._sleep = sleep
        self.calls = 0
        self._one_at_a_time = threading.Lock()

    # ---------------------------------------------------------------------------------------------- one request

    def get(
        self, path: str, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Any:
        """The JSON at a path, or at an absolute next or delta link."""
        return self._json(self._request("GET", path, params=params, headers=headers, safe=True))

    def get_bytes(self, path: str) -> bytes:
        return self._request("GET", path, safe=True).content

    def post(self, path: str, body: Any, *, safe: bool = False) -> Any:
        """`safe` says that doing it twice does no harm, so that a lost answer may be tried again."""
        return self._json(self._request("POST", path, body=body, safe=safe))

    def put(self, path: str, data: bytes, headers: Mapping[str, str] | None = None) -> Any:
        return self._json(self._request("PUT", path, data=data, headers=headers, safe=True))

    def put_range(self, url: str, data: bytes, start: int, total: int) -> Any:
        """One range of an upload session. The address is the permission, so no token goes with it."""
        self.calls += 1
        headers = {"Content-Range": f"bytes {start}-{start + len(data) - 1}/{total}"}
        session = self._connection.session
        try:
            answer = requests.put(url, data=data, headers=headers, timeout=TIME_OUT, verify=session.verify)
        except requests.exceptions.RequestException as fault:
            raise _no_answer(fault, "uploading a file") from fault
        if not answer.ok:
            raise fault_of(answer.status_code, "", "uploading a file", answer.headers)
        return answer.json() if answer.content else {}

    def delete(self, path: str) -> None:
        self._request("DELETE", path, safe=True)

    def pages(
        self, path: str, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Iterator[Any]:
        """Each page's JSON, following the next links."""
        page = self.get(path, params, headers)
        yield page
        while link := page.get("@odata.nextLink"):
            page = self.get(link, headers=headers)
            yield page

    def _request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Any = None,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        safe: bool,
    ) -> requests.Response:
        url = path if path.startswith("https://") else f"{self._root}{path}"
        if not url.startswith(self._root.rsplit("/", 1)[0]):
            raise RequestRefused("Graph answered with a link to another host; it is not followed.", status=0)
        if params:
            url = f"{url}{'&' if '?' in url else '?'}{urlencode(params)}"
        what = f"{method} {path.partition('?')[0]}"
        sent = {"Prefer": _preferring(headers), **{k: v for k, v in (headers or {}).items() if k != "Prefer"}}
        if data is None and body is not None:
            sent["Content-Type"] = "application/json"
            data = json.dumps(body).encode()
        renewed = False
        for attempt in range(1, TRIES + 1):
            self.calls += 1
            try:
                with self._one_at_a_time:
                    answer: requests.Response = self._connection.session.request(
                        method, url, data=data, headers=sent, timeout=TIME_OUT
                    )
            except requests.exceptions.RequestException as fault:
                if safe and attempt < TRIES:
                    self._wait(attempt, {})
                    continue
                raise _no_answer(fault, what, outcome_unknown=not safe) from fault
            if answer.status_code == 401 and not renewed:
                renewed = True
                self._connection.renew()
                continue
            passing = answer.status_code in (*_BUSY, *_UNSURE)
            if safe and passing and attempt < TRIES and self._wait(attempt, answer.headers):
                continue
            if answer.status_code >= 400:
                raise fault_of(answer.status_code, _code(answer), what, answer.headers, safe=safe)
            return answer
        raise TenantUnavailable(f"{what}: Microsoft 365 stayed busy.")

    def _wait(self, attempt: int, headers: Mapping[str, str]) -> bool:
        """Wait as told, or a growing while. False when the service asks for longer than a run may wait."""
        told = retry_after(headers)
        seconds = told if told is not None else min(30.0, 0.5 * 2**attempt) * random.uniform(0.8, 1.2)
        if seconds > LONGEST_WAIT:
            return False
        self._sleep(seconds)
        return True

    @staticmethod
    def _json(answer: requests.Response) -> Any:
        return json.loads(answer.content) if answer.content else {}

    # --------------------------------------------------------------------------------------------------- batches

    def batch(self, parts: Iterable[Request], *, most: int = BATCH) -> list[Reply]:
        """The answers to many requests, in their order, one batch at a time.

        One batch at a time keeps Outlook's limit of four at once, which the service keeps within a batch. A part
        refused as too many is tried again if it may be; any other refusal is for the caller to read.
        """
        replies: list[Reply] = []
        for chunk in _chunks(parts, most):
            replies += self._batch_of(chunk)
        return replies

    def _batch_of(self, parts: Sequence[Request]) -> list[Reply]:
        found: dict[int, Reply] = {}
        left = list(enumerate(parts))
        for attempt in range(1, TRIES + 1):
            # Refused as a whole, a batch is repeated only if doing every part twice would do no harm.
            safe = all(part.method != "POST" for _, part in left)
            answer = self._json(self._request("POST", "/$batch", body=_batch_body(left), safe=safe))
            for each in answer["responses"]:
                found[int(each["id"])] = Reply(each["status"], each.get("body"), each.get("headers") or {})
            busy = [(n, part) for n, part in left if found[n].status in _BUSY and part.again]
            waits = [retry_after(found[n].headers) or 0.0 for n, _ in busy]
            if not busy or attempt == TRIES:
                break
            if not self._wait(attempt, {"Retry-After": str(max(waits))} if any(waits) else {}):
                break
            left = busy
        return [found[n] for n in range(len(parts))]


def _batch_body(parts: Sequence[tuple[int, Request]]) -> dict[str, Any]:
    requests_ = []
    for n, part in parts:
        each: dict[str, Any] = {
            "id": str(n),
            "method": part.method,
            "url": part.path,
            "headers": {"Prefer": _preferring(part.headers), **part.headers},
        }
        if part.body is not None:
            each["body"] = part.body
            each["headers"]["Content-Type"] = "application/json"
        requests_.append(each)
    return {"requests": requests_}


def _chunks(parts: Iterable[Request], most: int) -> Iterator[list[Request]]:
    """Batches of at most `most` parts whose bodies together stay under Graph's limit."""
    chunk: list[Request] = []
    size = 0
    for part in parts:
        weight = _weight(part.body)
        if chunk and (len(chunk) == most or size + weight > LARGEST_BATCH_BODY):
            yield chunk
            chunk, size = [], 0
        chunk.append(part)
        size += weight
    if chunk:
        yield chunk


def _weight(body: Any) -> int:
    """Roughly how long a body is, without writing it out twice."""
    if isinstance(body, str):
        return len(body) + 8
    if isinstance(body, Mapping):
        return sum(_weight(value) + 24 for value in body.values())
    if isinstance(body, list | tuple):
        return sum(_weight(value) for value in body)
    return 8


def _preferring(headers: Mapping[str, str] | None) -> str:
    asked = (headers or {}).get("Prefer")
    return f"{_IMMUTABLE}, {asked}" if asked else _IMMUTABLE


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait: whole, fractional or a date (RFC 9110 §10.2.3). None when nothing useful is said."""
    text = next((v for k, v in headers.items() if k.lower() == "retry-after"), "")
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    today = next((v for k, v in headers.items() if k.lower() == "date"), "")
    try:
        return max(0.0, (moment - email.utils.parsedate_to_datetime(today)).total_seconds())
    except (TypeError, ValueError):
        return None


def fault_of(
    status: int, code: str, what: str, headers: Mapping[str, str], *, safe: bool = False
) -> Exception:
    """The fault that an answer means."""
    if status == 412:
        return ListChanged(f"{what}: the row was edited meanwhile.")
    if status == 410 or code.casefold() == "syncstatenotfound" or code.casefold().startswith("resync"):
        return CursorExpired(f"{what}: the place in the mailbox is no longer known.")
    if status in (*_BUSY, *_UNSURE, 408):
        return TenantUnavailable(
            f"{what}: Microsoft 365 answered {status}.",
            retry_after=retry_after(headers),
            outcome_unknown=not safe,
        )
    if status in (401, 403):
        return RequestRefused(
            f"{what}: the bot may not do this ({status} {code}). The IT administrator can put the rights right.",
            status=status,
            code=code,
        )
    return RequestRefused(f"{what}: Microsoft 365 refused ({status} {code}).", status=status, code=code)


def _no_answer(fault: Exception, what: str, *, outcome_unknown: bool = False) -> TenantUnavailable:
    return TenantUnavailable(
        f"{what}: Microsoft 365 did not answer ({type(fault).__name__}).", outcome_unknown=outcome_unknown
    )


def _code(answer: requests.Response) -> str:
    try:
        body = answer.json()
    except ValueError:
        return ""
    error = body.get("error") if isinstance(body, dict) else None
    return str(error.get("code") or "") if isinstance(error, dict) else ""
