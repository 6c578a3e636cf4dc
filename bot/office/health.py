"""Three roads by which the bot is heard when no letter leaves: a file, a ping and a row in a list of the site.

None of them ever stops a run, and nothing personal is on any of them: moments, counts, one sentence and its remedy.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import requests

from bot.clock import LONDON, OFFICE_HOURS, office_time
from bot.errors import AuditBotError, RequestRefused
from bot.exit_status import FAILED
from bot.office.graph import Graph, Request
from bot.programme.date_words import day_in_words

PING_TIME_OUT = (5, 10)
"""Seconds to connect and to wait."""

QUIET = timedelta(hours=1)
"""For so long nothing need be heard of a bot that is at work: 400 letters, at 25 a minute, leave in a quarter of it."""

TITLE = "Audit bot"
COLUMNS = {
    "Last good run": "last_good_run",
    "Last letter": "last_letter",
    "Waiting": "waiting",
    "Held": "held",
    "Since": "since",
    "What is wrong": "what_is_wrong",
    "Remedy": "remedy",
}
"""The columns of the list, all of text, and what of the health stands in each."""
MOMENTS = frozenset({"written", "last_good_run", "last_look", "last_letter", "since"})
SEVERAL_LINES = frozenset({"what_is_wrong", "remedy"})
"""Those that hold more than a line."""
LARGEST = 32 * 1024
"""Bytes of a file that is read; of what a run writes the most are thirty seals and two texts."""
LONGEST_TEXT = 2000
"""Signs of a text that is written."""


@dataclass(frozen=True, slots=True)
class Health:
    """How the bot is. Moments are ISO texts in UTC, "" when there was none.

    `status` is the exit status of the run that wrote this; `since` the moment from which on something has been wrong
    without a break; `waiting` the letters that are still to leave, `held` those about which a person decides.
    `daily` says whether it was a daily run that went wrong: then only a daily run can make it good. `seals` are how the
    ledger stood after the last good runs: number of its last entry -> its seal.
    """

    written: str = ""
    status: int = 0
    last_good_run: str = ""
    last_look: str = ""
    last_letter: str = ""
    waiting: int = 0
    held: int = 0
    since: str = ""
    what_is_wrong: str = ""
    remedy: str = ""
    daily: bool = False
    seals: Mapping[str, str] = field(default_factory=dict)


def read_health(path: Path) -> Health:
    """What the last run wrote; an empty Health when there is none or it cannot be read. Of what people or a failing
    disk have made of it only what a run could have written is taken; one that is too large is passed over, and what is
    then wrong says so."""
    try:
        with path.open("rb") as file:
            held = file.read(LARGEST + 1)
        if len(held) > LARGEST:
            return Health(
                what_is_wrong=f"The health file {path} is larger than any a run writes, so it is passed over.",
                remedy="Whoever keeps the machine: see who has changed it; the next run writes a new one.",
            )
        given = json.loads(held)
    except (OSError, ValueError, RecursionError):
        return Health()
    if not isinstance(given, dict):
        return Health()
    kinds = {f.name: type(getattr(Health(), f.name)) for f in fields(Health)}
    known = {k: v for k, v in given.items() if k in kinds and isinstance(v, kinds[k]) and _may_stand(k, v)}
    if seals := known.get("seals"):
        known["seals"] = {n: seal for n, seal in seals.items() if _is_a_number(n) and isinstance(seal, str)}
    return Health(**known)


def _is_a_number(text: str) -> bool:
    return text.isdecimal() and len(text) < 20


def _may_stand(word: str, value: object) -> bool:
    """Whether a run could have written it: a moment is one, a number has no more figures than any of a run's, and a
    text no sign that no database takes."""
    if isinstance(value, int):
        return abs(value) < 2**31
    if not isinstance(value, str):
        return True
    try:
        value.encode()  # half a surrogate is no sign
        moment = datetime.fromisoformat(value) if word in MOMENTS and value else None
    except ValueError:
        return False
    return "\0" not in value and (moment is None or moment.tzinfo is not None)


def not_well(health: Health, now: datetime, look_minutes: int = 5, owed: datetime | None = None) -> str:
    """What is wrong in a sentence with its remedy; "" when the bot does its work.

    A bot that is silent in its own hours is not well either: every look writes, and none takes an hour. `look_minutes`
    lie between two. A night gives it an hour to begin, and makes nothing good. `owed` is since when a daily run is: one
    that only looks does not do its work."""
    if not health.written:
        passed_over = f"{health.what_is_wrong} {health.remedy}".strip()
        return passed_over or "No run has written down yet how it went."
    if health.status in FAILED:
        since = f"Since {_for_people(health.since)}: " if health.since else ""
        return (
            f"{since}{health.what_is_wrong or 'The last run could not do its work.'} {health.remedy}".rstrip()
        )
    written, longest = datetime.fromisoformat(health.written), QUIET + timedelta(minutes=look_minutes - 5)
    opened = now.astimezone(LONDON).replace(hour=OFFICE_HOURS.start, minute=0, second=0, microsecond=0)
    if max(office_time(written, min(opened, now)), office_time(max(written, opened), now)) > longest:
        return (
            f"The bot has not been heard of since {_for_people(health.written)}. The IT administrator: see whether it "
            "still runs, and start it again."
        )
    if owed and office_time(owed, now) > QUIET:
        last = f"since {_for_people(health.last_good_run)}" if health.last_good_run else "yet"
        return (
            f"No daily run has done its work {last}. The IT administrator: see what starts it; audit-bot run does it "
            "now."
        )
    return ""


def write_health(path: Path, health: Health) -> str:
    """Put the file in place as a whole, for its owner only: whoever reads it meanwhile sees the old or the new. "" or
    what went wrong."""
    said = {w: v[:LONGEST_TEXT] if isinstance(v, str) else v for w, v in asdict(health).items()}
    text = json.dumps(said, ensure_ascii=False, indent=1) + "\n"
    name = ""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as file:
            name = file.name
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError as fault:
        if name:
            Path(name).unlink(missing_ok=True)
        return f"The health file {path} cannot be written: {fault.strerror}."
    return ""


def ping(url: str, ending: str, line: str, ca_bundle: Path | None = None) -> str:
    """Tell a monitor: `ending` is "/start", "" (all is well), "/fail" or "/log". "" or what went wrong with it.

    The manner of healthchecks.io, which other monitors understand: https://healthchecks.io/docs/http_api/
    """
    if not url:
        return ""
    try:
        answer = requests.post(
            f"{url.rstrip('/')}{ending}",
            data=line.encode(),
            timeout=PING_TIME_OUT,
            allow_redirects=False,
            verify=str(ca_bundle) if ca_bundle else True,
        )
    except (requests.exceptions.RequestException, OSError) as fault:
        return f"The monitor at ping_url does not answer ({type(fault).__name__})."
    return "" if answer.ok else f"The monitor at ping_url answers {answer.status_code}."


class NoticeBoard:
    """The one row of a list on the site, by which people see how the bot is."""

    def __init__(self, graph: Graph, site: str, name: str) -> None:
        self._graph, self._name = graph, name
        self._path = f"{site}/lists/{quote(name)}"

    def missing(self) -> str:
        """ "" when the list is there with its columns, otherwise what is missing. Raises AuditBotError."""
        (reply,) = self._graph.batch([Request("GET", f"{self._path}/columns?$select=name,displayName")])
        if reply.status == 404:
            so = "so people cannot see there how the bot is; “audit-bot prepare” makes it."
            return f"There is no list “{self._name}” on the site, {so}"
        if not reply.ok:
            raise reply.fault(f"Reading the list “{self._name}”")
        lacking = COLUMNS.keys() - {str(c["displayName"]) for c in reply.body["value"]}
        named = ", ".join(sorted(lacking))
        return f"The list “{self._name}” has no column {named}; that is left out." if lacking else ""

    def show(self, health: Health) -> str:
        """Make or bring up to date the row. "" or what went wrong; a list without some column does without it.

        Request by request: a tenant that takes no batches lets no letter out, and that is to be seen here."""
        try:
            columns = self._graph.get(f"{self._path}/columns?$select=name,displayName")["value"]
            rows = self._graph.get(f"{self._path}/items?$expand=fields($select=Title)&$top=50")["value"]
            names = {str(c["displayName"]): str(c["name"]) for c in columns}
            said = asdict(health)
            said |= {word: _for_people(said[word]) for word in ("last_good_run", "last_letter", "since")}
            cells = {names[shown]: str(said[word]) for shown, word in COLUMNS.items() if shown in names}
            mine = [r for r in rows if (r.get("fields") or {}).get("Title") == TITLE]
            if mine:
                self._graph.patch(f"{self._path}/items/{mine[0]['id']}/fields", cells)
            else:
                self._graph.post(f"{self._path}/items", {"fields": {"Title": TITLE, **cells}})
        except RequestRefused as fault:
            if fault.status == 404:
                return (
                    f"There is no list “{self._name}” on the site; only the health file says how the bot is."
                )
            return f"The list “{self._name}” cannot be brought up to date: {fault}"
        except AuditBotError as fault:
            return f"The list “{self._name}” cannot be brought up to date: {fault}"
        return ""


def _for_people(moment: str) -> str:
    """A moment of the health as people in the office say it: "Mon 2 Mar 2026, 08:00", by London's clocks."""
    if not moment:
        return ""
    at = datetime.fromisoformat(moment).astimezone(LONDON)
    return f"{day_in_words(at)}, {at:%H:%M}"
