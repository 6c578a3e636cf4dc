"""What the Audit Team can say about a held message by one button: take it as this, enter that, the sender is right.

An offer is made when a message is held, from what was read of it then, and stands in the ledger with the question: a
code word for each thing and staff addresses, nothing of the message's words and nothing about a child.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from bot.programme.vocabulary import Allocation, Grade, Part

TAKE, ENTER, VOUCH = "take-it", "enter-it", "sender-is-right"
"""The words by which an offer is taken up; members of TeamWord."""
RECORD_PART = "record"
"""In place of a part of the audit: the record of a meeting, or a six-week check."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One button of a held message. `says` is its label; `about` a list item id.

    TAKE: `sha256` is the file, `part` what it is taken as, `grade` the one a person says it gives, where the reader
    could not tell. ENTER: `command` with the day `on` (ISO) and the person `by` (an address) who said it, in answer to
    the letter `letter_key`. VOUCH: nothing more.
    """

    word: str
    says: str
    about: str = ""
    sha256: str = ""
    part: str = ""
    grade: str = ""
    command: str = ""
    on: str = ""
    by: str = ""
    letter_key: str = ""

    def as_data(self) -> dict[str, str]:
        return {name: value for name, value in asdict(self).items() if value}


_NAMES = frozenset(field.name for field in fields(Offer))


def offer_from(data: Mapping[str, Any]) -> Offer:
    return Offer(**{"word": "", "says": "", **{k: str(v) for k, v in data.items() if k in _NAMES}})


def offers_from(given: object) -> tuple[Offer, ...]:
    found = given if isinstance(given, Sequence) else ()
    return tuple(offer_from(data) for data in found if isinstance(data, Mapping))


def offers_to_take(
    allocation: Allocation | None,
    sha256: str,
    graded: tuple[bool, bool],
    back: tuple[bool, bool],
    grades: Sequence[Grade] = (),
    told: str = "",
) -> tuple[Offer, ...]:
    """As what a held form of an audit may be taken, each with its button.

    `graded` says whether an auditor's and a moderator's grade stand in it, `back` whether the two parts have come back
    already. `grades` are those the reader could not decide between: a person says which it is. `told` begins the label.
    """
    if allocation is None or allocation.left_out:
        return ()
    if not allocation.audit_type.is_moderated:
        if any(graded):
            return ()
        return (
            Offer(
                TAKE, _says(told, "take it as the completed form"), allocation.item_id, sha256, Part.AUDITOR
            ),
        )
    found = []
    if graded[0] and not back[1]:
        found.append((Part.AUDITOR, "the auditor's return"))
    if graded[1] and (back[0] or graded[0]):
        found.append((Part.MODERATOR if back[0] else Part.BOTH, "the moderator's return"))
    return tuple(
        Offer(
            TAKE,
            _says(told, f"take it as {what}" + (f", grade {grade.in_full}" if grade else "")),
            allocation.item_id,
            sha256,
            part,
            grade or "",
        )
        for part, what in found
        for grade in (grades or (None,))
    )


def _says(told: str, what: str) -> str:
    return f"{told}: {what}" if told else what[:1].upper() + what[1:]
