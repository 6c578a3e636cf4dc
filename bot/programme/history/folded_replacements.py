"""What events about replacements change."""

from __future__ import annotations

from bot.programme.events import Event, EventKind
from bot.programme.history.folded import Fold, Folded, day_of, text, texts
from bot.programme.history.replacements import Asked, EnteredRow, Offered
from bot.programme.messages.buttons import Command
from bot.programme.vocabulary import Vacant


def _asked(known: Folded, event: Event) -> None:
    data = event.data
    known.replacements.asked[event.key] = Asked(
        event.key, event.about, Vacant(text(data, "vacant")), text(data, "of"), texts(data, "struck"), day_of(event),
        text(data, "mode"),
    )  # fmt: skip
    # Asked for anew, it is vacant again: what was entered there before stands no longer.
    place, entered = (Vacant(text(data, "vacant")), text(data, "of")), known.replacements.entered
    if event.about in entered:
        entered[event.about] = [e for e in entered[event.about] if (e.vacant, e.of) != place]


def _offered(known: Folded, event: Event) -> None:
    data = event.data
    asked = known.replacements.asked.get(text(data, "asked"))
    if asked is None:
        return  # its contents were erased
    words = ("code", "row", "child", "auditor", "moderator")
    known.replacements.offered[asked.key] = Offered(asked, *(text(data, word) for word in words))


def _entered(known: Folded, event: Event) -> None:
    data, past = event.data, known.replacements
    vacant = Vacant(text(data, "vacant"))
    entered = EnteredRow(vacant, *(text(data, word) for word in ("of", "row", "code", "says")))
    past.entered.setdefault(event.about, []).append(entered)
    if data.get("to_confirm"):
        # What a Head of Service confirmed were other people: a confirmation that stands in no column is over.
        past.changed.add(event.about)
        audit = known.audit_to_write(event.about)
        audit.reports = [r for r in audit.reports if r.command is not Command.CONFIRM_LIST]


FOLDS: dict[EventKind, Fold] = {
    EventKind.REPLACEMENT_ASKED: _asked,
    EventKind.REPLACEMENT_PROPOSED: _offered,
    EventKind.REPLACEMENT_ENTERED: _entered,
}
