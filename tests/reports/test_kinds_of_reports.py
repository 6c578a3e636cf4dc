"""Each report has one record, and each duty of the guide that ends in a report has the report that carries it."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from zipfile import ZipFile

import pytest

from bot.cli.commands import REPORTS
from bot.daily_run.reports.material import Material, nothing_yet
from bot.daily_run.reports.templates import lays_out, places_of, template_of, templates_wrong
from bot.errors import SettingsError
from bot.programme.reports.cycle_record import CONCERNS
from bot.programme.reports.kinds import About, Made, with_templates
from bot.programme.reports.report import Audience, Report
from bot.programme.rulebook.rules import rulebook
from bot.settings import Files, Settings

ROOT = Path(__file__).parents[2]
BOOK = (ROOT / "config/rules.toml").read_text(encoding="utf-8")

CARRIED_BY: Mapping[str, tuple[Made, tuple[str, ...]]] = {
    "O61": (Made.HIGHLIGHT, ("the month in six lines", "moderation matrix", "lines of enquiry", "uopp meetings")),
    "O99": (Made.BOARD, ("escalations",)),
    "O100": (Made.BOARD, ("at a glance",)),
    "O101": (Made.BOARD, ("grades by cycle", "grades of all services")),
    "O102": (Made.BOARD, ("moderation matrix", "moderation in words")),
    "O103": (Made.BOARD, ("impact of the last cycle",)),
    "O104": (Made.BOARD, ("lines of enquiry", "dip samples", "write.why these lines")),
    "O105": (Made.BOARD, ("domain grades", "inspection headings", "write.strengths", "write.areas for development")),
    "O106": (Made.BOARD, ("themes", "write.systemic issues")),
    "O107": (Made.BOARD, ("feedback obtained", "write.what families said", "write.what practitioners said")),
    "O108": (Made.BOARD, ("actions agreed", "write.plan for improvement")),
    "O109": (Made.PRACTITIONERS, ("to celebrate", "strongest domains", "write.three to strengthen")),
    "O111": (Made.SELF_ASSESSMENT, ("what we know", "inspection headings")),
    "O121": (Made.IMPACT, ("re-audits", "before and after", "moves")),
    "O124": (Made.BOARD, ("grades by cycle", "impact of the last cycle")),
    "O125": (Made.IMPACT, ("what the tenth suggests", "four months", "write.reasons")),
}  # fmt: skip
"""A duty -> the report that carries it, and the places in which it does."""


@cache
def settings() -> Settings:
    files = {word: (ROOT / "config" / field.default).resolve() for word, field in Files.model_fields.items()}
    return Settings.model_construct(files=Files(**files), small_numbers_below=5)


@cache
def nothing() -> Material:
    return nothing_yet(settings())


def shown(made: Made) -> set[str]:
    """The tags and titles of a shipped template."""
    with ZipFile(io.BytesIO(template_of(made, settings().files))) as file:
        page = file.read("word/document.xml").decode()
    return {
        *re.findall(r'<w:tag w:val="([^"]+)"', page),
        *re.findall(r'<wp:docPr [^>]*title="([^"]+)"', page),
    }


def obligations() -> dict[str, str]:
    page = (ROOT / "docs/obligations.md").read_text(encoding="utf-8")
    return {f"O{n}": where for n, where in re.findall(r"^\| O(\d+) \| .+ \| (.*) \|$", page, re.M)}


def named_there(where: str) -> set[str]:
    return {
        name
        for part in where.split("; ")
        if part.startswith("report")
        for name in part.partition(": ")[2].split(", ")
    }


@pytest.mark.parametrize("duty", CARRIED_BY)
def test_a_duty_that_ends_in_a_report_has_its_places_in_the_report_and_in_its_template(duty: str) -> None:
    made, places = CARRIED_BY[duty]
    assert made.value in named_there(obligations()[duty])
    own = {place for place in places if not place.startswith("write.")}
    assert own <= places_of(made, nothing()), "the bot fills it"
    assert set(places) <= shown(made), "the shipped template has a place for it"


def test_concerns_about_an_auditors_work_have_their_register_in_the_restricted_record() -> None:
    assert named_there(obligations()["O56"]) == {Made.RECORD.value}
    assert Made.RECORD.kind.audience is Audience.AUDIT_TEAM
    assert CONCERNS == "Concerns"


def test_every_report_named_on_the_page_of_duties_exists_and_every_duty_of_a_report_names_it() -> None:
    where = obligations()
    assert set[str]().union(*map(named_there, where.values())) <= {made.value for made in Made}
    for made in Made:
        for duty in made.kind.duties:
            carries = {*named_there(where[duty]), *_of_its_rules(where[duty])}
            assert made.value in carries, (
                f"{duty} is carried by {made}, which docs/obligations.md does not say"
            )


def _of_its_rules(where: str) -> set[str]:
    """What is made by the daily run and by an attachment: the scorecard with its letter, the dashboards of the day."""
    return {
        *(["scorecard"] if "monthly scorecard" in where else []),
        *(["dashboard"] if "weekly picture" in where else []),
    }


def test_no_duty_is_left_for_later_but_the_one_that_is_none() -> None:
    page = (ROOT / "docs/obligations.md").read_text(encoding="utf-8")
    assert [
        line.split(" | ")[0] for line in page.splitlines() if "not yet" in line and line.startswith("| O")
    ] == []


@pytest.mark.parametrize("made", [m for m in Made if m.kind.made_by], ids=str)
def test_what_lays_a_report_out_is_there(made: Made) -> None:
    assert callable(lays_out(made))


@pytest.mark.parametrize("made", with_templates(), ids=str)
def test_a_report_of_a_cycle_in_which_nothing_has_happened_can_be_made(made: Made) -> None:
    found = lays_out(made)(replace(nothing(), audience=made.kind.audience))
    assert isinstance(found, Report)
    assert found.audience is made.kind.audience


def test_nothing_is_wrong_with_the_templates_that_come_with_the_bot() -> None:
    assert [*templates_wrong(settings())] == []


@pytest.mark.parametrize(
    ("made", "place", "misspelt"),
    [
        (Made.HIGHLIGHT, "moderation matrix", "moderation matrx"),
        (Made.PACK, "what happened", "what hapened"),
    ],
    ids=["a report", "the pack"],
)
def test_a_figure_misspelt_in_a_template_is_named_with_the_nearest_right_one(
    tmp_path: Path, made: Made, place: str, misspelt: str
) -> None:
    before = template_of(made, settings().files)
    wrong, right = (f'"{each}"'.encode() for each in (misspelt, place))
    changed = io.BytesIO()
    with ZipFile(io.BytesIO(before)) as old, ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(right, wrong))
    (tmp_path / f"{made.kind.template}.docx").write_bytes(changed.getvalue())
    mine = settings().model_copy(update={"files": settings().files.model_copy(update={"reports": tmp_path})})
    (fault,) = templates_wrong(mine)
    assert f"{made.kind.template}.docx: The place “{misspelt}”" in fault
    assert f"did you mean “{place}”" in fault


@pytest.mark.parametrize(
    "name", ["highlight_report.dotx", "Highlight_report.docm", "highlight_report (1).docx"]
)
def test_a_template_under_another_name_is_not_passed_over_in_silence(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"theirs")
    mine = settings().model_copy(update={"files": settings().files.model_copy(update={"reports": tmp_path})})
    (fault,) = templates_wrong(mine)
    assert fault == (
        f"{tmp_path / name} is not used: save it as Word Document (*.docx) under the name highlight_report.docx."
    )
    (tmp_path / "highlight_report.docx").write_bytes(template_of(Made.HIGHLIGHT, settings().files))
    assert [*templates_wrong(mine)] == [], "a copy beside the template is nobody's matter"


def test_the_command_line_knows_every_report_by_its_word() -> None:
    assert set(REPORTS) == {made.kind.word for made in Made} | {"all", "numbers"}
    assert len({made.kind.title for made in Made}) == len(Made)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (BOOK.replace('makes  = "board report"', 'makes  = "bord report"'), "did you mean “board report”"),
        (BOOK.replace('makes  = "board report"', 'makes  = "scorecard"'), "is about a month; the rule is about a"),
    ],
)  # fmt: skip
def test_a_rule_that_makes_what_it_cannot_is_refused_in_a_sentence(text: str, what: str) -> None:
    with pytest.raises(SettingsError, match=what):
        rulebook(text)


def test_reports_are_made_for_the_audit_team_alone_to_finish() -> None:
    """Who gets the letter about a draft runs the programme: no service is told anything before a person has read it."""
    team = {"audit team", "quality assurance audit officer", "audit officer"}
    for rule in rulebook(BOOK).rules:
        if rule.makes:
            assert {role.value for role in (*rule.to, *rule.cc)} <= team, rule.id
            assert all(made.kind.about is About.CYCLE for made in rule.makes)
