"""Every message that may concern an audit has an outcome, wherever it lies and whatever people do with it."""

from __future__ import annotations

import html
import re
from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

import pytest
from forms import filled
from small_council import REF, Council
from tenant import Door

from bot.daily_run.workplace import open_workplace
from bot.errors import RequestRefused
from bot.programme.events import EventKind
from bot.programme.history.history import history_of

OUTSIDER = "somebody@elsewhere.example"
ORI = "ori.otherservice@wexcombe.example"


class Office(Council):
    """The small council, and people who tidy its mailbox."""

    def box(self, path: str) -> str:
        return f"/users/{self.door.settings.mailbox}{path}"

    def mine(self, subject: str = REF) -> dict[str, Any]:
        found = self.ask("GET", f"/mailboxes/{self.door.settings.mailbox}")["messages"]
        ours = self.door.settings.mailbox
        return next(m for m in found if subject in m["subject"] and m["from"] != ours)

    def folder_id(self, name: str) -> str:
        """A well-known folder, or one that a person makes."""
        if name.islower():
            return name
        for folder in self.door.graph.get(self.box("/mailFolders?$top=200"))["value"]:
            if folder["displayName"] == name:
                return str(folder["id"])
        return str(self.door.graph.post(self.box("/mailFolders"), {"displayName": name})["id"])

    def moves(self, folder: str, subject: str = REF) -> None:
        path = self.box(f"/messages/{self.mine(subject)['id']}/move")
        self.door.graph.post(path, {"destinationId": self.folder_id(folder)})

    def edit(self, **changes: Any) -> None:
        self.ask("PATCH", f"/lists/Audit allocations/{self.row()['id']}", changes)

    def digest(self) -> str:
        found = [d for d in self.door.tenant.deliveries(html=True) if "Audits on" in d["subject"]]
        text = re.sub(r"(?is)<(style|head)\b.*?</\1>", " ", found[-1]["html"])
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())

    def outcomes(self) -> dict[str, str]:
        """Message id -> the folder the ledger says it went to."""
        with open_workplace(
            self.door.settings, clock=lambda: datetime(2026, 3, 9, tzinfo=UTC), say=lambda _: None
        ) as workplace:
            return history_of(workplace.ledger.read()).filed_in


@pytest.fixture
def office(door: Door) -> Office:
    found = Office(door)
    found.run("2026-03-02")
    return found


def inadequate(office: Office) -> bytes:
    return filled(office.form(), grade="Inadequate")


def alerted(office: Office) -> bool:
    return any("please read today" in subject for subject in office.received("Pru Practitioner"))


@pytest.mark.parametrize("folder", ["junkemail", "archive", "March audits"])
def test_a_return_that_never_was_in_the_inbox_is_taken_in_told_and_left_where_it_lies(
    office: Office, folder: str
) -> None:
    office.arrives("Ada Auditor", inadequate(office))
    office.moves(folder)
    lies = office.mine()["folder"]
    office.run("2026-03-02", "11:00", whole=False)
    office.run("2026-03-03")
    assert alerted(office)
    assert f"was found in “{lies}” and taken in" in office.digest()
    assert office.mine()["folder"] == lies
    assert office.outcomes()[office.mine()["id"]] == lies
    office.run("2026-03-04")
    assert "was found" not in office.digest(), "told once"


def test_a_return_in_a_folder_below_a_folder_is_found(office: Office) -> None:
    office.arrives("Ada Auditor", filled(office.form(), grade="Good"))
    below = office.door.graph.post(
        office.box(f"/mailFolders/{office.folder_id('March audits')}/childFolders"), {"displayName": "Week 1"}
    )
    office.door.graph.post(
        office.box(f"/messages/{office.mine()['id']}/move"), {"destinationId": below["id"]}
    )
    office.run("2026-03-03")
    assert office.row()["Auditor's grade"] == "Good"
    assert "found in “Week 1”" in office.digest()


def test_a_return_that_was_deleted_before_it_was_read_is_asked_about_and_read_when_put_back(
    office: Office,
) -> None:
    office.arrives("Ada Auditor", inadequate(office))
    office.moves("deleteditems")
    office.run("2026-03-03")
    assert not alerted(office), "a person deleted it: nobody is alerted on a guess"
    assert "lies in “Deleted Items” and was not read" in office.digest()
    office.moves("inbox")
    office.run("2026-03-03", "11:00", whole=False)
    assert alerted(office)


def test_a_message_deleted_for_good_before_it_was_read_is_told(office: Office) -> None:
    office.door.fault("refused", method="GET", path=r"/attachments", times=50, status=400, code="ErrorX")
    office.arrives("Ada Auditor", inadequate(office))
    with pytest.raises(RequestRefused):
        office.run("2026-03-02", "11:00", whole=False)
    office.ask("DELETE", "/faults")
    office.door.graph.delete(office.box(f"/messages/{office.mine()['id']}"))
    for message in office.door.graph.get(office.box("/mailFolders/deleteditems/messages"))["value"]:
        office.door.graph.delete(office.box(f"/messages/{message['id']}"))
    office.run("2026-03-03")
    assert "was deleted before it could be read" in office.digest()


def test_a_return_of_doubtful_sender_in_junk_is_a_question_for_as_long_as_it_lies_there(
    office: Office,
) -> None:
    doubtful = {"headers": {"X-MS-Exchange-Organization-AuthAs": "Anonymous"}}
    office.arrives("Ada Auditor", filled(office.form(), grade="Good"), **doubtful)
    office.moves("junkemail")
    for day in ("2026-03-03", "2026-03-04"):
        office.run(day)
        assert "It lies in “Junk Email”" in office.digest(), day
    assert not office.row().get("Auditor's grade")
    office.moves("March audits")
    office.run("2026-03-05")
    assert "Junk Email" not in office.digest(), "a person has moved it: dealt with"


def test_junk_from_outside_is_left_alone_in_silence(office: Office) -> None:
    office.arrives("Ada Auditor", b"PK cheap watches", "offer.docx", subject="Offer", **{"from": OUTSIDER})
    office.moves("junkemail", "Offer")
    office.run("2026-03-03")
    assert "Nothing needs anyone today" in office.digest()
    assert office.mine("Offer")["folder"] == "Junk Email"
    assert office.outcomes()[office.mine("Offer")["id"]] == "Junk Email"


def test_a_word_file_that_is_no_audit_in_a_persons_folder_is_named_once(office: Office) -> None:
    office.arrives("Hal Service", b"PK minutes", "minutes.docx", subject="Minutes")
    office.moves("Training", "Minutes")
    office.run("2026-03-03")
    assert "lies in “Training”" in office.digest()
    office.run("2026-03-04")
    assert "Training" not in office.digest()


def test_what_a_person_filed_after_it_was_read_is_not_read_again(office: Office) -> None:
    office.arrives("Ada Auditor", filled(office.form(), grade="Good"))
    office.run("2026-03-02", "11:00", whole=False)
    office.moves("March audits")
    assert office.run("2026-03-03").messages == 0
    assert "was found" not in office.digest()


def test_going_through_the_mailbox_again_reads_nothing_twice(office: Office) -> None:
    office.arrives("Hal Service", None, subject="Lunch on Friday?")
    office.moves("Training", "Lunch")
    office.run("2026-03-03")
    before = len(office.outcomes())
    office.ask("POST", "/counters")
    assert office.run("2026-03-04").messages == 1
    assert len(office.outcomes()) == before + 1


# ------------------------------------------------------------------------------------------------- back in the Inbox


def held_for_its_sender(office: Office) -> None:
    office.arrives("Ori Otherservice", inadequate(office))
    office.run("2026-03-02", "11:00", whole=False)
    assert office.mine()["folder"] == "Please look at"


def test_a_held_return_that_is_put_back_into_the_inbox_is_read_again(office: Office) -> None:
    held_for_its_sender(office)
    office.edit(
        **{
            "Auditor": "ori.otherservice@wexcombe.example",
            "Auditor's Head of Service": "ori.otherservice@wexcombe.example",
        }
    )
    office.moves("inbox")
    office.run("2026-03-02", "11:05", whole=False)
    assert alerted(office)
    assert office.mine()["folder"] == "Audits taken in"


def test_a_held_return_put_back_without_any_change_is_held_again_and_asked_once(office: Office) -> None:
    held_for_its_sender(office)
    for hour in ("11:05", "11:10"):
        office.moves("inbox")
        office.run("2026-03-02", hour, whole=False)
        assert office.mine()["folder"] == "Please look at"
    office.run("2026-03-03")
    assert office.digest().count("who is neither its auditor") == 1


def test_a_message_left_in_the_inbox_is_not_read_again_because_somebody_flags_it(office: Office) -> None:
    office.arrives("Hal Service", None, subject="Lunch on Friday?")
    office.run("2026-03-02", "11:00", whole=False)
    path = office.box(f"/messages/{office.mine('Lunch')['id']}")
    office.door.graph._request("PATCH", path, body={"categories": ["Blue"]}, safe=True)
    assert office.run("2026-03-02", "11:05", whole=False).messages == 0


def test_delta_that_shows_again_what_has_left_the_inbox_reads_nothing_again(office: Office) -> None:
    office.arrives("Ada Auditor", filled(office.form(), grade="Good"))
    office.run("2026-03-02", "11:00", whole=False)
    with open_workplace(
        office.door.settings, clock=lambda: datetime(2026, 3, 2, 12, tzinfo=UTC), say=lambda _: None
    ) as workplace:
        from bot.daily_run.post.post_room import PostRoom
        from bot.office.mail.mailbox import Envelope

        history = history_of(workplace.ledger.read())
        room = PostRoom(workplace, history)
        room.look(whole=False)
        shown = Envelope(office.mine()["id"], "", "", datetime(2026, 3, 2, tzinfo=UTC), "stale", {})
        room._back([shown])
        assert room.waiting == []


# --------------------------------------------------------------------------------------- what it failed on has changed


def test_a_held_return_is_tried_again_when_its_row_has_changed(office: Office) -> None:
    held_for_its_sender(office)
    office.run("2026-03-03")
    assert "It may hold an Inadequate" in office.digest()
    office.edit(
        **{
            "Auditor": "ori.otherservice@wexcombe.example",
            "Auditor's Head of Service": "ori.otherservice@wexcombe.example",
        }
    )
    office.run("2026-03-04")
    assert alerted(office)
    assert office.mine()["folder"] == "Audits taken in"
    assert "It may hold an Inadequate" not in office.digest()


def test_a_held_return_is_not_read_again_while_nothing_has_changed(office: Office) -> None:
    held_for_its_sender(office)
    office.run("2026-03-03")
    office.run("2026-03-04")
    with open_workplace(
        office.door.settings, clock=lambda: datetime(2026, 3, 5, tzinfo=UTC), say=lambda _: None
    ) as workplace:
        kinds = Counter(event.kind for event in workplace.ledger.read())
    assert kinds[EventKind.MESSAGE_READ_AGAIN] == 0
    assert kinds[EventKind.NEEDS_A_PERSON] == 1
    assert kinds[EventKind.MESSAGE_TRIED] == 1


def test_a_held_return_whose_row_changed_in_vain_keeps_its_question_and_its_day(office: Office) -> None:
    held_for_its_sender(office)
    office.edit(Note="We have asked her.")
    office.run("2026-03-04")
    assert "since Monday, 2 working days" in office.digest()
    assert office.mine()["folder"] == "Please look at"


def test_a_return_for_a_row_that_is_entered_later_is_taken_in_then(office: Office) -> None:
    form = filled(office.form(), grade="Good")
    office.edit(Title="FSP-2026-03-901")
    office.arrives("Ada Auditor", form)
    office.run("2026-03-02", "11:00", whole=False)
    assert office.mine()["folder"] == "Please look at"
    row = office.row("FSP-2026-03-901")["id"]
    office.ask("PATCH", f"/lists/Audit allocations/{row}", {"Title": REF})
    office.run("2026-03-03")
    assert office.row()["Auditor's grade"] == "Good"


# ---------------------------------------------------------------------------------------------------- folders by id


def asked(office: Office) -> None:
    headers = {"X-MS-Exchange-Organization-AuthAs": "Anonymous"}
    office.arrives("Ada Auditor", filled(office.form(), grade="Good"), headers=headers)
    office.run("2026-03-02", "11:00", whole=False)


def test_a_folder_that_was_renamed_goes_on_working(office: Office) -> None:
    asked(office)
    path = office.box(f"/mailFolders/{office.folder_id('Please look at')}")
    office.door.graph._request("PATCH", path, body={"displayName": "1 To do"}, safe=True)
    office.arrives(
        "Hal Service", filled(office.form("FSP-2026-03-002"), grade="Good"), subject="RE: FSP-2026-03-002"
    )
    office.run("2026-03-03")
    assert "2 things for a person" in office.digest()
    assert {m["folder"] for m in office.inbox()} == {"Inbox", "1 To do"}


@pytest.mark.parametrize("above", ["inbox", "Old things"])
def test_a_folder_that_was_moved_goes_on_working(office: Office, above: str) -> None:
    asked(office)
    path = office.box(f"/mailFolders/{office.folder_id('Please look at')}/move")
    office.door.graph.post(path, {"destinationId": office.folder_id(above)})
    office.run("2026-03-03")
    assert "1 thing for a person" in office.digest()
    office.arrives(
        "Hal Service", filled(office.form("FSP-2026-03-002"), grade="Good"), subject="RE: FSP-2026-03-002"
    )
    office.run("2026-03-04")
    assert "2 things for a person" in office.digest()


@pytest.mark.parametrize("for_good", [False, True])
def test_a_folder_that_was_deleted_is_asked_about_once_and_made_anew(office: Office, for_good: bool) -> None:
    asked(office)
    path = office.box(f"/mailFolders/{office.folder_id('Please look at')}")
    office.door.graph.delete(path)  # into Deleted Items
    if for_good:
        office.door.graph.delete(path)
    office.run("2026-03-03")
    assert (
        "The folder “Please look at” was deleted, and a new one was made. 1 message waited" in office.digest()
    )
    office.arrives(
        "Hal Service", filled(office.form("FSP-2026-03-002"), grade="Good"), subject="RE: FSP-2026-03-002"
    )
    office.run("2026-03-04")
    assert "was deleted" not in office.digest()
    assert office.mine("FSP-2026-03-002")["folder"] == "Please look at"


# ------------------------------------------------------------------------------------------------------ where it begins


def test_nothing_that_came_before_the_installation_is_read_moved_or_filed(door: Door) -> None:
    office = Office(door)
    office.ask("POST", "/clock", {"now": "2026-02-27T10:00:00+00:00"})  # Friday
    office.arrives("Hal Service", b"PK an old file", "old.docx", subject="An old one")
    office.ask("POST", "/clock", {"now": "2026-03-02T07:00:00+00:00"})  # Monday, the day of the first run
    office.arrives("Hal Service", b"PK a new file", "new.docx", subject="A new one")
    for day in ("2026-03-02", "2026-03-03"):
        office.run(day)
    assert office.mine("An old one")["folder"] == "Inbox"
    assert office.mine("An old one")["id"] not in office.outcomes()
    assert office.mine("A new one")["folder"] == "Please look at"


def test_the_profile_may_name_another_day(door: Door) -> None:
    office = Office(door)
    office.ask("POST", "/clock", {"now": "2026-02-27T10:00:00+00:00"})
    office.arrives("Hal Service", b"PK an old file", "old.docx", subject="An old one")
    office.moves("March audits", "An old one")
    office.run("2026-03-02")
    assert office.mine("An old one")["id"] not in office.outcomes()
    office.run("2026-03-03", start_on=date(2026, 2, 27))
    assert office.outcomes()[office.mine("An old one")["id"]] == "March audits"


def test_a_ledger_that_was_lost_is_made_again_from_what_was_taken_in(office: Office) -> None:
    office.arrives("Ada Auditor", filled(office.form(), grade="Good"))
    other = filled(office.form("FSP-2026-03-002"), grade="Good")
    office.arrives("Hal Service", other, "FSP-2026-03-002.docx", subject="RE: Audit FSP-2026-03-002")
    office.run("2026-03-03")
    letters = Counter(office.received("Mo Moderator"))
    before = {m["id"]: m["folder"] for m in office.inbox()}
    office.run("2026-03-04", ledger=f"sqlite:///{office.door.folder / 'another.sqlite'}")
    assert Counter(office.received("Mo Moderator")) == letters, "nobody is written to twice"
    assert {m["id"]: m["folder"] for m in office.inbox() if m["id"] in before} == before, "nothing is moved"
    assert "Hal Service" in office.digest(), "the question is open as it was"
    assert office.row()["Status"] == "With moderator"
    assert "was found" not in office.digest()


def test_a_first_look_that_is_stopped_goes_on_where_it_was(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Office(door)
    for n in range(120):
        office.arrives(("Hal Service", "Mo Moderator")[n % 2], None, subject=f"Lunch {n}")
    office.door.fault("refused", method="GET", path="delta", skip=2, times=1)
    with pytest.raises(Exception, match="403"):
        office.run("2026-03-02")
    office.ask("POST", "/counters")
    report = office.run("2026-03-02", "08:10")
    assert report.messages == 120
    assert len(office.outcomes()) == 120


def test_a_folder_named_after_a_child_names_nobody_in_the_digest_nor_in_the_ledger(office: Office) -> None:
    office.arrives("Ada Auditor", filled(office.form(), grade="Good"))
    office.moves("March Robin")
    office.run("2026-03-03")
    assert office.row()["Auditor's grade"] == "Good"
    assert "was found in “March …” and taken in" in office.digest()
    assert "Robin" not in repr(office.outcomes())
