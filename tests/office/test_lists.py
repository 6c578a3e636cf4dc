"""The lists as SharePoint really keeps them: time zones, kinds of column, other languages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from tenant import ROOT, list_columns

from bot.office.graph import Graph, Reply, Request
from bot.office.lists.allocation_list import AllocationList, ListsRead
from bot.office.lists.cells import as_cell, day_of, plain_lines
from bot.office.lists.columns import found_columns
from bot.programme.standing.actions import WriteRow
from bot.programme.vocabulary import BOT_COLUMNS, Person

ZONES = ["Europe/London", "UTC", "America/Los_Angeles", "Europe/Berlin"]
SUMMER, WINTER = date(2026, 7, 6), date(2026, 12, 7)  # Mondays
FACETS: dict[str, dict[str, Any]] = {
    "text": {"text": {}},
    "date": {"dateTime": {"format": "dateOnly"}},
    "boolean": {"boolean": {}},
    "person": {"personOrGroup": {"allowMultipleSelection": False}},
    "people": {"personOrGroup": {"allowMultipleSelection": True}},
    "lookup": {"lookup": {"allowMultipleValues": False}},
}
CYCLE = {"Title": "FSP, March 2026", "Month one": "2026-03-02T08:00:00Z", "Status": "Open"}
AUDIT: dict[str, Any] = {
    "Title": "FSP-2026-03-001",
    "CycleLookupId": "1",
    "Audit type": "Full – Team Manager",
    "AuditorLookupId": "7",
}
USERS = [
    {"id": "7", "fields": {"Title": "Ada Auditor", "EMail": "ada@wexcombe.example"}},
    {"id": "8", "fields": {"Title": "Mo Moderator", "EMail": "mo@wexcombe.example"}},
]


@dataclass
class Site:
    """A site that answers as Microsoft does. `kinds` changes the type of a column of the allocation list."""

    audit: dict[str, Any] = field(default_factory=lambda: dict(AUDIT))
    cycle: dict[str, Any] = field(default_factory=lambda: dict(CYCLE))
    kinds: dict[str, str] = field(default_factory=dict)
    more_columns: list[dict[str, Any]] = field(default_factory=list)
    users: str = "User Information List"
    cut_to: str = ""  # the site's zone, when it keeps nothing but the day
    asked: list[Request] = field(default_factory=list)

    entries, onward = Graph.entries, Graph.onward

    def batch(self, parts: Iterable[Request]) -> list[Reply]:
        return [self._reply(part) for part in parts]

    def get(self, path: str) -> Any:
        return {"id": "1", "fields": self.audit}

    def _reply(self, part: Request) -> Reply:
        self.asked.append(part)
        if part.method == "PATCH":
            for name, value in part.body.items():
                self.audit[name] = _cut(value, self.cut_to) if self.cut_to else value
            return Reply(200, {"Audit due": "what a PATCH answers is not to be believed"}, {})
        path = part.path.partition("?")[0]
        if path.endswith("/columns"):
            return Reply(200, {"value": self._columns(path)}, {})
        if path.endswith("/lists"):
            users = {
                "id": "u1",
                "displayName": self.users,
                "webUrl": "https://x/sites/audit/_catalogs/users/d.aspx",
            }
            return Reply(200, {"value": [{"id": "a1", "displayName": "Audit cycles"}, users]}, {})
        if "/u1/" in path or self.users.replace(" ", "%20") in path:
            return Reply(200, {"value": USERS}, {})
        if "User%20Information" in path:
            return Reply(404, {}, {})
        rows = {"cycles": self.cycle, "allocations": self.audit}
        found = next((row for name, row in rows.items() if name in path), None)
        return Reply(200, {"value": [{"id": "1", "eTag": "e", "fields": found}] if found else []}, {})

    def _columns(self, path: str) -> list[dict[str, Any]]:
        if "allocations" in path:
            given = [(c["name"], self.kinds.get(c["name"], c["type"])) for c in list_columns()]
            return [{"name": n, "displayName": n, **FACETS[k]} for n, k in given] + self.more_columns
        names = {"cycles": "Service group|KLOEs|Heads of Service|Status", "roles": "Service|Person"}
        dates = {
            "cycles": "Month one|KLOE meeting on|Dip report sent on|Dip report signed off on|Board meeting on|"
            "Action plan agreed on|Workshop held on",
            "roles": "From|To",
        }
        which = "cycles" if "cycles" in path else "roles"
        people = {"Heads of Service": "people", "Person": "person"}
        return [
            *(
                {"name": n, "displayName": n, **FACETS[people.get(n, "text")]}
                for n in names[which].split("|")
            ),
            *({"name": n, "displayName": n, **FACETS["date"]} for n in dates[which].split("|")),
        ]

    def lists(self) -> AllocationList:
        config = (ROOT / "config/lists.toml").read_text(encoding="utf-8")
        return AllocationList(cast(Graph, self), "x", "/sites/audit", config)

    def read(self) -> ListsRead:
        return self.lists().read()


def _cut(value: str, zone: str) -> str:
    day = datetime.fromisoformat(value).astimezone(ZoneInfo(zone)).date()
    return midnight(day, zone)


def midnight(day: date, zone: str) -> str:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def said(reading: ListsRead) -> str:
    return " ".join(f"{p.where}: {p.what}" for p in reading.problems)


def test_lists_that_still_say_the_same_are_asked_again_but_not_made_sense_of_again_and_a_changed_cell_is() -> (
    None
):
    site = Site(audit=dict(AUDIT))
    lists = site.lists()
    first, asked = lists.read(), len(site.asked)
    assert lists.read() is first
    assert len(site.asked) == 2 * asked
    site.audit["Auditor's grade"] = "Good"
    assert lists.read().council.allocations[0].written != first.council.allocations[0].written
    site.more_columns.append({"name": "x", "displayName": "Hold why", **FACETS["text"]})
    assert lists.read().problems != first.problems, "a second column of one name"


# ------------------------------------------------------------------------------------------------------------- dates


@pytest.mark.parametrize("day", [SUMMER, WINTER], ids=["summer", "winter"])
@pytest.mark.parametrize("zone", [*ZONES, "Pacific/Honolulu", "Australia/Brisbane"])
def test_a_day_is_read_as_people_see_it_whatever_the_zone_of_the_site(zone: str, day: date) -> None:
    assert day_of(midnight(day, zone)) == day


@pytest.mark.parametrize("day", [SUMMER, WINTER])
def test_the_noon_that_some_programs_write_is_that_day(day: date) -> None:
    assert day_of(f"{day}T12:00:00Z") == day


@pytest.mark.parametrize("day", [SUMMER, WINTER], ids=["summer", "winter"])
@pytest.mark.parametrize("zone", ZONES)
def test_a_day_the_bot_writes_is_that_day_for_people_and_for_the_bot(zone: str, day: date) -> None:
    written = as_cell(day)
    assert written
    assert datetime.fromisoformat(written).astimezone(ZoneInfo(zone)).date() == day
    assert day_of(written) == day
    assert day_of(_cut(written, zone)) == day


@pytest.mark.parametrize("zone", ZONES)
def test_what_the_bot_wrote_reads_back_as_its_own_whatever_the_zone_of_the_site(zone: str) -> None:
    site = Site(cut_to=zone)
    lists = site.lists()
    (outcome,) = lists.write([WriteRow("1", "1", "e", {"audit_due": SUMMER})])
    assert outcome.written
    assert outcome.problem is None
    (audit,) = lists.read().council.allocations
    assert audit.written["audit_due"] == SUMMER


def test_a_site_whose_dates_come_back_as_another_day_is_told() -> None:
    site = Site(cut_to="Pacific/Pago_Pago")  # eleven hours behind London
    (outcome,) = site.lists().write([WriteRow("1", "1", "e", {"audit_due": SUMMER})])
    assert outcome.written
    assert outcome.problem
    assert "time zone" in outcome.problem.what


def test_a_word_where_a_date_should_be_is_told_and_not_silently_empty() -> None:
    site = Site(kinds={"Confirmed on": "text"}, audit={**AUDIT, "Confirmed on": "second of March"})
    reading = site.read()
    assert "“Confirmed on” says “second of March”, which is no date" in said(reading)


# ------------------------------------------------------------------------------------------------- kinds of column


def test_lines_of_enquiry_kept_as_rich_text_are_read_as_plain_lines() -> None:
    html = (
        '<div class="ExternalClassA1B2"><p>Is the child&#39;s voice heard?</p>'
        "<p>Is supervision<br>making a difference?\u200b</p></div>"
    )
    (cycle,) = Site(cycle={**CYCLE, "KLOEs": html}).read().council.cycles
    assert cycle.kloes == ("Is the child's voice heard?", "Is supervision", "making a difference?")


def test_the_items_of_a_list_in_rich_text_are_lines() -> None:
    assert plain_lines("<ul><li>One &amp; two</li>\n<li>Three</li></ul>") == "One & two\nThree"


def test_several_services_chosen_from_a_list_are_read_one_by_one() -> None:
    site = Site(audit={**AUDIT, "Services involved": ["Edge of Care", "Youth Justice Service"]})
    (audit,) = site.read().council.allocations
    assert audit.services_involved == ("Edge of Care", "Youth Justice Service")


def test_one_head_of_service_in_a_column_for_one_person_is_read() -> None:
    (cycle,) = Site(cycle={**CYCLE, "Heads of ServiceLookupId": "8"}).read().council.cycles
    assert cycle.heads_of_service == (Person("Mo Moderator", "mo@wexcombe.example"),)


def test_the_one_auditor_in_a_column_that_allows_several_is_read_and_the_column_is_told() -> None:
    audit = {k: v for k, v in AUDIT.items() if k != "AuditorLookupId"}
    site = Site(
        kinds={"Auditor": "people"}, audit={**audit, "Auditor": [{"LookupId": 7, "LookupValue": "Ada"}]}
    )
    reading = site.read()
    assert reading.council.allocations[0].auditor == Person("Ada Auditor", "ada@wexcombe.example")
    assert "“Auditor” allows several people" in said(reading)


def test_a_row_that_names_two_auditors_is_not_used_and_says_why() -> None:
    audit = {k: v for k, v in AUDIT.items() if k != "AuditorLookupId"}
    site = Site(kinds={"Auditor": "people"}, audit={**audit, "Auditor": [{"LookupId": 7}, {"LookupId": 8}]})
    reading = site.read()
    assert not reading.council.allocations
    assert "FSP-2026-03-001: “Auditor” names 2, and it must be one" in said(reading)
    assert "“Auditor” is empty" not in said(reading)


@pytest.mark.parametrize(
    ("column", "kind", "word"),
    [
        ("Auditor", "text", "is not a column of people"),
        ("Cycle", "text", "is not a lookup column"),
        ("Team", "lookup", "is a column of rows of another list"),
        ("Team", "person", "is a column of people"),
        ("Confirmed on", "text", "is not a date column"),
        ("Confirmed on", "person", "is a column of people, which cannot be read as date"),
    ],
)
def test_a_column_of_the_wrong_type_is_named_as_the_fault(column: str, kind: str, word: str) -> None:
    assert f"“{column}” {word}" in said(Site(kinds={column: kind}).read())


def test_columns_of_the_right_types_are_no_fault() -> None:
    assert not Site().read().problems


def test_two_columns_of_the_same_name_are_told_and_neither_is_used() -> None:
    twin = {"name": "Auditor0", "displayName": "Auditor", **FACETS["person"]}
    reading = Site(more_columns=[twin]).read()
    assert "2 columns are called “Auditor”" in said(reading)
    assert not reading.council.allocations


def test_a_hidden_column_of_the_same_name_does_no_harm() -> None:
    twin = {"name": "_Status", "displayName": "Status", "hidden": True, **FACETS["text"]}
    assert not Site(more_columns=[twin]).read().problems


@pytest.mark.parametrize("name", ["AuditorId", "AuditorLookupId"])
def test_a_column_that_sharepoint_takes_for_another_is_told(name: str) -> None:
    reading = Site(more_columns=[{"name": name, "displayName": "x", **FACETS["text"]}]).read()
    assert f"There is a column “{name}” beside “Auditor”" in said(reading)


def test_a_list_that_wants_its_rows_approved_is_told() -> None:
    approval = {
        "name": "_ModerationStatus",
        "displayName": "Approval Status",
        "hidden": False,
        **FACETS["text"],
    }
    assert "Switch content approval off" in said(Site(more_columns=[approval]).read())


def test_a_column_the_bot_should_write_and_nobody_can_is_told() -> None:
    column = {"name": "Status", "displayName": "Status", "readOnly": True, "calculated": {}}
    found = found_columns("", [column], {"status": BOT_COLUMNS["status"]}, {"status": "Status"})
    assert found.faults == ["“Status” is for the bot to write, and nobody can write into it."]


def test_a_sign_that_no_document_can_hold_is_a_blank() -> None:
    (audit,) = Site(audit={**AUDIT, "Child's name": "Robin\x0bExample1\u200b"}).read().council.allocations
    assert audit.child_name == "Robin Example1"


def test_a_number_column_for_the_mosaic_number_is_read_as_it_is_shown() -> None:
    (audit,) = Site(audit={**AUDIT, "Mosaic number": 1000001.0}).read().council.allocations
    assert audit.mosaic_number == "1000001"


def test_a_grade_that_is_none_is_told_and_never_in_its_own_words() -> None:
    """They may be about the child, and go to the console and the log as well."""
    reading = Site(audit={**AUDIT, "Final grade": "Goood", "Drift": "perhaps"}).read()
    assert "“Final grade” says something else than Outstanding, Good" in said(reading)
    assert "“Drift” says something else than Yes, No." in said(reading)
    assert "Goood" not in said(reading)
    assert "perhaps" not in said(reading)


# ------------------------------------------------------------------------------------------------ the people's list


def test_the_list_of_people_is_found_under_its_german_name() -> None:
    reading = Site(users="Benutzerinformationsliste").read()
    assert reading.council.allocations[0].auditor == Person("Ada Auditor", "ada@wexcombe.example")


def test_under_its_english_name_the_list_of_people_costs_no_further_request() -> None:
    site = Site()
    site.read()
    assert sum("EMail" in part.path for part in site.asked) == 1
