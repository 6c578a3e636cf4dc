"""Every number the reports of one cycle print, counted again from what people did.

Written from the guide (§) and from the definitions that reports print under “How we counted”, without any look at how
the bot counts. `recounted` gives the numbers by name: a name is a tuple of words. A number that nothing adds to
is 0 and stands there too; what is a median or an agreement is left out where nothing defines it.

| word | what it means here |
|---|---|
| as at | the end of a day: every milestone and every decision counts only if its own day is that day or before |
| released | the letter that gives the auditor the audit has reached them |
| in play | full audits (Team Manager, Advanced Practitioner) of the cycle that are released and not left out |
| left out | for one reason each: withdrawn, else invalid, else exempted and given to nobody else, else not released |
| returned | the first form that could be taken as it is: with a grade, the right child's, Word, nothing tracked |
| auditor's grade, domains, KLOE answers, actions, feedback | those of the auditor's latest such form |
| due | “Return by” of the row, else the fifteenth working day of month one; due by now: that day or before |
| late in | returned after it was due |
| moderated | the first form with a moderated grade and the outcome “Moderated” |
| moderated late | after the month's last working day; what came after it has three working days, an Inadequate one |
| standing grade | as finally decided (§11) if it is decided, else as moderated; a grade after UoPP does not touch it |
| graded | audits in play with a standing grade: the denominator of every share of grades |
| moved up, down | from the auditor's to the moderated grade, never to the decided one |
| disputed, decided | §11, of audits in play; changed: decided otherwise than moderated |
| family obtained | a box “Feedback obtained from” is ticked, or a child's or parent's words stand in the form |
| family otherwise | contacted and nothing obtained; “not possible”; “not appropriate”; nothing said: “not stated” |
| practitioner obtained | “How the practitioner found the conversation” is not empty |
| domain | a grade given; “Not applicable” and none are numbers of their own and in no denominator |
| domain as it stands | of moderated audits: the moderator's grade of it where one was given, else the auditor's |
| action | a row of the improvement plan with something to be done; whole: with owner and day |
| overdue | of whatever has a day: that day is over (the stated day is over too) and it is not done |
| action overdue | its day is over and no later look says it is done or no longer needed |
| UoPP needed | in play, standing grade below Good; in time: 5 working days from the grade, 3 for an Inadequate |
| six weeks due | needed, and six weeks after the meeting (or, without one, the grade) are over or end on the day |
| funnel | of those below Good: each step only of those that were in the step before |
| now Good | the grade at six weeks, else the one raised after UoPP, else the standing one, is Good or Outstanding |
| all done | a six-week form has come, and each agreed action in it is done or no longer needed |
| re-audit | rows “Re-audit” of the cycle that are not left out; before and after are standing grades |
| drawn from | of the cycle whose work is audited again: in play and below Good; a tenth of it, rounded up |
| four months | of those below Good, four months after the grade are over; not improved: not now Good |
| dip | by the line it was chosen for; seen: its form has come or the list says so; answered: by its form alone |

Shares are of these numbers; `share` gives one with its Wilson interval.
"""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from reports.recount.audits_as_at import (
    BELOW_GOOD,
    FULL,
    GRADES,
    Case,
    Truth,
    cases,
    one,
    working_days,
)

Name = tuple[str, ...]
Number = int | float
DOMAINS = (
    "Relationship and direct work", "Assessment, risk and thresholds", "Family network and agencies", "Planning",
    "Intervention and difference made", "Review, supervision and oversight",
)  # fmt: skip
"""As the forms name them, from d1 on."""
RAGS = ("Strength", "Concern", "Not applicable")
MET = ("Yes", "Partly", "No", "Not applicable")
STATES = ("Done", "On track", "Delayed", "Not begun", "No longer needed")
LEFT_OUT = ("withdrawn", "declared invalid", "exempted", "not released")
FAMILY = ("obtained", "contacted, nothing obtained", "not possible", "not appropriate", "not stated")
FEWEST_PAIRS = 50  # below so many, no kappa


class Tally:
    """Numbers by name; a name once declared is there with 0."""

    def __init__(self) -> None:
        self.numbers: dict[Name, Number] = {}

    def __setitem__(self, name: Name | str, number: Number) -> None:
        self.numbers[(name,) if isinstance(name, str) else name] = number

    def of(self, items: Iterable[Case], *name: str) -> list[Case]:
        """So many have this name; they themselves, for the next step."""
        found = list(items)
        self.numbers[name] = len(found)
        return found

    def spread(self, values: Iterable[str], among: Iterable[str], *name: str) -> None:
        """How often each of these words stands among the values; no other word may."""
        counted = Counter(values)
        self.numbers |= {(*name, word): counted.pop(word, 0) for word in among}
        assert not counted, f"{name}: {dict(counted)}"


def recounted(
    truth: Truth, cycle: str, as_at: date, where: Callable[[Mapping[str, Any]], bool] = lambda _row: True
) -> dict[Name, Number]:
    """The numbers of one cycle at the end of a day, of the rows that `where` accepts (of one service, say)."""
    everything = cases(truth, as_at)
    theirs = [case for case in everything if case.row["Cycle"] == cycle and where(case.row)]
    full = [case for case in theirs if case.kind in FULL]
    tally = Tally()
    play = _left_out_and_in_play(tally, full)
    _returned_and_moderated(tally, play, as_at)
    _grades(tally, play)
    _what_moderation_changed(tally, play)
    _domains(tally, play)
    lines = [line for line in str(truth["cycles"][cycle].get("KLOEs", "")).splitlines() if line.strip()]
    _lines_of_enquiry(tally, play, lines)
    _feedback(tally, play)
    _actions(tally, play, as_at)
    _after_moderation(tally, play, as_at)
    _dips(tally, [case for case in theirs if case.kind == "Dip sample"], lines)
    _re_audits(
        tally, [case for case in theirs if case.kind == "Re-audit"], {c.reference: c for c in everything}
    )
    return tally.numbers


def _left_out_and_in_play(tally: Tally, full: list[Case]) -> list[Case]:
    tally.of(full, "chosen")
    tally.spread((case.kind for case in full), FULL, "chosen")
    for ethnicity in sorted({str(case.row.get("Ethnicity") or "") for case in full}):
        tally.of(
            (c for c in full if str(c.row.get("Ethnicity") or "") == ethnicity),
            "chosen",
            "ethnicity",
            ethnicity,
        )
    tally.of((c for c in full if c.released <= c.day), "released")
    tally.spread((c.left_out for c in full if c.left_out), LEFT_OUT, "left out")
    tally.of((c for c in full if c.exempted_once), "exempted", "at any time")
    play = tally.of((c for c in full if not c.left_out), "in play")
    tally.spread((case.kind for case in play), FULL, "in play")
    return play


def _returned_and_moderated(tally: Tally, play: list[Case], as_at: date) -> None:
    returned = tally.of((c for c in play if c.is_returned), "return", "returned")
    moderated = tally.of((c for c in play if c.is_moderated), "moderation", "moderated")
    due = tally.of((c for c in play if c.due <= as_at), "return", "due")
    tally.of((c for c in due if c.is_returned), "return", "returned of due")
    tally.of((c for c in due if not c.is_returned), "return", "overdue")
    tally.of((c for c in returned if c.returned > c.due), "return", "late in")
    tally.of((c for c in play if not c.is_returned), "return", "open")
    tally.of((c for c in returned if not c.is_moderated), "moderation", "open")
    tally.of((c for c in moderated if c.moderated <= c.moderation_due), "moderation", "by due day")
    tally.of((c for c in moderated if c.moderated > c.moderation_due), "moderation", "late")
    tally.of((c for c in play if c.sent_back_by_the_team), "returned by the Audit Team")
    tally["auditors"] = len({c.row["Auditor"] for c in returned})
    tally.of((c for c in returned if one(c.auditors, "decl_trained")), "declared", "trained")
    tally.of((c for c in returned if one(c.auditors, "decl_indep")), "declared", "independent")
    for name, days in (
        ("release to return", [working_days(c.released, c.returned) for c in returned]),
        ("return to moderated", [working_days(c.returned, c.moderated) for c in moderated]),
    ):
        if days:
            tally["median working days", name] = statistics.median(days)


def _grades(tally: Tally, play: list[Case]) -> None:
    tally.spread((c.auditors_grade for c in play if c.is_returned), GRADES, "auditor's grade")
    tally.spread((c.moderated_grade for c in play if c.is_moderated), GRADES, "moderated grade")
    graded = tally.of((c for c in play if c.standing_grade), "graded")
    tally.of((c for c in play if not c.standing_grade), "ungraded")
    tally.spread((c.standing_grade for c in graded), GRADES, "standing grade")
    for kind in FULL:
        tally.spread((c.standing_grade for c in graded if c.kind == kind), GRADES, "standing grade", kind)
    tally.of((c for c in graded if not c.is_below_good), "good or better")
    tally.of((c for c in graded if c.is_below_good), "below good")
    tally.of((c for c in play if c.moderated_grade in BELOW_GOOD), "below good", "moderated")


def _what_moderation_changed(tally: Tally, play: list[Case]) -> None:
    pairs = [
        (GRADES.index(c.auditors_grade), GRADES.index(c.moderated_grade)) for c in play if c.is_moderated
    ]
    for a, auditors in enumerate(GRADES):
        for m, moderated in enumerate(GRADES):
            tally["matrix", auditors, moderated] = pairs.count((a, m))
    tally["moved", "up"] = sum(m < a for a, m in pairs)
    tally["moved", "down"] = sum(m > a for a, m in pairs)
    tally["moved", "unchanged"] = sum(m == a for a, m in pairs)
    tally["moved", "by two or more"] = sum(abs(m - a) > 1 for a, m in pairs)
    tally["agreement", "within one"] = sum(abs(m - a) <= 1 for a, m in pairs)
    if len(pairs) >= FEWEST_PAIRS and (kappa := linear_kappa(pairs)) is not None:
        tally["agreement", "kappa"] = kappa
    tally.of((c for c in play if c.is_disputed), "disputed")
    decided = tally.of((c for c in play if c.is_decided), "disputed", "decided")
    tally.of((c for c in decided if c.standing_grade != c.moderated_grade), "disputed", "decided", "changed")
    tally.of(
        (c for c in decided if c.standing_grade == c.moderated_grade), "disputed", "decided", "unchanged"
    )
    tally.of((c for c in play if c.is_disputed and not c.is_decided), "disputed", "open")


def _domains(tally: Tally, play: list[Case]) -> None:
    given = (*GRADES, "Not applicable", "none")
    for n, domain in enumerate(DOMAINS, 1):
        auditors = [_given(c.auditors, f"d{n}.grade") for c in play if c.is_returned]
        moderated = [_given(c.moderators, f"md{n}.grade") for c in play if c.is_moderated]
        tally.spread(auditors, given, "domain", domain)
        tally.spread(moderated, given, "moderated domain", domain)
        tally["domain", domain, "graded"] = sum(grade in GRADES for grade in auditors)
        stands = [m if m in GRADES else _given(c.auditors, f"d{n}.grade")
                  for c, m in zip([c for c in play if c.is_moderated], moderated, strict=True)]  # fmt: skip
        tally.spread(stands, given, "domain as it stands", domain)
        tally["moderated domain", domain, "graded"] = sum(grade in GRADES for grade in moderated)
        both = [(_given(c.auditors, f"d{n}.grade"), _given(c.moderators, f"md{n}.grade"))
                for c in play if c.is_moderated]  # fmt: skip
        tally["domain changed in moderation", domain] = sum(
            a != m for a, m in both if a in GRADES and m in GRADES
        )


def _given(answers: Mapping[str, Any], tag: str) -> str:
    return one(answers, tag).removesuffix(" to be Good") or "none"


def _lines_of_enquiry(tally: Tally, play: list[Case], lines: list[str]) -> None:
    returned = [c for c in play if c.is_returned]
    for n, line in enumerate(lines, 1):
        said = [_row_of(c.auditors, line, "kloe.rag") or "not answered" for c in returned]
        tally.spread(said, (*RAGS, "not answered"), "kloe", str(n))


def _row_of(answers: Mapping[str, Any], line: str, tag: str) -> str:
    """What stands beside a line of enquiry in a form; "" if nothing does."""
    rows = zip(answers.get("kloe.text", ()), answers.get(tag, ()), strict=True)
    return next((said.strip() for text, said in rows if " ".join(text.split()) == " ".join(line.split())), "")


def _feedback(tally: Tally, play: list[Case]) -> None:
    returned = [c for c in play if c.is_returned]
    tally.spread(map(family, returned), FAMILY, "family")
    for who, boxes in (("child", ("fam_child",)), ("parent", ("fam_parent",)), ("carer", ("fam_carer",))):
        tally.of((c for c in returned if any(one(c.auditors, box) for box in boxes)), "family", "from", who)
    obtained = [c for c in returned if one(c.auditors, "fb_practitioner")]
    tally.of(obtained, "practitioner", "obtained")
    tally["practitioner", "not stated"] = len(returned) - len(obtained)


def family(case: Case) -> str:
    """What an auditor's form says of the family's feedback, in one of the words of FAMILY."""
    if any(
        one(case.auditors, tag) for tag in ("fam_child", "fam_parent", "fam_carer", "fb_child", "fb_family")
    ):
        return "obtained"
    contacted = one(case.auditors, "fam_attempted")
    return {"": "not stated", "Yes": "contacted, nothing obtained"}.get(contacted) or contacted.removeprefix(
        "No – "
    )


def _actions(tally: Tally, play: list[Case], as_at: date) -> None:
    for name, found in (
        ("actions", [(c, a) for c in play if c.is_returned for a in c.actions]),
        (
            "actions of the meeting",
            [(c, a) for c in play if c.is_below_good for a in c.agreed_at_the_meeting],
        ),
    ):
        tally[name, "agreed"] = len(found)
        tally[name, "with owner"] = sum(bool(a.who) for _, a in found)
        tally[name, "with day"] = sum(a.by < date.max for _, a in found)
        tally[name, "with owner and day"] = sum(bool(a.who) and a.by < date.max for _, a in found)
        tally[name, "overdue"] = sum(a.by <= as_at and not c.is_closed(a) for c, a in found)


def _after_moderation(tally: Tally, play: list[Case], as_at: date) -> None:
    below = tally.of((c for c in play if c.is_below_good), "uopp", "needed")
    held = tally.of((c for c in below if c.meeting), "uopp", "held")
    tally.of((c for c in held if c.meeting and c.meeting[0] <= c.meeting_due), "uopp", "held in time")
    tally.of((c for c in below if not c.meeting), "uopp", "not held")
    tally.of((c for c in below if not c.meeting and c.meeting_due <= as_at), "uopp", "overdue")
    tally.of((c for c in held if c.meeting and c.meeting[1]), "uopp", "grade raised")
    tally.of((c for c in held if c.has_come("UoPP record sent on")), "uopp", "record shared")
    due = tally.of((c for c in below if c.check_due <= as_at), "six weeks", "due")
    done = tally.of((c for c in below if c.is_checked), "six weeks", "done")
    tally.of((c for c in due if c.is_checked), "six weeks", "done of due")
    tally.spread((c.grade_at_six_weeks for c in done), GRADES, "six weeks", "grade")
    tally.spread(
        (str(c.row.get("Drift") or "not stated") for c in done),
        ("Yes", "No", "not stated"),
        "six weeks",
        "drift",
    )
    tally.spread((state for c in done for _, state in c.states if state), STATES, "six weeks", "actions")
    tally.of((c for c in done if c.all_done), "six weeks", "all actions done")
    tally.of((c for c in done if c.grade_now not in BELOW_GOOD), "six weeks", "now good")
    _funnel(tally, below)
    over = tally.of((c for c in below if c.four_months <= as_at), "four months", "over")
    tally.of((c for c in over if c.grade_now in BELOW_GOOD), "four months", "not improved")


def _funnel(tally: Tally, below: list[Case]) -> None:
    left = tally.of(below, "funnel", "below good")
    left = tally.of((c for c in left if c.meeting), "funnel", "UoPP held")
    left = tally.of((c for c in left if c.actions or c.agreed_at_the_meeting), "funnel", "actions agreed")
    left = tally.of((c for c in left if c.all_done), "funnel", "actions done")
    left = tally.of((c for c in left if c.is_checked), "funnel", "six-week check done")
    tally.of((c for c in left if c.grade_now not in BELOW_GOOD), "funnel", "now good")


def _dips(tally: Tally, dips: list[Case], lines: list[str]) -> None:
    for n, line in enumerate(lines, 1):
        chosen = tally.of((c for c in dips if _is_for(c, n, line)), "dip", str(n), "chosen")
        seen = tally.of(
            (c for c in chosen if c.dip_form or c.has_come("Dip completed on")), "dip", str(n), "seen"
        )
        said = [_row_of(c.dip_form, line, "kloe.met") or "not answered" for c in seen]
        tally.spread(said, (*MET, "not answered"), "dip", str(n))
    tally.of((c for c in dips if c.dip_form or c.has_come("Dip completed on")), "dip", "seen")


def _is_for(case: Case, n: int, line: str) -> bool:
    return str(case.row.get("Line of enquiry") or "").strip() in (str(n), line)


def _re_audits(tally: Tally, rows: list[Case], everything: Mapping[str, Case]) -> None:
    again = tally.of((c for c in rows if c.left_out in ("", "not released")), "re-audit", "selected")
    tally.of((c for c in again if c.is_returned), "re-audit", "returned")
    moderated = [(everything[str(c.row["Earlier audit"])], c) for c in again if c.is_moderated]
    tally["re-audit", "moderated"] = len(moderated)
    pairs = [(before.standing_grade, after.standing_grade) for before, after in moderated]
    for before in GRADES:
        for after in GRADES:
            tally["re-audit", "from", before, "to", after] = pairs.count((before, after))
    steps = [GRADES.index(after) - GRADES.index(before) for before, after in pairs]
    tally["re-audit", "improved"] = sum(step < 0 for step in steps)
    tally["re-audit", "same"] = steps.count(0)
    tally["re-audit", "worse"] = sum(step > 0 for step in steps)
    tally["re-audit", "reached good"] = sum(after not in BELOW_GOOD for _, after in pairs)
    drawn_from = {
        everything[str(c.row["Earlier audit"])].row["Cycle"] for c in again if c.row.get("Earlier audit")
    }
    earlier = [
        c for c in everything.values() if c.row["Cycle"] in drawn_from and c.kind in FULL and not c.left_out
    ]
    tally.of((c for c in earlier if c.is_below_good), "re-audit", "drawn from")
    tally["re-audit", "a tenth"] = -(-int(tally.numbers["re-audit", "drawn from"]) // 10)


# ---------------------------------------------------------------------------------------------- shares and agreement


def linear_kappa(pairs: list[tuple[int, int]]) -> float | None:
    """1 − Σwo ÷ Σwe over pairs of grades 0 to 3, w their distance; none where all pairs lie in one cell."""
    seen = sum(abs(a - m) for a, m in pairs) / len(pairs)
    by_chance = sum(abs(a - m) for a, _ in pairs for _, m in pairs) / len(pairs) ** 2
    return 1 - seen / by_chance if by_chance else None


def share(n: int, of: int, z: float = 1.959963984540054) -> tuple[float, float, float]:
    """n of so many in per cent, with the two ends of its Wilson interval (95 %)."""
    p, spread = n / of, z * z / of
    middle, half = p + spread / 2, z * math.sqrt(p * (1 - p) / of + spread / (4 * of))
    return 100 * p, 100 * (middle - half) / (1 + spread), 100 * (middle + half) / (1 + spread)
