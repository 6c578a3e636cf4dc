"""The clock of the machine beside Microsoft's: by a wrong one letters would name wrong days."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.daily_run.workplace import Workplace
from bot.errors import StandsStill

TOLERATED = timedelta(minutes=10)


def refuse_wrong_clock(workplace: Workplace) -> None:
    """Nothing is done by a clock that is far off. A sandbox may live on any day. Raises StandsStill."""
    if workplace.settings.tenant.live:
        workplace.graph.get(f"{workplace.mailbox.path}/mailFolders/inbox?$select=id")
        compare(workplace.clock(), workplace.graph.server_date)


def compare(here: datetime, there: datetime | None) -> None:
    """Raises StandsStill where the two are more than ten minutes apart."""
    if there is None or abs(here - there) <= TOLERATED:
        return
    minutes = round(abs(here - there) / timedelta(minutes=1))
    way = "fast" if here > there else "slow"
    raise StandsStill(
        f"the clock of the bot's machine is {minutes} minutes {way}.",
        "The IT administrator: set it right (by a time server). Until then nothing goes out: letters name days.",
    )
