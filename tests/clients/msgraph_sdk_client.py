"""msgraph-sdk with azure-identity, as they are. One line of JSON for each operation."""

import asyncio
import json
import sys
from pathlib import Path
from urllib.parse import urlsplit

from azure.identity import CertificateCredential, ClientSecretCredential
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_authentication_azure.azure_identity_authentication_provider import (
    AzureIdentityAuthenticationProvider,
)
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.models.body_type import BodyType
from msgraph.generated.models.email_address import EmailAddress
from msgraph.generated.models.field_value_set import FieldValueSet
from msgraph.generated.models.item_body import ItemBody
from msgraph.generated.models.mail_folder import MailFolder
from msgraph.generated.models.message import Message
from msgraph.generated.models.outlook_category import OutlookCategory
from msgraph.generated.models.recipient import Recipient
from msgraph.generated.users.item.messages.item.copy.copy_post_request_body import CopyPostRequestBody
from msgraph.generated.users.item.messages.item.forward.forward_post_request_body import (
    ForwardPostRequestBody,
)
from msgraph.generated.users.item.messages.item.move.move_post_request_body import MovePostRequestBody
from msgraph.generated.users.item.messages.item.reply.reply_post_request_body import ReplyPostRequestBody
from msgraph.generated.users.item.messages.messages_request_builder import MessagesRequestBuilder

tenant = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
how = {"authority": tenant["url"], "disable_instance_discovery": True}
if sys.argv[2] == "secret":
    credential = ClientSecretCredential(tenant["tenant_id"], tenant["client_id"], tenant["secret"], **how)
else:
    both = Path(tenant["key_path"]).read_bytes() + Path(tenant["certificate_path"]).read_bytes()
    credential = CertificateCredential(tenant["tenant_id"], tenant["client_id"], certificate_data=both, **how)
host = urlsplit(tenant["url"]).hostname
adapter = GraphRequestAdapter(
    AzureIdentityAuthenticationProvider(
        credential, scopes=["https://graph.microsoft.com/.default"], allowed_hosts=[host]
    )
)
adapter.base_url = f"{tenant['url']}/v1.0"
graph = GraphServiceClient(request_adapter=adapter)
box = graph.users.by_user_id(tenant["mailbox"])
site = f"{tenant['site_host']}:{tenant['site_path']}"
to = [Recipient(email_address=EmailAddress(address=tenant["mailbox"]))]


async def draft():
    body = ItemBody(content_type=BodyType.Html, content="<p>Hello</p>")
    return await box.messages.post(Message(subject="From Python", body=body, to_recipients=to))


async def rows():
    found = await graph.sites.by_site_id(site).get()
    return graph.sites.by_site_id(found.id).lists.by_list_id("Audit allocations")


async def signs_in():
    assert (await graph.sites.by_site_id(site).get()).id


async def lists_mail_folders():
    assert len((await box.mail_folders.get()).value) > 3


async def lists_messages():
    await draft()
    assert (await box.messages.get()).value


async def reads_columns():
    assert len((await (await rows()).columns.get()).value) > 5


async def reads_items_with_expand():
    from msgraph.generated.sites.item.lists.item.items.items_request_builder import ItemsRequestBuilder

    asked = RequestConfiguration(
        query_parameters=ItemsRequestBuilder.ItemsRequestBuilderGetQueryParameters(
            expand=["fields"], top=1, orderby=["id"]
        )
    )
    items = (await rows()).items
    page = await items.get(request_configuration=asked)
    assert page.value[0].fields.additional_data["Title"]
    assert (await items.with_url(page.odata_next_link).get()).value


async def follows_delta():
    delta = box.mail_folders.by_mail_folder_id("drafts").messages.delta
    page = await delta.get()
    while page.odata_next_link:
        page = await delta.with_url(page.odata_next_link).get()
    made = await draft()
    assert made.id in [each.id for each in (await delta.with_url(page.odata_delta_link).get()).value]


async def drafts():
    assert (await draft()).is_draft


async def sends():
    await box.messages.by_message_id((await draft()).id).send.post()


async def received():
    return box.messages.by_message_id(
        (await box.mail_folders.by_mail_folder_id("inbox").messages.get()).value[0].id
    )


async def replies():
    await (await received()).reply.post(ReplyPostRequestBody(comment="Thanks"))


async def forwards():
    await (await received()).forward.post(ForwardPostRequestBody(comment="See", to_recipients=to))


async def searches():
    asked = MessagesRequestBuilder.MessagesRequestBuilderGetQueryParameters(search='"Python"')
    found = await box.messages.get(request_configuration=RequestConfiguration(query_parameters=asked))
    assert isinstance(found.value, list)


async def moves():
    await box.messages.by_message_id((await draft()).id).move.post(
        MovePostRequestBody(destination_id="archive")
    )


async def copies():
    await box.messages.by_message_id((await draft()).id).copy.post(
        CopyPostRequestBody(destination_id="archive")
    )


async def makes_folders():
    await box.mail_folders.post(MailFolder(display_name=f"Folder {sys.argv[2]}"))


async def makes_categories():
    await box.outlook.master_categories.post(OutlookCategory(display_name=f"Category {sys.argv[2]}"))


async def patches_without_if_match():
    fields = (await rows()).items.by_list_item_id("1").fields
    await fields.patch(FieldValueSet(additional_data={"Title": "FSP-2026-03-001"}))


async def patches_with_if_match():
    item = (await rows()).items.by_list_item_id("1")
    asked = RequestConfiguration()
    asked.headers.add("If-Match", (await item.get()).e_tag)
    await item.fields.patch(
        FieldValueSet(additional_data={"Title": "FSP-2026-03-001"}), request_configuration=asked
    )


async def uploads_and_downloads_a_small_file():
    drive = await graph.sites.by_site_id((await graph.sites.by_site_id(site).get()).id).drive.get()
    content = graph.drives.by_drive_id(drive.id).items.by_drive_item_id("root:/Clients/small.txt:").content
    await content.put(b"small")
    assert await content.get() == b"small"


OPERATIONS = [
    signs_in, lists_mail_folders, lists_messages, reads_columns, reads_items_with_expand, follows_delta, drafts, sends,
    replies, forwards, searches, moves, copies, makes_folders, makes_categories, patches_without_if_match,
    patches_with_if_match, uploads_and_downloads_a_small_file,
]  # fmt: skip


async def main():
    for operation in OPERATIONS:
        said = "ok"
        try:
            await operation()
        except Exception as fault:
            said = f"{type(fault).__name__} {fault}"[:160]
        print(json.dumps([operation.__name__.replace("_", " ").replace("if match", "If-Match"), said]))


asyncio.run(main())
