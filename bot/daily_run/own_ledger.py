"""Whose a ledger is: every run says in it of which council it is, by its mailbox and its site.

However its address is written, no other council works with it then: one in which neither is this council's belongs to
another. Where one of the two is still the same, the council has moved: mailbox or site, one after the other.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.errors import SettingsError
from bot.office.ledger import Ledger
from bot.programme.events import EventKind
from bot.settings import Settings


def whose(settings: Settings) -> Mapping[str, str]:
    """What a run says of itself when it begins."""
    site = f"{settings.site_host}{settings.site_path}".rstrip("/")
    return {"mailbox": settings.mailbox.casefold(), "site": site.casefold()}


def refuse_anothers(ledger: Ledger, settings: Settings) -> None:
    """Raises SettingsError where the last run that said so was another council's."""
    ours = whose(settings)
    for last in ledger.of_kinds([EventKind.RUN_STARTED], last=True):
        theirs = {word: last.data.get(word) for word in ours}
        if all(theirs.values()) and not any(theirs[word] == ours[word] for word in ours):
            raise SettingsError(
                [
                    f"The ledger is another council's: the last run in it was that of {theirs['mailbox']} and "
                    f"{theirs['site']}. Whoever keeps the profile: put “ledger” right. If it is this council's, whose "
                    "mailbox and site are both new, change one of them first, let a run be made, and then the other."
                ]
            )
