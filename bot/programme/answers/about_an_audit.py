"""What a reply about one audit comes to: a report, a date in doubt, or words for a person (§7, §10, §11)."""

from __future__ import annotations

from datetime import date

from bot.programme.answers.matching import HeldBack
from bot.programme.answers.reply import Reply, TakenReply, can_be_said, entered, said_as
from bot.programme.date_words import day_in_words
from bot.programme.messages.button import Once, Wants
from bot.programme.messages.buttons import Report
from bot.programme.messages.held_reasons import DATE_IN_DOUBT, TO_READ
from bot.programme.messages.offers import Offer
from bot.programme.messages.reply_text import Said
from bot.programme.standing.audit_standing import Standing


def about_an_audit(reply: Reply, found: Standing, words: Said) -> TakenReply | HeldBack:
    """What follows from what was put into the ready message."""
    button, a, on = reply.command.button, found.allocation, reply.known.day
    before = entered(reply.command, a, found.past)
    if button.wants.a_day:
        if before and not (words.dates or words.doubts):
            return reply.taken(tell=_told(reply, found, words))  # a word of thanks under the same subject
        day = _the_day(reply, found, words)
        if isinstance(day, HeldBack):
            return day
        if before and before != day:
            return HeldBack(
                DATE_IN_DOUBT,
                f"{reply.name} now gives {day_in_words(day)} for {a.reference}; so far it was "
                f"{day_in_words(before)}. Enter the right date in the list; it counts from then on.",
            )
        on = day
    if button.wants is Wants.WORDS and not words.rest:
        return HeldBack(TO_READ, f"{reply.name} reports on {a.reference}, but the message says nothing.")
    if button.wants.sentence_alone and not words.meant:
        return HeldBack(TO_READ, f"{reply.name} wrote about {a.reference}.")
    auditor = a.auditor.email if button.once is Once.AUDITOR and a.auditor else ""
    report = Report(reply.command, on, reply.post.sender, reply.known.day, auditor, words.grade)
    told = _told(reply, found, words)
    if before or not button.counts:
        return reply.taken(tell=told)
    return reply.taken((a.item_id, report, _apart(reply, report)), tell=told)


def _apart(reply: Reply, report: Report) -> str:
    """What tells this report from another by the same button."""
    return {
        Once.MATTER: "",
        Once.DAY: reply.known.day.isoformat(),
        Once.LETTER: reply.letter.key,
        Once.AUDITOR: report.auditor,
        Once.SENDER: report.by,
    }[reply.command.button.once]


def _told(reply: Reply, found: Standing, words: Said) -> HeldBack | None:
    """What the Audit Team is told besides."""
    button, a = reply.command.button, found.allocation
    if button.told:
        head = a.auditors_head_of_service
        reason = button.told.sentence.format(
            who=reply.name,
            audit=a.reference,
            part="moderation" if a.moderator and reply.post.sender == a.moderator.email else "audit",
            head=head.name if head else "their Head of Service",
        )
        return HeldBack(button.told.category, reason, a)
    if a.uopp_held_on and words.grade and words.grade is not a.grade_after_uopp:
        later = (
            f"{reply.name} gives “{words.grade}” as the grade of {a.reference} after its UoPP meeting, later."
        )
        return HeldBack(TO_READ, later, a)
    if not words.rest or button.wants.words:
        return None
    return HeldBack(TO_READ, f"{reply.name} used a button for {a.reference} and wrote something besides.", a)


def _the_day(reply: Reply, found: Standing, words: Said) -> date | HeldBack:
    """The one date that is meant, if it can be right."""
    today, after = reply.known.day, reply.command.button.after
    start = found.reached.get(after) if after else None
    doubt, offers = "", tuple[Offer, ...]()
    if words.doubts:
        doubt = "; ".join(words.doubts)
    elif not words.dates:
        doubt = "it gives no date"
    elif len(words.dates) > 1:
        title = reply.command.button.column_title
        offers = tuple(
            reply.offer(f"Enter {day_in_words(on)} as “{title}”", found.allocation.item_id, on)
            for on in words.dates
            if can_be_said(reply.command, on, found, today)
        )
        doubt = "it gives more than one date: " + " and ".join(day_in_words(on) for on in words.dates)
    elif words.dates[0] > today:
        doubt = f"{day_in_words(words.dates[0])} is still to come"
    elif start is None or start.on > today:
        doubt = "the audit has not come as far as that"
    elif words.dates[0] < start.on:
        doubt = f"{day_in_words(words.dates[0])} is before {start.why} ({day_in_words(start.on)})"
    if doubt:
        what = f"{reply.name} wrote “{said_as(reply.command)}” about {found.allocation.reference}"
        return HeldBack(DATE_IN_DOUBT, f"{what}, but {doubt}. Please ask.", offers=offers)
    return words.dates[0]
