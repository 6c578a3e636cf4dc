"""What a run works with: the settings, the papers and the office, put together once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date, datetime

from bot.clock import london_date
from bot.daily_run.keys_in_use import KeysInUse
from bot.daily_run.letter_files import letters_in
from bot.errors import SettingsError
from bot.office.graph import Graph
from bot.office.ledger import Ledger
from bot.office.library import Library
from bot.office.lists.allocation_list import AllocationList
from bot.office.lists.lists_file import ListNames
from bot.office.mail.mailbox import Mailbox
from bot.office.mail.outbox import Outbox
from bot.office.sign_in import signed_in
from bot.own_files import rules_in, text_of
from bot.papers.forms.audit_tool import (
    AUDIT_TOOL,
    DIP_AUDIT,
    DIP_SAMPLE,
    RE_AUDIT,
    UOPP_RECORD,
    PreparedTemplate,
    prepare,
)
from bot.papers.forms.questions import questions
from bot.papers.letters.letter_words import AuditTeam, Pages, Surroundings
from bot.papers.letters.letters import Letters
from bot.programme.events import Event, EventKind, Plain
from bot.programme.history.history import History, history_of
from bot.programme.modes import Mode
from bot.programme.standing.council import Basis
from bot.programme.vocabulary import Person
from bot.programme.working_days import WorkingDays
from bot.settings import Settings

FORMS = {
    "audit_tool": AUDIT_TOOL,
    "dip_sample": DIP_SAMPLE,
    "dip_audit": DIP_AUDIT,
    "re_audit": RE_AUDIT,
    "uopp_record": UOPP_RECORD,
}
"""The Word forms by their names in the settings, and the tags each must have."""


class Forms:
    """The Word forms by their names in the settings, each taken apart when it is first needed."""

    def __init__(self, files: Mapping[str, tuple[str, bytes]]) -> None:
        """Form -> the name of its file and the file."""
        self._files = files
        self._prepared: dict[str, PreparedTemplate] = {}

    def __getitem__(self, form: str) -> PreparedTemplate:
        """Raises SettingsError when the file is no such form."""
        if form not in self._prepared:
            name, data = self._files[form]
            try:
                self._prepared[form] = prepare(data, FORMS[form])
            except SettingsError as fault:
                raise SettingsError([f"{name}: {problem}" for problem in fault.problems]) from fault
        return self._prepared[form]

    def faults(self) -> list[str]:
        """A sentence for everything that is wrong with any of them."""
        found: list[str] = []
        for form in FORMS:
            try:
                self[form]
            except SettingsError as fault:
                found += fault.problems
        return found


@dataclass(frozen=True, slots=True)
class Papers:
    """The Audit Team's own files, read and checked. `questions` is the text of config/audit_tool.toml."""

    letters: Letters
    forms: Forms
    questions: str


@dataclass(frozen=True, slots=True)
class Workplace:
    """Everything a run needs. `clock` gives the moment in UTC; `say` tells a waiting person how far it is."""

    settings: Settings
    basis: Basis
    keys: KeysInUse
    reading: Future[Papers]
    lists: AllocationList
    mailbox: Mailbox
    library: Library
    ledger: Ledger
    outbox: Outbox
    graph: Graph
    clock: Callable[[], datetime]
    say: Callable[[str], None]

    @property
    def papers(self) -> Papers:
        """The papers, which are read while the network is being waited for. Raises SettingsError."""
        return self.reading.result()

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


def papers(settings: Settings) -> Papers:
    """The letters, the audit tool and the reader's questions of a profile. Raises SettingsError, but not for a letter
    that is wrong: it alone is stopped."""
    files = settings.files
    try:
        templates = {name: getattr(files, name).read_bytes() for name in FORMS}
    except OSError as fault:
        raise SettingsError([f"{fault.filename} cannot be opened: {fault.strerror}."]) from fault
    forms = Forms({name: (getattr(files, name).name, data) for name, data in templates.items()})
    forms["audit_tool"]  # the one that most letters need: without it nothing begins
    as_called = ListNames(text_of(files.lists), str(files.lists)).as_called
    written = letters_in(files.letters, marking=settings.marking, as_called=as_called)
    return Papers(written, forms, text_of(files.questions))


@contextmanager
def open_workplace(
    settings: Settings,
    *,
    clock: Callable[[], datetime],
    say: Callable[[str], None],
    locked: bool = False,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Workplace]:
    """A workplace ready for work. `locked` keeps every other run out meanwhile.

    Raises SettingsError, SignInRefused, TenantUnavailable, LedgerError or Busy.
    """
    book = rules_in(settings.files.rules)
    keys = KeysInUse(*settings.letter_keys())
    ledger = Ledger(settings.ledger, Mode(settings.safety))
    working = WorkingDays(settings.closure_days, known_until=settings.bank_holidays_known_until)
    with (
        closing(ledger),
        ledger.one_at_a_time() if locked else nullcontext(),
        ThreadPoolExecutor(1, "papers") as reader,
    ):
        say("Signing in")
        reading = reader.submit(papers, settings)
        reader.submit(working.is_working, london_date(clock()))  # draws the calendar up
        account = signed_in(settings.tenant)
        with closing(account.connection):
            graph = Graph(account.connection, account.protocol.service_url, sleep=sleep)
            mailbox = Mailbox(graph, settings.mailbox)
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
                graph=graph,
                clock=clock,
                say=say,
            )
