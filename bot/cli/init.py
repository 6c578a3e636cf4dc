"""`audit-bot init`: what comes with the bot laid out for editing, the first profile, and the commands by which an
administrator gives the bot its few rights."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from bot.cli.commands import DEFAULT_SETTINGS
from bot.cli.showing import console, print_json
from bot.errors import SettingsError
from bot.exit_status import DONE
from bot.own_files import SHIPPED, laid_out, text_of
from bot.programme.first_settings import (
    NO_NAME,
    SIGN_INS,
    UNKNOWN_ID,
    FirstSettings,
    commands_of,
    pages_of_commands,
    profile_of,
)

QUESTIONS = (
    ("council", "The council's name, as it stands in letters"),
    ("tenant", "The tenant: its id, or its first domain (….onmicrosoft.com)"),
    ("site", "The address of the SharePoint site, as the browser shows it"),
    ("mailbox", "The address of the Audit Team's shared mailbox"),
    ("contact", "Who in the Audit Team answers questions (a name)"),
    ("sign_in", f"How the bot proves who it is: {', '.join(SIGN_INS)}"),
)


def perform(given: Namespace) -> int:
    folder = Path(given.folder)
    first = _first_settings(given)
    files = [*laid_out(folder, but=[DEFAULT_SETTINGS] if first else [])]  # the sandbox's is no council's
    profile, administrator = folder / "config/live.toml", folder / "for_the_administrator.md"
    if first:
        pages = "".join(
            text_of(SHIPPED / f"config/commands_{n}.md") for n in pages_of_commands(first.sign_in)
        )
        example = text_of(SHIPPED / "config/example_tenant.toml")
        files.append((profile, _written(profile, profile_of(example, first))))
        files.append((administrator, _written(administrator, commands_of(pages, first, str(profile)))))
    if given.json:
        print_json(
            {"written": [str(f) for f, new in files if new], "kept": [str(f) for f, new in files if not new]}
        )
        return DONE
    written = sum(new for _, new in files)
    kept = f"{len(files) - written} left as they were"
    out = console()
    out.print(f"{written} file{'' if written == 1 else 's'} written to {given.folder}, {kept}.")
    if not first:
        out.print(
            f"Next: copy {folder / 'config/example_tenant.toml'} to {profile} and fill it in, or have it filled in:",
            soft_wrap=True,
        )
        out.print(
            f'audit-bot init {given.folder} --council "…" --tenant ….onmicrosoft.com '
            "--site https://….sharepoint.com/sites/… --mailbox …@…",
            soft_wrap=True,
            markup=False,
        )
    else:
        out.print(
            f"The profile is {profile}; it holds no secret. Nothing will be sent: safety is “rehearse”.",
            soft_wrap=True,
        )
        out.print(f"Next, for the administrator: {administrator}, command by command.", soft_wrap=True)
        if first.client == UNKNOWN_ID:
            out.print("Step 1 prints client_id; it goes into the profile.")
    out.print(f"Then: audit-bot check --settings {profile}", soft_wrap=True)
    return DONE


def _first_settings(given: Namespace) -> FirstSettings | None:
    """What was given or, of somebody at a terminal, asked for; None where nothing was given. Raises SettingsError."""
    said = {word: getattr(given, word) for word, _ in QUESTIONS}
    needed = ("council", "tenant", "site", "mailbox")
    if not any(said.values()) and not (sys.stdin.isatty() and sys.stdout.isatty()):
        return None
    if sys.stdin.isatty() and sys.stdout.isatty():
        for word, question in QUESTIONS:
            said[word] = said[word] or input(f"{question}: ").strip()
    if missing := [f"--{word}" for word in needed if not said[word]]:
        raise SettingsError(
            [f"{' and '.join(missing)} must be given too; without any of them only the files are laid out."]
        )
    first = FirstSettings(
        said["council"],
        said["tenant"],
        said["site"],
        said["mailbox"],
        said["sign_in"] or "certificate",
        given.client or UNKNOWN_ID,
        said["contact"] or NO_NAME,
    )
    if faults := [*first.faults()]:
        raise SettingsError(faults)
    return first


def _written(file: Path, text: str) -> bool:
    """Whether it was written; what is there already stays. Raises SettingsError."""
    if file.exists():
        return False
    try:
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as fault:
        raise SettingsError([f"{file} cannot be written: {fault.strerror}."]) from fault
    return True
