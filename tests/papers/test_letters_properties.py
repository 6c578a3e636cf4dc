"""Whatever stands in the list: letters keep their shape, and carry no name they must not."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from types import SimpleNamespace as Words

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jinja2.filters import escape
from letter_samples import audit, person, samples, sound

from bot.errors import LetterRefused
from bot.papers.letters.data_minimisation import carries, shown_words, suspects
from bot.papers.letters.letter_language import LONGEST_VALUE, LetterLanguage
from bot.papers.letters.letter_press import FRAME
from bot.papers.letters.letters import Letters
from bot.programme.vocabulary import Problem

LETTERS = sound()
SAMPLES = samples()
ABOUT_AN_AUDIT = sorted(name for name in SAMPLES if "audit" in SAMPLES[name])
SPECIAL = [
    *[
        "{{ 7*7 }}",
        "{%",
        "%}",
        "{#",
        "}}",
        "<script>",
        "</td>",
        "<!--",
        "-->",
        "]]>",
        "<![endif]-->",
        '"',
        "'",
    ],
    *[
        "&lt;",
        "&",
        "**",
        "|",
        "](javascript:x)",
        "\r\nBcc: x@y.example",
        "%0d%0a",
        "zq1bqz",
        "zq0vqz",
        "=cmd()",
    ],
    *["\x00", "\x85", "\u2028", "\u202e", "\ud83d", "👩🏽‍👧"],
]
HOSTILE = (
    st.lists(st.one_of(st.text(max_size=8), st.sampled_from(SPECIAL)), max_size=6).map("".join).filter(len)
)


class _Shape(HTMLParser):
    """The elements of a page with their attributes, what links lead to left out."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[object] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, [(name, "" if name == "href" else value) for name, value in attrs]))

    def handle_endtag(self, tag: str) -> None:
        self.found.append(tag)

    def handle_comment(self, data: str) -> None:
        self.found.append(("comment", data))


def filled_with(name: str, value: str) -> dict[str, object]:
    anybody = Words(name=value, email=value)
    people = dict.fromkeys(
        [
            "practitioner",
            "team_manager",
            "auditor",
            "auditors_head_of_service",
            "moderator",
            "head_of_service",
        ],
        anybody,
    )
    return {
        **SAMPLES[name],
        "audit": audit(**people, reference=value, team=value, mosaic_number=value),
        "greeting": value,
        "council": value,
        "kloes": [value, value],
        "problems": [Problem(value, value, value)],
        "cycle": Words(name=value, service_group=value, kloes=[value]),
        "audit_team": Words(name=value, address=value, contact=value, phone=value),
    }


def keeps_its_shape(value: str) -> None:
    for name in ABOUT_AN_AUDIT:
        letter = LETTERS.letter(name, filled_with(name, value))
        assert _Shape(letter.html).found == _Shape(LETTERS.letter(name, filled_with(name, "V")).html).found
        text = letter.subject + letter.html
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)
        assert "\n" not in letter.subject
        assert letter.subject.startswith(("OFFICIAL-SENSITIVE Audit", "OFFICIAL-SENSITIVE Dip sample"))
        assert all(
            re.fullmatch(
                r"mailto:[\w.~%@?=-]*(?:&amp;\w+=[\w.~%@-]*)*|https://wexcombe\.sharepoint\.example/[\w/.?=]*",
                a,
            )
            for a in re.findall(r'href="([^"]*)"', letter.html)
        )
        text.encode("utf-8")


@given(HOSTILE)
@settings(max_examples=30, deadline=None)
def test_no_value_changes_the_shape_of_a_letter(value: str) -> None:
    keeps_its_shape(value)


@pytest.mark.slow
@given(HOSTILE)
@settings(max_examples=1_000, deadline=None)
def test_no_value_of_many_changes_the_shape_of_a_letter(value: str) -> None:
    keeps_its_shape(value)


NAME = st.lists(
    st.text(st.characters(categories=["Lu", "Ll"], max_codepoint=0x250), min_size=2, max_size=8),
    min_size=1,
    max_size=3,
).map(" ".join)
AROUND = st.sampled_from(["", " ", ", ", "\u00a0", "-", "<", "&", "–", "(", "…", "'", "\u200b "])


@given(NAME, AROUND, AROUND, st.booleans())
@example("Ölaf Straße", "", "", True)
@example("Işıl Yıldız", "", "", True)
@example("Łukasz", "", "", True)
@settings(max_examples=200, deadline=None)
def test_a_name_among_the_values_is_always_found(name: str, before: str, after: str, shouted: bool) -> None:
    written = before + (name.upper() if shouted else name).replace(" ", "  ") + after
    words = {**SAMPLES["07_audit_reminder"], "greeting": written}
    with pytest.raises(LetterRefused):
        LETTERS.letter("07_audit_reminder", words, must_not_carry=[name])


PIECES = st.lists(
    st.sampled_from(["ro", "bin", "robin", " ", "example", "<b>", "</b>", "-", "é", "&amp;", "x"]), max_size=6
)


@given(PIECES.map("".join), PIECES.map("".join), PIECES.map("".join))
@settings(max_examples=300, deadline=None)
def test_the_quick_look_never_misses_what_the_thorough_one_finds(before: str, value: str, after: str) -> None:
    text = f"Subject: x\n\n{before}{{{{ greeting }}}}{after}{{{{ council }}}}"
    only = Letters.from_texts({FRAME: "<html><body>{{ letter }}</body></html>", "x": text})
    words = {"greeting": value, "council": "robin"}
    found = carries(only.letter("x", words).html, ["Robin Example"])
    try:
        only.letter("x", words, must_not_carry=["Robin Example"])
    except LetterRefused:
        assert found
    else:
        assert not found


def test_what_is_suspected_is_what_stands_there_in_whole() -> None:
    assert suspects("Dear Robin", shown_words("<p>For example</p>"), ["Robin Example", "Ada Example"]) == [
        "Robin Example"
    ]
    assert person("Robin Example").email == "robin.example@wexcombe.example"


@given(st.text(max_size=60) | st.sampled_from(['O\'Brien & <b>"Sons"</b>', "&amp;", "x" * 2001, ""]))
def test_a_value_stands_in_a_letter_as_jinja_would_escape_it(value: str) -> None:
    language = LetterLanguage(escaping=True)
    said = language.from_string("{{ value }}").render(value=value)
    cut = value if len(value) <= LONGEST_VALUE else f"{value[:LONGEST_VALUE]}… (cut short)"
    assert said == str(escape(cut))
    ready = escape(value[:100])
    assert language.from_string("{{ value }}").render(value=ready) == str(ready)


@pytest.mark.parametrize(
    ("value", "other"), [("14 May", "2012"), ("2012-05", "-14"), ("14/05", "x"), ("12", "x")]
)
@pytest.mark.parametrize("own", ["", "May ", "/2012 ", "14 May ", " 05 "])
def test_a_day_of_birth_is_found_however_much_of_it_the_letter_itself_says(
    value: str, other: str, own: str
) -> None:
    only = Letters.from_texts(
        {
            FRAME: "<html><body>{{ letter }}</body></html>",
            "x": f"Subject: x\n\nb {{{{ greeting }}}}{own}{{{{ council }}}}",
        }
    )
    words = {"greeting": value, "council": other}
    found = carries(only.letter("x", words).html, ["2012-05-14"])
    try:
        only.letter("x", words, must_not_carry=["2012-05-14"])
    except LetterRefused:
        assert found
    else:
        assert not found
