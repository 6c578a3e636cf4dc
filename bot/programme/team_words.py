"""Words of the Audit Team: the buttons of the digest, by which its members settle what needs a person.

A button opens a ready message to the shared mailbox. Its subject ends in a reference such as
[team settled H3K2M9XA3F5T 1 K7Q2M9XA3F5T]: the word, a code for the matter, which of its choices, and a signature
over the three. Nothing about anybody stands in it. It counts only from a member of the Audit Team, or from the shared
mailbox itself, whose address Outlook puts as the sender of what is written in it; and only where Exchange vouches for
that.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from bot.programme.held_reasons import NOT_EXPECTED, SENDER_IN_DOUBT, WRONG_SENDER
from bot.programme.matching import HeldBack
from bot.programme.offers import ENTER, TAKE, VOUCH
from bot.programme.post import Post, doubt_about_sender
from bot.programme.ready_messages import link
from bot.programme.standing import Keys
from bot.programme.vocabulary import Role, RoleHolder

CODE = 12
"""Characters of a matter's code and of a signature: 60 bits each."""
ONLY_CHOICE = "1"
"""The choice of a word that leaves none."""


class TeamWord(StrEnum):
    """What the Audit Team can say by a button. The value stands in the subject of the message."""

    HOLD_LETTER = "hold-letter"  # these five: words_on_letters.py
    SKIP_LETTER = "skip-letter"
    SEND_LETTER = "send-letter"
    SEND_ALL_LETTERS = "send-all-letters"
    SKIP_ALL_LETTERS = "skip-all-letters"
    SETTLED = "settled"  # not ours, or dealt with: it leaves and is not asked again
    TAKE = TAKE  # a held form counts, as if it had come rightly
    ENTER = ENTER  # what somebody wrote counts as if they had used the button for it
    VOUCH = VOUCH  # the sender is who they seem; everything else is looked at as ever
    ARRIVED = "it-arrived"  # a letter of unknown fate has arrived
    SEND_DRAFT = "send-the-draft"  # the draft that still lies there untouched is sent
    NEVER = "never-send"  # a held letter does not go out, now or later


@dataclass(frozen=True, slots=True)
class Wording:
    """`says` begins the subject; `follows` is the one sentence of the ready message."""

    says: str
    follows: str


WORDING: Mapping[TeamWord, Wording] = {
    TeamWord.HOLD_LETTER: Wording("Hold this letter", "It waits until you let it go again."),
    TeamWord.SKIP_LETTER: Wording(
        "Skip this letter", "This letter does not go. What comes after it goes on."
    ),
    TeamWord.SEND_LETTER: Wording(
        "Let this letter go out", "It goes out with the next run, if it is still due."
    ),
    TeamWord.SEND_ALL_LETTERS: Wording(
        "Send them all", "Every letter of the list goes out with the next run."
    ),
    TeamWord.SKIP_ALL_LETTERS: Wording(
        "Let them all go",
        "None of them is sent, but for alerts of an Inadequate: about each of these say it.",
    ),
    TeamWord.SETTLED: Wording("Settled", "It leaves the digest and is not asked again."),
    TeamWord.TAKE: Wording("Take it", "The form is taken in as if it had come in the right way."),
    TeamWord.ENTER: Wording("Enter it", "It counts as if it had been reported by the button of a letter."),
    TeamWord.VOUCH: Wording(
        "The sender is right", "The message is read once more, as one whose sender is known to be right."
    ),
    TeamWord.ARRIVED: Wording("It has arrived", "The letter counts as sent."),
    TeamWord.SEND_DRAFT: Wording("Send the draft", "The draft in the mailbox is sent as it lies there."),
    TeamWord.NEVER: Wording("Do not send it", "The letter does not go out, and is not asked about again."),
}
_SEND = "(Just send this message. Whatever else is written here is not read.)"
_TAG = re.compile(
    r"\[\s*team\s+(?P<word>[a-z]+(?:-[a-z]+)*)\s+(?P<matter>[a-z2-7]{12})\s+(?P<choice>[0-9][a-z0-9-]{0,39})\s+"
    r"(?P<signature>[a-z2-7]{12})\s*\]",
    re.IGNORECASE,
)
_REMAINS = re.compile(r"\[\s*team\s+[a-z]+(?:-[a-z]+)*\s", re.IGNORECASE)
_TEAM = (Role.AUDIT_MANAGER, Role.AUDIT_OFFICER, Role.QUALITY_ASSURANCE_AUDIT_OFFICER, Role.AUDIT_TEAM)


@dataclass(frozen=True, slots=True)
class TeamTag:
    """The reference at the end of a subject. `choice` begins with a digit: a number, or a day as YYYY-MM-DD."""

    word: TeamWord
    matter: str
    choice: str
    signature: str


def matter_code(keys: Keys, *parts: str) -> str:
    """The code of a matter: of the same parts always the same, and nobody can read them from it."""
    return keys(("matter", *parts))[:CODE].upper()


def signature(keys: Keys, word: TeamWord, matter: str, choice: str) -> str:
    return keys(("team", word.value, matter, choice))[:CODE].upper()


def team_link(
    word: TeamWord, matter: str, about: str, keys: Keys, mailbox: str, choice: str = ONLY_CHOICE
) -> str:
    """The link of a button: a ready message to the shared mailbox. `about` is what people call the matter."""
    tag = f"[team {word.value} {matter} {choice} {signature(keys, word, matter, choice)}]"
    wording = WORDING[word]
    return link(mailbox, (), f"{wording.says}: {about[:80]} {tag}", f"{wording.follows}\n\n{_SEND}\n")


def team_tag_in(subject: str) -> TeamTag | None:
    """The reference of a subject, whatever stands around it; None when there is none or more than one."""
    found = list(_TAG.finditer(" ".join(subject.split())))
    if len(found) != 1 or found[0]["word"].casefold() not in list(TeamWord):
        return None
    tag = found[0]
    word = TeamWord(tag["word"].casefold())
    return TeamTag(word, tag["matter"].upper(), tag["choice"].casefold(), tag["signature"].upper())


def damaged_team_word(subject: str) -> bool:
    """Whether a subject carries a word of the Audit Team that can no longer be read."""
    return bool(_REMAINS.search(subject)) and team_tag_in(subject) is None


def audit_team_on(roles: Iterable[RoleHolder], mailbox: str, day: date) -> Mapping[str, str]:
    """Address -> name of everybody who may use these words on a day; the shared mailbox is "the Audit Team"."""
    found = {holder.person.email: holder.person.name for holder in roles if holder.role in _TEAM
             and holder.holds_on(day)}  # fmt: skip
    return {**found, mailbox: "the Audit Team"}


def refusal(
    post: Post, tag: TeamTag, team: Mapping[str, str], mailbox: str, domains: Collection[str], keys: Keys
) -> HeldBack | None:
    """Why a message with such a reference has no effect, or None. `team` is `audit_team_on` the day it came."""
    said = WORDING[tag.word].says
    if post.sender == mailbox:
        # Whoever may write on behalf of the shared mailbox was given that right by the council.
        post = replace(post, from_differs_from_sender=False)
    if doubt := doubt_about_sender(post, domains):
        return HeldBack(
            SENDER_IN_DOUBT, f"“{said}” was used by {post.sender}, but {doubt}. Nothing was done."
        )
    if post.sender not in team:
        return HeldBack(
            WRONG_SENDER,
            f"{post.sender} used “{said}”, a button of the digest, which is the Audit Team's alone. Nothing was done.",
        )
    ours = signature(keys, tag.word, tag.matter, tag.choice)
    if not hmac.compare_digest(ours.encode(), tag.signature.encode()):
        return HeldBack(
            NOT_EXPECTED,
            f"The reference in the subject of “{said}” from {post.sender} is not one we gave out. Nothing was done.",
        )
    return None
