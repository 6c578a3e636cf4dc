"""What one message and one sender may cost: past that a person looks, and the others are served."""

from __future__ import annotations

from typing import Any

import pytest
from forms import filled
from small_council import LOOK, REF, TAKEN, Council, digest, file

from bot.daily_run.post import not_taken_in, post_room, reading, returned_form, turns
from bot.daily_run.post.about import About
from bot.daily_run.post.reading import MOST_FILES
from bot.programme.messages.held_reasons import PUT_ASIDE

OTHER = "FSP-2026-03-002"
FLOOD = "flood@elsewhere.example"


def look(council: Council, hour: str) -> Any:
    return council.run("2026-03-02", hour, whole=False)


def honest(council: Council) -> None:
    form = filled(council.form(OTHER), grade="Good")
    council.arrives("Ada Auditor", form, name=f"{OTHER}.docx", subject=f"RE: Audit {OTHER}")


def places(council: Council, subject: str = f"RE: Audit {REF}") -> list[tuple[str, list[str]]]:
    return [(m["folder"], m["categories"]) for m in council.inbox() if m["subject"] == subject]


def test_of_a_message_no_more_than_twenty_files_are_opened_and_a_person_looks(council: Council) -> None:
    form = council.form()
    many = [
        file(f"{n}.docx", filled(form, grade="Good", date=f"2026-03-{n:02}"))
        for n in range(1, MOST_FILES + 2)
    ]
    council.arrives("Ada Auditor", None, attachments=many)
    honest(council)
    look(council, "10:00")
    assert places(council) == [(LOOK, [PUT_ASIDE])]
    assert not council.row().get("Auditor's grade")
    assert council.row(OTHER)["Auditor's grade"] == "Good"
    council.run("2026-03-03")
    assert f"It brings more than {MOST_FILES} files. Nothing of it was taken in." in digest(council)


def test_a_message_that_takes_too_long_is_put_aside_before_its_next_file(
    council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    council.arrives("Ada Auditor", filled(council.form(), grade="Good"))
    with monkeypatch.context() as slow:
        slow.setattr(reading, "MOST_SECONDS", -1.0)
        look(council, "10:00")
    assert places(council) == [(LOOK, [PUT_ASIDE])]


def test_a_message_the_bot_fails_on_twice_is_put_aside_and_not_tried_for_ever(
    council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[object] = []

    def fails(*given: object) -> None:
        tried.append(given)
        raise KeyError("a thing nobody thought of")

    with monkeypatch.context() as broken:
        broken.setattr(returned_form, "decision", fails)
        council.arrives("Ada Auditor", filled(council.form(), grade="Good"))
        look(council, "10:00")
        assert places(council) == [("Inbox", [])]
        look(council, "10:05")
    assert places(council) == [(LOOK, [PUT_ASIDE])]
    honest(council)
    look(council, "10:10")
    assert len(tried) == not_taken_in.TRIED
    assert council.row(OTHER)["Auditor's grade"] == "Good"


def test_a_message_about_which_nothing_can_be_said_is_put_aside_at_once_and_the_others_go_on(
    council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = About.__init__

    def fails(about: About, post: Any, known: Any) -> None:
        whole(about, post, known)
        if post.subject == "Odd":
            about.rows = about.asked_of = lambda *_: 1 / 0  # type: ignore[method-assign,assignment,return-value]

    monkeypatch.setattr(About, "__init__", fails)
    council.arrives("Ada Auditor", b"no form at all", name="odd.docx", subject="Odd")
    honest(council)
    look(council, "10:00")
    assert places(council, "Odd") == [(LOOK, [PUT_ASIDE])]
    assert council.row(OTHER)["Auditor's grade"] == "Good"


def test_who_floods_the_mailbox_delays_nobody_and_is_named(
    council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, number in (("PORTION", 4), ("AT_A_TIME", 2), ("MOST_OF_ONE_SENDER", 6)):
        monkeypatch.setattr(turns, name, number)
    read: list[list[str]] = []
    opened = post_room.PostRoom.portions

    def seen(room: post_room.PostRoom, **how: bool) -> Any:
        for portion in opened(room, **how):
            read.append([m.sender.partition("@")[0] for m in portion])
            yield portion

    monkeypatch.setattr(post_room.PostRoom, "portions", seen)
    for n in range(9):
        council.arrives("Ada Auditor", None, **{"from": FLOOD}, subject=f"{REF} {n}")
    honest(council)
    report = look(council, "10:00")
    assert "ada.auditor" in read[0]
    assert sum(portion.count("flood") for portion in read) == 6
    assert council.row(OTHER)["Auditor's grade"] == "Good"
    (told,) = [p.what for p in report.problems if "flood" in p.what]
    assert told.startswith("3 messages from somebody at elsewhere.example wait for the next look")
    look(council, "10:05")
    assert sum(portion.count("flood") for portion in read) == 9
    assert TAKEN in [folder for folder, _ in places(council, f"RE: Audit {OTHER}")]


@pytest.mark.parametrize("how", ["as many senders", "in the auditor's name", "in the names of all"])
def test_whoever_floods_the_mailbox_in_others_names_is_read_after_everybody_who_is_believed(
    council: Council, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    for name, number in (("PORTION", 4), ("AT_A_TIME", 2), ("MOST_OF_ONE_SENDER", 6)):
        monkeypatch.setattr(turns, name, number)
    read: list[str] = []
    opened = post_room.PostRoom.portions

    def seen(room: post_room.PostRoom, **how: bool) -> Any:
        for portion in opened(room, **how):
            read.extend(m.subject for m in portion)
            yield portion

    monkeypatch.setattr(post_room.PostRoom, "portions", seen)
    outside = {"headers": {"X-MS-Exchange-Organization-AuthAs": "Anonymous"}}
    names = ["ada.auditor", "mo.moderator", "tia.manager"]
    for n in range(18):
        sender = {
            "as many senders": f"flood{n}@flood{n}.example",
            "in the auditor's name": "ada.auditor@wexcombe.example",
            "in the names of all": f"{names[n % 3]}@wexcombe.example",
        }[how]
        council.arrives("Ada Auditor", None, **outside, **{"from": sender}, subject=f"{REF} {n}")
    honest(council)
    look(council, "10:00")
    assert next(subject for subject in read if "FSP-" in subject) == f"RE: Audit {OTHER}"
    assert council.row(OTHER)["Auditor's grade"] == "Good"


def test_a_look_ends_in_time_and_says_what_waits(council: Council, monkeypatch: pytest.MonkeyPatch) -> None:
    honest(council)
    with monkeypatch.context() as slow:
        slow.setattr(turns, "MOST_MINUTES", -1.0)
        report = look(council, "10:00")
    assert [p.what for p in report.problems if "for the next look: reading the others took" in p.what]
    look(council, "10:05")
    assert council.row(OTHER)["Auditor's grade"] == "Good"
