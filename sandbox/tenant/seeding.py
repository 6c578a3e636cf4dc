"""A tenant made from a seed: plain data, readable by people (sandbox/README.md gives its shape)."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sandbox.tenant.people import found_site, known
from sandbox.tenant.sites.columns import internal_name
from sandbox.tenant.sites.library import found_library, store
from sandbox.tenant.sites.rows import keep, new_row
from sandbox.tenant.state import App, Column, FederatedCredential, Mailbox, SharePointList, Site, Tenant, User
from sandbox.tenant.zones import NEW_SITE, midnight, utc, zone_named

JsonObject = dict[str, Any]
CAST = "cast"
"""The client id of the app by which the cast of a rehearsal reads and writes its own mail."""

ADMINISTRATOR = "administrator"
"""The client id of the app by which an administrator makes lists and lets other apps in."""

OTHER_SITES = ({"path": "/sites/legal", "name": "Legal Services"},)
"""What a seed that names no other sites has beside its own: one it was not let into."""

BOT_ROLES = ("Mail.ReadWrite", "Mail.Send", "Sites.Selected")
BOT_SHAREPOINT_ROLES = ("Sites.Selected",)


def tenant_from(
    seed: Mapping[str, Any],
    certificate_pem: str = "",
    behaviours: Mapping[str, Any] | None = None,
    site_zone: str = "",
) -> Tenant:
    """A tenant with the people, mailboxes, lists and files of a seed, behaving as told, its site in a zone."""
    about = seed["tenant"]
    tenant = Tenant(about["id"], about["name"], about["domain"])
    tenant.behaviours.change(behaviours or {})
    site = seed.get("site") or {}
    tenant.show = dict(seed.get("front_desk") or {})
    tenant.site_path = site.get("path", tenant.site_path)
    tenant.site_name = site.get("name", tenant.site_name)
    zone = site_zone or site.get("zone") or NEW_SITE
    tenant.site_zone = zone_named(zone)
    for other in ({"path": "/", "name": tenant.name}, *(seed.get("other_sites") or OTHER_SITES)):
        site_id = f"{tenant.host},{uuid.uuid4()},{uuid.uuid4()}"
        tenant.other_sites.append(
            Site(site_id, other["path"], other["name"], dict(other.get("grants") or {}))
        )
    for person in seed.get("people", ()):
        _person(tenant, person, zone)
    shared = []
    for box in seed.get("shared_mailboxes", ()):
        _person(tenant, {"id": str(uuid.uuid5(uuid.NAMESPACE_DNS, box["email"])), **box}, zone)
        shared.append(box["email"].casefold())
    app = seed["app"]
    tenant.apps[app["client_id"]] = App(
        app["client_id"],
        app["secret"],
        tuple(app.get("roles") or BOT_ROLES),
        _scope(app, shared),
        certificate_pem,
        tuple(FederatedCredential(**each) for each in app.get("federated", ())),
        tuple(app.get("sharepoint_roles", BOT_SHAREPOINT_ROLES)),
    )
    tenant.apps[CAST] = App(CAST, app["secret"], ("Mail.ReadWrite", "Mail.Send", "User.Read.All"))
    tenant.apps[ADMINISTRATOR] = App(ADMINISTRATOR, app["secret"], ("Sites.FullControl.All",))
    if role := app.get("site_role", "write"):
        tenant.grants[app["client_id"]] = role
    found_site(tenant)
    found_library(tenant)
    for given in seed.get("lists", ()):
        _list(tenant, given)
    for given in seed.get("lists", ()):
        fill(tenant, given["name"], given.get("items", ()))
    for file in seed.get("files", ()):
        store(tenant, file["path"], base64.b64decode(file["base64"]))
    return tenant


def _scope(app: Mapping[str, Any], shared: Iterable[str]) -> frozenset[str] | None:
    """The mailboxes the app is let into: `mailboxes` of the seed, None there for every one; unsaid, the shared ones."""
    named = app.get("mailboxes", shared)
    return None if named is None else frozenset(address.casefold() for address in named)


def _person(tenant: Tenant, person: Mapping[str, Any], zone: str) -> None:
    user = User(person["id"], person["name"], person["email"].casefold(), person.get("job", ""))
    tenant.users[user.email] = user
    if person.get("has_mailbox", True):
        box = tenant.mailboxes[user.email] = Mailbox(user, tenant.clock)
        box.calendar.change({"working_hours": {"zone": zone}, **(person.get("calendar") or {})})


def _list(tenant: Tenant, given: Mapping[str, Any]) -> None:
    columns: dict[str, Column] = {}
    for each in given["columns"]:
        name = "Title" if each["name"] == "Title" else internal_name(each["name"])
        values = [row.get(each["name"]) for row in given.get("items") or ()]
        # Only a choice of several can hold a list of words, so a column that is seeded with one is that.
        words = each["type"] in ("text", "note", "choice") and any(isinstance(v, list) for v in values)
        columns[name] = Column(
            name,
            each["name"],
            "choice" if words else each["type"],
            tuple(each.get("choices") or ()),
            each.get("lookup_list", ""),
            bool(each.get("indexed")),
            bool(each.get("several")) or words,
            bool(each.get("rich")),
        )
    found = SharePointList(str(uuid.uuid4()), given["name"], columns, leaf=given["name"])
    found.approval = bool(given.get("approval"))
    found.grants.update(given.get("grants") or {})
    found.created = found.modified = tenant.now()
    tenant.lists[found.id] = found


def fill(tenant: Tenant, name: str, rows: Any) -> None:
    """Add rows written by display names, people by address and lookups by title."""
    found = tenant.list_named(name)
    assert found
    for row in rows:
        new_row(tenant, found, as_people_write(tenant, found, row))


def edit(tenant: Tenant, list: str, row: int, values: Mapping[str, Any]) -> None:
    """What somebody changes in a row, by display names. Raises KeyError for a list, row or column there is not."""
    found = tenant.list_named(list)
    if found is None:
        raise KeyError(f"There is no list {list}.")
    keep(tenant, found, found.items[row], as_people_write(tenant, found, values))


def as_people_write(tenant: Tenant, found: SharePointList, row: Mapping[str, Any]) -> JsonObject:
    """A row as people fill it in, as the list keeps it. Raises KeyError for an unknown column or person, ValueError
    for a value its column cannot take."""
    values: JsonObject = {}
    for display, value in row.items():
        column = found.by_display(display)
        if column is None:
            raise KeyError(f"The list “{found.name}” has no column “{display}”.")
        several = value if isinstance(value, list | tuple) else [value]
        if value in (None, "", []):
            values[column.name] = None
        elif column.many:
            values[column.name] = [_picked(tenant, column, each) for each in several]
        else:
            values[column.name] = _picked(tenant, column, value)
    return values


def _picked(tenant: Tenant, column: Column, value: Any) -> Any:
    """One value as it was picked or typed. A day is midnight in the site's zone."""
    match column.kind:
        case "person" | "people":
            return known(tenant, str(value))
        case "lookup":
            return _lookup_id(tenant, column, str(value))
        case "date" if len(str(value)) == 10:
            return midnight(date.fromisoformat(str(value)), tenant.site_zone)
        case "date" | "datetime":
            moment = datetime.fromisoformat(str(value))
            moment = moment if moment.tzinfo else moment.replace(tzinfo=tenant.site_zone)
            if column.kind == "date":
                return midnight(moment.astimezone(tenant.site_zone).date(), tenant.site_zone)
            return utc(moment)
        case "choice" if column.choices and value not in column.choices:
            raise ValueError(f"“{value}” is not a choice of “{column.display}”.")
        case "number":
            return float(value)
        case "boolean":
            return value if isinstance(value, bool) else str(value).lower() in ("true", "yes", "1")
        case "text" if len(str(value)) > 255:
            raise ValueError(f"“{column.display}” holds at most 255 characters.")
    return str(value)


def _lookup_id(tenant: Tenant, column: Column, title: str) -> int:
    target = tenant.list_named(column.lookup_list)
    for item in target.items.values() if target else ():
        if item.fields.get("Title") == title:
            return item.id
    raise KeyError(f"“{column.display}” looks up “{title}”, which is not in the list “{column.lookup_list}”.")
