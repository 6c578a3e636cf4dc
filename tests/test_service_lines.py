"""The lines of the service hold what is allowed and nothing else."""

from __future__ import annotations

import json
import logging

import pytest

from bot.service_lines import FIELDS, note, printed


@pytest.fixture(autouse=True)
def nothing_else_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    monkeypatch.setattr(logging.getLogger(), "level", logging.WARNING)


def test_a_line_is_json_in_the_order_of_the_fields_and_leaves_out_what_is_empty(
    capsys: pytest.CaptureFixture[str],
) -> None:
    printed()
    note("a run has ended", remedy="", status=0, run="daily run", letters=3)
    (line,) = capsys.readouterr().out.splitlines()
    told = json.loads(line)
    assert [*told] == ["at", "what", "run", "status", "letters"]
    assert {*told} <= {*FIELDS}


def test_what_the_bot_or_a_library_logs_otherwise_is_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    printed()
    logging.getLogger("bot").error("GET /users/canary@wexcombe.example: Canary Child")
    logging.getLogger("apscheduler").warning("Canary")
    said = capsys.readouterr()
    assert said.out + said.err == ""


def test_a_fault_nobody_knows_is_told_by_its_kind_and_place_and_not_by_what_it_says(
    capsys: pytest.CaptureFixture[str],
) -> None:
    printed()
    try:
        raise KeyError("Canary Child")
    except KeyError:
        logging.getLogger("bot").exception("Canary")
    (line,) = capsys.readouterr().out.splitlines()
    told = json.loads(line)
    assert told["fault"] == "KeyError"
    assert told["where"].startswith("test_service_lines.py:")
    assert "Canary" not in line


def test_an_address_in_a_sentence_is_left_out_and_a_field_of_another_name_is_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    printed()
    note(
        "a run has ended",
        what_is_wrong="The bot can see the mailbox somebody.else@wexcombe.example, it must not.",
    )
    assert "the mailbox (an address), it must not." in capsys.readouterr().out
    with pytest.raises(ValueError, match="subject"):
        note("a run has ended", subject="Canary")
