"""What the Audit Team says about its form: which tag is which question, and how grades may be spelled."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from bot.errors import SettingsError
from bot.programme.vocabulary import Grade

NEEDED = ("reference", "auditor_grade", "moderated_grade", "mosaic_number", "child_name")


@dataclass(frozen=True, slots=True)
class Questions:
    """`tag` by our word; `several` groups of tags; `domains` name -> tag prefix; the rest by plain spelling."""

    tags: Mapping[str, str]
    several: Mapping[str, tuple[str, ...]]
    domains: Mapping[str, str]
    grades: Mapping[str, Grade]
    not_applicable: frozenset[str]
    yes: frozenset[str]
    no: frozenset[str]
    labels: Mapping[str, str]

    def label(self, tag: str) -> str:
        """What a question is called when a person is told about it."""
        if tag in self.labels:
            return self.labels[tag]
        prefix, _, part = tag.partition(".")
        for name, domain in self.domains.items():
            if prefix in (domain, f"m{domain}"):
                where = "Section 12" if prefix.startswith("m") else "Section 6"
                return f"{where}, {name}{', grade' if part == 'grade' else ''}"
        return tag

    def grade(self, text: str) -> Grade | None:
        """The grade that a whole answer is, or None. Never a grade that merely occurs in it."""
        return self.grades.get(plain(text))


def plain(text: str) -> str:
    """An answer without regard to case, width of letters and kinds of space."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def questions(text: str) -> Questions:
    """The questions of config/audit_tool.toml. Raises SettingsError listing every fault."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise SettingsError([f"config/audit_tool.toml cannot be read: {fault}."]) from fault
    faults = []
    tags = given.get("tags", {})
    faults += [f"config/audit_tool.toml: [tags] lacks “{word}”." for word in NEEDED if word not in tags]
    grades: dict[str, Grade] = {}
    for name, spellings in given.get("grades", {}).items():
        grade = next((g for g in Grade if g.value == name), None)
        if grade is None:
            faults.append(f"config/audit_tool.toml: “{name}” in [grades] is not one of {', '.join(Grade)}.")
            continue
        for spelling in spellings:
            if grades.setdefault(plain(spelling), grade) is not grade:
                faults.append(f"config/audit_tool.toml: “{spelling}” is a spelling of two grades.")
    faults += [
        f"config/audit_tool.toml: [grades] has no spelling of “{grade}”."
        for grade in Grade
        if grade not in grades.values()
    ]
    if faults:
        raise SettingsError(faults)
    words = given.get("words", {})
    return Questions(
        tags=tags,
        several={name: tuple(value) for name, value in given.get("several", {}).items()},
        domains=given.get("domains", {}),
        grades=grades,
        not_applicable=_spellings(words, "not_applicable"),
        yes=_spellings(words, "yes"),
        no=_spellings(words, "no"),
        labels=given.get("labels", {}),
    )


def _spellings(words: Mapping[str, list[str]], name: str) -> frozenset[str]:
    return frozenset(plain(each) for each in words.get(name, ()))
