"""The record of an "Understanding our Practice Progression" meeting (§10). What it says is never put on Mosaic."""

from __future__ import annotations

from form_pieces import parts
from form_pieces.parts import GRADES, PLANS, YES_NO
from form_pieces.pieces import EVERYBODY, SERVICE, Question, Role, answer, questions, short_questions
from form_pieces.word_file import WordFile

CHAIR = Role("Chair", "0B5563", "E7F1F2")


def build() -> WordFile:
    form = WordFile("Record of the UoPP meeting")
    c = form.controls
    form.title_block(
        *parts.references(form),
        wide=(parts.return_to(form),),
        who=(
            (SERVICE, "What the bot knows. Correct what is wrong."),
            (CHAIR, "Sections 2 to 5: the auditor, or the Audit Manager after an Inadequate"),
            (EVERYBODY, "Talk it through together; the chair writes"),
        ),
    )
    form.section(1, "The work", SERVICE)
    form.table(
        short_questions(
            SERVICE,
            "The work",
            Question("Mosaic number", c.filled("mosaic_id", "Mosaic number")),
            Question("Practitioner", c.filled("sw", "Practitioner")),
            Question("Team", c.filled("team", "Team")),
            Question("Team Manager", c.filled("tm", "Team Manager")),
            Question("Auditor", c.filled("auditor", "Auditor")),
            Question("Moderator", c.filled("moderator", "Moderator")),
            Question("Grade at the start", c.choice("uopp_grade_start", "Grade at the start", GRADES)),
            Question("Moderated on", c.day("prev_date", "Moderated on", "–")),
        )
    )
    form.section(2, "The meeting", CHAIR)
    form.table(
        short_questions(
            CHAIR,
            "The meeting",
            Question("Held on", c.day("uopp_date", "Meeting held on"), needed=True),
            Question(
                "Which meeting", c.choice("uopp_kind", "Which meeting", ("First", "Review after six weeks"))
            ),
            Question("Chaired by", c.text("uopp_chair", "Chair", "Name"), needed=True),
            Question(
                "Their role",
                c.choice_or_words(
                    "uopp_chair_role", "Chair's role", ("Auditor", "Audit Manager", "Head of Service")
                ),
            ),
            wide=(
                Question(
                    "Who was there",
                    parts.ticks(
                        form,
                        ("att_sw", "Practitioner"),
                        ("att_tm", "Team Manager"),
                        ("att_auditor", "Auditor"),
                        ("att_moderator", "Moderator"),
                        ("att_iro", "IRO or CP Chair"),
                        ("att_gm", "Group Manager"),
                        ("att_hos", "Head of Service"),
                        ("att_am", "Audit Manager"),
                    ),
                    "At least practitioner, Team Manager and auditor.",
                    needed=True,
                ),
                Question("Their names", c.text("uopp_attendees", "Attendees", "Names"), needed=True),
            ),
        ),
        questions(
            CHAIR,
            "The conversation",
            Question("What is working well", c.long("uopp_well", "What is working well"), height=1100),
            Question(
                "What has moved since the audit",
                c.long("uopp_moved", "What has moved since the audit"),
                height=1100,
            ),
            Question("What we have learned", c.long("uopp_learned", "What we have learned"), height=1100),
        ),
    )
    form.section(3, "The grade", CHAIR, "It may be raised for progress made on the audit's actions.")
    form.table(
        questions(
            CHAIR,
            "The grade",
            Question(
                "Grade reconsidered?",
                answer(c.choice("uopp_reconsidered", "Grade reconsidered", YES_NO)),
                needed=True,
            ),
            Question(
                "New grade",
                answer(c.choice("grade_uopp", "Grade after the meeting", GRADES, "Choose a grade")),
                "Needed if it was changed.",
            ),
            Question(
                "Why",
                c.long("uopp_reason", "Why the grade was changed or kept"),
                "Needed if it was changed.",
                height=1000,
            ),
        )
    )
    form.section(
        4,
        "What was agreed",
        CHAIR,
        "Needed: at least one action with what, who and by when. No second plan: all of it goes into the child's own.",
    )
    parts.action_rows(form, CHAIR)
    form.table(
        short_questions(
            CHAIR,
            "The plan",
            Question(
                "Built into which plan",
                c.choice("uopp_plan", "Built into which plan", PLANS, "Plan"),
                needed=True,
            ),
            Question("Progress reviewed on", c.day("uopp_review", "Progress reviewed on"), needed=True),
        )
    )
    form.section(5, "Recording and sending", CHAIR)
    form.table(
        questions(
            CHAIR,
            "Recording and sending",
            Question(
                "Noted on Mosaic that the meeting was held",
                answer(c.day("uopp_recorded", "Noted on Mosaic on")),
                "Only that it was held, and when. Nothing of what was said, and not this record.",
                needed=True,
            ),
            Question(
                "Sent to",
                answer(
                    parts.ticks(
                        form,
                        ("sent_sw", "Practitioner"),
                        ("sent_tm", "Team Manager"),
                        ("sent_hos", "Head of Service"),
                        ("sent_at", "Audit Team"),
                    )
                ),
                needed=True,
            ),
            Question("Sent on", answer(c.day("uopp_sent", "Sent on"))),
        )
    )
    return form
