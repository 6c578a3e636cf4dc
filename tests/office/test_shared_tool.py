"""The audit tool as one document in the library: linked to, worked in together, and read from there when finished."""

from __future__ import annotations

import re
from html import escape, unescape
from typing import Any
from urllib.parse import quote

import pytest
from forms import filled
from people_at_work import Buttons
from small_council import REF
from tenant import Door

from bot.daily_run.report import Report

PLACE = f"Returned audits/FSP, March 2026/{REF}/{REF} Ada Auditor.docx"


class Sharing(Buttons):
    def look(self, day: str, hour: str = "08:00", **more: Any) -> Report:
        return self.run(day, hour, audit_tool_by="link", **more)

    def _item(self, more: str) -> str:
        settings = self.door.settings
        return f"/sites/{settings.site_host}:{settings.site_path}:/drive/root:/{quote(PLACE)}{more}"

    def tool(self) -> bytes:
        return self.door.graph.get_bytes(self._item(":/content"))

    def write(self, **answers: Any) -> None:
        """Auditor and practitioner fill the document in where it lies."""
        self.ask("POST", "/clock", {"now": "2026-03-16T07:00:00+00:00"})
        self.door.graph.put(self._item(":/content"), filled(self.tool(), **answers))

    def address(self) -> str:
        (letter,) = [
            d for d in self.door.tenant.deliveries(html=True)
            if f"Audit {REF}: yours to carry out" in d["subject"]
        ]  # fmt: skip
        found = re.search(r'href="(https://[^"]*)"[^>]*>Open the form', letter["html"])
        assert found
        return unescape(found[1])


@pytest.fixture
def council(door: Door) -> Sharing:
    return Sharing(door)


def test_the_people_of_the_row_get_a_link_to_one_document_and_no_file(council: Sharing) -> None:
    council.look("2026-03-02")
    launch = [d for d in council.door.tenant.deliveries(html=True) if REF in d["subject"]]
    assert len(launch) == 3
    assert not any(d["attachments"] for d in launch)
    assert all(escape(council.address()) in d["html"] for d in launch)
    assert council.tool().startswith(b"PK")


def test_what_people_wrote_in_it_is_never_written_over(council: Sharing) -> None:
    council.look("2026-03-02")
    council.write(grade="Good")
    before = council.tool()
    council.look("2026-03-18")  # the reminder links to it as well
    assert council.tool() == before


def test_an_auditor_who_presses_return_the_audit_has_returned_it(council: Sharing) -> None:
    council.look("2026-03-02")
    council.write(grade="Good")
    subject, body = council.click("Ada Auditor", f"Audit {REF}: yours to carry out", "Return the audit")
    assert council.address() in body
    council.says("Ada Auditor", subject, body, on="2026-03-16")
    assert council.look("2026-03-16", "10:05").letters["moderation requested"] == 1
    assert council.row()["Auditor's grade"] == "Good"


def test_an_ordinary_message_with_our_own_link_counts_as_well(council: Sharing) -> None:
    council.look("2026-03-02")
    council.write(grade="Good")
    council.says("Ada Auditor", f"My audit {REF}", f"All done now: {council.address()}", on="2026-03-16")
    council.look("2026-03-16", "10:05")
    assert council.row()["Auditor's grade"] == "Good"


@pytest.mark.parametrize(
    "link",
    [
        "https://elsewhere.example/Returned%20audits/form.docx",
        "https://wexcombe.sharepoint.example/:w:/s/audit/Ea1b2c3",
    ],
)
def test_no_other_link_is_followed(council: Sharing, link: str) -> None:
    council.look("2026-03-02")
    council.write(grade="Good")
    council.says("Ada Auditor", f"My audit {REF}", f"All done now: {link}", on="2026-03-16")
    report = council.look("2026-03-16", "10:05")
    assert not council.row()["Auditor's grade"]
    assert report.questions == 1


def test_only_the_auditors_word_makes_it_a_return(council: Sharing) -> None:
    council.look("2026-03-02")
    council.write(grade="Good")
    council.says("Pru Practitioner", f"Audit {REF}, completed", "It is finished.", on="2026-03-16")
    assert council.look("2026-03-16", "10:05").questions == 1
    assert not council.row()["Auditor's grade"]


def test_a_document_nobody_has_written_in_is_no_return(council: Sharing) -> None:
    council.look("2026-03-02")
    council.says("Ada Auditor", f"Audit {REF}, completed", "It is finished.", on="2026-03-16")
    report = council.look("2026-03-16", "10:05")
    assert report.questions == 1
    assert not council.row()["Auditor's grade"]


def test_a_restricted_audit_has_neither_file_nor_link(council: Sharing) -> None:
    council.ask("PATCH", "/lists/Audit allocations/1", {"Restricted": True})
    council.look("2026-03-02")
    letters = [d for d in council.door.tenant.deliveries(html=True) if REF in d["subject"]]
    assert letters
    assert not any(d["attachments"] or "Open the form" in d["html"] for d in letters)


def test_attachment_stays_the_way_of_a_council_that_says_nothing(council: Sharing) -> None:
    council.run("2026-03-02")
    assert council.form().startswith(b"PK")
