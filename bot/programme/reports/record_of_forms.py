"""What the forms say, sheet for sheet of the record of a cycle, and the way back from corrected rows (§8)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot.programme.reports.audit_record import (
    AgreedAction,
    AuditRecord,
    Finding,
    KloeAnswer,
    Said,
    Source,
    WhatFormsSay,
)
from bot.programme.reports.cycle_counts import JUDGED, MET
from bot.programme.reports.record_sheet import Cell, Numbers, Sheet, in_words
from bot.programme.vocabulary import Grade, grade_of

BY_THE_TEAM = "the Audit Team, in the record of the cycle"
"""Where a row that was added by hand comes from, where it does not say."""

JUDGEMENTS = tuple(dict.fromkeys((*JUDGED, *MET)))
"""What an audit or a dip sample may say to a line of enquiry."""

Sources = Mapping[str, Source]


@dataclass(frozen=True, slots=True)
class FormSheet:
    """One sheet of what forms say. `kind` stands in the name of a row; `key`: which cells, the audit's reference being
    the first, tell one row from another; `rows` are without that reference; `back` makes of corrected rows what they
    say."""

    kind: str
    columns: tuple[str, ...]
    key: tuple[int, ...]
    rows: Callable[[WhatFormsSay], Iterable[Sequence[object]]]
    back: Callable[[WhatFormsSay, Sequence[tuple[Cell, ...]], Sources], WhatFormsSay]


def sheet_of(form: FormSheet, records: Sequence[AuditRecord], before: Sheet | None) -> Sheet:
    """The sheet of all audits."""
    numbers = Numbers(before)
    rows: dict[str, tuple[Cell, ...]] = {}
    for r in records:
        told = [(r.reference, *row) for row in form.rows(r.forms)]
        rows |= numbers.named(f"{r.reference}/{form.kind}", told, form.key)
    return Sheet(("Audit", *form.columns), rows)


def sources_of(forms: WhatFormsSay, as_at: date) -> Sources:
    """By whose part it is; what a person added comes from the Audit Team."""
    return {source.part: source for source in (*forms.sources, Source(BY_THE_TEAM, "", "", as_at))}


def _from(name: Cell, sources: Sources) -> Source:
    return sources.get(in_words(name), sources[BY_THE_TEAM])


def _domains(forms: WhatFormsSay) -> Iterable[Sequence[object]]:
    for name in dict.fromkeys((*forms.domain_grades, *forms.moderated_domain_grades)):
        yield name, forms.domain_grades.get(name), forms.moderated_domain_grades.get(name)


def _domains_back(forms: WhatFormsSay, rows: Sequence[tuple[Cell, ...]], _: Sources) -> WhatFormsSay:
    def grades(column: int) -> dict[str, Grade]:
        told = {in_words(row[0]): grade_of(in_words(row[column])) for row in rows}
        return {name: grade for name, grade in told.items() if grade}

    return replace(forms, domain_grades=grades(1), moderated_domain_grades=grades(2))


def _actions(forms: WhatFormsSay) -> Iterable[Sequence[object]]:
    for a in forms.actions:
        by_when = "" if a.by else a.by_when
        yield a.what, a.who, a.by, by_when, a.measure, a.plan, a.status, a.source.part


def _action(row: tuple[Cell, ...], sources: Sources) -> AgreedAction:
    what, who, on, by_when, measure, plan, status, part = row
    day = on if isinstance(on, date) else None
    told = day.isoformat() if day else in_words(on) or in_words(by_when)
    return AgreedAction(
        in_words(what), in_words(who), day, told, in_words(measure), in_words(plan), in_words(status),
        _from(part, sources),
    )  # fmt: skip


def _plain(name: str, made: Callable[..., Any], words: int) -> Callable[..., WhatFormsSay]:
    """The way back where a row is so many texts and where they come from."""

    def back(forms: WhatFormsSay, rows: Sequence[tuple[Cell, ...]], sources: Sources) -> WhatFormsSay:
        told = tuple(made(*map(in_words, row[:words]), _from(row[words], sources)) for row in rows)
        changed: WhatFormsSay = replace(forms, **{name: told})  # type: ignore[arg-type]
        return changed

    return back


def _actions_back(forms: WhatFormsSay, rows: Sequence[tuple[Cell, ...]], sources: Sources) -> WhatFormsSay:
    return replace(forms, actions=tuple(_action(row, sources) for row in rows))


def _kloe(line: str, judged: str, finding: str, evidence: str, source: Source) -> KloeAnswer:
    return KloeAnswer(line, as_judged(judged), finding, evidence, source)


def as_judged(text: str) -> str:
    """What people write of a line of enquiry, as the forms spell it; as it is where it is none of theirs."""
    return next((each for each in JUDGEMENTS if each.casefold() == text.casefold().strip(" .")), text)


_FROM = "From"
FORM_SHEETS: Mapping[str, FormSheet] = {
    "Domain grades": FormSheet(
        "domain", ("Domain", "Auditor's grade", "Moderated grade"), (1,), _domains, _domains_back
    ),
    "Lines of enquiry": FormSheet(
        "kloe", ("Line of enquiry", "Judged", "Finding", "Evidence", _FROM), (1,),
        lambda forms: [(k.kloe, k.judged, k.finding, k.evidence, k.source.part) for k in forms.kloes],
        _plain("kloes", _kloe, 4),
    ),
    "Findings": FormSheet(
        "finding", ("About", "Kind", "Finding", _FROM), (1, 2, 4),
        lambda forms: [(f.about, f.kind, f.text, f.source.part) for f in forms.findings],
        _plain("findings", Finding, 3),
    ),
    "Feedback": FormSheet(
        "said", ("Who", "What they said", _FROM), (1, 3),
        lambda forms: [(s.who, s.text, s.source.part) for s in forms.said],
        _plain("said", Said, 2),
    ),
    "Actions": FormSheet(
        "act",
        ("What", "Who", "By", "By when, in words", "How it will be known", "Goes into", "State", _FROM), (1,),
        _actions, _actions_back,
    ),
}  # fmt: skip
"""By the name of the sheet."""
