"""A proposed allocation as a workbook: the first sheet as `audit-bot import` takes it, the others for the Audit Team.

Their columns are headed so that an import takes none of them for a list of allocations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.papers.spreadsheet import Table, workbook
from bot.programme.allocating.draw import VERSION, Wanted, chosen_for, stratum
from bot.programme.allocating.earlier import TAKEN_OUT
from bot.programme.allocating.fairness import spread
from bot.programme.allocating.lost_columns import columns_kept
from bot.programme.allocating.matched import lot
from bot.programme.allocating.parts import Agreed, Colleague, Part, ProposedRow
from bot.programme.allocating.record import (
    ALLOCATIONS,
    CYCLE,
    DRAW,
    DRAWN_FROM,
    EVERY,
    FIXED,
    FRAME,
    HELD,
    KEY,
    MANY,
    MONTH,
    NOW,
    PROPOSED,
    RESERVE,
    RULES,
    SEED,
    SINCE,
    STRATA,
    TOLD,
    WANTED,
    WHICH,
    Record,
    told_of,
)
from bot.programme.allocating.whole import Whole
from bot.programme.date_words import day_in_words
from bot.programme.importing.columns_recognised import title_of
from bot.programme.importing.sheets import Sheet, shown
from bot.programme.vocabulary import Allocation, Person

_PRINTED = (
    "mosaic_number", "audit_type", "team", "practitioner", "head_of_service", "auditor", "moderator", "kloe",
    "confirmed_on",
)  # fmt: skip
"""What a Head of Service confirms by. The columns to the right of it are not printed."""
_ROW = (
    *_PRINTED, "outcome_type", "team_manager", "auditors_head_of_service", "group_manager", "iro_or_cp_chair",
    "earlier_audit",
)  # fmt: skip
_FOOTER = "Filled: who was put there by hand, and the number of a row against which something speaks (sheet “By hand”)."


def frozen(record: Record, cycle: str = "") -> bytes:
    """The workbook before there is a seed: what is told of the frame, and the frame. `cycle` as below."""
    since = {SINCE: _since(record)} if record.since else {}
    return workbook({DRAW: _record(record, cycle), FRAME: _frame(record), **since})


def proposal_workbook(
    found: Whole,
    listed: Mapping[str, Allocation] | None = None,
    made_from: Sequence[Sheet] = (),
    *,
    cycle: str = "",
    notes: Sequence[str] = (),
) -> bytes:
    """All sheets of a proposal. `listed` are rows that the list has already, by the number of their child: they carry
    their reference, and the day they were confirmed. `made_from` are sheets it was made from, to lie beside it. `cycle`
    is the name of the one it is for, "" where nobody has said. `notes` are what was noted in reading them, besides what
    `found` tells."""
    seed = found.given.seed
    register = {c.person: c for c in found.given.colleagues}
    rows = found.proposal.rows
    sheets = {
        ALLOCATIONS: _allocations(rows, register, listed or {}, found.given.agreed),
        "Why": Table(
            ("Child", "For", "Part", "Who", "Why", "Who else could and has a place", "Why others could not"),
            [
                (w.work.child.number, w.work.audit_type.value, w.part.value, _person(w.who), w.why, w.others, w.closed)
                for w in found.why
            ],
        ),
        "By hand": Table(
            ("Child", "What speaks against what was put there by hand"),
            [(row.work.child.number, said) for row in rows for said in row.against],
        ),
        "Shortages": Table(
            ("Part", "How many", "What is short, and what would meet it", "Which"),
            [
                (s.part.value, len(s.works), s.says, ", ".join(w.child.number for w in s.works))
                for s in found.proposal.shortages
            ],
        ),
        "Loads": _loads(found),
        DRAW: _record(
            found.record, cycle, found, (*columns_kept(made_from), *(("Note", n) for n in notes))
        ),
        "Strata": Table(
            ("Drawn for", *(each.capitalize() for each in found.record.strata), "In the frame", "Drawn"),
            [(s.wanted.called, *s.stratum, s.children, s.drawn) for s in found.record.again().shares],
        ),
        SINCE: _since(found.record),
        RESERVE: Table(
            ("Order", "Child", "Service", "Its team", "Its outcome", "Fits the lines", "Lot"),
            [
                (n, c.number, *stratum(c, EVERY), "; ".join(c.lines), lot(seed, c.number))
                for n, c in enumerate(found.drawn.reserve, 1)
            ],
        ),
        FRAME: _frame(found.record),
        PROPOSED: _proposed(found),
    }  # fmt: skip
    return workbook({**sheets, **{sheet.name: _as_it_was(sheet) for sheet in made_from}})


def _as_it_was(sheet: Sheet) -> Table:
    """A sheet, whose first row is its headings or whatever stands above them."""
    width = max((len(row) for row in sheet.rows), default=0)
    filled = [r for r, row in enumerate(sheet.rows) if row]
    head, *below = [[sheet.cell(r, n) for n in range(width)] for r in filled] or [[]]
    return Table([shown(cell) for cell in head], below)


def _allocations(
    rows: Sequence[ProposedRow],
    register: Mapping[Person, Colleague],
    listed: Mapping[str, Allocation],
    agreed: Mapping[str, Agreed],
) -> Table:
    words = ("reference", *_ROW) if listed else _ROW
    by_hand = [agreed.get(row.work.key, Agreed()).by_hand for row in rows]
    marked = {
        (n, words.index(word))
        for n, (row, hands) in enumerate(zip(rows, by_hand, strict=True))
        for word in (*(part.value for part in hands), *(["mosaic_number"] if row.against else []))
    }
    return Table(
        [title_of(w, {}) for w in words],
        [
            _row(row, register, words, listed.get(row.work.key), agreed.get(row.work.key, Agreed()))
            for row in rows
        ],
        printed=words.index("confirmed_on") + 1,
        marked=marked,
        footer=_FOOTER if marked else "",
    )


def _row(
    row: ProposedRow,
    register: Mapping[Person, Colleague],
    words: Sequence[str],
    there: Allocation | None,
    agreed: Agreed,
) -> list[object]:
    child, auditor = row.work.child, register.get(row.auditor) if row.auditor else None
    values: dict[str, object] = {
        "audit_type": row.work.audit_type.value,
        "mosaic_number": child.number,
        "outcome_type": child.outcome_type,
        "team": child.team,
        "auditor": _person(row.auditor),
        "auditors_head_of_service": _person(auditor.head_of_service if auditor else None),
        "moderator": _person(row.moderator),
        "kloe": row.work.line,
        "earlier_audit": child.earlier_audit,
        "confirmed_on": agreed.confirmed or None,
    }
    people = ("practitioner", "team_manager", "head_of_service", "group_manager", "iro_or_cp_chair")
    values |= {word: _person(getattr(child, word)) for word in people}
    if there:
        values |= {
            "reference": there.reference,
            "mosaic_number": there.mosaic_number,
            "confirmed_on": there.confirmed_on,
        }
    return [values.get(word) for word in words]


def _person(who: Person | None) -> str:
    """ "Name <address>"; the name alone of somebody whose address nobody has said."""
    if who is None:
        return ""
    return f"{who.name} <{who.email}>" if "@" in who.email else who.name


def _loads(found: Whole) -> Table:
    columns = (
        "Colleague", "Post", "Part time", "Audits in the last two cycles", "Audits now", "At most",
        "Moderations in the last two cycles", "Moderations now", "At most of these",
    )  # fmt: skip
    rows: list[Sequence[object]] = [
        (
            x.person.name, x.role, f"{x.share} %" if x.share < 100 else "", x.audits_before, x.audits, x.audits_at_most,
            x.moderations_before, x.moderations, x.moderations_at_most,
        )
        for x in found.loads
    ]  # fmt: skip
    with_now = [x.audits_before + x.audits for x in found.loads if x.audits_at_most]
    was = [x.audits_before for x in found.loads if x.audits_at_most]
    said = (
        f"Audits of one person: {min(was, default=0)} to {max(was, default=0)} in the last two cycles, with those now "
        f"{min(with_now, default=0)} to {max(with_now, default=0)}; squares together {spread(was)}, then "
        f"{spread(with_now)}."
    )
    return Table(columns, [*rows, (said, *[None] * 8)])


def _record(
    record: Record,
    cycle: str,
    found: Whole | None = None,
    more: Iterable[tuple[str, object]] = (),
) -> Table:
    latest = record.latest().get(("", TOLD))
    now = latest.now if latest else record.drawn_from
    facts: list[tuple[str, object]] = [
        (TOLD, record.told),
        *([(DRAWN_FROM, record.drawn_from)] if record.drawn_from != record.told else []),
        *([(NOW, now)] if now != record.drawn_from else []),
        (KEY, record.key),
        (SEED, record.seed),
        *([(CYCLE, cycle)] if cycle else []),
        (RULES, f"version {VERSION}; docs/proposing.md says how to draw again"),
        *([(FIXED, "yes" if record.fixed else _NOT_FIXED), (WHICH, record.which)] if found else []),
        (STRATA, "; ".join(record.strata)),
        ("Children in the frame", len(record.children)),
        ("of whom left out", sum(bool(c.left_out) for c in record.children)),
        *((f"{WANTED}{w.called}", w.number) for w in record.asked),
        *((f"{HELD}{what}", number) for what, number in sorted(record.places.items())),
    ]
    if found:
        month, rules = found.given.month, found.given.rules
        facts += [
            (MANY, ""),
            (MONTH, day_in_words(month.days[0])),
            ("Audits are due back", day_in_words(month.audits_due)),
            *more,
            *(("Note", note) for note in (*found.notes, *found.each_other)),
            *((f"Weight of “{wish.value}”", weight) for wish, weight in rules.weights.items()),
            ("Never", "; ".join(sorted(reason.value for reason in rules.never))),
        ]
    return Table(("What", "Is"), facts)


_NOT_FIXED = "no: the frame was not fixed before there was a seed"


def _frame(record: Record) -> Table:
    """The frame of the first draw, with what each child was drawn for then, and what has become of it since."""
    chosen = {n: Wanted(*what, 0).called for n, what in chosen_for(record.children, record.asked).items()}
    drawn, since = (record.marks(), told_of(record)) if record.seed else ({}, {})
    return Table(
        ("Child", "Service", "Its team", "Its outcome", "Fits the lines", "Chosen for", "Not drawn because",
         "In the list", "Drawn for", "Since the draw"),
        [
            (c.number, *stratum(c, EVERY), "; ".join(c.lines),
             chosen.get(c.number) or (c.audit_type.value if c.audit_type else ""), c.left_out,
             record.held.get(c.number, ""), drawn.get(c.number, ""), since.get(c.number, ""))
            for c in sorted(record.children, key=lambda c: c.number)
        ],
    )  # fmt: skip


def _since(record: Record) -> Table:
    rows = [(each.on, each.child, each.what, each.now, each.why) for each in record.since]
    return Table(("On", "Child", "What", "Is now", "Why"), rows)


def _proposed(found: Whole) -> Table:
    rows: list[Sequence[str]] = []
    for row in found.proposal.rows:
        agreed = found.given.agreed.get(row.work.key)
        hands = [part.value for part in Part if agreed and part in agreed.by_hand]
        off = [_several(agreed.not_again.get(part, ()) if agreed else ()) for part in Part]
        rows.append(
            (row.work.audit_type.value, row.work.child.number, row.work.line, _person(row.auditor),
             _person(row.moderator), ", ".join(hands), *off, *stratum(row.work.child, EVERY), "")
        )  # fmt: skip
    for number, texts in sorted(found.earlier.out.items()):
        if number in found.earlier.taken_out:
            rows.append([*[*texts.values()][:-1], texts["out"] or TAKEN_OUT])
    titles = ("Drawn for", "Number", "For the line", "Proposed auditor", "Proposed moderator", "By hand")
    off_titles = ("Taken off (auditor)", "Taken off (moderator)")
    return Table((*titles, *off_titles, "Service", "Its team", "Its outcome", "Taken out because"), rows)


def _several(people: Iterable[Person]) -> str:
    return "; ".join(sorted(map(_person, people)))
