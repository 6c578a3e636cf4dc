"""`audit-bot init`: the settings, letters and forms that come with the bot, laid out for editing."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from bot.cli.showing import console, print_json
from bot.exit_status import DONE
from bot.own_files import laid_out


def perform(given: Namespace) -> int:
    files = list(laid_out(Path(given.folder)))
    if given.json:
        print_json(
            {"written": [str(f) for f, new in files if new], "kept": [str(f) for f, new in files if not new]}
        )
        return DONE
    written = sum(new for _, new in files)
    out = console()
    kept = f"{len(files) - written} left as they were"
    out.print(f"{written} file{'' if written == 1 else 's'} written to {given.folder}, {kept}.")
    config = Path(given.folder) / "config"
    out.print(f"Next: copy {config / 'example_tenant.toml'} to {config / 'live.toml'} and fill it in; then:")
    out.print(f"audit-bot check --settings {config / 'live.toml'}", soft_wrap=True)
    return DONE
