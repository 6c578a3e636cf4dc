"""SharePoint's own REST interface, asked with nothing between: whom it takes, what it makes, how it says no.

https://learn.microsoft.com/sharepoint/dev/sp-add-ins/complete-basic-operations-using-sharepoint-rest-endpoints
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from asking import SITE, Asking, administrator, fresh
from tenant import email, small_seed

import sandbox

LIGHT = "application/json;odata=nometadata"
VERBOSE = "application/json;odata=verbose"
MERGE = {"X-HTTP-Method": "MERGE", "IF-MATCH": "*"}


class SharePoint:
    """The allocation list of the site, asked by an app with a token for SharePoint itself."""

    def __init__(self, ask: Asking, token: str) -> None:
        self.ask = ask
        self.base = f"{ask.tenant.url}/sites/audit/_api/web/"
        self.list = ask.get(f"{SITE}/lists/Audit allocations?$select=id")["id"]
        self.headers = {"Authorization": f"Bearer {token}", "Accept": LIGHT, "Content-Type": LIGHT}

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        place = path if path.startswith("https") else self.base + path
        sent = {name: value for name, value in (self.headers | headers).items() if value}
        return self.ask.session.request(method, place, json=body, headers=sent)

    def of_list(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        return self(method, f"lists(guid'{self.list}')/{path}", body, **headers)

    def add(self, title: str, fields: list[str], **more: Any) -> requests.Response:
        return self.of_list(
            "POST", "views/add", {"parameters": {"Title": title, "ViewFields": fields, **more}}
        )

    def field(self, title: str) -> str:
        (found,) = (f for f in self.of_list("GET", "fields").json()["value"] if f["Title"] == title)
        return f"fields(guid'{found['Id']}')"


def token(ask: Asking, scope: str, *, by_secret: bool = False) -> str:
    """By the certificate the sandbox wrote, through msal, or by the secret."""
    import msal

    tenant = ask.tenant
    key = {
        "private_key": tenant.key_path.read_text(),
        "public_certificate": tenant.certificate_path.read_text(),
    }
    app = msal.ConfidentialClientApplication(
        tenant.client_id,
        client_credential=tenant.secret if by_secret else key,
        authority=f"{tenant.url}/{tenant.tenant_id}",
        instance_discovery=False,
        http_client=ask.session,
    )
    return str(app.acquire_token_for_client([f"{scope}/.default"])["access_token"])


@contextmanager
def signed_in(ask: Asking, role: str = "manage", **how: Any) -> Iterator[SharePoint]:
    ask.tenant.ask("POST", "/site-role", {"role": role})
    yield SharePoint(ask, token(ask, f"https://{ask.tenant.site_host}", **how))


@pytest.fixture
def ask(running: sandbox.Running) -> Iterator[Asking]:
    found = fresh(running)
    yield found
    found.close()


@pytest.fixture
def site(ask: Asking) -> Iterator[SharePoint]:
    with signed_in(ask) as found:
        yield found


def said(answer: requests.Response) -> tuple[int, str]:
    """The status, and the number an error's code begins with."""
    return answer.status_code, answer.json()["odata.error"]["code"].partition(",")[0]


NOT_AN_OPERATION = "-1"
ARGUMENT, DENIED = "-2147024809", "-2147024891"


def test_a_token_for_graph_is_for_somebody_else(ask: Asking) -> None:
    found = SharePoint(ask, token(ask, "https://graph.microsoft.com"))
    answer = found.of_list("GET", "views")
    assert answer.status_code == 401
    assert "AudienceUriValidationFailedException" in answer.json()["error_description"]
    assert "Bearer" in answer.headers["WWW-Authenticate"]
    assert found("GET", "lists", Authorization="").status_code == 401
    own = token(ask, f"https://{ask.tenant.site_host}")
    at_graph = ask("GET", SITE, Authorization=f"Bearer {own}")
    assert (at_graph.status_code, at_graph.json()["error"]["code"]) == (401, "InvalidAuthenticationToken")


def test_an_app_that_signed_in_with_a_secret_is_given_a_token_and_not_taken(ask: Asking) -> None:
    with signed_in(ask, by_secret=True) as found:
        answer = found.of_list("GET", "views")
    assert (answer.status_code, answer.json()["error_description"]) == (401, "Unsupported app only token.")


@pytest.mark.parametrize(
    ("roles", "grant", "read", "change"),
    [
        ([], "manage", 401, 401),
        (["Sites.Selected"], "", 403, 403),
        (["Sites.Selected"], "read", 200, 403),
        (["Sites.Selected"], "write", 200, 403),
        (["Sites.Selected"], "manage", 200, 200),
        (["Sites.Selected"], "fullcontrol", 200, 200),
        (["Sites.ReadWrite.All"], "", 200, 403),
        (["Sites.Manage.All"], "", 200, 200),
    ],
)
def test_views_are_made_by_who_may_manage_lists_and_seen_by_who_may_read(
    roles: list[str], grant: str, read: int, change: int
) -> None:
    seed = small_seed()
    seed["app"] |= {"sharepoint_roles": roles, "site_role": grant}
    with sandbox.run(seed) as tenant:
        owner = administrator(tenant)
        found = SharePoint(owner, token(owner, f"https://{tenant.site_host}"))
        assert found.of_list("GET", "views").status_code == read
        assert found.add("A view", ["LinkTitle"]).status_code == change
        owner.close()


def test_a_list_is_born_with_a_view(site: SharePoint) -> None:
    (view,) = site.of_list("GET", "views?$select=Title,DefaultView").json()["value"]
    assert view == {"Title": "All Items", "DefaultView": True}


def test_a_view_is_made_whole_and_read_back(site: SharePoint) -> None:
    query = '<Where><IsNotNull><FieldRef Name="Team"/></IsNotNull></Where>'
    made = site.add(
        "With a team", ["LinkTitle", "Team", "Date of birth"], Query=query, RowLimit=100, Paged=True
    )
    assert made.status_code == 200, made.text
    assert made.headers["Content-Type"].startswith(LIGHT)
    place = f"views(guid'{made.json()['Id']}')"
    view = site.of_list("GET", f"{place}?$expand=ViewFields").json()
    assert (view["ViewQuery"], view["RowLimit"], view["Paged"], view["PersonalView"]) == (
        query,
        100,
        True,
        False,
    )
    assert view["ViewFields"]["Items"] == ["LinkTitle", "Team", "Date_x0020_of_x0020_birth"]
    assert "ViewFields" not in site.of_list("GET", place).json(), (
        "what is a resource of its own has to be expanded"
    )


def test_a_view_is_made_step_by_step(site: SharePoint) -> None:
    made = site.of_list("POST", "views", {"Title": "By hand", "PersonalView": False})
    assert made.status_code == 201, made.text
    place = f"views(guid'{made.json()['Id']}')"
    assert site.of_list("POST", f"{place}/viewfields/removeallviewfields").status_code == 200
    assert site.of_list("POST", f"{place}/viewfields/addviewfield('Team')").status_code == 200
    assert said(site.of_list("POST", f"{place}/viewfields/addviewfield('Nothing')")) == (400, ARGUMENT)
    assert site.of_list("GET", f"{place}/viewfields").json()["Items"] == ["Team"]
    changes = {
        "ViewQuery": '<OrderBy><FieldRef Name="Team"/></OrderBy>',
        "CustomFormatter": "{}",
        "RowLimit": 50,
    }
    assert site.of_list("POST", place, changes, **MERGE).status_code == 204
    view = site.of_list("GET", place).json()
    assert {name: view[name] for name in changes} == changes
    assert view["Title"] == "By hand", "what is not named stays"


def test_how_a_column_is_drawn_is_kept_as_text(site: SharePoint) -> None:
    place = site.field("Team")
    assert site.of_list("GET", place).json()["CustomFormatter"] is None
    assert site.of_list("POST", place, {"CustomFormatter": '{"elmType": "div"}'}, **MERGE).status_code == 204
    field = site.of_list("GET", f"{place}?$select=CustomFormatter,InternalName").json()
    assert field == {"CustomFormatter": '{"elmType": "div"}', "InternalName": "Team"}
    assert said(site.of_list("POST", place, {"CustomFormatter": {"elmType": "div"}}, **MERGE)) == (400, "-1")


def test_what_is_not_there_is_said_to_be_not_there(site: SharePoint) -> None:
    nobody = "11111111-1111-1111-1111-111111111111"
    assert said(site("GET", f"lists(guid'{nobody}')/views")) == (404, "-2130575322")
    assert said(site.of_list("GET", f"views(guid'{nobody}')")) == (404, ARGUMENT)
    assert said(site.of_list("GET", f"fields(guid'{nobody}')")) == (400, ARGUMENT)
    assert said(site.of_list("GET", "colours")) == (404, "-1")
    elsewhere = f"{site.ask.tenant.url}/sites/nothing/_api/web/lists(guid'{nobody}')/views"
    assert said(site("GET", elsewhere)) == (404, "-1")
    legal = f"{site.ask.tenant.url}/sites/legal/_api/web/lists(guid'{nobody}')/views"
    assert said(site("GET", legal)) == (403, DENIED)


@pytest.mark.parametrize(
    ("wrong", "answered"),
    [
        ({"ViewFields": ["Nothing"]}, (400, ARGUMENT)),
        ({"ViewFields": {"results": ["Team"]}}, (400, "-1")),
        ({"Query": "<Where>"}, (400, ARGUMENT)),
        ({"Query": "<Rubbish/>"}, (400, ARGUMENT)),
        ({"Query": "<OrderBy/><OrderBy/>"}, (400, ARGUMENT)),
        ({"Title": ""}, (400, ARGUMENT)),
        ({"Colour": "red"}, (400, "-1")),
        ({"RowLimit": "100"}, (400, "-1")),
    ],
)
def test_a_view_that_makes_no_sense_is_refused_and_none_is_left(
    site: SharePoint, wrong: dict[str, Any], answered: tuple[int, str]
) -> None:
    assert said(site.of_list("POST", "views/add", {"parameters": {"Title": "A view", **wrong}})) == answered
    assert len(site.of_list("GET", "views").json()["value"]) == 1


def test_what_is_read_only_or_unknown_cannot_be_set(site: SharePoint) -> None:
    place = site.field("Team")
    for wrong in ({"InternalName": "Other"}, {"Colour": "red"}, {"__metadata": {"type": "SP.Field"}}):
        assert said(site.of_list("POST", place, wrong, **MERGE)) == (400, "-1"), wrong


def test_the_verbose_form_names_types_and_wraps_what_it_answers(site: SharePoint) -> None:
    verbose = {"Accept": VERBOSE, "Content-Type": VERBOSE}
    assert site.of_list("GET", "views", **verbose).json()["d"]["results"][0]["Title"] == "All Items"
    plain = site.of_list("POST", "views", {"Title": "A view"}, **verbose)
    assert (plain.status_code, plain.json()["error"]["code"].partition(",")[0]) == (400, "-1")
    typed = {"__metadata": {"type": "SP.View"}, "Title": "A view"}
    assert site.of_list("POST", "views", typed, **verbose).json()["d"]["Title"] == "A view"
    whole = {"parameters": {"Title": "Another", "ViewFields": {"results": ["Team"]}}}
    made = site.of_list("POST", "views/add", whole, **verbose).json()["d"]["Id"]
    fields = site.of_list("GET", f"views(guid'{made}')/viewfields", **verbose).json()["d"]["Items"]
    assert fields == {"results": ["Team"]}


def test_other_spellings_of_an_address_mean_the_same(site: SharePoint) -> None:
    for spelled in (f"lists/GetById('{site.list}')", f"Lists('{site.list}')"):
        (view,) = site("GET", f"{spelled}/Views").json()["value"]
        assert site("GET", f"{spelled}/Views('{view['Id']}')").json()["Title"] == "All Items"
    assert site("POST", f"EnsureUser('{email('Ada Auditor')}')").json()["Title"] == "Ada Auditor"


def test_a_digest_is_given_and_none_is_asked_for(site: SharePoint) -> None:
    context = site.base.replace("/web/", "/contextinfo")
    assert site("POST", context).json()["FormDigestValue"].startswith("0x")
    verbose = site("POST", context, Accept=VERBOSE).json()["d"]["GetContextWebInformation"]
    assert verbose["FormDigestTimeoutSeconds"] == 1800
    assert site.add("Without a digest", ["Team"]).status_code == 200


def test_json_is_asked_for_and_sent_as_json(site: SharePoint) -> None:
    assert site.of_list("GET", "views", Accept="application/atom+xml").status_code == 406
    assert (
        site.of_list("POST", "views", {"Title": "A view"}, **{"Content-Type": "text/plain"}).status_code
        == 415
    )
    assert site.of_list("DELETE", "views").status_code == 405


def test_somebody_the_site_does_not_know_is_made_known_once(site: SharePoint) -> None:
    ada = email("Ada Auditor")
    known = site("POST", "ensureuser", {"logonName": ada})
    assert known.status_code == 200, known.text
    person = known.json()
    assert (person["Email"], person["PrincipalType"]) == (ada, 1)
    by_claim = site("POST", "ensureuser", {"logonName": person["LoginName"]}).json()
    assert by_claim["Id"] == person["Id"]
    nobody = site("POST", "ensureuser", {"logonName": "nobody@wexcombe.example"})
    assert said(nobody) == (400, "-2146232832")


def test_who_only_reads_makes_people_known_unless_the_tenant_asks_for_more(ask: Asking) -> None:
    with signed_in(ask, "read") as found:
        given = {"logonName": email("Ori Otherservice")}
        assert found("POST", "ensureuser", given).status_code == 200
        ask.tenant.ask("POST", "/behaviours", {"people made known by managers only": True})
        assert said(found("POST", "ensureuser", given)) == (403, DENIED)


def test_it_is_slowed_down_and_lost_like_everything_else(site: SharePoint) -> None:
    tenant = site.ask.tenant
    tenant.ask("POST", "/faults", {"kind": "throttled", "path": "/views$", "times": 1, "retry_after": "3"})
    answer = site.of_list("GET", "views")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3")
    tenant.ask(
        "POST", "/faults", {"kind": "answer lost", "method": "POST", "path": "/views/add$", "times": 1}
    )
    with pytest.raises(requests.ConnectionError):
        site.add("Lost on the way", ["Team"])
    assert [v["Title"] for v in site.of_list("GET", "views").json()["value"]] == [
        "All Items",
        "Lost on the way",
    ]
