"""What people said is put to a person before it is quoted, and themes are counted by the Audit Team's own words."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from random_cycles import CYCLE, audits

from bot.daily_run.reports.laid_out import words_to_clear
from bot.errors import SettingsError
from bot.papers.letters.free_text import Children
from bot.programme.reports.audit_record import AuditRecord, Finding, Said, Source
from bot.programme.reports.counts import Counts
from bot.programme.reports.quotable import passages, to_clear
from bot.programme.reports.report import Audience
from bot.programme.reports.small_numbers import as_published
from bot.programme.reports.themes import Themes, themes
from bot.programme.standing.council import Council
from bot.programme.vocabulary import Person

CONFIG = Path(__file__).parents[2] / "config"
SOURCE = Source("auditor", "FSP-2026-03-001 audit.docx", "0" * 64, date(2026, 3, 20))
RECORD = audits(1)[0]


def saying(*texts: str, child: str = "Zoë Okafor", quoted: str = "") -> AuditRecord:
    standing = replace(RECORD.standing, allocation=replace(RECORD.standing.allocation, child_name=child))
    findings = tuple(Finding("Planning", "well", text, SOURCE) for text in texts)
    said = (Said("parents or carers", quoted, SOURCE),) if quoted else ()
    return AuditRecord(standing, replace(RECORD.forms, findings=findings, said=said))


def guard(record: AuditRecord):  # type: ignore[no-untyped-def]
    return Children([record.standing.allocation]).left_out


def test_each_passage_is_listed_with_what_was_blanked_and_only_the_audit_team_sees_whence() -> None:
    record = saying("The plan is clear.", "  ", quoted="Zoe Okafor's worker listens to Zoë and me.")
    found = passages([record], guard(record))
    assert [each.who for each in found] == ["parents or carers", "Planning: what went well"]
    assert found[0].text == "… worker listens to … and me."
    assert found[0].blanked == ("Zoe", "Okafor's", "Zoë")
    assert found[1].blanked == ()
    ours = to_clear(found, Audience.AUDIT_TEAM)
    assert ours.rows[0][2:5] == ("Zoe, Okafor's, Zoë", record.reference, f"auditor: {SOURCE.name}")


@pytest.mark.parametrize(
    ("text", "told"),
    [("Oka-\nfor went home.", "… went home."), ("Z o ë went home.", "… went home."),
     ("Zo&euml; is well.", "… is well."),
     ("Write to efua.o@mail.example.", "Write to …"), ("See https://x.example/?n=Zo%C3%AB now", "See … now"),
     ("They live at 12 Acacia Avenue, E1 6AN.", "They live at …, …."), ("NHS 943 476 5919.", "NHS …."),
     ("Ring +44 7700 900 123 or 020 7946 0958.", "Ring … or …."), ("She likes Bow School.", "She likes …."),
     ("Her brother Kwame and mum Efua Mensah came.", "Her brother … and mum … came."),
     ("Her mother said that school is good.", "Her mother said that school is good."),
     ("From 3 March 2026 to 14 April 2026.", "From 3 March 2026 to 14 April 2026.")],
)  # fmt: skip
def test_what_leads_to_a_family_is_left_out_of_what_may_be_quoted(text: str, told: str) -> None:
    record = saying(quoted=text)
    assert [each.text for each in passages([record], guard(record))] == [told]


def test_who_works_with_a_child_is_left_out_of_what_may_be_quoted() -> None:
    """The practitioners' pages name no person (§12)."""
    worker = Person("Sam O’Leary", "sam.oleary@council.example")
    record = saying("Sam and Ms O'Leary listened; so did her manager.", quoted="Zoe likes Sam.")
    row = replace(record.standing.allocation, practitioner=worker)
    record = replace(record, standing=replace(record.standing, allocation=row))
    known: Any = SimpleNamespace(
        situation=SimpleNamespace(council=Council([CYCLE], [], [row])), about=CYCLE, as_at=date(2026, 4, 30),
        counted=lambda _: SimpleNamespace(records=[record]),
    )  # fmt: skip
    rows = words_to_clear(known).tables["words to clear"].rows
    assert [row[1] for row in rows] == ["… likes ….", "… and Ms … listened; so did her manager."]


@pytest.mark.parametrize("audience", [Audience.INSIDE, Audience.OUTSIDE])
def test_others_see_neither_the_audit_nor_what_was_taken_out(audience: Audience) -> None:
    record = saying(quoted="Zoe listens to my mother.")
    table = to_clear(passages([record], guard(record)), audience)
    assert table.rows == (("parents or carers", "… listens to my mother.", 1, ""),)
    everything = str(table)
    for hidden in ("Zoe", record.reference, SOURCE.name):
        assert hidden not in everything


def test_every_passage_passes_the_guard_whatever_is_in_it() -> None:
    record = saying("one", "two", quoted="three")
    assert {each.text for each in passages([record], lambda text: "guarded")} == {"guarded"}


@pytest.mark.parametrize(
    ("text", "found"),
    [("She VISITED weekly.", True), ("Revisited the plan.", False), ("A visit; seen alone.", True), ("visitor", False),
     ("the child’s\n  views", True), ("the child of views", False), ("multi‑agency work", True), ("", False)],
)  # fmt: skip
def test_only_whole_words_count_whatever_their_case_and_their_dashes(text: str, found: bool) -> None:
    assert bool(Themes({"T": ["visit", "visited", "child's views", "multi-agency"]}).of([text])) is found


def test_a_theme_counts_audits_and_not_words() -> None:
    by_words = Themes({"Visits": ["visit", "visits"], "Plans": ["plan"], "Delay": ["delay"]})
    records = [saying("visit, visits, visit", "a visit"), saying("the plan of the visit"), saying("nothing")]
    assert by_words.counted(records) == {"Visits": 2, "Plans": 1, "Delay": 0}
    assert by_words.counted([]) == {"Visits": 0, "Plans": 0, "Delay": 0}


def test_themes_are_told_outside_as_every_other_number() -> None:
    """“In 58 of 60” says that it is missing in two."""
    records = [*[saying("a plan")] * 58, *[saying("a visit")] * 2]
    counts = Counts()
    counts.put(("return", "returned"), 60)
    Themes({"Plans": ["plan"], "Delay": ["delay"]}).count(counts, ("return", "returned"), records)
    assert counts["theme", "Plans", "found"] == 58
    shown = as_published(counts, 5)
    assert shown["theme", "Plans", "found"] is None
    assert shown["theme", "Delay", "found"] == 0
    with pytest.raises(ValueError, match="looked for in 1 audits"):
        Themes({"Plans": ["plan"]}).count(counts, ("return", "returned"), records[:1])


def test_the_counts_of_themes_are_those_of_a_plain_reading() -> None:
    drawn = random.Random(3)
    words = {"A": ["red"], "B": ["blue", "green"], "C": ["grey"]}
    said = [
        [drawn.choice(["red", "redder", "Blue", "green", "grey-blue", "none"]) for _ in range(3)]
        for _ in range(200)
    ]
    expected = {t: sum(any(x.casefold() in ws for x in each) for each in said) for t, ws in words.items()}
    assert Themes(words).counted([saying(*each) for each in said]) == expected


def test_the_themes_that_come_with_the_bot_can_be_read_and_each_word_finds_its_theme() -> None:
    shipped = themes((CONFIG / "themes.toml").read_text(encoding="utf-8"))
    assert shipped.words
    for theme, words in shipped.words.items():
        for word in words:
            assert theme in shipped.of([f"We saw {word.upper()}, clearly."]), word


@pytest.mark.parametrize(
    ("text", "told"),
    [('[theme]\n"A" = ["a"]\n', "line 1: “theme” is not a part of ours (did you mean “themes”?)"),
     ("", "[themes] with a line for each theme is missing"),
     ('[themes]\n"A" = "visit"\n', "line 2: the words of “A” should be a list of texts"),
     ('[themes]\n"A" = []\n', "line 2: the words of “A” should be a list of texts"),
     ('[themes]\n"A" = ["a", 3]\n', "line 2: the words of “A” should be a list of texts"),
     ('[themes]\n"A" = ["visit", "Visit"]\n', "line 2: “Visit” stands twice under “A”"),
     ('[themes]\n"A" = ["?!"]\n', "line 2: “?!” of “A” is no word"),
     ('[themes]\n" " = ["a"]\n', "line 2: a theme has no name"),
     ('[themes]\n"A" = [visit]\n', "line 2: each word of the list “[visit]” must stand in quotation marks")],
)  # fmt: skip
def test_a_slip_in_the_file_of_themes_is_told_with_its_line(text: str, told: str) -> None:
    with pytest.raises(SettingsError) as refused:
        themes(text)
    assert any(told in problem for problem in refused.value.problems), refused.value.problems
