"""Which files of the settings library the bot knows, and what each is used for. Nothing of a name becomes a path: each
known name stands for a place of ours."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

CLOSURE_DAYS = "closure days.xlsx"
RULES = "rules.toml"
RULES_IN_EXCEL = "rules.xlsx"
LETTERS, FORMS = "mail_templates", "docx_templates"
RULES_PLACE, CLOSURE_DAYS_PLACE = "config/rules.toml", "config/closure_days.toml"


class FileKind(StrEnum):
    """What a file of the library is; its place says where the bot has the same."""

    LETTER = "a letter"
    RULES = "the rules"
    CLOSURE_DAYS = "the closure days"
    FORM = "a form"
    TEMPLATE = "the template of a report"


LARGEST: Mapping[FileKind, int] = {
    FileKind.LETTER: 2_000_000,
    FileKind.RULES: 2_000_000,
    FileKind.CLOSURE_DAYS: 1_000_000,
    FileKind.FORM: 10_000_000,
    FileKind.TEMPLATE: 10_000_000,
}
"""Bytes; far more than any such file has."""


@dataclass(frozen=True, slots=True)
class TeamFile:
    """One file the bot knows: `name` as people know it, `place` where the bot has it ("config/rules.toml"). `text`: it
    is used as it stands; otherwise it is Word's or Excel's and is read first."""

    kind: FileKind
    name: str
    place: str
    text: bool = True

    @property
    def largest(self) -> int:
        return LARGEST[self.kind]


def known_files(
    letters: Collection[str], forms: Collection[str], templates: Collection[str]
) -> dict[str, TeamFile]:
    """Every file the bot knows, by its name in small letters. `letters` are names such as 07_audit_reminder, `forms`
    and `templates` names of Word files without their ending."""
    found = [
        TeamFile(FileKind.RULES, RULES, RULES_PLACE),
        TeamFile(FileKind.RULES, RULES_IN_EXCEL, RULES_PLACE, text=False),
        TeamFile(FileKind.CLOSURE_DAYS, CLOSURE_DAYS, CLOSURE_DAYS_PLACE, text=False),
    ]
    for letter in letters:
        place = f"{LETTERS}/{letter}.md"
        found.append(TeamFile(FileKind.LETTER, f"{letter}.md", place))
        found.append(TeamFile(FileKind.LETTER, f"{letter}.docx", place, text=False))
    for kind, names in ((FileKind.FORM, forms), (FileKind.TEMPLATE, templates)):
        found += [TeamFile(kind, f"{name}.docx", f"{FORMS}/{name}.docx") for name in names]
    return {file.name.casefold(): file for file in found}


def code_of(files: Mapping[str, bytes]) -> str:
    """A code for a set of files, place -> content: the same for the same files, whatever they were called."""
    return code_of_hashes(hashes_of(files))


def hashes_of(files: Mapping[str, bytes]) -> dict[str, str]:
    return {place: hashlib.sha256(data).hexdigest() for place, data in sorted(files.items())}


def code_of_hashes(hashes: Mapping[str, str]) -> str:
    whole = "".join(f"{place}\n{code}\n" for place, code in sorted(hashes.items()))
    return hashlib.sha256(whole.encode()).hexdigest()[:32] if hashes else ""
