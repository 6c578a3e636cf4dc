"""What is proposed, what is made and what is left to people: from a site's columns alone, without a site."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import pytest
from tenant import ROOT

from bot.office.lists.lists_file import LISTS, PEOPLES, ListNames, columns
from bot.papers.list_views import VIEWS, _quoted, files_of_views, format_of_a_grade, looks_of, query_of
from bot.programme.list_columns import Kind
from bot.programme.preparing.alike import encoded, same_name
from bot.programme.preparing.found import Found, FoundColumn, FoundList
from bot.programme.preparing.mapping import to_paste, with_names
from bot.programme.preparing.steps import Doing, NameToEnter, Preparation, preparation
from bot.programme.preparing.wanted import ALLOCATIONS, INDEXED, WantedList, wanted_list

NAMES = ListNames("")
WANTED = [wanted_list(p, NAMES.list(p), LISTS[p], columns(p).values(), NAMES.titles(p)) for p in LISTS]
USUAL = {part: {word: c.title for word, c in columns(part).items()} for part in LISTS}


def whole(wanted: WantedList) -> FoundList:
    """A list that is there just as it ought to be."""
    made = [
        FoundColumn(
            f"id-{c.word}", c.inner, c.title, frozenset({c.kind}), c.indexed,
            choices=c.choices if c.kind is Kind.CHOICE else None,
            looks_up="audit_cycles" if c.kind is Kind.ROW else "",
        )
        for c in wanted.columns
    ]  # fmt: skip
    return FoundList(wanted.part, wanted.name, wanted.name, tuple(made))


def after(title: str, *instead: FoundColumn) -> Preparation:
    """What there is to do where a column of the allocation list is gone and others stand there `instead`."""
    lists = [whole(each) for each in WANTED]
    left = tuple(c for c in lists[2].columns if c.title != title)
    lists[2] = replace(lists[2], columns=(*left, *instead))
    return preparation(WANTED, USUAL, Found(tuple(lists)), (), ())


def test_a_site_that_has_everything_needs_nothing() -> None:
    found = preparation(WANTED, USUAL, Found(tuple(map(whole, WANTED))), (), ())
    assert (found.steps, found.mappings, found.left) == ((), (), ())


@pytest.mark.parametrize(
    ("title", "other"),
    [
        ("Confirmed on", "Confirmed"),
        ("Confirmed on", "Date confirmed"),
        ("Child's name", "Name of the child"),
        ("Mosaic number", "MOSAIC Number"),
        ("Services involved", "Service involved"),
    ],
)
def test_the_same_words_are_proposed_whatever_their_order(title: str, other: str) -> None:
    kind = next(c.kind for c in WANTED[2].columns if c.title == title)
    found = after(title, FoundColumn("x", "field_1", other, frozenset({kind})))
    assert [(m.title, found.steps) for m in found.mappings] == [(other, ())]


@pytest.mark.parametrize("inner", ["HoldUntil", "Hold_x0020_until"])
def test_a_column_keeps_the_name_it_was_made_under_and_is_known_by_it(inner: str) -> None:
    found = after("Hold until", FoundColumn("x", inner, "Wait for", frozenset({Kind.DAY})))
    assert [(m.word, m.title) for m in found.mappings] == [("hold_until", "Wait for")]


@pytest.mark.parametrize(
    "other",
    [
        FoundColumn("x", "field_1", "Confirmed", frozenset({Kind.TEXT})),
        FoundColumn("x", "field_1", "Confirmed by", frozenset({Kind.DAY})),
        FoundColumn("x", "field_1", "Not confirmed on", frozenset({Kind.DAY})),
        FoundColumn("x", "field_1", "Confirmed", frozenset({Kind.DAY}), writable=False),
    ],
)
def test_what_is_not_plainly_the_same_is_not_taken_for_it(other: FoundColumn) -> None:
    found = after("Confirmed on", other)
    assert found.mappings == ()
    assert [step.doing for step in found.steps] == [Doing.COLUMN]


def test_of_two_that_may_be_it_a_person_chooses_and_none_is_made() -> None:
    day = frozenset({Kind.DAY})
    found = after(
        "Confirmed on", FoundColumn("x", "a", "Confirmed", day), FoundColumn("y", "b", "Date confirmed", day)
    )
    assert (found.steps, found.mappings, len(found.left)) == ((), (), 1)
    assert "“Confirmed” and “Date confirmed”" in found.left[0].what


def test_an_index_is_made_only_where_the_type_is_right() -> None:
    plain = FoundColumn("x", "Status", "Status", frozenset({Kind.TEXT}))
    assert [s.doing for s in after("Status", plain).steps] == [Doing.INDEX]
    wrong = FoundColumn("x", "Status", "Status", frozenset({Kind.DAY}))
    assert after("Status", wrong).steps == ()


def test_a_choice_said_at_greater_length_is_not_added_again() -> None:
    grades = ("Outstanding", "Good", "requires improvement to be good")
    found = after(
        "Final grade", FoundColumn("x", "F", "Final grade", frozenset({Kind.CHOICE}), choices=grades)
    )
    assert [step.choices for step in found.steps] == [(*grades, "Inadequate")]


def test_words_that_are_indexed_are_columns_and_no_more_than_a_list_may_have() -> None:
    for part, words in INDEXED.items():
        assert part not in LISTS or set(words) <= set(columns(part))
        assert len(words) <= 20


def test_names_of_columns_made_here_are_short_plain_and_each_its_own() -> None:
    for wanted in WANTED:
        inner = [column.inner for column in wanted.columns]
        assert len({name.casefold() for name in inner}) == len(inner)
        assert all(name.isascii() and name.isalnum() and len(name) <= 32 for name in inner)


def test_only_the_named_lines_of_lists_toml_change() -> None:
    text = (ROOT / "config/lists.toml").read_text(encoding="utf-8")
    names = [
        NameToEnter("audit_roles", "list", "Who is who", ""),
        NameToEnter("audit_allocations.bot_columns", "bots_note", 'The bot\'s "word"', ""),
    ]
    changed = with_names(text, names)
    differing = [b for a, b in zip(text.split("\n"), changed.split("\n"), strict=True) if a != b]
    assert differing == [
        'list = "Who is who"',
        'bots_note = "The bot\'s \\"word\\""                         # text',
    ]
    assert ListNames(changed).titles("audit_allocations")["bots_note"] == 'The bot\'s "word"'


def test_a_file_that_says_little_gets_the_part_it_lacks() -> None:
    name = NameToEnter("audit_cycles.columns", "kloes", "Questions", "")
    changed = with_names('[audit_roles]\nlist = "Roles"\n', [name])
    assert tomllib.loads(changed)["audit_cycles"]["columns"] == {"kloes": "Questions"}
    assert ListNames(changed).list("audit_roles") == "Roles"
    assert to_paste([name]) == ["[audit_cycles.columns]", 'kloes = "Questions"']


def test_names_are_the_same_by_their_words_and_never_for_want_of_any() -> None:
    assert same_name("Audit cycles", "audit cycle")
    assert same_name("Auditor's Head of Service", "Head of Service of the auditor")
    assert not same_name("", "of the")
    assert not same_name("Head of Service", "Auditor's Head of Service")
    assert encoded("Return for rectification by") == "Return_x0020_for_x0020_rectifica"


def test_a_view_shows_twelve_people_and_lookups_at_most_and_names_columns_there_are() -> None:
    known = columns(ALLOCATIONS)
    for view in VIEWS:
        kinds = [known[word].kind for word in view.columns]
        assert sum(kind in (Kind.PERSON, Kind.PEOPLE, Kind.ROW) for kind in kinds) <= 12
        assert view.where.count("<And>") == view.where.count("</And>")


def test_a_view_goes_by_the_names_sharepoint_has_for_the_columns() -> None:
    inner = {word: f"X{n}" for n, word in enumerate(columns(ALLOCATIONS))}
    week = next(view for view in VIEWS if view.name == "This week")
    assert f'<FieldRef Name="{inner["audit_due"]}"/>' in query_of(week, inner)
    assert "{" not in query_of(week, inner)
    del inner["uopp_due"]
    assert "<Where>" not in query_of(week, inner), "half a question is not asked"


def test_a_list_called_with_an_apostrophe_does_not_end_the_script() -> None:
    assert _quoted("The council's") == "'The council''s'"
    titles = {word: c.title for word, c in columns(ALLOCATIONS).items()}
    looks = looks_of({w: w for w in titles}, titles)
    files = files_of_views("The council's", looks, "https://a.example/sites/audit")
    assert "-List 'The council''s'" in files["views.ps1"]
    assert "Auditor's grade" in files["where_to_put_them.md"]


def test_grades_have_the_colours_of_the_reports() -> None:
    ground = format_of_a_grade()["style"]["background-color"]
    assert "if(@currentField == 'Inadequate', '#B5403C'" in ground
    assert "'Requires Improvement to be Good', '#F2C14E'" in ground
    assert PEOPLES[ALLOCATIONS]["final_grade"].choices
