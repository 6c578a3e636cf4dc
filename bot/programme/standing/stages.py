"""How far audits are, in six words: what a cycle's bar is made of."""

from __future__ import annotations

from collections.abc import Sequence

from bot.programme.vocabulary import Status

STAGES: Sequence[tuple[str, str, tuple[Status, ...]]] = (
    ("To begin", "#5b6a72", (Status.AWAITING_CONFIRMATION, Status.READY_TO_SEND)),
    ("With auditors", "#46549b", (Status.WITH_AUDITOR, Status.RETURNED_TO_AUDITOR)),
    ("With moderators", "#1f4e5f", (Status.WITH_MODERATOR,)),
    ("Waiting for you", "#8a4b08", (Status.NEEDS_A_PERSON, Status.ON_HOLD, Status.IN_DISPUTE)),
    ("Followed up", "#17657a", (Status.URGENT_ISSUES_OPEN, Status.UOPP_TO_BE_HELD, Status.FOLLOWED_UP)),
    ("Complete", "#2f6b43", (Status.COMPLETE,)),
)
"""Each with its colour, dark enough for white figures; what is exempted, withdrawn or invalid is no part of it."""
