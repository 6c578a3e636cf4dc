"""`audit-bot`: the commands of the person who installs and watches the bot."""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module

from bot import __version__
from bot.cli.commands import COMMANDS, EVERY
from bot.cli.showing import say_faults
from bot.errors import AuditBotError, Busy, SettingsError
from bot.exit_status import NEEDS_A_PERSON, NOT_DONE, WRONG_CONFIGURATION

TYPE_CHECKING = False
if TYPE_CHECKING:  # the module `typing` costs as much as everything above
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status."""
    words = sys.argv[1:] if argv is None else argv
    given = _parser(next((word for word in words if word in COMMANDS), "")).parse_args(words)
    try:
        status: int = import_module(f"bot.cli.{given.command.replace('-', '_')}").perform(given)
    except SettingsError as fault:
        say_faults(given, fault.problems)
        return WRONG_CONFIGURATION
    except Busy as fault:
        say_faults(given, [str(fault)])
        return NEEDS_A_PERSON
    except AuditBotError as fault:
        say_faults(given, [str(fault)])
        return NOT_DONE
    except KeyboardInterrupt:
        return 130
    except Exception as fault:
        if os.environ.get("AUDIT_BOT_DEBUG"):
            raise
        what = (
            f"The bot met something it does not know ({type(fault).__name__}: {fault}). Nothing is lost: run it "
            "again. If it comes back, set AUDIT_BOT_DEBUG=1 and show what is printed to whoever maintains the bot."
        )
        say_faults(given, [what])
        return NOT_DONE
    return status


def _parser(asked_for: str) -> argparse.ArgumentParser:
    """The parser of all commands; only the one that is asked for knows what it takes."""
    parser = argparse.ArgumentParser(
        prog="audit-bot",
        description="Runs the paperwork of a case-file audit programme inside Microsoft 365.",
    )
    parser.add_argument("--version", action="version", version=f"audit-bot {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command", required=True)
    for name, (about, options) in COMMANDS.items():
        command = commands.add_parser(name, help=about, description=about)
        if name == asked_for:
            for option, how in (*EVERY, *options):
                command.add_argument(option, **how)
    return parser
