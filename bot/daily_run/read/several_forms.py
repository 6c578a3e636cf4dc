"""Different forms of one audit in one message."""

from __future__ import annotations

from collections.abc import Sequence

from bot.daily_run.read.offered import offers_to_take_form
from bot.daily_run.read.opened_form import OpenedForm
from bot.daily_run.read.reading import Reading
from bot.programme.held_reasons import CHANGED, HeldReason


def differing(reading: Reading, several: Sequence[OpenedForm]) -> HeldReason:
    """Nobody but their sender knows which of them counts.

    No grade is recorded: an Inadequate among them may be a draft, so the Audit Team is told, not the five.
    """
    reference = several[0].reference
    said = []
    for n, form in enumerate(several, 1):
        name = f"{reference or reading.about.guess} {form.sha256[:8]}.docx"
        reading.keeper.keep(name, form.data, None)
        said.append(f"file {n}: {form.in_short}")
    reason = (
        f"{len(several)} different forms for {reference} came in one message ({'; '.join(said)}). None was taken: "
        "ask which of them counts, and for that one alone."
    )
    about = reading.known.allocations.get(reference)
    return reading.hold(
        CHANGED,
        reason,
        sha256=several[0].sha256,
        about=about.item_id if about else "",
        form=True,
        grades_of=[form.read for form in several],
        offers=[
            offer
            for n, form in enumerate(several, 1)
            for offer in offers_to_take_form(reading.known, form, about, f"File {n}")
        ],
    )
