"""Returned audits as they lie in the document library: put there, found there, and still what was received.

What a form says never waits for the library: where that does not take the file, the form counts all the same, and the
file stays in its message until it can be put there (§10: an Inadequate waits for nothing).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.daily_run.workplace import Workplace
from bot.errors import AuditBotError, FileChanged, RequestRefused, TenantUnavailable, in_words
from bot.office.isolated_reader import content_safely, files_in_message
from bot.office.library import KeptFile
from bot.programme.date_words import full_day
from bot.programme.events import Event, EventKind, Plain
from bot.programme.file_names import safe_name
from bot.programme.history.history import History
from bot.programme.history.records_of_the_past import Returned
from bot.programme.vocabulary import Allocation, Problem

WHERE = "The document library"
TO_LOOK_AT = "Please look at"
"""The library's folder for files of which a person is to say what they are."""


def short_hash(sha256: str) -> str:
    """What stands in a kept file's name, so that a file of this name is this file."""
    return sha256[:8]


def audits_folder(library_folder: str, allocation: Allocation) -> tuple[str, ...]:
    """The folders of one audit's files."""
    return (*library_folder.split("/"), allocation.cycle, allocation.reference)


def _aside(library_folder: str) -> tuple[str, ...]:
    return (*library_folder.split("/"), TO_LOOK_AT)


class Keeper:
    """Puts files into the document library. One that is not taken is told in `problems`; once the library has not
    answered at all, nothing more is tried."""

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace
        self._silent = ""
        self.problems: list[Problem] = []

    def keep(self, name: str, data: bytes, allocation: Allocation | None) -> KeptFile:
        """The file as it is kept, under the audit or with what is to be looked at; without id and address when the
        library does not take it, or there is nothing to keep. The same bytes under the same name are stored once."""
        if not data:  # its message is told as empty
            return KeptFile("", "", "", safe_name(name))
        folder = self._workplace.settings.library_folder
        where = audits_folder(folder, allocation) if allocation else _aside(folder)
        why = self._silent
        if not why:
            try:
                return self._workplace.library.store((*where, name), data, hash_in_name=True)
            except AuditBotError as fault:
                why = in_words(fault)
                self._silent = why if isinstance(fault, TenantUnavailable) else ""
        what = f"“{safe_name(name)}” could not be put there: {why}. "
        what += (
            "What it says has been acted on, and it is put there once the library takes it. Please leave its message "
            "in the mailbox until then."
            if allocation
            else "It is in its message."
        )
        self.problems.append(Problem(WHERE, what, "the IT administrator, if it goes on"))
        return KeptFile("", "", "", safe_name(name))

    def no_longer_aside(self, sha256: str) -> None:
        """Put the copies of a file that lay with what is to be looked at into the site's recycle bin, now that it lies
        under its audit: a child's papers lie in one place. One in which somebody has written stays."""
        library = self._workplace.library
        try:
            for copy in library.inside(_aside(self._workplace.settings.library_folder)):
                if short_hash(sha256) in copy.name and not copy.edited:
                    library.remove(copy.id)
        except AuditBotError as fault:
            what = f"A form that is kept under its audit now could not be taken out: {in_words(fault)}. Please do."
            self.problems.append(Problem(f"{WHERE}, “{TO_LOOK_AT}”", what))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that was acted on and is not in the library yet."""

    allocation: Allocation
    file: Returned


def waiting_files(allocations: Iterable[Allocation], history: History) -> list[Waiting]:
    """The files that are to be put into the library, each once."""
    found = {
        (a.item_id, file.sha256): Waiting(a, file)
        for a in allocations
        if a.item_id in history.audits
        for file in history.audit(a.item_id).files
        if file.waits_for_the_library and file.came_in
    }
    return list(found.values())


def document_stored(waits: Waiting, kept: KeptFile, workplace: Workplace) -> Event:
    """That a file which waited lies in the library now."""
    about, sha256 = waits.allocation.item_id, waits.file.sha256
    where = where_kept(kept)
    return workplace.event(EventKind.DOCUMENT_STORED, f"{about}#{sha256}", about, sha256=sha256, **where)


def where_kept(kept: KeptFile) -> dict[str, Plain]:
    """What is remembered of a file's place in the library."""
    return {"url": kept.url, "name": kept.name, "file": kept.id, "etag": kept.etag}


def kept_now(waiting: Iterable[Waiting], workplace: Workplace, problems: list[Problem]) -> Iterator[Event]:
    """Put files that wait into the library. What still fails is told in `problems`."""
    keeper = Keeper(workplace)
    for each in waiting:
        try:
            data = from_its_message(each.file, each.allocation, workplace)
        except AuditBotError as fault:
            problems.append(Problem(WHERE, str(fault)))
            continue
        kept = keeper.keep(each.file.name, data, each.allocation)
        if kept.id:
            yield document_stored(each, kept, workplace)
    problems += keeper.problems


def from_its_message(returned: Returned, allocation: Allocation, workplace: Workplace) -> bytes:
    """A file that is not in the library yet, from the message it came in, wherever that lies now.

    Raises FileChanged when it is no longer there.
    """
    for message in workplace.mailbox.messages([returned.came_in]):
        for attachment in message.attachments:
            if attachment.kind == "reference":
                continue
            data = workplace.mailbox.attachment_bytes(message.id, attachment)
            inside = (files_in_message(data) or []) if attachment.may_be_a_message else []
            for found in (data, *(file.data for file in inside)):
                if hashlib.sha256(found).hexdigest() == returned.sha256:
                    return found
    raise FileChanged(
        f"The file “{returned.name}” of {allocation.reference} was not in the document library yet, and its message is "
        "gone from the mailbox. What it said stands in the list; ask its sender for the file."
    )


def as_received(returned: Returned, allocation: Allocation, workplace: Workplace) -> bytes:
    """The file of a returned audit, which says what it said when it was received.

    Raises FileChanged when it does not, or when it is gone. SharePoint writes properties into a Word file, so that the
    bytes may differ and the content not.
    """
    if returned.taken_over:
        raise FileChanged(
            f"What came back for {allocation.reference} on {full_day(returned.on)} is known from the Audit Team's "
            "spreadsheet alone, so the bot has no file of it. Send the form by hand to whoever needs it."
        )
    what = f"The file “{returned.name}” of {allocation.reference} in the document library"
    if returned.waits_for_the_library:
        return from_its_message(returned, allocation, workplace)
    try:
        if returned.file:
            data = workplace.library.fetch(returned.file)
        else:  # written down before ids were kept
            where = audits_folder(workplace.settings.library_folder, allocation)
            data = workplace.library.fetch_by_address(returned.url, (*where, returned.name))
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
        f"{what} is not what was received on {full_day(returned.on)}. "
        "Put the first version back (its version history has it), or send it by hand."
    )
