"""The part of OData's `$filter` that Outlook and SharePoint understand and clients use.

`parse` makes a tree, `matches` judges one thing by it. Text is compared without regard to case, as both services do.
Grammar: `or`, `and`, `not`, brackets, `eq ne gt ge lt le`, `startswith endswith contains`, `path/any(x: …)`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.tenant.clock import moment_from

Getter = Callable[[str], Any]

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<text>'(?:[^']|'')*')
    | (?P<date>\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?)
    | (?P<number>-?\d+(?:\.\d+)?)
    | (?P<name>[A-Za-z_@][\w.@]*(?:/[A-Za-z_][\w.]*)*)
    | (?P<mark>[(),:])
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_COMPARISONS = ("eq", "ne", "gt", "ge", "lt", "le")
_FUNCTIONS = ("startswith", "endswith", "contains")


class FilterError(ValueError):
    """A filter that cannot be understood, with the reason."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """`path operator value`, or `function(path, value)`."""

    path: str
    operator: str
    value: Any


@dataclass(frozen=True, slots=True)
class Not:
    """`not inner`."""

    inner: Node


@dataclass(frozen=True, slots=True)
class Junction:
    """`left and right …`, or `or`."""

    word: str
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Any_:
    """`path/any(variable: inner)`."""

    path: str
    variable: str
    inner: Node


Node = Comparison | Not | Junction | Any_


def parse(text: str) -> Node:
    """The tree of a filter. Raises FilterError."""
    tokens = _tokens(text)
    reader = _Reader(tokens)
    node = reader.alternatives()
    if reader.peek() != ("end", ""):
        raise FilterError(f"Syntax error: '{reader.peek()[1]}' was not expected in '{text}'.")
    return node


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    position = 0
    stripped = text.rstrip()
    while position < len(stripped):
        token = _TOKEN.match(stripped, position)
        if token is None or token.lastgroup is None:
            raise FilterError(f"Syntax error at position {position} in '{text}'.")
        found.append((token.lastgroup, token.group(token.lastgroup)))
        position = token.end()
    return found


class _Reader:
    """Recursive descent over the tokens."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0

    def peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")

    def take(self, wanted: str | None = None) -> tuple[str, str]:
        token = self.peek()
        if wanted is not None and token[1].lower() != wanted:
            raise FilterError(f"Syntax error: '{wanted}' expected, '{token[1]}' found.")
        self._at += 1
        return token

    def alternatives(self) -> Node:
        return self._joined("or", lambda: self._joined("and", self._term))

    def _joined(self, word: str, part: Callable[[], Node]) -> Node:
        parts = [part()]
        while self.peek() == ("name", word) or self.peek()[1].lower() == word:
            self.take()
            parts.append(part())
        return parts[0] if len(parts) == 1 else Junction(word, tuple(parts))

    def _term(self) -> Node:
        kind, text = self.take()
        if (kind, text) == ("mark", "("):
            inner = self.alternatives()
            self.take(")")
            return inner
        if kind != "name":
            raise FilterError(f"Syntax error: a property name was expected, '{text}' found.")
        word = text.lower()
        if word == "not":
            return Not(self._term())
        if word in _FUNCTIONS and self.peek()[1] == "(":
            return self._function(word)
        if word.endswith("/any") and self.peek()[1] == "(":
            return self._any(text[: -len("/any")])
        operator = self.take()[1].lower()
        if operator not in _COMPARISONS:
            # `isRead` alone means `isRead eq true`, but no service here accepts it
            raise FilterError(f"Invalid filter clause: '{operator}' is not an operator.")
        return Comparison(text, operator, self._value())

    def _function(self, word: str) -> Node:
        self.take("(")
        path = self.take()[1]
        self.take(",")
        value = self._value()
        self.take(")")
        if self.peek()[1].lower() == "eq":  # startswith(x,'y') eq true
            self.take()
            if not self._value():
                return Not(Comparison(path, word, value))
        return Comparison(path, word, value)

    def _any(self, path: str) -> Node:
        self.take("(")
        variable = self.take()[1]
        self.take(":")
        inner = self.alternatives()
        self.take(")")
        return Any_(path, variable, inner)

    def _value(self) -> Any:
        kind, text = self.take()
        match kind:
            case "text":
                return text[1:-1].replace("''", "'")
            case "date":
                try:
                    return moment_from(text)
                except ValueError as error:
                    raise FilterError(f"'{text}' is not a date.") from error
            case "number":
                return float(text) if "." in text else int(text)
            case "name" if text.lower() in ("true", "false", "null"):
                return {"true": True, "false": False, "null": None}[text.lower()]
            case _:
                raise FilterError(f"Invalid filter clause: '{text}' is not a value.")


def properties(node: Node) -> list[str]:
    """The property paths a filter names, in order of first appearance."""
    return list(dict.fromkeys(_paths(node)))


def _paths(node: Node) -> Iterator[str]:
    match node:
        case Comparison(path):
            yield path
        case Not(inner):
            yield from _paths(inner)
        case Junction(_, parts):
            for part in parts:
                yield from _paths(part)
        case Any_(path):
            yield path


def required(node: Node) -> Iterator[Node]:
    """The parts every match must satisfy: the filter itself, or each side of its `and`s."""
    if isinstance(node, Junction) and node.word == "and":
        for part in node.parts:
            yield from required(part)
    else:
        yield node


def matches(node: Node, get: Getter) -> bool:
    """Whether the thing whose properties `get` returns satisfies the filter."""
    match node:
        case Comparison(path, operator, value):
            return _compare(get(path), operator, value)
        case Not(inner):
            return not matches(inner, get)
        case Junction("and", parts):
            return all(matches(part, get) for part in parts)
        case Junction(_, parts):
            return any(matches(part, get) for part in parts)
        case Any_(path, variable, inner):
            members: Iterable[Any] = get(path) or ()
            return any(matches(inner, _member(variable, one)) for one in members)


def _member(variable: str, one: Any) -> Getter:
    def get(path: str) -> Any:
        head, _, rest = path.partition("/")
        if head != variable:
            raise FilterError(f"'{path}' does not begin with the variable '{variable}'.")
        return one[rest] if rest else one

    return get


def _compare(actual: Any, operator: str, wanted: Any) -> bool:
    if actual is None or wanted is None:
        same = actual is None and wanted is None
        return same if operator == "eq" else (not same if operator == "ne" else False)
    actual, wanted = _comparable(actual, wanted)
    match operator:
        case "eq":
            return bool(actual == wanted)
        case "ne":
            return bool(actual != wanted)
        case "gt":
            return bool(actual > wanted)
        case "ge":
            return bool(actual >= wanted)
        case "lt":
            return bool(actual < wanted)
        case "le":
            return bool(actual <= wanted)
        case "startswith":
            return str(actual).startswith(str(wanted))
        case "endswith":
            return str(actual).endswith(str(wanted))
        case _:
            return str(wanted) in str(actual)


def _comparable(actual: Any, wanted: Any) -> tuple[Any, Any]:
    """Both sides in one type: moments if either is one, numbers if the property is one, else text without case."""
    if isinstance(actual, bool) or isinstance(wanted, bool):
        return str(actual).lower(), str(wanted).lower()
    if isinstance(actual, datetime) or isinstance(wanted, datetime):
        return _moment(actual), _moment(wanted)
    if isinstance(actual, int | float):
        try:
            return float(actual), float(wanted)
        except (TypeError, ValueError):
            raise FilterError(f"'{wanted}' is not a number.") from None
    return str(actual).casefold(), str(wanted).casefold()


def _moment(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    try:
        return moment_from(str(value))
    except ValueError:
        raise FilterError(f"'{value}' is not a date.") from None
