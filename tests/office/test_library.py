"""Returned audits in the document library: found by their ids, and sent on only as they were received."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from typing import Any, cast

import pytest
from forms import filled
from small_council import REF, Council
from word_files import TYPES, docx, p, t

from bot.errors import RequestRefused
from bot.office.graph import Graph
from bot.office.ledger import Ledger
from bot.office.library import Library
from bot.papers.forms.same_content import content_sha256
from bot.programme.events import Event, EventKind

IN_THE_BROWSER = (
    "https://wexcombe.sharepoint.com/sites/audit/_layouts/15/Doc.aspx?sourcedoc=%7B0F0A6F0E-7B1C%7D"
    "&file=FSP-2026-03-001%20auditor%201234abcd.docx&action=default&mobileredirect=true"
)


def with_properties(data: bytes) -> bytes:
    """As SharePoint gives a Word file back: the library's columns are properties of the document now."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != "docProps/custom.xml":
                new.writestr(name, old.read(name))
        new.writestr("docProps/custom.xml", "<Properties/>")
        new.writestr("customXml/item9.xml", "<p:properties xmlns:p='x'/>")
    return out.getvalue()


def returned(council: Council) -> bytes:
    """The auditor's form, which has come in and lies in the library; the letter with it has still to go."""
    council.ask("POST", "/clock", {"now": "2026-03-16T10:00:00+00:00"})
    form = filled(council.form(), grade="Requires Improvement")
    council.arrives("Ada Auditor", form)
    council.run("2026-03-16", "10:05", whole=False, safety="rehearse")
    return form


# -------------------------------------------------------------------------------------------- what a file says


def test_properties_that_a_library_writes_into_a_form_do_not_change_what_it_says() -> None:
    form = docx(p(t("Good")))
    assert with_properties(form) != form
    assert content_sha256(with_properties(form)) == content_sha256(form)


@pytest.mark.parametrize(
    "other",
    [docx(p(t("Inadequate"))), docx(p(t("Good")), word__media__a_dot_png=b"x"), b"no Word file"],
    ids=["another word", "a picture", "another kind of file"],
)
def test_whatever_a_reader_can_see_changes_what_a_form_says(other: bytes) -> None:
    assert content_sha256(other) != content_sha256(docx(p(t("Good"))))


def test_how_the_parts_are_written_down_does_not_change_what_a_form_says() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx(p(t("Good"))))) as old, zipfile.ZipFile(out, "w") as new:
        for name in reversed(old.namelist()):
            new.writestr(name, old.read(name).replace(b'encoding="UTF-8"', b"encoding='utf-8'"))
    assert content_sha256(out.getvalue()) == content_sha256(docx(p(t("Good"))))
    assert TYPES.startswith("<?xml")


# ------------------------------------------------------------------------------------------------ the files' ids


class Answers:
    """Graph, as it answers about one library whose files open in the browser."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def get(self, path: str) -> Any:
        return {"id": "b!1", "webUrl": "https://wexcombe.sharepoint.com/sites/audit/Shared%20Documents"}

    def put(self, path: str, data: bytes) -> Any:
        self.asked.append(path)
        return {"id": "01ABC", "eTag": '"{0F},1"', "webUrl": IN_THE_BROWSER}

    def get_bytes(self, path: str) -> bytes:
        self.asked.append(path)
        return b"form"


def library() -> tuple[Library, Answers]:
    answers = Answers()
    return Library(cast(Graph, answers), "/sites/x:/sites/audit:"), answers


def test_a_file_is_found_by_the_ids_of_its_drive_and_its_own() -> None:
    found, answers = library()
    kept = found.store(("Returned audits", "FSP, March 2026", REF, f"{REF} auditor 1234abcd.docx"), b"form")
    assert kept.id == "b!1/01ABC"
    assert kept.url.endswith("sourcedoc=%7B0F0A6F0E-7B1C%7D")  # short enough for a cell
    assert found.fetch(kept.id) == b"form"
    assert answers.asked[-1] == "/drives/b%211/items/01ABC/content"


def test_a_reference_with_a_slash_makes_no_folder() -> None:
    found, answers = library()
    found.store(("Returned audits", "FSP #1", "FSP/26/001", "FSP/26/001 auditor.docx"), b"form")
    place = answers.asked[0].partition("root:/")[2].partition(":/content")[0]
    assert place == "Returned%20audits/FSP%20%231/FSP_26_001/FSP_26_001%20auditor.docx"


@pytest.mark.parametrize(
    "url",
    [
        IN_THE_BROWSER,
        f"https://wexcombe.sharepoint.com/sites/audit/Shared%20Documents/Returned%20audits/C/{REF}/"
        "FSP-2026-03-001%20auditor%201234abcd.docx",
    ],
    ids=["as it opens in the browser", "as a path"],
)
def test_a_file_of_which_only_the_web_address_was_written_down_is_found(url: str) -> None:
    found, answers = library()
    assert (
        found.fetch_by_address(url, ("Returned audits", "C", REF, f"{REF} auditor 1234abcd.docx")) == b"form"
    )
    place = answers.asked[-1].partition("root:/")[2]
    assert place == f"Returned%20audits/C/{REF}/FSP-2026-03-001%20auditor%201234abcd.docx:/content"


def test_an_address_of_another_place_is_not_followed() -> None:
    found, answers = library()
    with pytest.raises(RequestRefused, match="not in the site"):
        found.fetch_by_address("https://example.org/_layouts/15/Doc.aspx?file=x.docx", ("Returned audits",))
    assert not answers.asked


# ----------------------------------------------------------------------------------------------------- sent on


def now_holds(council: Council, data: bytes | None) -> None:
    """Somebody writes over the form in the library, or deletes it."""
    (form,) = (e for e in events(council) if e.kind is EventKind.AUDIT_RETURNED)
    drive, _, item = str(form.data["file"]).partition("/")
    path = f"/drives/{drive}/items/{item}"
    if data is None:
        council.door.graph.delete(path)
    else:
        council.door.graph.put(f"{path}/content", data)


def events(council: Council) -> list[Event]:
    ledger = Ledger(council.door.settings.ledger)
    found = ledger.read()
    ledger.close()
    return found


def test_a_form_that_sharepoint_wrote_properties_into_goes_to_the_moderator(
    council: Council,
) -> None:
    now_holds(council, with_properties(returned(council)))
    before = len(council.received("Mo Moderator"))
    report = council.run("2026-03-17")
    assert report.letters["moderation requested"] == 1
    assert len(council.received("Mo Moderator")) > before


def test_a_form_that_was_changed_in_the_library_is_not_sent_on_and_told(
    council: Council,
) -> None:
    returned(council)
    now_holds(council, filled(council.form(), grade="Outstanding"))
    report = council.run("2026-03-17")
    assert report.letters["moderation requested"] == 0
    (told,) = (problem for problem in report.problems if "is not what was received" in problem.what)
    assert "Monday 16 March 2026" in told.what
    assert told.who == "the Audit Team"


def test_a_form_that_is_gone_from_the_library_is_told(
    council: Council,
) -> None:
    returned(council)
    now_holds(council, None)
    report = council.run("2026-03-17")
    assert report.letters["moderation requested"] == 0
    assert any("no longer where it was put" in problem.what for problem in report.problems)


def test_a_form_written_down_before_ids_were_kept_goes_to_the_moderator(
    council: Council,
) -> None:
    returned(council)
    url = f"sqlite:///{council.door.folder / 'of_former_days.sqlite'}"
    former = Ledger(url)
    for event in events(council):
        data = {word: value for word, value in event.data.items() if word not in ("file", "content_sha256")}
        former.append([replace(event, data=data)])
    former.close()
    council.door.settings = council.door.settings.model_copy(update={"ledger": url})
    assert council.run("2026-03-17").letters["moderation requested"] == 1


# ------------------------------------------------------------------------------------- a name that was taken meanwhile


class Taken(Answers):
    """Graph, where another has put a file under the name just before."""

    def __init__(self, there: bytes) -> None:
        super().__init__()
        self.there = there

    def get(self, path: str) -> Any:
        return {**super().get(path), "name": "there"}

    def put(self, path: str, data: bytes) -> Any:
        raise RequestRefused("taken", status=409, code="nameAlreadyExists")

    def get_bytes(self, path: str) -> bytes:
        return self.there


def store_where_there_is(there: bytes, data: bytes, **more: bool) -> str:
    taken = Library(cast(Graph, Taken(there)), "/sites/x:/sites/audit:")
    return taken.store(("Reports", "Report.docx"), data, **more).id


def test_a_file_whose_name_was_taken_meanwhile_is_not_taken_for_the_other() -> None:
    with pytest.raises(
        RequestRefused, match=r"another file is called “Report\.docx” there by now"
    ) as refused:
        store_where_there_is(docx(p(t("Theirs"))), docx(p(t("Ours"))))
    assert refused.value.status == 409


def test_a_file_that_lies_there_since_an_answer_was_lost_is_kept_once() -> None:
    ours = docx(p(t("Ours")))
    assert store_where_there_is(ours, ours) == "b!1/b!1"
    assert store_where_there_is(with_properties(ours), ours) == "b!1/b!1"
    assert store_where_there_is(b"edited since", ours, hash_in_name=True) == "b!1/b!1"
