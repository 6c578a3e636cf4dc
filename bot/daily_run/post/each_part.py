"""Each part from its own person: what somebody else changed in a part that had been returned is shown and held (§7).

What was filed goes on counting until a person says otherwise. Only questions and grades are told, never what was
written; for the comparison the filed file is read again, so that the ledger holds nothing of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.daily_run.kept import as_received
from bot.daily_run.post.reading import Reading
from bot.errors import AuditBotError, in_words
from bot.office.isolated_reader import read_safely
from bot.papers.forms.answers import Held, Refused, ReturnedAudit
from bot.papers.forms.each_part import answered, differences
from bot.programme.answers.matching import Accepted, HeldBack
from bot.programme.date_words import full_day
from bot.programme.history.records_of_the_past import Returned
from bot.programme.messages.held_reasons import CHANGED, WRONG_SENDER
from bot.programme.vocabulary import Allocation, Part

_CALLED = {Part.AUDITOR: "auditor", Part.MODERATOR: "moderator"}


def by_its_person(reading: Reading, read: ReturnedAudit, found: Accepted) -> Accepted | HeldBack:
    """What becomes of a form that may be taken in, once the part that is not its sender's has been looked at."""
    allocation, asked = found.allocation, reading.known.asked
    if not allocation.audit_type.is_moderated or len(found.parts) != 1:
        return found
    past = reading.history.audit(allocation.item_id)
    part = Part.AUDITOR if found.parts[0] is Part.MODERATOR else Part.MODERATOR
    filed = past.returns if part is Part.AUDITOR else past.moderations
    there = answered(read, part, asked)
    if not there:
        return found  # the sender's own part alone
    if not filed:
        # Nothing of it counts, and an Inadequate waits for nothing (§10).
        what = (
            f"Its {_CALLED[found.parts[0]]} has answered in the {_CALLED[part]}'s part: {'; '.join(there)}."
        )
        return replace(found, notes=(*found.notes, what))
    was = _as_filed(reading, filed[-1], allocation)
    if isinstance(was, str):
        what = f"Whether the {_CALLED[part]}'s part is as it was returned could not be looked at: {was}"
        return replace(found, notes=(*found.notes, what))
    other = differences(was, read, part, asked)
    if not other:
        return found
    said = "; ".join(difference.question for difference in other)
    what = f"in the {_CALLED[part]}'s part it differs from what was returned on {full_day(filed[-1].on)}: {said}."
    if any(difference.decisive for difference in other):
        came = f"{allocation.reference} came from its {_CALLED[found.parts[0]]}"
        if older := _written_on(reading, filed, allocation, read, part):
            graded = "; ".join(difference.question for difference in other if difference.decisive)
            what = (
                f"the {_CALLED[part]}'s part in it is that of {full_day(older.on)}. A later one was returned on "
                f"{full_day(filed[-1].on)} and says otherwise: {graded}."
            )
        reason = f"{came}, and {what} What was returned goes on counting."
        return HeldBack(CHANGED if part is Part.AUDITOR else WRONG_SENDER, reason, allocation)
    return replace(found, notes=(*found.notes, what[:1].upper() + what[1:]))


def _written_on(
    reading: Reading, filed: Sequence[Returned], allocation: Allocation, read: ReturnedAudit, part: Part
) -> Returned | None:
    """The earlier return that a form was written on: nobody changed anything, they had an older copy before them."""
    for earlier in reversed(filed[:-1]):
        was = _as_filed(reading, earlier, allocation)
        if not isinstance(was, str) and not differences(was, read, part, reading.known.asked):
            return earlier
    return None


def _as_filed(reading: Reading, filed: Returned, allocation: Allocation) -> ReturnedAudit | str:
    """What the file that counts says, or why nobody can tell."""
    try:
        data = as_received(filed, allocation, reading.workplace)
    except AuditBotError as fault:
        return in_words(fault)
    found = read_safely(data, "", reading.workplace.papers.questions)
    if isinstance(found, Held) and found.otherwise:
        return found.otherwise
    return found.reason if isinstance(found, Held | Refused) else found
