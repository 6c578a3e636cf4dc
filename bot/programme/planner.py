"""The one pure function that says what ought to have been done by today.

Nothing here knows the clock, the network or a file. Performing a plan and planning again yields nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import Enum

from bot.programme.actions import Kept, Plan, SendLetter
from bot.programme.checks import Checked, beyond_published, checked
from bot.programme.confirmation import rows_added, still_to_confirm
from bot.programme.cycle_replies import cycle_as_reported, cycle_entries_wanted
from bot.programme.handed_over import new_holders, open_matters
from bot.programme.history import AuditHistory, History, LetterHistory
from bot.programme.kept_letters import Keeping, waiting_for_a_word
from bot.programme.not_escalated import with_us_instead
from bot.programme.order_of_dates import cycle_in_order, in_order
from bot.programme.readiness import readiness
from bot.programme.reported import (
    answers_open,
    as_reported,
    chasing_paused,
    entries_wanted,
    lies_with_us,
    reported_early,
)
from bot.programme.rules import (
    SEVERAL_AT_ONCE,
    SEVERAL_ESCALATED,
    Circumstance,
    Rule,
    Rulebook,
    Scope,
    WaitsFor,
    called,
)
from bot.programme.safety import left_behind, open_safety
from bot.programme.standing import (
    ASKED,
    WITHOUT,
    Keys,
    Standing,
    alert_round,
    alerted,
    alerts_standing,
    asks_for_a_part,
    circumstances_of_cycle,
    named,
    occasion_of,
    occasion_of_round,
    of_cycle,
    recipients_key,
    standing,
)
from bot.programme.status import row_update, status_of, stopped
from bot.programme.still_to_enter import still_to_enter
from bot.programme.titles import same_service
from bot.programme.vocabulary import (
    Allocation,
    Cycle,
    Grade,
    Milestone,
    Person,
    Problem,
    Role,
    RoleHolder,
)
from bot.programme.waits import listed
from bot.programme.working_days import Dated, WorkingDays, day_in_words

AWAY = timedelta(days=5)
"""For so long an automatic reply counts as news of somebody's absence."""

LATELY = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Council:
    """The three lists as they were read."""

    cycles: Sequence[Cycle]
    roles: Sequence[RoleHolder]
    allocations: Sequence[Allocation]
    unread: Collection[str] = ()  # ids of rows that are in the list and cannot be used
    protecting: Mapping[str, str] = field(
        default_factory=dict
    )  # our word -> id of a protecting column that is there

    def holders(self, role: Role, service: str, day: date) -> list[Person]:
        """Who holds a role on a day: those named for the service first, else those named for every service."""
        held = [h for h in self.roles if h.role is role and h.holds_on(day)]
        own = [h.person for h in held if h.service and h.service.casefold() == service.casefold()]
        return own or [h.person for h in held if not h.service]

    def later_than(self, cycle: Cycle) -> list[Cycle]:
        """The later cycles of the same services."""
        return [
            c
            for c in self.cycles
            if c.service_group == cycle.service_group
            and c.month_one and cycle.month_one and c.month_one > cycle.month_one
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Setting:
    """What stays the same during a run. `audit_team` is the shared mailbox."""

    rulebook: Rulebook
    working: WorkingDays
    keys: Keys
    audit_team: Person


@dataclass(frozen=True, slots=True)
class _Situation:
    """What is known, whatever the day: where every audit and every cycle stands."""

    council: Council
    cycles: Sequence[Cycle]
    check: Checked
    standings: Sequence[Standing]
    by_cycle: Mapping[str, Sequence[Standing]]
    reached: Mapping[str, Mapping[Milestone, Dated]]  # of each cycle, by its name
    problems: Sequence[Problem]  # dates that cannot be right


def plan(today: date, council: Council, picture: History, setting: Setting) -> Plan:
    """What ought to have been done by `today`: letters to send, rows to write, and what a person must know."""
    situation = _situation(today, council, picture, setting)
    named = {cycle.name for cycle in situation.cycles}
    problems = [*situation.check.problems, *situation.problems]
    problems += readiness(
        today, situation.cycles, council, setting.rulebook, setting.working, situation.by_cycle
    )
    for cycle in situation.cycles:
        problems += still_to_enter(
            today, cycle, situation.reached[cycle.name], situation.by_cycle.get(cycle.name, ()),
            situation.council.later_than(cycle), situation.by_cycle, setting.working,
        )  # fmt: skip
    problems += entries_wanted(a for a in situation.council.allocations if a.cycle in named)
    letters, kept = _letters(today, situation, picture, setting, problems)
    problems += waiting_for_a_word(kept)
    problems += cycle_entries_wanted(
        situation.cycles, picture, setting.rulebook, council, council.allocations, today
    )
    rows = []
    for found in situation.standings:
        blocked = found.allocation.item_id in situation.check.blocked
        update, faults = row_update(found, picture, today, blocked=blocked)
        problems += faults
        if update:
            rows.append(update)
        problems += open_safety(found, today, setting.working)
    problems += beyond_published(situation.standings, setting.working)
    problems += left_behind(council.cycles, council.allocations)
    return Plan(tuple(letters), tuple(rows), tuple(problems), tuple(kept), tuple(situation.standings))


def _situation(today: date, council: Council, picture: History, setting: Setting) -> _Situation:
    problems: list[Problem] = []
    cycles: dict[str, Cycle] = {}
    for cycle in council.cycles:
        if cycle.open:
            right_cycle, faults = cycle_in_order(cycle, today)
            problems += faults
            cycles[cycle.name] = cycle_as_reported(
                right_cycle, picture, setting.rulebook, council, council.allocations, today
            )
    rows = []
    for row in council.allocations:
        right, wrong = in_order(row, picture.audits.get(row.item_id) or AuditHistory(), today)
        rows.append(as_reported(right, picture))
        problems += wrong if row.cycle in cycles else ()
    council = replace(council, allocations=rows, cycles=[cycles.get(c.name, c) for c in council.cycles])
    standings = [
        standing(a, cycles[a.cycle], picture, setting.rulebook, setting.working, today)
        for a in council.allocations
        if a.cycle in cycles
    ]
    by_cycle: defaultdict[str, list[Standing]] = defaultdict(list)
    for found in standings:
        by_cycle[found.cycle.name].append(found)
    reached = {
        cycle.name: of_cycle(
            cycle, by_cycle[cycle.name], council.later_than(cycle), setting.rulebook, setting.working
        )
        for cycle in cycles.values()
    }
    return _Situation(
        council,
        tuple(cycles.values()),
        checked(council.allocations, council.cycles, council.roles),
        [_knowing_its_cycle(found, reached[found.cycle.name]) for found in standings],
        by_cycle,
        reached,
        problems,
    )


def _letters(
    today: date, situation: _Situation, picture: History, setting: Setting, problems: list[Problem]
) -> tuple[list[SendLetter], list[Kept]]:
    """The letters owed today, and those of them that are kept back."""
    planner = _Planner(today, situation.council, picture, setting, problems, situation.standings)
    letters: list[SendLetter] = []
    for cycle in situation.cycles:
        letters += planner.cycle_letters(cycle, situation.reached[cycle.name], situation.by_cycle[cycle.name])
    letters += planner.month_letters()
    owed: list[SendLetter] = []
    for found in situation.standings:
        hears = _hears(found, today, situation.check)
        if hears is not _Hears.NOTHING:
            owed += planner.audit_letters(found, hears)
    names = {person.email: person.name for person in (h.person for h in situation.council.roles)}
    rules = setting.rulebook.rules
    keeping = Keeping(picture, setting.keys, rules, today, lambda by: names.get(by, "the Audit Team"))
    letters, kept = keeping.sifted(letters, problems)
    owed, more = keeping.sifted(owed, problems)
    planned, kept = letters + planner.together(owed), kept + more
    if setting.working.is_working(today):
        return planned, kept
    return [letter for letter in planned if letter.rule.waits_for is WaitsFor.NOTHING], kept


class _Hears(Enum):
    EVERYTHING = 0
    WHAT_CANNOT_WAIT = 1  # only what an Inadequate calls for
    OF_THE_HOLD = 2  # only that nothing goes out although an Inadequate calls for it
    NOTHING = 3


def _hears(found: Standing, today: date, check: Checked) -> _Hears:
    """Which letters may go out about an audit. What an Inadequate calls for waits neither for a row that needs a person
    nor for an audit that was withdrawn: those steps are the Audit Manager's to end (§10)."""
    stop = stopped(found.allocation, today)
    item = found.allocation.item_id
    if found.allocation.on_hold(today):
        return _Hears.OF_THE_HOLD if found.safety_first else _Hears.NOTHING
    if not stop and (item not in check.blocked or (item in check.unnamed and found.safety_first)):
        return _Hears.EVERYTHING
    urgent = found.safety_first or Milestone.INADEQUATE_NO_LONGER in found.reached
    return _Hears.WHAT_CANNOT_WAIT if urgent else _Hears.NOTHING


@dataclass(slots=True)
class _Planner:
    today: date
    council: Council
    picture: History
    setting: Setting
    problems: list[Problem]
    standings: Sequence[Standing]

    def audit_letters(self, found: Standing, hears: _Hears) -> list[SendLetter]:
        """The letters one audit is owed today; of each series, one person gets only the latest."""
        latest: dict[tuple[str, tuple[str, ...]], SendLetter] = {}
        for rule in self.setting.rulebook.rules:
            if rule.scope is not Scope.AUDIT or not found.fits(rule.conditions):
                continue
            if hears is _Hears.WHAT_CANNOT_WAIT and not _cannot_wait(rule, found):
                continue
            if (hears is _Hears.OF_THE_HOLD) != (Circumstance.ON_HOLD in rule.conditions.circumstances):
                continue
            if found.with_the_audit_team and not _goes_all_the_same(rule, found):
                continue
            letter = self._due(rule, found.reached, found.allocation.item_id, found, found.cycle)
            if letter and not self._paused(letter, found):
                series = (rule.series, tuple(person.email for person in letter.to))
                other = latest.get(series)
                if other is None or other.day.on <= letter.day.on:
                    latest[series] = letter
        letters = [
            letter
            for letter in self._untold(latest.values())
            if not (letter.rule.ask_if_away and self._away(letter, found))
        ]
        if hears is _Hears.OF_THE_HOLD:
            return letters
        handed = self._handed_over(found, letters)
        new = self._new_today(found, handed)
        chases = (x for x in letters if x.rule.when is x.rule.due and new.issuperset(p.email for p in x.to))
        passed = {letter.key for letter in chases}
        return [*(letter for letter in letters if letter.key not in passed), *handed]

    def _gone_today(self, about: str, person: Person) -> list[Rule]:
        """The rules whose letters about something went to somebody today."""
        return [
            rule
            for rule in self.setting.rulebook.rules
            for letter in self.picture.letters_of_rule(about, rule.id)
            if letter.on == self.today and person.email in letter.to
        ]

    def _new_today(self, found: Standing, handed: Iterable[SendLetter]) -> set[str]:
        """The addresses of those who take over a part today: nobody is chased on that day."""
        rules = [r.id for r in self.setting.rulebook.rules if r.scope is Scope.NEW_HOLDER]
        gone = [x for r in rules for x in self.picture.letters_of_rule(found.allocation.item_id, r)]
        told = {address for letter in gone if letter.on == self.today for address in letter.to}
        return told | {person.email for letter in handed for person in letter.to}

    def _untold(self, letters: Iterable[SendLetter]) -> list[SendLetter]:
        """The letters that tell somebody something new, each for those it is new to."""
        found = (self._for_new_readers(letter) for letter in letters)
        return [letter for letter in found if letter and not self._settled(letter)]

    def _for_new_readers(self, letter: SendLetter) -> SendLetter | None:
        """The letter for those who ought to have it and have not: everybody as long as it has not gone; after that
        whoever holds a part nobody held then, and, if its rule follows the reader, whoever is new."""
        rule = letter.rule
        parts = {role: self._holders_of(role, letter) for role in rule.to}
        if rule.is_alert and letter.standing:  # whichever of the alerts they had, they have been told
            before = alerts_standing(letter.standing, self.setting.rulebook, self.picture)
        else:
            before = [
                other
                for other in self.picture.letters_of_rule(letter.about, rule.id)
                if other.occasion.partition(WITHOUT)[0] == letter.occasion or _told_by(other, letter)
            ]
        if not before:
            return self._addressed(letter, letter.to, [role for role, people in parts.items() if not people])
        told = {address for other in before for address in other.to}
        if rule.follows_reader:
            new = [person for person in letter.to if person.email not in told]
            return self._addressed(letter, new, [])
        owed = set.intersection(*({*other.occasion.partition(WITHOUT)[2].split(", ")} for other in before))
        named = [
            p for role, people in parts.items() if role.value in owed for p in people if p.email not in told
        ]
        left = [role for role, people in parts.items() if role.value in owed and not people]
        return self._addressed(letter, list(dict.fromkeys(named)), left)

    def _holders_of(self, role: Role, letter: SendLetter) -> list[Person]:
        return self._holders(role, letter.standing, letter.cycle, letter.cycle_standings, quiet=True)

    def _addressed(
        self, letter: SendLetter, to: Sequence[Person], without: Sequence[Role]
    ) -> SendLetter | None:
        """The letter to these people; its occasion says which parts nobody held, where there is more than one."""
        if not to:
            return None
        occasion = letter.occasion
        if without and not letter.rule.follows_reader:
            occasion += WITHOUT + ", ".join(role.value for role in without)
        if tuple(to) == letter.to and occasion == letter.occasion:
            return letter
        key = self.setting.keys(recipients_key(letter.rule, letter.about, occasion, to))
        cc = tuple(person for person in letter.cc if person not in to)
        return replace(letter, to=tuple(to), cc=cc, occasion=occasion, key=key)

    def _handed_over(self, found: Standing, letters: Sequence[SendLetter]) -> list[SendLetter]:
        """One letter for each person who has taken over a part in an audit: what is open and falls to them, but for
        what `letters` of the same day tell them anyway."""
        planned = []
        for rule in self.setting.rulebook.rules:
            start = found.reached.get(rule.when)
            if rule.scope is not Scope.NEW_HOLDER or start is None or not found.fits(rule.conditions):
                continue
            holders = {role: self._holders(role, found, found.cycle, (), quiet=True) for role in rule.to}
            for person, roles in new_holders(found, holders, self.setting.rulebook, self.picture).items():
                theirs = [letter.rule for letter in letters if person in letter.to]
                theirs += self._gone_today(found.allocation.item_id, person)
                said = [found.reached.get(rule.due) for rule in theirs if rule.due and asks_for_a_part(rule)]
                matters = tuple(
                    m for m in open_matters(found, roles, person) if m.due is None or m.due not in said
                )
                if not matters or any(rule.is_alert for rule in theirs):
                    continue
                about = found.allocation.item_id
                letter = SendLetter(
                    key=self.setting.keys(recipients_key(rule, about, "", [person])),
                    rule=rule,
                    about=about,
                    reference=found.allocation.reference,
                    occasion="",
                    day=Dated(self.today, f"{person.name} is {listed([role.value for role in roles])} now"),
                    to=(person,),
                    cc=(),
                    cycle=found.cycle,
                    standing=found,
                    matters=matters,
                )
                if not self._settled(letter):
                    planned.append(letter)
        return planned

    def cycle_letters(
        self, cycle: Cycle, reached: Mapping[Milestone, Dated], standings: Sequence[Standing]
    ) -> list[SendLetter]:
        """The letters about a whole cycle that are owed today."""
        circumstances = circumstances_of_cycle(standings)
        latest: dict[tuple[str, tuple[str, ...]], SendLetter] = {}
        for rule in self.setting.rulebook.rules:
            asks = rule.conditions.circumstances
            if rule.scope is not Scope.CYCLE or not asks.issubset(circumstances):
                continue
            if rule.when is Milestone.ROWS_ADDED:
                letter = self._added(rule, reached, cycle, standings)
            else:
                letter = self._due(rule, reached, f"cycle:{cycle.item_id}", None, cycle, tuple(standings))
            if letter and lies_with_us(rule.when, letter.to, self.picture.open_questions(letter.about)):
                continue
            for each in self._each_for_their_own(letter) if letter else ():
                latest[rule.series, tuple(person.email for person in each.to)] = each
        return self._untold(latest.values())

    def _each_for_their_own(self, letter: SendLetter) -> list[SendLetter]:
        """A letter that asks for confirmation again, only for those Heads of Service whose own rows still wait (§6)."""
        rule = letter.rule
        heads = still_to_confirm(letter.cycle, letter.cycle_standings)
        others = [head for head in letter.cycle.heads_of_service if head not in heads]
        if rule.when is not Milestone.CONFIRMATION_DUE or not heads or not others:
            return [letter]
        cc = tuple(person for person in letter.cc if person not in others)
        if Role.HEAD_OF_SERVICE not in rule.to:
            return [replace(letter, cc=cc)]
        told = {
            email
            for gone in self.picture.letters_about(letter.about)
            if (gone.rule, gone.occasion) == (rule.id, letter.occasion)
            for email in gone.to
        }
        to = tuple(head for head in heads if head.email not in told)
        key = self.setting.keys(recipients_key(rule, letter.about, letter.occasion, to))
        return [replace(letter, key=key, to=to, cc=cc)] if to else []

    def _added(
        self, rule: Rule, reached: Mapping[Milestone, Dated], cycle: Cycle, standings: Sequence[Standing]
    ) -> SendLetter | None:
        """The rows that came after the list went out, to be confirmed at once by whoever answers for them (§6)."""
        about = f"cycle:{cycle.item_id}"
        added = rows_added(standings, self.picture, about)
        if not added:
            return None
        now = {**reached, Milestone.ROWS_ADDED: Dated(self.today, named(Milestone.ROWS_ADDED))}
        letter = self._due(rule, now, about, None, cycle, added)
        if letter is None:
            return None
        heads = still_to_confirm(cycle, added) or cycle.heads_of_service
        to = tuple(p for p in letter.to if p in heads or p not in cycle.heads_of_service)
        occasion = "+".join(sorted(s.allocation.item_id for s in added))
        return replace(
            letter, to=to, occasion=occasion, key=self.setting.keys(recipients_key(rule, about, occasion, to))
        )

    def _paused(self, letter: SendLetter, found: Standing) -> bool:
        asked_back = found.on(Milestone.RECTIFICATION_ASKED) or date.min
        held = self.picture.open_questions(letter.about)
        held = [q for q in held if not q.form or q.on >= asked_back]  # else it is with its auditor again
        if lies_with_us(letter.rule.when, letter.to, held) or with_us_instead(letter.rule, found, held):
            return True
        if Milestone.WEEKLY_REPORTS_ENDED in letter.rule.unless and self._reports_weekly(letter, found):
            return True
        return chasing_paused(
            found.allocation,
            found.history,
            letter.rule.when,
            letter.to,
            self.today,
            self.setting.working,
            inadequate=found.auditor_grade is Grade.INADEQUATE,
        )

    def _reports_weekly(self, letter: SendLetter, found: Standing) -> bool:
        """Whether whoever follows an Inadequate week by week has just written: what they wrote lies with the Audit
        Team, or a report came before the day on which they would be asked for it (§10)."""
        a = found.allocation
        writers = {p.email for p in (a.head_of_service, a.team_manager) if p}
        if any(q.sender in writers for q in answers_open(self.picture.open_questions(letter.about))):
            return True
        held = found.reached.get(Milestone.UOPP_HELD)
        if held is None:
            return False
        week = (letter.day.on - held.on).days // 7 - bool(letter.rule.unless_lately)
        return reported_early(found.history, held.on, week)

    def month_letters(self) -> list[SendLetter]:
        """The letters about the whole programme that are owed once a month, from the second month of a cycle on."""
        first = self.today.replace(day=1)
        if not any(c.open and c.month_one and c.month_one < first for c in self.council.cycles):
            return []
        reached = {Milestone.MONTH_BEGAN: Dated(first, named(Milestone.MONTH_BEGAN))}
        everything = Cycle("", "All services", "", month_one=first)
        letters = [
            self._due(rule, reached, "month", None, everything, tuple(self.standings))
            for rule in self.setting.rulebook.rules
            if rule.scope is Scope.MONTH
        ]
        return self._untold(letter for letter in letters if letter)

    def together(self, letters: Sequence[SendLetter]) -> list[SendLetter]:
        """One letter for each person and day: those that ask something of the same person become one."""
        alone: list[SendLetter] = []
        asked: defaultdict[tuple[Person, tuple[Person, ...]], list[SendLetter]] = defaultdict(list)
        taken_over: defaultdict[Person, list[SendLetter]] = defaultdict(list)
        help_asked: defaultdict[tuple[Person, ...], list[SendLetter]] = defaultdict(list)
        for letter in letters:
            if letter.rule.scope is Scope.NEW_HOLDER:
                taken_over[letter.to[0]].append(letter)
            elif letter.rule.asks_for_help and not letter.rule.draft_only:
                help_asked[letter.to].append(letter)
            elif letter.rule.ask and len(letter.to) == 1 and not letter.rule.draft_only:
                asked[letter.to[0], tuple(sorted(letter.cc, key=lambda p: p.email))].append(letter)
            else:
                alone.append(letter)
        for (person, cc), several in asked.items():
            if len(several) == 1:
                alone.append(several[0])
                continue
            alone.append(self._one_letter(SEVERAL_AT_ONCE, (person,), cc, several))
        for people, several in help_asked.items():
            copied = [p for p in several[0].cc if all(p in part.cc for part in several)]
            alone += (
                [self._one_letter(SEVERAL_ESCALATED, people, tuple(copied), several)]
                if len(several) > 1
                else several
            )
        for person, parts in taken_over.items():
            alone.append(self._one_letter(parts[0].rule, (person,), (), parts))
        return alone

    def _one_letter(
        self, rule: Rule, people: tuple[Person, ...], cc: tuple[Person, ...], several: Sequence[SendLetter]
    ) -> SendLetter:
        """The letter that stands for several."""
        parts = sorted(several, key=lambda letter: (letter.reference, letter.key))
        return SendLetter(
            key=self.setting.keys(("together", *(p.email for p in people), *(s.key for s in parts))),
            rule=rule,
            about="person:" + people[0].email,
            reference=", ".join(dict.fromkeys(s.reference for s in parts)),
            occasion=self.today.isoformat(),
            day=min((s.day for s in parts), key=lambda dated: dated.on),
            to=people,
            cc=cc,
            cycle=parts[0].cycle,
            together=tuple(parts),
        )

    def _away(self, letter: SendLetter, found: Standing) -> bool:
        """Whether somebody is known to be away on a clock this short. The Audit Team is told, with stand-ins."""
        away = [p for p in letter.to if self._is_away(p)]
        for person in away:
            on, _text = self.picture.away[person.email]
            due = found.reached.get(letter.rule.due) if letter.rule.due else None
            by = f" It is due {day_in_words(due.on)}." if due else ""
            free = ", ".join(self._stand_ins(found, person))
            self.problems.append(
                Problem(
                    f"{called(letter.rule)}, {letter.reference}",
                    f"{person.name} answered automatically on {day_in_words(on)} and may be away.{by} Nothing was sent "
                    f"to chase them. Name a stand-in in the row{f', for instance {free}' if free else ''}.",
                )
            )
        return bool(away)

    def _is_away(self, person: Person) -> bool:
        known = self.picture.away.get(person.email)
        return known is not None and self.today - known[0] <= AWAY

    def _stand_ins(self, found: Standing, instead_of: Person) -> list[str]:
        """Up to three moderators of the cycle with the least to do, none of them part of this audit."""
        involved = {found.allocation.person(role) for role in Role} | {instead_of}
        load: Counter[Person] = Counter()
        for other in self.standings:
            moderator = other.allocation.moderator
            if moderator and other.cycle is found.cycle and moderator not in involved:
                open_now = (
                    Milestone.AUDIT_RETURNED in other.reached and Milestone.MODERATED not in other.reached
                )
                load[moderator] += open_now
        free = sorted(
            (p for p in load if not self._is_away(p)), key=lambda person: (load[person], person.email)
        )
        return [person.name for person in free[:3]]

    def _settled(self, letter: SendLetter) -> bool:
        """Already done, or with a person; or so late that a person is asked instead of surprising the reader."""
        known = self.picture.letters.get(letter.key)
        if known and known.spoken_for:
            return True
        late = letter.rule.late
        if late is None or late.after(letter.day.on, "", self.setting.working).on >= self.today:
            return False
        if known:  # begun on its day and interrupted: finish it
            return False
        names = ", ".join(person.name for person in letter.to)
        self.problems.append(
            Problem(
                f"{called(letter.rule)}, {letter.reference}",
                f"This letter to {names} ought to have gone on {day_in_words(letter.day.on)} and did not. It is too "
                "late to send it without asking: please write to them, or put the row on hold.",
            )
        )
        return True

    def _due(
        self,
        rule: Rule,
        reached: Mapping[Milestone, Dated],
        about: str,
        found: Standing | None,
        cycle: Cycle,
        standings: tuple[Standing, ...] = (),
    ) -> SendLetter | None:
        """The latest occasion of a rule that has come by today, or None."""
        start = reached.get(rule.when)
        if rule.series != rule.id and rule.due and rule.due not in reached:
            return None  # nobody is chased without a date
        if start is None or any(m in reached and reached[m].on <= self.today for m in rule.unless):
            return None
        first = rule.wait.to_act(start.on, named(rule.when, reached), self.setting.working)
        if rule.not_before:
            gate = self._gate(rule.not_before, reached)
            if gate is None:
                return None
            first = max(first, gate, key=lambda dated: dated.on)
        begins = first.on
        if rule.repeat.weeks and rule.repeat.times > 1:
            meant = rule.wait.after(start.on, named(rule.when), self.setting.working).on
            begins = max(meant, first.on) if rule.not_before else meant
        chosen = self._latest_occasion(rule, first, begins)
        if chosen is None:
            return None
        n, day = chosen
        if rule.since:
            since = reached.get(rule.since)
            if since is None or day.on <= since.on:
                return None
        if any(
            m in reached and self._lately(reached[m].on, day.on, begins, n, rule) for m in rule.unless_lately
        ):
            return None
        occasion = self._asked_anew(rule, about, start.on) or occasion_of(rule, start.on, n)
        if found and Circumstance.ON_HOLD in rule.conditions.circumstances:
            occasion = f"until {found.allocation.hold_until or 'further notice'}"
        if found and rule.is_alert:
            occasion = occasion_of_round(alert_round(found, self.setting.rulebook, self.picture))
        to = self._people(rule.to, found, cycle, standings)
        if found and rule.not_to:
            to = self._without_conflict(rule, to, found)
        if found and rule.when is Milestone.INADEQUATE_NO_LONGER:
            occasion = occasion_of_round(alert_round(found, self.setting.rulebook, self.picture))
            to = [
                self._known(address, found) for address in alerted(found, self.setting.rulebook, self.picture)
            ]
        if not to:
            self._nobody(rule, found, cycle)
            return None
        cc = [person for person in self._people(rule.cc, found, cycle, standings) if person not in to]
        return SendLetter(
            key=self.setting.keys(recipients_key(rule, about, occasion, to)),
            rule=rule,
            about=about,
            reference=found.allocation.reference if found else cycle.name,
            occasion=occasion,
            day=day,
            to=tuple(to),
            cc=tuple(cc),
            cycle=cycle,
            standing=found,
            cycle_standings=standings,
            due=self._by(rule, reached),
            notes=tuple(found.history.incomplete_reasons[-1:]) if found else (),
        )

    def _by(self, rule: Rule, reached: Mapping[Milestone, Dated]) -> Dated | None:
        """The date a letter names. One that is over, because the letter had to wait, is called that."""
        due = reached.get(rule.due) if rule.due else None
        if due is None or due.on >= self.today or rule.when is rule.due:
            return due
        return Dated(due.on, f"{due.why}; that day is over, so please as soon as you can")

    def _asked_anew(self, rule: Rule, about: str, start: date) -> str:
        """The occasion on which something is asked for again: what it follows from has come again, or on another day,
        since it was asked for. "" while it has been asked for once at most."""
        if not asks_for_a_part(rule):
            return ""
        gone = self.picture.letters_of_rule(about, rule.id)
        last = max(gone, key=lambda letter: letter.on, default=None)
        if last is None or last.on >= start:
            return last.occasion.partition(WITHOUT)[0] if last else ""
        return f"since {start.isoformat()}"

    def _gate(self, milestone: Milestone, reached: Mapping[Milestone, Dated]) -> Dated | None:
        """The day a letter waits for. Nobody is taken to task on the day on which they are asked."""
        gate = reached.get(milestone)
        if gate is None:
            return None
        on = self.setting.working.after(gate.on, 1) if milestone in ASKED else gate.on
        return Dated(on, f"{'the working day after ' if milestone in ASKED else ''}{named(milestone)}")

    def _lately(self, on: date, day: date, begins: date, n: int, rule: Rule) -> bool:
        """Whether something happened within a week of the day an occasion is meant for. A weekly series counts from
        the day something was due, and a due day on which nobody works lets the working day before it count too."""
        meant = begins + timedelta(7 * n * rule.repeat.every) if rule.repeat.weeks else None
        if meant is None:
            return day - on < LATELY
        due = meant - LATELY
        return on >= (due if self.setting.working.is_working(due) else self.setting.working.after(due, -1))

    def _without_conflict(self, rule: Rule, to: Sequence[Person], found: Standing) -> list[Person]:
        """Nobody decides about what they have judged before (§11): the others are asked, or the Audit Team is."""
        barred = {found.allocation.person(role) for role in rule.not_to}
        free = [person for person in to if person not in barred]
        if to and not free:
            names = listed([person.name for person in to])
            self.problems.append(
                Problem(
                    f"{called(rule)}, {found.allocation.reference}",
                    f"{names} moderated or carried out this audit and cannot decide about it, and nobody else is named "
                    "in Audit roles. Please find somebody to decide, and name them there.",
                )
            )
        return free

    def _known(self, address: str, found: Standing) -> Person:
        """Whoever has that address, by the name the lists know."""
        row = (found.allocation.person(role) for role in Role)
        people = [*(p for p in row if p), *(holder.person for holder in self.council.roles)]
        return next((p for p in people if p.email == address), Person(address, address))

    def _latest_occasion(self, rule: Rule, first: Dated, begins: date) -> tuple[int, Dated] | None:
        """Repeats count from `begins`, so that a holiday never makes a series drift: not even the one for which the
        first of a weekly series waited."""
        latest = None
        for n in range(rule.repeat.times):
            if rule.repeat.weeks:
                on = self.setting.working.on_or_after(begins + timedelta(7 * n * rule.repeat.every))
            else:
                on = self.setting.working.after(begins, n * rule.repeat.every)
            if on > self.today:
                break
            latest = (n, first if n == 0 else self._again(rule, first, begins, n, on))
        return latest

    def _again(self, rule: Rule, first: Dated, begins: date, n: int, on: date) -> Dated:
        count = n * rule.repeat.every
        unit = "week" if rule.repeat.weeks else "working day"
        why = f"{first.why}; again {count} {unit}{'' if count == 1 else 's'} after {day_in_words(begins)}"
        names = [] if rule.repeat.weeks else self.setting.working.skipped(begins, on)
        return Dated(on, f"{why}; {listed(names)} skipped" if names else why)

    def _people(
        self, roles: Iterable[Role], found: Standing | None, cycle: Cycle, standings: Sequence[Standing]
    ) -> list[Person]:
        people: list[Person] = []
        for role in roles:
            for person in self._holders(role, found, cycle, standings):
                if person not in people:
                    people.append(person)
        return people

    def _holders(
        self,
        role: Role,
        found: Standing | None,
        cycle: Cycle,
        standings: Sequence[Standing],
        *,
        quiet: bool = False,
    ) -> list[Person]:
        if role is Role.AUDIT_TEAM:
            return [self.setting.audit_team]
        if found is None and role is Role.HEAD_OF_SERVICE:
            return list(cycle.heads_of_service)
        if found is None and role is Role.GROUP_MANAGER:
            named = {s.allocation.group_manager for s in standings if s.allocation.group_manager}
            return sorted(named, key=lambda p: p.email) or self.council.holders(
                role, cycle.service_group, self.today
            )
        if found and role is Role.SERVICES_INVOLVED:
            names = found.allocation.services_involved
            return [p for name in names for p in self._service(name, found.allocation.reference, quiet)]
        person = found.allocation.person(role) if found else None
        return [person] if person else self.council.holders(role, cycle.service_group, self.today)

    def _service(self, name: str, reference: str, quiet: bool) -> list[Person]:
        """The address of an internal service the row names (§9)."""
        held = [
            h.person
            for h in self.council.roles
            if h.role is Role.SERVICES_INVOLVED
            and h.service
            and same_service(h.service, name)
            and h.holds_on(self.today)
        ]
        if not held and not quiet:
            self.problems.append(
                Problem(
                    f"Audit allocations, {reference}",
                    f"“{name}” is a service involved, but it has no address. Add a row of that name to Audit roles.",
                )
            )
        return held

    def _nobody(self, rule: Rule, found: Standing | None, cycle: Cycle) -> None:
        roles = " or ".join(f"“{role}”" for role in rule.to)
        where = found.allocation.reference if found else cycle.name
        self.problems.append(
            Problem(
                f"{called(rule)}, {where}",
                f"Nobody is named as {roles}, so this letter cannot go. Name them in the row or in Audit roles.",
            )
        )


def _cannot_wait(rule: Rule, found: Standing) -> bool:
    """Whether a letter is one that an Inadequate calls for: of a rule about both grades, only where it is one (§10)."""
    either = Grade.REQUIRES_IMPROVEMENT in rule.conditions.moderated_grades
    return rule.waits_for is not None and not (either and found.settled_grade is not Grade.INADEQUATE)


def _goes_all_the_same(rule: Rule, found: Standing) -> bool:
    """Whether a letter goes out although the Audit Team has still to say what comes next: the audit itself, what is
    left for the Audit Team to send, and what an Inadequate calls for. That it has ended is ordinary (§10)."""
    if rule.when is Milestone.INADEQUATE_NO_LONGER:
        return False
    return rule.draft_only or _cannot_wait(rule, found) or rule.when is Milestone.CONFIRMED


def _told_by(before: LetterHistory, letter: SendLetter) -> bool:
    """Whether a letter of the days when a final decision was told only once has told this one."""
    once = letter.rule.when is Milestone.FINALLY_DECIDED and before.occasion == ""
    return (
        once
        and letter.standing is not None
        and before.on >= (letter.standing.on(letter.rule.when) or date.max)
    )


def _knowing_its_cycle(found: Standing, reached: Mapping[Milestone, Dated]) -> Standing:
    """An audit's standing with what only its whole cycle tells: whether all of it is done."""
    complete = reached.get(Milestone.CYCLE_COMPLETE)
    if complete is None or found.reached.get(Milestone.CYCLE_COMPLETE) == complete:
        return found
    return replace(found, reached={**found.reached, Milestone.CYCLE_COMPLETE: complete})


def coming(
    days: Iterable[date], council: Council, picture: History, setting: Setting
) -> dict[date, tuple[SendLetter, ...]]:
    """What would go out on each of some coming days if nothing further happened. Each letter is shown once."""
    days = list(days)
    situation = _situation(min(days, default=date.max), council, picture, setting)
    shown: set[str] = set()
    found: dict[date, tuple[SendLetter, ...]] = {}
    for day in days:
        letters = [
            letter
            for planned in _letters(day, situation, picture, setting, [])[0]
            for letter in (planned.together or (planned,))
            if letter.key not in shown
        ]
        shown.update(letter.key for letter in letters)
        found[day] = tuple(letters)
    return found


__all__ = ["Council", "Setting", "coming", "plan", "status_of"]
