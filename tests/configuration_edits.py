"""Every slip that can be made in a file of the configuration: as text, as somebody would make it in an editor."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.programme.edited_file import Path, _lines

OTHER_TYPES = ("3", "true", '"x"', '["x"]', "[]", "{}", "2026-03-02", "1.5", "[[]]", "[3]")
"""A value of each type that TOML knows."""
SPOILT = ("2026-02-30", "“x”", "yes", "", "[1, 2", '"x')
"""What is no TOML at all."""


@dataclass(frozen=True)
class Edit:
    """One slip: what kind it is of, where, and the text that comes of it."""

    kind: str
    path: Path
    text: str

    @property
    def word(self) -> str:
        return str(self.path[-1]) if self.path else ""


def edits(text: str, others: dict[str, tuple[str, ...]] | None = None) -> Iterator[Edit]:
    """Every word of a file misspelt, removed, there twice, of each other type, spoilt; every head of a part too.
    `others`: for a word, the values of its own kind that it might have instead."""
    rows = text.split("\n")
    lines = _lines(text)
    heads = {p: at for p, at in lines.items() if re.match(r"\s*\[", rows[at[0] - 1])}
    for path, (first, last) in lines.items():
        before, here, after = rows[: first - 1], rows[first - 1 : last], rows[last:]

        def put(*new: str, before: list[str] = before, after: list[str] = after) -> str:
            return "\n".join([*before, *new, *after])

        if path in heads:
            if "=" not in here[0].split("#")[0]:
                yield from _of_a_head(path, here[0], put)
            continue
        key = here[0].partition("=")[0]
        bare = key.strip().strip('"')
        yield Edit("misspelt", path, put(here[0].replace(bare, bare[:-1] + "zq", 1), *here[1:]))
        yield Edit("removed", path, put())
        yield Edit("twice", path, put(*here, *here))
        for value in OTHER_TYPES:
            if value != here[0].partition("=")[2].strip():
                yield Edit("another type or value", path, put(f"{key}= {value}"))
        for value in SPOILT:
            yield Edit("no TOML", path, put(f"{key}= {value}"))
        for value in (others or {}).get(str(path[-1]), ()):
            yield Edit("another word", path, put(f"{key}= {value}"))


def _of_a_head(path: Path, head: str, put: object) -> Iterator[Edit]:
    assert callable(put)
    word = re.sub(r"\]+.*", "", head).strip(" [")
    yield Edit("head misspelt", path, put(head.replace(word, word[:-1] + "zq", 1)))
    yield Edit("head removed", path, put())
    yield Edit("head twice", path, put(head, head))
    yield Edit("head with other brackets", path, put(head.replace("[[", "[").replace("]]", "]") if "[[" in head
                                                     else head.replace("[", "[[").replace("]", "]]")))  # fmt: skip


def cuts(text: str, times: int) -> Iterator[Edit]:
    """The file as it is when saving it broke off."""
    for n in range(1, times):
        at = len(text) * n // times
        yield Edit("cut off", (), text[:at])


def rules_removed(text: str) -> Iterator[Edit]:
    """Each rule and deadline taken out whole, and each two that follow one another exchanged."""
    blocks = re.split(r"(?m)^(?=\[\[)", text)
    for n in range(1, len(blocks)):
        yield Edit("rule or deadline removed", ("block", n), "".join(blocks[:n] + blocks[n + 1 :]))
    for n in range(1, len(blocks) - 1):
        other = [*blocks[:n], blocks[n + 1], blocks[n], *blocks[n + 2 :]]
        yield Edit("two exchanged", ("block", n), "".join(other))
