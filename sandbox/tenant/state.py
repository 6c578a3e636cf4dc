"""What the pretend tenant holds, in memory: people, mailboxes, lists and a document library."""

from __future__ import annotations

import base64
import hashlib
import heapq
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.tenant.behaviours import Behaviours
from sandbox.tenant.calendars import Calendar
from sandbox.tenant.clock import Clock, iso
from sandbox.tenant.faults import Faults
from sandbox.tenant.quotas import Quotas
from sandbox.tenant.zones import NEW_SITE, zone_named

WELL_KNOWN = {
    "inbox": "Inbox",
    "drafts": "Drafts",
    "sentitems": "Sent Items",
    "deleteditems": "Deleted Items",
    "archive": "Archive",
    "junkemail": "Junk Email",
    "outbox": "Outbox",
}


def new_id(prefix: str = "AAMk") -> str:
    """An opaque id of the shape Exchange gives."""
    return prefix + base64.urlsafe_b64encode(uuid.uuid4().bytes * 2).decode().rstrip("=")


EXCHANGE_ROLES = ("Mail.", "Mail-Advanced.", "Calendars.", "MailboxSettings.")


@dataclass(slots=True)
class SpentUnits:
    """What one app has spent in a running minute or day. It is over when the tenant's clock or the real one says so."""

    began: float
    began_real: float
    spent: int = 0


@dataclass(frozen=True, slots=True)
class FederatedCredential:
    """Whose tokens are taken for an app's: those of `issuer`, signed with its key, for one subject.

    https://learn.microsoft.com/graph/api/resources/federatedidentitycredential
    """

    issuer: str
    subject: str
    key_pem: str  # Entra finds it by the issuer's own OpenID configuration
    audience: str = "api://AzureADTokenExchange"


@dataclass(frozen=True, slots=True)
class App:
    """A registered application. `mailboxes` None lets it into every mailbox.

    Where it is scoped to some mailboxes, Exchange holds its roles for them (RBAC for Applications), and the token does
    not name them: https://learn.microsoft.com/exchange/permissions-exo/application-rbac
    """

    client_id: str
    secret: str
    roles: tuple[str, ...]
    mailboxes: frozenset[str] | None = None
    certificate_pem: str = ""
    federated: tuple[FederatedCredential, ...] = ()
    sharepoint_roles: tuple[
        str, ...
    ] = ()  # consented to of SharePoint itself, which Graph's token does not name

    @property
    def consented(self) -> tuple[str, ...]:
        """The roles consented to in Entra, which the token names."""
        if self.mailboxes is None:
            return self.roles
        return tuple(role for role in self.roles if not role.startswith(EXCHANGE_ROLES))


@dataclass(frozen=True, slots=True)
class User:
    id: str
    name: str
    email: str
    job: str = ""


class Attachment:
    """A file or a message attached to a message. The content is shared by every copy of the message."""

    __slots__ = ("_data", "_encoded", "content_id", "content_type", "id", "inline", "item", "kind", "name")

    def __init__(
        self,
        name: str,
        *,
        encoded: str = "",
        data: bytes | None = None,
        content_type: str = "application/octet-stream",
        inline: bool = False,
        kind: str = "file",
        item: dict[str, Any] | None = None,
        content_id: str | None = None,
    ) -> None:
        self.id = new_id("AAMkATT")
        self.content_id = content_id
        self.name, self.content_type, self.inline = name, content_type, inline
        self.kind, self.item = kind, item
        self._encoded, self._data = encoded, data

    @property
    def data(self) -> bytes:
        if self._data is None:
            self._data = base64.b64decode(self._encoded)
        return self._data

    @property
    def encoded(self) -> str:
        if not self._encoded and self._data:
            self._encoded = base64.b64encode(self._data).decode()
        return self._encoded

    @property
    def size(self) -> int:
        return len(self._encoded) * 3 // 4 if self._data is None else len(self._data)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


@dataclass(slots=True)
class Message:
    """One message in one mailbox. `props` has Graph's own property names and values.

    `submitted`: Exchange has it in hand; `sent`: the copy in Sent Items; `announced`: it is said to have files that are
    not there yet; `parts` stand in its MIME alone, as type and bytes.
    """

    id: str
    folder: str
    props: dict[str, Any]
    default_id: str = field(default_factory=new_id)
    headers: list[dict[str, str]] = field(default_factory=list)
    extended: dict[str, str] = field(default_factory=dict)
    attachments: list[Attachment] = field(default_factory=list)
    change: int = 1
    changed_at: datetime | None = None
    submitted: bool = False
    sent: bool = False
    announced: bool = False
    parts: list[tuple[str, bytes]] = field(default_factory=list)

    @property
    def change_key(self) -> str:
        return base64.b64encode(f"{self.id[-8:]}{self.change:06}".encode()).decode()


@dataclass(slots=True)
class Folder:
    id: str
    name: str
    parent: str = ""


class Mailbox:
    """A mailbox: folders, messages in the order they came, and a journal of changes for delta."""

    def __init__(self, user: User, clock: Clock) -> None:
        self.user = user
        self.clock = clock
        self.folders: dict[str, Folder] = {}
        self.well_known: dict[str, str] = {}
        for key, name in WELL_KNOWN.items():
            folder = Folder(new_id("AAMkFLD"), name, "root")
            self.folders[folder.id] = folder
            self.well_known[key] = folder.id
        self.messages: dict[str, Message] = {}
        self._by_default: dict[str, str] = {}
        self._by_extended: dict[tuple[str, str], list[str]] = {}
        self.journal: list[tuple[str, str, str]] = []  # folder id, message id, "updated" or "removed"
        self.automatic_reply = ""
        self.reply_class = ""  # of the automatic reply, Exchange's own if empty
        self.replied_to: set[str] = set()
        self.uploads: dict[str, Any] = {}
        self.categories = [{"id": new_id(), "displayName": "Please look at", "color": "preset0"}]
        self.calendar = Calendar()
        self.delta_tokens: dict[str, dict[str, Any]] = {}
        self.departures: deque[datetime] = deque(maxlen=4096)  # when messages leave or left
        self.recipients: deque[tuple[datetime, int]] = deque()  # of the last day
        self.left: dict[tuple[str, str], str] = {}  # (folder, message id) -> the default id it had there

    def folder(self, name: str) -> Folder | None:
        """A folder by its id or by a well-known name in any case."""
        return self.folders.get(name) or self.folders.get(self.well_known.get(name.lower(), ""))

    def add(self, message: Message) -> Message:
        self.messages[message.id] = message
        self._by_default[message.default_id] = message.id
        for key, value in message.extended.items():
            self._by_extended.setdefault((key, value.casefold()), []).append(message.id)
        self.touch(message)
        return message

    def find(self, message_id: str) -> Message | None:
        return self.messages.get(message_id) or self.messages.get(self._by_default.get(message_id, ""))

    def touch(self, message: Message) -> None:
        message.change += 1
        message.changed_at = self.clock.now()
        message.props["lastModifiedDateTime"] = iso(message.changed_at)
        self.journal.append((message.folder, message.id, "updated"))

    def index(self, message: Message) -> None:
        for key, value in message.extended.items():
            ids = self._by_extended.setdefault((key, value.casefold()), [])
            if message.id not in ids:
                ids.append(message.id)

    def with_extended(self, key: str, value: str) -> Iterator[Message]:
        for message_id in self._by_extended.get((key, value.casefold()), ()):
            if message := self.messages.get(message_id):
                yield message

    def move(self, message: Message, folder: str) -> None:
        """Move a message: its immutable id stays, its default id does not."""
        self.journal.append((message.folder, message.id, "removed"))
        self.left[message.folder, message.id] = message.default_id
        self._by_default.pop(message.default_id, None)
        message.folder = folder
        message.default_id = new_id()
        self._by_default[message.default_id] = message.id
        self.touch(message)

    def rename(self, message: Message) -> None:
        """Give a message another immutable id, as sometimes happens on sending."""
        self.journal.append((message.folder, message.id, "removed"))
        self.left[message.folder, message.id] = message.default_id
        del self.messages[message.id]
        message.id = new_id()
        self.messages[message.id] = message
        self._by_default[message.default_id] = message.id
        self.index(message)
        self.touch(message)

    def remove(self, message: Message) -> None:
        self.journal.append((message.folder, message.id, "removed"))
        self.left[message.folder, message.id] = message.default_id
        self._by_default.pop(message.default_id, None)
        del self.messages[message.id]

    def in_folder(self, folder: str) -> list[Message]:
        return [m for m in self.messages.values() if m.folder == folder]


@dataclass(slots=True)
class Column:
    """A column of a list. `kind`: text, note, choice, boolean, date, datetime, number, lookup, person or people.

    `several`: a choice or lookup column that allows several values. `rich`: a note that people write with formats.
    """

    name: str
    display: str
    kind: str
    choices: tuple[str, ...] = ()
    lookup_list: str = ""
    indexed: bool = False
    several: bool = False
    rich: bool = False
    required: bool = False
    description: str = ""
    validation: dict[str, Any] | None = None
    formatter: str = ""
    id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def many(self) -> bool:
        """Whether its value is a list."""
        return self.several or self.kind == "people"

    @property
    def looks_up(self) -> bool:
        return self.kind in ("lookup", "person", "people")


@dataclass(slots=True)
class Item:
    """A row. `fields` by internal column name; people and lookups as ids; dates as ISO text in UTC."""

    id: int
    fields: dict[str, Any]
    guid: str = field(default_factory=lambda: str(uuid.uuid4()))
    version: int = 1
    created: str = ""
    modified: str = ""
    created_by: str = ""  # the name of an app; '' for people
    modified_by: str = ""
    approved: bool = True

    @property
    def etag(self) -> str:
        return f'"{self.guid},{self.version}"'


@dataclass(slots=True)
class View:
    """A view of a list: its fields by internal name, and what it chooses by, in CAML."""

    title: str
    fields: list[str]
    query: str = ""
    row_limit: int = 30
    paged: bool = True
    personal: bool = False
    hidden: bool = False
    default: bool = False
    formatter: str = ""
    id: str = field(default_factory=lambda: str(uuid.uuid4()))


def _first_view() -> list[View]:
    """The view a list is born with."""
    return [View("All Items", ["LinkTitle"], default=True)]


@dataclass(slots=True)
class SharePointList:
    id: str
    name: str
    columns: dict[str, Column]  # by internal name
    items: dict[int, Item] = field(default_factory=dict)
    hidden: bool = False
    journal: list[int] = field(default_factory=list)  # ids of changed or deleted items
    deleted: set[int] = field(default_factory=set)
    next_id: int = 1
    template: str = "genericList"
    leaf: str = ""  # the end of its address, which stays when it is renamed
    german: str = ""  # its name in a German site
    description: str = ""
    created: str = ""
    modified: str = ""
    approval: bool = False
    grants: dict[str, str] = field(default_factory=dict)  # client id -> role
    views: list[View] = field(default_factory=_first_view)

    def by_display(self, display: str) -> Column | None:
        return next((c for c in self.columns.values() if c.display == display), None)


@dataclass(slots=True)
class Site:
    """A site beside the one with the lists: nothing but an address and whom its owners let in."""

    id: str
    path: str
    name: str
    grants: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class StoredFile:
    """A file or a folder of the library, and its row there. The row's version is the file's."""

    id: str
    path: str  # "A folder/another/x.docx"
    data: bytes | None  # None: a folder
    item: Item
    content_version: int = 1
    busy: bool = False  # the service is still at it after an upload
    locked: bool = False  # somebody has it open in Word

    @property
    def name(self) -> str:
        return self.path.rsplit("/", 1)[-1]

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0]

    @property
    def modified(self) -> str:
        return self.item.modified


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message that left a mailbox: who it was for and who got it. Kept apart from the mailboxes, for ever."""

    at: str
    sender: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    delivered_to: tuple[str, ...]
    undeliverable: tuple[str, ...]
    subject: str
    internet_message_id: str
    headers: Mapping[str, str]
    attachments: tuple[tuple[str, str], ...]  # name, sha256
    html: str
    kind: str = "message"  # or "automatic reply", "NDR", "injected"


@dataclass(slots=True)
class Counters:
    """What clients asked of the tenant since it started or was last counted."""

    http: int = 0
    requests: int = 0
    outlook_at_once: int = 0
    throttled: int = 0
    tokens: int = 0


class Tenant:
    """Everything. One thread only touches it: the server's event loop."""

    def __init__(self, tenant_id: str, name: str, domain: str) -> None:
        self.id, self.name, self.domain = tenant_id, name, domain
        self.clock = Clock()
        self.apps: dict[str, App] = {}
        self.users: dict[str, User] = {}  # by email
        self.mailboxes: dict[str, Mailbox] = {}  # by email
        self.site_path = "/sites/team"
        self.site_name = "Team"
        self.site_zone = zone_named(NEW_SITE)
        self.host = f"{domain.split('.')[0]}.sharepoint.example"
        collection, web = (
            uuid.uuid5(uuid.NAMESPACE_URL, f"{tenant_id} {part}") for part in ("collection", "web")
        )
        self.site_id = f"{self.host},{collection},{web}"
        self.other_sites: list[Site] = []
        self.grants: dict[str, str] = {}  # client id -> role on the site with the lists
        self.units: dict[tuple[str, str], SpentUnits] = {}  # by client id and limit
        self.lists: dict[str, SharePointList] = {}  # by id
        self.people = SharePointList(str(uuid.uuid4()), "User Information List", {}, hidden=True)
        self.library = SharePointList(str(uuid.uuid4()), "Documents", {})
        self.drive_id = new_id("b!")
        self.gone_files: dict[int, str] = {}  # row -> the id of the file it was
        self.files: dict[str, StoredFile] = {}  # by path, case folded
        self.deliveries: list[Delivery] = []
        self.faults = Faults()
        self.behaviours = Behaviours()
        self.counters = Counters()
        self.show: dict[str, Any] = {}  # what the front desk shows first: folders, list, from_column
        self.token_seconds = 3599
        self.latency = 0.0
        self.quotas = Quotas()
        self._due: list[tuple[datetime, int, Callable[[], object]]] = []
        self.stale_since: datetime | None = None  # searches do not see what changed after this
        self.signing_key = uuid.uuid4().hex + uuid.uuid4().hex
        self.downloads: dict[str, bytes] = {}
        self.uploads: dict[str, dict[str, Any]] = {}
        self.waiting = 0  # how much was ever put off: keeps things due at one moment in their order

    def now(self) -> str:
        return iso(self.clock.now())

    def later(self, moment: datetime, do: Callable[[], object]) -> None:
        """Have something done at a moment of the running clock; at once, if that is past."""
        if moment <= self.clock.running():
            do()
        else:
            self.waiting += 1
            heapq.heappush(self._due, (moment, self.waiting, do))

    def waits(self) -> bool:
        """Whether something is still to be done at a later moment."""
        return bool(self._due)

    def catch_up(self) -> None:
        """Do what has become due, in its order and as of its moment."""
        while self._due and self._due[0][0] <= self.clock.running():
            moment, _, do = heapq.heappop(self._due)
            with self.clock.held(moment):
                do()

    def mailbox(self, name: str) -> Mailbox | None:
        """A mailbox by address or by its owner's id, in any case."""
        key = name.casefold()
        found = self.mailboxes.get(key)
        if found is None:
            owner = next((u for u in self.users.values() if u.id == name), None)
            found = self.mailboxes.get(owner.email) if owner else None
        return found

    def list_named(self, name: str) -> SharePointList | None:
        """A list by id or by the name people see."""
        return self.lists.get(name) or next(
            (found for found in self.lists.values() if self.title(found).casefold() == name.casefold()), None
        )

    def file_of(self, found: SharePointList, item: Item) -> StoredFile | None:
        """The file whose row this is, if the list is the library."""
        if found is not self.library:
            return None
        return next((f for f in self.files.values() if f.item is item), None)

    def forget(self, stored: StoredFile) -> None:
        """A file is no longer there; what follows changes in the library will hear its id."""
        self.files.pop(stored.path.casefold(), None)
        self.gone_files[stored.item.id] = stored.id

    def site_at(self, host: str, path: str) -> str:
        """The id of the site at a path of the host; '' where there is none."""
        if host.casefold() != self.host.casefold():
            return ""
        if path.casefold() == self.site_path.casefold():
            return self.site_id
        return next((s.id for s in self.other_sites if s.path.casefold() == path.casefold()), "")

    def title(self, found: SharePointList) -> str:
        """The name a list has in the site's language."""
        return found.german if found.german and self.behaviours.on("German site") else found.name
