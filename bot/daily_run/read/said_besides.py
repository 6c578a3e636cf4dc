"""What somebody wrote in their own words, for the Audit Team: shown guarded, with what they may have meant."""

from __future__ import annotations

from collections.abc import Iterable

from bot.daily_run.read.known import Known
from bot.daily_run.read.reading import Reading
from bot.programme.meant import offers_in_words
from bot.programme.offers import Offer
from bot.programme.plain_answers import shown_words


def shown(known: Known, lines: Iterable[str], about: str) -> str:
    """The beginning of a person's words for the Audit Team, guarded; nothing of a restricted record."""
    allocation = known.row(about)
    if allocation and allocation.restricted:
        return " Its words are not shown: the record is restricted."
    words = shown_words(lines, [*known.names.values(), *known.allocations])
    return f" They wrote: “{words}”" if words else ""


def meant(reading: Reading, words: str, about: str) -> tuple[Offer, ...]:
    """What the Audit Team may enter after reading somebody's words; nothing of a sender in doubt."""
    if reading.doubt:
        return ()
    known = reading.known
    row = [a.reference for a in known.lists.allocations if about and a.item_id == about]
    return offers_in_words(
        [words], reading.post.sender, reading.about.letters, row or reading.about.references, known.lists,
        known.history, reading.desk.setting, reading.received,
    )  # fmt: skip
