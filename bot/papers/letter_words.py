"""The words a letter may use, taken from what is planned: never more than the letter's reader may see.

docs/letters.md lists these words for the people who write the letters.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import SimpleNamespace
from urllib.parse import quote

from bot.papers.free_text import without_identifiers
from bot.programme.actions import SendLetter
from bot.programme.buttons import Command
from bot.programme.checks import counts, line_of_enquiry
from bot.programme.planner import Council
from bot.programme.re_audits import sample
from bot.programme.ready_messages import MESSAGES, PAGES, ready_messages
from bot.programme.replies import links
from bot.programme.reported import person_of
from bot.programme.rules import Scope
from bot.programme.scorecard import scorecard
from bot.programme.standing import Keys, Standing
from bot.programme.status import WAITED_FOR, next_for_people, status_of
from bot.programme.vocabulary import Allocation, AuditType, Milestone, Person, Problem, Role, Status
from bot.programme.working_days import WorkingDays


@dataclass(frozen=True, slots=True)
class AuditTeam:
    """How the letters name the Audit Team: its mailbox and the person to ask."""

    name: str
    address: str
    contact: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Pages:
    """The addresses of the allocation list for people: the one place where they are put together."""

    list_url: str
    cycle_column: str = "Cycle"

    def row(self, item_id: str) -> str:
        return f"{self.list_url}/DispForm.aspx?ID={quote(item_id)}"

    def cycle(self, name: str) -> str:
        """The list with the rows of one cycle alone."""
        return f"{self.list_url}/AllItems.aspx?FilterField1={quote(self.cycle_column)}&FilterValue1={quote(name)}"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every letter may say whatever it is about."""

    today: date
    council: str
    audit_team: AuditTeam
    working: WorkingDays
    keys: Keys | None = None  # signs the buttons; without it a letter has none
    pages: Pages | None = None  # where the lists are; without it a letter has no links to them
    tools_by_link: bool = False  # whether audit tools are documents in the library
    tool: str = ""  # the address of this letter's, for the people of its row


def words(letter: SendLetter, lists: Council, around: Surroundings) -> dict[str, object]:
    """The words of one planned letter. A restricted audit has no identifiers among them."""
    common: dict[str, object] = {
        "today": around.today,
        "council": around.council,
        "audit_team": around.audit_team,
        "cycle": letter.cycle,
        "kloes": letter.cycle.kloes,
        "to": list(letter.to),
        "greeting": greeting(letter),
        "next_working_day": around.working.after(around.today, 1),
        "within_a_week": around.working.after(around.today, 5),
    }
    if letter.together:
        return common | {"asked": [_asked(part, lists, around) for part in letter.together]}
    if letter.rule.scope is Scope.MONTH:
        return common | _about_a_month(letter, around)
    if around.keys:
        found = links(letter, lists, around.today, around.keys, around.audit_team.address)
        common |= {command.word: address for command, address in found.items()}
    else:
        common |= {command.word: None for command in Command}
    common |= _ready(letter, around)
    common |= _pages(letter, around)
    if letter.standing:
        return common | _about_an_audit(letter, letter.standing, around, lists)
    return common | _about_a_cycle(letter, lists, around)


_SEE_THE_LIST = {
    Role.HEAD_OF_SERVICE, Role.AUDITORS_HEAD_OF_SERVICE, Role.AUDIT_TEAM, Role.AUDIT_MANAGER, Role.AUDIT_OFFICER,
    Role.QUALITY_ASSURANCE_AUDIT_OFFICER, Role.HEAD_OF_LEARNING_ACADEMY, Role.PRINCIPAL_SOCIAL_WORKER,
    Role.DIVISIONAL_DIRECTOR,
}  # fmt: skip
"""Who may open the list: it holds everybody's grades, so nobody is led there who has one audit to do."""


def _ready(letter: SendLetter, around: Surroundings) -> Mapping[str, str | None]:
    return ready_messages(
        letter.standing,
        letter.reference,
        around.audit_team.address,
        by_link=around.tools_by_link,
        tool=around.tool,
    )


def _pages(letter: SendLetter, around: Surroundings) -> dict[str, str | None]:
    """The links of a letter. To a row only where every reader may open it; to a cycle where one of those addressed may,
    and then the letter says whose link it is."""
    links: dict[str, str | None] = dict.fromkeys(PAGES)
    links["tool_link"] = around.tool if around.tool.startswith("https://") else None
    if around.pages is None or not _SEE_THE_LIST & {*letter.rule.to}:
        return links
    if (found := letter.standing) and {*letter.rule.to, *letter.rule.cc} <= _SEE_THE_LIST:
        links["row_link"] = around.pages.row(found.allocation.item_id)
        latest = found.latest_moderation or found.latest_return
        if latest and latest.url.startswith("https://") and not found.allocation.restricted:
            links["form_link"] = latest.url
    if letter.cycle.item_id:
        links["cycle_link"] = around.pages.cycle(letter.cycle.name)
    return links


_SHARED = {Role.AUDIT_TEAM, Role.PERFORMANCE_TEAM, Role.SERVICES_INVOLVED}
"""Parts that are held by a shared address and not by one person."""
_TITLE = re.compile(r"(?:dr|mr|mrs|ms|miss|mx|prof|professor|sir|dame|rev)\.?", re.IGNORECASE)
_OF_A_PLACE = re.compile(
    r"\b(?:team|service|services|mailbox|inbox|office|group|department|academy|shared|audit|duty)\b|@",
    re.IGNORECASE,
)


def greeting(letter: SendLetter) -> str:
    """ "Dear Ama" or "Dear Ama and Tom"; "Dear colleagues" for a shared address, a role, or more than three."""
    parts = letter.together or (letter,)
    if any(_SHARED & {*part.rule.to} for part in parts):
        return "Dear colleagues"
    names = [first_name(person.name) for person in letter.to]
    if len(names) > 3 or not names or "" in names:
        return "Dear colleagues"
    return "Dear " + (names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}")


def first_name(name: str) -> str:
    """How somebody is greeted: "Haddad, Leila (FSP)" and "Dr Leila Haddad" are both Leila. "" for a place."""
    name = re.sub(r"[(\[].*", "", name).strip()
    if _OF_A_PLACE.search(name):
        return ""
    last, comma, first = name.partition(",")
    words = [
        word for word in (first if comma and first.strip() else last).split() if not _TITLE.fullmatch(word)
    ]
    return words[0] if words else ""


def identifiers(allocation: Allocation, *, names_the_record: bool = True) -> tuple[str, ...]:
    """What no letter about this audit may carry, in the ways people write it. `names_the_record`: the letter is
    one that names it by its Mosaic number."""
    found = [allocation.child_name]
    if allocation.restricted or not names_the_record:
        found.append(allocation.mosaic_number)
    if born := allocation.date_of_birth:
        found += [
            born.isoformat(),
            f"{born:%d/%m/%Y}",
            f"{born.day}/{born.month}/{born.year}",
            f"{born.day} {born:%B %Y}",
            f"{born.day} {born:%b %Y}",
        ]
    return tuple(text for text in found if text.strip())


def _seen_by_reader(allocation: Allocation) -> SimpleNamespace:
    """The audit as a letter may name it: no name, no date of birth, no ethnicity."""
    return SimpleNamespace(
        reference=allocation.reference,
        audit_type=allocation.audit_type.value,
        mosaic_number="" if allocation.restricted else allocation.mosaic_number,
        team=allocation.team,
        outcome_type=allocation.outcome_type,
        practitioner=allocation.practitioner,
        team_manager=allocation.team_manager,
        auditor=allocation.auditor,
        auditors_head_of_service=allocation.auditors_head_of_service,
        moderator=allocation.moderator,
        head_of_service=allocation.head_of_service,
        iro_or_cp_chair=allocation.iro_or_cp_chair,
        restricted=allocation.restricted,
        services_involved=allocation.services_involved,
        earlier_audit=allocation.earlier_audit,
    )


def _about_an_audit(
    letter: SendLetter, found: Standing, around: Surroundings, lists: Council
) -> dict[str, object]:
    due = letter.due
    line = _line(found, lists)
    late = max(0, around.working.count_between(due.on, around.today)) if due else 0
    returned = found.latest_return
    # What has no place in the form is a word to the Audit Team (who was not copied), and to nobody else.
    problems = [text for text in returned.problems if ": " in text] if returned else []
    given_back = letter.rule.when in (Milestone.RECTIFICATION_ASKED, Milestone.SENT_BACK_BY_MODERATOR)
    if given_back and found.allocation.note:
        problems.insert(0, f"The audit as a whole: {found.allocation.note}")
    return {
        "audit": _seen_by_reader(found.allocation),
        "line_of_enquiry": line,
        "due": due,
        "days_late": late,
        "grade": found.grade,
        "auditor_grade": found.auditor_grade,
        "moderated_grade": found.moderated_grade,
        "returned_on": found.on(Milestone.AUDIT_RETURNED),
        "moderated_on": found.on(Milestone.MODERATED),
        "uopp_due": found.reached.get(Milestone.UOPP_DUE),
        "urgent_due": found.reached.get(Milestone.URGENT_ISSUES_DUE),
        "uopp_held_on": found.on(Milestone.UOPP_HELD),
        "grade_after_uopp": found.allocation.grade_after_uopp,
        "review_due": found.reached.get(Milestone.REVIEW_UOPP_DUE),
        "review_held_on": found.on(Milestone.REVIEW_UOPP_HELD),
        "six_week_due": found.reached.get(Milestone.SIX_WEEK_CHECK_DUE),
        "six_week_month": _month_of(found, Milestone.SIX_WEEK_CHECK_DUE),
        "checked_on": found.on(Milestone.SIX_WEEK_CHECKED),
        "drift": found.allocation.drift,
        "grade_at_six_weeks": found.allocation.grade_at_six_weeks,
        "improvement_due": found.reached.get(Milestone.IMPROVEMENT_DUE),
        "disagreed": _who_disagreed(found),
        "disputed_on": found.on(Milestone.DISPUTED),
        "decision_due": found.reached.get(Milestone.DECISION_DUE),
        "final_grade": found.allocation.final_grade,
        "problems": [
            _as_problem(without_identifiers(text, [found.allocation, *lists.allocations]))
            for text in problems or ([] if given_back else letter.notes)
        ],
        "given_back": given_back,
        "moderator_asks": letter.rule.when is Milestone.SENT_BACK_BY_MODERATOR,
    }


def _line(found: Standing, lists: Council) -> str:
    """The line of enquiry of a dip sample: one of the cycle's, or what somebody wrote into the row."""
    line = line_of_enquiry(found.allocation, found.cycle)
    if not line or line in found.cycle.kloes:
        return line
    return without_identifiers(line, [found.allocation, *lists.allocations])


def _who_disagreed(found: Standing) -> list[Person]:
    """Who told by the button that they do not agree; nobody where the Audit Team entered it."""
    told = dict.fromkeys(r.by for r in found.history.reports if r.command is Command.DISAGREE)
    return [person_of(found.allocation, email) for email in told]


def _month_of(found: Standing, milestone: Milestone) -> int | None:
    """In which month of its cycle a date lies; the audit month is the first."""
    on, first = found.on(milestone), found.cycle.month_one
    return (on.year - first.year) * 12 + on.month - first.month + 1 if on and first else None


_REPLIES_TO_SEVERAL = (
    Command.ALREADY_SENT, Command.UOPP_HELD, Command.URGENT_ISSUES_DONE, Command.REVIEW_UOPP_HELD, Command.EXEMPT,
)  # fmt: skip


def _asked(part: SendLetter, lists: Council, around: Surroundings) -> SimpleNamespace:
    """One line of a letter that asks for several things."""
    due = part.due
    found = links(part, lists, around.today, around.keys, around.audit_team.address) if around.keys else {}
    ready = _ready(part, around)
    to_take_up = part.rule.due is Milestone.DIP_DUE and bool(part.rule.attach)
    return SimpleNamespace(
        reference=part.reference,
        ask=part.rule.ask,
        line_of_enquiry=_line(part.standing, lists) if part.standing else "",
        dip_sample=to_take_up,
        mosaic_number=_seen_by_reader(part.standing.allocation).mosaic_number
        if part.standing and to_take_up
        else "",
        due=due,
        days_late=max(0, around.working.count_between(due.on, around.today)) if due else 0,
        restricted=part.standing.allocation.restricted if part.standing else False,
        matters=[
            SimpleNamespace(
                what=matter.what,
                due=matter.due,
                late=max(0, around.working.count_between(matter.due.on, around.today)) if matter.due else 0,
            )
            for matter in part.matters
        ],
        who=_waited_for(part),
        why=due.why if due else "",
        row_link=_pages(part, around)["row_link"],
        **{
            command.word: found.get(command) if command in _answers(part) else None
            for command in _REPLIES_TO_SEVERAL
        },
        **{
            word: ready.get(word) if word == _SENT_BY.get(part.rule.due) else None
            for word in _SENT_BY.values()
        },
    )


_SENT_BY: Mapping[Milestone | None, str] = {each.due: each.word for each in MESSAGES if each.due}
"""What is due -> the word of the ready message that goes with it."""


def _waited_for(part: SendLetter) -> str:
    """The name of the person whose turn it is, for a Head of Service who is asked to help; else ""."""
    if part.standing is None:
        return ""
    a = part.standing.allocation
    person = a.moderator if part.rule.due is Milestone.MODERATION_DUE else a.auditor
    return person.name if person else ""


def _answers(part: SendLetter) -> tuple[Command, ...]:
    """The one reply that answers what is asked: a button for anything else would only confuse."""
    if part.matters:
        return tuple(matter.answer for matter in part.matters if matter.answer)
    if part.rule.asks_for_help:
        return (Command.EXEMPT,) if part.rule.due is Milestone.AUDIT_DUE else ()
    return tuple(command for command in Command if part.rule.when in command.button.answers)


def _about_a_month(letter: SendLetter, around: Surroundings) -> dict[str, object]:
    first = around.today.replace(day=1)
    return {"month": first - timedelta(1), "figures": scorecard(letter.cycle_standings, first)}


def _overview(standings: Sequence[Standing], around: Surroundings) -> SimpleNamespace:
    """How the audits of a cycle stand: how many in each state, and each that is late or waited for."""
    found = [s for s in standings if s.allocation.audit_type.is_moderated]
    states = Counter(status_of(s, around.today) for s in found)
    lines = []
    for s in sorted(found, key=lambda s: s.allocation.reference):
        status = status_of(s, around.today)
        due = s.reached.get(WAITED_FOR[status]) if status in WAITED_FOR else None
        if due and due.on < around.today:
            lines.append(
                SimpleNamespace(
                    audit=_seen_by_reader(s.allocation),
                    status=status.value,
                    next_step=next_for_people(s, status),
                    due=due,
                )
            )
    return SimpleNamespace(
        states=[(status.value, states[status]) for status in Status if states[status]],
        late=lines,
    )


def _as_problem(text: str) -> Problem:
    where, _, what = text.partition(": ")
    return Problem(where if what else "The form", what or where)


def _about_a_cycle(letter: SendLetter, lists: Council, around: Surroundings) -> dict[str, object]:
    cycle = letter.cycle
    standings = [s for s in letter.cycle_standings if not s.allocation.left_out]
    drawn = sample(cycle, letter.cycle_standings)
    number = counts(cycle, lists.allocations)
    dips = Counter(
        line_of_enquiry(a, cycle) or "not said"
        for a in lists.allocations
        if a.cycle == cycle.name and a.audit_type is AuditType.DIP_SAMPLE and not a.left_out
    )
    return {
        "audits": [
            _seen_by_reader(s.allocation) for s in sorted(standings, key=lambda s: s.allocation.reference)
        ],
        "counts": SimpleNamespace(
            team_manager=number.team_manager,
            advanced_practitioner=number.advanced_practitioner,
            dip_samples=number.dip_samples,
            dips_by_kloe=sorted(dips.items()),
            dips_out=sum(
                s.allocation.audit_type is AuditType.DIP_SAMPLE and Milestone.DIP_COMPLETED not in s.reached
                for s in standings
            ),
        ),
        "due": letter.due,
        "overview": _overview(standings, around),
        "below_good": [
            _seen_by_reader(s.allocation)
            for s in standings
            if s.moderated_grade and s.grade and s.grade.below_good
        ],
        "sample": SimpleNamespace(
            drawn=[_seen_by_reader(s.allocation) for s in drawn.drawn],
            frame=len(drawn.frame),
            left_out=[SimpleNamespace(reference=reference, why=why) for reference, why in drawn.left_out],
        ),
        "problems": [Problem(cycle.name, line) for line in number.shortages()],
    }
