"""No letter repeats a number of a rule: it asks the rule book for it, so a deadline is changed in one file. Pages that
say one are held to the book."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from letter_samples import sound, texts

from bot.daily_run.trying.sample_letters import Trying
from bot.daily_run.trying.sample_settings import settings_of
from bot.papers.letters.letters import Letters
from bot.programme.rulebook.how_long import HowLong
from bot.programme.rulebook.rules import Rulebook
from bot.programme.standing import re_audits
from bot.programme.waits import Unit, Wait

ROOT = Path(__file__).parents[2]
NUMBER = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|fifteenth|twenty|\\d+(?:st|nd|rd|th)?"
LENGTH = re.compile(
    rf"\b(?:{NUMBER})[ -](?:full |working |calendar )*(?:day|week|month|year|hour)s?\b|\bfortnight\w*|\bper cent\b|"
    r"\b(?:a|every|next|first|last) (?:working day|week)s?\b|\d ?%|\btenths?\b|\bweekly\b",
    re.IGNORECASE,
)
NAMES = re.compile(
    r"six-week (check|form)|grade at six weeks|weekly reports?( ended on)?|every working day", re.IGNORECASE
)
"""What things are called, whatever the rule book says, and how often the Audit Team's digest comes."""
OWN = {
    "07_practitioner_informed": {"a week": "advice of this letter; no rule waits for it"},
    "10_weekly_report_missing": {"a week": "what `unless_lately` means"},
    "15_re_audits_to_allocate": {"tenth": Fraction(1, 10) == re_audits.SHARE},
}
"""Numbers with a unit that are the letter's own: by its name, what it says, and where it comes from."""


def said(text: str) -> Iterator[str]:
    """Every number with a unit in the text that people read, also in the texts inside tags."""
    plain = re.sub(r'how_long\["[^"]*"\]', " ", text)
    plain = re.sub(r"\{[{%].*?[}%]\}", lambda tag: " ".join(re.findall(r'"[^"]*"', tag[0])), plain)
    plain = re.sub(r'counted\("[^"]*"\)|"working day"', " ", plain)
    for found in LENGTH.finditer(NAMES.sub(" ", plain)):
        yield found[0].casefold()


@pytest.mark.parametrize("name", sorted(texts()))
def test_no_letter_repeats_a_number_of_a_rule(name: str) -> None:
    if name.endswith(".html"):
        return
    found, own = set(said(texts()[name])), OWN.get(name, {})
    assert own.keys() <= found
    assert all(own.values())
    assert not found - own.keys(), (
        f"write {found} as {{{{ how_long['…'] }}}} (docs/letters.md), or name it in OWN"
    )


def test_a_number_is_found_however_it_is_written() -> None:
    for text in (
        "in 6 weeks",
        "Six weeks on",
        "a fortnight later",
        "by the 15th working day",
        '{{ x or "within two working days" }}',
    ):
        assert [*said(text)], text
    assert not [
        *said('{{ how_long["review uopp due"] }} {{ n | counted("working day") }}, at the six-week check')
    ]


def test_when_a_deadline_changes_every_letter_says_so(book: Rulebook) -> None:
    """Six weeks become seven: no file but the rule book was touched."""
    later = [
        replace(d, wait=Wait(Unit.WEEKS, 7)) if d.sets == "review uopp due" else d for d in book.deadlines
    ]
    given = settings_of(ROOT / "config" / "sandbox.toml")
    tried = Trying(sound(), replace(book, deadlines=tuple(later)), given).all()
    assert not tried.faults
    telling = [s for s in tried.found.values() if "review uopp due" in texts()[s.of]]
    assert len(telling) >= 3
    for sample in telling:
        assert "seven weeks" in sample.letter.html.casefold()
        assert "six weeks" not in sample.letter.html.casefold()


def test_a_letter_that_names_a_length_the_book_has_not_is_a_fault_with_the_nearest_name(
    book: Rulebook,
) -> None:
    folder = texts()
    folder["10_review_uopp_held"] += '\n{{ "" if due or not due else how_long["revew uopp due"] }}\n'
    folder["10_uopp_record"] += '\n{{ how_long["uopp due"] }}\n'
    tried = Trying(Letters.as_they_are(folder), book, settings_of(ROOT / "none.toml")).all()
    told = " ".join(tried.faults.values())
    assert "no length of time “revew uopp due” (did you mean “review uopp due”?)" in told
    assert "“uopp due” is three working days or five working days in the rule book; say which" in told
    assert "“uopp due, inadequate”" in told


def test_a_length_is_said_in_words(book: Rulebook) -> None:
    lengths = HowLong(book)
    for name, words in (
        ("uopp due, Inadequate", "three working days"), ("uopp due, requires improvement", "five working days"),
        ("kloe meeting due", "two weeks"), ("weekly report, again", "week"), ("improvement due", "four months"),
        ("audit due, after month one", "15th working day of the month"), ("audit escalation", "five working days"),
        ("month one ends", "last working day of the month"), ("lines of enquiry agreed", "the same day"),
    ):  # fmt: skip
        assert lengths[name] == words


# ------------------------------------------------------------------------------------------------- pages

ALIKE = (
    ("a ", "one "), ("every ", "one "), ("next ", "one "), ("weekly", "one week"), ("seven days", "one week"),
    ("one day", "one working day"),
    ("five working days", "one week"), ("ten working days", "two weeks"), ("two months", "eight weeks"),
    ("fifteenth working day", "15th working day of the month"), ("last working day", "last working day of the month"),
    ("1 ", "one "), ("3 ", "three "),
    ("4 ", "four "), ("5 working days", "one week"), ("5 ", "five "),
)  # fmt: skip
PAGES_OWN = {
    "O4": {"twenty working days"}, "O5": {"four weeks"}, "O19": {"one week"}, "O77": {"four weeks"},
    "O117": {"one week"}, "O125": {"tenth"}, "X15": {"tenth"}, "X24": {"one working day"}, "X29": {"six weeks"},
    "`15_re_audits_to_allocate`": {"tenth"},
    "`10_still_below_good`": {"six weeks"},
}  # fmt: skip
"""Numbers of code, and of the guide, that no rule of the book says: by the first cell of their row."""


def alike(length: str) -> str:
    """One way of saying a length of time; a week is five working days, in words."""
    length = length.casefold().replace("-", " ")
    for other, usual in ALIKE:
        length = (
            re.sub(rf"^{other}", usual, length)
            if other.endswith(" ")
            else usual
            if length == other
            else length
        )
    return length


def rows(page: str) -> Iterator[list[str]]:
    for line in (ROOT / page).read_text(encoding="utf-8").splitlines():
        if line.startswith("| "):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def test_a_number_in_the_table_of_obligations_is_one_of_what_the_row_names(book: Rulebook) -> None:
    """A rule or deadline of the third cell; of a reading (X…) the guide's own words, in its first, are let be."""
    lengths = [*HowLong(book).all()]
    for row in rows("docs/obligations.md"):
        known = {
            alike(w) for name, w in lengths if re.search(rf"\b{re.escape(name.split(', ')[0])}\b", row[-1])
        }
        text = " | ".join(row[2:-1] if row[0].startswith("X") else row[1:-1])
        found = {alike(each) for each in said(text)} - known - PAGES_OWN.get(row[0], set())
        assert not found, f"docs/obligations.md, {row[0]} says {found}; the book: {known}"


def test_a_number_beside_a_letter_in_its_table_is_one_of_its_rules(book: Rulebook) -> None:
    lengths = [*HowLong(book).all()]
    for row in rows("docs/letters.md"):
        of = [rule for rule in book.rules if f"`{rule.letter}`" == row[0]]
        if of:
            names = {
                str(name)
                for rule in of
                for name in (rule.id, f"{rule.id}, again", rule.due, rule.when)
                if name
            }
            known = {alike(words) for name, words in lengths if name in names}
            found = {alike(each) for each in said(row[2])} - known - PAGES_OWN.get(row[0], set())
            assert not found, f"docs/letters.md, {row[0]} says {found}; the book: {known}"


def test_the_picture_of_the_readme_says_what_the_book_says(book: Rulebook) -> None:
    how_long = HowLong(book)
    page = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    figures = {"two": "2", "three": "3", "five": "5"}
    ri, inadequate, urgent = (
        figures[how_long[name].removesuffix(" working days")]
        for name in ("uopp due, requires improvement", "uopp due, inadequate", "urgent issues due")
    )
    assert (
        f"Requires Improvement: {ri} working days<br/>Inadequate: {inadequate}, urgent issues {urgent}"
        in page
    )
    assert f"{how_long['six-week check due'].capitalize()} on: review meeting for an Inadequate" in page
    assert how_long["six-week check due"] == how_long["review uopp due"]
    assert f"not Good after {how_long['improvement due']}" in page
