"""The walls of the house: who may import whom."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
ORDER = ["errors", "programme", "papers", "settings", "office", "daily_run", "schedule", "cli"]
"""Each room may import only from itself and from what stands to its left. `clock` stands beside the hall."""

OUTSIDE_ONLY_IN_OFFICE = {"O365", "msal", "requests", "sqlalchemy", "urllib3"}


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return found


def room(path: Path) -> str:
    return path.relative_to(ROOT / "bot").parts[0].removesuffix(".py")


def test_imports_go_one_way() -> None:
    for path in modules("bot"):
        if room(path) not in ORDER:
            continue
        for name in imports(path):
            if name.startswith("bot.") and (other := name.split(".")[1]) in ORDER:
                assert ORDER.index(other) <= ORDER.index(room(path)), f"{path} imports {name}"


def test_the_programme_uses_the_standard_library_and_the_holiday_calendar_alone() -> None:
    for path in modules("bot/programme"):
        for name in imports(path):
            top = name.split(".")[0]
            assert top in {"bot", "holidays"} or top in sys.stdlib_module_names, f"{path} imports {name}"
            assert top not in {"time", "os", "pathlib", "socket", "subprocess", "sqlite3"}, (
                f"{path} imports {name}"
            )


def test_only_the_office_talks_to_microsoft_365_or_to_a_database() -> None:
    for path in modules("bot"):
        if room(path) != "office":
            outside = {name.split(".")[0] for name in imports(path)} & OUTSIDE_ONLY_IN_OFFICE
            assert not outside, f"{path} imports {outside}"


def test_the_bot_and_the_sandbox_know_nothing_of_each_other() -> None:
    for package, other in (("bot", "sandbox"), ("sandbox", "bot")):
        for path in modules(package):
            assert not any(name.split(".")[0] == other for name in imports(path)), path


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
