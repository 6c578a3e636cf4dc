"""Whether a message is from whom it says. Fails closed: what nobody vouches for is in doubt, and nothing follows.

"From" is only a claim. It is believed where Exchange says that the message was sent from inside, by one mailbox of the
council's own, in its own name. A header that stands more than once is believed only in its worst value: whoever writes
a message can put one of their own above or below the one Exchange writes.
https://learn.microsoft.com/exchange/antispam/antispam-message-headers
"""

from __future__ import annotations

import re
from collections.abc import Collection
from email.utils import getaddresses

from bot.programme.addresses import in_small_letters
from bot.programme.messages.post import Post

AUTH_AS = "x-ms-exchange-organization-authas"
LONGEST_SENDER = 500
"""Signs of a From or Sender line that names one: an address has 254 at most, and a name beside it."""
_FAILED = re.compile(r"\b(?:compauth|dmarc)\s*=\s*fail\b", re.IGNORECASE)
_LOCAL_PART = re.compile(r"[a-z0-9.!$%&'*+/=?^_`{|}~-]+")
"""Before the @ of a mailbox's own address: Exchange gives out none but these letters, and "#EXT#" to guests alone."""
_ONE_ADDRESS = re.compile(r'[^<>@"\\:;]*<\s*([^<>@"\s,:;\\()]+@[^<>@"\s,:;\\()]+)\s*>\s*')
"""One address in angle brackets, and before it a name without any sign that quotes, groups or begins another."""
_EXCHANGE = re.compile(r"(?:postmaster|microsoftexchange[0-9a-f]{32})@.*")


def doubt_about_sender(post: Post, domains: Collection[str]) -> str | None:
    """Why the sender cannot be taken at their word, as the end of a sentence, or None. `domains` are the council's own.
    A person may have vouched for them."""
    if post.vouched_for:
        return None
    local_part, _, domain = post.sender.rpartition("@")
    if domain not in domains:
        return "it came from outside the council"
    if not _LOCAL_PART.fullmatch(local_part):
        return (
            "its address is a guest's" if "#ext#" in local_part else "no mailbox of ours has such an address"
        )
    if post.sent_by:
        return f"it was sent by {post.sent_by} on behalf of another"
    if not _names_one_sender(post):
        return "its own lines name more than one sender"
    said = {value.casefold() for value in post.every(AUTH_AS)}
    if said != {"internal"} and not post.internal_by_rule:
        # Mail from inside carries no result of SPF, DKIM or DMARC, so that a missing word is made good by nothing.
        return (
            "Exchange did not recognise the sender as one of ours"
            if any(said)
            else "Exchange does not say whether the sender is one of ours"
        )
    if any(_FAILED.search(results) for results in post.every("authentication-results")):
        return "Exchange could not confirm the sender"
    return None


def doubt_about_report(post: Post, domains: Collection[str], first_domain: str = "") -> str | None:
    """The same of a report of delivery, which only Exchange itself writes: to people inside from the tenant's
    `first_domain`, where that is still its default one. Every tenant's Exchange is called alike; no other's counts."""
    if doubt := doubt_about_sender(post, [*domains, first_domain] if first_domain else domains):
        return doubt
    return None if post.vouched_for or _EXCHANGE.fullmatch(post.sender) else "Exchange did not write it"


def _addresses(line: str) -> list[str]:
    """The addresses a From or Sender line names. A directory's “Smith, Jane <…>” has a comma that no rule allows, and
    with one @ in the whole line there is but one address in it, however it is read."""
    if one := _ONE_ADDRESS.fullmatch(line):
        return [one[1]]
    return [address for _, address in getaddresses([line])]


def _names_one_sender(post: Post) -> bool:
    """Whether the lines From and Sender, where it has them, name one address each, and the one Exchange gives."""
    for name in ("from", "sender"):
        lines = post.every(name)
        if any(len(line) > LONGEST_SENDER for line in lines):
            return False
        try:
            addresses = [in_small_letters(a) for line in lines for a in _addresses(line)]
        except Exception:  # comments within comments, and whatever else no address begins with
            return False
        if len(lines) > 1 or addresses not in ([], [post.sender]):
            return False
    return True
