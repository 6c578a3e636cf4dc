"""The papers of a profile: its letters, its Word forms and the reader's questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.daily_run.letter_files import letters_in
from bot.errors import SettingsError
from bot.office.lists.lists_file import ListNames
from bot.own_files import text_of
from bot.papers.forms.audit_tool import (
    AUDIT_TOOL,
    DIP_AUDIT,
    DIP_SAMPLE,
    RE_AUDIT,
    UOPP_RECORD,
    PreparedTemplate,
    prepare,
)
from bot.papers.letters.letters import Letters
from bot.settings import Settings

FORMS = {
    "audit_tool": AUDIT_TOOL,
    "dip_sample": DIP_SAMPLE,
    "dip_audit": DIP_AUDIT,
    "re_audit": RE_AUDIT,
    "uopp_record": UOPP_RECORD,
}
"""The Word forms by their names in the settings, and the tags each must have."""


class Forms:
    """The Word forms by their names in the settings, each taken apart when it is first needed."""

    def __init__(self, files: Mapping[str, tuple[str, bytes]]) -> None:
        """Form -> the name of its file and the file."""
        self._files = files
        self._prepared: dict[str, PreparedTemplate] = {}

    def __getitem__(self, form: str) -> PreparedTemplate:
        """Raises SettingsError when the file is no such form."""
        if form not in self._prepared:
            name, data = self._files[form]
            try:
                self._prepared[form] = prepare(data, FORMS[form])
            except SettingsError as fault:
                raise SettingsError([f"{name}: {problem}" for problem in fault.problems]) from fault
        return self._prepared[form]

    def faults(self) -> list[str]:
        """A sentence for everything that is wrong with any of them."""
        found: list[str] = []
        for form in FORMS:
            try:
                self[form]
            except SettingsError as fault:
                found += fault.problems
        return found


@dataclass(frozen=True, slots=True)
class Papers:
    """The Audit Team's own files, read and checked. `questions` is the text of config/audit_tool.toml."""

    letters: Letters
    forms: Forms
    questions: str


def papers(settings: Settings, letters_found_good: str = "") -> Papers:
    """The letters, the audit tool and the reader's questions of a profile. Raises SettingsError, but not for a letter
    that is wrong: it alone is stopped. `letters_found_good` is the code of letters that have no fault."""
    files = settings.files
    try:
        templates = {name: getattr(files, name).read_bytes() for name in FORMS}
    except OSError as fault:
        raise SettingsError([f"{fault.filename} cannot be opened: {fault.strerror}."]) from fault
    forms = Forms({name: (getattr(files, name).name, data) for name, data in templates.items()})
    forms["audit_tool"]  # the one that most letters need: without it nothing begins
    as_called = ListNames(text_of(files.lists), str(files.lists)).as_called
    written = letters_in(
        files.letters, marking=settings.marking, as_called=as_called, found_good=letters_found_good
    )
    return Papers(written, forms, text_of(files.questions))
