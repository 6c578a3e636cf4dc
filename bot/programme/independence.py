"""Whether an auditor is independent of the work, and what is asked about a moderator who may not be (§6).

The guide wants auditors independent of the team, with no direct involvement in the work. Of moderators it says nothing;
where one of them stands close to the work, that is a question to the Audit Team and stops nothing.
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable
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
    one, two = (" ".join(_in_figures(each)) for each in (key, other))
    if re.findall(r"\d+", one) != re.findall(r"\d+", two):
        return False
    if _in_short(one) == two.replace(" ", "") or _in_short(two) == one.replace(" ", ""):
        return True
    if _all_there(_usual(one), _there(two)) and _all_there(_usual(two), _there(one)):
        return True
    return difflib.SequenceMatcher(None, one, two).ratio() >= _LIKE


def may_name(written: str, key: str) -> bool:
    """Whether what somebody wrote may name a team among other things: all its words are there, or their first letters
    ("FSP 1/2", "FSP 1 until May" and "FSP 1-4" name "fsp 1"; of "1-4" or "1 to 4" every number between is meant)."""
    words = _usual(" ".join(_in_figures(key)))
    return any(word.isalpha() for word in words) and _all_there(
        words, _there(" ".join(_in_figures(team_key(written)))) | _between(written)
    )


def is_a_number(key: str) -> bool:
    """Whether a team, as it is compared, is called by a number alone, which may be that of any service."""
    return bool(key) and all(word.isdigit() for word in _in_figures(key))


@lru_cache(maxsize=10_000)
def words_of_team(key: str) -> frozenset[str]:
    return frozenset(_in_figures(key))


def _in_figures(key: str) -> list[str]:
    return [_NUMBERS.get(word, word) for word in key.split()]


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
_RANGE = re.compile(
    r"\b(\d+|[a-z])\s*(?:[-‐‑‒–—]|\.\.+|…|to|up to|till|until|and|thru|through)\s*(?:[a-z]{2,}\s*){0,2}(\d+|[a-z])\b"
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


def _in_short(key: str) -> str:
    words = key.split()
    return "".join(word if word.isdigit() else word[0] for word in words) if len(words) > 1 else ""


@lru_cache(maxsize=10_000)
def team_key(name: str) -> str:
    """The name of a team as it is compared: "The Bow Team" and "Bow" are one, "Team1", "Team 1" and "Team 01" too, and
    "Tîm Môn" and "Tim Mon"."""
    words = [word.lstrip("0") or "0" if word[0] in "0123456789" else word
             for word in re.findall(r"[^\W\d_]+|[0-9]+", plain_letters(name))]  # fmt: skip
    short = [word for word in words if word not in ("the", "team", "and")]
    return " ".join(short or words)


def _who_works_with(a: Allocation) -> list[tuple[Person, str]]:
    parts = (
        (a.practitioner, "practitioner"),
        (a.team_manager, "Team Manager"),
        (a.iro_or_cp_chair, "IRO or CP Chair"),
    )
    return [(person, part) for person, part in parts if person]
