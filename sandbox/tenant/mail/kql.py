"""`$search` on messages: the part of Keyword Query Language that Outlook's search understands.

https://learn.microsoft.com/graph/search-query-parameter. Words match from their beginning, in any case; without a
property they are looked for in from, subject and body. Words side by side must all be there; AND, OR, NOT in capitals.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

from sandbox.tenant.clock import moment_from
from sandbox.tenant.graph_error import GraphError
from sandbox.tenant.mail.mail_json import has_attachments, plain_text
from sandbox.tenant.state import Message

Test = Callable[[Message], bool]

_TOKEN = re.compile(
    r"""\s*(?:(?P<bracket>[()])
      | (?P<clause>(?:(?P<property>[A-Za-z]+)(?P<operator>:|>=|<=|>|<|=))?
        (?P<value>"[^"]*"|[^\s()"]+)))""",
    re.VERBOSE,
)
_PEOPLE = {
    "from": ("from",), "to": ("toRecipients",), "cc": ("ccRecipients",), "bcc": ("bccRecipients",),
    "recipients": ("toRecipients", "ccRecipients", "bccRecipients"),
    "participants": ("from", "toRecipients", "ccRecipients", "bccRecipients"),
}  # fmt: skip
_OTHERS = ("subject", "body", "attachment", "hasattachment", "hasattachments", "importance", "received", "sent", "size",
           "kind", "category")  # fmt: skip


def compiled(text: str) -> Test:
    """The test a `$search` stands for; 400 if it is not one. A clause with a property must stand in quotes."""
    text = text.strip()
    quoted = len(text) > 1 and text[0] == text[-1] == '"'
    if not quoted and ":" in text:
        raise GraphError(
            400,
            "BadRequest",
            f"Syntax error: character ':' is not valid at position {text.index(':')} in '{text}'.",
        )
    inner = text[1:-1].replace('\\"', '"') if quoted else text
    if not inner.strip():
        raise GraphError(400, "BadRequest", "The search clause is empty.")
    return _Reader(inner).whole()


class _Reader:
    def __init__(self, text: str) -> None:
        self._tokens = [m for m in _TOKEN.finditer(text) if m.lastgroup]
        self._at = 0

    def _peek(self) -> str:
        return self._tokens[self._at][0].strip() if self._at < len(self._tokens) else ""

    def whole(self) -> Test:
        test = self._either()
        if self._peek():
            raise GraphError(400, "BadRequest", f"Syntax error in $search at '{self._peek()}'.")
        return test

    def _either(self) -> Test:
        tests = [self._both()]
        while self._peek() == "OR":
            self._at += 1
            tests.append(self._both())
        return lambda m: any(test(m) for test in tests)

    def _both(self) -> Test:
        tests: list[Test] = []
        while self._peek() not in ("", ")", "OR"):
            if self._peek() == "AND":
                self._at += 1
            tests.append(self._one())
        if not tests:
            raise GraphError(400, "BadRequest", "Syntax error in $search.")
        return lambda m: all(test(m) for test in tests)

    def _one(self) -> Test:
        if self._at >= len(self._tokens):
            raise GraphError(400, "BadRequest", "Syntax error in $search.")
        token = self._tokens[self._at]
        self._at += 1
        if token[0].strip() == "NOT":
            inner = self._one()
            return lambda m: not inner(m)
        if token["bracket"] == "(":
            inner = self._either()
            self._at += 1  # the closing bracket
            return inner
        if token["bracket"]:
            raise GraphError(400, "BadRequest", "Syntax error in $search at ')'.")
        return _clause(
            (token["property"] or "").casefold(), token["operator"] or ":", token["value"].strip('"')
        )


def _clause(name: str, operator: str, value: str) -> Test:
    if not name:
        return lambda m: any(_has(text, value) for text in (_people(m, "from"), _subject(m), _body(m)))
    if name in _PEOPLE:
        return lambda m: any(_has(_people(m, kind), value) for kind in _PEOPLE[name])
    if name not in _OTHERS:  # no property of a message: then the words themselves are looked for
        return lambda m: any(_has(text, f"{name} {value}") for text in (_subject(m), _body(m)))
    match name:
        case "subject":
            return lambda m: _has(_subject(m), value)
        case "body":
            return lambda m: _has(_body(m), value)
        case "attachment":
            return lambda m: any(_has(a.name, value) for a in m.attachments)
        case "hasattachment" | "hasattachments":
            return lambda m: has_attachments(m) == (value.casefold() in ("true", "1", "yes"))
        case "importance":
            return lambda m: (
                str(m.props.get("importance", "normal")).casefold() == _LEVEL.get(value.casefold())
            )
        case "category":
            return lambda m: any(_has(each, value) for each in m.props.get("categories") or ())
        case "kind":
            return lambda m: value.casefold() in ("email", "message")
        case "size":
            first, last = _sizes(value, operator)
            return lambda m: first <= sum(a.size for a in m.attachments) + len(_body(m)) <= last
        case _:
            start, end = _days(value, operator)
            field = "sentDateTime" if name == "sent" else "receivedDateTime"
            return lambda m: start <= moment_from(str(m.props.get(field))) < end


_LEVEL = {"high": "high", "medium": "normal", "normal": "normal", "low": "low"}


def _people(message: Message, kind: str) -> str:
    found = message.props.get(kind) or []
    found = [found] if isinstance(found, dict) else found
    return " ; ".join(
        f"{r['emailAddress'].get('name', '')} {r['emailAddress'].get('address', '')}" for r in found
    )


def _subject(message: Message) -> str:
    return str(message.props.get("subject") or "")


def _body(message: Message) -> str:
    return plain_text(message.props.get("body") or {})


def _has(text: str, value: str) -> bool:
    """Whether the words stand side by side in the text, the last one by its beginning alone."""
    words = [re.escape(word) for word in re.findall(r"\w+", value)]
    return bool(words) and re.search(r"\b" + r"\W+".join(words), text, re.I) is not None


def _sizes(value: str, operator: str) -> tuple[float, float]:
    first, _, last = value.partition("..")
    try:
        start, end = float(first), float(last or first)
    except ValueError:
        raise GraphError(400, "BadRequest", f"'{value}' is no size.") from None
    return _open_ended(start, end, operator, float("-inf"), float("inf"))


def _open_ended(start: float, end: float, operator: str, low: float, high: float) -> tuple[float, float]:
    ways = {">": (end + 1, high), ">=": (start, high), "<": (low, start - 1), "<=": (low, end)}
    return ways.get(operator, (start, end))


def _days(value: str, operator: str) -> tuple[datetime, datetime]:
    """The moments from and before which a day, or `first..last`, lies."""
    first, _, last = value.partition("..")
    start, end = _day(first), _day(last or first) + timedelta(days=1)
    low, high = moment_from("0001-01-02"), moment_from("9999-12-30")
    return {">": (end, high), ">=": (start, high), "<": (low, start), "<=": (low, end)}.get(
        operator, (start, end)
    )


def _day(text: str) -> datetime:
    american = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
    try:
        if american:
            return moment_from(date(int(american[3]), int(american[1]), int(american[2])).isoformat())
        return moment_from(text)
    except ValueError:
        raise GraphError(400, "BadRequest", f"'{text}' is no date.") from None
