"""O365 (python-o365), as it is. One line of JSON for each operation. Its sign-in knows Microsoft's address alone."""

import json
import sys
import tempfile
from pathlib import Path

from O365 import Account
from O365.utils.token import MemoryTokenBackend
from report import run

tenant = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
if sys.argv[2] == "secret":
    proof = tenant["secret"]
else:
    key, public = (Path(tenant[each]).read_text() for each in ("key_path", "certificate_path"))
    proof = {"private_key": key, "public_certificate": public}
account = Account(
    (tenant["client_id"], proof), auth_flow_type="credentials", tenant_id=tenant["tenant_id"],
    main_resource=tenant["mailbox"], token_backend=MemoryTokenBackend(), raise_http_errors=True,
)  # fmt: skip
box = account.mailbox()
KEY = "String {6f2c1f5e-3d0b-4a77-9d3c-2f6a8b1e5c40} Name OtherClient"
LARGE = bytes(range(256)) * (5 * 4096)  # 5 MB
folder = Path(tempfile.mkdtemp())


def draft():
    made = box.new_message()
    made.to.add(tenant["mailbox"])
    made.subject, made.body = "From O365", "<p>Hello</p>"
    made.single_value_extended_properties.append({"id": KEY, "value": "one"})
    assert made.save_draft()
    return made


def sites():
    return account.sharepoint().get_site(tenant["site_host"], tenant["site_path"])


def rows():
    return sites().get_list_by_name("Audit allocations")


def received():
    return next(iter(box.inbox_folder().get_messages(limit=1)))


def library():
    return sites().get_default_document_library().get_root_folder()


def signs_in():
    assert account.authenticate()
    assert sites().object_id


def lists_mail_folders():
    assert len(list(box.get_folders())) > 3


def lists_messages():
    draft()
    assert list(box.drafts_folder().get_messages())


def reads_columns():
    assert len(rows().get_list_columns()) > 5


def reads_items_with_expand():
    assert rows().get_items(expand_fields=True)[0].fields["Title"]


def filters_items():
    account.con.session.headers["Prefer"] = "HonorNonIndexedQueriesWarningMayFailRandomly"
    found = rows().get_items(query="fields/Title eq 'FSP-2026-03-001'", expand_fields=True)
    del account.con.session.headers["Prefer"]
    assert [each.fields["Title"] for each in found] == ["FSP-2026-03-001"]


def orders_items():
    found = [int(each.object_id) for each in rows().get_items(order_by="id desc")]
    assert found == sorted(found, reverse=True)
    assert len(found) > 1


def follows_pages():
    for _ in range(3):
        draft()
    found = [each.object_id for each in box.drafts_folder().get_messages(limit=3, batch=1)]
    assert len(set(found)) == 3
    assert len(list(rows().get_items(batch=1))) > 1


def drafts():
    assert draft().is_draft


def attaches_5_mb_by_session():
    made = draft()
    file = folder / "large.bin"
    file.write_bytes(LARGE)
    made.attachments.add(file)
    assert made.save_draft()
    again = box.get_message(made.object_id, download_attachments=True)
    assert [each.name for each in again.attachments] == ["large.bin"]


def sends():
    assert draft().send()


def replies():
    answer = received().reply(to_all=False)
    answer.body = "Thanks"
    assert answer.send()


def forwards():
    further = received().forward()
    further.to.add(tenant["mailbox"])
    assert further.send()


def searches():
    sent = received()
    found = box.inbox_folder().get_messages(query=box.new_query().search(sent.subject.split()[-1]))
    assert sent.object_id in [each.object_id for each in found]


def filters_by_extended_property():
    draft()
    asked = f"singleValueExtendedProperties/Any(ep: ep/id eq '{KEY}' and ep/value eq 'one')"
    assert {each.subject for each in box.get_messages(query=asked)} == {"From O365"}


def moves():
    assert draft().move("archive")


def copies():
    assert draft().copy("archive").object_id


def makes_folders():
    assert box.create_child_folder(f"Folder {sys.argv[2]}").folder_id


def makes_categories():
    assert account.outlook_categories().create_category(f"Category {sys.argv[2]}").object_id


def patches_without_if_match():
    row = rows().get_item_by_id("1", expand_fields=True)
    row.update_fields({"Title": "FSP-2026-03-001"})
    assert row.save_updates()


def there_and_back(name, content):
    file = folder / name
    file.write_bytes(content)
    put = library().upload_file(file)
    assert put.download(folder, name=f"back-{name}")
    assert (folder / f"back-{name}").read_bytes() == content


def uploads_and_downloads_a_small_file():
    there_and_back("small.txt", b"small")


def uploads_and_downloads_a_large_file():
    there_and_back("large.bin", LARGE)


run(
    globals(),
    {
        "follows delta": "it knows no delta of messages or rows",
        "patches with If-Match": "it sends no ETag",
        "batches": "it sends no $batch",
        "batches with dependsOn": "it sends no $batch",
    },
)
