"""The weekly report on work graded Inadequate, when it comes in an ordinary message and not by its button (§10)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.programme.answers.matching import HeldBack
from bot.programme.answers.reply import Known, TakenReply, put_to_a_person
from bot.programme.messages.buttons import Command, Report
from bot.programme.messages.held_reasons import TO_READ, WEEKLY
from bot.programme.messages.plain_answers import Answer
from bot.programme.messages.post import Post
from bot.programme.messages.sender import doubt_about_sender
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.reported_by_reply import as_reported
from bot.programme.standing.standing import standing
from bot.programme.vocabulary import Grade, Milestone, Person

_REPORTS = re.compile(
    r"\b(?:progress|update[sd]?|report|this week|last week|visit(?:s|ed)?|seen|met|plan|actions?|completed?|"
    r"supervision|core group|assessment|referr(?:al|ed)|in place|moved|outstanding|next steps?|school|carers?)\b",
    re.IGNORECASE,
)
"""Words of which a report on progress holds at least two."""
_NO_REPORT = re.compile(
    r"\?|\b(?:(?:will|'ll|’ll|shall|hope to|aim to|going to|plan to) (?:\w+ ){0,3}(?:send|report|update you|"
    r"email|write|provide|share|forward)|(?:report|update) (?:\w+ ){0,4}"
    r"(?:follows?|tomorrow|later|late|delayed|overdue|soon)|"
    r"sorry|apolog\w+|no longer|nothing to report|not (?:mine|my|our)|wrong|disagree|don'?t agree|do not agree|"
    r"understand why|already (?:sent|reported)|take me off|remove me|unable|cannot|can'?t|draft)\b",
    re.IGNORECASE,
)
"""Words by which a message may be something else: a question, a promise, an excuse."""


def reported_weekly_by(found: Standing) -> list[Person]:
    """Who may be reporting on this audit week by week now (§10); nobody before the meeting or after the end."""
    reached = found.reached
    over = {Milestone.WEEKLY_REPORTS_ENDED, Milestone.IMPROVED, Milestone.SAFETY_STEPS_ENDED}
    runs = found.settled_grade is Grade.INADEQUATE and Milestone.UOPP_HELD in reached
    if not runs or not over.isdisjoint(reached):
        return []
    return [p for p in (found.allocation.head_of_service, found.allocation.team_manager) if p]


def weekly_report(post: Post, answer: Answer, references: Sequence[str], known: Known) -> TakenReply | None:
    """What follows from an ordinary message of somebody who reports on an Inadequate week by week.

    Where it reads as a report on one audit it counts as one, and the Audit Team see its words. Where it names no audit
    or may be something else it is held, and nobody is chased meanwhile. None: it is from nobody who reports.
    """
    basis, received = known.basis, known.day
    cycles = {cycle.name: cycle for cycle in known.council.cycles if cycle.open}
    running = []
    for row in known.council.allocations:
        if row.cycle not in cycles or (references and row.reference not in references):
            continue
        a = as_reported(row, known.history)
        found = standing(a, cycles[a.cycle], known.history, basis.rulebook, basis.working, received)
        if by := next((p for p in reported_weekly_by(found) if p.email == post.sender), None):
            running.append((a, by))
    text = " ".join(answer.lines)
    reads = len(_REPORTS.findall(text)) > 1 and len(text.split()) > 5 and not _NO_REPORT.search(text)
    if not running or (not references and not reads):
        return None
    a, by = running[0]
    only = a if len(running) == 1 else None
    if not (reads and references and only) or doubt_about_sender(post, known.domains):
        about = a.reference if only else "one of " + ", ".join(each.reference for each, _ in running[:6])
        reason = (
            f"{by.name}, who follows {about} week by week, wrote an ordinary message. If it is this week's report, "
            "leave it here until you have read it; nobody is chased meanwhile."
        )
        return put_to_a_person(HeldBack(TO_READ, reason, only))
    reason = (
        f"{by.name} wrote about {a.reference}, and it counts as this week's report on progress. If it is none, ask for "
        "one; otherwise take it out of this folder."
    )
    report = Report(Command.PROGRESS, received, post.sender, received)
    reports = ((a.item_id, report, received.isoformat()),)
    return replace(put_to_a_person(HeldBack(WEEKLY, reason, a)), reports=reports)
