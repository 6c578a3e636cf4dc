"""The property names of Outlook's types, and what happens to a name that is none.

https://learn.microsoft.com/graph/api/resources/message, …/mailfolder, …/user, …/attachment
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from sandbox.tenant.graph_error import GraphError
from sandbox.tenant.graph_http import Call, JsonObject


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


MESSAGE = _names(
    """attachments bccRecipients body bodyPreview categories ccRecipients changeKey conversationId
    conversationIndex createdDateTime extensions flag from hasAttachments id importance
    inferenceClassification internetMessageHeaders internetMessageId isDeliveryReceiptRequested
    isDraft isRead isReadReceiptRequested lastModifiedDateTime multiValueExtendedProperties
    parentFolderId receivedDateTime replyTo sender sentDateTime singleValueExtendedProperties
    subject toRecipients uniqueBody webLink"""
)
FOLDER = _names(
    """childFolderCount childFolders displayName id isHidden messageRules messages
    multiValueExtendedProperties parentFolderId singleValueExtendedProperties totalItemCount
    unreadItemCount wellKnownName"""
)
ATTACHMENT = _names(
    """contentBytes contentId contentLocation contentType id isInline item lastModifiedDateTime name size"""
)
USER = _names(
    """accountEnabled businessPhones city companyName country createdDateTime department displayName
    employeeId givenName id jobTitle mail mailNickname mobilePhone officeLocation
    onPremisesSyncEnabled otherMails postalCode preferredLanguage proxyAddresses showInAddressList
    state streetAddress surname usageLocation userPrincipalName userType"""
)
NESTED = {
    "from": {"emailaddress": {"name", "address"}},
    "sender": {"emailaddress": {"name", "address"}},
    "body": {"content": set(), "contenttype": set()},
    "uniquebody": {"content": set(), "contenttype": set()},
    "flag": {"flagstatus": set(), "duedatetime": {"datetime", "timezone"}, "startdatetime": {"datetime", "timezone"},
             "completeddatetime": {"datetime", "timezone"}},
}  # fmt: skip


@lru_cache
def _in_lower_case(names: frozenset[str]) -> frozenset[str]:
    return frozenset(name.casefold() for name in names)


def unknown(name: str, kind: str) -> GraphError:
    """What Outlook says of a property it does not know."""
    return GraphError(
        400,
        "RequestBroker--ParseUri",
        f"Could not find a property named '{name}' on type 'microsoft.graph.{kind}'.",
    )


def check_names(names: Iterable[str], known: frozenset[str], kind: str) -> None:
    """400 for a property there is not. Names may be in any case; `a/b` is judged by its parts."""
    spelled = _in_lower_case(known)
    for name in names:
        head, *rest = name.casefold().split("/")
        if head.startswith("microsoft.graph."):  # a cast to a derived type
            continue
        if head not in spelled:
            raise unknown(name.split("/")[0], kind)
        inside: object = NESTED.get(head, {})
        for part in rest:
            if not isinstance(inside, dict | set) or part not in inside:
                raise unknown(part, kind)
            inside = inside[part] if isinstance(inside, dict) else set()


def selected(call: Call, known: frozenset[str], kind: str) -> list[str]:
    """The names of `$select` in lower case; 400 for one there is not."""
    names = [part.strip() for part in call.query.get("select", "").split(",") if part.strip()]
    names = [name for name in names if name != "*"]
    check_names(names, known, kind)
    return [name.casefold().split("/")[-1 if "microsoft.graph." in name.casefold() else 0] for name in names]


def chosen(body: JsonObject, names: list[str], always: tuple[str, ...] = ("id",)) -> JsonObject:
    """What `$select` leaves of an answer: everything if it names nothing."""
    if not names:
        return body
    return {k: v for k, v in body.items() if k.casefold() in names or k in always or k.startswith("@odata.")}


def check_body(given: JsonObject, known: frozenset[str], kind: str) -> None:
    """400 for a property in a body that the type does not have. Annotations pass."""
    spelled = _in_lower_case(known)
    for name in given:
        if "@" not in name and name.casefold() not in spelled:
            raise GraphError(
                400,
                "RequestBodyRead",
                f"The property '{name}' does not exist on type 'microsoft.graph.{kind}'. Make sure to only use "
                "property names that are defined by the type.",
            )
