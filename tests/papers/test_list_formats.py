"""The colours of the list as SharePoint draws them: by its published schema, in words too, and for whoever sees no red.

https://developer.microsoft.com/json-schemas/sp/v2/column-formatting.schema.json
https://learn.microsoft.com/sharepoint/dev/declarative-customization/formatting-syntax-reference
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest
from test_letters_for_everybody import ENOUGH, contrast

from bot.office.lists.lists_file import columns
from bot.papers.list_views import AWAITED, GRADES, LATE, SOON, looks_of
from bot.papers.reports.grade_colours import GRADE_COLOURS
from bot.programme.preparing.wanted import ALLOCATIONS
from bot.programme.vocabulary import Grade

INNER = {word: word.title().replace("_", "") for word in columns(ALLOCATIONS)}
FORMATS = {each.word: json.loads(each.text) for each in looks_of(INNER, INNER).formats}
DAY = timedelta(days=1)

# ------------------------------------------------------------------------------------- the parts of the schema used
ELEMENT = {
    "$schema", "attributes", "children", "columnFormatterReference", "customCardProps", "customRowAction", "debugMode",
    "defaultHoverField", "elmType", "forEach", "style", "txtContent",
}  # fmt: skip
"""The properties of definitions/elm; no other is allowed, and elmType is required."""
ELEMENTS = {"div", "button", "span", "a", "img", "svg", "path", "p"}
STYLES = {"background-color", "border-radius", "color", "font-weight", "margin-left", "padding"}
"""Of the styles, those in use. Each takes an expression or a text (definitions/styleStandard)."""
FUNCTIONS = {"if", "Number"}
"""Of the operators with brackets, those in use."""


def elements(element: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield element
    for child in element.get("children", ()):
        yield from elements(child)


def texts(word: str) -> Iterator[str]:
    """Every expression or text of a format."""
    for element in elements(FORMATS[word]):
        yield from filter(None, [element.get("txtContent"), *element.get("style", {}).values()])


@pytest.mark.parametrize("word", FORMATS)
def test_a_format_is_of_the_published_schema(word: str) -> None:
    assert FORMATS[word]["$schema"].endswith("/sp/v2/column-formatting.schema.json")
    for element in elements(FORMATS[word]):
        assert element.keys() <= ELEMENT
        assert element["elmType"] in ELEMENTS
        assert isinstance(element.get("txtContent", ""), str)
        assert element.get("style", {}).keys() <= STYLES
        assert all(isinstance(value, str) for value in element.get("style", {}).values())
        assert not (element.get("children") and "txtContent" in element), "children beside a text are ignored"
        assert element is FORMATS[word] or "$schema" not in element


@pytest.mark.parametrize("word", FORMATS)
def test_an_expression_names_columns_there_are_and_operators_sharepoint_knows(word: str) -> None:
    for text in texts(word):
        if text.startswith("="):
            assert set(re.findall(r"\[\$(\w+)\]", text)) <= set(INNER.values())
            assert set(re.findall(r"(\w+)\(", text)) <= FUNCTIONS
            said(text, "", {}, datetime.now(UTC))  # which reads it to its end


# ----------------------------------------------------------------------- what SharePoint makes of an expression
TOKEN = re.compile(r"\s*('(?:[^'\\]|\\.)*'|\d+|@\w+|\[\$\w+\]|\w+|&&|==|!=|<=|[()<+,])")


class Reading:
    """An Excel-style expression worked out as the syntax reference says: numbers of days are milliseconds."""

    def __init__(self, text: str, values: dict[str, Any]) -> None:
        self.tokens, self.values, self.at = TOKEN.findall(text), values, 0
        assert "".join(self.tokens) == re.sub(r"\s(?=(?:[^']*'[^']*')*[^']*$)", "", text)

    def take(self, *expected: str) -> str:
        token = self.tokens[self.at]
        assert not expected or token in expected, (token, expected)
        self.at += 1
        return str(token)

    def see(self, *tokens: str) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at] in tokens

    def all(self) -> Any:
        found = self.compared()
        while self.see("&&"):
            self.take()
            found = self.compared() and found
        return found

    def compared(self) -> Any:
        left = self.sum()
        if not self.see("==", "!=", "<=", "<"):
            return left
        how, right = self.take(), self.sum()
        return {"==": left == right, "!=": left != right, "<=": left <= right, "<": left < right}[how] if (
            isinstance(left, str) == isinstance(right, str)
        ) else how == "!="  # fmt: skip

    def sum(self) -> Any:
        found = self.one()
        while self.see("+"):
            self.take()
            found += self.one()
        return found

    def one(self) -> Any:
        token = self.take()
        if token.startswith("'"):
            return token[1:-1].replace("\\'", "'")
        if token.isdigit():
            return int(token)
        if token == "if":
            self.take("(")
            condition = self.all()
            self.take(",")
            yes = self.all()
            self.take(",")
            no = self.all()
            self.take(")")
            return yes if condition else no
        if token == "Number":
            self.take("(")
            value = self.all()
            self.take(")")
            return int(value.timestamp() * 1000) if isinstance(value, datetime) else int(value or 0)
        return self.values[token]


def said(text: str, value: Any, row: dict[str, Any], now: datetime) -> Any:
    """What a text or an expression comes to for one cell."""
    if not text.startswith("="):
        return text
    cells = dict.fromkeys((f"[${inner}]" for inner in INNER.values()), "")
    cells |= {f"[${name}]": each for name, each in row.items()}
    reading = Reading(text[1:], {"@currentField": value, "@now": now, **cells})
    found = reading.all()
    assert reading.at == len(reading.tokens), text
    return found


def drawn(word: str, value: Any, row: dict[str, Any], now: datetime) -> tuple[str, str, str]:
    """The ground, the letters and the words beside the day of a cell."""
    cell = FORMATS[word]
    words = [said(e["txtContent"], value, row, now) for e in elements(cell) if "txtContent" in e]
    style = cell["style"]
    return (
        said(style["background-color"], value, row, now),
        said(style["color"], value, row, now),
        " ".join(w for w in words if w and not w.startswith("@")),
    )


# ------------------------------------------------------------------------------------------------------- what is seen

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize("due", AWAITED)
@pytest.mark.parametrize(
    ("now", "colours", "word"),
    [
        (MONDAY - 3 * DAY, ("", ""), ""),
        (MONDAY - 2 * DAY, ("", ""), ""),
        (MONDAY - DAY, SOON, "soon"),
        (MONDAY + timedelta(hours=23), SOON, "soon"),  # the day itself is not late
        (MONDAY + DAY, LATE, "late"),
        (MONDAY + 60 * DAY, LATE, "late"),
    ],
)
def test_a_day_is_soon_before_it_and_late_after_it_in_colour_and_in_a_word(
    due: str, now: datetime, colours: tuple[str, str], word: str
) -> None:
    assert drawn(due, MONDAY, {}, now) == (*colours, word)
    came = {INNER[AWAITED[due]]: MONDAY - 10 * DAY}
    assert drawn(due, MONDAY, came, now) == ("", "", ""), "what has come is neither"
    assert drawn(due, "", {}, now) == ("", "", ""), "nor is a day nobody has set"


@pytest.mark.parametrize("word", GRADES)
def test_a_grade_is_coloured_with_its_word_in_the_cell(word: str) -> None:
    assert FORMATS[word]["txtContent"] == "@currentField", "the colour stands beside the word, never for it"
    for grade in Grade:
        for name in (grade.value, grade.in_full):
            colour = GRADE_COLOURS[name]
            assert drawn(word, name, {}, MONDAY)[:2] == (f"#{colour.fill}", f"#{colour.label}")
    assert drawn(word, "", {}, MONDAY)[:2] == ("", "")


GROUNDS = [LATE, SOON, *sorted({(f"#{c.fill}", f"#{c.label}") for c in GRADE_COLOURS.values()})]


@pytest.mark.parametrize(("ground", "letters"), GROUNDS)
def test_letters_are_read_on_every_ground(ground: str, letters: str) -> None:
    assert contrast(ground, letters) >= ENOUGH


def test_whoever_sees_no_colours_tells_the_grounds_apart_by_how_dark_they_are() -> None:
    fills = {f"#{GRADE_COLOURS[grade.value].fill}" for grade in Grade}
    assert len(fills) == len(Grade)
    for one, other in [*combinations(sorted(fills), 2), (LATE[0], SOON[0])]:
        assert contrast(one, other) >= 1.5, (one, other)
