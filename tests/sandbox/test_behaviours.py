"""The tenant is as strict as Microsoft's pages; what real tenants do besides is a named switch."""

from __future__ import annotations

import urllib.error

import pytest
from tenant import small_seed

import sandbox
from sandbox.tenant.behaviours import LARGE_TENANT, TABLE, spelled


def values(tenant: sandbox.Running) -> dict[str, bool]:
    return {each["name"]: each["on"] for each in tenant.ask("GET", "/behaviours")}


def test_a_tenant_behaves_as_it_was_started_and_a_reset_goes_back_to_that() -> None:
    with sandbox.run(small_seed(), profile=LARGE_TENANT, behaviours={"conflicts as 409": False}) as tenant:
        begun = values(tenant)
        assert begun == {b.name: b.ordinary and b.name != "conflicts as 409" for b in TABLE}
        tenant.ask("POST", "/behaviours", {"profile": "strict"})
        assert values(tenant) == {b.name: b.on for b in TABLE}
        tenant.ask("POST", "/reset")
        assert values(tenant) == begun


def test_an_unknown_behaviour_is_refused_with_a_sentence(running: sandbox.Running) -> None:
    with pytest.raises(urllib.error.HTTPError):
        running.ask("POST", "/behaviours", {"kindness": True})


def test_a_command_line_spells_on_off_and_an_amount() -> None:
    assert [spelled(text) for text in ("a", "a=off", "a=3")] == [("a", True), ("a", False), ("a", 3.0)]
