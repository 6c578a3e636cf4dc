"""What the Audit Team must hear, on plain paper, when the letter's own file cannot be used."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from bot.errors import LetterRefused
from bot.papers.letters.letter_language import counted, short_day
from bot.papers.letters.letters import Letter, Letters
from bot.programme.vocabulary import Problem

EDITOR = "whoever edits the letters"
CANNOT_BE_WRITTEN = "The letter cannot be written: "


def to_the_team(letters: Letters, name: str, words: Mapping[str, Any]) -> Letter:
    """A letter to the Audit Team; in a plain form, with what stands in its way, when it cannot be written."""
    try:
        return letters.letter(name, words)
    except LetterRefused as fault:
        stopped = Problem(f"mail_templates/{name}.md", f"{CANNOT_BE_WRITTEN}{fault}", EDITOR)
        told = words.get("needs_a_person", ())
        return plain_letter(letters.marking, {**words, "needs_a_person": (
            *([] if any(matter.what == stopped.what for matter in told) else [stopped]), *told,
        )})  # fmt: skip


def plain_letter(marking: str, words: Mapping[str, Any]) -> Letter:
    """What needs a person and what is kept back, each with its buttons, without any file."""
    told = [(f"{m.where}: {m.what} ({m.who})", m) for m in words["needs_a_person"]]
    told += [
        (f"{k.letter}, {k.audit}, to {k.to}: {k.says or 'waits for a word'}", k)
        for k in words.get("kept", ())
    ]
    items = [
        f"<li>{escape(said)}"
        + "".join(
            f' <a href="{escape(press.opens)}">{escape(press.says)}</a>'
            for press in getattr(each, "presses", ())
        )
        + "</li>"
        for said, each in told
    ]
    subject = f"Audits on {short_day(words['today'])}: {counted(len(told), 'thing')} for a person"
    return Letter(
        f"{marking} {subject}".strip(),
        f'<html lang="en-GB"><body><p><strong>{escape(marking)}</strong></p>'
        "<p>This is the plain form of a letter whose own file cannot be used.</p>"
        f"<ul>{''.join(items)}</ul><p>{escape(words['council'])}</p></body></html>",
    )
