"""What every reader of a paper knows without being told: which of its numbers are made of which.

The papers' own words say it (HOW_WE_COUNTED), or the guide does. Where the list is not as it should be, as when an
audit is moderated without a grade, such a sum does not hold: then what is lacking is one more number, as unknown as
any that is not told; where more than all would be lacking, readers are misled and nothing is worked out.
"""

from __future__ import annotations

from typing import NamedTuple

from bot.programme.reports.counts import Counts, Name
from bot.programme.vocabulary import Grade

RETURNED: Name = ("return", "returned")
MODERATED: Name = ("moderation", "moderated")
CHANGED: Name = ("disputed", "decided", "changed")
BESIDES = "besides"
"""What a whole has besides the parts that are no more than it: a bound, and no class of audits."""
WAITING: Name = (BESIDES, "returned and not moderated")


class Known(NamedTuple):
    """A whole, parts of it, and why: `all_of_it` when readers take it that there is nothing else."""

    whole: Name
    parts: tuple[Name, ...]
    because: str
    all_of_it: bool = True


def _by_grade(*begun: str, then: tuple[str, ...] = ()) -> tuple[Name, ...]:
    return tuple((*begun, g.value, *then) for g in Grade)


KNOWN: tuple[Known, ...] = (
    Known(
        MODERATED, _by_grade("standing grade"),
        "An audit that is not moderated has no standing grade; what is moderated has one (§7).",
    ),
    Known(MODERATED, (("both grades",),), "The moderator grades what its auditor has graded (§7)."),
    Known(
        CHANGED, _by_grade("moderated grade then", then=("taken",)),
        "A decision alone takes a moderated grade away (§11).",
    ),
    Known(CHANGED, _by_grade("standing grade before", then=("given",)), "A decision alone gives another grade (§11)."),
    Known(RETURNED, (MODERATED,), "What is moderated has come back (§7).", all_of_it=False),
    Known(MODERATED, (("disputed",),), "What is disputed is the moderated grade (§11).", all_of_it=False),
    Known(RETURNED, (("auditors",),), "Who audited has sent back one audit at least.", all_of_it=False),
    Known(("uopp", "held"), (("funnel", "met"),), "The first step after an audit below Good is its meeting (§10)."),
    Known(
        ("six weeks", "done"), (("funnel", "met", "agreed", "closed", "checked"),),
        "Whoever took every step has taken this one.", all_of_it=False,
    ),
    Known(
        ("found good at six weeks",), (("funnel", "met", "agreed", "closed", "checked", "good"),),
        "Whoever took every step has taken this one.", all_of_it=False,
    ),
    Known(
        WAITING, (("moderation", "open", "overdue"),),
        "Moderation is due so many days after the audit came back (§7).", all_of_it=False,
    ),
)  # fmt: skip


def with_what_readers_know(counts: Counts) -> None:
    """Put every such sum whose numbers are all counted."""
    for n, known in enumerate(KNOWN):
        if all(name in counts.numbers for name in (known.whole, *known.parts)):
            _put(counts, known, WAITING if known.parts == (MODERATED,) else (BESIDES, str(n)))


def _put(counts: Counts, known: Known, rest_is: Name) -> None:
    rest = counts[known.whole] - sum(counts[part] for part in known.parts)
    there = any(known.whole == whole and {*known.parts} <= {*parts} for whole, parts in counts.sums)
    if rest < 0 or there:
        return
    if rest or not known.all_of_it:
        counts.put(rest_is, rest)
        counts.sums.append((known.whole, (*known.parts, rest_is)))
    else:
        counts.sums.append((known.whole, known.parts))
