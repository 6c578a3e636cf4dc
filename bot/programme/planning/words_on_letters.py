"""Buttons of the Audit Team's by which one letter is held, skipped or sent after all, and what their messages say.

They are words of the team (team_words.py). The choice in a reference says how many words there have been about the
letter, so that each can be taken back and given again, whether it is an alert, and in which trial it stood.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from bot.programme.answers.ready_messages import link
from bot.programme.answers.team_words import (
    About,
    TeamTag,
    TeamWord,
    matter_code,
    matter_codes,
    signature,
    team_link,
)
from bot.programme.events import Plain
from bot.programme.history.history import History
from bot.programme.history.records_of_the_past import Says
from bot.programme.messages.reply_text import answer_part
from bot.programme.modes import Mode
from bot.programme.planning.kept_letters import days_to_come, somebody_named
from bot.programme.rulebook.rules import called
from bot.programme.standing.actions import SendLetter
from bot.programme.standing.council import Keys

ALERT = "-alert"
UNTIL, TAKES_ON = "Until", "Who takes it on"
_ASKED = f"{UNTIL}: \n\n(Write a day, or leave it empty.)"
_ASKED_OF_AN_ALERT = (
    f"{TAKES_ON}: \n\n(An alert of an Inadequate is kept back only if you name somebody who takes it on.)"
)


def letter_links(
    letter: SendLetter, history: History, keys: Keys, mailbox: str, mode: Mode
) -> dict[TeamWord, str]:
    """The links of the buttons about one letter."""
    code = matter_code(keys, "letter", letter.key)
    choice = _choice(code, history, mode) + (ALERT if letter.rule.is_alert else "")
    about = f"“{called(letter.rule)}”, {letter.reference}"
    return {
        w: _link(w, code, about, keys, mailbox, choice) for w in TeamWord if w.wording.about is About.LETTER
    }


def links_about_all(history: History, keys: Keys, mailbox: str, mode: Mode) -> dict[TeamWord, str]:
    """The links about every letter that had fallen due when letters began to go out; none where there is none."""
    if history.live_since is None or mode.trial:
        return {}
    code = matter_code(keys, "since", history.live_since.isoformat())
    about = f"all letters from before {history.live_since.isoformat()}"
    choice = _choice(code, history, mode)
    return {
        word: _link(word, code, about, keys, mailbox, choice)
        for word in TeamWord
        if word.wording.about is About.ALL_LETTERS
    }


def _choice(code: str, history: History, mode: Mode) -> str:
    return f"{len(history.letter_words.get(code, ()))}-{mode.replace(' ', '-')}"


def _link(word: TeamWord, code: str, about: str, keys: Keys, mailbox: str, choice: str) -> str:
    asked = _ASKED if word is TeamWord.HOLD_LETTER else ""
    if choice.endswith(ALERT) and word in (TeamWord.HOLD_LETTER, TeamWord.SKIP_LETTER):
        asked = f"{_ASKED_OF_AN_ALERT}\n\n{asked}".strip()
    if not asked:
        return team_link(word, code, about, keys, mailbox, choice)
    tag = f"[team {word.value} {code} {choice} {signature(keys, word, code, choice)}]"
    wording = word.wording
    return link(mailbox, (), f"{wording.says}: {about[:80]} {tag}", f"{wording.follows}\n\n{asked}\n")


def said_about_letters(
    tag: TeamTag, text: str, received: date, history: History, keys: Keys, mode: Mode
) -> Mapping[str, Plain] | str:
    """What the message of such a button says, for the ledger; or why nothing follows, as the end of “… came when”.

    `text` is its body as plain text.
    """
    says = tag.word.wording.letter
    assert says
    if f"-{mode.replace(' ', '-')}" not in tag.choice:
        return "another mode was on, trial or not, than when the button was made"
    if tag.word.wording.about is About.ALL_LETTERS:
        return {"says": says.value}
    if any(letter.spoken_for and tag.matter in matter_codes(keys, "letter", key)
           for key, letter in history.letters.items()):  # fmt: skip
        return "the letter had already gone"
    own = answer_part(text)
    if says is Says.GO:
        return {"says": says.value}
    takes_on = _after(TAKES_ON, own)
    if tag.choice.endswith(ALERT) and not somebody_named(takes_on):
        return f"nobody was named after “{TAKES_ON}:”, and an alert of an Inadequate is not kept back without"
    words = _after(UNTIL, own) if says is Says.HOLD else ""
    days = days_to_come(words, received)
    if words and len(days) != 1:
        return f"the day after “{UNTIL}:” could not be understood (“{words[:40]}”)"
    return {"says": says.value, "until": days[0].isoformat() if days else None, "takes_on": takes_on[:80]}


def _after(label: str, text: str) -> str:
    found = re.search(rf"(?im)^[ \t]*{label}[ \t]*:[ \t]*(.*)$", text)
    return found[1].strip() if found else ""
