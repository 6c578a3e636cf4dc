"""Words that say of a team's cell that it is no one team: “All teams”, “Service-wide”, “Floating”, “Various – see HR”.

What such a cell leaves open may be any child's team, so it is not known. “All Age Disability Team” is a team.
"""

from __future__ import annotations

import re

_TEAMS = r"(?:teams|services|areas|localities|hubs|pods|units|divisions|districts)"
_COMMON = (
    rf"(?:{_TEAMS}|ages|others|(?:sub|young|care)?\w*(?:groups|leavers|carers|workers)|staff|children|sites|sides|parts"
    r"|places|regions|zones|sectors|wards|patches|boroughs|counties|towns|cities|councils|clusters|quadrants|branches"
    r"|offices|centres|departments|directorates|sections|schools|courts|desks|roles|posts|managers|cases|caseloads"
    r"|families|locations|neighbourhoods|communities|bases|shifts|functions|streams|pathways|panels|networks)"
)
"""What “All …s” says of everything; another word with a capital is a name: “All Hallows”, “Both Banks”."""
_ANY = re.compile(
    rf"\b(?:all|both|any|every|each)\b(?![\s-]*ages?\b)(?:\s+[^\s,;/&]+){{0,3}}?\s+(?:{_TEAMS}|others?)\b"
    r"|\b(?:any|every|each)\s+(?:other\s+)?(?:team|service|area)\b"
    r"|(?:^|[(\[\-–—:,;/&]\s*)(?:all|both|any|every)\s*[)\]]?$"
    rf"|^(?!(?:all|both)\s+(?!{_COMMON}$)(?-i:[A-Z][a-z]+s)$)(?:all|both|any|every)\s+\S+$(?<!saints)(?<!souls)"
    r"(?<!ages)(?<!age)"
    r"|\b(?:service|team|division|department|directorate)s?[\s-]?wide\b"
    r"|^(?:county|borough|city|council|district)[\s-]?wide(?:\s+(?:team|service|role|post|cover))?$"
    r"|\b(?:whole|entire)\s+(?:service|division|department|directorate|council|county|borough)\b"
    r"|\b(?:floating|floater|floats|peripatetic|roving|rotating|rotational)\b"
    rf"|^(?:various|several|multiple|different)\b(?:\W*$|\s*[-–—:;,(/]|.*\b{_TEAMS}\b)",
    re.IGNORECASE,
)


def is_any_team(text: str) -> bool:
    """Whether what stands in a team's cell names no one team: then nobody can tell whose work is their own."""
    return bool(_ANY.search(" ".join(text.split())))
