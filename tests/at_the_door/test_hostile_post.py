"""Mail, files and cells made to cost or to break out: they cost little, break nothing, and others are served beside."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from false_senders import GUEST
from forms import filled
from hostile import CELLS, EVIL, FILES, MAIL, NAMES_OF_FILES, OTHER, Hostile, of_the_short_form
from judged import NOT_YET
from measured import Measured, measured
from office import ALLOCATIONS, JsonObject, attached, seed_with_strangers
from tenant import email
from test_daily_run import REF

from sandbox.tenant.observed import OBSERVERS, Exchange

ALL: dict[str, Hostile] = {**MAIL, **FILES, **NAMES_OF_FILES}
SECONDS, MEGABYTES = 25.0, 1024.0
"""What one message may cost beyond a look at an empty Inbox, and what the bot and its reader may hold at a time."""
SETTLED = {"Please look at", "Audits taken in"}
CONTROLS = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def arrives(office: Measured, name: str, hour: str) -> str:
    message = {"subject": f"RE: Audit {OTHER}", "html": "<p>Here it is.</p>", "from": email("Ada Auditor")}
    return office.post({**message, **ALL[name](office.form(OTHER))}, f"2026-03-02T{hour}")


def honest(office: Measured, hour: str) -> None:
    form = filled(office.form(), grade="Good")
    message = {"from": email("Ada Auditor"), "subject": f"RE: Audit {REF}", "html": "<p>Here it is.</p>"}
    office.post({**message, "attachments": attached(f"{REF}.docx", form)}, f"2026-03-02T{hour}")


def paths_are_safe(office: Measured) -> None:
    for each in office.ask("GET", "/files"):
        path = each["path"]
        assert path.startswith(("Returned audits/", "Where the audits stand/")), path
        assert not CONTROLS.search(path), repr(path)
        assert not {"..", ".", ""} & set(path.split("/")), path


def not_yet(name: str) -> bool:
    return any(name in each["cases"] for each in NOT_YET.get("hostile", ()))


def faults(office: Measured, names: list[str]) -> list[str]:
    """What goes wrong when these come in one look, with an honest return behind them."""
    office.look("09:00")
    quiet = office.cost.seconds
    sent = {arrives(office, name, "09:30"): name for name in names}
    honest(office, "09:40")
    found = []
    try:
        office.look("10:00")
    except RuntimeError as stopped:
        found.append(f"{stopped}")
    took, held = office.cost.seconds - quiet, office.cost.megabytes
    if took > SECONDS + 2 * len(names):
        found.append(f"{took:.1f} s")
    if held > MEGABYTES:
        found.append(f"{held:.0f} MB")
    if office.row()["Auditor's grade"] != "Good":
        found.append("the honest return in the same look was not served")
    if (grade := office.row(OTHER).get("Auditor's grade")) not in (None, "", "Good"):
        found.append(f"the other row says {grade}")
    office.command("2026-03-03")
    for message, name in sent.items():
        if (folder := office.folder_of(message)) not in SETTLED:
            found.append(f"{name}: lies in {folder}")
    paths_are_safe(office)
    return found


def test_all_that_is_hostile_in_one_look_costs_little_and_the_honest_return_is_served(tmp_path: Path) -> None:
    names = [name for name in of_the_short_form() if not not_yet(name)]
    assert len(names) > 30
    with measured(tmp_path) as office:
        assert faults(office, names) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ALL)
def test_each_costs_little_by_itself(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    with measured(tmp_path) as office:
        found = faults(office, [name])
    watch = next(p.WATCH for p in request.config.pluginmanager.get_plugins() if hasattr(p, "WATCH"))
    found += map(str, watch.taken())  # what was asked for that Microsoft does not describe
    assert bool(found) == not_yet(name), found or f"“{name}” is served now: take it out of not_yet.toml"


# ---------------------------------------------------------------------------------------------------------- cells


@pytest.fixture(scope="module")
def hostile_list(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Measured, list[str]]]:
    """A list in which every row but the first two is hostile, as it stood from launch day on; every path asked for."""
    folder = tmp_path_factory.mktemp("cells")
    seed = seed_with_strangers(2 + len(CELLS))
    allocations: JsonObject = next(each for each in seed["lists"] if each["name"] == "Audit allocations")
    for column in allocations["columns"]:
        if column["name"] in ("Note", "Hold letters"):
            column["type"] = "note"
    for row, cells in zip(allocations["items"][2:], CELLS.values(), strict=True):
        row.update(cells)
    asked: list[str] = []

    def watch(exchange: Exchange) -> None:
        asked.append(exchange.path)

    OBSERVERS.append(watch)
    try:
        with measured(folder, seed) as office:
            honest(office, "09:40")
            office.look("10:00")
            office.command("2026-03-03")
            yield office, asked
    finally:
        OBSERVERS.remove(watch)


def sent(office: Measured) -> list[dict[str, Any]]:
    return [d for d in office.door.tenant.deliveries(html=True) if d["sender"] == office.door.tenant.mailbox]


@pytest.mark.slow  # a minute of the processor
def test_with_hostile_cells_the_honest_rows_are_served_and_it_costs_little(
    hostile_list: tuple[Measured, list[str]],
) -> None:
    office, _ = hostile_list
    assert office.row()["Auditor's grade"] == "Good"
    assert office.cost.seconds < SECONDS
    assert office.cost.megabytes < MEGABYTES


@pytest.mark.slow  # a minute of the processor
def test_no_cell_becomes_a_path(hostile_list: tuple[Measured, list[str]]) -> None:
    office, asked = hostile_list
    paths_are_safe(office)
    assert asked
    for path in asked:
        assert ".." not in unquote(path).replace("?", "/").split("/"), path


@pytest.mark.slow  # a minute of the processor
def test_no_cell_becomes_the_name_of_a_file(hostile_list: tuple[Measured, list[str]]) -> None:
    office, _ = hostile_list
    names = [each["name"] for letter in sent(office) for each in letter["attachments"]]
    found = [name for name in names if re.search(r"[/\\]|\.\.", name) or CONTROLS.search(name)]
    assert names
    assert bool(found) == not_yet("the name of an attachment"), found


@pytest.mark.slow  # a minute of the processor
def test_no_cell_becomes_a_header(hostile_list: tuple[Measured, list[str]]) -> None:
    office, _ = hostile_list
    for letter in sent(office):
        assert not CONTROLS.search(letter["subject"]), repr(letter["subject"])
        assert EVIL not in {*letter["to"], *letter["cc"], *letter["delivered_to"]}


@pytest.mark.slow  # a minute of the processor
def test_no_guest_in_a_cell_becomes_a_reader(hostile_list: tuple[Measured, list[str]]) -> None:
    office, _ = hostile_list
    readers = [{*d["to"], *d["cc"], *d["delivered_to"]} for d in sent(office)]
    found = [sorted(each) for each in readers if GUEST.casefold() in each]
    assert bool(found) == not_yet("a guest as a reader"), found


@pytest.mark.slow  # a minute of the processor
def test_no_cell_becomes_markup_or_a_template(hostile_list: tuple[Measured, list[str]]) -> None:
    office, _ = hostile_list
    for letter in sent(office):
        assert "<img src=x" not in letter["html"], letter["subject"]
        assert "49917" not in letter["html"] + letter["subject"], letter["subject"]


@pytest.mark.slow  # a minute of the processor
def test_no_cell_becomes_a_formula(hostile_list: tuple[Measured, list[str]]) -> None:
    """In the spreadsheet that comes with the digest."""
    office, _ = hostile_list
    box, found = f"/mailboxes/{office.door.tenant.mailbox}", 0
    for line in office.ask("GET", box)["messages"]:
        for each in office.ask("GET", f"{box}/{line['id']}")["attachments"]:
            if each["name"].endswith(".xlsx"):
                book = zipfile.ZipFile(io.BytesIO(office.downloaded(f"{box}/{line['id']}/{each['id']}")))
                for part in book.namelist():
                    if part.startswith("xl/worksheets/") and part.endswith(".xml"):
                        found += 1
                        assert b"<f>" not in book.read(part)
                        assert b"<hyperlink " not in book.read(part)
    assert found


REFERENCES = [name for name, cells in CELLS.items() if "Title" in cells]


@pytest.mark.slow  # a minute of the processor
@pytest.mark.parametrize("name", REFERENCES)
def test_what_is_no_reference_is_named_and_nothing_goes_out_about_it(
    hostile_list: tuple[Measured, list[str]], name: str
) -> None:
    office, _ = hostile_list
    row = 3 + list(CELLS).index(name)
    title = CELLS[name]["Title"]
    (shown,) = [r for r in office.ask("GET", ALLOCATIONS)["rows"] if r["id"] == row]
    letters = [d for d in sent(office) if d["to"] != [office.door.tenant.mailbox]]
    words = [title, re.sub(r"\s+", " ", title), *([title[:40]] if len(title) > 40 else [])]
    about = [
        d["subject"] for d in letters for w in words if w != ".." and (w in d["subject"] or w in d["html"])
    ]
    named = "row that stops" in office.digest().casefold() or title[:20] in office.digest()
    wrong = [*about, *([f"sent out on {shown['Audit sent on']}"] if shown.get("Audit sent on") else []),
             *([] if named else ["told nowhere"])]  # fmt: skip
    assert bool(wrong) == not_yet(name), wrong or f"“{name}” is refused now: take it out of not_yet.toml"
