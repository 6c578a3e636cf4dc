"""A rule book is refused for what it means, not only for how it is spelt: nobody finds a dead rule by reading it."""

from __future__ import annotations

import re

import pytest
from people import RULES, Story, audit, book

from bot.errors import SettingsError
from bot.programme.proof.dry_run import _LETTERS, _made_up, faults_of_meaning
from bot.programme.rulebook.rules import rulebook
from bot.programme.vocabulary import Milestone, Scope

SHIPPED = RULES.read_text(encoding="utf-8")


def changed(rule: str, **words: str | None) -> str:
    """The shipped book with some words of one rule as given (TOML); None takes a word out."""
    start = re.search(rf'(?m)^id *= "{rule}"', SHIPPED).start()  # type: ignore[union-attr]
    end = SHIPPED.find("\n[[", start)
    block = SHIPPED[start : end if end > 0 else None]
    for word, value in words.items():
        line = re.compile(rf"(?m)^{word}\b *=.*\n?")
        kept = line.sub("", block)
        block = kept if value is None else f"{kept.rstrip()}\n{word} = {value}\n"
    return SHIPPED[:start] + block + (SHIPPED[end:] if end > 0 else "")


def without(rule: str) -> str:
    """The shipped book without one rule."""
    return re.sub(rf'(?s)\[\[rule\]\]\nid *= "{rule}"\n.*?(?=\n\[\[)', "", SHIPPED, count=1)


def said(text: str) -> str:
    """What is wrong with a book: what it says, or what it means."""
    try:
        return " ".join(faults_of_meaning(rulebook(text)))
    except SettingsError as fault:
        return " ".join(fault.problems)


def test_the_shipped_book_means_something_in_every_line() -> None:
    assert faults_of_meaning(book()) == ()


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (changed("audit reminder", unless='["workshop held"]'),
         "“workshop held”, which happens to a cycle, never to an audit"),
        (changed("weekly picture", when='"audit returned"'),
         "when says “audit returned”, which happens to an audit, never to a cycle"),
        (changed("audit overdue", unless=None), "sent again and nothing ends it"),
        (changed("audit overdue", not_before='"board meeting"'), "not_before says “board meeting”"),
        (changed("audit reminder", unless='["audit due"]', wait='"same day"'), "so the letter never goes"),
        (changed("uopp to arrange, inadequate", to='["performance team"]'), "must not get “uopp record”"),
        (changed("audit allocated", cc='["divisional director"]'), "the divisional director must not get “audit tool”"),
        (changed("audit overdue", unless='["audit sent", "audit returned"]'), "nobody is ever chased by it"),
        (changed("moderation overdue", unless='["moderation requested", "moderated"]'), "nobody is ever chased by it"),
        (changed("moderation requested", marks=None), "No rule marks “moderation requested”"),
        (changed("practitioner informed", marks='"audit sent"'), "both mark “audit sent” for the same audit"),
        (changed("weekly picture", ask='"Do it"'), "ask means something for an audit only"),
        (
            changed("urgent issues", only_if='["inadequate by the auditor", "inadequate only at moderation"]'),
            "no audit is ever as it asks for",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_said_in_a_sentence(text: str, what: str) -> None:
    assert what in said(text)


def test_without_the_mark_of_the_one_letter_that_brings_the_audit_nobody_could_be_chased() -> None:
    text = re.sub('marks *= "audit sent"', "", SHIPPED)
    assert "No rule marks “audit sent”: no auditor would ever be reminded of an audit." in said(text)


@pytest.mark.parametrize(("text", "how"), [
    (without("inadequate alert"), "inadequate by the auditor"),
    (changed("inadequate alert", wait='"20 working days"'), "inadequate by the auditor"),
    (changed("inadequate alert", draft_only="true"), "inadequate by the auditor"),
    (changed("inadequate alert", waits_for='"a working day"'), "inadequate by the auditor"),
    (changed("inadequate alert", to='["audit team"]'), "inadequate by the auditor"),
    (without("inadequate alert at moderation"), "inadequate only at moderation"),
    (changed("inadequate alert at the final decision", unless='["confirmed"]'),
     "inadequate only at the final decision"),
])  # fmt: skip
def test_no_edit_keeps_an_inadequate_from_the_people_of_the_child_on_the_day_itself(
    text: str, how: str
) -> None:
    assert f"whenever work is graded Inadequate ({how})" in said(text)


FIVE = ("practitioner", "team manager", "head of service", "audit manager", "head of learning academy")


def roles(*names: str) -> str:
    return "[" + ", ".join(f'"{name}"' for name in names) + "]"


@pytest.mark.parametrize(("out", "words"), [
    *((out, {"to": roles(*(each for each in FIVE if each != out))}) for out in FIVE),
    *((out, {"not_to": roles(out)}) for out in FIVE[:3]),  # it names parts in an audit alone
])  # fmt: skip
def test_no_edit_takes_one_of_the_five_whom_the_guide_names_out_of_the_alert_of_an_inadequate(
    out: str, words: dict[str, str]
) -> None:
    text = changed("inadequate alert", **words)
    assert (
        f"No letter marked “inadequate told” goes to the {out} on the day itself whenever work is graded Inadequate "
        "(inadequate by the auditor), and the guide names them (§10)"
    ) in said(text)
    assert said(text).count("on the day itself") == 1, "of the other ways nothing is said"


def test_an_alert_narrowed_to_the_team_manager_alone_names_the_four_who_would_not_hear() -> None:
    text = changed("inadequate alert", to='["team manager"]')
    four = "practitioner, head of service, audit manager and head of learning academy"
    assert f"goes to the {four} on the day itself" in said(text)


def test_the_five_may_be_told_by_two_letters_and_others_besides() -> None:
    lone = changed("inadequate alert", to='["team manager"]', cc=roles(*FIVE, "auditor"))
    assert said(lone) == ""


@pytest.mark.parametrize(("rule", "to", "lost", "mark"), [
    ("urgent issues", '["head of service"]', "team manager", "urgent issues asked for"),
    ("uopp to arrange, inadequate", '["head of service"]', "audit manager", "uopp meeting asked for"),
])  # fmt: skip
def test_what_an_inadequate_asks_for_is_asked_of_whom_the_guide_names(
    rule: str, to: str, lost: str, mark: str
) -> None:
    assert f"No letter marked “{mark}” goes to the {lost} when work is Inadequate" in said(
        changed(rule, to=to)
    )


def test_a_second_reader_of_the_launch_letter_leaves_the_chasing_as_it_is() -> None:
    """What a letter stands for is said by its mark, not by who else gets it, and when."""
    story = Story(audit())
    story.basis = type(story.basis)(
        rulebook(changed("audit allocated", to='["auditor", "team manager"]')),
        story.basis.working, story.basis.keys, story.basis.audit_team,
    )  # fmt: skip
    story.perform("Mon 2 Mar 2026")
    (found,) = story.plan("Tue 3 Mar 2026").standings
    assert Milestone.AUDIT_SENT in found.reached


def test_a_rule_that_is_called_otherwise_keeps_its_letters() -> None:
    story = Story(audit())
    story.perform("Mon 2 Mar 2026")
    renamed = rulebook(changed("audit allocated", name='"The audit goes out"'))
    story.basis = type(story.basis)(renamed, story.basis.working, story.basis.keys, story.basis.audit_team)
    assert "audit allocated" not in story.names("Mon 2 Mar 2026"), "and none goes twice"


def test_two_rules_with_one_id_and_a_rule_without_are_refused() -> None:
    for text in (
        changed("audit reminder", id='"audit overdue"'),
        re.sub('id *= "audit reminder"\n', "", SHIPPED),
    ):
        with pytest.raises(SettingsError, match="id"):
            rulebook(text)


def test_to_whom_each_thing_can_happen_is_declared_as_it_is() -> None:
    """What the made-up world reaches is what is declared: no rule is refused, or taken, by luck."""
    standings, cycles = _made_up(book().deadlines)
    letters = {m for of in _LETTERS.values() for m in of}
    assert letters | {m for s in standings for m in s.reached} == {
        m for m in Milestone if Scope.AUDIT in m.of
    }
    assert {m for met in cycles for m in met.reached} == {m for m in Milestone if Scope.CYCLE in m.of}
    assert {deadline.sets for deadline in book().deadlines} == {m for m in Milestone if m.is_set}


@pytest.mark.parametrize(("text", "what"), [
    (changed("weekly picture", to='["auditor"]'), "to says “auditor”, whom an audit names and a cycle does not"),
    (changed("monthly scorecard", cc='["head of service"]'), "whom an audit names and a month does not"),
    (changed("audit reminder", only_if='["audits in the list"]'), "which is said of a cycle, never of an audit"),
    (changed("weekly picture", not_if='["drift"]'), "not_if says “drift”, which is said of an audit, never of a cycle"),
    (changed("audit reminder", wait='"900 days"'), "“900 days” is more than a year"),
    (changed("audit overdue", repeat='"every week, 500 times"'), "goes on for more than two years"),
    (SHIPPED.replace('sets  = "audit due"', 'sets  = "moderated"', 1), "“moderated”, which happens and is no date"),
    (SHIPPED.replace('after = "rectification due"', 'after = "board meeting"', 1), "after says “board meeting”"),
    (SHIPPED.replace('only_if = ["returned after month one"]\nafter', 'only_if = ["work below good"]\nafter', 1),
     "only_if says “work below good”, which is said of a cycle"),
    (SHIPPED.replace('after = "rectification due"', 'after = "month one"', 1), "one above it always sets the date"),
])  # fmt: skip
def test_what_is_of_something_else_is_refused_with_the_line_on_which_it_stands(text: str, what: str) -> None:
    assert what in said(text)
    assert re.search(r"config/rules.toml, line \d+: (rule|deadline) “", said(text))
