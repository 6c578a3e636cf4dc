"""Which words of a letter its new version changes, as the Audit Team is told of it."""

from __future__ import annotations

import pytest

from bot.papers.team_files.same_letter import changed_words

BEFORE = (
    "Subject: Due\n\n{{ greeting }},\n\n**Please return** your audit by {{ due.on | day }}.\n\nThank you."
)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("**Please return** your", "**Please do not return** your", ["“Please” is now “Please do not”"]),
        ("Thank you.", "With thanks.", ["“Thank you.” is now “With thanks.”"]),
        ("{{ due.on | day }}", "{{ due.on | short_day }}",
         ["“audit by {{ due.on | day }}” is now “audit by {{ due.on | short_day }}”"]),
        (" your audit", "", ["“Please return your audit” is now “Please return”"]),
        ("**Please return**", "Please return", []),
    ],
)  # fmt: skip
def test_each_place_is_told_with_the_words_in_front_of_it(old: str, new: str, said: list[str]) -> None:
    assert changed_words(BEFORE.replace(old, new), BEFORE) == said


def test_a_letter_written_anew_is_told_in_a_few_places_and_one_without_end_in_none() -> None:
    other = " ".join(
        f"new{n} {word}"
        for n, word in enumerate(["one", "two", "three", "four", "five", "six", "seven", "eight"])
    )
    assert changed_words(other, "one two three four five six seven eight")[-1] == "2 more places"
    assert changed_words("word " * 100_000, BEFORE) == []
