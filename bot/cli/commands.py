"""What a person may type: each command once, with what it is for and what it takes. It is done in the module of its
name in this folder, which is imported only when the command was asked for.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:  # the module `typing` costs as much as all the rest of this
    from typing import Any

    Option = tuple[str, dict[str, Any]]

DEFAULT_SETTINGS = "config/sandbox.toml"
EVERY: tuple[Option, ...] = (
    (
        "--settings",
        {
            "default": DEFAULT_SETTINGS,
            "metavar": "FILE",
            "help": f"the profile (default {DEFAULT_SETTINGS})",
        },
    ),
    ("--json", {"action": "store_true", "help": "answer in JSON, for other programs"}),
)
"""What every command takes."""

TODAY: Option = ("--today", {"metavar": "DATE", "help": "as if it were this day (2026-03-02) or moment"})
FILES: Option = ("files", {"nargs": "+", "metavar": "FILE"})

COMMANDS: dict[str, tuple[str, tuple[Option, ...]]] = {
    "run": (
        "Look at the list and the mailbox and do what ought to have been done by today.",
        (
            TODAY,
            (
                "--post-only",
                {"action": "store_true", "help": "only the mailbox look, without the daily digest"},
            ),
        ),
    ),
    "plan": (
        "Show what would go out, to whom and why. Nothing is sent.",
        (
            TODAY,
            ("--from", {"dest": "first", "metavar": "DATE", "help": "first day (default today)"}),
            ("--to", {"dest": "last", "metavar": "DATE", "help": "last day (default the first day)"}),
            (
                "--xlsx",
                {
                    "metavar": "FILE",
                    "help": "write a spreadsheet instead; without --to it shows the next ten working days",
                },
            ),
        ),
    ),
    "story": (
        "Tell everything that happened to one audit and what comes next.",
        (("reference", {"metavar": "REF", "help": "the audit's reference, FSP-2026-03-014"}), TODAY),
    ),
    "rules": (
        "Print the rule book: every date and every letter, in words.",
        (("--xlsx", {"metavar": "FILE", "help": "write a spreadsheet instead, to read, print and sign"}),),
    ),
    "letters": (
        "Show every letter as it would go out, or send a sample of one to yourself.",
        (
            (
                "--out",
                {"default": "letters", "metavar": "DIR", "help": "folder for the pages (default letters)"},
            ),
            ("--pictures", {"action": "store_true", "help": "also take pictures, if Chromium is here"}),
            (
                "--to",
                {"metavar": "ADDRESS", "help": "send a sample to this address instead, and to no other"},
            ),
            ("--letter", {"metavar": "NAME", "help": "which letter, with --to: 07_audit_reminder"}),
        ),
    ),
    "init": (
        "Lay out the settings, letters and forms in a folder, to be edited there.",
        (("folder", {"metavar": "DIR", "help": "what is there already is left as it is"}),),
    ),
    "check": (
        "Check the configuration and try, on itself alone, all that a run does.",
        (
            (
                "--tenant-facts",
                {
                    "action": "store_true",
                    "help": "measure how this tenant behaves, and keep it for the runs",
                },
            ),
        ),
    ),
    "serve": ("Stay awake: the daily run on working days, the mailbox every few minutes.", ()),
    "read": ("Read returned audit tools from files, without any tenant.", (FILES,)),
    "form": (
        "Look at a form before it is used: which questions the reader finds in it.",
        (
            (
                "what",
                {
                    "choices": ["check"],
                    "help": "check: what is found, what is missing, what would be read",
                },
            ),
            FILES,
        ),
    ),
}
