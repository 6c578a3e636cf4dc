"""§7 and §10: what came back is moderated, an Inadequate within a day."""

from __future__ import annotations

from sandbox.play.cast.facts import Fact, Moment
from sandbox.play.duties.ground import INADEQUATE_MODERATED, LATE_IN_MODERATED, Ground, JsonObject
from sandbox.play.working_days import later, of_month


def moderation(ground: Ground, reference: str, row: JsonObject, returned: Fact) -> None:
    """§7 (O43, O47), §10 (O78): asked with the audit attached, reminded, chased, taken up. What goes back to its
    auditor is not theirs meanwhile, unless it is an Inadequate, which waits for nothing; once put right it is asked for
    anew."""
    known = ground.known(reference)
    rectify, corrected = known.first("rectify"), known.first("corrected")
    if rectify is None or rectify.known <= returned.known:
        _asked(ground, reference, row, returned, returned, None)
        return
    waits = returned.value != "Inadequate"
    again = corrected.known if corrected else None
    _asked(ground, reference, row, returned, returned, rectify.known if waits else again)
    if corrected:
        begins = returned if returned.value == corrected.value == "Inadequate" else corrected
        _asked(ground, reference, row, corrected, begins, None)


def _asked(
    ground: Ground, reference: str, row: JsonObject, come: Fact, begins: Fact, until: Moment | None
) -> None:
    """One form that came, until it goes back; its time for moderation began with what `begins`."""
    known, ends = ground.known(reference), of_month(ground.month[row["Cycle"]])[-1]
    moderated, out = known.first("moderated"), known.first("out")
    inadequate = come.value == "Inadequate"
    due = later(begins.on, LATE_IN_MODERATED) if begins.on > ends else ends
    if inadequate:
        due = later(begins.on, INADEQUATE_MODERATED)
    manager = ground.role("Audit Manager", "Head of Learning Academy")
    changes = [come.known, *(f.known for f in known.all("Moderator") if f.known > come.known)]
    away = known.first("moderator away")
    stops = [moderated, out]
    for since, following in zip(changes, [*changes[1:], until], strict=True):
        moderator = ground.at(reference, "Moderator", since)
        asked = ground.due(
            "moderation requested", "7", reference, [moderator], since[0], at=since, unless=stops
        )
        since = asked or since
        day, silent = (due, [away]) if inadequate else (later(due, -2), [])
        if day > since[0]:
            ground.due("moderation reminder", "7/10", reference, [moderator], day, unless=[*stops, *silent],
                       before=following)  # fmt: skip
        for n in (0, 2, 4):
            day = later(due, 1 + n)
            if day > since[0]:
                ground.due("moderation overdue", "7/10", reference, [moderator], day, unless=stops,
                           before=following)  # fmt: skip
        day = later(due, 1 if inadequate else 3)
        if day >= since[0]:
            ground.due("moderation escalated", "7/10", reference, [*manager, moderator], day, unless=stops,
                       before=following)  # fmt: skip
