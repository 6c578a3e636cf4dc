"""What a run does, tried without bothering anybody: a letter to the bot's own mailbox, a file, a cell; and what it must
not be able to do. On the way it is measured how this tenant behaves where no page of Microsoft's says so."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from bot.daily_run.trouble import trouble
from bot.daily_run.workplace import Workplace
from bot.errors import AuditBotError, SettingsError
from bot.office.graph import Reply, Request
from bot.office.ledger import Ledger
from bot.office.mail.mailbox import KEY_HEADER, KEY_PROPERTY
from bot.office.mail.outbox import Outbox
from bot.office.mail.outgoing import TRIED, OutgoingLetter, letter_key
from bot.programme.date_words import plain_day
from bot.programme.events import Event, EventKind
from bot.programme.modes import Mode
from bot.programme.standing.actions import WriteRow
from bot.programme.vocabulary import Person

PATIENCE = 120.0
"""Seconds the copy in Sent Items is waited for."""

SUBJECT = "Audit bot: a letter to itself, to see whether letters leave"
DAYS = (date(2026, 1, 15), date(2026, 7, 15))
"""A day in winter and one in summer."""

SITE = "The IT administrator: has the bot write on the site (Sites.Selected)?"
READ_ONLY = (
    "The bot may read here and not write (403 accessDenied). The IT administrator: give it write on the site; its "
    "grant is read, or this is shut to it alone."
)

FILE, CELL = "tried by audit-bot check.txt", "Tried by audit-bot check"


@dataclass(frozen=True, slots=True)
class Fact:
    """How this tenant behaves in one point, beside what the bot assumes. `measured` "" when it cannot be measured."""

    name: str
    measured: str
    assumed: str


@dataclass(slots=True)
class Trial:
    """Tries one thing after another; each gives its problems as sentences. `facts` grows on the way."""

    workplace: Workplace
    sleep: Callable[[float], None] = time.sleep
    facts: list[Fact] = field(default_factory=list)
    sent_copy_seconds: float | None = None
    no_row: bool = False  # no cell could be tried

    # -------------------------------------------------------------------------------------------------- a letter

    def letter(self, *, measure: bool = False) -> list[str]:
        """Make, find, send in a batch, confirm and delete a letter to the bot's own mailbox."""
        workplace, now = self.workplace, self.workplace.clock()
        box, domain = workplace.settings.mailbox, workplace.settings.mailbox.rpartition("@")[2]
        key = TRIED + letter_key(b"audit-bot check", (now.isoformat(),))
        settings = workplace.settings.model_copy(
            update={"safety": Mode.LIVE, "recipient_domains": (*workplace.settings.recipient_domains, domain)}
        )
        letter = OutgoingLetter(
            key=key, about="check", letter="check", rule="check", occasion=now.isoformat(), subject=SUBJECT,
            html="<p>Nothing has to be done. It is deleted again at once.</p>", to=(Person("Audit bot", box),),
            due=workplace.today, why="audit-bot check",
        )  # fmt: skip
        with _ledger_of_its_own() as ledger:
            ledger.append([Event(now, EventKind.RUN_STARTED, now.isoformat())])
            outbox = Outbox(
                workplace.graph, ledger, workplace.mailbox, settings, workplace.clock, sleep=self.sleep
            )
            (outcome,) = outbox.send([letter])
            if outcome.state != "sent":
                if "(403 " in outcome.why:
                    return [_refused_letter(outcome.why)]
                found = trouble(outcome.why, speaking=True)
                return [outcome.why, found.what, found.remedy]
            waited = self._wait(lambda: bool(outbox.confirm()))
            drafted = next(e for e in ledger.read() if e.kind is EventKind.LETTER_DRAFTED)
        copies = self._by_key(key)
        if waited is None:
            return [
                f"A letter left, but its copy could not be found in Sent Items by its key in {PATIENCE:.0f} seconds. "
                "The IT administrator: may the bot read Sent Items, and is a copy kept there?"
            ]
        self.sent_copy_seconds = waited
        if measure:
            self._measure_letter(drafted, copies, waited)
        internet_id = str(drafted.data.get("internet_message_id") or "")
        self._delete([str(c["id"]) for c in copies], internet_id)
        return []

    def _measure_letter(self, drafted: Event, copies: list[Any], waited: float) -> None:
        workplace, path = self.workplace, f"{self.workplace.mailbox.path}/messages"
        sent = next((c for c in copies if not c["isDraft"]), copies[0])
        kept = sent["id"] == drafted.data["message_id"]
        self._fact("key on the copy in Sent Items", "found by it", "found by it")
        self._fact(
            "seconds until the copy is found",
            f"{waited:.0f}",
            f"under {workplace.settings.settle_minutes * 60:.0f}",
        )
        self._fact("a sent letter keeps its draft's id", "yes" if kept else "no", "either")
        self._fact("a draft in a folder of the bot's own can be sent", "yes", "yes")
        flag = "singleValueExtendedProperties($filter=id eq 'Integer 0x0E07')"
        headers, flags, second = workplace.graph.batch(
            [
                Request("GET", f"{path}/{sent['id']}?$select=internetMessageHeaders"),
                Request("GET", f"{path}/{sent['id']}?$select=id&$expand={quote(flag, safe='()$=')}"),
                Request("POST", f"{path}/{sent['id']}/send", again=False),
            ]
        )
        names = {str(h["name"]).casefold() for h in (headers.body or {}).get("internetMessageHeaders") or ()}
        self._fact(f"{KEY_HEADER} on the copy", "yes" if KEY_HEADER in names else "no", "not relied on")
        found = (flags.body or {}).get("singleValueExtendedProperties") or [{"id": "not given"}]
        self._fact("spelling of Integer 0x0E07", str(found[0]["id"]), "any")
        self._fact("a second send of the same letter", _said(second), "any refusal, looked up by key")

    def _by_key(self, key: str) -> list[Any]:
        text = f"singleValueExtendedProperties/Any(ep: ep/id eq '{KEY_PROPERTY}' and ep/value eq '{key}')"
        query = f"$filter={quote(text, safe=chr(39) + '():/,')}&$select=id,isDraft,internetMessageId"
        page = self.workplace.graph.get(f"{self.workplace.mailbox.path}/messages?{query}")
        return list(page["value"])

    def _delete(self, ids: list[str], internet_id: str) -> None:
        """The copy that was sent, and the one that arrived, as soon as it has."""
        path = self.workplace.mailbox.path
        arrived: list[str] = []

        def there() -> bool:
            text = quote(internet_id.replace("'", "''"), safe="")
            query = f"$filter=internetMessageId%20eq%20'{text}'&$select=id"
            page = self.workplace.graph.get(f"{path}/mailFolders/inbox/messages?{query}")
            arrived[:] = [str(m["id"]) for m in page["value"]]
            return bool(arrived)

        if internet_id:
            self._wait(there)
        gone = dict.fromkeys([*ids, *arrived])
        self.workplace.graph.batch(Request("DELETE", f"{path}/messages/{i}") for i in gone)

    def _wait(self, done: Callable[[], bool]) -> float | None:
        """Ask until it is so, more and more seldom. The seconds waited, or None when it never was."""
        waited, pause = 0.0, 1.0
        while not done():
            if waited >= PATIENCE:
                return None
            self.sleep(pause)
            waited, pause = waited + pause, min(pause * 2, 20.0)
        return waited

    # -------------------------------------------------------------------------------------------- a file, a cell

    def file(self, *, measure: bool = False) -> list[str]:
        """Upload, fetch and delete a file in the library."""
        workplace, data = self.workplace, b"Tried by audit-bot check; it may be deleted."
        library = workplace.library
        try:
            kept = library.store((workplace.settings.library_folder, FILE), data)
        except AuditBotError as fault:
            if "(403 " not in str(fault):
                raise
            return [READ_ONLY]
        try:
            same = library.fetch(kept.id) == data
        finally:
            library.remove(kept.id)
        if measure:
            self._fact("a text file comes back from the library as it was", "yes" if same else "no", "yes")
        return (
            []
            if same
            else ["A file came back from the library changed. Is something set to alter files there?"]
        )

    def cell(self, *, measure: bool = False) -> list[str]:
        """Write one of the bot's own cells and put it back as it was."""
        rows = self.workplace.lists.read().council.allocations
        if not rows:
            self.no_row = True
            return []
        row = rows[0]
        before = row.written.get("bots_note")
        (first,) = self.workplace.lists.write(
            [WriteRow(row.item_id, row.item_id, row.etag, {"bots_note": CELL})]
        )
        if not first.written:
            if first.changed:
                return [f"The row {row.reference} was edited just now; try again."]
            said = first.problem.what if first.problem else ""
            return [READ_ONLY if "(403 " in said else f"{said} {SITE}"]
        now = self._row(row.item_id)
        (back,) = self.workplace.lists.write(
            [WriteRow(row.item_id, row.item_id, now.etag, {"bots_note": before})]
        )
        if not back.written or self._row(row.item_id).written.get("bots_note") != before:
            return [
                f"“Bot's note” of {row.reference} could not be put back as it was; empty the cell, please."
            ]
        if measure:
            self._fact("a row's ETag is taken as it was given (If-Match)", "yes", "yes")
            self._measure_days(row.item_id)
        return []

    def _row(self, item_id: str) -> Any:
        return next(a for a in self.workplace.lists.read().council.allocations if a.item_id == item_id)

    def _measure_days(self, item_id: str) -> None:
        """What becomes of a day that is written, in winter and in summer."""
        before = self._row(item_id).written.get("uopp_due")
        for day in DAYS:
            self.workplace.lists.write(
                [WriteRow(item_id, item_id, self._row(item_id).etag, {"uopp_due": day})]
            )
            raw, read = self._raw_day(item_id), self._row(item_id).written.get("uopp_due")
            kept = "kept" if "T10:00" in raw else "cut to midnight of the site's zone"
            self._fact(
                f"{plain_day(day)} written as 10:00Z",
                f"{raw}: {kept}, read as {read}",
                f"kept or cut, read as {day}",
            )
        self.workplace.lists.write(
            [WriteRow(item_id, item_id, self._row(item_id).etag, {"uopp_due": before})]
        )

    def _raw_day(self, item_id: str) -> str:
        site, graph = self.workplace.lists.site, self.workplace.graph
        config = self.workplace.lists.names()
        path = f"{site}/lists/{quote(config['list'])}"
        columns = graph.get(f"{path}/columns?$select=name,displayName")["value"]
        name = next((c["name"] for c in columns if c["displayName"] == config["uopp_due"]), "")
        return str(graph.get(f"{path}/items/{item_id}/fields").get(name) or "nothing")

    # ---------------------------------------------------------------------------------------------- other facts

    def others(self) -> list[str]:
        """Points that are neither a letter, a file nor a row."""
        workplace, path = self.workplace, self.workplace.mailbox.path
        old, draft = workplace.graph.batch(
            [
                Request("GET", f"{path}/mailFolders/inbox/messages/delta?$deltatoken=outdated"),
                Request("POST", f"{path}/messages", {"subject": SUBJECT, "auditBotUnknown": 1}),
            ]
        )
        self._fact("a delta token that is not known", _said(old), "400, 404 or 410")
        self._fact("an unknown property in a draft", _said(draft), "never sent")
        made = draft
        if not made.ok:
            (made,) = workplace.graph.batch([Request("POST", f"{path}/messages", {"subject": SUBJECT})])
        if made.ok:
            item = {"AttachmentItem": {"attachmentType": "file", "name": "x.docx", "size": 4_000_000}}
            where = f"{path}/messages/{made.body['id']}"
            session, _ = workplace.graph.batch(
                [
                    Request("POST", f"{where}/attachments/createUploadSession", item),
                    Request("GET", f"{where}?$select=id"),
                ]
            )
            host = urlsplit(str((session.body or {}).get("uploadUrl") or "")).hostname or ""
            self._fact("a large attachment by upload session", f"{_said(session)} {host}".strip(), "201")
            workplace.graph.delete(where)
        signed = "certificate" if workplace.settings.tenant.certificate else "secret"
        self._fact("signed in with", signed, "certificate preferred")
        for name, assumed in NOT_MEASURED.items():
            self._fact(name, "", assumed)
        return []

    def _fact(self, name: str, measured: str, assumed: str) -> None:
        self.facts.append(Fact(name, measured, assumed))


NOT_MEASURED = {
    "how long a delta token lives": "any time; forgotten, the mailbox is read from its start date on",
    "our header inside a report of non-delivery": "may be missing; the letter is then found by In-Reply-To",
    "the most rows a page gives": "any; next links are followed",
    "how soon a change of rights counts": "two hours",
    "letters a minute that Exchange takes": "30; the bot sends 25",
}
"""What one check cannot measure, and what the bot assumes."""


def too_wide(workplace: Workplace) -> list[str]:
    """What the bot can see although it must not: a sentence for each. It asks for nothing but whether it may."""
    named, settings = workplace.settings.must_not_reach, workplace.settings
    asked = {
        f"the mailbox {named.mailbox}": named.mailbox
        and f"/users/{quote(named.mailbox)}/mailFolders/inbox/messages?$top=1&$select=id",
        f"the site {named.site}": named.site
        and f"/sites/{settings.site_host}:{quote(named.site)}:/lists?$top=1",
        f"the list “{named.list}”": named.list
        and f"{workplace.lists.site}/lists/{quote(named.list)}/items?$top=1",
    }
    asked = {what: path for what, path in asked.items() if path}
    replies = workplace.graph.batch(Request("GET", path) for path in asked.values())
    return [said for what, reply in zip(asked, replies, strict=True) if (said := _reached(what, reply))]


def refuse_too_wide(workplace: Workplace) -> None:
    """A live installation works only while it cannot see what it must not. Raises SettingsError."""
    if workplace.settings.tenant.live and not workplace.allowed.trial and (wide := too_wide(workplace)):
        raise SettingsError(wide)


def _refused_letter(why: str) -> str:
    """The right that is lacking where a letter to itself was refused. `why` is the outbox's."""
    code = why.rpartition("(403 ")[2].partition(")")[0]
    made = "Sending" in why
    done = "make a letter in its mailbox and not send it" if made else "not make a letter in its mailbox"
    right = "Application Mail.Send" if made else "Application Mail.ReadWrite"
    return (
        f"The bot may {done} (403 {code}). The IT administrator: give it {right}, scoped to this very mailbox; "
        "Exchange takes up to two hours to go by it."
    )


def _reached(what: str, reply: Reply) -> str:
    if reply.status in (401, 403):
        return ""
    if reply.ok:
        return (
            f"The bot can see {what}, which it must not (200). Its rights are too wide, and it does not go live. "
            "The IT administrator: take back every tenant-wide consent (Mail.*, Sites.*, Files.*), and every scope or "
            "grant that reaches it; rights add up."
        )
    if reply.status == 404:
        return (
            f"There is nothing to be found for {what} (404), so nothing is proved. Whoever keeps the profile: name one "
            "under [must_not_reach] that exists."
        )
    return f"Whether the bot can see {what} could not be found out ({_said(reply)}). Try again."


def _said(reply: Reply) -> str:
    return f"{reply.status} {reply.code}".strip()


@contextmanager
def _ledger_of_its_own() -> Iterator[Ledger]:
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(Ledger(f"sqlite:///{folder}/trial.sqlite")) as ledger,
    ):
        yield ledger


def tried(make: Callable[[], list[str]], hint: str) -> tuple[str, ...]:
    """The problems of one trial; a fault of Microsoft 365's is one, with the right it is likely to be for want of."""
    try:
        return tuple(make())
    except AuditBotError as fault:
        return (f"{fault} {hint}",)


# ------------------------------------------------------------------------------------------------- kept for the runs


def write_facts(path: Path, trial: Trial, now: datetime) -> None:
    """Keep what was measured beside the health file. Raises SettingsError."""
    found = {
        "measured": now.isoformat(timespec="seconds"),
        "sent_copy_seconds": trial.sent_copy_seconds,
        "facts": [asdict(fact) for fact in trial.facts],
    }
    try:
        path.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as fault:
        raise SettingsError([f"{path} cannot be written: {fault.strerror}."]) from fault
