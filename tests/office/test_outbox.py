"""Each letter once: judged by the tenant's delivery history, never by the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest
from tenant import Door, email

from bot.errors import LedgerError, StandsStill, TenantUnavailable
from bot.office.graph import Reply, Request, fault_of
from bot.office.ledger import Ledger
from bot.office.mail.drafting import _body
from bot.office.mail.left_over import NOT_OWED, WRITTEN_ANEW
from bot.office.mail.letter_search import SUBMITTED_FLAG, LetterSearch, lies_untouched
from bot.office.mail.mailbox import Mailbox
from bot.office.mail.outbox import Outbox
from bot.office.mail.outgoing import LetterOutcome, OutgoingLetter, letter_key
from bot.office.mail.sending import CHANGED, Changed
from bot.programme.events import Event, EventKind
from bot.programme.modes import Mode
from bot.programme.vocabulary import Person

ADA = Person("Ada Auditor", email("Ada Auditor"))
TIA = Person("Tia Manager", email("Tia Manager"))


def letter(n: int = 1, **changes: Any) -> OutgoingLetter:
    given: dict[str, Any] = {
        "key": letter_key(b"secret of the tests", ("101", "audit allocated", str(n))),
        "about": "101",
        "letter": "07_audit_allocated_auditor",
        "rule": "audit allocated",
        "occasion": "",
        "subject": f"FSP-2026-03-{n:03} audit allocated",
        "html": "<html><head><title>x</title></head><body><p>Dear Ada</p></body></html>",
        "to": (ADA,),
        "cc": (TIA,),
        "attachments": ((f"FSP-2026-03-{n:03}.docx", b"PK form" * 1000),),
        "audit": f"FSP-2026-03-{n:03}",
        "due": date(2026, 3, 2),
        "why": "confirmation",
    }
    return OutgoingLetter(**{**given, **changes})


class Dying(Ledger):
    """A ledger whose owner dies at the n-th commit, just before or just after it."""

    def __init__(self, url: str, at: int, *, after: bool) -> None:
        super().__init__(url)
        self._left, self._after = at, after

    def append(self, events: Iterable[Event]) -> int:
        self._left -= 1
        if self._left == 0 and self._after:
            super().append(events)
        if self._left == 0:
            raise KeyboardInterrupt
        return super().append(events)


def unchanged(_keys: Sequence[str]) -> Collection[str]:
    """Whatever the letters are about stays as it is, and so do the parts of their readers in it."""
    return ()


class OutboxToPeople(Outbox):
    """One whose letters may go to people unless a test says otherwise."""

    def send(self, letters: Iterable[OutgoingLetter], changed: Changed = unchanged) -> list[LetterOutcome]:
        return super().send(letters, changed)


def outbox(door: Door, ledger: Ledger | None = None, **changes: Any) -> Outbox:
    settings = door.settings.model_copy(update=changes)
    ledger = ledger or Ledger(settings.ledger, Mode(settings.safety))
    return OutboxToPeople(
        door.graph, ledger, Mailbox(door.graph, settings.mailbox), settings, door.clock, sleep=door.naps
    )


def sent(door: Door, letters: list[OutgoingLetter], **changes: Any) -> list[LetterOutcome]:
    box = outbox(door, **changes)
    box.reconcile()
    found = box.send(letters)
    box.confirm()
    return found


def delivered(door: Door) -> Counter[str]:
    return Counter(d["subject"] for d in door.tenant.deliveries() if d["kind"] == "message")


def kinds(door: Door) -> list[EventKind]:
    ledger = Ledger(door.settings.ledger)
    found = [e.kind for e in ledger.read()]
    ledger.close()
    return found


def test_a_letter_reaches_the_people_it_names_with_its_form(door: Door) -> None:
    (outcome,) = sent(door, [letter()])
    assert outcome.state == "sent"
    (delivery,) = door.tenant.deliveries()
    assert delivery["to"] == [ADA.email]
    assert delivery["cc"] == [TIA.email]
    assert delivery["delivered_to"] == [ADA.email, TIA.email]
    assert [a["name"] for a in delivery["attachments"]] == ["FSP-2026-03-001.docx"]
    assert kinds(door) == [
        EventKind.LETTER_INTENDED,
        EventKind.LETTER_DRAFTED,
        EventKind.LETTER_SENDING,
        EventKind.LETTER_SUBMITTED,
        EventKind.LETTER_SENT,
    ]


def test_sending_the_same_letter_again_does_nothing(door: Door) -> None:
    sent(door, [letter()])
    (outcome,) = sent(door, [letter()])
    assert outcome.state == "already sent"
    assert delivered(door) == {letter().subject: 1}


def test_many_letters_go_in_few_requests_and_never_more_than_four_at_once(door: Door) -> None:
    door.tenant.ask("POST", "/counters")
    outcomes = sent(door, [letter(n) for n in range(1, 61)])
    counters = door.tenant.ask("GET", "/counters")
    assert Counter(o.state for o in outcomes) == {"sent": 60}
    assert set(delivered(door).values()) == {1}
    assert counters["outlook_at_once"] <= 4
    assert counters["throttled"] == 0
    assert counters["http"] <= 12


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", range(1, 7))
def test_death_at_any_commit_sends_nothing_twice_and_loses_nothing(door: Door, at: int, after: bool) -> None:
    letters = [letter(n) for n in range(1, 4)]
    dying = Dying(door.settings.ledger, at, after=after)
    box = outbox(door, dying)
    try:
        box.reconcile()
        box.send(letters)
    except KeyboardInterrupt:
        pass
    dying.close()
    for _ in range(3):
        sent(door, letters)
    assert delivered(door) == {each.subject: 1 for each in letters}


@pytest.mark.parametrize("path", [r"/send$", r"/messages$", r"\$batch$"])
@pytest.mark.parametrize(
    "kind",
    [
        "throttled",
        "unavailable",
        "timeout before",
        "timeout after",
        "answer lost",
        "request lost",
        "accepted, retry later",
    ],
)
def test_whatever_goes_wrong_on_the_wire_each_letter_arrives_once(door: Door, kind: str, path: str) -> None:
    letters = [letter(n) for n in range(1, 4)]
    for skip in (0, 1):
        door.fault(kind, method="POST", path=path, skip=skip, retry_after="2.128")
    for _ in range(4):
        sent(door, letters)
    assert delivered(door) == {each.subject: 1 for each in letters}


def test_a_ledger_that_was_lost_repeats_nothing(door: Door) -> None:
    sent(door, [letter(n) for n in range(1, 4)])
    door.settings = door.settings.model_copy(update={"ledger": f"sqlite:///{door.folder / 'new.sqlite'}"})
    outcomes = sent(door, [letter(n) for n in range(1, 4)])
    assert {o.state for o in outcomes} == {"already sent"}
    assert set(delivered(door).values()) == {1}


def test_a_letter_to_an_address_outside_the_council_goes_nowhere(door: Door) -> None:
    stranger = Person("A Stranger", "stranger@elsewhere.example")
    (outcome,) = sent(door, [letter(to=(stranger,))])
    assert outcome.state == "failed"
    assert "outside the council" in outcome.why
    assert delivered(door) == {}


def test_a_draft_for_the_audit_team_is_made_once_and_never_sent(door: Door) -> None:
    for _ in range(2):
        sent(door, [letter(draft_only=True)])
    assert delivered(door) == {}
    box = door.tenant.ask("GET", f"/mailboxes/{door.settings.mailbox}")
    assert [m["folder"] for m in box["messages"]] == ["Drafts for the Audit Team"]


def test_a_large_attachment_travels_in_ranges(door: Door) -> None:
    data = bytes(range(256)) * 20_000
    (outcome,) = sent(door, [letter(attachments=(("FSP-2026-03-001.docx", data),))])
    assert outcome.state == "sent"
    import hashlib

    (delivery,) = door.tenant.deliveries()
    assert [a["sha256"] for a in delivery["attachments"]] == [hashlib.sha256(data).hexdigest()]


def test_in_a_trial_a_letter_reaches_the_audit_team_alone_and_was_never_sent_when_letters_go_out(
    door: Door,
) -> None:
    team = (door.settings.mailbox, email("Hal Service"))
    assert [o.state for o in sent(door, [letter()], safety="rehearse")] == ["left as draft"]
    assert not door.tenant.deliveries()
    assert [o.state for o in sent(door, [letter()], safety="team only", team_only=team)] == ["sent"]
    (trial,) = door.tenant.deliveries(html=True)
    assert (trial["to"], trial["cc"]) == ([door.settings.mailbox], [email("Hal Service")])
    assert trial["delivered_to"] == list(team)
    assert trial["subject"] == f"Would have gone to Ada Auditor, Tia Manager: {letter().subject}"
    assert f"Ada Auditor ({ADA.email})" in trial["html"]
    for mode in ("rehearse", "team only"):
        assert [o.state for o in sent(door, [letter()], safety=mode)] == ["already sent"]
    assert [o.state for o in sent(door, [letter()])] == ["sent"]
    assert delivered(door)[letter().subject] == 1


def test_a_letter_that_may_not_leave_the_council_does_not_in_a_trial_either(door: Door) -> None:
    stranger = Person("Sam Stranger", "sam@elsewhere.example")
    for mode in ("live", "team only", "rehearse"):
        assert [o.state for o in sent(door, [letter(cc=(stranger,))], safety=mode)] == ["failed"]
    assert not door.tenant.deliveries()


def test_an_outbox_and_its_ledger_are_in_one_mode(door: Door) -> None:
    with pytest.raises(ValueError, match="team only"):
        outbox(door, Ledger(door.settings.ledger), safety="team only")


def test_a_storm_of_letters_is_stopped_by_the_cap(door: Door) -> None:
    outcomes = sent(door, [letter(n) for n in range(1, 8)], most_letters_a_run=5)
    assert Counter(o.state for o in outcomes) == {"sent": 5, "kept back": 2}
    assert sum(delivered(door).values()) == 5


def test_never_more_letters_leave_within_a_minute_than_allowed(door: Door) -> None:
    box = outbox(door, letters_a_minute=3)
    box.reconcile()
    box.send([letter(n) for n in range(1, 8)])
    # The clock of the tests stands still, so the second wait holds the first.
    first, second = door.naps.taken
    assert 59 < first <= 60
    assert 119 < second <= 120


def test_a_letter_on_its_way_is_left_alone_until_it_has_had_time_to_settle(door: Door) -> None:
    door.fault("request lost", method="POST", path=r"\$batch$", skip=2)
    sent(door, [letter()])
    assert delivered(door) == {}
    patient = {"settle_minutes": 15}
    sent(door, [letter()], **patient)
    assert delivered(door) == {}
    door.tenant.ask("POST", "/clock", {"now": "2026-03-02T08:20:00+00:00"})
    sent(door, [letter()], **patient)
    assert delivered(door) == {letter().subject: 1}


def test_the_ledger_comes_first_and_without_it_nothing_is_sent(door: Door) -> None:
    class Full(Ledger):
        def append(self, events: Iterable[Event]) -> int:
            raise LedgerError("the disk is full")

    box = outbox(door, Full(door.settings.ledger))
    box.reconcile()
    with pytest.raises(LedgerError):
        box.send([letter()])
    assert delivered(door) == {}


def test_a_key_says_nothing_and_is_always_the_same() -> None:
    assert letter_key(b"s", ("1", "rule")) == letter_key(b"s", ("1", "rule"))
    assert letter_key(b"s", ("1", "rule")) != letter_key(b"t", ("1", "rule"))
    assert letter_key(b"s", ("1", "12")) != letter_key(b"s", ("11", "2"))
    assert len(letter_key(b"s", ("1",))) == 26


# --------------------------------------------------------------------------------- one letter that stands for several


def several(*numbers: int) -> OutgoingLetter:
    """One letter that stands for those of the given numbers."""
    members = [letter(n) for n in numbers]
    covers = tuple(
        {
            "key": m.key,
            "about": m.about,
            "rule": m.rule,
            "letter": m.letter,
            "occasion": "",
            "audit": m.audit,
            "why": m.why,
        }
        for m in members
    )
    key = letter_key(b"secret of the tests", ("together", *(m.key for m in members)))
    return letter(
        0, key=key, subject=f"{len(numbers)} things", covers=covers, attachments=(), about="person:ada"
    )


def test_what_a_letter_stands_for_is_never_sent_again_by_itself(door: Door) -> None:
    sent(door, [several(1, 2)])
    again = sent(door, [letter(1), letter(2)])
    assert {outcome.state for outcome in again} == {"already sent"}
    assert delivered(door) == Counter({"2 things": 1})


@pytest.mark.parametrize("after", [True, False], ids=["after", "before"])
@pytest.mark.parametrize("at", range(1, 5))
def test_death_at_any_commit_sends_neither_the_whole_nor_its_parts_twice(
    door: Door, at: int, after: bool
) -> None:
    dying = Dying(door.settings.ledger, at, after=after)
    box = outbox(door, dying)
    try:
        box.reconcile()
        box.send([several(1, 2)])
        box.confirm()
    except KeyboardInterrupt:
        dying.close()
    sent(door, [several(1, 2)])
    sent(door, [letter(1), letter(2)])
    assert delivered(door) == Counter({"2 things": 1})


def test_a_part_of_a_letter_that_was_given_up_goes_by_itself_and_is_looked_after(door: Door) -> None:
    dying = Dying(door.settings.ledger, 2, after=True)  # the draft is made, and then it ends
    box = outbox(door, dying)
    with pytest.raises(KeyboardInterrupt):
        box.send([several(1, 2)])
    alone = Dying(
        door.settings.ledger, 4, after=True
    )  # cancelled, intended, drafted, sending: and then it ends
    box = outbox(door, alone)
    box.reconcile()
    with pytest.raises(KeyboardInterrupt):
        box.send([letter(1)])
    sent(door, [])
    sent(door, [letter(1), letter(2)])
    assert delivered(door) == Counter({letter(1).subject: 1, letter(2).subject: 1})


def test_a_lost_ledger_learns_from_the_mailbox_what_a_letter_stood_for(door: Door) -> None:
    sent(door, [several(1, 2)])
    fresh = door.settings.model_copy(
        update={"ledger": door.settings.ledger.replace(".sqlite", "-new.sqlite")}
    )
    box = outbox(door, Ledger(fresh.ledger))
    box.reconcile()
    assert {o.state for o in box.send([letter(1), letter(2)])} == {"already sent"}
    assert delivered(door) == Counter({"2 things": 1})


def test_a_letter_that_microsoft_refuses_to_send_is_told_with_its_reason(door: Door) -> None:
    door.fault("throttled", method="POST", path="/send$", times=2)
    box = outbox(door)
    box.reconcile()
    (outcome,) = box.send([letter()])
    assert outcome.state == "waiting"
    assert "429" in outcome.why
    assert "429" in box.speechless


def test_a_run_that_could_send_something_is_not_speechless(door: Door) -> None:
    door.fault("throttled", method="POST", path="/send$", times=2)
    box = outbox(door)
    box.reconcile()
    box.send([letter(1), letter(2), letter(3)])
    assert not box.speechless


def test_a_letter_exchange_was_too_busy_for_goes_out_a_little_later_and_once(door: Door) -> None:
    door.fault("throttled", method="POST", path="/send$", times=1, retry_after="2.5")
    assert [o.state for o in sent(door, [letter()])] == ["sent"]
    assert 2.5 in door.naps.taken
    assert delivered(door) == {letter().subject: 1}


@pytest.mark.parametrize("skip", [0, 1, 2, 3, 4])
def test_a_batch_refused_as_too_many_makes_no_letter_late_or_double(door: Door, skip: int) -> None:
    door.fault("throttled", method="POST", path=r"\$batch", skip=skip, retry_after="2.5")
    letters = [letter(1), letter(2)]
    assert [o.state for o in sent(door, letters)] == ["sent", "sent"]
    assert delivered(door) == Counter(n.subject for n in letters)


def test_letters_refused_for_want_of_a_right_go_out_by_themselves_once_it_is_given_back(door: Door) -> None:
    asked: list[Request] = []
    batch = door.graph.batch

    def refusing(parts: Iterable[Request], **more: Any) -> list[Reply]:
        parts = list(parts)
        asked.extend(parts)
        if parts[0].path.endswith("/send"):
            return [Reply(403, {"error": {"code": "ErrorAccessDenied"}}, {}) for _ in parts]
        return batch(parts, **more)

    letters = [letter(n) for n in range(1, 26)]
    door.graph.batch = refusing  # type: ignore[method-assign]
    for _ in range(3):
        asked.clear()
        outcomes = sent(door, letters)
        assert Counter(o.state for o in outcomes) == {"waiting": 25}
        assert all("403 ErrorAccessDenied" in o.why for o in outcomes)
        assert sum(part.path.endswith("/send") for part in asked) == 20  # the others are not even drafted
    door.graph.batch = batch  # type: ignore[method-assign]
    sent(door, letters)
    assert delivered(door) == {each.subject: 1 for each in letters}


def test_a_copy_in_sent_items_was_sent_also_when_it_says_that_it_is_a_draft(door: Door) -> None:
    box = outbox(door, Dying(door.settings.ledger, 4, after=False))
    box.reconcile()
    with pytest.raises(KeyboardInterrupt):
        box.send([letter()])
    batch = door.graph.batch

    def marked(parts: Iterable[Request], **more: Any) -> list[Reply]:
        replies = batch(parts, **more)
        for reply in replies:
            for message in (reply.body or {}).get("value") or () if isinstance(reply.body, dict) else ():
                message["isDraft"] = True
        return replies

    door.graph.batch = marked  # type: ignore[method-assign]
    outbox(door).reconcile()
    assert kinds(door)[-1] is EventKind.LETTER_SENT
    assert [o.state for o in sent(door, [letter()])] == ["already sent"]
    assert delivered(door) == {letter().subject: 1}


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (403, "ErrorAccessDenied"), (400, "ErrorInvalidRequest"), (507, "ErrorQuotaExceeded"),
        (429, "ApplicationThrottled"), (503, "ServiceUnavailable"), (404, "MailboxNotEnabledForRESTAPI"),
        (409, "ErrorIrresolvableConflict"), (410, "ErrorItemNotFound"),
    ],
)  # fmt: skip
def test_letters_that_exchange_turns_away_for_days_leave_by_themselves_and_once_when_it_is_over(
    door: Door, status: int, code: str
) -> None:
    letters = [letter(n) for n in range(1, 23)]
    door.fault("refused", method="POST", path="/send$", times=10_000, status=status, code=code)
    for moment in ("02T08:05", "02T08:10", "02T09:00", "03T08:00", "05T08:00"):  # from a Monday on
        door.tenant.ask("POST", "/clock", {"now": f"2026-03-{moment}:00+00:00"})
        assert {o.state for o in sent(door, letters, settle_minutes=2)} == {"waiting"}
    assert EventKind.LETTER_HELD not in kinds(door)
    door.tenant.ask("DELETE", "/faults")
    assert {o.state for o in sent(door, letters, settle_minutes=2)} == {"sent"}
    sent(door, letters, settle_minutes=2)
    assert delivered(door) == {each.subject: 1 for each in letters}


@pytest.mark.parametrize("status", [404, 410])
@pytest.mark.parametrize("to", ["/send", "/messages"])
def test_a_gone_for_the_whole_batch_stops_nothing_and_its_letters_leave_once(
    door: Door, status: int, to: str
) -> None:
    answered = door.graph.batch

    def refused(parts: Iterable[Request], **more: Any) -> list[Reply]:
        parts = list(parts)
        if parts and parts[0].method == "POST" and parts[0].path.endswith(to):
            raise fault_of(status, "ErrorItemNotFound", "POST /$batch")
        return answered(parts, **more)

    door.graph.batch = refused  # type: ignore[method-assign]
    assert {o.state for o in sent(door, [letter()], settle_minutes=2)} == {"waiting"}
    door.graph.batch = answered  # type: ignore[method-assign]
    door.tenant.ask("POST", "/clock", {"now": "2026-03-02T08:30:00+00:00"})
    for _ in range(2):
        sent(door, [letter()], settle_minutes=2)
    assert delivered(door) == {letter().subject: 1}


def test_a_draft_somebody_deleted_before_it_was_sent_is_asked_about_and_not_sent_as_another(
    door: Door,
) -> None:
    answered = door.graph.batch

    def deleted(parts: Iterable[Request], **more: Any) -> list[Reply]:
        parts = list(parts)
        if parts and parts[0].path.endswith("/send"):
            for part in parts:
                for _ in range(2):  # into Deleted Items, and out of them
                    door.graph.delete(part.path.removesuffix("/send"))
        return answered(parts, **more)

    door.graph.batch = deleted  # type: ignore[method-assign]
    sent(door, [letter()], settle_minutes=2)
    door.graph.batch = answered  # type: ignore[method-assign]
    for moment in ("08:30", "09:30"):
        door.tenant.ask("POST", "/clock", {"now": f"2026-03-02T{moment}:00+00:00"})
        sent(door, [letter()], settle_minutes=2)
    assert kinds(door)[-1] is EventKind.LETTER_HELD
    assert delivered(door) == {}


@pytest.mark.parametrize("lag", [0, 60])
def test_a_letter_once_refused_whose_second_answer_is_lost_is_looked_for_and_never_begun_anew(
    door: Door, lag: int
) -> None:
    door.fault("refused", method="POST", path="/send$")
    sent(door, [letter()], settle_minutes=2)
    door.tenant.ask("POST", "/behaviours", {"Sent Items lag": lag} if lag else {})
    door.tenant.ask("POST", "/clock", {"now": "2026-03-02T08:05:00+00:00"})
    door.fault("timeout after", method="POST", path="/send$")
    sent(door, [letter()], settle_minutes=2)
    for moment in ("08:05:20", "08:06:30", "08:10:00"):
        door.tenant.ask("POST", "/clock", {"now": f"2026-03-02T{moment}+00:00"})
        sent(door, [letter()], settle_minutes=2)
    assert delivered(door) == {letter().subject: 1}
    assert EventKind.LETTER_HELD not in kinds(door)


def test_what_nobody_looks_at_anew_goes_to_the_audit_team_alone(door: Door) -> None:
    """The digest, an alarm, what is told at once: whoever writes one to somebody else has made a mistake."""
    settings = door.settings
    box = Outbox(
        door.graph, Ledger(settings.ledger, Mode(settings.safety)), Mailbox(door.graph, settings.mailbox), settings,
        door.clock, sleep=door.naps,
    )  # fmt: skip
    box.reconcile()
    own = replace(letter(1), to=(Person("Audit Team", settings.mailbox),), cc=())
    copied = replace(own, key="copied", cc=letter(2).to)
    outcomes = {o.key: o for o in box.send([own, letter(2), copied])}
    assert outcomes[own.key].state == "sent"
    assert {outcomes[key].state for key in (letter(2).key, "copied")} == {"failed"}
    assert [d["delivered_to"] for d in door.tenant.deliveries()] == [[settings.mailbox]]


@pytest.mark.parametrize(
    "address",
    [
        "gus_elsewhere.example#ext#@wexcombe.example",
        "a@wexcombe.example,b@elsewhere.example",
        "team:a@b.example;",
    ],
)
def test_a_letter_to_what_is_not_one_mailbox_of_the_council_never_leaves(door: Door, address: str) -> None:
    (outcome,) = sent(door, [replace(letter(), to=(Person("Gus Guest", address),))])
    assert outcome.state == "failed"
    assert not door.tenant.deliveries()


def test_a_name_that_was_made_of_anything_is_a_safe_one_on_the_attachment() -> None:
    named = replace(letter(), attachments=(("../../FSP/1\r\n.docx", b"x"),))
    assert [name for name, _ in named.attachments] == ["_.._FSP_1__.docx"]


@pytest.mark.parametrize("line", ["toRecipients", "ccRecipients", "bccRecipients"])
def test_a_draft_that_somebody_addressed_otherwise_is_not_sent_on_a_word(door: Door, line: str) -> None:
    sent(door, [replace(letter(), draft_only=True)])
    box = outbox(door)
    box.reconcile()
    (draft,) = door.graph.get(f"/users/{door.settings.mailbox}/messages?$filter=isDraft eq true&$select=id")[
        "value"
    ]
    others = {line: [{"emailAddress": {"name": "Nell", "address": "nell.nopart@wexcombe.example"}}]}
    door.graph.patch(f"/users/{door.settings.mailbox}/messages/{draft['id']}", others)
    assert not box.send_held(letter().key, lambda readers: True, lambda: None)
    assert not door.tenant.deliveries()


def test_a_draft_is_sent_on_a_word_while_its_readers_still_have_a_part_in_it(door: Door) -> None:
    sent(door, [replace(letter(), draft_only=True)])
    box = outbox(door)
    box.reconcile()
    assert not box.send_held(letter().key, lambda readers: False, lambda: None)
    assert not door.tenant.deliveries()
    assert box.send_held(letter().key, lambda readers: readers == {ADA.email, TIA.email}, lambda: None)
    assert [d["to"] for d in door.tenant.deliveries()] == [[ADA.email]]


# ----------------------------------------------------------------------- what each answer of Microsoft 365 comes to


def answering(
    door: Door, status: int, *, to: str = "/send", done: bool = False, **headers: str
) -> list[Request]:
    """From now on Microsoft 365 answers so to every request whose path ends so, `done` or not. What is asked."""
    batch, asked = door.graph.batch, list[Request]()

    def answered(parts: Iterable[Request], **more: Any) -> list[Reply]:
        parts = list(parts)
        asked.extend(parts)
        if parts and parts[0].path.endswith(to):
            if done:
                batch(parts, **more)
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return [Reply(status, {"error": {"code": "ErrorOfTheTest"}}, named) for _ in parts]
        return batch(parts, **more)

    door.graph.batch = answered  # type: ignore[method-assign]
    return asked


@pytest.mark.parametrize(
    ("status", "written"),
    [(401, 1), (403, 1), (404, 1), (429, 1), (503, 1), (507, 1), (400, 2), (409, 2), (413, 2), (500, 2)],
)
def test_after_an_answer_that_every_letter_would_get_no_other_is_written(
    door: Door, status: int, written: int
) -> None:
    asked = answering(door, status)
    outcomes = sent(door, [letter(1), letter(2)], letters_a_minute=1)
    assert {o.state for o in outcomes} == {"waiting"}
    assert sum(part.method == "POST" and part.path.endswith("/messages") for part in asked) == written


@pytest.mark.parametrize(
    ("status", "waited"),
    [
        (400, []), (401, []), (403, []), (413, []), (507, []),  # nothing can have gone out
        # looked at once more before it is taken back
        (404, [5.0]), (409, [5.0]), (410, [5.0]), (503, [5.0]), (429, [5.0, 5.0]),
    ],
)  # fmt: skip
def test_a_letter_turned_away_is_taken_back_and_begun_again_on_the_next_run(
    door: Door, status: int, waited: list[float]
) -> None:
    answering(door, status)
    sent(door, [letter()])
    assert door.naps.taken == waited
    assert kinds(door)[-1] is EventKind.LETTER_CANCELLED
    assert len(whys(door)) == 1
    assert outbox(door).drafts_in_the_mailbox() == []


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_letter_whose_answer_leaves_it_open_is_neither_taken_back_nor_sent_again_at_once(
    door: Door, status: int
) -> None:
    asked = answering(door, status)
    sent(door, [letter()])
    assert sum(part.path.endswith("/send") for part in asked) == 1
    assert kinds(door)[-1] is EventKind.LETTER_SENDING
    assert outbox(door).drafts_in_the_mailbox() == [letter().key]


def test_a_refusal_of_the_second_try_is_not_believed_while_the_draft_may_have_left(door: Door) -> None:
    answered = door.graph.batch
    answering(door, 504)
    sent(door, [letter()])
    door.graph.batch = answered  # type: ignore[method-assign]
    answering(door, 403, done=True)
    sent(door, [letter()])
    door.graph.batch = answered  # type: ignore[method-assign]
    sent(door, [letter()])
    assert delivered(door) == {letter().subject: 1}
    assert EventKind.LETTER_CANCELLED not in kinds(door)


@pytest.mark.parametrize(("asked_for", "waited"), [("120", [120.0, 5.0]), ("121", [5.0])])
def test_two_minutes_are_waited_where_exchange_asks_for_them_and_no_more(
    door: Door, asked_for: str, waited: list[float]
) -> None:
    answering(door, 429, Retry_After=asked_for)
    assert [o.state for o in sent(door, [letter()])] == ["waiting"]
    assert door.naps.taken == waited


@pytest.mark.parametrize(
    ("status", "state", "last"),
    [
        *((status, "waiting", EventKind.LETTER_INTENDED) for status in (429, 500, 502, 503, 504)),
        *((status, "failed", EventKind.LETTER_CANCELLED) for status in (400, 403, 410, 413)),
    ],
)
def test_a_draft_that_cannot_be_made_now_waits_and_one_that_is_refused_has_failed(
    door: Door, status: int, state: str, last: EventKind
) -> None:
    answering(door, status, to="/messages")
    (outcome,) = sent(door, [letter()])
    assert (outcome.state, str(status) in outcome.why) == (state, True)
    assert kinds(door)[-1] is last


# ------------------------------------------------------------------------------- what a person is asked, and when


def asked_of_a_person(door: Door) -> list[str]:
    ledger = Ledger(door.settings.ledger)
    found = [str(e.data["why"]) for e in ledger.read() if e.kind is EventKind.LETTER_HELD]
    ledger.close()
    return found


def test_a_letter_tried_twice_without_an_answer_is_put_to_a_person_and_not_tried_a_third_time(
    door: Door,
) -> None:
    asked = answering(door, 504)
    for tries in (1, 2, 2, 2):
        sent(door, [letter()])
        assert sum(part.path.endswith("/send") for part in asked) == tries
    (why,) = asked_of_a_person(door)
    assert "tried twice" in why
    assert f"“{door.settings.outbox_folder}”" in why


def test_a_letter_whose_answer_was_lost_and_that_is_nowhere_is_asked_about(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(door, 504)
    sent(door, [letter()])
    monkeypatch.setattr(LetterSearch, "by_key", lambda _, keys: ("", [[] for _ in keys]))
    outbox(door).reconcile()
    (why,) = asked_of_a_person(door)
    assert "nowhere in the mailbox" in why


def test_a_letter_whose_answer_was_lost_and_of_which_there_are_several_drafts_is_asked_about(
    door: Door,
) -> None:
    answering(door, 504)
    sent(door, [letter()])
    path = f"/users/{door.settings.mailbox}"
    door.graph.post(f"{path}/messages", _body(letter(), Mode.LIVE))
    sent(door, [letter()])
    (why,) = asked_of_a_person(door)
    assert "several drafts" in why


@pytest.mark.parametrize(("minutes", "delivery"), [(14, {}), (15, {letter().subject: 1})])
def test_the_time_to_settle_is_over_when_it_has_passed(
    door: Door, minutes: int, delivery: dict[str, int]
) -> None:
    door.fault("request lost", method="POST", path=r"\$batch$", skip=2)
    sent(door, [letter()])
    door.tenant.ask("POST", "/clock", {"now": f"2026-03-02T08:{minutes:02}:00+00:00"})
    sent(door, [letter()], settle_minutes=15)
    assert delivered(door) == delivery


@pytest.mark.parametrize(("moment", "asked"), [("08:00:00", 0), ("08:00:01", 1)])
def test_a_letter_exchange_took_and_nobody_can_find_is_asked_about_after_a_day(
    door: Door, monkeypatch: pytest.MonkeyPatch, moment: str, asked: int
) -> None:
    box = outbox(door)
    box.reconcile()
    box.send([letter()])
    monkeypatch.setattr(LetterSearch, "by_key", lambda _, keys: ("", [[] for _ in keys]))
    door.tenant.ask("POST", "/clock", {"now": f"2026-03-03T{moment}+00:00"})
    outbox(door).reconcile()
    assert len(asked_of_a_person(door)) == asked


def test_in_a_trial_no_draft_is_sent_on_a_word(door: Door) -> None:
    trial = {"safety": "team only", "team_only": (door.settings.mailbox,)}
    sent(door, [letter(draft_only=True)], **trial)
    box = outbox(door, **trial)
    box.reconcile()
    assert not box.send_held(letter().key, lambda readers: True, lambda: None)
    assert not door.tenant.deliveries()


# -------------------------------------------------------------------------- what a run that was stopped has left


def unseen(door: Door, path: str = "/messages/", times: int = 10_000) -> None:
    """From now on nobody can see what lies at such addresses of the mailbox, so many times."""
    batch, left = door.graph.batch, [times]

    def blind(parts: Iterable[Request], **more: Any) -> list[Reply]:
        parts = list(parts)
        if left[0] and any(part.method == "GET" and path in part.path for part in parts):
            left[0] -= 1
            raise TenantUnavailable("nobody answers")
        return batch(parts, **more)

    door.graph.batch = blind  # type: ignore[method-assign]


def left(door: Door, one: OutgoingLetter, **changes: Any) -> Outbox:
    """The next run, which has found the draft of a letter of which the last one never heard whether it left."""
    answered = door.graph.batch
    answering(door, 504)
    sent(door, [one])
    door.graph.batch = answered  # type: ignore[method-assign]
    box = outbox(door, **changes)
    box.reconcile()
    return box


def drafts_of(door: Door) -> list[Any]:
    messages = door.tenant.ask("GET", f"/mailboxes/{door.settings.mailbox}")["messages"]
    return [m for m in messages if m["folder"] not in ("Sent Items", "Deleted Items")]


def losing_the_ledger(door: Door) -> None:
    """From now on another ledger is used, which is empty; the machine's own, or another's."""
    door.settings = door.settings.model_copy(update={"ledger": f"sqlite:///{door.folder / 'new.sqlite'}"})


def put_elsewhere(door: Door) -> None:
    """Somebody moves the one draft out of its folder."""
    (draft,) = drafts_of(door)
    path = f"/users/{door.settings.mailbox}/messages/{draft['id']}/move"
    door.graph.post(path, {"destinationId": "archive"})


def whys(door: Door) -> list[str]:
    """Why letters were taken back, in order."""
    ledger = Ledger(door.settings.ledger)
    found = [str(e.data["why"]) for e in ledger.read() if e.kind is EventKind.LETTER_CANCELLED]
    ledger.close()
    return found


def to_the_team(door: Door, **changes: Any) -> OutgoingLetter:
    return letter(**{"to": (Person("Audit Team", door.settings.mailbox),), "cc": (), **changes})


@pytest.mark.parametrize("after", [False, True], ids=["before its draft was known", "once it was"])
def test_the_draft_of_an_interrupted_letter_is_deleted_before_the_letter_is_begun_again(
    door: Door, after: bool
) -> None:
    box = outbox(door, Dying(door.settings.ledger, 2, after=after))
    box.reconcile()
    with pytest.raises(KeyboardInterrupt):
        box.send([letter()])
    assert outbox(door).drafts_in_the_mailbox() == [letter().key]
    outbox(door).reconcile()
    assert outbox(door).drafts_in_the_mailbox() == []
    assert whys(door) == ["interrupted before it was sent"]


def test_what_a_stopped_run_left_and_is_still_owed_goes_as_the_very_draft_it_is(door: Door) -> None:
    box = left(door, letter())
    assert box.left_over == {letter().key}
    assert box.clear_left_over([letter().key]) == []
    assert [o.state for o in box.send([letter(2), letter()])] == ["sent", "sent"]
    assert box.left_over == frozenset()
    assert delivered(door) == {letter().subject: 1, letter(2).subject: 1}
    assert kinds(door).count(EventKind.LETTER_DRAFTED) == 2
    assert whys(door) == []


def test_what_a_stopped_run_left_and_is_owed_no_more_is_deleted_and_said_which(door: Door) -> None:
    box = left(door, letter())
    assert [each.key for each in box.clear_left_over([])] == [letter().key]
    assert box.left_over == frozenset()
    assert drafts_of(door) == []
    assert whys(door) == [NOT_OWED]
    assert delivered(door) == {}


def test_a_letter_that_would_say_something_else_by_now_is_written_anew(door: Door) -> None:
    box = left(door, letter())
    assert [o.state for o in box.send([letter(subject="Another subject")])] == ["sent"]
    assert whys(door) == [WRITTEN_ANEW]
    assert delivered(door) == {"Another subject": 1}


def test_a_letter_that_by_now_is_only_for_the_audit_team_to_send_does_not_go_as_the_draft_that_was_left(
    door: Door,
) -> None:
    box = left(door, letter())
    assert [o.state for o in box.send([letter(draft_only=True)])] == ["left as draft"]
    assert delivered(door) == {}
    assert len(drafts_of(door)) == 1


@pytest.mark.parametrize("path", ["/messages/", "/attachments"])
def test_what_a_stopped_run_left_neither_goes_nor_is_deleted_while_nobody_can_see_it(
    door: Door, path: str
) -> None:
    box = left(door, letter())
    unseen(door, path, times=1)
    assert [o.state for o in box.send([letter()])] == ["waiting"]
    assert box.left_over == {letter().key}
    unseen(door)
    assert box.clear_left_over([]) == []
    assert (delivered(door), len(drafts_of(door)), whys(door)) == ({}, 1, [])


def test_what_a_stopped_run_left_and_somebody_put_elsewhere_neither_goes_nor_is_deleted(door: Door) -> None:
    box = left(door, letter())
    put_elsewhere(door)
    assert [o.state for o in box.send([letter()])] == ["waiting"]
    assert box.clear_left_over([]) == []
    assert box.left_over == {letter().key}
    assert (delivered(door), len(drafts_of(door)), whys(door)) == ({}, 1, [])


def test_a_left_letter_of_the_bots_own_goes_as_it_was_written_to_the_audit_team_alone(door: Door) -> None:
    for one, goes in ((to_the_team(door), 1), (letter(2), 0), (to_the_team(door, key="c", cc=(TIA,)), 0)):
        before = len(door.tenant.deliveries())
        box = left(door, one)
        box.send_left_over([one.key])
        assert len(door.tenant.deliveries()) - before == goes
        assert (one.key in box.left_over) == (not goes)


def test_a_refusal_of_a_left_letter_is_not_believed_while_it_may_have_left(door: Door) -> None:
    own = to_the_team(door)
    box = left(door, own)
    answered = door.graph.batch
    answering(door, 403, done=True)
    box.send_left_over([own.key])
    door.graph.batch = answered  # type: ignore[method-assign]
    sent(door, [own])
    assert delivered(door) == {own.subject: 1}
    assert whys(door) == []


def test_a_letter_that_exchange_has_in_hand_is_left_to_it_however_long_it_takes(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(door, 504)
    sent(door, [letter()])
    (draft,) = drafts_of(door)
    submitted = {"id": SUBMITTED_FLAG, "value": "4"}
    in_hand = {**draft, "isDraft": True, "parentFolderId": "x", "singleValueExtendedProperties": [submitted]}
    monkeypatch.setattr(LetterSearch, "by_key", lambda _, keys: ("", [[in_hand] for _ in keys]))
    door.tenant.ask("POST", "/clock", {"now": "2026-03-04T08:00:00+00:00"})
    box = outbox(door)
    box.reconcile()
    assert box.left_over == frozenset()
    assert kinds(door)[-1] is EventKind.LETTER_SENDING


def test_a_left_letter_of_the_bots_own_that_nobody_can_see_waits(door: Door) -> None:
    box = left(door, to_the_team(door))
    unseen(door)
    box.send_left_over(box.left_over)
    assert box.left_over == {letter().key}
    assert not door.tenant.deliveries()


# ------------------------------------------------------------------------------------------ on a person's word


def held(door: Door) -> Outbox:
    """The next run, with a letter that was put to a person because its sending was tried twice."""
    for _ in range(3):
        box = left(door, letter())
    assert len(asked_of_a_person(door)) == 1
    return box


def test_a_held_letter_goes_on_a_word_as_the_draft_it_is_and_the_word_is_kept_before_it_leaves(
    door: Door,
) -> None:
    box, gone = held(door), list[int]()
    assert box.send_held(letter().key, lambda readers: True, lambda: gone.append(len(delivered(door))))
    assert gone == [0]
    assert delivered(door) == {letter().subject: 1}


def test_a_letter_that_may_be_on_its_way_is_not_sent_on_a_word(door: Door) -> None:
    box = left(door, letter(), settle_minutes=15)
    assert not box.send_held(letter().key, lambda readers: True, lambda: None)
    assert not door.tenant.deliveries()


def test_a_letter_of_which_there_are_several_drafts_neither_goes_nor_is_deleted_on_a_word(door: Door) -> None:
    box = held(door)
    door.graph.post(f"/users/{door.settings.mailbox}/messages", _body(letter(), Mode.LIVE))
    assert not box.send_held(letter().key, lambda readers: True, lambda: None)
    box.take_back_held(letter().key)
    assert (len(drafts_of(door)), delivered(door), whys(door)) == (2, {}, [])


def test_a_refusal_of_a_letter_sent_on_a_word_is_not_believed_while_it_may_have_left(door: Door) -> None:
    box = held(door)
    answered = door.graph.batch
    answering(door, 403, done=True)
    assert box.send_held(letter().key, lambda readers: True, lambda: None)
    door.graph.batch = answered  # type: ignore[method-assign]
    sent(door, [letter()])
    assert delivered(door) == {letter().subject: 1}
    assert whys(door) == []


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_held_letter_that_is_not_to_go_is_deleted_only_where_it_lies_untouched(
    door: Door, elsewhere: bool
) -> None:
    box = held(door)
    if elsewhere:
        put_elsewhere(door)
    box.take_back_held(letter().key)
    assert len(drafts_of(door)) == elsewhere
    assert whys(door) == ([] if elsewhere else [NOT_OWED])


# ------------------------------------------------------------------------------------ several sendings of one run


def test_who_asks_twice_for_a_letter_in_one_sending_gets_it_once(door: Door) -> None:
    assert [o.state for o in sent(door, [letter(), letter()])] == ["sent"]
    assert delivered(door) == {letter().subject: 1}


def test_a_letter_taken_back_and_sent_later_in_the_run_is_told_by_what_became_of_it_then(door: Door) -> None:
    box = outbox(door)
    box.reconcile()
    assert [o.state for o in box.send([letter()], lambda keys: keys)] == ["taken back"]
    answering(door, 504, done=True)
    assert [o.state for o in box.send([letter()])] == ["sent"]


def test_after_a_refusal_a_later_sending_of_the_run_tries_again(door: Door) -> None:
    box, answered = outbox(door), door.graph.batch
    box.reconcile()
    answering(door, 403)
    assert [o.state for o in box.send([letter(1)])] == ["waiting"]
    door.graph.batch = answered  # type: ignore[method-assign]
    assert [o.state for o in box.send([letter(2)])] == ["sent"]


def test_an_alarm_needs_nothing_of_the_mailbox_but_to_leave_and_leaves_once(door: Door) -> None:
    unseen(door, "/messages")
    assert [o.state for o in outbox(door).send([letter()])] == ["sent"]
    assert [o.state for o in outbox(door).send([letter()])] == ["already sent"]


def test_what_another_machine_sent_since_the_run_began_is_not_sent_again(door: Door) -> None:
    box = outbox(door)
    box.reconcile()
    losing_the_ledger(door)
    sent(door, [letter()])
    assert [o.state for o in box.send([letter()])] == ["already sent"]
    assert delivered(door) == {letter().subject: 1}


def test_all_that_left_in_a_long_run_is_confirmed_at_its_end(door: Door) -> None:
    box = outbox(door)
    box.reconcile()
    box.send([letter(1)])
    door.tenant.ask("POST", "/clock", {"now": "2026-03-02T08:10:00+00:00"})
    box.send([letter(2)])
    assert box.confirm() == {letter(1).key, letter(2).key}
    assert kinds(door).count(EventKind.LETTER_SENT) == 2


# ------------------------------------------------------------------------------- what the ledger does not know of


def test_a_lost_ledger_learns_of_letters_of_a_year_ago_wherever_they_lie_by_now(door: Door) -> None:
    sent(door, [letter()])
    path = f"/users/{door.settings.mailbox}/mailFolders/SentItems/messages"
    (copy,) = door.graph.get(path)["value"]
    door.graph.post(
        f"/users/{door.settings.mailbox}/messages/{copy['id']}/move", {"destinationId": "archive"}
    )
    door.tenant.ask("POST", "/clock", {"now": "2027-03-02T08:00:00+00:00"})
    losing_the_ledger(door)
    box = outbox(door)
    box.reconcile()
    assert box.adopt() == 1
    assert box.in_the_mailbox() == {letter().key: date(2026, 3, 2)}


def test_a_letter_that_left_within_a_day_of_the_ledgers_last_event_is_found(door: Door) -> None:
    sent(door, [letter()])
    ledger = Ledger(f"sqlite:///{door.folder / 'copy.sqlite'}")
    door.tenant.ask("POST", "/clock", {"now": "2026-03-02T09:00:00+00:00"})
    ledger.append([Event(door.clock(), EventKind.TOLD, "something else")])
    box = outbox(door, ledger)
    box.reconcile()
    assert box.adopt() == 1


def test_a_letter_of_unknown_fate_that_is_found_to_have_left_is_none_the_ledger_did_not_know(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = outbox(door, Dying(door.settings.ledger, 4, after=False))
    box.reconcile()
    with pytest.raises(KeyboardInterrupt):
        box.send([letter()])
    monkeypatch.setattr(LetterSearch, "by_key", lambda _, keys: ("", [[] for _ in keys]))
    box = outbox(door, settle_minutes=15)
    box.reconcile()
    assert kinds(door)[-1] is EventKind.LETTER_SENDING
    assert box.adopt() == 0
    assert kinds(door)[-1] is EventKind.LETTER_SENT


def test_a_draft_of_a_lost_ledger_may_be_on_its_way_and_goes_as_it_is_once_it_has_settled(door: Door) -> None:
    left(door, letter())
    losing_the_ledger(door)
    assert [o.state for o in sent(door, [letter()])] == ["waiting"]
    assert delivered(door) == {}
    assert kinds(door) == [EventKind.LETTER_SENDING]
    assert [o.state for o in sent(door, [letter()])] == ["sent"]
    assert delivered(door) == {letter().subject: 1}
    assert EventKind.LETTER_INTENDED in kinds(door), "by now the ledger knows what it was"


def test_a_draft_of_a_lost_ledger_that_nobody_can_see_still_counts_as_on_its_way(door: Door) -> None:
    left(door, letter())
    losing_the_ledger(door)
    sent(door, [letter()])
    box = outbox(door)
    box.reconcile()
    unseen(door)
    assert [o.state for o in box.send([letter()])] == ["waiting"]
    assert kinds(door) == [EventKind.LETTER_SENDING]


@pytest.mark.parametrize("flag", ["0", "4"])
def test_a_draft_beside_a_letter_that_has_gone_is_deleted_unless_exchange_has_it_in_hand(
    door: Door, monkeypatch: pytest.MonkeyPatch, flag: str
) -> None:
    sent(door, [letter()])
    second = door.graph.post(f"/users/{door.settings.mailbox}/messages", _body(letter(), Mode.LIVE))
    second["singleValueExtendedProperties"] = [{"id": SUBMITTED_FLAG, "value": flag}]
    monkeypatch.setattr(LetterSearch, "drafts_in", lambda *_: iter([(letter().key, second)]))
    box = outbox(door)
    box.reconcile()
    box.adopt()
    assert len(drafts_of(door)) == (flag == "4")
    assert kinds(door)[-1] is EventKind.LETTER_SENT


@pytest.mark.parametrize("mode", ["live", "rehearse"])
def test_a_draft_left_to_be_read_is_known_again_though_the_ledger_is_lost(door: Door, mode: str) -> None:
    sent(door, [letter(draft_only=True)], safety=mode)
    losing_the_ledger(door)
    box = outbox(door, safety=mode)
    box.reconcile()
    assert box.adopt() == 1
    assert box.adopt() == 1, "once"
    assert [o.state for o in box.send([letter(draft_only=True)])] == ["already sent"]


# ---------------------------------------------------------------------------------- whether anything left at all


def test_a_run_none_of_whose_letters_left_says_so_though_one_of_an_earlier_run_has_just_left(
    door: Door,
) -> None:
    sent(door, [letter(1)])
    box = outbox(door)
    box.reconcile()
    answering(door, 504)
    box.send([letter(2)])
    assert "504" in box.speechless


def test_a_run_one_of_whose_letters_left_although_the_answer_was_lost_is_not_speechless(door: Door) -> None:
    box = outbox(door)
    box.reconcile()
    answering(door, 504, done=True)
    assert [o.state for o in box.send([letter()])] == ["sent"]
    assert box.speechless == ""


# ------------------------------------------------------------------------------ several answers in one portion


def answering_each(door: Door, *answers: tuple[int, str]) -> None:
    """The next portion of letters is answered so, one by one: a status, and Retry-After where it is given."""
    batch, left = door.graph.batch, [True]

    def answered(parts: Iterable[Request], **more: Any) -> list[Reply]:
        parts = list(parts)
        if left[0] and parts and parts[0].path.endswith("/send"):
            left[0] = False
            return [
                Reply(s, {"error": {"code": "x"}}, {"Retry-After": wait} if wait else {})
                for s, wait in answers
            ]
        return batch(parts, **more)

    door.graph.batch = answered  # type: ignore[method-assign]


@pytest.mark.parametrize(
    ("answers", "waited", "states"),
    [
        (((429, "3"), (429, "40")), [40.0], {"sent"}),
        (((429, "3"), (429, "121")), [5.0], {"waiting"}),
        (((429, "3"), (404, "")), [5.0], {"waiting"}),
    ],
)
def test_letters_turned_away_together_go_together_after_the_longest_wait_or_on_the_next_run(
    door: Door, answers: tuple[tuple[int, str], ...], waited: list[float], states: set[str]
) -> None:
    answering_each(door, *answers)
    assert {o.state for o in sent(door, [letter(1), letter(2)])} == states
    assert door.naps.taken == waited
    sent(door, [letter(1), letter(2)])
    assert delivered(door) == {letter(1).subject: 1, letter(2).subject: 1}


def test_what_exchange_turned_away_is_neither_sent_nor_taken_back_while_nobody_can_see_it(door: Door) -> None:
    answering_each(door, (429, ""))
    box = outbox(door)
    box.reconcile()
    unseen(door)
    assert [o.state for o in box.send([letter()])] == ["waiting"]
    assert (delivered(door), whys(door), len(drafts_of(door))) == ({}, [], 1)


def test_a_letter_whose_row_is_changed_while_exchange_is_too_busy_does_not_go_when_it_is_not(
    door: Door,
) -> None:
    answering_each(door, (429, ""))
    box, asked = outbox(door), list[Sequence[str]]()
    box.reconcile()

    def edited(keys: Sequence[str]) -> Collection[str]:
        asked.append(keys)
        return keys if len(asked) > 1 else ()

    assert [o.state for o in box.send([letter()], edited)] == ["taken back"]
    assert (delivered(door), whys(door)) == ({}, [CHANGED])


@pytest.mark.parametrize("how", ["no answer", "refused"])
@pytest.mark.parametrize(
    ("status", "last"), [(403, EventKind.LETTER_SENDING), (409, EventKind.LETTER_CANCELLED)]
)
def test_a_draft_turned_away_that_cannot_be_deleted_stays_and_its_letter_is_sent_once_later(
    door: Door, how: str, status: int, last: EventKind
) -> None:
    answered = door.graph.batch
    answering(door, status)
    refusing = door.graph.batch

    def undeletable(parts: Iterable[Request], **more: Any) -> list[Reply]:
        parts = list(parts)
        if parts and parts[0].method == "DELETE":
            if how == "no answer":
                raise TenantUnavailable("nobody answers")
            return [Reply(423, {"error": {"code": "Locked"}}, {}) for _ in parts]
        return refusing(parts, **more)

    door.graph.batch = undeletable  # type: ignore[method-assign]
    assert [o.state for o in sent(door, [letter()])] == ["waiting"]
    assert (kinds(door)[-1], len(drafts_of(door))) == (last, 1)
    door.graph.batch = answered  # type: ignore[method-assign]
    sent(door, [letter()])
    sent(door, [letter()])
    assert (delivered(door), drafts_of(door)) == ({letter().subject: 1}, [])
    assert whys(door).count(CHANGED) == 0


def test_what_nobody_can_see_whether_it_is_still_right_waits_and_says_why(door: Door) -> None:
    def nobody_knows(_keys: Sequence[str]) -> Collection[str]:
        raise TenantUnavailable("the lists do not answer")

    box = outbox(door)
    box.reconcile()
    (outcome,) = box.send([letter()], nobody_knows)
    assert (outcome.state, delivered(door)) == ("waiting", {})
    assert "still right: the lists do not answer" in outcome.why


# ------------------------------------------------------------------------------------------------ the drafts made


def answered_with(door: Door, to: str, **changes: Any) -> None:
    """From now on what Microsoft 365 says of a draft that was made says this as well."""
    batch = door.graph.batch

    def changed(parts: Iterable[Request], **more: Any) -> list[Reply]:
        parts = list(parts)
        replies = batch(parts, **more)
        if parts and parts[0].method == "POST" and parts[0].path.endswith(to):
            return [Reply(r.status, r.body | changes, r.headers) for r in replies]
        return replies

    door.graph.batch = changed  # type: ignore[method-assign]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"subject": "Something else"}, "another subject"),
        ({"ccRecipients": []}, "other recipients"),
        ({"body": {"content": "<p>Dear Tia</p>"}}, "another text"),
    ],
)
def test_a_draft_that_came_out_otherwise_never_goes_and_is_deleted_with_the_reason(
    door: Door, changes: dict[str, Any], told: str
) -> None:
    answered_with(door, "/messages", **changes)
    (outcome,) = sent(door, [letter()])
    assert outcome.state == "failed"
    assert told in outcome.why
    assert (drafts_of(door), delivered(door), whys(door)) == ([], {}, [outcome.why])


SEVERAL = (("FSP-1.docx", b"a" * 1_600_000), ("FSP-2.docx", b"b" * 1_600_000))
"""Too much together to travel inside the draft."""


def test_attachments_that_cannot_travel_inside_are_put_on_one_by_one(door: Door) -> None:
    assert [o.state for o in sent(door, [letter(attachments=SEVERAL)])] == ["sent"]
    (delivery,) = door.tenant.deliveries()
    assert [a["name"] for a in delivery["attachments"]] == ["FSP-1.docx", "FSP-2.docx"]


def test_a_letter_never_goes_without_what_it_is_to_carry(door: Door) -> None:
    door.fault("refused", method="POST", path="/attachments$", status=413, code="ErrorMessageSizeExceeded")
    (outcome,) = sent(door, [letter(attachments=SEVERAL)])
    assert (outcome.state, drafts_of(door), delivered(door)) == ("failed", [], {})
    assert outcome.why.startswith("An attachment could not be put on")
    assert whys(door) == [outcome.why]


@pytest.mark.parametrize("status", [503, 400])
def test_a_run_whose_drafts_are_refused_says_so(door: Door, status: int) -> None:
    box = outbox(door)
    box.reconcile()
    answering(door, status, to="/messages")
    box.send([letter()])
    assert str(status) in box.speechless


def test_a_run_whose_drafts_nobody_took_says_so_and_its_letters_wait(
    door: Door,
) -> None:
    answered = door.graph.batch

    def unavailable(parts: Iterable[Request], **more: Any) -> list[Reply]:
        parts = list(parts)
        if parts and parts[0].path.endswith("/messages"):
            raise TenantUnavailable("nobody answers")
        return answered(parts, **more)

    box = outbox(door)
    box.reconcile()
    door.graph.batch = unavailable  # type: ignore[method-assign]
    assert [(o.state, o.why) for o in box.send([letter()])] == [("waiting", "nobody answers")]
    assert box.speechless == "nobody answers"


def test_in_a_trial_a_draft_carries_no_key_but_under_the_trials_name() -> None:
    body = _body(several(1, 2), Mode.TEAM_ONLY)
    kept = [each["value"] for each in body["singleValueExtendedProperties"]]
    kept += [each["value"] for each in body["internetMessageHeaders"]]
    keys = [key for value in kept for key in value.split(",")]
    assert [Mode.LIVE.own(key) for key in keys] == [None] * 4
    own = [several(1, 2).key, letter(1).key, letter(2).key, several(1, 2).key]
    assert [Mode.TEAM_ONLY.own(key) for key in keys] == own


def test_what_cannot_wait_is_marked_as_important_and_nothing_else(door: Door) -> None:
    sent(door, [letter(1, important=True), letter(2)])
    path = f"/users/{door.settings.mailbox}/mailFolders/SentItems/messages?$select=subject,importance"
    found = {m["subject"]: m["importance"] for m in door.graph.get(path)["value"]}
    assert found == {letter(1).subject: "high", letter(2).subject: "normal"}


def test_what_a_list_showed_is_read_from_its_letter(door: Door) -> None:
    sent(door, [letter(1, shown="signed 101"), letter(2)])
    assert outbox(door).shown_by(letter(1).key) == "signed 101"
    assert outbox(door).shown_by(letter(2).key) == ""
    assert outbox(door).shown_by(letter(3).key) == ""


def test_a_letter_left_for_the_audit_team_to_send_is_left_in_a_trial_too(door: Door) -> None:
    trial = {"safety": "team only", "team_only": (door.settings.mailbox,)}
    assert [o.state for o in sent(door, [letter(draft_only=True)], **trial)] == ["left as draft"]
    assert not door.tenant.deliveries()


def test_in_a_rehearsal_the_bots_own_letters_are_drafts_too_but_for_those_nobody_must_look_for(
    door: Door,
) -> None:
    own, looked_for = to_the_team(door), to_the_team(door, key="k", subject="Yes?", even_in_rehearsal=True)
    states = {o.key: o.state for o in sent(door, [own, looked_for], safety="rehearse")}
    assert states == {own.key: "left as draft", "k": "sent"}
    folders = {m["subject"]: m["folder"] for m in drafts_of(door)}
    assert folders == {own.subject: door.settings.rehearsal_folder, "Yes?": "Inbox"}
    assert delivered(door) == {"Yes?": 1}


def test_a_left_letter_that_could_not_be_held_against_the_lists_is_not_begun_anew_in_the_same_run(
    door: Door,
) -> None:
    def nobody_knows(_keys: Sequence[str]) -> Collection[str]:
        raise TenantUnavailable("the lists do not answer")

    box = left(door, letter())
    assert [o.state for o in box.send([letter()], nobody_knows)] == ["waiting"]
    assert [o.state for o in box.send([letter()])] == ["waiting"]
    assert delivered(door) == {}
    assert [o.state for o in sent(door, [letter()])] == ["sent"]
    assert kinds(door).count(EventKind.LETTER_DRAFTED) == 1


def test_a_left_letter_and_a_new_one_whose_rows_are_changed_right_before_they_leave_are_taken_back(
    door: Door,
) -> None:
    box = left(door, letter(1))
    outcomes = box.send([letter(1), letter(2)], lambda keys: keys)
    assert [o.state for o in outcomes] == ["taken back", "taken back"]
    assert (drafts_of(door), delivered(door), whys(door)) == ([], {}, [CHANGED, CHANGED])


# --------------------------------------------------------------------------------------- before each portion leaves


def test_a_portion_that_was_taken_back_whole_keeps_no_other_from_leaving(door: Door) -> None:
    box = outbox(door, letters_a_minute=1)
    box.reconcile()
    outcomes = box.send([letter(1), letter(2)], lambda keys: {letter(1).key} & set(keys))
    assert {o.key: o.state for o in outcomes} == {letter(1).key: "taken back", letter(2).key: "sent"}


def test_before_each_portion_a_run_is_asked_once_whether_it_may_go_on(door: Door) -> None:
    box, asked = outbox(door), list[str]()
    box.reconcile()
    box.only_while(lambda: asked.append("by itself"), lambda: asked.count("with the lists"))
    box.send([letter(1)])
    assert asked == ["by itself"]
    box.send([letter(2)], lambda keys: asked.append("with the lists") or ())
    assert asked == ["by itself", "with the lists"]


@pytest.mark.parametrize("with_the_lists", [False, True])
def test_a_run_that_may_not_go_on_stops_before_the_portion_leaves(door: Door, with_the_lists: bool) -> None:
    def stands_still(*_: object) -> NoReturn:
        raise StandsStill("another installation is at work.", "Stop one.")

    box = outbox(door)
    box.reconcile()
    if not with_the_lists:
        box.only_while(stands_still)
    with pytest.raises(StandsStill):
        box.send([letter()], stands_still if with_the_lists else unchanged)
    assert delivered(door) == {}
    assert EventKind.LETTER_SENDING not in kinds(door)


def test_what_exchange_was_too_busy_for_is_held_against_the_lists_once_more(door: Door) -> None:
    door.fault("throttled", method="POST", path="/send$", times=1, retry_after="2.5")
    box, asked = outbox(door), list[Sequence[str]]()
    box.reconcile()
    assert [o.state for o in box.send([letter()], lambda keys: asked.append(keys) or ())] == ["sent"]
    assert asked == [[letter().key]] * 2


def test_a_portion_counts_from_when_it_left_however_long_the_lists_took(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr("bot.office.pace.time", SimpleNamespace(monotonic=lambda: now[0]))

    def slowly(_keys: Sequence[str]) -> Collection[str]:
        now[0] += 30
        return ()

    box = outbox(door, letters_a_minute=1)
    box.reconcile()
    box.send([letter(1)], slowly)
    box.send([letter(2)])
    assert door.naps.taken == [60]


def test_a_run_whose_letters_nobody_took_says_so(door: Door) -> None:
    door.fault("request lost", method="POST", path=r"\$batch$", skip=2)
    box = outbox(door)
    box.reconcile()
    (outcome,) = box.send([letter()])
    assert outcome.why.startswith("It could not be sent: ")
    assert box.speechless == outcome.why


def test_an_answer_that_not_every_letter_of_a_portion_gets_keeps_no_other_from_leaving(door: Door) -> None:
    answering_each(door, (403, ""), (400, ""))
    outcomes = sent(door, [letter(n) for n in (1, 2, 3)], letters_a_minute=2)
    assert {o.key: o.state for o in outcomes} == {
        letter(1).key: "waiting",
        letter(2).key: "waiting",
        letter(3).key: "sent",
    }


@pytest.mark.parametrize("part", ["?$expand", "/attachments"])
def test_what_a_stopped_run_left_waits_while_only_part_of_it_can_be_seen(door: Door, part: str) -> None:
    box, batch = left(door, letter()), door.graph.batch

    def half_blind(parts: Iterable[Request], **more: Any) -> list[Reply]:
        parts = list(parts)
        replies = batch(parts, **more)
        return [
            Reply(503, {"error": {"code": "x"}}, {}) if p.method == "GET" and part in p.path else reply
            for p, reply in zip(parts, replies, strict=True)
        ]

    box.adopt()
    door.graph.batch = half_blind  # type: ignore[method-assign]
    assert [o.state for o in box.send([letter()])] == ["waiting"]
    assert (box.left_over, whys(door), len(drafts_of(door))) == ({letter().key}, [], 1)


def test_in_a_trial_nobody_but_the_team_has_a_copy_of_its_own_letters_either(door: Door) -> None:
    trial = {"safety": "team only", "team_only": (door.settings.mailbox,)}
    sent(door, [to_the_team(door, cc=(TIA,))], **trial)
    (delivery,) = door.tenant.deliveries()
    assert delivery["delivered_to"] == [door.settings.mailbox]


# --------------------------------------------------------------------------------------------- asking the mailbox


def with_one_answer(door: Door, path: str, answer: Reply | None = None, **told: Any) -> None:
    """From now on each request of a batch whose address has this in it is answered so, or each message told of in its
    answer says this as well."""
    batch = door.graph.batch

    def answered(parts: Iterable[Request], **more: Any) -> list[Reply]:
        parts = list(parts)
        replies = batch(parts, **more)
        for n, part in enumerate(parts):
            if part.method == "GET" and path in part.path:
                replies[n] = answer or replies[n]
                for message in replies[n].body.get("value", ()):
                    message.update(told)
        return replies

    door.graph.batch = answered  # type: ignore[method-assign]


BUSY = Reply(503, {"error": {"code": "ErrorServerBusy"}}, {})


def test_while_the_mailbox_does_not_answer_nothing_is_decided_about_a_letter_on_its_way(door: Door) -> None:
    answered = door.graph.batch
    answering(door, 504)
    sent(door, [letter()])
    door.graph.batch = answered  # type: ignore[method-assign]
    with_one_answer(door, "/messages?", BUSY)
    with pytest.raises(TenantUnavailable):
        outbox(door).reconcile()
    assert kinds(door)[-1] is EventKind.LETTER_SENDING


def test_with_a_lost_ledger_nothing_goes_while_nobody_can_see_what_has_gone(door: Door) -> None:
    sent(door, [letter()])
    losing_the_ledger(door)
    box = outbox(door)
    box.reconcile()
    with_one_answer(door, "/messages?", BUSY)
    with pytest.raises(TenantUnavailable):
        box.send([letter()])
    assert delivered(door) == {letter().subject: 1}


@pytest.mark.parametrize("sent_items", [None, BUSY], ids=["seen", "not seen"])
def test_a_copy_that_says_it_is_a_draft_was_sent_where_it_is_seen_to_lie_in_sent_items(
    door: Door, sent_items: Reply | None
) -> None:
    sent(door, [letter()])
    losing_the_ledger(door)
    box = outbox(door)
    box.reconcile()
    with_one_answer(door, "/messages?", isDraft=True)
    if sent_items:
        with_one_answer(door, "/mailFolders/SentItems", sent_items)
    assert box.adopt() == (0 if sent_items else 1)


def test_a_trial_finds_its_own_letters_and_the_live_bot_none_of_them(door: Door) -> None:
    trial = {"safety": "team only", "team_only": (door.settings.mailbox,)}
    sent(door, [letter()], **trial)
    mailbox = Mailbox(door.graph, door.settings.mailbox)
    for mode, found in ((Mode.TEAM_ONLY, 1), (Mode.LIVE, 0), (Mode.REHEARSE, 0)):
        search = LetterSearch(door.graph, mailbox, mode)
        assert [len(copies) for copies in search.by_key([letter().key])[1]] == [found]
        assert len(search.subjects([letter().key])) == found
        since = door.clock().replace(hour=0)
        assert [key for key, _ in search.in_sent_items(since, everywhere=True)] == [letter().key] * found


def test_a_copy_in_sent_items_confirms_its_letter_also_when_it_says_that_it_is_a_draft(door: Door) -> None:
    box = outbox(door)
    box.reconcile()
    box.send([letter()])
    with_one_answer(door, "/mailFolders/SentItems/messages", isDraft=True)
    assert box.confirm() == {letter().key}


@pytest.mark.parametrize("circle", [False, True])
def test_letters_on_every_page_are_known_and_pages_that_lead_round_in_a_circle_stop_the_run(
    door: Door, circle: bool
) -> None:
    sent(door, [letter()])
    losing_the_ledger(door)
    box, batch = outbox(door), door.graph.batch
    box.reconcile()

    def in_pages(parts: Iterable[Request], **more: Any) -> list[Reply]:
        parts = list(parts)
        replies = batch(parts, **more)
        first = {"value": [], "@odata.nextLink": parts[0].path}
        if circle:
            door.graph.get = lambda *_: first  # type: ignore[method-assign]
        return [Reply(200, first, {}), *replies[1:]] if "/messages?" in parts[0].path else replies

    door.graph.batch = in_pages  # type: ignore[method-assign]
    if circle:
        with pytest.raises(TenantUnavailable):
            box.adopt()
    else:
        assert box.adopt() == 1


def test_a_copy_that_somebody_put_among_our_drafts_was_sent_all_the_same_and_stays(door: Door) -> None:
    sent(door, [letter()])
    box = f"/users/{door.settings.mailbox}"
    (copy,) = door.graph.get(f"{box}/mailFolders/SentItems/messages")["value"]
    folder = Mailbox(door.graph, door.settings.mailbox).folder(door.settings.outbox_folder)
    door.graph.post(f"{box}/messages/{copy['id']}/move", {"destinationId": folder})
    assert [o.state for o in sent(door, [letter(2)])] == ["sent"]
    assert [m["subject"] for m in drafts_of(door)] == [letter().subject]
    assert outbox(door).drafts_in_the_mailbox() == []


@pytest.mark.parametrize(
    ("changes", "flag", "untouched"),
    [
        ({}, None, True), ({}, "1", True), ({}, "8", True), ({}, "4", False), ({}, "13", False),
        ({"isDraft": False}, None, False), ({"parentFolderId": "elsewhere"}, None, False),
    ],
)  # fmt: skip
def test_a_draft_is_untouched_while_it_lies_in_its_folder_and_exchange_has_not_begun_to_send_it(
    changes: dict[str, Any], flag: str | None, untouched: bool
) -> None:
    """Bit 4 of PidTagMessageFlags is set once a message has been submitted."""
    properties = [{"id": SUBMITTED_FLAG, "value": flag}] if flag else []
    message = {"isDraft": True, "parentFolderId": "outbox", "singleValueExtendedProperties": properties}
    assert lies_untouched(message | changes, "outbox") == untouched


def test_a_letter_that_this_run_has_no_patience_to_send_is_not_noted_as_being_sent_and_goes_with_another(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: int) -> NoReturn:
        raise TenantUnavailable("Microsoft 365 is asked no more for a while")

    with monkeypatch.context() as impatient:
        impatient.setattr(door.graph, "make_room", refused)
        for _ in range(3):
            assert [o.state for o in sent(door, [letter()])] == ["waiting"]
    assert EventKind.LETTER_SENDING not in kinds(door)
    assert [o.state for o in sent(door, [letter()])] == ["sent"]
    assert delivered(door) == {letter().subject: 1}
