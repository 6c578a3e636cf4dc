"""Letters in Word and closure days in Excel, there and back: what the Audit Team edits is what the bot uses."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from datetime import date
from pathlib import Path

import pytest

from bot.papers.team_files.closure_days import (
    WrongDays,
    changed_days,
    days_as_text,
    days_in,
    days_of_text,
    days_workbook,
)
from bot.papers.team_files.letter_from_word import NoLetter, letter_of_word
from bot.papers.team_files.letter_in_word import letter_as_word
from bot.papers.team_files.rules_in_excel import WrongRules, rules_of_workbook, rules_workbook
from bot.papers.team_files.same_letter import reads_the_same
from bot.papers.team_files.set_file import NoSet, packed, unpacked
from bot.papers.workbook_read import ReadBook, Value, read_workbook
from bot.programme.rulebook.rules import rulebook
from bot.programme.team_files.known_files import FileKind, code_of, known_files

ROOT = Path(__file__).parents[2]
LETTERS = sorted((ROOT / "mail_templates").glob("*.md"))
REMINDER = (ROOT / "mail_templates/07_audit_reminder.md").read_text(encoding="utf-8")


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def read(data: bytes) -> str:
    return letter_of_word(parts_of(data), "word/document.xml")


def with_xml(data: bytes, was: str, now: str) -> bytes:
    """A document in which an editor wrote something else."""
    parts = parts_of(data)
    text = parts["word/document.xml"].decode()
    assert was in text
    parts["word/document.xml"] = text.replace(was, now).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return out.getvalue()


@pytest.mark.parametrize("file", LETTERS, ids=lambda file: file.stem)
def test_every_letter_is_the_same_after_word(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert reads_the_same(text, read(letter_as_word(text)))


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_every_letter_is_the_same_after_libreoffice_has_saved_it(tmp_path: Path) -> None:
    for file in LETTERS:
        (tmp_path / f"{file.stem}.docx").write_bytes(letter_as_word(file.read_text(encoding="utf-8")))
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to",
         "docx:MS Word 2007 XML", "--outdir", str(tmp_path / "saved"), *map(str, tmp_path.glob("*.docx"))],
        check=True, capture_output=True, timeout=280,
    )  # fmt: skip
    others = [
        file.stem
        for file in LETTERS
        if not reads_the_same(
            file.read_text(encoding="utf-8"), read((tmp_path / "saved" / f"{file.stem}.docx").read_bytes())
        )
    ]
    assert not others


def test_what_word_does_to_quotation_marks_is_undone_in_braces_and_nowhere_else() -> None:
    curly = REMINDER.replace('button("I need more time", more_time)', "button(“I need more time”, more_time)")
    curly = curly.replace("A friendly reminder:", "A “friendly” reminder:")
    again = read(letter_as_word(curly))
    assert 'button("I need more time", more_time)' in again
    assert "A “friendly” reminder:" in again


def test_bold_that_word_broke_into_runs_is_one() -> None:
    data = with_xml(
        letter_as_word("Subject: x\n\nPlease **do it today** now\n"), "do it today",
        'do it</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve"> today ',
    )  # fmt: skip
    assert "Please **do it today** now" in re.sub(" +", " ", read(data))


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("A friendly", '<w:ins w:id="1" w:author="x"/>A friendly', "tracked changes"),
        (">Subject<", ">Betreff<", "a row “Betreff”"),
        (">Preview<", ">Subject<", "stands there once"),
        ("<w:sectPr/>", "<w:p><w:r><w:drawing/></w:r></w:p><w:sectPr/>", "a picture or a text box"),
    ],
)
def test_what_no_letter_can_carry_is_said_with_the_way_out(was: str, now: str, said: str) -> None:
    data = letter_as_word(REMINDER)
    if "<w:ins" in now:
        data = with_xml(data, "<w:sectPr/>", '<w:p><w:ins w:id="1" w:author="x"/></w:p><w:sectPr/>')
    else:
        data = with_xml(data, was, now)
    with pytest.raises(NoLetter, match=said):
        read(data)


def test_a_document_without_the_table_at_its_top_is_no_letter() -> None:
    data = letter_as_word("Subject: x\n\nText.\n")
    text = parts_of(data)["word/document.xml"].decode()
    table = re.search(r"<w:tbl>.*?</w:tbl>", text)
    assert table
    with pytest.raises(NoLetter, match="small table at its top"):
        read(with_xml(data, table[0], ""))


# --------------------------------------------------------------------------------------------------- closure days


def book(*rows: tuple[Value, ...], sheet: str = "Closure days") -> ReadBook:
    return ReadBook({sheet: (("Date", "Name"), *rows)})


def test_closure_days_are_the_same_after_excel() -> None:
    days = {date(2026, 12, 29): "Christmas closure", date(2026, 4, 7): 'Staff "away" day \\ all'}
    assert days_in(read_workbook(days_workbook(days))) == days
    assert days_of_text(days_as_text(days)) == days
    assert days_in(read_workbook(days_workbook({}))) == {}


def test_dates_are_read_as_british_people_write_them() -> None:
    written = ["29/12/2026", "30 December 2026", "Thu 31 Dec 2026", "7.4.2026", "8/4/26"]
    found = days_in(book(*((day, "Closed") for day in written)))
    assert sorted(found) == [date(2026, 4, 7), date(2026, 4, 8), *(date(2026, 12, n) for n in (29, 30, 31))]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("soon", "cell A2: “soon” is no date with its year; write it like 29/12/2026."),
        ("29/12", "cell A2: “29/12” is no date with its year"),
        ("29/12/2026 to 31/12/2026", "cell A2: “29/12/2026 to 31/12/2026” is not one date"),
        ("Mon 29 Dec 2026", "cell A2: “Mon 29 Dec 2026”:"),
        ("31/6/2026", "cell A2: “31/6/2026”"),
        (46385, "cell A2: “46385” is no date with its year"),
        (None, "cell A2: a name stands there without a date"),
    ],
)
def test_a_wrong_cell_is_named_with_what_to_write(cell: Value, said: str) -> None:
    with pytest.raises(WrongDays) as fault:
        days_in(book((cell, "Closed")))
    assert said in fault.value.faults[0]


def test_a_formula_never_worked_out_is_no_day_and_no_name_of_one() -> None:
    with pytest.raises(WrongDays) as fault:
        days_in(book(("=B2+1", "Closed"), (date(2026, 12, 29), "=C2")))
    assert fault.value.faults == (
        "cell A2: “=B2+1” is no date with its year; write it like 29/12/2026.",
        "cell B3: “=C2” is an error of Excel; write the name of the day.",
    )


def test_a_day_twice_and_a_sheet_without_headings_are_named() -> None:
    day = date(2026, 12, 29)
    with pytest.raises(WrongDays, match="stands there twice"):
        days_in(book((day, "a"), (day, "b")))
    with pytest.raises(WrongDays, match="No sheet has the headings “Date” and “Name”"):
        days_in(ReadBook({"Sheet1": (("When", "What"), (day, "a"))}))


def test_changed_days_are_told_by_their_names() -> None:
    before, after = {date(2026, 4, 7): "Staff day"}, {date(2026, 4, 8): "Staff day"}
    assert [*changed_days(before, after)] == [
        "Tue 7 Apr 2026 (Staff day) is a closure day no longer.",
        "Wed 8 Apr 2026 (Staff day) becomes a closure day.",
    ]


# --------------------------------------------------------------------------------------------------- names and sets


def test_a_name_becomes_a_place_of_ours_or_nothing() -> None:
    known = known_files(["07_audit_reminder"], ["audit_tool"], ["board_report"])
    assert known["07_audit_reminder.docx"].place == "mail_templates/07_audit_reminder.md"
    assert known["rules.xlsx"].place == known["rules.toml"].place
    assert known["board_report.docx"].kind is FileKind.TEMPLATE
    for name in ("../rules.toml", "config/rules.toml", "rules.toml.exe", "live.toml", "lists.toml"):
        assert name not in known


def test_a_set_is_whole_or_not_at_all() -> None:
    files = {"config/rules.toml": b"x", "mail_templates/07_a.md": b"y"}
    assert unpacked(packed(files)) == files
    assert packed(files) == packed(dict(reversed(files.items())))
    assert code_of(files) != code_of({**files, "config/rules.toml": b"z"})
    for strange in ({"../../etc/x.toml": b""}, {"config/a/b.toml": b""}, {"config/x.py": b""}):
        with pytest.raises(NoSet):
            unpacked(packed(strange))
    with pytest.raises(NoSet):
        unpacked(packed(files)[:40])


# --------------------------------------------------------------------------------------------------- rules in Excel

RULES = (ROOT / "config/rules.toml").read_text(encoding="utf-8")


def edited_rules(**cells: str) -> ReadBook:
    """The workbook of the rules, in which somebody wrote into cells: Letters_C12="…"."""
    read_back = read_workbook(rules_workbook(RULES))
    sheets = {name: [[*row] for row in rows] for name, rows in read_back.sheets.items()}
    for place, said in cells.items():
        sheet, _, cell = place.partition("_")
        row, column = int(cell[1:]) - 1, ord(cell[0]) - 65
        sheets[sheet][row] += [None] * (column + 1 - len(sheets[sheet][row]))
        sheets[sheet][row][column] = said
    return ReadBook({name: tuple(map(tuple, rows)) for name, rows in sheets.items()})


def row_of(rule: str) -> int:
    rows = edited_rules().sheets["Letters"]
    return next(n for n, row in enumerate(rows, 1) if row[0] == rule)


def test_the_rules_are_the_same_after_excel() -> None:
    assert rules_of_workbook(edited_rules(), RULES) == RULES


def test_days_repeats_and_yes_or_no_are_changed_in_excel_and_nothing_else() -> None:
    n = row_of("audit reminder")
    text = rules_of_workbook(edited_rules(**{f"Letters_C{n}": "2 working days before"}), RULES)
    before, after = RULES.split("\n"), text.split("\n")
    assert [(a, b) for a, b in zip(before, after, strict=True) if a != b] == [
        ('wait   = "3 working days before"', 'wait   = "2 working days before"')
    ]
    again = rules_of_workbook(edited_rules(**{f"Letters_C{n}": "2 working days before"}), text)
    assert again == text, "the same table over the rules it has changed"


def test_a_rule_that_is_off_stays_in_the_file_and_can_be_switched_on_again() -> None:
    n = row_of("audit reminder")
    off = rules_of_workbook(edited_rules(**{f"Letters_B{n}": "no"}), RULES)
    ids = {rule.id for rule in rulebook(RULES).rules}
    assert ids - {rule.id for rule in rulebook(off).rules} == {"audit reminder"}
    assert rules_of_workbook(edited_rules(), off) == RULES


def test_every_other_cell_that_was_changed_is_named() -> None:
    n = row_of("audit reminder")
    with pytest.raises(WrongRules) as fault:
        rules_of_workbook(
            edited_rules(
                **{f"Letters_I{n}": "moderator", f"Letters_C{n + 1}": "soon", f"Letters_B{n}": "perhaps"}
            ),
            RULES,
        )
    said = "\n".join(fault.value.faults)
    assert f"Letters!I{n}: “To” cannot be changed here; it was “auditor”" in said
    assert f"Letters!C{n + 1}: “soon” is not a length of time" in said
    assert f"Letters!B{n}: “perhaps” is neither yes nor no." in said


def test_a_row_that_is_gone_new_or_twice_is_named() -> None:
    whole = edited_rules()
    letters = whole.sheets["Letters"]
    n = row_of("audit reminder")
    for rows, said in (
        ((*letters[: n - 1], *letters[n:]), "the row of “audit reminder” is gone"),
        ((*letters, ("my own letter", "yes")), "“my own letter” is no row of the rule book"),
        ((*letters, letters[n - 1]), "“audit reminder” stands there twice"),
        ((("Name",), *letters[1:]), "the headings are not as they were"),
    ):
        with pytest.raises(WrongRules, match=said):
            rules_of_workbook(ReadBook({**whole.sheets, "Letters": rows}), RULES)
