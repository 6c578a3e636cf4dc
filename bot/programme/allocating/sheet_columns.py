"""The columns of the sheets “Children” and “Auditors”, and of the lists of the site that may stand in their place: each
declared once (docs/proposing.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.programme.list_columns import Column, Kind


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """`word` is ours, `title` the heading we give it, `said` what else may head it. Names are text, for “none” and
    people whom the site does not know stand there too. `needed`: nothing can be proposed without it. `meant` are words
    of a heading by which this column may be meant, and it must be asked."""

    word: str
    title: str
    said: tuple[str, ...] = ()
    kind: Kind = Kind.TEXT
    needed: bool = False
    meant: tuple[str, ...] = ()

    @property
    def of_list(self) -> Column:
        """The same as a column of a list. The first is the one every list is born with."""
        return Column(self.word, self.title, self.kind, essential=self.needed)


CHILDREN, AUDITORS = "Children", "Auditors"
COLUMNS: Mapping[str, Sequence[SheetColumn]] = {
    CHILDREN: (
        SheetColumn("mosaic_number", "Mosaic number", needed=True),
        SheetColumn("service", "Service", ("service area",)),
        SheetColumn("team", "Team", needed=True),
        SheetColumn("outcome_type", "Outcome type"),
        SheetColumn("practitioner", "Practitioner", needed=True),
        SheetColumn("team_manager", "Team Manager", meant=("manager", "supervisor")),
        SheetColumn("group_manager", "Group Manager", meant=("service manager", "senior manager")),
        SheetColumn("head_of_service", "Head of Service"),
        SheetColumn("iro_or_cp_chair", "IRO or CP Chair", meant=("reviewing officer", "conference chair")),
        SheetColumn("kloe", "Lines of enquiry", ("kloes",), Kind.LINES),
        SheetColumn(
            "involved", "Also involved", ("involved", "involved in the work", "direct involvement"), Kind.LINES,
            meant=("previous worker", "former worker", "co worker", "second worker", "joint worker", "conflict"),
        ),
        SheetColumn("audit_type", "Audit type"),
        SheetColumn("earlier_audit", "Earlier audit"),
        SheetColumn(
            "earlier_auditors", "Earlier auditor", ("earlier auditors", "first auditor", "audited before by"),
            Kind.LINES,
        ),
        SheetColumn(
            "left_out", "Leave out because",
            ("leave out", "left out", "excluded", "exclude", "reason not to audit", "withdrawn"),
            meant=("exempt", "not to audit", "not to be audited", "do not audit", "on hold"),
        ),
    ),
    AUDITORS: (
        SheetColumn("name", "Name", ("auditor", "colleague", "person"), needed=True),
        SheetColumn("address", "Address", ("email", "e mail", "email address", "mail"), needed=True),
        SheetColumn("role", "Role", ("post", "job title", "grade"), needed=True),
        SheetColumn("team", "Team", ("own team",), needed=True),
        SheetColumn(
            "teams_before", "Teams in the last 12 months", ("teams before", "earlier teams", "former teams"),
            Kind.LINES, meant=("previous team", "prior team", "past team", "old team"),
        ),
        SheetColumn(
            "trained_on", "Trained on", ("trained", "audit training", "training completed on", "date trained"),
            Kind.DAY, needed=True,
        ),
        SheetColumn(
            "left_on", "Left on", ("leaves on", "leaving date", "left", "last day"), Kind.DAY,
            meant=("leaver", "end", "ended", "finished", "resign", "retire", "notice", "last working day", "departure",
                   "departed", "date of leaving", "ends", "contract"),
        ),
        SheetColumn(
            "exempted", "Exempted", ("exempt",),
            meant=("excluded", "exclude", "excused", "unavailable", "not available", "not to audit", "do not use",
                   "do not allocate", "suspended", "conflict", "not auditing", "auditing this", "opt out", "opted out"),
        ),
        SheetColumn(
            "leave_from", "Leave from", ("on leave from", "away from", "absent from"), Kind.DAY,
            meant=("sick", "absence", "absent", "away", "maternity", "paternity", "annual leave", "long term leave",
                   "secondment", "seconded", "sabbatical", "out of office"),
        ),
        SheetColumn(
            "leave_to", "Leave to", ("on leave to", "leave until", "away to", "away until", "absent to"), Kind.DAY,
            meant=("end of leave", "leave end", "leave ends", "return", "due back"),
        ),
        SheetColumn("manager", "Line manager", ("manager", "supervisor")),
        SheetColumn("head_of_service", "Head of Service", ("hos",)),
        SheetColumn(
            "own_work", "Own work", ("own children", "works with"), Kind.LINES,
            meant=("conflict", "family member", "relative", "declared interest"),
        ),
        SheetColumn(
            "part_time", "Part time", ("full time equivalent", "fte", "share of full time", "working time")
        ),
        SheetColumn("audits_at_most", "Audits at most", ("at most", "how many at most", "most audits")),
        SheetColumn("moderations_at_most", "Moderations at most", ("most moderations",)),
        SheetColumn("audits_before", "Audits in the last two cycles", ("audits before",)),
        SheetColumn("moderations_before", "Moderations in the last two cycles", ("moderations before",)),
        SheetColumn("met", "Teams audited in the last two cycles", ("teams audited before",), Kind.LINES),
        SheetColumn(
            "paired", "Paired with last time", ("paired with", "same pair", "last moderator", "last auditor"),
            Kind.LINES,
        ),
    ),
}  # fmt: skip
"""What a child may be headed by besides is what the list of allocations knows (known_titles.py)."""


def headings(sheet: str) -> dict[str, str]:
    """What a heading may say, folded, and our word for it."""
    return {name: c.word for c in COLUMNS[sheet] for name in (c.title.casefold(), *c.said)}


def needed(sheet: str) -> dict[str, str]:
    """The words without which nothing can be proposed, with their titles."""
    return {c.word: c.title for c in COLUMNS[sheet] if c.needed}


_UNTIL = "until it is named there"
_WORK = f"nobody audits or moderates this work {_UNTIL}"
_PERSON = f"they get nothing {_UNTIL}"
_PAIR = f"they get nothing that is moderated {_UNTIL}"
NOT_KNOWN: Mapping[str, Mapping[str, str]] = {
    CHILDREN: {
        "team": _WORK,
        "practitioner": _WORK,
        "team_manager": _WORK,
        "group_manager": _WORK,
        "head_of_service": _WORK,
        "iro_or_cp_chair": f"no IRO or CP Chair gets this work {_UNTIL}, or “none”",
        "involved": _WORK,
        "earlier_auditors": _WORK,
        "kloe": "it counts as empty: the child fits every line",
    },
    AUDITORS: {
        "team": f"{_PERSON}, or “none”",
        "teams_before": _PERSON,
        "manager": f"{_PERSON}, or “none”",
        "head_of_service": _PAIR,
        "own_work": _PERSON,
        "met": "it counts as empty",
        "paired": _PAIR,
    },
}
"""What follows where a cell says that it is not known, by our word for its column: whoever it may be about is held."""
HANGS_ON: Mapping[str, Mapping[str, str]] = {
    CHILDREN: {word: NOT_KNOWN[CHILDREN][word] for word in ("team", "practitioner", "iro_or_cp_chair")},
    AUDITORS: {word: NOT_KNOWN[AUDITORS][word] for word in ("team", "manager")},
}
"""The same where a cell is a dash or a 0: of these columns an empty cell is not known."""
