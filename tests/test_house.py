"""The walls of the house: who may import whom, and which library is used where."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from graphlib import TopologicalSorter
from importlib import import_module
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LIBRARIES: dict[str, set[str]] = {
    "errors": set(),
    "collecting": set(),
    "programme": {"holidays"},
    "papers": {"lxml", "jinja2", "markdown_it", "css_inline", "xlsxwriter"},
    "clock": set(),
    "exit_status": set(),
    "own_files": set(),
    "secret_files": set(),
    "databases": set(),
    "settings_faults": {"pydantic"},
    "settings": {"pydantic"},
    "office": {"O365", "msal", "requests", "urllib3", "sqlalchemy"},
    "daily_run": set(),
    "service_lines": set(),
    "schedule": {"apscheduler"},
    "councils": {"procrastinate", "psycopg", "psycopg_pool"},
    "cli": {"rich"},
    "__main__": set(),
}
"""Every room, in order, and the libraries it may use. Each may import only from itself and what stands above it."""

ORDER = list(LIBRARIES)
OUTSIDE_WORLD = {
    "ftplib", "glob", "http", "logging", "multiprocessing", "os", "pathlib", "secrets", "shutil", "smtplib",
    "socket", "sqlite3", "ssl", "subprocess", "tempfile", "threading", "time",
}  # fmt: skip
"""What a room that is given everything has no use for: clocks, files, processes, the network."""

REACHES_ALL_THE_SAME = {
    ("letter_limits.py", "time"): "a stopwatch: a letter whose loops do not end is stopped"
}
NOT_IMPORTED = {"tzdata": "the time zones of zoneinfo, where the system has none"}


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path} imports by dots, which hides what from"
            found.add(str(node.module))
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def room(path: Path) -> str:
    return path.relative_to(ROOT / "bot").parts[0].removesuffix(".py")


def outside(path: Path) -> set[str]:
    """The libraries a module imports that are neither Python's nor ours."""
    tops = {name.split(".")[0] for name in imports(path)}
    return {top for top in tops if top not in sys.stdlib_module_names and top not in ("bot", "sandbox")}


def test_imports_go_one_way() -> None:
    for path in modules("bot"):
        if path == ROOT / "bot/__init__.py":  # the version, which every room may read
            assert not imports(path) - {"__future__", "__future__.annotations"}
            continue
        for name in imports(path):
            if name.startswith("bot.") and (other := name.split(".")[1]) in ORDER:
                assert ORDER.index(other) <= ORDER.index(room(path)), f"{path} imports {name}"


@pytest.mark.parametrize("package", ["bot", "sandbox"])
def test_no_module_needs_one_that_needs_it(package: str) -> None:
    """Wherever the import stands, at the top, in a function or for the types alone."""
    names = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): path
        for path in modules(package)
        if path.name != "__init__.py"  # the face of a package, through which others may look in
    }
    needs = {name: imports(path) & names.keys() for name, path in names.items()}
    TopologicalSorter(needs).prepare()  # a CycleError names the circle


def test_every_room_has_its_place() -> None:
    assert {room(path) for path in modules("bot")} - {"__init__"} <= set(ORDER)


def test_each_library_is_used_only_in_the_room_it_belongs_to() -> None:
    for path in modules("bot"):
        strange = outside(path) - LIBRARIES.get(room(path), set())
        assert not strange, f"{path} imports {strange}"


@pytest.mark.parametrize("pure", ["programme", "papers"])
def test_programme_and_papers_are_given_everything_and_reach_for_nothing(pure: str) -> None:
    for path in modules(f"bot/{pure}"):
        reached = {name.split(".")[0] for name in imports(path)} & OUTSIDE_WORLD
        reached -= {module for name, module in REACHES_ALL_THE_SAME if name == path.name}
        assert not reached, f"{path} imports {reached}"
        assert "urllib.request" not in imports(path), path
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
            assert called not in ("open", "print", "input", "__import__"), f"{path} calls {called}"


def test_the_bot_and_the_sandbox_know_nothing_of_each_other() -> None:
    for package, other in (("bot", "sandbox"), ("sandbox", "bot")):
        for path in modules(package):
            assert not any(name.split(".")[0] == other for name in imports(path)), path


def _plain(name: str) -> str:
    """A distribution's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~;\s]", name)[0]).casefold()


def test_what_is_imported_is_declared_and_what_is_declared_is_imported() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    comes_from = packages_distributions()
    used = {_plain(comes_from.get(top, [top])[0]) for path in modules("bot") for top in outside(path)}
    declared = {_plain(name) for name in told["project"]["dependencies"]}
    optional = told["project"]["optional-dependencies"]
    extra = {_plain(name) for names in optional.values() for name in names}
    assert declared <= used | set(NOT_IMPORTED) <= declared | extra | {_plain("psycopg-pool")}
    of_the_sandbox = {
        _plain(comes_from.get(top, [top])[0]) for path in modules("sandbox") for top in outside(path)
    }
    assert of_the_sandbox <= declared | {_plain(name) for name in told["dependency-groups"]["dev"]}


def test_the_wall_clock_is_read_in_one_place() -> None:
    for path in modules("bot"):
        if path.name == "clock.py":
            continue
        text = path.read_text(encoding="utf-8")
        for call in ("datetime.now(", "date.today(", "datetime.utcnow(", "time.time("):
            assert call not in text, f"{path} calls {call})"


def test_the_pretend_tenant_knows_nothing_of_the_play_in_it() -> None:
    for path in modules("sandbox/tenant"):
        assert not any(name.startswith("sandbox.play") for name in imports(path)), path
        assert "audit" not in path.read_text(encoding="utf-8").casefold(), path


@pytest.mark.parametrize("path", modules("benchmarks"), ids=lambda path: path.name)
def test_what_a_benchmark_imports_is_there(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and str(node.module).split(".")[0] in ("bot", "sandbox"):
            module = import_module(str(node.module))
            for alias in node.names:
                part = hasattr(module, "__path__") and find_spec(f"{node.module}.{alias.name}")
                there = part or hasattr(module, alias.name)
                assert there, f"{path.name}: {node.module} has no {alias.name}"
