"""The daily look at the Audit Team's own files: what has changed there is checked, its effect told, and used only after
a word or a day. Files that are wrong, gone or out of reach change nothing: the last good version works on, told."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from bot.daily_run.team_files.checking import Checked, each_checked, faults_of_the_set
from bot.daily_run.team_files.places import as_used, kept_here, known_to, with_set
from bot.daily_run.team_files.telling import FROM_NOW, Told, comes_into_force, letter_about, letter_key
from bot.daily_run.trying.sample_letters import Trying
from bot.daily_run.workplace import Workplace
from bot.errors import AuditBotError, in_words
from bot.office.mail.outgoing import OutgoingLetter
from bot.office.settings_library import SettingsLibrary
from bot.own_files import rules_in
from bot.papers.letters.letter_as_shipped import letter_changed
from bot.papers.team_files.closure_days import changed_days
from bot.papers.team_files.same_letter import changed_words
from bot.programme.date_words import day_in_words
from bot.programme.edited_file import edited
from bot.programme.events import Event, EventKind
from bot.programme.history.history import History
from bot.programme.planning.planner import coming
from bot.programme.rulebook.as_shipped import rules_since
from bot.programme.standing.council import Basis, Council
from bot.programme.team_files.effect import days_to_compare, effect
from bot.programme.team_files.in_the_ledger import TeamFiles
from bot.programme.team_files.known_files import FileKind, TeamFile, code_of, hashes_of
from bot.programme.telling.matters import FILES_WAIT, YOUR_FILES
from bot.programme.vocabulary import Problem
from bot.programme.working_days import WorkingDays
from bot.settings import Settings

MOST_CHANGES, MOST_SAMPLES, MOST_UNKNOWN = 40, 10, 5


@dataclass(slots=True)
class Seen:
    """What a look at the library comes to; `letters` go to the Audit Team."""

    events: list[Event] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    letters: list[OutgoingLetter] = field(default_factory=list)


def looked_at(workplace: Workplace, lists: Council, history: History) -> Seen:
    """Raises nothing on account of the library or what lies there."""
    name = workplace.settings.settings_library
    try:
        return _Look(workplace, lists, history).seen()
    except AuditBotError as fault:
        what = f"The files there could not be looked at: {in_words(fault)}. The last good versions are used."
        who = "the IT administrator, if it goes on"
        return Seen(problems=[Problem(name, what, who, YOUR_FILES)])


class _Look:
    def __init__(self, workplace: Workplace, lists: Council, history: History) -> None:
        self.workplace, self.lists, self.history = workplace, lists, history
        self.name = workplace.settings.settings_library
        self.here = kept_here(workplace.settings)
        self.library = SettingsLibrary(workplace.library, self.name, self.here)
        self.files: TeamFiles = history.team_files
        self.in_force = self.here.a_set(self.files.in_force_code) or {}
        self.settings = self._as_agreed()
        self.found = Seen()

    def _as_agreed(self) -> Settings:
        """The settings with the set in force; a yes that this very run has read counts for the comparison too."""
        settings = self.workplace.settings
        places = {file.place: file for file in known_to(settings).values()}
        same = all(as_used(places[p], settings) == data for p, data in self.in_force.items() if p in places)
        return settings if same else with_set(settings, self.in_force, self.here)

    def seen(self) -> Seen:
        fetched = self.library.fetch(known_to(self.settings))
        if not fetched.files:
            what = (
                f"There is no folder “{self.name}” in the site's library, or no file in it that the bot knows. "
                "Everything goes on as before."
            )
            self.found.problems.append(
                Problem(self.name, what, "the IT administrator: audit-bot settings-library fill", YOUR_FILES)
            )
            return self.found
        self._name_unknown(fetched.unknown)
        checked = each_checked(fetched, self.settings, self.here)
        self._name_gone(self.in_force, {file.place for file, _ in fetched.files})
        offered = {**self.in_force, **checked.good}
        if checked.changed and self._new(code_of(offered)):
            self._offer(offered, checked)
        elif checked.changed:
            self._waits(checked.changed)
        else:
            self._nothing_differs(offered)
        for file, faults in checked.faults.items():
            self._wrong(file, faults)
        in_force = {self.files.in_force_code, self.here.noted_in_force()}
        used = (self.settings.files, self.workplace.settings.files)
        self.here.forget_laid_out([path for files in used for _, path in files])
        self.here.forget_sets({*in_force, self.files.offered_code, code_of(offered)})
        return self.found

    # ------------------------------------------------------------------------------------------- what is told

    def _wrong(self, file: str, faults: Iterable[str]) -> None:
        for fault in faults:
            said = fault.removeprefix(f"{file}: ").removeprefix(f"{file}, ")
            self.found.problems.append(Problem(f"{self.name}/{file}", said, kind=YOUR_FILES))

    def _tell_once(self, key: str, what: str, where: str = "") -> None:
        if key not in self.history.known[EventKind.TOLD]:
            told = self.workplace.event(EventKind.TOLD, key, where=where or self.name, what=what)
            self.found.events.append(told)

    def _name_unknown(self, names: Iterable[str]) -> None:
        """Each unknown name once."""
        for name in [*names][:MOST_UNKNOWN]:
            key = f"team files unknown {hashlib.sha256(name.encode()).hexdigest()[:24]}"
            self._tell_once(
                key, f"“{name[:80]}” is no file the bot knows by that name, and is not used. If it is meant for one, "
                "give it that one's exact name.",
            )  # fmt: skip

    def _name_gone(self, in_force: Mapping[str, bytes], there: set[str]) -> None:
        gone = sorted(place.rpartition("/")[2] for place in in_force.keys() - there)
        if gone:
            what = (
                f"{', '.join(gone)} lay there and does no longer. The last good version is used; put it back from "
                "the site's recycle bin."
            )
            self.found.problems.append(Problem(self.name, what, kind=YOUR_FILES))

    # ------------------------------------------------------------------------------------------- a change

    def _new(self, code: str) -> bool:
        """Whether it is another change than the one told last, or one of which the letter has not left."""
        if self.files.decided or code != self.files.offered_code:
            return True
        return not self.history.spoken_for(letter_key(self.workplace, self.files.offer))

    def _offer(self, offered: Mapping[str, bytes], checked: Checked) -> None:
        """Check the set, find out what it does, tell it. A set that does not hold together is not offered."""
        after = with_set(self.settings, offered, self.here)
        faults, letters = faults_of_the_set(self.settings, after)
        if faults:
            for fault in faults:
                names = ", ".join(sorted(file.name for file in checked.changed.values()))
                what = f"What was changed does not fit together ({names}): {fault} None of it is used."
                self.found.problems.append(Problem(self.name, what, kind=YOUR_FILES))
            self._taken_back("what lies there now does not fit together")
            return
        again = not self.files.decided and code_of(offered) == self.files.offered_code
        offer = self.files.offer if again else f"{code_of(offered)}#{self.files.offers}"
        if not again:
            self.here.put_set(offered)
            self.library.put_set(code_of(offered), offered)
            self.found.events.append(
                self.workplace.event(
                    EventKind.TEAM_FILES_OFFERED, offer, files=hashes_of(offered), code=code_of(offered)
                )
            )
        told = self._told(checked.changed, after, letters)
        self.found.letters.append(letter_about(self.workplace, offer, told))
        self.found.problems.append(self._waiting(checked.changed))

    def _waits(self, changed: Mapping[str, TeamFile]) -> None:
        """A change of which the Audit Team has heard: used after a day where that is set, else it waits."""
        told = self.history.letters.get(letter_key(self.workplace, self.files.offer))
        days = self.workplace.basis.working.count_between(told.on, self.workplace.today) if told else 0
        if self._by_silence(changed) and days >= 1:
            self.found.events += comes_into_force(
                self.workplace, self.files, "a working day has passed since you were told"
            )
            return
        self.found.problems.append(self._waiting(changed))

    def _by_silence(self, changed: Mapping[str, TeamFile]) -> bool:
        """Whether a day without an answer is a yes. Never of the rules: they say who gets what about a child."""
        return self.settings.changes_take_effect == "after a day" and all(
            file.kind is not FileKind.RULES for file in changed.values()
        )

    def _waiting(self, changed: Mapping[str, TeamFile]) -> Problem:
        what = "Files there were changed, and the change waits for your word; until then everything goes on as before."
        if self._by_silence(changed):
            what = "Files there were changed; the change is used from the next working day on, or when you say yes."
        return Problem(self.name, what, kind=FILES_WAIT)

    def _nothing_differs(self, offered: Mapping[str, bytes]) -> None:
        """What lies there says what is used: a change was taken back, or the same files were put there."""
        self._taken_back("it was taken back")
        code = code_of(offered)
        if offered and code != self.files.in_force_code:
            self.here.put_set(offered)
            self.library.put_set(code, offered)
            self.found.events.append(
                self.workplace.event(
                    EventKind.TEAM_FILES_IN_FORCE, f"{code}#{self.files.offers}same", files=hashes_of(offered),
                    code=code, word="",
                )
            )  # fmt: skip
            self._tell_once(
                f"team files {code} same",
                f"The files there say the same as those in use. {FROM_NOW} What is changed there is told first.",
            )

    def _taken_back(self, why: str) -> None:
        if self.files.decided:
            return
        self.found.events.append(
            self.workplace.event(
                EventKind.TEAM_FILES_OFFERED, f"{self.files.in_force_code}#{self.files.offers}",
                files=dict(self.files.in_force), code=self.files.in_force_code,
            )
        )  # fmt: skip
        on = day_in_words(self.files.on) if self.files.on else ""
        self._tell_once(
            f"team files {self.files.offer} back",
            f"The change of {on} is not used: {why}. Nothing followed from it.",
        )

    # ------------------------------------------------------------------------------------------- what it does

    def _told(self, changed: Mapping[str, TeamFile], after: Settings, letters: Trying) -> Told:
        said = [line for file in changed.values() for line in self._differs(file, after)]
        more = [f"{len(said) - MOST_CHANGES} more changes."] if len(said) > MOST_CHANGES else []
        names = {
            f.place.rpartition("/")[2].removesuffix(".md")
            for f in changed.values()
            if f.kind is FileKind.LETTER
        }
        pages = {s.of: s.letter.html for s in reversed(letters.found.values()) if s.of in names}
        samples = [(f"{name}.html", html.encode()) for name, html in sorted(pages.items())][:MOST_SAMPLES]
        also = f" {len(pages) - MOST_SAMPLES} more are not." if len(pages) > MOST_SAMPLES else ""
        return Told(
            sorted(file.name for file in changed.values()), [*said[:MOST_CHANGES], *more], self._follows(after),
            samples, also, self._by_silence(changed),
        )  # fmt: skip

    def _differs(self, file: TeamFile, after: Settings) -> Iterator[str]:
        """In sentences, what in one file is another than in the one used now."""
        if file.kind is FileKind.CLOSURE_DAYS:
            yield from changed_days(self.settings.closure_days, after.closure_days)
            return
        before, now = (as_used(file, settings) for settings in (self.settings, after))
        assert now is not None
        if file.kind is FileKind.RULES and before is not None:
            said = [*rules_since(edited(now.decode(), file.name), edited(before.decode(), file.name))]
            yield from said or [f"{file.name}: only remarks or the order have changed."]
        elif file.kind is FileKind.LETTER and before is not None:
            tags = letter_changed(now.decode(), before.decode())
            words = "; ".join(changed_words(now.decode(), before.decode())) or "its words have changed"
            yield f"{file.name}: {words}{f'; {tags}' if tags else ''}."
        else:
            yield f"{file.name}: another version of {file.kind}."

    def _follows(self, after: Settings) -> list[str]:
        """What the letters of the next working days do otherwise."""
        today, now = self.workplace.today, self._basis(self.settings)
        then = self._basis(after)
        days = days_to_compare(today, (now.working, then.working))
        before, later = (
            coming([d for d in days if each.working.is_working(d)], self.lists, self.history, each)
            for each in (now, then)
        )
        return [moved.sentence() for moved in effect(before, later, today, now.working)]

    def _basis(self, settings: Settings) -> Basis:
        working = WorkingDays(settings.closure_days, known_until=settings.bank_holidays_known_until)
        return replace(self.workplace.basis, rulebook=rules_in(settings.files.rules), working=working)


def faults_there(workplace: Workplace) -> list[str]:
    """A sentence for everything that is wrong with what lies in the library now, for `audit-bot check`. Raises
    AuditBotError."""
    settings = workplace.settings
    here = kept_here(settings)
    fetched = SettingsLibrary(workplace.library, settings.settings_library, here).fetch(known_to(settings))
    if not fetched.files:
        return [
            f"No file that the bot knows lies in “{settings.settings_library}”: audit-bot settings-library fill."
        ]
    checked = each_checked(fetched, settings, here)
    return [f"{name}: {fault}" for name, faults in checked.faults.items() for fault in faults]
