"""What the Audit Team says about its form: which tag is which question, and how grades may be spelled."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from bot.errors import nearest
from bot.papers.forms.questions_shape import NEEDED, note_shapes, note_twins
from bot.programme.edited_file import EditedFile, Path, edited
from bot.programme.reference import REFERENCE
from bot.programme.vocabulary import Grade

DOMAIN_GRADE, MODERATED_DOMAIN_GRADE = "domain_grade", "moderated_domain_grade"
"""Words of [questions] that stand for one question in each of the domains."""

_NUMBERING = re.compile(r"^(?:section\s+)?\d+(?:\.\d+)*[.)]?\s+")
_SAME = str.maketrans({"’": "'", "‘": "'", "–": "-", "—": "-", "‑": "-"})
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


@dataclass(frozen=True, slots=True)
class Questions:
    """`tags` by our word; `several` groups of tags; `domains` name -> tag prefix; the rest by plain spelling.

    `spellings` are those of all grades; `asked_as` maps what a question may be called on paper to its tag, and
    `asked_after` does so for words that only mean something after other words (a heading, or a question before
    them); two tags joined by " + " share one answer (“Completed by, on”). `in_each_domain` are the questions asked
    in every domain, by part of the tag, `domain_grade` and `moderated_domain_grade` what the grade among them may
    be called; `columns` does so for the columns of tables whose rows belong together ("act", "kloe").
    `known_by_words` are the tags of the audit tool that its words can tell, `elsewhere` those only other forms
    have. `required` names the tags each part needs, `at_least` how many answers make it one. `references` is how the
    council writes an audit's reference.
    """

    tags: Mapping[str, str]
    several: Mapping[str, tuple[str, ...]]
    domains: Mapping[str, str]
    grades: Mapping[str, Grade]
    not_applicable: frozenset[str]
    yes: frozenset[str]
    no: frozenset[str]
    labels: Mapping[str, str]
    prompts: frozenset[str] = frozenset()
    asked_as: Mapping[str, str] = field(default_factory=dict)
    asked_after: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    in_each_domain: Mapping[str, str] = field(default_factory=dict)
    known_by_words: frozenset[str] = frozenset()
    elsewhere: frozenset[str] = frozenset()
    spellings: tuple[str, ...] = ()
    domain_grade: frozenset[str] = frozenset()
    moderated_domain_grade: frozenset[str] = frozenset()
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    required: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    at_least: Mapping[str, int] = field(default_factory=dict)
    references: str = REFERENCE

    def auditors_form(self, tags: Collection[str]) -> str:
        """Whose questions a form with these tags has in `required`: a re-audit names the earlier audit (§15)."""
        return "re_audit" if self.tags.get("earlier_audit") in tags else "auditor"

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
        """The grade that a whole answer is, or None. Never a grade that merely occurs in it.

        Case and kinds of space do not matter, and full-width letters, which some keyboards write, are ordinary letters.
        Every other character must be plain ASCII: no letter of another alphabet that looks alike, no mathematical or
        accented letter and nothing invisible is read as if it were the letter it resembles.
        """
        if not text.isascii():
            text = text.translate(_FULL_WIDTH)
        shown = " ".join(text.split())
        return self.grades.get(shown.lower()) if shown.isascii() else None

    def grades_named(self, text: str) -> tuple[Grade, ...]:
        """Every grade that a text is or, where it is none, that occurs in it as a word: never to be taken for one."""
        if whole := self.grade(text):
            return (whole,)
        said = plain(text)
        found = (g for word, g in self.grades.items() if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", said))
        return tuple(dict.fromkeys(found))

    def grade_at_the_end_of_a_line(self, text: str) -> bool:
        """Whether some line of a text ends with a grade, or is one, and is not itself the words of a question."""
        lines = [line for line in map(str.rstrip, text.lower().split("\n")) if line.endswith(self.spellings)]
        return any(self._ends_with_a_grade(line) and not self.asked_by(line) for line in lines)

    def _ends_with_a_grade(self, line: str) -> bool:
        """Whether the grade at the end of a line is a word of its own."""
        return any(line.endswith(each) and not line[: -len(each)][-1:].isalnum() for each in self.spellings)

    def asked_by(self, text: str) -> str:
        """The tag of the question that a piece of text asks, "" when it asks none."""
        return self.asked_as.get(label_key(text), "") if len(text) < 200 else ""

    def asked_by_title(self, title: str) -> str:
        """The tag of the question a control without a tag answers by its title alone; "" when it could be two."""
        in_a_table = any(label_key(title) in columns for columns in self.columns.values())
        return "" if in_a_table else self.asked_by(title)


def plain(text: str) -> str:
    """An answer without regard to case, width of letters and kinds of space."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return " ".join(text.casefold().split())


def label_key(text: str) -> str:
    """The words of a question without number, case, kinds of apostrophe and dash, and what stands after them."""
    return _NUMBERING.sub("", plain(text).translate(_SAME)).rstrip(" :?*.…-")


def questions(text: str, name: str = "config/audit_tool.toml") -> Questions:
    """The questions of config/audit_tool.toml. Raises SettingsError listing every fault, with file and line."""
    file = edited(text, name)
    given = file.given
    note_shapes(file)
    file.refuse()  # what is no list of texts cannot be looked into
    tags = given.get("tags", {})
    for word in NEEDED:
        if word not in tags:
            file.fault(("tags",), f"[tags] lacks “{word}”")
    note_twins(file)
    for part, most in given.get("at_least", {}).items():
        if most > (there := len(given.get("required", {}).get(part, ()))):
            why = f"{part} = {most}: [required] has {there} questions, so no form would ever have enough answers"
            file.fault(("at_least", part), why)
    grades = _grades(file)
    everywhere, others = given.get("questions", {}), given.get("questions_of_other_forms", {})
    columns, more_columns = given.get("columns", {}), given.get("columns_of_other_forms", {})
    called = _Called(file)
    for part, asked in (("questions", everywhere), ("questions_of_other_forms", others)):
        for word, labels in asked.items():
            called.take((part, word), labels, tags)
    file.refuse()
    words = given.get("words", {})
    in_each = given.get("in_each_domain", {})
    of_domains = {f"{d}.{part}" for d in given.get("domains", {}).values() for part in in_each}
    own = {tag for word in everywhere for tag in _tags_of(word, tags)}
    others_tags = {tag for word in others for tag in _tags_of(word, tags)} - own
    return Questions(
        tags=tags,
        several={name: tuple(value) for name, value in given.get("several", {}).items()},
        domains=given.get("domains", {}),
        grades=grades,
        not_applicable=_spellings(words, "not_applicable"),
        yes=_spellings(words, "yes"),
        no=_spellings(words, "no"),
        labels=given.get("labels", {}),
        prompts=_spellings(words, "prompts"),
        asked_as=called.plainly,
        asked_after=dict(called.after),
        in_each_domain={
            label_key(label): part
            for part, labels in (*in_each.items(), *given.get("in_each_domain_of_other_forms", {}).items())
            for label in labels
        },
        known_by_words=frozenset(own | _tags_of_columns(columns) | of_domains),
        elsewhere=frozenset(others_tags | _tags_of_columns(more_columns)),
        spellings=tuple(grades),
        domain_grade=frozenset(map(label_key, given.get("questions", {}).get(DOMAIN_GRADE, ()))),
        moderated_domain_grade=frozenset(
            map(label_key, given.get("questions", {}).get(MODERATED_DOMAIN_GRADE, ()))
        ),
        columns={
            table: {
                label_key(label): part
                for parts in (columns.get(table, {}), more_columns.get(table, {}))
                for part, labels in parts.items()
                for label in labels
            }
            for table in (*columns, *more_columns)
        },
        required={part: tuple(needed) for part, needed in given.get("required", {}).items()},
        at_least=given.get("at_least", {}),
    )


def _grades(file: EditedFile) -> dict[str, Grade]:
    """Each spelling in lower case with its grade."""
    grades: dict[str, Grade] = {}
    for name, spellings in file.given.get("grades", {}).items():
        path = ("grades", name)
        grade = next((g for g in Grade if g.value == name), None)
        if grade is None:
            file.fault(path, f"“{name}” in [grades] is not a grade{nearest(name, Grade)}")
            continue
        for spelling in spellings:
            if not spelling.isascii():
                file.fault(path, f"“{spelling}” in [grades] has letters that are not plain", spelling)
            if any(other is not grade and spelling.casefold() == other.casefold() for other in Grade):
                file.fault(path, f"“{spelling}” is another grade than “{grade}”", spelling)
            if grades.setdefault(" ".join(spelling.lower().split()), grade) is not grade:
                file.fault(path, f"“{spelling}” is a spelling of two grades", spelling)
    for prompt in file.given.get("words", {}).get("prompts", ()):
        if " ".join(prompt.lower().split()) in grades:
            file.fault(("words", "prompts"), f"“{prompt}” is a grade, and no prompt of an empty box", prompt)
    for grade in Grade:
        if grade not in grades.values():
            file.fault(("grades",), f"[grades] has no spelling of “{grade}”")
    return grades


AFTER, AND = " > ", " + "
"""In [questions]: “IRO or CP Chair involved? > Their name” are words after others, “p_name + p_date” two questions."""


def _tags_of(word: str, tags: Mapping[str, str]) -> tuple[str, ...]:
    """The tags behind what stands on the left of [questions]: our word, a tag, or two of them joined."""
    if word in (DOMAIN_GRADE, MODERATED_DOMAIN_GRADE):
        return ()
    return tuple(tags.get(each, each) for each in word.split(AND))


def _tags_of_columns(columns: Mapping[str, Mapping[str, object]]) -> set[str]:
    return {f"{table}.{part}" for table, parts in columns.items() for part in parts}


class _Called:
    """What each question may be called, as it is collected."""

    def __init__(self, file: EditedFile) -> None:
        self._file = file
        self.plainly: dict[str, str] = {}
        self.after: defaultdict[str, dict[str, str]] = defaultdict(dict)

    def take(self, path: Path, labels: Sequence[str], tags: Mapping[str, str]) -> None:
        """Add the names of one question, or of two that share an answer."""
        tag = AND.join(_tags_of(str(path[-1]), tags))
        for label in labels if tag else ():
            before, _, words = label.rpartition(AFTER)
            place, key = (self.after[label_key(words)], before) if before else (self.plainly, words)
            if place.setdefault(label_key(key), tag) != tag:
                self._file.fault(path, f"“{label}” is the name of two questions", label)


def _spellings(words: Mapping[str, list[str]], name: str) -> frozenset[str]:
    return frozenset(plain(each) for each in words.get(name, ()))
