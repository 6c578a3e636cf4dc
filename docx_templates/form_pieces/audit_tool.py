"""The audit tool "Understanding our Practice": sections 0 to 13 (§7)."""

from __future__ import annotations

from form_pieces import parts
from form_pieces.parts import DOMAIN_GRADES, DOMAINS, YES_NO
from form_pieces.pieces import (
    AUDIT_TEAM,
    AUDITOR,
    EVERYBODY,
    MODERATOR,
    PRACTITIONER,
    SERVICE,
    Question,
    answer,
    questions,
    run,
    short_questions,
)
from form_pieces.word_file import WordFile

REASONS_TO_RETURN = (
    ("qa_r1", "More analysis is needed."),
    ("qa_r2", "Something is not filled in, or not as it should be."),
    ("qa_r3", "The grades do not fit together."),
    ("qa_r4", "A key line of enquiry is not answered."),
    ("qa_r5", "The actions do not meet what was found."),
)


def build() -> WordFile:
    form = WordFile("Audit tool")
    form.title_block(
        *parts.references(form),
        wide=(parts.audit_type(form), parts.return_to(form)),
        who=(
            (SERVICE, "What is known. Correct what is wrong."),
            (AUDITOR, "Sections 1–3 and 5–10"),
            (PRACTITIONER, "Section 4, and your view in 7"),
            (AUDIT_TEAM, "Section 11"),
            (MODERATOR, "Section 12"),
        ),
    )
    form.section(
        1, "The child and the work", AUDITOR, "The grey part is filled in for you; put right what is wrong."
    )
    parts.child(form)
    parts.involved(form)
    form.section(2, "Auditor and moderator", AUDITOR)
    parts.people(form)
    _how(form)
    _practitioner(form)
    form.section(5, "Key lines of enquiry", AUDITOR, "Please answer each one for this child.")
    parts.kloe_rows(form, AUDITOR)
    _domains(form)
    _feedback(form)
    form.section(
        8,
        "Overall grade",
        AUDITOR,
        "Your professional judgement, with the criteria of section 13 beside you.",
    )
    parts.overall_grade(form)
    form.section(
        9,
        "Improvement plan",
        AUDITOR,
        "Needed when the work does not meet Good: at least one action with what, who and by when. "
        "The plus sign at the end of a row adds another.",
    )
    parts.action_rows(form, AUDITOR)
    form.section(
        10,
        "Sign-off",
        AUDITOR,
        "Send the form to the moderator, the practitioner and their Team Manager, with the Audit Team copied.",
    )
    parts.sign_off(form)
    _audit_team(form)
    form.section(
        12,
        "Moderation",
        MODERATOR,
        "Begin with a conversation; nobody expects you to audit the file again. "
        "* is needed before the audit counts as moderated.",
    )
    parts.moderation(form)
    form.section(
        13, "Guidance and grading criteria", EVERYBODY, "Have it beside you while you grade.", new_page=True
    )
    parts.guidance(form)
    return form


def _how(form: WordFile) -> None:
    c = form.controls
    form.section(3, "How the audit was done", AUDITOR)
    form.table(
        short_questions(
            AUDITOR,
            "How the audit was done",
            Question(
                "Talked with the practitioner?",
                c.choice("conv_held", "Talked with the practitioner", YES_NO),
                needed=True,
            ),
            Question("On", c.day("conv_date", "Date of the conversation"), needed=True),
            Question("Records read?", c.choice("records_reviewed", "Records read", YES_NO), needed=True),
            Question(
                "Family or child contacted?",
                parts.family_contacted(form),
                needed=True,
            ),
            Question("Contacted on", c.day("fam_date", "Family contacted on")),
            Question("How", c.choice("fam_how", "How contacted", ("Phone", "Visit", "Online", "Text"))),
            wide=(
                Question(
                    "Feedback obtained from",
                    parts.ticks(form, *parts.FAMILY),
                ),
                Question(
                    "If there was no conversation, why?",
                    c.text(
                        "conv_why_not", "Why there was no conversation", "Needed if the answer above is No"
                    ),
                ),
            ),
        )
    )


def _practitioner(form: WordFile) -> None:
    c = form.controls
    form.section(
        4,
        "The practitioner's own section",
        PRACTITIONER,
        "For the social worker or practitioner. A few lines each will do; at least one box is needed.",
    )
    form.table(
        questions(
            PRACTITIONER,
            "The practitioner's own section",
            Question(
                "What I set out to do, and what changed for the child",
                c.long("p_impact", "What I set out to do and what changed"),
                height=1500,
            ),
            *(
                Question(
                    name, c.long(f"p_c{n}", name, "How I worked in this way with this family"), height=760
                )
                for n, (_, name, *_) in enumerate(DOMAINS, 1)
            ),
            Question("What I am proud of", c.long("p_proud", "What I am proud of"), height=760),
            Question(
                "What I would do differently", c.long("p_diff", "What I would do differently"), height=760
            ),
            Question("What support would help", c.long("p_support", "What support would help"), height=760),
            Question(
                "Completed by, on",
                answer(
                    c.text("p_name", "Practitioner's name", "Name")
                    + run(",   ")
                    + c.day("p_date", "Completed on")
                ),
                needed=True,
            ),
        )
    )


def _domains(form: WordFile) -> None:
    c = form.controls
    form.section(
        6,
        "Practice domains",
        AUDITOR,
        "The criteria and a few questions to ask are in section 13. Each domain needs a grade.",
    )
    for n, (name, *_) in enumerate(DOMAINS, 1):
        parts.domain_heading(form, n)
        form.table(
            questions(
                AUDITOR,
                name,
                *(
                    Question(words, c.long(f"d{n}.{part}", f"{name}: {words}"), height=1000)
                    for part, words in (
                        ("well", "What is going well"),
                        ("better", "What needs to be better"),
                        ("impact", "What it has meant for the child and family"),
                    )
                ),
                Question(
                    "Grade",
                    answer(c.choice(f"d{n}.grade", f"Grade: {name}", DOMAIN_GRADES, "Choose a grade")),
                    needed=True,
                ),
                together=True,
            )
        )


def _feedback(form: WordFile) -> None:
    c = form.controls
    form.section(
        7, "Feedback", AUDITOR, "In their own words where you can. Needed where feedback was obtained."
    )
    form.table(
        questions(
            AUDITOR,
            "Feedback from the family",
            Question(
                "What the child or young person said", c.long("fb_child", "Child's feedback"), height=1600
            ),
            Question("What parents or carers said", c.long("fb_family", "Family's feedback"), height=1600),
        ),
        questions(
            PRACTITIONER,
            "Feedback from the practitioner",
            Question(
                "How the practitioner found the conversation",
                c.long("fb_practitioner", "Practitioner's feedback"),
                "For the practitioner.",
                height=1600,
            ),
        ),
    )


def _audit_team(form: WordFile) -> None:
    c = form.controls
    form.section(
        11,
        "Check for completeness",
        AUDIT_TEAM,
        "For the Audit Team; auditors leave it empty.",
        new_page=True,
    )
    form.table(
        short_questions(
            AUDIT_TEAM,
            "Check for completeness",
            Question("Received on", c.day("qa_received", "Received on")),
            Question("Complete?", c.choice("qa_ok", "Complete", YES_NO)),
            Question("If returned: needed by", c.day("qa_due", "Needed by")),
            Question("Put right on", c.day("qa_cleared", "Put right on")),
        ),
        questions(
            AUDIT_TEAM,
            "Why it was returned",
            Question(
                "If returned: why", "".join(answer(c.tick(tag, words)) for tag, words in REASONS_TO_RETURN)
            ),
        ),
    )
