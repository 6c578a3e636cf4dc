"""Messages as Exchange really gives them: files that come later, links led astray, locked bodies."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from forms import filled
from small_council import REF, Council, kept
from tenant import Door, email

from bot.errors import RequestRefused, TenantUnavailable
from bot.office.graph import Graph
from bot.office.mail.mailbox import Mailbox
from bot.office.sign_in import TIME_OUT, signed_in
from bot.programme.messages.post import Attachment, Post
from bot.programme.messages.safe_links import unwrapped
from bot.programme.messages.sender import doubt_about_sender

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
NOW = datetime(2026, 3, 16, 10, 0, tzinfo=UTC)  # a Monday
SCAN = Attachment("1", "Safe Attachments Scan In Progress", "message/rfc822", 4_000, "file", False)
FORM = Attachment("2", f"{REF}.docx", WORD, 40_000, "file", False)
DOMAINS = ("wexcombe.example",)
UNSAID = "Exchange does not say whether the sender is one of ours"
OUTSIDE = "Exchange did not recognise the sender as one of ours"


def message(*attachments: Attachment, **changes: Any) -> Post:
    given: dict[str, Any] = {
        "id": "1",
        "internet_id": "<1@wexcombe.example>",
        "subject": f"RE: Audit {REF}",
        "sender": email("Ada Auditor"),
        "to": (),
        "cc": (),
        "received": NOW,
        "has_attachments": True,
        "attachments": attachments,
    }
    return Post(**{**given, **changes})


def inbox(mailbox: Mailbox) -> list[Post]:
    return [found for page in mailbox.inbox("") for found in mailbox.opened(page.messages)]


# ----------------------------------------------------------------------------------------------- Safe Attachments


@pytest.mark.parametrize(
    ("found", "waits_for"),
    [
        (message(SCAN), timedelta(hours=23)),
        (message(FORM, SCAN), timedelta(hours=23)),
        (message(), timedelta(hours=23)),
        (message(replace(FORM, size=0)), timedelta(minutes=59)),
        (message(replace(FORM, size=420)), timedelta(minutes=59)),
    ],
    ids=["a placeholder", "one beside a form", "announced and not there", "empty", "a few hundred bytes"],
)
def test_files_that_are_still_looked_at_are_waited_for_but_not_for_ever(
    found: Post, waits_for: timedelta
) -> None:
    assert found.still_arriving(NOW)
    assert found.still_arriving(NOW + waits_for)
    assert not found.still_arriving(NOW + waits_for + timedelta(hours=1))


@pytest.mark.parametrize("found", [message(FORM), message(has_attachments=False)], ids=["a form", "no file"])
def test_what_is_there_is_not_waited_for(found: Post) -> None:
    assert not found.still_arriving(NOW)


def test_a_message_whose_files_are_still_looked_at_stays_untouched_and_is_told_after_an_hour(
    council: Council,
) -> None:
    council.run("2026-03-16")
    council.ask("POST", "/clock", {"now": "2026-03-16T10:00:00+00:00"})
    council.arrives("Ada Auditor", b"a notice", "Safe Attachments Scan In Progress")
    soon = council.run("2026-03-16", "10:05", whole=False)
    assert not soon.problems
    assert kept(council) == []
    late = council.run("2026-03-16", "11:30", whole=False)
    assert late.questions == 1
    told = [d["html"] for d in council.door.tenant.deliveries(html=True) if "held return" in d["subject"]]
    assert ["Safe Attachments has not let its files through" in html for html in told] == [True]
    assert {m["folder"] for m in council.inbox() if REF in m["subject"]} == {"Inbox"}


# ---------------------------------------------------------------------------------------------------- attachments


def test_a_form_marked_as_inline_is_seen_although_exchange_says_there_is_no_attachment(door: Door) -> None:
    council = Council(door)
    council.run("2026-03-02")
    form = filled(council.form(), grade="Good")
    inline = {"name": f"{REF}.docx", "base64": base64.b64encode(form).decode(), "inline": True}
    council.arrives("Ada Auditor", None, attachments=[inline])
    mailbox = Mailbox(door.graph, door.settings.mailbox)
    (found,) = (m for m in inbox(mailbox) if m.sender == email("Ada Auditor"))
    assert not found.has_attachments
    (attachment,) = found.attachments
    assert attachment.inline
    assert attachment.brought
    assert mailbox.attachment_bytes(found.id, attachment) == form


def test_a_message_can_be_had_as_it_travelled(door: Door) -> None:
    council = Council(door)
    council.arrives("Ada Auditor", b"x" * 1_000)
    mailbox = Mailbox(door.graph, door.settings.mailbox)
    (found,) = inbox(mailbox)
    whole = mailbox.mime(found.id)
    assert b"Subject:" in whole
    assert f"{REF}".encode() in whole


# ------------------------------------------------------------------------------------------------------- protection


@pytest.mark.parametrize(
    "found",
    [
        message(headers={"content-class": "rpmsg.message"}, has_attachments=False),
        message(Attachment("1", "message_v4.rpmsg", "application/octet-stream", 9_000, "file", False)),
        message(Attachment("1", "x", "application/x-microsoft-rpmsg-message", 9_000, "file", False)),
    ],
    ids=["by its class", "by its file's name", "by its file's type"],
)
def test_a_protected_message_is_known(found: Post) -> None:
    assert found.protected
    assert not message(FORM).protected


def test_a_protected_message_about_an_audit_is_put_to_a_person_by_that_name(council: Council) -> None:
    council.run("2026-03-16")
    council.arrives("Ada Auditor", b"locked" * 400, "message.rpmsg")
    council.run("2026-03-16", "10:05", whole=False)
    assert kept(council) == [("Please look at", ["Protected"])]


# ------------------------------------------------------------------------------------------------------ Safe Links

LINK = "https://wexcombe-my.sharepoint.com/:w:/g/personal/ada/Eabc?e=1"
WRAPPED = (
    "https://gbr01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwexcombe-my.sharepoint.com%2F%3Aw%3A%2Fg%2F"
    "personal%2Fada%2FEabc%3Fe%3D1&amp;data=05%7C02%7C&amp;sdata=x%3D&amp;reserved=0"
)


def test_a_link_is_read_as_its_sender_wrote_it() -> None:
    assert unwrapped(f'<a href="{WRAPPED}">here</a>') == f'<a href="{LINK}">here</a>'
    assert unwrapped(f"here: {WRAPPED.replace('&amp;', '&')} and more") == f"here: {LINK} and more"
    newer = WRAPPED.replace(".com/?url", ".com/ap/w-59584e83/?url")
    assert unwrapped(newer) == LINK


def test_a_link_that_was_wrapped_twice_is_read_as_its_sender_wrote_it() -> None:
    once = WRAPPED.replace("&amp;", "&")
    twice = (
        f"https://eur02.safelinks.protection.outlook.com/?url={requests.utils.quote(once, safe='')}&data=1"
    )
    assert unwrapped(twice) == LINK


def test_a_wrapped_address_cannot_add_anything_to_a_message() -> None:
    wrapped = "https://gbr01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fx%22%3E%3Cscript%3E&data=1"
    assert "<script>" not in unwrapped(f'<a href="{wrapped}">x</a>')


def test_a_link_elsewhere_and_one_that_only_looks_alike_stay_as_they_are() -> None:
    for text in (LINK, "https://safelinks.protection.outlook.com.example.org/?url=https%3A%2F%2Fx"):
        assert unwrapped(text) == text


# ----------------------------------------------------------------------------------------------------- the sender


@pytest.mark.parametrize(
    ("headers", "mark", "doubt"),
    [
        ({"x-ms-exchange-organization-authas": "Internal"}, "", None),
        ({"x-ms-exchange-organization-authas": "Internal", "authentication-results": "none"}, "", None),
        ({}, "", UNSAID),
        ({"x-ms-exchange-organization-authas": "Anonymous"}, "", OUTSIDE),
        ({"x-wexcombe-inside": "yes"}, "X-Wexcombe-Inside: yes", None),
        ({"x-wexcombe-inside": "no"}, "X-Wexcombe-Inside: yes", UNSAID),
        ({"x-wexcombe-inside": "yes"}, "", UNSAID),
    ],
    ids=["inside", "without results", "nothing said", "outside", "own rule", "another mark", "no such rule"],
)  # fmt: skip
def test_only_mail_that_is_vouched_for_comes_from_inside(
    headers: dict[str, str], mark: str, doubt: str | None
) -> None:
    assert doubt_about_sender(message(headers=headers).marked_by(mark), DOMAINS) == doubt


# --------------------------------------------------------------------------------------------------------- signing in


def test_signing_in_never_waits_for_ever(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[tuple[str, Any]] = []
    send = requests.Session.send

    def watched(self: requests.Session, request: requests.PreparedRequest, **given: Any) -> requests.Response:
        waits.append((str(request.url), given.get("timeout")))
        return send(self, request, **given)

    monkeypatch.setattr(requests.Session, "send", watched)
    account = signed_in(door.settings.tenant)
    account.connection.close()
    assert waits
    assert {timeout for _, timeout in waits} == {TIME_OUT}


def test_a_token_that_is_no_longer_taken_is_not_shown_again_from_the_cache(door: Door) -> None:
    before = door.graph._connection.session.headers["Authorization"]
    door.tenant.ask("POST", "/clock", {"now": "2026-03-02T08:10:00+00:00"})
    door.fault("expired token", path="mailFolders")
    door.graph.get(f"/users/{door.settings.mailbox}/mailFolders")
    assert door.graph._connection.session.headers["Authorization"] != before


class Dying:
    """A Graph whose next link always dies, or whose answer to a place of long ago is not to be followed."""

    def __init__(self, fault: Exception, *, always: bool) -> None:
        self._fault, self._always, self.asked = fault, always, 0

    def get(self, link: str, headers: dict[str, str]) -> dict[str, Any]:
        self.asked += 1
        if link.startswith("https://"):
            raise self._fault
        ends = (
            {"@odata.nextLink": "https://graph/next"}
            if self._always
            else {"@odata.deltaLink": "https://graph/new"}
        )
        return {"value": [], **ends}


def test_a_place_in_the_inbox_that_dies_on_every_page_ends_the_look_and_never_goes_round_for_ever() -> None:
    graph: Any = Dying(RequestRefused("gone", status=410), always=True)
    with pytest.raises(RequestRefused):
        list(Mailbox(graph, "audit.team@wexcombe.example").inbox(""))
    assert graph.asked < 10


def test_a_place_in_the_inbox_at_an_address_graph_no_longer_has_is_begun_anew() -> None:
    graph: Any = Dying(RequestRefused("another host", status=0), always=False)
    pages = list(Mailbox(graph, "audit.team@wexcombe.example").inbox("https://former/delta?token"))
    assert [page.cursor for page in pages] == ["https://graph/new"]


class Circle:
    """A Graph each of whose pages leads to the next but one, and that back to the first."""

    onward = Graph.onward

    def get(self, link: str, *_: Any, **__: Any) -> dict[str, Any]:
        return {
            "value": [],
            "@odata.nextLink": "https://graph/b" if link.endswith("/a") else "https://graph/a",
        }


def test_pages_that_lead_round_in_a_circle_are_not_followed_for_ever() -> None:
    circle: Any = Circle()
    with pytest.raises(TenantUnavailable):
        list(Mailbox(circle, "audit.team@wexcombe.example").inbox(""))
    with pytest.raises(TenantUnavailable):
        list(Graph.pages(circle, "/users/x/messages"))
