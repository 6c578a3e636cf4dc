"""What stops the bot from doing its work, in one sentence, and what a person can do about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath

from bot.errors import (
    LedgerError,
    SettingsError,
    SignInRefused,
    StandsStill,
    TenantUnavailable,
)
from bot.papers.letters.letter_language import counted
from bot.programme.waits import listed

IT = "The IT administrator:"


@dataclass(frozen=True, slots=True)
class Trouble:
    """`what` and `remedy` are sentences with nothing personal in them; `passing`: it may pass of itself."""

    what: str
    remedy: str
    passing: bool = False

    def __str__(self) -> str:
        return f"{self.what} {self.remedy}"


_FULL = re.compile(r"quotaexceeded|mailboxfull|insufficientquota", re.I)
_LIMIT = re.compile(r"submissionquota|messagelimit|recipientlimit|sendlimit|outofsendquota", re.I)
_GONE = re.compile(
    r"mailboxnot(enabled|supported|found)|nonexistentmailbox|invaliduser|mailboxunavailable|usernotfound",
    re.I,
)


def trouble(fault: Exception | str, *, speaking: bool = False) -> Trouble:
    """What a fault means. `speaking` says that it kept the letters from leaving."""
    begin = "No letter can leave: " if speaking else "The run stopped: "
    if isinstance(fault, SettingsError):
        return Trouble(
            f"{begin}the configuration is wrong in {counted(len(fault.problems), 'place')}{_places(fault)}.",
            "Whoever keeps the profile: run audit-bot check; it names each of them.",
        )
    text = str(fault)
    if isinstance(fault, LedgerError):
        what, named, remedy = text.partition(IT.removesuffix(":"))
        return Trouble(
            f"{begin}{what[:1].lower()}{what[1:].strip()}" if named else f"{begin}the ledger cannot be used.",
            f"{named}{remedy}" if named else f"{IT} look at the disk or the database of the ledger.",
        )
    if isinstance(fault, StandsStill):
        return Trouble(f"{begin}{fault.what}", fault.remedy)
    if isinstance(fault, SignInRefused):
        number = re.search(r"AADSTS\d+", text)
        said = f" ({number[0]})" if number and number[0] != "AADSTS0" else ""
        return Trouble(
            f"{begin}Microsoft 365 does not let the bot sign in{said}.",
            f"{IT} renew its certificate or secret, or put its registration in Entra right; audit-bot check says more.",
        )
    return _refused(text, begin, passing=isinstance(fault, TenantUnavailable))


_PLACE = re.compile(r"(?P<file>[^\s“”:][^“”:\n]*\.\w+)(?P<line>, line \d+)?(?:: | cannot be opened)")
_MOST_PLACES = 3


def _places(fault: SettingsError) -> str:
    """The file and line of each fault, as far as it names them: “ (config/rules.toml, line 41)”."""
    found = [place for problem in fault.problems if (place := _PLACE.match(problem))]
    named = [*dict.fromkeys("/".join(PurePath(p["file"]).parts[-2:]) + (p["line"] or "") for p in found)]
    if not named:
        return ""
    more = [f"{len(named) - _MOST_PLACES} more"] if len(named) > _MOST_PLACES else []
    return f" ({listed([*named[:_MOST_PLACES], *more])})"


def _refused(text: str, begin: str, *, passing: bool) -> Trouble:
    """What an answer of Microsoft 365 means, by its status and Graph's code."""
    status, code = _answer(text)
    said = f" ({' '.join(filter(None, (str(status), code)))})" if status else ""
    if _LIMIT.search(code):
        return Trouble(
            f"{begin}the mailbox has sent as much as Exchange allows it today{said}.",
            f"{IT} see what else sends from it; the letters go by themselves when Exchange allows it again.",
            passing=True,
        )
    if status == 507 or _FULL.search(code):
        return Trouble(
            f"{begin}the mailbox is full{said}.",
            "The Audit Team: empty Deleted Items and put old mail elsewhere. Or the IT administrator: give it room.",
        )
    if _GONE.search(code):
        return Trouble(
            f"{begin}the mailbox is not there or has lost its licence{said}.",
            f"{IT} give the shared mailbox its licence back, or put “mailbox” in the profile right.",
        )
    if status == 401:
        return Trouble(
            f"{begin}Microsoft 365 does not accept the bot's signing in{said}.",
            f"{IT} see in Entra's sign-in logs what refuses it (Conditional Access, a disabled registration), and "
            "whether the clock of the bot's machine is right; audit-bot check says more.",
        )
    if status == 403:
        return Trouble(
            f"{begin}the bot does not have the right{said}.",
            f"{IT} give it Application Mail.ReadWrite and Application Mail.Send for the mailbox, and write for "
            "the site. Exchange takes up to two hours to go by it; audit-bot check says which right is missing.",
        )
    if passing or status >= 500 or status in (408, 410, 429) or "did not answer" in text:
        return Trouble(
            f"{begin}Microsoft 365 does not answer or is too busy{said}.",
            f"Nobody, unless it goes on: it is tried again. {IT} if it lasts an hour, look at the network and the "
            "service's health page.",
            passing=True,
        )
    unknown = f"Microsoft 365 refused what the bot asked{said}" if status else "the bot met something unknown"
    return Trouble(
        f"{begin}{unknown}.",
        "Whoever maintains the bot: the log says what it was; audit-bot check tries every step by itself.",
    )


def _answer(text: str) -> tuple[int, str]:
    """The status and Graph's code in a fault's words: "(403 ErrorAccessDenied)" or "answered 503"."""
    found = re.search(r"\((\d{3}) ?([\w.]*)\)", text) or re.search(r"answered (\d{3})()", text)
    return (int(found[1]), found[2]) if found else (0, "")
