"""What the forms of one audit say beyond their grade: domains, lines of enquiry, actions, what people said (§8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from bot.papers.forms.answers import ReturnedAudit
from bot.papers.forms.family_contact import family_contact
from bot.papers.forms.questions import Questions, plain
from bot.programme.reports.audit_record import (
    AgreedAction,
    Contact,
    Finding,
    KloeAnswer,
    Said,
    Source,
    WhatFormsSay,
)

_SAID = {
    "fb_child": "child or young person",
    "fb_family": "parents or carers",
    "fb_practitioner": "practitioner",
    "fb_tm": "Team Manager",
}
_IN_EACH_DOMAIN = ("well", "better", "impact", "change")
_REASONS = {
    "grade_reason": "reason for the grade",
    "grade_outstanding": "what is outstanding",
    "grade_harm": "harm or risk of harm",
    "p_impact": "the practitioner's own section",
    "m_rationale": "the moderator's reasons",
    "m_notes": "other notes of the moderator",
    "ds_strength": "worth sharing",
    "ds_concern": "needs attention",
    "progress": "what is different for the child now",
    "drift_comment": "where drift or delay is, and why",
    "uopp_well": "what is working well",
    "uopp_moved": "what has moved since the audit",
    "uopp_learned": "what we have learned",
}


@dataclass(frozen=True, slots=True)
class ReadForm:
    """One file as it was read again, and which part of the audit it is."""

    source: Source
    said: ReturnedAudit


def what_forms_say(forms: Iterable[ReadForm], asked: Questions, unread: Iterable[str] = ()) -> WhatFormsSay:
    """What the forms of one audit say, the latest of each part, in the order in which they came."""
    latest = {form.source.part: form for form in forms}
    auditors = latest.get("auditor") or latest.get("moderator")
    moderators = latest.get("moderator")
    first = auditors.said if auditors else None
    second = moderators.said if moderators else None
    return WhatFormsSay(
        domain_grades={d: g for d, g in first.domain_grades.items() if g} if first else {},
        moderated_domain_grades={d: g for d, g in second.moderated_domain_grades.items() if g}
        if second
        else {},
        kloes=tuple(_kloes(auditors)) if auditors else (),
        actions=tuple(_actions(latest)),
        said=tuple(_said(latest.values())),
        findings=tuple(_findings(latest.values(), asked.domains)),
        family=family_contact(first, asked.yes) if first else Contact.NOT_STATED,
        practitioner=Contact.NOT_STATED
        if first is None
        else Contact.OBTAINED
        if first.practitioner_feedback
        else Contact.NOT_OBTAINED,
        sources=tuple(form.source for form in latest.values()),
        unread=tuple(unread),
        outcome=second.fields.get("m_outcome", "") if second else "",
    )


def _kloes(form: ReadForm) -> Iterable[KloeAnswer]:
    for row in form.said.kloe:
        yield KloeAnswer(
            row.get("text", ""),
            row.get("rag", "") or row.get("met", ""),
            row.get("finding", "") or row.get("comment", ""),
            row.get("evidence", ""),
            form.source,
        )


def _actions(latest: Mapping[str, ReadForm]) -> Iterable[AgreedAction]:
    """The improvement plan of the audit, as its moderator left it, and of the meetings; each with what the last check
    found of it. What a meeting took over from the audit's plan, and a row that stands twice, is told once."""
    checked = [row for form in latest.values() for row in form.said.earlier_actions]
    states = {plain(row.get("what", "")): row.get("status", "") for row in checked if row.get("status")}
    audit = next(
        (latest[p] for p in ("moderator", "auditor") if p in latest and latest[p].said.actions), None
    )
    planned = {plain(row.get("what", "")) for row in audit.said.actions} if audit else set()
    meetings = [form for part, form in latest.items() if part not in ("auditor", "moderator")]
    for form in (*([audit] if audit else ()), *meetings):
        for row in _each_once(form.said.actions):
            what, by_when = row.get("what", ""), row.get("by", "")
            if form is not audit and plain(what) in planned:
                continue
            yield AgreedAction(
                what, row.get("who", ""), _day(by_when), by_when, row.get("measure", ""), row.get("plan", ""),
                states.get(plain(what), ""), form.source,
            )  # fmt: skip


def _each_once(rows: Iterable[Mapping[str, str]]) -> Iterable[Mapping[str, str]]:
    told: set[tuple[tuple[str, str], ...]] = set()
    for row in rows:
        if (said := tuple(sorted(row.items()))) not in told:
            told.add(said)
            yield row


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _said(forms: Iterable[ReadForm]) -> Iterable[Said]:
    """What people said. The moderator's copy repeats the auditor's words, which are told once."""
    told: set[tuple[str, str]] = set()
    for form in forms:
        for tag, who in _SAID.items():
            text = form.said.fields.get(tag, "")
            if text and (who, plain(text)) not in told:
                told.add((who, plain(text)))
                yield Said(who, text, form.source)


def _findings(forms: Iterable[ReadForm], domains: Mapping[str, str]) -> Iterable[Finding]:
    told: set[tuple[str, str]] = set()
    asked = [(f"{tag}.{kind}", name, kind) for name, tag in domains.items() for kind in _IN_EACH_DOMAIN] + [
        (tag, about, "reason") for tag, about in _REASONS.items()
    ]
    for form in forms:
        for tag, about, kind in asked:
            text = form.said.fields.get(tag, "")
            if text and (tag, plain(text)) not in told:
                told.add((tag, plain(text)))
                yield Finding(about, kind, text, form.source)
