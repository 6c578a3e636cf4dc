"""What Exchange does with a letter between `/send` and its readers, and what it writes by itself."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from graph_client import Client, fresh
from tenant import email, small_seed

import sandbox
from sandbox.tenant.behaviours import LARGE_TENANT

ADA, TIA = email("Ada Auditor"), email("Tia Manager")
FLAGS = "Integer 0xe07"
SUBMIT, UNSENT = 4, 8
FILE = {"@odata.type": "#microsoft.graph.fileAttachment", "name": "form.docx", "contentBytes": "Zm9ybQ=="}


@pytest.fixture
def client(running: sandbox.Running) -> Iterator[Client]:
    with fresh(running) as found:
        yield found


def flags(message: dict[str, Any]) -> int:
    (found,) = message["singleValueExtendedProperties"]
    return int(found["value"])


def with_flags(client: Client) -> list[dict[str, Any]]:
    return client.find(expand=f"singleValueExtendedProperties($filter=id eq '{FLAGS}')", top="100")


def mime_of(client: Client, message: dict[str, Any]) -> EmailMessage:
    content = client.mail("GET", f"/messages/{message['id']}/$value").content
    found = message_from_bytes(content, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def headers_of(client: Client, message: dict[str, Any]) -> dict[str, str]:
    found = client.mail("GET", f"/messages/{message['id']}?$select=internetMessageHeaders").json()
    return {h["name"].lower(): h["value"] for h in found["internetMessageHeaders"]}


def class_of(client: Client, message: dict[str, Any]) -> str:
    path = f"/messages/{message['id']}?$expand=singleValueExtendedProperties($filter=id eq 'String 0x1a')"
    value: str = client.mail("GET", path).json()["singleValueExtendedProperties"][0]["value"]
    return value


# ---------------------------------------------------------------------------------------------------- limits


def test_what_is_beyond_the_rate_is_being_sent_until_its_minute(client: Client) -> None:
    client.behave(sending_rate=3)
    for n in range(7):
        assert client.send(client.draft(ADA, subject=str(n))) == 202
    assert [d["subject"] for d in client.tenant.deliveries()] == ["0", "1", "2"]
    waiting = [m for m in with_flags(client) if m["isDraft"]]
    assert len(waiting) == 4
    assert all(flags(m) & (SUBMIT | UNSENT) == SUBMIT | UNSENT for m in waiting)
    client.clock("2026-04-01T07:01:30+00:00")
    assert len(client.tenant.deliveries()) == 6
    client.clock("2026-04-01T07:02:30+00:00")
    assert [d["at"][:16] for d in client.tenant.deliveries()] == (
        ["2026-04-01T07:00"] * 3 + ["2026-04-01T07:01"] * 3 + ["2026-04-01T07:02"]
    )


def test_a_message_beyond_the_recipients_of_a_day_comes_back(client: Client) -> None:
    client.behave(recipient_quota=2)
    for _ in range(3):
        assert client.send(client.draft(ADA)) == 202
    (bounce,) = client.inbox()
    assert "5.1.90" in mime_of(client, bounce).as_string()
    client.clock("2026-04-02T07:01:00+00:00")
    assert client.send(client.draft(ADA)) == 202
    assert len([d for d in client.tenant.deliveries() if d["delivered_to"] == [ADA]]) == 3


def test_more_than_the_upload_quota_in_five_minutes_is_429(client: Client) -> None:
    client.behave(upload_quota=1)
    draft = client.draft(ADA)
    half = {**FILE, "contentBytes": base64.b64encode(b"a" * 500_000).decode()}
    path = f"/messages/{draft['id']}/attachments"
    assert client.mail("POST", path, half).status_code == 201
    refused = client.mail("POST", path, half)
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "ApplicationThrottled")
    assert 0 < int(refused.headers["Retry-After"]) <= 300
    client.clock("2026-04-01T07:06:00+00:00")
    assert client.mail("POST", path, half).status_code == 201


def test_every_limit_can_be_switched_off(client: Client) -> None:
    client.behave(sending_rate=False, request_quota=False, upload_quota=False, recipient_quota=False)
    for _ in range(35):
        client.send(client.draft(ADA))
    assert len(client.tenant.deliveries()) == 35


# --------------------------------------------------------------------------------------- between send and Sent Items


def test_the_copy_in_sent_items_may_lag_though_the_letter_has_arrived(client: Client) -> None:
    client.behave(Sent_Items_lag=300)
    draft = client.draft(ADA)
    client.send(draft)
    assert len(client.tenant.deliveries()) == 1
    (message,) = with_flags(client)
    assert message["isDraft"]
    assert flags(message) & SUBMIT
    client.clock("2026-04-01T07:05:01+00:00")
    (message,) = with_flags(client)
    assert not message["isDraft"]
    assert not flags(message) & (SUBMIT | UNSENT)


def test_the_immutable_id_may_change_on_sending_and_the_extended_property_stays(client: Client) -> None:
    client.behave(ids_change_on_send=1)
    key = "String {6f2c1f5e-3d0b-4a77-9d3c-2f6a8b1e5c40} Name Reference"
    draft = client.draft(ADA, singleValueExtendedProperties=[{"id": key, "value": "k1"}])
    client.send(draft)
    assert client.mail("GET", f"/messages/{draft['id']}").status_code == 404
    question = f"singleValueExtendedProperties/Any(ep: ep/id eq '{key}' and ep/value eq 'k1')"
    assert [m["isDraft"] for m in client.find(filter=question)] == [False]


def test_what_a_second_send_answers_is_chance_and_it_never_sends_again(client: Client) -> None:
    client.behave(second_send=True)
    draft = client.draft(ADA)
    assert client.send(draft) == 202
    assert {client.send(draft) for _ in range(30)} == {202, 404, 400}
    assert len(client.tenant.deliveries()) == 1


# ---------------------------------------------------------------------------------------------------- reports


def bounced(client: Client) -> dict[str, Any]:
    draft = client.draft(
        "nobody@wexcombe.example", internetMessageHeaders=[{"name": "x-reference", "value": "R1"}]
    )
    client.send(draft)
    (found,) = client.inbox()
    return found


def test_a_bounce_tells_what_failed_in_its_mime_alone(client: Client) -> None:
    bounce = bounced(client)
    assert class_of(client, bounce) == "REPORT.IPM.Note.NDR"
    headers = headers_of(client, bounce)
    assert headers["auto-submitted"] == "auto-replied"
    assert headers["return-path"] == "<>"
    assert headers["x-ms-exchange-organization-authas"] == "Internal"
    assert not {"x-failed-recipients", "x-reference"} & headers.keys()
    mime = mime_of(client, bounce)
    assert (mime.get_content_type(), mime.get_param("report-type")) == ("multipart/report", "delivery-status")
    parts = {part.get_content_type(): part for part in mime.iter_parts()}
    assert set(parts) == {"text/html", "message/delivery-status", "message/rfc822"}
    _per_message, per_recipient = parts["message/delivery-status"].get_payload()
    assert per_recipient["Action"] == "failed"
    assert per_recipient["Final-Recipient"] == "rfc822;nobody@wexcombe.example"
    (original,) = parts["message/rfc822"].get_payload()
    sent = client.mail("GET", "/mailFolders/SentItems/messages").json()["value"][0]
    assert original["Message-ID"] == sent["internetMessageId"]
    assert original["x-reference"] is None


def test_other_systems_bounces_and_our_headers_inside_are_switches(client: Client) -> None:
    client.tenant.ask("POST", "/behaviours", {"Exchange bounces": False, "bounces carry our headers": True})
    bounce = bounced(client)
    assert headers_of(client, bounce)["x-failed-recipients"] == "nobody@wexcombe.example"
    assert "x-reference: R1" in mime_of(client, bounce).as_string()


@pytest.mark.parametrize(
    ("kind", "message_class", "action"),
    [
        ("delay notice", "REPORT.IPM.Note.Delayed", "delayed"),
        ("relay notice", "REPORT.IPM.Note.Relayed", "relayed"),
        ("delivery receipt", "REPORT.IPM.Note.DR", "delivered"),
        ("bounce", "REPORT.IPM.Note.NDR", "failed"),
    ],
)
def test_exchange_reports_on_a_letter(client: Client, kind: str, message_class: str, action: str) -> None:
    draft = client.draft(ADA)
    client.send(draft)
    event = {"kind": kind, "internetMessageId": draft["internetMessageId"], "recipients": [ADA]}
    client.tenant.ask("POST", "/events", event)
    (report,) = client.inbox()
    assert class_of(client, report) == message_class
    assert f"Action: {action}" in mime_of(client, report).as_string()


@pytest.mark.parametrize(
    ("kind", "message_class", "odata"),
    [
        ("meeting request", "IPM.Schedule.Meeting.Request", "#microsoft.graph.eventMessageRequest"),
        ("meeting accepted", "IPM.Schedule.Meeting.Resp.Pos", "#microsoft.graph.eventMessageResponse"),
        ("recall", "IPM.Outlook.Recall", None),
        ("read receipt", "REPORT.IPM.Note.IPNRN", None),
        ("protected mail", "IPM.Note", None),
    ],
)
def test_outlook_writes_by_itself(client: Client, kind: str, message_class: str, odata: str | None) -> None:
    event = {"kind": kind, "from": ADA, "to": client.tenant.mailbox, "subject": "x"}
    client.tenant.ask("POST", "/events", event)
    (message,) = client.inbox()
    assert (class_of(client, message), message.get("@odata.type")) == (message_class, odata)
    assert message["hasAttachments"] is False


@pytest.mark.parametrize(
    "kind", ["", "IPM.Note.Rules.ExternalOofTemplate.Microsoft", "IPM.Note.Rules.ReplyTemplate.Microsoft"]
)
def test_somebody_away_answers_each_sender_once_while_it_is_on(client: Client, kind: str) -> None:
    away = {"email": ADA, "text": "Away.", "message_class": kind}
    client.tenant.ask("POST", "/automatic-reply", away)
    for _ in range(2):
        client.send(client.draft(ADA))
    (reply,) = client.inbox()
    assert class_of(client, reply) == (kind or "IPM.Note.Rules.OofTemplate.Microsoft")
    client.tenant.ask("POST", "/automatic-reply", away)
    client.send(client.draft(ADA))
    assert len(client.inbox()) == 2


def test_a_reader_whose_outlook_sends_receipts_sends_one_when_asked(client: Client) -> None:
    client.behave(read_receipts=True)
    client.send(client.draft(ADA))
    assert client.inbox() == []
    client.send(client.draft(ADA, isReadReceiptRequested=True))
    assert [m["subject"] for m in client.inbox()] == ["Read: Hello"]


# --------------------------------------------------------------------------------------------------- arriving


def arrives(client: Client, sender: str = ADA, **more: Any) -> dict[str, Any]:
    message = {
        "from": sender,
        "to": [client.tenant.mailbox],
        "subject": "A form",
        "html": "<p>Here</p>",
        **more,
    }
    client.tenant.ask("POST", "/messages", message)
    return next(m for m in client.inbox() if m["subject"] == message["subject"])


def test_exchange_says_who_is_inside_and_checks_only_who_is_not(client: Client) -> None:
    inside = headers_of(client, arrives(client))
    assert inside["x-ms-exchange-organization-authas"] == "Internal"
    assert "authentication-results" not in inside
    outside = headers_of(client, arrives(client, "somebody@elsewhere.example", subject="B"))
    assert outside["x-ms-exchange-organization-authas"] == "Anonymous"
    assert "dmarc=pass" in outside["authentication-results"]
    client.behave(AuthAs_absent_on_outside_mail=True)
    silent = headers_of(client, arrives(client, "somebody@elsewhere.example", subject="C"))
    assert "x-ms-exchange-organization-authas" not in silent


def test_safe_links_lead_every_web_link_over_microsoft_and_leave_addresses_alone(client: Client) -> None:
    client.behave(Safe_Links=True)
    html = '<a href="https://example.org/a?b=1&amp;c=2">A</a> <a href="mailto:a@b.example?subject=x">B</a>'
    content = arrives(client, html=html)["body"]["content"]
    assert (
        "safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.org%2Fa%3Fb%3D1%26c%3D2&amp;data="
        in content
    )
    assert 'href="mailto:a@b.example?subject=x"' in content


WORD = [{"name": "form.docx", "base64": "Zm9ybQ=="}]


def names(client: Client, message: dict[str, Any]) -> list[str]:
    found = client.mail("GET", f"/messages/{message['id']}/attachments?$select=name").json()["value"]
    return [a["name"] for a in found]


def test_a_file_comes_once_it_is_scanned_and_never_if_the_message_was_moved(client: Client) -> None:
    client.behave(Safe_Attachments=120)
    stays, goes = arrives(client, attachments=WORD), arrives(client, subject="Moved", attachments=WORD)
    assert names(client, stays) == ["Safe Attachments Scan In Progress"]
    moved = client.mail("POST", f"/messages/{goes['id']}/move", {"destinationId": "archive"}).json()
    client.clock("2026-04-01T07:03:00+00:00")
    assert names(client, stays) == ["form.docx"]
    assert names(client, moved) == ["Safe Attachments Scan In Progress"]


def test_files_may_be_announced_before_they_are_there(client: Client) -> None:
    client.behave(Safe_Attachments=120, attachments_announced_and_empty=True)
    message = arrives(client, attachments=WORD)
    assert message["hasAttachments"] is True
    assert names(client, message) == []


def test_a_form_may_be_marked_inline_and_then_the_message_says_it_has_none(client: Client) -> None:
    client.behave(files_marked_inline=1)
    message = arrives(client, attachments=WORD)
    assert message["hasAttachments"] is False
    assert names(client, message) == ["form.docx"]


def test_a_rule_may_move_a_message_before_anybody_looks(client: Client) -> None:
    message = {"from": ADA, "to": [client.tenant.mailbox], "subject": "x", "folder": "archive"}
    client.tenant.ask("POST", "/messages", message)
    assert client.inbox() == []


# ------------------------------------------------------------------------------------------------------ delta


def link(
    client: Client, start: str = "/mailFolders/Inbox/messages/delta"
) -> tuple[list[dict[str, Any]], str]:
    page = client.call("GET", start).json() if start.startswith("https") else client.mail("GET", start).json()
    seen = page["value"]
    while "@odata.nextLink" in page:
        page = client.call("GET", page["@odata.nextLink"]).json()
        seen += page["value"]
    return seen, page["@odata.deltaLink"]


def test_delta_keeps_the_last_four_links_of_a_traverse(client: Client) -> None:
    links = [link(client)[1]]
    for _ in range(4):
        links.append(link(client, links[-1])[1])
    old = client.call("GET", links[0])
    assert (old.status_code, old.json()["error"]["code"]) == (410, "SyncStateNotFound")
    assert client.call("GET", links[1]).status_code == 200


def test_delta_filters_by_the_day_received_alone(client: Client) -> None:
    path = "/mailFolders/Inbox/messages/delta?$filter="
    assert client.mail("GET", f"{path}receivedDateTime ge 2026-01-01T00:00:00Z").status_code == 200
    assert client.mail("GET", f"{path}isRead eq false").status_code == 400


def test_delta_may_show_twice_miss_a_move_and_expire(client: Client) -> None:
    client.behave(delta_shows_twice=1, delta_misses_a_move=1)
    message = arrives(client)
    seen, place = link(client)
    assert [m["id"] for m in seen] == [message["id"]] * 2
    client.mail("POST", f"/messages/{message['id']}/move", {"destinationId": "archive"})
    seen, place = link(client, place)
    assert seen == []
    client.behave(delta_expires=1)
    assert client.call("GET", place).status_code == 410


# ---------------------------------------------------------------------------------------------- a large tenant


def test_a_letter_in_a_large_tenant_arrives_all_the_same() -> None:
    with sandbox.run(small_seed(), profile=LARGE_TENANT) as tenant, fresh(tenant) as client:
        draft = client.draft(
            ADA,
            attachments=[FILE],
            body={"contentType": "html", "content": "<a href='https://a.example'>A</a>"},
        )
        assert client.send(draft) == 202
        client.clock("2026-04-01T07:10:00+00:00")
        (delivery,) = client.tenant.deliveries(html=True)
        assert [a["name"] for a in delivery["attachments"]] == ["form.docx"]
        box = client.tenant.ask("GET", f"/mailboxes/{ADA}")["messages"]
        shown = client.tenant.ask("GET", f"/mailboxes/{ADA}/{box[0]['id']}")
        assert "safelinks" in shown["html"]
        assert [a["name"] for a in shown["attachments"]] == ["form.docx"]
        assert [m["isDraft"] for m in client.find()] == [False]
