"""The chain of the ledger: every entry is sealed together with all before it, so that none can be changed unseen.

An entry's seal covers the seal before it, its number, moment, kind, key, what it is about, and a digest of its
contents. The contents themselves are not in the chain: they can be erased, and it stays whole. Each digest is salted;
the salt goes with the contents, so that nobody can try out what they were.

A seal that stands elsewhere (in the day's digest, in the health file) is an anchor: a ledger on whose chain it does not
lie was rewritten, or is not the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import zip_longest
from typing import NamedTuple

GENESIS = ""
"""What stands for the seal before the first."""

NOTHING = '{"erased":true}'
"""What stands in place of contents that were erased."""

SHOWN = 32
"""So many characters of a seal are shown to people, and are enough to know it by: 128 bits."""


class Entry(NamedTuple):
    """A row of the table `event`."""

    seq: int
    at: str
    kind: str
    key: str
    about: str
    data: str


class Link(NamedTuple):
    """A row of the table `chain`."""

    seq: int
    salt: str
    digest: str
    seal: str


@dataclass(frozen=True, slots=True)
class Chain:
    """What going through a ledger came to: its last entry's number and seal. `fault` says in a sentence where it is
    broken, "" when it is whole; `erased` are the entries whose contents are gone by a recorded erasure; `seals` those
    that were asked for, by number."""

    last: int
    seal: str
    fault: str = ""
    erased: frozenset[int] = frozenset()
    seals: Mapping[int, str] = field(default_factory=dict)

    @property
    def in_words(self) -> str:
        if not self.last:
            return "The ledger has no entry yet"
        return f"The ledger stands at entry {self.last}, seal {self.seal[:SHOWN]}"


def digest_of(salt: str, data: str) -> str:
    return sha256(f"{salt}{data}".encode()).hexdigest()


def seal_of(before: str, seq: int, at: str, kind: str, key: str, about: str, digest: str) -> str:
    """The next seal. No part may hold the sign that keeps them apart, which `Ledger.append` sees to."""
    return sha256(f"{before}\0{seq}\0{at}\0{kind}\0{key}\0{about}\0{digest}".encode()).hexdigest()


def linked(before: str, entries: Iterable[Entry], salts: Iterable[str]) -> list[Link]:
    """The links of entries that follow on a seal."""
    found = []
    for (seq, at, kind, key, about, data), salt in zip(entries, salts, strict=False):
        digest = digest_of(salt, data)
        before = seal_of(before, seq, at, kind, key, about, digest)
        found.append(Link(seq, salt, digest, before))
    return found


def in_ranges(seqs: Iterable[int]) -> list[str]:
    """Numbers in few words: "1-400", "733"."""
    found: list[list[int]] = []
    for seq in sorted(seqs):
        if found and seq == found[-1][1] + 1:
            found[-1][1] = seq
        else:
            found.append([seq, seq])
    return [str(first) if first == last else f"{first}-{last}" for first, last in found]


def of_ranges(ranges: Iterable[str]) -> set[int]:
    """The numbers of `in_ranges`."""
    parts = [(first, last or first) for first, _, last in (text.partition("-") for text in ranges)]
    return {seq for first, last in parts for seq in range(int(first), int(last) + 1)}


def erasures(contents: Iterable[str]) -> tuple[set[int], dict[int, str]]:
    """What the entries about erasures say, in their order: whose contents are gone, and of whose something is left, by
    the digest of what is left."""
    gone: set[int] = set()
    left: dict[int, str] = {}
    for text in contents:
        try:
            data = json.loads(text)
        except ValueError:  # changed, which its own seal tells
            continue
        emptied = of_ranges(data.get("emptied") or ())
        gone |= emptied
        left = {seq: digest for seq, digest in left.items() if seq not in emptied}
        left |= {int(seq): digest for seq, digest in (data.get("left") or {}).items()}
    return gone, left


def gone_through(
    entries: Sequence[tuple[int, str, str, str, str, str]],
    links: Sequence[tuple[int, str, str, str]],
    contents_of_erasures: Iterable[str],
    asked: Iterable[int] = (),
) -> Chain:
    """Hold every entry, and nothing else, against the chain. Both in the order of their numbers, as rows of their
    tables; `asked` are numbers whose seals are wanted."""
    gone, left = erasures(contents_of_erasures)
    before, last = GENESIS, 0
    seals: dict[int, str] = {}
    wanted = frozenset(asked)

    def broken(what: str) -> Chain:
        return Chain(last, before, what)

    for entry, link in zip_longest(entries, links):
        if entry is None:
            return broken(f"Entry {link[0]} was removed.")
        seq, at, kind, key, about, data = entry
        if link is None or link[0] > seq:
            return broken(f"Entry {seq} ({kind}) was put in.")
        number, salt, digest, seal = link
        if number < seq:
            return broken(f"Entry {number} was removed.")
        made = sha256(f"{before}\0{seq}\0{at}\0{kind}\0{key}\0{about}\0{digest}".encode()).hexdigest()
        if made != seal or seq <= last:
            return broken(f"Entry {seq} ({kind}) is not as it was written.")
        if sha256(f"{salt}{data}".encode()).hexdigest() != digest:
            known = left.get(seq) or (digest_of("", NOTHING) if seq in gone else "")
            if not known or digest_of("", data) != known:
                return broken(f"The contents of entry {seq} ({kind}) are not as they were written.")
        elif seq in gone or seq in left:
            return broken(f"The contents of entry {seq} ({kind}) were erased, and are there again.")
        if seq in wanted:
            seals[seq] = seal
        before, last = seal, seq
    return Chain(last, before, "", frozenset(gone | left.keys()), seals)
