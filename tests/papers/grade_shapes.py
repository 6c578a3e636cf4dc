"""Every way a grade has been seen to stand in a Word file, as a table, and how each must be answered for.

A shape is put in place of one grade of a filled-in form by plain XML, with none of the bot's own code. `READ`: a clean
form, the grade must be read. `HELD`: a person must look. `SAFE`: read right or held, both can be defended; never wrong.
What editors write by themselves is in tests/samples; here is what they write seldom, or only when somebody tries.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from string import Template

from forms import filled
from lxml import etree

from bot.papers.forms.audit_tool import FormValues, prepare, stamp

ROOT = Path(__file__).parents[2]
READ, HELD, SAFE = "read", "held", "safe"
GRADES = ("Outstanding", "Good", "Requires Improvement", "Inadequate")
OTHER = dict(zip(GRADES, (*GRADES[1:], GRADES[0]), strict=True))
"""A grade that is not there: the one that stands beside it hidden, struck through or before a change."""

REFERENCE = "FSP-2026-03-001"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
W = f"{{{WORD}}}"
SPACES = {
    "w": WORD,
    "r": RELATIONS,
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "v": "urn:schemas-microsoft-com:vml",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
}
DECLARED = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in SPACES.items())

# ------------------------------------------------------------------------------------------------- the forms

POSITIONS: Mapping[str, tuple[str, bool]] = {
    "auditor's": ("grade_auditor", False),
    "auditor's, already moderated": ("grade_auditor", True),
    "moderated": ("grade_moderated", True),
    "a domain's": ("d2.grade", False),
}
"""Where the grade stands -> its tag, and whether the moderator's part is filled in too."""

LABELS = {
    "grade_auditor": "Section 8, Overall grade",
    "grade_moderated": "Section 12, Moderated overall grade",
    "d2.grade": "Assessment, risk and thresholds",
}


def stamped() -> bytes:
    """The form of one fictional audit as it goes out."""
    values = FormValues(
        reference=REFERENCE,
        cycle="FSP, March 2026",
        audit_type="Full audit by a Team Manager",
        return_by=date(2026, 3, 16),
        return_to="audit.team@wexcombe.example",
        mosaic_number="4100021",
        child_name="Robin Example",
        date_of_birth=date(2012, 5, 14),
        age="13",
        ethnicity="White British",
        outcome_type="CIN",
        practitioner="Pat Lee",
        team="Family Support 1",
        team_manager="Sam Hill",
        auditor="Ada Obi",
        moderator="Max Stone",
        kloes=("Is the child seen alone?", "Is the plan shared with the family?"),
    )
    parts = parts_of(stamp(prepare((ROOT / "docx_templates/audit_tool.docx").read_bytes()), values))
    if not any(
        "thumbnail" in name for name in parts
    ):  # the relation to a picture that is not there stops python-docx
        parts["_rels/.rels"] = re.sub(rb"<Relationship [^>]*thumbnail[^>]*/>", b"", parts["_rels/.rels"])
    return package_of(parts, zipfile.ZIP_DEFLATED)


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {info.filename: package.read(info) for info in package.infolist()}


def package_of(parts: Mapping[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as package:
        for name, data in parts.items():
            package.writestr(zipfile.ZipInfo(name, (2026, 3, 16, 12, 0, 0)), data, method)
    return out.getvalue()


class Originals:
    """Filled-in forms, made once: the moderated one and the one that only the auditor has worked on."""

    def __init__(self) -> None:
        form = stamped()
        self.parts = {
            moderated: parts_of(filled(form, grade="Good", moderated="Good" if moderated else ""))
            for moderated in (False, True)
        }


class Spot:
    """One grade in one form: the control that holds it and what is around it."""

    def __init__(self, originals: Originals, position: str, grade: str) -> None:
        self.tag, moderated = POSITIONS[position]
        self.grade = grade
        self.parts = dict(originals.parts[moderated])
        self.root = etree.fromstring(self.parts.pop("word/document.xml"))
        self.sdt = next(
            sdt
            for sdt in self.root.iter(f"{W}sdt")
            if (tag := sdt.find(f"{W}sdtPr/{W}tag")) is not None and tag.get(f"{W}val") == self.tag
        )
        self.paragraph = self._around("p")
        self.cell = self._around("tc")
        self.row = self._around("tr")

    def _around(self, name: str) -> etree._Element:
        return next(self.sdt.iterancestors(f"{W}{name}"))

    def words(self) -> dict[str, str]:
        title = self.sdt.find(f"{W}sdtPr/{W}alias")
        return {
            "grade": self.grade,
            "other": OTHER[self.grade],
            "tag": self.tag,
            "title": "" if title is None else title.get(f"{W}val") or "",
            "first": self.grade[:3],
            "rest": self.grade[3:],
            "place": str(GRADES.index(self.grade)),
        }

    def put(self, old: etree._Element, template: str) -> None:
        """Other XML where `old` stood."""
        text = Template(template).substitute(self.words())
        parent = old.getparent()
        assert parent is not None
        place = parent.index(old)
        parent.remove(old)
        for n, element in enumerate(etree.fromstring(f"<x {DECLARED}>{text}</x>")):
            parent.insert(place + n, element)

    def part(self, name: str, data: str, kind: str, relation: str, identity: str) -> None:
        """One more part of the package, related to the document."""
        self.parts[name] = Template(data).substitute(self.words()).encode()
        types = self.parts["[Content_Types].xml"].decode()
        self.parts["[Content_Types].xml"] = types.replace(
            "</Types>", f'<Override PartName="/{name}" ContentType="{kind}"/></Types>'
        ).encode()
        relations = self.parts["word/_rels/document.xml.rels"].decode()
        self.parts["word/_rels/document.xml.rels"] = relations.replace(
            "</Relationships>",
            f'<Relationship Id="{identity}" Type="{RELATIONS}/{relation}" Target="/{name}"/></Relationships>',
        ).encode()

    def styles(self, added: str) -> None:
        styles = self.parts["word/styles.xml"].decode()
        self.parts["word/styles.xml"] = styles.replace("</w:styles>", f"{added}</w:styles>").encode()

    def document(self) -> bytes:
        return etree.tostring(self.root, xml_declaration=True, encoding="UTF-8", standalone=True)

    def file(self) -> bytes:
        return package_of({"word/document.xml": self.document(), **self.parts})


# ------------------------------------------------------------------------------------------- the tiny language


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


LIST = "".join(f'<w:listItem w:displayText="{g}" w:value="{g}"/>' for g in GRADES)
DROP = f"<w:dropDownList>{LIST}</w:dropDownList>"


def control(content: str, kind: str = DROP, tag: str = '<w:tag w:val="$tag"/>') -> str:
    return (
        f'<w:sdt><w:sdtPr><w:alias w:val="$title"/>{tag}<w:id w:val="77001"/>{kind}</w:sdtPr>'
        f"<w:sdtContent>{content}</w:sdtContent></w:sdt>"
    )


def tracked(kind: str, content: str, number: int = 901) -> str:
    return f'<w:{kind} w:id="{number}" w:author="Ada Obi" w:date="2026-03-10T09:00:00Z">{content}</w:{kind}>'


def gone(text: str, number: int = 902) -> str:
    return tracked("del", f'<w:r><w:delText xml:space="preserve">{text}</w:delText></w:r>', number)


def shape_text(content: str) -> str:
    """A text box as Word 2010 and later draw it."""
    return (
        '<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="900000" cy="300000"/><wp:docPr id="9" '
        'name="Text Box 9"/><a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/'
        f'wordprocessingShape"><wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr/><wps:txbx><w:txbxContent><w:p>{content}'
        "</w:p></w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:inline>"
    )


def drawn(content: str) -> str:
    return f"<w:drawing>{shape_text(content)}</w:drawing>"


def old_box(content: str) -> str:
    return (
        '<w:pict><v:shape style="width:90pt;height:20pt"><v:textbox><w:txbxContent><w:p>'
        f"{content}</w:p></w:txbxContent></v:textbox></v:shape></w:pict>"
    )


def alternate(choice: str, fallback: str) -> str:
    return (
        f'<mc:AlternateContent><mc:Choice Requires="wps">{choice}</mc:Choice>'
        f"<mc:Fallback>{fallback}</mc:Fallback></mc:AlternateContent>"
    )


def old_list(chosen: str) -> str:
    entries = "".join(f'<w:listEntry w:val="{grade}"/>' for grade in GRADES)
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:name w:val="Grade1"/><w:enabled/><w:ddList>{chosen}'
        f"{entries}</w:ddList></w:ffData></w:fldChar></w:r>"
        '<w:r><w:instrText xml:space="preserve"> FORMDROPDOWN </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def field(instruction: str, result: str) -> str:
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> {instruction} '
        f'</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>{result}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def moved(text: str) -> tuple[str, str]:
    """Where a text was moved from, and where it was moved to."""
    ends = '<w:{0}RangeStart w:id="{1}" w:name="move1" w:author="Ada Obi"/>{2}<w:{0}RangeEnd w:id="{1}"/>'
    return (
        ends.format("moveFrom", 911, tracked("moveFrom", run(text), 912)),
        ends.format("moveTo", 913, tracked("moveTo", run(text), 914)),
    )


PLACEHOLDER = run("Choose a grade", '<w:rStyle w:val="PlaceholderText"/>')
EMPTY = control(PLACEHOLDER, f"<w:showingPlcHdr/>{DROP}")
G, O = run("$grade"), run("$other")  # noqa: E741 (the grade that stands there, and one that does not)
CHOSEN = control(G)
PARAGRAPH = '<w:p><w:pPr><w:pStyle w:val="Answer"/></w:pPr>{0}</w:p>'

# ------------------------------------------------------------------------------------------------- the table

Build = Callable[[Spot], None]


@dataclass(frozen=True, slots=True)
class Shape:
    """`grades`: those it can show. `shows`: what an attentive eye reads in Word, if not the grade itself."""

    name: str
    truth: str
    build: Build
    grades: tuple[str, ...] = GRADES
    shows: str = ""


SHAPES: dict[str, Shape] = {}


def shape(
    name: str, truth: str, build: Build | str, grades: tuple[str, ...] = GRADES, shows: str = ""
) -> None:
    assert name not in SHAPES, name
    if isinstance(build, str):
        text = build
        SHAPES[name] = Shape(name, truth, lambda spot: spot.put(spot.sdt, text), grades, shows)
    else:
        SHAPES[name] = Shape(name, truth, build, grades, shows)


def around(what: str, template: str, inside: str = "") -> Build:
    """XML in place of the paragraph, cell or row; `{0}` in it is the old one, with `inside` where its control was."""

    def build(spot: Spot) -> None:
        if inside:
            spot.put(spot.sdt, inside)
        old = getattr(spot, what)
        kept = etree.tostring(old, encoding="unicode", with_tail=False).replace("$", "$$")
        spot.put(old, template.replace("{0}", kept))

    return build


# A control of each kind, in each place
for kind, xml in {
    "drop-down": DROP,
    "combo box": f"<w:comboBox>{LIST}</w:comboBox>",
    "plain text": "<w:text/>",
    "plain text of many lines": '<w:text w:multiLine="1"/>',
    "rich text": "",
    "rich text, said so": "<w:richText/>",
    "locked drop-down": f'<w:lock w:val="sdtContentLocked"/>{DROP}',
    "drop-down with another last value": DROP.replace(
        "<w:dropDownList>", '<w:dropDownList w:lastValue="$other">'
    ),
    "drop-down whose placeholder flag is off": f'<w:showingPlcHdr w:val="0"/>{DROP}',
}.items():
    shape(f"{kind} control", READ, control(G, xml))
shape("block control", READ, around("paragraph", control(PARAGRAPH.format(G), "")))
shape(
    "block control with an empty line",
    READ,
    around("paragraph", control(PARAGRAPH.format(G) + PARAGRAPH.format(""), "")),
)
shape(
    "control around the cell", READ, around("cell", control(f"<w:tc><w:tcPr/>{PARAGRAPH.format(G)}</w:tc>"))
)
shape("control around the row, label and all", SAFE, around("row", control("{0}", ""), G))
shape("repeating row around the control", READ,
      around("row", control("{0}", "", '<w:tag w:val="some.row"/>'), CHOSEN))  # fmt: skip
shape("control in a control without a tag", READ, control(CHOSEN, "", ""))
shape("control without a tag in the control", READ, control(control(G, "<w:text/>", ""), ""))
shape("control in a control of the same tag", READ, control(CHOSEN, ""))
shape("the same answer twice", SAFE, CHOSEN + run(" ") + CHOSEN.replace("77001", "77002"))
shape("two different answers", HELD, CHOSEN + run(" ") + control(O).replace("77001", "77002"))
shape("an answer, and a second control that is empty", SAFE, CHOSEN + EMPTY)
shape("two paragraphs with different answers", HELD,
      around("paragraph", control(PARAGRAPH.format(G) + PARAGRAPH.format(O), "")))  # fmt: skip

TWICE = "</w:sdtContent><w:sdtContent>"
shape(
    "two contents in one control", HELD, control(G).replace("</w:sdtContent>", f"{TWICE}{O}</w:sdtContent>")
)
shape("text in the control outside its content", HELD, CHOSEN.replace("</w:sdt>", f"{run('?')}</w:sdt>"))
shape("control of two tags", HELD, control(G, DROP, '<w:tag w:val="$tag"/><w:tag w:val="p_name"/>'))
ROW = (
    f"<w:tr><w:tc>{PARAGRAPH.format(run('Moderated overall grade'))}</w:tc>"
    f"<w:tc>{PARAGRAPH.format(control(O, DROP, ''))}</w:tc></w:tr>"
)
shape("row within a run", HELD, control(f"<w:r>{ROW}<w:t>$grade</w:t></w:r>"))
shape("row within a run, after the answer", HELD, control(f"<w:r><w:t>$grade</w:t>{ROW}</w:r>"))
shape("table with another grade above the answer", HELD, around(
    "paragraph", control(f"<w:tbl><w:tblPr/><w:tblGrid/>{ROW}</w:tbl>{PARAGRAPH.format(G)}", "")))  # fmt: skip
shape("table with another grade below the answer", HELD, around(
    "paragraph", control(f"{PARAGRAPH.format(G)}<w:tbl><w:tblPr/><w:tblGrid/>{ROW}</w:tbl>", "")))  # fmt: skip
shape("hidden by a run's second properties", HELD, control(
    "<w:r><w:rPr/><w:rPr><w:vanish/></w:rPr><w:t>$grade</w:t></w:r>"))  # fmt: skip

# Runs, and what Word strews among them
shape("split over two runs", READ, control(run("$first") + run("$rest")))
shape("split over three runs of different format", READ,
      control(run("$first", "<w:b/>") + run("") + run("$rest", '<w:lang w:val="de-DE"/>')))  # fmt: skip
shape("spelling marks and bookmarks inside", READ, control(
    '<w:proofErr w:type="spellStart"/><w:bookmarkStart w:id="5" w:name="_GoBack"/>' + run("$first")
    + '<w:bookmarkEnd w:id="5"/><w:proofErr w:type="spellEnd"/><w:r><w:lastRenderedPageBreak/></w:r>' + run("$rest")
))  # fmt: skip
shape(
    "permission marks inside",
    READ,
    control('<w:permStart w:id="6" w:edGrp="everyone"/>' + G + '<w:permEnd w:id="6"/>'),
)
shape("smart tag inside", READ, control(f'<w:smartTag w:uri="urn:x" w:element="place">{G}</w:smartTag>'))
shape(
    "custom XML element inside", READ, control(f'<w:customXml w:uri="urn:x" w:element="g">{G}</w:customXml>')
)
shape("hyperlink inside", READ, control(f'<w:hyperlink w:anchor="_GoBack">{G}</w:hyperlink>'))
shape("left-to-right wrapper inside", SAFE, control(f'<w:dir w:val="ltr">{G}</w:dir>'))
shape("capitals by format", READ, control(run("$grade", "<w:caps/><w:b/>")))
shape("hiding and striking said to be off", READ, control(
    run("$grade", '<w:strike w:val="0"/><w:dstrike w:val="false"/><w:vanish w:val="off"/>')))  # fmt: skip
shape("field result, simple", SAFE, control(f'<w:fldSimple w:instr=" DOCPROPERTY Grade ">{G}</w:fldSimple>'))
shape("field result", SAFE, control(field("DOCPROPERTY Grade", G)))
shape("old text field", SAFE, control(field("FORMTEXT", G)))
shape("old drop-down field", READ, control(old_list('<w:result w:val="$place"/>')))
shape("old drop-down field left at its default", SAFE, control(old_list('<w:default w:val="$place"/>')))
shape("old drop-down field without a control", SAFE, old_list('<w:result w:val="$place"/>'))
shape("footnote inside", SAFE, control(G + '<w:r><w:footnoteReference w:id="2"/></w:r>'))
shape("comment on it", SAFE, control(
    f'<w:commentRangeStart w:id="7"/>{G}<w:commentRangeEnd w:id="7"/><w:r><w:commentReference w:id="7"/></w:r>'
))  # fmt: skip
shape("symbol beside it", SAFE, control('<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>' + G))
shape("ruby text above it", SAFE, control(
    f"<w:r><w:ruby><w:rubyPr/><w:rt>{O}</w:rt><w:rubyBase>{G}</w:rubyBase></w:ruby></w:r>"))  # fmt: skip
shape("other grade in an equation beside it", HELD, control(
    G + "<m:oMath><m:r><m:t>$other</m:t></m:r></m:oMath>"))  # fmt: skip
shape("numbered paragraph", SAFE, around("paragraph", control(
    f'<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>{G}</w:p>', "")))  # fmt: skip

# Spellings
for text in ("RI", "R.I.", "ri", "requires improvement to be good", "REQUIRES IMPROVEMENT", "Requires\u00a0Improvement",
             "  Requires  Improvement ", "Requires Improvement to be Good\u00a0"):  # fmt: skip
    shape(f"spelled “{text}”", READ, control(run(text)), ("Requires Improvement",))
for text, grade in (("good", "Good"), (" GOOD\u00a0\u00a0", "Good"), ("inadequate ", "Inadequate"),
                    ("OUTSTANDING", "Outstanding"), ("&#71;ood", "Good"), ("<![CDATA[Good]]>", "Good")):  # fmt: skip
    shape(f"spelled “{text}”", READ, control(run(text)), (grade,))
for text, grade in (("Good.", "Good"), ("Ｇｏｏｄ", "Good"), ("Go\u00adod", "Good"), ("Good\ufeff", "Good")):
    shape(f"spelled “{text!a}”", SAFE, control(run(text)), (grade,))
shape("spelled over two lines", SAFE, control(
    "<w:r><w:t>Requires</w:t><w:br/><w:t>Improvement</w:t></w:r>"), ("Requires Improvement",))  # fmt: skip
shape("spelled with a tab", SAFE, control(
    "<w:r><w:t>Requires</w:t><w:tab/><w:t>Improvement</w:t></w:r>"), ("Requires Improvement",))  # fmt: skip
for text in ("Good/RI", "Not Good", "Good?", "Good or Requires Improvement", "Good (borderline)",
             "Inadequate, now Good", "Goodish", "3", "Requires Improvement to be", "Good to Outstanding",
             "Good Good", "go od", "Gооd", "Gοod", "Go\u200bod", "\u202edooG", "Goo\u0323d", "Go\u2060od", "Ｎot Ｇood",
             "Good<!-- --> in parts", "Good<?x y?>, once the plan is done"):  # fmt: skip
    shape(f"spelled “{text!a}”", HELD, control(run(text)), ("Good",), "nothing certain")

# Nothing, or not in the control
shape("placeholder only", HELD, EMPTY)
shape("nothing at all", HELD, control(""))
shape("the flag of a placeholder on a typed answer", HELD, control(G, f"<w:showingPlcHdr/>{DROP}"))
shape("typed beside the placeholder", HELD, EMPTY + G)
shape("typed above the placeholder", HELD, around("paragraph", PARAGRAPH.format(G) + PARAGRAPH.format(EMPTY)))
shape("another grade typed beside the answer", HELD, CHOSEN + run(" / $other"))
shape("a doubt typed beside the answer", HELD, run("Not ") + CHOSEN)
shape("typed where the control was", READ, G)
shape("typed where the control was, in pieces", READ, run("$first") + run("$rest"))
shape("typed where the control was, with a doubt", HELD, run("$grade?"))
shape("typed where the control was, with another struck through", HELD, run("$other", "<w:strike/>") + G)
shape("typed where the control was, with Track Changes on", HELD, tracked("ins", G))
shape("control without its tag", READ, control(G, DROP, ""))
shape("control whose tag was changed", READ, control(G, DROP, '<w:tag w:val="Dropdown3"/>'))
shape("cell emptied", HELD, "")

# Track Changes
shape("tracked insertion", HELD, control(tracked("ins", G)))
shape("tracked replacement", HELD, control(tracked("ins", G) + gone("$other")))
shape("tracked replacement of a part", HELD, control(
    tracked("ins", run("Requires improvement to be ")) + run("Good")), ("Requires Improvement",))  # fmt: skip
shape("tracked deletion of a part", HELD, control(gone("Not ") + G))
shape("tracked deletion of all", HELD, control(gone("$grade")), shows="nothing certain")
shape("control inserted with Track Changes on", HELD, tracked("ins", CHOSEN))
shape(
    "control deleted, another inserted",
    HELD,
    tracked("del", control(gone("$other"))) + tracked("ins", CHOSEN),
)
shape("moved here", HELD, control(moved("$grade")[1]))
shape("moved away", HELD, control(moved("$grade")[0]), shows="nothing certain")
shape("tracked format", SAFE, control(
    run("$grade", '<w:b/><w:rPrChange w:id="8" w:author="Ada Obi"><w:rPr/></w:rPrChange>')))  # fmt: skip
shape("tracked end of the paragraph", SAFE, around("paragraph", control(
    f'<w:p><w:pPr><w:rPr><w:ins w:id="8" w:author="Ada Obi"/></w:rPr></w:pPr>{G}</w:p>', "")))  # fmt: skip
shape("tracked, nothing in it", SAFE, control(tracked("ins", "") + G))


def row_replaced(spot: Spot) -> None:
    """The row deleted and another put in, both tracked."""
    spot.put(spot.sdt, control(O))
    old = etree.tostring(spot.row, encoding="unicode", with_tail=False).replace("$", "$$")
    template = spot.words()
    new = old.replace(f">{template['other']}</w:t>", ">$grade</w:t>")
    spot.put(spot.row, _marked(old, "del") + _marked(new, "ins"))


def _marked(row: str, kind: str) -> str:
    mark = f'<w:{kind} w:id="921" w:author="Ada Obi"/>'
    return row.replace("</w:trPr>", f"{mark}</w:trPr>", 1)


shape("row replaced with Track Changes on", HELD, row_replaced)

# Hidden and struck through
for name, off in {"hidden": "<w:vanish/>", "struck-through": "<w:strike/>", "twice struck-through": "<w:dstrike/>",
                  "web-hidden": "<w:webHidden/>", "white": '<w:color w:val="FFFFFF"/>',
                  "tiny": '<w:sz w:val="2"/>'}.items():  # fmt: skip
    shape(f"{name} other grade beside it", HELD, control(run("$other", off) + G))
shape("hidden itself", HELD, control(run("$grade", "<w:vanish/>")))
shape("struck through itself", HELD, control(run("$grade", "<w:strike/>")))


def styled(*styles: str, use: str, kind: str = "r", text: str = "") -> Build:
    def build(spot: Spot) -> None:
        spot.styles("".join(styles))
        if kind == "r":
            spot.put(spot.sdt, text or control(run("$other", f'<w:rStyle w:val="{use}"/>') + G))
        else:
            other = f'<w:p><w:pPr><w:pStyle w:val="{use}"/></w:pPr>{O}</w:p>'
            around("paragraph", control(other + PARAGRAPH.format(G), ""))(spot)

    return build


def style(name: str, properties: str, kind: str = "character", based: str = "") -> str:
    on = f'<w:basedOn w:val="{based}"/>' if based else ""
    return (
        f'<w:style w:type="{kind}" w:customStyle="1" w:styleId="{name}"><w:name w:val="{name}"/>{on}'
        f"<w:rPr>{properties}</w:rPr></w:style>"
    )


shape("other grade hidden by its style", HELD, styled(style("Out", "<w:vanish/>"), use="Out"))
shape("other grade struck through by its style", HELD, styled(style("Out", "<w:strike/>"), use="Out"))
shape("other grade hidden by a style's style", HELD,
      styled(style("Out", "<w:vanish/>"), style("Sub", "<w:b/>", based="Out"), use="Sub"))  # fmt: skip
shape("other grade hidden by the paragraph's style", HELD,
      styled(style("OutP", "<w:vanish/>", "paragraph"), use="OutP", kind="p"))  # fmt: skip
shape("grade itself struck through by its style", HELD, styled(
    style("Out", "<w:strike/>"), use="", text=control(run("$grade", '<w:rStyle w:val="Out"/>'))))  # fmt: skip
shape("a part hidden by its style", HELD, styled(
    style("Out", "<w:vanish/>"), use="", text=control(run("Not ", '<w:rStyle w:val="Out"/>') + G)))  # fmt: skip
shape("a style's hiding taken back", SAFE, styled(style("Out", "<w:vanish/>"), use="", text=control(
    run("$grade", '<w:rStyle w:val="Out"/><w:vanish w:val="0"/>'))))  # fmt: skip

# Boxes, drawings, files within the file
shape("text box in the control", HELD, control(f"<w:r>{drawn(G)}</w:r>"))
shape("text box where the control was", HELD, f"<w:r>{drawn(G)}</w:r>")
shape("old text box in the control", HELD, control(f"<w:r>{old_box(G)}</w:r>"))
shape("old text box where the control was", HELD, f"<w:r>{old_box(G)}</w:r>")
shape("text box over the placeholder", HELD, EMPTY + f"<w:r>{drawn(G)}</w:r>")
shape("text box with another grade beside the answer", HELD, CHOSEN + f"<w:r>{drawn(O)}</w:r>")
shape("drawing with a fallback", HELD, control(f"<w:r>{alternate(drawn(G), old_box(G))}</w:r>"))
shape(
    "alternate content, two grades",
    HELD,
    control(f"<w:r>{alternate('<w:t>$grade</w:t>', '<w:t>$other</w:t>')}</w:r>"),
)
shape("picture beside it", SAFE, control(G + "<w:r><w:drawing/></w:r>"))
shape("embedded object beside it", SAFE, control(G + '<w:r><w:object w:dxaOrig="1" w:dyaOrig="1"/></w:r>'))


def chunk(template: str) -> Build:
    def build(spot: Spot) -> None:
        spot.part("word/chunk.htm", "<html><body>$grade</body></html>", "text/html", "aFChunk", "rIdChunk")
        around("paragraph", template)(spot)

    return build


CHUNK = '<w:altChunk r:id="rIdChunk"/>'
shape("another file within the control", HELD, chunk(control(CHUNK + PARAGRAPH.format(""), "")))
shape("another file where the control was", HELD, chunk(CHUNK + PARAGRAPH.format("")))
shape("another file beside the answer", HELD, chunk(CHUNK + PARAGRAPH.format(CHOSEN)))


def bound(stored: str) -> Build:
    def build(spot: Spot) -> None:
        identity = "{11111111-2222-3333-4444-555555555555}"
        spot.part(
            "customXml/item1.xml",
            f"<audit><grade>{stored}</grade></audit>",
            "application/xml",
            "customXml",
            "rIdStore",
        )
        spot.parts["customXml/itemProps1.xml"] = (
            f'<ds:datastoreItem ds:itemID="{identity}" xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/'
            'customXml"/>'
        ).encode()
        spot.parts["customXml/_rels/item1.xml.rels"] = (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{RELATIONS}/customXmlProps" Target="itemProps1.xml"/></Relationships>'
        ).encode()
        link = f'<w:dataBinding w:xpath="/audit/grade" w:storeItemID="{identity}"/>'
        spot.put(spot.sdt, control(G, link + DROP))

    return build


shape("bound to the file's data", READ, bound("$grade"))
shape("bound to data that says another grade", HELD, bound("$other"))
shape("bound to data that is not there", SAFE, control(
    G, f'<w:dataBinding w:xpath="/a" w:storeItemID="{{1}}"/>{DROP}'))  # fmt: skip

# The package and its XML


def written(change: Callable[[Spot, bytes], bytes]) -> Build:
    def build(spot: Spot) -> None:
        spot.put(spot.sdt, CHOSEN)
        spot.parts["word/document.xml"] = change(spot, spot.document())

    return build


def strict(spot: Spot, text: bytes) -> bytes:
    other = RELATIONS.encode(), b"http://purl.oclc.org/ooxml/officeDocument/relationships"
    for name in ("_rels/.rels", "word/_rels/document.xml.rels"):
        spot.parts[name] = spot.parts[name].replace(*other)
    for name in spot.parts:
        if name.startswith("word/") and name.endswith(".xml") and name != "word/document.xml":
            spot.parts[name] = spot.parts[name].replace(WORD.encode(), STRICT.encode())
    return text.replace(WORD.encode(), STRICT.encode()).replace(*other)


def other_prefix(_spot: Spot, text: bytes) -> bytes:
    return text.replace(b"xmlns:w=", b"xmlns:ns0=").replace(b"<w:", b"<ns0:").replace(b"</w:", b"</ns0:").replace(
        b" w:", b" ns0:")  # fmt: skip


def other_name(spot: Spot, text: bytes) -> bytes:
    for name in ("_rels/.rels", "[Content_Types].xml"):
        spot.parts[name] = spot.parts[name].replace(b"word/document.xml", b"word/document2.xml")
    spot.parts["word/_rels/document2.xml.rels"] = spot.parts.pop("word/_rels/document.xml.rels")
    spot.parts["word/document2.xml"] = text
    return b"<gone/>"


def absolute(spot: Spot, text: bytes) -> bytes:
    spot.parts["_rels/.rels"] = spot.parts["_rels/.rels"].replace(b'"word/document', b'"/word/document')
    return text


def in_utf_16(_spot: Spot, text: bytes) -> bytes:
    return text.decode().replace("UTF-8", "UTF-16").encode("utf-16")


def in_the_footer(spot: Spot, text: bytes) -> bytes:
    footer = spot.parts["word/footer1.xml"]
    spot.parts["word/footer1.xml"] = text
    return footer


shape("document in the footer's place", HELD, written(in_the_footer))
shape("Strict Open XML", READ, written(strict))
shape("another prefix for Word's names", READ, written(other_prefix))
shape("main part of another name", READ, written(other_name))
shape("main part by its absolute name", READ, written(absolute))
shape("written in UTF-16", SAFE, written(in_utf_16))
shape("written over many lines", READ, written(
    lambda _s, text: text.replace(b"<w:r>", b"\n  <w:r>\n   ").replace(b"</w:sdt>", b"\n</w:sdt>\n")))  # fmt: skip


def shaped(originals: Originals, shape: Shape, position: str, grade: str) -> bytes:
    """The form with one grade in this shape."""
    spot = Spot(originals, position, grade)
    shape.build(spot)
    return spot.file()
