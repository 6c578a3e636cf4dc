"""No canary hides: each field gets its own, and each is heard wherever a report could carry it."""

from __future__ import annotations

import base64
import gzip
import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from reports.recount.canaries import (
    DAYS_AS_WRITTEN,
    YEAR,
    Canaries,
    council_with_canaries,
    form_with_canaries,
)
from reports.recount.singing import CannotLook, fields, singing

from sandbox.play.cast.forms import all_answers_in
from sandbox.play.seed import council

FORMS = [
    Path(__file__).parents[3] / "docx_templates" / f"{name}.docx"
    for name in ("audit_tool", "dip_audit", "dip_sample", "re_audit", "uopp_record")
]


@pytest.fixture
def canaries() -> Canaries:
    return Canaries()


def packed(**parts: str | bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return out.getvalue()


def heard(data: bytes | str, called: str = "report.docx") -> list[str]:
    return [seen.word.casefold() for seen in singing(data, called)]


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_every_control_of_every_form_is_answered_and_every_one_of_words_sings(
    path: Path, canaries: Canaries
) -> None:
    assert singing(path.read_bytes(), path.name) == [], "the form itself is silent"
    everything = form_with_canaries(path.read_bytes(), canaries, everywhere=True, called="REF")
    answers = all_answers_in(everything)
    assert all(all(each) for each in answers.values()), [
        tag for tag, each in answers.items() if not all(each)
    ]
    told = sum(a != "x" for each in answers.values() for a in each)
    assert len(canaries) == 2 * (told + 4)  # two words in each, and in four properties
    seen = fields(singing(everything, path.name), canaries)
    assert set(map(str.casefold, seen)) == set(canaries.where)
    assert "?" not in seen.values()


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_with_canaries_keeps_its_choices_and_days(path: Path, canaries: Canaries) -> None:
    answers = all_answers_in(form_with_canaries(path.read_bytes(), canaries, {"grade_auditor": "Inadequate"}))
    assert {"grade_auditor": ["Inadequate"]}.items() <= answers.items() or "grade_auditor" not in answers
    assert answers["due_auditor"] == ["2026-03-16"]


def test_every_column_of_text_every_child_and_everybody_of_a_council_sings(canaries: Canaries) -> None:
    seed = council(audits=4)
    told = council_with_canaries(seed, canaries)
    rows = next(each["items"] for each in told["lists"] if each["name"] == "Audit allocations")
    for row in rows:
        for column in (
            "Child's name",
            "Mosaic number",
            "Date of birth",
            "Ethnicity",
            "Note",
            "Auditor",
            "Team Manager",
        ):
            assert singing(row[column]), (row["Title"], column)
    assert all(singing(person["name"]) and singing(person["email"]) for person in told["people"])
    staff = {person["email"] for person in told["people"]}
    assert {row["Auditor"] for row in rows} <= staff
    assert len(canaries) > 1000


def test_a_canary_is_heard_wherever_a_file_can_hold_it(canaries: Canaries) -> None:
    word = canaries.word("somewhere")
    half, rest = word[:5], word[5:]
    book = io.BytesIO()
    with xlsxwriter.Workbook(book, {"in_memory": True}) as workbook:
        workbook.add_worksheet("Figures").write(0, 0, word)
    places: dict[str, bytes | str] = {
        "runs": packed(word__document_dot_xml=f"<w:t>{half}</w:t></w:r><w:r><w:t>{rest}</w:t>"),
        "alt text": packed(word__document_dot_xml=f'<wp:docPr descr="A bar: {word} is highest"/>'),
        "entity": packed(word__document_dot_xml=f"<w:t>&#{ord(word[0])};{word[1:]}</w:t>"),
        "properties": packed(docProps__core_dot_xml=f"<dc:creator>{word}</dc:creator>"),
        "embedded workbook": packed(word__embeddings__book_dot_xlsx=book.getvalue()),
        "chart cache": packed(word__charts__chart1_dot_xml=f"<c:pt><c:v>{word}</c:v></c:pt>"),
        "name of a part": packed(**{f"word__{word}_dot_xml": "<x/>"}),
        "zip in zip": packed(pack=packed(forms=packed(letter=word))),
        "page": f"<p title='x'>{word.upper()}</p><!-- not here -->",
        "comment of a page": f"<!-- {word} -->",
        "link": f'<a href="mailto:x?subject=%{ord(word[0]):X}{word[1:]}">',
        "soft hyphen": f"{half}\u00ad{rest}",
        "message": b"Content-Transfer-Encoding: base64\n\n"
        + base64.encodebytes(f"Dear all, {word} is well.".encode() * 3),
        "quoted": f"{half}=\r\n{rest}".encode(),
        "unpacked": gzip.compress(word.encode()),
        "sixteen bits": word.encode("utf-16"),
        "a piece": half,
    }
    for place, data in places.items():
        assert half.casefold() in heard(data)[0], place
    assert heard("all is well", f"{word}.docx") == [word.casefold()]


@pytest.mark.parametrize("n", range(len(DAYS_AS_WRITTEN)))
def test_a_day_of_birth_is_heard_however_it_is_written(n: int, canaries: Canaries) -> None:
    for day in (date(YEAR, 3, 1), date(YEAR, 3, 14), date(YEAR, 11, 22)):
        written = DAYS_AS_WRITTEN[n](day)
        assert heard(f"<p>She was born {written}, they say.</p>") == [day.isoformat()], written


def test_whatever_is_written_of_people_is_heard_as_the_canary_it_is(canaries: Canaries) -> None:
    written = [canaries.name(f"field {n}") for n in range(1000)]
    assert len(canaries) == 2000, "each is another"
    for n, text in enumerate(written):
        seen = fields(singing(f"<p>It is about {text}.</p>"), canaries)
        assert set(seen.values()) == {f"field {n}"}, text
        assert len(seen) == 2, text


def test_children_are_heard_by_number_birth_and_initials_too(canaries: Canaries) -> None:
    born = canaries.birth("birth")
    serial = (date.fromisoformat(born) - date(1899, 12, 30)).days
    assert heard(f"Mosaic {canaries.number('number')}")
    assert heard(packed(sheet_dot_xml=f'<c s="1"><v>{serial}</v></c>')) == [born]
    assert heard("of Z.Z. we know")
    assert heard("of X.B. F. we know")
    for number in ("973 100 0124", "07973 100012", "9731-00012", "+44 7973 100012"):
        assert heard(f"or {number}, in the evening"), number


def test_what_no_canary_touched_is_silent_and_what_is_closed_is_an_error() -> None:
    assert (
        heard(packed(sheet_dot_xml="<c><v>60</v></c><c><v>2026</v></c>", a="Zoe Zand, 16/03/2026, 34 of 60"))
        == []
    )
    for closed in (b"%PDF-1.7 ...", b"\xd0\xcf\x11\xe0 ..."):
        with pytest.raises(CannotLook):
            singing(packed(attached=closed), "pack.zip")
