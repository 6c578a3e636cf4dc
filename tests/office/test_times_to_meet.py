"""Letters that ask for a conversation propose times when everybody is free, where Exchange shows the calendars; and are
complete without (§7, §10, §11)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from typing import Any, cast

import icalendar
import pytest
from forms import filled
from people_at_work import moderated
from small_council import REF, Council, digest
from tenant import Door, Naps, email, settings_for, small_seed

import sandbox
from bot.clock import LONDON, london_midnight
from bot.daily_run import meeting_times
from bot.daily_run.trying.calendars_tried import calendars_unneeded, calendars_wrong
from bot.daily_run.workplace import open_workplace
from bot.errors import TenantUnavailable
from bot.office import calendars
from bot.office.graph import Graph
from bot.office.pace import Patience
from bot.office.sign_in import signed_in
from bot.programme.free_times import Hours, free_times
from bot.programme.vocabulary import Person
from bot.settings import MustNotReach
from sandbox.tenant.seeding import BOT_ROLES

ARRANGE = "UoPP meeting to arrange"
EASTER = "2026-03-31"  # Tuesday; Good Friday is the 3rd of April, Easter Monday the 6th


@pytest.fixture(scope="module")
def running() -> Iterator[sandbox.Running]:
    """A tenant in which the bot may see calendars, asked for as the shared mailbox alone."""
    seed = small_seed()
    seed["app"] = {**seed["app"], "roles": [*BOT_ROLES, "Calendars.Read"]}
    with sandbox.run(seed) as tenant:
        yield tenant


class Calendars(Council):
    """The small council, whose settings would have times proposed."""

    def run(self, day: str, hour: str = "08:00", *, whole: bool = True, **changes: Any) -> Any:
        return super().run(day, hour, whole=whole, **{"propose_times": True, **changes})

    def at_easter(self, grade: str = "Requires Improvement") -> None:
        """Moderated on the last day of March, so that the letter falls before the bank holidays."""
        self.run("2026-03-02")
        self.arrives("Ada Auditor", filled(self.form(), grade=grade))
        self.run("2026-03-30", "09:00", whole=False)
        self.ask("POST", "/clock", {"now": f"{EASTER}T08:00:00+00:00"})
        self.arrives("Mo Moderator", filled(self.form(), grade=grade, moderated=grade))
        self.run(EASTER, "09:00", whole=False)

    def calendar(self, name: str, *events: tuple[str, str, str], **more: Any) -> None:
        """`events`: beginning and end by London's clock in April, and the status."""
        told = [
            {
                "start": f"{begins}:00+01:00",
                "end": f"{ends}:00+01:00",
                "status": status,
                "subject": "Secret talk",
            }
            for begins, ends, status in events
        ]
        self.ask("POST", "/calendar", {"email": email(name), **({"events": told} if events else {}), **more})

    def asked(self) -> int:
        """How often calendars have been asked for, since `counting`."""
        (left,) = [f["times"] for f in self.ask("GET", "/faults")["on"] if "getSchedule" in f["path"]]
        return 1000 - int(left)

    def counting(self) -> None:
        self.door.fault("slow", method="POST", path="/getSchedule$", seconds=0.0, times=1000)

    def letter(self, subject: str = ARRANGE, to: str = "Ada Auditor") -> dict[str, Any]:
        found = self.door.tenant.deliveries(html=True)
        (letter,) = [
            d for d in found if subject in d["subject"] and email(to) in d["to"] and REF in d["subject"]
        ]
        box = self.ask("GET", f"/mailboxes/{email(to)}")
        (there,) = [m for m in box["messages"] if m["subject"] == letter["subject"]]
        files = self.ask("GET", f"/mailboxes/{email(to)}/{there['id']}")["attachments"]
        return {
            **letter,
            "files": {
                f["name"]: self._bytes(f"/mailboxes/{email(to)}/{there['id']}/{f['id']}") for f in files
            },
        }

    def proposed(self, subject: str = ARRANGE, to: str = "Ada Auditor") -> list[str]:
        """The times of a letter's calendar files, which stand in its text too."""
        letter, found = self.letter(subject, to), []
        for name, data in letter["files"].items():
            (event,) = icalendar.Calendar.from_ical(data).events if name.endswith(".ics") else [None]
            if event and hasattr(event.start, "hour"):
                day, begins, ends = (
                    f"{event.start:%A} {event.start.day} {event.start:%B %Y}",
                    event.start,
                    event.end,
                )
                assert f"{day}, {begins:%H:%M} to {ends:%H:%M}" in letter["html"]
                assert (
                    name
                    == f"{REF} {event['SUMMARY'].partition(',')[0]}, {day[:3]} {begins.day} {begins:%b %H.%M}.ics"
                )
                assert "Robin" not in data.decode()
                found.append(f"{begins:%a %d %b %H:%M}-{ends:%H:%M}")
        assert letter["html"].count(" to ") or not found
        return found


@pytest.fixture
def council(door: Door) -> Calendars:
    return Calendars(door)


def test_across_easter_everybody_who_is_free_is_proposed_three_times(council: Calendars) -> None:
    council.calendar(
        "Tia Manager",
        ("2026-04-01T09:00", "2026-04-01T17:00", "busy"),
        ("2026-04-02T09:30", "2026-04-02T10:15", "tentative"),
        ("2026-04-08T00:00", "2026-04-08T23:00", "workingElsewhere"),
    )
    council.calendar("Pru Practitioner", ("2026-04-07T08:00", "2026-04-07T13:30", "oof"))
    council.counting()
    council.at_easter()
    assert council.proposed() == [
        "Thu 02 Apr 10:30-11:30",
        "Tue 07 Apr 13:30-14:30",
        "Wed 08 Apr 09:30-10:30",
    ]
    words = council.letter()["html"]
    assert "By their calendars, Ada Auditor, Tia Manager and Pru Practitioner are free" in words
    assert "could not see" not in words
    assert council.asked() == 2, "once for the letter to the moderator and once for this one"
    council.run("2026-04-01")
    assert council.asked() == 2


def test_moderator_and_auditor_are_proposed_half_an_hour_by_the_day_moderation_is_due(
    council: Calendars,
) -> None:
    council.calendar("Mo Moderator", ("2026-03-31T08:00", "2026-03-31T13:30", "busy"))
    council.at_easter()
    found = council.proposed("ready for you to moderate", "Mo Moderator")
    assert found == ["Tue 31 Mar 13:30-14:00"]
    assert (
        "you and Ada Auditor are both free at this time"
        in council.letter("ready for", "Mo Moderator")["html"]
    )


def test_an_inadequate_has_its_times_within_three_working_days_and_of_all_five(council: Calendars) -> None:
    council.calendar("Hal Service", ("2026-04-01T08:00", "2026-04-01T18:00", "busy"))
    council.at_easter("Inadequate")
    found = council.proposed("UoPP meeting to convene", "Tia Manager")
    assert found == ["Thu 02 Apr 09:30-10:30", "Thu 02 Apr 13:30-14:30", "Tue 07 Apr 13:30-14:30"]


def test_whoever_keeps_a_calendar_closed_is_named_and_the_times_are_those_of_the_others(
    council: Calendars,
) -> None:
    council.calendar("Pru Practitioner", access="none")
    council.at_easter()
    assert len(council.proposed()) == 3
    words = council.letter()["html"]
    assert "By their calendars, Ada Auditor and Tia Manager are free" in words
    assert "We could not see the calendar of Pru Practitioner, so please ask them first." in words


def test_with_one_calendar_alone_nothing_is_proposed_and_the_audit_team_hears_why(council: Calendars) -> None:
    council.calendar("Pru Practitioner", access="none")
    council.calendar("Tia Manager", error={"responseCode": "5006", "message": "Too many entries."})
    council.at_easter()
    assert council.proposed() == []
    assert "calendars" not in council.letter()["html"]
    council.run("2026-04-01")
    assert "the calendars of Tia Manager (5006) and Pru Practitioner (5037) could not be seen" in digest(
        council
    )


def test_where_nobody_is_free_together_the_letter_says_so(council: Calendars) -> None:
    council.calendar("Tia Manager", ("2026-03-31T08:00", "2026-04-10T18:00", "busy"))
    council.at_easter()
    assert council.proposed() == []
    assert (
        "Ada Auditor, Tia Manager and Pru Practitioner have no time in common by Thu 9 Apr"
        in council.letter()["html"]
    )


def test_somebody_is_asked_in_their_own_hours_which_are_believed_when_they_are_britains(
    council: Calendars,
) -> None:
    days = ["tuesday", "wednesday"]
    council.calendar(
        "Tia Manager",
        working_hours={
            "days": days,
            "start": "10:00",
            "end": "15:00",
            "zone": "GMT Standard Time",
            "custom": True,
        },
    )
    council.calendar("Pru Practitioner", working_hours={"zone": "Pacific Standard Time"})
    council.at_easter()
    assert council.proposed() == [
        "Wed 01 Apr 10:00-11:00",
        "Tue 07 Apr 13:30-14:30",
        "Wed 08 Apr 10:00-11:00",
    ]


def test_the_hours_in_which_meetings_are_held_are_the_councils_own(council: Calendars) -> None:
    given = {"meeting_hours": ["11:00-12:00", "15:00 – 16:00"]}
    hours = settings_for(council.door.tenant, council.door.folder, **given).meeting_hours
    council.door.settings = council.door.settings.model_copy(update={"meeting_hours": hours})
    council.at_easter()
    assert council.proposed() == [
        "Wed 01 Apr 11:00-12:00",
        "Thu 02 Apr 15:00-16:00",
        "Tue 07 Apr 11:00-12:00",
    ]


class Exchange:
    """Shows one hour as taken, the slots of its view counted in UTC as Exchange counts them."""

    def __init__(self, taken: datetime) -> None:
        self.taken = taken
        self.patience = Patience()

    def post_once(self, path: str, body: Any, seconds: float) -> Any:
        begins, ends = (
            datetime.fromisoformat(body[word]["dateTime"]).replace(tzinfo=UTC)
            for word in ("startTime", "endTime")
        )
        slot = timedelta(minutes=15)
        slots = (begins + n * slot for n in range((ends - begins) // slot))
        view = "".join("2" if self.taken <= at < self.taken + 4 * slot else "0" for at in slots)
        return {"value": [{"scheduleId": who, "availabilityView": view} for who in body["schedules"]]}


@pytest.mark.parametrize("taken", ["2026-03-30T10:00+01:00", "2026-10-26T10:00+00:00"])
def test_across_a_change_of_the_clocks_calendars_are_seen_whole_and_at_the_right_hour(taken: str) -> None:
    at = datetime.fromisoformat(taken)
    monday, people = at.date(), [Person(name, f"{name}@wexcombe.example") for name in ("ada", "mo")]
    first, last = monday - timedelta(4), monday + timedelta(3)
    graph: Any = Exchange(at)
    found = calendars.Calendars(graph, "audit.team@wexcombe.example").of(
        people, london_midnight(first), london_midnight(last)
    )
    assert found.not_seen == ()
    morning = [Hours(time_of_day(9), time_of_day(12))]
    assert free_times(found.calendars, [monday], morning, 120, LONDON) == ()
    (proposed,) = free_times(found.calendars, [monday], morning, 60, LONDON)
    assert f"{proposed.begins:%H:%M}" == "09:00"


def test_whose_address_is_outside_the_council_is_not_asked_about(
    council: Calendars, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def post_once(self: Graph, path: str, body: Any, seconds: float) -> Any:
        asked.extend(body["schedules"])
        return {"value": []}

    monkeypatch.setattr(Graph, "post_once", post_once)
    usual = meeting_times.meeting_times
    outside = Person("Olu Outside", "olu@elsewhere.example")

    def with_one_more(letter: Any, *rest: Any) -> Any:
        return usual(replace(letter, meeting=(*letter.meeting, outside)), *rest)

    monkeypatch.setattr("bot.daily_run.do.meeting_times", with_one_more)
    council.at_easter()
    assert email("Tia Manager") in asked
    assert outside.email not in asked


# --------------------------------------------------------------------------------------- the letter never waits


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "throttled", "retry_after": "3600"},
        {"kind": "refused", "status": 403},
        pytest.param(
            {"kind": "refused", "status": 400, "code": "ErrorTimeIntervalTooBig"}, marks=pytest.mark.slow
        ),
        pytest.param({"kind": "half an answer"}, marks=pytest.mark.slow),
        pytest.param({"kind": "a proxy's page"}, marks=pytest.mark.slow),
        pytest.param({"kind": "drips", "seconds": 0.05}, marks=pytest.mark.slow),
        {"kind": "hangs"},
    ],
    ids=lambda fault: f"{fault['kind']} {fault.get('code', '')}".strip(),
)
def test_whatever_becomes_of_the_question_the_letter_leaves_at_once_and_complete(
    council: Calendars, fault: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendars, "SECONDS", 1.0)
    council.run("2026-03-02")
    naps = len(council.door.naps.taken)
    council.door.fault(**fault, method="POST", path="/getSchedule$", times=1000)
    began = time.monotonic()
    council.at_easter()
    assert time.monotonic() - began < 60
    assert not [n for n in council.door.naps.taken[naps:] if n > 60], "nobody waited for calendars"
    letter = council.letter()
    assert "Whom to invite" in letter["html"]
    assert "calendars" not in letter["html"]
    assert {*letter["files"]} == {f"{REF} UoPP record.docx", f"{REF} UoPP meeting.ics"}
    council.ask("DELETE", "/faults")
    council.run("2026-04-01")
    assert (
        "Letters went without them, and are complete so: Microsoft 365 shows the bot no calendars"
        in digest(council)
    )
    assert len([d for d in council.door.tenant.deliveries() if ARRANGE in d["subject"]]) == 1


def test_after_one_refusal_a_run_asks_no_more(council: Calendars) -> None:
    council.run("2026-03-02")
    for n in (1, 2):
        council.arrives(
            "Ada Auditor",
            filled(council.form(f"FSP-2026-03-00{n}"), grade="Good"),
            f"FSP-2026-03-00{n}.docx",
            subject=f"RE: Audit FSP-2026-03-00{n}",
        )
    council.door.fault("unavailable", method="POST", path="/getSchedule$", times=1000)
    council.run("2026-03-05", "09:00", whole=False)
    assert council.asked() == 1
    letters = [d for d in council.door.tenant.deliveries() if "ready for you to moderate" in d["subject"]]
    assert len(letters) == 2


NINE = datetime(2026, 3, 31, 9, tzinfo=UTC)


def asking(exchange: Any) -> Callable[[], object]:
    """What asks an Exchange, in one run, after the same day of two people."""
    run = calendars.Calendars(exchange, "audit.team@wexcombe.example")
    people = [Person(name, f"{name}@wexcombe.example") for name in ("ada", "mo")]
    return lambda: run.of(people, NINE, NINE + timedelta(hours=8))


def test_however_slowly_calendars_answer_a_run_waits_for_them_a_minute_altogether(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(calendars.clocks, "monotonic", lambda: sum(waited))

    class Slow(Exchange):
        """Answers after nine seconds, where anybody waits so long."""

        def post_once(self, path: str, body: Any, seconds: float) -> Any:
            waited.append(min(seconds, 9.0))
            if seconds < 9:
                raise TenantUnavailable("no answer")
            return super().post_once(path, body, seconds)

    ask, answers = asking(Slow(NINE)), 0
    for _ in range(100):
        with suppress(calendars.WaitedEnough):
            ask()
            answers += 1
    assert answers == 6
    assert sum(waited) == 60


def test_what_the_bot_rests_before_it_asks_is_no_slowness_of_calendars(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    passed: list[float] = []
    monkeypatch.setattr(calendars.clocks, "monotonic", lambda: sum(passed))

    class Resting(Exchange):
        """Answers at once, after a minute and a half in which a mailbox is left alone."""

        def post_once(self, path: str, body: Any, seconds: float) -> Any:
            self.patience.waits(90)
            assert seconds == calendars.SECONDS
            return super().post_once(path, body, seconds)

    exchange = Resting(NINE)
    exchange.patience = Patience(sleep=passed.append)  # nothing passes but what is rested
    ask = asking(exchange)
    for _ in range(5):
        ask()
    assert sum(passed) == 450


def test_letters_after_a_minute_of_slow_calendars_leave_complete_and_the_digest_says_so_once(
    council: Calendars, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendars, "ALTOGETHER", 0.6)
    council.run("2026-03-02")
    for n in (1, 2):
        council.arrives(
            "Ada Auditor",
            filled(council.form(f"FSP-2026-03-00{n}"), grade="Good"),
            f"FSP-2026-03-00{n}.docx",
            subject=f"RE: Audit FSP-2026-03-00{n}",
        )
    council.door.fault("slow", method="POST", path="/getSchedule$", seconds=0.4, times=1000)
    council.run("2026-03-05", "09:00", whole=False)
    letters = [
        d for d in council.door.tenant.deliveries(html=True) if "ready for you to moderate" in d["subject"]
    ]
    assert ["both free at" in d["html"] for d in letters].count(True) == 1, "the first had them"
    assert len(letters) == 2
    council.run("2026-03-06")
    said = " ".join(digest(council).split())
    assert said.count("the letters of one run wait") == 1
    assert "shows the bot no calendars" not in said


def test_a_letter_interrupted_with_times_goes_once_though_the_calendars_have_changed(
    council: Calendars,
) -> None:
    council.run("2026-03-02")
    council.arrives("Ada Auditor", filled(council.form(), grade="Requires Improvement"))
    council.run("2026-03-30", "09:00", whole=False)
    council.ask("POST", "/clock", {"now": f"{EASTER}T08:00:00+00:00"})
    council.arrives(
        "Mo Moderator", filled(council.form(), grade="Requires Improvement", moderated="Requires Improvement")
    )
    council.door.fault("request lost", method="POST", path="/send$", times=1)
    council.run(EASTER, "09:00", whole=False)
    assert not [d for d in council.door.tenant.deliveries() if ARRANGE in d["subject"]]
    council.calendar("Tia Manager", ("2026-04-01T08:00", "2026-04-01T18:00", "busy"))
    council.ask("DELETE", "/faults")
    council.run(EASTER, "10:00", whole=False)
    council.run("2026-04-01")
    found = [d for d in council.door.tenant.deliveries() if ARRANGE in d["subject"]]
    assert len(found) == 1


# ------------------------------------------------------------------------------------------------- audit-bot check

MOMENT = datetime(2026, 3, 2, 8, tzinfo=UTC)


def told(door: Door, **changes: Any) -> tuple[list[str], list[str]]:
    """Problems, and notes, of what `check` says about calendars."""
    named = MustNotReach(mailbox=email("Ori Otherservice"), site="/sites/legal")
    changes = {"propose_times": True, "must_not_reach": named, **changes}
    settings = door.settings.model_copy(update=changes)
    with open_workplace(settings, clock=lambda: MOMENT, say=lambda _: None, sleep=door.naps) as workplace:
        if settings.propose_times:
            return calendars_wrong(workplace)
        return [], calendars_unneeded(workplace)


def test_check_has_nothing_to_say_of_calendars_it_may_ask_for_as_its_own_mailbox_alone(door: Door) -> None:
    assert told(door) == ([], [])


def test_check_names_whose_calendar_is_closed_and_calls_it_wrong_only_where_all_are(
    council: Calendars,
) -> None:
    council.calendar("Hal Service", access="none")
    assert told(council.door) == (
        [], ["The calendars of Hal Service could not be seen (5037); letters name whoever is missing."],
    )  # fmt: skip
    for name in ("Tia Manager", "Ori Otherservice"):
        council.calendar(name, access="none")
    (wrong,), notes = told(council.door)
    assert "Of 3 people in Audit roles no calendar could be seen (5037)" in wrong
    assert "AvailabilityOnly" in wrong
    assert notes == []


def test_check_says_that_the_right_is_wanting_or_there_for_nothing(door: Door, shut: Door) -> None:
    (wrong,), _ = told(shut)
    assert "may not see when people are free (403 ErrorAccessDenied)" in wrong
    assert "Application Calendars.Read, scoped to this very mailbox" in wrong
    assert told(shut, propose_times=False) == ([], [])
    _, (note,) = told(door, propose_times=False)
    assert "take Application Calendars.Read back" in note


def test_check_finds_a_right_that_is_not_scoped(tmp_path: Path) -> None:
    seed = small_seed()
    seed["app"] = {**seed["app"], "roles": [*BOT_ROLES, "Calendars.Read"], "mailboxes": None}
    with opened(seed, tmp_path) as door:
        (wrong,), _ = told(door)
    assert f"may read the calendar of {email('Ori Otherservice')}, which it must not" in wrong


# ------------------------------------------------------------------------------------------ without the permission


@contextmanager
def opened(seed: dict[str, Any], folder: Path) -> Iterator[Door]:
    with sandbox.run(seed) as tenant:
        tenant.ask("POST", "/behaviours", {"sending rate": False})
        settings, naps = settings_for(tenant, folder), Naps()
        account = signed_in(settings.tenant)
        graph = Graph(account.connection, account.protocol.service_url, sleep=naps)
        yield Door(tenant, settings, graph, naps, folder)
        account.connection.close()


@pytest.fixture
def shut(tmp_path: Path) -> Iterator[Door]:
    """A tenant in which the bot has no right to calendars."""
    with opened(small_seed(), tmp_path) as door:
        yield door


def test_without_the_permission_the_letter_is_complete_as_it_is(shut: Door) -> None:
    council = Calendars(shut)
    council.at_easter()
    letter = council.letter()
    assert council.proposed() == []
    assert "Whom to invite" in letter["html"]
    assert "calendars" not in letter["html"]
    council.run("2026-04-01")
    assert "403 ErrorAccessDenied" in digest(council)


def test_where_the_settings_do_not_ask_for_it_no_calendar_is_looked_at(council: Calendars) -> None:
    council.counting()
    moderated(council.door)
    assert council.asked() == 0


def test_an_entry_that_says_not_whose_it_is_costs_nobody_else_their_times() -> None:
    """As Exchange may answer for one address of several; the whole answer is asked for once alone."""
    begins = datetime(2026, 3, 2, tzinfo=UTC)
    free = {"availabilityView": "0" * 96}
    one, other = Person("Ada Auditor", email("Ada Auditor")), Person("Mo Moderator", email("Mo Moderator"))
    for odd in ({"error": {"responseCode": "ErrorMailRecipientNotFound"}}, free, None, "what"):
        answer = {"value": [odd, {"scheduleId": one.email, **free}]}
        asked = calendars.Calendars(cast(Graph, Answering(answer)), "audit@wexcombe.example")
        for _ in range(2):
            seen = asked.of([one, other], begins, begins + timedelta(1))
            assert [each.person for each in seen.calendars] == [one]
            assert seen.not_seen == ((other, "no answer"),)


class Answering:
    """A Graph that says one thing, whatever is asked."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self._answer, self.patience = answer, Patience()

    def post_once(self, *_: Any) -> dict[str, Any]:
        return self._answer
