"""mailsuite's connection to a Graph mailbox, as it is. One line of JSON for each operation."""

import json
import sys
import tempfile
import urllib.request
from email import message_from_string
from pathlib import Path

from mailsuite.mailbox.graph import MSGraphConnection
from report import run

tenant = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
work = Path(tempfile.mkdtemp())
both = work / "both.pem"
both.write_bytes(Path(tenant["key_path"]).read_bytes() + Path(tenant["certificate_path"]).read_bytes())
secret = sys.argv[2] == "secret"
box = MSGraphConnection(
    "ClientSecret" if secret else "Certificate", tenant["mailbox"], tenant["client_id"],
    tenant["secret"] if secret else None, None, None, tenant["tenant_id"], str(work / "token"), False,
    certificate_path=None if secret else str(both),
)  # fmt: skip


def arrive(subject):
    """Somebody writes to the mailbox, by the sandbox's front desk."""
    mail = {
        "from": "ada@elsewhere.example",
        "to": [tenant["mailbox"]],
        "subject": subject,
        "html": "<p>Hello</p>",
    }
    asked = urllib.request.Request(
        f"{tenant['front_desk_url']}/api/messages",
        json.dumps(mail).encode(),
        {"Content-Type": "application/json"},
    )
    urllib.request.urlopen(asked).close()


def newest():
    return box.fetch_messages("Inbox")[0]


def signs_in():
    assert box.folder_exists("Inbox")


def lists_mail_folders():
    assert box.folder_exists("Archive")
    assert not box.folder_exists("No such folder")


def lists_messages():
    arrive("To mailsuite")
    assert message_from_string(box.fetch_message(newest(), mark_read=True))["Subject"] == "To mailsuite"


def follows_pages():
    for number in range(101):  # it asks for 100 at a time
        arrive(f"To mailsuite {number}")
    found = box.fetch_messages("Inbox")
    assert len(set(found)) > 101


def sends():
    box.send_message(
        tenant["mailbox"], [tenant["mailbox"]], subject="From mailsuite", attachments=[("small.txt", b"small")],
        html_message="<p>Hello</p>",
    )  # fmt: skip
    assert box.fetch_messages("Sent Items")


def moves():
    before = len(box.fetch_messages("Archive"))
    box.move_message(newest(), "Archive")
    assert len(box.fetch_messages("Archive")) == before + 1


def makes_folders():
    box.create_folder(f"Folder {sys.argv[2]}")
    box.create_folder(f"Folder {sys.argv[2]}/Below")
    box.rename_folder(f"Folder {sys.argv[2]}/Below", "Beneath")
    assert box.folder_exists(f"Folder {sys.argv[2]}/Beneath")
    box.delete_folder(f"Folder {sys.argv[2]}/Beneath")


run(
    globals(),
    {
        "follows delta": "it polls for what is there",
        "drafts": "it sends at once",
        "attaches 5 MB by session": "it attaches to what it sends at once",
        "searches": "it filters by the date alone",
        "filters by extended property": "it filters by the date alone",
        **dict.fromkeys(("replies", "forwards", "copies", "makes categories"), "it has no such action"),
    },
    "a mailbox's connection",
)
