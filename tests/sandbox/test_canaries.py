"""A small month with a thousand canaries: children's names, Mosaic numbers and dates of birth in every column, form,
file name and message. None may sing in a letter, a digest, a receipt, a draft, the ledger or what the bot prints, but
for the Mosaic number of a row in the five letters whose reader must find the record."""

from __future__ import annotations

import base64
import io
import random
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape
from itertools import cycle, product
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from sandbox.play.cast.forms import W14, W, auditors_answers, filled, moderators_answers, record_of_a_meeting
from sandbox.play.cast.person import JsonObject, Outlook, form_in
from sandbox.play.letters import kind_of
from sandbox.play.month_by_the_letter import seed_of
from sandbox.play.rehearsal import WarmBot
from sandbox.tenant.run import Running, run

WRITINGS = (
    lambda d: f"{d.day} {d:%B} {d.year}", lambda d: f"{d:%d/%m/%Y}", lambda d: f"{d.day}.{d.month}.{d:%y}",
    lambda d: d.isoformat(), lambda d: f"{d:%d-%m-%Y}", lambda d: f"{d.day}/{d.month}/{d.year}",
    lambda d: f"{d:%B} {d.day}, {d.year}", lambda d: f"{d.day}{_th(d.day)} {d:%B} {d.year}", lambda d: f"{d:%d %b %y}",
    lambda d: f"{d:%Y/%m/%d}", lambda d: f"{d:%d.%m.%Y}", lambda d: f"{d:%d%m%Y}",
)  # fmt: skip
"""How people write a date of birth."""
FINDS_THE_RECORD = {
    "audit allocated", "moderation allocated", "practitioner informed", "dip sample allocated", "inadequate alert",
}  # fmt: skip
"""Letters that may say the Mosaic number of their row, and no other."""
NAMES_OF_STAFF = {"iro_cp_name", "uopp_chair", "uopp_attendees", "p_name", "act.who", "prev.who", "tm", "sw"}


def _th(day: int) -> str:
    return "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def initials(name: str) -> str:
    return "".join(f"{part[0]}." for part in name.split())


class Aviary:
    """Canaries, each let out once: `names` look like children's (each surname once), `numbers` like Mosaic's,
    `births` are days."""

    def __init__(self, *, everywhere: bool = False) -> None:
        self.everywhere = (
            everywhere  # in grade boxes, team names, initials, and dates in every writing besides
        )
        begin, middle = (
            ("Quen", "Drax", "Yth", "Ulm", "Wox", "Fyzz", "Glor", "Pell", "Tazz"),
            ("a", "o", "u", "i", "e"),
        )
        ends = (
            *("brook", "ham", "wick", "by", "stow", "ford", "ley", "combe", "thorpe"),
            *("mere", "den", "hurst", "croft", "gate", "holm", "worth", "field", "stead", "ridge", "dale"),
        )
        lasts = ("".join(parts) for parts in product(begin, middle, ends))
        self._names = (
            f"{first} {last}"
            for first, last in zip(cycle(("Zylphi", "Quara", "Vexru", "Oxindel")), lasts, strict=False)
        )
        self._number, self._day = 9_310_007, date(2008, 3, 14)
        self.names: list[str] = []
        self.numbers: list[str] = []
        self.births: list[date] = []
        self._ways: list[tuple[str, str]] = []  # each writing of each birth, and which it is
        self._initials: set[str] = set()

    def name(self) -> str:
        self.names.append(next(self._names))
        self._initials.add(initials(self.names[-1]))
        return self.names[-1]

    def number(self) -> str:
        self._number += 13
        self.numbers.append(str(self._number))
        return self.numbers[-1]

    def birth(self) -> date:
        self._day += timedelta(5)
        self.births.append(self._day)
        self._ways += [(way(self._day).casefold(), self._day.isoformat()) for way in WRITINGS]
        return self._day

    def sentence(self) -> str:
        """One canary in what somebody writes, each kind in turn."""
        match len(self) % 3:
            case 0:
                first, last = self.name().split()
                ways = (f"{first} {last}", f"{last}, {first}", f"{last.upper()} {first}")
                return f"{ways[len(self.names) % 3 if self.everywhere else 0]} is well."
            case 1:
                return f"Mosaic {self.number()} was opened in March."
        way = WRITINGS[len(self.births) % len(WRITINGS) if self.everywhere else 0]
        return f"Born on {way(self.birth())}, the eldest."

    def __len__(self) -> int:
        return len(self.names) + len(self.numbers) + len(self.births)

    def singing(self, text: str) -> Iterator[str]:
        """The canaries that stand in a text, however they are written."""
        text = " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split()) + text
        low = text.casefold()
        yield from (name for name in self.names if name.partition(" ")[2].casefold() in low)
        yield from (number for number in self.numbers if number in text)
        yield from (
            each for each in self._initials if each in text and re.search(rf"\b{re.escape(each)}", text)
        )
        for way, born in self._ways:
            if way in low and re.search(rf"(?<!\d){re.escape(way)}(?!\d)", low):
                yield born


def with_canaries(form: bytes, aviary: Aviary, *, without: tuple[str, ...] = ()) -> bytes:
    """Every text control of a form that is still empty gets a sentence with a canary; but those of another's part."""
    with zipfile.ZipFile(io.BytesIO(form)) as package:
        parts = {info.filename: package.read(info) for info in package.infolist()}
    root = etree.fromstring(parts["word/document.xml"])
    for sdt in root.iter(f"{W}sdt"):
        properties, tag = sdt.find(f"{W}sdtPr"), sdt.find(f"{W}sdtPr/{W}tag")
        kinds = (f"{W}dropDownList", f"{W}comboBox", f"{W}date", f"{W14}checkbox")
        if properties is None or tag is None or any(properties.find(kind) is not None for kind in kinds):
            continue
        showing, texts = properties.find(f"{W}showingPlcHdr"), list(sdt.iter(f"{W}t"))
        name = tag.get(f"{W}val") or ""
        if showing is None or not texts or name in NAMES_OF_STAFF or name.startswith(without or "\0"):
            continue
        properties.remove(showing)
        texts[0].text = f"{aviary.sentence()} {aviary.sentence()}"
        for rest in texts[1:]:
            rest.text = ""
        for style in sdt.iter(f"{W}rStyle"):
            style.set(f"{W}val", "Normal")
    parts["word/document.xml"] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return out.getvalue()


def in_the_box(form: bytes, aviary: Aviary) -> bytes:
    """The form with a child written into its grade boxes, over what was chosen there."""
    with zipfile.ZipFile(io.BytesIO(form)) as package:
        parts = {info.filename: package.read(info) for info in package.infolist()}
    root = etree.fromstring(parts["word/document.xml"])
    for tag in root.iter(f"{W}tag"):
        if (tag.get(f"{W}val") or "") in ("grade_auditor", "d1.grade", "d2.grade"):
            sdt = tag.getparent().getparent()  # type: ignore[union-attr]
            next(sdt.iter(f"{W}t")).text = f"Good, as {aviary.name()} ({aviary.number()}) says."  # type: ignore[union-attr]
    parts["word/document.xml"] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return out.getvalue()


def seed_with(aviary: Aviary, audits: int, dips: int) -> JsonObject:
    """Audits and dip samples whose children are canaries, confirmed; of some the team is called after the child."""
    seed = seed_of(audits, dips)
    for each in seed["lists"]:
        for n, row in enumerate(each["items"] if each["name"] == "Audit allocations" else ()):
            row |= {
                "Child's name": aviary.name(), "Mosaic number": aviary.number(),
                "Date of birth": aviary.birth().isoformat(), "Ethnicity": aviary.sentence(),
                "Confirmed on": "2026-02-25",
            }  # fmt: skip
            if aviary.everywhere and n % 5 == 4:
                row["Team"] = "{Team} ({Child's name})".format_map(row)
        for row in each["items"] if each["name"] == "Audit cycles" else ():
            row["KLOE meeting on"] = "2026-02-16"
    return seed


class Month:
    """The people, who write about the child in everything they send."""

    def __init__(self, tenant: Running, aviary: Aviary) -> None:
        self.tenant, self.aviary, self.outlook, self._said = tenant, aviary, Outlook(tenant), 0
        rows = tenant.ask("GET", "/lists/Audit allocations")["rows"]
        self.rows = {row["Title"]: row for row in rows}
        self.full = [
            r
            for r, row in self.rows.items()
            if row["Audit type"].startswith("Full") and not row["Restricted"] and "(" not in row["Team"]
        ]

    def letter(self, reference: str, person: str, name: str) -> JsonObject:
        """The latest letter of this name to somebody about an audit, with what is attached."""
        found = [d for d in self.tenant.deliveries(html=True) if person in d["delivered_to"]
                 and any(p.name.startswith(name) and p.about == reference for p in kind_of(d).parts)]  # fmt: skip
        return self.outlook.message(person, found[-1]["internet_message_id"])

    def form(self, message: JsonObject, reference: str) -> bytes:
        found = form_in(message, f"{reference}.docx") or form_in(message)
        assert found
        return found[1]

    def says(self, person: str, reference: str, text: str, *files: tuple[str, bytes]) -> None:
        """A message with the child in its subject and its words, and files named after them."""
        row, more = self.rows[reference], self.aviary.sentence()
        child, number, born = (str(row[c]) for c in ("Child's name", "Mosaic number", "Date of birth"))
        self._said += self.aviary.everywhere
        written = WRITINGS[self._said % len(WRITINGS)](date.fromisoformat(born[:10]))
        who = (child, initials(child), ", ".join(reversed(child.split())))[self._said % 3]
        about = f"{who} (Mosaic {number}, born {written})"
        self.tenant.ask("POST", "/messages", {
            "from": person, "to": [self.tenant.mailbox], "subject": f"{child}, {reference}",
            "html": f"<p>{text} It is about {about}. {more}</p>",
            "attachments": [{"name": f"{child} {name}", "base64": base64.b64encode(data).decode()}
                            for name, data in files],
        })  # fmt: skip

    def auditors(self, today: str) -> None:
        """Each returns the audit in a way of their own; a dip sample comes as well."""
        grades = ("Inadequate", "Requires Improvement", "Good")
        for n, reference in enumerate(self.full):
            auditor = self.rows[reference]["Auditor"]
            form = self.form(self.letter(reference, auditor, "07_audit_allocated"), reference)
            answers: dict[str, str] = auditors_answers(grades[n % 3], today, random.Random(reference))
            answers = {tag: value for tag, value in answers.items() if len(value) < 25 and tag != "act.who"}
            if n == 3:
                answers.pop("grade_auditor")
            data = filled(form, answers, tracked_from="Good" if n == 4 else "")
            data = with_canaries(data, self.aviary, without=("m_", "md", "qa_"))
            data = in_the_box(data, self.aviary) if self.aviary.everywhere and n % 10 in (7, 9) else data
            sender = self.rows[reference]["Practitioner"] if n == 5 else auditor
            name, data = ("audit.pdf", b"%PDF-1.7\n" * 200) if n == 6 else (f"{reference}.docx", data)
            self.says(sender, reference, "The audit is attached.", (name, data))
        for reference in (
            r for r, row in self.rows.items() if row["Audit type"] == "Dip sample" and "(" not in row["Team"]
        ):
            form = self.form(
                self.letter(reference, self.rows[reference]["Auditor"], "07_dip_sample_allocated"), reference
            )
            data = with_canaries(filled(form, {"kloe.met": "Partly", "a_date": today}), self.aviary)
            self.says(
                self.rows[reference]["Auditor"], reference, "The dip sample.", (f"{reference}.docx", data)
            )

    def moderators(self, today: str) -> None:
        for n, reference in enumerate(self.full[:3]):
            moderator = self.rows[reference]["Moderator"]
            form = self.form(self.letter(reference, moderator, "07_moderation_requested"), reference)
            grade = ("Inadequate", "Requires Improvement", "Requires Improvement")[n]
            answers = {**moderators_answers("", grade, today), "m_notes": "", "m_rationale": ""}
            data = with_canaries(filled(form, answers), self.aviary)
            self.says(moderator, reference, "Moderated.", (f"{reference}.docx", data))

    def service(self, today: str) -> None:
        """Records of meetings, and words that a person must read."""
        manager = next(r["Person"] for r in self.tenant.ask("GET", "/lists/Audit roles")["rows"]
                       if r["Title"] == "Audit Manager" and not r.get("To"))  # fmt: skip
        for n, reference in enumerate(self.full[:2]):
            leads = manager if n == 0 else self.rows[reference]["Auditor"]
            form = self.form(self.letter(reference, leads, "10_uopp_arrange"), reference)
            record = {**record_of_a_meeting(today if n else ""), "act.what": ""}
            self.says(
                leads,
                reference,
                "The record.",
                (f"{reference}.docx", with_canaries(filled(form, record), self.aviary)),
            )
        for reference in self.full:
            row = self.rows[reference]
            self.says(row["Team Manager"], reference, "Could we talk about this one before we go on?")
            self.says(row["Moderator"], reference, "I will look at it tomorrow.")
            self.says(row["Head of Service"], reference, "Progress: two of three actions are done.")

    def team(self) -> None:
        """The Audit Team gives two audits back and writes of the child in the note, and enters another's meeting."""
        child = self.rows[self.full[7]]["Child's name"]
        by, whole = {"Return for rectification by": "2026-03-12"}, [self.rows[r] for r in self.full]
        for row, values in (
            (whole[7], {**by, "Note": f"{child} was not seen alone."}),
            (whole[8], {**by, "Note": f"Mosaic {whole[8]['Mosaic number']} shows other dates."}),
            (whole[1], {"UoPP held on": "2026-03-05"}),
        ):
            self.tenant.ask("PATCH", f"/lists/Audit allocations/{row['id']}", values)


def heard(tenant: Running, month: Month, aviary: Aviary, printed: list[Any], ledger: Path) -> list[str]:
    """Every canary that sings where none may, with the place."""
    found = []
    numbers = {row["Mosaic number"]: reference for reference, row in month.rows.items()}
    for delivery in tenant.deliveries(html=True):
        if delivery["sender"] != tenant.mailbox:
            continue
        matters = {part.about: part.duty for part in kind_of(delivery).parts}
        names = " ".join(a["name"] for a in delivery["attachments"])
        for canary in {*aviary.singing(f"{delivery['html']} {names}"), *aviary.singing(delivery["subject"])}:
            own = matters.get(numbers.get(canary, ""), "") in FINDS_THE_RECORD
            if not own or canary in delivery["subject"] or canary in names:
                found.append(f"{canary} in “{delivery['subject']}”")
    drafts = [
        m
        for m in tenant.ask("GET", f"/mailboxes/{tenant.mailbox}")["messages"]
        if m["folder"].startswith("Drafts")
    ]
    for draft in drafts:
        whole = tenant.ask("GET", f"/mailboxes/{tenant.mailbox}/{draft['id']}")
        found += [f"{canary} in the draft “{draft['subject']}”" for canary in aviary.singing(str(whole))]
    found += [f"{canary} in what the bot prints" for canary in aviary.singing(str(printed))]
    found += [
        f"{canary} in a path" for f in tenant.ask("GET", "/files") for canary in aviary.singing(f["path"])
    ]
    with sqlite3.connect(ledger) as book:
        tables = [name for (name,) in book.execute("select name from sqlite_master where type = 'table'")]
        said = " ".join(str(row) for table in tables for row in book.execute(f'select * from "{table}"'))
    found += [f"{canary} in the ledger" for canary in aviary.singing(said)]
    return found


@pytest.mark.slow
@pytest.mark.parametrize(("least", "audits", "dips"), [(1000, 10, 3), (2000, 26, 8)])
def test_of_so_many_canaries_none_sings_where_none_may(
    least: int, audits: int, dips: int, tmp_path: Path
) -> None:
    """Of two thousand some are in grade boxes, team names, initials and dates in every writing."""
    aviary, printed = Aviary(everywhere=least > 1000), []
    with run(seed_with(aviary, audits, dips), folder=tmp_path / "tenant") as tenant:
        bot = WarmBot(tenant, tmp_path)
        bot.settings.write_text(
            "receipts = true\n" + bot.settings.read_text(encoding="utf-8"), encoding="utf-8"
        )
        month = Month(tenant, aviary)
        try:
            for day, do in (
                (date(2026, 3, 2), lambda: month.auditors("2026-03-02")),
                (date(2026, 3, 3), lambda: month.moderators("2026-03-03")),
                (date(2026, 3, 4), month.team),
                (date(2026, 3, 5), lambda: month.service("2026-03-05")),
                (date(2026, 3, 6), None),
                (date(2026, 3, 18), None),
                (date(2026, 4, 16), None),
            ):
                printed.append(bot.run(day, "08:00"))
                if do:
                    tenant.ask("POST", "/clock", {"now": f"{day}T12:00:00+00:00"})
                    do()
                    printed.append(bot.run(day, "12:10", "--post-only"))
        finally:
            bot.close()
        assert len(aviary) >= least
        history = tenant.deliveries(html=True)
        assert len({part.duty for each in history for part in kind_of(each).parts}) > 12, (
            "a month of many letters"
        )
        assert any(kind_of(each).name == "07_form_received" for each in history), "with receipts"
        found = heard(tenant, month, aviary, printed, tmp_path / "ledger.sqlite")
        assert not found, "\n".join(found)
