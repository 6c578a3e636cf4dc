"""A word from a person, without a form. What is plain is understood; the rest about audits is held with its words
shown; what has nothing to do with audits is not ours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property

from bot.clock import london_date
from bot.daily_run.post.known import Known
from bot.daily_run.post.reading import Reading
from bot.daily_run.replies import known_on, noted
from bot.office.mail.mailbox import LONGEST_BODY
from bot.papers.forms.answers import Held
from bot.papers.forms.questions import questions
from bot.papers.letters.trial_letter import answers_a_trial
from bot.papers.mail.attached_messages import carries_a_link, holds_a_form, own_words
from bot.programme.answers.button_links import damaged_button
from bot.programme.answers.meant import offers_in_words
from bot.programme.answers.ready_messages import without_hints
from bot.programme.answers.replies import answered_plainly
from bot.programme.answers.reply import Known as ReplyKnown
from bot.programme.answers.reply import TakenReply
from bot.programme.answers.team_words import damaged_team_word
from bot.programme.answers.weekly_reports import weekly_report
from bot.programme.events import EventKind
from bot.programme.messages.held_reasons import INCOMPLETE, NOT_A_FORM, SENDER_IN_DOUBT, TO_READ, HeldReason
from bot.programme.messages.offers import Offer
from bot.programme.messages.plain_answers import Says, plain_answer, shown_words
from bot.programme.messages.post_kinds import PostKind
from bot.programme.messages.reply_text import LONGEST_TEXT, answer_part

LINK = "A link came instead of a file; links are never followed."
_ASK = NOT_A_FORM.step
_ANSWERS = (Says.CONFIRMED, Says.MET, Says.DONE, Says.DAY, Says.SENT, Says.AWAY)
_NO_REPORT = (Says.NOTHING, Says.THANKS, Says.ACKNOWLEDGED, Says.AWAY)
_HANDED_OVER = re.compile(
    r"(?:hi|hello|dear)?\W*(?:here (?:it is|you (?:go|are))|"
    r"please (?:find|see) (?:it )?(?:the \w+ )?(?:attached|enclosed)|"
    r"(?:as )?(?:attached|enclosed)|see attached)\W*(?:many )?(?:thanks|thank you|regards)?\W*",
    re.IGNORECASE,
)
"""Words that only hand over a file."""
_AUDITS = re.compile(r"\b(?:(?:re-?)?audit\w*|moderat\w*|uopp|inadequate|kloe)\b", re.IGNORECASE)


class Words:
    """What somebody wrote. `blank_form`: one came back as it went out; `known_form`: one came that had come before.
    `about` is the list item id it is most likely about, or ""; `waits` what is waited for from its sender."""

    def __init__(self, reading: Reading, *, blank_form: bool, known_form: bool) -> None:
        post, about = reading.post, reading.about
        self.reading, self.blank_form, self.known_form = reading, blank_form, known_form
        self.name = reading.known.name(post.sender)
        self.body = reading.workplace.mailbox.body(post.id)
        self.text = without_hints(own_words(self.body)[: LONGEST_TEXT + 1])
        self.answer = plain_answer(
            answer_part(self.text), self.name, london_date(post.received), about.its_people
        )
        self.references = about.references
        self.named = f" about {', '.join(self.references)}" if self.references else ""
        self.waits = about.asked_of(self.text)
        self.about = about.guessed_item or (self.waits[0] if len(self.waits) == 1 else "")
        only_a_file = _HANDED_OVER.fullmatch(" ".join(self.answer.lines))
        self.handed_over = self.answer.says is Says.NOTHING or bool(only_a_file)

    @cached_property
    def plainly(self) -> TakenReply | None:
        """What follows from a plain answer, like from the button it stands for; None where that is not certain."""
        reading = self.reading
        if answers_a_trial(reading.post.subject):
            return None  # whoever it was for has not had it
        known, letters = _known(reading), reading.about.letters
        found = answered_plainly(reading.post, self.answer, letters, self.references, known)
        return noted(found, reading.received, reading.workplace, reading.history) if found else None

    @cached_property
    def weekly(self) -> TakenReply | None:
        """What follows from words of somebody who follows an Inadequate week by week; None from others."""
        reading = self.reading
        if self.answer.says in _NO_REPORT or answers_a_trial(reading.post.subject):
            return None
        found = weekly_report(reading.post, self.answer, self.references, _known(reading))
        return noted(found, reading.received, reading.workplace, reading.history) if found else None

    def hold(self, category: HeldReason, reason: str, about: str, offers: Sequence[Offer] = ()) -> None:
        """Put it to a person, with its beginning."""
        wrote = shown(self.reading.known, self.answer.lines, about)
        if len(self.body) == LONGEST_BODY or len(self.text) > LONGEST_TEXT:
            wrote += f" It is very long: only its first {LONGEST_TEXT:,} signs were looked at."
        self.reading.put_to_a_person(category, f"{reason}{wrote}", about=about, offers=offers)


def shown(known: Known, lines: Iterable[str], about: str) -> str:
    """The beginning of a person's words for the Audit Team, guarded; nothing of a restricted record."""
    allocation = known.row(about)
    if allocation and allocation.restricted:
        return " Its words are not shown: the record is restricted."
    words = shown_words(lines, [*known.names.values(), *known.allocations])
    return f" They wrote: “{words}”" if words else ""


def meant(reading: Reading, words: str, about: str) -> tuple[Offer, ...]:
    """What the Audit Team may enter after reading somebody's words; nothing of a sender in doubt."""
    if reading.doubt:
        return ()
    row = [a.reference for a in reading.known.lists.allocations if about and a.item_id == about]
    references, letters = row or reading.about.references, reading.about.letters
    return offers_in_words([words], reading.post.sender, letters, references, _known(reading))


def _known(reading: Reading) -> ReplyKnown:
    return known_on(reading.received, reading.known.lists, reading.history, reading.workplace)


def without_a_form(reading: Reading, *, blank_form: bool = False, known_form: bool = False) -> None:
    """Deal with a message that brings no form, or only one that is blank, or known already."""
    post, about = reading.post, reading.about
    damaged = damaged_button(post.subject) or damaged_team_word(post.subject)
    as_ourselves = reading.kind is PostKind.OWN  # not trusted: else it is let be before this
    if not (about.is_ours or damaged or as_ourselves):
        reading.file("")
        return
    words = Words(reading, blank_form=blank_form, known_form=known_form)
    if not any(understood(words) for understood in _IN_THIS_ORDER):
        _to_be_read(words)


def _link(words: Words) -> bool:
    if not carries_a_link(words.body):
        return False
    words.reading.put_to_a_person(NOT_A_FORM, f"{LINK} {_ASK}", about=words.about, grades_of=[None])
    return True


def _form_in_the_message(words: Words) -> bool:
    asked = questions(words.reading.workplace.papers.questions)
    if not holds_a_form(words.text, asked):
        return False
    why = f"The form was written into the message itself, not sent as a file. {_ASK}"
    held = Held(why, grades=asked.grades_named(words.text))
    words.reading.put_to_a_person(NOT_A_FORM, why, about=words.about, grades_of=[held])
    return True


def _sender_in_doubt(words: Words) -> bool:
    reading = words.reading
    if not reading.doubt:
        return False
    sender = reading.post.sender or "nobody"
    reason = (
        f"A message{words.named} came in the name of {sender}, but {reading.doubt}. Nothing follows from it."
    )
    words.hold(SENDER_IN_DOUBT, reason, words.about)
    return True


def _damaged_button(words: Words) -> bool:
    subject, about = words.reading.post.subject, words.about
    if not (damaged_button(subject) or damaged_team_word(subject)):
        return False
    reason = (
        f"A button's message from {words.name} was damaged on the way: nothing follows from it by itself."
    )
    words.hold(TO_READ, reason, about, meant(words.reading, words.text, about))
    return True


def _weekly_report(words: Words) -> bool:
    found = words.weekly
    if found is None or found.category is None or (words.references and words.plainly):
        return False
    words.reading.events += found.events
    words.hold(found.category, found.reason, found.about or words.about)
    return True


def _not_about_audits(words: Words) -> bool:
    text = f"{words.reading.post.subject} {words.text}"
    if words.references or words.waits or words.answer.says in _ANSWERS or _AUDITS.search(text):
        return False
    words.reading.file("")
    return True


def _thanks(words: Words) -> bool:
    """A word of courtesy. One that acknowledges a list to be confirmed is more than that."""
    reading, says = words.reading, words.answer.says
    to_confirm = any(key in reading.history.shown for key in reading.about.answered)
    if says is not Says.THANKS and (says is not Says.ACKNOWLEDGED or to_confirm):
        return False
    reading.file(reading.workplace.settings.filed_folder if words.references else "")
    return True


def _handed_over(words: Words) -> bool:
    """Only the file was sent, which is a blank one or came before."""
    reading = words.reading
    if not (words.handed_over and (words.known_form or words.blank_form)):
        return False
    if words.known_form:
        reading.file(reading.workplace.settings.filed_folder)
    else:
        why = f"Nothing has been filled in: the form{words.named} came back as it went out. {_ASK}"
        reading.put_to_a_person(INCOMPLETE, why, about=words.about)
    return True


def _empty(words: Words) -> bool:
    reading = words.reading
    if words.answer.says is not Says.NOTHING:
        return False
    said = shown(reading.known, [reading.post.subject], words.about).replace(" They wrote", " Its subject")
    reading.put_to_a_person(TO_READ, f"An empty message{words.named}.{said} {_ASK}", about=words.about)
    return True


def _plain_answer(words: Words) -> bool:
    reading, found = words.reading, words.plainly
    if found is None:
        return False
    reading.events += found.events
    if found.category:
        words.hold(found.category, found.reason, found.about or words.about)
    else:
        reading.file(reading.workplace.settings.filed_folder)
    return True


_IN_THIS_ORDER = (
    _link, _form_in_the_message, _sender_in_doubt, _damaged_button, _weekly_report, _not_about_audits, _thanks,
    _handed_over, _empty, _plain_answer,
)  # fmt: skip


def _to_be_read(words: Words) -> None:
    """Nothing is certain: a person reads it, and may enter what was meant."""
    reading, post = words.reading, words.reading.post
    step = "Read it and answer; what is agreed goes into the list."
    if words.answer.says is Says.AWAY:
        reading.record(EventKind.AUTOMATIC_REPLY_SEEN, post.id, sender=post.sender, until=None)
        step = "They may be away: name a stand-in in the row, or agree on another day."
    wrote = shown(reading.known, words.answer.lines, words.about)
    reason = f"A message{words.named} without a form attached, from {words.name}.{wrote} {step}"
    offers = meant(reading, " ".join(words.answer.lines), words.about)
    reading.put_to_a_person(TO_READ, reason, about=words.about, offers=offers)
