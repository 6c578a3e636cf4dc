"""The bot as it is installed elsewhere: from its wheel, in its own environment, in an empty folder."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest
from tenant import ROOT

PARTS = ("bot", "config", "docx_templates", "mail_templates", "pyproject.toml", "README.md")


def built(source: Path) -> Path:
    """The wheel, built in a folder from a copy of what it is made of, without any network."""
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, source / part)
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
    ]
    dated = {**os.environ, "SOURCE_DATE_EPOCH": "1767225600"}
    subprocess.run(
        [*build, "--wheel-dir", "dist", "."], cwd=source, check=True, capture_output=True, env=dated
    )
    (found,) = (source / "dist").glob("*.whl")
    return found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("source"))


@pytest.mark.slow
def test_built_twice_in_two_places_the_wheel_is_the_same_to_the_byte(wheel: Path, tmp_path: Path) -> None:
    assert built(tmp_path).read_bytes() == wheel.read_bytes()


@pytest.mark.parametrize(
    ("file", "holds"),
    [
        ("requirements-build.txt", {"setuptools", "wheel"}),
        ("requirements-postgresql.txt", {"psycopg", "psycopg-binary"}),
        ("requirements-councils.txt", {"procrastinate", "psycopg-pool", "psycopg", "psycopg-binary"}),
    ],
)
def test_what_is_locked_apart_is_locked_as_in_the_lock_of_all(file: str, holds: set[str]) -> None:
    def entries(name: str) -> set[str]:
        return {*re.split(r"\n(?=\S)", (ROOT / name).read_text(encoding="utf-8").strip())}

    apart = entries(file)
    assert {entry.split("==")[0] for entry in apart} >= holds
    assert apart <= entries("requirements-dev.txt")
    assert all("--hash=sha256:" in entry for entry in apart)


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that has the wheel and the libraries, and nothing of this checkout."""
    home = tmp_path_factory.mktemp("elsewhere")
    venv.create(home, with_pip=False)
    (packages,) = home.glob("lib/python*/site-packages")
    zipfile.ZipFile(wheel).extractall(packages)
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    for line in Path(sysconfig.get_path("purelib")).glob("shared.pth"):
        (packages / "more.pth").write_text(line.read_text())
    return home / "bin" / "python"


def said(python: Path, folder: Path, *words: str, status: int = 0) -> str:
    done = subprocess.run(
        [python, "-I", "-m", "bot", *words], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_the_wheel_carries_the_bot_and_what_it_comes_with_and_not_the_sandbox(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert not [name for name in names if name.startswith(("sandbox", "tests", "benchmarks"))]
    for folder, ending in (("config", ".toml"), ("mail_templates", ".md"), ("docx_templates", ".docx")):
        here = {f"bot/shipped/{folder}/{file.name}" for file in (ROOT / folder).glob(f"*{ending}")}
        assert here <= {*names}, folder
    assert {f"bot/shipped/config/{file.name}" for file in (ROOT / "config").glob("running_*")} <= {*names}
    modules = {str(file.relative_to(ROOT)) for file in (ROOT / "bot").rglob("*.py")}
    assert modules <= {*names}


def test_installed_elsewhere_the_commands_that_need_no_tenant_work(python: Path, tmp_path: Path) -> None:
    assert len(json.loads(said(python, tmp_path, "rules", "--json"))["letters"]) > 70
    form = ROOT / "docx_templates/audit_tool.docx"
    assert "Nothing has to be put right" in said(python, tmp_path, "form", "check", str(form))
    sample = ROOT / "tests/samples/docx-good.docx"
    assert "Good" in said(python, tmp_path, "read", str(sample))
    said(python, tmp_path, "letters", "--out", "gallery")
    assert len([*(tmp_path / "gallery/letters").glob("*.txt")]) > 70


def test_without_a_profile_the_check_says_so_in_a_sentence(python: Path, tmp_path: Path) -> None:
    assert "cannot be opened" in said(python, tmp_path, "check", status=2)


def test_what_is_shipped_is_laid_out_for_editing_and_what_was_edited_stays(
    python: Path, tmp_path: Path
) -> None:
    said(python, tmp_path, "init", "ours")
    letters = tmp_path / "ours/mail_templates"
    assert len([*letters.glob("*.md")]) == len([*(ROOT / "mail_templates").glob("*.md")])
    rules = tmp_path / "ours/config/rules.toml"
    rules.write_text(rules.read_text() + "# ours\n")
    (letters / "00_digest.md").unlink()
    told = said(python, tmp_path, "init", "ours")
    assert told.startswith("1 file written")
    assert rules.read_text().endswith("# ours\n")
    assert (letters / "00_digest.md").exists()
    said(python, tmp_path / "ours", "rules", "--settings", "config/nothing.toml")


def test_check_in_a_folder_that_was_laid_out_looks_at_what_was_edited_there(
    python: Path, tmp_path: Path
) -> None:
    said(python, tmp_path, "init", "ours")
    rules = tmp_path / "ours/config/rules.toml"
    rules.write_text(
        rules.read_text().replace("15th working day of the month", "17th working day of the month")
    )
    told = json.loads(said(python, tmp_path / "ours", "check", "--json", status=2))
    (book,) = (line for line in told if line["what"] == "The rule book")
    assert book["problems"] == []
    where, *changed = book["notes"]
    assert where == "config/rules.toml"
    assert (
        "deadline “audit due, third” differs from the guide as shipped: wait “17th working day"
        in " ".join(changed)
    )
