"""Replies that are commands: what follows from the message of a button, or from words that mean the same.

A message counts only when its signature is right, its sender is one of its letter's readers and holds, on the day it
came, the part the guide gives the command to. Whatever else carries a button's reference is put to a person, with the
reason. What each button is stands in buttons.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time

from bot.programme.answers.about_a_cycle import about_a_cycle, said_plainly
from bot.programme.answers.about_an_audit import about_an_audit
from bot.programme.answers.button_links import alike, cycle_tag, letter_of, tag_in
from bot.programme.answers.list_confirmed import list_confirmed, seen_in_copy
from bot.programme.answers.matching import HeldBack, row_unusable
from bot.programme.answers.reply import Known, Reply, TakenReply, entered, put_to_a_person
from bot.programme.history.records_of_the_past import AuditHistory, LetterHistory
from bot.programme.messages.buttons import Command, Report
from bot.programme.messages.held_reasons import NOT_EXPECTED, ROW_UNUSABLE
from bot.programme.messages.offers import Offer
from bot.programme.messages.plain_answers import Answer, Says
from bot.programme.messages.post import Post
from bot.programme.messages.reply_text import Said, said
from bot.programme.standing.order_of_dates import in_order
from bot.programme.standing.reported_by_reply import as_reported
from bot.programme.standing.standing import standing
from bot.programme.standing.what_letters_ask import asked_for


def understood(post: Post, text: str, known: Known) -> TakenReply:
    """What follows from a message whose subject carries a reference. `text` is its body as plain text."""
    council, history, basis, received = known.council, known.history, known.basis, known.day
    tag = tag_in(post.subject)
    assert tag is not None
    row = next((a for a in council.allocations if alike(a.reference, tag.about)), None)
    right = in_order(row, history.audits.get(row.item_id) or AuditHistory(), received)[0] if row else None
    allocation = as_reported(right, history) if right else None
    if allocation:
        cycle = next((c for c in council.cycles if c.name == allocation.cycle), None)
        about = allocation.item_id
    else:
        cycle = next((c for c in council.cycles if alike(cycle_tag(c), tag.about)), None)
        about = f"cycle:{cycle.item_id}" if cycle else ""
    letter = letter_of(tag, history.letters_about(about), allocation, basis.keys) if about else None
    if letter is None and (why := council.unusable.get(tag.about.casefold())):
        return put_to_a_person(HeldBack(ROW_UNUSABLE, row_unusable(why)))
    if letter is None or cycle is None:
        reason = (
            f"The reference in the subject of a message from {post.sender} is none the bot knows for its own, or was "
            "for somebody who no longer has this audit."
        )
        return put_to_a_person(HeldBack(NOT_EXPECTED, reason, allocation))
    found = (
        standing(allocation, cycle, history, basis.rulebook, basis.working, received)
        if allocation and allocation.audit_type.is_moderated
        else None
    )
    reply = Reply(post, tag.command, letter, cycle, found, known)
    words = said(tag.command, text, post.subject.replace(letter.audit, " "), reply.name, received)
    if refusal := reply.refusal():
        seen = None if words.rest else seen_in_copy(reply)
        return seen or put_to_a_person(refusal, allocation)
    answer = _answer(reply, words)
    return answer if isinstance(answer, TakenReply) else put_to_a_person(answer, allocation)


def _answer(reply: Reply, words: Said) -> TakenReply | HeldBack:
    """What follows from a reply of which it is certain that its sender may say it."""
    if reply.found:
        return about_an_audit(reply, reply.found, words)
    return about_a_cycle(reply, words) if reply.command.button.about_a_cycle else list_confirmed(reply, words)


def answered_plainly(
    post: Post, answer: Answer, thread: Sequence[LetterHistory], references: Sequence[str], known: Known
) -> TakenReply | None:
    """What follows from an answer without a button, or None when it can mean more than one thing, or nothing.

    `thread` are the letters of ours it answers, `references` the audits it can be about. It counts like the button of
    the letter: from those the letter went to, who may say this today, and Exchange vouches for them.
    """
    asked = asked_for(thread, known.basis.rulebook)
    if asked and asked[0].about.startswith("cycle:"):
        return _about_a_cycle_plainly(*asked, post, answer, known)
    commands = [command for command in Command if command.button.plainly is answer.says]
    if answer.says is Says.DAY and asked and len(references) == 1:
        commands = [asked[1]]
    able = [
        reply
        for command in commands
        if _right_meeting(command, answer, thread)
        for reply in _replies_of(command, post, thread, references, known)
        if not reply.refusal()
    ]
    if not able and answer.says is Says.CONFIRMED:
        lists = _replies_of(Command.CONFIRM_LIST, post, thread, references, known)
        return next((seen for each in lists if (seen := seen_in_copy(each))), None)
    if len(able) != 1:
        return None
    reply = able[0]
    said = _answer(reply, Said(answer.dates, answer.doubts))
    if isinstance(said, TakenReply):
        return said
    return put_to_a_person(said, reply.found.allocation if reply.found else None)


def _about_a_cycle_plainly(
    letter: LetterHistory, command: Command, post: Post, answer: Answer, known: Known
) -> TakenReply | None:
    """What follows from plain words in answer to a letter about a cycle that asks for exactly one thing."""
    cycle = next((c for c in known.council.cycles if f"cycle:{c.item_id}" == letter.about), None)
    if cycle is None:
        return None
    reply = Reply(post, command, letter, cycle, None, known)
    named = set(re.findall(r"[\w'-]+", " ".join(p.name for p in reply.able).casefold()))
    words = said_plainly(command, answer.lines, named, known.day)
    if words is None or reply.refusal():
        return None
    said = about_a_cycle(reply, words)
    return said if isinstance(said, TakenReply) else put_to_a_person(said)


def _right_meeting(command: Command, answer: Answer, thread: Sequence[LetterHistory]) -> bool:
    """Whether the words can mean this meeting: a review is not the first, nor the first a review."""
    text = " ".join(answer.lines).casefold()
    said = "review" in text
    asked = "uopp" not in text and any(letter.rule.startswith("review uopp") for letter in thread)
    if command is Command.REVIEW_UOPP_HELD:
        return said or asked
    return command is not Command.UOPP_HELD or not (said or asked)


def _replies_of(
    command: Command, post: Post, thread: Sequence[LetterHistory], references: Sequence[str], known: Known
) -> Iterator[Reply]:
    """The answer as if it had come by each button of this command that it could have come by."""
    council, history, basis = known.council, known.history, known.basis
    if command is Command.CONFIRM_LIST:
        lists = {letter.about: letter for letter in thread if letter.key in history.shown}
        for each in council.cycles:
            if letter := lists.get(f"cycle:{each.item_id}"):
                yield Reply(post, command, letter, each, None, known)
        return
    button, cycles = command.button, {cycle.name: cycle for cycle in council.cycles}
    for row in (a for a in council.allocations if a.reference in references):
        cycle = cycles.get(row.cycle)
        sent = [n for n in history.letters_about(row.item_id) if post.sender in (*n.to, *n.cc)]
        if cycle is None or not sent or not row.audit_type.is_moderated:
            continue
        allocation = as_reported(row, history)
        if button.column and getattr(allocation, button.column) is not None:
            continue
        found = standing(allocation, cycle, history, basis.rulebook, basis.working)
        if button.after and button.after not in found.reached:
            continue
        yield Reply(post, command, sent[-1], cycle, found, known)


def as_if_said(offer: Offer, known: Known) -> TakenReply | str:
    """What follows when the Audit Team says what somebody meant: as by the button, for the rows they were shown. A
    sentence where it has been told already, or its row has gone."""
    command, on = Command(offer.command), date.fromisoformat(offer.on)
    council, history = known.council, known.history
    if command is Command.CONFIRM_LIST:
        letter = history.letters.get(offer.letter_key)
        cycle = next((c for c in council.cycles if f"cycle:{c.item_id}" == offer.about), None)
        if letter is None or cycle is None or not cycle.open:
            return "the cycle had been closed"
        post = Post("", "", offer.by, "", datetime.combine(on, time.min))
        said = list_confirmed(Reply(post, command, letter, cycle, None, replace(known, day=on)), Said())
        if isinstance(said, HeldBack):
            return said.reason
        return said if said.reports else "the list had been confirmed"
    row = next((a for a in council.allocations if a.item_id == offer.about), None)
    if row is None:
        return "its row had gone from the list"
    a = as_reported(row, history)
    if entered(command, a, history.audit(a.item_id)) is not None:
        return f"“{command.button.column_title}” had been told or entered"
    report = Report(command, on, offer.by, known.day)
    return TakenReply(((row.item_id, report, ""),), offer.letter_key)
