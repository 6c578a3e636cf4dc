"""Whether a letter carries something it must not: the last look before it goes (UK GDPR, data minimisation)."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from urllib.parse import unquote

from bot.programme.messages.dates_in_text import dates_written
from bot.programme.messages.one_date import may_be_written, may_have_a_part_in

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
_LIKE: Mapping[str, str] = {
    "A": "ΑА", "B": "ΒВ", "C": "ϹС", "E": "ΕЕ", "F": "Ϝ", "G": "Ԍ", "H": "ΗН", "I": "ΙІӀ", "J": "ͿЈ", "K": "ΚК",
    "M": "ΜϺМ", "N": "Ν", "O": "ΟОՕ", "P": "ΡР", "S": "ЅՏ", "T": "ΤТ", "U": "Ս", "V": "Ѵ", "W": "Ԝ", "X": "ΧХ",
    "Y": "ΥУҮ", "Z": "Ζ",
    "a": "αаɑ", "b": "Ь", "c": "ϲсᴄ", "d": "ԁ", "e": "еҽ", "f": "ք", "g": "ցɡ", "h": "һհ", "i": "ιіꙇӏɩɪ", "j": "ϳј",
    "k": "κк", "n": "ոռ", "o": "οσоօᴏ", "p": "ρр", "q": "ԛգզ", "r": "гᴦ", "s": "ѕꜱ", "u": "υսʋᴜ", "v": "νѵᴠ",
    "w": "ѡԝաᴡ", "x": "х", "y": "γуүɣʏ", "z": "ᴢ",
}  # fmt: skip
"""Latin letters, and the Greek, Cyrillic, Armenian and rarer Latin ones that Unicode takes for the same
(confusables.txt of UTS #39, https://www.unicode.org/reports/tr39/), with the small kappa and ka. Those of scripts that
no keyboard in use here has, such as Cherokee and Lisu, are not among them."""
_BLOCKS = ((0x370, 0x530), (0x1F00, 0x2000), (0x1D400, 0x1D800), (0xFF21, 0xFF5B))
"""Greek and Cyrillic, also with accents; mathematical and full-width letters."""


def _look_alike() -> dict[int, str]:
    """Every sign that is one of those letters, or one of them with an accent or in another style."""
    found = {ord(sign): letter for letter, signs in _LIKE.items() for sign in signs}
    for code in (code for begins, ends in _BLOCKS for code in range(begins, ends)):
        base = unicodedata.normalize("NFKD", chr(code))[0]
        if letter := found.get(ord(base)) or (base if base.isascii() and base.isalpha() else ""):
            found[code] = letter
    return found


_LOOK_ALIKE = _look_alike()
_DOUBLED = re.compile(r"([^\W\d_])\1+")
TELLS_UNDOUBLED = 5
"""Letters from which one name by itself is known whether its letters are doubled or not."""
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
INITIALS = re.compile(r"(?:[^\W\d_]\.){2,5}")
ABBREVIATIONS = frozenset(
    re.findall(
        r"\S+",
        "a.d. a.k.a. a.m. b.a. b.c. c.c. c.p. c.v. d.v. e.g. g.p. h.r. i.d. i.e. i.r.o. i.t. m.a. m.p. n.a. n.b. "
        "n.h.s. o.k. p.a. p.c. p.m. p.s. q.a. r.i. s.w. t.b.a. t.b.c. t.m. t.v. u.k.",
    )
)
"""What is written so in letters whoever they are about: a child with such initials costs nobody a letter."""
_WRITTEN_WITHOUT_SPACES = re.compile("[\u0e00-\u0eff\u1000-\u109f\u2e80-\u9fff\uac00-\ud7af]")


def carries(text: str, forbidden: Iterable[str], references: Iterable[str] = ()) -> bool:
    """Whether HTML or plain text carries any of `forbidden`.

    Words are compared, so spaces, hyphens, capitals, accents, entities, formatting, doubled letters and letters of
    another alphabet that look alike do not hide anything, and a part of a longer word is not taken for a name. A date
    is found in any writing, but not in the `references` of the letter's audits; initials (“R.E.”) by their dots.
    """
    seen = _Seen(text, references)
    return any(
        seen.dated(date.fromisoformat(item)) if _DATE.fullmatch(item)
        else bool(as_initials(item).search(seen.as_it_looks)) if INITIALS.fullmatch(item)
        else any(seen.holds(each) for each in _spellings(item))
        for item in forbidden
    )  # fmt: skip


def as_it_looks(text: str) -> str:
    """A text with the Latin letters for those of other alphabets that look like them, sign for sign."""
    return text if text.isascii() else text.translate(_LOOK_ALIKE)


def undoubled(text: str) -> str:
    """A text with each doubled letter once: “Hanah” for “Hannah”."""
    return _DOUBLED.sub(r"\1", text)


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
    Initials in the letter's own text are an abbreviation (“P.S.”), and nobody's.

    `put_in` is everything put into a letter, `always_shown` the `shown_words` of the letter without it. Most letters
    carry none, and this is much quicker than looking through the whole of a letter.
    """
    text = _plain(put_in)
    if not put_in.isascii():
        text += _plain(as_it_looks(put_in))
    once, shown = undoubled(text), _undoubled_once(always_shown)

    def there(looked_for: _LookedFor) -> bool:
        if looked_for.on:
            return may_be_written(looked_for.on, text) or may_have_a_part_in(looked_for.on, always_shown)
        if looked_for.initials:
            found = looked_for.initials in text
            return found and bool(as_initials(looked_for.item).search(as_it_looks(_visible(put_in))))
        return any(all(word in once or word in shown for word in words) for words in looked_for.ways)

    return [item for item in forbidden if there(_looked_for(item))]


@dataclass(frozen=True, slots=True)
class _LookedFor:
    """Of what no letter may carry: the day it is, how the initials begin that it is, or its words in each spelling,
    doubled letters once and the longest word first, as it is the rarest."""

    item: str
    on: date | None
    initials: str
    ways: tuple[tuple[str, ...], ...]


@lru_cache(maxsize=4096)
def _looked_for(item: str) -> _LookedFor:
    on = date.fromisoformat(item) if _DATE.fullmatch(item) else None
    spelt = (undoubled(each).split() for each in _spellings(item))
    ways = tuple(tuple(sorted(words, key=len, reverse=True)) for words in spelt if words)
    return _LookedFor(item, on, item[:2].casefold() if INITIALS.fullmatch(item) else "", ways)


def shown_words(text: str) -> str:
    """The words a reader, or a click on a link, would show: lower case, without accents, a space between them."""
    addresses = " ".join(_ADDRESS.findall(text))
    return " ".join(_WORD.findall(_plain(_ELEMENT.sub(" ", _NOT_SHOWN.sub(" ", text)) + " " + addresses)))


def _visible(text: str) -> str:
    """What a reader sees of HTML or plain text, as it stands."""
    addresses = unquote(" ".join(_ADDRESS.findall(text)))
    return html.unescape(f"{_ELEMENT.sub(' ', _NOT_SHOWN.sub(' ', text))} {addresses}")


class _Seen:
    """What a reader sees of HTML or plain text, each way of looking at it made once and only if it is needed."""

    def __init__(self, text: str, references: Iterable[str]) -> None:
        self._text, self._references = text, references

    @cached_property
    def _words(self) -> str:
        words = f" {shown_words(self._text)} "
        return words if self._text.isascii() else f"{words}{shown_words(as_it_looks(self._text))} "

    @cached_property
    def _undoubled(self) -> str:
        return undoubled(self._words)

    def holds(self, item: str) -> bool:
        """Whether the words of an item stand in it together, their letters doubled or not."""
        return _within(self._words, item) or _undoubled_within(self._undoubled, item)

    @cached_property
    def as_it_looks(self) -> str:
        return as_it_looks(_visible(self._text))

    @cached_property
    def _with_dates(self) -> str:
        return _visible(_without(self._references, self._text))

    @cached_property
    def _dates(self) -> frozenset[date]:
        return frozenset(on for _, _, on in dates_written(self._with_dates))

    def dated(self, on: date) -> bool:
        return may_be_written(on, self._with_dates.casefold()) and on in self._dates


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
def _spellings(item: str) -> tuple[str, ...]:
    """The words of a name as it is written, and as it looks."""
    return tuple(dict.fromkeys((_joined(item), _joined(as_it_looks(item)))))


@lru_cache(maxsize=64)
def _undoubled_once(text: str) -> str:
    return undoubled(text)


def _undoubled_within(once: str, item: str) -> bool:
    name = undoubled(item)
    return (" " in name or len(name) >= TELLS_UNDOUBLED) and not name.isdigit() and f" {name} " in once


def _without(references: Iterable[str], text: str) -> str:
    """A text without the references of its audits, in which a date may seem to stand."""
    for reference in references:
        text = re.sub(rf"(?<!\w){re.escape(reference)}(?!\w)", " ", text, flags=re.IGNORECASE)
    return text


def _within(searched: str, item: str) -> bool:
    if not item:
        return False
    return f" {item} " in searched or bool(_WRITTEN_WITHOUT_SPACES.search(item) and item in searched)
