"""Before anything is done: is the ledger what it was?

Its chain must be whole, and what was noted elsewhere after the last good runs must lie on it. One that ends before
that is an older copy, or new: it is completed from the mailbox like any other (rebuilt.py), and told, for whoever cut
off its end left just that. One that goes on but says something else was rewritten: then the bot stands still.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.daily_run.workplace import Workplace
from bot.errors import StandsStill
from bot.office.chain import Chain
from bot.office.health import read_health
from bot.programme.date_words import day_in_words
from bot.programme.events import Event, EventKind
from bot.programme.history.folded import mapping

_REMEDY = (
    "The IT administrator: run audit-bot ledger verify, keep a copy of the ledger as it is for whoever looks into it, "
    "and put back the last copy that was made before; what that copy does not know is read again from the mailbox."
)
KEPT = 30
"""Of so many days a seal is kept in the health file."""


def ledger_checked(workplace: Workplace) -> bool:
    """Whether the ledger was put back from a copy, or is new although there was one, and no run has ended since; that
    is recorded, to be told. Raises StandsStill where it was tampered with."""
    if found := newly_put_back(workplace):
        workplace.ledger.append([found])
    kinds = [event.kind for event in workplace.ledger.read()]
    since = kinds[::-1].index(EventKind.RUN_FINISHED) if EventKind.RUN_FINISHED in kinds else len(kinds)
    return EventKind.LEDGER_PUT_BACK in kinds[len(kinds) - since :]


def newly_put_back(workplace: Workplace) -> Event | None:
    """That the ledger is an older copy than the health file knows, or new although there was one, where that has not
    been recorded yet. Raises StandsStill where it was tampered with."""
    file = workplace.settings.health_file
    noted = {int(n): seal for n, seal in read_health(file).seals.items() if n.isdecimal()} if file else {}
    chain = workplace.ledger.verified(noted)
    if chain.fault:
        raise StandsStill(f"somebody has changed the ledger. {chain.fault}", _REMEDY)
    events = workplace.ledger.read()
    given_up = {
        (int(number), str(seal))
        for event in events
        if event.kind is EventKind.LEDGER_PUT_BACK
        for number, seal in mapping(event.data, "seals").items()
    }
    noted = {number: seal for number, seal in noted.items() if (number, seal) not in given_up}
    if wrong := [n for n, seal in noted.items() if n <= chain.last and chain.seals.get(n) != seal]:
        raise StandsStill(
            f"the ledger was rewritten: entry {wrong[0]} is not the one that {file} knows.", _REMEDY
        )
    ahead = {str(number): seal for number, seal in noted.items() if number > chain.last}
    if not ahead:
        return None
    stands = f"ends at entry {chain.last} of {day_in_words(events[-1].at)}" if events else "is new"
    what = (
        f"It {stands}, and {file} knows entry {max(ahead, key=int)}. If a copy was put back, or the ledger was lost, "
        "nothing need be done: what it did not know was read again from the mailbox. If not, somebody has cut off its "
        "end."
    )
    key = f"{chain.last}#{workplace.clock().isoformat()}"
    return workplace.event(EventKind.LEDGER_PUT_BACK, key, where="The ledger", what=what, seals=ahead)


def seals_noted(before: Mapping[str, str], chain: Chain, *, whole: bool) -> Mapping[str, str]:
    """The seals of the health file, with that of the ledger as it stands: for each day the last."""
    kept = [(n, seal) for n, seal in before.items() if n.isdecimal() and int(n) < chain.last]
    if not whole:
        kept = kept[:-1]
    return dict([*kept, (str(chain.last), chain.seal)][-KEPT:]) if chain.last else {}
