"""People in the directory and mail tips."""

from __future__ import annotations

from sandbox.tenant.graph_error import GraphError
from sandbox.tenant.graph_http import Answer, Call, JsonObject, Routes, insensitive
from sandbox.tenant.mail.outlook import READ, mailbox_of, routes
from sandbox.tenant.state import Tenant, User
from sandbox.tenant.vocabulary import USER, chosen

users = Routes("directory")
_ONLY_WHEN_SELECTED = {"accountEnabled", "userType", "department", "companyName"}


@users.on(
    "GET", "/users/{u}", "User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "User.ReadBasic.All"
)
def get_user(tenant: Tenant, call: Call) -> Answer:
    """No right to mail is a right to look people up. https://learn.microsoft.com/graph/api/user-get"""
    names = [part.strip() for part in call.query.get("select", "").split(",") if part.strip()]
    for name in names:
        if name.casefold() not in {known.casefold() for known in USER}:
            raise GraphError(
                400, "BadRequest", "Parsing OData Select and Expand failed: Could not find a property named "
                f"'{name}' on type 'microsoft.graph.user'.",
            )  # fmt: skip
    wanted = call.args["u"].casefold()
    user = next((u for u in tenant.users.values() if wanted in (u.email, u.id.casefold())), None)
    if user is None:
        raise GraphError(
            404, "Request_ResourceNotFound", f"Resource '{call.args['u']}' does not exist or one of its queried "
            "reference-property objects are not present.",
        )  # fmt: skip
    body = _user_json(user)
    if names:
        body = chosen(body, [name.casefold() for name in names], always=())
    else:
        body = {k: v for k, v in body.items() if k not in _ONLY_WHEN_SELECTED}
    return Answer(body={"@odata.context": f"{call.root}/$metadata#users/$entity", **body})


def _user_json(user: User) -> JsonObject:
    first, _, last = user.name.partition(" ")
    return {
        "businessPhones": [], "displayName": user.name, "givenName": first, "jobTitle": user.job, "mail": user.email,
        "mobilePhone": None, "officeLocation": None, "preferredLanguage": None, "surname": last,
        "userPrincipalName": user.email, "id": user.id, "accountEnabled": True, "userType": "Member",
        "department": None, "companyName": None,
    }  # fmt: skip


@routes.on("POST", "/users/{u}/getMailTips", *READ)
def mail_tips(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/user-getmailtips"""
    mailbox_of(tenant, call)
    given = insensitive(call.json())
    asked = str(given.get("mailtipsoptions") or "").casefold()
    if not isinstance(given.get("emailaddresses"), list) or not asked:
        raise GraphError(400, "ErrorInvalidArgument", "EmailAddresses and MailTipsOptions are needed.")
    return Answer(body={
        "@odata.context": f"{call.root}/$metadata#Collection(microsoft.graph.mailTips)",
        "value": [_tips(tenant, str(address), asked) for address in given["emailaddresses"]],
    })  # fmt: skip


def _tips(tenant: Tenant, address: str, asked: str) -> JsonObject:
    box = tenant.mailboxes.get(address.casefold())
    found: JsonObject = {"emailAddress": {"name": "", "address": address}}
    if box is None:
        return {
            **found,
            "error": {"code": "ErrorMailRecipientNotFound", "message": "The recipient was not found."},
        }
    if "automaticreplies" in asked:
        found["automaticReplies"] = {"message": box.automatic_reply}
    if "mailboxfullstatus" in asked:
        found["mailboxFull"] = False
    if "maxmessagesize" in asked:
        found["maxMessageSize"] = 37748736
    if "recipientscope" in asked:
        found["recipientScope"] = "internal"
    return found
