"""Whoever is not certainly who they say changes nothing: neither plan nor standing, however much they send.

Who is believed is decided by what Exchange wrote on the message, and of what stands there twice by the worse.
"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from councils import FIRST, Drawn, council, rows_of
from people import AUDITOR

from bot.programme.events import Event, EventKind
from bot.programme.history.history import History, history_of
from bot.programme.messages.held_reasons import REASONS
from bot.programme.messages.offers import RECORD_PART, TAKE, Offer
from bot.programme.messages.post import Post
from bot.programme.messages.sender import AUTH_AS, doubt_about_report, doubt_about_sender
from bot.programme.vocabulary import Grade

DOMAINS = ("wexcombe.example",)
RESULTS = "authentication-results"
INSIDE = {AUTH_AS: "Internal"}
BORN_WITH = "wexcombe.onmicrosoft.com"
EXCHANGE = "microsoftexchange329e71ec88ae4615bbc36ab6ce41109e@wexcombe.example"
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)

# ------------------------------------------------------------------------------------------------------ who is believed


def post(sender: str = AUDITOR.email, headers: dict[str, str] | None = None, **more: Any) -> Post:
    return Post("m", "<m@x>", sender, "Audit", NINE, headers=INSIDE if headers is None else headers, **more)


def doubt(sender: str = AUDITOR.email, headers: dict[str, str] | None = None, **more: Any) -> str:
    return doubt_about_sender(post(sender, headers, **more), DOMAINS) or ""


@pytest.mark.parametrize("more", [
    {}, {RESULTS: "none"}, {RESULTS: "spf=pass; dmarc=pass; compauth=pass"},
    {"from": f"Ada Auditor <{AUDITOR.email}>"}, {"from": f'"Auditor, Ada" <{AUDITOR.email.upper()}>'},
    {"from": AUDITOR.email, "sender": f"Ada <{AUDITOR.email}>"},
    {"from": f"Auditor, Ada <{AUDITOR.email}>"}, {"from": f"Auditor, Ada (Children's Services) <{AUDITOR.email}>"},
])  # fmt: skip
def test_a_colleague_whom_exchange_knows_is_believed(more: dict[str, str]) -> None:
    assert not doubt(headers={**INSIDE, **more})


@pytest.mark.parametrize("sender", [
    "", "ada.auditor@elsewhere.example", "ada.auditor@wexcombe.example.elsewhere.example",
    "ada.auditor@mail.wexcombe.example", "ada.auditor@wexcornbe.example", "ada_elsewhere.example#ext#@wexcombe.example",
    '"ada.auditor"@wexcombe.example', "аda.auditor@wexcombe.example", "ada.\u200bauditor@wexcombe.example",
    "ada.auditor@wexcombe.example,post@wexcombe.example", "ada auditor@wexcombe.example",
])  # fmt: skip
def test_only_the_plain_address_of_a_mailbox_of_ours_is_believed(sender: str) -> None:
    assert doubt(sender)


@pytest.mark.parametrize("headers", [
    {}, {AUTH_AS: ""}, {AUTH_AS: "Anonymous"}, {AUTH_AS: "not Internal"}, {AUTH_AS: "Internal; really"},
    {"x-ms-exchange-crosstenant-authas": "Internal"},
    {**INSIDE, RESULTS: "spf=pass; compauth=fail reason=000"}, {**INSIDE, RESULTS: "dmarc = FAIL action=oreject"},
    {**INSIDE, "from": f"{AUDITOR.email}, post@elsewhere.example"},
    {**INSIDE, "from": f"Ada <{AUDITOR.email}>, Ori <ori.otherservice@wexcombe.example>"},
    {**INSIDE, "from": f"Auditor, Ada <{AUDITOR.email}>, post@elsewhere.example"},
    {**INSIDE, "from": f"post@elsewhere.example, Ada <{AUDITOR.email}>"},
    {**INSIDE, "from": f"Auditor, Ada <post@elsewhere.example> <{AUDITOR.email}>"},
    {**INSIDE, "from": "Auditor, Ada <post@elsewhere.example>"},
    {**INSIDE, "from": "Ada Auditor <post@elsewhere.example>"}, {**INSIDE, "from": "Ada Auditor"},
    {**INSIDE, "from": AUDITOR.email, "sender": "nell.nopart@wexcombe.example"},
    {**INSIDE, "from": "nell.nopart@wexcombe.example"},
    {**INSIDE, "from": "Ada <ada.auditor@wexcombe.example> (Ada)", "sender": "nell.nopart@wexcombe.example"},
    {**INSIDE, "from": "=?utf-8?q?ada=2Eauditor=40wexcombe=2Eexample?= <nell.nopart@wexcombe.example>"},
])  # fmt: skip
def test_nobody_is_believed_whom_exchange_does_not_vouch_for(headers: dict[str, str]) -> None:
    assert doubt(headers=headers)


@pytest.mark.parametrize(("name", "good", "bad"), [
    (AUTH_AS, "Internal", "Anonymous"), (AUTH_AS, "Internal", ""), (RESULTS, "compauth=pass", "compauth=fail"),
    ("from", AUDITOR.email, "post@elsewhere.example"), ("from", AUDITOR.email, AUDITOR.email),
    ("sender", AUDITOR.email, "post@elsewhere.example"),
])  # fmt: skip
@pytest.mark.parametrize("turned", [False, True])
def test_what_stands_twice_is_believed_only_in_its_worst_value(
    name: str, good: str, bad: str, turned: bool
) -> None:
    values = (bad, good) if turned else (good, bad)
    assert doubt(headers={**INSIDE, name: values[0]}, repeated={name: values})


def test_the_same_word_of_exchange_twice_is_no_doubt() -> None:
    assert not doubt(repeated={AUTH_AS: ("Internal", "internal")})


def test_what_one_sends_on_behalf_of_another_is_not_theirs_and_it_is_said_who_sent_it() -> None:
    assert "nell.nopart@wexcombe.example on behalf" in doubt(sent_by="nell.nopart@wexcombe.example")


def test_the_councils_own_rule_counts_where_it_stands_alone() -> None:
    marked = {"x-council-inside": "yes"}
    mark = "X-Council-Inside: yes"
    assert doubt_about_sender(post(headers=marked).marked_by(mark), DOMAINS) is None
    twice = post(headers=marked, repeated={"x-council-inside": ("yes", "no")})
    assert doubt_about_sender(twice.marked_by(mark), DOMAINS)


def test_whom_the_audit_team_vouches_for_is_believed() -> None:
    assert not doubt("post@elsewhere.example", {}, vouched_for=True)


@pytest.mark.parametrize(
    "sender",
    [
        EXCHANGE,
        "postmaster@wexcombe.example",
        EXCHANGE.replace("wexcombe.example", "wexcombe.onmicrosoft.com"),
    ],
)
def test_a_report_of_delivery_is_believed_from_exchange_itself(sender: str) -> None:
    assert doubt_about_report(post(sender), DOMAINS, BORN_WITH) is None
    assert doubt_about_report(post(sender, {AUTH_AS: "Anonymous"}), DOMAINS, BORN_WITH)


@pytest.mark.parametrize("sender", [
    AUDITOR.email, "no-reply@wexcombe.example", "postmaster@elsewhere.example", "mailer-daemon@wexcombe.example",
    EXCHANGE.replace("@", "+audit@"), f"x{EXCHANGE}", "postmaster.x@wexcombe.example",
    "postmaster@elsewhere.onmicrosoft.com", EXCHANGE.replace("wexcombe.example", "elsewhere.example"),
    EXCHANGE.replace("wexcombe.example", "elsewhere.onmicrosoft.com"),
    EXCHANGE.replace("wexcombe.example", "x.wexcombe.onmicrosoft.com"),
])  # fmt: skip
def test_a_report_of_delivery_from_anybody_else_is_in_doubt(sender: str) -> None:
    """The Exchange of another tenant too: all of them are called alike."""
    assert doubt_about_report(post(sender), DOMAINS, BORN_WITH)
    assert doubt_about_report(post(sender), DOMAINS)


# --------------------------------------------------------------------------------------------- what follows from it


def forgeries(drawn: Drawn, today: date) -> list[Event]:
    """A question of every kind about every row and cycle, in everybody's name, that says all that one can say."""
    found: list[Event] = []
    rows = [(a.item_id, {p.email for p in a.people}) for a in drawn.rows]
    cycles = [(f"cycle:{c.item_id}", {p.email for p in c.heads_of_service}) for c in drawn.cycles]
    offer = Offer(TAKE, "Take it", "", "r", RECORD_PART).as_data()
    for about, senders in [*rows, *cycles]:
        for sender in sorted(senders):
            for n, reason in enumerate(REASONS):
                data = {"reason": "It is done.", "sender": sender, "category": str(reason), "form": True,
                        "theirs": True, "incomplete": True, "may_be_inadequate": True, "of_moderator": True,
                        "unread": True, "grades": [Grade.INADEQUATE.value], "offers": [offer], "on": today.isoformat(),
                        "doubt": "it came from outside the council"}  # fmt: skip
                at = datetime.combine(today, NINE.time(), UTC)
                found.append(Event(at, EventKind.NEEDS_A_PERSON, f"f{n}{sender}{about}#{today}", about, data))
    return found


@pytest.mark.parametrize("part", range(4))
def test_nothing_that_is_held_from_a_sender_in_doubt_changes_what_is_planned(part: int) -> None:
    letters = 0
    for seed in range(part * 8, part * 8 + 8):
        drawn, chance, forged, today = council(seed), random.Random(seed), list[Event](), FIRST
        for _ in range(8):
            today += timedelta(chance.choice([1, 2, 3, 5, 9]))
            for _ in range(chance.choice([0, 1, 2, 4])):
                drawn.something_happens(today)
            without = drawn.plan(today)
            forged += forgeries(drawn, today)
            with_them = drawn.plan(today, history_of([*drawn.events, *forged]))
            assert with_them.letters == without.letters, seed
            assert with_them.kept == without.kept, seed
            assert rows_of(with_them) == rows_of(without), seed
            assert with_them.problems == without.problems, seed
            letters += len(without.letters)
            drawn.perform(today, without)
            drawn.write(today, drawn.plan(today))
    assert letters


def test_the_same_from_the_right_people_would_change_much() -> None:
    """Otherwise the law above could not fail."""
    changed = 0
    for seed in range(12):
        drawn, today = council(seed), FIRST + timedelta(40)
        honest = [
            Event(e.at, e.kind, e.key, e.about, {**e.data, "doubt": ""}) for e in forgeries(drawn, today)
        ]
        changed += drawn.plan(today, history_of(honest)) != drawn.plan(today)
    assert changed > 6


def a_forgery(about: str = "101") -> Event:
    data = {"reason": "A form came.", "sender": AUDITOR.email, "form": True, "doubt": "it came from outside"}
    return Event(NINE, EventKind.NEEDS_A_PERSON, "forged#abc", about, data)


def returned(kind: EventKind, days: int) -> Event:
    return Event(NINE + timedelta(days), kind, "101#f", "101", {"sha256": "f", "grade": "Good"})


@pytest.mark.parametrize("kind", [EventKind.AUDIT_RETURNED, EventKind.MODERATION_RETURNED])
def test_an_honest_return_settles_no_forgery(kind: EventKind) -> None:
    history = history_of([a_forgery(), returned(kind, 1)])
    assert [q.message for q in history.open_questions()] == ["forged"]


def settled_by_a_person() -> History:
    data = {"word": "settled", "matter": "M", "choice": "1", "settles": ["forged#abc"]}
    return history_of([a_forgery(), Event(NINE, EventKind.TEAM_SAID, "t", "101", data)])


def taken_out_of_its_folder() -> History:
    history = history_of([a_forgery()])
    history.still_waiting = frozenset()
    return history


def read_once_more() -> History:
    again = Event(NINE + timedelta(1), EventKind.MESSAGE_READ_AGAIN, "forged#1", "forged", {})
    return history_of([a_forgery(), again])


@pytest.mark.parametrize("settle", [settled_by_a_person, taken_out_of_its_folder, read_once_more])
def test_a_person_settles_it(settle: Any) -> None:
    assert not settle().open_questions()


def test_a_forgery_is_no_alarm_and_no_incomplete_return() -> None:
    data = {
        **a_forgery().data,
        "category": "Differs from an earlier return",
        "grades": ["Inadequate"],
        "incomplete": True,
    }
    past = history_of([Event(NINE, EventKind.NEEDS_A_PERSON, "x#", "101", data)]).audit("101")
    assert not past.alarms
    assert not past.incomplete_on
