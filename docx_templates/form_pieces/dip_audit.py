"""The six-week check of work found below Good: what became of what was agreed, and its grade now (§10, §13)."""

from __future__ import annotations

from form_pieces import parts
from form_pieces.parts import GRADES, YES_NO
from form_pieces.pieces import AUDIT_TEAM, SERVICE, Question, answer, questions, short_questions
from form_pieces.word_file import WordFile


def build() -> WordFile:
    form = WordFile("Dip audit after six weeks")
    c = form.controls
    form.title_block(
        *parts.references(form),
        wide=(parts.audit_type(form), parts.return_to(form)),
        who=((SERVICE, "What is known. Correct what is wrong."), (AUDIT_TEAM, "Sections 2 to 4")),
    )
    form.section(1, "The child and the work", SERVICE)
    parts.child(form, Question("Dip audit by", c.filled("auditor", "Dip audit by")))
    form.table(earlier_audit(form))
    form.section(
        2,
        "Actions agreed before",
        AUDIT_TEAM,
        "From the audit and the UoPP meeting: say how each one stands today.",
    )
    parts.earlier_actions(form, AUDIT_TEAM)
    form.section(
        3,
        "Progress",
        AUDIT_TEAM,
        "What is different for the child, and the grade of the work as it is now.",
    )
    form.table(
        questions(
            AUDIT_TEAM,
            "Progress",
            *progress(form),
            Question(
                "Grade of the work now",
                answer(c.choice("grade_six_weeks", "Grade at six weeks", GRADES, "Choose a grade")),
                "By the criteria of the audit tool. It goes into the list under “Grade at six weeks”.",
                needed=True,
            ),
            Question(
                "To be taken up by the Head of Service?",
                answer(c.choice("refer_hos", "To be taken up by the Head of Service", YES_NO)),
                "Needed if there is drift or delay.",
            ),
            Question("Comment", c.long("comment", "Comment"), height=1200),
            together=True,
        )
    )
    form.section(
        4,
        "Sign-off",
        AUDIT_TEAM,
        "Goes to the Head of Service, the Group Managers and the Principal Social Worker.",
    )
    parts.sign_off(form, AUDIT_TEAM)
    return form


def earlier_audit(form: WordFile) -> str:
    """What the audit before this one came to."""
    c = form.controls
    return short_questions(
        SERVICE,
        "The earlier audit",
        Question("Earlier audit", c.filled("prev_ref", "Earlier audit")),
        Question("Its moderated grade", c.filled("prev_grade", "Moderated grade of the earlier audit")),
        Question("Moderated on", c.day("prev_date", "Earlier audit moderated on", locked=True)),
        Question("UoPP meeting on", c.day("prev_uopp", "UoPP meeting on", "–")),
    )


def progress(form: WordFile) -> tuple[Question, ...]:
    c = form.controls
    return (
        Question(
            "What is different for the child now",
            c.long("progress", "What is different for the child now"),
            needed=True,
            height=1300,
        ),
        Question("Drift or delay?", answer(c.choice("drift", "Drift or delay", YES_NO)), needed=True),
        Question(
            "Where, and why",
            c.long("drift_comment", "Where the drift or delay is, and why"),
            "Needed if there is drift or delay.",
            height=1000,
        ),
    )
