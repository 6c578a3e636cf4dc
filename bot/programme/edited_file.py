"""A TOML file that people edit: what stands in it and where, and everything that is wrong with it, a sentence each.

The one way in which settings, rules, lists and questions are read. A sentence names the file, the line and the word:
“config/rules.toml, line 41: …”. Bytes or text come in; nothing here opens a file.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.errors import SettingsError

Path = tuple[str | int, ...]
"""Where something stands: ("rule", 3, "wait") is the word `wait` of the fourth [[rule]]."""

SAVE = "Save it again as UTF-8 (in Notepad: Save as, Encoding UTF-8)."
_KEY = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_KEYS = rf"{_KEY}(?:\s*\.\s*{_KEY})*"
_BEGINS = re.compile(rf"\s*({_KEYS})\s*=\s*")
_PLAIN = re.compile(r'(?:"[^"\\]*"|[\w.:+-]+)\s*(?:#.*)?$')
_HEAD = re.compile(rf"\s*(\[\[?)\s*({_KEYS})\s*\]\]?\s*(?:#.*)?$")
_AT = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_A_PART = 4
"""From so many words on that stand twice together, it is a part that has lost its head."""
_MOST = 40
"""So many lines that cannot be read are told of one file."""


def decoded(data: bytes, name: str) -> str:
    """The text of a file as an editor saved it. Raises SettingsError with the way to save it again."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data:
        raise SettingsError([f"{name}: the file is saved as UTF-16 (“Unicode”). {SAVE}"])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        word = data.split(b"\n")[line - 1].decode("cp1252", "replace").strip()[:60]
        raise _not_readable(
            [f"{name}, line {line}: a sign that is not UTF-8, in “{word}”. {SAVE}"]
        ) from fault
    for spoilt in ("\ufffd", "â€", "Ã©"):
        if (at := text.find(spoilt)) >= 0:
            line, row = text.count("\n", 0, at) + 1, text[:at].split("\n")[-1] + text[at:].split("\n")[0]
            said = f"signs were spoilt in “{row.strip()[:60]}”, by an editor that took it for something else than UTF-8"
            raise _not_readable([f"{name}, line {line}: {said}. Type the line anew. {SAVE}"])
    return text.replace("\r\n", "\n").replace("\r", "\n")


@dataclass(slots=True)
class EditedFile:
    """What a file says (`given`), and what has been found wrong with it so far."""

    name: str
    given: dict[str, Any]
    text: str
    faults: list[tuple[int, str]] = field(default_factory=list)
    _lines: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def line(self, path: Path, word: str = "") -> int:
        """The line on which something stands, or the nearest thing above it that is there; with `word` the line of
        that word among several. 0 for the file as such."""
        lines = self._lines = self._lines or _lines(self.text)
        while path and path not in lines:
            path = path[:-1]
        if not path:
            return 0
        first, last = lines[path]
        rows = self.text.split("\n")[first - 1 : last] if word else ()
        return next((first + n for n, row in enumerate(rows) if word in row), first)

    def place(self, path: Path, word: str = "") -> str:
        """ "config/rules.toml, line 41"."""
        line = self.line(path, word)
        return f"{self.name}, line {line}" if line else self.name

    def fault(self, path: Path, sentence: str, word: str = "") -> None:
        """Note that something is wrong. `sentence` has no full stop."""
        self.faults.append((self.line(path, word), f"{self.place(path, word)}: {sentence.rstrip('.')}."))

    def refuse(self) -> None:
        """Raises SettingsError with all that was noted, in the order of the file."""
        if self.faults:
            raise SettingsError(
                list(dict.fromkeys(said for _, said in sorted(self.faults, key=lambda f: f[0])))
            )


def edited(text: str, name: str) -> EditedFile:
    """A file taken apart. Raises SettingsError with every line that cannot be read."""
    try:
        return EditedFile(name, tomllib.loads(text), text)
    except (ValueError, RecursionError):
        raise _not_readable(_unreadable(text, name)) from None


def _not_readable(problems: list[str]) -> SettingsError:
    """What is quoted may hold quotation marks itself, so for a letter all is left out from the first to the last."""
    quoted = re.compile(r"(?<=: )(.*?)“.*”")
    return SettingsError(problems, [quoted.sub(r"\1“…”", problem, count=1) for problem in problems])


def _unreadable(text: str, name: str) -> list[str]:
    """A sentence for every line for which a text is no TOML: each is left out, and the rest read again."""
    statements = list(_statements(text))
    rows = text.split("\n")
    faults = [(s.first, s.unclosed) for s in statements if s.unclosed]
    twice: dict[Path, list[int]] = {}
    for broken in (s for s in statements if s.unclosed):
        _blank(rows, broken)
    while len(faults) < _MOST:
        try:
            tomllib.loads("\n".join(rows))
            break
        except tomllib.TOMLDecodeError as fault:
            place = _AT.search(str(fault))
            line = int(place[1]) if place and place[1] else len(rows)
            at = bisect_right([s.first for s in statements], line) - 1
            wrong = statements[at] if at >= 0 else _Statement((), line, line)
            said = _in_words(_AT.sub("", str(fault)), wrong, rows)
            if said.endswith(_TWICE):
                twice.setdefault(wrong.path[:-1], []).append(wrong.first)
            faults.append((wrong.first, said))
            _blank(rows, wrong)
            _blank(rows, _Statement((), line, line))
        except (ValueError, RecursionError):  # a number or a nesting beyond all measure, wherever it is
            faults.append((1, "a number of thousands of digits, or brackets in brackets a thousand deep"))
            break
    for part, lines in twice.items():
        if len(lines) >= _A_PART:
            head = f"[[{part[0]}]]" if len(part) > 1 else "[its name]"
            faults = [(line, said) for line, said in faults if line not in lines]
            faults.append(
                (
                    lines[0],
                    f"{len(lines)} words from here on stand twice in this part; {head} above them seems to be missing",
                )
            )
    return [f"{name}, line {line}: {said}." for line, said in sorted(set(faults))]


def differences(
    given: Mapping[str, Any], usual: Mapping[str, Any], above: Path = ()
) -> Iterator[tuple[Path, str]]:
    """Each word of a file that says something else than in another: where, and what."""
    for word in dict.fromkeys((*given, *usual)):
        path = (*above, word)
        mine, theirs = given.get(word), usual.get(word)
        if mine == theirs:
            continue
        if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
            yield from differences(mine, theirs, path)
        elif word not in given:
            yield path, "is left out"
        elif word not in usual:
            yield path, f"is new: {shown(mine)}"
        elif isinstance(mine, list) and isinstance(theirs, list):
            gone, new = [x for x in theirs if x not in mine], [x for x in mine if x not in theirs]
            said = [f"without {shown(gone)}"] * bool(gone) + [f"with {shown(new)}"] * bool(new)
            yield path, " and ".join(said) or "in another order, or twice"
        else:
            yield path, f"{shown(mine)} instead of {shown(theirs)}"


def shown(value: object) -> str:
    """A value of a file in a sentence: “audit due”, 5, true."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"“{value}”"
    if isinstance(value, list | tuple):
        return ", ".join(map(shown, value)) or "an empty list"
    return "a part of its own" if isinstance(value, Mapping) else str(value)


# ----------------------------------------------------------------------------------------------- lines and statements


@dataclass(frozen=True, slots=True)
class _Statement:
    """One head, or one word with its value. `unclosed` says what is not closed before the next one begins."""

    path: Path
    first: int
    last: int
    unclosed: str = ""


def _lines(text: str) -> dict[Path, tuple[int, int]]:
    """On which lines each word of a file stands, and each part begins: first and last, counted from 1."""
    lines: dict[Path, tuple[int, int]] = {}
    for statement in _statements(text):
        for n in range(1, len(statement.path) + 1):
            lines.setdefault(statement.path[:n], (statement.first, statement.last))
    return lines


def _statements(text: str) -> Iterator[_Statement]:
    """What stands on which lines, also of a text that is no TOML."""
    rows = text.split("\n")
    times: Counter[Path] = Counter()
    above: Path = ()
    n = 0
    while n < len(rows):
        row = rows[n]
        if head := _HEAD.match(row):
            above = _parts(head[2])
            if head[1] == "[[":
                times[above] += 1
                above = (*above, times[above] - 1)
            yield _Statement(above, n + 1, n + 1)
        elif begins := _BEGINS.match(row):
            last, unclosed = _end(rows, n, begins.end())
            yield _Statement((*above, *_parts(begins[1])), n + 1, last + 1, unclosed)
            n = last
        elif row.strip() and not row.lstrip().startswith("#"):
            yield _Statement(above, n + 1, n + 1)
        n += 1


def _parts(keys: str) -> Path:
    return tuple(part.strip("\"'") for part in re.findall(_KEY, keys))


def _end(rows: list[str], n: int, at: int) -> tuple[int, str]:
    """The row on which a value ends that begins in row `n`, and what is not closed."""
    if _PLAIN.match(rows[n], at):
        return n, ""
    depth, quotes, begun, unclosed = 0, "", n, ""
    while n < len(rows):
        row = rows[n]
        if n > begun and not quotes and (_HEAD.match(row) or _BEGINS.match(row)):
            return n - 1, "the list that begins here is not closed: a ] is missing"
        while at < len(row):
            if quotes:
                if row[at] == "\\" and quotes[0] == '"':
                    at += 1
                elif row.startswith(quotes, at):
                    at += len(quotes) - 1
                    quotes = ""
            elif row[at] == "#":
                break
            elif row[at] in "\"'":
                quotes = row[at] * 3 if row.startswith(row[at] * 3, at) else row[at]
                at += len(quotes) - 1
            elif row[at] in "[{":
                depth += 1
            elif row[at] in "]}":
                depth -= 1
            at += 1
        if len(quotes) == 1:
            said = _CURLY_ONES if _CURLY.search(row) else "a quotation mark is missing at the end of “{row}”"
            unclosed, quotes = said.format(row=row.strip()[:60]), ""
        if not quotes and (depth <= 0 or (unclosed and row.rstrip().endswith("]"))):
            return n, unclosed
        n, at = n + 1, 0
    if quotes:
        return begun, f"the text that begins here is not closed: {quotes} is missing"
    return len(rows) - 1, "the list that begins here is not closed: a ] is missing"


def _blank(rows: list[str], statement: _Statement) -> None:
    for n in range(statement.first - 1, min(statement.last, len(rows))):
        rows[n] = ""


def _in_words(message: str, wrong: _Statement, rows: list[str]) -> str:
    """What the reader of TOML says about a line, for people who do not know TOML."""
    row = rows[wrong.first - 1].strip() if wrong.first <= len(rows) else ""
    key = str(wrong.path[-1]) if wrong.path else ""
    value = _NOTE_BEHIND.sub("", row.partition("=")[2]).strip()
    if message.startswith(("Cannot overwrite a value", "Duplicate inline table key")):
        return f"“{key}” {_TWICE}"
    if message.startswith(("Cannot declare", "Cannot mutate", "Cannot redefine")):
        several = f", or write [{row}] where there are several" if not row.startswith("[[") else ""
        return f"{row} is there twice, or a word above it is called so too; keep one{several}"
    if unseen := _UNSEEN.search(row):
        return f"a sign nobody sees (U+{ord(unseen[0]):04X}) stands in “{_UNSEEN.sub(' ', row)[:60]}”; type it anew"
    for days, moment in ((_DAY_LIKE, "{}"), (_TIME_LIKE, "2026-01-01T{}")):
        for said in days.findall(re.sub(r'"[^"]*"', "", value)):
            if "." in said or not _is_day(moment.format(said)):
                return f"{said} {_WRITTEN_AS[days]}"
    for where, pattern, meant in _SLIPS:
        if found := pattern.search(row if where == "row" else value):
            return meant.format(
                row=row[:60], value=value[:60], key=key, joined=row.replace(" ", "_"), found=found
            )
    if "Unclosed array" in message:
        return f"a comma is missing between two values of “{row[:60]}”"
    return f"“{row[:60]}” is not understood ({message}); what is on the left of an = is a word, on the right its value"


_TWICE = "stands twice in this part; keep one of them"
_NOTE_BEHIND = re.compile(r"""(?<=[\w"'\]},.])\s*\#[^"']*$""")
_UNSEEN = re.compile("[\u00a0\u00ad\u2000-\u200f\u2028-\u202f\u2060-\u206f\u3000\ufeff]")
_CURLY = re.compile("[“”„]|=\\s*\\[?[‘’]")
_CURLY_ONES = 'the quotation marks of “{row}” are curly ones; write straight ones (")'
_DAY_LIKE = re.compile(
    r"(?<![\w/.-])(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})(?![\w/.-])"
)
_TIME_LIKE = re.compile(r"(?<![\w:.])(?:\d{1,2}:\d{1,2}(?::\d{1,2})?|0\d\.\d\d)(?![\w:.])")
_WRITTEN_AS = {
    _DAY_LIKE: "is not a day of the calendar, or not written as one; write year, month and day, like 2026-12-29",
    _TIME_LIKE: "is not a time of day, or not written as one; write it like 07:30:00",
}
_SLIPS: tuple[tuple[str, re.Pattern[str], str], ...] = tuple(
    (where, re.compile(pattern), meant)
    for where, pattern, meant in (
        ("row", _CURLY.pattern, _CURLY_ONES),
        ("value", r"\\", "a \\ in “{row}” means something of its own; write / or \\\\ instead"),
        ("row", r"=\s*(?:#.*)?$", "nothing stands after the = of “{key}”"),
        (
            "value",
            r"(?i)^(yes|no|true|false|on|off|y|n)$",
            "“{key}” says {value}; write true or false, in small letters",
        ),
        (
            "value",
            r"^\+?0\d[\d ]*$|^\+\d+ [\d ]+$",
            "“{value}” is no number, and must stand in quotation marks",
        ),
        ("value", r"^\d+,\d+$", "“{value}” is no number; write it with a point, or as a whole number"),
        (
            "value",
            r"^[^\W\d][^=]*$",
            "“{value}” must stand in quotation marks (a number in figures, without)",
        ),
        ("value", r"^\[\s*[^\W\d]", "each word of the list “{value}” must stand in quotation marks"),
        ("row", r"^\[\w+( \w+)+\]$", "“{row}” is no head of a part; write {joined} if that is meant"),
        (
            "row",
            r"^\[[^=]*$",
            "“{row}” is no head of a part; it is written [part], or [[rule]] where there are several",
        ),
        ("row", r"^[^=]*$", "“{row}” has no =; a note for people begins with #"),
        (
            "value",
            r'^".*\w.*".*\w.*"$',
            "quotation marks stand inside quotation marks in “{row}”; inside, write “ and ”",
        ),
        ("value", r",$", "a comma stands at the end of “{row}”; take it away"),
        (
            "value",
            r"""^(?:"[^"]*"|\[[^\]]*\]|[\w.:+-]+)\s+(\w.*)""",
            "“{found[1]}” stands behind the value of “{key}”; a note for people begins with #",
        ),
    )
)
"""The slips people make, in the order in which they are looked for: in the whole row or the value, and what is said."""


def _is_day(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
