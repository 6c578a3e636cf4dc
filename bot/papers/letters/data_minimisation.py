"""Whether a letter carries something it must not: the last look before it goes (UK GDPR, data minimisation)."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from urllib.parse import unquote

from bot.programme.messages.dates_in_text import dates_written

_NOT_SHOWN = re.compile(r"<style\b.*?</style>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_ADDRESS = re.compile(r'href="([^"]*)"')
_ELEMENT = re.compile(r"<[^>]*>")
_WORD = re.compile(r"[^\W_]+")
_MARKS = re.compile(  # accents and vowel points, and characters that show nothing
    "[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff]"
)
_STROKES = str.maketrans(
    {"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "æ": "ae", "œ": "oe", "þ": "th"}
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
INITIALS = re.compile(r"(?:[^\W\d_]\.){2,5}")
_WRITTEN_WITHOUT_SPACES = re.compile("[\u0e00-\u0eff\u1000-\u109f\u2e80-\u9fff\uac00-\ud7af]")


def carries(text: str, forbidden: Iterable[str]) -> bool:
    """Whether HTML or plain text carries any of `forbidden`.

    Words are compared, so spaces, hyphens, capitals, accents, entities and formatting do not hide anything, and a
    part of a longer word is not taken for a name. A date is found in any writing, initials (“R.E.”) by their dots.
    """
    searched = f" {shown_words(text)} "
    return any(
        _dated(text, date.fromisoformat(item)) if _DATE.fullmatch(item)
        else _initialled(text, item) if INITIALS.fullmatch(item)
        else _within(searched, _joined(item))
        for item in forbidden
    )  # fmt: skip


def names_of_a_child(name: str) -> tuple[str, ...]:
    """A name as people write it: as it stands, the last name first, without what stands between, and its initials."""
    words = plain_words(name)
    if len(words) < 2:
        return (name,) if words else ()
    first, *between, last = words
    ways = [name, written_together(name)]
    ways += [" ".join([last, first, *between]), f"{first} {last}", f"{last} {first}"]
    several = (words, [first, last], [part[0] for part in name.casefold().split()])
    initials = ["".join(f"{word[0]}." for word in each) for each in several]
    return tuple(dict.fromkeys([*ways, *filter(INITIALS.fullmatch, initials)]))


def written_together(name: str) -> str:
    """A name without its apostrophes and hyphens, as many write it: “Zoë ONeil”."""
    return re.sub(r"['’‘ʼ`-]", "", name)


def suspects(put_in: str, always_shown: str, forbidden: Sequence[str]) -> list[str]:
    """Those of `forbidden` worth looking for: each of whose words stands among the values or in the letter's own text.

    `put_in` is everything put into a letter, `always_shown` the `shown_words` of the letter without it. Most letters
    carry none, and this is much quicker than looking through the whole of a letter.
    """
    text = _plain(put_in)
    return [
        item
        for item in forbidden
        if (item[2:4] in text and item[:1].isdigit() if _DATE.fullmatch(item) else False)
        or (item[:2].casefold() in text if INITIALS.fullmatch(item) else False)
        or ((words := _words(item)) and all(word in text or word in always_shown for word in words))
    ]


def shown_words(text: str) -> str:
    """The words a reader, or a click on a link, would show: lower case, without accents, a space between them."""
    addresses = " ".join(_ADDRESS.findall(text))
    return " ".join(_WORD.findall(_plain(_ELEMENT.sub(" ", _NOT_SHOWN.sub(" ", text)) + " " + addresses)))


def _visible(text: str) -> str:
    """What a reader sees of HTML or plain text, as it stands."""
    addresses = unquote(" ".join(_ADDRESS.findall(text)))
    return html.unescape(f"{_ELEMENT.sub(' ', _NOT_SHOWN.sub(' ', text))} {addresses}")


def _dated(text: str, on: date) -> bool:
    return any(found == on for _, _, found in dates_written(_visible(text)))


def _initialled(text: str, item: str) -> bool:
    seen = _visible(text)
    return "." in seen and bool(as_initials(item).search(seen))  # making the pattern is what costs


@lru_cache(maxsize=4096)
def as_initials(item: str) -> re.Pattern[str]:
    """“R.E.”, “R. E.” and “R.E”, written large and with a dot between, as a whole; not those of “R. E. Khan”, who is
    somebody else."""
    letters = [re.escape(letter.upper()) for letter in item.split(".") if letter]
    joined = "[.] ?-?".join(letters)
    return re.compile(rf"(?<![\w.]){joined}(?:\.(?! ?[A-Z][a-z.])|(?![\w.]| [A-Z][a-z.]))")


def unseen_left_out(text: str) -> str:
    """A text as it looks: accents on their letters, and without characters that show nothing."""
    return text if text.isascii() else _MARKS.sub("", unicodedata.normalize("NFC", text))


def plain_words(text: str) -> list[str]:
    """The words of a text, in small letters and without accents."""
    return _WORD.findall(_plain(text))


def _plain(text: str) -> str:
    if "&" in text:
        text = html.unescape(text)
    if "%" in text:
        text += " " + unquote(text)
    if text.isascii():
        return text.casefold()
    return _MARKS.sub("", unicodedata.normalize("NFKD", text)).casefold().translate(_STROKES)


@lru_cache(maxsize=4096)
def _joined(item: str) -> str:
    return " ".join(_WORD.findall(_plain(item)))


@lru_cache(maxsize=4096)
def _words(item: str) -> tuple[str, ...]:
    """The words of an item, the longest first: it is the rarest."""
    return tuple(sorted(_joined(item).split(), key=len, reverse=True))


def _within(searched: str, item: str) -> bool:
    if not item:
        return False
    return f" {item} " in searched or bool(_WRITTEN_WITHOUT_SPACES.search(item) and item in searched)
