"""What may be changed, by whom and how: sealed mail, ETags, answers, uploads, rights."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from typing import Any

import jwt
import pytest
import requests
from graph_client import Client, fresh
from tenant import email, small_seed

import sandbox

ADA, TIA = email("Ada Auditor"), email("Tia Manager")
MEGABYTE = 1024 * 1024


@pytest.fixture
def client(running: sandbox.Running) -> Iterator[Client]:
    with fresh(running) as found:
        yield found


def code(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def received(client: Client, **more: Any) -> dict[str, Any]:
    message = {
        "from": ADA,
        "to": [client.tenant.mailbox],
        "subject": "Question",
        "html": "<p>Well?</p>",
        **more,
    }
    client.tenant.ask("POST", "/messages", message)
    return client.inbox()[0]


@pytest.mark.parametrize(
    "change", [{"subject": "x"}, {"body": {"contentType": "text", "content": "x"}}, {"toRecipients": []}]
)
def test_what_was_received_is_sealed_but_for_categories_flags_and_the_like(
    client: Client, change: dict[str, Any]
) -> None:
    message = received(client)
    assert code(client.mail("PATCH", f"/messages/{message['id']}", change)) == (403, "ErrorAccessDenied")
    assert client.mail("PATCH", f"/messages/{message['id']}", {"categories": ["Seen"]}).status_code == 200


def test_an_app_with_the_advanced_right_may_change_what_is_sealed() -> None:
    seed = small_seed()
    seed["app"] = {**seed["app"], "roles": ["Mail.ReadWrite", "Mail-Advanced.ReadWrite"]}
    with sandbox.run(seed) as tenant, fresh(tenant) as client:
        message = received(client)
        changed = client.mail("PATCH", f"/messages/{message['id']}", {"subject": "Other"})
        assert changed.json()["subject"] == "Other"


def test_a_change_to_a_message_somebody_changed_meanwhile_is_refused(client: Client) -> None:
    message = received(client)
    path = f"/messages/{message['id']}"
    changed = client.mail("PATCH", path, {"isRead": True}, **{"If-Match": message["@odata.etag"]})
    assert changed.status_code == 200
    stale = client.mail("PATCH", path, {"isRead": False}, **{"If-Match": message["@odata.etag"]})
    assert code(stale) == (412, "ErrorIrresolvableConflict")
    assert code(client.mail("DELETE", path, **{"If-Match": message["@odata.etag"]}))[0] == 412
    assert client.mail("PATCH", path, {"isRead": False}, **{"If-Match": "*"}).status_code == 200


def test_a_reply_goes_to_reply_to_and_a_reply_to_all_to_the_others_as_well(client: Client) -> None:
    message = received(client, cc=[TIA])
    assert client.mail("POST", f"/messages/{message['id']}/reply", {"comment": "Yes"}).status_code == 202
    assert client.mail("POST", f"/messages/{message['id']}/replyAll", {"comment": "Yes"}).status_code == 202
    to_tia = {"comment": "See below", "toRecipients": [{"emailAddress": {"address": TIA}}]}
    assert client.mail("POST", f"/messages/{message['id']}/forward", to_tia).status_code == 202
    sent = [(d["subject"], d["to"], d["cc"]) for d in client.tenant.deliveries()]
    assert sent == [("RE: Question", [ADA], []), ("RE: Question", [ADA], [TIA]), ("FW: Question", [TIA], [])]


@pytest.mark.parametrize("action", ["createReply", "createReplyAll", "createForward"])
def test_an_answer_is_begun_without_a_word(client: Client, action: str) -> None:
    made = client.mail("POST", f"/messages/{received(client)['id']}/{action}")
    assert (made.status_code, made.json()["isDraft"]) == (201, True)


@pytest.mark.parametrize("action", ["reply", "replyAll", "createReply", "createReplyAll", "createForward"])
def test_a_comment_and_a_body_together_are_refused(client: Client, action: str) -> None:
    message = received(client)
    both = {"comment": "Yes", "message": {"body": {"contentType": "text", "content": "No"}}}
    assert client.mail("POST", f"/messages/{message['id']}/{action}", both).status_code == 400


def test_a_reply_is_drafted_from_mime_and_mime_that_is_no_base64_is_refused(client: Client) -> None:
    message = received(client)
    url = f"{client.tenant.url}/v1.0/users/{client.tenant.mailbox}/messages/{message['id']}/createReply"
    headers = {**client.authorization, "Content-Type": "text/plain"}
    mime = b"To: tia.manager@wexcombe.example\r\nSubject: By MIME\r\nX-Kept: yes\r\n\r\nHello"
    draft = client.session.post(url, data=base64.b64encode(mime), headers=headers)
    assert (draft.status_code, draft.json()["subject"]) == (201, "By MIME")
    assert code(client.session.post(url, data=b"no base64!", headers=headers)) == (
        400,
        "ErrorMimeContentInvalidBase64String",
    )


def test_a_message_as_mime_has_its_headers_and_every_part(client: Client) -> None:
    form = {"@odata.type": "#microsoft.graph.fileAttachment", "name": "form.txt", "contentBytes": "Zm9ybQ=="}
    headers = [{"name": "x-reference", "value": "R 1"}]
    draft = client.draft(ADA, attachments=[form], internetMessageHeaders=headers)
    assert client.send(draft) == 202
    path = f"/messages/{draft['id']}"
    sent = client.mail("GET", f"{path}?$select=internetMessageHeaders,isDraft").json()
    assert sent["isDraft"] is False
    assert "internetMessageHeaders" not in sent  # the copy in Sent Items keeps them to itself
    mime = message_from_bytes(client.mail("GET", f"{path}/$value").content, policy=policy.default)
    assert (mime["x-reference"], mime["Subject"], mime.get_content_type()) == (
        "R 1",
        "Hello",
        "multipart/mixed",
    )
    assert [part.get_filename() for part in mime.iter_attachments()] == ["form.txt"]


def session(client: Client, draft: dict[str, Any], size: int) -> requests.Response:
    item = {"AttachmentItem": {"attachmentType": "file", "name": "large.bin", "size": size}}
    return client.mail("POST", f"/messages/{draft['id']}/attachments/createUploadSession", item)


def test_a_large_file_goes_to_another_host_without_a_token(client: Client) -> None:
    draft = client.draft(ADA)
    assert code(session(client, draft, 2 * MEGABYTE)) == (
        400,
        "ErrorAttachmentSizeShouldNotBeLessThanMinimumSize",
    )
    size = 3 * MEGABYTE + 5
    url = session(client, draft, size).json()["uploadUrl"]
    assert url.startswith("https://localhost:")
    assert client.tenant.url.startswith("https://127.0.0.1:")
    ranges = [(0, 2 * MEGABYTE), (2 * MEGABYTE, size)]
    put = client.session.put
    first, second = (
        {"Content-Range": f"bytes {a}-{b - 1}/{size}", "Content-Type": "application/octet-stream"}
        for a, b in ranges
    )
    assert put(url, data=b"a" * (2 * MEGABYTE), headers={**first, **client.authorization}).status_code == 401
    assert put(url, data=b"a" * (size - 2 * MEGABYTE), headers=second).status_code == 416
    answer = put(url, data=b"a" * (2 * MEGABYTE), headers=first)
    assert answer.json()["nextExpectedRanges"] == [str(2 * MEGABYTE)]
    assert put(url, data=b"a" * (size - 2 * MEGABYTE), headers=second).status_code == 201
    (attachment,) = client.mail("GET", f"/messages/{draft['id']}/attachments?$select=name,size").json()[
        "value"
    ]
    assert (attachment["name"], attachment["size"]) == ("large.bin", size)


def test_another_mailbox_is_forbidden_and_the_token_names_no_right_that_exchange_holds(
    client: Client,
) -> None:
    for method, path, body in (
        ("GET", f"/users/{ADA}/messages", None),
        ("GET", f"/users/{ADA}/mailFolders", None),
        ("POST", f"/users/{ADA}/sendMail", {"message": {"subject": "x"}}),
    ):
        assert code(client.call(method, path, body)) == (403, "ErrorAccessDenied")
    claims = jwt.decode(client.token["access_token"], options={"verify_signature": False})
    assert not [role for role in claims["roles"] if role.startswith("Mail")]
    assert client.mail("GET", "/messages").status_code == 200


@pytest.mark.parametrize(("ahead", "status"), [(240, 200), (400, 401)])
def test_a_certificate_assertion_may_be_five_minutes_ahead(client: Client, ahead: int, status: int) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    tenant = client.tenant
    certificate = x509.load_pem_x509_certificate(tenant.certificate_path.read_bytes())
    thumbprint = base64.urlsafe_b64encode(certificate.fingerprint(hashes.SHA256())).decode().rstrip("=")
    url = f"{tenant.url}/{tenant.tenant_id}/oauth2/v2.0/token"
    begins = int(time.time()) + ahead
    me = tenant.client_id
    claims = {"aud": url, "iss": me, "sub": me, "jti": "1", "nbf": begins, "exp": begins + 600}
    key = tenant.key_path.read_text(encoding="ascii")
    form = {
        "grant_type": "client_credentials",
        "client_id": me,
        "scope": "https://graph.microsoft.com/.default",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": jwt.encode(claims, key, algorithm="PS256", headers={"x5t#S256": thumbprint}),
    }
    assert client.session.post(url, data=form).status_code == status


def test_a_path_with_two_slashes_is_the_path_with_one(client: Client) -> None:
    url = f"{client.tenant.url}/v1.0//users/{client.tenant.mailbox}/messages"
    assert client.session.get(url, headers=client.authorization).status_code == 200


def test_mail_tips_tell_who_is_away(client: Client) -> None:
    client.tenant.ask("POST", "/automatic-reply", {"email": ADA, "text": "Back on Monday."})
    asked = {"EmailAddresses": [ADA, TIA], "MailTipsOptions": "automaticReplies, mailboxFullStatus"}
    tips = client.mail("POST", "/getMailTips", asked).json()["value"]
    assert [t["automaticReplies"]["message"] for t in tips] == ["Back on Monday.", ""]
