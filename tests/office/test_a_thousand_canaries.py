"""A thousand canaries in every field of every form and every row: none sings where it is not meant to."""

from __future__ import annotations

import io
import logging
import re
import zipfile
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from a_thousand import AGAIN, FULL, HELD, INADEQUATE, played, seed
from reports.recount.canaries import Canaries
from reports.recount.singing import Sighting, singing

import sandbox
from bot.cli import main
from bot.papers.reports.pack_file import pack_faults
from bot.programme.reports.kinds import Made

pytestmark = pytest.mark.slow

TODAY = ("--today", "2026-05-04")
RESTRICTED = {Made.RECORD.kind.title, Made.TO_CLEAR.kind.title}
"""For the Audit Team alone: they hold the words of forms."""
PACKS = {FULL: 6, INADEQUATE: 4, HELD: 0}
"""The audits of which a pack is asked for, and how many documents came about each."""
OF_A_LETTER = re.compile(r"^person |^\S+ (Mosaic number|Team)$")
"""What letters tell the people of an audit: who has which part in it, its team, the number that finds the record."""
TOLD_TO_THE_TEAM = re.compile(r"^person |^\S+ Services involved$")
"""What the digest and the run's report tell: who works here, and which service of a row has no address yet."""


@dataclass
class Heard:
    """All that there is on 4 May to listen to. `where` tells of each canary the field; `attachments` are those of the
    bot's letters: mailbox and subject, name, content; `files` lie in the bot's own folder."""

    where: Mapping[str, str]
    letters: list[dict[str, Any]]
    attachments: list[tuple[str, str, bytes]]
    rows: list[dict[str, Any]]
    printed: dict[str, str]
    library: dict[str, bytes] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    def told(self, sightings: list[Sighting]) -> list[str]:
        """The field from which each came, and where it was seen; a piece of a word comes from all that begin so."""
        return sorted(
            f"{field}: {seen}" for seen in sightings for field in self._fields(seen.word.casefold())
        )

    def _fields(self, word: str) -> list[str]:
        whole = [self.where[word]] if word in self.where else []
        return whole or [field for each, field in self.where.items() if each.startswith(word)] or ["?"]

    def out(self, folder: str) -> dict[str, bytes]:
        """What the command line put into a folder."""
        return {n.partition("/")[2]: data for n, data in self.files.items() if n.startswith(f"{folder}/")}


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> Heard:
    return all_there_is(tmp_path_factory.mktemp("a thousand"))


def all_there_is(folder: Path) -> Heard:
    canaries, log = Canaries(), io.StringIO()
    told, people = seed(canaries)
    handler = logging.StreamHandler(log)
    logging.getLogger().addHandler(handler)
    with sandbox.run(told) as tenant, pytest.MonkeyPatch.context() as patch:
        tenant.ask("POST", "/clock", {"now": "2026-03-02T08:00:00+00:00"})
        tenant.ask("POST", "/settings", {"latency_ms": 0, "token_seconds": 3599})
        tenant.ask("POST", "/behaviours", {"sending rate": False})
        season = played(tenant, folder, canaries, people)
        patch.setattr("bot.cli.at_workplace.load", lambda _path: season.settings)
        patch.chdir(folder)
        printed = _commands()
        letters = [d for d in tenant.deliveries(html=True) if d["sender"] == tenant.mailbox]
        found = Heard(
            canaries.where, letters, [*season.attachments()], season.rows(),
            printed | {"runs": "\n".join(season.printed), "log": log.getvalue()}, season.library(),
        )  # fmt: skip
    logging.getLogger().removeHandler(handler)
    found.files = {str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*") if f.is_file()}
    return found


def _commands() -> dict[str, str]:
    """Every report, inside and outside, into a folder and into the library; every number; packs. What was printed."""
    asked = [
        "all", "all --out drafts", "all --outside --out drafts", "scorecard --out drafts", "dashboard --out drafts",
        "numbers", "numbers --json", *(f"pack {ref} --out packs" for ref in PACKS),
    ]  # fmt: skip
    printed = {}
    for words in asked:
        said = io.StringIO()
        with redirect_stdout(said), redirect_stderr(said):
            main(["report", *words.split(), *TODAY])
        printed[words] = said.getvalue()
    return printed


def test_there_are_a_thousand_of_them_and_each_lies_in_a_form_or_in_a_row(heard: Heard) -> None:
    assert len(heard.where) > 1000
    forms = [data for path, data in heard.library.items() if path.endswith(".docx")]
    inside = {s.word.casefold() for data in forms for s in singing(data)}
    rows = {s.word.casefold() for s in singing(str(heard.rows))}
    assert len(inside & set(heard.where)) > 1000
    assert rows & set(heard.where)


def test_every_report_of_the_register_was_made(heard: Heard) -> None:
    titles = {made.kind.title for made in Made if made is not Made.PACK}
    assert {
        title for title in titles if not [name for name in heard.out("drafts") if name.startswith(title)]
    } == set()
    outside = {made.kind.title for made in Made if made.kind.also_outside}
    assert {
        t for t in outside if [n for n in heard.out("drafts") if n.startswith(t) and "(to pass on)" in n]
    } == outside
    assert len(heard.out("packs")) == len(PACKS)


def test_no_report_but_those_of_the_audit_team_tells_a_word_of_a_form_of_a_row_or_of_a_person(
    heard: Heard,
) -> None:
    sung = {name: singing(data, name) for name, data in heard.out("drafts").items()}
    for title in RESTRICTED:
        assert any(found for name, found in sung.items() if name.startswith(title)), title
    wrong = {
        name: heard.told(found)
        for name, found in sung.items()
        if found and not name.startswith((*RESTRICTED,))
    }
    assert wrong == {}


def test_nothing_in_the_library_sings_but_forms_and_what_is_for_the_audit_team(heard: Heard) -> None:
    wrong = {}
    for path, data in heard.library.items():
        assert singing(path) == [], path
        name = path.rpartition("/")[2]
        if "/FSP-2026-03-" in path or name.startswith((*RESTRICTED,)):
            continue
        if found := singing(data):
            wrong[path] = heard.told(found)
    assert wrong == {}


def test_the_record_tells_what_the_forms_say(heard: Heard) -> None:
    (name,) = [name for name in heard.out("drafts") if name.startswith(Made.RECORD.kind.title)]
    assert len({s.word for s in singing(heard.out("drafts")[name])}) > 300


def test_words_to_clear_name_no_child_of_the_list_and_nobody_who_works_with_one(heard: Heard) -> None:
    where = heard.where
    for name in (n for n in heard.out("drafts") if n.startswith(Made.TO_CLEAR.kind.title)):
        said = [where.get(s.word.casefold(), "?") for s in singing(heard.out("drafts")[name])]
        assert [
            each for each in said if re.search(r"^person |Child's name|Mosaic number|Date of birth", each)
        ] == []


def test_nothing_printed_or_logged_sings(heard: Heard) -> None:
    told = {what: heard.told(singing(text)) for what, text in heard.printed.items()}
    runs = [each for each in told.pop("runs") if not TOLD_TO_THE_TEAM.match(each.partition(":")[0])]
    assert runs == []
    assert {what: found for what, found in told.items() if found} == {}


def test_ledger_and_health_file_know_people_who_work_here_and_nobody_else(heard: Heard) -> None:
    own = {name: data for name, data in heard.files.items() if "/" not in name}
    assert own.keys() >= {"ledger.sqlite", "health.json"}
    assert singing(own["health.json"]) == []
    told = [each for data in own.values() for each in heard.told(singing(data))]
    assert [each for each in told if not each.startswith("person ")] == []


def test_letters_tell_who_has_which_part_and_the_number_that_finds_the_record_and_no_more(
    heard: Heard,
) -> None:
    wrong = {}
    for letter in heard.letters:
        names = " ".join(each["name"] for each in letter["attachments"])
        assert singing(f"{letter['subject']} {names}") == [], letter["subject"]
        told = heard.told(singing(letter["html"]))
        may = TOLD_TO_THE_TEAM if letter["to"] == [letter["sender"]] else OF_A_LETTER
        if found := [each for each in told if not may.match(each.partition(":")[0])]:
            wrong[letter["subject"]] = found
    assert wrong == {}


def test_a_form_goes_to_nobody_with_a_word_of_another_audit(heard: Heard) -> None:
    seen = 0
    for where, name, data in heard.attachments:
        own = _of(name)
        strange = [t for t in heard.told(singing(data)) if not t.startswith(("person ", *own))]
        assert strange == [], (where, name)
        seen += 1
    assert seen > 10


def _of(name: str) -> tuple[str, ...]:
    """The audits about the child of the one that a name tells; none for what is about no audit."""
    found = re.search(r"FSP-2026-03-\d{3}", name)
    return (FULL, AGAIN) if found and found[0] in (FULL, AGAIN) else (found[0],) if found else ()


def test_a_pack_holds_its_documents_and_no_word_of_another_child(heard: Heard) -> None:
    for reference, many in PACKS.items():
        data = heard.out("packs")[f"{reference} pack.zip"]
        assert pack_faults(io.BytesIO(data)) == []
        with zipfile.ZipFile(io.BytesIO(data)) as pack:
            names = pack.namelist()
            index = next(pack.read(name) for name in names if name.startswith("Audit trail"))
        assert len([name for name in names if name.startswith("documents/")]) == many, names
        assert heard.told(singing(index)) == [], "the index names nobody"
        words = re.sub(r"<[^>]+>", "", _document(index)).replace("&amp;", "&")
        went = [d["subject"] for d in heard.letters if f"Audit {reference}:" in d["subject"]]
        assert went
        assert [subject for subject in went if subject not in words] == [], "each letter stands in it"
        strange = [t for t in heard.told(singing(data)) if not t.startswith(("person ", *_of(reference)))]
        assert strange == [], reference


def _document(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as document:
        return document.read("word/document.xml").decode()


def test_a_pack_goes_nowhere_but_into_the_folder_it_was_asked_for(heard: Heard) -> None:
    assert [path for path in heard.library if "pack" in path.casefold()] == []
    assert [name for _, name, _ in heard.attachments if "pack" in name.casefold()] == []
    assert {n for n in heard.files if n.endswith(".zip")} == {f"packs/{ref} pack.zip" for ref in PACKS}


def test_the_site_says_of_people_only_what_people_need(heard: Heard) -> None:
    """The bot's own columns of the list, and its row of how it is."""
    for row in heard.rows:
        bots = " ".join(
            str(row.get(name) or "") for name in ("Status", "Next step", "Bot's note", "Last letter")
        )
        assert [each for each in heard.told(singing(bots)) if not each.startswith("person ")] == [], row[
            "Title"
        ]
