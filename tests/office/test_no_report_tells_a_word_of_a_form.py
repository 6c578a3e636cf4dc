"""No report but those the Audit Team keeps to itself tells a word of a form or of a child: a canary in every field."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from forms import put
from lxml import etree
from reports.recount.canaries import Canaries, W, form_with_canaries
from reports.recount.singing import singing
from small_council import REF, Council
from tenant import Door

from bot.daily_run.reports.making import for_its_readers, make
from bot.daily_run.reports.material import material
from bot.daily_run.workplace import Workplace, open_workplace
from bot.programme.reports.kinds import About, Made

OF_THE_AUDIT_TEAM = {Made.RECORD, Made.TO_CLEAR, Made.PACK}
"""Restricted: they hold the words of forms, and say so."""
OWN = ("audit_ref", "tpl_ver", "cycle", "audit_type", "mosaic_id", "child_name", "child_dob", "kloe.text")


def prefilled(form: bytes) -> dict[str, str]:
    """What the bot has put into a form, which says whose it is and stays; and the parts of others, left empty."""
    with zipfile.ZipFile(BytesIO(form)) as package:
        root = etree.fromstring(package.read("word/document.xml"))
    found: dict[str, str] = {}
    for sdt in root.iter(f"{W}sdt"):
        tag = sdt.find(f"{W}sdtPr/{W}tag")
        name = str(tag.get(f"{W}val") or "") if tag is not None else ""
        if re.match(r"m_|md\d|qa_", name):
            found[name] = ""
        elif name in OWN and sdt.find(f".//{W}sdt") is None:
            shown = sdt.find(f"{W}sdtPr/{W}showingPlcHdr") is None
            found.setdefault(name, "".join(t.text or "" for t in sdt.iter(f"{W}t")) if shown else "")
    return found


def moderated(form: bytes, canaries: Canaries) -> bytes:
    """The auditor's form as its moderator sends it on: their own part, and nothing else, filled in."""
    said = dict.fromkeys(("m_disc", "m_depth", "m_accurate", "m_recs", "m_conv_ok"), "Yes")
    said |= {"m_agree": "No", "m_outcome": "Moderated", "grade_moderated": "Good"}
    said |= dict.fromkeys(("m_date", "m_disc_date"), "2026-03-04")
    said |= {name: canaries.name(name) for name in ("m_rationale", "m_notes")}
    with zipfile.ZipFile(BytesIO(form)) as package:
        parts = {info.filename: package.read(info) for info in package.infolist()}
    root = etree.fromstring(parts["word/document.xml"])
    for sdt in root.iter(f"{W}sdt"):
        tag = sdt.find(f"{W}sdtPr/{W}tag")
        if value := said.get(str(tag.get(f"{W}val")) if tag is not None else ""):
            put(sdt, value)
    parts["word/document.xml"] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return out.getvalue()


def moderated_with_canaries(door: Door, canaries: Canaries) -> Council:
    council = Council(door)
    for row in council.ask("GET", "/lists/Audit allocations")["rows"]:
        theirs = {"Child's name": canaries.person("child"), "Mosaic number": canaries.number("Mosaic number"),
                  "Note": canaries.name("note"), "Ethnicity": canaries.name("ethnicity")}  # fmt: skip
        council.ask("PATCH", f"/lists/Audit allocations/{row['id']}", theirs)
    council.run("2026-03-02")
    answers = prefilled(council.form()) | {
        "grade_auditor": "Requires Improvement to be Good",
        "grade_moderated": "",
    }
    first = form_with_canaries(council.form(), canaries, answers, called="auditor")
    council.arrives("Ada Auditor", first)
    council.run("2026-03-03", "09:00", whole=False)
    council.ask("POST", "/clock", {"now": "2026-03-04T08:00:00+00:00"})
    council.arrives("Mo Moderator", moderated(first, canaries))
    council.run("2026-03-04", "09:00", whole=False)
    council.run("2026-03-05")
    return council


def every_report(workplace: Workplace) -> Iterator[tuple[Made, str, bytes]]:
    known = material(workplace)
    for made in set(Made) - {Made.PACK}:
        cycle = known.situation.cycles[0] if made.kind.about is About.CYCLE else None
        for outside in {False, made.kind.also_outside}:
            asked = replace(known, cycle=cycle)
            file = make(made, for_its_readers(made, asked, workplace, outside=outside))
            yield made, file.name, file.data


def test_no_report_but_those_of_the_audit_team_tells_a_word_of_a_form_or_of_a_child(door: Door) -> None:
    canaries = Canaries()
    council = moderated_with_canaries(door, canaries)
    assert council.row()["Moderated grade"] == "Good"
    assert len(canaries) > 100
    moment = datetime(2026, 3, 6, 12, tzinfo=UTC)
    council.ask("POST", "/clock", {"now": moment.isoformat()})
    heard: dict[Made, list[Any]] = {made: [] for made in Made}
    with open_workplace(
        door.settings, clock=lambda: moment, say=lambda _: None, sleep=door.naps
    ) as workplace:
        made_here = 0
        for made, name, data in every_report(workplace):
            heard[made] += singing(data, name)
            made_here += 1
    assert made_here > len(Made)
    assert len(heard[Made.RECORD]) > 50, "the record tells what the forms say"
    assert {made: found for made, found in heard.items() if found and made not in OF_THE_AUDIT_TEAM} == {}
    for letter in door.tenant.deliveries(html=True):
        of_a_form = [
            s for s in singing(f"{letter['subject']} {letter['html']}") if not s.word.startswith("9731")
        ]
        assert not of_a_form, f"{REF}: {letter['subject']}"
