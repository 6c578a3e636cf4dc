"""Whoever reads with a screen reader, in the dark, enlarged or with little contrast in their eyes reads every letter.

The rules are WCAG 2.2's (AA), as far as a page without scripts can break them: language, title, headings, tables, names
of links and frames, contrast. https://www.w3.org/TR/WCAG22/
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import css_inline
import pytest
from lxml import html as parser

from bot.daily_run.trying.sample_letters import Sample
from bot.papers.letters.gallery_page import index_page, letter_page

ENOUGH = 4.5


def dark(letter: str) -> str:
    """The letter with the rules for the dark put over its own, as a mail program set to dark does."""
    found = re.search(r"@media \(prefers-color-scheme: dark\) \{(.*?)\n  \}", letter, re.DOTALL)
    assert found
    return css_inline.inline(letter.replace("</head>", f"<style>{found[1]}</style></head>"))


def luminance(colour: str) -> float:
    short = colour.lstrip("#")
    whole = "".join(c * 2 for c in short) if len(short) == 3 else short
    parts = [int(whole[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    dim, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dim + 0.05)


def texts_on_their_ground(letter: str) -> Iterator[tuple[str, str, str]]:
    """Every text with its colour and the colour behind it, both inherited as a browser does."""

    def styled(element: parser.HtmlElement, name: str) -> str | None:
        found = re.findall(rf"(?:^|;)\s*{name}:\s*(#[0-9a-fA-F]+)", element.get("style") or "")
        return found[-1] if found else None

    def walk(element: parser.HtmlElement, ink: str, ground: str) -> Iterator[tuple[str, str, str]]:
        if not isinstance(element.tag, str) or element.tag in ("style", "head", "title"):
            return
        if "display: none" in (element.get("style") or ""):
            return
        ink = styled(element, "color") or ink
        ground = styled(element, "background-color") or ground
        if (element.text or "").strip("\xa0 \n"):
            yield element.text, ink, ground
        for child in element:
            yield from walk(child, ink, ground)
            if (child.tail or "").strip("\xa0 \n"):
                yield child.tail, ink, ground

    yield from walk(parser.fromstring(letter), "#000000", "#ffffff")


@pytest.mark.parametrize("turned", [str, dark], ids=["by day", "in the dark"])
def test_every_word_stands_out_from_its_ground(shown: list[Sample], turned: type[str]) -> None:
    for sample in shown:
        for text, ink, ground in texts_on_their_ground(turned(sample.letter.html)):
            assert contrast(ink, ground) >= ENOUGH, (sample.name, text, ink, ground)


def pages(shown: list[Sample]) -> Iterator[tuple[str, parser.HtmlElement]]:
    """Each letter, each page of the gallery, and its first page."""
    for sample in shown:
        yield sample.name, parser.fromstring(sample.letter.html)
        yield f"{sample.name}, its page", parser.fromstring(letter_page(sample.shown))
    yield "the gallery", parser.fromstring(index_page([sample.shown for sample in shown]))


def test_language_title_and_the_order_of_headings_are_there_for_who_listens(shown: list[Sample]) -> None:
    for name, page in pages(shown):
        assert page.get("lang") == "en-GB", name
        assert page.findtext("head/title"), name
        levels = [int(each.tag[1]) for each in page.iter("h1", "h2", "h3", "h4")]
        assert levels[0] == 1, name
        assert levels.count(1) == 1, name
        assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels)), (
            name,
            levels,
        )


def test_a_table_says_which_row_and_column_a_cell_belongs_to_or_that_it_only_arranges(
    shown: list[Sample],
) -> None:
    for name, page in pages(shown):
        for table in page.iter("table"):
            if table.get("role") == "presentation":
                continue
            heads = list(table.iter("th"))
            assert heads, name
            assert all(cell.get("scope") in ("row", "col") for cell in heads), name
            assert all(cell.text_content().strip() for cell in heads), name


def test_links_frames_and_pictures_have_names(shown: list[Sample]) -> None:
    for name, page in pages(shown):
        assert all(link.text_content().strip() for link in page.iter("a")), name
        assert all(frame.get("title") for frame in page.iter("iframe")), name
        assert all(history.get("alt") for history in page.iter("img")), name
        words = [(link.text_content().strip(), link.get("href")) for link in page.iter("a")]
        assert not [said for said, _ in words if said.lower() in ("here", "click here", "link", "more")], name


def test_the_measure_of_contrast_is_wcags() -> None:
    assert round(contrast("#000", "#fff"), 2) == 21
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54
    assert contrast("#777777", "#ffffff") < ENOUGH
