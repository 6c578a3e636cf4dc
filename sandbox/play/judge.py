"""Judges a played month from the tenant's side alone: the delivery history, the list and the mailbox, against what
the cast knows it did. Nothing of the bot's own memory is looked at.

The expectations below are written from the guide's sections, not from the bot's rules.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.play.letters import UNKNOWN, kind_of

JsonObject = dict[str, Any]
DIRECTORS = ("weekly report", "review UoPP due", "review UoPP escalated", "review UoPP held", "not improved")
"""§10, §15: what the Divisional Director reads."""


@dataclass(slots=True)
class Verdict:
    """What was found. `faults` is empty when everybody got exactly what they should and the list is right."""

    letters: Counter[str] = field(default_factory=Counter)
    grades_right: int = 0
    odd_right: int = 0
    expected: int = 0
    faults: list[str] = field(default_factory=list)


def verdict(
    deliveries: Sequence[JsonObject],
    rows: Sequence[JsonObject],
    roles: Sequence[JsonObject],
    mailbox: str,
    messages: Sequence[JsonObject],
    truth: Mapping[str, Mapping[str, Any]],
) -> Verdict:
    """Judge a month. `deliveries` hold the letters' html; `rows` and `roles` are the lists by display names, `messages`
    the shared mailbox's."""
    found = Verdict()
    letters = [d for d in deliveries if d["sender"] == mailbox and d["kind"] == "message"]
    by_kind: defaultdict[tuple[str, str], list[JsonObject]] = defaultdict(list)
    for letter in letters:
        kind = kind_of(letter)
        found.letters[kind.duty] += 1
        by_kind[kind.duty, kind.about[0] if len(kind.parts) == 1 and kind.about else ""].append(letter)
        if kind.duty == UNKNOWN:
            found.faults.append(f"nobody knows what “{letter['subject']}” is ({kind.name})")
    _nothing_twice(letters, found)
    holders = {row["Title"]: row["Person"] for row in roles if not row.get("To")} | {"Audit Team": mailbox}
    by_reference = {row["Title"]: row for row in rows if row.get("Title")}
    for reference, row in by_reference.items():
        if str(row["Audit type"]).startswith("Full") and row.get("Audit sent on") is not None:
            _launch(reference, row, by_kind, found, launched=bool(by_kind["audit allocated", reference]))
        _after_return(reference, row, truth.get(reference, {}), by_kind, holders, found)
        _only_its_people(reference, row, by_kind, holders, found)
    _grades(by_reference, truth, found)
    _odd(messages, truth, found)
    return found


def _expect(
    found: Verdict, letters: Sequence[JsonObject], to: Sequence[str], cc: Sequence[str], what: str
) -> None:
    """Exactly one letter, to exactly these people."""
    found.expected += 1
    if len(letters) != 1:
        found.faults.append(f"{what}: {len(letters)} letters instead of one")
        return
    (letter,) = letters
    if set(letter["to"]) != set(to) or set(letter["cc"]) != set(cc):
        found.faults.append(f"{what}: went to {letter['to']} cc {letter['cc']} instead of {to} cc {cc}")
    if set(letter["delivered_to"]) != set(to) | set(cc):
        found.faults.append(f"{what}: reached {letter['delivered_to']}")


def _nothing_twice(letters: Sequence[JsonObject], found: Verdict) -> None:
    """No two letters of one kind about one thing to one person on one day, and no message twice."""
    seen = Counter((tuple(d["to"]), kind_of(d), d["at"][:10]) for d in letters)
    for (to, kind, day), times in seen.items():
        if times > 1:
            about = ", ".join(kind.about)
            found.faults.append(f"{kind.name} about {about} went to {', '.join(to)} {times} times on {day}")
    ids = Counter(d["internet_message_id"] for d in letters)
    found.faults += [f"the message {i} was delivered {n} times" for i, n in ids.items() if n > 1]


def _launch(
    reference: str,
    row: JsonObject,
    by_kind: Mapping[Any, Sequence[JsonObject]],
    found: Verdict,
    *,
    launched: bool,
) -> None:
    """§7: auditor, moderator and practitioner on the same day, the Team Manager copied, the form attached."""
    if not launched:
        return
    expected: tuple[tuple[str, list[str], list[str]], ...] = (
        ("audit allocated", [row["Auditor"]], []),
        ("moderation allocated", [row["Moderator"]], []),
        ("practitioner informed", [row["Practitioner"]], [row["Team Manager"]]),
    )
    days: set[str] = set()
    for kind, to, cc in expected:
        letters = by_kind[kind, reference]
        _expect(found, letters, to, [a for a in cc if a not in to], f"{reference}, {kind}")
        days.update(letter["at"][:10] for letter in letters)
        wanted = not row.get("Restricted") and kind != "practitioner informed"
        names = [a["name"] for letter in letters for a in letter["attachments"]]
        if wanted != (names == [f"{reference}.docx"]):
            found.faults.append(f"{reference}, {kind}: carries {names}")
    if len(days) > 1:
        found.faults.append(f"{reference}: launched over several days {sorted(days)}")


def _after_return(
    reference: str,
    row: JsonObject,
    did: Mapping[str, Any],
    by_kind: Mapping[Any, Sequence[JsonObject]],
    holders: Mapping[str, str],
    found: Verdict,
) -> None:
    """§7 and §10: moderation asked for once; the five told of an Inadequate; the UoPP meeting set going."""
    auditors, moderated = did.get("auditor_grade"), did.get("moderated_grade")
    manager, academy = holders.get("Audit Manager", ""), holders.get("Head of Learning Academy", "")
    requested = by_kind["moderation requested", reference]
    if auditors:
        _expect(found, requested, [row["Moderator"]], [], f"{reference}, moderation requested")
        if [a["name"] for letter in requested for a in letter["attachments"]] != [f"{reference}.docx"]:
            found.faults.append(f"{reference}: moderation was asked for without the audit")
    elif requested:
        found.faults.append(f"{reference}: moderation was asked for although no audit came")
    five = [row["Practitioner"], row["Team Manager"], row["Head of Service"], manager, academy]
    alerts = by_kind["inadequate alert", reference]
    if "Inadequate" in (auditors, moderated):
        _expect(found, alerts, five, [], f"{reference}, Inadequate alert")
    elif alerts:
        found.faults.append(f"{reference}: an alert without an Inadequate")
    convene, arrange = by_kind["UoPP to convene", reference], by_kind["UoPP to arrange", reference]
    if moderated == "Inadequate":
        _expect(found, convene, [manager], [row["Head of Service"]], f"{reference}, UoPP to convene")
    elif moderated == "Requires Improvement":
        _expect(found, arrange, [row["Auditor"]], [row["Team Manager"]], f"{reference}, UoPP to arrange")
    if (convene and moderated != "Inadequate") or (arrange and moderated != "Requires Improvement"):
        found.faults.append(f"{reference}: a UoPP letter for a grade that needs none")


def _only_its_people(
    reference: str,
    row: JsonObject,
    by_kind: Mapping[Any, Sequence[JsonObject]],
    holders: Mapping[str, str],
    found: Verdict,
) -> None:
    """Nobody gets a letter about a child's audit whom neither the row nor a role of the programme names."""
    columns = (
        "Practitioner", "Team Manager", "Auditor", "Auditor's Head of Service", "Moderator", "Head of Service",
        "Group Manager", "IRO or CP Chair",
    )  # fmt: skip
    named = {row.get(c) for c in columns} | {
        holders.get("Audit Manager"),
        holders.get("Head of Learning Academy"),
        holders["Audit Team"],
    }
    director = {
        holders.get("Divisional Director")
    }  # §10 and §15: only of Inadequate work, and after four months
    for (kind, about), letters in list(by_kind.items()):
        if about == reference:
            for letter in letters:
                told = kind in DIRECTORS
                strangers = set(letter["delivered_to"]) - named - (director if told else set())
                if strangers:
                    found.faults.append(f"{reference}: “{letter['subject']}” reached {sorted(strangers)}")


def _grades(rows: Mapping[str, JsonObject], truth: Mapping[str, Mapping[str, Any]], found: Verdict) -> None:
    for reference, did in truth.items():
        for column, grade in (
            ("Auditor's grade", did["auditor_grade"]),
            ("Moderated grade", did["moderated_grade"]),
        ):
            stands = rows[reference].get(column) or ""
            if stands == grade:
                found.grades_right += bool(grade)
            else:
                found.faults.append(f"{reference}: {column} is “{stands}”, the form said “{grade}”")


def _odd(messages: Sequence[JsonObject], truth: Mapping[str, Mapping[str, Any]], found: Verdict) -> None:
    """Every odd return lies in "Please look at" under its reason, and nothing else about audits does."""
    looking = Counter(
        (m["received"][:10], category)
        for m in messages
        if m["folder"] == "Please look at"
        for category in m["categories"] or ["no reason"]
    )
    expected = Counter((odd["on"], odd["category"]) for did in truth.values() for odd in did["odd"])
    for key, times in expected.items():
        if looking[key] >= times:
            found.odd_right += times
        else:
            found.faults.append(f"{times} odd return(s) of {key[0]} should be put to a person as “{key[1]}”")
    for key, times in (looking - expected).items():
        if key[1] != "Please read":
            found.faults.append(
                f"{times} message(s) of {key[0]} wait for a person as “{key[1]}” without need"
            )
