"""What the pretend tenant answers has the shape Microsoft publishes for Graph v1.0 (`openapi-slice.json`)."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from tenant import email

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from openapi_schema_validator import OAS30Validator

import sandbox

SITE = "/sites/wexcombe.sharepoint.example:/sites/audit:"

PUBLISHED = json.loads((Path(__file__).parent / "openapi-slice.json").read_text(encoding="utf-8"))
SCHEMAS = PUBLISHED["components"]["schemas"]


def properties(name: str) -> set[str]:
    """Every property the published type has, its base types' among them."""
    schema = SCHEMAS[name]
    found: set[str] = set()
    for part in schema.get("allOf", [schema]):
        if "$ref" in part:
            found |= properties(part["$ref"].rpartition("/")[2])
        found |= set(part.get("properties", {}))
    return found


def faults(value: Any, kind: str) -> list[str]:
    schema = {"$ref": f"#/components/schemas/microsoft.graph.{kind}", "components": PUBLISHED["components"]}
    found = [f"{each.json_path}: {each.message}" for each in OAS30Validator(schema).iter_errors(value)]
    unknown = {k for k in value if "@" not in k} - properties(f"microsoft.graph.{kind}")
    return found + [f"{each} is no property of {kind}" for each in sorted(unknown)]


@pytest.fixture
def get(running: sandbox.Running) -> Iterator[Any]:
    running.ask("POST", "/reset")
    running.ask("POST", "/settings", {"latency_ms": 0, "token_seconds": 3599})
    form = {
        "grant_type": "client_credentials",
        "client_id": running.client_id,
        "client_secret": running.secret,
        "scope": "https://graph.microsoft.com/.default",
    }
    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(running.ca_path)
        token = session.post(f"{running.url}/{running.tenant_id}/oauth2/v2.0/token", data=form).json()
        session.headers["Authorization"] = f"Bearer {token['access_token']}"

        def ask(path: str, method: str = "GET", body: Any = None) -> Any:
            answer = session.request(method, f"{running.url}/v1.0{path}", json=body)
            return answer.json()

        yield ask


def test_messages_folders_and_attachments_have_the_published_shape(
    get: Any, running: sandbox.Running
) -> None:
    box = f"/users/{running.mailbox}"
    draft = {
        "subject": "Shape",
        "body": {"contentType": "HTML", "content": "<p>Shape</p>"},
        "toRecipients": [{"emailAddress": {"address": email("Ada Auditor")}}],
        "attachments": [
            {"@odata.type": "#microsoft.graph.fileAttachment", "name": "a.txt", "contentBytes": "YQ=="}
        ],
    }
    made = get(f"{box}/messages", "POST", draft)
    assert faults(made, "message") == []
    assert faults(get(f"{box}/messages/{made['id']}"), "message") == []
    (attachment,) = get(f"{box}/messages/{made['id']}/attachments")["value"]
    assert faults(attachment, "fileAttachment") == []
    for folder in get(f"{box}/mailFolders")["value"]:
        assert faults(folder, "mailFolder") == []


def test_lists_columns_rows_and_files_have_the_published_shape(get: Any) -> None:
    assert faults(get(SITE), "site") == []
    for each in get(f"{SITE}/lists")["value"]:
        assert faults(each, "list") == []
    for column in get(f"{SITE}/lists/Audit allocations/columns")["value"]:
        assert faults(column, "columnDefinition") == []
    for row in get(f"{SITE}/lists/Audit allocations/items?$expand=fields")["value"][:5]:
        assert faults(row, "listItem") == []
    drive = get(f"{SITE}/drive")
    assert faults(drive, "drive") == []
    for item in get(f"/drives/{drive['id']}/root/children").get("value", []):
        assert faults(item, "driveItem") == []


def test_an_error_has_the_published_shape(get: Any, running: sandbox.Running) -> None:
    assert faults(get(f"/users/{running.mailbox}/messages/nothing"), "ODataErrors.ODataError") == []
    assert faults(get(f"{SITE}/lists/Nothing"), "ODataErrors.ODataError") == []


def test_a_shape_that_is_wrong_is_noticed() -> None:
    assert faults({"subject": 5, "colour": "red"}, "message") == [
        "$.subject: 5 is not of type 'string'",
        "colour is no property of message",
    ]
