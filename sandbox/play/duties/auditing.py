"""§7: a dip sample or an audit with the people it was given to, until it has come back as it should be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from sandbox.play.cast.facts import MORNING, Fact, Moment
from sandbox.play.duties.ground import RETURNED_BY, WEEK, Ground, JsonObject, Known
from sandbox.play.working_days import later, of_month, on_or_after


def dip_sample(ground: Ground, reference: str, row: JsonObject) -> None:
    """§7 (O18): within the audit month, on the same day as the audits; then a word before and after."""
    known, month_one = ground.known(reference), ground.month[row["Cycle"]]
    done, confirmed = known.first("dip done"), known.first("confirmed")
    reader, limit = [str(row["Auditor"])], of_month(month_one)[-1]
    started = ground.due(
        "dip sample allocated", "7", reference, reader, month_one, once=[confirmed], unless=[done]
    )
    if started:
        ground.due("dip sample reminder", "7", reference, reader, later(limit, -3), unless=[done])
        for n in (0, 3):
            ground.due("dip sample overdue", "7", reference, reader, later(limit, 1 + n), unless=[done])


def auditing(ground: Ground, reference: str, row: JsonObject, confirmed: Fact) -> None:
    """Everybody is told; the practitioner writes their section; the auditors carry it out; it may go back to them."""
    known, month_one = ground.known(reference), ground.month[row["Cycle"]]
    out, returned = known.first("out"), known.first("returned")
    # §7 (O21 to O23): everybody on one day, the practitioner with their Team Manager copied.
    launch = max((on_or_after(month_one), MORNING), confirmed.known, ground.opens)
    for duty, columns in (
        ("audit allocated", ["Auditor"]),
        ("moderation allocated", ["Moderator"]),
        ("practitioner informed", ["Practitioner", "Team Manager"]),
    ):
        readers = [ground.at(reference, column, launch) for column in columns]
        ground.due(duty, "7", reference, readers, month_one, once=[confirmed], unless=[out])
    # §7 (O30): the practitioner writes their own section; a word a week into the month, while the audit is out.
    reminded = on_or_after(month_one + WEEK)
    # A re-audit looks at the record and talks with people; it has no section of the practitioner's own (§15).
    theirs = row["Audit type"] != "Re-audit" and _with_auditor(known, launch, (reminded, MORNING))
    if theirs:
        stops = [returned, out, known.first("incomplete"), known.first("held")]
        ground.due("practitioner reminded", "7", reference, ground.named(reference, "Practitioner"), reminded,
                   unless=stops)  # fmt: skip
    _auditors(ground, reference, known, month_one, launch, out)
    # §7 (O46): back to the auditor, copied to their Head of Service, by the Audit Team, or because its moderator asks.
    for back in known.all("incomplete", "poor", "sent back"):
        both = ground.named(reference, "Auditor", "Auditor's Head of Service")
        stops = [out, known.first("corrected")]
        ground.due("returned to auditor", "7", reference, both, back.on, once=[back], unless=stops,
                   drafted=True)  # fmt: skip


def with_auditor(known: Known) -> Iterator[tuple[Moment, Moment | None]]:
    """From when until when an audit is the auditor's: until it is back, and again while it is to be put right."""
    returned, rectify, corrected = (known.first(what) for what in ("returned", "rectify", "corrected"))
    yield (date.min, MORNING), returned.known if returned else None
    if rectify and returned and returned.known < rectify.known:
        ends = [fact.known for fact in (corrected, known.first("moderated")) if fact]
        yield rectify.known, min(ends, default=None)


def _with_auditor(known: Known, launch: Moment, moment: Moment) -> bool:
    """Whether an auditor has had the audit since an earlier day."""
    exempted, taken_on = known.first("exempted"), known.by("Auditor", moment)
    if exempted and exempted.known <= moment and (taken_on is None or taken_on.known < exempted.known):
        return False
    return max(launch, taken_on.known if taken_on else launch)[0] < moment[0]


def _spans(known: Known, limit: date) -> Iterator[tuple[date, Moment, Moment | None]]:
    """The dates an audit was due, each with the moments from which and until which it was the date: the month's, one
    of the row's own, the one by which it is to be put right."""
    own = [fact for fact in (known.first("return by"), known.first("rectify")) if fact]
    dates = [(limit, (date.min, MORNING)), *((fact.on, fact.known) for fact in own)]
    ends = [*(since for _, since in dates[1:]), None]
    for (due, since), end in zip(dates, ends, strict=True):
        yield due, since, end


def _auditors(
    ground: Ground, reference: str, known: Known, month_one: date, launch: Moment, out: Fact | None
) -> None:
    """§7 (O21, O40, O44): the auditors in turn; each is kept informed, reminded and chased for their own time."""
    starts = [launch, *(change.known for change in known.all("Auditor"))]
    own = str(ground.rows[reference].get("Return by") or "")
    limit = date.fromisoformat(own[:10]) if own else of_month(month_one)[RETURNED_BY - 1]
    exempted, returned = known.first("exempted"), known.first("returned")
    for since, following in zip(starts, [*starts[1:], None], strict=True):
        if exempted and since < exempted.known:
            following = exempted.known
        if since != launch:
            auditor = ground.at(reference, "Auditor", since)
            ground.due(
                "audit allocated", "7", reference, [auditor], since[0], at=since, unless=[returned, out]
            )
        for theirs, until in with_auditor(known):
            for due, valid, changed in _spans(known, limit):
                end = min((m for m in (until, changed, following) if m), default=None)
                begins = max(valid, since, theirs)
                if end is None or begins < end:
                    _chased(ground, reference, known, due, since, begins, end, out)


def _chased(
    ground: Ground,
    reference: str,
    known: Known,
    due: date,
    since: Moment,
    valid: Moment,
    end: Moment | None,
    out: Fact | None,
) -> None:
    """One auditor, from the day they got the audit, and one due date, for as long as it is theirs."""
    if valid == since and due <= since[0]:
        return  # over when they got the audit: no date of theirs, and nobody is late for it
    auditor = ground.at(reference, "Auditor", since)
    head = ground.at(reference, "Auditor's Head of Service", since)
    told, incomplete = known.first("says sent"), known.first("incomplete")
    held, settled = known.first("held"), known.first("settled")
    rectify = known.first("rectify")
    weeks = [on_or_after(since[0] + n * WEEK) for n in (1, 2)]
    weekly = [] if rectify and valid >= rectify.known else [d for d in weeks if (d, MORNING) >= valid]
    letters: Sequence[tuple[str, date, list[str]]] = [
        *(("audit under way", day, [auditor]) for day in weekly if day < due and day != later(due, -3)),
        ("audit reminder", later(due, -3), [auditor]),
        *(("audit overdue", later(due, 1 + n), [auditor]) for n in (0, 3, 6)),
        ("audit escalated", later(due, 5), [head, auditor]),
    ]
    for duty, day, readers in letters:
        moment = (on_or_after(day), MORNING)
        if told and told.known <= moment and moment[0] <= later(told.on, 2):
            continue  # they say it is on its way: left in peace for two working days
        if held and held.known <= moment and (settled is None or moment < settled.known):
            continue  # what they sent lies with the Audit Team
        if day > since[0]:
            more = [incomplete] if duty == "audit under way" else []
            ground.due(duty, "7", reference, readers, day, unless=[out, *more], at=valid, before=end)
