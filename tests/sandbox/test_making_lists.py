"""Lists and columns are made, changed and deleted by an app whose role allows it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from asking import CYCLES, SITE, Asking, administrator, code, fresh

import sandbox

DESCRIBED: list[dict[str, Any]] = [
    {
        "name": "Reference",
        "text": {"maxLength": 255},
        "indexed": True,
        "required": True,
        "description": "The audit's",
    },
    {"name": "What was said", "text": {"allowMultipleLines": True, "textType": "richText"}},
    {"name": "Grade", "choice": {"choices": ["Good", "Inadequate"]}, "indexed": True},
    {"name": "Held on", "dateTime": {"format": "dateOnly"}},
    {"name": "Who", "personOrGroup": {"allowMultipleSelection": True}},
    {"name": "Times", "number": {}, "validation": {"formula": "=[Times]>0", "descriptions": []}},
    {"name": "Closed", "boolean": {}},
]


@pytest.fixture
def ask(running: sandbox.Running) -> Iterator[Asking]:
    found = fresh(running)
    yield found
    found.close()


@pytest.fixture
def owner(ask: Asking) -> Iterator[Asking]:
    found = administrator(ask.tenant)
    yield found
    found.close()


def made(owner: Asking, **more: Any) -> Any:
    answer = owner("POST", f"{SITE}/lists", {"displayName": "Audit bot", "columns": DESCRIBED, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_list_is_made_with_its_columns_as_described(ask: Asking, owner: Asking) -> None:
    found = made(owner, description="What it did", list={"template": "genericList"})
    assert (found["displayName"], found["list"]["template"]) == ("Audit bot", "genericList")
    columns = {
        c["name"]: c for c in ask.get(f"{SITE}/lists/{found['id']}/columns")["value"] if not c["readOnly"]
    }
    assert list(columns) == [
        "Title", "Reference", "What_x0020_was_x0020_said", "Grade", "Held_x0020_on", "Who", "Times", "Closed",
    ]  # fmt: skip
    assert (columns["Reference"]["indexed"], columns["Reference"]["required"]) == (True, True)
    assert columns["What_x0020_was_x0020_said"]["text"]["textType"] == "richText"
    assert columns["Grade"]["choice"]["choices"] == ["Good", "Inadequate"]
    assert columns["Held_x0020_on"]["dateTime"]["format"] == "dateOnly"
    assert columns["Who"]["personOrGroup"]["allowMultipleSelection"] is True
    assert columns["Times"]["validation"]["formula"] == "=[Times]>0"
    row = ask(
        "POST", f"{SITE}/lists/Audit bot/items", {"fields": {"Reference": "A1", "Grade": "Good", "Times": 3}}
    )
    assert (row.status_code, row.json()["fields"]["Times"]) == (201, 3.0)


def test_an_app_that_may_only_write_makes_no_list_and_no_column(ask: Asking) -> None:
    assert code(ask("POST", f"{SITE}/lists", {"displayName": "Mine"})) == (403, "accessDenied")
    assert code(ask("POST", f"{CYCLES}/columns", DESCRIBED[0])) == (403, "accessDenied")
    assert code(ask("DELETE", CYCLES)) == (403, "accessDenied")


def test_a_name_that_is_taken_and_a_column_of_no_type_are_refused(owner: Asking) -> None:
    assert code(owner("POST", f"{SITE}/lists", {"displayName": "Audit cycles"})) == (409, "nameAlreadyExists")
    assert owner("POST", f"{SITE}/lists", {}).status_code == 400
    assert owner("POST", f"{CYCLES}/columns", {"name": "None"}).status_code == 400
    assert owner("POST", f"{CYCLES}/columns", {"name": "Two", "text": {}, "number": {}}).status_code == 400
    assert (
        owner("POST", f"{CYCLES}/columns", {"name": "L", "lookup": {"listId": "nothing"}}).status_code == 400
    )
    long_text = {"name": "Notes", "text": {"allowMultipleLines": True}, "indexed": True}
    assert owner("POST", f"{CYCLES}/columns", long_text).status_code == 400


def test_a_lookup_goes_by_the_id_of_its_list_and_outlives_a_new_name(ask: Asking, owner: Asking) -> None:
    found, cycles = made(owner), ask.get(CYCLES)
    column = {
        "name": "Cycle",
        "lookup": {"listId": cycles["id"], "columnName": "Title", "allowMultipleValues": True},
    }
    assert owner("POST", f"{SITE}/lists/{found['id']}/columns", column).status_code == 201
    assert owner("PATCH", CYCLES, {"displayName": "Rounds"}).json()["displayName"] == "Rounds"
    fields = {"CycleLookupId": [1], "CycleLookupId@odata.type": "Collection(Edm.Int32)"}
    row = ask("POST", f"{SITE}/lists/Audit bot/items", {"fields": fields}).json()
    assert row["fields"]["Cycle"] == [{"LookupId": 1, "LookupValue": "FSP, March 2026"}]
    assert ask.get(f"{SITE}/lists/Rounds")["webUrl"].endswith("/Lists/Audit%20cycles")


def test_a_column_is_indexed_renamed_and_deleted(ask: Asking, owner: Asking) -> None:
    query = f"{CYCLES}/items?$filter=fields/Service_x0020_group eq 'FSP and CWD'"
    (column,) = [c for c in ask.get(f"{CYCLES}/columns")["value"] if c["displayName"] == "Service group"]
    path = f"{CYCLES}/columns/{column['id']}"
    assert ask("GET", query).status_code == 400
    changed = owner("PATCH", path, {"indexed": True, "displayName": "Group", "required": True}).json()
    assert (changed["name"], changed["displayName"], changed["indexed"]) == (column["name"], "Group", True)
    assert len(ask.get(query)["value"]) == 1
    assert owner("DELETE", path).status_code == 204
    assert ask("GET", path).status_code == 404
    assert column["name"] not in ask.get(f"{CYCLES}/items/1/fields")


def test_a_list_is_deleted_and_those_of_the_site_itself_are_not(ask: Asking, owner: Asking) -> None:
    found = made(owner)
    assert owner("DELETE", f"{SITE}/lists/{found['id']}").status_code == 204
    assert ask("GET", f"{SITE}/lists/{found['id']}").status_code == 404
    assert owner("DELETE", f"{SITE}/lists/User Information List").status_code == 403


@pytest.mark.parametrize(
    "column",
    [
        {"name": "N" * 256, "text": {}},
        {"name": "Long", "text": {"maxLength": 256}},
        {"name": "Day", "dateTime": {"format": "day"}},
        {"name": "Day", "dateTime": {"dateOnly": True}},
        {"name": "Who", "personOrGroup": {"chooseFromType": "people"}},
        {"name": "Choice", "choice": {"choices": ["A"], "displayAs": "buttons"}},
    ],
)
def test_a_column_described_in_words_microsoft_does_not_know_is_refused(
    owner: Asking, column: dict[str, Any]
) -> None:
    assert owner("POST", f"{CYCLES}/columns", column).status_code == 400


def test_a_lookup_names_a_column_of_its_list(ask: Asking, owner: Asking) -> None:
    target = ask.get(CYCLES)["id"]
    for named in ({}, {"columnName": "Nothing"}):
        column = {"name": "Cycle", "lookup": {"listId": target, **named}}
        assert owner("POST", f"{CYCLES}/columns", column).status_code == 400


def test_a_list_keeps_twenty_indexes_and_no_more(owner: Asking) -> None:
    columns = [{"name": f"C{n}", "text": {}, "indexed": True} for n in range(21)]
    body = {"displayName": "Many", "columns": columns}
    assert owner("POST", f"{SITE}/lists", body).status_code == 400
    body["columns"] = columns[:20]
    assert owner("POST", f"{SITE}/lists", body).status_code == 201
    assert owner("POST", f"{SITE}/lists/Many/columns", columns[20]).status_code == 400
    assert owner("POST", f"{SITE}/lists/Many/columns", {**columns[20], "indexed": False}).status_code == 201
    assert owner("PATCH", f"{SITE}/lists/Many/columns/C20", {"indexed": True}).status_code == 400


def test_what_is_said_of_the_title_column_of_a_new_list_is_kept(ask: Asking, owner: Asking) -> None:
    title = {"name": "Title", "text": {}, "indexed": True, "description": "The reference of the audit"}
    owner("POST", f"{SITE}/lists", {"displayName": "Told", "columns": [title]})
    found = ask.get(f"{SITE}/lists/Told/columns/Title")
    assert (found["indexed"], found["description"]) == (True, "The reference of the audit")


def test_an_administrator_raises_the_grant_for_a_while_and_takes_it_back(ask: Asking, owner: Asking) -> None:
    (grant,) = owner.get(f"{SITE}/permissions")["value"]
    path = f"{SITE}/permissions/{grant['id']}"
    assert code(ask("PATCH", path, {"roles": ["owner"]})) == (403, "accessDenied")
    assert owner("PATCH", path, {"roles": ["owner"]}).json()["roles"] == ["owner"]
    assert ask("POST", f"{SITE}/lists", {"displayName": "Mine"}).status_code == 201
    assert owner("PATCH", path, {"roles": ["write"]}).status_code == 200
    assert code(ask("POST", f"{SITE}/lists", {"displayName": "Another"})) == (403, "accessDenied")
    assert owner("DELETE", path).status_code == 204
    assert code(ask("GET", f"{SITE}/lists")) == (403, "accessDenied")
