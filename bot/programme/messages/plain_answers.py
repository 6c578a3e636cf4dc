"""What people answer in plain words: "Confirmed", "We met on Thursday 2 April", "I sent it last week", "Thank you".

Only what is plain is understood: every word of the message must belong to one of these ways of speaking. A single
other word, a question, a "not" or a "but" makes it something a person reads (§6, §7, §10).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.programme.messages.dates_in_text import dates_written, told_dates
from bot.programme.messages.own_lines import own_lines

LONGEST_PLAIN = 2_000
"""Signs of a plain answer at most: whoever writes more says more."""


class Says(StrEnum):
    CONFIRMED = "confirmed"
    MET = "met on"
    DONE = "done on"
    DAY = "a day and nothing else"  # an answer to whoever asked for exactly one
    SENT = "sent already"
    AWAY = "away"
    ACKNOWLEDGED = "acknowledged"  # "OK", "Great": no answer to a question, and nothing to act on
    THANKS = "thanks"
    SOMETHING = "something to read"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Answer:
    """`dates` and `doubts` are those of a meeting or of work done; `lines` what the person wrote themself."""

    says: Says
    lines: tuple[str, ...] = ()
    dates: tuple[date, ...] = ()
    doubts: tuple[str, ...] = ()


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_THANKS = _words(
    "thank thanks thankyou thx ta cheers many much very so you for this that it the your all again and received "
    "receipt noted got with appreciated kind email message letter update info information help letting me us know "
    "sending reminder prompt a lot best wishes regards warm to i have safely well hi hello dear team audit everyone "
    "morning afternoon good day lovely weekend have"
)
_THANKED = _words("thank thanks thankyou thx ta cheers received noted got appreciated")
_ACKNOWLEDGES = _words(
    "ok okay great good fine perfect brilliant lovely super excellent understood sure right 👍 will do"
)
_CONFIRM_CORE = _words("confirm confirmed agree agreed approve approved yes yep yeah correct")
_CONFIRM = _words(
    "i we i'm am confirm confirmed agree agreed approve approved yes yep yeah correct all fine good ok okay happy "
    "right looks look is are that's that it's it this the list lists audit audits of and with "
    "to for me us by from my our side end "
    "as prepared shown below above here children child young people selected selection auditors "
    "auditor moderators allocation allocations names can hereby well accurate in order full please proceed go ahead "
    "both everything these those great perfect absolutely definitely"
)
_THE_CHILDREN = _words("child children young people selection selected")
_THE_AUDITORS = _words("auditors auditor moderators")
"""A list is both: who agrees to one of them may not agree to the other."""
_ALL_FINE = re.compile(
    r"(?:(?:yes|that|that's|this|it|it's|they|all|everything|list|is|are|i'm|we|am|the|audit|i) )*"
    r"(?:(?:all|everything|looks?|happy|is|are|that's|it's) )+(?:is |are |looks? )?"
    r"(?:fine|good|ok|okay|right|correct|well|happy|in order|accurate|"
    r"with (?:this|that|it|the list|this list|the audit list))"
    r"(?: (?:with|by|for|from|on|to) (?:this|that|it|me|us|the list|my (?:end|side)|our (?:end|side)))*"
)
_MET = _words(
    "we i met meeting held was were took place on the uopp review in yes have had today yesterday this our and "
    "person together for it at as planned morning afternoon with"
)
_MET_CORE = re.compile(r"\b(?:met|held|took place|had (?:the|our|a) (?:uopp |review )*meeting)\b")
_DONE = _words(
    "all the urgent issues issue have has been was were dealt with done sorted resolved completed addressed on we i "
    "yes everything this and it they these both today yesterday are now actions"
)
_DONE_CORE = re.compile(r"\b(?:dealt with|done|sorted|resolved|completed|addressed)\b")
_BESIDE_A_DAY = _words("on the it was yes that's")
_SENT = _words(
    "i i've we we've have already sent it this that the audit audits form moderation moderated "
    "completed back to you over in "
    "on last week monday tuesday wednesday thursday friday yesterday today returned submitted emailed mailed "
    "morning afternoon by email mail mailbox team shared your inbox was been has earlier ago two three days a few "
    "moderator auditor yes my and for at per as before"
)
_SENT_CORE = re.compile(r"\b(?:sent|returned|submitted|emailed|mailed)\b")
_WHO_SENT = re.compile(r"\b(?:i|i've|we|we've|already|was|been)\b|^(?:sent|returned|submitted|emailed)\b")
_NOT_BY_THEM = re.compile(
    r"\b(?:i|we)(?:'ve)? (?:(?:have|had|already) )*(?:was|were|been) (?:already )?(?:sent|e?mailed)\b|"
    r"\b(?:two|three|few)\b(?! (?:days|weeks))|"
    r"\b(?:you|moderator|auditor|she|he|they) (?:(?:have|has|had|already|just) )*"
    r"(?:sent|returned|submitted|e?mailed)\b|"
    r"\b(?:to be|for (?:sending|returning))\b|\bthe (?:form|audit|email|letter) (?:you|i was)\b"
)
_COURTESY = _words(
    "hi hello dear good morning afternoon evening team audit all everyone both kind best warm many regards wishes hope "
    "you are is well day week weekend a lovely nice have had hoping this finds the your"
)
_TURNED = re.compile(
    r"^(?:and |so )?(?:is|are|was|were|has|have|had|did|do|does|can|should|could|will|would) (?:i|we|you|they|he|she|"
    r"the|this|these|that|it|all|everything|everyone|everybody|meeting|uopp|issues|urgent)\b"
    r"|^(?:please )?(?:correct|amend) (?:the|this|these|it|all|my|our)\b"
    r"|\b(?:confirmed|approved|agreed|correct) (?:(?:audit|full|and) )*(?:lists?|audits?|names|children|allocations?|"
    r"selections?|auditors?)\b|^(?:confirm|approve|agree)\b.*\bplease$|\bi (?:have |had )?met\b"
    r"|(?:^|\bone |\ban )(?:urgent )?issue\b"
)
"""A question without its mark, a request, or a word that describes where it seems to agree: "Correct the list please",
"Approved list attached", "Is this all correct". "I met" may be any meeting."""
_OF_A_THING = re.compile(
    r"\b(?:it|this|that|form|audit|moderation|submitted|sent|emailed|mailed)\b|\bto (?:you|the|your)\b"
)
"""Whoever "returned" without a thing came back themself."""
_ASKS = re.compile(
    r"\bplease (?:confirm|agree|approve|send)\b|\bto (?:be )?(?:confirm|agree|approve)(?:ed)?\b(?<!happy to confirm)"
)
_TAIL = re.compile(
    r"(.*\w)[,\s]+((?:many |kind |best |warm )?(?:thanks|thank you|cheers|regards))(?:,? (\w+))?",
    re.IGNORECASE,
)
"""Thanks and a name at the end of a sentence."""
_AWAY = re.compile(
    r"\b(?:out of (?:the )?office|annual leave|on leave|(?:sick|maternity|paternity|parental|study|compassionate|"
    r"adoption) leave|"
    r"away from (?:the|my) (?:office|desk)|(?:i am|i'm|currently) (?:away|off)\b|no access to (?:my )?e-?mails?|"
    r"on holiday|non-working day|not (?:in|at) (?:the office|work))",
    re.IGNORECASE,
)


def plain_answer(text: str, name: str, received: date, people: Collection[str] = ()) -> Answer:
    """What the person `name` says. `text` is theirs alone, without quoted messages; `people` are the names of those
    who have part in the audit, who may be named in it."""
    lines = own_lines(text, name)
    if not lines:
        return Answer(Says.NOTHING)
    kept = tuple(lines)
    whole = " ".join(lines).replace("’", "'")
    away = bool(_AWAY.search(whole)) and not re.search(r"\?|\bbut\b", whole)
    if len(whole) > LONGEST_PLAIN:
        return Answer(Says.AWAY if away else Says.SOMETHING, kept)
    named = {part for person in (*people, name) for part in re.findall(r"[\w'-]+", person.casefold())}
    said: set[Says] = set()
    dates: list[date] = []
    doubts: list[str] = []
    for sentence in sentences(lines):
        says, on, unsure = _sentence(sentence, named, received)
        said.add(says)
        dates += [day for day in on if day not in dates]
        doubts += unsure
    if Says.SOMETHING in said:
        return Answer(Says.AWAY if away else Says.SOMETHING, kept)
    answers = said - {Says.NOTHING, Says.THANKS, Says.ACKNOWLEDGED}
    if len(answers) > 1:
        return Answer(Says.SOMETHING, kept)
    if answers:
        return Answer(answers.pop(), kept, tuple(dates), tuple(doubts))
    for weaker in (Says.ACKNOWLEDGED, Says.THANKS):
        if weaker in said:
            return Answer(weaker, kept)
    return Answer(Says.NOTHING)


def sentences(lines: Iterable[str]) -> Iterable[str]:
    """The sentences of what somebody wrote, in small letters, without greetings."""
    for line in lines:
        line = line.replace("’", "'").casefold()
        line = re.sub(
            r"^(?:(?:hi|hello|dear|good (?:morning|afternoon)|morning|afternoon)\b[^,.!]{0,30}[,.!]\s*)",
            "",
            line,
        )
        # A point inside a date ("2.4.26") ends no sentence.
        for part in re.split(r"[.!;]+(?=\s|$)|\s[–—-]\s|\s?:\s|\s?:$|(?<=\?)", line):
            if part.strip(" ,"):
                yield part.strip(" ,")


def _sentence(text: str, named: set[str], received: date) -> tuple[Says, tuple[date, ...], tuple[str, ...]]:
    words = re.findall(r"[\w']+|👍", text)
    if not words:
        return (
            Says.NOTHING if not re.search(r"\?|\w", text) and not text.strip(" .,!-–—_*") else Says.SOMETHING,
            (),
            (),
        )
    if "?" in text or _ASKS.search(text) or _TURNED.search(text):
        return Says.SOMETHING, (), ()
    said = set(words)
    if said <= _COURTESY or said <= named:
        return Says.NOTHING, (), ()
    if tail := _TAIL.fullmatch(text):
        if tail[3] is None or tail[3] in named:
            inner = _sentence(tail[1], named, received)
            return (Says.THANKS, (), ()) if inner[0] is Says.NOTHING else inner
    elif (parts := text.rpartition(","))[1] and parts[2].strip() in named:
        return _sentence(parts[0], named, received)
    courteous = [w for w in words if w not in named]
    if set(courteous) <= _THANKS and said & _THANKED:
        return Says.THANKS, (), ()
    spoken = (
        " ".join(w for w in words if w not in ("thanks", "thank", "you", "thankyou", "cheers"))
        if said & _THANKED
        else " ".join(words)
    )
    spoken = re.sub(
        r"\b(?:many|very much|so much|for this|for that|both|all)$|^(?:many|for this)\b", "", spoken
    ).strip()
    own = set(spoken.split())
    part = bool(own & _THE_CHILDREN) != bool(own & _THE_AUDITORS) and not own & {"list", "lists"}
    if own and own <= _CONFIRM and not part and (own & _CONFIRM_CORE or _ALL_FINE.fullmatch(spoken)):
        return Says.CONFIRMED, (), ()
    if own and own <= _ACKNOWLEDGES:
        return Says.ACKNOWLEDGED, (), ()
    told = told_dates(text, received)
    left = {w for w in re.findall(r"[\w']+", told.rest) if w not in named}
    if told.dates or told.doubts:
        rest = told.rest
        by_others = any(word == "met" and words[n - 1] in named for n, word in enumerate(words) if n)
        if left <= _MET and _MET_CORE.search(rest) and not by_others:
            return Says.MET, told.dates, told.doubts
        if left <= _DONE and _DONE_CORE.search(rest):
            return Says.DONE, told.dates, told.doubts
        if left <= _BESIDE_A_DAY:
            return Says.DAY, told.dates, told.doubts
    past = not told.doubts and all(day <= received for day in told.dates)
    sent = _SENT_CORE.search(text) and _WHO_SENT.search(text) and not _NOT_BY_THEM.search(text)
    sent = sent and _OF_A_THING.search(text.replace("return it", "it")) and not _by_another(words, named)
    if left <= _SENT and sent and past:
        return Says.SENT, (), ()
    return Says.SOMETHING, (), ()


def only_courtesy(sentence: str, named: Collection[str]) -> bool:
    """Whether a sentence, in small letters, only greets, thanks or names: nothing to act on, nothing taken back."""
    words = set(re.findall(r"[\w']+", sentence)) - set(named)
    return words <= _COURTESY or (words <= _THANKS and bool(words & _THANKED))


def _by_another(words: list[str], named: set[str]) -> bool:
    """Whether somebody who is named did it: "Pru has sent it", "sent by Pru"."""
    return any(
        word in named and (n == 0 or words[n - 1] == "by" or (words[n - 1] in named and n == 1))
        for n, word in enumerate(words)
    )


# ------------------------------------------------------------------------------------------- showing what was written

LONGEST = 160
_KNOWN_WORDS = _words(
    "i i'm i've i'll uopp kloe ri sorry thanks thank the this that it we you he she they yes no not please can "
    "could would will is are was were has have had do does did there here my our your a an and or but if when "
    "what who which how why where all any some as at by for from in of on to with already audit audits "
    "moderation moderator auditor form list mosaic liquidlogic team manager head service office out annual leave "
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december hi hello dear good morning afternoon confirmed confirm agreed happy "
    "done sent met meeting held undeliverable"
)


def shown_words(lines: Iterable[str], known: Collection[str]) -> str:
    """The beginning of what somebody wrote, for the Audit Team to read, without what could name a child: numbers,
    dates with their year (anybody's birthday), addresses and every name but those in `known` (people who have part in
    the programme; references)."""
    text = " ".join(" ".join(lines).split())
    kept, at = [], 0
    for begins, ends in sorted({(begins, ends) for begins, ends, _ in dates_written(text)}):
        if text[:begins].endswith(("-", "_", "/")):  # a part of a reference
            continue
        if begins >= at:
            kept += [text[at:begins], "…"]
        at = max(at, ends)
    text = "".join([*kept, text[at:]])
    allowed = {part for each in known for part in re.findall(r"[\w'-]+", each.casefold())}
    allowed |= _KNOWN_WORDS | _THANKS | _ACKNOWLEDGES | _CONFIRM | _MET | _DONE | _SENT
    references = {each.casefold() for each in known if any(c.isdigit() for c in each)}
    shown = []
    for word in text.split():
        bare = word.strip(".,;:!?()[]“”\"'…").replace("’", "'")
        plain = bare.casefold()
        if plain in references:
            shown.append(word)
        elif (
            "@" in word
            or re.search(r"\d{4,}|\d[\d/.-]{8,}", word)
            or (bare[:1].isupper() and plain.removesuffix("'s") not in allowed)
        ):
            shown.append("…")
        else:
            shown.append(word)
    text = re.sub(r"…(?: …)+", "…", " ".join(shown))
    return text if len(text) <= LONGEST else text[:LONGEST].rsplit(" ", 1)[0] + " …"
