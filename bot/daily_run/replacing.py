"""A replacement for what of an audit has fallen out: worked out from the cycle's proposal when the Audit Team asks for
it, shown to them, and entered on their word (§7, X30).

The proposal is a workbook in the library, beside the record of the cycle. Nothing of a child is in the ledger or in the
letter: a child is a code in the one, and a place of the reserve list in the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any

from bot.daily_run.apart import apart
from bot.daily_run.look import as_council
from bot.daily_run.plain_letter import to_the_team
from bot.daily_run.proposing import lists_to_propose_from, work_to_audit_again
from bot.daily_run.workplace import Workplace
from bot.errors import AuditBotError, SettingsError, in_words
from bot.office.isolated_reader import workbook_safely
from bot.office.library import KeptFile
from bot.office.mail.outgoing import OutgoingLetter
from bot.own_files import text_of
from bot.papers.importing import sheets_of
from bot.papers.letters.replacement_words import ProposedPart, ReplacementWords
from bot.papers.workbook_read import ReadBook
from bot.programme.allocating.earlier import drawn_before
from bot.programme.allocating.lost_columns import lost_columns
from bot.programme.allocating.not_read import not_read
from bot.programme.allocating.of_the_list import InTheList, in_the_list, of_another_cycle
from bot.programme.allocating.parts import Child, Part
from bot.programme.allocating.record import RESERVE
from bot.programme.allocating.replaced import Replacement, replacement
from bot.programme.allocating.rules_file import AllocationFile, allocation_file
from bot.programme.allocating.sheet_columns import COLUMNS
from bot.programme.allocating.sheet_lines import Book, Known, rows_of
from bot.programme.allocating.sheets_read import children, colleagues
from bot.programme.allocating.told_by_letter import notes_in_a_letter, unclear_in_a_letter, without_the_cell
from bot.programme.allocating.whole import month_of
from bot.programme.answers.team_words import TeamWord, matter_code, team_link
from bot.programme.events import Event, EventKind
from bot.programme.history.history import History
from bot.programme.history.replacements import Asked, EnteredRow, Offered
from bot.programme.importing.entries import kind_of, next_reference
from bot.programme.importing.sheets import shown
from bot.programme.independence import Independence
from bot.programme.messages.matter_kind import Place
from bot.programme.standing.council import Council, ever
from bot.programme.standing.reported_by_reply import as_reported
from bot.programme.standing.vacancies import may_be_away, vacancies
from bot.programme.telling.matters import Matter, Press
from bot.programme.telling.to_replace import of_whom, vacancy_code
from bot.programme.vocabulary import Allocation, AuditType, Cycle, Person, Problem, Vacant

REPLACEMENT = "replacement proposed"
"""The name under which such a letter stands in the ledger."""
ANSWERED_FOR = timedelta(days=7)
"""So long a letter that did not leave is tried again."""
FILLED = "Nothing is vacant there any more: the row was filled, the work came back, or an absence is over"
CHANGED = "what would be proposed had changed since; press “Propose a replacement” in the next digest"


class NotProposed(AuditBotError):
    """Says why nothing can be proposed, in sentences."""

    def __init__(self, says: Iterable[str]) -> None:
        self.says = tuple(says)
        super().__init__(" ".join(self.says))


@dataclass(frozen=True, slots=True)
class Source:
    """What a replacement is worked out from."""

    file: KeptFile | None
    rules: AllocationFile
    listed: InTheList
    children: tuple[Child, ...]
    seed: str
    drawn: frozenset[str]
    order: Mapping[str, str] = field(default_factory=dict)
    """By the number of a child, its “Order” in the workbook's sheet “Reserve list”."""
    away: frozenset[Person] = frozenset()
    """Who answered automatically of late, so that nobody is proposed whose place is vacant the next morning."""
    notes: tuple[str, ...] = ()
    """What was noted in reading the sheets."""

    def number_of(self, row: Allocation) -> str:
        return next(n for n, a in self.listed.rows.items() if a.item_id == row.item_id)

    def may_come(self, row: Allocation) -> tuple[Child, ...]:
        """The children who may come in the place of a row's: for a re-audit other work below Good (§15)."""
        return self.listed.again if row.audit_type is AuditType.RE_AUDIT else self.children


def proposal_place(cycle: str, workplace: Workplace) -> tuple[str, ...]:
    """Where the proposal of a cycle lies: beside the record of the cycle, for the same eyes."""
    folder = workplace.settings.library_folder.split("/")
    return (*folder, cycle, f"Proposal of the allocation – {cycle}.xlsx")


def proposal_kept(cycle: str, data: bytes, workplace: Workplace) -> KeptFile:
    """Put it there; one that is there becomes an earlier version. Raises AuditBotError."""
    place = proposal_place(cycle, workplace)
    there = workplace.library.look(place)
    return workplace.library.replace(there, data) if there else workplace.library.store(place, data)


def cycles_with_a_proposal(
    problems: Iterable[Problem], lists: Council, workplace: Workplace
) -> frozenset[str] | None:
    """Of the cycles in which something is vacant, those whose proposal lies in the library; None where it cannot be
    asked."""
    names = {a.reference: a.cycle for a in lists.allocations}
    those = {names.get(p.where.rpartition(", ")[2], "") for p in problems if p.vacant} - {""}
    if workplace.settings.children_list and workplace.settings.auditors_list:
        return frozenset(those)
    try:
        return frozenset(
            c for c in sorted(those) if workplace.library.look(proposal_place(c, workplace)) is not None
        )
    except AuditBotError:
        return None


# ------------------------------------------------------------------------------------------------- asked


def asked_for(
    matter: str, by: str, message: str, lists: Council, history: History, workplace: Workplace
) -> Event | str:
    """What is remembered of “Propose a replacement”; or why nothing follows."""
    for a, _ in _open_rows(lists):
        told = as_reported(a, history)
        for vacant in vacancies(told, history.audit(a.item_id), workplace.today, history.away, lists.roles):
            if matter not in {vacancy_code(keys, told, vacant) for keys in ever(workplace.basis.keys)}:
                continue
            of = of_whom(told, vacant)
            entered = history.replacements.in_place_of(a.item_id, vacant, of)
            if entered and not _vacant_anew(a.item_id, entered, history, workplace):
                return f"a replacement had been entered: {entered.says}"
            struck = history.replacements.struck(a.item_id, vacant)
            return _asked(a, vacant, of, struck, by, message, workplace)
    return "the row was gone, was filled again, or its cycle was closed"


def _vacant_anew(item_id: str, entered: EnteredRow, history: History, workplace: Workplace) -> bool:
    """Whether what was entered stands no longer, by the list as it is now: a word before this one in the same look may
    have written it."""
    lists = as_council(workplace.lists.read().council, history, workplace).council
    if entered.vacant is Vacant.CHILD:
        return entered.row not in {a.item_id for a in lists.allocations}
    told = next((as_reported(a, history) for a in lists.allocations if a.item_id == item_id), None)
    if told is None or of_whom(told, entered.vacant) != entered.of:
        return False
    return entered.vacant in vacancies(
        told, history.audit(item_id), workplace.today, history.away, lists.roles
    )


def another_asked_for(
    offered: Offered, by: str, message: str, workplace: Workplace, history: History
) -> Event:
    """What is remembered of “Another”: who was proposed is struck out for this place."""
    asked, out = offered.asked, _struck_out_by_another(offered)
    struck = tuple(dict.fromkeys((*history.replacements.struck(asked.item_id, asked.vacant), out)))
    return workplace.event(
        EventKind.REPLACEMENT_ASKED, message, asked.item_id, vacant=asked.vacant.value, of=asked.of,
        struck=[each for each in struck if each], mode=workplace.ledger.mode.value, by=by,
    )  # fmt: skip


def _struck_out_by_another(offered: Offered) -> str:
    """Who is not proposed for the place again: the child's code, or an address."""
    return offered.child or (
        offered.moderator if offered.asked.vacant is Vacant.MODERATOR else offered.auditor
    )


def _asked(
    a: Allocation, vacant: Vacant, of: str, struck: Sequence[str], by: str, message: str, workplace: Workplace
) -> Event:
    return workplace.event(
        EventKind.REPLACEMENT_ASKED, message, a.item_id, vacant=vacant.value, of=of, struck=[*struck],
        mode=workplace.ledger.mode.value, by=by,
    )  # fmt: skip


def _open_rows(lists: Council) -> Iterable[tuple[Allocation, Cycle]]:
    cycles = {c.name: c for c in lists.cycles if c.open}
    return [(a, cycles[a.cycle]) for a in lists.allocations if a.cycle in cycles]


# ---------------------------------------------------------------------------------------------- proposed


def replacements(
    workplace: Workplace, lists: Council, history: History, problems: list[Problem]
) -> list[tuple[Event | None, OutgoingLetter]]:
    """The letters with what was asked for and not answered yet, each with what is remembered before it leaves. One that
    cannot be worked out keeps no other waiting: it is told in `problems`, and tried again."""

    def answers(asked: Asked) -> Iterable[tuple[Event | None, OutgoingLetter]]:
        recent = workplace.today - asked.on <= ANSWERED_FOR and asked.mode == workplace.ledger.mode.value
        if recent and not history.spoken_for(_key(asked, workplace)) and (row := _row_of(asked, lists)):
            yield _answer(asked, *row, lists, history, workplace)

    those = [*history.replacements.asked.values()]
    return [each for asked in those for each in apart("A replacement", partial(answers, asked), problems)]


def _row_of(asked: Asked, lists: Council) -> tuple[Allocation, Cycle] | None:
    return next((row for row in _open_rows(lists) if row[0].item_id == asked.item_id), None)


def _key(asked: Asked, workplace: Workplace) -> str:
    return workplace.basis.keys((REPLACEMENT, asked.key))


def _answer(
    asked: Asked, row: Allocation, cycle: Cycle, lists: Council, history: History, workplace: Workplace
) -> tuple[Event | None, OutgoingLetter]:
    told = as_reported(row, history)
    why = vacancies(told, history.audit(row.item_id), workplace.today, history.away, lists.roles)
    words = ReplacementWords(
        workplace.surroundings(), row.reference, asked.vacant.value,
        why.get(asked.vacant, FILLED), struck=len(asked.struck),
    )  # fmt: skip
    if asked.vacant not in why:
        return None, _letter(asked, words, row, workplace)
    try:
        source = source_of(cycle, lists, history, workplace)
        found = _worked_out(asked, told, source, workplace)
    except NotProposed as fault:
        return None, _letter(asked, replace(words, short=fault.says), row, workplace)
    offered = _offered(asked, told, found, workplace)
    words = _with_what_was_found(words, told, found, offered, source, workplace)
    event = workplace.event(
        EventKind.REPLACEMENT_PROPOSED, f"{asked.key}#{offered.code}", asked.item_id, asked=asked.key,
        code=offered.code, row=offered.row, child=offered.child, auditor=offered.auditor,
        moderator=offered.moderator,
    )  # fmt: skip
    return event, _letter(asked, words, row, workplace)


def source_of(cycle: Cycle, lists: Council, history: History, workplace: Workplace) -> Source:
    """The proposal of a cycle with the list as it stands. Raises NotProposed."""
    place = proposal_place(cycle.name, workplace)
    try:
        file = workplace.library.look(place)
        data = workplace.library.fetch(file.id) if file else b""
        sheets = lists_to_propose_from(workplace)
        allocation = workplace.settings.files.allocation
        rules = allocation_file(text_of(allocation), str(allocation))
    except SettingsError as fault:
        raise NotProposed(fault.for_letters) from fault
    except AuditBotError as fault:
        raise NotProposed([f"The proposal of the cycle could not be had: {in_words(fault)}."]) from fault
    if file is None and len(sheets) < len(COLUMNS):
        raise NotProposed([f"There is no proposal of the cycle in the library any more ({place[-1]})."])
    if file:
        read = workbook_safely(data)
        if not isinstance(read, ReadBook):
            raise NotProposed([f"{place[-1]} cannot be read: {read.reason}"])
        sheets = {**{sheet.name: sheet for sheet in sheets_of(read)}, **sheets}
    book = Book(sheets, workplace.today)
    said, seed, drawn = drawn_before(book)
    if why := of_another_cycle(said, drawn, cycle.name, lists.allocations, entered=True):
        raise NotProposed([f"{place[-1]} cannot be used: {why}"])
    register = colleagues(book, rules)
    frame = children(book, register)
    lost_columns(book)
    not_read(book)
    if book.faults:
        more = [f"And {len(book.faults) - 3} more."] if len(book.faults) > 3 else []
        first = f"{place[-1] if file else 'What stands in the lists'} has to be put right first."
        raise NotProposed([first, *map(without_the_cell, book.faults[:3]), *more])
    rows = [as_reported(a, history) for a in lists.allocations]
    known = Known((c.person for c in register), book)
    again = work_to_audit_again(cycle, lists, workplace)
    listed = in_the_list(
        cycle, lists.cycles, rows, frame, register, known, rules.rules.kinds, again, lists.roles,
        max(workplace.today, cycle.month_one or workplace.today),
    )  # fmt: skip
    order = {shown(row[1]): shown(row[0]) for row in rows_of(book, RESERVE)[1:] if len(row) > 1}
    away = frozenset(
        Person(email, email) for email, (on, _) in history.away.items() if may_be_away(on, workplace.today)
    )
    return Source(file, rules, listed, frame, seed or cycle.name, drawn, order, away, tuple(book.notes))


def _worked_out(asked: Asked, row: Allocation, source: Source, workplace: Workplace) -> Replacement:
    if row.audit_type not in source.rules.rules.kinds:
        raise NotProposed([f"config/allocation.toml says nothing of audits of the type “{row.audit_type}”."])
    first = max(workplace.today, source.listed.cycle.month_one or workplace.today)
    struck = {Person(email, email) for email in asked.struck if "@" in email} | source.away
    out = {c.number for c in source.may_come(row) if _codes(c.number, workplace) & {*asked.struck}}
    return replacement(
        source.number_of(row), asked.vacant, struck, out, source.listed, source.children, source.rules.rules,
        month_of(first, workplace.basis.working, source.rules.audits_due), source.seed, source.drawn,
    )  # fmt: skip


def _codes(number: str, workplace: Workplace) -> frozenset[str]:
    return frozenset(keys(("child of a replacement", number))[:16] for keys in ever(workplace.basis.keys))


def _row_code(a: Allocation, workplace: Workplace) -> str:
    """A code of all that people wrote in a row."""
    return workplace.basis.keys(("row as it stood", repr(replace(a, etag="", written={}, reported=()))))[:16]


def _offered(asked: Asked, row: Allocation, found: Replacement, workplace: Workplace) -> Offered:
    new = {why.part: why.who.email for why in found.why if why.who}
    complete = not found.shortages and found.child is not None and bool(new)
    comes = found.child.number if found.place and found.child else ""
    child = workplace.basis.keys(("child of a replacement", comes))[:16] if comes else ""
    auditor, moderator = (new.get(part, "") for part in Part) if complete else ("", "")
    code = matter_code(workplace.basis.keys, REPLACEMENT, asked.key, child, auditor, moderator)
    return Offered(
        asked,
        code,
        _row_code(row, workplace),
        child,
        auditor,
        moderator,
    )


def _with_what_was_found(
    words: ReplacementWords,
    row: Allocation,
    found: Replacement,
    offered: Offered,
    source: Source,
    workplace: Workplace,
) -> ReplacementWords:
    short = [s.says for s in found.shortages]
    if found.child is None:
        short.append(
            "No other work that fell below Good in the cycle before is left to be audited again."
            if row.audit_type is AuditType.RE_AUDIT
            else "The reserve list of the cycle is empty: add children to the sheet “Children” of the workbook."
        )
    proposed = [
        ProposedPart(why.part.value, why.who.name, why.why, why.others, why.closed)
        for why in found.why
        if why.who
    ]
    ready = bool(proposed) and not short
    return replace(
        words,
        child=_child_in_words(found, source),
        proposed=proposed if ready else [],
        stays=_what_stays(row, found) if ready else "",
        short=[
            *short,
            *unclear_in_a_letter(*found.unclear),
            *notes_in_a_letter([*source.listed.notes, *source.notes]),
        ],
        enter=_press(TeamWord.ENTER_REPLACEMENT, offered, row, workplace) if ready else (),
        another=_press(TeamWord.ANOTHER, offered, row, workplace) if ready or found.place else (),
        workbook=_link_to(source.file),
    )  # fmt: skip


def _press(word: TeamWord, offered: Offered, row: Allocation, workplace: Workplace) -> tuple[Press, ...]:
    keys, mailbox = workplace.basis.keys, workplace.settings.mailbox
    return (Press(word.wording.says, team_link(word, offered.code, row.reference, keys, mailbox)),)


def _link_to(file: KeptFile | None) -> tuple[Press, ...]:
    return (Press("Open the workbook", file.url),) if file and file.url.startswith("https://") else ()


def _child_in_words(found: Replacement, source: Source) -> str:
    if not found.place or found.child is None:
        return ""
    c = found.child
    where = ", ".join(filter(None, (c.service, c.team, c.outcome_type)))
    enter = "Name, date of birth and ethnicity you enter in the new row yourselves."
    if c.audit_type is AuditType.RE_AUDIT:
        return (
            f"The work of {c.earlier_audit} comes ({where}), which fell below Good and is not to be audited again "
            f"yet: the next by lot, which follows from its cycle's name. {enter}"
        )
    order = source.order.get(c.number, "")
    which = f" Who it is: “Order” {order} of the workbook's sheet “{RESERVE}”." if order else ""
    return (
        f"The next child of the reserve list comes ({where}); the draw was "
        f"made with the seed “{source.seed}”.{which} {enter}"
    )


def _what_stays(row: Allocation, found: Replacement) -> str:
    new = {why.part for why in found.why}
    stay = [f"{who.name} as {part.value}" for part in Part if part not in new and (who := found.person(part))]
    child = [] if found.place else ["the child"]
    held = ", ".join([*child, *stay])
    return f"{held[:1].upper()}{held[1:]}, and every other row." if held else "Every other row."


def _letter(asked: Asked, words: ReplacementWords, row: Allocation, workplace: Workplace) -> OutgoingLetter:
    who = "; ".join([*(f"{p.who} as {p.part}" for p in words.proposed), *words.short])
    plain = Matter(  # where the letter's own file cannot be used
        Place.CAN_WAIT, row.reference, f"{words.fell_out}. {who}", "", "the Audit Team", workplace.today, "", "",
        (*words.enter, *words.another, *words.workbook),
    )  # fmt: skip
    given = {"needs_a_person": (plain,), **words.given()}
    text = to_the_team(workplace.papers.letters, "00_replacement_proposed", given)
    return OutgoingLetter(
        key=_key(asked, workplace),
        about="digest",
        letter="00_replacement_proposed",
        rule=REPLACEMENT,
        occasion=asked.key,
        subject=text.subject,
        html=text.html,
        to=(workplace.basis.audit_team,),
        audit=row.reference,
        due=workplace.today,
        why="one of you asked for it",
    )


# ----------------------------------------------------------------------------------------------- entered


def entered(
    offered: Offered, by: str, message: str, history: History, workplace: Workplace
) -> list[Event] | str:
    """Write a replacement into the list as it stands now, and what is remembered of it; or why nothing was written.
    What a run wrote that was stopped in between is found again. Raises AuditBotError."""
    asked = offered.asked
    lists = as_council(workplace.lists.read().council, history, workplace).council
    if before := history.replacements.in_place_of(asked.item_id, asked.vacant, asked.of):
        return f"a replacement had been entered: {before.says}"
    if _struck_out_by_another(offered) in history.replacements.struck(asked.item_id, asked.vacant):
        return "who was proposed had been struck out since; answer the latest letter"
    row = _row_of(asked, lists)
    if row is None:
        return "the row was deleted, or its cycle was closed"
    a, cycle = row
    try:
        source = source_of(cycle, lists, history, workplace)
    except NotProposed as fault:
        return f"the proposal could not be used ({fault.says[0].rstrip('.')})"
    change = _another_child if asked.vacant is Vacant.CHILD else _other_people
    done = change(offered, a, cycle, source, lists, history, workplace)
    if isinstance(done, str):
        return done
    item_id, says, to_confirm = done
    about = f"Audit allocations, {a.reference}"
    return [
        workplace.event(
            EventKind.REPLACEMENT_ENTERED, message, a.item_id, vacant=asked.vacant.value, of=asked.of, row=item_id,
            code=offered.code, says=says, to_confirm=to_confirm, by=by,
        ),
        workplace.event(EventKind.TOLD, f"{message}#entered", a.item_id, where=about, what=says, note=True),
    ]  # fmt: skip


_Done = tuple[str, str, bool] | str
"""The row, a sentence, and whether the row that was there is to be confirmed anew; or why nothing was written."""


def _other_people(
    offered: Offered,
    a: Allocation,
    cycle: Cycle,
    source: Source,
    lists: Council,
    history: History,
    workplace: Workplace,
) -> _Done:
    people = {c.person.email: c for c in source.listed.register}
    values: dict[str, Any] = {}
    for word, email in (("auditor", offered.auditor), ("moderator", offered.moderator)):
        if email:
            if email not in people:
                return "who was proposed stands in the workbook no more"
            values[word] = people[email].person
    to_confirm = bool(offered.auditor) or not a.written.get("audit_sent_on")
    named = " and ".join(f"{who.name} is its {word}" for word, who in values.items())
    former = f" instead of {before.name}" if (before := _former(a, offered)) else ""
    says = f"{named}{former}, entered on your word"
    says += "; its Head of Service is asked to confirm it." if to_confirm else "; the audit was out already."
    if former and a.written.get("audit_sent_on"):
        says += " Please tell whoever had the part, and those who were told their name: the bot writes to none of them."
    who_comes = tuple(values)
    if _entered_by_us(a, values, to_confirm=to_confirm):
        return a.row_id or a.item_id, says, to_confirm  # by a run that was stopped before it could say so
    told = as_reported(a, history)
    if _row_code(told, workplace) != offered.row:
        return (
            "somebody had changed the row since, and nothing was written; press once more in the next digest"
        )
    past, vacant = history.audit(a.item_id), offered.asked.vacant
    if vacant not in vacancies(told, past, workplace.today, history.away, lists.roles):
        return f"{FILLED[:1].lower()}{FILLED[1:]}"
    if _still_so(offered, told, source, workplace) is None:
        return CHANGED
    others = [x for x in lists.allocations if x.item_id != a.item_id]
    if why := _not_independent(replace(a, **values, exempted_by=None, exempted_on=None), others):
        return why
    if offered.auditor:
        head = people[offered.auditor].head_of_service
        values |= {"auditors_head_of_service": head if head and "@" in head.email else None}
        values |= {"exempted_by": None, "exempted_on": None}
    if to_confirm:
        values["confirmed_on"] = None
    entering = workplace.lists.entering()
    unknown = entering.unknown(values[word] for word in ("auditor", "moderator") if word in values)
    if unknown:
        return f"the site does not know {unknown[0].name}; let them open it once, and press again"
    if entering.unknown([values.get("auditors_head_of_service")]):
        values["auditors_head_of_service"] = None
    lacking = workplace.lists.lacking([word for word, value in values.items() if value is None])
    outcome = entering.changed(
        a.row_id or a.item_id, a.etag, {w: v for w, v in values.items() if w not in lacking}
    )
    if not outcome.item_id:  # its answer may have been lost, and the people be there
        now = as_council(workplace.lists.read().council, history, workplace).council
        there = _row_of(offered.asked, now)
        come = {word: values[word] for word in who_comes}
        if there and _entered_by_us(there[0], come, to_confirm=to_confirm):
            return a.row_id or a.item_id, says, to_confirm
        return (
            outcome.why or "somebody was editing the row at that moment, and nothing was written; press again"
        )
    return outcome.item_id, says, to_confirm


def _entered_by_us(a: Allocation, come: Mapping[str, Any], *, to_confirm: bool) -> bool:
    """Whether a row was written on the team's word by a run that was stopped before it could say so: what it writes
    empties the confirmation and the exemption as well, and a person who enters the same people by hand does not."""
    if (to_confirm and a.confirmed_on) or ("auditor" in come and a.exempted_on):
        return False
    return all(getattr(a, word) == who for word, who in come.items())


def _not_independent(new: Allocation, others: Iterable[Allocation]) -> str:
    """Why the list itself would stop a row, or "". It forgets nothing, as a proposal does after a year."""
    faults = Independence([*others, new]).faults(new)
    return f"it would not be independent by the list: {faults[0]}" if faults else ""


def _former(a: Allocation, offered: Offered) -> Person | None:
    return a.moderator if offered.asked.vacant is Vacant.MODERATOR else a.auditor


def _another_child(
    offered: Offered,
    a: Allocation,
    cycle: Cycle,
    source: Source,
    lists: Council,
    history: History,
    workplace: Workplace,
) -> _Done:
    child = next((c for c in source.may_come(a) if offered.child in _codes(c.number, workplace)), None)
    if child is None:
        return "the child stands in the workbook no more"
    there = [
        x for x in lists.allocations if x.cycle == cycle.name and x.mosaic_number.strip() == child.number
    ]
    if mine := next((x for x in there if _is_it(x, a, offered, history)), None):
        return mine.item_id, _in_place(mine.reference, a), False
    if there:
        return f"the child was in the list already, as {there[0].reference}"
    told = as_reported(a, history)
    if not (told.withdrawn or told.declared_invalid_on):
        return "the audit counts again, and nothing was written"
    found = _still_so(offered, told, source, workplace)
    if found is None:
        return CHANGED
    new = _new_row(a, child, found, source, lists, cycle)
    if why := _not_independent(new, lists.allocations):
        return why
    head = new.head_of_service
    if head and cycle.heads_of_service and head not in cycle.heads_of_service:
        return f"{head.name} is not among the Heads of Service of {cycle.name}, who confirm its rows"
    entering = workplace.lists.entering()
    if unknown := entering.unknown([new.auditor, new.moderator]):
        return f"the site does not know {unknown[0].name}; let them open it once, and press again"
    cells = _cells_of(new, entering.unknown)
    (outcome,) = entering.enter([cells])
    if not outcome.item_id:  # its answer may have been lost, and the row be there
        now = as_council(workplace.lists.read().council, history, workplace).council.allocations
        those = [x for x in now if (x.cycle, x.mosaic_number.strip()) == (cycle.name, child.number)]
        mine = next((x for x in those if _is_it(x, a, offered, history)), None)
        return (mine.item_id, _in_place(mine.reference, a), False) if mine else outcome.why
    return outcome.item_id, _in_place(new.reference, a), False


def _is_it(x: Allocation, a: Allocation, offered: Offered, history: History) -> bool:
    """Whether a row is the one that was proposed, and came in the place of no other audit."""
    if any(x.item_id == e.row for those in history.replacements.entered.values() for e in those):
        return False
    auditor = x.auditor.email if x.auditor else ""
    return kind_of(x.audit_type) == kind_of(a.audit_type) and auditor == offered.auditor and not x.left_out


def _in_place(reference: str, a: Allocation) -> str:
    done = f"{reference} was entered in place of {a.reference}, on your word"
    return f"{done}; its Head of Service is asked to confirm it."


def _new_row(
    a: Allocation, child: Child, found: Replacement, source: Source, lists: Council, cycle: Cycle
) -> Allocation:
    register = {c.person: c for c in source.listed.register}
    auditor = register.get(found.auditor) if found.auditor else None
    same = child.service == source.listed.children[source.number_of(a)].service
    taken = {x.reference.casefold() for x in lists.allocations} | {*lists.unusable}
    return Allocation(
        item_id="", etag="", reference=next_reference(cycle, lists.allocations, taken, ""), cycle=cycle.name,
        audit_type=a.audit_type, mosaic_number=child.number, outcome_type=child.outcome_type, team=child.team,
        practitioner=child.practitioner, team_manager=child.team_manager, auditor=found.auditor,
        auditors_head_of_service=auditor.head_of_service if auditor else None, moderator=found.moderator,
        head_of_service=child.head_of_service or (a.head_of_service if same else None),
        group_manager=child.group_manager or (a.group_manager if same else None),
        iro_or_cp_chair=child.iro_or_cp_chair, kloe=a.kloe,
        earlier_audit=child.earlier_audit if a.audit_type is AuditType.RE_AUDIT else "",
        restricted=any(x.restricted for x in lists.allocations if x.mosaic_number.strip() == child.number),
    )  # fmt: skip


def _cells_of(new: Allocation, unknown: Any) -> dict[str, Any]:
    """What is entered of it: people whom the site does not know are left empty, and told in the digest as ever."""
    words = (
        "reference", "cycle", "audit_type", "mosaic_number", "outcome_type", "team", "practitioner", "team_manager",
        "auditor", "auditors_head_of_service", "moderator", "head_of_service", "group_manager", "iro_or_cp_chair",
        "kloe", "earlier_audit", "restricted",
    )  # fmt: skip
    values = {word: getattr(new, word) for word in words}
    return {w: v for w, v in values.items() if v and not (isinstance(v, Person) and unknown([v]))}


def _still_so(offered: Offered, told: Allocation, source: Source, workplace: Workplace) -> Replacement | None:
    """What is proposed now, where it is the same as then."""
    try:
        found = _worked_out(offered.asked, told, source, workplace)
    except NotProposed:
        return None
    now = _offered(offered.asked, told, found, workplace)
    same = (now.child, now.auditor, now.moderator) == (offered.child, offered.auditor, offered.moderator)
    return found if same else None
