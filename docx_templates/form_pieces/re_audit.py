"""The re-audit: has work that fell below Good reached it? Record and conversations, graded and moderated (§15)."""

from __future__ import annotations

from form_pieces import parts
from form_pieces.dip_audit import earlier_audit, progress
from form_pieces.parts import DOMAIN_GRADES, DOMAINS, YES_NO
from form_pieces.pieces import (
    AUDITOR,
    EVERYBODY,
    MODERATOR,
    SERVICE,
    Question,
    answer,
    questions,
    short_questions,
)
from form_pieces.word_file import WordFile


def build() -> WordFile:
    form = WordFile("Re-audit")
    form.title_block(
        *parts.references(form),
        wide=(parts.audit_type(form), parts.return_to(form)),
        who=(
            (SERVICE, "What the bot knows. Correct what is wrong."),
            (AUDITOR, "Sections 1 to 8"),
            (MODERATOR, "Section 9"),
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
    form.section(4, "Actions agreed before", AUDITOR, "Say how each one stands today.")
    form.table(earlier_audit(form))
    parts.earlier_actions(form, AUDITOR)
    form.table(questions(AUDITOR, "Progress", *progress(form)))
    _domains(form)
    form.section(
        6, "Overall grade", AUDITOR, "Of the work as it is now, with the criteria of section 10 beside you."
    )
    parts.overall_grade(form)
    form.section(
        7, "What is still to do", AUDITOR, "Needed when the work does not meet Good: what, who and by when."
    )
    parts.action_rows(form, AUDITOR)
    form.section(
        8,
        "Sign-off",
        AUDITOR,
        "Send the form to the moderator, the practitioner and their Team Manager, with the Audit Team copied.",
    )
    parts.sign_off(form)
    form.section(
        9,
        "Moderation",
        MODERATOR,
        "As with any audit, begin with a conversation. * is needed before the re-audit counts as moderated.",
        new_page=True,
    )
    parts.moderation(form)
    form.section(
        10, "Guidance and grading criteria", EVERYBODY, "Have it beside you while you grade.", new_page=True
    )
    parts.guidance(form)
    return form


def _how(form: WordFile) -> None:
    c = form.controls
    form.section(3, "How the re-audit was done", AUDITOR)
    form.table(
        short_questions(
            AUDITOR,
            "How the re-audit was done",
            Question("Records read?", c.choice("records_reviewed", "Records read", YES_NO), needed=True),
            Question("Family or child contacted?", parts.family_contacted(form)),
            Question(
                "Talked with the practitioner?",
                c.choice("conv_held", "Talked with the practitioner", YES_NO),
                needed=True,
            ),
            Question("On", c.day("conv_date", "Date of the conversation"), needed=True),
            Question(
                "Talked with the Team Manager?",
                c.choice("tm_conv_held", "Talked with the Team Manager", YES_NO),
                needed=True,
            ),
            Question(
                "On", c.day("tm_conv_date", "Date of the conversation with the Team Manager"), needed=True
            ),
            wide=(
                Question("Feedback obtained from", parts.ticks(form, *parts.FAMILY)),
                Question(
                    "If a conversation was not held, why?",
                    c.text(
                        "conv_why_not", "Why there was no conversation", "Needed if either answer above is No"
                    ),
                ),
            ),
        ),
        questions(
            AUDITOR,
            "What they said",
            Question("The practitioner", c.long("fb_practitioner", "Practitioner's view"), height=800),
            Question("The Team Manager", c.long("fb_tm", "Team Manager's view"), height=800),
            Question(
                "The family",
                c.long("fb_family", "Family's feedback"),
                "Needed where feedback was obtained.",
                height=800,
            ),
        ),
    )


def _domains(form: WordFile) -> None:
    c = form.controls
    form.section(
        5, "Practice domains", AUDITOR, "What has changed since the earlier audit, and the grade today."
    )
    for n, (name, *_) in enumerate(DOMAINS, 1):
        parts.domain_heading(form, n)
        form.table(
            questions(
                AUDITOR,
                name,
                Question(
                    "What has changed",
                    c.long(f"d{n}.change", f"{name}: what has changed"),
                    height=760,
                ),
                Question(
                    "Grade",
                    answer(c.choice(f"d{n}.grade", f"Grade: {name}", DOMAIN_GRADES, "Choose a grade")),
                    needed=True,
                ),
                together=True,
            )
        )
