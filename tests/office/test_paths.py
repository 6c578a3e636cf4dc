"""Nothing from a mail or a cell becomes a path, a part of an address or the name of a file unless it was made safe."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import unquote

import pytest

from bot.daily_run.kept import Keeper
from bot.errors import RequestRefused
from bot.office.graph import Graph
from bot.office.library import Library
from bot.office.mail.outgoing import OutgoingLetter
from bot.programme.vocabulary import Person

ROOT = Path(__file__).parents[2]
HOSTILE = [
    "..", ".", "", " ", "../../x", "..\\..\\x", "/etc/passwd", "C:\\x", "a/b", "a\x00b", "a\r\nBcc: x", "a\u202exd",
    "CON", "~$x",
    "x?$filter=1#%2e%2e%2f'", "%2e%2e", "a" * 2_000, "\ud800", "…",
    "a:b", "Forms", "_vti_x", ". .", "x.", "\u2028", "\u2066x",
]  # fmt: skip


class Asked:
    """Keeps the paths it is asked for, and has nothing."""

    def __init__(self) -> None:
        self.paths: list[str] = []

    def get(self, path: str) -> Any:
        if path.endswith("/drive"):
            return {"id": "drive", "webUrl": "https://wexcombe.example/documents"}
        self.paths.append(path)
        raise RequestRefused("nothing there", status=404)

    def put(self, path: str, data: bytes) -> Any:
        self.paths.append(path)
        assert data
        return {"id": "1", "webUrl": "https://wexcombe.example/documents/x"}

    def get_bytes(self, path: str) -> bytes:
        self.paths.append(path)
        return b"x"


def is_safe(segment: str) -> bool:
    return (
        bool(segment)
        and segment not in (".", "..")
        and not re.search(r'["*:<>?/\\|\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]', segment)
        and len(segment) <= 200
    )


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_a_folder_or_a_file_is_called_after_it_is_one_segment_of_a_path(text: str) -> None:
    graph = Asked()
    library = Library(cast(Graph, graph), "/sites/x:/sites/audit:")
    library.store(("Returned audits", text, text), b"x")
    library.look((text, text))
    library.fetch_by_address("https://wexcombe.example/_layouts/15/Doc.aspx", (text, text))
    library.fetch_by_address(f"https://wexcombe.example/documents/{text}", ("a",))
    for path in graph.paths:
        place = path.partition("root:/")[2].partition("/content")[0].rstrip(":")
        assert "?" not in place.replace("%3F", "")
        assert all(is_safe(unquote(segment)) for segment in place.split("/")), path


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_an_attachment_is_called_after_it_has_a_safe_name(text: str) -> None:
    letter = OutgoingLetter(
        key="k", about="1", letter="l", rule="r", occasion="", subject="s", html="h", due=date(2026, 3, 2), why="w",
        to=(Person("Ada Auditor", "ada@wexcombe.example"),), attachments=((f"{text}.docx", b"x"), (text, b"y")),
    )  # fmt: skip
    assert all(is_safe(name) for name, _ in letter.attachments), letter.attachments


def test_a_file_of_no_bytes_is_not_put_into_the_library() -> None:
    settings = SimpleNamespace(library_folder="Returned audits")
    keeper = Keeper(cast(Any, SimpleNamespace(settings=settings)))  # which asks nobody anything
    assert keeper.keep("FSP-2026-03-001 abc.docx", b"", None).id == ""
    assert not keeper.problems


SAFE = re.compile(
    r"(quote|urlencode)\(.*\)"  # made safe here
    r"|.*(\.id|_id|\['id'\]|\[0\])|i|n|item|folder|self\.folder\(folder\)"  # ids that Microsoft gave
    r"|.*(path|site|root|_items)|self\._path\(place\)|query|select|where|mailbox|_ATTACHMENTS|_ENVELOPE"  # made of such
    r"|settings\.\S+|site_host|__version__|usual|path\.name|self\.resource"  # the installation's own
    r"|self\._mine|self\._columns\(step\)"  # the id of our own row; the address of a list, quoted where it is made
    r"|self\._web|self\._list\(list_id\)"  # the same of SharePoint's own interface
    r"|escape\(.*\)|''\.join\(\(f'<li>\{escape\(line\)\}</li>' for line in lines\)\)"  # HTML, and no address
)
"""What may be put into an address. Whoever adds something else says here why it is safe, or quotes it."""


OF_THE_TEAMS_FILES = {
    ("looking.py", "self.name"),
    ("looking.py", "file"),
    ("places.py", "FORMS"),
    ("places.py", "form"),
} | {(file, part) for file in ("places.py", "settings_library.py") for part in ("part", "file.name")}
"""Of the Audit Team's own files only names that are known beforehand: files of this machine, or in a sentence."""


def put_into_addresses() -> Iterator[tuple[str, str]]:
    for file in sorted([*(ROOT / "bot/office").rglob("*.py"), *(ROOT / "bot/daily_run").rglob("*.py")]):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.JoinedStr):
                continue
            fixed = "".join(str(v.value) for v in node.values if isinstance(v, ast.Constant))
            if " " in fixed.split("?")[0] or not re.search(r"/[A-Za-z$%?]|^/|/$", fixed):
                continue  # a sentence
            for value in node.values:
                if isinstance(value, ast.FormattedValue):
                    yield file.name, ast.unparse(value.value)


def test_everything_put_into_an_address_was_quoted_or_came_from_microsoft() -> None:
    found = list(put_into_addresses())
    assert len(found) > 100
    joined = ("library.py", "'/'.join((quote(safe_name(s), safe='') for s in place))")
    assert joined in found
    known = {joined, *OF_THE_TEAMS_FILES}
    assert [each for each in found if each not in known and not SAFE.fullmatch(each[1])] == []
