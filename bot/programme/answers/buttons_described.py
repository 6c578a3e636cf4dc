"""The tables about buttons in docs/for_the_audit_team.md and docs/letters.md, made of the records."""

from __future__ import annotations

from collections import defaultdict

from bot.programme.answers.ready_messages import MESSAGES
from bot.programme.answers.team_words import TeamWord
from bot.programme.messages.button import Button, By, Once
from bot.programme.messages.buttons import Command
from bot.programme.titles import title_of
from bot.programme.vocabulary import Milestone


def who_presses(button: Button) -> str:
    """Whose button it is, and when: "Auditor, until the audit is returned; Moderator, once the audit is returned"."""
    if not button.by:
        return "those asked to sign" if button.once is Once.SENDER else "whoever the letter went to"
    roles: defaultdict[str, list[str]] = defaultdict(list)
    for by in button.by:
        roles[_when(by)].append(title_of(by.role))
    return "; ".join(" or ".join(titles) + when for when, titles in roles.items())


def _when(by: By) -> str:
    since = f"once the audit is {_done(by.since)}" if by.since else ""
    until = f"until the audit is {' or '.join(map(_done, by.until))}" if by.until else ""
    return "".join(f", {words}" for words in (by.of.value, since, until) if words)


def _done(milestone: Milestone) -> str:
    return milestone.value.removeprefix("audit ")


def buttons_of_letters() -> list[str]:
    """Rows: what the button says, whose it is, what they add, what follows."""
    rows = ["| button | whose | they add | what follows |", "|---|---|---|---|"]
    for button in (command.button for command in Command):
        cells = (button.label, who_presses(button), button.wants.value, button.follows)
        rows.append(f"| {' | '.join(cells)} |")
    return rows


def words_for_buttons() -> list[str]:
    """Rows: the word a letter uses, whose button it is and what it does."""
    rows = ["| Word | Whose button, and what it does |", "|---|---|"]
    for command in Command:
        button = command.button
        whose = f"{who_presses(button)}; they add {button.wants.value}"
        rows.append(f"| `{command.word}` | {whose}. {_sentence(button.follows)} ({button.guide}) |")
    for message in MESSAGES:
        guide = f" ({message.guide})" if message.guide else ""
        rows.append(f"| `{message.word}` | {message.whose}: {message.follows}{guide} |")
    return rows


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def buttons_of_the_digest() -> list[str]:
    """Rows: what a button of the Audit Team says, and what follows."""
    shown = (row for word in TeamWord for row in word.wording.shown.items())
    return ["| the button | what follows |", "|---|---|", *(f"| {says} | {then} |" for says, then in shown)]
