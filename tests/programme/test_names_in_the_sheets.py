"""Whom the cells of “Children” and “Auditors” name, beside whom, and in which letters: whoever may be meant is closed,
and what nobody can read is told with its cell (docs/proposing.md).
"""

from __future__ import annotations

import random

import pytest
from test_cells_of_the_sheets import Read, child, colleague, of_one

from bot.programme.allocating.parts import Part
from bot.programme.allocating.told_by_letter import without_the_cell

OF_PEOPLE = (
    "Practitioner", "Team Manager", "Group Manager", "Head of Service", "IRO or CP Chair", "Also involved",
    "Earlier auditor",
)  # fmt: skip
SEVERAL = ("Also involved", "Earlier auditor")
WES = "wes.worker@wexcombe.example"


def open_and_quiet(found: Read) -> bool:
    """Whether the first colleague may audit the first child's work and nobody is told anything."""
    return found.may() and not found.said and not found.eligible().doubtful_people()


# ------------------------------------------------------------------------------------------ what stands beside a name

BESIDE = (
    "Wes Worker (covered by Ada Auditor)", "Wes Worker [was Ada Auditor]", "Wes Worker (supervised by Ada)",
    "Ada Jones (née Auditor)", "Ada Jones née Auditor", "Ada Jones (formerly Auditor)",
    f"Wes Worker <{WES}> / Ada Auditor", f"Wes Worker <{WES}> (Ada Auditor)", f"Ada Auditor {WES}",
    f"{WES} – Ada Auditor", "Jo Boss (acting: Ada Auditor)", "Wes Worker (A. Auditor)", "Wes Worker (Ada Auditer)",
    "Wes Worker - covering for Ada Auditor", "Wes Worker c/o Ada Auditor", "Wes Worker, Ada Auditor",
    "Wes Worker {Auditor, Ada}", "Wes Worker (until May, then Ada Auditor", "Wes Worker + Ada Auditor",
    "Wes Worker. Ada Auditor from May", "Wes Worker (Auditor)", "Wes Worker (Ada's team)",
    "Jones (Auditor), Ada", "Ada (Auditor) Jones", "Ada Jones (prev Auditor)", "Ada Jones prev. Auditor",
    "Ada Jones (previous name: Auditor)", "Wes Worker·Ada Auditor", "Wes Worker ➔ Ada", "Wes Worker @ Ada",
    "Wes Worker (A.A.)", "Wes Worker then A. A.", "Wes Worker, Ada", "Wes Worker handed over to Ada",
    "Wes Worker to Ada", "Wes Worker now Ada", "Wes Worker is being helped by Ada", "Wes Worker who shares it with Ada",
)  # fmt: skip


@pytest.mark.parametrize("stands", BESIDE)
def test_whoever_is_named_beside_a_name_is_closed_and_that_is_told(stands: str) -> None:
    known = child(30002, Practitioner=f"Wes Worker <{WES}>")
    for title in OF_PEOPLE:
        found = Read([child(**{title: stands}), known], [colleague()])
        assert not found.may(), title
        one_of_several = "," in stands and title in SEVERAL  # is named there then, and may be
        assert one_of_several or "Ada Auditor" in found.said, title


@pytest.mark.parametrize(
    "stands", ["Duty worker (Ada Auditor)", "(Ada Auditor)", "Duty: Ada Auditor", "ASYE / Ada Auditor"]
)
def test_the_name_may_be_what_stands_in_brackets(stands: str) -> None:
    for title in OF_PEOPLE:
        assert not of_one(child(**{title: stands})).may(), title


@pytest.mark.parametrize(
    "stands", ["Will Day (Family Support)", "Will Day / Family Support", "Wes Worker / Will Day", "Day, Will",
               "Will Day (covered by Ann Other)", "Wes Worker (covered by Will Day)", "Will Day - agency",
               "(Will Day)", "Wes Worker, see Will Day"]
)  # fmt: skip
def test_a_colleague_whose_name_is_made_of_such_words_is_a_colleague_all_the_same(stands: str) -> None:
    for title in OF_PEOPLE:
        found = Read([child(Service="Family Support", **{title: stands})], [colleague("Will Day")])
        assert not found.may(), title


HARMLESS = (
    "Wes Worker (FSP 1)", "Wes Worker (FSP)", "Wes Worker [agency]", "Wes Worker (part time)", "Wes Worker - agency",
    "Wes Worker (01632 960001)", "Wes Worker (ASYE)", "Wes Worker (she/her)", "Worker, Wes (FSP 1)",
    "Wes Worker 0.6 FTE",
    "Wes Worker (on leave)", "Wes Worker (left 3/1)", "Wesley (Wes) Worker", "Wesley Worker (Wes)",
    "Wes Worker (Senior Social Worker)", "Wes Worker (newly qualified)", "Wes Worker, Team Manager",
    "Wes Worker (CWD 1)", "Wes Worker (from 3 March)", "Wes Worker (née Bond)", "Dr. Wes Worker",
    "Wes Worker (Q.A.)", "Wes Worker (S. W.)", "Wes van der Worker", "Wes Worker · agency",
)  # fmt: skip


@pytest.mark.parametrize("stands", HARMLESS)
def test_what_stands_beside_a_name_and_names_nobody_is_passed_over(stands: str) -> None:
    for title in ("Practitioner", "Team Manager", "Also involved")[: 2 if "," in stands else 3]:
        found = of_one(child(**{title: stands}))
        assert open_and_quiet(found), (title, found.said)
    found = of_one(child(Practitioner=stands.replace("Worker", "Auditor").replace("Wesley", "Ada")
                         .replace("Wes", "Ada")))  # fmt: skip
    assert not found.may(), "and the name beside which it stands is read"


def test_somebody_beside_a_name_whom_nobody_knows_is_told_and_counts_as_meant() -> None:
    found = of_one(child(Practitioner="Wes Worker (covered by Jo Bond)"))
    assert found.may()
    assert "Jo Bond" in found.said
    assert "Children!D2" in found.said
    found = of_one(
        child(Practitioner="Wes Worker (covered by Jo Bond)"), colleague(**{"Line manager": "Jo Bond"})
    )
    assert not found.may(), "whoever Jo Bond manages"


@pytest.mark.parametrize("stands", ["Jo Boss (acting: Wes Worker)", "Jo Boss / Wes Worker", "Jo Boss, Wes Worker",
                                    f"Jo Boss {WES}", "Jo Boss until May, then Wes Worker"])  # fmt: skip
def test_whoever_is_managed_by_either_of_two_audits_neithers_work(stands: str) -> None:
    found = of_one(person=colleague(**{"Line manager": stands}))
    assert not found.may()
    assert found.said or found.eligible().doubtful_people()
    assert not of_one(child(Practitioner="Jo Boss"), colleague(**{"Line manager": stands})).may()


# -------------------------------------------------------------------------------------------------- in other letters

OTHER_LETTERS = (
    ("Ayşe Yıldız", "Ayse Yildiz"), ("Đặng Minh", "Dang Minh"), ("Ewa Łoś", "Ewa Los"), ("Bjørn Ægir", "Bjorn Aegir"),
    ("Işık Kılıç", "Isik Kilic"), ("Łukasz Słowik", "Lukasz Slowik"), ("Ðóra Þór", "Dora Thor"),
    ("Þóra Þorn", "Thora Thorn"), ("Iwona Weiß", "Iwona Weiss"), ("Cœur Bœuf", "Coeur Boeuf"), ("Jiří Ħal", "Jiri Hal"),
    ("Ŋala Ŧe", "Nala Te"), ("Siobhán O’Shea", "Siobhan OShea"), ("Mary OʼDea", "Mary O'Dea"),
    ("Mary O'Dea", "Mary O Dea"),
    ("Jo Vanderberg", "Jo van der Berg"), ("Kim Leroy", "Kim Le Roy"), ("Kim Leroy", "Le Roy, Kim"),
    ("Annemarie Fox", "Anne Marie Fox"), ("Jean-Luc Roy", "Jean Luc Roy"), ("Mohammed Al-Amin", "Mohammed Alamin"),
    ("D'Arcy Lee", "Darcy Lee"), ("Jo Vanderberg", "J. van der Berg"), ("İpek Şahin", "Ipek Sahin"),
)  # fmt: skip


@pytest.mark.parametrize(("one", "other"), OTHER_LETTERS)
def test_a_name_is_the_same_in_whichever_letters_and_with_whatever_between_its_parts(
    one: str, other: str
) -> None:
    for called, stands in ((one, other), (other, one)):
        for title in ("Practitioner", "IRO or CP Chair", "Also involved", "Earlier auditor"):
            person = colleague(called, Address="somebody@wexcombe.example")
            assert not of_one(child(**{title: stands}), person).may(), title


def test_a_name_in_letters_that_nobody_here_reads_is_held_and_told() -> None:
    for stands in ("Иван Петров", "Wes Worker (Аda Auditor)"):  # the second one's first letter is Cyrillic
        found = of_one(child(Practitioner=stands))
        assert not found.may()
        assert "Children!D2" in found.said


@pytest.mark.parametrize(
    ("one", "other"), [("Tîm Môn 1", "Tim Mon 1"), ("Llŷn", "Llyn"), ("Ŵyn", "Wyn"), ("Łódź 2", "Lodz 2"),
                       ("Équipe", "Equipe"), ("Tîm Llŷn", "Team Llyn")]
)  # fmt: skip
def test_a_team_is_one_in_whichever_letters(one: str, other: str) -> None:
    for mine, theirs in ((one, other), (other, one)):
        assert not of_one(child(Team=mine), colleague(Team=theirs)).may()


def test_teams_whose_names_differ_in_a_letter_alone_stay_two() -> None:
    assert of_one(child(Team="Môn"), colleague(Team="Arfon")).may()


# ------------------------------------------------------------------------------------------------- in the register

WITH_MORE = (
    "Ada Auditor (LEFT)", "Ada Auditor – on maternity leave", "LEAVER Ada Auditor", "Ada Auditor (DO NOT USE)",
    "Ada Auditor / Bo Board", "Ada Auditor LEFT", "Ada Auditor left 3/1", "Ada Auditor (until 3 March)",
    "Ada Auditor, Bo Board", "Ada Auditor and Bo Board", "Ada Auditor (covering Bo Board)", "Ada Auditor (no)",
    "Ada Auditor - long term sick", "Ada Auditor [was Bo Board]", "ada auditor (on secondment)", "Ada (left) Auditor",
    "Ada Auditor (LEFT) <ada.auditor@wexcombe.example>", "Ada Auditor; Bo Board", "Ada Auditor 12/3",
)  # fmt: skip


@pytest.mark.parametrize("stands", WITH_MORE)
def test_what_stands_beside_a_name_of_the_register_is_a_fault_of_its_cell(stands: str) -> None:
    found = of_one(person=colleague(stands, Address="ada.auditor@wexcombe.example"))
    (fault,) = found.book.faults
    assert fault.startswith("Auditors!A2")
    assert "Write " in fault
    assert not found.register


@pytest.mark.parametrize(
    "stands", ["Ada Auditor (CWD 1)", "Ada Auditor (she/her)", "Ada Auditor (Team Manager)", "Auditor, Ada",
               "Ada Leaver",
               "Ada Auditor (part time)", "Ada Auditor (née Jones)", "Katherine (Kate) Auditor", "Dr Ada Auditor",
               "Ada Auditor <ada.auditor@wexcombe.example>", "Ada", "AUDITOR, Ada", "Ada van der Berg", "ADA LEAVER",
               "Ada Auditor (3 days)", "Ada Auditor (22 hours)", "Ada Auditor (Ext 1234)", "Audit Tester 1",
               "Ann–Marie Smith", "Rev. Jo Post", "Will Day (CWD 1)",
               "Ada Auditor (0.6 FTE)", "Auditor, Ada (CWD)", "Ada Auditor, Team Manager"]
)  # fmt: skip
def test_a_team_a_role_or_a_part_of_the_name_may_stand_there(stands: str) -> None:
    found = of_one(person=colleague(stands, Address="ada.auditor@wexcombe.example"))
    assert open_and_quiet(found)


NO_WORDS = (
    ("Vu Kim No", "vu.no"), ("Vu Kim No", "vu.kim.no"), ("Vu Kim No", "vno"), ("Vu Kim No", "no-vu.kim"),
    ("Vu Kim No", "VKNo2"), ("Ann Marie By", "ann.by"), ("Or Ben Levi", "or.levi"), ("Jo Sick", "js"),
    ("Ann By", "annby"),
)  # fmt: skip
"""Names with a word in them that would say something else, each with what stands before the @ of its address."""


@pytest.mark.parametrize(("name", "address"), NO_WORDS)
def test_a_word_of_a_name_is_the_names_where_the_address_has_it_too(name: str, address: str) -> None:
    first, _, last = name.rpartition(" ")
    for stands in (name, f"{last}, {first}", f"{name} (CWD 1)", name.upper()):
        person = colleague(stands, Address=f"{address}@wexcombe.example")
        found = of_one(person=person)
        assert not found.book.faults
        assert open_and_quiet(found), stands
        for written in (name, f"{last}, {first}", f"Wes Worker (covered by {name})", f"{name} - agency"):
            for title in ("Practitioner", "Also involved"):
                assert not of_one(child(**{title: written}), person).may(), (stands, written)


@pytest.mark.parametrize(
    ("name", "address"), [("Vu Kim No", "vu.kim"), ("Ada Bruno no", "ada.bruno"), ("Ada Auditor left", "a.auditor"),
                          ("No, Ada Auditor", "ada.auditor"), ("Ada Auditor NO", "no.reply"),
                          ("Vu Kim No - left", "vu.no"), ("Vu Kim No 12/3", "vu.no"), ("Vu Kim No NOT", "vu.no")]
)  # fmt: skip
def test_a_word_that_may_be_no_part_of_the_name_is_a_fault_still(name: str, address: str) -> None:
    found = of_one(person=colleague(name, Address=f"{address}@wexcombe.example"))
    (fault,) = found.book.faults
    assert fault.startswith("Auditors!A2")
    assert "join it" in fault


def test_a_surname_that_no_address_shows_is_joined_to_the_name_before_it() -> None:
    person = colleague("Vu Kim-No", Address="vk@wexcombe.example")
    assert open_and_quiet(of_one(person=person))
    for stands in ("Vu Kim No", "No, Vu Kim", "Vu Kim-No", "Wes Worker (Vu Kim No)"):
        assert not of_one(child(Practitioner=stands), person).may(), stands


def test_the_name_somebody_had_before_is_theirs_in_the_register_too() -> None:
    person = colleague("Ada Auditor (née Jones)", Address="ada.auditor@wexcombe.example")
    for stands in ("Ada Jones", "A. Jones", "Ada Auditor"):
        assert not of_one(child(Practitioner=stands), person).may(), stands
    assert of_one(child(Practitioner="Bea Jones"), person).may()


@pytest.mark.parametrize(
    "stands", ["ada.auditor@wexcombe.example (left)", "LEFT 3/1 ada.auditor@wexcombe.example", "none",
               "ada.auditor@wexcombe.example; bo.board@wexcombe.example", "bo.board@wexcombe.example (Ada's)",
               "ada.auditor@wexcombe.example bo.board@wexcombe.example", "Bo Board <ada.auditor@wexcombe.example>"]
)  # fmt: skip
def test_the_cell_of_an_address_holds_one_address(stands: str) -> None:
    found = of_one(person=colleague(Address=stands))
    (fault,) = found.book.faults
    assert fault.startswith("Auditors!B2")
    assert not found.register


@pytest.mark.parametrize("stands", ["Ada Auditor <ada.auditor@wexcombe.example>", "<ada.auditor@wexcombe.example>",
                                    "mailto:ada.auditor@wexcombe.example", "Ada.Auditor@wexcombe.example;",
                                    "ada.auditor@wexcombe.example (Ada Auditor)"])  # fmt: skip
def test_an_address_may_be_written_as_a_mail_program_does(stands: str) -> None:
    found = of_one(person=colleague(Address=stands))
    assert open_and_quiet(found)
    assert found.register[0].person.email == "ada.auditor@wexcombe.example"


# ---------------------------------------------------------------------------------------- two whom nobody knows

MAY_BE_ONE = (
    ("Tom Manager", "Thomas Manager"), ("T. Manager", "Tom Manager"), ("tom.manager@wexcombe.example", "Tom Manager"),
    ("W Worker", "Wes Worker"), ("Bill Worker", "William Worker"), ("Wes Worker", "Wes Werker"),
    ("Jo Boss / Wes Worker", "Wes Worker"), ("Jo van der Berg", "Jo Vanderberg"), ("Kim Le Roy", "Kim Leroy"),
    ("Ana Kılıç", "Ana Kilic"), ("Manager, Tom", "tom.manager@wexcombe.example"), ("Kate Worker", "Katherine Worker"),
)  # fmt: skip


@pytest.mark.parametrize(("one", "other"), MAY_BE_ONE)
@pytest.mark.parametrize("title", ["Practitioner", "Team Manager"])
def test_two_of_no_register_who_may_be_one_are_taken_for_one(title: str, one: str, other: str) -> None:
    for stands, manager in ((one, other), (other, one)):
        found = of_one(child(**{title: stands}), colleague(**{"Line manager": manager}))
        assert not found.may()
        the_same = one == "Ana Kılıç"
        assert the_same or found.said or found.eligible().doubtful_people()


TWO = (
    ("Tom Manager", "Bea Manager"), ("Wes Worker", "Wes Bond"), ("Jo Smith", "Al Smith"), ("Tom Manager", "Jo Boss"),
    ("Tom Manager <tom.manager@wexcombe.example>", "Thomas Manager <thomas.manager@wexcombe.example>"),
    ("Worker 1", "Worker 2"), ("Kim Le Roy", "Sam Leroy"),
)  # fmt: skip


@pytest.mark.parametrize(("one", "other"), TWO)
def test_two_of_no_register_with_other_names_or_addresses_are_two(one: str, other: str) -> None:
    found = of_one(child(Practitioner=one), colleague(**{"Line manager": other}))
    if "1" not in one:
        assert open_and_quiet(found)
    else:
        assert not found.eligible().doubtful_people()


@pytest.mark.parametrize("other", ["Thomas Manager", "Tamsin Manager"])
def test_of_two_who_may_be_one_it_is_asked_and_never_said_that_they_are(other: str) -> None:
    found = of_one(child(Practitioner="Tom Manager"), colleague(**{"Line manager": other}))
    (said,) = found.eligible().doubtful_people()
    assert said.startswith(
        f"“Tom Manager” and “{other}”: the names do not tell whether these are one person or two."
    )
    assert "by one name where they are one, by an address beside both where they are two" in said
    assert not found.may()
    two = ("Tom Manager <tom.manager@wexcombe.example>", f"{other} <other.manager@wexcombe.example>")
    assert open_and_quiet(of_one(child(Practitioner=two[0]), colleague(**{"Line manager": two[1]})))


# ------------------------------------------------------------------------------------------------------- whatever

PIECES = (
    "Ada", "Auditor", "Wes", "Worker", "(", ")", "[", "]", "/", "-", "–", ",", ";", "née", "was", "covered by", "<",
    ">", "@", "\n", ".", ":", "left", "FSP", "&", "'", "“", "ı", "", "é", "1", WES, "ada.auditor@wexcombe.example",
)  # fmt: skip


def test_a_name_that_is_written_out_is_never_passed_over_whatever_stands_beside_it() -> None:
    chance = random.Random(17)
    kids = []
    for n in range(600):
        words = [chance.choice(PIECES) for _ in range(chance.randint(1, 7))]
        words.insert(chance.randrange(len(words) + 1), "Ada Auditor")
        kids.append(child(30_000 + n, Practitioner=" ".join(words)))
    found = Read(kids, [colleague()])
    faults = " ".join(found.book.faults)
    eligible = found.eligible()
    for n, (work, kid) in enumerate(zip(eligible.given.works, kids, strict=True)):
        assert eligible.why_not(work, Part.AUDITOR, 0) or f"Children!D{n + 2}:" in faults, kid


def test_a_letter_tells_of_a_second_name_in_a_whole_sentence_without_the_names_that_stand_there() -> None:
    found = Read([child(Practitioner="Wes Worker (covered by Ada Auditor)")], [colleague()])
    (note,) = (n for n in found.book.notes if "besides" in n)
    assert without_the_cell(note) == (
        "Children!D2: what stands there names, or may name, Ada Auditor besides, and counts as meaning them too. Write "
        "one name alone there; whoever else has to do with a child stands under Also involved."
    )
