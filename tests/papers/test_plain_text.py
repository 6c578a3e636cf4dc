"""Every letter as plain text: read aloud, or in a program that shows no HTML, it says the same in the same order."""

from __future__ import annotations

import re
from html import unescape

import pytest
from letter_samples import samples, sound

from bot.papers.letters.plain_text import plain_text

LETTERS = sound()
SAMPLES = samples()


def text_of(name: str) -> str:
    return plain_text(LETTERS.letter(name, SAMPLES[name]).html)


def words_of(text: str) -> list[str]:
    return re.findall(r"[\w’']+", text)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_text_says_every_word_of_the_letter_in_its_order(name: str) -> None:
    html = LETTERS.letter(name, SAMPLES[name]).html
    body = re.sub(r"<!--.*?-->|<head>.*?</head>|<div class=\"preview\".*?</div>", " ", html, flags=re.S)
    shown = words_of(unescape(re.sub(r"<[^>]+>", " ", body)))
    said = iter(words_of(text_of(name)))
    assert all(word in said for word in shown)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_text_reads_well(name: str) -> None:
    text = text_of(name)
    assert not re.search(r"<[a-z/]|&[a-z]+;|\{\{|\{%|mso-|@media", text), "code among the words"
    assert "\n\n\n" not in text, "holes"
    lines = text.strip().split("\n")
    assert all(line == line.strip() for line in lines)
    assert not any(re.fullmatch(r"[|\s]*", line) and line for line in lines), "empty rows"
    assert "Understanding our Practice" in text.split("\n\n")[1]
    greetings = [line for line in lines if line.startswith("Dear ")]
    assert all(re.fullmatch(r"Dear [^,]{2,60},", line) for line in greetings), (
        "something stands in the greeting"
    )


@pytest.mark.parametrize("name", SAMPLES)
def test_each_button_is_its_words_and_where_its_message_goes(name: str) -> None:
    html, text = LETTERS.letter(name, SAMPLES[name]).html, text_of(name)
    for address, label in re.findall(r'<a href="([^"]*)"[^>]*>([^<]+)</a>', html):
        if "?" in address and address.startswith("mailto:") and "body=" in address:
            assert f"{unescape(label)} [opens a message to " in text, label
        elif address.startswith("https://"):
            assert f"{unescape(label)} (https://" in text, label
