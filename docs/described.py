"""The tables of config/lists.toml and of the docs, made from what is declared: the pages must say the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from bot.office.lists.lists_file import LISTS, PEOPLES
from bot.papers.letters.button_words import MAKE_ANEW, Links
from bot.papers.letters.digest_words import DigestWords, ReceiptWords
from bot.papers.letters.letter_words import EveryLetter, ToPeople
from bot.papers.letters.level_words import LevelWords
from bot.papers.letters.replacement_words import ReplacementWords
from bot.papers.letters.word_classes import Word, Words, bare, parts_of, several
from bot.papers.letters.words_by_scope import SORTS
from bot.programme.answers.ready_messages import MESSAGES
from bot.programme.answers.team_words import TeamWord
from bot.programme.list_columns import Column
from bot.programme.messages.button import Button, By, Once
from bot.programme.messages.buttons import Command
from bot.programme.reports.counted import HOW_WE_COUNTED
from bot.programme.reports.kinds import Made
from bot.programme.rulebook.rule_words import letter_lines
from bot.programme.rulebook.rules import Rule, rulebook
from bot.programme.titles import title_of
from bot.programme.vocabulary import BOT_COLUMNS, Milestone, Person, Scope
from bot.programme.waits import listed
from bot.programme.working_days import Dated

_HEAD = """\
# The three SharePoint lists and the names of their columns.
#
# On the left is the bot's word for a thing, which never changes. On the right is the name of the column as your
# people see it at the top of the list: if you rename a column in SharePoint, change it here as well.
# docs/lists.md tells what each column is for.
"""
_BOTS = "# The bot's: it writes these, and only these."


def lists_as_toml() -> str:
    """config/lists.toml as it is shipped."""
    parts = [_HEAD]
    for part, name in LISTS.items():
        parts.append(f'[{part}]\nlist = "{name}"\n')
        parts.append(f"[{part}.columns]\n{_named(PEOPLES[part].values())}")
    parts.append(f"{_BOTS}\n[audit_allocations.bot_columns]\n{_named(BOT_COLUMNS.values())}")
    return "\n".join(parts)


def _named(columns: Iterable[Column]) -> str:
    lines = [(f'{column.word} = "{column.title}"', column.kind.value) for column in columns]
    wide = max(len(line) for line, _ in lines)
    return "".join(f"{line:{wide}}  # {kind}\n" for line, kind in lines)


def lists_as_markdown() -> str:
    """The tables of docs/lists.md."""
    parts = []
    for part, name in LISTS.items():
        parts.append(f"## {name}\n\n{_table(PEOPLES[part].values())}")
    return "\n".join(
        [*parts, f"## Audit allocations: the bot's own columns\n\n{_table(BOT_COLUMNS.values())}"]
    )


def _table(columns: Iterable[Column]) -> str:
    rows = ["| Column | Kind | What for | Without it |", "|---|---|---|---|"]
    for column in columns:
        kind = f"{column.kind.value}: {', '.join(column.choices)}" if column.choices else column.kind.value
        lost = (
            "no row can be used"
            if column.essential
            else "every row stops"
            if column.protects
            else "it is left out, and you are told"
        )
        rows.append(f"| {column.title} | {kind} | {column.about} | {lost} |")
    return "\n".join(rows) + "\n"


# --------------------------------------------------------------------------------------- the buttons


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
    anew = TeamWord.MAKE_ANEW.wording
    rows.append(f"| `{MAKE_ANEW}` | the Audit Team, in a letter about reports; {_begun(anew.follows)}. |")
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


# -------------------------------------------------------------------------------- the words of letters


def words_as_markdown() -> str:
    """The tables of docs/letters.md, one for each class of words."""
    parts = (
        EveryLetter,
        ToPeople,
        *SORTS[:4],
        ReceiptWords,
        DigestWords,
        LevelWords,
        ReplacementWords,
        Links,
    )
    return "\n".join(_words_of(part) for part in parts)


def _words_of(of: type[Words]) -> str:
    rows = [f"| `{word.name}` | {_explained(word)} |" for word in of.own()]
    return "\n".join([f"## {of.__doc__}", "", "| Word | What it holds |", "|---|---|", *rows, ""])


def _explained(word: Word) -> str:
    """For the people who write the letters."""
    may = (
        "may be empty" if get_origin(word.of) in (Union, UnionType) and NoneType in get_args(word.of) else ""
    )
    return "; ".join(filter(None, (word.says, may, _parts_said(word.of, word.name))))


def _parts_said(of: Any, word: str = "") -> str:
    """The parts in words: "each has `.name` and `.email`". What is told of another word is not told again."""
    each = several(of)
    inner = of if each is None else each
    begins = "each has" if each is not None else "has"
    told_at = getattr(bare(inner), "told_at", word)
    if told_at != word:
        return f"{begins} the parts of `{told_at}`"
    told = []
    for name, part, says in parts_of(inner):
        deeper = "" if bare(part) in (Person, Dated) else _parts_said(part)
        note = "; ".join(filter(None, (says, deeper)))
        told.append(f"`.{name}`" + (f" ({note})" if note else ""))
    if not told:
        return ""
    return f"{begins} {' and '.join([', '.join(told[:-1]), told[-1]] if len(told) > 1 else told)}"


# ------------------------------------------------------------------------------------------ the reports


def reports_as_markdown() -> str:
    """Rows: each report, what stands in it, for whom it is, its template, what in the guide asks for it."""
    rows = [
        "| Report | `audit-bot report …` | What stands in it | For | Template | Guide |",
        "|---|---|---|---|---|---|",
    ]
    for kind in (made.kind for made in Made):
        template = f"`{kind.template}.docx`" if kind.template else "a workbook"
        duties = (
            f", {kind.duties[0]}" + (f"–{kind.duties[-1]}" if len(kind.duties) > 1 else "")
            if kind.duties
            else ""
        )
        cells = (
            kind.title,
            f"`{kind.word}`",
            kind.holds,
            f"{kind.audience.value}; and a version to pass on" if kind.also_outside else kind.audience.value,
            template,
            f"§{kind.guide}{duties}",
        )
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def reports_made() -> str:
    """Rows: which rule makes which report, when, and whose letter says so."""
    book = rulebook((Path(__file__).parents[1] / "config/rules.toml").read_text(encoding="utf-8"))
    when = {line.name: line.when for line in letter_lines(book)}
    rows = ["| Made | When | The letter about it goes to |", "|---|---|---|"]
    for rule in book.rules:
        if rule.makes:
            made = listed([each.kind.title for each in rule.makes])
            rows.append(f"| {made} | {when[rule.name or rule.id]} | {_readers(rule)} |")
    return "\n".join(rows)


def how_we_counted() -> str:
    """What every report prints under “How we counted”."""
    return "\n".join(f"- {sentence}" for sentence in HOW_WE_COUNTED)


# ------------------------------------------------------------------------------------------ the letters

_SORT = {
    Scope.AUDIT: "an audit", Scope.CYCLE: "a cycle", Scope.MONTH: "a month", Scope.NEW_HOLDER: "several",
}  # fmt: skip


def letters_of_rules() -> list[str]:
    """Rows: each letter of the rule book, who gets it by each of its rules, and when."""
    book = rulebook((Path(__file__).parents[1] / "config/rules.toml").read_text(encoding="utf-8"))
    of: defaultdict[str, list[Rule]] = defaultdict(list)
    for rule in book.rules:
        of[rule.letter].append(rule)
    rows = ["| Letter | Who gets it | When | Words it may use |", "|---|---|---|---|"]
    for letter, rules in sorted(of.items()):
        who = "; or ".join(dict.fromkeys(map(_readers, rules)))
        when = "; ".join(dict.fromkeys(f"§{rule.guide}, {_begun(rule.about)}" for rule in rules))
        sort = "several" if letter.startswith("00_") else _SORT[rules[0].scope]
        rows.append(f"| `{letter}` | {who} | {when} | every letter, letters to people, {sort} |")
    return rows


def _readers(rule: Rule) -> str:
    said = listed(map(title_of, rule.to))
    if rule.not_to:
        said += f", but nobody who is {' or '.join(map(title_of, rule.not_to))}"
    if rule.attach:
        said += f", with the {listed(rule.attach).replace('uopp', 'UoPP')}"
    if rule.cc:
        said += f"; copy to {listed(map(title_of, rule.cc))}"
    return said + (". Only drafted: the Audit Team reads and sends it" if rule.draft_only else "")


def _begun(about: str) -> str:
    """The sentence as the rest of one."""
    first = about.split(" ", 1)[0]
    plain = about if first.isupper() and len(first) > 1 else about[:1].lower() + about[1:]
    return plain.rstrip(".")
