"""Why the queue's database lets nobody in, in words: the commonest slip when it is set up."""

from __future__ import annotations

from bot.databases import no_way_in


def not_let_in(queue: object, fault: Exception) -> str:
    """What is said of it, "" where something else is wrong. `queue` as it may be shown, without its password."""
    if not (found := no_way_in(fault)):
        return ""
    why, where = found
    return (
        f"The queue {queue} cannot be used: {why}. Whoever keeps the workers: the password stands in the queue's file "
        '(queue.toml: queue = "postgresql://ROLE:PASSWORD@…", mode 600), or in the file that PGPASSFILE names, a line '
        f"HOST:PORT:DATABASE:ROLE:PASSWORD. Now {where}."
    )
