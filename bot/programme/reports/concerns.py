"""The register of concerns about the quality of audits, which moderators raise with the Audit Team (§7).

It is the Audit Team's own: a row once there is theirs to change. The bot adds the audits whose moderator chose
“Refer to Audit Team”, and puts nothing of it anywhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.programme.reports.audit_record import AuditRecord
from bot.programme.reports.record_merged import Merged
from bot.programme.reports.record_sheet import Cell, Sheet, as_cell

CONCERNS = "Concerns"
REFERRED = "refer to audit team"
"""The outcome of a moderation that raises one."""
_COLUMNS = ("Audit", "Auditor", "Day", "What was raised", "By whom", "What was agreed")


def concerns_sheet(records: Sequence[AuditRecord]) -> Sheet:
    """A row for each moderation that was referred to the Audit Team."""
    return Sheet(_COLUMNS, {name: cells for r in records for name, cells in _referred(r)})


def _referred(record: AuditRecord) -> Iterator[tuple[str, tuple[Cell, ...]]]:
    source = next((s for s in record.forms.sources if s.part == "moderator"), None)
    if source is None or " ".join(record.forms.outcome.casefold().split()) != REFERRED:
        return
    row = record.standing.allocation
    raised = "\n".join(f.text for f in record.forms.findings if f.source == source and f.kind == "reason")
    yield (
        f"{record.reference}/concern/{source.sha256[:8]}",
        (
            record.reference, row.auditor.name if row.auditor else None, source.received_on, as_cell(raised),
            row.moderator.name if row.moderator else None, None,
        ),
    )  # fmt: skip


def register(forms: Sheet, written: Sheet | None, found: Sheet | None) -> Merged:
    """The register as it stands: what is in the workbook, and what was referred since. A row somebody took out stays
    out, and one of an audit that was moderated anew stays in."""
    if found is None:
        return Merged(forms, forms)
    known = written.rows if written else {}
    columns = (*forms.columns, *(c for c in found.columns if c and c not in forms.columns))
    rows = {name: tuple(found.cell(name, c) for c in columns) for name in found.rows}
    for name, cells in forms.rows.items():
        if name not in rows and name not in known:
            rows[name] = (*cells, *(None for _ in columns[len(cells) :]))
    return Merged(Sheet(columns, rows), Sheet(forms.columns, {**known, **forms.rows}))
