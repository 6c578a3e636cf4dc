"""What people said, for a person to clear before a report quotes it: nothing here goes into a report by itself.

Every passage has been through the guard against personal data, and what the guard left out shows. A guard knows the
names, numbers and dates of the children of the list, the names of those who work with them, and what an address or a
relative's name looks like. It does not know a nickname, so each passage stays a proposal until somebody of the Audit
Team has read it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.programme.reports.audit_record import AuditRecord, Source
from bot.programme.reports.report import Audience, ReportTable

Guard = Callable[[str], str]
"""A text without what could tell whom it is about; what was left out stands as “…”."""

LEFT_OUT = "…"
_BROKEN = re.compile(r"(?<=[^\W\d_])[-‐]\s*\n\s*(?=[^\W\d_])")
_SPACED = re.compile(r"(?<![\w'’])[^\W\d_](?: [^\W\d_]){2,}(?![\w'’])")
_TRACES = re.compile(
    r"(?P<address>\S*(?:@\w|://)\S*)"
    r"|(?P<postcode>\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b)"
    r"|(?P<number>(?<!\w)\+?\d(?:[ -]?\d){9,}(?!\w))"
    r"|(?P<place>(?:\b\d+\w? )?\b[A-Z][\w'’]*(?: [A-Z][\w'’]*)* "
    r"(?:Street|Road|Avenue|Lane|Close|Drive|School|College|Nursery|Surgery|Hospital)\b)"
    r"|\b(?P<kin>(?i:mother|mum|father|dad|mummy|daddy|parent|brother|sister|sibling|twin|cousin|aunt|aunty|uncle|nan|"
    r"grandmother|grandfather|grandma|grandad|partner|boyfriend|girlfriend|friend|son|daughter|carer|guardian)),? "
    r"[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*"
)
_WHO = {"well": "what went well", "better": "what could be better"}


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of a form. `who` said it or what it is about; `blanked` are the words the guard took out."""

    who: str
    text: str
    blanked: tuple[str, ...]
    reference: str
    source: Source


def passages(records: Iterable[AuditRecord], guard: Guard) -> tuple[Passage, ...]:
    """What families and practitioners said and what was found, in the order of the audits; empty ones left out."""
    found = []
    for record in records:
        said = [(each.who, each.text, each.source) for each in record.forms.said]
        said += [
            (f"{each.about}: {_WHO.get(each.kind, each.kind)}", each.text, each.source)
            for each in record.forms.findings
        ]
        for who, text, source in said:
            if text.strip():
                guarded = _without_traces(guard(_put_together(text)))
                found.append(Passage(who, guarded, blanked(text, guarded), record.reference, source))
    return tuple(found)


def _put_together(text: str) -> str:
    """A text whose words are not parted by the end of a line, by spaces between letters or by HTML."""
    joined = _BROKEN.sub("", html.unescape(text))
    return _SPACED.sub(lambda found: found[0].replace(" ", ""), joined)


def _without_traces(text: str) -> str:
    """Without what leads to a family and stands in no list: addresses, schools, long numbers, whom a relative is."""
    return _TRACES.sub(lambda found: f"{found['kin']} {LEFT_OUT}" if found["kin"] else LEFT_OUT, text)


def blanked(text: str, guarded: str) -> tuple[str, ...]:
    """The words of a text that are in it no more, as they stood. The Audit Team's own eyes see them, nobody else's."""
    left = re.findall(r"\w+(?:['’]\w+)*", guarded)
    gone = []
    for word in re.findall(r"\w+(?:['’]\w+)*", text):
        if word in left:
            left.remove(word)
        else:
            gone.append(word)
    return tuple(gone)


def to_clear(found: Iterable[Passage], audience: Audience) -> ReportTable:
    """The passages as a list with a place for the decision. Where a passage comes from, and what was taken out of it,
    stand there only for the Audit Team; others see how many words were."""
    ours = audience is Audience.AUDIT_TEAM
    rows = [
        (
            each.who,
            each.text,
            ", ".join(each.blanked),
            each.reference,
            f"{each.source.part}: {each.source.name}",
            "",
        )
        if ours
        else (each.who, each.text, len(each.blanked), "")
        for each in found
    ]
    columns = (
        ("Who, or about what", "Words", "Taken out", "Audit", "From", "May be quoted?")
        if ours
        else ("Who, or about what", "Words", "Words taken out", "May be quoted?")
    )
    note = "Nothing here has been cleared: names of relatives, places and events may still tell who is meant."
    return ReportTable(columns, tuple(rows), note if rows else "No form of this cycle has said anything yet.")
