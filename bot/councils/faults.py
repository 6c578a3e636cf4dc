"""What can keep a council's run from its work, and who can mend it. Nothing of what a fault says is kept, for it may
name people; only its kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """`what` it is in a sentence, and `who` can mend it how."""

    what: str
    who: str


_THEIRS = "The council's IT administrator"
_LOWER = _THEIRS[0].lower() + _THEIRS[1:]
_OURS = "Whoever keeps the workers"

FAULTS: Mapping[str, Fault] = {
    "busy": Fault(
        "Microsoft 365 has asked it to wait.",
        f"Nobody, unless it lasts: {_LOWER}, who asks Microsoft why. It gives its place to others and is "
        "tried again after growing pauses, of an hour at most.",
    ),
    "TenantUnavailable": Fault(
        "Microsoft 365 does not answer, or is too busy.", f"Nobody, unless it lasts: {_LOWER}."
    ),
    "SettingsError": Fault(
        "Its configuration is wrong.",
        "Whoever keeps its profile: audit-bot councils check NAME names each place.",
    ),
    "SignInRefused": Fault(
        "Microsoft 365 does not let it sign in.", f"{_THEIRS}: renew its certificate or secret."
    ),
    "RequestRefused": Fault(
        "Microsoft 365 refuses what it asks.",
        f"{_THEIRS}: audit-bot councils check NAME says which right is missing.",
    ),
    "LedgerError": Fault(
        "Its ledger cannot be used.",
        f"{_OURS}: audit-bot councils check NAME says what is wrong with its database, or with its role's password "
        "(PGPASSFILE in its council.env).",
    ),
    "NewerLedger": Fault(
        "Its ledger belongs to a newer audit bot.",
        f"{_OURS}: a worker of the newer version takes it; upgrade the rest.",
    ),
    "trouble": Fault("It could not do all its work.", "See its remedy, or: audit-bot councils check NAME."),
    "Busy": Fault(
        "Another run of it is at work.",
        f"{_OURS}, if it lasts: look for a run that hangs. It is tried again in a minute.",
    ),
    "StandsStill": Fault(
        "It stands still, so that nothing goes out twice.",
        "The Audit Team: the bot's letter and its list say why.",
    ),
    "too long": Fault(
        "Its run took longer than it may, and was ended; the next goes on.",
        f"{_THEIRS}: if it goes on, look at its mailbox, its site and the network.",
    ),
    "died": Fault(
        "The process of its run ended without a word.",
        f"{_OURS}: was it killed, or was there no memory? See the log.",
    ),
    "MemoryError": Fault(
        "Its run took more memory than one may.",
        f"{_OURS}: look at memory_mb, and at what is unusually large in its mailbox or library.",
    ),
    "not here": Fault(
        "Its folder is not on a machine that was to run it, or does not answer there.",
        f"{_OURS}: see that every machine has it at the same path (a disk that is not mounted?).",
    ),
    "not taken": Fault(
        "What its run told of itself could not be written down.",
        f"{_OURS}: look at its health file, which somebody has changed; it can be taken away.",
    ),
    "says too much": Fault(
        "Its run tells more of itself than is taken of one.",
        f"{_OURS}: look at its health file, which can be taken away, and at how many closure days it has.",
    ),
    "no process": Fault(
        "A machine could begin no process for its run.",
        f"{_OURS}: look at that machine's memory, its number of processes and its /tmp.",
    ),
    "worker lost": Fault(
        "The worker of its run was lost.",
        f"{_OURS}, if it comes back: see whether its run takes the worker with it. Once, another worker does it again.",
    ),
    "pretended": Fault(
        "It is a live council, and its queue pretends another day.",
        f"{_OURS}: a live council belongs into a queue of its own time.",
    ),
    "moved": Fault(
        "Its ledger has moved between a file and a server: remove it and add it again.",
        f"{_OURS}: where it is a file now, on its machine.",
    ),
    "shared": Fault(
        "Its profile names what is another council's.",
        "Whoever keeps its profile: mailbox, site, ledger, key, app and folders belong to one council alone.",
    ),
}
UNKNOWN = Fault(
    "It met something the bot does not know.",
    "Whoever maintains the bot: a line AUDIT_BOT_DEBUG=1 in this council's council.env, until it has happened again, "
    "has the log say more. What is printed may name people.",
)


def fault_of(kind: str) -> Fault:
    return FAULTS.get(kind, UNKNOWN)
