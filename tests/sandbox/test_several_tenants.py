"""Several tenants at one address: whose a request is, and that nothing of one is another's: no token, no limit, no
clock, no fault."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import jwt
import msal
import pytest
import requests
from graph_client import Client

import sandbox
from sandbox.play.seed import council
from sandbox.tenant.run import run_all


@pytest.fixture(scope="module")
def region() -> Iterator[list[sandbox.Running]]:
    with run_all([council(audits=1, number=n) for n in (1, 2, 3)]) as found:
        yield found


@pytest.fixture
def clients(region: list[sandbox.Running]) -> Iterator[list[Client]]:
    for each in region:
        each.ask("POST", "/reset")
        each.ask("POST", "/clock", {"now": "2026-04-01T07:00:00+00:00"})
    found = [Client(each) for each in region]
    yield found
    for client in found:
        client.session.close()


def token(tenant: sandbox.Running, at: sandbox.Running, **changes: str) -> dict[str, Any]:
    """What Entra answers where somebody asks with one tenant's app at another's address."""
    form = {
        "grant_type": "client_credentials",
        "client_id": tenant.client_id,
        "client_secret": tenant.secret,
        "scope": "https://graph.microsoft.com/.default",
        **changes,
    }
    url = f"{tenant.url}/{at.tenant_id}/oauth2/v2.0/token"
    answer = requests.post(url, data=form, verify=str(tenant.ca_path), timeout=10)
    return {"status": answer.status_code, **answer.json()}


def test_all_are_at_one_address_and_each_has_its_own_people_and_site(clients: list[Client]) -> None:
    assert len({client.tenant.url for client in clients}) == 1
    for client in clients:
        domain = client.tenant.mailbox.partition("@")[2]
        assert client.mail("GET", "/mailFolders").status_code == 200
        site = client.call("GET", f"/sites/{client.tenant.site_host}:{client.tenant.site_path}").json()
        assert site["id"].startswith(f"{domain.partition('.')[0]}.sharepoint.example,")


def test_msal_finds_each_tenant_by_its_own_authority(clients: list[Client]) -> None:
    for client in clients:
        at = client.tenant
        app = msal.ConfidentialClientApplication(
            at.client_id, client_credential=at.secret, authority=f"{at.url}/{at.tenant_id}",
            instance_discovery=False, http_client=client.session,
        )  # fmt: skip
        found = app.acquire_token_for_client(["https://graph.microsoft.com/.default"])["access_token"]
        assert jwt.decode(found, options={"verify_signature": False})["tid"] == at.tenant_id
        asked = f"{at.url}/{at.tenant_id}/oauth2/v2.0/authorize"
        told = client.session.get(
            f"{at.url}/common/discovery/instance", params={"authorization_endpoint": asked}
        )
        assert at.tenant_id in told.json()["tenant_discovery_endpoint"]


def test_an_app_of_one_tenant_gets_no_token_in_another(region: list[sandbox.Running]) -> None:
    """AADSTS700016: https://learn.microsoft.com/entra/identity-platform/reference-error-codes"""
    one, two, _ = region
    refused = token(one, two)
    assert (refused["status"], refused["error_codes"]) == (400, [700016])
    wrong = token(one, one, client_secret=two.secret)
    assert (wrong["status"], wrong["error_codes"]) == (401, [7000215])
    assert token(one, one)["status"] == 200


def test_a_tenant_nobody_has_is_not_found(region: list[sandbox.Running]) -> None:
    answer = requests.get(
        f"{region[0].url}/council-999.example/v2.0/.well-known/openid-configuration",
        verify=str(region[0].ca_path), timeout=10,
    )  # fmt: skip
    assert (answer.status_code, answer.json()["error_codes"]) == (400, [90002])


def test_a_certificate_of_one_councils_app_signs_nobody_else_in(clients: list[Client]) -> None:
    one, two = clients[0].tenant, clients[1].tenant
    for of, expected in ((one, None), (two, [700027])):
        app = msal.ConfidentialClientApplication(
            one.client_id,
            client_credential={
                "private_key": of.key_path.read_text(encoding="ascii"),
                "public_certificate": of.certificate_path.read_text(encoding="ascii"),
            },
            authority=f"{one.url}/{one.tenant_id}", instance_discovery=False,
            http_client=clients[0].session,
        )  # fmt: skip
        answer = app.acquire_token_for_client(["https://graph.microsoft.com/.default"])
        assert answer.get("error_codes") == expected


def test_a_token_opens_nothing_of_another_tenant(clients: list[Client]) -> None:
    one, two, _ = clients
    foreign = one.call("GET", f"/users/{two.tenant.mailbox}/messages")
    assert (foreign.status_code, foreign.json()["error"]["code"]) == (404, "ErrorInvalidUser")
    path = f"/sites/{two.tenant.site_host}:{two.tenant.site_path}"
    assert one.call("GET", path).status_code in (400, 404)
    assert two.call("GET", path).status_code == 200


def test_a_token_that_says_another_tenant_than_signed_it_is_refused(clients: list[Client]) -> None:
    """One that was altered, and one whose tenant there is not."""
    one, two, _ = clients
    head, _, sign = one.token["access_token"].split(".")
    for tenant_id in (two.tenant.tenant_id, "99999999-0000-4000-8000-000000000000"):
        claims = {
            **jwt.decode(one.token["access_token"], options={"verify_signature": False}),
            "tid": tenant_id,
        }
        forged = jwt.encode(claims, "another key, which is long enough for the algorithm", algorithm="HS256")
        for said in (forged, ".".join((head, forged.split(".")[1], sign))):
            answer = two.session.get(
                f"{two.tenant.url}/v1.0/users/{two.tenant.mailbox}/messages",
                headers={"Authorization": f"Bearer {said}"},
            )
            assert (answer.status_code, answer.json()["error"]["code"]) == (401, "InvalidAuthenticationToken")


def test_sharepoint_of_one_tenant_refuses_anothers_token_by_its_host(clients: list[Client]) -> None:
    one, two, _ = clients

    def asked(whose: Client, host: str) -> int:
        at = whose.tenant
        app = msal.ConfidentialClientApplication(
            at.client_id,
            client_credential={
                "private_key": at.key_path.read_text(encoding="ascii"),
                "public_certificate": at.certificate_path.read_text(encoding="ascii"),
            },
            authority=f"{at.url}/{at.tenant_id}", instance_discovery=False, http_client=whose.session,
        )  # fmt: skip
        found = app.acquire_token_for_client([f"https://{at.site_host}/.default"])["access_token"]
        headers = {"Authorization": f"Bearer {found}", "Accept": "application/json"}
        if host:
            headers["Host"] = host
        url = f"{at.url}{at.site_path}/_api/web/lists(guid'00000000-0000-4000-8000-000000000000')/views"
        return whose.session.get(url, headers=headers).status_code

    assert asked(one, "") == asked(one, one.tenant.site_host) == 404  # let in, and there is no such list
    assert asked(one, two.tenant.site_host) == 401


def test_an_upload_and_a_download_find_their_tenant_without_a_token(clients: list[Client]) -> None:
    one, two, _ = clients
    for n, client in enumerate((one, two)):
        drive = client.call(
            "GET", f"/sites/{client.tenant.site_host}:{client.tenant.site_path}:/drive"
        ).json()["id"]
        path = f"/drives/{drive}/root:/A file.txt:"
        content = f"of tenant {n}".encode()
        session = client.call("POST", f"{path}/createUploadSession", {}).json()["uploadUrl"]
        whole = f"bytes 0-{len(content) - 1}/{len(content)}"
        put = requests.put(
            session, content, headers={"Content-Range": whole}, verify=str(client.tenant.ca_path), timeout=10
        )
        assert put.status_code == 201, put.text
        assert client.call("GET", f"{path}/content").content == content
        draft = client.draft(client.tenant.mailbox)
        item = {"AttachmentItem": {"attachmentType": "file", "name": "b.txt", "size": 4_000_000}}
        upload = client.mail("POST", f"/messages/{draft['id']}/attachments/createUploadSession", item)
        part = requests.put(
            upload.json()["uploadUrl"], bytes(4_000_000), headers={"Content-Range": "bytes 0-3999999/4000000"},
            verify=str(client.tenant.ca_path), timeout=20,
        )  # fmt: skip
        assert part.status_code == 201, part.text


def test_each_has_its_own_clock_faults_behaviours_counters_and_history(clients: list[Client]) -> None:
    one, two, three = clients
    one.clock("2026-05-04T08:00:00+00:00")
    one.tenant.ask("POST", "/faults", {"kind": "throttled", "times": 5})
    one.behave(German_site=True)
    assert one.mail("GET", "/messages").status_code == 429
    assert two.mail("GET", "/messages").status_code == 200
    assert two.tenant.ask("GET", "/clock")["now"].startswith("2026-04-01")
    assert not any(b["on"] for b in two.tenant.ask("GET", "/behaviours") if b["name"] == "German site")
    assert two.tenant.ask("GET", "/counters")["throttled"] == 0
    assert two.send(two.draft(two.tenant.mailbox)) == 202
    assert [len(c.tenant.deliveries()) for c in clients] == [0, 1, 0]
    two.tenant.ask("POST", "/reset")
    assert one.tenant.ask("GET", "/faults")["on"]
    assert one.tenant.ask("GET", "/tenant")["domain"] == "council-001.example"
    assert three.tenant.ask("GET", "/tenant")["name"] == "Council 003"


def test_limits_are_each_tenants_own_even_of_one_app(region: list[sandbox.Running]) -> None:
    """An app has its requests in each tenant and for each mailbox: https://learn.microsoft.com/graph/throttling-limits"""
    with run_all(
        [{**council(audits=1, number=n), "app": {"client_id": "one-app", "secret": "s"}} for n in (1, 2)],
        behaviours={"request quota": 3},
    ) as found:
        one, two = (Client(each) for each in found)
        said = [one.mail("GET", "/messages").status_code for _ in range(4)]
        assert said == [200, 200, 200, 429]
        assert two.mail("GET", "/messages").status_code == 200
        one.session.close()
        two.session.close()


def test_the_front_desk_of_a_tenant_nobody_has_says_so(region: list[sandbox.Running]) -> None:
    at = region[0].front_desk_url.rpartition("/")[0]
    answer = requests.get(f"{at}/nobody.example/api/tenant", timeout=10)
    assert (answer.status_code, answer.json()) == (400, {"error": "There is no tenant nobody.example."})
    assert "Front desk" in requests.get(f"{region[1].front_desk_url}/", timeout=10).text
    root = requests.get(f"{at.removesuffix('/tenants')}/api/tenant", timeout=10).json()
    assert root["domain"] == "council-001.example"
    assert list(root["tenants"]) == [f"council-00{n}.example" for n in (1, 2, 3)]


def test_two_tenants_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="the same id or domain"), run_all([council(audits=1, number=1)] * 2):
        pass


def asked_for(client: Client, seconds: float) -> list[float]:
    """How long each answer took, one after the other for so long."""
    took, until = [], time.monotonic() + seconds
    while time.monotonic() < until:
        began = time.perf_counter()
        assert client.mail("GET", "/messages?$top=1").status_code == 200
        took.append(time.perf_counter() - began)
    return took


def test_the_faults_of_one_tenant_slow_no_other(clients: list[Client]) -> None:
    """One hangs, drips, is slow and refuses, at eight requests under way; another's answers come as before."""
    one, two, _ = clients
    one.behave(requests_at_once=False)
    quiet = asked_for(two, 1.0)
    for kind, more in (
        ("slow", {"seconds": 3}),
        ("hangs", {}),
        ("drips", {"seconds": 0.005}),
        ("throttled", {}),
    ):
        one.tenant.ask("POST", "/faults", {"kind": kind, "times": 2, **more})

    def trouble(_n: int) -> None:
        headers = one.authorization
        url = f"{one.tenant.url}/v1.0/users/{one.tenant.mailbox}/messages"
        with suppress(requests.RequestException):
            requests.get(url, headers=headers, verify=str(one.tenant.ca_path), timeout=2)

    with ThreadPoolExecutor(8) as many:
        waits = [many.submit(trouble, n) for n in range(8)]
        time.sleep(0.3)
        beside = asked_for(two, 1.0)
        for each in waits:
            each.result()
    assert len(one.tenant.ask("GET", "/faults")["struck"]) == 8
    # A machine that is busy with something else is slower by more than this; a fault that waited would take seconds.
    assert statistics.median(beside) < 3 * statistics.median(quiet) + 0.01
    assert max(beside) < 1


MEMORY = """
import resource, sys
from sandbox.play.month_by_the_letter import seed_of
from sandbox.tenant.seeding import tenant_from
seeds = [seed_of(8, 2, n) for n in range(1, int(sys.argv[1]) + 1)]
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
kept = [tenant_from(seed) for seed in seeds]
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 / len(kept))
"""


def test_a_tenant_of_a_small_council_takes_a_megabyte() -> None:
    """102 mailboxes and a site, before anything has happened."""
    said = subprocess.run([sys.executable, "-c", MEMORY, "12"], capture_output=True, text=True, check=True)
    assert float(said.stdout) < 1.5
