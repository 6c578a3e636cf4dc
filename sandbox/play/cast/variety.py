"""How people differ in what they write in forms: shares out of a hundred, drawn for each audit by itself.

What a form needs to be complete stays answered, so that no letter depends on what is drawn here.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta

from sandbox.play.cast.facts import BELOW_GOOD
from sandbox.play.cast.forms import AGREED, AGREED_AT_THE_MEETING

Answered = dict[str, str | Sequence[str]]

DOMAINS = {
    "Outstanding": {"Outstanding": 55, "Good": 41, "Not applicable": 4},
    "Good": {"Outstanding": 9, "Good": 72, "Requires Improvement": 13, "Not applicable": 6},
    "Requires Improvement": {"Good": 34, "Requires Improvement": 54, "Inadequate": 7, "Not applicable": 5},
    "Inadequate": {"Good": 12, "Requires Improvement": 36, "Inadequate": 48, "Not applicable": 4},
}
"""The grade of a domain, by the grade of the whole."""
LINES = {
    "Outstanding": {"Strength": 88, "Concern": 4, "Not applicable": 8},
    "Good": {"Strength": 66, "Concern": 22, "Not applicable": 12},
    "Requires Improvement": {"Strength": 30, "Concern": 60, "Not applicable": 10},
    "Inadequate": {"Strength": 12, "Concern": 80, "Not applicable": 8},
}
FAMILY = {
    "spoke": 58, "not reached": 9, "No – not possible": 13, "No – not appropriate": 11, "not stated": 9,
}  # fmt: skip
DIPS = {"Yes": 46, "Partly": 27, "No": 17, "Not applicable": 10}
STATES = {"Done": 58, "On track": 18, "Delayed": 12, "Not begun": 6, "No longer needed": 6}
PRACTITIONER_SAYS = 82
ACTIONS_THOUGH_GOOD = 24
MODERATOR_CHANGES_A_DOMAIN = 14
MODERATOR_LEAVES_A_DOMAIN = 4
ACTIONS = (
    "Bring the father's family into the network meeting",
    "Agree with the school who tells whom when attendance falls",
    "Write the next plan with the young person, in their own words",
)
ACTIONS_OF_A_MEETING = (
    "Ask the health visitor to the next home visit",
    "Look at the safety plan with both parents",
    "Bring the work to reflective supervision with a consultant social worker",
)
FINDINGS = {
    "Strength": "The record shows it at each visit, and what followed from it.",
    "Concern": "It is asked about once and then no more; the plan does not say what follows.",
    "Not applicable": "It does not arise in the work with this child.",
}


def _one_of(shares: dict[str, int], draw: random.Random) -> str:
    return draw.choices(list(shares), list(shares.values()))[0]


def auditor_differs(
    grade: str, day: str, lines: int, draw: random.Random, *, again: bool = False
) -> Answered:
    """What one auditor writes otherwise than the next, whose audit has so many lines of enquiry. `again`: in a
    re-audit, whose form has one box for what the family said, the child too."""
    rags = [_one_of(LINES[grade], draw) for _ in range(lines)]
    answers: Answered = {
        "kloe.rag": rags,
        "kloe.finding": [FINDINGS[rag] for rag in rags],
        **{f"d{n}.grade": _one_of(DOMAINS[grade], draw) for n in range(1, 7)},
        "fb_practitioner": "It helped me see the next step." if _share(PRACTITIONER_SAYS, draw) else "",
    }
    if all(answers[f"d{n}.grade"] == "Not applicable" for n in range(1, 7)):
        answers["d1.grade"] = grade
    answers |= _family(day, draw)
    if again:
        answers["fb_family"] = answers["fb_family"] or answers["fb_child"]
    if grade in BELOW_GOOD or _share(ACTIONS_THOUGH_GOOD, draw):
        answers |= _actions((AGREED, *ACTIONS), day, draw, needed=grade in BELOW_GOOD)
    return answers


def moderator_differs(auditors: str, grade: str, domains: Sequence[str], draw: random.Random) -> Answered:
    """The moderated grades of the six domains: mostly the auditor's, more often others where the whole is another."""
    answers: Answered = {}
    for n, given in enumerate(domains, 1):
        share = MODERATOR_CHANGES_A_DOMAIN if auditors == grade else 60
        answers[f"md{n}.grade"] = _one_of(DOMAINS[grade], draw) if _share(share, draw) else given
        if _share(MODERATOR_LEAVES_A_DOMAIN, draw):
            answers[f"md{n}.grade"] = ""
    return answers


def dip_sampler_differs(lines: int, draw: random.Random) -> Answered:
    return {"kloe.met": [_one_of(DIPS, draw) for _ in range(lines)]}


def record_differs(held: str, draw: random.Random) -> Answered:
    """What was agreed at a UoPP meeting: one action or several, some of them without a day or an owner."""
    return _actions((AGREED_AT_THE_MEETING, *ACTIONS_OF_A_MEETING), held, draw, needed=True)


def check_differs(actions: int, draw: random.Random) -> Answered:
    """How each of so many actions stands when the work is looked at again."""
    return {"prev.status": [_one_of(STATES, draw) for _ in range(actions)]}


def _share(of_a_hundred: int, draw: random.Random) -> bool:
    return draw.randrange(100) < of_a_hundred


def _family(day: str, draw: random.Random) -> Answered:
    answers: Answered = dict.fromkeys(
        ("fam_attempted", "fam_child", "fam_parent", "fam_carer", "fam_date", "fam_how", "fb_child", "fb_family"), ""
    )  # fmt: skip
    how = _one_of(FAMILY, draw)
    if how == "not stated":
        return answers
    if how.startswith("No"):
        return {**answers, "fam_attempted": how}
    answers |= {
        "fam_attempted": "Yes",
        "fam_date": day,
        "fam_how": draw.choice(("Phone", "Visit", "Online", "Text")),
    }
    if how == "not reached":
        return answers
    who = draw.choice(
        (("fam_child",), ("fam_parent",), ("fam_parent",), ("fam_carer",), ("fam_child", "fam_parent"))
    )
    answers |= dict.fromkeys(who, "x")
    if "fam_child" in who:
        answers["fb_child"] = "My worker listens and tells me what happens next."
    if who != ("fam_child",):
        answers["fb_family"] = "We feel listened to, most of the time."
    return answers


def _actions(some: Sequence[str], day: str, draw: random.Random, *, needed: bool) -> Answered:
    """The first of these actions and perhaps others; the first is whole where the form needs one."""
    what = [some[0], *draw.sample(some[1:], draw.choice((0, 0, 1, 1, 2, 3)))]
    by = [(date.fromisoformat(day) + timedelta(draw.choice((10, 21, 45, 90)))).isoformat() for _ in what]
    who = [draw.choice(("Practitioner", "Team Manager", "Practitioner and Team Manager")) for _ in what]
    for n in range(1 if needed else 0, len(what)):
        by[n] = "" if _share(20, draw) else by[n]
        who[n] = "" if _share(14, draw) else who[n]
    return {
        "act.what": what, "act.who": who, "act.by": by, "act.plan": [draw.choice(("CIN", "CP", "Care")) for _ in what],
        "act.measure": ["" if _share(30, draw) else "The child says what is different" for _ in what],
    }  # fmt: skip
