"""The bot is heard of when it cannot speak: console, health file, ping, a row on the site."""

from __future__ import annotations

import json
import logging
import re
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from forms import filled
from small_council import LAUNCH, Council
from tenant import Door, settings_for, small_seed

import sandbox
from bot.cli import main
from bot.daily_run.attended import Attended, attended, told_of_wrong_profile
from bot.daily_run.trouble import trouble
from bot.errors import Busy, SignInRefused
from bot.exit_status import NEEDS_A_PERSON
from bot.office.health import LONGEST_TEXT, Health, write_health
from bot.office.settings_library import KeptHere
from bot.papers.team_files.closure_days import days_as_text
from bot.programme.team_files.known_files import CLOSURE_DAYS_PLACE
from bot.schedule import Service
from bot.service_lines import FIELDS, printed
from bot.settings import Settings

NEVER = 10_000


class Heard(Council):
    """The small council, its bot attended."""

    health_file: Path

    def attend(self, day: str, hour: str = "08:00", *, whole: bool = True, **changes: Any) -> Attended:
        self.ask("POST", "/clock", {"now": f"{day}T{hour}:00+00:00"})
        moment = datetime.fromisoformat(f"{day}T{hour}:00").replace(tzinfo=UTC)
        self.health_file = self.door.folder / "health.json"
        settings = self.door.settings.model_copy(update={"health_file": self.health_file, **changes})
        return attended(settings, clock=lambda: moment, say=lambda _: None, whole=whole, sleep=self.door.naps)

    def health(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.health_file.read_text())
        return found


@pytest.fixture
def council(door: Door) -> Iterator[Heard]:
    yield Heard(door)
    door.tenant.ask("DELETE", "/faults")


def test_a_good_run_writes_down_that_it_was_good(council: Heard) -> None:
    found = council.attend("2026-03-02")
    assert found.status == 0
    health = council.health()
    assert health["last_good_run"] == "2026-03-02T08:00:00+00:00" == health["last_letter"]
    assert (health["waiting"], health["held"], health["since"], health["what_is_wrong"]) == (0, 0, "", "")


@pytest.mark.parametrize(
    ("code", "status", "what", "remedy"),
    [
        ("ErrorAccessDenied", 403, "does not have the right", "Application Mail.Send"),
        ("ErrorQuotaExceeded", 507, "the mailbox is full", "empty Deleted Items"),
        ("ErrorQuotaExceeded", 403, "the mailbox is full", "empty Deleted Items"),
        ("MailboxNotEnabledForRESTAPI", 404, "has lost its licence", "give the shared mailbox its licence"),
        ("ErrorInvalidRequest", 400, "refused what the bot asked", "Whoever maintains the bot"),
        ("ErrorExceededMessageLimit", 403, "as much as Exchange allows", "go by themselves"),
    ],
)
def test_when_every_letter_is_refused_the_run_ends_with_status_3_and_says_the_remedy(
    council: Heard, code: str, status: int, what: str, remedy: str
) -> None:
    council.door.fault("refused", method="POST", path="/send$", times=NEVER, status=status, code=code)
    found = council.attend("2026-03-02")
    assert found.status == 3
    assert not council.door.tenant.deliveries()
    (line,) = found.faults
    assert what in line
    assert remedy in line
    health = council.health()
    assert what in health["what_is_wrong"]
    assert remedy in health["remedy"]
    assert health["since"] == "2026-03-02T08:00:00+00:00"
    assert health["waiting"] == 7, "six letters and the digest"
    assert health["last_letter"] == health["last_good_run"] == ""


def test_later_runs_keep_saying_it_until_the_letters_have_gone(council: Heard) -> None:
    council.door.fault("refused", method="POST", path="/send$", times=NEVER)
    assert council.attend("2026-03-02").status == 3
    assert council.attend("2026-03-02", "08:05", whole=False).status == 3, "a look that had nothing to send"
    third = council.attend("2026-03-03")
    assert third.status == 3
    assert council.health()["since"] == "2026-03-02T08:00:00+00:00"
    assert council.health()["held"] == 0, "nobody has to decide on letters that were plainly refused"
    council.ask("DELETE", "/faults")
    good = council.attend("2026-03-03", "09:00")
    assert good.report is not None
    assert {k: v for k, v in good.report.letters.items() if k in LAUNCH} == LAUNCH
    assert good.report.digest_sent
    assert council.health()["since"] == ""
    assert council.health()["waiting"] == 0
    assert council.attend("2026-03-03", "09:05", whole=False).status == 0


def test_a_message_that_waits_for_a_person_is_a_person_needed_until_it_is_answered(council: Heard) -> None:
    assert council.attend("2026-03-02").status == 0
    council.arrives("Pru Practitioner", None, html="<p>Which Robin do you mean?</p>")
    for day in ("2026-03-02", "2026-03-03"):
        found = council.attend(day, "09:00")
        assert (found.status, found.report and found.report.questions) == (NEEDS_A_PERSON, 1)


def test_a_return_whose_file_the_library_does_not_take_counts_and_is_told_in_words(
    council: Heard,
) -> None:
    council.attend("2026-03-02")
    council.door.fault("refused", method="PUT", path="/content", times=NEVER, code="accessDenied")
    council.arrives("Ada Auditor", filled(council.form(), grade="Good"))
    found = council.attend("2026-03-03")
    assert found.report is not None
    (told,) = found.report.problems
    assert "the document library does not take its file (403 accessDenied)" in told.what
    assert "Please leave its message in the mailbox until then" in told.what
    assert council.row()["Auditor's grade"] == "Good"


def test_a_look_without_a_letter_of_its_own_still_counts_those_that_wait(council: Heard) -> None:
    council.door.fault("refused", method="POST", path="/send$", times=NEVER)
    council.attend("2026-03-02")
    council.attend("2026-03-02", "08:05", whole=False)
    assert council.health()["waiting"] == 7


def test_a_digest_that_is_held_is_not_told_by_itself_so_the_run_says_it(council: Heard) -> None:
    council.door.fault("timeout before", method="POST", path="/send$", times=NEVER)
    for hour in ("08:00", "08:20", "08:40", "09:00"):
        assert council.attend("2026-03-02", hour, settle_minutes=2).status == 3
    health = council.health()
    assert health["held"] == 7
    assert "nobody was told what needs a person" in health["what_is_wrong"]
    assert "send it from there by hand" in health["remedy"]


@pytest.mark.parametrize("kind", ["unavailable", "throttled"])
def test_a_sign_in_service_that_is_down_or_too_busy_needs_nobody_yet(council: Heard, kind: str) -> None:
    council.door.fault(kind, path="oauth2", times=NEVER)
    assert council.attend("2026-03-02").status == 3
    assert "does not answer or is too busy" in council.health()["what_is_wrong"]
    council.ask("DELETE", "/faults")
    assert council.attend("2026-03-02", "08:05").status == 0


def test_a_token_that_is_never_taken_is_a_matter_of_signing_in_and_not_of_rights(council: Heard) -> None:
    council.door.fault("expired token", path=".", times=NEVER)
    assert council.attend("2026-03-02").status == 3
    assert "does not accept the bot's signing in (401" in council.health()["what_is_wrong"]
    assert "Conditional Access" in council.health()["remedy"]


def test_a_place_in_the_mailbox_that_is_never_known_may_pass_of_itself(council: Heard) -> None:
    council.door.fault("cursor expired", path="delta", times=NEVER)
    assert council.attend("2026-03-02").status == 3
    assert "does not answer or is too busy" in council.health()["what_is_wrong"]
    assert not council.door.tenant.deliveries()


def test_when_nothing_could_be_sent_the_team_hears_the_same_day_before_all_other_letters_and_the_digest_follows(
    council: Heard,
) -> None:
    council.door.fault("throttled", method="POST", path="/send$", times=NEVER, retry_after="600")
    assert council.attend("2026-03-02").status == 3
    assert council.attend("2026-03-02", "08:30", whole=False).status == 3
    assert not council.door.tenant.deliveries()
    council.ask("DELETE", "/faults")
    assert council.attend("2026-03-02", "09:00", whole=False).status == 0
    sent = [(d["subject"], d["to"]) for d in council.door.tenant.deliveries()]
    team = [council.door.settings.mailbox]
    assert sent[0] == ("[OFFICIAL-SENSITIVE] The audit bot could not do its work until now", team)
    assert "Audits on" in sent[-1][0]
    assert council.health()["waiting"] == 0
    council.attend("2026-03-02", "09:30", whole=False)
    assert len(council.door.tenant.deliveries()) == len(sent), "once"


def test_what_a_lost_digest_would_have_told_is_told_by_the_next(council: Heard) -> None:
    council.attend("2026-03-02")
    council.arrives("Ada Auditor", filled(council.form(), grade="Good"))
    council.door.fault("refused", method="POST", path="/send$", skip=1, times=1)
    found = council.attend("2026-03-03")
    assert found.status == 3, "the moderator was asked, the digest did not leave"
    assert "digest could not be sent" in found.faults[0]
    assert council.attend("2026-03-04").status == 0
    digest = [d for d in council.door.tenant.deliveries(html=True) if "Audits on" in d["subject"]][-1]
    assert "Came back" in digest["html"]


def test_signed_out_the_run_ends_with_status_3(council: Heard) -> None:
    tenant = council.door.settings.tenant.model_copy(update={"secret": "no longer the secret"})
    found = council.attend("2026-03-02", tenant=tenant)
    assert found.status == 3
    assert "does not let the bot sign in (AADSTS7000215)" in council.health()["what_is_wrong"]
    assert "certificate or secret" in council.health()["remedy"]


def test_a_run_that_stopped_is_told_to_the_audit_team_by_a_letter_while_letters_leave(council: Heard) -> None:
    council.door.fault("refused", method="GET", path="/lists/Audit", times=NEVER, code="accessDenied")
    for hour in ("08:00", "08:05"):
        assert council.attend("2026-03-02", hour).status == 3
    (told,) = council.door.tenant.deliveries(html=True)
    assert told["to"] == [council.door.settings.mailbox]
    assert "The run stopped: the bot does not have the right" in told["html"]
    council.ask("DELETE", "/faults")
    assert council.attend("2026-03-02", "08:20").status == 0
    subjects = [d["subject"].partition("] ")[2] for d in council.door.tenant.deliveries()]
    alarm, *others = subjects
    assert alarm == "The audit bot's run on Mon 2 Mar was stopped", "nobody takes it for the digest"
    assert len([subject for subject in others if "Audits on" in subject]) == 1


def test_what_may_pass_of_itself_is_told_by_a_letter_only_when_it_lasts(council: Heard) -> None:
    council.door.fault("unavailable", method="GET", path="/lists/Audit", times=NEVER)
    assert council.attend("2026-03-02").status == 3
    assert not council.door.tenant.deliveries()
    assert council.attend("2026-03-02", "08:25").status == 3
    assert len(council.door.tenant.deliveries()) == 1


def test_a_wrong_profile_is_told_where_its_health_file_is(tmp_path: Path) -> None:
    profile = tmp_path / "live.toml"
    profile.write_text('council = "Wexcombe"\nhealth_file = "told.json"\nsafety = quite\n')
    assert main(["run", "--settings", str(profile)]) == 2
    health = json.loads((tmp_path / "told.json").read_text())
    assert health["status"] == 2
    assert "configuration is wrong" in health["what_is_wrong"]
    assert "audit-bot check" in health["remedy"]


def test_a_profile_that_is_not_there_is_told_beside_where_it_should_be(tmp_path: Path) -> None:
    told_of_wrong_profile(tmp_path / "none.toml", ["…"], lambda: datetime(2026, 3, 2, 8, tzinfo=UTC))
    assert json.loads((tmp_path / "audit-bot-health.json").read_text())["status"] == 2


def test_letters_that_cannot_be_used_are_a_fault_of_the_configuration(council: Heard) -> None:
    files = council.door.settings.files.model_copy(update={"rules": council.door.folder / "none.toml"})
    assert council.attend("2026-03-02", files=files).status == 2
    assert council.health()["status"] == 2


def with_file(council: Heard, word: str, text: str) -> Any:
    """The council's files with one of them saying this."""
    file = council.door.folder / f"{word}.toml"
    file.write_text(text, encoding="utf-8")
    return council.door.settings.files.model_copy(update={word: file})


@pytest.mark.parametrize(
    ("word", "waits"), [("allocation", "proposals"), ("themes", "reports"), ("inspection", "reports")]
)
def test_a_slip_in_a_file_that_only_reports_or_proposals_need_stops_no_letter_and_is_told_with_its_line(
    council: Heard, word: str, waits: str
) -> None:
    secret = "canary-of-a-secret"
    files = with_file(council, word, f"# ours\nkinds = {secret}\nAUDIT_BOT_KEY = {secret}”{secret}\n")
    found = council.attend("2026-03-02", files=files)
    assert found.report is not None
    assert found.report.letters == LAUNCH
    assert found.status == 10
    letters = council.door.tenant.deliveries(html=True)
    told = "".join(str(d) for d in letters if f"config/{word}.toml" in str(d))
    assert "line 2: “…” must stand in quotation marks" in told
    assert "whoever keeps the profile" in told
    assert f"no {waits} that need it are made" in told
    assert secret not in str(letters)
    council.arrives("Ada Auditor", filled(council.form(), grade="Good"))
    look = council.attend("2026-03-02", "09:00", whole=False, files=files)
    assert look.status == 0
    assert look.report is not None


def test_what_is_told_of_a_wrong_file_names_it_its_line_and_who_mends_it(council: Heard) -> None:
    found = council.attend("2026-03-02", files=with_file(council, "rules", "[[rule]\nid = canary\n"))
    assert found.status == 2
    said = council.health()
    places = r"wrong in 2 places \([\w.-]+/rules\.toml, line 1 and [\w.-]+/rules\.toml, line 2\)"
    assert re.search(places, said["what_is_wrong"])
    assert "Whoever keeps the profile: run audit-bot check" in said["remedy"]
    assert "canary" not in said["what_is_wrong"]
    found = council.attend("2026-03-02", files=with_file(council, "audit_tool", "no form"))
    assert found.status == 2
    (letter,) = council.door.tenant.deliveries(html=True)
    assert "wrong in 1 place (audit_tool.toml)" in str(letter)


def test_a_health_file_that_cannot_be_written_is_said_and_stops_nothing(council: Heard) -> None:
    found = council.attend("2026-03-02", health_file=Path("/proc/no/health.json"))
    assert found.report is not None
    assert found.report.letters == LAUNCH
    assert "cannot be written" in found.faults[0]


def test_a_reader_of_the_health_file_never_sees_half_of_it(tmp_path: Path) -> None:
    file = tmp_path / "health.json"
    write_health(file, Health(what_is_wrong="x" * LONGEST_TEXT))
    stop = threading.Event()

    def writes() -> None:
        while not stop.is_set():
            write_health(file, Health(what_is_wrong="y" * LONGEST_TEXT))

    writer = threading.Thread(target=writes)
    writer.start()
    try:
        for _ in range(200):
            assert len(json.loads(file.read_text())["what_is_wrong"]) == LONGEST_TEXT
    finally:
        stop.set()
        writer.join()
    assert [p.name for p in tmp_path.iterdir()] == ["health.json"]


# --------------------------------------------------------------------------------------------------------- ping


class Monitor(HTTPServer):
    """Takes pings over HTTPS and remembers them; `answers` with a status."""

    def __init__(self, tenant: sandbox.Running) -> None:
        self.heard: list[tuple[str, str]] = []
        self.answers = 200
        super().__init__(("127.0.0.1", 0), _Pinged)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tenant.ca_path.parent / "server.pem")
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.url = f"https://localhost:{self.server_address[1]}/3f0a"

    def handle_error(self, request: object, client_address: object) -> None:
        pass


class _Pinged(BaseHTTPRequestHandler):
    server: Monitor

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.heard.append((self.path.removeprefix("/3f0a"), body.decode()))
        self.send_response(self.server.answers)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def monitor(running: sandbox.Running) -> Iterator[Monitor]:
    server = Monitor(running)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_monitor_hears_of_the_start_the_end_and_the_failure(council: Heard, monitor: Monitor) -> None:
    council.attend("2026-03-02", ping_url=monitor.url)
    council.attend("2026-03-02", "08:05", whole=False, ping_url=monitor.url)
    council.door.fault("refused", method="POST", path="/send$", times=NEVER)
    council.attend("2026-03-03", ping_url=monitor.url)
    council.ask("DELETE", "/faults")
    council.attend("2026-03-03", "09:00", ping_url=monitor.url)
    assert [ending for ending, _ in monitor.heard] == ["/start", "", "/log", "/start", "/fail", "/start", ""]
    fail = monitor.heard[4][1]
    assert fail.startswith("status 3; waiting 1; held 0; ")
    said = " ".join(line for _, line in monitor.heard)
    for personal in ("@", "Ada", "Robin", "1000001", "FSP-"):
        assert personal not in said


@pytest.mark.parametrize("answers", [500, 404, 302])
def test_a_monitor_that_does_not_answer_well_stops_nothing(
    council: Heard, monitor: Monitor, answers: int
) -> None:
    monitor.answers = answers
    found = council.attend("2026-03-02", ping_url=monitor.url)
    assert found.status == 0


def test_no_monitor_at_all_stops_nothing(council: Heard) -> None:
    assert council.attend("2026-03-02", ping_url="https://localhost:1/x").status == 0


# ------------------------------------------------------------------------------------------------ the row people see


@pytest.fixture(scope="module")
def with_notices() -> Iterator[sandbox.Running]:
    seed = small_seed()
    columns = ["Title", "Last good run", "Last letter", "Waiting", "Held", "Since", "What is wrong", "Remedy"]
    seed["lists"].append(
        {"name": "Audit bot", "columns": [{"name": c, "type": "text"} for c in columns], "items": []}
    )
    with sandbox.run(seed) as tenant:
        yield tenant


def test_people_see_on_the_site_that_no_letter_leaves_and_when_it_is_over(
    with_notices: sandbox.Running, door: Door, tmp_path: Path
) -> None:
    ask = with_notices.ask
    council = Heard(Door(with_notices, settings_for(with_notices, tmp_path), door.graph, door.naps, tmp_path))
    council.attend("2026-03-02")
    (row,) = ask("GET", "/lists/Audit bot")["rows"]
    assert row["Last good run"] == "Mon 2 Mar 2026, 08:00"
    assert row["What is wrong"] in ("", None)
    ask("POST", "/faults", {"kind": "refused", "method": "POST", "path": "/send$", "times": NEVER})
    council.attend("2026-03-03")
    (row,) = ask("GET", "/lists/Audit bot")["rows"]
    assert "No letter can leave" in row["What is wrong"]
    assert row["Since"] == "Tue 3 Mar 2026, 08:00"
    assert row["Waiting"] == "1"
    ask("DELETE", "/faults")
    council.attend("2026-03-03", "09:00")
    (row,) = ask("GET", "/lists/Audit bot")["rows"]
    assert row["What is wrong"] in ("", None)


def test_the_row_says_its_moments_by_the_clock_on_the_wall_in_summer(
    with_notices: sandbox.Running, door: Door, tmp_path: Path
) -> None:
    with_notices.ask("POST", "/reset")
    council = Heard(Door(with_notices, settings_for(with_notices, tmp_path), door.graph, door.naps, tmp_path))
    council.attend("2026-03-30")  # the Monday after the clocks went forward
    (row,) = with_notices.ask("GET", "/lists/Audit bot")["rows"]
    assert row["Last good run"] == "Mon 30 Mar 2026, 09:00"


def test_people_see_on_the_site_that_a_tenant_takes_no_batches(
    with_notices: sandbox.Running, door: Door, tmp_path: Path
) -> None:
    with_notices.ask("POST", "/reset")
    council = Heard(Door(with_notices, settings_for(with_notices, tmp_path), door.graph, door.naps, tmp_path))
    refused = {"kind": "refused", "path": r"\$batch", "times": NEVER, "status": 400, "code": "BadRequest"}
    with_notices.ask("POST", "/faults", refused)
    assert council.attend("2026-03-02").status == 3
    (row,) = with_notices.ask("GET", "/lists/Audit bot")["rows"]
    assert "refused what the bot asked (400 BadRequest)" in row["What is wrong"]
    with_notices.ask("DELETE", "/faults")


# ------------------------------------------------------------------------------------------------------- serving


class Day:
    """A day of the service: what is performed when, with the outcomes that are given."""

    def __init__(self, tmp_path: Path, running: sandbox.Running, outcomes: list[int], **changes: Any) -> None:
        self.now = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)  # Monday
        self.outcomes = outcomes
        self.performed: list[tuple[str, bool]] = []
        self.service = Service(
            settings_for(running, tmp_path, **changes), clock=lambda: self.now, attend=self._attend
        )

    def _attend(self, _settings: Settings, *, whole: bool, **_more: Any) -> Attended:
        self.performed.append((f"{self.now:%H:%M}", whole))
        status = self.outcomes.pop(0) if whole else 0
        if status < 0:
            raise Busy("another")
        return Attended(status, Health())

    def at(self, hour: int, minute: int) -> None:
        self.now = self.now.replace(hour=hour, minute=minute)

    def again_at(self) -> str:
        jobs = [job for job in self.service.scheduler.get_jobs() if job.id == "daily run again"]
        return f"{jobs[-1].trigger.run_date:%H:%M}"


def test_a_daily_run_that_failed_is_tried_again_after_1_5_and_15_minutes_and_then_at_every_look(
    tmp_path: Path, running: sandbox.Running
) -> None:
    day = Day(tmp_path, running, [3, 3, 2, -1, 3, 0])
    for hour, minute, again in ((7, 30, "07:31"), (7, 31, "07:36"), (7, 36, "07:51"), (7, 51, "07:51")):
        day.at(hour, minute)
        day.service.daily()
        assert day.again_at() == again
    for minute in (55, 59):
        day.at(7, minute)
        day.service.look()
    day.at(8, 5)
    day.service.look()
    day.service.daily()
    assert day.performed[:4] == [("07:30", True), ("07:31", True), ("07:36", True), ("07:51", True)]
    assert day.performed[4:] == [("07:55", True), ("07:59", True), ("08:05", False)]


def test_a_look_between_the_first_tries_is_only_a_look(tmp_path: Path, running: sandbox.Running) -> None:
    day = Day(tmp_path, running, [3, NEEDS_A_PERSON])
    day.service.daily()
    day.at(7, 35)
    day.service.look()
    assert day.performed == [("07:30", True), ("07:35", False)]
    day.at(7, 36)
    day.service.daily()
    day.at(7, 40)
    day.service.daily()
    assert len(day.performed) == 3, "one that needed a person has done its work"


def test_nothing_is_performed_at_night_at_the_weekend_or_before_the_hour(
    tmp_path: Path, running: sandbox.Running
) -> None:
    day = Day(tmp_path, running, [])
    day.at(7, 29)
    day.service.daily()
    day.now = datetime(2026, 3, 7, 9, tzinfo=UTC)  # Saturday
    day.service.daily()
    day.now = datetime(2026, 3, 3, 3, tzinfo=UTC)
    day.service.look()
    assert day.performed == []


def test_a_refusal_is_told_in_words_without_an_address() -> None:
    found = trouble(SignInRefused("Microsoft 365 does not let the bot in: the certificate … (AADSTS700027)."))
    assert found.what == "The run stopped: Microsoft 365 does not let the bot sign in (AADSTS700027)."
    assert "@" not in str(
        trouble("GET /users/audit.team@wexcombe.example/messages: refused (400 BadRequest).")
    )


def test_the_service_wakes_by_the_closure_days_in_force_of_the_teams_own_file_and_by_no_others(
    tmp_path: Path, running: sandbox.Running
) -> None:
    monday, tuesday = date(2026, 3, 2), date(2026, 3, 3)
    day = Day(
        tmp_path, running, [0, 0], health_file=tmp_path / "health.json", settings_library="Audit bot settings",
        closure_days={tuesday: "In the profile"},
    )  # fmt: skip
    here = KeptHere(tmp_path)

    def in_force(**files: bytes) -> None:
        here.note_in_force(here.put_set({"mail_templates/a.md": b"x", **files}))

    in_force(**{CLOSURE_DAYS_PLACE: days_as_text({monday: "Staff day"}).encode()})
    day.service.daily()
    assert day.performed == [], "shut on Monday, says the file the team agreed to"
    day.now += timedelta(days=1)
    day.service.daily()
    assert day.performed == [("07:30", True)], "what the profile says counts no more"
    day.now -= timedelta(days=1)
    in_force()
    day.service.daily()
    assert len(day.performed) == 2, "without such a file in the set the profile's count"
    day.now += timedelta(days=1)
    day.service.daily()
    assert len(day.performed) == 2
    here.note_in_force("a set that is not here")
    day.outcomes.append(0)
    day.service.daily()
    assert len(day.performed) == 3, "better a run too many than none"


def test_the_lines_of_the_service_count_and_name_nobody(
    council: Heard, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    monkeypatch.setattr(logging.getLogger(), "level", logging.WARNING)
    council.ask("POST", "/clock", {"now": "2026-03-02T08:00:00+00:00"})
    council.health_file = council.door.folder / "health.json"
    settings = council.door.settings.model_copy(update={"health_file": council.health_file})
    council.arrives("Pru Practitioner", None, html="<p>Which Robin do you mean?</p>")
    printed()
    moment = datetime(2026, 3, 2, 8, tzinfo=UTC)
    Service(settings, clock=lambda: moment, attend=partial(attended, sleep=council.door.naps)).daily()
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    begun, ended = lines
    assert (begun["what"], begun["run"]) == ("a run begins", "daily run")
    assert (ended["what"], ended["status"], ended["messages"]) == ("a run has ended", NEEDS_A_PERSON, 1)
    assert ended["letters"] == sum(LAUNCH.values())
    assert {*begun, *ended} <= {*FIELDS}
    for name in ("Robin", "Pru", "Ada", "Example", "FSP-", "@", "wexcombe"):
        assert name.casefold() not in json.dumps(lines, ensure_ascii=False).casefold(), name
