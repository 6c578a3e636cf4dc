"""The pages say what is true."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from bot.programme.rulebook.rules import rulebook

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "docs"))

from make_tables import pages  # noqa: E402

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def obligations() -> list[tuple[int, str, str]]:
    lines = (ROOT / "docs/obligations.md").read_text(encoding="utf-8").splitlines()
    found = [re.fullmatch(r"\| O(\d+) \| (.+) \| (.*) \|", line) for line in lines]
    return [(int(m[1]), m[2], m[3].strip()) for m in found if m]


@pytest.mark.parametrize(("path", "text"), [*pages()], ids=lambda made: getattr(made, "name", ""))
def test_what_a_page_says_of_the_code_is_made_of_the_code(path: Path, text: str) -> None:
    said = path.read_text(encoding="utf-8")
    assert said == text, f"“make tables” writes {path.name} anew"


def test_every_one_of_the_guides_126_duties_has_its_line() -> None:
    assert [number for number, _, _ in obligations()] == list(range(1, 127))


def test_every_rule_deadline_and_letter_named_there_exists() -> None:
    book = rulebook((ROOT / "config/rules.toml").read_text(encoding="utf-8"))
    rules = {rule.id for rule in book.rules}
    letters = {path.stem for path in (ROOT / "mail_templates").glob("*.md")}
    for number, _, where in obligations():
        for part in where.split("; "):
            kind, _, names = part.partition(": ")
            for name in re.split(r", (?![ir]\w+ ?\w*(?:,|$))", names):
                if kind.startswith("rule"):
                    assert any(rule.startswith(name.split(",")[0]) for rule in rules), (number, name)
                elif kind == "deadline":
                    assert any(deadline.sets.value == name for deadline in book.deadlines), (number, name)
                elif kind.startswith("letter") and name:
                    assert any(letter.startswith(name) for letter in letters), (number, name)


def test_each_of_the_guides_32_open_questions_says_how_it_is_read_and_where_to_change_it() -> None:
    text = (ROOT / "docs/obligations.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| X(\d+) \| (.+?) \| (.+?) \| (.*) \|$", text, re.M)
    assert [int(number) for number, *_ in found] == list(range(1, 33))
    book = rulebook((ROOT / "config/rules.toml").read_text(encoding="utf-8"))
    rules, dates = [rule.id for rule in book.rules], [deadline.sets.value for deadline in book.deadlines]
    for number, _, _, where in found:
        kind, _, names = where.strip().partition(": ")
        if kind == "rule":
            assert any(rule.startswith(names) for rule in rules), (number, names)
        elif kind == "rules":
            for name in names.split(", "):
                assert any(rule.startswith(name) for rule in rules), (number, name)
        elif kind in ("deadline", "deadlines"):
            assert set(names.split(", ")) <= set(dates), number


def carried_out() -> dict[str, set[str]]:
    """What the table names as carrying a duty out: "rule" and "deadline" -> their names, or the first words of them."""
    found: dict[str, set[str]] = {"rule": set(), "deadline": set()}
    for _, _, where in obligations():
        for part in where.split("; "):
            kind, _, names = part.partition(": ")
            found.setdefault(kind.removesuffix("s"), set()).update(names.split(", "))
    return found


def test_every_rule_and_deadline_of_the_book_carries_out_an_obligation_of_the_guide() -> None:
    book = rulebook((ROOT / "config/rules.toml").read_text(encoding="utf-8"))
    named = carried_out()
    assert {deadline.sets.value for deadline in book.deadlines} - named["deadline"] == set()
    nameless = [
        rule.id
        for rule in book.rules
        if not any(f"{rule.id.split(',')[0]} ".startswith(f"{name} ") for name in named["rule"])
    ]
    assert not nameless, f"docs/obligations.md: say which duty of the guide (§) these carry out: {nameless}"


def test_a_rule_that_no_duty_names_is_found() -> None:
    assert "audit reminder" in carried_out()["rule"]
    assert not any("coffee for auditors ".startswith(f"{name} ") for name in carried_out()["rule"])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


def anchors(page: Path) -> set[str]:
    """The names by which a page's headings can be linked to."""
    found = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in found}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_heading_leads_to_one(page: Path) -> None:
    for target, heading in re.findall(r"\]\(([\w/.]*\.md)?#([^)]+)\)", page.read_text(encoding="utf-8")):
        assert heading in anchors(page.parent / target if target else page), (
            f"{page.name} → {target}#{heading}"
        )


def changes() -> list[tuple[str, str, str]]:
    """The ten typical changes of CONTRIBUTING: what is changed, which files are touched, which test tells."""
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("| you change |", 1)[1]
    rows = [line.strip("| ").split(" | ") for line in page.splitlines()[2:] if line.startswith("| ")]
    return [(what, files, tests) for what, files, tests in rows]


def named(cell: str) -> list[str]:
    return [name for name in re.findall(r"`([^` ]+)`", cell) if "/" in name or "." in name]


@pytest.mark.parametrize(("what", "files", "tests"), changes(), ids=[what for what, *_ in changes()])
def test_each_typical_change_touches_three_files_at_most_and_has_a_test(
    what: str, files: str, tests: str
) -> None:
    files = re.sub(r"\([^)]*\)", "", files)  # what runs afterwards, and what is seldom needed
    assert 1 <= len(named(files)) <= 3, what
    assert named(tests), what
    for name in (*named(files), *named(tests)):
        assert (ROOT / name).exists(), f"{what}: there is no {name}"


def test_there_are_ten_typical_changes() -> None:
    assert len(changes()) == 10
