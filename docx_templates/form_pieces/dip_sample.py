"""The dip sample: a quick look at the record along the key lines of enquiry, without a grade (§7)."""

from __future__ import annotations

from form_pieces import parts
from form_pieces.pieces import (
    AUDITOR,
    SERVICE,
    Question,
    answer,
    cell,
    header_row,
    questions,
    row,
    table,
)
from form_pieces.word_file import WordFile


def build() -> WordFile:
    form = WordFile("Dip sample")
    c = form.controls
    form.title_block(
        *parts.references(form),
        wide=(parts.return_to(form),),
        who=((SERVICE, "What is known. Correct what is wrong."), (AUDITOR, "Sections 2 and 3")),
    )
    form.section(1, "The child and the work", SERVICE)
    parts.child(form, Question("Sampled by", c.filled("auditor", "Sampled by")))
    form.section(2, "Key lines of enquiry", AUDITOR, "From the record alone. A dip sample has no grade.")
    widths = [3360, 1500, 4860]
    line = row(
        cell(answer(c.filled("kloe.text", "Line of enquiry")), widths[0], shade=AUDITOR.tint),
        cell(answer(c.choice("kloe.met", "Is it so?", ("Yes", "Partly", "No", "Not applicable"))), widths[1]),
        cell(c.long("kloe.comment", "Comment", "What the record shows, and where"), widths[2]),
        split=True,
        height=1300,
    )
    rows = header_row(AUDITOR, widths, "Line of enquiry", "Is it so? *", "Comment") + c.repeating(
        "kloe.row", "Line of enquiry", [line], fixed=True
    )
    form.table(table([rows], widths, "Key lines of enquiry", accent=AUDITOR.accent))
    form.section(3, "Anything else", AUDITOR)
    form.table(
        questions(
            AUDITOR,
            "Anything else",
            Question(
                "Worth sharing",
                c.long("ds_strength", "Worth sharing", "Practice others could learn from"),
                height=700,
            ),
            Question(
                "Needs attention",
                c.long("ds_concern", "Needs attention"),
                "If a child may be at risk, tell the Team Manager now, not with this form.",
                height=700,
            ),
            Question("Comment", c.long("comment", "Comment"), height=700),
            Question("Completed on", answer(c.day("a_date", "Completed on")), needed=True),
            together=True,
        )
    )
    return form
