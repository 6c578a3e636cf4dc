"""A live profile names Microsoft's own hosts, and letters go nowhere but to the council."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import GRAPH_HOSTS, load

PROFILE = (Path(__file__).parents[1] / "config/example_tenant.toml").read_text(encoding="utf-8")


def faults(folder: Path, tenant: str = "", top: str = "") -> str:
    """What is said of the example's profile with a line more; one that has the word already is changed."""
    word = top.partition(" ")[0]
    kept = [line for line in PROFILE.splitlines() if not word or not line.startswith(word)]
    text = "\n".join([top, *kept]).replace("[tenant]", f"[tenant]\n{tenant}", 1)
    file = folder / "live.toml"
    file.write_text(text, encoding="utf-8")
    try:
        load(file)
    except SettingsError as fault:
        return " ".join(fault.problems)
    return ""


@pytest.mark.parametrize("host", GRAPH_HOSTS)
def test_the_token_may_go_to_each_of_microsofts_clouds(host: str, tmp_path: Path) -> None:
    assert "graph_url" not in faults(tmp_path, f'graph_url = "https://{host}"')


@pytest.mark.parametrize(
    "url",
    [
        "https://graph.microsoft.com.elsewhere.example", "https://graph.microsoft.com@elsewhere.example",
        "https://elsewhere.example", "https://graph.microsoft.com:8443", "https://graph.microsoft.com/other",
        "https://graph.microsoft.com\\\\\\\\@elsewhere.example", "https://GRAPH.microsoft.com.elsewhere.example/",
    ],
)  # fmt: skip
def test_no_other_host_is_handed_one(url: str, tmp_path: Path) -> None:
    assert "graph_url" in faults(tmp_path, f'graph_url = "{url}"')
    assert "authority_url" in faults(tmp_path, f'authority_url = "{url}"')


def test_who_is_copied_in_a_trial_is_of_the_council_too(tmp_path: Path) -> None:
    assert "team_only: evil@elsewhere.example is outside the council" in faults(
        tmp_path, top='team_only = ["evil@elsewhere.example"]'
    )


def test_a_pattern_of_references_that_is_none_is_refused(tmp_path: Path) -> None:
    assert "is no regular expression" in faults(tmp_path, top='reference_pattern = "FSP-("')
