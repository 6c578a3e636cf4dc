"""What a person may type: each command once, with what it is for and what it takes. It is done in the module of its
name in this folder, which is imported only when the command was asked for.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:  # the module `typing` costs as much as all the rest of this
    from typing import Any

    Option = tuple[str, dict[str, Any]]

DEFAULT_SETTINGS = "config/sandbox.toml"


def _option(name: str, metavar: str, about: str = "", **more: Any) -> Option:
    return name, {"metavar": metavar, "help": about or None, **more}


def _switch(name: str, about: str) -> Option:
    return name, {"action": "store_true", "help": about}


def _pair(name: str, about: str, dest: str) -> Option:
    return name, {"nargs": 2, "metavar": ("MAILBOX", "SITE"), "help": about, "dest": dest}


EVERY = (
    _option("--settings", "FILE", f"the profile (default {DEFAULT_SETTINGS})", default=DEFAULT_SETTINGS),
    _switch("--json", "answer in JSON, for other programs"),
)
"""What every command takes."""

_TODAY = _option("--today", "DATE", "as if it were this day (2026-03-02) or moment")
_FILES = _option("files", "FILE", nargs="+")
_SEVERAL: dict[str, Any] = {"action": "append", "default": []}
_CHECK = "check: what is found, what is missing, what would be read"

_LEDGER = (
    "verify: was anything changed; about: all it holds about an audit or a child; erase: take that out; "
    "purge: take out what was kept long enough; copy: the whole of it into another database; "
    "moved: it is this council's, whose mailbox and site have both become others"
)

COUNCILS = ("add", "list", "work", "pause", "resume", "check", "health", "upgrade", "remove")
_COUNCILS = (
    "add: enter one, with --settings; list: who there is; work: a worker; pause, resume: one of them; "
    "check: try all, or one; health: one page over all; upgrade: after the last old worker has ended; remove: take "
    "one out"
)

SHELLS = ("bash", "zsh", "fish", "powershell")
WAYS_TO_RUN = ("systemd", "windows", "container", "azure")

REPORTS = (
    "scorecard", "highlight", "board", "practitioners", "self-assessment", "words", "dips", "impact", "dashboard",
    "record", "pack", "all", "numbers",
)  # fmt: skip
"""As bot/programme/reports/kinds.py calls them; and the numbers they are made from."""

MODULES = {"import": "import_rows", "settings-library": "settings_library"}
"""Commands whose name is none of a module, and the module that does them."""

COMMANDS: dict[str, tuple[str, tuple[Option, ...]]] = {
    "run": (
        "Look at the list and the mailbox and do what ought to have been done by today.",
        (_TODAY, _switch("--post-only", "only the mailbox look, without the daily digest")),
    ),
    "plan": (
        "Show what would go out, to whom and why. Nothing is sent.",
        (
            _TODAY,
            _option("--from", "DATE", "first day (default today)", dest="first"),
            _option("--to", "DATE", "last day (default the first day)", dest="last"),
            _option(
                "--days", "N", "instead of --to: the first day and the N working days after it", type=int
            ),
            _option(
                "--xlsx",
                "FILE",
                "write a spreadsheet instead; without --to it shows the next ten working days",
            ),
        ),
    ),
    "level": (
        "Show how far letters may go: rehearse, team only or live; who said so, and what the Audit Team is asked.",
        (
            _switch("--ask", "mail the Audit Team now what would go out at the level the settings allow"),
            _TODAY,
        ),
    ),
    "reconcile": (
        "Complete the ledger from list, mailbox and library, and name every difference. No letter goes out.",
        (_TODAY, _switch("--preview", "only name the differences; nothing is written")),
    ),
    "story": (
        "Tell everything that happened to one audit and what comes next.",
        (_option("reference", "REF", "the audit's reference, FSP-2026-03-014"), _TODAY),
    ),
    "report": (
        "Make a report from what is known now, into the library or a folder. Nobody is sent it.",
        (
            (
                "what",
                {
                    "choices": REPORTS,
                    "help": "which report; all of a cycle; or the numbers they are made from "
                    "(docs/reports.md says what stands in each)",
                },
            ),
            ("reference", {"nargs": "?", "metavar": "REF", "help": "pack: the audit it is about"}),
            _option("--cycle", "NAME", "the cycle it is about (default the one that began last)"),
            _option("--as-at", "DATE", "as at the end of this day (2026-03-02; default today)"),
            _option("--out", "DIR", "a folder for it, instead of the library (pack: default here)"),
            _switch("--outside", "for readers beyond the Audit Team: small numbers are not told"),
            _TODAY,
        ),
    ),
    "rules": (
        "Print the rule book: every date and every letter, in words.",
        (_option("--xlsx", "FILE", "write a spreadsheet instead, to read, print and sign"),),
    ),
    "letters": (
        "Show every letter as it would go out, or send a sample of one to yourself.",
        (
            _option("--out", "DIR", "folder for the pages (default letters)", default="letters"),
            _switch("--pictures", "also take pictures, if Chromium is here"),
            _option("--to", "ADDRESS", "send a sample to this address instead, and to no other"),
            _option("--letter", "NAME", "which letter, with --to: 07_audit_reminder"),
        ),
    ),
    "pack": (
        "Check whether a pack of one audit is still what it was. It is made by: report pack REF.",
        (
            (
                "what",
                {"choices": ["verify"], "help": "verify: name what was changed, is missing or was added"},
            ),
            _option("name", "FILE", "the pack"),
            _option("--seal", "SEAL", "the seal that was printed when the pack was made"),
        ),
    ),
    "init": (
        "Lay out settings, letters and forms in a folder; fill in the profile and the administrator's commands.",
        (
            _option("folder", "DIR", "what is there already is left as it is"),
            _option("--council", "NAME", "the council's name, as it stands in letters"),
            _option("--tenant", "ID", "the tenant's id, or its first domain (….onmicrosoft.com)"),
            _option("--site", "ADDRESS", "the SharePoint site, https://….sharepoint.com/sites/…"),
            _option("--mailbox", "ADDRESS", "the Audit Team's shared mailbox"),
            _option("--contact", "NAME", "who in the Audit Team answers questions"),
            _option(
                "--sign-in",
                "HOW",
                "certificate (default), secret, managed identity or federation",
                dest="sign_in",
            ),
            _option("--client", "ID", "the application's id, where there is one already"),
        ),
    ),
    "prepare": (
        "Make lists, columns, folders, views and colours where they are not there yet. Nothing is deleted.",
        (
            _switch("--preview", "only show what would be made"),
            _switch("--yes", "make it without asking"),
            _option(
                "--views", "DIR", "also write views and colours there, for where the bot may not put them in"
            ),
        ),
    ),
    "propose": (
        "Propose a whole allocation from sheets of children and auditors, for the Audit Team to change; none goes out.",
        (
            (
                "file",
                {
                    "nargs": "?",
                    "metavar": "SHEETS.xlsx",
                    "help": "with the sheets “Children” and “Auditors” (docs/proposing.md)",
                },
            ),
            _option("--out", "PROPOSAL.xlsx", "the file to write, as import takes it", required=True),
            _option(
                "--seed",
                "WORDS",
                "what the draw is made with; without it the frame is only fixed and its HMAC told",
            ),
            _option(
                "--keep", "EARLIER.xlsx", "what stands there, with changes by hand, stays as far as it can"
            ),
            _switch(
                "--with-list",
                "count the rows the site's list has already, as they stand; the list is only read",
            ),
            _switch(
                "--from-site",
                "children and auditors from the lists the settings name; counts the rows as well",
            ),
            _option("--cycle", "NAME", "of the site's list: which cycle, where several are open"),
            _switch(
                "--save",
                "also into the library, from where the digest proposes replacements",
            ),
            _option(
                "--month-one",
                "DATE",
                "the first day of the audit month (default the cycle's, or of the next month)",
            ),
            _TODAY,
        ),
    ),
    "import": (
        "Enter the rows of the Audit Team's spreadsheet into the list: shown first, each row once, faults by cell.",
        (
            _option(
                "file", "FILE.xlsx", "columns in any order and wording; people and days as people write them"
            ),
            _option("--cycle", "NAME", "the cycle of rows that name none (default the one that is open)"),
            _switch("--preview", "only show what would be entered, and what would go out then"),
            _switch("--yes", "enter the rows that are right without asking; faulty ones wait"),
            _option(
                "--corrected", "OUT.xlsx", "where the copy with the faults marked goes (default beside FILE)"
            ),
            _option("--column", "HEADING=COLUMN", "what a column is; =nothing leaves it out", **_SEVERAL),
            _option(
                "--set",
                "COLUMN=VALUE",
                "a value for every row whose cell is empty",
                dest="values",
                **_SEVERAL,
            ),
            _option("--prefix", "BEGINNING", "how references begin of rows that have none: FSP-2026-03"),
            _TODAY,
        ),
    ),
    "export": (
        "Write the list as a spreadsheet of the shape that import takes, without children's names.",
        (
            _option("--out", "FILE.xlsx", "the file to write", required=True),
            _option("--cycle", "NAME", "only this cycle (default every one)"),
        ),
    ),
    "settings-library": (
        "Put letters, rules, closure days and forms where the Audit Team edits them; nothing there is written over.",
        (
            ("what", {"choices": ["fill"], "help": "fill: put there what is not there yet"}),
            _switch(
                "--office", "letters as Word documents and the rules as an Excel workbook, instead of text"
            ),
        ),
    ),
    "check": (
        "Check the configuration and try, on itself alone, all that a run does.",
        (_switch("--tenant-facts", "measure how this tenant behaves, and keep it for the runs"),),
    ),
    "ledger": (
        "Look whether the ledger is whole, see what it holds about a child, erase what must not be kept.",
        (
            ("what", {"choices": ["verify", "about", "erase", "purge", "copy", "moved"], "help": _LEDGER}),
            (
                "name",
                {
                    "nargs": "?",
                    "metavar": "NAME",
                    "help": "about, erase: a reference or a Mosaic number; copy: the address of an empty ledger",
                },
            ),
            _option("--seal", "SEAL", "verify: the seal of an earlier digest, which must lie on its chain"),
            _option(
                "--because",
                "WHY",
                "erase, purge, moved: do it, for this reason; without it only what would be",
            ),
            _pair("--from", "moved: mailbox and site of the last run in it", "moved_from"),
            _pair("--to", "moved: mailbox and site of the profile", "moved_to"),
        ),
    ),
    "serve": ("Stay awake: the daily run on working days, the mailbox every few minutes.", ()),
    "councils": (
        "Run many councils on a few machines: who there is, a worker, pausing, checking, one page of health.",
        (
            ("what", {"choices": COUNCILS, "help": _COUNCILS}),
            ("name", {"nargs": "?", "metavar": "NAME", "help": "the council's name, in small letters"}),
            _option("--queue", "URL", "the queue's PostgreSQL, or a file (default: AUDIT_BOT_COUNCILS)"),
            _option("--until", "DAY", "pause: the day it is at work again (2026-03-02)"),
            _option("--slots", "N", "work: how many runs at once on this machine (default 8)", type=int),
            _option("--out", "FILE.html", "health: also write the page there"),
            _option("--today", "MOMENT", "work: pretend this moment, for sandboxes alone"),
            _option("--speed", "N", "work: with --today, how many times as fast time passes", type=float),
        ),
    ),
    "health": (
        "Say from the health file whether the bot does its work. Signs in nowhere; for monitors and containers.",
        (),
    ),
    "running": (
        "Write the files by which a machine keeps the bot running, filled in for the profile.",
        (
            ("kind", {"choices": WAYS_TO_RUN, "help": "what is to keep it running"}),
            _option("--out", "DIR", "a folder for them; what is there already stays", required=True),
            _option("--program", "FILE", "where audit-bot lies (default: the one that is asked)"),
        ),
    ),
    "completion": (
        "Print what a shell needs to complete the commands of the bot.",
        (("shell", {"choices": SHELLS, "help": "which shell"}),),
    ),
    "read": ("Read returned audit tools from files, without any tenant.", (_FILES,)),
    "form": (
        "Look at a form before it is used: which questions the reader finds in it.",
        (("what", {"choices": ["check"], "help": _CHECK}), _FILES),
    ),
}

_LIVE = "--settings config/live.toml"

EXAMPLES: dict[str, tuple[str, ...]] = {
    "run": (f"run {_LIVE}", f"run --post-only {_LIVE}"),
    "plan": (
        f"plan {_LIVE}",
        f"plan --days 5 {_LIVE}",
        f"plan --from 2026-03-02 --to 2026-03-13 --xlsx plan.xlsx {_LIVE}",
    ),
    "reconcile": (f"reconcile --preview {_LIVE}",),
    "story": (f"story FSP-2026-03-014 {_LIVE}",),
    "report": (f"report highlight --out reports {_LIVE}", f"report pack FSP-2026-03-014 --out packs {_LIVE}"),
    "rules": ("rules", f"rules --xlsx rules.xlsx {_LIVE}"),
    "letters": (
        f"letters --out letters {_LIVE}",
        f"letters --to you@yourcouncil.example --letter 07_audit_reminder {_LIVE}",
    ),
    "pack": ('pack verify "packs/FSP-2026-03-014 pack.zip" --seal 5f2c0a9be41d7780c3e61b2a94d8f036',),
    "init": (
        "init ours",
        'init ours --council "Your council" --tenant yourcouncil.onmicrosoft.com '
        "--site https://yourcouncil.sharepoint.com/sites/audit --mailbox audit.team@yourcouncil.example",
    ),
    "prepare": (f"prepare --preview {_LIVE}", f"prepare --yes --views views {_LIVE}"),
    "propose": (
        "propose sheets.xlsx --out frame.xlsx",
        'propose sheets.xlsx --keep frame.xlsx --seed "seven blue doors" --month-one 2026-03-02 --out proposal.xlsx',
        "propose sheets.xlsx --keep proposal.xlsx --month-one 2026-03-02 --out again.xlsx",
        f'propose sheets.xlsx --with-list --seed "seven blue doors" --out proposal.xlsx --save {_LIVE}',
        f'propose --from-site --seed "seven blue doors" --out proposal.xlsx {_LIVE}',
    ),
    "import": (
        f"import allocations.xlsx --preview {_LIVE}",
        f"import allocations.xlsx --column Worker=Practitioner --yes {_LIVE}",
    ),
    "export": (f"export --out list.xlsx {_LIVE}",),
    "settings-library": (f"settings-library fill --office {_LIVE}",),
    "level": (f"level {_LIVE}", f"level --ask {_LIVE}"),
    "check": (f"check {_LIVE}", f"check --tenant-facts {_LIVE}"),
    "ledger": (
        f"ledger verify {_LIVE}",
        f'ledger erase FSP-2026-03-014 --because "asked for on 4 May" {_LIVE}',
        f"ledger copy postgresql+psycopg://audit_bot@db.yourcouncil.example/audit_bot {_LIVE}",
        "ledger moved --from audit@former.example former.sharepoint.com/sites/audit "
        "--to audit.team@yourcouncil.example yourcouncil.sharepoint.com/sites/audit "
        f'--because "two councils became one on 1 April" {_LIVE}',
    ),
    "serve": (f"serve {_LIVE}",),
    "councils": (
        "councils add north --settings /srv/councils/north/config/live.toml",
        "councils pause north --until 2026-04-07",
        "councils work --slots 12",
        "councils health --out health.html",
    ),
    "health": (f"health {_LIVE}",),
    "running": (f"running systemd --out service {_LIVE}",),
    "completion": ("completion bash",),
    "read": ("read FSP-2026-03-009.docx", "read --json returned/FSP-2026-03-009.docx"),
    "form": ("form check docx_templates/audit_tool.docx",),
}
"""Of each command, what a person may type after `audit-bot`."""
