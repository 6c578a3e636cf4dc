"""What stands in the cell of one person: a name, an address, and what is written beside them, of which nothing is
passed over unread (docs/proposing.md).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.programme.importing.people_named import ADDRESS, folded_name
from bot.programme.importing.short_names import of_one_name
from bot.programme.plain_letters import plain_letters

_ADDRESS = re.compile(rf"<?\s*(?:mailto:)?{ADDRESS.pattern}\s*>?")
_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|\{([^{}]*)\}")
_FORMER = r"\b(?:n[ée]e|formerly|previously|previous|prev|prior|was|aka|known as|maiden(?: name)?|ex)\b"
_SMALL_PARTICLES = r"al|ap|bin|da|de|del|den|der|di|du|el|la|le|st|van|von"
_IN_WORDS = (
    r"(?-i:\b(?:to|over|via|now|handed|handing|passed|passing|moved|moving|transferred|transferring|reassigned)\b"
    rf"|(?<=[^\W\d_]) (?:(?!(?:{_SMALL_PARTICLES}) )[a-zß-ÿ]+ ){{2,}}(?=[A-ZÀ-Þ]))"
)
"""Small words that lead from one name to another, and any two of them between capitals: no name goes on behind them."""
_APART = re.compile(
    rf"({_FORMER})"
    r"|[^\w\s.,'’‘ʼ´`‐‑‒–—―−?%-]|[\n\t]|\s[-–—]+|[-–—]+\s|[–—](?![^\W\d_]+$)|(?<=[^\W\d_]{3})[.](?=\s)|(?<![^\W_])\d[\d\s.,/%:-]*"
    r"|\b(?:and|or|then|until|till|from|since|with|for|by|but|covered|covering|supervised|acting)\b"
    rf"|{_IN_WORDS}",
    re.IGNORECASE,
)
"""What parts the names of a cell, and in its group what says that a name follows which the same person had before."""
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "mx", "prof"})
_PARTICLES = frozenset(_SMALL_PARTICLES.split("|"))
_HARMLESS = _TITLES | {
    "advanced", "agency", "atm", "cin", "cla", "dtm", "gm", "hos", "lac", "psw", "sm", "ssw", "tm", "uasc",
    "assistant", "assurance", "asye", "based", "chair", "consultant", "contract", "cp", "cpc",
    "day", "days", "deputy", "director", "ext", "fte", "full", "fri", "friday", "group", "he", "head", "her", "hers",
    "him", "his", "hours", "iro", "lead", "locum", "manager", "mob", "mobile", "mon", "monday", "newly", "nqsw", "of",
    "officer", "part", "perm", "permanent", "phone", "practice", "practitioner", "principal", "qa", "qualified",
    "quality", "registered", "senior", "service", "services", "she", "social", "student", "sw", "team", "tel",
    "telephone", "temp", "temporary", "the", "their", "them", "they", "thu", "thursday", "time", "tue", "tuesday",
    "wed", "wednesday", "week", "worker",
}  # fmt: skip
"""Words of a post, of hours, of how to reach somebody or to speak of them: these name nobody and forbid nothing."""
_OF_LEAVING = frozenset({
    "absent", "ex", "former", "formerly", "gone", "inactive", "leave", "leaver", "leaves", "leaving", "left",
    "maternity", "never", "no", "not", "paternity", "resigned", "retired", "seconded", "secondment", "sick",
    "sickness", "suspended", "unavailable", "use",
})  # fmt: skip
"""Words that speak against somebody: they are never taken for a team's, a role's or a name's."""
_NAMES_NOBODY = _HARMLESS | _OF_LEAVING | {
    "a", "above", "allocated", "also", "as", "at", "away", "backfill", "board", "both", "case", "cases", "child",
    "children", "close", "closed", "contact", "cover", "covers", "current", "currently", "duty", "in", "interim", "is",
    "joint", "jointly", "joined", "long", "new", "now", "old", "on", "only", "open", "post", "replaced", "replacement",
    "replacing", "returns", "see", "starter", "started", "starts", "still", "supervises", "supervising", "supervisor",
    "term", "to", "today", "under", "when", "who", "will", "worked",
    "jan", "january", "feb", "february", "mar", "march", "apr", "april", "may", "jun", "june", "jul", "july", "aug",
    "august", "sep", "sept", "september", "oct", "october", "nov", "november", "dec", "december",
}  # fmt: skip
"""Words that may lead to a name and are none."""
_MOST_WORDS = 4
_FEWEST_FIGURES = 7
"""So many figures are a telephone's."""
_OF_FIGURES = frozenset({"day", "days", "ext", "hours", "mob", "mobile", "phone", "tel", "telephone", "week"})
"""Words that say of figures beside them what they are, and forbid nothing."""
_NUMBERED = re.compile(r"(?<=[^\W\d_]{2})\s+(\d{1,2})(?=\s*(?:$|[<(\[\n]))")
"""The number of a name that has one: “Audit Tester 1”."""
_NUMBER = re.compile(r"(?<=[^\W\d_])(?=\d{1,2}$)")
_LONG_DASH = re.compile(r"(?<=[a-zß-ÿ])[–—](?=[A-ZÀ-Þ][a-zß-ÿ])")
_DOTTED = re.compile(r"^\s*([^\W\d_]{2,5})\.(?=\s)")
"""“Ann–Marie”, and a title or a short first name with a full stop."""
_LETTERS_ALONE = re.compile(r"(?:[^\W\d_]|[\s,.'’-])+")
_DOTTED_INITIALS = re.compile(r"(?:[A-ZÀ-Þ]\.\s?){2,4}|[A-ZÀ-Þ](?:\.?\s[A-ZÀ-Þ]){1,3}")
_SHARE = re.compile(r"[01]?[.,]\d+|\d+\s?%")


@dataclass(frozen=True, slots=True)
class Written:
    """`name` is who is named first; `addresses` all that stand there; `also` other names of the same person, in full;
    `others` what may be other people's names, each with whether it is written as a name in full. `more`: something
    stands there that is neither name nor address nor harmless beside them."""

    name: str
    addresses: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    others: tuple[tuple[str, bool], ...] = ()
    more: bool = False

    @property
    def alone(self) -> str:
        """The cell without what stands beside."""
        return " ".join([self.name, *(f"<{each}>" for each in self.addresses)]).strip()


@lru_cache(maxsize=20_000)
def written(text: str, places: frozenset[str] = frozenset(), people: frozenset[str] = frozenset()) -> Written:
    """`places` are words of the council's teams, services and roles, folded, which name nobody. `people` are names of
    those it knows, folded: such a name is one whatever its words say (Will Day)."""
    text = _DOTTED.sub(r"\1", _LONG_DASH.sub("-", _NUMBERED.sub(r"\1", text)))
    found_there = (a.casefold().removeprefix("mailto:").strip(".") for a in ADDRESS.findall(text))
    addresses = tuple(dict.fromkeys(found_there))
    rest = _ADDRESS.sub("\n", text)
    inside = [found[1] or found[2] or found[3] or "" for found in _BRACKETS.finditer(rest)]
    outside, middle = _without_brackets(rest)
    harmless = _HARMLESS | (places - _OF_LEAVING)
    first, pieces, left = _first_name(outside, inside, harmless, people)
    name = _NUMBER.sub(" ", " ".join(first.split()))
    more = any(not _nothing_in(each, harmless, places, people) for each in left)
    also: list[str] = []
    others: list[tuple[str, bool]] = []
    own = folded_name(name).split()
    for n, piece in enumerate(inside):
        if piece.strip(" ,") == first:
            continue
        found = list(_pieces(piece, people))
        same = [_same_person(own, text, former, middle[n]) for former, text in found]
        also += [each for names in same for each in names]
        if not all(same) and not _nothing_in(piece, harmless, places, people):
            more = True
        pieces += [each for each, names in zip(found, same, strict=True) if not names]
    for former, piece in pieces:
        names = _same_person(own, piece, former, False) if former else []
        also += names
        if not names:
            known = _of_register(piece, people)
            others += [(each, True) for each in known]
            if not known and (candidate := _candidate(piece, harmless)):
                others.append(candidate)
    more = more or bool(others) or (folded_name(name) not in people and _speaks_against(name))
    return Written(name, addresses, tuple(dict.fromkeys(also)), tuple(dict.fromkeys(others)), more)


def in_full(name: str) -> bool:
    """Whether a text is written as somebody's name in full, and no words of another kind."""
    found = _candidate(name, _HARMLESS)
    return bool(found and found[1])


def without_address(text: str) -> str:
    """A cell with all that stands there but addresses."""
    return " ".join(_ADDRESS.sub(" ", text).split()).strip(" ,;")


def shown_by_address(text: str, address: str) -> frozenset[str]:
    """The name in a cell, folded, where it has words that would say something else and the person's own address has
    them too (“Vu Kim No” and vu.no@…): they are the name's."""
    name = folded_name(without_address(text))
    words, own = name.split(), place_words(address.partition("@")[0])
    doubtful = [word for word in words if word in _NAMES_NOBODY or _APART.search(word)]
    in_parts = own and all(part in words or any(part == word[0] for word in words) for part in own)
    if doubtful and in_parts and all(word in own for word in doubtful):
        return frozenset({name})
    in_one = words and "".join(own) in {
        "".join(begins) + words[-1]
        for begins in ([words[0]], [words[0][0]], words[:-1], [w[0] for w in words[:-1]])
    }
    return frozenset({name}) if doubtful and in_one else frozenset()


def place_words(text: str) -> list[str]:
    """The words of a team, service or role, as `places` has them."""
    return re.findall(r"[^\W\d_]+", plain_letters(text))


def says_nothing(text: str, places: frozenset[str]) -> bool:
    """Whether words that stand in the place of a name are those of a team or a role alone."""
    return _nothing_in(text, _HARMLESS | (places - _OF_LEAVING), places, ())


def _without_brackets(text: str) -> tuple[str, list[bool]]:
    """What stands outside of brackets, and of each bracket whether a name goes on behind it."""
    middle = []
    for found in _BRACKETS.finditer(text):
        before, behind = text[: found.start()].rstrip(), text[found.end() :].lstrip()
        middle.append(bool(before[-1:].isalpha() and _WORD.match(behind.lstrip(", "))))
    return _BRACKETS.sub(" ", text), middle


def _first_name(
    outside: str, inside: Sequence[str], harmless: Collection[str], people: Collection[str]
) -> tuple[str, list[tuple[bool, str]], list[str]]:
    """The name that stands first, outside of brackets if there is one; the pieces beside it, each with whether it is a
    former name; and all that stands outside besides."""
    for text in (outside, *inside):
        pieces = list(_pieces(text, people))
        for n, (_, piece) in enumerate(pieces):
            name, asides = (piece, []) if folded_name(piece) in people else _of_commas(piece)
            if folded_name(name) not in people:
                if _NAMES_NOBODY.issuperset(_words(name)):
                    continue
                if text is not outside and _words(outside) and all(w in harmless for w in _words(name)):
                    continue  # a team or a post in brackets, behind a name of such words
            begins = text.index(piece)
            left = [text[:begins], text[begins + len(piece) :], *asides] if text is outside else [outside]
            others = [*pieces[:n], *((False, each) for each in asides), *pieces[n + 1 :]]
            if text is not outside:
                others += _pieces(outside, people)
            return name, others, left
    return " ".join(outside.split()).strip(" ,;") or " ".join(inside), [], []


def _of_commas(piece: str) -> tuple[str, list[str]]:
    """A name with or without its surname first, and what stands beside it behind commas."""
    parts = [part.strip() for part in piece.split(",")]
    names = [part for part in parts if part and not _NAMES_NOBODY.issuperset(_words(part))]
    if len(parts) == 2 and len(names) == 1 and len(_words(names[0])) == 1:
        return piece, []  # the surname is such a word
    asides = [part for part in parts if part and part not in names]
    if len(names) < 2:
        return (names or parts)[0], asides
    surname, first = (_words(part) for part in names[:2])
    if len(surname) > 1 and len(first) > 1 and surname[0] not in _PARTICLES:
        return names[0], [*names[1:], *asides]
    return ", ".join(names[:2]), [*names[2:], *asides]


def _pieces(text: str, people: Collection[str]) -> Iterator[tuple[bool, str]]:
    """The names a text may hold, as it parts them; and of each whether it is one that somebody had before."""
    if _LETTERS_ALONE.fullmatch(text) and folded_name(text) in people:
        yield False, text.strip(" ,")
        return
    former, at = False, 0
    for found in _APART.finditer(text):
        if _words(text[at : found.start()]):
            yield former, text[at : found.start()].strip(" ,")
            former = False
        former, at = former or bool(found[1]), found.end()
    if _words(text[at:]):
        yield former, text[at:].strip(" ,")


def _words(text: str) -> list[str]:
    return _WORD.findall(plain_letters(text))


def _same_person(own: Sequence[str], piece: str, former: bool, middle: bool) -> list[str]:
    """Names in full of the person with this name, where a piece is another first name or surname of theirs."""
    words = _words(piece)
    if len(own) < 2 or not words or not _NAMES_NOBODY.isdisjoint(words):
        return []
    first, last = own[0], own[-1]
    if len(words) > 1:
        return [" ".join(words)] if former and words[0] == first else []
    by_surname, by_first = f"{first} {words[0]}", f"{words[0]} {last}"
    if not former and _short_form(words[0], first):
        return [by_first]
    return [by_surname] if former else [by_first, by_surname] if middle else []


def _short_form(one: str, other: str) -> bool:
    """Whether a first name may be another in short: “Tom” has some letters of “Thomas” in their order."""
    short, full = sorted((one, other), key=len)
    letters = iter(full)
    in_order = short[0] == full[0] and all(c in letters for c in short)
    return in_order or not of_one_name(one).isdisjoint(of_one_name(other))


def _candidate(piece: str, harmless: Collection[str]) -> tuple[str, bool] | None:
    """What of a piece may be somebody's name, and whether it is written as one in full."""
    piece = re.sub(r"['’]s\b", "", piece)
    if _DOTTED_INITIALS.fullmatch(piece.strip(" ,")):
        letters = re.sub(r"\W", "", piece)
        return None if letters.casefold() in harmless else (letters, False)
    found = list(_WORD.finditer(piece))
    words = _words(piece)
    if len(words) != len(found):
        return piece, True
    while words and words[0] in _NAMES_NOBODY:
        words, found = words[1:], found[1:]
    while words and words[-1] in _NAMES_NOBODY and found[-1][0].islower():
        words, found = words[:-1], found[:-1]
    if not words or (len(words) == 1 and words[0] in harmless):
        return None
    capital = all(word[0][0].isupper() or plain_letters(word[0]) in _PARTICLES for word in found)
    in_full = 1 < len(words) <= _MOST_WORDS and capital and not all(w in harmless for w in words)
    return piece[found[0].start() : found[-1].end()], in_full


def _of_register(text: str, people: Collection[str]) -> list[str]:
    """The names of `people` that stand in a text, word by word."""
    words, found, n = _words(text), list[str](), 0
    while n < len(words):
        name = next((m for k in range(_MOST_WORDS, 1, -1) if (m := " ".join(words[n : n + k])) in people), "")
        found += [name] if name else []
        n += len(name.split()) or 1
    return found


def _nothing_in(
    text: str, harmless: Collection[str], places: Collection[str], people: Collection[str]
) -> bool:
    """Whether what stands beside a name says nothing but a team, a role, working hours or a telephone."""
    words = _words(text)
    figures = re.sub(r"\D", "", text)
    if any(word not in harmless for word in words) or _of_register(text, people):
        return False
    return (
        not figures
        or not _OF_FIGURES.isdisjoint(words)
        or len(figures) >= _FEWEST_FIGURES
        or bool(_SHARE.search(text))
        or any(word in places for word in words)
    )


def _speaks_against(name: str) -> bool:
    """Whether a name has a word in it that says somebody is not to be counted on: of two words it may be a surname."""
    words = [(found[0], plain_letters(found[0])) for found in _WORD.finditer(name)]
    speaking = [word for word, folded in words if folded in _OF_LEAVING]
    capitals = sum(word.isupper() for word, _ in words)
    return bool(speaking) and (
        len(words) > 2 or (capitals < len(words) and any(w.isupper() for w in speaking))
    )
