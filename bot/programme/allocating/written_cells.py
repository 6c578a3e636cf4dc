"""Cells that hold several teams or several Mosaic numbers: one reader for each, which passes over nothing."""

from __future__ import annotations

import re

from bot.programme.allocating.cell_words import plain
from bot.programme.importing.sheets import Value

_NUMBER = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{0,3}[0-9]{3,12}(?![A-Za-z0-9])")
_THOUSANDS = re.compile(r"(?<![0-9])[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])")
_BETWEEN = re.compile(r"#|\band\b|[\s,;/&+|.:()\[\]]", re.IGNORECASE)


def number_key(value: Value) -> str:
    """A Mosaic number as it is compared: “p30001” and “P30001” are one; "" for what is none."""
    text = plain(value)
    return text.upper() if _NUMBER.fullmatch(text) else ""


def loosely(number: str) -> str:
    """Its figures alone, by which it may be the same as one written with other letters or noughts before it."""
    return number.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ").lstrip("0")


def same_number(number: str) -> str:
    """A number without the noughts before its figures, which nobody means."""
    figures = number.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return number[: len(number) - len(figures)] + figures.lstrip("0")


def numbers_in(text: str) -> tuple[frozenset[str], bool]:
    """The Mosaic numbers of a cell, however they are parted, and whether nothing else stands there. “30001-30005” may
    be two or five and “300,010” one or two, so that neither can be read."""
    plainly = plain(text)
    if _THOUSANDS.search(plainly):
        return frozenset(), False
    lines = _NUMBER.sub("#", plainly).split("\n")
    alone = all(not _BETWEEN.sub("", line.lstrip(" -–—•*·")) for line in lines)
    return frozenset(found.upper() for found in _NUMBER.findall(plainly)), alone


def teams_in(text: str) -> tuple[str, ...]:
    """The whole of what was written, which may be one team with a comma in its name, and each that a line, a comma or a
    semicolon parts from the others."""
    lines = [" ".join(line.split()) for line in re.split(r"[\n;]", text)]
    parts = [" ".join(part.split()) for line in lines for part in line.split(",")]
    every = (" ".join(text.split()), *lines, *parts)
    return tuple(dict.fromkeys(each for each in every if each))
