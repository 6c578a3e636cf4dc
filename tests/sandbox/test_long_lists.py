"""Pages, filters and what a long list refuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from asking import ROWS, Asking, code, fresh
from tenant import small_seed

import sandbox

UNINDEXED = {"Prefer": "HonorNonIndexedQueriesWarningMayFailRandomly"}


@pytest.fixture(scope="module")
def long() -> Iterator[sandbox.Running]:
    with sandbox.run(small_seed(450)) as tenant:
        yield tenant


@pytest.fixture
def ask(long: sandbox.Running) -> Iterator[Asking]:
    found = fresh(long)
    yield found
    found.close()


def pages(ask: Asking, path: str) -> list[list[Any]]:
    found = []
    while path:
        answer = ask.get(path, **UNINDEXED)
        found.append(answer["value"])
        path = answer.get("@odata.nextLink", "")
    return found


def test_a_page_has_two_hundred_rows_unless_more_are_asked_for(ask: Asking) -> None:
    assert [len(page) for page in pages(ask, ROWS)] == [200, 200, 50]
    assert [len(page) for page in pages(ask, f"{ROWS}?$top=9999999")] == [450]
    assert [len(page) for page in pages(ask, f"{ROWS}?$top=300")] == [300, 150]


def test_a_page_may_be_shorter_than_asked_and_nothing_is_lost(ask: Asking) -> None:
    ask.tenant.ask("POST", "/behaviours", {"pages shorter than asked": True})
    found = pages(ask, f"{ROWS}?$top=300")
    assert len(found[0]) < 300
    assert len({row["id"] for page in found for row in page}) == 450


def test_a_row_that_goes_between_two_pages_moves_no_other(ask: Asking) -> None:
    first = ask.get(f"{ROWS}?$top=200")
    ask("DELETE", f"{ROWS}/5")
    second = ask.get(first["@odata.nextLink"])
    assert second["value"][0]["id"] == "201"


def test_skip_is_not_for_lists(ask: Asking) -> None:
    assert code(ask("GET", f"{ROWS}?$skip=10")) == (400, "invalidRequest")
    assert code(ask("GET", f"{ROWS}?$skiptoken=nonsense")) == (400, "invalidRequest")


def test_beyond_the_threshold_a_column_without_an_index_is_not_searched(ask: Asking) -> None:
    query = f"{ROWS}?$filter=fields/Team eq 'Bow'"
    assert ask("GET", query).status_code == 400
    assert ask("GET", query, **UNINDEXED).status_code == 200
    ask.tenant.ask("POST", "/behaviours", {"list view threshold": 400})
    refused = ask("GET", query, **UNINDEXED)
    assert "list view threshold" in refused.json()["error"]["message"]
    assert ask("GET", f"{ROWS}?$orderby=fields/Team", **UNINDEXED).status_code == 400
    assert ask("GET", ROWS).status_code == 200
    assert ask("GET", f"{ROWS}?$filter=fields/ID eq 3").status_code == 200


def test_rows_come_in_the_order_of_a_column(ask: Asking) -> None:
    found = ask.get(f"{ROWS}?$orderby=fields/Title desc&$top=1&$expand=fields", **UNINDEXED)["value"]
    assert found[0]["fields"]["Title"] == "FSP-2026-03-450"
