"""A grade is read when Word shows it and nothing about it is doubtful; otherwise it is held with both readings."""

from __future__ import annotations

from pathlib import Path

import pytest
from word_files import by_control, by_words, docx, gone, ins, p, pairs, sdt, t, table, tc, tr

from bot.papers.forms.answers import Held, ReturnedAudit
from bot.papers.forms.questions import questions
from bot.papers.forms.returned_audit import read
from bot.programme.vocabulary import Grade

ASKED = questions((Path(__file__).parents[2] / "config" / "audit_tool.toml").read_text(encoding="utf-8"))
GOOD, POOR = Grade.GOOD, Grade.INADEQUATE
DROP = (
    "<w:dropDownList>"
    '<w:listItem w:displayText="Choose an item." w:value=""/><w:listItem w:displayText="Outstanding" w:value="1"/>'
    '<w:listItem w:displayText="Good" w:value="2"/><w:listItem w:displayText="Inadequate" w:value="4"/>'
    "</w:dropDownList>"
)
STYLES = (
    '<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    '<w:style w:type="character" w:styleId="Secret"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Deeper"><w:basedOn w:val="Secret"/></w:style>'
    '<w:style w:type="character" w:styleId="Struck"><w:rPr><w:strike/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="SecretLine"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>'
)
SHOWN = '<w:vanish w:val="0"/>'
ALL_HIDDEN = STYLES.replace(
    "</w:styles>",
    "<w:docDefaults><w:rPrDefault><w:rPr><w:vanish/></w:rPr></w:rPrDefault></w:docDefaults></w:styles>",
)


def grade_of(data: bytes) -> Grade | None:
    found = read(data, ASKED)
    assert isinstance(found, ReturnedAudit), found
    return found.auditor_grade


def reason(data: bytes) -> str:
    found = read(data, ASKED)
    assert isinstance(found, Held), found
    return found.reason


def legacy(entries: tuple[str, ...], chosen: str = "", default: str = "", name: str = "Dropdown1") -> str:
    listed = "".join(f'<w:listEntry w:val="{entry}"/>' for entry in entries)
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:name w:val="{name}"/><w:ddList>{chosen}{default}{listed}'
        '</w:ddList></w:ffData></w:fldChar></w:r><w:r><w:instrText> FORMDROPDOWN </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )  # fmt: skip


def field(result: str, code: str = ' QUOTE "Good" ') -> str:
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{code}</w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{result}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def text_box(choice: str, fallback: str | None = None, requires: str = "wps") -> str:
    return (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="{requires}"><w:drawing><wps:wsp><wps:txbx><w:txbxContent>'
        f"{p(t(choice))}</w:txbxContent></wps:txbx></wps:wsp></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>"
        f"<w:txbxContent>{p(t(choice if fallback is None else fallback))}</w:txbxContent></v:textbox></w:pict>"
        "</mc:Fallback></mc:AlternateContent></w:r>"
    )


GRADES = ("Outstanding", "Good", "Requires Improvement", "Inadequate")
FOUR = legacy(("Choose", *GRADES), '<w:result w:val="2"/>')

PLAINLY_THERE = {
    "plain text in the cell beside the words": by_words(p(t("Good"))),
    "in other letters": by_words(p(t("  gOOD\u00a0"))),
    "in full-width letters": by_words(p(t("Ｇｏｏｄ"))),
    "in white letters on a coloured ground": by_words(
        p(t("Good", '<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="00703C"/>'))
    ),
    "in white letters in a coloured paragraph": by_words(
        p(t("Good", '<w:color w:val="FFFFFF"/>'), '<w:shd w:val="clear" w:fill="00703C"/>')
    ),
    "in a cell without properties": docx(
        f"<w:tbl><w:tr>{tc(p(t('Overall grade')))}<w:tc>{p(t('Good'))}</w:tc></w:tr></w:tbl>"
        + p(t("Audit reference: FSP-2026-03-001"))
    ),
    "in white letters in a coloured cell": docx(
        table(
            tr(tc(p(t("Audit reference"))), tc(p(t("FSP-2026-03-001")))),
            tr(tc(p(t("Overall grade"))), tc(p(t("Good", '<w:color w:val="FFFFFF"/>')), '<w:shd w:fill="00703C"/>')),
        )
    ),
    "in white letters that are marked": by_words(
        p(t("Good", '<w:color w:val="FFFFFF"/><w:highlight w:val="green"/>'))
    ),
    "in small letters": by_words(p(t("Good", '<w:sz w:val="5"/>'))),
    "in pieces": by_words(p(t("Go") + "<w:proofErr/>" + t("od"))),
    "a control in the line": by_control(sdt("grade_auditor", t("Good"), DROP)),
    "a control around the paragraph": docx(
        pairs(("Audit reference", p(t("FSP-2026-03-001"))), ("Overall grade", sdt("grade_auditor", p(t("Good")))))
    ),
    "a control around the cell": docx(
        table(tr(tc(p(t("Overall grade"))), sdt("grade_auditor", tc(p(t("Good"))))))
    ),
    "a control around the row": docx(
        table(sdt("grade_auditor", tr(tc(p(t("Overall grade"))), tc(p(t("Good"))))))
    ),
    "a control in a control": by_control(sdt("outer", sdt("grade_auditor", t("Good")))),
    "a control without a tag": by_words(p(sdt("", t("Good")))),
    "the same control twice": by_control(sdt("grade_auditor", t("Good")) + sdt("grade_auditor", t("Good"))),
    "a question that names a grade under the control": by_control(
        p(sdt("grade_auditor", t("Good"))) + p(t("Overall grade"))
    ),
    "a long sentence with another grade's word under the control": by_control(
        p(sdt("grade_auditor", t("Good"))) + p(t("Nothing in it was at any time inadequate to the eye."))
    ),
    "an old drop-down": by_words(p(FOUR)),
    "an old drop-down named after the question": by_control(
        legacy(("Choose", *GRADES), '<w:result w:val="2"/>', name="grade_auditor")
    ),
    "an old text field": by_words(p(field(t("Good"), " FORMTEXT "))),
    "the result of a field": by_words(p(field(t("Good"), ' DOCPROPERTY "Outstanding" '))),
    "a simple field": by_words(p(f'<w:fldSimple w:instr="x">{t("Good")}</w:fldSimple>')),
    "a smart tag": by_words(p(f"<w:smartTag>{t('Good')}</w:smartTag>")),
    "custom XML": by_words(p(f"<w:customXml>{t('Good')}</w:customXml>")),
    "a link": by_words(p(f"<w:hyperlink>{t('Good')}</w:hyperlink>")),
    "with a comment on it": by_words(p(t("Good") + '<w:r><w:commentReference w:id="1"/></w:r>')),
    "with a footnote": by_words(p(t("Good") + '<w:r><w:footnoteReference w:id="1"/></w:r>')),
    "in bold, changed with Track Changes on": by_words(p(t("Good", "<w:b/><w:rPrChange><w:rPr/></w:rPrChange>"))),
    "after a deleted row": docx(
        table(
            tr(tc(p(t("Audit reference"))), tc(p(t("FSP-2026-03-001")))),
            tr(tc(p(t("Overall grade"))), tc(p(gone("Inadequate"))), properties='<w:del w:id="3" w:author="A"/>'),
            tr(tc(p(t("Overall grade"))), tc(p(t("Good")))),
        )
    ),
    "in the row below its heading": docx(
        table(
            tr(tc(p(t("Audit reference"))), tc(p(t("Overall grade"))), tc(p(t("Comments")))),
            tr(tc(p(t("FSP-2026-03-001"))), tc(p(t("Good"))), tc(p(t("A helpful talk")))),
        )
    ),
    "in the row below, alone": docx(
        table(tr(tc(p(t("Audit reference: FSP-2026-03-001")))), tr(tc(p(t("Overall grade")))), tr(tc(p(t("Good")))))
    ),
    "after a colon": docx(p(t("Audit reference: FSP-2026-03-001")) + p(t("Overall grade: Good"))),
    "after a tab": docx(
        p(t("Audit reference: FSP-2026-03-001")) + p(t("Overall grade") + "<w:r><w:tab/></w:r>" + t("Good"))
    ),
    "under a heading": docx(p(t("Audit reference: FSP-2026-03-001")) + p(t("8. Overall grade")) + p(t("Good"))),
    "below words in the same cell": docx(
        table(tr(tc(p(t("Audit reference: FSP-2026-03-001")))), tr(tc(p(t("Overall grade")) + p(t("Good")))))
    ),
    "beside words that are known in other letters": docx(
        pairs(("Audit Ref:", p(t("FSP-2026-03-001"))), ("8  OVERALL GRADE (AUDITOR):", p(t("Good"))))
    ),
    "a control and its question in one line": by_control(sdt("grade_auditor", t("Good")), before=t("Overall grade: ")),
    "a control after its own title": by_control(
        sdt("grade_auditor", t("Good"), '<w:alias w:val="What we think of it"/>'), before=t("What we think of it ")
    ),
    "a control beside another control that speaks of a grade": by_control(
        sdt("grade_auditor", t("Good")) + sdt("outer", sdt("inner", t("it was")) + t(" Inadequate before"))
    ),
    "a control and the same word typed under it": by_control(p(sdt("grade_auditor", t("Good"))) + p(t("Good"))),
    "a control and a dash after it": by_control(sdt("grade_auditor", t("Good")), after=t(" – ")),
    "a control and a name with a grade's letters under it": by_control(
        p(sdt("grade_auditor", t("Good"))) + p(t("Copied to A Outstandingly"))
    ),
    "a control and the same word typed in another place": docx(
        pairs(("Audit reference", p(t("FSP-2026-03-001"))), ("Overall grade", p(sdt("grade_auditor", t("Good")))))
        + p(t("Overall grade: Good"))
    ),
    "what a drop-down shows, not what it keeps": by_control(sdt("grade_auditor", t("Good"), DROP)),
    "a comment in the XML": by_words("<w:p><w:r><w:t>Go<!-- x -->od</w:t></w:r></w:p>"),
    "with a soft hyphen of Word's": by_words("<w:p><w:r><w:t>Go</w:t><w:softHyphen/><w:t>od</w:t></w:r></w:p>"),
}  # fmt: skip


@pytest.mark.parametrize("how", PLAINLY_THERE)
def test_a_grade_that_is_plainly_there_is_read(how: str) -> None:
    assert grade_of(PLAINLY_THERE[how]) is GOOD


@pytest.mark.parametrize("grade", Grade)
def test_every_spelling_the_audit_team_listed_is_read(grade: Grade) -> None:
    spellings = [text for text, meant in ASKED.grades.items() if meant is grade]
    assert len(spellings) >= 2
    for spelling in spellings:
        assert grade_of(by_words(p(t(spelling.upper())))) is grade
        assert grade_of(by_control(sdt("grade_auditor", t(spelling)))) is grade


def test_words_that_contain_another_grade_are_read_whole() -> None:
    assert grade_of(by_words(p(t("Requires improvement to be ") + t("Good")))) is Grade.REQUIRES_IMPROVEMENT


NOT_A_GRADE = (
    "Not Good", "Good/RI", "Good?", "Good - just", "Good (just)", "Goood", "Almost Outstanding", "Good Outstanding",
    "Requires Improvement/Inadequate", "2", "see below", "☐ Outstanding ☒ Good ☐ Inadequate",
    "Gооd", "Gοod",
    "Good\u200b",
    "\ufeffGood", "𝐆𝐨𝐨𝐝", "Ⓖood", "Góod", "Good\u00ad", "Outſtanding", "Go\u0301od", "\u202edooG",
)  # fmt: skip


@pytest.mark.parametrize("text", NOT_A_GRADE)
@pytest.mark.parametrize("place", [by_words, by_control], ids=["typed", "in the control"])
def test_whatever_is_not_wholly_a_grade_is_held(text: str, place: object) -> None:
    data = by_words(p(t(text))) if place is by_words else by_control(sdt("grade_auditor", t(text)))
    assert "the grade box holds words that are no grade" in reason(data)


def test_letters_that_only_look_plain_are_named() -> None:
    assert "U+043E" in reason(by_words(p(t("Gооd"))))


DOUBTFUL: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "inserted with Track Changes on": (by_words(p(ins(t("Good")))), ("inserted", "“Good”", "it said nothing")),
    "deleted and inserted": (by_words(p(gone("Good") + ins(t("Inadequate")))), ("“Good”", "“Inadequate”")),
    "half inserted": (
        by_words(p(ins(t("Requires improvement to be ")) + t("Good"))),
        ("“Requires Improvement to be Good”", "“Good”"),
    ),
    "half deleted": (
        by_control(sdt("grade_auditor", gone("Requires improvement to be ") + t("Good"))),
        ("“Requires Improvement to be Good”", "“Good”"),
    ),
    "moved here": (by_words(p(f'<w:moveTo w:id="1" w:author="A">{t("Good")}</w:moveTo>')), ("moved", "“Good”")),
    "moved away": (
        by_control(sdt("grade_auditor", f'<w:moveFrom w:id="1" w:author="A">{t("Good")}</w:moveFrom>')),
        ("moved", "“Good”"),
    ),
    "an inserted control": (by_control(ins(sdt("grade_auditor", t("Good")))), ("inserted",)),
    "an inserted row": (
        docx(
            pairs(("Audit reference", p(t("FSP-2026-03-001"))))
            + table(
                tr(
                    tc(p(t("Overall grade"))), tc(p(sdt("grade_auditor", t("Good")))),
                    properties='<w:ins w:id="3" w:author="A"/>',
                )
            )
        ),
        ("its row was changed",),
    ),
    "an inserted cell": (
        docx(
            pairs(("Audit reference", p(t("FSP-2026-03-001"))))
            + table(tr(tc(p(t("Overall grade"))), tc(p(t("Good")), '<w:cellIns w:id="4" w:author="A"/>')))
        ),
        ("its row was changed",),
    ),
    "hidden text before it": (
        by_words(p(t("Outstanding", "<w:vanish/>") + t("Inadequate"))), ("hidden", "words that are no grade")
    ),
    "hidden by its style": (
        docx(
            pairs(
                ("Audit reference", p(t("FSP-2026-03-001"))),
                ("Overall grade", p(t("Not ", '<w:rStyle w:val="Deeper"/>') + t("Good"))),
            ),
            word__styles_dot_xml=STYLES,
        ),
        ("hidden", "words that are no grade"),
    ),
    "hidden by its paragraph's style": (
        docx(
            pairs(
                ("Audit reference", p(t("FSP-2026-03-001"))),
                ("Overall grade", p(t("Not "), '<w:pStyle w:val="SecretLine"/>') + p(t("Good"))),
            ),
            word__styles_dot_xml=STYLES,
        ),
        ("hidden",),
    ),
    "hidden in the web view": (by_words(p(t("Good", "<w:webHidden/>"))), ("hidden",)),
    "struck through": (
        by_words(p(t("Good ", "<w:strike/>") + t("Inadequate"))),
        ("struck", "words that are no grade", "“Good” and “Inadequate”"),
    ),
    "struck through twice": (by_words(p(t("Good", "<w:dstrike/>"))), ("struck",)),
    "struck through by its style": (
        docx(
            pairs(
                ("Audit reference", p(t("FSP-2026-03-001"))),
                ("Overall grade", p(t("Good", '<w:rStyle w:val="Struck"/>'))),
            ),
            word__styles_dot_xml=STYLES,
        ),
        ("struck",),
    ),
    "struck through by a tracked change of format": (
        by_words(p(t("Good", "<w:strike/><w:rPrChange><w:rPr/></w:rPrChange>"))), ("struck",)
    ),
    "a stroke taken away with Track Changes on": (
        by_words(p(t("Good", "<w:rPrChange><w:rPr><w:strike/></w:rPr></w:rPrChange>"))), ("struck",)
    ),
    "hidden text that was put in with Track Changes on": (
        by_words(p(t("Good") + ins(t(" Inadequate", "<w:vanish/>")))),
        ("it now says “Good”; with what is hidden it says", "no grade (among them “Good” and “Inadequate”)"),
    ),
    "nearly white": (by_words(p(t("Good", '<w:color w:val="fefefe"/>'))), ("too pale",)),
    "hardly darker than that": (by_words(p(t("Good", '<w:color w:val="FDFDFD"/>'))), ("too pale",)),
    "white on a ground that is white": (
        by_words(p(t("Good", '<w:color w:val="FFFFFF"/><w:shd w:fill="FFFFFF"/>'))), ("too pale",)
    ),
    "white on a ground that is the paper": (
        by_words(p(t("Good", '<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="auto"/>'))), ("too pale",)
    ),
    "letters of two points": (by_words(p(t("Good", '<w:sz w:val="4"/>'))), ("too small",)),
    "hidden as a mark of Word's own": (by_words(p(t("Good", "<w:specVanish/>"))), ("hidden",)),
    "hidden by what holds for the whole document": (
        docx(
            table(
                tr(tc(p(t("Audit reference", SHOWN))), tc(p(t("FSP-2026-03-001", SHOWN)))),
                tr(tc(p(t("Overall grade", SHOWN))), tc(p(t("Good", SHOWN) + t("Inadequate")))),
            ),
            word__styles_dot_xml=ALL_HIDDEN,
        ),
        ("hidden", "“Good”"),
    ),
    "in cells merged with Track Changes on": (
        docx(
            pairs(("Audit reference", p(t("FSP-2026-03-001"))))
            + table(tr(tc(p(t("Overall grade"))), tc(p(t("Good")), '<w:cellMerge w:id="5" w:author="A"/>')))
        ),
        ("its row was changed",),
    ),
    "in a control put in with Track Changes on": (
        by_words(p('<w:customXmlInsRangeStart w:id="6" w:author="A"/>' + t("Good"))), ("inserted",)
    ),
    "in a control taken out with Track Changes on": (
        by_words(p('<w:customXmlDelRangeStart w:id="6" w:author="A"/>' + t("Good"))), ("deleted",)
    ),
    "an object beside it": (by_words(p(t("Good") + "<w:r><w:object/></w:r>")), ("picture",)),
    "white on white": (by_words(p(t("Good", '<w:color w:val="FFFFFF"/>'))), ("too pale",)),
    "too small to see": (by_words(p(t("Good", '<w:sz w:val="2"/>'))), ("too small",)),
    "in a text box": (by_words(p(text_box("Good"))), ("text box", "“Good”")),
    "in a text box that says two things": (by_words(p(text_box("Good", "Inadequate"))), ("differs",)),
    "two answers in two controls": (
        by_control(sdt("grade_auditor", t("Good")) + sdt("grade_auditor", t("Inadequate"))),
        ("“Good” and “Inadequate”",),
    ),
    "two answers by two words": (
        docx(
            pairs(
                ("Audit reference", p(t("FSP-2026-03-001"))),
                ("Overall grade", p(t("Good"))),
                ("Auditor's overall grade", p(t("Inadequate"))),
            )
        ),
        ("“Good” and “Inadequate”",),
    ),
    "another grade elsewhere": (
        docx(
            pairs(("Audit reference", p(t("FSP-2026-03-001"))), ("Overall grade", p(sdt("grade_auditor", t("Good")))))
            + p(t("Overall grade: Inadequate"))
        ),
        ("“Good” and “Inadequate”",),
    ),
    "another grade typed beside the control": (
        by_control(sdt("grade_auditor", t("Good")), after=t(" Inadequate")),
        ("“Good”", "“Inadequate”", "beside"),
    ),
    "another grade typed under the control": (
        by_control(p(sdt("grade_auditor", t("Good"))) + p(t("Inadequate"))), ("“Inadequate”", "beside")
    ),
    "another grade typed above the control": (
        by_control(p(t("Inadequate")) + p(sdt("grade_auditor", t("Good")))), ("“Inadequate”", "beside")
    ),
    "another grade between the words and the control": (
        by_control(sdt("grade_auditor", t("Good")), before=t("Inadequate: ")), ("“Inadequate”", "beside")
    ),
    "the grade of before typed under a control that is empty": (
        by_control(p(sdt("grade_auditor", t("Choose a grade"), "<w:showingPlcHdr/>" + DROP)) + p(t("Good"))),
        ("the control is empty", "“Good”"),
    ),
    "another grade between two controls": (
        by_control(
            sdt("first", sdt("inner", t("a")) + t("b"))
            + sdt("grade_auditor", t("Good")) + t(" Inadequate ") + sdt("last", t("c"))
        ),
        ("“Inadequate”", "beside"),
    ),
    "inserted in a cell without properties": (
        docx(f"<w:tbl><w:tr>{tc(p(t('Overall grade')))}<w:tc>{p(ins(t('Good')))}</w:tc></w:tr></w:tbl>"
            + p(t("Audit reference: FSP-2026-03-001"))
        ),
        ("inserted",),
    ),
    "another grade deleted in the line above": (
        by_words(p(gone("Inadequate")) + p(t("Good"))),
        ("before the change it said", "among them “Good” and “Inadequate”")
    ),
    "another grade deleted before an old drop-down": (
        by_words(p(gone("Inadequate ") + FOUR)), ("before the change it said", "among them “Good” and “Inadequate”")
    ),
    "another grade deleted before a text box": (
        by_words(p(gone("Inadequate ") + text_box("Good"))),
        ("before the change it said", "among them “Good” and “Inadequate”"),
    ),
    "another grade deleted before a line break": (
        by_words(p(gone("Inadequate") + "<w:r><w:br/></w:r>" + t("Good"))),
        ("before the change it said", "among them “Good” and “Inadequate”"),
    ),
    "another grade in a sentence under the control": (
        by_control(p(sdt("grade_auditor", t("Good"))) + p(t("The plan was inadequate."))), ("“Inadequate”", "beside")
    ),
    "a word before the control": (
        by_control(sdt("grade_auditor", t("Good")), before=t("Not ")),
        ("words that are no grade",)),
    "a question mark after the control": (
        by_control(sdt("grade_auditor", t("Good")), after=t("?")),
        ("words that are no grade",)),
    "typed beside a control nobody used": (
        by_control(sdt("grade_auditor", t("Choose a grade"), "<w:showingPlcHdr/>" + DROP), after=t(" Good")),
        ("the control is empty", "“Good”"),
    ),
    "typed elsewhere and the control not used": (
        docx(
            pairs(
                ("Audit reference", p(t("FSP-2026-03-001"))),
                ("Overall grade", p(sdt("grade_auditor", t("Choose a grade"), "<w:showingPlcHdr/>"))),
            )
            + p(t("Overall grade: Good"))
        ),
        ("its control has not been used",),
    ),
    "a prompt that is a grade": (by_control(sdt("grade_auditor", t("Good"), "<w:showingPlcHdr/>")), ("prompt",)),
    "a word the list keeps for another grade": (
        by_control(
            sdt(
                "grade_auditor", t("Good"),
                '<w:dropDownList><w:listItem w:displayText="Inadequate" w:value="Good"/></w:dropDownList>',
            )
        ),
        ("“Inadequate”",),
    ),
    "an old drop-down nobody used, whose first entry is a grade": (by_words(p(legacy(GRADES))), ("nobody",)),
    "a picture beside it": (by_words(p(t("Good") + "<w:r><w:drawing/></w:r>")), ("picture",)),
    "letters that run backwards": (by_words(p(f'<w:bdo w:val="rtl">{t("dooG")}</w:bdo>')), ()),
    "inside another file": (by_words(p(t("Good")) + '<w:altChunk r:id="rId9"/>'), ("embedded file",)),
    "two contents in one control": (
        by_control(
            sdt("grade_auditor", t("Good")).replace(
                "</w:sdtContent>", f"</w:sdtContent><w:sdtContent>{t('Inadequate')}</w:sdtContent>"
            )
        ),
        ("holds more than a control can",),
    ),
    "text in the control outside its content": (
        by_control(sdt("grade_auditor", t("Good")).replace("</w:sdt>", t("?") + "</w:sdt>")),
        ("holds more than a control can",),
    ),
    "in words of a domain as well": (
        docx(
            pairs(("Audit reference", p(t("FSP-2026-03-001"))), ("Overall grade", p(t("Good"))))
            + table(tr(tc(p(t("Planning"))), tc(p(ins(t("Good"))))))
        ),
        ("Planning", "inserted"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("how", DOUBTFUL)
def test_a_doubtful_grade_is_held_with_what_it_could_mean(how: str) -> None:
    data, fragments = DOUBTFUL[how]
    said = reason(data)
    for fragment in fragments:
        assert fragment in said, said


@pytest.mark.parametrize(
    "words", ["on", "Date:", "dated", "by", "to", "from", "Grade", "overall", "Overall grade", "grade given"]
)
def test_words_that_join_a_control_to_what_is_beside_it_say_nothing_about_the_grade(words: str) -> None:
    control = sdt("grade_auditor", t("Good"))
    assert grade_of(by_control(control, before=t(f"{words} "))) is GOOD
    assert grade_of(by_control(control, after=t(f" {words}"))) is GOOD


def test_a_file_is_ours_by_a_grade_and_one_more_question_or_by_eight_with_the_reference() -> None:
    grade, reference = ("Overall grade", p(t("Good"))), ("Audit reference", p(t("FSP-2026-03-001")))
    assert grade_of(docx(pairs(reference, grade))) is GOOD
    for too_little in (pairs(grade), pairs(reference, ("Mosaic number", p(t("9310007"))))):
        assert "is not the audit tool" in reason(docx(too_little))
    assert grade_of(docx(pairs(("Mosaic number", p(t("9310007"))), grade))) is GOOD
    without_reference = [
        (words, p(t("x")))
        for words in (
            "Mosaic number", "Child's name", "Date of birth", "Ethnicity", "Age", "Completed on", "Why this grade",
            "What is outstanding",
        )
    ]  # fmt: skip
    eight = [*without_reference[:-1], reference]
    assert isinstance(read(docx(pairs(*eight)), ASKED), ReturnedAudit)
    for too_little in (pairs(*eight[1:]), pairs(*without_reference)):
        assert "is not the audit tool" in reason(docx(too_little))


def test_a_form_without_its_grade_is_blank_only_where_nothing_was_filled_in() -> None:
    grade = ("Overall grade", p(sdt("grade_auditor", t("Choose a grade"), "<w:showingPlcHdr/>")))
    known = ("Audit reference", p(sdt("audit_ref", t("FSP-2026-03-001"))))
    work = ("Why this grade", p(sdt("grade_reason", t("The plan was clear."))))
    begun = read(docx(pairs(known, grade, work)), ASKED)
    assert isinstance(begun, Held)
    assert "no grade is chosen" in begun.reason
    assert (begun.incomplete, begun.blank) == (True, False)
    for nothing in (pairs(known, grade), pairs(known, ("Mosaic number", p(sdt("mosaic_id", t("9310007")))))):
        found = read(docx(nothing), ASKED)
        assert isinstance(found, Held)
        assert (found.incomplete, found.blank, found.grades) == (True, True, ())


def test_a_doubt_is_said_once_and_only_as_it_is() -> None:
    said = reason(DOUBTFUL["another grade elsewhere"][0])
    assert said.count("different answers are given") == 1
    assert "has not been used" not in said
    assert "not plain letters" not in reason(by_words(p(t("Fine\u00a0work")))), "a space is no letter"
    assert "exists twice" not in reason(by_words(p(text_box("Good")))), "both versions say the same"
    assert "before the change" not in reason(DOUBTFUL["white on white"][0]), "nothing was changed"


def test_of_a_grade_and_the_words_that_none_applies_the_grade_alone_can_be_read() -> None:
    found = read(by_control(sdt("grade_auditor", t("Good")) + sdt("grade_auditor", t("N/A"))), ASKED)
    assert isinstance(found, Held), found
    assert found.grades == (GOOD,)
    found = read(by_control(sdt("grade_auditor", t("Good")) + sdt("grade_auditor", t("Fine"))), ASKED)
    assert isinstance(found, Held), found
    assert found.grades is None, "what else is said may be any grade"


NOBODY_ANSWERED = {
    "the prompt still shows": by_control(sdt("grade_auditor", t("Choose a grade"), "<w:showingPlcHdr/>" + DROP)),
    "the prompt was left behind as text": by_control(sdt("grade_auditor", t("Click or tap here to enter text."))),
    "the drop-down's own prompt as text": by_control(sdt("grade_auditor", t("Choose an item."), DROP)),
    "a prompt typed into the cell": by_words(p(t("Choose a grade"))),
    "an old drop-down at its prompt": by_words(p(legacy(("Choose a grade", *GRADES)))),
    "nothing in the cell": by_words(p()),
    "five blanks of an old text field": by_words(p(field(t("\u2002\u2002\u2002\u2002\u2002"), " FORMTEXT "))),
    "only the code of a field": by_words(p('<w:r><w:fldChar w:fldCharType="begin"/></w:r>' + t("Good"))),
    "only hidden in the row": docx(
        pairs(("Audit reference", p(t("FSP-2026-03-001"))))
        + table(tr(tc(p(t("Overall grade"))), tc(p(t("Good"))), properties="<w:hidden/>"))
        + p(sdt("grade_auditor", t("Choose a grade"), "<w:showingPlcHdr/>"))
    ),
    "in a deleted cell": docx(
        pairs(("Audit reference", p(t("FSP-2026-03-001"))))
        + table(tr(tc(p(t("Overall grade"))), tc(p(t("Good")), '<w:cellDel w:id="4" w:author="A"/>'), tc(p())))
    ),
}  # fmt: skip


@pytest.mark.parametrize("how", NOBODY_ANSWERED)
def test_a_question_nobody_answered_has_no_grade(how: str) -> None:
    found = read(NOBODY_ANSWERED[how], ASKED)
    assert isinstance(found, Held), found
    assert found.incomplete, found


def test_a_choice_word_does_not_understand_gives_way_to_its_fallback() -> None:
    body = pairs(
        ("Audit reference", p(text_box("FSP-2026-03-999", "FSP-2026-03-001", requires="later"))),
        ("Overall grade", p(t("Good"))),
    )
    found = read(docx(body), ASKED)
    assert isinstance(found, ReturnedAudit)
    assert found.reference == "FSP-2026-03-001"


def test_a_text_box_is_read_once() -> None:
    body = pairs(("Audit reference", p(text_box("FSP-2026-03-001"))), ("Overall grade", p(t("Good"))))
    found = read(docx(body), ASKED)
    assert isinstance(found, ReturnedAudit)
    assert found.reference == "FSP-2026-03-001"


def test_a_list_of_the_four_grades_is_no_answer() -> None:
    rows = [tr(tc(p(t("Overall grade"))), tc(p(t("What it means"))))]
    rows += [tr(tc(p(t(grade))), tc(p(t("Some words about it.")))) for grade in GRADES]
    body = pairs(("Audit reference", p(t("FSP-2026-03-001"))), ("Overall grade", p(t("Good"))))
    found = read(docx(body + table(*rows)), ASKED)
    assert not (isinstance(found, ReturnedAudit) and found.auditor_grade is not GOOD), found


def test_the_grade_under_moderation_is_the_moderators() -> None:
    body = pairs(
        ("Audit reference", p(t("FSP-2026-03-001"))),
        ("Overall grade (auditor)", p(t("Inadequate"))),
        ("Moderated overall grade", p(t("RI"))),
    )
    found = read(docx(body), ASKED)
    assert isinstance(found, ReturnedAudit)
    assert (found.auditor_grade, found.moderated_grade) == (POOR, Grade.REQUIRES_IMPROVEMENT)


def test_grades_of_the_domains_are_read_by_their_words() -> None:
    head = tr(tc(p(t("Domain"))), tc(p(t("Auditor's grade"))), tc(p(t("Moderated grade"))))
    rows = [
        tr(tc(p(t("4  Planning"))), tc(p(t("Good"))), tc(p(t("Inadequate")))),
        tr(tc(p(t("Relationship and direct work"))), tc(p(t("Outstanding"))), tc(p())),
    ]
    body = pairs(("Audit reference", p(t("FSP-2026-03-001"))), ("Overall grade", p(t("Good"))))
    found = read(docx(body + table(head, *rows)), ASKED)
    assert isinstance(found, ReturnedAudit)
    assert found.domain_grades["Planning"] is GOOD
    assert found.moderated_domain_grades["Planning"] is POOR
    assert found.domain_grades["Relationship and direct work"] is Grade.OUTSTANDING


def test_a_grade_inside_a_domain_belongs_to_the_domain() -> None:
    block = table(
        tr(tc(p(t("2  Assessment, risk and thresholds")))), tr(tc(p(t("Grade"))), tc(p(t("Inadequate"))))
    )
    body = pairs(("Audit reference", p(t("FSP-2026-03-001"))), ("Overall grade", p(t("Good"))))
    found = read(docx(body + block), ASKED)
    assert isinstance(found, ReturnedAudit)
    assert found.domain_grades["Assessment, risk and thresholds"] is POOR
    assert found.auditor_grade is GOOD


def test_a_strict_document_is_read_like_any_other() -> None:
    import io
    import zipfile

    data = by_control(sdt("grade_auditor", t("Good")))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    for name in parts:
        parts[name] = (
            parts[name]
            .replace(
                b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                b"http://purl.oclc.org/ooxml/wordprocessingml/main",
            )
            .replace(
                b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                b"http://purl.oclc.org/ooxml/officeDocument/relationships",
            )
        )
    from word_files import packed

    assert grade_of(packed(parts)) is GOOD


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_the_encoding_of_the_xml_does_not_matter(encoding: str) -> None:
    from word_files import RELATIONS, TYPES, document, packed

    body = pairs(("Audit reference", p(t("FSP-2026-03-001"))), ("Overall grade", p(t("Good"))))
    text = (
        document(body).replace('encoding="UTF-8"', f'encoding="{encoding[:6].rstrip("-")}"').encode(encoding)
    )
    data = packed({"[Content_Types].xml": TYPES, "_rels/.rels": RELATIONS, "word/document.xml": text})
    assert grade_of(data) is GOOD


def test_a_control_bound_to_another_value_is_held() -> None:
    binding = '<w:dataBinding w:storeItemID="{ABC}" w:xpath="/ns0:form[1]/ns0:grade[1]"/>'
    parts = {
        "customXml__item1_dot_xml": '<form xmlns="urn:x"><grade>Inadequate</grade></form>',
        "customXml__itemProps1_dot_xml": '<ds:datastoreItem xmlns:ds="urn:ds" ds:itemID="{ABC}"/>',
    }
    body = pairs(
        ("Audit reference", p(t("FSP-2026-03-001"))),
        ("Overall grade", p(sdt("grade_auditor", t("Good"), binding))),
    )
    assert "Word will show “Inadequate”" in reason(docx(body, **parts))
    parts["customXml__item1_dot_xml"] = '<form xmlns="urn:x"><grade>Good</grade></form>'
    assert grade_of(docx(body, **parts)) is GOOD
