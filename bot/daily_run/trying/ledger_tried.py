"""The ledger by itself: can it be opened, is it this council's, and is the key of the letters the one it knows?"""

from __future__ import annotations

from contextlib import closing
from functools import partial
from pathlib import Path

from bot.daily_run.keys_in_use import KeysInUse, refuse_a_lost_key
from bot.daily_run.own_ledger import refuse_anothers
from bot.daily_run.trying.checked_files import Check
from bot.errors import AuditBotError, SettingsError
from bot.office.ledger import Ledger
from bot.programme.history.history import history_of
from bot.settings import Settings


def ledger_tried(settings: Settings) -> Check:
    """Whatever a run would find wrong with it before anything else. Where there is none yet, none is made."""
    what = "The ledger and the key of the letters"
    try:
        keys = KeysInUse(*settings.letter_keys())
        if not _to_be_made(settings.ledger):
            refused = partial(refuse_anothers, settings=settings)
            with closing(Ledger(settings.ledger, looked_at=refused)) as ledger:
                history = history_of(ledger.read())
            refuse_a_lost_key(keys, history, history.last_mode)
    except SettingsError as fault:
        return Check(what, tuple(fault.problems))
    except AuditBotError as fault:
        return Check(what, (str(fault),), configuration=False, stops=True)
    return Check(what, ())


def _to_be_made(address: str) -> bool:
    """Whether it is a file, and there is none yet."""
    return address.startswith("sqlite:///") and not Path(address.removeprefix("sqlite:///")).exists()
