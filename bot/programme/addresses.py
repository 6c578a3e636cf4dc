"""Addresses that letters may go to: one mailbox of the council each."""

from __future__ import annotations

import re
from collections.abc import Collection
from email.errors import HeaderParseError
from email.headerregistry import Address

_PLAIN = re.compile(r"[A-Za-z0-9#$&'*+/=?^_`{|}~@.-]{3,254}")
"""What a mailbox of Microsoft 365 is written with; no quotation, no group, no comment, no line break, and no % or !, by
which old mail systems pass a letter on to somewhere else."""


def in_small_letters(address: str) -> str:
    """An address as it is compared. Only letters of every keyboard are made small: others, as the long s or the sign
    for kelvin, would become letters of somebody else's address."""
    return address.casefold() if address.isascii() else address


def fault_of_address(text: str, domains: Collection[str]) -> str:
    """Why letters may not go to an address: what follows “it”. "" where it is one mailbox of the council."""
    if "#ext#" in text.casefold():
        return "is a guest's in the council's directory"
    try:
        parsed = Address(addr_spec=text) if _PLAIN.fullmatch(text) else None
    except (ValueError, IndexError, HeaderParseError):
        parsed = None
    if parsed is None or parsed.addr_spec != text:
        return "is not the address of one mailbox"
    if parsed.domain.casefold() not in domains:
        return "is outside the council"
    return ""
