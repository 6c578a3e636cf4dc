"""Whoever is not the person has no effect: no row, no file, no letter more, less or later; and a person hears of it.

For everything that may come through the door (`things`) and every false sender (`false_senders`), the world with the
forgeries is laid beside the world without them (`judged`). What the bot does not yet keep out stands in not_yet.toml.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from false_senders import KINDS, SHORT
from forms import filled
from judged import NOT_YET, Stage, effects, known, senders
from office import LOOK, Office, Thing, attached, council, seed_with_strangers
from tenant import email
from test_daily_run import REF
from things import ADA, CASES, HAL, MO, PRU, SUBJECT, Case, launched, report

import sandbox
from bot.office.isolated_reader import close

pytestmark = pytest.mark.slow

SHORT_CASES = [case for case in CASES if case.short]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with sandbox.run(seed_with_strangers()) as tenant:
        yield Stage(tenant, tmp_path_factory.mktemp("stage"))
    close()


def _judge(stage: Stage, case: Case, among: Iterable[str]) -> None:
    """All at once, but for those of whom an effect is known."""
    of_all, by_name = known(case)
    found = stage.effects(case, [kind for kind in senders(case, among) if kind not in by_name])
    assert {effect: words for effect, words in found.items() if effect not in of_all} == {}
    assert of_all - found.keys() == set(), "no longer so: take it out of not_yet.toml"


@pytest.mark.parametrize("case", SHORT_CASES, ids=lambda case: case.name)
def test_what_most_often_comes_from_a_false_sender_has_no_effect_and_is_named(
    stage: Stage, case: Case
) -> None:
    _judge(stage, case, SHORT)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_nothing_from_any_false_sender_has_an_effect_and_all_is_named(stage: Stage, case: Case) -> None:
    assert len(KINDS) >= 20
    _judge(stage, case, KINDS)
    if by_name := senders(case, sorted(known(case)[1])):
        assert stage.effects(case, by_name), "no longer so: take it out of not_yet.toml"


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(known(CASES[0])[1]))
def test_each_sender_known_by_name_still_has_an_effect(stage: Stage, kind: str) -> None:
    assert stage.effects(CASES[0], [kind]), "no longer so: take it out of not_yet.toml"


@pytest.mark.slow
@pytest.mark.parametrize("case", [c for c in CASES if c.works], ids=lambda case: case.name)
def test_from_the_right_person_it_has_an_effect(stage: Stage, case: Case) -> None:
    """Otherwise the tests above could not fail."""
    found = effects(stage.without(case), stage.play(case, (), right=True))
    assert found.keys() & {"row", "letter kept back", "letter caused", "file"}


def test_every_known_failure_is_of_a_case_and_a_sender_there_is() -> None:
    for each in NOT_YET.get("forgery", ()):
        assert each["cases"] == "all" or set(each["cases"]) <= {case.name for case in CASES}
        assert each["senders"] == "all" or set(each["senders"]) <= set(KINDS)
        assert each["why"]


# ------------------------------------------------------------------------------------------- one forgery, and after it


@pytest.fixture
def office(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with council(stage.running, tmp_path_factory.mktemp("office")) as found:
        yield found


def test_one_forged_report_silences_nobody(office: Office) -> None:
    """It names everybody of the audit, as an outsider who has seen one letter can write it."""
    launched(office)
    for thing in report("NDR", "failed", ADA, MO, PRU)(office)[:1]:
        named = "".join(f"<p>{email(n)}</p>" for n in (ADA, MO, PRU, "Tia Manager", HAL, "Ori Otherservice"))
        thing.message["html"] += named
        forged = office.post(thing.forged("outside, with the right From"), "2026-03-04T07:00")
    office.runs("2026-03-04")
    assert office.folder_of(forged) == LOOK
    data = filled(office.form(), grade="Inadequate")
    office.post(
        {"from": email(ADA), "subject": SUBJECT, "attachments": attached(f"{REF}.docx", data)},
        "2026-03-04T09:00",
    )
    office.runs("2026-03-04 10:00")
    for person in (PRU, "Tia Manager", HAL):
        assert any("please read today" in subject for subject in office.received(person)), person
    assert any("ready for you to moderate" in subject for subject in office.received(MO))


@pytest.mark.parametrize(
    "kind",
    [
        "outside, with the right From",
        *(pytest.param(kind, marks=pytest.mark.slow) for kind in ("a guest", "a domain that looks alike")),
    ],
)
def test_an_honest_form_counts_and_the_forged_one_before_it_stays_named_until_settled(
    office: Office, kind: str
) -> None:
    launched(office)
    form = office.form()
    thing = Thing(
        "form",
        ADA,
        {
            "subject": SUBJECT,
            "html": "",
            "attachments": attached(f"{REF}.docx", filled(form, grade="Outstanding")),
        },
    )
    forged = office.post(thing.forged(kind), "2026-03-04T07:00")
    office.runs("2026-03-04")
    honest = {**thing.message, "attachments": attached(f"{REF}.docx", filled(form, grade="Good"))}
    office.post({"from": email(ADA), **honest}, "2026-03-04T09:00")
    office.runs("2026-03-04 10:00")
    assert office.row()["Auditor's grade"] == "Good"
    for day in ("2026-03-05", "2026-03-06"):
        office.runs(day)
        assert office.folder_of(forged) == LOOK, day
        told = office.digest().casefold()
        assert "ada.auditor" in told or "ada auditor" in told, day
    assert office.row()["Auditor's grade"] == "Good"
