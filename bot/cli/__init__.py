"""`audit-bot`: the commands of the person who installs and watches the bot."""

from __future__ import annotations

import argparse
import os
import re
import signal
import sys
from contextlib import nullcontext
from importlib import import_module

from bot.cli.commands import COMMANDS, EVERY, EXAMPLES, MODULES
from bot.cli.showing import say_faults
from bot.errors import AuditBotError, Busy, SettingsError, near_words
from bot.exit_status import INTERRUPTED, NEEDS_A_PERSON, NOT_DONE, WRONG_CONFIGURATION

TYPE_CHECKING = False
if TYPE_CHECKING:  # the module `typing` costs as much as everything above
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from typing import Any, NoReturn

_OF_NO_COUNCIL = ("councils", "init", "completion", "health")
"""Commands that work with no one council's secrets: what reaches the queue is not taken from a council's file, and a
monitor that asks for health may not read it."""
_RUNS = ("run", "serve")


def _beside(given: argparse.Namespace) -> AbstractContextManager[None]:
    """The council's own variables, for as long as its command runs. Raises SettingsError, for a run told on every road
    as a wrong profile is."""
    from pathlib import Path  # here, for whoever only asks for help

    from bot.secret_files import environment_beside, surroundings

    profile = Path(given.settings)
    if given.command in _RUNS:
        from bot.cli.at_workplace import told_if_wrong

        with told_if_wrong(profile):
            environment_beside(profile)
    return surroundings(profile)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status."""
    if argv is None:
        # What stops services ends a run as a person at the keyboard does: its row on the site goes.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    words = sys.argv[1:] if argv is None else argv
    given = _parser(next((word for word in words if word in COMMANDS), "")).parse_args(words)
    try:
        module = MODULES.get(given.command, given.command)
        with nullcontext() if given.command in _OF_NO_COUNCIL else _beside(given):
            status: int = import_module(f"bot.cli.{module}").perform(given)
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
        return INTERRUPTED
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


class _Parser(argparse.ArgumentParser):
    """A parser that names, for a word it does not know, the nearest it does."""

    def error(self, message: str) -> NoReturn:
        if found := re.search(r"invalid choice: '([^']*)' \(choose from (.*)\)", message):
            given, known = found[1], [word.strip("' ") for word in found[2].split(",")]
            near = near_words(given.casefold(), known)
            kind = "command" if "COMMAND" in message else "word here"
            meant = f" Did you mean “{near[0]}”?" if near else f" There are: {', '.join(known)}."
            message = f"“{given}” is no {kind}.{meant}"
        super().error(message)


class _Version(argparse.Action):
    """`--version`: what is installed, from where, and with what."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> NoReturn:
        from bot.cli.versions import in_words

        print(in_words())  # noqa: T201
        parser.exit()


def _parser(asked_for: str) -> argparse.ArgumentParser:
    """The parser of all commands; only the one that is asked for knows what it takes."""
    parser = _Parser(
        prog="audit-bot",
        description="Runs the paperwork of a case-file audit programme inside Microsoft 365.",
        epilog="What a command takes, with examples: audit-bot COMMAND --help",
    )
    parser.add_argument(
        "--version", action=_Version, nargs=0, help="what is installed, and with which libraries"
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command", required=True)
    for name, (about, options) in COMMANDS.items():
        if name != asked_for:
            commands.add_parser(name, help=about)
            continue
        command = commands.add_parser(
            name, help=about, description=about, epilog=_examples(name),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )  # fmt: skip
        for option, how in (*EVERY, *options):
            command.add_argument(option, **how)
    return parser


def _examples(command: str) -> str:
    typed = EXAMPLES.get(command, ())
    return "\n".join([f"example{'s' if len(typed) > 1 else ''}:", *(f"  audit-bot {line}" for line in typed)])
