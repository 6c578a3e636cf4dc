"""The numbers of a cycle in lines, each a fact with its whole. No line says what is better or worse than it was."""

from __future__ import annotations

from bot.programme.reports.cycle_counts import (
    BELOW_GOOD,
    BOTH_GRADES,
    FOUND_GOOD,
    GOOD_OR_BETTER,
    GRADED,
    IN_PLAY,
    RETURNED,
)
from bot.programme.reports.grade_tables import good_in, standing
from bot.programme.reports.paper import Paper, cell
from bot.programme.reports.shares import compared, share
from bot.programme.vocabulary import AuditType, Grade


def in_play(paper: Paper) -> str:
    by = ", ".join(
        f"{paper.shown.text(('type', t.value))} by {who}"
        for t, who in (
            (AuditType.FULL_TEAM_MANAGER, "Team Managers"),
            (AuditType.FULL_ADVANCED_PRACTITIONER, "Advanced Practitioners"),
        )
    )
    return f"Audits: {paper.many(IN_PLAY, 'full audit')} in play, {by}."


def returned(paper: Paper) -> str:
    shown = paper.shown
    back, on_time = share(shown, RETURNED, IN_PLAY), share(shown, (*RETURNED, "in time"), RETURNED)
    return f"Returned: {back}; in time {on_time}; overdue {shown.text(('return', 'open', 'overdue'))}."


def came_back(paper: Paper) -> str:
    return f"Audits: {paper.many(RETURNED, 'full audit')} came back; each goes to a moderator."


def moderated(paper: Paper) -> str:
    shown, done = paper.shown, ("moderation", "moderated")
    over = shown.text(("moderation", "open", "overdue"))
    return (
        f"Moderated: {share(shown, done, IN_PLAY)}; in time {share(shown, (*done, 'in time'), done)}; "
        f"overdue {over}."
    )


def grades(paper: Paper) -> str:
    """The standing grades, best first; the audits without one apart."""
    shown = paper.shown
    each = ", ".join(f"{shown.text(('standing grade', g.value))} {g.in_full}" for g in Grade)
    return (
        f"Grades: {standing(shown)} Good or better ({each}); "
        f"no grade yet {shown.text(('standing grade', ''))}."
    )


def good_or_better(paper: Paper) -> str:
    """For a figure's alternative text."""
    return f"{standing(paper.shown)} of the audits with a standing grade are Good or better."


def moved(paper: Paper) -> str:
    shown = paper.shown
    return (
        f"Moderation: the same grade in {share(shown, ('moved', 'unchanged'), BOTH_GRADES)}; "
        f"{shown.text(('moved', 'down'))} moved down, {shown.text(('moved', 'up'))} up."
    )


def unchanged(paper: Paper) -> str:
    """ "" where it is not told."""
    if paper.shown["moved", "unchanged"] is None:
        return ""
    return f"Moderation: the same grade in {share(paper.shown, ('moved', 'unchanged'), BOTH_GRADES)}."


def heard(paper: Paper) -> str:
    views = (
        f"{who} {share(paper.shown, (begun, 'obtained'), RETURNED)}"
        for who, begun in (("families", "family"), ("practitioners", "practitioner"))
    )
    return f"Views obtained, of the audits returned: {'; '.join(views)}."


def followed_up(paper: Paper) -> str:
    shown, below = paper.shown, ("below good",)
    return (
        f"Below Good: {paper.many(below, 'audit')}; UoPP meeting held for {share(shown, ('uopp', 'held'), below)}; "
        f"six-week check done for {share(shown, ('six weeks', 'done'), below)}."
    )


def actions(paper: Paper) -> str:
    shown, agreed = paper.shown, ("actions",)
    return (
        f"Actions: {shown.text(agreed)} agreed; done {share(shown, ('actions by state', 'done'), agreed)}; "
        f"overdue {share(shown, ('actions by state', 'overdue'), agreed)}."
    )


def beside_the_cycle_before(paper: Paper) -> str:
    """This cycle and the one before, of the same service, and what chance explains. "" without one before."""
    if (before := paper.before) is None:
        return ""
    told = compared(*(of[n] for of in (paper.shown, before.shown) for n in (GOOD_OR_BETTER, GRADED)))
    return f"Beside {before.cycle.name}: {told}" if told else ""


def of_the_last_cycle(paper: Paper) -> str:
    if (before := paper.before) is None:
        return ""
    below, good = cell(before.shown[BELOW_GOOD]), cell(before.shown[FOUND_GOOD])
    return f"Of {before.cycle.name}: {below} stood below Good; {good} found Good or better after six weeks."


def how_chosen(paper: Paper) -> str:
    audited = paper.many(("auditors",), "person", "people")
    sent_back = paper.shown.text(("sent back", "to be completed"))
    return f"Audited by {audited}; {sent_back} of the audits had to be completed by their auditor first."


def strongest(paper: Paper) -> tuple[str, ...]:
    """The three domains most often found Good or better, of those of which it is told."""
    shares = []
    for domain in paper.named("domain"):
        good, of = (paper.shown[f"domain {what}", domain] for what in ("good or better", "graded"))
        if good and of:
            shares.append((-good / of, f"{domain}: {good_in(paper.shown, domain)}."))
    return tuple(line for _, line in sorted(shares)[:3])
