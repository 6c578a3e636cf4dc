"""Which words the letters know, and what is wrong with a letter before it is ever sent.

docs/letters.md explains the words to the people who write the letters; a test keeps the two alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jinja2 import nodes

from bot.papers.letter_language import nearest
from bot.programme.buttons import Command
from bot.programme.ready_messages import PAGES, READY

Kind = Mapping[str, Any] | None
"""What a word holds: its parts by name ("" for each of several), or None for plain text, a number or a date."""

PERSON: Kind = {"name": None, "email": None}
PEOPLE: Kind = {"": PERSON}
TEXTS: Kind = {"": None}
DUE: Kind = {"on": None, "why": None}
PROBLEM: Kind = {"where": None, "what": None, "who": None}
MATTER: Kind = {
    "where": None,
    "what": None,
    "who": None,
    "step": None,
    "age": None,
    "presses": {"": {}},
    "about_a_child": None,
    "blocks": None,
    "can_wait": None,
}
BAR: Kind = {"stage": None, "number": None, "width": None, "colour": None}
AUDIT: Kind = {
    "reference": None,
    "audit_type": None,
    "mosaic_number": None,
    "team": None,
    "outcome_type": None,
    "practitioner": PERSON,
    "team_manager": PERSON,
    "auditor": PERSON,
    "auditors_head_of_service": PERSON,
    "moderator": PERSON,
    "head_of_service": PERSON,
    "iro_or_cp_chair": PERSON,
    "restricted": None,
    "services_involved": TEXTS,
    "earlier_audit": None,
}
CYCLE: Kind = {
    "name": None,
    "service_group": None,
    "month_one": None,
    "kloe_meeting_on": None,
    "kloes": TEXTS,
    "heads_of_service": PEOPLE,
}
DONE: Kind = {"letter": None, "audit": None, "to": None, "why": None}

EVERY_LETTER: Mapping[str, Kind] = {
    "today": None,
    "council": None,
    "audit_team": {"name": None, "address": None, "contact": None, "phone": None},
}
TO_PEOPLE: Mapping[str, Kind] = {
    **EVERY_LETTER,
    "cycle": CYCLE,
    "kloes": TEXTS,
    "to": PEOPLE,
    "greeting": None,
    "problems": {"": PROBLEM},
    "next_working_day": None,
    "within_a_week": None,
}
REPLIES: Mapping[str, Kind] = dict.fromkeys([*(command.word for command in Command), *sorted(READY)])
"""The words behind buttons: a link to a ready message, or empty where no reader of the letter may send it."""

LINKS: Mapping[str, Kind] = dict.fromkeys(sorted(PAGES))
"""The words behind links: the address of a page, or empty where the reader may not open it."""
ABOUT_AN_AUDIT: Mapping[str, Kind] = {
    **TO_PEOPLE,
    "audit": AUDIT,
    "due": DUE,
    "days_late": None,
    "line_of_enquiry": None,
    "grade": None,
    "auditor_grade": None,
    "moderated_grade": None,
    "returned_on": None,
    "moderated_on": None,
    "uopp_due": DUE,
    "urgent_due": DUE,
    "uopp_held_on": None,
    "grade_after_uopp": None,
    "review_due": DUE,
    "review_held_on": None,
    "six_week_due": DUE,
    "six_week_month": None,
    "checked_on": None,
    "drift": None,
    "grade_at_six_weeks": None,
    "improvement_due": DUE,
    "disagreed": PEOPLE,
    "disputed_on": None,
    "decision_due": DUE,
    "final_grade": None,
    "given_back": None,
    "moderator_asks": None,
    **REPLIES,
    **LINKS,
}
ABOUT_A_CYCLE: Mapping[str, Kind] = {
    **TO_PEOPLE,
    "audits": {"": AUDIT},
    "counts": {
        "team_manager": None,
        "advanced_practitioner": None,
        "dip_samples": None,
        "dips_by_kloe": {"": {}},
        "dips_out": None,
    },
    "due": DUE,
    "overview": {
        "states": {"": {}},
        "late": {"": {"audit": AUDIT, "status": None, "next_step": None, "due": DUE}},
    },
    "below_good": {"": AUDIT},
    "sample": {"drawn": {"": AUDIT}, "frame": None, "left_out": {"": {"reference": None, "why": None}}},
    **REPLIES,
    **LINKS,
}
ABOUT_A_MONTH: Mapping[str, Kind] = {
    **TO_PEOPLE,
    "month": None,
    "figures": {
        "": {
            "cycle": None,
            "allocated": None,
            "completed": None,
            "moderated": None,
            "auditor_grades": {"": {}},
            "moderated_grades": {"": {}},
            "family_feedback": None,
            "practitioner_feedback": None,
        }
    },
}
ABOUT_SEVERAL: Mapping[str, Kind] = {
    **TO_PEOPLE,
    "asked": {
        "": {
            "reference": None,
            "ask": None,
            "line_of_enquiry": None,
            "dip_sample": None,
            "mosaic_number": None,
            "due": DUE,
            "days_late": None,
            "restricted": None,
            "already_sent": None,
            "uopp_held": None,
            "urgent_issues_done": None,
            "review_uopp_held": None,
            "exempt_auditor": None,
            "return_audit": None,
            "return_moderation": None,
            "return_dip_sample": None,
            "send_record": None,
            "row_link": None,
            "who": None,
            "why": None,
            "matters": {"": {"what": None, "due": DUE, "late": None}},
        }
    },
}
RECEIVED: Mapping[str, Kind] = {
    **EVERY_LETTER,
    "greeting": None,
    "received": {"": {"reference": None, "part": None, "empty": TEXTS, "next_step": None}},
    "held": TEXTS,
}
_PRESSES: Kind = {"": {}}
KEPT: Mapping[str, Kind] = {
    "kept": {"": {"letter": None, "audit": None, "to": None, "on": None, "says": None, "alert": None,
                  "presses": _PRESSES}},
    "let_go": None,
    "ahead": {"": {"letter": None, "audit": None, "to": None, "on": None, "presses": _PRESSES}},
    "more_ahead": None,
    "since": None,
    "trial": None,
    "would_have_gone": {"": {"letter": None, "audits": None, "to": None, "cc": None}},
    "about_all": _PRESSES,
}  # fmt: skip
"""The words about letters that do not go to the people they are for (bot/daily_run/kept_back.py)."""
NOTHING_KEPT: Mapping[str, object] = {
    "kept": (), "let_go": 0, "ahead": (), "more_ahead": 0, "since": None, "trial": "", "would_have_gone": (),
    "about_all": (),
}  # fmt: skip
DIGEST: Mapping[str, Kind] = {
    **EVERY_LETTER,
    **KEPT,
    "needs_a_person": {"": MATTER},
    "notes": TEXTS,
    "done": {"": DONE},
    "not_sent": {"": DONE},
    "returned": {"": {"ref": None, "part": None, "grade": None, "problems": None}},
    "waiting": {"": {"ref": None, "status": None, "next_step": None, "due": None, "late": None}},
    "coming": {"": {"": {"letter": None, "who": None}}},
    "counts": {"": {}},
    "cycles": {"": {"name": None, "bars": {"": BAR}, "counts": {"": {}}, "shortages": TEXTS}},
}
SUBJECTS = (ABOUT_AN_AUDIT, ABOUT_A_CYCLE, ABOUT_A_MONTH, ABOUT_SEVERAL, RECEIVED, DIGEST)


def _parts(kind: Kind) -> frozenset[str]:
    inner = frozenset(part for whole in (kind or {}).values() for part in _parts(whole))
    return (inner | (kind or {}).keys()) - {""}


PARTS = frozenset(part for words in SUBJECTS for kind in words.values() for part in _parts(kind))
"""The names of all parts of all words."""
_IN_LOOPS = frozenset({"first", "last", "index", "index0", "length", "previtem", "nextitem", "revindex"})
_UNKNOWN: Kind = {}
"""Holds something we do not follow; its parts are not checked."""
_KEEP_ONES = {"sort", "unique", "list", "select", "reject", "selectattr", "rejectattr", "default"}


def faults_of_words(tree: nodes.Template, used: frozenset[str]) -> Iterator[str]:
    """A sentence for each word or part of a word that no letter of this sort has."""
    known = max(SUBJECTS, key=lambda words: len(used & words.keys()))
    everywhere = {word for words in SUBJECTS for word in words}
    at = {node.name: node.lineno for node in reversed(list(tree.find_all(nodes.Name)))}
    for word in sorted(used - known.keys()):
        if word in everywhere:
            others = "that letter" if not (used & known.keys()) else "a letter with the other words here"
            yield f"line {at.get(word, 1)}: “{word}” is a word of another sort of letter; {others} has no such word."
        else:
            yield f"line {at.get(word, 1)}: there is no word “{word}”.{nearest(word, sorted(known))}"
    yield from _Parts(known).of(tree)


class _Parts:
    """Follows words through loops, to see whether “a.team” is a part that audits have."""

    def __init__(self, known: Mapping[str, Kind]) -> None:
        self.scope: dict[str, Kind] = dict(known)

    def of(self, node: nodes.Node) -> Iterator[str]:
        if isinstance(node, nodes.For):
            yield from self.of(node.iter)
            before = self.scope
            each = _part(self.kind(node.iter), "")
            self.scope = {**before, "loop": dict.fromkeys(_IN_LOOPS)}
            self._name(node.target, each)
            for part in [node.test, *node.body, *node.else_]:
                if part is not None:
                    yield from self.of(part)
            self.scope = before
            return
        if isinstance(node, nodes.Assign):
            self._name(node.target, self.kind(node.node))
        if isinstance(node, nodes.Getattr):
            whole = self.kind(node.node)
            if whole is None or (whole and node.attr not in whole):
                parts = sorted(part for part in whole or () if part)
                name = _written(node.node)
                has = f"“{name}” has only {', '.join(parts)}" if parts else f"“{name}” has no parts"
                if node.attr not in ("items", "values", "keys"):
                    yield f"line {node.lineno}: there is no “{name}.{node.attr}”; {has}.{nearest(node.attr, parts)}"
        for child in node.iter_child_nodes():
            yield from self.of(child)

    def _name(self, target: nodes.Node, kind: Kind) -> None:
        if isinstance(target, nodes.Name):
            self.scope[target.name] = kind
        else:
            for part in target.iter_child_nodes():
                self._name(part, _UNKNOWN)

    def kind(self, node: nodes.Node) -> Kind:
        if isinstance(node, nodes.Name):
            return self.scope.get(node.name, _UNKNOWN)
        if isinstance(node, nodes.Getattr):
            whole = self.kind(node.node)
            return _part(whole, node.attr)
        if isinstance(node, nodes.Getitem):
            return _part(self.kind(node.node), "")
        if isinstance(node, nodes.Filter) and node.node is not None and node.name in _KEEP_ONES:
            return self.kind(node.node)
        if isinstance(node, nodes.Filter) and node.node is not None and node.name in ("first", "last"):
            return _part(self.kind(node.node), "")
        return _UNKNOWN


def _part(whole: Kind, name: str) -> Kind:
    part: Kind = (whole or {}).get(name, _UNKNOWN)
    return part


def _written(node: nodes.Node) -> str:
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return f"{_written(node.node)}.{node.attr}"
    return "it"
