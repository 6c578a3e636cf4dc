"""What comes from outside and is no audit of ours is copied nowhere, acted on nowhere, answered never."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from forms import filled
from judged import NOT_YET
from office import Office, attached, council, seed_with_strangers
from tenant import ROOT, email
from test_daily_run import REF
from word_files import docx, p, packed, t

import sandbox
from bot.office.isolated_reader import close

pytestmark = pytest.mark.slow

JsonObject = dict[str, Any]
PDF = b"%PDF-1.7\n" + b"% Spring newsletter\n" * 500
TOOL = (ROOT / "docx_templates/audit_tool.docx").read_bytes()
STRANGERS = filled(TOOL, grade="Good", audit_ref="XYZ-2025-01-001", mosaic="9999999")


def word(n: int) -> bytes:
    """A Word file that has nothing to do with audits, of a size of its own."""
    held = io.BytesIO(docx(p(t("Win a cruise: fill in and return this form today."))))
    with zipfile.ZipFile(held, "a") as package:
        package.comment = b"." * n
    return held.getvalue()


def _files(
    subject: str, *files: tuple[str, bytes], sender: str = "news@elsewhere.example", **more: Any
) -> JsonObject:
    attachments = [each for name, data in files for each in attached(name, data)]
    return {"from": sender, "subject": subject, "html": "<p>Dear colleague, please see attached.</p>",
            "attachments": attachments, **more}  # fmt: skip


OUTSIDE: dict[str, JsonObject] = {
    "spam with a Word file": _files("Your invoice", ("invoice.docx", word(1))),
    "spam in Junk": _files("Your invoice", ("invoice.docx", word(2)), folder="junkemail"),
    "spam in a folder of the team's": _files("Your invoice", ("invoice.docx", word(3)), folder="archive"),
    "a newsletter with a PDF": _files("Spring newsletter", ("newsletter.pdf", PDF)),
    "an archive": _files("Documents", ("scan.zip", packed({"a.docx": word(4)}))),
    "a message in a message": _files(
        "FW: Documents", ("mail.eml", b"Subject: x\r\nContent-Type: text/plain\r\n\r\nhello\r\n")
    ),
    "a spreadsheet": _files("Figures", ("figures.xlsx", packed({"xl/workbook.xml": "<workbook/>"}))),
    "a picture": _files("Photo", ("photo.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 5_000)),
    "an audit form of another council": _files("Audit", ("audit.docx", STRANGERS)),
    "a form like ours, left blank": _files("Audit tool", ("audit_tool.docx", TOOL)),
    "a Word file in the name of an auditor": _files(
        "Something", ("some.docx", word(5)), sender=email("Ada Auditor"),
        headers=[["X-MS-Exchange-Organization-AuthAs", "Anonymous"]],
    ),
    "ten files": _files("Ten", *((f"{n}.docx", word(10 + n)) for n in range(10))),
}  # fmt: skip


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, dict[str, str]]]:
    """All of it on Tuesday morning, and two days after; each by its Message-ID."""
    with (
        sandbox.run(seed_with_strangers()) as tenant,
        council(tenant, tmp_path_factory.mktemp("outside")) as office,
    ):
        office.runs("2026-03-02")
        sent = {name: office.post(message, "2026-03-03T07:00") for name, message in OUTSIDE.items()}
        office.runs("2026-03-03", "2026-03-03 09:00", "2026-03-04")
        yield office, sent
    close()


def _known(name: str) -> bool:
    return any(name in each["cases"] for each in NOT_YET.get("outside", ()))


@pytest.mark.parametrize("name", OUTSIDE)
def test_nothing_of_it_is_copied_to_the_library(played: tuple[Office, dict[str, str]], name: str) -> None:
    office, _ = played
    ours = {len(each["base64"]) * 3 // 4 - each["base64"].count("=") for each in OUTSIDE[name]["attachments"]}
    copied = [f["path"] for f in office.ask("GET", "/files") if f["size"] in ours]
    assert bool(copied) == _known(name), (
        copied or f"“{name}” is no longer copied: take it out of not_yet.toml"
    )


def test_nobody_is_answered_and_no_row_says_anything_of_it(played: tuple[Office, dict[str, str]]) -> None:
    office, _ = played
    readers = {reader for d in office.door.tenant.deliveries() if d["sender"] == office.door.tenant.mailbox
               for reader in (*d["to"], *d["cc"])}  # fmt: skip
    assert {r for r in readers if not r.endswith("@wexcombe.example")} == set()
    for row in office.ask("GET", "/lists/Audit allocations")["rows"]:
        assert not row.get("Auditor's grade")
        assert not row.get("Audit returned on")


def test_an_honest_return_is_copied(played: tuple[Office, dict[str, str]]) -> None:
    """What the tests above look for can be seen."""
    office, _ = played
    form = attached(f"{REF}.docx", filled(office.form(), grade="Good"))
    returned = {"from": email("Ada Auditor"), "subject": f"RE: Audit {REF}", "attachments": form}
    office.post(returned, "2026-03-04T09:00")
    before = len(office.ask("GET", "/files"))
    office.runs("2026-03-04 10:00")
    assert len(office.ask("GET", "/files")) > before
