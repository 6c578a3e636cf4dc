"""What Microsoft asks of whoever speaks to Graph, judged by the requests themselves."""

from __future__ import annotations

import io
import json
import math
import random
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

import pytest
import requests
from tenant import Naps

from bot.errors import RequestRefused, TenantUnavailable
from bot.office.graph import MAILBOX_BYTES, MAILBOX_REQUESTS, Graph, Request, origin
from bot.office.mail.mailbox import Mailbox, tagged
from bot.office.pace import Patience, Window
from bot.office.sign_in import TenantConnection

Answer = tuple[int, dict[str, str], Any]


class Session:
    """Answers as it is told to and keeps what it was asked."""

    def __init__(self, answer: Callable[[str, str, Any], Answer]) -> None:
        self._answer = answer
        self.asked: list[tuple[str, str, Any, dict[str, str]]] = []

    def request(
        self, method: str, url: str, *, data: bytes | None, headers: dict[str, str], timeout: Any
    ) -> requests.Response:
        assert timeout
        body = json.loads(data) if data and headers.get("Content-Type") == "application/json" else data
        self.asked.append((method, url, body, headers))
        status, answered, content = self._answer(method, url, body)
        response = requests.Response()
        response.status_code = status
        response.headers.update(answered)
        response._content = json.dumps(content).encode() if content is not None else b""
        return response

    def put(self, url: str, **given: Any) -> requests.Response:
        return self.request("PUT", url, **given)


class Connection:
    def __init__(self, session: Session, plain: Session | None = None) -> None:
        self.session = session
        self.plain_session = plain or session

    def renew(self) -> None:
        """Nothing to renew."""


def graph(
    answer: Callable[[str, str, Any], Answer], plain: Session | None = None, patience: float = math.inf
) -> tuple[Graph, Session, Naps]:
    session, naps = Session(answer), Naps()
    connection = cast(TenantConnection, Connection(session, plain))
    waits = Patience(patience, naps)
    door = Graph(connection, "https://graph.microsoft.com/v1.0", sleep=naps, patience=waits)
    return door, session, naps


def all_well(_method: str, _url: str, body: Any) -> Answer:
    if body is None:
        return 200, {}, {}
    return 200, {}, {"responses": [{"id": part["id"], "status": 202} for part in body["requests"]]}


def strict(method: str, url: str, body: Any) -> Answer:
    """As Microsoft does: a part that writes needs a Content-Type and a body."""
    for part in body["requests"]:
        if part["method"] in ("POST", "PATCH", "PUT") and (
            "body" not in part or "Content-Type" not in part["headers"]
        ):
            return 400, {}, {"error": {"code": "BadRequest"}}
    return all_well(method, url, body)


def test_every_part_of_a_batch_that_writes_has_a_content_type_and_a_body() -> None:
    door, session, _ = graph(strict)
    replies = door.batch(
        [
            Request("POST", "/users/a/messages/1/send", again=False),
            Request("PATCH", "/users/a/messages/1", {"categories": []}),
            Request("GET", "/users/a/messages/1"),
        ]
    )
    assert [reply.status for reply in replies] == [202, 202, 202]
    send, _, look = session.asked[0][2]["requests"]
    assert send["body"] == {}
    assert "body" not in look


def test_a_batch_refused_as_a_whole_is_not_tried_again_and_is_raised() -> None:
    door, session, _ = graph(lambda *_: (400, {}, {"error": {"code": "BadRequest"}}))
    with pytest.raises(RequestRefused, match="BadRequest"):
        door.batch([Request("GET", "/users/a/messages/1")])
    assert len(session.asked) == 1


def test_a_part_refused_as_too_many_is_tried_again_by_itself_after_the_time_it_was_told() -> None:
    rounds: list[list[str]] = []

    def answer(_method: str, _url: str, body: Any) -> Answer:
        rounds.append([part["url"] for part in body["requests"]])
        first = len(rounds) == 1
        parts = []
        for part in body["requests"]:
            told = {"/users/a/2": {"Retry-After": "2.128"}, "/users/a/3": {}}.get(part["url"])
            busy = first and told is not None
            parts.append(
                {"id": part["id"], "status": 429 if busy else 200, "headers": told or {}, "body": {}}
            )
        return 200, {}, {"responses": parts}

    door, _, naps = graph(answer)
    replies = door.batch([Request("GET", f"/users/a/{n}") for n in (1, 2, 3)])
    assert rounds == [["/users/a/1", "/users/a/2", "/users/a/3"], ["/users/a/2", "/users/a/3"]]
    assert [reply.status for reply in replies] == [200, 200, 200]
    assert naps.taken == [2.128]


def test_a_part_may_say_when_to_come_again_as_a_date() -> None:
    answers = [429, 200]

    def answer(_method: str, _url: str, body: Any) -> Answer:
        headers = {"Retry-After": "Mon, 02 Mar 2026 08:00:07 GMT"}
        part = {"id": "0", "status": answers.pop(0), "headers": headers, "body": {}}
        return 200, {"Date": "Mon, 02 Mar 2026 08:00:00 GMT"}, {"responses": [part]}

    door, _, naps = graph(answer)
    assert door.batch([Request("GET", "/users/a/1")])[0].ok
    assert naps.taken == [7.0]


def test_a_letter_that_is_being_sent_is_never_tried_again_within_the_run() -> None:
    answer: Answer = (200, {}, {"responses": [{"id": "0", "status": 429, "headers": {"Retry-After": "1"}}]})
    door, session, _ = graph(lambda *_: answer)
    assert door.batch([Request("POST", "/users/a/messages/1/send", again=False)])[0].status == 429
    assert len(session.asked) == 1


def test_a_batch_refused_as_too_many_is_asked_again_unless_it_sends_letters() -> None:
    done: Answer = (200, {}, {"responses": [{"id": "0", "status": 201, "body": {}}]})
    answers: list[Answer] = [(429, {"Retry-After": "3"}, {}), done]
    door, session, naps = graph(lambda *_: answers.pop(0))
    assert door.batch([Request("POST", "/users/a/messages", {})])[0].status == 201
    assert (len(session.asked), naps.taken) == (2, [3.0])
    answers = [(429, {"Retry-After": "3"}, {})]
    (reply,) = door.batch([Request("POST", "/users/a/messages/1/send", again=False)])
    assert (reply.status, reply.headers["Retry-After"]) == (429, "3")


def test_a_part_that_is_not_answered_counts_as_unknown() -> None:
    door, _, _ = graph(lambda *_: (200, {}, {"responses": []}))
    assert door.batch([Request("POST", "/users/a/messages/1/send", again=False)])[0].status == 504


def test_a_mailbox_is_asked_less_than_ten_thousand_times_in_ten_minutes_each_part_counted() -> None:
    door, session, naps = graph(all_well)
    door.batch(Request("GET", f"/users/a/messages/{n}") for n in range(MAILBOX_REQUESTS))
    assert not naps.taken
    door.batch([Request("GET", "/users/a/messages/1")])
    assert 590 < naps.taken[0] <= 600
    assert len(session.asked) == MAILBOX_REQUESTS / 20 + 1


def test_lists_and_files_do_not_count_for_the_mailbox() -> None:
    door, _, naps = graph(all_well)
    door.batch(Request("GET", f"/sites/a/lists/{n}") for n in range(MAILBOX_REQUESTS + 20))
    assert not naps.taken


def test_less_than_150_mb_go_up_to_a_mailbox_in_five_minutes() -> None:
    door, _, naps = graph(all_well)
    body = {"contentBytes": "x" * 3_000_000}
    for _ in range(46):
        door.batch([Request("POST", "/users/a/messages", body)])
    assert not naps.taken
    door.batch([Request("POST", "/users/a/messages", body)])
    assert 290 < naps.taken[0] <= 300


def test_sharepoint_is_left_alone_when_it_says_that_little_is_left() -> None:
    left = ["200", "50", "1000"]

    def answer(*_: Any) -> Answer:
        headers = {"RateLimit-Limit": "1000", "RateLimit-Remaining": left.pop(0), "RateLimit-Reset": "9"}
        return 200, headers, {"value": []}

    door, _, naps = graph(answer)
    for _ in range(3):
        door.get("/sites/a/lists")
    assert naps.taken == [pytest.approx(9, abs=0.5)]


def little_is_left(*_: Any) -> Answer:
    return 200, {"RateLimit-Limit": "1000", "RateLimit-Remaining": "50", "RateLimit-Reset": "20"}, {}


def asked_to_wait(*_: Any) -> Answer:
    return 429, {"Retry-After": "20"}, {}


@pytest.mark.parametrize("answer", [little_is_left, asked_to_wait], ids=lambda each: each.__name__)
def test_a_run_of_limited_patience_waits_no_longer_on_whatever_road_it_is_told_to(answer: Any) -> None:
    door, _, naps = graph(answer, patience=30)

    def asks_and_asks() -> None:
        for _ in range(9):
            door.get("/sites/a/lists")

    with pytest.raises(TenantUnavailable):
        asks_and_asks()
    assert naps.taken == [pytest.approx(20, abs=0.5)]
    assert door.patience.told_to_wait == pytest.approx(20, abs=0.5)


def test_what_sharepoint_asks_to_leave_alone_keeps_no_letter_waiting() -> None:
    door, session, naps = graph(
        lambda *given: little_is_left() if "/sites/" in given[1] else all_well(*given), patience=5
    )
    door.get("/sites/a/lists")
    door.make_room(20, 20_000)
    door.batch(Request("POST", f"/users/a/messages/{n}/send", again=False) for n in range(20))
    assert not naps.taken
    with pytest.raises(TenantUnavailable):
        door.batch([Request("GET", "/users/a/messages/1"), Request("GET", "/sites/a/lists/1")])
    assert len(session.asked) == 2


@pytest.mark.parametrize("used", [(MAILBOX_REQUESTS - 10, 1), (1, MAILBOX_BYTES - 10)])
def test_room_is_made_for_a_mailbox_before_it_is_written_down_that_letters_are_being_sent(
    used: tuple[int, int],
) -> None:
    door, session, naps = graph(all_well, patience=30)
    door._keep_within(*used)
    for _ in range(2):
        with pytest.raises(TenantUnavailable):
            door.make_room(20, 20_000)
    assert not session.asked
    assert not naps.taken
    door, _, naps = graph(all_well)
    door._keep_within(*used)
    door.make_room(20, 20_000)
    (told,) = naps.taken
    assert told > 290


def test_a_window_tells_the_wait_for_an_amount_as_it_then_is(monkeypatch: pytest.MonkeyPatch) -> None:
    draw, moment = random.Random(7), 0.0
    monkeypatch.setattr("bot.office.pace.time.monotonic", lambda: moment)
    window = Window(100, 60)
    for _ in range(5000):
        moment += draw.choice([0, 0.5, 7, 40])
        amount = draw.choice([1, 9, 30, 99, 140])
        waits = window.wait_for(amount)
        assert waits == window.room_for(amount)
        moment += waits


def test_a_mailbox_that_was_asked_enough_is_left_to_another_run_by_one_of_limited_patience() -> None:
    door, _, naps = graph(all_well, patience=30)
    door.batch(Request("GET", f"/users/a/messages/{n}") for n in range(MAILBOX_REQUESTS))
    with pytest.raises(TenantUnavailable):
        door.batch([Request("GET", "/users/a/messages/1")])
    assert not naps.taken
    assert door.patience.told_to_wait > 500
    door.a_few_minutes_more()
    assert door.get("/sites/a/lists") == {}, "what is given back at the end waits for nothing"


def test_a_link_to_another_host_is_not_followed_with_our_token() -> None:
    door, session, _ = graph(all_well)
    for link in ("https://graph.microsoft.com.example.org/v1.0/x", "https://example.org/v1.0/x"):
        with pytest.raises(RequestRefused, match="another host"):
            door.get(link)
    assert not session.asked


def test_a_large_file_goes_up_to_the_host_it_is_told_without_the_token() -> None:
    plain = Session(lambda *_: (201, {}, {"id": "1"}))
    door, session, _ = graph(all_well, plain)
    door.upload(lambda: {"uploadUrl": "https://outlook.office.com/up?token=1"}, b"x" * 4_000_000)
    assert [method for method, *_ in plain.asked] == ["PUT", "PUT"]
    assert all("Authorization" not in headers for *_, headers in plain.asked)
    assert not session.asked


def test_an_upload_address_without_https_is_not_used() -> None:
    plain = Session(lambda *_: (201, {}, {}))
    door, _, _ = graph(all_well, plain)
    with pytest.raises(RequestRefused, match="https"):
        door.upload(lambda: {"uploadUrl": "http://outlook.office.com/up"}, b"x")
    assert not plain.asked


def test_an_upload_session_that_has_run_out_is_begun_anew_once() -> None:
    plain = Session(lambda _method, url, _body: (404 if url.endswith("1") else 201, {}, {}))
    door, _, _ = graph(all_well, plain)
    addresses = iter(["https://up.example/1", "https://up.example/2"])
    door.upload(lambda: {"uploadUrl": next(addresses)}, b"x")
    assert [url for _, url, *_ in plain.asked] == ["https://up.example/1", "https://up.example/2"]


def test_exchange_may_spell_the_id_of_a_property_in_its_own_way() -> None:
    def of(spelled: str) -> dict[str, Any]:
        return {"singleValueExtendedProperties": [{"id": spelled, "value": "7"}]}

    assert tagged(of("String 0x1a"), "String 0x001A") == "7"
    assert tagged(of("Integer 0xe07"), "Integer 0x0E07") == "7"
    assert tagged(of("Integer 0x1a"), "String 0x001A") is None
    name = "String {6f2c1f5e-3d0b-4a77-9d3c-2f6a8b1e5c40} Name AuditBotKey"
    assert tagged(of(name.replace("6f2c1f5e", "6F2C1F5E")), name) == "7"
    assert tagged(of(name.replace("AuditBotKey", "auditbotkey")), name) is None


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/v1.0/x", "https://graph.microsoft.com@evil.example/x",
        "https://graph.microsoft.com.evil.example/x",
        "https://graph.microsoft.com:8443/x", "http://graph.microsoft.com/x",
        "https://graph.microsoft.com\\@evil.example/x",
        "https://evil.example\\graph.microsoft.com/x", "https:/graph.microsoft.com/x",
        "https://graph.microsoft.com\n.evil.example/x", "https://user:word@graph.microsoft.com/x", "https://[bad/x",
        "x",
        "https://graph.microsoft.com:99999/x", "HTTPS://EVIL.example/x", "https://graph。microsoft.com/x",
        "ftp://graph.microsoft.com/x",
    ],
)  # fmt: skip
def test_no_token_goes_to_another_origin_whatever_a_next_link_says(link: str) -> None:
    def answer(method: str, url: str, body: Any) -> Answer:
        return 200, {}, {"value": [], "@odata.nextLink": link}

    asked, session, _ = graph(answer)
    with pytest.raises(RequestRefused):
        list(asked.pages("/users"))
    assert [origin(url) for _, url, _, _ in session.asked] == [("graph.microsoft.com", 443)]


def test_the_same_origin_may_be_written_with_capitals_or_its_port() -> None:
    assert origin("https://GRAPH.microsoft.com:443/v1.0/x") == origin("https://graph.microsoft.com")


# ------------------------------------------------------------------------------------------- answers that are none


@pytest.mark.parametrize("content", [{"error": {"code": "serviceNotAvailable"}}, [], "sign in", None])
def test_an_answer_that_says_well_and_is_none_is_no_answer(content: Any) -> None:
    door, _, _ = graph(lambda *_: (200, {}, content))
    if content is None:
        assert door.get("/x") == {}
        return
    with pytest.raises(TenantUnavailable):
        door.get("/x")


def test_a_page_of_a_proxy_is_no_answer() -> None:
    door, session, _ = graph(all_well)
    page = requests.Response()
    page.status_code, page._content = 200, b"<html>Please sign in</html>"
    session.request = lambda *_, **__: page  # type: ignore[method-assign]
    with pytest.raises(TenantUnavailable):
        door.get("/x")


def test_a_part_that_says_well_and_carries_an_error_was_not_done() -> None:
    error = {"error": {"code": "ErrorItemNotFound"}}
    door, _, _ = graph(lambda *_: (200, {}, {"responses": [{"id": "0", "status": 200, "body": error}]}))
    (reply,) = door.batch([Request("GET", "/users/x/messages/1")])
    assert not reply.ok
    assert reply.code == "ErrorItemNotFound"


ODD: list[tuple[Any, Any]] = [
    ({"error": {"code": "x"}}, {"value": []}), (None, {"value": []}), ({}, None), ({}, {}), ({}, {"value": [None]}),
    ({"internetMessageHeaders": [{"value": "no name"}]}, {"value": []}),
    ({"internetMessageHeaders": "?"}, {"value": []}),
    ({}, {"value": [{"name": "no id"}]}),
]  # fmt: skip


@pytest.mark.parametrize(("details", "attachments"), ODD)
def test_one_message_that_graph_answers_oddly_keeps_nobody_from_reading_the_others(
    details: Any, attachments: Any
) -> None:
    def answer(_method: str, _url: str, body: Any) -> Answer:
        def of(path: str) -> Any:
            odd = "/messages/odd" in path
            if "/attachments" in path:
                return attachments if odd else {"value": []}
            if "internetMessageHeaders" in path:
                return details if odd else {}
            return {"id": path.split("/")[-1].split("?")[0], "receivedDateTime": "2026-03-02T09:00:00Z"}

        parts = body["requests"]
        return 200, {}, {"responses": [{"id": p["id"], "status": 200, "body": of(p["url"])} for p in parts]}

    door, _, _ = graph(answer)
    odd, well = Mailbox(door, "audit.team@wexcombe.example").messages(["odd", "well"])
    assert odd.closed
    assert not well.closed


@pytest.mark.parametrize("odd", [
    {"from": "ada"}, {"from": {"emailAddress": "ada"}}, {"from": [None]}, {"from": {"emailAddress": {"address": 7}}},
    {"receivedDateTime": "yesterday"}, {"receivedDateTime": "2026-03-02T09:00:00"}, {"toRecipients": "?"},
    {"ccRecipients": [None]}, {"categories": "?"}, {"subject": 7}, {"parentFolderId": None},
])  # fmt: skip
def test_one_odd_envelope_keeps_nobody_from_seeing_the_others(odd: dict[str, Any]) -> None:
    well = {"id": "well", "receivedDateTime": "2026-03-02T09:00:00Z"}
    listed = [{**well, "id": "odd", **odd}, well]

    def answer(_method: str, _url: str, body: Any) -> Answer:
        if not body:
            return 200, {}, {"value": listed}
        parts = body["requests"]
        none = {"value": []}
        return 200, {}, {"responses": [{"id": p["id"], "status": 200, "body": none} for p in parts]}

    door, _, _ = graph(answer)
    mailbox = Mailbox(door, "audit.team@wexcombe.example")
    for page in (*mailbox.inbox(""), *mailbox.everywhere(datetime(2026, 3, 1, tzinfo=UTC))):
        assert [m.id for m in page.messages] == ["odd", "well"]
        assert [m.id for m in mailbox.opened(page.messages)] == ["odd", "well"]


def test_one_message_whose_id_is_refused_keeps_nobody_from_reading_the_others() -> None:
    """Ids change when a mailbox is moved; what cannot be had by its old id is told, and tried again."""

    def answer(_method: str, _url: str, body: Any) -> Answer:
        def of(part: Any) -> Any:
            if "/messages/old" in part["url"]:
                error = {"error": {"code": "ErrorInvalidIdMalformed"}}
                return {"id": part["id"], "status": 400, "body": error}
            found: Any = {"id": "well", "receivedDateTime": "2026-03-02T09:00:00Z"}
            if "/attachments" in part["url"]:
                found = {"value": []}
            return {"id": part["id"], "status": 200, "body": found}

        return 200, {}, {"responses": [of(part) for part in body["requests"]]}

    door, _, _ = graph(answer)
    found = Mailbox(door, "audit.team@wexcombe.example").messages(["old", "well"], closed_too=True)
    assert [(m.id, bool(m.closed)) for m in found] == [("old", True), ("well", False)]


def test_an_answer_nested_beyond_all_measure_is_no_answer() -> None:
    answer = requests.Response()
    answer.raw = io.BytesIO(b'{"value":' + b"[" * 200_000)
    with pytest.raises(TenantUnavailable, match="no answer"):
        Graph._json(answer)


@pytest.mark.parametrize(
    "written", [rb"Wes \ud83d Worker", rb"Wes \uDFFF Worker", b"Wes \xed\xa0\xbd Worker"]
)
def test_half_a_character_is_none_wherever_it_stands_in_an_answer(written: bytes) -> None:
    answer = requests.Response()
    answer._content = b'{"value": [{"fields": {"Title": "' + written + b'"}}]}'
    (row,) = Graph._json(answer)["value"]
    assert "Wes" in row["fields"]["Title"]
    row["fields"]["Title"].encode()


def test_two_halves_of_a_character_are_one() -> None:
    answer = requests.Response()
    answer._content = rb'{"a": "\ud83d\ude00 \ud83d", "\ud800": 1}'
    assert Graph._json(answer) == {"a": "\U0001f600 \ufffd", "\ufffd": 1}
