"""An app sees the sites and lists it was let into, no others, and not more often than it may."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from asking import CYCLES, ROWS, SITE, Asking, administrator, code, fresh
from tenant import small_seed

import sandbox


@pytest.fixture
def ask(running: sandbox.Running) -> Iterator[Asking]:
    found = fresh(running)
    yield found
    found.close()


@contextmanager
def let_in(lists: dict[str, str], **app: Any) -> Iterator[Asking]:
    seed = small_seed()
    seed["app"] |= app
    for each in seed["lists"]:
        each["grants"] = {seed["app"]["client_id"]: lists[each["name"]]} if each["name"] in lists else {}
    with sandbox.run(seed) as tenant:
        found = Asking(tenant)
        yield found
        found.close()


def test_a_site_the_app_was_not_let_into_is_refused_and_one_that_is_not_there_not_found(ask: Asking) -> None:
    host = ask.tenant.site_host
    for path in (
        f"/sites/{host}:/sites/legal",
        f"/sites/{host}:/sites/legal:/lists",
        "/sites/root",
        f"/sites/{host}",
    ):
        assert code(ask("GET", path)) == (403, "accessDenied"), path
    for path in (f"/sites/{host}:/sites/nothing", "/sites/nothing", "/sites/elsewhere.example:/sites/audit"):
        assert code(ask("GET", path)) == (404, "itemNotFound"), path


def test_a_site_is_found_from_another_by_its_path(ask: Asking) -> None:
    host = ask.tenant.site_host
    assert ask.get(f"/sites/{host}/getByPath(path='/sites/audit')")["name"] == "audit"
    assert code(ask("GET", f"/sites/{host}/getByPath(path='/sites/legal')")) == (403, "accessDenied")


def test_somebody_who_may_see_every_site_sees_the_others(ask: Asking) -> None:
    owner = administrator(ask.tenant)
    legal = owner.get(f"/sites/{ask.tenant.site_host}:/sites/legal")
    assert legal["displayName"] == "Legal Services"
    assert owner.get(f"/sites/{legal['id']}/lists")["value"] == []
    assert code(ask("GET", f"/sites/{legal['id']}/lists")) == (403, "accessDenied")
    grant = {"roles": ["read"], "grantedToIdentities": [{"application": {"id": ask.tenant.client_id}}]}
    assert owner("POST", f"/sites/{legal['id']}/permissions", grant).status_code == 201
    assert ask.get(f"/sites/{legal['id']}")["id"] == legal["id"]
    owner.close()


def test_an_app_let_in_to_read_cannot_write() -> None:
    with let_in({}, site_role="read") as ask:
        assert ask("GET", ROWS).status_code == 200
        drive = ask.get(f"{SITE}/drive")["id"]
        assert code(ask("PATCH", f"{ROWS}/1/fields", {"Status": "x"})) == (403, "accessDenied")
        assert code(ask("POST", ROWS, {"fields": {}})) == (403, "accessDenied")
        assert code(ask("PUT", f"/drives/{drive}/root:/a.txt:/content", b"x")) == (403, "accessDenied")


def test_an_app_with_a_permission_and_no_grant_is_refused_everywhere() -> None:
    with let_in({}, site_role="") as ask:
        for path in (SITE, f"{SITE}/lists", ROWS, f"{SITE}/drive"):
            assert code(ask("GET", path)) == (403, "accessDenied"), path


def test_an_app_let_into_one_list_reaches_that_list_alone() -> None:
    roles = ["Lists.SelectedOperations.Selected"]
    with let_in({"Audit allocations": "write", "Audit cycles": "read"}, site_role="", roles=roles) as ask:
        assert ask("PATCH", f"{ROWS}/1/fields", {"Status": "x"}).status_code == 200
        assert ask("GET", f"{CYCLES}/items").status_code == 200
        assert code(ask("PATCH", f"{CYCLES}/items/1/fields", {"Status": "Closed"})) == (403, "accessDenied")
        assert code(ask("GET", f"{SITE}/lists/Audit roles/items")) == (403, "accessDenied")
        assert code(ask("GET", f"{SITE}/lists/User Information List/items")) == (403, "accessDenied")
        assert code(ask("GET", f"{SITE}/drive")) == (403, "accessDenied")


def test_a_list_is_opened_to_an_app_and_closed_again() -> None:
    roles = ["Lists.SelectedOperations.Selected"]
    with let_in({}, site_role="", roles=roles) as ask:
        owner = administrator(ask.tenant)
        assert ask("GET", f"{CYCLES}/items").status_code == 403
        grant = {
            "roles": ["write"],
            "grantedToV2": {"application": {"id": ask.tenant.client_id, "displayName": "A"}},
        }
        made = owner("POST", f"{CYCLES}/permissions", grant)
        assert (made.status_code, made.json()["roles"]) == (201, ["write"])
        assert owner("POST", f"{CYCLES}/permissions", {"roles": ["write"]}).status_code == 400
        assert code(ask("POST", f"{CYCLES}/permissions", grant)) == (403, "accessDenied")
        assert ask("GET", f"{CYCLES}/items").status_code == 200
        assert owner("DELETE", f"{CYCLES}/permissions/{made.json()['id']}").status_code == 204
        assert ask("GET", f"{CYCLES}/items").status_code == 403
        owner.close()


def test_what_waits_for_approval_is_hidden_from_an_app_that_is_not_an_owner(ask: Asking) -> None:
    owner = administrator(ask.tenant)
    ask.tenant.ask("POST", "/lists/Audit allocations/settings", {"approval": True})
    assert len(ask.get(ROWS)["value"]) == 2
    ask.tenant.ask("PATCH", "/lists/Audit allocations/1", {"Note": "Changed"})
    assert [row["id"] for row in ask.get(ROWS)["value"]] == ["2"]
    assert ask("GET", f"{ROWS}/1").status_code == 404
    assert len(owner.get(ROWS)["value"]) == 2
    ask.tenant.ask("POST", "/lists/Audit allocations/1/approve", {})
    assert len(ask.get(ROWS)["value"]) == 2
    owner.close()


# --------------------------------------------------------------------------------------------------------- units


def test_from_four_fifths_of_its_units_on_an_app_is_told_what_is_left(ask: Asking) -> None:
    ask.tenant.ask("POST", "/behaviours", {"resource units a minute": 20})
    quiet = [ask("GET", ROWS) for _ in range(7)]  # two units each
    assert not any("RateLimit-Limit" in answer.headers for answer in quiet)
    ask("GET", ROWS)
    told = ask("GET", f"{ROWS}/1").headers  # one unit
    assert (told["RateLimit-Limit"], told["RateLimit-Remaining"]) == ("20", "3")
    assert 0 < int(told["RateLimit-Reset"]) <= 60


def test_beyond_its_units_an_app_waits_and_the_next_minute_is_its_own(ask: Asking) -> None:
    ask.tenant.ask("POST", "/behaviours", {"resource units a minute": 10})
    answers = [ask("GET", ROWS) for _ in range(6)]
    assert [a.status_code for a in answers] == [200] * 5 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert answers[-1].headers["RateLimit-Remaining"] == "0"
    ask.tenant.ask("POST", "/clock", {"now": "2026-04-01T08:01:00+00:00"})
    assert ask("GET", ROWS).status_code == 200


def test_a_day_has_a_limit_too_and_what_is_throttled_may_be_503(ask: Asking) -> None:
    changed = {"resource units a day": 4, "throttled as 503": 1.0}
    ask.tenant.ask("POST", "/behaviours", changed)
    assert [ask("GET", ROWS).status_code for _ in range(2)] == [200, 200]
    ask.tenant.ask("POST", "/clock", {"now": "2026-04-01T08:05:00+00:00"})
    refused = ask("GET", ROWS)
    assert code(refused) == (503, "serviceNotAvailable")
    assert 85_000 < int(refused.headers["Retry-After"]) < 86_400
    ask.tenant.ask("POST", "/clock", {"now": "2026-04-02T08:00:00+00:00"})
    assert ask("GET", ROWS).status_code == 200


def test_another_app_has_units_of_its_own_and_no_limit_is_a_switch(ask: Asking) -> None:
    owner = administrator(ask.tenant)
    ask.tenant.ask("POST", "/behaviours", {"resource units a minute": 2})
    assert [ask("GET", ROWS).status_code for _ in range(2)] == [200, 429]
    assert owner("GET", ROWS).status_code == 200
    ask.tenant.ask("POST", "/behaviours", {"resource units a minute": False})
    assert ask("GET", ROWS).status_code == 200
    owner.close()
