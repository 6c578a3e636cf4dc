"""Reports of delivery, automatic replies, and people's mail that looks like them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.papers.mail.delivery_report import delivery_report, names_in
from bot.programme.messages.post import Post
from bot.programme.messages.post_kinds import PostKind, kind_of

SAMPLES = Path(__file__).parents[1] / "samples" / "post"
GIVEN = tomllib.loads((SAMPLES / "reports.toml").read_text(encoding="utf-8"))
REPORTS: list[dict[str, Any]] = GIVEN["report"]
PEOPLE: list[list[str]] = GIVEN["people"]["mail"]
MAILBOX = "audit.team@wexcombe.example"
REPORT_TYPE = "multipart/report; report-type=delivery-status; boundary=b"


def envelope(sender: str, subject: str, headers: Mapping[str, str], message_class: str = "") -> Post:
    received = datetime(2026, 3, 2, 9, tzinfo=UTC)
    return Post("1", "<1@x>", sender, subject, received, headers=headers, message_class=message_class)


def headers_of(report: Mapping[str, Any]) -> dict[str, str]:
    more = {"content-type": REPORT_TYPE} if report.get("status") else {}
    return {**more, **report.get("headers", {})}


def source(report: Mapping[str, Any]) -> bytes:
    """The report as it travels."""
    lines = [f"From: {report['from']}", f"To: {MAILBOX}", f"Subject: {report['subject']}"]
    lines += [f"{name}: {value}" for name, value in headers_of(report).items()]
    text = report.get("text", "")
    if "status" not in report:
        return "\n".join([*lines, "", text]).encode()
    kind = "message/global-delivery-status" if report.get("global") else "message/delivery-status"
    parts = [("text/plain; charset=utf-8", text), (kind, report["status"])]
    if "back" in report:
        parts.append(("text/rfc822-headers", report["back"]))
    body = "".join(f"--b\nContent-Type: {kind}\n\n{content}\n\n" for kind, content in parts)
    return "\n".join([*lines, "", f"{body}--b--", ""]).encode()


@pytest.mark.parametrize("report", REPORTS, ids=[r["name"] for r in REPORTS])
def test_what_mail_systems_write_is_recognised(report: Mapping[str, Any]) -> None:
    post = envelope(report["from"], report["subject"], headers_of(report), report.get("class", ""))
    assert kind_of(post, MAILBOX) == report["kind"]


@pytest.mark.parametrize("report", [r for r in REPORTS if "action" in r], ids=lambda r: r["name"])
def test_only_what_failed_for_good_names_an_address_that_failed(report: Mapping[str, Any]) -> None:
    found = delivery_report(source(report), report.get("class", ""))
    assert found.action == report["action"]
    assert [*found.failed] == report.get("failed", [])
    assert set(report.get("ids", [])) <= set(found.ids)
    assert found.key == report.get("key", "")


@pytest.mark.parametrize("mail", PEOPLE, ids=[" ".join(m[1:]) + " " + m[0][:4] for m in PEOPLE])
def test_a_persons_mail_is_never_taken_for_a_machines(mail: list[str]) -> None:
    sender, subject, *header = mail
    name, _, value = header[0].partition(":") if header else ("", "", "")
    headers = {name: value.strip()} if name else {}
    assert kind_of(envelope(sender, subject, headers), MAILBOX) is PostKind.LETTER


def test_the_samples_are_many_and_of_many_makes() -> None:
    assert len(REPORTS) >= 60
    assert len(PEOPLE) >= 40


def test_a_reader_named_by_name_alone_is_found_in_either_order() -> None:
    people = {"pru@x.example": "Pru Practitioner", "tia@x.example": "Tia Manager"}
    assert names_in("Delivery has failed to:\nPractitioner, Pru\nNot found.", people) == ["pru@x.example"]
    assert names_in("Delivery has failed to somebody.", people) == []


def test_whatever_stands_in_a_report_nothing_breaks() -> None:
    blank = b"Content-Type: message/delivery-status\n\nReporting-MTA: x\n\nStatus: 5.1.1\nAction: \x0b\n"
    for odd in (
        blank,
        b"",
        b"\xff\xfe\x00",
        b"Content-Type: multipart/report; report-type=delivery-status\n\n--x",
    ):
        assert delivery_report(odd).failed == ()
