"""The pretend tenant answers as Entra and Graph do: spoken to by plain requests and by msal."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msal
import pytest
import requests
from tenant import email

import sandbox
from sandbox.play.seed import council

SITE = "/sites/wexcombe.sharepoint.example:/sites/audit:"
KEY = "String {6f2c1f5e-3d0b-4a77-9d3c-2f6a8b1e5c40} Name AuditBotKey"


class Client:
    """Graph without any library between."""

    def __init__(self, tenant: sandbox.Running) -> None:
        self.tenant = tenant
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = str(tenant.ca_path)
        self.session.headers["Authorization"] = f"Bearer {self.token()['access_token']}"

    def token(self, **changes: str) -> dict[str, Any]:
        form = {
            "grant_type": "client_credentials",
            "client_id": self.tenant.client_id,
            "client_secret": self.tenant.secret,
            "scope": "https://graph.microsoft.com/.default",
            **changes,
        }
        answer = self.session.post(f"{self.tenant.url}/{self.tenant.tenant_id}/oauth2/v2.0/token", data=form)
        return {"status": answer.status_code, **answer.json()}

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        url = path if path.startswith("https") else f"{self.tenant.url}/v1.0{path}"
        return self.session.request(method, url, json=body, headers=headers)

    def mail(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        return self.call(method, f"/users/{self.tenant.mailbox}{path}", body, **headers)

    def draft(self, **changes: Any) -> dict[str, Any]:
        given = {
            "subject": "Hello",
            "body": {"contentType": "HTML", "content": "<p>Hello</p>"},
            "toRecipients": [{"emailAddress": {"address": email("Ada Auditor")}}],
            "singleValueExtendedProperties": [{"id": KEY, "value": "k1"}],
            **changes,
        }
        found: dict[str, Any] = self.mail("POST", "/messages", given, Prefer='IdType="ImmutableId"').json()
        return found


@pytest.fixture
def client(running: sandbox.Running) -> Iterator[Client]:
    running.ask("POST", "/reset")
    running.ask("POST", "/settings", {"latency_ms": 0, "token_seconds": 3599})
    running.ask("POST", "/clock", {"now": "2026-04-01T08:00:00+00:00"})
    found = Client(running)
    yield found
    found.session.close()


# ------------------------------------------------------------------------------------------------------- Entra


def test_a_wrong_secret_is_401_and_an_unknown_app_or_scope_400(client: Client) -> None:
    wrong = client.token(client_secret="wrong")
    assert (wrong["status"], wrong["error"], wrong["error_codes"]) == (401, "invalid_client", [7000215])
    unknown = client.token(client_id="nobody")
    assert (unknown["status"], unknown["error"], unknown["error_codes"]) == (
        400,
        "unauthorized_client",
        [700016],
    )
    scope = client.token(scope="https://elsewhere/.default")
    assert (scope["status"], scope["error"]) == (400, "invalid_scope")
    other = client.session.get(f"{client.tenant.url}/other/v2.0/.well-known/openid-configuration")
    assert (other.status_code, other.json()["error"]) == (400, "invalid_tenant")


@pytest.mark.parametrize("kind", ["thumbprint", "certificate"])
def test_a_certificate_signs_in_with_both_kinds_of_thumbprint(client: Client, kind: str) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    tenant = client.tenant
    pem = tenant.certificate_path.read_text(encoding="ascii")
    credential: dict[str, str] = {"private_key": tenant.key_path.read_text(encoding="ascii")}
    if kind == "certificate":
        credential["public_certificate"] = pem
    else:
        credential["thumbprint"] = (
            x509.load_pem_x509_certificate(pem.encode()).fingerprint(hashes.SHA1()).hex()
        )
    app = msal.ConfidentialClientApplication(
        tenant.client_id,
        client_credential=credential,
        authority=f"{tenant.url}/{tenant.tenant_id}",
        instance_discovery=False,
        http_client=client.session,
    )
    assert "access_token" in app.acquire_token_for_client(["https://graph.microsoft.com/.default"])


def test_a_foreign_certificate_is_refused(client: Client, tmp_path: Path) -> None:
    from sandbox.tenant.certificates import write_client_certificate

    other = write_client_certificate(tmp_path)
    app = msal.ConfidentialClientApplication(
        client.tenant.client_id,
        client_credential={
            "private_key": other.key.read_text(encoding="ascii"),
            "public_certificate": other.path.read_text(encoding="ascii"),
        },
        authority=f"{client.tenant.url}/{client.tenant.tenant_id}",
        instance_discovery=False,
        http_client=client.session,
    )
    answer = app.acquire_token_for_client(["https://graph.microsoft.com/.default"])
    assert answer["error_codes"] == [700027]


def test_a_token_runs_out(client: Client) -> None:
    assert client.mail("GET", "/messages").status_code == 200
    client.tenant.ask("POST", "/settings", {"token_seconds": 0})
    client.session.headers["Authorization"] = f"Bearer {client.token()['access_token']}"
    answer = client.mail("GET", "/messages")
    assert answer.status_code == 401
    assert "expired" in answer.json()["error"]["message"]


def test_a_mailbox_outside_the_apps_scope_is_forbidden(client: Client) -> None:
    answer = client.call("GET", f"/users/{email('Ada Auditor')}/messages")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "ErrorAccessDenied")


# -------------------------------------------------------------------------------------------------------- mail


def test_a_draft_that_is_sent_is_delivered_and_kept(client: Client) -> None:
    draft = client.draft(ccRecipients=[{"emailAddress": {"address": email("Tia Manager")}}])
    assert client.mail("POST", f"/messages/{draft['id']}/send").status_code == 202
    (delivery,) = client.tenant.deliveries()
    assert delivery["delivered_to"] == [email("Ada Auditor"), email("Tia Manager")]
    found = client.mail("GET", f"/messages/{draft['id']}", Prefer='IdType="ImmutableId"').json()
    assert found["isDraft"] is False
    assert client.mail("POST", f"/messages/{draft['id']}/send").status_code == 404
    assert len(client.tenant.deliveries()) == 1


def test_default_ids_die_with_a_move_and_immutable_ones_do_not(client: Client) -> None:
    draft = client.draft()
    plain = client.mail("GET", f"/messages/{draft['id']}").json()["id"]
    assert plain != draft["id"]
    assert client.mail("POST", f"/messages/{plain}/move", {"DestinationId": "archive"}).status_code == 201
    assert client.mail("GET", f"/messages/{plain}").status_code == 404
    assert client.mail("GET", f"/messages/{draft['id']}").status_code == 200


def test_a_letter_is_found_by_its_extended_property(client: Client) -> None:
    draft = client.draft()
    text = f"singleValueExtendedProperties/Any(ep: ep/id eq '{KEY}' and ep/value eq 'k1')"
    found = client.session.get(
        f"{client.tenant.url}/v1.0/users/{client.tenant.mailbox}/messages",
        params={"$filter": text, "$expand": f"singleValueExtendedProperties($filter=id eq '{KEY}')"},
        headers={"Prefer": 'IdType="ImmutableId"'},
    ).json()["value"]
    assert [m["id"] for m in found] == [draft["id"]]
    assert found[0]["singleValueExtendedProperties"] == [{"id": KEY, "value": "k1"}]


def test_an_unknown_address_bounces_and_somebody_away_answers_once(client: Client) -> None:
    client.tenant.ask("POST", "/automatic-reply", {"email": email("Ada Auditor"), "text": "Away."})
    nobody = [{"emailAddress": {"address": "nobody@wexcombe.example"}}]
    client.mail(
        "POST",
        "/sendMail",
        {"Message": {"subject": "Lost", "toRecipients": nobody}, "SaveToSentItems": "false"},
    )
    for _ in range(2):
        draft = client.draft()
        client.mail("POST", f"/messages/{draft['id']}/send")
    inbox = client.mail("GET", "/mailFolders/Inbox/messages?$select=subject,internetMessageHeaders").json()[
        "value"
    ]
    assert sorted(m["subject"] for m in inbox) == ["Automatic reply: Hello", "Undeliverable: Lost"]
    bounce = next(m for m in inbox if m["subject"].startswith("Undeliverable"))
    headers = {h["name"].lower(): h["value"] for h in bounce["internetMessageHeaders"]}
    assert "delivery-status" in headers["content-type"]


def test_delta_tells_what_came_and_what_left_with_short_links(client: Client) -> None:
    for n in range(60):
        client.tenant.ask(
            "POST",
            "/messages",
            {"from": email("Ada Auditor"), "to": [client.tenant.mailbox], "subject": str(n)},
        )
    page = client.mail(
        "GET", "/mailFolders/Inbox/messages/delta?$select=subject", Prefer="odata.maxpagesize=25"
    ).json()
    seen = list(page["value"])
    while "@odata.nextLink" in page:
        assert len(page["@odata.nextLink"]) < 300
        page = client.call("GET", page["@odata.nextLink"], Prefer="odata.maxpagesize=25").json()
        seen += page["value"]
    assert len(seen) == 60
    gone = seen[0]["id"]
    client.mail("POST", f"/messages/{gone}/move", {"destinationId": "archive"})
    after = client.call("GET", page["@odata.deltaLink"]).json()
    assert [m["id"] for m in after["value"] if "@removed" in m] == [gone]
    wrong = client.mail("GET", "/mailFolders/Inbox/messages/delta?$deltatoken=e30=")
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (410, "SyncStateNotFound")


def test_headers_are_at_most_five_and_begin_with_x(client: Client) -> None:
    headers = [{"name": "Subject", "value": "x"}]
    answer = client.mail("POST", "/messages", {"subject": "x", "internetMessageHeaders": headers})
    assert answer.json()["error"]["code"] == "InvalidInternetMessageHeaderCollection"


def test_a_folder_is_made_once(client: Client) -> None:
    assert client.mail("POST", "/mailFolders", {"displayName": "It's ours"}).status_code == 201
    assert client.mail("POST", "/mailFolders", {"displayName": "It's ours"}).status_code == 409
    found = client.mail("GET", "/mailFolders?$filter=displayName eq 'It''s ours'").json()["value"]
    assert len(found) == 1


def test_more_than_four_outlook_requests_at_once_are_throttled(client: Client) -> None:
    from concurrent.futures import ThreadPoolExecutor

    client.tenant.ask("POST", "/settings", {"latency_ms": 150})
    with ThreadPoolExecutor(8) as pool:
        found = sorted(a.status_code for a in pool.map(lambda _: client.mail("GET", "/messages"), range(8)))
    assert found[:4] == [200] * 4
    assert 429 in found


# ------------------------------------------------------------------------------------------------------- lists


def items(client: Client, query: str = "", **headers: str) -> requests.Response:
    return client.call("GET", f"{SITE}/lists/Audit allocations/items{query}", **headers)


def test_rows_leave_empty_columns_out_and_give_people_as_numbers(client: Client) -> None:
    row = items(client, "?expand=fields").json()["value"][0]["fields"]
    assert row["Title"] == "FSP-2026-03-001"
    assert row["AuditorLookupId"].isdigit()
    assert "Auditor" not in row
    assert "Exempted_x0020_on" not in row


def test_a_date_in_summer_is_midnight_in_london(client: Client) -> None:
    client.tenant.ask("PATCH", "/lists/Audit allocations/1", {"Confirmed on": "2026-04-07"})
    row = items(client, "?$expand=fields($select=Confirmed_x0020_on)").json()["value"][0]
    assert row["fields"]["Confirmed_x0020_on"] == "2026-04-06T23:00:00Z"


def test_a_row_somebody_edited_is_not_overwritten(client: Client) -> None:
    row = items(client).json()["value"][0]
    client.tenant.ask("PATCH", "/lists/Audit allocations/1", {"Note": "Mine"})
    path = f"{SITE}/lists/Audit allocations/items/1/fields"
    answer = client.call("PATCH", path, {"Status": "x"}, **{"If-Match": row["eTag"]})
    assert (answer.status_code, answer.json()["error"]["code"]) == (412, "resourceModified")
    fresh = items(client).json()["value"][0]
    assert client.call("PATCH", path, {"Status": "x"}, **{"If-Match": fresh["eTag"]}).status_code == 200


def test_filtering_by_a_column_without_an_index_needs_the_header(client: Client) -> None:
    query = "?$filter=fields/Team eq 'Bow'"
    assert items(client, query).status_code == 400
    allowed = items(client, query, Prefer="HonorNonIndexedQueriesWarningMayFailRandomly")
    assert len(allowed.json()["value"]) == 2


def test_a_choice_that_is_none_is_refused(client: Client) -> None:
    answer = client.call("PATCH", f"{SITE}/lists/Audit cycles/items/1/fields", {"Status": "Perhaps"})
    assert answer.status_code == 400


# -------------------------------------------------------------------------------------------- files and batches


def drive(client: Client) -> str:
    return f"/drives/{client.call('GET', f'{SITE}/drive').json()['id']}"


def put(client: Client, name: str, data: bytes, conflict: str) -> requests.Response:
    url = f"{client.tenant.url}/v1.0{drive(client)}/root:/Kept/{name}:/content"
    return client.session.put(url, data=data, params={"@microsoft.graph.conflictBehavior": conflict})


def test_a_file_is_kept_and_comes_back_and_is_never_lost_to_another(client: Client) -> None:
    assert put(client, "a.docx", b"one", "fail").status_code == 201
    assert put(client, "a.docx", b"two", "fail").status_code == 409
    names = [put(client, "a.docx", data, "rename").json()["name"] for data in (b"two", b"three")]
    assert names == ["a 1.docx", "a 2.docx"]
    found = client.call("GET", f"{drive(client)}/root:/Kept/a.docx:/content")
    assert found.content == b"one"


def test_a_batch_answers_each_part_and_refuses_what_depends_on_a_failure(client: Client) -> None:
    parts = [
        {"id": "1", "method": "GET", "url": f"/users/{client.tenant.mailbox}/messages/nothing"},
        {"id": "2", "method": "GET", "url": f"/users/{client.tenant.mailbox}/messages", "dependsOn": ["1"]},
        {"id": "3", "method": "GET", "url": f"{SITE}/lists"},
        {
            "id": "4",
            "method": "PUT",
            "url": f"{drive(client)}/root:/Kept/b.bin:/content",
            "headers": {"Content-Type": "application/octet-stream"},
            "body": base64.b64encode(b"bytes").decode(),
        },
    ]
    answers = {
        a["id"]: a["status"]
        for half in (parts[:2], parts[2:])
        for a in client.call("POST", "/$batch", {"requests": half}).json()["responses"]
    }
    assert answers == {"1": 404, "2": 424, "3": 200, "4": 201}
    assert client.call("GET", f"{drive(client)}/root:/Kept/b.bin:/content").content == b"bytes"
    assert client.call("POST", "/$batch", {"requests": parts * 6}).status_code == 400
    assert client.call("POST", "/$batch", {"requests": [parts[2], parts[2]]}).status_code == 400


# ------------------------------------------------------------------------------------------------------- faults


@pytest.mark.parametrize(
    ("kind", "status"), [("throttled", 429), ("unavailable", 503), ("timeout after", 504)]
)
def test_a_fault_strikes_once_and_is_gone(client: Client, kind: str, status: int) -> None:
    client.tenant.ask("POST", "/faults", {"kind": kind, "path": "/messages", "retry_after": "2.128"})
    struck = client.mail("GET", "/messages")
    assert struck.status_code == status
    if status != 504:
        assert struck.headers["Retry-After"] == "2.128"
    assert client.mail("GET", "/messages").status_code == 200


def test_a_lost_answer_was_carried_out_and_a_lost_request_was_not(client: Client) -> None:
    for kind, made in (("request lost", 0), ("answer lost", 1)):
        client.tenant.ask("POST", "/faults", {"kind": kind, "method": "POST", "path": "/messages$"})
        with pytest.raises(requests.exceptions.ConnectionError):
            client.draft()
        assert len(client.mail("GET", "/messages").json()["value"]) == made


def test_a_request_whose_answer_never_comes_was_carried_out(client: Client) -> None:
    client.tenant.ask("POST", "/faults", {"kind": "hangs", "method": "POST", "path": "/messages$"})
    with pytest.raises(requests.exceptions.ReadTimeout):
        client.session.post(
            f"{client.tenant.url}/v1.0/users/{client.tenant.mailbox}/messages", json={}, timeout=0.5
        )
    assert len(client.mail("GET", "/messages").json()["value"]) == 1


def test_an_answer_that_comes_byte_by_byte_says_the_same(client: Client) -> None:
    made = client.draft()
    client.tenant.ask("POST", "/faults", {"kind": "drips", "path": "/messages/", "seconds": 0.0005})
    found = client.mail("GET", f"/messages/{made['id']}?$select=subject", Prefer='IdType="ImmutableId"')
    assert (found.status_code, found.json()["subject"]) == (200, "Hello")
    assert found.elapsed.total_seconds() > 0.05


def test_a_page_cut_off_says_nothing_of_the_rest_and_one_in_a_circle_names_itself(client: Client) -> None:
    for _ in range(3):
        client.draft()
    whole = client.mail("GET", "/messages").json()["value"]
    client.tenant.ask("POST", "/faults", {"kind": "cut off", "path": "/messages$"})
    cut = client.mail("GET", "/messages?$top=2").json()
    assert cut["value"] == whole[:1]
    assert "@odata.nextLink" not in cut
    client.tenant.ask("POST", "/faults", {"kind": "leads in a circle", "path": "/messages$", "times": 2})
    first = client.mail("GET", "/messages?$top=2").json()
    again = client.call("GET", first["@odata.nextLink"]).json()
    assert again == first


# --------------------------------------------------------------------------------------------------------- seed


def test_the_council_is_the_same_every_time_and_as_large_as_the_guide_asks() -> None:
    assert council() == council()
    rows = next(x for x in council()["lists"] if x["name"] == "Audit allocations")["items"]
    kinds = [r["Audit type"] for r in rows if r["Cycle"] == "FSP and CWD, March 2026"]
    assert [
        kinds.count(k) for k in ("Full – Team Manager", "Full – Advanced Practitioner", "Dip sample")
    ] == [40, 20, 30]


def test_the_first_day_has_people_and_a_site_and_no_list() -> None:
    seed = council(empty=True)
    assert seed["lists"] == []
    assert seed["files"] == []
    assert seed["people"] == council()["people"]


def test_every_auditor_of_the_council_is_independent() -> None:
    rows = next(x for x in council()["lists"] if x["name"] == "Audit allocations")["items"]
    managers = {r["Team"]: r["Team Manager"] for r in rows}
    for row in rows:
        assert row["Auditor"] not in (row["Practitioner"], managers[row["Team"]], row["Moderator"])
        assert row["Auditor"] != row.get("IRO or CP Chair")
        assert row["Moderator"] != row["Head of Service"]


def test_the_lists_of_the_council_have_the_columns_of_the_configuration() -> None:
    import tomllib

    config = tomllib.loads((Path(__file__).parents[2] / "config/lists.toml").read_text(encoding="utf-8"))
    found = {each["name"]: {c["name"] for c in each["columns"]} for each in council()["lists"]}
    for part in config.values():
        wanted = {*part["columns"].values(), *part.get("bot_columns", {}).values()}
        assert wanted == found[part["list"]]


def test_the_front_desk_answers_nonsense_with_a_sentence(client: Client) -> None:
    answer = requests.get(f"{client.tenant.front_desk_url}/api/lists/Nothing", timeout=10)
    assert (answer.status_code, answer.json()["error"]) == (400, "There is no list Nothing.")
    assert "Front desk" in requests.get(client.tenant.front_desk_url, timeout=10).text
