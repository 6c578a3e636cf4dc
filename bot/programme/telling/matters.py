"""What needs a person, each kind with its place, who can put it right and the one next step (§7, §10).

Children come first, then what blocks people, then what can wait. Everything the digest asks is one of these matters: a
held message, a held letter, a problem of the lists, a row that was deleted, a prompt about a form that was taken in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from bot.programme.answers.team_words import TeamWord, matter_code, matter_codes, team_link
from bot.programme.date_words import day_in_words, weekday
from bot.programme.history.history import History
from bot.programme.history.records_of_the_past import LetterHistory, LetterState, Question, Returned
from bot.programme.messages.held_reasons import REASONS, UNDELIVERED
from bot.programme.messages.matter_kind import Kind, Place
from bot.programme.messages.offers import Offer
from bot.programme.planning.kept_letters import ALERT_WAITS, LETTERS_WAIT
from bot.programme.rulebook.rules import called
from bot.programme.standing.council import Council, Keys
from bot.programme.standing.deleted_rows import ROW_GONE, ROW_OF_INADEQUATE_GONE
from bot.programme.standing.safety import CHILD
from bot.programme.standing.vacancies import TO_REPLACE
from bot.programme.telling.matter_words import (
    COLUMN_GONE,
    alike,
    by_their_cause,
    place_and_name,
    prompts_said,
    with_names,
)
from bot.programme.telling.to_replace import (
    HOW_TO_HAVE_ONE,
    button_to_propose,
    has_its_replacement,
    vacant_row,
)
from bot.programme.vocabulary import Problem
from bot.programme.working_days import WorkingDays

KEPT_BY_TRIAL = "an alert kept back by a trial"
YOUR_FILES, FILES_WAIT = "a file of the settings library", "a change in the settings library"
_LET_BE, _ACCEPTED = "Leave it as it is", "It has been seen to"
KINDS: Mapping[str, Kind] = {
    **{reason: reason.kind for reason in REASONS.values()},  # held messages, by their category
    # letters
    "a held letter": Kind(Place.BLOCKS, "a letter may or may not have gone out",
                          "Ask one of its readers whether it came, and say so here."),
    "a draft": Kind(Place.BLOCKS, "a letter is drafted for you to read and send",
                    "Read it in “Drafts for the Audit Team”, and send it from there or by this button."),
    "a letter that waits": Kind(Place.BLOCKS, "a letter cannot go out, or not to everybody",
                                "Do what is said here; a letter that still waits then goes by itself.",
                                settled=_LET_BE),
    ALERT_WAITS: Kind(Place.CHILDREN, "an alert of an Inadequate fell due before letters went out, and has not gone",
                      "Send it today, or say who takes it on."),
    LETTERS_WAIT: Kind(Place.BLOCKS, "letters had fallen due before letters went out to people",
                       "Say of each whether it goes: below, or in the list you were sent."),
    KEPT_BY_TRIAL: Kind(Place.CHILDREN, "an alert of an Inadequate is kept back by a trial",
                        "If the work is real, tell them yourselves today, in the way you always would.",
                        settled="They have been told"),
    # the lists
    CHILD: Kind(Place.CHILDREN, "the work is graded Inadequate, and something for the child has not been done",
                "Do it today; it leaves when the list says that it is done."),
    ROW_OF_INADEQUATE_GONE: Kind(Place.CHILDREN, "the row of an Inadequate was deleted, or cannot be used",
                                 "Restore it today from the recycle bin of the site, or put it right."),
    COLUMN_GONE: Kind(Place.BLOCKS, "a column of the list is gone, and rows wait because of it",
                      "Give the column its old name back, or ask whoever keeps the list to."),
    ROW_GONE: Kind(Place.BLOCKS, "a row was deleted while its audit is out",
                   "Restore it from the recycle bin of the site, or enter it again."),
    "a row that stops": Kind(Place.BLOCKS, "a row cannot be used as it is", "Put the row right."),
    "a row to look at": Kind(Place.CAN_WAIT, "something in a row is odd", "Put it right, or leave it as it is.",
                             settled=_LET_BE),
    TO_REPLACE: Kind(Place.CAN_WAIT, "a child or an auditor fell out, and nobody has come in their place",
                     "Name another yourselves, or have one proposed to you.", settled=_LET_BE),
    "to enter": Kind(Place.CAN_WAIT, "what people told stands in their messages, not yet in the list",
                     "Enter it in the list."),
    "roles": Kind(Place.BLOCKS, "something is wrong in “Audit roles”", "Put “Audit roles” right."),
    "cycle": Kind(Place.BLOCKS, "a cycle lacks something", "Put “Audit cycles” or its rows right."),
    # the rest
    "a prompt": Kind(Place.CAN_WAIT, "a form that was taken in leaves something to see to",
                     "Pass it on, or ask for what is missing.", settled=_ACCEPTED),
    "the mailbox": Kind(Place.BLOCKS, "a message could not be dealt with", "Do what stands beside it."),
    "told once": Kind(Place.CAN_WAIT, "something happened that you should know of",
                      "Nothing more, unless it asks for it: this is said once."),
    YOUR_FILES: Kind(Place.BLOCKS, "a file in the settings library cannot be used as it is",
                     "Mend it there; until then its last good version is used."),
    FILES_WAIT: Kind(Place.BLOCKS, "a change in the settings library waits for your word",
                     "Read the letter about it, and press “Yes, use it” there; or take the change back."),
    "anything else": Kind(Place.BLOCKS, "something does not work as it should", "Do what stands beside it."),
}  # fmt: skip
"""Every kind of thing that needs a person. The page for the Audit Team shows the same table."""


@dataclass(frozen=True, slots=True)
class Press:
    """A button or link: what it says, and what it opens (mailto: or https:)."""

    says: str
    opens: str


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing that needs a person. `age` is "since Tuesday, 3 working days"; `code` names it for ever."""

    place: Place
    where: str
    what: str
    step: str
    who: str
    since: date
    age: str
    code: str
    presses: tuple[Press, ...] = ()

    @property
    def about_a_child(self) -> bool:
        return self.place is Place.CHILDREN

    @property
    def blocks(self) -> bool:
        return self.place is Place.BLOCKS

    @property
    def can_wait(self) -> bool:
        return self.place is Place.CAN_WAIT


def matter_of_letter(letter: LetterHistory, keys: Keys) -> str:
    return matter_code(keys, "letter", letter.key)


@dataclass(frozen=True, slots=True)
class Around:
    """What matters are told with. `row` gives the address of a row by its list item id, "" where there is none;
    `names` are by address; `drafts` are the ids of the messages in “Drafts for the Audit Team”; `moved` says of held
    messages that a person has put elsewhere in which folder they lie now, "" for none;
    `proposed` are the cycles from whose proposal a replacement can be proposed, None where nobody has looked."""

    today: date
    working: WorkingDays
    keys: Keys
    mailbox: str
    names: Mapping[str, str]
    row: Callable[[str], str]
    drafts: Collection[str] = ()
    moved: Mapping[str, str] = field(default_factory=dict)
    trial: bool = False
    proposed: Collection[str] | None = None


_ONE_OF_ITS_KIND = (ROW_GONE, ROW_OF_INADEQUATE_GONE, LETTERS_WAIT)
"""One matter for each place, whatever number or day its words name from one morning to the next."""


def matters(
    council: Council, history: History, problems: Collection[Problem], told: Iterable[Problem], around: Around
) -> tuple[Matter, ...]:
    """Everything that needs a person, each once: children first, then what blocks people, then what can wait; the
    oldest of each first."""
    references = {a.item_id: a.reference for a in council.allocations}
    ids = {reference: item_id for item_id, reference in references.items()}
    ids |= {f"row {item_id}": item_id for item_id in council.unread}
    asked = {alike(q): q for q in reversed(history.open_questions())}  # of those that are alike, the first
    found = [of_question(q, references, around) for q in asked.values()]
    found += [
        of_letter(letter, history, around)
        for letter in history.letters.values()
        if letter.state is LetterState.HELD and not letter.carried_by and letter.key not in history.settled
        if letter.rule not in OURS
    ]
    once = list(dict.fromkeys(told))
    found += [
        _of_draft(letter, around)
        for letter in history.letters.values()
        if letter.state is LetterState.LEFT_AS_DRAFT
        and letter.draft in around.drafts
        and letter.key not in history.settled
    ]
    if around.trial:
        found += [
            _of_kept_alert(letter, around)
            for letter in history.letters.values()
            if letter.gone and letter.rule.startswith(ALERT) and not (letter.carried_by or letter.of_live)
            if not matter_codes(around.keys, "letter", letter.key) & history.settled
        ]
    for problem in by_their_cause([*problems, *once]):
        if has_its_replacement(problem, ids.get(problem.where.partition(", ")[2], ""), references, history):
            continue
        words = problem.kind if problem.kind in _ONE_OF_ITS_KIND else problem.what
        code = matter_code(around.keys, "told", problem.where, words)
        if not matter_codes(around.keys, "told", problem.where, words) & history.settled:
            kind = "told once" if problem in once else kind_of_problem(problem)
            found.append(_of_problem(problem, kind, code, council, ids, history, around))
    found += _prompts(council, history, around)
    return tuple(sorted(found, key=lambda m: (m.place, m.since, m.where, m.what)))


def kind_of_problem(problem: Problem) -> str:
    """The kind of a problem the lists or the letters have; its maker says it, or the place it names."""
    if problem.kind:
        return problem.kind
    where, what = problem.where, problem.what
    if what.startswith("Please enter “"):
        return "to enter"
    if where.startswith("Audit allocations"):
        stops = "Nothing goes out" in what or "not acted on" in what or "is empty" in what
        return "a row that stops" if stops else "a row to look at"
    if where.startswith("Audit roles"):
        return "roles"
    if where.startswith("Audit cycles"):
        return "cycle"
    if where == "The shared mailbox":
        return "the mailbox"
    return "a letter that waits" if "," in where else "anything else"


def age(since: date, today: date, working: WorkingDays) -> str:
    """ "new today", or "since Tuesday, 3 working days"."""
    if since >= today:
        return "new today"
    days = max(working.count_between(since, today), 1)
    day = weekday(since) if (today - since).days < 7 else day_in_words(since)
    return f"since {day}, {days} working day{'' if days == 1 else 's'}"


def of_question(question: Question, references: Mapping[str, str], around: Around) -> Matter:
    """A held message as a matter. `references` are by list item id."""
    kind = KINDS.get(question.category) or KINDS["anything else"]
    code = matter_code(around.keys, "question", question.key)
    about = references.get(question.about, "")
    place = Place.CHILDREN if question.may_be_inadequate else kind.place
    step = kind.step
    if question.may_be_inadequate:
        step = f"It may hold an Inadequate: look at it today. {step}"
    presses = [_offered(offer, n, code, about, around) for n, offer in enumerate(question.offers, 1)]
    sender = around.names.get(question.sender, question.sender)
    what, quote, wrote = question.reason.partition("They wrote")
    what = f"{with_names(what, around.names)}{quote}{wrote}"
    for said in (kind.step, *_SAID_BY_THE_STEP):
        what = what.replace(said, "").strip()
    if question.category != UNDELIVERED and sender not in what.partition("They wrote")[0]:
        what = f"{'In the name of' if question.doubt else 'From'} {sender or 'nobody'}: {what}"
    return _matter(
        place, about or "No audit certain", what, step, kind, question.on, code,
        presses, question.about if about else "", around,
        in_folder=around.moved.get(question.message, question.place or "Please look at"),
    )  # fmt: skip


_SAID_BY_THE_STEP = (
    "Read it and answer; what is agreed goes into the list.",
    "Put the row right, or the address.",
)
"""What a reason asks for that its step asks for too."""


def _offered(offer: Offer, n: int, code: str, about: str, around: Around) -> Press:
    word = TeamWord(offer.word)
    return Press(offer.says, team_link(word, code, about or "a message", around.keys, around.mailbox, str(n)))


_OF_A_CHILD = re.compile("inadequate|urgent|safety")
"""In the names of the rules whose letters an Inadequate calls for."""


def of_letter(letter: LetterHistory, history: History, around: Around) -> Matter:
    """A letter of which it is not certain whether it went, as a matter."""
    kind = KINDS["a held letter"]
    code = matter_of_letter(letter, around.keys)
    names = ", ".join(around.names.get(address, address) for address in letter.to)
    name = letter.audit or "a letter"
    rules = [letter.rule, *(history.letters[key].rule for key in letter.covers)]
    child = any(map(_OF_A_CHILD.search, rules))
    words = [(TeamWord.ARRIVED, "It has arrived"), (TeamWord.NEVER, "Do not send it")]
    if "still lies in the folder" in letter.reason:
        words.insert(1, (TeamWord.SEND_DRAFT, "It has not: send the draft"))
    presses = [Press(says, team_link(w, code, name, around.keys, around.mailbox)) for w, says in words]
    reason = letter.reason.partition(": please ask whether it arrived")[0].rstrip(".")
    what = f"“{called(letter.rule)}” to {names} was not sent, or not surely: {reason}."
    place = Place.CHILDREN if child else kind.place
    return _matter(
        place, letter.audit or "Letters", what, kind.step, kind, letter.on, code, presses, "", around
    )


OURS = ("daily digest", "run stopped")
"""Letters to the Audit Team alone that a later digest makes needless; nobody is asked whether an old one came."""
ALERT = "inadequate alert"
"""How the names of the rules begin that alert the five people."""


def _of_kept_alert(letter: LetterHistory, around: Around) -> Matter:
    kind = KINDS[KEPT_BY_TRIAL]
    names = ", ".join(around.names.get(address, address) for address in letter.to)
    what = f"The work is graded Inadequate, and the trial has kept its alert back: {names} have not had it."
    return _matter(kind.place, letter.audit or "Letters", what, kind.step, kind, letter.on,
                   matter_of_letter(letter, around.keys), [], letter.about, around)  # fmt: skip


def _of_draft(letter: LetterHistory, around: Around) -> Matter:
    kind, code = KINDS["a draft"], matter_of_letter(letter, around.keys)
    names = ", ".join(around.names.get(address, address) for address in letter.to)
    presses = [
        Press(says, team_link(word, code, letter.audit or "a letter", around.keys, around.mailbox))
        for word, says in (
            (TeamWord.SEND_DRAFT, "Send it as it lies there"),
            (TeamWord.NEVER, "Do not send it"),
        )
    ]
    what = f"“{called(letter.rule)}” to {names} is drafted: {letter.why}."
    return _matter(kind.place, letter.audit or "Letters", what, kind.step, kind, letter.on, code, presses,
                   letter.about if letter.about.isdigit() else "", around)  # fmt: skip


def _of_problem(
    problem: Problem, kind: str, code: str, council: Council, ids: Mapping[str, str], history: History, around: Around
) -> Matter:  # fmt: skip
    known = KINDS[kind]
    letter, name = place_and_name(problem.where, {*ids, *(cycle.name for cycle in council.cycles)})
    what, place = problem.what, known.place
    if kind == "a letter that waits":
        what = f"“{letter}”: {what}"
        if _OF_A_CHILD.search(letter.casefold()):  # nobody may leave that as it is
            place, known = Place.CHILDREN, replace(known, settled="")
    since, step, presses = history.first_told.get(code, around.today), known.step, list[Press]()
    a = vacant_row(problem, ids.get(name, ""), council, history, around.today)
    if a and problem.vacant and around.proposed is not None:
        if a.cycle in around.proposed:
            presses = [Press(*button_to_propose(a, problem.vacant, history, around.keys, around.mailbox))]
        elif kind == TO_REPLACE:
            step = f"{step} {HOW_TO_HAVE_ONE}"
    return _matter(
        place, name or problem.where, what, step, known, since, code, presses, ids.get(name, ""), around,
        who=problem.who,
    )  # fmt: skip


def _prompts(council: Council, history: History, around: Around) -> Iterable[Matter]:
    """What a form that was taken in leaves to see to, until it is settled or another comes in its place (§7)."""
    open_cycles = {cycle.name for cycle in council.cycles if cycle.open}
    kind = KINDS["a prompt"]
    for a in council.allocations:
        past = history.audits.get(a.item_id)
        if past is None or a.cycle not in open_cycles or a.left_out:
            continue
        for part, files in (("auditor's part", past.returns), ("moderator's part", past.moderations)):
            latest: Returned | None = files[-1] if files else None
            before = past.returns[-1].problems if files is past.moderations and past.returns else ()
            code = matter_code(around.keys, "prompt", a.item_id, part, latest.sha256) if latest else ""
            said = prompts_said(latest.problems, before) if latest else ""
            if latest is None or not said:
                continue
            if matter_codes(around.keys, "prompt", a.item_id, part, latest.sha256) & history.settled:
                continue
            what = f"The {part} was taken in. {said}"
            presses = [Press("Open the form", latest.url)] if latest.url.startswith("https://") else []
            yield _matter(kind.place, a.reference, what, kind.step, kind, latest.on, code, presses,
                          a.item_id, around)  # fmt: skip


def _matter(
    place: Place, where: str, what: str, step: str, kind: Kind, since: date, code: str,
    presses: list[Press], row: str, around: Around, in_folder: str | None = None,
    who: str = "",
) -> Matter:  # fmt: skip
    if in_folder is not None:
        step = f"{step} {f'It lies in “{in_folder}”.' if in_folder else 'It is in the mailbox no more.'}"
    if row and (opens := around.row(row)):
        presses = [*presses, Press("Open the row", opens)]
    if kind.settled:
        link = team_link(TeamWord.SETTLED, code, where, around.keys, around.mailbox)
        presses = [*presses, Press(kind.settled, link)]
    old = age(since, around.today, around.working)
    return Matter(place, where, what, step, who or kind.who, since, old, code, tuple(presses))
