"""`audit-bot --version`: what is installed, from where, and with what; for whoever asks for help."""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bot import __version__

LIBRARIES = ("O365", "msal", "requests", "SQLAlchemy", "lxml", "pydantic")
"""Those on which hangs what the bot says to a tenant, keeps and reads."""


def in_words() -> str:
    """One line for the bot, one for its Python, one for the libraries."""
    home = Path(__file__).parents[1]
    how = "from its wheel" if (home / "shipped").is_dir() else "from a checkout"
    python = ".".join(str(part) for part in sys.version_info[:3])
    return (
        f"audit-bot {__version__}, {how}, in {home.parent}\nPython {python} on {sys.platform}\n"
        f"{', '.join(f'{name} {_installed(name)}' for name in LIBRARIES)}"
    )


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "is missing"
