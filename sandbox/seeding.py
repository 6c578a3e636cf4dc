"""A tenant made from a seed: plain data, readable by people (sandbox/README.md gives its shape)."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from sandbox.files import store
from sandbox.lists import USER_LIST, add_item, date_only, internal_name
from sandbox.state import App, Column, Mailbox, SharePointList, Tenant, User

JsonObject = dict[str, Any]
CAST = "cast"
"""The client id of the app by which the cast of a rehearsal reads and writes its own mail."""

BOT_ROLES = ("Mail.ReadWrite", "Mail.Send", "Sites.Selected")


def tenant_from(
    seed: Mapping[str, Any], certificate_pem: str = "", behaviours: Mapping[str, Any] | None = None
) -> Tenant:
    """A tenant with the people, mailboxes, lists and files of a seed, behaving as told."""
    about = seed["tenant"]
    tenant = Tenant(about["id"], about["name"], about["domain"])
    tenant.behaviours.change(behaviours or {})
    site = seed.get("site") or {}
    tenant.site_path = site.get("path", tenant.site_path)
    tenant.site_name = site.get("name", tenant.site_name)
    for person in seed.get("people", ()):
        _person(tenant, person)
    shared = []
    for box in seed.get("shared_mailboxes", ()):
        _person(tenant, {"id": str(uuid.uuid5(uuid.NAMESPACE_DNS, box["email"])), **box})
        shared.append(box["email"].casefold())
    app = seed["app"]
    tenant.apps[app["client_id"]] = App(
        app["client_id"],
        app["secret"],
        tuple(app.get("roles") or BOT_ROLES),
        frozenset(shared),
        certificate_pem,
    )
    tenant.apps[CAST] = App(CAST, app["secret"], ("Mail.ReadWrite", "Mail.Send", "User.Read.All"))
    _user_list(tenant)
    for given in seed.get("lists", ()):
        _list(tenant, given)
    for given in seed.get("lists", ()):
        fill(tenant, given["name"], given.get("items", ()))
    for file in seed.get("files", ()):
        store(tenant, file["path"], base64.b64decode(file["base64"]))
    return tenant


def _person(tenant: Tenant, person: Mapping[str, Any]) -> None:
    user = User(person["id"], person["name"], person["email"].casefold(), person.get("job", ""))
    tenant.users[user.email] = user
    if person.get("has_mailbox", True):
        tenant.mailboxes[user.email] = Mailbox(user, tenant.clock)


def _user_list(tenant: Tenant) -> None:
    columns = [
        Column("Title", "Name", "text"),
        Column("Name", "Account", "text"),
        Column("EMail", "Work email", "text"),
        Column("UserName", "User name", "text"),
    ]
    found = SharePointList(str(uuid.uuid4()), USER_LIST, {c.name: c for c in columns}, hidden=True)
    tenant.lists[found.id] = found
    for user in tenant.users.values():
        add_item(
            tenant,
            found,
            {
                "Title": user.name,
                "EMail": user.email,
                "UserName": user.email,
                "Name": f"i:0#.f|membership|{user.email}",
            },
        )


def _list(tenant: Tenant, given: Mapping[str, Any]) -> None:
    columns: dict[str, Column] = {}
    for each in given["columns"]:
        name = "Title" if each["name"] == "Title" else internal_name(each["name"])
        columns[name] = Column(
            name,
            each["name"],
            each["type"],
            tuple(each.get("choices") or ()),
            each.get("lookup_list", ""),
            bool(each.get("indexed")),
        )
    found = SharePointList(str(uuid.uuid4()), given["name"], columns)
    tenant.lists[found.id] = found


def fill(tenant: Tenant, name: str, rows: Any) -> None:
    """Add rows written by display names, people by address and lookups by title."""
    found = tenant.list_named(name)
    assert found
    for row in rows:
        add_item(tenant, found, by_internal_names(tenant, found, row))


def by_internal_names(tenant: Tenant, found: SharePointList, row: Mapping[str, Any]) -> JsonObject:
    """A row as a person writes it, as the list stores it. Raises KeyError for an unknown column or person."""
    fields: JsonObject = {}
    for display, value in row.items():
        column = found.by_display(display)
        if column is None:
            raise KeyError(f"The list “{found.name}” has no column “{display}”.")
        if value in (None, "", []):
            fields[column.name] = None
        elif column.kind == "person":
            fields[f"{column.name}LookupId"] = _user_id(tenant, str(value))
        elif column.kind == "people":
            fields[column.name] = [_user_id(tenant, each) for each in value]
        elif column.kind == "lookup":
            fields[f"{column.name}LookupId"] = _lookup_id(tenant, column, str(value))
        elif column.kind == "date" and len(str(value)) == 10:
            fields[column.name] = date_only(date.fromisoformat(str(value)))
        else:
            fields[column.name] = value
    return fields


def _user_id(tenant: Tenant, email: str) -> int:
    users = tenant.list_named(USER_LIST)
    assert users
    for item in users.items.values():
        if str(item.fields.get("EMail", "")).casefold() == email.casefold():
            return item.id
    raise KeyError(f"Nobody has the address “{email}”.")


def _lookup_id(tenant: Tenant, column: Column, title: str) -> int:
    target = tenant.list_named(column.lookup_list)
    for item in target.items.values() if target else ():
        if item.fields.get("Title") == title:
            return item.id
    raise KeyError(f"“{column.display}” looks up “{title}”, which is not in the list “{column.lookup_list}”.")
