"""The watch over every exchange with the tenant sees what is broken: each kind of break, one at a time.

That nothing is broken is asserted by the watch itself, in `tests/conftest.py`, for every test of the suite.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
import requests
from published import Published, published
from tenant import email

import sandbox
from sandbox.tenant.observed import OBSERVERS, Exchange

KEY = "String {6f2c1f5e-3d0b-4a77-9d3c-2f6a8b1e5c40} Name AuditBotKey"
Recorded = Sequence[Exchange]


@pytest.fixture(scope="module")
def recorded(running: sandbox.Running) -> Iterator[Recorded]:
    """A conversation in which everything that is broken below occurs once, as it should be."""
    running.ask("POST", "/reset")
    running.ask("POST", "/settings", {"latency_ms": 0, "token_seconds": 3599})
    heard: list[Exchange] = []
    OBSERVERS.append(heard.append)
    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(running.ca_path)
        form = {"grant_type": "client_credentials", "client_id": running.client_id,
                "client_secret": running.secret, "scope": "https://graph.microsoft.com/.default"}  # fmt: skip
        token = session.post(f"{running.url}/{running.tenant_id}/oauth2/v2.0/token", data=form).json()
        session.headers["Authorization"] = f"Bearer {token['access_token']}"

        def ask(method: str, path: str, body: Any = None, **more: Any) -> Any:
            url = path if path.startswith("https") else f"{running.url}/v1.0{path}"
            answer = session.request(method, url, json=body, **more)
            return answer.json() if answer.content and "json" in answer.headers["Content-Type"] else answer

        _conversation(ask, f"/users/{running.mailbox}", f"/sites/{running.site_host}:{running.site_path}")
    OBSERVERS.remove(heard.append)
    yield heard
    running.ask("POST", "/reset")


def _conversation(ask: Callable[..., Any], box: str, by_path: str) -> None:
    to = [{"emailAddress": {"address": email("Ada Auditor")}}]
    draft = {
        "subject": "Shape",
        "body": {"contentType": "html", "content": "<p>Shape</p>"},
        "toRecipients": to,
    }
    made = ask("POST", f"{box}/messages", {
        **draft,
        "singleValueExtendedProperties": [{"id": KEY, "value": "k"}],
        "attachments": [{"@odata.type": "#microsoft.graph.fileAttachment", "name": "a.txt", "contentBytes": "YQ=="}],
    })  # fmt: skip
    one = f"{box}/messages/{made['id']}"
    ask("GET", one)
    ask("PATCH", one, {"categories": ["Seen"]})
    ask("GET", f"{one}/attachments")
    upload = ask("POST", f"{one}/attachments/createUploadSession",
                 {"AttachmentItem": {"attachmentType": "file", "name": "b.bin", "size": 5 * 1024 * 1024}})  # fmt: skip
    plain = {"Authorization": None, "Content-Type": "application/octet-stream"}
    half = 5 * 1024 * 1024 // 2
    for first in (0, half):
        ask("PUT", upload["uploadUrl"], data=b"b" * half,
            headers={**plain, "Content-Range": f"bytes {first}-{first + half - 1}/{2 * half}"})  # fmt: skip
    start = ask("GET", f"{box}/mailFolders('Drafts')/messages/delta?$select=subject")
    while "@odata.nextLink" in start:
        start = ask("GET", start["@odata.nextLink"])
    gone = ask("POST", f"{box}/messages", draft)
    ask("DELETE", f"{box}/messages/{gone['id']}")
    ask("GET", start["@odata.deltaLink"])
    parts = [
        {"id": "1", "method": "GET", "url": f"{box}/messages?$select=subject,isRead"},
        {"id": "2", "method": "POST", "url": f"{one}/send", "body": {},
         "headers": {"Content-Type": "application/json"}, "dependsOn": ["1"]},
    ]  # fmt: skip
    ask("POST", "/$batch", {"requests": parts})
    ask("GET", f"{box}/messages?$select=subject,receivedDateTime&$top=5")
    ask("GET", f"{box}/mailFolders")
    ask("GET", f"{box}/messages/nothing")
    site = f"/sites/{ask('GET', by_path)['id']}"
    ask("GET", f"{site}/lists")
    ask("GET", f"{site}/lists/Audit allocations/columns")
    ask("GET", f"{site}/lists/Audit allocations/items?$expand=fields")
    row = ask("POST", f"{site}/lists/Audit allocations/items", {"fields": {"Title": "Shape"}})
    ask("DELETE", f"{site}/lists/Audit allocations/items/{row['id']}")
    drive = ask("GET", f"{site}/drive")
    folder = f"/drives/{quote(drive['id'])}/root"
    ask(
        "PUT",
        f"{folder}:/Shape/a.bin:/content",
        data=b"a",
        headers={"Content-Type": "application/octet-stream"},
    )
    ask("GET", f"{folder}:/Shape:/children")
    ask("POST", f"{folder}:/Shape/b.bin:/createUploadSession", {"item": {"name": "b.bin"}})


# ---------------------------------------------------------------------------------------------- breaking the answer

Break = Callable[[Exchange], Exchange]


def said(change: Callable[[Any], Any]) -> Break:
    """The answer's JSON changed in place, or for what is returned."""

    def broken(seen: Exchange) -> Exchange:
        value = json.loads(seen.answer)
        other = change(value)
        return replace(seen, answer=json.dumps(value if other is None else other).encode())

    return broken


def asked(change: Callable[[Any], Any]) -> Break:
    def broken(seen: Exchange) -> Exchange:
        value = json.loads(seen.body)
        other = change(value)
        return replace(seen, body=json.dumps(value if other is None else other).encode())

    return broken


def status(number: int, *, empty: bool = False) -> Break:
    return lambda seen: replace(seen, status=number, answer=b"" if empty else seen.answer)


def renamed(old: str, new: str) -> Break:
    return said(lambda value: value.update({new: value.pop(old)}))


def first(change: Callable[[Any], Any]) -> Break:
    """The first element of a page changed."""
    return said(lambda value: change(value["value"][0]))


def without(name: str) -> Callable[[Any], Any]:
    return lambda value: value.pop(name) and None


def having(**values: Any) -> Callable[[Any], Any]:
    return lambda value: value.update(values)


def removed_one(value: Any) -> Any:
    return next(each for each in value["value"] if "@removed" in each)


DRAFT, MESSAGE, PAGE = (
    "POST .*/messages 201",
    "GET .*/messages/[^/?]+ 200",
    r"GET .*/messages\?\$select=s.*top=5 200",
)
DELTA, ATTACHMENTS, FOLDERS = "GET .*deltatoken.* 200", "GET .*/attachments 200", "GET .*/mailFolders 200"
ROWS, COLUMNS, LISTS = r"GET .*/items\?.* 200", "GET .*/columns 200", "GET .*/lists 200"
BATCH, REFUSED, CHILDREN = "POST .*batch 200", "GET .*/messages/nothing 404", "GET .*/children 200"
MAIL_UPLOAD, RANGE = "POST .*attachments/createUploadSession 201", "PUT /api/v2.0/.* 200"
FILE_UPLOAD, FILE = "POST .*root:.*createUploadSession 200", "PUT /v1.0/drives/.*content 201"
DELETED, PATCHED, ROW_DELETED = (
    "DELETE .*/messages/.* 204",
    "PATCH .*/messages/.* 200",
    "DELETE .*/items/.* 204",
)

BREAKS: dict[str, tuple[str, Break]] = {
    "the list of a page is called otherwise": (PAGE, renamed("value", "values")),
    "a page that is no list": (PAGE, said(lambda v: v.update(value=v["value"][0]))),
    "a page that is a bare list": (PAGE, said(lambda v: v["value"])),
    "an element that is no object": (PAGE, said(lambda v: v["value"].append("text"))),
    "no context": (PAGE, said(without("@odata.context"))),
    "a next link without the service's address": (PAGE, said(lambda v: v.update({"@odata.nextLink": "/messages"}))),
    "a next link to nowhere": (
        PAGE, said(lambda v: v.update({"@odata.nextLink": "https://graph.microsoft.com/v1.0/posts?$skip=5"}))),
    "a property that was not selected": (PAGE, first(having(bodyPreview="text"))),
    "a selected property left out": (PAGE, first(without("subject"))),
    "an unknown annotation": (PAGE, said(lambda v: v.update({"@odata.next": "x"}))),
    "the envelope of a batch is called otherwise": (BATCH, renamed("responses", "value")),
    "a number for the id of a part": (BATCH, said(lambda v: v["responses"][0].update(id=1))),
    "a text for the status of a part": (BATCH, said(lambda v: v["responses"][0].update(status="200"))),
    "a part that is not answered": (BATCH, said(lambda v: v["responses"].pop() and None)),
    "a part whose body is called otherwise": (
        BATCH, said(lambda v: v["responses"][0].update(content=v["responses"][0].pop("body")))),
    "a part with a broken message": (
        BATCH, said(lambda v: next(r for r in v["responses"] if r["id"] == "1")["body"]["value"][0].update(subject=5))),
    "a send in a batch that is 200": (
        BATCH, said(lambda v: next(r for r in v["responses"] if r["id"] == "2").update(status=200))),
    "a part without media type": (
        BATCH, said(lambda v: next(r for r in v["responses"] if r["id"] == "1").update(headers={}))),
    "the delta link is called otherwise": (DELTA, renamed("@odata.deltaLink", "deltaLink")),
    "the delta link is missing": (DELTA, said(without("@odata.deltaLink"))),
    "a next link and a delta link": (
        DELTA, said(lambda v: v.update({"@odata.nextLink": v["@odata.deltaLink"]}))),
    "a delta link without token": (
        DELTA, said(lambda v: v.update({"@odata.deltaLink": "https://graph.microsoft.com/v1.0/users/a/messages"}))),
    "a delta link outside a delta": (
        PAGE, said(lambda v: v.update(
            {"@odata.deltaLink": "https://graph.microsoft.com/v1.0/users/a/messages/delta()?$deltatoken=x"}))),
    "removed is called otherwise": (
        DELTA, said(lambda v: removed_one(v).update(removed=removed_one(v).pop("@removed")))),
    "removed without reason": (DELTA, said(lambda v: removed_one(v).update({"@removed": {}}))),
    "removed for a reason of our own": (DELTA, said(lambda v: removed_one(v).update({"@removed": {"reason": "gone"}}))),
    "removed without id": (DELTA, said(lambda v: removed_one(v).pop("id") and None)),
    "a number for a text": (MESSAGE, said(having(subject=5))),
    "a text for a number": (ATTACHMENTS, first(having(size="5"))),
    "a number too large for its type": (ATTACHMENTS, first(having(size=2**40))),
    "a text for a truth value": (MESSAGE, said(having(isRead="true"))),
    "a list where one is expected": (MESSAGE, said(lambda v: v.update(body=[v["body"]]))),
    "one where a list is expected": (MESSAGE, said(lambda v: v.update(toRecipients=v["toRecipients"][0]))),
    "an address where a recipient is expected": (MESSAGE, said(having(toRecipients=["a@wexcombe.example"]))),
    "a recipient flattened": (MESSAGE, said(having(toRecipients=[{"address": "a@wexcombe.example"}]))),
    "a moment without zone": (MESSAGE, said(having(receivedDateTime="2026-03-02T08:00:00"))),
    "a moment spelled otherwise": (MESSAGE, said(having(receivedDateTime="02/03/2026 08:00"))),
    "a moment as a number": (MESSAGE, said(having(receivedDateTime=1772438400))),
    "a word no enumeration has": (MESSAGE, said(having(importance="urgent"))),
    "a property of our own": (MESSAGE, said(having(colour="red"))),
    "a property in other letters": (MESSAGE, renamed("isDraft", "IsDraft")),
    "the change key dropped": (MESSAGE, said(without("changeKey"))),
    "the id dropped": (MESSAGE, said(without("id"))),
    "the subject dropped": (MESSAGE, said(without("subject"))),
    "the ETag of a message dropped": (MESSAGE, said(without("@odata.etag"))),
    "the body dropped": (DRAFT, said(without("body"))),
    "an attachment of no published type": (
        ATTACHMENTS, first(lambda v: v.update({"@odata.type": "#microsoft.graph.paperAttachment"}))),
    "bytes that are no base64": (ATTACHMENTS, first(having(contentBytes="§§§"))),
    "a name of an attachment that is a number": (ATTACHMENTS, first(having(name=7))),
    "a folder without its count": (FOLDERS, first(without("totalItemCount"))),
    "a folder's count as text": (FOLDERS, first(having(totalItemCount="3"))),
    "an upload session whose address is called otherwise": (MAIL_UPLOAD, renamed("uploadUrl", "url")),
    "an upload session without end": (MAIL_UPLOAD, said(without("expirationDateTime"))),
    "an upload session whose ranges are no list": (FILE_UPLOAD, said(having(nextExpectedRanges="0-"))),
    "a range answered without the next": (RANGE, said(without("nextExpectedRanges"))),
    "a range answered with other ranges": (RANGE, said(having(nextExpectedRanges=["all"]))),
    "a mail upload session that is 200": (MAIL_UPLOAD, status(200)),
    "a list without its name": (LISTS, first(without("displayName"))),
    "a list's facet flattened": (LISTS, first(having(list="genericList"))),
    "a column whose kind is unknown": (COLUMNS, first(having(colour={}))),
    "a column's truth value as text": (COLUMNS, first(having(required="false"))),
    "a row whose id is a number": (ROWS, first(having(id=1))),
    "a row without ETag": (ROWS, first(without("eTag"))),
    "a row whose fields are a list": (ROWS, first(having(fields=[]))),
    "a row expanded without fields": (ROWS, first(without("fields"))),
    "a file's size as text": (FILE, said(having(size="1"))),
    "a file without cTag's neighbour, the ETag": (FILE, said(without("eTag"))),
    "a folder's children called otherwise": (CHILDREN, renamed("value", "children")),
    "200 for 204": (DELETED, status(200)),
    "204 with a body": (ROW_DELETED, lambda seen: replace(seen, answer=b"{}  ")),
    "202 for 201": (DRAFT, status(202, empty=True)),
    "200 for 201": (DRAFT, status(200)),
    "204 for 200": (PATCHED, status(204, empty=True)),
    "201 without a body": (DRAFT, status(201, empty=True)),
    "418 for 404": (REFUSED, status(418)),
    "a refusal without code": (REFUSED, said(lambda v: v["error"].pop("code") and None)),
    "a refusal whose code is a number": (REFUSED, said(lambda v: v["error"].update(code=404))),
    "a refusal without message": (REFUSED, said(lambda v: v["error"].pop("message") and None)),
    "a refusal without envelope": (REFUSED, said(lambda v: v["error"])),
    "a refusal that names no request": (REFUSED, said(lambda v: v["error"]["innerError"].pop("request-id") and None)),
    "no media type": (MESSAGE, lambda seen: replace(seen, answer_headers={})),
    "JSON said to be text": (MESSAGE, lambda seen: replace(seen, answer_headers={"content-type": "text/html"})),
    "JSON cut short": (MESSAGE, lambda seen: replace(seen, answer=seen.answer[:-9])),
    "a request with an unknown option": (PAGE, lambda seen: replace(seen, query=f"{seen.query}&$pick=x")),
    "a request whose $top is no number": (PAGE, lambda seen: replace(seen, query=seen.query.replace("=5", "=some"))),
    "a request that selects what there is not": (PAGE, lambda seen: replace(seen, query="$select=colour")),
    "a request that expands what there is not": (PAGE, lambda seen: replace(seen, query="$expand=colours")),
    "a request to an unknown address": (PAGE, lambda seen: replace(seen, path=f"{seen.path}/newest")),
    "a request by another method": (PATCHED, lambda seen: replace(seen, method="PUT")),
    "a request without its body": (DRAFT, lambda seen: replace(seen, body=b"")),
    "a request whose body is a list": (DRAFT, asked(lambda value: [value])),
    "a request whose body is said to be a form": (
        DRAFT, lambda seen: replace(seen, headers={"content-type": "application/x-www-form-urlencoded"})),
    "a request with a property of our own": (DRAFT, asked(having(colour="red"))),
    "a request with a number for a text": (DRAFT, asked(having(subject=5))),
    "a request with an attachment of no published type": (
        DRAFT, asked(lambda v: v["attachments"][0].update({"@odata.type": "#microsoft.graph.paper"}))),
    "a request with an extended property without id": (
        DRAFT, asked(lambda v: v["singleValueExtendedProperties"][0].update(id=7))),
    "a batch in which a send has no body": (BATCH, asked(lambda v: v["requests"][1].__delitem__("body"))),
    "a batch in which a send has no Content-Type": (BATCH, asked(lambda v: v["requests"][1].pop("headers") and None)),
    "a batch of other requests": (BATCH, asked(lambda v: {"calls": v["requests"]})),
    "a batch whose ids are numbers": (BATCH, asked(lambda v: v["requests"][0].update(id=1))),
    "a range of an upload that names no range": (RANGE, lambda seen: replace(seen, headers={})),
}  # fmt: skip


def one_like(recorded: Recorded, like: str) -> Exchange:

    for seen in recorded:
        query = f"?{seen.query}" if seen.query else ""
        if re.fullmatch(like, f"{seen.method} {seen.path}{query} {seen.status}"):
            return seen
    raise AssertionError(f"nothing like {like} among {[f'{s.method} {s.path} {s.status}' for s in recorded]}")


def test_the_conversation_unbroken_is_as_microsoft_describes_it(recorded: Recorded) -> None:
    word = published()
    assert [str(fault) for seen in recorded for fault in word.faults(seen)] == []


@pytest.fixture(scope="module")
def word() -> Published:
    return published()


@pytest.mark.parametrize("kind", BREAKS)
def test_the_watch_sees(kind: str, recorded: Recorded, word: Published) -> None:
    like, breaking = BREAKS[kind]
    seen = one_like(recorded, like)
    broken = breaking(seen)
    assert broken != seen
    assert word.faults(broken)


def test_a_batch_part_is_checked_like_a_request_of_its_own(recorded: Recorded, word: Published) -> None:
    before = word.counts["requests"]
    word.faults(one_like(recorded, BATCH))
    assert word.counts["requests"] - before == 3


def test_every_deviation_has_its_reason_and_its_source(word: Published) -> None:
    for each in (*word.known, *word.spellings):
        assert each.reason, each
        assert "https://" in each.source, each
