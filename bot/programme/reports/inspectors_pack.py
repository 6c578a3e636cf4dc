"""The inspector's pack of one audit: its index, in which each date has its reason and each grade its source.

It names nobody: people stand in it by their parts, the audit by its reference.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from bot.programme.date_words import day_in_words
from bot.programme.reports.audit_trail import Trail, standing_in_words
from bot.programme.reports.report import Audience, Report, ReportTable
from bot.programme.rulebook.rules import called

NAME = "inspectors_pack"
NONE_YET = "–"
RESTRICTED = (
    "The record is restricted: its files stay in the document library, where the Audit Team can show them."
)
HOW_TO_CHECK = (
    "SHA256SUMS, beside this paper, lists every file of the pack with its hash. “audit-bot pack verify FILE” names "
    "whatever was changed, is missing or was added; so does “sha256sum -c SHA256SUMS” in a folder into which the pack "
    "was unpacked, but for what was added.",
    "Somebody who changes files can change that list too. The seal that was printed when the pack was made, and stands "
    "in the ledger, is that of the list: “audit-bot pack verify FILE --seal SEAL” compares it.",
    "The hash of a document as it was received differs from that in SHA256SUMS where the document library wrote "
    "properties of its own into the file; what the document says was compared and is the same.",
)


def pack_report(
    trails: Sequence[Trail], as_at: date, ledger: Iterable[str], not_there: Iterable[str] = ()
) -> Report:
    """The index of a pack, of the first trail's audit. `ledger` says where the ledger stands, `not_there` what the pack
    lacks."""
    asked = trails[0].standing if trails else None
    missing = [d.problem for t in trails for d in t.documents if d.problem]
    return Report(
        NAME,
        f"Audit {asked.allocation.reference}: the whole trail" if asked else "The whole trail of an audit",
        asked.cycle.name if asked else "",
        as_at,
        Audience.AUDIT_TEAM,
        lists={
            "not in the pack": tuple(dict.fromkeys([*missing, *not_there])) or ("Nothing is missing.",),
            "the ledger": tuple(ledger),
            "how to check": HOW_TO_CHECK,
        },
        tables={
            "audits": _audits(trails, as_at),
            "what happened": _happened(trails),
            "dates": _dates(trails),
            "grades": _grades(trails),
            "domain grades": _domain_grades(trails),
            "letters": _letters(trails),
            "documents": _documents(trails),
        },
    )


def _audits(trails: Sequence[Trail], as_at: date) -> ReportTable:
    rows = []
    for trail in trails:
        a = trail.standing.allocation
        stands = standing_in_words(trail, as_at) + ("; restricted" if a.restricted else "")
        goes_back = a.earlier_audit or NONE_YET
        rows.append((a.reference, a.audit_type.value, trail.standing.cycle.name, goes_back, stands))
    return _table(("Audit", "Kind", "Cycle", "Goes back to", "Stands"), rows)


def _happened(trails: Sequence[Trail]) -> ReportTable:
    rows = [
        (_ref(t), day_in_words(step.on), step.what, " ".join(filter(None, (step.why, _section(step.guide)))))
        for t in trails
        for step in t.steps
    ]
    return _table(("Audit", "Day", "What happened", "Why"), rows)


def _dates(trails: Sequence[Trail]) -> ReportTable:
    rows = [
        (
            _ref(t),
            day_in_words(set_.on),
            called(what.value),
            set_.why or NONE_YET,
            t.guide.get(what.value, ""),
        )
        for t in trails
        for what, set_ in sorted(t.standing.reached.items(), key=lambda each: each[1].on)
    ]
    return _table(("Audit", "Day", "What it is", "Reason", "Guide"), rows)


def _grades(trails: Sequence[Trail]) -> ReportTable:
    rows = [
        (_ref(t), day_in_words(g.on) if g.on else NONE_YET, g.grade, g.by, g.source)
        for t in trails
        for g in t.grades
        if not g.domain
    ]
    return _table(("Audit", "Day", "Grade", "Given by", "Where it stands"), rows)


def _domain_grades(trails: Sequence[Trail]) -> ReportTable:
    rows = [(_ref(t), g.domain, g.grade, g.by, g.source) for t in trails for g in t.grades if g.domain]
    return _table(("Audit", "Domain", "Grade", "Given by", "Where it stands"), rows)


def _letters(trails: Sequence[Trail]) -> ReportTable:
    rows = [
        (
            _ref(t),
            day_in_words(letter.on),
            letter.subject,
            ", ".join(letter.to) + (f"; copied to {', '.join(letter.cc)}" if letter.cc else ""),
            letter.state,
        )
        for t in trails
        for letter in t.letters
    ]
    return _table(("Audit", "Day", "Subject", "To", "What became of it"), rows)


def _documents(trails: Sequence[Trail]) -> ReportTable:
    rows = [
        (_ref(t), day_in_words(d.on), d.part, d.inside or "not in the pack", d.sha256)
        for t in trails
        for d in t.documents
    ]
    return _table(("Audit", "Received", "What it is", "In the pack", "SHA-256 as it was received"), rows)


def _table(columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> ReportTable:
    return ReportTable(columns, tuple(rows) or ((NONE_YET,) * len(columns),))


def _ref(trail: Trail) -> str:
    return trail.standing.allocation.reference


def _section(guide: str) -> str:
    return f"(§{guide})" if guide else ""
