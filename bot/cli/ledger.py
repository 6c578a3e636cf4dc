"""`audit-bot ledger`: whether it is whole, what it holds about one child, and erasing contents."""

from __future__ import annotations

from argparse import Namespace
from contextlib import closing
from pathlib import Path

from bot.cli.at_workplace import moment_of, saying
from bot.cli.showing import console, print_json, say_faults, show_table
from bot.daily_run.ledger_contents import erase, held_about, in_plain_words, overdue_now, to_erase_about
from bot.daily_run.moved import record_the_move, refuse_rows_entered_anew
from bot.daily_run.own_ledger import Whose, anothers, pair, whose
from bot.daily_run.workplace import open_workplace
from bot.errors import SettingsError
from bot.exit_status import DONE, NEEDS_A_PERSON, NOT_DONE
from bot.office.chain import SHOWN
from bot.office.ledger import Ledger
from bot.office.ledger_copy import copied
from bot.settings import load


def perform(given: Namespace) -> int:
    _refuse_what_would_be_passed_over(given)
    if given.what == "verify":
        return _verify(given)
    if given.what == "copy":
        return _copy(given)
    if given.what == "moved":
        return _moved(given)
    return _about(given) if given.what == "about" else _erase(given)


def _refuse_what_would_be_passed_over(given: Namespace) -> None:
    """Whoever names an audit to `purge` means that audit alone; what a word is not for is refused, never left out."""
    what = given.what
    if what in ("about", "erase") and not given.name:
        raise SettingsError([f"ledger {what} needs the reference of an audit or a Mosaic number."])
    if what == "copy" and not given.name:
        raise SettingsError(
            ["ledger copy needs the address of an empty ledger, as it will stand in the profile."]
        )
    if what in ("verify", "purge", "moved") and given.name:
        hint = " To take out one audit: ledger erase." if what == "purge" else ""
        raise SettingsError([f"ledger {what} is about the whole ledger and takes no {given.name}.{hint}"])
    if given.seal is not None and what != "verify":
        raise SettingsError([f"--seal belongs to ledger verify, not to ledger {what}."])
    if given.because is not None and what not in ("erase", "purge", "moved"):
        raise SettingsError([f"--because belongs to ledger erase, purge and moved, not to ledger {what}."])
    if (given.moved_from or given.moved_to) and what != "moved":
        raise SettingsError([f"--from and --to belong to ledger moved, not to ledger {what}."])
    if given.because is not None and not given.because.strip():
        raise SettingsError(
            ["--because needs a reason in words, such as “asked for on 4 May”. Nothing was done."]
        )


def _verify(given: Namespace) -> int:
    seal = "".join((given.seal or "").split()).casefold()
    if seal and len(seal) < SHOWN:
        raise SettingsError(
            [f"A seal has at least {SHOWN} characters, as the digest shows it; this has {len(seal)}."]
        )
    with closing(Ledger(load(Path(given.settings)).ledger)) as ledger:
        chain = ledger.verified()
        place = ledger.sealed_with(seal) if seal and not chain.fault else None
    wrong = f"The ledger is not what the bot wrote. {chain.fault}" if chain.fault else ""
    if seal and not wrong and place is None:
        wrong = f"The seal {seal} does not lie on the chain: the ledger was rewritten, or is an older copy, or another."
    if given.json:
        print_json(
            {
                "last": chain.last,
                "seal": chain.seal,
                "fault": wrong,
                "erased": sorted(chain.erased),
                "seal_at": place,
            }
        )
    elif wrong:
        say_faults(given, [wrong])
    else:
        out = console()
        out.print(f"{chain.in_words}. Every entry is as it was written.", soft_wrap=True)
        if place is not None:
            out.print(f"The seal is that of entry {place}: everything up to there is as it was then.")
        if chain.erased:
            out.print(f"The contents of {len(chain.erased)} entries were erased; the entries say why.")
    return NOT_DONE if wrong else DONE


def _copy(given: Namespace) -> int:
    found = copied(load(Path(given.settings)).ledger, given.name)
    if given.json:
        print_json({"last": found.last, "seal": found.seal})
        return DONE
    out = console()
    out.print(
        f"Copied and gone through. {found.in_words}, as in the ledger it was copied from.", soft_wrap=True
    )
    out.print(
        "Next: put its address under “ledger” in the profile before the next run, and keep the former one."
    )
    return DONE


def _moved(given: Namespace) -> int:
    settings = load(Path(given.settings))
    with closing(Ledger(settings.ledger)) as ledger:
        former = _former(given, anothers(ledger, settings), whose(settings))
    with open_workplace(
        settings, clock=moment_of(None), say=saying(given), locked=True, whoever=True
    ) as workplace:
        _former(given, anothers(workplace.ledger, settings), whose(settings))  # no run has begun meanwhile
        refuse_rows_entered_anew(workplace)
        if given.because:
            record_the_move(workplace, former, given.because)
    if given.json:
        print_json(
            {"from": former, "to": whose(settings), "recorded": bool(given.because), "because": given.because}
        )
        return DONE
    done = (
        "That stands in the ledger, and the next digest tells it."
        if given.because
        else "Nothing was recorded: say why with --because and it is."
    )
    console().print(
        f"The ledger of {_said(former)} is that of {_said(whose(settings))}; the rows are as it knows them. {done}",
        soft_wrap=True,
    )
    return DONE


def _former(given: Namespace, theirs: Whose | None, ours: Whose) -> Whose:
    """Whose the ledger was. Raises SettingsError unless both councils were named as they are."""
    if theirs is None:
        raise SettingsError(
            [f"The ledger is that of {_said(ours)} already, or of nobody yet: there is nothing to confirm."]
        )
    for option, named, is_ in (("--from", given.moved_from, theirs), ("--to", given.moved_to, ours)):
        if named is None or pair(*named) != is_:
            where = "the last run in the ledger was" if option == "--from" else "the profile is"
            raise SettingsError(
                [
                    f"{option} names mailbox and site: {where} that of {_said(is_)}. Nothing was recorded. Name them "
                    "so only if both are this council's; otherwise put “ledger” in the profile right."
                ]
            )
    return theirs


def _said(council: Whose) -> str:
    return f"{council['mailbox']} and {council['site']}"


def _about(given: Namespace) -> int:
    settings = load(Path(given.settings))
    with closing(Ledger(settings.ledger)) as ledger:
        rows, entries = held_about(ledger, settings, given.name)
    if not rows:
        say_faults(given, [f"The ledger holds nothing about {given.name}."])
        return NEEDS_A_PERSON
    if given.json:
        held = [
            {
                "entry": n,
                "at": e.at.isoformat(),
                "kind": e.kind.value,
                "key": e.key,
                "about": e.about,
                "data": e.data,
            }
            for n, e in entries
        ]
        print_json({"asked": given.name, "rows": sorted(rows), "entries": held})
        return DONE
    out = console()
    many = "audit" if len(rows) == 1 else f"{len(rows)} audits"
    show_table(
        out, f"What the ledger holds about the {many} of {given.name}", ("Day", "What happened", "What was noted"),
        in_plain_words(entries),
    )  # fmt: skip
    out.print("The lists, the mailbox and the document library hold more: ask there as well.")
    return DONE


def _erase(given: Namespace) -> int:
    settings = load(Path(given.settings))
    with open_workplace(settings, clock=moment_of(None), say=saying(given), locked=True) as workplace:
        left = to_erase_about(workplace, given.name) if given.what == "erase" else overdue_now(workplace)
        if given.because and left:
            erase(workplace, left, given.because)
    done = bool(given.because and left)
    if given.json:
        print_json({"entries": sorted(left), "erased": done, "because": given.because})
        return DONE
    many = f"{len(left)} entr{'y' if len(left) == 1 else 'ies'}"
    if not left:
        told = "There is nothing to erase."
    elif done:
        told = f"The contents of {many} were erased. That they were, when and why, stands in the ledger."
    else:
        told = f"The contents of {many} would be erased for good. Nothing was: say why with --because and it is done."
    console().print(told, soft_wrap=True)
    return DONE
