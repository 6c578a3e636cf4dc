"""The parts that several forms share, in the order in which a form has them."""

from __future__ import annotations

from form_pieces.pieces import (
    AUDITOR,
    INK,
    MODERATOR,
    SERVICE,
    Question,
    Role,
    answer,
    cell,
    header_row,
    label,
    paragraph,
    questions,
    row,
    run,
    short_questions,
    table,
)
from form_pieces.word_file import VERSION, WordFile

GRADES = ("Outstanding", "Good", "Requires Improvement to be Good", "Inadequate")
DOMAIN_GRADES = (*GRADES, "Not applicable")
YES_NO = ("Yes", "No")
AUDIT_TYPES = ("Full – Team Manager", "Full – Advanced Practitioner", "Dip audit", "Re-audit")
OUTCOMES = (
    "Child in need plan",
    "Child protection plan",
    "Child looked after",
    "Care experienced young adult",
    "Assessment",
    "Step down",
    "Case closed",
)
FAMILY = (("fam_child", "Child or young person"), ("fam_parent", "Parent"), ("fam_carer", "Carer"))
PLANS = ("CIN", "CP", "Care", "Pathway", "EHCP", "Other")
SERVICES = (
    ("svc_yjs", "Youth Justice"),
    ("svc_edge", "Edge of Care"),
    ("svc_pc", "Positive Change"),
    ("svc_expl", "Exploitation"),
    ("svc_eva", "Eva Armsby"),
    ("svc_none", "None of them"),
)
DOMAINS = (
    (
        "Relationship and direct work",
        "Connect",
        "the child's voice, identity and lived experience",
        "Does the child know why the worker comes, and does it matter to them? Whose words are in the record? What "
        "was done together, and to what end?",
    ),
    (
        "Assessment, risk and thresholds",
        "Stay curious",
        "analysis, risk, stepping up, stepping down, closing",
        "Does the assessment explain, or only describe? Is the risk named and acted on? Is this the right level of "
        "help, and did it change when the child's life changed?",
    ),
    (
        "Family network and agencies",
        "Build a community around the child",
        "who helps, and how well together",
        "Who is around this child, on both sides of the family? What do school, health and others know, and has it "
        "shaped the plan?",
    ),
    (
        "Planning",
        "Co-produce a plan",
        "whether the help planned follows from what is known",
        "Would the family recognise the plan as theirs? Does each step answer a need, with a name and a date?",
    ),
    (
        "Intervention and difference made",
        "Collaborate for change",
        "what has changed; drift and delay",
        "What is different for the child today? What was tried, what worked, and was anything left to lie?",
    ),
    (
        "Review, supervision and oversight",
        "Check back",
        "whether oversight drives the work",
        "Do managers ask the next question and see that it is answered? Is what was agreed looked at again?",
    ),
)
CRITERIA = (
    (
        "Outstanding",
        "The work is Good in all points, consistently, and there is something outstanding in it: exceptionally "
        "effective direct work with extraordinary results, for example, or a particularly thorough and sophisticated "
        "assessment that gives complex work clarity and direction.",
        (),
    ),
    (
        "Good",
        "The work meets these nine criteria consistently.",
        (
            "The child and the family are getting good support.",
            "Thresholds are applied as they should be: step up and step down, escalation and closure.",
            "Direct work is built on relationships; it can be seen, and it has a purpose.",
            "The work is of a high standard throughout and makes a difference to children, young people and families.",
            "Risk is managed well.",
            "Management oversight is effective and drives the work.",
            "There is no drift and no delay. What is lacking in the work is minor and has no impact on children or "
            "outcomes.",
            "Assessments are comprehensive and analytical. Their recommendations are appropriate and inform well the "
            "targeted help in plans.",
            "Agencies are used well, to inform plans and to support families.",
        ),
    ),
    (
        "Requires Improvement to be Good",
        "The work falls below the criteria for Good, but there are no serious or widespread failures that lead to the "
        "child being harmed or at risk of harm, or to a detrimental impact on their health, wellbeing or development.",
        (),
    ),
    (
        "Inadequate",
        "The work is below the criteria for Good, and there are serious failures that lead to the child being harmed "
        "or at risk of harm, or to another detrimental impact on their health, wellbeing or development. Tell the five "
        "people named beside the grade at once; the moderator has one day.",
        (),
    ),
)
"""The council's grading definitions (§2), statement for statement: grade, what it says, and its criteria."""


def references(form: WordFile) -> tuple[Question, ...]:
    """What every form has at its top: whose it is, when and where it goes."""
    c = form.controls
    return (
        Question("Audit reference", c.filled("audit_ref", "Audit reference", looks="<w:b/>")),
        Question("Return by", c.day("due_auditor", "Return by", locked=True)),
        Question("Audit cycle", c.filled("cycle", "Audit cycle")),
        Question("Form version", c.fixed("tpl_ver", "Form version", VERSION)),
    )


def audit_type(form: WordFile) -> Question:
    return Question("Audit type", form.controls.choice("audit_type", "Audit type", AUDIT_TYPES))


def return_to(form: WordFile) -> Question:
    return Question("Return to", form.controls.filled("return_to", "Return to"))


def child(form: WordFile, *more: Question) -> None:
    """Who the work is about and whose it is. What the bot knows is filled in; what may be wrong can be put right."""
    c = form.controls
    form.table(
        short_questions(
            SERVICE,
            "The child and the work",
            Question("Mosaic number", c.filled("mosaic_id", "Mosaic number")),
            Question("Child's name", c.text("child_name", "Child's name", "–")),
            Question("Date of birth", c.day("child_dob", "Date of birth", "–")),
            Question("Age", c.text("child_age", "Age", "–")),
            Question("Ethnicity", c.text("ethnicity", "Ethnicity", "–")),
            Question("Type of outcome", c.choice_or_words("outcome_type", "Type of outcome", OUTCOMES)),
            Question("Practitioner", c.filled("sw", "Practitioner")),
            Question("Team", c.filled("team", "Team")),
            Question("Team Manager", c.filled("tm", "Team Manager")),
            *more,
        )
    )


def ticks(form: WordFile, *boxes: tuple[str, str]) -> str:
    return run("    ").join(form.controls.tick(tag, words) for tag, words in boxes)


def family_contacted(form: WordFile) -> str:
    answers = ("Yes", "No – not appropriate", "No – not possible")
    return form.controls.choice("fam_attempted", "Family or child contacted", answers)


def involved(form: WordFile) -> None:
    c = form.controls
    form.table(
        short_questions(
            AUDITOR,
            "Others involved",
            Question(
                "IRO or CP Chair involved?",
                c.choice("iro_cp_involved", "IRO or CP Chair involved", YES_NO),
                needed=True,
            ),
            Question("Their name", c.text("iro_cp_name", "Name of the IRO or CP Chair", "If yes, who")),
            wide=(
                Question(
                    "Other services involved", ticks(form, *SERVICES), "Tick all that apply.", needed=True
                ),
                Question(
                    "Period looked at",
                    f"{c.day('period_from', 'From')}{run('   to   ')}{c.day('period_to', 'To')}",
                ),
            ),
        )
    )


def people(form: WordFile) -> None:
    """Auditor and moderator, and what the auditor declares."""
    c = form.controls
    form.table(
        short_questions(
            SERVICE,
            "Auditor and moderator",
            Question("Auditor", c.filled("auditor", "Auditor")),
            Question("Role", c.filled("auditor_role", "Auditor's role")),
            Question("Moderator", c.filled("moderator", "Moderator")),
        ),
        questions(
            AUDITOR,
            "What the auditor confirms",
            Question(
                "I confirm",
                answer(c.tick("decl_trained", "I have completed the audit training."))
                + answer(
                    c.tick(
                        "decl_indep",
                        "I am independent: I am not of this team, have not worked with this child, and am not the "
                        "allocated CP Chair or IRO.",
                    )
                ),
                needed=True,
            ),
        ),
    )


def kloe_rows(form: WordFile, role: Role) -> None:
    """One row for each key line of enquiry; the bot writes the lines and adds as many rows as there are."""
    c = form.controls
    widths = [2700, 3620, 1900, 1500]
    line = row(
        cell(answer(c.filled("kloe.text", "Line of enquiry")), widths[0], shade=role.tint),
        cell(c.long("kloe.finding", "Findings", "What you found for this child"), widths[1]),
        cell(answer(c.text("kloe.evidence", "Evidence", "Where in the record")), widths[2]),
        cell(
            answer(c.choice("kloe.rag", "Strength or concern", ("Strength", "Concern", "Not applicable"))),
            widths[3],
        ),
        split=True,
        height=1300,
    )
    names = ("Line of enquiry", "Findings for this child *", "Evidence", "Overall *")
    rows = header_row(role, widths, *names) + c.repeating("kloe.row", "Line of enquiry", [line], fixed=True)
    form.table(table([rows], widths, "Key lines of enquiry", accent=role.accent))


def action_rows(form: WordFile, role: Role, *, blank: int = 4) -> None:
    """The improvement plan: each row an action with a name and a date."""
    c = form.controls
    widths = [3060, 1600, 1360, 2340, 1360]
    rows = [
        row(
            cell(answer(c.text("act.what", "What will be done", "What")), widths[0]),
            cell(answer(c.text("act.who", "Who", "Who")), widths[1]),
            cell(answer(c.day("act.by", "By when", "Date")), widths[2]),
            cell(
                answer(
                    c.text(
                        "act.measure", "How we will know it helped the child", "What the child will notice"
                    )
                ),
                widths[3],
            ),
            cell(answer(c.choice("act.plan", "Which plan it goes into", PLANS, "Plan")), widths[4]),
            height=760,
        )
        for _ in range(blank)
    ]
    names = ("What will be done", "Who", "By when", "How we will know it helped the child", "Goes into")
    form.table(
        table(
            [header_row(role, widths, *names), c.repeating("act.row", "Action", rows)],
            widths,
            "Improvement plan",
            accent=role.accent,
        )
    )


STATES = ("Done", "On track", "Delayed", "Not begun", "No longer needed")


def earlier_actions(form: WordFile, role: Role) -> None:
    """What was agreed before, one row for each action: the bot writes it, the auditor says how it stands."""
    c = form.controls
    widths = [3200, 1600, 1360, 1400, 2160]
    line = row(
        cell(answer(c.filled("prev.what", "What was agreed")), widths[0], shade=SERVICE.tint),
        cell(answer(c.filled("prev.who", "Who")), widths[1], shade=SERVICE.tint),
        cell(answer(c.day("prev.by", "By when", locked=True)), widths[2], shade=SERVICE.tint),
        cell(answer(c.choice("prev.status", "How it stands", STATES)), widths[3]),
        cell(c.long("prev.comment", "Comment", "What the record shows"), widths[4]),
        split=True,
        height=900,
    )
    names = ("What was agreed", "Who", "By when", "How it stands *", "What the record shows")
    rows = header_row(role, widths, *names) + c.repeating("prev.row", "Earlier action", [line], fixed=True)
    form.table(table([rows], widths, "Actions agreed before", accent=role.accent))


def overall_grade(form: WordFile) -> None:
    c = form.controls
    five = "Practitioner, Team Manager, Head of Service, Audit Manager and Head of the Learning Academy were told."
    form.table(
        questions(
            AUDITOR,
            "Overall grade",
            Question(
                "Overall grade",
                answer(c.choice("grade_auditor", "Overall grade (auditor)", GRADES, "Choose a grade")),
                needed=True,
            ),
            Question(
                "Why this grade",
                c.long("grade_reason", "Why this grade", "The evidence that led you to it"),
                "What you saw, heard and read, and what it meant for the child.",
                needed=True,
                height=1700,
            ),
            Question(
                "What is outstanding",
                c.long("grade_outstanding", "What is outstanding"),
                "Needed if the grade is Outstanding.",
                height=800,
            ),
            Question(
                "Harm or risk of harm",
                c.long("grade_harm", "Harm or risk of harm"),
                "Needed if the grade is Inadequate.",
                height=800,
            ),
            Question(
                "Told at once",
                answer(c.tick("ia_notified", five))
                + answer(run("On  ") + c.day("ia_notified_on", "Told on")),
                "Needed if the grade is Inadequate.",
            ),
            Question(
                "Discussed with the practitioner",
                answer(c.day("grade_discussed", "Grade discussed on")),
                needed=True,
            ),
            together=True,
        )
    )


def sign_off(form: WordFile, role: Role = AUDITOR) -> None:
    form.table(
        questions(
            role,
            "Sign-off",
            Question("Completed on", answer(form.controls.day("a_date", "Audit completed on")), needed=True),
        )
    )


def moderation(form: WordFile) -> None:
    c = form.controls
    form.table(
        short_questions(
            MODERATOR,
            "The moderator's conversation and view",
            Question(
                "Talked with the auditor?", c.choice("m_disc", "Talked with the auditor", YES_NO), needed=True
            ),
            Question("On", c.day("m_disc_date", "Talked on"), needed=True),
            Question("Deep enough?", c.choice("m_depth", "Deep enough", YES_NO), needed=True),
            Question("Accurate?", c.choice("m_accurate", "Accurate", YES_NO), needed=True),
            Question(
                "Do the actions meet the need?",
                c.choice("m_recs", "Actions meet the need", ("Yes", "No", "Amended")),
                needed=True,
            ),
            Question(
                "Did the auditor meet the practitioner?",
                c.choice("m_conv_ok", "Auditor met the practitioner", YES_NO),
                needed=True,
            ),
        ),
        _moderated_domains(form),
        questions(
            MODERATOR,
            "Moderated grade",
            Question(
                "Moderated overall grade",
                answer(c.choice("grade_moderated", "Moderated overall grade", GRADES, "Choose a grade")),
                needed=True,
            ),
            Question(
                "Do you agree with the auditor?",
                answer(c.choice("m_agree", "Agrees with the auditor", YES_NO)),
                needed=True,
            ),
            Question(
                "Your reasons",
                c.long("m_rationale", "Rationale", "Where you differ, and what led you there"),
                "Needed if you do not agree.",
                height=1000,
            ),
            Question(
                "Other notes about the practice", c.long("m_notes", "Notes about the practice"), height=1000
            ),
            Question(
                "Outcome",
                answer(
                    c.choice(
                        "m_outcome",
                        "Outcome",
                        ("Moderated", "Back to auditor", "Refer to Audit Team", "Invalid"),
                    )
                ),
                needed=True,
            ),
            Question(
                "Moderated on",
                answer(c.day("m_date", "Moderated on")),
                "Every date that follows counts from this one.",
                needed=True,
            ),
        ),
    )


def _moderated_domains(form: WordFile) -> str:
    widths = [2540, 2320, 2540, 2320]
    cells = [
        (
            cell(label(f"{n}  {name}"), widths[0], shade=MODERATOR.tint),
            cell(
                answer(
                    form.controls.choice(f"md{n}.grade", f"Moderated grade: {name}", DOMAIN_GRADES, "Grade")
                ),
                widths[1],
            ),
        )
        for n, (name, *_) in enumerate(DOMAINS, 1)
    ]
    head = row(
        cell(
            paragraph(run("Moderated grades of the domains", bold=True, colour="FFFFFF"), "Label", keep=True),
            sum(widths),
            shade=MODERATOR.accent,
            span=4,
        ),
        header=True,
    )
    rows = [row(*left, *right) for left, right in zip(cells[:3], cells[3:], strict=True)]
    return table([head, *rows], widths, "Moderated grades of the domains", accent=MODERATOR.accent)


def guidance(form: WordFile) -> None:
    """The grading criteria and what to look for, in a block that nobody changes by accident."""
    criteria = "".join(
        paragraph(run(f"{grade}.  ", bold=True, colour=AUDITOR.accent) + run(words))
        + "".join(paragraph(run(f"{n}.  {each}")) for n, each in enumerate(points, 1))
        for grade, words, points in CRITERIA
    )
    prompts = "".join(
        paragraph(run(f"{name}  ·  {c}.  ", bold=True, colour=INK) + run(prompt))
        for name, c, _, prompt in DOMAINS
    )
    form.add(
        form.controls.locked(
            "Guidance",
            "guidance",
            paragraph(run("The four grades"), "Heading2", keep=True)
            + criteria
            + paragraph(run("What to ask in each domain"), "Heading2", keep=True)
            + prompts
            + paragraph(run("Actions"), "Heading2", keep=True)
            + paragraph(
                run(
                    "An action says who does what by when, and what the child will notice. New ways of working with "
                    "the family help more often than a completed form. It goes into the plan the child already has."
                )
            ),
        )
    )


def domain_heading(form: WordFile, n: int) -> None:
    name, c, about, _ = DOMAINS[n - 1]
    form.add(paragraph(run(f"{n}  {name}"), "Heading2", keep=True))
    form.add(paragraph(run(c, bold=True, colour=AUDITOR.accent) + run(f"   {about}"), "Note", keep=True))
