"""Who there is: entering councils, pausing them, and what no two may share."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from many_councils import Folder, one
from psycopg import sql

from bot.cli import main
from bot.cli.files import put_whole
from bot.clock import london_date
from bot.councils.due import DAILY, LOOK, due, late
from bot.councils.health import CouncilHealth, Whole, health_of_all
from bot.councils.own import folder_of, in_a_file, ledger_place, outside, own_environment, own_of
from bot.councils.page import page
from bot.councils.queue import VARIABLE, Queue, queue_of
from bot.councils.register import Outcome, QueueLost, Register, queue_lost
from bot.councils.registering import added
from bot.councils.tables import LAID_OUT_ALONE, lay_out
from bot.councils.tending import queue_for
from bot.databases import kind_of_fault
from bot.errors import LedgerError, SettingsError
from bot.exit_status import DONE, NEEDS_A_PERSON, NOT_DONE, WRONG_CONFIGURATION
from bot.office.ledger import Ledger
from bot.settings import Settings, load

Folders = Callable[..., Folder]
SECRET = "canary-of-a-password"


def enter(queue: Queue, folder: Folders, *names: str) -> None:
    for name in names:
        added(queue, name, folder(name).profile(None))


def ran(register: Register, name: str, kind: str, outcome: Outcome) -> None:
    begun = register.begin(name, lambda *_: True, kind, register.moment(), "w")
    assert begun
    register.ended(begun[0], name, kind, outcome)


def test_a_council_is_entered_once_under_a_name(register: Register, queue: Queue, folder: Folders) -> None:
    enter(queue, folder, "north", "south")
    assert [each.name for each in register.councils()] == ["north", "south"]
    with pytest.raises(
        SettingsError, match=r"There is a council “north” already.* audit-bot councils remove north"
    ):
        added(queue, "north", folder("north").profile(None))


@pytest.mark.parametrize(
    ("what", "changed", "told"),
    [
        ("key", {"key": '"a key for the tests of north"'}, "The key of the letters"),
        ("ledger", {"ledger": ""}, "The ledger"),
        ("mailbox", {"mailbox": '"AUDIT.north@wexcombe.example"'}, "The mailbox"),
        ("site", {"site_host": '"NORTH.sharepoint.example"'}, "The site"),
    ],
)
def test_two_councils_with_the_same_are_refused(
    register: Register, queue: Queue, folder: Folders, what: str, changed: dict[str, str], told: str
) -> None:
    enter(queue, folder, "north")
    if what == "ledger":
        changed = {"ledger": f'"{_ledger(queue)}schema=north"'}
    with pytest.raises(SettingsError) as refused:
        added(queue, "south", folder("south").profile(None, **changed))
    assert refused.value.problems == [
        f"{told} is that of “north” already; each has its own. Nothing was added."
    ]
    assert [each.name for each in register.councils()] == ["north"]


def test_two_profiles_in_one_folder_would_share_their_secrets_and_are_refused(
    register: Register, queue: Queue, folder: Folders
) -> None:
    enter(queue, folder, "north")
    profile = folder("south").profile(None)
    beside = folder("north").path / "south.toml"
    beside.write_text(profile.read_text().replace("tenant.json", "../south/tenant.json"), encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        added(queue, "south", beside)
    assert refused.value.problems == [
        f"The folder of the {whose} is that of “north” already; each has its own. Nothing was added."
        for whose in ("health file", "profile")
    ]
    within = folder("north").path / "more"
    within.mkdir()
    (within / "south.toml").write_text(profile.read_text().replace("tenant.json", "../../south/tenant.json"))
    with pytest.raises(SettingsError, match="lie one in the other"):
        added(queue, "south", within / "south.toml")
    added(queue, "south", profile)


def test_the_folder_of_one_councils_health_is_not_the_folder_of_anothers_profile(
    register: Register, queue: Queue, folder: Folders
) -> None:
    enter(queue, folder, "north", "south")
    own = {row["what"]: row["digest"] for row in register.asked("SELECT * FROM own WHERE council = 'south'")}
    assert own["folder"] == own["profile"]
    assert register.claim("south", own) == {}
    moved = {**own, "folder": "elsewhere"}
    assert register.claim("south", moved) == {}
    assert register.claim("north", {"folder": own["profile"]}) == {"folder": "south"}
    assert register.claim("north", {"profile": "elsewhere"}) == {"profile": "south"}


@pytest.mark.parametrize(
    ("word", "place"),
    [
        ("health_file", "../south/audit-bot-health.json"), ("health_file", "../south/council.env"),
        ("health_file", "../link/health.json"), ("health_file", "/elsewhere/health.json"),
        ("ledger", "sqlite:///../south/ledger.sqlite"), ("key_file", "../south/council.env"),
        ("allocation", "../south/council.env"), ("themes", "../link/council.env"), ("letters", "../south"),
        ("rules", "link.toml"), ("letters", "letters"),
    ],
)  # fmt: skip
def test_a_council_of_several_writes_and_reads_in_its_own_folder_alone(
    register: Register, queue: Queue, folder: Folders, word: str, place: str
) -> None:
    """Also where a link leads out of it, and before another council is ever heard of."""
    north, south = folder("north"), folder("south")
    profile = north.profile(None)
    south.profile(None)
    secret = south.path / "council.env"
    secret.write_text("AUDIT_BOT_KEY=canary-of-a-secret-of-south\n")
    secret.chmod(0o600)
    (north.path.parent / "link").symlink_to(south.path)
    (north.path / "link.toml").symlink_to(secret)
    (north.path / "letters").mkdir()
    (north.path / "letters" / "00_digest.md").symlink_to(secret)
    if word in ("health_file", "ledger", "key_file"):
        changed = {"key": ""} if word == "key_file" else {}
        profile = north.profile(None, **changed, **{word: f'"{place}"'})
    else:
        profile.write_text(profile.read_text() + f'\n[files]\n{word} = "{place}"\n')
    with pytest.raises(SettingsError) as refused:
        added(queue, "north", profile)
    told = "\n".join(refused.value.problems)
    assert f"{word} names" in told
    assert str(north.path) in told
    assert "canary" not in told
    if word not in ("health_file", "ledger"):  # a place to write is never for all
        added(dataclasses.replace(queue, folders_for_all=(str(south.path),)), "north", profile)


@pytest.mark.parametrize("mistake", ["mailbox = oops", 'daily_run_at = "never"', ""])
@pytest.mark.parametrize("target", ["council.env", "profile.toml"])
def test_whatever_stands_in_its_profile_a_council_overwrites_nothing_of_anothers(
    address: str, folder: Folders, mistake: str, target: str
) -> None:
    profile = folder("north").profile(None, health_file=f'"../south/{target}"')
    profile.write_text(f"{mistake}\n{profile.read_text()}")
    folder("south").profile(None)
    (folder("south").path / "council.env").write_text("AUDIT_BOT_KEY=a key of south's own\n")
    before = {each.name: each.read_bytes() for each in folder("south").path.iterdir()}
    assert one(DAILY, profile) == {"status": WRONG_CONFIGURATION, "fault": "SettingsError"}
    assert {each.name: each.read_bytes() for each in folder("south").path.iterdir()} == before
    beside = json.loads((folder("north").path / "audit-bot-health.json").read_text())
    assert beside["status"] == WRONG_CONFIGURATION


@pytest.mark.parametrize(
    "other",
    [
        "south@db/ledgers?options=-csearch_path%3Dnorth", "south@db?dbname=ledgers&schema=north",
        "south@db/ledgers?options=-c%20search_path%3Dnorth%2Cpublic", "south@DB.:5432/ledgers?schema=north",
        "south@db/ledgers?options=--search_path%3Dnorth&application_name=x", "south@/ledgers?host=db&schema=north",
        "south@db/other?options=-cwork_mem%3D1MB&schema=north&dbname=ledgers",
    ],
)  # fmt: skip
def test_two_spellings_of_one_ledger_are_one_as_the_driver_finds_it(other: str) -> None:
    one_way = "postgresql+psycopg://north:a%23b@db/ledgers?schema=north"
    assert ledger_place(f"postgresql+psycopg://{other}") == ledger_place(one_way)
    for another in (
        "db/ledgers?schema=south",
        "db/ledgers",
        "db2/ledgers?schema=north",
        "db/north?schema=north",
    ):
        assert ledger_place(f"postgresql+psycopg://south:a%23b@{another}") != ledger_place(one_way)


def test_what_a_councils_own_environment_says_of_its_ledger_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOST", "db")
    monkeypatch.setenv("PGOPTIONS", "-csearch_path=north")
    assert ledger_place("postgresql+psycopg://north@/ledgers") == ledger_place(
        "postgresql+psycopg://db/ledgers?schema=north"
    )
    with pytest.raises(SettingsError, match="names a service"):
        ledger_place("postgresql+psycopg:///ledgers?service=north")


def test_the_password_of_one_host_is_sent_to_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match=r"host and hostaddr.* Whoever keeps the profile"):
        ledger_place("postgresql+psycopg://north@db/ledgers?hostaddr=192.0.2.7")
    assert ledger_place("postgresql+psycopg://north@/ledgers?hostaddr=192.0.2.7")
    monkeypatch.setenv("PGHOSTADDR", "192.0.2.7")
    with pytest.raises(SettingsError, match="PGHOSTADDR"):
        ledger_place("postgresql+psycopg://north@db/ledgers")


def test_where_no_schema_is_said_the_tables_are_those_of_the_roles_schema_or_of_the_one_for_all(
    register: Register, queue: Queue, folder: Folders
) -> None:
    """PostgreSQL looks into “$user” first: https://www.postgresql.org/docs/current/ddl-schemas.html"""
    unsaid = "postgresql+psycopg://north@db/ledgers"
    assert ledger_place(unsaid) == ledger_place(f"{unsaid}?schema=north")
    assert ledger_place(unsaid) == ledger_place(f"{unsaid}?options=-csearch_path%3D%22$user%22,public")
    assert ledger_place(unsaid, by_anyone=True) == ledger_place(f"{unsaid}?schema=public")
    added(queue, "north", folder("north").profile(None, ledger=f'"{_ledger(queue)}application_name=x"'))
    role = str(psycopg.conninfo.conninfo_to_dict(queue.address).get("user"))
    for schema in (role, "public"):
        profile = folder("south").profile(None, ledger=f'"{_ledger(queue)}schema={schema}"')
        with pytest.raises(SettingsError) as refused:
            added(queue, "south", profile)
        assert refused.value.problems == [
            "The ledger is that of “north” already; each has its own. Nothing was added."
        ]


@pytest.fixture
def apart(tmp_path: Path) -> Folder:
    """A council's folder, beside that of south, which holds what nobody else may read or write."""
    south = tmp_path / "south"
    (south / "team files" / "in use").mkdir(parents=True)
    (south / "pgpass").write_text("db:5432:south:south:canary")
    (south / "pgpass").chmod(0o600)
    (tmp_path / "north").mkdir()
    return Folder(tmp_path / "north", "sqlite:///ledger.sqlite")


def _variables(profile: Path, *lines: str) -> Path:
    file = profile.with_name("council.env")
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    file.chmod(0o600)
    return profile


@pytest.mark.parametrize("link", [False, True], ids=["its path", "a link"])
@pytest.mark.parametrize(
    "name",
    [
        "PGPASSFILE",
        "PGSSLKEY",
        "PGSSLCERT",
        "PGSERVICEFILE",
        "AZURE_FEDERATED_TOKEN_FILE",
        "HOME",
        "KRB5CCNAME",
        "X",
    ],
)
def test_no_variable_of_a_council_names_a_file_of_anothers(apart: Folder, name: str, *, link: bool) -> None:
    profile = apart.profile(None, ledger='"sqlite:///ledger.sqlite"')
    theirs = apart.path.parent / "south" / "pgpass"
    named = apart.path / "pgpass"
    named.symlink_to(theirs)
    _variables(profile, f"{name}={'FILE:' if name == 'KRB5CCNAME' else ''}{named if link else theirs}")
    with pytest.raises(SettingsError) as refused:
        own_environment(profile)
    (told,) = refused.value.problems
    assert f"council.env: {name} names a file" in told
    assert "Whoever keeps that folder" in told
    assert "canary" not in told
    assert name in own_environment(profile, (str(theirs.parent),)), "it may be for all to read"


def test_a_relative_path_of_a_variable_leads_out_of_no_folder_and_certificates_may_lie_anywhere(
    apart: Folder,
) -> None:
    profile = apart.profile(None, ledger='"sqlite:///ledger.sqlite"')
    for line in (
        "PGPASSFILE=../south/pgpass",
        "AZURE_FEDERATED_TOKEN_FILE=../south/pgpass",
        "PGSSLKEY=/nowhere/x",
    ):
        with pytest.raises(SettingsError, match="names a file"):
            own_environment(_variables(profile, line))
    (apart.path / "pgpass").touch()
    lines = (
        "PGPASSFILE=pgpass",
        "PGSSLKEY=engine:north",
        "PGHOST=/tmp",
        "PGSSLROOTCERT=/etc/hosts",
        "K=/w+o/r=d",
    )
    assert own_environment(_variables(profile, *lines))["PGPASSFILE"] == str(apart.path / "pgpass")


def test_a_run_with_such_a_variable_is_not_begun(apart: Folder) -> None:
    profile = apart.profile(None, ledger='"sqlite:///ledger.sqlite"')
    _variables(profile, "PGPASSFILE=../south/pgpass")
    assert one(DAILY, profile) == {"status": WRONG_CONFIGURATION, "fault": "SettingsError"}


@pytest.mark.parametrize("word", ["passfile", "sslkey", "sslcert"])
def test_nor_does_the_address_of_its_ledger(apart: Folder, word: str) -> None:
    ledger = f"postgresql+psycopg://north@db/north?{word}={apart.path.parent}/south/pgpass"
    profile = apart.profile(None, ledger=f'"{ledger}"')
    (told,) = outside(load(profile), profile, ())
    assert f"ledger ({word}) names" in told
    assert not outside(load(profile), profile, [str(apart.path.parent / "south")])


@pytest.mark.parametrize(
    "place",
    [
        "team files",
        "team files/in use",
        "ledger.lock",
        "ledger.sqlite-wal",
        "audit-bot-tenant.json",
        "more/x",
    ],
)
def test_no_link_in_a_councils_folder_leads_out_of_it(apart: Folder, place: str) -> None:
    """Beside ledger and health file a run writes, deletes and locks."""
    profile = apart.profile(None, ledger='"sqlite:///ledger.sqlite"')
    south, link = apart.path.parent / "south", apart.path / place
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(south / place)
    (told,) = outside(load(profile), profile, ())
    assert f"{link} is a link that leads out of the council's own folder" in told
    assert "Whoever keeps that folder" in told
    assert bool(outside(load(profile), profile, [str(south)])) == (place != "more/x"), (
        "to read, never to write"
    )
    link.unlink()
    link.symlink_to(apart.path / "profile.toml")
    assert not outside(load(profile), profile, ()), "within the folder it harms nobody"


def test_a_folder_with_too_many_files_is_its_own_councils_trouble(
    apart: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = apart.profile(None, ledger='"sqlite:///ledger.sqlite"')
    assert not outside(load(profile), profile, ())
    monkeypatch.setattr("bot.councils.own.MOST_LOOKED_THROUGH", 20)
    for n in range(20):
        (apart.path / f"{n}").touch()
    with pytest.raises(SettingsError, match=r"holds more than 20 files.* Whoever keeps that folder"):
        outside(load(profile), profile, ())


def test_councils_that_sign_in_as_the_machine_are_one_app_whatever_their_profiles_say(
    folder: Folders,
) -> None:
    def app(name: str, **identity: str) -> str:
        found = load(folder(name).profile(None))
        tenant = found.tenant.model_copy(update=identity)
        return own_of(found.model_copy(update={"tenant": tenant}), folder(name).path / "p.toml", b"salt")[
            "app"
        ]

    of_the_machine = {"managed_identity": "system"}
    assert app("north") != app("south")
    assert app("north", **of_the_machine) == app("south", **of_the_machine)
    given = {"tenant_id": "t", "managed_identity": "6f9619ff-8b86-d011-b42d-00c04fc964ff"}
    assert app("north", **given) == app("south", **given)
    assert app("north", **given) != app("north", **of_the_machine)
    assert app("north", **given) == app("south", tenant_id="t", client_id=given["managed_identity"].upper())


def _ledger(queue: Queue) -> str:
    found = queue.address.replace("postgresql://", "postgresql+psycopg://")
    return found + ("&" if "?" in found else "?")


def test_how_a_council_is_is_read_only_where_somebody_asks_how_it_is(
    register: Register, queue: Queue, folder: Folders
) -> None:
    """The register is read whole by every worker every few seconds."""
    enter(queue, folder, "north")
    ran(register, "north", LOOK, Outcome(DONE, health={"waiting": 3, "held": 1}))
    assert [each.health for each in register.councils()] == [{}]
    assert register.council("north").health == {"waiting": 3, "held": 1}
    (told,) = health_of_all(queue, register).councils
    assert (told.waiting, told.held) == (3, 1)


def test_of_a_key_the_register_keeps_nothing_by_which_it_could_be_found(
    register: Register, queue: Queue, folder: Folders
) -> None:
    enter(queue, folder, "north")
    kept = {row["what"]: row["digest"] for row in register.asked("SELECT what, digest FROM own")}
    assert len(kept["key"]) == 10, "40 bits: too few to find a key by, enough to see that two are the same"
    everything = str(register.asked("SELECT * FROM council")) + str(kept)
    assert "a key for the tests of north" not in everything
    assert "nobody's secret" not in everything


def test_a_council_that_is_taken_out_leaves_what_it_had_to_another(
    register: Register, queue: Queue, folder: Folders
) -> None:
    enter(queue, folder, "north")
    register.remove("north")
    added(queue, "east", folder("north").profile(None))
    with pytest.raises(SettingsError, match="There is no council “north”"):
        register.pause("north", None)


def test_the_jobs_of_a_council_that_is_taken_out_wait_for_nobody(
    register: Register, queue: Queue, folder: Folders
) -> None:
    enter(queue, folder, "north", "south")
    with psycopg.connect(queue.address, options="-csearch_path=audit_bot_councils") as connection:
        for name in ("north", "south"):
            connection.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, lock) VALUES ('day.2', 'run', %s)",
                [name],
            )
    register.remove("north")
    assert [row["lock"] for row in register.asked("SELECT lock FROM procrastinate_jobs")] == ["south"]


def test_no_queue_with_a_live_council_pretends_another_day(
    register: Register, queue: Queue, folder: Folders, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv(VARIABLE, queue.address)
    enter(queue, folder, "north", "south")

    def live(profile: Path) -> Settings:
        found = load(profile)
        return found.model_copy(update={"tenant": found.tenant.model_copy(update={"live": True})})

    monkeypatch.setattr("bot.settings.load", live)
    (folder("south").path / "profile.toml").write_text("council = ")
    for words in (["--today", "2026-03-02"], ["--speed", "2"], ["--today", "2026-03-02", "--speed", "0"]):
        assert main(["councils", "work", *words]) == WRONG_CONFIGURATION
        told = capsys.readouterr().err
        assert ("“north” is a live council" in told and "“south”" in told) == ("--speed" not in words)
    assert register.pretended() is None


def test_a_run_begins_only_while_it_is_due_and_its_council_at_work(
    register: Register, queue: Queue, folder: Folders
) -> None:
    enter(queue, folder, "north")
    moment = register.moment()
    assert register.begin("north", lambda *_: False, LOOK, moment, "one") is None
    assert register.begin("nowhere", lambda *_: True, LOOK, moment, "one") is None
    begun = register.begin("north", lambda *_: True, DAILY, moment, "one")
    assert begun
    told = {"daily_run_at": "09:15:00", "look_minutes": 10, "closed": ["2026-12-29"], "ledger_version": 3}
    register.ended(begun[0], "north", DAILY, Outcome(NOT_DONE, "busy", 1200.0, "live", {"waiting": 4}, told))
    now = register.council("north")
    assert (now.fault, now.level, now.look_minutes, now.ledger_version) == ("busy", "live", 10, 3)
    assert now.not_before
    assert now.not_before - moment > timedelta(minutes=19)
    assert [day.isoformat() for day in now.closed] == ["2026-12-29"]
    assert now.health == {"waiting": 4}


def test_a_run_whose_worker_is_gone_is_told_as_lost(
    register: Register, queue: Queue, folder: Folders
) -> None:
    enter(queue, folder, "north")
    register.begin("north", lambda *_: True, DAILY, register.moment(), "nobody")
    assert register.lost_runs() == 1
    assert register.lost_runs() == 0
    (run,) = register.asked("SELECT fault, ended FROM run")
    assert run["fault"] == "worker lost"
    assert run["ended"]
    north = register.council("north")
    assert (north.fault, north.in_vain, north.not_before) == ("worker lost", 1, None)


def test_of_a_workers_runs_only_those_it_knows_nothing_of_are_lost_and_none_that_has_ended(
    register: Register, queue: Queue, folder: Folders
) -> None:
    enter(queue, folder, "north", "south")
    first = register.begin("north", lambda *_: True, DAILY, register.moment(), "w")
    there = register.open_runs("w")
    assert first
    assert there == {first[0]: "north"}
    later = register.begin("south", lambda *_: True, DAILY, register.moment(), "w")
    assert later
    assert register.lost([*there]) == 1
    assert register.lost([*there]) == 0
    assert register.open_runs("w") == {later[0]: "south"}, "begun meanwhile"


def test_older_workers_leave_a_ledger_of_a_newer_bot_alone_and_other_machines_a_file() -> None:
    assert queue_for(LOOK, 2) != queue_for(LOOK, 3)
    longest = queue_for(LOOK, 12, "a-machine-with-a-very-long-name." * 4)
    assert len(f"procrastinate_queue_v1#{longest}") < 64, "a longer channel PostgreSQL refuses"


@pytest.mark.parametrize(
    "who",
    [
        f"bot:se%{SECRET}@", f"bot:a@{SECRET}@", f"bot:a/{SECRET}@", f"bot:a#{SECRET}@", f"bot:a?{SECRET}@",
        f"bot:[{SECRET}@", f"bot:a:{SECRET}@", f"bot:a%00{SECRET}@", f"bot:{SECRET}]@",
    ],
)  # fmt: skip
def test_a_password_typed_plainly_is_asked_for_in_code_and_shown_nowhere(
    who: str,
    tmp_path: Path,
    folder: Folders,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page_of_all, file = tmp_path / "health.html", tmp_path / "queue.toml"
    file.write_text(f"queue = {json.dumps(f'postgresql://{who}127.0.0.1:1/queue')}\n")
    file.chmod(0o600)
    for given in (f"postgresql://{who}127.0.0.1:1/queue", str(file)):
        assert (
            main(["councils", "health", "--out", str(page_of_all), "--queue", given]) == WRONG_CONFIGURATION
        )
    profile = folder("north").profile(None, ledger=json.dumps(f"postgresql+psycopg://{who}127.0.0.1:1/l"))
    with pytest.raises(SettingsError) as refused:
        load(profile)
    with pytest.raises(LedgerError) as opened:
        Ledger(f"postgresql+psycopg://{who}127.0.0.1:1/l")
    told = "".join(
        (
            *capsys.readouterr(),
            *refused.value.problems,
            str(opened.value),
            str(Queue(f"postgresql://{who}db/q")),
        )
    )
    assert told.count("write % as %25") == 4
    assert SECRET not in told
    assert not page_of_all.exists()


@pytest.mark.parametrize(
    "words", [f"?password={SECRET}", f"?passwd={SECRET}", f"?host=127.0.0.1&password={SECRET}"]
)
def test_of_what_the_driver_says_only_the_kind_is_told(words: str) -> None:
    with pytest.raises(QueueLost) as lost, Register(Queue(f"postgresql://127.0.0.1:9/queue{words}")) as away:
        away.moment()
    with pytest.raises(LedgerError) as opened:
        Ledger(f"postgresql+psycopg://127.0.0.1:9/queue{words}")
    for told in (str(lost.value), str(opened.value)):
        assert SECRET not in told
        assert "postgresql" in told
        assert "127.0.0.1" in told
        assert ("nobody answers there" in told) != ("passwd" in words)


@pytest.mark.parametrize(
    "given",
    [
        f"postgresql://bot:{SECRET}@nowhere.invalid:1/councils",
        f"postgresql+psycopg://bot:{SECRET}@nowhere.invalid:1/councils",
        f"mysql://bot:{SECRET}@nowhere.invalid/councils",
        f"postgresql:/bot:{SECRET}@nowhere.invalid/councils",
        f"host=nowhere.invalid Password = {SECRET}",
    ],
)
def test_no_password_of_the_queue_is_ever_printed(
    given: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, given)
    assert main(["councils", "list"]) in (NOT_DONE, WRONG_CONFIGURATION)
    told = capsys.readouterr()
    assert SECRET not in told.out + told.err
    if given.startswith("postgresql") and "://" in given:
        assert "nowhere.invalid" in told.err
        assert SECRET not in repr(queue_of(given))


def test_a_file_of_the_queue_names_each_fault_and_keeps_its_password_to_itself(tmp_path: Path) -> None:
    file = tmp_path / "queue.toml"
    file.write_text(f'queue = "postgresql://bot:{SECRET}@db/councils"\nspread = 5\nrun_minutes = "long"\n')
    file.chmod(0o644)
    with pytest.raises(SettingsError) as refused:
        queue_of(str(file))
    told = "\n".join(refused.value.problems)
    assert "chmod 600" in told
    assert "spread is no word of it (did you mean “spread_minutes”?)" in told
    assert "run_minutes should be a whole number" in told
    file.write_text(
        'queue = "postgresql://bot@db/councils"\nspread_minutes = 1440\nrun_minutes = 0\nmemory_mb = true\n'
    )
    with pytest.raises(SettingsError) as refused:
        queue_of(str(file))
    told = "\n".join(refused.value.problems)
    assert "spread_minutes should be a whole number from 0 to 900, not 1440" in told
    assert "run_minutes should be a whole number from 1 to 1440, not 0" in told
    assert "memory_mb should be a whole number" in told
    assert SECRET not in told


def test_without_procrastinate_one_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("bot.cli.councils.find_spec", lambda name: None)
    assert main(["councils", "list"]) == WRONG_CONFIGURATION
    assert "pip install --require-hashes -r requirements-councils.txt" in capsys.readouterr().err


def test_a_word_that_is_not_for_a_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["list", "north"], ["pause"], ["list", "--until", "2026-03-04"], ["add", "Nørth"]):
        assert (
            main(["councils", *words, "--queue", "postgresql://nowhere.invalid:1/x"]) == WRONG_CONFIGURATION
        )
    told = capsys.readouterr().err
    assert "takes no north" in told
    assert "needs the council's name" in told
    assert "--until belongs to councils pause" in told
    assert "is no name for a council" in told


def test_from_entering_to_pausing_by_the_commands(
    queue: Queue, folder: Folders, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(VARIABLE, queue.address)
    assert main(["councils", "list"]) == NOT_DONE
    assert "has no councils yet" in capsys.readouterr().err
    profile = folder("north").profile(None)
    assert main(["councils", "add", "north", "--settings", str(profile)]) == DONE
    assert main(["councils", "pause", "north", "--until", "2099-01-01"]) == DONE
    assert main(["councils", "pause", "north", "--until", "tomorrow"]) == WRONG_CONFIGURATION
    assert main(["councils", "pause", "north", "--until", "2025-04-07"]) == WRONG_CONFIGURATION
    assert "Mon 7 Apr 2025 is no day to come" in capsys.readouterr().err
    capsys.readouterr()
    assert main(["councils", "list", "--json"]) == DONE
    (told,) = json.loads(capsys.readouterr().out)
    assert told["state"] == "paused until Thu 1 Jan 2099"
    assert main(["councils", "resume", "north"]) == DONE
    assert main(["councils", "add", "south"]) == WRONG_CONFIGURATION
    assert "needs the council's profile: --settings FILE" in capsys.readouterr().err
    assert main(["councils", "upgrade"]) == DONE
    assert main(["councils", "remove", "north"]) == DONE
    assert main(["councils", "remove", "north"]) == WRONG_CONFIGURATION
    assert VARIABLE in os.environ


def test_a_pause_after_one_that_ran_out_begins_anew_and_after_it_nothing_is_overdue(
    register: Register, queue: Queue, folder: Folders
) -> None:
    enter(queue, folder, "north")
    register.pause("north", None)
    with psycopg.connect(queue.address, options="-csearch_path=audit_bot_councils") as connection:
        connection.execute(
            "UPDATE council SET paused = now() - interval '9 days', added = now() - interval '9 days', looked = NULL"
        )
    register.pause("north", london_date(register.moment()) + timedelta(days=3))
    nine_days = register.moment() - timedelta(days=8)
    assert (register.council("north").paused or nine_days) < nine_days, "it goes on"
    with psycopg.connect(queue.address, options="-csearch_path=audit_bot_councils") as connection:
        connection.execute("UPDATE council SET paused_until = now() - interval '2 days'")
    register.pause("north", None)
    assert (register.council("north").paused or nine_days) > nine_days, "it is a new one"
    register.resume("north")
    owed = due(register.council("north"), register.moment(), 0)
    assert owed is None or register.moment() - owed.since < timedelta(minutes=1)
    assert late(register.council("north"), register.moment(), 0) < timedelta(minutes=1)


def test_whatever_the_day_a_pause_either_pauses_or_is_refused(
    register: Register, queue: Queue, folder: Folders
) -> None:
    enter(queue, folder, "north")
    today = london_date(register.moment())
    for days in (-36_500, -365, -1, 0, 1, 2, 365, 36_500):
        before = register.council("north")
        if days <= 0:
            with pytest.raises(SettingsError, match="nothing was paused"):
                register.pause("north", today + timedelta(days=days))
            assert register.council("north") == before
        else:
            register.pause("north", today + timedelta(days=days))
            assert register.council("north").is_paused(register.moment())
        register.resume("north")


def test_whoever_is_resumed_waits_no_longer_for_what_the_service_asked(
    register: Register, queue: Queue, folder: Folders
) -> None:
    enter(queue, folder, "north")
    ran(register, "north", LOOK, Outcome(NOT_DONE, "busy", 3600.0))
    assert register.council("north").not_before
    register.resume("north")
    assert register.council("north").not_before is None


def test_whom_microsoft_365_asks_to_wait_needs_somebody_only_after_hours(
    register: Register, queue: Queue, folder: Folders
) -> None:
    enter(queue, folder, "north")
    register.beat(
        {"id": "w", "machine": "m", "version": "1", "ledger_version": 2, "slots": 4, "stopping": False}
    )
    noon = at(12)
    register.pretend(noon, 1.0)
    for hours, wrong in ((3, False), (5, True)):
        with psycopg.connect(queue.address, options="-csearch_path=audit_bot_councils") as connection:
            connection.execute(
                "UPDATE council SET fault = 'busy', faulty_since = %s, not_before = %s, added = %s",
                [noon - timedelta(hours=hours), noon + timedelta(hours=1), noon - timedelta(hours=hours)],
            )
        whole = health_of_all(queue, register)
        assert bool(whole.wrong) is wrong
        assert whole.councils[0].state == ("not well" if wrong else "tried again")


def at(hour: int) -> datetime:
    return datetime(2026, 3, 2, hour, tzinfo=UTC)


def test_a_fault_of_the_database_that_says_nothing_is_told_by_its_kind(queue: Queue) -> None:
    assert "OperationalError" in str(queue_lost(queue, psycopg.OperationalError()))


def test_the_list_says_of_a_council_what_the_page_says(
    register: Register, queue: Queue, folder: Folders, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv(VARIABLE, queue.address)
    enter(queue, folder, "north", "south")
    register.beat(
        {"id": "w", "machine": "m", "version": "1", "ledger_version": 2, "slots": 4, "stopping": False}
    )
    ran(register, "south", DAILY, Outcome(WRONG_CONFIGURATION, "SettingsError"))
    assert main(["councils", "list", "--json"]) == DONE
    told = {each["name"]: each["state"] for each in json.loads(capsys.readouterr().out)}
    assert told == {each.name: each.state for each in health_of_all(queue, register).councils}
    assert told == {"north": "well", "south": "not well"}


def test_the_page_names_who_must_come_and_nobody_else(
    register: Register, queue: Queue, folder: Folders, tmp_path: Path
) -> None:
    enter(queue, folder, "north", "south", "east", "west")
    register.beat(
        {"id": "w", "machine": "m <1>", "version": "1", "ledger_version": 2, "slots": 4, "stopping": False}
    )
    begun = register.begin("south", lambda *_: True, DAILY, register.moment(), "w")
    assert begun
    health = {"waiting": 3, "held": 1, "what_is_wrong": "the mailbox audit.south@wexcombe.example is full"}
    register.ended(
        begun[0], "south", DAILY, Outcome(WRONG_CONFIGURATION, "SettingsError", 0.0, "live", health)
    )
    register.pause("east", None)
    with psycopg.connect(queue.address, options="-csearch_path=audit_bot_councils") as connection:
        connection.execute("UPDATE council SET paused = now() - interval '9 days' WHERE name = 'east'")
        connection.execute(
            "UPDATE council SET added = now() - interval '3 days', looked = NULL WHERE name = 'west'"
        )
    whole = health_of_all(queue, register)
    found = {each.name: each for each in whole.councils}
    assert "configuration" in found["south"].wrong
    assert (found["south"].waiting, found["south"].held) == (3, 1)
    assert "paused for 9 days" in found["east"].wrong
    assert not found["north"].wrong
    shown = page(whole, register.moment())
    assert "wexcombe.example" not in shown, "no address, whatever a fault said"
    assert "m &lt;1&gt;" in shown
    assert "http" not in shown.replace("http-equiv", ""), "it needs nothing from elsewhere"
    assert all(f"<th>{name}</th>" in shown for name in found)
    assert NEEDS_A_PERSON != NOT_DONE


def test_without_a_worker_that_is_alive_nothing_is_well(
    register: Register, queue: Queue, folder: Folders
) -> None:
    enter(queue, folder, "north")
    assert any("No worker is alive" in line for line in health_of_all(queue, register).wrong)


def test_a_register_that_knows_of_no_council_is_not_well(
    register: Register, queue: Queue, folder: Folders
) -> None:
    """As after a failover to an empty database, or with another schema in the file of the queue."""
    beat(register)
    whole = health_of_all(queue, register)
    assert not whole.as_json()["well"]
    assert "enter the councils again: audit-bot councils add" in " ".join(whole.wrong)
    enter(queue, folder, "north")
    assert not health_of_all(queue, register).wrong


def beat(register: Register, **changed: object) -> None:
    plain = {"id": "w", "machine": "m", "version": "1", "ledger_version": 2, "slots": 4, "stopping": False}
    register.beat(plain | changed)


def test_no_worker_begins_a_queue_where_its_councils_are_gone(queue: Queue, folder: Folders) -> None:
    with Register(queue) as register:
        for begun in (register.upgrade, lambda: register.lay_out(new=False)):
            with pytest.raises(QueueLost, match="it had some, whoever keeps the workers"):
                begun()
        with psycopg.connect(queue.address) as connection:
            made = "SELECT 1 FROM pg_namespace WHERE nspname = 'audit_bot_councils'"
            assert connection.execute(made).fetchone() is None, "nothing was made"
        enter(queue, folder, "north")
        register.lay_out(new=False)


def test_a_worker_that_winds_up_takes_no_runs_and_a_run_that_is_open_for_hours_is_not_at_work(
    register: Register, queue: Queue, folder: Folders
) -> None:
    """An upgrade of the one machine that has a council's ledger, held up by a run of another's."""
    added(queue, "north", folder("north").profile(None, ledger='"sqlite:///ledger.sqlite"'))
    enter(queue, folder, "south", "east")
    machine = register.council("north").only_on
    beat(register, machine=machine, stopping=True)
    beat(register, id="v", machine="another")
    for name, minutes in (("south", 66), ("east", 64)):
        begun = register.begin(name, lambda *_: True, LOOK, register.moment(), "v")
        assert begun
        with psycopg.connect(queue.address, options="-csearch_path=audit_bot_councils") as connection:
            connection.execute(
                "UPDATE run SET began = now() - %s WHERE id = %s", [timedelta(minutes=minutes), begun[0]]
            )
    whole = health_of_all(queue, register)
    found = {each.name: each for each in whole.councils}
    assert f"a file on {machine}, and no worker takes runs there" in found["north"].wrong
    assert (found["south"].state, found["east"].state) == ("well", "at work")
    assert {each.state for each in whole.workers} == {"alive", "ending"}


# ---------------------------------------------------------------------------------------------- the page of all


def test_when_the_queue_is_gone_the_page_says_so_and_stays_no_longer_as_it_was(
    register: Register, queue: Queue, folder: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    enter(queue, folder, "north")
    beat(register)
    file = tmp_path / "health.html"
    file.write_text("as it was")
    file.chmod(0o640)
    assert main(["councils", "health", "--out", str(file), "--queue", queue.address]) == DONE
    assert "All 1 councils are well" in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o640, "the web server can still read it"
    gone = "postgresql://bot@127.0.0.1:9/councils"
    assert main(["councils", "health", "--out", str(file), "--queue", gone]) == NOT_DONE
    shown = file.read_text()
    assert "well." not in shown
    assert "Nothing is known of the councils." in shown
    assert "The queue postgresql://127.0.0.1/councils cannot be used" in shown
    assert shown.endswith("</html>\n")
    capsys.readouterr()


def test_the_page_is_put_in_place_as_a_whole_or_stays_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "health.html"
    (tmp_path / "link.html").symlink_to(file)
    put_whole(str(tmp_path / "link.html"), "first")
    assert file.read_text() == "first"
    assert (tmp_path / "link.html").is_symlink()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(SettingsError, match="cannot be written: No space left on device"):
        put_whole(str(file), "second")
    assert file.read_text() == "first"
    assert {each.name for each in tmp_path.iterdir()} == {"health.html", "link.html"}


def test_the_page_says_itself_until_when_it_holds_and_is_asked_for_anew() -> None:
    shown = page(Whole(at(9)), at(9))
    assert "This holds until Mon 2 Mar 2026, 09:15" in shown
    assert 'data-until="2026-03-02T09:15:00+00:00"' in shown
    assert 'http-equiv="refresh" content="300"' in shown


@pytest.mark.parametrize(
    ("looked", "is_told"),
    [(at(8), ">08:00<"), (at(8) - timedelta(3), ">Fri 27 Feb, 08:00<"),
     (at(8) - timedelta(365), ">Sun 2 Mar 2025, 08:00<"), (None, 'data-is="Look" ><')],
)  # fmt: skip
def test_a_council_is_a_line_of_the_page_and_its_moments_are_as_short_as_they_can_be(
    looked: datetime | None, is_told: str
) -> None:
    council = CouncilHealth(
        "north", "well", "live", None, looked, timedelta(), 0, 0, "", "", None, "", None, "", ""
    )
    assert is_told in page(Whole(at(9), (council,)), at(9))


@pytest.mark.parametrize("driver", ["sqlite", "sqlite+pysqlite"])
def test_a_ledger_in_a_file_is_one_by_any_driver_and_its_machine_needs_a_worker(driver: str) -> None:
    assert in_a_file(f"{driver}:////srv/north/ledger.sqlite")
    assert ledger_place(f"{driver}:////srv/north/ledger.sqlite") == "/srv/north/ledger.sqlite"
    assert not in_a_file("postgresql+psycopg://north@db/ledgers")


@pytest.mark.parametrize(
    "other",
    [
        "south@b.region.example,A.region.example:5432/ledgers?schema=north",
        "/ledgers?host=b.region.example,a.region.example&schema=north",
        "/ledgers?host=a.region.example:5432&host=b.region.example&schema=north",
    ],
)
def test_two_hosts_are_the_same_ledger_in_whatever_order_and_way_they_are_named(other: str) -> None:
    one = ledger_place("postgresql+psycopg://north@a.region.example,b.region.example/ledgers?schema=north")
    assert ledger_place(f"postgresql+psycopg://{other}") == one
    assert (
        ledger_place("postgresql+psycopg://a.region.example:5433,b.region.example/ledgers?schema=north")
        != one
    )


@pytest.mark.parametrize("hosts", ["bot:canary@a:1,b:2/queue", "bot@/queue?host=a,b&password=canary"])
def test_a_queue_names_its_hosts_and_no_password(hosts: str) -> None:
    assert str(Queue(f"postgresql://{hosts}")) == "postgresql://a,b/queue"


def test_health_names_a_council_on_whose_machine_no_worker_is_alive(
    register: Register, queue: Queue, folder: Folders
) -> None:
    added(queue, "north", folder("north").profile(None, ledger='"sqlite:///ledger.sqlite"'))
    machine = register.council("north").only_on
    register.beat(
        {"id": "w", "machine": "m", "version": "1", "ledger_version": 2, "slots": 4, "stopping": False}
    )
    (told,) = health_of_all(queue, register).wrong
    assert told.startswith(f"north: Its ledger is a file on {machine}")
    register.beat(
        {"id": "v", "machine": machine, "version": "1", "ledger_version": 2, "slots": 4, "stopping": False}
    )
    assert not health_of_all(queue, register).wrong


def test_a_connection_that_was_cut_is_made_anew(register: Register, queue: Queue, folder: Folders) -> None:
    enter(queue, folder, "north")
    before = register.councils()
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s"
    with psycopg.connect(queue.address, autocommit=True) as connection:
        assert connection.execute(cut, ["audit-bot councils"]).rowcount
    with pytest.raises(QueueLost):
        register.councils()
    assert register.councils() == before


def test_whoever_holds_the_lock_of_the_tables_keeps_no_worker_from_a_queue_that_is_laid_out(
    register: Register, queue: Queue
) -> None:
    """Any role that may connect can take it, and keep it."""
    with psycopg.connect(queue.address, autocommit=True) as another:
        another.execute("SELECT pg_advisory_lock(%s)", [LAID_OUT_ALONE])
        register.lay_out(new=False)
        register.lay_out()
        options = "-csearch_path=audit_bot_others -clock_timeout=200ms"
        connection = psycopg.connect(queue.address, autocommit=True, options=options)
        with connection, pytest.raises(psycopg.errors.LockNotAvailable):
            lay_out(connection, "audit_bot_others")  # where something is to be made it is waited for


def test_the_check_says_where_every_role_may_connect_to_the_queue(
    register: Register, queue: Queue, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, queue.address)
    with psycopg.connect(queue.address, autocommit=True) as connection:
        name = sql.Identifier(connection.info.dbname)
        for open_to_all, words in (
            (True, "GRANT CONNECT ON DATABASE {} TO"),
            (False, "REVOKE CONNECT ON DATABASE {} FROM"),
        ):
            connection.execute(sql.SQL(f"{words} PUBLIC").format(name))
            try:
                status = main(["councils", "check", "--json"])
            finally:
                connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO PUBLIC").format(name))
            assert ("REVOKE CONNECT ON DATABASE" in capsys.readouterr().out) is open_to_all
            assert status == (NEEDS_A_PERSON if open_to_all else DONE)


@pytest.fixture
def with_password(postgres: str) -> Iterator[str]:
    """The address of the same server for a role that is let in by its password alone."""
    owner = postgres.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(owner, autocommit=True) as connection:
        found = connection.execute("SHOW hba_file").fetchone()
        assert found
        rules = Path(found[0])
        if not os.access(rules, os.W_OK):
            pytest.skip("another server, whose rules of signing in are not ours to change")
        before = rules.read_text(encoding="utf-8")
        rules.write_text(f"local all newcomer scram-sha-256\nhost all newcomer all scram-sha-256\n{before}")
        connection.execute(f"CREATE ROLE newcomer LOGIN PASSWORD '{SECRET}'".encode())
        connection.execute("SELECT pg_reload_conf()")
    parts = urlsplit(owner)
    yield parts._replace(netloc=f"newcomer@{parts.netloc.rpartition('@')[2]}").geturl()
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("DROP ROLE newcomer")
        rules.write_text(before, encoding="utf-8")
        connection.execute("SELECT pg_reload_conf()")


def test_who_gives_no_password_or_a_wrong_one_is_told_so_and_where_it_stands(
    with_password: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PGPASSFILE", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))

    def told() -> tuple[str, str]:
        with pytest.raises(QueueLost) as lost, Register(Queue(with_password)) as register:
            register.councils()
        with pytest.raises(LedgerError) as closed:
            Ledger(with_password.replace("postgresql://", "postgresql+psycopg://"))
        assert SECRET not in f"{lost.value}{closed.value}"
        assert "queue.toml" in str(lost.value)
        assert "council.env" in str(closed.value)
        return str(lost.value), str(closed.value)

    for each in told():
        assert "no password was given" in each
        assert "PGPASSFILE names no file" in each
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "nowhere"))
    assert all("nowhere, which cannot be read (No such file" in each for each in told())
    passwords = tmp_path / "passwords"
    monkeypatch.setenv("PGPASSFILE", str(passwords))
    passwords.write_text(f"*:*:*:newcomer:{SECRET}-of-before\n", encoding="utf-8")
    passwords.chmod(0o640)
    assert all(f"passed over: chmod 600 {passwords}" in each for each in told())
    passwords.chmod(0o600)
    for each in told():
        assert "did not accept the password" in each
        assert "another password for this host, port, database and role" in each
    passwords.write_text(f"*:*:*:somebody:{SECRET}\n", encoding="utf-8")
    assert all("has no line for this host" in each for each in told())


@pytest.mark.parametrize(
    "said",
    [
        "consuming input failed: SSL connection has been closed unexpectedly",
        "consuming input failed: SSL SYSCALL error: EOF detected",
        "could not receive data from server: Connection reset by peer",
        "the connection is closed",
    ],
)
def test_a_server_that_goes_away_is_not_taken_for_one_whose_certificate_is_wrong(said: str) -> None:
    assert kind_of_fault(Exception(said)) == "it was stopped, or is just starting"
    refused = "SSL error: certificate verify failed"
    assert kind_of_fault(Exception(refused)) == "its certificate or encryption is not accepted"


def test_a_councils_own_folder_is_never_the_one_where_everything_lies() -> None:
    assert folder_of(Path("/config/live.toml")) == Path("/config")
    assert folder_of(Path("/of_north/config/live.toml")) == Path("/of_north")
