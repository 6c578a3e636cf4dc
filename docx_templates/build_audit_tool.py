"""Builds docx_templates/audit_tool.docx afresh: `python docx_templates/build_audit_tool.py`.

The built file is the Audit Team's own from then on: they reword, reorder and restyle it in Word. What the bot needs
is only that the controls keep their tags. The texts here are the project's own.
"""

from __future__ import annotations

import itertools
import sys
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import docx
from docx.enum.section import WD_ORIENT
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

VERSION = "2026.1"
NS = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"'
)
INK, TEAL, PALE, LINE = "1F2A37", "0B5563", "E8F1F2", "B9CBCE"
GRADES = ["Outstanding", "Good", "Requires Improvement", "Inadequate"]
YES_NO = ["Yes", "No"]
_ids = itertools.count(1000)


def sdt_properties(tag: str, title: str, kind: str, *, empty: bool, locked: bool = False) -> str:
    lock = '<w:lock w:val="sdtContentLocked"/>' if locked else '<w:lock w:val="sdtLocked"/>'
    showing = "<w:showingPlcHdr/>" if empty else ""
    return (
        f'<w:sdtPr><w:alias w:val="{escape(title)}"/><w:tag w:val="{tag}"/><w:id w:val="{next(_ids)}"/>'
        f"{lock}{showing}{kind}</w:sdtPr>"
    )


def run(text: str, style: str = "", *, bold: bool = False, size: int = 0, colour: str = "") -> str:
    properties = (
        (f'<w:rStyle w:val="{style}"/>' if style else "")
        + ("<w:b/>" if bold else "")
        + (f'<w:color w:val="{colour}"/>' if colour else "")
        + (f'<w:sz w:val="{size}"/>' if size else "")
    )
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def inline(tag: str, title: str, kind: str, hint: str, *, locked: bool = False) -> str:
    content = run(hint, "PlaceholderText", colour="6B7C85")
    return (
        f"<w:sdt>{sdt_properties(tag, title, kind, empty=True, locked=locked)}"
        f"<w:sdtContent>{content}</w:sdtContent></w:sdt>"
    )


def text(tag: str, title: str, hint: str = "Click to write", *, locked: bool = False) -> str:
    return inline(tag, title, '<w:text w:multiLine="1"/>', hint, locked=locked)


def filled(tag: str, title: str) -> str:
    """Filled in by the bot and locked; the grey dash shows that nothing is known yet."""
    return inline(tag, title, '<w:text w:multiLine="1"/>', "–", locked=True)


def choice(tag: str, title: str, choices: list[str], hint: str) -> str:
    items = "".join(f'<w:listItem w:displayText="{c}" w:value="{c}"/>' for c in choices)
    return inline(tag, title, f"<w:dropDownList>{items}</w:dropDownList>", hint)


def day(tag: str, title: str, *, locked: bool = False) -> str:
    kind = (
        '<w:date><w:dateFormat w:val="dd/MM/yyyy"/><w:lid w:val="en-GB"/>'
        '<w:storeMappedDataAs w:val="dateTime"/><w:calendar w:val="gregorian"/></w:date>'
    )
    return inline(tag, title, kind, "–" if locked else "Choose a date", locked=locked)


def tick(tag: str, title: str) -> str:
    kind = (
        '<w14:checkbox><w14:checked w14:val="0"/><w14:checkedState w14:val="2612" w14:font="MS Gothic"/>'
        '<w14:uncheckedState w14:val="2610" w14:font="MS Gothic"/></w14:checkbox>'
    )
    box = (
        '<w:r><w:rPr><w:rFonts w:ascii="MS Gothic" w:eastAsia="MS Gothic" w:hAnsi="MS Gothic" w:hint="eastAsia"/>'
        '<w:sz w:val="24"/></w:rPr><w:t>☐</w:t></w:r>'
    )
    properties = sdt_properties(tag, title, kind, empty=False)
    return f"<w:sdt>{properties}<w:sdtContent>{box}</w:sdtContent></w:sdt>{run(chr(160) + title)}"


def paragraph(content: str, style: str = "Normal", *, keep: bool = False) -> str:
    kept = "<w:keepNext/>" if keep else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{kept}</w:pPr>{content}</w:p>'


def long(tag: str, title: str, hint: str) -> str:
    """A longer answer: a rich control around a paragraph of its own, several paragraphs welcome."""
    content = paragraph(run(hint, "PlaceholderText", colour="6B7C85"), "Answer")
    return (
        f"<w:sdt>{sdt_properties(tag, title, '', empty=True)}<w:sdtContent>{content}</w:sdtContent></w:sdt>"
    )


def cell(content: str, width: int, *, shade: str = "", span: int = 1) -> str:
    fill = f'<w:shd w:val="clear" w:color="auto" w:fill="{shade}"/>' if shade else ""
    grid = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{grid}{fill}</w:tcPr>{content}</w:tc>'


def row(*cells: str, header: bool = False, split: bool = False) -> str:
    properties = ("" if split else "<w:cantSplit/>") + ("<w:tblHeader/>" if header else "")
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def table(rows: str, widths: list[int]) -> str:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{LINE}"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    margins = "".join(
        f'<w:{side} w:w="{size}" w:type="dxa"/>'
        for side, size in (("top", 60), ("left", 110), ("bottom", 60), ("right", 110))
    )
    return (
        f'<w:tbl {NS}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{borders}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    )


def label(words: str, help_: str = "") -> str:
    found = paragraph(run(words, bold=True, colour=INK), "Label")
    return found + (paragraph(run(help_), "Help") if help_ else "")


NARROW, WIDE = 3000, 6800
HALF = [2000, 2900, 2000, 2900]


def pairs(*questions: tuple[str, str]) -> str:
    """A table of questions, two columns."""
    rows = "".join(row(cell(label(q), NARROW, shade=PALE), cell(a, WIDE)) for q, a in questions)
    return table(rows, [NARROW, WIDE])


def fours(*questions: tuple[str, str]) -> str:
    """A table of short questions, two to a row."""
    rows = []
    for left, right in (
        itertools.batched(questions, 2)
        if sys.version_info >= (3, 12)
        else zip(questions[::2], questions[1::2], strict=True)
    ):
        cells = []
        for (question, answer), width in ((left, HALF[:2]), (right, HALF[2:])):
            cells += [
                cell(label(question), width[0], shade=PALE),
                cell(paragraph(answer, "Answer"), width[1]),
            ]
        rows.append(row(*cells))
    return table("".join(rows), HALF)


def answer(control: str) -> str:
    return paragraph(control, "Answer")


def repeating(tag: str, title: str, content: str) -> str:
    """A row that Word lets the reader add again with its plus sign."""
    item = (
        f'<w:sdt><w:sdtPr><w:id w:val="{next(_ids)}"/><w15:repeatingSectionItem/></w:sdtPr>'
        f"<w:sdtContent>{content}</w:sdtContent></w:sdt>"
    )
    return (
        f'<w:sdt><w:sdtPr><w:alias w:val="{title}"/><w:tag w:val="{tag}"/><w:id w:val="{next(_ids)}"/>'
        f"<w15:repeatingSection/></w:sdtPr><w:sdtContent>{item}</w:sdtContent></w:sdt>"
    )


def header_row(widths: list[int], *names: str) -> str:
    cells = [
        cell(paragraph(run(name, bold=True, colour="FFFFFF"), "Label"), width, shade=TEAL)
        for name, width in zip(names, widths, strict=True)
    ]
    return row(*cells, header=True)


class Form:
    def __init__(self) -> None:
        self.document = docx.Document()
        self.body = self.document.element.body
        self._styles()

    def _styles(self) -> None:
        styles = self.document.styles
        normal = styles["Normal"]
        normal.font.name, normal.font.size = "Arial", Pt(10)
        normal.element.rPr.rFonts.set(qn("w:eastAsia"), "Arial")
        normal.paragraph_format.space_after = Pt(4)
        language = parse_xml(f'<w:lang {NS} w:val="en-GB"/>')
        normal.element.rPr.append(language)
        for name, size, before in (("Title", 22, 0), ("Heading 1", 13, 14), ("Heading 2", 11, 8)):
            style = styles[name]
            style.font.name, style.font.size, style.font.bold = "Arial", Pt(size), True
            style.font.color.rgb = RGBColor.from_string(TEAL)
            fonts = style.element.rPr.rFonts
            for key in list(fonts.attrib):
                del fonts.attrib[key]
            for key in ("ascii", "hAnsi", "cs", "eastAsia"):
                fonts.set(qn(f"w:{key}"), "Arial")
            style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(4)
            style.paragraph_format.keep_with_next = True
        border = styles["Title"].element.pPr.find(qn("w:pBdr"))
        if border is not None:
            styles["Title"].element.pPr.remove(border)
        for name, size, colour in (("Label", 9, INK), ("Help", 8, "5B6B73"), ("Answer", 10, "000000")):
            style = styles.add_style(name, 1)
            style.base_style, style.font.size = normal, Pt(size)
            style.font.color.rgb = RGBColor.from_string(colour)
            style.paragraph_format.space_after = Pt(1)
        placeholder = styles.add_style("PlaceholderText", 2)
        placeholder.font.color.rgb = RGBColor.from_string("6B7C85")

    def add(self, xml: str) -> None:
        if not xml.startswith("<w:tbl"):
            xml = xml.replace("<w:p>", f"<w:p {NS}>", 1)
        self.body.insert(len(self.body) - 1, parse_xml(xml))

    def heading(self, words: str, level: int = 1) -> None:
        self.add(paragraph(run(words), f"Heading{level}", keep=True))

    def note(self, words: str) -> None:
        self.add(paragraph(run(words), "Help", keep=True))

    def gap(self) -> None:
        self.add(paragraph("", "Help"))


DOMAINS = [
    ("Relationship and direct work", "Connect", "the child's voice, identity and lived experience"),
    (
        "Assessment, risk and thresholds",
        "Stay curious",
        "analysis, risk, stepping up, stepping down, closing",
    ),
    ("Family network and agencies", "Build a community around the child", "who helps, and how well together"),
    ("Planning", "Co-produce a plan", "whether the help planned follows from what is known"),
    ("Intervention and difference made", "Collaborate for change", "what has changed; drift and delay"),
    ("Review, supervision and oversight", "Check back", "whether oversight drives the work"),
]


def build() -> Form:
    form = Form()
    section = form.document.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.PORTRAIT, Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(1.85)
    section.top_margin, section.bottom_margin = Cm(1.8), Cm(1.8)
    core = form.document.core_properties
    core.title, core.subject = "Understanding our Practice – audit tool", "Case-file audit"
    core.author, core.language, core.comments = "The Audit Team", "en-GB", ""

    form.add(paragraph(run("Understanding our Practice"), "Title"))
    form.add(paragraph(run("Audit tool", bold=True, size=26, colour=INK)))
    form.add(
        fours(
            ("Audit reference", filled("audit_ref", "Audit reference")),
            ("Return by", day("due_auditor", "Return by", locked=True)),
            ("Cycle", filled("cycle", "Cycle")),
            ("Audit type", filled("audit_type", "Audit type")),
        )
    )
    form.gap()
    form.add(pairs(("Return to", answer(filled("return_to", "Return to")))))
    form.note(
        "The bot has filled in what is known. Everything else is yours: click and write; boxes grow as you do."
    )

    form.heading("1  The child and the work")
    form.add(
        fours(
            ("Mosaic number", filled("mosaic_id", "Mosaic number")),
            ("Child's name", filled("child_name", "Child's name")),
            ("Date of birth", day("child_dob", "Date of birth", locked=True)),
            ("Age", filled("child_age", "Age")),
            ("Ethnicity", filled("ethnicity", "Ethnicity")),
            ("Type of outcome", filled("outcome_type", "Type of outcome")),
            ("Practitioner", filled("sw", "Practitioner")),
            ("Team", filled("team", "Team")),
            ("Team Manager", filled("tm", "Team Manager")),
            (
                "IRO or CP Chair involved?",
                choice("iro_cp_involved", "IRO or CP Chair involved", YES_NO, "Yes or no"),
            ),
        )
    )
    form.gap()
    services = " ".join(
        tick(f"svc_{key}", name) + run("    ")
        for key, name in (
            ("yjs", "Youth Justice"),
            ("edge", "Edge of Care"),
            ("pc", "Positive Change"),
            ("expl", "Exploitation"),
            ("eva", "Eva Armsby"),
            ("none", "None"),
        )
    )
    form.add(
        pairs(
            ("Other services involved", answer(services)),
            (
                "Period looked at",
                answer(f"{day('period_from', 'From')}{run('  to  ')}{day('period_to', 'To')}"),
            ),
        )
    )

    form.heading("2  Auditor and moderator")
    form.add(
        fours(
            ("Auditor", filled("auditor", "Auditor")),
            ("Moderator", filled("moderator", "Moderator")),
        )
    )
    form.gap()
    form.add(
        pairs(
            (
                "The auditor confirms",
                answer(tick("decl_trained", "I have completed the audit training."))
                + answer(
                    tick(
                        "decl_indep",
                        "I am independent: not of this team, not involved with this child, and "
                        "not the allocated CP Chair or IRO.",
                    )
                ),
            )
        )
    )

    form.heading("3  How the audit was done")
    form.add(
        fours(
            (
                "Conversation with the practitioner held?",
                choice("conv_held", "Conversation held", YES_NO, "Yes or no"),
            ),
            ("On", day("conv_date", "Date of the conversation")),
            ("Records reviewed?", choice("records_reviewed", "Records reviewed", YES_NO, "Yes or no")),
            (
                "Family or child contacted?",
                choice(
                    "fam_attempted",
                    "Family contacted",
                    ["Yes", "No – not appropriate", "No – not possible"],
                    "Choose",
                ),
            ),
        )
    )
    form.gap()
    form.add(
        pairs(
            ("If there was no conversation, why?", answer(text("conv_why_not", "Why not"))),
            (
                "Feedback obtained from",
                answer(
                    tick("fam_child", "Child or young person")
                    + run("    ")
                    + tick("fam_parent", "Parent")
                    + run("    ")
                    + tick("fam_carer", "Carer")
                ),
            ),
        )
    )

    form.heading("4  The practitioner's own section")
    form.note(
        "For the social worker or practitioner. A few lines each are enough; the conversation does the rest."
    )
    rows = [
        row(
            cell(label("What I set out to do, and what changed for the child"), NARROW, shade=PALE),
            cell(long("p_impact", "Impact", "Write here"), WIDE),
            split=True,
        )
    ]
    for n, (_, name, _) in enumerate(DOMAINS, 1):
        rows.append(
            row(
                cell(label(name), NARROW, shade=PALE),
                cell(long(f"p_c{n}", name, "How I worked in this way with this family"), WIDE),
                split=True,
            )
        )
    for tag, question in (
        ("p_proud", "What I am proud of"),
        ("p_diff", "What I would do differently"),
        ("p_support", "What support would help"),
    ):
        rows.append(
            row(
                cell(label(question), NARROW, shade=PALE),
                cell(long(tag, question, "Write here"), WIDE),
                split=True,
            )
        )
    rows.append(
        row(
            cell(label("Completed by, on"), NARROW, shade=PALE),
            cell(
                answer(
                    text("p_name", "Practitioner's name", "Name") + run(",  ") + day("p_date", "Completed on")
                ),
                WIDE,
            ),
        )
    )
    form.add(table("".join(rows), [NARROW, WIDE]))

    form.heading("5  Key lines of enquiry")
    form.note("Please answer each one for this child.")
    widths = [2600, 3600, 2000, 1600]
    kloe = row(
        cell(answer(filled("kloe.text", "Line of enquiry")), widths[0], shade=PALE),
        cell(long("kloe.finding", "Findings", "What you found"), widths[1]),
        cell(answer(text("kloe.evidence", "Evidence", "Where in the record")), widths[2]),
        cell(
            answer(
                choice("kloe.rag", "Strength or concern", ["Strength", "Concern", "Not applicable"], "Choose")
            ),
            widths[3],
        ),
        split=True,
    )
    form.add(
        table(
            header_row(widths, "Line of enquiry", "Findings for this child", "Evidence", "Overall")
            + repeating("kloe.row", "Line of enquiry", kloe),
            widths,
        )
    )

    form.heading("6  Practice domains")
    form.note("The grading criteria are in section 13. Say what makes the difference for this child.")
    for n, (name, c, about) in enumerate(DOMAINS, 1):
        rows = [
            row(
                cell(
                    paragraph(run(f"{n}  {name}", bold=True, colour="FFFFFF"), "Label")
                    + paragraph(run(f"{c}: {about}", colour="FFFFFF"), "Help"),
                    NARROW + WIDE,
                    shade=TEAL,
                    span=2,
                ),
                header=True,
            )
        ]
        for part, question in (
            ("well", "What is going well"),
            ("better", "What needs to be better"),
            ("impact", "Evidence of impact on the child and family"),
        ):
            rows.append(
                row(
                    cell(label(question), NARROW, shade=PALE),
                    cell(long(f"d{n}.{part}", question, "Write here"), WIDE),
                    split=True,
                )
            )
        rows.append(
            row(
                cell(label("Grade"), NARROW, shade=PALE),
                cell(
                    answer(
                        choice(f"d{n}.grade", f"Grade: {name}", [*GRADES, "Not applicable"], "Choose a grade")
                    ),
                    WIDE,
                ),
            )
        )
        form.add(table("".join(rows), [NARROW, WIDE]))
        form.gap()

    form.heading("7  Feedback")
    form.add(
        pairs(
            ("What the child or young person said", long("fb_child", "Child's feedback", "Write here")),
            ("What parents or carers said", long("fb_family", "Family's feedback", "Write here")),
            (
                "The practitioner's view of the audit conversation",
                long("fb_practitioner", "Practitioner's feedback", "Write here"),
            ),
        )
    )

    form.heading("8  Overall grade")
    form.add(
        pairs(
            (
                "Overall grade",
                answer(choice("grade_auditor", "Overall grade (auditor)", GRADES, "Choose a grade")),
            ),
            ("Why this grade", long("grade_reason", "Why this grade", "The evidence that led you to it")),
            (
                "If Outstanding: what is outstanding",
                long("grade_outstanding", "What is outstanding", "Write here"),
            ),
            (
                "If Inadequate: the harm or risk of harm",
                long("grade_harm", "Harm or risk of harm", "Write here"),
            ),
            (
                "If Inadequate: told at once",
                answer(
                    tick(
                        "ia_notified",
                        "Practitioner, Team Manager, Head of Service, Audit Manager and Head of the "
                        "Learning Academy were told",
                    )
                    + run("  on  ")
                    + day("ia_notified_on", "Told on")
                ),
            ),
            ("Grade discussed with the practitioner", answer(day("grade_discussed", "Discussed on"))),
        )
    )

    form.heading("9  Improvement plan")
    form.note(
        "Needed when the work does not meet Good. One action a row; add rows with the plus sign at the end."
    )
    widths = [3000, 1500, 1500, 2300, 1500]
    action = row(
        cell(answer(text("act.what", "What will be done", "What")), widths[0]),
        cell(answer(text("act.who", "Who", "Who")), widths[1]),
        cell(answer(day("act.by", "By when")), widths[2]),
        cell(answer(text("act.measure", "How we will know", "How we will know it helped")), widths[3]),
        cell(
            answer(
                choice("act.plan", "Which plan", ["CIN", "CP", "Care", "Pathway", "EHCP", "Other"], "Plan")
            ),
            widths[4],
        ),
    )
    form.add(
        table(
            header_row(widths, "What will be done", "Who", "By when", "How we will know", "Goes into")
            + repeating("act.row", "Action", action)
            + "".join(repeating("act.row", "Action", _again(action)) for _ in range(2)),
            widths,
        )
    )

    form.heading("10  Auditor's sign-off")
    form.add(pairs(("Completed on", answer(day("a_date", "Completed on")))))
    form.note(
        "Send the form to the moderator, the practitioner and their Team Manager, with the Audit Team copied."
    )

    form.heading("11  For the Audit Team")
    form.note("The completeness check is kept in the allocation list, not in this form.")

    form.heading("12  Moderation")
    form.note("Start with a conversation. Nobody expects you to audit the file again.")
    form.add(
        fours(
            ("Discussed with the auditor?", choice("m_disc", "Discussed", YES_NO, "Yes or no")),
            ("On", day("m_disc_date", "Discussed on")),
            ("Deep enough?", choice("m_depth", "Deep enough", YES_NO, "Yes or no")),
            ("Accurate?", choice("m_accurate", "Accurate", YES_NO, "Yes or no")),
            ("Do the actions fit the need?", choice("m_recs", "Actions", ["Yes", "No", "Amended"], "Choose")),
            ("Practitioner contacted?", choice("m_conv_ok", "Practitioner contacted", YES_NO, "Yes or no")),
        )
    )
    form.gap()
    widths = [NARROW + 3800, 3000]
    rows = [header_row(widths, "Domain", "Moderated grade")]
    for n, (name, _, _) in enumerate(DOMAINS, 1):
        rows.append(
            row(
                cell(label(f"{n}  {name}"), widths[0], shade=PALE),
                cell(
                    answer(
                        choice(
                            f"md{n}.grade",
                            f"Moderated: {name}",
                            [*GRADES, "Not applicable"],
                            "Choose a grade",
                        )
                    ),
                    widths[1],
                ),
            )
        )
    form.add(table("".join(rows), widths))
    form.gap()
    form.add(
        pairs(
            (
                "Moderated overall grade",
                answer(choice("grade_moderated", "Moderated overall grade", GRADES, "Choose a grade")),
            ),
            (
                "Do you agree with the auditor's grade?",
                answer(choice("m_agree", "Agree", YES_NO, "Yes or no")),
            ),
            ("If not, why", long("m_rationale", "Rationale", "Your reasons")),
            ("Other notes about the practice", long("m_notes", "Notes", "Write here")),
            (
                "Outcome",
                answer(
                    choice(
                        "m_outcome",
                        "Outcome",
                        ["Moderated", "Back to auditor", "Refer to Audit Team", "Invalid"],
                        "Choose",
                    )
                ),
            ),
            ("Moderated on", answer(day("m_date", "Moderated on"))),
        )
    )

    form.heading("13  Guidance and grading criteria")
    for grade, words in (
        (
            "Outstanding",
            "Good throughout, and on top of it something exceptional: direct work with remarkable results, "
            "or an assessment whose depth gave the work its direction.",
        ),
        (
            "Good",
            "Consistently good support that makes a difference. Thresholds are right, relationships are purposeful, "
            "risk is managed, plans follow from sound assessment, agencies pull together, managers drive the work, and "
            "nothing drifts.",
        ),
        (
            "Requires Improvement",
            "Below the standard of Good, without serious or widespread failure and without harm or "
            "risk of harm to the child.",
        ),
        (
            "Inadequate",
            "Serious failure that leaves the child harmed or at risk of harm. The five people named in "
            "section 8 are told at once; the moderator moderates within one day.",
        ),
    ):
        form.add(paragraph(run(f"{grade}.  ", bold=True, colour=TEAL) + run(words)))
    form.heading("What to look for in each domain", 2)
    for name, c, about in DOMAINS:
        form.add(paragraph(run(f"{name} ({c}).  ", bold=True) + run(f"{about[0].upper()}{about[1:]}.")))
    form.add(
        paragraph(run("Actions are SMART: who does what by when, and how we will know it helped the child."))
    )

    footer = section.footer.paragraphs[0]
    footer.style = form.document.styles["Help"]
    for piece in (
        run("Understanding our Practice – audit tool, version "),
        run(VERSION),
        run("      Not to be forwarded outside the council      Page "),
        '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>',
        run(" of "),
        '<w:fldSimple w:instr=" NUMPAGES "><w:r><w:t>1</w:t></w:r></w:fldSimple>',
    ):
        tag = piece[: piece.index(">")] if " " not in piece[: piece.index(">")] else piece[: piece.index(" ")]
        footer._p.append(parse_xml(piece.replace(tag, f"{tag} {NS}", 1)))
    properties = sdt_properties("tpl_ver", "Template version", "<w:text/>", empty=False, locked=True)
    version = f"<w:sdt>{properties}<w:sdtContent>{run(VERSION)}</w:sdtContent></w:sdt>"
    form.add(paragraph(run("Template version ") + version, "Help"))
    return form


def _again(xml: str) -> str:
    """The same row once more, with ids of its own."""
    parts = xml.split('<w:id w:val="')
    return parts[0] + "".join(f'<w:id w:val="{next(_ids)}"{part[part.index("/>") :]}' for part in parts[1:])


def declare_custom_properties(path: Path) -> None:
    """Announce docProps/custom.xml in the package, so that the bot can put each audit's reference there."""
    with zipfile.ZipFile(path) as package:
        parts = {info.filename: package.read(info) for info in package.infolist()}
    kind = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
    types, relations = "[Content_Types].xml", "_rels/.rels"
    parts[types] = parts[types].replace(
        b"</Types>", f'<Override PartName="/docProps/custom.xml" ContentType="{kind}"/></Types>'.encode()
    )
    parts[relations] = parts[relations].replace(
        b"</Relationships>",
        f'<Relationship Id="rIdCustom" Type="{relation}" Target="docProps/custom.xml"/></Relationships>'.encode(),
    )
    namespace = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
    parts["docProps/custom.xml"] = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties xmlns="{namespace}"/>'.encode()
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            if not name.startswith("docProps/thumbnail"):
                package.writestr(name, data)


if __name__ == "__main__":
    target = Path(__file__).parent / "audit_tool.docx"
    build().document.save(str(target))
    declare_custom_properties(target)
