"""Messages are found as Outlook finds them: property ids, filters, searches, names there are not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from graph_client import Client, fresh
from tenant import email, small_seed

import sandbox

KEY = "String {6f2c1f5e-3d0b-4a77-9d3c-2f6a8b1e5c40} Name Reference"
ADA = email("Ada Auditor")


@pytest.fixture
def client(running: sandbox.Running) -> Iterator[Client]:
    with fresh(running) as found:
        yield found


def asked(client: Client, draft: dict[str, Any], *ids: str) -> list[dict[str, str]]:
    wanted = " or ".join(f"id eq '{each}'" for each in ids)
    found = client.find(expand=f"singleValueExtendedProperties($filter={wanted})")
    (message,) = (m for m in found if m["subject"] == draft["subject"])
    values: list[dict[str, str]] = message.get("singleValueExtendedProperties", [])
    return values


def test_a_tagged_property_comes_back_in_exchanges_spelling_however_it_was_asked_for(client: Client) -> None:
    draft = client.draft(ADA)
    for spelling in ("String 0x001A", "string 0x1a", "STRING 0x001a", "String  0x1A"):
        assert asked(client, draft, spelling) == [{"id": "String 0x1a", "value": "IPM.Note"}]
    assert asked(client, draft, "Integer 0x0E07") == [{"id": "Integer 0xe07", "value": "9"}]  # read, unsent
    found = client.find(
        filter="singleValueExtendedProperties/any(p: p/id eq 'string 0X1A' and p/value eq 'IPM.Note')"
    )
    assert [m["subject"] for m in found] == ["Hello"]


def test_a_named_property_is_one_by_guid_in_any_case_and_by_name_as_written(client: Client) -> None:
    draft = client.draft(ADA, singleValueExtendedProperties=[{"id": KEY, "value": "k1"}])
    loud = KEY.replace("6f2c1f5e-3d0b-4a77-9d3c-2f6a8b1e5c40", "6F2C1F5E-3D0B-4A77-9D3C-2F6A8B1E5C40")
    assert asked(client, draft, loud) == [{"id": KEY, "value": "k1"}]
    assert asked(client, draft, KEY.replace("Reference", "reference")) == []
    question = "singleValueExtendedProperties/Any(ep: ep/id eq '{}' and ep/value eq 'k1')"
    assert len(client.find(filter=question.format(loud))) == 1
    assert client.find(filter=question.format(KEY.replace("Reference", "REFERENCE"))) == []


def test_an_id_that_is_none_is_refused(client: Client) -> None:
    path = "/messages?$expand=singleValueExtendedProperties($filter=id eq 'Text 0x1a')"
    client.draft(ADA)
    assert client.mail("GET", path).status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        {"select": "subject,colour"},
        {"filter": "colour eq 'red'"},
        {"orderby": "colour"},
        {"filter": "from/emailAddress/street eq 'x'"},
        {"expand": "colours"},
    ],
)
def test_a_property_there_is_not_is_refused(client: Client, query: dict[str, str]) -> None:
    client.draft(ADA)
    assert client.refused(**query) == (400, "RequestBroker--ParseUri")


def test_folders_have_the_properties_they_have_and_mail_rights_open_no_directory(client: Client) -> None:
    (first, *_) = client.mail("GET", "/mailFolders?$select=displayName").json()["value"]
    assert set(first) == {"id", "displayName"}
    assert client.mail("GET", "/mailFolders?$select=colour").status_code == 400
    assert client.mail("GET", "/mailFolders?$filter=colour eq 'x'").status_code == 400
    unasked = client.call("GET", f"/users/{ADA}")
    assert (unasked.status_code, unasked.json()["error"]["code"]) == (403, "Authorization_RequestDenied")


def test_an_app_that_may_look_people_up_gets_what_it_selects() -> None:
    seed = small_seed()
    seed["app"] = {**seed["app"], "roles": ["User.Read.All"]}
    with sandbox.run(seed) as tenant, fresh(tenant) as client:
        person = client.call("GET", f"/users/{ADA}?$select=displayName,accountEnabled").json()
        found = {k: v for k, v in person.items() if "@" not in k}
        assert found == {"displayName": "Ada Auditor", "accountEnabled": True}
        refused = client.call("GET", f"/users/{ADA}?$select=colour")
        assert (refused.status_code, refused.json()["error"]["code"]) == (400, "BadRequest")
        assert client.mail("GET", "/messages").json()["error"]["code"] == "ErrorAccessDenied"


def test_a_body_with_a_property_there_is_not_is_refused(client: Client) -> None:
    answer = client.mail("POST", "/messages", {"subject": "x", "colour": "red"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "RequestBodyRead")


def test_outlook_does_not_filter_by_recipients_and_says_so(client: Client) -> None:
    assert client.refused(filter=f"toRecipients/any(r: r/emailAddress/address eq '{ADA}')") == (
        400,
        "ErrorInvalidUrlQueryFilter",
    )


def test_what_orders_must_stand_first_in_the_filter(client: Client) -> None:
    assert client.refused(filter="isRead eq false", orderby="receivedDateTime desc") == (
        400,
        "InefficientFilter",
    )
    both = "receivedDateTime ge 2026-01-01T00:00:00Z and isRead eq true"
    client.draft(ADA)
    assert len(client.find(filter=both, orderby="receivedDateTime desc")) == 1


def test_a_page_holds_at_most_a_thousand_messages(client: Client) -> None:
    assert client.mail("GET", "/messages?$top=1001").status_code == 400
    assert client.mail("GET", "/messages?$top=1000").status_code == 200


def arrives(client: Client, sender: str, subject: str, html: str = "", **more: Any) -> None:
    message = {"from": email(sender), "to": [client.tenant.mailbox], "subject": subject, "html": html, **more}
    client.tenant.ask("POST", "/messages", message)


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ('"pizza"', ["Lunch", "Pizza on Friday"]),
        ("pizza", ["Lunch", "Pizza on Friday"]),
        ('"subject:pizza"', ["Pizza on Friday"]),
        ('"body:pizza"', ["Lunch"]),
        ('"from:ada.auditor"', ["Pizza on Friday"]),
        ('"participants:tia.manager@wexcombe.example"', ["Lunch"]),
        ('"to:audit.team AND NOT subject:lunch"', ["Pizza on Friday"]),
        ('"subject:lunch OR subject:friday"', ["Lunch", "Pizza on Friday"]),
        ('"received>=2026-04-02"', ["Lunch"]),
        ('"received:04/01/2026"', ["Pizza on Friday"]),
        ('"received:2026-03-30..2026-04-01"', ["Pizza on Friday"]),
        ('"hasAttachments:true"', ["Lunch"]),
        ('"attachment:menu"', ["Lunch"]),
        ('"subject:\\"pizza friday\\""', []),
        ('"izza"', []),
    ],
)
def test_a_search_finds_words_from_their_beginning_where_it_is_told_to(
    client: Client, search: str, found: list[str]
) -> None:
    arrives(client, "Ada Auditor", "Pizza on Friday", "<p>With everybody</p>")
    client.clock("2026-04-02T09:00:00+00:00")
    menu = [{"name": "menu.txt", "base64": "YQ=="}]
    arrives(client, "Tia Manager", "Lunch", "<p>There is pizza</p>", attachments=menu)
    assert [m["subject"] for m in client.find(search=search)] == found


def test_a_search_goes_with_neither_filter_nor_order_and_a_colon_needs_quotes(client: Client) -> None:
    assert client.refused(search='"x"', filter="isRead eq true") == (400, "SearchWithFilter")
    assert client.refused(search='"x"', orderby="receivedDateTime") == (400, "SearchWithOrderBy")
    assert client.refused(search="subject:x") == (400, "BadRequest")
