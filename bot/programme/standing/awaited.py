"""Whose part of which audit has not come yet, and so what a message may be about that names none, or hold that nobody
can read (§7, §10)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from bot.programme.history.history import History
from bot.programme.messages.post import Post
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.confirmation import still_to_confirm
from bot.programme.vocabulary import Allocation, Cycle, Grade, Milestone

UNREAD = "Nobody can tell yet whether it holds an Inadequate."


def awaited_from(
    sender: str, allocations: Iterable[Allocation], cycles: Mapping[str, Cycle], history: History
) -> list[Allocation]:
    """The audits of open cycles of which this person's own part has not come: the auditor's, again while a date for
    putting it right stands in the row, or the moderator's."""
    return [
        a
        for a in allocations
        if a.cycle in cycles and cycles[a.cycle].open and not a.left_out and _owes(sender, a, history)
    ]


def _owes(sender: str, a: Allocation, history: History) -> bool:
    known = history.audit(a.item_id)
    if a.auditor and a.auditor.email == sender:
        return not known.returns or a.rectification_by is not None
    return bool(a.moderator and a.moderator.email == sender) and not known.moderations


def may_hold_an_audit(rows: Iterable[Allocation]) -> bool:
    """Whether what nobody can read may be an audit with a grade: of the audits its message names, or of those its
    sender's part is awaited of."""
    return any(a.audit_type.is_moderated for a in rows)


def asked_of(
    sender: str, standings: Sequence[Standing], audit_managers: Collection[str], history: History
) -> list[str]:
    """What the questions of this person may be about, by its ids: the audits in which their audit, their moderation,
    the urgent issues or the UoPP meeting is waited for, and the cycles whose list they were sent to confirm."""
    found = [s.allocation.item_id for s in standings if _asked_of(sender, s, audit_managers)]
    cycles = {s.cycle.item_id: s.cycle for s in standings}
    for item_id, cycle in cycles.items():
        about = f"cycle:{item_id}"
        asked = any(x.key in history.shown and sender in x.to for x in history.letters_about(about))
        own = [s for s in standings if s.cycle.item_id == item_id]
        if asked and sender in {head.email for head in still_to_confirm(cycle, own)}:
            found.append(about)
    return found


def _asked_of(sender: str, found: Standing, audit_managers: Collection[str]) -> bool:
    a, reached = found.allocation, found.reached
    if a.left_out and not found.safety_first:
        return False

    def waits(since: Milestone, until: Milestone) -> bool:
        return since in reached and until not in reached

    auditor, moderator = (p.email if p else "" for p in (a.auditor, a.moderator))
    leads_uopp = audit_managers if found.settled_grade is Grade.INADEQUATE else {auditor}
    return (
        (sender == auditor and waits(Milestone.AUDIT_SENT, Milestone.AUDIT_RETURNED))
        or (sender == moderator and waits(Milestone.AUDIT_SENT, Milestone.MODERATED))
        or (a.team_manager is not None and sender == a.team_manager.email
            and waits(Milestone.URGENT_ISSUES_DUE, Milestone.URGENT_ISSUES_DONE))
        or (sender in leads_uopp and waits(Milestone.UOPP_DUE, Milestone.UOPP_HELD))
    )  # fmt: skip


def plainly_private(post: Post, mailbox: str, words: str) -> bool:
    """Whether a message of somebody who is waited for has nothing to do with that: sent to many or to others, marked as
    private, or of what colleagues do besides their work. In doubt it has."""
    bulk = any(post.header(name) for name in ("list-id", "list-unsubscribe"))
    bulk |= post.header("precedence").casefold() in ("bulk", "list", "junk")
    private = post.header("sensitivity").casefold() in ("private", "personal")
    to_others = mailbox not in post.to
    return bulk or private or to_others or bool(_BESIDES_WORK.search(f"{post.subject} {words}"))


_BESIDES_WORK = re.compile(
    r"\b(?:lunch|coffee|tea|cakes?|biscuits|drinks|pub|birthdays?|part(?:y|ies)|raffle|lottery|sponsor\w*|charity|bake|"
    r"leaving do|collection for|wedding|baby shower|christmas|newsletter|fire drill|car park|parking|football|choir|"
    r"yoga|running club|lost property)\b",
    re.IGNORECASE,
)
