"""The names under which the bot tells its numbers (docs/reports.md), each with what it is among those counted again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from reports.recount.audits_as_at import FULL, GRADES
from reports.recount.recount import DOMAINS, MET, RAGS, Name, Number, recounted

Recounted = Mapping[Name, Number]
In_ours = Callable[[Recounted], Number]


def _same(*name: str) -> In_ours:
    return lambda numbers: numbers[name]


def _less(whole: Name, part: Name) -> In_ours:
    return lambda numbers: numbers[whole] - numbers[part]


def _all(*names: Name) -> In_ours:
    return lambda numbers: sum(numbers[name] for name in names)


def names(lines: int) -> dict[Name, In_ours]:
    """The bot's name -> the same number from those counted again, for a cycle with so many lines of enquiry."""
    back, moderated, below = ("return", "returned"), ("moderation", "moderated"), ("below good",)
    found: dict[Name, In_ours] = {
        ("released",): _same("released"),
        ("in play",): _same("in play"),
        ("released", "in play"): _same("in play"),
        back: _same(*back),
        ("return", ""): _same("return", "open"),
        (*back, "late"): _same("return", "late in"),
        (*back, "in time"): _less(back, ("return", "late in")),
        ("return", "open", "overdue"): _same("return", "overdue"),
        moderated: _same(*moderated),
        ("moderation", ""): _less(("in play",), moderated),
        (*moderated, "late"): _same("moderation", "late"),
        (*moderated, "in time"): _same("moderation", "by due day"),
        ("standing grade", ""): _same("ungraded"),
        ("disputed",): _same("disputed"),
        ("disputed", "decided"): _same("disputed", "decided"),
        ("disputed", ""): _same("disputed", "open"),
        ("disputed", "decided", "changed"): _same("disputed", "decided", "changed"),
        ("both grades",): _same(*moderated),
        ("moved", "within one"): _same("agreement", "within one"),
        ("graded by domain", "moderated"): _same(*moderated),
        ("family", "obtained"): _same("family", "obtained"),
        ("family", "contacted, nothing obtained"): _same("family", "contacted, nothing obtained"),
        ("family", "tried, not possible"): _same("family", "not possible"),
        ("family", "not appropriate"): _same("family", "not appropriate"),
        ("family", ""): _same("family", "not stated"),
        ("practitioner", "obtained"): _same("practitioner", "obtained"),
        ("practitioner", "not obtained"): _same("practitioner", "not stated"),
        below: _same(*below),
        ("graded",): _same("graded"),
        ("good or better",): _same("good or better"),
        ("auditors",): _same("auditors"),
        ("uopp", "held"): _same("uopp", "held"),
        ("uopp", ""): _same("uopp", "not held"),
        ("uopp", "held", "in time"): _same("uopp", "held in time"),
        ("uopp", "held", "late"): _less(("uopp", "held"), ("uopp", "held in time")),
        ("six weeks", "done"): _same("six weeks", "done"),
        ("six weeks", ""): _less(below, ("six weeks", "done")),
        ("drift", "drift"): _same("six weeks", "drift", "Yes"),
        ("drift", "no drift"): _same("six weeks", "drift", "No"),
        ("actions",): _all(("actions", "agreed"), ("actions of the meeting", "agreed")),
        ("actions", "with owner and date"): _all(
            ("actions", "with owner and day"), ("actions of the meeting", "with owner and day")
        ),
        ("actions by state", "done"): _all(
            ("six weeks", "actions", "Done"), ("six weeks", "actions", "No longer needed")
        ),
        ("actions by state", "overdue"): _all(("actions", "overdue"), ("actions of the meeting", "overdue")),
    }
    found |= {("type", kind): _same("in play", kind) for kind in FULL}
    found |= {("moved", way): _same("moved", way) for way in ("up", "down", "unchanged", "by two or more")}
    for grade in GRADES:
        found |= {
            (of, grade): _same(of, grade) for of in ("auditor's grade", "moderated grade", "standing grade")
        }
        found |= {
            ("standing grade by type", kind, grade): _same("standing grade", kind, grade) for kind in FULL
        }
        found |= {("matrix", grade, then): _same("matrix", grade, then) for then in GRADES}
        found |= {("domain", each, grade): _same("domain as it stands", each, grade) for each in DOMAINS}
        found[("grade at six weeks", grade)] = _same("six weeks", "grade", grade)
    for each in DOMAINS:
        stands = [("domain as it stands", each, grade) for grade in GRADES]
        found[("domain graded", each)] = _all(*stands)
        found[("domain good or better", each)] = _all(*stands[:2])
    for n in map(str, range(1, lines + 1)):
        found |= {("kloe", n, word): _same("kloe", n, word) for word in RAGS}
        found |= {("dip", n, word): _same("dip", n, word) for word in MET}
        found |= {
            ("kloe", n, ""): _same("kloe", n, "not answered"),
            ("dip", n, ""): _same("dip", n, "not answered"),
            ("dip samples", n): _same("dip", n, "chosen"),
            ("dip samples", n, "done"): _same("dip", n, "seen"),
        }
    return found


def in_the_bots_names(truth: Mapping[str, object], cycle: str, as_at: date) -> dict[Name, Number]:
    """What was counted again, under the bot's names."""
    numbers = recounted(truth, cycle, as_at)
    lines = len([name for name in numbers if name[0] == "dip" and name[-1] == "chosen"])
    return {name: of(numbers) for name, of in names(lines).items()}
