"""Whose a ledger is: every run says in it of which council it is, by its mailbox and its site.

However its address is written, no other council works with it then: one in which neither is this council's belongs to
another. Where one of the two is still the same, the council has moved: mailbox or site, one after the other. Where both
are others at once, and the former ones gone, whoever keeps the profile says so, naming both (moved.py).
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.errors import SettingsError
from bot.office.ledger import Ledger
from bot.programme.events import EventKind
from bot.settings import Settings

Whose = Mapping[str, str]
"""mailbox and site, as they are compared."""


def whose(settings: Settings) -> Whose:
    """What a run says of itself when it begins."""
    return pair(settings.mailbox, f"{settings.site_host}{settings.site_path}")


def pair(mailbox: str, site: str) -> Whose:
    return {
        "mailbox": mailbox.strip().casefold(),
        "site": site.strip().casefold().removeprefix("https://").rstrip("/"),
    }


def anothers(ledger: Ledger, settings: Settings) -> Whose | None:
    """Of which council the ledger is, where it is not this one's: both are others than who spoke in it last says."""
    ours = whose(settings)
    for last in ledger.of_kinds([EventKind.RUN_STARTED, EventKind.COUNCIL_MOVED], last=True):
        theirs = {word: str(last.data.get(word) or "") for word in ours}
        if all(theirs.values()) and not any(theirs[word] == ours[word] for word in ours):
            return theirs
    return None


def refuse_anothers(ledger: Ledger, settings: Settings) -> None:
    """Raises SettingsError where the last run that said so was another council's."""
    if theirs := anothers(ledger, settings):
        raise SettingsError(
            [
                f"The ledger is another council's: the last run in it was that of {theirs['mailbox']} and "
                f"{theirs['site']}. Whoever keeps the profile: put “ledger” right. If it is this council's, whose "
                "mailbox and site are both new, change one of them first, let a run be made, and then the other; where "
                "the former are gone, say so with audit-bot ledger moved."
            ]
        )
