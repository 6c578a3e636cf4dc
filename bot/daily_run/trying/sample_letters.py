"""Every letter as it would really go out: the made-up council's season, by the code that writes letters in a run.

`audit-bot letters` shows these letters, and `audit-bot check` tries every letter with them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from functools import cache, cached_property, lru_cache
from typing import Any

from bot.clock import LONDON
from bot.daily_run.do import is_important, written
from bot.daily_run.reports.kept_reports import name_of, title_of
from bot.daily_run.told_at_once import AT_ONCE, of_deleted, of_doubt, of_held_alert
from bot.daily_run.trying.sample_settings import SEASON, SampleSettings
from bot.errors import LetterRefused, SettingsError
from bot.office.mail.outgoing import letter_key
from bot.own_files import text_of
from bot.papers.letters.digest_words import DigestWords, KeptLine, ReceiptWords
from bot.papers.letters.gallery_page import Shown
from bot.papers.letters.letter_words import Pages, ReportSeen, Surroundings
from bot.papers.letters.letters import Letter, Letters
from bot.papers.letters.level_words import LevelWords, PlannedLine
from bot.papers.letters.replacement_words import ProposedPart, ReplacementWords
from bot.programme.events import Event, EventKind
from bot.programme.free_times import (
    FEWEST,
    NOTHING_KNOWN,
    USUAL_HOURS,
    Calendar,
    FreeTimes,
    days_to_meet,
    free_times,
)
from bot.programme.history.history import history_of
from bot.programme.history.records_of_the_past import LetterHistory, LetterState
from bot.programme.levels import DAYS_SHOWN
from bot.programme.messages.held_reasons import DOUBTFUL
from bot.programme.messages.offers import TAKE, Offer
from bot.programme.modes import Mode
from bot.programme.planning.planner import coming
from bot.programme.proof.sample_season import SampleDay, SampleSeason
from bot.programme.rulebook.how_long import HowLong
from bot.programme.rulebook.rules import Rulebook, called
from bot.programme.standing.actions import SendLetter
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.council import Basis
from bot.programme.standing.deleted_rows import deleted_rows, seen_rows
from bot.programme.standing.status import next_for_people, status_of
from bot.programme.telling.matters import Around, Matter, Press
from bot.programme.telling.receipts import Receipt, ReceivedForm
from bot.programme.telling.summary import names_of, next_working_days, since_last_digest, summary
from bot.programme.vocabulary import Person, Problem, Scope, Status
from bot.programme.waits import listed
from bot.programme.working_days import WorkingDays

_SITE = "https://wexcombe.sharepoint.example/sites/audit/Lists/Audit%20allocations"
_LIBRARY = "https://wexcombe.sharepoint.example/sites/audit/Shared%20Documents"
_SEALED = "The ledger stands at entry 4211, seal 5f2c0a9be41d7780c3e61b2a94d8f036"


@dataclass(frozen=True)
class Sample:
    """One letter of the season as it would go out. `planned` is None for one that no rule sends, `told` says what the
    gallery tells of it."""

    name: str
    of: str  # the letter's own name
    title: str
    letter: Letter
    planned: SendLetter | None
    told: Mapping[str, Any]

    @cached_property
    def shown(self) -> Shown:
        return Shown.of(self.name, self.of, self.title, self.letter, **self.told)


def samples(letters: Letters, book: Rulebook, given: SampleSettings) -> list[Sample]:
    """Each letter once for each rule that sends it, in the order of the guide. Raises SettingsError, also with a
    sentence for each letter that cannot be written."""
    tried = Trying(letters, book, given).all()
    if tried.faults:
        raise SettingsError([*tried.faults.values()])
    return sorted(tried.found.values(), key=lambda sample: (sample.of, sample.name))


@dataclass
class Trying:
    """Writes the letters of the season. `faults` are sentences by what could not be written, `unreached` the rules that
    nothing in the season brings about and whose letter could not be written with another audit's words either."""

    letters: Letters
    book: Rulebook
    given: SampleSettings
    found: dict[str, Sample] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    unreached: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        team = self.given.team
        self.basis = _basis(self.book, Person(team.name, team.address))
        self._tried: set[tuple[str, bool]] = set()
        self._fullest: dict[Scope, tuple[int, SampleDay, SendLetter]] = {}
        self._rules: set[str] = set()

    def all(self) -> Trying:
        busiest: SampleDay | None = None
        urgent: SampleDay | None = None
        for day in _season(self.book, self.basis.audit_team):
            for planned in _each(day.plan.letters):
                self._planned(planned, day)
            waiting = [s for s in day.plan.standings if status_of(s, day.today) is Status.WITH_MODERATOR]
            if waiting:
                self._receipt(waiting[0], self._around(day))
            if urgent is None and any(letter.rule.is_alert for letter in day.plan.letters):
                urgent = day
                self._at_once(day)
            if busiest is None or len(day.plan.letters) > len(busiest.plan.letters):
                busiest = day
                self._digest(day)
                self._to_decide(day)
                self._next_level(day)
                self._replacement(day)
        self._others()
        return self

    def _around(self, day: SampleDay) -> Surroundings:
        return Surroundings(
            day.today, self.given.council, self.given.team, self.basis.working, self.basis.keys, Pages(_SITE),
            book=self.book,
        )  # fmt: skip

    def _with_reports(self, planned: SendLetter, day: SampleDay) -> Surroundings:
        """What is around a letter, with the reports its rule makes as if they lay in the library."""
        found = [
            ReportSeen(title_of(each, audience), _LIBRARY, name_of(each, day.today, audience))
            for each in planned.rule.makes
            for audience in each.kind.versions
        ]
        return replace(self._around(day), reports=tuple(found))

    def _planned(self, planned: SendLetter, day: SampleDay) -> None:
        """A letter of a rule: once for a restricted record and once for another."""
        self._rules.add(planned.rule.id)
        restricted = planned.standing is not None and planned.standing.allocation.restricted
        known = len(planned.standing.reached) if planned.standing else len(planned.cycle_standings)
        alone = not planned.together or planned.rule.scope is Scope.NEW_HOLDER
        if alone and not restricted and known >= self._fullest.get(planned.rule.scope, (0,))[0]:
            self._fullest[planned.rule.scope] = (known, day, planned)
        name = _kind(planned)
        if (name, restricted) in self._tried:
            return
        self._tried.add((name, restricted))
        around = self._with_reports(planned, day)
        shown = with_times = replace(around, meeting=_times_of(planned, day, self.basis.working))
        if not self.given.proposes_times:
            shown = around
        try:
            if with_times.meeting.times:  # with them and without
                written(planned, day.council, self.letters, around)
                written(planned, day.council, self.letters, with_times)
            letter = written(planned, day.council, self.letters, shown)
        except LetterRefused as fault:
            self.faults.setdefault(name, f"Rule “{planned.rule.id}”: {fault}")
            return
        if name not in self.found:
            told = self._told_of(planned, day)
            self.found[name] = Sample(name, planned.rule.letter, called(planned.rule), letter, planned, told)

    def _told_of(self, planned: SendLetter, day: SampleDay) -> dict[str, Any]:
        return {
            "guide": planned.rule.guide,
            "to": [f"{p.name} <{p.email}>" for p in planned.to],
            "cc": [f"{p.name} <{p.email}>" for p in planned.cc],
            "on": day.today,
            "why": planned.day.why,
            "about": planned.rule.about,
            "attached": [
                *(attachment.value for attachment in planned.rule.attach),
                *(["a calendar file for each time"] if self.given.proposes_times and planned.meeting else []),
            ],
            "important": is_important(planned, day.today, self.basis.working),
            "draft": planned.rule.draft_only,
        }

    def _others(self) -> None:
        """Rules the season does not reach: their letters are tried with the words of an audit or cycle of it. Of all,
        whether the book has each length of time they name, for most stand where few occasions come."""
        how_long = HowLong(self.book)
        for rule in self.book.rules:
            if rule.letter not in self.letters.names():
                why = self.letters.why_not(rule.letter)
                self.faults = {n: said for n, said in self.faults.items() if not said.endswith(why)}
                place = self.book.place(rule)
                self.faults[rule.id] = f"{place}: rule “{rule.id}” names the letter “{rule.letter}”. {why}"
                continue
            for length in () if rule.letter in self.letters.faults else self.letters.lengths(rule.letter):
                if fault := how_long.fault(length):
                    self.faults[f"{rule.letter}: {length}"] = f"The letter “{rule.letter}”: {fault}."
            if rule.id in self._rules or (like := self._fullest.get(rule.scope)) is None:
                continue
            _, day, planned = like
            planned = replace(planned, rule=rule, due=planned.due or planned.day)
            try:
                written(planned, day.council, self.letters, self._with_reports(planned, day))
            except LetterRefused as fault:
                self.unreached[rule.id] = (
                    f"Nothing in the made-up council reaches rule “{rule.id}”, and with another audit's words its "
                    f"letter could not be written: {fault}"
                )

    # ------------------------------------------------------------------------- letters that no rule sends

    def _add(
        self, name: str, title: str, words: Mapping[str, object], around: Surroundings, **told: Any
    ) -> None:
        team = around.audit_team
        told = {
            "guide": "7", "to": [f"{team.name} <{team.address}>"], "cc": [], "on": around.today, "attached": [],
            "important": False, "draft": False, **told,
        }  # fmt: skip
        try:
            letter = self.letters.letter(name, words)
        except LetterRefused as fault:
            self.faults.setdefault(name, str(fault))
            return
        self.found[name] = Sample(name, name, title, letter, None, told)

    def _receipt(self, standing: Standing, around: Surroundings) -> None:
        auditor = standing.allocation.auditor
        name, address = (auditor.name, auditor.email) if auditor else ("", "")
        step = next_for_people(standing, Status.WITH_MODERATOR)
        form = ReceivedForm(standing, "the auditor's part", ("Section 4, Practitioner's own section",), step)
        words = ReceiptWords(around, Receipt("", address, (form,)), name).given()
        if "07_form_received" not in self.found:
            self._add(
                "07_form_received", "Form received", words, around, to=[f"{name} <{address}>"],
                why="a form was taken in", about="Whoever sends a form hears that it came.",
            )  # fmt: skip

    def _at_once(self, day: SampleDay) -> None:
        """What the Audit Team is told outside the digest, about the first Inadequate of the season."""
        around, told = self._around(day), self._told_with(day)
        standing = next(n.standing for n in day.plan.letters if n.rule.is_alert and n.standing)
        a = standing.allocation
        at = datetime.combine(day.today, time(8), UTC)
        offers = [
            Offer(
                TAKE, f"Take it as the auditor's return, grade {grade}", a.item_id, "file", "auditor", grade
            )
            for grade in ("Good", "Inadequate")
        ]
        held: dict[str, Any] = {
            "on": day.today.isoformat(), "category": DOUBTFUL, "may_be_inadequate": True, "form": True,
            "sender": a.auditor.email if a.auditor else "", "offers": [offer.as_data() for offer in offers],
            "reason": "Section 8, Overall grade: two grades stand there, one of them Inadequate.",
        }  # fmt: skip
        (question,) = history_of([Event(at, EventKind.NEEDS_A_PERSON, "m#1", a.item_id, held)]).questions
        references = {row.item_id: row.reference for row in day.council.allocations}
        history = history_of(
            [*day.events, *seen_rows([standing], day.history, self.basis.keys, at, day.today)]
        )
        without = replace(day.council, allocations=[row for row in day.council.allocations if row is not a])
        (deleted, *_) = (row for row in deleted_rows(without, history) if row.item_id == a.item_id)
        alert = next(self._alerts(day))
        about: Mapping[str, Problem | Matter] = {
            "A return is held that may hold an Inadequate.": of_doubt(question, references, told),
            "The row of an Inadequate was deleted while its steps were open.": of_deleted(deleted),
            "The alert of an Inadequate was sent, and nobody can tell whether it left.": of_held_alert(
                alert, history, told
            ),
        }
        for (name, why), (what, matter) in zip(AT_ONCE.values(), about.items(), strict=True):
            title = name.partition("_")[2].replace("_", " ").capitalize()
            words = DigestWords(around, (matter,)).given()
            self._add(name, title, words, around, guide="10", why=why, about=what, important=True)

    def _alerts(self, day: SampleDay) -> Iterator[LetterHistory]:
        """The alerts planned that day, as they stand when nobody can tell whether they have gone."""
        for planned in day.plan.letters:
            if planned.rule.is_alert:
                yield LetterHistory(
                    planned.key, LetterState.HELD, day.today, rule=planned.rule.id, audit=planned.reference,
                    to=tuple(person.email for person in planned.to),
                    reason="Sending it was tried twice without a clear answer. It still lies in the folder of the "
                    "outbox.",
                )  # fmt: skip

    def _told_with(self, day: SampleDay) -> Around:
        return Around(
            day.today, self.basis.working, self.basis.keys, self.given.team.address, names_of(day.council),
            Pages(_SITE).row,
        )  # fmt: skip

    def _digest(self, day: SampleDay) -> None:
        around = self._around(day)
        days = next_working_days(day.today, self.basis.working)
        told = summary(
            day.today, day.council, day.history, since_last_digest(day.events), day.plan, day.plan.problems,
            coming(days, day.council, day.history, self.basis), self._told_with(day),
        )  # fmt: skip
        self._add(
            "00_digest", "Daily digest", {**DigestWords.of(told, around).given(), "ledger": _SEALED}, around,
            why="every working day",
            about="What needs a person, what was done, who is waited for.",
        )  # fmt: skip

    def _to_decide(self, day: SampleDay) -> None:
        """The list of letters that fell due before letters went out to people."""
        around = self._around(day)
        mailbox = f"mailto:{around.audit_team.address}"
        offered = tuple(Press(says, mailbox) for says in ("Send it", "Let it go"))
        lines = [
            KeptLine(
                called(letter.rule), letter.reference, listed(p.name for p in letter.to), letter.day.on, "",
                letter.rule.is_alert, offered,
            )
            for letter in day.plan.letters[:4]
        ]  # fmt: skip
        every = tuple(Press(says, mailbox) for says in ("Send them all", "Let them all go"))
        words = DigestWords(around, kept=lines, since=day.today, about_all=every).given()
        self._add(
            "00_letters_to_decide", "Letters to decide", words, around, why="letters begin to go out",
            about="What had fallen due before letters went to people goes only when a person says so.",
        )  # fmt: skip

    def _replacement(self, day: SampleDay) -> None:
        """Who could come in for an auditor who was exempted."""
        around = self._around(day)
        rows = [s.allocation for s in day.plan.standings if s.allocation.auditor and s.allocation.moderator]
        a, auditors = rows[0], list(dict.fromkeys(row.auditor.name for row in rows if row.auditor))
        former = a.auditor.name if a.auditor else ""
        comes, *others = [name for name in auditors if name != former]
        mailbox = f"mailto:{around.audit_team.address}"
        why = "1 audit now, after 2 in the last two cycles; has not audited this team before."
        closed = "3 are of the child's own team and 1 is on leave"
        words = ReplacementWords(
            around, a.reference, "auditor", f"{former} was exempted",
            proposed=(ProposedPart("auditor", comes, why, ", ".join(others[:2]) or "nobody", closed),),
            stays=f"The child, {a.moderator.name if a.moderator else ''} as moderator, and every other row.",
            enter=(Press("Enter it in the list", mailbox),), another=(Press("Another", mailbox),),
            workbook=(Press("Open the workbook", _LIBRARY),),
        ).given()  # fmt: skip
        self._add(
            "00_replacement_proposed", "Replacement proposed", words, around, why="one of you asked for it",
            about="Who could come in where a child, an auditor or a moderator has fallen out, why, and what stays.",
        )  # fmt: skip

    def _next_level(self, day: SampleDay) -> None:
        """What is shown when letters may go further."""
        around, then = self._around(day), Mode.LIVE
        lines = [
            PlannedLine(
                called(letter.rule), letter.reference, listed(p.name for p in letter.to),
                listed(p.name for p in letter.cc), day.today,
            )
            for letter in day.plan.letters[:2]
        ]  # fmt: skip
        words = LevelWords(
            around, from_level=Mode.TEAM_ONLY.value, to_level=then.value, now=Mode.TEAM_ONLY.in_words,
            then=then.in_words, until=self.basis.working.after(day.today, DAYS_SHOWN),
            counts=dict(Counter(called(letter.rule) for letter in day.plan.letters)), first=len(day.plan.letters),
            old=3, grown=True, new=lines, yes=(Press("Yes, go to live", f"mailto:{around.audit_team.address}"),),
        ).given()  # fmt: skip
        self._add(
            "00_next_level", "Next level", words, around, why="the settings allow letters to go further",
            about="Letters go to more people only when the Audit Team, shown which and to whom, has said yes.",
            attached=["a sheet of every letter with its readers"],
        )  # fmt: skip


def _times_of(planned: SendLetter, day: SampleDay, working: WorkingDays) -> FreeTimes:
    """Times of a council in which everybody but the last has a free calendar, and the last keeps theirs closed."""
    if planned.due is None or len(planned.meeting) < FEWEST:
        return NOTHING_KNOWN
    seen = planned.meeting[: max(FEWEST, len(planned.meeting) - 1)]
    days = days_to_meet(day.today, planned.due.on, working)
    times = free_times([Calendar(person) for person in seen], days, USUAL_HOURS, planned.rule.minutes, LONDON)
    return FreeTimes(times, seen, planned.meeting[len(seen) :])


def _basis(book: Rulebook, team: Person) -> Basis:
    return Basis(book, WorkingDays(), _key, team)


@lru_cache(maxsize=2)
def _season(book: Rulebook, team: Person) -> tuple[SampleDay, ...]:
    """The season by a book of rules: it is the same whatever the letters say, which are what changes most."""
    return (*SampleSeason.from_text(text_of(SEASON)).days(_basis(book, team)),)


@cache
def _key(parts: tuple[str, ...]) -> str:
    return letter_key(b"only for samples", parts)


def _each(letters: Sequence[SendLetter]) -> Iterator[SendLetter]:
    """The letters of a day; and, of those that stand for several, each as it would be had it come alone."""
    yield from letters
    for letter in letters:
        yield from (part for part in letter.together if part.rule.letter != letter.rule.letter)


def _kind(planned: SendLetter) -> str:
    """The name of a sample: its letter's, and its rule's where several rules send the letter."""
    return planned.rule.letter + "-" + re.sub(r"[^a-z0-9]+", "-", planned.rule.id.lower()).strip("-")
