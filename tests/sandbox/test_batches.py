"""A `$batch` is taken as Microsoft takes it: learn.microsoft.com/graph/json-batching."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from graph_client import Client, fresh
from tenant import email

import sandbox

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def client(running: sandbox.Running) -> Iterator[Client]:
    with fresh(running) as found:
        yield found


def sending(client: Client, identity: str, draft: dict[str, Any], **more: Any) -> dict[str, Any]:
    url = f"/users/{client.tenant.mailbox}/messages/{draft['id']}/send"
    return {"id": identity, "method": "POST", "url": url, **more}


@pytest.mark.parametrize("missing", ["body", "headers", "both"])
def test_a_part_that_writes_without_body_or_content_type_fails_the_whole_batch(
    client: Client, missing: str
) -> None:
    draft = client.draft(email("Ada Auditor"))
    whole = {"headers": JSON, "body": {}}
    more = {k: v for k, v in whole.items() if missing not in (k, "both")}
    answer = client.batch(
        {"id": "1", "method": "GET", "url": f"/users/{client.tenant.mailbox}/mailFolders"},
        sending(client, "2", draft, **more),
    )
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "BadRequest"
    assert answer.json()["error"]["message"] == (
        "Write request id : 2 does not contain Content-Type header or body."
    )
    assert client.tenant.deliveries() == []


def test_a_letter_leaves_when_its_part_has_a_content_type_and_an_empty_body(client: Client) -> None:
    draft = client.draft(email("Ada Auditor"))
    answer = client.batch(sending(client, "1", draft, headers={"content-type": "application/json"}, body={}))
    assert [r["status"] for r in answer.json()["responses"]] == [202]
    assert [d["to"] for d in client.tenant.deliveries()] == [[email("Ada Auditor")]]


def test_ids_are_unique_in_any_case_and_every_part_names_its_method_and_address(client: Client) -> None:
    get = {"id": "a", "method": "GET", "url": f"/users/{client.tenant.mailbox}/mailFolders"}
    for wrong in (
        [get, {**get, "id": "A"}],
        [{**get, "id": ""}],
        [{**get, "url": ""}],
        [{**get, "method": None}],
    ):
        assert client.batch(*wrong).status_code == 400
    assert client.batch(*({**get, "id": str(n)} for n in range(21))).status_code == 400
    assert client.batch(get).status_code == 200


def test_parts_run_after_what_they_depend_on_which_stands_before_them(client: Client) -> None:
    draft = client.draft(email("Ada Auditor"))
    path = f"/users/{client.tenant.mailbox}/messages/{draft['id']}"
    change = {"id": "change", "method": "PATCH", "url": path, "headers": JSON, "body": {"subject": "Later"}}
    read = {"id": "read", "method": "GET", "url": f"{path}?$select=subject", "dependsOn": ["CHANGE"]}
    found = {r["id"]: r for r in client.batch(change, read).json()["responses"]}
    assert found["read"]["body"]["subject"] == "Later"
    for wrong in (
        [read, change],
        [{**change, "dependsOn": ["change"]}],
        [{**change, "dependsOn": ["nothing"]}],
    ):
        answer = client.batch(*wrong)
        assert answer.status_code == 400
        assert answer.json()["error"]["message"].startswith("Invalid dependency for request Id")


def test_a_batch_is_fully_sequential_or_fully_parallel(client: Client) -> None:
    path = f"/users/{client.tenant.mailbox}/mailFolders"
    one, two, three = ({"id": each, "method": "GET", "url": path} for each in ("1", "2", "3"))
    for fine in (
        [one, two, three],
        [one, {**two, "dependsOn": ["1"]}, {**three, "dependsOn": ["2"]}],
        [one, {**two, "dependsOn": ["1"]}, {**three, "dependsOn": ["1"]}],
    ):
        assert client.batch(*fine).status_code == 200
    for mixed in ([one, two, {**three, "dependsOn": ["1"]}], [one, {**two, "dependsOn": ["1"]}, three]):
        assert client.batch(*mixed).status_code == 400


def test_a_part_is_addressed_relative_to_the_version(client: Client) -> None:
    path = f"/users/{client.tenant.mailbox}/mailFolders"
    parts = [
        {"id": str(n), "method": "GET", "url": url}
        for n, url in enumerate((f"{client.tenant.url}/v1.0{path}", f"/v1.0{path}", path, path[1:]))
    ]
    assert [r["status"] for r in client.batch(*parts).json()["responses"]] == [400, 400, 200, 200]


def test_a_part_waits_only_for_what_depends_on_names_in_microsofts_spelling(client: Client) -> None:
    draft = client.draft(email("Ada Auditor"))
    path = f"/users/{client.tenant.mailbox}/messages"
    fails = {"id": "fails", "method": "GET", "url": f"{path}/nothing"}
    read = {"id": "read", "method": "GET", "url": f"{path}/{draft['id']}"}
    for spelling, status in (("dependsOn", 424), ("depends_on", 200)):
        found = client.batch(fails, {**read, spelling: ["fails"]}).json()["responses"]
        assert {r["id"]: r["status"] for r in found}["read"] == status


def test_each_part_counts_against_the_mailbox_and_those_beyond_are_429_inside_a_200(client: Client) -> None:
    client.behave(request_quota=3)
    get = {"method": "GET", "url": f"/users/{client.tenant.mailbox}/mailFolders"}
    answer = client.batch(*({**get, "id": str(n)} for n in range(5)))
    assert answer.status_code == 200
    statuses = [r["status"] for r in answer.json()["responses"]]
    assert sorted(statuses) == [200, 200, 200, 429, 429]
    refused = next(r for r in answer.json()["responses"] if r["status"] == 429)
    assert int(refused["headers"]["Retry-After"]) > 500
    client.clock("2026-04-01T07:11:00+00:00")
    assert client.mail("GET", "/mailFolders").status_code == 200
