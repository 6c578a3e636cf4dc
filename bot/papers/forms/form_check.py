"""What the reader makes of a form as it is: for the Audit Team, who change it in Word (`audit-bot form check`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.papers.forms.answers import Held, Refused, ReturnedAudit
from bot.papers.forms.form import Form, entries
from bot.papers.forms.intake import Admitted
from bot.papers.forms.questions import Questions, plain
from bot.papers.forms.returned_audit import judged_form, opened
from bot.programme.vocabulary import Grade


@dataclass(frozen=True, slots=True)
class FormCheck:
    """Questions by how they are told to people. `read` is what the reader would make of the file as it stands.

    `by_control` and `by_label` were found; `missing` are questions the reader needs or asks for and did not find;
    `unknown` are entries of a grade's drop-down that are no grade; `twice` are tags that stand in more than one control
    outside repeated rows; `unknown_tags` are controls from which nothing follows; `problems` are what must be put
    right before the form is used.
    """

    by_control: tuple[str, ...]
    by_label: tuple[str, ...]
    missing: tuple[str, ...]
    unknown: Mapping[str, tuple[str, ...]]
    twice: tuple[str, ...]
    untagged: int
    unknown_tags: tuple[str, ...]
    problems: tuple[str, ...]
    read: ReturnedAudit | Held | Refused

    def as_json(self) -> dict[str, Any]:
        """The stable shape of `audit-bot form check --json` (docs/command_line.md)."""
        return {
            "by_control": list(self.by_control),
            "by_label": list(self.by_label),
            "missing": list(self.missing),
            "unknown_grades": {where: list(found) for where, found in self.unknown.items()},
            "twice": list(self.twice),
            "untagged_controls": self.untagged,
            "unknown_tags": list(self.unknown_tags),
            "problems": list(self.problems),
            "read": self.read.as_json(),
        }


def form_check(data: bytes | Admitted, asked: Questions, name: str = "") -> FormCheck:
    """Look at a form, empty or filled in. May raise on a malformed file, so call it through a guard."""
    form = opened(data, asked)
    if isinstance(form, Held):
        return turned_away(form)
    graded = [tag for tag in _grade_tags(asked) if tag in form.by_tag]
    wanted = [*_NEEDED_ALWAYS, *_NEEDED_WITH_GRADES] if graded else list(_NEEDED_ALWAYS)
    tags = [asked.tags[word] for word in wanted if word in asked.tags]
    needed: list[str] = []
    if graded:
        parts = (asked.auditors_form(form.by_tag), "moderator")
        needed = [tag for part in parts for tag in asked.required.get(part, ())]
        tags += needed
        tags += [f"{d}.grade" for d in asked.domains.values()]
    missing = [tag for tag in dict.fromkeys(tags) if tag not in form.by_tag]
    unknown = {asked.label(tag): found for tag in graded if (found := _unknown_entries(form, tag))}
    twice = _twice(form)
    problems = [f"{where}: “{entry}” in its list is not a grade the reader knows." for where, found in unknown.items()
                for entry in found]  # fmt: skip
    problems += [
        f"{asked.label(tag)}: the tag “{tag}” stands in {n} controls; one question, one tag."
        for tag, n in twice
    ]
    problems += [
        f"{asked.label(tag)}: the question is not in the form."
        for tag in missing
        if tag in _essential(asked, form)
    ]
    problems += [
        f"{asked.label(tag)}: [required] asks for it, and it is not in the form, so no return would be complete."
        for tag in missing
        if tag in needed and tag not in _essential(asked, form)
    ]
    for grade in Grade:
        if where := [asked.label(tag) for tag in graded if grade in _not_offered(form, tag)]:
            more = f" and {len(where) - 1} more" if len(where) > 1 else ""
            problems.append(f"{where[0]}{more}: the list does not offer “{grade}”.")
    used = {tag for tag in form.by_tag if tag in form.known_tags() or "." in tag}

    def named(tags: Iterable[str]) -> tuple[str, ...]:
        """What people call these questions: by the reader's label, else by the title of their control."""
        titles = {
            tag: next((a.control.title for a in form.by_tag.get(tag, ()) if a.control), "") for tag in tags
        }
        return tuple(
            dict.fromkeys(
                asked.label(tag) if asked.label(tag) != tag else title or tag
                for tag, title in titles.items()
                if not tag.endswith(".row")
            )
        )

    return FormCheck(
        by_control=named([tag for tag in form.by_tag if tag not in form.by_label and tag in used]),
        by_label=named(sorted(form.by_label)),
        missing=named(missing),
        unknown=unknown,
        twice=tuple(f"{asked.label(tag)} ({tag})" for tag, _ in twice),
        untagged=sum(1 for control in form.untagged if not control.legacy and not control.cells[1]),
        unknown_tags=named([tag for tag in form.by_tag if tag not in used]),
        problems=tuple(problems),
        read=judged_form(form, name, data.notes if isinstance(data, Admitted) else ()),
    )


_NEEDED_ALWAYS = ("reference", "template")
_NEEDED_WITH_GRADES = (
    "mosaic_number",
    "auditor_grade",
    "moderated_grade",
    "grade_reason",
    "conversation_held",
)


def turned_away(why: Held | Refused) -> FormCheck:
    """The check of a file that cannot be looked at."""
    return FormCheck((), (), (), {}, (), 0, (), (why.reason,), why)


def _essential(asked: Questions, form: Form) -> set[str]:
    words = ("reference", "auditor_grade", "moderated_grade")
    return (
        {asked.tags[word] for word in words}
        if set(_grade_tags(asked)) & set(form.by_tag)
        else {asked.tags["reference"]}
    )


def _grade_tags(asked: Questions) -> list[str]:
    found = [asked.tags["auditor_grade"], asked.tags["moderated_grade"]]
    return found + [f"{p}{d}.grade" for d in asked.domains.values() for p in ("", "m")]


def _unknown_entries(form: Form, tag: str) -> tuple[str, ...]:
    """Entries of a grade's drop-down that the reader would not take for a grade, nor for a prompt."""
    found = {}
    for answer in form.by_tag[tag]:
        for shown, kept in entries(answer.control) if answer.control else ():
            empty = kept == "" or plain(shown) in form.asked.prompts | form.asked.not_applicable | {""}
            if not empty and form.asked.grade(shown) is None:
                found[shown] = True
    return tuple(found)


def _not_offered(form: Form, tag: str) -> list[Grade]:
    """The grades that a list of some grades leaves out, so that nobody could choose them."""
    offered = {
        form.asked.grade(shown)
        for answer in form.by_tag[tag]
        for shown, _ in (entries(answer.control) if answer.control else ())
    }
    return [grade for grade in Grade if grade not in offered] if offered - {None} else []


def _twice(form: Form) -> list[tuple[str, int]]:
    """Tags of several controls that do not stand in rows of their own."""
    counted = []
    for tag, answers in form.by_tag.items():
        # Headers and footers may say again what the form says.
        controls = [a.control for a in answers if a.control is not None and a.part is form.parts[0]]
        if (len(controls) > 1 and "." not in tag) or (tag.endswith(".grade") and len(controls) > 1):
            counted.append((tag, len(controls)))
    return counted
