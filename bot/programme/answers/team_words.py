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
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.programme.answers.matching import HeldBack
from bot.programme.answers.ready_messages import link
from bot.programme.history.records_of_the_past import Says
from bot.programme.messages.held_reasons import NOT_EXPECTED, SENDER_IN_DOUBT, WRONG_SENDER
from bot.programme.messages.offers import ENTER, TAKE, VOUCH
from bot.programme.messages.post import Post
from bot.programme.messages.sender import doubt_about_sender
from bot.programme.standing.council import Keys, ever
from bot.programme.vocabulary import OF_THE_AUDIT_TEAM, RoleHolder

CODE = 12
"""Characters of a matter's code and of a signature: 60 bits each."""
ONLY_CHOICE = "1"
"""The choice of a word that leaves none."""


class About(StrEnum):
    """What a word of the Audit Team is about; daily_run/team_words.py obeys each kind in its own way."""

    MATTER = "whatever needs a person"
    HELD_MESSAGE = "a held message"
    HELD_LETTER = "a letter of which it is not known whether it went, or that is held"
    LETTER = "a letter that is to go, or that does not go by itself"
    ALL_LETTERS = "all letters that had fallen due before letters went out to people"
    REPORT = "a report in the library"
    FILES = "a change of letters, rules, closure days or forms in the settings library"
    LEVEL = "the plan of a higher level"
    ALL_THAT_GOES = "every letter to people"
    VACANT = "what of an audit has fallen out"
    REPLACEMENT = "a replacement that was proposed"


@dataclass(frozen=True, slots=True)
class Wording:
    """One word: `command` stands in the subject of the message and in the ledger, `says` begins the subject, and
    `follows` is the one sentence of the message. `shown` are the buttons as the digest shows them, each with what
    follows, for the docs. `letter`: what becomes of a letter by it. Only the Audit Team may use any of them.
    """

    command: str
    says: str
    follows: str
    about: About
    shown: Mapping[str, str]
    letter: Says | None = None


class TeamWord(StrEnum):
    """What the Audit Team can say by a button, each with its record."""

    wording: Wording
    _value_: str

    def __new__(cls, wording: Wording | str) -> TeamWord:
        assert isinstance(wording, Wording)  # TeamWord("settled") looks one up and makes none
        member = str.__new__(cls, wording.command)
        member._value_ = wording.command
        member.wording = wording
        return member

    HOLD_LETTER = Wording(
        "hold-letter", "Hold this letter", "It waits until you let it go again.", About.LETTER,
        {"Hold": "the letter waits, until a day if you write one"}, Says.HOLD,
    )  # fmt: skip
    SKIP_LETTER = Wording(
        "skip-letter", "Skip this letter", "This letter does not go. What comes after it goes on.", About.LETTER,
        {"Skip, Let it go": "the letter does not go; what comes after it goes on"},
        Says.SKIP,
    )  # fmt: skip
    SEND_LETTER = Wording(
        "send-letter", "Let this letter go out", "It goes out with the next run, if it is still due.", About.LETTER,
        {"Send it, Let it go out": "the letter goes out with the next run, if it is still due"},
        Says.GO,
    )  # fmt: skip
    SEND_ALL_LETTERS = Wording(
        "send-all-letters", "Send them all", "Every letter of the list goes out with the next run.",
        About.ALL_LETTERS,
        {"Send them all, Send them after all": "every letter of the list goes out with the next run"},
        Says.GO,
    )  # fmt: skip
    SKIP_ALL_LETTERS = Wording(
        "skip-all-letters", "Let them all go",
        "None of them is sent, but for alerts of an Inadequate: about each of these say it.",
        About.ALL_LETTERS,
        {"Let them all go": "none of them is sent; of each alert of an Inadequate you are still asked"},
        Says.SKIP,
    )  # fmt: skip
    SETTLED = Wording(
        "settled", "Settled", "It leaves the digest and is not asked again.", About.MATTER,
        {
            "It is settled, Leave it as it is, It has been seen to": "the matter leaves and is not asked again; its "
            "message goes to **Audits taken in**. Of what may hold an Inadequate the next digest says who settled it, "
            "and how to have it back"
        },
    )  # fmt: skip
    TAKE = Wording(
        TAKE, "Take it", "The form is taken in as if it had come in the right way.", About.HELD_MESSAGE,
        {
            "Take it as the auditor's (the moderator's) return": "the held form is taken in as if it had come in the "
            "right way, from the day it arrived; an Inadequate starts its route at once",
            "File 1 …, File 2 …: take it as …": "of two different forms in one message this one counts, the other is "
            "set aside",
            "Take it …, grade …": "the grade is the one you say; the reader could not tell",
            "Take it as the record of …": "the record of a meeting counts, whoever sent it",
        },
    )  # fmt: skip
    ENTER = Wording(
        ENTER, "Enter it", "It counts as if it had been reported by the button of a letter.", About.HELD_MESSAGE,
        {
            "Enter … as “UoPP held on”": "the day somebody wrote counts as if they had used the button of a letter; "
            "you are asked to enter it in the list, as always",
            "It confirms the list": "what the Head of Service wrote counts as their confirmation of what they were "
            "shown",
            "Enter it as a disagreement with the grade": "it counts like the button of section 11",
        },
    )  # fmt: skip
    VOUCH = Wording(
        VOUCH, "The sender is right",
        "The message is read once more, as one whose sender is known to be right.",
        About.HELD_MESSAGE,
        {
            "The sender is right: read it": "Exchange did not vouch for them, you do: the message is read once more, "
            "and all else is looked at as ever"
        },
    )  # fmt: skip
    ARRIVED = Wording(
        "it-arrived", "It has arrived", "The letter counts as sent.", About.HELD_LETTER,
        {"It has arrived": "a letter of unknown fate counts as sent"},
    )  # fmt: skip
    SEND_DRAFT = Wording(
        "send-the-draft", "Send the draft", "The draft in the mailbox is sent as it lies there.", About.HELD_LETTER,
        {"It has not: send the draft": "the very draft that still lies there is sent; it cannot come twice"},
    )  # fmt: skip
    NEVER = Wording(
        "never-send", "Do not send it", "The letter does not go out, and is not asked about again.",
        About.HELD_LETTER, {"Do not send it": "the letter never goes out"},
    )  # fmt: skip
    MAKE_ANEW = Wording(
        "make-anew", "Make it anew", "It is made from what is known now, beside what lies there, and announced again.",
        About.REPORT,
        {
            "Make it anew": "in a letter about a report: a draft is made from what is known then and put beside the "
            "one that lies there, and its letter comes again with the new link"
        },
    )  # fmt: skip
    USE_FILES = Wording(
        "use-files", "Yes, use it", "The change counts from the next run on.", About.FILES,
        {
            "Yes, use it": "in a letter about changed letters, rules or closure days: the change as that letter "
            "tells it counts from the next run on; after a further change there the new letter's button counts alone"
        },
    )  # fmt: skip
    NEXT_LEVEL = Wording(
        "next-level", "Yes, letters may go further", "The next level counts as soon as this is read, unless by then "
        "more letters would go, or to more readers, than you were shown: then you are shown the plan again.",
        About.LEVEL,
        {
            "Yes, go to team only, Yes, go to live": "in the letter that shows a plan: the level counts as soon as the "
            "message is read; if by then one letter or one reader more would be among it, nothing changes and you are "
            "shown the plan again"
        },
    )  # fmt: skip
    STOP = Wording(
        "stop-letters", "Stop, back to rehearse", "Nobody gets another letter; each becomes a draft in the mailbox.",
        About.ALL_THAT_GOES,
        {
            "Stop, back to rehearse": "nothing more goes to anybody, no alert of an Inadequate either: every letter is "
            "a draft in the mailbox; the next morning you are shown what would go out if you let letters go again"
        },
    )  # fmt: skip
    PROPOSE = Wording(
        "propose-replacement", "Propose a replacement",
        "You are sent who could come in, why, and what would stay. Nothing is entered before you say so.", About.VACANT,
        {
            "Propose a replacement": "beside a row whose child, auditor or moderator has fallen out: you are sent who "
            "could come in, why, against whom they were weighed, and what stays; nothing is entered yet"
        },
    )  # fmt: skip
    ENTER_REPLACEMENT = Wording(
        "enter-replacement", "Enter it in the list",
        "It is written into the list, if nobody has changed the row since. The Head of Service is asked to confirm it, "
        "unless another moderator comes to an audit that is out.",
        About.REPLACEMENT,
        {
            "Enter it in the list": "in the letter with a replacement: a new row, or the other auditor or moderator in "
            "the row that is there, only if nobody has changed it since; its Head of Service is asked to confirm it, "
            "and nobody else hears of it before"
        },
    )  # fmt: skip
    ANOTHER = Wording(
        "another-replacement", "Another", "This one is struck out, and you are sent the next.", About.REPLACEMENT,
        {"Another": "in the same letter: who was proposed is struck out for this place, and you are sent the next"},
    )  # fmt: skip


_SEND = "(Just send this message. Whatever else is written here is not read.)"
_TAG = re.compile(
    r"\[\s*team\s+(?P<word>[a-z]+(?:-[a-z]+)*)\s+(?P<matter>[a-z2-7]{12})\s+(?P<choice>[0-9][a-z0-9-]{0,39})\s+"
    r"(?P<signature>[a-z2-7]{12})\s*\]",
    re.IGNORECASE,
)
_REMAINS = re.compile(r"\[\s*team\s+[a-z]+(?:-[a-z]+)*\s", re.IGNORECASE)


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


def matter_codes(keys: Keys, *parts: str) -> frozenset[str]:
    """The code of a matter, and those it had under former secrets."""
    return frozenset(matter_code(each, *parts) for each in ever(keys))


def signature(keys: Keys, word: TeamWord, matter: str, choice: str) -> str:
    return keys(("team", word.value, matter, choice))[:CODE].upper()


def team_link(
    word: TeamWord, matter: str, about: str, keys: Keys, mailbox: str, choice: str = ONLY_CHOICE
) -> str:
    """The link of a button: a ready message to the shared mailbox. `about` is what people call the matter."""
    tag = f"[team {word.value} {matter} {choice} {signature(keys, word, matter, choice)}]"
    wording = word.wording
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
    found = {holder.person.email: holder.person.name for holder in roles if holder.role in OF_THE_AUDIT_TEAM
             and holder.holds_on(day)}  # fmt: skip
    return {**found, mailbox: "the Audit Team"}


def refusal(
    post: Post, tag: TeamTag, team: Mapping[str, str], mailbox: str, domains: Collection[str], keys: Keys
) -> HeldBack | None:
    """Why a message with such a reference has no effect, or None. `team` is `audit_team_on` the day it came."""
    said = tag.word.wording.says
    if doubt := doubt_about_sender(post, domains):
        instead = ""
        if post.sender == mailbox and post.sent_by:
            instead = " Send it from a mailbox of your own, or as the shared one by “Send As”, not “Send on Behalf”."
        return HeldBack(
            SENDER_IN_DOUBT, f"“{said}” was used by {post.sender}, but {doubt}. Nothing was done.{instead}"
        )
    if post.sender not in team:
        return HeldBack(
            WRONG_SENDER,
            f"{post.sender} used “{said}”, a button that is the Audit Team's alone. Nothing was done.",
        )
    ours = (signature(each, tag.word, tag.matter, tag.choice) for each in ever(keys))
    if not any(hmac.compare_digest(each.encode(), tag.signature.encode()) for each in ours):
        return HeldBack(
            NOT_EXPECTED,
            f"The reference in the subject of “{said}” from {post.sender} is none the bot knows for its own: it was "
            "changed, or its letter went by a former key that was not kept (the IT administrator: “former_keys_env”). "
            "Nothing was done.",
        )
    return None
