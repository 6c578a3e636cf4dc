"""What a reply to the list for confirmation comes to (§6): confirmed is what was seen, by whoever is responsible."""

from __future__ import annotations

from bot.programme.answers.button_links import row_code
from bot.programme.answers.matching import HeldBack
from bot.programme.answers.reply import Reply, TakenReply
from bot.programme.answers.who_may_press import group_managers
from bot.programme.messages.buttons import Command, Report
from bot.programme.messages.held_reasons import NOT_EXPECTED, TO_READ
from bot.programme.messages.reply_text import Said
from bot.programme.messages.sender import doubt_about_sender
from bot.programme.standing.council import ever
from bot.programme.standing.reported_by_reply import as_reported
from bot.programme.vocabulary import Allocation

_MOST_NAMED = 12


def list_confirmed(reply: Reply, words: Said) -> TakenReply | HeldBack:
    """Confirms what the Head of Service has seen and is responsible for, and nothing besides."""
    cycle, day = reply.cycle, reply.known.day
    if words.rest:
        return HeldBack(
            TO_READ,
            f"{reply.name} answers the list of {cycle.name} with words of their own. Nothing is confirmed by "
            "that: read them, and enter “Confirmed on” when you are agreed.",
            offers=(reply.offer("It confirms the list", f"cycle:{cycle.item_id}", day),),
        )
    if not words.meant:
        return HeldBack(TO_READ, f"{reply.name} wrote about the list of {cycle.name}.")
    shown = reply.known.history.shown.get(reply.letter.key, {})
    seen: list[Allocation] = []
    unseen: list[Allocation] = []
    for a in reply.known.council.allocations:
        if a.cycle != cycle.name or a.left_out or not _responsible(reply, a):
            continue
        if as_reported(a, reply.known.history).confirmed_on is None:
            right = shown.get(a.item_id) in [row_code(a, keys) for keys in ever(reply.known.basis.keys)]
            (seen if right else unseen).append(a)
    report = Report(Command.CONFIRM_LIST, day, reply.post.sender, day)
    tell = None
    if unseen:
        names = ", ".join(a.reference for a in unseen[:_MOST_NAMED])
        names += " and more" if len(unseen) > _MOST_NAMED else ""
        reason = (
            f"{reply.name} confirmed the list of {cycle.name}. These were changed or added after it went out, "
            f"so they are not confirmed by that: {names}."
        )
        tell = HeldBack(NOT_EXPECTED, reason)
    return reply.taken(*((a.item_id, report, "") for a in seen), tell=tell)


def _responsible(reply: Reply, a: Allocation) -> bool:
    if a.head_of_service is None:
        return len(reply.cycle.heads_of_service) == 1
    return a.head_of_service.email == reply.post.sender


def seen_in_copy(reply: Reply) -> TakenReply | None:
    """What a Group Manager says, who has the list only to see it (§6): it confirms nothing, and asks for nothing.
    None where it is not theirs to say, or not certainly from them."""
    sender, letter, cycle, council = reply.post.sender, reply.letter, reply.cycle, reply.known.council
    managers = group_managers(cycle, council, reply.known.day)
    named = next((p for p in managers if p.email == sender), None)
    if (
        reply.command is not Command.CONFIRM_LIST
        or named is None
        or sender not in (*letter.to, *letter.cc)
        or named in reply.able
        or reply.stopped()
        or doubt_about_sender(reply.post, reply.known.domains)
    ):
        return None
    heads = " and ".join(person.name for person in reply.able) or "the Head of Service"
    what = f"{named.name}, who has the list to see, has nothing to change in it. It is confirmed by {heads} alone."
    note = (f"cycle:{cycle.item_id}", f"Audit cycles, {cycle.name}", what)
    return TakenReply(letter_key=letter.key, note=note)
