"""Whether an auditor is independent of the work, and what is asked about a moderator who may not be (§6).

The guide wants auditors independent of the team, with no direct involvement in the work. Of moderators it says nothing;
where one of them stands close to the work, that is a question to the Audit Team and stops nothing.
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache

from bot.programme.plain_letters import plain_letters
from bot.programme.vocabulary import Allocation, Person

_LIKE = 0.85
"""How alike the names of two teams must be for the bot to ask whether they are one."""


class Independence:
    """What the whole list shows of who works where and with which child. `allocations` are all its rows."""

    def __init__(self, allocations: Iterable[Allocation]) -> None:
        # address -> team as compared -> as written
        self._teams: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self._children: defaultdict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        for a in allocations:
            for person in (a.practitioner, a.team_manager):
                if person and a.team.strip():
                    self._teams[person.email].setdefault(team_key(a.team), a.team)
            child = a.mosaic_number.strip()
            for person, part in _who_works_with(a):
                if child:
                    self._children[person.email, child].append((a.reference, part))

    def faults(self, a: Allocation) -> list[str]:
        """Why the auditor is not independent: sentences without their full stop."""
        auditor = a.auditor
        if auditor is None:
            return []
        found = []
        if auditor == a.practitioner:
            found.append(f"{auditor.name} would audit their own work")
        elif auditor == a.team_manager or self._of_the_team(auditor, a):
            found.append(f"{auditor.name} belongs to the child's own team ({a.team})")
        else:
            found += [
                f"{auditor.name} is the {part} of the same child in {reference}"
                for reference, part in self._elsewhere(auditor, a)[:1]
            ]
        if auditor == a.iro_or_cp_chair:
            found.append(f"{auditor.name} is the child's IRO or CP Chair")
        if auditor == a.group_manager:
            found.append(f"{auditor.name} is the Group Manager of this work")
        if auditor == a.head_of_service:
            found.append(f"{auditor.name} is the Head of Service of this work")
        if auditor == a.moderator:
            found.append(f"{auditor.name} would moderate their own audit")
        return found

    def questions(self, a: Allocation) -> list[str]:
        """What stands too close to be passed over, though nothing says it is wrong."""
        found = []
        if a.auditor and not self.faults(a) and (other := self._alike(a.auditor, a)):
            found.append(
                f"{a.auditor.name} works in “{other}”, and the child's team is “{a.team}”. Is that one team? Then "
                "another auditor is needed."
            )
        moderator = a.moderator
        if moderator and moderator != a.auditor and a.audit_type.is_moderated:
            here = [part for person, part in _who_works_with(a) if person == moderator]
            here += [
                part
                for person, part in (
                    (a.group_manager, "Group Manager"),
                    (a.head_of_service, "Head of Service"),
                )
                if person == moderator
            ]
            near = [f"is the child's own {part}" for part in here[:1]]
            if not near:
                near = [
                    f"is the {part} of the same child in {ref}"
                    for ref, part in self._elsewhere(moderator, a)[:1]
                ]
            if not near and self._of_the_team(moderator, a):
                near = [f"belongs to the child's own team ({a.team})"]
            found += [
                f"The moderator, {moderator.name}, {why}. The guide asks independence of auditors only: is this meant?"
                for why in near
            ]
        return found

    def _of_the_team(self, person: Person, a: Allocation) -> bool:
        return bool(a.team.strip()) and team_key(a.team) in self._teams.get(person.email, {})

    def _alike(self, person: Person, a: Allocation) -> str:
        """A team of that person whose name looks like the child's but for a letter or two; "" when there is none."""
        mine = team_key(a.team)
        for key, written in self._teams.get(person.email, {}).items():
            if mine and may_be_one(key, mine):
                return written
        return ""

    def _elsewhere(self, person: Person, a: Allocation) -> list[tuple[str, str]]:
        found = self._children.get((person.email, a.mosaic_number.strip()), [])
        return sorted((reference, part) for reference, part in found if reference != a.reference)


def may_be_one(key: str, other: str) -> bool:
    """Whether two teams, as they are compared, may be one under two names: a slip, a number as a word or alone, or
    short forms word by word ("fsp north" and "family support protection north", "lac 1" and "cla 1"). Nobody can tell;
    it is asked."""
    if is_a_number(key) or is_a_number(other):
        return words_of_team(key) <= words_of_team(other) or words_of_team(other) <= words_of_team(key)
    one, two = (" ".join(_in_figures(_name_of(each))) for each in (key, other))
    if re.findall(r"\d+", one) != re.findall(r"\d+", two):
        return False
    if _in_short(one) == two.replace(" ", "") or _in_short(two) == one.replace(" ", ""):
        return True
    if _all_there(_usual(one), _there(two)) and _all_there(_usual(two), _there(one)):
        return True
    return difflib.SequenceMatcher(None, one, two).ratio() >= _LIKE


def may_name(written: str, key: str) -> bool:
    """Whether what somebody wrote may name a team among other things: all its words are there, or their first letters
    ("FSP 1/2", "FSP 1 until May" and "FSP 1-4" name "fsp 1"; of "1-4" or "1 to 4" every number between is meant). Of
    several that are each named in full the words of one say nothing of another ("FSP 2 & CWD 1")."""
    words = _usual(" ".join(_in_figures(_name_of(key))))
    return any(word.isalpha() for word in words) and any(
        _all_there(words, _there(" ".join(_in_figures(team_key(each)))) | _between(each))
        for each in _each_in_full(written)
    )


PARTED = re.compile(r"[/&+|]|\band\b", re.IGNORECASE)
_NO_NAMES = frozenset({
    "between", "from", "since", "until", "till", "to", "now", "then", "was", "also", "formerly", "previously",
    "pod", "pods", "unit", "units", "area", "areas", "no", "number", "january", "february", "march", "april", "may",
    "june", "july", "august", "september", "october", "november", "december", "jan", "feb", "mar", "apr", "jun",
    "jul", "aug", "sep", "sept", "oct", "nov", "dec",
})  # fmt: skip
"""Words that with a number are no team's name in full."""


@lru_cache(maxsize=10_000)
def _each_in_full(written: str) -> tuple[str, ...]:
    """The several names of a cell where each is one in full, with a word and a number of its own; else all of it."""
    parts = tuple(PARTED.split(written))
    for part in parts if len(parts) > 1 else ():
        words = _in_figures(team_key(part))
        named = any(word.isalpha() and len(word) > 1 for word in words) and _NO_NAMES.isdisjoint(words)
        if not named or all(word.isalpha() for word in words):
            return (written,)
    return parts


def is_a_number(key: str) -> bool:
    """Whether a team, as it is compared, is called by a number alone, which may be that of any service."""
    return bool(key) and all(word.isdigit() for word in _in_figures(key))


@lru_cache(maxsize=10_000)
def words_of_team(key: str) -> frozenset[str]:
    """The words of its name, numbers as figures."""
    return frozenset(_in_figures(_name_of(key)))


_OF_EVERY = frozenset({
    "service", "services", "teams", "group", "groups", "management", "manager", "managers", "head", "heads", "hos",
    "leadership", "lead", "leads", "leader", "leaders", "smt", "slt", "senior", "director", "directors",
    "directorate", "division", "department", "staff", "across", "whole", "wide",
})  # fmt: skip
"""Words that say of somebody that they are of all of it, or what they are there, and of a team nothing."""
_NAMED_SO = frozenset({
    "support", "development", "improvement", "information", "office", "work", "conference", "conferencing",
    "planning", "performance", "delivery", "design", "user", "users", "start",
})  # fmt: skip
"""What makes a name of such a word before it: “Management Support”, “Head Office”."""


@lru_cache(maxsize=10_000)
def _name_of(key: str) -> str:
    """A team, as it is compared, without the words that are no words of a name; all of it where nothing else would be
    left ("fsp" of "fsp management" and of "head of fsp", "service 1" of "service 1")."""
    words = key.split()
    kept = [
        word
        for n, word in enumerate(words)
        if word not in _OF_EVERY or (n == 0 and _NAMED_SO.intersection(words[1:2]))
    ]
    while len(kept) < len(words) and kept and kept[0] in _SMALL:
        del kept[0]
    while len(kept) < len(words) and kept and kept[-1] in _SMALL:
        del kept[-1]
    return " ".join(kept) if any(word.isalpha() and len(word) > 1 for word in kept) else key


def _in_figures(key: str) -> list[str]:
    """The words of a key, numbers as figures. A letter of a short form is none: behind an “and” that `team_key` keeps,
    or beside another letter ("a i" of “A&I”)."""
    words, found = key.split(), list[str]()
    for n, word in enumerate(words):
        beside = found[-1:] if n else words[1:2]
        letter = len(word) == 1 and any(len(other) == 1 and other.isalpha() for other in beside)
        is_letter = word in _ROMANS and (letter or words[max(0, n - 1)] == "and")
        if word != "and" or len(words) == 1:
            found.append(word if is_letter else _NUMBERS.get(word, word))
    return found


_USUAL = (
    (r"(child|children|people|leaver|leavers) s", r"\1"), ("childrens", "children"),
    ("(?:looked after children|children looked after|child(?:ren)? in care|looked after|lac|cic)", "cla"),
    ("child(?:ren)? in need", "cin"), ("care leavers?", "leaving care"),
    ("(?:child(?:ren)? with (?:a )?disabilit(?:y|ies)|disabled child(?:ren)?|child(?:ren)? disabilit(?:y|ies)|dct|cdt)",
     "cwd"),
)  # fmt: skip
_USUALLY = tuple((re.compile(rf"\b{said}\b"), usual) for said, usual in _USUAL)
"""What teams of children's services are called in more ways than one, and one way for each."""
_SMALL = frozenset({"in", "of", "with", "for", "s", "a"})
_BETWEEN = re.compile(r"\bbetween\b(.*?)\band\b")
_RANGE = re.compile(
    r"\b(\d+|[a-z])\s*(?:[-‐‑‒–—]|\.\.+|…|to|up to|till|until|thru|through)\s*(?:[a-z]{2,}\s*){0,2}(\d+|[a-z])\b"
)
_MOST_BETWEEN = 40
_ROMAN = {"i": "1", "v": "5", "x": "10"}


@lru_cache(maxsize=10_000)
def _usual(words: str) -> tuple[str, ...]:
    for said, usual in _USUALLY:
        words = said.sub(usual, words)
    return tuple(words.split())


@lru_cache(maxsize=10_000)
def _there(words: str) -> frozenset[str]:
    """The words of a team, and the first letters of any that follow each other."""
    usual = _usual(words)
    runs = (usual[a:b] for a in range(len(usual)) for b in range(a + 2, len(usual) + 1))
    return frozenset(usual).union(*map(_first_letters, runs))


@lru_cache(maxsize=10_000)
def _first_letters(words: tuple[str, ...]) -> frozenset[str]:
    """ "fsp" of "family support protection", also with a letter for the word “team” behind them."""
    if any(word.isdigit() for word in words):
        return frozenset()
    short = {"".join(w[0] for w in words), "".join(w[0] for w in words if w not in _SMALL)}
    return frozenset(each + team for each in short if len(each) > 1 for team in ("", "t"))


@lru_cache(maxsize=100_000)
def _all_there(words: tuple[str, ...], there: frozenset[str]) -> bool:
    if not words:
        return True
    if words[0] in there and _all_there(words[1:], there):
        return True
    return any(
        _first_letters(words[:n]) & there and _all_there(words[n:], there) for n in range(2, len(words) + 1)
    )


@lru_cache(maxsize=10_000)
def _between(written: str) -> frozenset[str]:
    """All that "1-4", "1 to 4" or "A–C" in a name stands for."""
    words = re.sub(r"[a-z]+", lambda found: _NUMBERS.get(found[0], found[0]) if len(found[0]) > 1 else found[0],
                   re.sub(r"(?<=[a-z])(?=\d)", " ", written.casefold()))  # fmt: skip
    words = _BETWEEN.sub(r"\1 to ", words)
    found: set[str] = set()
    for first, last in _RANGE.findall(words):
        if first.isdigit() != last.isdigit():  # “I to IV”: a letter alone may be a Roman figure
            first, last = (_ROMAN.get(each, each) for each in (first, last))
        if first.isdigit() and last.isdigit() and abs(int(last) - int(first)) <= _MOST_BETWEEN:
            low, high = sorted((int(first), int(last)))
            found.update(map(str, range(low, high + 1)))
        elif first.isalpha() and last.isalpha() and first <= last:
            found.update(map(chr, range(ord(first), ord(last) + 1)))
    return frozenset(found)


_FIGURES = (
    {"one", "i"}, {"two", "ii"}, {"three", "iii"}, {"four", "iv"}, {"five", "v"}, {"six", "vi"}, {"seven", "vii"},
    {"eight", "viii"}, {"nine", "ix"}, {"ten", "x"},
)  # fmt: skip
_NUMBERS = {word: str(n) for n, words in enumerate(_FIGURES, 1) for word in words}
_ROMANS = frozenset(word for word in _NUMBERS if set(word) <= set("ivx"))


def _in_short(key: str) -> str:
    words = key.split()
    return "".join(word if word.isdigit() else word[0] for word in words) if len(words) > 1 else ""


@lru_cache(maxsize=10_000)
def team_key(name: str) -> str:
    """The name of a team as it is compared: "The Bow Team" and "Bow" are one, "Team1", "Team 1" and "Team 01" too, and
    "Tîm Môn" and "Tim Mon". An “and” is kept where what follows is a letter of a short form, not a Roman figure: “CP&I”
    is not “CP I”."""
    words = [word.lstrip("0") or "0" if word[0] in "0123456789" else "and" if word == "&" else word
             for word in re.findall(r"[^\W\d_]+|[0-9]+|&", plain_letters(name))]  # fmt: skip
    short = [word for n, word in enumerate(words)
             if word not in ("the", "team", "and") or (word == "and" and _before_a_letter(words, n))]  # fmt: skip
    return " ".join(short or words)


def _before_a_letter(words: Sequence[str], n: int) -> bool:
    before = words[n - 1] if n else ""
    return (
        len(before) > 1
        and before.isalpha()
        and before not in _NUMBERS
        and not _ROMANS.isdisjoint(words[n + 1 : n + 2])
    )


def _who_works_with(a: Allocation) -> list[tuple[Person, str]]:
    parts = (
        (a.practitioner, "practitioner"),
        (a.team_manager, "Team Manager"),
        (a.iro_or_cp_chair, "IRO or CP Chair"),
    )
    return [(person, part) for person, part in parts if person]
