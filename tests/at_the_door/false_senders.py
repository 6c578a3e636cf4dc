"""Who may stand in a From line without being the person: each false sender is false in one respect alone.

Where a sender could only be told by the header that Exchange stamps, the others say what a careless relay, a partner's
connector or a hybrid server makes them say: “Internal”.
https://techcommunity.microsoft.com, Demystifying hybrid mail flow; RFC 5322 3.6.2; RFC 7601.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

DOMAIN = "wexcombe.example"
AUTH_AS = "X-MS-Exchange-Organization-AuthAs"
OUTSIDE, INSIDE = [(AUTH_AS, "Anonymous")], [(AUTH_AS, "Internal")]
TEAM = f"audit.team@{DOMAIN}"
NOBODY, FORMER, PRACTITIONER = f"nell.nopart@{DOMAIN}", f"fay.former@{DOMAIN}", f"pru.practitioner@{DOMAIN}"
GROUP, GUEST = f"all.auditors@{DOMAIN}", f"gus.guest_elsewhere.example#EXT#@{DOMAIN}"
PASSED = (
    "spf=pass smtp.mailfrom={0}; dkim=pass header.d={0}; dmarc=pass header.from={0}; compauth=pass reason=100"
)
FAILED = "spf=fail smtp.mailfrom={0}; dkim=none; dmarc=fail action=oreject header.from={0}; compauth=fail reason=000"

Message = dict[str, Any]
Sender = Callable[[str, str], Message]
"""From the right person's address and name to what the message says of its sender."""


def _of(address: str, headers: list[tuple[str, str | None]], **more: Any) -> Message:
    return {"from": address, "headers": headers, **more}


def _domain(address: str, domain: str) -> str:
    return f"{address.partition('@')[0]}@{domain}"


def _homoglyph(address: str) -> str:
    return address.replace("a", "а", 1).replace("o", "о", 1)  # Cyrillic


def _full_width(address: str) -> str:
    return chr(ord(address[0]) + 0xFEE0) + address[1:]  # folds to the right letter under NFKC


SENDERS: dict[str, Sender] = {
    "outside, with the right From": lambda a, n: _of(a, OUTSIDE, from_name=n),
    "From is right, Sender another": lambda a, n: _of(a, INSIDE, from_name=n, sender=NOBODY),
    "the right name over another address": lambda a, n: _of("post@elsewhere.example", OUTSIDE, from_name=n),
    "the right address as the name": lambda a, n: _of("post@elsewhere.example", INSIDE, from_name=a),
    "name and address as the name": lambda a, n: _of("post@elsewhere.example", INSIDE, from_name=f"{n} <{a}>"),
    "the right address inside another": lambda a, n: _of(f'"{a}"@elsewhere.example', INSIDE, from_name=n),
    "the right address and another": lambda a, n: _of(f"{a},post@elsewhere.example", INSIDE, from_name=n),
    "a domain that looks alike": lambda a, n: _of(_domain(a, "wexcornbe.example"), INSIDE, from_name=n),
    "our domain at the head of another": lambda a, n: _of(
        _domain(a, f"{DOMAIN}.elsewhere.example"), INSIDE, from_name=n
    ),
    "a sub-domain": lambda a, n: _of(_domain(a, f"mail.{DOMAIN}"), INSIDE, from_name=n),
    "letters that look alike": lambda a, n: _of(_homoglyph(a), INSIDE, from_name=n),
    "letters that fold to the right ones": lambda a, n: _of(_full_width(a), INSIDE, from_name=n),
    "an address with an invisible mark": lambda a, n: _of(a.replace(".", ".\u200b", 1), INSIDE, from_name=n),
    "a plus address": lambda a, n: _of(a.replace("@", "+audit@"), INSIDE, from_name=n),
    "a guest": lambda a, n: _of(f"{a.replace('@', '_')}#EXT#@{DOMAIN}", INSIDE, from_name=n),
    "a guest by name": lambda a, n: _of(GUEST, INSIDE, from_name=n),
    "a distribution list": lambda a, n: _of(GROUP, INSIDE, from_name=n),
    "a no-reply address": lambda a, n: _of(f"no-reply@{DOMAIN}", INSIDE, from_name=n),
    "the Audit Team's own mailbox, from outside": lambda a, n: _of(TEAM, OUTSIDE, from_name=n),
    "nobody": lambda a, n: _of("", OUTSIDE, from_name=n),
    "a colleague without a part": lambda a, n: _of(NOBODY, INSIDE),
    "the practitioner": lambda a, n: _of(PRACTITIONER, INSIDE),
    "the former auditor": lambda a, n: _of(FORMER, INSIDE),
    "compauth failed": lambda a, n: _of(
        a, [*INSIDE, ("Authentication-Results", FAILED.format(DOMAIN))], from_name=n
    ),
    "compauth failed below one that passed": lambda a, n: _of(
        a,
        [*INSIDE, *(("Authentication-Results", each.format(DOMAIN)) for each in (PASSED, FAILED))],
        from_name=n,
    ),
    "AuthAs missing": lambda a, n: _of(a, [(AUTH_AS, None)], from_name=n),
    "AuthAs empty": lambda a, n: _of(a, [(AUTH_AS, "")], from_name=n),
    "AuthAs of one's own above Exchange's": lambda a, n: _of(a, [*INSIDE, *OUTSIDE], from_name=n),
    "AuthAs of one's own below Exchange's": lambda a, n: _of(
        a, [*OUTSIDE, (AUTH_AS.lower(), "Internal")], from_name=n
    ),
    "AuthAs of another header": lambda a, n: _of(
        a, [*OUTSIDE, ("X-MS-Exchange-CrossTenant-AuthAs", "Internal")], from_name=n
    ),
    "AuthAs with words around": lambda a, n: _of(a, [(AUTH_AS, "not Internal")], from_name=n),
    "Reply-To": lambda a, n: _of("post@elsewhere.example", [*OUTSIDE, ("Reply-To", f"{n} <{a}>")]),
    "two From lines": lambda a, n: _of(
        a, [*INSIDE, ("From", f"{n} <{a}>"), ("From", "post@elsewhere.example")], from_name=n
    ),
    "two in one From line": lambda a, n: _of(
        a, [*INSIDE, ("From", f"{n} <{a}>, post@elsewhere.example")], from_name=n
    ),
}  # fmt: skip
FORWARDED = "forwarded as an attachment"
"""By a colleague without a part: what the right person is said to have written lies in it as a message."""

KINDS = (*SENDERS, FORWARDED)
SHORT = (
    "outside, with the right From", "From is right, Sender another", "the right address as the name",
    "a domain that looks alike", "letters that fold to the right ones", "a guest", "a colleague without a part",
    "the practitioner", "compauth failed", "AuthAs missing", "AuthAs of one's own above Exchange's",
    "two in one From line", "nobody", FORWARDED,
)  # fmt: skip
