"""What the ledger tells of replacements: asked for by the Audit Team, proposed, entered on their word (§7, X30)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from bot.programme.vocabulary import Vacant


@dataclass(frozen=True, slots=True)
class Asked:
    """A replacement somebody asked for. `key` is their message, `of` the address of who had the part; `struck` are
    addresses, and codes of children, that are not to be proposed (again)."""

    key: str
    item_id: str
    vacant: Vacant
    of: str
    struck: tuple[str, ...]
    on: date
    mode: str


@dataclass(frozen=True, slots=True)
class Offered:
    """What was proposed for it. `row` is a code of what stood in the row then; `child` a code of the child who comes,
    and `auditor` and `moderator` addresses, "" where they stay or nobody is proposed. Its buttons name its `code`."""

    asked: Asked
    code: str
    row: str
    child: str = ""
    auditor: str = ""
    moderator: str = ""


@dataclass(frozen=True, slots=True)
class EnteredRow:
    """A replacement that was entered: `row` is the list item it stands in, `says` one sentence about it."""

    vacant: Vacant
    of: str
    row: str
    code: str
    says: str


@dataclass(slots=True)
class Replacements:
    """By the list item id of the row that something fell out of, but for `asked` and `offered`, which are by the
    message that asked. `changed` are rows whose people were changed by it, which are to be confirmed anew."""

    asked: dict[str, Asked] = field(default_factory=dict)
    offered: dict[str, Offered] = field(default_factory=dict)
    entered: dict[str, list[EnteredRow]] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)

    def times_asked(self, item_id: str, vacant: Vacant) -> int:
        return sum((a.item_id, a.vacant) == (item_id, vacant) for a in self.asked.values())

    def struck(self, item_id: str, vacant: Vacant) -> tuple[str, ...]:
        """Everybody who was struck out for this place."""
        every = [a.struck for a in self.asked.values() if (a.item_id, a.vacant) == (item_id, vacant)]
        return tuple(dict.fromkeys(each for struck in every for each in struck))

    def in_place_of(self, item_id: str, vacant: Vacant, of: str) -> EnteredRow | None:
        """What was entered in the place of just this."""
        those = self.entered.get(item_id, ())
        return next((e for e in those if (e.vacant, e.of) == (vacant, of)), None)

    def offer(self, code: str) -> Offered | None:
        return next((o for o in self.offered.values() if o.code == code), None)
