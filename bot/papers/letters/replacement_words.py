"""The words of the letter that shows the Audit Team who could come in where something of an audit has fallen out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from bot.papers.letters.letter_words import EveryLetter
from bot.programme.telling.matters import Press


@dataclass(frozen=True, slots=True)
class ProposedPart:
    """Somebody who is proposed for a part."""

    part: Annotated[str, "auditor or moderator"]
    who: str
    why: Annotated[str, "a sentence"]
    others: Annotated[str, "who else could and has a place, the least loaded first; or nobody"]
    closed: Annotated[str, "why the others of the role could not; may be empty"]


@dataclass(frozen=True, slots=True)
class ReplacementWords(EveryLetter):
    """Words of a replacement"""

    reference: Annotated[str, "the audit out of which something has fallen"]
    vacant: Annotated[str, "child, auditor or moderator"]
    fell_out: Annotated[str, "why, as a sentence goes on: “Ama Boateng was exempted”"]
    child: Annotated[str, "of another child, a sentence on who comes; no number or name of it"] = ""
    proposed: Annotated[Sequence[ProposedPart], "who is proposed anew"] = ()
    stays: Annotated[str, "a sentence on what stays"] = ""
    short: Annotated[Sequence[str], "what is short and what would meet it, a sentence each"] = ()
    struck: Annotated[int, "how many were struck out before"] = 0
    enter: Annotated[Sequence[Press], "the press that enters it, drawn by `{{ presses(enter) }}`"] = ()
    another: Annotated[Sequence[Press], "the press that strikes it out for the next"] = ()
    workbook: Annotated[Sequence[Press], "a link to the workbook it is proposed from"] = ()
