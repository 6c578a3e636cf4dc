"""Who must get which letter on which working day, given what people did: the operational guide as a table.

Written from the guide's sections (§) and from the readings the project settled where the guide leaves room; it takes
nothing from the bot and nothing from its rule book. Every function is one group of duties.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sandbox.cast.season import BELOW_GOOD, MORNING, Fact, Moment
from sandbox.working_days import later, months_later, of_month, on_or_after

JsonObject = dict[str, Any]
WEEK = timedelta(7)

# ------------------------------------------------------------------------------------- the readings, in one place
MEETING_BEFORE = timedelta(14)  # §6: two weeks before the audit starts
LIST_AFTER = WEEK  # §6: within a week of the meeting
CONFIRMED_BEFORE = 3  # working days before month one; the guide gives none
RETURNED_BY = 15  # the working day of the month; the guide gives auditors no date
INADEQUATE_MODERATED = 1  # §10: within one day, read as the end of the next working day
LATE_IN_MODERATED = 3  # working days, for what comes back after the month
URGENT = 2  # §10 working days
UOPP = {"Inadequate": 3, "Requires Improvement": 5}  # §10 working days
RECORD = 2  # working days after the meeting; the guide gives none
SIX_WEEKS = timedelta(42)  # §10, §13
FOUR_MONTHS = 4  # §15
DECIDED = 5  # working days; §11 gives none
COMPLETE_ANYWAY = 10  # working days after month one; the guide is silent on late audits


@dataclass(frozen=True, slots=True)
class Expected:
    """One letter one person must get: `duty` as in the judge's list of letters, `section` of the guide, `about` an
    audit, a cycle or "" for the whole programme."""

    duty: str
    section: str
    about: str
    reader: str
    on: date


class Known:
    """What is known about one audit or cycle, and since when."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self.facts = list(facts)

    def all(self, what: str) -> list[Fact]:
        return [fact for fact in self.facts if fact.what == what]

    def first(self, what: str) -> Fact | None:
        return next(iter(self.all(what)), None)

    def by(self, what: str, moment: Moment) -> Fact | None:
        """The latest fact of a kind that is known at a moment."""
        found = [fact for fact in self.all(what) if fact.known <= moment]
        return found[-1] if found else None


class Table:
    """The expected letters of a play from its first to its last day."""

    def __init__(
        self,
        facts: Sequence[Fact],
        rows: Mapping[str, JsonObject],
        cycles: Mapping[str, JsonObject],
        roles: Mapping[str, str],
        mailbox: str,
        first: date,
        last: date,
    ) -> None:
        self._rows, self._cycles, self._roles, self._mailbox = rows, cycles, roles, mailbox
        self._first, self._last = first, last
        self._facts = {about: Known(f for f in facts if f.about == about) for about in (*rows, *cycles)}
        self._month = {name: date.fromisoformat(str(c["Month one"])[:10]) for name, c in cycles.items()}
        self._found: list[Expected] = []

    def expected(self) -> list[Expected]:
        """Every letter that must have come by the last day."""
        self._found = []
        for name in self._cycles:
            self._cycle(name)
        for reference, row in self._rows.items():
            if row["Audit type"] == "Dip sample":
                self._dip(reference, row)
            else:
                self._audit(reference, row)
        self._scorecard()
        return sorted(self._found, key=lambda e: (e.on, e.duty, e.about, e.reader))

    # ------------------------------------------------------------------------------------------------- writing down

    def _due(
        self,
        duty: str,
        section: str,
        about: str,
        readers: Iterable[str],
        day: date,
        *,
        once: Iterable[Fact | None] = (),
        unless: Iterable[Fact | None] = (),
        at: Moment | None = None,
        before: Moment | None = None,
        drafted: bool = False,
    ) -> Moment | None:
        """A letter for a day: it goes that morning (the next working morning if nobody works), or as soon as
        everything in `once` is known; not when something of `unless` is known by then; not from `before` on. What is
        only `drafted` the Audit Team sends at noon, what was drafted at noon on the next day."""
        once = list(once)
        if any(fact is None for fact in once):
            return None
        moment = max([(on_or_after(day), MORNING), *(f.known for f in once if f), *([at] if at else [])])
        if any(fact and fact.known <= moment for fact in unless) or (before and moment >= before):
            return None
        goes = later(moment[0], 1) if drafted and moment[1] != MORNING else moment[0]
        if self._first <= goes <= self._last:
            for reader in dict.fromkeys(readers):
                if reader:
                    self._found.append(Expected(duty, section, about, reader, goes))
        return moment

    def _role(self, *titles: str) -> list[str]:
        return [self._roles[title] for title in titles if title in self._roles]

    def _at(self, reference: str, column: str, moment: Moment) -> str:
        """Who the row names in a column at a moment."""
        changed = self._facts[reference].by(column, moment)
        return changed.value if changed else str(self._rows[reference].get(column) or "")

    # -------------------------------------------------------------------------------------------------- the cycle

    def _cycle(self, name: str) -> None:
        known, month_one = self._facts[name], self._month[name]
        heads: list[str] = self._cycles[name]["Heads of Service"]
        academy, psw = self._role("Head of Learning Academy"), self._role("Principal Social Worker")
        manager, chairs = self._role("Audit Manager"), self._role("Group Manager of CP Chairs and IROs")
        audits = [
            r for r, row in self._rows.items() if row["Cycle"] == name and row["Audit type"] != "Dip sample"
        ]
        meeting = known.first("kloe")
        # §6 (O5): the meeting on the lines of enquiry, Group Managers too; two weeks' notice while no day is known.
        managers = self._group_managers(name)
        self._due("KLOE meeting to arrange", "6", name, [*heads, *psw, *chairs, *manager, *managers],
                  later(month_one - MEETING_BEFORE, -10), unless=[meeting])  # fmt: skip
        if meeting:
            self._due("KLOE meeting soon", "6", name, [*heads, *psw, *chairs, *academy, *manager, *managers],
                      later(meeting.on, -5), once=[meeting])  # fmt: skip
            # §6 (O9, O10): the list is completed and goes out within a week.
            list_due = meeting.on + LIST_AFTER
            confirmed = self._all_confirmed(audits)
            self._due("list to complete", "6", name, [self._mailbox], later(list_due, -2), once=[meeting])
            self._due("list for confirmation", "6", name, [*heads, *managers, *academy], list_due,
                      once=[meeting], unless=[confirmed])  # fmt: skip
            # §6 (O11): confirmed before anything goes out; a word the day before, then the Learning Academy.
            limit = later(month_one, -CONFIRMED_BEFORE)
            for duty, day in (
                ("confirmation reminder", later(limit, -1)),
                ("confirmation escalated", later(limit, 1)),
            ):
                if day > list_due:
                    self._due(duty, "6", name, [*heads, *academy], day, once=[meeting], unless=[confirmed])
        # §7 (O44): everybody is kept informed, week by week, until the cycle is complete.
        complete = self._complete(name)
        for n in range(1, 11):
            self._due(
                "weekly picture", "7", name, [*heads, *psw, *academy], month_one + n * WEEK, before=complete
            )
        # §7 (O19): the report on the dip samples.
        ends = of_month(month_one)[-1]
        sent, signed = known.first("dip report sent"), known.first("dip report signed off")
        quality, officer = self._role("Quality Assurance Audit Officer"), self._role("Audit Officer")
        self._due("dip report to write", "7", name, [*quality, *officer], later(ends, 1), unless=[sent])
        if sent:
            self._due("dip report to sign off", "7", name, [*officer, *psw], later(sent.on, 3),
                      once=[sent], unless=[signed])  # fmt: skip
        # §7 (O20): signed off, it is shared with the Heads of Service; their Group Managers have it too.
        if signed:
            self._due("dip report shared", "7", name, [*heads, *self._group_managers(name)], signed.on,
                      once=[signed], drafted=True)  # fmt: skip
        # §12 (O100): two weeks before the board.
        if board := known.first("board"):
            self._due("board report", "12", name, [self._mailbox], later(board.on, -10), once=[board])
        # §14 (O116 to O118): action plan in month four, workshop, campaign.
        agreed, workshop = known.first("action plan"), known.first("workshop")
        self._due("action plan", "14", name, [*academy, *psw, *heads, *manager, *managers], months_later(month_one, 3),
                  unless=[agreed])  # fmt: skip
        if agreed:
            self._due("workshop", "14", name, [*academy, *heads, *psw], agreed.on + 2 * WEEK,
                      once=[agreed], unless=[workshop])  # fmt: skip
        if workshop:
            self._due(
                "learning campaign", "14", name, [*academy, *psw, *manager], workshop.on, once=[workshop]
            )
        # §3 (O4) and §15 (O119): the next cycle, and a tenth of the work below Good to be audited again in it.
        following = months_later(month_one, 6)
        planned = [self._facts[c].first("in the list") for c in self._later_cycles(name)]
        if all(planned):
            self._due(
                "next cycle", "3", name, [self._mailbox, *academy], following - 8 * WEEK, unless=planned
            )
        self._re_audits_all(name, audits, complete)
        below = self._below_good(r for r in audits if self._rows[r]["Audit type"] != "Re-audit")
        if below:
            self._due("re-audits", "15", name, [self._mailbox], following - 5 * WEEK, once=below[:1])

    def _below_good(self, audits: Iterable[str]) -> list[Fact]:
        """The moderations that found work below Good, the first known first."""
        found = [m for r in audits if (m := self._facts[r].first("moderated")) and m.value in BELOW_GOOD]
        return sorted(found, key=lambda fact: fact.known)

    def _re_audits_all(self, name: str, audits: Sequence[str], complete: Moment) -> None:
        """§15 (O122): work audited again has not become Good throughout; the Learning Academy may take up all of it."""
        again = [r for r in audits if self._rows[r]["Audit type"] == "Re-audit"]
        if below := self._below_good(again):
            self._due("re-audit all", "15", name, [*self._role("Head of Learning Academy"), self._mailbox],
                      complete[0], once=below[:1], at=complete)  # fmt: skip

    def _group_managers(self, name: str) -> list[str]:
        return [str(row["Group Manager"]) for row in self._rows.values() if row["Cycle"] == name]

    def _later_cycles(self, name: str) -> list[str]:
        group = self._cycles[name]["Service group"]
        return [c for c, row in self._cycles.items()
                if row["Service group"] == group and self._month[c] > self._month[name]]  # fmt: skip

    def _all_confirmed(self, audits: Sequence[str]) -> Fact | None:
        """The last confirmation, when every audit has one."""
        facts = [self._facts[r].first("confirmed") for r in audits]
        if not facts or any(fact is None for fact in facts):
            return None
        return max((fact for fact in facts if fact), key=lambda fact: fact.known)

    def _complete(self, name: str) -> Moment:
        """When the cycle counts as complete: all that is awaited is moderated; at the latest ten working days on."""
        anyway = (later(of_month(self._month[name])[-1], COMPLETE_ANYWAY), MORNING)
        moments: list[Moment] = []
        for reference, row in self._rows.items():
            if row["Cycle"] == name and row["Audit type"] != "Dip sample":
                known = self._facts[reference]
                ends = [f.known for f in (known.first("moderated"), self._left_out(known)) if f]
                if not ends:
                    return anyway
                moments.append(min(ends))
        return min(anyway, max(moments, default=anyway))

    def _left_out(self, known: Known) -> Fact | None:
        """Withdrawn, exempted or invalid, so that it is not awaited; what is only on hold still is."""
        return next((f for f in known.all("out") if f.value != "held"), None)

    def _scorecard(self) -> None:
        """§9 (O62): every month, the third working day; about months in which audits were under way."""
        day = self._first.replace(day=1)
        while day <= self._last:
            if any(month < day for month in self._month.values()):
                self._due("scorecard", "9", "", [*self._role("Performance Team"), *self._role("Audit Manager")],
                          of_month(day)[2])  # fmt: skip
            day = months_later(day, 1)

    # ------------------------------------------------------------------------------------------------- dip samples

    def _dip(self, reference: str, row: JsonObject) -> None:
        """§7 (O18): within the audit month, on the same day as the audits; then a word before and after."""
        known, month_one = self._facts[reference], self._month[row["Cycle"]]
        done, confirmed = known.first("dip done"), known.first("confirmed")
        reader, limit = [str(row["Auditor"])], of_month(month_one)[-1]
        started = self._due(
            "dip sample allocated", "7", reference, reader, month_one, once=[confirmed], unless=[done]
        )
        if started:
            self._due("dip sample reminder", "7", reference, reader, later(limit, -3), unless=[done])
            for n in (0, 3):
                self._due("dip sample overdue", "7", reference, reader, later(limit, 1 + n), unless=[done])

    # --------------------------------------------------------------------------------------------------- one audit

    def _audit(self, reference: str, row: JsonObject) -> None:
        known, month_one = self._facts[reference], self._month[row["Cycle"]]
        out = known.first("out")
        confirmed, moderated = known.first("confirmed"), known.first("moderated")
        returned = known.first("returned")
        if confirmed is None:
            return
        # §7 (O21 to O23): everybody on one day, the practitioner with their Team Manager copied.
        launch = max((on_or_after(month_one), MORNING), confirmed.known)
        for duty, columns in (
            ("audit allocated", ["Auditor"]),
            ("moderation allocated", ["Moderator"]),
            ("practitioner informed", ["Practitioner", "Team Manager"]),
        ):
            readers = [self._at(reference, column, launch) for column in columns]
            self._due(duty, "7", reference, readers, month_one, once=[confirmed], unless=[out])
        # §7 (O30): the practitioner writes their own section; a word a week into the month, while the audit is out.
        reminded = on_or_after(month_one + WEEK)
        # A re-audit looks at the record and talks with people; it has no section of the practitioner's own (§15).
        theirs = row["Audit type"] != "Re-audit" and self._with_auditor(known, launch, (reminded, MORNING))
        if theirs:
            practitioner = self._at(reference, "Practitioner", (reminded, MORNING))
            stops = [returned, out, known.first("incomplete")]
            self._due("practitioner reminded", "7", reference, [practitioner], reminded, unless=stops)
        self._auditor(reference, known, month_one, launch, returned, out)
        # §7 (O46): back to the auditor, copied to their Head of Service, by the Audit Team.
        if incomplete := known.first("incomplete"):
            readers = [
                self._at(reference, c, incomplete.known) for c in ("Auditor", "Auditor's Head of Service")
            ]
            self._due("returned to auditor", "7", reference, readers, incomplete.on, once=[incomplete],
                      unless=[out], drafted=True)  # fmt: skip
        if returned:
            self._moderator(reference, known, month_one, returned, moderated, out)
        if moderated:
            self._after(reference, row, known, moderated, out)

    def _with_auditor(self, known: Known, launch: Moment, moment: Moment) -> bool:
        """Whether an auditor has had the audit since an earlier day."""
        exempted, taken_on = known.first("exempted"), known.by("Auditor", moment)
        if exempted and exempted.known <= moment and (taken_on is None or taken_on.known < exempted.known):
            return False
        return max(launch, taken_on.known if taken_on else launch)[0] < moment[0]

    def _spans(self, known: Known, limit: date) -> Iterator[tuple[date, Moment, Moment | None]]:
        """The dates an audit was due, each with the moments from which and until which it was the date."""
        rectify = known.first("rectify")
        yield limit, (date.min, MORNING), rectify.known if rectify else None
        if rectify:
            yield rectify.on, rectify.known, None

    def _auditor(
        self,
        reference: str,
        known: Known,
        month_one: date,
        launch: Moment,
        returned: Fact | None,
        out: Fact | None,
    ) -> None:
        """§7 (O21, O40, O44): the auditors in turn; each is kept informed, reminded and chased for their own time."""
        starts = [launch, *(change.known for change in known.all("Auditor"))]
        limit = of_month(month_one)[RETURNED_BY - 1]
        exempted = known.first("exempted")
        for since, following in zip(starts, [*starts[1:], None], strict=True):
            if exempted and since < exempted.known:
                following = exempted.known
            if since != launch:
                auditor = self._at(reference, "Auditor", since)
                self._due(
                    "audit allocated", "7", reference, [auditor], since[0], at=since, unless=[returned, out]
                )
            for due, valid, until in self._spans(known, limit):
                end = min((m for m in (until, following) if m), default=None)
                self._chased(reference, known, due, since, max(valid, since), end, [returned, out])

    def _chased(
        self,
        reference: str,
        known: Known,
        due: date,
        since: Moment,
        valid: Moment,
        end: Moment | None,
        stops: Sequence[Fact | None],
    ) -> None:
        """One auditor, from the day they got the audit, and one due date, for as long as it is theirs."""
        auditor = self._at(reference, "Auditor", since)
        head = self._at(reference, "Auditor's Head of Service", since)
        told, incomplete = known.first("says sent"), known.first("incomplete")
        weekly = [on_or_after(since[0] + n * WEEK) for n in (1, 2)] if valid == since else []
        letters = [
            *(("audit under way", day, [auditor]) for day in weekly if day < due and day != later(due, -3)),
            ("audit reminder", later(due, -3), [auditor]),
            *(("audit overdue", later(due, 1 + n), [auditor]) for n in (0, 3, 6)),
            ("audit escalated", later(due, 5), [head, auditor]),
        ]
        for duty, day, readers in letters:
            moment = (on_or_after(day), MORNING)
            if told and told.known <= moment and moment[0] <= later(told.on, 2):
                continue  # they say it is on its way: left in peace for two working days
            if day > since[0]:
                more = [incomplete] if duty == "audit under way" else []
                self._due(duty, "7", reference, readers, day, unless=[*stops, *more], at=valid, before=end)

    def _moderator(
        self,
        reference: str,
        known: Known,
        month_one: date,
        returned: Fact,
        moderated: Fact | None,
        out: Fact | None,
    ) -> None:
        """§7 (O43, O47), §10 (O77, O78): asked with the audit attached, reminded, chased, taken up."""
        inadequate = returned.value == "Inadequate"
        ends = of_month(month_one)[-1]
        due = ends
        if returned.on > ends:
            due = later(returned.on, LATE_IN_MODERATED)
        if inadequate:
            due = later(returned.on, INADEQUATE_MODERATED)
            five = [
                self._at(reference, c, returned.known)
                for c in ("Practitioner", "Team Manager", "Head of Service")
            ]
            self._due("inadequate alert", "10", reference,
                      [*five, *self._role("Audit Manager", "Head of Learning Academy")], returned.on,
                      once=[returned], unless=[out])  # fmt: skip
        manager = self._role("Audit Manager", "Head of Learning Academy")
        changes = [returned.known, *(f.known for f in known.all("Moderator"))]
        away = known.first("moderator away")
        for since, following in zip(changes, [*changes[1:], None], strict=True):
            moderator = self._at(reference, "Moderator", since)
            self._due(
                "moderation requested",
                "7",
                reference,
                [moderator],
                since[0],
                at=since,
                unless=[moderated, out],
            )
            reminders = [(due, [away])] if inadequate else [(later(due, -2), [])]
            for day, silent in reminders:
                if day > since[0]:
                    self._due("moderation reminder", "7/10", reference, [moderator], day,
                              unless=[moderated, out, *silent], before=following)  # fmt: skip
            for n in (0, 2, 4):
                day = later(due, 1 + n)
                if day > since[0]:
                    self._due("moderation overdue", "7/10", reference, [moderator], day, unless=[moderated, out],
                              before=following)  # fmt: skip
            day = later(due, 1 if inadequate else 3)
            if day >= since[0] and (following is None or (day, MORNING) < following):
                self._due(
                    "moderation escalated",
                    "7/10",
                    reference,
                    [*manager, moderator],
                    day,
                    unless=[moderated, out],
                )

    # --------------------------------------------------------------------------------------------- after moderation

    def _after(
        self, reference: str, row: JsonObject, known: Known, moderated: Fact, out: Fact | None
    ) -> None:
        returned = known.first("returned")
        roles = {name: self._role(title) for name, title in (
            ("manager", "Audit Manager"), ("academy", "Head of Learning Academy"), ("director", "Divisional Director"),
            ("psw", "Principal Social Worker"))}  # fmt: skip
        head, team = str(row["Head of Service"]), str(row["Team Manager"])
        auditor = self._at(reference, "Auditor", moderated.known)
        moderator = self._at(reference, "Moderator", moderated.known)
        worker = str(row["Practitioner"])
        self._shared(reference, row, moderated, out)
        disputed, decided = known.first("disputed"), known.first("decided")
        # §11 (O94, O95): talk first; after five working days somebody decides; then everybody is told.
        if disputed:
            self._due("disagreement to discuss", "11", reference, [moderator, head, team, worker], disputed.on,
                      once=[disputed], unless=[decided, out])  # fmt: skip
            self._due("decision to make", "11", reference, [*roles["psw"], *roles["manager"]],
                      later(disputed.on, DECIDED), once=[disputed], unless=[decided, out])  # fmt: skip
        if decided:
            self._due("final decision", "11", reference, [head, team, worker, auditor, moderator], decided.on,
                      once=[decided], unless=[out])  # fmt: skip
        grade = moderated.value
        if grade not in BELOW_GOOD:
            return
        inadequate = grade == "Inadequate"
        lifted = decided if decided and decided.value not in BELOW_GOOD else None
        stop = [out, lifted]
        five = [worker, team, head, *roles["manager"], *roles["academy"]]
        if inadequate and not (returned and returned.value == "Inadequate"):
            self._due("inadequate alert", "10", reference, five, moderated.on, once=[moderated], unless=stop)
        if inadequate:
            # §10 (O79): urgent issues within two working days.
            done = known.first("urgent done")
            for day in (moderated.on, later(moderated.on, URGENT)):
                self._due(
                    "urgent issues", "10", reference, [team], day, once=[moderated], unless=[done, *stop]
                )
        self._uopp(
            reference, known, moderated, stop, None if inadequate else disputed, auditor, team, head, roles
        )
        self._six_weeks(reference, row, known, moderated, stop, team, head, roles)

    def _shared(self, reference: str, row: JsonObject, moderated: Fact, out: Fact | None) -> None:
        """§9 (O63, O64): once the cycle is complete, with the child's IRO or CP Chair and the services involved."""
        complete = self._complete(row["Cycle"])
        chair = str(row.get("IRO or CP Chair") or "")
        if chair:
            readers = [chair, *self._role("Group Manager of CP Chairs and IROs")]
            self._due("shared with the chair", "9", reference, readers, complete[0], at=complete,
                      once=[moderated], unless=[out], drafted=True)  # fmt: skip
        services = self._role(*str(row.get("Services involved") or "").splitlines())
        self._due("shared with services", "9", reference, services, complete[0], at=complete, once=[moderated],
                  unless=[out], drafted=True)  # fmt: skip

    def _uopp(
        self,
        reference: str,
        known: Known,
        moderated: Fact,
        stop: list[Fact | None],
        disputed: Fact | None,
        auditor: str,
        team: str,
        head: str,
        roles: Mapping[str, list[str]],
    ) -> None:
        """§10 (O65, O76, O80, O83): the meeting, its record, and what is done when either does not come."""
        inadequate = moderated.value == "Inadequate"
        held, record = known.first("uopp"), known.first("record")
        leads = roles["manager"] if inadequate else [auditor]
        due = later(moderated.on, UOPP[moderated.value])
        waits = [held, disputed, *stop]
        self._due("UoPP to convene" if inadequate else "UoPP to arrange", "10", reference,
                  [*leads, head] if inadequate else [*leads, team], moderated.on, once=[moderated],
                  unless=[held, *stop])  # fmt: skip
        if inadequate:
            self._due("what follows", "10", reference, [auditor], moderated.on, once=[moderated],
                      unless=[held, *stop])  # fmt: skip
        for n in (0, 2 if inadequate else 3):
            self._due("UoPP overdue", "10", reference, leads, later(due, 1 + n), unless=waits)
        escalated = [head, *roles["academy"], *roles["manager"]] if inadequate else [head, auditor]
        self._due(
            "UoPP escalated", "10", reference, escalated, later(due, 2 if inadequate else 3), unless=waits
        )
        complete = self._complete(self._rows[reference]["Cycle"])
        if complete[0] > moderated.on:
            self._due(
                "UoPP still to hold", "10", reference, [auditor], complete[0], at=complete, unless=waits
            )
        if held:
            self._due(
                "UoPP record", "10", reference, [*leads, team], held.on, once=[held], unless=[record, *stop]
            )
            record_due = later(held.on, RECORD)
            self._due("UoPP record overdue", "10", reference, leads, later(record_due, 1), once=[held],
                      unless=[record, *stop])  # fmt: skip
            if not inadequate:
                self._due(
                    "progress in supervision",
                    "10",
                    reference,
                    [head, team],
                    held.on,
                    once=[held],
                    unless=stop,
                )

    def _is_improved(self, known: Known, moment: Moment) -> bool:
        six, after = known.by("six weeks", moment), known.by("uopp", moment)
        latest = six or (after if after and after.value else None)
        return latest is not None and latest.value not in BELOW_GOOD

    def _six_weeks(
        self,
        reference: str,
        row: JsonObject,
        known: Known,
        moderated: Fact,
        stop: list[Fact | None],
        team: str,
        head: str,
        roles: Mapping[str, list[str]],
    ) -> None:
        """§10 (O85 to O87, O92, O93), §13 (O112, O114), §15 (O123)."""
        inadequate = moderated.value == "Inadequate"
        held, review, six = known.first("uopp"), known.first("review"), known.first("six weeks")
        due = (held.on if held else moderated.on) + SIX_WEEKS
        once: list[Fact | None] = [held or moderated]
        if inadequate:
            for n in (-10, -5, 0):
                self._due("review UoPP due", "10", reference, [head, team], later(due, n), once=once,
                          unless=[review, *stop])  # fmt: skip
            self._due("review UoPP escalated", "10", reference,
                      [*roles["director"], *roles["academy"], *roles["manager"], head], later(due, 3), once=once,
                      unless=[review, *stop])  # fmt: skip
            if review:
                self._due("review UoPP held", "10", reference,
                          [*roles["manager"], *roles["academy"], *roles["director"], head], review.on,
                          once=[review], unless=stop)  # fmt: skip
        if inadequate and held:
            self._weekly(reference, known, held, stop, head, roles)
        for n in (-5, 3, 8):
            self._due(
                "six-week check",
                "13",
                reference,
                [self._mailbox],
                later(due, n),
                once=once,
                unless=[six, *stop],
            )
        if six:
            self._due("six-week findings", "13", reference, [head, str(row["Group Manager"]), *roles["psw"]], six.on,
                      once=[six], unless=stop)  # fmt: skip
            if six.value in BELOW_GOOD:
                self._due(
                    "still below Good",
                    "10",
                    reference,
                    [head, *roles["academy"]],
                    six.on,
                    once=[six],
                    unless=stop,
                )
        limit = months_later(moderated.on, FOUR_MONTHS)
        for duty, readers, day in (
            ("four months coming", [self._mailbox], later(limit, -10)),
            ("not improved", [*roles["director"], *roles["academy"], head], limit),
        ):
            if not self._is_improved(known, (on_or_after(day), MORNING)):
                self._due(duty, "15", reference, readers, day, once=[moderated], unless=stop)

    def _weekly(
        self,
        reference: str,
        known: Known,
        held: Fact,
        stop: list[Fact | None],
        head: str,
        roles: Mapping[str, list[str]],
    ) -> None:
        """§10 (O87): a report every week; the Audit Manager hears when none has come for two weeks."""
        ended = known.first("weekly ended")
        for n in range(1, 27):
            day = on_or_after(held.on + n * WEEK)
            if self._is_improved(known, (day, MORNING)):
                continue
            self._due("weekly report", "10", reference,
                      [head, *roles["director"], *roles["academy"], *roles["manager"]], day, once=[held],
                      unless=[ended, *stop])  # fmt: skip
        for n in range(25):
            day = later(held.on, 10 + 5 * n)
            told = known.by("progress", (day, MORNING))
            lately = told is not None and day - told.on < WEEK
            if not self._is_improved(known, (day, MORNING)) and not lately:
                self._due("weekly report missing", "10", reference, roles["manager"], day, once=[held],
                          unless=[ended, *stop])  # fmt: skip
