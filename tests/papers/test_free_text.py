"""What people write into the list leaves without anything that could tell which child it is."""

from __future__ import annotations

from datetime import date

import pytest
from people import audit

from bot.papers.letters.data_minimisation import carries, suspects
from bot.papers.letters.free_text import Children, without_identifiers
from bot.papers.letters.letter_words import identifiers

ROWS = [
    audit(1, child_name="Robin Example-Smith", mosaic_number="1234567", date_of_birth=date(2012, 5, 14)),
    audit(2, child_name="Zoë O'Neil", mosaic_number="76543", date_of_birth=date(2015, 6, 1)),
    audit(3, child_name="May Okafor", mosaic_number="AB-99", date_of_birth=None),
]


@pytest.mark.parametrize(("note", "left"), [
    ("Robin's plan is thin.", "… plan is thin."),
    ("EXAMPLE, robin: see 1234567", "…: see …"),
    ("Mosaic 1234 567 and 123-4567", "Mosaic … and …"),
    ("As with 76543 (Zoe).", "As with … (…)."),
    ("Ask about O’Neil and Smith", "Ask about … and …"),
    ("Born 14/5/2012, 14.05.12, 14th May 2012, May 14, 2012 or 2012-05-14", "Born … or …"),
    ("DoB 14052012", "DoB …"), ("DoB 1 June 2015", "DoB …"),
    ("May was seen; it may be late", "… was seen; it may be late"),
    ("AB-99 is not this child", "… is not this child"),
    ("The visit of 3 May with May Okafor", "The visit of 3 May with …"),
    ("R.E.-S. and M. O. say so; ask R. E. Khan", "… and … say so; ask R. E. Khan"),
    ("Okafor, May; Smith Robin", "…; …"),
    ("DoB 2012/05/14, 20120514, 5/14/2012, 14 May 12, 14th of May, 2012", "DoB …"),
    ("A sibling is 9000101", "A sibling is …"),
    ("From robinsmith@x.example, SMITHRobin or zoe.oneil@x.example", "From …@x.… or …@x.…"),
    ("DoB 14/May/2012, 14 05 2012, 2012 May 14, May 2012, the 14th, 14.5.’12 or 1 14-05-2012", "DoB … or 1 …"),
    ("Robin_Example_2012-05-14.docx", "…_…_….docx"), ("Zoe ONeil and Robin ExampleSmith", "… and …"),
    ("Ro\u200bbin and Zo\u00ade and 12\u200b34567", "… and … and …"),
])  # fmt: skip
def test_no_name_number_or_birthday_of_any_child_leaves_in_a_note(note: str, left: str) -> None:
    assert without_identifiers(note, ROWS) == left


@pytest.mark.parametrize("note", [
    "The grade is not borne out by the analysis.", "Return it by 17/3/2026, please.",
    "Domains 3, 4 and 12 lack evidence.", "99 visits are missing.",
    "See FSP-2026-03-001, page 2.", "", "Ring 4 times. 50 % of the visits in 2026 are missing.",
])  # fmt: skip
def test_what_names_no_child_stays_as_it_was_written(note: str) -> None:
    assert without_identifiers(note, ROWS) == note


def test_a_name_with_its_accent_written_apart_is_left_out() -> None:
    children = Children([audit(1, child_name="Amélie Quenabrook")])
    assert children.left_out("Ame\u0301lie was seen.") == "… was seen."


@pytest.mark.parametrize("reference", ["FSP-202603014", "FSP-20260314a", "A_1234567"])
def test_a_reference_stays_whatever_number_stands_in_it(reference: str) -> None:
    children = Children([audit(1, reference=reference, mosaic_number="1234567")])
    assert children.left_out(f"Audit {reference}: see {reference.upper()}.") == (
        f"Audit {reference}: see {reference.upper()}."
    )
    assert children.left_out("B-202603014, 1234567") == "B-…"


def test_a_letter_that_does_not_name_the_record_may_not_carry_its_number() -> None:
    assert "1234567" in identifiers(ROWS[0], names_the_record=False)
    assert "1234567" not in identifiers(ROWS[0], names_the_record=True)
    assert "1234567" in identifiers(audit(restricted=True), names_the_record=True)


def test_words_of_every_sentence_are_no_name_by_themselves() -> None:
    children = Children(
        [audit(1, child_name="Unborn baby of An Quenabrook", mosaic_number="", date_of_birth=None)]
    )
    assert children.left_out("An audit of one baby is due. No baby of Quenabrook's.") == (
        "An audit of one baby is due. No baby of …."
    )
    assert children.left_out("Unborn baby of An Quenabrook is well.") == "… is well."


def test_a_colleague_is_named_although_a_child_shares_a_part_of_the_name() -> None:
    children = Children(ROWS, ["May Hussain", "Ada Robin"])
    assert children.left_out("May Hussain asks Robin about May Okafor.") == "May Hussain asks Robin about …."


@pytest.mark.parametrize(
    "said",
    ["Robin Example-Smith", "EXAMPLE-SMITH, Robin", "Smith Robin", "R.E.S. is seen",
     "R.E. is seen", "14 May 2012", "2012/05/14", "14.5.12",
     "Rоbin Ехample-Smith", "Ρobin Example Smith".replace("Ρ", "R"), "Ｒobin Smith", "Robbin Smith",
     "Robin Examplle-Smith",
     "born 14052012", "<b>Robin</b> <i>Example</i>-Smith", "May 14, 2012", "mailto:x?subject=Smith%20Robin"],
)  # fmt: skip
def test_no_letter_carries_a_childs_name_in_any_order_nor_a_day_of_birth_in_any_writing(said: str) -> None:
    forbidden = identifiers(ROWS[0], names_the_record=True)
    text = f'<p>Please see: {said}.</p><a href="{said}">x</a>'
    assert carries(text, forbidden)
    assert carries(text, suspects(text, "", forbidden))


@pytest.mark.parametrize("written", ["P.S. Please ring.", "I.T. has been told", "P. S.: ring"])
def test_a_child_whose_initials_are_an_abbreviation_costs_nobody_a_letter(written: str) -> None:
    for name in ("Pat Sims", "Ira Thorn"):
        assert not carries(written, identifiers(audit(1, child_name=name), names_the_record=True))


def test_initials_in_a_letters_own_text_are_nobodys() -> None:
    forbidden = identifiers(ROWS[0], names_the_record=True)
    assert "R.E." not in {each.upper() for each in suspects("Ada Auditor", "see the r e form", forbidden)}
    assert "r.e." in suspects("R.E. is seen", "", forbidden)


def test_a_reference_is_no_date_of_birth() -> None:
    row = audit(1, reference="FSP-2012-05-14", child_name="Robin Smith", date_of_birth=date(2012, 5, 14))
    forbidden = identifiers(row, names_the_record=True)
    assert not carries("Audit FSP-2012-05-14", forbidden, [row.reference])
    assert carries("Audit FSP-2012-05-14, born 2012-05-14", forbidden, [row.reference])
    assert Children([row]).left_out("See FSP-2012-05-14.docx") == "See FSP-2012-05-14.docx"
    assert Children([row]).left_out("FSP-2012-05-14 of 14.5.12") == "FSP-2012-05-14 of …"


def test_a_name_in_letters_that_look_alike_or_with_other_doubled_letters_is_left_out() -> None:
    rows = [
        audit(1, child_name="Hannah Quenabrook"),
        audit(2, child_name="Роbin Okafor"),
        audit(3, child_name="Анна Нова"),
    ]
    children = Children(rows, ["Emmma Sanders"])
    assert children.left_out("Hanah, Hannnah and Quennabrook") == "… and …"
    assert children.left_out("Нannah, Quеnаbrook and Pobin, ｈａｎｎａｈ") == "… and …"
    assert children.left_out("АННА НОВА and Анна") == "… and …"
    assert children.left_out("Emma Sanders asks Ann about the manner of it") == (
        "Emma Sanders asks Ann about the manner of it"
    )


@pytest.mark.parametrize(
    "said",
    [
        "Robin",
        "Please look at 14 May 2013",
        "R. E. S. Khan",
        "R.E.S. Khan",
        "e.g. r.e.",
        "See example 12, 14 and 20",
        "FSP-2012-05-014",
    ],
)
def test_a_letter_may_say_what_names_no_child(said: str) -> None:
    assert not carries(f"<p>{said}</p>", identifiers(ROWS[0], names_the_record=True))
