"""What a cell of a proposal's sheets says before anybody asks what it means: nothing, that it is not known, that
there is none, or an error of Excel. One law for every cell of every sheet and list (docs/proposing.md).

An empty look-up in Excel is 0 and a failed one “#N/A” or a dash, so neither says anything of a child. A tick is a
yes; ditto marks are the word “ditto”; of any other sign alone nobody knows what it says, so it is never an empty cell.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from enum import Enum, auto
from functools import lru_cache

from bot.programme.allocating.any_team import is_any_team
from bot.programme.importing.sheets import Value, error_of_excel, shown

PEOPLE = frozenset(
    {"practitioner", "team_manager", "group_manager", "head_of_service", "iro_or_cp_chair", "manager", "auditor",
     "moderator", "auditors_head_of_service", "involved", "earlier_auditors", "paired"}
)  # fmt: skip
"""Our words for the columns in which people stand; TEAMS likewise, and OWN_WORK for the numbers of children."""
TEAMS = frozenset({"team", "teams_before", "met"})
OWN_WORK = "own_work"
SEVERAL = frozenset({"involved", "earlier_auditors", "paired", "teams_before", "met", OWN_WORK, "kloe", "by_hand",
                     "off_auditor", "off_moderator"})  # fmt: skip
_MAY_BE_OPEN = frozenset({"kloe", "confirmed_on"})
POSTS = frozenset({"team_manager", "group_manager", "head_of_service"})
"""Of these somebody may say that the post is vacant: then it is nobody's."""

_NAUGHT = re.compile(r"0+(?:[.,]0+)?|n\.?\s?[/\\]?\s?a\.?", re.IGNORECASE)
_EMPTY = re.compile(r"[\s\-‐‑‒–—―−_.·]*")
_TICKS = frozenset("✓✔☑√●*✅")
_DITTO = re.compile(r"[\s\-–—]*(?:[\"'“”„‟″‶〃′‘’´ʺ˝]|,,)[\s\-–—\"'“”„‟″‶〃′‘’´ʺ˝,]*")
_NONE = frozenset({"none", "nobody", "no one", "noone", "nil", "not applicable", "there is none"})
_NOT_KNOWN = re.compile(
    r"\btb[acd]\b|\?|\b(?:awaiting|pending|vacant|vacancy)\b|\b(?:don.?t|do not) know\b"
    r"|\bto be (?:advised|agreed|allocated|announced|appointed|assigned|confirmed|decided|determined|found)\b"
    r"|\b(?:not (?:yet )?|un)(?:allocated|assigned|available|confirmed|identified|known|recorded|stated|sure)\b",
    re.IGNORECASE,
)
"""Wherever one of these stands among people, teams or numbers, what it is about is not known."""
_VACANT = re.compile(r"(?:post )?(?:is )?(?:vacant|vacancy)(?: post)?")
_WHOLE = frozenset(
    {"various", "several", "multiple", "as above", "see above", "above", "ditto", "same", "same as above", "yes", "y",
     "true", "no", "n", "false", "x", "xx", "xxx", "null", "nan", "blank", "empty", "missing", "other", "see mosaic",
     "none known", "none yet", "none allocated", "no allocation"}
)  # fmt: skip
_WHOLE_OF_PEOPLE = frozenset(
    {"duty", "duty worker", "duty social worker", "duty team", "duty manager", "agency", "agency worker",
     "agency social worker", "locum", "worker", "social worker", "a n other", "an other", "somebody", "someone", "anon",
     "no worker", "no social worker", "no allocated worker"}
)  # fmt: skip
"""These say it where nothing else stands in the cell: a team may be called “Duty”."""
_SQUEEZED = frozenset(
    {"tbc", "tba", "tbd", "nk", "unknown", "notknown", "notallocated", "unalloc", "unallocated"}
)
"""The same with whatever stands between the letters: “T.B.C.”, “N/K”."""
_NO_NAMES = frozenset(
    {"a", "above", "agency", "allocated", "allocation", "and", "as", "asye", "at", "await", "awaited", "be", "both",
     "case", "child", "children", "closed", "conf", "confirm", "council", "cover", "covered", "covering", "duty", "for",
     "follow", "from", "gone", "in", "is", "known", "leave", "left", "list", "maternity", "manager", "mosaic", "new",
     "no", "nobody", "none", "not", "notes", "of", "off", "on", "or", "other", "others", "post", "practitioner",
     "record", "records", "refer", "report", "see", "service", "services", "sick", "sickness", "social", "staff",
     "starter", "student", "sw", "team", "temp", "temporary", "the", "to", "unit", "various", "was", "who", "with",
     "worker", "workers", "yet"}
)  # fmt: skip
"""A cell of these words alone names nobody; of the others no team."""
_NO_TEAMS = frozenset(
    {"above", "as", "closed", "council", "follow", "gone", "left", "mosaic", "not", "notes", "other", "refer",
     "see", "team", "teams", "the", "to", "various", "yet"}
)  # fmt: skip
_IN_NO_TEAM = frozenset({"no team", "not in a team", "no own team", "without a team"})


class Says(Enum):
    """What a cell says; WORDS is everything that means something."""

    NOTHING = auto()
    NOT_KNOWN = auto()
    NONE = auto()
    WORDS = auto()


def is_error(value: Value) -> bool:
    """Whether a cell is an error of a spreadsheet, or a formula that was never worked out."""
    return isinstance(value, str) and error_of_excel(plain(value))


def plain(value: Value) -> str:
    """The text of a cell without what nobody sees."""
    if isinstance(value, str) and value.isascii():
        return value.strip()
    text = unicodedata.normalize("NFKC", shown(value))
    return "".join(c for c in text if unicodedata.category(c) != "Cf").strip()


def is_nothing(value: Value) -> bool:
    """An empty cell, dashes or dots, “n/a”, and the 0 that a look-up of an empty cell gives."""
    text = plain(value)
    return bool(_EMPTY.fullmatch(text) or _NAUGHT.fullmatch(text))


def is_no_number(value: Value) -> bool:
    """The same of a cell of numbers, in which 0 is one."""
    return is_nothing(value) and not any(c.isdigit() for c in plain(value))


def is_sign(value: Value) -> bool:
    """Signs alone that are not nothing: a tick, ditto marks, or whatever nobody can read."""
    text = plain(value)
    return not is_nothing(text) and not any(c.isalnum() or c in "?#=" for c in text)


def is_tick(value: Value) -> bool:
    """A tick, which is a yes."""
    signs = {c for c in plain(value) if not unicodedata.category(c).startswith("M")}
    return bool(signs) and signs <= _TICKS


def part_said(word: str, value: Value) -> tuple[Says, str]:
    """What one cell, or one of several things in it, says under a column; and what stands there besides."""
    if value is None or isinstance(value, date):
        return (Says.NOTHING if value is None else Says.WORDS), shown(value)
    return _said(plain(value), word)


@lru_cache(maxsize=20_000)
def _said(text: str, word: str) -> tuple[Says, str]:
    if is_nothing(text):
        return Says.NOTHING, ""
    inside = word in PEOPLE or word in TEAMS or word == OWN_WORK
    if is_sign(text):
        if inside or word == "kloe":
            return Says.NOT_KNOWN, ""
        return Says.WORDS, "yes" if is_tick(text) else "ditto" if _DITTO.fullmatch(text) else text
    if not inside:
        only = word in _MAY_BE_OPEN and not _words(_NOT_KNOWN.sub("", text))
        return (Says.NOT_KNOWN, "") if only else (Says.WORDS, text)
    folded = " ".join(re.sub(r"[^\w?]+", " ", text.casefold()).split())
    vacant = word in POSTS and _VACANT.fullmatch(folded)
    if folded in _NONE or vacant or (word in SEVERAL and folded in ("no", "n", "false")):
        return Says.NONE, ""
    if word in TEAMS and folded in _IN_NO_TEAM:
        return Says.NONE, ""
    if folded in _WHOLE or re.sub(r"\W", "", folded) in _SQUEEZED:
        return Says.NOT_KNOWN, ""
    if word in PEOPLE and (folded in _WHOLE_OF_PEOPLE or _NO_NAMES.issuperset(folded.split())):
        return Says.NOT_KNOWN, ""
    if word in TEAMS and (_NO_TEAMS.issuperset(folded.split()) or is_any_team(text)):
        return Says.NOT_KNOWN, ""
    if not _NOT_KNOWN.search(text):
        return Says.WORDS, text
    rest = _NOT_KNOWN.sub(" ", text)
    rest = "\n".join(" ".join(line.split()) for line in rest.split("\n")) if _words(rest) else ""
    return Says.NOT_KNOWN, rest


def _words(text: str) -> bool:
    """Whether anything is left that could name somebody or something."""
    return not is_nothing(text) and not is_sign(text)
