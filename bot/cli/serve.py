"""`audit-bot serve`: stays awake until it is stopped."""

from __future__ import annotations

from argparse import Namespace

from bot.cli.at_workplace import settings_of_a_run
from bot.schedule import serve


def perform(given: Namespace) -> int:
    return serve(settings_of_a_run(given))
