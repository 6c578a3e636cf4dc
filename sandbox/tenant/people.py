"""The site's hidden list of the people it knows, by whose ids person columns name them.

Somebody is in it once they were named or came to the site, under an id that is the site's own.
https://learn.microsoft.com/graph/api/resources/fieldvalueset
"""

from __future__ import annotations

from sandbox.tenant.state import Column, Item, Tenant

FIRST = 9
"""The first id of a person: the groups of the site came before."""

TEAM, APPS = 6, 1073741822
"""Under which ids the people who keep the lists, and all apps, made and changed rows."""

GROUPS = ("Owners", "Visitors", "Members")


def found_site(tenant: Tenant) -> None:
    """The list as a new site has it: the site's groups, and everybody where the tenant is so kind."""
    columns = [
        Column("Title", "Name", "text"),
        Column("Name", "Account", "text"),
        Column("EMail", "Work email", "text"),
        Column("UserName", "User name", "text"),
        Column("JobTitle", "Title", "text"),
    ]
    people = tenant.people
    people.columns = {c.name: c for c in columns}
    people.template, people.leaf, people.german = "userInformation", "users", "Benutzerinformationsliste"
    people.created = people.modified = tenant.now()
    tenant.lists[people.id] = people
    for n, group in enumerate(GROUPS, 3):
        title = f"{tenant.site_name} {group}"
        people.items[n] = Item(
            n, {"Title": title, "Name": title}, created=tenant.now(), modified=tenant.now()
        )
    for n, title in ((TEAM, "Site Owner"), (APPS, "SharePoint App")):
        people.items[n] = Item(
            n, {"Title": title, "Name": title}, created=tenant.now(), modified=tenant.now()
        )
    people.next_id = FIRST
    if tenant.behaviours.on("everybody known to the site"):
        for address in tenant.users:
            known(tenant, address)


def author_id(app_id: str) -> int:
    """Who made or changed a row, as a column of people names them."""
    return APPS if app_id else TEAM


def known(tenant: Tenant, address: str) -> int:
    """The id of a person, who becomes known to the site by being named. KeyError for somebody nobody knows."""
    email = address.casefold()
    for item in tenant.people.items.values():
        if str(item.fields.get("EMail", "")).casefold() == email:
            return item.id
    user = tenant.users.get(email)
    if user is None:
        raise KeyError(f"Nobody has the address “{address}”.")
    people = tenant.people
    fields = {
        "Title": user.name,
        "EMail": user.email,
        "UserName": user.email,
        "Name": f"i:0#.f|membership|{user.email}",
        "JobTitle": user.job,
    }
    item = Item(people.next_id, fields, created=tenant.now(), modified=tenant.now())
    people.items[item.id] = item
    people.journal.append(item.id)
    people.next_id += 1
    return item.id
