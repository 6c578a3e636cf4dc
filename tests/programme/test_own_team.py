"""Nobody audits the work of their own team, their own or what they manage, in whatever words the sheets say it (§6)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from test_cells_of_the_sheets import FILE, MONTH, Read, child, colleague

from bot.programme.allocating.of_the_frame import with_what_the_frame_tells
from bot.programme.allocating.parts import Given, Part, Reason, Work
from bot.programme.allocating.why_not import Eligible
from bot.programme.importing.sheets import Value
from bot.programme.vocabulary import AuditType

AUDIT = AuditType.FULL_TEAM_MANAGER
MODERATOR = {"Role": "Group Manager", "Moderations at most": 4}


def reason(read: Read, part: Part = Part.AUDITOR, given_up: tuple[Reason, ...] = ()) -> Reason | None:
    """What keeps the first colleague from a part in the first child's audit, by all that the sheets tell."""
    assert not read.book.faults
    works = tuple(Work(c, AUDIT) for c in read.children)
    register = with_what_the_frame_tells(read.register, read.children)
    rules = replace(FILE.rules, never=FILE.rules.never - set(given_up))
    teams = frozenset(c.team for c in read.children)
    return Eligible(Given(works, register, rules, MONTH, teams=teams)).why_not(works[0], part, 0)


def ada(**more: Value) -> list[Value]:
    return colleague("Ada Auditor", **{"Team": "CWD 9", **more})


# ------------------------------------------------------------------------------------- teams in other words

NOT_ONE = ("All teams", "Both teams", "Service-wide", "service wide", "Floating", "Floating team", "all FSP teams",
           "FSP (all)", "All", "FSP - all", "Various - see HR", "Various", "any team", "FSP, all others",
           "all FSP", "Both FSP teams", "Across all teams", "Several teams", "peripatetic", "Both", "All Services",
           "All North", "All Staff", "Both Localities", "All Workers", "both banks")  # fmt: skip


@pytest.mark.parametrize("stands", NOT_ONE)
@pytest.mark.parametrize("title", ["Team", "Teams in the last 12 months"])
def test_whoever_is_said_to_be_of_all_teams_gets_nothing_and_is_told_with_the_cell(
    title: str, stands: str
) -> None:
    read = Read([child(Team="LAC 2")], [ada(**{title: stands})])
    assert reason(read) is Reason.CANNOT_JUDGE
    assert f"Auditors!{'D' if title == 'Team' else 'E'}2" in read.said


@pytest.mark.parametrize(
    "stands",
    [
        "All Age Disability Team",
        "All Saints Family Centre",
        "Countywide Disability",
        "Court and Permanence",
        "A Team",
        "Team A",
    ],
)
def test_a_team_may_be_called_so(stands: str) -> None:
    read = Read([child(Team="LAC 2")], [ada(Team=stands)])
    assert reason(read) is None
    assert not read.said


ONE_TEAM = (
    ("FSP 2", "FSP 1-4"), ("FSP 2", "FSP 1 to 4"), ("FSP 2", "FSP 1–4"), ("FSP 2", "FSP Teams 1 - 4"),
    ("FSP 2", "FSP I-IV"), ("FSP II", "FSP I to III"), ("FSP 2", "FSP 1..4"), ("FSP 2", "FSP 1 up to 4"),
    ("FSP 2", "FSP 1 till 4"), ("FSP 2", "between FSP 1 and 4"), ("FSP 2", "FSP 4-1"),
    ("FSP 2", "FSP 1 to FSP 4"), ("FSP 2", "FSP One to Four"), ("FSP B", "FSP A-C"), ("FSP 2", "FSP A to C, 1 to 3"),
    ("FSP 2", "2"), ("FSP 2", "Team 2"),
    ("FSP North", "Family Support and Protection North"), ("FSP 3", "Family Support and Protection 1-4"),
    ("CIN North", "Child in Need North"), ("CIN North", "Children in Need North"), ("CLA 1", "LAC 1"),
    ("Children Looked After 1", "LAC 1"), ("DCT", "Disabled Children's Team"), ("CWD", "Children with Disabilities"),
    ("CWD 1", "Disabled Children’s Team 1"), ("MASH", "Multi-Agency Safeguarding Hub"), ("LCT", "Leaving Care Team"),
)  # fmt: skip


@pytest.mark.parametrize("one", ONE_TEAM)
@pytest.mark.parametrize("title", ["Team", "Teams in the last 12 months"])
def test_one_team_under_two_names_keeps_its_people_from_its_work_and_is_asked_about(
    title: str, one: tuple[str, str]
) -> None:
    for of_child, of_auditor in (one, one[::-1]):
        read = Read([child(Team=of_child)], [ada(**{title: of_auditor})])
        assert reason(read) in (Reason.CANNOT_JUDGE, Reason.OWN_TEAM), (of_child, of_auditor)
        assert read.told(of_auditor), (of_child, of_auditor)


@pytest.mark.parametrize("stands", ["CWD / FSP", "CWD and FSP", "FSP + CWD", "CWD 3 & FSP"])
def test_whoever_is_of_a_part_of_the_service_among_others_gets_nothing_of_its_teams(stands: str) -> None:
    read = Read([child(Team="FSP 2")], [ada(Team=stands)])
    assert reason(read) is Reason.CANNOT_JUDGE
    assert read.told(stands)


@pytest.mark.parametrize(
    ("of_child", "of_auditor"),
    [("FSP 5", "FSP 1-4"), ("FSP 2", "FSP 3 to 6"), ("FSP 2", "CWD 1-4"), ("FSP 2", "3"), ("FSP North", "CIN North"),
     ("LAC 1", "CLA 2"), ("FSP South", "Family Support and Protection North"), ("CIN 1", "CP 1"), ("LAC 1", "CIN 1"),
     ("CIN North", "FSP (North)"), ("Fostering", "FSP"), ("Adoption", "MASH")],
)  # fmt: skip
def test_another_team_is_another_in_whatever_words(of_child: str, of_auditor: str) -> None:
    read = Read([child(Team=of_child), child(30002, Team=of_auditor)], [ada(Team=of_auditor)])
    assert reason(read) is None
    assert not read.eligible().doubtful_teams()


def test_two_teams_that_the_frame_knows_by_a_number_and_by_a_name_are_two() -> None:
    kids = [child(Team="2"), child(30002, Team="FSP 2")]
    assert reason(Read(kids, [ada(Team="FSP 2")])) is None


@pytest.mark.parametrize(
    ("of_child", "of_auditor", "two"),
    [("Fostering North", "Fostering South", True), ("Safeguarding East", "Safeguarding West", True),
     ("Fostering North", "Fostering Nroth", False), ("LAC North", "CLA North", False),
     ("FSP North", "Family Support and Protection North", False), ("FSP North", "FSP N", False)],
)  # fmt: skip
def test_two_teams_of_the_frame_with_one_word_that_is_quite_another_are_two(
    of_child: str, of_auditor: str, two: bool
) -> None:
    found = Read([child(Team=of_child), child(30002, Team=of_auditor)], [ada(Team=of_auditor)])
    assert (reason(found) is None) == two
    assert reason(Read([child(Team=of_child)], [ada(Team=of_auditor)])), (
        "one the frame does not have may be it"
    )


@pytest.mark.parametrize("team", ["All Hallows", "All Nations", "Both Banks"])
def test_the_work_of_a_team_with_such_a_name_finds_somebody(team: str) -> None:
    assert reason(Read([child(Team=team)], [ada()])) is None
    assert reason(Read([child(Team=team)], [ada(Team=team)])) is Reason.OWN_TEAM


def test_a_team_of_the_register_that_is_like_no_other_is_told_once_and_closes_nothing() -> None:
    people = [
        ada(**{"Team": "Quality", "Teams in the last 12 months": "Maternity"}),
        colleague("Ben Auditor", Team="Practice"),
        *(colleague(f"{name} Auditor", Team="Learning") for name in ("Cyd", "Dan")),
        *(colleague(f"{name} Auditor", Team=f"CWD {n}") for n, name in enumerate(("Eve", "Fay"))),
    ]
    read = Read([child()], people)
    assert reason(read) is None
    (note,) = read.eligible().teams_of_one()
    assert all(f"“{team}”" in note for team in ("Quality", "Maternity", "Practice"))
    assert not any(team in note for team in ("Learning", "CWD"))
    tidy = Read([child()], [ada(Team="none"), colleague("Ben Auditor", Team="FSP 1, FSP 2")])
    assert not tidy.eligible().teams_of_one()


# ------------------------------------------------------------------------------- what the children's lines tell


@pytest.mark.parametrize("title", ["Practitioner", "Team Manager"])
@pytest.mark.parametrize("left_out", ["", "court"])
def test_whoever_works_for_a_team_by_any_childs_line_gets_none_of_its_work(title: str, left_out: str) -> None:
    kids = [child(), child(30002, **{title: "Ada Auditor", "Leave out because": left_out})]
    assert reason(Read(kids, [ada()])) is Reason.OWN_TEAM
    assert reason(Read(kids, [ada(**MODERATOR)]), Part.MODERATOR) is Reason.OWN_TEAM
    assert reason(Read([child(Team="FSP 2"), kids[1]], [ada()])) is None


def test_whoever_may_be_meant_by_such_a_line_gets_none_either() -> None:
    assert reason(Read([child(), child(30002, Practitioner="A. Auditer")], [ada()]))


def test_the_team_of_who_did_the_work_is_the_works_own_too() -> None:
    people = [ada(), colleague("Tim Tester", Team="CWD 9")]
    assert reason(Read([child(Practitioner="Tim Tester")], people)) is Reason.OWN_TEAM
    assert reason(Read([child(Practitioner="Wes Worker")], people)) is None


@pytest.mark.parametrize("title", ["Practitioner", "Team Manager", "Group Manager"])
@pytest.mark.parametrize("cell", ["Line manager", "Head of Service"])
@pytest.mark.parametrize("part", Part)
def test_whoever_manages_those_the_childs_line_names_by_the_register_gets_none_of_it(
    title: str, cell: str, part: Part
) -> None:
    me = ada(**(MODERATOR if part is Part.MODERATOR else {}))
    named, between = colleague("Olga Lantern", **{cell: "Ada Auditor"}), colleague("Uma Walnut")
    assert reason(Read([child(**{title: "Olga Lantern"})], [me, named]), part) is Reason.LINE
    chain = [
        colleague("Olga Lantern", **{"Line manager": "Uma Walnut"}),
        colleague("Uma Walnut", **{cell: "Ada Auditor"}),
    ]
    assert reason(Read([child(**{title: "Olga Lantern"})], [me, *chain]), part) is Reason.LINE
    assert reason(Read([child()], [me, named, between]), part) is None
    may_be = colleague("Olga Lantern", **{cell: "A. Auditer"})
    assert reason(Read([child(**{title: "Olga Lantern"})], [me, may_be]), part) is Reason.CANNOT_JUDGE


# ------------------------------------------------------------------------------ what a council cannot give up


@pytest.mark.parametrize("title", ["Team Manager", "Group Manager", "Head of Service"])
def test_the_childs_own_managers_never_audit_it_though_line_management_is_given_up(title: str) -> None:
    read = Read([child(**{title: "Ada Auditor"})], [ada()])
    assert reason(read, given_up=(Reason.LINE,))
    unsaid = Read([child(**{title: "TBC"})], [ada()])
    assert reason(unsaid, given_up=(Reason.LINE,)) is Reason.CANNOT_JUDGE


def test_a_group_manager_may_moderate_where_a_council_gives_line_management_up() -> None:
    read = Read([child(**{"Group Manager": "Ada Auditor"})], [ada(**MODERATOR)])
    assert reason(read, Part.MODERATOR) is Reason.LINE
    assert reason(read, Part.MODERATOR, (Reason.LINE,)) is None
    manager = Read([child(**{"Team Manager": "Ada Auditor"})], [ada(**MODERATOR)])
    assert reason(manager, Part.MODERATOR, (Reason.LINE,)) is Reason.OWN_TEAM
