"""A council of six audits, small enough to be counted by hand, and what the recount makes of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from reports.recount.audits_as_at import known_by
from reports.recount.compare import agrees, compare
from reports.recount.recount import DOMAINS, linear_kappa, recounted, share

CYCLE, BEFORE = "FSP and CWD, March 2026", "FSP and CWD, September 2025"
LINES = ("Is the child's voice heard?", "Are fathers found?")
END = date(2026, 7, 31)
MARCH = date(2026, 3, 31)  # a Tuesday, the last working day of month one
GOOD, RI, IA, OUT = "Good", "Requires Improvement", "Inadequate", "Outstanding"


def row(number: int, kind: str = "Full – Team Manager", cycle: str = CYCLE, **columns: Any) -> dict[str, Any]:
    whose = {
        "Auditor": f"auditor{number % 4}",
        "Head of Service": "hal" if number % 2 else "ida",
        "Ethnicity": "Any",
    }
    return {"Title": f"FSP-2026-03-{number:03}", "Cycle": cycle, "Audit type": kind, **whose, **columns}


def form(about: str, part: str, on: str, *, stands: bool = True, **answers: Any) -> dict[str, Any]:
    told = {tag.replace("__", "."): [a] if isinstance(a, str) else list(a) for tag, a in answers.items()}
    return {"about": about, "part": part, "on": on, "stands": stands, "answers": told}


def audit(
    number: int, on: str, grade: str, rags: tuple[str, str], domains: str, **more: Any
) -> dict[str, Any]:
    """`domains`: a letter for each, from Outstanding to Inadequate, N for not applicable."""
    names = {
        "O": OUT,
        "G": GOOD,
        "R": "Requires Improvement to be Good",
        "I": IA,
        "N": "Not applicable",
        "-": "",
    }
    grades = {f"d{n}__grade": names[letter] for n, letter in enumerate(domains, 1)}
    answers = {
        "grade_auditor": grade,
        "kloe__text": LINES,
        "kloe__rag": rags,
        "decl_trained": "x",
        **grades,
        **more,
    }
    return form(f"FSP-2026-03-{number:03}", "auditor", on, **answers)


def moderation(
    number: int, on: str, grade: str, domains: str = "GGGGGG", outcome: str = "Moderated"
) -> dict[str, Any]:
    names = {"O": OUT, "G": GOOD, "R": RI, "I": IA, "N": "Not applicable", "-": ""}
    grades = {f"md{n}__grade": names[letter] for n, letter in enumerate(domains, 1)}
    about = f"FSP-2026-03-{number:03}"
    return form(about, "moderator", on, grade_moderated=grade, m_outcome=outcome, **grades)


def entry(number: int, on: str, **values: Any) -> dict[str, Any]:
    return {
        "about": f"FSP-2026-03-{number:03}",
        "on": on,
        "values": {k.replace("_", " "): v for k, v in values.items()},
    }


SPOKE = {"fam_attempted": "Yes", "fam_child": "x", "fb_child": "She listens."}
TWO_ACTIONS = {
    "act__what": ("Genogram", "School", ""),
    "act__who": ("SW", "", ""),
    "act__by": ("2026-05-01", "", ""),
}
TRUTH: dict[str, Any] = {
    "cycles": {
        CYCLE: {"Month one": "2026-03-02", "KLOEs": "\n".join(LINES)},
        BEFORE: {"Month one": "2025-09-01", "KLOEs": ""},
    },
    "rows": {
        each["Title"]: each
        for each in (
            row(1), row(2), row(3), row(4, "Full – Advanced Practitioner"), row(5), row(6), row(7), row(8), row(9),
            row(61, "Dip sample", **{"Line of enquiry": "1"}), row(62, "Dip sample", **{"Line of enquiry": LINES[0]}),
            row(63, "Dip sample", **{"Line of enquiry": "2"}),
            row(91, cycle=BEFORE), row(92, cycle=BEFORE), row(93, cycle=BEFORE),
            row(201, "Re-audit", **{"Earlier audit": "FSP-2026-03-091"}),
        )
    },
    "came": [
        {"about": f"FSP-2026-03-{n:03}", "what": "allocated", "on": on}
        for n, on in (*((n, "2026-03-02") for n in (1, 2, 3, 4, 5, 6, 7, 8, 61, 62, 63, 201)),
                      *((n, "2025-09-01") for n in (91, 92, 93)))
    ],
    "written": [
        # 1: Good, agreed with; the family spoke; a Friday.
        audit(1, "2026-03-13", GOOD, ("Strength", "Strength"), "OGGGGG", fb_practitioner="Useful.", **SPOKE),
        moderation(1, "2026-03-18", GOOD, "GGGGGG"),
        # 2: first without a grade, which counts as nothing; then Good, late; lowered; disputed, decided Good.
        form("FSP-2026-03-002", "auditor", "2026-03-12", stands=False, grade_auditor=""),
        audit(2, "2026-03-24", GOOD, ("Strength", "Concern"), "GGRGGN", fam_attempted="No – not possible"),
        moderation(2, "2026-03-27", RI, "GRRGGN"),
        # 3: an Inadequate, moderated two working days later: one too late. A meeting in time; a check; done.
        audit(3, "2026-03-16", IA, ("Concern", "Concern"), "IIRRGG", fam_attempted="No – not appropriate",
              fb_practitioner="Hard, and fair.", **TWO_ACTIONS),
        moderation(3, "2026-03-18", IA, "IIRRGG"),
        form("FSP-2026-03-003", "chair", "2026-03-23", uopp_kind="First", act__what=("Grandmother",),
             act__who=("TM",), act__by=("2026-04-20",)),
        form("FSP-2026-03-003", "Audit Team", "2026-05-05", prev__what=("Genogram", "School", "Grandmother"),
             prev__status=("Done", "No longer needed", "Done")),
        # 4: Requires Improvement twice, sent back between; raised from Inadequate; met late; no form after six weeks.
        audit(4, "2026-03-10", IA, ("Concern", "Not applicable"), "RRRRRR", fam_attempted="Yes", **TWO_ACTIONS),
        audit(4, "2026-03-17", RI, ("Concern", "Not applicable"), "RRRRG-", fam_attempted="Yes", **TWO_ACTIONS),
        moderation(4, "2026-03-19", RI, "RRRRG-", outcome="Back to auditor"),
        moderation(4, "2026-04-02", RI, "RRRRGG"),
        # 5: returned in April, not moderated. 6: nothing came. 7: withdrawn. 8: invalid. 9: never released.
        audit(5, "2026-04-01", OUT, ("Strength", "Not applicable"), "OOOOOG"),
        audit(7, "2026-03-11", GOOD, ("Strength", "Strength"), "GGGGGG"),
        moderation(7, "2026-03-12", GOOD),
        audit(8, "2026-03-11", GOOD, ("Strength", "Strength"), "GGGGGG"),
        form("FSP-2026-03-061", "dip sampler", "2026-03-20", kloe__text=LINES[:1], kloe__met=("Partly",)),
        # The cycle before, and the one audited again.
        audit(91, "2025-09-10", RI, ("Concern", "Concern"), "RRRRRR"), moderation(91, "2025-09-12", RI),
        audit(92, "2025-09-10", GOOD, ("Concern", "Concern"), "GGGGGG"), moderation(92, "2025-09-12", IA),
        audit(93, "2025-09-10", GOOD, ("Concern", "Concern"), "GGGGGG"), moderation(93, "2025-09-12", GOOD),
        audit(201, "2026-03-20", GOOD, ("Concern", "Concern"), "GGGGGG"), moderation(201, "2026-03-26", GOOD),
    ],
    "entered": [
        entry(2, "2026-03-30", Disputed_on="2026-03-30"),
        entry(2, "2026-04-08", **{"Finally decided on": "2026-04-08", "Final grade": GOOD}),
        entry(3, "2026-03-20", UoPP_held_on="2026-03-20", UoPP_record_sent_on="2026-03-23"),
        entry(3, "2026-05-06", **{"Six-week check on": "2026-05-05", "Grade at six weeks": GOOD, "Drift": "No"}),
        entry(4, "2026-03-12", Return_for_rectification_by="2026-03-20"),
        entry(4, "2026-04-21", **{"UoPP held on": "2026-04-20", "Grade after UoPP": GOOD}),
        entry(4, "2026-06-10", **{"Six-week check on": "2026-06-10", "Grade at six weeks": RI, "Drift": "Yes"}),
        entry(6, "2026-03-04", **{"Exempted on": "2026-03-04", "Exempted by": "hal"}),
        entry(6, "2026-03-06", **{"Exempted on": "", "Exempted by": "", "Auditor": "auditor9"}),
        entry(7, "2026-03-20", Withdrawn=True),
        entry(8, "2026-03-16", Declared_invalid_on="2026-03-16"),
        entry(62, "2026-03-25", Dip_completed_on="2026-03-25"),
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def now() -> dict[Any, Any]:
    return recounted(TRUTH, CYCLE, END)


def expect(numbers: dict[Any, Any], *name: str, **by_word: int) -> None:
    """Every number under a name but those given by word is 0."""
    found = {n[-1]: value for n, value in numbers.items() if n[:-1] == name and value and n[-1] != "graded"}
    assert found == {word.replace("_", " "): value for word, value in by_word.items()}


def test_in_play_are_the_released_full_audits_that_nothing_took_out(now: dict[Any, Any]) -> None:
    assert now["in play",] == 6  # 1 to 6; 6 was exempted and given to somebody else
    assert now["chosen",] == 9
    assert now["released",] == 8
    expect(now, "left out", withdrawn=1, declared_invalid=1, not_released=1)
    assert now["exempted", "at any time"] == 1
    assert now["in play", "Full – Advanced Practitioner"] == 1


def test_returned_is_what_could_be_taken_and_late_is_after_the_fifteenth_working_day(
    now: dict[Any, Any],
) -> None:
    assert now["return", "returned"] == 5
    assert now["return", "open"] == 1
    assert now["return", "due"] == 6
    assert now["return", "returned of due"] == 5
    assert now["return", "overdue"] == 1
    assert now["return", "late in"] == 2  # 2 on the 24th, 5 in April; due was Friday the 20th
    assert now["returned by the Audit Team",] == 1
    # Working days from Monday 2 March: 9 (1), 16 (2), 10 (3), 6 (4: the first form that stood), 22 (5).
    assert now["median working days", "release to return"] == 10


def test_moderated_counts_only_with_the_outcome_moderated(now: dict[Any, Any]) -> None:
    assert now["moderation", "moderated"] == 4
    assert now["moderation", "open"] == 1
    assert now["moderation", "by due day"] == 2  # 1 and 2
    assert now["moderation", "late"] == 2  # 3, an Inadequate, had one day; 4 in April
    # 3 (1), 3 (2), 2 (3), 17 (4): the middle of 2, 3, 3, 17.
    assert now["median working days", "return to moderated"] == 3


def test_three_grades_stand_side_by_side(now: dict[Any, Any]) -> None:
    expect(now, "auditor's grade", Outstanding=1, Good=2, Requires_Improvement=1, Inadequate=1)
    expect(now, "moderated grade", Good=1, Requires_Improvement=2, Inadequate=1)
    assert [now["standing grade", g] for g in (OUT, GOOD, RI, IA)] == [0, 2, 1, 1]
    assert now["standing grade", "Full – Advanced Practitioner", RI] == 1
    assert (now["graded",], now["ungraded",], now["good or better",]) == (4, 2, 2)
    assert (now["below good",], now["below good", "moderated"]) == (2, 3)


def test_the_matrix_is_of_auditor_and_moderator_and_never_of_the_decision(now: dict[Any, Any]) -> None:
    cells = {n[1:]: v for n, v in now.items() if n[0] == "matrix" and v}
    assert cells == {(GOOD, GOOD): 1, (GOOD, RI): 1, (IA, IA): 1, (RI, RI): 1}
    expect(now, "moved", down=1, unchanged=3)
    assert now["agreement", "within one"] == 4
    assert ("agreement", "kappa") not in now  # four pairs are too few
    assert now["disputed",] == now["disputed", "decided"] == now["disputed", "decided", "changed"] == 1


def test_domains_lines_and_feedback(now: dict[Any, Any]) -> None:
    expect(now, "domain", DOMAINS[0], Outstanding=2, Good=1, Requires_Improvement=1, Inadequate=1)
    expect(now, "domain", DOMAINS[5], Good=3, Not_applicable=1, none=1)
    assert now["domain", DOMAINS[5], "graded"] == 3
    expect(now, "moderated domain", DOMAINS[1], Good=1, Requires_Improvement=2, Inadequate=1)
    assert now["domain changed in moderation", DOMAINS[0]] == 1  # 1: Outstanding, then Good
    assert now["domain changed in moderation", DOMAINS[5]] == 0  # 4: none, then Good, is no change of a grade
    expect(now, "kloe", "1", Strength=3, Concern=2)
    expect(now, "kloe", "2", Strength=1, Concern=2, Not_applicable=2)
    assert [
        now["family", w]
        for w in ("obtained", "contacted, nothing obtained", "not possible", "not appropriate")
    ] == [1] * 4
    assert now["family", "not stated"] == 1
    assert now["family", "from", "child"] == 1
    expect(now, "practitioner", obtained=2, not_stated=3)
    expect(now, "dip", "1", chosen=2, seen=2, Partly=1, not_answered=1)
    expect(now, "dip", "2", chosen=1)


def test_what_follows_work_below_good(now: dict[Any, Any]) -> None:
    expect(now, "actions", agreed=4, with_owner=2, with_day=2, with_owner_and_day=2, overdue=1)  # that of 4
    expect(now, "actions of the meeting", agreed=1, with_owner=1, with_day=1, with_owner_and_day=1)
    # 3 met after 2 working days of 3. 4 after 10: Good Friday and Easter Monday lie between.
    expect(now, "uopp", needed=2, held=2, held_in_time=1, grade_raised=1, record_shared=1)
    assert (now["six weeks", "due"], now["six weeks", "done"], now["six weeks", "all actions done"]) == (
        2,
        2,
        1,
    )
    expect(now, "six weeks", "grade", Good=1, Requires_Improvement=1)
    expect(now, "six weeks", "drift", Yes=1, No=1)
    expect(now, "six weeks", "actions", Done=2, No_longer_needed=1)
    assert [n for name, n in now.items() if name[0] == "funnel"] == [2, 2, 2, 1, 1, 1]
    assert now["four months", "over"] == 1  # 3: on 18 July; 4 on 2 August
    assert now["four months", "not improved"] == 0


def test_a_tenth_of_what_fell_below_good_is_audited_again(now: dict[Any, Any]) -> None:
    assert (now["re-audit", "drawn from"], now["re-audit", "a tenth"], now["re-audit", "selected"]) == (
        2,
        1,
        1,
    )
    assert (
        now["re-audit", "from", RI, "to", GOOD]
        == now["re-audit", "improved"]
        == now["re-audit", "reached good"]
        == 1
    )


def test_a_month_counted_again_later_says_the_same_of_its_end() -> None:
    then = recounted(TRUTH, CYCLE, MARCH)
    assert then["moderation", "moderated"] == 3
    assert [then["standing grade", g] for g in (OUT, GOOD, RI, IA)] == [0, 1, 1, 1]  # decided in April
    assert (then["disputed",], then["disputed", "decided"], then["disputed", "open"]) == (1, 0, 1)
    assert then["uopp", "overdue"] == 0
    assert then == recounted(known_by(TRUTH, MARCH), CYCLE, MARCH)
    assert recounted(TRUTH, CYCLE, date(2026, 3, 19))["in play",] == 7  # 7 is withdrawn on the 20th


def test_one_service_is_counted_by_its_head() -> None:
    hals = recounted(TRUTH, CYCLE, END, lambda row: row["Head of Service"] == "hal")
    idas = recounted(TRUTH, CYCLE, END, lambda row: row["Head of Service"] == "ida")
    assert (hals["in play",], idas["in play",]) == (3, 3)


def test_shares_have_wilsons_interval_and_kappa_its_plain_formula() -> None:
    assert [tuple(round(x) for x in share(*n)) for n in ((34, 60), (42, 60), (4, 6), (0, 12))] == [
        (57, 44, 68), (70, 57, 80), (67, 30, 90), (0, 0, 24),
    ]  # fmt: skip
    # 57 of 60 alike where nearly all are Good: half of what agreement beyond chance could be, and less.
    pairs = [(1, 1)] * 56 + [(2, 2)] + [(1, 2)] * 2 + [(2, 1)]
    assert linear_kappa(pairs) == pytest.approx(0.375, abs=0.005)
    assert linear_kappa([(1, 1)] * 60) is None


def test_the_comparison_sees_a_difference_a_gap_and_emptiness() -> None:
    ours = {("in play",): 6, ("graded",): 4, ("median",): 2.5}
    assert agrees(compare(ours, dict(ours)), at_least=3)
    assert not agrees(compare(ours, {}), at_least=1)
    found = compare(ours, {**ours, ("in play",): 7, ("invented",): 1})
    assert not agrees(found, at_least=1)
    assert str(found.differences[0]) == "in play: 6 counted again, 7 reported"
    assert found.only_reported == [("invented",)]
    assert compare(ours, {("graded",): 4}).only_recounted == [("in play",), ("median",)]
