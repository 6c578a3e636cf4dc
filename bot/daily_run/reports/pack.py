"""The inspector's pack of one audit, from its selection to its re-audit: made on request, by a person, and logged.

It holds whole forms, so it is restricted as they are. Of a restricted record no file leaves the library. It tells what
people have had: a trial's letters are none, and stand in no pack.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.daily_run.kept import as_received, audits_folder
from bot.daily_run.look import as_council
from bot.daily_run.reports.making import REMEDY
from bot.daily_run.reports.templates import template_file, template_of
from bot.daily_run.workplace import Workplace
from bot.errors import FileChanged, RequestRefused, SettingsError, in_words
from bot.office.mail.letter_search import LetterSearch
from bot.papers.reports.pack_file import packed, seal_of
from bot.papers.reports.word_report import fill
from bot.papers.word.walk import NotWord
from bot.programme.events import Event, EventKind
from bot.programme.file_names import ending_of, safe_name
from bot.programme.history.history import History, history_of
from bot.programme.history.records_of_the_past import AuditHistory, LetterHistory, LetterState, Returned
from bot.programme.modes import Mode
from bot.programme.reports.audit_trail import (
    Document,
    Trail,
    by_their_parts,
    grades_given,
    related,
    trail_letters,
)
from bot.programme.reports.inspectors_pack import RESTRICTED, pack_report
from bot.programme.reports.kinds import Made
from bot.programme.reports.report import Report
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.council import Council
from bot.programme.standing.standing import standing
from bot.programme.standing.status import status_of
from bot.programme.telling.story import Step, story
from bot.programme.vocabulary import Allocation

_OF_LETTERS = frozenset(kind for kind in EventKind if kind.value.startswith("letter ")) - {
    EventKind.LETTER_BOUNCED
}


@dataclass(frozen=True, slots=True)
class Pack:
    """`name` is that of its file, `seal` the hash of its list of hashes; `missing` is what it should hold and does
    not, a sentence each."""

    name: str
    data: bytes
    seal: str
    missing: tuple[str, ...]


def made_pack(workplace: Workplace, reference: str) -> Pack | None:
    """Everything there is about an audit and its re-audit, open cycle or closed; None when the list has no such audit.
    That it was made stands in the ledger before anybody has it. Raises AuditBotError."""
    workplace.say("Reading the list and the ledger")
    events = workplace.ledger.as_seen_in(Mode.LIVE)  # what a trial wrote was never sent
    history = history_of(events)
    workplace.keys.learn(history)
    lists = as_council(workplace.lists.read().council, history, workplace).council
    rows = related(lists.allocations, reference)
    asked = next((a for a in rows if a.reference.casefold() == reference.strip().casefold()), None)
    if asked is None:
        return None
    files: dict[str, bytes] = {}
    trails, stray = [], []
    for allocation in (asked, *(a for a in rows if a is not asked)):
        workplace.say(f"Fetching what there is about {allocation.reference}")
        if found := _standing(allocation, lists, history, workplace):
            trails.append(_trail(found, lists, events, history, workplace, files))
            stray += _unknown_files(allocation, found.past, workplace)
        else:
            stray.append(
                f"{allocation.reference} stands in no cycle of the list: nothing of it is in the pack."
            )
    if not trails:
        return None
    chain = workplace.ledger.verified()
    ledger = [f"{chain.in_words.partition(', seal')[0]}, seal {chain.seal}."]
    ledger += [f"The ledger is not what the bot wrote. {chain.fault}"] if chain.fault else []
    report = pack_report(trails, workplace.today, ledger, [*stray, *(ledger[1:])])
    index = safe_name(f"Audit trail of {asked.reference}.docx")
    data = packed({index: _index(report, workplace), **files}, workplace.today)
    seal = seal_of(io.BytesIO(data))
    key = f"{asked.item_id}#{workplace.clock().isoformat()}"
    made = workplace.event(EventKind.PACK_MADE, key, asked.item_id, reference=asked.reference, seal=seal)
    workplace.ledger.append([made])
    missing = report.lists["not in the pack"] if stray or _problems(trails) or chain.fault else ()
    return Pack(safe_name(f"{asked.reference} pack.zip"), data, seal, missing)


def _index(report: Report, workplace: Workplace) -> bytes:
    """Raises SettingsError when the template cannot be used: then no pack is made, and none is logged."""
    files = workplace.settings.files
    try:
        return fill(template_of(Made.PACK, files), report)
    except (NotWord, ValueError) as fault:
        file = template_file(Made.PACK, files)
        raise SettingsError(
            [f"{file}, the template of the pack, cannot be used: {fault}. {REMEDY}"]
        ) from fault


def _standing(a: Allocation, lists: Council, history: History, workplace: Workplace) -> Standing | None:
    cycle = next((c for c in lists.cycles if a.cycle in (c.name, c.item_id)), None)
    if cycle is None:
        return None
    basis = workplace.basis
    return standing(a, cycle, history, basis.rulebook, basis.working, workplace.today)


def _problems(trails: Sequence[Trail]) -> bool:
    return any(document.problem for trail in trails for document in trail.documents)


def _trail(
    found: Standing,
    lists: Council,
    events: Sequence[Event],
    history: History,
    workplace: Workplace,
    files: dict[str, bytes],
) -> Trail:
    """One audit's part of the pack; its documents are put to the `files`."""
    allocation, book, today = found.allocation, workplace.basis.rulebook, workplace.today
    told = story(found, [e for e in events if e.kind not in _OF_LETTERS], history, book, today)
    came = [Step(f.file.on, f"The {f.record.kind.value} came back.") for f in found.past.records]
    past = sorted([*told.past, *came], key=lambda step: step.on)
    letters = [
        history.letters[key]
        for key in history.keys_about.get(allocation.item_id, ())
        if history.letters[key].gone or history.letters[key].state is LetterState.HELD
    ]
    guide = {
        deadline.sets.value: f"§{deadline.guide}"
        for deadline in book.deadlines
        if deadline.after in found.reached and found.fits(deadline.conditions)
    }
    return Trail(
        found,
        status_of(found, today).value,
        by_their_parts(past, allocation, lists.roles, workplace.basis.audit_team),
        trail_letters(
            letters, _subjects(letters, workplace), allocation, lists.roles, workplace.basis.audit_team
        ),
        tuple(grades_given(found, events)),
        tuple(_documents(found, workplace, files)),
        guide,
    )


def _subjects(letters: Sequence[LetterHistory], workplace: Workplace) -> Mapping[str, str]:
    keys = list(dict.fromkeys(letter.carried_by or letter.key for letter in letters))
    search = LetterSearch(workplace.graph, workplace.mailbox, Mode.LIVE)
    return search.subjects(keys) if keys else {}


def _documents(found: Standing, workplace: Workplace, files: dict[str, bytes]) -> list[Document]:
    """Each file of an audit once, in the order in which they came."""
    documents = []
    for file, part in _parts(found.past):
        what = f"“{file.name}” of {found.allocation.reference}"
        if found.allocation.restricted:
            documents.append(Document(part, file.on, file.sha256, "", RESTRICTED))
            continue
        try:
            data = as_received(file, found.allocation, workplace)
        except (FileChanged, RequestRefused) as fault:
            why = in_words(fault)
            problem = f"{why}." if isinstance(fault, FileChanged) else f"{what} could not be put in: {why}."
            documents.append(Document(part, file.on, file.sha256, "", problem))
            continue
        ending = ending_of(file.name) or ".docx"
        name = safe_name(f"{len(files) + 1:02} {found.allocation.reference} {part}{ending}")
        place = "/".join(("documents", name))
        files[place] = data
        documents.append(Document(part, file.on, file.sha256, place))
    return documents


def _parts(past: AuditHistory) -> list[tuple[Returned, str]]:
    """Each file with what it is; one that carried two parts is both."""
    taken = [(file, "auditor's part") for file in past.returns]
    taken += [(file, "moderator's part") for file in past.moderations]
    taken += [(filed.file, filed.record.kind.value) for filed in past.records]
    parts: dict[str, list[str]] = {}
    files: dict[str, Returned] = {}
    for file, part in taken:
        if file.taken_over:
            continue
        parts.setdefault(file.sha256, []).append(part)
        files.setdefault(file.sha256, file)
    return [
        (file, " and ".join(dict.fromkeys(parts[sha])))
        for sha, file in sorted(files.items(), key=lambda each: each[1].at)
    ]


def _unknown_files(allocation: Allocation, past: AuditHistory, workplace: Workplace) -> list[str]:
    """What lies in the audit's folder and did not come through the bot: a person looks whether it belongs to it."""
    known = {file.file for file in past.files} | {file.name for file in past.files}
    where = audits_folder(workplace.settings.library_folder, allocation)
    stray = [f for f in workplace.library.inside(where) if f.id not in known and f.name not in known]
    if allocation.restricted and stray:
        return [
            f"{len(stray)} more lie in the folder of {allocation.reference} that the bot did not put there."
        ]
    return [
        f"“{file.name}” lies in the folder of {allocation.reference}; the bot did not put it there, and it is not in "
        "the pack."
        for file in stray
    ]
