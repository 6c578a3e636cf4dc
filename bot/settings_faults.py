"""What pydantic finds wrong with a profile, in sentences for the person who edits it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from bot.errors import nearest
from bot.programme.edited_file import EditedFile, shown

_SHOULD_BE: Mapping[str, str] = {
    "string_type": "text in quotation marks",
    "path_type": "the name of a file, in quotation marks",
    "tuple_type": 'a list, such as ["one", "two"]',
    "model_type": "a part of its own, with its words below [{where}]",
    "date": "a day without quotation marks, such as 2026-03-02",
    "time": "a time of day, such as 07:30:00",
    "int": "a whole number",
    "float": "a number",
    "finite": "a number",
    "bool": "true or false",
    "greater_than_equal": "{ge} or more",
    "less_than_equal": "{le} or less",
    "too_short": "a list that names at least one",
}
"""What a value should have been, by the type of the error or the first word of it."""


def note_faults(file: EditedFile, model: type[BaseModel], fault: ValidationError) -> None:
    """Each error of a validation as a fault of the file it was found in."""
    for error in fault.errors():
        if (
            error.get("ctx", {}).get("expected") == "''"
        ):  # or it may be empty: the other choice says what it lacks
            continue
        path = tuple(part for part in error["loc"] if isinstance(part, int) or part.isidentifier())
        where = ".".join(part for part in path if isinstance(part, str))
        for said in _said(model, where, dict(error)):
            value = error["input"]
            word = value if path and isinstance(path[-1], int) and isinstance(value, str) else ""
            named = next((word for word in re.findall(r"\w+", said) if word in file.given), "")
            file.fault(path or (named,), said, word)


def _said(model: type[BaseModel], where: str, error: dict[str, Any]) -> Iterator[str]:
    kind, value, limits = str(error["type"]), error["input"], dict(error.get("ctx") or {})
    if kind == "missing":
        yield f"{where} is missing"
    elif kind == "extra_forbidden":
        above, _, word = where.rpartition(".")
        part = next((p for p in model.model_fields if not above and word in _fields(model, p)), "")
        hint = f" here; it belongs below [{part}]" if part else _near(word, _fields(model, above))
        yield f"“{where}” is not a setting{hint}"
    elif kind in ("enum", "literal_error"):
        choices = str(limits.get("expected", "")).replace(" or ", ", ").split(", ")
        yield f"{where} says {shown(value)}{nearest(str(value), [choice.strip(chr(39)) for choice in choices])}"
    elif kind == "value_error":
        for line in str(error["msg"]).removeprefix("Value error, ").split("\n"):
            yield f"{where}: {line}" if where else line
    else:
        wish = _SHOULD_BE.get(kind) or _SHOULD_BE.get(kind.split("_")[0])
        meant = wish.format(where=where, **limits) if wish else str(error["msg"])
        yield f"{where} should be {meant}, not {shown(value)}" if wish else f"{where}: {meant}"


def _near(word: str, fields: list[str]) -> str:
    """The nearest setting; all of them only where they are few."""
    hint = nearest(word, fields) if fields else ""
    return hint if len(hint) < 300 else "; config/example_tenant.toml shows those there are"


def _fields(model: type[BaseModel], where: str) -> list[str]:
    """The words of a part of the profile."""
    for part in where.split(".") if where else ():
        field = model.model_fields.get(part)
        kind = field.annotation if field else None
        inner = next(
            (k for k in (kind, *get_args(kind)) if isinstance(k, type) and issubclass(k, BaseModel)), None
        )
        if inner is None:
            return []
        model = inner
    return list(model.model_fields)
