"""What became of each letter, and what people said about letters that are to go out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.programme.events import Event, EventKind
from bot.programme.history.folded import Fold, Folded, a_date, day_of, mapping, mappings, text, texts
from bot.programme.history.records_of_the_past import Bounce, LetterHistory, LetterState, LetterWord, Says
from bot.programme.modes import STEP_OF_LIVE

LETTER_STATES = {
    EventKind.LETTER_INTENDED: LetterState.INTENDED,
    EventKind.LETTER_DRAFTED: LetterState.DRAFTED,
    EventKind.LETTER_SENDING: LetterState.SENDING,
    EventKind.LETTER_SUBMITTED: LetterState.SUBMITTED,
    EventKind.LETTER_SENT: LetterState.SENT,
    EventKind.LETTER_LEFT_AS_DRAFT: LetterState.LEFT_AS_DRAFT,
    EventKind.LETTER_HELD: LetterState.HELD,
    EventKind.LETTER_CANCELLED: LetterState.CANCELLED,
}


def _letter_step(known: Folded, event: Event) -> None:
    key, state, data = event.key.partition("#")[0], LETTER_STATES[event.kind], event.data
    letter = _letter(known, key, state, event, event.about)
    letter.state, letter.on, letter.of_live = state, day_of(event), STEP_OF_LIVE in event.key
    letter.erased = letter.erased or event.erased
    letter.draft = text(data, "message_id") or letter.draft
    letter.as_written = text(data, "as_written") or letter.as_written
    if internet_id := text(data, "internet_message_id"):
        known.sent_ids[internet_id] = key
    if state is LetterState.INTENDED or "rule" in data:
        letter.about = event.about or letter.about
        letter.rule, letter.letter = text(data, "rule"), text(data, "letter")
        letter.occasion, letter.audit = text(data, "occasion"), text(data, "audit")
        letter.to, letter.cc = texts(data, "to"), texts(data, "cc")
        letter.why = text(data, "why")
        letter.carried_by = ""  # begun on its own now, whatever letter stood for it before
        letter.covers = tuple(_part(known, part, letter, event) for part in mappings(data, "covers"))
    elif "why" in data:
        letter.reason = text(data, "why")
    for covered in letter.covers:
        member = known.letters[covered]
        if member.carried_by == letter.key:
            member.state, member.on, member.reason = state, letter.on, letter.reason
            member.of_live = letter.of_live


def _letter(known: Folded, key: str, state: LetterState, event: Event, about: str) -> LetterHistory:
    letter = known.letters.get(key)
    if letter is None:
        letter = known.letters[key] = LetterHistory(key, state, day_of(event), about)
        known.keys_about.setdefault(about, []).append(key)
    elif about and not letter.about:  # adopted, and known by now for what it was
        letter.about = about
        known.keys_about.setdefault(about, []).append(key)
    return letter


def _part(known: Folded, part: Mapping[str, Any], whole: LetterHistory, event: Event) -> str:
    """One of the letters a letter stands for: whatever becomes of the whole becomes of it."""
    member = _letter(known, text(part, "key"), whole.state, event, text(part, "about"))
    member.rule, member.letter = text(part, "rule"), text(part, "letter")
    member.occasion, member.audit = text(part, "occasion"), text(part, "audit")
    member.to, member.cc, member.why = whole.to, whole.cc, text(part, "why")
    member.carried_by = whole.key
    return member.key


def _bounced(known: Folded, event: Event) -> None:
    bounce = Bounce(day_of(event), event.key.partition("#")[0], event.about)
    known.bounced.setdefault(text(event.data, "address"), []).append(bounce)


def _list_shown(known: Folded, event: Event) -> None:
    known.shown[text(event.data, "letter_key")] = mapping(event.data, "rows")


def _word_on_a_letter(known: Folded, event: Event) -> None:
    data = event.data
    says, by, takes_on = Says(text(data, "says")), text(data, "by"), text(data, "takes_on")
    word = LetterWord(says, day_of(event), by, a_date(data, "until"), takes_on)
    known.letter_words.setdefault(text(data, "letter"), []).append(word)


FOLDS: dict[EventKind, Fold] = {
    **dict.fromkeys(LETTER_STATES, _letter_step),
    EventKind.LETTER_BOUNCED: _bounced,
    EventKind.LIST_SHOWN: _list_shown,
    EventKind.WORD_ON_A_LETTER: _word_on_a_letter,
}
