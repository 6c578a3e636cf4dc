"""Makes `letter_samples` importable beside the tests of the papers; the rule book, and every letter of the gallery."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from letter_samples import broken

from bot.daily_run.trying.sample_letters import Sample, samples
from bot.daily_run.trying.sample_settings import letters_of, settings_of
from bot.programme.rulebook.rules import Rulebook, rulebook

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def book() -> Rulebook:
    return rulebook((ROOT / "config/rules.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def shown(book: Rulebook) -> list[Sample]:
    """Each letter of the sample season, once for each rule that sends it."""
    given = settings_of(ROOT / "config" / "sandbox.toml")
    return samples(letters_of(given), book, given)


ABOUT_LETTERS = ("test_letters", "test_gallery", "test_plain_text", "test_numbers_of_the_book")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A letter that is broken is told once, by the first test of test_letters.py, which alone says what is wrong."""
    if (
        item.path.name.startswith(ABOUT_LETTERS)
        and item.name != "test_nothing_is_wrong_with_any_letter"
        and broken()
    ):
        pytest.skip("a letter is broken: see tests/papers/test_letters.py")
