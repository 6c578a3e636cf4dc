"""Words of config/audit_tool.toml that mean no question of any form: a slip that would ask, or read, nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from bot.errors import nearest
from bot.papers.forms.questions import AND, DOMAIN_GRADE, MODERATED_DOMAIN_GRADE
from bot.programme.edited_file import EditedFile, Path


def note_asked_in_no_form(file: EditedFile, usual: Mapping[str, Any], tags: Collection[str]) -> None:
    """Note each tag that neither a form has (`tags`) nor the file the bot comes with (`usual`), and each tag that
    stands for another question than it comes with."""
    known = {*tags, *(tag for path, tag in _tags_in(usual) if path[0] != "domains")}
    prefixes = {tag.partition(".")[0] for tag in known if tag.endswith(".grade")}
    parts = {tag.partition(".")[2] for tag in known if "." in tag}
    for path, tag in _tags_in(file.given):
        right = sorted({"domains": prefixes, "in_each_domain": parts}.get(str(path[0]), known))
        if tag not in right:
            file.fault(path, f"no form has a question “{tag}”{_near(tag, right)}", tag)
    of = {tag: word for word, tag in usual.get("tags", {}).items()}
    for word, tag in file.given.get("tags", {}).items():
        if of.get(tag, word) != word:
            file.fault(("tags", word), f"{word} stands for “{tag}”, which is the question of {of[tag]}")


def _near(tag: str, right: list[str]) -> str:
    hint = nearest(tag, right)
    return hint if len(hint) < 120 else ""


def _tags_in(given: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Each place of a file in which a tag stands, and the tag."""
    tags: Mapping[str, str] = given.get("tags", {})
    for word, tag in tags.items():
        yield ("tags", word), tag
    for word, prefix in given.get("domains", {}).items():
        yield ("domains", word), prefix
    for part in ("several", "required"):
        for word, named in given.get(part, {}).items():
            yield from (((part, word), tag) for tag in named)
    for part in ("questions", "questions_of_other_forms"):
        for word in given.get(part, {}).keys() - {DOMAIN_GRADE, MODERATED_DOMAIN_GRADE}:
            yield from (((part, word), tags.get(each, each)) for each in word.split(AND))
    for part in ("labels", "in_each_domain"):
        yield from (((part, word), word) for word in given.get(part, {}))
