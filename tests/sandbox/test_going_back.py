"""A tenant that is kept and gone back to, and a client's process that dies or a row that changes at one request."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from urllib.error import HTTPError

import pytest
import requests
from tenant import email

import sandbox
from sandbox.play.cast.person import Outlook


@pytest.fixture
def ada(running: sandbox.Running) -> Iterator[Outlook]:
    running.ask("POST", "/reset")
    running.ask("POST", "/clock", {"now": "2026-04-01T08:00:00+00:00"})
    yield Outlook(running)
    running.ask("POST", "/reset")


@pytest.fixture
def process() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as found:
        yield found
        found.kill()


def subjects(tenant: sandbox.Running) -> list[str]:
    return [m["subject"] for m in tenant.ask("GET", f"/mailboxes/{email('Ada Auditor')}")["messages"]]


def draft(ada: Outlook, subject: str) -> None:
    ada.call("POST", email("Ada Auditor"), "/messages", {"subject": subject})


def test_a_tenant_that_was_kept_is_gone_back_to_as_often_as_one_likes(
    running: sandbox.Running, ada: Outlook
) -> None:
    draft(ada, "First")
    running.ask("POST", "/kept/morning")
    for again in ("Second", "Third"):
        draft(ada, again)
        running.ask("PATCH", "/lists/Audit allocations/1", {"Team": again})
        assert subjects(running) == [again, "First"]
        running.ask("POST", "/kept/morning/back")
        assert subjects(running) == ["First"]
        assert running.ask("GET", "/lists/Audit allocations")["rows"][0]["Team"] == "Bow"
    with pytest.raises(HTTPError):
        running.ask("POST", "/kept/evening/back")


def test_a_tenant_is_not_kept_while_something_is_under_way_in_it(
    running: sandbox.Running, ada: Outlook
) -> None:
    running.ask("POST", "/behaviours", {"Sent Items lag": 600})
    message = {"subject": "Soon", "toRecipients": [{"emailAddress": {"address": email("Mo Moderator")}}]}
    ada.call("POST", email("Ada Auditor"), "/sendMail", {"message": message})
    with pytest.raises(HTTPError):
        running.ask("POST", "/kept/morning")


@pytest.mark.parametrize(
    ("kind", "made"), [("client dies before", []), ("client dies after", ["Last words"])]
)
def test_a_client_dies_before_or_after_what_it_asked_for_is_done(
    running: sandbox.Running, ada: Outlook, process: subprocess.Popen[bytes], kind: str, made: list[str]
) -> None:
    running.ask("POST", "/faults", {"kind": kind, "path": "/messages$", "pid": process.pid})
    with pytest.raises((requests.ConnectionError, OSError)):
        draft(ada, "Last words")
    assert process.wait(10) == -signal.SIGKILL
    assert subjects(running) == made
    (struck,) = running.ask("GET", "/faults")["struck"]
    assert (struck["kind"], struck["method"]) == (kind, "POST")


def test_a_row_is_edited_just_before_a_request_is_carried_out(running: sandbox.Running, ada: Outlook) -> None:
    edit = {"list": "Audit allocations", "row": 1, "values": {"Auditor": email("Mo Moderator")}}
    running.ask("POST", "/faults", {"kind": "edited on the way", "path": "/messages$", "edit": edit})
    draft(ada, "A letter")
    assert subjects(running) == ["A letter"]
    assert running.ask("GET", "/lists/Audit allocations")["rows"][0]["Auditor"] == email("Mo Moderator")
