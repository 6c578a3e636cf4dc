"""What a run works with: the settings, the papers and the office, put together once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from typing import TYPE_CHECKING
from urllib.parse import quote

from bot.clock import london_date
from bot.daily_run.keys_in_use import KeysInUse
from bot.daily_run.level_in_force import level_in_force
from bot.daily_run.own_ledger import refuse_anothers
from bot.office.calendars import Calendars
from bot.office.graph import Graph
from bot.office.ledger import Ledger
from bot.office.library import Library
from bot.office.lists.allocation_list import AllocationList
from bot.office.mail.mailbox import Mailbox
from bot.office.mail.outbox import Outbox
from bot.office.pace import Patience
from bot.office.sign_in import signed_in
from bot.own_files import rules_in, text_of
from bot.papers.forms.questions import questions
from bot.papers.letters.letter_words import AuditTeam, Pages, Surroundings
from bot.programme.events import Event, EventKind, Plain
from bot.programme.history.history import History, history_of
from bot.programme.levels import Began
from bot.programme.modes import Mode
from bot.programme.standing.council import Basis
from bot.programme.vocabulary import Person
from bot.programme.working_days import WorkingDays
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.daily_run.papers import Papers


@dataclass(frozen=True, slots=True)
class Workplace:
    """Everything a run needs. `clock` gives the moment in UTC; `say` tells a waiting person how far it is.

    `settings.safety` is the level in force, never above `allowed`, which is what the profile says; `level` says how it
    came about.
    """

    settings: Settings
    allowed: Mode
    level: Began
    basis: Basis
    keys: KeysInUse
    reading: Callable[[], Future[Papers]]
    lists: AllocationList
    mailbox: Mailbox
    library: Library
    ledger: Ledger
    outbox: Outbox
    calendars: Calendars | None  # where the settings would have times proposed
    graph: Graph
    clock: Callable[[], datetime]
    say: Callable[[str], None]

    @property
    def papers(self) -> Papers:
        """The papers: a run begins `reading` them while the network is being waited for, and a look that finds nothing
        does without. Raises SettingsError."""
        return self.reading().result()

    @property
    def today(self) -> date:
        return london_date(self.clock())

    def history(self) -> History:
        """All that the ledger tells. The keys of letters go by it from now on."""
        history = history_of(self.ledger.read())
        self.keys.learn(history)
        return history

    def event(self, kind: EventKind, key: str, about: str = "", **data: Plain) -> Event:
        """Something that happens now, for the ledger; on today's date unless `on` says otherwise."""
        return Event(self.clock(), kind, key, about, {"on": self.today.isoformat(), **data})

    def surroundings(self) -> Surroundings:
        s, team = self.settings, team_of(self.settings)
        url = self.lists.list_url
        pages = Pages(url) if url else None
        by_link = s.audit_tool_by == "link"
        return Surroundings(
            self.today, s.council, team, self.basis.working, self.basis.keys, pages, by_link,
            book=self.basis.rulebook,
        )  # fmt: skip


def team_of(settings: Settings) -> AuditTeam:
    """The Audit Team as the letters name it."""
    team = settings.audit_team
    return AuditTeam(team.name, settings.mailbox, team.contact, team.phone)


def _papers(settings: Settings, letters_found_good: str) -> Papers:
    from bot.daily_run.papers import papers  # Jinja2 and lxml, which a look does without

    return papers(settings, letters_found_good)


def _letters_found_good(ledger: Ledger) -> str:
    """The code of the letters in which the last run found no fault; "" where it found one."""
    last = ledger.of_kinds([EventKind.RUN_FINISHED], last=True)
    return str(last[0].data.get("letters_found_good") or "") if last else ""


def _as_agreed(
    settings: Settings, ledger: Ledger, sleep: Callable[[float], None], patience: Patience
) -> Settings:
    """The settings with the Audit Team's own files as they agreed to them. Raises StandsStill, SettingsError, and what
    asking for a set raises that this machine has no longer."""
    from bot.daily_run.team_files.places import in_force  # only where there is such a library

    def library() -> Library:
        account = signed_in(settings.tenant, patience=patience)
        graph = Graph(account.connection, account.protocol.service_url, sleep=sleep, patience=patience)
        return Library(graph, f"/sites/{settings.site_host}:{quote(settings.site_path)}:")

    return in_force(settings, ledger, library)


@contextmanager
def open_workplace(
    settings: Settings,
    *,
    clock: Callable[[], datetime],
    say: Callable[[str], None],
    locked: bool = False,
    whoever: bool = False,
    sleep: Callable[[float], None] = time.sleep,
    patience: Patience | None = None,
) -> Iterator[Workplace]:
    """A workplace ready for work. `locked`, for a run, keeps every other out meanwhile; `patience` is what it
    waits altogether for a service that says it is busy; `whoever`: the ledger may be another council's.

    Raises SettingsError, SignInRefused, TenantUnavailable, LedgerError or Busy.
    """
    patience = patience or Patience(sleep=sleep)
    keys = KeysInUse(*settings.letter_keys())
    looked_at: Callable[[Ledger], None] = partial(refuse_anothers, settings=settings)
    ledger = Ledger(settings.ledger, looked_at=None if whoever else looked_at)
    with (
        closing(ledger),
        ledger.one_at_a_time() if locked else nullcontext(),
        ThreadPoolExecutor(1, "papers") as reader,
    ):
        if not whoever:
            looked_at(ledger)  # nor has another council begun with it meanwhile
        if settings.settings_library:
            settings = _as_agreed(settings, ledger, sleep, patience)
        book = rules_in(settings.files.rules)
        working = WorkingDays(settings.closure_days, known_until=settings.bank_holidays_known_until)
        say("Signing in")
        reading = cache(lambda: reader.submit(_papers, settings, _letters_found_good(ledger)))
        reader.submit(working.is_working, london_date(clock()))  # draws the calendar up
        account = signed_in(settings.tenant, patience=patience)
        with closing(account.connection):
            graph = Graph(account.connection, account.protocol.service_url, sleep=sleep, patience=patience)
            mailbox = Mailbox(graph, settings.mailbox)
            allowed, level = Mode(settings.safety), level_in_force(settings, ledger, graph, mailbox, clock())
            ledger.mode = level.mode
            settings = settings.model_copy(update={"safety": level.mode})
            lists = AllocationList(
                graph,
                settings.site_host,
                settings.site_path,
                text_of(settings.files.lists),
                questions(text_of(settings.files.questions)).grade,
                settings.reference_pattern,
            )
            yield Workplace(
                settings=settings,
                allowed=allowed,
                level=level,
                basis=Basis(
                    book,
                    working,
                    keys,
                    Person(settings.audit_team.name, settings.mailbox),
                ),
                keys=keys,
                reading=reading,
                lists=lists,
                mailbox=mailbox,
                library=Library(graph, lists.site),
                ledger=ledger,
                outbox=Outbox(graph, ledger, mailbox, settings.as_measured(), clock, sleep=sleep),
                calendars=Calendars(graph, settings.mailbox) if settings.propose_times else None,
                graph=graph,
                clock=clock,
                say=say,
            )
