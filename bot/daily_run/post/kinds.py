"""What kinds of message there are, and who deals with each. The first that fits decides.

A new kind is a line here and a module with the function that deals with it; what it may hold a message for is a record
of `programme/messages/held_reasons.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from bot.daily_run.post import delivery, in_doubt, not_taken_in, own, quiet, team_word
from bot.daily_run.post.button import reply_by_button
from bot.daily_run.post.letter import letter
from bot.daily_run.post.reading import Reading
from bot.papers.letters.trial_letter import a_button_was_tried
from bot.programme.answers.button_links import tag_in
from bot.programme.messages.post_kinds import PostKind


@dataclass(frozen=True, slots=True)
class MessageKind:
    """`fits` tells a message of one of these `envelopes`; `deal_with` does what is to be done."""

    name: str
    deal_with: Callable[[Reading], None]
    fits: Callable[[Reading], bool] = lambda reading: True
    envelopes: Collection[PostKind] = frozenset(PostKind)


def brings_nothing(reading: Reading) -> bool:
    return not reading.post.brings_a_form


KINDS = (
    MessageKind("closed", not_taken_in.closed, lambda r: bool(r.post.closed)),
    MessageKind(
        "on its way", not_taken_in.on_its_way, lambda r: r.post.still_arriving(r.workplace.clock())
    ),
    MessageKind("locked", not_taken_in.locked, lambda r: r.post.protected and r.about.is_ours),
    MessageKind(
        "a word of the Audit Team", team_word.word_of_the_team, team_word.is_one,
        (PostKind.OWN, PostKind.LETTER),
    ),
    MessageKind("a report of delivery", delivery.report, envelopes=(PostKind.REPORT,)),
    MessageKind(
        "a button", reply_by_button, lambda r: tag_in(r.post.subject) is not None, (PostKind.LETTER,)
    ),
    MessageKind("from a sender in doubt", in_doubt.held, in_doubt.is_one),
    MessageKind("our own, with a form", own.from_ourselves, own.may_be_a_check, (PostKind.OWN,)),
    MessageKind("our own", quiet.let_be, envelopes=(PostKind.OWN,)),
    MessageKind("a request to recall", quiet.recall, brings_nothing, (PostKind.RECALL,)),
    MessageKind(
        "a request to recall with a form",
        lambda r: letter(r, doubt="it came with a request to recall"), envelopes=(PostKind.RECALL,),
    ),
    MessageKind("a notice", quiet.let_be, brings_nothing, (PostKind.NOTICE,)),
    MessageKind("an automatic reply", quiet.automatic_reply, brings_nothing, (PostKind.AUTOMATIC,)),
    MessageKind(
        "an automatic reply with a form",
        lambda r: letter(r, doubt="it came with an automatic reply"), envelopes=(PostKind.AUTOMATIC,),
    ),
    MessageKind(
        "a trial's button", quiet.trial_button,
        lambda r: a_button_was_tried(r.post.subject) and brings_nothing(r), (PostKind.LETTER,),
    ),
    MessageKind("a letter", letter),
)  # fmt: skip


def kind_of_message(reading: Reading) -> MessageKind:
    """The first kind that fits; a letter is what everything else is."""
    return next(kind for kind in KINDS if reading.kind in kind.envelopes and kind.fits(reading))
