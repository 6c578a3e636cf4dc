"""Canaries: made-up words, one for each field of each form and each column of each row, and the search for them in
whatever comes out of it all.

Every word begins with the same letters, which stand in no other word, so that a piece of one is found too. Numbers
begin with the same digits, initials with an X, postcodes with ZQ; days of birth lie in one year in which nothing else
does. What a field is answered with has a word, and beside it, in turn, what else people write of people.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from datetime import date, timedelta
from typing import Any

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
SINGS, LETTERS, DIGITS, YEAR = "zyq", 10, "9731", 2009
KEPT = ("Title", "Cycle", "Team", "Line of enquiry", "Earlier audit")
"""Columns that reports or rules go by: a reference, a cycle, a team, a line of enquiry."""
_CONSONANTS, _VOWELS = "bdfgklmnprst", "aeiou"
DAYS_AS_WRITTEN: Sequence[Callable[[date], str]] = (
    lambda d: f"{d:%d/%m/%Y}", lambda d: f"{d.day}.{d.month}.{d:%y}", lambda d: f"{d.day} {d:%B} {d.year}",
    lambda d: f"{d.day}{_ordinal(d.day)} {d:%b} {d:%y}", lambda d: d.isoformat(), lambda d: f"{d:%d%m%Y}",
    lambda d: f"{d:%d-%m-%Y}", lambda d: f"{d:%B} {d.day}, {d.year}", lambda d: f"{d:%d%m%y}",
    lambda d: f"{d.day} {d:%b} '{d:%y}", lambda d: f"{d.day}{_ordinal(d.day)} of {d:%B} {d.year}",
)  # fmt: skip
"""A day of birth as people in Britain write it."""


def _ordinal(day: int) -> str:
    return "th" if day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


class Canaries:
    """Each is let out once; `where` says into which field."""

    def __init__(self) -> None:
        self.where: dict[str, str] = {}
        self._days = -1

    def __len__(self) -> int:
        return len(self.where)

    def _n(self, field: str, written: str) -> str:
        self.where[written.casefold()] = field
        return written

    def word(self, field: str) -> str:
        n, syllables = len(self.where), ""
        for _ in range(3):
            n, consonant = divmod(n, len(_CONSONANTS))
            n, vowel = divmod(n, len(_VOWELS))
            syllables += _CONSONANTS[consonant] + _VOWELS[vowel]
        return self._n(field, f"{SINGS}{syllables}k".capitalize())

    def person(self, field: str) -> str:
        return f"{self.word(field)} {self.word(field)}"

    def name(self, field: str) -> str:
        """Two of them: a word, and what the turn has come to."""
        shapes = (
            self.word, self.initials, self.born, self.number, self.nhs, self.address, self.postcode, self.phone,
            self.email, self.nickname, self.sentence,
        )  # fmt: skip
        return f"{self.word(field)} {shapes[len(self.where) // 2 % len(shapes)](field)}"

    def number(self, field: str) -> str:
        return self._n(field, f"{DIGITS}{len(self.where):05}")

    def nhs(self, field: str) -> str:
        digits = self._n(field, f"{DIGITS}{len(self.where):05}4")
        return f"NHS {digits[:3]} {digits[3:6]} {digits[6:]}"

    def phone(self, field: str) -> str:
        digits = self.number(field)
        return f"07{digits[:3]} {digits[3:]}"

    def initials(self, field: str) -> str:
        second, third = divmod(len(self.where) % 26**2, 26)
        return self._n(field, f"X.{chr(65 + second)}.{chr(65 + third)}.")

    def address(self, field: str) -> str:
        return f"of {len(self.where) % 90 + 1} {self.word(field)} Road"

    def postcode(self, field: str) -> str:
        district, unit = divmod(len(self.where), 26**2)
        last = f"{chr(65 + unit // 26)}{chr(65 + unit % 26)}"
        self._n(field, f"ZQ{district + 1}{unit % 9 + 1}{last}")
        return f"ZQ{district + 1} {unit % 9 + 1}{last}"

    def email(self, field: str) -> str:
        return f"{self.word(field).lower()}@family.example"

    def nickname(self, field: str) -> str:
        return f"the {self.word(field)} lot"

    def sentence(self, field: str) -> str:
        return f"who saw {self.word(field)} leave by the back door before anybody had come home"

    def birth(self, field: str) -> str:
        self._days += 1
        return self._n(field, (date(YEAR, 1, 1) + timedelta(self._days % 365)).isoformat())

    def born(self, field: str) -> str:
        day = date.fromisoformat(self.birth(field))
        return f"born {DAYS_AS_WRITTEN[self._days % len(DAYS_AS_WRITTEN)](day)}"


def form_with_canaries(
    form: bytes,
    canaries: Canaries,
    answers: Mapping[str, str] | None = None,
    *,
    everywhere: bool = False,
    called: str = "",
) -> bytes:
    """A form in which every control is answered: one of words with a canary, a choice with its first word, a day with
    one of March 2026, a tick with a tick; where `answers` has the tag, with that. Its properties sing too.
    `everywhere`: choices and days hold canaries as well, as a program can leave them that knows nothing of controls."""
    answers = answers or {}
    with zipfile.ZipFile(io.BytesIO(form)) as package:
        parts = {info.filename: package.read(info) for info in package.infolist()}
    root = etree.fromstring(parts["word/document.xml"])
    for sdt in root.iter(f"{W}sdt"):
        tag = sdt.find(f"{W}sdtPr/{W}tag")
        name = tag.get(f"{W}val") or "" if tag is not None else ""
        if name and name != "guidance" and sdt.find(f".//{W}sdt") is None:
            _answer(sdt, name, answers, canaries, f"{called} {name}".strip(), everywhere=everywhere)
    parts["word/document.xml"] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    parts["docProps/core.xml"] = _properties(parts["docProps/core.xml"], canaries, called)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for part, data in parts.items():
            package.writestr(part, data)
    return out.getvalue()


def _answer(
    sdt: Any, tag: str, answers: Mapping[str, str], canaries: Canaries, field: str, *, everywhere: bool
) -> None:
    properties = sdt.find(f"{W}sdtPr")
    checked = properties.find(f"{W14}checkbox/{W14}checked")
    if checked is not None:
        ticked = answers.get(tag, "x")
        checked.set(f"{W14}val", "1" if ticked else "0")
        next(sdt.iter(f"{W}t")).text = "☒" if ticked else "☐"
        return
    choices, picker = properties.find(f"{W}dropDownList"), properties.find(f"{W}date")
    if tag in answers:
        value = answers[tag]
    elif choices is not None and not everywhere:
        value = next(c.get(f"{W}value") for c in choices if c.get(f"{W}value"))
    elif picker is not None and not everywhere:
        value = "2026-03-16"
    else:
        value = f"It is about {canaries.name(field)}."
    showing = properties.find(f"{W}showingPlcHdr")
    if showing is not None:
        properties.remove(showing)
    if not value:
        return
    if picker is not None and value[:4].isdigit():
        picker.set(f"{W}fullDate", f"{value}T00:00:00Z")
        value = "/".join(reversed(value.split("-")))
    first, *rest = sdt.iter(f"{W}t")
    first.text = value
    for text in rest:
        text.text = ""
    for style in list(sdt.find(f"{W}sdtContent").iter(f"{W}rStyle")):
        style.getparent().remove(style)


def _properties(core: bytes, canaries: Canaries, called: str) -> bytes:
    root = etree.fromstring(core)
    more = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
    for space, name in (
        ("http://purl.org/dc/elements/1.1/", "creator"), ("http://purl.org/dc/elements/1.1/", "description"),
        (more, "keywords"), (more, "lastModifiedBy"),
    ):  # fmt: skip
        element = root.find(f"{{{space}}}{name}")
        if element is None:
            element = etree.SubElement(root, f"{{{space}}}{name}")
        element.text = f"{canaries.name(f'{called} property {name}'.strip())}."
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def row_with_canaries(
    row: Mapping[str, Any],
    columns: Iterable[Mapping[str, Any]],
    canaries: Canaries,
    kept: Sequence[str] = KEPT,
) -> dict[str, Any]:
    """A row of a list with a canary in every column of text; choices, days, ticks and people stay as they are."""
    filled = dict(row)
    for column in columns:
        name = str(column["name"])
        field = f"{row.get('Title', '')} {name}".strip()
        if name in kept:
            continue
        if name == "Child's name":
            filled[name] = canaries.person(field)
        elif name == "Mosaic number":
            filled[name] = canaries.number(field)
        elif name == "Date of birth":
            filled[name] = canaries.birth(field)
        elif column["type"] in ("text", "note"):
            filled[name] = f"It is about {canaries.name(field)}."
    return filled


def council_with_canaries(
    seed: Mapping[str, Any], canaries: Canaries, *, people: bool = True
) -> dict[str, Any]:
    """A council's seed whose list of audits is full of canaries up to its last column that people fill; with `people`,
    everybody who works there is called after two of them, in their address too. Shared mailboxes keep their names."""
    told = deepcopy(dict(seed))
    for each in told["lists"]:
        if each["name"] == "Audit allocations":
            ours = each["columns"][: [c["name"] for c in each["columns"]].index("Status")]
            each["items"] = [row_with_canaries(row, ours, canaries) for row in each["items"]]
    if not people:
        return told
    text = json.dumps(told, default=str, ensure_ascii=False)
    for person in sorted(seed["people"], key=lambda p: -len(p["email"])):
        first, last = canaries.person(f"person {person['email']}").split()
        place = person["email"].partition("@")[2]
        text = text.replace(json.dumps(person["email"])[1:-1], f"{first}.{last}@{place}".lower())
        text = text.replace(json.dumps(person["name"], ensure_ascii=False), f'"{first} {last}"')
    again: dict[str, Any] = json.loads(text)
    return again
