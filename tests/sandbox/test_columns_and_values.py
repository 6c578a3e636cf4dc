"""What a list's columns hold, how they are written, and what Graph refuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from asking import CYCLES, ROWS, SITE, Asking, administrator, code, fresh
from tenant import email

import sandbox

HEADS = "Heads_x0020_of_x0020_Service"
PEOPLE = {"Hal Service", "Ori Otherservice"}


@pytest.fixture
def ask(running: sandbox.Running) -> Iterator[Asking]:
    found = fresh(running)
    yield found
    found.close()


def write(ask: Asking, **fields: Any) -> Any:
    return ask(
        "PATCH", f"{CYCLES}/items/1/fields", {k.replace("_at_", "@odata."): v for k, v in fields.items()}
    )


def people(ask: Asking) -> dict[str, int]:
    """The ids of the people the site knows, by address, found as an app has to find them."""
    lists = ask.get(f"{SITE}/lists?$select=id,list,webUrl,system")["value"]
    (users,) = [each for each in lists if each["list"]["template"] == "userInformation"]
    assert users["webUrl"].endswith("/_catalogs/users")
    rows = ask.get(f"{SITE}/lists/{users['id']}/items?$expand=fields")["value"]
    return {row["fields"].get("EMail", row["fields"]["Title"]): int(row["id"]) for row in rows}


def test_the_list_of_people_is_hidden_has_groups_in_it_and_a_translated_name(ask: Asking) -> None:
    assert "User Information List" not in {each["displayName"] for each in ask.get(f"{SITE}/lists")["value"]}
    assert "Audit Owners" in people(ask)
    assert ask("GET", f"{SITE}/lists/User Information List").status_code == 200
    ask.tenant.ask("POST", "/behaviours", {"German site": True})
    assert ask("GET", f"{SITE}/lists/User Information List").status_code == 404
    assert ask("GET", f"{SITE}/lists/Benutzerinformationsliste").status_code == 200
    assert email("Ada Auditor") in people(ask)


def test_somebody_is_unknown_to_the_site_until_somebody_names_them(ask: Asking) -> None:
    mailbox = ask.tenant.mailbox
    assert mailbox not in people(ask)
    ask.tenant.ask("PATCH", "/lists/Audit allocations/1", {"Exempted by": mailbox})
    assert mailbox in people(ask)


def test_several_people_are_written_as_ids_whose_type_is_said(ask: Asking) -> None:
    ids = [people(ask)[email(name)] for name in sorted(PEOPLE)]
    name = f"{HEADS}LookupId"
    assert write(ask, **{name: ids}).status_code == 400
    assert write(ask, **{HEADS: ids, f"{HEADS}_at_type": "Collection(Edm.Int32)"}).status_code == 400
    assert (
        write(ask, **{name: [str(i) for i in ids], f"{name}_at_type": "Collection(Edm.Int32)"}).status_code
        == 400
    )
    for kind, given in (("Collection(Edm.Int32)", ids), ("Collection(Edm.String)", [str(i) for i in ids])):
        answer = write(ask, **{f"{name}_at_type": kind, name: given})
        assert {each["Email"] for each in answer.json()[HEADS]} == {email(each) for each in PEOPLE}
    assert HEADS not in write(ask, **{f"{name}_at_type": "Collection(Edm.Int32)", name: []}).json()


def test_one_person_is_written_as_number_or_text_without_a_type(ask: Asking) -> None:
    ada, path = people(ask)[email("Ada Auditor")], f"{ROWS}/1/fields"
    for given in (ada, str(ada)):
        answer = ask("PATCH", path, {"ModeratorLookupId": given})
        assert answer.json()["ModeratorLookupId"] == str(ada)
    typed = {"ModeratorLookupId@odata.type": "Collection(Edm.Int32)", "ModeratorLookupId": [ada]}
    assert ask("PATCH", path, typed).status_code == 400
    said = {"ModeratorLookupId@odata.type": "Edm.Int32", "ModeratorLookupId": ada}
    assert ask("PATCH", path, said).status_code == 400
    assert ask("PATCH", path, {"ModeratorLookupId": 4711}).status_code == 400
    assert ask("PATCH", path, {"Moderator": email("Ada Auditor")}).status_code == 400
    assert "ModeratorLookupId" not in ask("PATCH", path, {"ModeratorLookupId": None}).json()


def test_a_choice_of_several_needs_its_type(ask: Asking) -> None:
    owner = administrator(ask.tenant)
    column = {"name": "Days", "choice": {"choices": ["Mon", "Tue", "Wed"], "displayAs": "checkBoxes"}}
    assert owner("POST", f"{CYCLES}/columns", column).status_code == 201
    assert write(ask, Days=["Mon", "Tue"]).status_code == 400
    answer = write(ask, Days_at_type="Collection(Edm.String)", Days=["Mon", "Tue"])
    assert answer.json()["Days"] == ["Mon", "Tue"]
    wrong = write(ask, Days_at_type="Collection(Edm.String)", Days=["Sun"])
    assert wrong.status_code == 400
    assert "Days" not in write(ask, Days_at_type="Collection(Edm.String)", Days=[]).json()
    owner.close()


def test_a_column_with_formats_gives_html(ask: Asking) -> None:
    plain = ask.get(f"{CYCLES}/items/1/fields")["KLOEs"]
    ask.tenant.ask("POST", "/behaviours", {"multi-line columns are rich text": True})
    rich = ask.get(f"{CYCLES}/items/1/fields")["KLOEs"]
    assert rich.startswith('<div class="ExternalClass')
    assert rich.count("<p>") == len(plain.splitlines())
    written = write(ask, KLOEs="Is it so?").json()["KLOEs"]
    assert written.startswith('<div class="ExternalClass')
    assert written.endswith(">Is it so?</div>")
    (row,) = ask.tenant.ask("GET", "/lists/Audit cycles")["rows"]
    assert row["KLOEs"] == "Is it so?"


def test_unknown_and_read_only_fields_are_refused(ask: Asking) -> None:
    for field in ("Colour", "Modified", "id_", "ID", "AuthorLookupId"):
        assert code(ask("PATCH", f"{ROWS}/1/fields", {field: "x"})) == (400, "invalidRequest")
    assert ask("GET", f"{ROWS}?$expand=fields($select=Colour)").status_code == 400
    assert ask("GET", f"{ROWS}?$select=colour").status_code == 400
    assert ask("GET", f"{ROWS}?$expand=colour").status_code == 400
    assert ask("GET", f"{ROWS}?$filter=colour eq 'x'").status_code == 400
    assert ask("GET", f"{ROWS}?$filter=fields/Colour eq 'x'").status_code == 400
    assert ask("GET", f"{ROWS}?$orderby=fields/Colour").status_code == 400
    assert ask("GET", f"{SITE}/lists?$select=colour").status_code == 400
    assert ask("GET", f"{CYCLES}/columns?$select=colour").status_code == 400


def test_a_body_holds_only_properties_of_its_type(ask: Asking) -> None:
    owner = administrator(ask.tenant)
    assert code(ask("POST", ROWS, {"fields": {}, "Title": "x"})) == (400, "invalidRequest")
    assert code(ask("PATCH", f"{ROWS}/1", {"Status": "x"})) == (400, "invalidRequest")
    assert code(owner("POST", f"{SITE}/lists", {"displayName": "A", "colour": "red"})) == (
        400,
        "invalidRequest",
    )
    assert code(owner("POST", f"{CYCLES}/columns", {"name": "A", "txt": {}})) == (400, "invalidRequest")
    owner.close()


def test_select_leaves_what_was_asked_for(ask: Asking) -> None:
    def names(found: dict[str, Any]) -> set[str]:
        return {name for name in found if "@" not in name}

    assert names(ask.get(f"{SITE}/lists?$select=id,displayName")["value"][0]) == {"id", "displayName"}
    assert names(ask.get(f"{CYCLES}/columns?$select=name")["value"][0]) == {"name"}
    assert names(ask.get(f"{ROWS}?$select=id&$expand=fields($select=Title)")["value"][0]) == {"id", "fields"}
    assert names(ask.get(f"{ROWS}/1?$select=webUrl")) == {"webUrl"}
    assert names(ask.get(f"{SITE}?$select=id")) == {"id"}
    assert names(ask.get(f"{ROWS}/1/fields?$select=Title,AuditorLookupId")) == {"Title", "AuditorLookupId"}


def test_the_values_of_twelve_lookups_are_the_most_a_query_gives(ask: Asking) -> None:
    columns = ask.get(f"{SITE}/lists/Audit allocations/columns")["value"]
    names = [c["name"] for c in columns if not c["readOnly"] and {"lookup", "personOrGroup"} & set(c)]
    assert ask("GET", f"{ROWS}?$expand=fields($select={','.join(names)})").status_code == 200
    ask.tenant.ask("POST", "/behaviours", {"lookup column threshold": len(names) - 1})
    refused = ask("GET", f"{ROWS}?$expand=fields($select={','.join(names)})")
    assert "lookup column threshold" in refused.json()["error"]["message"]
    ids = ",".join(f"{name}LookupId" for name in names)
    assert ask("GET", f"{ROWS}?$expand=fields($select={ids})").status_code == 200


def test_collections_are_filtered_ordered_and_paged(ask: Asking) -> None:
    found = ask.get(f"{SITE}/lists?$filter=displayName eq 'Audit cycles'&$select=displayName")["value"]
    assert [each["displayName"] for each in found] == ["Audit cycles"]
    assert ask.get(f"{SITE}/lists?$filter=startswith(displayName,'Nothing')")["value"] == []
    assert ask("GET", f"{SITE}/lists?$filter=colour eq 'x'").status_code == 400
    assert ask("GET", f"{SITE}/lists?$skip=1").status_code == 400
    columns = ask.get(f"{CYCLES}/columns?$filter=readOnly eq false&$orderby=name&$top=3")
    names = [each["name"] for each in columns["value"]]
    assert (len(names), names) == (3, sorted(names, key=str.casefold))
    assert ask.get(columns["@odata.nextLink"])["value"][0]["name"] not in names


def test_a_list_comes_with_its_columns_and_rows_when_they_are_expanded(ask: Asking) -> None:
    found = ask.get(
        f"{CYCLES}?select=displayName&expand=columns(select=name,indexed),items(expand=fields(select=Title,Status))"
    )
    assert {name for name in found if "@" not in name} == {"displayName", "columns", "items"}
    assert {"name": "Status", "indexed": False} in found["columns"]
    (row,) = found["items"]
    assert {k: v for k, v in row["fields"].items() if "@" not in k} == {
        "Title": "FSP, March 2026",
        "Status": "Open",
    }
    assert ask("GET", f"{CYCLES}?expand=colours").status_code == 400


def test_an_owner_changes_what_a_column_is_like(ask: Asking) -> None:
    path = "/lists/Audit allocations/settings"
    ask.tenant.ask("POST", path, {"column": "Moderator", "several": True})
    (moderator,) = ask.get(f"{ROWS}/1/fields?$select=Moderator")["Moderator"]
    assert moderator["Email"] == email("Mo Moderator")
    assert "ModeratorLookupId" not in ask.get(f"{ROWS}/1/fields")
    assert ask.tenant.ask("GET", "/lists/Audit allocations")["rows"][0]["Moderator"] == [
        email("Mo Moderator")
    ]
    single = {"ModeratorLookupId": moderator["LookupId"]}
    assert ask("PATCH", f"{ROWS}/1/fields", single).status_code == 400
    ask.tenant.ask("POST", path, {"column": "Moderator", "several": False})
    assert ask("PATCH", f"{ROWS}/1/fields", single).status_code == 200
    ask.tenant.ask(
        "POST", "/lists/Audit cycles/settings", {"column": "KLOEs", "rich": True, "name": "Rounds"}
    )
    assert ask.get(f"{SITE}/lists/Rounds/items/1/fields")["KLOEs"].startswith("<div")


def test_every_list_has_columns_nobody_can_write_two_of_them_called_title_too(ask: Asking) -> None:
    columns = ask.get(f"{CYCLES}/columns")["value"]
    titles = {c["name"]: c["readOnly"] for c in columns if c["displayName"] == "Title"}
    assert titles == {"Title": False, "LinkTitle": True, "LinkTitleNoMenu": True}


def test_the_answer_to_a_change_of_fields_is_the_fields_alone(ask: Asking) -> None:
    answer = ask("PATCH", f"{ROWS}/1/fields", {"Title": "Other"}).json()
    assert answer["Title"] == "Other"
    assert "webUrl" not in answer
    assert "fields" not in answer


@pytest.mark.parametrize(("share", "status"), [(False, 412), (1.0, 409)])
def test_an_old_etag_is_refused_with_one_of_two_numbers(ask: Asking, share: Any, status: int) -> None:
    ask.tenant.ask("POST", "/behaviours", {"conflicts as 409": share})
    tag = ask.get(f"{ROWS}/1")["eTag"]
    ask.tenant.ask("PATCH", "/lists/Audit allocations/1", {"Note": "Mine"})
    for method, path, body in (("PATCH", "/fields", {"Status": "x"}), ("DELETE", "", None)):
        answer = ask(method, f"{ROWS}/1{path}", body, **{"If-Match": tag})
        assert code(answer) == (status, "resourceModified")
