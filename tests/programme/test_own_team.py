"""Nobody audits the work of their own team, their own or what they manage, in whatever words the sheets say it (§6)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from test_cells_of_the_sheets import FILE, MONTH, Read, child, colleague

from bot.programme.allocating.of_the_frame import with_what_the_frame_tells
from bot.programme.allocating.parts import Given, Part, Reason, Work
from bot.programme.allocating.whole import Whole, frame_of, whole
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


OF_ALL_OF_IT = (
    "FSP", "FSP Team", "FSP Teams", "FSP Service", "FSP service", "FSP Services", "FSP Management", "FSP Group",
    "FSP SMT",
    "FSP Management (Team)", "FSP Management Team", "FSP Managers", "FSP Leadership", "FSP (Group)", "Head of FSP",
    "Head of Service FSP", "FSP (Head of Service)", "FSP Service (Group Manager)", "Group Manager, FSP", "across FSP",
    "FSP Senior Management", "FSP Service / CWD Service", "CWD Management & FSP Management", "FSP/Management",
    "Family Support and Protection Service", "Service Manager – Family Support & Protection",
)  # fmt: skip
"""What says of somebody that they are of every FSP team, for service, teams, management, group and head name none."""


@pytest.mark.parametrize("stands", OF_ALL_OF_IT)
@pytest.mark.parametrize("title", ["Team", "Teams in the last 12 months"])
@pytest.mark.parametrize("part", Part)
def test_whoever_is_of_the_whole_service_or_its_management_gets_no_work_of_its_teams_and_that_is_told(
    part: Part, title: str, stands: str
) -> None:
    me = ada(**{title: stands, **(MODERATOR if part is Part.MODERATOR else {})})
    for team in ("FSP 2", "FSP North"):
        read = Read([child(Team=team), child(30002, Team="FSP 1")], [me])
        assert reason(read, part) is Reason.CANNOT_JUDGE, team
        assert any(
            each in " ".join(read.eligible().teams.doubtful()) for each in (stands, stands.split(", ")[-1])
        )


@pytest.mark.parametrize(
    ("of_child", "of_auditor"),
    [("Family Support 1", "Management Support"), ("FSP 1", "Service 1"), ("Duty A", "Group A"),
     ("FSP North", "CWD Service"),
     ("FSP Service", "CWD Service"), ("Family Support 1", "Service Support"), ("FSP 1", "Management Team"),
     ("Head Office", "Management Office"), ("FSP 2", "CWD Management")],
)  # fmt: skip
def test_a_team_whose_name_is_made_with_such_a_word_keeps_it(of_child: str, of_auditor: str) -> None:
    read = Read([child(Team=of_child)], [ada(Team=of_auditor)])
    assert reason(read) is None
    assert not read.eligible().teams.doubtful()
    assert reason(Read([child(Team=of_auditor)], [ada(Team=of_auditor)])) is Reason.OWN_TEAM


def test_a_word_of_every_service_makes_no_team_like_another() -> None:
    read = Read([child()], [ada(Team="Quality Service"), colleague("Ben Auditor", Team="Learning Service")])
    (note,) = read.eligible().teams.of_one()
    assert "“Learning Service”, “Quality Service”" in note


@pytest.mark.parametrize(
    ("of_child", "of_auditor"),
    [("Assessment and Intervention", "A&I"), ("Assessment & Intervention North", "A&I North"),
     ("CP & Intervention", "CP&I"),
     ("Assessment and Intervention 1", "A and I 1"), ("A&I 1", "Assessment & Intervention Team 1"),
     ("A&I 1", "A&I 1 & 2"),
     ("Vulnerability & Contextual 2", "V&C 2"), ("FSP 1", "FSP I"), ("FSP 1", "FSP I & II"), ("FSP 5", "FSP I and V"),
     ("FSP 2", "FSP II until May"), ("FSP 1 North", "FSP I (North)"), ("Team 2 North", "Team II North"),
     ("FSP 1", "Team I")],
)  # fmt: skip
def test_the_i_of_a_short_form_is_a_letter_and_that_behind_a_name_a_figure(
    of_child: str, of_auditor: str
) -> None:
    for one, other in ((of_child, of_auditor), (of_auditor, of_child)):
        read = Read([child(Team=one)], [ada(Team=other)])
        assert reason(read) is Reason.CANNOT_JUDGE, (one, other)
        assert read.told(other)


@pytest.mark.parametrize("short", ["A&I", "E & I", "I&A", "CP&I", "V and C", "I&V"])
def test_two_teams_with_an_i_in_their_short_form_are_two(short: str) -> None:
    kids = [child(Team=f"{short} 1"), child(30002, Team=f"{short} 2")]
    read = Read(kids, [ada(Team=f"{short} 2"), colleague("Ben Auditor", Team=f"{short} 1")])
    assert reason(read) is None
    assert not read.eligible().teams.doubtful()


@pytest.mark.parametrize(
    ("within", "other"),
    [("MASH", "MASH Outreach"), ("Fostering", "Fostering Recruitment"), ("LAC", "LAC North"), ("IRT", "IRT North"),
     ("North", "North East"), ("Family Support", "Intensive Family Support")],
)  # fmt: skip
def test_two_teams_of_the_frame_are_two_though_the_ones_name_is_in_the_others(
    within: str, other: str
) -> None:
    for of_child, of_auditor in ((within, other), (other, within)):
        kids = [child(Team=of_child), child(30002, Team=of_auditor)]
        assert reason(Read(kids, [ada(Team=of_auditor)])) is None
        assert reason(Read(kids[:1], [ada(Team=of_auditor)])), "one the frame does not have may be it"


@pytest.mark.parametrize(
    ("of_auditor", "closed"),
    [("FSP 2 & CWD 1", "FSP 2"), ("CWD 1 / FSP 2", "FSP 2"), ("FSP 2 and CWD 1", "FSP 2"),
     ("FSP 1 & 2", "FSP 1, FSP 2"),
     ("FSP 1 and FSP 2", "FSP 1, FSP 2"), ("FSP", "FSP 1, FSP 2"), ("FSP & CWD 1", "FSP 1, FSP 2"),
     ("FSP 3 and FSP 4", ""),
     ("between FSP 1 and FSP 4", "FSP 1, FSP 2"), ("FSP 2 (was FSP 1)", "FSP 1, FSP 2")],
)  # fmt: skip
def test_whoever_is_of_several_teams_that_are_named_in_full_is_of_these(of_auditor: str, closed: str) -> None:
    for team in ("FSP 1", "FSP 2"):
        kids = [child(Team=team), child(30002, Team="FSP 1"), child(30003, Team="FSP 2")]
        assert bool(reason(Read(kids, [ada(Team=of_auditor)]))) == (team in closed), team


@pytest.mark.parametrize(
    ("of_child", "of_auditor"),
    [("FSP 5", "FSP 1-4"), ("FSP 2", "FSP 3 to 6"), ("FSP 2", "CWD 1-4"), ("FSP 2", "3"), ("FSP North", "CIN North"),
     ("LAC 1", "CLA 2"), ("FSP South", "Family Support and Protection North"), ("CIN 1", "CP 1"), ("LAC 1", "CIN 1"),
     ("CIN North", "FSP (North)"), ("Fostering", "FSP"), ("Adoption", "MASH")],
)  # fmt: skip
def test_another_team_is_another_in_whatever_words(of_child: str, of_auditor: str) -> None:
    read = Read([child(Team=of_child), child(30002, Team=of_auditor)], [ada(Team=of_auditor)])
    assert reason(read) is None
    assert not read.eligible().teams.doubtful()


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
    (note,) = read.eligible().teams.of_one()
    assert all(f"“{team}”" in note for team in ("Quality", "Maternity", "Practice"))
    assert not any(team in note for team in ("Learning", "CWD"))
    tidy = Read([child()], [ada(Team="none"), colleague("Ben Auditor", Team="FSP 1, FSP 2")])
    assert not tidy.eligible().teams.of_one()


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


# ------------------------------------------------------------------------ two of the register who may be one

ONE_PERSON = (("Ada Auditor", "Ada Auditor"), ("Kate Auditor", "Katherine Auditor"), ("Dave Auditor", "David Auditor"),
              ("A. Auditor", "Ada Auditor"), ("Ada Auditor-Bond", "Ada Auditor"),
              ("Ada Auditor", "Ada Auditer"))  # fmt: skip
"""In two lines with two addresses: nobody can tell whether it is one person with a second account."""


def two_of(one: str, other: str, **more: Value) -> list[list[Value]]:
    moderates = {"Address": "second@wexcombe.example", "Team": "QA", **MODERATOR}
    return [colleague(one, **{"Team": "CWD 9", **more}), colleague(other, **moderates)]


@pytest.mark.parametrize("names", ONE_PERSON)
def test_nobody_moderates_the_audit_of_somebody_who_may_be_they_themselves(names: tuple[str, str]) -> None:
    for one, other in (names, names[::-1]):
        read = Read([child()], two_of(one, other))
        eligible = read.eligible()
        (work,), (ada_, again) = eligible.given.works, eligible.colleagues
        assert eligible.why_not(work, Part.AUDITOR, 0) is None
        assert eligible.why_not(work, Part.MODERATOR, 1) is None
        assert eligible.why_not(work, Part.MODERATOR, 1, ada_.person) is Reason.CANNOT_JUDGE
        assert 0 in eligible.beside(again.person)


@pytest.mark.parametrize("names", ONE_PERSON)
@pytest.mark.parametrize("title", ["Practitioner", "Team Manager", "IRO or CP Chair", "Also involved"])
def test_whoever_may_be_somebody_gets_no_work_of_theirs(title: str, names: tuple[str, str]) -> None:
    one, other = names
    for part, stands in (
        (Part.AUDITOR, "second@wexcombe.example"),
        (Part.MODERATOR, "first@wexcombe.example"),
    ):
        kids = [child(**{title: stands})]
        people = two_of(one, other, Address="first@wexcombe.example")
        people = people if part is Part.AUDITOR else people[::-1]
        assert reason(Read(kids, people), part), (part, stands)
    own_work = two_of(one, other, **{"Own work": "30001"})[::-1]
    assert reason(Read([child()], own_work), Part.MODERATOR) is Reason.CANNOT_JUDGE


def test_two_who_may_be_one_are_told_once_and_two_of_a_surname_and_letter_only_where_it_costs_an_audit() -> (
    None
):
    for names, told in (
        (ONE_PERSON[0], True),
        (ONE_PERSON[1], True),
        (("Una Auditor", "Uma Auditor"), False),
    ):
        read = Read([child()], two_of(*names))
        assert (read.said.count("another line") == 1) == told, names
    more = colleague("Moss Moderator", **{"Team": "HQ", **MODERATOR})
    people = [ada(), colleague("Ann Auditor", **{"Team": "QA", **MODERATOR})]
    for with_them, told in (([], True), ([more], False)):
        found = proposed_whole(Read([child()], [*people, *with_them]))
        assert bool(found.proposal.rows[0].moderator) != told
        assert any("“Ada Auditor” and “Ann Auditor”" in note for note in found.notes) == told


def test_two_with_other_names_are_two() -> None:
    others = [colleague("Ben Board", Team="CWD 8"), colleague("Bea Auditor")]
    read = Read([child(Practitioner="Ben Board")], [ada(), *others])
    assert reason(read) is None
    assert not read.said


def proposed_whole(read: Read) -> Whole:
    kids = [replace(c, audit_type=AUDIT) for c in read.children]
    return whole(frame_of(kids, FILE.rules, "key"), read.register, FILE.rules, MONTH, "seven blue doors")


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
