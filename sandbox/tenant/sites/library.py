"""What the library keeps: folders and files by their paths, each with a row of the library's list.

https://learn.microsoft.com/graph/api/resources/driveitem
"""

from __future__ import annotations

import itertools

from sandbox.tenant.graph_error import GraphError
from sandbox.tenant.names import check_name
from sandbox.tenant.sites.content import promoted
from sandbox.tenant.sites.rows import keep, new_row, remove
from sandbox.tenant.sites.sharepoint import missing
from sandbox.tenant.state import Column, StoredFile, Tenant, new_id


def found_library(tenant: Tenant) -> None:
    """The library as a new site has it: empty."""
    library = tenant.library
    library.columns = {
        c.name: c for c in (Column("Title", "Title", "text"), Column("FileLeafRef", "Name", "text"))
    }
    library.template, library.leaf, library.german = "documentLibrary", "Shared Documents", "Dokumente"
    library.created = library.modified = tenant.now()
    tenant.lists[library.id] = library
    root = new_row(tenant, library, {})
    del library.items[root.id]  # the root is an item of the drive, not a row
    tenant.files[""] = StoredFile(new_id("01"), "", None, root)


def by_id(tenant: Tenant, item_id: str) -> StoredFile:
    if item_id.lower() == "root":
        return tenant.files[""]
    found = next((f for f in tenant.files.values() if f.id == item_id), None)
    if found is None:
        raise missing()
    return found


def inside(tenant: Tenant, folder: StoredFile) -> list[StoredFile]:
    key = folder.path.casefold()
    return [f for f in tenant.files.values() if f.path and f.folder.casefold() == key]


def store(
    tenant: Tenant, path: str, data: bytes | None, conflict: str = "replace", by: str = ""
) -> tuple[int, StoredFile]:
    """Keep a file (`data` None: a folder), making its folders. 409 when it exists and `conflict` is fail."""
    path = path.strip("/")
    for name in path.split("/"):
        check_name(name)
    if len(path) > 400:
        raise GraphError(400, "pathIsTooLong", "The specified file or folder name is too long.")
    known = tenant.files.get(path.casefold())
    if known and (conflict == "fail" or (conflict == "replace" and (known.data is None) != (data is None))):
        raise GraphError(409, "nameAlreadyExists", "The specified item name already exists.")
    if known and conflict == "replace":
        check_lock(known)
    if known and conflict == "rename":
        path, known = numbered(tenant, path), None
    if data is not None and tenant.behaviours.on("Word files are rewritten"):
        data = promoted(data)
    if known:
        if data is not None:
            known.data = data
            known.content_version += 1
            known.busy = True
        keep(tenant, tenant.library, known.item, {}, by)
        return 200, known
    parts = path.split("/")
    for n in range(1, len(parts)):
        folder = "/".join(parts[:n])
        if (there := tenant.files.get(folder.casefold())) is None:
            new_file(tenant, folder, None, by)
        elif there.data is not None:
            raise GraphError(409, "nameAlreadyExists", "A file stands where a folder is needed.")
    return 201, new_file(tenant, path, data, by)


def new_file(tenant: Tenant, path: str, data: bytes | None, by: str) -> StoredFile:
    row = new_row(tenant, tenant.library, {"FileLeafRef": path.rsplit("/", 1)[-1]}, by)
    tenant.files[path.casefold()] = stored = StoredFile(new_id("01"), path, data, row, busy=data is not None)
    return stored


def numbered(tenant: Tenant, path: str) -> str:
    folder, slash, name = path.rpartition("/")
    stem, dot, last = name.rpartition(".")
    stem, last = (stem, last) if dot else (last, "")
    each = (f"{folder}{slash}{stem} {n}{dot}{last}" for n in itertools.count(1))
    return next(p for p in each if p.casefold() not in tenant.files)


def move(tenant: Tenant, stored: StoredFile, path: str, by: str = "") -> None:
    """Another name or folder for a file, or for a folder and all in it."""
    for name in path.split("/"):
        check_name(name)
    if (folder := path.rpartition("/")[0]) and folder.casefold() not in tenant.files:
        store(tenant, folder, None, by=by)
    old = stored.path
    for each in [
        f for f in tenant.files.values() if f is stored or f.path.casefold().startswith(f"{old.casefold()}/")
    ]:
        del tenant.files[each.path.casefold()]
        each.path = path + each.path[len(old) :]
        tenant.files[each.path.casefold()] = each
    keep(tenant, tenant.library, stored.item, {"FileLeafRef": stored.name}, by)


def discard(tenant: Tenant, stored: StoredFile) -> None:
    """Delete a file, or a folder with all in it."""
    key = stored.path.casefold()
    for each in [f for f in tenant.files.values() if f is stored or f.path.casefold().startswith(f"{key}/")]:
        tenant.forget(each)
        remove(tenant.library, each.item)


def check_lock(stored: StoredFile) -> None:
    """423 for a file somebody has open."""
    if stored.locked:
        raise GraphError(423, "resourceLocked", "The resource you are attempting to access is locked")


def etags(stored: StoredFile) -> tuple[str, str]:
    guid = stored.item.guid.upper()
    return f'"{{{guid}}},{stored.item.version}"', f'"c:{{{guid}}},{stored.content_version}"'
