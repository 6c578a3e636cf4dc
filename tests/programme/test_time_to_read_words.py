"""Whatever stands in a message, a cell or a file's name: the time to read it grows with its length and no faster."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from bot.office.lists.cells import _RICH, plain_lines
from bot.office.mail.mailbox import LONGEST_BODY
from bot.own_files import SHIPPED
from bot.papers.forms.questions import questions
from bot.papers.letters.free_text import Children
from bot.papers.mail.attached_messages import carries_a_link, holds_a_form, own_links, own_words, plain_header
from bot.papers.mail.delivery_report import delivery_report, names_in
from bot.programme.answers.about_a_cycle import _NOT_DONE, _SIGNS
from bot.programme.answers.button_links import damaged_button, tag_in
from bot.programme.answers.ready_messages import without_hints
from bot.programme.answers.team_words import damaged_team_word, team_tag_in
from bot.programme.answers.weekly_reports import _NO_REPORT, _REPORTS
from bot.programme.file_names import safe_name
from bot.programme.messages.buttons import Command
from bot.programme.messages.dates_in_text import dates_written, told_dates
from bot.programme.messages.one_date import may_be_written, may_have_a_part_in
from bot.programme.messages.plain_answers import plain_answer, shown_words
from bot.programme.messages.post import LONGEST_HEADER, Post
from bot.programme.messages.post_kinds import kind_of
from bot.programme.messages.reply_text import LONGEST_TEXT, answer_part, besides, said
from bot.programme.messages.safe_links import unwrapped
from bot.programme.messages.sender import doubt_about_sender
from bot.programme.reference import another_reference, references_in

DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
PIECES = (
    " ", "a", "A ", "1", "'", '"', "<", ">", "<a ", "https://", "-", "- ", "\n", "\n ", "\r\n\t", "x@", "@a.", "a.",
    "[", "[team ", "(", "&amp;", "&#", "word ", "Word ", "and ", "thanks ", "Thanks, ", "\u200b", "<!--", "<br",
    "<style", "<head>", "</blockquote ", "1.", "1/", "12 ", "ab-", "ab-1", "_", "=?", "=?utf-8?q?a?=", "mon ", "the ",
    "all ", "yes ", "is ", "t 1", "'s", "o'b", "x: ", "regards ", "we have ", "report ", "On a ", "> ", "\u2026 ",
    "https://a.safelinks.protection.outlook.com/", "https://a.safelinks.protection.outlook.com/?url=", "message-id:",
    "Message-ID: <a@b>\n", "i was ", "Council ", "update ", "(a ", "a,", "\\",
)  # fmt: skip
"""What hostile text is made of, over and over."""
ASKED = questions((SHIPPED / "config/audit_tool.toml").read_text(encoding="utf-8"))
NAMES = {"ada@wexcombe.example": "Ada Auditor", "mo@wexcombe.example": "Mo Moderator"}
KNOWN = ("FSP-2026-03-001", "FSP-2026-03-002")


def in_a_report(text: str) -> object:
    head = b"Subject: Undeliverable\nContent-Type: text/plain; charset=utf-8\n\n"
    return delivery_report(head + text.encode())


def in_the_head_of_a_report(text: str) -> object:
    return delivery_report(f"Subject: {text}\nX-Failed-Recipients: {text}\n\n{text}".encode())


def in_the_fields_of_a_report(text: str) -> object:
    head = "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n"
    return delivery_report(f"{head}Content-Type: message/delivery-status\n\n{text}\n--b--\n".encode())


def as_headers(text: str) -> object:
    names = ("content-type", "return-path", "from", "sender", "authentication-results", "in-reply-to")
    post = Post("1", "", "mailer-daemon@wexcombe.example", text, NOW, headers=dict.fromkeys(names, text))
    return kind_of(post, "a@b"), doubt_about_sender(post, ("wexcombe.example",))


WHOLE_BODIES: dict[str, Callable[[str], object]] = {
    "links as they were written": unwrapped,
    "the sender's own words": own_words,
    "a link to a document": carries_a_link,
    "own links": own_links,
    "a form pasted in": lambda text: holds_a_form(text, ASKED),
    "hints": without_hints,
    "the answer": answer_part,
    "what stands besides": besides,
    "a plain answer": lambda text: plain_answer(answer_part(text), "Ada Auditor", DAY, ("Mo Moderator",)),
    "words to show": lambda text: shown_words(answer_part(text).split("\n"), [*NAMES.values(), *KNOWN]),
    "a report": in_a_report,
    "the head of a report": in_the_head_of_a_report,
    "the fields of a report": in_the_fields_of_a_report,
    "a cell": plain_lines,
    "a cell's markup": _RICH.match,
    **{f"a message of {command.value}": (lambda text, c=command: said(c, text, "", "Ada", DAY)) for command in Command},
}  # fmt: skip
"""What meets a text of any length: each caps what its patterns see, or takes it as a whole."""
OWN_WORDS: dict[str, Callable[[str], object]] = {
    "names in a report": lambda text: names_in(text, NAMES),
    "days": lambda text: told_dates(text, DAY),
    "days written": lambda text: list(dates_written(text)),
    "one day written": lambda text: (may_be_written(DAY, text), may_have_a_part_in(DAY, text)),
    "references": lambda text: references_in(text, KNOWN),
    "a weekly report": lambda text: (_REPORTS.findall(text), _NO_REPORT.search(text)),
    "a word about a cycle": lambda text: (_NOT_DONE.search(text), _SIGNS.search(text)),
    "what could name a child": Children(()).left_out,
}
"""What meets what is left of a body, `LONGEST_TEXT` signs."""
LINES: dict[str, Callable[[str], object]] = {
    "a button": tag_in,
    "what is left of a button": damaged_button,
    "a word of the team": team_tag_in,
    "what is left of a word of the team": damaged_team_word,
    "an encoded header": plain_header,
    "headers": as_headers,
    "a name of a file": safe_name,
    "another audit in a name": lambda text: another_reference(text, KNOWN[0]),
}
"""What meets a subject, a header or a file's name."""


@pytest.mark.parametrize("sign", ["(", "<", "a:", "a, "])
def test_a_line_that_names_its_sender_within_brackets_within_brackets_is_in_doubt(sign: str) -> None:
    for long in (499, LONGEST_HEADER):
        headers = {"from": (sign * long)[:long], "x-ms-exchange-organization-authas": "Internal"}
        post = Post("1", "", "ada@wexcombe.example", "", NOW, headers=headers)
        assert doubt_about_sender(post, ("wexcombe.example",)) == "its own lines name more than one sender"


def seconds(read: Callable[[str], object], text: str) -> float:
    """Of the reading alone: what Python then collects is of all tests before it."""
    found = []
    gc.disable()
    try:
        for _ in range(2):
            start = time.thread_time()
            read(text)
            found.append(time.thread_time() - start)
            if found[-1] < 0.05:
                break
    finally:
        gc.enable()
    return min(found)


def faults(
    ways: dict[str, Callable[[str], object]], way: str, size: int, bound: float, ignored: float = 0.4
) -> list[str]:
    """The pieces with which four times the text takes more than six times as long, or longer than the bound, of those
    that take more seconds than are `ignored`."""
    found = []
    for piece in PIECES:
        for ending in ("",) if size > LONGEST_TEXT else ("", "!?Z"):
            whole = (piece * size)[:size] + ending
            long = seconds(ways[way], whole)
            if long < ignored:
                continue
            # A machine that is busy for a moment is not the text's fault: the best of three readings is what it takes.
            for _ in range(2):
                short = seconds(ways[way], (piece * size)[: size // 4] + ending)
                if long <= min(bound, 6 * short):
                    break
                long = min(long, seconds(ways[way], whole))
            if long > min(bound, 6 * short):
                found.append(f"{piece!r} {ending}: {short:.2f} s, {long:.2f} s")
    return found


@pytest.mark.parametrize("way", WHOLE_BODIES)
def test_a_body_of_any_length_is_read_in_linear_time(way: str) -> None:
    assert faults(WHOLE_BODIES, way, 40_000, 0.6, 0.12) == []


@pytest.mark.slow
@pytest.mark.parametrize("way", WHOLE_BODIES)
def test_so_is_a_long_one(way: str) -> None:
    assert faults(WHOLE_BODIES, way, 160_000, 2.0) == []


@pytest.mark.slow
@pytest.mark.parametrize("way", WHOLE_BODIES)
def test_so_is_one_of_a_megabyte(way: str) -> None:
    assert faults(WHOLE_BODIES, way, LONGEST_BODY, 12.0) == []


@pytest.mark.parametrize("way", OWN_WORDS)
def test_what_somebody_wrote_themself_is_read_in_linear_time(way: str) -> None:
    assert faults(OWN_WORDS, way, LONGEST_TEXT // 4, 0.3, 0.12) == []


@pytest.mark.slow
@pytest.mark.parametrize("way", OWN_WORDS)
def test_so_is_the_longest_that_is_looked_at(way: str) -> None:
    assert faults(OWN_WORDS, way, LONGEST_TEXT, 1.0) == []


@pytest.mark.parametrize("way", LINES)
def test_a_subject_a_header_or_a_name_is_read_in_linear_time(way: str) -> None:
    assert faults(LINES, way, LONGEST_HEADER, 1.0) == []
