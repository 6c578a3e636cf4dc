"""Makes `letter_samples` importable beside the tests of the papers; the rule book, and every letter of the gallery."""

import sys
from pathlib import Path

import pytest

from bot.daily_run.trying.sample_letters import Sample, samples
from bot.daily_run.trying.sample_settings import letters_of, settings_of
from bot.programme.rulebook.rules import Rulebook, rulebook

sys.path.insert(0, str(Path(__file__).parent))
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def book() -> Rulebook:
    return rulebook((ROOT / "config/rules.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def shown(book: Rulebook) -> list[Sample]:
    """Each letter of the sample season, once for each rule that sends it."""
    given = settings_of(ROOT / "config" / "sandbox.toml")
    return samples(letters_of(given), book, given)
