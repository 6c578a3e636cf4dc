"""The short season tells every story, its forms say what its diary says, and its numbers obey what numbers must."""

from __future__ import annotations

import json
from datetime import date

import pytest
from reports.recount.audits_as_at import GRADES
from reports.recount.recount import DOMAINS, FAMILY, MET, RAGS, Name, Number, recounted
from reports.recount.short_season import FIRST, LAST_DAY, SECOND, STORIES, Writer, short_season

from sandbox.play.cast.forms import all_answers_in

DAYS = (date(2026, 3, 13), date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30), LAST_DAY)
CYCLES = (FIRST, SECOND)
EVERY = [(cycle, day) for cycle in CYCLES for day in DAYS]


@pytest.fixture(scope="module", params=EVERY, ids=lambda p: f"{p[0].partition(',')[2].strip()} as at {p[1]}")
def numbers(request: pytest.FixtureRequest) -> dict[Name, Number]:
    cycle, day = request.param
    return recounted(short_season().truth, cycle, day)


def test_every_story_is_told_in_both_cycles() -> None:
    at = short_season().at(LAST_DAY)
    for month in ("03", "09"):
        found = {story: at[f"FSP-2026-{month}-{n:03}"] for n, story in STORIES.items()}
        assert {s: c.left_out for s, c in found.items() if c.left_out} == {
            "withdrawn": "withdrawn", "withdrawn once moderated": "withdrawn", "declared invalid": "declared invalid",
            "exempted": "exempted", "not released": "not released",
        }  # fmt: skip
        assert not found["never returned"].is_returned
        assert not found["not moderated"].is_moderated
        assert found["sent back by the Audit Team"].sent_back_by_the_team
        assert (
            found["sent back by the moderator"].returned_again > found["sent back by the moderator"].returned
        )
        assert (
            found["decided otherwise"].standing_grade == "Good" != found["decided otherwise"].moderated_grade
        )
        assert found["decided as it was"].is_decided
        assert found["disputed"].is_disputed
        assert not found["disputed"].is_decided
        assert found["Inadequate, decided from Good"].since > found["Inadequate, decided from Good"].moderated
        assert found["exempted, then given to somebody else"].is_returned
    again = [case for case in at.values() if case.kind == "Re-audit"]
    assert len(again) >= 2
    assert all(at[case.row["Earlier audit"]].is_below_good and case.is_moderated for case in again)


def test_what_people_write_varies_as_people_do() -> None:
    last = [recounted(short_season().truth, cycle, LAST_DAY) for cycle in CYCLES]
    both = {name: sum(numbers.get(name, 0) for numbers in last) for name in {*last[0], *last[1]}}
    for word in FAMILY:
        assert both["family", word], word
    for among, name in ((RAGS, "kloe"), (MET, "dip")):
        for word in among:
            assert sum(n for each, n in both.items() if each[0] == name and each[-1] == word), (name, word)
    assert sum(both["domain", d, "Not applicable"] for d in DOMAINS)
    assert sum(both["domain changed in moderation", d] for d in DOMAINS)
    assert both["moved", "up"]
    assert both["moved", "down"]
    assert 0 < both["actions", "with owner and day"] < both["actions", "agreed"]
    assert 0 < both["uopp", "held in time"] < both["uopp", "held"] < both["uopp", "needed"]
    assert both["practitioner", "obtained"] > 0


def test_forms_say_what_the_diary_says_and_the_diary_is_plain_data() -> None:
    season = short_season()
    for told, data in season.forms[::7]:
        assert all_answers_in(data) == told.answers
        assert told.answers["audit_ref"] == [told.about]
    assert json.loads(json.dumps(season.truth)) == season.truth
    kinds = {told.form for told, _ in season.forms}
    assert kinds == {"audit tool", "re-audit", "dip sample", "UoPP record", "dip audit"}


def test_the_same_numbers_give_the_same_season_and_another_seed_another() -> None:
    small = {"Full – Team Manager": 9}
    first, again, other = (Writer(small, 1, seed).season().truth for seed in (1, 1, 2))
    assert first == again
    assert first["written"] != other["written"]


def test_parts_add_up_to_their_whole(numbers: dict[Name, Number]) -> None:
    def under(*name: str) -> Number:
        return sum(n for each, n in numbers.items() if each[:-1] == name and each[-1] != "graded")

    n = numbers
    returned, moderated = n["return", "returned"], n["moderation", "moderated"]
    assert n["chosen",] == n["in play",] + under("left out")
    assert n["in play",] == returned + n["return", "open"]
    assert returned == under("auditor's grade") == moderated + n["moderation", "open"]
    assert moderated == under("moderated grade") == sum(under("matrix", grade) for grade in GRADES)
    assert moderated == n["moved", "up"] + n["moved", "down"] + n["moved", "unchanged"]
    assert moderated == n["moderation", "by due day"] + n["moderation", "late"]
    assert n["graded",] == n["good or better",] + n["below good",] == n["in play",] - n["ungraded",]
    assert returned == sum(n["family", word] for word in FAMILY)
    for domain in DOMAINS:
        assert under("domain", domain) == returned
        assert under("moderated domain", domain) == moderated
    for line in "123":
        assert sum(n["kloe", line, word] for word in (*RAGS, "not answered")) == returned
        assert sum(n["dip", line, word] for word in (*MET, "not answered")) == n["dip", line, "seen"]
    assert n["uopp", "needed"] == n["uopp", "held"] + n["uopp", "not held"] == n["below good",]
    steps = [number for name, number in n.items() if name[0] == "funnel"]
    assert steps == sorted(steps, reverse=True)
    assert (
        n["re-audit", "moderated"]
        == n["re-audit", "improved"] + n["re-audit", "same"] + n["re-audit", "worse"]
    )


def test_services_add_up_to_the_cycle() -> None:
    truth = short_season().truth
    heads = sorted({row["Head of Service"] for row in truth["rows"].values()})
    assert len(heads) == 2
    whole = recounted(truth, FIRST, LAST_DAY)
    parts = [
        recounted(truth, FIRST, LAST_DAY, lambda row, h=head: row["Head of Service"] == h) for head in heads
    ]  # type: ignore[misc]
    for name, number in whole.items():
        if name[0] not in ("auditors", "median working days", "re-audit"):
            assert number == sum(part.get(name, 0) for part in parts), name


def test_whoever_ticks_that_a_family_spoke_writes_down_what_was_said() -> None:
    for told, _ in short_season().forms:
        ticked = any(told.answers.get(tag) == ["x"] for tag in ("fam_child", "fam_parent", "fam_carer"))
        said = any(told.answers.get(tag, [""]) != [""] for tag in ("fb_child", "fb_family"))
        assert ticked == said, (told.about, told.form)
        if told.form == "re-audit":
            assert ticked == (told.answers["fb_family"] != [""]), told.about
