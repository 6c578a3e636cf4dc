"""The actions of an earlier audit that cannot be copied into a form are told to the Audit Team, once."""

from __future__ import annotations

from forms import filled
from small_council import REF, Council, digest
from tenant import Door

from bot.office.ledger import Ledger
from bot.programme.events import EventKind

COPIED = "could not be copied into a form"


def test_a_form_whose_earlier_actions_are_gone_is_told_once(door: Door) -> None:
    council = Council(door)
    council.run("2026-03-02")
    council.arrives("Ada Auditor", filled(council.form(), grade="Requires Improvement"))
    council.run("2026-03-02", "10:00", whole=False)
    form = filled(council.form(), grade="Requires Improvement", moderated="Requires Improvement")
    council.arrives("Mo Moderator", form)
    council.run("2026-03-03")
    council.ask("PATCH", "/lists/Audit allocations/1", {"UoPP held on": "2026-03-05"})

    ledger = Ledger(door.settings.ledger)
    for event in ledger.read():
        if event.kind in (EventKind.AUDIT_RETURNED, EventKind.MODERATION_RETURNED):
            drive, _, item = str(event.data["file"]).partition("/")
            door.graph.delete(f"/drives/{drive}/items/{item}")
    ledger.close()
    told = []
    for day in ("2026-04-13", "2026-04-16", "2026-04-17", "2026-04-20"):
        council.run(day)
        told.append(COPIED in digest(council))
    assert told.count(True) == 1, told
    assert REF in " ".join(
        str(d["html"]) for d in door.tenant.deliveries(html=True) if COPIED in str(d["html"])
    )
