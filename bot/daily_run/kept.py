"""Returned audits as they lie in the document library: where, and whether they still are what was received."""

from __future__ import annotations

import hashlib

from bot.daily_run.desk import Desk
from bot.errors import FileChanged, RequestRefused
from bot.office.reading_room import content_safely
from bot.programme.history import Returned
from bot.programme.vocabulary import Allocation


def audits_folder(library_folder: str, allocation: Allocation) -> tuple[str, ...]:
    """The folders of one audit's files."""
    return (*library_folder.split("/"), allocation.cycle, allocation.reference)


def as_received(returned: Returned, allocation: Allocation, desk: Desk) -> bytes:
    """The file of a returned audit, which says what it said when it was received.

    Raises FileChanged when it does not, or when it is gone. SharePoint writes properties into a Word file, so that the
    bytes may differ and the content not.
    """
    what = f"The file “{returned.name}” of {allocation.reference} in the document library"
    try:
        if returned.file:
            data = desk.library.fetch(returned.file)
        else:  # written down before ids were kept
            where = audits_folder(desk.settings.library_folder, allocation)
            data = desk.library.fetch_by_address(returned.url, (*where, returned.name))
    except RequestRefused as fault:
        if fault.status not in (0, 404):
            raise
        raise FileChanged(
            f"{what} is no longer where it was put. Put it back (from the recycle bin), or send it by hand."
        ) from fault
    if hashlib.sha256(data).hexdigest() == returned.sha256:
        return data
    if returned.content_sha256 and content_safely(data) == returned.content_sha256:
        return data
    raise FileChanged(
        f"{what} is not what was received on {returned.on:%A} {returned.on.day} {returned.on:%B} {returned.on.year}. "
        "Put the first version back (its version history has it), or send it by hand."
    )
