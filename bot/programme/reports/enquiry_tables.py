"""What the audits say as tables: to the lines of enquiry, of feedback, and which themes their findings name."""

from __future__ import annotations

from bot.programme.reports.audit_record import Contact
from bot.programme.reports.cycle_counts import JUDGED, MET, RETURNED
from bot.programme.reports.paper import NO_LINE, Paper
from bot.programme.reports.report import ReportTable
from bot.programme.reports.shares import share


def lines_of_enquiry(paper: Paper) -> ReportTable:
    rows = tuple(
        (f"{n}  {line}", *(paper.cell("kloe", str(n), word) for word in (*JUDGED, "")))
        for n, line in enumerate(paper.cycle.kloes, 1)
    )
    note = "Audits that came back." if rows else NO_LINE
    return ReportTable(("Line of enquiry", *JUDGED, "Not answered"), rows, note)


def dip_samples(paper: Paper) -> ReportTable:
    rows = tuple(
        (
            f"{n}  {line}",
            paper.cell("dip samples", str(n)),
            paper.cell("dip samples", str(n), "done"),
            *(paper.cell("dip", str(n), word) for word in (*MET, "")),
        )
        for n, line in enumerate(paper.cycle.kloes, 1)
    )
    columns = ("Line of enquiry", "Chosen", "Seen", *MET, "Not answered")
    return ReportTable(columns, rows, "" if rows else NO_LINE)


def feedback(paper: Paper) -> ReportTable:
    """What became of asking. “Not obtained”: a family was reached and nothing came of it; of a practitioner there is
    nothing, which is no try that failed."""
    tried = (Contact.OBTAINED, Contact.NOT_POSSIBLE, Contact.NOT_APPROPRIATE, Contact.NOT_OBTAINED)
    rows = []
    for who, begun, none in (
        ("Children, parents or carers", "family", Contact.CONTACTED),
        ("Practitioners", "practitioner", Contact.NOT_OBTAINED),
    ):
        named = [(begun, (none if c is Contact.NOT_OBTAINED else c).value) for c in tried]
        cells = [paper.cell(*name) if name in paper.shown.numbers else "–" for name in named]
        rows.append((who, *cells, paper.cell(begun, ""), paper.cell(*RETURNED)))
    columns = ("Whose view", *(c.value.capitalize() for c in tried), "Not stated", "Audits returned")
    return ReportTable(columns, tuple(rows))


def themes(paper: Paper) -> ReportTable:
    """Most often named first; one that is not told stands last."""
    found = sorted(paper.named("theme"), key=lambda t: -(paper.shown["theme", t, "found"] or 0))
    rows = tuple((t, share(paper.shown, ("theme", t, "found"), RETURNED)) for t in found)
    return ReportTable(
        ("Theme", "Audits whose findings name it"),
        rows,
        "Counted by the Audit Team’s own list of words, in praise and concern alike: a person says what it means.",
    )
