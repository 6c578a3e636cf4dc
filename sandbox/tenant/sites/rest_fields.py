"""Columns and how they are drawn, and people made known to the site, by SharePoint's own interface.

https://learn.microsoft.com/sharepoint/dev/sp-add-ins/working-with-lists-and-list-items-with-rest
"""

from __future__ import annotations

import uuid

from sandbox.tenant.graph_http import Answer, Call, JsonObject
from sandbox.tenant.people import known
from sandbox.tenant.sites.rest import (
    ARGUMENT,
    RestError,
    RestRoutes,
    chosen,
    entity,
    list_of,
    sent_object,
    typed,
)
from sandbox.tenant.state import Column, Tenant

routes = RestRoutes()

_FIELD_SET = frozenset({"Title", "Description", "CustomFormatter", "Indexed", "Required"})
_FIELD_READ = frozenset({"Id", "InternalName", "StaticName", "TypeAsString", "Hidden", "ReadOnlyField"})
_TYPES = {
    "text": "Text", "note": "Note", "choice": "Choice", "boolean": "Boolean", "number": "Number", "date": "DateTime",
    "datetime": "DateTime", "lookup": "Lookup", "person": "User", "people": "UserMulti",
}  # fmt: skip


def _field_json(column: Column) -> JsonObject:
    return {
        "CustomFormatter": column.formatter or None,
        "Description": column.description,
        "Hidden": False,
        "Id": column.id,
        "Indexed": column.indexed,
        "InternalName": column.name,
        "ReadOnlyField": False,
        "Required": column.required,
        "StaticName": column.name,
        "Title": column.display,
        "TypeAsString": _TYPES[column.kind],
    }


@routes.on("GET", "web/lists{l}/fields", "read")
def get_fields(tenant: Tenant, call: Call) -> Answer:
    bodies = [_field_json(column) for column in list_of(tenant, call).columns.values()]
    return Answer(body={"value": chosen(call, "SP.Field", bodies)})


def _field(tenant: Tenant, call: Call) -> Column:
    for column in list_of(tenant, call).columns.values():
        if column.id.lower() == call.args["f"].lower():
            return column
    raise RestError(400, ARGUMENT, f"Invalid field name. {{{call.args['f']}}}  {tenant.site_path}")


@routes.on("GET", "web/lists{l}/fields{f}", "read")
def get_field(tenant: Tenant, call: Call) -> Answer:
    return Answer(body=chosen(call, "SP.Field", [_field_json(_field(tenant, call))])[0])


@routes.on("MERGE", "web/lists{l}/fields{f}", "manage")
def merge_field(tenant: Tenant, call: Call) -> Answer:
    """What people see of a column, and how it is drawn: `CustomFormatter` is JSON as text, kept as it is.

    https://learn.microsoft.com/sharepoint/dev/declarative-customization/column-formatting
    """
    column, given = _field(tenant, call), entity(call, "SP.Field", _FIELD_SET, _FIELD_READ)
    column.formatter = typed(given, "CustomFormatter", str, column.formatter)
    column.display = typed(given, "Title", str, column.display)
    column.description = typed(given, "Description", str, column.description)
    column.indexed = typed(given, "Indexed", bool, column.indexed)
    column.required = typed(given, "Required", bool, column.required)
    return Answer(204)


# ------------------------------------------------------------------------------------------------- people, and a digest


@routes.on("POST", "contextinfo", "read")
def context(tenant: Tenant, call: Call) -> Answer:
    """What clients without a token must send with every POST, and some send with one.

    https://learn.microsoft.com/sharepoint/dev/sp-add-ins/complete-basic-operations-using-sharepoint-rest-endpoints
    """
    about = {
        "FormDigestTimeoutSeconds": 1800,
        "FormDigestValue": f"0x{uuid.uuid4().hex.upper()},{tenant.now()}",
        "SiteFullUrl": f"https://{tenant.host}{tenant.site_path}",
        "WebFullUrl": f"https://{tenant.host}{tenant.site_path}",
    }
    verbose = "odata=verbose" in call.headers.get("accept", "").lower().replace(" ", "")
    return Answer(body={"GetContextWebInformation": about} if verbose else about)


CLAIM = "i:0#.f|membership|"
"""How SharePoint writes an account of Entra."""


@routes.on("POST", r"web/ensureuser(\('(?P<u>[^']+)'\))?", "known")
def ensure_user(tenant: Tenant, call: Call) -> Answer:
    """Somebody of the tenant, made known to the site where they were not; it takes BrowseUserInfo, as reading does.

    https://learn.microsoft.com/previous-versions/office/sharepoint-server/ms473422(v=office.15)
    """
    name = call.args["u"] or typed(sent_object(call), "logonName", str, "")
    try:
        number = known(tenant, name.removeprefix(CLAIM))
    except KeyError:
        raise RestError(
            400,
            "-2146232832, Microsoft.SharePoint.SPException",
            f"The specified user {name} could not be found.",
        ) from None
    fields = tenant.people.items[number].fields
    return Answer(
        body={
            "Id": number,
            "IsHiddenInUI": False,
            "LoginName": f"{CLAIM}{fields['EMail']}",
            "Title": fields["Title"],
            "PrincipalType": 1,
            "Email": fields["EMail"],
            "Expiration": "",
            "IsEmailAuthenticationGuestUser": False,
            "IsShareByEmailGuestUser": False,
            "IsSiteAdmin": False,
            "UserId": {
                "NameId": uuid.uuid5(uuid.NAMESPACE_DNS, fields["EMail"]).hex[:16],
                "NameIdIssuer": "urn:federation:microsoftonline",
            },
            "UserPrincipalName": fields["EMail"],
        }
    )
