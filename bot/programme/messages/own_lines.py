"""What a person wrote themself: the lines of a message without greeting line, signature, telephone's line or footer.

Nothing that could take something back is ever dropped: a signature in which there is a "but", a "not" or a question
is read as part of the message.
"""

from __future__ import annotations

import re

_FOOTER = re.compile(
    r"(?:sent|get|gesendet|envoyé|typed) (?:from|via|with|outlook|von|depuis|on) .{0,60}"
    r"|sent (?:using|by) .{0,40}(?:phone|outlook|mobile|device).{0,20}|get outlook for .{0,60}"
    r"|(?:please )?excuse (?:any |the )?(?:typos|brevity|spelling).{0,60}"
    r"|(?:i (?:currently )?work|my (?:usual )?(?:working|work|office) (?:days|hours|pattern)|"
    r"(?:my )?working (?:days|pattern|hours)|i am part[- ]time|part[- ]time|"
    r"non[- ]working days?|normal working)\b.{0,160}"
    r"|\(?(?:pronouns:? *)?(?:she|he|they) ?/ ?(?:her|him|them|they)(?: ?/ ?\w+)?\)?"
    r"|(?:tel|telephone|phone|mobile|mob|t|m|dd|direct|ext)\b ?[.:|]? ?\+?[\d()][\d() -]{4,}.{0,30}"
    r"|(?:e|email|e-mail|w|web)\b ?[.:|]? ?\S+[@.]\S+|\+?\(?0?\d[\d ()+-]{8,}|(?:https?://|www\.)\S+|\S+@\S+\.\S+"
    r"|(?:follow|like|find|visit) us .{0,80}|\[?(?:official|official[- ]sensitive|internal|unclassified)\]?.{0,20}"
    r"|(?:sensitivity|classification) ?: ?.{0,40}|(?:\[?image\]?|\[cid:.*\]|\[.*logo.*\])|[-_=*~—–]{2,}"
    r"|caution ?: .{0,160}"
    r"|i (?:may|sometimes) (?:send|work|email).{0,160}(?:hours|respond|reply).{0,80}"
    r"|(?:please )?(?:consider|think (?:of|about)) the environment.{0,80}|think before you print.{0,80}",
    re.IGNORECASE,
)
"""Lines that programs, councils and part-time hours put below a message."""
_OFFICE = re.compile(
    r"(?:(?:[A-Z][\w'’&|,.-]*|and|of|for|the|\||&|[-–])\s*){1,9}\b(?:Council|Borough|Services?|Directorate|Team|Department)"
    r"(?:\s+[A-Z]\w*){0,3}"
)
"""A line of a signature: an office's name, every word of it written large."""
_DISCLAIMER = re.compile(
    r"\W*(?:disclaimer|confidential(?:ity)?\b.{0,40}$|this (?:e-?mail|message|communication|transmission)\b.{0,200}"
    r"(?:confidential|intended|privileged|recipient|virus|monitor)"
    r"|the (?:information|contents?) (?:contained )?(?:in|of) this"
    r"|if you (?:are not the (?:intended|named)|have received this)|any views"
    r"|privacy notice|all e-?mails? (?:is|are|may)\b)",
    re.IGNORECASE,
)
"""How the words begin that nobody reads. Everything below them is of their kind."""
_CLOSING = re.compile(
    r"(?:(?:many |kind(?:est)? |best |warm(?:est)? |with |all |all the |very |yours |my |and )*"
    r"(?:regards|wishes|thanks|thank you|best|cheers|sincerely|faithfully|rgds|kr|br|bw|vbw|ta|x))[\s,.!–-]*",
    re.IGNORECASE,
)
TAKES_BACK = re.compile(
    r"\b(?:no|not|none|never|nor|cannot|but|except|apart|however|although|though|unless|until|if|once|subject|"
    r"instead|change[sd]?|swap\w*|"
    r"remove\w*|replace\w*|add|wrong|incorrect|cancel\w*|postpone\w*|p\.?s\b|\w+n['’]?t)\b|\?",
    re.IGNORECASE,
)
"""Words that may turn a message round."""
_UNSEEN = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_MOST_IN_A_SIGNATURE = 9
_LONGEST_FOOTER = 300


def own_lines(text: str, name: str) -> list[str]:
    """The lines the person `name` wrote, of a text from which quoted messages are gone."""
    lines = [" ".join(_UNSEEN.sub("", line).replace("\u00a0", " ").split()) for line in text.split("\n")]
    lines = before_signature([line for line in lines if line], name)
    return before_signature(without_footers(lines), name)


def without_footers(lines: list[str]) -> list[str]:
    """Without the lines that programs and councils add, and without everything below a disclaimer."""
    kept = []
    for line in lines:
        if _DISCLAIMER.match(line):
            break
        long = len(line) > _LONGEST_FOOTER
        if long or _wanted(line) or not (_FOOTER.fullmatch(line) or _OFFICE.fullmatch(line)):
            kept.append(line)
    return kept


def _wanted(line: str) -> bool:
    """A line that looks like a footer but may take something back: "Sent from home, but not by me"."""
    plain = re.sub(r"^please (?=excuse|note|consider|think)", "", line, flags=re.IGNORECASE)
    turns = r"\b(?:but|except|however|instead|please|audits?|list|child\w*|move|swap|remove|change)\b|\?"
    return re.search(turns, plain, re.IGNORECASE) is not None and not re.fullmatch(r"[A-Z].*Services", line)


def before_signature(lines: list[str], name: str) -> list[str]:
    """The lines above the person's own name or closing words, which begin their signature."""
    own = set(re.findall(r"\w+", name.casefold()))
    first = name.casefold().split()[0] if name.split() else ""
    for n, line in enumerate(lines):
        words = re.findall(r"\w+", line.casefold())
        named = words == [first] or (bool(own) and own <= set(words[:5]) and len(words) <= 8)
        closed = n > 0 and _CLOSING.fullmatch(line) is not None
        below = lines[n + 1 :]
        if (named or closed) and len(below) <= _MOST_IN_A_SIGNATURE and not _says_more(below, closed=closed):
            return lines[: n + closed]
    return lines


def _says_more(below: list[str], *, closed: bool) -> bool:
    """Whether something below a name or closing words may be part of the message: a sentence, or a word that turns."""
    text = "\n".join(below)
    if TAKES_BACK.search(text):
        return True
    return any(len(line.split()) > 9 or (closed and line.endswith(("!",))) for line in below)
