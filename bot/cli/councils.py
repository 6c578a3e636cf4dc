"""`audit-bot councils`: many councils on a few machines."""

from __future__ import annotations

import re
from argparse import Namespace
from datetime import date, datetime
from importlib.util import find_spec
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.cli.commands import DEFAULT_SETTINGS
from bot.cli.files import put_whole
from bot.cli.showing import console, print_json, say_faults, show_table
from bot.clock import LONDON, now
from bot.errors import SettingsError
from bot.exit_status import DONE, NEEDS_A_PERSON, NOT_DONE, WRONG_CONFIGURATION
from bot.programme.date_words import day_in_words

if TYPE_CHECKING:
    from bot.councils.queue import Queue

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9 ._-]{0,58}[a-z0-9])?")
_OF = {"until": ("pause",), "out": ("health",), "slots": ("work",), "today": ("work",), "speed": ("work",)}
"""Options that belong to some of the words alone."""


def perform(given: Namespace) -> int:
    from bot.councils.queue import INSTALL, queue_of

    if not (find_spec("procrastinate") and find_spec("psycopg_pool")):
        raise SettingsError([INSTALL])
    _refuse_what_would_be_passed_over(given)
    queue = queue_of(given.queue)
    done: int = _DONE_BY[given.what](given, queue)
    return done


def _refuse_what_would_be_passed_over(given: Namespace) -> None:
    what = given.what
    if what in ("add", "pause", "resume", "remove") and not given.name:
        raise SettingsError([f"councils {what} needs the council's name."])
    if what in ("list", "work", "health", "upgrade") and given.name:
        raise SettingsError([f"councils {what} is about all of them and takes no {given.name}."])
    if given.name and not _NAME.fullmatch(given.name):
        raise SettingsError(
            [
                f"“{given.name}” is no name for a council: small letters and digits, with - . or spaces between."
            ]
        )
    for option, words in _OF.items():
        if getattr(given, option) is not None and what not in words:
            raise SettingsError(
                [f"--{option} belongs to councils {' and '.join(words)}, not to councils {what}."]
            )


def _add(given: Namespace, queue: Queue) -> int:
    from bot.councils.registering import added

    if given.settings is DEFAULT_SETTINGS:  # it was not said: what is typed is another string
        raise SettingsError(["councils add needs the council's profile: --settings FILE."])
    name = given.name
    added(queue, name, Path(given.settings).absolute())
    if given.json:
        print_json({"added": name})
    else:
        console().print(f"“{name}” is entered; its first run begins when it is due.", highlight=False)
    return DONE


def _remove(given: Namespace, queue: Queue) -> int:
    from bot.councils.register import Register

    with Register(queue) as register:
        register.remove(given.name)
    if given.json:
        print_json({"removed": given.name})
    else:
        console().print(
            f"“{given.name}” is no council of this queue any more. Its folder and ledger stay as they are.",
            soft_wrap=True,
        )
    return DONE


def _pause(given: Namespace, queue: Queue) -> int:
    from bot.councils.register import Register

    until = _day(given.until) if given.until else None
    with Register(queue) as register:
        register.pause(given.name, until)
    if given.json:
        print_json({"paused": given.name, "until": until.isoformat() if until else ""})
    else:
        how_long = f"until {day_in_words(until)}" if until else "until it is resumed"
        console().print(
            f"No run of “{given.name}” begins {how_long}; one at work comes to its end.", highlight=False
        )
    return DONE


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise SettingsError([f"--until {text} is not a date. Write it like 2026-03-02."]) from None


def _resume(given: Namespace, queue: Queue) -> int:
    from bot.councils.register import Register

    with Register(queue) as register:
        register.resume(given.name)
    if given.json:
        print_json({"resumed": given.name})
    else:
        console().print(f"“{given.name}” is at work again; what was missed is made up for.", highlight=False)
    return DONE


def _list(given: Namespace, queue: Queue) -> int:
    from bot.councils.health import health_of_all
    from bot.councils.register import Register

    with Register(queue) as register:
        found, entered = health_of_all(queue, register), {c.name: c for c in register.councils()}
    until = {n: f" until {day_in_words(c.paused_until)}" for n, c in entered.items() if c.paused_until}
    rows = [
        {
            "name": each.name,
            "settings": entered[each.name].settings,
            "level": each.level,
            "state": each.state + (until.get(each.name, "") if each.state == "paused" else ""),
            "next": each.next_kind,
            "next_at": each.next_at.isoformat(timespec="seconds") if each.next_at else "",
        }
        for each in found.councils
        if each.name in entered
    ]
    if given.json:
        print_json(rows)
        return DONE
    shown = [
        (
            r["name"],
            r["level"],
            r["state"],
            f"{r['next']}, {_short(r['next_at'])}" if r["next"] else "",
            r["settings"],
        )
        for r in rows
    ]
    show_table(console(), "Councils", ("Name", "Level", "State", "Next", "Profile"), shown)
    return DONE


def _short(moment: str) -> str:
    at = datetime.fromisoformat(moment).astimezone(LONDON)
    return f"{day_in_words(at)}, {at:%H:%M}"


def _work(given: Namespace, queue: Queue) -> int:
    import asyncio

    from bot.councils.runs import Runs
    from bot.councils.worker import serve
    from bot.service_lines import printed

    slots = given.slots if given.slots is not None else 8
    if not 1 <= slots <= 200:
        raise SettingsError(["--slots is how many runs are at work at once here: 1 to 200."])
    if given.speed is not None and not (given.today and 0 < given.speed < inf):
        raise SettingsError(
            ["--speed goes with --today, and is how many times as fast time passes: above 0."]
        )
    pretended = None
    if given.today:
        from bot.cli.at_workplace import moment_of

        _refuse_another_day_to_live_councils(queue)
        pretended = (moment_of(given.today)(), given.speed or 1.0)
    printed()
    Runs.forget_surroundings()
    return asyncio.run(serve(queue, slots, pretended))


def _refuse_another_day_to_live_councils(queue: Queue) -> None:
    """Another day holds for the whole queue. A profile that cannot be read may be a live one."""
    from bot.councils.register import Register
    from bot.settings import load

    with Register(queue) as register:
        register.lay_out()
        councils = register.councils()
    faults = []
    for each in councils:
        try:
            if load(Path(each.settings)).tenant.live:
                faults.append(f"“{each.name}” is a live council; --today is for a queue of a sandbox alone.")
        except SettingsError as fault:
            faults.append(f"Whether “{each.name}” is live cannot be seen: {' '.join(fault.problems)}")
    if faults:
        raise SettingsError(faults)


def _health(given: Namespace, queue: Queue) -> int:
    from bot.councils.health import Whole, health_of_all
    from bot.councils.page import page
    from bot.councils.register import QueueLost, Register

    def shown(whole: Whole) -> None:
        if given.out:
            put_whole(given.out, page(whole, now()))

    try:
        with Register(queue) as register:
            whole = health_of_all(queue, register)
    except QueueLost as fault:  # the page of a moment ago would go on saying that all are well
        shown(Whole(now(), lost=str(fault)))
        raise
    shown(whole)
    if given.json:
        print_json(whole.as_json())
    elif whole.wrong:
        say_faults(given, whole.wrong)
    else:
        console().print(
            f"{whole.in_short} Late by {whole.p50:.0f} s (half of the last day's runs) and {whole.p99:.0f} s (99 of "
            "100).",
            highlight=False,
            soft_wrap=True,
        )
    return NOT_DONE if whole.wrong else DONE


def _check(given: Namespace, queue: Queue) -> int:
    import asyncio

    from bot.councils.checked import checked

    found = asyncio.run(checked(queue, given.name))
    if given.json:
        print_json([{"name": c.name, "status": c.status, "problems": list(c.problems)} for c in found])
    else:
        words = {DONE: "well", NEEDS_A_PERSON: "works; see what is wrong"}
        rows = [
            (c.name, words.get(c.status, "not well"), "\n".join(c.problems) or "Nothing is wrong.")
            for c in found
        ]
        show_table(console(), "Checked", ("Council", "State", "What is wrong"), rows)
    worst = (NOT_DONE, WRONG_CONFIGURATION, NEEDS_A_PERSON)
    return next((status for status in worst if any(c.status == status for c in found)), DONE)


def _upgrade(given: Namespace, queue: Queue) -> int:
    from bot.councils.register import Register

    with Register(queue) as register:
        applied = register.upgrade()
    if given.json:
        print_json({"applied": applied})
    else:
        made = f"made now: {', '.join(applied)}" if applied else "nothing was left to do"
        console().print(f"The queue is as this version wants it; {made}.", highlight=False)
    return DONE


_DONE_BY: dict[str, Any] = {
    "add": _add, "remove": _remove, "pause": _pause, "resume": _resume, "list": _list, "work": _work,
    "check": _check, "health": _health, "upgrade": _upgrade,
}  # fmt: skip
