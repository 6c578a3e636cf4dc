"""A thin door to Microsoft Graph: requests, pages and batches, with one policy for trying again.

https://learn.microsoft.com/graph/errors  https://learn.microsoft.com/graph/json-batching
"""

from __future__ import annotations

import email.utils
import json
import random
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests

from bot.errors import ListChanged, RequestRefused, TenantUnavailable
from bot.office.pace import Patience, Window, retry_after
from bot.office.sign_in import TIME_OUT, TenantConnection
from bot.office.whole_answer import WHOLE_ANSWER, Endless
from bot.programme.whole_text import whole_texts

TRIES = 5
LONGEST_WAIT = 120.0
"""Seconds. A service that asks for more is left until the next run."""

WHOLE_RUN = 50 * 60.0
"""Seconds after which a run asks for nothing more: the next one goes on. Less than a lease holds (lease.py)."""

RANGE = 10 * 320 * 1024
"""How much of a large file goes up at once; it must be a multiple of 320 KiB."""

BATCH = 20
LARGEST_BATCH_BODY = 3_500_000
"""Characters of one batch's body; Graph refuses more than about four million."""

MAILBOX_REQUESTS = 9_000
MAILBOX_BYTES = 140_000_000
"""Exchange takes 10,000 requests in 10 minutes and 150 MB in 5 from one program for one mailbox, and counts each part
of a batch. The rest is left for another program, or a check, that uses the same app.
https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits
"""

LAST_WORDS = 300.0
"""Seconds."""
_TOO_MANY = 429
_BUSY = (_TOO_MANY, 503)
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
        """Whether it was done. What says well and carries an error says nothing."""
        return 200 <= self.status < 300 and not _is_error(self.body)

    @property
    def code(self) -> str:
        return _code(self.body)

    def fault(self, what: str) -> Exception:
        return fault_of(self.status, self.code, what)


def no_circle(link: str, followed: set[str]) -> None:
    """Remember a next link. Raises TenantUnavailable where it was followed before: it would be followed for ever."""
    if link in followed:
        raise TenantUnavailable("Microsoft 365 gave a list whose pages lead round in a circle.")
    followed.add(link)


class Graph:
    """Requests to Graph on one signed-in connection, one at a time whoever asks. `patience` is what it waits altogether
    for a service that says it is busy, without a limit where none is given."""

    def __init__(
        self,
        connection: TenantConnection,
        service_url: str,
        *,
        sleep: Callable[[float], None] = time.sleep,
        patience: Patience | None = None,
    ) -> None:
        self._connection = connection
        self._root = service_url.rstrip("/")
        self._sleep = sleep
        self._one_at_a_time = threading.Lock()
        self._mailbox_requests = Window(MAILBOX_REQUESTS, 600)
        self._mailbox_bytes = Window(MAILBOX_BYTES, 300)
        self._rest_until = 0.0  # by time.monotonic()
        self._over_at = time.monotonic() + WHOLE_RUN
        self.patience = patience or Patience(sleep=sleep)
        self.server_date: datetime | None = None
        """Microsoft's clock, by its last answer."""

    # ---------------------------------------------------------------------------------------------- one request

    def consented(self) -> frozenset[str] | None:
        """The application permissions that the token names, or None where it cannot be read. Roles that Exchange gives
        are not among them. https://learn.microsoft.com/graph/resolve-auth-errors"""
        return self._connection.consented()

    def get(
        self, path: str, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Any:
        """The JSON at a path, or at an absolute next or delta link."""
        return self._json(self._request("GET", path, params=params, headers=headers, safe=True))

    def get_bytes(self, path: str) -> bytes:
        return self._request("GET", path, safe=True).content

    def post(
        self, path: str, body: Any, *, safe: bool = False, headers: Mapping[str, str] | None = None
    ) -> Any:
        """`safe` says that doing it twice does no harm, so that a lost answer may be tried again."""
        return self._json(self._request("POST", path, body=body, headers=headers, safe=safe))

    def post_once(self, path: str, body: Any, seconds: float) -> Any:
        """Ask for something that nothing may wait for: once, and for so long. Raises AuditBotError."""
        return self._json(self._request("POST", path, body=body, safe=False, tries=1, seconds=seconds))

    def patch(self, path: str, body: Any) -> Any:
        return self._json(self._request("PATCH", path, body=body, safe=True))

    def put(self, path: str, data: bytes, headers: Mapping[str, str] | None = None) -> Any:
        return self._json(self._request("PUT", path, data=data, headers=headers, safe=True))

    def upload(self, new_session: Callable[[], Any], data: bytes) -> Any:
        """Send a file up in ranges; the last answer. `new_session` makes an upload session, once more when the first
        has run out meanwhile.

        The address of a session is the permission and may be of another host, so no token goes with it.
        https://learn.microsoft.com/graph/api/driveitem-createuploadsession
        """
        for last in (False, True):
            url = str(new_session()["uploadUrl"])
            if origin(url) is None:
                raise RequestRefused("An upload address without https was given; it is not used.", status=0)
            try:
                for start in range(0, len(data), RANGE):
                    answer = self._put_range(url, data[start : start + RANGE], start, len(data))
                return answer
            except RequestRefused as fault:
                if last or fault.status not in (404, 410):
                    raise
        return {}

    def _put_range(self, url: str, data: bytes, start: int, total: int) -> Any:
        headers = {"Content-Range": f"bytes {start}-{start + len(data) - 1}/{total}"}
        what = "uploading a file"
        for attempt in range(1, TRIES + 1):
            self._keep_within(0, len(data))
            try:
                answer: requests.Response = self._connection.plain_session.put(
                    url, data=data, headers=headers, timeout=TIME_OUT
                )
            except requests.exceptions.RequestException as fault:
                raise _no_answer(fault, what) from fault
            if answer.status_code in _BUSY and attempt < TRIES and self._wait(attempt, answer.headers):
                continue
            if not answer.ok:
                raise fault_of(answer.status_code, "", what)
            return _read(answer.content)
        raise TenantUnavailable(f"{what}: Microsoft 365 stayed busy.")

    def delete(self, path: str) -> None:
        self._request("DELETE", path, safe=True)

    def pages(self, path: str, params: Mapping[str, str] | None = None) -> Iterator[Any]:
        """Each page's JSON, following the next links."""
        return self.onward(self.get(path, params))

    def entries(self, page: Any) -> Iterator[Any]:
        """Each entry of a list whose first page is known, and of the pages after it."""
        for each in self.onward(page):
            yield from each["value"]

    def onward(self, page: Any) -> Iterator[Any]:
        """The pages from a first one on. Raises TenantUnavailable where their links lead round in a circle."""
        yield page
        followed: set[str] = set()
        while link := page.get("@odata.nextLink"):
            no_circle(link, followed)
            page = self.get(link)
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
        parts: Sequence[Request] = (),
        again: bool = True,
        tries: int = TRIES,
        seconds: float | None = None,
    ) -> requests.Response:
        """`safe`: doing it twice does no harm. What was refused as too many was not done, and is asked again, but for
        what is not to be asked `again`: that answer is for the caller to read. `parts` are those of a batch. `seconds`
        are those until an answer is whole, where nobody waits longer."""
        url = f"{self._root}{path}" if path.startswith("/") else path
        if origin(url) is None or origin(url) != origin(self._root):
            raise RequestRefused("Graph answered with a link to another host; it is not followed.", status=0)
        if params:
            url = f"{url}{'&' if '?' in url else '?'}{urlencode(params)}"
        what = f"{method} {path.partition('?')[0]}"
        sent = _with_preferences(headers or {})
        if data is None and body is not None:
            sent.setdefault("Content-Type", "application/json")
            data = json.dumps(body).encode()
        renewed = False
        asked = [part.path for part in parts] or [url]
        to_mailbox = sum(map(_of_mailbox, asked))
        waits = {"timeout": TIME_OUT} if seconds is None else {"timeout": seconds, "whole": seconds}
        for attempt in range(1, tries + 1):
            self._keep_within(
                to_mailbox, len(data or b"") if to_mailbox else 0, rests=to_mailbox < len(asked)
            )
            try:
                with self._one_at_a_time:
                    answer: requests.Response = self._connection.session.request(
                        method, url, data=data, headers=sent, **waits
                    )
            except requests.exceptions.RequestException as fault:
                if safe and attempt < tries and not isinstance(fault, Endless):
                    self._wait(attempt, {})
                    continue
                raise _no_answer(fault, what, seconds or WHOLE_ANSWER) from fault
            if answer.status_code == 401 and not renewed:
                renewed = True
                self._connection.renew(afresh=True)
                continue
            self._heed(answer.headers)
            with suppress(TypeError, ValueError):
                self.server_date = email.utils.parsedate_to_datetime(answer.headers.get("Date") or "")
            if answer.status_code == _TOO_MANY and not again:
                return answer
            passing = answer.status_code == _TOO_MANY or (safe and answer.status_code in (*_BUSY, *_UNSURE))
            if passing and attempt < tries and self._wait(attempt, answer.headers):
                continue
            if answer.status_code >= 400:
                raise fault_of(answer.status_code, _code(_body(answer)), what)
            return answer
        raise TenantUnavailable(f"{what}: Microsoft 365 stayed busy.")

    def a_few_minutes_more(self) -> None:
        """For a run that has lasted too long: so that it can still say so, and give back what it holds."""
        self._over_at = max(self._over_at, time.monotonic() + LAST_WORDS)
        self._rest_until = 0.0

    def _wait(self, attempt: int, headers: Mapping[str, str]) -> bool:
        """Wait as told, or a growing while. False when the service asks for longer than a run may wait."""
        told = retry_after(headers)
        seconds = told if told is not None else min(30.0, 0.5 * 2**attempt) * random.uniform(0.8, 1.2)
        return self.patience.waits(seconds, LONGEST_WAIT)

    def make_room(self, requests_: int, size: int) -> None:
        """Wait until so many requests and bytes more can go to a mailbox at once: before it is noted that they do.
        Raises TenantUnavailable as the requests themselves would."""
        self._in_time()
        self._waited(max(self._mailbox_requests.wait_for(requests_), self._mailbox_bytes.wait_for(size)))

    def _keep_within(self, requests_: int, size: int, *, rests: bool = True) -> None:
        """Wait until so many requests and bytes more fit into what a mailbox may be asked, and where the site is asked
        (`rests`) SharePoint's rest is over. Raises TenantUnavailable once the run has lasted too long, or may not wait
        so long."""
        self._in_time()
        seconds = max(self._mailbox_requests.room_for(requests_), self._mailbox_bytes.room_for(size))
        if rests:
            seconds = max(seconds, self._rest_until - time.monotonic())
        self._waited(seconds)
        if rests:
            self._rest_until = 0.0

    def _in_time(self) -> None:
        if time.monotonic() > self._over_at:
            raise TenantUnavailable("The run had lasted too long; what is left is done by the next.")

    def _waited(self, seconds: float) -> None:
        if seconds > 0 and not self.patience.waits(seconds):
            raise TenantUnavailable(
                "Microsoft 365 is asked no more for a while: it would say that it is too much."
            )

    def _heed(self, headers: Mapping[str, str]) -> None:
        """SharePoint says from four fifths of its limit on how much is left; the last tenth is not used.

        https://learn.microsoft.com/sharepoint/dev/general-development/how-to-avoid-getting-throttled-or-blocked-in-sharepoint-online
        """
        said = {k.casefold(): v for k, v in headers.items() if k.casefold().startswith("ratelimit-")}
        try:
            limit, left, reset = (float(said[f"ratelimit-{k}"]) for k in ("limit", "remaining", "reset"))
        except (KeyError, ValueError):
            return
        if left < limit / 10:
            self._rest_until = max(self._rest_until, time.monotonic() + min(reset, LONGEST_WAIT))

    @staticmethod
    def _json(answer: requests.Response) -> Any:
        """What stands in an answer that says well. A page of a proxy, or an error all the same, is no answer."""
        try:
            found = _read(answer.content)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict) or _is_error(found):
            raise TenantUnavailable("Microsoft 365 answered with something that is no answer.")
        return found

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
            answer = self._request(
                "POST",
                "/$batch",
                body=_batch_body(left),
                safe=safe,
                parts=[part for _, part in left],
                again=all(part.again for _, part in left),
            )
            if answer.status_code == _TOO_MANY:  # the whole, and so every part of it
                found |= {n: Reply(_TOO_MANY, _body(answer), answer.headers) for n, _ in left}
                break
            for n, _ in left:  # a part that is not answered may have been done
                found[n] = Reply(504, None, {})
            for each in self._json(answer).get("responses") or ():
                headers = {"Date": answer.headers.get("Date", ""), **(each.get("headers") or {})}
                self._heed(headers)
                found[int(each["id"])] = Reply(int(each["status"]), each.get("body"), headers)
            busy = {
                n: retry_after(found[n].headers)
                for n, part in left
                if part.again and found[n].status in _BUSY
            }
            left = [(n, part) for n, part in left if n in busy and (busy[n] or 0.0) <= LONGEST_WAIT]
            if not left or attempt == TRIES:
                break
            longest = max(busy[n] or 0.0 for n, _ in left)
            if not self._wait(attempt, {"Retry-After": str(longest)} if longest else {}):
                break
        return [found[n] for n in range(len(parts))]


_HOST = re.compile(r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:[0-9]{1,5})?")
_HALVES = re.compile(rb"\\u[dD][89a-fA-F]|\xed[\xa0-\xbf]")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f]")


def origin(url: str) -> tuple[str, int] | None:
    """Host and port of an address with https, or None: no token goes where its host is not written plainly (a name
    before the host, a backslash, a line break is read differently by different programs). RFC 3986 3.2"""
    try:
        parts = urlsplit(url)
        plain = parts.scheme == "https" and _HOST.fullmatch(parts.netloc) and not _UNSEEN.search(url)
        return (str(parts.hostname), parts.port or 443) if plain else None
    except ValueError:
        return None


def _of_mailbox(path: str) -> bool:
    """Whether a request is one of those that Exchange counts for a mailbox."""
    return "/users/" in path


def _batch_body(parts: Sequence[tuple[int, Request]]) -> dict[str, Any]:
    """Each part that writes has a Content-Type and a body, if only an empty one: without them Graph refuses the whole
    batch, also for a call that takes no body.

    https://learn.microsoft.com/graph/json-batching
    """
    requests_ = []
    for n, part in parts:
        headers = _with_preferences(part.headers)
        each: dict[str, Any] = {"id": str(n), "method": part.method, "url": part.path, "headers": headers}
        if part.method in ("POST", "PUT", "PATCH"):
            headers["Content-Type"] = "application/json"
            each["body"] = {} if part.body is None else part.body
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


def _with_preferences(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers of a request, which asks for immutable ids besides whatever else it prefers."""
    return {**headers, "Prefer": ", ".join(filter(None, (_IMMUTABLE, headers.get("Prefer"))))}


def fault_of(status: int, code: str, what: str) -> Exception:
    """The fault that an answer means."""
    if status == 412:
        return ListChanged(f"{what}: the row was edited meanwhile.")
    if status in (*_BUSY, *_UNSURE, 408):
        return TenantUnavailable(f"{what}: Microsoft 365 answered {status}.")
    if status in (401, 403):
        return RequestRefused(
            f"{what}: the bot may not do this ({status} {code}). The IT administrator can put the rights right.",
            status=status,
            code=code,
        )
    return RequestRefused(f"{what}: Microsoft 365 refused ({status} {code}).", status=status, code=code)


def _no_answer(fault: Exception, what: str, whole: float = WHOLE_ANSWER) -> TenantUnavailable:
    how = f"({type(fault).__name__})"
    if isinstance(fault, Endless):
        how = f"to the end within {f'{whole / 60:.0f} minutes' if whole >= 120 else f'{whole:.0f} seconds'}"
    return TenantUnavailable(f"{what}: Microsoft 365 did not answer {how}.")


def _read(content: bytes) -> Any:
    """The JSON of an answer, in which half a character may stand that no file and no letter could hold."""
    found = json.loads(content) if content else {}
    return whole_texts(found) if _HALVES.search(content or b"") else found


def _body(answer: requests.Response) -> Any:
    try:
        return _read(answer.content or b"null")
    except (ValueError, RecursionError):
        return None


def _is_error(body: Any) -> bool:
    """Whether an answer's body is nothing but the account of an error."""
    return _error(body) is not None


def _code(body: Any) -> str:
    """The service's own code of what went wrong, or ""."""
    return str((_error(body) or {}).get("code") or "")


def _error(body: Any) -> dict[str, Any] | None:
    """The account of an error as Graph gives it, or SharePoint itself in its light JSON."""
    found = (body.get("error") or body.get("odata.error")) if isinstance(body, dict) else None
    return found if isinstance(found, dict) else None
