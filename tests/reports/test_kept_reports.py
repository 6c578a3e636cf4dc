"""What was told outside about a cycle is known by the files in its folder, whatever people made of their names."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import cast

import pytest

from bot.daily_run.reports.kept_reports import keep, told_outside
from bot.daily_run.workplace import Workplace
from bot.errors import RequestRefused
from bot.office.library import KeptFile
from bot.programme.reports.kinds import Made

FOUND = "What our audits found"
MAY = date(2026, 5, 29)


def told(*names: str) -> list[tuple[date, Made]]:
    """Each was put there a minute before the next."""
    files = [SimpleNamespace(name=name, created=f"2026-05-29T10:{n:02}:00Z") for n, name in enumerate(names)][
        ::-1
    ]
    workplace = SimpleNamespace(
        settings=SimpleNamespace(library_folder="Returned audits"),
        library=SimpleNamespace(inside=lambda _place: files),
    )
    return [(paper.day, paper.made) for paper in told_outside(cast("Workplace", workplace), "A cycle")]


@pytest.mark.parametrize(
    "name",
    [
        "What our audits found, as at 2026-05-29.docx",
        "What our audits found, as at 2026-05-29 (3).docx",
        "What our audits found, as at 2026-05-29.pdf",
        "What our audits found, as at 2026-05-29 FINAL signed.docx",
        "Copy of What our audits found, as at 2026-05-29.docx",
        "WHAT OUR AUDITS FOUND, as at 2026-05-29 - v2.docx",
    ],
)
def test_a_paper_for_outside_counts_as_told_under_whatever_its_name_became(name: str) -> None:
    assert told(name) == [(MAY, Made.PRACTITIONERS)]


def test_what_is_for_the_service_and_the_board_is_told_outside_only_where_its_name_says_so() -> None:
    inside = "Report to the CSCIB, as at 2026-05-29.docx"
    first, second = (f"Report to the CSCIB (to pass on), as at 2026-05-29{n}.docx" for n in ("", " (2)"))
    assert told(inside) == []
    assert told(inside, first, second) == [(MAY, Made.BOARD)]


def test_papers_are_known_in_the_order_in_which_they_were_put_there_whatever_their_day() -> None:
    names = (
        "What our audits found, as at 2026-05-29.docx",
        "Audit Highlight report (to pass on), as at 2026-05-29.docx",
        "Extract for the self-assessment, as at 2026-03-31.docx",
        "What our audits found, as at 2026-05-29 (2).docx",
    )
    assert told(*names) == [
        (MAY, Made.PRACTITIONERS), (MAY, Made.HIGHLIGHT), (date(2026, 3, 31), Made.SELF_ASSESSMENT),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "name", ["Minutes, as at 2026-05-29", "What our audits found", "What our audits found, as at 2026-02-30"]
)
def test_a_file_of_another_name_or_without_a_day_tells_nothing(name: str) -> None:
    assert told(f"{name}.docx") == []


class Shelf:
    """A library in which somebody takes a name just before the bot does."""

    def __init__(self, **taken_meanwhile: bytes) -> None:
        self.files: dict[str, bytes] = {}
        self.taken_meanwhile = {name.replace("_", " "): data for name, data in taken_meanwhile.items()}

    def look(self, place: tuple[str, ...]) -> KeptFile | None:
        return KeptFile(place[-1], "", "", place[-1]) if place[-1] in self.files else None

    def fetch(self, file_id: str) -> bytes:
        return self.files[file_id]

    def store(self, place: tuple[str, ...], data: bytes) -> KeptFile:
        name = place[-1]
        if theirs := self.taken_meanwhile.pop(name, None):
            self.files[name] = theirs
            raise RequestRefused("taken", status=409)
        self.files[name] = data
        return KeptFile(name, "", "", name)


def test_a_report_whose_name_was_taken_meanwhile_lies_beside_the_other_and_neither_is_lost() -> None:
    shelf = Shelf(Report=b"theirs")
    kept = keep(b"ours", ("Reports", "Report"), cast("Workplace", SimpleNamespace(library=shelf)))
    assert shelf.files == {"Report": b"theirs", kept.name: b"ours"}
