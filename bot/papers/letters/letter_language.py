"""The small language the letters are written in: Jinja2, with little of it allowed.

A value from the list is only ever put in as a value: it is escaped, it is never read as Markdown or as a template,
and no filter can undo that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any
from urllib.parse import quote

from jinja2 import StrictUndefined
from jinja2.filters import FILTERS

from bot.errors import near_words
from bot.papers.letters.letter_limits import FILTERS_WITHIN_REASON, LimitedEnvironment
from bot.programme import date_words
from bot.programme.vocabulary import Grade, Person
from bot.programme.waits import listed

LONGEST_VALUE = 2_000
"""Characters. No name, date, line of enquiry or reason is longer; what is longer is a mistake, and is cut short."""

TAGS = frozenset({"if", "elif", "else", "endif", "for", "endfor", "set"})
_USUAL_FILTERS = (
    "capitalize", "count", "default", "first", "groupby", "join", "last", "length", "list", "lower", "map",
    "reject", "rejectattr", "replace", "reverse", "select", "selectattr", "sort", "sum", "trim", "unique", "upper",
)  # fmt: skip
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def day(on: date) -> str:
    """Tuesday 7 April 2026"""
    _need(on)
    return date_words.full_day(on)


def short_day(on: date) -> str:
    """Tue 7 Apr"""
    _need(on)
    return date_words.short_day(on)


def _need(value: object) -> None:
    if value is None:
        raise ValueError("it is empty")


def names(people: Iterable[Person | None]) -> str:
    """Ama Boateng and Tom Reid"""
    return listed(person.name for person in people if person is not None)


def counted(number: int, thing: str) -> str:
    """3 working days"""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def without_unseen_characters(text: str) -> str:
    """Without control characters, halves of characters, and the marks that turn the order of letters round."""
    if text.isprintable():
        return text
    return _UNSEEN.sub("", text)


def on_one_line(text: str) -> str:
    return " ".join(without_unseen_characters(_UNSEEN.sub(" ", text)).split())


def in_link(value: object) -> str:
    """A value as part of a web or mail address; no line end in it can add to the message it opens."""
    return quote(on_one_line(str(value)), safe="@")


def _put_in(value: object) -> object:
    """What every value passes through on its way into a letter."""
    if isinstance(value, str) and not isinstance(value, Grade):
        return value if len(value) <= LONGEST_VALUE else value[:LONGEST_VALUE] + "… (cut short)"
    _need(value)
    return value.in_full if isinstance(value, Grade) else value


def _as_html(value: object) -> str:
    """What Jinja2's own `escape` makes of a value that is put in. For a plain text it is made here: half the time."""
    if type(value) is str and len(value) <= LONGEST_VALUE:
        found = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return found.replace("'", "&#39;").replace('"', "&#34;")
    return str(FILTERS["escape"](_put_in(value)))


class LetterLanguage(LimitedEnvironment):
    """Jinja2 in its sandbox and within its limits, for HTML or (with `escaping` off) for the subject line.

    `parts` are names of attributes that are harmless on everything, such as "name" and "on"; any other name is looked
    at by the sandbox each time.
    """

    def __init__(self, *, escaping: bool, parts: frozenset[str] = frozenset()) -> None:
        super().__init__(autoescape=escaping, undefined=StrictUndefined, finalize=_put_in)
        self.filters = {name: FILTERS[name] for name in _USUAL_FILTERS}
        own: dict[str, Callable[..., Any]] = {
            "day": day,
            "short_day": short_day,
            "names": names,
            "counted": counted,
            "in_link": in_link,
            **FILTERS_WITHIN_REASON,
        }
        self.filters.update(own)
        self.globals = {}
        self._parts = parts

    as_html = staticmethod(_as_html)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Without the sandbox's questions for the parts we know: a digest asks for thousands."""
        if attribute in self._parts:
            try:
                return getattr(obj, attribute)
            except AttributeError:
                pass
        return super().getattr(obj, attribute)


def nearest(word: str, right: Sequence[str]) -> str:
    """ " Did you mean “auditor”?", or nothing when no right word is near."""
    found = near_words(word, right)
    return f" Did you mean “{found[0]}”?" if found else ""
