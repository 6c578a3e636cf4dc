"""`audit-bot serve`: stays awake until it is stopped."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from bot.cli.at_workplace import settings_of_a_run, told_if_wrong
from bot.schedule import serve


def perform(given: Namespace) -> int:
    settings = settings_of_a_run(given)
    with told_if_wrong(Path(given.settings)):  # else it would stay awake, and no run of it could ever begin
        settings.refuse_without_secrets()
    return serve(settings)
