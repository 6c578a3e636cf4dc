"""How config/audit_tool.toml is written: its parts, the words of ours in them, and what stands on the right of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.errors import nearest
from bot.programme.edited_file import EditedFile, Path, shown

NEEDED = ("reference", "auditor_grade", "moderated_grade", "mosaic_number", "child_name")
_TEXTS = ("tags", "domains", "labels")
_KNOWN: Mapping[str, Sequence[str]] = {
    "tags": (
        *NEEDED, "template", "completed_on", "moderated_on", "conversation_held", "conversation_on",
        "moderators_talk_on", "family_contact", "grade_reason", "outstanding_reason", "harm", "moderator_agrees",
        "moderator_rationale", "feedback_from_practitioner", "earlier_audit", "date_of_birth",
    ),
    "several": (
        "prefilled", "declarations", "feedback_from_family", "feedback_text", "auditors_work", "moderators_work",
        "audit_teams_check",
    ),
    "words": ("not_applicable", "yes", "no", "prompts"),
    "required": ("auditor", "re_audit", "moderator"),
    "at_least": ("auditor", "re_audit", "moderator"),
    "columns": ("act", "kloe"),
    "columns_of_other_forms": ("kloe", "prev"),
}  # fmt: skip
"""The words of ours on the left of a part, where those are fixed."""
_PARTS = (
    *_KNOWN, "domains", "grades", "questions", "questions_of_other_forms", "in_each_domain",
    "in_each_domain_of_other_forms", "labels",
)  # fmt: skip


def note_shapes(file: EditedFile) -> None:
    """Note what is no part or word of ours, and what is not written as text or as a list of texts."""
    for part, section in file.given.items():
        if part not in _PARTS:
            file.fault((part,), f"“{part}” is no part of this file{nearest(part, _PARTS)}")
        elif not isinstance(section, dict):
            file.fault((part,), f"[{part}] must be a part of its own, not {shown(section)}")
        else:
            for word, value in section.items():
                if word not in _KNOWN.get(part, (word,)):
                    hint = nearest(word, _KNOWN[part])
                    file.fault((part, word), f"[{part}] has “{word}”, which is not a word of ours{hint}")
                elif part == "at_least":
                    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
                        file.fault((part, word), f"{word} should be a whole number, not {shown(value)}")
                elif part.startswith("columns"):
                    _note_columns(file, (part, word), value)
                else:
                    _note_shape(file, (part, word), value, part in _TEXTS)


def _note_columns(file: EditedFile, path: Path, section: object) -> None:
    if not isinstance(section, dict):
        file.fault(path, f"[{path[0]}.{path[1]}] must be a part of its own, not {shown(section)}")
        return
    for word, value in section.items():
        _note_shape(file, (*path, word), value, False)


def _note_shape(file: EditedFile, path: Path, value: object, text: bool) -> None:
    word = path[-1]
    if text:
        if not isinstance(value, str) or not value.strip():
            file.fault(path, f"{word} should be text in quotation marks, not {shown(value)}")
    elif not isinstance(value, list) or not all(isinstance(each, str) and each.strip() for each in value):
        file.fault(path, f'{word} should be a list of texts, such as ["Yes", "Y"], not {shown(value)}')


def note_twins(file: EditedFile) -> None:
    """Note what one tag stands for twice, and what is an answer of two kinds."""
    for part, what in (("tags", "questions"), ("domains", "domains")):
        first: dict[str, str] = {}
        for word, tag in file.given.get(part, {}).items():
            if (other := first.setdefault(tag, word)) != word:
                file.fault((part, word), f"[{part}] “{tag}” stands for two {what}: {other} and {word}")
    answers: dict[str, str] = {}
    for word in ("yes", "no", "not_applicable"):
        for answer in file.given.get("words", {}).get(word, ()):
            if (other := answers.setdefault(answer.casefold(), word)) != word:
                file.fault(("words", word), f"“{answer}” would mean both {other} and {word}", answer)
