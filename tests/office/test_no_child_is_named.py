"""A child's name, date of birth and Mosaic number stand nowhere but in the list, the forms and the letters that name
the record: not in subjects, bodies, digests, receipts, reasons, the ledger, names of files, what is printed or written
down."""

from __future__ import annotations

import base64
import json
import re
import sqlite3
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from forms import filled
from small_council import REF, Council
from tenant import Door, Naps, email, settings_for, small_seed

import sandbox
from bot.daily_run.attended import attended
from bot.office.graph import Graph
from bot.office.sign_in import signed_in
from bot.papers.letters.free_text import Children
from bot.programme.vocabulary import Allocation, AuditType

CHILDREN = [
    ("Zylphi Quenabrook", "9310007", date(2008, 3, 14)), ("Quara Draxoham", "9310020", date(2009, 8, 21)),
    ("Vexru Ythuwick", "9310033", date(2010, 11, 2)), ("Oxindel Ulmiby", "9310046", date(2011, 1, 30)),
    ("Fyzz Gloretow", "9310059", date(2012, 6, 5)), ("Tazz Pellaford", "9310072", date(2013, 9, 17)),
]  # fmt: skip


def writings(on: date) -> list[str]:
    return [
        on.isoformat(), f"{on:%d/%m/%Y}", f"{on.day}.{on.month}.{on:%y}", f"{on.day} {on:%B} {on.year}", f"{on:%d%m%Y}",
        f"{on:%B} {on.day}, {on.year}", f"{on:%Y/%m/%d}",
    ]  # fmt: skip


def canaries(n: int) -> list[str]:
    name, number, born = CHILDREN[n]
    first, last = name.split()
    return [first, last, f"{first[0]}.{last[0]}.", number, *writings(born)]


def whole(n: int) -> str:
    """All that tells one child, as somebody writes it."""
    name, number, born = CHILDREN[n]
    first, last = name.split()
    return f"{last}, {first} ({first[0]}.{last[0]}.), Mosaic {number}, born {writings(born)[n]}"


def singing(text: str) -> list[str]:
    plain = " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split()) + text
    every = (each for n in range(len(CHILDREN)) for each in canaries(n))
    return [
        each
        for each in every
        if re.search(rf"(?<![\w]){re.escape(each)}(?![\w])", plain, re.I if len(each) > 4 else 0)
    ]


def seed() -> dict[str, Any]:
    """Six audits: the third's team is called after the child, the fourth's reference is, the fifth's cells all are."""
    found = small_seed(len(CHILDREN))
    rows: list[dict[str, Any]] = next(x for x in found["lists"] if x["name"] == "Audit allocations")["items"]
    for n, row in enumerate(rows):
        name, number, born = CHILDREN[n]
        row |= {
            "Child's name": name,
            "Mosaic number": number,
            "Date of birth": born.isoformat(),
            "Ethnicity": whole(n),
        }
    rows[2]["Team"] = f"Bow ({CHILDREN[2][0]})"
    rows[3]["Title"] = f"{CHILDREN[3][0].replace(' ', '-')}-4"
    rows[4] |= dict.fromkeys(("Final grade", "Drift", "Outcome type", "Note", "Line of enquiry"), whole(4))
    rows[5]["Title"] = whole(5)
    return found


class Month:
    def __init__(self, tenant: sandbox.Running, folder: Path) -> None:
        self.tenant, self.folder, self.printed = tenant, folder, list[str]()
        self.settings = settings_for(tenant, folder, receipts=True, health_file=folder / "health.json")

    def run(self, day: str, hour: str = "08:00", *, whole_run: bool = True) -> None:
        self.tenant.ask("POST", "/clock", {"now": f"{day}T{hour}:00+00:00"})
        moment = datetime.fromisoformat(f"{day}T{hour}:00").replace(tzinfo=UTC)
        found = attended(
            self.settings, clock=lambda: moment, say=self.printed.append, whole=whole_run, sleep=Naps()
        )
        self.printed.append(f"{found} {json.dumps(found.report.as_json()) if found.report else ''}")

    def says(self, sender: str, subject: str, *files: tuple[str, bytes], n: int = 0) -> None:
        attachments = [
            {"name": f"{whole(n)} {name}", "base64": base64.b64encode(data).decode()} for name, data in files
        ]
        self.tenant.ask("POST", "/messages", {
            "from": sender, "to": [self.tenant.mailbox], "subject": f"{subject} {whole(n)}",
            "html": f"<p>It is about {whole(n)}. May we talk?</p>", "attachments": attachments,
        })  # fmt: skip


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("canaries")
    with sandbox.run(seed()) as tenant:
        found = Month(tenant, folder)
        found.run("2026-03-02")
        account = signed_in(found.settings.tenant)
        council = Council(
            Door(
                tenant,
                found.settings,
                Graph(account.connection, account.protocol.service_url),
                Naps(),
                folder,
            )
        )
        first, second = council.form(), council.form("FSP-2026-03-002")
        account.connection.close()
        grade_box = filled(second, grade=f"Good, as {whole(1)} says", **{"d1.grade": whole(1)})
        no_reference = filled(first, grade="Good", audit_ref=whole(0))
        found.says(
            email("Ada Auditor"),
            f"RE: Audit {REF}",
            ("a.docx", filled(first, grade="Inadequate", fb_family=whole(0))),
        )
        found.says(email("Ada Auditor"), "RE: Audit FSP-2026-03-002", ("b.docx", grade_box), n=1)
        found.says(email("Ada Auditor"), "Another", ("c.docx", no_reference))
        found.says(email("Ada Auditor"), "A scan", (f"scan.{CHILDREN[0][0]}", b"%PDF-1.7\n" * 200))
        found.says(email("Mo Moderator"), f"RE: Audit {REF}")
        found.says("post@elsewhere.example", f"RE: Audit {REF}", ("d.docx", filled(first, grade="Good")))
        found.run("2026-03-02", "12:00", whole_run=False)
        found.run("2026-03-03")
        found.run("2026-03-04")
        yield found


def letters(month: Month) -> list[dict[str, Any]]:
    return [d for d in month.tenant.deliveries(html=True) if d["sender"] == month.tenant.mailbox]


def test_the_month_had_letters_and_questions(month: Month) -> None:
    said = " ".join(d["html"] for d in letters(month))
    assert len(letters(month)) > 8
    assert "words that are no grade" in said
    assert "This is a row that stops" in said


def test_no_subject_and_no_name_of_an_attachment_names_a_child(month: Month) -> None:
    for letter in letters(month):
        assert singing(letter["subject"]) == [], letter["subject"]
        assert singing(" ".join(each["name"] for each in letter["attachments"])) == []


def test_no_letter_names_a_child_but_for_the_number_in_those_that_find_the_record(month: Month) -> None:
    for letter in letters(month):
        found = singing(letter["html"])
        if letter["to"] == [month.tenant.mailbox]:
            assert found == [], letter["subject"]
        assert {each for each in found if not each.isdigit()} == set(), letter["subject"]
        assert len(found) <= 2, letter["subject"]


def test_no_event_of_the_ledger_names_a_child(month: Month) -> None:
    with sqlite3.connect(month.folder / "ledger.sqlite") as book:
        tables = [name for (name,) in book.execute("select name from sqlite_master where type = 'table'")]
        rows = [str(row) for table in tables for row in book.execute(f'select * from "{table}"')]
    assert len(rows) > 50
    assert [(singing(row), row) for row in rows if singing(row)] == []


def test_nothing_printed_or_written_down_names_a_child(month: Month) -> None:
    assert singing(" ".join(month.printed)) == []
    files = [f for f in month.folder.iterdir() if f.suffix == ".json"]
    assert files
    assert [f.name for f in files if singing(f.read_text())] == []


def test_no_path_of_the_library_and_no_category_of_a_message_names_a_child(month: Month) -> None:
    paths = [each["path"] for each in month.tenant.ask("GET", "/files")]
    assert paths
    assert singing(" ".join(paths)) == []
    box = month.tenant.ask("GET", f"/mailboxes/{month.tenant.mailbox}")["messages"]
    assert singing(" ".join(str((m["categories"], m["folder"])) for m in box)) == []


@pytest.mark.parametrize(
    ("child", "text", "told"),
    [
        ("Ella Good", "“Good” and “Requires Improvement to be Good” are given", None),
        ("Ella Good", "Ella Good, graded Good", "…, graded Good"),
        ("Can Yilmaz", "its auditor can be asked", None),
        ("Ali Head", "the Head of Service decides", None),
        ("Max Young", "young people were asked", None),
        ("Max Young", "Max was asked, and so was Young", "… was asked, and so was …"),
        ("Unknown", "the sender is unknown", None),
        ("Robin Example", "born 14–05–2012", "born …"),
    ],
)
def test_a_child_who_has_a_word_for_a_name_takes_no_word_from_what_is_told(
    child: str, text: str, told: str | None
) -> None:
    row = Allocation(
        item_id="1", etag="", reference="FSP-2026-03-001", cycle="c", audit_type=AuditType.FULL_TEAM_MANAGER,
        child_name=child, date_of_birth=date(2012, 5, 14),
    )  # fmt: skip
    assert Children([row]).left_out(text) == (told or text)
