"""What people may do to the columns of their lists: rename, delete, make anew, give another type. Nothing goes out that
a column stood against, and what they call a column is what they read of it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, cast

import pytest
from people import AUDIT_TEAM, MARCH, ROLES, audit, book, day, keys, person
from small_council import Council as TenantsCouncil
from small_council import digest
from tenant import Door
from test_lists import AUDIT, Site, said

from bot.errors import SettingsError
from bot.office.graph import Graph
from bot.office.lists.allocation_list import AllocationList
from bot.office.lists.lists_file import ListNames
from bot.office.sign_in import signed_in
from bot.papers.letters.audit_words import AuditSeen
from bot.programme.history.history import History, history_of
from bot.programme.list_columns import Kind, renaming
from bot.programme.planning.planner import plan
from bot.programme.standing.actions import WriteRow
from bot.programme.standing.council import Basis, Council
from bot.programme.standing.protection import PROTECTING, protected, protection_seen
from bot.programme.vocabulary import Allocation, Grade
from bot.programme.working_days import WorkingDays
from sandbox.tenant.seeding import ADMINISTRATOR

NOW = datetime(2026, 3, 3, 8, tzinfo=UTC)
LOOKS = count()  # each look is a moment of its own
LOSSES = ("missing", "renamed", "of another type", "twice there")


def without(column: str, how: str) -> Site:
    """A site whose allocation list has lost a column in one of the ways in which people lose one."""
    if how == "of another type":
        kind = PROTECTING[word_of(column)].kind
        return Site(kinds={column: "text" if kind is Kind.PERSON else "person"})
    if how == "twice there":
        return Site(more_columns=[{"name": f"{column}0", "displayName": column, "text": {}}])
    site = Site()
    given = site._columns

    def columns(path: str) -> list[dict[str, Any]]:
        kept = [c for c in given(path) if c["displayName"] != column or "allocations" not in path]
        return (
            [*kept, {"name": column, "displayName": f"{column} (old)", "text": {}}]
            if how == "renamed"
            else kept
        )

    site._columns = columns  # type: ignore[method-assign]
    return site


def word_of(title: str) -> str:
    return next(word for word, column in PROTECTING.items() if column.title == title)


def plans(council: Council, on: str = "Tue 3 Mar 2026", history: History | None = None) -> list[str]:
    basis = Basis(book(), WorkingDays(()), keys, AUDIT_TEAM)
    planned = plan(day(on), council, history or history_of(()), basis)
    return [letter.rule.id for letter in planned.letters if letter.reference == "FSP-2026-03-001"]


# -------------------------------------------------------------------------------------------- a protection that is lost


@pytest.mark.parametrize("how", LOSSES)
@pytest.mark.parametrize("column", [column.title for column in PROTECTING.values()])
def test_a_protecting_column_that_cannot_be_read_stops_every_row_and_is_named(column: str, how: str) -> None:
    reading = without(column, how).read()
    (row,) = reading.council.allocations
    assert f"“{column}” cannot be read" in said(reading)
    assert "lists.toml" in said(reading), "and the digest says how to mend it"
    assert row.not_understood
    usual = audit(confirmed_on=day("Wed 25 Feb 2026"))
    assert plans(Council([MARCH], ROLES, [usual]))
    assert not plans(Council([MARCH], ROLES, [replace(usual, not_understood=row.not_understood)]))


def test_while_nobody_knows_which_records_are_locked_every_record_is() -> None:
    (row,) = without("Restricted", "renamed").read().council.allocations
    assert row.restricted


def test_a_column_of_people_about_nobody_s_safety_may_be_lost_without_stopping_anything() -> None:
    (row,) = without("Outcome type", "missing").read().council.allocations
    assert not row.not_understood


@pytest.mark.parametrize("word", ["Locked", "See note", "?"])
def test_a_cell_of_restricted_that_says_neither_yes_nor_no_stops_the_row_and_locks_it(word: str) -> None:
    reading = Site(kinds={"Restricted": "text"}, audit={**AUDIT, "Restricted": word}).read()
    (row,) = reading.council.allocations
    assert row.restricted
    assert row.not_understood
    assert "“Restricted” says something else than Yes, No." in said(reading)


@pytest.mark.parametrize("column", ["Hold until", "Exempted on", "Declared invalid on"])
@pytest.mark.parametrize("words", ["next week", "2206-03-02T00:00:00Z"])
def test_a_protecting_date_that_is_none_stops_the_row(column: str, words: str) -> None:
    (row,) = Site(kinds={column: "text"}, audit={**AUDIT, column: words}).read().council.allocations
    assert row.not_understood


# ------------------------------------------------------------ protection outlives its column


BOTH = dict.fromkeys(PROTECTING, "id-1")
PROTECTED_BY: dict[str, Any] = {
    "restricted": True,
    "withdrawn": True,
    "hold_until": date(2026, 4, 1),
    "hold_why": "A complaint",
    "hold_letters": ("skip Audit reminder", "Weekly picture until 18 March"),
    "exempted_by": person("Ori Otherservice"),
    "exempted_on": date(2026, 3, 2),
    "declared_invalid_on": date(2026, 3, 2),
    "final_grade": Grade.INADEQUATE,
}


def seen(row: Allocation, history: History, **ids: str | None) -> tuple[Allocation, str]:
    """The row after a look at a list whose columns have these ids (None: lost), and what is told; remembered after."""
    protecting = {word: i for word, i in {**BOTH, **ids}.items() if i}
    found = protected(Council([MARCH], ROLES, [row], (), protecting), history)
    now = NOW + timedelta(minutes=next(LOOKS))
    history.take(protection_seen(found, history, now, date(2026, 3, 3)))
    return found.council.allocations[0], " ".join(problem.what for problem in found.problems)


def test_every_protecting_column_is_tried_here() -> None:
    assert PROTECTED_BY.keys() == PROTECTING.keys()


ALSO: dict[str, dict[str, Any]] = {
    "exempted_by": {"exempted_on": date(2026, 3, 2)},
    "exempted_on": {"exempted_by": person("Ori Otherservice")},
    "hold_letters": {"hold_letters": ("skip Audit allocated",)},
}
"""What some of them say only together with another cell, or of a letter of that day."""


@pytest.mark.parametrize("word", PROTECTED_BY)
def test_what_a_protecting_column_says_keeps_something_from_being_sent_or_named(word: str) -> None:
    """Code of its own does that, which `protects=True` does not write: see the docstring of `Column`."""
    said = {word: PROTECTED_BY[word], **ALSO.get(word, {})}

    def sent(row: Allocation) -> tuple[object, ...]:
        council = Council([MARCH], ROLES, [row])
        return plans(council), AuditSeen.of(row).mosaic_number

    usual = audit(confirmed_on=day("Wed 25 Feb 2026"))
    stands = replace(usual, **said)
    assert sent(stands) != sent(usual), f"nothing follows from {said}: make it hold back, as `left_out` does"


def test_the_ledger_remembers_of_a_hold_that_there_is_a_reason_and_not_what_it_says() -> None:
    council = Council([MARCH], ROLES, [audit(hold_why="Robin's mother has complained")], (), BOTH)
    history = history_of(())
    (event,) = protection_seen(protected(council, history), history, NOW, date(2026, 3, 3))
    assert "hold_why" in str(event.data)
    assert "Robin" not in str(event.data)


@pytest.mark.parametrize("word", PROTECTED_BY)
def test_what_was_protected_yesterday_is_protected_today_though_its_column_is_gone_or_new(word: str) -> None:
    stands, bare = audit(**{word: PROTECTED_BY[word]}), audit()
    history = history_of(())
    seen(stands, history)
    for ids in ({word: None}, {word: "id-2"}, {word: None}, {word: "id-3"}):
        row, told = seen(bare, history, **ids)
        assert getattr(row, word) == (PROTECTED_BY | {"hold_why": "filled in"})[word]
        assert ("was made anew" in told) == (ids[word] is not None)


@pytest.mark.parametrize("word", PROTECTED_BY)
def test_what_protected_a_row_protects_it_when_it_is_deleted_and_entered_again_without(word: str) -> None:
    stands, bare = audit(**{word: PROTECTED_BY[word]}), audit(row_id="3")
    history = history_of(())
    seen(stands, history)
    for _ in range(2):
        row, told = seen(bare, history)
        assert getattr(row, word) == (PROTECTED_BY | {"hold_why": "filled in"})[word]
        assert "in a row that was entered again" in told
    seen(audit(row_id="3", **{word: PROTECTED_BY[word]}), history)
    row, told = seen(bare, history)
    assert (getattr(row, word), told) == (getattr(bare, word), "")


@pytest.mark.parametrize("word", PROTECTED_BY)
def test_a_person_says_otherwise_by_emptying_the_cell_in_the_column_in_which_it_stood(word: str) -> None:
    stands, bare = audit(**{word: PROTECTED_BY[word]}), audit()
    history = history_of(())
    seen(stands, history)
    row, told = seen(bare, history)
    assert (getattr(row, word), told) == (getattr(bare, word), "")
    seen(stands, history, **{word: "id-2"})
    row, told = seen(bare, history, **{word: "id-2"})
    assert (getattr(row, word), told) == (getattr(bare, word), "")


def test_a_look_at_rows_without_protection_leaves_nothing_in_the_ledger() -> None:
    found = protected(Council([MARCH], ROLES, [audit()], (), BOTH), history_of(()))
    assert not protection_seen(found, history_of(()), NOW, date(2026, 3, 3))


# ------------------------------------------------------------------------------------------------- the names of columns


def test_a_column_with_another_name_in_the_file_is_read_written_and_spoken_of_by_that_name() -> None:
    file = Path(__file__).parents[2] / "config/lists.toml"
    config = file.read_text(encoding="utf-8").replace('= "Confirmed on"', '= "Agreed on"')
    config = config.replace('= "Next step"', '= "What next"')
    site = Site(kinds={}, audit={**AUDIT, "Agreed on": "2026-02-25T10:00:00Z"})
    given = site._columns
    site._columns = lambda path: [  # type: ignore[method-assign]
        {**c, "name": new, "displayName": new}
        for c in given(path)
        for new in [{"Confirmed on": "Agreed on", "Next step": "What next"}.get(c["name"], c["name"])]
    ]
    lists = AllocationList(cast(Graph, site), "x", "/sites/audit", config)
    (row,) = lists.read().council.allocations
    assert row.confirmed_on == date(2026, 2, 25)
    ours = "Head of Service confirms the list; then enter “Confirmed on”."
    lists.write([WriteRow("1", "1", "e", {"next_step": ours})])
    assert site.audit["What next"] == "Head of Service confirms the list; then enter “Agreed on”."
    (row,) = lists.read().council.allocations
    assert row.written["next_step"] == ours, "what stands there is what was meant, so it is not written again"
    assert lists.as_called("Please enter “Confirmed on”.") == "Please enter “Agreed on”."


def test_names_that_changed_places_are_each_called_by_their_own() -> None:
    swapped = renaming({"Note": "Hold why", "Hold why": "Note"})
    assert swapped("“Note” and “Hold why”, not Note") == "“Hold why” and “Note”, not Note"
    assert renaming({"Auditor's Head of Service": "Auditor's HoS"})("“Auditor&#x27;s Head of Service”") == (
        "“Auditor&#x27;s HoS”"
    )


def test_a_word_left_out_of_the_file_has_the_name_we_give_it() -> None:
    assert ListNames("").renamed() == {}
    assert ListNames('[audit_allocations.columns]\nrestricted = "Locked"').renamed() == {
        "Restricted": "Locked"
    }


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('[audit_allocations.columns]\nrestrictd = "R"', "did you mean “restricted”?"),
        ('[audit_allocations.bot_columns]\nstatuss = "R"', "did you mean “status”?"),
        ("[audit_allocations.columns]\nrestricted = 3", "restricted must be the name of a column"),
        ('[audit_allocations.columns]\nrestricted = ""', "restricted must be the name of a column"),
        (
            '[audit_allocations.columns]\nrestricted = "Withdrawn"',
            "two words stand for one column “Withdrawn”",
        ),
        ('[audit_alocations]\nlist = "X"', "there is no list [audit_alocations]"),
        ('[audit_roles]\nlist = ""', "[audit_roles] list must be the name of a list"),
        ("[audit_roles]\ncolumns = 3", "[audit_roles.columns] must be a part of its own"),
        ("audit_roles = 3", "[audit_roles] must be a part of its own"),
        ('[audit_roles]\ncolums = "X"', "did you mean “columns”?"),
        ("[audit_roles", "“[audit_roles” is no head of a part"),
    ],
)
def test_a_slip_in_the_file_of_the_lists_is_refused_in_a_sentence(text: str, what: str) -> None:
    with pytest.raises(SettingsError) as refused:
        ListNames(text)
    assert what in str(refused.value)


# ------------------------------------------------------------------------------------------------------- in a tenant


@pytest.fixture
def tenants_council(door: Door) -> TenantsCouncil:
    return TenantsCouncil(door)


COLUMNS = "/sites/{host}:/sites/audit:/lists/Audit allocations/columns"


def test_a_locked_record_stays_locked_whatever_befalls_its_column(tenants_council: TenantsCouncil) -> None:
    council = tenants_council
    settings = council.door.settings.tenant.model_copy(update={"client_id": ADMINISTRATOR})
    account = signed_in(settings)
    graph = Graph(account.connection, account.protocol.service_url, sleep=council.door.naps)
    path = COLUMNS.format(host=council.door.settings.site_host)

    def locked() -> str:
        columns = graph.get(path)["value"]
        return f"{path}/{next(str(c['id']) for c in columns if c['displayName'] in ('Restricted', 'Locked'))}"

    council.ask("PATCH", f"/lists/Audit allocations/{council.row()['id']}", {"Restricted": True})
    council.run("2026-02-24")  # seen, and nothing is due
    graph.patch(locked(), {"displayName": "Locked"})
    council.run("2026-03-02")
    assert not council.received("Ada Auditor"), "nobody knows which records are locked"
    assert "“Restricted” cannot be read" in digest(council)
    graph.patch(locked(), {"displayName": "Restricted"})
    council.run("2026-03-03")
    assert council.received("Ada Auditor")
    graph.delete(locked())
    graph.post(path, {"name": "Restricted", "displayName": "Restricted", "boolean": {}})
    council.run("2026-03-04")
    assert "“Restricted” was made anew, and is empty where something stood: FSP-2026-03-001." in digest(
        council
    )
    account.connection.close()
    told = [d["html"] for d in council.door.tenant.deliveries(html=True)]
    assert not [letter for letter in told if "Robin Example1" in letter or "1000001" in letter]


def test_lists_that_are_as_they_were_are_read_and_not_taken_apart_again() -> None:
    site = Site(kinds={}, audit={**AUDIT})
    lists = AllocationList(
        cast(Graph, site),
        "x",
        "/sites/audit",
        (Path(__file__).parents[2] / "config/lists.toml").read_text("utf-8"),
    )
    first = lists.read()
    assert lists.read() is first
    site.audit["Confirmed on"] = "2026-02-26T10:00:00Z"
    (row,) = lists.read().council.allocations
    assert row.confirmed_on == date(2026, 2, 26), "what was edited meanwhile counts"
