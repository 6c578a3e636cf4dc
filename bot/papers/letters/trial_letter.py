"""A letter of a trial, as the Audit Team sees it: above it stands whom it would have gone to; its buttons do nothing.

A button that opened its ready message would put real people's addresses before whoever tries it, and the word of
somebody who has two posts could be taken for the word the letter asks for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from urllib.parse import quote

from bot.papers.letters.letters import LONGEST_SUBJECT
from bot.programme.modes import Mode
from bot.programme.vocabulary import Person

TRIED = "Trial: nothing follows from this button"
"""The subject of the message that a button of a trial letter opens."""

_BODY = (
    "This button stood in a letter of a trial. Once letters go out to people, the message that opens here tells the "
    "Audit Team what the button says. From a trial nothing follows, and nobody reads what is written here."
)
_BUTTON = re.compile(r"""href=(["'])mailto:[^"']*\?[^"']*\1""", re.IGNORECASE)
_BODY_TAG = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
_START = "Would have gone to"
_NAMED = 3
"""So many readers are named in the subject; all of them stand above the letter."""


def trial_letter(
    subject: str, html: str, to: Sequence[Person], cc: Sequence[Person], mailbox: str, mode: Mode
) -> tuple[str, str]:
    """Subject and HTML of the letter as it is kept for the Audit Team. `to` and `cc` are its true readers."""
    heading = f"{_START} {_some([*to, *cc])}: {subject}"
    if len(heading) > LONGEST_SUBJECT:
        heading = heading[: LONGEST_SUBJECT - 1] + "…"
    lines = [f"<strong>{_START}</strong> {_all(to)}"]
    lines += [f"<strong>Copy to</strong> {_all(cc)}"] if cc else []
    lines.append(f"This is a trial (“{escape(mode)}”): they have not had it, and its buttons do nothing.")
    harmless = f'href="mailto:{mailbox}?subject={quote(TRIED)}&amp;body={quote(_BODY)}"'
    html = _BUTTON.sub(lambda _: harmless, html)
    start = _BODY_TAG.search(html)
    at = start.end() if start else 0
    return heading, html[:at] + _BANNER.format("<br>\n".join(lines)) + html[at:]


def a_button_was_tried(subject: str) -> bool:
    """Whether a message was opened by a button of a trial letter."""
    return subject.strip().casefold() == TRIED.casefold()


def answers_a_trial(subject: str) -> bool:
    """Whether a message answers a letter of a trial, also one written after the trial has ended."""
    return _START.casefold() in " ".join(subject.split()).casefold()


def _some(people: Sequence[Person]) -> str:
    names = [person.name for person in people]
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _all(people: Sequence[Person]) -> str:
    return escape("; ".join(f"{person.name} ({person.email})" for person in people))


_BANNER = (
    '\n<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="#f4d58d"><tr>'
    "<td style=\"padding: 12px 18px 12px 18px; font-family: 'Segoe UI', Arial, sans-serif; font-size: 14px; "
    'line-height: 21px; color: #1f2a30; background-color: #f4d58d;">\n{}\n</td></tr></table>\n'
)
