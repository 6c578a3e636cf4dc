"""Free and busy times, as Microsoft's pages have them: who may ask, what is told, what is refused."""

from __future__ import annotations

import urllib.error
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import requests
from graph_client import Client, fresh
from tenant import email, small_seed

import sandbox

ADA, TIA, MO = email("Ada Auditor"), email("Tia Manager"), email("Mo Moderator")
MORNING = ("2026-06-01T09:00:00", "2026-06-01T12:00:00")  # a Monday; London is an hour before UTC


def seed(*roles: str, **app: Any) -> dict[str, Any]:
    found = small_seed()
    found["app"] = {**found["app"], "roles": ["Mail.ReadWrite", *roles], **app}
    return found


@pytest.fixture(scope="module")
def reader() -> Iterator[sandbox.Running]:
    with sandbox.run(seed("Calendars.Read")) as tenant:
        yield tenant


@pytest.fixture
def client(reader: sandbox.Running) -> Iterator[Client]:
    with fresh(reader) as found:
        yield found


def body(
    addresses: Sequence[str], times: tuple[str, str] = MORNING, zone: str = "GMT Standard Time", **more: Any
) -> dict[str, Any]:
    start, end = ({"dateTime": moment, "timeZone": zone} for moment in times)
    return {"schedules": list(addresses), "startTime": start, "endTime": end, **more}


def ask(
    client: Client, *addresses: str, headers: dict[str, str] | None = None, **more: Any
) -> list[dict[str, Any]]:
    answer = client.mail("POST", "/calendar/getSchedule", body(addresses, **more), **(headers or {}))
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["value"]
    assert [each["scheduleId"] for each in found] == list(addresses)
    return found


def refused(client: Client, given: dict[str, Any], **headers: str) -> tuple[int, str, str]:
    answer = client.mail("POST", "/calendar/getSchedule", given, **headers)
    return said(answer)


def said(answer: requests.Response) -> tuple[int, str, str]:
    error = answer.json()["error"]
    return answer.status_code, error["code"], error["message"]


def busy(client: Client, address: str, *events: dict[str, Any], **more: Any) -> None:
    client.tenant.ask("POST", "/calendar", {"email": address, "events": list(events), **more})


def at(start: str, end: str, status: str = "busy", **more: Any) -> dict[str, Any]:
    return {
        "start": f"2026-06-01T{start}:00+01:00",
        "end": f"2026-06-01T{end}:00+01:00",
        "status": status,
        **more,
    }


def test_what_takes_any_part_of_a_slot_counts_and_the_most_of_it_wins(client: Client) -> None:
    events = [
        ("09:10", "09:20", "tentative"), ("09:15", "10:00", "busy"), ("10:00", "10:30", "oof"),
        ("10:30", "11:00", "workingElsewhere"), ("11:00", "11:30", "free"), ("11:30", "11:31", "unknown"),
    ]  # fmt: skip
    busy(client, ADA, *(at(*event) for event in events))
    (found,) = ask(client, ADA)
    assert found["availabilityView"] == "223004"
    assert [item["status"] for item in found["scheduleItems"]] == [
        "tentative", "busy", "oof", "workingElsewhere", "free", "unknown",
    ]  # fmt: skip
    assert ask(client, ADA, availabilityViewInterval=60)[0]["availabilityView"] == "234"
    assert ask(client, ADA, availabilityViewInterval="45")[0]["availabilityView"] == "2304"


def test_what_reaches_into_the_time_is_told_whole_and_what_touches_it_not_at_all(client: Client) -> None:
    busy(client, ADA, at("08:00", "09:00"), at("08:30", "09:30"), at("11:59", "14:00"), at("12:00", "13:00"))
    (found,) = ask(client, ADA)
    assert found["availabilityView"] == "200002"
    assert [(item["start"]["dateTime"], item["end"]["dateTime"]) for item in found["scheduleItems"]] == [
        ("2026-06-01T07:30:00.0000000", "2026-06-01T08:30:00.0000000"),
        ("2026-06-01T10:59:00.0000000", "2026-06-01T13:00:00.0000000"),
    ]
    assert found["scheduleItems"][0]["start"]["timeZone"] == "UTC"


def test_times_are_told_in_the_zone_the_client_prefers(client: Client) -> None:
    busy(client, ADA, at("09:00", "10:00"))
    given = body([ADA])
    answer = client.mail(
        "POST", "/calendar/getSchedule", given, Prefer='outlook.timezone="GMT Standard Time"'
    )
    (item,) = answer.json()["value"][0]["scheduleItems"]
    assert item["start"] == {"dateTime": "2026-06-01T09:00:00.0000000", "timeZone": "GMT Standard Time"}
    assert answer.headers["Preference-Applied"] == 'outlook.timezone="GMT Standard Time"'
    status, code, _ = refused(client, given, Prefer='outlook.timezone="Wexcombe Time"')
    assert (status, code) == (400, "TimeZoneNotSupportedException")


def test_a_whole_day_is_that_day_wherever_somebody_looks_from(client: Client) -> None:
    day = {"start": "2026-06-01", "end": "2026-06-02", "status": "oof", "all_day": True}
    busy(client, ADA, day)
    (found,) = ask(
        client, ADA, times=("2026-05-31T12:00:00", "2026-06-02T12:00:00"), availabilityViewInterval=720
    )
    assert found["availabilityView"] == "0330"
    assert found["scheduleItems"][0]["start"]["dateTime"] == "2026-05-31T23:00:00.0000000"
    (found,) = ask(
        client, ADA, times=("2026-06-01T00:00:00", "2026-06-02T00:00:00"), zone="Pacific Standard Time"
    )
    assert found["availabilityView"] == "3" * 48
    assert found["scheduleItems"][0]["start"]["dateTime"] == "2026-06-01T07:00:00.0000000"


def test_a_day_on_which_clocks_change_has_as_many_slots_as_hours(client: Client) -> None:
    times = ("2026-03-29T00:00:00", "2026-03-30T00:00:00")
    assert len(ask(client, ADA, times=times, availabilityViewInterval=60)[0]["availabilityView"]) == 23


def test_what_a_meeting_is_about_is_told_only_where_the_calendar_says_so_and_never_what_is_private(
    client: Client,
) -> None:
    events = [at("09:00", "10:00", subject="Robin's review", location="Room 2", sensitivity=s)
              for s in ("normal", "personal", "private", "confidential")]  # fmt: skip
    busy(client, ADA, *events)
    assert all(item.keys() == {"status", "start", "end"} for item in ask(client, ADA)[0]["scheduleItems"])
    busy(client, ADA, *events, access="titles and places")
    told = [item.get("subject") for item in ask(client, ADA)[0]["scheduleItems"]]
    assert told == ["Robin's review", "Robin's review", None, None]


def test_the_mailbox_that_asks_sees_its_own_calendar_whole_and_though_it_is_closed(client: Client) -> None:
    own = client.tenant.mailbox
    busy(client, own, at("09:00", "10:00", subject="Panel", sensitivity="private"), access="none")
    (item,) = ask(client, own)[0]["scheduleItems"]
    assert (item["subject"], item["isPrivate"]) == ("Panel", True)


def test_a_closed_calendar_and_an_unknown_address_have_an_error_each_and_the_others_are_told(
    client: Client,
) -> None:
    busy(client, TIA, at("09:00", "10:00"), access="none")
    busy(client, MO, error={"responseCode": "5018", "message": "Request timed out."})
    nobody = "nobody@wexcombe.example"
    closed, unknown, failing, free = ask(client, TIA, nobody, MO, ADA)
    assert closed == {"scheduleId": TIA, "error": {
        "message": "The caller does not have access to free/busy data.", "responseCode": "5037"}}  # fmt: skip
    assert unknown == {"scheduleId": nobody, "error": {
        "message": f"Unable to resolve e-mail address {nobody} to an Active Directory object.", "responseCode": "5009",
    }}  # fmt: skip
    assert failing["error"] == {"message": "Request timed out.", "responseCode": "5018"}
    assert (free["availabilityView"], free["scheduleItems"]) == ("000000", [])
    client.tenant.ask("POST", "/behaviours", {"free and busy errors in words": True})
    assert [each["error"]["responseCode"] for each in ask(client, TIA, nobody)] == [
        "ErrorNoFreeBusyAccess", "ErrorMailRecipientNotFound",
    ]  # fmt: skip


def test_somebody_who_left_has_no_calendar(client: Client) -> None:
    client.tenant.ask("POST", "/remove-mailbox", {"email": ADA})
    assert ask(client, ADA)[0]["error"]["responseCode"] == "5009"


def test_working_hours_are_told_with_their_zone_by_name_or_by_rules(client: Client) -> None:
    hours = ask(client, ADA)[0]["workingHours"]
    assert hours == {
        "daysOfWeek": ["monday", "tuesday", "wednesday", "thursday", "friday"],
        "startTime": "08:00:00.0000000", "endTime": "17:00:00.0000000", "timeZone": {"name": "GMT Standard Time"},
    }  # fmt: skip
    part_time = {
        "days": ["monday", "thursday"],
        "start": "09:30",
        "end": "14:00",
        "zone": "GMT Standard Time",
    }
    client.tenant.ask("POST", "/calendar", {"email": ADA, "working_hours": {**part_time, "custom": True}})
    found = ask(client, ADA)[0]["workingHours"]
    assert (found["daysOfWeek"], found["startTime"]) == (["monday", "thursday"], "09:30:00.0000000")
    assert found["timeZone"] == {
        "@odata.type": "#microsoft.graph.customTimeZone", "bias": 0, "name": "Customized Time Zone",
        "standardOffset": {"time": "02:00:00.0000000", "dayOccurrence": 5, "dayOfWeek": "sunday", "month": 10,
                           "year": 0},
        "daylightOffset": {"daylightBias": -60, "time": "01:00:00.0000000", "dayOccurrence": 5, "dayOfWeek": "sunday",
                           "month": 3, "year": 0},
    }  # fmt: skip


def test_the_rules_of_a_zone_are_those_of_microsofts_own_example(client: Client) -> None:
    client.tenant.ask("POST", "/calendar", {"email": ADA, "working_hours": {
        "zone": "Pacific Standard Time", "custom": True}})  # fmt: skip
    assert ask(client, ADA)[0]["workingHours"]["timeZone"] == {
        "@odata.type": "#microsoft.graph.customTimeZone", "bias": 480, "name": "Customized Time Zone",
        "standardOffset": {"time": "02:00:00.0000000", "dayOccurrence": 1, "dayOfWeek": "sunday", "month": 11,
                           "year": 0},
        "daylightOffset": {"daylightBias": -60, "time": "02:00:00.0000000", "dayOccurrence": 2, "dayOfWeek": "sunday",
                           "month": 3, "year": 0},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"endTime": {"dateTime": MORNING[0], "timeZone": "GMT Standard Time"}}, "ErrorInvalidTimeInterval", "invalid"),
        ({"endTime": {"dateTime": "2026-08-02T09:00:01", "timeZone": "GMT Standard Time"}}, "ErrorTimeIntervalTooBig",
         "The allowed limit = 62 days; the actual limit = 63 days."),
        ({"availabilityViewInterval": 4}, "ErrorInvalidMergedFreeBusyInterval", "between 5 and 1440 minutes"),
        ({"availabilityViewInterval": 1441}, "ErrorInvalidMergedFreeBusyInterval", "between 5 and 1440 minutes"),
        ({"availabilityViewInterval": 181}, "ErrorInvalidMergedFreeBusyInterval", "less than the free/busy time"),
        ({"availabilityViewInterval": 7.5}, "RequestBodyRead", "Edm.Int32"),
        ({"schedules": []}, "ErrorInvalidParameter", "SMTP addresses"),
        ({"schedules": [ADA] * 21}, "ErrorMailboxDataArrayTooBig", "The allowed size = 20; the actual size = 21."),
        ({"startTime": {"dateTime": MORNING[0]}}, "TimeZoneNotSupportedException", "''"),
        ({"startTime": {"dateTime": MORNING[0], "timeZone": "Wexcombe"}}, "TimeZoneNotSupportedException", "'Wex"),
        ({"startTime": MORNING[0]}, "ErrorInvalidParameter", "startTime"),
        ({"startTime": {"dateTime": "Monday", "timeZone": "UTC"}}, "ErrorInvalidParameter", "startTime"),
        ({"attendees": [ADA]}, "BadRequest", "'attendees'"),
    ],
)  # fmt: skip
def test_what_may_not_be_asked_is_refused_in_exchanges_words(
    client: Client, change: dict[str, Any], code: str, words: str
) -> None:
    status, found, message = refused(client, {**body([ADA]), **change})
    assert (status, found) == (400, code)
    assert words in message


def test_the_longest_time_and_the_most_addresses_may_be_asked(client: Client) -> None:
    (found,) = ask(
        client, ADA, times=("2026-06-01T09:00:00", "2026-08-02T09:00:00"), availabilityViewInterval=1440
    )
    assert found["availabilityView"] == "0" * 62
    assert len(ask(client, *[ADA] * 20)) == 20


def test_an_interval_that_is_null_is_an_internal_error_as_it_was_reported(client: Client) -> None:
    assert refused(client, body([ADA], availabilityViewInterval=None))[:2] == (
        500,
        "ErrorInternalServerError",
    )


@pytest.mark.parametrize(
    ("roles", "scoped", "status"),
    [
        ([], False, 403),
        (["Calendars.ReadBasic"], False, 200),
        (["Calendars.Read"], False, 200),
        (["Calendars.ReadWrite"], False, 200),
        (["Calendars.Read"], True, 200),
        (["Calendars.ReadBasic"], True, 403),  # Exchange has no role for it
    ],
)
def test_free_and_busy_times_need_a_right_of_their_own(roles: list[str], scoped: bool, status: int) -> None:
    given = seed(*roles) if scoped else seed(*roles, mailboxes=None)
    with sandbox.run(given) as tenant, fresh(tenant) as client:
        answer = client.mail("POST", "/calendar/getSchedule", body([ADA]))
        assert answer.status_code == status
        if status == 403:
            assert said(answer)[1] == "ErrorAccessDenied"


def test_an_app_scoped_to_one_mailbox_asks_as_that_one_alone(client: Client) -> None:
    answer = client.call("POST", f"/users/{ADA}/calendar/getSchedule", body([TIA]))
    assert said(answer)[:2] == (403, "ErrorAccessDenied")
    assert client.call("POST", "/me/calendar/getSchedule", body([TIA])).status_code == 400
    client.tenant.ask("POST", "/behaviours", {"calendars within the scope alone": True})
    own, other = ask(client, client.tenant.mailbox, ADA)
    assert (own["availabilityView"], other["error"]["responseCode"]) == ("000000", "5037")


def test_a_seed_says_what_stands_in_a_calendar_and_nonsense_is_refused_with_a_sentence() -> None:
    given = seed("Calendars.Read")
    given["people"][0]["calendar"] = {
        "events": [at("09:00", "09:30", "oof")],
        "working_hours": {"days": ["friday"]},
    }
    with sandbox.run(given) as tenant, fresh(tenant) as client:
        (found,) = ask(client, ADA)
        assert (found["availabilityView"], found["workingHours"]["daysOfWeek"]) == ("300000", ["friday"])
        for wrong in (
            {"events": [at("09:00", "10:00", "away")]}, {"events": [at("10:00", "09:00")]}, {"access": "some"},
            {"events": [{"start": "2026-06-01T09:00", "end": "2026-06-02T09:00", "all_day": True}]},
            {"working_hours": {"zone": "Wexcombe"}}, {"working_hours": {"days": ["payday"]}}, {"colour": "red"},
        ):  # fmt: skip
            with pytest.raises(urllib.error.HTTPError):
                tenant.ask("POST", "/calendar", {"email": ADA, **wrong})
        assert ask(client, ADA) == [found]
