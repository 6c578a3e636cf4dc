"""§9: what is shared once the cycle is complete."""

from __future__ import annotations

from sandbox.play.cast.facts import Fact
from sandbox.play.duties.ground import Ground, JsonObject


def shared(ground: Ground, reference: str, row: JsonObject, moderated: Fact, out: Fact | None) -> None:
    """§9 (O63, O64): with the child's IRO or CP Chair, their Group Manager copied, and with the services involved."""
    complete = ground.complete(row["Cycle"])
    if row.get("IRO or CP Chair"):
        readers = [
            *ground.named(reference, "IRO or CP Chair"),
            *ground.role("Group Manager of CP Chairs and IROs"),
        ]
        ground.due("shared with the chair", "9", reference, readers, complete[0], at=complete, once=[moderated],
                   unless=[out], drafted=True)  # fmt: skip
    services = ground.role(*str(row.get("Services involved") or "").splitlines())
    ground.due("shared with services", "9", reference, services, complete[0], at=complete, once=[moderated],
               unless=[out], drafted=True)  # fmt: skip
