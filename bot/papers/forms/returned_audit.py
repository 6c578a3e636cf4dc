"""Reading a returned audit tool: every answer by its control's tag, every grade exactly or not at all.

A grade counts only when the whole answer is one of the spellings in config/audit_tool.toml and nothing about it is
doubtful. A tracked change, hidden or struck-through text, something typed beside the control, or two answers to one
question hold the file, with both readings in the reason.
"""

from __future__ import annotations

from lxml import etree

from bot.collecting import nothing_collected
from bot.papers.forms.answers import Held, Refused, ReturnedAudit
from bot.papers.forms.completeness import prompts
from bot.papers.forms.each_part import scant_parts
from bot.papers.forms.form import Form
from bot.papers.forms.intake import Admitted
from bot.papers.forms.questions import Questions, plain
from bot.papers.forms.record_form import GRADES_OF_RECORDS, record_in
from bot.papers.word.package import Package
from bot.papers.word.walk import NotWord
from bot.programme.reference import another_reference, as_told
from bot.programme.titles import SERVICES
from bot.programme.vocabulary import Grade, Part, Problem

_ONE = ("reference", "mosaic_number", "child_name")
"""Questions that say whose audit it is: two different answers to one of them hold the file."""

_TICKS = dict(zip(("svc_yjs", "svc_edge", "svc_pc", "svc_expl", "svc_eva"), SERVICES, strict=True))
"""The tags of the boxes for internal services (§9)."""
QUESTIONS_ENOUGH = 8
"""So many known questions, the audit's reference among them, make a file without controls and grades one of ours."""


def opened(data: bytes | Admitted, asked: Questions) -> Form | Held:
    """A file taken apart, or why it cannot be. May raise on a malformed file, so call it through a guard."""
    try:
        package = Package(data.parts, data.main) if isinstance(data, Admitted) else Package(data)
        return Form(package, asked)
    except NotWord as fault:
        return Held(f"The file cannot be read: {fault}. Ask the sender for the Word file again.")
    except etree.XMLSyntaxError as fault:
        if "depth" in str(fault).casefold():
            return Held("The file is nested deeper than any form is. Ask the sender for the Word file again.")
        return Held("The file is damaged inside. Ask the sender for the Word file again.")


def read(data: bytes | Admitted, asked: Questions, name: str = "") -> ReturnedAudit | Held | Refused:
    """What a returned file says. Pure; may raise on a malformed file, so call it through a guard.

    `data` is the file, or the parts that `intake.admitted` has unpacked already, which is quicker. `name` is the file's
    name: one that carries another audit's reference holds the file.
    """
    with nothing_collected():
        form = opened(data, asked)
        if isinstance(form, Held):
            return form
        return judged_form(form, name, data.notes if isinstance(data, Admitted) else ())


def judged_form(form: Form, name: str = "", notes: tuple[str, ...] = ()) -> ReturnedAudit | Held:
    """What the answers of a form come to. `notes` are what the guard has to say of the file."""
    asked = form.asked
    said = _references(form)
    references = list(dict.fromkeys(reference for _, reference in said))
    reference = references[0] if references else ""
    if not is_the_form(form):
        why = "This Word file is not the audit tool: none of its questions is in it."
        return Held(why, reference, grades=_named_in(form))
    for word in _ONE:
        answers = form.differing(word)
        if len(answers) > 1:
            # Of a child's number or name only the question is told, never what stands there.
            told = (
                f": {' and '.join(as_told(each, asked.references) for each in answers)}"
                if word == "reference"
                else ""
            )
            why = f"{asked.label(asked.tags[word])}: two different answers are given{told}."
            return Held(why, reference, grades=_told(form))
    if len({r.casefold() for r in references}) > 1:
        places = "; ".join(
            f"{where} says {as_told(reference, asked.references)}" for where, reference in said
        )
        why = f"It is not certain which audit this is: {places}."
        return Held(why, reference, another_child=True, grades=_told(form))
    other = another_reference(name, reference)
    if other:
        why = f"The form is for {as_told(reference, asked.references)}, but the file's name says {other}."
        return Held(why, reference, another_child=True, grades=_told(form))
    other = next((o for text in form.margins if (o := another_reference(text, reference))), "")
    if other:
        why = (
            f"The form is for {as_told(reference, asked.references)}, but its header or footer says {other}."
        )
        return Held(why, reference, another_child=True, grades=_told(form))
    return _judged(form, reference, notes)


def is_the_form(form: Form) -> bool:
    """Whether a file is one of ours: by the tags of its controls, or by the words of its questions.

    Of an audit two questions will do when one is for a grade; a form without a grade must have more of them.
    """
    asked = form.asked
    keys = [asked.tags[w] for w in ("reference", "auditor_grade", "moderated_grade")]
    if any(tag in form.by_tag and tag not in form.by_label for tag in keys):
        return True
    known = len(form.by_label)
    return (known >= 2 and any(tag in form.by_label for tag in keys[1:])) or (
        known >= QUESTIONS_ENOUGH and keys[0] in form.by_label
    )


def _references(form: Form) -> list[tuple[str, str]]:
    """Every place that says which audit the form is for, and what it says."""
    said = [("the form", text) for text in form.differing("reference")]
    said += [(where, reference) for where, reference, _ in form.package.stamps() if reference]
    return said


def _told(form: Form) -> tuple[Grade, ...] | None:
    """Every overall grade that somebody could read in a form, one in doubt with all its readings; None where nobody
    can tell. What is in doubt about the grade of a domain says nothing about the whole."""
    told: set[Grade] = set()
    unclear = False
    for tag in (form.asked.tags["auditor_grade"], form.asked.tags["moderated_grade"], *GRADES_OF_RECORDS):
        if grade := form.grade(tag):
            told.add(grade)
        readings = form.unsure.get(tag, frozenset())
        told |= readings or set()
        unclear |= readings is None
    return None if unclear and Grade.INADEQUATE not in told else tuple(g for g in Grade if g in told)


def _named_in(form: Form) -> tuple[Grade, ...]:
    """The grades that occur anywhere in the words of a file that is none of our forms."""
    return form.asked.grades_named("\n".join(part.slice(0, len(part.pieces)) for part in form.parts))


def _judged(form: Form, reference: str, notes: tuple[str, ...]) -> ReturnedAudit | Held:
    asked = form.asked
    auditor_tag, moderated_tag = asked.tags["auditor_grade"], asked.tags["moderated_grade"]
    auditor_grade = form.grade(auditor_tag)
    moderated_grade = form.grade(moderated_tag)
    for d in asked.domains.values():
        form.grade(f"{d}.grade")
        form.grade(f"m{d}.grade")
    record_in(form)
    if form.doubts:
        return Held(
            "Somebody must look at a grade: " + " ".join(f"{p.where}: {p.what}" for p in form.doubts),
            reference,
            problems=tuple(form.doubts),
            otherwise=_whole(form, reference, notes),
            grades=_told(form),
        )
    graded = any(tag in form.by_tag for tag in (auditor_tag, moderated_tag))
    prefilled = asked.several.get("prefilled", ())
    if graded:
        moderators_work = form.answered("moderators_work")
        auditors_work = form.answered("auditors_work")
        if auditor_grade is None and (auditors_work or not moderators_work) and moderated_grade is None:
            if not auditors_work:
                return Held("Nothing has been filled in.", reference, incomplete=True, blank=True, grades=())
            return _without_grade(form, auditor_tag, "the auditor", reference)
        if moderated_grade is None and moderators_work:
            return _without_grade(form, moderated_tag, "the moderator", reference)
    elif _was_graded(form):
        return _without_grade(form, auditor_tag, "the auditor", reference)
    elif not any(a.answered for tag, found in form.by_tag.items() if tag not in prefilled for a in found):
        return Held("Nothing has been filled in.", reference, incomplete=True, blank=True, grades=())
    return _whole(form, reference, notes)


def _whole(form: Form, reference: str, notes: tuple[str, ...]) -> ReturnedAudit:
    """Everything a form says."""
    asked = form.asked
    auditor_tag, moderated_tag = asked.tags["auditor_grade"], asked.tags["moderated_grade"]
    auditor_grade, moderated_grade = form.grade(auditor_tag), form.grade(moderated_tag)
    domain_grades = {name: form.grade(f"{d}.grade") for name, d in asked.domains.items()}
    moderated_domains = {name: form.grade(f"m{d}.grade") for name, d in asked.domains.items()}
    graded = any(tag in form.by_tag for tag in (auditor_tag, moderated_tag))
    part = (
        Part.BOTH
        if auditor_grade and moderated_grade
        else Part.MODERATOR
        if moderated_grade
        else Part.AUDITOR
    )
    missing, hints = (
        prompts(form, part, auditor_grade, moderated_grade, domain_grades) if graded else ([], [])
    )
    hints += [Problem("The file", note) for note in notes]
    if not reference:
        hints.insert(0, Problem(asked.label(asked.tags["reference"]), "the form carries no reference."))
    return ReturnedAudit(
        reference=reference,
        template=form.text("template") or next((v for _, _, v in form.package.stamps() if v), ""),
        part=part,
        auditor_grade=auditor_grade,
        moderated_grade=moderated_grade,
        domain_grades=domain_grades,
        moderated_domain_grades=moderated_domains,
        family_feedback=any(form.ticked(t) for t in asked.several.get("feedback_from_family", ()))
        or form.answered("feedback_text"),
        practitioner_feedback=bool(form.text("feedback_from_practitioner")),
        actions=form.rows("act"),
        kloe=form.rows("kloe"),
        mosaic_number=form.text("mosaic_number"),
        child_name=form.text("child_name"),
        incomplete=bool(missing),
        problems=(*missing, *hints),
        fields=form.fields(),
        earlier_actions=form.rows("prev"),
        record=record_in(form),
        services=_services_ticked(form),
        chair=_chair_named(form),
        date_of_birth=form.day("date_of_birth") or form.text("date_of_birth"),
        questions=frozenset(form.by_tag),
        scant=scant_parts(form) if graded else frozenset(),
    )


def _services_ticked(form: Form) -> tuple[str, ...]:
    """The internal services ticked, by the guide's names."""
    return tuple(service for tag, service in _TICKS.items() if form.ticked(tag))


def _chair_named(form: Form) -> str | None:
    """Who is IRO or CP Chair; "" when one is involved and not named, None when nobody is."""
    said = plain(form.answer("iro_cp_involved"))
    if said in form.asked.no:
        return None
    return form.answer("iro_cp_name") or ("" if said in form.asked.yes else None)


def _without_grade(form: Form, tag: str, who: str, reference: str) -> Held:
    asked_for = tag in form.by_tag
    what = "no grade is chosen." if asked_for else "the question could not be found in the file."
    embedded = any(part.embedded for part in form.parts)
    told = _told(form)
    if (embedded or not asked_for) and Grade.INADEQUATE not in (told or ()):
        told = None  # it may stand where nothing looks for it
    if embedded:
        what += " Part of the form is another file inside it, which cannot be read."
    problem = Problem(form.asked.label(tag), what, who)
    return Held(
        f"{problem.where}: {problem.what}", reference, incomplete=True, problems=(problem,), grades=told
    )


def _was_graded(form: Form) -> bool:
    """Whether a form without the question for a grade is an audit tool from which it was taken out."""
    asked = form.asked
    return any(f"{d}.{part}" in form.by_tag for d in asked.domains.values() for part in ("grade", "well"))
