"""What the Audit Team said by a button of the digest, in a run: found out what it is about, and done.

Whatever follows is events of the ledger, recorded before the message is filed: read again, nothing follows twice. What
leaves the bot by a word, a letter, leaves after the word is recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.daily_run.last_moment import still_owed
from bot.daily_run.levels import level_begins
from bot.daily_run.look import as_council
from bot.daily_run.replacing import another_asked_for, asked_for, entered
from bot.daily_run.replies import known_on, noted
from bot.daily_run.team_files.telling import TEAM_FILES, comes_into_force
from bot.daily_run.workplace import Workplace
from bot.papers.letters.free_text import without_identifiers
from bot.programme.answers.replies import as_if_said
from bot.programme.answers.team_words import About, TeamTag, TeamWord, matter_codes
from bot.programme.date_words import day_in_words
from bot.programme.events import Event, EventKind, Plain
from bot.programme.history.folded import texts
from bot.programme.history.history import History
from bot.programme.history.records_of_the_past import LetterHistory, LetterState, Question
from bot.programme.levels import above
from bot.programme.messages.offers import Offer
from bot.programme.messages.post import Post
from bot.programme.modes import Mode
from bot.programme.planning.made_anew import is_report
from bot.programme.planning.may_read import MayRead
from bot.programme.planning.words_on_letters import said_about_letters
from bot.programme.standing.council import Council
from bot.programme.telling.matter_words import of_one_matter
from bot.programme.telling.summary import names_of


@dataclass(frozen=True, slots=True)
class Heard:
    """A word that counts: from whom (an address), the day it came, and what it may be about."""

    tag: TeamTag
    by: str
    received: date
    message: Post
    lists: Council
    history: History
    workplace: Workplace

    def event(self, kind: EventKind, key: str, about: str = "", **data: Plain) -> Event:
        return self.workplace.event(kind, key, about, on=self.received.isoformat(), **data)

    def before(self) -> Event | None:
        """The same word, where it was given before: by another message, or by this one in a run that was stopped."""
        tag = self.tag
        return self.history.team_said.get((tag.word.value, tag.matter, tag.choice))

    def question(self) -> Question | None:
        """The message put to a person that this is about, answered or not."""
        keys = self.workplace.basis.keys
        asked = (
            q for q in self.history.questions if self.tag.matter in matter_codes(keys, "question", q.key)
        )
        return next(asked, None)


@dataclass(frozen=True, slots=True)
class Obeyed:
    """`settles` are keys of what leaves by it, `about` the list item id; `events` what follows besides.

    `put_away` are held messages that go to what was taken in. `late` says kindly why nothing followed. `offer` is what
    the message `held` is to be read again by.
    """

    settles: tuple[str, ...] = ()
    about: str = ""
    events: tuple[Event, ...] = ()
    put_away: tuple[str, ...] = ()
    late: str = ""
    offer: Offer | None = None
    held: str = ""


def obey(heard: Heard) -> tuple[list[Event], tuple[str, ...]]:
    """What is to be remembered of a word, and the held messages that are to be put away because of it."""
    tag = heard.tag
    before = heard.before()
    if before and before.key != heard.message.id and tag.word is not TeamWord.STOP:
        by = names_of(heard.lists).get(str(before.data.get("by")), "the shared mailbox")
        late = f"had been used before, by {by} on {day_in_words(before.at.date())}"
        return [_kindly(heard, f"it {late}; nothing more followed.")], ()
    if before and tag.word not in (TeamWord.SEND_DRAFT, TeamWord.STOP):
        return [], _still_to_put_away(heard, before)
    done = OBEYED[tag.word.wording.about](heard)
    if done.late and tag.word in (TeamWord.TAKE, TeamWord.VOUCH):
        question = heard.question()
        if question and question.may_be_inadequate and question not in heard.history.open_questions():
            return [_too_late_for_an_inadequate(heard, question)], ()
    if done.late:
        return [_kindly(heard, f"it came when {done.late}; nothing followed.")], ()
    return [_said(heard, done), *done.events], done.put_away


def _said(heard: Heard, done: Obeyed) -> Event:
    tag = heard.tag
    return heard.event(
        EventKind.TEAM_SAID,
        heard.message.id,
        done.about,
        word=tag.word.value,
        matter=tag.matter,
        choice=tag.choice,
        by=heard.by,
        settles=[*done.settles],
        offer=done.offer.as_data() if done.offer else None,
        message=done.held or None,
        trial=_of_which_trial(heard, done),
    )


def _of_which_trial(heard: Heard, done: Obeyed) -> str | None:
    """The trial in which alone a word about its letters counts: of the same letters live it says nothing."""
    mode, letters = heard.workplace.ledger.mode, heard.history.letters
    if not mode.trial or heard.tag.word.wording.about not in _OF_LETTERS:
        return None
    return None if any(letters[key].of_live for key in done.settles if key in letters) else mode.value


def _still_to_put_away(heard: Heard, before: Event) -> tuple[str, ...]:
    """Of a word that is remembered, and done by that, but whose message a stopped run did not come to file: the held
    messages it put away."""
    left = texts(before.data, "settles")
    still_asked = {question.message for question in heard.history.open_questions()}
    gone = [q.message for q in heard.history.questions if q.key in left and q.message not in still_asked]
    return tuple(dict.fromkeys(gone))


def _kindly(heard: Heard, what: str) -> Event:
    subject = heard.message.subject.partition("[")[0].strip()
    about = without_identifiers(f"Your message “{subject[:80]}”", heard.lists.allocations)
    return heard.event(EventKind.TOLD, heard.message.id, where=about, what=f"{about}: {what}", note=True)


def _too_late_for_an_inadequate(heard: Heard, question: Question) -> Event:
    """One of the Audit Team has said one thing of what may be an Inadequate, and another something else."""
    rows = {a.item_id: f"Audit allocations, {a.reference}" for a in heard.lists.allocations}
    by = names_of(heard.lists).get(heard.by, "Somebody in the shared mailbox")
    what = (
        f"{by} pressed “{heard.tag.word.wording.says}” when something else had been done already with the message. It "
        "may hold an Inadequate, and nothing followed: settle today which of them counts, and alert people yourselves "
        "if it is the Inadequate."
    )
    where = rows.get(question.about, "The shared mailbox")
    return heard.event(EventKind.TOLD, heard.message.id, question.about, where=where, what=what)


def settled(heard: Heard) -> Obeyed:
    """A matter is dealt with, or not ours. A held message leaves its folder with the last of what it asked."""
    question = heard.question()
    if question is None:
        if heard.tag.matter not in heard.history.first_told:
            return Obeyed(late="the matter had already gone")
        return Obeyed(settles=(heard.tag.matter,))  # something found in the lists: accepted as it is
    still_open = heard.history.open_questions()
    if question not in still_open:
        return Obeyed(late="the matter had already gone")
    same = of_one_matter(question, heard.history)
    others = {q.message for q in still_open if q not in same}
    put_away = tuple(dict.fromkeys(q.message for q in same if q.message not in others))
    told = tuple(_told_of_an_inadequate(heard, q) for q in same[:1] if question.may_be_inadequate)
    return Obeyed(tuple(q.key for q in same), question.about, told, put_away=put_away)


def _told_of_an_inadequate(heard: Heard, question: Question) -> Event:
    """What may be an Inadequate is put away by a person alone, and everybody else of the Audit Team hears of it."""
    lists, folder = heard.lists, heard.workplace.settings.filed_folder
    rows = {a.item_id: f"Audit allocations, {a.reference}" for a in lists.allocations}
    by = names_of(lists).get(heard.by, "somebody in the shared mailbox")
    sender = names_of(lists).get(question.sender, question.sender)
    what = (
        f"{by} said that a message from {sender} of {day_in_words(question.on)} is settled, which may hold an "
        "Inadequate. By it nobody has been alerted. If that was a slip, move the message from "
        f"“{folder}” to the Inbox: it is then asked about again."
    )
    where = rows.get(question.about, "The shared mailbox")
    return heard.event(
        EventKind.TOLD, f"{heard.message.id}#inadequate", question.about, where=where, what=what
    )


def about_letters(heard: Heard) -> Obeyed:
    """A letter, or all that had fallen due before letters went out, is held, skipped or sent."""
    workplace = heard.workplace
    text = workplace.mailbox.text(heard.message.id)
    mode = workplace.ledger.mode
    found = said_about_letters(heard.tag, text, heard.received, heard.history, workplace.basis.keys, mode)
    if isinstance(found, str):
        return Obeyed(late=found)
    data: dict[str, Any] = {"letter": heard.tag.matter, "by": heard.by, **found}
    return Obeyed(events=(heard.event(EventKind.WORD_ON_A_LETTER, heard.message.id, **data),))


def taken_up(heard: Heard) -> Obeyed:
    """What was offered about a held message is done: it is read again by it, or what its sender meant is entered."""
    question = heard.question()
    number = int(heard.tag.choice) if heard.tag.choice.isdigit() else 0
    if question is None or not 0 < number <= len(question.offers):
        return Obeyed(late="the matter had long gone")
    offer = question.offers[number - 1]
    if question not in heard.history.open_questions() or offer.word != heard.tag.word.value:
        return Obeyed(late="the matter had already gone")
    if offer.about.isdigit() and offer.about not in {a.item_id for a in heard.lists.allocations}:
        return Obeyed(late="its row was not in the list; restore the row, and press once more")
    n = len(heard.history.again.get(question.message, ())) + 1
    again = heard.event(
        EventKind.MESSAGE_READ_AGAIN,
        f"{question.message}#{n}",
        question.message,
        why="a word of the Audit Team",
    )
    if heard.tag.word is not TeamWord.ENTER:
        return Obeyed((), question.about, (again,), offer=offer, held=question.message)
    workplace = heard.workplace
    said = as_if_said(offer, known_on(heard.received, heard.lists, heard.history, workplace))
    if isinstance(said, str):
        return Obeyed(late=f"{said} already" if not said.endswith(".") else said[:-1])
    entered = noted(said, heard.received, workplace, heard.history).events
    others = [q for q in heard.history.open_questions() if q.message == question.message and q != question]
    put_away = () if others else (question.message,)
    return Obeyed((question.key,), question.about, entered, put_away)


def about_a_held_letter(heard: Heard) -> Obeyed:
    """What becomes of a letter that is held."""
    workplace = heard.workplace
    keys = workplace.basis.keys
    letters = heard.history.letters.values()
    letter = next((n for n in letters if heard.tag.matter in matter_codes(keys, "letter", n.key)), None)
    waits = letter and letter.state in (LetterState.HELD, LetterState.LEFT_AS_DRAFT)
    if letter is None or not waits or letter.key in heard.history.settled:
        if letter and heard.before():
            return Obeyed(about=letter.about)  # by this very word, in a run that was stopped
        return Obeyed(late="the letter waited for nobody any longer")
    if heard.tag.word is TeamWord.NEVER:
        return Obeyed((letter.key,), letter.about)
    if heard.tag.word is TeamWord.ARRIVED:
        of = {"mode": Mode.LIVE.value} if letter.of_live else {}  # heard in a trial
        sent = heard.event(
            EventKind.LETTER_SENT, f"{letter.key}#told", letter.about, internet_message_id="", **of
        )
        return Obeyed((letter.key,), letter.about, (sent,))
    return _sent_on_a_word(heard, letter)


def _sent_on_a_word(heard: Heard, letter: LetterHistory) -> Obeyed:
    """A letter of unknown fate is sent only as the draft that still lies there. The word is in the ledger before it
    leaves; from there its own state tells what became of it."""
    workplace, done = heard.workplace, Obeyed(about=letter.about)
    if workplace.ledger.mode.trial:
        return Obeyed(late="letters went to nobody; it is asked about again once they do")
    now = as_council(workplace.lists.read().council, heard.history, workplace).council
    owed = still_owed(letter.key, now, heard.history, workplace)
    if owed is None:
        return Obeyed(
            late="its audit could not be worked out; the draft is kept, press once more when that is mended"
        )
    if not owed:
        if letter.state is LetterState.HELD:
            workplace.outbox.take_back_held(letter.key)
        return Obeyed(late="the letter was no longer due as it was; what is due instead goes out by itself")
    allowed = MayRead(now, heard.history, workplace.basis, workplace.today)
    begun = workplace.outbox.send_held(
        letter.key,
        lambda readers: allowed.all_of(letter.key, readers),
        lambda: workplace.ledger.append([_said(heard, done)]),
    )
    if not begun:
        return Obeyed(
            late="the draft no longer lay there untouched, or was to somebody else than its row and Audit roles name; "
            "write to its readers yourselves"
        )
    return done


def about_a_report(heard: Heard) -> Obeyed:
    """Its letter is due again by it, and with the letter the report is made anew (planning/made_anew.py)."""
    keys = heard.workplace.basis.keys
    rules = [rule for rule in heard.workplace.basis.rulebook.rules if rule.makes]
    for about in (f"cycle:{cycle.item_id}" for cycle in heard.lists.cycles if cycle.open):
        if any(is_report(heard.tag.matter, keys, about, rule) for rule in rules):
            return Obeyed(about=about)
    return Obeyed(late="its cycle was closed, or the rule that makes it was gone")


def about_team_files(heard: Heard) -> Obeyed:
    """The change that was told is used from the next run on, whole and as it was told."""
    files = heard.history.team_files
    if heard.tag.matter not in matter_codes(heard.workplace.basis.keys, TEAM_FILES, files.offer):
        return Obeyed(
            late="the files had been changed again, or taken back; the letter about that counts alone"
        )
    if files.decided:
        return Obeyed(late="the change was in use already")
    names = names_of(heard.lists)
    by = names.get(heard.by, "Somebody in the shared mailbox")
    return Obeyed(events=comes_into_force(heard.workplace, files, f"{by} said yes", heard.message.id))


def to_the_next_level(heard: Heard) -> Obeyed:
    """Yes to the plan that was shown last. The step is taken once the plan was made again (levels.py)."""
    workplace, levels = heard.workplace, heard.history.levels
    if not above(workplace.allowed, workplace.ledger.mode):
        return Obeyed(late="that level counted already, or the settings did not allow it any longer")
    codes = matter_codes(workplace.basis.keys, "level", levels.shown.key) if levels.shown else ()
    if heard.tag.matter not in codes:
        return Obeyed(late="a later plan had been shown, or what it asked was over; answer the latest letter")
    shown = levels.asked(workplace.allowed, heard.received)
    if shown is None:
        return Obeyed(late="the days of its plan were over; a new one is shown")
    data: dict[str, Any] = {"level": shown.mode.value, "plan": shown.key, "by": heard.by}
    return Obeyed(events=(heard.event(EventKind.LEVEL_APPROVED, heard.message.id, **data),))


def back_to_rehearse(heard: Heard) -> Obeyed:
    """Nothing more goes to anybody, from this look on. A yes that has not been followed yet is taken back by it, even
    one of this very look."""
    workplace, began = heard.workplace, heard.history.levels.began
    if not workplace.settings.ask_before_levels or not above(workplace.allowed, Mode.REHEARSE):
        return Obeyed(late="letters went to nobody anyway")
    if began and began.since and heard.message.received <= began.since:
        nobody = began.mode is Mode.REHEARSE
        return Obeyed(
            late="letters went to nobody already" if nobody else "you had said yes anew since it was sent"
        )
    by = names_of(heard.lists).get(heard.by, "Somebody in the shared mailbox")
    why = f"On {day_in_words(heard.received)} {by} pressed “Stop, back to rehearse”."
    return Obeyed(events=tuple(level_begins(workplace, Mode.REHEARSE, heard.by, why=why)))


def about_a_vacancy(heard: Heard) -> Obeyed:
    """A replacement is worked out later in this look, and sent to the team."""
    found = asked_for(
        heard.tag.matter, heard.by, heard.message.id, heard.lists, heard.history, heard.workplace
    )
    if isinstance(found, str):
        return Obeyed(late=found)
    return Obeyed(about=found.about, events=(found,))


def about_a_replacement(heard: Heard) -> Obeyed:
    """It is entered in the list; or struck out, and the next one worked out."""
    offered = heard.history.replacements.offer(heard.tag.matter)
    if offered is None:
        return Obeyed(late="another had been proposed since; answer the latest letter")
    about, message = offered.asked.item_id, heard.message.id
    if heard.tag.word is TeamWord.ENTER_REPLACEMENT:
        done = entered(offered, heard.by, message, heard.history, heard.workplace)
        return Obeyed(late=done) if isinstance(done, str) else Obeyed(about=about, events=tuple(done))
    gone = heard.history.replacements.in_place_of(about, offered.asked.vacant, offered.asked.of)
    if gone:
        return Obeyed(late=f"a replacement had been entered: {gone.says}")
    return Obeyed(
        about=about, events=(another_asked_for(offered, heard.by, message, heard.workplace, heard.history),)
    )


_OF_LETTERS = (About.HELD_LETTER, About.LETTER, About.ALL_LETTERS)
OBEYED: Mapping[About, Callable[[Heard], Obeyed]] = {
    About.MATTER: settled,
    About.HELD_MESSAGE: taken_up,
    About.HELD_LETTER: about_a_held_letter,
    About.LETTER: about_letters,
    About.ALL_LETTERS: about_letters,
    About.REPORT: about_a_report,
    About.FILES: about_team_files,
    About.LEVEL: to_the_next_level,
    About.ALL_THAT_GOES: back_to_rehearse,
    About.VACANT: about_a_vacancy,
    About.REPLACEMENT: about_a_replacement,
}
"""What a word does, by what it is about."""
