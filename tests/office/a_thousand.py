"""A small council in which everybody, every row and every field of every form is a canary, from launch day to May."""

from __future__ import annotations

import base64
import io
import json
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from forms import put
from lxml import etree
from reports.recount.canaries import Canaries, W, form_with_canaries, row_with_canaries
from reports.recount.margins import in_the_margins
from tenant import PEOPLE, ROOT, Naps, email, list_columns, settings_for, small_seed

import sandbox
from bot.daily_run.attended import attended

CYCLE = "FSP, March 2026"
FULL, INADEQUATE, DIP, AGAIN, HELD, STRAY = (f"FSP-2026-03-{n:03}" for n in range(1, 7))
"""A full audit whose every choice and day is a canary, too; an Inadequate one; a dip sample; the re-audit of the first;
one whose very grades are canaries; one of which nothing comes back that could be read."""
OF_THE_CHILD = ("Child's name", "Mosaic number", "Date of birth")
OF_PEOPLE = (
    "Ethnicity",
    "Outcome type",
    "Team",
    "Note",
    "Services involved",
    "Child's name",
    "Mosaic number",
    "Date of birth",
)
OF_THE_ROW = (
    "audit_ref",
    "tpl_ver",
    "cycle",
    "audit_type",
    "mosaic_id",
    "child_name",
    "child_dob",
    "kloe.text",
)
"""What the bot has put into a form, and says whose it is."""
MODERATORS = ("m_", "md", "qa_", "grade_moderated")
RI, IA = "Requires Improvement to be Good", "Inadequate"


class Season:
    """The tenant, its bot, and all that was said on the way. `printed` is what the bot told its console and log."""

    def __init__(
        self, tenant: sandbox.Running, folder: Path, canaries: Canaries, people: Mapping[str, str]
    ) -> None:
        self.tenant, self.folder, self.canaries, self.people = tenant, folder, canaries, people
        self.printed: list[str] = []
        self.settings = settings_for(tenant, folder, receipts=True, health_file=folder / "health.json")

    def run(self, day: str, hour: str = "08:00", *, whole: bool = True) -> None:
        self.tenant.ask("POST", "/clock", {"now": f"{day}T{hour}:00+00:00"})
        moment = datetime.fromisoformat(f"{day}T{hour}:00").replace(tzinfo=UTC)
        found = attended(
            self.settings, clock=lambda: moment, say=self.printed.append, whole=whole, sleep=Naps()
        )
        self.printed.append(f"{found} {json.dumps(found.report.as_json()) if found.report else ''}")

    def comes(self, sender: str, reference: str, data: bytes, name: str = "") -> None:
        """A form in a message whose subject, words and file name are canaries."""
        said = {
            where: self.canaries.name(f"{reference} {where}") for where in ("subject", "message", "file name")
        }
        name = name or f"{reference} {said['file name']}.docx"
        self.tenant.ask("POST", "/messages", {
            "from": self.people.get(sender, sender), "to": [self.tenant.mailbox],
            "subject": f"RE: Audit {reference} {said['subject']}", "html": f"<p>It is about {said['message']}.</p>",
            "attachments": [{"name": name, "base64": base64.b64encode(data).decode()}],
        })  # fmt: skip

    def sent_to(self, person: str, named: str) -> bytes:
        """The newest file of that name in somebody's mailbox."""
        for where, name, data in self.attachments():
            if name == named and where.startswith(self.people.get(person, person)):
                return data
        raise AssertionError(f"no {named} was sent to {person}: {[n for _, n, _ in self.attachments()]}")

    def attachments(self) -> Iterator[tuple[str, str, bytes]]:
        """Every file of every letter of the bot: mailbox and subject, name, content."""
        for box in [*self.people.values(), self.tenant.mailbox]:
            for message in self.tenant.ask("GET", f"/mailboxes/{box}")["messages"]:
                path = f"/mailboxes/{box}/{message['id']}"
                whole = self.tenant.ask("GET", path)
                if self.tenant.mailbox in str(whole.get("from")):
                    for each in whole["attachments"]:
                        yield (
                            f"{box} {message['subject']}",
                            each["name"],
                            self.bytes_of(f"{path}/{each['id']}"),
                        )

    def bytes_of(self, path: str) -> bytes:
        with urllib.request.urlopen(f"{self.tenant.front_desk_url}/api{path}") as answer:
            found: bytes = answer.read()
        return found

    def library(self) -> dict[str, bytes]:
        paths = [str(each["path"]) for each in self.tenant.ask("GET", "/files")]
        return {path: self.bytes_of(f"/files/content?path={quote(path)}") for path in paths}

    def rows(self, name: str = "Audit allocations") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.tenant.ask("GET", f"/lists/{name}")["rows"]
        return found


def seed(canaries: Canaries) -> tuple[dict[str, Any], dict[str, str]]:
    """Six audits; the seed, and the address of everybody by the name that tells their part."""
    found = small_seed(6)
    lists = {each["name"]: each for each in found["lists"]}
    rows = lists["Audit allocations"]["items"]
    for row, kind in zip(rows, ("Full – Team Manager", "Full – Advanced Practitioner", "Dip sample", "Re-audit",
                                "Full – Team Manager", "Full – Team Manager"), strict=True):  # fmt: skip
        row["Audit type"] = kind
    names = [column["name"] for column in list_columns()]
    ours = list_columns()[: names.index("Status")]
    every = {"Hold why", "Final grade", "Drift", "Grade at six weeks", "Grade after UoPP", *OF_PEOPLE}
    for row in rows:
        fill = every if row["Title"] == STRAY else {*OF_PEOPLE}
        row |= row_with_canaries(row, [c for c in ours if c["name"] in fill], canaries, kept=())
    rows[2]["Line of enquiry"] = "1"
    rows[3] |= {each: rows[0][each] for each in OF_PEOPLE} | {"Earlier audit": FULL}
    lists["Audit cycles"]["items"][0] |= {"Board meeting on": "2026-05-15"}
    told, people = json.dumps(found, ensure_ascii=False), {}
    for name in PEOPLE:
        first, last = canaries.person(f"person {name}").split()
        people[name] = f"{first}.{last}@wexcombe.example".lower()
        told = told.replace(email(name), people[name]).replace(f'"{name}"', f'"{first} {last}"')
    return json.loads(told), people


def answered(
    form: bytes, season: Season, called: str, answers: Mapping[str, str], *, everywhere: bool
) -> bytes:
    """A form with canaries in its margins and in every field, but for what is answered and what says whose it is."""
    with zipfile.ZipFile(io.BytesIO(form)) as package:
        root = etree.fromstring(package.read("word/document.xml"))
    kept = dict(answers)
    for sdt in root.iter(f"{W}sdt"):
        tag = sdt.find(f"{W}sdtPr/{W}tag")
        name = str(tag.get(f"{W}val") or "") if tag is not None else ""
        if name in OF_THE_ROW and sdt.find(f".//{W}sdt") is None:
            shown = sdt.find(f"{W}sdtPr/{W}showingPlcHdr") is None
            kept.setdefault(name, "".join(t.text or "" for t in sdt.iter(f"{W}t")) if shown else "")
        elif name.startswith(MODERATORS):
            kept.setdefault(name, "")
    margins = in_the_margins(form, season.canaries, called)
    return form_with_canaries(margins, season.canaries, kept, everywhere=everywhere, called=called)


def moderated(form: bytes, season: Season, called: str, grade: str, *, everywhere: bool) -> bytes:
    """The auditor's form as its moderator sends it on: their own part filled in, and nothing else."""
    said = dict.fromkeys(("m_disc", "m_depth", "m_accurate", "m_recs", "m_conv_ok"), "Yes")
    if everywhere:
        said = {tag: season.canaries.name(f"{called} {tag}") for tag in said}
    said |= {"m_agree": "Yes", "m_outcome": "Moderated", "grade_moderated": grade}
    said |= dict.fromkeys(("m_date", "m_disc_date"), "2026-03-04")
    said |= {name: season.canaries.name(f"{called} {name}") for name in ("m_rationale", "m_notes")}
    with zipfile.ZipFile(io.BytesIO(form)) as package:
        parts = {info.filename: package.read(info) for info in package.infolist()}
    root = etree.fromstring(parts["word/document.xml"])
    for sdt in root.iter(f"{W}sdt"):
        tag = sdt.find(f"{W}sdtPr/{W}tag")
        if value := said.get(str(tag.get(f"{W}val")) if tag is not None else ""):
            put(sdt, value)
    parts["word/document.xml"] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return out.getvalue()


def graded(grade: str) -> dict[str, str]:
    return {"grade_auditor": grade, **{f"d{n}.grade": grade for n in range(1, 7)}}


def template(name: str) -> bytes:
    return (ROOT / f"docx_templates/{name}.docx").read_bytes()


def played(tenant: sandbox.Running, folder: Path, canaries: Canaries, people: Mapping[str, str]) -> Season:
    season = Season(tenant, folder, canaries, people)
    auditor, moderator, manager = "Ada Auditor", "Mo Moderator", "Tia Manager"
    season.run("2026-03-02")
    sent = {ref: season.sent_to(auditor, f"{ref}.docx") for ref in (FULL, INADEQUATE, DIP, AGAIN, HELD)}
    forms = {
        FULL: answered(sent[FULL], season, FULL, graded(RI), everywhere=True),
        INADEQUATE: answered(sent[INADEQUATE], season, INADEQUATE, graded(IA), everywhere=False),
        DIP: answered(sent[DIP], season, DIP, {"kloe.met": "Partly"}, everywhere=True),
        AGAIN: answered(sent[AGAIN], season, AGAIN, graded("Good"), everywhere=False),
        HELD: answered(sent[HELD], season, HELD, {}, everywhere=True),
    }
    for ref, form in forms.items():
        season.comes(auditor, ref, form)
    season.comes(auditor, STRAY, b"%PDF-1.7\n" * 200, f"{canaries.name('stray file')}.pdf")
    season.comes("somebody@elsewhere.example", STRAY, forms[HELD])
    season.run("2026-03-02", "12:00", whole=False)
    season.run("2026-03-03")
    tenant.ask("POST", "/clock", {"now": "2026-03-04T07:00:00+00:00"})
    for ref, grade in ((FULL, RI), (INADEQUATE, IA), (AGAIN, "Good")):
        season.comes(
            moderator, ref, moderated(forms[ref], season, f"{ref} moderator", grade, everywhere=ref == FULL)
        )
    season.run("2026-03-04")
    season.run("2026-03-05")
    tenant.ask("POST", "/clock", {"now": "2026-03-10T07:00:00+00:00"})
    for ref, chair in ((FULL, auditor), (INADEQUATE, manager)):
        said = {"audit_ref": ref, "uopp_date": "2026-03-09", "uopp_kind": "First", "uopp_reconsidered": "No",
                "grade_uopp": ""}  # fmt: skip
        season.comes(
            chair, ref, answered(template("uopp_record"), season, f"{ref} UoPP", said, everywhere=ref == FULL)
        )
    season.run("2026-03-10")
    season.run("2026-04-01")
    season.run("2026-04-21")
    tenant.ask("POST", "/clock", {"now": "2026-04-22T07:00:00+00:00"})
    for ref in (FULL, INADEQUATE):
        said = {"audit_ref": ref, "a_date": "2026-04-21", "drift": "No", "grade_six_weeks": "Good"}
        check = answered(template("dip_audit"), season, f"{ref} six weeks", said, everywhere=ref == FULL)
        season.comes(tenant.mailbox, ref, check)
    season.run("2026-04-22")
    season.run("2026-05-01")
    season.run("2026-05-04")
    return season
