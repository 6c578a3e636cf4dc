"""With everything on that is ordinary in a large tenant, a client that keeps to the pages gets its work done."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import requests
from asking import CYCLES, ROWS, SITE, Asking
from tenant import email, small_seed

import sandbox
from sandbox.tenant.behaviours import LARGE_TENANT

DAY = "2026-07-07"


def day_of(instant: str) -> str:
    """The day meant by a stored instant, in whatever zone: right for midnights from UTC-12 to UTC+11 and for noon."""
    return (datetime.fromisoformat(instant) + timedelta(hours=11)).date().isoformat()


def patiently(ask: Asking, path: str, fields: dict[str, Any]) -> Any:
    """Change fields under the present ETag, as often as it takes."""
    for _ in range(5):
        answer = ask("PATCH", f"{path}/fields", fields, **{"If-Match": ask.get(path)["eTag"]})
        if answer.status_code == 200:
            return answer.json()
        assert answer.status_code in (409, 412)
    raise AssertionError("never")


def everything(ask: Asking, path: str) -> list[Any]:
    found: list[Any] = []
    while path:
        answer = ask.get(path)
        found += answer["value"]
        path = answer.get("@odata.nextLink", "")
    return found


@pytest.mark.parametrize(
    "zone", ["GMT Standard Time", "UTC", "Pacific Standard Time", "W. Europe Standard Time"]
)
def test_rows_people_dates_and_files_in_every_zone(zone: str) -> None:
    with sandbox.run(small_seed(120), profile=LARGE_TENANT, site_zone=zone) as tenant:
        ask = Asking(tenant)
        tenant.ask("PATCH", "/lists/Audit allocations/1", {"Confirmed on": DAY})
        assert day_of(ask.get(f"{ROWS}/1/fields")["Confirmed_x0020_on"]) == DAY

        made = ask("POST", ROWS, {"fields": {"Title": "New", "Audit_x0020_due": f"{DAY}T10:00:00Z"}}).json()
        assert day_of(ask.get(f"{ROWS}/{made['id']}/fields")["Audit_x0020_due"]) == DAY
        row = next(r for r in tenant.ask("GET", "/lists/Audit allocations")["rows"] if r["Title"] == "New")
        assert row["Audit due"] == DAY
        assert patiently(ask, f"{ROWS}/{made['id']}", {"Status": "Sent"})["Status"] == "Sent"
        assert len({each["id"] for each in everything(ask, f"{ROWS}?$top=5000")}) == 121

        heads = ask.get(f"{CYCLES}/items/1/fields")["Heads_x0020_of_x0020_Service"]
        assert [each["Email"] for each in heads] == [email("Hal Service")]

        drive = f"/drives/{ask.get(f'{SITE}/drive')['id']}"
        file = ask("PUT", f"{drive}/root:/Kept/a.docx:/content", b"one").json()
        where = ask("GET", f"{drive}/items/{file['id']}/content").headers["Location"]
        assert requests.get(where, verify=str(tenant.ca_path), timeout=10).content == b"one"
        line = ask.get(f"{drive}/items/{file['id']}/listItem")
        assert (
            patiently(ask, f"{SITE}/lists/Documents/items/{line['id']}", {"Title": "Audit"})["Title"]
            == "Audit"
        )
        ask.close()
